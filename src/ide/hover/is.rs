//! What `is` answers, and why.

use super::card::Card;
use super::{identity, words};
use crate::engine::Analysis;
use crate::facts::{Answer, Identity};
use crate::hir::{CmpOp, Expr, ExprId};
use crate::layout::{Layout, Target};

pub(super) fn card(analysis: &Analysis, item: u32, expr: ExprId, at: u32) -> Option<Card> {
    let answer = analysis
        .facts
        .answers
        .iter()
        .find(|answer| answer.item == item && answer.expr == expr && answer.at == at)?;
    let placed = analysis.file.items.get(item as usize)?;
    let Expr::Compare { left, rest } = placed.item.expr(expr) else {
        return None;
    };
    let (op, right) = rest.get(at as usize)?;
    let left = if at == 0 {
        *left
    } else {
        rest.get(at as usize - 1)?.1
    };
    let source = |id: ExprId| {
        words::excerpt(
            analysis
                .text
                .slice(placed.item.expr_span(id).shifted(placed.start)),
        )
    };
    let negated = *op == CmpOp::IsNot;
    let word = if negated { "is not" } else { "is" };
    let mut card = Card::new(format!("{} {word} {}", source(left), source(*right)));
    card.figure(python_bool(answer.same != negated).to_owned());
    let (a, b) = (words::code(&source(left)), words::code(&source(*right)));
    let why = match answer.sides {
        [Some(p), Some(q)] if answer.same && p == q => {
            format!("one object \u{b7} {}", identity::sentence(analysis, p))
        }
        [Some(p), Some(q)] if !answer.same && p != q => {
            format!(
                "two objects \u{b7} {a} is {}, {b} is {}",
                short(p),
                short(q)
            )
        }
        [Some(Identity::Fresh), Some(Identity::Fresh)] if !answer.same => {
            format!("two objects \u{b7} {a} and {b} were each made at run time")
        }
        _ if answer.same => "one object under two names".to_owned(),
        _ => "two objects".to_owned(),
    };
    card.row("why", why);
    if let Some(others) = elsewhere(analysis, answer, negated) {
        card.row("other versions", others);
    }
    Some(card)
}

fn short(identity: Identity) -> &'static str {
    match identity {
        Identity::Singleton => "the only one of its kind",
        Identity::SmallInt => "a cached int",
        Identity::Interned => "an interned string",
        Identity::Constant => "a constant of this file",
        Identity::Fresh => "made at run time",
    }
}

fn python_bool(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// Where the cache of small integers decides: the versions that cache this one, or do not.
fn elsewhere(analysis: &Analysis, answer: &Answer, negated: bool) -> Option<String> {
    let int = answer.int?;
    let here = Layout::of(analysis.target).is_small_int(int);
    let others: Vec<Target> = Target::ALL
        .into_iter()
        .filter(|target| Layout::of(*target).is_small_int(int) != here)
        .collect();
    let (first, last) = (others.first()?, others.last()?);
    let range = if first == last {
        format!("{first}")
    } else {
        format!("{first} to {last}")
    };
    Some(if here {
        format!("{range} cache no {int}: there it depends on how each was made")
    } else if answer.same {
        format!("the same on {range}, where {int} is cached")
    } else {
        format!(
            "{} on {range}, where {int} is cached",
            python_bool(!negated)
        )
    })
}
