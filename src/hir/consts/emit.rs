//! The loads of constants that the compiler emits for an item, code object by code object, in its order.
//!
//! Only what bears on constants is followed: what is loaded, what is folded, and what cannot be reached. The rest of
//! the code is not built.

use rustc_hash::FxHashMap;

use super::value::{CodeId, Value};
use crate::base::{Name, Names};
use crate::hir::body::{ExprId, StmtId};
use crate::hir::unit::{Item, UnitId};
use crate::layout::CompilerFeatures;

/// A constant put on the stack.
#[derive(Clone, Debug)]
pub(super) struct Load {
    pub value: Value,
    /// It can be reached.
    pub alive: bool,
    /// Nothing took it in: not folded into another, not popped at once, not decided by a jump.
    pub used: bool,
}

/// The constant is a literal of the program.
pub(super) const LITERAL: u8 = 1;
/// It was folded from others in the tree.
pub(super) const FOLDED: u8 = 2;
/// The compiler made it.
pub(super) const MADE: u8 = 4;
/// A bytes literal of several pieces.
pub(super) const JOINED: u8 = 8;
/// The parser's tree may hold it more than once, by what it was folded from or with.
pub(super) const ENTANGLED: u8 = 16;

/// What a code object belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeOf {
    /// The module: this item's share of it.
    Module,
    /// A function, lambda, class body or comprehension.
    Unit(UnitId),
    /// The lazily evaluated annotations of the function with this unit (3.14).
    FunctionAnnotations(UnitId),
    /// Those of this class.
    ClassAnnotations(UnitId),
    /// Those of the module.
    ModuleAnnotations,
    /// Something whose constants are not followed.
    Other,
}

/// A code object under construction.
#[derive(Debug)]
pub(super) struct Code {
    pub of: CodeOf,
    /// In the order in which the compiler meets them.
    pub loads: Vec<Load>,
    /// What the optimizer adds behind them.
    pub late: Vec<Load>,
    /// Which expression loads what.
    pub exprs: Vec<(ExprId, Value)>,
    /// Positional defaults that are one constant, by function.
    pub defaults: Vec<(UnitId, Value)>,
    /// Its constants are not known for sure.
    pub unsure: bool,
    /// Lambdas and comprehensions in it, by line and name.
    pub lines: Vec<(u32, Name)>,
    /// Two of them may be one constant. Nothing else is in doubt for that.
    pub has_twins: bool,
}

impl Code {
    pub fn new(of: CodeOf) -> Self {
        Self {
            of,
            loads: Vec::new(),
            late: Vec::new(),
            exprs: Vec::new(),
            defaults: Vec::new(),
            unsure: false,
            lines: Vec::new(),
            has_twins: false,
        }
    }
}

/// How far a code object had come.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    loads: usize,
    late: usize,
    exprs: usize,
}

/// What jumps out of a statement have to leave.
#[derive(Clone, Copy)]
pub(super) enum Frame {
    /// A loop, and whether a reachable `break` leaves it.
    Loop { breaks: bool },
    /// A `try` with this `finally`: the statement.
    Finally(StmtId),
    /// A `with`, a handler with a name: `None` is loaded on the way out.
    LoadsNone,
}

pub(super) struct Emitter<'a> {
    pub item: &'a Item,
    pub names: &'a Names,
    pub f: CompilerFeatures,
    /// `from __future__ import annotations`
    pub future_annotations: bool,
    /// Line, from 1, of a byte offset in the item.
    pub line_of: &'a dyn Fn(u32) -> u32,
    pub codes: Vec<Code>,
    pub current: usize,
    pub alive: bool,
    /// Statements under a condition that is never true are not compiled (3.8, 3.9).
    pub muted: u32,
    pub frames: Vec<Frame>,
    /// Code objects that were made already: `finally` is compiled more than once.
    pub made: FxHashMap<(usize, UnitId), CodeId>,
    /// Classes around, with the attributes that their methods give to `self`.
    pub attributes: Vec<Vec<Name>>,
    /// Simple annotations of the class or module body around, for its lazy code.
    pub annotations: Vec<(ExprId, Name)>,
    pub unmerged: u64,
    /// Values of `:=` around that the tree's optimizer passes by.
    pub unfolded: u32,
    /// How each constant came about, as bits.
    pub origins: FxHashMap<Value, u8>,
}

impl Emitter<'_> {
    pub fn code(&mut self) -> &mut Code {
        &mut self.codes[self.current]
    }

    /// Opens a code object; what it returns goes to [`Emitter::leave`].
    pub fn enter(&mut self, of: CodeOf) -> (usize, bool, Vec<Frame>) {
        self.codes.push(Code::new(of));
        let before = (self.current, self.alive, std::mem::take(&mut self.frames));
        self.current = self.codes.len() - 1;
        self.alive = true;
        before
    }

    pub fn leave(&mut self, before: (usize, bool, Vec<Frame>)) -> CodeId {
        let id = CodeId {
            item: 0,
            code: self.current as u32,
        };
        (self.current, self.alive, self.frames) = before;
        id
    }

    /// What a value was folded from in the tree is kept there, and holds its own items.
    pub fn entangle(&mut self, value: &Value) {
        if self.f.folds_tree {
            self.note(value, ENTANGLED);
            for item in value.items().to_vec() {
                self.entangle(&item);
            }
        }
    }

    fn note(&mut self, value: &Value, origin: u8) {
        match self.origins.get_mut(value) {
            Some(bits) => *bits |= origin,
            None => {
                self.origins.insert(value.clone(), origin);
            }
        }
    }

    /// Loads what the compiler made.
    pub fn load(&mut self, value: Value) {
        self.load_from(value, MADE);
    }

    pub fn load_from(&mut self, value: Value, origin: u8) {
        if self.muted == 0 {
            self.note(&value, origin);
            let alive = self.alive;
            self.code().loads.push(Load {
                value,
                alive,
                used: true,
            });
        }
    }

    pub fn load_text(&mut self, text: &str) {
        self.load(Value::Str(text.into()));
    }

    pub fn load_name(&mut self, name: Name) {
        self.load(Value::Str(self.names.shared(name)));
    }

    pub fn load_expr(&mut self, id: ExprId, value: Value, origin: u8) {
        self.code().exprs.push((id, value.clone()));
        self.load_from(value, origin);
    }

    pub fn mark(&self) -> Mark {
        let code = &self.codes[self.current];
        Mark {
            loads: code.loads.len(),
            late: code.late.len(),
            exprs: code.exprs.len(),
        }
    }

    /// Undoes what was emitted since: it is not compiled after all.
    pub fn undo(&mut self, mark: Mark) {
        let code = self.code();
        code.loads.truncate(mark.loads);
        code.late.truncate(mark.late);
        code.exprs.truncate(mark.exprs);
    }

    /// The optimizer takes away what was loaded since.
    pub fn consume(&mut self, mark: Mark) {
        let code = self.code();
        code.loads[mark.loads..]
            .iter_mut()
            .for_each(|load| load.used = false);
        code.late[mark.late..]
            .iter_mut()
            .for_each(|load| load.used = false);
        code.exprs.truncate(mark.exprs);
    }

    /// What was loaded since is folded into `value`: in the tree, or by the optimizer.
    pub fn fold(&mut self, mark: Mark, id: ExprId, value: Value) -> Option<Value> {
        if self.unfolded > 0 {
            return None;
        }
        if value == Value::Unknown {
            self.code().unsure = true;
        }
        if self.f.folds_tree {
            self.undo(mark);
            self.load_expr(id, value.clone(), FOLDED);
        } else {
            self.fold_late(mark, value.clone());
            self.code().exprs.push((id, value.clone()));
        }
        Some(value)
    }

    /// What was loaded since is folded into `value` by the optimizer.
    pub fn fold_late(&mut self, mark: Mark, value: Value) {
        self.consume(mark);
        if self.muted == 0 {
            self.note(&value, MADE);
            let alive = self.alive;
            self.code().late.push(Load {
                value,
                alive,
                used: true,
            });
        }
    }

    /// A tuple that the optimizer makes of `items`.
    pub fn late_tuple(&mut self, items: Vec<Value>) -> Value {
        if self.f.peephole_unmerged {
            self.unmerged += 1;
            return Value::Unmerged(items.into(), self.unmerged);
        }
        Value::Tuple(items.into())
    }

    /// Emits what leaves the innermost `count` frames, from the inside out.
    pub fn unwind(&mut self, count: usize) {
        let mut left = Vec::new();
        for _ in 0..count {
            let Some(frame) = self.frames.pop() else {
                break;
            };
            left.push(frame);
            match frame {
                Frame::Loop { .. } => {}
                Frame::LoadsNone => self.load(Value::None),
                Frame::Finally(stmt) => self.finally_of(stmt),
            }
        }
        self.frames.extend(left.into_iter().rev());
    }

    /// The number of frames up to the innermost loop, which is counted too when `with_loop`.
    pub fn frames_in_loop(&self) -> usize {
        self.frames
            .iter()
            .rev()
            .take_while(|frame| !matches!(frame, Frame::Loop { .. }))
            .count()
    }
}
