//! Where paths meet: loops, handlers, context managers that swallow, patterns.

use super::{Env, Flow, Key, Loop, Mask, ROUNDS, join};
use crate::hir::{Const, Expr, ExprId, PatId, Pattern, StmtId};

impl<'a> Flow<'a> {
    /// Whether a context manager is made to swallow exceptions.
    pub(super) fn swallows(&self, context: ExprId) -> bool {
        let Expr::Call { func, .. } = self.item().expr(context) else {
            return false;
        };
        match self.item().expr(*func) {
            Expr::Name(name) => matches!(self.names.text(name.name), "suppress" | "raises"),
            Expr::Attribute { attr, .. } => matches!(
                self.names.text(*attr),
                "suppress" | "raises" | "assertRaises"
            ),
            _ => false,
        }
    }

    pub(super) fn may_raise_opt(&mut self, env: &Option<Env>) {
        if let Some(env) = env {
            self.may_raise(env);
        }
    }

    pub(super) fn cycle(
        &mut self,
        mut env: Env,
        target: Option<ExprId>,
        test: Option<ExprId>,
        body: &[StmtId],
        orelse: &[StmtId],
    ) -> Option<Env> {
        let code = self.item();
        let forever = test.is_some_and(|test| match code.expr(test) {
            Expr::Constant(Const::Bool(value)) => *value,
            Expr::Constant(Const::Int(value)) => *value != 0.into(),
            _ => false,
        });
        let mut breaks = None;
        for _ in 0..ROUNDS {
            let before = env.clone();
            let mut inside = env.clone();
            if let Some(test) = test {
                self.test(test, &mut inside);
                self.refine(test, true, &mut inside);
            }
            if let Some(target) = target {
                self.bind(target, 0, None, &mut inside);
            }
            self.loops.push(Loop::default());
            let end = self.block(body, Some(inside));
            let left = self.loops.pop().unwrap_or_default();
            breaks = left.breaks;
            let mut next = Some(env);
            for again in [end, left.continues].into_iter().flatten() {
                join(&mut next, again);
            }
            env = next.unwrap_or_default();
            if env == before {
                break;
            }
        }
        if let Some(test) = test {
            self.refine(test, false, &mut env);
        }
        let mut after = if forever {
            None
        } else {
            self.block(orelse, Some(env))
        };
        if let Some(breaks) = breaks {
            join(&mut after, breaks);
        }
        after
    }

    pub(super) fn handle(
        &mut self,
        env: Env,
        body: &[StmtId],
        handlers: &[crate::hir::Handler],
        orelse: &[StmtId],
        finalbody: &[StmtId],
    ) -> Option<Env> {
        self.tries.push(Some(env.clone()));
        let mut after = self.block(body, Some(env));
        let mut raised = self.tries.pop().flatten();
        self.tries.push(raised.clone());
        after = self.block(orelse, after);
        for handler in handlers {
            let mut inside = raised.clone().unwrap_or_default();
            if let Some(class) = handler.exc_type {
                self.eval(class, &mut inside);
            }
            if let Some(name) = handler.name {
                inside.insert(Key::Local(name.name), 0);
            }
            if let Some(end) = self.block(&handler.body, Some(inside)) {
                join(&mut after, end);
            }
        }
        if let Some(more) = self.tries.pop().flatten() {
            join(&mut raised, more);
        }
        if !finalbody.is_empty()
            && let Some(raised) = raised.clone()
        {
            self.block(finalbody, Some(raised));
        }
        if let Some(raised) = raised {
            self.may_raise(&raised);
        }
        self.block(finalbody, after)
    }

    pub(super) fn pattern(&mut self, id: PatId, mask: Mask, env: &mut Env) {
        let code = self.item();
        match code.pattern(id) {
            Pattern::As { pattern, name } => {
                if let Some(pattern) = pattern {
                    self.pattern(*pattern, mask, env);
                }
                if let Some(name) = name {
                    self.hold(Key::Local(name.name), mask, env);
                }
            }
            Pattern::Or(patterns) => patterns
                .iter()
                .for_each(|pattern| self.pattern(*pattern, mask, env)),
            Pattern::Sequence(patterns) => patterns
                .iter()
                .for_each(|pattern| self.pattern(*pattern, 0, env)),
            Pattern::Mapping { patterns, rest, .. } => {
                patterns
                    .iter()
                    .for_each(|pattern| self.pattern(*pattern, 0, env));
                if let Some(name) = rest {
                    env.insert(Key::Local(name.name), 0);
                }
            }
            Pattern::Class {
                patterns, keywords, ..
            } => {
                patterns
                    .iter()
                    .for_each(|pattern| self.pattern(*pattern, mask, env));
                keywords
                    .iter()
                    .for_each(|(_, pattern)| self.pattern(*pattern, 0, env));
            }
            Pattern::Star(Some(name)) => {
                env.insert(Key::Local(name.name), 0);
            }
            Pattern::Star(None) | Pattern::Missing | Pattern::Value(_) | Pattern::Singleton(_) => {}
        }
    }
}
