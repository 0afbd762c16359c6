//! Generators, coroutines and asynchronous generators of the program: objects that own a suspended frame.

use std::sync::Arc;

use super::heap::ObjId;
use super::state::{Frame, UnitRef};
use super::types::B;
use crate::hir::ExprId;

/// Where a generator's frame stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Before its first statement.
    New,
    /// At this `yield`, `yield from`, `await`, or element of a generator expression.
    At(ExprId),
    /// Its frame is running: it lies on the call chain.
    Running,
    /// In the middle of an expression, where it can't be taken up.
    Lost,
    /// It ended, and holds nothing any more.
    Done,
}

/// A generator, coroutine or asynchronous generator of the program.
#[derive(Clone, Debug, PartialEq)]
pub struct GenObj {
    /// `generator`, `coroutine` or `async_generator`.
    pub ty: B,
    /// The code object that it runs.
    pub unit: UnitRef,
    /// The function, where the frame holds it.
    pub function: Option<ObjId>,
    /// Where it stands.
    pub at: Stand,
    /// It stands inside a `try` or `with`: closing it runs code.
    pub guarded: bool,
    /// The frame while it is suspended.
    pub frame: Option<Arc<Frame>>,
}

impl GenObj {
    /// The objects that it holds a reference to.
    pub fn referents(&self) -> impl Iterator<Item = ObjId> + '_ {
        let frame = self.frame.iter();
        self.function
            .into_iter()
            .chain(frame.flat_map(|frame| frame.referents()))
    }
}

impl Frame {
    /// The objects that variables and operand stack hold a counted reference to.
    pub fn referents(&self) -> impl Iterator<Item = ObjId> + '_ {
        let slots = self.locals.iter().flatten().chain(self.namespace.values());
        let counted = slots.filter(|slot| !slot.lent).map(|slot| slot.obj);
        let stacked = self.stack.iter().filter(|reference| !reference.lent);
        counted
            .chain(stacked.map(|reference| reference.obj))
            .chain(self.class_cell)
    }
}
