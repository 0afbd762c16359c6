//! Objects that a statement leaves to the collector.

use super::{Context, text};
use crate::ide::answers::{HintPart, InlayHint};
use crate::ide::look;

pub(super) fn hints(cx: &Context<'_>, out: &mut Vec<InlayHint>) {
    let leaks = &cx.facts.leaks;
    let Some(first) = leaks.first() else { return };
    let line = look::line(cx.analysis, first.bound_at);
    let span = cx.analysis.text.line_span(line - 1);
    let what = HintPart {
        text: if leaks.len() == 1 {
            format!("the {} of line {line}", first.ty)
        } else {
            format!("{} objects", leaks.len())
        },
        target: span,
    };
    let parts = vec![text("only the collector can free "), what];
    let tooltip = "A cycle keeps it alive: its references never drop to zero. It goes when the cycle collector runs.";
    // `a = None` in a loop says it once.
    let offset = cx.span().end;
    if !out
        .iter()
        .any(|hint: &InlayHint| hint.offset == offset && hint.parts == parts)
    {
        out.push(InlayHint {
            offset,
            parts,
            tooltip: Some(tooltip.to_owned()),
        });
    }
}
