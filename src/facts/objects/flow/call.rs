//! Calls: of the file's own functions, of methods, and of what is known of the library.

use super::{DEPTH, Env, Flow, Key, Mask};
use crate::base::Name;
use crate::facts::objects::What;
use crate::facts::objects::bindings::Bound;
use crate::facts::objects::tables::{self, Function, Method};
use crate::hir::{Const, Expr, ExprId, File, Stmt, UnitId, UnitKind, Var};

impl<'a> Flow<'a> {
    pub(super) fn call(
        &mut self,
        id: ExprId,
        func: ExprId,
        args: &[(Option<Name>, ExprId)],
        has_double_star: bool,
        env: &mut Env,
    ) -> Mask {
        let code = self.item();
        if let Expr::Attribute { value, attr, .. } = code.expr(func) {
            let on = self.eval(*value, env);
            if on != 0 {
                let masks = self.arguments(args, env);
                self.method(id, *value, on, *attr);
                // What is handed to a method of a collection goes into it, or is gone through.
                for (arg, mask) in masks {
                    let takes_all = matches!(self.names.text(*attr), "extend" | "update" | "union");
                    let what = if takes_all { What::Read } else { What::Stored };
                    self.touch(arg, mask, what);
                    self.take_items(arg, if takes_all { mask } else { 0 });
                }
                return 0;
            }
        }
        let path = self.bindings.path(code, func, self.names);
        if let Some(path) = &path {
            if matches!(
                path.as_str(),
                "builtins.locals" | "builtins.vars" | "builtins.eval" | "builtins.exec"
            ) {
                let all = env.values().fold(0, |all, mask| all | mask);
                self.record(all, code.expr_span(id), What::Passed, None);
            }
            if let Some(known) = tables::function(path) {
                let masks = self.arguments(args, env);
                for (at, (arg, mask)) in masks.into_iter().enumerate() {
                    match known {
                        Function::Mutates(grows) if at == 0 => {
                            self.touch_at(
                                id,
                                arg,
                                mask,
                                What::Mutated {
                                    grows,
                                    by_key: false,
                                },
                            );
                        }
                        Function::Mutates(_) => self.touch(arg, mask, What::Stored),
                        Function::Reads => self.go_through(arg, mask),
                        Function::Depends => {
                            self.touch(arg, mask, What::Other);
                            self.take_items(arg, mask);
                            if mask != 0 && tables::is_lazy(path) {
                                self.hold_by_iterator(id, arg, mask);
                            }
                        }
                    }
                }
                return 0;
            }
        }
        if let Expr::Name(name) = code.expr(func)
            && matches!(name.var, Var::Global | Var::Namespace)
            && !self.bindings.anything
            && let Some(Bound::Function(item, unit)) = self.bindings.get(name.name)
            && let Some(mask) = self.known_call((*item, *unit), args, has_double_star, env)
        {
            return mask;
        }
        let on = self.eval(func, env);
        self.touch(func, on, What::Other);
        // `", ".join(x)` only goes through it.
        let joins = match code.expr(func) {
            Expr::Attribute { value, attr, .. } => {
                self.names.text(*attr) == "join"
                    && matches!(
                        code.expr(*value),
                        Expr::Constant(Const::Str(_) | Const::Bytes(_))
                    )
            }
            _ => false,
        };
        for (arg, mask) in self.arguments(args, env) {
            self.touch(arg, mask, if joins { What::Read } else { What::Passed });
        }
        0
    }

    /// An iterator over `arg` holds it: where the iterator goes, the default goes, unless it is used up at once.
    fn hold_by_iterator(&mut self, id: ExprId, arg: ExprId, mask: Mask) {
        let code = self.item();
        let uses_up = |func: ExprId| {
            let path = self.bindings.path(code, func, self.names);
            path.and_then(|path| tables::function(&path)) == Some(Function::Reads)
        };
        let is_head = code
            .stmts
            .iter()
            .any(|stmt| matches!(stmt, Stmt::For { iter, .. } if *iter == id))
            || code.exprs.iter().any(|expr| match expr {
                Expr::Comp { generators, .. } => {
                    generators.iter().any(|generator| generator.iter == id)
                }
                Expr::Call { func, args, .. } => args.contains(&id) && uses_up(*func),
                _ => false,
            });
        if !is_head {
            self.touch_at(id, arg, mask, What::Captured);
        }
    }

    fn arguments(&mut self, args: &[(Option<Name>, ExprId)], env: &mut Env) -> Vec<(ExprId, Mask)> {
        args.iter()
            .map(|(_, arg)| (*arg, self.eval(*arg, env)))
            .collect()
    }

    pub(super) fn method(&mut self, at: ExprId, object: ExprId, mask: Mask, name: Name) {
        let name = self.names.text(name).to_owned();
        for (bit, kind) in self.kinds(mask) {
            let (what, takes) = match tables::method(kind, &name) {
                Some(Method::Mutates(grows)) => (
                    What::Mutated {
                        grows,
                        by_key: false,
                    },
                    !grows,
                ),
                Some(Method::SetsByKey) => (
                    What::Mutated {
                        grows: true,
                        by_key: true,
                    },
                    true,
                ),
                Some(Method::LooksUp(tuple_too)) => (What::LookedUp { tuple_too }, !tuple_too),
                Some(Method::Reads) => (What::Read, false),
                Some(Method::Depends) => (What::Other, true),
                None => (What::Other, false),
            };
            self.touch_at(at, object, bit, what);
            if takes {
                self.take_items(object, bit);
            }
        }
    }

    /// A call of a function of the file; `None`: which argument goes where is not known.
    fn known_call(
        &mut self,
        callee: (u32, UnitId),
        args: &[(Option<Name>, ExprId)],
        has_double_star: bool,
        env: &mut Env,
    ) -> Option<Mask> {
        let file: &'a File = self.file;
        let function = file.items[callee.0 as usize].item.unit(callee.1);
        let code = self.item();
        let is_starred = args
            .iter()
            .any(|(_, arg)| matches!(code.expr(*arg), Expr::Starred(_)));
        if has_double_star || is_starred || function.kind != UnitKind::Function {
            return None;
        }
        let masks = self.arguments(args, env);
        if masks.iter().all(|(_, mask)| *mask == 0) {
            return Some(0);
        }
        let positional: Vec<Name> = function
            .params
            .posonly
            .iter()
            .chain(&function.params.args)
            .map(|param| param.name)
            .collect();
        let mut inside: Vec<(Name, Mask)> = Vec::new();
        for (at, ((keyword, arg), (_, mask))) in args.iter().zip(&masks).enumerate() {
            let name = match keyword {
                Some(keyword) => function
                    .params
                    .in_slot_order()
                    .map(|param| param.name)
                    .find(|name| name == keyword),
                None => positional.get(at).copied(),
            };
            match name {
                Some(name) => inside.push((name, *mask)),
                None => self.touch(*arg, *mask, What::Passed),
            }
        }
        inside.retain(|(_, mask)| *mask != 0);
        inside.sort_unstable();
        let all = masks.iter().fold(0, |all, (_, mask)| all | mask);
        if self.stack.contains(&callee)
            && inside
                .iter()
                .all(|(name, mask)| self.own_param(callee, *name, *mask))
        {
            // The same again: what it returns is known from the round before.
            return Some(self.results.get(&callee).copied().unwrap_or(0) & all);
        }
        if self.stack.len() > DEPTH || self.stack.contains(&callee) || self.calls == 0 {
            for (arg, mask) in masks {
                self.touch(arg, mask, What::Passed);
            }
            return Some(0);
        }
        if self.memo.insert((callee.0, callee.1, inside.clone())) {
            self.calls -= 1;
            let env = inside
                .into_iter()
                .map(|(name, mask)| (Key::Local(name), mask))
                .collect();
            self.enter(callee.0, callee.1, env, true);
        }
        let is_generator = function.is_generator;
        if is_generator {
            for (arg, mask) in masks {
                self.touch(arg, mask, What::Captured);
            }
            return Some(0);
        }
        Some(self.results.get(&callee).copied().unwrap_or(0) & all)
    }

    /// Whether `mask` is what the parameter `name` of `callee` was entered with: its own default.
    fn own_param(&self, callee: (u32, UnitId), name: Name, mask: Mask) -> bool {
        let mut own = self
            .defaults
            .iter()
            .enumerate()
            .filter(|(_, it)| (it.item, it.unit) == callee && it.name == name);
        own.any(|(at, _)| mask == 1 << at)
    }
}
