//! What `sys.getrefcount(x)` and `sys.getsizeof(x)` answer where a program asks.

use super::{cursor, look};
use crate::engine::Analysis;
use crate::hir::borrow::Lending;
use crate::hir::{Expr, ExprId, Item, StmtId};

/// The calls that a statement makes before anything else of it runs: its value, or the first argument of that.
pub(super) fn first_calls(item: &Item, value: ExprId) -> Vec<ExprId> {
    let mut out = Vec::new();
    let mut at = value;
    while let Expr::Call { func, args, .. } = item.expr(at) {
        out.push(at);
        // `print(sys.getrefcount(a))`: nothing of `a` is touched by looking up a plain name.
        match (item.expr(*func), args.first()) {
            (Expr::Name(_), Some(first)) => at = *first,
            _ => break,
        }
    }
    out
}

/// What the call answers, where it is one of the first that the statement makes.
pub(super) fn answer(analysis: &Analysis, at: u32, stmt: StmtId, call: ExprId) -> Option<u64> {
    let item = &analysis.file.items.get(at as usize)?.item;
    let Expr::Call {
        func,
        args,
        keywords,
    } = item.expr(call)
    else {
        return None;
    };
    let [arg] = args[..] else { return None };
    let function = analysis
        .facts
        .bindings
        .path(item, *func, &analysis.facts.names)?;
    let path = cursor::path_of(item, arg)?;
    let claims = look::claims(look::before(analysis, at, stmt)?, &path)?;
    match &*function {
        "sys.getsizeof" if keywords.is_empty() => claims.size?.exact(),
        // The call holds one reference of its own, unless the variable lends its.
        "sys.getrefcount" if analysis.facts.constants.lending(at, arg) == Lending::Owned => {
            Some(claims.refs?.exact()? + 1)
        }
        _ => None,
    }
}
