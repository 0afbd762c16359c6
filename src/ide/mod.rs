//! Ring 8: what an editor is told, as plain data with byte spans.
//!
//! Must not know: protocol types, columns, URLs. Offsets and spans are bytes of the text that was analysed.

mod actions;
mod answers;
mod asked;
mod cursor;
mod diagnostics;
mod explain;
mod facts;
mod fix_all;
mod hover;
mod inlay;
mod look;
mod words;

pub use answers::*;
pub use explain::headline;
pub use fix_all::fix_all;
