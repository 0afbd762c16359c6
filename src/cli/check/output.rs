//! What a check says: findings on standard output, what could not be checked on standard error, and the status.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use similar::TextDiff;

use super::files::Sources;
use super::{Arguments, Format, Outcome};
use crate::report::{self, Found};
use crate::rules;

/// What is added up over all files.
#[derive(Default)]
struct Tally {
    files: usize,
    failed: usize,
    found: usize,
    fixed: usize,
    fixable: usize,
    hidden: usize,
    differs: bool,
}

/// Tells everything in the order of the files.
pub(super) fn tell(
    arguments: &Arguments,
    sources: &Sources,
    results: Vec<(usize, anyhow::Result<Outcome>)>,
    is_stdin: bool,
) -> anyhow::Result<ExitCode> {
    let mut out = String::new();
    let mut files = Vec::new();
    let mut tally = Tally {
        failed: sources.problems.len(),
        ..Tally::default()
    };
    for line in sources.problems.iter().chain(&sources.notices) {
        eprintln!("heaplight: {line}");
    }
    for (index, result) in results {
        let source = &sources.files[index];
        let outcome = match result {
            Ok(outcome) => outcome,
            Err(error) => {
                eprintln!("heaplight: {error:#}");
                tally.failed += 1;
                continue;
            }
        };
        tally.files += 1;
        tally.fixed += outcome.fixed;
        if arguments.diff {
            if let Some(before) = &outcome.before {
                tally.differs = true;
                let name = source.shown();
                let diff = TextDiff::from_lines(before.as_str(), outcome.text.as_str());
                out.push_str(&diff.unified_diff().header(&name, &name).to_string());
            }
            continue;
        }
        tally.found += outcome.shown.len();
        for it in &outcome.shown {
            match it.fix.as_ref().map(|fix| &fix.safety) {
                Some(rules::Safety::Safe) => tally.fixable += 1,
                Some(rules::Safety::Unsafe(_)) => tally.hidden += 1,
                None => {}
            }
        }
        files.push(Found {
            path: source.shown(),
            absolute: source.absolute(),
            text: outcome.text,
            shown: outcome.shown,
        });
    }
    if is_stdin && arguments.fix && !arguments.diff {
        // Standard output has the mended text.
        for file in &files {
            out.push_str(file.text.as_str());
            eprint!("{}", report::concise(&file.path, &file.text, &file.shown));
        }
    } else if !arguments.diff {
        let format = arguments.output_format.to_report();
        if arguments.statistics {
            out.push_str(&report::statistics(format, &files));
        } else {
            out.push_str(&report::render(format, &files));
            if format.is_text() {
                out.push_str(&summary(&tally));
            }
        }
    }
    let mut stdout = anstream::stdout().lock();
    match stdout
        .write_all(out.as_bytes())
        .and_then(|()| stdout.flush())
    {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
        written => written.context("cannot write to standard output")?,
    }
    Ok(match (tally.failed > 0, tally.found > 0 || tally.differs) {
        (true, _) => ExitCode::from(crate::cli::ERROR),
        (false, true) if !arguments.exit_zero => ExitCode::from(1),
        _ => ExitCode::SUCCESS,
    })
}

fn summary(tally: &Tally) -> String {
    let count = |n: usize, one: &str| match n {
        1 => format!("1 {one}"),
        _ => format!("{n} {one}s"),
    };
    let mut parts = vec![match tally.found {
        0 => format!("Nothing found in {}", count(tally.files, "file")),
        found => format!(
            "{} in {}",
            count(found, "finding"),
            count(tally.files, "file")
        ),
    }];
    let Tally {
        fixed,
        fixable,
        hidden,
        failed,
        ..
    } = tally;
    if *failed > 0 {
        parts.push(format!("{failed} not checked"));
    }
    if *fixed > 0 {
        parts.push(format!("{fixed} fixed"));
    }
    if *fixable > 0 {
        parts.push(format!("{fixable} fixable with `--fix`"));
    }
    if *hidden > 0 {
        parts.push(format!("{hidden} more with `--unsafe-fixes`"));
    }
    format!("{}\n", parts.join("; "))
}

impl Format {
    fn to_report(self) -> report::Format {
        match self {
            Format::Full => report::Format::Full,
            Format::Concise => report::Format::Concise,
            Format::Json => report::Format::Json,
            Format::Jsonl => report::Format::Jsonl,
            Format::Sarif => report::Format::Sarif,
            Format::Github => report::Format::Github,
            Format::Gitlab => report::Format::Gitlab,
            Format::Junit => report::Format::Junit,
        }
    }
}
