//! Instructions of expressions. Each leaves one more item on the stack.

use super::display::STACK_USE_GUIDELINE;
use super::emit::Emitter;
use super::graph::Op;
use crate::hir::body::{BoolOp, CmpOp, Const, Expr, ExprId, UnaryOp};
use crate::hir::unit::UnitKind;

impl Emitter<'_> {
    pub fn exprs(&mut self, ids: &[ExprId]) {
        ids.iter().for_each(|&id| self.expr(id));
    }

    pub fn expr(&mut self, id: ExprId) {
        let item = self.item;
        let line = self.line;
        self.at(item.expr_span(id).start);
        match item.expr(id) {
            Expr::Constant(_) => self.push(),
            Expr::Name(name) => self.load(name.name, Some(id)),
            other => stacker::maybe_grow(128 * 1024, 1024 * 1024, || self.compound(id, other)),
        }
        self.line = line;
    }

    fn compound(&mut self, id: ExprId, expr: &Expr) {
        let item = self.item;
        let line = self.line;
        match expr {
            Expr::Constant(_) | Expr::Name(_) => {}
            Expr::Missing | Expr::TemplateStr { .. } | Expr::Interpolation { .. } => {
                self.code.is_unsure = true;
                self.push();
            }
            Expr::BoolOp { values, op } => {
                let end = self.new_block();
                let Some((&last, rest)) = values.split_last() else {
                    return self.push();
                };
                for &value in rest {
                    self.expr(value);
                    if let Expr::Constant(value) = item.expr(value) {
                        // Decided by the compiler, which may leave blocks behind that keep loads from being lent.
                        self.code.is_unsure = true;
                        if truth(value) == (*op == BoolOp::And) {
                            self.pop();
                        } else {
                            self.op(Op::Jump(end));
                            self.push();
                            self.pop();
                        }
                        continue;
                    }
                    self.op(Op::Copy(1));
                    self.op(Op::Other(1, 1));
                    self.op(Op::Branch(1, end));
                    self.pop();
                }
                self.expr(last);
                self.place(end);
            }
            Expr::Named { target, value } => {
                self.expr(*value);
                self.op(Op::Copy(1));
                self.line = line;
                self.target(*target);
            }
            Expr::BinOp { left, right, .. } => {
                if self.is_constant(id) {
                    return self.push();
                }
                if self.format(*left, *right) {
                    return;
                }
                self.expr(*left);
                self.expr(*right);
                self.calls(2);
            }
            Expr::UnaryOp { op, operand } => {
                if self.is_constant(id) {
                    return self.push();
                }
                self.expr(*operand);
                if *op == UnaryOp::Not {
                    self.op(Op::Other(1, 1));
                }
                self.calls(1);
            }
            Expr::Lambda(unit) => self.lambda(*unit),
            Expr::IfExp { test, body, orelse } => {
                let (end, next) = (self.new_block(), self.new_block());
                self.jump_if(*test, next, false);
                self.expr(*body);
                self.op(Op::Jump(end));
                self.place(next);
                self.expr(*orelse);
                self.place(end);
            }
            Expr::Dict { items } => self.dict(items),
            Expr::Set { elts } | Expr::List { elts } | Expr::Tuple { elts } => self.display(elts),
            Expr::Comp {
                kind,
                unit,
                elt,
                value,
                generators,
            } => {
                self.comprehension(*kind, *unit, *elt, *value, generators);
            }
            Expr::Await(value) => {
                self.expr(*value);
                self.calls(1);
                self.send();
            }
            Expr::YieldFrom(value) => {
                self.expr(*value);
                self.op(Op::Keep(0));
                self.send();
            }
            Expr::Yield(value) => {
                match value {
                    Some(value) => self.expr(*value),
                    None => self.push(),
                }
                let is_async = self
                    .code
                    .scope
                    .is_some_and(|unit| item.unit(unit).kind == UnitKind::AsyncFunction);
                if is_async {
                    self.calls(1);
                }
                self.op(Op::Other(1, 1));
            }
            Expr::Compare { left, rest } => self.compare(*left, rest),
            Expr::Call {
                func,
                args,
                keywords,
            } => self.call(*func, args, keywords),
            Expr::JoinedStr { parts } => self.joined(parts),
            Expr::Formatted {
                value,
                conversion,
                spec,
            } => {
                self.expr(*value);
                if conversion.is_some() {
                    self.calls(1);
                }
                match spec {
                    Some(spec) => {
                        self.expr(*spec);
                        self.calls(2);
                    }
                    None => self.op(Op::Keep(0)),
                }
            }
            Expr::Attribute { value, .. } => {
                if self.super_call(*value) {
                    return self.op(Op::SuperAttr { method: false });
                }
                self.expr(*value);
                self.op(Op::Attr { method: false });
            }
            Expr::Subscript { value, index } => {
                if self.is_constant(id) {
                    return self.push();
                }
                self.expr(*value);
                let parts = self.index(*index);
                self.calls(1 + parts);
            }
            Expr::Starred(value) => self.expr(*value),
            Expr::Slice { .. } => {
                let parts = self.index(id);
                if parts == 2 {
                    self.calls(2);
                }
            }
        }
    }

    /// Whether the compiler computes it.
    pub fn is_constant(&self, id: ExprId) -> bool {
        let item = self.item;
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || match item.expr(id) {
            Expr::Constant(_) => true,
            Expr::UnaryOp { operand, .. } => self.is_constant(*operand),
            Expr::BinOp { left, right, .. } => self.is_constant(*left) && self.is_constant(*right),
            Expr::Tuple { elts } => elts.iter().all(|&elt| self.is_constant(elt)),
            Expr::Subscript { value, index } => {
                self.is_constant(*value) && self.is_constant(*index)
            }
            _ => false,
        })
    }

    /// An index, and how many items it takes: two for a plain slice.
    pub fn index(&mut self, id: ExprId) -> usize {
        let Expr::Slice { lower, upper, step } = self.item.expr(id) else {
            self.expr(id);
            return 1;
        };
        let plain = |part: &Option<ExprId>| {
            part.is_none_or(|part| matches!(self.item.expr(part), Expr::Constant(_)))
        };
        if plain(lower) && plain(upper) && plain(step) {
            self.push();
            return 1;
        }
        for part in [lower, upper] {
            match part {
                Some(part) => self.expr(*part),
                None => self.push(),
            }
        }
        match step {
            Some(step) => {
                self.expr(*step);
                self.calls(3);
                1
            }
            None => 2,
        }
    }

    /// `'%s' % (x,)`, which becomes an f-string; whether it did.
    fn format(&mut self, left: ExprId, right: ExprId) -> bool {
        let (Expr::Constant(Const::Str(text)), Expr::Tuple { elts }) =
            (self.item.expr(left), self.item.expr(right))
        else {
            return false;
        };
        if self.has_star(elts) {
            return false;
        }
        let Some(fields) = crate::hir::consts::format_fields(text) else {
            return false;
        };
        if fields.iter().filter(|field| field.is_some()).count() != elts.len()
            || fields.len() > STACK_USE_GUIDELINE
        {
            return false;
        }
        let mut elts = elts.iter();
        for field in &fields {
            match field {
                None => self.push(),
                Some((converts, has_spec)) => {
                    if let Some(&elt) = elts.next() {
                        self.expr(elt);
                    }
                    if *converts {
                        self.calls(1);
                    }
                    match has_spec {
                        true => {
                            self.push();
                            self.calls(2);
                        }
                        false => self.op(Op::Keep(0)),
                    }
                }
            }
        }
        if fields.len() != 1 {
            self.calls(fields.len());
        }
        true
    }

    fn joined(&mut self, parts: &[ExprId]) {
        if parts.len() > STACK_USE_GUIDELINE {
            self.push();
            self.op(Op::Attr { method: true });
            self.push();
            for &part in parts {
                self.expr(part);
                self.pop();
            }
            return self.calls(3);
        }
        self.exprs(parts);
        if parts.len() != 1 {
            self.calls(parts.len());
        }
    }

    fn compare(&mut self, left: ExprId, rest: &[(CmpOp, ExprId)]) {
        self.expr(left);
        let Some((&(_, last), inner)) = rest.split_last() else {
            return;
        };
        if inner.is_empty() {
            self.iterable(last);
            return self.calls(2);
        }
        let (cleanup, end) = (self.new_block(), self.new_block());
        for &(_, right) in inner {
            self.expr(right);
            self.op(Op::Swap(2));
            self.op(Op::Copy(2));
            self.calls(2);
            self.op(Op::Copy(1));
            self.op(Op::Other(1, 1));
            self.op(Op::Branch(1, cleanup));
            self.pop();
        }
        self.iterable(last);
        self.calls(2);
        self.op(Op::Jump(end));
        self.place(cleanup);
        self.op(Op::Swap(2));
        self.pop();
        self.place(end);
    }

    fn iterable(&mut self, id: ExprId) {
        self.expr(id);
    }

    /// Assigns the top of the stack.
    pub fn target(&mut self, id: ExprId) {
        let item = self.item;
        let line = self.line;
        self.at(item.expr_span(id).start);
        match item.expr(id) {
            Expr::Name(name) => self.store(name.name),
            Expr::Attribute { value, .. } => {
                self.expr(*value);
                self.op(Op::Other(2, 0));
            }
            Expr::Subscript { value, index } => {
                self.expr(*value);
                let parts = self.index(*index);
                self.op(Op::Other(2 + parts as u16, 0));
            }
            Expr::Tuple { elts } | Expr::List { elts } => {
                self.op(Op::Other(1, elts.len() as u16));
                elts.iter().for_each(|&elt| self.target(elt));
            }
            Expr::Starred(value) => self.target(*value),
            _ => self.pop(),
        }
        self.line = line;
    }
}

pub(super) fn truth(value: &Const) -> bool {
    crate::hir::consts::Value::of(value).is_true()
}
