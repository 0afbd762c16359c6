//! Sizes of objects that hold no items, or whose size depends on nothing but the number of their items.

use super::Layout;
use super::table::Table;

impl Layout {
    /// An `int` whose absolute value has this many bits (0 for the value 0), made by any operation.
    pub fn int_size(&self, bits: u64) -> u64 {
        let least = u64::from(self.features().zero_has_a_digit);
        24 + 4 * bits
            .div_ceil(u64::from(self.table.head.digit_bits))
            .max(least)
    }

    /// `True` or `False`.
    pub fn bool_size(&self, value: bool) -> u64 {
        self.int_size(u64::from(value))
    }

    /// A `float`.
    pub fn float_size(&self) -> u64 {
        24
    }

    /// A `complex`.
    pub fn complex_size(&self) -> u64 {
        32
    }

    /// `None`, `...`, `NotImplemented`: all alike.
    pub fn singleton_size(&self) -> u64 {
        16
    }

    /// `object()`.
    pub fn object_size(&self) -> u64 {
        16
    }

    /// A `str` of so many characters, the widest of which is `max_char` (anything for the empty string), that no C code
    /// asked for its UTF-8 form. See [`Layout::utf8_cache_size`].
    pub fn str_size(&self, max_char: u32, chars: u64) -> u64 {
        let f = self.features();
        match max_char {
            _ if chars == 0 => f.str_ascii,
            0..=0x7f => f.str_ascii + chars,
            // The cached one-character strings carry their UTF-8 form.
            0x80..=0xff if chars == 1 => f.str_latin1 + 1 + f.one_latin1_char_extra,
            0x80..=0xff => f.str_latin1 + chars,
            0x100..=0xffff => f.str_ucs2 + 2 * chars,
            _ => f.str_ucs4 + 4 * chars,
        }
    }

    /// What a non-ASCII `str` grows by for good once C code asked for its UTF-8 form of so many bytes: it then carries
    /// it. Seen to ask: `type(s, (), {})`, setting `C.__name__`, `compile(s)`, `eval(s)`, `exec(s)`, `__import__(s)`.
    /// ASCII strings never change.
    pub fn utf8_cache_size(&self, utf8_bytes: u64) -> u64 {
        utf8_bytes + 1
    }

    /// A `bytes` of so many bytes.
    pub fn bytes_size(&self, n: u64) -> u64 {
        33 + n
    }

    /// A `tuple` of n items, or a namedtuple of n fields.
    pub fn tuple_size(&self, n: u64) -> u64 {
        self.features().tuple_header + 8 * n
    }

    /// A generator with so many locals (parameters, cells and free variables included); see [`GeneratorSize`].
    pub fn generator_size(&self, locals: u64) -> GeneratorSize {
        let f = self.features();
        if f.generator_counts_locals {
            GeneratorSize {
                base: f.generator_base + 8 * locals,
                per_stack_place: 8,
            }
        } else {
            GeneratorSize {
                base: f.generator_base,
                per_stack_place: 0,
            }
        }
    }

    /// A generator whose function does nothing but `yield` as a statement and bind constants to locals, so many of them.
    pub fn bare_generator_size(&self, locals: u64) -> u64 {
        let size = self.generator_size(locals);
        size.base + size.per_stack_place * self.features().generator_stack_of_yields
    }

    /// Size of an object of one of the kinds with a fixed size; the kinds are the keys of `fixed` in the tables, such as
    /// `function`, `method`, `class`, `dict_keyiterator`. `None` for a kind that this version does not have.
    pub fn fixed_size(&self, kind: &str) -> Option<u64> {
        let table: &Table = &self.table;
        table.fixed.get(kind).map(|(_, size)| *size)
    }

    /// Name of the type of such an object in this version, as the facts contract writes it (`weakref.ReferenceType`).
    pub fn fixed_type(&self, kind: &str) -> Option<&str> {
        self.table.fixed.get(kind).map(|(name, _)| name.as_str())
    }

    /// An instance of a builtin exception class, by its name.
    pub fn exception_size(&self, class: &str) -> Option<u64> {
        self.table.exceptions.get(class).copied()
    }

    /// Whether this version has a builtin exception class of that name.
    pub fn has_exception(&self, class: &str) -> bool {
        self.table.exceptions.contains_key(class)
    }
}

/// Size of a generator: `base + per_stack_place * depth`, where depth is the `co_stacksize` of its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GeneratorSize {
    /// Bytes without the frame's stack.
    pub base: u64,
    /// Bytes for each place on the stack; 0 where the frame is an object of its own.
    pub per_stack_place: u64,
}
