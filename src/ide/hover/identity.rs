//! Why an object is the one that it is: singleton, cached, interned, constant, fresh.

use super::card::Card;
use super::{Context, alias, words};
use crate::engine::Analysis;
use crate::facts::{Identity, Path};
use crate::layout::Layout;

pub(super) fn rows(cx: &Context<'_>, card: &mut Card) {
    let Some(detail) = cx.detail else { return };
    let Some(identity) = detail.identity else {
        return;
    };
    let twins: Vec<String> = detail
        .twins
        .iter()
        .map(|name| {
            let path = Path {
                root: *name,
                steps: Vec::new(),
            };
            alias::place(cx.analysis, cx.facts, &path)
        })
        .collect();
    if !twins.is_empty() && identity != Identity::Singleton {
        card.row("same object", words::list(&twins));
    }
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
    card.row(
        "identity",
        match identity {
            // The first line has said that it is one.
            Identity::Constant => OF_THE_FILE.to_owned(),
            other => sentence(cx.analysis, other),
        },
    );
}

const OF_THE_FILE: &str =
    "made by the compiler: one object wherever this file writes it, another in other files";

/// What follows from it.
pub(in crate::ide) fn sentence(analysis: &Analysis, identity: Identity) -> String {
    match identity {
        Identity::Singleton => "the only one of its kind".to_owned(),
        Identity::SmallInt => {
            let most = Layout::of(analysis.target).small_int_max();
            format!(
                "cached: each int from -5 to {} is one object",
                words::number(most.unsigned_abs())
            )
        }
        Identity::Interned => {
            "interned: strings with this text that are interned are one object".to_owned()
        }
        Identity::Constant => {
            format!("constant of this file, {OF_THE_FILE}")
        }
        Identity::Fresh => {
            "made at run time, not interned: an equal one made elsewhere is another object"
                .to_owned()
        }
    }
}
