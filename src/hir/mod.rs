//! Ring 2: Python as CPython's compiler sees it.
//!
//! Lowered code is a list of [`Item`]s, one per top-level statement of the module. An item owns everything in it:
//! statements, expressions, the code objects ([`Unit`]s) defined inside, and their spans relative to its own start, so
//! that an edit elsewhere leaves it alone. The tree has the shape of CPython's `ast`; names carry what `symtable` says
//! of them; what the compiler makes of constants depends on the version and is asked of [`consts`].
//!
//! Must not know: versions (but in `consts`), values at run time, files, editors.

pub mod body;
pub mod borrow;
pub mod consts;
pub mod lower;
pub mod namespace;
pub mod unit;

pub use body::*;
pub use lower::{Pieces, lower, lower_text, split};
pub use unit::*;
