//! Iteration: what an iterable gives, all at once where that is known, or round by round.

use std::sync::Arc;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

use super::attribute::Found;
use super::machine::{Machine, R};
use super::protocol::Special;
use crate::domain::{B, IterObj, IterOver, Kind, ObjId};
use crate::layout::CallKind;
use crate::limits;

/// What the next step of an iterator gives.
pub(super) enum Next {
    /// An object, which comes without a reference of its own.
    Item(ObjId),
    /// Nothing more.
    End,
    /// It is not known.
    Unknown,
}

impl Machine<'_> {
    /// The items that iterating over `id` gives, where all are known and nothing else happens on the way. An iterator is
    /// used up by it. New items (of a `range`, a string, `enumerate`) are made. Each comes with a reference of its own,
    /// which is the caller's to keep or give up.
    pub(super) fn items_of(&mut self, id: ObjId) -> R<Option<Vec<ObjId>>> {
        if matches!(self.kind(id), Kind::Iter(_) | Kind::Gen(_)) {
            return self.drain(id);
        }
        if matches!(self.kind(id), Kind::Instance(_)) {
            let content = self.content_for(id, &["__iter__", "__len__", "__length_hint__"]);
            if content == id {
                return self.items_of_instance(id, false);
            }
            let items = self.items_at_rest(content);
            for item in items.iter().flatten() {
                self.st.inc(*item);
            }
            return Ok(items);
        }
        let items = self.items_at_rest(id);
        for item in items.iter().flatten() {
            self.st.inc(*item);
        }
        Ok(items)
    }

    /// The same for those who make a list of them, and ask for the length before (`PyObject_LengthHint`). Of an instance
    /// that has one: how many slots such a list gets hangs on what it says.
    pub(super) fn listed_items(&mut self, id: ObjId) -> R<Option<Vec<ObjId>>> {
        if matches!(self.kind(id), Kind::Instance(_))
            && self.content_for(id, &["__iter__", "__len__", "__length_hint__"]) == id
        {
            return self.items_of_instance(id, true);
        }
        // An iterator by number asks what it goes over.
        if let Kind::Iter(iter) = self.kind_of(id)
            && matches!(iter.over, IterOver::GetItem { .. })
            && let Some(source) = iter.held.first()
        {
            self.length_of_instance(*source)?;
        }
        self.items_of(id)
    }

    /// The same for `list(x)`, which asks for the length once more before it asks for the iterator in some versions.
    pub(super) fn items_for_list(&mut self, id: ObjId) -> R<Option<Vec<ObjId>>> {
        if self.layout().lists_ask_length_twice()
            && matches!(self.special(id, "__len__"), Special::Function(_))
            && self.special(id, "__length_hint__") == Special::Missing
            && self.special(id, "__iter__") != Special::Unknown
        {
            self.length_of_instance(id)?;
        }
        self.listed_items(id)
    }

    /// What `__iter__` of an instance leads to, or its `__getitem__`.
    fn items_of_instance(&mut self, id: ObjId, asks: bool) -> R<Option<Vec<ObjId>>> {
        let by_iter = match self.special(id, "__iter__") {
            Special::Function(function) => Some(function),
            Special::Missing => None,
            Special::Unknown => return Ok(None),
        };
        if by_iter.is_none() && !matches!(self.special(id, "__getitem__"), Special::Function(_)) {
            return match self.special(id, "__getitem__") {
                Special::Missing => Err(self.raise(B::TypeError)),
                _ => Ok(None),
            };
        }
        if asks
            && (self.special(id, "__len__") == Special::Unknown
                || self.special(id, "__length_hint__") != Special::Missing)
        {
            return Ok(None);
        }
        let layout = self.layout();
        let [by_list, by_for] =
            [CallKind::ListSelf, CallKind::IterSelf].map(|kind| layout.call_holds(kind, false));
        // A type that is called may hold its arguments in a tuple meanwhile (3.8).
        let most = by_list.most().saturating_sub(by_for.most()) as u32 * 2;
        self.st.add(id, 0, most);
        self.push_new(id);
        match by_iter {
            Some(function) => self.call_with(function, 1, CallKind::Generator)?,
            None => self.get_iter()?,
        }
        let iterator = self.st.peek(0);
        if asks {
            self.length_of_instance(id)?;
        }
        let items = match self.kind_of(iterator) {
            Kind::Instance(_) | Kind::Exception(_)
                if self.special(iterator, "__next__") == Special::Missing =>
            {
                return Err(self.raise(B::TypeError));
            }
            Kind::Iter(_) | Kind::Gen(_) | Kind::Instance(_) => self.drain(iterator)?,
            _ => None,
        };
        self.st.sub(id, 0, most);
        self.consume(1);
        Ok(items)
    }

    /// Pushes the iterator that C code gets of an object which its caller holds (`PyObject_GetIter`); a type that is called
    /// may hold its arguments up to `more` times besides.
    pub(in crate::interp) fn push_iterator(&mut self, of: ObjId, more: u32) -> R {
        self.push_new(of);
        let is_instance = matches!(self.kind(of), Kind::Instance(_));
        let by_method = match is_instance && self.content_for(of, &["__iter__"]) == of {
            true => self.special(of, "__iter__"),
            false => Special::Missing,
        };
        let Special::Function(function) = by_method else {
            return self.get_iter();
        };
        self.st.add(of, 0, more);
        self.call_with(function, 1, CallKind::Generator)?;
        self.st.sub(of, 0, more);
        Ok(())
    }

    /// Whoever makes a list of them asks the `__len__` of an instance, if it has one.
    fn length_of_instance(&mut self, id: ObjId) -> R {
        let name = self.names.intern("__len__");
        let Kind::Instance(instance) = self.kind(id) else {
            return Ok(());
        };
        let class = instance.class;
        let Found::Object(function, _) = self.class_attribute(class, name) else {
            return Ok(());
        };
        self.push_new(id);
        self.call_with(function, 1, CallKind::Generator)?;
        self.consume(1);
        Ok(())
    }

    /// Gives up the references to items that were only looked at.
    pub(super) fn drop_items(&mut self, items: Vec<ObjId>) {
        for item in items {
            self.st.dec(item);
        }
    }

    /// Drives an iterator to its end, each item held while the next is made.
    fn drain(&mut self, id: ObjId) -> R<Option<Vec<ObjId>>> {
        // They lie on the stack meanwhile, where an exception finds them.
        let mut count = 0;
        loop {
            match self.next_of(id)? {
                Next::Item(item) if count <= limits::ITEMS => {
                    self.push_new(item);
                    count += 1;
                }
                Next::End => return Ok(Some(self.take(count))),
                _ => {
                    for item in self.take(count) {
                        self.st.blur(item);
                    }
                    return Ok(None);
                }
            }
        }
    }

    /// The items of an iterable that is no iterator.
    fn items_at_rest(&mut self, id: ObjId) -> Option<Vec<ObjId>> {
        match self.kind_of(id) {
            Kind::List(list) if !list.open => Some(list.items.clone()),
            Kind::Tuple(items) => Some(items.to_vec()),
            Kind::Class(_) => self.members(id),
            Kind::Deque(Some(items)) => Some(items.to_vec()),
            Kind::Dict(dict) if !dict.open => {
                Some(dict.entries.values().map(|(key, _)| *key).collect())
            }
            // The order of a set is its hashes' affair: known for none or one.
            Kind::Set(set) if !set.open && set.items.len() < 2 => {
                Some(set.items.values().copied().collect())
            }
            Kind::Str(text) if text.len() <= limits::ITEMS => {
                let text = text.clone();
                let mut buffer = [0; 4];
                Some(
                    text.chars()
                        .map(|c| self.string(c.encode_utf8(&mut buffer)))
                        .collect(),
                )
            }
            Kind::Bytes(content) if content.len() <= limits::ITEMS => Some(
                content
                    .iter()
                    .map(|byte| self.int64(i64::from(*byte)))
                    .collect(),
            ),
            Kind::Range(range) => match range_len(&range) {
                Some(len) if len <= limits::ITEMS as u64 => {
                    let (mut at, _, step) = (*range).clone();
                    let mut items = Vec::new();
                    for _ in 0..len {
                        items.push(self.int(&at));
                        at += &step;
                    }
                    Some(items)
                }
                _ => None,
            },
            Kind::View(ty, dict) => match self.kind_of(dict) {
                Kind::Dict(dict) if !dict.open => match ty {
                    B::DictKeys => Some(dict.entries.values().map(|(key, _)| *key).collect()),
                    B::DictValues => Some(dict.entries.values().map(|(_, value)| *value).collect()),
                    _ => Some(
                        dict.entries
                            .values()
                            .map(|(key, value)| self.tuple(vec![*key, *value]))
                            .collect(),
                    ),
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// Replaces the iterable on top of the stack by its iterator (`GET_ITER`).
    pub(super) fn get_iter(&mut self) -> R {
        let source = self.st.peek(0);
        if let Some(top) = self.st.frame().stack.last().copied()
            && top.lent
            && !top.may_be_kept
        {
            // It stays on the stack over the loop: then a variable's reference is copied, not lent.
            self.st.pop();
            self.push_new(top.obj);
        }
        if let Kind::Class(_) = self.kind(source)
            && let Some(members) = self.members(source)
        {
            let iter = self.alloc(Kind::Iter(Arc::new(IterObj {
                ty: B::Generator,
                over: IterOver::Precomputed,
                index: 0,
                held: members,
                lent: false,
            })));
            self.replace(1, iter);
            return Ok(());
        }
        let content = self.content_for(source, &["__iter__"]);
        let iter = match self.kind_of(content) {
            Kind::List(_) => (B::ListIterator, IterOver::Seq),
            Kind::Tuple(_) => (B::TupleIterator, IterOver::Seq),
            Kind::Str(text) => (
                if text.is_ascii() && self.layout().has_ascii_str_iterator() {
                    B::StrAsciiIterator
                } else {
                    B::StrIterator
                },
                IterOver::Seq,
            ),
            Kind::Bytes(_) => (B::BytesIterator, IterOver::Seq),
            Kind::Deque(_) => (B::DequeIterator, IterOver::Seq),
            Kind::Dict(_) => (B::DictKeyIterator, IterOver::Keys),
            Kind::Set(_) => (B::SetIterator, IterOver::Keys),
            Kind::View(B::DictKeys, _) => (B::DictKeyIterator, IterOver::Keys),
            Kind::View(B::DictValues, _) => (B::DictValueIterator, IterOver::Values),
            Kind::View(_, _) => (B::DictItemIterator, IterOver::Items),
            Kind::Range(range) => {
                let Some(left) = range_len(&range) else {
                    return self.unknown_call(1);
                };
                let (start, _, step) = (*range).clone();
                let iter = self.alloc(Kind::Iter(Arc::new(IterObj {
                    ty: B::RangeIterator,
                    over: IterOver::Range {
                        next: start,
                        step,
                        left,
                    },
                    index: 0,
                    held: Vec::new(),
                    lent: false,
                })));
                self.replace(1, iter);
                return Ok(());
            }
            Kind::Iter(_) => return Ok(()),
            Kind::Gen(generator) if generator.ty == B::Generator => return Ok(()),
            Kind::Opaque(B::Generator | B::Map | B::Filter | B::Zip | B::Enumerate, _) => {
                return Ok(());
            }
            Kind::Instance(_)
                if self.special(source, "__iter__") == Special::Missing
                    && matches!(self.special(source, "__getitem__"), Special::Function(_)) =>
            {
                let iter = self.alloc(Kind::Iter(Arc::new(IterObj {
                    ty: B::SequenceIterator,
                    over: IterOver::GetItem { down: false },
                    index: 0,
                    held: vec![source],
                    lent: false,
                })));
                self.replace(1, iter);
                return Ok(());
            }
            Kind::Instance(_) => return self.special_or_unknown("__iter__", 1),
            Kind::Int(_) | Kind::None | Kind::Bool(_) | Kind::Float(_) | Kind::Function(_) => {
                return Err(self.raise(B::TypeError));
            }
            Kind::Unknown | Kind::Named(..) if !self.hooks_run(&["__iter__", "__getitem__"]) => {
                self.may_raise();
                self.replace(1, crate::domain::UNKNOWN);
                return Ok(());
            }
            _ => return self.unknown_call(1),
        };
        let held = match self.kind(source) {
            Kind::View(_, dict) => *dict,
            _ => source,
        };
        let (ty, over) = iter;
        let lent = self.layout().loops_keep_sequences()
            && self.st.frame().stack.last().is_some_and(|top| top.lent)
            && matches!(
                self.kind(source),
                Kind::List(_) | Kind::Tuple(_) | Kind::Str(_)
            );
        let iter = self.alloc(Kind::Iter(Arc::new(IterObj {
            ty,
            over,
            index: 0,
            held: vec![held],
            lent,
        })));
        self.replace(1, iter);
        Ok(())
    }

    /// The next item of an iterator that the machine can drive.
    pub(super) fn next_of(&mut self, id: ObjId) -> R<Next> {
        if self.is_driven(id) {
            return self.next_of_driven(id);
        }
        let Kind::Iter(iter) = self.kind_of(id) else {
            return Ok(Next::Unknown);
        };
        let index = iter.index;
        let source = iter.held.first().copied();
        let item = match &iter.over {
            IterOver::Range { next, step, left } => {
                if *left == 0 {
                    return Ok(Next::End);
                }
                let (next, step, left) = (next.clone(), step.clone(), *left);
                let item = self.int(&next);
                self.set_iter(id, |iter| {
                    iter.over = IterOver::Range {
                        next: next + &step,
                        step,
                        left: left - 1,
                    };
                });
                return Ok(Next::Item(item));
            }
            IterOver::Enumerate { next } => {
                let (next, Some(inner)) = (next.clone(), source) else {
                    return Ok(Next::Unknown);
                };
                let item = match self.next_of(inner)? {
                    Next::Item(item) => item,
                    other => return Ok(other),
                };
                self.st.inc(item);
                let number = self.int(&next);
                let pair = self.reused_tuple(id, vec![number, item], 1);
                self.st.dec(item);
                self.set_iter(id, |iter| {
                    iter.over = IterOver::Enumerate { next: next + 1 }
                });
                return Ok(Next::Item(pair));
            }
            IterOver::Zip => {
                let sources = match self.kind(id) {
                    Kind::Iter(iter) => iter.held[..iter.index].to_vec(),
                    _ => Vec::new(),
                };
                if sources.is_empty() {
                    return Ok(Next::End);
                }
                let mut items = Vec::new();
                for source in &sources {
                    match self.next_of(*source)? {
                        Next::Item(item) => {
                            self.st.inc(item);
                            items.push(item);
                        }
                        other => {
                            for item in items {
                                self.st.dec(item);
                            }
                            return Ok(other);
                        }
                    }
                }
                let tuple = self.reused_tuple(id, items.clone(), sources.len());
                for item in items {
                    self.st.dec(item);
                }
                return Ok(Next::Item(tuple));
            }
            IterOver::Map => return self.next_of_map(&iter.held),
            IterOver::Filter => return self.next_of_filter(&iter.held),
            IterOver::Precomputed => iter.held.get(index).copied(),
            IterOver::GetItem { .. } => return Ok(Next::Unknown), // it is driven
            over => {
                let Some(source) = source else {
                    return Ok(Next::End);
                };
                match (self.kind_of(self.content(source)), over) {
                    (Kind::List(list), IterOver::Seq) if !list.open => {
                        list.items.get(index).copied()
                    }
                    (Kind::Tuple(items), IterOver::Seq) => items.get(index).copied(),
                    (Kind::Deque(Some(items)), IterOver::Seq) => items.get(index).copied(),
                    (Kind::List(list), IterOver::Reversed) if !list.open => list
                        .items
                        .len()
                        .checked_sub(index + 1)
                        .map(|at| list.items[at]),
                    (Kind::Tuple(items), IterOver::Reversed) => {
                        items.len().checked_sub(index + 1).map(|at| items[at])
                    }
                    (Kind::Str(text), over @ (IterOver::Seq | IterOver::Reversed)) => {
                        let c = if *over == IterOver::Seq {
                            text.chars().nth(index)
                        } else {
                            text.chars().rev().nth(index)
                        };
                        c.map(|c| self.string(c.encode_utf8(&mut [0; 4])))
                    }
                    (Kind::Bytes(content), IterOver::Seq) => content
                        .get(index)
                        .copied()
                        .map(|byte| self.int64(i64::from(byte))),
                    (Kind::Dict(dict), over) if !dict.open => {
                        match (dict.entries.get_index(index), over) {
                            (None, _) => None,
                            (Some((_, (key, _))), IterOver::Keys) => Some(*key),
                            (Some((_, (_, value))), IterOver::Values) => Some(*value),
                            (Some((_, (key, value))), _) => {
                                let (key, value) = (*key, *value);
                                let pair = self.reused_tuple(id, vec![key, value], 1);
                                self.set_iter(id, |iter| iter.index += 1);
                                return Ok(Next::Item(pair));
                            }
                        }
                    }
                    (Kind::Set(set), _) if !set.open && set.items.len() < 2 => {
                        set.items.get_index(index).map(|(_, item)| *item)
                    }
                    _ => return Ok(Next::Unknown),
                }
            }
        };
        match item {
            Some(item) => {
                self.set_iter(id, |iter| iter.index += 1);
                Ok(Next::Item(item))
            }
            None => {
                // An exhausted iterator lets its source go.
                if !matches!(iter.over, IterOver::Precomputed) {
                    let mut gone = Vec::new();
                    self.set_iter(id, |iter| {
                        gone = std::mem::take(&mut iter.held);
                        if std::mem::take(&mut iter.lent) {
                            gone.remove(0);
                        }
                    });
                    for id in gone {
                        self.st.dec(id);
                    }
                }
                Ok(Next::End)
            }
        }
    }

    /// `map_next`: one item of each source, and what the function makes of them.
    fn next_of_map(&mut self, held: &[ObjId]) -> R<Next> {
        let (function, sources) = (held[0], &held[1..]);
        self.push_new(function);
        let mut items = 0;
        for source in sources {
            match self.next_of(*source)? {
                Next::Item(item) => {
                    self.push_new(item);
                    items += 1;
                }
                other => {
                    self.consume(items + 1);
                    return Ok(other);
                }
            }
        }
        self.call_callback(items)?;
        let result = self.st.pop_owned();
        self.st.uncount(result);
        Ok(Next::Item(result))
    }

    /// `filter_next`: the next item of which the function says so.
    fn next_of_filter(&mut self, held: &[ObjId]) -> R<Next> {
        let (function, source) = (held[0], held[1]);
        loop {
            let item = match self.next_of(source)? {
                Next::Item(item) => item,
                other => return Ok(other),
            };
            self.push_new(item);
            let wanted = if function == crate::domain::atoms::NONE {
                self.truth(item)?
            } else {
                for id in [function, item] {
                    self.push_new(id);
                }
                self.call_callback(1)?;
                let answer = self.st.peek(0);
                let wanted = self.truth(answer)?;
                self.consume(1);
                wanted
            };
            let item = self.st.pop_owned();
            match wanted {
                Some(true) => {
                    self.st.uncount(item);
                    return Ok(Next::Item(item));
                }
                Some(false) => self.st.dec(item),
                None => {
                    self.st.blur(item);
                    return Ok(Next::Unknown);
                }
            }
        }
    }

    pub(super) fn set_iter(&mut self, id: ObjId, change: impl FnOnce(&mut IterObj)) {
        if let Some(Kind::Iter(iter)) = self.st.heap.get_mut(id).map(|obj| &mut obj.kind) {
            change(Arc::make_mut(iter));
        }
    }

    /// The result tuple that `enumerate`, `zip` and `dict.items` keep and fill anew while nobody else holds it
    /// (`enum_next`, `zip_next`, `dictiter_iternextitem`). The iterator holds it after its `sources` sources.
    fn reused_tuple(&mut self, id: ObjId, items: Vec<ObjId>, sources: usize) -> ObjId {
        let kept = match self.kind(id) {
            Kind::Iter(iter) => iter.held.get(sources).copied(),
            _ => None,
        };
        if let Some(kept) = kept {
            let count = self.obj(kept).count;
            if count.hi == 1 {
                for item in &items {
                    self.st.inc(*item);
                }
                let mut old = None;
                if let Some(Kind::Tuple(content)) =
                    self.st.heap.get_mut(kept).map(|obj| &mut obj.kind)
                {
                    old = Some(std::mem::replace(content, Arc::new(items)));
                }
                for item in old.iter().flat_map(|old| old.iter()) {
                    self.st.dec(*item);
                }
                return kept;
            }
            return self.tuple(items);
        }
        let tuple = self.tuple(items);
        self.st.inc(tuple);
        self.set_iter(id, |iter| iter.held.push(tuple));
        tuple
    }
}

/// How many items a `range` has, if that fits.
pub(super) fn range_len(range: &(BigInt, BigInt, BigInt)) -> Option<u64> {
    let (start, stop, step) = range;
    let distance = if step.is_negative() {
        start - stop
    } else {
        stop - start
    };
    if !distance.is_positive() {
        return Some(0);
    }
    if step.is_zero() {
        return None;
    }
    distance.div_ceil(&step.abs()).to_u64()
}

/// Item `at` of a `range`, negative from the end.
pub(super) fn range_item(range: &(BigInt, BigInt, BigInt), at: &BigInt) -> Option<BigInt> {
    let len = BigInt::from(range_len(range)?);
    let at = if at.is_negative() {
        at + &len
    } else {
        at.clone()
    };
    (!at.is_negative() && at < len).then(|| &range.0 + at * &range.2)
}

/// Whether a `range` has the item.
pub(super) fn range_contains(range: &(BigInt, BigInt, BigInt), value: &BigInt) -> bool {
    let (start, stop, step) = range;
    let inside = if step.is_negative() {
        value <= start && value > stop
    } else {
        value >= start && value < stop
    };
    inside && !step.is_zero() && (value - start).is_multiple_of(step)
}
