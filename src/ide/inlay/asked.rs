//! What a program that asks CPython would be told: `sys.getrefcount(a)`: `= 2`.

use super::{Context, text};
use crate::hir::{ExprId, Stmt};
use crate::ide::answers::InlayHint;
use crate::ide::asked;

pub(super) fn hints(cx: &Context<'_>, out: &mut Vec<InlayHint>) {
    let value = match cx.item.stmt(cx.stmt) {
        Stmt::Expr(value) | Stmt::Assign { value, .. } => *value,
        _ => return,
    };
    for call in asked::first_calls(cx.item, value) {
        if let Some(answer) = asked::answer(cx.analysis, cx.at, cx.stmt, call) {
            out.push(hint(cx, call, answer));
        }
    }
}

fn hint(cx: &Context<'_>, call: ExprId, answer: u64) -> InlayHint {
    InlayHint {
        offset: cx.item.expr_span(call).end + cx.start,
        parts: vec![text(format!("= {answer}"))],
        tooltip: None,
    }
}
