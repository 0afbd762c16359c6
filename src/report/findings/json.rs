//! Findings as JSON, in the form that ruff has; `severity` is ours.

use serde::Serialize;

use super::{Found, Shown, position, pretty};
use crate::rules::{self, Safety};
use crate::text::Text;

#[derive(Serialize)]
struct Object<'a> {
    code: &'a str,
    end_location: Location,
    filename: &'a str,
    fix: Option<Fix<'a>>,
    location: Location,
    message: &'a str,
    severity: &'a str,
    url: Option<String>,
}

#[derive(Serialize)]
struct Location {
    row: u32,
    column: u32,
}

#[derive(Serialize)]
struct Fix<'a> {
    applicability: &'a str,
    message: &'a str,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    content: &'a str,
    location: Location,
    end_location: Location,
}

/// One array of all.
pub(super) fn array(files: &[Found]) -> String {
    let all: Vec<Object<'_>> = files.iter().flat_map(objects).collect();
    pretty(&all)
}

/// A line for each.
pub(super) fn lines(files: &[Found]) -> String {
    let lines = files.iter().flat_map(objects).map(|object| {
        let line = serde_json::to_string(&object).expect("texts, numbers and lists of them");
        line + "\n"
    });
    lines.collect()
}

fn objects(file: &Found) -> impl Iterator<Item = Object<'_>> {
    file.shown.iter().map(|Shown { finding, fix }| Object {
        code: finding.rule,
        end_location: location(&file.text, finding.span.end),
        filename: &file.absolute,
        fix: fix.as_ref().map(|fix| Fix {
            applicability: match fix.safety {
                Safety::Safe => "safe",
                Safety::Unsafe(_) => "unsafe",
            },
            message: &fix.title,
            edits: fix
                .edits
                .iter()
                .map(|edit| Edit {
                    content: &edit.text,
                    location: location(&file.text, edit.span.start),
                    end_location: location(&file.text, edit.span.end),
                })
                .collect(),
        }),
        location: location(&file.text, finding.span.start),
        message: &finding.message,
        severity: finding.severity.name(),
        url: rules::url(finding.rule),
    })
}

fn location(text: &Text, offset: u32) -> Location {
    let (row, column) = position(text, offset);
    Location { row, column }
}
