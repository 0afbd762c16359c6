//! `s = d.copy()`: `shares ["scores"]`.

use super::{Context, text};
use crate::base::Name;
use crate::facts::{CopyKind, Path};
use crate::ide::answers::InlayHint;
use crate::ide::hover::step_text;
use crate::ide::{cursor, look, words};

/// Items that are named, at most.
const TOLD: usize = 3;

/// `e = copy.deepcopy(d)`: `shares nothing mutable with d`
pub(super) fn nothing(cx: &Context<'_>, out: &mut Vec<InlayHint>) {
    for (name, _) in cursor::bound_names(cx.item, cx.stmt) {
        let path = Path {
            root: name,
            steps: Vec::new(),
        };
        if let Some((CopyKind::Deep, of)) =
            look::claims(cx.facts, &path).and_then(|claims| claims.copy.as_ref())
        {
            out.push(InlayHint {
                offset: cx.span().end,
                parts: vec![text("shares nothing mutable with "), cx.path(of)],
                tooltip: None,
            });
        }
    }
}

pub(super) fn hints(cx: &Context<'_>, out: &mut Vec<InlayHint>) {
    let mut told: Vec<Name> = Vec::new();
    for (name, _) in cursor::bound_names(cx.item, cx.stmt) {
        let path = Path {
            root: name,
            steps: Vec::new(),
        };
        let Some(claims) = look::claims(cx.facts, &path) else {
            continue;
        };
        let Some((CopyKind::Shallow, of)) = &claims.copy else {
            continue;
        };
        // Of two that the statement makes, one says it.
        if told.contains(&of.root) {
            continue;
        }
        told.push(name);
        let steps: Vec<String> = claims
            .shares
            .iter()
            .take(TOLD)
            .map(|(ours, _)| step_text(cx.analysis, ours.steps.last()))
            .collect();
        if steps.is_empty() {
            continue;
        }
        let mut parts = vec![text(format!("shares {}", steps.join(", ")))];
        if claims.shares.len() > TOLD {
            parts.push(text(format!(" and {} more", claims.shares.len() - TOLD)));
        }
        parts.push(text(" with "));
        parts.push(cx.path(of));
        out.push(InlayHint {
            offset: cx.span().end,
            parts,
            tooltip: Some(format!(
                "A shallow copy: one level is new, {} the same object in both.",
                if steps.len() == 1 {
                    format!("{} is", words::code(&steps[0]))
                } else {
                    "these items are".to_owned()
                }
            )),
        });
    }
}
