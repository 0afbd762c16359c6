//! The counted objects of a state.
//!
//! Numbers of objects are handed out by the machine and never used twice, so that objects of two states that share an
//! ancestor are the same where their numbers are.

use super::obj::Obj;
use super::paged::Paged;

/// Number of an object. Atoms (objects whose references nobody counts) have the top bit set and live in
/// [`Atoms`](super::atoms::Atoms), not in a heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjId(pub u32);

impl ObjId {
    const ATOM: u32 = 1 << 31;

    /// The number of the atom with this index.
    pub const fn atom(index: usize) -> Self {
        ObjId(index as u32 | Self::ATOM)
    }

    /// Whether this is an atom's.
    pub fn is_atom(self) -> bool {
        self.0 & Self::ATOM != 0
    }

    /// The atom's index.
    pub fn atom_index(self) -> usize {
        (self.0 & !Self::ATOM) as usize
    }
}

/// The objects.
#[derive(Clone, Debug, Default)]
pub struct Heap(Paged<Obj>);

impl Heap {
    /// The object, if the state has it.
    pub fn get(&self, id: ObjId) -> Option<&Obj> {
        self.0.get(id.0 as usize)
    }

    /// The object, to change it.
    pub fn get_mut(&mut self, id: ObjId) -> Option<&mut Obj> {
        self.0.get_mut(id.0 as usize)
    }

    /// Puts an object there.
    pub fn insert(&mut self, id: ObjId, obj: Obj) {
        debug_assert!(!id.is_atom());
        self.0.insert(id.0 as usize, obj);
    }

    /// Takes the object away.
    pub fn remove(&mut self, id: ObjId) -> Option<Obj> {
        self.0.remove(id.0 as usize)
    }

    /// All objects with their numbers, in order.
    pub fn iter(&self) -> impl Iterator<Item = (ObjId, &Obj)> + '_ {
        self.0.iter().map(|(index, obj)| (ObjId(index as u32), obj))
    }

    /// Numbers of objects that may differ between two heaps.
    pub fn differing(&self, other: &Heap) -> Vec<ObjId> {
        self.0
            .differing(&other.0)
            .into_iter()
            .map(|index| ObjId(index as u32))
            .collect()
    }
}
