//! Making functions: their names and defaults.

use super::emit::{CodeOf, Emitter};
use super::value::Value;
use crate::hir::unit::{Params, UnitId};

impl Emitter<'_> {
    pub fn lambda(&mut self, unit: UnitId) {
        let item = self.item;
        self.defaults(unit, &item.unit(unit).params);
        let made = self.made.get(&(self.current, unit)).copied();
        let id = made.unwrap_or_else(|| {
            let parent = self.current;
            let before = self.enter(CodeOf::Unit(unit));
            if self.f.docstring_slot {
                self.load(Value::None);
            }
            if let Some(value) = item.unit(unit).value {
                self.expr(value);
            }
            if !self.f.docstring_slot {
                // Never reached, but where it is the first it stays.
                self.alive = false;
                self.load(Value::None);
            }
            let id = self.leave(before);
            self.made.insert((parent, unit), id);
            id
        });
        self.note_twin(unit);
        self.load(Value::Code(id));
        self.load_qualname(unit);
    }

    /// Two code objects of one name on a line may be equal, and then they are one (to 3.10).
    pub fn note_twin(&mut self, unit: UnitId) {
        let unit = self.item.unit(unit);
        let place = ((self.line_of)(unit.span.start), unit.name);
        if self.f.merges_code {
            let code = self.code();
            code.has_twins |= code.lines.contains(&place);
            code.lines.push(place);
        }
    }

    pub fn load_qualname(&mut self, unit: UnitId) {
        if self.f.qualname_constants {
            let qualname = self.item.unit(unit).qualname.clone();
            self.load(Value::Str(qualname));
        }
    }

    /// Defaults of a function or lambda.
    pub fn defaults(&mut self, unit: UnitId, params: &Params) {
        if !params.defaults.is_empty() {
            let mark = self.mark();
            if let Some(items) = self.all(&params.defaults) {
                // The loads go, but a default is still the constant that the tuple holds.
                let held: Vec<_> = params
                    .defaults
                    .iter()
                    .copied()
                    .zip(items.iter().cloned())
                    .collect();
                let value = self.late_tuple(items);
                self.code().defaults.push((unit, value.clone()));
                self.fold_late(mark, value);
                self.code().exprs.extend(held);
            }
        }
        let mut names = Vec::new();
        for (param, default) in params.kwonly.iter().zip(&params.kw_defaults) {
            let Some(default) = default else { continue };
            if !self.f.key_tuples {
                self.load_name(param.name);
            }
            self.expr(*default);
            names.push(Value::Str(self.names.shared(param.name)));
        }
        if !names.is_empty() && self.f.key_tuples {
            self.load(Value::Tuple(names.into()));
        }
    }
}
