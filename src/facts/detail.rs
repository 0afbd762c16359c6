//! What a card tells of an object beside the contract: where it was born, what it holds, who holds it, why it is shared.
//!
//! All of it is read off the same state as the claims; it is dropped where two passes differ. Must not know: wording.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::{Path, Step};
use crate::base::{Name, Span};
use crate::domain::{Key, Kind, Node, ObjId, Site, UnitRef};
use crate::hir::{File, UnitId};
use crate::interp::Machine;

/// References that are told one by one, at most.
const HOLDERS: u32 = 8;

/// Characters of a value that is shown.
const VALUE_CHARS: usize = 40;

/// Objects that are looked at in search of holders, at most, for a whole file: about a twentieth of a second.
const SCANNED: usize = 2_000_000;

/// Why an object is the one that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// One of its kind: `None`, `True`, `()`.
    Singleton,
    /// An integer of the cache.
    SmallInt,
    /// A string of the table of interned strings.
    Interned,
    /// A constant of this file: one object within it.
    Constant,
    /// Made when the expression is evaluated.
    Fresh,
}

/// Who holds a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A variable of the module.
    Global(Name),
    /// A variable of the running function.
    Local(Name),
    /// A variable of a function up the call chain.
    Outer(Name, UnitRef),
    /// An item or attribute that a plain name leads to.
    Part(Path),
    /// A key of a dict that a plain name leads to, or something in it without a path: the name.
    Inside(Name),
    /// Something in an object of this type, to which no plain name leads.
    Within(Arc<str>),
    /// A frame that an exception left, and that its traceback keeps.
    Traceback,
    /// The default of a parameter of the function.
    Default(Name),
    /// The variable is shared with an inner function.
    Cell(Name),
    /// An iterator: the loop over it.
    Iterator,
    /// A bound method.
    Method,
    /// The operand stack: a statement under way.
    Stack,
}

/// See the module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Detail {
    /// The expression or statement that made it.
    pub born: Option<Span>,
    /// The one that last changed it, if another.
    pub changed: Option<Span>,
    /// The expression or statement at which unknown code got hold of it.
    pub escaped_at: Option<Span>,
    /// The one at which paths met that differ in it.
    pub joined_at: Option<Span>,
    /// How many items, or characters.
    pub len: Option<u64>,
    /// Its value in short.
    pub value: Option<Arc<str>>,
    /// The small integer that it is, for what versions make of it.
    pub int: Option<i64>,
    /// Who holds it; empty where that is not known.
    pub holders: Vec<Holder>,
    /// References that `holders` does not name, where it is not empty.
    pub hidden: u32,
    /// Why it is the one that it is.
    pub identity: Option<Identity>,
    /// Contents are not known.
    pub open: bool,
    /// It can change.
    pub mutable: bool,
    /// Unknown code may hold it.
    pub escaped: bool,
    /// It is one of several, or of unknown type.
    pub uncertain: bool,
    /// Its code, of functions and classes of the file: item and unit.
    pub code: Option<(u32, UnitId)>,
    /// All its items are numbers, strings and singletons that live anyway.
    pub items_cached: bool,
    /// Of a number, a text or a tuple of them: the other names of the scope that lead to the very same object.
    pub twins: Vec<Name>,
}

/// What holds at both passes.
pub(super) fn join(ours: &mut Detail, theirs: &Detail) {
    fn same<T: PartialEq + Clone>(ours: &mut Option<T>, theirs: &Option<T>) {
        if ours != theirs {
            *ours = None;
        }
    }
    same(&mut ours.born, &theirs.born);
    same(&mut ours.changed, &theirs.changed);
    same(&mut ours.escaped_at, &theirs.escaped_at);
    same(&mut ours.joined_at, &theirs.joined_at);
    same(&mut ours.len, &theirs.len);
    same(&mut ours.value, &theirs.value);
    same(&mut ours.int, &theirs.int);
    same(&mut ours.identity, &theirs.identity);
    same(&mut ours.code, &theirs.code);
    if ours.holders != theirs.holders || ours.hidden != theirs.hidden {
        ours.holders.clear();
        ours.hidden = 0;
    }
    ours.open |= theirs.open;
    ours.mutable &= theirs.mutable;
    ours.escaped |= theirs.escaped;
    ours.uncertain |= theirs.uncertain;
    ours.items_cached &= theirs.items_cached;
    ours.twins.retain(|name| theirs.twins.contains(name));
}

/// Of an object, without its holders. What became of objects with a number below `old` before the run under way is none of
/// its affairs: anything may have.
pub(super) fn of(m: &Machine<'_>, file: &File, id: ObjId, old: u32) -> Detail {
    let obj = m.obj(id);
    let mut out = Detail {
        escaped: obj.escaped && !id.is_atom(),
        uncertain: obj.uncertain,
        mutable: super::publish::is_mutable(m, id),
        ..Detail::default()
    };
    out.born = span(file, obj.born);
    out.changed = span(file, obj.changed).filter(|_| obj.changed != obj.born);
    if id.0 >= old {
        out.escaped_at = span(file, obj.escaped_at);
        out.joined_at = span(file, obj.joined_at);
    }
    out.identity = identity(m, id);
    match &obj.kind {
        Kind::None => out.value = Some("None".into()),
        Kind::Bool(value) => out.value = Some(if *value { "True" } else { "False" }.into()),
        Kind::Ellipsis => out.value = Some("...".into()),
        Kind::Int(value) => {
            out.int = Some(*value);
            out.value = Some(value.to_string().into());
        }
        Kind::Str(text) => {
            out.len = Some(text.chars().count() as u64);
            if text.len() <= VALUE_CHARS
                && !text
                    .chars()
                    .any(|c| c.is_control() || c == '\'' || c == '\\')
            {
                out.value = Some(format!("'{text}'").into());
            }
        }
        Kind::Bytes(content) => out.len = Some(content.len() as u64),
        Kind::ByteArray(len) => {
            out.len = *len;
            out.open = len.is_none();
        }
        Kind::Tuple(items) => out.items(m, items),
        Kind::List(list) if !list.open => out.items(m, &list.items),
        Kind::Dict(dict) if !dict.open => {
            out.len = Some(dict.entries.len() as u64);
            out.items_cached = !dict.entries.is_empty()
                && dict
                    .entries
                    .values()
                    .all(|(key, value)| is_cached(m, *key) && is_cached(m, *value));
        }
        Kind::Set(set) if !set.open => {
            out.len = Some(set.items.len() as u64);
            out.items_cached =
                !set.items.is_empty() && set.items.values().all(|id| is_cached(m, *id));
        }
        Kind::Deque(Some(items)) => out.items(m, items),
        Kind::List(_) | Kind::Dict(_) | Kind::Set(_) | Kind::Deque(None) | Kind::Unknown => {
            out.open = true
        }
        Kind::Instance(instance) => out.open = instance.open,
        Kind::Function(function) => out.code = Some((function.item, function.unit)),
        Kind::Class(class) if class.item != u32::MAX => out.code = Some((class.item, class.unit)),
        _ => {}
    }
    out
}

impl Detail {
    fn items(&mut self, m: &Machine<'_>, items: &[ObjId]) {
        self.len = Some(items.len() as u64);
        self.items_cached = !items.is_empty() && items.iter().all(|id| is_cached(m, *id));
    }
}

fn is_cached(m: &Machine<'_>, id: ObjId) -> bool {
    id.is_atom() && !m.obj(id).uncertain
}

fn identity(m: &Machine<'_>, id: ObjId) -> Option<Identity> {
    let obj = m.obj(id);
    if obj.uncertain {
        // Which object it is does not matter where there is one for the value.
        return match &obj.kind {
            Kind::Int(value) if m.layout().is_small_int(*value) => Some(Identity::SmallInt),
            Kind::None | Kind::Bool(_) => Some(Identity::Singleton),
            _ => None,
        };
    }
    match &obj.kind {
        Kind::None | Kind::Bool(_) | Kind::Ellipsis | Kind::NotImplemented => {
            Some(Identity::Singleton)
        }
        Kind::Str(text) if text.is_empty() => Some(Identity::Singleton),
        Kind::Tuple(items) if items.is_empty() => Some(Identity::Singleton),
        Kind::Bytes(content) if content.is_empty() => Some(Identity::Singleton),
        Kind::Int(_) if id.is_atom() => Some(Identity::SmallInt),
        Kind::Str(_) if id.is_atom() => Some(Identity::Interned),
        Kind::Int(_)
        | Kind::BigInt(_)
        | Kind::Float(_)
        | Kind::Complex(..)
        | Kind::Str(_)
        | Kind::Bytes(_)
        | Kind::Tuple(_)
            if !id.is_atom() =>
        {
            Some(if (id.0 as usize) < m.p.constants.len() {
                Identity::Constant
            } else {
                Identity::Fresh
            })
        }
        _ => None,
    }
}

/// A site as a span of the text.
pub(super) fn span(file: &File, site: Site) -> Option<Span> {
    let (item, node) = site.get()?;
    let placed = file.items.get(item as usize)?;
    let span = match node {
        Node::Expr(id) => placed.item.expr_spans.get(id.0 as usize)?,
        Node::Stmt(id) => placed.item.stmt_spans.get(id.0 as usize)?,
    };
    Some(span.shifted(placed.start))
}

/// Looks for who holds what, at one place.
#[derive(Debug, Default)]
pub(super) struct Search {
    scanned: usize,
}

impl Search {
    /// The holders of each of `wanted`, and how many references none of them is.
    pub(super) fn holders(
        &mut self,
        m: &Machine<'_>,
        wanted: &[ObjId],
    ) -> FxHashMap<ObjId, (Vec<Holder>, u32)> {
        let mut found: FxHashMap<ObjId, (Vec<Holder>, u32)> = FxHashMap::default();
        for &id in wanted {
            let obj = m.obj(id);
            let told = !id.is_atom()
                && !obj.uncertain
                && obj.count.lo == obj.count.hi
                && obj.count.hi <= HOLDERS;
            if told && identity(m, id) != Some(Identity::Constant) {
                found.insert(id, (Vec::new(), obj.count.hi));
            }
        }
        if found.is_empty() {
            return found;
        }
        let wanted: SmallVec<[ObjId; 8]> = found.keys().copied().collect();
        let mut add = |id: ObjId, holder: Holder| {
            // Most objects are none of them, and a look at a few numbers is quick.
            if wanted.contains(&id)
                && let Some((holders, left)) = found.get_mut(&id)
                && *left > 0
            {
                *left -= 1;
                holders.push(holder);
            }
        };
        variables(m, &mut |id, holder| add(id, holder));
        for frame in &m.st.frames {
            for held in frame.stack.iter().filter(|held| !held.lent) {
                add(held.obj, Holder::Stack);
            }
        }
        if found.values().any(|(_, left)| *left > 0) && self.scanned < SCANNED {
            self.scan(m, &mut found);
        }
        found.retain(|_, (holders, _)| !holders.is_empty());
        found
    }

    fn scan(&mut self, m: &Machine<'_>, found: &mut FxHashMap<ObjId, (Vec<Holder>, u32)>) {
        let mut edges: Vec<(ObjId, ObjId)> = Vec::new();
        for (from, obj) in m.st.heap.iter() {
            self.scanned += 1;
            if matches!(
                obj.kind,
                Kind::Int(_) | Kind::Str(_) | Kind::Float(_) | Kind::Opaque(..) | Kind::Bytes(_)
            ) {
                continue;
            }
            let referents = obj.kind.referents();
            self.scanned += referents.len();
            edges.extend(
                referents
                    .iter()
                    .filter(|to| found.contains_key(to))
                    .map(|to| (from, *to)),
            );
        }
        if edges.is_empty() {
            return;
        }
        let mut names: FxHashMap<ObjId, Name> = FxHashMap::default();
        variables(m, &mut |id, holder| {
            if let Holder::Global(name) | Holder::Local(name) = holder {
                names.entry(id).or_insert(name);
            }
        });
        let mut seen: SmallVec<[(ObjId, ObjId); 8]> = SmallVec::new();
        for (from, to) in edges {
            let Some((holders, left)) = found.get_mut(&to) else {
                continue;
            };
            if *left == 0 {
                continue;
            }
            let nth = seen.iter().filter(|edge| **edge == (from, to)).count();
            seen.push((from, to));
            if let Some(holder) = holder_of(m, &names, from, to, nth) {
                *left -= 1;
                holders.push(holder);
            }
        }
    }
}

fn holder_of(
    m: &Machine<'_>,
    names: &FxHashMap<ObjId, Name>,
    from: ObjId,
    to: ObjId,
    nth: usize,
) -> Option<Holder> {
    let kind = m.kind(from);
    match kind {
        Kind::Iter(_) => return Some(Holder::Iterator),
        Kind::Method(..) | Kind::BuiltinMethod(..) => return Some(Holder::Method),
        Kind::Exception(exception)
            if exception.trace.contains(&to) && !exception.args.contains(&to) =>
        {
            return Some(Holder::Traceback);
        }
        Kind::Cell(_) => return None, // told by the frames that have the variable
        Kind::Function(_) | Kind::Class(_) => {
            return None;
        }
        _ => {}
    }
    if let Some(name) = names.get(&from) {
        let step = step_to(kind, to, nth);
        return Some(match step {
            Some(step) => Holder::Part(Path {
                root: *name,
                steps: vec![step],
            }),
            None => Holder::Inside(*name),
        });
    }
    if matches!(kind, Kind::Tuple(_))
        && let Some(function) = function_with_default(m, from)
    {
        return Some(Holder::Default(function));
    }
    let of = super::publish::type_name(m, from)?;
    Some(Holder::Within(of))
}

/// The step that leads from an object to the `nth` of its references to another.
pub(super) fn step_to(kind: &Kind, to: ObjId, nth: usize) -> Option<Step> {
    match kind {
        Kind::List(list) => list
            .items
            .iter()
            .enumerate()
            .filter(|(_, id)| **id == to)
            .nth(nth)
            .map(|(at, _)| Step::Int(at as i64)),
        Kind::Tuple(items) => items
            .iter()
            .enumerate()
            .filter(|(_, id)| **id == to)
            .nth(nth)
            .map(|(at, _)| Step::Int(at as i64)),
        Kind::Deque(Some(items)) => items
            .iter()
            .enumerate()
            .filter(|(_, id)| **id == to)
            .nth(nth)
            .map(|(at, _)| Step::Int(at as i64)),
        Kind::Dict(dict) => {
            let (key, _) = dict
                .entries
                .iter()
                .filter(|(_, (_, value))| *value == to)
                .nth(nth)?;
            match key {
                Key::Str(key) => Some(Step::Str(key.clone())),
                Key::Int(key) => i64::try_from(key).ok().map(Step::Int),
                _ => None,
            }
        }
        Kind::Instance(instance) => instance
            .attrs
            .iter()
            .filter(|(_, value)| **value == to)
            .nth(nth)
            .map(|(name, _)| Step::Attr(*name)),
        _ => None,
    }
}

/// The function whose `__defaults__` the tuple is.
fn function_with_default(m: &Machine<'_>, tuple: ObjId) -> Option<Name> {
    m.st.heap.iter().find_map(|(_, obj)| match &obj.kind {
        Kind::Function(function) if function.defaults == Some(tuple) => {
            let file = m.p.file;
            Some(
                file.items
                    .get(function.item as usize)?
                    .item
                    .unit(function.unit)
                    .name,
            )
        }
        _ => None,
    })
}

/// Each variable that holds a counted reference.
fn variables(m: &Machine<'_>, with: &mut dyn FnMut(ObjId, Holder)) {
    for (at, slot) in m.st.globals.iter() {
        if !slot.lent && !slot.maybe_unbound {
            with(slot.obj, Holder::Global(Name(at as u32)));
        }
    }
    let last = m.st.frames.len().saturating_sub(1);
    for (depth, frame) in m.st.frames.iter().enumerate() {
        for (name, slot) in &frame.namespace {
            if !slot.lent && !slot.maybe_unbound {
                with(
                    slot.obj,
                    if depth == last {
                        Holder::Local(*name)
                    } else {
                        Holder::Outer(*name, frame.unit)
                    },
                );
            }
        }
        let Some(unit) = m.unit(frame.unit) else {
            continue;
        };
        for (variable, slot) in unit.scope.vars.iter().zip(&frame.locals) {
            let Some(slot) = slot.filter(|slot| !slot.lent && !slot.maybe_unbound) else {
                continue;
            };
            match m.kind(slot.obj) {
                Kind::Cell(Some(content)) if is_cell(unit, variable.name) => {
                    with(*content, Holder::Cell(variable.name))
                }
                _ if depth == last => with(slot.obj, Holder::Local(variable.name)),
                _ => with(slot.obj, Holder::Outer(variable.name, frame.unit)),
            }
        }
    }
}

fn is_cell(unit: &crate::hir::Unit, name: Name) -> bool {
    unit.scope
        .vars
        .iter()
        .any(|var| var.name == name && var.kind == crate::hir::VarKind::Cell)
}
