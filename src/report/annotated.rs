//! Source with its hints and findings.

use std::path::Path;

use super::style::{BOLD, CYAN, DIM, YELLOW, styled};
use crate::base::Span;
use crate::ide::{Diagnostic, InlayHint, Severity};
use crate::text::Text;

/// The lines of `part`, each with its number, its hints at their places, and its findings below.
pub fn file(
    text: &Text,
    name: &Path,
    part: Span,
    hints: &[InlayHint],
    findings: &[Diagnostic],
) -> String {
    let mut out = styled(BOLD, &name.display().to_string());
    out.push('\n');
    let (first, last) = (text.line(part.start), text.line(part.end));
    let width = (last + 1).to_string().len();
    for line in first..=last {
        let Some(span) = text.line_span(line) else {
            break;
        };
        if line == last && last > first && span.is_empty() {
            break; // behind the last line end
        }
        out.push_str(&styled(DIM, &format!("{:>width$} \u{2502} ", line + 1)));
        out.push_str(source(text, span, hints).trim_end());
        out.push('\n');
        for finding in findings
            .iter()
            .filter(|finding| text.line(finding.span.start) == line)
        {
            out.push_str(&below(text, span, finding, width));
        }
    }
    out
}

fn source(text: &Text, line: Span, hints: &[InlayHint]) -> String {
    let mut out = String::new();
    let mut at = line.start;
    let mut here: Vec<&InlayHint> = hints
        .iter()
        .filter(|hint| line.touches(hint.offset))
        .collect();
    here.sort_by_key(|hint| hint.offset);
    let mut rest = here.as_slice();
    while let Some(first) = rest.first() {
        let same = rest.partition_point(|hint| hint.offset == first.offset);
        out.push_str(text.slice(Span::new(at, first.offset)));
        let labels: Vec<String> = rest[..same].iter().map(|hint| label(hint)).collect();
        out.push_str(&styled(
            CYAN,
            &format!(" \u{2039}{}\u{203a}", labels.join(" \u{b7} ")),
        ));
        at = first.offset;
        rest = &rest[same..];
    }
    out.push_str(text.slice(Span::new(at, line.end)));
    out
}

fn label(hint: &InlayHint) -> String {
    hint.parts.iter().map(|part| part.text.as_str()).collect()
}

fn below(text: &Text, line: Span, finding: &Diagnostic, width: usize) -> String {
    let indent: String = text
        .slice(Span::new(line.start, finding.span.start.max(line.start)))
        .chars()
        .map(|c| if c == '\t' { '\t' } else { ' ' })
        .collect();
    let end = finding.span.end.min(line.end).max(finding.span.start + 1);
    let marks = "^".repeat(
        text.slice(Span::new(finding.span.start, end))
            .chars()
            .count()
            .max(1),
    );
    let style = match finding.severity {
        Severity::Warning => YELLOW,
        Severity::Information => CYAN,
        Severity::Hint => DIM,
    };
    let said = format!("{marks} {} [{}]", finding.message, finding.code);
    format!(
        "{} {indent}{}\n",
        styled(DIM, &format!("{:>width$} \u{2502}", "")),
        styled(style, &said)
    )
}
