//! Hidden references: what calls, loops, `with`, `except`, classes and constants hold beside the names, items and
//! attributes that one sees.
//!
//! Counts are numbers of references, the one of a `sys.getrefcount` call itself never included.

use super::Layout;
use super::features::UnusedConstants;

/// What a caller does with an argument that it holds in a fast local.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArgHold {
    /// A copy stays on the caller's stack during the call, beside the parameter's.
    StackStays,
    /// The copy becomes the parameter's.
    Moved,
    /// The parameter shares the reference of the caller's local, where the bytecode may lend it; else moved.
    Lent,
}

/// How a function of the program is called, as far as it matters to the references that the call holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// `f(x)`, `f(a=x)`, `o.m(x)`, `x.m()` (self), class and static methods, a bound method in a name, a lambda: any
    /// parameter but `*args` and `**kw`.
    #[default]
    Plain,
    /// The item of `*args`, or the value in `**kw`, of such a call; the tuple or dict is one holder of it, and included.
    PlainCollected,
    /// Parameter of a generator or coroutine, at its first step.
    Generator,
    /// `f(*a_list)`, `f(*[x])`, `f(*t, x)`: by a tuple that is made for the call. Beside the list's own item.
    StarMade,
    /// `f(*a_tuple)`. Beside the tuple's own item.
    StarTuple,
    /// `f(**a_dict)`. Beside the dict's own item.
    StarStar,
    /// By `map`, `sorted(key=)`, `functools.reduce` over a container: beside the container's own item.
    Callback,
    /// By a `functools.partial` that holds the object: beside its own hold.
    Partial,
    /// Argument of `o(x)` by the class's `__call__`.
    CallArgument,
    /// `self` of `__call__`.
    CallSelf,
    /// self or key of `__getitem__` by `o[x]`.
    GetItem,
    /// self, key or value of `__setitem__`, `__delitem__`; self or argument of an operator's method, comparison, `in`;
    /// self of `len()`, `not x`, `if x`, `repr()`, `hash()`, `next()`, `'%s' % x`; value or self of `__setattr__`, of a
    /// property's setter, of a descriptor's `__set__`; instance of a descriptor's `__get__`.
    Special,
    /// self of `bool(x)`.
    BoolSelf,
    /// self of `str(x)`.
    StrSelf,
    /// self of `f"{x}"`, by `__format__` or `__str__`.
    FormatSelf,
    /// self of `__iter__` by `for`.
    IterSelf,
    /// self of `__iter__` by `list(x)`.
    ListSelf,
    /// self of `__next__` by `for`, the object being its own iterator.
    ForNextSelf,
    /// self of `__enter__` by `with x:`.
    EnterSelf,
    /// self of `__exit__` by `with x:`.
    ExitSelf,
    /// self of a property's getter.
    PropertySelf,
    /// self of `__getattr__`.
    GetattrSelf,
    /// Positional argument of `C(x)`, seen by `C.__init__` (own or inherited) of a class with a `__dict__`, whose
    /// metaclass is `type` and that has no `__new__` of its own.
    Init,
    /// The same of a class whose instances have no `__dict__`.
    InitSlots,
    /// Keyword argument of `C(a=x)`, seen by `__init__`.
    InitKeyword,
    /// Argument of `C(x)` seen by `__init__` where the class has a `__new__` or a metaclass of its own, or by `__new__`.
    InitSlow,
    /// The new object itself, seen by `__init__` as `self`.
    InitSelf,
}

impl CallKind {
    /// All, in order.
    pub const ALL: [CallKind; 27] = [
        CallKind::Plain,
        CallKind::PlainCollected,
        CallKind::Generator,
        CallKind::StarMade,
        CallKind::StarTuple,
        CallKind::StarStar,
        CallKind::Callback,
        CallKind::Partial,
        CallKind::CallArgument,
        CallKind::CallSelf,
        CallKind::GetItem,
        CallKind::Special,
        CallKind::BoolSelf,
        CallKind::StrSelf,
        CallKind::FormatSelf,
        CallKind::IterSelf,
        CallKind::ListSelf,
        CallKind::ForNextSelf,
        CallKind::EnterSelf,
        CallKind::ExitSelf,
        CallKind::PropertySelf,
        CallKind::GetattrSelf,
        CallKind::Init,
        CallKind::InitSlots,
        CallKind::InitKeyword,
        CallKind::InitSlow,
        CallKind::InitSelf,
    ];

    /// Name of its row in the tables.
    pub(super) fn row(self) -> &'static str {
        match self {
            CallKind::Plain => "positional",
            CallKind::PlainCollected => "varargs",
            CallKind::Generator => "generator",
            CallKind::StarMade => "star_list",
            CallKind::StarTuple => "star_tuple",
            CallKind::StarStar => "starstar",
            CallKind::Callback => "map",
            CallKind::Partial => "partial",
            CallKind::CallArgument => "call",
            CallKind::CallSelf => "call_self",
            CallKind::GetItem => "getitem",
            CallKind::Special => "add",
            CallKind::BoolSelf => "bool_self",
            CallKind::StrSelf => "str_self",
            CallKind::FormatSelf => "fstring_self",
            CallKind::IterSelf => "iter_self",
            CallKind::ListSelf => "list_self",
            CallKind::ForNextSelf => "for_next_self",
            CallKind::EnterSelf => "enter_self",
            CallKind::ExitSelf => "exit_self",
            CallKind::PropertySelf => "property_self",
            CallKind::GetattrSelf => "getattr_self",
            CallKind::Init => "init",
            CallKind::InitSlots => "init_slots",
            CallKind::InitKeyword => "init_keyword",
            CallKind::InitSlow => "new",
            CallKind::InitSelf => "init_self",
        }
    }
}

/// References that a call holds on an argument at the callee's entry, the parameter's own included, in addition to all
/// that the object had before the call (names, items, attributes). A temporary had none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Held {
    /// On the first pass of the call site.
    pub first: u64,
    /// Once the call site's bytecode has specialised, after some 2 to 20 passes. Between the two either is possible.
    pub warm: u64,
}

impl Held {
    /// The least.
    pub fn least(self) -> u64 {
        self.first.min(self.warm)
    }

    /// The most.
    pub fn most(self) -> u64 {
        self.first.max(self.warm)
    }

    /// The parameter has no reference of its own: it shares that of the caller's local.
    pub fn is_lent(self) -> bool {
        self.first == 0
    }
}

/// What a `for` or a comprehension runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoopOver {
    /// list, tuple, set, dict, `d.values()`, `d.keys()`, `reversed(a)`, str: the item is held by its container and the target.
    Container,
    /// `enumerate(a)`, `zip(a, b)`, `d.items()`, the tuple unpacked to targets: the iterator keeps its result tuple and
    /// uses it again.
    ReusedTuple,
    /// A generator, `map`, `filter`, a range: nothing but the target holds the item (unless the producer does).
    Producer,
}

/// What kind of literal a constant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LiteralKind {
    /// int, float, complex without sign; str.
    NumberOrStr,
    /// bytes
    Bytes,
    /// A tuple of constants, a negative number, the result of folding.
    Folded,
}

impl Layout {
    /// What happens to an argument from a fast local in a plain call.
    pub fn argument_hold(&self) -> ArgHold {
        let f = self.features();
        if f.locals_lent {
            ArgHold::Lent
        } else if f.arguments_moved {
            ArgHold::Moved
        } else {
            ArgHold::StackStays
        }
    }

    /// A load of a fast local may be lent to the instruction that uses it, instead of counting.
    pub fn locals_are_lent(&self) -> bool {
        self.features().locals_lent
    }

    /// References held at entry. `lent` says that the argument is a fast local which the bytecode lends
    /// (see [`Layout::locals_are_lent`]): surely bound there, not in a handler, no branch between load and call.
    pub fn call_holds(&self, kind: CallKind, lent: bool) -> Held {
        let row = &self.calls[kind as usize];
        let [first, warm] = if lent { row.local } else { row.other };
        Held { first, warm }
    }

    /// The same where a `*` or `**` spread the arguments, and what is called is a bound method or a class: they are not
    /// unpacked into the frame (3.12), but passed on while the tuple or dict that was made for the call holds them, as
    /// all were before (measured).
    pub fn handed_on_call_holds(&self, kind: CallKind, lent: bool) -> Held {
        let held = self.call_holds(kind, lent);
        let least = match kind {
            CallKind::StarMade => 2,
            CallKind::StarStar if held.first < 2 => 3,
            _ => return held,
        };
        Held {
            first: held.first.max(least),
            warm: held.warm.max(least),
        }
    }

    /// Hidden references to the item that a loop's target names, while the body runs: beside the target and the
    /// container's own. After the loop ended: none.
    pub fn loop_holds_item(&self, over: LoopOver) -> u64 {
        match over {
            LoopOver::ReusedTuple => 1,
            LoopOver::Container | LoopOver::Producer => 0,
        }
    }

    /// Hidden references to the tuple itself where one target takes it whole (`for pair in zip(a)`), at the nth pass, from
    /// 1: the iterator keeps it, but makes a new one, which it does not keep, while the target still holds the kept one.
    /// What the kept tuple of the pass before holds is then held for one more pass.
    pub fn loop_holds_pair(&self, pass: u64) -> u64 {
        pass % 2
    }

    /// Hidden references to the iterated container (or iterator), while the body of a `for` runs.
    pub fn loop_holds_container(&self) -> u64 {
        1
    }

    /// Hidden references to a context manager while the body of its `with` runs: the pending `__exit__`. `lent`: the
    /// manager is a fast local that the bytecode lends.
    pub fn with_holds(&self, lent: bool) -> u64 {
        u64::from(!(lent && self.features().with_lends))
    }

    /// Hidden references that a generator expression holds on what it runs over, started or not, while it lives.
    pub fn genexp_holds_container(&self) -> u64 {
        if self.features().genexp_holds_iterable {
            2
        } else {
            1
        }
    }

    /// Hidden references to the exception while its handler runs (the thread's current exception).
    pub fn except_holds(&self) -> u64 {
        1
    }

    /// Hidden references to the exception's `__traceback__` beside the exception's own, while its handler runs.
    pub fn except_holds_traceback(&self) -> u64 {
        u64::from(self.features().tracebacks_held_by_thread)
    }

    /// References to a constant default argument beside the parameter's: the tuple of defaults, and the code's constants
    /// where it stays among them; the parser's not included. Of a `def` or `lambda` all of whose positional defaults are
    /// constants. `first`: it is the first constant that the code object around the `def` loads.
    pub fn default_constant_holders(&self, first: bool) -> u64 {
        1 + match self.features().unused_constants {
            UnusedConstants::All => 1,
            UnusedConstants::First => u64::from(first),
        }
    }

    /// References by the code's constants to a constant that is folded into another one (an item of a constant tuple, the
    /// operand of a sign or of arithmetic), beside what the folded constant itself holds. `first`: as above.
    pub fn folded_operand_holders(&self, first: bool) -> u64 {
        u64::from(first && self.features().folds_after_loading)
    }

    /// References to a class object that it has by itself right after its `class` statement, its name not included: its
    /// `__mro__`, the descriptors for `__dict__` and `__weakref__` that it makes where no base has them, and one for each
    /// slot. One more if a method uses `super()` or `__class__`; one for each live instance; three for each direct
    /// subclass (its bases, mro, base). Not for classes made by `dataclass`, `enum`, or with a metaclass that keeps them.
    pub fn class_own_references(&self, makes_dict: bool, makes_weakref: bool, slots: u64) -> u64 {
        let each = (self.features().class_references.saturating_sub(2)) / 2;
        1 + each * (u64::from(makes_dict) + u64::from(makes_weakref)) + slots
    }

    /// References to a literal that the parser's tree holds while a file run by `python FILE` runs.
    pub fn parser_holds(&self, literal: LiteralKind) -> u64 {
        let f = self.features();
        match literal {
            LiteralKind::NumberOrStr => u64::from(f.number_held_by_parser),
            LiteralKind::Bytes if f.bytes_literal_held_twice => 2,
            LiteralKind::Bytes => u64::from(f.number_held_by_parser),
            LiteralKind::Folded => u64::from(f.tuple_constant_held_by_parser),
        }
    }

    /// A fast local bound to a constant borrows the code object's reference.
    pub fn local_borrows_constant(&self) -> bool {
        self.features().local_borrows_constant
    }
}
