//! The state of the abstract machine between two steps: frames, global names, heap.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::heap::{Heap, ObjId};
use super::obj::{Count, Kind, Obj, Ordered};
use super::paged::Paged;
use super::site::Site;
use super::types::B;
use crate::base::Name;
use crate::hir::UnitId;

/// A variable that is bound, or may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// What it refers to.
    pub obj: ObjId,
    /// The reference is lent by whoever holds the object and not counted (3.14's borrowed arguments).
    pub lent: bool,
    /// It may be unbound instead.
    pub maybe_unbound: bool,
}

impl Slot {
    /// A counted reference.
    pub fn owned(obj: ObjId) -> Self {
        Slot {
            obj,
            lent: false,
            maybe_unbound: false,
        }
    }

    /// It may hold anything, if it is bound at all.
    pub fn unknown() -> Self {
        Slot {
            maybe_unbound: true,
            ..Slot::owned(super::atoms::UNKNOWN)
        }
    }
}

/// A reference on a frame's operand stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StackRef {
    /// What it refers to.
    pub obj: ObjId,
    /// It is lent and not counted.
    pub lent: bool,
    /// It is a copy of a lent variable: stored in another, that is lent too (`PyStackRef_DUP` of a borrowed reference
    /// counts nothing).
    pub may_be_kept: bool,
}

impl StackRef {
    /// A counted reference.
    pub fn owned(obj: ObjId) -> Self {
        StackRef {
            obj,
            lent: false,
            may_be_kept: false,
        }
    }

    /// A reference that somebody else counts.
    pub fn lent(obj: ObjId) -> Self {
        StackRef {
            obj,
            lent: true,
            may_be_kept: false,
        }
    }
}

/// A place of the program in a frame: item and statement (or handler) by its span's start.
pub type StmtKey = (u32, u32);

/// The code object that a frame runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitRef {
    /// Item of the file; meaningless for the module's own code.
    pub item: u32,
    /// Unit of the item; `None`: the module's own code.
    pub unit: Option<UnitId>,
}

impl UnitRef {
    /// The module's own code.
    pub const MODULE: UnitRef = UnitRef {
        item: 0,
        unit: None,
    };
}

/// A frame of the call chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// What it runs.
    pub unit: UnitRef,
    /// Local variables by slot; where the scope says cell or free, the cell.
    pub locals: Vec<Option<Slot>>,
    /// The namespace of a class body.
    pub namespace: Ordered<Name, Slot>,
    /// The operand stack.
    pub stack: Vec<StackRef>,
    /// What each statement bound last in this frame: statement, object.
    pub bound: Vec<(StmtKey, ObjId)>,
    /// What the call holds beside parameters and the caller's stack: object, least, most references.
    pub holds: Vec<(ObjId, u32, u32)>,
    /// The function that it runs.
    pub function: Option<ObjId>,
    /// The generator that owns it.
    pub generator: Option<ObjId>,
    /// An exception that may live on was handled here: its traceback keeps the frame.
    pub traced: bool,
    /// Somebody else made its namespace, and may keep it.
    pub handed: bool,
    /// The cell of `__class__` that methods of a class body share.
    pub class_cell: Option<ObjId>,
    /// Numbers of objects made before the frame's current statement began are smaller.
    pub statement_start: u32,
}

impl Frame {
    /// A frame of `unit` before its first statement, with nothing in it. Objects made from now on are numbered from
    /// `next`.
    pub fn new(unit: UnitRef, next: u32) -> Self {
        Frame {
            unit,
            locals: Vec::new(),
            namespace: Ordered::default(),
            stack: Vec::new(),
            bound: Vec::new(),
            holds: Vec::new(),
            function: None,
            generator: None,
            traced: false,
            handed: false,
            class_cell: None,
            statement_start: next,
        }
    }
}

/// An object that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freed {
    /// Its number.
    pub id: ObjId,
    /// Its type.
    pub ty: TypeOf,
    /// What made it.
    pub born: Site,
    /// How many frames there were when it was freed.
    pub frames: usize,
    /// It held counted objects.
    pub holds_others: bool,
}

/// The type of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeOf {
    /// A builtin type.
    Builtin(B),
    /// A class of the program.
    Class(ObjId),
    /// Not known, or known by name alone.
    Unknown,
}

/// The type of an object of this kind.
pub fn type_of(kind: &Kind) -> TypeOf {
    match kind {
        Kind::Instance(instance) => TypeOf::Class(instance.class),
        Kind::Exception(exception) => TypeOf::Class(exception.class),
        kind => super::join::builtin_type(kind).map_or(TypeOf::Unknown, TypeOf::Builtin),
    }
}

/// Everything the machine knows at one point of one path (or of several, joined).
#[derive(Clone, Debug, Default)]
pub struct State {
    /// What is under evaluation: the evidence for what becomes of objects meanwhile. No claim rests on it.
    pub here: Site,
    /// The call chain, the module's frame first.
    pub frames: Vec<Arc<Frame>>,
    /// Global variables by the number of their name.
    pub globals: Paged<Slot>,
    /// Counted objects.
    pub heap: Heap,
    /// What was freed since the statements that are under way began, in order, with its type.
    pub freed: Vec<Freed>,
    /// What lost its last reachable reference but lives on, since the statements under way began.
    pub leaked: Vec<ObjId>,
    /// Garbage that only the collector can free.
    pub garbage: Vec<ObjId>,
    /// Objects with a `__del__` whose last reference went; the machine calls it as soon as it can.
    pub dying: Vec<ObjId>,
    /// Objects that lost a reference and live on: possibly garbage in a cycle.
    pub suspects: Vec<ObjId>,
    /// Escaped objects of which something is known that unknown code could change.
    pub exposed: Vec<ObjId>,
    /// Functions of the program that escaped.
    pub escaped_units: Arc<FxHashSet<UnitRef>>,
    /// They, and those that they can find.
    pub reached_units: Arc<FxHashSet<UnitRef>>,
    /// Any function of the program may be called by unknown code at any time.
    pub code_escaped: bool,
    /// Unknown code may bind and delete global names.
    pub namespace_escaped: bool,
    /// Something of the program may be in what a library made: [`super::atoms::FOREIGN`] says no more than
    /// [`super::atoms::UNKNOWN`].
    pub mingled: bool,
    /// Global variables when they were forgotten last: what they lead to has escaped.
    pub forgotten: Paged<Slot>,
}

impl State {
    /// The running frame.
    pub fn frame(&self) -> &Frame {
        self.frames
            .last()
            .expect("the module's frame is never left")
    }

    /// The running frame, to change it.
    pub fn frame_mut(&mut self) -> &mut Frame {
        Arc::make_mut(
            self.frames
                .last_mut()
                .expect("the module's frame is never left"),
        )
    }

    /// One more reference to `id`.
    pub fn inc(&mut self, id: ObjId) {
        self.add(id, 1, 1);
    }

    /// Between `lo` and `hi` more references to `id`.
    pub fn add(&mut self, id: ObjId, lo: u32, hi: u32) {
        if id.is_atom() {
            return;
        }
        if let Some(obj) = self.heap.get_mut(id) {
            obj.count.lo = obj.count.lo.saturating_add(lo);
            obj.count.hi = obj.count.hi.saturating_add(hi);
        }
    }

    /// One reference less to `id`; what has none left is freed, and what it held with it.
    pub fn dec(&mut self, id: ObjId) {
        self.sub(id, 1, 1);
    }

    /// Between `lo` and `hi` references less: the reverse of [`State::add`] with the same numbers.
    pub fn sub(&mut self, id: ObjId, lo: u32, hi: u32) {
        if self.lose(id, lo, hi) {
            self.free(id);
        }
    }

    /// Takes references off; whether the object's last one went.
    fn lose(&mut self, id: ObjId, lo: u32, hi: u32) -> bool {
        if id.is_atom() {
            return false;
        }
        let Some(obj) = self.heap.get_mut(id) else {
            return false;
        };
        let was_sure = obj.count.lo > 0;
        obj.count.lo = obj.count.lo.saturating_sub(lo);
        if obj.count.hi != Count::OPEN {
            obj.count.hi = obj.count.hi.saturating_sub(hi);
        }
        if obj.count.is_zero() {
            return true;
        }
        let may_be_gone = was_sure && obj.count.lo == 0 && obj.count.hi != Count::OPEN;
        if !obj.uncertain && may_close_a_cycle(&obj.kind) {
            self.suspects.push(id);
        }
        if may_be_gone {
            self.may_go(id);
        }
        false
    }

    /// A reference to `id` that was counted goes at some time, if it is not gone. Nobody gets hold of the object.
    pub fn fade(&mut self, id: ObjId) {
        if self.doubt(id) {
            self.may_go(id);
        }
    }

    /// One sure reference less; whether it was the last sure one of those that there may be.
    fn doubt(&mut self, id: ObjId) -> bool {
        let Some(obj) = self.heap.get_mut(id).filter(|obj| obj.count.lo > 0) else {
            return false;
        };
        obj.count.lo -= 1;
        obj.count.lo == 0 && obj.count.hi != Count::OPEN
    }

    /// No reference to the object is sure any more: those that it holds may go with it.
    fn may_go(&mut self, first: ObjId) {
        let mut todo = vec![first];
        while let Some(id) = todo.pop() {
            if self.has_finalizer(id) {
                self.escape(id); // which runs at some time
                continue;
            }
            let referents = match self.heap.get(id) {
                Some(obj) => obj.kind.referents(),
                None => continue,
            };
            for referent in referents {
                if self.doubt(referent) {
                    todo.push(referent);
                }
            }
        }
    }

    /// Frees an object without references, then what only it held, depth first as CPython does; a list of what is still
    /// to do instead of recursion, since a linked list may be long.
    fn free(&mut self, first: ObjId) {
        let mut todo = vec![(first, true)];
        while let Some((id, is_dead)) = todo.pop() {
            if !is_dead && !self.lose(id, 1, 1) {
                continue;
            }
            if self.has_finalizer(id) {
                if let Some(obj) = self.heap.get_mut(id) {
                    obj.count = Count::exactly(1);
                }
                self.dying.push(id);
                continue;
            }
            let Some(obj) = self.heap.remove(id) else {
                continue;
            };
            self.freed.push(Freed {
                id,
                ty: type_of(&obj.kind),
                born: obj.born,
                frames: self.frames.len(),
                holds_others: obj.kind.referents().iter().any(|held| !held.is_atom()),
            });
            todo.extend(
                death_order(&obj)
                    .into_iter()
                    .rev()
                    .map(|referent| (referent, false)),
            );
        }
    }

    /// Whether the object's class (a class of the program) defines `__del__`; an unknown class may.
    fn has_finalizer(&self, id: ObjId) -> bool {
        let instance = match self.heap.get(id).map(|obj| &obj.kind) {
            Some(Kind::Instance(instance)) => instance,
            Some(Kind::Gen(generator)) => return generator.guarded,
            _ => return false,
        };
        match self.heap.get(instance.class).map(|class| &class.kind) {
            Some(Kind::Class(class)) => class.has_finalizer,
            _ => true,
        }
    }

    /// Takes a reference off that was counted, of an object that is on its way to somebody: it is not freed.
    pub fn uncount(&mut self, id: ObjId) {
        if let Some(obj) = self.heap.get_mut(id) {
            obj.count.lo = obj.count.lo.saturating_sub(1);
            if obj.count.hi != Count::OPEN {
                obj.count.hi = obj.count.hi.saturating_sub(1);
            }
        }
    }

    /// Puts a reference on the operand stack that somebody counted already.
    pub fn push(&mut self, obj: ObjId) {
        self.frame_mut().stack.push(StackRef::owned(obj));
    }

    /// Takes a reference off the operand stack; it is the caller's now.
    pub fn pop(&mut self) -> StackRef {
        self.frame_mut()
            .stack
            .pop()
            .expect("each expression leaves one reference on the stack")
    }

    /// The reference `depth` below the top of the stack.
    pub fn peek(&self, depth: usize) -> ObjId {
        let stack = &self.frame().stack;
        stack[stack.len() - 1 - depth].obj
    }

    /// Gives up a reference.
    pub fn release(&mut self, reference: StackRef) {
        if !reference.lent {
            self.dec(reference.obj);
        }
    }

    /// Takes the top off the stack and gives it up.
    pub fn drop_top(&mut self) {
        let top = self.pop();
        self.release(top);
    }

    /// Takes the top off as a counted reference.
    pub fn pop_owned(&mut self) -> ObjId {
        let top = self.pop();
        if top.lent {
            self.inc(top.obj);
        }
        top.obj
    }
}

/// Whether losing a reference can leave a cycle behind.
fn may_close_a_cycle(kind: &Kind) -> bool {
    match kind {
        Kind::List(list) => !list.items.is_empty(),
        Kind::Dict(dict) => !dict.entries.is_empty(),
        Kind::Instance(instance) => !instance.attrs.is_empty() || instance.dict.is_some(),
        Kind::Function(function) => !function.closure.is_empty() || !function.attrs.is_empty(),
        Kind::Cell(content) => content.is_some(),
        Kind::Tuple(items) => !items.is_empty(),
        Kind::Deque(Some(items)) => !items.is_empty(),
        Kind::Library(library) => !library.held.is_empty(),
        Kind::Method(..) | Kind::Exception(_) | Kind::Iter(_) => true,
        Kind::Gen(generator) => generator.frame.is_some(),
        _ => false,
    }
}

/// What a dying object lets go of, in CPython's order: lists and tuples their last item first (`list_dealloc`,
/// `tupledealloc`), the others in their own order.
fn death_order(obj: &Obj) -> Vec<ObjId> {
    let mut out: Vec<ObjId> = obj.kind.referents().into_vec();
    if matches!(obj.kind, Kind::List(_) | Kind::Tuple(_)) {
        out.reverse();
    }
    out
}
