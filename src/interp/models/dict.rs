//! Dicts: what `Objects/dictobject.c` does to entries, table and references; methods of `dict`.

use std::sync::Arc;

use super::super::machine::{Machine, R};
use super::{Answer, Keywords};
use crate::domain::atoms::NONE;
use crate::domain::{B, DictObj, Key, Kind, ObjId};
use crate::layout::DictTable;

/// Names of the methods.
pub(super) const METHODS: &[&str] = &[
    "clear",
    "copy",
    "fromkeys",
    "get",
    "items",
    "keys",
    "pop",
    "popitem",
    "setdefault",
    "update",
    "values",
];

pub(super) fn call(
    m: &mut Machine<'_>,
    id: ObjId,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    let Kind::Dict(dict) = m.kind_of(id) else {
        return Ok(None);
    };
    let view = |m: &mut Machine<'_>, ty| Ok(Some(m.alloc(Kind::View(ty, id))));
    let plain = dict.ty == B::Dict || dict.ty == B::DefaultDict || dict.ty == B::OrderedDict;
    match (name, args) {
        ("keys", []) if dict.ty != B::OrderedDict => view(m, B::DictKeys),
        ("values", []) if dict.ty != B::OrderedDict => view(m, B::DictValues),
        ("items", []) if dict.ty != B::OrderedDict => view(m, B::DictItems),
        ("get", [key] | [key, _]) => {
            let default = args.get(1).copied().unwrap_or(NONE);
            if dict.open {
                if m.is_opaque(*key) {
                    return Ok(None);
                }
                m.st.escape(default);
                return Ok(Some(super::some_item(m, id)));
            }
            Ok(m.key_of(*key)?
                .map(|key| dict.entries.get(&key).map_or(default, |(_, value)| *value)))
        }
        ("setdefault", [key] | [key, _]) if !dict.open => {
            let default = args.get(1).copied().unwrap_or(NONE);
            let Some(known) = m.key_of(*key)? else {
                return Ok(None);
            };
            if let Some((_, value)) = dict.entries.get(&known) {
                return Ok(Some(*value));
            }
            m.dict_put(id, known, *key, default);
            Ok(Some(default))
        }
        ("pop", [key] | [key, _]) if !dict.open => {
            let Some(known) = m.key_of(*key)? else {
                return Ok(None);
            };
            if dict.ty == B::OrderedDict {
                return Ok(None);
            }
            match m.dict_take(id, &known) {
                Some((key, value)) => {
                    m.hand_over(value);
                    m.st.dec(key);
                    Ok(Some(value))
                }
                None => match args.get(1) {
                    Some(default) => Ok(Some(*default)),
                    None => Err(m.raise(B::KeyError)),
                },
            }
        }
        ("popitem", []) if !dict.open && dict.ty == B::Dict => {
            let Some((last, (key, value))) = dict
                .entries
                .last()
                .map(|(key, entry)| (key.clone(), *entry))
            else {
                return Err(m.raise(B::KeyError));
            };
            let table = dict.table.and_then(|table| table.popitem());
            m.dict_take(id, &last);
            m.change_quietly(id, |kind| {
                if let Kind::Dict(dict) = kind {
                    Arc::make_mut(dict).table = table;
                }
            });
            let pair = m.tuple(vec![key, value]);
            m.st.dec(key);
            m.st.dec(value);
            Ok(Some(pair))
        }
        ("clear", []) => {
            if dict.open {
                m.mutated_unknown(id);
                return Ok(Some(NONE));
            }
            let table = dict
                .table
                .map(|table| table.clear())
                .filter(|_| dict.ty == B::Dict);
            let mut old = None;
            m.change(id, |kind| {
                if let Kind::Dict(dict) = kind {
                    let dict = Arc::make_mut(dict);
                    old = Some(std::mem::take(&mut dict.entries));
                    dict.table = table;
                }
            });
            for (key, value) in old
                .into_iter()
                .flat_map(|old| old.into_values().collect::<Vec<_>>())
            {
                m.st.dec(key);
                m.st.dec(value);
            }
            Ok(Some(NONE))
        }
        ("copy", []) if plain && dict.ty != B::OrderedDict => {
            if dict.open {
                m.st.escape(id);
            }
            Ok(Some(m.dict_copy(&dict)))
        }
        ("update", [] | [_]) if dict.ty != B::Counter => {
            if let [source] = args {
                m.dict_update(id, *source)?;
            }
            for (name, value) in keywords {
                let text = m.names.shared(*name);
                let key = m.atoms.str(&text);
                m.dict_put(id, Key::Str(text), key, *value);
            }
            Ok(Some(NONE))
        }
        _ => Ok(None),
    }
}

/// `dict(...)`: of a mapping, of pairs, of keywords.
pub(super) fn construct(m: &mut Machine<'_>, args: &[ObjId], keywords: Keywords<'_>) -> Answer {
    let layout = m.layout();
    let new = match args {
        [] => {
            let table = if keywords.is_empty() {
                DictTable::call(layout)
            } else {
                DictTable::EMPTY
            };
            m.new_dict(B::Dict, Some(table))
        }
        [source] => {
            let kind = m.kind_of(*source);
            match kind {
                Kind::Dict(dict) if !dict.open => {
                    let new = m.dict_copy(&dict);
                    let table = dict
                        .table
                        .map(|table| table.call_of_dict(layout))
                        .filter(|_| dict.ty != B::OrderedDict);
                    let table = if dict.entries.is_empty() {
                        Some(DictTable::call(layout))
                    } else {
                        table
                    };
                    m.change_quietly(new, |kind| {
                        if let Kind::Dict(dict) = kind {
                            let dict = Arc::make_mut(dict);
                            dict.ty = B::Dict;
                            dict.table = table;
                            dict.factory = None;
                        }
                    });
                    if let Some(factory) = dict.factory {
                        m.st.dec(factory);
                    }
                    new
                }
                Kind::Dict(_) | Kind::Unknown | Kind::Instance(_) | Kind::Named(..) => {
                    return Ok(None);
                }
                _ => {
                    let Some(pairs) = m.items_of(*source)? else {
                        return Ok(None);
                    };
                    let new = m.new_dict(B::Dict, Some(DictTable::EMPTY));
                    m.st.inc(new);
                    for pair in pairs {
                        let Some(parts) = m.items_of(pair)? else {
                            m.st.blur(pair);
                            m.st.dec(new);
                            return Ok(None);
                        };
                        let [key, value] = parts[..] else {
                            return Err(m.raise(B::ValueError));
                        };
                        let Some(known) = m.key_of(key)? else {
                            m.st.blur(pair);
                            m.st.dec(new);
                            return Ok(None);
                        };
                        m.dict_put(new, known, key, value);
                        m.drop_items(parts);
                        m.st.dec(pair);
                    }
                    if m.dict_len(new) == Some(0) {
                        let table = DictTable::call(layout);
                        m.change_quietly(new, |kind| {
                            if let Kind::Dict(dict) = kind {
                                Arc::make_mut(dict).table = Some(table);
                            }
                        });
                    }
                    m.st.uncount(new);
                    new
                }
            }
        }
        _ => return Ok(None),
    };
    m.st.inc(new);
    for (name, value) in keywords {
        let text = m.names.shared(*name);
        let key = m.atoms.str(&text);
        m.dict_put(new, Key::Str(text), key, *value);
    }
    if args.len() == 1 && !keywords.is_empty() {
        m.change_quietly(new, |kind| {
            if let Kind::Dict(dict) = kind {
                Arc::make_mut(dict).table = None;
            }
        });
    }
    m.st.uncount(new);
    Ok(Some(new))
}

impl Machine<'_> {
    /// Stores the value on top of the stack under the key below it, and takes both.
    pub(in crate::interp) fn dict_set(&mut self, dict: ObjId) -> R {
        let (key, value) = (self.st.peek(1), self.st.peek(0));
        match self.key_of(key)? {
            Some(known) if matches!(self.kind(dict), Kind::Dict(dict) if !dict.open) => {
                self.dict_put(dict, known, key, value);
            }
            _ => {
                self.st.escape(value);
                if self.is_opaque(key) {
                    self.unknown_use(key);
                } else {
                    self.st.escape(key);
                }
                self.mutated_unknown(dict);
            }
        }
        self.consume(2);
        Ok(())
    }

    /// Stores `value` under `key`; where the key was there its old object stays.
    pub(in crate::interp) fn dict_put(
        &mut self,
        dict: ObjId,
        known: Key,
        key: ObjId,
        value: ObjId,
    ) {
        let layout = self.layout();
        let exact_str = matches!(self.kind(key), Kind::Str(_));
        let track = self.tracking_of(key).max(self.tracking_of(value));
        let Kind::Dict(before) = self.kind(dict) else {
            return;
        };
        if before.open {
            self.st.escape(value);
            self.st.escape(key);
            self.mutated_unknown(dict);
            return;
        }
        let is_new = !before.entries.contains_key(&known);
        let ty = before.ty;
        self.st.inc(value);
        if is_new {
            self.st.inc(key);
        }
        let mut old = None;
        self.change(dict, |kind| {
            let Kind::Dict(dict) = kind else { return };
            let dict = Arc::make_mut(dict);
            dict.table = dict.table.map(|table| {
                table.insert(
                    layout,
                    crate::layout::Key {
                        exact_str,
                        new: is_new,
                    },
                )
            });
            if ty == B::OrderedDict {
                dict.table = dict.table.filter(|_| true);
            }
            if dict.tracked == Some(false) {
                dict.tracked = match track {
                    Tracking::Atom => Some(false),
                    Tracking::Perhaps => None,
                    Tracking::Tracked => Some(true),
                };
            } else if dict.tracked.is_none() && track == Tracking::Tracked {
                dict.tracked = Some(true);
            }
            match dict.entries.get_mut(&known) {
                Some(entry) => old = Some(std::mem::replace(&mut entry.1, value)),
                None => {
                    dict.entries.insert(known, (key, value));
                }
            }
        });
        self.keep_exposed(dict);
        if let Some(old) = old {
            self.st.dec(old);
        }
    }

    /// Takes an entry out; its references are the caller's.
    pub(in crate::interp) fn dict_take(
        &mut self,
        dict: ObjId,
        key: &Key,
    ) -> Option<(ObjId, ObjId)> {
        let mut taken = None;
        if !matches!(self.kind(dict), Kind::Dict(dict) if dict.entries.contains_key(key)) {
            return None;
        }
        self.change(dict, |kind| {
            if let Kind::Dict(dict) = kind {
                let dict = Arc::make_mut(dict);
                taken = dict.entries.shift_remove(key);
                dict.table = dict
                    .table
                    .map(|table| table.delete())
                    .filter(|_| dict.ty != B::OrderedDict);
            }
        });
        taken
    }

    /// `d.copy()`, `{**d}`, `copy.copy(d)`: same type, same items.
    pub(in crate::interp) fn dict_copy(&mut self, dict: &DictObj) -> ObjId {
        let layout = self.layout();
        let mut copy = dict.clone();
        copy.table = dict.table.map(|table| table.copied(layout));
        copy.tracked = match dict.tracked {
            // Only atoms are in it, and always were, or have been ever since it was made.
            Some(false) => Some(false),
            _ if dict.ty != B::Dict || layout.empty_dict_tracked() => Some(true),
            _ => {
                let most = dict
                    .entries
                    .values()
                    .map(|(key, value)| self.tracking_of(*key).max(self.tracking_of(*value)))
                    .max();
                match most {
                    _ if dict.open => None,
                    Some(Tracking::Tracked) => Some(true),
                    Some(Tracking::Perhaps) => None,
                    Some(Tracking::Atom) | None => None,
                }
            }
        };
        self.alloc(Kind::Dict(Arc::new(copy)))
    }

    /// `{**source}`: a display that begins with nothing else.
    pub(in crate::interp) fn dict_copy_into(&mut self, dict: ObjId, source: ObjId) -> R {
        self.dict_update(dict, source)
    }

    /// `dict.update(source)`, `dict |= source`.
    pub(in crate::interp) fn dict_update(&mut self, dict: ObjId, source: ObjId) -> R {
        match self.kind_of(source) {
            Kind::Dict(from) if !from.open && from.ty != B::OrderedDict => {
                self.dict_merge(dict, &from)
            }
            Kind::Unknown
            | Kind::Instance(_)
            | Kind::Named(..)
            | Kind::Opaque(..)
            | Kind::Dict(_) => {
                self.st.escape(source);
                self.mutated_unknown(dict);
                self.unknown_code();
            }
            _ => {
                let Some(pairs) = self.items_of(source)? else {
                    self.unknown_use(source);
                    self.mutated_unknown(dict);
                    return Ok(());
                };
                for pair in pairs {
                    let parts = self.items_of(pair)?;
                    if let Some([key, value]) = parts.as_deref() {
                        let (key, value) = (*key, *value);
                        if let Some(known) = self.key_of(key)? {
                            self.dict_put(dict, known, key, value);
                            self.drop_items(parts.unwrap_or_default());
                            self.st.dec(pair);
                            continue;
                        }
                    }
                    self.unknown_use(pair);
                    self.st.blur(pair);
                    self.mutated_unknown(dict);
                }
            }
        }
        Ok(())
    }

    /// All entries of `from` go into `dict` (`dict_merge`).
    pub(in crate::interp) fn dict_merge(&mut self, dict: ObjId, from: &DictObj) {
        let layout = self.layout();
        let Kind::Dict(before) = self.kind_of(dict) else {
            return;
        };
        let keys: Vec<crate::layout::Key> = from
            .entries
            .keys()
            .map(|key| crate::layout::Key {
                exact_str: matches!(key, Key::Str(_)),
                new: !before.entries.contains_key(key),
            })
            .collect();
        let table = before
            .table
            .zip(from.table)
            .map(|(table, other)| table.merge_keys(layout, other, &keys));
        for (known, (key, value)) in &from.entries {
            self.dict_put(dict, known.clone(), *key, *value);
        }
        self.change_quietly(dict, |kind| {
            if let Kind::Dict(dict) = kind
                && !dict.open
            {
                let dict = Arc::make_mut(dict);
                dict.table = table.filter(|_| dict.ty != B::OrderedDict);
            }
        });
        if let Some(tracked) = self.merged_tracking(dict, from) {
            self.change_quietly(dict, |kind| {
                if let Kind::Dict(dict) = kind {
                    Arc::make_mut(dict).tracked = tracked;
                }
            });
        }
    }

    /// A merge of a dict may track the result by the other's state instead of its values: known only where both agree.
    fn merged_tracking(&self, dict: ObjId, from: &DictObj) -> Option<Option<bool>> {
        let Kind::Dict(now) = self.kind(dict) else {
            return None;
        };
        (now.tracked == Some(false) && from.tracked != Some(false)).then_some(None)
    }

    /// The collector stops tracking dicts in which nothing is tracked (`untrack_dicts`, up to 3.13). Dicts and tuples in
    /// them may be untracked in the same go, before or after.
    pub(in crate::interp) fn untrack_dicts(&mut self) {
        let tracked: Vec<ObjId> = self
            .st
            .heap
            .iter()
            .filter(|(_, obj)| {
                matches!(&obj.kind, Kind::Dict(dict)
                    if dict.ty == B::Dict && !dict.open && dict.tracked != Some(false))
            })
            .map(|(id, _)| id)
            .collect();
        for id in tracked {
            let Kind::Dict(dict) = self.kind(id) else {
                continue;
            };
            let held = dict.entries.values().flat_map(|(key, value)| [key, value]);
            let most = held
                .map(|held| match self.kind(*held) {
                    Kind::Dict(inner) if inner.ty == B::Dict => Tracking::Perhaps,
                    _ => self.tracking_of(*held),
                })
                .max();
            let now = match most {
                None | Some(Tracking::Atom) => Some(false),
                Some(Tracking::Perhaps) => None,
                Some(Tracking::Tracked) => continue,
            };
            self.change_quietly(id, |kind| {
                if let Kind::Dict(dict) = kind {
                    Arc::make_mut(dict).tracked = now;
                }
            });
        }
    }

    /// Whether a dict that holds the object is tracked for it (`MAINTAIN_TRACKING`).
    fn tracking_of(&self, id: ObjId) -> Tracking {
        match self.kind(id) {
            Kind::Tuple(items) if items.is_empty() => Tracking::Atom,
            Kind::Tuple(_) | Kind::Unknown | Kind::Named(..) | Kind::Type(_) => Tracking::Perhaps,
            Kind::Dict(dict) => match dict.tracked {
                Some(true) => Tracking::Tracked,
                _ => Tracking::Perhaps,
            },
            Kind::Opaque(ty, _) if !ty.is_atom() => Tracking::Perhaps,
            Kind::Range(_) => Tracking::Atom,
            kind if crate::domain::join::builtin_type(kind).is_some_and(B::is_atom) => {
                Tracking::Atom
            }
            _ => Tracking::Tracked,
        }
    }
}

/// What an object does to the tracking of a dict that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tracking {
    Atom,
    Perhaps,
    Tracked,
}
