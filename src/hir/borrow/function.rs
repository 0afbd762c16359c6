//! Making functions.

use super::emit::Emitter;
use super::graph::Op;
use crate::hir::body::ExprId;
use crate::hir::unit::{Params, UnitId, VarKind};

impl Emitter<'_> {
    pub fn lambda(&mut self, unit: UnitId) {
        let item = self.item;
        let lambda = item.unit(unit);
        let attributes = self.defaults(&lambda.params);
        self.nested(Some(unit), Some(&lambda.params), |emitter| {
            if let Some(value) = lambda.value {
                emitter.expr(value);
                emitter.op(Op::Exit(1));
            }
        });
        self.make_function(unit, attributes);
    }

    /// Defaults of a function; how many attributes they make.
    pub fn defaults(&mut self, params: &Params) -> usize {
        let mut attributes = 0;
        if !params.defaults.is_empty() {
            self.exprs(&params.defaults);
            self.calls(params.defaults.len());
            attributes += 1;
        }
        let given: Vec<ExprId> = params.kw_defaults.iter().flatten().copied().collect();
        if !given.is_empty() {
            for &default in &given {
                self.push();
                self.expr(default);
            }
            self.calls(given.len() * 2);
            attributes += 1;
        }
        attributes
    }

    /// The function object, with this many attributes on the stack.
    pub fn make_function(&mut self, unit: UnitId, mut attributes: usize) {
        let free = self
            .item
            .unit(unit)
            .scope
            .vars
            .iter()
            .filter(|var| var.kind == VarKind::Free)
            .count();
        if free > 0 {
            (0..free).for_each(|_| self.push());
            self.calls(free);
            attributes += 1;
        }
        self.push();
        self.calls(1);
        (0..attributes).for_each(|_| self.op(Op::DropUnder));
    }
}
