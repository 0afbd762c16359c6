//! A whole file: its module body, then the functions that unknown code may call.

use rustc_hash::FxHashMap;

use super::machine::{Machine, Observer, Program};
use crate::base::{Cancel, Name, Names};
use crate::hir::{Expr, ExprId, File, Item, Stmt, StmtId};

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
            let broken = machine.broken_item();
            if broken.is_err() {
                break;
            }
            last = machine.st.clone();
            continue;
        }
        for id in &placed.item.body {
            let ran = match machine.main_guard(*id) {
                Some(guard) => machine.imported(*id, guard),
                None => machine.statement(*id),
            };
            if ran.is_err() || cancel.is_cancelled() {
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
    fn broken_item(&mut self) -> super::machine::R {
        self.st.frame_mut().statement_start = self.next;
        self.anything_happens();
        Ok(())
    }
}

/// How often module-level names are bound.
#[derive(Default)]
pub(super) struct Bindings {
    counts: FxHashMap<Name, u32>,
    anything: bool,
}

impl Bindings {
    pub(super) fn of(file: &File) -> Bindings {
        let mut out = Bindings::default();
        for placed in &file.items {
            let item = &placed.item;
            out.anything |= item.is_broken || item.namespace.leaks;
            out.block(item, &item.body, 1);
            for expr in &item.exprs {
                if let Expr::Named { target, .. } = expr {
                    out.target(item, *target, 2);
                }
            }
        }
        out
    }

    pub(super) fn is_stable(&self, name: Name) -> bool {
        !self.anything && self.counts.get(&name).is_some_and(|count| *count == 1)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = Name> + '_ {
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
