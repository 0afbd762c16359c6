//! Constants as values, told apart as CPython's compiler tells them apart: `1`, `1.0` and `True` are three, `0.0` and
//! `-0.0` two.

use std::sync::Arc;

use num_bigint::BigInt;
use num_traits::{FromPrimitive, ToPrimitive, Zero};

use crate::hir::body::Const;

/// A constant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// `...`
    Ellipsis,
    /// An integer.
    Int(BigInt),
    /// A float, by its bits.
    Float(u64),
    /// A complex number, by the bits of its parts.
    Complex(u64, u64),
    /// A string.
    Str(Arc<str>),
    /// A string with lone surrogates, as code points.
    Surrogates(Arc<[u32]>),
    /// Bytes.
    Bytes(Arc<[u8]>),
    /// A tuple.
    Tuple(Arc<[Value]>),
    /// A frozenset, its items in order of value.
    FrozenSet(Arc<[Value]>),
    /// A slice (3.14): start, stop, step.
    Slice(Arc<[Value; 3]>),
    /// A code object, by its number.
    Code(CodeId),
    /// A tuple that the peephole optimizer of 3.8 and 3.9 made, which is merged with no other; told apart by a number.
    Unmerged(Arc<[Value]>, u64),
    /// An annotation's source text that could not be told.
    Unknown,
}

/// A code object: the number of its item, and its number among those that the item makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CodeId {
    /// Which item. Within an item it is left at 0.
    pub item: u32,
    /// Which of its code objects.
    pub code: u32,
}

/// `a == b` of two numbers.
fn equal_numbers(a: &Value, b: &Value) -> bool {
    let parts = |value: &Value| match value {
        Value::Float(bits) => Some((f64::from_bits(*bits), 0.0)),
        Value::Complex(re, im) => Some((f64::from_bits(*re), f64::from_bits(*im))),
        _ => None,
    };
    match (a.as_int(), b.as_int(), parts(a), parts(b)) {
        (Some(a), Some(b), ..) => a == b,
        (None, None, Some(a), Some(b)) => a == b,
        (Some(int), None, _, Some(other)) | (None, Some(int), Some(other), _) => {
            other.1 == 0.0
                && other.0.fract() == 0.0
                && BigInt::from_f64(other.0).is_some_and(|value| value == int)
        }
        _ => false,
    }
}

impl Value {
    /// The value of a literal.
    pub fn of(literal: &Const) -> Value {
        match literal {
            Const::None => Value::None,
            Const::Bool(value) => Value::Bool(*value),
            Const::Ellipsis => Value::Ellipsis,
            Const::Int(value) => Value::Int(value.clone()),
            Const::Float(bits) => Value::Float(*bits),
            Const::Imaginary(bits) => Value::Complex(0, *bits),
            Const::Str(text) => Value::Str(Arc::clone(text)),
            Const::Surrogates(codes) => Value::Surrogates(Arc::clone(codes)),
            Const::Bytes(bytes) => Value::Bytes(Arc::clone(bytes)),
        }
    }

    /// A float.
    pub fn float(value: f64) -> Value {
        Value::Float(value.to_bits())
    }

    /// A frozenset of `items`.
    pub fn frozenset(items: Vec<Value>) -> Value {
        let mut kept: Vec<Value> = Vec::with_capacity(items.len());
        let is_number = |value: &Value| {
            matches!(
                value,
                Value::Int(_) | Value::Bool(_) | Value::Float(_) | Value::Complex(..)
            )
        };
        let mixed = items
            .iter()
            .any(|value| matches!(value, Value::Bool(_) | Value::Float(_) | Value::Complex(..)));
        for item in items {
            // The first of equal numbers stays.
            let equal = |other: &Value| is_number(other) && equal_numbers(other, &item);
            if !(mixed && is_number(&item) && kept.iter().any(equal)) {
                kept.push(item);
            }
        }
        let mut items = kept;
        items.sort();
        items.dedup();
        Value::FrozenSet(items.into())
    }

    /// What `bool()` says of it.
    pub fn is_true(&self) -> bool {
        match self {
            Value::None => false,
            Value::Bool(value) => *value,
            Value::Int(value) => !value.is_zero(),
            Value::Float(bits) => f64::from_bits(*bits) != 0.0,
            Value::Complex(re, im) => f64::from_bits(*re) != 0.0 || f64::from_bits(*im) != 0.0,
            Value::Str(text) => !text.is_empty(),
            Value::Surrogates(codes) => !codes.is_empty(),
            Value::Bytes(bytes) => !bytes.is_empty(),
            Value::Tuple(items) | Value::FrozenSet(items) | Value::Unmerged(items, _) => {
                !items.is_empty()
            }
            Value::Ellipsis | Value::Slice(_) | Value::Code(_) | Value::Unknown => true,
        }
    }

    /// As an integer, `True` and `False` too.
    pub fn as_int(&self) -> Option<BigInt> {
        match self {
            Value::Int(value) => Some(value.clone()),
            Value::Bool(value) => Some(BigInt::from(u8::from(*value))),
            _ => None,
        }
    }

    /// As a small integer.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_int()?.to_i64()
    }

    /// The items of a tuple, frozenset or slice.
    pub fn items(&self) -> &[Value] {
        match self {
            Value::Tuple(items) | Value::FrozenSet(items) | Value::Unmerged(items, _) => items,
            Value::Slice(parts) => &parts[..],
            _ => &[],
        }
    }

    /// Whether the compiler interns it: letters, digits and underscores of ASCII only.
    pub fn is_name_like(&self) -> bool {
        match self {
            Value::Str(text) => text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
            _ => false,
        }
    }
}
