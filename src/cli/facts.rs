//! `heaplight facts`

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, ValueEnum};

use super::source;
use crate::base::Cancel;
use crate::engine;
use crate::facts::contract;
use crate::interp;
use crate::layout::Target;
use crate::text::{Encoding, Text};

/// Every claim about the objects of files, as JSON Lines
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The files; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The CPython that the claims are about: 3.13, 3.13.2, 3.14t
    #[arg(long, default_value_t = Target::default())]
    target: Target,
    /// Who runs the files
    #[arg(long, value_enum, default_value_t = World::Script)]
    world: World,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum World {
    /// `python FILE` runs it
    Script,
    /// It is imported, and anyone may call it
    Module,
}

/// A file that cannot be read does not stop the others.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut status = ExitCode::SUCCESS;
    for file in &arguments.files {
        // What does not parse is told of, and is no error: the rest was claimed. What cannot be read is.
        let (claims, problem) = match claims(file, arguments) {
            Ok(Claims { lines, problem }) => (lines, problem),
            Err(error) => {
                status = ExitCode::from(super::ERROR);
                (String::new(), Some(format!("{error:#}")))
            }
        };
        match std::io::stdout().write_all(claims.as_bytes()) {
            // Whoever reads has seen enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(status),
            written => written.context("cannot write to standard output")?,
        }
        if let Some(problem) = problem {
            eprintln!("heaplight: {problem}");
        }
    }
    Ok(status)
}

fn claims(path: &Path, arguments: &Arguments) -> anyhow::Result<Claims> {
    let name = path.display().to_string();
    let source = if path == Path::new("-") {
        source::standard_input(&name)?
    } else {
        source::read(path, &name)?
    };
    let world = match arguments.world {
        World::Script => interp::World::Script,
        World::Module => interp::World::Module,
    };
    claims_of(path, source.content, arguments.target, world)
}

/// What is claimed of a file.
pub(super) struct Claims {
    /// JSON Lines, as the contract has them.
    pub(super) lines: String,
    /// Why the file as a whole cannot be compiled; the claims are about the rest then.
    pub(super) problem: Option<String>,
}

/// The claims about a source text as JSON Lines.
pub(super) fn claims_of(
    path: &Path,
    source: String,
    target: Target,
    world: interp::World,
) -> anyhow::Result<Claims> {
    let text = Text::new(source);
    let analysis = engine::analyse(&text, None, target, world, &Cancel::new())
        .context("the analysis was stopped")?;
    let position = |offset: u32| {
        let at = text.position(offset, Encoding::Utf8);
        (at.line + 1, at.column)
    };
    let (file, facts) = (&analysis.file, &analysis.facts);
    let name = path.to_string_lossy();
    Ok(Claims {
        lines: contract::write(file, facts, &name, &position),
        problem: source::problem(file, &text, &name, target),
    })
}
