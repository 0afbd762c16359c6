//! Fixes keep behaviour: programs that `check --fix` has changed print under CPython what they printed before.
//!
//! `HEAPLIGHT_TEST_VERSIONS` is the versions (minor numbers, by default 13); where an interpreter is missing, that version
//! is left out and told.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use heaplight::base::Cancel;
use heaplight::engine::{Analysis, analyse};
use heaplight::interp::World;
use heaplight::layout::Target;
use heaplight::rules::{Fix, Safety, Selection, apply, chosen, findings, fix_of};
use heaplight::text::Text;

fn python(minor: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("HEAPLIGHT_PYTHONS").map(PathBuf::from);
    let home =
        std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache/heaplight-pythons"));
    let found = folder
        .or(home)?
        .join("bin")
        .join(format!("python3.{minor}"));
    found.is_file().then_some(found)
}

fn run(source: &str, target: Target) -> Analysis {
    analyse(
        &Text::new(source),
        None,
        target,
        World::Script,
        &Cancel::new(),
    )
    .expect("nobody stops it")
}

fn fixes(analysis: &Analysis) -> Vec<Fix> {
    findings(analysis, &Selection::default())
        .iter()
        .filter_map(|it| fix_of(analysis, it))
        .collect()
}

/// The text with all fixes made, and how many there were.
fn fixed(source: &str, target: Target, with_unsafe: bool) -> (String, usize) {
    let mut text = source.to_owned();
    let mut all = 0;
    for _ in 0..20 {
        let analysis = run(&text, target);
        assert!(
            analysis.file.problems.is_empty(),
            "a fix left what cannot be parsed:\n{text}"
        );
        let (edits, count) = chosen(&fixes(&analysis), with_unsafe);
        if count == 0 {
            let left = fixes(&analysis);
            let is_left = |fix: &Fix| with_unsafe || fix.safety == Safety::Safe;
            assert!(
                !left.iter().any(is_left),
                "a fix leaves its finding:\n{text}"
            );
            return (text, all);
        }
        all += count;
        text = apply(&text, &edits);
    }
    panic!("fixing never ends:\n{text}");
}

fn output(python: &Path, file: &Path) -> Output {
    let mut command = Command::new(python);
    command
        .args(["-W", "ignore"])
        .arg(file)
        .env("PYTHONHASHSEED", "0")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    command.output().expect("the interpreter starts")
}

#[test]
fn safe_fixes_change_nothing_that_a_program_prints() {
    let versions = std::env::var("HEAPLIGHT_TEST_VERSIONS").unwrap_or_else(|_| "13".to_owned());
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
    let mut files: Vec<PathBuf> = std::fs::read_dir(programs)
        .expect("they are there")
        .filter_map(|it| Some(it.ok()?.path()))
        .collect();
    files.retain(|path| path.extension().is_some_and(|it| it == "py"));
    files.sort();
    let folder = tempfile::tempdir().expect("there is room");
    for version in versions
        .split([',', ' '])
        .map(|it| it.trim_start_matches("3."))
        .filter(|it| !it.is_empty())
    {
        let Some(python) = python(version) else {
            eprintln!("CPython 3.{version} is not there: left out");
            continue;
        };
        let target = Target::parse(&format!("3.{version}")).expect("a known version");
        let mut compared = 0;
        for path in &files {
            let source = std::fs::read_to_string(path).expect("programs are UTF-8");
            if !run(&source, target).file.problems.is_empty() {
                continue;
            }
            // The unsafe ones have to parse, end, and remove their findings; what they print is another matter.
            fixed(&source, target, true);
            let (text, count) = fixed(&source, target, false);
            if count == 0 {
                continue;
            }
            let (before, after) = (folder.path().join("before"), folder.path().join("after"));
            let name = path.file_name().expect("it has one");
            for (place, text) in [(&before, &source), (&after, &text)] {
                std::fs::create_dir_all(place).expect("there is room");
                std::fs::write(place.join(name), text).expect("there is room");
            }
            let (one, two) = (
                output(&python, &before.join(name)),
                output(&python, &after.join(name)),
            );
            let again = output(&python, &before.join(name));
            if one.stdout != again.stdout {
                continue; // it prints something else each time
            }
            compared += 1;
            assert_eq!(
                (String::from_utf8_lossy(&one.stdout), one.status.code()),
                (String::from_utf8_lossy(&two.stdout), two.status.code()),
                "3.{version} {}: {}\n{text}",
                path.display(),
                String::from_utf8_lossy(&two.stderr)
            );
        }
        assert!(
            compared > 20,
            "3.{version}: only {compared} programs were changed"
        );
    }
}

#[test]
fn no_prefix_of_a_program_makes_rules_fail() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs/mutable_defaults.py");
    let source = std::fs::read_to_string(path).expect("it is there");
    let target = Target::default();
    for end in (0..source.len()).filter(|end| end % 7 == 0 && source.is_char_boundary(*end)) {
        let analysis = run(&source[..end], target);
        for fix in fixes(&analysis) {
            let (edits, _) = chosen([&fix], true);
            apply(&source[..end], &edits);
        }
    }
}
