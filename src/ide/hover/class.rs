//! What instances of a class weigh, now and with `__slots__`.

use super::card::Card;
use super::words;
use crate::base::{Interval, Name};
use crate::engine::Analysis;
use crate::hir::{Expr, ExprId, Item, Stmt, StmtId, UnitId, UnitKind};
use crate::layout::{Layout, Shape};
use crate::rules::slots_obstacle;

/// No class takes longer to settle.
const MOST_UNSETTLED: u64 = 64;

/// What is known of a class's instances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ide) struct Instances {
    /// Their attributes, in the order in which `__init__` sets them.
    pub attrs: Vec<String>,
    /// They have no `__dict__`.
    pub is_slotted: bool,
    /// Bytes that one takes in the long run.
    pub bytes: u64,
    /// What one would take with `__slots__`.
    pub slotted: u64,
    /// What the first one of all takes.
    pub first: u64,
}

pub(super) fn card(analysis: &Analysis, item: u32, unit: UnitId) -> Option<Card> {
    let code = &analysis.file.items.get(item as usize)?.item;
    let instances = instances_of(analysis, item, unit)?;
    let mut card = Card::new(code.unit(unit).qualname.to_string());
    card.say(Some("class".to_owned()));
    let attrs: Vec<String> = instances
        .attrs
        .iter()
        .map(|name| words::code(name))
        .collect();
    let each = words::bytes(Interval::exactly(instances.bytes));
    if instances.is_slotted {
        card.figure(format!("{each} an instance"));
        card.row(
            "fields",
            format!(
                "{}, in fixed slots: no dict for each instance",
                words::list(&attrs)
            ),
        );
        return Some(card);
    }
    card.figure(format!(
        "{each} an instance, {} with `__slots__`",
        instances.slotted
    ));
    card.row(
        "attributes",
        format!("{}, set in `__init__`", words::list(&attrs)),
    );
    let layout = Layout::of(analysis.target);
    let object = layout.instance_size(Shape::PLAIN, 0)?;
    let values = if layout.instance_has_dict_from_birth() {
        "its `__dict__`"
    } else {
        "the row of its attributes' values"
    };
    card.row(
        "now",
        format!(
            "{object} as `sys.getsizeof` says, and {} for {values}",
            instances.bytes - object
        ),
    );
    if let Some(nth) = settled_at(layout, &instances) {
        card.row(
            "the first ones",
            format!(
                "more: the first takes {}, those from number {nth} on {each}",
                words::bytes(Interval::exactly(instances.first))
            ),
        );
    }
    let count = attrs.len() as u64;
    card.row(
        "with `__slots__`",
        format!(
            "{} and {} for each attribute; no others can be set, no weak references, no `__dict__`",
            layout.real_slotted_bytes(0),
            (instances.slotted - layout.real_slotted_bytes(0)) / count.max(1)
        ),
    );
    card.row_if("slots here", slots_obstacle(analysis, item, unit));
    Some(card)
}

/// The number of the first instance that takes what all later ones take, where the first take more.
fn settled_at(layout: &Layout, instances: &Instances) -> Option<u64> {
    let count = instances.attrs.len() as u64;
    let nth = (1..=MOST_UNSETTLED)
        .find(|nth| layout.real_instance_bytes(count, Some(*nth)) == Some(instances.bytes))?;
    (nth > 1).then_some(nth)
}

/// What is known of the instances of a class: its statement says all of it, and each instance sets the same attributes.
pub(in crate::ide) fn instances_of(
    analysis: &Analysis,
    item: u32,
    unit: UnitId,
) -> Option<Instances> {
    if !analysis.target.claims_sizes_and_counts() {
        return None;
    }
    let code: &Item = &analysis.file.items.get(item as usize)?.item;
    let names = &analysis.facts.names;
    let class = code.unit(unit);
    let is_plain = code.stmts.iter().any(|stmt| {
        matches!(stmt, Stmt::ClassDef { unit: of, bases, keywords, decorators, .. }
            if *of == unit && keywords.is_empty() && decorators.is_empty() && bases.iter().all(|base| is_object(code, *base, names)))
    });
    if !is_plain || class.kind != UnitKind::Class {
        return None;
    }
    let mut attrs: Vec<Name> = Vec::new();
    let mut slots: Option<Vec<&str>> = None;
    for &stmt in &class.body {
        match code.stmt(stmt) {
            Stmt::FunctionDef { unit: method, name, decorators, .. } => {
                let is_init = names.text(name.name) == "__init__";
                let text = names.text(name.name);
                if matches!(text, "__new__" | "__setattr__" | "__getattribute__" | "__sizeof__") {
                    return None;
                }
                if is_init && decorators.is_empty() {
                    attrs = set_in(code, *method)?;
                }
            }
            Stmt::Assign { targets, value } => {
                if targets.iter().any(|target| matches!(code.expr(*target), Expr::Name(name) if names.text(name.name) == "__slots__")) {
                    slots = Some(texts(code, *value)?);
                }
            }
            Stmt::AnnAssign { .. } | Stmt::Expr(_) | Stmt::Pass => {}
            _ => return None,
        }
    }
    // Another method that sets more, or something outside that does, makes other instances of it.
    if slots.is_none() && (attrs.is_empty() || sets_others(code, class, &attrs)) {
        return None;
    }
    let layout = Layout::of(analysis.target);
    if let Some(slots) = slots {
        if slots.is_empty() || slots.iter().any(|slot| slot.starts_with("__")) {
            return None;
        }
        let bytes = layout.real_slotted_bytes(slots.len() as u64);
        let attrs = slots.iter().map(|slot| (*slot).to_owned()).collect();
        return Some(Instances {
            attrs,
            is_slotted: true,
            bytes,
            slotted: bytes,
            first: bytes,
        });
    }
    let count = attrs.len() as u64;
    Some(Instances {
        bytes: layout.real_instance_bytes(count, None)?,
        first: layout.real_instance_bytes(count, Some(1))?,
        slotted: layout.real_slotted_bytes(count),
        attrs: attrs
            .iter()
            .map(|name| names.text(*name).to_owned())
            .collect(),
        is_slotted: false,
    })
}

fn is_object(item: &Item, base: ExprId, names: &crate::base::Names) -> bool {
    matches!(item.expr(base), Expr::Name(name) if names.text(name.name) == "object")
}

fn texts(item: &Item, value: ExprId) -> Option<Vec<&str>> {
    let text = |id: &ExprId| match item.expr(*id) {
        Expr::Constant(crate::hir::Const::Str(text)) => Some(&**text),
        _ => None,
    };
    match item.expr(value) {
        Expr::Tuple { elts } | Expr::List { elts } => elts.iter().map(text).collect(),
        Expr::Constant(crate::hir::Const::Str(text)) => Some(vec![text]),
        _ => None,
    }
}

/// The attributes that `__init__` sets, in order: by its own statements, each time that it runs. `None` where it may set
/// others.
fn set_in(item: &Item, method: UnitId) -> Option<Vec<Name>> {
    let unit = item.unit(method);
    let this = unit.params.in_slot_order().next()?.name;
    let mut out: Vec<Name> = Vec::new();
    for &stmt in &unit.body {
        for name in stores(item, stmt, this) {
            if !out.contains(&name) {
                out.push(name);
            }
        }
        let simple = matches!(
            item.stmt(stmt),
            Stmt::Assign { .. }
                | Stmt::AnnAssign { .. }
                | Stmt::Expr(_)
                | Stmt::Pass
                | Stmt::AugAssign { .. }
                | Stmt::Assert { .. }
        );
        let raises = matches!(item.stmt(stmt), Stmt::If { orelse, body, .. }
            if orelse.is_empty() && body.iter().all(|stmt| matches!(item.stmt(*stmt), Stmt::Raise { .. })));
        if !simple && !raises {
            return None;
        }
    }
    Some(out)
}

/// The attributes of `this` that a statement sets.
fn stores(item: &Item, stmt: StmtId, this: Name) -> Vec<Name> {
    crate::ide::cursor::targets(item, stmt)
        .into_iter()
        .filter_map(|target| match item.expr(target) {
            Expr::Attribute { value, attr, .. } if matches!(item.expr(*value), Expr::Name(name) if name.name == this) => Some(*attr),
            _ => None,
        })
        .collect()
}

/// Whether a method of the class sets an attribute of its first parameter that is none of `attrs`.
fn sets_others(item: &Item, class: &crate::hir::Unit, attrs: &[Name]) -> bool {
    let spans: Vec<(crate::base::Span, Option<Name>)> = class
        .body
        .iter()
        .filter_map(|stmt| match item.stmt(*stmt) {
            Stmt::FunctionDef { unit, .. } => {
                let unit = item.unit(*unit);
                Some((
                    unit.span,
                    unit.params.in_slot_order().next().map(|param| param.name),
                ))
            }
            _ => None,
        })
        .collect();
    (0..item.stmts.len()).any(|at| {
        let stmt = StmtId(at as u32);
        let span = item.stmt_span(stmt);
        let method = spans.iter().find(|(method, _)| method.contains(span));
        method.is_some_and(|(_, this)| {
            this.is_some_and(|this| {
                stores(item, stmt, this)
                    .iter()
                    .any(|name| !attrs.contains(name))
            })
        })
    })
}
