//! Methods of `list` (`Objects/listobject.c`).

use std::sync::Arc;

use super::super::machine::{Machine, R};
use super::super::value::{as_i64, index_in};
use super::{Answer, Keywords};
use crate::domain::atoms::NONE;
use crate::domain::{B, Kind, ListObj, ObjId};
use crate::layout::{ListMade, Slots};

/// Their names.
pub(super) const METHODS: &[&str] = &[
    "append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse",
    "sort",
];

pub(super) fn call(
    m: &mut Machine<'_>,
    list_id: ObjId,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    let Kind::List(list) = m.kind_of(list_id) else {
        return Ok(None);
    };
    match (name, args) {
        ("append", [item]) => {
            m.list_append(list_id, *item);
            Ok(Some(NONE))
        }
        ("extend", [source]) => {
            m.list_extend(list_id, *source)?;
            Ok(Some(NONE))
        }
        ("copy", []) => Ok(Some(copy(m, list_id, &list))),
        ("clear", []) => {
            if list.open {
                m.st.forget(list_id);
            }
            let open = Arc::new(ListObj {
                items: Vec::new(),
                slots: Some(Slots::NONE),
                open: false,
                every: None,
            });
            replace_contents(m, list_id, open);
            Ok(Some(NONE))
        }
        ("reverse", []) => {
            if !list.open {
                m.change(list_id, |kind| {
                    if let Kind::List(list) = kind {
                        Arc::make_mut(list).items.reverse();
                    }
                });
            }
            Ok(Some(NONE))
        }
        ("insert", [at, item]) => {
            let at = as_i64(m.kind(*at));
            match at {
                Some(at) if !list.open => {
                    let len = list.items.len();
                    let at = if at < 0 {
                        (at + len as i64).max(0) as usize
                    } else {
                        (at as usize).min(len)
                    };
                    let slots = list
                        .slots
                        .map(|slots| m.layout().list_append(len as u64, slots));
                    let mut items = list.items.clone();
                    items.insert(at, *item);
                    m.set_list(list_id, items, slots);
                }
                _ => {
                    m.mutated_unknown(list_id);
                    m.st.escape(*item);
                }
            }
            Ok(Some(NONE))
        }
        ("pop", [] | [_]) => {
            if list.open {
                m.may_raise();
                if let Some(every) = list.every {
                    m.change_open_list(list_id);
                    return Ok(Some(every));
                }
                let item = super::some_item(m, list_id);
                m.mutated_unknown(list_id);
                return Ok(Some(item));
            }
            let at = match args.first() {
                None => Some(-1),
                Some(at) => as_i64(m.kind(*at)),
            };
            let Some(at) = at else { return Ok(None) };
            let Some(at) = index_in(at, list.items.len()) else {
                return Err(m.raise(B::IndexError));
            };
            let len = list.items.len() as u64;
            let slots = list.slots.map(|slots| {
                if at + 1 == list.items.len() {
                    m.layout().list_pop(len, slots)
                } else {
                    m.layout().list_pop_at(len, slots)
                }
            });
            let mut items = list.items.clone();
            let item = items.remove(at);
            Ok(Some(take_out(m, list_id, items, slots, item)))
        }
        ("remove", [wanted]) => {
            if list.open {
                m.may_raise();
                m.mutated_unknown(list_id);
                if m.is_opaque(*wanted) {
                    return Ok(None);
                }
                return Ok(Some(NONE));
            }
            match find(m, list_id, &list.items, *wanted)? {
                Found::At(at) => {
                    let len = list.items.len() as u64;
                    let slots = list
                        .slots
                        .map(|slots| m.layout().list_assign_slice(len, slots, len - 1));
                    let mut items = list.items.clone();
                    items.remove(at);
                    m.set_list(list_id, items, slots);
                    Ok(Some(NONE))
                }
                Found::Missing => Err(m.raise(B::ValueError)),
                Found::Unknown => Ok(None),
            }
        }
        ("index", [wanted]) if !list.open => match find(m, list_id, &list.items, *wanted)? {
            Found::At(at) => Ok(Some(m.int64(at as i64))),
            Found::Missing => Err(m.raise(B::ValueError)),
            Found::Unknown => Ok(None),
        },
        ("count", [wanted]) if !list.open => {
            let mut n = 0;
            let before = m.kind_of(list_id);
            for item in &list.items {
                match m.equals_or_same(*item, *wanted)? {
                    Some(equal) if *m.kind(list_id) == before => n += i64::from(equal),
                    _ => return Ok(None),
                }
            }
            Ok(Some(m.int64(n)))
        }
        ("sort", []) => {
            if list.open {
                m.may_raise();
                if list.every.is_some() && keywords.is_empty() {
                    m.change_open_list(list_id);
                    return Ok(Some(NONE));
                }
                m.mutated_unknown(list_id);
                m.unknown_code();
                return Ok(Some(NONE));
            }
            super::sort::in_place(m, list_id, &list, keywords)
        }
        _ => Ok(None),
    }
}

/// `list.copy()`, `copy.copy(list)`, `list[:]`.
pub(in crate::interp) fn copy(m: &mut Machine<'_>, of: ObjId, list: &ListObj) -> ObjId {
    if list.open {
        if list.every.is_none() {
            m.st.escape(of);
        }
        return m.open_list_of(list.every);
    }
    m.new_list(list.items.clone(), ListMade::Exact)
}

fn replace_contents(m: &mut Machine<'_>, list: ObjId, new: Arc<ListObj>) {
    let mut old = None;
    m.change(list, |kind| {
        if let Kind::List(list) = kind {
            old = Some(std::mem::replace(list, new));
        }
    });
    for item in old.iter().flat_map(|old| old.items.iter().rev()) {
        m.st.dec(*item);
    }
}

/// Takes an item out that the caller goes on using: the list's reference to it becomes the operand stack's for a moment.
fn take_out(
    m: &mut Machine<'_>,
    list: ObjId,
    items: Vec<ObjId>,
    slots: Option<Slots>,
    item: ObjId,
) -> ObjId {
    m.change(list, |kind| {
        if let Kind::List(list) = kind {
            let list = Arc::make_mut(list);
            list.items = items;
            list.slots = slots;
        }
    });
    m.hand_over(item);
    item
}

enum Found {
    At(usize),
    Missing,
    Unknown,
}

fn find(m: &mut Machine<'_>, list: ObjId, items: &[ObjId], wanted: ObjId) -> R<Found> {
    let before = m.kind_of(list);
    for (at, item) in items.iter().enumerate() {
        match m.equals_or_same(*item, wanted)? {
            Some(_) if *m.kind(list) != before => return Ok(Found::Unknown),
            Some(true) => return Ok(Found::At(at)),
            Some(false) => {}
            None => return Ok(Found::Unknown),
        }
    }
    Ok(Found::Missing)
}

impl Machine<'_> {
    /// `list.append(item)`
    pub(in crate::interp) fn list_append(&mut self, list: ObjId, item: ObjId) {
        let Kind::List(before) = self.kind(list) else {
            self.mutated_unknown(list);
            self.st.escape(item);
            return;
        };
        if before.open {
            if before.every.is_some_and(|every| self.is_such(item, every)) {
                self.lend_out(item);
                self.change_open_list(list);
                return;
            }
            self.mutated_unknown(list);
            // The list holds it; nothing else is known of where.
            self.st.inc(item);
            self.st.blur(item);
            return;
        }
        let len = before.items.len() as u64;
        let slots = before
            .slots
            .map(|slots| self.layout().list_append(len, slots));
        self.st.inc(item);
        self.change(list, |kind| {
            if let Kind::List(list) = kind {
                let list = Arc::make_mut(list);
                list.items.push(item);
                list.slots = slots;
            }
        });
        self.keep_exposed(list);
    }

    /// A list of which nothing but what its items have in common is known changes, and they still have that in common.
    fn change_open_list(&mut self, list: ObjId) {
        self.change(list, |kind| {
            if let Kind::List(list) = kind {
                Arc::make_mut(list).slots = None;
            }
        });
    }

    /// Whether `every` (the atom that stands for items of a list) may stand for the object.
    pub(in crate::interp) fn is_such(&self, id: ObjId, every: ObjId) -> bool {
        if self.is_foreign(every) {
            return self.is_inert(id) && !matches!(self.kind(id), Kind::Tuple(_));
        }
        let ty = crate::domain::join::builtin_type(self.kind(id));
        ty.is_some() && ty == crate::domain::join::builtin_type(self.kind(every))
    }

    /// An object that a container just let go of goes to the caller, alive: its count is one too high until the result
    /// is on the stack.
    pub(in crate::interp) fn hand_over(&mut self, item: ObjId) {
        self.handed_over.push(item);
    }
}
