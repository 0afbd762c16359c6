//! Comments that ask for silence: `# heaplight: ignore[rule-name]` and `# noqa`.

use super::rule::Rule;
use crate::base::{Cancel, Span};
use crate::hir;
use crate::syntax::{self, Tree};
use crate::text::Text;

/// A comment that asks for silence on its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Suppression {
    /// The line, from 0.
    pub(super) line: u32,
    /// The whole request, from its `#`.
    pub(super) span: Span,
    /// What it names; `None`: everything.
    pub(super) names: Option<Vec<(Span, String)>>,
    /// Ours rather than a `noqa`.
    pub(super) is_ours: bool,
}

impl Suppression {
    /// Which of its names mean the rule: the index, or 0 where it means all.
    pub(super) fn covers(&self, rule: &Rule) -> Option<usize> {
        let Some(names) = &self.names else {
            // A bare `noqa` is another tool's; only what that tool has too is meant.
            return (self.is_ours || !rule.ruff.is_empty()).then_some(0);
        };
        names.iter().position(|(_, name)| match self.is_ours {
            true => name == rule.name || name == rule.group,
            false => {
                name == rule.name || rule.ruff.iter().any(|code| code.eq_ignore_ascii_case(name))
            }
        })
    }
}

/// All of a text, in order.
pub(super) fn all(text: &Text) -> Vec<Suppression> {
    let source = text.as_str();
    let mut out = Vec::new();
    let mut pieces = Pieces::default();
    for (at, _) in source.match_indices('#') {
        let line = text.line(at as u32);
        let Some(end) = text.line_span(line).map(|span| span.end as usize) else {
            continue;
        };
        let rest = source.get(at..end).unwrap_or_default();
        let Some((length, names, is_ours)) = parse(rest) else {
            continue;
        };
        if !pieces.is_comment(source, at as u32) {
            continue;
        }
        let shift = |(from, name): (usize, String)| {
            let start = (at + from) as u32;
            (Span::new(start, start + name.len() as u32), name)
        };
        out.push(Suppression {
            line,
            span: Span::new(at as u32, (at + length) as u32),
            names: names.map(|names| names.into_iter().map(shift).collect()),
            is_ours,
        });
    }
    out
}

/// Of the pieces that a text is parsed in, the one that was asked for last.
#[derive(Default)]
struct Pieces {
    spans: Option<Vec<Span>>,
    last: Option<(Span, Tree)>,
}

impl Pieces {
    /// Whether a comment that asks for silence begins at or reaches over `offset`.
    fn is_comment(&mut self, text: &str, offset: u32) -> bool {
        let spans = self.spans.get_or_insert_with(|| hir::split(text));
        let at = spans.partition_point(|span| span.end <= offset);
        let Some(span) = spans.get(at).copied() else {
            return false;
        };
        let piece = &text[span.start as usize..span.end as usize];
        if self.last.as_ref().is_none_or(|(last, _)| *last != span) {
            self.last = syntax::parse(piece, None, &Cancel::new()).map(|tree| (span, tree));
        }
        let place = Span::new(offset - span.start, offset - span.start + 1);
        self.last
            .as_ref()
            .is_some_and(|(_, tree)| !syntax::suppressions(tree, piece, place).is_empty())
    }
}

type Parsed = (usize, Option<Vec<(usize, String)>>, bool);

/// Reads a request that begins with the `#`: its length, its names with their places, and whether it is ours.
fn parse(comment: &str) -> Option<Parsed> {
    let body = comment.strip_prefix('#')?;
    let skipped = body.len() - body.trim_start().len();
    let body = body.trim_start();
    let at = 1 + skipped;
    if let Some(rest) = body.strip_prefix("heaplight:") {
        let gap = rest.len() - rest.trim_start().len();
        let rest = rest.trim_start().strip_prefix("ignore")?;
        let from = at + "heaplight:".len() + gap + "ignore".len();
        return match rest.strip_prefix('[') {
            Some(list) => {
                let close = list.find(']')?;
                Some((
                    from + 1 + close + 1,
                    Some(names(&list[..close], from + 1)),
                    true,
                ))
            }
            None if rest.is_empty() || rest.starts_with(char::is_whitespace) => {
                Some((from, None, true))
            }
            None => None,
        };
    }
    if !body.get(..4)?.eq_ignore_ascii_case("noqa") {
        return None;
    }
    let rest = &body[4..];
    match rest.strip_prefix(':') {
        Some(list) => {
            let names = names(list, at + 5);
            let end = names
                .last()
                .map_or(at + 5, |(from, name)| from + name.len());
            Some((end, Some(names), false))
        }
        None if rest.is_empty() || !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') => {
            Some((at + 4, None, false))
        }
        None => None,
    }
}

/// Names between commas or blanks, each with where it begins.
fn names(list: &str, from: usize) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let mut start = None;
    for (at, c) in list.char_indices().chain([(list.len(), ',')]) {
        let is_part = c.is_alphanumeric() || c == '-' || c == '_';
        match (is_part, start) {
            (true, None) => start = Some(at),
            (false, Some(begin)) => {
                out.push((from + begin, list[begin..at].to_owned()));
                start = None;
                // What comes after something else than a separator is prose.
                if c != ',' && !c.is_whitespace() {
                    break;
                }
            }
            (false, None) if c != ',' && !c.is_whitespace() => break,
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(comment: &str) -> Option<(usize, Option<Vec<String>>, bool)> {
        let (length, names, is_ours) = parse(comment)?;
        Some((
            length,
            names.map(|names| names.into_iter().map(|(_, name)| name).collect()),
            is_ours,
        ))
    }

    #[test]
    fn requests_are_read() {
        let list = |names: &[&str]| {
            Some(
                names
                    .iter()
                    .map(|&name| name.to_owned())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(
            read("# heaplight: ignore[a-b, c]  why"),
            Some((27, list(&["a-b", "c"]), true))
        );
        assert_eq!(read("#heaplight:ignore"), Some((17, None, true)));
        assert_eq!(read("# heaplight: ignored"), None);
        assert_eq!(read("# heaplight: ignore[a"), None);
        assert_eq!(read("# noqa"), Some((6, None, false)));
        assert_eq!(
            read("# NOQA: B006,E501 # x"),
            Some((17, list(&["B006", "E501"]), false))
        );
        assert_eq!(read("# noqa : x"), Some((6, None, false)));
        assert_eq!(read("# noqaish"), None);
        assert_eq!(read("# nö"), None);
    }
}
