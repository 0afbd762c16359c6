//! Keys: what a dict or set finds an object by.

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use super::machine::{Machine, R};
use super::value::as_int;
use crate::domain::{B, Key, Kind, ObjId};

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
}
