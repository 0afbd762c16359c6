//! Instances of the program's classes: what `sys.getsizeof` says, what their `__dict__` weighs, and the bytes that they
//! really take.

use super::Layout;
use super::features::InstanceHeader;
use crate::base::Interval;

/// Places for attributes that a class has room for when its first instance is made.
const VALUES_AT_FIRST: u64 = 30;

/// Names up to which attribute values lie outside the `__dict__` in every version that does so.
const MOST_SHARED_NAMES: u64 = 28;

/// The builtin that a class descends from, by its layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Builtin {
    /// Nothing but `object` (ABC, Protocol, Generic and the like have no layout of their own).
    Object,
    /// `list`
    List,
    /// `dict`
    Dict,
    /// `set`
    Set,
    /// `frozenset`
    Frozenset,
    /// `str`, ASCII content
    StrAscii,
    /// `str`, other content
    StrWide,
    /// `bytes`
    Bytes,
    /// `bytearray`
    Bytearray,
    /// `int`
    Int,
    /// `float`
    Float,
    /// `complex`
    Complex,
    /// `tuple`, also a namedtuple (whose own class has no `__dict__`)
    Tuple,
    /// Any builtin exception.
    Exception,
    /// `collections.deque`
    Deque,
    /// `collections.OrderedDict`
    OrderedDict,
    /// `collections.defaultdict`
    DefaultDict,
}

impl Builtin {
    /// All, in order.
    pub const ALL: [Builtin; 17] = [
        Builtin::Object,
        Builtin::List,
        Builtin::Dict,
        Builtin::Set,
        Builtin::Frozenset,
        Builtin::StrAscii,
        Builtin::StrWide,
        Builtin::Bytes,
        Builtin::Bytearray,
        Builtin::Int,
        Builtin::Float,
        Builtin::Complex,
        Builtin::Tuple,
        Builtin::Exception,
        Builtin::Deque,
        Builtin::OrderedDict,
        Builtin::DefaultDict,
    ];

    /// Whether a class statement without `__slots__` right below this builtin makes a `__dict__` and a `__weakref__`: not
    /// what the builtin has already, nor a `__weakref__` where the length of the instances varies.
    pub fn leaves_to_subclass(self) -> (bool, bool) {
        match self {
            Builtin::Object
            | Builtin::List
            | Builtin::Dict
            | Builtin::StrAscii
            | Builtin::StrWide => (true, true),
            Builtin::Bytearray | Builtin::Float | Builtin::Complex | Builtin::DefaultDict => {
                (true, true)
            }
            Builtin::Set | Builtin::Frozenset | Builtin::Deque => (true, false),
            Builtin::Bytes | Builtin::Int | Builtin::Tuple => (true, false),
            Builtin::Exception => (false, true),
            Builtin::OrderedDict => (false, false),
        }
    }

    /// Name of its rows in the tables.
    pub fn row(self) -> &'static str {
        match self {
            Builtin::Object => "object",
            Builtin::List => "list",
            Builtin::Dict => "dict",
            Builtin::Set => "set",
            Builtin::Frozenset => "frozenset",
            Builtin::StrAscii => "str",
            Builtin::StrWide => "str_wide",
            Builtin::Bytes => "bytes",
            Builtin::Bytearray => "bytearray",
            Builtin::Int => "int",
            Builtin::Float => "float",
            Builtin::Complex => "complex",
            Builtin::Tuple => "tuple",
            Builtin::Exception => "exception",
            Builtin::Deque => "deque",
            Builtin::OrderedDict => "ordereddict",
            Builtin::DefaultDict => "defaultdict",
        }
    }
}

/// What the class statements between the builtin base and a class add to its instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// The builtin at the bottom.
    pub base: Builtin,
    /// A class in the MRO has no `__slots__`, or lists `__dict__` in them. (Exceptions have a `__dict__` of their own: it counts only if a class statement
    /// without `__slots__` is there.)
    pub has_dict: bool,
    /// A class in the MRO has no `__slots__`, or lists `__weakref__` in them.
    pub has_weakref: bool,
    /// Slots of all classes in the MRO together, `__dict__` and `__weakref__` not counted; a name twice in one class
    /// counts once, a name repeated in a subclass twice.
    pub slots: u64,
}

impl Shape {
    /// Of a class statement without `__slots__`, all of whose bases are such.
    pub const PLAIN: Shape = Shape {
        base: Builtin::Object,
        has_dict: true,
        has_weakref: true,
        slots: 0,
    };

    /// The same under a builtin.
    pub fn plain(base: Builtin) -> Shape {
        Shape {
            base,
            ..Shape::PLAIN
        }
    }
}

/// Which instances a class has made, as far as its `__dict__`s depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InstanceDict {
    /// Attribute names known to the class: those that its instances set, all in the same order in `__init__`, and no others.
    pub names: u64,
    /// Instances of the class made so far, up to the moment of asking.
    pub made: Interval,
}

impl Layout {
    /// An instance of a class, by shape. `base_size` is what an object of the builtin base with the same content weighs
    /// (ignored for `object`). `None` where there cannot be such a class.
    pub fn instance_size(&self, shape: Shape, base_size: u64) -> Option<u64> {
        let base = if shape.base == Builtin::Object {
            self.object_size()
        } else {
            base_size
        };
        Some(base + self.shape_overhead(shape)?)
    }

    fn shape_overhead(&self, shape: Shape) -> Option<u64> {
        let rows = &self.shapes[shape.base as usize];
        let row = |dict: bool, weakref: bool, slots: usize| {
            rows[usize::from(dict)][usize::from(weakref)][slots]
        };
        let none = row(shape.has_dict, shape.has_weakref, 0)?;
        if shape.slots == 0 {
            return Some(none);
        }
        // Slots may come by inheritance where one statement could not make them: then they weigh as they do alone.
        let one = row(shape.has_dict, shape.has_weakref, 1).map(|one| one - none);
        let each = one.or_else(|| Some(row(false, false, 1)? - row(false, false, 0)?))?;
        Some(none + each * shape.slots)
    }

    /// Bytes that a plain subclass of a builtin adds (`plain`), or one with `__slots__ = ()`.
    pub(super) fn builtin_overhead(&self, base: Builtin, plain: bool) -> u64 {
        let shape = Shape {
            base,
            has_dict: plain,
            has_weakref: plain,
            slots: 0,
        };
        // Every base can be subclassed in these two ways; a test asks all.
        self.shape_overhead(shape).unwrap_or(0)
    }

    /// Size of the `__dict__` of an instance of a plain class (all bases plain, none builtin), as [`InstanceDict`] has it.
    /// `None` where that is not known. Asking for it changes nothing up to 3.10, and makes it come into being later.
    pub fn instance_dict_size(&self, known: InstanceDict) -> Option<Interval> {
        if !self.features().inline_values {
            let log2 = (3..=6).find(|&k| (2u64 << k) / 3 >= known.names)?;
            return Some(Interval::exactly(64 + 8 * ((2u64 << log2) / 3)));
        }
        if known.names > MOST_SHARED_NAMES {
            return None;
        }
        let size = |made: u64| 64 + 8 * VALUES_AT_FIRST.saturating_sub(made).max(known.names + 1);
        let most = size(known.made.lo.max(1));
        let least = known.made.hi.map_or(64 + 8 * (known.names + 1), size);
        Some(Interval::between(least, most))
    }

    /// Whether the size of an instance's `__dict__` depends on how many instances of the class were made.
    pub fn instance_dict_depends_on_instances(&self) -> bool {
        self.features().inline_values
    }

    /// Whether an instance's attributes lie in a `__dict__` from birth (then it counts as an object of its own), or only
    /// once `obj.__dict__` or `vars(obj)` was asked for.
    pub fn instance_has_dict_from_birth(&self) -> bool {
        !self.features().inline_values
    }

    /// Bytes that an instance of a plain class with so many attributes really takes, its `__dict__` or values included,
    /// before the allocator's rounding: in the long run (`nth` is `None`), or the nth instance of its class (from 1).
    /// `None` where no formula was measured (more than 28 names).
    pub fn real_instance_bytes(&self, attrs: u64, nth: Option<u64>) -> Option<u64> {
        let f = self.features();
        let object = self.instance_size(Shape::PLAIN, 0)?;
        if !f.inline_values {
            let dict = self
                .instance_dict_size(InstanceDict {
                    names: attrs,
                    made: Interval::ANY,
                })?
                .exact()?;
            return Some(if attrs == 0 { object } else { object + dict });
        }
        if attrs > MOST_SHARED_NAMES {
            return None;
        }
        let first = VALUES_AT_FIRST + u64::from(f.values_inside);
        let places = nth.map_or(0, |n| first.saturating_sub(n)).max(attrs + 1);
        let eight = |n: u64| n.next_multiple_of(8);
        Some(if f.values_inside {
            object + 8 + 8 * places + eight(places)
        } else {
            object + eight(places + 2) + 8 * places
        })
    }

    /// Bytes that an instance really takes whose class has nothing but slots: what `sys.getsizeof` says.
    pub fn real_slotted_bytes(&self, slots: u64) -> u64 {
        32 + 8 * slots
    }

    /// Bytes for `__weakref__` in a slotted instance.
    pub fn weakref_slot_bytes(&self) -> u64 {
        match self.features().header {
            InstanceHeader::Pointers | InstanceHeader::DictBefore => 8,
            InstanceHeader::BothBefore => 16,
        }
    }
}
