//! How an object came to be what it is: each statement that mentions it, in the order of the text, after which it had
//! another size or another number of references than at the one before.
//!
//! Read off the claims at each place that reaches the object by some name; where a loop or a call makes several objects in
//! one place, they cannot be told apart, and nothing is said.

use super::{at_line, held, plain_number, rows, step};
use crate::base::{Interval, Name, Span};
use crate::engine::Analysis;
use crate::facts::{Claims, Detail, Holder, Path, PlaceFacts};
use crate::hir::{Stmt, StmtId};
use crate::ide::answers::Step;
use crate::ide::cursor::{self, When};
use crate::ide::{look, words};
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
pub(super) fn of(
    analysis: &Analysis,
    here: &PlaceFacts,
    path: &Path,
    when: When,
    steps: &mut Vec<Step>,
) {
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
    let mut last: Option<(&PlaceFacts, Seen)> = None;
    let mut names: Vec<Name> = Vec::new();
    // Before a statement, what it does itself is still to come.
    let is_before = matches!(when, When::Before(_) | When::Deleted(_));
    for facts in &analysis.facts.places {
        let Place::After(stmt) = facts.place else {
            continue;
        };
        if facts.unit != here.unit && (facts.unit.unit.is_some() || here.unit.unit.is_some())
            || facts.start > here.start
            || is_before && facts.start == here.start
        {
            continue;
        }
        let now = seen(facts, born);
        let taken = taken(analysis, facts, stmt, born, &mut names);
        let mut gone: Vec<String> = Vec::new();
        gone.extend(taken.map(|name| words::code(analysis.facts.names.text(name))));
        let mut said: Vec<String> = Vec::new();
        match (&now, &last) {
            (Some(now), None) => said.push(first(now)),
            (Some(now), Some((before, then))) => {
                let since = Since { before, then };
                let own = between(analysis, &since, facts, now, born, &mut gone, &mut told);
                said.extend(own);
            }
            (None, Some(_)) => {
                let by = changed_from_afar(analysis, facts, stmt, &names);
                said.extend(by.map(|by| format!("changed on {}", at_line(analysis, by))));
            }
            (None, None) => {}
        }
        if !gone.is_empty() {
            said.insert(0, format!("{} no longer leads to it", gone.join(", ")));
        }
        if !said.is_empty() {
            told.push(line(analysis, facts, stmt, &said.join("; ")));
        }
        if let Some(now) = now {
            last = Some((facts, now));
        }
    }
    if is_before && let (Some(now), Some((before, then))) = (seen(here, born), &last) {
        let since = Since { before, then };
        let said = between(
            analysis,
            &since,
            here,
            &now,
            born,
            &mut Vec::new(),
            &mut told,
        );
        told.extend(said.map(|said| {
            step(
                format!(
                    "  as line {} begins: {said}",
                    look::line(analysis, here.start)
                ),
                None,
            )
        }));
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

fn line(analysis: &Analysis, facts: &PlaceFacts, stmt: StmtId, said: &str) -> Step {
    let span = statement(analysis, facts, stmt);
    step(format!("  {}: {said}", at_line(analysis, span)), Some(span))
}

/// The holders that are told at `last` and no more at `now`, and what they are called. Nothing where one of the lists is not
/// whole, or something else holds it now: perhaps the same by another name.
fn lost(
    analysis: &Analysis,
    last: &PlaceFacts,
    now: &PlaceFacts,
    born: Span,
) -> Vec<(Holder, String)> {
    let whole = |facts: &PlaceFacts| -> Option<(Vec<Holder>, u32)> {
        let detail = detail_of(facts, born)?;
        let refs = seen(facts, born)?.refs?.exact()?;
        let told = detail.holders.len() as u64 + u64::from(detail.hidden);
        (told == refs).then(|| (detail.holders.clone(), detail.hidden))
    };
    let (Some((mut before, hidden)), Some((after, hidden_now))) = (whole(last), whole(now)) else {
        return Vec::new();
    };
    for holder in &after {
        match before.iter().position(|other| other == holder) {
            Some(at) => {
                before.remove(at);
            }
            None => return Vec::new(),
        }
    }
    if hidden != hidden_now {
        return Vec::new();
    }
    let text = |holder: Holder| {
        let name = |name: Name| words::code(analysis.facts.names.text(name));
        let text = match &holder {
            Holder::Global(variable) | Holder::Local(variable) => name(*variable),
            Holder::Part(path) => words::code(&look::text(analysis, path)),
            Holder::Inside(variable) => format!("something in {}", name(*variable)),
            _ => return None,
        };
        Some((holder, text))
    };
    let count = before.len();
    let told: Vec<(Holder, String)> = before.into_iter().filter_map(text).collect();
    match told.len() == count {
        true => told,
        false => Vec::new(),
    }
}

/// What changes the object that one of `names` leads to, by a function that the statement calls.
fn changed_from_afar(
    analysis: &Analysis,
    facts: &PlaceFacts,
    stmt: StmtId,
    names: &[Name],
) -> Option<Span> {
    let mut changes = look::changes(analysis, facts.item, stmt).iter();
    let found = changes.find(|it| it.path.steps.is_empty() && names.contains(&it.path.root));
    found.map(|change| change.by)
}

/// Whether what is made there may be several objects.
pub(super) fn is_repeated(analysis: &Analysis, born: Span, here: &PlaceFacts) -> bool {
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

/// What is told of the object that is made at `born`, if the place mentions it.
pub(super) fn detail_of(facts: &PlaceFacts, born: Span) -> Option<&Detail> {
    let details = facts.details.iter().map(|(_, detail)| detail);
    details
        .into_iter()
        .find(|detail| detail.born == Some(born) && detail.mutable)
}

/// What is claimed of it there.
fn claims_of(facts: &PlaceFacts, born: Span) -> Option<&Claims> {
    let of = |(path, detail): &(Path, Detail)| -> Option<&Claims> {
        (detail.born == Some(born) && detail.mutable)
            .then(|| look::claims(facts, path))
            .flatten()
    };
    facts.details.iter().find_map(of)
}

fn seen(facts: &PlaceFacts, born: Span) -> Option<Seen> {
    let claims = claims_of(facts, born)?;
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

/// A statement as a span of the text.
pub(super) fn statement(analysis: &Analysis, facts: &PlaceFacts, stmt: StmtId) -> Span {
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

/// The last place that mentions the object, and what was seen of it there.
struct Since<'a> {
    before: &'a PlaceFacts,
    then: &'a Seen,
}

/// What is different at `here` from the last place that mentions the object. References that statements in between took
/// away are told of there; those that `here` itself takes, are `gone`.
fn between(
    analysis: &Analysis,
    since: &Since<'_>,
    here: &PlaceFacts,
    now: &Seen,
    born: Span,
    gone: &mut Vec<String>,
    told: &mut Vec<Step>,
) -> Option<String> {
    let lost = lost(analysis, since.before, here, born);
    let count = lost.len();
    let mut takers: Vec<(&PlaceFacts, StmtId, Vec<String>)> = Vec::new();
    for (holder, text) in lost {
        let Some((by, at)) = held::taker(analysis, since.before, here, &holder) else {
            continue;
        };
        let same = |(other, id, _): &&mut (&PlaceFacts, StmtId, Vec<String>)| {
            other.item == by.item && *id == at
        };
        if by.start == here.start {
            if !gone.contains(&text) {
                gone.push(text);
            }
        } else if let Some((_, _, texts)) = takers.iter_mut().find(same) {
            texts.push(text);
        } else {
            takers.push((by, at, vec![text]));
        }
    }
    let refs = refs_change(since.then, now);
    // One statement took all that went: the difference is its doing.
    let is_its = matches!(&takers[..], [(_, _, texts)] if texts.len() == count);
    for (by, at, texts) in takers {
        let refs = refs.as_ref().filter(|_| is_its);
        let refs = refs.map(|refs| format!("; {refs}")).unwrap_or_default();
        let said = format!("{} no longer leads to it{refs}", texts.join(", "));
        told.push(line(analysis, by, at, &said));
    }
    let size = size_change(analysis, since.then, now, here, born);
    let parts: Vec<String> = size.into_iter().chain(refs.filter(|_| !is_its)).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn size_change(
    analysis: &Analysis,
    before: &Seen,
    now: &Seen,
    here: &PlaceFacts,
    born: Span,
) -> Option<String> {
    Some(match (before.size, now.size) {
        (Some(old), Some(new)) if old != new => {
            let row = claims_of(here, born).and_then(|claims| {
                let changed = detail_of(here, born)?.changed?;
                rows::of(analysis, claims, Some(changed))
            });
            let row = row.map(|row| format!(" ({row})")).unwrap_or_default();
            format!(
                "{} instead of {}{row}",
                words::bytes(new),
                words::bytes(old)
            )
        }
        (Some(_), None) => "its size is not known from here on".to_owned(),
        (None, Some(new)) => words::bytes(new),
        _ => return None,
    })
}

fn refs_change(before: &Seen, now: &Seen) -> Option<String> {
    Some(match (before.refs, now.refs) {
        (Some(old), Some(new)) if old != new => {
            format!(
                "{} instead of {}",
                words::references(new),
                plain_number(old)
            )
        }
        (Some(_), None) => "its references are not known from here on".to_owned(),
        (None, Some(new)) => words::references(new),
        _ => return None,
    })
}
