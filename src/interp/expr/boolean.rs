//! Truth, `and`, `or`, and conditional expressions.

use super::super::machine::{Machine, R};
use crate::domain::atoms;
use crate::domain::{B, Kind, ObjId, State};
use crate::hir::{BoolOp, ExprId};

/// What a branch leaves: the state after it, or none.
pub(in crate::interp) type Branch = Option<State>;

impl Machine<'_> {
    /// Whether the object is true (`PyObject_IsTrue`): known, or either. It may run code of the program.
    pub(in crate::interp) fn truth(&mut self, id: ObjId) -> R<Option<bool>> {
        Ok(match self.kind(id) {
            Kind::None => Some(false),
            Kind::Bool(value) => Some(*value),
            Kind::Int(value) => Some(*value != 0),
            Kind::BigInt(_) | Kind::Ellipsis | Kind::NotImplemented => Some(true),
            Kind::Float(bits) => Some(f64::from_bits(*bits) != 0.0),
            Kind::Complex(re, im) => Some(f64::from_bits(*re) != 0.0 || f64::from_bits(*im) != 0.0),
            Kind::Str(text) => Some(!text.is_empty()),
            Kind::Bytes(content) => Some(!content.is_empty()),
            Kind::ByteArray(len) => len.map(|len| len > 0),
            Kind::Tuple(items) => Some(!items.is_empty()),
            Kind::List(list) => (!list.open).then_some(!list.items.is_empty()),
            Kind::Dict(dict) => (!dict.open).then_some(!dict.entries.is_empty()),
            Kind::Set(set) => (!set.open).then_some(!set.items.is_empty()),
            Kind::Deque(items) => items.as_ref().map(|items| !items.is_empty()),
            Kind::Function(_)
            | Kind::Method(..)
            | Kind::BuiltinMethod(..)
            | Kind::BuiltinFunction(_)
            | Kind::Type(_)
            | Kind::Module(_)
            | Kind::Iter(_)
            | Kind::Gen(_)
            | Kind::Cell(_)
            | Kind::Slice(_)
            | Kind::Property(_)
            | Kind::StaticMethod(_)
            | Kind::ClassMethod(_)
            | Kind::Super(..) => Some(true),
            Kind::Library(_) => Some(true),
            Kind::Range(range) => Some(super::super::iterate::range_len(range) != Some(0)),
            Kind::Class(_) | Kind::Exception(_) => Some(true),
            Kind::View(_, dict) => match self.kind(*dict) {
                Kind::Dict(dict) if !dict.open => Some(!dict.entries.is_empty()),
                _ => None,
            },
            Kind::Instance(instance) => {
                let class = instance.class;
                return self.truth_of_instance(id, class);
            }
            Kind::Opaque(ty, _) => match ty {
                B::Function | B::Method | B::Module | B::Type | B::Generator | B::Coroutine => {
                    Some(true)
                }
                _ => None,
            },
            Kind::Unknown | Kind::Named(..) => {
                if self.may_run(id, super::super::models::TRUTH) {
                    self.unknown_use(id);
                }
                None
            }
        })
    }

    fn truth_of_instance(&mut self, id: ObjId, class: ObjId) -> R<Option<bool>> {
        for name in ["__bool__", "__len__"] {
            let name = self.names.intern(name);
            match self.class_attribute(class, name) {
                super::super::attribute::Found::Nothing => continue,
                super::super::attribute::Found::Object(function, _)
                    if matches!(self.kind(function), Kind::Function(_)) =>
                {
                    if self
                        .st
                        .frame()
                        .stack
                        .last()
                        .is_some_and(|top| top.obj == id)
                    {
                        // The operand itself is handed to the method; the caller still finds it on the stack.
                        self.call_special(function, 1)?;
                        let result = self.st.pop();
                        self.st
                            .frame_mut()
                            .stack
                            .push(crate::domain::StackRef::lent(id));
                        self.st.frame_mut().stack.push(result);
                    } else {
                        self.push_unsteady(id);
                        self.call_special(function, 1)?;
                    }
                    let result = self.st.peek(0);
                    let value = match self.kind(result) {
                        Kind::Bool(value) => Some(*value),
                        Kind::Int(value) => Some(*value != 0),
                        _ => None,
                    };
                    self.consume(1);
                    return Ok(value);
                }
                super::super::attribute::Found::Builtin(_) if self.content(id) != id => continue,
                _ => {
                    self.unknown_use(id);
                    return Ok(None);
                }
            }
        }
        let content = self.content(id);
        if content != id {
            return self.truth(content);
        }
        let plain = self
            .shape_of(class)
            .is_some_and(|shape| shape.base.is_none_or(B::is_exception));
        // The builtin base or a flag may say no.
        Ok((plain && !self.is_enumeration(class)).then_some(true))
    }

    /// Runs the one branch that a known test selects, or both from the same state, and joins what they leave.
    pub(in crate::interp) fn either(
        &mut self,
        test: Option<bool>,
        yes: impl FnOnce(&mut Self) -> R,
        no: impl FnOnce(&mut Self) -> R,
    ) -> R {
        match test {
            Some(true) => yes(self),
            Some(false) => no(self),
            None => {
                let before = self.st.clone();
                let first: Branch = yes(self).is_ok().then(|| std::mem::take(&mut self.st));
                self.st = before;
                let second: Branch = no(self).is_ok().then(|| std::mem::take(&mut self.st));
                self.meet(first, second)
            }
        }
    }

    /// Goes on from two branches.
    pub(in crate::interp) fn meet(&mut self, first: Branch, second: Branch) -> R {
        self.st = match (first, second) {
            (Some(a), Some(b)) => self.joined(&a, &b, false).0,
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => return Err(super::super::machine::Dead),
        };
        Ok(())
    }

    pub(super) fn bool_op(&mut self, op: BoolOp, values: &[ExprId]) -> R {
        let Some((first, rest)) = values.split_first() else {
            self.st.push(atoms::UNKNOWN);
            return Ok(());
        };
        self.eval(*first)?;
        if rest.is_empty() {
            return Ok(());
        }
        let top = self.st.peek(0);
        let stops = self.truth(top)?.map(|value| value == (op == BoolOp::Or));
        self.either(
            stops,
            |_| Ok(()),
            |machine| {
                machine.consume(1);
                machine.bool_op(op, rest)
            },
        )
    }

    pub(super) fn conditional(&mut self, test: ExprId, body: ExprId, orelse: ExprId) -> R {
        let value = self.test(test)?;
        self.either(
            value,
            |machine| machine.eval(body),
            |machine| machine.eval(orelse),
        )
    }

    /// Evaluates a condition.
    pub(in crate::interp) fn test(&mut self, test: ExprId) -> R<Option<bool>> {
        self.eval(test)?;
        let top = self.st.peek(0);
        let value = self.truth(top)?;
        self.consume(1);
        Ok(value)
    }
}
