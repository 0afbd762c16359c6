//! What the collector has to do with it.

use super::Context;
use super::card::Card;

pub(super) fn rows(cx: &Context<'_>, card: &mut Card) {
    if cx.claims.cycle == Some(true) {
        let text = "refers to itself, directly or by others: when the last name goes, only the collector can free it";
        card.row("cycle", text.to_owned());
        return;
    }
    // Of other types it never changes, and all know it.
    let varies = matches!(
        cx.claims.ty.as_deref(),
        Some("dict" | "tuple" | "frozenset")
    );
    if varies
        && cx.claims.tracked == Some(false)
        && cx.detail.is_some_and(|detail| detail.len != Some(0))
    {
        card.row(
            "collector",
            "not tracked: it holds nothing that could close a cycle".to_owned(),
        );
    }
}
