//! Sets: what `Objects/setobject.c` does to items and table; methods of `set` and `frozenset`.

use std::sync::Arc;

use super::super::key::are_told_apart;
use super::super::machine::{Machine, R};
use super::{Answer, Keywords};
use crate::domain::atoms::NONE;
use crate::domain::{B, Key, Kind, ObjId, Ordered, SetObj};
use crate::hir::BinOp;
use crate::layout::{Layout, SetTable};

/// Names of the methods of both.
pub(super) const FROZEN_METHODS: &[&str] = &[
    "copy",
    "difference",
    "intersection",
    "isdisjoint",
    "issubset",
    "issuperset",
    "symmetric_difference",
    "union",
];

/// Names of the methods of `set`.
pub(super) const METHODS: &[&str] = &[
    "add",
    "clear",
    "copy",
    "difference",
    "difference_update",
    "discard",
    "intersection",
    "intersection_update",
    "isdisjoint",
    "issubset",
    "issuperset",
    "pop",
    "remove",
    "symmetric_difference",
    "symmetric_difference_update",
    "union",
    "update",
];

pub(super) fn call(
    m: &mut Machine<'_>,
    id: ObjId,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    let Kind::Set(set) = m.kind_of(id) else {
        return Ok(None);
    };
    if !keywords.is_empty() {
        return Ok(None);
    }
    match (name, args) {
        ("add", [item]) => {
            m.set_add(id, *item)?;
            Ok(Some(NONE))
        }
        ("discard" | "remove", [item]) if !set.open => {
            let Some(key) = m.key_in(id, *item)? else {
                return Ok(None);
            };
            if !set.items.contains_key(&key) {
                return if name == "remove" {
                    Err(m.raise(B::KeyError))
                } else {
                    Ok(Some(NONE))
                };
            }
            m.set_remove(id, &key);
            Ok(Some(NONE))
        }
        ("clear", []) => {
            m.replace_set(id, Ordered::default(), Some(SetTable::EMPTY));
            Ok(Some(NONE))
        }
        ("pop", []) if !set.open => match set.items.len() {
            0 => Err(m.raise(B::KeyError)),
            1 => {
                let (key, item) = set
                    .items
                    .get_index(0)
                    .map(|(key, item)| (key.clone(), *item))
                    .expect("it has one");
                m.st.inc(item);
                m.set_remove(id, &key);
                m.hand_over(item);
                Ok(Some(item))
            }
            _ => {
                // Which one goes is its hashes' affair.
                let item = super::some_item(m, id);
                m.mutated_unknown(id);
                Ok(Some(item))
            }
        },
        ("copy", []) => {
            if set.frozen {
                return Ok(Some(id));
            }
            Ok(Some(copy(m, id, &set)))
        }
        ("update", [source]) => {
            update(m, id, &set, *source)?;
            Ok(Some(NONE))
        }
        ("union" | "intersection" | "difference" | "symmetric_difference", [other]) => {
            let Kind::Set(other) = m.kind_of(*other) else {
                return Ok(None);
            };
            let op = match name {
                "union" => BinOp::BitOr,
                "intersection" => BinOp::BitAnd,
                "difference" => BinOp::Sub,
                _ => BinOp::BitXor,
            };
            Ok(Some(m.set_operation(op, &set, &other)))
        }
        ("issubset" | "issuperset" | "isdisjoint", [other]) if !set.open => {
            let Kind::Set(other) = m.kind_of(*other) else {
                return Ok(None);
            };
            if other.open || !are_told_apart(set.items.keys(), other.items.keys()) {
                return Ok(None);
            }
            let answer = match name {
                "issubset" => set.items.keys().all(|key| other.items.contains_key(key)),
                "issuperset" => other.items.keys().all(|key| set.items.contains_key(key)),
                _ => !set.items.keys().any(|key| other.items.contains_key(key)),
            };
            Ok(Some(m.atoms.bool(answer)))
        }
        _ => Ok(None),
    }
}

/// A copy of the same kind.
pub(in crate::interp) fn copy(m: &mut Machine<'_>, of: ObjId, set: &SetObj) -> ObjId {
    if set.open {
        m.st.escape(of);
        return m.open_set(set.frozen);
    }
    let table = SetTable::copied(m.layout(), set.items.len() as u64);
    m.new_set(set.items.clone(), Some(table), set.frozen)
}

/// `set(source)` and `frozenset(source)`.
pub(super) fn construct(m: &mut Machine<'_>, args: &[ObjId], frozen: bool) -> Answer {
    let source = match args {
        [] => {
            let set = m.new_set(Ordered::default(), Some(SetTable::EMPTY), frozen);
            return Ok(Some(set));
        }
        [source] => *source,
        _ => return Ok(None),
    };
    let made = match m.kind_of(source) {
        Kind::Set(set) if set.frozen && frozen => return Ok(Some(source)),
        Kind::Set(set) => {
            if set.open {
                m.st.escape(source);
                return Ok(Some(m.open_set(frozen)));
            }
            let table = SetTable::copied(m.layout(), set.items.len() as u64);
            m.new_set(set.items.clone(), Some(table), frozen)
        }
        kind => {
            let Some(items) = m.items_of(source)? else {
                return Ok(None);
            };
            let Some(distinct) = m.distinct(&items)? else {
                items.into_iter().for_each(|item| m.st.blur(item));
                return Ok(None);
            };
            let n = distinct.len() as u64;
            let table = match kind {
                Kind::Dict(_) => SetTable::copied(m.layout(), n),
                _ => SetTable::EMPTY.add_many(m.layout(), n),
            };
            let set = m.new_set(distinct, Some(table), frozen);
            m.drop_items(items);
            set
        }
    };
    let is_empty = matches!(m.kind(made), Kind::Set(set) if set.items.is_empty());
    if frozen && is_empty && m.layout().empty_frozenset_is_cached() {
        return Ok(Some(m.some(B::FrozenSet)));
    }
    Ok(Some(made))
}

fn update(m: &mut Machine<'_>, id: ObjId, set: &SetObj, source: ObjId) -> R {
    match m.kind_of(source) {
        Kind::Set(other)
            if !other.open && !set.open && are_told_apart(set.items.keys(), other.items.keys()) =>
        {
            let new = other
                .items
                .keys()
                .filter(|key| !set.items.contains_key(*key))
                .count() as u64;
            let mut items = set.items.clone();
            for (key, item) in &other.items {
                items.entry(key.clone()).or_insert(*item);
            }
            let table = set
                .table
                .map(|table| table.merge(m.layout(), other.items.len() as u64, new));
            m.replace_set(id, items, table);
            Ok(())
        }
        Kind::Unknown | Kind::Instance(_) | Kind::Named(..) => {
            m.mutated_unknown(id);
            m.unknown_use(source);
            Ok(())
        }
        kind => {
            let from_dict = matches!(kind, Kind::Dict(_));
            match m.items_of(source)? {
                Some(items) => {
                    for item in items {
                        m.set_add(id, item)?;
                        m.st.dec(item);
                    }
                    if from_dict {
                        m.change_quietly(id, |kind| {
                            if let Kind::Set(set) = kind {
                                Arc::make_mut(set).table = None;
                            }
                        });
                    }
                }
                None => {
                    m.mutated_unknown(id);
                    m.unknown_use(source);
                }
            }
            Ok(())
        }
    }
}

impl Machine<'_> {
    /// `set.add(item)`
    pub(in crate::interp) fn set_add(&mut self, set: ObjId, item: ObjId) -> R {
        let key = self.key_in(set, item)?;
        let Kind::Set(before) = self.kind(set) else {
            return Ok(());
        };
        let Some(key) = key.filter(|_| !before.open) else {
            self.mutated_unknown(set);
            self.unknown_use(item);
            return Ok(());
        };
        if before.items.contains_key(&key) {
            return Ok(());
        }
        self.st.inc(item);
        let layout = self.layout();
        self.change(set, |kind| {
            if let Kind::Set(set) = kind {
                let set = Arc::make_mut(set);
                set.items.insert(key, item);
                set.table = set.table.map(|table| table.add(layout));
            }
        });
        self.keep_exposed(set);
        Ok(())
    }

    fn set_remove(&mut self, set: ObjId, key: &Key) {
        let mut gone = None;
        self.change(set, |kind| {
            if let Kind::Set(set) = kind {
                let set = Arc::make_mut(set);
                gone = set.items.shift_remove(key);
                set.table = set.table.map(SetTable::remove);
            }
        });
        if let Some(item) = gone {
            self.st.dec(item);
        }
    }

    fn replace_set(&mut self, set: ObjId, items: Ordered<Key, ObjId>, table: Option<SetTable>) {
        for item in items.values() {
            self.st.inc(*item);
        }
        let mut old = None;
        self.change(set, |kind| {
            if let Kind::Set(set) = kind {
                let set = Arc::make_mut(set);
                old = Some(std::mem::replace(&mut set.items, items));
                set.table = table;
                set.open = false;
            }
        });
        for item in old.into_iter().flat_map(Ordered::into_values) {
            self.st.dec(item);
        }
        self.keep_exposed(set);
    }

    /// `a | b` and its like: a new set of the left one's type.
    pub(in crate::interp) fn set_operation(&mut self, op: BinOp, a: &SetObj, b: &SetObj) -> ObjId {
        let apart = are_told_apart(a.items.keys(), b.items.keys());
        if a.open || b.open || !apart {
            for id in a
                .items
                .values()
                .chain(b.items.values())
                .copied()
                .collect::<Vec<_>>()
            {
                self.st.escape(id);
            }
            if !apart {
                self.unknown_code();
            }
            return self.open_set(a.frozen);
        }
        let (items, table) = combined(self.layout(), op, a, b);
        self.new_set(items, table, a.frozen)
    }

    /// `a |= b` and its like.
    pub(in crate::interp) fn set_update_operation(
        &mut self,
        op: BinOp,
        left: ObjId,
        a: &SetObj,
        b: &SetObj,
    ) {
        let apart = are_told_apart(a.items.keys(), b.items.keys());
        if a.open || b.open || !apart {
            self.mutated_unknown(left);
            for id in b.items.values().copied().collect::<Vec<_>>() {
                self.st.escape(id);
            }
            if !apart {
                self.unknown_code();
            }
            return;
        }
        let (items, table) = combined(self.layout(), op, a, b);
        let table = match op {
            BinOp::BitOr => {
                let new = b
                    .items
                    .keys()
                    .filter(|key| !a.items.contains_key(*key))
                    .count() as u64;
                a.table
                    .map(|table| table.merge(self.layout(), b.items.len() as u64, new))
            }
            BinOp::BitAnd => table,
            BinOp::Sub => {
                let common = (a.items.len() - items.len()) as u64;
                a.table.map(|table| table.difference_update(common))
            }
            _ => None,
        };
        self.replace_set(left, items, table);
    }
}

fn combined(
    layout: &Layout,
    op: BinOp,
    a: &SetObj,
    b: &SetObj,
) -> (Ordered<Key, ObjId>, Option<SetTable>) {
    let common = a
        .items
        .keys()
        .filter(|key| b.items.contains_key(*key))
        .count() as u64;
    let (n, m) = (a.items.len() as u64, b.items.len() as u64);
    match op {
        BinOp::BitOr => {
            let mut items = a.items.clone();
            for (key, item) in &b.items {
                items.entry(key.clone()).or_insert(*item);
            }
            (
                items,
                Some(SetTable::copied(layout, n).merge(layout, m, m - common)),
            )
        }
        BinOp::BitAnd => {
            // The smaller one is walked, the left one where both are as large.
            let (walked, asked) = if m > n { (a, b) } else { (b, a) };
            let items: Ordered<Key, ObjId> = walked
                .items
                .iter()
                .filter(|(key, _)| asked.items.contains_key(*key))
                .map(|(key, item)| (key.clone(), *item))
                .collect();
            (items, Some(SetTable::intersection(layout, common)))
        }
        BinOp::Sub => {
            let items = a
                .items
                .iter()
                .filter(|(key, _)| !b.items.contains_key(*key))
                .map(|(k, v)| (k.clone(), *v))
                .collect();
            (
                items,
                a.table.map(|table| table.difference(layout, m, common)),
            )
        }
        _ => {
            let items = a
                .items
                .iter()
                .filter(|(key, _)| !b.items.contains_key(*key))
                .chain(
                    b.items
                        .iter()
                        .filter(|(key, _)| !a.items.contains_key(*key)),
                )
                .map(|(key, item)| (key.clone(), *item))
                .collect();
            (
                items,
                a.table
                    .map(|table| table.symmetric_difference(layout, m, common)),
            )
        }
    }
}
