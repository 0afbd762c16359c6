//! Expressions: each leaves one reference on top of the operand stack, or the path ends.

mod boolean;
mod compare;
mod comprehension;
mod display;
mod operator;
mod rich;
mod strings;
mod subscript;

use super::machine::{Machine, R};
use crate::domain::atoms::{self, UNKNOWN};
use crate::domain::{B, Kind, ObjId, StackRef};
use crate::hir::{Const, Expr, ExprId, UnaryOp, namespace};

impl Machine<'_> {
    /// Evaluates `id` and pushes its value.
    pub(in crate::interp) fn eval(&mut self, id: ExprId) -> R {
        stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || self.eval_here(id))
    }

    fn eval_here(&mut self, id: ExprId) -> R {
        self.step();
        let code = self.code();
        let here = self.at_expr(id);
        let outer = self.site;
        self.at(here);
        let done = self.eval_kind(id, code.expr(id));
        self.at(outer);
        done
    }

    fn eval_kind(&mut self, id: ExprId, expr: &Expr) -> R {
        if !matches!(expr, Expr::Name(_) | Expr::Constant(_))
            && let Some(constant) = self.p.constants.loads(self.code(), self.item, id)
        {
            // The compiler folded it.
            let obj = self.constant(constant);
            self.push_constant(obj);
            return Ok(());
        }
        match expr {
            Expr::Missing => {
                self.unknown_code();
                self.st.push(UNKNOWN);
                Ok(())
            }
            Expr::Constant(value) => {
                let obj = self.literal(id, value);
                self.push_constant(obj);
                Ok(())
            }
            Expr::Name(name) => self.load_name(*name, Some(id)),
            Expr::BoolOp { op, values } => self.bool_op(*op, values),
            Expr::Named { target, value } => {
                self.eval(*value)?;
                let top = self.st.peek(0);
                self.st.inc(top);
                self.st.push(top);
                self.store(*target)
            }
            Expr::BinOp { left, op, right } => {
                self.eval(*left)?;
                self.eval(*right)?;
                self.binary(*op)
            }
            Expr::UnaryOp { op, operand } => {
                self.eval(*operand)?;
                self.unary(*op)
            }
            Expr::Lambda(unit) => self.make_function(*unit),
            Expr::IfExp { test, body, orelse } => self.conditional(*test, *body, *orelse),
            Expr::Dict { items } => self.dict_display(items),
            Expr::Set { elts } => self.set_display(id, elts),
            Expr::Comp {
                kind,
                unit,
                elt,
                value,
                generators,
            } => self.comprehension(*kind, *unit, *elt, *value, generators),
            Expr::Await(value) => {
                self.eval(*value)?;
                self.await_top(id)
            }
            Expr::YieldFrom(value) => {
                self.eval(*value)?;
                if self.st.frame().generator.is_some() {
                    self.get_iter()?;
                    return self.delegate(id);
                }
                let top = self.st.peek(0);
                self.st.escape(top);
                self.consume(1);
                self.unknown_code();
                self.st.push(UNKNOWN);
                Ok(())
            }
            Expr::Yield(value) => {
                match value {
                    Some(value) => self.eval(*value)?,
                    None => self.st.push(atoms::NONE),
                }
                if self.st.frame().generator.is_some() {
                    return Err(self.suspend(id));
                }
                // Whoever asked for it has it now.
                let top = self.st.peek(0);
                self.st.escape(top);
                self.consume(1);
                self.unknown_code();
                self.st.push(UNKNOWN);
                Ok(())
            }
            Expr::Compare { left, rest } => self.compare(*left, rest),
            Expr::Call {
                func,
                args,
                keywords,
            } => self.call_expr(id, *func, args, keywords),
            Expr::JoinedStr { parts } => self.joined_str(parts),
            Expr::Formatted {
                value,
                conversion,
                spec,
            } => self.formatted(*value, *conversion, *spec),
            Expr::TemplateStr { parts } => {
                for part in parts {
                    self.eval(*part)?;
                    self.consume(1);
                }
                self.st.push(UNKNOWN);
                Ok(())
            }
            Expr::Interpolation { value, spec, .. } => {
                self.eval(*value)?;
                self.consume(1);
                if let Some(spec) = spec {
                    self.eval(*spec)?;
                    self.consume(1);
                }
                self.st.push(UNKNOWN);
                Ok(())
            }
            Expr::Attribute { value, attr, .. } => {
                self.eval(*value)?;
                if self.hooks.leaks && namespace::gives_namespace(self.names.text(*attr)) {
                    self.namespace_leaks();
                }
                self.load_attribute(*attr)
            }
            Expr::Subscript { value, index } => {
                if let Some(name) = self.namespace_item(*value, *index) {
                    return self.load_namespace_item(name);
                }
                self.eval(*value)?;
                self.eval(*index)?;
                self.subscript()
            }
            Expr::Starred(value) => {
                // Only displays, calls and targets take one; those look into it themselves.
                self.eval(*value)?;
                self.consume(1);
                self.st.push(UNKNOWN);
                Ok(())
            }
            Expr::List { elts } => self.list_display(id, elts),
            Expr::Tuple { elts } => self.tuple_display(elts),
            Expr::Slice { lower, upper, step } => {
                for part in [lower, upper, step] {
                    match part {
                        Some(part) => self.eval(*part)?,
                        None => self.st.push(atoms::NONE),
                    }
                }
                let parts: Vec<ObjId> = (0..3).map(|_| self.st.pop_owned()).collect();
                let slice = self.alloc_stealing(Kind::Slice(std::sync::Arc::from([
                    parts[2], parts[1], parts[0],
                ])));
                self.push_new(slice);
                Ok(())
            }
        }
    }

    /// `await` of the object on top of the stack. Only what this program's own coroutines do is followed; at any other
    /// the loop may run whatever it knows of.
    fn await_top(&mut self, at: ExprId) -> R {
        let awaited = self.st.peek(0);
        if matches!(self.kind(awaited), Kind::Gen(generator) if generator.ty == B::Coroutine)
            && self.st.frames.len() > 1
        {
            return self.delegate(at);
        }
        self.st.escape(awaited);
        self.consume(1);
        self.unknown_code();
        self.st.push(UNKNOWN);
        Ok(())
    }

    /// Pushes a constant; from 3.15 on the code object lends it.
    fn push_constant(&mut self, obj: ObjId) {
        if self.layout().local_borrows_constant() {
            let reference = StackRef {
                obj,
                lent: true,
                may_be_kept: true,
            };
            self.st.frame_mut().stack.push(reference);
        } else {
            self.push_new(obj);
        }
    }

    /// The object of a literal.
    fn literal(&mut self, id: ExprId, value: &Const) -> ObjId {
        match value {
            Const::None => atoms::NONE,
            Const::Bool(value) => self.atoms.bool(*value),
            Const::Ellipsis => atoms::ELLIPSIS,
            _ => match self.p.constants.loads(self.code(), self.item, id) {
                Some(constant) => self.constant(constant),
                None => match self.literal_kind(value) {
                    // An instruction's own operand (LOAD_SMALL_INT): no constant of any code object.
                    Some(Kind::Int(value)) if self.layout().is_small_int(value) => {
                        self.atoms.int(value)
                    }
                    // What the compiler made of it is not known: one of several equal objects.
                    Some(kind) => self.uncertain(kind),
                    None => self.some(B::Str),
                },
            },
        }
    }

    fn literal_kind(&self, value: &Const) -> Option<Kind> {
        Some(match value {
            Const::None => Kind::None,
            Const::Bool(value) => Kind::Bool(*value),
            Const::Ellipsis => Kind::Ellipsis,
            Const::Int(value) => atoms::int_kind(value),
            Const::Float(bits) => Kind::Float(*bits),
            Const::Imaginary(bits) => Kind::Complex(0, *bits),
            Const::Str(text) => Kind::Str(text.clone()),
            Const::Surrogates(_) => return None,
            Const::Bytes(content) => Kind::Bytes(content.clone()),
        })
    }

    /// Counts the one reference to a new object and pushes it.
    pub(in crate::interp) fn push_new(&mut self, obj: ObjId) {
        self.st.inc(obj);
        self.st.push(obj);
    }

    /// Pushes an object for a call by C code that may hold any few references to it meanwhile.
    pub(in crate::interp) fn push_unsteady(&mut self, obj: ObjId) {
        self.st.frame_mut().stack.push(StackRef::lent(obj));
        self.unsteady = true;
    }

    /// Gives up the `n` references on top of the stack, the topmost first.
    pub(in crate::interp) fn consume(&mut self, n: usize) {
        for _ in 0..n {
            self.st.drop_top();
        }
        self.run_finalizers();
    }

    /// Replaces the `n` references on top of the stack by `result`, which comes without a reference.
    pub(in crate::interp) fn replace(&mut self, n: usize, result: ObjId) {
        self.st.inc(result);
        let mut taken: Vec<StackRef> = Vec::with_capacity(n);
        for _ in 0..n {
            taken.push(self.st.pop());
        }
        self.st.push(result);
        for reference in taken {
            self.st.release(reference);
        }
        for id in std::mem::take(&mut self.handed_over) {
            self.st.dec(id);
        }
        self.run_finalizers();
    }

    fn unary(&mut self, op: UnaryOp) -> R {
        let operand = self.st.peek(0);
        if op == UnaryOp::Not {
            let value = self.truth(operand)?;
            let result = self.bool(value.map(|value| !value));
            self.replace(1, result);
            return Ok(());
        }
        let kind = self.kind_of(operand);
        let result = match (op, &kind) {
            (UnaryOp::Plus, Kind::Int(_) | Kind::BigInt(_) | Kind::Float(_)) => operand,
            (UnaryOp::Minus, Kind::Float(bits)) => self.float(-f64::from_bits(*bits)),
            (_, kind) => match super::value::as_int(kind) {
                Some(value) => {
                    let value = match op {
                        UnaryOp::Plus => value,
                        UnaryOp::Minus => -value,
                        UnaryOp::Invert => -value - 1,
                        UnaryOp::Not => value,
                    };
                    self.int(&value)
                }
                None => match kind {
                    Kind::Opaque(ty @ (B::Int | B::Float), _) => self.some(*ty),
                    Kind::Opaque(B::Bool, _) => self.some(B::Int),
                    _ => {
                        let name = match op {
                            UnaryOp::Plus => "__pos__",
                            UnaryOp::Minus => "__neg__",
                            _ => "__invert__",
                        };
                        return self.special_or_unknown(name, 1);
                    }
                },
            },
        };
        self.replace(1, result);
        Ok(())
    }
}
