//! Which names belong to which code object, and how each use reaches its name: CPython's `symtable`.
//!
//! Two passes: a walk in `symtable`'s order that notes what each scope does with its names, then a resolution from the
//! outside in. Whatever the module's other statements bind does not matter here: a name that no enclosing function
//! binds is global.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::{Name, Names, Span};
use crate::hir::body::{
    Comprehension, Expr, ExprId, Keyword, NameUse, PatId, Pattern, Stmt, StmtId, TypeParam, Var,
};
use crate::hir::unit::{Item, Params, Problem, Scope, Unit, UnitId, UnitKind, VarKind, Variable};

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

struct Walk<'a> {
    item: &'a Item,
    known: Known,
    tables: Vec<Table>,
    current: usize,
    /// The table in which the annotation around stands: what is read in it is not read by the code around it.
    annotated: Option<usize>,
    problems: Vec<Problem>,
}

impl Walk<'_> {
    fn table(&mut self) -> &mut Table {
        &mut self.tables[self.current]
    }

    fn problem(&mut self, span: Span, message: &str) {
        self.problems.push(Problem {
            span,
            message: message.to_owned(),
        });
    }

    fn enter(&mut self, block: Block, unit: Option<UnitId>, owner: Owner) -> usize {
        let before = self.current;
        let mut table = Table::new(Some(before), block, unit);
        table.owner = owner;
        self.tables.push(table);
        self.current = self.tables.len() - 1;
        before
    }

    fn lazily(&mut self, kind: UnitKind, name: Name, span: Span) -> usize {
        let before = self.enter(Block::Lazy, None, Owner::None);
        self.table().made_up = Some((kind, name, span));
        before
    }

    fn add(&mut self, name: Name, flags: u16) -> u16 {
        self.table().add(name, flags)
    }

    fn mention(&mut self, site: Site, name: Name, flags: u16) {
        let slot = self.add(name, flags);
        self.table()
            .uses
            .push((site, slot, flags & (USED | IN_ANNOTATION) != 0));
    }

    fn bind(&mut self, site: Site, name: NameUse) {
        let flags = match self.tables[self.current].block {
            Block::Comprehension => BOUND | COMP_TARGET,
            _ => BOUND,
        };
        self.mention(site, name.name, flags);
    }

    fn body(&mut self, body: &[StmtId]) {
        for &id in body {
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.stmt(id));
        }
    }

    fn stmt(&mut self, id: StmtId) {
        let item = self.item;
        match item.stmt(id) {
            Stmt::Error | Stmt::Pass | Stmt::Break | Stmt::Continue => {}
            Stmt::FunctionDef {
                unit,
                name,
                decorators,
                type_params,
            } => {
                self.function(id, *unit, *name, decorators, type_params);
            }
            Stmt::ClassDef {
                unit,
                name,
                bases,
                keywords,
                decorators,
                type_params,
            } => {
                self.bind(Site::Stmt(id), *name);
                self.exprs(decorators);
                let around = self.open_type_params(type_params, item.stmt_span(id));
                self.exprs(bases);
                self.keywords(keywords);
                let before = self.enter(Block::Class, Some(*unit), Owner::Stmt(id));
                self.body(&item.unit(*unit).body);
                self.current = around.unwrap_or(before);
            }
            Stmt::Return(value) => {
                if !matches!(self.tables[self.current].block, Block::Function) {
                    self.problem(item.stmt_span(id), "'return' outside function");
                }
                self.exprs(value.as_slice());
            }
            Stmt::Delete(targets) => targets.iter().for_each(|&target| self.target(target)),
            Stmt::Assign { targets, value } => {
                targets.iter().for_each(|&target| self.target(target));
                self.expr(*value);
            }
            Stmt::TypeAlias {
                name,
                type_params,
                value,
            } => {
                self.bind(Site::Stmt(id), *name);
                let span = item.stmt_span(id);
                let around = self.open_type_params(type_params, span);
                let before = self.lazily(UnitKind::TypeAlias, name.name, span);
                self.expr(*value);
                self.current = around.unwrap_or(before);
            }
            Stmt::AugAssign { target, value, .. } => {
                self.target(*target);
                self.expr(*value);
            }
            Stmt::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => {
                match item.expr(*target) {
                    Expr::Name(name) => {
                        let bound = if *simple || value.is_some() { BOUND } else { 0 };
                        let annotated = if *simple { ANNOTATED } else { 0 };
                        self.mention(Site::Expr(*target), name.name, bound | annotated);
                    }
                    _ => self.target(*target),
                }
                self.annotation(*annotation);
                self.exprs(value.as_slice());
            }
            Stmt::For {
                target,
                iter,
                body,
                orelse,
                ..
            } => {
                self.target(*target);
                self.expr(*iter);
                self.body(body);
                self.body(orelse);
            }
            Stmt::While { test, body, orelse } | Stmt::If { test, body, orelse } => {
                self.expr(*test);
                self.body(body);
                self.body(orelse);
            }
            Stmt::With { items, body, .. } => {
                for with in items {
                    self.expr(with.context);
                    if let Some(target) = with.target {
                        self.target(target);
                    }
                }
                self.body(body);
            }
            Stmt::Match { subject, cases } => {
                self.expr(*subject);
                for case in cases {
                    self.pattern(case.pattern);
                    self.exprs(case.guard.as_slice());
                    self.body(&case.body);
                }
            }
            Stmt::Raise { exc, cause } => {
                self.exprs(exc.as_slice());
                self.exprs(cause.as_slice());
            }
            Stmt::Try {
                body,
                handlers,
                orelse,
                finalbody,
                ..
            } => {
                self.body(body);
                self.body_of_handlers(id, handlers);
                self.body(orelse);
                self.body(finalbody);
            }
            Stmt::Assert { test, msg } => {
                self.expr(*test);
                self.exprs(msg.as_slice());
            }
            Stmt::Import(aliases) | Stmt::ImportFrom { names: aliases, .. } => {
                for (index, alias) in aliases.iter().enumerate() {
                    match alias.binds {
                        Some(name) => self.bind(Site::Alias(id, index as u32), name),
                        None if self.tables[self.current].block != Block::Module => {
                            self.problem(alias.span, "import * only allowed at module level");
                        }
                        None => {}
                    }
                }
            }
            Stmt::Global(names) => self.declare(id, names, GLOBAL, "global"),
            Stmt::Nonlocal(names) => {
                if self.tables[self.current].block == Block::Module {
                    self.problem(
                        item.stmt_span(id),
                        "nonlocal declaration not allowed at module level",
                    );
                }
                self.declare(id, names, NONLOCAL, "nonlocal");
            }
            Stmt::Expr(value) => self.expr(*value),
        }
    }

    fn declare(&mut self, id: StmtId, names: &[Name], flag: u16, word: &str) {
        for &name in names {
            let before = self.table().get(name).map_or(0, |entry| entry.flags);
            let other = (GLOBAL | NONLOCAL) & !flag;
            if before & (PARAM | BOUND | USED | ANNOTATED | IN_ANNOTATION | other) != 0 {
                self.problem(
                    self.item.stmt_span(id),
                    &format!("name is used prior to {word} declaration"),
                );
            }
            self.add(name, flag);
        }
    }

    fn body_of_handlers(&mut self, id: StmtId, handlers: &[crate::hir::body::Handler]) {
        for (index, handler) in handlers.iter().enumerate() {
            self.exprs(handler.exc_type.as_slice());
            if let Some(name) = handler.name {
                self.bind(Site::Handler(id, index as u32), name);
            }
            self.body(&handler.body);
        }
    }

    fn function(
        &mut self,
        id: StmtId,
        unit: UnitId,
        name: NameUse,
        decorators: &[ExprId],
        type_params: &[TypeParam],
    ) {
        let item = self.item;
        self.bind(Site::Stmt(id), name);
        let function = item.unit(unit);
        self.exprs(&function.params.defaults);
        function
            .params
            .kw_defaults
            .iter()
            .for_each(|default| self.exprs(default.as_slice()));
        self.exprs(decorators);
        let around = self.open_type_params(type_params, item.stmt_span(id));
        for param in function.params.in_slot_order() {
            param
                .annotation
                .iter()
                .for_each(|&annotation| self.annotation(annotation));
        }
        function
            .returns
            .iter()
            .for_each(|&returns| self.annotation(returns));
        let before = self.enter(Block::Function, Some(unit), Owner::Stmt(id));
        self.table().is_async = function.kind == UnitKind::AsyncFunction;
        self.params(&function.params);
        self.body(&function.body);
        self.current = around.unwrap_or(before);
    }

    fn params(&mut self, params: &Params) {
        for param in params.in_slot_order() {
            self.add(param.name, PARAM);
        }
    }

    /// Opens the scope of type parameters, if there are any; returns the one around it.
    fn open_type_params(&mut self, params: &[TypeParam], span: Span) -> Option<usize> {
        if params.is_empty() {
            return None;
        }
        let around = self.lazily(UnitKind::TypeParams, self.known.type_params, span);
        for param in params {
            self.add(param.name, BOUND);
            for lazy in param.bound.iter().chain(&param.default) {
                let before = self.lazily(
                    UnitKind::TypeParam(param.kind),
                    param.name,
                    self.item.expr_span(*lazy),
                );
                self.expr(*lazy);
                self.current = before;
            }
        }
        Some(around)
    }

    fn annotation(&mut self, id: ExprId) {
        let before = self.annotated.replace(self.current);
        self.expr(id);
        self.annotated = before;
    }

    fn exprs(&mut self, ids: &[ExprId]) {
        ids.iter().for_each(|&id| self.expr(id));
    }

    fn keywords(&mut self, keywords: &[Keyword]) {
        keywords.iter().for_each(|keyword| self.expr(keyword.value));
    }

    /// Something assigned to or deleted.
    fn target(&mut self, id: ExprId) {
        match self.item.expr(id) {
            Expr::Name(name) => self.bind(Site::Expr(id), *name),
            Expr::Tuple { elts } | Expr::List { elts } => {
                stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                    elts.iter().for_each(|&elt| self.target(elt))
                });
            }
            Expr::Starred(value) => self.target(*value),
            _ => self.expr(id),
        }
    }

    fn expr(&mut self, id: ExprId) {
        let item = self.item;
        // The leaves are most of it.
        match item.expr(id) {
            Expr::Missing | Expr::Constant(_) => {}
            Expr::Name(name) => {
                if name.name == self.known.super_
                    && matches!(self.table().block, Block::Function | Block::Comprehension)
                {
                    self.add(self.known.class, USED);
                }
                let in_annotation = self.annotated == Some(self.current);
                self.mention(
                    Site::Expr(id),
                    name.name,
                    if in_annotation { IN_ANNOTATION } else { USED },
                );
            }
            inner => stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.compound_expr(id, inner)),
        }
    }

    fn compound_expr(&mut self, id: ExprId, expr: &Expr) {
        let item = self.item;
        match expr {
            Expr::Missing | Expr::Constant(_) | Expr::Name(_) => {}
            Expr::BoolOp { values, .. } => self.exprs(values),
            Expr::Named { target, value } => {
                self.expr(*value);
                self.named_target(*target);
            }
            Expr::BinOp { left, right, .. } => {
                self.expr(*left);
                self.expr(*right);
            }
            Expr::UnaryOp { operand: value, .. } | Expr::Starred(value) => self.expr(*value),
            Expr::Attribute { value, .. } => self.expr(*value),
            Expr::Lambda(unit) => {
                let lambda = item.unit(*unit);
                self.exprs(&lambda.params.defaults);
                lambda
                    .params
                    .kw_defaults
                    .iter()
                    .for_each(|default| self.exprs(default.as_slice()));
                let before = self.enter(Block::Function, Some(*unit), Owner::Expr(id));
                self.params(&lambda.params);
                self.exprs(lambda.value.as_slice());
                self.current = before;
            }
            Expr::IfExp { test, body, orelse } => {
                self.expr(*test);
                self.expr(*body);
                self.expr(*orelse);
            }
            Expr::Dict { items } => {
                for (key, value) in items {
                    self.exprs(key.as_slice());
                    self.expr(*value);
                }
            }
            Expr::Set { elts } | Expr::List { elts } | Expr::Tuple { elts } => self.exprs(elts),
            Expr::Comp {
                unit,
                elt,
                value,
                generators,
                ..
            } => {
                self.comprehension(id, *unit, *elt, *value, generators);
            }
            Expr::Await(value) => self.expr(*value),
            Expr::Yield(value) => {
                self.note_yield(id);
                self.exprs(value.as_slice());
            }
            Expr::YieldFrom(value) => {
                self.note_yield(id);
                self.expr(*value);
            }
            Expr::Compare { left, rest } => {
                self.expr(*left);
                rest.iter().for_each(|(_, right)| self.expr(*right));
            }
            Expr::Call {
                func,
                args,
                keywords,
            } => {
                self.expr(*func);
                self.exprs(args);
                self.keywords(keywords);
            }
            Expr::JoinedStr { parts } | Expr::TemplateStr { parts } => self.exprs(parts),
            Expr::Formatted { value, spec, .. } | Expr::Interpolation { value, spec, .. } => {
                self.expr(*value);
                self.exprs(spec.as_slice());
            }
            Expr::Subscript { value, index } => {
                self.expr(*value);
                self.expr(*index);
            }
            Expr::Slice { lower, upper, step } => {
                [lower, upper, step]
                    .into_iter()
                    .for_each(|bound| self.exprs(bound.as_slice()));
            }
        }
    }

    fn note_yield(&mut self, id: ExprId) {
        match self.tables[self.current].block {
            Block::Function => self.table().is_generator = true,
            Block::Comprehension => {
                self.problem(self.item.expr_span(id), "'yield' inside comprehension")
            }
            _ => self.problem(self.item.expr_span(id), "'yield' outside function"),
        }
    }

    fn comprehension(
        &mut self,
        id: ExprId,
        unit: UnitId,
        elt: ExprId,
        value: Option<ExprId>,
        generators: &[Comprehension],
    ) {
        let Some((first, rest)) = generators.split_first() else {
            return;
        };
        self.expr(first.iter);
        let before = self.enter(Block::Comprehension, Some(unit), Owner::Expr(id));
        self.table().is_generator = self.item.unit(unit).kind
            == UnitKind::Comprehension(crate::hir::body::CompKind::Generator);
        self.target(first.target);
        self.exprs(&first.ifs);
        for clause in rest {
            self.target(clause.target);
            self.expr(clause.iter);
            self.exprs(&clause.ifs);
        }
        self.exprs(value.as_slice());
        self.expr(elt);
        self.current = before;
    }

    /// In a comprehension `:=` binds in the function or module around it.
    fn named_target(&mut self, target: ExprId) {
        let Expr::Name(name) = self.item.expr(target) else {
            return;
        };
        if self.tables[self.current].block != Block::Comprehension {
            return self.bind(Site::Expr(target), *name);
        }
        let span = self.item.expr_span(target);
        let mut outer = self.current;
        while let (Block::Comprehension, Some(parent)) =
            (self.tables[outer].block, self.tables[outer].parent)
        {
            if self.tables[outer]
                .get(name.name)
                .is_some_and(|entry| entry.flags & COMP_TARGET != 0)
            {
                return self.problem(
                    span,
                    "assignment expression cannot rebind comprehension iteration variable",
                );
            }
            outer = parent;
        }
        let flag = match self.tables[outer].block {
            Block::Module => GLOBAL,
            Block::Function => {
                let is_global = self.tables[outer]
                    .get(name.name)
                    .is_some_and(|entry| entry.flags & GLOBAL != 0);
                self.tables[outer].add(name.name, BOUND);
                if is_global { GLOBAL } else { NONLOCAL }
            }
            Block::Class | Block::Comprehension | Block::Lazy => {
                return self.problem(
                    span,
                    "assignment expression within a comprehension cannot be used here",
                );
            }
        };
        self.add(name.name, flag);
        self.mention(Site::Expr(target), name.name, BOUND);
    }

    fn pattern(&mut self, id: PatId) {
        let item = self.item;
        match item.pattern(id) {
            Pattern::Missing | Pattern::Singleton(_) => {}
            Pattern::Value(value) => self.expr(*value),
            Pattern::Sequence(patterns) | Pattern::Or(patterns) => {
                stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                    patterns.iter().for_each(|&inner| self.pattern(inner))
                });
            }
            Pattern::Mapping {
                keys,
                patterns,
                rest,
            } => {
                self.exprs(keys);
                patterns.iter().for_each(|&inner| self.pattern(inner));
                if let Some(name) = rest {
                    self.bind(Site::Pattern(id), *name);
                }
            }
            Pattern::Class {
                class,
                patterns,
                keywords,
            } => {
                self.expr(*class);
                patterns.iter().for_each(|&inner| self.pattern(inner));
                keywords.iter().for_each(|(_, inner)| self.pattern(*inner));
            }
            Pattern::Star(name) => {
                if let Some(name) = name {
                    self.bind(Site::Pattern(id), *name);
                }
            }
            Pattern::As { pattern, name } => {
                if let Some(inner) = pattern {
                    self.pattern(*inner);
                }
                if let Some(name) = name {
                    self.bind(Site::Pattern(id), *name);
                }
            }
        }
    }
}

/// Finds the kind of every name, outer scopes before inner ones.
fn link(tables: &mut [Table], known: Known, future_annotations: bool, problems: &mut Vec<Problem>) {
    for table in 0..tables.len() {
        if tables[table].vars.len() > usize::from(u16::MAX) - 256 {
            problems.push(Problem {
                span: Span::default(),
                message: "too many names in one scope".to_owned(),
            });
            return;
        }
        for slot in 0..tables[table].vars.len() {
            let Entry { name, flags, .. } = tables[table].vars[slot];
            let kind = if flags & GLOBAL != 0 {
                if flags & PARAM != 0 {
                    problems.push(Problem {
                        span: Span::default(),
                        message: "name is parameter and global".to_owned(),
                    });
                }
                VarKind::GlobalExplicit
            } else if flags & NONLOCAL != 0 {
                match find_binding(tables, table, name, known) {
                    Some(binder) => make_free(tables, table, name, binder, known),
                    None => {
                        let message = "no binding for nonlocal name found".to_owned();
                        problems.push(Problem {
                            span: Span::default(),
                            message,
                        });
                        VarKind::GlobalImplicit
                    }
                }
            } else if flags & (BOUND | PARAM) != 0 {
                VarKind::Local
            } else if flags == IN_ANNOTATION && future_annotations
                || is_seen_in_class(tables, table, name)
            {
                VarKind::GlobalImplicit
            } else {
                match find_binding(tables, table, name, known) {
                    Some(binder) => make_free(tables, table, name, binder, known),
                    None => VarKind::GlobalImplicit,
                }
            };
            // An inner scope that was added meanwhile never changes the kind of an outer name but to a cell.
            tables[table].vars[slot].kind = kind;
        }
    }
}

/// Whether `table` is evaluated lazily right in a class that binds `name`: it is then looked up in the class.
fn is_seen_in_class(tables: &[Table], table: usize, name: Name) -> bool {
    let mut at = table;
    while let (Block::Lazy, Some(parent)) = (tables[at].block, tables[at].parent) {
        if tables[parent].block == Block::Class {
            let flags = tables[parent].get(name).map_or(0, |entry| entry.flags);
            return flags & (BOUND | PARAM) != 0 && flags & (GLOBAL | NONLOCAL) == 0;
        }
        let flags = tables[parent].get(name).map_or(0, |entry| entry.flags);
        if flags & (BOUND | PARAM) != 0 {
            return false;
        }
        at = parent;
    }
    false
}

/// The nearest scope around `table` that binds `name` for inner scopes.
fn find_binding(tables: &[Table], table: usize, name: Name, known: Known) -> Option<usize> {
    let mut at = tables[table].parent;
    while let Some(outer) = at {
        let scope = &tables[outer];
        match scope.block {
            Block::Module => return None,
            Block::Class if name == known.class => return Some(outer),
            Block::Class => {}
            Block::Function | Block::Comprehension | Block::Lazy => {
                let flags = scope.get(name).map_or(0, |entry| entry.flags);
                if flags & GLOBAL != 0 {
                    return None;
                }
                if flags & NONLOCAL == 0 && flags & (BOUND | PARAM) != 0 {
                    return Some(outer);
                }
            }
        }
        at = scope.parent;
    }
    None
}

/// Makes `name` a cell where it is bound, and passes it through the scopes between.
fn make_free(
    tables: &mut [Table],
    table: usize,
    name: Name,
    binder: usize,
    known: Known,
) -> VarKind {
    let mut at = tables[table].parent;
    let mut is_captured = !tables[table].may_be_inlined();
    while let Some(outer) = at.filter(|&outer| outer != binder) {
        is_captured |= !tables[outer].may_be_inlined();
        if tables[outer].get(name).is_none() {
            let slot = tables[outer].add(name, 0);
            tables[outer].vars[usize::from(slot)].kind = VarKind::Free;
        }
        tables[outer].needs_class_cell |=
            name == known.class && tables[outer].block != Block::Class;
        at = tables[outer].parent;
    }
    match tables[binder].index.get(&name).copied() {
        Some(slot) if tables[binder].block != Block::Class => {
            let var = &mut tables[binder].vars[usize::from(slot)];
            var.kind = VarKind::Cell;
            var.is_captured |= is_captured;
        }
        _ => {}
    }
    if name == known.class {
        tables[table].needs_class_cell = true;
        tables[binder].needs_class_cell |= tables[binder].block == Block::Class;
    }
    VarKind::Free
}

fn patch(item: &mut Item, tables: &[Table]) {
    let set = |place: Option<&mut NameUse>, var: Var| {
        if let Some(place) = place {
            place.var = var;
        }
    };
    for table in tables {
        for &(site, slot, is_load) in &table.uses {
            let var = var_of(table, slot, is_load);
            match site {
                Site::Expr(id) => match &mut item.exprs[id.0 as usize] {
                    Expr::Name(name) => name.var = var,
                    _ => continue,
                },
                Site::Stmt(id) => match &mut item.stmts[id.0 as usize] {
                    Stmt::FunctionDef { name, .. }
                    | Stmt::ClassDef { name, .. }
                    | Stmt::TypeAlias { name, .. } => {
                        name.var = var;
                    }
                    _ => continue,
                },
                Site::Alias(id, index) => match &mut item.stmts[id.0 as usize] {
                    Stmt::Import(aliases) | Stmt::ImportFrom { names: aliases, .. } => {
                        set(aliases[index as usize].binds.as_mut(), var);
                    }
                    _ => continue,
                },
                Site::Handler(id, index) => match &mut item.stmts[id.0 as usize] {
                    Stmt::Try { handlers, .. } => set(handlers[index as usize].name.as_mut(), var),
                    _ => continue,
                },
                Site::Pattern(id) => match &mut item.patterns[id.0 as usize] {
                    Pattern::Star(name)
                    | Pattern::As { name, .. }
                    | Pattern::Mapping { rest: name, .. } => {
                        set(name.as_mut(), var);
                    }
                    _ => continue,
                },
            }
        }
    }
}

fn var_of(table: &Table, slot: u16, is_load: bool) -> Var {
    match (table.block, table.vars[usize::from(slot)].kind) {
        (Block::Module, _) => Var::Namespace,
        (Block::Class, VarKind::Free) if is_load => Var::ClassDeref(slot),
        (_, VarKind::Cell | VarKind::Free) => Var::Deref(slot),
        (Block::Class, _) => Var::Namespace,
        (_, VarKind::Local) => Var::Fast(slot),
        (_, VarKind::GlobalExplicit | VarKind::GlobalImplicit) => Var::Global,
    }
}

/// Puts the units into the order of their scopes, outer ones first.
fn rebuild_units(item: &mut Item, tables: Vec<Table>, names: &Names) {
    let mut old: Vec<Option<Unit>> = std::mem::take(&mut item.units)
        .into_iter()
        .map(Some)
        .collect();
    let mut units: Vec<Unit> = Vec::with_capacity(tables.len() - 1);
    let explicit_globals: Vec<(Option<usize>, Vec<Name>)> = tables
        .iter()
        .map(|table| {
            let globals = table
                .vars
                .iter()
                .filter(|entry| entry.kind == VarKind::GlobalExplicit)
                .map(|entry| entry.name);
            (table.parent, globals.collect())
        })
        .collect();
    for (index, table) in tables.into_iter().enumerate().skip(1) {
        let id = UnitId(index as u32 - 1);
        let made = table.unit.and_then(|unit| old[unit.0 as usize].take());
        let mut unit = match (made, table.made_up) {
            (Some(unit), _) => unit,
            (None, Some((kind, name, span))) => lazy_unit(kind, name, span),
            (None, None) => continue,
        };
        let parent = table.parent.unwrap_or(0);
        unit.parent = parent.checked_sub(1).map(|parent| UnitId(parent as u32));
        unit.is_generator = table.is_generator;
        unit.scope = Scope {
            vars: table.vars.into_iter().map(variable).collect(),
            needs_class_cell: table.needs_class_cell,
        };
        let mangled = match table.owner {
            Owner::Stmt(stmt) => match &item.stmts[stmt.0 as usize] {
                Stmt::FunctionDef { name, .. } | Stmt::ClassDef { name, .. } => Some(name.name),
                _ => None,
            },
            _ => None,
        };
        let forced = mangled.is_some_and(|name| explicit_globals[parent].1.contains(&name));
        unit.qualname = match forced {
            true => names.shared(unit.name),
            false => qualname(&units, unit.parent, names.text(unit.name)),
        };
        units.push(unit);
        match table.owner {
            Owner::Expr(expr) => match &mut item.exprs[expr.0 as usize] {
                Expr::Lambda(unit) | Expr::Comp { unit, .. } => *unit = id,
                _ => {}
            },
            Owner::Stmt(stmt) => match &mut item.stmts[stmt.0 as usize] {
                Stmt::FunctionDef { unit, .. } | Stmt::ClassDef { unit, .. } => *unit = id,
                _ => {}
            },
            Owner::None => {}
        }
    }
    item.units = units;
}

fn qualname(units: &[Unit], parent: Option<UnitId>, name: &str) -> Arc<str> {
    let mut parent = parent.map(|parent| &units[parent.0 as usize]);
    while let Some(unit) = parent.filter(|unit| matches!(unit.kind, UnitKind::TypeParams)) {
        parent = unit.parent.map(|parent| &units[parent.0 as usize]);
    }
    match parent {
        None => name.into(),
        Some(unit) => match unit.kind {
            UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda => {
                format!("{}.<locals>.{name}", unit.qualname).into()
            }
            _ => format!("{}.{name}", unit.qualname).into(),
        },
    }
}

fn lazy_unit(kind: UnitKind, name: Name, span: Span) -> Unit {
    Unit {
        kind,
        name,
        qualname: "".into(),
        parent: None,
        params: Params::default(),
        returns: None,
        scope: Scope::default(),
        body: Vec::new(),
        value: None,
        is_generator: false,
        has_docstring: false,
        span,
        name_span: Span {
            start: span.start,
            end: span.start,
        },
    }
}

fn variable(entry: Entry) -> Variable {
    Variable {
        name: entry.name,
        kind: entry.kind,
        is_assigned: entry.flags & BOUND != 0,
        is_referenced: entry.flags & USED != 0,
        in_annotation: entry.flags & IN_ANNOTATION != 0,
        is_captured: entry.is_captured,
        is_parameter: entry.flags & PARAM != 0,
        is_annotated: entry.flags & ANNOTATED != 0,
        is_nonlocal: entry.flags & NONLOCAL != 0,
    }
}
