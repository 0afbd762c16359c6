//! What functions and methods of CPython's library give, keep and change, read off a table: `library.tbl`.
//!
//! The table holds what is true of every call: the type of the result, whether it is surely a new object, and what
//! happens to the arguments. What is worth computing exactly has a model of its own, which is asked first.
//!
//! `tests/models` calls every function of the table under every version and compares.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::machine::Machine;
use super::hooks;
use super::{Answer, Keywords};
use crate::domain::atoms::{FOREIGN, NONE, UNKNOWN};
use crate::domain::{B, Kind, ObjId};

/// What a call gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gives {
    /// Anything.
    Any,
    /// The same; but nothing of the program's, where the arguments are plain.
    Foreign,
    /// `None`
    None,
    /// `True` or `False`
    Bool,
    /// An object of the type, perhaps one that was there before.
    Some(B),
    /// A new object of the type.
    New(B),
    /// The nth argument itself.
    Argument(usize),
    /// The object whose method it is.
    Receiver,
    /// It does not come back.
    Raises(B),
}

/// Which methods of its arguments a function asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Uses {
    All,
    Text,
    Compare,
    Number,
    Iterate,
    /// Only `__iter__`.
    Start,
    Nothing,
}

/// An entry that can be called.
#[derive(Clone, Copy, Debug)]
struct Function {
    gives: Gives,
    uses: Uses,
    /// The result, or somebody else, may hold the arguments or what is in them.
    keeps: bool,
    /// The result is no argument and holds none.
    apart: bool,
    /// It calls what it is given.
    calls: bool,
    /// Nothing more is said of it than that it is there.
    unknown: bool,
    /// Other threads may run meanwhile.
    waits: bool,
    /// It changes this argument; of a method, `usize::MAX` is the receiver.
    changes: Option<usize>,
    /// It exists from this version 3.x on.
    since: u8,
}

/// An entry that can be read.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Entry {
    Function,
    /// A class.
    Type(B),
    /// Some object of the type.
    Value(Gives),
    Float(f64),
    Int(i64),
    Str(&'static str),
}

#[derive(Default)]
struct Tables {
    functions: FxHashMap<String, Function>,
    entries: FxHashMap<&'static str, FxHashMap<&'static str, (Entry, u8)>>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| read(include_str!("library.tbl")));

/// Reads the table. A line is `name: result effects...`, under the `[module]` or `[type]` that has it.
fn read(text: &'static str) -> Tables {
    let mut out = Tables::default();
    let mut section = "";
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = name;
            continue;
        }
        let Some((names, rest)) = line.split_once(": ") else {
            continue;
        };
        for name in names.split(", ") {
            let (entry, function, since) = line_of(rest);
            if let Some(function) = function {
                out.functions.insert(format!("{section}.{name}"), function);
            }
            out.entries
                .entry(section)
                .or_default()
                .insert(name, (entry, since));
        }
    }
    out
}

fn line_of(rest: &'static str) -> (Entry, Option<Function>, u8) {
    if let Some(value) = rest.strip_prefix("= ") {
        let (ty, value) = value.split_once(' ').unwrap_or((value, ""));
        let entry = match ty {
            "float" => Entry::Float(value.parse().unwrap_or(f64::NAN)),
            "int" => Entry::Int(value.parse().unwrap_or(0)),
            _ => Entry::Str(value),
        };
        return (entry, None, 0);
    }
    let mut words = rest.split(' ');
    let mut function = Function {
        gives: Gives::Any,
        uses: Uses::All,
        keeps: false,
        apart: false,
        calls: false,
        waits: false,
        unknown: false,
        changes: None,
        since: 0,
    };
    let mut entry = Entry::Function;
    match words.next().unwrap_or("any") {
        "type" => entry = Entry::Type(named(words.next().unwrap_or("object"))),
        "value" => {
            let gives = gives(words.next().unwrap_or("any"), &mut words);
            entry = Entry::Value(gives);
        }
        first => function.gives = gives(first, &mut words),
    }
    for word in words {
        match word {
            "keeps" => function.keeps = true,
            "apart" => function.apart = true,
            "calls" => function.calls = true,
            "waits" => function.waits = true,
            "unknown" => function.unknown = true,
            "changes" => function.changes = Some(usize::MAX),
            "changes0" => function.changes = Some(0),
            "changes1" => function.changes = Some(1),
            "text" => function.uses = Uses::Text,
            "compare" => function.uses = Uses::Compare,
            "number" => function.uses = Uses::Number,
            "iterate" => function.uses = Uses::Iterate,
            "start" => function.uses = Uses::Start,
            "nothing" => function.uses = Uses::Nothing,
            word => {
                if let Some(minor) = word.strip_prefix("3.") {
                    function.since = minor.parse().unwrap_or(0);
                }
            }
        }
    }
    let since = function.since;
    let callable = (entry == Entry::Function).then_some(function);
    (entry, callable, since)
}

fn gives(first: &str, words: &mut std::str::Split<'_, char>) -> Gives {
    match first {
        "any" => Gives::Any,
        "foreign" => Gives::Foreign,
        "None" => Gives::None,
        "bool" => Gives::Bool,
        "new" => Gives::New(named(words.next().unwrap_or("object"))),
        "arg0" => Gives::Argument(0),
        "arg1" => Gives::Argument(1),
        "self" => Gives::Receiver,
        "raises" => Gives::Raises(named(words.next().unwrap_or("Exception"))),
        ty => Gives::Some(named(ty)),
    }
}

/// The type; a name that is missing in the list of types is a mistake in the table, which a test finds.
fn named(name: &str) -> B {
    B::named(name).unwrap_or(B::Object)
}

/// Whether the type has the method in the table.
pub(super) fn has_method(ty: B, name: &str) -> bool {
    let has = |ty: B| {
        TABLES
            .entries
            .get(ty.name())
            .and_then(|methods| methods.get(name))
            .is_some_and(|(entry, _)| *entry == Entry::Function)
    };
    has(ty) || ty.base().is_some_and(|base| base != B::Object && has(base))
}

/// Whether the table has anything of that name for the type, in whichever version.
pub(super) fn mentions(ty: B, name: &str) -> bool {
    TABLES
        .entries
        .get(ty.name())
        .is_some_and(|entries| entries.contains_key(name))
}

/// An attribute of a module that the table has.
pub(super) fn attribute(m: &mut Machine<'_>, module: &str, name: &str) -> Option<ObjId> {
    let (entry, since) = *TABLES.entries.get(module)?.get(name)?;
    if !m.layout().is_since(since) {
        return None;
    }
    Some(match entry {
        Entry::Function => m.atoms.function(&format!("{module}.{name}")),
        Entry::Type(ty) => m.atoms.ty(ty),
        Entry::Value(gives) => value(m, gives),
        Entry::Float(value) => m.uncertain(Kind::Float(value.to_bits())),
        Entry::Int(value) => {
            if m.layout().is_small_int(value) {
                m.atoms.int(value)
            } else {
                m.uncertain(Kind::Int(value))
            }
        }
        Entry::Str(text) => m.uncertain(Kind::Str(unescaped(text).into())),
    })
}

/// An attribute of an object of a library type, as far as reading it runs nothing.
pub(in crate::interp) fn object_attribute(m: &mut Machine<'_>, ty: B, name: &str) -> Option<ObjId> {
    let mut ty = Some(ty);
    while let Some(here) = ty {
        if let Some((Entry::Value(gives), _)) = TABLES
            .entries
            .get(here.name())
            .and_then(|entries| entries.get(name))
        {
            return Some(value(m, *gives));
        }
        ty = here.base();
    }
    None
}

fn unescaped(text: &str) -> String {
    text.replace("\\t", "\t")
        .replace("\\n", "\n")
        .replace("\\r", "\r")
        .replace("\\v", "\x0b")
        .replace("\\f", "\x0c")
        .replace("\\s", " ")
        .replace("\\\\", "\\")
}

/// Calls a function of the table.
pub(super) fn call(
    m: &mut Machine<'_>,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    match TABLES.functions.get(name) {
        Some(function) if m.layout().is_since(function.since) => {
            run(m, *function, None, args, keywords)
        }
        _ => Ok(None),
    }
}

/// Calls a method of the table on an object of the type.
pub(super) fn call_method(
    m: &mut Machine<'_>,
    ty: B,
    owner: ObjId,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    let mut ty = Some(ty);
    while let Some(here) = ty {
        if let Some(function) = TABLES.functions.get(&format!("{}.{name}", here.name())) {
            if !m.layout().is_since(function.since) {
                return Ok(None);
            }
            return run(m, *function, Some(owner), args, keywords);
        }
        ty = here.base();
    }
    Ok(None)
}

fn run(
    m: &mut Machine<'_>,
    function: Function,
    owner: Option<ObjId>,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    if function.unknown {
        return Ok(None);
    }
    let all: Vec<ObjId> = owner
        .into_iter()
        .chain(args.iter().copied())
        .chain(keywords.iter().map(|(_, value)| *value))
        .collect();
    let uses: &[&[&str]] = match function.uses {
        Uses::All => hooks::ALL,
        Uses::Text => &[hooks::TEXT],
        Uses::Compare => &[hooks::COMPARE, hooks::ITERATE],
        Uses::Number => &[hooks::NUMBER],
        Uses::Iterate => &[hooks::ITERATE],
        Uses::Start => &[&["__iter__"]],
        Uses::Nothing => &[],
    };
    let calls = function.calls
        && all
            .iter()
            .any(|id| m.may_call_program(*id) || m.may_run(*id, &["__call__"]));
    let runs = calls
        || function.waits && m.hooks.threads
        || all
            .iter()
            .any(|id| uses.iter().any(|methods| m.may_run(*id, methods)));
    if runs {
        for id in &all {
            m.st.escape(*id);
        }
        m.unknown_code();
    } else {
        m.may_raise();
    }
    let is_foreign = function.gives == Gives::Foreign && all.iter().all(|id| m.is_inert(*id));
    if is_foreign || function.keeps {
        for id in &all {
            m.lend_out(*id);
        }
    } else if !function.apart {
        let others = &all[usize::from(owner.is_some())..];
        hand_back(m, function.gives, owner, others);
    }
    if let Some(at) = function.changes {
        let changed = match (at, owner) {
            (usize::MAX, owner) => owner,
            (at, _) => args.get(at).copied(),
        };
        if let Some(changed) = changed {
            m.st.escape(changed);
            m.mutated_unknown(changed);
        }
    }
    Ok(Some(match function.gives {
        Gives::Foreign if !is_foreign => UNKNOWN,
        Gives::Argument(at) => match args.get(at) {
            Some(id) => *id,
            None => return Ok(None),
        },
        Gives::Receiver => match owner {
            Some(owner) => owner,
            None => return Ok(None),
        },
        Gives::Raises(ty) => return Err(m.raise(ty)),
        gives => value(m, gives),
    }))
}

/// The result may be one of the arguments, or something in them, or hold that.
fn hand_back(m: &mut Machine<'_>, gives: Gives, owner: Option<ObjId>, others: &[ObjId]) {
    match gives {
        Gives::Some(ty) if !is_plain(ty) => hand_back(m, Gives::Any, owner, others),
        Gives::Some(ty) => {
            let mut todo: Vec<ObjId> = owner.iter().chain(others).copied().collect();
            let mut seen: FxHashSet<ObjId> = FxHashSet::default();
            while let Some(id) = todo.pop() {
                if id.is_atom() || !seen.insert(id) {
                    continue;
                }
                match crate::domain::join::builtin_type(m.kind(id)) {
                    Some(own) if own != ty && is_plain(own) => {}
                    Some(own) if own == ty => m.st.escape(id),
                    _ => todo.extend(m.kind(id).referents()),
                }
            }
        }
        Gives::New(ty) if is_plain(ty) => {}
        Gives::Any | Gives::Foreign | Gives::New(_) => {
            for id in others {
                m.st.escape(*id);
            }
            let Some(owner) = owner else { return };
            let parts = m.kind(owner).referents();
            if parts.is_empty() {
                m.st.escape(owner);
            }
            for id in parts {
                m.st.escape(id);
            }
        }
        Gives::None | Gives::Bool | Gives::Argument(_) | Gives::Receiver | Gives::Raises(_) => {}
    }
}

/// Objects of the type hold no others.
fn is_plain(ty: B) -> bool {
    matches!(
        ty,
        B::Int | B::Bool | B::Float | B::Complex | B::Str | B::Bytes | B::ByteArray
    )
}

fn value(m: &mut Machine<'_>, gives: Gives) -> ObjId {
    match gives {
        Gives::None => NONE,
        Gives::Bool => m.some(B::Bool),
        Gives::Some(ty) => m.some(ty),
        Gives::New(ty) => m.new_unknown(ty),
        Gives::Foreign => FOREIGN,
        Gives::Any | Gives::Argument(_) | Gives::Receiver | Gives::Raises(_) => UNKNOWN,
    }
}

impl Machine<'_> {
    /// A new object of the type, with contents that are not known.
    pub(in crate::interp) fn new_unknown(&mut self, ty: B) -> ObjId {
        match ty {
            B::List => self.open_list(),
            B::Set => self.open_set(false),
            B::Dict | B::OrderedDict | B::Counter | B::DefaultDict => {
                let dict = self.new_dict(ty, None);
                self.change_quietly(dict, |kind| {
                    if let Kind::Dict(dict) = kind {
                        let dict = std::sync::Arc::make_mut(dict);
                        dict.open = true;
                        dict.tracked = None;
                    }
                });
                dict
            }
            B::Deque => self.alloc(Kind::Deque(None)),
            B::ByteArray => self.alloc(Kind::ByteArray(None)),
            ty => self.fresh(ty),
        }
    }

    /// Whether calling the object may run code of the program.
    pub(in crate::interp) fn may_call_program(&self, id: ObjId) -> bool {
        match self.kind(id) {
            Kind::Function(_)
            | Kind::Method(..)
            | Kind::Class(_)
            | Kind::Unknown
            | Kind::Named(..)
            | Kind::Property(_)
            | Kind::StaticMethod(_)
            | Kind::ClassMethod(_)
            | Kind::Opaque(B::Function | B::Method, _) => true,
            Kind::Library(library) => library.held.iter().any(|id| self.may_call_program(*id)),
            Kind::BuiltinMethod(owner, _) => matches!(
                self.kind(*owner),
                Kind::Instance(_) | Kind::Function(_) | Kind::Unknown
            ),
            Kind::Tuple(items) => items.iter().any(|id| self.may_call_program(*id)),
            Kind::List(list) => list.open || list.items.iter().any(|id| self.may_call_program(*id)),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every type that a line names is one of the list.
    #[test]
    fn types_exist() {
        let lines = include_str!("library.tbl").lines();
        for line in lines.filter(|line| !line.starts_with('#')) {
            let Some((_, rest)) = line.split_once(": ") else {
                continue;
            };
            if rest.starts_with("= ") {
                continue;
            }
            let words: Vec<&str> = rest
                .split(' ')
                .filter(|word| !matches!(*word, "new" | "value" | "type" | "raises"))
                .collect();
            let first = words.first().copied().unwrap_or("any");
            assert!(
                matches!(first, "any" | "foreign" | "None" | "arg0" | "arg1" | "self")
                    || B::named(first).is_some(),
                "{line}"
            );
            for word in &words[1..] {
                assert!(
                    matches!(
                        *word,
                        "keeps"
                            | "apart"
                            | "calls"
                            | "waits"
                            | "unknown"
                            | "changes"
                            | "changes0"
                            | "changes1"
                            | "text"
                            | "compare"
                            | "number"
                            | "iterate"
                            | "start"
                            | "nothing"
                    ) || word.starts_with("3."),
                    "{line}"
                );
            }
        }
    }
}
