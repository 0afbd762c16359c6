//! Slots of lists: how many places a list has by the way it was made, and what each change does to them.
//!
//! Mirrors `list_resize`, `list_extend` and `list___init__` of `Objects/listobject.c`, and the compiler's
//! `starunpack_helper`. Lengths and slots are numbers of items, sizes are bytes.

use super::Layout;
use super::features::DelItem;

/// A display of more items than this is not built on the stack (`STACK_USE_GUIDELINE` of the compiler).
const STACK_GUIDELINE: u64 = 30;

/// `list_extend` of something that gives no hint of its length assumes so many items.
const UNKNOWN_HINT: u64 = 8;

/// How a list came to be. The number of its items is given apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListMade {
    /// `[1, "a", None]`: every item is a constant (also a folded one, or a tuple of constants).
    ConstantDisplay,
    /// `[a, 1]`, `[[], []]`: a display without `*`, with at least one item that is no constant; or `[]`.
    Display,
    /// `list(x)`.
    ListCall(ListFrom),
    /// `[*x]`, `sorted(x)`, `[].extend(x)`, and `a += x` on an empty list.
    ExtendEmpty(ListFrom),
    /// `*rest` in unpacking, `random.sample`-like library results: as an extension by a tuple or list.
    StarTarget,
    /// A comprehension, appends to an empty list, `str.splitlines`, `copy.deepcopy(a_list)`.
    Appended,
    /// `a.copy()`, `a[:]`, slices, `a + b`, `a * k`, `[x] * n`, `copy.copy(a)`.
    Exact,
    /// `s.split()` and `s.split(sep)` of n parts.
    Split,
}

/// What a list is filled from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListFrom {
    /// A list or tuple, or an instance of a subclass that does not define `__iter__`.
    Sequence,
    /// Anything else with `__len__`: range, str, bytes, deque, array, an instance with `__len__` and `__iter__`.
    Sized,
    /// A set, frozenset, dict or a dict's view.
    SetOrDict,
    /// An iterator that knows how many items are left (`iter(a_list)`, `reversed(a_list)`, `iter(range(n))`).
    Hinted,
    /// An iterator that gives no hint: generator, map, zip, enumerate, filter, file.
    Unsized,
    /// A generator expression written as the very argument of the call: some versions compile `list(x for x in y)` inline.
    GenexpArgument,
}

impl Layout {
    /// A `list` with so many slots.
    pub fn list_size(&self, slots: u64) -> u64 {
        56 + 8 * slots
    }

    /// Slots after `list_resize` of a list with `len` items in `slots` slots to `new` items. Append, insert, `extend`,
    /// `+=`, `*=`, slice assignment and most removals go through it.
    pub fn list_resize(&self, len: u64, slots: u64, new: u64) -> u64 {
        let f = self.features();
        let keeps = new >= slots >> 1 || (f.list_keeps_small && slots <= 32);
        if new <= slots && keeps {
            return slots;
        }
        if new == 0 {
            return 0;
        }
        let got = self.over_allocated(new);
        // A growth by more than the spare room is rounded up only.
        if f.list_rounds_to_four && new.saturating_sub(len) > got - new {
            (new + 3) & !3
        } else {
            got
        }
    }

    fn over_allocated(&self, n: u64) -> u64 {
        if self.features().list_rounds_to_four {
            (n + (n >> 3) + 6) & !3
        } else {
            n + (n >> 3) + if n < 9 { 3 } else { 6 }
        }
    }

    /// Slots of a list made in this way with n items; `None` where it depends on more than that.
    pub fn list_slots(&self, how: ListMade, n: u64) -> Option<u64> {
        let f = self.features();
        Some(match how {
            ListMade::ConstantDisplay if n < 3 || !f.list_display_of_constants_extends => n,
            ListMade::ConstantDisplay
                if n > STACK_GUIDELINE + 2 && f.list_long_display_of_constants_appends =>
            {
                self.appended(n)
            }
            ListMade::ConstantDisplay => self.extended_empty(n),
            ListMade::Display if n > STACK_GUIDELINE && f.list_long_display_appends => {
                self.appended(n)
            }
            ListMade::Display | ListMade::Exact => n,
            ListMade::Appended => self.appended(n),
            ListMade::StarTarget => self.extended_empty(n),
            ListMade::ListCall(from) => match from {
                ListFrom::SetOrDict if f.list_of_set_resizes => self.list_resize(0, 0, n),
                ListFrom::Sequence | ListFrom::Sized | ListFrom::SetOrDict
                    if f.list_presizes_to_even =>
                {
                    n + n % 2
                }
                ListFrom::Sequence | ListFrom::Sized | ListFrom::SetOrDict => n,
                ListFrom::GenexpArgument if f.list_call_of_genexp_inline => self.appended(n),
                ListFrom::Hinted | ListFrom::Unsized | ListFrom::GenexpArgument => {
                    self.list_extend(0, 0, from, n)?
                }
            },
            ListMade::ExtendEmpty(from) => self.list_extend(0, 0, from, n)?,
            ListMade::Split if f.split_has_twelve_slots && n <= 12 => 12,
            ListMade::Split => return None,
        })
    }

    /// Slots after an extension (`extend`, `+=`, `*x` in a display) of a list with `len` items in `slots` slots by n
    /// items from such a source; `None` where it depends on more than that.
    pub fn list_extend(&self, len: u64, slots: u64, from: ListFrom, n: u64) -> Option<u64> {
        let f = self.features();
        Some(match from {
            // A list or tuple of no items is not even looked at.
            ListFrom::Sequence if n == 0 => slots,
            ListFrom::SetOrDict if f.list_of_set_resizes && n == 0 => slots,
            ListFrom::SetOrDict if f.list_of_set_resizes => self.list_resize(len, slots, len + n),
            ListFrom::Sequence => self.extended(len, slots, n),
            ListFrom::Sized | ListFrom::SetOrDict | ListFrom::Hinted => {
                self.extended_by_hint(len, slots, n, n)
            }
            ListFrom::Unsized | ListFrom::GenexpArgument => {
                self.extended_by_hint(len, slots, UNKNOWN_HINT, n)
            }
        })
    }

    /// Room for n more items, made at once.
    fn extended(&self, len: u64, slots: u64, n: u64) -> u64 {
        if slots == 0 {
            self.extended_empty(len + n)
        } else {
            self.list_resize(len, slots, len + n)
        }
    }

    /// `list_preallocate_exact` where the version has it.
    fn extended_empty(&self, n: u64) -> u64 {
        if self.features().list_presizes_to_even {
            n + n % 2
        } else {
            self.list_resize(0, 0, n)
        }
    }

    /// Room for the hinted number of items, then item by item; too large a guess is cut back at the end.
    fn extended_by_hint(&self, len: u64, slots: u64, hint: u64, n: u64) -> u64 {
        let mut slots = self.extended(len, slots, hint);
        for have in len..len + n {
            if have == slots {
                slots = self.list_resize(have, slots, have + 1);
            }
        }
        let total = len + n;
        if total < slots && !self.features().list_of_unsized_keeps_hint {
            self.list_resize(total, slots, total)
        } else {
            slots
        }
    }

    /// Slots after n appends to an empty list. Only the steps at which the list grows are walked.
    fn appended(&self, n: u64) -> u64 {
        let mut slots = 0;
        while slots < n {
            slots = self.list_resize(slots, slots, slots + 1);
        }
        slots
    }

    /// Slots after `append` or `insert`.
    pub fn list_append(&self, len: u64, slots: u64) -> u64 {
        self.list_resize(len, slots, len + 1)
    }

    /// Slots after `a.pop()` (or `a.pop(-1)`, `a.pop(len - 1)`) of a list with `len > 0` items.
    pub fn list_pop(&self, len: u64, slots: u64) -> u64 {
        if len <= 1 && self.features().list_pop_to_empty_frees {
            0
        } else {
            self.list_resize(len, slots, len.saturating_sub(1))
        }
    }

    /// Slots after `a.pop(i)` of an item that is not the last.
    pub fn list_pop_at(&self, len: u64, slots: u64) -> u64 {
        self.list_resize(len, slots, len.saturating_sub(1))
    }

    /// Slots after `a.remove(x)`, or after the deletion or replacement of a slice (`del a[i:j]`, `a[i:j] = b`) by which
    /// the list has `new` items. The replacement of the whole content by nothing frees all slots.
    pub fn list_assign_slice(&self, len: u64, slots: u64, new: u64) -> u64 {
        if new == len {
            slots
        } else if new == 0 {
            0
        } else {
            self.list_resize(len, slots, new)
        }
    }

    /// Slots after `del a[i]` of a list with `len > 0` items.
    pub fn list_del_item(&self, len: u64, slots: u64) -> u64 {
        let new = len.saturating_sub(1);
        match self.features().list_del_item {
            DelItem::Keeps => slots,
            DelItem::Shrinks => self.list_assign_slice(len, slots, new),
            DelItem::ShrinksNotToNothing => self.list_resize(len, slots, new),
        }
    }

    /// Slots after `a *= k` of a list with `len` items: `len * k` items; none for `k <= 0`.
    pub fn list_repeat_in_place(&self, len: u64, slots: u64, k: u64) -> u64 {
        if k == 0 {
            0
        } else {
            self.list_resize(len, slots, len.saturating_mul(k))
        }
    }
}
