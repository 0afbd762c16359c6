//! Statements, expressions and patterns: the shape of CPython's `ast`, in arenas.
#![allow(missing_docs)] // fields bear the names of `ast`, and each variant shows its syntax

use std::sync::Arc;

use num_bigint::BigInt;

use super::unit::UnitId;
use crate::base::{Name, Span};

/// Index of an expression in its [`Item`](super::Item).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(pub u32);

/// Index of a statement in its [`Item`](super::Item).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StmtId(pub u32);

/// Index of a `match` pattern in its [`Item`](super::Item).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PatId(pub u32);

/// How a name is reached from the code object that uses it. Slots index [`Scope::vars`](super::Scope::vars) of the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Var {
    /// A fast local (`LOAD_FAST`).
    Fast(u16),
    /// A cell or free variable (`LOAD_DEREF`).
    Deref(u16),
    /// A free variable read in a class body, where the class namespace goes first (`LOAD_CLASSDEREF`).
    ClassDeref(u16),
    /// A global, declared or implied, in a function (`LOAD_GLOBAL`).
    Global,
    /// A name in the module's or a class's namespace (`LOAD_NAME`, or `LOAD_GLOBAL` where a class declares it `global`).
    Namespace,
}

/// An identifier in the program and what it resolves to. The name is the mangled one (`_C__x` in class `C`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NameUse {
    /// Mangled, NFKC-folded identifier.
    pub name: Name,
    /// How it is reached.
    pub var: Var,
}

/// A literal as written, before any folding.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Const {
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// `...`
    Ellipsis,
    /// An integer.
    Int(BigInt),
    /// A float, by its bits.
    Float(u64),
    /// An imaginary literal, by the bits of its imaginary part.
    Imaginary(u64),
    /// A string; adjacent literals are already one.
    Str(Arc<str>),
    /// A string with lone surrogates, as code points.
    Surrogates(Arc<[u32]>),
    /// Bytes; adjacent literals are already one.
    Bytes(Arc<[u8]>),
}

/// Unary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `~`
    Invert,
    /// `not`
    Not,
    /// `+`
    Plus,
    /// `-`
    Minus,
}

/// Binary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum BinOp {
    Add,
    Sub,
    Mult,
    MatMult,
    Div,
    Mod,
    Pow,
    LShift,
    RShift,
    BitOr,
    BitXor,
    BitAnd,
    FloorDiv,
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum CmpOp {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

/// `and` and `or`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum BoolOp {
    And,
    Or,
}

/// Which comprehension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum CompKind {
    List,
    Set,
    Dict,
    Generator,
}

/// One `for ... in ... if ...` of a comprehension.
#[derive(Clone, Debug, PartialEq)]
pub struct Comprehension {
    /// What each round binds.
    pub target: ExprId,
    /// What is iterated; the first one of a comprehension is evaluated in the enclosing unit.
    pub iter: ExprId,
    /// Conditions.
    pub ifs: Vec<ExprId>,
    /// `async for`.
    pub is_async: bool,
}

/// A keyword argument, or `**value` where `name` is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyword {
    /// The parameter's name, which the compiler never mangles; `None` for `**`.
    pub name: Option<Name>,
    /// The value.
    pub value: ExprId,
    /// From the name to the end of the value.
    pub span: Span,
}

/// An expression. Assignment targets are expressions too, as in `ast`.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// What the parser could not make sense of.
    Missing,
    /// A literal.
    Constant(Const),
    /// A name, read, bound or deleted.
    Name(NameUse),
    /// `a and b`, `a or b or c`
    BoolOp { op: BoolOp, values: Vec<ExprId> },
    /// `target := value`
    Named { target: ExprId, value: ExprId },
    /// `left op right`
    BinOp {
        left: ExprId,
        op: BinOp,
        right: ExprId,
    },
    /// `op operand`
    UnaryOp { op: UnaryOp, operand: ExprId },
    /// `lambda`: parameters and body are the unit's.
    Lambda(UnitId),
    /// `body if test else orelse`
    IfExp {
        test: ExprId,
        body: ExprId,
        orelse: ExprId,
    },
    /// `{key: value, **value}`; a `None` key is `**`.
    Dict {
        items: Vec<(Option<ExprId>, ExprId)>,
    },
    /// `{a, b}`
    Set { elts: Vec<ExprId> },
    /// A comprehension or generator expression; `value` only of a dict's.
    Comp {
        kind: CompKind,
        unit: UnitId,
        elt: ExprId,
        value: Option<ExprId>,
        generators: Vec<Comprehension>,
    },
    /// `await value`
    Await(ExprId),
    /// `yield value`
    Yield(Option<ExprId>),
    /// `yield from value`
    YieldFrom(ExprId),
    /// `left op right op right`
    Compare {
        left: ExprId,
        rest: Vec<(CmpOp, ExprId)>,
    },
    /// `func(args, keywords)`; `*x` among `args` is [`Expr::Starred`].
    Call {
        func: ExprId,
        args: Vec<ExprId>,
        keywords: Vec<Keyword>,
    },
    /// An f-string: constants and [`Expr::Formatted`], adjacent constants already one, empty ones left out.
    JoinedStr { parts: Vec<ExprId> },
    /// A replacement field; `conversion` is `s`, `r`, `a` or none.
    Formatted {
        value: ExprId,
        conversion: Option<char>,
        spec: Option<ExprId>,
    },
    /// A t-string (3.14): constants and [`Expr::Interpolation`].
    TemplateStr { parts: Vec<ExprId> },
    /// A t-string's field, with its source text.
    Interpolation {
        value: ExprId,
        text: Arc<str>,
        conversion: Option<char>,
        spec: Option<ExprId>,
    },
    /// `value.attr`; the attribute's name is mangled, its span is that of the identifier.
    Attribute {
        value: ExprId,
        attr: Name,
        attr_span: Span,
    },
    /// `value[index]`
    Subscript { value: ExprId, index: ExprId },
    /// `*value`
    Starred(ExprId),
    /// `[a, b]`
    List { elts: Vec<ExprId> },
    /// `(a, b)` or `a, b`
    Tuple { elts: Vec<ExprId> },
    /// `lower:upper:step` in a subscript.
    Slice {
        lower: Option<ExprId>,
        upper: Option<ExprId>,
        step: Option<ExprId>,
    },
}

/// `import a.b as c`, `from m import a as b`
#[derive(Clone, Debug, PartialEq)]
pub struct Alias {
    /// Dotted path as written, or `*`.
    pub path: Name,
    /// The name after `as`.
    pub asname: Option<Name>,
    /// What the statement binds (the first part of a dotted path where there is no `as`); `None` for `*`.
    pub binds: Option<NameUse>,
    /// The whole alias.
    pub span: Span,
}

/// `context as target`
#[derive(Clone, Debug, PartialEq)]
pub struct WithItem {
    /// The context manager.
    pub context: ExprId,
    /// The target after `as`.
    pub target: Option<ExprId>,
}

/// `except type as name: body`
#[derive(Clone, Debug, PartialEq)]
pub struct Handler {
    /// Position of `except`, as `ast.ExceptHandler` has it.
    pub span: Span,
    /// What it catches; everything when absent.
    pub exc_type: Option<ExprId>,
    /// The name bound in the body and deleted after it.
    pub name: Option<NameUse>,
    /// The body.
    pub body: Vec<StmtId>,
}

/// `case pattern if guard: body`
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The pattern.
    pub pattern: PatId,
    /// The condition.
    pub guard: Option<ExprId>,
    /// The body.
    pub body: Vec<StmtId>,
}

/// A `match` pattern, as in `ast`.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// What the parser could not make sense of.
    Missing,
    /// `1`, `a.b`: compared by `==`.
    Value(ExprId),
    /// `None`, `True`, `False`: compared by `is`.
    Singleton(Const),
    /// `[a, b, *rest]`
    Sequence(Vec<PatId>),
    /// `{key: pattern, **rest}`
    Mapping {
        keys: Vec<ExprId>,
        patterns: Vec<PatId>,
        rest: Option<NameUse>,
    },
    /// `C(a, b, key=c)`
    Class {
        class: ExprId,
        patterns: Vec<PatId>,
        keywords: Vec<(Name, PatId)>,
    },
    /// `*name` or `*_`
    Star(Option<NameUse>),
    /// `pattern as name`; a bare name has no pattern, `_` neither.
    As {
        pattern: Option<PatId>,
        name: Option<NameUse>,
    },
    /// `a | b`
    Or(Vec<PatId>),
}

/// Which kind of type parameter (3.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum TypeParamKind {
    TypeVar,
    TypeVarTuple,
    ParamSpec,
}

/// `[T: bound = default]`
#[derive(Clone, Debug, PartialEq)]
pub struct TypeParam {
    /// Which kind.
    pub kind: TypeParamKind,
    /// Its name.
    pub name: Name,
    /// The bound or constraints.
    pub bound: Option<ExprId>,
    /// The default (3.13).
    pub default: Option<ExprId>,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Stmt {
    /// What the parser could not make sense of. Nothing is claimed of it, and it may do anything.
    Error,
    /// `def` or `async def`; parameters, defaults and body are the unit's.
    FunctionDef {
        unit: UnitId,
        name: NameUse,
        decorators: Vec<ExprId>,
        type_params: Vec<TypeParam>,
    },
    /// `class`; the body is the unit's.
    ClassDef {
        unit: UnitId,
        name: NameUse,
        bases: Vec<ExprId>,
        keywords: Vec<Keyword>,
        decorators: Vec<ExprId>,
        type_params: Vec<TypeParam>,
    },
    /// `return value`
    Return(Option<ExprId>),
    /// `del a, b`
    Delete(Vec<ExprId>),
    /// `a = b = value`
    Assign { targets: Vec<ExprId>, value: ExprId },
    /// `type X[T] = value` (3.12)
    TypeAlias {
        name: NameUse,
        type_params: Vec<TypeParam>,
        value: ExprId,
    },
    /// `target op= value`
    AugAssign {
        target: ExprId,
        op: BinOp,
        value: ExprId,
    },
    /// `target: annotation = value`; `simple` as in `ast`: a name without parentheses.
    AnnAssign {
        target: ExprId,
        annotation: ExprId,
        value: Option<ExprId>,
        simple: bool,
    },
    /// `for`, `async for`
    For {
        is_async: bool,
        target: ExprId,
        iter: ExprId,
        body: Vec<StmtId>,
        orelse: Vec<StmtId>,
    },
    /// `while`
    While {
        test: ExprId,
        body: Vec<StmtId>,
        orelse: Vec<StmtId>,
    },
    /// `if`; an `elif` is an `If` alone in `orelse`.
    If {
        test: ExprId,
        body: Vec<StmtId>,
        orelse: Vec<StmtId>,
    },
    /// `with`, `async with`
    With {
        is_async: bool,
        items: Vec<WithItem>,
        body: Vec<StmtId>,
    },
    /// `match`
    Match { subject: ExprId, cases: Vec<Case> },
    /// `raise exc from cause`
    Raise {
        exc: Option<ExprId>,
        cause: Option<ExprId>,
    },
    /// `try`; `star` for `except*`.
    Try {
        star: bool,
        body: Vec<StmtId>,
        handlers: Vec<Handler>,
        orelse: Vec<StmtId>,
        finalbody: Vec<StmtId>,
    },
    /// `assert test, msg`
    Assert { test: ExprId, msg: Option<ExprId> },
    /// `import a, b.c as d`
    Import(Vec<Alias>),
    /// `from ..module import a`; `level` counts the dots.
    ImportFrom {
        module: Option<Name>,
        names: Vec<Alias>,
        level: u32,
    },
    /// `global a, b`
    Global(Vec<Name>),
    /// `nonlocal a, b`
    Nonlocal(Vec<Name>),
    /// An expression as a statement.
    Expr(ExprId),
    /// `pass`
    Pass,
    /// `break`
    Break,
    /// `continue`
    Continue,
}
