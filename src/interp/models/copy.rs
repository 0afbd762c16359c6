//! `copy.copy` and `copy.deepcopy` (`Lib/copy.py`).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::machine::Machine;
use super::{Answer, Keywords};
use crate::domain::{CopyKind, InstObj, Key, Kind, ListObj, ObjId, Ordered};
use crate::layout::{DictTable, ListMade, SetTable};
use crate::limits;

/// Functions that are modelled.
pub(super) const FUNCTIONS: &[&str] = &["copy", "deepcopy"];

pub(super) fn call(
    m: &mut Machine<'_>,
    name: &str,
    args: &[ObjId],
    _keywords: Keywords<'_>,
) -> Answer {
    let [of] = args else { return Ok(None) };
    if name == "copy" {
        if let Some(copy) = own_copy(m, *of)? {
            return Ok(Some(copy));
        }
        return shallow(m, *of);
    }
    let mut memo = FxHashMap::default();
    if !can_copy(m, *of, &mut 0) {
        return Ok(None);
    }
    let copy = deep(m, *of, &mut memo);
    if copy != *of
        && let Some(obj) = m.st.heap.get_mut(copy)
    {
        obj.copy_of = Some((*of, CopyKind::Deep));
    }
    Ok(Some(copy))
}

/// The class's `__copy__`.
fn own_copy(m: &mut Machine<'_>, of: ObjId) -> Answer {
    let Kind::Instance(instance) = m.kind(of) else {
        return Ok(None);
    };
    let class = instance.class;
    let name = m.names.intern("__copy__");
    let super::super::attribute::Found::Object(function, _) = m.class_attribute(class, name) else {
        return Ok(None);
    };
    if !matches!(m.kind(function), Kind::Function(_)) {
        return Ok(None);
    }
    // `copy` is written in Python, and may lend its argument on.
    m.push_unsteady(of);
    m.call_with(function, 1, crate::layout::CallKind::Special)?;
    let copy = m.st.pop_owned();
    m.hand_over(copy);
    Ok(Some(copy))
}

fn shallow(m: &mut Machine<'_>, of: ObjId) -> Answer {
    let copy = match m.kind_of(of) {
        Kind::List(list) => super::list::copy(m, of, &list),
        Kind::Dict(dict) if !dict.open && dict.ty != crate::domain::B::OrderedDict => {
            m.dict_copy(&dict)
        }
        Kind::Set(set) if !set.frozen => super::set::copy(m, of, &set),
        Kind::Instance(instance) if plain_instance(m, &instance) => {
            // Its `__dict__` is asked for.
            let dict = m.materialise(of);
            let instance = match m.kind_of(of) {
                Kind::Instance(instance) => instance,
                _ => instance,
            };
            let copy = m.new_instance_like(&instance);
            m.st.inc(copy);
            for (name, key, value) in entries(m, dict) {
                put_into(m, copy, name, key, value);
            }
            m.st.uncount(copy);
            copy
        }
        Kind::Int(_)
        | Kind::BigInt(_)
        | Kind::Bool(_)
        | Kind::None
        | Kind::Ellipsis
        | Kind::NotImplemented
        | Kind::Float(_)
        | Kind::Complex(..)
        | Kind::Str(_)
        | Kind::Bytes(_)
        | Kind::Tuple(_)
        | Kind::Set(_)
        | Kind::Range(_)
        | Kind::Function(_)
        | Kind::Class(_)
        | Kind::Type(_)
        | Kind::BuiltinFunction(_) => of,
        _ => return Ok(None),
    };
    if copy != of
        && let Some(obj) = m.st.heap.get_mut(copy)
    {
        obj.copy_of = Some((of, CopyKind::Shallow));
    }
    Ok(Some(copy))
}

/// A key that would be another object after a deep copy, and hashed anew.
fn finds_an_instance(m: &Machine<'_>, key: ObjId) -> bool {
    match m.kind(key) {
        Kind::Instance(_) => true,
        Kind::Tuple(items) => items.iter().any(|item| finds_an_instance(m, *item)),
        _ => false,
    }
}

/// An instance that `copy` rebuilds from its attributes alone.
fn plain_instance(m: &mut Machine<'_>, instance: &InstObj) -> bool {
    let special = [
        "__copy__",
        "__deepcopy__",
        "__reduce__",
        "__reduce_ex__",
        "__getstate__",
        "__setstate__",
        "__getnewargs__",
        "__getnewargs_ex__",
        "__new__",
        "__setattr__",
        "__getattr__",
        "__getattribute__",
    ];
    let has_base = m
        .shape_of(instance.class)
        .is_none_or(|shape| shape.base.is_some());
    !m.has_open_attributes(instance)
        && !has_base
        && special.iter().all(|name| {
            let name = m.names.intern(name);
            matches!(
                m.class_attribute(instance.class, name),
                super::super::attribute::Found::Nothing
                    | super::super::attribute::Found::Builtin(crate::domain::B::Object)
            )
        })
}

fn can_copy(m: &mut Machine<'_>, of: ObjId, seen: &mut usize) -> bool {
    *seen += 1;
    if *seen > limits::GRAPH {
        return false;
    }
    match m.kind_of(of) {
        Kind::Unknown
        | Kind::Named(..)
        | Kind::Exception(_)
        | Kind::Iter(_)
        | Kind::Module(_)
        | Kind::Deque(_) => false,
        Kind::Opaque(ty, _) => ty.is_atom(),
        Kind::List(list) => {
            !list.open
                && list
                    .items
                    .iter()
                    .all(|item| *item == of || can_copy(m, *item, seen))
        }
        Kind::Tuple(items) => items.iter().all(|item| can_copy(m, *item, seen)),
        Kind::Dict(dict) => {
            !dict.open
                && dict.ty == crate::domain::B::Dict
                && dict.entries.values().all(|(key, value)| {
                    !finds_an_instance(m, *key) && (*value == of || can_copy(m, *value, seen))
                })
        }
        Kind::Set(set) => {
            !set.open
                && set
                    .items
                    .values()
                    .all(|item| m.kind(*item).referents().is_empty())
        }
        Kind::Instance(instance) => {
            if !plain_instance(m, &instance) {
                return false;
            }
            let mut all = true;
            for (_, value) in m.own_attributes(&instance) {
                all &= value == of || *seen < limits::GRAPH && can_copy(m, value, seen);
            }
            all
        }
        Kind::Cell(_)
        | Kind::Method(..)
        | Kind::BuiltinMethod(..)
        | Kind::View(..)
        | Kind::Super(..) => false,
        _ => true,
    }
}

/// The deep copy, without a reference; each object is copied once.
fn deep(m: &mut Machine<'_>, of: ObjId, memo: &mut FxHashMap<ObjId, ObjId>) -> ObjId {
    if let Some(&copy) = memo.get(&of) {
        return copy;
    }
    match m.kind_of(of) {
        Kind::List(list) => {
            let slots = m
                .layout()
                .list_slots(ListMade::Appended, list.items.len() as u64);
            let copy = m.alloc(Kind::List(Arc::new(ListObj {
                items: Vec::new(),
                slots,
                open: false,
                every: None,
            })));
            memo.insert(of, copy);
            let items: Vec<ObjId> = list.items.iter().map(|item| deep(m, *item, memo)).collect();
            for item in &items {
                m.st.inc(*item);
            }
            m.change_quietly(copy, |kind| {
                if let Kind::List(list) = kind {
                    Arc::make_mut(list).items = items;
                }
            });
            copy
        }
        Kind::Tuple(items) => {
            let copies: Vec<ObjId> = items.iter().map(|item| deep(m, *item, memo)).collect();
            if let Some(&copy) = memo.get(&of) {
                return copy;
            }
            let copy = if copies == *items {
                of
            } else {
                m.tuple(copies)
            };
            memo.insert(of, copy);
            copy
        }
        Kind::Dict(dict) => {
            let copy = m.new_dict(dict.ty, Some(DictTable::EMPTY));
            memo.insert(of, copy);
            m.st.inc(copy);
            for (key, (key_id, value)) in &dict.entries {
                let key_copy = deep(m, *key_id, memo);
                let value = deep(m, *value, memo);
                m.dict_put(copy, key.clone(), key_copy, value);
            }
            m.st.uncount(copy);
            copy
        }
        Kind::Set(set) => {
            let table = Some(SetTable::EMPTY.add_many(m.layout(), set.items.len() as u64))
                .filter(|_| !set.frozen);
            let copy = m.new_set(set.items.clone(), table, set.frozen);
            memo.insert(of, copy);
            copy
        }
        Kind::Instance(instance) => {
            let dict = m.materialise(of);
            let instance = match m.kind_of(of) {
                Kind::Instance(instance) => instance,
                _ => instance,
            };
            let copy = m.new_instance_like(&InstObj {
                attrs: Ordered::default(),
                ..(*instance).clone()
            });
            memo.insert(of, copy);
            for (name, value) in &instance.attrs {
                let value = deep(m, *value, memo);
                m.st.inc(value);
                let name = *name;
                m.change_quietly(copy, |kind| {
                    if let Kind::Instance(instance) = kind {
                        Arc::make_mut(instance).attrs.insert(name, value);
                    }
                });
            }
            m.st.inc(copy);
            for (name, key, value) in entries(m, dict) {
                let value = deep(m, value, memo);
                put_into(m, copy, name, key, value);
            }
            m.st.uncount(copy);
            copy
        }
        _ => of,
    }
}

/// What stands in an instance's `__dict__`.
fn entries(m: &Machine<'_>, dict: Option<ObjId>) -> Vec<(Key, ObjId, ObjId)> {
    match dict.map(|dict| m.kind(dict)) {
        Some(Kind::Dict(dict)) => dict
            .entries
            .iter()
            .map(|(name, (key, value))| (name.clone(), *key, *value))
            .collect(),
        _ => Vec::new(),
    }
}

/// Puts an entry into the `__dict__` of a copy.
fn put_into(m: &mut Machine<'_>, copy: ObjId, name: Key, key: ObjId, value: ObjId) {
    if let Some(dict) = m.materialise(copy) {
        m.dict_put(dict, name, key, value);
    }
}

impl Machine<'_> {
    /// A further instance of the class with the same attributes, made without `__init__`.
    pub(in crate::interp) fn new_instance_like(&mut self, instance: &InstObj) -> ObjId {
        let class = instance.class;
        self.change_quietly(class, |kind| {
            if let Kind::Class(class) = kind {
                let made = &mut Arc::make_mut(class).instances;
                made.lo = made.lo.saturating_add(1);
                made.hi = made.hi.saturating_add(1);
            }
        });
        self.alloc(Kind::Instance(Arc::new(InstObj {
            class,
            attrs: instance.attrs.clone(),
            open: false,
            dict: None,
            payload: None,
        })))
    }
}
