//! Keys: what a dict or set finds an object by.

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use super::hash::{Hashing, hash_of_key, same_hash};
use super::machine::{Machine, R};
use super::value::as_int;
use crate::domain::{B, DictObj, Hash, Key, Kind, ObjId};
use crate::hir::CmpOp;

impl Machine<'_> {
    /// The key of an object; `None` where its hash or equality is not known. An unhashable object raises.
    pub(super) fn key_of(&mut self, id: ObjId) -> R<Option<Key>> {
        let kind = self.kind_of(id);
        if let Some(value) = as_int(&kind) {
            return Ok(Some(Key::Int(value)));
        }
        Ok(match &kind {
            Kind::Float(bits) => {
                let value = f64::from_bits(*bits);
                if value.is_nan() {
                    None
                } else if value.fract() == 0.0 && value.is_finite() {
                    BigInt::from_f64(value).map(Key::Int)
                } else {
                    Some(Key::Float(*bits))
                }
            }
            Kind::Str(text) => Some(Key::Str(text.clone())),
            Kind::Bytes(content) => Some(Key::Bytes(content.clone())),
            Kind::None => Some(Key::None),
            Kind::Ellipsis => Some(Key::Ellipsis),
            Kind::Tuple(items) => {
                let mut keys = Vec::with_capacity(items.len());
                for item in items.iter() {
                    match self.key_of(*item)? {
                        Some(key) => keys.push(key),
                        None => return Ok(None),
                    }
                }
                Some(Key::Tuple(keys))
            }
            Kind::Set(set) if set.frozen && !set.open => {
                let mut keys: Vec<Key> = set.items.keys().cloned().collect();
                if keys.iter().any(is_own) {
                    return Ok(None);
                }
                keys.sort_by_cached_key(|key| format!("{key:?}"));
                Some(Key::FrozenSet(keys))
            }
            Kind::List(_) | Kind::Dict(_) | Kind::Set(_) | Kind::ByteArray(_) | Kind::Deque(_)
                if !matches!(&kind, Kind::Set(set) if set.frozen) =>
            {
                return Err(self.raise(B::TypeError));
            }
            Kind::Function(_)
            | Kind::Class(_)
            | Kind::Type(_)
            | Kind::BuiltinFunction(_)
            | Kind::Module(_) => Some(Key::Identity(id)),
            Kind::Instance(instance) => {
                let content = self.content_for(id, &["__eq__", "__hash__"]);
                if content != id {
                    return self.key_of(content);
                }
                if self.has_data_eq(id)
                    && !self.has_special(id, "__eq__")
                    && !self.has_special(id, "__hash__")
                {
                    if !self.is_frozen(instance.class) {
                        return Err(self.raise(B::TypeError));
                    }
                    let Some(fields) = self.compared_fields(id, false) else {
                        return Ok(None);
                    };
                    let mut keys = vec![Key::Identity(instance.class)];
                    for field in fields {
                        match self.key_of(field)? {
                            Some(key) => keys.push(key),
                            None => return Ok(None),
                        }
                    }
                    return Ok(Some(Key::Tuple(keys)));
                }
                let plain = !self.has_special(id, "__eq__") && !self.has_special(id, "__hash__");
                (plain && !self.obj(id).uncertain).then_some(Key::Identity(id))
            }
            _ => None,
        })
    }

    /// The key by which a dict or set finds the object, or would keep it: that of an equal one that it holds, else the
    /// object's own. `None` where that is not known; code that is not followed has run then, where methods decide.
    pub(super) fn key_in(&mut self, container: ObjId, id: ObjId) -> R<Option<Key>> {
        let by_method = self.hashes_itself(id);
        let any_own = match self.kind(container) {
            Kind::Dict(dict) => dict.entries.keys().any(is_own),
            Kind::Set(set) => set.items.keys().any(is_own),
            _ => false,
        };
        if !by_method && !any_own {
            return self.key_of(id);
        }
        let before = self.kind_of(container);
        let entries: Option<Vec<(Key, ObjId)>> = match &before {
            Kind::Dict(dict) if !dict.open => {
                let entries = dict.entries.iter();
                Some(entries.map(|(key, (id, _))| (key.clone(), *id)).collect())
            }
            Kind::Set(set) if !set.open => {
                let entries = set.items.iter();
                Some(entries.map(|(key, id)| (key.clone(), *id)).collect())
            }
            _ => None,
        };
        let key = match entries {
            Some(entries) => self.key_among(&entries, id)?,
            None => None,
        };
        // A method may have changed the container under way.
        if key.is_none() || *self.kind(container) != before {
            self.st.escape(container);
            self.unknown_use(id);
            return Ok(None);
        }
        Ok(key)
    }

    /// The same among these keys and their objects. Where it is not known, code that is not followed is still to run.
    pub(super) fn key_among(&mut self, entries: &[(Key, ObjId)], id: ObjId) -> R<Option<Key>> {
        let (hash, plain) = if self.hashes_itself(id) {
            (self.hash_of(id)?, None)
        } else {
            let Some(key) = self.key_of(id)? else {
                return Ok(None);
            };
            if !entries.iter().any(|(key, _)| is_own(key)) {
                return Ok(Some(key));
            }
            (hash_of_key(&key), Some(key))
        };
        let Some(hash) = hash.filter(|_| plain.is_some() || !self.obj(id).uncertain) else {
            return Ok(None);
        };
        let mut candidate = None;
        for (key, object) in entries {
            let matches = match (&plain, key) {
                (Some(plain), key) if !is_own(key) => Some(plain == key),
                (_, key) => hash_of_key(key).and_then(|other| same_hash(&hash, &other)),
            };
            match matches {
                Some(false) => {}
                // Of several with one hash the table decides which is asked first.
                Some(true) if candidate.is_none() => candidate = Some((key.clone(), *object)),
                _ => return Ok(None),
            }
        }
        let own = plain.clone().unwrap_or(Key::Own(hash, id));
        let Some((key, object)) = candidate else {
            return Ok(Some(own));
        };
        if plain.is_some() && !is_own(&key) || self.is_same(object, id) {
            return Ok(Some(key));
        }
        Ok(match self.compares(CmpOp::Eq, object, id)? {
            Some(true) => Some(key),
            Some(false) => Some(own),
            None => None,
        })
    }

    /// Whether methods of the program say how the object is hashed.
    pub(super) fn hashes_itself(&mut self, id: ObjId) -> bool {
        matches!(self.hashing(id), Hashing::Method(_) | Hashing::Never)
    }
}

/// Whether no method of the program is asked where a builtin object is looked up in the dict by this key.
pub fn finds_plainly(dict: &DictObj, key: &Key) -> bool {
    !is_own(key)
        && dict
            .entries
            .keys()
            .filter(|other| is_own(other))
            .all(|other| {
                hash_of_key(key)
                    .zip(hash_of_key(other))
                    .and_then(|(x, y)| same_hash(&x, &y))
                    == Some(false)
            })
}

/// Whether the class of the object with this key says how it is hashed and compared.
pub(super) fn is_own(key: &Key) -> bool {
    matches!(key, Key::Own(..))
}

/// Whether looking the keys of the one container up in the other asks no method of the program.
pub(super) fn are_told_apart<'k>(
    a: impl Iterator<Item = &'k Key> + Clone,
    b: impl Iterator<Item = &'k Key> + Clone,
) -> bool {
    a.clone().all(|x| {
        b.clone().all(|y| {
            !is_own(x) && !is_own(y)
                || x == y
                || hash_of_key(x)
                    .zip(hash_of_key(y))
                    .and_then(|(x, y): (Hash, Hash)| same_hash(&x, &y))
                    == Some(false)
        })
    })
}
