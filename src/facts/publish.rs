//! From the machine's state to claims: the only place where doubt becomes absence.

use std::sync::Arc;

use super::graph;
use super::{Claims, CopyKind, Path, Step, TextSteps};
use crate::base::Interval;
use crate::domain::{B, Count, Kind, ObjId, TypeOf, type_of};
use crate::interp::{Machine, World};
use crate::layout::{Immortal, Tracked};

/// The contract name of an object's type.
pub fn type_name(m: &Machine<'_>, id: ObjId) -> Option<Arc<str>> {
    match m.kind(id) {
        Kind::Named(..) if id == crate::domain::atoms::SOME_EXCEPTION => None,
        Kind::Named(name, _) => Some(name.clone()),
        Kind::Class(_) | Kind::Type(_) => match m.program_metaclass(id) {
            Some(meta) => name_of(m, TypeOf::Class(meta)),
            None => m.metaclass(id).map(Arc::from),
        },
        Kind::BuiltinFunction(name) if !is_c_function(name) => None,
        kind => name_of(m, type_of(kind)),
    }
}

/// Whether a function of the library is surely one of C's: others may be functions, or objects that can be called.
pub fn is_c_function(name: &str) -> bool {
    matches!(
        name.split('.').next(),
        Some("builtins" | "math" | "sys" | "gc")
    ) && !matches!(
        name,
        "builtins.exit"
            | "builtins.quit"
            | "builtins.copyright"
            | "builtins.credits"
            | "builtins.license"
            | "builtins.help"
    )
}

/// The contract name of a type.
pub fn name_of(m: &Machine<'_>, ty: TypeOf) -> Option<Arc<str>> {
    match ty {
        TypeOf::Builtin(B::StrIterator | B::StrAsciiIterator | B::EnumAuto) => None,
        TypeOf::Builtin(ty) => {
            // Some types of the library moved between versions.
            let measured = ty.row().and_then(|row| m.layout().fixed_type(row));
            Some(Arc::from(measured.unwrap_or(ty.name())))
        }
        TypeOf::Class(class) => match m.kind(class) {
            Kind::Class(class) => Some(class.qualname.clone()),
            Kind::Type(ty) => Some(Arc::from(ty.name())),
            _ => None,
        },
        TypeOf::Unknown => None,
    }
}

/// Whether the contract calls the object mutable.
pub fn is_mutable(m: &Machine<'_>, id: ObjId) -> bool {
    match m.kind(id) {
        Kind::List(_) | Kind::Dict(_) | Kind::ByteArray(_) | Kind::Deque(_) => true,
        Kind::Set(set) => !set.frozen,
        Kind::Instance(instance) if m.is_enumeration(instance.class) => false,
        Kind::Instance(instance) => {
            m.shape_of(instance.class)
                .is_some_and(|shape| match shape.base {
                    None => true,
                    Some(base) => base.is_mutable() || base.is_exception(),
                })
        }
        Kind::Exception(exception) => matches!(m.kind(exception.class), Kind::Class(_)),
        _ => false,
    }
}

/// Whether the object is a value whose identity is an accident worth telling: a number, text, a tuple.
pub fn is_value(m: &Machine<'_>, id: ObjId) -> bool {
    matches!(
        m.kind(id),
        Kind::Int(_)
            | Kind::BigInt(_)
            | Kind::Float(_)
            | Kind::Complex(..)
            | Kind::Str(_)
            | Kind::Bytes(_)
            | Kind::Tuple(_)
            | Kind::Set(_)
    ) && !is_mutable(m, id)
}

/// Whether two objects are so alike that one may wonder whether they are the same.
pub fn is_alike(m: &Machine<'_>, a: ObjId, b: ObjId) -> bool {
    let ty = type_of(m.kind(a));
    ty != TypeOf::Unknown
        && ty == type_of(m.kind(b))
        && (is_mutable(m, a) || is_value(m, a))
        && !m.obj(a).uncertain
        && !m.obj(b).uncertain
}

/// What can be said of one object by itself.
pub fn claims(m: &Machine<'_>, id: ObjId, counts: bool) -> Claims {
    let obj = m.obj(id);
    let mut out = Claims {
        ty: type_name(m, id),
        ..Claims::default()
    };
    if counts {
        out.size = m.size_of(id).filter(|size| size.hi.is_some());
        out.refs = references(m, id);
        out.deep = graph::deep_size(m, id);
    }
    out.immortal = immortal(m, id);
    out.interned = interned(m, id);
    out.tracked = tracked(m, id);
    if !obj.uncertain {
        out.cycle = graph::is_in_cycle(m, id);
    }
    out
}

fn references(m: &Machine<'_>, id: ObjId) -> Option<Interval> {
    let obj = m.obj(id);
    if id.is_atom() || obj.uncertain || obj.count.hi == Count::OPEN {
        return None;
    }
    if immortal(m, id) == Some(true) || immortal(m, id).is_none() && m.layout().has_immortals() {
        return None;
    }
    Some(Interval::between(
        u64::from(obj.count.lo),
        u64::from(obj.count.hi),
    ))
}

fn immortal(m: &Machine<'_>, id: ObjId) -> Option<bool> {
    let layout = m.layout();
    if !layout.has_immortals() {
        return None;
    }
    let from_pyc = |what| {
        let answer = layout.is_immortal(what, false).known();
        // A module may come from a cache or not.
        match m.p.world {
            World::Script => answer,
            World::Module => answer.filter(|_| layout.is_immortal(what, true).known() == answer),
        }
    };
    let obj = m.obj(id);
    match &obj.kind {
        Kind::None | Kind::Bool(_) | Kind::Ellipsis | Kind::NotImplemented => Some(true),
        Kind::Int(value) => from_pyc(Immortal::Int(*value)),
        Kind::BigInt(_) => Some(false),
        Kind::Str(text) if text.is_empty() => Some(true),
        Kind::Str(text) if text.chars().count() == 1 && text.chars().all(|c| (c as u32) < 256) => {
            // Others are cached in some versions, and new in others.
            from_pyc(Immortal::OneCharacter).filter(|_| id.is_atom())
        }
        Kind::Str(_) if id.is_atom() => from_pyc(Immortal::Interned),
        Kind::Str(_) => from_pyc(Immortal::Other).filter(|_| !obj.uncertain),
        Kind::Bytes(content) if content.len() < 2 => Some(true),
        Kind::Bytes(_) => Some(false),
        Kind::Tuple(items) => Some(items.is_empty()),
        Kind::Float(_) | Kind::Complex(..) => Some(false),
        Kind::List(_)
        | Kind::Dict(_)
        | Kind::Set(_)
        | Kind::Deque(_)
        | Kind::ByteArray(_)
        | Kind::Instance(_)
        | Kind::Function(_)
        | Kind::Method(..)
        | Kind::Iter(_)
        | Kind::Gen(_)
        | Kind::Exception(_)
        | Kind::Range(_)
        | Kind::Slice(_)
        | Kind::View(..)
        | Kind::Cell(_)
        | Kind::Class(_)
        | Kind::BuiltinMethod(..)
        | Kind::Property(_)
        | Kind::StaticMethod(_)
        | Kind::ClassMethod(_)
        | Kind::Library(_)
        | Kind::Super(..) => Some(false),
        Kind::Opaque(ty, _) => match ty {
            B::Bool | B::NoneType => Some(true),
            B::Float | B::List | B::Dict | B::Set | B::Generator | B::Coroutine | B::Range => {
                Some(false)
            }
            B::EnumAuto => None,
            // Made just now, and no cached object: it is nobody else's yet.
            _ if !obj.uncertain && !obj.escaped && !id.is_atom() => Some(false),
            _ => None,
        },
        Kind::Unknown
        | Kind::Named(..)
        | Kind::BuiltinFunction(_)
        | Kind::Type(_)
        | Kind::Module(_) => None,
    }
}

fn interned(m: &Machine<'_>, id: ObjId) -> Option<bool> {
    let obj = m.obj(id);
    match &obj.kind {
        Kind::Str(_) if id.is_atom() => Some(true),
        Kind::Str(_) if obj.uncertain => None,
        Kind::Str(text) => (text.chars().count() > 1).then_some(false),
        Kind::Int(value) => Some(m.layout().is_small_int(*value)),
        Kind::BigInt(_) => Some(false),
        _ => None,
    }
}

fn tracked(m: &Machine<'_>, id: ObjId) -> Option<bool> {
    let layout = m.layout();
    let obj = m.obj(id);
    match &obj.kind {
        Kind::Tuple(items) if items.is_empty() => Some(false),
        Kind::Tuple(items) => {
            let holds_container = items.iter().any(|item| match m.kind(*item) {
                Kind::Tuple(_)
                | Kind::Unknown
                | Kind::Named(..)
                | Kind::Opaque(..)
                | Kind::Type(_) => false,
                Kind::Dict(dict) => dict.tracked == Some(true),
                Kind::Set(set) => !set.frozen,
                kind => !kind_is_atom(kind),
            });
            if holds_container {
                return layout.is_tracked(Tracked::TupleOfContainers);
            }
            None
        }
        Kind::Dict(dict) => dict.tracked,
        Kind::Set(set) => set.tracked,
        Kind::Unknown | Kind::Named(..) | Kind::Type(_) | Kind::Exception(_) => None,
        Kind::Opaque(ty, _) => match ty {
            ty if ty.is_atom() => Some(false),
            B::List | B::Set | B::Generator | B::Coroutine => Some(true),
            _ => None,
        },
        Kind::Library(_) => None,
        Kind::BuiltinFunction(name) if !is_c_function(name) => None,
        Kind::Instance(instance) => m
            .shape_of(instance.class)
            .is_some_and(|shape| shape.base.is_none() || shape.has_dict)
            .then_some(true),
        Kind::Deque(_) | Kind::Module(_) => Some(true),
        kind if kind_is_atom(kind) => Some(false),
        _ => Some(true),
    }
}

fn kind_is_atom(kind: &Kind) -> bool {
    crate::domain::join::builtin_type(kind).is_some_and(B::is_atom)
        || matches!(kind, Kind::Range(_))
}

/// The object that a step leads to, where that runs no code of the program.
pub fn follow(m: &Machine<'_>, from: ObjId, step: &Step) -> Option<ObjId> {
    match (m.kind(from), step) {
        (Kind::Instance(instance), Step::Attr(name)) => {
            if !m.reads_plainly(instance.class, *name) {
                return None;
            }
            m.own_attribute(instance, *name)
        }
        (Kind::Instance(instance), Step::Int(_) | Step::Str(_)) => {
            if !m.subscripts_plainly(instance.class) {
                return None;
            }
            follow(m, instance.payload?, step)
        }
        (Kind::List(list), Step::Int(at)) if !list.open => item(&list.items, *at),
        (Kind::Tuple(items), Step::Int(at)) => item(items, *at),
        (Kind::Deque(Some(items)), Step::Int(at)) => item(items, *at),
        (Kind::Dict(dict), Step::Int(at)) if !dict.open => {
            entry(dict, &crate::domain::Key::Int((*at).into()))
        }
        (Kind::Dict(dict), Step::Str(key)) if !dict.open => {
            entry(dict, &crate::domain::Key::Str(key.clone()))
        }
        _ => None,
    }
}

/// What a dict has under a key, where finding it runs no code of the program.
fn entry(dict: &crate::domain::DictObj, key: &crate::domain::Key) -> Option<ObjId> {
    let value = dict.entries.get(key).map(|(_, value)| *value)?;
    crate::interp::finds_plainly(dict, key).then_some(value)
}

fn item(items: &[ObjId], at: i64) -> Option<ObjId> {
    let at = if at < 0 { at + items.len() as i64 } else { at };
    items.get(usize::try_from(at).ok()?).copied()
}

/// The steps from an object that the text has.
pub fn steps(m: &Machine<'_>, from: ObjId, text: &TextSteps) -> Vec<(Step, ObjId)> {
    let mut out: Vec<(Step, ObjId)> = Vec::new();
    let mut add = |step: Step| {
        if let Some(to) = follow(m, from, &step) {
            out.push((step, to));
        }
    };
    match m.kind(from) {
        Kind::Instance(instance) => {
            for (name, _) in m.own_attributes(instance) {
                if text.attrs.contains(&name) {
                    add(Step::Attr(name));
                }
            }
            if instance.payload.is_some() {
                let mut ints: Vec<i64> = text.ints.iter().copied().collect();
                ints.sort_unstable();
                ints.into_iter().for_each(|at| add(Step::Int(at)));
            }
        }
        Kind::List(_) | Kind::Tuple(_) | Kind::Deque(_) => {
            let mut ints: Vec<i64> = text.ints.iter().copied().collect();
            ints.sort_unstable();
            ints.into_iter().for_each(|at| add(Step::Int(at)));
        }
        Kind::Dict(dict) => {
            for key in dict.entries.keys() {
                match key {
                    crate::domain::Key::Str(key) if text.strs.contains(key) => {
                        add(Step::Str(key.clone()))
                    }
                    crate::domain::Key::Int(at) => {
                        if let Ok(at) = i64::try_from(at)
                            && text.ints.contains(&at)
                        {
                            add(Step::Int(at));
                        }
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
    out
}

/// Whether `x` is a shallow copy of `of` as the contract has it.
pub fn is_shallow_copy(m: &Machine<'_>, x: ObjId, of: ObjId) -> bool {
    if m.is_same(x, of) || m.obj(x).uncertain || m.obj(of).uncertain {
        return false;
    }
    let (p, q) = (m.kind(x), m.kind(of));
    match (p, q) {
        (Kind::Dict(a), Kind::Dict(b)) => {
            !a.open
                && !b.open
                && !a.entries.is_empty()
                && a.entries.len() == b.entries.len()
                && a.entries.iter().all(|(key, (_, value))| {
                    b.entries
                        .get(key)
                        .is_some_and(|(_, other)| same_item(m, *value, *other))
                })
        }
        (Kind::Instance(a), Kind::Instance(b)) => {
            a.class == b.class
                && !a.open
                && !b.open
                && a.dict.is_none()
                && b.dict.is_none()
                && !a.attrs.is_empty()
                && a.attrs.len() == b.attrs.len()
                && a.attrs.iter().all(|(name, value)| {
                    b.attrs
                        .get(name)
                        .is_some_and(|other| same_item(m, *value, *other))
                })
        }
        _ => match (sequence(p), sequence(q)) {
            (Some(a), Some(b)) => {
                !a.is_empty()
                    && a.iter().all(|x| b.iter().any(|y| same_item(m, *x, *y)))
                    && b.iter().all(|x| a.iter().any(|y| same_item(m, *x, *y)))
                    && std::mem::discriminant(p) == std::mem::discriminant(q)
            }
            _ => false,
        },
    }
}

fn sequence(kind: &Kind) -> Option<Vec<ObjId>> {
    match kind {
        Kind::List(list) if !list.open && list.items.len() < 64 => Some(list.items.clone()),
        Kind::Tuple(items) if items.len() < 64 => Some(items.to_vec()),
        Kind::Set(set) if !set.open && set.items.len() < 64 => {
            Some(set.items.values().copied().collect())
        }
        Kind::Deque(Some(items)) if items.len() < 64 => Some(items.to_vec()),
        _ => None,
    }
}

fn same_item(m: &Machine<'_>, a: ObjId, b: ObjId) -> bool {
    if m.is_same(a, b) {
        return true;
    }
    match (m.kind(a), m.kind(b)) {
        (Kind::Int(p), Kind::Int(q)) => p == q,
        (Kind::BigInt(p), Kind::BigInt(q)) => p == q,
        (Kind::Float(p), Kind::Float(q)) => p == q && !f64::from_bits(*p).is_nan(),
        (Kind::Str(p), Kind::Str(q)) => p == q,
        (Kind::Bytes(p), Kind::Bytes(q)) => p == q,
        _ => false,
    }
}

/// Whether the two share no mutable object at any depth; `None` where that is not known.
pub fn share_nothing(m: &Machine<'_>, a: ObjId, b: ObjId) -> Option<bool> {
    let reach = |first: ObjId| -> Option<Vec<ObjId>> {
        let mut seen = Vec::new();
        let mut todo = vec![first];
        while let Some(id) = todo.pop() {
            if seen.contains(&id) {
                continue;
            }
            if m.obj(id).uncertain && !matches!(m.kind(id), Kind::Opaque(ty, _) if ty.is_atom())
                || seen.len() > 400
            {
                return None;
            }
            seen.push(id);
            todo.extend(graph::parts(m.kind(id))?);
        }
        Some(seen)
    };
    let (a, b) = (reach(a)?, reach(b)?);
    Some(!a.iter().any(|id| b.contains(id) && is_mutable(m, *id)))
}

/// The kind of copy, and what is shared, between two paths' objects.
pub fn copy_of(
    m: &Machine<'_>,
    x: ObjId,
    of: &Path,
    of_id: ObjId,
    deep: bool,
) -> Option<(CopyKind, Path)> {
    if deep
        && type_name(m, x) == type_name(m, of_id)
        && m.is_other(x, of_id)
        && share_nothing(m, x, of_id) == Some(true)
    {
        return Some((CopyKind::Deep, of.clone()));
    }
    is_shallow_copy(m, x, of_id).then(|| (CopyKind::Shallow, of.clone()))
}
