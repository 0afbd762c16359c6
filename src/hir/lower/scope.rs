//! Which names belong to which code object, and how each use reaches its name: CPython's `symtable`.
//!
//! Two passes: a walk in `symtable`'s order that notes what each scope does with its names, then a resolution from the
//! outside in. Whatever the module's other statements bind does not matter here: a name that no enclosing function
//! binds is global.

mod exprs;
mod link;
mod units;
mod walk;

use rustc_hash::FxHashMap;

use self::link::link;
use self::units::{patch, rebuild_units};

use crate::base::{Name, Names, Span};
use crate::hir::body::{ExprId, PatId, StmtId};
use crate::hir::unit::{Item, Problem, UnitId, UnitKind, VarKind};

const USED: u16 = 1;
const BOUND: u16 = 2;
const PARAM: u16 = 4;
const GLOBAL: u16 = 8;
const NONLOCAL: u16 = 16;
const ANNOTATED: u16 = 32;
/// Target of a comprehension.
const COMP_TARGET: u16 = 64;
/// Read by an annotation.
const IN_ANNOTATION: u16 = 128;

/// Finds the scopes of `item`, whose units get their final order, names and parents.
///
/// With `future_annotations` the file's annotations are never evaluated.
pub(super) fn resolve(item: &mut Item, names: &mut Names, future_annotations: bool) {
    let known = Known {
        super_: names.intern("super"),
        class: names.intern("__class__"),
        type_params: names.intern("<generic parameters>"),
    };
    let mut walk = Walk {
        item,
        known,
        tables: vec![Table::new(None, Block::Module, None)],
        current: 0,
        annotated: None,
        problems: Vec::new(),
    };
    walk.body(&item.body);
    let Walk {
        mut tables,
        mut problems,
        ..
    } = walk;
    link(&mut tables, known, future_annotations, &mut problems);
    for message in problems {
        item.problems.push(message);
        item.is_broken = true;
    }
    patch(item, &tables);
    rebuild_units(item, tables, names);
}

#[derive(Clone, Copy)]
struct Known {
    super_: Name,
    class: Name,
    type_params: Name,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Module,
    Class,
    Function,
    Comprehension,
    /// Type parameters and what is evaluated lazily (3.12).
    Lazy,
}

struct Entry {
    name: Name,
    flags: u16,
    kind: VarKind,
    is_captured: bool,
}

/// Where a use stands.
#[derive(Clone, Copy)]
enum Site {
    Expr(ExprId),
    Stmt(StmtId),
    Alias(StmtId, u32),
    Handler(StmtId, u32),
    Pattern(PatId),
}

/// A node that owns a unit.
#[derive(Clone, Copy)]
enum Owner {
    Expr(ExprId),
    Stmt(StmtId),
    /// Made up here.
    None,
}

struct Table {
    parent: Option<usize>,
    block: Block,
    /// The unit as the reader numbered it, and its owner; `None` for the module and what is made up.
    unit: Option<UnitId>,
    owner: Owner,
    /// For units made up here.
    made_up: Option<(UnitKind, Name, Span)>,
    vars: Vec<Entry>,
    index: FxHashMap<Name, u16>,
    uses: Vec<(Site, u16, bool)>,
    is_generator: bool,
    is_async: bool,
    needs_class_cell: bool,
}

impl Table {
    fn new(parent: Option<usize>, block: Block, unit: Option<UnitId>) -> Self {
        Self {
            parent,
            block,
            unit,
            owner: Owner::None,
            made_up: None,
            vars: Vec::new(),
            index: FxHashMap::default(),
            uses: Vec::new(),
            is_generator: false,
            is_async: false,
            needs_class_cell: false,
        }
    }

    fn add(&mut self, name: Name, flags: u16) -> u16 {
        let next = self.vars.len() as u16;
        let slot = *self.index.entry(name).or_insert(next);
        if slot == next && self.vars.len() == usize::from(next) {
            self.vars.push(Entry {
                name,
                flags,
                kind: VarKind::GlobalImplicit,
                is_captured: false,
            });
        } else {
            self.vars[usize::from(slot)].flags |= flags;
        }
        slot
    }

    /// Whether it is a comprehension that 3.12 puts into the code around it.
    fn may_be_inlined(&self) -> bool {
        self.block == Block::Comprehension && !self.is_generator
    }

    fn get(&self, name: Name) -> Option<&Entry> {
        self.index
            .get(&name)
            .map(|&slot| &self.vars[usize::from(slot)])
    }
}

/// The walk.
struct Walk<'a> {
    item: &'a Item,
    known: Known,
    tables: Vec<Table>,
    current: usize,
    /// The table in which the annotation around stands: what is read in it is not read by the code around it.
    annotated: Option<usize>,
    problems: Vec<Problem>,
}
