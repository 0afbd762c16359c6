//! What the program can no longer reach but reference counting does not free.

use rustc_hash::{FxHashMap, FxHashSet};

use super::machine::Machine;
use crate::domain::{Count, Kind, ObjId};
use crate::limits;

impl Machine<'_> {
    /// Looks whether an object that lost a reference in this statement is garbage now: all references to it, and to what
    /// holds it, come from what it can reach itself (the collector's own rule, asked of one object's neighbourhood).
    pub(super) fn find_leaks(&mut self) {
        let mut suspects = std::mem::take(&mut self.st.suspects);
        suspects.sort_unstable();
        suspects.dedup();
        for suspect in suspects {
            let hopeless = self
                .st
                .heap
                .get(suspect)
                .is_none_or(|obj| obj.escaped || obj.count.hi == Count::OPEN);
            if hopeless || self.st.garbage.contains(&suspect) {
                continue;
            }
            let garbage = self.garbage_around(suspect);
            for &id in &garbage {
                if !self.st.garbage.contains(&id) {
                    self.st.garbage.push(id);
                    if self.holds_its_holders(id, &garbage) {
                        self.st.leaked.push(id);
                    }
                }
            }
        }
    }

    /// Whether all that refers to the object can be reached from it: what merely hangs on a cycle is not said to leak.
    fn holds_its_holders(&self, id: ObjId, garbage: &[ObjId]) -> bool {
        let referents = |id: ObjId| {
            self.st
                .heap
                .get(id)
                .map(|obj| obj.kind.referents())
                .unwrap_or_default()
        };
        let mut reached: FxHashSet<ObjId> = FxHashSet::default();
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            todo.extend(
                referents(id)
                    .into_iter()
                    .filter(|to| garbage.contains(to) && reached.insert(*to)),
            );
        }
        garbage
            .iter()
            .all(|holder| !referents(*holder).contains(&id) || reached.contains(holder))
    }

    fn garbage_around(&mut self, first: ObjId) -> Vec<ObjId> {
        let mut inside: FxHashMap<ObjId, u32> = FxHashMap::default();
        let mut order = vec![first];
        inside.insert(first, 0);
        let mut at = 0;
        while at < order.len() {
            if order.len() > limits::GRAPH {
                self.hit("graph");
                return Vec::new();
            }
            let id = order[at];
            at += 1;
            let Some(obj) = self.st.heap.get(id) else {
                continue;
            };
            if matches!(obj.kind, Kind::Class(_)) {
                continue;
            }
            for referent in obj.kind.referents() {
                if referent.is_atom() {
                    continue;
                }
                match inside.get_mut(&referent) {
                    Some(references) => *references += 1,
                    None => {
                        inside.insert(referent, 1);
                        order.push(referent);
                    }
                }
            }
        }
        self.fuel = self.fuel.saturating_sub(order.len() as u64 / 16);
        let mut alive: FxHashSet<ObjId> = FxHashSet::default();
        let mut todo: Vec<ObjId> = order
            .iter()
            .copied()
            .filter(|id| {
                self.st.heap.get(*id).is_none_or(|obj| {
                    obj.escaped || matches!(obj.kind, Kind::Class(_)) || obj.count.hi > inside[id]
                })
            })
            .collect();
        while let Some(id) = todo.pop() {
            if !alive.insert(id) {
                continue;
            }
            if let Some(obj) = self.st.heap.get(id) {
                todo.extend(
                    obj.kind
                        .referents()
                        .into_iter()
                        .filter(|id| inside.contains_key(id)),
                );
            }
        }
        order.retain(|id| !alive.contains(id));
        order
    }

    /// `gc.collect()`: all garbage that is known goes; how many objects went is not said. What it held loses references.
    pub(super) fn collect_garbage(&mut self) {
        self.find_leaks();
        let garbage = std::mem::take(&mut self.st.garbage);
        let set: FxHashSet<ObjId> = garbage.iter().copied().collect();
        for &id in &garbage {
            let Some(obj) = self.st.heap.remove(id) else {
                continue;
            };
            for referent in obj.kind.referents() {
                if !set.contains(&referent) {
                    self.st.dec(referent);
                }
            }
        }
        self.st.leaked.retain(|id| !set.contains(id));
        if !self.layout().empty_dict_tracked() {
            self.untrack_dicts();
        }
    }
}
