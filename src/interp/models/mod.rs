//! Models: what functions and methods of CPython and its libraries do. One file for each type or module.
//!
//! A model looks at its arguments, which the caller's stack holds, and gives its result without a reference of its own;
//! `None` where it does not know: then unknown code runs with the arguments.

mod asyncio;
mod builtins;
mod callables;
mod collections;
mod copy;
mod dict;
mod exceptions;
mod folds;
mod format;
mod gc;
mod heapq;
mod hooks;
mod library;
mod list;
mod math;
mod number;
mod set;
mod sort;
mod str;
mod subclass;
mod sys;
mod tuple;
mod types;

use super::machine::{Machine, R};
use crate::base::Name;
use crate::domain::atoms::UNKNOWN;
use crate::domain::{B, Kind, ObjId};

pub(in crate::interp) use callables::call_object;
pub(in crate::interp) use exceptions::keeps_only_args;
pub(in crate::interp) use hooks::{COMPARE, Hooks, ITERATE, NUMBER, TEXT, TRUTH};
pub(in crate::interp) use library::object_attribute;

/// A model's answer.
pub(in crate::interp) type Answer = R<Option<ObjId>>;

/// Keyword arguments of a call.
pub(in crate::interp) type Keywords<'a> = &'a [(Name, ObjId)];

/// Calls a function of a library by its dotted name.
pub(super) fn call(
    m: &mut Machine<'_>,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    if let Some(method) = name.strip_prefix("unbound:") {
        return call_unbound(m, method, args, keywords);
    }
    let (module, function) = name.rsplit_once('.').unwrap_or(("", name));
    let answer = match module {
        "builtins" => builtins::call(m, function, args, keywords)?,
        "copy" => copy::call(m, function, args, keywords)?,
        "sys" => sys::call(m, function, args, keywords)?,
        "gc" => gc::call(m, function, args, keywords)?,
        "heapq" => heapq::call(m, function, args, keywords)?,
        "math" => math::call(m, function, args, keywords)?,
        "asyncio" => asyncio::call(m, function, args, keywords)?,
        _ => None,
    };
    let answer = match answer {
        Some(answer) => Some(answer),
        None => callables::call(m, name, args, keywords)?,
    };
    match answer {
        Some(answer) => Ok(Some(answer)),
        None => library::call(m, name, args, keywords),
    }
}

/// Special methods of containers that are called by name.
pub(super) fn is_item_method(name: &str) -> bool {
    matches!(
        name,
        "__getitem__"
            | "__setitem__"
            | "__delitem__"
            | "__len__"
            | "__contains__"
            | "__iter__"
            | "__or__"
            | "__and__"
            | "__add__"
            | "__mul__"
            | "__sub__"
    )
}

/// `str.lower(x)`: a method looked up in its type.
fn call_unbound(
    m: &mut Machine<'_>,
    method: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    let Some((ty, name)) = method.rsplit_once('.') else {
        return Ok(None);
    };
    if matches!(
        name,
        "fromkeys"
            | "from_bytes"
            | "fromhex"
            | "maketrans"
            | "from_iterable"
            | "today"
            | "now"
            | "cwd"
            | "home"
            | "fromisoformat"
            | "fromtimestamp"
            | "strptime"
            | "utcnow"
            | "fromordinal"
            | "combine"
    ) {
        return library::call(m, method, args, keywords);
    }
    let (Some(ty), Some((owner, rest))) = (B::named(ty), args.split_first()) else {
        return Ok(None);
    };
    if ty == B::Object {
        return m.object_method(*owner, name, rest);
    }
    let content = m.content(*owner);
    let fits = crate::domain::join::builtin_type(m.kind(content))
        .is_some_and(|own| own.is_subclass_of(ty));
    if !fits {
        return Ok(None);
    }
    if content == *owner && is_item_method(name) {
        return subclass::item(m, content, name, rest);
    }
    call_method(m, *owner, name, rest, keywords)
}

/// Calls a builtin type.
pub(super) fn construct(
    m: &mut Machine<'_>,
    ty: B,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    let answer = match types::construct(m, ty, args, keywords)? {
        Some(answer) => Some(answer),
        None => callables::construct(m, ty, args, keywords)?,
    };
    match answer {
        Some(answer) => Ok(Some(answer)),
        None => library::call(m, &format!("{}.()", ty.name()), args, keywords),
    }
}

/// Calls a method of a builtin type on an object.
pub(super) fn call_method(
    m: &mut Machine<'_>,
    owner: ObjId,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    if let Some(answer) = known_method(m, owner, name, args, keywords)? {
        return Ok(Some(answer));
    }
    match crate::domain::join::builtin_type(m.kind(owner)) {
        Some(ty) => library::call_method(m, ty, owner, name, args, keywords),
        None => Ok(None),
    }
}

/// The models of types that are worth more than their table.
fn known_method(
    m: &mut Machine<'_>,
    owner: ObjId,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    match m.kind(owner) {
        Kind::List(_) => list::call(m, owner, name, args, keywords),
        Kind::Dict(_) => dict::call(m, owner, name, args, keywords),
        Kind::Set(_) => set::call(m, owner, name, args, keywords),
        Kind::Str(text) if name == "format" => {
            let text = text.clone();
            format::call(m, &text, args, keywords)
        }
        Kind::Str(_) => str::call(m, owner, name, args, keywords),
        Kind::Tuple(_) => tuple::call(m, owner, name, args, keywords),
        Kind::Deque(Some(_)) => collections::call_deque(m, owner, name, args, keywords),
        Kind::Int(_) | Kind::BigInt(_) | Kind::Bool(_) | Kind::Float(_) => {
            number::call(m, owner, name, args, keywords)
        }
        Kind::Instance(_) if matches!(name, "__setattr__" | "__delattr__" | "__getattribute__") => {
            m.object_method(owner, name, args)
        }
        Kind::Instance(instance) if instance.payload.is_some() => {
            subclass::call(m, owner, name, args, keywords)
        }
        Kind::Instance(_) | Kind::Class(_) => match name {
            // `object.__init__` and the like, reached by `super()`.
            "__init__" if args.is_empty() && keywords.is_empty() => {
                Ok(Some(crate::domain::atoms::NONE))
            }
            "__init__" if args.len() == 3 && m.program_metaclass(owner).is_some() => {
                Ok(Some(crate::domain::atoms::NONE)) // of `type`
            }
            "__init_subclass__" if args.is_empty() && keywords.is_empty() => {
                Ok(Some(crate::domain::atoms::NONE))
            }
            "__init_subclass__" => Err(m.raise(B::TypeError)),
            "__call__" if m.program_metaclass(owner).is_some() => {
                m.call_as_type(owner, args, keywords).map(Some)
            }
            _ => Ok(None),
        },
        Kind::Exception(_) => exceptions::call(m, owner, name, args, keywords),
        Kind::Property(parts) if keywords.is_empty() => {
            let at = match name {
                "getter" => 0,
                "setter" => 1,
                "deleter" => 2,
                _ => return Ok(None),
            };
            let mut parts: [Option<ObjId>; 3] = **parts;
            parts[at] = args.first().copied();
            Ok(Some(m.alloc(Kind::Property(std::sync::Arc::from(parts)))))
        }
        Kind::Library(library) if library.role == "lru" && name == "cache_clear" => {
            let cache = library.held[1];
            dict::call(m, cache, "clear", &[], &[])
        }
        Kind::Gen(_) if keywords.is_empty() => super::generator::call(m, owner, name, args),
        _ => Ok(None),
    }
}

/// Whether the builtin type has the method.
pub(super) fn has_method(ty: B, name: &str) -> bool {
    let own: &[&str] = match ty {
        B::List => list::METHODS,
        B::Dict => dict::METHODS,
        B::OrderedDict | B::DefaultDict | B::Counter => dict::METHODS,
        B::Set => set::METHODS,
        B::FrozenSet => set::FROZEN_METHODS,
        B::Str => str::METHODS,
        B::Tuple => tuple::METHODS,
        B::Deque => collections::DEQUE_METHODS,
        B::Int | B::Bool | B::Float => number::METHODS,
        ty if ty.is_exception() => return exceptions::METHODS.contains(&name),
        B::Generator | B::Coroutine => super::generator::METHODS,
        _ => &[],
    };
    own.contains(&name) || library::has_method(ty, name)
}

/// Modules of CPython's library that hold nothing of the program: importing one does nothing that it could see.
const LIBRARY: &[&str] = &[
    "__future__",
    "abc",
    "argparse",
    "array",
    "ast",
    "asyncio",
    "base64",
    "bisect",
    "builtins",
    "calendar",
    "cmath",
    "collections",
    "collections.abc",
    "concurrent",
    "concurrent.futures",
    "contextlib",
    "copy",
    "csv",
    "ctypes",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "dis",
    "enum",
    "errno",
    "fractions",
    "functools",
    "gc",
    "getpass",
    "glob",
    "gzip",
    "hashlib",
    "heapq",
    "hmac",
    "html",
    "http",
    "importlib",
    "inspect",
    "io",
    "itertools",
    "json",
    "keyword",
    "linecache",
    "locale",
    "logging",
    "lzma",
    "math",
    "mmap",
    "multiprocessing",
    "numbers",
    "operator",
    "os",
    "os.path",
    "pathlib",
    "pickle",
    "platform",
    "pprint",
    "queue",
    "random",
    "re",
    "secrets",
    "select",
    "shelve",
    "shlex",
    "shutil",
    "signal",
    "socket",
    "sqlite3",
    "ssl",
    "stat",
    "statistics",
    "string",
    "struct",
    "subprocess",
    "sys",
    "tempfile",
    "textwrap",
    "threading",
    "time",
    "timeit",
    "traceback",
    "tracemalloc",
    "types",
    "typing",
    "unicodedata",
    "unittest",
    "urllib",
    "urllib.parse",
    "urllib.request",
    "uuid",
    "warnings",
    "weakref",
    "xml",
    "zipfile",
    "zlib",
    "zoneinfo",
];

/// Whether the module is one of CPython's library.
pub(super) fn is_library(module: &str) -> bool {
    LIBRARY.contains(&module)
}

/// An attribute of a module of the library.
pub(super) fn module_attribute(m: &mut Machine<'_>, module: &str, name: &str) -> ObjId {
    let known = match module {
        "collections" => match name {
            "OrderedDict" => Some(m.atoms.ty(B::OrderedDict)),
            "defaultdict" => Some(m.atoms.ty(B::DefaultDict)),
            "Counter" => Some(m.atoms.ty(B::Counter)),
            "deque" => Some(m.atoms.ty(B::Deque)),
            _ => None,
        },
        "copy" if copy::FUNCTIONS.contains(&name) => {
            Some(m.atoms.function(&format!("copy.{name}")))
        }
        "gc" if gc::FUNCTIONS.contains(&name) => Some(m.atoms.function(&format!("gc.{name}"))),
        "asyncio" if asyncio::FUNCTIONS.contains(&name) => {
            Some(m.atoms.function(&format!("asyncio.{name}")))
        }
        "sys" => sys::attribute(m, name),
        "abc" if name == "ABCMeta" => Some(m.atoms.function("abc.ABCMeta")),
        _ => None,
    };
    if let Some(known) = known {
        return known;
    }
    if let Some(known) = library::attribute(m, module, name) {
        return known;
    }
    let dotted = format!("{module}.{name}");
    if is_library(&dotted) {
        return m.atoms.module(&dotted);
    }
    UNKNOWN
}

/// The known string value of an argument.
fn text_of(m: &Machine<'_>, id: ObjId) -> Option<std::sync::Arc<str>> {
    match m.kind(id) {
        Kind::Str(text) => Some(text.clone()),
        _ => None,
    }
}

/// Some object that is one of the items of `from`: what exactly is not known.
fn some_item(m: &mut Machine<'_>, from: ObjId) -> ObjId {
    m.st.escape(from);
    UNKNOWN
}
