//! Ring 3: abstract objects and states, and how knowledge is joined and lost.
//!
//! Must not know: statements, how Python evaluates, editors.

pub mod alike;
pub mod atoms;
pub mod forget;
pub mod generator;
pub mod heap;
pub mod join;
pub mod obj;
pub mod paged;
pub mod site;
pub mod size;
pub mod state;
pub mod types;

pub use atoms::{Atoms, UNKNOWN};
pub use generator::{GenObj, Stand};
pub use heap::{Heap, ObjId};
pub use obj::*;
pub use site::{Node, Site};
pub use state::{Frame, Freed, Slot, StackRef, State, StmtKey, TypeOf, UnitRef, type_of};
pub use types::B;
