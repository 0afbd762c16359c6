//! Displays: lists, tuples, sets and dicts written out.

use std::sync::Arc;

use super::super::machine::{Machine, R};
use crate::domain::{B, DictObj, Key, Kind, ListObj, ObjId, Ordered, SetObj, StackRef};
use crate::hir::{Expr, ExprId};
use crate::layout::{DictTable, ListFrom, ListMade, SetTable};

impl Machine<'_> {
    /// Evaluates the elements; the objects stay on the stack. `None` where a `*` has unknown items.
    fn elements(&mut self, elts: &[ExprId]) -> R<Option<Elements>> {
        let code = self.code();
        let mut count = Some(0);
        let mut pushed = 0;
        let mut from = None;
        for elt in elts {
            if let Expr::Starred(inner) = code.expr(*elt) {
                self.eval(*inner)?;
                let source = self.st.peek(0);
                let is_instance = matches!(self.kind(source), Kind::Instance(_));
                from = Some(self.list_source(source))
                    .filter(|from| !(is_instance && *from == ListFrom::Sized));
                match self.listed_items(source)? {
                    Some(items) => {
                        let source = self.st.pop();
                        for item in &items {
                            self.st.push(*item);
                        }
                        self.st.release(source);
                        pushed += items.len();
                    }
                    None => {
                        self.unknown_use(source);
                        pushed += 1;
                        count = None;
                    }
                }
            } else {
                self.eval(*elt)?;
                pushed += 1;
            }
        }
        if count.is_none() {
            for depth in 0..pushed {
                let id = self.st.peek(depth);
                self.st.escape(id);
            }
            self.consume(pushed);
            return Ok(None);
        }
        Ok(Some(Elements { n: pushed, from }))
    }

    /// The elements of a display: of one that is made from a hidden constant, that one's items.
    fn display_elements(&mut self, id: ExprId, elts: &[ExprId]) -> R<Option<Elements>> {
        let constants = self.p.constants;
        let Some(items) = constants.display_items(self.item, id) else {
            return self.elements(elts);
        };
        for item in items {
            let object = self.constant(*item);
            self.st.inc(object);
            self.st.push(object);
        }
        Ok(Some(Elements {
            n: items.len(),
            from: None,
        }))
    }

    /// Takes `n` objects off the stack, in the order they were pushed, with their references.
    pub(in crate::interp) fn take(&mut self, n: usize) -> Vec<ObjId> {
        let mut out: Vec<ObjId> = (0..n).map(|_| self.st.pop_owned()).collect();
        out.reverse();
        out
    }

    pub(super) fn list_display(&mut self, id: ExprId, elts: &[ExprId]) -> R {
        let slots = self.display_slots(id, elts);
        let Some(Elements { n, from }) = self.display_elements(id, elts)? else {
            let list = self.open_list();
            self.push_new(list);
            return Ok(());
        };
        let slots = match slots {
            Slots::Made(made) => self.layout().list_slots(made, n as u64),
            Slots::OfSource => from.and_then(|from| {
                let made = ListMade::ExtendEmpty(from);
                self.layout().list_slots(made, n as u64)
            }),
            Slots::Unknown => None,
        };
        let items = self.take(n);
        let list = self.alloc_stealing(Kind::List(Arc::new(ListObj {
            items,
            slots,
            open: false,
            every: None,
        })));
        self.push_new(list);
        Ok(())
    }

    fn display_slots(&self, id: ExprId, elts: &[ExprId]) -> Slots {
        let code = self.code();
        let starred = elts
            .iter()
            .filter(|elt| matches!(code.expr(**elt), Expr::Starred(_)))
            .count();
        match starred {
            0 if self
                .p
                .constants
                .is_constant_display(self.code(), self.item, id) =>
            {
                Slots::Made(ListMade::ConstantDisplay)
            }
            0 => Slots::Made(ListMade::Display),
            1 if elts.len() == 1 => Slots::OfSource,
            _ => Slots::Unknown,
        }
    }

    pub(super) fn tuple_display(&mut self, elts: &[ExprId]) -> R {
        let Some(Elements { n, .. }) = self.elements(elts)? else {
            let tuple = self.fresh(B::Tuple);
            self.push_new(tuple);
            return Ok(());
        };
        let items = self.take(n);
        let tuple = if items.is_empty() {
            crate::domain::atoms::EMPTY_TUPLE
        } else {
            self.alloc_stealing(Kind::Tuple(Arc::new(items)))
        };
        self.push_new(tuple);
        Ok(())
    }

    pub(super) fn set_display(&mut self, id: ExprId, elts: &[ExprId]) -> R {
        let code = self.code();
        let plain = !elts
            .iter()
            .any(|elt| matches!(code.expr(*elt), Expr::Starred(_)));
        let constants = self
            .p
            .constants
            .is_constant_display(self.code(), self.item, id);
        let Some(Elements { n, .. }) = self.display_elements(id, elts)? else {
            let set = self.open_set(false);
            self.push_new(set);
            return Ok(());
        };
        let written: Vec<ObjId> = (0..n).rev().map(|depth| self.st.peek(depth)).collect();
        let Some(items) = self.distinct(&written)? else {
            for id in &written {
                self.st.escape(*id);
            }
            self.consume(n);
            let set = self.open_set(false);
            self.push_new(set);
            return Ok(());
        };
        let table = plain
            .then(|| SetTable::display(self.layout(), items.len() as u64, n as u64, constants));
        let set = self.new_set(items, table, false);
        self.st.inc(set);
        self.consume(n);
        self.st.push(set);
        Ok(())
    }

    /// The distinct ones of these objects by their keys; `None` where a key is not known.
    pub(in crate::interp) fn distinct(
        &mut self,
        objects: &[ObjId],
    ) -> R<Option<Ordered<Key, ObjId>>> {
        let mut items: Ordered<Key, ObjId> = Ordered::default();
        let mut any_own = false;
        for &id in objects {
            let key = if any_own || self.hashes_itself(id) {
                any_own = true;
                let entries: Vec<(Key, ObjId)> = items
                    .iter()
                    .map(|(key, object)| (key.clone(), *object))
                    .collect();
                self.key_among(&entries, id)?
            } else {
                self.key_of(id)?
            };
            match key {
                Some(key) => {
                    items.entry(key).or_insert(id);
                }
                None => {
                    objects.iter().for_each(|id| self.st.escape(*id));
                    self.unknown_code();
                    return Ok(None);
                }
            }
        }
        Ok(Some(items))
    }

    /// A set whose items are not known, made just now.
    pub(in crate::interp) fn open_set(&mut self, frozen: bool) -> ObjId {
        self.alloc(Kind::Set(Arc::new(SetObj {
            items: Ordered::default(),
            table: None,
            open: true,
            frozen,
            tracked: (!frozen).then_some(true),
        })))
    }

    /// A set of these items.
    pub(in crate::interp) fn new_set(
        &mut self,
        items: Ordered<Key, ObjId>,
        table: Option<SetTable>,
        frozen: bool,
    ) -> ObjId {
        let tracked = if frozen { None } else { Some(true) };
        self.alloc(Kind::Set(Arc::new(SetObj {
            items,
            table,
            open: false,
            frozen,
            tracked,
        })))
    }

    pub(super) fn dict_display(&mut self, items: &[(Option<ExprId>, ExprId)]) -> R {
        let layout = self.layout();
        // Keys and values of a run without `**` stand on the stack until `BUILD_MAP`; the order of evaluation is the same.
        let dict = self.new_dict(B::Dict, Some(DictTable::EMPTY));
        self.push_new(dict);
        let n = items.len() as u64;
        let plain = items.iter().all(|(key, _)| key.is_some());
        let mut keys = Vec::with_capacity(items.len());
        let mut distinct = true;
        let mut waiting = 0;
        for (at, (key, value)) in items.iter().enumerate() {
            match key {
                Some(key) => {
                    self.eval(*key)?;
                    let object = self.st.peek(0);
                    let exact_str = matches!(self.kind(object), Kind::Str(_));
                    keys.push(crate::layout::Key {
                        exact_str,
                        new: true,
                    });
                    self.eval(*value)?;
                    // Where a method hashes a key, it runs when all are evaluated.
                    if waiting > 0 || plain && n <= SHORT_DISPLAY && self.hashes_itself(object) {
                        waiting += 1;
                        continue;
                    }
                    let before = self.dict_len(dict);
                    self.dict_set(dict)?;
                    distinct &=
                        before.is_some() && self.dict_len(dict) == before.map(|len| len + 1);
                }
                None => {
                    self.eval(*value)?;
                    let source = self.st.peek(0);
                    if at == 0 && items.len() == 1 {
                        self.dict_copy_into(dict, source)?;
                    } else {
                        self.dict_update(dict, source)?;
                    }
                    self.consume(1);
                }
            }
        }
        for at in 0..waiting {
            let depth = 2 * (waiting - at);
            let (key, value) = (self.st.peek(depth - 1), self.st.peek(depth - 2));
            for held in [key, value] {
                self.st.frame_mut().stack.push(StackRef::lent(held));
            }
            let before = self.dict_len(dict);
            self.dict_set(dict)?;
            distinct &= before.is_some() && self.dict_len(dict) == before.map(|len| len + 1);
        }
        self.consume(2 * waiting);
        if plain && n > 0 {
            let table = if distinct {
                DictTable::display(layout, &keys)
            } else {
                None
            };
            if let Some(Kind::Dict(dict)) = self.st.heap.get_mut(dict).map(|obj| &mut obj.kind)
                && !dict.open
            {
                Arc::make_mut(dict).table = table;
            }
        }
        Ok(())
    }

    /// A new empty dict, or subclass of it.
    pub(in crate::interp) fn new_dict(&mut self, ty: B, table: Option<DictTable>) -> ObjId {
        let tracked = if ty == B::Dict {
            Some(self.layout().empty_dict_tracked())
        } else {
            Some(true)
        };
        self.alloc(Kind::Dict(Arc::new(DictObj {
            ty,
            entries: Ordered::default(),
            table,
            factory: None,
            open: false,
            tracked,
        })))
    }

    pub(in crate::interp) fn dict_len(&self, dict: ObjId) -> Option<usize> {
        match self.kind(dict) {
            Kind::Dict(dict) if !dict.open => Some(dict.entries.len()),
            _ => None,
        }
    }
}

/// A display of so many items is made when all are evaluated; longer ones grow item by item in some versions.
const SHORT_DISPLAY: u64 = 15;

/// What stands on the stack for a display.
struct Elements {
    /// How many objects.
    n: usize,
    /// What the last `*` was, where that decides how a list grows.
    from: Option<ListFrom>,
}

enum Slots {
    Made(ListMade),
    /// As that of which it takes up all items.
    OfSource,
    Unknown,
}
