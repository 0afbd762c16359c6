//! Whose attribute an attribute is: of an instance of a class, of a class, of something unknown.

use super::Cx;
use super::body::{mentions, own_statements};
use super::walk::AttrUse;
use crate::base::Name;
use crate::facts::objects::Bound;
use crate::hir::{Expr, ExprId, Item, Stmt, UnitId, UnitKind, Var};

/// Whose attribute an attribute is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// An instance of the class with that body, through a method's first parameter.
    Instance(u32, UnitId),
    /// The class with that body, through a class method's first parameter or `type(self)`.
    Class(u32, UnitId),
    /// What a name of the module is bound to once.
    Global(Name),
    /// A name bound in its scope by nothing but calls of a class of the module.
    MadeBy(Name),
    Unknown,
}

impl<'a> Cx<'a> {
    pub(super) fn item(&self, item: u32) -> &'a Item {
        &self.file.items[item as usize].item
    }

    /// The method, if any, whose first parameter `name` is in `unit`.
    pub(super) fn method_of(&self, item: u32, unit: Option<UnitId>, name: Name) -> Option<UnitId> {
        let code = self.item(item);
        let mut at = unit?;
        loop {
            let here = code.unit(at);
            let slot = here.scope.vars.iter().find(|var| var.name == name);
            if here.params.in_slot_order().any(|param| param.name == name) {
                let first = here.params.posonly.first().or(here.params.args.first());
                let is_method = here
                    .parent
                    .is_some_and(|parent| code.unit(parent).kind == UnitKind::Class);
                let is_function = matches!(here.kind, UnitKind::Function | UnitKind::AsyncFunction);
                let rebound = slot.is_some_and(|var| var.is_assigned);
                return (is_method
                    && is_function
                    && !rebound
                    && first.is_some_and(|it| it.name == name))
                .then_some(at);
            }
            if slot.is_some_and(|var| var.is_assigned) {
                return None;
            }
            at = here.parent?;
        }
    }

    pub(super) fn owner(&self, used: &AttrUse) -> Owner {
        let code = self.item(used.at.item);
        self.owner_of(used, code, used.object)
    }

    fn owner_of(&self, used: &AttrUse, code: &Item, object: ExprId) -> Owner {
        match code.expr(object) {
            Expr::Name(name) => {
                if let Some(method) = self.method_of(used.at.item, used.at.unit, name.name) {
                    let Some(class) = code.unit(method).parent else {
                        return Owner::Unknown;
                    };
                    return match self.decorated(code, method) {
                        Some("builtins.staticmethod") => Owner::Unknown,
                        Some("builtins.classmethod") => Owner::Class(used.at.item, class),
                        _ if matches!(
                            self.names.text(code.unit(method).name),
                            "__new__" | "__init_subclass__"
                        ) =>
                        {
                            Owner::Class(used.at.item, class)
                        }
                        _ => Owner::Instance(used.at.item, class),
                    };
                }
                if matches!(name.var, Var::Global | Var::Namespace)
                    && let Some(Bound::Class(..) | Bound::Function(..) | Bound::Import(_)) =
                        self.bindings.get(name.name)
                {
                    return Owner::Global(name.name);
                }
                if let Some(owner) = self.made_of_class(used, code, name.name) {
                    return owner;
                }
                self.made_by(used.at.item, used.at.unit, name.name, name.var)
                    .map_or(Owner::Unknown, Owner::MadeBy)
            }
            Expr::Call { func, args, .. } => {
                let is_type =
                    self.bindings.path(code, *func, self.names).as_deref() == Some("builtins.type");
                match args[..] {
                    [object] if is_type => match self.owner_of(used, code, object) {
                        Owner::Instance(item, class) => Owner::Class(item, class),
                        _ => Owner::Unknown,
                    },
                    _ => Owner::Unknown,
                }
            }
            Expr::Attribute { value, attr, .. } if self.names.text(*attr) == "__class__" => {
                match self.owner_of(used, code, *value) {
                    Owner::Instance(item, class) => Owner::Class(item, class),
                    _ => Owner::Unknown,
                }
            }
            Expr::Constant(_) => Owner::Unknown,
            _ => Owner::Unknown,
        }
    }

    /// The instance that a method's variable holds, where nothing binds it but `cls(...)` or `object.__new__(cls)`.
    fn made_of_class(&self, used: &AttrUse, code: &Item, name: Name) -> Option<Owner> {
        let unit = used.at.unit?;
        let mut made: Vec<Option<Owner>> = Vec::new();
        own_statements(code, &code.unit(unit).body, &mut |stmt| {
            let (targets, value) = match stmt {
                Stmt::Assign { targets, value } => (targets.as_slice(), Some(*value)),
                Stmt::AnnAssign { target, value, .. } => (std::slice::from_ref(target), *value),
                Stmt::For { target, .. } => (std::slice::from_ref(target), None),
                _ => return,
            };
            if !targets.iter().any(|target| mentions(code, *target, name)) {
                return;
            }
            let is_plain =
                matches!(targets, [target] if matches!(code.expr(*target), Expr::Name(_)));
            let class = value.filter(|_| is_plain).and_then(|value| {
                let Expr::Call { func, args, .. } = code.expr(value) else {
                    return None;
                };
                match code.expr(*func) {
                    Expr::Attribute { attr, .. } if self.names.text(*attr) == "__new__" => {
                        args.first().copied()
                    }
                    _ => Some(*func),
                }
            });
            made.push(
                class.and_then(|class| match self.owner_of(used, code, class) {
                    Owner::Class(item, class) => Some(Owner::Instance(item, class)),
                    _ => None,
                }),
            );
        });
        let first = made.first().copied().flatten()?;
        made.iter().all(|it| *it == Some(first)).then_some(first)
    }

    /// `staticmethod` or `classmethod`, where a method is that.
    fn decorated(&self, code: &Item, method: UnitId) -> Option<&'static str> {
        let decorators = code.stmts.iter().find_map(|stmt| match stmt {
            Stmt::FunctionDef {
                unit, decorators, ..
            } if *unit == method => Some(decorators),
            _ => None,
        })?;
        decorators.iter().find_map(|decorator| {
            match self.bindings.path(code, *decorator, self.names)?.as_str() {
                "builtins.staticmethod" => Some("builtins.staticmethod"),
                "builtins.classmethod" => Some("builtins.classmethod"),
                _ => None,
            }
        })
    }

    /// The class of the module whose calls alone bind `name` in its scope: then it holds an instance.
    fn made_by(&self, item: u32, unit: Option<UnitId>, name: Name, var: Var) -> Option<Name> {
        let mut found: Option<Name> = None;
        let mut seen = 0;
        let mut look = |code: &Item, stmt: &Stmt| {
            let mut made = |target: ExprId, value: Option<ExprId>| {
                if !mentions(code, target, name) {
                    return;
                }
                let class = match (code.expr(target), value.map(|value| code.expr(value))) {
                    (Expr::Name(_), Some(Expr::Call { func, .. })) => match code.expr(*func) {
                        Expr::Name(class) => match self.bindings.get(class.name) {
                            Some(Bound::Class(..)) => Some(class.name),
                            _ => None,
                        },
                        _ => None,
                    },
                    _ => None,
                };
                seen += 1;
                found = if seen == 1 {
                    class
                } else {
                    found.filter(|it| Some(*it) == class)
                };
            };
            match stmt {
                Stmt::Assign { targets, value } => {
                    targets.iter().for_each(|it| made(*it, Some(*value)))
                }
                Stmt::AnnAssign { target, value, .. } => made(*target, *value),
                Stmt::AugAssign { target, .. } | Stmt::For { target, .. } => made(*target, None),
                Stmt::With { items, .. } => items
                    .iter()
                    .filter_map(|it| it.target)
                    .for_each(|it| made(it, None)),
                _ => {}
            }
        };
        match (var, unit) {
            (Var::Fast(_) | Var::Deref(_), Some(unit)) => {
                let code = self.item(item);
                if code
                    .unit(unit)
                    .params
                    .in_slot_order()
                    .any(|param| param.name == name)
                {
                    return None;
                }
                own_statements(code, &code.unit(unit).body, &mut |stmt| look(code, stmt));
            }
            (Var::Namespace | Var::Global, _) => {
                for placed in &self.file.items {
                    own_statements(&placed.item, &placed.item.body, &mut |stmt| {
                        look(&placed.item, stmt)
                    });
                }
            }
            _ => return None,
        }
        found
    }
}
