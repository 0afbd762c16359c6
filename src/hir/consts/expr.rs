//! Loads of expressions. Each function returns the constant that is then on the stack, if there is one.

use super::display::MIN_CONST_SEQUENCE;
use super::emit::{Emitter, JOINED, LITERAL, MADE};
use super::fold;
use super::value::Value;
use crate::hir::body::{BinOp, BoolOp, CmpOp, Expr, ExprId};

impl Emitter<'_> {
    pub fn exprs(&mut self, ids: &[ExprId]) {
        ids.iter().for_each(|&id| {
            self.expr(id);
        });
    }

    /// The constants of `ids` if all are some; all are emitted.
    pub fn all(&mut self, ids: &[ExprId]) -> Option<Vec<Value>> {
        let values: Vec<_> = ids.iter().map(|&id| self.expr(id)).collect();
        values.into_iter().collect()
    }

    pub fn expr(&mut self, id: ExprId) -> Option<Value> {
        let item = self.item;
        match item.expr(id) {
            Expr::Constant(value) => {
                let value = Value::of(value);
                let is_joined = matches!(value, Value::Bytes(_)) && item.joined_bytes.contains(&id);
                self.load_expr(id, value.clone(), if is_joined { JOINED } else { LITERAL });
                Some(value)
            }
            Expr::Name(name) => {
                if self.names.text(name.name) != "__debug__" {
                    return None;
                }
                self.load_expr(id, Value::Bool(true), LITERAL);
                Some(Value::Bool(true))
            }
            other => stacker::maybe_grow(128 * 1024, 1024 * 1024, || self.compound(id, other)),
        }
    }

    fn compound(&mut self, id: ExprId, expr: &Expr) -> Option<Value> {
        match expr {
            Expr::Missing => {
                self.code().unsure = true;
                None
            }
            Expr::Constant(_) | Expr::Name(_) => None,
            Expr::BoolOp { op, values } => self.bool_op(*op, values),
            Expr::Named { value, .. } => {
                let skips = self.f.skips_named_values;
                self.unfolded += u32::from(skips);
                self.expr(*value);
                self.unfolded -= u32::from(skips);
                None
            }
            Expr::BinOp { left, op, right } => self.bin_op(id, *left, *op, *right),
            Expr::UnaryOp { op, operand } => {
                let mark = self.mark();
                let operand = self.expr(*operand)?;
                let value = fold::unary(*op, &operand)?;
                if value == operand {
                    self.entangle(&value);
                }
                self.fold(mark, id, value)
            }
            Expr::Lambda(unit) => {
                self.lambda(*unit);
                None
            }
            Expr::IfExp { test, body, orelse } => {
                let before = self.alive;
                let (yes, no) = self.jump_if(*test);
                self.alive = before && yes;
                self.expr(*body);
                let first = self.alive;
                self.alive = before && no;
                self.expr(*orelse);
                self.alive |= first;
                None
            }
            Expr::Dict { items } => {
                self.dict(items);
                None
            }
            Expr::Set { elts } => self.display(id, elts, false),
            Expr::List { elts } => self.display(id, elts, true),
            Expr::Tuple { elts } => {
                let mark = self.mark();
                if self.has_star(elts) {
                    self.starred(elts, true);
                    return None;
                }
                let items = self.all(elts)?;
                if self.unfolded > 0 {
                    // Left to the compiler, and the peephole optimizer.
                    if items.len() >= MIN_CONST_SEQUENCE && self.f.displays_from_constants {
                        self.undo(mark);
                        self.load_expr(id, Value::Tuple(items.into()), MADE);
                    } else if !items.is_empty() {
                        let value = self.late_tuple(items);
                        self.fold_late(mark, value);
                    }
                    return None;
                }
                self.fold(mark, id, Value::Tuple(items.into()))
            }
            Expr::Comp {
                kind,
                unit,
                elt,
                value,
                generators,
            } => {
                self.comprehension(*kind, *unit, *elt, *value, generators);
                None
            }
            Expr::Await(value) | Expr::YieldFrom(value) => {
                self.expr(*value);
                self.load(Value::None);
                None
            }
            Expr::Yield(value) => {
                match value {
                    Some(value) => {
                        self.expr(*value);
                    }
                    None => self.load(Value::None),
                }
                None
            }
            Expr::Compare { left, rest } => {
                self.expr(*left);
                for (index, (op, right)) in rest.iter().enumerate() {
                    match op {
                        CmpOp::In | CmpOp::NotIn if index + 1 == rest.len() => {
                            self.iterable(*right);
                        }
                        _ => {
                            self.expr(*right);
                        }
                    }
                }
                None
            }
            Expr::Call {
                func,
                args,
                keywords,
            } => {
                self.expr(*func);
                self.arguments(0, args, keywords);
                self.inlined_result(*func, args, keywords);
                None
            }
            Expr::JoinedStr { parts } => self.joined(id, parts),
            Expr::Formatted { value, spec, .. } => {
                self.expr(*value);
                if let Some(spec) = spec {
                    self.expr(*spec);
                    self.end_of_spec(*spec);
                }
                None
            }
            Expr::TemplateStr { parts } => {
                self.template(parts);
                None
            }
            Expr::Interpolation { .. } => None,
            Expr::Attribute { value, .. } => {
                self.expr(*value);
                None
            }
            Expr::Subscript { value, index } => {
                let mark = self.mark();
                let value = self.expr(*value);
                let index = self.expr(*index);
                let whole = value?;
                let value = fold::subscript(&whole, &index?)?;
                self.entangle(&whole);
                self.fold(mark, id, value)
            }
            Expr::Starred(value) => {
                self.expr(*value);
                None
            }
            Expr::Slice { lower, upper, step } => self.slice(*lower, *upper, *step),
        }
    }

    fn bool_op(&mut self, op: BoolOp, values: &[ExprId]) -> Option<Value> {
        let before = self.alive;
        let (&last, rest) = values.split_last()?;
        for &value in rest {
            let mark = self.mark();
            let constant = self.expr(value);
            // What the optimizer has folded itself it does not look at again for its jump.
            let is_literal = match self.item.expr(value) {
                Expr::Constant(_) => true,
                Expr::Name(name) => self.names.text(name.name) == "__debug__",
                _ => false,
            };
            if let Some(constant) = constant
                && self.f.drops_unused
                && (is_literal || self.f.folds_tree)
            {
                if constant.is_true() == (op == BoolOp::And) {
                    self.consume(mark);
                } else {
                    // It is the result, and the rest is never reached.
                    self.alive = false;
                }
            }
        }
        self.expr(last);
        self.alive = before;
        None
    }

    fn bin_op(&mut self, id: ExprId, left: ExprId, op: BinOp, right: ExprId) -> Option<Value> {
        if op == BinOp::Mod && self.f.folds_formats && self.format(id, left, right) {
            return None;
        }
        let mark = self.mark();
        let left = self.expr(left);
        let right = self.expr(right);
        let (left, right) = (left?, right?);
        let value = fold::binary(&left, op, &right)?;
        for operand in [&left, &right] {
            if value == *operand || !operand.items().is_empty() {
                self.entangle(operand);
            }
        }
        self.fold(mark, id, value)
    }

    fn slice(
        &mut self,
        lower: Option<ExprId>,
        upper: Option<ExprId>,
        step: Option<ExprId>,
    ) -> Option<Value> {
        if self.f.folds_slices {
            let constant = |part: Option<ExprId>| match part.map(|part| self.item.expr(part)) {
                None => Some(Value::None),
                Some(Expr::Constant(value)) => Some(Value::of(value)),
                Some(_) => None,
            };
            if let (Some(lower), Some(upper), Some(step)) =
                (constant(lower), constant(upper), constant(step))
            {
                let value = Value::Slice([lower, upper, step].into());
                self.load(value.clone());
                return Some(value);
            }
        }
        for part in [lower, upper] {
            match part {
                Some(part) => {
                    self.expr(part);
                }
                None => self.load(Value::None),
            }
        }
        if let Some(step) = step {
            self.expr(step);
        }
        None
    }

    /// What assigning to something loads.
    pub fn target(&mut self, id: ExprId) {
        let item = self.item;
        match item.expr(id) {
            Expr::Attribute { value, attr, .. } => {
                if let Expr::Name(name) = item.expr(*value)
                    && self.names.text(name.name) == "self"
                    && let Some(attributes) = self.attributes.last_mut()
                    && !attributes.contains(attr)
                {
                    attributes.push(*attr);
                }
                self.expr(*value);
            }
            Expr::Subscript { value, index } => {
                self.expr(*value);
                self.expr(*index);
            }
            Expr::Tuple { elts } | Expr::List { elts } => {
                elts.iter().for_each(|&elt| self.target(elt))
            }
            Expr::Starred(value) => self.target(*value),
            _ => {}
        }
    }
}
