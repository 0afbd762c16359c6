//! Tests: which defaults can pass them.
//!
//! What holds of a default before anything has changed it; the change is a use of its own.

use super::{Env, Flow, Key, Mask};
use crate::facts::objects::{DefaultFacts, DefaultKind, What};
use crate::hir::{BoolOp, CmpOp, Const, Expr, ExprId, UnaryOp};

impl<'a> Flow<'a> {
    pub(super) fn test(&mut self, id: ExprId, env: &mut Env) {
        let mask = self.eval(id, env);
        self.touch(id, mask, What::Read);
    }

    /// Rules out of `env` what cannot be there when `test` came out as `truth`.
    pub(super) fn refine(&mut self, test: ExprId, truth: bool, env: &mut Env) {
        let code = self.item();
        let is_none = |id: ExprId| matches!(code.expr(id), Expr::Constant(Const::None));
        match code.expr(test) {
            Expr::UnaryOp {
                op: UnaryOp::Not,
                operand,
            } => self.refine(*operand, !truth, env),
            Expr::BoolOp { op, values } if (*op == BoolOp::And) == truth => {
                values
                    .iter()
                    .for_each(|value| self.refine(*value, truth, env));
            }
            Expr::Compare { left, rest } if rest.len() == 1 => {
                let (op, right) = rest[0];
                let (key, other) = if is_none(*left) {
                    (right, *left)
                } else {
                    (*left, right)
                };
                if is_none(other)
                    && matches!(op, CmpOp::Is | CmpOp::IsNot | CmpOp::Eq | CmpOp::NotEq)
                {
                    let says_none = matches!(op, CmpOp::Is | CmpOp::Eq) == truth;
                    if says_none && let Some(key) = self.key(key) {
                        env.insert(key, 0);
                    }
                } else if let Some(key) = self.length_of(*left) {
                    // `len(x) == 0`, `len(x) > 0` and the like, written the usual way round.
                    let zero =
                        matches!(code.expr(right), Expr::Constant(Const::Int(n)) if *n == 0.into());
                    let says_empty = match op {
                        CmpOp::Eq | CmpOp::LtE if zero => Some(truth),
                        CmpOp::NotEq | CmpOp::Gt if zero => Some(!truth),
                        _ => None,
                    };
                    if let Some(says_empty) = says_empty {
                        let mask = env.get(&key).copied().unwrap_or(0);
                        env.insert(key, self.with_truth(mask, !says_empty));
                    }
                }
            }
            Expr::Call { func, args, .. } => {
                if let Some("builtins.isinstance") =
                    self.bindings.path(code, *func, self.names).as_deref()
                    && let [object, class] = args[..]
                    && let Some(key) = self.key(object)
                {
                    let mask = env.get(&key).copied().unwrap_or(0);
                    let mut left = mask;
                    for (bit, kind) in self.kinds(mask) {
                        if self.is_instance(kind, class).is_some_and(|is| is != truth) {
                            left &= !bit;
                        }
                    }
                    env.insert(key, left);
                } else if let Some(key) = self.length_of(test) {
                    let mask = env.get(&key).copied().unwrap_or(0);
                    env.insert(key, self.with_truth(mask, truth));
                }
            }
            _ => {
                if let Some(key) = self.key(test) {
                    let mask = env.get(&key).copied().unwrap_or(0);
                    env.insert(key, self.with_truth(mask, truth));
                }
            }
        }
    }

    fn length_of(&self, id: ExprId) -> Option<Key> {
        let Expr::Call { func, args, .. } = self.item().expr(id) else {
            return None;
        };
        let path = self.bindings.path(self.item(), *func, self.names)?;
        match args[..] {
            [arg] if path == "builtins.len" || path == "builtins.bool" => self.key(arg),
            _ => None,
        }
    }

    fn is_instance(&self, kind: DefaultKind, class: ExprId) -> Option<bool> {
        match self.item().expr(class) {
            Expr::Tuple { elts } => {
                let each: Option<Vec<bool>> = elts
                    .iter()
                    .map(|elt| self.is_instance(kind, *elt))
                    .collect();
                each.map(|each| each.contains(&true))
            }
            _ => {
                let path = self.bindings.path(self.item(), class, self.names)?;
                kind.is_instance_of(path.strip_prefix("builtins.")?)
            }
        }
    }

    /// Those of `mask` that are true, or not, while nothing has changed them.
    pub(super) fn with_truth(&self, mask: Mask, truth: bool) -> Mask {
        let passes = |(at, it): (usize, &DefaultFacts)| (it.is_empty != truth).then_some(1 << at);
        // A comprehension's result may be empty or not.
        let is_open = |it: &DefaultFacts| !it.is_empty && (it.holds_objects || !it.is_display);
        let open = |(at, it): (usize, &DefaultFacts)| is_open(it).then_some(1 << at);
        let defaults = || self.defaults.iter().enumerate();
        mask & defaults()
            .filter_map(passes)
            .chain(defaults().filter_map(open))
            .fold(0, |a, b: Mask| a | b)
    }
}
