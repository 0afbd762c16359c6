//! The instructions of a code object under construction.

use rustc_hash::FxBuildHasher;

use super::graph::{Block, BlockId, Graph, Instr, Op, Slot};
use crate::base::{Name, Names};
use crate::hir::body::{CompKind, ExprId, NameUse, StmtId};
use crate::hir::unit::{Item, Params, UnitId, UnitKind, VarKind};
use crate::layout::LendingFeatures;

/// A code object.
pub(super) struct Code {
    pub graph: Graph,
    pub locals: indexmap::IndexSet<Name, FxBuildHasher>,
    /// Block that instructions go to.
    pub current: BlockId,
    /// Where exceptions go.
    pub handler: Option<BlockId>,
    pub frames: Vec<Frame>,
    /// The unit whose names these are, and the inlined comprehension in it.
    pub scope: Option<UnitId>,
    pub first_parameter: Option<Name>,
    pub is_unsure: bool,
}

/// What a jump out of a statement has to leave.
#[derive(Clone, Copy)]
pub(super) enum Frame {
    /// A loop: where `continue` and `break` go, and whether an iterator is on the stack.
    Loop {
        again: BlockId,
        done: BlockId,
        iterates: bool,
    },
    /// `try` with this `finally`.
    Finally(StmtId),
    /// A `try` body or a `finally` copy: nothing to do but to forget the handler.
    Handler,
    /// A `with`.
    With { is_async: bool },
    /// A handler, with the name that it unbinds.
    Except(Option<NameUse>),
}

pub(super) struct Emitter<'a> {
    pub item: &'a Item,
    pub names: &'a Names,
    pub features: LendingFeatures,
    pub future_annotations: bool,
    pub line_of: &'a dyn Fn(u32) -> u32,
    /// Names that the module imports: a call of their attribute is no method call.
    pub imported: &'a dyn Fn(Name) -> bool,
    pub code: Code,
    pub done: Vec<Code>,
    pub line: u32,
}

impl Code {
    fn new(scope: Option<UnitId>) -> Self {
        let graph = Graph {
            blocks: vec![Block::default()],
            parameters: 0,
            slots: 0,
        };
        Self {
            graph,
            locals: indexmap::IndexSet::default(),
            current: 0,
            handler: None,
            frames: Vec::new(),
            scope,
            first_parameter: None,
            is_unsure: false,
        }
    }
}

impl<'a> Emitter<'a> {
    pub fn new(
        item: &'a Item,
        names: &'a Names,
        features: LendingFeatures,
        future_annotations: bool,
        line_of: &'a dyn Fn(u32) -> u32,
        imported: &'a dyn Fn(Name) -> bool,
    ) -> Self {
        Self {
            item,
            names,
            features,
            future_annotations,
            line_of,
            imported,
            code: Code::new(None),
            done: Vec::new(),
            line: 0,
        }
    }

    pub fn module(&mut self) {
        self.body(&self.item.body);
        let code = std::mem::replace(&mut self.code, Code::new(None));
        self.finish(code);
    }

    fn finish(&mut self, mut code: Code) {
        code.graph.slots = code.locals.len() as Slot;
        self.done.push(code);
    }

    /// Emits a code object of its own.
    pub fn nested(
        &mut self,
        unit: Option<UnitId>,
        params: Option<&Params>,
        emit: impl FnOnce(&mut Self),
    ) {
        let mut code = Code::new(unit);
        if let Some(params) = params {
            for param in params.in_slot_order() {
                code.locals.insert(param.name);
            }
            code.graph.parameters = code.locals.len() as Slot;
            code.first_parameter = params
                .posonly
                .iter()
                .chain(&params.args)
                .next()
                .map(|param| param.name);
        }
        let outer = std::mem::replace(&mut self.code, code);
        let line = self.line;
        emit(self);
        self.line = line;
        let code = std::mem::replace(&mut self.code, outer);
        self.finish(code);
    }

    // Blocks

    pub fn new_block(&mut self) -> BlockId {
        self.code.graph.blocks.push(Block::default());
        self.code.graph.blocks.len() - 1
    }

    /// Goes on in `block`, which follows.
    pub fn place(&mut self, block: BlockId) {
        let current = self.code.current;
        self.code.graph.blocks[current].next = Some(block);
        self.code.current = block;
    }

    pub fn op(&mut self, op: Op) {
        let instr = Instr {
            op,
            line: self.line,
            handler: self.code.handler,
        };
        let current = self.code.current;
        self.code.graph.blocks[current].instrs.push(instr);
        if matches!(
            op,
            Op::Branch(..)
                | Op::ForIter(_)
                | Op::Send(_)
                | Op::Jump(_)
                | Op::SoftJump(_)
                | Op::Exit(_)
        ) {
            let next = self.new_block();
            self.place(next);
        }
    }

    pub fn push(&mut self) {
        self.op(Op::Other(0, 1));
    }

    pub fn pop(&mut self) {
        self.op(Op::Other(1, 0));
    }

    pub fn calls(&mut self, taken: usize) {
        self.op(Op::Other(taken as u16, 1));
    }

    // Names

    /// Whether `name` is a fast local where it is used.
    pub fn is_local(&self, name: Name) -> bool {
        let mut unit = self.code.scope;
        while let Some(id) = unit {
            let scope = self.item.unit(id);
            let Some(var) = scope.scope.vars.iter().find(|var| var.name == name) else {
                return false;
            };
            let is_function = !matches!(scope.kind, UnitKind::Class);
            let lazily = var.in_annotation && !self.future_annotations && is_function;
            match var.kind {
                VarKind::Local => return is_function && !lazily,
                VarKind::Cell => return is_function && !var.is_captured && !lazily,
                VarKind::GlobalExplicit | VarKind::GlobalImplicit => return false,
                VarKind::Free if self.is_inlined(id) => unit = scope.parent,
                VarKind::Free => return false,
            }
        }
        false
    }

    pub fn is_inlined(&self, unit: UnitId) -> bool {
        matches!(self.item.unit(unit).kind, UnitKind::Comprehension(kind) if kind != CompKind::Generator)
    }

    fn slot(&mut self, name: Name) -> Slot {
        self.code.locals.insert_full(name).0 as Slot
    }

    pub fn load(&mut self, name: Name, expr: Option<ExprId>) {
        if self.is_local(name) {
            let slot = self.slot(name);
            self.op(Op::Load(slot, expr));
        } else {
            self.push();
        }
    }

    pub fn store(&mut self, name: Name) {
        if self.is_local(name) {
            let slot = self.slot(name);
            self.op(Op::Store(slot));
        } else {
            self.pop();
        }
    }

    pub fn delete(&mut self, name: Name) {
        if self.is_local(name) {
            let slot = self.slot(name);
            self.op(Op::Delete(slot));
        } else {
            self.op(Op::Other(0, 0));
        }
    }

    pub fn clear(&mut self, name: Name) {
        let slot = self.slot(name);
        self.op(Op::Clear(slot));
    }

    pub fn at(&mut self, offset: u32) {
        self.line = (self.line_of)(offset);
    }
}
