//! The evidence behind each claim about a subject, and behind each claim that could not be made.

mod bound;
mod held;
mod history;
mod make_up;
mod rows;
#[cfg(test)]
mod tests;

use crate::base::{Interval, Span};
use crate::engine::Analysis;
use crate::facts::{Claims, CopyKind, Detail, Holder, Path, PlaceFacts};
use crate::interp::World;
use crate::layout::Layout;

use super::answers::{Explanation, Step};
use super::cursor::{self, Subject, When};
use super::hover::{card, facts_of, holders, sentence};
use super::{look, words};

/// The chain of evidence at `offset`.
pub(super) fn explain(analysis: &Analysis, offset: u32) -> Option<Explanation> {
    let found = cursor::find(analysis, offset)?;
    let mut steps: Vec<Step> = Vec::new();
    match &found.subject {
        Subject::Path(path, when) => match facts_of(analysis, &found, path, *when) {
            Some((facts, claims)) => {
                moment(analysis, facts, *when, &mut steps);
                let detail = look::detail(facts, path).cloned().unwrap_or_default();
                claimed(analysis, facts, claims, &detail, &mut steps);
                unclaimed(analysis, claims, &detail, &mut steps);
                if claims.ty.is_none() || detail.uncertain {
                    bound::of(analysis, &found, facts, path, *when, &mut steps);
                }
                sources(analysis, facts, path, claims, &mut steps);
                history::of(analysis, facts, path, *when, &mut steps);
            }
            None => {
                steps.push(step(nothing(analysis, *when), None));
                bound::nothing(analysis, &found, path, *when, &mut steps);
            }
        },
        _ => {
            let card = card(analysis, &found)?;
            let rows = card
                .rows()
                .iter()
                .map(|(topic, text)| step(format!("{topic}: {text}"), None));
            steps.extend(rows);
        }
    }
    steps.extend(limits(analysis));
    (!steps.is_empty()).then_some(Explanation {
        span: found.span,
        steps,
    })
}

/// The first line of what is to be said at `offset`, for comparing versions.
pub fn headline(analysis: &Analysis, offset: u32) -> Option<String> {
    let found = cursor::find(analysis, offset)?;
    let line = card(analysis, &found)?.headline();
    (!line.is_empty()).then_some(line)
}

fn step(text: impl Into<String>, at: Option<Span>) -> Step {
    Step {
        text: text.into(),
        at,
    }
}

/// Which moment the claims are about.
fn moment(analysis: &Analysis, facts: &PlaceFacts, when: When, steps: &mut Vec<Step>) {
    let line = look::line(analysis, facts.start);
    let text = match when {
        When::Before(_) | When::Deleted(_) => {
            format!("what holds when the statement of line {line} begins, whenever it is reached")
        }
        When::After(_) => {
            format!("what holds when the statement of line {line} is done, whenever it completes")
        }
        When::Caught(..) => {
            format!("what holds when the handler of line {line} begins")
        }
        When::Entry(_) => {
            format!("what holds when the function of line {line} is entered, by any call")
        }
    };
    steps.push(step(text, Some(Span::new(facts.start, facts.start))));
}

fn claimed(
    analysis: &Analysis,
    facts: &PlaceFacts,
    claims: &Claims,
    detail: &Detail,
    steps: &mut Vec<Step>,
) {
    let table = format!("table of CPython {}", analysis.target);
    if let Some(what) = words::what(claims, Some(detail)) {
        let made = match detail.born {
            Some(born) => format!(
                ", made by {} on line {}",
                words::code(&words::excerpt(analysis.text.slice(born))),
                look::line(analysis, born.start)
            ),
            None => String::new(),
        };
        steps.push(step(format!("type: {what}{made}"), detail.born));
    }
    if let Some(size) = claims.size {
        let mut text = format!("size: {}, by the {table}", words::bytes(size));
        if let Some(row) = rows::of(analysis, claims, detail.changed.or(detail.born)) {
            text.push_str(&format!(" ({row})"));
        }
        if let Some(changed) = detail.changed {
            text.push_str(&format!(
                "; last changed on line {}, by {}",
                look::line(analysis, changed.start),
                words::code(&words::excerpt(analysis.text.slice(changed)))
            ));
        }
        steps.push(step(text, detail.changed.or(detail.born)));
        let layout = Layout::of(analysis.target);
        if let Some(parts) = make_up::of(layout, claims, detail) {
            steps.push(step(format!("  {parts}"), None));
        }
    }
    if let Some(deep) = claims.deep {
        steps.push(step(
            format!(
                "with all that it leads to: {}, each object counted once",
                words::bytes(deep)
            ),
            None,
        ));
    }
    if let Some(refs) = claims.refs {
        steps.push(step(format!("references: {}", plain_number(refs)), None));
        if refs.exact().is_none() {
            steps.extend(met(analysis, detail));
        }
        let mut told: Vec<&Holder> = Vec::new();
        for holder in &detail.holders {
            if !told.contains(&holder) {
                told.push(holder);
                let times = detail.holders.iter().filter(|other| *other == holder);
                let same = vec![holder.clone(); times.count()];
                let [text] = &holders(analysis, facts, &same)[..] else {
                    continue;
                };
                steps.push(held::step(analysis, facts, detail, holder, text));
            }
        }
        if detail.hidden > 0 {
            steps.push(step(
                format!(
                    "  {} held by the interpreter or by calls under way",
                    detail.hidden
                ),
                None,
            ));
        }
    }
    if let Some(identity) = detail.identity {
        steps.push(step(
            format!("identity: {}", sentence(analysis, identity)),
            None,
        ));
    }
    for (name, value) in [
        ("immortal", claims.immortal),
        ("interned", claims.interned),
        ("tracked by the collector", claims.tracked),
        ("part of a cycle", claims.cycle),
    ] {
        if let Some(value) = value {
            steps.push(step(
                format!("{name}: {}", if value { "yes" } else { "no" }),
                None,
            ));
        }
    }
}

/// A place in a sentence: "line 3, `a.append(1)`".
fn at_line(analysis: &Analysis, span: Span) -> String {
    format!(
        "line {}, {}",
        look::line(analysis, span.start),
        words::code(&words::excerpt(analysis.text.slice(span)))
    )
}

/// Where paths met that differ in the object.
fn met(analysis: &Analysis, detail: &Detail) -> Option<Step> {
    let at = detail.joined_at?;
    let text = format!(
        "  {}: paths meet here that differ in it",
        at_line(analysis, at)
    );
    Some(step(text, Some(at)))
}

/// Whether a reference to the object was lost where paths met, and not to unknown code.
fn is_lost_sight_of(detail: &Detail) -> bool {
    detail.escaped_at.is_some() && detail.escaped_at == detail.joined_at
}

/// Where unknown code got hold of the object.
fn let_out(analysis: &Analysis, detail: &Detail) -> Option<Step> {
    let at = detail.escaped_at.filter(|_| !is_lost_sight_of(detail))?;
    let text = format!(
        "  {}: from here on code that is not followed may hold it",
        at_line(analysis, at)
    );
    Some(step(text, Some(at)))
}

/// A count; of a constant it says what the compiler holds.
fn plain_number(refs: Interval) -> String {
    match (refs.exact(), refs.hi) {
        (Some(exact), _) => exact.to_string(),
        (None, Some(hi)) => format!("{} to {hi}", refs.lo),
        (None, None) => format!("at least {}", refs.lo),
    }
}

fn unclaimed(analysis: &Analysis, claims: &Claims, detail: &Detail, steps: &mut Vec<Step>) {
    let since = match detail.changed {
        Some(changed) => format!(
            ", last changed on line {}",
            look::line(analysis, changed.start)
        ),
        None => String::new(),
    };
    let of_object = if claims.ty.is_none() {
        Some("what object it is, is not known")
    } else if detail.uncertain {
        Some("it may be one of several objects")
    } else {
        None
    };
    if claims.ty.is_none() {
        steps.push(step("no type: what object it is, is not known", None));
    }
    // Told once, where the first figure is missed that it costs.
    let mut met = met(analysis, detail);
    let mut let_out = let_out(analysis, detail);
    if claims.size.is_none() {
        let why = of_object.unwrap_or(if detail.open {
            "its contents are not known"
        } else {
            "its size depends on more than is known"
        });
        steps.push(step(format!("no size: {why}{since}"), detail.changed));
        steps.extend(met.take());
        if detail.open && detail.escaped {
            steps.extend(let_out.take());
        }
    }
    if claims.deep.is_none() && claims.size.is_some() {
        steps.push(step("no size with all that it leads to: part of that is not known, or shared with the program's code", None));
    }
    if claims.refs.is_none() {
        let why = if claims.immortal == Some(true) {
            "immortal objects are not counted"
        } else if let Some(why) = of_object {
            why
        } else if is_lost_sight_of(detail) {
            "who holds it is not the same on all ways that lead here"
        } else if detail.escaped {
            "code that is not followed may hold it"
        } else {
            "shared objects of the interpreter are not counted"
        };
        steps.push(step(format!("no count of references: {why}"), None));
        if detail.uncertain || is_lost_sight_of(detail) {
            steps.extend(met.take());
        } else if detail.escaped {
            steps.extend(let_out.take());
        }
    }
    if claims.cycle.is_none() && claims.refs.is_some() {
        steps.push(step("whether it is part of a cycle is not known", None));
    }
}

fn sources(
    analysis: &Analysis,
    facts: &PlaceFacts,
    path: &Path,
    claims: &Claims,
    steps: &mut Vec<Step>,
) {
    for other in &claims.same_as {
        let at = look::binding(analysis, facts.unit, other.root, facts.start);
        steps.push(step(
            format!("same object: {}", words::code(&look::text(analysis, other))),
            at,
        ));
    }
    if let Some((kind, of)) = &claims.copy {
        let kind = match kind {
            CopyKind::Alias => "the same object as",
            CopyKind::Shallow => "a copy, one level deep, of",
            CopyKind::Deep => "a copy of every level of",
        };
        steps.push(step(
            format!(
                "{} is {kind} {}",
                words::code(&look::text(analysis, path)),
                words::code(&look::text(analysis, of))
            ),
            None,
        ));
    }
    for (ours, theirs) in &claims.shares {
        let (ours, theirs) = (look::text(analysis, ours), look::text(analysis, theirs));
        steps.push(step(
            format!("shared: {} is {}", words::code(&ours), words::code(&theirs)),
            None,
        ));
    }
}

/// Why nothing at all is claimed.
fn nothing(analysis: &Analysis, when: When) -> String {
    match (when, analysis.world) {
        (When::Entry(_), World::Module) => "nothing is claimed: it is called from elsewhere, with anything".to_owned(),
        (When::Entry(_), World::Script) => "nothing is claimed: no call says what it is, or several differ".to_owned(),
        _ => "nothing is claimed: the statement is not reached, or the name may be unbound or anything when it is".to_owned(),
    }
}

/// Limits that cost claims in this file.
fn limits(analysis: &Analysis) -> Option<Step> {
    let mut hits: Vec<(&str, u32)> = analysis
        .facts
        .outcome
        .hits
        .iter()
        .map(|(name, times)| (*name, *times))
        .collect();
    hits.sort_unstable();
    if hits.is_empty() {
        return None;
    }
    let hits: Vec<String> = hits
        .iter()
        .map(|(name, times)| format!("{name} ({times} times)"))
        .collect();
    Some(step(
        format!(
            "limits that were reached in this file, and cost claims: {}",
            hits.join(", ")
        ),
        None,
    ))
}
