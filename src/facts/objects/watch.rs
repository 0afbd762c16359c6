//! What the machine saw happen to a default, whoever did it.

use rustc_hash::FxHashMap;

use super::{DefaultFacts, Use, What};
use crate::domain::{Kind, Node, Site};
use crate::hir::File;
use crate::interp::{Event, Machine};

/// Watches the objects that are born as defaults.
#[derive(Debug, Default)]
pub struct Watch {
    /// Birth sites, with the place of the default among all and whether it begins empty.
    sites: FxHashMap<Site, (usize, bool)>,
    seen: Vec<(usize, Site)>,
}

impl Watch {
    /// Of these defaults.
    pub fn of(defaults: &[DefaultFacts]) -> Watch {
        let sites = defaults
            .iter()
            .enumerate()
            .map(|(at, it)| (Site::expr(it.item, it.value), (at, it.is_empty)));
        Watch {
            sites: sites.collect(),
            seen: Vec::new(),
        }
    }

    /// Something happened.
    pub fn event(&mut self, m: &Machine<'_>, event: Event) {
        if self.sites.is_empty() {
            return;
        }
        let Event::Mutated { obj, by } = event;
        let object = m.obj(obj);
        let Some((at, began_empty)) = self.sites.get(&object.born).copied() else {
            return;
        };
        // An empty one that still is empty was not changed.
        let is_filled = match &object.kind {
            Kind::List(list) => list.open || !list.items.is_empty(),
            Kind::Dict(dict) => dict.open || !dict.entries.is_empty(),
            Kind::Set(set) => set.open || !set.items.is_empty(),
            Kind::Deque(Some(deque)) => !deque.is_empty(),
            _ => false,
        };
        let changed = is_filled || !began_empty;
        if changed && !object.uncertain && by != object.born && !self.seen.contains(&(at, by)) {
            self.seen.push((at, by));
        }
    }

    /// What was seen since this was asked last: where the default stands, and what changed it.
    pub fn take(&mut self) -> Vec<(Site, Site)> {
        let seen = std::mem::take(&mut self.seen);
        let stands = |at: usize| self.sites.iter().find(|(_, it)| it.0 == at);
        seen.into_iter()
            .filter_map(|(at, by)| Some((*stands(at)?.0, by)))
            .collect()
    }

    /// Takes in what was seen before.
    pub fn recall(&mut self, seen: impl Iterator<Item = (Site, Site)>) {
        for (site, by) in seen {
            if let Some((at, _)) = self.sites.get(&site)
                && !self.seen.contains(&(*at, by))
            {
                self.seen.push((*at, by));
            }
        }
    }

    /// Adds what was seen to what the text tells.
    pub fn tell(&self, file: &File, defaults: &mut [DefaultFacts]) {
        for (at, by) in &self.seen {
            let (Some(default), Some((item, node))) = (defaults.get_mut(*at), by.get()) else {
                continue;
            };
            let Some(placed) = file.items.get(item as usize) else {
                continue;
            };
            let span = match node {
                Node::Expr(id) => placed.item.expr_span(id),
                Node::Stmt(id) => placed.item.stmt_span(id),
            };
            let at = span.shifted(placed.start);
            let is_known = default.uses.iter().any(|it| {
                matches!(it.what, What::Mutated { .. })
                    && (it.at.contains(at) || at.contains(it.at))
            });
            if !is_known && !default.span.contains(at) {
                let what = What::Mutated {
                    grows: true,
                    by_key: false,
                };
                default.uses.push(Use {
                    at,
                    what,
                    through: Some(String::new()),
                });
            }
        }
        for default in defaults {
            default.uses.sort_by(|a, b| {
                (a.at.start, a.at.end, &a.what).cmp(&(b.at.start, b.at.end, &b.what))
            });
        }
    }
}
