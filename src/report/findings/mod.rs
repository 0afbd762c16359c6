//! Findings as people, programs and services read them: one file a format.

mod github;
mod gitlab;
mod json;
mod junit;
mod sarif;
mod statistics;
mod text;

use crate::rules::{Finding, Fix};
use crate::text::{Encoding, Text};

pub use statistics::statistics;
pub use text::concise;

/// A finding as it is reported.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The finding.
    pub finding: Finding,
    /// Its fix.
    pub fix: Option<Fix>,
}

/// What was found in a file.
#[derive(Clone, Debug)]
pub struct Found {
    /// What the file is called: from the current folder where it lies in it.
    pub path: String,
    /// Its whole path.
    pub absolute: String,
    /// Its text.
    pub text: Text,
    /// The findings, in order.
    pub shown: Vec<Shown>,
}

/// How findings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// With the source around them.
    Full,
    /// A line each.
    Concise,
    /// One array, in ruff's form.
    Json,
    /// An object of the same form on each line.
    Jsonl,
    /// The Static Analysis Results Interchange Format, 2.1.0.
    Sarif,
    /// Commands by which a workflow of GitHub's annotates a change.
    Github,
    /// A code quality report of GitLab's.
    Gitlab,
    /// What continuous integration reads test results from.
    Junit,
}

impl Format {
    /// For people rather than programs.
    pub fn is_text(self) -> bool {
        matches!(self, Format::Full | Format::Concise)
    }
}

/// Everything that was found, in the order of `files`.
pub fn render(format: Format, files: &[Found]) -> String {
    let each = |one: fn(&Found) -> String| files.iter().map(one).collect();
    match format {
        Format::Full => each(text::full),
        Format::Concise => each(|file| concise(&file.path, &file.text, &file.shown)),
        Format::Json => json::array(files),
        Format::Jsonl => json::lines(files),
        Format::Sarif => sarif::render(files),
        Format::Github => each(github::render),
        Format::Gitlab => gitlab::render(files),
        Format::Junit => junit::render(files),
    }
}

/// Line and column from 1, in characters.
fn position(text: &Text, offset: u32) -> (u32, u32) {
    let at = text.position(offset, Encoding::Utf32);
    (at.line + 1, at.column + 1)
}

/// JSON for people to look at too, with a line's end.
fn pretty<T: serde::Serialize + ?Sized>(value: &T) -> String {
    let mut out = serde_json::to_string_pretty(value).expect("texts, numbers and lists of them");
    out.push('\n');
    out
}
