//! Objects that a statement leaves to the collector, and at level `full` those that it frees.

use super::{Context, text};
use crate::facts::Loss;
use crate::hir::Stmt;
use crate::ide::answers::{HintPart, InlayHint};
use crate::ide::hover::worth_telling;
use crate::ide::{look, words};

pub(super) fn hints(cx: &Context<'_>, out: &mut Vec<InlayHint>) {
    let leaked: Vec<&Loss> = cx.facts.lost.iter().filter(|loss| loss.is_leak).collect();
    if leaked.is_empty() {
        return;
    }
    let alike = leaked.iter().all(|loss| loss.ty == leaked[0].ty);
    let what = match (leaked.len(), alike) {
        (1, _) => object(cx, leaked[0]),
        (many, alike) => HintPart {
            text: match alike {
                true => format!("{} {} objects", words::number(many as u64), leaked[0].ty),
                false => format!("{} objects", words::number(many as u64)),
            },
            target: Some(leaked[0].born),
        },
    };
    let parts = vec![text("left to the collector: "), what];
    out.push(InlayHint {
        offset: cx.span().end,
        parts,
        tooltip: Some(format!(
            "A cycle keeps alive what was made on {}: its references never drop to zero. It goes when the cycle collector runs.",
            lines(cx, &leaked)
        )),
    });
}

/// `frees the list of line 2`
pub(super) fn freed(cx: &Context<'_>, out: &mut Vec<InlayHint>) {
    if matches!(cx.item.stmt(cx.stmt), Stmt::For { .. } | Stmt::With { .. }) {
        return;
    }
    let Some((first, more)) = worth_telling(cx.facts) else {
        return;
    };
    let mut parts = vec![text("frees "), object(cx, first)];
    if more > 0 {
        parts.push(text(format!(" and {more} more")));
    }
    out.push(InlayHint {
        offset: cx.span().end,
        parts,
        tooltip: Some("Its last reference goes here: it is freed at once.".to_owned()),
    });
}

/// `line 5`, `lines 5 and 6`
fn lines(cx: &Context<'_>, losses: &[&Loss]) -> String {
    let mut lines: Vec<u32> = losses
        .iter()
        .map(|loss| look::line(cx.analysis, loss.born.start))
        .collect();
    lines.sort_unstable();
    lines.dedup();
    let word = if lines.len() == 1 { "line" } else { "lines" };
    let lines: Vec<String> = lines.iter().map(u32::to_string).collect();
    format!("{word} {}", words::list(&lines))
}

/// An object by its type and the line that made it.
fn object(cx: &Context<'_>, loss: &Loss) -> HintPart {
    HintPart {
        text: format!(
            "the {} of line {}",
            loss.ty,
            look::line(cx.analysis, loss.born.start)
        ),
        target: Some(loss.born),
    }
}
