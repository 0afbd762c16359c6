//! The text of a file that a command is about: read, or refused in one line that says why.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};

use crate::hir::File;
use crate::layout::Target;
use crate::text::Text;

/// Files beyond this size are not source code.
const LARGEST: u64 = 16 * 1024 * 1024;

/// CPython drops one at the start of a file, and counts columns without it.
const MARK: char = '\u{FEFF}';

/// What a file holds.
#[derive(Clone)]
pub(super) struct Source {
    /// Its text, without a byte order mark.
    pub(super) content: String,
    /// There was a mark.
    pub(super) has_mark: bool,
}

/// The text of the file at `path`; `name` is what to call it.
///
/// # Errors
/// When it cannot be read, is a folder, no text, or far too large.
pub(super) fn read(path: &Path, name: &str) -> anyhow::Result<Source> {
    if std::fs::metadata(path)
        .with_context(|| format!("cannot read {name}"))?
        .is_dir()
    {
        bail!("{name} is a folder: name a file in it");
    }
    let file = std::fs::File::open(path).with_context(|| format!("cannot read {name}"))?;
    text_of(file, name)
}

/// The text that standard input gives; `name` is what to call it.
///
/// # Errors
/// As [`read`].
pub(super) fn standard_input(name: &str) -> anyhow::Result<Source> {
    text_of(std::io::stdin(), name)
}

/// Never reads much more than the largest size: a device or pipe may have no end.
fn text_of(from: impl Read, name: &str) -> anyhow::Result<Source> {
    let mut bytes = Vec::new();
    from.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {name}"))?;
    if bytes.len() as u64 > LARGEST {
        bail!("{name} is larger than 16 MB: that is no source code");
    }
    let mut content = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = Text::new(String::from_utf8_lossy(&error.as_bytes()[..at])).line_count();
        anyhow::anyhow!("{name}:{line} is not UTF-8: save the file as UTF-8")
    })?;
    let has_mark = content.starts_with(MARK);
    if has_mark {
        content.remove(0);
        content.shrink_to_fit();
    }
    Ok(Source { content, has_mark })
}

/// What keeps `file` from being compiled for `target`, as one line: the first problem.
pub(super) fn problem(file: &File, text: &Text, name: &str, target: Target) -> Option<String> {
    if let Some(problem) = file.problems.first() {
        let line = text.line(problem.span.start) + 1;
        return Some(format!(
            "{name}:{line}: cannot be parsed: {}",
            problem.message
        ));
    }
    let needed = file.items.iter().find_map(|placed| {
        let line = text.line(placed.start) + 1;
        Some((line, target.lacks_grammar_of(placed.item.min_minor)?))
    });
    let (line, needed) = needed?;
    Some(format!(
        "{name}:{line}: cannot be parsed for CPython {target}: this is grammar of {needed}"
    ))
}
