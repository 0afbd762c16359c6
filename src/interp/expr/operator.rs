//! Binary operators, on known values and on objects with special methods; augmented assignment's in-place forms.

use std::sync::Arc;

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

use super::super::key::are_told_apart;
use super::super::machine::{Machine, R};
use super::super::protocol::Special;
use super::super::value::{as_float, as_i64, as_int};
use crate::domain::{B, DictObj, Kind, ListObj, ObjId};
use crate::hir::BinOp;
use crate::layout::{ListFrom, ListMade};
use crate::limits;

impl Machine<'_> {
    /// `left op right`, both on the stack.
    pub(in crate::interp) fn binary(&mut self, op: BinOp) -> R {
        let (left, right) = (self.st.peek(1), self.st.peek(0));
        let (p, q) = (self.kind_of(left), self.kind_of(right));
        // `str % x` is formatting whatever x is.
        let formats = op == BinOp::Mod && matches!(p, Kind::Str(_) | Kind::Opaque(B::Str, _));
        if !formats && (matches!(p, Kind::Instance(_)) || matches!(q, Kind::Instance(_))) {
            if let Some(result) = self.content_binary(op, left, right)? {
                self.replace(2, result);
                return Ok(());
            }
            return self.operator_method(op, left, right);
        }
        match self.known_binary(op, left, &p, right, &q)? {
            Some(result) => {
                self.replace(2, result);
                Ok(())
            }
            None => {
                if !formats && is_plain(&p) && is_plain(&q) || !self.operator_runs(op, left, right)
                {
                    if !is_plain(&p) || !is_plain(&q) || !self.kind(left).referents().is_empty() {
                        // The result may hold what the operands hold.
                        self.st.escape(left);
                        self.st.escape(right);
                    }
                    // No code of the program runs; the result is new or cached, and unknown.
                    self.may_raise();
                    let result = match result_type(op, &p, &q) {
                        _ if formats => self.formatted_text(&p),
                        Some(ty) => self.some(ty),
                        None => crate::domain::UNKNOWN,
                    };
                    self.replace(2, result);
                    return Ok(());
                }
                self.unknown_call(2)
            }
        }
    }

    /// An operator on instances of builtin subclasses that leave it to their base; `None` where they do not.
    fn content_binary(&mut self, op: BinOp, left: ObjId, right: ObjId) -> R<Option<ObjId>> {
        let (name, reflected) = operator_names(op);
        let a = self.content_for(left, &[name, reflected]);
        let b = self.content_for(right, &[name, reflected]);
        if a == left && b == right {
            return Ok(None);
        }
        let (p, q) = (self.kind_of(a), self.kind_of(b));
        let plain = |kind: &Kind| matches!(kind, Kind::List(_) | Kind::Tuple(_) | Kind::Int(_));
        if !plain(&p) || !plain(&q) {
            return Ok(None);
        }
        let Some(result) = self.known_binary(op, a, &p, b, &q)? else {
            return Ok(None);
        };
        if (a != left && result == a) || (b != right && result == b) {
            let kind = self.kind_of(result);
            return Ok(Some(self.alloc(kind)));
        }
        Ok(Some(result))
    }

    /// Whether the operator may run code of the program.
    fn operator_runs(&self, op: BinOp, left: ObjId, right: ObjId) -> bool {
        use super::super::models::{ITERATE, NUMBER, TEXT};
        if op == BinOp::Mod && matches!(self.kind(left), Kind::Str(_) | Kind::Opaque(B::Str, _)) {
            return [TEXT, NUMBER, ITERATE]
                .iter()
                .any(|methods| self.may_run(right, methods));
        }
        if let (Kind::Dict(_), Kind::Dict(_)) = (self.kind(left), self.kind(right)) {
            let keys = |id| self.may_run(id, super::super::models::COMPARE);
            return keys(left) || keys(right);
        }
        let (name, reflected) = operator_names(op);
        let methods = [name, reflected, "__iter__", "__getitem__", "__index__"];
        self.may_run(left, &methods) || self.may_run(right, &methods)
    }

    /// `format % values` where it is not known: two characters outside of the conversions make it surely a new string.
    pub(super) fn formatted_text(&mut self, format: &Kind) -> ObjId {
        let is_long = match format {
            Kind::Str(text) => super::strings::plain_characters(text) >= 2,
            _ => false,
        };
        if is_long {
            self.fresh(B::Str)
        } else {
            self.fresh_text()
        }
    }

    /// The result where it is known; a surely raised exception ends the path.
    fn known_binary(
        &mut self,
        op: BinOp,
        left: ObjId,
        p: &Kind,
        right: ObjId,
        q: &Kind,
    ) -> R<Option<ObjId>> {
        if let (Some(a), Some(b)) = (as_int(p), as_int(q)) {
            return self.int_binary(op, p, q, &a, &b);
        }
        if let (Some(a), Some(b)) = (as_float(p), as_float(q)) {
            return self.float_binary(op, a, b);
        }
        Ok(match (op, p, q) {
            (BinOp::Add, Kind::Str(a), Kind::Str(b)) => Some(if a.is_empty() {
                right
            } else if b.is_empty() {
                left
            } else if a.len() + b.len() > limits::STR_CHARS {
                self.fresh(B::Str)
            } else {
                self.string(&format!("{a}{b}"))
            }),
            (BinOp::Add, Kind::Bytes(a), Kind::Bytes(b)) => Some(if a.is_empty() {
                right
            } else if b.is_empty() {
                left
            } else {
                self.bytes(&[&a[..], &b[..]].concat())
            }),
            (BinOp::Mult, Kind::Str(text), n) | (BinOp::Mult, n, Kind::Str(text))
                if as_int(n).is_some() =>
            {
                let same = if matches!(p, Kind::Str(_)) {
                    left
                } else {
                    right
                };
                match times(n, text.len()) {
                    Some(1) => Some(same),
                    Some(n) => Some(self.string(&text.repeat(n))),
                    None => Some(self.fresh(B::Str)),
                }
            }
            (BinOp::Mult, Kind::Bytes(content), n) | (BinOp::Mult, n, Kind::Bytes(content))
                if as_int(n).is_some() =>
            {
                let same = if matches!(p, Kind::Bytes(_)) {
                    left
                } else {
                    right
                };
                match times(n, content.len()) {
                    Some(1) => Some(same),
                    Some(n) => Some(self.bytes(&content.repeat(n))),
                    None => Some(self.fresh(B::Bytes)),
                }
            }
            (BinOp::Add, Kind::Tuple(a), Kind::Tuple(b)) => Some(if a.is_empty() {
                right
            } else if b.is_empty() {
                left
            } else {
                self.tuple(a.iter().chain(b.iter()).copied().collect())
            }),
            (BinOp::Mult, Kind::Tuple(items), n) | (BinOp::Mult, n, Kind::Tuple(items))
                if as_int(n).is_some() =>
            {
                let same = if matches!(p, Kind::Tuple(_)) {
                    left
                } else {
                    right
                };
                match times(n, items.len().max(1)) {
                    Some(1) => Some(same),
                    Some(n) if n * items.len() <= limits::ITEMS => {
                        Some(self.tuple(items.repeat(n)))
                    }
                    _ => {
                        self.held_unseen(items);
                        Some(self.fresh(B::Tuple))
                    }
                }
            }
            (BinOp::Add, Kind::List(a), Kind::List(b)) => Some(if a.open || b.open {
                self.held_unseen(&a.items);
                self.held_unseen(&b.items);
                self.open_list()
            } else {
                let items: Vec<ObjId> = a.items.iter().chain(&b.items).copied().collect();
                self.new_list(items, ListMade::Exact)
            }),
            (BinOp::Mult, Kind::List(list), n) | (BinOp::Mult, n, Kind::List(list))
                if as_int(n).is_some() =>
            {
                match times(n, list.items.len().max(1)) {
                    Some(n) if !list.open && n * list.items.len() <= limits::ITEMS => {
                        Some(self.new_list(list.items.repeat(n), ListMade::Exact))
                    }
                    _ => {
                        self.held_unseen(&list.items);
                        Some(self.open_list())
                    }
                }
            }
            (BinOp::BitOr, Kind::Dict(a), Kind::Dict(b)) if self.layout().has_dict_union() => {
                self.dict_union(a, b)?
            }
            (BinOp::BitOr, Kind::Dict(_), Kind::Dict(_)) => return Err(self.raise(B::TypeError)),
            (
                BinOp::BitOr | BinOp::BitAnd | BinOp::BitXor | BinOp::Sub,
                Kind::Set(a),
                Kind::Set(b),
            ) => Some(self.set_operation(op, a, b)),
            (BinOp::Mod, Kind::Str(format), _) => self.percent_format(format, right)?,
            _ if surely_type_error(op, p, q) => return Err(self.raise(B::TypeError)),
            _ => None,
        })
    }

    fn int_binary(
        &mut self,
        op: BinOp,
        p: &Kind,
        q: &Kind,
        a: &BigInt,
        b: &BigInt,
    ) -> R<Option<ObjId>> {
        let both_bool = matches!((p, q), (Kind::Bool(_), Kind::Bool(_)));
        let value = match op {
            BinOp::Add => a + b,
            BinOp::Sub => a - b,
            BinOp::Mult => {
                if a.bits() + b.bits() > limits::INT_BITS {
                    return Ok(Some(self.some(B::Int)));
                }
                a * b
            }
            BinOp::FloorDiv | BinOp::Mod if b.is_zero() => {
                return Err(self.raise(B::ZeroDivisionError));
            }
            BinOp::FloorDiv => a.div_floor(b),
            BinOp::Mod => a.mod_floor(b),
            BinOp::Div => {
                if b.is_zero() {
                    return Err(self.raise(B::ZeroDivisionError));
                }
                return Ok(Some(match true_divide(a, b) {
                    Some(value) => self.float(value),
                    None => self.fresh(B::Float),
                }));
            }
            BinOp::Pow => {
                if b.sign() == Sign::Minus {
                    if a.is_zero() {
                        return Err(self.raise(B::ZeroDivisionError));
                    }
                    return Ok(Some(self.fresh(B::Float)));
                }
                match b.to_u32() {
                    Some(exponent)
                        if a.bits().saturating_mul(u64::from(exponent)) <= limits::INT_BITS =>
                    {
                        a.pow(exponent)
                    }
                    _ if a.magnitude().bits() <= 1 => return Ok(Some(self.some(B::Int))),
                    _ => return Ok(Some(self.some(B::Int))),
                }
            }
            BinOp::LShift | BinOp::RShift if b.is_negative() => {
                return Err(self.raise(B::ValueError));
            }
            BinOp::LShift => match b.to_u64() {
                Some(by) if a.bits() + by <= limits::INT_BITS => a << by,
                _ => return Ok(Some(self.some(B::Int))),
            },
            BinOp::RShift => match b.to_u64() {
                Some(by) => a >> by,
                None => BigInt::from(if a.is_negative() { -1 } else { 0 }),
            },
            BinOp::BitOr if both_bool => return Ok(Some(self.atoms.bool(!(a | b).is_zero()))),
            BinOp::BitXor if both_bool => return Ok(Some(self.atoms.bool(!(a ^ b).is_zero()))),
            BinOp::BitAnd if both_bool => return Ok(Some(self.atoms.bool(!(a & b).is_zero()))),
            BinOp::BitOr => a | b,
            BinOp::BitXor => a ^ b,
            BinOp::BitAnd => a & b,
            BinOp::MatMult => return Err(self.raise(B::TypeError)),
        };
        Ok(Some(self.int(&value)))
    }

    fn float_binary(&mut self, op: BinOp, a: f64, b: f64) -> R<Option<ObjId>> {
        let value = match op {
            BinOp::Add => a + b,
            BinOp::Sub => a - b,
            BinOp::Mult => a * b,
            BinOp::Div | BinOp::FloorDiv | BinOp::Mod if b == 0.0 => {
                return Err(self.raise(B::ZeroDivisionError));
            }
            BinOp::Div => a / b,
            BinOp::Mod => float_mod(a, b),
            BinOp::FloorDiv => ((a - float_mod(a, b)) / b).round(),
            BinOp::Pow => {
                if (a < 0.0 && b.fract() != 0.0) || (a == 0.0 && b < 0.0) {
                    return Ok(None);
                }
                // The last bit of `pow` is the C library's affair.
                return Ok(Some(self.fresh(B::Float)));
            }
            _ => return Err(self.raise(B::TypeError)),
        };
        Ok(Some(if value.is_finite() {
            self.float(value)
        } else {
            self.fresh(B::Float)
        }))
    }

    /// A list whose items are not known, made just now.
    pub(in crate::interp) fn open_list(&mut self) -> ObjId {
        self.open_list_of(None)
    }

    /// Something that is not known item by item may hold these from now on.
    fn held_unseen(&mut self, items: &[ObjId]) {
        for item in items {
            self.st.escape(*item);
        }
    }

    /// The same, where one atom stands for every item.
    pub(in crate::interp) fn open_list_of(&mut self, every: Option<ObjId>) -> ObjId {
        self.alloc(Kind::List(Arc::new(ListObj {
            items: Vec::new(),
            slots: None,
            open: true,
            every,
        })))
    }

    /// A list of these items, made in that way.
    pub(in crate::interp) fn new_list(&mut self, items: Vec<ObjId>, made: ListMade) -> ObjId {
        let slots = self.layout().list_slots(made, items.len() as u64);
        self.alloc(Kind::List(Arc::new(ListObj {
            items,
            slots,
            open: false,
            every: None,
        })))
    }

    /// `left op= right`, both on the stack: in place where the left type does so.
    pub(in crate::interp) fn in_place(&mut self, op: BinOp) -> R {
        let (left, right) = (self.st.peek(1), self.st.peek(0));
        let (p, q) = (self.kind_of(left), self.kind_of(right));
        match (op, &p, &q) {
            (BinOp::Add, Kind::List(_), _) => {
                self.list_extend(left, right)?;
                self.keep_left();
                Ok(())
            }
            (BinOp::Mult, Kind::List(list), _) if as_i64(&q).is_some() => {
                let n = as_i64(&q).unwrap_or(0).max(0) as usize;
                if list.open || n * list.items.len() > limits::ITEMS {
                    self.st.forget(left);
                } else {
                    let len = list.items.len() as u64;
                    let items = list.items.repeat(n);
                    let slots = list
                        .slots
                        .map(|slots| self.layout().list_repeat_in_place(len, slots, n as u64));
                    self.set_list(left, items, slots);
                }
                self.keep_left();
                Ok(())
            }
            (BinOp::BitOr, Kind::Dict(_), _) if self.layout().has_dict_union() => {
                self.dict_update(left, right)?;
                self.keep_left();
                Ok(())
            }
            (
                BinOp::BitOr | BinOp::BitAnd | BinOp::BitXor | BinOp::Sub,
                Kind::Set(a),
                Kind::Set(b),
            ) if !a.frozen => {
                self.set_update_operation(op, left, a, b);
                self.keep_left();
                Ok(())
            }
            (BinOp::Add, Kind::Instance(_), _)
                if matches!(self.kind(self.content(left)), Kind::List(_))
                    && self.content_for(left, &["__iadd__"]) != left =>
            {
                let content = self.content(left);
                self.list_extend(content, right)?;
                self.keep_left();
                Ok(())
            }
            (_, Kind::Instance(instance), _) => {
                let class = instance.class;
                let name = self.names.intern(in_place_name(op));
                match self.class_attribute(class, name) {
                    super::super::attribute::Found::Object(function, _)
                        if matches!(self.kind(function), Kind::Function(_)) =>
                    {
                        self.call_special(function, 2)?;
                        if self.kind(self.st.peek(0)) != &Kind::NotImplemented {
                            return Ok(());
                        }
                        self.consume(1);
                        if !self.is_alive(left) || !self.is_alive(right) {
                            return self.operands_unseen(left, right);
                        }
                        self.push_new(left);
                        self.push_new(right);
                        self.binary(op)
                    }
                    super::super::attribute::Found::Nothing => self.binary(op),
                    _ => self.unknown_call(2),
                }
            }
            (_, Kind::Unknown | Kind::Named(..), _) => {
                // It may be any list or set that escaped, and change in place.
                self.st.escape(right);
                self.st.forget_escaped();
                let name = in_place_name(op);
                if self.hooks_run(&[name]) {
                    return self.unknown_call(2);
                }
                self.binary(op)
            }
            (_, Kind::Opaque(B::List | B::Set | B::Dict, _), _) => {
                self.mutated_unknown(left);
                self.st.escape(right);
                self.may_raise();
                self.keep_left();
                Ok(())
            }
            (_, Kind::ByteArray(_) | Kind::Deque(_), _) => {
                self.mutated_unknown(left);
                self.keep_left();
                Ok(())
            }
            _ => self.binary(op),
        }
    }

    /// Leaves the left operand of two as the result.
    fn keep_left(&mut self) {
        self.consume(1);
        let left = self.st.pop_owned();
        self.st.push(left);
    }

    /// `left op right` where one is an instance of a class of the program (`binary_op1`, `SLOT1BINFULL`).
    fn operator_method(&mut self, op: BinOp, left: ObjId, right: ObjId) -> R {
        let (name, reflected) = operator_names(op);
        let own = self.special(left, name);
        let other = self.special(right, reflected);
        let same_type = match (self.type_object(left), self.type_object(right)) {
            (Some(p), Some(q)) => Some(p == q),
            _ => None,
        };
        // The reflected method of a subclass goes first, where it is another than the base's.
        let first = match other {
            Special::Missing => Some(false),
            _ if other == self.special(left, reflected) => Some(false),
            _ => self.is_of_subtype(right, left),
        };
        let Some(first) = first else {
            return self.unknown_call(2);
        };
        let by_left = (own, false);
        let by_right = (other, true);
        let tries = match (first, same_type) {
            (true, _) => [Some(by_right), Some(by_left)],
            (false, Some(true)) => [Some(by_left), None],
            (false, _) => [Some(by_left), Some(by_right)],
        };
        let mut taken = false;
        for (special, swapped) in tries.into_iter().flatten() {
            let function = match special {
                Special::Missing => continue,
                Special::Unknown if !taken => return self.unknown_call(2),
                Special::Unknown => return self.operands_unseen(left, right),
                Special::Function(function) => function,
            };
            if taken {
                if !self.is_alive(left) || !self.is_alive(right) {
                    return self.operands_unseen(left, right);
                }
                let args = if swapped {
                    [right, left]
                } else {
                    [left, right]
                };
                self.call_from_slot(function, &args)?;
            } else {
                if swapped {
                    let stack = &mut self.st.frame_mut().stack;
                    let n = stack.len();
                    stack.swap(n - 1, n - 2);
                }
                self.call_special(function, 2)?;
                taken = true;
            }
            if self.kind(self.st.peek(0)) != &Kind::NotImplemented {
                return Ok(());
            }
            self.consume(1);
        }
        // A sequence may still be repeated by what has an `__index__`.
        let repeats = op == BinOp::Mult
            && [left, right]
                .iter()
                .any(|id| self.special(*id, "__index__") != Special::Missing);
        if same_type.is_none() || repeats {
            return match taken {
                true => self.operands_unseen(left, right),
                false => self.unknown_call(2),
            };
        }
        if !taken {
            self.consume(2);
        }
        Err(self.raise(B::TypeError))
    }

    /// What becomes of operands that are off the stack already is not known.
    pub(super) fn operands_unseen(&mut self, left: ObjId, right: ObjId) -> R {
        for id in [left, right] {
            if self.is_alive(id) {
                self.st.escape(id);
            }
        }
        self.unknown_code();
        self.st.push(crate::domain::UNKNOWN);
        Ok(())
    }

    fn dict_union(&mut self, a: &Arc<DictObj>, b: &Arc<DictObj>) -> R<Option<ObjId>> {
        if a.ty != B::Dict || b.ty != B::Dict || !are_told_apart(a.entries.keys(), b.entries.keys())
        {
            return Ok(None);
        }
        let copy = self.dict_copy(a);
        self.st.inc(copy);
        self.st.push(copy);
        self.dict_merge(copy, b);
        self.st.pop();
        if let Some(obj) = self.st.heap.get_mut(copy) {
            obj.count = crate::domain::Count::exactly(0);
        }
        Ok(Some(copy))
    }

    /// Extends a list in place by what `source` gives.
    pub(in crate::interp) fn list_extend(&mut self, list: ObjId, source: ObjId) -> R {
        let from = self.list_source(source);
        // What an instance says of its length decides how many slots are made.
        let told = matches!(self.kind(source), Kind::Instance(_)) && from == ListFrom::Sized;
        let known = self.listed_items(source)?;
        let Kind::List(before) = self.kind_of(list) else {
            self.unknown_use(list);
            return Ok(());
        };
        match known {
            Some(items)
                if !before.open && before.items.len() + items.len() <= limits::ITEMS * 4 =>
            {
                let (len, n) = (before.items.len() as u64, items.len() as u64);
                let slots = before
                    .slots
                    .filter(|_| !told)
                    .and_then(|slots| self.layout().list_extend(len, slots, from, n));
                self.change(list, |kind| {
                    if let Kind::List(list) = kind {
                        let list = Arc::make_mut(list);
                        list.items.extend(items);
                        list.slots = slots;
                    }
                });
            }
            Some(items) => {
                self.mutated_unknown(list);
                for item in items {
                    self.st.blur(item); // the list holds it now, unseen
                }
            }
            None => {
                self.mutated_unknown(list);
                self.st.escape(source);
            }
        }
        self.keep_exposed(list);
        Ok(())
    }

    /// Whether a class of the program has a `__len__`.
    fn tells_length(&self, class: ObjId) -> bool {
        let Kind::Class(class) = self.kind(class) else {
            return false;
        };
        let Some(name) = self.names.get("__len__") else {
            return false;
        };
        class.mro.iter().any(
            |base| matches!(self.kind(*base), Kind::Class(class) if class.attrs.contains_key(&name)),
        )
    }

    /// What kind of source a list is filled from.
    pub(in crate::interp) fn list_source(&self, source: ObjId) -> ListFrom {
        match self.kind(self.content(source)) {
            Kind::List(_) | Kind::Tuple(_) => ListFrom::Sequence,
            Kind::Set(_) | Kind::Dict(_) | Kind::View(..) => ListFrom::SetOrDict,
            Kind::Iter(iter) => match iter.ty {
                B::Enumerate | B::Zip | B::Map | B::Filter | B::Generator => ListFrom::Unsized,
                _ => ListFrom::Hinted,
            },
            Kind::Instance(instance) if self.tells_length(instance.class) => ListFrom::Sized,
            Kind::Gen(_) | Kind::Instance(_) => ListFrom::Unsized,
            Kind::Opaque(B::Generator | B::Map | B::Filter | B::Zip | B::Enumerate, _) => {
                ListFrom::Unsized
            }
            _ => ListFrom::Sized,
        }
    }

    /// The new contents of a list: references to the new items are counted, those to the old ones given up.
    pub(in crate::interp) fn set_list(
        &mut self,
        list: ObjId,
        items: Vec<ObjId>,
        slots: Option<crate::layout::Slots>,
    ) {
        for item in &items {
            self.st.inc(*item);
        }
        let mut old = Vec::new();
        self.change(list, |kind| {
            if let Kind::List(list) = kind {
                let list = Arc::make_mut(list);
                old = std::mem::replace(&mut list.items, items);
                list.slots = slots;
            }
        });
        for item in old.into_iter().rev() {
            self.st.dec(item);
        }
        self.keep_exposed(list);
    }
}

fn times(n: &Kind, len: usize) -> Option<usize> {
    let n = as_int(n)?;
    if n.is_negative() {
        return Some(0);
    }
    let n = n.to_usize()?;
    (n.checked_mul(len)? <= limits::STR_CHARS).then_some(n)
}

/// `float.__mod__` (`float_rem` of `Objects/floatobject.c`).
fn float_mod(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest != 0.0 {
        if (b < 0.0) != (rest < 0.0) {
            rest + b
        } else {
            rest
        }
    } else {
        0.0_f64.copysign(b)
    }
}

/// `int.__truediv__` where both operands fit a float exactly, so that the quotient is correctly rounded.
fn true_divide(a: &BigInt, b: &BigInt) -> Option<f64> {
    const EXACT: u64 = 53;
    (a.bits() <= EXACT && b.bits() <= EXACT).then(|| Some(a.to_f64()? / b.to_f64()?))?
}

/// Neither an object of the program nor one that could run its code.
fn is_plain(kind: &Kind) -> bool {
    !matches!(
        kind,
        Kind::Unknown | Kind::Named(..) | Kind::Instance(_) | Kind::Class(_) | Kind::Iter(_)
    )
}

/// The type of the result of an operator on builtin operands whose values are not known.
fn result_type(op: BinOp, p: &Kind, q: &Kind) -> Option<B> {
    let (a, b) = (
        crate::domain::join::builtin_type(p)?,
        crate::domain::join::builtin_type(q)?,
    );
    let int = |ty| matches!(ty, B::Int | B::Bool);
    let number = |ty| int(ty) || ty == B::Float;
    match op {
        BinOp::Div if number(a) && number(b) => Some(B::Float),
        BinOp::Pow => (a == B::Float && int(b)).then_some(B::Float),
        BinOp::BitAnd | BinOp::BitOr | BinOp::BitXor if a == B::Bool && b == B::Bool => {
            Some(B::Bool)
        }
        _ if int(a) && int(b) => Some(B::Int),
        BinOp::Add | BinOp::Sub | BinOp::Mult | BinOp::Mod | BinOp::FloorDiv
            if number(a) && number(b) =>
        {
            Some(B::Float)
        }
        BinOp::Add if a == b && matches!(a, B::Str | B::Bytes | B::Tuple) => Some(a),
        BinOp::Mult if int(b) && matches!(a, B::Str | B::Bytes | B::Tuple) => Some(a),
        BinOp::Mod if a == B::Str => Some(B::Str),
        _ => None,
    }
}

fn surely_type_error(op: BinOp, p: &Kind, q: &Kind) -> bool {
    let known = |kind: &Kind| {
        matches!(
            kind,
            Kind::None
                | Kind::Int(_)
                | Kind::Bool(_)
                | Kind::Float(_)
                | Kind::Str(_)
                | Kind::List(_)
                | Kind::Tuple(_)
        )
    };
    if !(known(p) && known(q)) {
        return false;
    }
    match op {
        BinOp::Add | BinOp::Sub | BinOp::Div => !matches!(p, Kind::Str(_)) || op != BinOp::Mod,
        _ => false,
    }
}

/// The special method of an operator, and the reflected one.
pub(in crate::interp) fn operator_names(op: BinOp) -> (&'static str, &'static str) {
    match op {
        BinOp::Add => ("__add__", "__radd__"),
        BinOp::Sub => ("__sub__", "__rsub__"),
        BinOp::Mult => ("__mul__", "__rmul__"),
        BinOp::MatMult => ("__matmul__", "__rmatmul__"),
        BinOp::Div => ("__truediv__", "__rtruediv__"),
        BinOp::Mod => ("__mod__", "__rmod__"),
        BinOp::Pow => ("__pow__", "__rpow__"),
        BinOp::LShift => ("__lshift__", "__rlshift__"),
        BinOp::RShift => ("__rshift__", "__rrshift__"),
        BinOp::BitOr => ("__or__", "__ror__"),
        BinOp::BitXor => ("__xor__", "__rxor__"),
        BinOp::BitAnd => ("__and__", "__rand__"),
        BinOp::FloorDiv => ("__floordiv__", "__rfloordiv__"),
    }
}

fn in_place_name(op: BinOp) -> &'static str {
    match op {
        BinOp::Add => "__iadd__",
        BinOp::Sub => "__isub__",
        BinOp::Mult => "__imul__",
        BinOp::MatMult => "__imatmul__",
        BinOp::Div => "__itruediv__",
        BinOp::Mod => "__imod__",
        BinOp::Pow => "__ipow__",
        BinOp::LShift => "__ilshift__",
        BinOp::RShift => "__irshift__",
        BinOp::BitOr => "__ior__",
        BinOp::BitXor => "__ixor__",
        BinOp::BitAnd => "__iand__",
        BinOp::FloorDiv => "__ifloordiv__",
    }
}
