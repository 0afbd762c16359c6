//! Comparisons by identity, and what they answer.

use super::{Answer, Identity, Step, detail, publish};
use crate::domain::ObjId;
use crate::hir::{CmpOp, Expr, ExprId, File, Item, Stmt, StmtId};
use crate::interp::Machine;

/// One `is` or `is not`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comparison {
    /// The comparison.
    pub(super) expr: ExprId,
    /// Which of its operators.
    pub(super) at: u32,
    left: ExprId,
    right: ExprId,
}

/// The comparisons by identity in a statement that nothing runs before.
pub(super) fn comparisons(item: &Item, stmt: StmtId) -> Vec<Comparison> {
    let mut out = Vec::new();
    let mut todo: Vec<ExprId> = match item.stmt(stmt) {
        Stmt::Assign { value, .. } | Stmt::Expr(value) | Stmt::Return(Some(value)) => vec![*value],
        Stmt::If { test, .. } | Stmt::Assert { test, .. } => vec![*test],
        _ => return out,
    };
    let mut runs_code: Vec<u32> = Vec::new();
    while let Some(id) = todo.pop() {
        let expr = item.expr(id);
        match expr {
            Expr::Compare { left, rest } => {
                let mut before = *left;
                for (at, (op, after)) in rest.iter().enumerate() {
                    if matches!(op, CmpOp::Is | CmpOp::IsNot) {
                        out.push(Comparison {
                            expr: id,
                            at: at as u32,
                            left: before,
                            right: *after,
                        });
                    } else {
                        runs_code.push(item.expr_span(id).end);
                    }
                    before = *after;
                }
            }
            Expr::Lambda(_) | Expr::Comp { .. } => {
                runs_code.push(item.expr_span(id).end);
                continue;
            }
            Expr::Name(_)
            | Expr::Constant(_)
            | Expr::Tuple { .. }
            | Expr::List { .. }
            | Expr::Dict { .. } => {}
            Expr::BoolOp { .. } | Expr::IfExp { .. } => {}
            _ => runs_code.push(item.expr_span(id).end),
        }
        super::mentions::children(expr, &mut |child| todo.push(child));
    }
    out.retain(|asked| {
        let start = item.expr_span(asked.expr).start;
        runs_code.iter().all(|end| *end > start)
    });
    out
}

/// What a comparison answers in the state before its statement, where that is known; objects from `opened` on were not
/// there before anyone could call the functions.
pub(super) fn answer(
    m: &Machine<'_>,
    file: &File,
    item: u32,
    asked: Comparison,
    opened: u32,
) -> Option<Answer> {
    let code = &file.items[item as usize].item;
    let a = object_of(m, code, item, asked.left)?;
    let b = object_of(m, code, item, asked.right)?;
    let (p, q) = (
        detail::of(m, file, a, opened),
        detail::of(m, file, b, opened),
    );
    let int = p.int.filter(|int| q.int == Some(*int));
    let is_one_for_all = |detail: &detail::Detail| detail.identity == Some(Identity::SmallInt);
    let same = m.is_same(a, b) || int.is_some() && is_one_for_all(&p) && is_one_for_all(&q);
    if !same && !m.is_other(a, b) {
        return None;
    }
    Some(Answer {
        item,
        expr: asked.expr,
        at: asked.at,
        same,
        sides: [p.identity, q.identity],
        int,
    })
}

fn object_of(m: &Machine<'_>, code: &Item, item: u32, expr: ExprId) -> Option<ObjId> {
    match code.expr(expr) {
        Expr::Name(name) => m
            .look_up(*name)
            .filter(|slot| !slot.maybe_unbound)
            .map(|slot| slot.obj),
        Expr::Attribute { value, attr, .. } => {
            publish::follow(m, object_of(m, code, item, *value)?, &Step::Attr(*attr))
        }
        Expr::Constant(_) => m.loaded(item, expr),
        _ => None,
    }
}
