//! # unused-suppression
//!
//! ## What it does
//!
//! Finds `# heaplight: ignore[...]` comments that keep nothing quiet: the rule finds nothing on that line, or there is
//! no rule of that name.
//!
//! ## Why it matters in memory
//!
//! It does not, by itself. But a comment that outlives its reason hides the next finding on that line, and the next
//! finding may be a real one.
//!
//! ## Known problems
//!
//! What is found depends on the target version and on who runs the file; a comment that is needed for one target may be
//! reported for another. Comments that name a rule which is switched off are left alone.
//!
//! ## Example
//!
//! ```python
//! def total(values=()):  # heaplight: ignore[mutable-default]
//!     return sum(values)
//! ```
//!
//! ## Use instead
//!
//! ```python
//! def total(values=()):
//!     return sum(values)
//! ```
//!
//! ## Fix safety
//!
//! The fix takes the name, or the whole comment where nothing else is named, out of the text. Only a comment changes,
//! so the fix is safe.

use super::rule::{Edit, Finding, Findings, Fix, Rule, RuleCx, Safety, Severity};
use crate::base::Span;

pub(super) static RULE: Rule = Rule {
    name: "unused-suppression",
    group: "suppressions",
    since: "0.1",
    level: Severity::Information,
    ruff: &[],
    check,
    fix,
};

/// The driver alone knows what was kept quiet: it makes these findings itself.
fn check(_: &RuleCx<'_>, _: &mut Findings) {}

fn fix(cx: &RuleCx<'_>, finding: &Finding) -> Option<Fix> {
    let source = cx.text.as_str();
    let line = cx.text.line_span(cx.text.line(finding.span.start))?;
    let (start, end) = (finding.span.start as usize, finding.span.end as usize);
    let is_whole = source.get(start..)?.starts_with('#');
    let open = if is_whole {
        start
    } else {
        source.get(line.start as usize..start)?.rfind('#')? + line.start as usize
    };
    let close = if is_whole {
        end
    } else {
        source.get(end..line.end as usize)?.find(']')? + end + 1
    };
    let list = source.get(open..close)?;
    let others = list
        .split(['[', ']'])
        .nth(1)
        .map_or(0, |names| names.split(',').count());
    let edit = if is_whole || others <= 1 {
        // What else the comment says stays; blanks before it go with it.
        let rest = source.get(close..line.end as usize)?;
        let before = source.get(line.start as usize..open)?;
        if rest.trim().is_empty() {
            let kept = before.trim_end().len() as u32;
            let is_alone = kept == 0;
            let (from, to) = match is_alone {
                true => (
                    line.start,
                    cx.text
                        .line_span(cx.text.line(line.end) + 1)
                        .map_or(line.end, |next| next.start),
                ),
                false => (line.start + kept, line.end),
            };
            Edit::replace(Span::new(from, to), "")
        } else if rest.trim_start().starts_with('#') {
            let gap = rest.len() - rest.trim_start().len();
            Edit::replace(Span::new(open as u32, (close + gap) as u32), "")
        } else {
            Edit::replace(Span::new(open as u32, close as u32), "#")
        }
    } else {
        // The name with one of the commas around it.
        let after = source.get(end..close)?;
        let blank = |text: &str| text.len() - text.trim_start().len();
        match after.trim_start().strip_prefix(',') {
            Some(rest) => {
                let to = end + blank(after) + 1 + blank(rest);
                Edit::replace(Span::new(start as u32, to as u32), "")
            }
            None => {
                let comma = source.get(open..start)?.rfind(',')? + open;
                Edit::replace(Span::new(comma as u32, end as u32), "")
            }
        }
    };
    Some(Fix {
        title: "Remove the comment that is not needed".to_owned(),
        edits: vec![edit],
        safety: Safety::Safe,
    })
}
