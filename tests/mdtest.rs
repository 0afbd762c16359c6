//! The literate tests in `tests/mdtest/*.md`: each heading is a program with what is expected of it. What is expected
//! is held twice: against CPython, by the oracle, so that it is true; and against heaplight's claims, so that it is told.
//!
//! `cargo test --test mdtest -- 'counts'` runs those with that in their name; `-- cpython` or `-- heaplight` one half.

#[path = "mdtest/harness/checks.rs"]
mod checks;
#[path = "mdtest/harness/judge.rs"]
mod judge;
#[path = "mdtest/harness/parse.rs"]
mod parse;
#[path = "mdtest/harness/places.rs"]
mod places;
#[path = "oracle/worker.rs"]
mod worker;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use parse::Test;
use serde_json::Value;

/// What was found out about one test: objections by the line of the Markdown and what they object to.
type Objections = Vec<(usize, String, u32, String)>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let tests: Arc<Vec<Test>> = Arc::new(read_all());
    let is_wanted = |name: &str| match &arguments.filter {
        Some(filter) if arguments.exact => name == filter,
        Some(filter) => name.contains(filter.as_str()),
        None => true,
    };
    let name = |test: &Test, half: &str| {
        format!(
            "{}: {} ({half})",
            test.file.trim_end_matches(".md"),
            test.name
        )
    };
    let chosen = |half: &str| -> Vec<usize> {
        (0..tests.len())
            .filter(|index| !arguments.list && is_wanted(&name(&tests[*index], half)))
            .collect()
    };

    let folder = tempfile::tempdir().expect("a temporary folder");
    let programs: Vec<PathBuf> = (0..tests.len())
        .map(|index| folder.path().join(format!("t{index:04}.py")))
        .collect();
    for (test, path) in tests.iter().zip(&programs) {
        std::fs::write(path, &test.program).expect("a temporary file");
    }
    let (by_cpython, by_heaplight) = std::thread::scope(|scope| {
        let cpython =
            scope.spawn(|| ask_cpython(&tests, &programs, &chosen("cpython"), folder.path()));
        let heaplight = ask_heaplight(&tests, &programs, &chosen("heaplight"));
        (
            cpython.join().expect("the oracle's thread ends well"),
            heaplight,
        )
    });
    let mut trials = checks::trials();
    for (half, found) in [("cpython", by_cpython), ("heaplight", by_heaplight)] {
        for (index, objections) in found.into_iter().enumerate() {
            let test = &tests[index];
            let is_skipped = half == "cpython" && !test.run;
            let tests = Arc::clone(&tests);
            trials.push(
                Trial::test(name(test, half), move || verdict(&tests[index], objections))
                    .with_ignored_flag(is_skipped),
            );
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn read_all() -> Vec<Test> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mdtest");
    let mut files: Vec<PathBuf> = folder
        .read_dir()
        .expect("tests/mdtest")
        .map(|entry| entry.expect("its entries").path())
        .collect();
    files.retain(|path| {
        path.extension().is_some_and(|ending| ending == "md") && !path.ends_with("README.md")
    });
    files.sort();
    let mut tests = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).expect("a Markdown file");
        tests.extend(parse::read(
            &path.file_name().unwrap_or_default().to_string_lossy(),
            &text,
        ));
    }
    tests
}

/// An expectation (line, text) and what each minor version objects.
type Told = (usize, String, Vec<(u32, String)>);

fn verdict(test: &Test, objections: Objections) -> Result<(), Failed> {
    let mut text = test.mistakes.join("\n");
    let mut told: Vec<Told> = Vec::new();
    for (line, expected, minor, objection) in objections {
        match told
            .iter_mut()
            .find(|(l, e, _)| *l == line && *e == expected)
        {
            Some((_, _, all)) => all.push((minor, objection)),
            None => told.push((line, expected, vec![(minor, objection)])),
        }
    }
    for (line, expected, all) in told {
        let _ = writeln!(text, "\ntests/mdtest/{}:{line}: {expected}", test.file);
        for (position, (minor, objection)) in all.iter().enumerate() {
            if position == 0 || all[position - 1].1 != *objection {
                let versions: Vec<_> = all
                    .iter()
                    .filter(|(_, other)| other == objection)
                    .map(|(minor, _)| format!("3.{minor}"))
                    .collect();
                if all.iter().position(|(_, other)| other == objection) == Some(position) {
                    let _ = writeln!(text, "    {}: {objection}", versions.join(", "));
                }
            }
            let _ = minor;
        }
    }
    if text.is_empty() {
        Ok(())
    } else {
        Err(text.into())
    }
}

fn minor_of(version: &str) -> u32 {
    version
        .strip_prefix("3.")
        .and_then(|minor| minor.parse().ok())
        .expect("a version of worker::VERSIONS")
}

/// Runs the chosen programs under each CPython, with every expectation as a claim.
fn ask_cpython(
    tests: &[Test],
    programs: &[PathBuf],
    chosen: &[usize],
    folder: &Path,
) -> Vec<Objections> {
    let mut found: Vec<Objections> = tests.iter().map(|_| Vec::new()).collect();
    for version in worker::wanted_versions() {
        if chosen.is_empty() {
            break;
        }
        let Some(python) = worker::interpreter(version) else {
            let text = format!("no CPython {version} is here: `tests/pythons` brings it");
            if worker::must_have_interpreters() {
                for objections in &mut found {
                    objections.push((0, "all".into(), minor_of(version), text.clone()));
                }
            } else {
                eprintln!("skipped: {text}");
            }
            continue;
        };
        let mut worker = worker::Worker::start(&python, folder);
        let minor = minor_of(version);
        for &index in chosen {
            let test = &tests[index];
            if test.run && test.versions.has(minor) {
                let facts = folder.join("expected.jsonl");
                found[index].extend(hold(test, &programs[index], &facts, minor, &mut worker));
            }
        }
    }
    found
}

fn hold(
    test: &Test,
    program: &Path,
    facts: &Path,
    minor: u32,
    worker: &mut worker::Worker,
) -> Objections {
    let asked: Vec<_> = test
        .expectations
        .iter()
        .filter(|expectation| expectation.when.has(minor))
        .filter_map(|expectation| Some((expectation, judge::as_claim(expectation, minor)?)))
        .collect();
    let text: String = asked
        .iter()
        .map(|(_, claim)| format!("{claim}\n"))
        .collect();
    std::fs::write(facts, text).expect("a temporary file");
    let report = worker.check(program, facts, &["--verdicts", "--wrong-limit", "1000000"]);
    let mut objections = Vec::new();
    let head = || {
        (
            test.lines.first().copied().unwrap_or_default(),
            "the program".to_owned(),
            minor,
        )
    };
    if let Some(error) = report["error"].as_str() {
        let (line, expected, minor) = head();
        return vec![(line, expected, minor, error.to_owned())];
    }
    let exit = report["exit"].as_str().unwrap_or("no exit");
    let as_expected = match &test.raises {
        Some(error) => exit
            .strip_prefix("exception ")
            .is_some_and(|exit| exit.starts_with(error.as_str())),
        None => exit == "ok",
    };
    if !as_expected {
        let (line, expected, minor) = head();
        objections.push((line, expected, minor, format!("ends with {exit}")));
    }
    let wrong = report["wrong"].as_array().cloned().unwrap_or_default();
    for ((expectation, claim), verdict) in asked
        .iter()
        .zip(report["verdicts"].as_array().into_iter().flatten())
    {
        let objection = match verdict
            .as_object()
            .and_then(|kinds| kinds.values().next())
            .and_then(Value::as_str)
        {
            Some("holds") => continue,
            Some("wrong") => {
                let is_it = |entry: &&Value| {
                    entry["claim"].as_object().is_some_and(|kinds| {
                        kinds.iter().all(|(key, value)| {
                            *value == claim[key] || value.is_null() && claim[key].is_null()
                        })
                    })
                };
                let observed = wrong
                    .iter()
                    .find(is_it)
                    .map(|entry| &entry["observed"])
                    .unwrap_or(&Value::Null);
                format!("CPython says {observed}")
            }
            _ => format!(
                "CPython never got there, or can't tell {}",
                report["uncheckable_reasons"]
            ),
        };
        objections.push((
            expectation.line,
            describe(expectation, claim),
            minor,
            objection,
        ));
    }
    objections
}

/// The one item of the clause that is spoken of.
fn describe(expectation: &parse::Expectation, claim: &Value) -> String {
    let items = claim.as_object().into_iter().flatten();
    let keys: Vec<_> = items
        .filter(|(key, _)| !matches!(key.as_str(), "scope" | "stmt" | "at" | "path"))
        .map(|(key, _)| key.as_str())
        .collect();
    format!("{} [{}]", expectation.text, keys.join(" "))
}

/// Asks heaplight for its claims about the chosen programs, once for each target and world.
fn ask_heaplight(tests: &[Test], programs: &[PathBuf], chosen: &[usize]) -> Vec<Objections> {
    let mut found: Vec<Objections> = tests.iter().map(|_| Vec::new()).collect();
    let mut missing = vec![0; tests.len()];
    for version in worker::wanted_versions() {
        let minor = minor_of(version);
        for world in [None, Some("module"), Some("script")] {
            let fits = |index: &&usize| {
                let test = &tests[**index];
                test.world.as_deref() == world && test.versions.has(minor)
            };
            let here: Vec<usize> = chosen.iter().filter(fits).copied().collect();
            if here.is_empty() {
                continue;
            }
            let files: Vec<_> = here
                .iter()
                .map(|index| programs[*index].as_path())
                .collect();
            let claims = claims_about(&files, version, world);
            for (&index, claims) in here.iter().zip(claims) {
                found[index].extend(compare(&tests[index], minor, claims, &mut missing[index]));
            }
        }
    }
    for &index in chosen {
        let is_done = missing[index] == 0 && found[index].is_empty();
        if tests[index].todo && is_done && worker::wanted_versions() == worker::VERSIONS {
            let text = "nothing is missing any more: take the todo away";
            found[index].push((0, "all".into(), 0, text.into()));
        }
    }
    found
}

fn compare(
    test: &Test,
    minor: u32,
    claims: Result<Vec<Value>, String>,
    missing: &mut usize,
) -> Objections {
    let claims = match claims {
        Ok(claims) => claims,
        Err(error) => {
            let line = test.lines.first().copied().unwrap_or_default();
            return vec![(line, "the program".into(), minor, error)];
        }
    };
    let expected = test
        .expectations
        .iter()
        .filter(|expectation| expectation.when.has(minor));
    let mut found: Objections = expected
        .filter_map(|expectation| {
            let objection = judge::objection(expectation, minor, &claims)?;
            Some((expectation.line, expectation.text.clone(), minor, objection))
        })
        .collect();
    if test.todo {
        let before = found.len();
        found.retain(|(_, _, _, objection)| !judge::is_absence(objection));
        *missing += before - found.len();
    }
    found
}

/// What `heaplight facts` claims about each file. Where it fails over all of them, each is asked for alone.
fn claims_about(
    files: &[&Path],
    version: &str,
    world: Option<&str>,
) -> Vec<Result<Vec<Value>, String>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_heaplight"));
    command.args(["facts", "--target", version]).args(files);
    if let Some(world) = world {
        command.args(["--world", world]);
    }
    let done = command.output().expect("heaplight starts");
    let told = String::from_utf8_lossy(&done.stderr);
    if !done.status.success() {
        let last = told.lines().last().unwrap_or("no word about it").to_owned();
        return match files {
            [_] => vec![Err(format!("heaplight facts: {}: {last}", done.status))],
            _ => files
                .iter()
                .flat_map(|file| claims_about(&[*file], version, world))
                .collect(),
        };
    }
    let mut claims: Vec<Result<Vec<Value>, String>> =
        files.iter().map(|_| Ok(Vec::new())).collect();
    for line in String::from_utf8_lossy(&done.stdout).lines() {
        let claim: Value = match serde_json::from_str(line) {
            Ok(claim) => claim,
            Err(error) => {
                return files
                    .iter()
                    .map(|_| Err(format!("no JSON: {error}: {line}")))
                    .collect();
            }
        };
        let position = files.iter().position(|file| {
            claim["file"]
                .as_str()
                .is_some_and(|name| Path::new(name) == *file)
        });
        if let Some(Ok(claims)) = position.map(|position| &mut claims[position]) {
            claims.push(claim);
        }
    }
    claims
}
