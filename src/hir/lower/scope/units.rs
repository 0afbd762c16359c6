//! What was found, put into the item: how each use reaches its name, and the code objects in their final order.

use std::sync::Arc;

use super::{
    ANNOTATED, BOUND, Block, Entry, IN_ANNOTATION, NONLOCAL, Owner, PARAM, Site, Table, USED,
};
use crate::base::{Name, Names, Span};
use crate::hir::body::{Expr, NameUse, Pattern, Stmt, Var};
use crate::hir::unit::{Item, Params, Scope, Unit, UnitId, UnitKind, VarKind, Variable};

pub(super) fn patch(item: &mut Item, tables: &[Table]) {
    let set = |place: Option<&mut NameUse>, var: Var| {
        if let Some(place) = place {
            place.var = var;
        }
    };
    for table in tables {
        for &(site, slot, is_load) in &table.uses {
            let var = var_of(table, slot, is_load);
            match site {
                Site::Expr(id) => match &mut item.exprs[id.0 as usize] {
                    Expr::Name(name) => name.var = var,
                    _ => continue,
                },
                Site::Stmt(id) => match &mut item.stmts[id.0 as usize] {
                    Stmt::FunctionDef { name, .. }
                    | Stmt::ClassDef { name, .. }
                    | Stmt::TypeAlias { name, .. } => {
                        name.var = var;
                    }
                    _ => continue,
                },
                Site::Alias(id, index) => match &mut item.stmts[id.0 as usize] {
                    Stmt::Import(aliases) | Stmt::ImportFrom { names: aliases, .. } => {
                        set(aliases[index as usize].binds.as_mut(), var);
                    }
                    _ => continue,
                },
                Site::Handler(id, index) => match &mut item.stmts[id.0 as usize] {
                    Stmt::Try { handlers, .. } => set(handlers[index as usize].name.as_mut(), var),
                    _ => continue,
                },
                Site::Pattern(id) => match &mut item.patterns[id.0 as usize] {
                    Pattern::Star(name)
                    | Pattern::As { name, .. }
                    | Pattern::Mapping { rest: name, .. } => {
                        set(name.as_mut(), var);
                    }
                    _ => continue,
                },
            }
        }
    }
}

fn var_of(table: &Table, slot: u16, is_load: bool) -> Var {
    match (table.block, table.vars[usize::from(slot)].kind) {
        (Block::Module, _) => Var::Namespace,
        (Block::Class, VarKind::Free) if is_load => Var::ClassDeref(slot),
        (_, VarKind::Cell | VarKind::Free) => Var::Deref(slot),
        (Block::Class, _) => Var::Namespace,
        (_, VarKind::Local) => Var::Fast(slot),
        (_, VarKind::GlobalExplicit | VarKind::GlobalImplicit) => Var::Global,
    }
}

/// Puts the units into the order of their scopes, outer ones first.
pub(super) fn rebuild_units(item: &mut Item, tables: Vec<Table>, names: &Names) {
    let mut old: Vec<Option<Unit>> = std::mem::take(&mut item.units)
        .into_iter()
        .map(Some)
        .collect();
    let mut units: Vec<Unit> = Vec::with_capacity(tables.len() - 1);
    let explicit_globals: Vec<(Option<usize>, Vec<Name>)> = tables
        .iter()
        .map(|table| {
            let globals = table
                .vars
                .iter()
                .filter(|entry| entry.kind == VarKind::GlobalExplicit)
                .map(|entry| entry.name);
            (table.parent, globals.collect())
        })
        .collect();
    for (index, table) in tables.into_iter().enumerate().skip(1) {
        let id = UnitId(index as u32 - 1);
        let made = table.unit.and_then(|unit| old[unit.0 as usize].take());
        let mut unit = match (made, table.made_up) {
            (Some(unit), _) => unit,
            (None, Some((kind, name, span))) => lazy_unit(kind, name, span),
            (None, None) => continue,
        };
        let parent = table.parent.unwrap_or(0);
        unit.parent = parent.checked_sub(1).map(|parent| UnitId(parent as u32));
        unit.is_generator = table.is_generator;
        unit.scope = Scope {
            vars: table.vars.into_iter().map(variable).collect(),
            needs_class_cell: table.needs_class_cell,
        };
        let mangled = match table.owner {
            Owner::Stmt(stmt) => match &item.stmts[stmt.0 as usize] {
                Stmt::FunctionDef { name, .. } | Stmt::ClassDef { name, .. } => Some(name.name),
                _ => None,
            },
            _ => None,
        };
        let forced = mangled.is_some_and(|name| explicit_globals[parent].1.contains(&name));
        unit.qualname = match forced {
            true => names.shared(unit.name),
            false => qualname(&units, unit.parent, names.text(unit.name)),
        };
        units.push(unit);
        match table.owner {
            Owner::Expr(expr) => match &mut item.exprs[expr.0 as usize] {
                Expr::Lambda(unit) | Expr::Comp { unit, .. } => *unit = id,
                _ => {}
            },
            Owner::Stmt(stmt) => match &mut item.stmts[stmt.0 as usize] {
                Stmt::FunctionDef { unit, .. } | Stmt::ClassDef { unit, .. } => *unit = id,
                _ => {}
            },
            Owner::None => {}
        }
    }
    item.units = units;
}

fn qualname(units: &[Unit], parent: Option<UnitId>, name: &str) -> Arc<str> {
    let mut parent = parent.map(|parent| &units[parent.0 as usize]);
    while let Some(unit) = parent.filter(|unit| matches!(unit.kind, UnitKind::TypeParams)) {
        parent = unit.parent.map(|parent| &units[parent.0 as usize]);
    }
    match parent {
        None => name.into(),
        Some(unit) => match unit.kind {
            UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda => {
                format!("{}.<locals>.{name}", unit.qualname).into()
            }
            _ => format!("{}.{name}", unit.qualname).into(),
        },
    }
}

fn lazy_unit(kind: UnitKind, name: Name, span: Span) -> Unit {
    Unit {
        kind,
        name,
        qualname: "".into(),
        parent: None,
        params: Params::default(),
        returns: None,
        scope: Scope::default(),
        body: Vec::new(),
        value: None,
        is_generator: false,
        has_docstring: false,
        span,
        name_span: Span {
            start: span.start,
            end: span.start,
        },
    }
}

fn variable(entry: Entry) -> Variable {
    Variable {
        name: entry.name,
        kind: entry.kind,
        is_assigned: entry.flags & BOUND != 0,
        is_referenced: entry.flags & USED != 0,
        in_annotation: entry.flags & IN_ANNOTATION != 0,
        is_captured: entry.is_captured,
        is_parameter: entry.flags & PARAM != 0,
        is_annotated: entry.flags & ANNOTATED != 0,
        is_nonlocal: entry.flags & NONLOCAL != 0,
    }
}
