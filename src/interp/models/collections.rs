//! `collections`: OrderedDict, defaultdict, Counter, deque.

use std::sync::Arc;

use super::super::machine::Machine;
use super::super::value::{as_i64, index_in};
use super::{Answer, Keywords};
use crate::domain::atoms::NONE;
use crate::domain::{B, Key, Kind, ObjId};
use crate::layout::DictTable;

/// Names of the methods of `deque`.
pub(super) const DEQUE_METHODS: &[&str] = &[
    "append", "appendleft", "clear", "copy", "count", "extend", "extendleft", "index", "insert", "pop", "popleft",
    "remove", "reverse", "rotate",
];

pub(super) fn construct(m: &mut Machine<'_>, ty: B, args: &[ObjId], keywords: Keywords<'_>) -> Answer {
    match ty {
        B::Deque => {
            if !keywords.is_empty() {
                return Ok(None);
            }
            let items = match args {
                [] => Vec::new(),
                [of] => match m.known_items(*of)? {
                    Some(items) => items,
                    None => return Ok(None),
                },
                _ => return Ok(None),
            };
            Ok(Some(m.alloc(Kind::Deque(Some(Arc::new(items))))))
        }
        B::DefaultDict => {
            let factory = args.first().copied().unwrap_or(NONE);
            if args.len() > 1 || !keywords.is_empty() {
                return Ok(None);
            }
            let table = DictTable::call(m.layout());
            let dict = m.new_dict(ty, Some(table));
            m.st.inc(factory);
            m.change_quietly(dict, |kind| {
                if let Kind::Dict(dict) = kind {
                    Arc::make_mut(dict).factory = Some(factory);
                }
            });
            Ok(Some(dict))
        }
        B::OrderedDict => {
            if args.len() > 1 {
                return Ok(None);
            }
            let dict = m.new_dict(ty, Some(DictTable::EMPTY).filter(|_| args.is_empty()));
            m.st.inc(dict);
            if let [source] = args {
                m.dict_update(dict, *source)?;
            }
            for (name, value) in keywords {
                let text = m.names.shared(*name);
                let key = m.atoms.str(&text);
                m.dict_put(dict, Key::Str(text), key, *value);
            }
            m.uncount(dict);
            Ok(Some(dict))
        }
        _ => Ok(None),
    }
}

pub(super) fn call_deque(
    m: &mut Machine<'_>,
    id: ObjId,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    let Kind::Deque(Some(items)) = m.kind_of(id) else { return Ok(None) };
    if !keywords.is_empty() {
        return Ok(None);
    }
    let mut items = items.to_vec();
    match (name, args) {
        ("append", [item]) => items.push(*item),
        ("appendleft", [item]) => items.insert(0, *item),
        ("extend", [source]) => match m.known_items(*source)? {
            Some(more) => items.extend(more),
            None => return Ok(None),
        },
        ("pop" | "popleft", []) => {
            if items.is_empty() {
                return Err(m.raise(B::IndexError));
            }
            let item = if name == "pop" { items.remove(items.len() - 1) } else { items.remove(0) };
            m.change(id, |kind| *kind = Kind::Deque(Some(Arc::new(items))));
            m.hand_over(item);
            return Ok(Some(item));
        }
        ("clear", []) => items.clear(),
        ("reverse", []) => items.reverse(),
        ("rotate", [] | [_]) => {
            let by = match args.first() {
                None => Some(1),
                Some(by) => as_i64(m.kind(*by)),
            };
            let Some(by) = by else { return Ok(None) };
            if !items.is_empty() {
                let by = by.rem_euclid(items.len() as i64) as usize;
                items.rotate_right(by);
            }
        }
        ("index", [wanted]) => {
            for (at, item) in items.iter().enumerate() {
                match m.equal_or_same(*item, *wanted) {
                    Some(true) => return Ok(Some(m.int64(at as i64))),
                    Some(false) => {}
                    None => return Ok(None),
                }
            }
            return Err(m.raise(B::ValueError));
        }
        ("insert", [at, item]) => match as_i64(m.kind(*at)).map(|at| index_in(at, items.len() + 1)) {
            Some(Some(at)) => items.insert(at, *item),
            _ => return Ok(None),
        },
        _ => return Ok(None),
    }
    m.set_deque(id, items);
    Ok(Some(NONE))
}

impl Machine<'_> {
    fn set_deque(&mut self, id: ObjId, items: Vec<ObjId>) {
        for item in &items {
            self.st.inc(*item);
        }
        let mut old = None;
        self.change(id, |kind| {
            old = match std::mem::replace(kind, Kind::Deque(Some(Arc::new(items)))) {
                Kind::Deque(old) => old,
                _ => None,
            };
        });
        for item in old.iter().flat_map(|old| old.iter()) {
            self.st.dec(*item);
        }
        self.keep_exposed(id);
    }
}
