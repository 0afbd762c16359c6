//! Values of known objects as Rust values.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use crate::domain::Kind;

/// The value of an `int` or `bool`.
pub fn as_int(kind: &Kind) -> Option<BigInt> {
    Some(match kind {
        Kind::Int(value) => BigInt::from(*value),
        Kind::BigInt(value) => (**value).clone(),
        Kind::Bool(value) => BigInt::from(u8::from(*value)),
        _ => return None,
    })
}

/// The value of an `int` or `bool` that fits.
pub fn as_i64(kind: &Kind) -> Option<i64> {
    match kind {
        Kind::Int(value) => Some(*value),
        Kind::Bool(value) => Some(i64::from(*value)),
        _ => None,
    }
}

/// The value of a number as a float.
pub fn as_float(kind: &Kind) -> Option<f64> {
    match kind {
        Kind::Float(bits) => Some(f64::from_bits(*bits)),
        kind => as_int(kind)?.to_f64(),
    }
}

/// An index into a sequence of `len` items, negative ones from the end.
pub fn index_in(index: i64, len: usize) -> Option<usize> {
    let at = if index < 0 { index + len as i64 } else { index };
    usize::try_from(at).ok().filter(|at| *at < len)
}

/// `slice.indices` (`PySlice_AdjustIndices`): the indices that a slice selects from `len` items.
pub fn slice_indices(
    lower: Option<i64>,
    upper: Option<i64>,
    step: Option<i64>,
    len: usize,
) -> Option<Vec<usize>> {
    let (start, stop, step) = slice_bounds(lower, upper, step, len)?;
    let mut out = Vec::new();
    let mut at = start;
    while (step > 0 && at < stop) || (step < 0 && at > stop) {
        out.push(usize::try_from(at).ok()?);
        at += step;
    }
    Some(out)
}

/// Start, stop and step of a slice of `len` items, clamped.
pub fn slice_bounds(
    lower: Option<i64>,
    upper: Option<i64>,
    step: Option<i64>,
    len: usize,
) -> Option<(i64, i64, i64)> {
    let step = step.unwrap_or(1);
    if step == 0 {
        return None;
    }
    let len = i64::try_from(len).ok()?;
    let clamp = |value: i64| {
        let value = if value < 0 {
            value.saturating_add(len)
        } else {
            value
        };
        if step > 0 {
            value.clamp(0, len)
        } else {
            value.clamp(-1, len - 1)
        }
    };
    let start = lower.map_or(if step > 0 { 0 } else { len - 1 }, clamp);
    let stop = upper.map_or(if step > 0 { len } else { -1 }, clamp);
    Some((start, stop, step))
}
