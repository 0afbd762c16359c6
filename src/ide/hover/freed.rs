//! When it goes.

use super::card::Card;
use super::{Context, look, words};
use crate::domain::B;
use crate::engine::Analysis;
use crate::facts::{Holder, Loss, PlaceFacts};
use crate::ide::cursor::When;

/// What a `del` does.
pub(super) fn deleted(cx: &Context<'_>, card: &mut Card) {
    let When::Deleted(stmt) = cx.when else { return };
    if !cx.path.steps.is_empty() {
        return;
    }
    let Some(refs) = cx.claims.refs else { return };
    let is_own = |holder: &Holder| matches!(holder, Holder::Global(name) | Holder::Local(name) if *name == cx.path.root);
    let holders = cx
        .detail
        .map(|detail| detail.holders.as_slice())
        .unwrap_or_default();
    if refs.exact() == Some(1) {
        // A `__del__` may keep it; and a borrowed argument's one reference is the caller's.
        let has_no_finalizer = cx
            .claims
            .ty
            .as_deref()
            .is_some_and(|ty| B::named(ty).is_some());
        let is_freed = look::after(cx.analysis, cx.found.item, stmt).is_some_and(|after| {
            after
                .frees
                .iter()
                .any(|gone| Some(&gone.ty) == cx.claims.ty.as_ref())
        });
        if !matches!(holders, [only] if is_own(only)) || !(has_no_finalizer || is_freed) {
            return;
        }
        card.row(
            "del",
            "takes the last reference: the object is freed here".to_owned(),
        );
        return;
    }
    if refs.lo < 2 {
        return;
    }
    let leaks = look::after(cx.analysis, cx.found.item, stmt).is_some_and(|after| {
        after.lost.iter().any(|loss| {
            loss.is_leak
                && Some(&loss.ty) == cx.claims.ty.as_ref()
                && cx
                    .detail
                    .is_some_and(|detail| detail.born == Some(loss.born))
        })
    });
    if leaks && cx.claims.cycle == Some(true) {
        card.row(
            "del",
            "takes the last name, not the last reference: only the collector can free it"
                .to_owned(),
        );
        return;
    }
    let mut text = "takes a name, frees nothing".to_owned();
    let mut others = holders.to_vec();
    if let Some(own) = others.iter().position(is_own) {
        others.remove(own);
        let others = super::refs::holders(cx.analysis, cx.facts, &others);
        if !others.is_empty() {
            text.push_str(&format!(": still held by {}", words::list(&others)));
        }
    }
    card.row("del", text);
}

/// What the statement frees by binding the name to something else.
pub(super) fn rows_of_losses(analysis: &Analysis, facts: &PlaceFacts, card: &mut Card) {
    if let Some(text) = losses(analysis, facts) {
        card.row("frees", text);
    }
}

/// The first of the objects that a statement frees, with the line that made it, and how many more go with it.
pub(in crate::ide) fn losses(analysis: &Analysis, facts: &PlaceFacts) -> Option<String> {
    let (first, more) = worth_telling(facts)?;
    let line = look::line(analysis, first.born.start);
    let mut text = format!("the {} made on line {line}", words::plain(&first.ty));
    match more {
        0 => {}
        1 => text.push_str(", and one object more"),
        more => text.push_str(&format!(", and {more} objects more")),
    }
    text.push_str(": the last reference goes");
    Some(text)
}

/// The first object freed that is more than a number or text, and how many others of that kind go.
pub(in crate::ide) fn worth_telling(facts: &PlaceFacts) -> Option<(&Loss, usize)> {
    let mut told = facts.lost.iter().filter(|loss| {
        !loss.is_leak
            && !matches!(
                &*loss.ty,
                "int" | "float" | "complex" | "str" | "bytes" | "bool" | "NoneType"
            )
    });
    let first = told.next()?;
    Some((first, told.count()))
}

/// The line that frees what the statement bound.
pub(super) fn rows(cx: &Context<'_>, card: &mut Card) {
    let When::After(_) = cx.when else { return };
    if !cx.path.steps.is_empty() || cx.claims.immortal == Some(true) {
        return;
    }
    let Some(ty) = &cx.claims.ty else { return };
    let ours = |gone: &crate::facts::Gone| gone.bound_at == cx.facts.start && gone.ty == *ty;
    let places = super::look::of_unit(cx.analysis, cx.facts.unit);
    // What the statement frees may be what its last round made.
    let of = |leak: bool| {
        let mut found = places.iter().filter(|facts| {
            facts.unit == cx.facts.unit || facts.unit.unit.is_none() && cx.facts.unit.unit.is_none()
        });
        let first = found.by_ref().find(|facts| {
            if leak {
                facts.leaks.iter().any(ours)
            } else {
                facts.frees.iter().any(ours)
            }
        })?;
        let again = found.any(|facts| {
            if leak {
                facts.leaks.iter().any(ours)
            } else {
                facts.frees.iter().any(ours)
            }
        });
        (!again && first.start > cx.facts.start).then_some(first)
    };
    let (facts, is_leak) = match (of(false), of(true)) {
        (Some(facts), None) => (facts, false),
        (None, Some(facts)) => (facts, true),
        _ => return,
    };
    let line = look::line(cx.analysis, facts.start);
    let source = cx
        .analysis
        .text
        .line_span(line - 1)
        .map(|span| cx.analysis.text.slice(span))
        .unwrap_or_default();
    let source = words::excerpt(source.split("  #").next().unwrap_or_default());
    if is_leak {
        card.row(
            "freed",
            format!(
                "by the collector alone: line {line}, {}, leaves it unreachable",
                words::code(&source)
            ),
        );
    } else {
        card.row("freed", format!("line {line}, by {}", words::code(&source)));
    }
}
