//! `list.sort` and `sorted` (`Objects/listobject.c`): keys first, then comparisons by `<` in CPython's order.

use super::super::control::{Ctl, Jump};
use super::super::machine::{Machine, R};
use super::{Answer, Keywords};
use crate::domain::atoms::NONE;
use crate::domain::{Kind, ListObj, ObjId};
use crate::hir::CmpOp;
use crate::limits;

/// Shorter lists are one run, which binary insertion sorts (`MAX_MINRUN`).
const ONE_RUN: usize = 64;

/// `list.sort(...)` of a list that is known. While it lasts, the list is empty to whoever looks.
pub(super) fn in_place(
    m: &mut Machine<'_>,
    list_id: ObjId,
    list: &ListObj,
    keywords: Keywords<'_>,
) -> Answer {
    let runs = keywords.iter().any(|(_, value)| m.may_call_program(*value))
        || list
            .items
            .iter()
            .any(|item| m.may_run(*item, super::COMPARE));
    if !runs {
        let Some(sorted) = sorted_items(m, &list.items, keywords)? else {
            return Ok(None);
        };
        m.set_list(list_id, sorted, list.slots);
        return Ok(Some(NONE));
    }
    let hidden = Kind::List(std::sync::Arc::new(ListObj {
        items: Vec::new(),
        slots: None,
        open: false,
        every: None,
    }));
    // Its references go with the items, and come back with them.
    m.change_quietly(list_id, |kind| *kind = hidden.clone());
    let (frames, stack) = (m.st.frames.len(), m.st.frame().stack.len());
    m.ctl.push(Ctl::Try {
        frames,
        stack,
        raises: Vec::new(),
    });
    let sorted = sorted_items(m, &list.items, keywords);
    let raises = match m.ctl.pop() {
        Some(Ctl::Try { raises, .. }) => raises,
        _ => Vec::new(),
    };
    let done = sorted.is_ok().then(|| std::mem::take(&mut m.st));
    for (state, _) in raises {
        // As far as it was sorted, the list has its items again.
        m.st = state;
        list.items.iter().for_each(|item| m.st.blur(*item));
        m.mutated_unknown(list_id);
        let state = std::mem::take(&mut m.st);
        m.deliver(Jump::Raise, state);
    }
    if let Some(state) = done {
        m.st = state;
    }
    match sorted? {
        Some(sorted) if *m.kind(list_id) == hidden && sorted.len() == list.items.len() => {
            m.change(list_id, |kind| {
                *kind = Kind::List(std::sync::Arc::new(ListObj {
                    items: sorted,
                    slots: list.slots,
                    open: false,
                    every: None,
                }));
            });
            m.keep_exposed(list_id);
            Ok(Some(NONE))
        }
        _ => {
            list.items.iter().for_each(|item| m.st.blur(*item));
            m.mutated_unknown(list_id);
            Ok(None)
        }
    }
}

/// The items in order, as `sort` and `sorted` leave them; `None` where that is not known.
pub(super) fn sorted_items(
    m: &mut Machine<'_>,
    items: &[ObjId],
    keywords: Keywords<'_>,
) -> R<Option<Vec<ObjId>>> {
    let mut reverse = false;
    let mut key = None;
    for (name, value) in keywords {
        match m.names.text(*name) {
            "reverse" => match m.truth(*value)? {
                Some(value) => reverse = value,
                None => return Ok(None),
            },
            "key" if m.kind(*value) == &Kind::None => {}
            "key" => key = Some(*value),
            _ => return Ok(None),
        }
    }
    if items.len() > limits::ITEMS {
        return Ok(None);
    }
    let keys: Vec<ObjId> = match key {
        None => items.to_vec(),
        Some(function) => {
            let mut keys = Vec::with_capacity(items.len());
            for item in items {
                m.push_new(function);
                m.push_new(*item);
                m.call_callback(1)?;
                // It stays on the stack, where an exception finds it.
                keys.push(m.st.peek(0));
            }
            keys
        }
    };
    let runs = keys.iter().any(|key| m.may_run(*key, super::COMPARE));
    let mut order: Vec<usize> = (0..items.len()).collect();
    if reverse {
        order.reverse();
    }
    let known = if !runs {
        by_value(m, &keys, &mut order)
    } else if order.len() < ONE_RUN {
        Run {
            keys: &keys,
            order: &mut order,
        }
        .sort(m)?
    } else {
        false
    };
    if reverse {
        order.reverse();
    }
    if key.is_some() {
        m.consume(keys.len());
    }
    if !known && items.len() > 1 {
        if runs {
            return Ok(None);
        }
        // In some order; nothing else happens.
        m.may_raise();
        return Ok(Some(m.one_of_each(items)));
    }
    Ok(Some(order.into_iter().map(|at| items[at]).collect()))
}

/// Sorts where no code of the program runs; whether the order is known.
fn by_value(m: &mut Machine<'_>, keys: &[ObjId], order: &mut [usize]) -> bool {
    let mut known = true;
    // A stable merge: compare as CPython does, by `<`.
    order.sort_by(|a, b| match m.order(keys[*a], keys[*b]) {
        Some(order) => order,
        None => {
            known = false;
            std::cmp::Ordering::Equal
        }
    });
    known
}

/// A short list that is sorted with methods of the program: each step answers `None` where a comparison is not known.
struct Run<'r> {
    keys: &'r [ObjId],
    order: &'r mut Vec<usize>,
}

impl Run<'_> {
    /// Whether it could be sorted.
    fn sort(mut self, m: &mut Machine<'_>) -> R<bool> {
        let from = if self.order.len() < 2 {
            Some(self.order.len())
        } else if m.layout().is_since(13) {
            self.count_run_of_equals(m)?
        } else {
            self.count_run(m)?
        };
        match from {
            Some(from) => self.insert(m, from),
            None => Ok(false),
        }
    }

    /// `ISLT` of the items at these places.
    fn less(&self, m: &mut Machine<'_>, a: usize, b: usize) -> R<Option<bool>> {
        m.compares(
            CmpOp::Lt,
            self.keys[self.order[a]],
            self.keys[self.order[b]],
        )
    }

    /// `count_run` up to 3.12: how many items begin the list in order, a strictly descending run turned around.
    fn count_run(&mut self, m: &mut Machine<'_>) -> R<Option<usize>> {
        let Some(descending) = self.less(m, 1, 0)? else {
            return Ok(None);
        };
        let mut n = 2;
        while n < self.order.len() {
            match self.less(m, n, n - 1)? {
                Some(less) if less == descending => n += 1,
                Some(_) => break,
                None => return Ok(None),
            }
        }
        if descending {
            self.order[..n].reverse();
        }
        Ok(Some(n))
    }

    /// `count_run` since 3.13: a descending run may have equal items, which keep their order.
    fn count_run_of_equals(&mut self, m: &mut Machine<'_>) -> R<Option<usize>> {
        let len = self.order.len();
        let Some(mut n) = self.climb(m, 1)? else {
            return Ok(None);
        };
        if n == len {
            return Ok(Some(n));
        }
        if n > 1 {
            match self.less(m, 0, n - 1)? {
                Some(true) => return Ok(Some(n)),
                Some(false) => self.order[..n].reverse(), // all were equal
                None => return Ok(None),
            }
        }
        n += 1;
        let mut equal = 0;
        while n < len {
            match self.less(m, n, n - 1)? {
                Some(true) => {
                    self.order[n - equal - 1..n].reverse();
                    equal = 0;
                }
                Some(false) => match self.less(m, n - 1, n)? {
                    Some(true) => break,
                    Some(false) => equal += 1,
                    None => return Ok(None),
                },
                None => return Ok(None),
            }
            n += 1;
        }
        self.order[n - equal - 1..n].reverse();
        self.order[..n].reverse();
        self.climb(m, n)
    }

    /// Where the items from `n` on stop rising.
    fn climb(&mut self, m: &mut Machine<'_>, mut n: usize) -> R<Option<usize>> {
        while n < self.order.len() {
            match self.less(m, n, n - 1)? {
                Some(true) => break,
                Some(false) => n += 1,
                None => return Ok(None),
            }
        }
        Ok(Some(n))
    }

    /// `binarysort`: the items from `from` on are put where they belong.
    fn insert(&mut self, m: &mut Machine<'_>, from: usize) -> R<bool> {
        for at in from..self.order.len() {
            let (mut low, mut high) = (0, at);
            while low < high {
                let middle = (low + high) / 2;
                match self.less(m, at, middle)? {
                    Some(true) => high = middle,
                    Some(false) => low = middle + 1,
                    None => return Ok(false),
                }
            }
            self.order[low..=at].rotate_right(1);
        }
        Ok(true)
    }
}
