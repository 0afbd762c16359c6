//! Tables of sets and frozensets, step by step. Mirrors `Objects/setobject.c`.

use super::Layout;

/// A display of more items than this is not built on the stack.
const STACK_GUIDELINE: u64 = 30;

/// Above so many items a table grows to the double instead of the fourfold.
const LARGE: u64 = 50_000;

/// The table of a `set` or `frozenset`, with its history. What makes it grow is the number of places ever filled; whether
/// a new item falls on the place of a deleted one depends on the hashes, so that after deletions the size may become
/// unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SetTable {
    log2: u8,
    /// Least and greatest number of places that were filled since the table was made.
    fill: [u64; 2],
    used: u64,
    /// The number of places is known.
    sure: bool,
}

impl SetTable {
    /// `set()`, `frozenset()`; also after `clear()`.
    pub const EMPTY: SetTable = SetTable {
        log2: 3,
        fill: [0, 0],
        used: 0,
        sure: true,
    };

    /// Size of the set, where it is known.
    pub fn size(self) -> Option<u64> {
        let bytes = if self.log2 == 3 {
            216
        } else {
            216 + (16 << self.log2)
        };
        self.sure.then_some(bytes)
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
            fill: [self.used; 2],
            ..self
        }
    }

    fn grown(self) -> SetTable {
        self.resized(if self.used > LARGE {
            self.used * 2
        } else {
            self.used * 4
        })
    }

    /// The next table if a test of the fill, true from some number on, decides: `yes` or `no`, or not known which.
    fn either(self, test: impl Fn(u64) -> bool, yes: SetTable, no: SetTable) -> SetTable {
        match self.fill.map(test) {
            [true, true] => yes,
            [false, false] => no,
            _ if yes.log2 == no.log2 => SetTable {
                fill: [yes.fill[0].min(no.fill[0]), yes.fill[1].max(no.fill[1])],
                ..no
            },
            _ => SetTable { sure: false, ..no },
        }
    }

    /// After `add` of an item that is not in it.
    #[allow(clippy::should_implement_trait, reason = "it is what CPython calls it")]
    pub fn add(self, layout: &Layout) -> SetTable {
        let used = self.used + 1;
        let least = if layout.features().set_reuses_deleted {
            self.fill[0].max(used)
        } else {
            self.fill[0] + 1
        };
        let next = SetTable {
            fill: [least, self.fill[1] + 1],
            used,
            ..self
        };
        next.either(|fill| fill * 5 >= next.mask() * 3, next.grown(), next)
    }

    /// After n further items were added one by one (`set(iterable)`, `update(list)`, a comprehension).
    pub fn add_many(self, layout: &Layout, n: u64) -> SetTable {
        let mut table = self;
        let mut left = n;
        while left > 0 {
            // Without deletions: from one growth to the next, not item by item.
            let clean = table.fill == [table.used; 2];
            let until = if clean {
                (table.mask() * 3)
                    .div_ceil(5)
                    .saturating_sub(table.used + 1)
                    .min(left - 1)
            } else {
                0
            };
            let used = table.used + until;
            table = if clean {
                SetTable {
                    fill: [used; 2],
                    used,
                    ..table
                }
            } else {
                table
            }
            .add(layout);
            left -= until + 1;
            if !table.sure {
                return SetTable {
                    used: table.used + left,
                    ..table
                };
            }
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

    /// Of `set(s)`, `frozenset(s)`, `s.copy()`, `copy.copy(s)` of a set `s`, or of `set(d)` of a dict, of so many items.
    pub fn copied(layout: &Layout, items: u64) -> SetTable {
        SetTable::EMPTY.merge(layout, items, items)
    }

    /// After `update` by a set or dict of `other` items, `new` of which are not in this one; of a copy: `a | b`.
    pub fn merge(self, layout: &Layout, other: u64, new: u64) -> SetTable {
        if other == 0 {
            return self;
        }
        let presized = self.resized((self.used + other) * 2);
        let start = self.either(|fill| (fill + other) * 5 >= self.mask() * 3, presized, self);
        start.add_many(layout, new)
    }

    /// A display `{a, b}` with `distinct` different items among the `written` ones; `constants` when each is a constant.
    pub fn display(layout: &Layout, distinct: u64, written: u64, constants: bool) -> SetTable {
        let f = layout.features();
        let is_long = written > STACK_GUIDELINE && f.set_long_display_adds;
        if constants && written >= 3 && f.set_display_copies && !is_long {
            SetTable::copied(layout, distinct)
        } else {
            SetTable::EMPTY.add_many(layout, distinct)
        }
    }

    /// `a & b` with n items in the result.
    pub fn intersection(layout: &Layout, n: u64) -> SetTable {
        SetTable::EMPTY.add_many(layout, n)
    }

    /// `a - b` of a set `self` and a set or dict `b` of `other` items, `common` of which are in `a`.
    pub fn difference(self, layout: &Layout, other: u64, common: u64) -> SetTable {
        if self.used >> 2 > other {
            SetTable::copied(layout, self.used).difference_update(common)
        } else {
            SetTable::EMPTY.add_many(layout, self.used.saturating_sub(common))
        }
    }

    /// `a.difference(iterable)` of something that is neither set nor dict: `common` items of `a` are in it.
    pub fn difference_from_iterable(self, layout: &Layout, common: u64) -> SetTable {
        SetTable::copied(layout, self.used).difference_update(common)
    }

    /// `a -= b`, `a.difference_update(b)`: `common` items are taken out.
    pub fn difference_update(self, common: u64) -> SetTable {
        let table = self.remove_many(common);
        // More than a quarter of deleted places is cleaned away.
        table.either(
            |fill| fill - table.used.min(fill) > table.mask() / 4,
            table.grown(),
            table,
        )
    }

    /// `a ^ b` of a set `self` and a set `b` of `other` items, `common` of which are in `a`: a copy of `b`, then each item
    /// of `a` taken out or added, in the order of the hashes.
    pub fn symmetric_difference(self, layout: &Layout, other: u64, common: u64) -> SetTable {
        let added = self.used.saturating_sub(common);
        let start = SetTable::copied(layout, other);
        let removed_first = start.remove_many(common).add_many(layout, added);
        let added_first = start.add_many(layout, added).remove_many(common);
        let sure = removed_first.sure && added_first.sure && removed_first.log2 == added_first.log2;
        let [a, b] = [removed_first.fill, added_first.fill];
        SetTable {
            fill: [a[0].min(b[0]), a[1].max(b[1])],
            sure,
            ..added_first
        }
    }
}
