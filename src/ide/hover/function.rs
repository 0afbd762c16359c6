//! What a function does to its arguments.

use super::card::Card;
use super::{look, missing, words};
use crate::base::Name;
use crate::domain::UnitRef;
use crate::engine::Analysis;
use crate::facts::objects::What;
use crate::hir::UnitId;
use crate::interp::Place;

pub(super) fn card(analysis: &Analysis, item: u32, unit: UnitId) -> Option<Card> {
    let code = analysis.file.items.get(item as usize)?.item.unit(unit);
    let mut card = Card::new(format!("{}()", code.qualname));
    rows(analysis, item, unit, &[], &mut card);
    card.worth_showing()
}

/// The same for the card of a call: of its own changes that one knows more, and to these parameters it gives nothing.
pub(super) fn rows(
    analysis: &Analysis,
    item: u32,
    unit: UnitId,
    left_out: &[Name],
    card: &mut Card,
) {
    let Some(placed) = analysis.file.items.get(item as usize) else {
        return;
    };
    let code = placed.item.unit(unit);
    let names = &analysis.facts.names;
    let of = UnitRef {
        item,
        unit: Some(unit),
    };
    let changes: Vec<String> = analysis
        .facts
        .effects
        .iter()
        .filter(|effect| {
            effect.unit == of
                && !left_out.contains(&effect.param)
                && !missing::is_receiver(&placed.item, unit, effect.param)
        })
        .map(|effect| {
            let name = words::code(names.text(effect.param));
            match effect.by {
                Some(by) => format!("{name} (line {})", look::line(analysis, by.start)),
                None => name,
            }
        })
        .collect();
    let is_told = card.rows().iter().any(|(topic, _)| *topic == "changes");
    if !changes.is_empty() && !is_told {
        card.row(
            "changes",
            format!("what it is given as {}", words::list(&changes)),
        );
    }
    let of_default = |used: &dyn Fn(&What) -> bool| -> Vec<String> {
        let defaults = analysis.facts.defaults.iter();
        defaults
            .filter(|default| default.item == item && default.unit == unit)
            .filter_map(|default| {
                let used = default.uses.iter().find(|it| used(&it.what))?;
                Some(format!(
                    "{} (line {})",
                    words::code(names.text(default.name)),
                    look::line(analysis, used.at.start)
                ))
            })
            .collect()
    };
    let returned = of_default(&|what| matches!(what, What::Returned));
    let kept = of_default(&|what| matches!(what, What::Stored | What::Captured));
    let mutable: Vec<String> = code
        .params
        .in_slot_order()
        .filter(|param| {
            !left_out.contains(&param.name)
                && default_of(&code.params, param.slot)
                    .is_some_and(|expr| is_display(placed.item.expr(expr)))
        })
        .map(|param| words::code(names.text(param.name)))
        .collect();
    if !mutable.is_empty() {
        card.row(
            "default",
            format!(
                "of {}: made once, with the function, and shared by all calls",
                words::list(&mutable)
            ),
        );
    }
    if !returned.is_empty() {
        card.row(
            "returns",
            format!("the object in {} itself, no copy", words::list(&returned)),
        );
    }
    if !kept.is_empty() {
        card.row(
            "keeps",
            format!("the object in {} beyond the call", words::list(&kept)),
        );
    }
    if let Some(entry) = look::place(
        analysis.facts.places.of_item(item),
        placed.start + code.span.start,
        item,
        Place::Entry(unit),
    ) {
        let shared: Vec<String> = entry
            .details
            .iter()
            .filter(|(path, _)| path.steps.is_empty())
            .filter_map(|(path, detail)| {
                let outer = detail.holders.iter().find_map(|holder| match holder {
                    crate::facts::Holder::Global(name) | crate::facts::Holder::Outer(name, _) => {
                        Some(*name)
                    }
                    _ => None,
                })?;
                Some(format!(
                    "{} is {}",
                    words::code(names.text(path.root)),
                    words::code(names.text(outer))
                ))
            })
            .collect();
        if !shared.is_empty() {
            card.row(
                "called with",
                format!("{} of the caller", words::list(&shared)),
            );
        }
    }
}

/// The default of the parameter in a slot.
fn default_of(params: &crate::hir::Params, slot: u16) -> Option<crate::hir::ExprId> {
    let positional = params.posonly.len() + params.args.len();
    let first = positional.checked_sub(params.defaults.len())?;
    let at = params
        .posonly
        .iter()
        .chain(&params.args)
        .position(|param| param.slot == slot);
    match at {
        Some(at) => params.defaults.get(at.checked_sub(first)?).copied(),
        None => {
            let at = params.kwonly.iter().position(|param| param.slot == slot)?;
            params.kw_defaults.get(at).copied().flatten()
        }
    }
}

fn is_display(expr: &crate::hir::Expr) -> bool {
    use crate::hir::Expr;
    matches!(
        expr,
        Expr::List { .. } | Expr::Dict { .. } | Expr::Set { .. }
    )
}
