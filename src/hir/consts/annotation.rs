//! The source text of an annotation as the compiler writes it under `from __future__ import annotations`.
//!
//! Only common forms are written; of the others nothing is claimed.

use crate::base::Names;
use crate::hir::body::{BinOp, Const, Expr, ExprId};
use crate::hir::unit::Item;

/// The text of `id`, if its form is one of the common ones.
pub(super) fn text(item: &Item, names: &Names, id: ExprId) -> Option<String> {
    let mut out = String::new();
    write(item, names, id, 0, &mut out)?;
    Some(out)
}

/// Appends `id`; `level` is 1 within `|`, 2 where only what binds tightest stands without parentheses.
fn write(item: &Item, names: &Names, id: ExprId, level: u8, out: &mut String) -> Option<()> {
    match item.expr(id) {
        Expr::Name(name) => out.push_str(names.text(name.name)),
        Expr::Constant(Const::None) => out.push_str("None"),
        Expr::Constant(Const::Bool(value)) => out.push_str(if *value { "True" } else { "False" }),
        Expr::Constant(Const::Ellipsis) => out.push_str("..."),
        Expr::Constant(Const::Int(value)) => out.push_str(&value.to_string()),
        Expr::Constant(Const::Str(text)) => {
            let plain = text
                .bytes()
                .all(|byte| (b' '..=b'~').contains(&byte) && byte != b'\\' && byte != b'\'');
            if !plain {
                return None;
            }
            out.push('\'');
            out.push_str(text);
            out.push('\'');
        }
        Expr::Attribute { value, attr, .. } => {
            write(item, names, *value, 2, out)?;
            out.push('.');
            out.push_str(names.text(*attr));
        }
        Expr::Subscript { value, index } => {
            write(item, names, *value, 2, out)?;
            out.push('[');
            match item.expr(*index) {
                Expr::Tuple { elts } if elts.len() > 1 => list(item, names, elts, out)?,
                _ => write(item, names, *index, 0, out)?,
            }
            out.push(']');
        }
        Expr::List { elts } => {
            out.push('[');
            list(item, names, elts, out)?;
            out.push(']');
        }
        Expr::BinOp {
            left,
            op: BinOp::BitOr,
            right,
        } if level < 2 => {
            write(item, names, *left, 1, out)?;
            out.push_str(" | ");
            // Another `|` to the right has parentheses.
            write(item, names, *right, 2, out)?;
        }
        _ => return None,
    }
    Some(())
}

fn list(item: &Item, names: &Names, elts: &[ExprId], out: &mut String) -> Option<()> {
    for (index, elt) in elts.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write(item, names, *elt, 0, out)?;
    }
    Some(())
}
