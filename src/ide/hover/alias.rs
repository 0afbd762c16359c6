//! Which names are the same object.

use super::card::Card;
use super::{Context, look, words};
use crate::engine::Analysis;
use crate::facts::{Path, PlaceFacts};
use crate::hir::{Expr, Stmt};
use crate::ide::cursor::When;

/// Aliases that are told, at most.
const TOLD: usize = 4;

pub(super) fn rows(cx: &Context<'_>, card: &mut Card) {
    let same = &cx.claims.same_as;
    // Of what cannot change, nobody minds.
    let is_mutable = cx.detail.is_some_and(|detail| detail.mutable);
    if same.is_empty() || !is_mutable {
        return;
    }
    // What a `del` says names them already.
    if matches!(cx.when, When::Deleted(_)) && !card.rows().is_empty() {
        return;
    }
    let mut paths: Vec<&Path> = same.iter().collect();
    paths.sort_by_key(|path| path.steps.len());
    // Round a cycle there are ever more paths.
    let is_short = |path: &&Path| path.steps.len() < 2;
    if paths.iter().any(is_short) {
        paths.retain(is_short);
    }
    let mut parts: Vec<String> = paths
        .iter()
        .take(TOLD)
        .map(|path| place(cx.analysis, cx.facts, path))
        .collect();
    if paths.len() > TOLD {
        parts.push(format!("{} more", paths.len() - TOLD));
    }
    let mut text = words::list(&parts);
    if binds_a_name(cx) {
        text.push_str(": `=` makes a name, not a copy");
    }
    card.row("same object", text);
}

/// A path, with the line where its name is bound.
pub(in crate::ide) fn place(analysis: &Analysis, facts: &PlaceFacts, path: &Path) -> String {
    let text = words::code(&look::text(analysis, path));
    if !path.steps.is_empty() {
        return text;
    }
    match look::binding(analysis, facts.unit, path.root, facts.start) {
        Some(span) => format!("{text} (line {})", look::line(analysis, span.start)),
        None => text,
    }
}

/// The statement is `b = a` or `b = a.c`.
fn binds_a_name(cx: &Context<'_>) -> bool {
    let When::After(stmt) = cx.when else {
        return false;
    };
    let item = &cx.analysis.file.items[cx.found.item as usize].item;
    match item.stmt(stmt) {
        Stmt::Assign { value, .. } => matches!(
            item.expr(*value),
            Expr::Name(_) | Expr::Attribute { .. } | Expr::Subscript { .. }
        ),
        _ => false,
    }
}
