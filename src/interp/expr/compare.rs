//! Comparisons: `is`, `==`, order, `in`, and chains of them.

use std::cmp::Ordering;

use super::super::iterate::Next;
use super::super::key::are_told_apart;
use super::super::machine::{Machine, R};
use super::super::value::{as_float, as_int};
use crate::domain::{Kind, ObjId};
use crate::hir::{CmpOp, ExprId};
use crate::limits;

impl Machine<'_> {
    pub(super) fn compare(&mut self, left: ExprId, rest: &[(CmpOp, ExprId)]) -> R {
        self.eval(left)?;
        self.compare_rest(rest)
    }

    /// The left operand is on the stack.
    fn compare_rest(&mut self, rest: &[(CmpOp, ExprId)]) -> R {
        let Some(((op, right), rest)) = rest.split_first() else {
            return Ok(());
        };
        self.eval(*right)?;
        if rest.is_empty() {
            return self.compare_pair(*op, 2);
        }
        // The middle operand is kept for the next link (`DUP_TOP`, `ROT_THREE`).
        let middle = self.st.peek(0);
        let right = self.st.pop();
        let left = self.st.pop();
        self.st.inc(middle);
        self.st.push(middle);
        let frame = self.st.frame_mut();
        frame.stack.push(left);
        frame.stack.push(right);
        self.compare_pair(*op, 2)?;
        let link = self.st.peek(0);
        let goes_on = self.truth(link)?;
        self.either(
            goes_on,
            |machine| {
                machine.consume(1);
                machine.compare_rest(rest)
            },
            |machine| {
                let result = machine.st.pop();
                machine.consume(1);
                machine.st.frame_mut().stack.push(result);
                Ok(())
            },
        )
    }

    /// Compares the two objects on top of the stack.
    pub(in crate::interp) fn compare_top(&mut self, op: CmpOp) -> R {
        self.compare_pair(op, 2)
    }

    fn compare_pair(&mut self, op: CmpOp, n: usize) -> R {
        let (left, right) = (self.st.peek(1), self.st.peek(0));
        let value = match op {
            CmpOp::Is => self.identity(left, right),
            CmpOp::IsNot => self.identity(left, right).map(|same| !same),
            CmpOp::In | CmpOp::NotIn => return self.containment(op == CmpOp::NotIn),
            CmpOp::Eq | CmpOp::NotEq => {
                let hidden = op == CmpOp::NotEq
                    && (self.has_special(left, "__ne__") || self.has_special(right, "__ne__"));
                match self.equal(left, right).filter(|_| !hidden) {
                    Some(equal) => Some(equal == (op == CmpOp::Eq)),
                    None if hidden || self.comparing_runs(left, right) => {
                        return self.compare_by_code(op);
                    }
                    None => None,
                }
            }
            CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE => match self.order(left, right) {
                Some(order) => Some(match op {
                    CmpOp::Lt => order == Ordering::Less,
                    CmpOp::LtE => order != Ordering::Greater,
                    CmpOp::Gt => order == Ordering::Greater,
                    _ => order != Ordering::Less,
                }),
                None if self.comparing_runs(left, right) => {
                    return self.compare_by_code(op);
                }
                None => {
                    self.may_raise();
                    None
                }
            },
        };
        let result = self.bool(value);
        self.replace(n, result);
        Ok(())
    }

    /// `left is right`
    pub(in crate::interp) fn identity(&self, left: ObjId, right: ObjId) -> Option<bool> {
        if self.is_same(left, right) {
            Some(true)
        } else if self.is_other(left, right) {
            Some(false)
        } else {
            None
        }
    }

    /// Compares the two objects on top of the stack where code of the program runs for it, or may.
    fn compare_by_code(&mut self, op: CmpOp) -> R {
        let (left, right) = (self.st.peek(1), self.st.peek(0));
        let is_instance = |id| matches!(self.kind(id), Kind::Instance(_) | Kind::Exception(_));
        if is_instance(left) || is_instance(right) {
            return self.compare_by_methods(op);
        }
        let answer = match op {
            CmpOp::Eq | CmpOp::NotEq => self.compares(CmpOp::Eq, left, right)?,
            _ => None,
        };
        match answer {
            Some(equal) => {
                let result = self.atoms.bool(equal == (op == CmpOp::Eq));
                self.replace(2, result);
                Ok(())
            }
            None => self.unknown_call(2),
        }
    }

    /// Whether comparing the two may run code of the program.
    fn comparing_runs(&self, left: ObjId, right: ObjId) -> bool {
        let methods = super::super::models::COMPARE;
        self.may_run(left, methods) || self.may_run(right, methods)
    }

    /// Whether using the object may run code that is not known.
    pub(in crate::interp) fn is_opaque(&self, id: ObjId) -> bool {
        match self.kind(id) {
            Kind::Unknown if self.is_foreign(id) => false,
            Kind::Unknown | Kind::Named(..) => true,
            Kind::List(list) => {
                list.open && list.every.is_none()
                    || list
                        .items
                        .iter()
                        .any(|item| matches!(self.kind(*item), Kind::Unknown | Kind::Instance(_)))
            }
            Kind::Tuple(items) => items
                .iter()
                .any(|item| matches!(self.kind(*item), Kind::Unknown | Kind::Instance(_))),
            Kind::Dict(dict) => {
                dict.open
                    || dict.entries.values().any(|(_, value)| {
                        matches!(self.kind(*value), Kind::Unknown | Kind::Instance(_))
                    })
            }
            Kind::Set(set) => set.open,
            Kind::Deque(None) => true,
            Kind::Instance(_) => true,
            _ => false,
        }
    }

    /// `left == right` of objects whose comparison is CPython's own; `None` where it is not known.
    pub(in crate::interp) fn equal(&mut self, left: ObjId, right: ObjId) -> Option<bool> {
        let left = self.content_for(left, &["__eq__", "__ne__"]);
        let right = self.content_for(right, &["__eq__", "__ne__"]);
        if self.has_data_eq(left) || self.has_data_eq(right) {
            return self.equal_data(left, right);
        }
        let (p, q) = (self.kind_of(left), self.kind_of(right));
        if let (Some(a), Some(b)) = (as_int(&p), as_int(&q)) {
            return Some(a == b);
        }
        if let (Some(a), Some(b)) = (as_float(&p), as_float(&q)) {
            return Some(a == b);
        }
        match (&p, &q) {
            (Kind::Str(a), Kind::Str(b)) => Some(a == b),
            (Kind::Bytes(a), Kind::Bytes(b)) => Some(a == b),
            (Kind::List(a), Kind::List(b)) if !a.open && !b.open => {
                self.equal_items(&a.items, &b.items)
            }
            (Kind::Tuple(a), Kind::Tuple(b)) => self.equal_items(a, b),
            (Kind::Dict(a), Kind::Dict(b))
                if !a.open && !b.open && are_told_apart(a.entries.keys(), b.entries.keys()) =>
            {
                if a.entries.len() != b.entries.len() {
                    return Some(false);
                }
                let mut all = Some(true);
                for (key, (_, value)) in &a.entries {
                    match b.entries.get(key) {
                        None => return Some(false),
                        Some((_, other)) => match self.equal_or_same(*value, *other) {
                            Some(false) => return Some(false),
                            Some(true) => {}
                            None => all = None,
                        },
                    }
                }
                all
            }
            (Kind::Set(a), Kind::Set(b))
                if !a.open && !b.open && are_told_apart(a.items.keys(), b.items.keys()) =>
            {
                Some(
                    a.items.len() == b.items.len()
                        && a.items.keys().all(|key| b.items.contains_key(key)),
                )
            }
            (Kind::Range(_), Kind::Range(_)) => None,
            _ => {
                let plain = |kind: &Kind| compares_by_value(kind) || compares_by_identity(kind);
                if !plain(&p) || !plain(&q) {
                    return if self.has_default_eq(left) && self.has_default_eq(right) {
                        self.identity(left, right)
                    } else {
                        None
                    };
                }
                if self.is_same(left, right) {
                    return (!matches!(p, Kind::Float(_))).then_some(true);
                }
                let (a, b) = (
                    crate::domain::join::builtin_type(&p),
                    crate::domain::join::builtin_type(&q),
                );
                if a != b && compares_by_value(&p) && compares_by_value(&q) {
                    let numeric = |ty| {
                        use crate::domain::B;
                        matches!(ty, Some(B::Int | B::Bool | B::Float | B::Complex))
                    };
                    let sets = |kind: &Kind| matches!(kind, Kind::Set(_));
                    if !(numeric(a) && numeric(b) || sets(&p) && sets(&q)) {
                        return Some(false);
                    }
                    return None;
                }
                if compares_by_identity(&p) || compares_by_identity(&q) {
                    return self.identity(left, right);
                }
                None
            }
        }
    }

    /// As containers compare their items: the same object is equal to itself (`PyObject_RichCompareBool`).
    pub(in crate::interp) fn equal_or_same(&mut self, left: ObjId, right: ObjId) -> Option<bool> {
        if self.is_same(left, right) {
            Some(true)
        } else {
            self.equal(left, right)
        }
    }

    /// Instances of one dataclass are equal where their fields are; of others they are not.
    fn equal_data(&mut self, left: ObjId, right: ObjId) -> Option<bool> {
        if self.has_special(left, "__eq__") || self.has_special(right, "__eq__") {
            return None;
        }
        let same_class = match (self.kind(left), self.kind(right)) {
            (Kind::Instance(p), Kind::Instance(q)) => p.class == q.class,
            (Kind::Unknown | Kind::Named(..), _) | (_, Kind::Unknown | Kind::Named(..)) => {
                return None;
            }
            _ => false,
        };
        if !same_class {
            return if self.is_other(left, right) {
                Some(false)
            } else {
                None
            };
        }
        let (p, q) = (
            self.compared_fields(left, false)?,
            self.compared_fields(right, false)?,
        );
        self.equal_items(&p, &q)
    }

    fn equal_items(&mut self, a: &[ObjId], b: &[ObjId]) -> Option<bool> {
        if a.len() != b.len() {
            return Some(false);
        }
        for (x, y) in a.iter().zip(b) {
            match self.equal_or_same(*x, *y) {
                Some(true) => {}
                other => return other,
            }
        }
        Some(true)
    }

    fn has_default_eq(&mut self, id: ObjId) -> bool {
        match self.kind(id) {
            Kind::Instance(_) => !self.has_special(id, "__eq__"),
            kind => compares_by_value(kind) || compares_by_identity(kind),
        }
    }

    /// Order of two objects whose comparison is CPython's own.
    pub(in crate::interp) fn order(&mut self, left: ObjId, right: ObjId) -> Option<Ordering> {
        const METHODS: &[&str] = &["__lt__", "__le__", "__gt__", "__ge__", "__eq__"];
        let left = self.content_for(left, METHODS);
        let right = self.content_for(right, METHODS);
        if let (Kind::Instance(p), Kind::Instance(q)) = (self.kind(left), self.kind(right)) {
            if p.class != q.class || METHODS.iter().any(|name| self.has_special(left, name)) {
                return None;
            }
            let (p, q) = (
                self.compared_fields(left, true)?,
                self.compared_fields(right, true)?,
            );
            return self.order_items(&p, &q);
        }
        let (p, q) = (self.kind_of(left), self.kind_of(right));
        if let (Some(a), Some(b)) = (as_int(&p), as_int(&q)) {
            return Some(a.cmp(&b));
        }
        if let (Some(a), Some(b)) = (as_float(&p), as_float(&q)) {
            return a.partial_cmp(&b);
        }
        match (&p, &q) {
            (Kind::Str(a), Kind::Str(b)) => Some(a.chars().cmp(b.chars())),
            (Kind::Bytes(a), Kind::Bytes(b)) => Some(a.cmp(b)),
            (Kind::Tuple(a), Kind::Tuple(b)) => self.order_items(a, b),
            (Kind::List(a), Kind::List(b)) if !a.open && !b.open => {
                self.order_items(&a.items, &b.items)
            }
            _ => None,
        }
    }

    fn order_items(&mut self, a: &[ObjId], b: &[ObjId]) -> Option<Ordering> {
        for (x, y) in a.iter().zip(b) {
            match self.equal_or_same(*x, *y)? {
                true => {}
                false => return self.order(*x, *y),
            }
        }
        Some(a.len().cmp(&b.len()))
    }

    /// `item in container`, both on the stack.
    fn containment(&mut self, negated: bool) -> R {
        let (item, container) = (self.st.peek(1), self.st.peek(0));
        let container = self.content_for(container, &["__contains__", "__iter__"]);
        if matches!(self.kind(container), Kind::Instance(_)) {
            if self.has_special(container, "__contains__") {
                let (container, item) = (self.st.pop(), self.st.pop());
                let frame = self.st.frame_mut();
                frame.stack.push(container);
                frame.stack.push(item);
                self.special_or_unknown("__contains__", 2)?;
                let result = self.st.peek(0);
                let value = self.truth(result)?.map(|value| value != negated);
                let result = self.bool(value);
                self.replace(1, result);
                return Ok(());
            }
            return self.search(negated);
        }
        if matches!(self.kind(container), Kind::Gen(_) | Kind::Iter(_)) {
            return self.search(negated);
        }
        let found = match self.kind_of(container) {
            Kind::Str(text) => match self.kind_of(item) {
                Kind::Str(part) => Some(text.contains(&*part)),
                _ => None,
            },
            Kind::Dict(dict) if !dict.open => self
                .key_in(container, item)?
                .map(|key| dict.entries.contains_key(&key)),
            Kind::Set(set) if !set.open => self
                .key_in(container, item)?
                .map(|key| set.items.contains_key(&key)),
            Kind::View(crate::domain::B::DictKeys, of) => match self.kind_of(of) {
                Kind::Dict(dict) if !dict.open => self
                    .key_in(of, item)?
                    .map(|key| dict.entries.contains_key(&key)),
                _ => None,
            },
            Kind::List(list) if !list.open => self.contains_item(container, &list.items, item)?,
            Kind::Tuple(items) => self.contains_item(container, &items, item)?,
            Kind::Deque(Some(items)) => self.contains_item(container, &items, item)?,
            Kind::Range(range) => as_int(self.kind(item))
                .map(|value| super::super::iterate::range_contains(&range, &value)),
            _ => None,
        };
        if found.is_none() {
            if self.comparing_runs(item, container)
                || self.may_run(container, super::super::models::ITERATE)
            {
                self.unknown_call(2)?;
                let result = self.bool(None);
                self.replace(1, result);
                return Ok(());
            }
            self.quiet_iteration();
            if matches!(self.kind(container), Kind::Iter(_)) {
                self.st.forget(container); // the search used it up as far as it went
            }
        }
        let result = self.bool(found.map(|found| found != negated));
        self.replace(2, result);
        Ok(())
    }

    /// `item in iterable`, both on the stack: what it gives is compared until one is equal (`_PySequence_IterSearch`).
    fn search(&mut self, negated: bool) -> R {
        let (wanted, container) = (self.st.peek(1), self.st.peek(0));
        self.push_new(container);
        self.get_iter()?;
        let iterator = self.st.peek(0);
        let item_first = self.layout().is_since(9);
        let mut found = None;
        if self.is_driven(iterator) || matches!(self.kind(iterator), Kind::Iter(_)) {
            for _ in 0..limits::ITEMS {
                match self.next_of(iterator)? {
                    Next::Item(item) => {
                        self.push_new(item);
                        let (left, right) = if item_first {
                            (item, wanted)
                        } else {
                            (wanted, item)
                        };
                        let equal = self.equals_or_same(left, right)?;
                        self.consume(1);
                        match equal {
                            Some(false) => continue,
                            Some(true) => found = Some(true),
                            None => {}
                        }
                    }
                    Next::End => found = Some(false),
                    Next::Unknown => {}
                }
                break;
            }
        }
        if found.is_none() {
            for depth in 0..3 {
                let id = self.st.peek(depth);
                self.st.escape(id);
            }
            let runs = self.comparing_runs(wanted, container)
                || self.may_run(container, super::super::models::ITERATE)
                || self.may_run(iterator, super::super::models::ITERATE);
            self.st.forget(iterator);
            if runs {
                self.unknown_code();
            } else {
                self.quiet_iteration();
            }
        }
        let result = self.bool(found.map(|found| found != negated));
        self.replace(3, result);
        Ok(())
    }

    /// Whether a list, tuple or deque holds an equal item: each is compared until one is.
    fn contains_item(
        &mut self,
        container: ObjId,
        items: &[ObjId],
        wanted: ObjId,
    ) -> R<Option<bool>> {
        let before = self.kind_of(container);
        let item_first = self.layout().is_since(9) || matches!(before, Kind::Deque(_));
        for (at, item) in items.iter().enumerate() {
            let (left, right) = if item_first {
                (*item, wanted)
            } else {
                (wanted, *item)
            };
            match self.equals_or_same(left, right)? {
                Some(true) => return Ok(Some(true)),
                Some(false) if *self.kind(container) == before => {}
                Some(false) => return Ok(None), // a method changed it under way
                None if self.comparing_runs(left, right) => return Ok(None),
                None => {
                    // Whether the search goes on is not known: it must not run code.
                    for item in &items[at..] {
                        if self.comparing_runs(*item, wanted) {
                            return Ok(None);
                        }
                    }
                    let rest = items[at..].to_vec();
                    let surely = rest
                        .into_iter()
                        .any(|item| self.equal_or_same(item, wanted) == Some(true));
                    return Ok(surely.then_some(true));
                }
            }
        }
        Ok(Some(false))
    }
}

fn compares_by_value(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::None
            | Kind::Ellipsis
            | Kind::NotImplemented
            | Kind::Bool(_)
            | Kind::Int(_)
            | Kind::BigInt(_)
            | Kind::Float(_)
            | Kind::Complex(..)
            | Kind::Str(_)
            | Kind::Bytes(_)
            | Kind::Tuple(_)
            | Kind::List(_)
            | Kind::Dict(_)
            | Kind::Set(_)
            | Kind::Range(_)
    )
}

fn compares_by_identity(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Function(_)
            | Kind::Class(_)
            | Kind::Type(_)
            | Kind::BuiltinFunction(_)
            | Kind::Module(_)
            | Kind::Cell(_)
    )
}
