//! Expressions: what each may yield, and what it does to the defaults that it meets.

use super::{Env, Flow, Key, Mask, join};
use crate::base::Name;
use crate::facts::mentions::children;
use crate::facts::objects::What;
use crate::hir::{BoolOp, CmpOp, Const, Expr, ExprId, UnaryOp};

impl<'a> Flow<'a> {
    /// Evaluates: which defaults the value may be.
    pub(super) fn eval(&mut self, id: ExprId, env: &mut Env) -> Mask {
        let code = self.item();
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || match code.expr(id) {
            Expr::Name(_) => self
                .key(id)
                .and_then(|key| env.get(&key))
                .copied()
                .unwrap_or(0),
            Expr::Named { target, value } => {
                let mask = self.eval(*value, env);
                self.bind(*target, mask, Some(*value), env);
                mask
            }
            Expr::BoolOp { op, values } => {
                let truth = *op == BoolOp::And;
                let mut result = 0;
                // The chain may end after each operand.
                let mut after = None;
                for (at, value) in values.iter().enumerate() {
                    let mask = self.eval(*value, env);
                    join(&mut after, env.clone());
                    if at + 1 == values.len() {
                        result |= mask;
                    } else {
                        self.touch(*value, mask, What::Read);
                        // What ends the chain here is true in `or`, false in `and`.
                        result |= self.with_truth(mask, !truth);
                        self.refine(*value, truth, env);
                    }
                }
                *env = after.unwrap_or_default();
                result
            }
            Expr::IfExp { test, body, orelse } => {
                self.test(*test, env);
                let (mut yes, mut no) = (env.clone(), env.clone());
                self.refine(*test, true, &mut yes);
                self.refine(*test, false, &mut no);
                let mask = self.eval(*body, &mut yes) | self.eval(*orelse, &mut no);
                let mut both = Some(yes);
                join(&mut both, no);
                *env = both.unwrap_or_default();
                mask
            }
            Expr::UnaryOp { op, operand } => {
                let mask = self.eval(*operand, env);
                let what = if *op == UnaryOp::Not {
                    What::Read
                } else {
                    What::Other
                };
                self.touch(*operand, mask, what);
                0
            }
            Expr::Compare { left, rest } => {
                let mut before = (*left, self.eval(*left, env));
                for (op, right) in rest {
                    let mask = self.eval(*right, env);
                    let is_none = |id: ExprId| matches!(code.expr(id), Expr::Constant(Const::None));
                    match op {
                        CmpOp::Is | CmpOp::IsNot | CmpOp::Eq | CmpOp::NotEq if is_none(*right) => {
                            self.touch(before.0, before.1, What::ComparedToNone);
                        }
                        CmpOp::Is | CmpOp::IsNot | CmpOp::Eq | CmpOp::NotEq
                            if is_none(before.0) =>
                        {
                            self.touch(*right, mask, What::ComparedToNone);
                        }
                        CmpOp::In | CmpOp::NotIn => {
                            self.touch(before.0, before.1, What::Other);
                            self.touch_at(id, *right, mask, What::Asked);
                        }
                        _ => {
                            self.touch(before.0, before.1, What::Other);
                            self.touch(*right, mask, What::Other);
                        }
                    }
                    before = (*right, mask);
                }
                0
            }
            Expr::List { elts } | Expr::Tuple { elts } | Expr::Set { elts } => {
                for elt in elts {
                    self.keep(*elt, env);
                }
                0
            }
            Expr::Dict { items } => {
                for (key, value) in items {
                    match key {
                        Some(key) => {
                            self.keep(*key, env);
                            self.keep(*value, env);
                        }
                        None => {
                            let mask = self.eval(*value, env);
                            self.touch(*value, mask, What::Other);
                            self.take_items(*value, mask);
                        }
                    }
                }
                0
            }
            Expr::Starred(inner) => {
                let mask = self.eval(*inner, env);
                self.go_through(*inner, mask);
                0
            }
            Expr::Subscript { value, index } => {
                let mask = self.eval(*value, env);
                let key = self.eval(*index, env);
                self.touch(*index, key, What::Other);
                for (bit, kind) in self.kinds(mask) {
                    let what = match code.expr(*index) {
                        _ if kind.fills_on_look_up() => What::Mutated {
                            grows: true,
                            by_key: true,
                        },
                        Expr::Slice { .. } => What::Other,
                        index => What::LookedUp {
                            tuple_too: matches!(index, Expr::Constant(Const::Int(_))),
                        },
                    };
                    self.touch_at(id, *value, bit, what);
                }
                self.take_items(*value, mask);
                0
            }
            Expr::Attribute { value, .. } => {
                let mask = self.eval(*value, env);
                self.touch_at(id, *value, mask, What::Captured);
                self.key(id)
                    .and_then(|key| env.get(&key))
                    .copied()
                    .unwrap_or(0)
            }
            Expr::Call {
                func,
                args,
                keywords,
            } => {
                let args: Vec<(Option<Name>, ExprId)> = args
                    .iter()
                    .map(|arg| (None, *arg))
                    .chain(
                        keywords
                            .iter()
                            .filter(|keyword| keyword.name.is_some())
                            .map(|keyword| (keyword.name, keyword.value)),
                    )
                    .collect();
                let spread = keywords.iter().filter(|keyword| keyword.name.is_none());
                let result = self.call(id, *func, &args, spread.clone().count() > 0, env);
                // `**kwargs` hands over what is in it: the callee gets a dict of its own.
                for keyword in spread {
                    let mask = self.eval(keyword.value, env);
                    self.go_through(keyword.value, mask);
                }
                result
            }
            Expr::Lambda(unit) => {
                self.inner(*unit, self.item().expr_span(id), env);
                0
            }
            Expr::Comp {
                elt,
                value,
                generators,
                ..
            } => {
                let mut inside = env.clone();
                for generator in generators {
                    let mask = self.eval(generator.iter, &mut inside);
                    self.go_through(generator.iter, mask);
                    self.bind_inner(generator.target, &mut inside);
                    for test in &generator.ifs {
                        self.test(*test, &mut inside);
                        self.refine(*test, true, &mut inside);
                    }
                }
                self.keep(*elt, &mut inside);
                if let Some(value) = value {
                    self.keep(*value, &mut inside);
                }
                0
            }
            Expr::Yield(value) => {
                if let Some(value) = value {
                    let mask = self.eval(*value, env);
                    self.touch(*value, mask, What::Yielded);
                }
                0
            }
            Expr::YieldFrom(value) => {
                let mask = self.eval(*value, env);
                self.touch(*value, mask, What::Other);
                self.take_items(*value, mask);
                0
            }
            Expr::Await(value) => {
                let mask = self.eval(*value, env);
                self.touch(*value, mask, What::Other);
                0
            }
            other => {
                children(other, &mut |child| {
                    let mask = self.eval(child, env);
                    self.touch(child, mask, What::Other);
                });
                0
            }
        })
    }

    /// A comprehension's own names hold items.
    fn bind_inner(&mut self, target: ExprId, env: &mut Env) {
        match self.item().expr(target) {
            Expr::Name(name) => {
                env.insert(Key::Local(name.name), 0);
            }
            Expr::Tuple { elts } | Expr::List { elts } => {
                elts.iter().for_each(|elt| self.bind_inner(*elt, env))
            }
            Expr::Starred(inner) => self.bind_inner(*inner, env),
            _ => self.bind(target, 0, None, env),
        }
    }

    /// The value goes into a container.
    fn keep(&mut self, id: ExprId, env: &mut Env) {
        let mask = self.eval(id, env);
        self.touch(id, mask, What::Stored);
    }
}
