//! Code that is not known: what it is handed, what it can reach, what is forgotten when it runs.

use std::sync::Arc;

use super::machine::{Machine, R};
use crate::base::Name;
use crate::domain::atoms::{FOREIGN, UNKNOWN};
use crate::domain::{B, Count, Kind, ObjId, Site, join};

impl Machine<'_> {
    /// Code runs that is not known, but that can reach only what escaped.
    pub(super) fn unknown_code(&mut self) {
        self.hand_over_handled();
        self.open_escaped();
        if self.hooks.leaks {
            self.st.namespace_escaped = true;
        }
        if self.is_open {
            // All that the globals lead to has escaped, and is open already.
            self.st.forget_escaped();
        } else if self.st.code_escaped
            || self.hooks.introspects && !self.st.escaped_units.is_empty()
        {
            let rebindable = self.p.rebindable;
            self.st.forget_globals(rebindable);
            self.forget_class_attributes(false);
        } else if !self.st.escaped_units.is_empty() {
            self.forget_reached();
            self.forget_class_attributes(true);
        } else {
            self.st.forget_escaped();
        }
        // Whoever raises may keep what it raises.
        self.may_raise_object(UNKNOWN);
    }

    /// The module's namespace goes where its changes can't be seen.
    pub(super) fn namespace_leaks(&mut self) {
        self.st.namespace_escaped = true;
        self.st.forget_escaped();
    }

    /// Unknown code may call the functions that escaped.
    pub(super) fn open_escaped(&mut self) {
        let units = std::sync::Arc::clone(&self.st.escaped_units);
        if !self
            .opened_from
            .as_ref()
            .is_some_and(|last| Arc::ptr_eq(last, &units))
        {
            self.opened.extend(units.iter().copied());
            self.opened_from = Some(units);
        }
    }

    /// Functions of the program may have run: a class attribute that some statement stores may be another.
    fn forget_class_attributes(&mut self, of_escaped: bool) {
        for at in 0..self.classes.len() {
            let id = self.classes[at];
            let stored = self.p.stored_attributes;
            let Kind::Class(class) = self.kind(id) else {
                continue;
            };
            if of_escaped && !self.obj(id).escaped {
                continue;
            }
            let changed: Vec<(Name, ObjId)> = class
                .attrs
                .iter()
                .filter(|(name, value)| **value != UNKNOWN && stored.binary_search(name).is_ok())
                .map(|(name, value)| (*name, *value))
                .collect();
            for (name, value) in changed {
                self.change_quietly(id, |kind| {
                    if let Kind::Class(class) = kind {
                        Arc::make_mut(class).attrs.insert(name, UNKNOWN);
                    }
                });
                self.st.blur(value);
            }
        }
    }

    /// An object is handed to code that is not known.
    pub(super) fn unknown_use(&mut self, id: ObjId) {
        if self.is_foreign(id) {
            self.may_raise();
            return;
        }
        self.st.escape(id);
        self.unknown_code();
    }

    /// Whether it is an object that a library made, in which nothing is the program's.
    pub(super) fn is_foreign(&self, id: ObjId) -> bool {
        id == FOREIGN && !self.st.mingled
    }

    /// Whether no use of the object runs code of the program or gives out an object of it.
    pub(super) fn is_inert(&self, id: ObjId) -> bool {
        match self.kind(id) {
            Kind::Tuple(items) => items.iter().all(|item| self.is_inert(*item)),
            Kind::Slice(parts) => parts.iter().all(|part| self.is_inert(*part)),
            kind => self.is_foreign(id) || join::builtin_type(kind).is_some_and(leads_nowhere),
        }
    }

    /// Where one of the `n` objects on top of the stack is foreign, and the others plain, what comes of them is foreign as
    /// well and takes their place; whether it is so.
    pub(super) fn foreign_result(&mut self, n: usize) -> bool {
        let all: Vec<ObjId> = (0..n).map(|depth| self.st.peek(depth)).collect();
        let is_foreign = all.iter().any(|id| self.is_foreign(*id));
        if !is_foreign || !all.iter().all(|id| self.is_inert(*id)) {
            return false;
        }
        for id in all {
            self.lend_out(id);
        }
        self.may_raise();
        self.replace(n, FOREIGN);
        true
    }

    /// Code of a library may hold a plain object from now on.
    pub(super) fn lend_out(&mut self, id: ObjId) {
        if let Kind::Tuple(items) = self.kind_of(id) {
            for item in items.iter() {
                self.lend_out(*item);
            }
            if let Some(obj) = self.st.heap.get_mut(id) {
                obj.escaped = true;
                obj.handed = true;
                obj.count.hi = Count::OPEN;
            }
        } else if !self.is_foreign(id) {
            self.st.escape(id);
        }
    }

    /// The `n` objects on top of the stack go to code that is not known; its result, which may be anything, takes their
    /// place.
    pub(super) fn unknown_call(&mut self, n: usize) -> R {
        self.unsteady = false;
        if self.foreign_result(n) {
            return Ok(());
        }
        for depth in 0..n {
            let id = self.st.peek(depth);
            self.st.escape(id);
        }
        self.unknown_code();
        self.replace(n, UNKNOWN);
        Ok(())
    }

    /// As [`Machine::unknown_call`], where nothing runs but CPython's own code: a look-up that is not modelled.
    pub(super) fn unknown_plain(&mut self, n: usize) -> R {
        if self.foreign_result(n) {
            return Ok(());
        }
        for depth in 0..n {
            let id = self.st.peek(depth);
            self.st.escape(id);
        }
        self.may_raise();
        self.replace(n, UNKNOWN);
        Ok(())
    }

    /// As [`Machine::unknown_call`], without a result.
    pub(super) fn unknown_statement(&mut self, n: usize) -> R {
        self.unknown_call(n)?;
        self.consume(1);
        Ok(())
    }

    /// Somebody changed the object in a way that is not known.
    pub(super) fn mutated_unknown(&mut self, id: ObjId) {
        if self.obj(id).uncertain || id.is_atom() {
            self.st.forget_escaped();
        } else {
            self.st.forget(id);
            let site = self.site;
            if let Some(obj) = self.st.heap.get_mut(id) {
                obj.changed = site;
            }
            self.event(super::machine::Event::Mutated { obj: id, by: site });
        }
    }

    /// After the program stored something in an object: if unknown code can reach the object, it can reach that too.
    pub(super) fn keep_exposed(&mut self, id: ObjId) {
        if id.is_atom() {
            return;
        }
        if let Some(obj) = self.st.heap.get_mut(id)
            && obj.escaped
        {
            obj.escaped = false;
            let handed = std::mem::take(&mut obj.handed);
            let escaped_at = obj.escaped_at;
            if escaped_at == Site::NONE || escaped_at == obj.joined_at {
                self.st.here = Site::NONE; // no code is known to have got hold of it
            }
            self.st.spread(id, handed);
            self.st.here = self.site;
            if let Some(obj) = self.st.heap.get_mut(id) {
                obj.escaped_at = escaped_at;
            }
        }
    }
}

/// Whether objects of the type hold none of the program's, whatever made them.
fn leads_nowhere(ty: B) -> bool {
    const MODULES: &[&str] = &[
        "datetime.",
        "decimal.",
        "fractions.",
        "pathlib.",
        "re.",
        "uuid.",
    ];
    ty.is_atom() || MODULES.iter().any(|module| ty.name().starts_with(module))
}
