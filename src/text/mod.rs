//! Ring 1: the text of a file, its lines, and what an edit does to it.
//!
//! Everything else counts in bytes of UTF-8; lines and columns exist only here and at the edges (editors, terminals).
//! A line ends at LF, CR LF or a lone CR: so Python counts lines, and so does the language server protocol.
//!
//! Must not know: where a text comes from (no URL, no file), what is in it, who shows it.

mod content;
mod edit;
mod lines;

pub use content::{Encoding, Point, Position, Text};
pub use edit::{ByteEdit, Change, apply, difference};
