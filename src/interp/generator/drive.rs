//! Iterators whose next step runs code of the program: its generators, and instances of its classes with `__next__`.

use super::super::attribute::Found;
use super::super::control::{Ctl, Jump};
use super::super::iterate::Next;
use super::super::machine::{Dead, Machine, R};
use super::super::protocol::Special;
use super::{Advanced, Sent};
use crate::domain::atoms::NONE;
use crate::domain::{B, IterOver, Kind, ObjId, State};
use crate::layout::CallKind;

impl Machine<'_> {
    /// Whether the next step of this iterator runs code of the program.
    pub(in crate::interp) fn is_driven(&self, iterator: ObjId) -> bool {
        match self.kind(iterator) {
            Kind::Gen(_) | Kind::Instance(_) => true,
            Kind::Iter(iter) => matches!(iter.over, IterOver::GetItem { .. }),
            _ => false,
        }
    }

    /// Takes the next step.
    pub(in crate::interp) fn drive(&mut self, iterator: ObjId) -> R<Advanced> {
        match self.kind(iterator) {
            Kind::Gen(_) => self.advance(iterator, Sent::Value(NONE)),
            Kind::Instance(_) => self.advance_instance(iterator),
            Kind::Iter(_) => self.advance_by_index(iterator),
            _ => Ok(Advanced::Unknown),
        }
    }

    /// Asks an instance for its next item by number: IndexError is the end, and so is StopIteration (`iter_iternext`).
    fn advance_by_index(&mut self, iterator: ObjId) -> R<Advanced> {
        let Kind::Iter(iter) = self.kind_of(iterator) else {
            return Ok(Advanced::Unknown);
        };
        let (IterOver::GetItem { down }, Some(&source)) = (&iter.over, iter.held.first()) else {
            self.st.push(NONE);
            return Ok(Advanced::Done); // it let go of what it went over
        };
        let Special::Function(function) = self.special(source, "__getitem__") else {
            return Ok(Advanced::Unknown);
        };
        let at = match (down, iter.index) {
            (true, 0) => {
                self.release_source(iterator);
                self.st.push(NONE);
                return Ok(Advanced::Done);
            }
            (true, index) => index - 1,
            (false, index) => index,
        };
        let stops = [B::IndexError, B::StopIteration];
        let advanced = self.advance_by(&stops, |machine| {
            let number = machine.int64(at as i64);
            machine.push_new(number);
            machine.call_from_slot(function, &[source, number])?;
            let item = machine.st.pop_owned();
            machine.consume(1);
            machine.st.push(item);
            Ok(())
        })?;
        let next = if *down { at } else { at + 1 };
        match advanced {
            Advanced::Item => self.set_iter(iterator, |iter| iter.index = next),
            Advanced::Done => self.release_source(iterator),
            // What the iterator holds then is not the same in both.
            Advanced::Either(_) | Advanced::Unknown => {}
        }
        Ok(advanced)
    }

    /// An iterator at its end lets its source go.
    fn release_source(&mut self, iterator: ObjId) {
        let mut gone = Vec::new();
        self.set_iter(iterator, |iter| gone = std::mem::take(&mut iter.held));
        for id in gone {
            self.st.dec(id);
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
        self.advance_by(&[B::StopIteration], |machine| {
            machine.push_new(iterator);
            machine.call_with(function, 1, CallKind::ForNextSelf)
        })
    }

    /// Runs a step that pushes an item, or raises one of these exceptions at the end.
    fn advance_by(&mut self, stops: &[B], step: impl FnOnce(&mut Self) -> R) -> R<Advanced> {
        let (frames, stack) = (self.st.frames.len(), self.st.frame().stack.len());
        self.ctl.push(Ctl::Try {
            frames,
            stack,
            raises: Vec::new(),
        });
        let done = step(self);
        let raises = match self.ctl.pop() {
            Some(Ctl::Try { raises, .. }) => raises,
            _ => Vec::new(),
        };
        let given = done.is_ok().then(|| std::mem::take(&mut self.st));
        let stops = stops.iter().map(|stop| self.atoms.ty(*stop));
        let stops: Vec<ObjId> = stops.collect();
        let mut ended: Option<State> = None;
        for (state, class) in raises {
            let mut answers = stops.iter().map(|stop| self.is_subclass(class, *stop));
            let stops = if answers.clone().any(|answer| answer == Some(true)) {
                Some(true)
            } else if answers.all(|answer| answer == Some(false)) {
                Some(false)
            } else {
                None
            };
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
