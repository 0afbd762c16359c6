//! What a version's language and library have, where the tables have no row for it: by the version's documentation.

use super::Layout;

impl Layout {
    /// `dict | dict` and `dict |= ...` (PEP 584: 3.9).
    pub fn has_dict_union(&self) -> bool {
        self.target().minor >= 9
    }

    /// Iterators of ASCII strings are of a type of their own, `str_ascii_iterator` (3.11).
    pub fn has_ascii_str_iterator(&self) -> bool {
        self.target().minor >= 11
    }

    /// Annotations are evaluated when somebody asks, not where they stand (PEP 649: 3.14).
    pub fn defers_annotations(&self) -> bool {
        self.target().minor >= 14
    }

    /// `X | None` of types can be evaluated (PEP 604: 3.10).
    pub fn has_type_unions(&self) -> bool {
        self.target().minor >= 10
    }

    /// `dataclass(slots=True)` (3.10).
    pub fn dataclasses_take_slots(&self) -> bool {
        self.target().minor >= 10
    }

    /// `dataclass(weakref_slot=True)` (3.11).
    pub fn dataclasses_take_weakref_slot(&self) -> bool {
        self.target().minor >= 11
    }

    /// The methods of a dataclass with slots find the class that they are in by `super()` and `__class__` (3.14).
    pub fn slotted_dataclasses_keep_class_cell(&self) -> bool {
        self.target().minor >= 14
    }

    /// `gc.is_tracked({})`
    pub fn empty_dict_tracked(&self) -> bool {
        self.is_tracked(super::Tracked::DictOfAtoms) == Some(true)
    }

    /// References to the new object that `C(a=x)` holds beyond those of `C(x)` while `__init__` runs: the bound method that
    /// `slot_tp_init` makes for a call by keyword, up to 3.14 (measured).
    pub fn init_by_keyword_holds_self(&self) -> u32 {
        u32::from(self.target().minor < 15)
    }

    /// An AttributeError holds the object that lacks the attribute, `obj` (3.10).
    pub fn attribute_error_holds_object(&self) -> bool {
        self.target().minor >= 10
    }

    /// A `for` over a list, tuple or str keeps the thing itself on the stack, with an index, and no iterator: a lent
    /// parameter stays lent (3.15, measured).
    pub fn loops_keep_sequences(&self) -> bool {
        self.target().minor >= 15
    }

    /// A class body's code holds a tuple of the names of attributes that its methods give to `self`
    /// (`__static_attributes__`, 3.13).
    pub fn class_bodies_hold_attribute_names(&self) -> bool {
        self.target().minor >= 13
    }

    /// Code that has looped or been called some times specialises an instruction at its first pass (3.11, measured);
    /// later versions let a few passes go by.
    pub fn specializes_at_first_pass(&self) -> bool {
        self.target().minor == 11
    }

    /// A frame holds the function that it runs, a suspended one too (3.11, measured).
    pub fn frames_hold_functions(&self) -> bool {
        self.target().minor >= 11
    }

    /// `round(x)` of a float gives the cached `int` where there is one (3.9, measured).
    pub fn round_gives_cached_ints(&self) -> bool {
        self.target().minor >= 9
    }
}
