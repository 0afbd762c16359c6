//! A loop that makes instances of a class without slots: `88 B each, 48 with slots`.

use rustc_hash::FxHashMap;

use crate::base::{Name, Span};
use crate::engine::Analysis;
use crate::hir::{Expr, ExprId, File, Item, Stmt, StmtId, UnitId, Var};
use crate::ide::answers::{HintPart, InlayHint};
use crate::ide::cursor;
use crate::ide::hover::instances_of;

pub(super) fn hints(analysis: &Analysis, span: Span, out: &mut Vec<InlayHint>) {
    let classes = classes(&analysis.file);
    if classes.is_empty() {
        return;
    }
    for placed in &analysis.file.items {
        let item = &*placed.item;
        if item.is_broken || placed.start > span.end {
            continue;
        }
        let mut told: Vec<Name> = Vec::new();
        for (index, expr) in item.exprs.iter().enumerate() {
            let Expr::Call { func, .. } = expr else {
                continue;
            };
            let Expr::Name(name) = item.expr(*func) else {
                continue;
            };
            if !matches!(name.var, Var::Global | Var::Namespace) || told.contains(&name.name) {
                continue;
            }
            let Some(&(class_item, unit)) = classes.get(&name.name) else {
                continue;
            };
            let here = item.expr_span(ExprId(index as u32));
            if !is_in_loop(item, here) {
                continue;
            }
            let Some(instances) = instances_of(analysis, class_item, unit) else {
                continue;
            };
            if instances.is_slotted || instances.slotted >= instances.bytes {
                continue;
            }
            told.push(name.name);
            let class = &analysis.file.items[class_item as usize];
            let target = class.item.unit(unit).name_span.shifted(class.start);
            out.push(InlayHint {
                offset: here.end + placed.start,
                parts: vec![HintPart {
                    text: format!("{} B each, {} with slots", instances.bytes, instances.slotted),
                    target: Some(target),
                }],
                tooltip: Some(format!(
                    "Each instance of `{}` has its own table of attribute values. With `__slots__` it has a fixed row of fields.",
                    class.item.unit(unit).qualname
                )),
            });
        }
    }
}

/// Whether a loop's body or a comprehension's item is there.
fn is_in_loop(item: &Item, here: Span) -> bool {
    let in_body = |body: &[StmtId]| body.iter().any(|stmt| item.stmt_span(*stmt).contains(here));
    let loops = item.stmts.iter().any(|stmt| match stmt {
        Stmt::For { body, .. } | Stmt::While { body, .. } => in_body(body),
        _ => false,
    });
    loops
        || item.exprs.iter().any(|expr| match expr {
            Expr::Comp { elt, value, .. } => {
                item.expr_span(*elt).contains(here)
                    || value.is_some_and(|value| item.expr_span(value).contains(here))
            }
            _ => false,
        })
}

/// Classes of the module whose name nothing else in the file binds.
fn classes(file: &File) -> FxHashMap<Name, (u32, UnitId)> {
    let mut out: FxHashMap<Name, (u32, UnitId)> = FxHashMap::default();
    let mut again: Vec<Name> = Vec::new();
    for (at, placed) in file.items.iter().enumerate() {
        let item = &*placed.item;
        for &stmt in &item.body {
            if let Stmt::ClassDef { unit, name, .. } = item.stmt(stmt)
                && out.insert(name.name, (at as u32, *unit)).is_some()
            {
                again.push(name.name);
            }
        }
    }
    for placed in &file.items {
        let item = &*placed.item;
        for (index, stmt) in item.stmts.iter().enumerate() {
            match stmt {
                Stmt::FunctionDef { name, .. } => again.push(name.name),
                Stmt::Import(names) | Stmt::ImportFrom { names, .. } => {
                    again.extend(
                        names
                            .iter()
                            .filter_map(|alias| alias.binds)
                            .map(|name| name.name),
                    );
                }
                _ => again.extend(
                    cursor::bound_names(item, StmtId(index as u32))
                        .into_iter()
                        .map(|(name, _)| name),
                ),
            }
        }
    }
    again.iter().for_each(|name| {
        out.remove(name);
    });
    out
}
