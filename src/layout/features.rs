//! How one CPython version does things: the yes/no answers and small numbers that the formulas take.
//!
//! They are probed under the real interpreter (`tests/measure/features.py`) and stand in the `features` block of its
//! table. The rest of this folder asks these fields and compares no versions.

use serde::Deserialize;

/// How `dict` chooses the size of a new table from the wanted number of places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TableRounding {
    /// The least power of two that is large enough, and at least 8.
    Least,
    /// As `calculate_log2_keysize` of 3.10 to 3.13.0 has it: bit 3 is set before one is subtracted, so that fewer
    /// than 8 wanted places give 16, and an exact power of two from 16 on gives its double.
    OrBitThree,
}

/// What happens to the slots of a list by `del a[i]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum DelItem {
    /// As by a slice deletion: shrinks, and an emptied list loses its slots.
    Shrinks,
    /// Nothing is given back.
    Keeps,
    /// Shrinks, but an emptied list keeps its slots.
    ShrinksNotToNothing,
}

/// What a `__dict__` and a `__weakref__` add to an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum InstanceHeader {
    /// One pointer each.
    Pointers,
    /// Two words before the object for `__dict__`, a pointer for `__weakref__`.
    DictBefore,
    /// Two words before the object for either or both.
    BothBefore,
}

/// Which constants stay in `co_consts` although nothing loads them any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum UnusedConstants {
    /// All of them.
    All,
    /// The one that was loaded first in the code object.
    First,
}

/// See the module; the names are those of the script.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Features {
    pub zero_has_a_digit: bool,
    pub str_ascii: u64,
    pub str_latin1: u64,
    pub str_ucs2: u64,
    pub str_ucs4: u64,
    pub one_latin1_char_extra: u64,
    pub tuple_header: u64,
    pub bytearray_empty: u64,
    pub bytearray_header: u64,
    pub generator_base: u64,
    pub generator_counts_locals: bool,
    pub generator_stack_of_yields: u64,
    pub array_header: u64,
    pub deque_header: u64,
    pub deque_copy_of_empty_is_centered: bool,

    pub list_rounds_to_four: bool,
    pub list_presizes_to_even: bool,
    pub list_keeps_small: bool,
    pub list_append_uses_room: bool,
    pub list_pop_to_empty_frees: bool,
    pub list_display_of_constants_extends: bool,
    pub list_long_display_of_constants_appends: bool,
    pub list_long_display_appends: bool,
    pub list_of_set_resizes: bool,
    pub list_of_unsized_keeps_hint: bool,
    pub list_del_item: DelItem,
    pub split_has_twelve_slots: bool,
    pub list_call_of_genexp_inline: bool,

    pub dict_call_has_table: bool,
    pub dict_unicode_keys: bool,
    pub dict_rounding: TableRounding,
    pub dict_converts_for_old_key: bool,
    pub dict_merge_clones: bool,
    pub keywords_on_stack: u64,
    pub dict_header: u64,
    pub dict_always_tracked: bool,

    pub set_display_copies: bool,
    pub set_long_display_adds: bool,
    pub set_reuses_deleted: bool,

    pub header: InstanceHeader,
    pub inline_values: bool,
    pub values_inside: bool,

    pub small_int_max: i64,
    pub one_char_strings_interned: bool,
    pub one_letter_literal_may_differ: String,
    pub immortals: bool,
    pub interned_immortal: bool,
    pub interned_from_pyc_immortal: bool,
    pub empty_frozenset_cached: bool,
    pub folds_constant_slices: bool,
    pub deepcopy_range_same: bool,
    pub tuple_constant_held_by_parser: bool,
    pub negative_held_by_parser: bool,
    pub number_held_by_parser: bool,
    pub bytes_literal_held_twice: bool,
    pub local_borrows_constant: bool,

    pub inlines_comprehensions: bool,
    pub locals_lent: bool,
    pub arguments_moved: bool,
    pub with_lends: bool,
    pub genexp_holds_iterable: bool,
    pub tracebacks_held_by_thread: bool,
    pub unused_constants: UnusedConstants,
    pub folds_after_loading: bool,
    pub class_references: u64,
    pub tuple_of_atoms_untracked: bool,
    pub frozenset_of_atoms_untracked: bool,
    pub late_heap_types_tracked: bool,
    pub decimal_tracked: bool,
    pub locals_die_in_reverse: bool,
    pub gc_thresholds: [u64; 3],
}
