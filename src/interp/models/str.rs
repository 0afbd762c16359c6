//! Methods of `str` (`Objects/unicodeobject.c`). Where nothing changes, many give back the string itself.

use super::super::machine::Machine;
use super::super::value::as_i64;
use super::{Answer, Keywords, text_of};
use crate::domain::{B, Kind, ObjId};
use crate::layout::ListMade;

/// Their names.
pub(super) const METHODS: &[&str] = &[
    "capitalize",
    "casefold",
    "center",
    "count",
    "encode",
    "endswith",
    "expandtabs",
    "find",
    "format",
    "format_map",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isprintable",
    "isspace",
    "istitle",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "maketrans",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "translate",
    "upper",
    "zfill",
];

pub(super) fn call(
    m: &mut Machine<'_>,
    id: ObjId,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    let Some(text) = text_of(m, id) else {
        return Ok(None);
    };
    if !keywords.is_empty() || args.iter().any(|arg| m.is_opaque(*arg)) && name != "join" {
        return unknown(m, name, args);
    }
    let ascii = text.is_ascii();
    let words: Vec<Option<std::sync::Arc<str>>> = args.iter().map(|arg| text_of(m, *arg)).collect();
    let result = match (name, args) {
        ("upper", []) if ascii => fresh(m, &text.to_ascii_uppercase()),
        ("lower" | "casefold", []) if ascii => fresh(m, &text.to_ascii_lowercase()),
        ("capitalize", []) if ascii => {
            let mut out = text.to_ascii_lowercase();
            if let Some(first) = out.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            fresh(m, &out)
        }
        ("title", []) if ascii => fresh(m, &title(&text)),
        ("swapcase", []) if ascii => {
            let out: String = text
                .chars()
                .map(|c| {
                    if c.is_ascii_uppercase() {
                        c.to_ascii_lowercase()
                    } else {
                        c.to_ascii_uppercase()
                    }
                })
                .collect();
            fresh(m, &out)
        }
        ("strip", []) if ascii => same_or(m, id, &text, text.trim_matches(is_space)),
        ("lstrip", []) if ascii => same_or(m, id, &text, text.trim_start_matches(is_space)),
        ("rstrip", []) if ascii => same_or(m, id, &text, text.trim_end_matches(is_space)),
        ("strip" | "lstrip" | "rstrip", [_]) => match &words[0] {
            Some(chars) => {
                let inside = |c: char| chars.contains(c);
                let out = match name {
                    "strip" => text.trim_matches(inside),
                    "lstrip" => text.trim_start_matches(inside),
                    _ => text.trim_end_matches(inside),
                };
                same_or(m, id, &text, out)
            }
            None => return unknown(m, name, args),
        },
        ("replace", [_, _]) => match (&words[0], &words[1]) {
            (Some(old), Some(new)) if !old.is_empty() => {
                if text.contains(&**old) && old != new {
                    let out = text.replace(&**old, new);
                    m.string(&out)
                } else {
                    id
                }
            }
            _ => return unknown(m, name, args),
        },
        ("startswith" | "endswith", [_]) => match &words[0] {
            Some(part) => {
                let answer = if name == "startswith" {
                    text.starts_with(&**part)
                } else {
                    text.ends_with(&**part)
                };
                m.atoms.bool(answer)
            }
            None => return unknown(m, name, args),
        },
        ("find" | "rfind" | "index" | "rindex", [_]) => match &words[0] {
            Some(part) => {
                let at = if name.starts_with('r') {
                    text.rfind(&**part)
                } else {
                    text.find(&**part)
                };
                match at {
                    Some(at) => {
                        let at = text[..at].chars().count() as i64;
                        m.int64(at)
                    }
                    None if name.ends_with("index") => return Err(m.raise(B::ValueError)),
                    None => m.int64(-1),
                }
            }
            None => return unknown(m, name, args),
        },
        ("count", [_]) => match &words[0] {
            Some(part) if !part.is_empty() => {
                let n = text.matches(&**part).count() as i64;
                m.int64(n)
            }
            _ => return unknown(m, name, args),
        },
        ("isdigit" | "isdecimal" | "isnumeric", []) if ascii => {
            all(m, &text, |c| c.is_ascii_digit())
        }
        ("isalpha", []) if ascii => all(m, &text, |c| c.is_ascii_alphabetic()),
        ("isalnum", []) if ascii => all(m, &text, |c| c.is_ascii_alphanumeric()),
        ("isspace", []) if ascii => all(m, &text, is_space),
        ("isupper" | "islower", []) if ascii => {
            let upper = name == "isupper";
            let answer = text.chars().any(|c| c.is_ascii_alphabetic())
                && !text.chars().any(|c| {
                    if upper {
                        c.is_ascii_lowercase()
                    } else {
                        c.is_ascii_uppercase()
                    }
                });
            m.atoms.bool(answer)
        }
        ("isascii", []) => m.atoms.bool(ascii),
        ("split", []) if ascii => {
            let parts: Vec<String> = text
                .split(is_space)
                .filter(|part| !part.is_empty())
                .map(String::from)
                .collect();
            return Ok(Some(list_of(m, &parts, (id, &text), ListMade::Split)));
        }
        ("split", [_]) => match &words[0] {
            Some(separator) if !separator.is_empty() => {
                let parts: Vec<String> = text.split(&**separator).map(String::from).collect();
                // Of the empty string the list is made for that one string.
                let made = if text.is_empty() {
                    ListMade::Exact
                } else {
                    ListMade::Split
                };
                return Ok(Some(list_of(m, &parts, (id, &text), made)));
            }
            Some(_) => return Err(m.raise(B::ValueError)),
            None => return unknown(m, name, args),
        },
        ("splitlines", [])
            if ascii && !text.contains(['\x0b', '\x0c', '\x1c', '\x1d', '\x1e', '\r']) =>
        {
            let parts: Vec<String> = text.lines().map(String::from).collect();
            return Ok(Some(list_of(m, &parts, (id, &text), ListMade::Appended)));
        }
        ("join", [source]) => return join(m, &text, *source),
        ("zfill" | "ljust" | "rjust" | "center", [width]) if name != "center" => {
            let Some(width) = as_i64(m.kind(*width)) else {
                return unknown(m, name, args);
            };
            let missing = usize::try_from(width)
                .unwrap_or(0)
                .saturating_sub(text.chars().count());
            if missing == 0 {
                id
            } else if missing > 10_000 || name == "zfill" && text.starts_with(['+', '-']) {
                return unknown(m, name, args);
            } else {
                let out = match name {
                    "zfill" => "0".repeat(missing) + &text,
                    "ljust" => text.to_string() + &" ".repeat(missing),
                    _ => " ".repeat(missing) + &text,
                };
                m.composed(&out)
            }
        }
        ("encode", []) => m.bytes(text.as_bytes()),
        ("encode", [_])
            if words[0]
                .as_deref()
                .is_some_and(|name| matches!(name, "utf-8" | "utf8" | "UTF-8")) =>
        {
            m.bytes(text.as_bytes())
        }
        ("partition" | "rpartition", [_]) => match &words[0] {
            Some(separator) if !separator.is_empty() => {
                let at = if name == "partition" {
                    text.find(&**separator)
                } else {
                    text.rfind(&**separator)
                };
                let items = match at {
                    Some(at) => {
                        let before = m.string(&text[..at]);
                        let after = m.string(&text[at + separator.len()..]);
                        vec![before, args[0], after]
                    }
                    None => {
                        let empty = m.string("");
                        if name == "partition" {
                            vec![id, empty, empty]
                        } else {
                            vec![empty, empty, id]
                        }
                    }
                };
                m.tuple(items)
            }
            Some(_) => return Err(m.raise(B::ValueError)),
            None => return unknown(m, name, args),
        },
        ("removeprefix" | "removesuffix", [_]) if m.layout().has_dict_union() => match &words[0] {
            Some(part) => {
                let out = if name == "removeprefix" {
                    text.strip_prefix(&**part)
                } else {
                    text.strip_suffix(&**part)
                };
                match out {
                    Some(out) if !part.is_empty() => same_or(m, id, &text, out),
                    _ => id,
                }
            }
            None => return unknown(m, name, args),
        },
        _ => return unknown(m, name, args),
    };
    Ok(Some(result))
}

/// A method of a string that gives a result of a known type, and runs no code of the program.
fn unknown(m: &mut Machine<'_>, name: &str, args: &[ObjId]) -> Answer {
    for arg in args {
        if m.is_opaque(*arg) {
            m.unknown_use(*arg);
        }
    }
    m.may_raise();
    let ty = match name {
        "encode" => B::Bytes,
        "find" | "rfind" | "index" | "rindex" | "count" => B::Int,
        "split" | "rsplit" | "splitlines" => return Ok(Some(m.open_list())),
        "partition" | "rpartition" => B::Tuple,
        "maketrans" => B::Dict,
        _ if name.starts_with("is") || name.ends_with("with") => B::Bool,
        _ => B::Str,
    };
    Ok(Some(m.some(ty)))
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r' | '\x1c'..='\x1f')
}

/// A string that is new even where it is equal: only the shortest come from a cache.
fn fresh(m: &mut Machine<'_>, text: &str) -> ObjId {
    m.new_string(text)
}

fn same_or(m: &mut Machine<'_>, id: ObjId, text: &str, out: &str) -> ObjId {
    if out.len() == text.len() {
        id
    } else {
        m.string(out)
    }
}

fn all(m: &mut Machine<'_>, text: &str, test: impl Fn(char) -> bool) -> ObjId {
    m.atoms.bool(!text.is_empty() && text.chars().all(test))
}

fn title(text: &str) -> String {
    let mut start = true;
    text.chars()
        .map(|c| {
            let out = if start {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            };
            start = !c.is_ascii_alphabetic();
            out
        })
        .collect()
}

/// The parts as a list; a part that is the whole string is the string itself.
fn list_of(m: &mut Machine<'_>, parts: &[String], whole: (ObjId, &str), made: ListMade) -> ObjId {
    let items = parts
        .iter()
        .map(|part| {
            if part == whole.1 {
                whole.0
            } else {
                m.string(part)
            }
        })
        .collect();
    m.new_list(items, made)
}

fn join(m: &mut Machine<'_>, separator: &str, source: ObjId) -> Answer {
    let Some(items) = m.listed_items(source)? else {
        if m.is_opaque(source) || matches!(m.kind(source), Kind::Opaque(..)) {
            m.unknown_use(source);
        }
        m.may_raise();
        return Ok(Some(m.some(B::Str)));
    };
    if let [only] = items[..]
        && matches!(m.kind(only), Kind::Str(_))
    {
        m.hand_over(only);
        return Ok(Some(only));
    }
    let mut texts = Vec::with_capacity(items.len());
    for item in &items {
        let item = *item;
        match m.kind(item) {
            Kind::Str(text) => texts.push(text.clone()),
            Kind::Int(_) | Kind::None | Kind::Bool(_) | Kind::Float(_) => {
                return Err(m.raise(B::TypeError));
            }
            _ => {
                m.may_raise();
                m.drop_items(items);
                return Ok(Some(m.some(B::Str)));
            }
        }
    }
    m.drop_items(items);
    let out = texts
        .iter()
        .map(|text| &**text)
        .collect::<Vec<_>>()
        .join(separator);
    Ok(Some(m.composed(&out)))
}
