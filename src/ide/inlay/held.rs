//! A `del` that frees nothing: `still held by cache`.

use super::{Context, text};
use crate::domain::UnitRef;
use crate::facts::{Holder, Path};
use crate::hir::Stmt;
use crate::ide::answers::{HintPart, InlayHint};
use crate::ide::{cursor, look};

/// Holders that are named, at most.
const TOLD: usize = 2;

pub(super) fn hints(cx: &Context<'_>, out: &mut Vec<InlayHint>) {
    let Stmt::Delete(targets) = cx.item.stmt(cx.stmt) else {
        return;
    };
    let [target] = targets[..] else { return };
    let Some(path) = cursor::path_of(cx.item, target).filter(|path: &Path| path.steps.is_empty())
    else {
        return;
    };
    let Some(before) = look::before(cx.analysis, cx.at, cx.stmt) else {
        return;
    };
    let (Some(claims), Some(detail)) = (look::claims(before, &path), look::detail(before, &path))
    else {
        return;
    };
    if claims.refs.is_none_or(|refs| refs.lo < 2) || !cx.facts.leaks.is_empty() {
        return;
    }
    let own = |holder: &Holder| matches!(holder, Holder::Global(name) | Holder::Local(name) if *name == path.root);
    let Some(at) = detail.holders.iter().position(own) else {
        return;
    };
    let others = detail
        .holders
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != at)
        .map(|(_, holder)| holder);
    let held: Vec<HintPart> = others
        .filter_map(|holder| part(cx, holder))
        .take(TOLD)
        .collect();
    if held.is_empty() {
        return;
    }
    let more = (detail.holders.len() - 1 + detail.hidden as usize).saturating_sub(held.len());
    let mut parts = vec![text("still held by ")];
    for (at, part) in held.into_iter().enumerate() {
        if at > 0 {
            parts.push(text(if more == 0 { " and " } else { ", " }));
        }
        parts.push(part);
    }
    if more > 0 {
        parts.push(text(format!(" and {more} more")));
    }
    out.push(InlayHint {
        offset: cx.span().end,
        parts,
        tooltip: Some(
            "`del` takes the name. The object lives until its last reference goes.".to_owned(),
        ),
    });
}

fn part(cx: &Context<'_>, holder: &Holder) -> Option<HintPart> {
    Some(match holder {
        Holder::Global(name) => cx.variable(UnitRef::MODULE, *name),
        Holder::Local(name) => cx.variable(cx.facts.unit, *name),
        Holder::Outer(name, unit) => cx.variable(*unit, *name),
        Holder::Part(path) => cx.path(path),
        Holder::Inside(name) => cx.variable(cx.facts.unit, *name),
        Holder::Default(name) => text(format!(
            "a default of {}()",
            cx.analysis.facts.names.text(*name)
        )),
        Holder::Traceback => text("a traceback"),
        Holder::Within(ty) => text(format!("a {ty}")),
        _ => return None,
    })
}
