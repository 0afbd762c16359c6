//! Objects that outlive the call that uses them: what becomes of the mutable defaults of parameters.
//!
//! A default is made once, when its `def` runs, and every call that leaves the argument out gets that one object. The
//! machine knows the calls that the file itself makes; who else calls is unknown, but what a function does with its own
//! default stands in its text. [`flow`] follows the default through names, branches, closures, and the functions of
//! the file that it is handed to; what the machine saw in addition comes in as witnesses.
//!
//! Must not know: rules, messages, fixes.

mod bindings;
mod flow;
mod tables;
mod watch;

pub use bindings::{Bindings, Bound, blocks};
pub use tables::DefaultKind;
pub use watch::Watch;

use crate::base::{Name, Names, Span};
use crate::hir::{Const, Expr, ExprId, File, Item, Param, Unit, UnitId, UnitKind};

/// A parameter's default that is a mutable object, and what becomes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct DefaultFacts {
    /// Item of the function.
    pub item: u32,
    /// The function or lambda.
    pub unit: UnitId,
    /// The parameter's (mangled) name.
    pub name: Name,
    /// The parameter's identifier; absolute.
    pub param: Span,
    /// Its annotation.
    pub annotation: Option<ExprId>,
    /// The default.
    pub value: ExprId,
    /// Where it stands; absolute.
    pub span: Span,
    /// What it is.
    pub kind: DefaultKind,
    /// It is a literal or comprehension rather than a call.
    pub is_display: bool,
    /// It begins without items.
    pub is_empty: bool,
    /// It may hold objects that can be changed in turn.
    pub holds_objects: bool,
    /// What is done to it, in the order of the text.
    pub uses: Vec<Use>,
}

/// Something that is done to a default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Where; absolute.
    pub at: Span,
    /// What.
    pub what: What,
    /// The name by which it is reached there, where that is not the parameter.
    pub through: Option<String>,
}

/// What is done to a default.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum What {
    /// Its contents are changed. `grows`: also where it is empty; else only what is in it can be changed or go.
    Mutated {
        /// Something comes in.
        grows: bool,
        /// An item is set by its key, as caches do.
        by_key: bool,
    },
    /// The function's result is the object itself.
    Returned,
    /// It is yielded.
    Yielded,
    /// It is kept somewhere: an attribute, a container, a global.
    Stored,
    /// An inner function or a bound method keeps it.
    Captured,
    /// Code that is not known gets it.
    Passed,
    /// One of its items, itself an object that can be changed, is handed on.
    ItemTaken,
    /// It is compared to `None`.
    ComparedToNone,
    /// It is asked whether something is in it.
    Asked,
    /// An item is looked up: `x[k]`, `x.get(k)`.
    LookedUp {
        /// In a way that a tuple of the same items answers alike.
        tuple_too: bool,
    },
    /// It is gone through, measured or tested for truth: any collection of the same items does.
    Read,
    /// Something that depends on its exact type.
    Other,
}

impl What {
    /// Whether others than the function can reach the object from there on.
    pub fn is_escape(&self) -> bool {
        matches!(
            self,
            What::Returned
                | What::Yielded
                | What::Stored
                | What::Captured
                | What::Passed
                | What::ItemTaken
        )
    }
}

/// The mutable defaults of the file, in the order of the text, without what is done to them.
pub fn defaults(file: &File, names: &Names, bindings: &Bindings) -> Vec<DefaultFacts> {
    let mut out = Vec::new();
    for (at, placed) in file.items.iter().enumerate() {
        let item = &*placed.item;
        if item.is_broken {
            continue;
        }
        for (index, unit) in item.units.iter().enumerate() {
            if !matches!(
                unit.kind,
                UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda
            ) {
                continue;
            }
            for (param, value) in params_with_defaults(unit) {
                let Some(shape) = tables::mutable(item, value, names, bindings) else {
                    continue;
                };
                out.push(DefaultFacts {
                    item: at as u32,
                    unit: UnitId(index as u32),
                    name: param.name,
                    param: param.span.shifted(placed.start),
                    annotation: param.annotation,
                    value,
                    span: item.expr_span(value).shifted(placed.start),
                    kind: shape.kind,
                    is_display: shape.is_display,
                    is_empty: shape.is_empty,
                    holds_objects: shape.holds_objects,
                    uses: Vec::new(),
                });
            }
        }
    }
    out.sort_by_key(|default| default.span.start);
    out
}

/// The same with what the text does to them.
pub fn analyse(file: &File, names: &Names, bindings: &Bindings) -> Vec<DefaultFacts> {
    let mut all = defaults(file, names, bindings);
    let mut from = 0;
    all.sort_by_key(|default| (default.item, default.unit));
    while from < all.len() {
        let (item, unit) = (all[from].item, all[from].unit);
        let to = from
            + all[from..]
                .iter()
                .take_while(|other| (other.item, other.unit) == (item, unit))
                .count();
        flow::follow(file, names, bindings, &mut all[from..to]);
        from = to;
    }
    all.sort_by_key(|default| default.span.start);
    all
}

/// Each parameter that has a default, with it.
pub fn params_with_defaults(unit: &Unit) -> impl Iterator<Item = (&Param, ExprId)> {
    let params = &unit.params;
    let positional = params.posonly.len() + params.args.len();
    let without = positional.saturating_sub(params.defaults.len());
    let ordinary = params
        .posonly
        .iter()
        .chain(&params.args)
        .skip(without)
        .zip(params.defaults.iter().copied());
    let keyword = params.kwonly.iter().zip(&params.kw_defaults);
    ordinary.chain(keyword.filter_map(|(param, default)| Some((param, (*default)?))))
}

/// Whether an expression is a constant, or a tuple of such: nothing that could be changed.
pub fn is_constant(item: &Item, id: ExprId) -> bool {
    match item.expr(id) {
        Expr::Constant(_) => true,
        Expr::UnaryOp { operand, .. } => matches!(
            item.expr(*operand),
            Expr::Constant(Const::Int(_) | Const::Float(_))
        ),
        Expr::Tuple { elts } => elts.iter().all(|elt| is_constant(item, *elt)),
        _ => false,
    }
}
