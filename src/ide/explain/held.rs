//! Which statement made a holder hold an object, and which took its reference away.
//!
//! Read off the claims at the places that mention the object; between two of them, statements that bind, delete or change
//! the holder are the ones that can have done it.

use super::{at_line, history};
use crate::base::{Name, Span};
use crate::engine::Analysis;
use crate::facts::{Detail, Holder, PlaceFacts};
use crate::hir::StmtId;
use crate::ide::answers::Step;
use crate::ide::{cursor, look};
use crate::interp::Place;

/// The step for a holder that is called `text`.
pub(super) fn step(
    analysis: &Analysis,
    here: &PlaceFacts,
    detail: &Detail,
    holder: &Holder,
    text: &str,
) -> Step {
    if matches!(holder, Holder::Global(_) | Holder::Local(_)) {
        let unit = match holder {
            Holder::Global(_) => crate::domain::UnitRef::MODULE,
            _ => here.unit,
        };
        let at = root(holder).and_then(|name| look::binding(analysis, unit, name, here.start));
        return super::step(format!("  one is {text}"), at);
    }
    match since(analysis, here, detail, holder) {
        Some(span) => {
            let since = at_line(analysis, span);
            super::step(format!("  one is {text}, since {since}"), Some(span))
        }
        None => super::step(format!("  one is {text}"), None),
    }
}

/// The statement since which `holder` holds the object, if it can be told.
fn since(analysis: &Analysis, here: &PlaceFacts, detail: &Detail, holder: &Holder) -> Option<Span> {
    let born = detail
        .born
        .filter(|_| detail.mutable && !detail.uncertain)?;
    if history::is_repeated(analysis, born, here) {
        return None;
    }
    let root = root(holder)?;
    let mut found: Option<(&PlaceFacts, StmtId)> = None;
    for (facts, stmt) in statements(analysis, here) {
        let Some(seen) = history::detail_of(facts, born) else {
            continue;
        };
        if !seen.holders.contains(holder) {
            found = None;
        } else if found.is_none() {
            found = Some((facts, stmt));
        }
    }
    let (facts, stmt) = found?;
    touches(analysis, facts, stmt, root).then(|| history::statement(analysis, facts, stmt))
}

/// The one statement after `last` up to `now` that can have taken the object from `holder`.
pub(super) fn taker<'a>(
    analysis: &'a Analysis,
    last: &PlaceFacts,
    now: &PlaceFacts,
    holder: &Holder,
) -> Option<(&'a PlaceFacts, StmtId)> {
    let root = root(holder)?;
    let mut found = statements(analysis, now)
        .filter(|(facts, _)| facts.start > last.start)
        .filter(|(facts, stmt)| touches(analysis, facts, *stmt, root));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The statements of the code object up to `here` that were seen to complete, in the order of the text.
fn statements<'a>(
    analysis: &'a Analysis,
    here: &PlaceFacts,
) -> impl Iterator<Item = (&'a PlaceFacts, StmtId)> {
    let (unit, end) = (here.unit, here.start);
    look::of_unit(analysis, unit)
        .iter()
        .filter_map(move |facts| {
            let Place::After(stmt) = facts.place else {
                return None;
            };
            let is_other = facts.unit != unit && (facts.unit.unit.is_some() || unit.unit.is_some());
            (!is_other && facts.start <= end).then_some((facts, stmt))
        })
}

/// The name that leads to the holder, or is it.
fn root(holder: &Holder) -> Option<Name> {
    match holder {
        Holder::Global(name) | Holder::Local(name) | Holder::Inside(name) => Some(*name),
        Holder::Part(path) => Some(path.root),
        _ => None,
    }
}

/// Whether the statement binds or deletes the name, or changes what it leads to.
fn touches(analysis: &Analysis, facts: &PlaceFacts, stmt: StmtId, name: Name) -> bool {
    let item = &analysis.file.items[facts.item as usize].item;
    let mut targets = cursor::targets(item, stmt).into_iter();
    if targets.any(|target| cursor::path_of(item, target).is_some_and(|path| path.root == name)) {
        return true;
    }
    let span = history::statement(analysis, facts, stmt);
    let changes = look::changes(analysis, facts.item, stmt);
    changes.iter().any(|change| change.path.root == name)
        || facts.details.iter().any(|(path, detail)| {
            path.root == name
                && path.steps.is_empty()
                && detail.changed.is_some_and(|changed| span.contains(changed))
        })
}
