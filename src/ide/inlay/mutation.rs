//! A write through one name that another sees: `also changes a`.

use super::{Context, text};
use crate::facts::{Holder, Path};
use crate::hir::{Expr, ExprId, Stmt};
use crate::ide::answers::{HintPart, InlayHint};
use crate::ide::{cursor, look};

/// Others that are named, at most.
const TOLD: usize = 3;

pub(super) fn hints(cx: &Context<'_>, out: &mut Vec<InlayHint>) {
    let Some(written) = written(cx).and_then(|expr| cursor::path_of(cx.item, expr)) else {
        return;
    };
    let (Some(claims), Some(detail)) = (
        look::claims(cx.facts, &written),
        look::detail(cx.facts, &written),
    ) else {
        return;
    };
    // The statement did change it, at each pass.
    let changed = detail.changed.is_some_and(|span| cx.span().contains(span));
    if !changed {
        return;
    }
    let mut others: Vec<HintPart> = Vec::new();
    let mut add = |part: HintPart| {
        if !others.iter().any(|other| other.text == part.text) {
            others.push(part);
        }
    };
    for path in claims
        .same_as
        .iter()
        .filter(|path| path.steps.is_empty() && path.root != written.root)
    {
        add(cx.path(path));
    }
    for holder in &detail.holders {
        match holder {
            Holder::Global(name) if cx.facts.unit.unit.is_some() => {
                add(cx.variable(crate::domain::UnitRef::MODULE, *name));
            }
            Holder::Global(name) | Holder::Local(name)
                if written.steps.is_empty() && *name == written.root => {}
            Holder::Global(name) | Holder::Local(name) => add(cx.variable(cx.facts.unit, *name)),
            Holder::Part(path) if !is_under(path, &written) => add(cx.path(path)),
            Holder::Outer(name, unit) => add(cx.variable(*unit, *name)),
            _ => {}
        }
    }
    for path in claims
        .same_as
        .iter()
        .filter(|path| path.steps.len() == 1 && path.root != written.root)
    {
        add(cx.path(path));
    }
    if others.is_empty() {
        return;
    }
    let more = others.len().saturating_sub(TOLD);
    others.truncate(TOLD);
    let mut parts = vec![text("also changes ")];
    for (at, other) in others.into_iter().enumerate() {
        if at > 0 {
            parts.push(text(", "));
        }
        parts.push(other);
    }
    if more > 0 {
        parts.push(text(format!(" and {more} more")));
    }
    let name = look::text(cx.analysis, &written);
    out.push(InlayHint {
        offset: cx.span().end,
        parts,
        tooltip: Some(format!(
            "{} is the same object there.",
            crate::ide::words::code(&name)
        )),
    });
}

/// Whether a path is the written one, or its object's own way there.
fn is_under(path: &Path, written: &Path) -> bool {
    path.root == written.root
}

/// What the statement writes into.
fn written(cx: &Context<'_>) -> Option<ExprId> {
    let base = |target: ExprId| match cx.item.expr(target) {
        Expr::Attribute { value, .. } | Expr::Subscript { value, .. } => Some(*value),
        _ => None,
    };
    match cx.item.stmt(cx.stmt) {
        Stmt::Expr(value) => match cx.item.expr(*value) {
            Expr::Call { func, .. } => {
                base(*func).filter(|_| matches!(cx.item.expr(*func), Expr::Attribute { .. }))
            }
            _ => None,
        },
        Stmt::Assign { targets, .. } | Stmt::Delete(targets) => match targets[..] {
            [target] => base(target),
            _ => None,
        },
        // `x += [1]` changes a list in place.
        Stmt::AugAssign { target, .. } => match cx.item.expr(*target) {
            Expr::Name(_) => Some(*target),
            _ => base(*target),
        },
        _ => None,
    }
}
