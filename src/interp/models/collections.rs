//! `collections`: OrderedDict, defaultdict, Counter, deque.

use std::sync::Arc;

use super::super::machine::Machine;
use super::super::value::{as_i64, index_in};
use super::{Answer, Keywords};
use crate::domain::atoms::NONE;
use crate::domain::{B, DequeObj, Key, Kind, ObjId};
use crate::layout::{DequeBlocks, DictTable};

/// Names of the methods of `deque`.
pub(super) const DEQUE_METHODS: &[&str] = &[
    "append",
    "appendleft",
    "clear",
    "copy",
    "count",
    "extend",
    "extendleft",
    "index",
    "insert",
    "pop",
    "popleft",
    "remove",
    "reverse",
    "rotate",
];

pub(super) fn construct(
    m: &mut Machine<'_>,
    ty: B,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    match ty {
        B::Deque => {
            if !keywords.is_empty() || args.len() > 1 {
                return unknown(m, ty, args, keywords);
            }
            let items = match args {
                [] => Vec::new(),
                [of] => match m.known_items(*of)? {
                    Some(items) => items,
                    None => return unknown(m, ty, args, keywords),
                },
                _ => return Ok(None),
            };
            let deque = m.alloc(Kind::Deque(Some(Arc::new(DequeObj {
                blocks: Some(DequeBlocks::of_iterable(items.len() as u64)),
                items: items.clone(),
            }))));
            m.drop_items(items);
            Ok(Some(deque))
        }
        B::DefaultDict => {
            let factory = args.first().copied().unwrap_or(NONE);
            if args.len() > 1 || !keywords.is_empty() {
                return unknown(m, ty, args, keywords);
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
            let table = DictTable::call(m.layout());
            let dict = m.new_dict(ty, Some(table).filter(|_| args.is_empty()));
            m.st.inc(dict);
            if let [source] = args {
                m.dict_update(dict, *source)?;
            }
            for (name, value) in keywords {
                let text = m.names.shared(*name);
                let key = m.atoms.str(&text);
                m.dict_put(dict, Key::Str(text), key, *value);
            }
            m.st.uncount(dict);
            Ok(Some(dict))
        }
        B::Counter if keywords.is_empty() && args.len() < 2 => {
            let items = match args {
                [] => Vec::new(),
                [of] if matches!(m.kind(*of), Kind::Dict(_)) => {
                    return unknown(m, ty, args, keywords);
                }
                [of] => match m.known_items(*of)? {
                    Some(items) => items,
                    None => return unknown(m, ty, args, keywords),
                },
                _ => return Ok(None),
            };
            let mut keys = Vec::with_capacity(items.len());
            for item in &items {
                keys.push(m.key_of(*item)?);
            }
            let Some(keys) = keys.into_iter().collect::<Option<Vec<Key>>>() else {
                items.into_iter().for_each(|item| m.st.blur(item));
                return unknown(m, ty, args, keywords);
            };
            let table = DictTable::call(m.layout());
            let counter = m.new_dict(ty, Some(table));
            m.st.inc(counter);
            let mut counts: Vec<(Key, ObjId, i64)> = Vec::new();
            for (key, item) in keys.into_iter().zip(&items) {
                match counts.iter_mut().find(|(other, ..)| *other == key) {
                    Some((.., n)) => *n += 1,
                    None => counts.push((key, *item, 1)),
                }
            }
            for (key, item, n) in counts {
                let n = m.int64(n);
                m.dict_put(counter, key, item, n);
            }
            m.drop_items(items);
            m.st.uncount(counter);
            Ok(Some(counter))
        }
        _ => unknown(m, ty, args, keywords),
    }
}

/// A new one whose contents are not known, made of these; `None` where making it runs code.
fn unknown(m: &mut Machine<'_>, ty: B, args: &[ObjId], keywords: Keywords<'_>) -> Answer {
    let all: Vec<ObjId> = args
        .iter()
        .copied()
        .chain(keywords.iter().map(|(_, value)| *value))
        .collect();
    let runs = all
        .iter()
        .any(|id| m.may_run(*id, super::ITERATE) || m.may_run(*id, super::COMPARE));
    if runs {
        return Ok(None);
    }
    m.quiet_iteration();
    all.into_iter().for_each(|id| m.st.escape(id));
    Ok(Some(m.new_unknown(ty)))
}

pub(super) fn call_deque(
    m: &mut Machine<'_>,
    id: ObjId,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    let Kind::Deque(Some(deque)) = m.kind_of(id) else {
        return Ok(None);
    };
    let mut blocks = deque.blocks;
    if !keywords.is_empty() {
        return Ok(None);
    }
    let mut items = deque.items.clone();
    match (name, args) {
        ("append", [item]) => {
            items.push(*item);
            blocks = blocks.map(DequeBlocks::append);
        }
        ("appendleft", [item]) => {
            items.insert(0, *item);
            blocks = blocks.map(DequeBlocks::appendleft);
        }
        ("extend", [source]) => match m.known_items(*source)? {
            Some(more) => {
                items.extend(&more);
                blocks = blocks.map(|blocks| blocks.extend(more.len() as u64));
                m.set_deque(id, items, blocks);
                m.drop_items(more);
                return Ok(Some(NONE));
            }
            None => return Ok(None),
        },
        ("pop" | "popleft", []) => {
            if items.is_empty() {
                return Err(m.raise(B::IndexError));
            }
            let item = if name == "pop" {
                items.remove(items.len() - 1)
            } else {
                items.remove(0)
            };
            blocks = blocks.map(if name == "pop" {
                DequeBlocks::pop
            } else {
                DequeBlocks::popleft
            });
            m.change(id, |kind| {
                *kind = Kind::Deque(Some(Arc::new(DequeObj { items, blocks })))
            });
            m.hand_over(item);
            return Ok(Some(item));
        }
        ("clear", []) => {
            items.clear();
            blocks = blocks.map(DequeBlocks::clear);
        }
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
            blocks = None;
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
        ("insert", [at, item]) => match as_i64(m.kind(*at)).map(|at| index_in(at, items.len() + 1))
        {
            Some(Some(at)) => {
                items.insert(at, *item);
                blocks = None;
            }
            _ => return Ok(None),
        },
        _ => return Ok(None),
    }
    m.set_deque(id, items, blocks);
    Ok(Some(NONE))
}

impl Machine<'_> {
    fn set_deque(&mut self, id: ObjId, items: Vec<ObjId>, blocks: Option<DequeBlocks>) {
        for item in &items {
            self.st.inc(*item);
        }
        let mut old = None;
        self.change(id, |kind| {
            old = match std::mem::replace(
                kind,
                Kind::Deque(Some(Arc::new(DequeObj { items, blocks }))),
            ) {
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
