//! Jumps: `break`, `continue`, `return` and exceptions, and who is waiting for them.
//!
//! A jump hands the state to the innermost construct that catches it, joined with what came there before, and the path
//! ends. The construct takes it up when its body is done.

use super::machine::{Dead, Machine};
use crate::domain::B;
use crate::domain::atoms::{SOME_EXCEPTION, UNKNOWN};
use crate::domain::{Count, Frame, Kind, Obj, ObjId, State};
use crate::hir::{CompKind, UnitKind};

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
            (&Ctl::Loop { frames, stack, .. }, _) => self.unwind(frames, stack, None),
            (&Ctl::Try { frames, stack, .. }, _)
            | (&Ctl::Cleanup { frames, stack, .. }, Jump::Raise) => {
                let exception = self.leaving_generators(frames);
                self.unwind(frames, stack, Some(exception));
                self.st.push(exception);
            }
            (&Ctl::Cleanup { frames, stack, .. }, Jump::Return) => {
                let value = self.st.pop_owned();
                self.unwind(frames, stack, None);
                self.st.push(value);
            }
            (&Ctl::Cleanup { frames, stack, .. }, _) => self.unwind(frames, stack, None),
            (&Ctl::Call { frames, .. } | &Ctl::Generator { frames, .. }, _) => {
                let value = self.st.pop_owned();
                while self.st.frames.len() > frames {
                    self.leave_frame(None);
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

    /// Back to an outer frame and stack height, by an exception if there is one.
    fn unwind(&mut self, frames: usize, stack: usize, exception: Option<ObjId>) {
        while self.st.frames.len() > frames {
            self.leave_frame(exception);
        }
        while self.st.frame().stack.len() > stack {
            self.st.drop_top();
        }
    }

    /// Drops the running frame with its locals. Where an exception leaves it, the traceback keeps the frame: the exception
    /// holds what it held.
    pub(super) fn leave_frame(&mut self, exception: Option<ObjId>) {
        let frame = self.st.frames.pop().expect("a call pushed it");
        let left = match exception {
            // What an inlined comprehension bound is put back as it was.
            Some(_) if self.is_inlined(&frame) => match self.is_in_class() {
                true => Left::Lost,
                false => Left::Gone,
            },
            // An earlier exception may keep the frame longer.
            Some(exception) if self.traces(exception) && !frame.traced => Left::Traced(exception),
            None if !frame.traced => Left::Gone,
            _ => Left::Lost,
        };
        if let Some(function) = frame.function
            && self.layout().frames_hold_functions()
        {
            self.leave(function, true, left);
        }
        let order = self.layout().locals_die_in_reverse();
        let slots: Vec<_> = if order {
            frame.locals.iter().rev().flatten().copied().collect()
        } else {
            frame.locals.iter().flatten().copied().collect()
        };
        for slot in slots.into_iter().chain(frame.namespace.values().copied()) {
            if frame.handed {
                self.st.blur(slot.obj);
            } else {
                self.leave(slot.obj, slot.lent, left);
            }
        }
        // What a comprehension goes over is a local of its code object, `.0`.
        let is_comprehension = self
            .unit(frame.unit)
            .is_some_and(|unit| matches!(unit.kind, UnitKind::Comprehension(_)));
        for (at, reference) in frame.stack.iter().enumerate().rev() {
            match at {
                0 if is_comprehension => self.leave(reference.obj, reference.lent, left),
                _ => self.st.release(*reference),
            }
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

    fn is_inlined(&self, frame: &Frame) -> bool {
        self.layout().inlines_comprehensions()
            && self.unit(frame.unit).is_some_and(|unit| {
                matches!(unit.kind, UnitKind::Comprehension(kind) if kind != CompKind::Generator)
            })
    }

    /// Whether the running frame is a class body's, in which not every version inlines comprehensions.
    pub(super) fn is_in_class(&self) -> bool {
        let unit = self.unit(self.st.frame().unit);
        unit.is_some_and(|unit| unit.kind == UnitKind::Class)
    }

    /// A reference of a frame that is left; it did not count as one if it was `lent`.
    fn leave(&mut self, obj: ObjId, lent: bool, left: Left) {
        match left {
            Left::Gone if lent => {}
            Left::Gone => self.st.dec(obj),
            Left::Traced(exception) => {
                if lent {
                    self.st.inc(obj);
                }
                self.trace(exception, obj);
            }
            Left::Lost => {
                if lent {
                    self.st.inc(obj);
                }
                match self.hooks.introspects {
                    true => self.st.blur(obj),
                    false => self.st.fade(obj),
                }
            }
        }
    }

    /// Whether what an exception's traceback holds is written down: it is known which one it is, and this file alone has
    /// it.
    pub(super) fn traces(&self, exception: ObjId) -> bool {
        let is_ours = |obj: &Obj| {
            matches!(obj.kind, Kind::Exception(_)) && !obj.uncertain && obj.count.hi != Count::OPEN
        };
        !self.hooks.introspects && self.st.heap.get(exception).is_some_and(is_ours)
    }

    /// The exception holds the counted reference from now on.
    pub(super) fn trace(&mut self, exception: ObjId, obj: ObjId) {
        if obj.is_atom() {
            return;
        }
        if let Some(holder) = self.st.heap.get_mut(exception)
            && let Kind::Exception(exception) = &mut holder.kind
        {
            std::sync::Arc::make_mut(exception).trace.push(obj);
        }
    }

    /// What is handled now, if anything is known of it.
    pub(super) fn handled_now(&self) -> Option<ObjId> {
        let &(frames, stack) = self.handling.last()?;
        Some(self.st.frames.get(frames - 1)?.stack.get(stack)?.obj)
    }

    /// Somebody gets hold of the exceptions that are handled (`sys.exc_info`).
    pub(super) fn hand_over_handled(&mut self) {
        for at in 0..self.handling.len() {
            let (frames, stack) = self.handling[at];
            let frame = self.st.frames.get(frames - 1);
            if let Some(exception) = frame
                .and_then(|frame| frame.stack.get(stack))
                .map(|it| it.obj)
            {
                self.st.escape(exception);
            }
        }
    }

    /// An exception is raised while another is handled, which becomes its context (`_PyErr_SetObject`).
    pub(super) fn set_context(&mut self, raised: ObjId) {
        let Some(context) = self.handled_now().filter(|context| *context != raised) else {
            return;
        };
        if context.is_atom() {
            return;
        }
        let is_new = |obj: &Obj| matches!(&obj.kind, Kind::Exception(new) if new.trace.is_empty());
        self.st.inc(context);
        if self.traces(raised) && self.st.heap.get(raised).is_some_and(is_new) {
            self.trace(raised, context);
        } else {
            self.st.escape(raised);
            self.st.fade(context);
        }
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
        let before = self.st.clone();
        self.set_context(exception);
        let mut state = std::mem::replace(&mut self.st, before);
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
        self.set_context(SOME_EXCEPTION);
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
        self.set_context(exception);
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
                trace: Vec::new(),
                attrs: Default::default(),
                open: false,
            },
        )));
        self.st.inc(exception);
        exception
    }
}

/// What becomes of the references of a frame that is left.
#[derive(Clone, Copy)]
enum Left {
    /// They go.
    Gone,
    /// This exception's traceback has them.
    Traced(ObjId),
    /// Some exception's traceback has them, until it goes.
    Lost,
}

fn catches(ctl: &Ctl, jump: Jump) -> bool {
    match ctl {
        Ctl::Loop { .. } => matches!(jump, Jump::Break | Jump::Continue),
        Ctl::Try { .. } => jump == Jump::Raise,
        Ctl::Cleanup { .. } => true,
        Ctl::Call { .. } | Ctl::Generator { .. } => jump == Jump::Return,
    }
}
