//! What one run of code showed, wherever its items stand.
//!
//! An edit moves everything behind it, and numbers the items behind it anew. So that what was seen before stays as it
//! is, a [`Part`] speaks of a [`Ground`] of its own, on which each item has its place for good, whatever the file around
//! it looks like: offsets count on that ground, and the number of an item is where it begins there.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::trace::Change;
use super::{Answer, Effect, Holder, PlaceFacts};
use crate::base::Span;
use crate::domain::{Site, UnitRef};
use crate::hir::{ExprId, File, Item, StmtId};
use crate::interp::Place;

/// A part; see the module. What it knows of each place is by item.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) places: FxHashMap<u32, Vec<PlaceFacts>>,
    pub(super) before: FxHashMap<u32, Vec<PlaceFacts>>,
    /// What `is` answered; `None` where two passes differ.
    pub(super) answers: Vec<((u32, ExprId, u32), Option<Answer>)>,
    pub(super) effects: Vec<Effect>,
    pub(super) changes: Vec<Change>,
    /// Changes of defaults: where the default stands, and what changed it.
    pub(super) seen: Vec<(Site, Site)>,
}

/// Where the items of a file stand for good.
#[derive(Clone, Debug, Default)]
pub(super) struct Ground {
    /// The items, as they are on the ground.
    pub(super) items: Vec<(Arc<Item>, u32)>,
    /// Where each begins in the text.
    starts: Vec<u32>,
    /// Places on the ground in order, with the item that is there.
    order: Vec<(u32, u32)>,
    /// The first place that is free.
    end: u32,
}

/// Room on the ground; beyond, everything is laid out anew. A keystroke takes up the length of one item.
const ROOM: u32 = 1 << 31;

impl Ground {
    /// Lays out the items of a file. What begins and ends the file as before keeps its place; `None` where the ground is
    /// used up and nothing can.
    pub(super) fn of(file: &File, old: Option<&Ground>) -> Option<Ground> {
        let n = file.items.len();
        let nothing = Vec::new();
        let known = old.map_or(&nothing, |old| &old.items);
        let is_same = |new: usize, old: usize| Arc::ptr_eq(&file.items[new].item, &known[old].0);
        let most = n.min(known.len());
        let head = (0..most).take_while(|&at| is_same(at, at)).count();
        let tail = (0..most - head)
            .take_while(|&at| is_same(n - 1 - at, known.len() - 1 - at))
            .count();
        let mut ground = Ground {
            end: old.map_or(0, |old| old.end),
            ..Ground::default()
        };
        for (at, placed) in file.items.iter().enumerate() {
            let first = if at < head {
                known[at].1
            } else if at >= n - tail {
                known[known.len() - (n - at)].1
            } else {
                let first = ground.end;
                let next = file.items.get(at + 1).map(|next| next.start);
                let spans = placed.item.stmt_spans.iter().map(|span| span.end);
                let len = next.map_or(0, |next| next - placed.start);
                let len = len.max(spans.max().unwrap_or(0)).saturating_add(1);
                ground.end = first.checked_add(len).filter(|end| *end < ROOM)?;
                first
            };
            ground.items.push((Arc::clone(&placed.item), first));
            ground.starts.push(placed.start);
        }
        let firsts = ground.items.iter().map(|(_, first)| *first);
        ground.order = firsts.zip(0..).collect();
        ground.order.sort_unstable();
        Some(ground)
    }

    /// The file with its items where they are on the ground.
    pub(super) fn file(&self, file: &File) -> File {
        let mut file = file.clone();
        file.problems.clear();
        for (placed, (_, first)) in file.items.iter_mut().zip(&self.items) {
            placed.start = *first;
        }
        file
    }

    /// The number that the item has for good.
    pub(super) fn first(&self, item: u32) -> u32 {
        self.items.get(item as usize).map_or(u32::MAX, |it| it.1)
    }

    /// The item of this number, if it is still there.
    pub(super) fn item(&self, first: u32) -> Option<u32> {
        let at = self.order.binary_search_by_key(&first, |(first, _)| *first);
        at.ok().map(|at| self.order[at].1)
    }

    /// An offset on the ground as one in the text.
    fn offset(&self, offset: u32) -> Option<u32> {
        let after = self.order.partition_point(|(first, _)| *first <= offset);
        let (first, item) = *self.order.get(after.checked_sub(1)?)?;
        Some(self.starts[item as usize] + (offset - first))
    }

    fn span(&self, span: Span) -> Option<Span> {
        let start = self.offset(span.start)?;
        Some(Span {
            start,
            end: start + (span.end - span.start),
        })
    }

    fn unit(&self, unit: UnitRef) -> UnitRef {
        match unit.unit {
            Some(_) => UnitRef {
                item: self.item(unit.item).unwrap_or(u32::MAX),
                ..unit
            },
            None => unit,
        }
    }

    fn unit_for_good(&self, unit: UnitRef) -> UnitRef {
        match unit.unit {
            Some(_) => UnitRef {
                item: self.first(unit.item),
                ..unit
            },
            None => unit,
        }
    }

    /// Facts of the running file, whose offsets are on the ground already, for good.
    pub(super) fn keep(&self, facts: &mut PlaceFacts) {
        facts.item = self.first(facts.item);
        facts.unit = self.unit_for_good(facts.unit);
        for (_, detail) in &mut facts.details {
            if let Some((item, _)) = &mut detail.code {
                *item = self.first(*item);
            }
            for holder in &mut detail.holders {
                if let Holder::Outer(_, unit) = holder {
                    *unit = self.unit_for_good(*unit);
                }
            }
        }
    }

    /// Facts as they are in the file now.
    pub(super) fn place(&self, facts: &PlaceFacts) -> PlaceFacts {
        let mut facts = facts.clone();
        facts.item = self.item(facts.item).unwrap_or(u32::MAX);
        facts.unit = self.unit(facts.unit);
        facts.start = self.offset(facts.start).unwrap_or(facts.start);
        for gone in facts.frees.iter_mut().chain(&mut facts.leaks) {
            gone.bound_at = self.offset(gone.bound_at).unwrap_or(gone.bound_at);
        }
        for lost in &mut facts.lost {
            lost.born = self.span(lost.born).unwrap_or(lost.born);
        }
        for (_, detail) in &mut facts.details {
            detail.born = detail.born.and_then(|span| self.span(span));
            detail.changed = detail.changed.and_then(|span| self.span(span));
            detail.escaped_at = detail.escaped_at.and_then(|span| self.span(span));
            detail.joined_at = detail.joined_at.and_then(|span| self.span(span));
            detail.code = detail
                .code
                .and_then(|(item, unit)| Some((self.item(item)?, unit)));
            for holder in &mut detail.holders {
                if let Holder::Outer(_, unit) = holder {
                    *unit = self.unit(*unit);
                }
            }
        }
        facts
    }

    pub(super) fn keep_effect(&self, effect: &mut Effect) {
        effect.unit = self.unit_for_good(effect.unit);
    }

    pub(super) fn effect(&self, effect: &Effect) -> Effect {
        Effect {
            unit: self.unit(effect.unit),
            by: effect.by.and_then(|span| self.span(span)),
            ..*effect
        }
    }

    pub(super) fn change(&self, change: &Change) -> Option<Change> {
        Some(Change {
            item: self.item(change.item)?,
            by: self.span(change.by)?,
            ..change.clone()
        })
    }

    pub(super) fn site_for_good(&self, site: Site) -> Site {
        self.renumbered(site, |item| Some(self.first(item)))
    }

    pub(super) fn site(&self, site: Site) -> Site {
        self.renumbered(site, |item| self.item(item))
    }

    fn renumbered(&self, site: Site, number: impl Fn(u32) -> Option<u32>) -> Site {
        let moved = site.get().and_then(|(item, node)| {
            let item = number(item)?;
            Some(match node {
                crate::domain::Node::Expr(id) => Site::expr(item, id),
                crate::domain::Node::Stmt(id) => Site::stmt(item, id),
            })
        });
        moved.unwrap_or(Site::NONE)
    }
}

/// The order of places within an item.
pub(super) fn order(facts: &PlaceFacts) -> (u32, u32, StmtId, u32) {
    let (rank, id, nth) = match facts.place {
        Place::Entry(unit) => (0, StmtId(unit.0), 0),
        Place::After(stmt) => (1, stmt, 0),
        Place::Handler(stmt, nth) => (2, stmt, nth),
    };
    (facts.start, rank, id, nth)
}

/// What all parts together say.
#[derive(Debug, Default)]
pub(super) struct Sum {
    pub(super) parts: Vec<Arc<Part>>,
    pub(super) ground: Arc<Ground>,
}
