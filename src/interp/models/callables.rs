//! Objects of the library that are made to be called: `functools`, `operator`'s getters, decorators.
//!
//! Each is a [`LibraryObj`] that holds what the real one holds, so that references are counted where they are.

use std::sync::Arc;

use super::super::machine::{Machine, R};
use super::{Answer, Keywords, text_of};
use crate::base::Name;
use crate::domain::atoms::{NONE, TRUE, UNKNOWN};
use crate::domain::{B, Key, Kind, LibraryObj, ObjId};
use crate::hir::BinOp;
use crate::layout::DictTable;

/// What `lru_cache` keeps if nothing is said.
const LRU_SIZE: usize = 128;
/// More references than C code takes on an argument that it passes on.
const MOST_HELD: u32 = 6;

/// Functions of `functools`, `abc`, `contextlib` and `typing` that have a model.
pub(super) fn call(
    m: &mut Machine<'_>,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    match (name, args) {
        ("functools.wraps", [of]) if keywords.is_empty() => {
            Ok(Some(m.library(B::Partial, "wraps", vec![*of])))
        }
        ("functools.update_wrapper", [wrapper, of]) if keywords.is_empty() => {
            Ok(Some(wraps(m, *wrapper, *of)))
        }
        ("functools.lru_cache", [of]) if keywords.is_empty() && is_function(m, *of) => {
            Ok(Some(cached(m, *of, NONE)))
        }
        ("functools.lru_cache", [] | [_]) => {
            let mut size = args.first().copied();
            for (name, value) in keywords {
                match m.names.text(*name) {
                    "maxsize" => size = Some(*value),
                    _ => return Ok(None),
                }
            }
            let size = match size {
                None => m.int64(LRU_SIZE as i64),
                Some(size) => size,
            };
            Ok(Some(m.library(B::Function, "lru_cache()", vec![size])))
        }
        ("functools.cache", [of]) if is_function(m, *of) => {
            let unbounded = m.uncertain(Kind::Int(i64::MAX));
            Ok(Some(cached(m, *of, unbounded)))
        }
        ("functools.reduce", [function, items] | [function, items, _]) => {
            let Some(known) = m.known_items(*items)? else {
                return Ok(None);
            };
            reduce(m, *function, known, args.get(2).copied())
        }
        ("functools.total_ordering", [class]) => {
            let Kind::Class(_) = m.kind(*class) else {
                return Ok(None);
            };
            for name in ["__lt__", "__le__", "__gt__", "__ge__"] {
                let name = m.names.intern(name);
                let missing = matches!(
                    m.class_attribute(*class, name),
                    super::super::attribute::Found::Builtin(_)
                        | super::super::attribute::Found::Nothing
                );
                if missing {
                    m.set_class_attribute(*class, name, UNKNOWN);
                }
            }
            Ok(Some(*class))
        }
        ("abc.abstractmethod", [of]) => {
            if let Kind::Function(_) = m.kind(*of) {
                let name = m.names.intern("__isabstractmethod__");
                m.change_quietly(*of, |kind| {
                    if let Kind::Function(function) = kind {
                        Arc::make_mut(function).attrs.insert(name, TRUE);
                    }
                });
            }
            Ok(Some(*of))
        }
        ("dataclasses.dataclass", [class]) if keywords.is_empty() => {
            let Some(options) = m.data_options(&[]) else {
                return Ok(None);
            };
            Ok(m.make_dataclass(*class, options))
        }
        ("dataclasses.dataclass", []) => {
            let mut held = Vec::new();
            for (name, value) in keywords {
                let name = m.names.shared(*name);
                held.push(m.atoms.str(&name));
                held.push(*value);
            }
            Ok(Some(m.library(B::Function, "dataclass()", held)))
        }
        ("dataclasses.field", []) => {
            let mut held = Vec::new();
            for (name, value) in keywords {
                let name = m.names.shared(*name);
                held.push(m.atoms.str(&name));
                held.push(*value);
            }
            Ok(Some(m.library(B::DataField, "field", held)))
        }
        ("dataclasses.replace", [of]) => m.data_replace(*of, keywords),
        ("copy.replace", [of]) => m.data_replace(*of, keywords),
        ("dataclasses.fields", [of]) if keywords.is_empty() => Ok(m.data_fields(*of)),
        ("dataclasses.asdict" | "dataclasses.astuple", _) => {
            let name = name.rsplit('.').next().unwrap_or(name);
            m.dataclass_function(name, args, keywords)
        }
        ("collections.namedtuple", _) => Ok(m.namedtuple(args, keywords)),
        ("weakref.ref", [of]) if keywords.is_empty() => weak_reference(m, *of),
        ("contextlib.contextmanager", [of]) if matches!(m.kind(*of), Kind::Function(_)) => Ok(
            Some(m.library(B::Function, "contextmanager", vec![*of, *of])),
        ),
        (_, [a]) if name.starts_with("operator.") && keywords.is_empty() => unary(m, name, *a),
        (_, [a, b]) if name.starts_with("operator.") && keywords.is_empty() => {
            binary(m, name, *a, *b)
        }
        _ => Ok(None),
    }
}

fn is_function(m: &Machine<'_>, id: ObjId) -> bool {
    matches!(
        m.kind(id),
        Kind::Function(_) | Kind::BuiltinFunction(_) | Kind::Method(..) | Kind::Library(_)
    )
}

/// Calls of the types that make such objects.
pub(super) fn construct(
    m: &mut Machine<'_>,
    ty: B,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    match (ty, args) {
        (B::Partial, [function, rest @ ..]) => {
            let positional = m.tuple(rest.to_vec());
            let dict = m.new_dict(B::Dict, Some(DictTable::EMPTY));
            m.st.inc(dict);
            for (name, value) in keywords {
                let text = m.names.shared(*name);
                let key = m.atoms.str(&text);
                m.dict_put(dict, Key::Str(text), key, *value);
            }
            let partial = m.library(B::Partial, "partial", vec![*function, positional, dict]);
            m.st.dec(dict);
            Ok(Some(partial))
        }
        (B::ItemGetter, [_, ..]) if keywords.is_empty() => {
            Ok(Some(m.library(B::ItemGetter, "itemgetter", args.to_vec())))
        }
        (B::AttrGetter, [_, ..]) if keywords.is_empty() => {
            Ok(Some(m.library(B::AttrGetter, "attrgetter", args.to_vec())))
        }
        (B::MethodCaller, [_, ..]) if keywords.is_empty() => Ok(Some(m.library(
            B::MethodCaller,
            "methodcaller",
            args.to_vec(),
        ))),
        _ => Ok(None),
    }
}

/// Calls such an object.
pub(in crate::interp) fn call_object(
    m: &mut Machine<'_>,
    id: ObjId,
    library: &LibraryObj,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    let held = &library.held;
    match (library.role, args) {
        ("wraps", [wrapper]) => Ok(Some(wraps(m, *wrapper, held[0]))),
        ("lru_cache()", [of]) if is_function(m, *of) => Ok(Some(cached(m, *of, held[0]))),
        ("dataclass()", [class]) => {
            let mut options = Vec::new();
            for pair in held.chunks(2) {
                if let [name, value] = pair
                    && let Some(text) = text_of(m, *name)
                {
                    options.push((m.names.intern(&text), *value));
                }
            }
            let Some(options) = m.data_options(&options) else {
                return Ok(None);
            };
            Ok(m.make_dataclass(*class, options))
        }
        ("lru", _) => call_cached(m, id, held, args, keywords),
        ("partial", _) => {
            let Kind::Tuple(first) = m.kind_of(held[1]) else {
                return Ok(None);
            };
            let Kind::Dict(named) = m.kind_of(held[2]) else {
                return Ok(None);
            };
            if named.open {
                return Ok(None);
            }
            let all: Vec<ObjId> = first.iter().chain(args).copied().collect();
            let mut names: Vec<(Name, ObjId)> = Vec::new();
            for (key, (_, value)) in &named.entries {
                let Key::Str(text) = key else {
                    return Ok(None);
                };
                let name = m.names.intern(text);
                if !keywords.iter().any(|(other, _)| *other == name) {
                    names.push((name, *value));
                }
            }
            names.extend(keywords.iter().copied());
            m.call_from_c(held[0], &all, &names).map(Some)
        }
        ("contextmanager", _) => {
            let generator = m.call_from_c(held[0], args, keywords)?;
            // Until it is entered, it also keeps what it was made with.
            let passed = m.tuple(args.to_vec());
            let kept = [generator, held[0], passed].into_iter();
            let kept = kept.chain(keywords.iter().map(|(_, value)| *value));
            Ok(Some(m.library(
                B::ContextDecoratorHelper,
                "context",
                kept.collect(),
            )))
        }
        ("weakref", []) => {
            let Some(to) = library.weak else {
                return Ok(Some(UNKNOWN));
            };
            match m.st.heap.get(to).map(|obj| obj.count) {
                None => Ok(Some(NONE)),
                Some(count) if count.lo > 0 => Ok(Some(to)),
                Some(_) => {
                    m.st.escape(to);
                    Ok(Some(UNKNOWN))
                }
            }
        }
        ("itemgetter", [of]) => {
            let mut parts = Vec::new();
            for index in held {
                for id in [*of, *index] {
                    m.st.inc(id);
                    m.st.push(id);
                }
                m.subscript()?;
                parts.push(m.st.pop_owned());
            }
            Ok(Some(one_or_tuple(m, parts)))
        }
        ("attrgetter", [of]) => {
            let mut parts = Vec::new();
            for path in held {
                let Some(path) = text_of(m, *path) else {
                    return Ok(None);
                };
                m.st.inc(*of);
                m.st.push(*of);
                for attr in path.split('.') {
                    let attr = m.names.intern(attr);
                    m.load_attribute(attr)?;
                }
                parts.push(m.st.pop_owned());
            }
            Ok(Some(one_or_tuple(m, parts)))
        }
        ("methodcaller", [of]) => {
            let Some(name) = text_of(m, held[0]) else {
                return Ok(None);
            };
            let name = m.names.intern(&name);
            m.st.inc(*of);
            m.st.push(*of);
            m.load_attribute(name)?;
            let method = m.st.pop_owned();
            let result = m.call_from_c(method, &held[1..], &[])?;
            m.hand_over(method);
            Ok(Some(result))
        }
        _ => Ok(None),
    }
}

/// `weakref.ref(x)`: the one that there is already, or a new one. Nothing is held by it.
fn weak_reference(m: &mut Machine<'_>, of: ObjId) -> Answer {
    let takes_them = match m.kind(of) {
        Kind::Instance(instance) => m
            .shape_of(instance.class)
            .is_some_and(|shape| shape.has_weakref && shape.base.is_none()),
        Kind::Function(_) | Kind::Class(_) | Kind::Set(_) => true,
        _ => false,
    };
    if !takes_them || m.obj(of).uncertain || of.is_atom() {
        return Ok(None);
    }
    let known = m.st.heap.iter().find(|(_, obj)| {
        matches!(&obj.kind, Kind::Library(library) if library.role == "weakref" && library.weak == Some(of))
    });
    if let Some((id, _)) = known {
        return Ok(Some(id));
    }
    if m.obj(of).escaped {
        return Ok(Some(m.some(B::WeakRef))); // others may have made one
    }
    Ok(Some(m.alloc(Kind::Library(Arc::new(LibraryObj {
        ty: B::WeakRef,
        role: "weakref",
        held: Vec::new(),
        weak: Some(of),
    })))))
}

/// One part as it is, several as a tuple; the parts' own references are given up.
fn one_or_tuple(m: &mut Machine<'_>, parts: Vec<ObjId>) -> ObjId {
    if let [only] = parts[..] {
        m.hand_over(only);
        return only;
    }
    m.alloc_stealing(Kind::Tuple(Arc::new(parts)))
}

/// `functools.update_wrapper`: the wrapper holds what it wraps, and has its attributes.
fn wraps(m: &mut Machine<'_>, wrapper: ObjId, of: ObjId) -> ObjId {
    let Kind::Function(_) = m.kind(wrapper) else {
        m.st.escape(wrapper);
        m.st.escape(of);
        return wrapper;
    };
    let mut attrs: Vec<(Name, ObjId)> = match m.kind(of) {
        Kind::Function(function) => function.attrs.iter().map(|(k, v)| (*k, *v)).collect(),
        Kind::Library(_) | Kind::BuiltinFunction(_) => Vec::new(),
        _ => {
            m.st.escape(of);
            Vec::new()
        }
    };
    let wrapped = m.names.intern("__wrapped__");
    attrs.retain(|(name, _)| *name != wrapped);
    attrs.push((wrapped, of));
    for (name, value) in attrs {
        m.st.inc(value);
        let mut old = None;
        m.change_quietly(wrapper, |kind| {
            if let Kind::Function(function) = kind {
                old = Arc::make_mut(function).attrs.insert(name, value);
            }
        });
        if let Some(old) = old {
            m.st.dec(old);
        }
    }
    wrapper
}

/// The function with a cache: held are the function, the cache, and how many results it keeps.
fn cached(m: &mut Machine<'_>, function: ObjId, size: ObjId) -> ObjId {
    let size = if size == NONE {
        m.uncertain(Kind::Int(i64::MAX))
    } else {
        size
    };
    let cache = m.new_dict(B::Dict, Some(DictTable::EMPTY));
    m.st.inc(cache);
    let made = m.library(B::LruCacheWrapper, "lru", vec![function, cache, size]);
    m.st.dec(cache);
    made
}

fn call_cached(
    m: &mut Machine<'_>,
    id: ObjId,
    held: &[ObjId],
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    let (function, cache) = (held[0], held[1]);
    let most = match m.kind(held[2]) {
        Kind::Int(most) => *most as usize,
        _ => 0,
    };
    let Kind::Dict(known) = m.kind_of(cache) else {
        return Ok(None);
    };
    let mut keys = Vec::new();
    for arg in args {
        keys.push(m.key_of(*arg)?);
    }
    let keys: Option<Vec<Key>> = keys.into_iter().collect();
    let (Some(keys), false, true) = (keys, known.open, keywords.is_empty()) else {
        m.st.escape(cache);
        m.mutated_unknown(cache);
        return Ok(None);
    };
    // A single int or str is its own key (`lru_cache_make_key`).
    let single = matches!(args, [only] if matches!(m.kind(*only), Kind::Int(_) | Kind::BigInt(_) | Kind::Str(_)));
    let key = if single {
        keys[0].clone()
    } else {
        Key::Tuple(keys)
    };
    if let Some((_, result)) = known.entries.get(&key) {
        return Ok(Some(*result));
    }
    let result = m.call_from_c(function, args, &[])?;
    let full = match m.kind(cache) {
        Kind::Dict(now) => now.open || now.entries.len() >= most,
        _ => true,
    };
    if full {
        // Which result goes is not followed.
        m.st.escape(result);
        for arg in args {
            m.st.escape(*arg);
        }
        m.mutated_unknown(cache);
        return Ok(Some(result));
    }
    let key_object = if single {
        args[0]
    } else {
        m.tuple(args.to_vec())
    };
    m.dict_put(cache, key, key_object, result);
    m.keep_exposed(id);
    Ok(Some(result))
}

fn reduce(m: &mut Machine<'_>, function: ObjId, items: Vec<ObjId>, first: Option<ObjId>) -> Answer {
    let mut rest = items.iter().copied();
    let Some(first) = first.or_else(|| rest.next()) else {
        return Err(m.raise(B::TypeError));
    };
    let rest: Vec<ObjId> = rest.collect();
    items.iter().for_each(|item| m.st.push(*item));
    m.push_new(first);
    for item in rest {
        let total = m.st.peek(0);
        let next = m.call_from_c(function, &[total, item], &[])?;
        m.replace(1, next);
    }
    let total = m.st.pop_owned();
    m.hand_over(total);
    let items = m.take(items.len());
    m.drop_items(items);
    Ok(Some(total))
}

fn unary(m: &mut Machine<'_>, name: &str, a: ObjId) -> Answer {
    match name {
        "operator.truth" | "operator.not_" => {
            let value = m.truth(a)?;
            Ok(Some(m.bool(
                value.map(|value| value == (name == "operator.truth")),
            )))
        }
        _ => Ok(None),
    }
}

fn binary(m: &mut Machine<'_>, name: &str, a: ObjId, b: ObjId) -> Answer {
    let op = match &name["operator.".len()..] {
        "add" | "concat" => BinOp::Add,
        "sub" => BinOp::Sub,
        "mul" => BinOp::Mult,
        "truediv" => BinOp::Div,
        "floordiv" => BinOp::FloorDiv,
        "mod" => BinOp::Mod,
        "pow" => BinOp::Pow,
        "and_" => BinOp::BitAnd,
        "or_" => BinOp::BitOr,
        "xor" => BinOp::BitXor,
        "lshift" => BinOp::LShift,
        "rshift" => BinOp::RShift,
        "getitem" => {
            for id in [a, b] {
                m.st.inc(id);
                m.st.push(id);
            }
            m.subscript()?;
            let result = m.st.pop_owned();
            m.hand_over(result);
            return Ok(Some(result));
        }
        "lt" | "le" | "gt" | "ge" => {
            return Ok(m.order(a, b).map(|order| {
                let answer = match &name["operator.".len()..] {
                    "lt" => order.is_lt(),
                    "le" => order.is_le(),
                    "gt" => order.is_gt(),
                    _ => order.is_ge(),
                };
                m.atoms.bool(answer)
            }));
        }
        "eq" | "ne" => {
            return Ok(m
                .equal(a, b)
                .map(|equal| m.atoms.bool(equal == (name == "operator.eq"))));
        }
        _ => return Ok(None),
    };
    for id in [a, b] {
        m.st.inc(id);
        m.st.push(id);
    }
    m.binary(op)?;
    let result = m.st.pop_owned();
    m.hand_over(result);
    Ok(Some(result))
}

impl Machine<'_> {
    /// A new object of a library that holds these.
    pub(in crate::interp) fn library(
        &mut self,
        ty: B,
        role: &'static str,
        held: Vec<ObjId>,
    ) -> ObjId {
        self.alloc(Kind::Library(Arc::new(LibraryObj {
            ty,
            role,
            held,
            weak: None,
        })))
    }

    /// Calls `function` as C code does, which may hold some further references to the arguments meanwhile. The result
    /// comes as a model's answer: alive, without a reference of its own.
    pub(in crate::interp) fn call_from_c(
        &mut self,
        function: ObjId,
        args: &[ObjId],
        keywords: Keywords<'_>,
    ) -> R<ObjId> {
        self.st.inc(function);
        self.st.push(function);
        for id in args.iter().chain(keywords.iter().map(|(_, value)| value)) {
            self.st.add(*id, 0, MOST_HELD);
            self.st.inc(*id);
            self.st.push(*id);
        }
        self.call_held(args.len(), keywords)?;
        let result = self.st.pop_owned();
        for id in args.iter().chain(keywords.iter().map(|(_, value)| value)) {
            self.st.sub(*id, 0, MOST_HELD);
        }
        self.hand_over(result);
        Ok(result)
    }

    /// Binds a name in a class.
    pub(in crate::interp) fn set_class_attribute(
        &mut self,
        class: ObjId,
        name: Name,
        value: ObjId,
    ) {
        self.st.inc(value);
        let mut old = None;
        self.change_quietly(class, |kind| {
            if let Kind::Class(class) = kind {
                old = Arc::make_mut(class).attrs.insert(name, value);
            }
        });
        if let Some(old) = old {
            self.st.dec(old);
        }
    }
}
