//! The places of a file with what is claimed there, put together where somebody asks.
//!
//! What was seen is kept by the run that saw it ([`part`](super::part)); after an edit most of it is as before, and only
//! what is looked at has to be brought to where it stands now.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::PlaceFacts;
use super::part::{Part, Sum, order};
use crate::interp::Place;

/// Places in source order. A slice of all of them, for those who ask for all.
#[derive(Clone, Debug, Default)]
pub struct Places {
    sum: Arc<Sum>,
    /// Parts that speak of each item.
    speakers: Vec<Vec<u32>>,
    items: Vec<OnceLock<Vec<PlaceFacts>>>,
    all: OnceLock<Vec<PlaceFacts>>,
    module: OnceLock<Vec<PlaceFacts>>,
    side: Side,
}

/// Which of a part's facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Side {
    #[default]
    After,
    Before,
}

impl Places {
    pub(super) fn new(sum: &Arc<Sum>, side: Side) -> Places {
        let n = sum.ground.items.len();
        let mut speakers = vec![Vec::new(); n];
        for (at, part) in sum.parts.iter().enumerate() {
            for first in side.of(part).keys() {
                if let Some(item) = sum.ground.item(*first) {
                    speakers[item as usize].push(at as u32);
                }
            }
        }
        Places {
            sum: Arc::clone(sum),
            speakers,
            items: vec![OnceLock::new(); n],
            all: OnceLock::new(),
            module: OnceLock::new(),
            side,
        }
    }

    /// Those of one item.
    pub fn of_item(&self, item: u32) -> &[PlaceFacts] {
        if let Some(cell) = self.items.get(item as usize) {
            return cell.get_or_init(|| self.put_together(item));
        }
        // Made of a list that has them all.
        let all = self.all.get().map_or(&[][..], |all| &all[..]);
        let first = all.iter().position(|facts| facts.item == item);
        let first = first.unwrap_or(all.len());
        let end = all[first..].iter().position(|facts| facts.item != item);
        &all[first..end.map_or(all.len(), |end| first + end)]
    }

    /// Those of the module's own code.
    pub fn of_module(&self) -> &[PlaceFacts] {
        self.module.get_or_init(|| {
            let is_module = |facts: &&PlaceFacts| facts.unit.unit.is_none();
            if self.items.is_empty() {
                return self.iter().filter(is_module).cloned().collect();
            }
            let items = 0..self.items.len() as u32;
            let speaks_of_module = |item: &u32| {
                let first = self.sum.ground.first(*item);
                self.speakers[*item as usize].iter().any(|part| {
                    let facts = self.side.of(&self.sum.parts[*part as usize]);
                    let facts = facts.get(&first).into_iter().flatten();
                    facts.into_iter().any(|facts| facts.unit.unit.is_none())
                })
            };
            items
                .filter(speaks_of_module)
                .flat_map(|item| match self.items[item as usize].get() {
                    Some(known) => known.iter().filter(is_module).cloned().collect(),
                    None => self.of_module_in(item),
                })
                .collect()
        })
    }

    fn of_module_in(&self, item: u32) -> Vec<PlaceFacts> {
        let mut found = self.join(item, |facts| facts.unit.unit.is_none());
        found.retain(|facts| self.side.tells(facts));
        found
    }

    fn put_together(&self, item: u32) -> Vec<PlaceFacts> {
        let mut found = self.join(item, |_| true);
        found.retain(|facts| self.side.tells(facts));
        found
    }

    fn join(&self, item: u32, wanted: impl Fn(&PlaceFacts) -> bool) -> Vec<PlaceFacts> {
        let first = self.sum.ground.first(item);
        let mut found: Vec<PlaceFacts> = Vec::new();
        let mut known: FxHashMap<Place, usize> = FxHashMap::default();
        for part in &self.speakers[item as usize] {
            let facts = self.side.of(&self.sum.parts[*part as usize]).get(&first);
            for facts in facts.into_iter().flatten().filter(|facts| wanted(facts)) {
                match known.get(&facts.place) {
                    Some(at) => super::join::join(&mut found[*at], facts.clone()),
                    None => {
                        known.insert(facts.place, found.len());
                        found.push(facts.clone());
                    }
                }
            }
        }
        found.sort_by_key(order);
        found
            .iter()
            .map(|facts| self.sum.ground.place(facts))
            .collect()
    }
}

impl Side {
    fn of(self, part: &Part) -> &FxHashMap<u32, Vec<PlaceFacts>> {
        match self {
            Side::After => &part.places,
            Side::Before => &part.before,
        }
    }

    fn tells(self, facts: &PlaceFacts) -> bool {
        self == Side::After || !facts.paths.is_empty()
    }
}

impl Deref for Places {
    type Target = [PlaceFacts];

    fn deref(&self) -> &[PlaceFacts] {
        self.all.get_or_init(|| {
            let items = 0..self.items.len() as u32;
            items
                .flat_map(|item| self.of_item(item).iter().cloned())
                .collect()
        })
    }
}

impl<'a> IntoIterator for &'a Places {
    type Item = &'a PlaceFacts;
    type IntoIter = std::slice::Iter<'a, PlaceFacts>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromIterator<PlaceFacts> for Places {
    fn from_iter<T: IntoIterator<Item = PlaceFacts>>(places: T) -> Self {
        Places {
            all: OnceLock::from(places.into_iter().collect::<Vec<_>>()),
            ..Places::default()
        }
    }
}
