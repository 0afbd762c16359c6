//! `heaplight facts`

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, ValueEnum};

use crate::base::Cancel;
use crate::engine;
use crate::facts::contract;
use crate::interp;
use crate::layout::Target;
use crate::text::{Encoding, Text};

/// Every claim about the objects of files, as JSON Lines
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The files
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
        match claims(file, arguments) {
            Ok(claims) => match std::io::stdout().write_all(claims.as_bytes()) {
                // Whoever reads has seen enough.
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(status),
                written => written.context("cannot write to standard output")?,
            },
            Err(error) => {
                eprintln!("heaplight: {error:#}");
                status = ExitCode::from(super::ERROR);
            }
        }
    }
    Ok(status)
}

fn claims(path: &Path, arguments: &Arguments) -> anyhow::Result<String> {
    let source =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = Text::new(source);
    let world = match arguments.world {
        World::Script => interp::World::Script,
        World::Module => interp::World::Module,
    };
    let analysis = engine::analyse(&text, None, arguments.target, world, &Cancel::new())
        .context("the analysis was stopped")?;
    let position = |offset: u32| {
        let at = text.position(offset, Encoding::Utf8);
        (at.line + 1, at.column)
    };
    let (file, facts) = (&analysis.file, &analysis.facts);
    Ok(contract::write(
        file,
        facts,
        &path.to_string_lossy(),
        &position,
    ))
}
