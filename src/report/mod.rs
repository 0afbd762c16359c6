//! Ring 8: findings for people and programs outside an editor.
//!
//! Must not know: files, standard output, editors.

mod findings;
mod findings_json;

pub use findings::{Shown, concise, full, statistics};
pub use findings_json::json;
