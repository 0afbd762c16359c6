//! Names: read, bound, deleted, in locals, cells, namespaces, globals and builtins.

use super::machine::{Machine, R};
use crate::base::Name;
use crate::domain::atoms::UNKNOWN;
use crate::domain::{B, Kind, ObjId, Slot, StackRef};
use crate::hir::borrow::Lending;
use crate::hir::namespace;
use crate::hir::{ExprId, NameUse, Var};

impl Machine<'_> {
    /// Pushes what `name` refers to. `at` is the expression that reads it, where it is one.
    pub(super) fn load_name(&mut self, name: NameUse, at: Option<ExprId>) -> R {
        if !self.type_params.1.is_empty()
            && self.type_params.0 == self.st.frames.len()
            && !matches!(name.var, Var::Global | Var::Namespace)
        {
            // The scope of type parameters has no frame here.
            let value = if self.type_params.1.contains(&name.name) {
                self.some(B::TypeVar)
            } else {
                UNKNOWN
            };
            self.st.push(value);
            return Ok(());
        }
        match name.var {
            Var::Fast(slot) => {
                let Some(found) = self.st.frame().locals.get(slot as usize).copied().flatten()
                else {
                    return Err(self.raise(B::UnboundLocalError));
                };
                if found.maybe_unbound {
                    self.may_raise();
                }
                let lending = self.lending(at);
                let lent = found.lent || lending == Lending::Lent && !found.maybe_unbound;
                if !lent {
                    let surely = u32::from(lending != Lending::Unsure);
                    self.st.add(found.obj, surely, 1);
                }
                let reference = StackRef {
                    obj: found.obj,
                    lent,
                    may_be_kept: found.lent,
                };
                self.st.frame_mut().stack.push(reference);
                Ok(())
            }
            // A comprehension that is inlined uses the locals around it as they are.
            Var::Deref(slot) if self.lending(at) != Lending::Owned => {
                self.load_cell(slot)?;
                let top = self.st.pop();
                if self.lending(at) == Lending::Lent {
                    self.st.dec(top.obj);
                    self.st.frame_mut().stack.push(StackRef::lent(top.obj));
                } else {
                    self.st.dec(top.obj);
                    self.st.add(top.obj, 0, 1);
                    self.st.push(top.obj);
                }
                Ok(())
            }
            Var::Deref(slot) => self.load_cell(slot),
            Var::ClassDeref(slot) => match self.st.frame().namespace.get(&name.name).copied() {
                Some(found) => self.push_slot(found),
                None => self.load_cell(slot),
            },
            Var::Global => self.load_global(name.name),
            Var::Namespace => {
                if self.st.frame().unit.unit.is_some()
                    && let Some(found) = self.st.frame().namespace.get(&name.name).copied()
                {
                    if found.maybe_unbound {
                        // The class's own name may be unbound: then the global of that name is read.
                        self.may_raise();
                        self.st.push(UNKNOWN);
                        return Ok(());
                    }
                    return self.push_slot(found);
                }
                self.load_global(name.name)
            }
        }
    }

    fn lending(&self, at: Option<ExprId>) -> Lending {
        match at {
            Some(at) if self.layout().locals_are_lent() => self.p.constants.lending(self.item, at),
            _ => Lending::Owned,
        }
    }

    fn push_slot(&mut self, found: Slot) -> R {
        if found.maybe_unbound {
            self.may_raise();
        }
        self.st.inc(found.obj);
        self.st.push(found.obj);
        Ok(())
    }

    fn load_cell(&mut self, slot: u16) -> R {
        let cell = self.st.frame().locals.get(slot as usize).copied().flatten();
        match cell.map(|cell| self.kind(cell.obj)) {
            Some(Kind::Cell(Some(content))) => {
                let content = *content;
                if content == UNKNOWN {
                    self.may_raise();
                }
                self.st.inc(content);
                self.st.push(content);
                Ok(())
            }
            Some(Kind::Cell(None)) => Err(self.raise(B::NameError)),
            _ => {
                self.may_raise();
                self.st.push(UNKNOWN);
                Ok(())
            }
        }
    }

    fn load_global(&mut self, name: Name) -> R {
        if let Some(found) = self.global(name) {
            if found.maybe_unbound {
                self.may_raise();
                if found.obj != UNKNOWN && self.builtin(name).is_some() {
                    self.st.push(UNKNOWN);
                    return Ok(());
                }
            }
            return self.push_slot(Slot {
                maybe_unbound: false,
                ..found
            });
        }
        match self.builtin(name) {
            _ if self.st.namespace_escaped => {
                self.may_raise();
                self.st.push(UNKNOWN);
                Ok(())
            }
            Some(id) => {
                self.st.push(id);
                Ok(())
            }
            None => Err(self.raise(B::NameError)),
        }
    }

    /// The global name that `value[index]` is, if it is `globals()["x"]`; of `locals()` and `vars()` so at the module's
    /// own level.
    pub(super) fn namespace_item(&mut self, value: ExprId, index: ExprId) -> Option<Name> {
        let code = self.code();
        let (builtin, text) = namespace::item_named(code, &self.names, value, index)?;
        let is_ours = builtin == "globals" || self.st.frame().unit.unit.is_none();
        let builtin = self.names.get(builtin)?;
        if !is_ours || self.global(builtin).is_some() || self.st.namespace_escaped {
            return None;
        }
        Some(self.names.intern(text))
    }

    /// `globals()["x"]`
    pub(super) fn load_namespace_item(&mut self, name: Name) -> R {
        match self.global(name) {
            Some(found) => self.push_slot(found),
            None if self.names.text(name).starts_with("__") => {
                self.may_raise();
                self.st.push(UNKNOWN);
                Ok(())
            }
            None => Err(self.raise(B::KeyError)),
        }
    }

    /// Binds `name` to the object on top of the stack, which is taken off.
    pub(super) fn store_name(&mut self, name: NameUse) {
        let top = self.st.pop();
        let stays_lent = top.may_be_kept && matches!(name.var, Var::Fast(_));
        if top.lent && !stays_lent {
            // What only comprehensions that are inlined share is a local like others, and may stay lent.
            let may_stay_lent = top.may_be_kept && self.is_uncaptured(name);
            self.st.add(top.obj, u32::from(!may_stay_lent), 1);
        }
        let value = top.obj;
        self.note_bound(value);
        let at_top = self.st.frame().unit.unit.is_none();
        let is_global = matches!(name.var, Var::Global) || name.var == Var::Namespace && at_top;
        if self.st.frame().handed && name.var == Var::Namespace || self.is_open && is_global {
            self.st.escape(value);
        }
        let old = match name.var {
            Var::Fast(slot) => {
                let locals = &mut self.st.frame_mut().locals;
                let slot = slot as usize;
                if locals.len() <= slot {
                    locals.resize(slot + 1, None);
                }
                locals[slot].replace(Slot {
                    lent: stays_lent,
                    ..Slot::owned(value)
                })
            }
            Var::Deref(slot) | Var::ClassDeref(slot) => {
                self.store_cell(slot, Some(value));
                None
            }
            Var::Namespace if self.st.frame().unit.unit.is_some() => self
                .st
                .frame_mut()
                .namespace
                .insert(name.name, Slot::owned(value)),
            Var::Global | Var::Namespace => {
                self.global(name.name);
                self.st
                    .globals
                    .insert(name.name.0 as usize, Slot::owned(value))
            }
        };
        self.let_go(old);
    }

    /// Whether a variable that inner scopes share is shared with none but comprehensions.
    fn is_uncaptured(&self, name: NameUse) -> bool {
        let Var::Deref(slot) = name.var else {
            return false;
        };
        self.unit(self.st.frame().unit)
            .and_then(|unit| unit.scope.vars.get(slot as usize))
            .is_some_and(|var| !var.is_captured)
    }

    /// Gives up what a variable held.
    fn let_go(&mut self, old: Option<Slot>) {
        if let Some(old) = old
            && !old.lent
        {
            self.st.dec(old.obj);
        }
    }

    fn store_cell(&mut self, slot: u16, value: Option<ObjId>) {
        let cell = self.st.frame().locals.get(slot as usize).copied().flatten();
        let Some(cell) = cell.map(|cell| cell.obj) else {
            return;
        };
        let old = match self.st.heap.get_mut(cell).map(|obj| &mut obj.kind) {
            Some(Kind::Cell(content)) => std::mem::replace(content, value),
            _ => {
                // Which cell it is is not known: the value may be anywhere.
                if let Some(value) = value {
                    self.st.blur(value);
                }
                None
            }
        };
        if let Some(old) = old {
            self.st.dec(old);
        }
        if self.obj(cell).escaped && !self.st.exposed.contains(&cell) {
            self.st.exposed.push(cell);
            if let Some(value) = value {
                self.st.escape(value);
            }
        }
    }

    /// `del name`
    pub(super) fn delete_name(&mut self, name: NameUse) -> R {
        let old = match name.var {
            Var::Fast(slot) => self
                .st
                .frame_mut()
                .locals
                .get_mut(slot as usize)
                .and_then(Option::take),
            Var::Deref(slot) | Var::ClassDeref(slot) => {
                let cell = self.st.frame().locals.get(slot as usize).copied().flatten();
                match cell.map(|cell| self.kind_of(cell.obj)) {
                    Some(Kind::Cell(None)) => None,
                    _ => {
                        self.store_cell(slot, None);
                        return Ok(());
                    }
                }
            }
            Var::Namespace if self.st.frame().unit.unit.is_some() => {
                self.st.frame_mut().namespace.shift_remove(&name.name)
            }
            Var::Global | Var::Namespace => {
                self.global(name.name);
                self.st.globals.remove(name.name.0 as usize)
            }
        };
        match old {
            Some(old) => {
                if old.maybe_unbound {
                    self.may_raise();
                }
                self.let_go(Some(old));
                Ok(())
            }
            None => Err(self.raise(B::NameError)),
        }
    }

    /// The slot of a name of the running code object, for those who look.
    pub fn look_up(&self, name: NameUse) -> Option<Slot> {
        match name.var {
            Var::Fast(slot) => self.st.frame().locals.get(slot as usize).copied().flatten(),
            Var::Deref(slot) | Var::ClassDeref(slot) => {
                let cell = self
                    .st
                    .frame()
                    .locals
                    .get(slot as usize)
                    .copied()
                    .flatten()?;
                match self.kind(cell.obj) {
                    Kind::Cell(Some(content)) => Some(Slot {
                        obj: *content,
                        lent: false,
                        maybe_unbound: *content == UNKNOWN,
                    }),
                    _ => None,
                }
            }
            Var::Namespace if self.st.frame().unit.unit.is_some() => {
                self.st.frame().namespace.get(&name.name).copied()
            }
            Var::Global | Var::Namespace => self.global(name.name),
        }
    }

    /// The slot of a global name.
    fn global(&self, name: Name) -> Option<Slot> {
        if self.is_open {
            self.read.borrow_mut().insert(name);
        }
        self.st.globals.get(name.0 as usize).copied()
    }

    /// The running statement bound this object, to a name or another path.
    pub(super) fn note_bound(&mut self, obj: ObjId) {
        if !obj.is_atom() {
            self.fresh_bound.push(obj);
        }
    }
}
