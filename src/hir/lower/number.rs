//! Values of number literals.

use num_bigint::BigInt;

use crate::hir::body::Const;

/// The value of a number token.
pub(super) fn value(literal: &str) -> Option<Const> {
    let plain: std::borrow::Cow<str> = match literal.contains('_') {
        true => literal.replace('_', "").into(),
        false => literal.into(),
    };
    let bytes = plain.as_bytes();
    let radix = match (bytes.first(), bytes.get(1).map(|byte| byte | 0x20)) {
        (Some(b'0'), Some(b'x')) => 16,
        (Some(b'0'), Some(b'o')) => 8,
        (Some(b'0'), Some(b'b')) => 2,
        _ => 10,
    };
    if radix != 10 {
        return BigInt::parse_bytes(&bytes[2..], radix).map(Const::Int);
    }
    // CPython and Rust both round to the nearest double.
    if let Some(imaginary) = plain.strip_suffix(['j', 'J']) {
        return imaginary
            .parse::<f64>()
            .ok()
            .map(|value| Const::Imaginary(value.to_bits()));
    }
    if bytes.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E')) {
        return plain
            .parse::<f64>()
            .ok()
            .map(|value| Const::Float(value.to_bits()));
    }
    match plain.parse::<i64>() {
        Ok(small) => Some(Const::Int(BigInt::from(small))),
        Err(_) => BigInt::parse_bytes(bytes, 10).map(Const::Int),
    }
}
