//! `heaplight show`

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use super::place::{FilePlace, For};
use crate::engine::settings::HintLevel;
use crate::ide::{Answers, Hover};
use crate::report::{annotated, card};

/// A file as an editor shows it: with its hints and findings; with a position, the card there
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The file, or `-` for standard input; a line shows what can be said of each name on it
    #[arg(value_name = "FILE[:LINE[:COL]]")]
    place: String,
    /// How many hints
    #[arg(long, value_enum, default_value_t = Hints::Full)]
    hints: Hints,
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
    let level = match arguments.hints {
        Hints::Off => HintLevel::Off,
        Hints::Quiet => HintLevel::Quiet,
        Hints::Full => HintLevel::Full,
    };
    let text = &analysis.text;
    let Some(line) = place.line_span(text, &name)? else {
        let hints = if level == HintLevel::Off {
            Vec::new()
        } else {
            analysis.inlay_hints(text.span(), level)
        };
        return print(&annotated::file(
            text,
            &name,
            text.span(),
            &hints,
            &analysis.diagnostics(),
        ));
    };
    if let Some(offset) = place.offset(text, &name)? {
        return match analysis.hover(offset) {
            Some(hover) => print(&card::terminal(&hover.markdown)),
            None => bail!(
                "nothing to say at {}: point at a name, an attribute, `is`, a `def` or a `class`; `heaplight explain {}` tells what is missing",
                arguments.place,
                arguments.place
            ),
        };
    }
    let hints = if level == HintLevel::Off {
        Vec::new()
    } else {
        analysis.inlay_hints(line, level)
    };
    let mut out = annotated::file(text, &name, line, &hints, &analysis.diagnostics());
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
