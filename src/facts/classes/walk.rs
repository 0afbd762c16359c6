//! All attributes, calls and bare class names that a file's text has, each with the function and the loop it stands in.

use crate::base::{Name, Span};
use crate::facts::mentions::children;
use crate::hir::{Expr, ExprId, File, Item, Stmt, StmtId, UnitId};

/// Where an expression stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Where {
    pub(super) item: u32,
    /// The code object; `None`: the module's own.
    pub(super) unit: Option<UnitId>,
    /// In the body of a loop or comprehension of that code object.
    pub(super) in_loop: bool,
}

/// How an attribute is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Load,
    Store,
    Delete,
}

/// `object.attr`
#[derive(Clone, Copy, Debug)]
pub(super) struct AttrUse {
    pub(super) at: Where,
    pub(super) object: ExprId,
    pub(super) attr: Name,
    /// The identifier; absolute.
    pub(super) span: Span,
    pub(super) access: Access,
}

/// A name that is read other than to call it, to take an attribute of it, or as a base class.
#[derive(Clone, Copy, Debug)]
pub(super) struct BareUse {
    pub(super) name: Name,
    pub(super) span: Span,
}

/// A call.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallUse {
    pub(super) at: Where,
    pub(super) call: ExprId,
    pub(super) span: Span,
}

/// All of a file.
#[derive(Default)]
pub(super) struct Walk {
    pub(super) attrs: Vec<AttrUse>,
    pub(super) bare: Vec<BareUse>,
    pub(super) calls: Vec<CallUse>,
}

impl Walk {
    pub(super) fn of(file: &File) -> Walk {
        let mut walk = Walk::default();
        for (at, placed) in file.items.iter().enumerate() {
            if placed.item.is_broken {
                continue;
            }
            let at = Where {
                item: at as u32,
                unit: None,
                in_loop: false,
            };
            Visit {
                item: &placed.item,
                start: placed.start,
                out: &mut walk,
            }
            .block(&placed.item.body, at);
        }
        walk
    }
}

struct Visit<'a> {
    item: &'a Item,
    start: u32,
    out: &'a mut Walk,
}

impl Visit<'_> {
    fn block(&mut self, body: &[StmtId], at: Where) {
        body.iter().for_each(|id| self.statement(*id, at));
    }

    fn statement(&mut self, id: StmtId, at: Where) {
        let item = self.item;
        let inside = Where {
            in_loop: true,
            ..at
        };
        match item.stmt(id) {
            Stmt::FunctionDef {
                unit, decorators, ..
            } => {
                decorators.iter().for_each(|it| self.expr(*it, at));
                self.function(*unit, at);
            }
            Stmt::ClassDef {
                unit,
                bases,
                keywords,
                decorators,
                ..
            } => {
                for base in bases {
                    match item.expr(*base) {
                        Expr::Name(_) => {}
                        _ => self.expr(*base, at),
                    }
                }
                keywords.iter().for_each(|it| self.expr(it.value, at));
                decorators.iter().for_each(|it| self.expr(*it, at));
                self.block(
                    &item.unit(*unit).body,
                    Where {
                        unit: Some(*unit),
                        in_loop: false,
                        ..at
                    },
                );
            }
            Stmt::Return(value) => value.iter().for_each(|it| self.expr(*it, at)),
            Stmt::Delete(targets) => targets
                .iter()
                .for_each(|it| self.target(*it, at, Access::Delete)),
            Stmt::Assign { targets, value } => {
                self.expr(*value, at);
                targets
                    .iter()
                    .for_each(|it| self.target(*it, at, Access::Store));
            }
            Stmt::AugAssign { target, value, .. } => {
                self.expr(*value, at);
                self.expr(*target, at);
                self.target(*target, at, Access::Store);
            }
            Stmt::AnnAssign { target, value, .. } => {
                if let Some(value) = value {
                    self.expr(*value, at);
                    self.target(*target, at, Access::Store);
                }
            }
            Stmt::For {
                target,
                iter,
                body,
                orelse,
                ..
            } => {
                self.expr(*iter, at);
                self.target(*target, at, Access::Store);
                self.block(body, inside);
                self.block(orelse, at);
            }
            Stmt::While { test, body, orelse } => {
                self.expr(*test, inside);
                self.block(body, inside);
                self.block(orelse, at);
            }
            Stmt::If { test, body, orelse } => {
                self.expr(*test, at);
                self.block(body, at);
                self.block(orelse, at);
            }
            Stmt::With { items, body, .. } => {
                for with in items {
                    self.expr(with.context, at);
                    with.target
                        .iter()
                        .for_each(|it| self.target(*it, at, Access::Store));
                }
                self.block(body, at);
            }
            Stmt::Match { subject, cases } => {
                self.expr(*subject, at);
                for case in cases {
                    case.guard.iter().for_each(|it| self.expr(*it, at));
                    self.block(&case.body, at);
                }
            }
            Stmt::Raise { exc, cause } => [exc, cause]
                .into_iter()
                .flatten()
                .for_each(|it| self.expr(*it, at)),
            Stmt::Try {
                body,
                handlers,
                orelse,
                finalbody,
                ..
            } => {
                self.block(body, at);
                for handler in handlers {
                    handler.exc_type.iter().for_each(|it| self.expr(*it, at));
                    self.block(&handler.body, at);
                }
                self.block(orelse, at);
                self.block(finalbody, at);
            }
            Stmt::Assert { test, msg } => {
                self.expr(*test, at);
                msg.iter().for_each(|it| self.expr(*it, at));
            }
            Stmt::Expr(value) => self.expr(*value, at),
            Stmt::TypeAlias { .. }
            | Stmt::Import(_)
            | Stmt::ImportFrom { .. }
            | Stmt::Global(_)
            | Stmt::Nonlocal(_)
            | Stmt::Pass
            | Stmt::Break
            | Stmt::Continue
            | Stmt::Error => {}
        }
    }

    fn function(&mut self, unit: UnitId, at: Where) {
        let item = self.item;
        let function = item.unit(unit);
        let defaults = function
            .params
            .defaults
            .iter()
            .chain(function.params.kw_defaults.iter().flatten());
        defaults.for_each(|it| self.expr(*it, at));
        let inside = Where {
            unit: Some(unit),
            in_loop: false,
            ..at
        };
        self.block(&function.body, inside);
        function.value.iter().for_each(|it| self.expr(*it, inside));
    }

    fn target(&mut self, id: ExprId, at: Where, access: Access) {
        match self.item.expr(id) {
            Expr::Attribute {
                value,
                attr,
                attr_span,
            } => {
                let span = attr_span.shifted(self.start);
                self.out.attrs.push(AttrUse {
                    at,
                    object: *value,
                    attr: *attr,
                    span,
                    access,
                });
                self.object(*value, at);
            }
            Expr::Tuple { elts } | Expr::List { elts } => {
                elts.iter().for_each(|it| self.target(*it, at, access))
            }
            Expr::Starred(inner) => self.target(*inner, at, access),
            Expr::Name(_) => {}
            _ => self.expr(id, at),
        }
    }

    /// What an attribute is taken of, or what is called: a name there is not handed on.
    fn object(&mut self, id: ExprId, at: Where) {
        if !matches!(self.item.expr(id), Expr::Name(_)) {
            self.expr(id, at);
        }
    }

    fn expr(&mut self, id: ExprId, at: Where) {
        let item = self.item;
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || match item.expr(id) {
            Expr::Name(name) => {
                let span = item.expr_span(id).shifted(self.start);
                self.out.bare.push(BareUse {
                    name: name.name,
                    span,
                });
            }
            Expr::Attribute {
                value,
                attr,
                attr_span,
            } => {
                let span = attr_span.shifted(self.start);
                self.out.attrs.push(AttrUse {
                    at,
                    object: *value,
                    attr: *attr,
                    span,
                    access: Access::Load,
                });
                self.object(*value, at);
            }
            Expr::Call {
                func,
                args,
                keywords,
            } => {
                let span = item.expr_span(id).shifted(self.start);
                self.out.calls.push(CallUse { at, call: id, span });
                self.object(*func, at);
                args.iter().for_each(|it| self.expr(*it, at));
                keywords.iter().for_each(|it| self.expr(it.value, at));
            }
            Expr::Named { value, target } => {
                self.expr(*value, at);
                self.target(*target, at, Access::Store);
            }
            Expr::Lambda(unit) => self.function(*unit, at),
            Expr::Comp {
                elt,
                value,
                generators,
                ..
            } => {
                let inside = Where {
                    in_loop: true,
                    ..at
                };
                for (nth, generator) in generators.iter().enumerate() {
                    self.expr(generator.iter, if nth == 0 { at } else { inside });
                    self.target(generator.target, inside, Access::Store);
                    generator.ifs.iter().for_each(|it| self.expr(*it, inside));
                }
                self.expr(*elt, inside);
                value.iter().for_each(|it| self.expr(*it, inside));
            }
            other => children(other, &mut |child| self.expr(child, at)),
        });
    }
}
