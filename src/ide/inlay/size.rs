//! Behind every binding its size and references: `88 B · 2 refs`; of numbers and text, whose object it is; behind a
//! store, how many references the stored object has by then.

use super::{Context, text};
use crate::base::Name;
use crate::facts::{Claims, Detail, Identity, Path};
use crate::hir::{Expr, Stmt};
use crate::ide::answers::{HintPart, InlayHint};
use crate::ide::{cursor, look, words};

pub(super) fn hints(cx: &Context<'_>, out: &mut Vec<InlayHint>) {
    let bound = cursor::bound_names(cx.item, cx.stmt);
    let at_end =
        bound.len() == 1 && !matches!(cx.item.stmt(cx.stmt), Stmt::For { .. } | Stmt::With { .. });
    for (name, expr) in bound {
        let path = plain(name);
        let Some(claims) = look::claims(cx.facts, &path) else {
            continue;
        };
        let detail = look::detail(cx.facts, &path);
        let parts = label(cx, claims, detail);
        if parts.is_empty() {
            continue;
        }
        let offset = if at_end {
            cx.span().end
        } else {
            cx.item.expr_span(expr).end + cx.start
        };
        out.push(InlayHint {
            offset,
            parts: joined(parts),
            tooltip: words::what(claims, detail).map(|what| words::plain(&what)),
        });
    }
    stored(cx, out);
}

fn plain(name: Name) -> Path {
    Path {
        root: name,
        steps: Vec::new(),
    }
}

fn label(cx: &Context<'_>, claims: &Claims, detail: Option<&Detail>) -> Vec<HintPart> {
    let mut parts = Vec::new();
    let identity = detail.and_then(|detail| detail.identity);
    // Of what weighs the same wherever it is, nobody asks.
    let ty = claims.ty.as_deref();
    if matches!(
        ty,
        None | Some("NoneType" | "bool" | "module" | "type" | "function")
    ) {
        return parts;
    }
    let is_number = matches!(ty, Some("int" | "float"));
    if !is_number {
        parts.extend(claims.size.map(|size| text(words::short_bytes(size))));
    }
    // The compiler holds some of the references to a constant: they are no figure to go by.
    if !is_number && identity != Some(Identity::Constant) {
        parts.extend(claims.refs.map(|refs| text(words::short_references(refs))));
    }
    let twin = detail.and_then(|detail| detail.twins.first());
    let word = match identity {
        Some(Identity::SmallInt) if twin.is_some() => "cached int",
        Some(Identity::Interned) => "interned",
        Some(Identity::Constant) if twin.is_some() && ty == Some("str") => "constant, not interned",
        Some(Identity::Constant) if twin.is_some() => "constant of this file",
        _ => return parts,
    };
    if let Some(twin) = twin {
        let mut part = cx.path(&plain(*twin));
        part.text.insert_str(0, "same object as ");
        parts.push(part);
    }
    parts.push(text(word));
    parts
}

/// `a.next = b`: how many references there are to `b` now, and whether that closed a cycle.
fn stored(cx: &Context<'_>, out: &mut Vec<InlayHint>) {
    let Stmt::Assign { targets, value } = cx.item.stmt(cx.stmt) else {
        return;
    };
    let ([target], Expr::Name(name)) = (&targets[..], cx.item.expr(*value)) else {
        return;
    };
    if !matches!(
        cx.item.expr(*target),
        Expr::Attribute { .. } | Expr::Subscript { .. }
    ) {
        return;
    }
    let path = plain(name.name);
    let (Some(claims), Some(detail)) =
        (look::claims(cx.facts, &path), look::detail(cx.facts, &path))
    else {
        return;
    };
    let Some(refs) = claims.refs.filter(|_| detail.mutable) else {
        return;
    };
    let mut parts = vec![
        cx.path(&path),
        text(format!(": {}", words::short_references(refs))),
    ];
    let was_in_one = look::before(cx.analysis, cx.at, cx.stmt)
        .and_then(|before| look::claims(before, &path))
        .and_then(|claims| claims.cycle);
    if claims.cycle == Some(true) && was_in_one == Some(false) {
        parts.push(text(" \u{b7} closes a cycle"));
    }
    out.push(InlayHint {
        offset: cx.span().end,
        parts,
        tooltip: None,
    });
}

fn joined(parts: Vec<HintPart>) -> Vec<HintPart> {
    let mut out = Vec::new();
    for part in parts {
        if !out.is_empty() {
            out.push(text(" \u{b7} "));
        }
        out.push(part);
    }
    out
}
