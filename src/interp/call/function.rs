//! `def` and `lambda`: functions are made, with defaults and closures.

use std::sync::Arc;

use super::super::machine::{Machine, R};
use crate::base::Name;
use crate::domain::{FuncObj, Key, Kind, ObjId, Ordered, Slot};
use crate::hir::{Unit, UnitId, VarKind};
use crate::layout::DictTable;

impl Machine<'_> {
    /// Makes the function of a unit and pushes it; defaults and annotations are evaluated.
    pub(in crate::interp) fn make_function(&mut self, unit_id: UnitId) -> R {
        let generic = std::mem::take(&mut self.generic);
        let code = self.code();
        let unit = code.unit(unit_id);
        let defaults = self.default_tuple(unit_id, unit)?;
        let kwdefaults = self.keyword_defaults(unit)?;
        let others = self.within_type_params(generic, |machine| machine.annotations(unit))?;
        let closure = self.closure(unit);
        let function = FuncObj {
            item: self.item,
            unit: unit_id,
            defaults,
            kwdefaults,
            closure,
            others,
            attrs: Ordered::default(),
        };
        let function = self.alloc_stealing(Kind::Function(Arc::new(function)));
        self.push_new(function);
        Ok(())
    }

    /// Evaluates something in the scope of type parameters.
    pub(super) fn within_type_params<T>(
        &mut self,
        params: Vec<Name>,
        run: impl FnOnce(&mut Self) -> R<T>,
    ) -> R<T> {
        let frames = self.st.frames.len();
        let outer = std::mem::replace(&mut self.type_params, (frames, params));
        let done = run(self);
        self.type_params = outer;
        done
    }

    fn default_tuple(&mut self, unit_id: UnitId, unit: &Unit) -> R<Option<ObjId>> {
        let n = unit.params.defaults.len();
        if n == 0 {
            return Ok(None);
        }
        if let Some(constant) = self.p.constants.defaults(self.item, unit_id) {
            let tuple = self.constant(constant);
            self.st.inc(tuple);
            return Ok(Some(tuple));
        }
        for default in &unit.params.defaults {
            self.eval(*default)?;
        }
        let items = self.take(n);
        let tuple = self.alloc_stealing(Kind::Tuple(Arc::new(items)));
        self.st.inc(tuple);
        Ok(Some(tuple))
    }

    fn keyword_defaults(&mut self, unit: &Unit) -> R<Option<ObjId>> {
        if unit.params.kw_defaults.iter().all(Option::is_none) {
            return Ok(None);
        }
        let table = DictTable::EMPTY;
        let dict = self.new_dict(crate::domain::B::Dict, Some(table));
        self.st.inc(dict);
        for (param, default) in unit.params.kwonly.iter().zip(&unit.params.kw_defaults) {
            let Some(default) = default else { continue };
            self.eval(*default)?;
            let value = self.st.peek(0);
            let text = self.names.shared(param.name);
            let key = self.atoms.str(&text);
            self.dict_put(dict, Key::Str(text), key, value);
            self.consume(1);
        }
        Ok(Some(dict))
    }

    /// What evaluated annotations leave with the function.
    fn annotations(&mut self, unit: &Unit) -> R<Vec<ObjId>> {
        let mut held = Vec::new();
        if !self.p.constants.evaluates_annotations() {
            return Ok(held);
        }
        let annotations: Vec<_> = unit
            .params
            .in_slot_order()
            .filter_map(|param| param.annotation)
            .chain(unit.returns)
            .collect();
        for annotation in annotations {
            self.eval(annotation)?;
            held.push(self.st.pop_owned());
        }
        Ok(held)
    }

    /// The cells that the unit's free variables lead to.
    fn closure(&mut self, unit: &Unit) -> Vec<(Name, ObjId)> {
        let mut cells = Vec::new();
        for variable in unit
            .scope
            .vars
            .iter()
            .filter(|variable| variable.kind == VarKind::Free)
        {
            if let Some(cell) = self.cell_for(variable.name) {
                self.st.inc(cell);
                cells.push((variable.name, cell));
            }
        }
        cells
    }

    /// The cell of a variable of the running frame.
    fn cell_for(&mut self, name: Name) -> Option<ObjId> {
        let unit_ref = self.st.frame().unit;
        let unit = self.unit(unit_ref)?;
        if self.names.text(name) == "__class__" && unit.kind == crate::hir::UnitKind::Class {
            if let Some(cell) = self.st.frame().class_cell {
                return Some(cell);
            }
            let cell = self.alloc_stealing(Kind::Cell(None));
            self.st.inc(cell);
            self.st.frame_mut().class_cell = Some(cell);
            return Some(cell);
        }
        let slot = unit.scope.slot(name)? as usize;
        let kept = self.st.frame().locals.get(slot).copied().flatten();
        if let Some(kept) = kept {
            return matches!(self.kind(kept.obj), Kind::Cell(_)).then_some(kept.obj);
        }
        // A class body reaches through to the function around it only by cells it was given; one that is missing may
        // hold anything.
        let cell = self.alloc_stealing(Kind::Cell(Some(crate::domain::UNKNOWN)));
        self.st.inc(cell);
        let locals = &mut self.st.frame_mut().locals;
        if locals.len() <= slot {
            locals.resize(slot + 1, None);
        }
        locals[slot] = Some(Slot::owned(cell));
        Some(cell)
    }

    /// Cells and captured cells for a frame of `unit` that starts inside the running one (a class body).
    pub(in crate::interp) fn inherited_cells(&mut self, unit: &Unit) -> Vec<Option<Slot>> {
        let mut locals = vec![None; unit.scope.vars.len()];
        for (slot, variable) in unit.scope.vars.iter().enumerate() {
            if variable.kind == VarKind::Free
                && let Some(cell) = self.cell_for(variable.name)
            {
                self.st.inc(cell);
                locals[slot] = Some(Slot::owned(cell));
            }
        }
        locals
    }
}
