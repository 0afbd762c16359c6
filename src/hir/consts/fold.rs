//! Arithmetic that the compiler does itself, with its limits.
//!
//! Must not know: where the operands come from.

use std::sync::Arc;

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::value::Value;
use crate::hir::body::{BinOp, UnaryOp};

/// Most bits of a folded int.
const MAX_INT_BITS: u64 = 128;
/// Most items of a folded tuple.
const MAX_COLLECTION: u64 = 256;
/// Most characters of a folded string.
const MAX_STR: u64 = 4096;
/// Most items that a repeated tuple may hold at all depths.
const MAX_TOTAL_ITEMS: i64 = 1024;

/// `op operand`, if the compiler computes it.
pub fn unary(op: UnaryOp, operand: &Value) -> Option<Value> {
    match op {
        UnaryOp::Not => Some(Value::Bool(!operand.is_true())),
        UnaryOp::Invert => Some(Value::Int(-operand.as_int()? - 1)),
        UnaryOp::Plus | UnaryOp::Minus => {
            let minus = op == UnaryOp::Minus;
            Some(match operand {
                Value::Float(bits) if minus => Value::float(-f64::from_bits(*bits)),
                Value::Complex(re, im) if minus => Value::Complex(
                    (-f64::from_bits(*re)).to_bits(),
                    (-f64::from_bits(*im)).to_bits(),
                ),
                Value::Float(_) | Value::Complex(..) => operand.clone(),
                _ if minus => Value::Int(-operand.as_int()?),
                _ => Value::Int(operand.as_int()?),
            })
        }
    }
}

/// `left op right`, if the compiler computes it.
pub fn binary(left: &Value, op: BinOp, right: &Value) -> Option<Value> {
    if let (Some(a), Some(b)) = (left.as_int(), right.as_int()) {
        let both = matches!((left, right), (Value::Bool(_), Value::Bool(_)));
        return ints(&a, op, &b, both);
    }
    if let Some(value) = sequences(left, op, right) {
        return Some(value);
    }
    if matches!(left, Value::Complex(..)) || matches!(right, Value::Complex(..)) {
        return complexes(left, op, right);
    }
    floats(to_float(left)?, op, to_float(right)?)
}

fn bits(value: &BigInt) -> u64 {
    value.magnitude().bits()
}

fn ints(a: &BigInt, op: BinOp, b: &BigInt, bools: bool) -> Option<Value> {
    let logic = |value: BigInt| match bools {
        true => Value::Bool(!value.is_zero()),
        false => Value::Int(value),
    };
    Some(match op {
        BinOp::Add => Value::Int(a + b),
        BinOp::Sub => Value::Int(a - b),
        BinOp::Mult => {
            if !a.is_zero() && !b.is_zero() && bits(a) + bits(b) > MAX_INT_BITS {
                return None;
            }
            Value::Int(a * b)
        }
        BinOp::Div => {
            if b.is_zero() {
                return None;
            }
            return quotient(a, b).map(Value::float);
        }
        BinOp::FloorDiv => (!b.is_zero()).then(|| Value::Int(a.div_floor(b)))?,
        BinOp::Mod => (!b.is_zero()).then(|| Value::Int(a.mod_floor(b)))?,
        BinOp::Pow => {
            if b.sign() == Sign::Minus {
                if a.is_zero() {
                    return None;
                }
                return floats(a.to_f64()?, BinOp::Pow, b.to_f64()?);
            }
            if !a.is_zero() && !b.is_zero() {
                let exponent = b.to_u64()?;
                if bits(a) > MAX_INT_BITS / exponent {
                    return None;
                }
            }
            Value::Int(num_traits::pow(a.clone(), b.to_usize()?))
        }
        BinOp::LShift => {
            let by = b.to_u64()?;
            if !a.is_zero() && !b.is_zero() && (by > MAX_INT_BITS || bits(a) > MAX_INT_BITS - by) {
                return None;
            }
            // Zero may be shifted by anything.
            if a.is_zero() {
                Value::Int(BigInt::zero())
            } else {
                Value::Int(a << by)
            }
        }
        BinOp::RShift => {
            if b.is_negative() {
                return None;
            }
            match b.to_u64() {
                Some(by) if by <= bits(a) => Value::Int(a >> by),
                _ if a.is_negative() => Value::Int(-BigInt::one()),
                _ => Value::Int(BigInt::zero()),
            }
        }
        BinOp::BitOr => logic(a | b),
        BinOp::BitXor => logic(a ^ b),
        BinOp::BitAnd => logic(a & b),
        BinOp::MatMult => return None,
    })
}

/// The double nearest to `a / b`.
fn quotient(a: &BigInt, b: &BigInt) -> Option<f64> {
    let exact = |value: &BigInt| bits(value) <= 53;
    if exact(a) && exact(b) {
        return Some(a.to_f64()? / b.to_f64()?);
    }
    // Scaled so that the integer quotient has at least 55 bits, with a sticky bit for the rest.
    let shift = 55 + bits(b) as i64 - bits(a) as i64;
    let (numerator, denominator) = match shift > 0 {
        true => (a.abs() << shift, b.abs()),
        false => (a.abs(), b.abs() << -shift),
    };
    let (mut whole, rest) = numerator.div_rem(&denominator);
    if !rest.is_zero() {
        whole = (whole << 1) | BigInt::one();
    } else {
        whole <<= 1;
    }
    let scaled = whole.to_f64()? * 2f64.powi(i32::try_from(-(shift + 1)).ok()?);
    // Denormal results would be rounded twice.
    if scaled != 0.0 && (!scaled.is_normal()) {
        return None;
    }
    Some(if a.is_negative() != b.is_negative() {
        -scaled
    } else {
        scaled
    })
}

fn to_float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(bits) => Some(f64::from_bits(*bits)),
        other => other.as_int()?.to_f64().filter(|value| value.is_finite()),
    }
}

fn floats(a: f64, op: BinOp, b: f64) -> Option<Value> {
    // A value that is not equal to itself is merged with nothing.
    let known = |value: f64| {
        if value.is_nan() {
            Value::Unknown
        } else {
            Value::float(value)
        }
    };
    Some(known(match op {
        BinOp::Add => a + b,
        BinOp::Sub => a - b,
        BinOp::Mult => a * b,
        BinOp::Div => (b != 0.0).then(|| a / b)?,
        BinOp::Mod => (b != 0.0).then(|| modulo(a, b))?,
        BinOp::FloorDiv => (b != 0.0).then(|| floor_div(a, b))?,
        BinOp::Pow => return power(a, b),
        _ => return None,
    }))
}

fn modulo(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest == 0.0 {
        return 0f64.copysign(b);
    }
    if (b < 0.0) != (rest < 0.0) {
        rest + b
    } else {
        rest
    }
}

fn floor_div(a: f64, b: f64) -> f64 {
    let rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest != 0.0 && (b < 0.0) != (rest < 0.0) {
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return 0f64.copysign(a / b);
    }
    let floor = quotient.floor();
    if quotient - floor > 0.5 {
        floor + 1.0
    } else {
        floor
    }
}

/// Only where the last digit is sure: the C library's `pow` and Rust's are the same one here, but not everywhere.
fn power(a: f64, b: f64) -> Option<Value> {
    if b == 0.0 || a == 1.0 {
        return Some(Value::float(1.0));
    }
    if a < 0.0 && b.fract() != 0.0 || a == 0.0 && b < 0.0 {
        return None;
    }
    let value = a.powf(b);
    (value.is_finite() || !a.is_finite() || !b.is_finite()).then(|| Value::float(value))
}

fn parts(value: &Value) -> Option<(f64, f64)> {
    match value {
        Value::Complex(re, im) => Some((f64::from_bits(*re), f64::from_bits(*im))),
        other => Some((to_float(other)?, 0.0)),
    }
}

fn complexes(left: &Value, op: BinOp, right: &Value) -> Option<Value> {
    let ((a, b), (c, d)) = (parts(left)?, parts(right)?);
    // Signs of zeros differ by version where one side is real.
    let mixed = !matches!((left, right), (Value::Complex(..), Value::Complex(..)));
    let (re, im) = match op {
        BinOp::Add => (
            a + c,
            if mixed {
                real_side(b, d, left, false)
            } else {
                b + d
            },
        ),
        BinOp::Sub => (
            a - c,
            if mixed {
                real_side(b, d, left, true)
            } else {
                b - d
            },
        ),
        BinOp::Mult => (a * c - b * d, a * d + b * c),
        // Computed, but the last digits are the C library's.
        BinOp::Div if c != 0.0 || d != 0.0 => return Some(Value::Unknown),
        BinOp::Pow => return Some(Value::Unknown),
        _ => return None,
    };
    if re.is_nan() || im.is_nan() {
        return Some(Value::Unknown);
    }
    Some(Value::Complex(re.to_bits(), im.to_bits()))
}

fn real_side(b: f64, d: f64, left: &Value, minus: bool) -> f64 {
    match (matches!(left, Value::Complex(..)), minus) {
        (true, _) => b,
        (false, false) => d,
        (false, true) => 0.0 - d,
    }
}

fn sequences(left: &Value, op: BinOp, right: &Value) -> Option<Value> {
    match (left, op, right) {
        (Value::Str(a), BinOp::Add, Value::Str(b)) => Some(Value::Str(format!("{a}{b}").into())),
        (
            Value::Str(_) | Value::Surrogates(_),
            BinOp::Add,
            Value::Str(_) | Value::Surrogates(_),
        ) => Some(from_codes([codes(left)?, codes(right)?].concat())),
        (Value::Bytes(a), BinOp::Add, Value::Bytes(b)) => {
            Some(Value::Bytes([&a[..], &b[..]].concat().into()))
        }
        (Value::Tuple(a), BinOp::Add, Value::Tuple(b)) => {
            Some(Value::Tuple([&a[..], &b[..]].concat().into()))
        }
        (_, BinOp::Mult, _) => repeated(left, right).or_else(|| repeated(right, left)),
        _ => None,
    }
}

fn codes(value: &Value) -> Option<Vec<u32>> {
    match value {
        Value::Str(text) => Some(text.chars().map(u32::from).collect()),
        Value::Surrogates(codes) => Some(codes.to_vec()),
        _ => None,
    }
}

fn from_codes(codes: Vec<u32>) -> Value {
    let text: Option<String> = codes.iter().map(|&code| char::from_u32(code)).collect();
    match text {
        Some(text) => Value::Str(text.into()),
        None => Value::Surrogates(codes.into()),
    }
}

fn repeated(sequence: &Value, times: &Value) -> Option<Value> {
    let times = times.as_i64()?;
    // `n < 0 || n > limit / length` is refused, but of what is empty.
    let fits = |length: usize, limit: u64| match length {
        0 => Some(0),
        _ => usize::try_from(times)
            .ok()
            .filter(|&times| times as u64 <= limit / length as u64),
    };
    match sequence {
        Value::Str(text) => Some(Value::Str(
            text.repeat(fits(text.chars().count(), MAX_STR)?).into(),
        )),
        Value::Surrogates(codes) => Some(from_codes(codes.repeat(fits(codes.len(), MAX_STR)?))),
        Value::Bytes(bytes) => Some(Value::Bytes(
            bytes.repeat(fits(bytes.len(), MAX_STR)?).into(),
        )),
        Value::Tuple(items) => {
            let times = fits(items.len(), MAX_COLLECTION)?;
            let mut left = MAX_TOTAL_ITEMS.checked_div(times as i64).unwrap_or(0);
            if times > 0 && !items.iter().all(|item| within(item, &mut left)) {
                return None;
            }
            let all = std::iter::repeat_n(items.iter().cloned(), times).flatten();
            Some(Value::Tuple(all.collect()))
        }
        _ => None,
    }
}

fn within(value: &Value, left: &mut i64) -> bool {
    if let Value::Tuple(items) = value {
        *left -= items.len() as i64;
        return *left >= 0 && items.iter().all(|item| within(item, left));
    }
    true
}

/// `value[index]`, if the compiler computes it.
pub fn subscript(value: &Value, index: &Value) -> Option<Value> {
    if let Value::Slice(parts) = index {
        return sliced(value, parts);
    }
    let index = index.as_i64()?;
    let at = |length: usize| {
        let index = if index < 0 {
            index + length as i64
        } else {
            index
        };
        usize::try_from(index).ok().filter(|&index| index < length)
    };
    match value {
        Value::Str(text) => {
            let length = text.chars().count();
            let c = text.chars().nth(at(length)?)?;
            Some(Value::Str(c.to_string().into()))
        }
        Value::Bytes(bytes) => Some(Value::Int(bytes[at(bytes.len())?].into())),
        Value::Tuple(items) => Some(items[at(items.len())?].clone()),
        _ => None,
    }
}

fn sliced(value: &Value, parts: &[Value; 3]) -> Option<Value> {
    let part = |part: &Value| match part {
        Value::None => Some(None),
        other => other.as_i64().map(Some),
    };
    let (start, stop, step) = (
        part(&parts[0])?,
        part(&parts[1])?,
        part(&parts[2])?.unwrap_or(1),
    );
    if step == 0 {
        return None;
    }
    let pick = |length: usize| -> Vec<usize> {
        let length = length as i64;
        let (least, most) = if step > 0 {
            (0, length)
        } else {
            (-1, length - 1)
        };
        let clamp = |bound: i64| {
            if bound < 0 {
                (bound + length).max(least)
            } else {
                bound.min(most)
            }
        };
        let (first, last) = if step > 0 {
            (0, length)
        } else {
            (length - 1, -1)
        };
        let mut at = start.map_or(first, clamp);
        let end = stop.map_or(last, clamp);
        let mut found = Vec::new();
        while if step > 0 { at < end } else { at > end } {
            found.push(at as usize);
            at = at.saturating_add(step);
        }
        found
    };
    Some(match value {
        Value::Str(text) => {
            let chars: Vec<char> = text.chars().collect();
            Value::Str(
                pick(chars.len())
                    .into_iter()
                    .map(|at| chars[at])
                    .collect::<String>()
                    .into(),
            )
        }
        Value::Bytes(bytes) => {
            Value::Bytes(pick(bytes.len()).into_iter().map(|at| bytes[at]).collect())
        }
        Value::Tuple(items) => {
            let items: Vec<Value> = pick(items.len())
                .into_iter()
                .map(|at| items[at].clone())
                .collect();
            Value::Tuple(Arc::from(items))
        }
        _ => return None,
    })
}
