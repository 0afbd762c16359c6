//! Hashes: what `hash()` gives, and whether two of them are equal.
//!
//! A string's hash differs from run to run, and an object's is made of its address: of these only what they are the hash
//! of is known. Two such hashes are taken for different where what they are of differs, as they are but for one case in
//! 2 to the power of 64.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};

use super::machine::{Machine, R};
use crate::domain::{B, Hash, Key, Kind, Makeup, ObjId};

/// `sys.hash_info.modulus`
const MODULUS: i64 = (1 << 61) - 1;
/// How many bits a float's hash is rotated in.
const BITS: u32 = 61;

/// How an object is hashed.
pub(super) enum Hashing {
    /// As CPython hashes its like.
    Builtin,
    /// By a `__hash__` of the program.
    Method(ObjId),
    /// Not at all: its class defines `__eq__` and no `__hash__`.
    Never,
    Unknown,
}

impl Machine<'_> {
    /// How the object is hashed.
    pub(super) fn hashing(&mut self, id: ObjId) -> Hashing {
        let Kind::Instance(instance) = self.kind(id) else {
            return Hashing::Builtin;
        };
        let class = instance.class;
        let [hash, eq] = ["__hash__", "__eq__"].map(|name| self.names.intern(name));
        let Kind::Class(of) = self.kind(class) else {
            return Hashing::Unknown;
        };
        let by_decorator = matches!(of.makeup, Makeup::Data { .. });
        for base in &of.mro {
            let Kind::Class(here) = self.kind(*base) else {
                break; // what a builtin base does
            };
            if here.shape.is_none() {
                return Hashing::Unknown;
            }
            let own = (here.attrs.get(&hash), here.attrs.get(&eq));
            if own == (None, None) {
                continue;
            }
            // The decorator of a dataclass may have put another in its place.
            if by_decorator && (own.0.is_none() || *base != class) {
                return Hashing::Unknown;
            }
            return match own.0 {
                Some(found) => match self.kind(*found) {
                    Kind::Function(_) => Hashing::Method(*found),
                    Kind::None => Hashing::Never,
                    _ => Hashing::Unknown,
                },
                None if self.p.stored_attributes.binary_search(&eq).is_ok() => Hashing::Unknown,
                None => Hashing::Never,
            };
        }
        Hashing::Builtin
    }

    /// `hash(x)`: `None` where it is not known. A method of the program is called for it; an unhashable object raises.
    pub(super) fn hash_of(&mut self, id: ObjId) -> R<Option<Hash>> {
        match self.hashing(id) {
            Hashing::Builtin => {}
            Hashing::Never => return Err(self.raise(B::TypeError)),
            Hashing::Unknown => return Ok(None),
            Hashing::Method(function) => {
                self.call_from_slot(function, &[id])?;
                let result = self.st.peek(0);
                let hash = match super::value::as_int(self.kind(result)) {
                    Some(value) => Some(Hash::Value(hash_of_int(&value))),
                    None => self.hashes.get(&result).cloned(),
                };
                self.consume(1);
                return Ok(hash);
            }
        }
        if let Kind::Tuple(items) = self.kind_of(id) {
            let mut keys = Vec::with_capacity(items.len());
            for item in items.iter() {
                match self.hash_of(*item)? {
                    Some(hash) => keys.push(as_key(hash)),
                    None => return Ok(None),
                }
            }
            return Ok(Some(Hash::Of(Box::new(Key::Tuple(keys)))));
        }
        Ok(self.key_of(id)?.and_then(|key| hash_of_key(&key)))
    }

    /// The number that `hash()` gives for this hash.
    pub(super) fn hash_number(&mut self, hash: Hash) -> ObjId {
        match hash {
            Hash::Value(value) => self.int64(value),
            hash => {
                let number = self.uncertain(Kind::Opaque(B::Int, None));
                self.hashes.insert(number, hash);
                number
            }
        }
    }
}

/// The hash of an object with this key; `None` where it does not follow from it.
pub(super) fn hash_of_key(key: &Key) -> Option<Hash> {
    Some(match key {
        Key::Int(value) => Hash::Value(hash_of_int(value)),
        Key::Float(bits) => Hash::Value(hash_of_float(f64::from_bits(*bits))),
        Key::Str(text) if text.is_empty() => Hash::Value(0),
        Key::Bytes(content) if content.is_empty() => Hash::Value(0),
        Key::Tuple(keys) => {
            // A frozen dataclass is told by its class, which does not count.
            if let Some(Key::Identity(_)) = keys.first() {
                return None;
            }
            let keys: Option<Vec<Key>> = keys
                .iter()
                .map(|key| hash_of_key(key).map(as_key))
                .collect();
            Hash::Of(Box::new(Key::Tuple(keys?)))
        }
        Key::FrozenSet(_) | Key::Complex(..) => return None,
        Key::Own(hash, _) => hash.clone(),
        key => Hash::Of(Box::new(key.clone())),
    })
}

/// Whether the two are equal; `None` where that is not sure.
pub(super) fn same_hash(a: &Hash, b: &Hash) -> Option<bool> {
    match (a, b) {
        (Hash::Value(_), Hash::Value(_)) | (Hash::Of(_), Hash::Of(_)) => Some(a == b),
        (Hash::Value(value), Hash::Of(of)) | (Hash::Of(of), Hash::Value(value)) => {
            // An address is never that small, nor negative; what is computed by mixing is large as a rule.
            let small = match **of {
                Key::Str(_) | Key::Bytes(_) | Key::Tuple(_) => 1 << 32,
                _ => 4096,
            };
            (-(1 << 32)..small).contains(value).then_some(false)
        }
    }
}

/// A key that hashes so.
fn as_key(hash: Hash) -> Key {
    match hash {
        Hash::Value(value) => Key::Int(value.into()),
        Hash::Of(key) => *key,
    }
}

/// `long_hash`
fn hash_of_int(value: &BigInt) -> i64 {
    let rest = (value.abs() % MODULUS).to_i64().unwrap_or(0);
    settled(rest, value.is_negative())
}

/// `_Py_HashDouble` of a finite number.
fn hash_of_float(value: f64) -> i64 {
    const CHUNK: u32 = 28;
    if !value.is_finite() {
        return if value > 0.0 { 314_159 } else { -314_159 };
    }
    let (mut mantissa, mut exponent) = parts(value.abs());
    let mut hash: i64 = 0;
    while mantissa != 0.0 {
        hash = ((hash << CHUNK) & MODULUS) | (hash >> (BITS - CHUNK));
        mantissa *= f64::from(1 << CHUNK);
        exponent -= CHUNK as i32;
        let chunk = mantissa.trunc();
        mantissa -= chunk;
        hash += chunk as i64;
        if hash >= MODULUS {
            hash -= MODULUS;
        }
    }
    let turn = exponent.rem_euclid(BITS as i32) as u32;
    if turn > 0 {
        hash = ((hash << turn) & MODULUS) | (hash >> (BITS - turn));
    }
    settled(hash, value < 0.0)
}

/// `frexp`: a mantissa in `0.5..1.0` and the exponent.
fn parts(value: f64) -> (f64, i32) {
    let (mut mantissa, mut exponent) = (value, 0);
    if mantissa == 0.0 {
        return (0.0, 0);
    }
    while mantissa >= 1.0 {
        mantissa /= 2.0;
        exponent += 1;
    }
    while mantissa < 0.5 {
        mantissa *= 2.0;
        exponent -= 1;
    }
    (mantissa, exponent)
}

/// With its sign; -1 is what C code gives for an error, and never a hash.
fn settled(hash: i64, negative: bool) -> i64 {
    match if negative { -hash } else { hash } {
        -1 => -2,
        hash => hash,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_hash_as_cpython_hashes_them() {
        for (value, hash) in [
            (0.5, 1_152_921_504_606_846_976),
            (0.1, 230_584_300_921_369_408),
            (-2.75, -1_729_382_256_910_270_466),
            (1e-300, 482_449_582_752_280_463),
        ] {
            assert_eq!(hash_of_float(value), hash, "{value}");
        }
        assert_eq!(hash_of_int(&BigInt::from(-1)), -2);
        assert_eq!(hash_of_int(&(BigInt::from(1) << 61)), 1);
    }
}
