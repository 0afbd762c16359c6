//! The architecture, as a test: modules import downwards only, and what belongs to one place is named there alone.

use std::fs;
use std::path::{Path, PathBuf};

/// Every module of the crate and its ring. A module may import from rings below its own.
const RINGS: [(&str, u8); 16] = [
    ("base", 0),
    ("limits", 0),
    ("text", 1),
    ("layout", 1),
    ("syntax", 2),
    ("hir", 2),
    ("domain", 3),
    ("interp", 4),
    ("facts", 5),
    ("engine", 6),
    ("rules", 7),
    ("disk", 8),
    ("ide", 8),
    ("report", 8),
    ("lsp", 9),
    ("cli", 9),
];

/// The imports within a ring that are meant: lowering is the bridge from trees to code, and a command starts the server.
const BRIDGES: [(&str, &str); 2] = [("hir", "syntax"), ("cli", "lsp")];

/// What may be named in one place only: a path, and the files (or folders, ending in `/`) that may name it.
const PLACES: [(&str, &[&str]); 7] = [
    ("tree_sitter", &["syntax/"]),
    ("tree_sitter_python", &["syntax/"]),
    ("tower_lsp", &["lsp/"]),
    ("lsp_types", &["lsp/"]),
    ("tower_service", &["lsp/"]),
    ("std::fs", &["cli/", "lsp/files.rs"]),
    ("std::process", &["cli/", "main.rs"]),
];

/// From this ring on the clock and the environment may be looked at.
const FIRST_IN_TIME: u8 = 6;

const TIME: [&str; 3] = ["std::time", "std::env", "tokio"];

#[test]
fn the_layers_hold() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    assert!(files.len() > 10, "there is something to check");
    let mut found = Vec::new();
    for file in files {
        let name = file.strip_prefix(&src).expect("it was found there");
        let name = name.to_string_lossy().replace('\\', "/");
        let source = fs::read_to_string(&file).expect("sources are UTF-8");
        found.extend(violations(&name, &source));
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

/// How versions differ is data (`layout`); elsewhere a version is compared only with what a project names.
#[test]
fn versions_are_compared_in_one_place() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    let allowed = [src.join("layout"), src.join("engine/settings/target.rs")];
    let comparing = files
        .into_iter()
        .filter(|file| !allowed.iter().any(|allowed| file.starts_with(allowed)))
        .filter(|file| {
            let source = fs::read_to_string(file).expect("sources are UTF-8");
            source.split(".minor").skip(1).any(|rest| {
                let next = rest.chars().next().unwrap_or(' ');
                !next.is_alphanumeric() && next != '_'
            })
        });
    let comparing: Vec<PathBuf> = comparing.collect();
    assert!(comparing.is_empty(), "{comparing:?}");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
}

fn ring(module: &str) -> Option<u8> {
    RINGS
        .iter()
        .find(|(name, _)| *name == module)
        .map(|&(_, ring)| ring)
}

/// What is wrong with `source`, which stands in `src/{file}`.
fn violations(file: &str, source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let own = file
        .split('/')
        .next()
        .unwrap_or_default()
        .trim_end_matches(".rs");
    let is_root = own == "lib" || own == "main";
    let mut found = Vec::new();
    let mut report = |line: usize, what: String| found.push(format!("src/{file}:{line}: {what}"));
    if !is_root && ring(own).is_none() {
        report(
            1,
            format!("module `{own}` has no ring; give it one in tests/layers.rs"),
        );
    }
    for (line, module) in imports(file, &tokens) {
        if is_root || module == own {
            continue;
        }
        let is_bridge = BRIDGES.contains(&(own, module.as_str()));
        match (ring(own), ring(&module)) {
            (Some(here), Some(there)) if there < here || is_bridge => {}
            (Some(here), Some(there)) => {
                report(
                    line,
                    format!("`{own}` (ring {here}) names `{module}` (ring {there})"),
                );
            }
            // A re-export at the root would hide what is imported.
            (_, None) => report(line, format!("`crate::{module}` is no module with a ring")),
            (None, _) => {}
        }
    }
    for (line, path) in paths(&tokens) {
        let begins_with = |prefix: &str| path == prefix || path.starts_with(&format!("{prefix}::"));
        for (name, places) in PLACES {
            let is_home = places
                .iter()
                .any(|place| file == *place || (place.ends_with('/') && file.starts_with(place)));
            if begins_with(name) && !is_home {
                report(line, format!("`{path}` is for {} alone", places.join(", ")));
            }
        }
        if ring(own).is_some_and(|ring| ring < FIRST_IN_TIME) && TIME.into_iter().any(begins_with) {
            report(
                line,
                format!(
                    "`{path}`: no clock, no environment, no waiting below ring {FIRST_IN_TIME}"
                ),
            );
        }
    }
    found.dedup();
    found
}

/// An identifier or a punctuation mark, and its line. Comments, strings and characters are left out.
type Token = (usize, String);

fn tokens(source: &str) -> Vec<Token> {
    let chars = source.chars().collect::<Vec<_>>();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = Vec::new();
    let (mut index, mut line) = (0, 1);
    while index < chars.len() {
        let start = index;
        match chars[index] {
            '/' if at(index + 1) == '/' => {
                while index < chars.len() && chars[index] != '\n' {
                    index += 1;
                }
            }
            '/' if at(index + 1) == '*' => {
                let mut depth = 0;
                loop {
                    match (at(index), at(index + 1)) {
                        ('/', '*') => (depth, index) = (depth + 1, index + 2),
                        ('*', '/') => (depth, index) = (depth - 1, index + 2),
                        _ => index += 1,
                    }
                    if depth == 0 || index >= chars.len() {
                        break;
                    }
                }
            }
            'r' | 'b' | 'c' if raw_hashes(&chars, index).is_some() => {
                let (open, hashes) = raw_hashes(&chars, index).expect("just seen");
                index = open + 1;
                while index < chars.len()
                    && !(at(index) == '"' && (1..=hashes).all(|n| at(index + n) == '#'))
                {
                    index += 1;
                }
                index += 1 + hashes;
            }
            '"' => {
                index += 1;
                while index < chars.len() && chars[index] != '"' {
                    index += if chars[index] == '\\' { 2 } else { 1 };
                }
                index += 1;
            }
            // A character; else a lifetime, whose name is an identifier of no interest.
            '\'' if at(index + 1) == '\\' => {
                index += 3;
                while index < chars.len() && chars[index] != '\'' {
                    index += 1;
                }
                index += 1;
            }
            '\'' if at(index + 2) == '\'' => index += 3,
            '\'' => index += 1,
            c if is_word(c) => {
                while is_word(at(index)) {
                    index += 1;
                }
                out.push((line, chars[start..index].iter().collect()));
            }
            c => {
                if !c.is_whitespace() {
                    out.push((line, c.to_string()));
                }
                index += 1;
            }
        }
        index = index.min(chars.len());
        line += chars[start..index].iter().filter(|&&c| c == '\n').count();
    }
    out
}

/// Where the quote of a raw string that begins at `index` is, and how many hashes it has.
fn raw_hashes(chars: &[char], index: usize) -> Option<(usize, usize)> {
    if index > 0 && (chars[index - 1].is_alphanumeric() || chars[index - 1] == '_') {
        return None;
    }
    let mut at = index + usize::from(chars[index] != 'r');
    if chars.get(at) != Some(&'r') {
        return None;
    }
    at += 1;
    let hashes = chars[at..].iter().take_while(|&&c| c == '#').count();
    (chars.get(at + hashes) == Some(&'"')).then_some((at + hashes, hashes))
}

/// Every path, with the groups of `use` spelt out: `std::{fs, io::Read}` is `std::fs` and `std::io::Read`.
fn paths(tokens: &[Token]) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        let is_start = is_identifier(&tokens[index].1) && !preceded_by_colons(tokens, index);
        if is_start {
            read_path(tokens, &mut index, "", &mut out)
        } else {
            index += 1
        }
    }
    out
}

fn read_path(tokens: &[Token], index: &mut usize, prefix: &str, out: &mut Vec<(usize, String)>) {
    let text = |index: usize| tokens.get(index).map_or("", |(_, text)| text.as_str());
    let line = tokens[*index].0;
    let mut path = prefix.to_owned();
    loop {
        if !path.is_empty() {
            path.push_str("::");
        }
        path.push_str(text(*index));
        *index += 1;
        if text(*index) != ":" || text(*index + 1) != ":" {
            out.push((line, path));
            return;
        }
        *index += 2;
        if text(*index) == "{" {
            *index += 1;
            while *index < tokens.len() && text(*index) != "}" {
                if is_identifier(text(*index)) {
                    read_path(tokens, index, &path, out);
                } else {
                    *index += 1;
                }
            }
            *index += 1;
            return;
        }
        if !is_identifier(text(*index)) {
            out.push((line, path));
            return;
        }
    }
}

fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn preceded_by_colons(tokens: &[Token], index: usize) -> bool {
    index >= 2 && tokens[index - 1].1 == ":" && tokens[index - 2].1 == ":"
}

/// The modules of the crate that `file` names, by `crate::` or by enough `super::`.
fn imports(file: &str, tokens: &[Token]) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let depth = file.split('/').filter(|part| *part != "mod.rs").count();
    for (line, path) in paths(tokens) {
        let mut parts = path.split("::").peekable();
        if parts.next_if_eq(&"crate").is_some() || parts.next_if_eq(&"heaplight").is_some() {
            out.extend(parts.next().map(|module| (line, module.to_owned())));
            continue;
        }
        let mut supers = 0;
        while parts.next_if_eq(&"super").is_some() {
            supers += 1;
        }
        // A module inside the file is one deeper than the file; a name that is no module's settles most doubts.
        if supers >= depth && supers > 0 {
            let named = parts.next().filter(|module| ring(module).is_some());
            out.extend(named.map(|module| (line, module.to_owned())));
        }
    }
    out
}

#[test]
fn upward_imports_are_found_however_they_are_written() {
    for source in [
        "use crate::lsp::x;",
        "use crate::{base::Span, lsp};",
        "use crate::{base::{Span, Name}, lsp::{x, y}};",
        "fn f() { crate::lsp::x(); }",
        "fn f(x: &'a crate::lsp::X) {}",
        "use super::lsp::x;",
        "use heaplight::lsp;",
        "pub use crate::lsp as other;",
    ] {
        let found = violations("domain/mod.rs", source);
        assert_eq!(
            found,
            ["src/domain/mod.rs:1: `domain` (ring 3) names `lsp` (ring 9)"],
            "{source}"
        );
    }
    assert_eq!(
        violations("domain/a/b.rs", "\nuse super::super::super::lsp;").len(),
        1
    );
    assert_eq!(
        violations("ide/a.rs", "use crate::report::x;"),
        ["src/ide/a.rs:1: `ide` (ring 8) names `report` (ring 8)"]
    );
    assert_eq!(
        violations("syntax/a.rs", "use crate::hir;").len(),
        1,
        "a bridge has a direction"
    );
    assert_eq!(
        violations("novel/a.rs", "").len(),
        1,
        "a new module needs a ring"
    );
    assert_eq!(
        violations("hir/a.rs", "use crate::Hidden;").len(),
        1,
        "no way round by the root"
    );
}

#[test]
fn what_belongs_to_one_place_is_found_elsewhere() {
    for (file, source) in [
        ("hir/a.rs", "use tree_sitter::Node;"),
        ("cli/a.rs", "fn f(x: tower_lsp::Client) {}"),
        ("lsp/backend.rs", "use std::{fs, io};"),
        ("lsp/backend.rs", "fn f() { std::fs::read(x); }"),
        ("engine/a.rs", "use std::process::Command;"),
        ("facts/a.rs", "let now = std::time::Instant::now();"),
        ("layout/a.rs", "std::env::var(x)"),
    ] {
        assert_eq!(violations(file, source).len(), 1, "{file}: {source}");
    }
}

#[test]
fn what_is_right_is_not_found() {
    for (file, source) in [
        (
            "domain/a.rs",
            "use crate::{base::Span, layout::Target};\nuse super::heap::Heap;\nuse crate::domain::x;",
        ),
        ("hir/lower.rs", "use crate::syntax::Tree;"),
        (
            "cli/server.rs",
            "use crate::lsp::serve; use std::fs; use std::process::ExitCode;",
        ),
        ("lsp/files.rs", "std::fs::read(path)"),
        ("engine/a.rs", "use std::time::Duration;"),
        (
            "domain/a.rs",
            "// use crate::lsp::x;\n/* crate::lsp /* */ std::fs */ //! std::fs\n",
        ),
        (
            "domain/a.rs",
            r###"let a = ("crate::lsp", r#"std::fs "crate::lsp"#, b"std::fs", '"', '\'', "\"crate::lsp");"###,
        ),
        (
            "domain/a.rs",
            "mod tests { use super::*; use super::lsp_like; }",
        ),
        (
            "main.rs",
            "fn main() -> std::process::ExitCode { heaplight::cli::run() }",
        ),
        ("lib.rs", "pub mod lsp;"),
    ] {
        assert_eq!(violations(file, source), Vec::<String>::new(), "{source}");
    }
}
