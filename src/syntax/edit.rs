//! What a change of the text looks like to the parser.

/// A place as the parser counts it: line from 0, and bytes from the start of the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// Line, from 0.
    pub row: u32,
    /// Byte in the line, from 0.
    pub column: u32,
}

/// A replacement of a range of bytes by others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edit {
    /// First byte replaced.
    pub start: u32,
    /// One past the last byte replaced, in the old text.
    pub old_end: u32,
    /// One past the last byte inserted, in the new text.
    pub new_end: u32,
    /// Place of `start`.
    pub start_point: Point,
    /// Place of `old_end` in the old text.
    pub old_end_point: Point,
    /// Place of `new_end` in the new text.
    pub new_end_point: Point,
}

impl Edit {
    /// The edit that replaces `start..old_end` of `old` by `inserted`. Counts lines from the start of the text, so where
    /// a line index is at hand, fill in the fields instead. Offsets outside the text are moved into it.
    pub fn replace(old: &str, start: usize, old_end: usize, inserted: &str) -> Self {
        let bytes = old.as_bytes();
        let old_end = old_end.min(bytes.len());
        let start = start.min(old_end);
        let start_point = advanced(Point::default(), &bytes[..start]);
        Self {
            start: start as u32,
            old_end: old_end as u32,
            new_end: (start + inserted.len()) as u32,
            start_point,
            old_end_point: advanced(start_point, &bytes[start..old_end]),
            new_end_point: advanced(start_point, inserted.as_bytes()),
        }
    }

    pub(super) fn to_parser(self) -> tree_sitter::InputEdit {
        let point =
            |point: Point| tree_sitter::Point::new(point.row as usize, point.column as usize);
        tree_sitter::InputEdit {
            start_byte: self.start as usize,
            old_end_byte: self.old_end as usize,
            new_end_byte: self.new_end as usize,
            start_position: point(self.start_point),
            old_end_position: point(self.old_end_point),
            new_end_position: point(self.new_end_point),
        }
    }
}

fn advanced(from: Point, bytes: &[u8]) -> Point {
    let rows = bytes.iter().filter(|&&byte| byte == b'\n').count() as u32;
    let tail = bytes
        .iter()
        .rev()
        .take_while(|&&byte| byte != b'\n')
        .count() as u32;
    if rows == 0 {
        Point {
            row: from.row,
            column: from.column + tail,
        }
    } else {
        Point {
            row: from.row + rows,
            column: tail,
        }
    }
}
