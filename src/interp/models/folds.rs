//! `min`, `max`, `sum`, `any`, `all`: what comes of items that are taken one after the other.

use super::super::iterate::{Next, range_len};
use super::super::machine::{Machine, R};
use super::super::value::{as_float, as_int};
use super::{Answer, Keywords};
use crate::domain::atoms::{NONE, UNKNOWN};
use crate::domain::{B, Kind, ObjId};
use crate::hir::{BinOp, CmpOp};
use crate::limits;

/// Where the items come from.
enum Source {
    /// They are all there, each with a reference of its own, which the taker gives up.
    Given(std::vec::IntoIter<ObjId>),
    /// An iterator gives them, one at a time.
    Driven(ObjId),
}

/// The next item, pushed; `None` where it is not known, `Some(false)` at the end.
fn next(m: &mut Machine<'_>, source: &mut Source, taken: usize) -> R<Option<bool>> {
    match source {
        Source::Given(items) => Ok(Some(match items.next() {
            Some(item) => {
                m.st.push(item);
                true
            }
            None => false,
        })),
        Source::Driven(iterator) if taken <= limits::ITEMS => match m.next_of(*iterator)? {
            Next::Item(item) => {
                m.push_new(item);
                Ok(Some(true))
            }
            Next::End => Ok(Some(false)),
            Next::Unknown => Ok(None),
        },
        Source::Driven(_) => Ok(None),
    }
}

/// The items of an iterable, in an order that may be another where it is a set's. One that runs code to give them is
/// driven step by step, and lies on the stack as its iterator. Who asks may hold it up to `more` times beside the caller.
fn source_of(m: &mut Machine<'_>, of: ObjId, more: u32) -> R<Option<Source>> {
    if matches!(m.kind(of), Kind::Gen(_) | Kind::Instance(_) | Kind::Iter(_))
        && m.content_for(of, &["__iter__"]) == of
    {
        m.push_iterator(of, more)?;
        let iterator = m.st.peek(0);
        if m.is_driven(iterator) || matches!(m.kind(iterator), Kind::Iter(_)) {
            return Ok(Some(Source::Driven(iterator)));
        }
        m.consume(1);
        return Ok(None);
    }
    let items = super::builtins::in_any_order(m, of)?;
    Ok(items.map(|items| Source::Given(items.into_iter())))
}

/// Gives up what was taken, and the iterator under it.
fn finish(m: &mut Machine<'_>, source: Source, taken: usize) {
    match source {
        Source::Given(items) => {
            m.consume(taken);
            items.for_each(|item| m.st.dec(item));
        }
        Source::Driven(_) => m.consume(taken + 1),
    }
}

/// Nobody knows how the iteration goes on: what was taken may be anywhere.
fn give_up(m: &mut Machine<'_>, source: Source, taken: usize) {
    for depth in 0..taken {
        let item = m.st.peek(depth);
        m.st.escape(item);
    }
    if let Source::Driven(iterator) = source {
        m.st.escape(iterator);
        m.st.forget(iterator);
    }
    finish(m, source, taken);
}

pub(super) fn call(
    m: &mut Machine<'_>,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    match (name, args) {
        ("min" | "max", [of]) => match source_of(m, *of, 1)? {
            Some(source) => extreme(m, name == "max", source, keywords, args),
            None => unknown_items(m, args, keywords),
        },
        ("min" | "max", [_, _, ..]) => {
            args.iter().for_each(|arg| m.st.inc(*arg));
            let items: Vec<ObjId> = args.into();
            extreme(
                m,
                name == "max",
                Source::Given(items.into_iter()),
                keywords,
                args,
            )
        }
        ("sum", [of]) => sum(m, *of, None),
        ("sum", [of, start]) => sum(m, *of, Some(*start)),
        ("any" | "all", [of]) => truth_of_items(m, *of, name == "any"),
        _ => Ok(None),
    }
}

/// `any` stops at the first true item, `all` at the first that is not.
fn truth_of_items(m: &mut Machine<'_>, of: ObjId, stop: bool) -> Answer {
    let Some(mut source) = source_of(m, of, 0)? else {
        if !m.may_run(of, super::ITERATE) && !m.may_run(of, super::TRUTH) {
            m.quiet_iteration();
            return Ok(Some(m.some(B::Bool)));
        }
        return Ok(None);
    };
    let mut answer = Some(!stop);
    let mut taken = 0;
    loop {
        match next(m, &mut source, taken)? {
            Some(true) => taken += 1,
            Some(false) => break,
            None => {
                give_up(m, source, taken);
                return Ok(None);
            }
        }
        let item = m.st.peek(0);
        // How C code holds the item meanwhile differs: it is not the operand on top.
        m.st.push(NONE);
        let truth = m.truth(item)?;
        m.consume(1);
        match truth {
            Some(value) if value == stop => {
                answer = answer.map(|_| stop);
                break;
            }
            Some(_) => {}
            // Whether it goes on is not known.
            None if matches!(source, Source::Driven(_)) || m.may_run(of, super::TRUTH) => {
                give_up(m, source, taken);
                return Ok(None);
            }
            None => answer = None,
        }
    }
    finish(m, source, taken);
    Ok(Some(m.bool(answer)))
}

/// The least or greatest of items that are not known: any of them, and comparing them may run code.
fn unknown_items(m: &mut Machine<'_>, args: &[ObjId], keywords: Keywords<'_>) -> Answer {
    if let Kind::Range(range) = m.kind(args[0])
        && keywords.is_empty()
        && range_len(range) != Some(0)
    {
        return Ok(Some(m.some(B::Int)));
    }
    let calls = keywords.iter().any(|(_, value)| m.may_call_program(*value));
    let runs = [super::COMPARE, super::ITERATE]
        .iter()
        .any(|methods| args.iter().any(|arg| m.may_run(*arg, methods)));
    if calls || runs {
        return Ok(None);
    }
    m.quiet_iteration();
    args.iter().for_each(|arg| m.st.escape(*arg));
    keywords.iter().for_each(|(_, value)| m.st.escape(*value));
    Ok(Some(UNKNOWN))
}

fn extreme(
    m: &mut Machine<'_>,
    greatest: bool,
    mut source: Source,
    keywords: Keywords<'_>,
    args: &[ObjId],
) -> Answer {
    let mut default = None;
    let mut key = None;
    for (name, value) in keywords {
        match m.names.text(*name) {
            "default" => default = Some(*value),
            "key" if m.kind(*value) == &Kind::None => {}
            "key" => key = Some(*value),
            _ => {
                finish(m, source, 0);
                return Ok(None);
            }
        }
    }
    let op = if greatest { CmpOp::Gt } else { CmpOp::Lt };
    // Items and keys lie on the stack, where an exception finds them.
    let each = 1 + usize::from(key.is_some());
    let mut items: Vec<ObjId> = Vec::new();
    let mut best: Option<(ObjId, ObjId)> = None;
    let mut known = true;
    loop {
        match next(m, &mut source, items.len())? {
            Some(true) => {}
            Some(false) => break,
            None => {
                give_up(m, source, items.len() * each);
                return unknown_items(m, args, keywords);
            }
        }
        let item = m.st.peek(0);
        items.push(item);
        let mut value = item;
        if let Some(function) = key {
            m.push_new(function);
            m.push_new(item);
            m.call_callback(1)?;
            value = m.st.peek(0);
        }
        let Some((_, least)) = best else {
            best = Some((item, value));
            continue;
        };
        match m.compares(op, value, least)? {
            Some(true) => best = Some((item, value)),
            Some(false) => {}
            None if m.may_run(value, super::COMPARE) || m.may_run(least, super::COMPARE) => {
                give_up(m, source, items.len() * each);
                return Ok(None);
            }
            None => {
                m.may_raise();
                known = false;
            }
        }
    }
    let Some((best, _)) = best else {
        finish(m, source, 0);
        return match default {
            Some(default) => Ok(Some(default)),
            None => Err(m.raise(B::ValueError)),
        };
    };
    let result = if known {
        m.st.inc(best);
        best
    } else {
        m.one_of_each(&items)[0]
    };
    // Freed in the order in which they were found wanting; the best is kept.
    let taken = items.len() * each;
    let mut refs = m.take(taken);
    if let Source::Driven(_) = source {
        m.consume(1);
    }
    refs.drain(..).for_each(|id| m.st.dec(id));
    if known {
        m.hand_over(result);
    }
    Ok(Some(result))
}

fn sum(m: &mut Machine<'_>, of: ObjId, start: Option<ObjId>) -> Answer {
    let Some(mut source) = source_of(m, of, 0)? else {
        return unknown_sum(m, of, start);
    };
    if start.is_some_and(|start| matches!(m.kind(start), Kind::Str(_) | Kind::Bytes(_))) {
        return Err(m.raise(B::TypeError));
    }
    // Numbers are added when all are there, or something else comes.
    let mut items: Vec<ObjId> = Vec::new();
    let mut adds = start.is_some_and(|start| !is_number(m, start));
    let mut pushed = 0;
    if adds {
        m.push_new(start.expect("it is no number"));
        pushed = 1;
    }
    loop {
        // The total so far lies on top of the items; the next one comes above it.
        match next(m, &mut source, items.len())? {
            Some(true) => {}
            Some(false) => break,
            None => {
                give_up(m, source, items.len() + pushed);
                return unknown_sum(m, of, start);
            }
        }
        let item = m.st.peek(0);
        if !adds && is_number(m, item) {
            items.push(item);
            continue;
        }
        if !adds {
            adds = true;
            pushed = 1;
            let item = m.st.pop();
            let total = sum_of_numbers(m, &items, start);
            m.push_new(total);
            m.st.frame_mut().stack.push(item);
            m.binary(BinOp::Add)?;
            continue;
        }
        m.binary(BinOp::Add)?;
    }
    if !adds {
        let total = sum_of_numbers(m, &items, start);
        m.st.inc(total);
        finish(m, source, items.len());
        m.hand_over(total);
        return Ok(Some(total));
    }
    let total = m.st.pop_owned();
    finish(m, source, items.len());
    m.hand_over(total);
    Ok(Some(total))
}

fn unknown_sum(m: &mut Machine<'_>, of: ObjId, start: Option<ObjId>) -> Answer {
    if let Kind::Range(range) = m.kind(of)
        && start.is_none()
        && range_len(range).is_some()
    {
        return Ok(Some(m.some(B::Int)));
    }
    let methods = ["__add__", "__radd__"];
    if m.may_run(of, super::ITERATE) || m.may_run(of, &methods) {
        return Ok(None);
    }
    m.quiet_iteration();
    m.st.escape(of);
    Ok(Some(UNKNOWN))
}

fn is_number(m: &Machine<'_>, id: ObjId) -> bool {
    matches!(
        m.kind(id),
        Kind::Int(_)
            | Kind::BigInt(_)
            | Kind::Bool(_)
            | Kind::Float(_)
            | Kind::Opaque(B::Int | B::Bool | B::Float, _)
    )
}

/// The sum of numbers, which runs no code.
fn sum_of_numbers(m: &mut Machine<'_>, items: &[ObjId], start: Option<ObjId>) -> ObjId {
    let all = || items.iter().chain(start.iter());
    if items.is_empty() {
        return start.unwrap_or_else(|| m.int64(0));
    }
    if all().any(|item| matches!(m.kind(*item), Kind::Float(_) | Kind::Opaque(B::Float, _))) {
        // 3.12 and later add with compensation: the last bits are not followed.
        return m.fresh(B::Float);
    }
    if all().any(|item| as_float(m.kind(*item)).is_none()) {
        return m.some(B::Int);
    }
    let total = all()
        .map(|item| as_int(m.kind(*item)).unwrap_or_default())
        .sum();
    m.int(&total)
}
