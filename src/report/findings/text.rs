//! Findings as text: a line each, or with the source around them as rustc has it.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Found, Shown, position};
use crate::base::Span;
use crate::rules::{Fix, Safety, Severity};
use crate::text::Text;

/// `path:line:column: severity[rule] message`, a line each.
pub fn concise(path: &str, text: &Text, shown: &[Shown]) -> String {
    let mut out = String::new();
    for Shown { finding, fix } in shown {
        let (row, column) = position(text, finding.span.start);
        let mark = match fix.as_ref().map(|fix| &fix.safety) {
            Some(Safety::Safe) => " [*]",
            _ => "",
        };
        let _ = writeln!(
            out,
            "{path}:{row}:{column}: {}[{}]{mark} {}",
            finding.severity.name(),
            finding.rule,
            finding.message
        );
    }
    out
}

/// With the source around them, and colours as terminals have them.
pub(super) fn full(file: &Found) -> String {
    let text = &file.text;
    let renderer = Renderer::styled();
    let mut out = String::new();
    for Shown { finding, fix } in &file.shown {
        let level = match finding.severity {
            Severity::Warning => Level::WARNING,
            Severity::Information => Level::INFO.with_name("information"),
            Severity::Hint => Level::HELP.with_name("hint"),
        };
        let range = |span: Span| {
            let (start, end) = (text.clamp(span.start), text.clamp(span.end));
            start as usize..end.max(start) as usize
        };
        let snippet = Snippet::source(text.as_str())
            .path(file.path.as_str())
            .fold(true)
            .annotation(AnnotationKind::Primary.span(range(finding.span)))
            .annotations(finding.related.iter().map(|related| {
                AnnotationKind::Context
                    .span(range(related.span))
                    .label(related.message.as_str())
            }));
        let title = level
            .primary_title(finding.message.as_str())
            .id(finding.rule);
        let mut group = title.element(snippet);
        if let Some(fix) = fix {
            group = group.element(Level::HELP.message(help(fix)));
        }
        let report: &[Group<'_>] = &[group];
        out.push_str(&renderer.render(report));
        out.push_str("\n\n");
    }
    out
}

fn help(fix: &Fix) -> String {
    match &fix.safety {
        Safety::Safe => format!("{} (`--fix`)", fix.title),
        Safety::Unsafe(reason) => format!("{} (`--fix --unsafe-fixes`: {reason})", fix.title),
    }
}
