//! Assignment in every form, and `del`.

use std::sync::Arc;

use super::super::machine::{Machine, R};
use super::super::protocol::Special;
use crate::domain::atoms::{FOREIGN, UNKNOWN};
use crate::domain::{B, Kind, ListObj, ObjId};
use crate::hir::{BinOp, Expr, ExprId, NameUse, Var};

impl Machine<'_> {
    pub(super) fn assign(&mut self, targets: &[ExprId], value: ExprId) -> R {
        if let [target] = targets
            && self.is_swap(*target, value)
        {
            return self.assign_swapped(*target, value);
        }
        self.eval(value)?;
        self.assign_top(targets)
    }

    /// Stores the object on top of the stack in each target.
    pub(in crate::interp) fn assign_top(&mut self, targets: &[ExprId]) -> R {
        let Some((last, others)) = targets.split_last() else {
            self.consume(1);
            return Ok(());
        };
        for target in others {
            // The copy of a lent reference is lent (`COPY`, 3.14).
            let top = *self.st.frame().stack.last().expect("the value");
            if !top.lent {
                self.st.inc(top.obj);
            }
            self.st.frame_mut().stack.push(top);
            self.store(*target)?;
        }
        self.store(*last)
    }

    /// Whether the compiler makes no tuple of `a, b = x, y` (up to three; `BUILD_TUPLE` and `UNPACK_SEQUENCE` cancel out).
    fn is_swap(&self, target: ExprId, value: ExprId) -> bool {
        let code = self.code();
        let (Expr::Tuple { elts: to } | Expr::List { elts: to }, Expr::Tuple { elts: from }) =
            (code.expr(target), code.expr(value))
        else {
            return false;
        };
        let starred = |ids: &[ExprId]| {
            ids.iter()
                .any(|id| matches!(code.expr(*id), Expr::Starred(_)))
        };
        to.len() == from.len()
            && (1..=3).contains(&to.len())
            && !starred(to)
            && !starred(from)
            && self.p.constants.loads(code, self.item, value).is_none()
    }

    fn assign_swapped(&mut self, target: ExprId, value: ExprId) -> R {
        let code = self.code();
        let (Expr::Tuple { elts: to } | Expr::List { elts: to }, Expr::Tuple { elts: from }) =
            (code.expr(target), code.expr(value))
        else {
            return Ok(());
        };
        for id in from {
            self.eval(*id)?;
        }
        let stack = &mut self.st.frame_mut().stack;
        let first = stack.len() - from.len();
        stack[first..].reverse();
        to.iter().try_for_each(|target| self.store(*target))
    }

    /// Stores the object on top of the stack in a target, and takes it off.
    pub(in crate::interp) fn store(&mut self, target: ExprId) -> R {
        let code = self.code();
        match code.expr(target) {
            Expr::Name(name) => {
                self.store_name(*name);
                self.run_finalizers();
                Ok(())
            }
            Expr::Attribute { value, attr, .. } => {
                self.eval(*value)?;
                self.store_attribute(*attr)
            }
            Expr::Subscript { value, index } => {
                if let Some(name) = self.namespace_item(*value, *index) {
                    let var = Var::Global;
                    self.store_name(NameUse { name, var });
                    self.run_finalizers();
                    return Ok(());
                }
                self.eval(*value)?;
                self.eval(*index)?;
                self.store_subscript()
            }
            Expr::List { elts } | Expr::Tuple { elts } => self.unpack(elts),
            Expr::Starred(inner) => self.store(*inner),
            _ => {
                self.consume(1);
                Ok(())
            }
        }
    }

    /// Unpacks the object on top of the stack into targets.
    fn unpack(&mut self, targets: &[ExprId]) -> R {
        let code = self.code();
        let source = self.st.peek(0);
        let star = targets
            .iter()
            .position(|target| matches!(code.expr(*target), Expr::Starred(_)));
        // The rest is taken up by a list, which asks for the length meanwhile.
        let asks = star.is_some()
            && self.special(source, "__iter__") == Special::Missing
            && self.special(source, "__len__") != Special::Missing;
        // It asks the iterator for its iterator, too, which runs a method where the program made it.
        let asks_again = star.is_some() && self.iterates_by_call(source);
        if asks || asks_again {
            return self.unpack_unknown(targets);
        }
        let Some(items) = self.items_of(source)? else {
            return self.unpack_unknown(targets);
        };
        let n = targets.len();
        let fits = if star.is_some() {
            items.len() + 1 >= n
        } else {
            items.len() == n
        };
        if !fits {
            self.drop_items(items);
            return Err(self.raise(B::ValueError));
        }
        let from = self.list_source(source);
        // What iterator a method gives decides how the list grows.
        let by_method = matches!(self.kind(self.content(source)), Kind::Instance(_));
        let source = self.st.pop();
        let values: Vec<ObjId> = match star {
            None => items,
            Some(at) => {
                let rest = items.len() + 1 - n;
                let middle = items[at..at + rest].to_vec();
                let slots = self
                    .layout()
                    .list_star_target(from, rest as u64, (n - 1 - at) as u64)
                    .filter(|_| !by_method);
                let list = self.alloc_stealing(Kind::List(Arc::new(ListObj {
                    items: middle,
                    slots,
                    open: false,
                    every: None,
                })));
                self.st.inc(list);
                items[..at]
                    .iter()
                    .copied()
                    .chain([list])
                    .chain(items[at + rest..].iter().copied())
                    .collect()
            }
        };
        for value in values.iter().rev() {
            self.st.push(*value);
        }
        self.st.release(source);
        targets.iter().try_for_each(|target| self.store(*target))
    }

    /// Whether `__iter__` of an instance is a method that is no generator.
    fn iterates_by_call(&mut self, id: ObjId) -> bool {
        let Special::Function(function) = self.special(id, "__iter__") else {
            return false;
        };
        let Kind::Function(function) = self.kind(function) else {
            return true;
        };
        let unit = crate::domain::UnitRef {
            item: function.item,
            unit: Some(function.unit),
        };
        self.unit(unit).is_none_or(|unit| !unit.is_generator)
    }

    fn unpack_unknown(&mut self, targets: &[ExprId]) -> R {
        let code = self.code();
        let source = self.st.peek(0);
        let text = matches!(self.kind(source), Kind::Str(_) | Kind::Opaque(B::Str, _));
        let is_foreign = self.is_foreign(source);
        let every = match self.kind(source) {
            Kind::List(list) => list.every,
            _ => None,
        };
        if !is_foreign && every.is_none() {
            self.st.escape(source);
        }
        if !is_foreign && crate::domain::join::builtin_type(self.kind(source)).is_none() {
            self.unknown_code();
        } else {
            self.may_raise();
        }
        self.consume(1);
        for target in targets {
            let value = if matches!(code.expr(*target), Expr::Starred(_)) {
                self.open_list()
            } else if text {
                self.some(B::Str)
            } else if is_foreign {
                FOREIGN
            } else if let Some(every) = every {
                every
            } else {
                UNKNOWN
            };
            self.push_new(value);
            self.store(*target)?;
        }
        Ok(())
    }

    pub(super) fn augmented(&mut self, target: ExprId, op: BinOp, value: ExprId) -> R {
        let code = self.code();
        match code.expr(target) {
            Expr::Name(name) => {
                self.load_name(*name, Some(target))?;
                self.eval(value)?;
                self.in_place(op)?;
                self.store_name(*name);
                self.run_finalizers();
                Ok(())
            }
            Expr::Attribute {
                value: object,
                attr,
                ..
            } => {
                self.eval(*object)?;
                self.duplicate(1);
                self.load_attribute(*attr)?;
                self.eval(value)?;
                self.in_place(op)?;
                // Stack: object, result; stored as value, object.
                self.swap();
                self.store_attribute(*attr)
            }
            Expr::Subscript {
                value: object,
                index,
            } => {
                if let Some(name) = self.namespace_item(*object, *index) {
                    self.load_namespace_item(name)?;
                    self.eval(value)?;
                    self.in_place(op)?;
                    let var = Var::Global;
                    self.store_name(NameUse { name, var });
                    self.run_finalizers();
                    return Ok(());
                }
                self.eval(*object)?;
                self.eval(*index)?;
                self.duplicate(2);
                self.subscript()?;
                self.eval(value)?;
                self.in_place(op)?;
                // Stack: object, index, result; stored as result, object, index.
                let (result, index, object) = (self.st.pop(), self.st.pop(), self.st.pop());
                self.st.frame_mut().stack.extend([result, object, index]);
                self.store_subscript()
            }
            _ => {
                self.eval(value)?;
                self.consume(1);
                Ok(())
            }
        }
    }

    fn duplicate(&mut self, n: usize) {
        let ids: Vec<ObjId> = (0..n).rev().map(|depth| self.st.peek(depth)).collect();
        for id in ids {
            self.st.inc(id);
            self.st.push(id);
        }
    }

    fn swap(&mut self) {
        let (a, b) = (self.st.pop(), self.st.pop());
        self.st.frame_mut().stack.extend([a, b]);
    }

    pub(super) fn annotated(
        &mut self,
        target: ExprId,
        annotation: ExprId,
        value: Option<ExprId>,
        simple: bool,
    ) -> R {
        if let Some(value) = value {
            self.eval(value)?;
            self.store(target)?;
        }
        let in_function = self
            .unit(self.st.frame().unit)
            .is_some_and(|unit| unit.kind != crate::hir::UnitKind::Class);
        if !in_function && simple && self.p.constants.evaluates_annotations() {
            // `__annotations__` holds it from now on.
            self.eval(annotation)?;
            let top = self.st.peek(0);
            self.st.escape(top);
            self.consume(1);
        }
        Ok(())
    }

    pub(super) fn delete(&mut self, target: ExprId) -> R {
        let code = self.code();
        match code.expr(target) {
            Expr::Name(name) => {
                self.delete_name(*name)?;
                self.run_finalizers();
                Ok(())
            }
            Expr::Attribute { value, attr, .. } => {
                self.eval(*value)?;
                self.delete_attribute(*attr)
            }
            Expr::Subscript { value, index } => {
                if let Some(name) = self.namespace_item(*value, *index) {
                    let var = Var::Global;
                    self.delete_name(NameUse { name, var })?;
                    self.run_finalizers();
                    return Ok(());
                }
                self.eval(*value)?;
                self.eval(*index)?;
                self.delete_subscript()
            }
            Expr::List { elts } | Expr::Tuple { elts } => {
                elts.iter().try_for_each(|target| self.delete(*target))
            }
            _ => Ok(()),
        }
    }
}
