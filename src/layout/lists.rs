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

/// The places that a list has for its items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slots {
    count: u64,
    /// Without places, but with a block of memory that had some: the next extension over-allocates.
    emptied: bool,
}

impl Slots {
    /// Of `[]`, and after `clear()`.
    pub const NONE: Slots = Slots::exactly(0);

    /// Of a list that was made for so many items.
    pub const fn exactly(count: u64) -> Slots {
        Slots {
            count,
            emptied: false,
        }
    }

    /// How many.
    pub fn count(self) -> u64 {
        self.count
    }

    fn resized(count: u64) -> Slots {
        Slots {
            count,
            emptied: count == 0,
        }
    }
}

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
    /// `*rest` in unpacking, the last of the targets; with names after it: see [`Layout::list_star_target`].
    StarTarget(ListFrom),
    /// A comprehension, appends to an empty list, `str.splitlines`, `copy.deepcopy(a_list)`.
    Appended,
    /// `a.copy()`, `a[:]`, slices, `a + b`, `a * k`, `[x] * n`, `copy.copy(a)`.
    Exact,
    /// `s.split()` and `s.split(sep)` of n parts.
    Split {
        /// The splits that there may be: `maxsplit`, or what the lengths allow.
        most: u64,
        /// `maxsplit` was given.
        is_limited: bool,
    },
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
    pub fn list_size(&self, slots: Slots) -> u64 {
        56 + 8 * slots.count
    }

    /// Slots after `list_resize` of a list with `len` items to `new` items. Append, insert, `extend`, `+=`, `*=`, slice
    /// assignment and most removals go through it.
    pub fn list_resize(&self, len: u64, slots: Slots, new: u64) -> Slots {
        let f = self.features();
        let keeps = new >= slots.count >> 1 || (f.list_keeps_small && slots.count <= 32);
        if new <= slots.count && keeps {
            return slots;
        }
        if new == 0 {
            return Slots::resized(0);
        }
        let got = self.over_allocated(new);
        // A growth by more than the spare room is rounded up only.
        let only_rounded = f.list_rounds_to_four && new.saturating_sub(len) > got - new;
        Slots::resized(if only_rounded {
            new.saturating_add(3) & !3
        } else {
            got
        })
    }

    fn over_allocated(&self, n: u64) -> u64 {
        if self.features().list_rounds_to_four {
            n.saturating_add(n >> 3).saturating_add(6) & !3
        } else {
            n.saturating_add(n >> 3)
                .saturating_add(if n < 9 { 3 } else { 6 })
        }
    }

    /// Slots of a list made in this way with n items; `None` where it depends on more than that.
    pub fn list_slots(&self, how: ListMade, n: u64) -> Option<Slots> {
        let f = self.features();
        Some(match how {
            ListMade::ConstantDisplay if n < 3 || !f.list_display_of_constants_extends => {
                Slots::exactly(n)
            }
            ListMade::ConstantDisplay
                if n > STACK_GUIDELINE + 2 && f.list_long_display_of_constants_appends =>
            {
                self.appended(n)
            }
            ListMade::ConstantDisplay => self.extended(0, Slots::NONE, n),
            ListMade::Display if n > STACK_GUIDELINE && f.list_long_display_appends => {
                self.appended(n)
            }
            ListMade::Display | ListMade::Exact => Slots::exactly(n),
            ListMade::Appended => self.appended(n),
            ListMade::StarTarget(from) => self.list_star_target(from, n, 0)?,
            ListMade::ListCall(from) => match from {
                ListFrom::SetOrDict if f.list_of_set_resizes => self.list_resize(0, Slots::NONE, n),
                ListFrom::Sequence | ListFrom::Sized | ListFrom::SetOrDict => {
                    Slots::exactly(if f.list_presizes_to_even {
                        n.next_multiple_of(2)
                    } else {
                        n
                    })
                }
                ListFrom::GenexpArgument if f.list_call_of_genexp_inline => self.appended(n),
                ListFrom::Hinted | ListFrom::Unsized | ListFrom::GenexpArgument => {
                    self.list_extend(0, Slots::NONE, from, n)?
                }
            },
            ListMade::ExtendEmpty(from) => self.list_extend(0, Slots::NONE, from, n)?,
            // `PREALLOC_SIZE`; before 3.12 the lengths did not count.
            ListMade::Split { most, is_limited } => {
                let slots = match most {
                    most if is_limited || !f.split_has_twelve_slots => most.min(11) + 1,
                    _ => 12,
                };
                if n > slots {
                    return None;
                }
                Slots::exactly(slots)
            }
        })
    }

    /// Slots of `*rest` with n items in `a, *rest, b = x`, `after` names standing behind it: the list is made of the rest
    /// of the iterator, then the last items are taken off without giving back their slots.
    pub fn list_star_target(&self, from: ListFrom, n: u64, after: u64) -> Option<Slots> {
        let iterator = match from {
            ListFrom::Unsized | ListFrom::GenexpArgument => ListFrom::Unsized,
            ListFrom::Sequence | ListFrom::Sized | ListFrom::SetOrDict | ListFrom::Hinted => {
                ListFrom::Hinted
            }
        };
        self.list_extend(0, Slots::NONE, iterator, n + after)
    }

    /// Slots after an extension (`extend`, `+=`, `*x` in a display) of a list with `len` items in `slots` slots by n
    /// items from such a source; `None` where it depends on more than that.
    pub fn list_extend(&self, len: u64, slots: Slots, from: ListFrom, n: u64) -> Option<Slots> {
        let f = self.features();
        Some(match from {
            // A list or tuple of no items is not even looked at.
            ListFrom::Sequence if n == 0 => slots,
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

    /// Room for n more items, made at once: by `list_preallocate_exact` where the version has it and the list has no block.
    fn extended(&self, len: u64, slots: Slots, n: u64) -> Slots {
        if slots == Slots::NONE && self.features().list_presizes_to_even {
            Slots::exactly(n.next_multiple_of(2))
        } else {
            self.list_resize(len, slots, len + n)
        }
    }

    /// Room for the hinted number of items, then item by item; too large a guess is cut back at the end.
    fn extended_by_hint(&self, len: u64, slots: Slots, hint: u64, n: u64) -> Slots {
        let mut slots = self.extended(len, slots, hint);
        let total = len.saturating_add(n);
        while slots.count < total {
            slots = self.list_resize(slots.count, slots, slots.count + 1);
        }
        let cut = total < slots.count && !self.features().list_of_unsized_keeps_hint;
        if cut {
            self.list_resize(total, slots, total)
        } else {
            slots
        }
    }

    /// Slots after n appends to an empty list.
    fn appended(&self, n: u64) -> Slots {
        let mut slots = Slots::NONE;
        while slots.count < n {
            slots = self.list_resize(slots.count, slots, slots.count + 1);
        }
        slots
    }

    /// Slots after `append`.
    pub fn list_append(&self, len: u64, slots: Slots) -> Slots {
        let room = len < slots.count && self.features().list_append_uses_room;
        if room {
            slots
        } else {
            self.list_resize(len, slots, len + 1)
        }
    }

    /// Slots after `insert`.
    pub fn list_insert(&self, len: u64, slots: Slots) -> Slots {
        self.list_resize(len, slots, len + 1)
    }

    /// Slots after `a.pop()` (or `a.pop(-1)`, `a.pop(len - 1)`) of a list with `len > 0` items.
    pub fn list_pop(&self, len: u64, slots: Slots) -> Slots {
        if len <= 1 && self.features().list_pop_to_empty_frees {
            Slots::NONE
        } else {
            self.list_resize(len, slots, len.saturating_sub(1))
        }
    }

    /// Slots after `a.pop(i)` of an item that is not the last.
    pub fn list_pop_at(&self, len: u64, slots: Slots) -> Slots {
        self.list_resize(len, slots, len.saturating_sub(1))
    }

    /// Slots after `a.remove(x)`, or after the deletion or replacement of a slice (`del a[i:j]`, `a[i:j] = b`) by which
    /// the list has `new` items. The replacement of the whole content by nothing frees all slots.
    pub fn list_assign_slice(&self, len: u64, slots: Slots, new: u64) -> Slots {
        if new == len {
            slots
        } else if new == 0 {
            Slots::NONE
        } else {
            self.list_resize(len, slots, new)
        }
    }

    /// Slots after `del a[i]` of a list with `len > 0` items.
    pub fn list_del_item(&self, len: u64, slots: Slots) -> Slots {
        let new = len.saturating_sub(1);
        match self.features().list_del_item {
            DelItem::Keeps => slots,
            DelItem::Shrinks => self.list_assign_slice(len, slots, new),
            DelItem::ShrinksNotToNothing => self.list_resize(len, slots, new),
        }
    }

    /// Slots after `a *= k` of a list with `len` items; 0 stands for all `k` below 1, too.
    pub fn list_repeat_in_place(&self, len: u64, slots: Slots, k: u64) -> Slots {
        match k {
            _ if len == 0 => slots,
            0 => Slots::NONE,
            1 => slots,
            _ => self.list_resize(len, slots, len.saturating_mul(k)),
        }
    }
}
