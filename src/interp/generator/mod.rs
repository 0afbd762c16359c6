//! Generators and coroutines of the program: made by a call, driven by whoever asks for the next value.
//!
//! The machine walks the program's tree, so a body that stops at a `yield` is taken up again by walking down to that
//! `yield` once more ([`resume`]): where it stands is one expression, and all else that it needs lies on its operand stack.

mod drive;
mod methods;
mod resume;

use std::sync::Arc;

use super::control::{Ctl, Jump};
use super::iterate::Next;
use super::machine::{Dead, Machine, Place, R};
use crate::domain::atoms::{NONE, UNKNOWN};
use crate::domain::{B, Frame, GenObj, Kind, ObjId, StackRef, Stand, State};
use crate::hir::{ExprId, Stmt, Unit, UnitKind};
use crate::limits;

pub(super) use methods::{METHODS, call};

/// What is sent into a generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// The value of its `yield`; comes without a reference.
    Value(ObjId),
    /// An exception that its `yield` raises; comes with a reference.
    Throw(ObjId),
}

/// What driving a generator came to.
pub(super) enum Advanced {
    /// It gave a value, which is on top of the stack.
    Item,
    /// It ended; what it returned is on top of the stack.
    Done,
    /// It may have given a value, as after [`Advanced::Item`]; or it ended in this state, as after [`Advanced::Done`].
    Either(Box<State>),
    /// It can't be followed any more.
    Unknown,
}

/// A suspended body that is taken up again.
pub(super) struct Resumption {
    /// Where it stands.
    at: ExprId,
    /// Its operand stack, the innermost construct's part first.
    saved: Vec<StackRef>,
    sent: Sent,
}

impl Machine<'_> {
    /// Makes the generator object for a frame that has not started: it is pushed.
    pub(super) fn push_generator(&mut self, unit: &Unit, function: Option<ObjId>, frame: Frame) {
        let ty = match (unit.kind, unit.is_generator) {
            (UnitKind::AsyncFunction, true) => B::AsyncGenerator,
            (UnitKind::AsyncFunction, false) => B::Coroutine,
            _ => B::Generator,
        };
        let function = function.filter(|_| self.layout().frames_hold_functions());
        if let Some(function) = function {
            self.st.inc(function);
        }
        let unit = frame.unit;
        let id = self.alloc_stealing(Kind::Gen(Arc::new(GenObj {
            ty,
            unit,
            function,
            at: Stand::New,
            guarded: false,
            frame: None,
        })));
        let frame = Frame {
            generator: Some(id),
            ..frame
        };
        self.set_generator(id, |generator| generator.frame = Some(Arc::new(frame)));
        self.push_new(id);
    }

    fn set_generator(&mut self, id: ObjId, change: impl FnOnce(&mut GenObj)) {
        if let Some(Kind::Gen(generator)) = self.st.heap.get_mut(id).map(|obj| &mut obj.kind) {
            change(Arc::make_mut(generator));
        }
    }

    /// Leaves the running generator with the value on top of the stack.
    pub(super) fn suspend(&mut self, at: ExprId) -> Dead {
        let value = self.st.pop_owned();
        let ctl = self
            .ctl
            .iter()
            .rposition(|ctl| matches!(ctl, Ctl::Generator { .. }));
        let (Some(ctl), Some(id)) = (ctl, self.st.frame().generator) else {
            return Dead;
        };
        let guarded = self.ctl[ctl + 1..]
            .iter()
            .any(|ctl| matches!(ctl, Ctl::Try { .. } | Ctl::Cleanup { .. }));
        let stand = if self.is_resumable(at) {
            Stand::At(at)
        } else {
            Stand::Lost
        };
        let frame = self.st.frames.pop().expect("the generator's own frame");
        self.set_generator(id, |generator| {
            generator.at = stand;
            generator.guarded = guarded;
            generator.frame = Some(frame);
        });
        self.keep_exposed(id);
        self.st.push(value);
        self.forget_news();
        let state = std::mem::take(&mut self.st);
        let mut all = std::mem::take(&mut self.ctl);
        if let Ctl::Generator { yields, .. } = &mut all[ctl] {
            self.join_into(yields, state);
        }
        self.ctl = all;
        Dead
    }

    /// Whether the body can be taken up at this expression: it is the element of a generator expression, or all of the
    /// right side of the running statement.
    fn is_resumable(&self, at: ExprId) -> bool {
        let unit = self.unit(self.st.frame().unit);
        if unit.is_some_and(|unit| matches!(unit.kind, UnitKind::Comprehension(_))) {
            return true;
        }
        match self.code().stmt(self.current) {
            Stmt::Expr(value) | Stmt::Assign { value, .. } | Stmt::Return(Some(value)) => {
                *value == at
            }
            Stmt::AnnAssign { value, .. } => *value == Some(at),
            _ => false,
        }
    }

    /// Marks the generator of a frame that was just left as ended.
    pub(super) fn end_generator(&mut self, id: ObjId) {
        let mut function = None;
        self.set_generator(id, |generator| {
            generator.at = Stand::Done;
            generator.guarded = false;
            function = generator.function.take();
        });
        if let Some(function) = function {
            self.st.dec(function);
        }
    }

    /// Runs a generator until it gives a value, returns, or raises.
    pub(super) fn advance(&mut self, id: ObjId, sent: Sent) -> R<Advanced> {
        let Kind::Gen(generator) = self.kind_of(id) else {
            return Ok(Advanced::Unknown);
        };
        let frame = match (&generator.frame, generator.at) {
            (_, Stand::Running) => return Err(self.raise(B::ValueError)),
            (_, Stand::Done) | (None, _) => {
                if let Sent::Throw(exception) = sent {
                    self.st.push(exception);
                    return Err(self.jump(Jump::Raise));
                }
                self.st.push(NONE);
                return Ok(Advanced::Done);
            }
            (Some(frame), _) => (**frame).clone(),
        };
        let can_go_on = self.st.frames.len() <= limits::CALL_DEPTH
            && self.step()
            && self.can_take_up(&generator);
        let Some(unit) = self.unit(generator.unit).filter(|_| can_go_on) else {
            self.hit("generator");
            self.st.forget(id);
            if let Sent::Throw(exception) = sent {
                self.st.blur(exception);
            }
            return Ok(Advanced::Unknown);
        };
        self.set_generator(id, |generator| {
            generator.frame = None;
            generator.at = Stand::Running;
        });
        let outer = self.step_aside();
        let frames = self.st.frames.len();
        let mut frame = frame;
        let saved: Vec<StackRef> = std::mem::take(&mut frame.stack);
        frame.statement_start = self.next;
        self.st.frames.push(Arc::new(frame));
        self.ctl.push(Ctl::Generator {
            frames,
            yields: None,
            returns: None,
        });
        self.item = generator.unit.item;
        self.entered.insert(generator.unit);
        let done = self.go_on(&generator, unit, saved, sent);
        if done.is_ok() {
            self.return_top();
        }
        self.step_back(outer);
        let Some(Ctl::Generator {
            yields, returns, ..
        }) = self.ctl.pop()
        else {
            return Err(Dead);
        };
        let advanced = match (yields, returns) {
            (Some(state), None) => {
                self.st = state;
                Advanced::Item
            }
            (None, Some(state)) => {
                self.st = state;
                Advanced::Done
            }
            (Some(state), Some(ended)) => {
                self.st = state;
                Advanced::Either(Box::new(ended))
            }
            (None, None) => return Err(Dead),
        };
        self.run_finalizers();
        Ok(advanced)
    }

    /// Runs the body from where it stands; what it returns is pushed.
    fn go_on(&mut self, generator: &GenObj, unit: &Unit, saved: Vec<StackRef>, sent: Sent) -> R {
        let is_new = generator.at == Stand::New;
        if is_new && let Sent::Throw(exception) = sent {
            for reference in saved.into_iter().rev() {
                self.st.release(reference);
            }
            self.st.push(exception);
            return Err(self.jump(Jump::Raise));
        }
        if let UnitKind::Comprehension(_) = unit.kind {
            let at = match generator.at {
                Stand::At(at) => Some(at),
                _ => None,
            };
            self.resume_comprehension(generator.unit, at, saved, sent)?;
            self.st.push(NONE);
            return Ok(());
        }
        if is_new {
            self.observe(Place::Entry(
                generator.unit.unit.expect("a function has a unit"),
            ));
            return match unit.value {
                Some(value) => self.eval(value),
                None => self.block(&unit.body).map(|()| self.st.push(NONE)),
            };
        }
        let Stand::At(at) = generator.at else {
            return Err(Dead);
        };
        let outer = self.resumption.replace(Resumption { at, saved, sent });
        let done = self.resume_block(&unit.body);
        self.resumption = outer;
        done?;
        self.st.push(NONE);
        Ok(())
    }

    /// `yield from` and `await`: the iterator on top of the stack is driven, and gives way to what it returns.
    pub(super) fn delegate(&mut self, at: ExprId) -> R {
        let iterator = self.st.peek(0);
        if !self.is_driven(iterator) {
            return match self.next_of(iterator)? {
                Next::Item(item) => {
                    self.push_new(item);
                    Err(self.suspend(at))
                }
                Next::End => {
                    self.replace(1, NONE);
                    Ok(())
                }
                Next::Unknown => {
                    self.st.escape(iterator);
                    self.st.forget(iterator);
                    self.give_unknown(at)
                }
            };
        }
        match self.drive(iterator)? {
            Advanced::Item => Err(self.suspend(at)),
            Advanced::Done => {
                self.drop_below();
                Ok(())
            }
            Advanced::Either(ended) => {
                self.suspend(at);
                self.st = *ended;
                self.drop_below();
                Ok(())
            }
            Advanced::Unknown => {
                self.st.escape(iterator);
                self.give_unknown(at)
            }
        }
    }

    /// An iterator that is not followed may give any values, or end.
    fn give_unknown(&mut self, at: ExprId) -> R {
        self.unknown_code();
        let here = self.st.clone();
        self.st.push(UNKNOWN);
        self.suspend(at);
        self.st = here;
        self.replace(1, UNKNOWN);
        Ok(())
    }

    /// A suspended generator died inside a `try` or `with`: its frame is left by GeneratorExit (`gen_close`).
    pub(super) fn close_dead(&mut self, id: ObjId) {
        self.st.push(id);
        let _ = self.close(id);
        let top = self.st.pop();
        let is_last = self.obj(top.obj).count == crate::domain::Count::exactly(1);
        self.set_generator(top.obj, |generator| generator.guarded = false);
        if is_last {
            self.st.dec(top.obj);
        } else {
            self.st.blur(top.obj);
        }
    }

    /// Raises GeneratorExit where it stands; whatever comes of that, it is over.
    fn close(&mut self, id: ObjId) -> R {
        let before = self.st.clone();
        let (frames, stack) = (self.st.frames.len(), self.st.frame().stack.len());
        self.ctl.push(Ctl::Try {
            frames,
            stack,
            raises: Vec::new(),
        });
        let exit = self.exception(B::GeneratorExit);
        let advanced = self.advance(id, Sent::Throw(exit));
        let raises = match self.ctl.pop() {
            Some(Ctl::Try { raises, .. }) => raises,
            _ => Vec::new(),
        };
        let mut after: Option<State> = None;
        match advanced {
            Ok(Advanced::Item | Advanced::Unknown | Advanced::Either(_)) => {
                // It went on all the same, or can't be followed.
                self.st = before;
                self.st.forget(id);
                self.unknown_code();
                return Ok(());
            }
            Ok(Advanced::Done) => {
                self.st.drop_top();
                after = Some(std::mem::take(&mut self.st));
            }
            Err(Dead) => {}
        }
        for (state, _) in raises {
            self.st = state;
            self.st.drop_top();
            let state = std::mem::take(&mut self.st);
            self.join_into(&mut after, state);
        }
        match after {
            Some(state) => self.st = state,
            None => {
                self.st = before;
                self.st.forget(id);
                self.unknown_code();
            }
        }
        Ok(())
    }
}
