//! What functions of the program can get at by name, when code that is not known calls them.
//!
//! The world is closed: such code calls the functions that it was handed, and those find the globals that they, or
//! functions defined in them, name. What these lead to is theirs too, and so on.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::machine::Machine;
use crate::base::Name;
use crate::domain::{Slot, UnitRef};
use crate::hir::{File, UnitId, UnitKind, VarKind};

/// The global names of functions.
#[derive(Clone, Debug, Default)]
pub(super) struct Reach {
    known: FxHashMap<UnitRef, Arc<[Named]>>,
}

/// A global name that a function uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Named {
    name: Name,
    /// It may bind the name.
    is_rebound: bool,
}

impl Reach {
    /// The global names in a function and in all that is defined in it.
    fn of(&mut self, file: &File, unit: UnitRef) -> Arc<[Named]> {
        if let Some(known) = self.known.get(&unit) {
            return Arc::clone(known);
        }
        let mut names: FxHashMap<Name, bool> = FxHashMap::default();
        if let (Some(placed), Some(first)) = (file.items.get(unit.item as usize), unit.unit) {
            names.extend(
                placed
                    .item
                    .namespace
                    .stores
                    .iter()
                    .map(|name| (*name, true)),
            );
            // Outer units come before inner ones.
            let mut inside: FxHashSet<UnitId> = FxHashSet::default();
            for (at, unit) in placed.item.units.iter().enumerate() {
                let id = UnitId(at as u32);
                if id != first && !unit.parent.is_some_and(|parent| inside.contains(&parent)) {
                    continue;
                }
                inside.insert(id);
                for var in &unit.scope.vars {
                    match var.kind {
                        VarKind::GlobalExplicit => *names.entry(var.name).or_default() |= true,
                        VarKind::GlobalImplicit => {
                            names.entry(var.name).or_default();
                        }
                        // A class body finds the global where its own name is not bound yet.
                        _ if unit.kind == UnitKind::Class => {
                            names.entry(var.name).or_default();
                        }
                        _ => {}
                    }
                }
            }
        }
        let mut names: Vec<Named> = names
            .into_iter()
            .map(|(name, is_rebound)| Named { name, is_rebound })
            .collect();
        names.sort_unstable_by_key(|named| named.name);
        let names: Arc<[Named]> = names.into();
        self.known.insert(unit, Arc::clone(&names));
        names
    }
}

impl Machine<'_> {
    /// The functions that escaped may have run: the globals that they name may be bound anew, and what those lead to has
    /// escaped as well.
    pub(super) fn forget_reached(&mut self) {
        self.each_reached(|machine, name, is_rebound| {
            let index = name.0 as usize;
            let found = machine.st.globals.get(index).copied();
            if is_rebound {
                if let Some(slot) = found {
                    machine.st.blur(slot.obj);
                }
                machine.st.globals.insert(index, Slot::unknown());
            } else if let Some(slot) = found {
                machine.st.reach(slot.obj);
            }
        });
        self.st.forget_escaped();
    }

    /// Visits each global name that functions which escaped use, and whether they may bind it; the visitor has more
    /// functions escape by what it does, and their names are visited as well.
    pub(super) fn each_reached(&mut self, mut visit: impl FnMut(&mut Self, Name, bool)) {
        let mut done: FxHashSet<UnitRef> = FxHashSet::default();
        loop {
            let mut todo: Vec<UnitRef> = self
                .st
                .reached_units
                .iter()
                .filter(|unit| !done.contains(unit))
                .copied()
                .collect();
            if todo.is_empty() {
                break;
            }
            todo.sort_unstable();
            for unit in todo {
                done.insert(unit);
                for named in &*self.reach.of(self.p.file, unit) {
                    visit(self, named.name, named.is_rebound);
                }
            }
        }
    }
}
