//! Code objects, their scopes, and the items that own them.

use std::sync::Arc;

use super::body::{Expr, ExprId, PatId, Pattern, Stmt, StmtId};
use super::lower::Pieces;
use crate::base::{Name, Span};

/// Index of a code object in its [`Item`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitId(pub u32);

/// What a code object belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnitKind {
    /// `def`
    Function,
    /// `async def`
    AsyncFunction,
    /// `lambda`
    Lambda,
    /// A class body.
    Class,
    /// A comprehension or generator expression. From 3.12 on all but generator expressions are inlined.
    Comprehension(super::body::CompKind),
    /// The type parameters of a generic function, class or alias (3.12): the function's or class's unit is in it.
    TypeParams,
    /// Bound or default of a type parameter, evaluated when asked for.
    TypeParam(super::body::TypeParamKind),
    /// The value of a `type` statement, evaluated when asked for.
    TypeAlias,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its (mangled) name.
    pub name: Name,
    /// Slot in the unit's [`Scope::vars`].
    pub slot: u16,
    /// Its annotation, evaluated in the enclosing unit.
    pub annotation: Option<ExprId>,
    /// The identifier.
    pub span: Span,
}

/// The parameters of a function or lambda, as `ast.arguments` has them. Defaults are evaluated in the enclosing unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params {
    /// Before `/`.
    pub posonly: Vec<Param>,
    /// Ordinary ones.
    pub args: Vec<Param>,
    /// `*args`
    pub vararg: Option<Param>,
    /// After `*`.
    pub kwonly: Vec<Param>,
    /// `**kwargs`
    pub kwarg: Option<Param>,
    /// Defaults of the last of `posonly` and `args`.
    pub defaults: Vec<ExprId>,
    /// Defaults of `kwonly`, one each.
    pub kw_defaults: Vec<Option<ExprId>>,
}

impl Params {
    /// Parameters in the order of their slots (`co_varnames`): positional ones, keyword-only ones, `*args`, `**kwargs`.
    pub fn in_slot_order(&self) -> impl Iterator<Item = &Param> {
        self.posonly
            .iter()
            .chain(&self.args)
            .chain(&self.kwonly)
            .chain(&self.vararg)
            .chain(&self.kwarg)
    }
}

/// What `symtable` says of a name in a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VarKind {
    /// Bound here, used nowhere else.
    Local,
    /// Bound here and used by an inner function.
    Cell,
    /// Bound by an enclosing function.
    Free,
    /// Declared `global`.
    GlobalExplicit,
    /// Bound nowhere around: a global or builtin.
    GlobalImplicit,
}

/// A name of a scope.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// The (mangled) name.
    pub name: Name,
    /// Where it lives.
    pub kind: VarKind,
    /// Bound in this scope by assignment, `for`, `import`, `def`, ... (`symtable`'s `is_assigned` and `is_imported`).
    pub is_assigned: bool,
    /// Read in this scope, annotations apart.
    pub is_referenced: bool,
    /// Read by an annotation that stands in this scope. Where annotations are evaluated on demand (3.14) the name is
    /// then a cell if it is a function's local; under `from __future__ import annotations` nothing reads it.
    pub in_annotation: bool,
    /// Used by an inner scope that is a code object even where comprehensions are inlined (3.12). A cell that is not
    /// captured is an ordinary local there.
    pub is_captured: bool,
    /// A parameter of this scope.
    pub is_parameter: bool,
    /// Has an annotation in this scope.
    pub is_annotated: bool,
    /// Declared `nonlocal` here.
    pub is_nonlocal: bool,
}

/// The scope of a unit: parameters first, in the order of `co_varnames`, then the others by first appearance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope {
    /// Its names.
    pub vars: Vec<Variable>,
    /// Needs the class cell: a method mentions `super` or `__class__` (of a class body: one of its methods does).
    pub needs_class_cell: bool,
}

impl Scope {
    /// Slot of `name`.
    pub fn slot(&self, name: Name) -> Option<u16> {
        self.vars
            .iter()
            .position(|var| var.name == name)
            .map(|slot| slot as u16)
    }
}

/// A code object other than the module's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// What it belongs to.
    pub kind: UnitKind,
    /// `co_name`: `f`, `C`, `<lambda>`, `<listcomp>`.
    pub name: Name,
    /// `co_qualname`: `f.<locals>.g`.
    pub qualname: Arc<str>,
    /// The unit around it; `None`: the module.
    pub parent: Option<UnitId>,
    /// Parameters (functions and lambdas).
    pub params: Params,
    /// `-> returns`
    pub returns: Option<ExprId>,
    /// Names.
    pub scope: Scope,
    /// The body of a function or class.
    pub body: Vec<StmtId>,
    /// The body of a lambda.
    pub value: Option<ExprId>,
    /// Contains `yield`, or is a generator expression.
    pub is_generator: bool,
    /// The body's first statement is a docstring.
    pub has_docstring: bool,
    /// From `def`, `class`, `lambda` or the comprehension's bracket to its end (decorators left out).
    pub span: Span,
    /// The identifier after `def` or `class`; empty at the start of others.
    pub name_span: Span,
}

/// A top-level statement with everything inside it. Spans are relative to its start (of its first decorator, if any).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// The module-level statements; more than one only where the parser says so.
    pub body: Vec<StmtId>,
    /// All statements.
    pub stmts: Vec<Stmt>,
    /// Where they stand: as `ast` has it (of `def` and `class` without the decorators).
    pub stmt_spans: Vec<Span>,
    /// All expressions.
    pub exprs: Vec<Expr>,
    /// Where they stand, as `ast` has it.
    pub expr_spans: Vec<Span>,
    /// All patterns.
    pub patterns: Vec<Pattern>,
    /// Where they stand.
    pub pattern_spans: Vec<Span>,
    /// All code objects, outer ones before inner ones.
    pub units: Vec<Unit>,
    /// Has an error node: what stands in it may mean something else to CPython.
    pub is_broken: bool,
    /// Imports that begin with `lazy` (3.15).
    pub lazy_imports: Vec<StmtId>,
    /// Bytes literals of several pieces.
    pub joined_bytes: Vec<ExprId>,
    /// How it gets at the module's names without writing them.
    pub namespace: super::namespace::NamespaceUse,
    /// What CPython would refuse; spans relative to the item.
    pub problems: Vec<Problem>,
    /// The oldest Python 3 whose grammar accepts it: 8 for 3.8.
    pub min_minor: u8,
}

impl Item {
    /// The statement `id`.
    pub fn stmt(&self, id: StmtId) -> &Stmt {
        &self.stmts[id.0 as usize]
    }

    /// The expression `id`.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }

    /// The pattern `id`.
    pub fn pattern(&self, id: PatId) -> &Pattern {
        &self.patterns[id.0 as usize]
    }

    /// The code object `id`.
    pub fn unit(&self, id: UnitId) -> &Unit {
        &self.units[id.0 as usize]
    }

    /// Span of the statement `id`.
    pub fn stmt_span(&self, id: StmtId) -> Span {
        self.stmt_spans[id.0 as usize]
    }

    /// Span of the expression `id`.
    pub fn expr_span(&self, id: ExprId) -> Span {
        self.expr_spans[id.0 as usize]
    }

    /// What its statements bind or delete, tuples, lists and `*x` with what is in them; targets of comprehensions apart.
    pub fn targets(&self) -> Vec<ExprId> {
        let mut out: Vec<ExprId> = Vec::new();
        for stmt in &self.stmts {
            match stmt {
                Stmt::Assign { targets, .. } | Stmt::Delete(targets) => out.extend(targets),
                Stmt::AugAssign { target, .. }
                | Stmt::AnnAssign { target, .. }
                | Stmt::For { target, .. } => out.push(*target),
                Stmt::With { items, .. } => {
                    out.extend(items.iter().filter_map(|with| with.target));
                }
                _ => {}
            }
        }
        let mut at = 0;
        while let Some(target) = out.get(at) {
            match self.expr(*target) {
                Expr::Tuple { elts } | Expr::List { elts } => out.extend(elts),
                Expr::Starred(inner) => out.push(*inner),
                _ => {}
            }
            at += 1;
        }
        out
    }
}

/// An item at its place in the file.
#[derive(Clone, Debug)]
pub struct PlacedItem {
    /// Byte offset of the item in the text.
    pub start: u32,
    /// Content hash (xxh3-128) of the item's text and of the file-wide flags that lowering depends on.
    pub hash: u128,
    /// The lowered code, shared with earlier versions of the file.
    pub item: Arc<Item>,
}

/// Something the parser or lowering could not accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, absolute in the file.
    pub span: Span,
    /// What, in one line for the user.
    pub message: String,
}

/// A lowered file.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// Its top-level statements in order.
    pub items: Vec<PlacedItem>,
    /// `from __future__ import annotations`.
    pub future_annotations: bool,
    /// The module body starts with a docstring.
    pub has_docstring: bool,
    /// What could not be understood.
    pub problems: Vec<Problem>,
    /// The oldest Python 3 whose grammar accepts all of it: 8 for 3.8.
    pub min_minor: u8,
    /// What its pieces were lowered to, for the next text.
    pub pieces: Pieces,
}
