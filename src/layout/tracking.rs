//! The cyclic collector: who is tracked from when on, thresholds, and the order in which locals die.

use super::Layout;

/// What `gc.is_tracked` is asked of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tracked {
    /// Numbers, str, bytes, bytearray, None, range, `object()`, date and time objects, code, static types.
    Atom,
    /// list, set, deque, slice, functions, methods, generators, iterators of containers, cells, properties, modules,
    /// classes made by `class`, exceptions, every instance of such classes, dict subclasses, namedtuple instances.
    Container,
    /// A `dict` whose keys and values were atoms ever since it was made (or emptied of everything by a collection).
    DictOfAtoms,
    /// A `dict` into which a container, an instance, a function, a class went at some time, and no collection since.
    Dict,
    /// A `dict` with a tuple of atoms among its keys or values, else only atoms.
    DictOfAtomTuples,
    /// `()`
    EmptyTuple,
    /// A tuple of atoms that was made at run time by a display, `tuple(x)` or `*args`.
    TupleOfAtomsMade,
    /// A tuple of atoms that is a constant, or the result of `+`, `*`, a slice, `zip`, `enumerate`, `items`, `partition`.
    TupleOfAtomsOther,
    /// A tuple with a tracked item that is no tuple of atoms.
    TupleOfContainers,
    /// A tuple that holds tuples of atoms, else only atoms.
    TupleOfAtomTuples,
    /// `frozenset(x)` of atoms.
    FrozensetOfAtoms,
    /// Any other frozenset.
    Frozenset,
    /// `array.array`, `re.Pattern`, `re.Match`, `threading.Lock`.
    LateHeapType,
    /// `decimal.Decimal`
    Decimal,
}

impl Layout {
    /// What `gc.is_tracked` answers; `None` where a collection in between would change it.
    pub fn is_tracked(&self, what: Tracked) -> Option<bool> {
        let f = self.features();
        match what {
            Tracked::Atom | Tracked::EmptyTuple => Some(false),
            Tracked::Container
            | Tracked::Dict
            | Tracked::Frozenset
            | Tracked::TupleOfContainers => Some(true),
            Tracked::DictOfAtoms => Some(f.dict_always_tracked),
            Tracked::DictOfAtomTuples => f.dict_always_tracked.then_some(true),
            Tracked::TupleOfAtomsMade => f.tuple_of_atoms_untracked.then_some(false),
            Tracked::TupleOfAtomsOther | Tracked::TupleOfAtomTuples => None,
            Tracked::FrozensetOfAtoms => Some(!f.frozenset_of_atoms_untracked),
            Tracked::LateHeapType => Some(f.late_heap_types_tracked),
            Tracked::Decimal => Some(f.decimal_tracked),
        }
    }

    /// `gc.get_threshold()`
    pub fn gc_thresholds(&self) -> [u64; 3] {
        self.features().gc_thresholds
    }

    /// A function's locals die in reverse order of their definition.
    pub fn locals_die_in_reverse(&self) -> bool {
        self.features().locals_die_in_reverse
    }
}
