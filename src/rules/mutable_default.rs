//! # mutable-default
//!
//! ## What it does
//!
//! Finds parameters whose default is a list, dict, set or another mutable collection, and tells what becomes of that one
//! object: whether the function changes it (and where), hands it out, only reads it, or keeps results in it on purpose.
//!
//! ## Why it matters in memory
//!
//! A default is made once, when `def` runs, and hangs on the function from then on (`f.__defaults__`). Every call that
//! leaves the argument out gets that same object. What one call puts in, all later ones find, and nothing of it is freed
//! while the function lives.
//!
//! How much it matters depends on what is done with it:
//!
//! - **changed** (warning): here, or through another name, an attribute, a function that it is handed to. The line that
//!   changes it is named.
//! - **handed out** (information): returned, yielded, kept in an attribute or container, or given to code that is not
//!   known. Whoever has it can change it for all later calls.
//! - **never changed** (hint): it is only read. Harmless today; an immutable default says so and stays harmless.
//! - **used as a cache** (hint): the sharing is the purpose. A name of its own in the module says that better.
//!
//! ## Known problems
//!
//! The text of the file is followed, path by path: through names, branches, inner functions and functions of the same
//! file. A change that happens only in other files shows as *handed out*. A default that is a name for a mutable object
//! (`def f(x=EMPTY)`) is not looked at, nor is a mutable object inside a tuple.
//!
//! ## Example
//!
//! ```python
//! def append_to(item, target=[]):
//!     target.append(item)
//!     return target
//! ```
//!
//! ## Use instead
//!
//! ```python
//! def append_to(item, target=None):
//!     if target is None:
//!         target = []
//!     target.append(item)
//!     return target
//! ```
//!
//! ## Fix safety
//!
//! Putting a tuple or `frozenset` in place of a default that is only read is safe where every use of it is known to
//! give the same with either. Giving a cache a name of its own is safe: the object and its life stay the same. The
//! guard with `None` is unsafe: from then on each call gets an object of its own, which is the purpose, but it is not
//! what the program does now. Where `None` is already a value that the parameter can have, an object made for the
//! purpose takes its place.

mod edits;

use super::rule::{Finding, Findings, Fix, Related, Rule, RuleCx, Severity};
use crate::facts::objects::{DefaultFacts, Use, What};
use crate::hir::{Expr, Item, Stmt, UnitId};

pub(super) static RULE: Rule = Rule {
    name: "mutable-default",
    group: "defaults",
    since: "0.1",
    level: Severity::Warning,
    ruff: &["B006"],
    check,
    fix,
};

/// Witnesses that are named, at most.
const WITNESSES: usize = 4;

/// What becomes of a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Changed,
    ChangedElsewhere,
    Escapes,
    NeverChanged,
    Cache,
}

fn check(cx: &RuleCx<'_>, out: &mut Findings) {
    for default in &cx.facts.defaults {
        if !is_stub(cx, default) {
            out.add(finding(cx, default));
        }
    }
}

fn fix(cx: &RuleCx<'_>, finding: &Finding) -> Option<Fix> {
    let default = cx
        .facts
        .defaults
        .iter()
        .find(|it| it.span == finding.span)?;
    edits::fix(cx, default, verdict(cx, default))
}

/// `@overload`: its defaults are never used.
fn is_stub(cx: &RuleCx<'_>, default: &DefaultFacts) -> bool {
    let code = cx.item(default.item);
    decorators(code, default.unit).is_some_and(|decorators| {
        decorators.iter().any(|id| match code.expr(*id) {
            Expr::Name(name) => cx.names.text(name.name) == "overload",
            Expr::Attribute { attr, .. } => cx.names.text(*attr) == "overload",
            _ => false,
        })
    })
}

fn decorators(code: &Item, function: UnitId) -> Option<&[crate::hir::ExprId]> {
    code.stmts.iter().find_map(|stmt| match stmt {
        Stmt::FunctionDef {
            unit, decorators, ..
        } if *unit == function => Some(decorators.as_slice()),
        _ => None,
    })
}

/// The uses that change it: one that is empty can only be changed by what puts something in.
fn changes(default: &DefaultFacts) -> impl Iterator<Item = &Use> {
    default.uses.iter().filter(|it| match it.what {
        What::Mutated { grows, .. } => grows || !default.is_empty,
        _ => false,
    })
}

fn verdict(cx: &RuleCx<'_>, default: &DefaultFacts) -> Verdict {
    let mut changes = changes(default).peekable();
    if changes.peek().is_some() {
        let by_key = default.uses.iter().all(|it| {
            !matches!(
                it.what,
                What::Mutated {
                    grows: true,
                    by_key: false
                }
            )
        });
        let asked = default
            .uses
            .iter()
            .any(|it| matches!(it.what, What::Asked | What::LookedUp { .. }));
        let name = cx.names.text(default.name).to_lowercase();
        let named_so =
            name.starts_with('_') || ["cache", "memo"].iter().any(|word| name.contains(word));
        let escapes = default
            .uses
            .iter()
            .any(|it| matches!(it.what, What::Returned | What::Yielded));
        if default.kind.is_mapping() && by_key && asked && named_so && !escapes {
            return Verdict::Cache;
        }
        return match changes.any(|it| it.through.is_none()) {
            true => Verdict::Changed,
            false => Verdict::ChangedElsewhere,
        };
    }
    match default.uses.iter().any(|it| it.what.is_escape()) {
        true => Verdict::Escapes,
        false => Verdict::NeverChanged,
    }
}

fn finding(cx: &RuleCx<'_>, default: &DefaultFacts) -> Finding {
    let verdict = verdict(cx, default);
    let name = cx.text.slice(default.param);
    let kind = default.kind.name();
    let one = format!("all calls share 1 {kind} as the default of `{name}`");
    let mut related = Vec::new();
    let add = |related: &mut Vec<Related>, used: &Use, message: String| {
        if related.len() < WITNESSES && !related.iter().any(|it: &Related| it.span == used.at) {
            related.push(Related {
                span: used.at,
                message,
            });
        }
    };
    let (severity, message) = match verdict {
        Verdict::Changed | Verdict::ChangedElsewhere => {
            let direct = verdict == Verdict::Changed;
            for used in changes(default).filter(|it| !direct || it.through.is_none()) {
                let how = match used.through.as_deref() {
                    None => "changed here".to_owned(),
                    Some("") => "changed here, as the run of this file shows".to_owned(),
                    Some(through) => format!("changed here through `{through}`"),
                };
                add(&mut related, used, how);
            }
            let first = changes(default).find(|it| !direct || it.through.is_none());
            let place = first.map_or_else(String::new, |used| {
                let line = cx.line(used.at.start);
                match used.through.as_deref().filter(|it| !it.is_empty()) {
                    None => format!(": line {line} changes it"),
                    Some(through) => format!(": line {line} changes it through `{through}`"),
                }
            });
            (Severity::Warning, format!("{one}{place}"))
        }
        Verdict::Escapes => {
            let escapes: Vec<&Use> = default
                .uses
                .iter()
                .filter(|it| it.what.is_escape())
                .collect();
            let how = |used: &Use| match used.what {
                What::Returned => ("returns it", "returned here"),
                What::Yielded => ("yields it", "yielded here"),
                What::Stored => ("keeps it", "kept here"),
                What::Captured => (
                    "keeps it for later",
                    "kept here by an inner function, method or iterator",
                ),
                What::ItemTaken => ("hands on what it holds", "what it holds is handed on here"),
                _ => (
                    "hands it to code that is not known",
                    "handed here to code that is not known",
                ),
            };
            for used in &escapes {
                add(&mut related, used, how(used).1.to_owned());
            }
            let place = escapes.first().map_or_else(String::new, |used| {
                format!(": line {} {}", cx.line(used.at.start), how(used).0)
            });
            (Severity::Information, format!("{one}{place}"))
        }
        Verdict::NeverChanged => (Severity::Hint, format!("{one}; nothing changes it")),
        Verdict::Cache => {
            for used in changes(default) {
                add(&mut related, used, "kept for later calls here".to_owned());
            }
            (Severity::Hint, format!("{one}, used as a cache"))
        }
    };
    Finding {
        rule: RULE.name,
        span: default.span,
        severity,
        message,
        related,
    }
}
