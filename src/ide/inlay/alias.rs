//! `b = a`: `same object as a`.

use super::{Context, text};
use crate::facts::Path;
use crate::hir::Stmt;
use crate::ide::answers::InlayHint;
use crate::ide::{cursor, look};

pub(super) fn hints(cx: &Context<'_>, out: &mut Vec<InlayHint>) {
    let value = match cx.item.stmt(cx.stmt) {
        Stmt::Assign { targets, value } if targets.len() == 1 => *value,
        Stmt::AnnAssign {
            value: Some(value), ..
        } => *value,
        _ => return,
    };
    let bound = cursor::bound_names(cx.item, cx.stmt);
    let [(name, _)] = bound[..] else { return };
    let path = Path {
        root: name,
        steps: Vec::new(),
    };
    let Some(claims) = look::claims(cx.facts, &path) else {
        return;
    };
    // That two names lead to one number surprises nobody, and changes nothing.
    if !look::detail(cx.facts, &path).is_some_and(|detail| detail.mutable) {
        return;
    }
    let as_written = cursor::path_of(cx.item, value).filter(|path| claims.same_as.contains(path));
    let Some(other) = as_written.or_else(|| {
        claims
            .same_as
            .iter()
            .min_by_key(|path| path.steps.len())
            .cloned()
    }) else {
        return;
    };
    if other.root == name {
        return;
    }
    out.push(InlayHint {
        offset: cx.span().end,
        parts: vec![text("same object as "), cx.path(&other)],
        tooltip: Some(format!(
            "Both names lead to one object: what is changed through one is changed for the other. `=` copies nothing.{}",
            claims.size.map(|size| format!(" It takes {} once.", crate::ide::words::bytes(size))).unwrap_or_default()
        )),
    });
}
