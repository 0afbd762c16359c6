//! Functions of the builtins module (`Python/bltinmodule.c`).

use std::sync::Arc;

use num_traits::{Signed, ToPrimitive};

use super::super::iterate::{Next, range_len};
use super::super::machine::Machine;
use super::super::protocol::Special;
use super::super::value::{as_float, as_int};
use super::{Answer, Keywords, text_of};
use crate::domain::atoms::{FALSE, NONE, TRUE};
use crate::domain::{B, Kind, ObjId, StackRef};
use crate::hir::{BinOp, UnitKind};
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
            if let Some(hash) = m.hash_of(*of)? {
                return Ok(Some(m.hash_number(hash)));
            }
            if m.may_run(*of, super::COMPARE) || m.is_opaque(*of) {
                return Ok(None);
            }
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
        ("repr", [of]) if matches!(m.special(*of, "__repr__"), Special::Function(_)) => {
            m.answer_of(args, &["__repr__"])
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
                None => abs_of(m, *of, &kind),
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
        ("divmod", [a, _]) if matches!(m.kind(*a), Kind::Instance(_)) => {
            match m.answer_of(args, &["__divmod__"])? {
                // The right one may know.
                Some(answer) if m.kind(answer) == &Kind::NotImplemented => Ok(None),
                answer => Ok(answer),
            }
        }
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
            Kind::Instance(_) => m.answer_of(args, &["__round__"]),
            _ => Ok(None),
        },
        ("round", [of, _]) => match m.kind(*of) {
            Kind::Float(_) => Ok(Some(m.fresh(B::Float))),
            Kind::Int(_) => unknown(m, args, B::Int),
            Kind::Opaque(B::Float, _) => Ok(Some(m.some(B::Float))),
            Kind::Instance(_) => m.answer_of(args, &["__round__"]),
            _ => Ok(None),
        },
        ("min" | "max" | "sum" | "any" | "all", _) => super::folds::call(m, name, args, keywords),
        ("sorted", [of]) => sorted(m, *of, keywords),
        ("iter", [of]) if m.has_special(*of, "__iter__") => {
            // The argument stays where it lies; the call holds its object once more.
            m.push_new(*of);
            let name = m.names.intern("__iter__");
            m.call_method_of(*of, name, 1, crate::layout::CallKind::Generator)?;
            let iter = m.st.pop_owned();
            m.hand_over(iter);
            Ok(Some(iter))
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
            get_attribute(m, *of, *attr, args.get(2).copied())
        }
        ("hasattr", [of, attr]) => {
            let Some(text) = text_of(m, *attr) else {
                return unknown_attribute(m, *of, None)
                    .map(|answer| answer.map(|_| m.some(B::Bool)));
            };
            let name = m.names.intern(&text);
            if let Some(answer) = has_attribute(m, *of, name) {
                return Ok(Some(m.atoms.bool(answer)));
            }
            if matches!(m.kind(*of), Kind::Instance(_)) {
                let answer = attempt_attribute(m, *of, name, None)?;
                return Ok(Some(answer));
            }
            unknown_attribute(m, *of, Some(name)).map(|answer| answer.map(|_| m.some(B::Bool)))
        }
        ("setattr", [of, attr, value]) => {
            let Some(text) = text_of(m, *attr) else {
                return Ok(None);
            };
            if !matches!(m.kind(*of), Kind::Instance(_) | Kind::Exception(_)) {
                return Ok(None);
            }
            let name = m.interned_name(*attr, &text);
            for id in [*value, *of] {
                m.st.frame_mut().stack.push(StackRef::lent(id));
            }
            m.as_builtin(|m| m.store_attribute(name))?;
            Ok(Some(NONE))
        }
        ("delattr", [of, attr]) => {
            let Some(text) = text_of(m, *attr) else {
                return Ok(None);
            };
            let name = m.names.intern(&text);
            m.st.frame_mut().stack.push(StackRef::lent(*of));
            m.as_builtin(|m| m.delete_attribute(name))?;
            Ok(Some(NONE))
        }
        ("input", _) => unknown(m, args, B::Str),
        ("super", []) => Ok(m.bare_super()),
        ("format", [of] | [of, _]) if m.formats_itself(*of) => {
            let spec = match args.get(1) {
                Some(spec) => *spec,
                None => m.uncertain(Kind::Str("".into())),
            };
            match m.format_object(*of, spec)? {
                Some(text) => {
                    m.hand_over(text);
                    Ok(Some(text))
                }
                None => Ok(Some(m.some(B::Str))),
            }
        }
        ("format", [of]) => {
            if let Some(text) = m.text_object(*of)? {
                m.hand_over(text);
                return Ok(Some(text));
            }
            let text = m.str_of(*of)?;
            Ok(Some(match text {
                Some(_) if matches!(m.kind(*of), Kind::Str(_)) => *of,
                Some(text) => m.new_string(&text),
                None => m.some(B::Str),
            }))
        }
        ("format", [_, _]) if args.iter().all(|arg| !m.is_opaque(*arg)) => unknown(m, args, B::Str),
        ("dir", [_]) => {
            // Names, made anew; nothing of the program is held by them.
            if m.may_run(args[0], &["__dir__", "__getattr__", "__getattribute__"]) {
                return Ok(None);
            }
            Ok(Some(m.open_list()))
        }
        ("vars", [of]) if matches!(m.kind(*of), Kind::Instance(_)) => {
            let name = m.names.intern("__dict__");
            m.st.frame_mut().stack.push(StackRef::lent(*of));
            m.as_builtin(|m| m.load_attribute(name))?;
            let result = m.st.pop_owned();
            m.hand_over(result);
            Ok(Some(result))
        }
        ("dir" | "globals" | "locals" | "vars", _) => {
            // All that the frame or the module holds can be reached through it.
            if name == "globals" || m.st.frame().unit.unit.is_none() {
                everything_escapes(m);
            } else {
                locals_escape(m);
            }
            let is_list = name == "dir";
            if m.hooks.leaks && !is_list {
                m.namespace_leaks();
            }
            let unit = m.st.frame().unit;
            if m.unit(unit)
                .is_some_and(|unit| unit.kind == UnitKind::Class)
                && name != "globals"
            {
                m.anything_happens();
            }
            match unit.unit {
                _ if is_list => Ok(None),
                Some(_) if name != "globals" => Ok(None),
                _ if args.is_empty() && !m.hooks.leaks => Ok(Some(m.some(B::Dict))),
                _ => Ok(None),
            }
        }
        ("exec" | "eval", _) => {
            everything_escapes(m);
            m.st.code_escaped = true;
            m.namespace_leaks();
            Ok(None)
        }
        _ => Ok(None),
    }
}

fn everything_escapes(m: &mut Machine<'_>) {
    let ids: Vec<ObjId> = m.st.globals.iter().map(|(_, slot)| slot.obj).collect();
    for id in ids {
        m.st.escape(id);
    }
    locals_escape(m);
}

fn locals_escape(m: &mut Machine<'_>) {
    let frame = m.st.frame();
    let mut ids: Vec<ObjId> = frame.locals.iter().flatten().map(|slot| slot.obj).collect();
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

/// The items of an iterable, in an order that may be another where it is a set's, each with a reference of its own.
pub(super) fn in_any_order(m: &mut Machine<'_>, of: ObjId) -> super::R<Option<Vec<ObjId>>> {
    if let Kind::Set(set) = m.kind_of(of)
        && !set.open
    {
        let items: Vec<ObjId> = set.items.values().copied().collect();
        items.iter().for_each(|item| m.st.inc(*item));
        return Ok(Some(items));
    }
    m.known_items(of)
}

fn sorted(m: &mut Machine<'_>, of: ObjId, keywords: Keywords<'_>) -> Answer {
    let from = m.list_source(of);
    let unordered = matches!(m.kind(of), Kind::Set(set) if set.items.len() > 1);
    // Some versions hold what they sort once more meanwhile.
    m.st.add(of, 0, 1);
    let items = if matches!(m.kind(of), Kind::Set(_)) {
        in_any_order(m, of)
    } else {
        m.listed_items(of)
    };
    m.st.sub(of, 0, 1);
    let Some(items) = items? else {
        let calls = keywords.iter().any(|(_, value)| m.may_call_program(*value));
        let runs = [super::COMPARE, super::ITERATE]
            .iter()
            .any(|methods| m.may_run(of, methods));
        if calls || runs {
            return Ok(None);
        }
        if let Kind::List(list) = m.kind(of)
            && list.every.is_some()
        {
            let every = list.every;
            m.may_raise();
            return Ok(Some(m.open_list_of(every)));
        }
        m.quiet_iteration();
        m.st.escape(of);
        return Ok(Some(m.open_list()));
    };
    // Equal keys keep the order that they came in.
    let has_key = keywords
        .iter()
        .any(|(name, _)| m.names.text(*name) == "key");
    items.iter().for_each(|item| m.st.push(*item));
    let sorted = super::sort::sorted_items(m, &items, keywords)?;
    let items = m.take(items.len());
    let result = match sorted {
        Some(sorted) if !(unordered && has_key) => {
            Some(m.new_list(sorted, ListMade::ExtendEmpty(from)))
        }
        Some(_) => {
            let items = m.one_of_each(&items);
            Some(m.new_list(items, ListMade::ExtendEmpty(from)))
        }
        None => None,
    };
    m.drop_items(items);
    if let Some(list) = result
        && matches!(m.kind(of), Kind::Instance(_))
    {
        m.change_quietly(list, |kind| {
            if let Kind::List(list) = kind {
                std::sync::Arc::make_mut(list).slots = None;
            }
        });
    }
    Ok(result)
}

/// Whether the object has the attribute, where that is known.
fn has_attribute(m: &mut Machine<'_>, of: ObjId, name: crate::base::Name) -> Option<bool> {
    use super::super::attribute::Found;
    match m.kind_of(of) {
        Kind::Instance(instance) => {
            for special in ["__getattr__", "__getattribute__"] {
                if m.has_special(of, special) {
                    return None;
                }
            }
            match m.class_attribute(instance.class, name) {
                Found::Object(value, _) => match m.kind(value) {
                    Kind::Property(_) | Kind::Instance(_) | Kind::Library(_) => None,
                    _ => Some(true),
                },
                Found::Builtin(_) => Some(true),
                Found::Unknown => None,
                Found::Nothing if m.own_attribute(&instance, name).is_some() => Some(true),
                Found::Nothing => (!m.has_open_attributes(&instance)
                    && !m.names.text(name).starts_with("__"))
                .then_some(false),
            }
        }
        Kind::Class(_) => match m.class_attribute(of, name) {
            Found::Object(..) => Some(true),
            Found::Nothing
                if !m.names.text(name).starts_with('_') && m.metaclass(of) == Some("type") =>
            {
                Some(false)
            }
            _ => None,
        },
        Kind::Exception(_) | Kind::Module(_) | Kind::Unknown | Kind::Named(..) => None,
        kind => {
            let ty = crate::domain::join::builtin_type(&kind)?;
            let text = m.names.text(name);
            if super::has_method(ty, text) {
                return Some(true);
            }
            // Of these the tables have all that does not begin with an underscore.
            let complete = matches!(
                ty,
                B::Int | B::Float | B::Str | B::List | B::Dict | B::Tuple | B::Set | B::NoneType
            );
            (complete && !text.starts_with('_') && !super::library::mentions(ty, text))
                .then_some(false)
        }
    }
}

fn get_attribute(m: &mut Machine<'_>, of: ObjId, attr: ObjId, default: Option<ObjId>) -> Answer {
    let Some(text) = text_of(m, attr) else {
        return unknown_attribute(m, of, None);
    };
    let name = m.names.intern(&text);
    match (has_attribute(m, of, name), default) {
        (Some(true), _) => {}
        (Some(false), Some(default)) => return Ok(Some(default)),
        // Without a default it is the attribute, or an error, as when it is written out.
        (_, None) => {}
        (None, Some(default)) if matches!(m.kind(of), Kind::Instance(_)) => {
            return attempt_attribute(m, of, name, Some(default)).map(Some);
        }
        (None, Some(default)) => {
            let answer = unknown_attribute(m, of, Some(name))?;
            m.st.escape(default);
            return Ok(answer);
        }
    }
    m.st.frame_mut().stack.push(StackRef::lent(of));
    m.as_builtin(|m| m.load_attribute(name))?;
    let result = m.st.pop_owned();
    m.hand_over(result);
    Ok(Some(result))
}

/// An attribute of an instance, or where there is none the default; without a default, whether there is one.
fn attempt_attribute(
    m: &mut Machine<'_>,
    of: ObjId,
    name: crate::base::Name,
    default: Option<ObjId>,
) -> super::R<ObjId> {
    let attempt = m.attempt(|m| {
        m.st.frame_mut().stack.push(StackRef::lent(of));
        m.as_builtin(|m| m.load_attribute(name))
    });
    let done = attempt.done.map(|state| {
        m.st = state;
        if default.is_none() {
            m.consume(1);
            m.push_new(TRUE);
        }
        std::mem::take(&mut m.st)
    });
    let missing = attempt.missing.map(|state| {
        m.st = state;
        m.push_new(default.unwrap_or(FALSE));
        std::mem::take(&mut m.st)
    });
    m.meet(done, missing)?;
    let result = m.st.pop_owned();
    m.hand_over(result);
    Ok(result)
}

/// An attribute of which the name is not known, or whether it is there. `None` where reading it may run code.
fn unknown_attribute(m: &mut Machine<'_>, of: ObjId, name: Option<crate::base::Name>) -> Answer {
    let runs = match name {
        Some(name) => m.attribute_runs(name),
        None => m.any_attribute_runs(),
    };
    if runs {
        return Ok(None);
    }
    m.st.escape(of);
    m.may_raise();
    Ok(Some(crate::domain::atoms::UNKNOWN))
}

fn abs_of(m: &mut Machine<'_>, of: ObjId, kind: &Kind) -> Answer {
    match kind {
        Kind::Opaque(B::Int | B::Bool, _) => Ok(Some(m.some(B::Int))),
        Kind::Opaque(B::Float, _) | Kind::Complex(..) | Kind::Opaque(B::Complex, _) => {
            Ok(Some(m.fresh(B::Float)))
        }
        Kind::Instance(_) if m.special(of, "__abs__") == Special::Missing => {
            Err(m.raise(B::TypeError))
        }
        Kind::Instance(_) => m.answer_of(&[of], &["__abs__"]),
        _ => Ok(None),
    }
}

fn print(m: &mut Machine<'_>, args: &[ObjId], keywords: Keywords<'_>) -> Answer {
    for arg in args {
        if !m.may_run(*arg, super::TEXT) {
            continue;
        }
        if m.has_special(*arg, "__str__") || m.has_special(*arg, "__repr__") {
            m.str_of(*arg)?;
        } else if m.is_opaque(*arg) && !matches!(m.kind(*arg), Kind::Instance(_)) {
            // `str()` of what is in it may run code.
            print_parts(m, *arg, 0)?;
        }
    }
    for (_, value) in keywords {
        if m.may_run(*value, &["write", "flush"]) {
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
    if !m.may_run(id, super::TEXT) {
        return Ok(());
    }
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
        Kind::Class(_) if m.members(of).is_some() => m.members(of).map_or(0, |all| all.len()),
        Kind::Instance(_) => {
            let content = m.content_for(of, &["__len__"]);
            if content != of {
                return len(m, content);
            }
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

/// `round(x)` of a float: half to even.
trait Rounded: Sized {
    fn from_f64_rounded(value: f64) -> Option<Self>;
}

impl Rounded for num_bigint::BigInt {
    fn from_f64_rounded(value: f64) -> Option<Self> {
        num_traits::FromPrimitive::from_f64(value.round_ties_even())
    }
}
