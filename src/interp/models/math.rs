//! `math` on known numbers, where the result is exact in every C library.

use num_bigint::BigInt;
use num_traits::{FromPrimitive, Signed, ToPrimitive};

use super::super::machine::Machine;
use super::super::value::{as_float, as_int};
use super::{Answer, Keywords};
use crate::domain::{B, Kind, ObjId};

pub(super) fn call(
    m: &mut Machine<'_>,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    if !keywords.is_empty() {
        return Ok(None);
    }
    match (name, args) {
        ("floor" | "ceil" | "trunc", [of]) => match m.kind_of(*of) {
            Kind::Float(bits) => {
                let value = f64::from_bits(bits);
                let value = match name {
                    "floor" => value.floor(),
                    "ceil" => value.ceil(),
                    _ => value.trunc(),
                };
                match BigInt::from_f64(value) {
                    Some(_) if !m.layout().round_gives_cached_ints() => Ok(Some(m.some(B::Int))),
                    Some(value) => Ok(Some(m.int(&value))),
                    None => Err(m.raise(if value.is_nan() {
                        B::ValueError
                    } else {
                        B::OverflowError
                    })),
                }
            }
            Kind::Int(_) | Kind::BigInt(_) => Ok(Some(*of)),
            Kind::Opaque(B::Float | B::Int | B::Bool, _) => {
                m.may_raise();
                Ok(Some(m.some(B::Int)))
            }
            _ => Ok(None),
        },
        ("sqrt", [of]) => match as_float(m.kind(*of)) {
            Some(value) if value >= 0.0 && value.is_finite() => Ok(Some(m.float(value.sqrt()))),
            Some(value) if value < 0.0 => Err(m.raise(B::ValueError)),
            _ => Ok(None),
        },
        ("fabs", [of]) => Ok(as_float(m.kind(*of)).map(|value| m.float(value.abs()))),
        ("factorial", [of]) => match m.kind(*of) {
            Kind::Int(n) if (0..=500).contains(n) => {
                let value = (1..=*n).map(BigInt::from).product::<BigInt>();
                Ok(Some(m.int(&value)))
            }
            Kind::Int(n) if *n < 0 => Err(m.raise(B::ValueError)),
            _ => Ok(None),
        },
        ("gcd", [a, b]) => match (as_int(m.kind(*a)), as_int(m.kind(*b))) {
            (Some(a), Some(b)) => {
                let value = num_integer::Integer::gcd(&a, &b).abs();
                if value
                    .to_i64()
                    .is_some_and(|value| m.layout().is_small_int(value))
                {
                    Ok(Some(m.int(&value)))
                } else {
                    // Perhaps one of the arguments.
                    Ok(Some(m.some(B::Int)))
                }
            }
            _ => Ok(None),
        },
        ("isqrt", [of]) => match as_int(m.kind(*of)) {
            Some(value) if !value.is_negative() => {
                let value = value.sqrt();
                Ok(Some(m.int(&value)))
            }
            _ => Ok(None),
        },
        ("isnan" | "isinf" | "isfinite", [of]) => Ok(as_float(m.kind(*of)).map(|value| {
            let answer = match name {
                "isnan" => value.is_nan(),
                "isinf" => value.is_infinite(),
                _ => value.is_finite(),
            };
            m.atoms.bool(answer)
        })),
        _ => Ok(None),
    }
}
