//! What a class body binds.

use crate::base::Name;
use crate::facts::objects::blocks;
use crate::hir::{Expr, ExprId, Item, Stmt, StmtId, UnitId};

/// Whether the class body binds or declares `name`.
pub(super) fn binds(code: &Item, class: UnitId, name: Name) -> bool {
    code.unit(class)
        .scope
        .vars
        .iter()
        .any(|var| var.name == name && (var.is_assigned || var.is_annotated))
}

/// Whether the class body gives `name` a value: an annotation alone does not.
pub(super) fn binds_value(code: &Item, class: UnitId, name: Name) -> bool {
    code.unit(class)
        .scope
        .vars
        .iter()
        .any(|var| var.name == name && var.is_assigned)
        && !only_annotated(code, class, name)
}

fn only_annotated(code: &Item, class: UnitId, name: Name) -> bool {
    let mut gives = false;
    own_statements(code, &code.unit(class).body, &mut |stmt| {
        gives |= match stmt {
            Stmt::AnnAssign { value: None, .. } => false,
            Stmt::AnnAssign { target, .. }
            | Stmt::AugAssign { target, .. }
            | Stmt::For { target, .. } => mentions(code, *target, name),
            Stmt::Assign { targets, .. } => {
                targets.iter().any(|target| mentions(code, *target, name))
            }
            Stmt::FunctionDef { name: own, .. } | Stmt::ClassDef { name: own, .. } => {
                own.name == name
            }
            Stmt::Import(aliases) | Stmt::ImportFrom { names: aliases, .. } => aliases
                .iter()
                .any(|alias| alias.binds.is_none_or(|it| it.name == name)),
            Stmt::With { items, .. } => items
                .iter()
                .any(|it| it.target.is_some_and(|target| mentions(code, target, name))),
            _ => false,
        };
    });
    !gives
}

/// Whether an assignment to `target` binds `name`.
pub(super) fn mentions(code: &Item, target: ExprId, name: Name) -> bool {
    match code.expr(target) {
        Expr::Name(own) => own.name == name,
        Expr::Tuple { elts } | Expr::List { elts } => {
            elts.iter().any(|elt| mentions(code, *elt, name))
        }
        Expr::Starred(inner) => mentions(code, *inner, name),
        _ => false,
    }
}

/// Calls `with` for each statement of a block and of those in it that belong to the same code object.
pub(super) fn own_statements(code: &Item, body: &[StmtId], with: &mut dyn FnMut(&Stmt)) {
    for id in body {
        with(code.stmt(*id));
        blocks(code.stmt(*id), &mut |block| {
            own_statements(code, block, with)
        });
    }
}
