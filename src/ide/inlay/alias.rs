//! `b = a`: `same object as a`.

use super::{Context, text};
use crate::base::Name;
use crate::facts::Path;
use crate::hir::{Expr, ExprId, Stmt, StmtId};
use crate::ide::answers::InlayHint;
use crate::ide::{cursor, look};

pub(super) fn hints(cx: &Context<'_>, out: &mut Vec<InlayHint>) {
    let value = match cx.item.stmt(cx.stmt) {
        Stmt::Assign { targets, value } if targets.len() == 1 => *value,
        Stmt::AnnAssign {
            value: Some(value), ..
        } => *value,
        _ => return,
    };
    let bound = cursor::bound_names(cx.item, cx.stmt);
    let [(name, _)] = bound[..] else { return };
    let path = Path {
        root: name,
        steps: Vec::new(),
    };
    let Some(claims) = look::claims(cx.facts, &path) else {
        return;
    };
    // That two names lead to one number surprises nobody, and changes nothing.
    if !look::detail(cx.facts, &path).is_some_and(|detail| detail.mutable) {
        return;
    }
    let as_written = cursor::path_of(cx.item, value);
    if let Some(source) = &as_written {
        // `x = d["k"]` says itself where the object is; a name that is not used again hands it over.
        if !source.steps.is_empty() || is_handed_over(cx, value, source.root) {
            return;
        }
    }
    let as_written = as_written.filter(|path| claims.same_as.contains(path));
    let Some(other) = as_written.or_else(|| {
        claims
            .same_as
            .iter()
            .min_by_key(|path| path.steps.len())
            .cloned()
    }) else {
        return;
    };
    if other.root == name {
        return;
    }
    out.push(InlayHint {
        offset: cx.span().end,
        parts: vec![text("same object as "), cx.path(&other)],
        tooltip: Some(format!(
            "Both names lead to one object: what is changed through one is changed for the other. `=` copies nothing.{}",
            claims.size.map(|size| format!(" It takes {} once.", crate::ide::words::bytes(size))).unwrap_or_default()
        )),
    });
}

/// Whether a function's variable is not read again after this use before something else is bound to it: what it held has
/// one name before and one after.
fn is_handed_over(cx: &Context<'_>, used: ExprId, name: Name) -> bool {
    let Some(unit) = cx.facts.unit.unit else {
        return false; // a module's names are read from anywhere
    };
    let function = cx.item.unit(unit).span;
    let here = cx.item.stmt_span(cx.stmt);
    let innermost = (0..cx.item.stmts.len())
        .map(|at| StmtId(at as u32))
        .filter(|at| matches!(cx.item.stmt(*at), Stmt::For { .. } | Stmt::While { .. }))
        .map(|at| cx.item.stmt_span(at))
        .filter(|span| function.contains(*span) && span.contains(here))
        .min_by_key(|span| span.len());
    let uses = uses(cx, name, used);
    let next = |from: u32, to: u32| {
        uses.iter()
            .filter(|(at, _)| from <= *at && *at < to)
            .min_by_key(|(at, _)| *at)
            .map(|(_, is_store)| *is_store)
    };
    let is_free = |next: Option<bool>| next != Some(false);
    match innermost {
        None => is_free(next(here.end, function.end)),
        Some(round) => {
            let again = next(here.end, round.end).or_else(|| next(round.start, here.start));
            is_free(again) && is_free(next(round.end, function.end))
        }
    }
}

/// Where else a name stands in the item, and whether it is bound there: by the end of its statement.
fn uses(cx: &Context<'_>, name: Name, except: ExprId) -> Vec<(u32, bool)> {
    let mut stores: Vec<(ExprId, u32)> = Vec::new();
    for at in 0..cx.item.stmts.len() {
        let stmt = StmtId(at as u32);
        if let Stmt::Assign { .. } | Stmt::AnnAssign { .. } | Stmt::Delete(_) = cx.item.stmt(stmt) {
            let end = cx.item.stmt_span(stmt).end;
            stores.extend(
                cursor::targets(cx.item, stmt)
                    .into_iter()
                    .map(|target| (target, end)),
            );
        } else if let Stmt::For { .. } = cx.item.stmt(stmt) {
            stores.extend(
                cursor::targets(cx.item, stmt)
                    .into_iter()
                    .map(|target| (target, cx.item.expr_span(target).end)),
            );
        }
    }
    cx.item
        .exprs
        .iter()
        .enumerate()
        .filter(|(_, expr)| matches!(expr, Expr::Name(other) if other.name == name))
        .map(|(index, _)| ExprId(index as u32))
        .filter(|id| *id != except)
        .map(|id| match stores.iter().find(|(target, _)| *target == id) {
            Some((_, end)) => (*end, true),
            None => (cx.item.expr_span(id).start, false),
        })
        .collect()
}
