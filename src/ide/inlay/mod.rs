//! Notes between the characters of a line: what surprises, and at level `full` what each binding weighs.
//!
//! VS Code cuts a line's hints at 43 characters: what matters stands first, and short.

mod alias;
mod asked;
mod held;
mod instances;
mod leaks;
mod mutation;
mod shares;
mod size;

use crate::base::{Name, Span};
use crate::domain::UnitRef;
use crate::engine::Analysis;
use crate::engine::settings::HintLevel;
use crate::facts::{Path, PlaceFacts};
use crate::hir::{Item, StmtId};
use crate::interp::Place;

use super::answers::{HintPart, InlayHint};
use super::look;

/// What a kind of hint looks at: one statement, and what holds after it.
struct Context<'a> {
    analysis: &'a Analysis,
    at: u32,
    item: &'a Item,
    start: u32,
    stmt: StmtId,
    facts: &'a PlaceFacts,
}

impl Context<'_> {
    /// The statement in the text.
    fn span(&self) -> Span {
        self.item.stmt_span(self.stmt).shifted(self.start)
    }

    /// A piece that leads to where a path's name is bound.
    fn path(&self, path: &Path) -> HintPart {
        let target = look::binding(self.analysis, self.facts.unit, path.root, self.facts.start);
        HintPart {
            text: look::text(self.analysis, path),
            target,
        }
    }

    /// A piece that leads to where a variable is bound.
    fn variable(&self, unit: UnitRef, name: Name) -> HintPart {
        let target = look::binding(self.analysis, unit, name, self.facts.start);
        HintPart {
            text: self.analysis.facts.names.text(name).to_owned(),
            target,
        }
    }
}

/// The hints in `span`.
pub(super) fn hints(analysis: &Analysis, span: Span, level: HintLevel) -> Vec<InlayHint> {
    if level == HintLevel::Off {
        return Vec::new();
    }
    let mut out = Vec::new();
    let places = &analysis.facts.places;
    let behind = places.partition_point(|facts| facts.start <= span.end);
    for facts in &places[..behind] {
        let Place::After(stmt) = facts.place else {
            continue;
        };
        let placed = &analysis.file.items[facts.item as usize];
        let item = &*placed.item;
        if placed.start + item.stmt_span(stmt).end < span.start {
            continue;
        }
        let cx = Context {
            analysis,
            at: facts.item,
            item,
            start: placed.start,
            stmt,
            facts,
        };
        for kind in [
            alias::hints,
            shares::hints,
            mutation::hints,
            mutation::by_calls,
            held::hints,
            leaks::hints,
        ] {
            kind(&cx, &mut out);
        }
        if level == HintLevel::Full {
            size::hints(&cx, &mut out);
            shares::nothing(&cx, &mut out);
            leaks::freed(&cx, &mut out);
            asked::hints(&cx, &mut out);
        }
    }
    instances::hints(analysis, span, &mut out);
    out.retain(|hint| span.touches(hint.offset));
    // Stable: of hints at one offset the surprising come first.
    out.sort_by_key(|hint| hint.offset);
    out
}

/// A piece that leads nowhere.
fn text(text: impl Into<String>) -> HintPart {
    HintPart {
        text: text.into(),
        target: None,
    }
}

#[cfg(test)]
mod tests;
