//! `'%s and %r' % (a, b)`: the formats that the compiler turns into an f-string (3.11).
//!
//! Must not know: what is formatted.

/// A piece of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Literal text.
    Text(String),
    /// A field with its specification.
    Field(String),
}

/// Most digits of a width or precision.
const MAX_DIGITS: usize = 2;

/// The pieces of `format`, if the compiler takes it.
pub(super) fn pieces(format: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        if chars.peek() == Some(&'%') {
            chars.next();
            text.push('%');
            continue;
        }
        let mut left = false;
        while let Some(flag) = chars
            .peek()
            .copied()
            .filter(|c| matches!(c, '-' | '+' | ' ' | '#' | '0'))
        {
            chars.next();
            match flag {
                '-' => left = true,
                _ => return None,
            }
        }
        let digits = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>| -> Option<String> {
            let mut number = String::new();
            while let Some(digit) = chars.peek().copied().filter(char::is_ascii_digit) {
                chars.next();
                number.push(digit);
                if number.len() > MAX_DIGITS {
                    return None;
                }
            }
            Some(number)
        };
        let width = digits(&mut chars)?;
        let mut precision = None;
        if chars.peek() == Some(&'.') {
            chars.next();
            precision = Some(digits(&mut chars)?);
        }
        let conversion = chars.next()?;
        if !matches!(conversion, 's' | 'r' | 'a') {
            return None;
        }
        let mut spec = String::new();
        if !width.is_empty() {
            let width: u32 = width.parse().ok()?;
            if !left && width > 0 {
                spec.push('>');
            }
            spec.push_str(&width.to_string());
        }
        if let Some(precision) = precision {
            spec.push('.');
            let precision: u32 = if precision.is_empty() {
                0
            } else {
                precision.parse().ok()?
            };
            spec.push_str(&precision.to_string());
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut text)));
        }
        pieces.push(Piece::Field(spec));
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    Some(pieces)
}
