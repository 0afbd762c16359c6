//! How many references, and who holds them.

use super::card::Card;
use super::{Context, look, words};
use crate::base::Name;
use crate::engine::Analysis;
use crate::facts::{Holder, Identity, PlaceFacts};
use crate::ide::cursor::When;

pub(super) fn head(cx: &Context<'_>, card: &mut Card) {
    match (cx.claims.refs, cx.detail.and_then(|detail| detail.identity)) {
        // The compiler and the parser hold some of those: the card says what it is instead.
        (_, Some(Identity::Constant)) => card.figure("constant of this file".to_owned()),
        (Some(refs), _) => card.figure(words::references(refs)),
        (None, _) if cx.claims.immortal == Some(true) => card.figure("immortal".to_owned()),
        (None, _) => {}
    }
}

/// The holders, one by one.
pub(super) fn rows(cx: &Context<'_>, card: &mut Card) {
    let Some(detail) = cx.detail else { return };
    let Some(exact) = cx.claims.refs.and_then(|refs| refs.exact()) else {
        return;
    };
    if detail.holders.is_empty() || detail.holders.len() as u64 + u64::from(detail.hidden) != exact
    {
        return;
    }
    let only_itself = matches!(detail.holders[..], [Holder::Global(name) | Holder::Local(name)] if name == cx.path.root);
    let only_here = matches!(&detail.holders[..], [Holder::Part(path)] if path == cx.path);
    if (only_itself && cx.path.steps.is_empty() || only_here) && detail.hidden == 0 {
        return; // the first line says it all
    }
    let mut parts = holders(cx.analysis, cx.facts, &detail.holders);
    if detail.hidden > 0 {
        parts.push(format!(
            "{} held by the interpreter or by calls under way",
            detail.hidden
        ));
    }
    let mut text = parts.join(", ");
    let is_global = cx.facts.unit.unit.is_none();
    if is_global && cx.path.steps.is_empty() && !matches!(cx.when, When::Deleted(_)) {
        let name = look::text(cx.analysis, cx.path);
        text.push_str(&format!(
            " \u{b7} {} prints {}",
            words::code(&format!("sys.getrefcount({name})")),
            exact + 1
        ));
    }
    card.row("referenced by", text);
}

/// Holders in words, the same ones counted together.
pub(in crate::ide) fn holders(
    analysis: &Analysis,
    facts: &PlaceFacts,
    holders: &[Holder],
) -> Vec<String> {
    let mut out: Vec<(String, u32)> = Vec::new();
    for holder in holders {
        let text = holder_text(analysis, facts, holder);
        match out.iter_mut().find(|(other, _)| *other == text) {
            Some((_, times)) => *times += 1,
            None => out.push((text, 1)),
        }
    }
    out.into_iter()
        .map(|(text, times)| {
            if times == 1 {
                text
            } else {
                format!("{text} ({times} times)")
            }
        })
        .collect()
}

fn holder_text(analysis: &Analysis, facts: &PlaceFacts, holder: &Holder) -> String {
    let name = |name: Name| words::code(analysis.facts.names.text(name));
    match holder {
        Holder::Global(variable) | Holder::Local(variable) => {
            let unit = if matches!(holder, Holder::Global(_)) {
                crate::domain::UnitRef::MODULE
            } else {
                facts.unit
            };
            match look::binding(analysis, unit, *variable, facts.start) {
                Some(span) => format!(
                    "{} (line {})",
                    name(*variable),
                    look::line(analysis, span.start)
                ),
                None => name(*variable),
            }
        }
        Holder::Outer(variable, unit) => {
            let function = unit.unit.and_then(|id| {
                Some(
                    &analysis
                        .file
                        .items
                        .get(unit.item as usize)?
                        .item
                        .unit(id)
                        .qualname,
                )
            });
            match function {
                Some(function) => format!(
                    "{} in {}",
                    name(*variable),
                    words::code(&format!("{function}()"))
                ),
                None => name(*variable),
            }
        }
        Holder::Part(path) => words::code(&look::text(analysis, path)),
        Holder::Inside(variable) => format!("something in {}", name(*variable)),
        Holder::Traceback => "a traceback".to_owned(),
        Holder::Within(ty) => format!("a {}", words::code(ty)),
        Holder::Default(function) => format!(
            "a default of {}",
            words::code(&format!("{}()", analysis.facts.names.text(*function)))
        ),
        Holder::Cell(variable) => format!(
            "{} (a cell, shared with an inner function)",
            name(*variable)
        ),
        Holder::Iterator => "an iterator over it".to_owned(),
        Holder::Method => "a bound method".to_owned(),
        Holder::Stack => "a statement under way".to_owned(),
    }
}
