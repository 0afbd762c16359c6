//! Source with its hints and findings.

use std::path::Path;

use super::style::{BOLD, CYAN, DIM, YELLOW, styled};
use crate::base::Span;
use crate::text::Text;

/// A note between the characters of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Where it stands.
    pub offset: u32,
    /// What it says.
    pub label: String,
}

/// How a finding stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Something will go wrong.
    Strong,
    /// Worth knowing.
    Plain,
    /// By the way.
    Faint,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Where.
    pub span: Span,
    /// How it stands out.
    pub weight: Weight,
    /// What, in one line.
    pub message: String,
    /// The rule's name.
    pub code: String,
}

/// The lines of `part`, each with its number, its hints at their places, and its findings below.
pub fn file(text: &Text, name: &Path, part: Span, hints: &[Note], findings: &[Remark]) -> String {
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

fn source(text: &Text, line: Span, hints: &[Note]) -> String {
    let mut out = String::new();
    let mut at = line.start;
    let mut here: Vec<&Note> = hints
        .iter()
        .filter(|hint| line.touches(hint.offset))
        .collect();
    here.sort_by_key(|hint| hint.offset);
    let mut rest = here.as_slice();
    while let Some(first) = rest.first() {
        let same = rest.partition_point(|hint| hint.offset == first.offset);
        out.push_str(text.slice(Span::new(at, first.offset)));
        let labels: Vec<&str> = rest[..same]
            .iter()
            .map(|note| note.label.as_str())
            .collect();
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

fn below(text: &Text, line: Span, finding: &Remark, width: usize) -> String {
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
    let style = match finding.weight {
        Weight::Strong => YELLOW,
        Weight::Plain => CYAN,
        Weight::Faint => DIM,
    };
    let said = format!("{marks} {} [{}]", finding.message, finding.code);
    format!(
        "{} {indent}{}\n",
        styled(DIM, &format!("{:>width$} \u{2502}", "")),
        styled(style, &said)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_stand_in_the_line_and_findings_below() {
        let text = Text::new("a = b  # why\nc = a\n");
        let note = |offset, label: &str| Note {
            offset,
            label: label.to_owned(),
        };
        let finding = Remark {
            span: Span::new(17, 18),
            weight: Weight::Strong,
            message: "said".to_owned(),
            code: "rule".to_owned(),
        };
        let shown = file(
            &text,
            Path::new("t.py"),
            text.span(),
            &[note(5, "x"), note(5, "y")],
            &[finding],
        );
        let shown = anstream::adapter::strip_str(&shown).to_string();
        assert_eq!(
            shown,
            "t.py\n1 \u{2502} a = b \u{2039}x \u{b7} y\u{203a}  # why\n2 \u{2502} c = a\n  \u{2502}     ^ said [rule]\n"
        );
    }
}
