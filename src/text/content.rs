//! A text that never changes, with its line index.

use std::sync::Arc;

use super::lines;
use crate::base::Span;

/// What a column counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Bytes of UTF-8.
    Utf8,
    /// Code units of UTF-16: what editors speak unless agreed otherwise.
    #[default]
    Utf16,
    /// Code points: what Python's tracebacks and the command line speak.
    Utf32,
}

/// A place as people and editors name it. Both count from 0; what `column` counts is an [`Encoding`]'s affair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 0.
    pub line: u32,
    /// Column, from 0.
    pub column: u32,
}

/// A place as an incremental parser names it: line from 0 and bytes from its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Point {
    /// Line, from 0.
    pub row: u32,
    /// Bytes from the start of the line.
    pub column: u32,
}

/// An immutable text with its line index. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Text(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    content: String,
    starts: Vec<u32>,
    /// How many UTF-16 units and code points stand before each block of [`BLOCK`] bytes; empty where all is ASCII.
    /// With it a column costs at most a block's scan, however long the line.
    blocks: Vec<Counts>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    utf16: u32,
    chars: u32,
}

const BLOCK: usize = 1024;

impl Text {
    /// The text `content`. Offsets are 32 bits wide: what stands behind the first 4 GiB is cut off.
    pub fn new(content: impl Into<String>) -> Self {
        let mut content = content.into();
        if content.len() > u32::MAX as usize {
            content.truncate(content.floor_char_boundary(u32::MAX as usize));
        }
        let starts = lines::starts(&content);
        Self::with_starts(content, starts)
    }

    pub(super) fn with_starts(content: String, starts: Vec<u32>) -> Self {
        let blocks = if content.is_ascii() {
            Vec::new()
        } else {
            count_blocks(content.as_bytes())
        };
        Self(Arc::new(Inner {
            content,
            starts,
            blocks,
        }))
    }

    pub(super) fn starts(&self) -> &[u32] {
        &self.0.starts
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0.content
    }

    /// What stands in `span`; offsets that lie outside or inside a character are moved down to the next that does not.
    pub fn slice(&self, span: Span) -> &str {
        let start = self.clamp(span.start) as usize;
        &self.as_str()[start..(self.clamp(span.end) as usize).max(start)]
    }

    /// Length in bytes.
    pub fn len(&self) -> u32 {
        self.0.content.len() as u32
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.content.is_empty()
    }

    /// The whole text as a span.
    pub fn span(&self) -> Span {
        Span::new(0, self.len())
    }

    /// How many lines there are: one more than line ends.
    pub fn line_count(&self) -> u32 {
        self.0.starts.len() as u32
    }

    /// The line `offset` stands in, from 0.
    pub fn line(&self, offset: u32) -> u32 {
        self.0.starts.partition_point(|&start| start <= offset) as u32 - 1
    }

    /// Line `line` without its end; `None` behind the last.
    pub fn line_span(&self, line: u32) -> Option<Span> {
        let start = *self.0.starts.get(line as usize)?;
        let end = self
            .0
            .starts
            .get(line as usize + 1)
            .copied()
            .unwrap_or(self.len());
        let length = lines::length_without_end(&self.as_str()[start as usize..end as usize]);
        Some(Span::new(start, start + length as u32))
    }

    /// Where `offset` is, for a parser.
    pub fn point(&self, offset: u32) -> Point {
        let offset = self.clamp(offset);
        let row = self.line(offset);
        Point {
            row,
            column: offset - self.0.starts[row as usize],
        }
    }

    /// Where `offset` is, for an editor. Inside a character it is the character's start, inside a line end the end of
    /// the line, behind the text the end of the text.
    pub fn position(&self, offset: u32, encoding: Encoding) -> Position {
        let offset = self.clamp(offset);
        let line = self.line(offset);
        let span = self.line_span(line).unwrap_or_default();
        let column = self.units(offset.min(span.end), encoding) - self.units(span.start, encoding);
        Position { line, column }
    }

    /// The offset of `position`. As the protocol has it, a column behind the line's end is the line's end, and a line
    /// behind the last the end of the text; a column inside a character is the character's start.
    pub fn offset(&self, position: Position, encoding: Encoding) -> u32 {
        let Some(span) = self.line_span(position.line) else {
            return self.len();
        };
        if self.0.blocks.is_empty() || encoding == Encoding::Utf8 {
            return self.clamp(span.start.saturating_add(position.column).min(span.end));
        }
        let target = self
            .units(span.start, encoding)
            .saturating_add(position.column);
        let block = self
            .0
            .blocks
            .partition_point(|counts| counts.get(encoding) <= target)
            .saturating_sub(1);
        let start = (block * BLOCK).max(span.start as usize);
        let start = self
            .0
            .content
            .ceil_char_boundary(start)
            .min(span.end as usize);
        let before = self.units(start as u32, encoding);
        let found = start
            + walk(
                &self.as_str()[start..span.end as usize],
                target.saturating_sub(before),
                encoding,
            );
        found as u32
    }

    /// The nearest offset at or before `offset` that lies in the text and not inside a character.
    pub fn clamp(&self, offset: u32) -> u32 {
        self.0.content.floor_char_boundary(offset as usize) as u32
    }

    /// Units before `offset`, which starts a character.
    fn units(&self, offset: u32, encoding: Encoding) -> u32 {
        if self.0.blocks.is_empty() || encoding == Encoding::Utf8 {
            return offset;
        }
        let block = offset as usize / BLOCK;
        let rest = &self.0.content.as_bytes()[block * BLOCK..offset as usize];
        self.0.blocks[block].plus(rest).get(encoding)
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::new("")
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.content == other.0.content
    }
}

impl Eq for Text {}

impl Counts {
    fn plus(self, bytes: &[u8]) -> Self {
        // A character counts at its first byte; one of four bytes is a surrogate pair.
        let chars = bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() as u32;
        let pairs = bytes.iter().filter(|&&byte| byte >= 0xF0).count() as u32;
        Self {
            utf16: self.utf16 + chars + pairs,
            chars: self.chars + chars,
        }
    }

    fn get(self, encoding: Encoding) -> u32 {
        match encoding {
            Encoding::Utf8 => 0,
            Encoding::Utf16 => self.utf16,
            Encoding::Utf32 => self.chars,
        }
    }
}

/// Bytes from the start of `line` to column `column` of it, at most its length.
pub(super) fn walk(line: &str, column: u32, encoding: Encoding) -> usize {
    let mut left = column as usize;
    for (at, char) in line.char_indices() {
        let width = match encoding {
            Encoding::Utf8 => char.len_utf8(),
            Encoding::Utf16 => char.len_utf16(),
            Encoding::Utf32 => 1,
        };
        if left < width {
            return at;
        }
        left -= width;
    }
    line.len()
}

fn count_blocks(bytes: &[u8]) -> Vec<Counts> {
    let mut blocks = vec![Counts::default()];
    for block in bytes.chunks(BLOCK) {
        let last = blocks[blocks.len() - 1];
        blocks.push(last.plus(block));
    }
    blocks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MIXED: &str = "a = 'かな'\r\nb = '😀'  # é\rc\n";

    fn at(line: u32, column: u32) -> Position {
        Position { line, column }
    }

    #[test]
    fn columns_by_encoding() {
        let text = Text::new(MIXED);
        let kana_end = MIXED.find("な'").unwrap() as u32 + 3;
        assert_eq!(text.position(kana_end, Encoding::Utf8), at(0, 11));
        assert_eq!(text.position(kana_end, Encoding::Utf16), at(0, 7));
        assert_eq!(text.position(kana_end, Encoding::Utf32), at(0, 7));
        let emoji_end = MIXED.find('😀').unwrap() as u32 + 4;
        assert_eq!(text.position(emoji_end, Encoding::Utf8), at(1, 9));
        assert_eq!(text.position(emoji_end, Encoding::Utf16), at(1, 7));
        assert_eq!(text.position(emoji_end, Encoding::Utf32), at(1, 6));
    }

    #[test]
    fn impossible_positions_are_clamped() {
        let text = Text::new(MIXED);
        let line_end = MIXED.find('\r').unwrap() as u32;
        let emoji = MIXED.find('😀').unwrap() as u32;
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            assert_eq!(
                text.offset(at(0, 99), encoding),
                line_end,
                "behind the line"
            );
            assert_eq!(
                text.offset(at(0, u32::MAX), encoding),
                line_end,
                "far behind the line"
            );
            assert_eq!(
                text.offset(at(3, 7), encoding),
                text.len(),
                "in the empty last line"
            );
            assert_eq!(
                text.offset(at(u32::MAX, 0), encoding),
                text.len(),
                "behind the text"
            );
        }
        assert_eq!(
            text.offset(at(1, 6), Encoding::Utf16),
            emoji,
            "inside a surrogate pair"
        );
        assert_eq!(
            text.offset(at(1, 7), Encoding::Utf8),
            emoji,
            "inside a character"
        );
        assert_eq!(
            text.position(line_end + 1, Encoding::Utf16),
            at(0, 8),
            "inside CR LF"
        );
        assert_eq!(text.position(u32::MAX, Encoding::Utf16), at(3, 0));
        assert_eq!(text.slice(Span::new(emoji + 1, emoji + 5)), "😀'");
    }

    #[test]
    fn points_count_bytes() {
        let text = Text::new(MIXED);
        let after_emoji = MIXED.find('😀').unwrap() as u32 + 4;
        assert_eq!(text.point(after_emoji), Point { row: 1, column: 9 });
    }

    proptest! {
        #[test]
        fn there_and_back(content in "([a-c\r\n]|é|か|😀){0,40}", padding in 0usize..2000) {
            let content = format!("{}{content}", "é".repeat(padding));
            let text = Text::new(content.as_str());
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                for (offset, _) in content.char_indices() {
                    let position = text.position(offset as u32, encoding);
                    let in_crlf = content[..offset].ends_with('\r') && content[offset..].starts_with('\n');
                    let expected = if in_crlf { offset - 1 } else { offset };
                    prop_assert_eq!(text.offset(position, encoding), expected as u32);
                }
            }
        }

        #[test]
        fn any_position_is_an_offset(content in "([a-c\r\n]|é|か|😀){0,40}", line in 0u32..60, column in 0u32..60) {
            let text = Text::new(content);
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                let offset = text.offset(at(line, column), encoding);
                prop_assert!(text.as_str().is_char_boundary(offset as usize));
                prop_assert!(text.position(offset, encoding) <= at(line, column));
            }
        }
    }
}
