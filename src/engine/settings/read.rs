//! Reads settings out of TOML and JSON. What is wrong is reported with its place; the rest still counts.

use std::ops::Range;

use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::{HintLevel, Partial, WorldChoice, per_file};
use crate::base::Span;
use crate::layout::Target;

/// Where settings stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `pyproject.toml`: those under `[tool.heaplight]`.
    Pyproject,
    /// `heaplight.toml`: all of it.
    Heaplight,
    /// The editor's settings or `initializationOptions`.
    Editor,
}

/// Something wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The setting as it is written there: `tool.heaplight.targte`.
    pub setting: String,
    /// Where it stands, in bytes of a file.
    pub span: Option<Span>,
    /// What is wrong and what would be right.
    pub message: String,
}

/// The names that mean something, as they are written in TOML; editors' `inlayHints` and `inlay_hints` are the same.
const NAMES: [&str; 8] = [
    "target",
    "world",
    "inlay-hints",
    "select",
    "ignore",
    "per-file-ignores",
    "exclude",
    "interpreter",
];

/// Names under `heaplight.` that are an editor extension's own affair.
const EXTENSION_NAMES: [&str; 8] = [
    "enable",
    "path",
    "args",
    "importstrategy",
    "loglevel",
    "logfile",
    "trace",
    "trace.server",
];

/// The settings in `content`. Empty for a `pyproject.toml` that says nothing of heaplight.
pub fn from_toml(content: &str, origin: Origin) -> (Partial, Vec<Problem>) {
    let (table, errors) = DeTable::parse_recoverable(content);
    let mut reader = Reader::new(origin);
    for error in errors {
        let span = error.span().map(to_span);
        reader.problems.push(Problem {
            setting: String::new(),
            span,
            message: format!("this is no TOML: {}", error.message()),
        });
    }
    let root = from_table(table.get_ref());
    let own = match origin {
        Origin::Pyproject => root.get("tool").and_then(|tool| tool.get("heaplight")),
        Origin::Heaplight | Origin::Editor => Some(&root),
    };
    if let Some(own) = own {
        reader.table(own);
    }
    (reader.partial, reader.problems)
}

/// Whether a `pyproject.toml` has a section of ours; and its `requires-python`.
pub(super) fn pyproject_says(content: &str) -> (bool, Option<String>) {
    let (table, _) = DeTable::parse_recoverable(content);
    let root = from_table(table.get_ref());
    let is_ours = root
        .get("tool")
        .and_then(|tool| tool.get("heaplight"))
        .is_some();
    let requires = root
        .get("project")
        .and_then(|project| project.get("requires-python"));
    let requires = requires.and_then(|requires| match &requires.kind {
        Kind::Text(text) => Some(text.clone()),
        _ => None,
    });
    (is_ours, requires)
}

/// The settings in `value`, which may hold them under `heaplight` or `settings`, or plainly.
pub fn from_json(value: &Value, origin: Origin) -> (Partial, Vec<Problem>) {
    let mut reader = Reader::new(origin);
    let own = value
        .get("heaplight")
        .or_else(|| value.get("settings"))
        .unwrap_or(value);
    if !own.is_null() {
        reader.table(&from_value(own));
    }
    (reader.partial, reader.problems)
}

/// TOML and JSON in one shape.
struct Node {
    kind: Kind,
    span: Option<Span>,
}

enum Kind {
    Null,
    Text(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
    Other(&'static str),
}

struct Entry {
    name: String,
    span: Option<Span>,
    value: Node,
}

impl Node {
    fn get(&self, name: &str) -> Option<&Node> {
        let Kind::Table(entries) = &self.kind else {
            return None;
        };
        entries
            .iter()
            .find(|entry| entry.name == name)
            .map(|entry| &entry.value)
    }

    fn described(&self) -> &'static str {
        match self.kind {
            Kind::Null => "nothing",
            Kind::Text(_) => "a text",
            Kind::List(_) => "a list",
            Kind::Table(_) => "a table",
            Kind::Other(what) => what,
        }
    }
}

fn to_span(range: Range<usize>) -> Span {
    let start = u32::try_from(range.start).unwrap_or(u32::MAX);
    Span::new(
        start,
        u32::try_from(range.end).unwrap_or(u32::MAX).max(start),
    )
}

fn from_table(table: &DeTable<'_>) -> Node {
    let entries = table.iter().map(|(name, value)| Entry {
        name: name.get_ref().to_string(),
        span: Some(to_span(name.span())),
        value: Node {
            span: Some(to_span(value.span())),
            ..from_toml_value(value.get_ref())
        },
    });
    Node {
        kind: Kind::Table(entries.collect()),
        span: None,
    }
}

fn from_toml_value(value: &DeValue<'_>) -> Node {
    let kind = match value {
        DeValue::String(text) => Kind::Text(text.to_string()),
        DeValue::Integer(_) => Kind::Other("a whole number"),
        DeValue::Float(_) => Kind::Other("a number"),
        DeValue::Boolean(_) => Kind::Other("a truth value"),
        DeValue::Datetime(_) => Kind::Other("a date"),
        DeValue::Array(items) => Kind::List(
            items
                .iter()
                .map(|item| Node {
                    span: Some(to_span(item.span())),
                    ..from_toml_value(item.get_ref())
                })
                .collect(),
        ),
        DeValue::Table(table) => return from_table(table),
    };
    Node { kind, span: None }
}

fn from_value(value: &Value) -> Node {
    let kind = match value {
        Value::Null => Kind::Null,
        Value::Bool(_) => Kind::Other("a truth value"),
        Value::Number(_) => Kind::Other("a number"),
        Value::String(text) => Kind::Text(text.clone()),
        Value::Array(items) => Kind::List(items.iter().map(from_value).collect()),
        Value::Object(entries) => Kind::Table(
            entries
                .iter()
                .map(|(name, value)| Entry {
                    name: name.clone(),
                    span: None,
                    value: from_value(value),
                })
                .collect(),
        ),
    };
    Node { kind, span: None }
}

struct Reader {
    origin: Origin,
    partial: Partial,
    problems: Vec<Problem>,
}

impl Reader {
    fn new(origin: Origin) -> Self {
        Self {
            origin,
            partial: Partial::default(),
            problems: Vec::new(),
        }
    }

    fn table(&mut self, own: &Node) {
        let Kind::Table(entries) = &own.kind else {
            self.report(
                "",
                own.span,
                format!("settings are a table, not {}", own.described()),
            );
            return;
        };
        for entry in entries {
            self.entry(entry);
        }
        // The parser's tables are sorted by name.
        self.problems.sort_by_key(|problem| problem.span);
    }

    fn entry(&mut self, entry: &Entry) {
        let name = canonical(&entry.name);
        let is_editors = self.origin == Origin::Editor;
        if is_editors && EXTENSION_NAMES.contains(&name.replace('-', "").as_str()) {
            return;
        }
        let Some(known) = NAMES.into_iter().find(|known| *known == name) else {
            let nearest = nearest(&name, NAMES);
            let message = format!(
                "there is no setting `{}`; the nearest is `{nearest}`",
                entry.name
            );
            self.report(&entry.name, entry.span, message);
            return;
        };
        // Editors send a default of null for what nobody set.
        if matches!(entry.value.kind, Kind::Null) {
            return;
        }
        match known {
            "target" => self.partial.target = self.target(entry),
            "world" => self.partial.world = self.choice(entry, WorldChoice::NAMES),
            "inlay-hints" => self.partial.inlay_hints = self.choice(entry, HintLevel::NAMES),
            "select" => self.partial.select = self.list(entry),
            "ignore" => self.partial.ignore = self.list(entry),
            "per-file-ignores" => self.partial.per_file_ignores = self.lists(entry),
            "exclude" => self.partial.exclude = self.list(entry),
            "interpreter" => self.partial.interpreter = self.text(entry),
            _ => {}
        }
    }

    fn target(&mut self, entry: &Entry) -> Option<Target> {
        let text = self.text(entry)?;
        // An empty field of an editor's form.
        if text.trim().is_empty() {
            return None;
        }
        let parsed = Target::parse(&text);
        parsed
            .map_err(|error| self.report(&entry.name, entry.value.span, error.to_string()))
            .ok()
    }

    fn choice<T: Copy>(&mut self, entry: &Entry, choices: [(&'static str, T); 3]) -> Option<T> {
        let text = self.text(entry)?;
        let found = choices.iter().find(|(name, _)| *name == text);
        if found.is_none() {
            let names = choices.map(|(name, _)| name);
            let listed = names.map(|name| format!("`{name}`")).join(", ");
            let nearest = nearest(&text, names);
            let message = format!("`{text}` is none of {listed}; the nearest is `{nearest}`");
            self.report(&entry.name, entry.value.span, message);
        }
        found.map(|&(_, value)| value)
    }

    fn text(&mut self, entry: &Entry) -> Option<String> {
        if let Kind::Text(text) = &entry.value.kind {
            return Some(text.clone());
        }
        let message = format!(
            "`{}` is a text, not {}",
            entry.name,
            entry.value.described()
        );
        self.report(&entry.name, entry.value.span, message);
        None
    }

    /// The texts of a list; items that are none are reported and left out.
    fn list(&mut self, entry: &Entry) -> Option<Vec<String>> {
        let Kind::List(items) = &entry.value.kind else {
            let message = format!(
                "`{}` is a list of texts, not {}",
                entry.name,
                entry.value.described()
            );
            self.report(&entry.name, entry.value.span, message);
            return None;
        };
        let mut texts = Vec::new();
        for item in items {
            match &item.kind {
                Kind::Text(text) => texts.push(text.clone()),
                _ => {
                    let message = format!(
                        "an item of `{}` is a text, not {}",
                        entry.name,
                        item.described()
                    );
                    self.report(&entry.name, item.span, message);
                }
            }
        }
        Some(texts)
    }

    /// Lists of texts by glob.
    fn lists(&mut self, entry: &Entry) -> Option<Vec<(String, Vec<String>)>> {
        let Kind::Table(entries) = &entry.value.kind else {
            let message = format!(
                "`{}` is a table of lists by glob, not {}",
                entry.name,
                entry.value.described()
            );
            self.report(&entry.name, entry.value.span, message);
            return None;
        };
        let mut lists = Vec::new();
        for entry in entries {
            if let Some(refusal) = per_file::refusal(&entry.name) {
                self.report(&entry.name, entry.span, refusal);
            } else if let Some(list) = self.list(entry) {
                lists.push((entry.name.clone(), list));
            }
        }
        Some(lists)
    }

    fn report(&mut self, name: &str, span: Option<Span>, message: String) {
        let prefix = match self.origin {
            Origin::Pyproject => "tool.heaplight",
            Origin::Heaplight => "",
            Origin::Editor => "heaplight",
        };
        let dot = if prefix.is_empty() || name.is_empty() {
            ""
        } else {
            "."
        };
        self.problems.push(Problem {
            setting: format!("{prefix}{dot}{name}"),
            span,
            message,
        });
    }
}

/// `inlayHints` and `inlay_hints` as `inlay-hints`.
fn canonical(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 2);
    for char in name.chars() {
        if char.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(if char == '_' {
            '-'
        } else {
            char.to_ascii_lowercase()
        });
    }
    out
}

fn nearest<const N: usize>(name: &str, known: [&'static str; N]) -> &'static str {
    known
        .into_iter()
        .min_by_key(|known| strsim::osa_distance(known, name))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn messages(problems: &[Problem]) -> Vec<String> {
        problems
            .iter()
            .map(|problem| format!("{}: {}", problem.setting, problem.message))
            .collect()
    }

    #[test]
    fn a_wrong_setting_is_reported_and_the_rest_counts() {
        let content = "\
[tool.ruff]
target-version = 'py312'

[tool.heaplight]
targte = '3.12'
world = 'skript'
inlay_hints = 'full'
select = ['mutable-default', 3]
ignore = 'all'
";
        let (partial, problems) = from_toml(content, Origin::Pyproject);
        assert_eq!(partial.inlay_hints, Some(HintLevel::Full));
        assert_eq!(
            partial.select.as_deref(),
            Some(&["mutable-default".to_owned()][..])
        );
        assert_eq!(partial.ignore, None);
        assert_eq!(
            messages(&problems),
            [
                "tool.heaplight.targte: there is no setting `targte`; the nearest is `target`",
                "tool.heaplight.world: `skript` is none of `auto`, `script`, `module`; the nearest is `script`",
                "tool.heaplight.select: an item of `select` is a text, not a whole number",
                "tool.heaplight.ignore: `ignore` is a list of texts, not a text",
            ]
        );
        let places = problems
            .iter()
            .map(|problem| problem.span.expect("a place"));
        let pointed = places.map(|span| &content[span.start as usize..span.end as usize]);
        assert_eq!(
            pointed.collect::<Vec<_>>(),
            ["targte", "'skript'", "3", "'all'"]
        );
    }

    #[test]
    fn broken_toml_is_reported_and_what_can_be_read_counts() {
        let (partial, problems) = from_toml("world = 'module'\nselect = [\n", Origin::Heaplight);
        assert_eq!(partial.world, Some(WorldChoice::Module));
        assert!(
            messages(&problems)[0].contains("this is no TOML"),
            "{problems:?}"
        );
    }

    #[test]
    fn editors_may_wrap_and_spell_as_they_do() {
        for value in [
            json!({ "inlayHints": "off", "target": null, "path": "/x", "trace": { "server": "off" } }),
            json!({ "heaplight": { "inlay-hints": "off", "logLevel": "info" } }),
            json!({ "settings": { "inlay_hints": "off", "importStrategy": "useBundled" } }),
        ] {
            let (partial, problems) = from_json(&value, Origin::Editor);
            assert_eq!(partial.inlay_hints, Some(HintLevel::Off), "{value}");
            assert_eq!(partial.target, None);
            assert_eq!(messages(&problems), Vec::<String>::new());
        }
        assert_eq!(
            from_json(&Value::Null, Origin::Editor),
            (Partial::default(), Vec::new())
        );
    }

    #[test]
    fn rules_may_be_ignored_by_file() {
        let content =
            "[tool.heaplight.per-file-ignores]\n'tests/*' = ['a']\n'b.py' = 'b'\n'{a' = ['c']\n";
        let (partial, problems) = from_toml(content, Origin::Pyproject);
        let lists = partial.per_file_ignores.expect("some");
        assert_eq!(lists, [("tests/*".to_owned(), vec!["a".to_owned()])]);
        let messages = messages(&problems);
        assert_eq!(messages.len(), 2, "{messages:?}");
        assert!(
            messages[0].contains("`b.py` is a list of texts"),
            "{messages:?}"
        );
        assert!(
            messages[1].contains("the glob `{a` cannot be read"),
            "{messages:?}"
        );
        let value = json!({ "perFileIgnores": ["x"] });
        let (_, problems) = from_json(&value, Origin::Editor);
        assert!(
            problems[0].message.contains("a table of lists"),
            "{problems:?}"
        );
    }

    #[test]
    fn wrong_shapes_are_reported() {
        let (_, problems) = from_json(&json!([1, 2]), Origin::Editor);
        assert_eq!(
            messages(&problems),
            ["heaplight: settings are a table, not a list"]
        );
        let (_, problems) = from_json(&json!({ "target": 3.12 }), Origin::Editor);
        assert_eq!(
            messages(&problems),
            ["heaplight.target: `target` is a text, not a number"]
        );
        let (_, problems) = from_toml("target = '2.7'", Origin::Heaplight);
        assert!(problems[0].message.contains("`3.8`"), "{problems:?}");
    }
}
