//! Walks over the heap from one object: deep size, cycles.

use rustc_hash::FxHashSet;

use crate::base::Interval;
use crate::domain::{Kind, ObjId};
use crate::interp::Machine;
use crate::limits;

/// The sum of the sizes of all that can be reached through items and attributes, as the contract counts; `None` where
/// part of it is not known.
pub(super) fn deep_size(m: &Machine<'_>, first: ObjId) -> Option<Interval> {
    if is_skipped(m.kind(first)) {
        return None;
    }
    let mut seen: FxHashSet<ObjId> = FxHashSet::default();
    let mut todo = vec![first];
    let mut total = Interval::exactly(0);
    while let Some(id) = todo.pop() {
        let obj = m.obj(id);
        if is_skipped(&obj.kind) || !seen.insert(id) {
            continue;
        }
        if seen.len() > limits::GRAPH {
            return None;
        }
        // Which one it is matters: it might be one that was counted.
        if obj.uncertain {
            return None;
        }
        total = total.plus(m.size_of(id)?);
        if let Kind::Instance(instance) = &obj.kind
            && m.shape_of(instance.class).is_none_or(|shape| {
                shape.has_dict
                    && (m.layout().instance_has_dict_from_birth()
                        || !shape.slots.is_empty()
                        || shape.base.is_some())
            })
        {
            // Its `__dict__` counts, and what that weighs depends on what other instances of the class did.
            return None;
        }
        todo.extend(parts(&obj.kind)?);
    }
    total.hi?;
    Some(total)
}

/// The parts that the contract's `deep` goes through; `None` where they are not known.
pub(super) fn parts(kind: &Kind) -> Option<Vec<ObjId>> {
    Some(match kind {
        Kind::Tuple(items) => items.to_vec(),
        Kind::List(list) if !list.open => list.items.clone(),
        Kind::Dict(dict) if !dict.open => dict
            .entries
            .values()
            .flat_map(|(key, value)| [*key, *value])
            .collect(),
        Kind::Set(set) if !set.open => set.items.values().copied().collect(),
        Kind::Deque(Some(items)) => items.to_vec(),
        Kind::Instance(instance)
            if !instance.open && instance.dict.is_none() && instance.payload.is_none() =>
        {
            instance.attrs.values().copied().collect()
        }
        Kind::List(_) | Kind::Dict(_) | Kind::Set(_) | Kind::Deque(_) | Kind::Instance(_) => {
            return None;
        }
        Kind::Unknown | Kind::Named(..) | Kind::Exception(_) | Kind::Library(_) => return None,
        Kind::Opaque(ty, _) if !ty.is_atom() => return None,
        _ => Vec::new(),
    })
}

fn is_skipped(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Function(_)
            | Kind::Class(_)
            | Kind::Type(_)
            | Kind::Module(_)
            | Kind::Method(..)
            | Kind::BuiltinFunction(_)
            | Kind::BuiltinMethod(..)
            | Kind::Property(_)
            | Kind::StaticMethod(_)
            | Kind::ClassMethod(_)
    )
}

/// Whether the object can be reached from itself; `None` where that is not known.
pub(super) fn is_in_cycle(m: &Machine<'_>, first: ObjId) -> Option<bool> {
    if matches!(
        m.kind(first),
        Kind::Function(_) | Kind::Class(_) | Kind::Type(_) | Kind::Module(_)
    ) || first.is_atom()
    {
        return None;
    }
    let mut seen: FxHashSet<ObjId> = FxHashSet::default();
    let mut todo = vec![first];
    let mut complete = true;
    while let Some(id) = todo.pop() {
        let obj = m.obj(id);
        if obj.uncertain {
            complete &= m.alias_origin(id).is_some()
                || id.is_atom() && matches!(obj.kind, Kind::Opaque(ty, _) if ty.is_atom());
            continue;
        }
        if matches!(
            obj.kind,
            Kind::Function(_) | Kind::Class(_) | Kind::Type(_) | Kind::Module(_)
        ) {
            // Their closures and defaults are not entered.
            continue;
        }
        complete &= !is_open(&obj.kind);
        for referent in obj.kind.referents() {
            if referent == first {
                return Some(true);
            }
            if (!referent.is_atom() || m.obj(referent).uncertain) && seen.insert(referent) {
                todo.push(referent);
            }
        }
        if seen.len() > limits::GRAPH {
            return None;
        }
    }
    complete.then_some(false)
}

fn is_open(kind: &Kind) -> bool {
    match kind {
        Kind::List(list) => list.open,
        Kind::Dict(dict) => dict.open,
        Kind::Set(set) => set.open,
        Kind::Deque(items) => items.is_none(),
        Kind::Instance(instance) => instance.open,
        Kind::Exception(_) | Kind::Unknown | Kind::Named(..) => true,
        Kind::Opaque(ty, _) => !ty.is_atom(),
        _ => false,
    }
}
