//! Why a figure that people expect is not there.

use super::card::Card;
use super::{Context, look, param, words};
use crate::base::{Name, Span};
use crate::engine::Analysis;
use crate::facts::Path;
use crate::hir::{Expr, ExprId, Item, Stmt, StmtId};
use crate::ide::cursor::{self, Found, When};
use crate::interp::World;

/// A card that has nothing but the reason.
pub(super) fn card(analysis: &Analysis, found: &Found, path: &Path, when: When) -> Option<Card> {
    if !path.steps.is_empty() {
        return None;
    }
    let When::Entry(unit) = when else { return None };
    let item = &analysis.file.items.get(found.item as usize)?.item;
    if item.unit(unit).kind == crate::hir::UnitKind::Lambda || is_receiver(item, unit, path.root) {
        return None;
    }
    // That a parameter may be anything, its reader knows; what this file gives it, is worth a card.
    let mut card = Card::new(look::text(analysis, path));
    param::rows(analysis, found.item, unit, path.root, &mut card);
    card.worth_showing()
}

/// Why nothing more is said of a parameter that the file gives something.
pub(super) fn parameter(cx: &Context<'_>, card: &mut Card) {
    if cx.claims.ty.is_none() && !card.rows().is_empty() {
        card.row("type", entered_from(cx.analysis).to_owned());
    }
}

/// Why it is not known what a function is given.
pub(in crate::ide) fn entered_from(analysis: &Analysis) -> &'static str {
    match analysis.world {
        World::Module => "unknown: code outside this file may call it",
        World::Script => {
            "unknown: not the same at all calls, or called by code that is not followed"
        }
    }
}

/// Whether the parameter is a method's own object, of which nobody expects a figure.
pub(in crate::ide) fn is_receiver(item: &Item, unit: crate::hir::UnitId, name: Name) -> bool {
    let unit = item.unit(unit);
    let first = unit.params.in_slot_order().next().map(|param| param.name);
    first == Some(name)
        && unit
            .parent
            .is_some_and(|parent| item.unit(parent).kind == crate::hir::UnitKind::Class)
}

/// Rows for what is missing beside other figures.
pub(super) fn rows(cx: &Context<'_>, card: &mut Card) {
    if !cx.analysis.target.claims_sizes_and_counts() {
        card.row(
            "figures",
            "not measured for builds without the GIL".to_owned(),
        );
        return;
    }
    let Some(detail) = cx.detail else { return };
    if matches!(cx.when, When::Entry(_)) && cx.claims.ty.is_none() {
        return;
    }
    let expects_size = cx.claims.ty.is_none()
        || matches!(
            cx.claims.ty.as_deref(),
            Some(
                "list"
                    | "dict"
                    | "set"
                    | "str"
                    | "bytes"
                    | "tuple"
                    | "bytearray"
                    | "collections.deque"
            )
        );
    if cx.claims.size.is_none() && expects_size {
        let why = match (cx.claims.ty.is_none(), origin(cx)) {
            (_, Some(origin)) => origin,
            (false, None) if detail.open && detail.escaped => {
                format!(
                    "unknown: other code may have changed its contents{}",
                    since(cx.analysis, detail.escaped_at)
                )
            }
            (false, None) if detail.open => match detail.changed {
                Some(changed) => {
                    let line = look::line(cx.analysis, changed.start);
                    format!("unknown: its contents are not, since line {line}")
                }
                None => "unknown: its contents are not known".to_owned(),
            },
            _ => return,
        };
        let what = if cx.claims.ty.is_none() {
            "type"
        } else {
            "size"
        };
        card.row(what, why);
        return;
    }
    let counted = cx.claims.refs.is_none()
        && cx.claims.immortal == Some(false)
        && !matches!(
            detail.identity,
            Some(crate::facts::Identity::Constant | crate::facts::Identity::Interned)
        );
    if counted && detail.escaped && cx.path.steps.is_empty() && cx.claims.size.is_some() {
        card.row(
            "references",
            format!(
                "unknown: something that is not followed may hold it{}",
                since(cx.analysis, detail.escaped_at)
            ),
        );
    }
}

/// From which line on it is so, where that is known.
fn since(analysis: &Analysis, at: Option<Span>) -> String {
    at.map_or_else(String::new, |at| {
        format!(", since line {}", look::line(analysis, at.start))
    })
}

/// Where an object of which little is known comes from, if the text says so.
fn origin(cx: &Context<'_>) -> Option<String> {
    if !cx.path.steps.is_empty() {
        return None;
    }
    let item = &cx.analysis.file.items.get(cx.found.item as usize)?.item;
    match cx.when {
        When::Entry(unit) if !is_receiver(item, unit, cx.path.root) => {
            Some(entered_from(cx.analysis).to_owned())
        }
        When::After(stmt) => result_of(cx.analysis, cx.found.item, item, stmt),
        _ => None,
    }
}

/// What is not known of the value that a statement binds, where that is the result of a call.
pub(in crate::ide) fn result_of(
    analysis: &Analysis,
    at: u32,
    item: &Item,
    stmt: StmtId,
) -> Option<String> {
    let value = match item.stmt(stmt) {
        Stmt::Assign { targets, value } if matches!(targets[..], [target] if matches!(item.expr(target), Expr::Name(_))) => {
            *value
        }
        Stmt::AnnAssign {
            value: Some(value), ..
        } => *value,
        _ => return None,
    };
    let Expr::Call { func, .. } = item.expr(value) else {
        return None;
    };
    let name = words::code(&format!("{}()", source(analysis, at, item, *func)?));
    cursor::path_of(item, *func)?;
    let is_of_this_file = super::call::callee(analysis, item, *func).is_some();
    Some(if is_of_this_file {
        format!("unknown: what {name} returns is not the same each time, or not followed")
    } else if let Some(path) = analysis
        .facts
        .bindings
        .path(item, *func, &analysis.facts.names)
    {
        match path.starts_with("builtins.") {
            true => format!("unknown: it depends on what {name} is given, which is not known"),
            false => format!("unknown: {name} is not in this file"),
        }
    } else {
        format!("unknown: it is the result of {name}, which is not followed")
    })
}

fn source(analysis: &Analysis, at: u32, item: &Item, expr: ExprId) -> Option<String> {
    let start = analysis.file.items.get(at as usize)?.start;
    Some(words::excerpt(
        analysis.text.slice(item.expr_span(expr).shifted(start)),
    ))
}
