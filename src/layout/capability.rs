//! What a version's language and library have. Probed under the real interpreter (`tests/measure/compiler.py`).

use serde::Deserialize;

use super::Layout;

/// See the module; the names are those of the script.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Library {
    dict_union: bool,
    ascii_str_iterator: bool,
    defers_annotations: bool,
    type_unions: bool,
    dataclasses_take_slots: bool,
    dataclasses_take_weakref_slot: bool,
    slotted_dataclasses_keep_class_cell: bool,
    init_by_keyword_holds_self: u32,
    attribute_error_holds_object: bool,
    loops_keep_sequences: bool,
    specializes_at_first_pass: bool,
    frames_hold_functions: bool,
    lists_ask_length_twice: bool,
    round_gives_cached_ints: bool,
}

impl Layout {
    fn library(&self) -> &Library {
        &self.table().library
    }

    /// Whether the version has what Python 3.`minor` brought: for tables that name it.
    pub fn is_since(&self, minor: u8) -> bool {
        self.target().minor >= minor
    }

    /// `dict | dict` and `dict |= ...` (PEP 584: 3.9).
    pub fn has_dict_union(&self) -> bool {
        self.library().dict_union
    }

    /// Iterators of ASCII strings are of a type of their own, `str_ascii_iterator` (3.11).
    pub fn has_ascii_str_iterator(&self) -> bool {
        self.library().ascii_str_iterator
    }

    /// Annotations are evaluated when somebody asks, not where they stand (PEP 649: 3.14).
    pub fn defers_annotations(&self) -> bool {
        self.library().defers_annotations
    }

    /// `X | None` of types can be evaluated (PEP 604: 3.10).
    pub fn has_type_unions(&self) -> bool {
        self.library().type_unions
    }

    /// `dataclass(slots=True)` (3.10).
    pub fn dataclasses_take_slots(&self) -> bool {
        self.library().dataclasses_take_slots
    }

    /// `dataclass(weakref_slot=True)` (3.11).
    pub fn dataclasses_take_weakref_slot(&self) -> bool {
        self.library().dataclasses_take_weakref_slot
    }

    /// The methods of a dataclass with slots find the class that they are in by `super()` and `__class__` (3.14).
    pub fn slotted_dataclasses_keep_class_cell(&self) -> bool {
        self.library().slotted_dataclasses_keep_class_cell
    }

    /// `gc.is_tracked({})`
    pub fn empty_dict_tracked(&self) -> bool {
        self.is_tracked(super::Tracked::DictOfAtoms) == Some(true)
    }

    /// References to the new object that `C(a=x)` holds beyond those of `C(x)` while `__init__` runs: the bound method that
    /// `slot_tp_init` makes for a call by keyword, up to 3.14.
    pub fn init_by_keyword_holds_self(&self) -> u32 {
        self.library().init_by_keyword_holds_self
    }

    /// An AttributeError holds the object that lacks the attribute, `obj` (3.10).
    pub fn attribute_error_holds_object(&self) -> bool {
        self.library().attribute_error_holds_object
    }

    /// A `for` over a list, tuple or str keeps the thing itself on the stack, with an index, and no iterator: a lent
    /// parameter stays lent (3.15).
    pub fn loops_keep_sequences(&self) -> bool {
        self.library().loops_keep_sequences
    }

    /// Code that has looped or been called some times specialises an instruction at its first pass (3.11); later
    /// versions let a few passes go by.
    pub fn specializes_at_first_pass(&self) -> bool {
        self.library().specializes_at_first_pass
    }

    /// `list(x)` asks for the length of `x` before it asks for its iterator, and again after (up to 3.9).
    pub fn lists_ask_length_twice(&self) -> bool {
        self.library().lists_ask_length_twice
    }

    /// A frame holds the function that it runs, a suspended one too (3.11).
    pub fn frames_hold_functions(&self) -> bool {
        self.library().frames_hold_functions
    }

    /// `round(x)` of a float gives the cached `int` where there is one (3.9).
    pub fn round_gives_cached_ints(&self) -> bool {
        self.library().round_gives_cached_ints
    }
}
