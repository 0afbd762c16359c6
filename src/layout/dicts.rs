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
    /// A key that is no `str` makes such a table general even if it is there already.
    converts_for_old_key: bool,
}

impl How {
    fn both(layout: &Layout) -> [How; 2] {
        let f = layout.features();
        layout.rounding.map(|rounding| How {
            rounding,
            unicode_keys: f.dict_unicode_keys,
            converts_for_old_key: f.dict_converts_for_old_key,
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
        if !key.exact_str && !keys.general && (key.new || how.converts_for_old_key) {
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

    /// A display `{k: v, ...}` without `**`, its keys in the order of the text. `None` of a long one in which a key
    /// comes twice.
    pub fn display(layout: &Layout, keys: &[Key]) -> Option<DictTable> {
        if keys.len() > CHUNK_ON_STACK && keys.iter().any(|k| !k.new) {
            return None;
        }
        let mut chunks = keys
            .chunks(CHUNK)
            .map(|keys| (DictTable::display_part(layout, keys), keys));
        let (first, _) = chunks.next().unwrap_or((DictTable::EMPTY, &[]));
        Some(chunks.fold(first, |whole, (part, keys)| {
            whole.merge_keys(layout, part, keys)
        }))
    }

    /// At most 17 neighbouring items of a display, built from the stack and presized, or, if many, one by one. A display
    /// with `**` starts with the items before it and [merges](DictTable::merge_keys) the rest, part by part.
    pub fn display_part(layout: &Layout, keys: &[Key]) -> DictTable {
        let general = keys.iter().any(|k| !k.exact_str);
        let n = keys.len() as u64;
        let on_stack = keys.len() <= CHUNK_ON_STACK;
        let start = if on_stack {
            DictTable::presized(layout, n, general)
        } else {
            DictTable::EMPTY
        };
        keys.iter()
            .fold(start, |table, &key| table.insert(layout, key))
    }

    /// An empty dict with room for n entries known beforehand.
    fn presized(layout: &Layout, n: u64, general: bool) -> DictTable {
        if n <= usable(3) {
            return DictTable::EMPTY;
        }
        DictTable::EMPTY.each(layout, 0, |how, _| {
            how.table(how.estimate(n).min(MAX_PRESIZE_LOG2), 0, general)
        })
    }

    /// The dict of n written keyword arguments as C code gets it: `d.update(a=1, b=2)` merges it into `d`. (`dict(a=1)` and a
    /// `**kw` parameter are filled by insertion instead.)
    pub fn keywords(layout: &Layout, n: u64) -> DictTable {
        let on_stack = n <= layout.features().keywords_on_stack;
        let start = if on_stack {
            DictTable::presized(layout, n, false)
        } else {
            DictTable::EMPTY
        };
        start.insert_many(layout, n, true)
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
    pub fn copied(self, layout: &Layout) -> DictTable {
        if self.is_empty() {
            DictTable::EMPTY
        } else if self.keys.iter().all(|k| self.live >= k.entries * 2 / 3) {
            self
        } else {
            self.merged_into(layout, DictTable::EMPTY)
        }
    }

    /// `dict(d)` of a dict.
    pub fn call_of_dict(self, layout: &Layout) -> DictTable {
        self.merged_into(layout, DictTable::call(layout))
    }

    /// `{**d}`, and `{}.update(d)`.
    pub fn unpacked(self, layout: &Layout) -> DictTable {
        self.merged_into(layout, DictTable::EMPTY)
    }

    /// Into a dict without keys, whose table then is of this one's kind or has no kind yet.
    fn merged_into(self, layout: &Layout, empty: DictTable) -> DictTable {
        let (start, whole) = empty.merge_start(layout, self);
        if whole {
            start
        } else {
            start.each(layout, self.live, |_, keys| keys.filled(self.live))
        }
    }

    /// `dict.fromkeys(x)` of a set or frozenset of n items: made in one go. (Of anything else but a dict: by insertion
    /// into `dict()`.)
    pub fn fromkeys_of_set(layout: &Layout, n: u64) -> DictTable {
        DictTable::call(layout).each(layout, n, |how, keys| {
            how.table(how.estimate(n).max(keys.log2), n, true)
        })
    }

    /// `dict.fromkeys(d)` of this dict.
    pub fn fromkeys(self, layout: &Layout) -> DictTable {
        let start = DictTable::call(layout);
        let [a, b] = How::both(layout);
        let make = |how: How, mine: Keys, theirs: Keys| {
            how.table(
                how.estimate(self.live).max(mine.log2),
                self.live,
                theirs.general,
            )
        };
        DictTable {
            live: self.live,
            keys: [
                make(a, start.keys[0], self.keys[0]),
                make(b, start.keys[1], self.keys[1]),
            ],
        }
    }
}

impl Keys {
    fn filled(self, entries: u64) -> Keys {
        Keys {
            spent: entries,
            entries,
            ..self
        }
    }

    /// No deleted entries, and the table is not larger than it need be.
    fn is_dense(self, live: u64) -> bool {
        live == self.entries && (self.log2 == 3 || usable(self.log2.saturating_sub(1)) < live)
    }
}

impl Layout {
    /// Size of a dict or of one of its builtin cousins with this table.
    ///
    /// An `OrderedDict` only while nothing but insertion, deletion and update were done to it: a copy is filled anew.
    pub fn dict_size(&self, kind: DictKind, table: DictTable) -> Interval {
        let plain = table.size(self);
        let more = |bytes: u64| plain.plus(Interval::exactly(bytes));
        match kind {
            DictKind::Dict => plain,
            DictKind::DefaultDict => more(8),
            DictKind::Counter => more(self.builtin_overhead(super::Builtin::Dict, true)),
            // Its nodes have a place for each place of the table, once there was a first one.
            DictKind::OrderedDict => {
                let [a, b] = table
                    .keys
                    .map(|k| if k.spent == 0 { 0 } else { 8u64 << k.log2 });
                more(64 + 32 * table.live).plus(Interval::between(a.min(b), a.max(b)))
            }
        }
    }
}
