//! `gc`: the collector.

use super::super::machine::Machine;
use super::{Answer, Keywords};
use crate::domain::atoms::NONE;
use crate::domain::{B, ObjId};

/// Functions that are modelled.
pub(super) const FUNCTIONS: &[&str] = &[
    "collect",
    "disable",
    "enable",
    "get_count",
    "get_threshold",
    "isenabled",
    "is_tracked",
    "set_threshold",
    "freeze",
];

pub(super) fn call(
    m: &mut Machine<'_>,
    name: &str,
    _args: &[ObjId],
    _keywords: Keywords<'_>,
) -> Answer {
    let ty = match name {
        "collect" => {
            m.collect_garbage();
            B::Int
        }
        "disable" | "enable" | "set_threshold" | "freeze" => return Ok(Some(NONE)),
        "get_count" | "get_threshold" => B::Tuple,
        "isenabled" | "is_tracked" => B::Bool,
        _ => return Ok(None),
    };
    Ok(Some(m.some(ty)))
}
