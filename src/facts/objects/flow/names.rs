//! What is bound to names, attributes and items.

use super::{Env, Flow, Key, Mask};
use crate::facts::objects::What;
use crate::hir::{Expr, ExprId, NameUse, Var, VarKind};

impl<'a> Flow<'a> {
    /// What an expression names, if that is followed.
    pub(super) fn key(&self, id: ExprId) -> Option<Key> {
        match self.item().expr(id) {
            Expr::Name(NameUse {
                name,
                var: Var::Fast(_) | Var::Deref(_) | Var::ClassDeref(_),
            }) => Some(Key::Local(*name)),
            Expr::Attribute { value, attr, .. } => match self.item().expr(*value) {
                Expr::Name(name) if Some(name.name) == self.self_name => Some(Key::Attr(*attr)),
                _ => None,
            },
            Expr::Named { target, .. } => self.key(*target),
            _ => None,
        }
    }

    /// A statement binds `key`.
    pub(super) fn hold(&mut self, key: Key, mask: Mask, env: &mut Env) {
        if mask != 0 {
            *self.bound.entry(key).or_insert(0) |= mask;
        }
        env.insert(key, mask);
    }

    /// Whether a name belongs to the running function, so that what is bound to it goes with the call.
    fn is_own(&self, name: NameUse) -> bool {
        match name.var {
            Var::Fast(_) => true,
            Var::Deref(_) => {
                let scope = &self.item().unit(self.unit).scope;
                // A name of a comprehension is looked up in the function around it; it goes with the call as well.
                scope
                    .vars
                    .iter()
                    .find(|var| var.name == name.name)
                    .is_none_or(|var| var.kind != VarKind::Free)
            }
            _ => false,
        }
    }

    pub(super) fn bind(
        &mut self,
        target: ExprId,
        mask: Mask,
        value: Option<ExprId>,
        env: &mut Env,
    ) {
        let code = self.item();
        match code.expr(target) {
            Expr::Name(name) if self.is_own(*name) => {
                self.hold(Key::Local(name.name), mask, env);
            }
            Expr::Name(_) => self.touch_at(target, value.unwrap_or(target), mask, What::Stored),
            Expr::Attribute { value: object, .. } => {
                let on = self.eval(*object, env);
                self.touch(*object, on, What::Other);
                if let Some(key) = self.key(target) {
                    self.hold(key, mask, env);
                }
                self.touch_at(target, value.unwrap_or(target), mask, What::Stored);
            }
            Expr::Subscript {
                value: object,
                index,
            } => {
                self.store_item(target, *object, *index, false, env);
                self.touch_at(target, value.unwrap_or(target), mask, What::Stored);
            }
            Expr::Tuple { elts } | Expr::List { elts } => {
                let parts = value.and_then(|value| match code.expr(value) {
                    Expr::Tuple { elts: values } | Expr::List { elts: values }
                        if values.len() == elts.len() =>
                    {
                        let plain = |ids: &[ExprId]| {
                            !ids.iter()
                                .any(|id| matches!(code.expr(*id), Expr::Starred(_)))
                        };
                        (plain(elts) && plain(values)).then_some(values)
                    }
                    _ => None,
                });
                match parts {
                    Some(values) => {
                        let masks: Vec<Mask> =
                            values.iter().map(|value| self.eval(*value, env)).collect();
                        for ((target, value), mask) in elts.iter().zip(values).zip(masks) {
                            self.bind(*target, mask, Some(*value), env);
                        }
                    }
                    None => {
                        if let Some(value) = value {
                            self.go_through(value, mask);
                        }
                        elts.iter()
                            .for_each(|target| self.bind(*target, 0, None, env));
                    }
                }
            }
            Expr::Starred(inner) => self.bind(*inner, 0, None, env),
            _ => {
                self.eval(target, env);
            }
        }
    }

    /// `object[index] = ...`, or `del object[index]` and the like, where nothing can come into an empty one.
    pub(super) fn store_item(
        &mut self,
        at: ExprId,
        object: ExprId,
        index: ExprId,
        only_existing: bool,
        env: &mut Env,
    ) {
        let mask = self.eval(object, env);
        let key = self.eval(index, env);
        self.touch(index, key, What::Other);
        let is_slice = matches!(self.item().expr(index), Expr::Slice { .. });
        for (bit, kind) in self.kinds(mask) {
            let by_key = kind.is_mapping();
            let grows = !only_existing && (by_key || is_slice);
            self.touch_at(
                at,
                object,
                bit,
                What::Mutated {
                    grows,
                    by_key: by_key && !only_existing,
                },
            );
        }
    }

    /// Each of its items is taken.
    pub(super) fn go_through(&mut self, id: ExprId, mask: Mask) {
        self.touch(id, mask, What::Read);
        self.take_items(id, mask);
    }

    pub(super) fn take_items(&mut self, id: ExprId, mask: Mask) {
        let holds = self
            .defaults
            .iter()
            .enumerate()
            .filter(|(_, it)| it.holds_objects);
        let holds = holds.fold(0, |all, (at, _)| all | 1 << at);
        self.touch(id, mask & holds, What::ItemTaken);
    }
}
