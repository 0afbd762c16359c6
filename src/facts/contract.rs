//! Claims as JSON Lines: the facts contract.

use serde_json::{Map, Value, json};

use super::{Claims, CopyKind, FileFacts, Gone, Path, Step};
use crate::base::{Interval, Names};
use crate::hir::File;
use crate::interp::Place;

/// All claims of a file, one JSON object a line. `position` turns a byte offset into a line from 1 and a column from 0,
/// in UTF-8 bytes, as Python's `ast` has them; `path` is written as given.
pub fn write(
    file: &File,
    facts: &FileFacts,
    path: &str,
    position: &dyn Fn(u32) -> (u32, u32),
) -> String {
    let mut out = String::new();
    let at_position = |offset: u32| {
        let (line, column) = position(offset);
        json!([line, column])
    };
    for place in &facts.places {
        let scope = match place.unit.unit {
            None => "<module>",
            Some(unit) => {
                &*file.items[place.unit.item as usize]
                    .item
                    .unit(unit)
                    .qualname
            }
        };
        let head = || {
            let mut map = Map::new();
            map.insert("file".into(), json!(path));
            map.insert("scope".into(), json!(scope));
            map.insert("stmt".into(), at_position(place.start));
            map.insert(
                "at".into(),
                json!(if matches!(place.place, Place::Entry(_)) {
                    "entry"
                } else {
                    "after"
                }),
            );
            map
        };
        for (path, claims) in &place.paths {
            let mut map = head();
            map.insert("path".into(), json!(path_text(&facts.names, path)));
            let n = map.len();
            put_claims(&mut map, &facts.names, claims);
            if map.len() > n {
                push_line(&mut out, map);
            }
        }
        let gone = |list: &[Gone]| -> Value {
            list.iter()
                .map(|gone| json!({"type": &*gone.ty, "stmt": at_position(gone.bound_at)}))
                .collect()
        };
        if !place.frees.is_empty() {
            let mut map = head();
            map.insert("frees".into(), gone(&place.frees));
            push_line(&mut out, map);
        }
        if !place.leaks.is_empty() {
            let mut map = head();
            map.insert("leaks".into(), gone(&place.leaks));
            push_line(&mut out, map);
        }
    }
    out
}

fn push_line(out: &mut String, map: Map<String, Value>) {
    out.push_str(&Value::Object(map).to_string());
    out.push('\n');
}

fn put_claims(map: &mut Map<String, Value>, names: &Names, claims: &Claims) {
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(key.into(), value);
        }
    };
    let number = |interval: Interval| match interval.exact() {
        Some(value) => json!(value),
        None => json!([interval.lo, interval.hi]),
    };
    let paths = |list: &[Path]| -> Option<Value> {
        (!list.is_empty()).then(|| {
            list.iter()
                .map(|path| json!(path_text(names, path)))
                .collect()
        })
    };
    put("type", claims.ty.as_deref().map(|ty| json!(ty)));
    put("size", claims.size.map(number));
    put("deep", claims.deep.map(number));
    put("refs", claims.refs.map(number));
    put("immortal", claims.immortal.map(|value| json!(value)));
    put("interned", claims.interned.map(|value| json!(value)));
    put("tracked", claims.tracked.map(|value| json!(value)));
    put("same_as", paths(&claims.same_as));
    put("not_same_as", paths(&claims.not_same_as));
    put(
        "copy",
        claims.copy.as_ref().map(|(kind, of)| {
            let kind = match kind {
                CopyKind::Alias => "alias",
                CopyKind::Shallow => "shallow",
                CopyKind::Deep => "deep",
            };
            json!({"kind": kind, "of": path_text(names, of)})
        }),
    );
    put(
        "shares",
        (!claims.shares.is_empty()).then(|| {
            claims
                .shares
                .iter()
                .map(|(a, b)| json!([path_text(names, a), path_text(names, b)]))
                .collect()
        }),
    );
    put("cycle", claims.cycle.map(|value| json!(value)));
}

/// A path as the contract writes it.
pub fn path_text(names: &Names, path: &Path) -> String {
    let mut out = names.text(path.root).to_string();
    for step in &path.steps {
        match step {
            Step::Attr(name) => {
                out.push('.');
                out.push_str(names.text(*name));
            }
            Step::Int(at) => out.push_str(&format!("[{at}]")),
            Step::Str(key) => out.push_str(&format!("[{}]", json!(&**key))),
        }
    }
    out
}
