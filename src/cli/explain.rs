//! `heaplight explain`

use std::process::ExitCode;

use anyhow::bail;
use clap::Args;

use super::place::{FilePlace, For};
use super::show::print;
use crate::ide::Answers;
use crate::report::evidence;

/// The evidence behind each claim at a position, and behind each claim that could not be made
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The file (`-` for standard input), the line and the column, both from 1
    #[arg(value_name = "FILE:LINE:COL")]
    place: String,
    #[command(flatten)]
    what: For,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let place = FilePlace::parse(&arguments.place);
    if place.line.is_none() || place.column.is_none() {
        bail!(
            "{} names no position: write FILE:LINE:COL, such as {}:1:1",
            arguments.place,
            place.file.display()
        );
    }
    let (analysis, name) = place.analyse(&arguments.what)?;
    let Some(offset) = place.offset(&analysis.text, &name)? else {
        bail!("{} names no position: write FILE:LINE:COL", arguments.place);
    };
    let answered = match analysis.explain(offset) {
        Some(found) => {
            let steps: Vec<_> = found
                .steps
                .into_iter()
                .map(|step| (step.text, step.at))
                .collect();
            print(&evidence::terminal(
                &analysis.text,
                &name,
                found.span,
                &steps,
            ))?
        }
        None => bail!(
            "nothing is claimed at {}: point at a name, an attribute, `is`, a `def` or a `class`",
            arguments.place
        ),
    };
    Ok(FilePlace::status(&analysis, &name, answered))
}
