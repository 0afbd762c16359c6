//! What holds at both of two passes of a place.

use rustc_hash::FxHashMap;

use super::{Claims, Path, PlaceFacts, detail};
use crate::base::Interval;

/// What holds at both passes.
pub(super) fn join(old: &mut PlaceFacts, new: PlaceFacts) {
    let mut theirs: FxHashMap<Path, Claims> = new.paths.into_iter().collect();
    old.paths
        .retain_mut(|(path, claims)| match theirs.remove(path) {
            Some(other) => {
                both(claims, other);
                true
            }
            None => false,
        });
    let theirs: FxHashMap<Path, detail::Detail> = new.details.into_iter().collect();
    old.details
        .retain_mut(|(path, ours)| match theirs.get(path) {
            Some(other) => {
                detail::join(ours, other);
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
    old.lost.retain(|loss| new.lost.contains(loss));
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
    claims
        .not_same_as
        .retain(|path| other.not_same_as.contains(path));
    claims.shares.retain(|pair| other.shares.contains(pair));
}
