//! Ring 7: what can go wrong with objects, one file a rule.
//!
//! A rule reads facts, lowered code and text; it runs no analysis. The documentation at the head of its file is what
//! the user reads (`heaplight rule NAME`). To add a rule: one file, one word in the list below.
//!
//! Must not know: protocol types, files, how statements are executed.

mod driver;
mod fixes;
mod rule;
mod source;
mod suppress;

pub use driver::{Selection, findings, fix_of};
pub use fixes::{apply, chosen};
pub use rule::{Edit, Finding, Findings, Fix, Related, Rule, RuleCx, Safety, Severity};

use crate::engine::Analysis;
use crate::hir::UnitId;

/// Declares the rules: a module each, and the table.
macro_rules! rules {
    ($($name:ident),+ $(,)?) => {
        $(mod $name;)+

        /// All rules, in the order of the list.
        pub static ALL: &[&Rule] = &[$(&$name::RULE),+];

        /// The text of each rule's file: its head is its page.
        static SOURCES: &[&str] = &[$(include_str!(concat!(stringify!($name), ".rs"))),+];
    };
}

rules![missing_slots, mutable_default, unused_suppression];

/// Why a class of the module could not have slots as it is, or only perhaps, if there is a reason.
pub fn slots_obstacle(analysis: &Analysis, item: u32, unit: UnitId) -> Option<String> {
    missing_slots::obstacle(&RuleCx::of(analysis), item, unit)
}

/// The rule called `name`.
pub fn named(name: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.name == name)
}

/// The name of a rule or group that comes nearest to `name`.
pub fn nearest(name: &str) -> Option<&'static str> {
    let all = ALL.iter().flat_map(|rule| [rule.name, rule.group]);
    let scored = all.map(|known| (strsim::jaro_winkler(name, known), known));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > 0.7).then_some(best.1)
}

/// Why `name` selects nothing; `None` where it is a rule, a group or all of them.
pub fn refusal(name: &str) -> Option<String> {
    let is_known = ALL
        .iter()
        .any(|rule| rule.name == name || rule.group == name);
    if is_known || name.eq_ignore_ascii_case("all") {
        return None;
    }
    let hint = nearest(name).map(|near| format!("; nearest is `{near}`"));
    Some(format!(
        "there is no rule `{name}`{}",
        hint.unwrap_or_default()
    ))
}

/// The rule's page, in Markdown: the head of its file.
pub fn page(rule: &Rule) -> String {
    let at = ALL.iter().position(|other| other.name == rule.name);
    let source = at
        .and_then(|at| SOURCES.get(at))
        .copied()
        .unwrap_or_default();
    let mut page = String::new();
    for line in source.lines().map_while(|line| line.strip_prefix("//!")) {
        page.push_str(line.strip_prefix(' ').unwrap_or(line));
        page.push('\n');
    }
    page
}

/// The address of the rule's page, where the project has one.
pub fn url(rule: &str) -> Option<String> {
    let repository = env!("CARGO_PKG_REPOSITORY");
    let is_known = named(rule).is_some() && !repository.is_empty();
    is_known.then(|| format!("{repository}/blob/main/docs/rules/{rule}.md"))
}

#[cfg(test)]
mod tests;
