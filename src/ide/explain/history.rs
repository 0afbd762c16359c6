//! How an object came to be what it is: each statement that mentions it, in the order of the text, after which it had
//! another size or another number of references than at the one before.
//!
//! Read off the claims at each place that reaches the object by some name; where a loop or a call makes several objects in
//! one place, they cannot be told apart, and nothing is said.

use super::{plain_number, step};
use crate::base::{Interval, Name, Span};
use crate::engine::Analysis;
use crate::facts::{Claims, Detail, Path, PlaceFacts};
use crate::hir::{Stmt, StmtId};
use crate::ide::answers::Step;
use crate::ide::{cursor, look, words};
use crate::interp::Place;

/// Statements that are told, at most: the last ones.
const TOLD: usize = 12;

/// What is known of the object after a statement.
#[derive(Clone, Copy, PartialEq)]
struct Seen {
    size: Option<Interval>,
    refs: Option<Interval>,
}

/// The history of the object that `path` leads to at `here`.
pub(super) fn of(analysis: &Analysis, here: &PlaceFacts, path: &Path, steps: &mut Vec<Step>) {
    let Some(detail) = look::detail(here, path) else {
        return;
    };
    let Some(born) = detail.born.filter(|_| detail.mutable && !detail.uncertain) else {
        return;
    };
    if is_repeated(analysis, born, here) {
        return;
    }
    let mut told: Vec<Step> = Vec::new();
    let mut last: Option<Seen> = None;
    let mut names: Vec<Name> = Vec::new();
    for facts in &analysis.facts.places {
        let Place::After(stmt) = facts.place else {
            continue;
        };
        if facts.unit != here.unit && (facts.unit.unit.is_some() || here.unit.unit.is_some())
            || facts.start > here.start
        {
            continue;
        }
        let seen = seen(facts, born);
        let taken = taken(analysis, facts, stmt, born, &mut names);
        let said = match (&seen, last) {
            (Some(seen), None) => Some(first(seen)),
            (Some(seen), Some(last)) => change(&last, seen),
            (None, _) => None,
        };
        let said = match (said, taken) {
            (said, Some(name)) => Some(format!(
                "{} no longer leads to it{}",
                words::code(analysis.facts.names.text(name)),
                said.map(|said| format!("; {said}")).unwrap_or_default()
            )),
            (said, None) => said,
        };
        if let Some(seen) = seen {
            last = Some(seen);
        }
        if let Some(said) = said {
            let span = statement(analysis, facts, stmt);
            let source = words::excerpt(analysis.text.slice(span));
            told.push(step(
                format!(
                    "  line {}, {}: {said}",
                    look::line(analysis, span.start),
                    words::code(&source)
                ),
                Some(span),
            ));
        }
    }
    if told.len() < 2 {
        return;
    }
    steps.push(step("how it came to that: what is seen of it at the lines that mention it, in the order of the text", None));
    let hidden = told.len().saturating_sub(TOLD);
    if hidden > 0 {
        steps.push(step(format!("  {hidden} earlier statements"), None));
    }
    steps.extend(told.into_iter().skip(hidden));
}

/// Whether what is made there may be several objects.
fn is_repeated(analysis: &Analysis, born: Span, here: &PlaceFacts) -> bool {
    let in_loop = analysis.file.items.iter().any(|placed| {
        placed.item.stmts.iter().enumerate().any(|(at, stmt)| {
            matches!(stmt, Stmt::For { .. } | Stmt::While { .. })
                && placed
                    .item
                    .stmt_span(StmtId(at as u32))
                    .shifted(placed.start)
                    .contains(born)
        })
    });
    // Made by a function that this code calls: each call makes another.
    let in_function = analysis.file.items.iter().any(|placed| {
        placed.item.units.iter().enumerate().any(|(at, unit)| {
            let id = crate::hir::UnitId(at as u32);
            unit.span.shifted(placed.start).contains(born) && here.unit.unit != Some(id)
        })
    });
    in_loop || in_function
}

fn seen(facts: &PlaceFacts, born: Span) -> Option<Seen> {
    let of = |(path, detail): &(Path, Detail)| -> Option<&Claims> {
        (detail.born == Some(born) && detail.mutable)
            .then(|| look::claims(facts, path))
            .flatten()
    };
    let claims = facts.details.iter().find_map(of)?;
    Some(Seen {
        size: claims.size,
        refs: claims.refs,
    })
}

/// The name that led to the object until the statement deleted it or bound it to another.
fn taken(
    analysis: &Analysis,
    facts: &PlaceFacts,
    stmt: StmtId,
    born: Span,
    names: &mut Vec<Name>,
) -> Option<Name> {
    let item = &analysis.file.items[facts.item as usize].item;
    let plain = |path: &Path| path.steps.is_empty().then_some(path.root);
    let mut gone = None;
    for target in cursor::targets(item, stmt) {
        let Some(name) = cursor::path_of(item, target).and_then(|path| plain(&path)) else {
            continue;
        };
        let still = facts
            .details
            .iter()
            .any(|(path, detail)| plain(path) == Some(name) && detail.born == Some(born));
        if !still && names.contains(&name) {
            names.retain(|other| *other != name);
            gone = Some(name);
        }
    }
    for (path, detail) in &facts.details {
        if let Some(name) = plain(path).filter(|_| detail.born == Some(born))
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    gone
}

fn statement(analysis: &Analysis, facts: &PlaceFacts, stmt: StmtId) -> Span {
    let placed = &analysis.file.items[facts.item as usize];
    placed.item.stmt_span(stmt).shifted(placed.start)
}

fn first(seen: &Seen) -> String {
    let size = seen.size.map(words::bytes);
    let refs = seen.refs.map(words::references);
    let parts: Vec<String> = size.into_iter().chain(refs).collect();
    match parts.is_empty() {
        true => "made".to_owned(),
        false => format!("made, {}", parts.join(", ")),
    }
}

fn change(before: &Seen, now: &Seen) -> Option<String> {
    let mut parts = Vec::new();
    match (before.size, now.size) {
        (Some(old), Some(new)) if old != new => {
            parts.push(format!(
                "{} instead of {}",
                words::bytes(new),
                words::bytes(old)
            ));
        }
        (Some(_), None) => parts.push("its size is not known from here on".to_owned()),
        (None, Some(new)) => parts.push(words::bytes(new)),
        _ => {}
    }
    match (before.refs, now.refs) {
        (Some(old), Some(new)) if old != new => parts.push(format!(
            "{} instead of {}",
            words::references(new),
            plain_number(old)
        )),
        (Some(_), None) => parts.push("its references are not known from here on".to_owned()),
        (None, Some(new)) => parts.push(words::references(new)),
        _ => {}
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}
