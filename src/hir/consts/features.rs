//! What the compilers of the versions do differently with constants.

/// How one version's compiler goes about constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

impl CompilerFeatures {
    /// The compiler of Python 3.`minor`.
    pub fn of_minor(minor: u8) -> Self {
        Self {
            folds_tree: minor <= 13,
            peephole_unmerged: minor <= 9,
            folds_empty_tuple: minor >= 10,
            skips_constant_branches: minor <= 9,
            trims_unused: minor >= 10,
            drops_unused: minor >= 12,
            finally_first: minor == 8,
            displays_from_constants: minor >= 9,
            starred_runs_are_tuples: minor == 8,
            qualname_constants: minor <= 10,
            else_before_handlers: minor >= 11,
            annotation_pairs: (10..=13).contains(&minor),
            lazy_annotations: minor >= 14,
            key_tuples: minor <= 13,
            docstring_slot: minor <= 13,
            cleans_docstrings: minor >= 13,
            class_line_and_attributes: minor >= 13,
            folds_formats: minor >= 11,
            inlines_comprehensions: minor >= 12,
            small_ints_inline: minor >= 14,
            common_constants: minor >= 15,
            folds_slices: minor >= 14,
            builds_large_in_steps: minor >= 10,
            interns_characters: minor >= 13,
            unwraps_single_iterables: minor >= 9,
            unwinding_loads_none: minor >= 9,
            always_returns_none: minor == 10 || minor >= 12,
            inlines_all_and_any: minor >= 14,
            merges_code: minor <= 10,
            awaits_comprehensions: minor <= 11,
            patterns_index: minor == 10,
            ends_specs_with_text: minor == 12,
            empty_specs_are_text: minor >= 13,
            jumps_on_none: minor >= 11,
            skips_named_values: minor <= 9,
            parser_keeps_bytes_twice: (12..=13).contains(&minor),
        }
    }
}
