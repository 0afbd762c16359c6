//! What a function does to its arguments.

use super::card::Card;
use super::{look, missing, words};
use crate::domain::UnitRef;
use crate::engine::Analysis;
use crate::hir::UnitId;
use crate::interp::Place;

pub(super) fn card(analysis: &Analysis, item: u32, unit: UnitId) -> Option<Card> {
    let placed = analysis.file.items.get(item as usize)?;
    let code = placed.item.unit(unit);
    let names = &analysis.facts.names;
    let mut card = Card::new(format!("{}()", code.qualname));
    let of = UnitRef {
        item,
        unit: Some(unit),
    };
    let changes: Vec<String> = analysis
        .facts
        .effects
        .iter()
        .filter(|effect| {
            effect.unit == of && !missing::is_receiver(&placed.item, unit, effect.param)
        })
        .map(|effect| {
            let name = words::code(names.text(effect.param));
            match effect.by {
                Some(by) => format!("{name} (line {})", look::line(analysis, by.start)),
                None => name,
            }
        })
        .collect();
    if !changes.is_empty() {
        card.row(
            "changes",
            format!("the caller's object in {}", words::list(&changes)),
        );
    }
    let mutable: Vec<String> = code
        .params
        .in_slot_order()
        .filter(|param| {
            default_of(&code.params, param.slot)
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
    card.worth_showing()
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
