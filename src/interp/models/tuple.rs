//! Methods of `tuple`.

use super::super::machine::Machine;
use super::{Answer, Keywords};
use crate::domain::{B, Kind, ObjId};

/// Their names.
pub(super) const METHODS: &[&str] = &["count", "index"];

pub(super) fn call(
    m: &mut Machine<'_>,
    id: ObjId,
    name: &str,
    args: &[ObjId],
    _keywords: Keywords<'_>,
) -> Answer {
    let (Kind::Tuple(items), [wanted]) = (m.kind_of(id), args) else {
        return Ok(None);
    };
    let mut n = 0;
    for (at, item) in items.iter().enumerate() {
        match m.equals_or_same(*item, *wanted)? {
            Some(true) if name == "index" => return Ok(Some(m.int64(at as i64))),
            Some(equal) => n += i64::from(equal),
            None => return Ok(None),
        }
    }
    if name == "index" {
        Err(m.raise(B::ValueError))
    } else {
        Ok(Some(m.int64(n)))
    }
}
