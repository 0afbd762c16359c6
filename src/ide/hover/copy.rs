//! What a copy copied.

use super::card::Card;
use super::{Context, alias, look, words};
use crate::facts::{CopyKind, Step};

pub(super) fn rows(cx: &Context<'_>, card: &mut Card) {
    let Some((kind, of)) = &cx.claims.copy else {
        return;
    };
    let of = alias::place(cx.analysis, cx.facts, of);
    match kind {
        CopyKind::Alias => {}
        CopyKind::Deep => card.row(
            "copy",
            format!("of {of}, every level: nothing that can change is shared"),
        ),
        CopyKind::Shallow => {
            let mut text = format!("of {of}, one level deep");
            let shared: Vec<String> = cx
                .claims
                .shares
                .iter()
                .take(4)
                .map(|(ours, _)| words::code(&last_step(cx, ours)))
                .collect();
            if !shared.is_empty() {
                text.push_str(&format!(" \u{b7} still shared: {}", words::list(&shared)));
            }
            card.row("copy", text);
        }
    }
}

/// The last step of a path as the program writes it: `["scores"]`.
fn last_step(cx: &Context<'_>, path: &crate::facts::Path) -> String {
    step_text(cx.analysis, path.steps.last())
}

/// A step as the program writes it.
pub(in crate::ide) fn step_text(analysis: &crate::engine::Analysis, step: Option<&Step>) -> String {
    let Some(step) = step else {
        return String::new();
    };
    let whole = crate::facts::Path {
        root: crate::base::Name(0),
        steps: vec![step.clone()],
    };
    let root = analysis.facts.names.text(whole.root).len();
    look::text(analysis, &whole).split_off(root)
}
