//! How the compilers of the versions go about constants and about loads of locals.
//!
//! Probed under the real interpreter (`tests/measure/compiler.py`). Some answers make no difference in some versions and
//! cannot be seen there; what a version is said to have is then what is seen.

use serde::Deserialize;

use super::Layout;

/// How one version's compiler goes about constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompilerFeatures {
    /// Constant expressions are folded in the tree (to 3.13), else in the instructions, where what they were folded
    /// from was loaded before.
    pub folds_tree: bool,
    /// A tuple that the peephole optimizer folds is merged with no other (3.8, 3.9).
    pub peephole_unmerged: bool,
    /// An empty argument tuple before `**` is folded to `()` (3.10).
    pub folds_empty_tuple: bool,
    /// Branches under constant conditions are not compiled (3.8, 3.9).
    pub skips_constant_branches: bool,
    /// Constants behind the last used one are dropped (3.10).
    pub trims_unused: bool,
    /// All unused constants but the first are dropped (3.12).
    pub drops_unused: bool,
    /// The code of `finally` is compiled once, before the body (3.8).
    pub finally_first: bool,
    /// A display of three or more constants is built from a hidden tuple or frozenset (3.9).
    pub displays_from_constants: bool,
    /// Runs of items between `*` in a display are tuples (3.8).
    pub starred_runs_are_tuples: bool,
    /// The qualified name is a constant of the code around (to 3.10).
    pub qualname_constants: bool,
    /// `else` of `try` is compiled before the handlers (3.11).
    pub else_before_handlers: bool,
    /// Annotations of functions are pairs of name and value (3.10 to 3.13), not values and a tuple of names.
    pub annotation_pairs: bool,
    /// Annotations have a code object of their own (3.14).
    pub lazy_annotations: bool,
    /// Keyword names and dict keys are a hidden tuple (to 3.13).
    pub key_tuples: bool,
    /// The first constant of a function is its docstring or `None` (to 3.13), else only a docstring.
    pub docstring_slot: bool,
    /// Docstrings lose their indentation (3.13).
    pub cleans_docstrings: bool,
    /// A class body holds its line and the names of `self`'s attributes (3.13).
    pub class_line_and_attributes: bool,
    /// `'%s' % (x,)` becomes an f-string (3.11).
    pub folds_formats: bool,
    /// Comprehensions but generator expressions belong to the code around (3.12).
    pub inlines_comprehensions: bool,
    /// Small ints are no constants when loaded (3.14).
    pub small_ints_inline: bool,
    /// Nor are `None`, `True`, `False`, `''` and `-1` (3.15).
    pub common_constants: bool,
    /// Slices of constants are constants (3.14).
    pub folds_slices: bool,
    /// Displays of more than 15 or 30 parts are built in steps (3.10).
    pub builds_large_in_steps: bool,
    /// One-character strings are interned (3.13).
    pub interns_characters: bool,
    /// `for y in [x]` of a comprehension is an assignment (3.9).
    pub unwraps_single_iterables: bool,
    /// Leaving a `with` or a named handler by a jump loads `None` (3.9).
    pub unwinding_loads_none: bool,
    /// Falling off the end loads `None` even where it cannot be reached (3.10, and from 3.12 on).
    pub always_returns_none: bool,
    /// `all(... for ...)` and `any(... for ...)` are loops with constant results (3.14).
    pub inlines_all_and_any: bool,
    /// Equal code objects on one line are one constant (to 3.10).
    pub merges_code: bool,
    /// An asynchronous comprehension is a code object whose call is awaited (to 3.11).
    pub awaits_comprehensions: bool,
    /// Patterns take the items of what they match apart by index (3.10).
    pub patterns_index: bool,
    /// A format specification that ends with a field has an empty text behind it (3.12).
    pub ends_specs_with_text: bool,
    /// An empty format specification is an empty text (3.13).
    pub empty_specs_are_text: bool,
    /// A jump on `is None` loads no `None` (3.11).
    pub jumps_on_none: bool,
    /// What `:=` binds is not folded in the tree (3.8).
    pub skips_named_values: bool,
    /// The parser's tree keeps a bytes literal twice (3.12, 3.13).
    pub parser_keeps_bytes_twice: bool,
}

/// How one version's compiler lends loads of locals to the operand stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LendingFeatures {
    /// A loop keeps what it iterates on the stack, and a place in it (3.15).
    pub loops_keep_iterables: bool,
    /// Behind a block that has lost all its instructions nothing is lent (3.14).
    pub empty_blocks_stop: bool,
    /// What is put on the stack by an instruction that takes nothing off it, such as `IMPORT_FROM`, counts as made by
    /// the first instruction of its block: a load there is not lent when that is stored (3.14).
    pub pushes_blame_first: bool,
}

impl Layout {
    /// How the compiler goes about constants.
    pub fn compiler(&self) -> CompilerFeatures {
        self.table().compiler
    }

    /// How the compiler lends loads of locals; `None` where it lends none.
    pub fn lending(&self) -> Option<LendingFeatures> {
        self.table().lending
    }
}
