//! Findings as a code quality report of GitLab's.

use rustc_hash::FxHashMap;
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_128;

use super::{Found, Shown, position, pretty};
use crate::rules::Severity;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    severity: &'a str,
    /// The same in the next run, as long as the finding is, wherever its line moves.
    fingerprint: String,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    positions: Positions,
}

#[derive(Serialize)]
struct Positions {
    begin: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
}

/// One array of all.
pub(super) fn render(files: &[Found]) -> String {
    let mut issues = Vec::new();
    // Findings that say the same of one file are told apart by their order.
    let mut seen: FxHashMap<String, u32> = FxHashMap::default();
    for file in files {
        for Shown { finding, .. } in &file.shown {
            let place = |offset| {
                let (line, column) = position(&file.text, offset);
                Position { line, column }
            };
            let about = format!("{}\0{}\0{}", file.path, finding.rule, finding.message);
            let nth = seen.entry(about.clone()).or_default();
            let fingerprint = xxh3_128(format!("{about}\0{nth}").as_bytes());
            *nth += 1;
            issues.push(Issue {
                description: format!("{}: {}", finding.rule, finding.message),
                check_name: finding.rule,
                severity: match finding.severity {
                    Severity::Warning => "major",
                    Severity::Information => "minor",
                    Severity::Hint => "info",
                },
                fingerprint: format!("{fingerprint:032x}"),
                location: Location {
                    path: &file.path,
                    positions: Positions {
                        begin: place(finding.span.start),
                        end: place(finding.span.end),
                    },
                },
            });
        }
    }
    pretty(&issues)
}
