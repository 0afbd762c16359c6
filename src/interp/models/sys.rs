//! `sys`: reference counts, sizes, interning.

use super::super::machine::Machine;
use super::{Answer, Keywords};
use crate::domain::{B, Kind, ObjId};

pub(super) fn attribute(m: &mut Machine<'_>, name: &str) -> Option<ObjId> {
    Some(match name {
        "getrefcount" | "getsizeof" | "intern" | "exit" | "getrecursionlimit"
        | "setrecursionlimit" => m.atoms.function(&format!("sys.{name}")),
        "argv" | "path" => m.some(B::List),
        "modules" => m.some(B::Dict),
        "version" | "platform" | "executable" | "byteorder" => m.some(B::Str),
        "maxsize" => m.atoms.function("sys.maxsize.value"),
        _ => return None,
    })
    .filter(
        |id| !matches!(m.kind(*id), Kind::BuiltinFunction(name) if &**name == "sys.maxsize.value"),
    )
}

pub(super) fn call(
    m: &mut Machine<'_>,
    name: &str,
    args: &[ObjId],
    _keywords: Keywords<'_>,
) -> Answer {
    match (name, args) {
        ("exc_info" | "exception", []) => {
            m.hand_over_handled();
            Ok(None)
        }
        ("getrefcount", [_]) => Ok(Some(m.some(B::Int))),
        ("getsizeof", [id]) => {
            if m.has_special(*id, "__sizeof__") {
                return Ok(None);
            }
            match m.size_of(*id).and_then(|size| size.exact()) {
                Some(size) => Ok(Some(m.int64(size as i64))),
                None => Ok(Some(m.some(B::Int))),
            }
        }
        ("intern", [id]) => match m.kind(*id) {
            Kind::Str(text) => {
                let text = text.clone();
                if id.is_atom() {
                    return Ok(Some(*id));
                }
                // Whether it is this one that gets into the table, or one that is there, is not known.
                if let Some(obj) = m.st.heap.get_mut(*id) {
                    obj.uncertain = true;
                    obj.escaped = true;
                    obj.handed = true;
                    obj.count = crate::domain::Count::ANY;
                }
                Ok(Some(m.atoms.str(&text)))
            }
            _ => Err(m.raise(B::TypeError)),
        },
        ("exit", _) => Err(m.raise(B::SystemExit)),
        ("getrecursionlimit", []) => Ok(Some(m.some(B::Int))),
        ("setrecursionlimit", [_]) => Ok(Some(crate::domain::atoms::NONE)),
        _ => Ok(None),
    }
}
