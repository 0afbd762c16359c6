//! Calls of builtin types: conversions and constructors.

use std::sync::Arc;

use num_traits::FromPrimitive;

use super::super::machine::Machine;
use super::super::protocol::Special;
use super::super::value::{as_float, as_i64, as_int};
use super::{Answer, Keywords, text_of};
use crate::domain::atoms::{self, EMPTY_BYTES, EMPTY_TUPLE, NONE};
use crate::domain::{B, ExcObj, IterObj, IterOver, Kind, ObjId};
use crate::layout::{CallKind, ListFrom, ListMade};

pub(super) fn construct(
    m: &mut Machine<'_>,
    ty: B,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    if ty.is_exception() {
        let class = m.atoms.ty(ty);
        let Some(held) = super::exceptions::also_held(m, class, args) else {
            // Its class may be another, by the error's number.
            args.iter().for_each(|arg| m.st.escape(*arg));
            return Ok(Some(atoms::UNKNOWN));
        };
        return Ok(Some(m.alloc(Kind::Exception(Arc::new(ExcObj {
            class,
            args: args.to_vec(),
            held,
            raised: false,
            trace: Vec::new(),
            attrs: Default::default(),
            open: false,
        })))));
    }
    if ty == B::Dict {
        return super::dict::construct(m, args, keywords);
    }
    if matches!(ty, B::OrderedDict | B::DefaultDict | B::Counter | B::Deque) {
        return super::collections::construct(m, ty, args, keywords);
    }
    if !keywords.is_empty() && ty != B::Enumerate {
        return Ok(None);
    }
    match (ty, args) {
        (B::Object, []) => Ok(Some(m.alloc(Kind::Opaque(B::Object, None)))),
        (B::Bool, []) => Ok(Some(atoms::FALSE)),
        (B::Bool, [of]) => {
            // The type may hold it in a tuple meanwhile (up to 3.9).
            let [by_type, by_test] = [CallKind::BoolSelf, CallKind::Special]
                .map(|kind| m.layout().call_holds(kind, false).most());
            let held = by_type.saturating_sub(by_test) as u32;
            m.st.add(*of, 0, held);
            let value = m.truth(*of)?;
            m.st.sub(*of, 0, held);
            Ok(Some(m.bool(value)))
        }
        (B::Int, []) => Ok(Some(m.int64(0))),
        (B::Int, [of]) => int(m, *of),
        (B::Float, []) => Ok(Some(m.float(0.0))),
        (B::Float, [of]) => match m.kind_of(*of) {
            Kind::Float(_) => Ok(Some(*of)),
            Kind::Instance(_) => number(m, args, &["__float__", "__index__"], B::Float),
            Kind::Str(text) => {
                let text = text.trim();
                let plain = !text.is_empty()
                    && text
                        .chars()
                        .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E'));
                match text.parse::<f64>() {
                    Ok(value) if plain => Ok(Some(m.float(value))),
                    _ => {
                        m.may_raise();
                        Ok(Some(m.fresh(B::Float)))
                    }
                }
            }
            kind => match as_float(&kind) {
                Some(value) if as_int(&kind).is_some_and(|int| int.bits() <= 53) => {
                    Ok(Some(m.float(value)))
                }
                Some(_) => Ok(Some(m.fresh(B::Float))),
                None if matches!(kind, Kind::Opaque(B::Int | B::Bool | B::Str, _)) => {
                    m.may_raise();
                    Ok(Some(m.fresh(B::Float)))
                }
                None => Ok(None),
            },
        },
        (B::Str, []) => Ok(Some(m.string(""))),
        (B::Str, [of]) => {
            if matches!(m.kind(*of), Kind::Str(_)) {
                return Ok(Some(*of));
            }
            if let Kind::Bool(value) = m.kind(*of) {
                let text = if *value { "True" } else { "False" };
                return Ok(Some(m.atoms.str(text)));
            }
            if let Some(text) = m.text_object(*of)? {
                m.hand_over(text);
                return Ok(Some(text));
            }
            let text = m.str_of(*of)?;
            Ok(Some(match text {
                Some(text) if text.len() == 1 && !matches!(m.kind(*of), Kind::Int(_)) => {
                    m.composed(&text)
                }
                Some(text) => m.new_string(&text),
                None => m.some(B::Str),
            }))
        }
        (B::List, []) => Ok(Some(m.new_list(Vec::new(), ListMade::Exact))),
        (B::List, [of]) => {
            let from = m.list_source(*of);
            let generator = matches!(m.kind(*of), Kind::Iter(iter) if iter.ty == B::Generator);
            let made = ListMade::ListCall(if generator {
                ListFrom::GenexpArgument
            } else {
                from
            });
            match m.items_for_list(*of)? {
                Some(items) => {
                    let list = m.new_list(items.clone(), made);
                    m.drop_items(items);
                    if matches!(m.kind(*of), Kind::Instance(_)) {
                        // How many slots are made depends on what it says of its length.
                        m.change_quietly(list, |kind| {
                            if let Kind::List(list) = kind {
                                Arc::make_mut(list).slots = None;
                            }
                        });
                    }
                    Ok(Some(list))
                }
                None => {
                    if let Kind::Set(set) = m.kind_of(*of)
                        && !set.open
                    {
                        let items: Vec<ObjId> = set.items.values().copied().collect();
                        let items = m.one_of_each(&items);
                        return Ok(Some(m.new_list(items, made)));
                    }
                    if let Kind::List(list) = m.kind(*of)
                        && list.every.is_some()
                    {
                        let every = list.every;
                        return Ok(Some(m.open_list_of(every)));
                    }
                    open_from(m, *of, |m| m.open_list())
                }
            }
        }
        (B::Tuple, []) => Ok(Some(EMPTY_TUPLE)),
        (B::Tuple, [of]) => {
            if matches!(m.kind(*of), Kind::Tuple(_)) {
                return Ok(Some(*of));
            }
            match m.listed_items(*of)? {
                Some(items) => {
                    let tuple = m.tuple(items.clone());
                    m.drop_items(items);
                    Ok(Some(tuple))
                }
                None => {
                    if let Kind::Set(set) = m.kind_of(*of)
                        && !set.open
                    {
                        let items: Vec<ObjId> = set.items.values().copied().collect();
                        let items = m.one_of_each(&items);
                        return Ok(Some(m.tuple(items)));
                    }
                    open_from(m, *of, |m| m.some(B::Tuple))
                }
            }
        }
        (B::Set, _) => super::set::construct(m, args, false),
        (B::FrozenSet, _) => {
            if args.is_empty() && m.layout().empty_frozenset_is_cached() {
                return Ok(Some(m.some(B::FrozenSet)));
            }
            super::set::construct(m, args, true)
        }
        (B::Bytes, []) => Ok(Some(EMPTY_BYTES)),
        (B::Bytes, [of]) if matches!(m.kind(*of), Kind::Bytes(_)) => Ok(Some(*of)),
        (B::ByteArray, []) => Ok(Some(m.alloc(Kind::ByteArray(Some(0))))),
        (B::ByteArray, [of]) => {
            let len = match m.kind(*of) {
                Kind::Bytes(content) => Some(content.len() as u64),
                Kind::Int(n) => u64::try_from(*n).ok(),
                _ => None,
            };
            match len {
                Some(len) => Ok(Some(m.alloc(Kind::ByteArray(Some(len))))),
                None => Ok(None),
            }
        }
        (B::Range, [_, ..]) if args.len() <= 3 => {
            let parts: Option<Vec<_>> = args.iter().map(|arg| as_int(m.kind(*arg))).collect();
            let Some(parts) = parts else {
                if args.iter().all(|arg| {
                    matches!(
                        m.kind(*arg),
                        Kind::Int(_) | Kind::Opaque(B::Int | B::Bool, _)
                    )
                }) {
                    return Ok(Some(m.fresh(B::Range)));
                }
                return Ok(None);
            };
            let zero = num_bigint::BigInt::from(0);
            let one = num_bigint::BigInt::from(1);
            let (start, stop, step) = match &parts[..] {
                [stop] => (zero.clone(), stop.clone(), one),
                [start, stop] => (start.clone(), stop.clone(), one),
                [start, stop, step] => (start.clone(), stop.clone(), step.clone()),
                _ => return Ok(None),
            };
            if step == zero {
                return Err(m.raise(B::ValueError));
            }
            Ok(Some(m.alloc(Kind::Range(Arc::new((start, stop, step))))))
        }
        (B::Slice, [_, ..]) if args.len() <= 3 => {
            let parts = match args {
                [stop] => [NONE, *stop, NONE],
                [start, stop] => [*start, *stop, NONE],
                _ => [args[0], args[1], args[2]],
            };
            Ok(Some(m.alloc(Kind::Slice(Arc::from(parts)))))
        }
        (B::Type, [of]) => Ok(m.type_object(*of)),
        (B::Type, [_, _, _]) => m.make_type(args, keywords),
        (B::Super, []) => Ok(m.bare_super()),
        (B::Super, [class, object]) if matches!(m.kind(*class), Kind::Class(_)) => {
            Ok(Some(m.alloc(Kind::Super(*class, *object))))
        }
        (B::Property, [_, ..]) if args.len() <= 3 => {
            let part = |at: usize| args.get(at).copied().filter(|id| *id != NONE);
            Ok(Some(m.alloc(Kind::Property(Arc::from([
                part(0),
                part(1),
                part(2),
            ])))))
        }
        (B::StaticMethod, [of]) => Ok(Some(m.alloc(Kind::StaticMethod(*of)))),
        (B::ClassMethod, [of]) => Ok(Some(m.alloc(Kind::ClassMethod(*of)))),
        (B::Enumerate, [of] | [of, _]) => {
            let start = args
                .get(1)
                .copied()
                .or(keywords.first().map(|(_, value)| *value));
            let next = match start {
                None => num_bigint::BigInt::from(0),
                Some(start) => match as_int(m.kind(start)) {
                    Some(start) => start,
                    None => return Ok(None),
                },
            };
            let Some(inner) = iterator(m, *of)? else {
                return Ok(Some(m.fresh(B::Enumerate)));
            };
            let iter = m.alloc_stealing(Kind::Iter(Arc::new(IterObj {
                ty: B::Enumerate,
                over: IterOver::Enumerate { next },
                index: 0,
                held: vec![inner],
                lent: false,
            })));
            Ok(Some(iter))
        }
        (B::Zip, _) => {
            let mut held = Vec::with_capacity(args.len());
            for arg in args {
                match iterator(m, *arg)? {
                    Some(inner) => held.push(inner),
                    None => {
                        for inner in held {
                            m.st.blur(inner);
                        }
                        args.iter().for_each(|arg| m.st.escape(*arg));
                        return Ok(Some(m.fresh(B::Zip)));
                    }
                }
            }
            let index = held.len();
            let iter = m.alloc_stealing(Kind::Iter(Arc::new(IterObj {
                ty: B::Zip,
                over: IterOver::Zip,
                index,
                held,
                lent: false,
            })));
            Ok(Some(iter))
        }
        (B::Map | B::Filter, [function, sources @ ..])
            if !sources.is_empty() && (ty == B::Map || sources.len() == 1) =>
        {
            let mut held = vec![*function];
            m.st.inc(*function);
            for source in sources {
                match iterator(m, *source)? {
                    Some(inner) => held.push(inner),
                    None => {
                        held.into_iter().for_each(|id| m.st.blur(id));
                        args.iter().for_each(|arg| m.st.escape(*arg));
                        return Ok(Some(m.fresh(ty)));
                    }
                }
            }
            let over = if ty == B::Map {
                IterOver::Map
            } else {
                IterOver::Filter
            };
            Ok(Some(m.alloc_stealing(Kind::Iter(Arc::new(IterObj {
                ty,
                over,
                index: 0,
                held,
                lent: false,
            })))))
        }
        (B::Reversed, [of]) if matches!(m.kind(*of), Kind::Range(_)) => {
            let Kind::Range(range) = m.kind_of(*of) else {
                return Ok(None);
            };
            let Some(left) = super::super::iterate::range_len(&range) else {
                return Ok(None);
            };
            let step = range.2.clone();
            let last = &range.0 + &step * num_bigint::BigInt::from(left) - &step;
            Ok(Some(m.alloc(Kind::Iter(Arc::new(IterObj {
                ty: B::RangeIterator,
                over: IterOver::Range {
                    next: last,
                    step: -step,
                    left,
                },
                index: 0,
                held: Vec::new(),
                lent: false,
            })))))
        }
        (B::Reversed, [of]) if matches!(m.kind(*of), Kind::Instance(_)) => {
            match m.special(*of, "__reversed__") {
                Special::Function(_) => m.answer_of(args, &["__reversed__"]),
                Special::Missing => backwards(m, *of),
                Special::Unknown => Ok(None),
            }
        }
        (B::Reversed, [of])
            if matches!(m.kind(*of), Kind::List(_) | Kind::Tuple(_) | Kind::Str(_)) =>
        {
            let ty = if matches!(m.kind(*of), Kind::List(_)) {
                B::ListReverseIterator
            } else {
                B::Reversed
            };
            Ok(Some(m.alloc(Kind::Iter(Arc::new(IterObj {
                ty,
                over: IterOver::Reversed,
                index: 0,
                held: vec![*of],
                lent: false,
            })))))
        }
        _ => Ok(None),
    }
}

/// `reversed` of an instance that looks like a sequence: it goes down from its length.
fn backwards(m: &mut Machine<'_>, of: ObjId) -> Answer {
    if !matches!(m.special(of, "__getitem__"), Special::Function(_)) {
        return Ok(None);
    }
    let Some(length) = m.answer_of(&[of], &["__len__"])? else {
        return Ok(None);
    };
    let Some(index) = as_i64(m.kind(length)).and_then(|n| usize::try_from(n).ok()) else {
        return Ok(None);
    };
    Ok(Some(m.alloc(Kind::Iter(Arc::new(IterObj {
        ty: B::Reversed,
        over: IterOver::GetItem { down: true },
        index,
        held: vec![of],
        lent: false,
    })))))
}

/// The iterator of an iterable, with a reference counted; `None` where it cannot be driven.
fn iterator(m: &mut Machine<'_>, of: ObjId) -> Answer {
    m.push_iterator(of, 2)?;
    let iter = m.st.pop_owned();
    if matches!(m.kind(iter), Kind::Iter(_)) || m.is_driven(iter) {
        return Ok(Some(iter));
    }
    m.st.escape(iter);
    m.st.dec(iter);
    Ok(None)
}

/// A new container whose items come from one that is not known.
fn open_from(
    m: &mut Machine<'_>,
    of: ObjId,
    make: impl FnOnce(&mut Machine<'_>) -> ObjId,
) -> Answer {
    match m.kind(of) {
        _ if m.may_run(of, super::ITERATE) => m.unknown_use(of),
        _ => {
            m.st.escape(of);
            m.may_raise();
        }
    }
    let new = make(m);
    Ok(Some(new))
}

fn int(m: &mut Machine<'_>, of: ObjId) -> Answer {
    let kind = m.kind_of(of);
    match &kind {
        Kind::Int(_) | Kind::BigInt(_) => Ok(Some(of)),
        Kind::Bool(_) => {
            let value = as_i64(&kind).unwrap_or(0);
            Ok(Some(m.int64(value)))
        }
        Kind::Float(bits) => {
            let value = f64::from_bits(*bits);
            match num_bigint::BigInt::from_f64(value.trunc()) {
                Some(value) => Ok(Some(m.int(&value))),
                None => Err(m.raise(B::ValueError)),
            }
        }
        Kind::Str(_) => {
            let text = text_of(m, of).unwrap_or_default();
            let text = text.trim();
            let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
            if digits.is_empty()
                || digits.len() > 4000
                || !digits.chars().all(|c| c.is_ascii_digit())
            {
                if text.is_ascii() && !text.contains('_') && digits.len() <= 4000 {
                    return Err(m.raise(B::ValueError));
                }
                m.may_raise();
                return Ok(Some(m.some(B::Int)));
            }
            match text.parse::<num_bigint::BigInt>() {
                Ok(value) => Ok(Some(m.int(&value))),
                Err(_) => Err(m.raise(B::ValueError)),
            }
        }
        Kind::Opaque(B::Int | B::Bool | B::Float | B::Str, _) => {
            m.may_raise();
            Ok(Some(m.some(B::Int)))
        }
        Kind::None | Kind::List(_) | Kind::Dict(_) | Kind::Tuple(_) => Err(m.raise(B::TypeError)),
        Kind::Instance(_) => number(m, &[of], &["__int__", "__index__"], B::Int),
        _ => Ok(None),
    }
}

/// What an instance says that it is as a number.
fn number(m: &mut Machine<'_>, args: &[ObjId], methods: &[&str], ty: B) -> Answer {
    let Some(answer) = m.answer_of(args, methods)? else {
        return Ok(None);
    };
    match (crate::domain::join::builtin_type(m.kind(answer)), ty) {
        (Some(given), ty) if given == ty => Ok(Some(answer)),
        // `float()` of what has an `__index__` only.
        (Some(B::Int), B::Float) => Ok(Some(m.fresh(B::Float))),
        _ => Ok(None), // an error, or a subclass
    }
}
