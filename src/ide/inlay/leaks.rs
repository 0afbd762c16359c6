//! Objects that a statement leaves to the collector, and at level `full` those that it frees.

use super::{Context, text};
use crate::facts::Loss;
use crate::hir::Stmt;
use crate::ide::answers::{HintPart, InlayHint};
use crate::ide::hover::worth_telling;
use crate::ide::{look, words};

/// Objects that are named one by one, at most.
const TOLD: usize = 2;

pub(super) fn hints(cx: &Context<'_>, out: &mut Vec<InlayHint>) {
    let leaked: Vec<&Loss> = cx.facts.lost.iter().filter(|loss| loss.is_leak).collect();
    if leaked.is_empty() {
        return;
    }
    let mut parts = vec![text("only the collector can free ")];
    let line = |loss: &Loss| look::line(cx.analysis, loss.born.start);
    let alike = |loss: &&Loss| loss.ty == leaked[0].ty && line(loss) == line(leaked[0]);
    if leaked.len() > 1 && leaked.iter().all(alike) {
        parts.push(HintPart {
            text: format!(
                "the {} {} objects of line {}",
                words::number(leaked.len() as u64),
                leaked[0].ty,
                line(leaked[0])
            ),
            target: Some(leaked[0].born),
        });
    } else if leaked.len() <= TOLD {
        for (at, loss) in leaked.iter().enumerate() {
            if at > 0 {
                parts.push(text(" and "));
            }
            parts.push(object(cx, loss));
        }
    } else {
        parts.push(text(format!(
            "{} objects",
            words::number(leaked.len() as u64)
        )));
    }
    out.push(InlayHint {
        offset: cx.span().end,
        parts,
        tooltip: Some(
            "A cycle keeps it alive: its references never drop to zero. It goes when the cycle collector runs."
                .to_owned(),
        ),
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
