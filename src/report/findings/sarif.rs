//! Findings in the Static Analysis Results Interchange Format, 2.1.0.

use serde::Serialize;

use super::{Found, Shown, position, pretty};
use crate::base::Span;
use crate::rules::{self, Severity};
use crate::text::Text;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'a str,
    version: &'a str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    column_kind: &'a str,
    results: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    full_description: Message,
    help: Help,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'a str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Fix<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fix<'a> {
    description: Message,
    artifact_changes: [Change<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    artifact_location: Artifact,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Inserted<'a>,
}

#[derive(Serialize)]
struct Inserted<'a> {
    text: &'a str,
}

/// The whole log: one run, with the page of each rule.
pub(super) fn render(files: &[Found]) -> String {
    let rules = rules::ALL.iter().map(|rule| {
        let page = rules::page(rule);
        Rule {
            id: rule.name,
            full_description: Message {
                text: what_it_does(&page),
            },
            help: Help {
                text: page.clone(),
                markdown: page,
            },
            help_uri: rules::url(rule.name),
            default_configuration: Configuration {
                level: level(rule.level),
            },
        }
    });
    pretty(&Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    version: env!("CARGO_PKG_VERSION"),
                    rules: rules.collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            results: files.iter().flat_map(results).collect(),
        }],
    })
}

fn results(file: &Found) -> impl Iterator<Item = Finding<'_>> {
    file.shown.iter().map(|Shown { finding, fix }| Finding {
        rule_id: finding.rule,
        rule_index: rules::ALL
            .iter()
            .position(|rule| rule.name == finding.rule)
            .unwrap_or(0),
        level: level(finding.severity),
        message: Message {
            text: finding.message.clone(),
        },
        locations: [location(file, finding.span, None)],
        related_locations: finding
            .related
            .iter()
            .map(|related| location(file, related.span, Some(&related.message)))
            .collect(),
        fixes: fix
            .iter()
            .map(|fix| Fix {
                description: Message {
                    text: fix.title.clone(),
                },
                artifact_changes: [Change {
                    artifact_location: artifact(file),
                    replacements: fix
                        .edits
                        .iter()
                        .map(|edit| Replacement {
                            deleted_region: region(&file.text, edit.span),
                            inserted_content: Inserted { text: &edit.text },
                        })
                        .collect(),
                }],
            })
            .collect(),
    })
}

fn location(file: &Found, span: Span, message: Option<&str>) -> Location {
    Location {
        physical_location: PhysicalLocation {
            artifact_location: artifact(file),
            region: region(&file.text, span),
        },
        message: message.map(|text| Message {
            text: text.to_owned(),
        }),
    }
}

fn region(text: &Text, span: Span) -> Region {
    let (start_line, start_column) = position(text, span.start);
    let (end_line, end_column) = position(text, span.end);
    Region {
        start_line,
        start_column,
        end_line,
        end_column,
    }
}

/// A reference relative to the current folder where the file lies in it, else a whole `file:` URI.
fn artifact(file: &Found) -> Artifact {
    let path = file.path.replace('\\', "/");
    let encoded = encoded(&path);
    let uri = match path.starts_with('/') {
        true => format!("file://{encoded}"),
        // `C:/a.py` would be read as a scheme.
        false if path.get(1..2) == Some(":") => format!("file:///{encoded}"),
        false => encoded,
    };
    Artifact { uri }
}

fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
    }
}

/// The first paragraph of a rule's page.
fn what_it_does(page: &str) -> String {
    let body = page.split("## What it does").nth(1).unwrap_or(page).trim();
    body.split("\n\n")
        .next()
        .unwrap_or_default()
        .replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_references() {
        assert_eq!(encoded("src/a b#ä.py"), "src/a%20b%23%C3%A4.py");
    }
}
