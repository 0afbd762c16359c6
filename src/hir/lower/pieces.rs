//! A text in pieces that are parsed by themselves: one for each top-level statement.
//!
//! Where a piece ends is found in the text alone, by Python's lexical rules, and what a piece is made into depends on the
//! piece alone. So an edit costs the parse of the piece that it is in, broken code spoils only its own piece, and what
//! comes out does not hang on what was parsed before, which with a parser that recovers from errors it would.
//!
//! A piece begins at a line that begins without indentation, outside brackets and strings, unless that line goes on with
//! what the one before began: a clause behind its `if` or `try`, a definition behind its decorators. Inside brackets that
//! nobody closed a new piece begins at a keyword that cannot be part of an expression.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128_with_seed;

use super::super::unit::{File, Item};
use super::{Reading, encoding};
use crate::base::{Cancel, Names, Span};
use crate::syntax;

/// Pieces that were lowered, by their text.
#[derive(Clone, Debug, Default)]
pub struct Pieces(FxHashMap<u128, Arc<Vec<Lowered>>>);

/// An item of a piece: where it begins in it, its hash, its code.
#[derive(Clone, Debug)]
pub(super) struct Lowered {
    pub start: u32,
    pub hash: u128,
    pub item: Arc<Item>,
}

/// Parses and lowers `text`; `None` when `cancel` was set meanwhile. Items are shared with `old` where their piece is the
/// same; `names` must then be the ones that `old` was lowered with.
pub fn lower_text(
    text: &str,
    names: &mut Names,
    old: Option<&File>,
    cancel: &Cancel,
) -> Option<File> {
    if encoding::foreign(text).is_some() {
        return Some(super::lower(
            text,
            &syntax::parse(text, None, cancel)?,
            names,
            None,
        ));
    }
    let mut reading = Reading::new(names, None);
    let mut pieces = Pieces::default();
    for span in split(text) {
        let piece = &text[span.start as usize..span.end as usize];
        let future = reading.file.future_annotations;
        let hash = xxh3_128_with_seed(piece.as_bytes(), u64::from(future));
        let known = pieces.0.get(&hash);
        let known = known.or_else(|| old.and_then(|old| old.pieces.0.get(&hash)));
        let lowered = match known {
            Some(known) => Arc::clone(known),
            None => {
                let tree = syntax::parse(piece, None, cancel)?;
                Arc::new(reading.items(piece, &tree))
            }
        };
        lowered
            .iter()
            .for_each(|lowered| reading.put(span.start, lowered));
        pieces.0.insert(hash, lowered);
    }
    let mut file = reading.finish(text);
    file.pieces = pieces;
    Some(file)
}

/// The pieces of a text, which together are all of it.
pub fn split(text: &str) -> Vec<Span> {
    let mut starts: Vec<u32> = Vec::new();
    let mut head = Head::Other;
    scan(text.as_bytes(), &mut |what, at| {
        if what == What::Comment {
            return;
        }
        let rest = &text.as_bytes()[at..];
        let goes_on = match head {
            _ if starts.is_empty() => false,
            Head::Decorator => {
                let (word, rest) = word(rest);
                matches!(word, b"def" | b"class" | b"async")
                    || word.is_empty() && rest.first() == Some(&b'@')
            }
            Head::Compound => matches!(word(rest).0, b"else" | b"elif" | b"except" | b"finally"),
            Head::Other => false,
        };
        if !goes_on {
            starts.push(at as u32);
        }
        if !(goes_on && head == Head::Compound) {
            head = Head::of(rest);
        }
    });
    if let Some(first) = starts.first_mut() {
        *first = 0;
    } else if !text.is_empty() {
        starts.push(0);
    }
    let ends = starts.iter().skip(1).copied().chain([text.len() as u32]);
    let spans = starts.iter().zip(ends);
    spans.map(|(&start, end)| Span { start, end }).collect()
}

/// What may follow a piece's first line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Head {
    /// A definition.
    Decorator,
    /// A clause.
    Compound,
    /// Nothing.
    Other,
}

impl Head {
    fn of(line: &[u8]) -> Head {
        match word(line).0 {
            b"if" | b"for" | b"while" | b"try" | b"async" | b"with" => Head::Compound,
            b"" if line.first() == Some(&b'@') => Head::Decorator,
            _ => Head::Other,
        }
    }
}

/// The identifier that a line begins with, and what follows it.
fn word(line: &[u8]) -> (&[u8], &[u8]) {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii();
    let end = line.iter().position(|byte| !is_part(byte));
    line.split_at(end.unwrap_or(line.len()))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    /// A line that begins a statement, without indentation.
    Line,
    /// A comment.
    Comment,
}

/// What is open around a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Bracket,
    /// A replacement field of an f-string, or a format in it: quote, three of them.
    Field(u8, bool),
}

/// Goes through a text and tells of lines and comments.
fn scan(text: &[u8], tell: &mut dyn FnMut(What, usize)) {
    let mut open: Vec<Open> = Vec::new();
    let mut at = if text.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    let mut begins_line = true;
    while at < text.len() {
        if begins_line {
            begins_line = false;
            // A form feed does not count as indentation.
            while text.get(at) == Some(&b'\x0c') {
                at += 1;
            }
            let Some(&byte) = text.get(at) else { return };
            let is_code = !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'#');
            if is_code && (open.is_empty() || starts_statement(&text[at..])) {
                open.clear();
                tell(What::Line, at);
            }
        }
        match text[at] {
            b'\n' => {
                begins_line = true;
                at += 1;
            }
            b'\r' => {
                begins_line = true;
                at += 1 + usize::from(text.get(at + 1) == Some(&b'\n'));
            }
            b'\\' => {
                // The next line goes on with this one.
                at += 1;
                match text.get(at) {
                    Some(b'\r') => at += 1 + usize::from(text.get(at + 1) == Some(&b'\n')),
                    Some(b'\n') => at += 1,
                    _ => {}
                }
            }
            b'#' => {
                tell(What::Comment, at);
                at += memchr::memchr2(b'\n', b'\r', &text[at..]).unwrap_or(text.len() - at);
            }
            b'(' | b'[' | b'{' => {
                open.push(Open::Bracket);
                at += 1;
            }
            b')' | b']' => {
                if open.last() == Some(&Open::Bracket) {
                    open.pop();
                }
                at += 1;
            }
            b'}' => {
                at += 1;
                match open.last().copied() {
                    Some(Open::Bracket) => {
                        open.pop();
                    }
                    Some(Open::Field(quote, is_long)) => {
                        open.pop();
                        at = string(text, at, quote, is_long, true, &mut open);
                    }
                    None => {}
                }
            }
            b':' if matches!(open.last(), Some(Open::Field(..))) => {
                // The format: text again, in which fields may be.
                at += 1;
                if let Some(&Open::Field(quote, is_long)) = open.last() {
                    at = string(text, at, quote, is_long, true, &mut open);
                }
            }
            quote @ (b'"' | b'\'') => {
                let is_long = text[at..].starts_with(&[quote; 3]);
                let is_format = is_format(text, at);
                at += if is_long { 3 } else { 1 };
                at = string(text, at, quote, is_long, is_format, &mut open);
            }
            _ => at += 1,
        }
    }
}

/// Whether the string whose quote is at `at` is an f- or t-string.
fn is_format(text: &[u8], at: usize) -> bool {
    let prefix = text[at.saturating_sub(2)..at].iter().rev();
    let letters = prefix.take_while(|byte| byte.is_ascii_alphabetic());
    letters
        .into_iter()
        .any(|byte| matches!(byte, b'f' | b'F' | b't' | b'T'))
}

/// Goes through the rest of a string, up to its end or a replacement field in it, and says where that is.
fn string(
    text: &[u8],
    mut at: usize,
    quote: u8,
    is_long: bool,
    is_format: bool,
    open: &mut Vec<Open>,
) -> usize {
    loop {
        let Some(&byte) = text.get(at) else { return at };
        match byte {
            b'\\' => {
                at += match (text.get(at + 1), text.get(at + 2)) {
                    (Some(b'\r'), Some(b'\n')) => 3,
                    _ => 2,
                }
            }
            // A string that nobody closed ends with its line.
            b'\n' | b'\r' if !is_long => return at,
            b'{' if is_format => {
                if text.get(at + 1) == Some(&b'{') {
                    at += 2;
                    continue;
                }
                open.push(Open::Field(quote, is_long));
                return at + 1;
            }
            // The end of a format, with which its field ends too.
            b'}' if is_format && open.last() == Some(&Open::Field(quote, is_long)) => return at,
            _ if byte == quote => {
                if !is_long {
                    return at + 1;
                }
                if text[at..].starts_with(&[quote; 3]) {
                    return at + 3;
                }
                at += 1;
            }
            _ => at += 1,
        }
    }
}

/// Whether a line begins with a keyword that is part of no expression.
fn starts_statement(line: &[u8]) -> bool {
    let (word, rest) = word(line);
    let is_name = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    let named = |rest: &[u8]| rest.first() == Some(&b' ') && rest.get(1).is_some_and(is_name);
    match word {
        b"def" | b"class" | b"import" | b"del" | b"global" | b"nonlocal" => named(rest),
        b"with" | b"while" | b"try" | b"return" | b"raise" | b"pass" | b"assert" => true,
        b"break" | b"continue" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        let spans = split(text);
        spans
            .into_iter()
            .map(|span| &text[span.start as usize..span.end as usize])
            .collect()
    }

    #[test]
    fn a_piece_is_a_statement() {
        let text = "# a\nx = (1,\n2)\n@d\n# b\n@e\ndef f():\n    y\n\nif a:\n    b\n# c\nelif c: d\nelse:\n    e\nz = '''\nq\n'''\ns = 'a\\\nb'\nt = \\\nu\n";
        let found = pieces(text);
        assert_eq!(found.len(), 6, "{found:?}");
        assert_eq!(found.concat(), text);
        assert!(found[1].starts_with("@d") && found[2].starts_with("if a"));
    }

    #[test]
    fn f_strings_hold_what_they_hold() {
        let text =
            "a = f\"{x[\"(\"]:{w}}\" + f'{{('\nb = f'''{\nc\n!r:>{d}\n}\n'''\ne = rf'\\{g}'\n";
        assert_eq!(pieces(text).len(), 3, "{:?}", pieces(text));
    }

    #[test]
    fn what_nobody_closed_ends_somewhere() {
        let found = pieces("a = (1,\nb = 2\ndef f():\n    pass\nc = 'x\nd = f'{e\nimport g\n");
        let heads: Vec<&str> = found.iter().map(|piece| &piece[..3]).collect();
        assert_eq!(heads, ["a =", "def", "c =", "d =", "imp"]);
    }
}
