//! Whether two states, of two versions of a file, say the same of what a name leads to.
//!
//! Numbers of objects differ from run to run. [`Pairs`] pairs objects of both states, one to one, that the same name,
//! constant, attribute or item leads to; those whose contents differ, and all that lead to such, are *unlike*. What
//! depends on a part of the old state that is all alike holds of the new one as well. When in doubt, things are unlike.

use rustc_hash::{FxHashMap, FxHashSet};

use super::atoms::Atoms;
use super::heap::ObjId;
use super::obj::{Key, Kind, Obj};
use super::site::Site;
use super::state::{Slot, State};
use crate::base::Name;

/// One of the two states.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The state.
    pub state: &'a State,
    /// Its atoms.
    pub atoms: &'a Atoms,
}

impl<'a> Side<'a> {
    fn obj(self, id: ObjId) -> Option<&'a Obj> {
        if id.is_atom() {
            Some(self.atoms.get(id))
        } else {
            self.state.heap.get(id)
        }
    }
}

/// What the two files have in common.
pub struct Common<'a> {
    /// Names with a smaller number are the same in both.
    pub names: u32,
    /// The item of the new file that the old one's is, if it is still there.
    pub item: &'a dyn Fn(u32) -> Option<u32>,
    /// Whether code of this old item runs as before.
    pub code: &'a dyn Fn(u32) -> bool,
}

/// See the module.
pub struct Pairs<'a> {
    old: Side<'a>,
    new: Side<'a>,
    common: &'a Common<'a>,
    there: FxHashMap<ObjId, ObjId>,
    back: FxHashMap<ObjId, ObjId>,
    unlike: FxHashSet<ObjId>,
    /// Who leads to an old object.
    leading: FxHashMap<ObjId, Vec<ObjId>>,
    todo: Vec<(ObjId, ObjId)>,
}

impl<'a> Pairs<'a> {
    /// Nothing is paired yet.
    pub fn new(old: Side<'a>, new: Side<'a>, common: &'a Common<'a>) -> Self {
        Pairs {
            old,
            new,
            common,
            there: FxHashMap::default(),
            back: FxHashMap::default(),
            unlike: FxHashSet::default(),
            leading: FxHashMap::default(),
            todo: Vec::new(),
        }
    }

    /// Pairs what global names lead to.
    pub fn globals(&mut self) {
        for (at, old) in self.old.state.globals.iter() {
            if let Some(new) = self.new.state.globals.get(at) {
                self.pair(old.obj, new.obj);
            }
        }
        self.settle();
    }

    /// Pairs these objects, and what they lead to.
    pub fn objects(&mut self, pairs: impl Iterator<Item = (ObjId, ObjId)>) {
        for (old, new) in pairs {
            self.pair(old, new);
        }
        self.settle();
    }

    /// Whether the old object is alike its partner, and so is all that can be reached from them.
    pub fn is_alike(&self, old: ObjId, new: ObjId) -> bool {
        if old.is_atom() && new.is_atom() {
            return self.same_atom(old, new);
        }
        self.there.get(&old) == Some(&new) && !self.unlike.contains(&old)
    }

    /// Whether a global name leads to the same.
    pub fn is_alike_at(&self, name: Name) -> bool {
        let slot = |side: Side<'a>| side.state.globals.get(name.0 as usize).copied();
        match (slot(self.old), slot(self.new)) {
            (None, None) => true,
            (Some(old), Some(new)) => {
                Slot {
                    obj: new.obj,
                    ..old
                } == new
                    && self.is_alike(old.obj, new.obj)
            }
            _ => false,
        }
    }

    /// Whether both stand for the same; what is left to compare is noted down.
    fn pair(&mut self, old: ObjId, new: ObjId) -> bool {
        if old.is_atom() || new.is_atom() {
            return old.is_atom() && new.is_atom() && self.same_atom(old, new);
        }
        match (self.there.get(&old).copied(), self.back.get(&new).copied()) {
            (None, None) => {
                self.there.insert(old, new);
                self.back.insert(new, old);
                self.todo.push((old, new));
                true
            }
            (Some(other), _) if other == new => true,
            (_, other) => {
                // Two of one side are one of the other.
                self.unlike.insert(old);
                self.unlike.extend(other);
                false
            }
        }
    }

    fn same_atom(&self, old: ObjId, new: ObjId) -> bool {
        let (a, b) = (self.old.atoms.get(old), self.new.atoms.get(new));
        a.uncertain == b.uncertain && a.kind == b.kind
    }

    fn settle(&mut self) {
        while let Some((old, new)) = self.todo.pop() {
            let (Some(a), Some(b)) = (self.old.obj(old), self.new.obj(new)) else {
                self.unlike.insert(old);
                continue;
            };
            let mut parts = Vec::new();
            let same = self.same_but_for_parts(a, b, &mut parts);
            let mut alike = same;
            if same {
                for (x, y) in parts {
                    if !x.is_atom() {
                        self.leading.entry(x).or_default().push(old);
                    }
                    alike &= self.pair(x, y);
                }
            }
            if !alike {
                self.unlike.insert(old);
            }
        }
        let mut todo: Vec<ObjId> = self.unlike.iter().copied().collect();
        while let Some(id) = todo.pop() {
            for leads in self.leading.get(&id).into_iter().flatten() {
                if self.unlike.insert(*leads) {
                    todo.push(*leads);
                }
            }
        }
    }

    fn same_but_for_parts(&self, a: &Obj, b: &Obj, parts: &mut Vec<(ObjId, ObjId)>) -> bool {
        let copies = match (a.copy_of, b.copy_of) {
            (None, None) => true,
            (Some((x, how)), Some((y, other))) => {
                parts.push((x, y));
                how == other
            }
            _ => false,
        };
        copies
            && a.count == b.count
            && a.escaped == b.escaped
            && a.handed == b.handed
            && a.uncertain == b.uncertain
            && self.same_site(a.born, b.born)
            && self.same_site(a.changed, b.changed)
            && self.same_kind(&a.kind, &b.kind, parts)
    }

    fn same_site(&self, a: Site, b: Site) -> bool {
        match (a.get(), b.get()) {
            (None, None) => true,
            (Some((item, node)), Some((other, same))) => {
                node == same && (self.common.item)(item) == Some(other)
            }
            _ => false,
        }
    }

    fn same_code(&self, a: u32, b: u32) -> bool {
        (self.common.item)(a) == Some(b) && (self.common.code)(a)
    }

    fn is_common(&self, name: Name) -> bool {
        name.0 < self.common.names
    }

    fn same_kind(&self, a: &Kind, b: &Kind, parts: &mut Vec<(ObjId, ObjId)>) -> bool {
        let mut all = |x: &[ObjId], y: &[ObjId]| {
            parts.extend(x.iter().copied().zip(y.iter().copied()));
            x.len() == y.len()
        };
        match (a, b) {
            (Kind::Tuple(x), Kind::Tuple(y)) => all(x, y),
            (Kind::List(x), Kind::List(y)) => {
                x.slots == y.slots
                    && x.open == y.open
                    && x.every.is_some() == y.every.is_some()
                    && all(&x.items, &y.items)
                    && x.every.iter().zip(&y.every).all(|(x, y)| all(&[*x], &[*y]))
            }
            (Kind::Dict(x), Kind::Dict(y)) => {
                x.ty == y.ty
                    && x.table == y.table
                    && x.open == y.open
                    && x.tracked == y.tracked
                    && x.entries.len() == y.entries.len()
                    && x.factory.is_some() == y.factory.is_some()
                    && x.factory
                        .iter()
                        .zip(&y.factory)
                        .all(|(x, y)| all(&[*x], &[*y]))
                    && x.entries.iter().zip(&y.entries).all(|(x, y)| {
                        is_plain(x.0) && x.0 == y.0 && all(&[x.1.0, x.1.1], &[y.1.0, y.1.1])
                    })
            }
            (Kind::Set(x), Kind::Set(y)) => {
                x.table == y.table
                    && x.open == y.open
                    && x.frozen == y.frozen
                    && x.tracked == y.tracked
                    && x.items.len() == y.items.len()
                    && x.items
                        .iter()
                        .zip(&y.items)
                        .all(|(x, y)| is_plain(x.0) && x.0 == y.0 && all(&[*x.1], &[*y.1]))
            }
            (Kind::Cell(x), Kind::Cell(y)) => {
                x.is_some() == y.is_some() && x.iter().zip(y).all(|(x, y)| all(&[*x], &[*y]))
            }
            (Kind::Function(x), Kind::Function(y)) => {
                let given =
                    |it: &super::obj::FuncObj| [it.defaults, it.kwdefaults].map(|it| it.is_some());
                self.same_code(x.item, y.item)
                    && x.unit == y.unit
                    && given(x) == given(y)
                    && x.defaults
                        .iter()
                        .zip(&y.defaults)
                        .all(|(x, y)| all(&[*x], &[*y]))
                    && x.kwdefaults
                        .iter()
                        .zip(&y.kwdefaults)
                        .all(|(x, y)| all(&[*x], &[*y]))
                    && all(&x.others, &y.others)
                    && x.closure.len() == y.closure.len()
                    && x.closure
                        .iter()
                        .zip(&y.closure)
                        .all(|(x, y)| self.is_common(x.0) && x.0 == y.0 && all(&[x.1], &[y.1]))
                    && x.attrs.len() == y.attrs.len()
                    && x.attrs
                        .iter()
                        .zip(&y.attrs)
                        .all(|(x, y)| self.is_common(*x.0) && x.0 == y.0 && all(&[*x.1], &[*y.1]))
            }
            (Kind::Class(x), Kind::Class(y)) => {
                let known = |shape: &super::obj::Shape| {
                    shape.slots.iter().all(|name| self.is_common(*name))
                };
                self.same_code(x.item, y.item)
                    && x.unit == y.unit
                    && x.qualname == y.qualname
                    && x.shape == y.shape
                    && x.meta.is_none()
                    && y.meta.is_none()
                    && x.shape.iter().all(known)
                    && x.has_finalizer == y.has_finalizer
                    && x.instances == y.instances
                    && all(&x.bases, &y.bases)
                    && all(&x.mro, &y.mro)
                    && x.attrs.len() == y.attrs.len()
                    && x.attrs
                        .iter()
                        .zip(&y.attrs)
                        .all(|(x, y)| self.is_common(*x.0) && x.0 == y.0 && all(&[*x.1], &[*y.1]))
            }
            (Kind::Instance(x), Kind::Instance(y)) => {
                x.open == y.open
                    && x.dict.is_none()
                    && y.dict.is_none()
                    && all(&[x.class], &[y.class])
                    && x.attrs.len() == y.attrs.len()
                    && x.attrs
                        .iter()
                        .zip(&y.attrs)
                        .all(|(x, y)| self.is_common(*x.0) && x.0 == y.0 && all(&[*x.1], &[*y.1]))
            }
            (Kind::Method(f, x), Kind::Method(g, y)) | (Kind::Super(f, x), Kind::Super(g, y)) => {
                all(&[*f, *x], &[*g, *y])
            }
            (Kind::BuiltinMethod(x, name), Kind::BuiltinMethod(y, other)) => {
                name == other && all(&[*x], &[*y])
            }
            (Kind::Property(x), Kind::Property(y)) => x.iter().zip(y.iter()).all(|(x, y)| {
                x.is_some() == y.is_some() && x.iter().zip(y).all(|(x, y)| all(&[*x], &[*y]))
            }),
            (Kind::StaticMethod(x), Kind::StaticMethod(y))
            | (Kind::ClassMethod(x), Kind::ClassMethod(y)) => all(&[*x], &[*y]),
            (Kind::Exception(x), Kind::Exception(y)) => {
                x.raised == y.raised
                    && all(&[x.class], &[y.class])
                    && all(&x.args, &y.args)
                    && all(&x.held, &y.held)
                    && all(&x.trace, &y.trace)
            }
            (Kind::View(x, of), Kind::View(y, other)) => x == y && all(&[*of], &[*other]),
            (Kind::Slice(x), Kind::Slice(y)) => all(&x[..], &y[..]),
            // What is left refers to nothing, or is too rare to be looked into.
            (Kind::Iter(_) | Kind::Gen(_) | Kind::Deque(Some(_)), _) => false,
            (a, b) => a.referents().is_empty() && a == b,
        }
    }
}

/// Whether a key has no object in it.
fn is_plain(key: &Key) -> bool {
    match key {
        Key::Identity(_) | Key::Own(..) => false,
        Key::Tuple(keys) | Key::FrozenSet(keys) => keys.iter().all(is_plain),
        _ => true,
    }
}
