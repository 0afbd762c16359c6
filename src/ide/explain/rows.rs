//! The rows of the table that a size comes from, by what the table calls them.

use crate::base::Span;
use crate::engine::Analysis;
use crate::facts::Claims;
use crate::hir::Expr;
use crate::ide::words;

/// The section of the table for the type, and the row for what made the object as it is, where there is one for that alone.
pub(super) fn of(analysis: &Analysis, claims: &Claims, by: Option<Span>) -> Option<String> {
    let method = by.and_then(|by| method(analysis, by));
    let (section, row) = match (claims.ty.as_deref()?, method.as_deref()) {
        ("list", Some("append" | "insert")) => ("lists", Some("appended")),
        ("list", _) => ("lists", None),
        ("set", Some("add")) => ("sets", Some("add")),
        ("set" | "frozenset", _) => ("sets", None),
        ("dict" | "collections.defaultdict" | "collections.Counter", _) => ("dicts", None),
        ("collections.deque", Some("append")) => ("others", Some("deque_append")),
        ("collections.deque", Some("appendleft")) => ("others", Some("deque_appendleft")),
        ("bytearray", Some("append")) => ("others", Some("bytearray_append")),
        ("int", _) => ("sizes", Some("int")),
        ("str", _) => ("sizes", Some("str")),
        ("bytes", _) => ("sizes", Some("bytes")),
        ("tuple", _) => ("sizes", Some("tuple")),
        _ => return None,
    };
    let row = row.map(|row| format!(", {}", words::code(row)));
    Some(format!(
        "{}{}",
        words::code(section),
        row.unwrap_or_default()
    ))
}

/// The method that the call at `span` calls.
fn method(analysis: &Analysis, span: Span) -> Option<String> {
    let items = &analysis.file.items;
    let at = items.partition_point(|placed| placed.start <= span.start);
    let placed = items.get(at.checked_sub(1)?)?;
    let exprs = placed.item.exprs.iter().zip(&placed.item.expr_spans);
    exprs
        .filter(|(_, other)| other.shifted(placed.start) == span)
        .find_map(|(expr, _)| {
            let Expr::Call { func, .. } = expr else {
                return None;
            };
            let Expr::Attribute { attr, .. } = placed.item.expr(*func) else {
                return None;
            };
            Some(analysis.facts.names.text(*attr).to_owned())
        })
}
