//! Two paths meet: what is true after either.
//!
//! Objects that both states had before they parted are the same where their numbers are. Objects that each made since are
//! *paired* where the same variable, item or attribute leads to them in both, one to one: the pair is one object of the
//! joined state, with a count and contents that cover both. Where pairing fails, the reference leads to an uncertain
//! object, and the two real ones are blurred ([`State::blur`]).

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::atoms::{Atoms, FOREIGN, UNKNOWN};
use super::heap::ObjId;
use super::obj::{Count, InstObj, Kind, ListObj, Obj};
use super::site::Site;
use super::size::own_size;
use super::state::{Frame, Slot, StackRef, State};
use super::types::B;
use crate::layout::Layout;

/// What a join needs beside the states.
pub struct JoinCx<'a> {
    /// The atoms.
    pub atoms: &'a mut Atoms,
    /// Sizes, to keep one that both sides agree on.
    pub layout: &'a Layout,
    /// The number of the next object.
    pub next: &'a mut u32,
    /// Give up counts and sizes that differ, so that a loop settles.
    pub widen: bool,
    /// Where the paths meet.
    pub site: Site,
}

/// The join of `a` and `b`, which have the same call chain and stack heights; and whether it says less than `a` did.
pub fn join(cx: &mut JoinCx<'_>, a: &State, b: &State) -> (State, bool) {
    // What escapes because paths meet, no code got hold of.
    let r = State {
        here: Site::NONE,
        ..b.clone()
    };
    let mut joiner = Joiner {
        cx,
        a,
        b,
        r,
        pairs: FxHashMap::default(),
        reverse: FxHashMap::default(),
        memo: FxHashMap::default(),
        lost_a: FxHashMap::default(),
        lost_b: FxHashMap::default(),
        kept: FxHashSet::default(),
        work: Vec::new(),
        changed: false,
    };
    joiner.run();
    let site = joiner.cx.site;
    joiner.r.here = site;
    (joiner.r, joiner.changed)
}

struct Joiner<'a, 'c> {
    cx: &'a mut JoinCx<'c>,
    a: &'a State,
    b: &'a State,
    r: State,
    /// Objects that only `a` has, and the ones only `b` has that they are paired with.
    pairs: FxHashMap<ObjId, ObjId>,
    reverse: FxHashMap<ObjId, ObjId>,
    memo: FxHashMap<(ObjId, ObjId), ObjId>,
    /// References that were counted and can no longer be followed.
    lost_a: FxHashMap<ObjId, u32>,
    lost_b: FxHashMap<ObjId, u32>,
    /// Uncertain objects of one side that the result refers to.
    kept: FxHashSet<ObjId>,
    work: Vec<(ObjId, ObjId)>,
    changed: bool,
}

impl Joiner<'_, '_> {
    fn run(&mut self) {
        debug_assert_eq!(self.a.frames.len(), self.b.frames.len());
        for depth in 0..self.a.frames.len().min(self.b.frames.len()) {
            if !Arc::ptr_eq(&self.a.frames[depth], &self.b.frames[depth]) {
                let (fa, fb) = (self.a.frames[depth].clone(), self.b.frames[depth].clone());
                let joined = self.frame(&fa, &fb);
                self.r.frames[depth] = Arc::new(joined);
            }
        }
        for index in self.a.globals.differing(&self.b.globals) {
            let (x, y) = (
                self.a.globals.get(index).copied(),
                self.b.globals.get(index).copied(),
            );
            if x == y {
                continue;
            }
            if let Some(slot) = self.slot(x, y) {
                self.r.globals.insert(index, slot);
            }
        }
        let differing = self.a.heap.differing(&self.b.heap);
        let common: Vec<ObjId> = differing
            .iter()
            .copied()
            .filter(|&id| self.a.heap.get(id).is_some() && self.b.heap.get(id).is_some())
            .collect();
        for &id in &common {
            self.merge(id, id);
        }
        while let Some((x, y)) = self.work.pop() {
            self.merge(x, y);
        }
        self.drop_unpaired(&differing);
        self.counts(&common);
        self.lists();
    }

    /// What only one side has and the other has no partner for is let go; what it held may still be held.
    fn drop_unpaired(&mut self, differing: &[ObjId]) {
        for &id in differing {
            let (in_a, in_b) = (self.a.heap.get(id), self.b.heap.get(id));
            match (in_a, in_b) {
                (Some(obj), None) if !self.pairs.contains_key(&id) && !self.kept.contains(&id) => {
                    self.changed |= !obj.uncertain;
                    for referent in obj.kind.referents() {
                        self.lose_a(referent);
                    }
                }
                (None, Some(obj))
                    if !self.reverse.contains_key(&id) && !self.kept.contains(&id) =>
                {
                    for referent in obj.kind.referents() {
                        self.lose_b(referent);
                    }
                    self.r.heap.remove(id);
                }
                _ => {}
            }
        }
    }

    fn counts(&mut self, common: &[ObjId]) {
        let mut todo: Vec<(ObjId, ObjId)> = common.iter().map(|&id| (id, id)).collect();
        let mut seen: FxHashSet<ObjId> = common.iter().copied().collect();
        todo.extend(self.pairs.iter().map(|(&x, &y)| (x, y)));
        for &id in self.lost_a.keys().chain(self.lost_b.keys()) {
            if self.a.heap.get(id).is_some() && self.b.heap.get(id).is_some() && seen.insert(id) {
                todo.push((id, id));
            }
        }
        todo.sort_unstable();
        let mut escaping = Vec::new();
        for (x, y) in todo {
            let (Some(obj_a), Some(obj_b)) = (self.a.heap.get(x), self.b.heap.get(y)) else {
                continue;
            };
            let (lost_a, lost_b) = (
                self.lost_a.get(&x).copied().unwrap_or(0),
                self.lost_b.get(&y).copied().unwrap_or(0),
            );
            let count_a = without(obj_a.count, lost_a);
            let mut count = count_a.join(without(obj_b.count, lost_b));
            if count != obj_a.count {
                self.changed = true;
                if self.cx.widen {
                    count.hi = if count.hi > obj_a.count.hi {
                        Count::OPEN
                    } else {
                        count.hi
                    };
                    count.lo = if count.lo < obj_a.count.lo {
                        count.lo.min(1)
                    } else {
                        count.lo
                    };
                }
            }
            let handed = obj_a.handed || obj_b.handed || lost_a > 0 || lost_b > 0;
            let escaped = handed || obj_a.escaped || obj_b.escaped;
            self.changed |= escaped != obj_a.escaped || handed != obj_a.handed;
            if escaped {
                escaping.push((y, handed));
            }
            let is_lost = (lost_a > 0 || lost_b > 0) && !obj_a.escaped && !obj_b.escaped;
            let differs = count != obj_a.count && count != obj_b.count;
            if let Some(obj) = self.r.heap.get_mut(y) {
                obj.count = count;
                obj.escaped_at = obj_b.escaped_at.or(obj_a.escaped_at);
                if is_lost {
                    (obj.escaped_at, obj.joined_at) = (self.cx.site, self.cx.site);
                } else if differs {
                    obj.joined_at = obj.joined_at.or(self.cx.site);
                }
            }
        }
        for (id, handed) in escaping {
            // What one side had let out may now be connected to what the other had not.
            if let Some(obj) = self.r.heap.get_mut(id) {
                obj.escaped = false;
                obj.handed = false;
            }
            self.r.spread(id, handed);
        }
    }

    fn lists(&mut self) {
        let in_both =
            |ours: &[ObjId], theirs: &[ObjId], pairs: &FxHashMap<ObjId, ObjId>| -> Vec<ObjId> {
                ours.iter()
                    .map(|id| pairs.get(id).copied().unwrap_or(*id))
                    .filter(|id| theirs.contains(id))
                    .collect()
            };
        let gone = &self.b.freed;
        self.r.freed = self
            .a
            .freed
            .iter()
            .filter(|freed| gone.contains(freed))
            .copied()
            .collect();
        self.r.leaked = in_both(&self.a.leaked, &self.b.leaked, &self.pairs);
        self.r.garbage = in_both(&self.a.garbage, &self.b.garbage, &self.pairs);
        let mapped = |ids: &[ObjId], pairs: &FxHashMap<ObjId, ObjId>| -> Vec<ObjId> {
            ids.iter()
                .map(|id| pairs.get(id).copied().unwrap_or(*id))
                .collect()
        };
        let mut suspects = mapped(&self.a.suspects, &self.pairs);
        suspects.append(&mut self.r.suspects);
        suspects.sort_unstable();
        suspects.dedup();
        self.r.suspects = suspects;
        let mut exposed = mapped(&self.a.exposed, &self.pairs);
        exposed.append(&mut self.r.exposed);
        exposed.sort_unstable();
        exposed.dedup();
        self.r.exposed = exposed;
        if !Arc::ptr_eq(&self.a.escaped_units, &self.r.escaped_units)
            && !self.a.escaped_units.is_subset(&self.r.escaped_units)
        {
            Arc::make_mut(&mut self.r.escaped_units).extend(self.a.escaped_units.iter().copied());
        }
        if !Arc::ptr_eq(&self.a.reached_units, &self.r.reached_units)
            && !self.a.reached_units.is_subset(&self.r.reached_units)
        {
            Arc::make_mut(&mut self.r.reached_units).extend(self.a.reached_units.iter().copied());
        }
        self.r.code_escaped |= self.a.code_escaped;
        self.r.namespace_escaped |= self.a.namespace_escaped;
        self.r.mingled |= self.a.mingled;
        self.changed |= self.r.mingled != self.a.mingled;
        self.changed |= self.r.namespace_escaped != self.a.namespace_escaped;
        self.changed |= self.r.code_escaped != self.a.code_escaped;
    }

    fn frame(&mut self, fa: &Frame, fb: &Frame) -> Frame {
        debug_assert_eq!(fa.unit, fb.unit);
        debug_assert_eq!(fa.stack.len(), fb.stack.len());
        let locals = (0..fa.locals.len().max(fb.locals.len()))
            .map(|slot| {
                let (x, y) = (
                    fa.locals.get(slot).copied().flatten(),
                    fb.locals.get(slot).copied().flatten(),
                );
                if x == y { x } else { self.slot(x, y) }
            })
            .collect();
        let mut namespace = fa.namespace.clone();
        for (name, slot) in &mut namespace {
            if let Some(joined) = self.slot(Some(*slot), fb.namespace.get(name).copied()) {
                *slot = joined;
            }
        }
        for (name, slot) in &fb.namespace {
            if !fa.namespace.contains_key(name)
                && let Some(joined) = self.slot(None, Some(*slot))
            {
                namespace.insert(*name, joined);
            }
        }
        let stack = fa
            .stack
            .iter()
            .zip(&fb.stack)
            .map(|(x, y)| {
                let slot = self.slot(Some(as_slot(*x)), Some(as_slot(*y)));
                slot.map_or(StackRef::owned(UNKNOWN), |slot| StackRef {
                    obj: slot.obj,
                    lent: slot.lent,
                    may_be_kept: slot.lent && x.may_be_kept && y.may_be_kept,
                })
            })
            .collect();
        let bound = fa
            .bound
            .iter()
            .filter_map(|(key, x)| {
                let y = fb.bound.iter().find(|(other, _)| other == key)?.1;
                (*x == y || self.pairs.get(x) == Some(&y)).then_some((*key, y))
            })
            .collect();
        Frame {
            unit: fa.unit,
            locals,
            namespace,
            stack,
            bound,
            function: fa.function,
            generator: fa.generator,
            traced: fa.traced || fb.traced,
            handed: fa.handed || fb.handed,
            holds: fa.holds.clone(),
            class_cell: fa.class_cell.filter(|cell| fb.class_cell == Some(*cell)),
            statement_start: fa.statement_start.min(fb.statement_start),
        }
    }

    fn slot(&mut self, x: Option<Slot>, y: Option<Slot>) -> Option<Slot> {
        match (x, y) {
            (None, None) => None,
            (Some(x), Some(y)) if x.lent == y.lent => {
                let obj = if x.lent && x.obj != y.obj {
                    self.blur_lent(x.obj, y.obj)
                } else {
                    self.unify(x.obj, y.obj)
                };
                let maybe_unbound = x.maybe_unbound || y.maybe_unbound;
                self.changed |= maybe_unbound != x.maybe_unbound;
                Some(Slot {
                    obj,
                    lent: x.lent && obj == x.obj,
                    maybe_unbound,
                })
            }
            (x, y) => {
                let was = x.is_some_and(|slot| slot.maybe_unbound && slot.obj == UNKNOWN);
                self.changed |= !was;
                for slot in x.iter().filter(|slot| !slot.lent) {
                    self.lose_a(slot.obj);
                }
                for slot in y.iter().filter(|slot| !slot.lent) {
                    self.lose_b(slot.obj);
                }
                Some(Slot {
                    obj: UNKNOWN,
                    lent: false,
                    maybe_unbound: x.is_none() || y.is_none() || was,
                })
            }
        }
    }

    /// Lent references are not counted, so none is lost; but the objects can now be reached unseen.
    fn blur_lent(&mut self, x: ObjId, y: ObjId) -> ObjId {
        self.changed = true;
        for id in [x, y] {
            if !id.is_atom() {
                self.r.escape(id);
                self.lost_a.entry(id).or_insert(0);
            }
        }
        UNKNOWN
    }

    fn lose_a(&mut self, id: ObjId) {
        self.r.mingled |= id == FOREIGN;
        if !id.is_atom() {
            *self.lost_a.entry(id).or_insert(0) += 1;
        }
    }

    fn lose_b(&mut self, id: ObjId) {
        self.r.mingled |= id == FOREIGN;
        if !id.is_atom() {
            *self.lost_b.entry(id).or_insert(0) += 1;
        }
    }

    /// The object of the joined state for a reference that leads to `x` in the one and to `y` in the other.
    fn unify(&mut self, x: ObjId, y: ObjId) -> ObjId {
        if x == y {
            return x;
        }
        let only_a = !x.is_atom() && self.b.heap.get(x).is_none();
        let only_b = !y.is_atom() && self.a.heap.get(y).is_none();
        if only_a && only_b {
            match (self.pairs.get(&x), self.reverse.get(&y)) {
                (Some(partner), _) if *partner == y => return y,
                (None, None) if !self.is_uncertain(x, true) && !self.is_uncertain(y, false) => {
                    self.pairs.insert(x, y);
                    self.reverse.insert(y, x);
                    self.work.push((x, y));
                    return y;
                }
                _ => {}
            }
        }
        if let Some(foreign) = self.foreign(x, y) {
            return foreign;
        }
        self.lose_a(x);
        self.lose_b(y);
        if let Some(&known) = self.memo.get(&(x, y)) {
            return known;
        }
        let joined = self.uncertain(x, y);
        self.memo.insert((x, y), joined);
        joined
    }

    /// Where one of them is an object that a library made, and the other is plain, the two are such an object.
    fn foreign(&mut self, x: ObjId, y: ObjId) -> Option<ObjId> {
        let other = match (x, y) {
            (FOREIGN, other) => self.obj(other, false)?,
            (other, FOREIGN) => self.obj(other, true)?,
            _ => return None,
        };
        if !builtin_type(&other.kind).is_some_and(B::is_atom) {
            return None;
        }
        self.changed |= x != FOREIGN;
        self.lose_a(if x == FOREIGN { UNKNOWN } else { x });
        self.lose_b(if y == FOREIGN { UNKNOWN } else { y });
        Some(FOREIGN)
    }

    fn obj(&self, id: ObjId, in_a: bool) -> Option<&Obj> {
        if id.is_atom() {
            Some(self.cx.atoms.get(id))
        } else if in_a {
            self.a.heap.get(id)
        } else {
            self.b.heap.get(id)
        }
    }

    fn is_uncertain(&self, id: ObjId, in_a: bool) -> bool {
        self.obj(id, in_a).is_none_or(|obj| obj.uncertain)
    }

    fn uncertain(&mut self, x: ObjId, y: ObjId) -> ObjId {
        let (Some(obj_x), Some(obj_y)) = (self.obj(x, true).cloned(), self.obj(y, false).cloned())
        else {
            self.changed = true;
            return UNKNOWN;
        };
        if x == FOREIGN || y == FOREIGN {
            self.changed |= x != UNKNOWN;
            return UNKNOWN;
        }
        if obj_x.uncertain && covers(self.cx.layout, &obj_x.kind, &obj_y.kind) {
            if !x.is_atom() && self.r.heap.get(x).is_none() {
                self.r.heap.insert(x, obj_x);
            }
            self.kept.insert(x);
            return x;
        }
        self.changed = true;
        if obj_y.uncertain && covers(self.cx.layout, &obj_y.kind, &obj_x.kind) {
            self.kept.insert(y);
            return y;
        }
        let layout = self.cx.layout;
        let kind = match (&obj_x.kind, &obj_y.kind) {
            (Kind::Instance(p), Kind::Instance(q)) if p.class == q.class => {
                Kind::Instance(Arc::new(InstObj {
                    class: p.class,
                    attrs: Default::default(),
                    open: true,
                    dict: None,
                    payload: None,
                }))
            }
            (p, q) => match (builtin_type(p), builtin_type(q)) {
                (Some(ty), Some(other)) if ty == other => {
                    let size = own_size(layout, p)
                        .zip(own_size(layout, q))
                        .filter(|(p, q)| p == q);
                    match size.filter(|_| !ty.is_mutable() && !self.cx.widen) {
                        Some((size, _)) => Kind::Opaque(ty, Some((size.lo, size.hi))),
                        None => return self.cx.atoms.some(ty),
                    }
                }
                _ => return UNKNOWN,
            },
        };
        if let Kind::Instance(instance) = &kind {
            self.r.inc(instance.class);
        }
        let mut obj = Obj::new(kind, obj_y.born);
        obj.joined_at = self.cx.site;
        obj.uncertain = true;
        obj.escaped = true;
        obj.handed = true;
        obj.count = Count::ANY;
        let id = ObjId(*self.cx.next);
        *self.cx.next += 1;
        self.r.heap.insert(id, obj);
        self.kept.insert(id);
        id
    }

    /// Joins the contents of `x` in `a` and `y` in `b` into object `y` of the result.
    fn merge(&mut self, x: ObjId, y: ObjId) {
        let (Some(obj_a), Some(obj_b)) = (self.a.heap.get(x).cloned(), self.b.heap.get(y).cloned())
        else {
            return;
        };
        let kind = self.kind(&obj_a.kind, &obj_b.kind);
        if kind != obj_a.kind && x == y {
            self.changed = true;
        }
        let uncertain = obj_a.uncertain || obj_b.uncertain;
        let copy_of = if obj_a.copy_of == obj_b.copy_of {
            obj_a.copy_of
        } else {
            None
        };
        let joined_at = if kind == obj_b.kind {
            obj_b.joined_at.or(obj_a.joined_at)
        } else if kind == obj_a.kind {
            obj_a.joined_at.or(obj_b.joined_at)
        } else {
            obj_a.joined_at.or(obj_b.joined_at).or(self.cx.site)
        };
        if let Some(obj) = self.r.heap.get_mut(y) {
            obj.kind = kind;
            obj.joined_at = joined_at;
            obj.uncertain = uncertain;
            obj.copy_of = copy_of;
        }
    }

    fn kind(&mut self, a: &Kind, b: &Kind) -> Kind {
        if a == b {
            return b.clone();
        }
        match (a, b) {
            (Kind::Tuple(p), Kind::Tuple(q)) if p.len() == q.len() => Kind::Tuple(Arc::new(
                p.iter()
                    .zip(q.iter())
                    .map(|(x, y)| self.unify(*x, *y))
                    .collect(),
            )),
            (Kind::List(p), Kind::List(q)) => self.list(p, q),
            (Kind::Dict(p), Kind::Dict(q)) if p.ty == q.ty => {
                let mut joined = (**q).clone();
                let same_keys = !p.open
                    && !q.open
                    && p.entries.keys().eq(q.entries.keys())
                    && p.factory == q.factory;
                if same_keys {
                    for ((_, (k, v)), (pk, pv)) in joined.entries.iter_mut().zip(p.entries.values())
                    {
                        (*k, *v) = (self.unify(*pk, *k), self.unify(*pv, *v));
                    }
                } else {
                    self.lose_all(a, b);
                    joined.entries.clear();
                    joined.factory = None;
                    joined.open = true;
                    self.changed |= !p.open;
                }
                joined.table = if p.table == q.table { q.table } else { None };
                joined.tracked = if p.tracked == q.tracked {
                    q.tracked
                } else {
                    None
                };
                self.changed |= joined.table != p.table || joined.tracked != p.tracked;
                Kind::Dict(Arc::new(joined))
            }
            (Kind::Set(p), Kind::Set(q)) if p.frozen == q.frozen => {
                let mut joined = (**q).clone();
                if !p.open && !q.open && p.items.keys().eq(q.items.keys()) {
                    for ((_, item), other) in joined.items.iter_mut().zip(p.items.values()) {
                        *item = self.unify(*other, *item);
                    }
                } else {
                    self.lose_all(a, b);
                    joined.items.clear();
                    joined.open = true;
                    self.changed |= !p.open;
                }
                joined.table = if p.table == q.table { q.table } else { None };
                joined.tracked = if p.tracked == q.tracked {
                    q.tracked
                } else {
                    None
                };
                self.changed |= joined.table != p.table || joined.tracked != p.tracked;
                Kind::Set(Arc::new(joined))
            }
            (Kind::Cell(Some(x)), Kind::Cell(Some(y))) => Kind::Cell(Some(self.unify(*x, *y))),
            (Kind::Cell(p), Kind::Cell(q)) => {
                self.changed = true;
                p.iter().for_each(|id| self.lose_a(*id));
                q.iter().for_each(|id| self.lose_b(*id));
                Kind::Cell(Some(UNKNOWN))
            }
            (Kind::Instance(p), Kind::Instance(q)) if p.class == q.class => {
                let mut joined = (**q).clone();
                joined.open = p.open
                    || q.open
                    || !p.attrs.keys().eq(q.attrs.keys())
                    || p.dict.is_some() != q.dict.is_some()
                    || p.payload.is_some() != q.payload.is_some();
                self.changed |= joined.open != p.open;
                for (name, value) in &p.attrs {
                    if !q.attrs.contains_key(name) {
                        self.lose_a(*value);
                        self.changed = true;
                    }
                }
                let mut attrs = super::obj::Ordered::default();
                for (name, value) in &q.attrs {
                    match p.attrs.get(name) {
                        Some(other) => {
                            let value = self.unify(*other, *value);
                            attrs.insert(*name, value);
                        }
                        None => self.lose_b(*value),
                    }
                }
                joined.attrs = attrs;
                joined.payload = match (p.payload, q.payload) {
                    (Some(x), Some(y)) => Some(self.unify(x, y)),
                    (x, y) => {
                        x.iter().for_each(|id| self.lose_a(*id));
                        y.iter().for_each(|id| self.lose_b(*id));
                        None
                    }
                };
                joined.dict = match (p.dict, q.dict) {
                    (Some(x), Some(y)) => Some(self.unify(x, y)),
                    (x, y) => {
                        x.iter().for_each(|id| self.lose_a(*id));
                        y.iter().for_each(|id| self.lose_b(*id));
                        None
                    }
                };
                Kind::Instance(Arc::new(joined))
            }
            (Kind::Class(p), Kind::Class(q))
                if p.item == q.item && p.unit == q.unit && p.bases == q.bases && p.mro == q.mro =>
            {
                let mut joined = (**q).clone();
                if p.meta != q.meta {
                    joined.shape = None;
                }
                joined.instances = p.instances.join(q.instances);
                if self.cx.widen && joined.instances != p.instances {
                    joined.instances.hi = Count::OPEN;
                }
                if joined.shape != p.shape || joined.makeup != p.makeup {
                    joined.shape = None;
                }
                for (name, value) in &mut joined.attrs {
                    match p.attrs.get(name) {
                        Some(other) => *value = self.unify(*other, *value),
                        None => joined.shape = None,
                    }
                }
                if p.attrs.keys().any(|name| !q.attrs.contains_key(name)) {
                    joined.shape = None;
                }
                if joined.shape.is_none() {
                    self.lose_all(a, b);
                    for value in joined.attrs.values_mut() {
                        *value = UNKNOWN;
                    }
                }
                Kind::Class(Arc::new(joined))
            }
            (Kind::Function(p), Kind::Function(q))
                if p.item == q.item
                    && p.unit == q.unit
                    && p.defaults.is_some() == q.defaults.is_some()
                    && p.kwdefaults.is_some() == q.kwdefaults.is_some()
                    && p.closure.len() == q.closure.len()
                    && p.others.len() == q.others.len()
                    && p.attrs.keys().eq(q.attrs.keys()) =>
            {
                let mut joined = (**q).clone();
                joined.defaults = p.defaults.zip(q.defaults).map(|(x, y)| self.unify(x, y));
                joined.kwdefaults = p
                    .kwdefaults
                    .zip(q.kwdefaults)
                    .map(|(x, y)| self.unify(x, y));
                for ((_, cell), (_, other)) in joined.closure.iter_mut().zip(&p.closure) {
                    *cell = self.unify(*other, *cell);
                }
                for (held, other) in joined.others.iter_mut().zip(&p.others) {
                    *held = self.unify(*other, *held);
                }
                for (held, other) in joined.attrs.values_mut().zip(p.attrs.values()) {
                    *held = self.unify(*other, *held);
                }
                Kind::Function(Arc::new(joined))
            }
            (Kind::Method(f, o), Kind::Method(g, p)) => {
                Kind::Method(self.unify(*f, *g), self.unify(*o, *p))
            }
            (Kind::Exception(p), Kind::Exception(q))
                if p.class == q.class
                    && p.args.len() == q.args.len()
                    && p.held.len() == q.held.len()
                    && p.attrs.keys().eq(q.attrs.keys()) =>
            {
                let mut joined = (**q).clone();
                for (arg, other) in joined.args.iter_mut().zip(&p.args) {
                    *arg = self.unify(*other, *arg);
                }
                for (held, other) in joined.held.iter_mut().zip(&p.held) {
                    *held = self.unify(*other, *held);
                }
                for (value, other) in joined.attrs.values_mut().zip(p.attrs.values()) {
                    *value = self.unify(*other, *value);
                }
                // Raised in different ways: what only one holds goes at some time.
                let len = joined.trace.len().max(p.trace.len());
                joined.trace.resize(len, UNKNOWN);
                let others = p.trace.iter().copied().chain(std::iter::repeat(UNKNOWN));
                for (held, other) in joined.trace.iter_mut().zip(others) {
                    *held = self.unify(other, *held);
                }
                joined.raised |= p.raised;
                joined.open |= p.open;
                self.changed |= joined.raised != p.raised || joined.open != p.open;
                Kind::Exception(Arc::new(joined))
            }
            (Kind::Library(p), Kind::Library(q))
                if p.ty == q.ty && p.role == q.role && p.held.len() == q.held.len() =>
            {
                let mut joined = (**q).clone();
                for (held, other) in joined.held.iter_mut().zip(&p.held) {
                    *held = self.unify(*other, *held);
                }
                joined.weak = self.weak(p.weak, q.weak);
                Kind::Library(Arc::new(joined))
            }
            (Kind::Iter(p), Kind::Iter(q))
                if p.ty == q.ty
                    && p.over == q.over
                    && p.index == q.index
                    && p.held.len() == q.held.len() =>
            {
                let mut joined = (**q).clone();
                for (held, other) in joined.held.iter_mut().zip(&p.held) {
                    *held = self.unify(*other, *held);
                }
                Kind::Iter(Arc::new(joined))
            }
            (Kind::Gen(p), Kind::Gen(q))
                if p.ty == q.ty
                    && p.unit == q.unit
                    && p.at == q.at
                    && p.function.is_some() == q.function.is_some()
                    && alike(p.frame.as_deref(), q.frame.as_deref()) =>
            {
                let mut joined = (**q).clone();
                joined.function = p.function.zip(q.function).map(|(x, y)| self.unify(x, y));
                joined.frame = match (&p.frame, &q.frame) {
                    (Some(x), Some(y)) => Some(Arc::new(self.frame(x, y))),
                    _ => None,
                };
                Kind::Gen(Arc::new(joined))
            }
            _ => {
                for kind in [a, b] {
                    if let Kind::Gen(generator) = kind
                        && generator.frame.is_some()
                    {
                        // Where it stands is not known: whoever drives it runs code that is not followed.
                        self.r.unit_escapes(generator.unit, true);
                    }
                }
                self.lose_all(a, b);
                if covers(self.cx.layout, a, b) && a.referents().is_empty() {
                    return a.clone();
                }
                self.changed = true;
                match (builtin_type(a), builtin_type(b)) {
                    (Some(ty), Some(other)) if ty == other => {
                        let (p, q) = (own_size(self.cx.layout, a), own_size(self.cx.layout, b));
                        let size = p
                            .zip(q)
                            .filter(|_| !ty.is_mutable())
                            .map(|(p, q)| p.join(q));
                        Kind::Opaque(
                            ty,
                            size.filter(|_| !self.cx.widen)
                                .map(|size| (size.lo, size.hi)),
                        )
                    }
                    _ => Kind::Unknown,
                }
            }
        }
    }

    /// Where a weak reference leads after either: to the one object that it led to in both, alive or dead in both; else it
    /// may lead to either, unseen.
    fn weak(&mut self, x: Option<ObjId>, y: Option<ObjId>) -> Option<ObjId> {
        let (alive_a, alive_b) = (
            x.filter(|id| self.a.heap.get(*id).is_some()),
            y.filter(|id| self.b.heap.get(*id).is_some()),
        );
        let same =
            x == y && alive_a == alive_b || x.is_some_and(|x| self.pairs.get(&x).copied() == y);
        if same {
            return y;
        }
        self.changed |= x.is_some();
        for id in alive_a.iter() {
            self.lost_a.entry(*id).or_insert(0);
            self.r.escape(*id);
        }
        for id in alive_b.iter() {
            self.lost_b.entry(*id).or_insert(0);
            self.r.escape(*id);
        }
        None
    }

    fn list(&mut self, p: &ListObj, q: &ListObj) -> Kind {
        let slots = if p.slots == q.slots { q.slots } else { None };
        self.changed |= slots != p.slots;
        if p.open || q.open || p.items.len() != q.items.len() {
            let every = self.every_item(p, q);
            self.changed |= !p.open || every != p.every;
            // What is foreign stays in sight where every item is.
            let lost = |id: &&ObjId| **id != FOREIGN || every != Some(FOREIGN);
            p.items.iter().filter(lost).for_each(|id| self.lose_a(*id));
            q.items.iter().filter(lost).for_each(|id| self.lose_b(*id));
            return Kind::List(Arc::new(ListObj {
                items: Vec::new(),
                slots,
                open: true,
                every,
            }));
        }
        let items = p
            .items
            .iter()
            .zip(&q.items)
            .map(|(x, y)| self.unify(*x, *y))
            .collect();
        Kind::List(Arc::new(ListObj {
            items,
            slots,
            open: false,
            every: None,
        }))
    }

    /// What stands for each item of the two lists.
    fn every_item(&mut self, p: &ListObj, q: &ListObj) -> Option<ObjId> {
        let (a, b) = (self.common_item(p, true), self.common_item(q, false));
        match (a?, b?) {
            (Some(x), Some(y)) => (x == y).then_some(x),
            (one, other) => one.or(other),
        }
    }

    /// What stands for each item of a list: `None` where they have nothing in common, `Some(None)` where there is none.
    fn common_item(&mut self, list: &ListObj, in_a: bool) -> Option<Option<ObjId>> {
        if list.open {
            return list.every.map(Some);
        }
        let mut common = None;
        for id in &list.items {
            let one = match id {
                &FOREIGN => FOREIGN,
                id => {
                    let ty = builtin_type(&self.obj(*id, in_a)?.kind)?;
                    if !ty.is_atom() || ty == B::NoneType {
                        return None;
                    }
                    self.cx.atoms.some(ty)
                }
            };
            if common.is_some_and(|common| common != one) {
                return None;
            }
            common = Some(one);
        }
        Some(common)
    }

    fn lose_all(&mut self, a: &Kind, b: &Kind) {
        a.referents().into_iter().for_each(|id| self.lose_a(id));
        b.referents().into_iter().for_each(|id| self.lose_b(id));
    }
}

/// Whether two suspended frames can be joined slot by slot.
fn alike(p: Option<&Frame>, q: Option<&Frame>) -> bool {
    match (p, q) {
        (Some(p), Some(q)) => p.stack.len() == q.stack.len(),
        (None, None) => true,
        _ => false,
    }
}

fn as_slot(reference: StackRef) -> Slot {
    Slot {
        obj: reference.obj,
        lent: reference.lent,
        maybe_unbound: false,
    }
}

fn without(count: Count, lost: u32) -> Count {
    if lost == 0 {
        return count;
    }
    Count {
        lo: count.lo.saturating_sub(lost),
        hi: Count::OPEN,
    }
}

/// Whether an uncertain object of kind `general` may stand for one of kind `special`.
fn covers(layout: &Layout, general: &Kind, special: &Kind) -> bool {
    match general {
        Kind::Unknown => true,
        Kind::Opaque(ty, size) => {
            builtin_type(special) == Some(*ty)
                && size.is_none_or(|(lo, hi)| {
                    own_size(layout, special).is_some_and(|own| own.lo == lo && own.hi == hi)
                })
        }
        Kind::Instance(p) => {
            p.open
                && p.attrs.is_empty()
                && matches!(special, Kind::Instance(q) if p.class == q.class)
        }
        _ => false,
    }
}

/// The builtin type of an object, if it has one.
pub fn builtin_type(kind: &Kind) -> Option<B> {
    Some(match kind {
        Kind::Unknown | Kind::Named(..) | Kind::Instance(_) => return None,
        Kind::Opaque(ty, _) => *ty,
        Kind::None => B::NoneType,
        Kind::Ellipsis => B::Ellipsis,
        Kind::NotImplemented => B::NotImplementedType,
        Kind::Bool(_) => B::Bool,
        Kind::Int(_) | Kind::BigInt(_) => B::Int,
        Kind::Float(_) => B::Float,
        Kind::Complex(..) => B::Complex,
        Kind::Str(_) => B::Str,
        Kind::Bytes(_) => B::Bytes,
        Kind::ByteArray(_) => B::ByteArray,
        Kind::Tuple(_) => B::Tuple,
        Kind::List(_) => B::List,
        Kind::Dict(dict) => dict.ty,
        Kind::Set(set) => {
            if set.frozen {
                B::FrozenSet
            } else {
                B::Set
            }
        }
        Kind::Deque(_) => B::Deque,
        Kind::Cell(_) => B::Cell,
        Kind::Range(_) => B::Range,
        Kind::Slice(_) => B::Slice,
        Kind::Function(_) => B::Function,
        Kind::Method(..) => B::Method,
        Kind::BuiltinMethod(..) | Kind::BuiltinFunction(_) => B::BuiltinFunction,
        Kind::Class(_) | Kind::Type(_) => B::Type,
        Kind::Exception(_) => return None,
        Kind::Iter(iter) => iter.ty,
        Kind::Gen(generator) => generator.ty,
        Kind::View(ty, _) => *ty,
        Kind::Module(_) => B::Module,
        Kind::Property(_) => B::Property,
        Kind::StaticMethod(_) => B::StaticMethod,
        Kind::ClassMethod(_) => B::ClassMethod,
        Kind::Super(..) => B::Super,
        Kind::Library(library) => library.ty,
    })
}
