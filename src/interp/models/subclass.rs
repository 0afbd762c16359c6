//! Methods of builtin types on instances of their subclasses: the contents answer.

use std::sync::Arc;

use super::super::machine::Machine;
use super::{Answer, Keywords};
use crate::domain::atoms::NONE;
use crate::domain::{B, Kind, ObjId};
use crate::hir::BinOp;

pub(super) fn call(
    m: &mut Machine<'_>,
    owner: ObjId,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    if let Some(answer) = m.named_method(owner, name, args, keywords) {
        return Ok(Some(answer));
    }
    let content = m.content(owner);
    let Some(ty) = crate::domain::join::builtin_type(m.kind(content)) else {
        return Ok(None);
    };
    match name {
        "__init__" => init(m, owner, content, ty, args, keywords),
        name if super::is_item_method(name) => item(m, content, name, args),
        // A set's own methods give instances of the subclass.
        "copy" | "union" | "intersection" | "difference" | "symmetric_difference"
            if matches!(ty, B::Set | B::FrozenSet) =>
        {
            Ok(None)
        }
        "copy" | "fromkeys" if ty != B::List && ty != B::Dict => Ok(None),
        _ => super::call_method(m, content, name, args, keywords),
    }
}

/// `super().__init__(...)`: what the base makes of the arguments.
fn init(
    m: &mut Machine<'_>,
    owner: ObjId,
    content: ObjId,
    ty: B,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    if args.is_empty() && keywords.is_empty() {
        return Ok(Some(NONE));
    }
    let empty = match m.kind(content) {
        Kind::List(list) => !list.open && list.items.is_empty(),
        Kind::Dict(dict) => !dict.open && dict.entries.is_empty(),
        Kind::Set(set) => !set.open && set.items.is_empty(),
        _ => false,
    };
    if !empty || !matches!(ty, B::List | B::Dict | B::Set) {
        return Ok(None);
    }
    let Some(new) = super::construct(m, ty, args, keywords)? else {
        return Ok(None);
    };
    if m.st.heap.get(new).is_none_or(|obj| obj.count.hi != 0) {
        return Ok(None); // not made just now
    }
    m.st.inc(new);
    let mut old = None;
    m.change_quietly(owner, |kind| {
        if let Kind::Instance(instance) = kind {
            old = Arc::make_mut(instance).payload.replace(new);
        }
    });
    if let Some(old) = old {
        m.st.dec(old);
    }
    m.keep_exposed(owner);
    Ok(Some(NONE))
}

/// Special methods that `super()` calls by name.
pub(super) fn item(m: &mut Machine<'_>, content: ObjId, name: &str, args: &[ObjId]) -> Answer {
    match (name, args) {
        ("__getitem__", [index]) => {
            for id in [content, *index] {
                m.push_new(id);
            }
            m.subscript()?;
            let result = m.st.pop_owned();
            m.hand_over(result);
            Ok(Some(result))
        }
        ("__setitem__", [index, value]) => {
            for id in [*value, content, *index] {
                m.push_new(id);
            }
            m.store_subscript()?;
            Ok(Some(NONE))
        }
        ("__delitem__", [index]) => {
            for id in [content, *index] {
                m.push_new(id);
            }
            m.delete_subscript()?;
            Ok(Some(NONE))
        }
        ("__or__" | "__and__" | "__add__" | "__mul__" | "__sub__", [other]) => {
            let op = match name {
                "__or__" => BinOp::BitOr,
                "__and__" => BinOp::BitAnd,
                "__add__" => BinOp::Add,
                "__mul__" => BinOp::Mult,
                _ => BinOp::Sub,
            };
            let other = m.content(*other);
            let same =
                std::mem::discriminant(m.kind(content)) == std::mem::discriminant(m.kind(other));
            if !same || matches!(m.kind(content), Kind::Set(_)) {
                return Ok(None);
            }
            for id in [content, other] {
                m.push_new(id);
            }
            m.binary(op)?;
            let result = m.st.pop_owned();
            m.hand_over(result);
            if result == content || result == other {
                let kind = m.kind_of(result);
                return Ok(Some(m.alloc(kind)));
            }
            Ok(Some(result))
        }
        ("__len__", []) => super::builtins::call(m, "len", &[content], &[]),
        _ => Ok(None),
    }
}
