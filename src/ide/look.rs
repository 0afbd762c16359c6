//! Look-ups in the facts of a file.

use crate::base::{Name, Span};
use crate::domain::UnitRef;
use crate::engine::Analysis;
use crate::facts::{Change, Claims, Detail, Path, PlaceFacts, contract};
use crate::hir::StmtId;
use crate::interp::Place;

use super::cursor;

/// The facts at a place of an item.
pub(super) fn place(
    places: &[PlaceFacts],
    start: u32,
    item: u32,
    place: Place,
) -> Option<&PlaceFacts> {
    let from = places.partition_point(|facts| facts.start < start);
    places[from..]
        .iter()
        .take_while(|facts| facts.start == start)
        .find(|facts| facts.item == item && facts.place == place)
}

/// The facts after a statement.
pub(super) fn after(analysis: &Analysis, item: u32, stmt: StmtId) -> Option<&PlaceFacts> {
    place(
        analysis.facts.places.of_item(item),
        stmt_start(analysis, item, stmt)?,
        item,
        Place::After(stmt),
    )
}

/// The facts before a statement.
pub(super) fn before(analysis: &Analysis, item: u32, stmt: StmtId) -> Option<&PlaceFacts> {
    place(
        analysis.facts.before.of_item(item),
        stmt_start(analysis, item, stmt)?,
        item,
        Place::After(stmt),
    )
}

fn stmt_start(analysis: &Analysis, item: u32, stmt: StmtId) -> Option<u32> {
    let placed = analysis.file.items.get(item as usize)?;
    Some(placed.start + placed.item.stmt_spans.get(stmt.0 as usize)?.start)
}

/// Facts among which are all of a code object.
pub(super) fn of_unit(analysis: &Analysis, unit: UnitRef) -> &[PlaceFacts] {
    match unit.unit {
        Some(_) => analysis.facts.places.of_item(unit.item),
        None => analysis.facts.places.of_module(),
    }
}

/// The claims about a path.
pub(super) fn claims<'a>(facts: &'a PlaceFacts, path: &Path) -> Option<&'a Claims> {
    facts
        .paths
        .iter()
        .find(|(other, _)| other == path)
        .map(|(_, claims)| claims)
}

/// What is told of a path beside.
pub(super) fn detail<'a>(facts: &'a PlaceFacts, path: &Path) -> Option<&'a Detail> {
    facts
        .details
        .iter()
        .find(|(other, _)| other == path)
        .map(|(_, detail)| detail)
}

/// What a statement changes by the functions that it calls.
pub(super) fn changes(analysis: &Analysis, item: u32, stmt: StmtId) -> &[Change] {
    let all = &analysis.facts.changes;
    let from = all.partition_point(|change| (change.item, change.stmt) < (item, stmt));
    let to = all.partition_point(|change| (change.item, change.stmt) <= (item, stmt));
    &all[from..to]
}

/// A path as the program writes it.
pub(super) fn text(analysis: &Analysis, path: &Path) -> String {
    contract::path_text(&analysis.facts.names, path)
}

/// The line of an offset, from 1.
pub(super) fn line(analysis: &Analysis, offset: u32) -> u32 {
    analysis.text.line(offset) + 1
}

/// The place where a name of a scope is bound, if there is one such place before `offset` and only one.
pub(super) fn binding(analysis: &Analysis, unit: UnitRef, name: Name, offset: u32) -> Option<Span> {
    let mut found: Option<Span> = None;
    for facts in of_unit(analysis, unit) {
        if facts.unit != unit && (facts.unit.unit.is_some() || unit.unit.is_some())
            || facts.start > offset
        {
            continue;
        }
        let Place::After(stmt) = facts.place else {
            continue;
        };
        if !facts
            .paths
            .iter()
            .any(|(path, _)| path.root == name && path.steps.is_empty())
        {
            continue;
        }
        let placed = analysis.file.items.get(facts.item as usize)?;
        let bound = cursor::bound_names(&placed.item, stmt);
        let Some((_, expr)) = bound.iter().find(|(other, _)| *other == name) else {
            continue;
        };
        if found.is_some() {
            return None;
        }
        found = Some(placed.item.expr_span(*expr).shifted(placed.start));
    }
    found
}
