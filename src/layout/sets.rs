//! Tables of sets and frozensets, step by step. Mirrors `Objects/setobject.c`.

use super::Layout;

/// A display of more items than this is not built on the stack.
const STACK_GUIDELINE: u64 = 30;

/// The table of a `set` or `frozenset`. What makes it grow is the number of places ever filled, deleted ones included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SetTable {
    log2: u8,
    fill: u64,
    used: u64,
}

impl SetTable {
    /// `set()`, `frozenset()`; also after `clear()`.
    pub const EMPTY: SetTable = SetTable {
        log2: 3,
        fill: 0,
        used: 0,
    };

    /// Size of the set.
    pub fn size(self) -> u64 {
        if self.log2 == 3 {
            216
        } else {
            216 + (16 << self.log2)
        }
    }

    /// Number of its items.
    pub fn len(self) -> u64 {
        self.used
    }

    /// Whether it has no items.
    pub fn is_empty(self) -> bool {
        self.used == 0
    }

    fn mask(self) -> u64 {
        (1 << self.log2) - 1
    }

    fn resized(self, wanted: u64) -> SetTable {
        let mut log2 = 3;
        while 1u64 << log2 <= wanted && log2 < 60 {
            log2 += 1;
        }
        SetTable {
            log2,
            fill: self.used,
            used: self.used,
        }
    }

    fn grown(self) -> SetTable {
        self.resized(if self.used > 50_000 {
            self.used * 2
        } else {
            self.used * 4
        })
    }

    /// After `add` of an item that is not in it.
    pub fn add(self) -> SetTable {
        let next = SetTable {
            fill: self.fill + 1,
            used: self.used + 1,
            ..self
        };
        if next.fill * 5 < next.mask() * 3 {
            next
        } else {
            next.grown()
        }
    }

    /// After n further items were added one by one (`set(iterable)`, `update(list)`, a comprehension).
    pub fn add_many(self, n: u64) -> SetTable {
        let mut table = self;
        let mut left = n;
        // From one growth to the next, not item by item.
        while left > 0 {
            let until = (table.mask() * 3)
                .div_ceil(5)
                .saturating_sub(table.fill + 1)
                .min(left - 1);
            table = SetTable {
                fill: table.fill + until,
                used: table.used + until,
                ..table
            }
            .add();
            left -= until + 1;
        }
        table
    }

    /// After `discard`, `remove` or `pop` of an item that is in it: nothing shrinks.
    pub fn remove(self) -> SetTable {
        self.remove_many(1)
    }

    fn remove_many(self, n: u64) -> SetTable {
        SetTable {
            used: self.used.saturating_sub(n),
            ..self
        }
    }

    /// Of `set(s)`, `frozenset(s)`, `s.copy()`, `copy.copy(s)` of a set `s`, or of `set(d)` of a dict of n = `items`.
    pub fn copied(items: u64) -> SetTable {
        SetTable::EMPTY.merge(items, items)
    }

    /// After `update` by a set or dict of `other` items, `new` of which are not in this one.
    pub fn merge(self, other: u64, new: u64) -> SetTable {
        if other == 0 {
            return self;
        }
        let presized = (self.fill + other) * 5 >= self.mask() * 3;
        let table = if presized {
            self.resized((self.used + other) * 2)
        } else {
            self
        };
        table.add_many(new)
    }

    /// A display `{a, b}` of n different items; `constants` when every item written there is a constant, `written`
    /// counts the items as they stand in the text.
    pub fn display(layout: &Layout, n: u64, written: u64, constants: bool) -> SetTable {
        let f = layout.features();
        let as_added = !constants
            || written < 3
            || !f.set_display_copies
            || (written > STACK_GUIDELINE && f.set_long_display_adds);
        if as_added {
            SetTable::EMPTY.add_many(n)
        } else {
            SetTable::copied(n)
        }
    }

    /// `a & b` with n items in the result.
    pub fn intersection(n: u64) -> SetTable {
        SetTable::EMPTY.add_many(n)
    }

    /// `a - b` of a set `self` and a set or dict `b` of `other` items, `common` of which are in `a`.
    pub fn difference(self, other: u64, common: u64) -> SetTable {
        if self.used >> 2 > other {
            SetTable::copied(self.used).difference_update(common)
        } else {
            SetTable::EMPTY.add_many(self.used.saturating_sub(common))
        }
    }

    /// `a.difference(iterable)` of something that is neither set nor dict: `common` items of `a` are in it.
    pub fn difference_from_iterable(self, common: u64) -> SetTable {
        SetTable::copied(self.used).difference_update(common)
    }

    /// `a -= b`, `a.difference_update(b)`: `common` items are taken out.
    pub fn difference_update(self, common: u64) -> SetTable {
        let table = SetTable {
            used: self.used.saturating_sub(common),
            ..self
        };
        // More than a quarter of deleted places is cleaned away.
        if table.fill - table.used <= table.mask() / 4 {
            table
        } else {
            table.grown()
        }
    }

    /// `a ^ b`: a copy of `b` (of `other` items), then each item of `a` taken out (`common`) or added.
    /// Whether the additions or the removals come first depends on the hashes: `None` where that would show.
    pub fn symmetric_difference(self, other: u64, common: u64) -> Option<SetTable> {
        let added = self.used.saturating_sub(common);
        let start = SetTable::copied(other);
        let first = start.remove_many(common).add_many(added);
        let last = start.add_many(added).remove_many(common);
        (first.log2 == last.log2).then_some(first)
    }
}

impl Layout {
    /// Size of a `set` or `frozenset` with this table.
    pub fn set_size(&self, table: SetTable) -> u64 {
        table.size()
    }
}
