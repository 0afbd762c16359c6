//! Lowered code is what CPython sees: its `ast` and `symtable`, over the standard library of each version.
//!
//! A quick sample by default, everything with `HEAPLIGHT_ALL=1` or in CI. The interpreters are looked for in
//! `$HEAPLIGHT_PYTHONS/bin` (by default `~/.cache/heaplight-pythons/bin`), then on the path; one that is missing is
//! skipped, and in CI a failure.

#[path = "lowering/dump.rs"]
mod dump;
#[path = "compiler/pythons.rs"]
mod pythons;

use heaplight::base::{Cancel, Names};
use heaplight::hir;
use pythons::{Python, Script};

fn main() {
    let args = libtest_mimic::Arguments::from_args();
    let trials = pythons::trials("", check);
    libtest_mimic::run(&args, trials).exit();
}

/// Files whose lowering is not CPython's: `tests/compiler/misparsed.txt`, with the reason.
fn is_known(path: &str) -> bool {
    include_str!("compiler/misparsed.txt")
        .lines()
        .filter_map(|line| {
            line.split_whitespace()
                .next()
                .filter(|name| !name.starts_with('#'))
        })
        .any(|name| path.ends_with(name))
}

fn check(python: &Python) -> Result<String, String> {
    let files = python.library();
    let mut script = Script::start(python, "tests/compiler/normal_form.py");
    let (mut compared, mut refused, mut scopes, mut known) = (0, 0, 0, 0);
    let mut wrong = Vec::new();
    for path in files {
        let [source, tree, symbols] = script.ask(&path);
        if source.is_empty() && tree.is_empty() {
            refused += 1;
            continue;
        }
        let source = String::from_utf8(source).expect("the script answers in UTF-8");
        let mut names = Names::new();
        let file = hir::lower_text(&source, &mut names, None, &Cancel::new());
        let file = file.expect("nobody cancels");
        // The script has decoded it, so that the declaration in it is no longer true.
        let declares = |problem: &hir::Problem| problem.message.contains("declares the encoding");
        if file.problems.first().is_some_and(declares) {
            continue;
        }
        let mut faults = Vec::new();
        if file.min_minor > python.minor {
            faults.push(format!("needs 3.{} by our count", file.min_minor));
        }
        let ours = dump::tree(&file, &names, python.minor);
        faults.extend(difference("tree", &ours, &tree, &source));
        if !symbols.is_empty() {
            scopes += 1;
            faults.extend(difference(
                "scopes",
                &dump::scopes(&file, &names, python.minor),
                &symbols,
                "",
            ));
        }
        compared += 1;
        match (faults.is_empty(), is_known(&path)) {
            (true, false) => {}
            (true, true) => known += 1,
            (false, true) => known += 1,
            (false, false) => wrong.push(format!("{path}: {}", faults.join("; "))),
        }
    }
    let summary = format!(
        "{compared} trees and {scopes} scopes compared, {known} of known misparses, {refused} refused by CPython"
    );
    match wrong.is_empty() {
        true => Ok(summary),
        false => Err(format!(
            "{summary}, {} differ\n{}",
            wrong.len(),
            wrong[..wrong.len().min(40)].join("\n")
        )),
    }
}

fn difference(what: &str, ours: &str, theirs: &[u8], source: &str) -> Option<String> {
    // CPython has names with lone surrogates in no tree: only string values, which are hexadecimal here.
    let theirs = String::from_utf8_lossy(theirs);
    if ours == theirs {
        return None;
    }
    if let Some(folder) = std::env::var_os("HEAPLIGHT_DUMP") {
        let folder = std::path::Path::new(&folder);
        for (side, text) in [("ours", ours), ("theirs", &theirs)] {
            std::fs::write(folder.join(format!("{what}.{side}")), text)
                .expect("the folder is there");
        }
    }
    let (mut left, mut right) = (ours.lines(), theirs.lines());
    let mut at = 0;
    loop {
        let (a, b) = (left.next(), right.next());
        if a != b || a.is_none() {
            let (a, b) = (a.unwrap_or("(end)"), b.unwrap_or("(end)"));
            let same = a
                .bytes()
                .zip(b.bytes())
                .take_while(|(x, y)| x == y)
                .count()
                .saturating_sub(60);
            let cut = |text: &str| {
                String::from_utf8_lossy(
                    &text.as_bytes()[same.min(text.len())..(same + 160).min(text.len())],
                )
                .into_owned()
            };
            let offset: usize = b
                .split('-')
                .next()
                .and_then(|text| text.parse().ok())
                .unwrap_or(0);
            let line = source.as_bytes()[..offset.min(source.len())]
                .iter()
                .filter(|&&byte| byte == b'\n')
                .count()
                + 1;
            return Some(format!(
                "{what}: row {at}, line {line}\n    ours:   {}\n    theirs: {}",
                cut(a),
                cut(b)
            ));
        }
        at += 1;
    }
}
