//! Cards: a first line that says it all, then few rows, each from a provider that looks for one thing.
//!
//! A provider is a function in a file of its own; a card without a row and without a figure is none: the type server's
//! box says as much.

mod alias;
mod card;
mod class;
mod copy;
mod freed;
mod function;
mod gc;
mod identity;
mod is;
mod missing;
mod refs;
mod size;

use crate::engine::Analysis;
use crate::facts::{Claims, Detail, Path, PlaceFacts};

use super::answers::Hover;
use super::cursor::{self, Found, Subject, When};
use super::{look, words};
use card::Card;

pub(super) use class::instances_of;
pub(super) use copy::step_text;
pub(super) use identity::sentence;
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
    let card = match &found.subject {
        Subject::Path(path, when) => object(analysis, &found, path, *when),
        Subject::Is(expr, at) => is::card(analysis, found.item, *expr, *at),
        Subject::Operand(expr, at, is_right) => {
            identity::literal(analysis, &found, *expr, *at, *is_right)
        }
        Subject::Function(unit) => function::card(analysis, found.item, *unit),
        Subject::Class(unit) => class::card(analysis, found.item, *unit),
    }?;
    Some(Hover {
        span: found.span,
        markdown: card.markdown(&format!("CPython {}", analysis.target)),
    })
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
    if matches!(
        claims.ty.as_deref(),
        Some("module" | "function" | "type" | "builtin_function_or_method" | "NoneType")
    ) {
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
    card.worth_showing()
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
