//! Conditions and their jumps.

use super::emit::Emitter;
use super::expr::truth;
use super::graph::{BlockId, Op};
use crate::hir::body::{BoolOp, Expr, ExprId, UnaryOp};

impl Emitter<'_> {
    /// Jumps to `to` where the truth of `id` is `when`.
    pub fn jump_if(&mut self, id: ExprId, to: BlockId, when: bool) {
        let item = self.item;
        match item.expr(id) {
            Expr::UnaryOp {
                op: UnaryOp::Not,
                operand,
            } if !self.is_constant(id) => self.jump_if(*operand, to, !when),
            Expr::BoolOp { op, values } => {
                let Some((&last, rest)) = values.split_last() else {
                    return;
                };
                let early = *op == BoolOp::Or;
                if early == when {
                    rest.iter().for_each(|&value| self.jump_if(value, to, when));
                    self.jump_if(last, to, when);
                } else {
                    let end = self.new_block();
                    rest.iter()
                        .for_each(|&value| self.jump_if(value, end, early));
                    self.jump_if(last, to, when);
                    self.place(end);
                }
            }
            Expr::IfExp { test, body, orelse } => {
                let (end, next) = (self.new_block(), self.new_block());
                self.jump_if(*test, next, false);
                self.jump_if(*body, to, when);
                self.op(Op::Jump(end));
                self.place(next);
                self.jump_if(*orelse, to, when);
                self.place(end);
            }
            Expr::Compare { left, rest } if rest.len() > 1 => {
                let (cleanup, end) = (self.new_block(), self.new_block());
                self.expr(*left);
                let Some((&(_, last), inner)) = rest.split_last() else {
                    return;
                };
                for &(_, right) in inner {
                    self.expr(right);
                    self.op(Op::Swap(2));
                    self.op(Op::Copy(2));
                    self.calls(2);
                    self.op(Op::Other(1, 1));
                    self.op(Op::Branch(1, cleanup));
                }
                self.expr(last);
                self.calls(2);
                self.op(Op::Other(1, 1));
                self.op(Op::Branch(1, to));
                self.op(Op::Jump(end));
                self.place(cleanup);
                self.pop();
                if !when {
                    self.op(Op::Jump(to));
                }
                self.place(end);
            }
            Expr::Constant(value) => {
                let value = truth(value);
                self.decided(value, to, when);
            }
            Expr::Name(name) if self.names.text(name.name) == "__debug__" => {
                self.decided(true, to, when)
            }
            _ => {
                self.expr(id);
                self.op(Op::Other(1, 1));
                self.op(Op::Branch(1, to));
            }
        }
    }

    /// A condition that the compiler decides: nothing of it stays, but it ends its block.
    fn decided(&mut self, value: bool, to: BlockId, when: bool) {
        self.op(Op::Nop);
        if value == when {
            self.op(Op::Jump(to));
        } else {
            let next = self.new_block();
            self.place(next);
        }
    }
}
