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
    if matches!(name, "split" | "rsplit") && !keywords.is_empty() {
        let named = |name: &str| {
            let found = keywords
                .iter()
                .find(|(keyword, _)| m.names.text(*keyword) == name);
            found.map(|(_, value)| *value)
        };
        let by = args.first().copied().or(named("sep"));
        let limit = args.get(1).copied().or(named("maxsplit"));
        let known = [named("sep"), named("maxsplit")].iter().flatten().count();
        if known == keywords.len() && known + args.len() <= 2 {
            let mut all = vec![by.unwrap_or(crate::domain::atoms::NONE)];
            all.extend(limit);
            return call(m, id, name, &all, &[]);
        }
    }
    if !keywords.is_empty() || args.iter().any(|arg| m.is_opaque(*arg)) && name != "join" {
        return unknown(m, id, name, args);
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
        ("strip", []) => same_or(m, id, &text, text.trim_matches(is_space)),
        ("lstrip", []) => same_or(m, id, &text, text.trim_start_matches(is_space)),
        ("rstrip", []) => same_or(m, id, &text, text.trim_end_matches(is_space)),
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
            None => return unknown(m, id, name, args),
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
            _ => return unknown(m, id, name, args),
        },
        ("startswith" | "endswith", [parts, ..]) => {
            let parts = match m.kind_of(*parts) {
                Kind::Tuple(parts) => parts.iter().map(|part| text_of(m, *part)).collect(),
                _ => vec![words[0].clone()],
            };
            let (Some(parts), Some(within)) = (
                parts.into_iter().collect::<Option<Vec<_>>>(),
                within(m, &text, &args[1..]),
            ) else {
                return unknown(m, id, name, args);
            };
            let answer = within.is_some_and(|(_, text)| {
                parts.iter().any(|part| match name {
                    "startswith" => text.starts_with(&**part),
                    _ => text.ends_with(&**part),
                })
            });
            m.atoms.bool(answer)
        }
        ("find" | "rfind" | "index" | "rindex" | "count", [_, ..]) => {
            let (Some(part), Some(within)) = (&words[0], within(m, &text, &args[1..])) else {
                return unknown(m, id, name, args);
            };
            if name == "count" {
                let n = within.map_or(0, |(_, text)| match part.is_empty() {
                    true => text.chars().count() + 1,
                    false => text.matches(&**part).count(),
                });
                return Ok(Some(m.int64(n as i64)));
            }
            let found = within.and_then(|(start, text)| {
                let at = match name.starts_with('r') {
                    true => text.rfind(&**part),
                    false => text.find(&**part),
                };
                at.map(|at| start + text[..at].chars().count())
            });
            match found {
                Some(at) => m.int64(at as i64),
                None if name.ends_with("index") => return Err(m.raise(B::ValueError)),
                None => m.int64(-1),
            }
        }
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
        ("split" | "rsplit", [] | [_] | [_, _]) => {
            let by = match args.first().map(|by| m.kind(*by)) {
                None | Some(Kind::None) => None,
                Some(_) => match &words[0] {
                    Some(by) if by.is_empty() => return Err(m.raise(B::ValueError)),
                    Some(by) => Some(by.clone()),
                    None => return unknown(m, id, name, args),
                },
            };
            let limit = match args.get(1).map(|limit| as_i64(m.kind(*limit))) {
                None => None,
                Some(Some(limit)) => usize::try_from(limit).ok(),
                Some(None) => return unknown(m, id, name, args),
            };
            let parts = parts_of(&text, by.as_deref(), limit, name == "rsplit");
            let made = split_list(&text, by.as_deref(), limit);
            return Ok(Some(list_of(m, &parts, (id, &text), made)));
        }
        ("splitlines", [])
            if ascii && !text.contains(['\x0b', '\x0c', '\x1c', '\x1d', '\x1e', '\r']) =>
        {
            let parts: Vec<String> = text.lines().map(String::from).collect();
            return Ok(Some(list_of(m, &parts, (id, &text), ListMade::Appended)));
        }
        ("join", [source]) => return join(m, &text, *source),
        ("zfill" | "ljust" | "rjust" | "center", [width]) if name != "center" => {
            let Some(width) = as_i64(m.kind(*width)) else {
                return unknown(m, id, name, args);
            };
            let missing = usize::try_from(width)
                .unwrap_or(0)
                .saturating_sub(text.chars().count());
            if missing == 0 {
                id
            } else if missing > 10_000 || name == "zfill" && text.starts_with(['+', '-']) {
                return unknown(m, id, name, args);
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
            None => return unknown(m, id, name, args),
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
            None => return unknown(m, id, name, args),
        },
        _ => return unknown(m, id, name, args),
    };
    Ok(Some(result))
}

/// A method of a string that gives a result of a known type, and runs no code of the program.
fn unknown(m: &mut Machine<'_>, id: ObjId, name: &str, args: &[ObjId]) -> Answer {
    for arg in args {
        if m.is_opaque(*arg) {
            m.unknown_use(*arg);
        }
    }
    // The result may be the string itself, or hold it or an argument.
    m.st.escape(id);
    for arg in args {
        m.st.escape(*arg);
    }
    m.may_raise();
    let ty = match name {
        "encode" => B::Bytes,
        "find" | "rfind" | "index" | "rindex" | "count" => B::Int,
        "split" | "rsplit" | "splitlines" => {
            let every = m.some(B::Str);
            return Ok(Some(m.open_list_of(Some(every))));
        }
        "partition" | "rpartition" => B::Tuple,
        "maketrans" => B::Dict,
        _ if name.starts_with("is") || name.ends_with("with") => B::Bool,
        _ => B::Str,
    };
    Ok(Some(m.some(ty)))
}

/// `Py_UNICODE_ISSPACE`
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

/// The part of the text between the optional bounds `start` and `end`, with the index of its first character; `None`
/// inside where the bounds leave not even an empty part, outside where a bound is not known.
fn within<'t>(
    m: &Machine<'_>,
    text: &'t str,
    bounds: &[ObjId],
) -> Option<Option<(usize, &'t str)>> {
    let len = text.chars().count();
    let mut places = [0, len];
    for (place, bound) in places.iter_mut().zip(bounds) {
        match m.kind(*bound) {
            Kind::None => {}
            kind => {
                let at = as_i64(kind)?;
                let at = if at < 0 { at + len as i64 } else { at };
                *place = usize::try_from(at).unwrap_or(0);
            }
        }
    }
    let [start, end] = places;
    let end = end.min(len);
    if bounds.len() > 2 || start > end {
        return (bounds.len() <= 2).then_some(None);
    }
    let byte = |at: usize| {
        text.char_indices()
            .nth(at)
            .map_or(text.len(), |(byte, _)| byte)
    };
    Some(Some((start, &text[byte(start)..byte(end)])))
}

/// `text.split(by, limit)`, or from the right.
fn parts_of(text: &str, by: Option<&str>, limit: Option<usize>, from_right: bool) -> Vec<String> {
    let limit = limit.unwrap_or(usize::MAX);
    let mut out: Vec<String> = match (by, from_right) {
        (Some(by), false) => text
            .splitn(limit.saturating_add(1), by)
            .map(String::from)
            .collect(),
        (Some(by), true) => text
            .rsplitn(limit.saturating_add(1), by)
            .map(String::from)
            .collect(),
        (None, _) => {
            let mut out = Vec::new();
            let mut rest = trim(text, from_right);
            while !rest.is_empty() {
                let cut = match from_right {
                    _ if out.len() == limit => None,
                    false => rest.find(is_space),
                    true => rest.rfind(is_space),
                };
                let Some(cut) = cut else {
                    // At the limit the rest is kept as it is.
                    out.push(rest.to_owned());
                    break;
                };
                let width = rest[cut..].chars().next().map_or(1, char::len_utf8);
                let (part, next) = match from_right {
                    false => (&rest[..cut], &rest[cut + width..]),
                    true => (&rest[cut + width..], &rest[..cut]),
                };
                out.push(part.to_owned());
                rest = trim(next, from_right);
            }
            out
        }
    };
    if from_right {
        out.reverse();
    }
    out
}

/// Takes off the white space at the end where splitting goes on.
fn trim(text: &str, from_right: bool) -> &str {
    match from_right {
        false => text.trim_start_matches(is_space),
        true => text.trim_end_matches(is_space),
    }
}

/// How the list of parts is made (`unicode_split`).
fn split_list(text: &str, by: Option<&str>, limit: Option<usize>) -> ListMade {
    let len = text.chars().count();
    let most = match by {
        _ if limit.is_some() => limit.unwrap_or_default(),
        None => len.saturating_sub(1) / 2 + 1,
        Some(by) => {
            // A separator that can't be in the text is not looked for.
            let parts = by.chars().count();
            if width(text) < width(by) || len < parts {
                return ListMade::Exact;
            }
            len / parts.max(1) + 1
        }
    };
    ListMade::Split {
        most: most as u64,
        is_limited: limit.is_some(),
    }
}

/// Bytes that each of the text's characters takes.
fn width(text: &str) -> u8 {
    match text.chars().max() {
        Some('\u{100}'..='\u{ffff}') => 2,
        Some('\u{10000}'..) => 4,
        _ => 1,
    }
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
    // The list is made of the iterator that a method gives, which is asked for no length.
    let known = if m.has_special(source, "__iter__") {
        m.known_items(source)?
    } else {
        m.listed_items(source)?
    };
    let Some(items) = known else {
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
