//! The resolution from the outside in: where the name that a scope mentions is bound.

use super::{BOUND, Block, Entry, GLOBAL, IN_ANNOTATION, Known, NONLOCAL, PARAM, Table};
use crate::base::{Name, Span};
use crate::hir::unit::{Problem, VarKind};

/// Finds the kind of every name, outer scopes before inner ones.
pub(super) fn link(
    tables: &mut [Table],
    known: Known,
    future_annotations: bool,
    problems: &mut Vec<Problem>,
) {
    for table in 0..tables.len() {
        if tables[table].vars.len() > usize::from(u16::MAX) - 256 {
            problems.push(Problem {
                span: Span::default(),
                message: "too many names in one scope".to_owned(),
            });
            return;
        }
        for slot in 0..tables[table].vars.len() {
            let Entry { name, flags, .. } = tables[table].vars[slot];
            let kind = if flags & GLOBAL != 0 {
                if flags & PARAM != 0 {
                    problems.push(Problem {
                        span: Span::default(),
                        message: "name is parameter and global".to_owned(),
                    });
                }
                VarKind::GlobalExplicit
            } else if flags & NONLOCAL != 0 {
                match find_binding(tables, table, name, known) {
                    Some(binder) => make_free(tables, table, name, binder, known),
                    None => {
                        let message = "no binding for nonlocal name found".to_owned();
                        problems.push(Problem {
                            span: Span::default(),
                            message,
                        });
                        VarKind::GlobalImplicit
                    }
                }
            } else if flags & (BOUND | PARAM) != 0 {
                VarKind::Local
            } else if flags == IN_ANNOTATION && future_annotations
                || is_seen_in_class(tables, table, name)
            {
                VarKind::GlobalImplicit
            } else {
                match find_binding(tables, table, name, known) {
                    Some(binder) => make_free(tables, table, name, binder, known),
                    None => VarKind::GlobalImplicit,
                }
            };
            // An inner scope that was added meanwhile never changes the kind of an outer name but to a cell.
            tables[table].vars[slot].kind = kind;
        }
    }
}

/// Whether `table` is evaluated lazily right in a class that binds `name`: it is then looked up in the class.
fn is_seen_in_class(tables: &[Table], table: usize, name: Name) -> bool {
    let mut at = table;
    while let (Block::Lazy, Some(parent)) = (tables[at].block, tables[at].parent) {
        if tables[parent].block == Block::Class {
            let flags = tables[parent].get(name).map_or(0, |entry| entry.flags);
            return flags & (BOUND | PARAM) != 0 && flags & (GLOBAL | NONLOCAL) == 0;
        }
        let flags = tables[parent].get(name).map_or(0, |entry| entry.flags);
        if flags & (BOUND | PARAM) != 0 {
            return false;
        }
        at = parent;
    }
    false
}

/// The nearest scope around `table` that binds `name` for inner scopes.
fn find_binding(tables: &[Table], table: usize, name: Name, known: Known) -> Option<usize> {
    let mut at = tables[table].parent;
    while let Some(outer) = at {
        let scope = &tables[outer];
        match scope.block {
            Block::Module => return None,
            Block::Class if name == known.class => return Some(outer),
            Block::Class => {}
            Block::Function | Block::Comprehension | Block::Lazy => {
                let flags = scope.get(name).map_or(0, |entry| entry.flags);
                if flags & GLOBAL != 0 {
                    return None;
                }
                if flags & NONLOCAL == 0 && flags & (BOUND | PARAM) != 0 {
                    return Some(outer);
                }
            }
        }
        at = scope.parent;
    }
    None
}

/// Makes `name` a cell where it is bound, and passes it through the scopes between.
fn make_free(
    tables: &mut [Table],
    table: usize,
    name: Name,
    binder: usize,
    known: Known,
) -> VarKind {
    let mut at = tables[table].parent;
    let mut is_captured = !tables[table].may_be_inlined();
    while let Some(outer) = at.filter(|&outer| outer != binder) {
        is_captured |= !tables[outer].may_be_inlined();
        if tables[outer].get(name).is_none() {
            let slot = tables[outer].add(name, 0);
            tables[outer].vars[usize::from(slot)].kind = VarKind::Free;
        }
        tables[outer].needs_class_cell |=
            name == known.class && tables[outer].block != Block::Class;
        at = tables[outer].parent;
    }
    match tables[binder].index.get(&name).copied() {
        Some(slot) if tables[binder].block != Block::Class => {
            let var = &mut tables[binder].vars[usize::from(slot)];
            var.kind = VarKind::Cell;
            var.is_captured |= is_captured;
        }
        _ => {}
    }
    if name == known.class {
        tables[table].needs_class_cell = true;
        tables[binder].needs_class_cell |= tables[binder].block == Block::Class;
    }
    VarKind::Free
}
