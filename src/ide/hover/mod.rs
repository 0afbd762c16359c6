//! Cards: a first line that says it all, then few rows, each from a provider that looks for one thing.
//!
//! A provider is a function in a file of its own; a card without a row and without a figure is none: the type server's
//! box says as much.

mod alias;
mod call;
mod card;
mod class;
mod copy;
mod freed;
mod function;
mod gc;
mod identity;
mod is;
mod library;
mod literal;
mod missing;
mod param;
mod refs;
mod size;

use crate::engine::Analysis;
use crate::facts::{Claims, Detail, Path, PlaceFacts};
use crate::hir::{Expr, Stmt, StmtId};

use super::answers::Hover;
use super::cursor::{self, Found, Subject, When};
use super::{look, words};
use card::Card;

pub(super) use class::instances_of;
pub(super) use copy::step_text;
pub(super) use freed::worth_telling;
pub(super) use identity::sentence;
pub(super) use missing::{entered_from, is_receiver, result_of};
pub(super) use param::given;
pub(super) use refs::holders;

/// What a provider looks at.
struct Context<'a> {
    analysis: &'a Analysis,
    found: &'a Found,
    when: When,
    path: &'a Path,
    facts: &'a PlaceFacts,
    claims: &'a Claims,
    detail: Option<&'a Detail>,
}

/// The card at `offset`.
pub(super) fn hover(analysis: &Analysis, offset: u32) -> Option<Hover> {
    let found = cursor::find(analysis, offset)?;
    let markdown = card(analysis, &found)?.markdown(&format!("CPython {}", analysis.target));
    Some(Hover {
        span: found.span,
        markdown,
    })
}

/// The card about what was found.
pub(super) fn card(analysis: &Analysis, found: &Found) -> Option<Card> {
    match &found.subject {
        Subject::Path(path, when) => object(analysis, found, path, *when),
        Subject::Is(expr, at) => is::card(analysis, found.item, *expr, *at),
        Subject::Literal(expr) => literal::card(analysis, found, *expr),
        Subject::Call(call, stmt) => call::card(analysis, found.item, *stmt, *call),
        Subject::Called(call, stmt, path) => call::card(analysis, found.item, *stmt, *call)
            .or_else(|| object(analysis, found, path, When::Before(*stmt))),
        Subject::Function(unit) => function::card(analysis, found.item, *unit),
        Subject::Class(unit) => class::card(analysis, found.item, *unit),
    }
}

fn object(analysis: &Analysis, found: &Found, path: &Path, when: When) -> Option<Card> {
    let Some((facts, claims)) = facts_of(analysis, found, path, when) else {
        return missing::card(analysis, found, path, when);
    };
    let detail = look::detail(facts, path);
    if let Some((item, unit)) = detail.and_then(|detail| detail.code) {
        return match claims.ty.as_deref() {
            Some("type") => class::card(analysis, item, unit),
            _ => function::card(analysis, item, unit),
        };
    }
    let is_none = claims.ty.as_deref() == Some("NoneType");
    if is_none && matches!(when, When::After(_)) {
        // Of `None` there is nothing to say; of what the name held before, there may be.
        let mut card = Card::new(look::text(analysis, path));
        card.say(Some("None".to_owned()));
        freed::rows_of_losses(analysis, facts, &mut card);
        return card.worth_showing();
    }
    if is_none
        || matches!(
            claims.ty.as_deref(),
            Some("module" | "function" | "type" | "builtin_function_or_method")
        )
    {
        return None;
    }
    let cx = Context {
        analysis,
        found,
        when,
        path,
        facts,
        claims,
        detail,
    };
    let mut card = Card::new(look::text(analysis, path));
    card.say(words::what(claims, detail));
    size::head(&cx, &mut card);
    refs::head(&cx, &mut card);
    for provider in [
        freed::deleted,
        alias::rows,
        copy::rows,
        refs::rows,
        identity::rows,
        size::rows,
        gc::rows,
        freed::rows,
        missing::rows,
    ] {
        provider(&cx, &mut card);
    }
    match when {
        When::After(stmt) => {
            freed::rows_of_losses(analysis, facts, &mut card);
            if card.rows().is_empty() {
                card.row_if("from", source(&cx, stmt));
            }
        }
        When::Entry(unit) => {
            param::rows(analysis, found.item, unit, path.root, &mut card);
            missing::parameter(&cx, &mut card);
        }
        When::Before(_) | When::Deleted(_) | When::Caught(..) => {}
    }
    card.worth_showing()
}

/// What the call that a name is bound to gives, where nothing else is to be said of it.
fn source(cx: &Context<'_>, stmt: StmtId) -> Option<String> {
    let placed = &cx.analysis.file.items[cx.found.item as usize];
    let item = &*placed.item;
    if cx.claims.size.is_some() && cx.claims.ty.as_deref() != Some("int") {
        return None;
    }
    let Stmt::Assign { value, .. } = item.stmt(stmt) else {
        return None;
    };
    let Expr::Call { func, .. } = item.expr(*value) else {
        return None;
    };
    let does = call::does(cx.analysis, cx.found.item, item, stmt, *func)?;
    let name = cx
        .analysis
        .text
        .slice(item.expr_span(*func).shifted(placed.start));
    Some(format!(
        "{}: {does}",
        words::code(&format!("{}()", words::excerpt(name)))
    ))
}

/// The facts that speak of a path at the moment that is meant.
pub(super) fn facts_of<'a>(
    analysis: &'a Analysis,
    found: &Found,
    path: &Path,
    when: When,
) -> Option<(&'a PlaceFacts, &'a Claims)> {
    let facts = match when {
        When::Before(stmt) | When::Deleted(stmt) => look::before(analysis, found.item, stmt)?,
        When::After(stmt) => look::after(analysis, found.item, stmt)?,
        When::Caught(stmt, at) => {
            let placed = analysis.file.items.get(found.item as usize)?;
            let Stmt::Try { handlers, .. } = placed.item.stmt(stmt) else {
                return None;
            };
            look::place(
                &analysis.facts.places,
                placed.start + handlers.get(at as usize)?.span.start,
                found.item,
                crate::interp::Place::Handler(stmt, at),
            )?
        }
        When::Entry(unit) => {
            let place = crate::interp::Place::Entry(unit);
            let placed = analysis.file.items.get(found.item as usize)?;
            look::place(
                analysis.facts.places.of_item(found.item),
                placed.start + placed.item.unit(unit).span.start,
                found.item,
                place,
            )?
        }
    };
    Some((facts, look::claims(facts, path)?))
}

#[cfg(test)]
mod tests;
