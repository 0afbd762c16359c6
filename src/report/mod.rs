//! Ring 8: answers as text for a terminal. Colours are escape sequences; whoever prints them to something else strips
//! them.
//!
//! Must not know: files, protocols, where the answers come from.

pub mod annotated;
pub mod card;
pub mod evidence;
mod findings;
mod style;

pub use findings::{Format, Found, Shown, concise, render, statistics};
