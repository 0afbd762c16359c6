//! Which loads lend their reference is what CPython's compiler decides: every load of a local in the standard library of
//! the versions that lend. What is run and when is as in `tests/lowering.rs`.

#[path = "compiler/pythons.rs"]
mod pythons;

use std::collections::{BTreeMap, BTreeSet};

use heaplight::base::{Cancel, Names};
use heaplight::hir::borrow::{self, Lending};
use heaplight::{hir, syntax};
use pythons::{Python, Script};

fn main() {
    let args = libtest_mimic::Arguments::from_args();
    libtest_mimic::run(&args, pythons::trials("", check)).exit();
}

fn check(python: &Python) -> Result<String, String> {
    let Some(features) = pythons::layout(python.minor).lending() else {
        return Ok("lends nothing".to_owned());
    };
    let mut script = Script::start(python, "tests/compiler/borrow.py");
    let (mut places, mut right, mut unsure) = (0, 0, 0);
    let mut wrong = Vec::new();
    for path in python.library() {
        let [source, rows] = script.ask(&path);
        if source.is_empty() {
            continue;
        }
        let source = String::from_utf8(source).expect("the script answers in UTF-8");
        let parsed = syntax::parse(&source, None, &Cancel::new()).expect("nobody cancels");
        let mut names = Names::new();
        let file = hir::lower(&source, &parsed, &mut names, None);
        if !file.problems.is_empty() {
            continue;
        }
        let starts: Vec<u32> = std::iter::once(0)
            .chain(
                source
                    .bytes()
                    .enumerate()
                    .filter(|(_, byte)| *byte == b'\n')
                    .map(|(at, _)| at as u32 + 1),
            )
            .collect();
        let line_of = |offset: u32| starts.partition_point(|&start| start <= offset) as u32;
        let mut ours: BTreeMap<(u32, String), BTreeSet<&str>> = BTreeMap::new();
        let mut doubted: BTreeSet<(u32, String)> = BTreeSet::new();
        let imports = borrow::imports(&file);
        let imported = |name| imports.contains(&name);
        for placed in &file.items {
            let line_in = |offset: u32| line_of(placed.start + offset);
            let loads = borrow::loads_beside(
                &placed.item,
                &names,
                features,
                file.future_annotations,
                &line_in,
                &imported,
            );
            for (_, name, line, lending) in loads.all {
                let key = (line, names.text(name).to_owned());
                let word = match lending {
                    Lending::Lent => "lent",
                    Lending::Owned => "owned",
                    Lending::Unsure => {
                        doubted.insert(key);
                        continue;
                    }
                };
                ours.entry(key).or_default().insert(word);
            }
        }
        let text = String::from_utf8_lossy(&rows).into_owned();
        let mut theirs: BTreeMap<(u32, String), BTreeSet<&str>> = BTreeMap::new();
        for row in text.lines() {
            let mut words = row.split(' ');
            let (Some(line), Some(name), Some(kind)) = (words.next(), words.next(), words.next())
            else {
                continue;
            };
            theirs
                .entry((line.parse().unwrap_or(0), name.to_owned()))
                .or_default()
                .insert(kind);
        }
        for (key, kinds) in &theirs {
            places += 1;
            if doubted.contains(key) {
                unsure += 1;
            } else if ours.get(key) == Some(kinds) {
                right += 1;
            } else {
                let line = source
                    .lines()
                    .nth(key.0.saturating_sub(1) as usize)
                    .unwrap_or_default()
                    .trim();
                wrong.push(format!(
                    "{path}:{}: {} is {kinds:?}, not {:?}: {line}",
                    key.0,
                    key.1,
                    ours.get(key)
                ));
            }
        }
    }
    let summary = format!(
        "{places} names on lines compared, {right} right, {unsure} unsure, {} wrong",
        wrong.len()
    );
    match wrong.is_empty() {
        true => Ok(summary),
        false => Err(format!(
            "{summary}\n{}",
            wrong[..wrong.len().min(60)].join("\n")
        )),
    }
}
