//! What a call does: to the objects that it is given, and what comes back.

use super::card::Card;
use super::param::{Argument, argument};
use super::{function, library, look, words};
use crate::base::Name;
use crate::engine::Analysis;
use crate::facts::objects::{Bound, What};
use crate::facts::{Change, Path};

use crate::hir::{Expr, ExprId, Item, Stmt, StmtId, UnitId};
use crate::ide::{asked, cursor};

/// Objects that are named, at most.
const TOLD: usize = 4;

pub(super) fn card(analysis: &Analysis, item: u32, stmt: StmtId, call: ExprId) -> Option<Card> {
    let placed = analysis.file.items.get(item as usize)?;
    let code = &*placed.item;
    let Expr::Call { func, .. } = code.expr(call) else {
        return None;
    };
    let source = analysis
        .text
        .slice(code.expr_span(*func).shifted(placed.start));
    let mut card = Card::new(format!("{}()", words::excerpt(source)));
    if let Some(answer) = asked::answer(analysis, item, stmt, call) {
        card.figure(format!("answers {answer}"));
    }
    let callee = callee(analysis, code, *func);
    changes(analysis, item, stmt, callee, &mut card);
    if let Some((at, unit)) = callee {
        let left_out = left_out(analysis, code, call, at, unit);
        shared_defaults(analysis, at, unit, &left_out, &mut card);
        function::rows(analysis, at, unit, &left_out, &mut card);
    } else if let Some(does) = does(analysis, item, code, stmt, *func) {
        card.row("does", does.to_owned());
    }
    result(analysis, item, code, stmt, call, &mut card);
    card.worth_showing()
}

/// The function of the file that a name calls.
pub(super) fn callee(analysis: &Analysis, code: &Item, func: ExprId) -> Option<(u32, UnitId)> {
    let Expr::Name(name) = code.expr(func) else {
        return None;
    };
    match analysis.facts.bindings.get(name.name)? {
        Bound::Function(item, unit) => Some((*item, *unit)),
        _ => None,
    }
}

/// What a function of the library does, or a method of the object that it is asked of.
pub(super) fn does(
    analysis: &Analysis,
    item: u32,
    code: &Item,
    stmt: StmtId,
    func: ExprId,
) -> Option<&'static str> {
    let facts = &analysis.facts;
    if let Some(path) = facts.bindings.path(code, func, &facts.names) {
        return library::does(&path);
    }
    let Expr::Attribute { value, attr, .. } = code.expr(func) else {
        return None;
    };
    let receiver = cursor::path_of(code, *value)?;
    // The method leaves the object what it is: after the statement it is of the type that it was of before.
    let of = |places: Option<&crate::facts::PlaceFacts>| {
        look::claims(places?, &receiver).and_then(|claims| claims.ty.clone())
    };
    let ty =
        of(look::before(analysis, item, stmt)).or_else(|| of(look::after(analysis, item, stmt)))?;
    library::does(&format!("{ty}.{}", facts.names.text(*attr)))
}

/// What the statement changes by what it calls; of a function of the file, by that one.
fn changes(
    analysis: &Analysis,
    item: u32,
    stmt: StmtId,
    callee: Option<(u32, UnitId)>,
    card: &mut Card,
) {
    let code = &*analysis.file.items[item as usize].item;
    let within = callee.map(|(at, unit)| {
        let placed = &analysis.file.items[at as usize];
        placed.item.unit(unit).span.shifted(placed.start)
    });
    let is_only_call = calls(code, stmt) == 1;
    let mut told: Vec<&Change> = Vec::new();
    for change in look::changes(analysis, item, stmt) {
        let is_ours = is_only_call || within.is_some_and(|span| span.contains(change.by));
        if is_ours && !told.iter().any(|other| other.path == change.path) {
            told.push(change);
        }
    }
    if told.is_empty() {
        return;
    }
    let mut parts: Vec<String> = told
        .iter()
        .take(TOLD)
        .map(|change| {
            format!(
                "{} (line {})",
                words::code(&look::text(analysis, &change.path)),
                look::line(analysis, change.by.start)
            )
        })
        .collect();
    if told.len() > TOLD {
        parts.push(format!("{} more", told.len() - TOLD));
    }
    card.row("changes", words::list(&parts));
}

/// The parameters to which the call gives nothing.
fn left_out(analysis: &Analysis, code: &Item, call: ExprId, at: u32, unit: UnitId) -> Vec<Name> {
    let params = &analysis.file.items[at as usize].item.unit(unit).params;
    params
        .in_slot_order()
        .filter(|param| {
            matches!(
                argument(code, call, params, param.name, 0),
                Argument::LeftOut
            )
        })
        .map(|param| param.name)
        .collect()
}

fn shared_defaults(analysis: &Analysis, at: u32, unit: UnitId, left_out: &[Name], card: &mut Card) {
    let facts = &analysis.facts;
    for default in &facts.defaults {
        if (default.item, default.unit) != (at, unit) || !left_out.contains(&default.name) {
            continue;
        }
        let mut text = format!(
            "{} is left out: all such calls share one {}",
            words::code(facts.names.text(default.name)),
            default.kind.name()
        );
        let changed = default
            .uses
            .iter()
            .find(|used| matches!(used.what, What::Mutated { grows: true, .. }));
        if let Some(used) = changed {
            let line = look::line(analysis, used.at.start);
            text.push_str(&format!(", which line {line} changes"));
        }
        card.row("default", text);
    }
}

fn calls(code: &Item, stmt: StmtId) -> usize {
    let mut todo = cursor::roots(code, stmt);
    let mut count = 0;
    while let Some(id) = todo.pop() {
        count += usize::from(matches!(code.expr(id), Expr::Call { .. }));
        todo.extend(cursor::parts(code, id));
    }
    count
}

/// What comes back, where the statement binds it to a name.
fn result(
    analysis: &Analysis,
    item: u32,
    code: &Item,
    stmt: StmtId,
    call: ExprId,
    card: &mut Card,
) {
    let Stmt::Assign { value, .. } = code.stmt(stmt) else {
        return;
    };
    let [(name, _)] = cursor::bound_names(code, stmt)[..] else {
        return;
    };
    if *value != call {
        return;
    }
    let path = Path {
        root: name,
        steps: Vec::new(),
    };
    let Some(facts) = look::after(analysis, item, stmt) else {
        return;
    };
    let (Some(claims), detail) = (look::claims(facts, &path), look::detail(facts, &path)) else {
        return;
    };
    let Some(what) = words::what(claims, detail) else {
        return;
    };
    let mut text = words::plain(&what);
    let here = code
        .stmt_span(stmt)
        .shifted(analysis.file.items[item as usize].start);
    let made_elsewhere = detail
        .and_then(|detail| detail.born)
        .filter(|born| !here.contains(*born));
    // Of numbers and the like there is nothing to say.
    if made_elsewhere.is_none() && !detail.is_some_and(|detail| detail.mutable) {
        return;
    }
    if let Some(size) = claims.size {
        text.push_str(&format!(", {}", words::bytes(size)));
    }
    if let Some(born) = made_elsewhere {
        text.push_str(&format!(
            ", made on line {}",
            look::line(analysis, born.start)
        ));
    }
    card.row("result", text);
}
