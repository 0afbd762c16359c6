//! What the bytes of an object are for.

use crate::facts::{Claims, Detail};
use crate::ide::words::number;
use crate::layout::{Layout, Slots};

/// The parts of an exact size, for the types whose size is a sum that one can follow.
pub(super) fn of(layout: &Layout, claims: &Claims, detail: &Detail) -> Option<String> {
    let size = claims.size?.exact()?;
    let len = detail.len?;
    match claims.ty.as_deref()? {
        "list" => {
            let own = layout.list_size(Slots::NONE);
            let places = size.checked_sub(own)? / 8;
            Some(match places == len {
                true => format!(
                    "{own} for the list, and 8 for each of {} items",
                    number(len)
                ),
                false => format!(
                    "{own} for the list, and 8 for each of {} places, of which {} are in use: room is made ahead of need",
                    number(places),
                    number(len)
                ),
            })
        }
        "tuple" => {
            let own = layout.tuple_size(0);
            (size == layout.tuple_size(len)).then(|| {
                format!(
                    "{own} for the tuple, and 8 for each of {} items",
                    number(len)
                )
            })
        }
        "str" => {
            let kinds = [
                (0x7F, "1 for each of its ASCII characters"),
                (0xFF, "1 for each character up to U+00FF"),
                (0xFFFF, "2 for each character, since one is beyond U+00FF"),
                (
                    0x10_FFFF,
                    "4 for each character, since one is beyond U+FFFF",
                ),
            ];
            let (most, each) = kinds
                .into_iter()
                .find(|(most, _)| len > 0 && layout.str_size(*most, len) == size)?;
            let width = layout.str_size(most, len) - layout.str_size(most, len - 1);
            Some(format!(
                "{} for the str and its end mark, and {each}",
                size - width * len
            ))
        }
        "bytes" => (size == layout.bytes_size(len)).then(|| {
            format!(
                "{} for the object and its end mark, and 1 for each byte",
                layout.bytes_size(0)
            )
        }),
        _ => None,
    }
}
