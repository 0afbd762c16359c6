//! Jumps: `break`, `continue`, `return` and exceptions, and who is waiting for them.
//!
//! A jump hands the state to the innermost construct that catches it, joined with what came there before, and the path
//! ends. The construct takes it up when its body is done.

use super::machine::{Dead, Machine};
use crate::domain::B;
use crate::domain::atoms::{SOME_EXCEPTION, UNKNOWN};
use crate::domain::{Kind, ObjId, State};

/// Ways out of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `return`; the value is on top of the stack.
    Return,
    /// An exception; its object is on top of the stack.
    Raise,
}

/// A construct that waits for jumps.
#[allow(
    clippy::large_enum_variant,
    reason = "a handful live at a time, each as long as its construct"
)]
pub enum Ctl {
    /// A loop: frames and stack height it started at.
    Loop {
        frames: usize,
        stack: usize,
        breaks: Option<State>,
        continues: Option<State>,
    },
    /// A `try` with handlers: states and exceptions that came. `blurred`: which exceptions come is not known.
    Try {
        frames: usize,
        stack: usize,
        raises: Vec<(State, ObjId)>,
    },
    /// Whatever must run on every way out (`finally`, `__exit__`): what left, by way.
    Cleanup {
        frames: usize,
        stack: usize,
        left: Vec<(Jump, State)>,
    },
    /// A call: what returned, the value on top of the caller's stack.
    Call {
        frames: usize,
        returns: Option<State>,
    },
    /// A generator that is driven: what it gave, and what it returned, the value on top of the driver's stack.
    Generator {
        frames: usize,
        yields: Option<State>,
        returns: Option<State>,
    },
}

impl Machine<'_> {
    /// Leaves by `break` or `continue`.
    pub(super) fn jump(&mut self, jump: Jump) -> Dead {
        let state = std::mem::take(&mut self.st);
        self.deliver(jump, state);
        Dead
    }

    /// Returns the value on top of the stack.
    pub(super) fn return_top(&mut self) -> Dead {
        let top = self.st.pop();
        if top.lent {
            self.st.inc(top.obj);
        }
        self.st.push(top.obj);
        self.jump(Jump::Return)
    }

    /// Hands `state` to the innermost construct that catches `jump`.
    pub(super) fn deliver(&mut self, jump: Jump, state: State) {
        let Some(at) = self.ctl.iter().rposition(|ctl| catches(ctl, jump)) else {
            return;
        };
        let swap = std::mem::replace(&mut self.st, state);
        match (&self.ctl[at], jump) {
            (&Ctl::Loop { frames, stack, .. }, _) => self.unwind(frames, stack, 0),
            (&Ctl::Try { frames, stack, .. }, _)
            | (&Ctl::Cleanup { frames, stack, .. }, Jump::Raise) => {
                let exception = self.leaving_generators(frames);
                self.unwind(frames, stack, 0);
                self.st.push(exception);
            }
            (&Ctl::Cleanup { frames, stack, .. }, Jump::Return) => {
                let value = self.st.pop_owned();
                self.unwind(frames, stack, 0);
                self.st.push(value);
            }
            (&Ctl::Cleanup { frames, stack, .. }, _) => self.unwind(frames, stack, 0),
            (&Ctl::Call { frames, .. } | &Ctl::Generator { frames, .. }, _) => {
                let value = self.st.pop_owned();
                while self.st.frames.len() > frames {
                    self.leave_frame(false);
                }
                self.st.push(value);
            }
        }
        let state = std::mem::replace(&mut self.st, swap);
        let mut ctl = std::mem::take(&mut self.ctl);
        match (&mut ctl[at], jump) {
            (Ctl::Loop { breaks, .. }, Jump::Break) => self.join_into(breaks, state),
            (Ctl::Loop { continues, .. }, _) => self.join_into(continues, state),
            (Ctl::Try { raises, .. }, _) => self.add_raise(raises, state),
            (Ctl::Cleanup { left, .. }, jump) => {
                let same = left.iter().position(|(other, _)| *other == jump);
                match same {
                    Some(index) => {
                        let before = left[index].1.clone();
                        left[index].1 = self.joined(&before, &state, false).0;
                    }
                    None => left.push((jump, state)),
                }
            }
            (Ctl::Call { returns, .. } | Ctl::Generator { returns, .. }, _) => {
                self.join_into(returns, state)
            }
        }
        self.ctl = ctl;
    }

    /// The exception on top of the stack, taken off. StopIteration does not leave a generator: a RuntimeError does that
    /// holds it (`gen_send_ex`).
    fn leaving_generators(&mut self, frames: usize) -> ObjId {
        let exception = self.st.pop_owned();
        let leaves = self.st.frames[frames..]
            .iter()
            .any(|frame| frame.generator.is_some());
        let class = self.exception_class(&self.st, exception);
        let stops = [B::StopIteration, B::StopAsyncIteration]
            .into_iter()
            .any(|ty| self.is_subclass(class, self.atoms.ty(ty)) != Some(false));
        if leaves && stops {
            self.st.blur(exception);
            return UNKNOWN;
        }
        exception
    }

    fn add_raise(&mut self, raises: &mut Vec<(State, ObjId)>, mut state: State) {
        let exception = state.frame().stack.last().map_or(UNKNOWN, |top| top.obj);
        let class = self.exception_class(&state, exception);
        for (before, other) in raises.iter_mut() {
            if *other == class {
                *before = self.joined(before, &state, false).0;
                return;
            }
        }
        if raises.len() < crate::limits::RAISES {
            raises.push((state, class));
            return;
        }
        // Too many kinds of exceptions: one state for all.
        let mut all = std::mem::take(raises).into_iter();
        if let Some((first, _)) = all.next() {
            let mut joined = first;
            for (next, _) in all {
                joined = self.joined(&joined, &next, false).0;
            }
            state = self.joined(&joined, &state, false).0;
        }
        raises.push((state, UNKNOWN));
    }

    /// The class of an exception object, or unknown.
    fn exception_class(&self, state: &State, exception: ObjId) -> ObjId {
        let obj = if exception.is_atom() {
            Some(self.atoms.get(exception))
        } else {
            state.heap.get(exception)
        };
        match obj.map(|obj| &obj.kind) {
            Some(Kind::Exception(exception)) => exception.class,
            Some(Kind::Opaque(ty, _)) if ty.is_exception() => self.atoms.ty(*ty),
            _ => UNKNOWN,
        }
    }

    /// Back to an outer frame and stack height.
    fn unwind(&mut self, frames: usize, stack: usize, keep: usize) {
        while self.st.frames.len() > frames {
            self.leave_frame(true);
        }
        while self.st.frame().stack.len() > stack + keep {
            self.st.drop_top();
        }
    }

    /// Drops the running frame with its locals. Where an exception leaves it, the traceback keeps the frame: what it
    /// held stays held by somebody.
    pub(super) fn leave_frame(&mut self, raised: bool) {
        let frame = self.st.frames.pop().expect("a call pushed it");
        if let Some(function) = frame.function.filter(|_| raised || frame.traced) {
            self.st.escape(function); // the frame that is kept holds what it runs
        }
        let order = self.layout().locals_die_in_reverse();
        let slots: Vec<_> = if order {
            frame.locals.iter().rev().flatten().copied().collect()
        } else {
            frame.locals.iter().flatten().copied().collect()
        };
        for slot in slots.into_iter().chain(frame.namespace.values().copied()) {
            if slot.lent {
                continue;
            }
            if raised || frame.traced {
                self.st.blur(slot.obj)
            } else {
                self.st.dec(slot.obj)
            }
        }
        for reference in frame.stack.iter().rev() {
            self.st.release(*reference);
        }
        for &(obj, lo, hi) in &frame.holds {
            self.st.sub(obj, lo, hi);
        }
        if let Some(cell) = frame.class_cell {
            self.st.dec(cell);
        }
        if let Some(generator) = frame.generator {
            self.end_generator(generator);
        }
        self.forget_news();
    }

    /// Back in an outer frame: what was made since its statement began and is gone again concerns it not.
    pub(super) fn forget_news(&mut self) {
        let before = self.st.frame().statement_start;
        self.st.freed.retain(|freed| freed.id.0 < before);
        self.st.leaked.retain(|id| id.0 < before);
    }

    /// Whether anybody would notice an exception here.
    pub(super) fn is_guarded(&self) -> bool {
        self.ctl.iter().any(|ctl| catches(ctl, Jump::Raise))
    }

    /// CPython may raise here; execution may also go on.
    pub(super) fn may_raise(&mut self) {
        self.may_raise_object(SOME_EXCEPTION);
    }

    /// An exception may come here, or execution goes on.
    pub(super) fn may_raise_object(&mut self, exception: ObjId) {
        if !self.is_guarded() {
            return;
        }
        let mut state = self.st.clone();
        state.push(exception);
        self.deliver(Jump::Raise, state);
    }

    /// An exception of this builtin class comes here, surely.
    pub(super) fn raise(&mut self, ty: B) -> Dead {
        if self.is_guarded() {
            return self.raise_holding(ty, &[]);
        }
        self.st = State::default();
        Dead
    }

    /// An exception of some class comes here, surely.
    pub(super) fn raise_some(&mut self) -> Dead {
        if !self.is_guarded() {
            self.st = State::default();
            return Dead;
        }
        self.st.push(SOME_EXCEPTION);
        self.jump(Jump::Raise)
    }

    /// The same, of an exception that holds these objects (a KeyError its key, an AttributeError its object).
    pub(super) fn raise_holding(&mut self, ty: B, held: &[ObjId]) -> Dead {
        if !self.is_guarded() {
            self.st = State::default();
            return Dead;
        }
        let exception = self.exception_holding(ty, held);
        self.st.push(exception);
        self.jump(Jump::Raise)
    }

    /// A raised exception of this builtin class, with one reference.
    pub(super) fn exception(&mut self, ty: B) -> ObjId {
        self.exception_holding(ty, &[])
    }

    fn exception_holding(&mut self, ty: B, held: &[ObjId]) -> ObjId {
        let class = self.atoms.ty(ty);
        let exception = self.alloc(Kind::Exception(std::sync::Arc::new(
            crate::domain::ExcObj {
                class,
                args: Vec::new(),
                held: held.to_vec(),
                raised: true,
                attrs: Default::default(),
                open: false,
            },
        )));
        self.st.inc(exception);
        exception
    }
}

fn catches(ctl: &Ctl, jump: Jump) -> bool {
    match ctl {
        Ctl::Loop { .. } => matches!(jump, Jump::Break | Jump::Continue),
        Ctl::Try { .. } => jump == Jump::Raise,
        Ctl::Cleanup { .. } => true,
        Ctl::Call { .. } | Ctl::Generator { .. } => jump == Jump::Return,
    }
}
