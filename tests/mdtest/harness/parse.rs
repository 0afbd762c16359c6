//! Markdown and the assertion language (README.md beside this folder): headings to tests, comments to expectations.

use super::places::{self, Statement};

/// One heading's program with what is expected of it.
#[derive(Debug)]
pub struct Test {
    pub name: String,
    pub file: String,
    pub program: String,
    /// Program line (from 1) to line of the Markdown file.
    pub lines: Vec<usize>,
    pub expectations: Vec<Expectation>,
    /// `<!-- target: 3.8..3.12 -->`
    pub versions: Span,
    /// `<!-- raises: NameError -->`
    pub raises: Option<String>,
    /// `<!-- not run: reason -->`, `<!-- world: module -->`: nothing for CPython to check.
    pub run: bool,
    pub world: Option<String>,
    /// `<!-- todo: why -->`: heaplight need not claim it yet; what it claims must not contradict.
    pub todo: bool,
    /// What is wrong with the test itself.
    pub mistakes: Vec<String>,
}

/// What is expected at a place.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// Line of the Markdown file.
    pub line: usize,
    pub text: String,
    pub scope: String,
    pub stmt: (usize, usize),
    pub at: &'static str,
    pub what: What,
    /// Versions it holds for.
    pub when: Span,
}

/// One thing that is expected.
#[derive(Debug, Clone)]
pub enum What {
    Type {
        path: String,
        name: String,
    },
    /// size, deep, refs
    Number {
        path: String,
        key: &'static str,
        value: ByVersion<(u64, Option<u64>)>,
    },
    /// tracked, interned, immortal, cycle
    Truth {
        path: String,
        key: &'static str,
        value: ByVersion<bool>,
    },
    Same {
        path: String,
        other: String,
        same: bool,
    },
    Copy {
        path: String,
        kind: String,
        of: String,
    },
    Shares {
        path: String,
        left: String,
        right: String,
    },
    Fate {
        key: &'static str,
        kind: String,
        stmt: (usize, usize),
    },
    NoFate {
        key: &'static str,
    },
    /// Nothing is claimed of this key; of `nothing`, no key at all.
    No {
        path: String,
        key: String,
    },
}

/// An inclusive range of minor versions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span(pub u32, pub u32);

impl Span {
    pub const ALL: Span = Span(0, 99);

    pub fn has(self, minor: u32) -> bool {
        self.0 <= minor && minor <= self.1
    }
}

/// A value that depends on the version; `None` means that nothing need be claimed.
#[derive(Debug, Clone)]
pub struct ByVersion<T>(pub Vec<(Span, Option<T>)>);

impl<T: Clone> ByVersion<T> {
    pub fn at(&self, minor: u32) -> Option<T> {
        self.0
            .iter()
            .find(|(span, _)| span.has(minor))
            .and_then(|(_, value)| value.clone())
    }
}

/// All tests of a Markdown file.
pub fn read(file: &str, markdown: &str) -> Vec<Test> {
    let mut tests = Vec::new();
    let mut current: Option<Test> = None;
    let mut in_code = None;
    for (index, line) in markdown.lines().enumerate() {
        if let Some(python) = in_code {
            if line.trim_end() == "```" {
                in_code = None;
            } else if let (true, Some(test)) = (python, &mut current) {
                test.program.push_str(line);
                test.program.push('\n');
                test.lines.push(index + 1);
            }
        } else if let Some(language) = line.strip_prefix("```") {
            in_code = Some(language.trim() == "py");
            if language.trim() == "py" && current.is_none() {
                current = Some(Test::new(file, "(no heading)"));
            }
        } else if line.starts_with('#') {
            tests.extend(current.take());
            current = Some(Test::new(file, line.trim_start_matches('#').trim()));
        } else if let (Some(directive), Some(test)) = (directive(line), &mut current) {
            test.direct(index + 1, directive);
        }
    }
    tests.extend(current);
    tests.retain(|test| !test.program.is_empty() || !test.mistakes.is_empty());
    for test in &mut tests {
        test.expect();
    }
    let mut names: Vec<_> = tests.iter().map(|test| test.name.clone()).collect();
    names.sort();
    for name in names
        .windows(2)
        .filter(|pair| pair[0] == pair[1])
        .map(|pair| pair[0].clone())
    {
        if let Some(test) = tests.iter_mut().find(|test| test.name == name) {
            test.mistakes
                .push(format!("{file}: two tests are called {name:?}"));
        }
    }
    tests
}

fn directive(line: &str) -> Option<&str> {
    Some(
        line.trim()
            .strip_prefix("<!--")?
            .strip_suffix("-->")?
            .trim(),
    )
}

impl Test {
    fn new(file: &str, name: &str) -> Test {
        Test {
            name: name.to_owned(),
            file: file.to_owned(),
            program: String::new(),
            lines: Vec::new(),
            expectations: Vec::new(),
            versions: Span::ALL,
            raises: None,
            run: true,
            world: None,
            todo: false,
            mistakes: Vec::new(),
        }
    }

    fn direct(&mut self, line: usize, text: &str) {
        match text
            .split_once(':')
            .map(|(key, value)| (key.trim(), value.trim()))
        {
            Some(("target", value)) => match span(value) {
                Some(span) => self.versions = span,
                None => self
                    .mistakes
                    .push(format!("{}:{line}: no versions: {value}", self.file)),
            },
            Some(("raises", value)) => self.raises = Some(value.to_owned()),
            Some(("not run", _)) => self.run = false,
            Some(("todo", _)) => self.todo = true,
            Some(("world", value)) => {
                self.world = Some(value.to_owned());
                self.run = false;
            }
            _ => self
                .mistakes
                .push(format!("{}:{line}: no such directive: {text}", self.file)),
        }
    }

    /// Reads the comments of the program.
    fn expect(&mut self) {
        let (statements, comments) = match places::read(&self.program) {
            Ok(read) => read,
            Err(error) => {
                self.mistakes
                    .push(format!("{}: {}: {error}", self.file, self.name));
                return;
            }
        };
        let mut reads = Reads::new(&self.program, &comments);
        for comment in comments {
            let line = self.lines.get(comment.row).copied().unwrap_or_default();
            let text = comment.text.trim();
            let Some(statement) = places::spoken_of(&statements, &self.program, comment.row) else {
                self.mistakes.push(format!(
                    "{}:{line}: no statement that this could be about: {text}",
                    self.file
                ));
                continue;
            };
            if statement.is_silent {
                self.mistakes.push(format!(
                    "{}:{line}: nothing is claimed of this statement itself; put it into or behind it: {text}",
                    self.file
                ));
                continue;
            }
            for clause in split(text, ';') {
                let (clause, when) = match clause.rsplit_once(" if ") {
                    Some((clause, versions)) => (clause.trim(), span(versions.trim())),
                    None => (clause, Some(Span::ALL)),
                };
                let parsed = when.ok_or_else(|| "no versions after `if`".to_owned());
                match parsed
                    .and_then(|when| Ok((when, parse_clause(clause, statement, &statements)?)))
                {
                    Ok((when, whats)) => {
                        for (at, what) in whats {
                            let function = statement.function.as_ref().filter(|_| at == "entry");
                            let scope = function.map_or(&statement.scope, |(scope, _)| scope);
                            let index = self.expectations.len();
                            reads.need(statement, index, &what);
                            self.expectations.push(Expectation {
                                line,
                                text: clause.to_owned(),
                                scope: scope.clone(),
                                stmt: statement.stmt,
                                at,
                                what,
                                when,
                            });
                        }
                    }
                    Err(error) => self
                        .mistakes
                        .push(format!("{}:{line}: {error}: {clause}", self.file)),
                }
            }
        }
        reads.add(&mut self.program, &mut self.expectations);
        if self.expectations.is_empty() && self.mistakes.is_empty() {
            self.mistakes
                .push(format!("{}: {}: nothing is expected", self.file, self.name));
        }
    }
}

/// Statement, where it ends, the paths to read, the expectations that move there.
type Wanted = ((usize, usize), (usize, usize), Vec<String>, Vec<usize>);

/// Heaplight claims something of what a statement mentions. Where an expectation is about another name, or takes a step
/// that the program's text has nowhere, the program is made to read it right behind the statement: `b = a.copy(); a[0]`.
struct Reads {
    /// The program without its comments.
    code: String,
    wanted: Vec<Wanted>,
}

impl Reads {
    fn new(program: &str, comments: &[places::Comment]) -> Reads {
        let mut lines: Vec<&str> = program.lines().collect();
        for comment in comments {
            if let Some(line) = lines.get_mut(comment.row) {
                let code = line.rfind(&comment.text).map(|at| at.saturating_sub(1));
                *line = line.get(..code.unwrap_or(line.len())).unwrap_or(line);
            }
        }
        Reads {
            code: lines.join("\n"),
            wanted: Vec::new(),
        }
    }

    fn need(&mut self, statement: &Statement, expectation: usize, what: &What) {
        let Some((row, column, text)) = &statement.end else {
            return;
        };
        let paths = what.paths();
        if paths.iter().all(|path| self.is_mentioned(path, text)) {
            return;
        }
        let found = self
            .wanted
            .iter()
            .position(|(stmt, ..)| *stmt == statement.stmt);
        let index = found.unwrap_or_else(|| {
            self.wanted
                .push((statement.stmt, (*row, *column), Vec::new(), Vec::new()));
            self.wanted.len() - 1
        });
        let (_, _, reads, moved) = &mut self.wanted[index];
        for path in paths {
            if !reads.iter().any(|have| have == path) {
                reads.push(path.to_owned());
            }
        }
        moved.push(expectation);
    }

    fn is_mentioned(&self, path: &str, text: &str) -> bool {
        let base = path.split(['.', '[']).next().unwrap_or_default();
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let has_base = text
            .split(|letter| !is_word(letter))
            .any(|word| word == base);
        let steps = path.get(base.len()..).unwrap_or_default();
        let has_step = |step: &str| {
            let key = step.trim_matches(['[', ']']);
            self.code.contains(step)
                || key.starts_with('"') && self.code.contains(&format!("{key}:"))
        };
        has_base && split_steps(steps).into_iter().all(has_step)
    }

    fn add(self, program: &mut String, expectations: &mut [Expectation]) {
        let mut lines: Vec<String> = program.lines().map(str::to_owned).collect();
        for (_, (row, column), reads, moved) in self.wanted {
            let Some(line) = lines.get_mut(row) else {
                continue;
            };
            let read = match &reads[..] {
                [one] => one.clone(),
                more => format!("({})", more.join(", ")),
            };
            line.insert_str(column, &format!("; {read}"));
            for index in moved {
                if let Some(expectation) = expectations.get_mut(index) {
                    expectation.stmt = (row + 1, column + 2);
                }
            }
        }
        *program = lines.into_iter().map(|line| line + "\n").collect();
    }
}

/// `.items["k"]` as `.items`, `["k"]`.
fn split_steps(steps: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (index, letter) in steps.char_indices() {
        if letter == '"' {
            quoted = !quoted;
        } else if !quoted && index > start && (letter == '.' || letter == '[') {
            found.push(steps.get(start..index).unwrap_or_default());
            start = index;
        }
    }
    found.push(steps.get(start..).unwrap_or_default());
    found.retain(|step| !step.is_empty());
    found
}

impl What {
    /// The paths that are spoken of.
    fn paths(&self) -> Vec<&str> {
        match self {
            What::Type { path, .. }
            | What::Number { path, .. }
            | What::Truth { path, .. }
            | What::No { path, .. } => {
                vec![path]
            }
            What::Same { path, other, .. } => vec![path, other],
            What::Copy { path, of, .. } => vec![path, of],
            What::Shares { path, left, right } => vec![path, left, right],
            What::Fate { .. } | What::NoFate { .. } => Vec::new(),
        }
    }
}

type Parsed = Result<Vec<(&'static str, What)>, String>;

fn parse_clause(clause: &str, statement: &Statement, statements: &[Statement]) -> Parsed {
    for (word, key) in [("frees ", "frees"), ("leaks ", "leaks")] {
        if let Some(rest) = clause.strip_prefix(word) {
            if rest.trim() == "nothing" {
                return Ok(vec![("after", What::NoFate { key })]);
            }
            let (kind, line) = rest
                .split_once(" line ")
                .ok_or("one writes: frees TYPE line N")?;
            let line: usize = line.trim().parse().map_err(|_| "no line number")?;
            let made = places::on_line(statements, line).ok_or("no statement on that line")?;
            return Ok(vec![(
                "after",
                What::Fate {
                    key,
                    kind: kind.trim().to_owned(),
                    stmt: made.stmt,
                },
            )]);
        }
    }
    if let Some((path, other)) = clause.split_once(" is ").filter(|_| !clause.contains(": ")) {
        let (other, same) = match other.strip_prefix("not ") {
            Some(other) => (other, false),
            None => (other, true),
        };
        let path = path_of(path)?;
        return Ok(vec![(
            at_of(&path, statement),
            What::Same {
                path,
                other: path_of(other)?,
                same,
            },
        )]);
    }
    let colon = split_at_colon(clause).ok_or("no assertion (prose belongs outside of the code)")?;
    let path = path_of(clause.get(..colon).unwrap_or_default())?;
    let at = at_of(&path, statement);
    let mut whats: Vec<(&'static str, What)> = Vec::new();
    let mut copied_of = None;
    for item in split(clause.get(colon + 1..).unwrap_or_default(), ',') {
        let what = parse_item(item, &path, copied_of.as_deref())?;
        if let What::Copy { of, .. } = &what {
            copied_of = Some(of.clone());
        }
        whats.push((at, what));
    }
    Ok(whats)
}

/// On the head of a `def` its parameters stand for what they are on entry.
fn at_of(path: &str, statement: &Statement) -> &'static str {
    let base = path.split(['.', '[']).next().unwrap_or_default();
    let is_parameter = statement
        .function
        .as_ref()
        .is_some_and(|(_, names)| names.iter().any(|name| name == base));
    if is_parameter { "entry" } else { "after" }
}

fn parse_item(item: &str, path: &str, copied_of: Option<&str>) -> Result<What, String> {
    let path = path.to_owned();
    let (word, rest) = item.split_once(' ').unwrap_or((item, ""));
    let rest = rest.trim();
    Ok(match word {
        "size" | "deep" | "refs" => {
            let key = ["size", "deep", "refs"]
                .into_iter()
                .find(|key| *key == word)
                .unwrap_or("size");
            What::Number {
                path,
                key,
                value: by_version(rest, number)?,
            }
        }
        "tracked" | "interned" | "immortal" | "cycle" => {
            let keys = ["tracked", "interned", "immortal", "cycle"];
            let key = keys.into_iter().find(|key| *key == word).unwrap_or("cycle");
            What::Truth {
                path,
                key,
                value: by_version(rest, |text| text.parse().ok())?,
            }
        }
        "same" => What::Same {
            path,
            other: path_of(rest.strip_prefix("as ").ok_or("same as PATH")?)?,
            same: true,
        },
        "not" => {
            let other = rest.strip_prefix("same as ").ok_or("not same as PATH")?;
            What::Same {
                path,
                other: path_of(other)?,
                same: false,
            }
        }
        "copy" => {
            let (kind, of) = rest.split_once(" of ").ok_or("copy KIND of PATH")?;
            if !matches!(kind, "alias" | "shallow" | "deep") {
                return Err("a copy is alias, shallow or deep".into());
            }
            What::Copy {
                path,
                kind: kind.to_owned(),
                of: path_of(of)?,
            }
        }
        "shares" => match (rest.split_once(" with "), copied_of) {
            (Some((left, right)), _) => What::Shares {
                path,
                left: path_of(left)?,
                right: path_of(right)?,
            },
            (None, Some(of)) => {
                let (left, right) = (format!("{path}{rest}"), format!("{of}{rest}"));
                What::Shares {
                    path,
                    left: path_of(&left)?,
                    right: path_of(&right)?,
                }
            }
            (None, None) => {
                return Err(
                    "shares STEP comes after copy KIND of PATH; else: shares PATH with PATH".into(),
                );
            }
        },
        "no" if !rest.is_empty() => What::No {
            path,
            key: rest.to_owned(),
        },
        "nothing" => What::No {
            path,
            key: "nothing".into(),
        },
        name if rest.is_empty() && name.split('.').all(is_identifier) => What::Type {
            path,
            name: name.to_owned(),
        },
        _ => return Err(format!("no such item: {item}")),
    })
}

/// `88`, `{3.8: 80, 3.9..3.11: 120, 88}`, `{..3.11: no, true}`
fn by_version<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Result<ByVersion<T>, String> {
    let Some(inner) = text.strip_prefix('{') else {
        return Ok(ByVersion(vec![(
            Span::ALL,
            Some(read(text).ok_or(format!("no such value: {text}"))?),
        )]));
    };
    let inner = inner.strip_suffix('}').ok_or("a { without its }")?;
    let mut rows = Vec::new();
    for part in split(inner, ',') {
        let (versions, value) = match part.split_once(':') {
            Some((versions, value)) => (
                span(versions.trim()).ok_or(format!("no versions: {versions}"))?,
                value.trim(),
            ),
            None => (Span::ALL, part),
        };
        let value = if value == "no" {
            None
        } else {
            Some(read(value).ok_or(format!("no such value: {value}"))?)
        };
        rows.push((versions, value));
    }
    Ok(ByVersion(rows))
}

/// `88`, `56..120`, `56..`
fn number(text: &str) -> Option<(u64, Option<u64>)> {
    match text.split_once("..") {
        None => text.parse().ok().map(|value| (value, Some(value))),
        Some((low, "")) => low.parse().ok().map(|low| (low, None)),
        Some((low, high)) => Some((low.parse().ok()?, Some(high.parse().ok()?))),
    }
}

/// `3.8`, `3.8..3.12`, `3.12..`, `..3.11`
pub fn span(text: &str) -> Option<Span> {
    let minor = |text: &str| {
        text.trim()
            .strip_prefix("3.")
            .and_then(|minor| minor.parse().ok())
    };
    match text.split_once("..") {
        None => minor(text).map(|minor| Span(minor, minor)),
        Some((low, high)) => Some(Span(
            if low.trim().is_empty() {
                0
            } else {
                minor(low)?
            },
            if high.trim().is_empty() {
                99
            } else {
                minor(high)?
            },
        )),
    }
}

fn is_identifier(text: &str) -> bool {
    let mut letters = text.chars();
    letters
        .next()
        .is_some_and(|first| first.is_alphabetic() || matches!(first, '_' | '<'))
        && letters.all(|letter| {
            letter.is_alphanumeric() || letter == '_' || letter == '<' || letter == '>'
        })
}

fn path_of(text: &str) -> Result<String, String> {
    let text = text.trim();
    let base: String = text
        .chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect();
    let steps = text.get(base.len()..).unwrap_or_default();
    let fine = steps.is_empty() || steps.starts_with('.') || steps.starts_with('[');
    if !is_identifier(&base)
        || !fine
        || steps.contains('\'')
        || text.contains(' ') && !text.contains('"')
    {
        return Err(format!(
            "no path (strings in it take double quotes): {text}"
        ));
    }
    Ok(text.to_owned())
}

/// Splits where the separator stands outside of brackets, braces and quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0_i32, false);
    for (index, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '[' | '{' | '(' if !quoted => depth += 1,
            ']' | '}' | ')' if !quoted => depth -= 1,
            _ if letter == separator && depth == 0 && !quoted => {
                parts.push(text.get(start..index).unwrap_or_default().trim());
                start = index + letter.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default().trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// The colon that ends the path.
fn split_at_colon(clause: &str) -> Option<usize> {
    let (mut depth, mut quoted) = (0_i32, false);
    for (index, letter) in clause.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth -= 1,
            ':' if depth == 0 && !quoted => return Some(index),
            _ => {}
        }
    }
    None
}
