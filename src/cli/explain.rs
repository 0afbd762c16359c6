//! `heaplight explain`

use std::process::ExitCode;

use anyhow::bail;
use clap::Args;

use super::place::{FilePlace, For};
use super::show::print;
use crate::base::Cancel;
use crate::engine::{self, Analysis};
use crate::ide::{Answers, headline};
use crate::layout::Target;
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
            let mut steps: Vec<_> = found
                .steps
                .into_iter()
                .map(|step| (step.text, step.at))
                .collect();
            steps.extend(
                elsewhere(&analysis, offset)
                    .into_iter()
                    .map(|said| (said, None)),
            );
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

/// What the other versions of CPython would have said there, where that is something else.
fn elsewhere(analysis: &Analysis, offset: u32) -> Vec<String> {
    let here = headline(analysis, offset);
    let mut groups: Vec<(Option<String>, Vec<String>)> = Vec::new();
    for target in Target::ALL {
        let other = engine::analyse(&analysis.text, None, target, analysis.world, &Cancel::new());
        let Some(other) = other else { continue };
        let said = headline(&other, offset);
        if said == here {
            continue;
        }
        match groups.last_mut().filter(|(known, _)| *known == said) {
            Some((_, versions)) => versions.push(target.to_string()),
            None => groups.push((said, vec![target.to_string()])),
        }
    }
    groups
        .into_iter()
        .map(|(said, versions)| {
            let range = match &versions[..] {
                [one] => one.clone(),
                [first, .., last] => format!("{first} to {last}"),
                [] => String::new(),
            };
            match said {
                Some(said) => format!("on {range}: {said}"),
                None => format!("on {range}: nothing is said"),
            }
        })
        .collect()
}
