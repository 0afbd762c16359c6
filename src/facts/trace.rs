//! What statements do beyond what they say: what a call changes for its caller, and which objects go.
//!
//! Must not know: claims, wording.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::detail::{self, step_to};
use super::{Path, publish};
use crate::base::{Name, Span};
use crate::domain::{ObjId, Site, TypeOf, UnitRef};
use crate::hir::{File, StmtId};
use crate::interp::{Machine, Place};

/// Changes that are kept for one file, at most.
const CHANGES: usize = 4096;

/// Other names for one value that are told, at most.
const TWINS: usize = 4;

/// An object that a statement changes by a function that it calls.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Change {
    /// The calling statement's item.
    pub item: u32,
    /// The calling statement.
    pub stmt: StmtId,
    /// How its scope reaches the object.
    pub path: Path,
    /// What changes it.
    pub by: Span,
}

/// An object that was there before a statement and is gone, or out of reach, after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// Its type's contract name.
    pub ty: Arc<str>,
    /// What made it.
    pub born: Span,
    /// It lives on until the cycle collector runs.
    pub is_leak: bool,
}

/// A statement under way.
#[derive(Debug)]
struct Under {
    /// The depth of its frame.
    depth: usize,
    item: u32,
    stmt: StmtId,
    /// What the names that it binds or deletes held.
    held: Vec<ObjId>,
}

/// The statements under way, one for each frame, and what was seen to change below them.
#[derive(Debug, Default)]
pub(super) struct Running {
    stack: Vec<Under>,
    seen: FxHashSet<(u32, StmtId, ObjId, Site)>,
    changes: FxHashSet<Change>,
}

impl Running {
    /// A statement begins; `held` is what the names that it binds or deletes hold.
    pub(super) fn begins(&mut self, m: &Machine<'_>, item: u32, stmt: StmtId, held: Vec<ObjId>) {
        let depth = m.st.frames.len();
        self.stack.retain(|under| under.depth < depth);
        self.stack.push(Under {
            depth,
            item,
            stmt,
            held,
        });
    }

    /// A place was reached; what the names that the statement bound or deleted held before. What a loop does between its
    /// rounds belongs to no statement.
    pub(super) fn ends(&mut self, m: &Machine<'_>, item: u32, place: Place) -> Vec<ObjId> {
        let depth = m.st.frames.len();
        let mut held = Vec::new();
        match place {
            Place::Entry(_) => self.stack.retain(|under| under.depth < depth),
            Place::After(stmt) => self.stack.retain_mut(|under| {
                let ends = under.depth == depth && (under.item, under.stmt) == (item, stmt);
                if ends {
                    held = std::mem::take(&mut under.held);
                }
                under.depth <= depth && !ends
            }),
            Place::Handler(..) => {}
        }
        held
    }

    pub(super) fn changed(&mut self, m: &Machine<'_>, file: &File, obj: ObjId, by: Site) {
        let depth = m.st.frames.len();
        if m.obj(obj).uncertain || self.changes.len() >= CHANGES {
            return;
        }
        for under in &self.stack {
            let (at, item, stmt) = (under.depth, under.item, under.stmt);
            let Some(frame) = m.st.frames.get(at - 1).filter(|_| at < depth) else {
                continue;
            };
            // What was made since the statement began, none of the frame's names leads to.
            let is_new = obj.0 >= frame.statement_start;
            let is_module = at == 1;
            if is_new
                || is_module && m.runs_functions_alone()
                || !self.seen.insert((item, stmt, obj, by))
            {
                continue;
            }
            let Some(by) = detail::span(file, by) else {
                continue;
            };
            for path in paths_to(m, frame.unit, at - 1, obj) {
                self.changes.insert(Change {
                    item,
                    stmt,
                    path,
                    by,
                });
            }
        }
    }

    pub(super) fn finish(self) -> Vec<Change> {
        let mut changes: Vec<Change> = self.changes.into_iter().collect();
        changes.sort_unstable();
        changes
    }
}

/// How the variables of a frame lead to an object: by themselves, else by one step.
fn paths_to(m: &Machine<'_>, unit: UnitRef, frame: usize, obj: ObjId) -> Vec<Path> {
    let variables = variables_of(m, unit, frame);
    let plain: Vec<Path> = variables
        .iter()
        .filter(|(_, id)| *id == obj)
        .map(|(name, _)| Path {
            root: *name,
            steps: Vec::new(),
        })
        .collect();
    if !plain.is_empty() {
        return plain;
    }
    variables
        .iter()
        .filter(|(_, id)| publish::is_mutable(m, *id) && !m.obj(*id).uncertain)
        .filter_map(|(name, id)| {
            let step = step_to(m.kind(*id), obj, 0)?;
            Some(Path {
                root: *name,
                steps: vec![step],
            })
        })
        .collect()
}

/// The variables of a frame that are surely bound, with what they hold.
fn variables_of(m: &Machine<'_>, unit: UnitRef, frame: usize) -> Vec<(Name, ObjId)> {
    let Some(code) = m.unit(unit) else {
        return m
            .st
            .globals
            .iter()
            .filter(|(_, slot)| !slot.maybe_unbound)
            .map(|(at, slot)| (Name(at as u32), slot.obj))
            .collect();
    };
    let frame = &m.st.frames[frame];
    code.scope
        .vars
        .iter()
        .zip(&frame.locals)
        .filter_map(|(var, slot)| {
            let slot = slot.filter(|slot| !slot.maybe_unbound)?;
            let held = match m.kind(slot.obj) {
                crate::domain::Kind::Cell(content) => (*content)?,
                _ => slot.obj,
            };
            Some((var.name, held))
        })
        .collect()
}

/// The other names of the running scope that lead to a number, a text or a tuple of such.
pub(super) fn twins(m: &Machine<'_>, name: Name, id: ObjId) -> Vec<Name> {
    if !publish::is_value(m, id) || m.obj(id).uncertain {
        return Vec::new();
    }
    let frame = m.st.frames.len() - 1;
    variables_of(m, m.st.frame().unit, frame)
        .into_iter()
        .filter(|(other, held)| *other != name && m.is_same(*held, id))
        .map(|(other, _)| other)
        .take(TWINS)
        .collect()
}

/// What was there when the statement began and is gone now, in the order in which it went.
pub(super) fn lost(m: &Machine<'_>, file: &File, place: Place) -> Vec<Loss> {
    if matches!(place, Place::Entry(_)) {
        return Vec::new();
    }
    let (freed_mark, leaked_mark) = m.marks;
    let start = m.st.frame().statement_start;
    let mut out: Vec<Loss> = Vec::new();
    let mut add = |id: ObjId, ty: TypeOf, born: Site, is_leak: bool| {
        let is_old = !id.is_atom() && id.0 < start && id.0 as usize >= m.p.constants.len();
        let (Some(ty), Some(born)) = (publish::name_of(m, ty), detail::span(file, born)) else {
            return;
        };
        if is_old {
            out.push(Loss { ty, born, is_leak });
        }
    };
    for freed in m.st.freed.get(freed_mark..).unwrap_or_default() {
        add(freed.id, freed.ty, freed.born, false);
    }
    for &id in m.st.leaked.get(leaked_mark..).unwrap_or_default() {
        let obj = m.obj(id);
        add(id, crate::domain::type_of(&obj.kind), obj.born, true);
    }
    out
}
