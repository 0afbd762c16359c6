//! `heapq` (`Modules/_heapqmodule.c`) on lists whose items compare as CPython's own do.
//!
//! Checked under each version against the module: the order that items end up in, and which one comes out.

use std::cmp::Ordering;

use super::super::machine::Machine;
use super::{Answer, Keywords};
use crate::domain::atoms::NONE;
use crate::domain::{B, Kind, ObjId};

pub(super) fn call(
    m: &mut Machine<'_>,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    let Some((&heap, rest)) = args.split_first() else {
        return Ok(None);
    };
    let Kind::List(list) = m.kind_of(heap) else {
        return Ok(None);
    };
    if list.open || !keywords.is_empty() {
        return Ok(None);
    }
    let mut items = list.items.clone();
    let len = items.len() as u64;
    let layout = m.layout();
    match (name, rest) {
        ("heappush", [item]) => {
            items.push(*item);
            let last = items.len() - 1;
            if up(m, &mut items, 0, last).is_none() {
                return Ok(None);
            }
            let slots = list.slots.map(|slots| layout.list_append(len, slots));
            m.set_list(heap, items, slots);
            Ok(Some(NONE))
        }
        ("heapify", []) => {
            for at in (0..items.len() / 2).rev() {
                if down(m, &mut items, at).is_none() {
                    return Ok(None);
                }
            }
            m.set_list(heap, items, list.slots);
            Ok(Some(NONE))
        }
        ("heappop", []) => {
            let Some(last) = items.pop() else {
                return Err(m.raise(B::IndexError));
            };
            let slots = list.slots.map(|slots| layout.list_pop(len, slots));
            let least = match items.first_mut() {
                None => last,
                Some(first) => {
                    let least = std::mem::replace(first, last);
                    if down(m, &mut items, 0).is_none() {
                        return Ok(None);
                    }
                    least
                }
            };
            m.st.inc(least);
            m.set_list(heap, items, slots);
            m.hand_over(least);
            Ok(Some(least))
        }
        ("heapreplace", [item]) => {
            let Some(first) = items.first_mut() else {
                return Err(m.raise(B::IndexError));
            };
            let least = std::mem::replace(first, *item);
            if down(m, &mut items, 0).is_none() {
                return Ok(None);
            }
            m.st.inc(least);
            m.set_list(heap, items, list.slots);
            m.hand_over(least);
            Ok(Some(least))
        }
        ("heappushpop", [item]) => {
            let Some(&first) = items.first() else {
                return Ok(Some(*item));
            };
            match m.order(first, *item) {
                Some(Ordering::Less) => {}
                Some(_) => return Ok(Some(*item)),
                None => return Ok(None),
            }
            items[0] = *item;
            if down(m, &mut items, 0).is_none() {
                return Ok(None);
            }
            m.st.inc(first);
            m.set_list(heap, items, list.slots);
            m.hand_over(first);
            Ok(Some(first))
        }
        _ => Ok(None),
    }
}

/// `siftdown`: the item at `at` rises towards `start`; `None` where a comparison is not known.
fn up(m: &mut Machine<'_>, items: &mut [ObjId], start: usize, mut at: usize) -> Option<()> {
    while at > start {
        let parent = (at - 1) / 2;
        if m.order(items[at], items[parent])? != Ordering::Less {
            break;
        }
        items.swap(at, parent);
        at = parent;
    }
    Some(())
}

/// `siftup`: the smaller child rises until the item is at a leaf; from there the item rises again.
fn down(m: &mut Machine<'_>, items: &mut [ObjId], start: usize) -> Option<()> {
    let (end, mut at) = (items.len(), start);
    while at < end / 2 {
        let mut child = 2 * at + 1;
        if child + 1 < end && m.order(items[child], items[child + 1])? != Ordering::Less {
            child += 1;
        }
        items.swap(at, child);
        at = child;
    }
    up(m, items, start, at)
}
