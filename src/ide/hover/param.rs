//! What a parameter is given: by each call of the file, and by its default.

use super::card::Card;
use super::{look, missing, words};
use crate::base::{Name, Span};
use crate::engine::Analysis;
use crate::facts::objects::Bound;
use crate::hir::{Expr, ExprId, Item, Params, UnitId, UnitKind, Var};

/// Calls that are told one by one, at most.
const TOLD: usize = 3;

/// What each call hands over, and where the function changes it.
pub(super) fn rows(analysis: &Analysis, item: u32, unit: UnitId, name: Name, card: &mut Card) {
    let Some(placed) = analysis.file.items.get(item as usize) else {
        return;
    };
    if missing::is_receiver(&placed.item, unit, name) {
        return;
    }
    let mut given: Vec<String> = Vec::new();
    let mut left_out: Vec<u32> = Vec::new();
    for (arg, call) in arguments(analysis, item, unit, name) {
        match arg {
            Some(arg) => given.push(passed(analysis, arg, call)),
            None => left_out.push(look::line(analysis, call.start)),
        }
    }
    let more = given.len().saturating_sub(TOLD);
    given.truncate(TOLD);
    if more > 0 {
        given.push(format!("{more} more"));
    }
    if let [first, ..] = left_out[..] {
        let times = match left_out.len() {
            1 => String::new(),
            times => format!(", by {times} calls"),
        };
        given.push(format!("left to its default (line {first}{times})"));
    }
    if !given.is_empty() {
        card.row("given", words::list(&given));
    }
    let changed = analysis.facts.effects.iter().find(|effect| {
        effect.unit.item == item && effect.unit.unit == Some(unit) && effect.param == name
    });
    if let Some(by) = changed.and_then(|effect| effect.by) {
        card.row(
            "changed",
            format!(
                "the caller's object, on line {}",
                look::line(analysis, by.start)
            ),
        );
    }
}

fn passed(analysis: &Analysis, arg: Span, call: Span) -> String {
    let text = words::code(&words::excerpt(analysis.text.slice(arg)));
    format!("{text} (line {})", look::line(analysis, call.start))
}

/// What each call of the file gives to a parameter, in words and where; nothing where that is not clear.
pub(in crate::ide) fn given(
    analysis: &Analysis,
    item: u32,
    unit: UnitId,
    name: Name,
) -> Vec<(String, Span)> {
    if missing::is_receiver(&analysis.file.items[item as usize].item, unit, name) {
        return Vec::new();
    }
    let arguments = arguments(analysis, item, unit, name).into_iter();
    let told = arguments.map(|(arg, call)| match arg {
        Some(arg) => (passed(analysis, arg, call), arg),
        None => {
            let line = look::line(analysis, call.start);
            (format!("its default (line {line})"), call)
        }
    });
    told.collect()
}

/// The argument, if one is given, and the call, of each call of the file; nothing where some are not clear.
fn arguments(
    analysis: &Analysis,
    item: u32,
    unit: UnitId,
    name: Name,
) -> Vec<(Option<Span>, Span)> {
    let code = &*analysis.file.items[item as usize].item;
    let function = code.unit(unit);
    // An instance's `__init__` is given what the call of its class is given, behind the instance itself.
    let class = function.parent.filter(|class| {
        let class = code.unit(*class);
        class.kind == UnitKind::Class && analysis.facts.names.text(function.name) == "__init__"
    });
    let (wanted, skipped) = match class {
        Some(class) => (Bound::Class(item, class), 1),
        None => (Bound::Function(item, unit), 0),
    };
    let callee = code.unit(class.unwrap_or(unit)).name;
    if analysis.facts.bindings.get(callee) != Some(&wanted) {
        return Vec::new();
    }
    let params = &function.params;
    let mut out = Vec::new();
    for placed in &analysis.file.items {
        for (index, expr) in placed.item.exprs.iter().enumerate() {
            let Expr::Call { func, .. } = expr else {
                continue;
            };
            let is_it = matches!(placed.item.expr(*func), Expr::Name(name)
                if name.name == callee && matches!(name.var, Var::Global | Var::Namespace));
            if !is_it {
                continue;
            }
            let call = ExprId(index as u32);
            let span = |expr: ExprId| placed.item.expr_span(expr).shifted(placed.start);
            match argument(&placed.item, call, params, name, skipped) {
                Argument::Is(arg) => out.push((Some(span(arg)), span(call))),
                Argument::LeftOut => out.push((None, span(call))),
                Argument::Unclear => return Vec::new(),
            }
        }
    }
    out
}

/// What a call gives to a parameter.
pub(super) enum Argument {
    /// This.
    Is(ExprId),
    /// Nothing: its default counts.
    LeftOut,
    /// `*args` or `**kwargs` may bring it.
    Unclear,
}

/// What `call` gives to the parameter `name`; the first `skipped` parameters are given by who calls in between.
pub(super) fn argument(
    code: &Item,
    call: ExprId,
    params: &Params,
    name: Name,
    skipped: usize,
) -> Argument {
    let Expr::Call { args, keywords, .. } = code.expr(call) else {
        return Argument::Unclear;
    };
    let spread = args
        .iter()
        .any(|arg| matches!(code.expr(*arg), Expr::Starred(_)))
        || keywords.iter().any(|keyword| keyword.name.is_none());
    if spread {
        return Argument::Unclear;
    }
    if let Some(keyword) = keywords.iter().find(|it| it.name == Some(name)) {
        return Argument::Is(keyword.value);
    }
    let position = params
        .posonly
        .iter()
        .chain(&params.args)
        .position(|param| param.name == name);
    match position {
        Some(at) if at < skipped => Argument::Unclear,
        Some(at) => args
            .get(at - skipped)
            .map_or(Argument::LeftOut, |arg| Argument::Is(*arg)),
        None if params.kwonly.iter().any(|param| param.name == name) => Argument::LeftOut,
        None => Argument::Unclear, // `*args` itself
    }
}
