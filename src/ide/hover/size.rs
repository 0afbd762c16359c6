//! How big: `sys.getsizeof`, and what it does not count.

use super::card::Card;
use super::{Context, words};

pub(super) fn head(cx: &Context<'_>, card: &mut Card) {
    if let Some(size) = cx.claims.size {
        card.figure(words::bytes(size));
    }
}

/// What hangs on it.
pub(super) fn rows(cx: &Context<'_>, card: &mut Card) {
    let (Some(size), Some(deep)) = (cx.claims.size, cx.claims.deep) else {
        return;
    };
    if deep == size {
        return;
    }
    let mut text = format!("{} in all", words::bytes(deep));
    if cx.detail.is_some_and(|detail| detail.items_cached) {
        text.push_str(" \u{b7} the items are cached or interned");
    }
    card.row("with its items", text);
}
