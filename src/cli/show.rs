//! `heaplight show`

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use super::place::{FilePlace, For};
use crate::base::Span;
use crate::engine::Analysis;
use crate::engine::settings::HintLevel;
use crate::ide::{Answers, Hover, Severity};
use crate::report::annotated::{Note, Remark, Weight};
use crate::report::{annotated, card};

/// A file as an editor shows it: with its hints and findings; with a position, the card there
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The file, or `-` for standard input; a line shows what can be said of each name on it
    #[arg(value_name = "FILE[:LINE[:COL]]")]
    place: String,
    /// How many hints. Else what the project's settings say; where they say nothing, all
    #[arg(long, value_enum)]
    hints: Option<Hints>,
    #[command(flatten)]
    what: For,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Hints {
    /// None
    Off,
    /// What surprises
    Quiet,
    /// Size and references behind every binding as well
    Full,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let place = FilePlace::parse(&arguments.place);
    let (analysis, name) = place.analyse(&arguments.what)?;
    let answered = shown(arguments, &place, &analysis, &name)?;
    Ok(FilePlace::status(&analysis, &name, answered))
}

fn shown(
    arguments: &Arguments,
    place: &FilePlace,
    analysis: &Analysis,
    name: &Path,
) -> anyhow::Result<ExitCode> {
    let level = match arguments.hints {
        Some(Hints::Off) => HintLevel::Off,
        Some(Hints::Quiet) => HintLevel::Quiet,
        Some(Hints::Full) => HintLevel::Full,
        // Who asks in a terminal wants to see; in an editor the quiet level is the one that does not get in the way.
        None => place.hint_level().unwrap_or(HintLevel::Full),
    };
    let text = &analysis.text;
    let Some(line) = place.line_span(text, name)? else {
        let (notes, remarks) = seen_in(analysis, text.span(), level);
        return print(&annotated::file(text, name, text.span(), &notes, &remarks));
    };
    if let Some(offset) = place.offset(text, name)? {
        return match analysis.hover(offset) {
            Some(hover) => print(&card::terminal(&hover.markdown)),
            None => bail!(
                "nothing to say at {}: point at a name, an attribute, `is`, a `def` or a `class`; `heaplight explain {}` tells what is missing",
                arguments.place,
                arguments.place
            ),
        };
    }
    let (notes, remarks) = seen_in(analysis, line, level);
    let mut out = annotated::file(text, name, line, &notes, &remarks);
    let mut seen: Vec<Hover> = Vec::new();
    for offset in line.start..=line.end {
        if text.as_str().is_char_boundary(offset as usize)
            && let Some(hover) = analysis.hover(offset)
            && !seen.iter().any(|other| other.markdown == hover.markdown)
        {
            out.push('\n');
            out.push_str(&card::terminal(&hover.markdown));
            seen.push(hover);
        }
    }
    print(&out)
}

/// The hints and findings of a part of the file.
fn seen_in(analysis: &Analysis, part: Span, level: HintLevel) -> (Vec<Note>, Vec<Remark>) {
    let hints = match level {
        HintLevel::Off => Vec::new(),
        level => analysis.inlay_hints(part, level),
    };
    let notes = hints.into_iter().map(|hint| Note {
        offset: hint.offset,
        label: hint.parts.into_iter().map(|part| part.text).collect(),
    });
    let remarks = analysis.diagnostics().into_iter().map(|finding| Remark {
        span: finding.span,
        weight: match finding.severity {
            Severity::Warning => Weight::Strong,
            Severity::Information => Weight::Plain,
            Severity::Hint => Weight::Faint,
        },
        message: finding.message,
        code: finding.code,
    });
    (notes.collect(), remarks.collect())
}

/// Prints, in colour where the terminal has it.
pub(super) fn print(out: &str) -> anyhow::Result<ExitCode> {
    match anstream::stdout().lock().write_all(out.as_bytes()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        written => {
            written.context("cannot write to standard output")?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

#[cfg(test)]
mod tests;
