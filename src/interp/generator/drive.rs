//! Iterators whose next step runs code of the program: its generators, and instances of its classes with `__next__`.

use super::super::attribute::Found;
use super::super::control::{Ctl, Jump};
use super::super::iterate::Next;
use super::super::machine::{Dead, Machine, R};
use super::{Advanced, Sent};
use crate::domain::atoms::NONE;
use crate::domain::{B, Kind, ObjId, State};
use crate::layout::CallKind;

impl Machine<'_> {
    /// Whether the next step of this iterator runs code of the program.
    pub(in crate::interp) fn is_driven(&self, iterator: ObjId) -> bool {
        matches!(self.kind(iterator), Kind::Gen(_) | Kind::Instance(_))
    }

    /// Takes the next step.
    pub(in crate::interp) fn drive(&mut self, iterator: ObjId) -> R<Advanced> {
        match self.kind(iterator) {
            Kind::Gen(_) => self.advance(iterator, Sent::Value(NONE)),
            Kind::Instance(_) => self.advance_instance(iterator),
            _ => Ok(Advanced::Unknown),
        }
    }

    /// Calls `__next__`: StopIteration is the end.
    fn advance_instance(&mut self, iterator: ObjId) -> R<Advanced> {
        let Kind::Instance(instance) = self.kind(iterator) else {
            return Ok(Advanced::Unknown);
        };
        let class = instance.class;
        let name = self.names.intern("__next__");
        let function = match self.class_attribute(class, name) {
            Found::Object(function, _) if matches!(self.kind(function), Kind::Function(_)) => {
                function
            }
            Found::Nothing => return Err(self.raise(B::TypeError)),
            _ => return Ok(Advanced::Unknown),
        };
        let (frames, stack) = (self.st.frames.len(), self.st.frame().stack.len());
        self.ctl.push(Ctl::Try {
            frames,
            stack,
            raises: Vec::new(),
        });
        self.push_new(iterator);
        let done = self.call_with(function, 1, CallKind::ForNextSelf);
        let raises = match self.ctl.pop() {
            Some(Ctl::Try { raises, .. }) => raises,
            _ => Vec::new(),
        };
        let given = done.is_ok().then(|| std::mem::take(&mut self.st));
        let stop = self.atoms.ty(B::StopIteration);
        let mut ended: Option<State> = None;
        for (state, class) in raises {
            let stops = self.is_subclass(class, stop);
            if stops != Some(true) {
                self.deliver(Jump::Raise, state.clone());
            }
            if stops != Some(false) {
                self.st = state;
                self.st.drop_top();
                self.st.push(NONE);
                let state = std::mem::take(&mut self.st);
                self.join_into(&mut ended, state);
            }
        }
        match (given, ended) {
            (Some(state), None) => {
                self.st = state;
                Ok(Advanced::Item)
            }
            (None, Some(state)) => {
                self.st = state;
                Ok(Advanced::Done)
            }
            (Some(state), Some(ended)) => {
                self.st = state;
                Ok(Advanced::Either(Box::new(ended)))
            }
            (None, None) => Err(Dead),
        }
    }

    /// The next item for those who can't tell apart whether there is one.
    pub(in crate::interp) fn next_of_driven(&mut self, iterator: ObjId) -> R<Next> {
        match self.drive(iterator)? {
            Advanced::Item => Ok(Next::Item(self.take_item())),
            Advanced::Done => {
                self.st.drop_top();
                Ok(Next::End)
            }
            Advanced::Either(ended) => {
                let item = self.st.pop_owned();
                self.st.blur(item);
                self.st.forget(iterator);
                let given = std::mem::replace(&mut self.st, *ended);
                self.st.drop_top();
                let ended = std::mem::take(&mut self.st);
                self.st = self.joined(&given, &ended, false).0;
                Ok(Next::Unknown)
            }
            Advanced::Unknown => Ok(Next::Unknown),
        }
    }

    /// The value on top of the stack as an item on its way to somebody.
    pub(in crate::interp) fn take_item(&mut self) -> ObjId {
        let item = self.st.pop_owned();
        self.st.uncount(item);
        item
    }
}
