//! `str.format`: fields in order, each by the `__format__` of what it names.

use std::sync::Arc;

use super::super::machine::Machine;
use super::{Answer, Keywords};
use crate::domain::{B, Kind, ObjId};

/// A part of a format.
enum Part {
    Text(String),
    Field {
        value: ObjId,
        conversion: Option<char>,
        spec: String,
    },
}

/// Calls `format.format(...)`; `None` where the format is more than plain fields.
pub(super) fn call(
    m: &mut Machine<'_>,
    format: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    let Some(parts) = parts(m, format, args, keywords) else {
        return Ok(None);
    };
    let followed = parts.iter().all(|part| match part {
        Part::Text(_) => true,
        Part::Field { value, .. } => {
            matches!(m.kind(*value), Kind::Instance(_)) || !m.may_run(*value, super::TEXT) || {
                let kind = m.kind(*value);
                matches!(kind, Kind::List(_) | Kind::Tuple(_) | Kind::Dict(_))
            }
        }
    });
    if !followed {
        return Ok(None);
    }
    let mut text = Some(String::new());
    let mut least = 0;
    for part in parts {
        let piece = match part {
            Part::Text(piece) => {
                least += piece.chars().count();
                Some(piece)
            }
            Part::Field {
                value,
                conversion,
                spec,
            } => match conversion {
                Some('r') if spec.is_empty() => m.repr_of(value)?,
                Some('s') if spec.is_empty() => m.str_of(value)?,
                Some(_) => {
                    m.repr_of(value)?;
                    None
                }
                None => {
                    let spec_object = m.atoms.str(&spec);
                    m.format_of(value, spec_object)?
                }
            },
        };
        text = text.zip(piece).map(|(text, piece)| text + &piece);
    }
    Ok(Some(match text {
        // A single piece may be handed on as it is.
        Some(text) => m.uncertain(Kind::Str(Arc::from(text.as_str()))),
        None if least >= 2 => m.fresh(B::Str),
        None => m.fresh_text(),
    }))
}

fn parts(
    m: &Machine<'_>,
    format: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Option<Vec<Part>> {
    let mut out = Vec::new();
    let mut text = String::new();
    let mut chars = format.chars().peekable();
    let mut automatic = args.iter();
    while let Some(c) = chars.next() {
        match c {
            '{' | '}' if chars.peek() == Some(&c) => {
                chars.next();
                text.push(c);
            }
            '}' => return None, // an error
            '{' => {
                let mut field = String::new();
                loop {
                    match chars.next()? {
                        '}' => break,
                        '{' => return None, // a field in a field
                        c => field.push(c),
                    }
                }
                let (head, spec) = match field.split_once(':') {
                    Some((head, spec)) => (head, spec),
                    None => (field.as_str(), ""),
                };
                let (name, conversion) = match head.split_once('!') {
                    Some((name, conversion @ ("r" | "s"))) => (name, conversion.chars().next()),
                    Some(_) => return None,
                    None => (head, None),
                };
                let value = if name.is_empty() {
                    *automatic.next()?
                } else if let Ok(at) = name.parse::<usize>() {
                    *args.get(at)?
                } else {
                    keywords
                        .iter()
                        .find(|(keyword, _)| m.names.text(*keyword) == name)
                        .map(|(_, value)| *value)?
                };
                if !text.is_empty() {
                    out.push(Part::Text(std::mem::take(&mut text)));
                }
                out.push(Part::Field {
                    value,
                    conversion,
                    spec: spec.to_string(),
                });
            }
            c => text.push(c),
        }
    }
    if !text.is_empty() {
        out.push(Part::Text(text));
    }
    Some(out)
}
