//! Paths that a statement does not mention, and that lead to objects which it does: who else would see a change.

use rustc_hash::FxHashMap;

use super::publish::{is_mutable, is_value, steps};
use super::{Path, TextSteps};
use crate::domain::{Kind, ObjId};
use crate::hir::{NameUse, UnitKind, Var, VarKind};
use crate::interp::Machine;

/// Names of a scope that are looked through for another name of an immutable object, at most: a module of a thousand
/// constants is no place to ask which of them are equal.
const NAMES: usize = 200;

/// The plain names of the running scope.
pub(super) fn scope(m: &Machine<'_>) -> Vec<NameUse> {
    let frame = m.st.frame();
    match m.unit(frame.unit) {
        None => {
            let names = m.st.globals.iter().map(|(at, _)| NameUse {
                name: crate::base::Name(at as u32),
                var: Var::Global,
            });
            names.collect()
        }
        Some(unit) if unit.kind == UnitKind::Class => {
            let names = frame.namespace.keys().map(|name| NameUse {
                name: *name,
                var: Var::Namespace,
            });
            names.collect()
        }
        Some(unit) => {
            let vars = unit.scope.vars.iter().enumerate();
            vars.filter_map(|(slot, variable)| {
                let var = match variable.kind {
                    VarKind::Local => Var::Fast(slot as u16),
                    VarKind::Cell => Var::Deref(slot as u16),
                    _ => return None,
                };
                Some(NameUse {
                    name: variable.name,
                    var,
                })
            })
            .collect()
        }
    }
}

/// Plain names of the scope that are not among those `found`, and lead to something that can change.
pub(super) fn names(
    m: &Machine<'_>,
    scope: &[NameUse],
    found: &[(Path, ObjId)],
) -> Vec<(Path, ObjId)> {
    let is_found = |name: &NameUse| {
        found
            .iter()
            .any(|(path, _)| path.steps.is_empty() && path.root == name.name)
    };
    scope
        .iter()
        .filter_map(|name| {
            let slot = m.look_up(*name).filter(|slot| !slot.maybe_unbound)?;
            let path = Path {
                root: name.name,
                steps: Vec::new(),
            };
            (is_mutable(m, slot.obj) && !is_found(name)).then_some((path, slot.obj))
        })
        .collect()
}

/// Adds to `others`, the plain names that lead to mutable objects, the steps from them that lead to an object of `found`
/// which has more references than those names and paths account for.
pub(super) fn deeper(
    m: &Machine<'_>,
    text: &TextSteps,
    found: &[(Path, ObjId)],
    others: &mut Vec<(Path, ObjId)>,
) {
    let mut known: FxHashMap<ObjId, u32> = FxHashMap::default();
    for (_, id) in found {
        if is_mutable(m, *id) && !m.obj(*id).uncertain {
            known.entry(*id).or_insert(0);
        }
    }
    for (_, id) in found.iter().chain(others.iter()) {
        if let Some(count) = known.get_mut(id) {
            *count += 1;
        }
    }
    known.retain(|id, count| m.obj(*id).count.hi > *count);
    if known.is_empty() {
        return;
    }
    for at in 0..others.len() {
        let (path, id) = others[at].clone();
        if m.obj(id).uncertain {
            continue;
        }
        for (step, to) in steps(m, id, text) {
            if known.contains_key(&to) {
                let mut longer = path.clone();
                longer.steps.push(step);
                others.push((longer, to));
            }
        }
    }
}

/// Other plain names of an immutable object that the statement binds to a name: constants that are one object.
pub(super) fn twins(
    m: &Machine<'_>,
    names: &[NameUse],
    bound: &[NameUse],
    mentioned: &[NameUse],
) -> Vec<(Path, ObjId)> {
    if names.len() > NAMES {
        return Vec::new();
    }
    let object = |name: &NameUse| {
        let slot = m.look_up(*name).filter(|slot| !slot.maybe_unbound)?;
        let plain = is_value(m, slot.obj) || matches!(m.kind(slot.obj), Kind::Int(_));
        (plain && !m.obj(slot.obj).uncertain).then_some(slot.obj)
    };
    let wanted: Vec<ObjId> = bound.iter().filter_map(object).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    names
        .iter()
        .filter(|name| !mentioned.iter().any(|other| other.name == name.name))
        .filter_map(|name| {
            let id = object(name).filter(|id| wanted.contains(id))?;
            let path = Path {
                root: name.name,
                steps: Vec::new(),
            };
            Some((path, id))
        })
        .collect()
}
