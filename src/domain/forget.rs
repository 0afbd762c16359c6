//! Doubt: the four ways in which knowledge goes when code runs that is not known.
//!
//! - [`State::blur`]: one reference may now lead elsewhere; its object may be anywhere.
//! - [`State::escape`]: unknown code got hold of an object and of all that can be reached from it.
//! - [`State::forget_escaped`]: unknown code runs; what it may have got hold of may change.
//! - [`State::forget_globals`]: unknown code that may call the program's functions runs; global names may be rebound.

use std::sync::Arc;

use super::heap::ObjId;
use super::obj::{Count, Kind};
use super::state::State;
use crate::base::Name;
use smallvec::SmallVec;

impl State {
    /// A reference to `id` that was counted can no longer be followed: there may still be one, and whoever has it may do
    /// anything to the object.
    pub fn blur(&mut self, id: ObjId) {
        if id.is_atom() {
            self.mingled |= id == super::atoms::FOREIGN;
            return;
        }
        if let Some(obj) = self.heap.get_mut(id) {
            obj.count.lo = obj.count.lo.saturating_sub(1);
            obj.count.hi = Count::OPEN;
        }
        self.escape(id);
    }

    /// Unknown code gets hold of `id`, and may keep it: so may all that can be reached from it.
    pub fn escape(&mut self, id: ObjId) {
        self.spread(id, true);
    }

    /// Functions of the program that unknown code may call find `id`, and all that can be reached from it.
    pub fn reach(&mut self, id: ObjId) {
        self.spread(id, false);
    }

    /// [`State::escape`], or [`State::reach`] where it is not `handed` over.
    pub fn spread(&mut self, id: ObjId, handed: bool) {
        let here = self.here;
        let mut units: SmallVec<[super::state::UnitRef; 2]> = SmallVec::new();
        let mut todo: SmallVec<[ObjId; 8]> = SmallVec::new();
        todo.push(id);
        while let Some(id) = todo.pop() {
            if id.is_atom() {
                self.mingled |= id == super::atoms::FOREIGN;
                continue;
            }
            let Some(obj) = self.heap.get(id) else {
                continue;
            };
            if obj.escaped && (obj.handed || !handed) && obj.count.hi == Count::OPEN {
                continue;
            }
            // Who has an exception does not look into its traceback for frames, but lets go of them at some time.
            if let Kind::Exception(exception) = &obj.kind
                && !exception.trace.is_empty()
                && let Some(obj) = self.heap.get_mut(id)
                && let Kind::Exception(exception) = &mut obj.kind
            {
                let trace = std::mem::take(&mut Arc::make_mut(exception).trace);
                trace.into_iter().for_each(|held| self.fade(held));
            }
            let Some(obj) = self.heap.get(id) else {
                continue;
            };
            let is_exposed = changes_when_shared(&obj.kind);
            let referents = obj.kind.referents();
            if let Kind::Function(function) = &obj.kind {
                let unit = super::state::UnitRef {
                    item: function.item,
                    unit: Some(function.unit),
                };
                units.push(unit);
            }
            if let Kind::Gen(generator) = &obj.kind
                && generator.frame.is_some()
            {
                units.push(generator.unit);
            }
            let obj = self.heap.get_mut(id).expect("looked up above");
            obj.escaped = true;
            obj.escaped_at = obj.escaped_at.or(here);
            obj.handed |= handed;
            obj.count.hi = Count::OPEN;
            if is_exposed {
                self.exposed.push(id);
            }
            todo.extend(referents);
        }
        for unit in units {
            self.unit_escapes(unit, handed);
        }
    }

    /// Unknown code may run this function, or only what it may run does.
    pub fn unit_escapes(&mut self, unit: super::state::UnitRef, handed: bool) {
        if handed && !self.escaped_units.contains(&unit) {
            Arc::make_mut(&mut self.escaped_units).insert(unit);
        }
        if !self.reached_units.contains(&unit) {
            Arc::make_mut(&mut self.reached_units).insert(unit);
        }
    }

    /// Unknown code runs: what escaped may have any contents afterwards.
    pub fn forget_escaped(&mut self) {
        if self.namespace_escaped {
            self.forget_names();
        }
        while let Some(id) = self.exposed.pop() {
            self.forget(id);
        }
    }

    /// Any global name may lead elsewhere.
    fn forget_names(&mut self) {
        let known: Vec<(usize, ObjId)> = self
            .globals
            .iter()
            .filter(|(_, slot)| slot.obj != super::atoms::UNKNOWN || !slot.maybe_unbound)
            .map(|(index, slot)| (index, slot.obj))
            .collect();
        for (index, id) in known {
            self.blur(id);
            self.globals.insert(index, super::state::Slot::unknown());
        }
    }

    /// The contents of one object are no longer known.
    pub fn forget(&mut self, id: ObjId) {
        if id.is_atom() {
            return;
        }
        let Some(obj) = self.heap.get_mut(id) else {
            return;
        };
        obj.copy_of = None;
        let mut lost: Vec<ObjId> = Vec::new();
        let mut generators: SmallVec<[super::state::UnitRef; 1]> = SmallVec::new();
        match &mut obj.kind {
            Kind::List(list) => {
                let list = Arc::make_mut(list);
                lost.append(&mut list.items);
                list.open = true;
                list.every = None;
                list.slots = None;
            }
            Kind::Dict(dict) => {
                let dict = Arc::make_mut(dict);
                for (_, (key, value)) in dict.entries.drain(..) {
                    lost.extend([key, value]);
                }
                lost.extend(dict.factory.take());
                dict.open = true;
                dict.table = None;
                dict.tracked = None;
            }
            Kind::Set(set) if !set.frozen => {
                let set = Arc::make_mut(set);
                lost.extend(set.items.drain(..).map(|(_, item)| item));
                set.open = true;
                set.table = None;
            }
            Kind::Deque(items) => {
                if let Some(items) = items.take() {
                    lost.extend(items.iter().copied());
                }
            }
            Kind::ByteArray(len) => *len = None,
            Kind::Instance(instance) => {
                let instance = Arc::make_mut(instance);
                lost.extend(instance.attrs.drain(..).map(|(_, value)| value));
                lost.extend(instance.dict.take());
                lost.extend(instance.payload.take());
                instance.open = true;
            }
            Kind::Exception(exception) if !exception.attrs.is_empty() => {
                let exception = Arc::make_mut(exception);
                lost.extend(exception.attrs.drain(..).map(|(_, value)| value));
                exception.open = true;
            }
            Kind::Cell(content) => {
                lost.extend(content.replace(super::atoms::UNKNOWN));
            }
            Kind::Iter(iter) => {
                lost.extend(iter.held.iter().copied());
                obj.kind = Kind::Opaque(iter.ty, None);
            }
            // Its body may run, or have run, as far as it likes.
            Kind::Gen(generator) if generator.frame.is_some() => {
                lost.extend(generator.referents());
                generators.push(generator.unit);
                obj.kind = Kind::Opaque(generator.ty, None);
            }
            _ => {}
        }
        for unit in generators {
            self.unit_escapes(unit, true);
        }
        for id in lost {
            self.blur(id);
        }
    }

    /// The program's own functions may have been called by somebody unknown: what global names lead to may have changed,
    /// and the names in `rebindable` (those that some function declares `global`) may lead elsewhere.
    pub fn forget_globals(&mut self, rebindable: &[Name]) {
        // What was forgotten before and is as it was then has nothing left to lose.
        let globals: Vec<(usize, ObjId)> = self
            .globals
            .differing(&self.forgotten)
            .into_iter()
            .filter_map(|index| Some((index, self.globals.get(index)?.obj)))
            .collect();
        for (index, id) in globals {
            if rebindable.binary_search(&Name(index as u32)).is_ok() {
                self.blur(id);
                if let Some(slot) = self.globals.get_mut(index) {
                    slot.obj = super::atoms::UNKNOWN;
                    slot.maybe_unbound = true;
                }
            } else {
                self.escape(id);
            }
        }
        for &name in rebindable {
            if self.globals.get(name.0 as usize).is_none() {
                self.globals
                    .insert(name.0 as usize, super::state::Slot::unknown());
            }
        }
        self.forgotten = self.globals.clone();
        self.forget_escaped();
    }
}

/// Whether unknown code that holds such an object can make what is known of it untrue.
fn changes_when_shared(kind: &Kind) -> bool {
    match kind {
        Kind::List(list) => !list.open || list.every.is_some(),
        Kind::Dict(dict) => !dict.open,
        Kind::Set(set) => !set.frozen && !set.open,
        Kind::Deque(items) => items.is_some(),
        Kind::ByteArray(len) => len.is_some(),
        Kind::Exception(exception) => !exception.attrs.is_empty(),
        Kind::Instance(_) | Kind::Cell(_) | Kind::Iter(_) => true,
        Kind::Gen(generator) => generator.frame.is_some(),
        _ => false,
    }
}
