//! What commands about one file are given: the file, a position in it, and what it is analysed for.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use super::source;
use crate::base::{Cancel, Span};
use crate::engine::settings::{Discovery, HintLevel, Settings, WorldChoice, discover};
use crate::engine::{self, Analysis};
use crate::interp;
use crate::layout::Target;
use crate::text::{Encoding, Position, Text};

/// What a file is analysed for.
#[derive(Args, Debug)]
pub(super) struct For {
    /// The CPython that the figures are about: 3.13, 3.13.2, 3.14t. Else what the project's settings say, or what it
    /// runs on
    #[arg(long)]
    target: Option<Target>,
    /// Who runs the file. Else what the project's settings say; where they leave it open, it is run as a script
    #[arg(long, value_enum)]
    world: Option<World>,
    /// What to call the text that `-` reads
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum World {
    /// `python FILE` runs it
    Script,
    /// It is imported, and anyone may call it
    Module,
}

/// `FILE[:LINE[:COLUMN]]`, both from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FilePlace {
    pub file: PathBuf,
    pub line: Option<u32>,
    pub column: Option<u32>,
}

impl FilePlace {
    /// Reads it. A name that is a file's as it stands is that file's.
    pub(super) fn parse(text: &str) -> FilePlace {
        if !Path::new(text).is_file()
            && let Some((rest, last)) = number_behind(text)
        {
            return match number_behind(rest) {
                Some((file, line)) => FilePlace {
                    file: file.into(),
                    line: Some(line),
                    column: Some(last),
                },
                None => FilePlace {
                    file: rest.into(),
                    line: Some(last),
                    column: None,
                },
            };
        }
        FilePlace {
            file: text.into(),
            line: None,
            column: None,
        }
    }

    /// Analyses the file.
    pub(super) fn analyse(&self, what: &For) -> anyhow::Result<(Analysis, PathBuf)> {
        let is_stdin = self.file == Path::new("-");
        let name = if is_stdin {
            what.stdin_filename.clone().unwrap_or_else(|| "-".into())
        } else {
            self.file.clone()
        };
        let told = name.display().to_string();
        let source = if is_stdin {
            source::standard_input(&told)?
        } else {
            source::read(&self.file, &told)?
        };
        let text = Text::new(source.content);
        let mut settings = settings(&name);
        if let Some(target) = what.target {
            settings.target = target;
        }
        let world = match (what.world, settings.world) {
            (Some(World::Module), _) | (None, WorldChoice::Module) => interp::World::Module,
            (Some(World::Script), _) | (None, WorldChoice::Script | WorldChoice::Auto) => {
                interp::World::Script
            }
        };
        let analysis = engine::analyse(&text, None, settings.target, world, &Cancel::new())
            .with_context(|| format!("{told}: the analysis was stopped"))?;
        let analysis = Analysis {
            settings: Arc::new(settings),
            ..analysis
        };
        Ok((analysis, name))
    }

    /// `answered`, the status of a command that has said what it can; where the file cannot be parsed as a whole, tells
    /// so, and that is an error.
    pub(super) fn status(analysis: &Analysis, name: &Path, answered: ExitCode) -> ExitCode {
        let name = name.display().to_string();
        match source::problem(&analysis.file, &analysis.text, &name, analysis.target) {
            Some(problem) => {
                eprintln!("heaplight: {problem}");
                ExitCode::from(super::ERROR)
            }
            None => answered,
        }
    }

    /// How many hints the project's settings ask for, if they say so.
    pub(super) fn hint_level(&self) -> Option<HintLevel> {
        discovered(&self.file).partial.inlay_hints
    }

    /// The line's span, if a line is given; an error if the file does not have it.
    pub(super) fn line_span(&self, text: &Text, name: &Path) -> anyhow::Result<Option<Span>> {
        let Some(line) = self.line else {
            return Ok(None);
        };
        let span = line.checked_sub(1).and_then(|line| text.line_span(line));
        match span {
            Some(span) => Ok(Some(span)),
            None => bail!(
                "{} has no line {line}: its lines are 1 to {}",
                name.display(),
                text.line_count()
            ),
        }
    }

    /// The offset, if line and column are given. Columns count characters, as compilers do.
    pub(super) fn offset(&self, text: &Text, name: &Path) -> anyhow::Result<Option<u32>> {
        let (Some(span), Some(column)) = (self.line_span(text, name)?, self.column) else {
            return Ok(None);
        };
        let line = self.line.unwrap_or(1) - 1;
        let column = column
            .checked_sub(1)
            .with_context(|| format!("{}: columns count from 1", name.display()))?;
        let offset = text.offset(Position { line, column }, Encoding::Utf32);
        let width = text.position(span.end, Encoding::Utf32).column;
        if column > width {
            bail!(
                "{}:{} has no column {}: it ends at {}",
                name.display(),
                line + 1,
                column + 1,
                width + 1
            );
        }
        Ok(Some(offset))
    }
}

/// What the files in and above a file's folder say.
fn discovered(file: &Path) -> Discovery {
    let folder = match file.parent() {
        Some(folder) => std::path::absolute(folder)
            .or_else(|_| std::env::current_dir())
            .unwrap_or_default(),
        None => std::env::current_dir().unwrap_or_default(),
    };
    discover(&folder, &|path| std::fs::read_to_string(path).ok())
}

/// The settings that hold for a file; what is wrong in them is told.
fn settings(file: &Path) -> Settings {
    let mut found = discovered(file);
    if let Some((path, _)) = &found.file {
        for problem in &found.problems {
            eprintln!(
                "heaplight: {}: {}: {}",
                path.display(),
                problem.setting,
                problem.message
            );
        }
    }
    std::mem::take(&mut found.partial).resolve(&found.clues)
}

fn number_behind(text: &str) -> Option<(&str, u32)> {
    let (rest, digits) = text.rsplit_once(':')?;
    let is_number =
        !rest.is_empty() && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    Some((rest, digits.parse().ok().filter(|_| is_number)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_read_from_behind() {
        let parsed = |text: &str| {
            let place = FilePlace::parse(text);
            (place.file.display().to_string(), place.line, place.column)
        };
        assert_eq!(parsed("a.py"), ("a.py".into(), None, None));
        assert_eq!(parsed("a.py:3"), ("a.py".into(), Some(3), None));
        assert_eq!(parsed("a.py:3:14"), ("a.py".into(), Some(3), Some(14)));
        assert_eq!(parsed("C:\\a.py:3"), ("C:\\a.py".into(), Some(3), None));
        assert_eq!(parsed("a.py:x"), ("a.py:x".into(), None, None));
        assert_eq!(
            parsed("a.py:99999999999"),
            ("a.py:99999999999".into(), None, None)
        );
        assert_eq!(parsed(":3"), (":3".into(), None, None));
    }
}
