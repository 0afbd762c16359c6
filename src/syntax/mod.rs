//! Ring 2: the only place that names the parser.
//!
//! A [`Tree`] is what the incremental parser made of a text: the nesting of statements, and where it failed. It accepts
//! more than Python and now and then less; whoever reads it checks against the text (see `hir::lower`).
//!
//! Must not know: lowered code, versions, files, editors.

mod edit;
mod node;
mod parse;
mod query;

pub use edit::{Edit, Point};
pub use node::{Kind, Node};
pub use parse::{Tree, parse};
pub use query::suppressions;
