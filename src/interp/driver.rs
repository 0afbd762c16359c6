//! A whole file: its module body, then the functions that unknown code may call.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::control::Ctl;
use super::machine::{Machine, Observer, Place, Program, World, module_frame, unknown_slot};
use crate::base::{Cancel, Name, Names};
use crate::domain::atoms::{NONE, UNKNOWN};
use crate::domain::{B, Count, Frame, Kind, Slot, State, UnitRef};
use crate::hir::{Expr, ExprId, File, Item, Stmt, StmtId, Unit, UnitId, UnitKind, VarKind};
use crate::layout::DictTable;
use crate::limits;

/// What an analysis leaves beside what its observer saw.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Limits that were hit, and how often.
    pub hits: FxHashMap<&'static str, u32>,
    /// The analysis was cancelled: what was seen is not all.
    pub cancelled: bool,
}

/// Runs the file in its world.
pub fn run(p: Program<'_>, names: Names, observer: &mut dyn Observer, cancel: Cancel) -> Outcome {
    // The observer lives as long as the machine, which is shorter than the program.
    let mut machine = Machine::new(p, names, Some(observer), cancel.clone());
    let mut last = machine.st.clone();
    'items: for (at, placed) in p.file.items.iter().enumerate() {
        machine.item = at as u32;
        if placed.item.is_broken {
            let broken = machine.broken_item(&placed.item);
            if broken.is_err() {
                break;
            }
            last = machine.st.clone();
            continue;
        }
        for id in &placed.item.body {
            if machine.statement(*id).is_err() || cancel.is_cancelled() {
                break 'items;
            }
            last = machine.st.clone();
        }
    }
    machine.open_functions(last);
    Outcome {
        hits: machine.hits,
        cancelled: cancel.is_cancelled(),
    }
}

impl Machine<'_> {
    /// A top-level statement that could not be parsed: it may do anything.
    fn broken_item(&mut self, item: &Item) -> super::machine::R {
        let _ = item;
        self.st.frame_mut().statement_start = self.next;
        self.anything_happens();
        Ok(())
    }

    /// Analyses each function that unknown code may call, or that nothing calls, with arguments of which nothing is known.
    fn open_functions(&mut self, last: State) {
        let open = self.open_state(last);
        self.is_open = true;
        let mut done: FxHashSet<UnitRef> = FxHashSet::default();
        loop {
            let mut todo: Vec<UnitRef> = Vec::new();
            for (at, placed) in self.p.file.items.iter().enumerate() {
                if placed.item.is_broken {
                    continue;
                }
                for (index, unit) in placed.item.units.iter().enumerate() {
                    let unit_ref = UnitRef {
                        item: at as u32,
                        unit: Some(UnitId(index as u32)),
                    };
                    let is_function = matches!(
                        unit.kind,
                        UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda
                    );
                    let wanted = self.p.world == World::Module
                        || self.opened.contains(&unit_ref)
                        || !self.entered.contains(&unit_ref);
                    if is_function && wanted && !done.contains(&unit_ref) {
                        todo.push(unit_ref);
                    }
                }
            }
            if todo.is_empty() || self.cancel.is_cancelled() {
                break;
            }
            for unit_ref in todo {
                done.insert(unit_ref);
                self.opened.insert(unit_ref);
                self.open_function(&open, unit_ref);
            }
        }
    }

    fn open_function(&mut self, open: &State, unit_ref: UnitRef) {
        let Some(unit) = self.unit(unit_ref) else {
            return;
        };
        self.fuel = limits::FUEL_PER_FUNCTION;
        self.st = open.clone();
        self.ctl.clear();
        self.quiet = 0;
        self.swallowed.clear();
        self.handed_over.clear();
        self.item = unit_ref.item;
        self.fresh_bound.clear();
        let locals = self.open_locals(unit);
        let frames = self.st.frames.len();
        let start = self.next;
        self.st.frames.push(Arc::new(Frame {
            locals,
            ..Frame::new(unit_ref, start)
        }));
        self.ctl.push(Ctl::Call {
            frames,
            returns: None,
        });
        if let Some(id) = unit_ref.unit {
            self.observe(Place::Entry(id));
        }
        let done = match unit.value {
            Some(value) => self.eval(value),
            None => self.block(&unit.body).map(|()| self.st.push(NONE)),
        };
        if done.is_ok() {
            self.return_top();
        }
        self.ctl.clear();
    }

    fn open_locals(&mut self, unit: &Unit) -> Vec<Option<Slot>> {
        let mut locals: Vec<Option<Slot>> = vec![None; unit.scope.vars.len()];
        for param in unit.params.in_slot_order() {
            locals[param.slot as usize] = Some(Slot::owned(UNKNOWN));
        }
        if let Some(param) = &unit.params.vararg {
            let tuple = self.some(B::Tuple);
            locals[param.slot as usize] = Some(Slot::owned(tuple));
        }
        if let Some(param) = &unit.params.kwarg {
            let dict = self.new_dict(B::Dict, None::<DictTable>);
            self.st.inc(dict);
            self.st.forget(dict);
            locals[param.slot as usize] = Some(Slot::owned(dict));
        }
        for (slot, variable) in unit.scope.vars.iter().enumerate() {
            let content = match variable.kind {
                VarKind::Cell => locals[slot].map(|slot| slot.obj),
                VarKind::Free => Some(UNKNOWN),
                _ => continue,
            };
            let cell = self.alloc_stealing(Kind::Cell(content));
            self.st.inc(cell);
            if variable.kind == VarKind::Free {
                self.st.escape(cell);
            }
            locals[slot] = Some(Slot::owned(cell));
        }
        locals
    }

    /// The state at some unknown time while or after the module runs: what is bound once is what it is, everything else
    /// may be anything, and whatever can change may have changed.
    fn open_state(&mut self, last: State) -> State {
        self.st = last;
        self.st.frames.truncate(1);
        if self.st.frames.is_empty() {
            self.st.frames.push(Arc::new(module_frame()));
        }
        self.st.frame_mut().stack.clear();
        self.ctl.clear();
        // Constants may be held by what other calls left anywhere.
        for at in 0..self.constants.len() {
            let constant = self.constants[at];
            self.st.escape(constant);
        }
        let bindings = Bindings::of(self.p.file);
        let names: Vec<(usize, crate::domain::ObjId)> = self
            .st
            .globals
            .iter()
            .map(|(at, slot)| (at, slot.obj))
            .collect();
        for (at, id) in names {
            let name = Name(at as u32);
            self.st.escape(id);
            let stable =
                bindings.is_stable(name) && self.p.rebindable.binary_search(&name).is_err();
            let slot = if stable {
                Slot {
                    maybe_unbound: true,
                    ..Slot::owned(id)
                }
            } else {
                unknown_slot()
            };
            self.st.globals.insert(at, slot);
        }
        for name in bindings.names() {
            if self.st.globals.get(name.0 as usize).is_none() {
                self.st.globals.insert(name.0 as usize, unknown_slot());
            }
        }
        let classes: Vec<crate::domain::ObjId> = self
            .st
            .heap
            .iter()
            .filter(|(_, obj)| matches!(obj.kind, Kind::Class(_)))
            .map(|(id, _)| id)
            .collect();
        for id in classes {
            self.st.escape(id);
            let mut lost = Vec::new();
            let stored = self.p.stored_attributes;
            self.change_quietly(id, |kind| {
                if let Kind::Class(class) = kind {
                    let class = Arc::make_mut(class);
                    class.instances = Count::ANY;
                    for (name, value) in &mut class.attrs {
                        if stored.binary_search(name).is_ok() {
                            lost.push(std::mem::replace(value, UNKNOWN));
                        }
                    }
                }
            });
            for value in lost {
                self.st.blur(value);
            }
        }
        self.st.code_escaped = true;
        self.st.forget_escaped();
        self.st.freed.clear();
        self.st.leaked.clear();
        self.st.garbage.clear();
        std::mem::take(&mut self.st)
    }
}

/// How often module-level names are bound.
#[derive(Default)]
struct Bindings {
    counts: FxHashMap<Name, u32>,
    anything: bool,
}

impl Bindings {
    fn of(file: &File) -> Bindings {
        let mut out = Bindings::default();
        for placed in &file.items {
            let item = &placed.item;
            out.anything |= item.is_broken;
            out.block(item, &item.body, 1);
            for expr in &item.exprs {
                if let Expr::Named { target, .. } = expr {
                    out.target(item, *target, 2);
                }
            }
        }
        out
    }

    fn is_stable(&self, name: Name) -> bool {
        !self.anything && self.counts.get(&name).is_some_and(|count| *count == 1)
    }

    fn names(&self) -> impl Iterator<Item = Name> + '_ {
        let mut names: Vec<Name> = self.counts.keys().copied().collect();
        names.sort_unstable();
        names.into_iter()
    }

    fn add(&mut self, name: Name, times: u32) {
        *self.counts.entry(name).or_insert(0) += times;
    }

    fn target(&mut self, item: &Item, target: ExprId, times: u32) {
        match item.expr(target) {
            Expr::Name(name) => self.add(name.name, times),
            Expr::Tuple { elts } | Expr::List { elts } => {
                elts.iter().for_each(|elt| self.target(item, *elt, times))
            }
            Expr::Starred(inner) => self.target(item, *inner, times),
            _ => {}
        }
    }

    fn block(&mut self, item: &Item, body: &[StmtId], times: u32) {
        for id in body {
            match item.stmt(*id) {
                Stmt::FunctionDef { name, .. }
                | Stmt::ClassDef { name, .. }
                | Stmt::TypeAlias { name, .. } => {
                    self.add(name.name, times);
                }
                Stmt::Assign { targets, .. } => targets
                    .iter()
                    .for_each(|target| self.target(item, *target, times)),
                Stmt::AugAssign { target, .. } => self.target(item, *target, 2),
                Stmt::AnnAssign {
                    target,
                    value: Some(_),
                    ..
                } => self.target(item, *target, times),
                Stmt::Delete(targets) => targets
                    .iter()
                    .for_each(|target| self.target(item, *target, 2)),
                Stmt::For {
                    target,
                    body,
                    orelse,
                    ..
                } => {
                    self.target(item, *target, 2);
                    self.block(item, body, 2);
                    self.block(item, orelse, times);
                }
                Stmt::While { body, orelse, .. } => {
                    self.block(item, body, 2);
                    self.block(item, orelse, times);
                }
                Stmt::If { body, orelse, .. } => {
                    self.block(item, body, times);
                    self.block(item, orelse, times);
                }
                Stmt::With { items, body, .. } => {
                    for with in items {
                        if let Some(target) = with.target {
                            self.target(item, target, times);
                        }
                    }
                    self.block(item, body, times);
                }
                Stmt::Match { cases, .. } => {
                    for case in cases {
                        self.block(item, &case.body, times);
                    }
                    for pattern in &item.patterns {
                        if let crate::hir::Pattern::As {
                            name: Some(name), ..
                        }
                        | crate::hir::Pattern::Star(Some(name))
                        | crate::hir::Pattern::Mapping {
                            rest: Some(name), ..
                        } = pattern
                        {
                            self.add(name.name, 2);
                        }
                    }
                }
                Stmt::Try {
                    body,
                    handlers,
                    orelse,
                    finalbody,
                    ..
                } => {
                    self.block(item, body, times);
                    for handler in handlers {
                        if let Some(name) = handler.name {
                            self.add(name.name, 2);
                        }
                        self.block(item, &handler.body, times);
                    }
                    self.block(item, orelse, times);
                    self.block(item, finalbody, times);
                }
                Stmt::Import(names) | Stmt::ImportFrom { names, .. } => {
                    for alias in names {
                        if let Some(name) = alias.binds {
                            self.add(name.name, times);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}
