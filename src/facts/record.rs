//! What was seen at each place, joined over all passes.

use rustc_hash::{FxHashMap, FxHashSet};

use super::mentions::{Mentions, TextSteps};
use super::objects::{DefaultFacts, Watch};
use super::publish::{self, is_mutable, name_of, steps};
use super::{Claims, CopyKind, FileFacts, Gone, Path, PlaceFacts};
use crate::base::{Interval, Names};
use crate::domain::{B, ObjId, StmtKey, TypeOf, UnitRef};
use crate::hir::{File, NameUse, StmtId};
use crate::interp::{Event, Machine, Observer, Outcome, Place};
use crate::layout::Layout;

/// Paths that are followed from one name, at most: a table of a thousand keys is spoken of as a whole.
const PATHS_PER_NAME: usize = 24;

/// Watches the machine.
pub struct Recorder<'a> {
    file: &'a File,
    steps: TextSteps,
    mentions: FxHashMap<(u32, StmtId), Mentions>,
    places: FxHashMap<(u32, Place), PlaceFacts>,
    /// Some pass saw a place in another way than the rest can be told of.
    counts: bool,
    watch: Watch,
}

impl<'a> Recorder<'a> {
    /// A recorder that has seen nothing. `counts`: sizes and reference counts can be claimed of the version.
    pub fn new(file: &'a File, _layout: &'static Layout, counts: bool) -> Self {
        Recorder {
            file,
            steps: TextSteps::of(file),
            mentions: FxHashMap::default(),
            places: FxHashMap::default(),
            counts,
            watch: Watch::default(),
        }
    }

    /// Looks out for changes of these defaults too.
    pub fn watch(&mut self, defaults: &[DefaultFacts]) {
        self.watch = Watch::of(defaults);
    }

    /// Adds to the defaults what was seen to change them.
    pub fn witnesses(&self, defaults: &mut [DefaultFacts]) {
        self.watch.tell(self.file, defaults);
    }

    /// All that holds at every pass.
    pub fn finish(self, names: &Names, outcome: Outcome) -> FileFacts {
        let mut places: Vec<PlaceFacts> = if outcome.cancelled { Vec::new() } else { self.places.into_values().collect() };
        places.sort_by_key(|facts| (facts.start, place_order(facts.place)));
        FileFacts { places, names: names.clone(), outcome, ..FileFacts::default() }
    }

    fn start(&self, item: u32, place: Place) -> u32 {
        let placed = &self.file.items[item as usize];
        let span = match place {
            Place::After(stmt) => placed.item.stmt_span(stmt),
            Place::Handler(stmt, at) => match placed.item.stmt(stmt) {
                crate::hir::Stmt::Try { handlers, .. } => {
                    handlers.get(at as usize).map_or(placed.item.stmt_span(stmt), |handler| handler.span)
                }
                _ => placed.item.stmt_span(stmt),
            },
            Place::Entry(unit) => placed.item.unit(unit).span,
        };
        placed.start + span.start
    }

    fn names_at(&mut self, m: &Machine<'_>, item: u32, place: Place) -> Mentions {
        let code = &self.file.items[item as usize].item;
        match place {
            Place::After(stmt) => {
                self.mentions.entry((item, stmt)).or_insert_with(|| Mentions::of(code, stmt)).clone()
            }
            Place::Handler(stmt, at) => {
                let mut out = Mentions::default();
                if let crate::hir::Stmt::Try { handlers, .. } = code.stmt(stmt)
                    && let Some(name) = handlers.get(at as usize).and_then(|handler| handler.name)
                {
                    out.bound.push(name);
                    out.names.push(name);
                }
                out
            }
            Place::Entry(unit) => {
                let _ = m;
                let unit = code.unit(unit);
                let names: Vec<NameUse> = unit
                    .params
                    .in_slot_order()
                    .map(|param| {
                        let is_cell = unit
                            .scope
                            .vars
                            .get(param.slot as usize)
                            .is_some_and(|var| var.kind == crate::hir::VarKind::Cell);
                        let var =
                            if is_cell { crate::hir::Var::Deref(param.slot) } else { crate::hir::Var::Fast(param.slot) };
                        NameUse { name: param.name, var }
                    })
                    .collect();
                Mentions { bound: names.clone(), names, called: Vec::new() }
            }
        }
    }

    fn observe(&mut self, m: &Machine<'_>, item: u32, place: Place) -> Option<PlaceFacts> {
        let unit = m.st.frame().unit;
        if is_nameless(m, unit) {
            return None;
        }
        let mentions = self.names_at(m, item, place);
        let mut found: Vec<(Path, ObjId)> = Vec::new();
        for name in &mentions.names {
            let Some(slot) = m.look_up(*name).filter(|slot| !slot.maybe_unbound) else { continue };
            let first = found.len();
            found.push((Path { root: name.name, steps: Vec::new() }, slot.obj));
            let mut at = first;
            while at < found.len() && found.len() - first < PATHS_PER_NAME {
                let (path, id) = found[at].clone();
                at += 1;
                if path.steps.len() >= 2 || m.obj(id).uncertain {
                    continue;
                }
                for (step, to) in steps(m, id, &self.steps) {
                    let mut longer = path.clone();
                    longer.steps.push(step);
                    found.push((longer, to));
                }
            }
        }
        let others = self.other_names(m, &mentions);
        let deep = mentions.called.iter().any(|name| m.names.text(*name) == "deepcopy");
        let paths: Vec<(Path, Claims)> = found
            .iter()
            .map(|(path, id)| {
                let mut claims = publish::claims(m, *id, self.counts);
                if is_mutable(m, *id) && !m.obj(*id).uncertain {
                    claims.same_as = found
                        .iter()
                        .chain(&others)
                        .filter(|(other, other_id)| other != path && m.is_same(*id, *other_id))
                        .map(|(other, _)| other.clone())
                        .take(16)
                        .collect();
                    let binds = path.steps.is_empty() && mentions.bound.iter().any(|name| name.name == path.root);
                    if binds {
                        self.copies(m, path, *id, &found, deep, &mut claims);
                    }
                }
                (path.clone(), claims)
            })
            .collect();
        let gone = self.gone(m, item, place);
        Some(PlaceFacts { item, place, unit, start: self.start(item, place), paths, frees: gone.0, leaks: gone.1 })
    }

    fn copies(
        &self,
        m: &Machine<'_>,
        path: &Path,
        id: ObjId,
        found: &[(Path, ObjId)],
        deep: bool,
        claims: &mut Claims,
    ) {
        for (other, other_id) in found {
            if other.root == path.root && other.steps.is_empty() || !is_mutable(m, *other_id) {
                continue;
            }
            let Some(copy) = publish::copy_of(m, id, other, *other_id, deep) else { continue };
            if copy.0 == CopyKind::Shallow {
                for (step, to) in steps(m, id, &self.steps) {
                    if is_mutable(m, to)
                        && publish::follow(m, *other_id, &step).is_some_and(|shared| m.is_same(shared, to))
                    {
                        let with = |path: &Path| {
                            let mut longer = path.clone();
                            longer.steps.push(step.clone());
                            longer
                        };
                        claims.shares.push((with(path), with(other)));
                    }
                }
            }
            claims.copy = Some(copy);
            return;
        }
    }

    /// Plain names of the scope that the statement does not mention.
    fn other_names(&self, m: &Machine<'_>, mentions: &Mentions) -> Vec<(Path, ObjId)> {
        let frame = m.st.frame();
        let mut out: Vec<(Path, ObjId)> = Vec::new();
        let mut add = |name: NameUse| {
            if !mentions.names.iter().any(|other| other.name == name.name)
                && let Some(slot) = m.look_up(name).filter(|slot| !slot.maybe_unbound)
                && is_mutable(m, slot.obj)
            {
                out.push((Path { root: name.name, steps: Vec::new() }, slot.obj));
            }
        };
        match m.unit(frame.unit) {
            None => {
                for (at, _) in m.st.globals.iter() {
                    add(NameUse { name: crate::base::Name(at as u32), var: crate::hir::Var::Global });
                }
            }
            Some(unit) if unit.kind == crate::hir::UnitKind::Class => {
                for name in frame.namespace.keys() {
                    add(NameUse { name: *name, var: crate::hir::Var::Namespace });
                }
            }
            Some(unit) => {
                for (slot, variable) in unit.scope.vars.iter().enumerate() {
                    let var = match variable.kind {
                        crate::hir::VarKind::Local => crate::hir::Var::Fast(slot as u16),
                        crate::hir::VarKind::Cell => crate::hir::Var::Deref(slot as u16),
                        _ => continue,
                    };
                    add(NameUse { name: variable.name, var });
                }
            }
        }
        out
    }

    /// What the statement freed and leaked of what statements of this frame bound.
    fn gone(&self, m: &Machine<'_>, item: u32, place: Place) -> (Vec<Gone>, Vec<Gone>) {
        if matches!(place, Place::Entry(_)) {
            return (Vec::new(), Vec::new());
        }
        let _ = item;
        let bound = &m.st.frame().bound;
        let (freed_mark, leaked_mark) = m.marks;
        let freed: Vec<(ObjId, TypeOf)> =
            m.st.freed.get(freed_mark..).unwrap_or_default().iter().map(|freed| (freed.id, freed.ty)).collect();
        let leaked: Vec<(ObjId, TypeOf)> = m
            .st
            .leaked
            .get(leaked_mark..)
            .unwrap_or_default()
            .iter()
            .map(|id| (*id, crate::domain::type_of(m.kind(*id))))
            .collect();
        let list = |gone: Vec<(ObjId, TypeOf)>| {
            let mut out: Vec<Gone> = Vec::new();
            for (key, id) in bound {
                let Some((at, (_, ty))) = gone.iter().enumerate().find(|(_, (gone, _))| gone == id) else { continue };
                // A container that takes no weak references cannot be watched without being held, and then what it
                // holds lives on: of the two, what it held is told.
                let held_on = gone[at + 1..].iter().any(|(later, _)| bound.iter().any(|(_, id)| id == later));
                if held_on && matches!(ty, TypeOf::Builtin(B::List | B::Dict | B::Tuple)) {
                    continue;
                }
                let Some(ty_name) = name_of(m, *ty) else { continue };
                if self.binds_alike(m, bound, *key, *id, *ty) {
                    continue;
                }
                let bound_at = self.start(key.0, Place::After(StmtId(key.1)));
                let one = Gone { ty: ty_name, bound_at };
                if !out.contains(&one) {
                    out.push(one);
                }
            }
            out
        };
        (list(freed), list(leaked))
    }

    /// Whether the statement bound another object that may be of the same type.
    fn binds_alike(&self, m: &Machine<'_>, bound: &[(StmtKey, ObjId)], key: StmtKey, id: ObjId, ty: TypeOf) -> bool {
        let mut seen: FxHashSet<ObjId> = FxHashSet::default();
        bound.iter().any(|(other_key, other)| {
            if *other_key != key || *other == id || !seen.insert(*other) {
                return false;
            }
            match m.st.heap.get(*other) {
                Some(obj) => crate::domain::type_of(&obj.kind) == ty || obj.uncertain,
                None => true, // it is gone: of which type it was is not known any more
            }
        })
    }
}

impl Observer for Recorder<'_> {
    fn event(&mut self, m: &Machine<'_>, event: Event) {
        self.watch.event(m, event);
    }

    fn at(&mut self, m: &Machine<'_>, item: u32, place: Place) {
        let Some(new) = self.observe(m, item, place) else { return };
        match self.places.get_mut(&(item, place)) {
            None => {
                self.places.insert((item, place), new);
            }
            Some(old) => join(old, new),
        }
    }
}

fn place_order(place: Place) -> u32 {
    match place {
        Place::Entry(_) => 0,
        Place::After(_) => 1,
        Place::Handler(..) => 2,
    }
}

/// Lambdas and comprehensions have no statements.
fn is_nameless(m: &Machine<'_>, unit: UnitRef) -> bool {
    m.unit(unit).is_some_and(|unit| {
        matches!(unit.kind, crate::hir::UnitKind::Lambda | crate::hir::UnitKind::Comprehension(_))
    })
}

/// What holds at both passes.
fn join(old: &mut PlaceFacts, new: PlaceFacts) {
    let mut theirs: FxHashMap<Path, Claims> = new.paths.into_iter().collect();
    old.paths.retain_mut(|(path, claims)| match theirs.remove(path) {
        Some(other) => {
            both(claims, other);
            true
        }
        None => false,
    });
    let alive: Vec<Path> = old.paths.iter().map(|(path, _)| path.clone()).collect();
    for (_, claims) in &mut old.paths {
        let keeps = |path: &Path| path.steps.is_empty() || alive.contains(path);
        claims.same_as.retain(keeps);
        claims.shares.retain(|(a, b)| keeps(a) && keeps(b));
        if claims.copy.as_ref().is_some_and(|(_, of)| !keeps(of)) {
            claims.copy = None;
        }
    }
    old.frees.retain(|gone| new.frees.contains(gone));
    old.leaks.retain(|gone| new.leaks.contains(gone));
}

fn both(claims: &mut Claims, other: Claims) {
    fn same<T: PartialEq>(ours: &mut Option<T>, theirs: Option<T>) {
        if *ours != theirs {
            *ours = None;
        }
    }
    fn hull(ours: &mut Option<Interval>, theirs: Option<Interval>) {
        *ours = ours.zip(theirs).map(|(a, b)| a.join(b));
    }
    same(&mut claims.ty, other.ty);
    hull(&mut claims.size, other.size);
    hull(&mut claims.deep, other.deep);
    hull(&mut claims.refs, other.refs);
    same(&mut claims.immortal, other.immortal);
    same(&mut claims.interned, other.interned);
    same(&mut claims.tracked, other.tracked);
    same(&mut claims.copy, other.copy);
    same(&mut claims.cycle, other.cycle);
    claims.same_as.retain(|path| other.same_as.contains(path));
    claims.not_same_as.retain(|path| other.not_same_as.contains(path));
    claims.shares.retain(|pair| other.shares.contains(pair));
}

