//! Literals that are more than they look: compared by identity, one object in several places, or large.

use super::card::Card;
use super::{identity, look, words};
use crate::base::Interval;
use crate::engine::Analysis;
use crate::facts::Identity;
use crate::hir::{Const, Expr, ExprId, Item};
use crate::ide::cursor::{Found, identity_test};
use crate::layout::Layout;

/// From how many bytes on a literal's size is worth a card.
const LARGE: u64 = 1024;

/// Other places that are told, at most.
const TOLD: usize = 4;

pub(super) fn card(analysis: &Analysis, found: &Found, expr: ExprId) -> Option<Card> {
    let item = &*analysis.file.items.get(found.item as usize)?.item;
    let mut card = Card::new(words::excerpt(analysis.text.slice(found.span)));
    if let Some(identity) = compared(analysis, found.item, item, expr) {
        if identity != Identity::Singleton {
            card.row("identity", identity::sentence(analysis, identity));
        }
        return card.worth_showing();
    }
    let constants = &analysis.facts.constants;
    let (constant, is_interned) = constants.literal(found.item, expr)?;
    let size = size(analysis, item, expr)?;
    let mut lines: Vec<u32> = Vec::new();
    for (at, placed) in analysis.file.items.iter().enumerate() {
        for (index, other) in placed.item.exprs.iter().enumerate() {
            let id = ExprId(index as u32);
            let is_other = at as u32 != found.item || id != expr;
            if is_other
                && matches!(other, Expr::Constant(_))
                && constants.literal(at as u32, id) == Some((constant, is_interned))
            {
                lines.push(look::line(
                    analysis,
                    placed.start + placed.item.expr_span(id).start,
                ));
            }
        }
    }
    lines.sort_unstable();
    lines.dedup();
    if lines.is_empty() && size < LARGE {
        return None;
    }
    card.figure(words::bytes(Interval::exactly(size)));
    if !lines.is_empty() {
        let mut parts: Vec<String> = lines.iter().take(TOLD).map(u32::to_string).collect();
        if lines.len() > TOLD {
            parts.push(format!("{} more", lines.len() - TOLD));
        }
        let word = if lines.len() == 1 { "line" } else { "lines" };
        card.row("same object", format!("on {word} {}", words::list(&parts)));
    }
    let why = if is_interned {
        Identity::Interned
    } else {
        Identity::Constant
    };
    card.row("identity", identity::sentence(analysis, why));
    Some(card)
}

/// What a literal beside an `is` is.
fn compared(analysis: &Analysis, at: u32, item: &Item, expr: ExprId) -> Option<Identity> {
    let (test, operator, is_right) = identity_test(item, expr)?;
    analysis
        .facts
        .answers
        .iter()
        .find(|answer| answer.item == at && answer.expr == test && answer.at == operator)?
        .sides[usize::from(is_right)]
}

/// Of numbers and text whose object is worth speaking of: none of a single character, or of the cache.
fn size(analysis: &Analysis, item: &Item, expr: ExprId) -> Option<u64> {
    if !analysis.target.claims_sizes_and_counts() {
        return None;
    }
    let layout = Layout::of(analysis.target);
    match item.expr(expr) {
        Expr::Constant(Const::Str(text)) => {
            let most = text
                .chars()
                .max()
                .filter(|_| text.chars().nth(1).is_some())?;
            Some(layout.str_size(u32::from(most), text.chars().count() as u64))
        }
        Expr::Constant(Const::Int(value)) => {
            let is_cached = i64::try_from(value).is_ok_and(|value| layout.is_small_int(value));
            (!is_cached).then(|| layout.int_size(value.bits()))
        }
        Expr::Constant(Const::Float(_)) => Some(layout.float_size()),
        Expr::Constant(Const::Bytes(content)) => {
            (content.len() > 1).then(|| layout.bytes_size(content.len() as u64))
        }
        _ => None,
    }
}
