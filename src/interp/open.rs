//! The functions that unknown code may call, analysed with arguments of which nothing is known.
//!
//! Each analysis starts from one and the same state and leaves nothing behind for the next: what it shows depends on
//! the code that it runs and on what it reads of that state ([`Machine::read_globals`]), and on nothing else.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::control::Ctl;
use super::driver::Bindings;
use super::machine::{Machine, Observer, Place, R, World, module_frame};
use crate::base::Name;
use crate::domain::atoms::{NONE, UNKNOWN};
use crate::domain::{B, Count, Frame, Kind, ObjId, Site, Slot, State, UnitRef};
use crate::hir::{CmpOp, Const, Expr, ExprId, File, Stmt, StmtId, Unit, UnitId, UnitKind, VarKind};
use crate::layout::DictTable;
use crate::limits;

/// What every analysis starts from.
struct Start {
    open: State,
    next: u32,
    classes: usize,
}

/// `if __name__ == "__main__":` what runs when the file is a script, and what else.
#[derive(Clone, Copy)]
pub(super) struct Guard<'a> {
    body: &'a [StmtId],
    orelse: &'a [StmtId],
}

/// The number of a guarded body among an item's code objects, of which it is none.
const GUARDED: UnitId = UnitId(u32::MAX);

impl<'a> Machine<'a> {
    /// The parts of a statement that an imported module does not run.
    pub(super) fn main_guard(&self, id: StmtId) -> Option<Guard<'a>> {
        if self.p.world != World::Module {
            return None;
        }
        let code = self.code();
        let Stmt::If { test, body, orelse } = code.stmt(id) else {
            return None;
        };
        let Expr::Compare { left, rest } = code.expr(*test) else {
            return None;
        };
        let [(CmpOp::Eq, right)] = rest[..] else {
            return None;
        };
        let is_name = |id: ExprId| {
            matches!(code.expr(id), Expr::Name(name) if self.names.text(name.name) == "__name__"
                && self.st.globals.get(name.name.0 as usize).is_none())
        };
        let is_main = |id: ExprId| matches!(code.expr(id), Expr::Constant(Const::Str(text)) if &**text == "__main__");
        let guards = is_name(*left) && is_main(right) || is_main(*left) && is_name(right);
        guards.then_some(Guard { body, orelse })
    }

    /// Runs such a statement in a module that is imported.
    pub(super) fn imported(&mut self, id: StmtId, guard: Guard<'_>) -> R {
        self.around(id, |machine| {
            machine.observe_before(id);
            machine.block(guard.orelse)
        })
    }

    /// What runs when somebody runs the module after all, whatever ran before.
    fn open_guards(&mut self, start: &Start) {
        let file: &'a File = self.p.file;
        for (at, placed) in file.items.iter().enumerate() {
            self.item = at as u32;
            if placed.item.is_broken {
                continue;
            }
            for id in &placed.item.body {
                self.item = at as u32;
                let Some(guard) = self.main_guard(*id) else {
                    continue;
                };
                let unit_ref = UnitRef {
                    item: at as u32,
                    unit: Some(GUARDED),
                };
                self.open_by(unit_ref, |machine| {
                    machine.begin_anew(start);
                    machine.item = at as u32;
                    let _ = machine.block(guard.body);
                    machine.ctl.clear();
                });
            }
        }
    }

    /// Has something analysed by itself, unless what that shows is known.
    fn open_by(&mut self, unit_ref: UnitRef, run: impl FnOnce(&mut Self)) {
        let known = self.tell(|observer, machine| observer.recalls(machine, unit_ref));
        if let Some(Some(hits)) = known {
            self.add_hits(hits);
            return;
        }
        let hits = std::mem::take(&mut self.hits);
        run(self);
        let hits = std::mem::replace(&mut self.hits, hits);
        self.tell(|observer, machine| observer.leaves(machine, unit_ref, &hits));
        self.add_hits(hits);
    }

    /// Analyses each function that unknown code may call, or that nothing calls, with arguments of which nothing is known.
    pub(super) fn open_functions(&mut self, mut last: State) {
        let is_closed = self.p.world == World::Script && !self.hooks.introspects;
        if is_closed {
            self.open_what_ends(&mut last);
        }
        let everything = last.clone();
        let start = self.open_start(last, is_closed);
        let mut done: FxHashSet<UnitRef> = FxHashSet::default();
        loop {
            let todo = self.functions(|machine, unit| {
                let is_wanted = machine.p.world == World::Module
                    || machine.opened.contains(&unit)
                    || !is_closed && !machine.entered.contains(&unit);
                is_wanted && !done.contains(&unit)
            });
            if todo.is_empty() || self.cancel.is_cancelled() {
                break;
            }
            // Their own analyses cover every call, whichever comes first.
            self.opened.extend(todo.iter().copied());
            done.extend(todo.iter().copied());
            for unit_ref in todo {
                self.open_by(unit_ref, |machine| machine.open_function(&start, unit_ref));
            }
        }
        self.st = start.open.clone();
        self.open_guards(&start);
        if is_closed && !self.cancel.is_cancelled() {
            let dead = self.functions(|machine, unit| {
                !machine.entered.contains(&unit) && !machine.opened.contains(&unit)
            });
            if !dead.is_empty() {
                self.is_dead = true;
                let start = self.open_start(everything, false);
                for unit_ref in dead {
                    self.open_function(&start, unit_ref);
                }
            }
        }
    }

    /// The functions of the file that are `wanted`.
    fn functions(&self, wanted: impl Fn(&Self, UnitRef) -> bool) -> Vec<UnitRef> {
        let mut out: Vec<UnitRef> = Vec::new();
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
                if is_function && wanted(self, unit_ref) {
                    out.push(unit_ref);
                }
            }
        }
        out
    }

    /// When the interpreter shuts down it runs finalizers, and closes generators that wait in a `try` or `with`.
    fn open_what_ends(&mut self, last: &mut State) {
        for unit in self.functions(|machine, unit| {
            machine
                .unit(unit)
                .is_some_and(|unit| machine.names.text(unit.name) == "__del__")
        }) {
            last.unit_escapes(unit, true);
        }
        let waiting: Vec<ObjId> = last
            .heap
            .iter()
            .filter(|(_, obj)| matches!(&obj.kind, Kind::Gen(generator) if generator.guarded))
            .map(|(id, _)| id)
            .collect();
        for id in waiting {
            last.escape(id);
        }
        std::mem::swap(&mut self.st, last);
        self.open_escaped();
        std::mem::swap(&mut self.st, last);
    }

    fn open_start(&mut self, last: State, is_closed: bool) -> Start {
        let open = self.open_state(last, is_closed);
        self.is_open = true;
        self.tell(|observer, machine| observer.opens(machine, &open));
        Start {
            open,
            next: self.next,
            classes: self.classes.len(),
        }
    }

    /// Tells the observer something, if there is one.
    fn tell<T>(&mut self, what: impl FnOnce(&mut dyn Observer, &Self) -> T) -> Option<T> {
        let observer = self.observer.take()?;
        let told = what(observer, self);
        self.observer = Some(observer);
        Some(told)
    }

    fn add_hits(&mut self, hits: FxHashMap<&'static str, u32>) {
        for (limit, times) in hits {
            *self.hits.entry(limit).or_insert(0) += times;
        }
    }

    fn open_function(&mut self, start: &Start, unit_ref: UnitRef) {
        let Some(unit) = self.unit(unit_ref) else {
            return;
        };
        self.begin_anew(start);
        self.item = unit_ref.item;
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
        if self.p.world == World::Script
            && let Some(Ctl::Call {
                returns: Some(state),
                ..
            }) = self.ctl.pop()
        {
            // Whoever called has the result, and may call what it leads to.
            self.st = state;
            let result = self.st.peek(0);
            self.st.escape(result);
            self.open_escaped();
        }
        self.ctl.clear();
    }

    /// Forgets all that earlier analyses left in the machine.
    fn begin_anew(&mut self, start: &Start) {
        self.fuel = limits::FUEL_PER_FUNCTION;
        self.st = start.open.clone();
        self.next = start.next;
        self.classes.truncate(start.classes);
        self.quiet = 0;
        self.at(Site::NONE);
        self.current = StmtId(0);
        self.marks = (0, 0);
        (self.eager, self.unsteady) = (false, false);
        (self.stop_at, self.stops) = (None, (None, false));
        self.resumption = None;
        self.ctl.clear();
        self.ended.clear();
        self.handling.clear();
        self.swallowed.clear();
        self.handed_over.clear();
        self.fresh_bound.clear();
        self.repr_stack.clear();
        self.hashes.clear();
        self.read.borrow_mut().clear();
    }

    /// The global names that the analysis of the running function asked for so far.
    pub fn read_globals(&self) -> FxHashSet<Name> {
        self.read.borrow().clone()
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
    /// may be anything, and whatever can change may have changed. In a closed world that is so of what the functions can
    /// reach that escaped.
    fn open_state(&mut self, last: State, is_closed: bool) -> State {
        self.st = last;
        self.at(Site::NONE);
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
        for id in std::mem::take(&mut self.st.dying) {
            self.st.escape(id);
        }
        if is_closed {
            loop {
                let units = Arc::clone(&self.st.reached_units);
                self.each_reached(|machine, name, _| machine.open_global(&bindings, name));
                self.open_classes(true);
                self.st.forget_escaped();
                if Arc::ptr_eq(&units, &self.st.reached_units) {
                    break;
                }
            }
        } else {
            let names: Vec<Name> = self
                .st
                .globals
                .iter()
                .map(|(at, _)| Name(at as u32))
                .collect();
            for name in names {
                self.open_global(&bindings, name);
            }
            self.open_classes(false);
        }
        for name in bindings.names() {
            if self.st.globals.get(name.0 as usize).is_none() {
                self.st.globals.insert(name.0 as usize, Slot::unknown());
            }
        }
        self.st.code_escaped = true;
        self.st.namespace_escaped |= self.hooks.leaks;
        self.st.suspects.clear();
        self.st.forget_escaped();
        self.st.freed.clear();
        self.st.leaked.clear();
        self.st.garbage.clear();
        std::mem::take(&mut self.st)
    }

    /// What a global name leads to at some unknown time.
    fn open_global(&mut self, bindings: &Bindings, name: Name) {
        let Some(found) = self.st.globals.get(name.0 as usize).copied() else {
            return;
        };
        let is_stable = bindings.is_stable(name) && self.p.rebindable.binary_search(&name).is_err();
        let slot = if is_stable {
            self.st.reach(found.obj);
            Slot {
                maybe_unbound: true,
                ..Slot::owned(found.obj)
            }
        } else {
            self.st.escape(found.obj);
            Slot::unknown()
        };
        self.st.globals.insert(name.0 as usize, slot);
    }

    /// What classes are at some unknown time: all, or those within reach.
    fn open_classes(&mut self, of_escaped: bool) {
        let classes: Vec<ObjId> = self
            .st
            .heap
            .iter()
            .filter(|(_, obj)| matches!(obj.kind, Kind::Class(_)) && (obj.escaped || !of_escaped))
            .map(|(id, _)| id)
            .collect();
        for id in classes {
            self.st.reach(id);
            let mut lost = Vec::new();
            let stored = self.p.stored_attributes;
            self.change_quietly(id, |kind| {
                if let Kind::Class(class) = kind {
                    let class = Arc::make_mut(class);
                    class.instances = Count::ANY;
                    for (name, value) in &mut class.attrs {
                        if *value != UNKNOWN && stored.binary_search(name).is_ok() {
                            lost.push(std::mem::replace(value, UNKNOWN));
                        }
                    }
                }
            });
            for value in lost {
                self.st.blur(value);
            }
        }
    }
}
