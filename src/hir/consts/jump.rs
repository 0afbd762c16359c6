//! Conditions: what jumps, and what is decided while compiling.

use super::emit::Emitter;
use crate::hir::body::{BoolOp, CmpOp, Const, Expr, ExprId, UnaryOp};

impl Emitter<'_> {
    /// A condition; whether it may come out true, and false.
    pub fn jump_if(&mut self, id: ExprId) -> (bool, bool) {
        let item = self.item;
        match item.expr(id) {
            Expr::UnaryOp {
                op: UnaryOp::Not,
                operand,
            } if !self.is_constant(*operand) => {
                let (yes, no) = self.jump_if(*operand);
                (no, yes)
            }
            Expr::BoolOp { op, values } => {
                let before = self.alive;
                let and = *op == BoolOp::And;
                let (mut yes, mut no) = (and, !and);
                for &value in values {
                    let (t, f) = self.jump_if(value);
                    if and {
                        no |= f && self.alive;
                        self.alive &= t;
                        yes = self.alive;
                    } else {
                        yes |= t && self.alive;
                        self.alive &= f;
                        no = self.alive;
                    }
                }
                if and {
                    yes = self.alive;
                } else {
                    no = self.alive;
                }
                self.alive = before;
                (yes, no)
            }
            Expr::IfExp { test, body, orelse } => {
                let before = self.alive;
                let (t, f) = self.jump_if(*test);
                self.alive = before && t;
                let first = self.jump_if(*body);
                self.alive = before && f;
                let second = self.jump_if(*orelse);
                self.alive = before;
                (t && first.0 || f && second.0, t && first.1 || f && second.1)
            }
            Expr::Compare { rest, .. }
                if self.f.jumps_on_none
                    && rest.last().is_some_and(|(op, right)| {
                        matches!(op, CmpOp::Is | CmpOp::IsNot)
                            && matches!(item.expr(*right), Expr::Constant(Const::None))
                    }) =>
            {
                self.expr(id);
                if let Some(load) = self.code().loads.last_mut() {
                    load.used = false;
                }
                (true, true)
            }
            _ => {
                let mark = self.mark();
                match self.expr(id) {
                    Some(value) if self.f.trims_unused => {
                        self.consume(mark);
                        (value.is_true(), !value.is_true())
                    }
                    _ => (true, true),
                }
            }
        }
    }

    /// Whether it is a constant to the compiler's tree.
    pub fn is_constant(&mut self, id: ExprId) -> bool {
        if !self.f.folds_tree {
            return matches!(self.item.expr(id), Expr::Constant(_));
        }
        if !self.may_be_constant(id) {
            return false;
        }
        let mark = self.mark();
        let found = self.expr(id).is_some();
        self.undo(mark);
        found
    }

    /// Whether it is made of nothing but what can be folded, so that emitting it makes loads only.
    fn may_be_constant(&self, id: ExprId) -> bool {
        let item = self.item;
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || match item.expr(id) {
            Expr::Constant(_) => true,
            Expr::Name(name) => self.names.text(name.name) == "__debug__",
            Expr::UnaryOp { operand, .. } => self.may_be_constant(*operand),
            Expr::BinOp { left, right, .. } => {
                self.may_be_constant(*left) && self.may_be_constant(*right)
            }
            Expr::Tuple { elts } => elts.iter().all(|&elt| self.may_be_constant(elt)),
            Expr::Subscript { value, index } => {
                self.may_be_constant(*value) && self.may_be_constant(*index)
            }
            _ => false,
        })
    }
}
