//! Statements, one after the other.

use super::{Env, Flow, Key, join};
use crate::facts::objects::tables;
use crate::facts::objects::{DefaultKind, What};
use crate::hir::{Const, Expr, Stmt, StmtId};

impl<'a> Flow<'a> {
    pub(super) fn block(&mut self, body: &[StmtId], mut env: Option<Env>) -> Option<Env> {
        for id in body {
            let now = env?;
            env = self.statement(*id, now);
        }
        env
    }

    pub(super) fn may_raise(&mut self, env: &Env) {
        if let Some(entry) = self.tries.last_mut() {
            join(entry, env.clone());
        }
    }

    fn statement(&mut self, id: StmtId, mut env: Env) -> Option<Env> {
        let code = self.item();
        let span = code.stmt_span(id);
        self.may_raise(&env);
        match code.stmt(id) {
            Stmt::Expr(value) => {
                self.eval(*value, &mut env);
            }
            Stmt::Assign { targets, value } => {
                let is_pair = targets.len() == 1
                    && matches!(
                        code.expr(targets[0]),
                        Expr::Tuple { .. } | Expr::List { .. }
                    )
                    && matches!(code.expr(*value), Expr::Tuple { .. } | Expr::List { .. });
                let mask = if is_pair {
                    0
                } else {
                    self.eval(*value, &mut env)
                };
                for target in targets {
                    self.bind(*target, mask, Some(*value), &mut env);
                }
            }
            Stmt::AnnAssign {
                target,
                value: Some(value),
                ..
            } => {
                let mask = self.eval(*value, &mut env);
                self.bind(*target, mask, Some(*value), &mut env);
            }
            Stmt::AugAssign { target, op, value } => {
                let given = self.eval(*value, &mut env);
                self.touch(*value, given, What::Other);
                self.take_items(*value, given);
                if let Expr::Subscript {
                    value: object,
                    index,
                } = code.expr(*target)
                {
                    let mask = self.eval(*object, &mut env);
                    // The item is read first: what is not there cannot come in, except where a look-up puts it in.
                    for (bit, kind) in self.kinds(mask) {
                        let fills = kind.fills_on_look_up() || kind == DefaultKind::Counter;
                        if fills {
                            self.touch_at(
                                *target,
                                *object,
                                bit,
                                What::Mutated {
                                    grows: true,
                                    by_key: true,
                                },
                            );
                        }
                    }
                    self.store_item(*target, *object, *index, true, &mut env);
                } else {
                    let mask = self.eval(*target, &mut env);
                    let mut left = 0;
                    for (bit, kind) in self.kinds(mask) {
                        if let Some(grows) = tables::in_place(kind, *op) {
                            left |= bit;
                            let through = self.through(*target, bit);
                            self.record(
                                bit,
                                span,
                                What::Mutated {
                                    grows,
                                    by_key: false,
                                },
                                through,
                            );
                        } else {
                            self.touch(*target, bit, What::Other);
                        }
                    }
                    self.bind(*target, left, Some(*target), &mut env);
                }
            }
            Stmt::Return(value) => {
                if let Some(value) = value {
                    let mask = self.eval(*value, &mut env);
                    self.give_back(mask, code.expr_span(*value));
                }
                self.may_raise(&env);
                self.leave(env);
                return None;
            }
            Stmt::Raise { exc, cause } => {
                for part in [exc, cause].into_iter().flatten() {
                    let mask = self.eval(*part, &mut env);
                    self.touch(*part, mask, What::Other);
                }
                self.may_raise(&env);
                return None;
            }
            Stmt::Delete(targets) => {
                for target in targets {
                    match code.expr(*target) {
                        Expr::Subscript { value, index } => {
                            self.store_item(*target, *value, *index, true, &mut env)
                        }
                        _ => match self.key(*target) {
                            Some(key) => {
                                env.insert(key, 0);
                            }
                            None => {
                                self.eval(*target, &mut env);
                            }
                        },
                    }
                }
            }
            Stmt::Assert { test, msg } => {
                self.test(*test, &mut env);
                if let Some(msg) = msg {
                    let mut failed = env.clone();
                    self.refine(*test, false, &mut failed);
                    let mask = self.eval(*msg, &mut failed);
                    self.touch(*msg, mask, What::Other);
                }
                // `-O` leaves assertions out: they rule nothing out.
            }
            Stmt::If { test, body, orelse } => {
                self.test(*test, &mut env);
                let (mut yes, mut no) = (env.clone(), env);
                self.refine(*test, true, &mut yes);
                self.refine(*test, false, &mut no);
                let is = |value: bool| matches!(code.expr(*test), Expr::Constant(Const::Bool(it)) if *it == value);
                let mut after = if is(false) {
                    None
                } else {
                    self.block(body, Some(yes))
                };
                let other = if is(true) {
                    None
                } else {
                    self.block(orelse, Some(no))
                };
                if let Some(other) = other {
                    join(&mut after, other);
                }
                self.may_raise_opt(&after);
                return after;
            }
            Stmt::While { test, body, orelse } => {
                return self.cycle(env, None, Some(*test), body, orelse);
            }
            Stmt::For {
                target,
                iter,
                body,
                orelse,
                ..
            } => {
                let mask = self.eval(*iter, &mut env);
                self.go_through(*iter, mask);
                return self.cycle(env, Some(*target), None, body, orelse);
            }
            Stmt::With { items, body, .. } => {
                for with in items {
                    let mask = self.eval(with.context, &mut env);
                    self.touch(with.context, mask, What::Passed);
                    if let Some(target) = with.target {
                        self.bind(target, 0, None, &mut env);
                    }
                }
                // `__exit__` may swallow what the body raises: then what comes after meets any state of the body.
                let swallows = items.iter().any(|with| self.swallows(with.context));
                self.tries.push(Some(env.clone()));
                let mut after = self.block(body, Some(env));
                if let Some(raised) = self.tries.pop().flatten() {
                    self.may_raise(&raised);
                    if swallows {
                        join(&mut after, raised);
                    }
                }
                return after;
            }
            Stmt::Match { subject, cases } => {
                let mask = self.eval(*subject, &mut env);
                self.touch(*subject, mask, What::Other);
                let mut after = None;
                for case in cases {
                    let mut inside = env.clone();
                    self.pattern(case.pattern, mask, &mut inside);
                    if let Some(guard) = case.guard {
                        self.test(guard, &mut inside);
                        self.refine(guard, true, &mut inside);
                    }
                    if let Some(end) = self.block(&case.body, Some(inside)) {
                        join(&mut after, end);
                    }
                }
                join(&mut after, env);
                return after;
            }
            Stmt::Try {
                body,
                handlers,
                orelse,
                finalbody,
                ..
            } => {
                return self.handle(env, body, handlers, orelse, finalbody);
            }
            Stmt::FunctionDef {
                unit,
                name,
                decorators,
                ..
            } => {
                let inner = code.unit(*unit);
                for decorator in decorators {
                    self.eval(*decorator, &mut env);
                }
                let defaults = inner
                    .params
                    .defaults
                    .iter()
                    .chain(inner.params.kw_defaults.iter().flatten());
                for default in defaults {
                    let mask = self.eval(*default, &mut env);
                    self.touch(*default, mask, What::Stored);
                }
                self.inner(*unit, span, &env);
                env.insert(Key::Local(name.name), 0);
            }
            Stmt::ClassDef {
                unit,
                name,
                bases,
                keywords,
                ..
            } => {
                for base in bases
                    .iter()
                    .copied()
                    .chain(keywords.iter().map(|keyword| keyword.value))
                {
                    let mask = self.eval(base, &mut env);
                    self.touch(base, mask, What::Passed);
                }
                self.class(*unit, span, &env);
                env.insert(Key::Local(name.name), 0);
            }
            Stmt::Import(aliases) | Stmt::ImportFrom { names: aliases, .. } => {
                for name in aliases.iter().filter_map(|alias| alias.binds) {
                    env.insert(Key::Local(name.name), 0);
                }
            }
            Stmt::Break | Stmt::Continue => {
                if let Some(inner) = self.loops.last_mut() {
                    let slot = if *code.stmt(id) == Stmt::Break {
                        &mut inner.breaks
                    } else {
                        &mut inner.continues
                    };
                    join(slot, env);
                }
                return None;
            }
            Stmt::Error => {
                let all = env.values().fold(0, |all, mask| all | mask);
                self.record(all, span, What::Passed, None);
            }
            Stmt::AnnAssign { value: None, .. }
            | Stmt::TypeAlias { .. }
            | Stmt::Global(_)
            | Stmt::Nonlocal(_)
            | Stmt::Pass => {}
        }
        self.may_raise(&env);
        Some(env)
    }
}
