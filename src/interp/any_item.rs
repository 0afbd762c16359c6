//! Some item of an iteration whose order or extent is not known.

use super::machine::Machine;
use crate::domain::atoms::{FOREIGN, UNKNOWN};
use crate::domain::{B, IterOver, Kind, ObjId, join};

/// What is known of every item.
#[derive(Clone, Debug)]
pub(super) enum AnyItem {
    /// Of this immutable type.
    Of(B),
    /// A tuple of so many items, with their types where they have one in common.
    Tuple(Vec<Option<B>>),
    /// One that a library made.
    Foreign,
    /// Nothing; but nothing runs to give it.
    Any,
    /// Nothing; but other iterators may move on for it.
    Unseen,
    /// Nothing; and code that is not followed runs for each.
    Runs,
}

impl Machine<'_> {
    /// The iterator on top of the stack is not followed any more: what it gives may go anywhere.
    pub(super) fn any_item_of_iterator(&mut self) -> AnyItem {
        let iterator = self.st.peek(0);
        if let Some(items) = self.items_in_any_order(iterator) {
            // Each once, in an order that the hashes decide; the set itself is only read.
            let item = self.common(&items);
            for id in items {
                self.st.escape(id);
            }
            self.may_raise();
            return item;
        }
        let runs = self.runs_code(iterator);
        let item = match self.kind_of(iterator) {
            _ if runs => AnyItem::Runs,
            Kind::Iter(iter) => {
                let source = iter.held.first().map(|source| self.kind_of(*source));
                match (&iter.over, source) {
                    (IterOver::Range { .. }, _) => AnyItem::Of(B::Int),
                    (IterOver::Enumerate { .. }, _) => AnyItem::Tuple(vec![Some(B::Int), None]),
                    (IterOver::Items, _) => AnyItem::Tuple(vec![None, None]),
                    (IterOver::Zip, _) => AnyItem::Tuple(vec![None; iter.index]),
                    (_, Some(Kind::Str(_) | Kind::Opaque(B::Str, _))) => AnyItem::Of(B::Str),
                    (_, Some(Kind::Opaque(B::Range, _))) => AnyItem::Of(B::Int),
                    (_, Some(Kind::Bytes(_) | Kind::Opaque(B::Bytes, _))) => AnyItem::Of(B::Int),
                    (_, Some(Kind::List(list))) if !list.open => self.common(&list.items),
                    (_, Some(Kind::List(list))) => match list.every {
                        Some(FOREIGN) => AnyItem::Foreign,
                        Some(every) => {
                            join::builtin_type(self.kind(every)).map_or(AnyItem::Any, AnyItem::Of)
                        }
                        None => AnyItem::Any,
                    },
                    (_, Some(Kind::Tuple(items))) => self.common(&items),
                    _ => AnyItem::Any,
                }
            }
            _ if self.is_foreign(iterator) => {
                self.may_raise();
                return AnyItem::Foreign;
            }
            _ if iterator.is_atom() => AnyItem::Unseen,
            _ => AnyItem::Any,
        };
        self.st.escape(iterator);
        self.st.forget(iterator);
        item
    }

    /// Pushes one of them.
    pub(super) fn push_any_item(&mut self, item: &AnyItem) {
        let id = match item {
            AnyItem::Of(ty) => self.some(*ty),
            AnyItem::Tuple(types) => {
                let items = types
                    .iter()
                    .map(|ty| ty.map_or(UNKNOWN, |ty| self.some(ty)))
                    .collect();
                self.uncertain(Kind::Tuple(std::sync::Arc::new(items)))
            }
            AnyItem::Foreign => FOREIGN,
            AnyItem::Any => UNKNOWN,
            AnyItem::Unseen => {
                self.quiet_iteration();
                UNKNOWN
            }
            AnyItem::Runs => {
                self.unknown_code();
                UNKNOWN
            }
        };
        self.push_new(id);
    }

    /// The items of a set that is known but for its order.
    fn items_in_any_order(&self, iterator: ObjId) -> Option<Vec<ObjId>> {
        let Kind::Iter(iter) = self.kind(iterator) else {
            return None;
        };
        match self.kind(*iter.held.first()?) {
            Kind::Set(set) if !set.open && iter.over == IterOver::Keys => {
                Some(set.items.values().copied().collect())
            }
            _ => None,
        }
    }

    /// What the items have in common.
    fn common(&self, items: &[ObjId]) -> AnyItem {
        let of = |id: ObjId| join::builtin_type(self.kind(id)).filter(|ty| ty.is_atom());
        let all_of = |mut ids: Box<dyn Iterator<Item = ObjId> + '_>| {
            let first = of(ids.next()?)?;
            ids.all(|id| of(id) == Some(first)).then_some(first)
        };
        if let Some(ty) = all_of(Box::new(items.iter().copied())) {
            return AnyItem::Of(ty);
        }
        let tuples: Option<Vec<_>> = items
            .iter()
            .map(|id| match self.kind(*id) {
                Kind::Tuple(items) => Some(items.clone()),
                _ => None,
            })
            .collect();
        match tuples.as_deref() {
            Some([first, rest @ ..]) if rest.iter().all(|other| other.len() == first.len()) => {
                let at = |index: usize| {
                    let column = std::iter::once(first)
                        .chain(rest)
                        .map(move |tuple| tuple[index]);
                    all_of(Box::new(column))
                };
                AnyItem::Tuple((0..first.len()).map(at).collect())
            }
            _ => AnyItem::Any,
        }
    }

    /// Whether the next step of an iterator may run code that is not followed.
    fn runs_code(&self, iterator: ObjId) -> bool {
        if self.is_foreign(iterator) {
            return false;
        }
        match self.kind(iterator) {
            Kind::Iter(iter) => match iter.over {
                IterOver::Enumerate { .. } => {
                    iter.held.first().is_none_or(|id| self.runs_code(*id))
                }
                IterOver::GetItem { .. } => true,
                IterOver::Zip => iter.held[..iter.index.min(iter.held.len())]
                    .iter()
                    .any(|id| self.runs_code(*id)),
                IterOver::Map | IterOver::Filter => {
                    let (function, sources) = (iter.held[0], &iter.held[1..]);
                    self.may_call_program(function) || sources.iter().any(|id| self.runs_code(*id))
                }
                _ => iter
                    .held
                    .first()
                    .is_some_and(|source| join::builtin_type(self.kind(*source)).is_none()),
            },
            Kind::Opaque(ty, _) => !matches!(
                ty,
                B::ListIterator
                    | B::ListReverseIterator
                    | B::TupleIterator
                    | B::StrIterator
                    | B::StrAsciiIterator
                    | B::BytesIterator
                    | B::RangeIterator
                    | B::SetIterator
                    | B::DictKeyIterator
                    | B::DictValueIterator
                    | B::DictItemIterator
                    | B::DequeIterator
            ),
            Kind::Unknown => self.hooks_run(super::models::ITERATE),
            _ => true,
        }
    }
}
