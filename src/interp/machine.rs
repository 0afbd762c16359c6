//! The abstract machine: a program, a state, and what has been left on the way.

use rustc_hash::{FxHashMap, FxHashSet};

use super::constants::Constants;
use super::control::Ctl;
use crate::base::{Cancel, Name, Names};
use crate::domain::atoms::{self, Atoms, UNKNOWN, int_kind};
use crate::domain::join::{self, JoinCx};
use crate::domain::{B, Count, Frame, Kind, Obj, ObjId, Site, State, UnitRef};
use crate::hir::{ExprId, File, Item, StmtId, Unit, UnitId};
use crate::layout::Layout;
use crate::limits;

/// Nothing comes after: the path ended by a jump, an exception, or the end of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dead;

/// What a step leaves: a value, or nothing that comes after it.
pub type R<T = ()> = Result<T, Dead>;

/// How the file is used: see the contract.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum World {
    /// Run by `python FILE`; its functions are called by it alone.
    #[default]
    Script,
    /// Imported; its functions are called by anyone with anything.
    Module,
}

/// A place that the machine passes. Statements by their number in the running item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// After the statement completed normally; for `for`: its target just bound; for `with`: on entry of the body.
    After(StmtId),
    /// On entry of the n-th handler of a `try`.
    Handler(StmtId, u32),
    /// On entry of the body of the function.
    Entry(UnitId),
}

/// Whoever wants to know what the machine sees. It is shown each place at each pass, in the last round of loops only.
pub trait Observer {
    /// The machine is at `place` of `item`, in the code object of its running frame.
    fn at(&mut self, machine: &Machine<'_>, item: u32, place: Place);
    /// The statement will be executed. It may end without an `at`.
    fn before(&mut self, _machine: &Machine<'_>, _item: u32, _stmt: StmtId) {}
    /// Something happened to an object that rules ask for.
    fn event(&mut self, _machine: &Machine<'_>, _event: Event) {}
    /// The module's body has run; functions are analysed with unknown arguments from now on, each from the state `open`.
    fn opens(&mut self, _machine: &Machine<'_>, _open: &State) {}
    /// If all that the analysis of this function would show is known, the limits that it would hit.
    fn recalls(
        &mut self,
        _machine: &Machine<'_>,
        _unit: UnitRef,
    ) -> Option<FxHashMap<&'static str, u32>> {
        None
    }
    /// The analysis of this function is over; it hit these limits.
    fn leaves(
        &mut self,
        _machine: &Machine<'_>,
        _unit: UnitRef,
        _hits: &FxHashMap<&'static str, u32>,
    ) {
    }
}

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// Its contents were changed in place, by the expression or statement at `by`.
    Mutated {
        /// The object.
        obj: ObjId,
        /// What changed it.
        by: Site,
    },
}

/// The file under analysis and what it is analysed for.
#[derive(Clone, Copy)]
pub struct Program<'a> {
    /// The lowered file.
    pub file: &'a File,
    /// Constants of its code objects.
    pub constants: &'a Constants,
    /// The version it runs on.
    pub layout: &'static Layout,
    /// How it is used.
    pub world: World,
    /// Names that some function declares `global`, sorted.
    pub rebindable: &'a [Name],
    /// Attributes that some statement stores, sorted.
    pub stored_attributes: &'a [Name],
}

/// The machine.
pub struct Machine<'a> {
    /// What it runs.
    pub p: Program<'a>,
    /// Names of the document and those met at run time.
    pub names: Names,
    /// Where it is.
    pub st: State,
    /// Objects that nobody counts.
    pub atoms: Atoms,
    /// The object of each constant of the file.
    pub(super) constants: Vec<ObjId>,
    /// The item that is running.
    pub item: u32,
    pub(super) next: u32,
    pub(super) ctl: Vec<Ctl>,
    /// Exceptions that are handled, the innermost last: how many frames there are, and where on the stack of the last of
    /// these it lies.
    pub(super) handling: Vec<(usize, usize)>,
    pub(super) observer: Option<&'a mut dyn Observer>,
    /// Not recording: a loop has not settled yet.
    pub(super) quiet: u32,
    /// Steps left.
    pub(super) fuel: u64,
    /// How often each call was passed: interpreters treat the first passes differently.
    pub(super) passes: FxHashMap<Site, u32>,
    /// Calls through `super()` whose first pass was not shown by itself.
    pub(super) mixed_supers: FxHashSet<Site>,
    /// Units that were entered with known arguments.
    pub(super) entered: FxHashSet<UnitRef>,
    /// Limits that were hit, for `--stats`.
    pub hits: FxHashMap<&'static str, u32>,
    pub(super) cancel: Cancel,
    /// Classes of the program that were made.
    pub(super) classes: Vec<ObjId>,
    /// Objects that a container let go of for the result of the running model.
    pub(super) handed_over: Vec<ObjId>,
    /// Units that unknown code may call.
    pub(super) opened: FxHashSet<UnitRef>,
    /// The escaped functions that were last added to them.
    pub(super) opened_from: Option<std::sync::Arc<FxHashSet<UnitRef>>>,
    /// Functions are being analysed with unknown arguments.
    pub(super) is_open: bool,
    /// Of functions that nothing calls: what they call is not called by them.
    pub(super) is_dead: bool,
    pub(super) builtins: FxHashMap<Name, ObjId>,
    /// The site of the expression under evaluation: where objects are born.
    pub(super) site: Site,
    /// The running statement of the running item.
    pub(super) current: StmtId,
    /// What the running statement bound so far.
    pub(super) fresh_bound: Vec<ObjId>,
    /// States in which `__exit__` swallowed the exception that is on its way out.
    pub(super) swallowed: Vec<State>,
    /// Where, in the lists of what was freed and what leaked, the running statement's begin.
    pub marks: (usize, usize),
    /// The generator expression under evaluation is used up at once by the call it is an argument of.
    pub(super) eager: bool,
    /// The truth of an item at which the consumer of the generator expression stops asking for more.
    pub(super) stop_at: Option<bool>,
    /// The same for the one that runs, and whether it has stopped.
    pub(super) stops: (Option<bool>, bool),
    /// The next function entered has its first argument from C code that may hold further references to it.
    pub(super) unsteady: bool,
    /// A builtin function asks for an attribute: what runs for it is called with references of its own.
    pub(super) loosely: bool,
    /// The type parameters of the function or class that is made next.
    pub(super) generic: Vec<Name>,
    /// Those in whose scope expressions are evaluated now, and how many frames there were.
    pub(super) type_params: (usize, Vec<Name>),
    /// The suspended body that is taken up, on the way down to where it stands.
    pub(super) resumption: Option<super::generator::Resumption>,
    /// For each loop over a generator that is settling: the state in which it ended.
    pub(super) ended: Vec<Option<State>>,
    /// What each number that `hash()` gave is the hash of.
    pub(super) hashes: FxHashMap<ObjId, crate::domain::Hash>,
    /// Containers whose text is being made.
    pub(super) repr_stack: Vec<ObjId>,
    /// What the file defines that protocols of the language may run.
    pub(super) hooks: super::models::Hooks,
    /// The globals that its functions name.
    pub(super) reach: super::reach::Reach,
    /// Global names that were asked for while functions are analysed with unknown arguments.
    pub(super) read: std::cell::RefCell<FxHashSet<Name>>,
}

impl<'a> Machine<'a> {
    /// A machine at the start of the module.
    pub fn new(
        p: Program<'a>,
        names: Names,
        observer: Option<&'a mut dyn Observer>,
        cancel: Cancel,
    ) -> Self {
        let mut st = State::default();
        st.frames.push(std::sync::Arc::new(module_frame()));
        let mut atoms = Atoms::default();
        let constants = p.constants.put_into(&mut st.heap, &mut atoms, p.layout);
        let hooks = super::models::Hooks::of(p.file, &names, p.world);
        Machine {
            p,
            names,
            st,
            atoms,
            constants,
            item: 0,
            next: p.constants.len() as u32,
            ctl: Vec::new(),
            handling: Vec::new(),
            observer,
            quiet: 0,
            fuel: limits::FUEL,
            passes: FxHashMap::default(),
            mixed_supers: FxHashSet::default(),
            entered: FxHashSet::default(),
            hits: FxHashMap::default(),
            cancel,
            classes: Vec::new(),
            handed_over: Vec::new(),
            opened: FxHashSet::default(),
            opened_from: None,
            is_open: false,
            is_dead: false,
            builtins: FxHashMap::default(),
            site: Site::NONE,
            current: StmtId(0),
            fresh_bound: Vec::new(),
            swallowed: Vec::new(),
            marks: (0, 0),
            eager: false,
            unsteady: false,
            loosely: false,
            generic: Vec::new(),
            type_params: (0, Vec::new()),
            stop_at: None,
            stops: (None, false),
            resumption: None,
            ended: Vec::new(),
            hashes: FxHashMap::default(),
            repr_stack: Vec::new(),
            hooks,
            reach: super::reach::Reach::default(),
            read: std::cell::RefCell::default(),
        }
    }

    /// Functions are being analysed with unknown arguments: no statement of the module runs.
    pub fn runs_functions_alone(&self) -> bool {
        self.is_open
    }

    /// The running item, for as long as the program lives.
    pub fn code(&self) -> &'a Item {
        let file: &'a File = self.p.file;
        &file.items[self.item as usize].item
    }

    /// A code object of the program.
    pub fn unit(&self, unit: UnitRef) -> Option<&'a Unit> {
        let file: &'a File = self.p.file;
        Some(file.items.get(unit.item as usize)?.item.unit(unit.unit?))
    }

    /// The tables of the version.
    pub fn layout(&self) -> &'static Layout {
        self.p.layout
    }

    /// The object.
    pub fn obj(&self, id: ObjId) -> &Obj {
        if id.is_atom() {
            self.atoms.get(id)
        } else {
            self.st
                .heap
                .get(id)
                .unwrap_or_else(|| self.atoms.get(UNKNOWN))
        }
    }

    /// What the object is.
    pub fn kind(&self, id: ObjId) -> &Kind {
        &self.obj(id).kind
    }

    /// The object's kind, shared: to look at while the state changes.
    pub fn kind_of(&self, id: ObjId) -> Kind {
        self.obj(id).kind.clone()
    }

    /// Changes what an object is, in place. The edges that the change makes or cuts are the caller's to count.
    pub fn change(&mut self, id: ObjId, change: impl FnOnce(&mut Kind)) {
        let site = self.site;
        if let Some(obj) = self.st.heap.get_mut(id) {
            change(&mut obj.kind);
            obj.changed = site;
            let exposed = obj.escaped;
            obj.copy_of = None;
            if exposed && !self.st.exposed.contains(&id) {
                self.st.exposed.push(id);
            }
        }
        self.event(Event::Mutated { obj: id, by: site });
    }

    pub(super) fn event(&mut self, event: Event) {
        if self.quiet > 0 {
            return;
        }
        if let Some(observer) = self.observer.take() {
            observer.event(self, event);
            self.observer = Some(observer);
        }
    }

    /// Whether both names lead to one and the same object, surely.
    pub fn is_same(&self, a: ObjId, b: ObjId) -> bool {
        a == b && !(a.is_atom() && self.obj(a).uncertain)
    }

    /// Whether the two are different objects, surely.
    pub fn is_other(&self, a: ObjId, b: ObjId) -> bool {
        if a == b {
            return false;
        }
        let (p, q) = (self.obj(a), self.obj(b));
        if p.uncertain || q.uncertain {
            return match (self.type_key(a), self.type_key(b)) {
                (Some(p), Some(q)) => p != q,
                _ => false,
            };
        }
        true
    }

    /// Something that differs where types surely differ.
    fn type_key(&self, id: ObjId) -> Option<TypeKey> {
        Some(match self.kind(id) {
            Kind::Instance(instance) => TypeKey::Class(instance.class),
            Kind::Exception(exception) => TypeKey::Class(exception.class),
            Kind::Named(..) | Kind::Unknown => return None,
            kind => TypeKey::Builtin(join::builtin_type(kind)?),
        })
    }

    // --- making objects: each comes without references ---------------------------------------------------------------

    /// A new object of the program.
    pub fn alloc(&mut self, kind: Kind) -> ObjId {
        let id = ObjId(self.next);
        self.next += 1;
        for referent in kind.referents() {
            self.st.inc(referent);
        }
        self.st.heap.insert(id, Obj::new(kind, self.site));
        id
    }

    /// A new object that takes over the references its parts come with.
    pub fn alloc_stealing(&mut self, kind: Kind) -> ObjId {
        let id = ObjId(self.next);
        self.next += 1;
        self.st.heap.insert(id, Obj::new(kind, self.site));
        id
    }

    /// An object of which only the type is known; whether it is new, neither.
    pub fn some(&mut self, ty: B) -> ObjId {
        self.atoms.some(ty)
    }

    /// A new object of which only the type is known, and the size where there is one for all.
    pub fn fresh(&mut self, ty: B) -> ObjId {
        self.alloc(Kind::Opaque(ty, None))
    }

    /// An object with a known immutable value that may be one of several.
    pub fn uncertain(&mut self, kind: Kind) -> ObjId {
        let id = self.alloc(kind);
        if let Some(obj) = self.st.heap.get_mut(id) {
            obj.uncertain = true;
            obj.escaped = true;
            obj.handed = true;
            obj.count = Count::ANY;
        }
        id
    }

    /// A computed integer: the cached one where it is, else a new one.
    pub fn int(&mut self, value: &num_bigint::BigInt) -> ObjId {
        match i64::try_from(value) {
            Ok(small) => self.int64(small),
            Err(_) => self.alloc(int_kind(value)),
        }
    }

    /// A computed integer: the cached one where it is, else a new one.
    pub fn int64(&mut self, value: i64) -> ObjId {
        if self.layout().is_small_int(value) {
            self.atoms.int(value)
        } else {
            self.alloc(Kind::Int(value))
        }
    }

    /// A computed float: always new.
    pub fn float(&mut self, value: f64) -> ObjId {
        self.alloc(Kind::Float(value.to_bits()))
    }

    /// A computed string: one character up to U+00FF comes from a cache, the empty one is one object, others are new.
    pub fn string(&mut self, text: &str) -> ObjId {
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (None, _) => self.atoms.str(""),
            (Some(c), None) if (c as u32) < 256 => {
                if self.layout().one_char_strings_interned() {
                    self.atoms.str(text)
                } else {
                    self.uncertain(Kind::Str(text.into()))
                }
            }
            _ => self.alloc(Kind::Str(text.into())),
        }
    }

    /// A string made anew even where a cached one is equal (`upper()`, `str(5)`); only the empty one is always one object.
    pub fn new_string(&mut self, text: &str) -> ObjId {
        if text.is_empty() {
            self.atoms.str("")
        } else {
            self.alloc(Kind::Str(text.into()))
        }
    }

    /// A string put together from others: whether a single character comes from the cache is not known.
    pub fn composed(&mut self, text: &str) -> ObjId {
        if text.chars().nth(1).is_none() && !text.is_empty() {
            self.uncertain(Kind::Str(text.into()))
        } else {
            self.string(text)
        }
    }

    /// Computed bytes.
    pub fn bytes(&mut self, content: &[u8]) -> ObjId {
        match content {
            [] => atoms::EMPTY_BYTES,
            [byte] => self.atoms.byte(*byte),
            _ => self.alloc(Kind::Bytes(content.into())),
        }
    }

    /// A tuple made at run time; the empty one is one object.
    pub fn tuple(&mut self, items: Vec<ObjId>) -> ObjId {
        if items.is_empty() {
            atoms::EMPTY_TUPLE
        } else {
            self.alloc(Kind::Tuple(std::sync::Arc::new(items)))
        }
    }

    /// `True` or `False`, or one of them.
    pub fn bool(&mut self, value: Option<bool>) -> ObjId {
        match value {
            Some(value) => self.atoms.bool(value),
            None => self.some(B::Bool),
        }
    }

    // --- steps -------------------------------------------------------------------------------------------------------

    /// One step; whether fuel is left. Without, loops widen at once and calls are not followed.
    pub(super) fn step(&mut self) -> bool {
        if self.fuel == 0 {
            self.hit("fuel");
            return false;
        }
        self.fuel -= 1;
        if self.fuel.is_multiple_of(1024) && self.cancel.is_cancelled() {
            self.fuel = 0;
        }
        true
    }

    /// What belongs to the running code alone: another's runs in between.
    pub(super) fn step_aside(&mut self) -> Aside {
        Aside {
            item: self.item,
            current: self.current,
            site: self.site,
            fresh_bound: std::mem::take(&mut self.fresh_bound),
            eager: std::mem::take(&mut self.eager),
            stop_at: self.stop_at.take(),
            stops: std::mem::take(&mut self.stops),
            resumption: self.resumption.take(),
        }
    }

    /// Back to the code that stepped aside.
    pub(super) fn step_back(&mut self, aside: Aside) {
        self.item = aside.item;
        self.current = aside.current;
        self.at(aside.site);
        self.fresh_bound = aside.fresh_bound;
        self.eager = aside.eager;
        self.stop_at = aside.stop_at;
        self.stops = aside.stops;
        self.resumption = aside.resumption;
    }

    /// A limit stopped the machine from knowing more.
    pub(super) fn hit(&mut self, limit: &'static str) {
        *self.hits.entry(limit).or_insert(0) += 1;
    }

    /// Joins a state that leaves by some way into what left by it before.
    pub(super) fn join_into(&mut self, slot: &mut Option<State>, state: State) {
        *slot = Some(match slot.take() {
            None => state,
            Some(before) => self.joined(&before, &state, false).0,
        });
    }

    /// The join of two states, and whether it says less than the first.
    pub(super) fn joined(&mut self, a: &State, b: &State, widen: bool) -> (State, bool) {
        let mut cx = JoinCx {
            atoms: &mut self.atoms,
            layout: self.p.layout,
            next: &mut self.next,
            widen,
            site: self.site,
        };
        join::join(&mut cx, a, b)
    }

    /// Shows the observer that a statement begins.
    pub(super) fn observe_before(&mut self, stmt: StmtId) {
        if self.quiet > 0 || self.is_told_of_elsewhere() {
            return;
        }
        if let Some(observer) = self.observer.take() {
            observer.before(self, self.item, stmt);
            self.observer = Some(observer);
        }
    }

    /// Shows a place to the observer.
    pub(super) fn observe(&mut self, place: Place) {
        if self.quiet > 0 || self.is_told_of_elsewhere() {
            return;
        }
        if let Some(observer) = self.observer.take() {
            observer.at(self, self.item, place);
            self.observer = Some(observer);
        }
    }

    /// The running function's own analysis covers every call of it.
    fn is_told_of_elsewhere(&self) -> bool {
        self.is_open
            && self.st.frames.len() > 2
            && (self.is_dead || self.opened.contains(&self.st.frame().unit))
    }

    /// What is under evaluation now.
    pub(super) fn at(&mut self, site: Site) {
        self.site = site;
        self.st.here = site;
    }

    /// Objects made from now on have this number or a greater one.
    pub fn next_object(&self) -> u32 {
        self.next
    }

    /// The site of an expression of the running item.
    pub(super) fn at_expr(&self, id: ExprId) -> Site {
        Site::expr(self.item, id)
    }
}

/// See [`Machine::step_aside`].
pub(super) struct Aside {
    item: u32,
    current: StmtId,
    site: Site,
    fresh_bound: Vec<ObjId>,
    eager: bool,
    stop_at: Option<bool>,
    stops: (Option<bool>, bool),
    resumption: Option<super::generator::Resumption>,
}

#[derive(PartialEq, Eq)]
enum TypeKey {
    Builtin(B),
    Class(ObjId),
}

/// The frame of the module's own code.
pub(super) fn module_frame() -> Frame {
    Frame::new(UnitRef::MODULE, 0)
}
