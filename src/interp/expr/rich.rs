//! Rich comparison of objects whose classes say how (`do_richcompare` of `Objects/object.c`).

use std::cmp::Ordering;

use super::super::machine::{Machine, R};
use super::super::protocol::Special;
use crate::domain::{B, Kind, Makeup, ObjId};
use crate::hir::CmpOp;

/// One try of a comparison.
#[derive(Clone, Copy, Debug)]
struct Try {
    function: ObjId,
    /// The right operand is asked about the left one.
    swapped: bool,
    /// `!=` by `__eq__`: the answer is turned around.
    negated: bool,
}

/// What a side of a comparison has to say.
enum Side {
    Asks(Try),
    /// `NotImplemented`
    Passes,
    /// An answer without a call.
    Says(bool),
    Unknown,
}

/// What was found out, short of a result.
enum Verdict {
    /// The result is on the stack.
    Pushed,
    /// No side knows.
    Nobody,
    Unknown,
}

impl Machine<'_> {
    /// `left op right`, both on top of the stack and one of them an object that may say how it compares.
    pub(super) fn compare_by_methods(&mut self, op: CmpOp) -> R {
        let (left, right) = (self.st.peek(1), self.st.peek(0));
        let Some(sides) = self.sides(op, left, right) else {
            return self.unknown_call(2);
        };
        let mut taken = false;
        for side in sides {
            let attempt = match side {
                Side::Passes => continue,
                Side::Says(answer) if !taken => {
                    let result = self.atoms.bool(answer);
                    self.replace(2, result);
                    return Ok(());
                }
                Side::Says(answer) => {
                    let result = self.atoms.bool(answer);
                    self.push_new(result);
                    return Ok(());
                }
                Side::Unknown if !taken => return self.unknown_call(2),
                Side::Unknown => return self.operands_unseen(left, right),
                Side::Asks(attempt) => attempt,
            };
            if taken {
                if !self.is_alive(left) || !self.is_alive(right) {
                    return self.operands_unseen(left, right);
                }
                self.try_pushed(attempt, left, right)?;
            } else {
                if attempt.swapped {
                    let stack = &mut self.st.frame_mut().stack;
                    let n = stack.len();
                    stack.swap(n - 1, n - 2);
                }
                self.call_special(attempt.function, 2)?;
                taken = true;
            }
            if self.settles(attempt)? {
                return Ok(());
            }
        }
        match self.last_resort(op, left, right) {
            Ok(answer) => {
                let result = self.bool(answer);
                if taken {
                    self.push_new(result);
                } else {
                    self.replace(2, result);
                }
                Ok(())
            }
            Err(()) => Err(self.raise(B::TypeError)),
        }
    }

    /// `left op right` as C code asks it (`PyObject_RichCompare` and its truth); `None` where it is not known, and code
    /// may have run that is not followed.
    pub(in crate::interp) fn compares(
        &mut self,
        op: CmpOp,
        left: ObjId,
        right: ObjId,
    ) -> R<Option<bool>> {
        match op {
            CmpOp::Eq | CmpOp::NotEq => {
                if let Some(equal) = self.equal(left, right) {
                    return Ok(Some(equal == (op == CmpOp::Eq)));
                }
            }
            _ => {
                if let Some(order) = self.order(left, right) {
                    return Ok(Some(match op {
                        CmpOp::Lt => order == Ordering::Less,
                        CmpOp::LtE => order != Ordering::Greater,
                        CmpOp::Gt => order == Ordering::Greater,
                        _ => order != Ordering::Less,
                    }));
                }
            }
        }
        if op == CmpOp::Eq
            && let Some(answer) = self.equal_sequences(left, right)?
        {
            return Ok(answer);
        }
        match self.ask_both(op, left, right)? {
            Verdict::Pushed => {
                let result = self.st.peek(0);
                let answer = self.truth(result)?;
                self.consume(1);
                Ok(answer)
            }
            Verdict::Nobody => match self.last_resort(op, left, right) {
                Ok(answer) => Ok(answer),
                Err(()) => Err(self.raise(B::TypeError)),
            },
            Verdict::Unknown => Ok(None),
        }
    }

    /// As containers compare what they hold: the same object is equal to itself (`PyObject_RichCompareBool`).
    pub(in crate::interp) fn equals_or_same(
        &mut self,
        left: ObjId,
        right: ObjId,
    ) -> R<Option<bool>> {
        if self.is_same(left, right) {
            return Ok(Some(true));
        }
        self.compares(CmpOp::Eq, left, right)
    }

    /// Lists or tuples whose items say how they compare: one after the other. The outer `None`: they are none.
    fn equal_sequences(&mut self, left: ObjId, right: ObjId) -> R<Option<Option<bool>>> {
        let (a, b, is_list) = match (self.kind_of(left), self.kind_of(right)) {
            (Kind::List(a), Kind::List(b)) if !a.open && !b.open => {
                (a.items.clone(), b.items.clone(), true)
            }
            (Kind::Tuple(a), Kind::Tuple(b)) => (a.to_vec(), b.to_vec(), false),
            _ => return Ok(None),
        };
        if is_list && a.len() != b.len() {
            return Ok(Some(Some(false)));
        }
        let before = (self.kind_of(left), self.kind_of(right));
        for (x, y) in a.iter().zip(&b) {
            match self.equals_or_same(*x, *y)? {
                Some(true) => {}
                other => return Ok(Some(other)),
            }
            if is_list && before != (self.kind_of(left), self.kind_of(right)) {
                return Ok(Some(None)); // a method changed them under way
            }
        }
        Ok(Some(Some(a.len() == b.len())))
    }

    fn ask_both(&mut self, op: CmpOp, left: ObjId, right: ObjId) -> R<Verdict> {
        let Some(sides) = self.sides(op, left, right) else {
            return Ok(Verdict::Unknown);
        };
        for side in sides {
            match side {
                Side::Passes => {}
                Side::Unknown => return Ok(Verdict::Unknown),
                Side::Says(answer) => {
                    let result = self.atoms.bool(answer);
                    self.push_new(result);
                    return Ok(Verdict::Pushed);
                }
                Side::Asks(attempt) => {
                    if !self.is_alive(left) || !self.is_alive(right) {
                        return Ok(Verdict::Unknown);
                    }
                    self.try_pushed(attempt, left, right)?;
                    if self.settles(attempt)? {
                        return Ok(Verdict::Pushed);
                    }
                }
            }
        }
        Ok(Verdict::Nobody)
    }

    fn try_pushed(&mut self, attempt: Try, left: ObjId, right: ObjId) -> R {
        let args = if attempt.swapped {
            [right, left]
        } else {
            [left, right]
        };
        self.call_from_slot(attempt.function, &args)
    }

    /// Whether the answer on top of the stack is one; `NotImplemented` is taken off.
    fn settles(&mut self, attempt: Try) -> R<bool> {
        let result = self.st.peek(0);
        if self.kind(result) == &Kind::NotImplemented {
            self.consume(1);
            return Ok(false);
        }
        if attempt.negated {
            let answer = self.truth(result)?.map(|answer| !answer);
            let result = self.bool(answer);
            self.replace(1, result);
        }
        Ok(true)
    }

    /// The sides in the order in which they are asked; `None` where that is not known.
    fn sides(&mut self, op: CmpOp, left: ObjId, right: ObjId) -> Option<[Side; 2]> {
        let is_ours = |kind: &Kind| matches!(kind, Kind::Instance(_) | Kind::Exception(_));
        if !is_ours(self.kind(left)) && !is_ours(self.kind(right)) {
            return None;
        }
        let by_left = self.side(op, left, right, false);
        let by_right = self.side(swapped(op), right, left, true);
        // The right one goes first where its type derives from the left one's.
        Some(if self.is_of_subtype(right, left)? {
            [by_right, by_left]
        } else {
            [by_left, by_right]
        })
    }

    fn side(&mut self, op: CmpOp, asked: ObjId, other: ObjId, swapped: bool) -> Side {
        let asks = |function, negated| {
            Side::Asks(Try {
                function,
                swapped,
                negated,
            })
        };
        match self.special(asked, method_of(op)) {
            Special::Function(function) if self.is_own(asked, function, op) => {
                return asks(function, false);
            }
            Special::Function(_) | Special::Unknown => return Side::Unknown,
            Special::Missing => {}
        }
        match self.kind(asked) {
            Kind::Instance(instance) => {
                if let Makeup::Data { eq, order, .. } = self.makeup(instance.class)
                    && (*order || *eq && matches!(op, CmpOp::Eq | CmpOp::NotEq))
                {
                    return Side::Unknown; // what the decorator made compares
                }
            }
            Kind::Exception(_) => {}
            // A builtin object says nothing of others, unless they are of its kind.
            _ => {
                let of_its_kind = match self.kind(other) {
                    Kind::Instance(instance) => !self.extends_object(instance.class),
                    Kind::Exception(_) => false,
                    _ => true,
                };
                return if of_its_kind {
                    Side::Unknown
                } else {
                    Side::Passes
                };
            }
        }
        match op {
            CmpOp::NotEq => match self.special(asked, "__eq__") {
                Special::Function(function) => asks(function, true),
                Special::Unknown => Side::Unknown,
                Special::Missing => self.by_identity(asked, other, false),
            },
            CmpOp::Eq => self.by_identity(asked, other, true),
            _ => Side::Passes,
        }
    }

    /// Whether the class compares by this function, and not by one that the dataclass decorator put over it.
    fn is_own(&mut self, asked: ObjId, function: ObjId, op: CmpOp) -> bool {
        let Kind::Instance(instance) = self.kind(asked) else {
            return true;
        };
        let class = instance.class;
        if !matches!(self.makeup(class), Makeup::Data { .. }) {
            return true;
        }
        let name = self.names.intern(method_of(op));
        matches!(self.kind(class), Kind::Class(class) if class.attrs.get(&name) == Some(&function))
    }

    /// `object.__eq__`: an object is equal to itself, and says nothing of others.
    fn by_identity(&mut self, asked: ObjId, other: ObjId, says: bool) -> Side {
        match self.identity(asked, other) {
            Some(true) => Side::Says(says),
            Some(false) => Side::Passes,
            None => Side::Unknown,
        }
    }

    /// What is left where no side knows.
    fn last_resort(&self, op: CmpOp, left: ObjId, right: ObjId) -> Result<Option<bool>, ()> {
        let same = self.identity(left, right);
        match op {
            CmpOp::Eq => Ok(same),
            CmpOp::NotEq => Ok(same.map(|same| !same)),
            _ => Err(()),
        }
    }
}

/// The special method of a comparison.
fn method_of(op: CmpOp) -> &'static str {
    match op {
        CmpOp::NotEq => "__ne__",
        CmpOp::Lt => "__lt__",
        CmpOp::LtE => "__le__",
        CmpOp::Gt => "__gt__",
        CmpOp::GtE => "__ge__",
        _ => "__eq__",
    }
}

/// The comparison seen from the other side.
fn swapped(op: CmpOp) -> CmpOp {
    match op {
        CmpOp::Lt => CmpOp::Gt,
        CmpOp::LtE => CmpOp::GtE,
        CmpOp::Gt => CmpOp::Lt,
        CmpOp::GtE => CmpOp::LtE,
        op => op,
    }
}
