//! Blocks of instructions as far as the operand stack and the locals are concerned, and what CPython's optimizer finds
//! out about them: which loads need a check, which are put together, which may lend their reference.
//!
//! Must not know: syntax.

use crate::hir::body::ExprId;
use crate::layout::LendingFeatures;

/// A local of a code object, by its number.
pub(super) type Slot = u16;
/// A block, by its number.
pub(super) type BlockId = usize;

/// What an instruction does to the operand stack and the locals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// `LOAD_FAST`, and the expression it is for.
    Load(Slot, Option<ExprId>),
    /// `STORE_FAST`
    Store(Slot),
    /// `STORE_FAST_MAYBE_NULL`: the local may be unbound again.
    Restore(Slot),
    /// `DELETE_FAST`
    Delete(Slot),
    /// `LOAD_FAST_AND_CLEAR`
    Clear(Slot),
    /// Takes `0` items and puts `1` new ones.
    Other(u16, u16),
    /// Leaves its operands where they are and puts this many on top.
    Keep(u16),
    /// `COPY n`
    Copy(usize),
    /// `SWAP n`
    Swap(usize),
    /// `LOAD_ATTR`; as a method the receiver stays.
    Attr { method: bool },
    /// `LOAD_SUPER_ATTR`
    SuperAttr { method: bool },
    /// Takes what is under the top: `END_SEND`, `SET_FUNCTION_ATTRIBUTE`.
    DropUnder,
    /// `LOAD_SPECIAL`: a method under the top.
    Special,
    /// Takes `0` items and goes to the block, or on.
    Branch(u16, BlockId),
    /// `FOR_ITER`: one more item when it goes on.
    ForIter(BlockId),
    /// `SEND`
    Send(BlockId),
    /// Goes to the block.
    Jump(BlockId),
    /// Goes to the block, which will be the next one once handlers are put to the end.
    SoftJump(BlockId),
    /// Nothing: the end of a `try` body.
    Nop,
    /// Takes `0` items and leaves the code.
    Exit(u16),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Instr {
    pub op: Op,
    pub line: u32,
    /// Where an exception goes.
    pub handler: Option<BlockId>,
}

/// A block; where its last instruction does not leave it, the next one follows.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    pub instrs: Vec<Instr>,
    pub next: Option<BlockId>,
    /// There may be copies of it that are reached otherwise.
    pub is_doubtful: bool,
}

/// What became of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lending {
    /// The reference is the local's own (`LOAD_FAST_BORROW`).
    Lent,
    /// It is a new one (`LOAD_FAST`, `LOAD_FAST_CHECK`).
    Owned,
    /// One or the other: copies of the code differ, or it is not followed.
    Unsure,
}

/// No local has this number.
const NO_SLOT: Slot = Slot::MAX;
/// Opcodes hold two locals only below this.
const SMALL_SLOT: Slot = 16;
/// A way out of at most so many instructions is copied to where it is jumped to.
const MAX_COPY_SIZE: usize = 4;
/// Locals that the check for unbound ones follows from block to block.
const FOLLOWED_SLOTS: Slot = 64;

/// A code object.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub blocks: Vec<Block>,
    /// Parameters come first among the slots.
    pub parameters: Slot,
    pub slots: Slot,
}

impl Graph {
    /// What became of each load: its expression, the name's slot, its line.
    pub fn loads(
        &mut self,
        features: LendingFeatures,
    ) -> Vec<(Option<ExprId>, Slot, u32, Lending)> {
        let empty_blocks_stop = features.empty_blocks_stop;
        self.inline_exits(!empty_blocks_stop);
        self.drop_double_stores();
        let reached = self.reached(true);
        let checked = self.checked(&reached);
        let (pairs, fused) = self.pairs(&reached, &checked);
        let kept = self.kept(false, features);
        // Where a block that may have lost its instructions is in the way, it is not always sure that it has.
        let unstopped = if empty_blocks_stop {
            Some(self.kept(true, features))
        } else {
            None
        };
        let mut found = Vec::new();
        for (block, instrs) in self
            .blocks
            .iter()
            .enumerate()
            .filter(|(block, _)| reached[*block])
        {
            for (index, instr) in instrs.instrs.iter().enumerate() {
                let Op::Load(slot, expr) = instr.op else {
                    continue;
                };
                let at = (block, index);
                let mut lent =
                    !checked.contains(&at) && !fused.contains(&at) && kept.lent.contains(&at);
                let mut differs = self.blocks[block].is_doubtful
                    || unstopped
                        .as_ref()
                        .is_some_and(|other| other.lent.contains(&at) != kept.lent.contains(&at));
                if let Some(other) = pairs.get(&at) {
                    lent &= kept.lent.contains(other);
                    differs |= unstopped
                        .as_ref()
                        .is_some_and(|all| all.lent.contains(other) != kept.lent.contains(other));
                }
                let lending = match (differs, lent) {
                    (true, _) => Lending::Unsure,
                    (false, true) => Lending::Lent,
                    (false, false) => Lending::Owned,
                };
                found.push((expr, slot, instr.line, lending));
            }
        }
        found
    }

    fn targets(op: Op) -> Option<BlockId> {
        match op {
            Op::Branch(_, to)
            | Op::ForIter(to)
            | Op::Send(to)
            | Op::Jump(to)
            | Op::SoftJump(to) => Some(to),
            _ => None,
        }
    }

    fn falls(block: &Block) -> Option<BlockId> {
        match block.instrs.last().map(|instr| instr.op) {
            Some(Op::Jump(_) | Op::SoftJump(_) | Op::Exit(_)) => None,
            _ => block.next,
        }
    }

    /// Which blocks can be reached, by exceptions too or not.
    fn reached(&self, by_exceptions: bool) -> Vec<bool> {
        let mut reached = vec![false; self.blocks.len()];
        let mut todo = vec![0];
        while let Some(id) = todo.pop() {
            if std::mem::replace(&mut reached[id], true) {
                continue;
            }
            let block = &self.blocks[id];
            todo.extend(Self::falls(block));
            for instr in &block.instrs {
                todo.extend(Self::targets(instr.op));
                if by_exceptions {
                    todo.extend(instr.handler);
                }
            }
        }
        reached
    }

    /// The block that holds what is at `id`, past labels.
    fn resolved(&self, mut id: BlockId) -> BlockId {
        while let (true, Some(next)) = (self.blocks[id].instrs.is_empty(), self.blocks[id].next) {
            id = next;
        }
        id
    }

    /// Of two stores to one local in a row the first is a pop.
    fn drop_double_stores(&mut self) {
        for block in &mut self.blocks {
            for index in 1..block.instrs.len() {
                let (first, second) = (block.instrs[index - 1], block.instrs[index]);
                if matches!((first.op, second.op), (Op::Store(a), Op::Store(b)) if a == b)
                    && first.line == second.line
                {
                    block.instrs[index - 1].op = Op::Other(1, 0);
                }
            }
        }
    }

    /// A jump to a short way out becomes that way out.
    fn inline_exits(&mut self, soft_jumps: bool) {
        for id in 0..self.blocks.len() {
            let Some(Instr {
                op: Op::Jump(to) | Op::SoftJump(to),
                ..
            }) = self.blocks[id].instrs.last().copied()
            else {
                continue;
            };
            let is_soft = matches!(
                self.blocks[id].instrs.last().map(|instr| instr.op),
                Some(Op::SoftJump(_))
            );
            let to = self.resolved(to);
            let instrs = &self.blocks[to].instrs;
            let real = instrs
                .iter()
                .filter(|instr| !matches!(instr.op, Op::Nop))
                .count();
            let exits = matches!(instrs.last().map(|instr| instr.op), Some(Op::Exit(_)));
            // What has no line of its own goes wherever it is jumped to.
            let leaves = matches!(
                instrs.last().map(|instr| instr.op),
                Some(Op::Exit(_) | Op::Jump(_) | Op::SoftJump(_))
            );
            let has_no_line = leaves && instrs.iter().all(|instr| instr.line == 0) && to != id;
            if exits && real <= MAX_COPY_SIZE || has_no_line {
                if is_soft && !soft_jumps {
                    self.blocks[to].is_doubtful = true;
                    continue;
                }
                let copy = instrs.clone();
                let block = &mut self.blocks[id];
                block.instrs.pop();
                block.instrs.extend(copy);
            }
        }
    }

    /// Loads of what may be unbound.
    fn checked(&self, reached: &[bool]) -> rustc_hash::FxHashSet<(BlockId, usize)> {
        let followed = self.slots.min(FOLLOWED_SLOTS);
        let all = if followed >= 64 {
            u64::MAX
        } else {
            (1u64 << followed) - 1
        };
        let parameters = if self.parameters >= 64 {
            u64::MAX
        } else {
            (1u64 << self.parameters) - 1
        };
        let mut entry = vec![0u64; self.blocks.len()];
        let mut known = vec![false; self.blocks.len()];
        let mut checked = rustc_hash::FxHashSet::default();
        if self.blocks.is_empty() {
            return checked;
        }
        entry[0] = all & !parameters;
        known[0] = true;
        let mut todo = vec![0];
        while let Some(id) = todo.pop() {
            let mut mask = entry[id];
            let mut push = |to: BlockId, mask: u64, todo: &mut Vec<BlockId>| {
                let joined = entry[to] | mask;
                if joined != entry[to] || !known[to] {
                    entry[to] = joined;
                    known[to] = true;
                    todo.push(to);
                }
            };
            let block = &self.blocks[id];
            for (index, instr) in block.instrs.iter().enumerate() {
                if let Some(handler) = instr.handler {
                    push(handler, mask, &mut todo);
                }
                let bit = |slot: Slot| {
                    if slot < FOLLOWED_SLOTS {
                        1u64 << slot
                    } else {
                        0
                    }
                };
                match instr.op {
                    Op::Load(slot, _) => {
                        if mask & bit(slot) != 0 {
                            checked.insert((id, index));
                        }
                        mask &= !bit(slot);
                    }
                    Op::Store(slot) => mask &= !bit(slot),
                    Op::Delete(slot) | Op::Clear(slot) | Op::Restore(slot) => mask |= bit(slot),
                    op => {
                        if let Some(to) = Self::targets(op) {
                            push(to, mask, &mut todo);
                        }
                    }
                }
            }
            if let Some(next) = Self::falls(block) {
                push(next, mask, &mut todo);
            }
        }
        // Locals beyond the followed ones are safe only behind a store or check in their own block.
        for (id, block) in self
            .blocks
            .iter()
            .enumerate()
            .filter(|(id, _)| reached[*id])
        {
            let mut bound = rustc_hash::FxHashSet::default();
            for (index, instr) in block.instrs.iter().enumerate() {
                match instr.op {
                    Op::Load(slot, _)
                        if slot >= FOLLOWED_SLOTS
                            && slot >= self.parameters
                            && bound.insert(slot) =>
                    {
                        checked.insert((id, index));
                    }
                    Op::Store(slot) => {
                        bound.insert(slot);
                    }
                    Op::Delete(slot) | Op::Clear(slot) | Op::Restore(slot) => {
                        bound.remove(&slot);
                    }
                    _ => {}
                }
            }
        }
        checked
    }

    /// Loads that share an instruction with another load, and those that share one with a store.
    #[allow(clippy::type_complexity)]
    fn pairs(
        &self,
        reached: &[bool],
        checked: &rustc_hash::FxHashSet<(BlockId, usize)>,
    ) -> (
        rustc_hash::FxHashMap<(BlockId, usize), (BlockId, usize)>,
        rustc_hash::FxHashSet<(BlockId, usize)>,
    ) {
        let mut pairs = rustc_hash::FxHashMap::default();
        let mut fused = rustc_hash::FxHashSet::default();
        for (id, block) in self
            .blocks
            .iter()
            .enumerate()
            .filter(|(id, _)| reached[*id])
        {
            let mut index = 0;
            while index + 1 < block.instrs.len() {
                let (first, second) = (&block.instrs[index], &block.instrs[index + 1]);
                let together = first.line == second.line || first.line == 0 || second.line == 0;
                match (first.op, second.op) {
                    (Op::Load(a, _), Op::Load(b, _))
                        if together
                            && a < SMALL_SLOT
                            && b < SMALL_SLOT
                            && !checked.contains(&(id, index))
                            && !checked.contains(&(id, index + 1)) =>
                    {
                        pairs.insert((id, index), (id, index + 1));
                        pairs.insert((id, index + 1), (id, index));
                        index += 1;
                    }
                    (Op::Store(a), Op::Load(b, _))
                        if together
                            && a < SMALL_SLOT
                            && b < SMALL_SLOT
                            && !checked.contains(&(id, index + 1)) =>
                    {
                        fused.insert((id, index + 1));
                        index += 1;
                    }
                    (Op::Store(a), Op::Store(b))
                        if together && a < SMALL_SLOT && b < SMALL_SLOT =>
                    {
                        index += 1
                    }
                    _ => {}
                }
                index += 1;
            }
        }
        (pairs, fused)
    }

    /// Whether an unconditional jump may lead to where it is, once handlers and what cannot be reached are out of the
    /// way and jumps to jumps are threaded.
    fn redundant(&self, from: BlockId, to: BlockId, warm: &[bool]) -> bool {
        let to = self.resolved(to);
        let mut at = self.blocks[from].next;
        while let Some(id) = at {
            if id == to {
                return true;
            }
            let only_jumps = matches!(
                self.blocks[id].instrs[..],
                [] | [Instr {
                    op: Op::Jump(_) | Op::SoftJump(_) | Op::Nop,
                    ..
                }]
            );
            if warm[id] && !only_jumps {
                return false;
            }
            at = self.blocks[id].next;
        }
        false
    }

    /// Which loads end their lives on the stack within their block, with their local untouched meanwhile.
    fn kept(&self, empty_blocks_stop: bool, features: LendingFeatures) -> Kept {
        let warm = self.reached(false);
        let mut kept = Kept::default();
        // Blocks are visited from the entry, exceptions apart: what only a handler leads to lends nothing.
        let mut depths: Vec<Option<usize>> = vec![None; self.blocks.len()];
        let mut todo = vec![(0usize, 0usize)];
        while let Some((id, depth)) = todo.pop() {
            if self.blocks.is_empty() || depths[id].is_some() {
                continue;
            }
            depths[id] = Some(depth);
            let instrs = &self.blocks[id].instrs;
            // A jump that will lead to where it is may leave its block empty, or emptied ones behind it.
            let stops = match instrs.last().map(|instr| instr.op) {
                Some(Op::SoftJump(_)) => empty_blocks_stop,
                Some(Op::Jump(to)) => empty_blocks_stop && self.redundant(id, to, &warm),
                _ => {
                    empty_blocks_stop
                        && !instrs.is_empty()
                        && instrs.iter().all(|instr| instr.op == Op::Nop)
                }
            };
            // The entry begins with an instruction of its own.
            let blames_first = features.pushes_blame_first && id != 0;
            let mut stack = Stack {
                refs: vec![None; depth],
                blamed: instrs
                    .iter()
                    .position(|instr| instr.op != Op::Nop)
                    .filter(|_| blames_first),
                bad: Vec::new(),
                seen: Vec::new(),
            };
            let block = &self.blocks[id];
            for (index, instr) in block.instrs.iter().enumerate() {
                if !(stops && matches!(instr.op, Op::Jump(_) | Op::SoftJump(_) | Op::Nop)) {
                    stack.run(index, instr.op, &mut todo);
                }
            }
            if let Some(next) = Self::falls(block).filter(|_| !stops) {
                todo.push((next, stack.refs.len()));
            }
            let left: Vec<usize> = stack.refs.iter().flatten().map(|found| found.0).collect();
            stack.bad.extend(left);
            for index in stack.seen {
                if !stack.bad.contains(&index) {
                    kept.lent.insert((id, index));
                }
            }
        }
        kept
    }
}

#[derive(Default)]
struct Kept {
    lent: rustc_hash::FxHashSet<(BlockId, usize)>,
}

/// The operand stack within a block: which items are references that a load put there, and of which local.
struct Stack {
    refs: Vec<Option<(usize, Slot)>>,
    /// The instruction that counts as having made what [`Op::Keep`] puts on the stack.
    blamed: Option<usize>,
    /// Loads that may not lend.
    bad: Vec<usize>,
    seen: Vec<usize>,
}

impl Stack {
    fn pop(&mut self) -> Option<(usize, Slot)> {
        self.refs.pop().flatten()
    }

    fn take(&mut self, count: u16) {
        for _ in 0..count {
            self.pop();
        }
    }

    fn put(&mut self, count: u16) {
        for _ in 0..count {
            self.refs.push(None);
        }
    }

    fn kill(&mut self, slot: Slot) {
        let killed: Vec<usize> = self
            .refs
            .iter()
            .flatten()
            .filter(|found| found.1 == slot)
            .map(|found| found.0)
            .collect();
        self.bad.extend(killed);
    }

    fn run(&mut self, index: usize, op: Op, todo: &mut Vec<(BlockId, usize)>) {
        match op {
            Op::Load(slot, _) => {
                self.seen.push(index);
                self.refs.push(Some((index, slot)));
            }
            Op::Store(slot) | Op::Restore(slot) => {
                let stored = self.pop();
                self.kill(slot);
                if let Some((load, _)) = stored {
                    self.bad.push(load);
                }
            }
            Op::Delete(slot) => self.kill(slot),
            Op::Clear(slot) => {
                self.kill(slot);
                self.put(1);
            }
            Op::Other(take, put) => {
                self.take(take);
                self.put(put);
            }
            Op::Keep(put) => {
                let made = self.blamed.map(|first| (first, NO_SLOT));
                (0..put).for_each(|_| self.refs.push(made));
            }
            Op::Copy(depth) => {
                let item = self
                    .refs
                    .len()
                    .checked_sub(depth)
                    .and_then(|at| self.refs[at]);
                self.refs.push(item);
            }
            Op::Swap(depth) => {
                let length = self.refs.len();
                if depth >= 1 && depth <= length {
                    self.refs.swap(length - 1, length - depth);
                }
            }
            Op::Attr { method } => {
                let receiver = self.pop();
                self.put(1);
                if method {
                    self.refs.push(receiver);
                }
            }
            Op::SuperAttr { method } => {
                let receiver = self.pop();
                self.take(2);
                self.put(1);
                if method {
                    self.refs.push(receiver);
                }
            }
            Op::DropUnder => {
                let top = self.pop();
                self.pop();
                self.refs.push(top);
            }
            Op::Special => {
                let top = self.pop();
                self.put(1);
                self.refs.push(top);
            }
            Op::Branch(take, to) => {
                self.take(take);
                todo.push((to, self.refs.len()));
            }
            Op::ForIter(to) => {
                todo.push((to, self.refs.len() + 1));
                self.put(1);
            }
            Op::Send(to) => {
                todo.push((to, self.refs.len()));
                self.take(1);
                self.put(1);
            }
            Op::Jump(to) | Op::SoftJump(to) => todo.push((to, self.refs.len())),
            Op::Nop => {}
            Op::Exit(take) => self.take(take),
        }
    }
}
