//! Runs the rules over an analysis, and keeps quiet where the text asks for it.

use super::rule::{Finding, Findings, Fix, Related, Rule, RuleCx, Severity};
use super::{ALL, named, suppress, unused_suppression};
use crate::engine::Analysis;
use crate::engine::settings::Settings;

/// Which rules look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Names of rules or groups, or `all`; `None`: those that look by default, which is all of them.
    pub select: Option<Vec<String>>,
    /// Names of those that do not.
    pub ignore: Vec<String>,
}

impl Selection {
    /// As settings have it.
    pub fn of(settings: &Settings) -> Self {
        Selection {
            select: settings.select.clone(),
            ignore: settings.ignore.clone(),
        }
    }

    /// Whether the rule looks.
    pub fn has(&self, rule: &Rule) -> bool {
        let names = |name: &String| {
            name == rule.name || name == rule.group || name.eq_ignore_ascii_case("all")
        };
        self.select
            .as_ref()
            .is_none_or(|select| select.iter().any(names))
            && !self.ignore.iter().any(names)
    }
}

/// What the selected rules find, in the order of the text.
pub fn findings(analysis: &Analysis, selection: &Selection) -> Vec<Finding> {
    let cx = RuleCx::of(analysis);
    let mut out = Findings::default();
    for rule in ALL.iter().filter(|rule| selection.has(rule)) {
        (rule.check)(&cx, &mut out);
    }
    let mut found = out.all;
    let suppressions = suppress::all(&analysis.text);
    if !suppressions.is_empty() {
        let mut used: Vec<Vec<bool>> = suppressions
            .iter()
            .map(|it| vec![false; it.names.as_ref().map_or(1, Vec::len)])
            .collect();
        found.retain(|finding| {
            let Some(rule) = named(finding.rule) else {
                return true;
            };
            let lines = [
                cx.text.line(finding.span.start),
                cx.text.line(finding.span.end),
            ];
            let mut is_kept = true;
            for (suppression, used) in suppressions.iter().zip(&mut used) {
                if lines.contains(&suppression.line)
                    && let Some(at) = suppression.covers(rule)
                {
                    is_kept = false;
                    if let Some(used) = used.get_mut(at) {
                        *used = true;
                    }
                }
            }
            is_kept
        });
        if selection.has(&unused_suppression::RULE) {
            for (suppression, used) in suppressions.iter().zip(&used).filter(|(it, _)| it.is_ours) {
                unused(suppression, used, selection, &mut found);
            }
        }
    }
    found.sort_by(|a, b| {
        (a.span.start, a.span.end, a.rule).cmp(&(b.span.start, b.span.end, b.rule))
    });
    found
}

/// Adds what a comment asks for in vain.
fn unused(
    suppression: &suppress::Suppression,
    used: &[bool],
    selection: &Selection,
    found: &mut Vec<Finding>,
) {
    let add = |message: String, span, found: &mut Vec<Finding>| {
        let rule = unused_suppression::RULE.name;
        found.push(Finding {
            rule,
            span,
            severity: Severity::Information,
            message,
            related: Vec::<Related>::new(),
        });
    };
    match &suppression.names {
        None if !used.contains(&true) => {
            add(
                "nothing is found on this line: the comment is not needed".to_owned(),
                suppression.span,
                found,
            );
        }
        None => {}
        Some(names) => {
            for ((span, name), _) in names.iter().zip(used).filter(|(_, used)| !**used) {
                let mut known = ALL
                    .iter()
                    .filter(|rule| rule.name == name || rule.group == name)
                    .peekable();
                if known.peek().is_none() {
                    let hint = super::nearest(name)
                        .map(|near| format!("; nearest is `{near}`"))
                        .unwrap_or_default();
                    add(format!("there is no rule `{name}`{hint}"), *span, found);
                } else if known.any(|rule| selection.has(rule)) {
                    add(
                        format!("`{name}` finds nothing on this line: the comment is not needed"),
                        *span,
                        found,
                    );
                }
            }
        }
    }
}

/// The fix of a finding, where there is one.
pub fn fix_of(analysis: &Analysis, finding: &Finding) -> Option<Fix> {
    let rule = named(finding.rule)?;
    (rule.fix)(&RuleCx::of(analysis), finding)
}
