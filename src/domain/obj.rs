//! Abstract objects: what is known of one object on CPython's heap.
#![allow(missing_docs)] // kinds that bear the name of a Python type, and fields that the text of their variant tells of

use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use num_bigint::BigInt;
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

use super::generator::GenObj;
use super::heap::ObjId;
use super::site::Site;
use super::types::B;
use crate::base::Name;
use crate::hir::UnitId;
use crate::layout::{DequeBlocks, DictTable, SetTable, Slots};

/// A map that keeps the order of insertion.
pub type Ordered<K, V> = IndexMap<K, V, FxBuildHasher>;
/// A set that keeps the order of insertion.
pub type OrderedSet<K> = IndexSet<K, FxBuildHasher>;

/// References to an object: all that are known, and how many there may be. `hi` is [`Count::OPEN`] where unknown code
/// may hold some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// References that surely are there.
    pub lo: u32,
    /// The most there can be.
    pub hi: u32,
}

impl Count {
    /// No upper bound.
    pub const OPEN: u32 = u32::MAX;
    /// Nothing is known.
    pub const ANY: Count = Count {
        lo: 0,
        hi: Count::OPEN,
    };

    /// Exactly `n`.
    pub fn exactly(n: u32) -> Self {
        Count { lo: n, hi: n }
    }

    /// Surely none is left.
    pub fn is_zero(self) -> bool {
        self.hi == 0
    }

    /// The least range that holds both.
    pub fn join(self, other: Self) -> Self {
        Count {
            lo: self.lo.min(other.lo),
            hi: self.hi.max(other.hi),
        }
    }
}

/// What a dict or set finds its keys by: equal keys have equal `Key`s.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A number: ints, bools and integral floats are equal where their values are.
    Int(BigInt),
    /// A float that is no integer, by its bits.
    Float(u64),
    /// A complex number that is no float.
    Complex(u64, u64),
    /// A string.
    Str(Arc<str>),
    /// Bytes.
    Bytes(Arc<[u8]>),
    /// `None`
    None,
    /// `...`
    Ellipsis,
    /// A tuple of keys.
    Tuple(Vec<Key>),
    /// A frozenset of keys, in any order: kept sorted by their debug text.
    FrozenSet(Vec<Key>),
    /// An object that is equal to itself only.
    Identity(ObjId),
    /// An object whose class says how it is hashed and compared, which no other key of its container is equal to: what
    /// its `__hash__` gave when it was put there, and itself.
    Own(Hash, ObjId),
}

/// What `hash()` gives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Hash {
    /// This number.
    Value(i64),
    /// What CPython computes of the key, which depends on the run or is not worth the computing.
    Of(Box<Key>),
}

/// A list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListObj {
    /// Its items; empty where `open`.
    pub items: Vec<ObjId>,
    /// Allocated slots, where known.
    pub slots: Option<Slots>,
    /// Neither length nor items are known.
    pub open: bool,
    /// Where `open`: the object (an atom) that stands for each item, if they have anything in common.
    pub every: Option<ObjId>,
}

/// A dict, or an instance of one of its subclasses in `collections`.
#[derive(Clone, Debug, PartialEq)]
pub struct DictObj {
    /// `dict`, `OrderedDict`, `defaultdict` or `Counter`.
    pub ty: B,
    /// Key object and value of each key; empty where `open`.
    pub entries: Ordered<Key, (ObjId, ObjId)>,
    /// The key table, where its history is known.
    pub table: Option<DictTable>,
    /// A defaultdict's factory.
    pub factory: Option<ObjId>,
    /// Neither keys nor values are known.
    pub open: bool,
    /// Whether the collector tracks it, where known.
    pub tracked: Option<bool>,
}

/// A set or frozenset.
#[derive(Clone, Debug, PartialEq)]
pub struct SetObj {
    /// The object of each item; empty where `open`.
    pub items: Ordered<Key, ObjId>,
    /// The table, where its history is known.
    pub table: Option<SetTable>,
    /// Nothing is known of its items.
    pub open: bool,
    /// `frozenset`
    pub frozen: bool,
    /// Whether the collector tracks it, where known (a frozenset's depends on the version and how it was made).
    pub tracked: Option<bool>,
}

/// A deque without `maxlen`.
#[derive(Clone, Debug, PartialEq)]
pub struct DequeObj {
    /// Its items.
    pub items: Vec<ObjId>,
    /// Its blocks, where their history is known.
    pub blocks: Option<DequeBlocks>,
}

impl std::ops::Deref for DequeObj {
    type Target = Vec<ObjId>;

    fn deref(&self) -> &Vec<ObjId> {
        &self.items
    }
}

/// A function of the program.
#[derive(Clone, Debug, PartialEq)]
pub struct FuncObj {
    /// Item of its unit.
    pub item: u32,
    /// Its unit.
    pub unit: UnitId,
    /// `__defaults__`: a tuple.
    pub defaults: Option<ObjId>,
    /// `__kwdefaults__`: a dict.
    pub kwdefaults: Option<ObjId>,
    /// Cells of its free variables, in the order of the unit's scope.
    pub closure: Vec<(Name, ObjId)>,
    /// What annotations and attributes hold.
    pub others: Vec<ObjId>,
    /// The class whose body defined it (`__class__` of `super()`).
    pub attrs: Ordered<Name, ObjId>,
}

/// How instances of a class are laid out.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Instances have a `__dict__`.
    pub has_dict: bool,
    /// Instances take weak references.
    pub has_weakref: bool,
    /// Slots, those of the bases first.
    pub slots: Vec<Name>,
    /// The builtin that instances extend, if it is not `object`.
    pub base: Option<B>,
}

/// A field of a dataclass.
#[derive(Clone, Debug, PartialEq)]
pub struct DataField {
    /// Its name.
    pub name: Name,
    /// Where its default stands in the tuple of defaults that the class holds.
    pub default: Option<usize>,
    /// The same for its `default_factory`.
    pub factory: Option<usize>,
    /// `__init__` takes it.
    pub init: bool,
    /// By keyword only.
    pub kw_only: bool,
    /// It counts in comparisons and hashes.
    pub compare: bool,
}

/// What a decorator, a base or a factory made of a class beside what its body says.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Makeup {
    /// Nothing.
    #[default]
    Plain,
    /// `@dataclass`
    Data {
        /// Its fields, those of the bases first.
        fields: Vec<DataField>,
        /// `eq`
        eq: bool,
        /// `order`
        order: bool,
        /// `frozen`
        frozen: bool,
    },
    /// A named tuple: the names of its items. Defaults stand in a tuple that the class holds.
    Named(Vec<Name>),
    /// An enumeration: its members without aliases, in order.
    Enum(Vec<Name>),
}

/// A class of the program.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassObj {
    /// Item of its unit.
    pub item: u32,
    /// Its unit.
    pub unit: UnitId,
    /// `__qualname__`
    pub qualname: Arc<str>,
    /// Its metaclass, where the program named one: a class of the program, or `abc.ABCMeta`.
    pub meta: Option<ObjId>,
    /// Direct bases.
    pub bases: Vec<ObjId>,
    /// Method resolution order, itself first. Atoms are builtin types.
    pub mro: Vec<ObjId>,
    /// Namespace.
    pub attrs: Ordered<Name, ObjId>,
    /// Layout of its instances; `None` where a base, metaclass or decorator is not known: of such instances nothing is
    /// said, and all that is done to them is unknown.
    pub shape: Option<Shape>,
    /// A class of its MRO defines `__del__`, or may.
    pub has_finalizer: bool,
    /// How many instances were made so far: at least, at most.
    pub instances: Count,
    /// What else it is.
    pub makeup: Makeup,
}

/// An instance of a class of the program.
#[derive(Clone, Debug, PartialEq)]
pub struct InstObj {
    /// Its class.
    pub class: ObjId,
    /// Its attributes, slots included; nothing is known of them where `open`.
    pub attrs: Ordered<Name, ObjId>,
    /// Attributes may have any value, and there may be more.
    pub open: bool,
    /// `__dict__` was asked for: the dict stands.
    pub dict: Option<ObjId>,
    /// What the builtin base holds: an object of that type that stands for the instance's own contents, and that nobody
    /// else knows.
    pub payload: Option<ObjId>,
}

/// An exception object.
#[derive(Clone, Debug, PartialEq)]
pub struct ExcObj {
    /// Its class: an atom or a class of the program.
    pub class: ObjId,
    /// `args`
    pub args: Vec<ObjId>,
    /// What else it holds: the key of a KeyError that a look-up raised, the object of an AttributeError.
    pub held: Vec<ObjId>,
    /// It was raised.
    pub raised: bool,
    /// What its traceback, its context and its cause hold: the locals of the frames that it left, and what these run.
    pub trace: Vec<ObjId>,
    /// Attributes that the program gave it.
    pub attrs: Ordered<Name, ObjId>,
    /// Attributes may have any value, and there may be more.
    pub open: bool,
}

/// What an iterator goes over.
#[derive(Clone, Debug, PartialEq)]
pub enum IterOver {
    /// A sequence by index: list, tuple, str, bytes.
    Seq,
    /// The same backwards.
    Reversed,
    /// A dict's keys, values or items; a set's items.
    Keys,
    Values,
    Items,
    /// `range`: next value, step, how many are left.
    Range {
        next: BigInt,
        step: BigInt,
        left: u64,
    },
    /// `enumerate`: next number; the source iterator is the first held object, the reused result tuple follows.
    Enumerate {
        next: BigInt,
    },
    /// `zip`
    Zip,
    /// Items already computed by a model, in order.
    Precomputed,
    /// `map`: the function is the first held object, the source iterators follow.
    Map,
    /// An instance by its `__getitem__`, until that raises IndexError; `reversed` goes down from its length to nought.
    GetItem {
        down: bool,
    },
    /// `filter`: the function (or None), then the source iterator.
    Filter,
}

/// An iterator that the machine can drive.
#[derive(Clone, Debug, PartialEq)]
pub struct IterObj {
    /// Its type.
    pub ty: B,
    /// What it goes over.
    pub over: IterOver,
    /// Next index (or how many it gave).
    pub index: usize,
    /// What it holds: the source first.
    pub held: Vec<ObjId>,
    /// The source is lent by the variable that the loop runs over, and not counted.
    pub lent: bool,
}

/// An object of a library that holds objects of the program: what it is for is its model's to know.
#[derive(Clone, Debug, PartialEq)]
pub struct LibraryObj {
    /// Its type.
    pub ty: B,
    /// What its model calls it, where one type has several uses.
    pub role: &'static str,
    /// The objects that it holds, in the order that its model wants.
    pub held: Vec<ObjId>,
    /// The object that a weak reference leads to while it lives.
    pub weak: Option<ObjId>,
}

/// What an object is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Nothing is known, not even the type.
    Unknown,
    /// Of a builtin type; value and contents are unknown. A size where it is known all the same.
    Opaque(B, Option<(u64, Option<u64>)>),
    /// An instance of a type that is only known by its contract name.
    Named(Arc<str>, Option<(u64, Option<u64>)>),
    None,
    Ellipsis,
    NotImplemented,
    Bool(bool),
    Int(i64),
    BigInt(Arc<BigInt>),
    /// By its bits.
    Float(u64),
    /// Bits of the real and the imaginary part.
    Complex(u64, u64),
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
    /// Length, where known.
    ByteArray(Option<u64>),
    Tuple(Arc<Vec<ObjId>>),
    List(Arc<ListObj>),
    Dict(Arc<DictObj>),
    Set(Arc<SetObj>),
    /// `None`: nothing is known of its items.
    Deque(Option<Arc<DequeObj>>),
    Cell(Option<ObjId>),
    Range(Arc<(BigInt, BigInt, BigInt)>),
    Slice(Arc<[ObjId; 3]>),
    Function(Arc<FuncObj>),
    /// `function`, then the instance or class it is bound to.
    Method(ObjId, ObjId),
    /// A method of a builtin type bound to an object.
    BuiltinMethod(ObjId, Arc<str>),
    /// A function of a builtin or library module, by its dotted name (`builtins.len`, `copy.deepcopy`).
    BuiltinFunction(Arc<str>),
    Class(Arc<ClassObj>),
    /// A builtin type.
    Type(B),
    Instance(Arc<InstObj>),
    Exception(Arc<ExcObj>),
    Iter(Arc<IterObj>),
    /// A generator or coroutine of the program.
    Gen(Arc<GenObj>),
    /// A view of a dict: `dict_keys`, `dict_values` or `dict_items`.
    View(B, ObjId),
    /// A module by its dotted name.
    Module(Arc<str>),
    /// Getter, setter, deleter.
    Property(Arc<[Option<ObjId>; 3]>),
    StaticMethod(ObjId),
    ClassMethod(ObjId),
    /// `super()`: the class whose successors are searched, and the instance or class.
    Super(ObjId, ObjId),
    /// An object of a library that holds others.
    Library(Arc<LibraryObj>),
}

/// An object with its references and history.
#[derive(Clone, Debug, PartialEq)]
pub struct Obj {
    /// What it is.
    pub kind: Kind,
    /// References to it.
    pub count: Count,
    /// Unknown code may hold it, change it, and hand it out again.
    pub escaped: bool,
    /// Unknown code was handed it, and may call it or its methods with anything; what escaped but was not handed is only
    /// within reach of functions of the program that unknown code may call.
    pub handed: bool,
    /// It stands for one of several objects: which one is not known, so it is neither the same as nor another than any
    /// other, and what is done to it may be done to every escaped one.
    pub uncertain: bool,
    /// The expression or statement that made it.
    pub born: Site,
    /// The one that last changed its size or contents.
    pub changed: Site,
    /// The one at which unknown code first got hold of it; the same as `joined_at` where paths met that differ in who holds
    /// it. Evidence alone: no claim rests on it.
    pub escaped_at: Site,
    /// The one at which paths first met that differ in it. Evidence alone.
    pub joined_at: Site,
    /// A shallow or deep copy of that object, while nothing changed either since.
    pub copy_of: Option<(ObjId, CopyKind)>,
}

/// How an object was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyKind {
    /// One level.
    Shallow,
    /// All levels.
    Deep,
}

impl Obj {
    /// A new object without references.
    pub fn new(kind: Kind, born: Site) -> Self {
        Obj {
            kind,
            count: Count::exactly(0),
            escaped: false,
            handed: false,
            uncertain: false,
            born,
            changed: born,
            escaped_at: Site::NONE,
            joined_at: Site::NONE,
            copy_of: None,
        }
    }
}

impl Kind {
    /// The objects it holds a reference to, one entry for each reference.
    pub fn referents(&self) -> SmallVec<[ObjId; 8]> {
        let mut out = SmallVec::new();
        match self {
            Kind::Tuple(items) => out.extend(items.iter().copied()),
            Kind::List(list) => out.extend(list.items.iter().copied()),
            Kind::Dict(dict) => {
                for (key, value) in dict.entries.values() {
                    out.push(*key);
                    out.push(*value);
                }
                out.extend(dict.factory);
            }
            Kind::Set(set) => out.extend(set.items.values().copied()),
            Kind::Deque(Some(items)) => out.extend(items.iter().copied()),
            Kind::Cell(content) => out.extend(*content),
            Kind::Slice(parts) => out.extend(parts.iter().copied()),
            Kind::Function(function) => {
                out.extend(function.defaults);
                out.extend(function.kwdefaults);
                out.extend(function.closure.iter().map(|(_, cell)| *cell));
                out.extend(function.others.iter().copied());
                out.extend(function.attrs.values().copied());
            }
            Kind::Method(function, owner) => out.extend([*function, *owner]),
            Kind::BuiltinMethod(owner, _) => out.push(*owner),
            Kind::Class(class) => {
                out.extend(class.meta);
                out.extend(class.bases.iter().copied());
                out.extend(class.attrs.values().copied());
            }
            Kind::Instance(instance) => {
                out.push(instance.class);
                out.extend(instance.attrs.values().copied());
                out.extend(instance.dict);
                out.extend(instance.payload);
            }
            Kind::Exception(exception) => {
                out.push(exception.class);
                out.extend(exception.args.iter().copied());
                out.extend(exception.held.iter().copied());
                out.extend(exception.attrs.values().copied());
                out.extend(exception.trace.iter().copied());
            }
            Kind::Iter(iter) => out.extend(iter.held.iter().skip(usize::from(iter.lent)).copied()),
            Kind::Gen(generator) => out.extend(generator.referents()),
            Kind::View(_, dict) => out.push(*dict),
            Kind::Property(parts) => out.extend(parts.iter().flatten().copied()),
            Kind::StaticMethod(inner) | Kind::ClassMethod(inner) => out.push(*inner),
            Kind::Super(class, object) => out.extend([*class, *object]),
            Kind::Library(library) => out.extend(library.held.iter().copied()),
            Kind::Unknown
            | Kind::Opaque(..)
            | Kind::Named(..)
            | Kind::None
            | Kind::Ellipsis
            | Kind::NotImplemented
            | Kind::Bool(_)
            | Kind::Int(_)
            | Kind::BigInt(_)
            | Kind::Float(_)
            | Kind::Complex(..)
            | Kind::Str(_)
            | Kind::Bytes(_)
            | Kind::ByteArray(_)
            | Kind::Deque(None)
            | Kind::Range(_)
            | Kind::BuiltinFunction(_)
            | Kind::Type(_)
            | Kind::Module(_) => {}
        }
        out
    }
}
