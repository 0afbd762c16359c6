//! Tables of dicts, step by step. Mirrors `Objects/dictobject.c` (`insertdict`, `dictresize`, `dict_merge`,
//! `PyDict_Copy`, `_PyDict_FromKeys`) and the compiler's `compiler_dict`.
//!
//! A [`DictTable`] follows what the table went through; its size is an interval, since patch releases of one version
//! may round differently: then both tables are carried along.

use super::Layout;
use super::features::TableRounding;
use crate::base::Interval;

/// A dict is presized for at most so many places.
const MAX_PRESIZE_LOG2: u8 = 17;

/// A display of more items than this is built in chunks, item by item.
const CHUNK: usize = 17;
const CHUNK_ON_STACK: usize = 15;

/// A key on its way into a dict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Its type is exactly `str`.
    pub exact_str: bool,
    /// No equal key is in the dict yet.
    pub new: bool,
}

impl Key {
    /// A new key of type `str`.
    pub const NEW_STR: Key = Key {
        exact_str: true,
        new: true,
    };
    /// A new key of another type.
    pub const NEW_OTHER: Key = Key {
        exact_str: false,
        new: true,
    };
}

/// Types whose instances are dicts with something added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DictKind {
    /// `dict`
    Dict,
    /// `collections.defaultdict`
    DefaultDict,
    /// `collections.Counter`
    Counter,
    /// `collections.OrderedDict`
    OrderedDict,
}

/// One keys object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Keys {
    /// log2 of its places; 0: the shared empty keys.
    log2: u8,
    /// Entries written since the table was made; the table grows when they are all used up.
    spent: u64,
    /// Entries up to the last one written, which `popitem` takes back.
    entries: u64,
    /// Not all keys ever in it were exactly `str`.
    general: bool,
}

/// The table of a `dict`, with its history. See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DictTable {
    live: u64,
    /// By the two ways of rounding of [`Layout`]; equal unless patch releases differ.
    keys: [Keys; 2],
}

/// How the tables of one version (or patch release) behave.
#[derive(Clone, Copy)]
struct How {
    rounding: TableRounding,
    /// Tables for `str` keys only are smaller.
    unicode_keys: bool,
}

impl How {
    fn both(layout: &Layout) -> [How; 2] {
        let unicode_keys = layout.features().dict_unicode_keys;
        layout.rounding.map(|rounding| How {
            rounding,
            unicode_keys,
        })
    }

    /// log2 of the table for so many wanted places.
    fn places(self, wanted: u64) -> u8 {
        let last = match self.rounding {
            TableRounding::Least => wanted.saturating_sub(1),
            TableRounding::OrBitThree => (wanted | 8) - 1,
        };
        (64 - (last | 7).leading_zeros()) as u8
    }

    /// log2 of the table that is made for so many entries known beforehand.
    fn estimate(self, entries: u64) -> u8 {
        self.places(entries.saturating_mul(3).saturating_add(1) / 2)
    }

    fn table(self, log2: u8, live: u64, general: bool) -> Keys {
        Keys {
            log2,
            spent: live,
            entries: live,
            general: general || !self.unicode_keys,
        }
    }
}

impl Keys {
    const NONE: Keys = Keys {
        log2: 0,
        spent: 0,
        entries: 0,
        general: false,
    };

    fn room(self) -> u64 {
        usable(self.log2)
    }

    fn is_full(self) -> bool {
        self.spent >= self.room()
    }

    fn insert(self, how: How, live: u64, key: Key) -> Keys {
        let mut keys = self;
        if keys.log2 == 0 {
            return if key.new {
                how.table(3, 1, !key.exact_str)
            } else {
                keys
            };
        }
        if !key.exact_str && !keys.general {
            // Even for a key that is there already.
            keys = how.table(how.places(live * 3), live, true);
        }
        if !key.new {
            return keys;
        }
        if keys.is_full() {
            keys = how.table(how.places(live * 3), live, keys.general);
        }
        Keys {
            spent: keys.spent + 1,
            entries: keys.entries + 1,
            ..keys
        }
    }

    fn bytes(self, layout: &Layout) -> u64 {
        if self.log2 == 0 {
            return 0;
        }
        let f = layout.features();
        let index = (1u64 << self.log2)
            * if self.log2 < 8 {
                1
            } else if self.log2 < 16 {
                2
            } else if self.log2 < 32 {
                4
            } else {
                8
            };
        let entry = if f.dict_unicode_keys && !self.general {
            16
        } else {
            24
        };
        f.dict_header + index + self.room() * entry
    }
}

/// Entries that a table of 2^log2 places takes.
fn usable(log2: u8) -> u64 {
    if log2 == 0 {
        0
    } else {
        (2u64 << log2.min(61)) / 3
    }
}

impl DictTable {
    /// `{}`; also after `clear()`.
    pub const EMPTY: DictTable = DictTable {
        live: 0,
        keys: [Keys::NONE; 2],
    };

    /// `dict()` with nothing in it yet.
    pub fn call(layout: &Layout) -> DictTable {
        if layout.features().dict_call_has_table {
            DictTable::EMPTY.each(layout, 0, |how, _| how.table(3, 0, false))
        } else {
            DictTable::EMPTY
        }
    }

    /// Number of keys.
    pub fn len(self) -> u64 {
        self.live
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.live == 0
    }

    /// Size of a plain `dict` with this table.
    pub fn size(self, layout: &Layout) -> Interval {
        let [a, b] = self.keys.map(|k| 64 + k.bytes(layout));
        Interval::between(a.min(b), a.max(b))
    }

    fn each(self, layout: &Layout, live: u64, step: impl Fn(How, Keys) -> Keys) -> DictTable {
        let [a, b] = How::both(layout);
        let first = step(a, self.keys[0]);
        let same = a.rounding == b.rounding && self.keys[0] == self.keys[1];
        DictTable {
            live,
            keys: [first, if same { first } else { step(b, self.keys[1]) }],
        }
    }

    /// After `d[key] = value`, `d.setdefault(key, value)` and the like.
    pub fn insert(self, layout: &Layout, key: Key) -> DictTable {
        self.each(layout, self.live + u64::from(key.new), |how, keys| {
            keys.insert(how, self.live, key)
        })
    }

    /// After n new keys, all of them exactly `str` or none, were put in one by one.
    pub fn insert_many(self, layout: &Layout, n: u64, exact_str: bool) -> DictTable {
        let key = Key {
            exact_str,
            new: true,
        };
        let mut table = self;
        let mut left = n;
        while left > 0 {
            table = table.insert(layout, key);
            left -= 1;
            // From one growth to the next, not key by key.
            let free = table
                .keys
                .iter()
                .map(|k| k.room().saturating_sub(k.spent))
                .min()
                .unwrap_or(0)
                .min(left);
            table.live += free;
            for keys in &mut table.keys {
                keys.spent += free;
                keys.entries += free;
            }
            left -= free;
        }
        table
    }

    /// After `del d[key]`, `d.pop(key)` of a key that was there.
    pub fn delete(self) -> DictTable {
        DictTable {
            live: self.live.saturating_sub(1),
            ..self
        }
    }

    /// After `d.popitem()`. `None` if keys were deleted before: how many entries it takes back then depends on which.
    pub fn popitem(self) -> Option<DictTable> {
        let mut table = self.delete();
        for keys in &mut table.keys {
            if keys.entries != self.live {
                return None;
            }
            keys.entries = table.live;
        }
        Some(table)
    }

    /// After `d.clear()`.
    pub fn clear(self) -> DictTable {
        DictTable::EMPTY
    }

    /// A display `{k: v, ...}` without `**`, its keys in the order of the text.
    pub fn display(layout: &Layout, keys: &[Key]) -> DictTable {
        let mut got: Option<DictTable> = None;
        for chunk in keys.chunks(CHUNK) {
            let part = DictTable::chunk(layout, chunk);
            got = Some(match got {
                None => part,
                Some(whole) => whole.merge_keys(layout, part, chunk),
            });
        }
        got.unwrap_or(DictTable::EMPTY)
    }

    /// One chunk of a display: built from the stack, presized; or, a long one, key by key.
    fn chunk(layout: &Layout, keys: &[Key]) -> DictTable {
        let general = keys.iter().any(|k| !k.exact_str);
        let n = keys.len() as u64;
        let mut table = DictTable::EMPTY;
        if keys.len() <= CHUNK_ON_STACK && n > usable(3) {
            table = table.each(layout, 0, |how, _| {
                how.table(how.estimate(n).min(MAX_PRESIZE_LOG2), 0, general)
            });
        }
        // A key that an earlier chunk had is new to this chunk.
        keys.iter().fold(table, |table, key| {
            table.insert(
                layout,
                Key {
                    exact_str: key.exact_str,
                    new: key.new || table.live == 0,
                },
            )
        })
    }

    /// After `d.update(other)`, `d |= other`, or `**other` in a display, of a dict: the keys of `other` in order.
    /// `other` must not have been changed since its keys were taken.
    pub fn merge_keys(self, layout: &Layout, other: DictTable, keys: &[Key]) -> DictTable {
        let (table, cloned) = self.merge_start(layout, other);
        if cloned {
            table
        } else {
            keys.iter()
                .fold(table, |table, &key| table.insert(layout, key))
        }
    }

    /// The same, where only this is known of the keys of `other`: all exactly `str` or none, and how many are new.
    pub fn merge(self, layout: &Layout, other: DictTable, new: u64, exact_str: bool) -> DictTable {
        let (table, cloned) = self.merge_start(layout, other);
        if cloned {
            return table;
        }
        let converted = if other.is_empty() {
            table
        } else {
            table.insert(
                layout,
                Key {
                    exact_str,
                    new: new > 0,
                },
            )
        };
        converted.insert_many(layout, new.saturating_sub(1), exact_str)
    }

    /// Room for the other's keys; true when the other's table was taken over whole.
    fn merge_start(self, layout: &Layout, other: DictTable) -> (DictTable, bool) {
        if other.is_empty() {
            return (self, true);
        }
        let clones = layout.features().dict_merge_clones && self.is_empty();
        if clones && other.keys.iter().all(|k| k.is_dense(other.live)) {
            return (other, true);
        }
        let [a, b] = How::both(layout);
        let step = |how: How, mine: Keys, theirs: Keys| {
            if mine.room() < other.live {
                how.table(
                    how.estimate(self.live + other.live),
                    self.live,
                    mine.general || theirs.general,
                )
            } else {
                mine
            }
        };
        let keys = [
            step(a, self.keys[0], other.keys[0]),
            step(b, self.keys[1], other.keys[1]),
        ];
        (
            DictTable {
                live: self.live,
                keys,
            },
            false,
        )
    }

    /// `d.copy()`, `copy.copy(d)`, and the left side of `d | other`: a clone of the table when it is full enough.
    pub fn copied(self, layout: &Layout, exact_str: bool) -> DictTable {
        if self.is_empty() {
            DictTable::EMPTY
        } else if self.keys.iter().all(|k| self.live >= k.entries * 2 / 3) {
            self
        } else {
            DictTable::EMPTY.merge(layout, self, self.live, exact_str)
        }
    }

    /// `dict(d)` of a dict.
    pub fn call_of_dict(self, layout: &Layout, exact_str: bool) -> DictTable {
        DictTable::call(layout).merge(layout, self, self.live, exact_str)
    }

    /// `dict.fromkeys(x)` of a set of n items, or of a dict: made in one go.
    /// `general` is true of a set, and of a dict whose table is not for `str` keys only.
    pub fn fromkeys_presized(layout: &Layout, n: u64, exact_str: bool, of_set: bool) -> DictTable {
        let general = of_set || !exact_str;
        let start = DictTable::call(layout);
        let table = start.each(layout, 0, |how, keys| {
            how.table(how.estimate(n).max(keys.log2), 0, general)
        });
        table.insert_many(layout, n, exact_str)
    }
}

impl Keys {
    /// No deleted entries, and the table is not larger than it need be.
    fn is_dense(self, live: u64) -> bool {
        live == self.entries && (self.log2 == 3 || usable(self.log2.saturating_sub(1)) < live)
    }
}

impl Layout {
    /// Size of a dict or of one of its builtin cousins with this table.
    pub fn dict_size(&self, kind: DictKind, table: DictTable) -> Interval {
        let plain = table.size(self);
        let more = |bytes: u64| plain.plus(Interval::exactly(bytes));
        match kind {
            DictKind::Dict => plain,
            DictKind::DefaultDict => more(8),
            DictKind::Counter => more(self.builtin_overhead(super::Builtin::Dict, true)),
            DictKind::OrderedDict => {
                let [a, b] = table
                    .keys
                    .map(|k| if k.log2 == 0 { 0 } else { 8u64 << k.log2 });
                more(64 + 32 * table.live).plus(Interval::between(a.min(b), a.max(b)))
            }
        }
    }
}
