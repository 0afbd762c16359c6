//! Findings as JSON, in the form that ruff has.

use serde_json::{Value, json};

use super::findings::{Shown, position};
use crate::rules::{self, Safety};
use crate::text::Text;

/// An object for each finding of a file.
pub fn json(filename: &str, text: &Text, shown: &[Shown]) -> Vec<Value> {
    let place = |offset: u32| {
        let (row, column) = position(text, offset);
        json!({ "row": row, "column": column })
    };
    let one = |Shown { finding, fix }: &Shown| {
        let fix = fix.as_ref().map(|fix| {
            let edits: Vec<Value> = fix
                .edits
                .iter()
                .map(|edit| {
                    json!({
                        "content": edit.text,
                        "location": place(edit.span.start),
                        "end_location": place(edit.span.end),
                    })
                })
                .collect();
            json!({
                "applicability": match fix.safety { Safety::Safe => "safe", Safety::Unsafe(_) => "unsafe" },
                "message": fix.title,
                "edits": edits,
            })
        });
        json!({
            "code": finding.rule,
            "end_location": place(finding.span.end),
            "filename": filename,
            "fix": fix,
            "location": place(finding.span.start),
            "message": finding.message,
            "severity": finding.severity.name(),
            "url": rules::url(finding.rule),
        })
    };
    shown.iter().map(one).collect()
}
