//! Which loads of a local lend its reference instead of making a new one (3.14 on).
//!
//! The compiler follows each load on the operand stack, block by block: one that is consumed in its own block, while its
//! local is not rebound and never stored into another, is a `LOAD_FAST_BORROW`. Here the same is done with the
//! instructions that an item's code objects would have, as far as stack and locals are concerned (`graph`).
//!
//! Must not know: constants, values.

mod call;
mod comprehension;
mod display;
mod emit;
mod expr;
mod function;
mod graph;
mod jump;
mod stmt;

use rustc_hash::{FxHashMap, FxHashSet};

use self::emit::Emitter;
pub use self::graph::Lending;
use super::body::{ExprId, Stmt, StmtId};
use super::unit::{File, Item};
use crate::base::{Name, Names};
use crate::layout::LendingFeatures;

/// The names that import statements of the module itself bind, those in compound statements too.
pub fn imports(file: &File) -> FxHashSet<Name> {
    let mut found = FxHashSet::default();
    for placed in &file.items {
        let item = &placed.item;
        let inner: FxHashSet<StmtId> = item
            .units
            .iter()
            .flat_map(|unit| unit.body.iter().copied())
            .collect();
        let mut todo = item.body.clone();
        while let Some(id) = todo.pop() {
            if inner.contains(&id) {
                continue;
            }
            match item.stmt(id) {
                Stmt::Import(aliases) | Stmt::ImportFrom { names: aliases, .. } => {
                    found.extend(
                        aliases
                            .iter()
                            .filter_map(|alias| alias.binds.map(|name| name.name)),
                    );
                }
                Stmt::If { body, orelse, .. }
                | Stmt::While { body, orelse, .. }
                | Stmt::For { body, orelse, .. } => {
                    todo.extend(body.iter().chain(orelse));
                }
                Stmt::With { body, .. } => todo.extend(body),
                Stmt::Match { cases, .. } => todo.extend(cases.iter().flat_map(|case| &case.body)),
                Stmt::Try {
                    body,
                    handlers,
                    orelse,
                    finalbody,
                    ..
                } => {
                    todo.extend(body.iter().chain(orelse).chain(finalbody));
                    todo.extend(handlers.iter().flat_map(|handler| &handler.body));
                }
                _ => {}
            }
        }
    }
    found
}

/// As [`loads_beside`] in a module that imports nothing under the name of a local.
pub fn loads(
    item: &Item,
    names: &Names,
    features: LendingFeatures,
    future_annotations: bool,
    line_of: &dyn Fn(u32) -> u32,
) -> Loads {
    loads_beside(item, names, features, future_annotations, line_of, &|_| {
        false
    })
}

/// Loads of locals in an item.
#[derive(Clone, Debug, Default)]
pub struct Loads {
    /// What became of the load of each name; names that are no locals are left out.
    pub exprs: FxHashMap<ExprId, Lending>,
    /// Every load: its code object in the order in which the compiler makes them, its name, its line.
    pub all: Vec<(usize, Name, u32, Lending)>,
}

/// Follows the loads of locals in all code objects of an item. `line_of` gives the line of a byte offset in the item,
/// `imported` says whether an import statement of the module itself binds a name ([`imports`]).
pub fn loads_beside(
    item: &Item,
    names: &Names,
    features: LendingFeatures,
    future_annotations: bool,
    line_of: &dyn Fn(u32) -> u32,
    imported: &dyn Fn(Name) -> bool,
) -> Loads {
    let mut emitter = Emitter::new(item, names, features, future_annotations, line_of, imported);
    emitter.module();
    let mut loads = Loads::default();
    for (index, code) in emitter.done.iter_mut().enumerate() {
        // The module's own code has its other items before and behind it.
        let is_unsure = code.is_unsure || code.scope.is_none() && features.empty_blocks_stop;
        for (expr, slot, line, lending) in code.graph.loads(features) {
            let lending = if is_unsure { Lending::Unsure } else { lending };
            let name = code.locals.get_index(usize::from(slot)).copied();
            if let Some(name) = name {
                loads.all.push((index, name, line, lending));
            }
            let Some(expr) = expr else { continue };
            loads
                .exprs
                .entry(expr)
                .and_modify(|before| {
                    if *before != lending {
                        *before = Lending::Unsure;
                    }
                })
                .or_insert(lending);
        }
    }
    loads
}
