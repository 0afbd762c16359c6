//! Why an object is the one that it is: singleton, cached, interned, constant, fresh.

use super::card::Card;
use super::{Context, words};
use crate::base::Span;
use crate::engine::Analysis;
use crate::facts::Identity;
use crate::hir::ExprId;
use crate::ide::cursor::Found;
use crate::layout::Layout;

pub(super) fn rows(cx: &Context<'_>, card: &mut Card) {
    let Some(detail) = cx.detail else { return };
    let Some(identity) = detail.identity else {
        return;
    };
    let is_scalar = matches!(cx.claims.ty.as_deref(), Some("int" | "str"));
    // That a number is made anew says nothing; that a string is not interned surprises.
    if identity == Identity::Singleton
        || identity == Identity::Fresh && cx.claims.interned != Some(false)
        || !is_scalar && identity != Identity::Constant
    {
        return;
    }
    if identity == Identity::Fresh && cx.claims.ty.as_deref() != Some("str") {
        return;
    }
    card.row("identity", sentence(cx.analysis, identity));
}

/// What follows from it.
pub(in crate::ide) fn sentence(analysis: &Analysis, identity: Identity) -> String {
    match identity {
        Identity::Singleton => "the only one of its kind".to_owned(),
        Identity::SmallInt => {
            let most = Layout::of(analysis.target).small_int_max();
            format!("cached: each int from -5 to {} is one object", words::number(most.unsigned_abs()))
        }
        Identity::Interned => "interned: strings with this text that are interned are one object".to_owned(),
        Identity::Constant => {
            "constant of this file: made by the compiler, one object wherever this file writes it, another in other files".to_owned()
        }
        Identity::Fresh => "made at run time, not interned: an equal one made elsewhere is another object".to_owned(),
    }
}

/// A literal that is compared by identity.
pub(super) fn literal(
    analysis: &Analysis,
    found: &Found,
    expr: ExprId,
    at: u32,
    is_right: bool,
) -> Option<Card> {
    let answer = analysis
        .facts
        .answers
        .iter()
        .find(|answer| answer.item == found.item && answer.expr == expr && answer.at == at)?;
    let identity =
        answer.sides[usize::from(is_right)].filter(|identity| *identity != Identity::Singleton)?;
    let Span { start, end } = found.span;
    let mut card = Card::new(words::excerpt(analysis.text.slice(Span::new(start, end))));
    card.row("identity", sentence(analysis, identity));
    Some(card)
}
