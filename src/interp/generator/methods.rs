//! `send`, `throw`, `close` and `__next__` of generators and coroutines of the program.

use super::super::machine::{Machine, R};
use super::super::models::Answer;
use super::{Advanced, Sent};
use crate::domain::atoms::NONE;
use crate::domain::{B, Kind, ObjId, Stand};

/// Names that the types have.
pub(in crate::interp) const METHODS: &[&str] = &["send", "throw", "close", "__next__", "__iter__"];

/// Calls a method of a generator or coroutine.
pub(in crate::interp) fn call(
    m: &mut Machine<'_>,
    owner: ObjId,
    name: &str,
    args: &[ObjId],
) -> Answer {
    let Kind::Gen(generator) = m.kind_of(owner) else {
        return Ok(None);
    };
    match (name, args) {
        ("__iter__", []) => Ok(Some(owner)),
        ("__next__", []) => step(m, owner, NONE),
        ("send", [value]) => {
            if generator.at == Stand::New && m.kind(*value) != &Kind::None {
                return Err(m.raise(B::TypeError));
            }
            step(m, owner, *value)
        }
        ("close", []) => match generator.at {
            // One that never started is only marked as ended; when its frame goes differs.
            Stand::New => {
                m.st.forget(owner);
                Ok(Some(NONE))
            }
            _ => {
                m.close(owner)?;
                Ok(Some(NONE))
            }
        },
        _ => Ok(None),
    }
}

/// `next` of a generator: its value, or StopIteration.
fn step(m: &mut Machine<'_>, owner: ObjId, value: ObjId) -> Answer {
    match m.advance(owner, Sent::Value(value))? {
        Advanced::Item => Ok(Some(m.take_item())),
        Advanced::Done => Err(stop(m)?),
        Advanced::Either(ended) => {
            let given = std::mem::replace(&mut m.st, *ended);
            let _ = stop(m);
            m.st = given;
            Ok(Some(m.take_item()))
        }
        Advanced::Unknown => Ok(None),
    }
}

/// Raises StopIteration with the value on top of the stack.
fn stop(m: &mut Machine<'_>) -> R<super::super::machine::Dead> {
    let value = m.st.peek(0);
    let held = [value];
    let is_none = m.kind(value) == &Kind::None;
    let dead = if is_none {
        m.consume(1);
        m.raise(B::StopIteration)
    } else {
        m.raise_holding(B::StopIteration, &held)
    };
    Ok(dead)
}
