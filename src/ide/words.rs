//! How cards, hints and reports put figures and objects into words.

use crate::base::Interval;
use crate::facts::{Claims, Detail};

/// `88 bytes`, `56 to 120 bytes`, `at least 56 bytes`
pub(super) fn bytes(size: Interval) -> String {
    match (size.exact(), size.hi) {
        (Some(1), _) => "1 byte".to_owned(),
        (Some(exact), _) => format!("{} bytes", number(exact)),
        (None, Some(hi)) => format!("{} to {} bytes", number(size.lo), number(hi)),
        (None, None) => format!("at least {} bytes", number(size.lo)),
    }
}

/// `88 B`, `56-120 B`
pub(super) fn short_bytes(size: Interval) -> String {
    match (size.exact(), size.hi) {
        (Some(exact), _) => format!("{} B", number(exact)),
        (None, Some(hi)) => format!("{}\u{2013}{} B", number(size.lo), number(hi)),
        (None, None) => format!("\u{2265} {} B", number(size.lo)),
    }
}

/// `2 references`
pub(super) fn references(refs: Interval) -> String {
    match (refs.exact(), refs.hi) {
        (Some(1), _) => "1 reference".to_owned(),
        (Some(exact), _) => format!("{exact} references"),
        (None, Some(hi)) => format!("{} to {hi} references", refs.lo),
        (None, None) => format!("at least {} references", refs.lo),
    }
}

/// `2 refs`
pub(super) fn short_references(refs: Interval) -> String {
    match (refs.exact(), refs.hi) {
        (Some(1), _) => "1 ref".to_owned(),
        (Some(exact), _) => format!("{exact} refs"),
        (None, Some(hi)) => format!("{}\u{2013}{hi} refs", refs.lo),
        (None, None) => format!("\u{2265} {} refs", refs.lo),
    }
}

/// Digits in groups of three from 10,000 on, as the user interface has them.
pub(super) fn number(value: u64) -> String {
    let digits = value.to_string();
    if digits.len() < 4 {
        return digits;
    }
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `list of 3`, `str 'Oslo'`, `Friend`
pub(super) fn what(claims: &Claims, detail: Option<&Detail>) -> Option<String> {
    let ty = claims.ty.as_deref()?;
    let value = detail.and_then(|detail| detail.value.as_deref());
    let len = detail.and_then(|detail| detail.len);
    Some(match (ty, value, len) {
        ("NoneType", _, _) => "None".to_owned(),
        ("bool" | "int" | "str", Some(value), _) => format!("{ty} {value}"),
        ("str", _, Some(1)) => "str of 1 character".to_owned(),
        ("str", _, Some(len)) => format!("str of {} characters", number(len)),
        (_, _, Some(len)) => format!("{ty} of {}", number(len)),
        _ => ty.to_owned(),
    })
}

/// Markdown that shows `text` as it is.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~'
        ) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Markdown that shows `text` as code.
pub(super) fn code(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c == '\n' || c == '\r' { ' ' } else { c })
        .collect();
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

/// `a`, `a and b`, `a, b and c`
pub(super) fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The first line of a piece of source, cut where it gets long.
pub(super) fn excerpt(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim();
    if line.chars().count() <= 40 && line.len() == text.trim().len() {
        return line.to_owned();
    }
    let cut: String = line.chars().take(38).collect();
    format!("{}\u{2026}", cut.trim_end())
}
