//! What was found out of functions that anyone may call, and whether it still holds after an edit.
//!
//! What the analysis of such a function shows depends on its code and that of functions it enters, on constants, on
//! what the global names that it asks for lead to when the module's body has run, and on the steps that the file's text
//! has somewhere. An [`Epoch`] keeps what functions showed, with what of all that they asked for, and the state of that
//! time; a [`Recall`] compares the state of today with it. Objects are compared, not hashed: when in doubt, the function
//! is analysed anew.
//!
//! While somebody types, a file is whole and broken by turns, and nothing at all is known of globals of a broken one: the
//! last epoch of each kind is kept.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::objects::DefaultFacts;
use super::part::{Ground, Part};
use super::{Step, TextSteps};
use crate::base::Name;
use crate::domain::alike::{Common, Pairs, Side};
use crate::domain::{Atoms, Key, Kind, ObjId, State, UnitRef};
use crate::hir::{ExprId, Item, UnitId};
use crate::interp::{Constants, Machine, World, literals};

/// Limits that a function hit.
type Hits = FxHashMap<&'static str, u32>;

/// What is kept from one analysis of a document to the next.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Where the items stand.
    pub(super) ground: Arc<Ground>,
    /// The last epochs in which the file was whole and broken.
    epochs: [Option<Arc<Epoch>>; 2],
}

/// What functions showed, and when.
#[derive(Debug)]
pub(super) struct Epoch {
    functions: FxHashMap<(u32, UnitId), Memo>,
    state: State,
    atoms: Atoms,
    objects: Vec<ObjId>,
    constants: Arc<Constants>,
    names: u32,
    ground: Arc<Ground>,
    steps: Arc<TextSteps>,
    watched: Watched,
    literals: FxHashMap<u32, Arc<FxHashSet<u64>>>,
}

/// The defaults that are watched, by item.
type Watched = FxHashMap<u32, Vec<(ExprId, bool)>>;

/// What one function showed, and what it asked for.
#[derive(Clone, Debug)]
struct Memo {
    part: Arc<Part>,
    hits: Hits,
    asked: Arc<Asked>,
}

/// What a function asked for.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// Global names.
    pub(super) globals: Vec<Name>,
    /// Steps: whether the text has them somewhere.
    pub(super) steps: Steps,
}

/// Steps that would have been taken if the text had them.
#[derive(Debug, Default)]
pub(super) struct Steps {
    attrs: FxHashSet<Name>,
    strs: FxHashSet<Arc<str>>,
    ints: FxHashSet<i64>,
    /// Items of the longest sequence.
    longest: usize,
}

impl Steps {
    /// Steps from an object were asked for.
    pub(super) fn from(&mut self, m: &Machine<'_>, id: ObjId) {
        match m.kind(id) {
            Kind::Instance(instance) => {
                let own = m.own_attributes(instance);
                self.attrs.extend(own.into_iter().map(|(name, _)| name));
            }
            Kind::List(list) => self.longest = self.longest.max(list.items.len()),
            Kind::Tuple(items) => self.longest = self.longest.max(items.len()),
            Kind::Deque(Some(items)) => self.longest = self.longest.max(items.len()),
            Kind::Dict(dict) => {
                for key in dict.entries.keys() {
                    match key {
                        Key::Str(text) => {
                            self.strs.insert(Arc::clone(text));
                        }
                        Key::Int(value) => self.ints.extend(i64::try_from(value).ok()),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn asks_for(&self, step: &Step) -> bool {
        match step {
            Step::Attr(name) => self.attrs.contains(name),
            Step::Str(text) => self.strs.contains(text),
            Step::Int(at) => self.ints.contains(at) || at.unsigned_abs() <= self.longest as u64,
        }
    }
}

/// Remembers, and finds out what of it still holds.
pub(super) struct Recall {
    old: Memory,
    is_broken: bool,
    steps: Arc<TextSteps>,
    constants: Arc<Constants>,
    watched: Watched,
    /// What holds of the last epoch of this kind.
    valid: FxHashMap<(u32, UnitId), Memo>,
    now: Option<Epoch>,
}

impl Recall {
    /// A memory of `old` for a file on this ground. In the closed world nothing is remembered.
    pub(super) fn new(
        old: Memory,
        ground: &Arc<Ground>,
        constants: &Arc<Constants>,
        steps: &Arc<TextSteps>,
        defaults: &[DefaultFacts],
    ) -> Recall {
        let is_broken = ground.items.iter().any(|(item, _)| item.is_broken);
        let mut watched = Watched::default();
        for default in defaults {
            let of_item = watched.entry(ground.first(default.item)).or_default();
            of_item.push((default.value, default.is_empty));
        }
        let old = Memory {
            ground: Arc::clone(ground),
            ..old
        };
        Recall {
            old,
            is_broken,
            steps: Arc::clone(steps),
            constants: Arc::clone(constants),
            watched,
            valid: FxHashMap::default(),
            now: None,
        }
    }

    /// The module's body has run.
    pub(super) fn opens(&mut self, m: &Machine<'_>, open: &State, names: u32) {
        if m.p.world != World::Module {
            return;
        }
        let old = self.old.epochs[usize::from(self.is_broken)].clone();
        let ground = &self.old.ground;
        let mut all_literals = FxHashMap::default();
        for (item, first) in &ground.items {
            let known = old.as_ref().and_then(|old| old.literals.get(first));
            let of_item = match known {
                Some(known) => Arc::clone(known),
                None => Arc::new(hashes(item)),
            };
            all_literals.insert(*first, of_item);
        }
        let now = Epoch {
            functions: FxHashMap::default(),
            state: open.clone(),
            atoms: m.atoms.clone(),
            objects: m.constant_objects().to_vec(),
            constants: Arc::clone(&self.constants),
            names,
            ground: Arc::clone(ground),
            steps: Arc::clone(&self.steps),
            watched: std::mem::take(&mut self.watched),
            literals: all_literals,
        };
        if let Some(old) = &old {
            self.valid = valid(old, &now);
        }
        self.now = Some(now);
    }

    /// What the function shows, if that is known.
    pub(super) fn recall(&mut self, unit: UnitRef) -> Option<(Arc<Part>, Hits)> {
        let key = (self.old.ground.first(unit.item), unit.unit?);
        let memo = self.valid.remove(&key)?;
        let known = (Arc::clone(&memo.part), memo.hits.clone());
        self.now.as_mut()?.functions.insert(key, memo);
        Some(known)
    }

    /// The function showed `part`.
    pub(super) fn remember(&mut self, unit: UnitRef, part: &Arc<Part>, hits: &Hits, asked: Asked) {
        let (Some(now), Some(id)) = (&mut self.now, unit.unit) else {
            return;
        };
        let key = (self.old.ground.first(unit.item), id);
        let memo = Memo {
            part: Arc::clone(part),
            hits: hits.clone(),
            asked: Arc::new(asked),
        };
        now.functions.insert(key, memo);
    }

    /// What to keep for the next analysis.
    pub(super) fn finish(self) -> Memory {
        let mut memory = self.old;
        if let Some(now) = self.now {
            memory.epochs[usize::from(self.is_broken)] = Some(Arc::new(now));
        }
        memory
    }
}

/// What functions showed that still holds.
fn valid(old: &Epoch, new: &Epoch) -> FxHashMap<(u32, UnitId), Memo> {
    let mut found = FxHashMap::default();
    if !old.constants.is_alike_file_wide(&new.constants) {
        return found;
    }
    let here: Vec<Option<u32>> = old
        .ground
        .items
        .iter()
        .map(|(_, first)| new.ground.item(*first))
        .collect();
    let partner = |item: u32| here.get(item as usize).copied().flatten();
    let sides = [old, new].map(|epoch| Side {
        state: &epoch.state,
        atoms: &epoch.atoms,
    });
    let (ids, unpaired) = old.constants.pairs(&new.constants);
    let object = |epoch: &Epoch, id: u32| epoch.objects.get(id as usize).copied();
    let alike: FxHashSet<u32> = {
        let common = Common {
            names: old.names,
            item: &partner,
            code: &|_| false,
        };
        let mut pairs = Pairs::new(sides[0], sides[1], &common);
        let objects = ids
            .iter()
            .enumerate()
            .filter_map(|(id, other)| Some((object(old, id as u32)?, object(new, (*other)?)?)));
        pairs.objects(objects);
        let is_alike = |id: &u32| {
            let other = ids[*id as usize].and_then(|other| object(new, other));
            object(old, *id)
                .zip(other)
                .is_some_and(|(x, y)| pairs.is_alike(x, y))
        };
        (0..ids.len() as u32).filter(is_alike).collect()
    };
    let unpaired: Vec<u64> = unpaired
        .iter()
        .map(|value| literals::hash::<FxHasher>(value))
        .collect();
    let same_code: Vec<bool> = (0..here.len() as u32)
        .map(|item| {
            let Some(other) = partner(item) else {
                return false;
            };
            let first = old.ground.first(item);
            let keeps_literals = unpaired.is_empty()
                || old
                    .literals
                    .get(&first)
                    .is_some_and(|known| unpaired.iter().all(|hash| !known.contains(hash)));
            let is_alike =
                |id: u32, other: u32| ids[id as usize] == Some(other) && alike.contains(&id);
            keeps_literals
                && old.watched.get(&first) == new.watched.get(&first)
                && old
                    .constants
                    .runs_alike(item, &new.constants, other, &is_alike)
        })
        .collect();
    let common = Common {
        names: old.names,
        item: &partner,
        code: &|item| same_code.get(item as usize).copied().unwrap_or(false),
    };
    let mut pairs = Pairs::new(sides[0], sides[1], &common);
    let objects = ids
        .iter()
        .enumerate()
        .filter_map(|(id, other)| Some((object(old, id as u32)?, object(new, (*other)?)?)));
    pairs.objects(objects);
    pairs.globals();
    let names: Vec<bool> = (0..old.names)
        .map(|name| pairs.is_alike_at(Name(name)))
        .collect();
    let steps = old.steps.differing(&new.steps);
    for (key, memo) in &old.functions {
        let item = old.ground.item(key.0);
        let holds = item.is_some_and(|item| same_code[item as usize])
            && memo
                .asked
                .globals
                .iter()
                .all(|name| names.get(name.0 as usize) == Some(&true))
            && !steps.iter().any(|step| memo.asked.steps.asks_for(step));
        if holds {
            found.insert(*key, memo.clone());
        }
    }
    found
}

/// The literals of an item, hashed.
fn hashes(item: &Item) -> FxHashSet<u64> {
    let mut found = FxHashSet::default();
    literals::each(item, &mut |value| {
        found.insert(literals::hash::<FxHasher>(value));
    });
    found
}
