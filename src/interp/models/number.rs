//! Methods of `int`, `bool` and `float`: their results' types.

use super::super::machine::Machine;
use super::super::value::as_int;
use super::{Answer, Keywords};
use crate::domain::{B, ObjId};

/// Their names.
pub(super) const METHODS: &[&str] = &[
    "as_integer_ratio",
    "bit_count",
    "bit_length",
    "conjugate",
    "from_bytes",
    "fromhex",
    "hex",
    "is_integer",
    "to_bytes",
];

pub(super) fn call(
    m: &mut Machine<'_>,
    id: ObjId,
    name: &str,
    args: &[ObjId],
    _keywords: Keywords<'_>,
) -> Answer {
    for arg in args {
        if m.is_opaque(*arg) {
            return Ok(None);
        }
    }
    let value = as_int(m.kind(id));
    let ty = match (name, value) {
        ("bit_length", Some(value)) => return Ok(Some(m.int64(value.bits() as i64))),
        ("to_bytes", _) => B::Bytes,
        ("hex", _) => B::Str,
        ("is_integer", _) => B::Bool,
        ("as_integer_ratio", _) => B::Tuple,
        ("bit_count", _) => B::Int,
        _ => return Ok(None),
    };
    m.may_raise();
    Ok(Some(m.some(ty)))
}
