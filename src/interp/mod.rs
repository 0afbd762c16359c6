//! Ring 4: what Python does, on abstract objects.
//!
//! The machine executes lowered code: values that are known are computed, references are counted where CPython counts
//! them, and what is not known is forgotten. An [`Observer`] is shown each place.
//!
//! Must not know: claims, editors, files.

mod any_item;
mod attribute;
mod builtins;
mod call;
mod constants;
mod control;
mod descriptor;
mod driver;
mod expr;
mod finalize;
mod garbage;
mod generator;
mod hash;
mod instance;
mod iterate;
mod key;
mod machine;
mod measure;
mod models;
mod names;
mod open;
mod protocol;
mod reach;
mod stmt;
mod types;
mod unknown;
mod value;

pub use constants::{Constants, literals};
pub use driver::{Outcome, run};
pub use key::finds_plainly;
pub use machine::{Event, Machine, Observer, Place, Program, World};
