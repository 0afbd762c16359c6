//! Which objects are one and the same: small ints, interned strings, cached singletons, constants; and which are immortal.

use super::Layout;

/// Yes, no, or not to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Certainly.
    Yes,
    /// Certainly not.
    No,
    /// It depends on the build or on more than is asked.
    Unknown,
}

impl Answer {
    fn from(yes: bool) -> Answer {
        if yes { Answer::Yes } else { Answer::No }
    }

    /// As an option.
    pub fn known(self) -> Option<bool> {
        match self {
            Answer::Yes => Some(true),
            Answer::No => Some(false),
            Answer::Unknown => None,
        }
    }
}

/// Objects whose immortality can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Immortal {
    /// `None`, `True`, `False`, `...`, `NotImplemented`, `''`, `b''`, `()`, one-byte `bytes`, static builtin types and exceptions.
    Singleton,
    /// An `int`.
    Int(i64),
    /// A one-character string up to U+00FF.
    OneCharacter,
    /// An interned string that CPython is not built with: a literal identifier, `sys.intern`, a name given to `setattr`.
    Interned,
    /// A string with other characters than letters, digits, underscore, of two or more characters, or a computed one.
    Other,
}

/// What is handed to `copy.copy` or `copy.deepcopy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CopyOf {
    /// None, bool, int, float, complex, str, bytes, functions, classes, builtin functions, enum members, `re.Pattern`, weakref, property.
    Atom,
    /// `range`
    Range,
    /// A tuple; for deepcopy: one whose items are all returned as they are.
    Tuple,
    /// `frozenset`
    Frozenset,
    /// `slice`
    Slice,
    /// Anything mutable, instances, namedtuples, instances of subclasses of immutables.
    Other,
}

impl Layout {
    /// Largest cached `int`.
    pub fn small_int_max(&self) -> i64 {
        self.features().small_int_max
    }

    /// Whether every operation that yields this `int` yields the one cached object.
    pub fn is_small_int(&self, value: i64) -> bool {
        (-5..=self.small_int_max()).contains(&value)
    }

    /// All one-character strings up to U+00FF, constant or computed, are interned.
    pub fn one_char_strings_interned(&self) -> bool {
        self.features().one_char_strings_interned
    }

    /// The literal of this one character may be another object than the same character out of a string (`s[i]`, `chr`).
    pub fn literal_one_letter_may_differ(&self, c: char) -> bool {
        // Which letters depends on the build: where any does, any may.
        c.is_ascii() && !self.features().one_letter_literal_may_differ.is_empty()
    }

    /// `frozenset()` is always the same object.
    pub fn empty_frozenset_is_cached(&self) -> bool {
        self.features().empty_frozenset_cached
    }

    /// `'abcdef'[1:4]` is folded by the compiler, and so interned.
    pub fn folds_constant_slices(&self) -> bool {
        self.features().folds_constant_slices
    }

    /// There are immortal objects, of which no count is claimed. Before that the counts of shared singletons are large
    /// and change; none is claimed of them either.
    pub fn has_immortals(&self) -> bool {
        self.features().immortals
    }

    /// Interned strings are immortal: all of them, or (`from_pyc`) those of a module that is loaded from a `.pyc`.
    pub fn interned_is_immortal(&self, from_pyc: bool) -> bool {
        if from_pyc {
            self.features().interned_from_pyc_immortal
        } else {
            self.features().interned_immortal
        }
    }

    /// Whether the object is immortal; `from_pyc` when the code that holds it was loaded from a `.pyc`.
    pub fn is_immortal(&self, what: Immortal, from_pyc: bool) -> Answer {
        if !self.has_immortals() {
            return Answer::No;
        }
        match what {
            Immortal::Singleton => Answer::Yes,
            Immortal::Int(value) => Answer::from(self.is_small_int(value)),
            Immortal::OneCharacter => Answer::Yes,
            // A string that CPython is built with is immortal, and which those are is not listed here.
            Immortal::Interned if self.interned_is_immortal(from_pyc) => Answer::Yes,
            Immortal::Interned => Answer::Unknown,
            Immortal::Other => Answer::No,
        }
    }

    /// `copy.copy(x) is x`
    pub fn copy_is_same(&self, what: CopyOf) -> bool {
        match what {
            CopyOf::Atom | CopyOf::Range | CopyOf::Tuple | CopyOf::Frozenset | CopyOf::Slice => {
                true
            }
            CopyOf::Other => false,
        }
    }

    /// `copy.deepcopy(x) is x`
    pub fn deepcopy_is_same(&self, what: CopyOf) -> bool {
        match what {
            CopyOf::Atom | CopyOf::Tuple => true,
            CopyOf::Range => self.features().deepcopy_range_same,
            CopyOf::Frozenset | CopyOf::Slice | CopyOf::Other => false,
        }
    }

    /// Whether comprehensions (not generator expressions) run in the frame around them.
    pub fn inlines_comprehensions(&self) -> bool {
        self.features().inlines_comprehensions
    }
}
