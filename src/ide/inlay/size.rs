//! Behind every binding its size and references: `88 B · 2 refs`.

use super::{Context, text};
use crate::facts::{Identity, Path};
use crate::hir::Stmt;
use crate::ide::answers::InlayHint;
use crate::ide::{cursor, look, words};

pub(super) fn hints(cx: &Context<'_>, out: &mut Vec<InlayHint>) {
    let bound = cursor::bound_names(cx.item, cx.stmt);
    let at_end =
        bound.len() == 1 && !matches!(cx.item.stmt(cx.stmt), Stmt::For { .. } | Stmt::With { .. });
    for (name, expr) in bound {
        let path = Path {
            root: name,
            steps: Vec::new(),
        };
        let Some(claims) = look::claims(cx.facts, &path) else {
            continue;
        };
        // Of what weighs the same wherever it is, nobody asks.
        let dull = matches!(
            claims.ty.as_deref(),
            None | Some("NoneType" | "bool" | "int" | "float" | "module" | "type" | "function")
        );
        if dull {
            continue;
        }
        let identity = look::detail(cx.facts, &path).and_then(|detail| detail.identity);
        let size = claims.size.map(words::short_bytes);
        let refs = claims
            .refs
            .filter(|_| identity != Some(Identity::Constant))
            .map(words::short_references);
        let label: Vec<String> = size.into_iter().chain(refs).collect();
        if label.is_empty() {
            continue;
        }
        let offset = if at_end {
            cx.span().end
        } else {
            cx.item.expr_span(expr).end + cx.start
        };
        let tooltip = words::what(claims, look::detail(cx.facts, &path));
        out.push(InlayHint {
            offset,
            parts: vec![text(label.join(" \u{b7} "))],
            tooltip: tooltip.map(|what| words::plain(&what)),
        });
    }
}
