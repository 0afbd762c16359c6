//! `asyncio`: a loop that runs one coroutine to its end. Tasks that run beside each other are not followed.
//!
//! Checked under each version: what a coroutine returns through `run` is the very object, and the loop keeps none of it.

use super::super::generator::{Advanced, Sent};
use super::super::machine::Machine;
use super::{Answer, Keywords};
use crate::domain::atoms::NONE;
use crate::domain::{B, Kind, ObjId};

/// Names that the module has, of those known here.
pub(super) const FUNCTIONS: &[&str] = &["run"];

pub(super) fn call(
    m: &mut Machine<'_>,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    let ("run", [main]) = (name, args) else {
        return Ok(None);
    };
    let is_coroutine =
        matches!(m.kind(*main), Kind::Gen(generator) if generator.ty == B::Coroutine);
    if !is_coroutine || !keywords.is_empty() {
        return Ok(None);
    }
    match m.advance(*main, Sent::Value(NONE))? {
        Advanced::Done => Ok(Some(m.take_item())),
        // A coroutine gives nothing on the way: what it awaits runs where it stands.
        Advanced::Item | Advanced::Either(_) | Advanced::Unknown => {
            m.st.forget(*main);
            Ok(None)
        }
    }
}
