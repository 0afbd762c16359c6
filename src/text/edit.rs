//! What an edit does to a text, as an editor says it and as a parser needs it.

use super::content::{Encoding, Point, Position, Text, walk};
use super::lines;
use crate::base::Span;

/// A change as an editor sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What is replaced, in the text as the changes before have left it; `None`: all of it.
    pub range: Option<(Position, Position)>,
    /// What stands there afterwards.
    pub text: String,
}

/// One replacement, in bytes and points, each in the text before (`start`, `old_end`) or after it (`new_end`).
///
/// A CR right before the replaced bytes is counted in: whether it ends a line by itself depends on what follows it, so
/// to a parser that is shown an LF for a lone CR it may have changed too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteEdit {
    /// First byte replaced.
    pub start: u32,
    /// One past the last byte replaced.
    pub old_end: u32,
    /// One past the last byte put in its place.
    pub new_end: u32,
    /// `start` as a point.
    pub start_point: Point,
    /// `old_end` as a point, in the text before.
    pub old_end_point: Point,
    /// `new_end` as a point, in the text after.
    pub new_end_point: Point,
}

/// Applies `changes` one after another, each to what the one before has left. The edits that come back do the same to
/// a syntax tree, in that order.
pub fn apply(text: &Text, changes: &[Change], encoding: Encoding) -> (Text, Vec<ByteEdit>) {
    let mut draft = Draft {
        content: text.as_str().to_owned(),
        starts: text.starts().to_vec(),
    };
    let mut edits = Vec::with_capacity(changes.len());
    for change in changes {
        let span = match change.range {
            Some((start, end)) => {
                let (start, end) = (draft.offset(start, encoding), draft.offset(end, encoding));
                Span::new(start.min(end), start.max(end))
            }
            None => Span::new(0, draft.content.len() as u32),
        };
        let (span, inserted) = match change.range {
            Some(_) => (span, change.text.as_str()),
            // An editor that sends the whole text each time has changed little of it.
            None => trim(&draft.content, span, &change.text),
        };
        if span.is_empty() && inserted.is_empty() {
            continue;
        }
        edits.extend(draft.replace(span, inserted));
    }
    (Text::with_starts(draft.content, draft.starts), edits)
}

/// The one edit that makes `new` of `old`; `None` when they are equal.
pub fn difference(old: &Text, new: &Text) -> Option<ByteEdit> {
    let (span, inserted) = trim(old.as_str(), old.span(), new.as_str());
    if span.is_empty() && inserted.is_empty() {
        return None;
    }
    let new_end = span.start + inserted.len() as u32;
    let start = with_cr(old.as_str(), span.start);
    Some(ByteEdit {
        start,
        old_end: span.end,
        new_end,
        start_point: old.point(start),
        old_end_point: old.point(span.end),
        new_end_point: new.point(new_end),
    })
}

/// A text between two changes.
struct Draft {
    content: String,
    starts: Vec<u32>,
}

impl Draft {
    fn offset(&self, position: Position, encoding: Encoding) -> u32 {
        let Some(&start) = self.starts.get(position.line as usize) else {
            return self.content.len() as u32;
        };
        let end = self
            .starts
            .get(position.line as usize + 1)
            .map_or(self.content.len(), |&end| end as usize);
        let line = &self.content[start as usize..end];
        let line = &line[..lines::length_without_end(line)];
        start + walk(line, position.column, encoding) as u32
    }

    fn point(&self, offset: u32) -> Point {
        let row = self.starts.partition_point(|&start| start <= offset) as u32 - 1;
        Point {
            row,
            column: offset - self.starts[row as usize],
        }
    }

    /// `None` when the text would outgrow 32-bit offsets; it stays as it was then.
    fn replace(&mut self, span: Span, inserted: &str) -> Option<ByteEdit> {
        let length = self.content.len() - span.len() as usize + inserted.len();
        if u32::try_from(length).is_err() {
            return None;
        }
        let start = with_cr(&self.content, span.start);
        let (start_point, old_end_point) = (self.point(start), self.point(span.end));
        let new_end = span.start + inserted.len() as u32;
        self.content
            .replace_range(span.start as usize..span.end as usize, inserted);
        lines::splice(
            &mut self.starts,
            &self.content,
            span.start,
            span.end,
            new_end,
        );
        Some(ByteEdit {
            start,
            old_end: span.end,
            new_end,
            start_point,
            old_end_point,
            new_end_point: self.point(new_end),
        })
    }
}

fn with_cr(content: &str, start: u32) -> u32 {
    start - u32::from(content[..start as usize].ends_with('\r'))
}

/// Leaves out of a replacement of `old[span]` by `new` what both begin and end with.
fn trim<'a>(old: &str, span: Span, new: &'a str) -> (Span, &'a str) {
    let replaced = &old[span.start as usize..span.end as usize];
    let same = replaced
        .bytes()
        .zip(new.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let prefix = new
        .floor_char_boundary(same)
        .min(replaced.floor_char_boundary(same));
    let (replaced, new) = (&replaced[prefix..], &new[prefix..]);
    let same = replaced
        .bytes()
        .rev()
        .zip(new.bytes().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let suffix = (replaced.len() - replaced.ceil_char_boundary(replaced.len() - same))
        .min(new.len() - new.ceil_char_boundary(new.len() - same));
    let start = span.start + prefix as u32;
    (
        Span::new(start, start + (replaced.len() - suffix) as u32),
        &new[..new.len() - suffix],
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn change(start: (u32, u32), end: (u32, u32), text: &str) -> Change {
        let at = |(line, column)| Position { line, column };
        Change {
            range: Some((at(start), at(end))),
            text: text.to_owned(),
        }
    }

    #[test]
    fn each_change_sees_the_one_before() {
        let changes = [
            change((0, 0), (0, 0), "x\n"),
            change((1, 1), (1, 2), "!"),
            change((2, 0), (9, 9), "end"),
        ];
        let (text, edits) = apply(&Text::new("abc\ndef\n"), &changes, Encoding::Utf16);
        assert_eq!(text.as_str(), "x\na!c\nend");
        assert_eq!(edits.len(), 3);
        assert_eq!(
            (edits[2].start, edits[2].old_end, edits[2].new_end),
            (6, 10, 9)
        );
        assert_eq!(edits[2].old_end_point, Point { row: 3, column: 0 });
    }

    #[test]
    fn a_range_the_wrong_way_round_is_turned() {
        let (text, _) = apply(
            &Text::new("abcdef"),
            &[change((0, 4), (0, 1), "-")],
            Encoding::Utf16,
        );
        assert_eq!(text.as_str(), "a-ef");
    }

    #[test]
    fn a_full_text_is_one_small_edit() {
        let whole = Change {
            range: None,
            text: "x = 'かき'\n".to_owned(),
        };
        let (text, edits) = apply(&Text::new("x = 'かな'\n"), &[whole], Encoding::Utf8);
        assert_eq!(text.as_str(), "x = 'かき'\n");
        assert_eq!(
            edits
                .iter()
                .map(|edit| (edit.start, edit.old_end, edit.new_end))
                .collect::<Vec<_>>(),
            [(8, 11, 11)]
        );
    }

    #[test]
    fn a_cr_before_the_edit_is_counted_in() {
        let (_, edits) = apply(
            &Text::new("a\rb"),
            &[change((1, 0), (1, 0), "\n")],
            Encoding::Utf8,
        );
        assert_eq!(
            (edits[0].start, edits[0].old_end, edits[0].new_end),
            (1, 2, 3)
        );
        assert_eq!(edits[0].start_point, Point { row: 0, column: 1 });
    }

    #[test]
    fn nothing_changed_is_no_edit() {
        let (text, edits) = apply(
            &Text::new("a\r"),
            &[change((0, 1), (0, 1), "")],
            Encoding::Utf8,
        );
        assert_eq!((text.as_str(), edits.len()), ("a\r", 0));
        assert_eq!(difference(&text, &text), None);
    }

    fn any_change() -> impl Strategy<Value = Change> {
        let position = (0u32..6, 0u32..8).prop_map(|(line, column)| Position { line, column });
        let range = prop_oneof![9 => (position.clone(), position).prop_map(Some), 1 => Just(None)];
        (range, "([ab\r\n]|é|😀){0,8}").prop_map(|(range, text)| Change { range, text })
    }

    proptest! {
        /// The index stays what a scan would give, and the edits, done to the old bytes, give the new ones.
        #[test]
        fn edits_tell_the_whole_story(content in "([ab\r\n]|é|😀){0,30}", changes in prop::collection::vec(any_change(), 0..6)) {
            for encoding in [Encoding::Utf8, Encoding::Utf16] {
                let old = Text::new(content.as_str());
                let (new, edits) = apply(&old, &changes, encoding);
                let fresh = Text::new(new.as_str());
                prop_assert_eq!(new.starts(), fresh.starts());
                let mut length = old.len();
                for edit in &edits {
                    prop_assert!(edit.start <= edit.old_end && edit.old_end <= length);
                    length = length - edit.old_end + edit.new_end;
                }
                prop_assert_eq!(length, new.len());
                if let [edit] = edits.as_slice() {
                    prop_assert_eq!(edit.old_end_point, old.point(edit.old_end));
                    prop_assert_eq!(edit.new_end_point, new.point(edit.new_end));
                    let put = &new.as_str()[edit.start as usize..edit.new_end as usize];
                    let mut redone = old.as_str().to_owned();
                    redone.replace_range(edit.start as usize..edit.old_end as usize, put);
                    prop_assert_eq!(redone.as_str(), new.as_str());
                }
            }
        }

        #[test]
        fn a_difference_makes_the_new_text(old in "([ab\r\n]|é|è|😀){0,20}", new in "([ab\r\n]|é|è|😀){0,20}") {
            let (old, new) = (Text::new(old), Text::new(new));
            let mut redone = old.as_str().to_owned();
            if let Some(edit) = difference(&old, &new) {
                redone.replace_range(edit.start as usize..edit.old_end as usize, &new.as_str()[edit.start as usize..edit.new_end as usize]);
            }
            prop_assert_eq!(redone.as_str(), new.as_str());
        }
    }
}
