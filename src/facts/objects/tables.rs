//! What the builtin collections do when they are asked for something.

use super::Bindings;
use super::is_constant;
use crate::base::Names;
use crate::hir::{BinOp, Expr, ExprId, Item};

/// The type of a mutable default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultKind {
    /// `list`
    List,
    /// `dict`
    Dict,
    /// `set`
    Set,
    /// `bytearray`
    ByteArray,
    /// `collections.deque`
    Deque,
    /// `collections.defaultdict`
    DefaultDict,
    /// `collections.OrderedDict`
    OrderedDict,
    /// `collections.Counter`
    Counter,
}

impl DefaultKind {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            DefaultKind::List => "list",
            DefaultKind::Dict => "dict",
            DefaultKind::Set => "set",
            DefaultKind::ByteArray => "bytearray",
            DefaultKind::Deque => "deque",
            DefaultKind::DefaultDict => "defaultdict",
            DefaultKind::OrderedDict => "OrderedDict",
            DefaultKind::Counter => "Counter",
        }
    }

    /// Whether it maps keys to values.
    pub fn is_mapping(self) -> bool {
        use DefaultKind::{Counter, DefaultDict, Dict, OrderedDict};
        matches!(self, Dict | DefaultDict | OrderedDict | Counter)
    }

    /// Whether a look-up of a key that is not there puts it in.
    pub fn fills_on_look_up(self) -> bool {
        self == DefaultKind::DefaultDict
    }

    /// Whether an instance of it is one of the builtin type called `name`.
    pub fn is_instance_of(self, name: &str) -> Option<bool> {
        Some(match name {
            "list" => self == DefaultKind::List,
            "dict" => self.is_mapping(),
            "set" => self == DefaultKind::Set,
            "bytearray" => self == DefaultKind::ByteArray,
            "tuple" | "str" | "bytes" | "int" | "float" | "bool" | "complex" | "frozenset" => false,
            _ => return None,
        })
    }
}

/// A method call on a mutable collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// Changes it; `true`: something may come in.
    Mutates(bool),
    /// Sets an item by its key if it is not there.
    SetsByKey,
    /// Looks an item up. `true`: tuples have the method too.
    LooksUp(bool),
    /// Tells something that does not depend on the type, keeps nothing.
    Reads,
    /// Tells something that does depend on the type: a copy, a view, a set made of two.
    Depends,
}

/// What `method` of a `kind` does; `None`: there is no such method.
pub(super) fn method(kind: DefaultKind, method: &str) -> Option<Method> {
    use DefaultKind::{ByteArray, Counter, Deque, List, Set};
    use Method::{Depends, LooksUp, Mutates, Reads, SetsByKey};
    Some(match (kind, method) {
        (List | Deque | ByteArray, "append" | "extend" | "insert") => Mutates(true),
        (Deque, "appendleft" | "extendleft") => Mutates(true),
        (List | Deque | ByteArray, "pop" | "remove" | "clear" | "reverse") => Mutates(false),
        (List, "sort") | (Deque, "popleft" | "rotate") => Mutates(false),
        (List | Deque, "index" | "count") => LooksUp(true),
        (List | Deque | ByteArray, "copy") => Depends,
        (ByteArray, _) => Depends,
        (Set, "add" | "update" | "symmetric_difference_update") => Mutates(true),
        (
            Set,
            "discard" | "remove" | "pop" | "clear" | "difference_update" | "intersection_update",
        ) => Mutates(false),
        (Set, "issubset" | "issuperset" | "isdisjoint") => Reads,
        (Set, "copy" | "union" | "intersection" | "difference" | "symmetric_difference") => Depends,
        (kind, name) if kind.is_mapping() => match name {
            "setdefault" => SetsByKey,
            "update" => Mutates(true),
            "subtract" if kind == Counter => Mutates(true),
            "pop" | "popitem" | "clear" | "move_to_end" => Mutates(false),
            "get" => LooksUp(false),
            "keys" | "values" | "items" | "copy" | "most_common" | "elements" | "total" => Depends,
            _ => return None,
        },
        _ => return None,
    })
}

/// What `x op= y` does to an `x` of the `kind`: `None`, it is not done in place.
pub(super) fn in_place(kind: DefaultKind, op: BinOp) -> Option<bool> {
    use DefaultKind::{ByteArray, Counter, Deque, List, Set};
    match (kind, op) {
        (List | Deque | ByteArray, BinOp::Add) | (Set, BinOp::BitOr | BinOp::BitXor) => Some(true),
        (Counter, BinOp::Add | BinOp::BitOr) => Some(true),
        (List | Deque | ByteArray, BinOp::Mult) | (Set, BinOp::BitAnd | BinOp::Sub) => Some(false),
        (Counter, BinOp::Sub | BinOp::BitAnd) => Some(false),
        (kind, BinOp::BitOr) if kind.is_mapping() => Some(true),
        _ => None,
    }
}

/// What a builtin function does with a collection that it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    /// Goes through it or measures it.
    Reads,
    /// Tells something that depends on its type.
    Depends,
    /// Changes its first argument; `true`: something comes in.
    Mutates(bool),
}

/// What the function called `path` does with its arguments; `None`: it is not known.
pub(super) fn function(path: &str) -> Option<Function> {
    use Function::{Depends, Mutates, Reads};
    Some(match path {
        "builtins.len" | "builtins.list" | "builtins.tuple" | "builtins.set"
        | "builtins.frozenset" | "builtins.sorted" | "builtins.sum" | "builtins.min"
        | "builtins.max" | "builtins.any" | "builtins.all" | "builtins.bool" => Reads,
        "builtins.dict"
        | "builtins.enumerate"
        | "builtins.zip"
        | "builtins.reversed"
        | "builtins.iter"
        | "builtins.str"
        | "builtins.repr"
        | "builtins.ascii"
        | "builtins.format"
        | "builtins.print"
        | "builtins.isinstance"
        | "builtins.type"
        | "builtins.id"
        | "builtins.callable"
        | "builtins.hasattr"
        | "builtins.bytes"
        | "builtins.bytearray"
        | "builtins.hash"
        | "copy.copy"
        | "copy.deepcopy"
        | "json.dumps"
        | "sys.getsizeof"
        | "sys.getrefcount"
        | "random.choice"
        | "random.sample" => Depends,
        "heapq.heappush" | "bisect.insort" | "bisect.insort_left" | "bisect.insort_right" => {
            Mutates(true)
        }
        "heapq.heappop" | "heapq.heapify" | "random.shuffle" => Mutates(false),
        _ => return None,
    })
}

/// Iterators that hold the collection they go through, if its result is not used up at once.
pub(super) fn is_lazy(path: &str) -> bool {
    matches!(
        path,
        "builtins.enumerate" | "builtins.zip" | "builtins.reversed" | "builtins.iter"
    )
}

/// What a default looks like.
pub(super) struct Shape {
    pub(super) kind: DefaultKind,
    pub(super) is_display: bool,
    pub(super) is_empty: bool,
    pub(super) holds_objects: bool,
}

/// Whether an expression makes a mutable collection of a known type.
pub(super) fn mutable(
    item: &Item,
    id: ExprId,
    names: &Names,
    bindings: &Bindings,
) -> Option<Shape> {
    let display = |kind, parts: &mut dyn Iterator<Item = ExprId>| {
        let mut count = 0;
        let mut constant = true;
        for part in parts {
            count += 1;
            constant &= is_constant(item, part);
        }
        Some(Shape {
            kind,
            is_display: true,
            is_empty: count == 0,
            holds_objects: !constant,
        })
    };
    match item.expr(id) {
        Expr::List { elts } => display(DefaultKind::List, &mut elts.iter().copied()),
        Expr::Set { elts } => display(DefaultKind::Set, &mut elts.iter().copied()),
        Expr::Dict { items } => display(
            DefaultKind::Dict,
            &mut items.iter().map(|(_, value)| *value),
        ),
        Expr::Comp { kind, .. } => {
            let kind = match kind {
                crate::hir::CompKind::List => DefaultKind::List,
                crate::hir::CompKind::Set => DefaultKind::Set,
                crate::hir::CompKind::Dict => DefaultKind::Dict,
                crate::hir::CompKind::Generator => return None,
            };
            Some(Shape {
                kind,
                is_display: true,
                is_empty: false,
                holds_objects: true,
            })
        }
        Expr::Call {
            func,
            args,
            keywords,
        } => {
            let kind = match bindings.path(item, *func, names)?.as_str() {
                "builtins.list" => DefaultKind::List,
                "builtins.dict" => DefaultKind::Dict,
                "builtins.set" => DefaultKind::Set,
                "builtins.bytearray" => DefaultKind::ByteArray,
                "collections.deque" => DefaultKind::Deque,
                "collections.defaultdict" => DefaultKind::DefaultDict,
                "collections.OrderedDict" => DefaultKind::OrderedDict,
                "collections.Counter" => DefaultKind::Counter,
                _ => return None,
            };
            let contents =
                args.len() - usize::from(kind == DefaultKind::DefaultDict && !args.is_empty());
            let is_empty = contents == 0 && keywords.is_empty();
            let constant = args.iter().all(|arg| is_constant(item, *arg))
                && keywords
                    .iter()
                    .all(|keyword| is_constant(item, keyword.value));
            Some(Shape {
                kind,
                is_display: false,
                is_empty,
                holds_objects: !is_empty && !constant,
            })
        }
        _ => None,
    }
}
