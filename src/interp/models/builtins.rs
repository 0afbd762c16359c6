//! Functions of the builtins module (`Python/bltinmodule.c`).

use std::cmp::Ordering;
use std::sync::Arc;

use num_traits::{Signed, ToPrimitive};

use super::super::iterate::{Next, range_len};
use super::super::machine::Machine;
use super::super::value::{as_float, as_int};
use super::{Answer, Keywords, text_of};
use crate::domain::atoms::NONE;
use crate::domain::{B, Kind, ObjId};
use crate::hir::BinOp;
use crate::layout::ListMade;

pub(super) fn call(
    m: &mut Machine<'_>,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    match (name, args) {
        ("print", _) => print(m, args, keywords),
        ("len", [of]) => len(m, *of),
        ("id", [of]) => {
            let _ = of;
            Ok(Some(m.some(B::Int)))
        }
        ("hash", [of]) => {
            if m.has_special(*of, "__hash__") || m.is_opaque(*of) {
                return Ok(None);
            }
            m.key_of(*of)?;
            Ok(Some(m.some(B::Int)))
        }
        ("isinstance", [of, class]) => match m.is_instance(*of, *class) {
            Some(answer) => Ok(Some(m.atoms.bool(answer))),
            None => {
                m.may_raise();
                if matches!(m.kind(*class), Kind::Unknown | Kind::Named(..)) {
                    return Ok(None);
                }
                Ok(Some(m.some(B::Bool)))
            }
        },
        ("issubclass", [class, of]) => Ok(m
            .is_subclass(*class, *of)
            .map(|answer| m.atoms.bool(answer))),
        ("callable", [of]) => {
            let answer = match m.kind(*of) {
                Kind::Function(_)
                | Kind::Class(_)
                | Kind::Type(_)
                | Kind::BuiltinFunction(_)
                | Kind::Method(..) => Some(true),
                Kind::Int(_)
                | Kind::Str(_)
                | Kind::None
                | Kind::List(_)
                | Kind::Dict(_)
                | Kind::Float(_) => Some(false),
                _ => None,
            };
            Ok(Some(m.bool(answer)))
        }
        ("repr" | "ascii", [of]) => {
            let text = m.repr_of(*of)?;
            Ok(Some(match text {
                Some(text) if name == "repr" => m.new_string(&text),
                _ => m.some(B::Str),
            }))
        }
        ("abs", [of]) => match m.kind_of(*of) {
            Kind::Float(bits) => {
                let value = f64::from_bits(bits).abs();
                Ok(Some(m.float(value)))
            }
            kind => match as_int(&kind) {
                Some(value) if value.is_negative() || matches!(kind, Kind::Bool(_)) => {
                    Ok(Some(m.int(&value.abs())))
                }
                Some(_) => Ok(Some(*of)),
                None => Ok(None),
            },
        },
        ("chr", [of]) => match as_int(m.kind(*of))
            .and_then(|value| value.to_u32())
            .and_then(char::from_u32)
        {
            Some(c) => Ok(Some(m.string(&c.to_string()))),
            None => unknown(m, args, B::Str),
        },
        ("ord", [of]) => match text_of(m, *of) {
            Some(text) if text.chars().count() == 1 => {
                let c = text.chars().next().map_or(0, u32::from);
                Ok(Some(m.int64(i64::from(c))))
            }
            Some(_) => Err(m.raise(B::TypeError)),
            None => unknown(m, args, B::Int),
        },
        ("bin" | "oct" | "hex", [of]) => match as_int(m.kind(*of)) {
            Some(value) => {
                let digits = match name {
                    "bin" => format!("0b{}", value.abs().to_str_radix(2)),
                    "oct" => format!("0o{}", value.abs().to_str_radix(8)),
                    _ => format!("0x{}", value.abs().to_str_radix(16)),
                };
                let text = if value.is_negative() {
                    format!("-{digits}")
                } else {
                    digits
                };
                Ok(Some(m.string(&text)))
            }
            None => Ok(None),
        },
        ("divmod", [a, b]) => {
            let mut parts = Vec::new();
            for op in [BinOp::FloorDiv, BinOp::Mod] {
                for id in [*a, *b] {
                    m.st.inc(id);
                    m.st.push(id);
                }
                if as_float(m.kind(*a)).is_none() || as_float(m.kind(*b)).is_none() {
                    m.consume(2);
                    return Ok(None);
                }
                m.binary(op)?;
                parts.push(m.st.pop_owned());
            }
            Ok(Some(m.alloc_stealing(Kind::Tuple(Arc::new(parts)))))
        }
        ("pow", [a, b]) => {
            for id in [*a, *b] {
                m.st.inc(id);
                m.st.push(id);
            }
            m.binary(BinOp::Pow)?;
            let result = m.st.pop_owned();
            m.hand_over(result);
            Ok(Some(result))
        }
        ("round", [of]) => match m.kind_of(*of) {
            Kind::Float(bits) => {
                let value = f64::from_bits(bits);
                match num_bigint::BigInt::from_f64_rounded(value) {
                    Some(_) if !m.layout().round_gives_cached_ints() => Ok(Some(m.some(B::Int))),
                    Some(value) => Ok(Some(m.int(&value))),
                    None => unknown(m, args, B::Int),
                }
            }
            kind if as_int(&kind).is_some() => Ok(Some(*of)),
            _ => Ok(None),
        },
        ("round", [of, _]) => match m.kind(*of) {
            Kind::Float(_) => Ok(Some(m.fresh(B::Float))),
            Kind::Int(_) => unknown(m, args, B::Int),
            Kind::Opaque(B::Float, _) => Ok(Some(m.some(B::Float))),
            _ => Ok(None),
        },
        ("min" | "max", [_]) => {
            let Some(items) = m.known_items(args[0])? else {
                return unknown_items(m, args, keywords);
            };
            let answer = extreme(m, name == "max", &items, keywords);
            m.drop_items(items);
            answer
        }
        ("min" | "max", [_, _, ..]) => extreme(m, name == "max", args, keywords),
        ("sum", [of]) => sum(m, *of, None),
        ("sum", [of, start]) => sum(m, *of, Some(*start)),
        ("any" | "all", [of]) => {
            let Some(items) = m.known_items(*of)? else {
                return unknown_items(m, args, keywords);
            };
            let mut answer = Some(name == "all");
            for item in items.clone() {
                match m.truth(item)? {
                    Some(value) if value == (name == "any") => {
                        m.drop_items(items);
                        return Ok(Some(match answer {
                            Some(_) => m.atoms.bool(value),
                            None => m.some(B::Bool),
                        }));
                    }
                    Some(_) => {}
                    None => answer = None,
                }
            }
            m.drop_items(items);
            Ok(Some(m.bool(answer)))
        }
        ("sorted", [of]) => {
            let from = m.list_source(*of);
            let Some(items) = m.known_items(*of)? else {
                if m.is_opaque(*of) {
                    return Ok(None);
                }
                if keywords.is_empty() && matches!(m.kind(*of), Kind::Set(_)) {
                    m.st.escape(*of);
                    return Ok(Some(m.open_list()));
                }
                return Ok(None);
            };
            let sorted = super::list::sorted_items(m, &items, keywords)?;
            let result = sorted.map(|sorted| m.new_list(sorted, ListMade::ExtendEmpty(from)));
            m.drop_items(items);
            Ok(result)
        }
        ("iter", [of]) => {
            m.st.inc(*of);
            m.st.push(*of);
            m.get_iter()?;
            let iter = m.st.pop_owned();
            m.hand_over(iter);
            Ok(Some(iter))
        }
        ("next", [of]) if matches!(m.kind(*of), Kind::Gen(_)) => {
            super::super::generator::call(m, *of, "__next__", &[])
        }
        ("next", [of] | [of, _]) => match m.next_of(*of)? {
            Next::Item(item) => Ok(Some(item)),
            Next::End => match args.get(1) {
                Some(default) => Ok(Some(*default)),
                None => Err(m.raise(B::StopIteration)),
            },
            Next::Unknown => Ok(None),
        },
        ("getattr", [of, attr] | [of, attr, _]) => {
            let Some(text) = text_of(m, *attr) else {
                return Ok(None);
            };
            let Kind::Instance(instance) = m.kind_of(*of) else {
                return Ok(None);
            };
            let name = m.names.intern(&text);
            if instance.open {
                return Ok(None);
            }
            if let Some(&value) = instance.attrs.get(&name)
                && !m.has_special(*of, "__getattribute__")
                && matches!(
                    m.class_attribute(instance.class, name),
                    super::super::attribute::Found::Nothing
                )
            {
                return Ok(Some(value));
            }
            match (m.class_attribute(instance.class, name), args.get(2)) {
                (super::super::attribute::Found::Nothing, Some(default))
                    if !m.has_special(*of, "__getattr__") =>
                {
                    Ok(Some(*default))
                }
                _ => Ok(None),
            }
        }
        ("hasattr", [of, attr]) => {
            let Some(text) = text_of(m, *attr) else {
                return Ok(None);
            };
            let Kind::Instance(instance) = m.kind_of(*of) else {
                return Ok(None);
            };
            let name = m.names.intern(&text);
            if instance.open
                || m.has_special(*of, "__getattr__")
                || m.has_special(*of, "__getattribute__")
            {
                return Ok(None);
            }
            let found = m.class_attribute(instance.class, name);
            let answer = instance.attrs.contains_key(&name)
                || match found {
                    super::super::attribute::Found::Nothing => false,
                    super::super::attribute::Found::Object(value, _)
                        if matches!(m.kind(value), Kind::Function(_)) =>
                    {
                        true
                    }
                    _ => return Ok(None),
                };
            Ok(Some(m.atoms.bool(answer)))
        }
        ("input", _) => unknown(m, args, B::Str),
        ("super", []) => Ok(m.bare_super()),
        ("format", [of]) => {
            let text = m.str_of(*of)?;
            Ok(Some(match text {
                Some(_) if matches!(m.kind(*of), Kind::Str(_)) => *of,
                Some(text) => m.new_string(&text),
                None => m.some(B::Str),
            }))
        }
        ("format", [_, _]) if args.iter().all(|arg| !m.is_opaque(*arg)) => unknown(m, args, B::Str),
        ("dir" | "globals" | "locals" | "vars", _) => {
            // All that the frame or the module holds can be reached through it.
            everything_escapes(m);
            Ok(None)
        }
        ("exec" | "eval", _) => {
            everything_escapes(m);
            m.st.code_escaped = true;
            Ok(None)
        }
        _ => Ok(None),
    }
}

fn everything_escapes(m: &mut Machine<'_>) {
    let mut ids: Vec<ObjId> = m.st.globals.iter().map(|(_, slot)| slot.obj).collect();
    let frame = m.st.frame();
    ids.extend(frame.locals.iter().flatten().map(|slot| slot.obj));
    ids.extend(frame.namespace.values().map(|slot| slot.obj));
    for id in ids {
        m.st.escape(id);
    }
}

/// A result of a known type from arguments of builtin types: no code of the program runs.
fn unknown(m: &mut Machine<'_>, args: &[ObjId], ty: B) -> Answer {
    if args.iter().any(|arg| m.is_opaque(*arg)) {
        return Ok(None);
    }
    m.may_raise();
    Ok(Some(m.some(ty)))
}

/// Items that are not known, of a container that is: any of them, and comparing them may run code.
fn unknown_items(m: &mut Machine<'_>, args: &[ObjId], keywords: Keywords<'_>) -> Answer {
    if let Kind::Range(range) = m.kind(args[0])
        && keywords.is_empty()
        && range_len(range) != Some(0)
    {
        return Ok(Some(m.some(B::Int)));
    }
    Ok(None)
}

fn print(m: &mut Machine<'_>, args: &[ObjId], keywords: Keywords<'_>) -> Answer {
    for arg in args {
        if m.has_special(*arg, "__str__") || m.has_special(*arg, "__repr__") {
            m.str_of(*arg)?;
        } else if m.is_opaque(*arg) && !matches!(m.kind(*arg), Kind::Instance(_)) {
            // `str()` of what is in it may run code.
            print_parts(m, *arg, 0)?;
        }
    }
    for (_, value) in keywords {
        if m.is_opaque(*value) {
            m.unknown_use(*value);
        }
    }
    Ok(Some(NONE))
}

fn print_parts(m: &mut Machine<'_>, id: ObjId, depth: u32) -> super::R {
    let parts: Vec<ObjId> = match m.kind_of(id) {
        Kind::List(list) if !list.open => list.items.clone(),
        Kind::Tuple(items) => items.to_vec(),
        Kind::Dict(dict) if !dict.open => dict
            .entries
            .values()
            .flat_map(|(key, value)| [*key, *value])
            .collect(),
        Kind::Set(set) if !set.open => set.items.values().copied().collect(),
        Kind::Deque(Some(items)) => items.to_vec(),
        Kind::Instance(_) => {
            if m.has_special(id, "__repr__") {
                m.repr_of(id)?;
            }
            return Ok(());
        }
        kind if kind.referents().is_empty()
            && !matches!(kind, Kind::Unknown | Kind::Named(..) | Kind::Opaque(..))
            && !m.is_opaque(id) =>
        {
            return Ok(());
        }
        Kind::Opaque(ty, _) if ty.is_atom() => return Ok(()),
        _ => {
            m.unknown_use(id);
            return Ok(());
        }
    };
    if depth > 8 {
        m.unknown_use(id);
        return Ok(());
    }
    for part in parts {
        print_parts(m, part, depth + 1)?;
    }
    Ok(())
}

fn len(m: &mut Machine<'_>, of: ObjId) -> Answer {
    let n = match m.kind(of) {
        Kind::List(list) if !list.open => list.items.len(),
        Kind::Tuple(items) => items.len(),
        Kind::Str(text) => text.chars().count(),
        Kind::Bytes(content) => content.len(),
        Kind::Dict(dict) if !dict.open => dict.entries.len(),
        Kind::Set(set) if !set.open => set.items.len(),
        Kind::Deque(Some(items)) => items.len(),
        Kind::View(_, dict) => match m.kind(*dict) {
            Kind::Dict(dict) if !dict.open => dict.entries.len(),
            _ => return Ok(Some(m.some(B::Int))),
        },
        Kind::Range(range) => match range_len(range) {
            Some(len) => return Ok(Some(m.int64(len as i64))),
            None => return Ok(Some(m.some(B::Int))),
        },
        Kind::ByteArray(Some(len)) => *len as usize,
        Kind::List(_)
        | Kind::Dict(_)
        | Kind::Set(_)
        | Kind::Deque(_)
        | Kind::ByteArray(None)
        | Kind::Opaque(B::Str | B::Bytes | B::Tuple | B::List | B::Dict | B::Set, _) => {
            return Ok(Some(m.some(B::Int)));
        }
        Kind::Instance(_) => {
            m.push_unsteady(of);
            m.special_or_unknown("__len__", 1)?;
            let result = m.st.pop_owned();
            m.hand_over(result);
            return Ok(Some(result));
        }
        Kind::Int(_) | Kind::None | Kind::Float(_) | Kind::Bool(_) => {
            return Err(m.raise(B::TypeError));
        }
        _ => return Ok(None),
    };
    Ok(Some(m.int64(n as i64)))
}

fn extreme(m: &mut Machine<'_>, greatest: bool, items: &[ObjId], keywords: Keywords<'_>) -> Answer {
    let mut default = None;
    let mut key = None;
    for (name, value) in keywords {
        match m.names.text(*name) {
            "default" => default = Some(*value),
            "key" => key = Some(*value),
            _ => return Ok(None),
        }
    }
    let Some((&first, rest)) = items.split_first() else {
        return match default {
            Some(default) => Ok(Some(default)),
            None => Err(m.raise(B::ValueError)),
        };
    };
    for item in items {
        m.st.inc(*item);
    }
    let mut keys = items.to_vec();
    if let Some(function) = key {
        for (item, slot) in items.iter().zip(&mut keys) {
            for id in [function, *item] {
                m.st.inc(id);
                m.st.push(id);
            }
            m.call_callback(1)?;
            *slot = m.st.pop_owned();
        }
    }
    let mut best = (first, keys[0]);
    let mut known = true;
    for (item, value) in rest.iter().zip(&keys[1..]) {
        let wanted = if greatest {
            Ordering::Greater
        } else {
            Ordering::Less
        };
        match m.order(*value, best.1) {
            Some(order) if order == wanted => best = (*item, *value),
            Some(_) => {}
            None => known = false,
        }
    }
    if key.is_some() {
        for value in keys {
            m.st.dec(value);
        }
    }
    if !known {
        for item in items {
            m.st.dec(*item);
        }
        return Ok(None);
    }
    for item in items.iter().filter(|item| **item != best.0) {
        m.st.dec(*item);
    }
    for _ in items.iter().filter(|item| **item == best.0) {
        m.hand_over(best.0);
    }
    Ok(Some(best.0))
}

fn sum(m: &mut Machine<'_>, of: ObjId, start: Option<ObjId>) -> Answer {
    let Some(items) = m.known_items(of)? else {
        if let Kind::Range(range) = m.kind(of)
            && start.is_none()
            && range_len(range).is_some()
        {
            return Ok(Some(m.some(B::Int)));
        }
        return Ok(None);
    };
    let plain = items
        .iter()
        .chain(start.iter())
        .all(|item| as_float(m.kind(*item)).is_some());
    if !plain {
        items.into_iter().for_each(|item| m.st.blur(item));
        return Ok(None);
    }
    let floats = items
        .iter()
        .chain(start.iter())
        .any(|item| matches!(m.kind(*item), Kind::Float(_)));
    if floats {
        // 3.12 and later add with compensation: the last bits are not followed.
        m.drop_items(items);
        return Ok(Some(m.fresh(B::Float)));
    }
    let mut total = start
        .and_then(|start| as_int(m.kind(start)))
        .unwrap_or_default();
    if items.is_empty()
        && let Some(start) = start
    {
        return Ok(Some(start));
    }
    for item in &items {
        total += as_int(m.kind(*item)).unwrap_or_default();
    }
    m.drop_items(items);
    Ok(Some(m.int(&total)))
}

/// `round(x)` of a float: half to even.
trait Rounded: Sized {
    fn from_f64_rounded(value: f64) -> Option<Self>;
}

impl Rounded for num_bigint::BigInt {
    fn from_f64_rounded(value: f64) -> Option<Self> {
        num_traits::FromPrimitive::from_f64(value.round_ties_even())
    }
}
