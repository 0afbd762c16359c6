//! What a statement frees and leaks, in the words of the contract: by the statement that bound it.

use rustc_hash::FxHashSet;

use super::Gone;
use super::publish::name_of;
use crate::domain::{B, ObjId, StmtKey, TypeOf};
use crate::interp::Machine;

/// What the statement that ended freed and leaked of what statements of this frame bound; `start` is where a statement
/// begins, in bytes.
pub(super) fn gone(m: &Machine<'_>, start: &dyn Fn(StmtKey) -> u32) -> (Vec<Gone>, Vec<Gone>) {
    let bound = &m.st.frame().bound;
    let (freed_mark, leaked_mark) = m.marks;
    // To watch a container that takes no weak references is to hold it, and what it holds, through the calls that the
    // statement makes, and until its end: then counts there would be others, and nothing in it would leak.
    let leaks = m.st.leaked.len() > leaked_mark;
    let is_watchable = |freed: &&crate::domain::Freed| {
        freed.frames <= m.st.frames.len() && !leaks
            || !freed.holds_others
            || takes_weak_references(m, freed.ty)
    };
    let freed: Vec<(ObjId, TypeOf)> =
        m.st.freed
            .get(freed_mark..)
            .unwrap_or_default()
            .iter()
            .filter(is_watchable)
            .map(|freed| (freed.id, freed.ty))
            .collect();
    let leaked: Vec<(ObjId, TypeOf)> =
        m.st.leaked
            .get(leaked_mark..)
            .unwrap_or_default()
            .iter()
            .map(|id| (*id, crate::domain::type_of(m.kind(*id))))
            .collect();
    let list = |gone: Vec<(ObjId, TypeOf)>| {
        let mut out: Vec<Gone> = Vec::new();
        for (key, id) in bound {
            let Some((at, (_, ty))) = gone.iter().enumerate().find(|(_, (gone, _))| gone == id)
            else {
                continue;
            };
            // A container that takes no weak references cannot be watched without being held, and then what it
            // holds lives on: of the two, what it held is told.
            let held_on = gone[at + 1..]
                .iter()
                .any(|(later, _)| bound.iter().any(|(_, id)| id == later));
            if held_on && !takes_weak_references(m, *ty) {
                continue;
            }
            let Some(ty_name) = name_of(m, *ty) else {
                continue;
            };
            if binds_alike(m, bound, *key, *id, *ty) {
                continue;
            }
            let bound_at = start(*key);
            let one = Gone {
                ty: ty_name,
                bound_at,
            };
            if !out.contains(&one) {
                out.push(one);
            }
        }
        out
    };
    // In a cycle each holds the others on: those that can be watched from outside are told, or else one.
    let is_bound = |id: &ObjId| bound.iter().any(|(_, bound)| bound == id);
    let mut cycle: Vec<(ObjId, TypeOf)> = leaked;
    cycle.retain(|(id, _)| is_bound(id));
    let watched: Vec<(ObjId, TypeOf)> = cycle
        .iter()
        .filter(|(_, ty)| takes_weak_references(m, *ty))
        .copied()
        .collect();
    if watched.is_empty() {
        cycle.truncate(1);
    } else {
        cycle = watched;
    }
    (list(freed), list(cycle))
}

/// Whether the statement bound another object that may be of the same type.
fn binds_alike(
    m: &Machine<'_>,
    bound: &[(StmtKey, ObjId)],
    key: StmtKey,
    id: ObjId,
    ty: TypeOf,
) -> bool {
    let mut seen: FxHashSet<ObjId> = FxHashSet::default();
    bound.iter().any(|(other_key, other)| {
        if *other_key != key || *other == id || !seen.insert(*other) {
            return false;
        }
        match m.st.heap.get(*other) {
            Some(obj) => crate::domain::type_of(&obj.kind) == ty || obj.uncertain,
            None => true, // it is gone: of which type it was is not known any more
        }
    })
}

fn takes_weak_references(m: &Machine<'_>, ty: TypeOf) -> bool {
    match ty {
        TypeOf::Builtin(ty) => matches!(
            ty,
            B::Set
                | B::FrozenSet
                | B::Deque
                | B::OrderedDict
                | B::Counter
                | B::Function
                | B::Generator
                | B::Coroutine
        ),
        TypeOf::Class(class) => m.shape_of(class).is_some_and(|shape| shape.has_weakref),
        TypeOf::Unknown => false,
    }
}
