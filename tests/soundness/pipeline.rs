//! From programs to verdicts: heaplight's claims, one start for many programs, and the oracle's workers.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::worker::{self, Worker};

/// A claim that CPython contradicts.
pub struct Finding {
    pub version: &'static str,
    /// As the oracle reports it.
    pub entry: Value,
}

/// What was checked so far.
#[derive(Default)]
pub struct Tally {
    pub checked: u64,
    pub runs: u64,
    pub uncheckable: u64,
    pub wrong: u64,
    pub failed_programs: u64,
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let Tally {
            checked,
            runs,
            uncheckable,
            wrong,
            failed_programs,
        } = self;
        write!(
            f,
            "{checked} claims checked ({runs} times), {wrong} wrong, {uncheckable} uncheckable, \
             {failed_programs} programs not run"
        )
    }
}

/// A folder for programs, and an interpreter for each version.
pub struct Bench {
    folder: tempfile::TempDir,
    workers: Vec<(&'static str, Worker)>,
}

impl Bench {
    /// With a worker for each of the versions that are here; none where no interpreter is (in CI that panics).
    pub fn new(versions: &[&'static str]) -> Option<Bench> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut workers = Vec::new();
        for version in versions {
            match worker::interpreter(version) {
                Some(python) => workers.push((*version, Worker::start(&python, folder.path()))),
                None if worker::must_have_interpreters() => panic!("no CPython {version} is here"),
                None => eprintln!("skipped: no CPython {version} is here"),
            }
        }
        (!workers.is_empty()).then_some(Bench { folder, workers })
    }

    /// The versions there are workers for.
    pub fn versions(&self) -> Vec<&'static str> {
        self.workers.iter().map(|(version, _)| *version).collect()
    }

    fn path(&self, index: usize) -> PathBuf {
        self.folder.path().join(format!("g{index:05}.py"))
    }

    /// The oracle's report on a program with these claims.
    pub fn hold(&mut self, program: &str, index: usize, version: &str, claims: &[String]) -> Value {
        let path = self.path(index);
        let facts = self.folder.path().join("facts.jsonl");
        write(&path, program);
        std::fs::write(&facts, claims.join("\n")).expect("a temporary file");
        let worker = self
            .workers
            .iter_mut()
            .find(|(have, _)| *have == version)
            .map(|(_, worker)| worker);
        worker.expect("a version of `versions`").check(
            &path,
            &facts,
            &["--timeout", "10", "--limit-per-site", "100"],
        )
    }

    /// The wrong claims about any of the programs, under any version, with the program's index: one of a kind for each.
    pub fn all_wrong(&mut self, programs: &[String], tally: &mut Tally) -> Vec<(usize, Finding)> {
        let paths: Vec<PathBuf> = (0..programs.len()).map(|index| self.path(index)).collect();
        for (program, path) in programs.iter().zip(&paths) {
            write(path, program);
        }
        let mut wrong: Vec<(usize, Finding)> = Vec::new();
        for version in self.versions() {
            let claims = claims_about(&paths, version);
            for (index, claims) in claims.into_iter().enumerate() {
                let report = self.hold(&programs[index], index, version, &claims);
                if report["error"].is_string() {
                    tally.failed_programs += 1;
                    continue;
                }
                for row in report["claims"]
                    .as_object()
                    .into_iter()
                    .flat_map(|rows| rows.values())
                {
                    tally.checked += row["checked_sites"].as_u64().unwrap_or(0);
                    tally.runs += row["checked_runs"].as_u64().unwrap_or(0);
                    tally.uncheckable += row["uncheckable"].as_u64().unwrap_or(0);
                }
                for finding in findings(&report, version) {
                    tally.wrong += 1;
                    if wrong
                        .iter()
                        .all(|(other, known)| *other != index || known.kind() != finding.kind())
                    {
                        wrong.push((index, finding));
                    }
                }
            }
        }
        wrong
    }

    /// A wrong claim of this kind about this program under this version.
    pub fn wrong(&mut self, program: &str, version: &'static str, kind: &str) -> Option<Finding> {
        let path = self.path(99_999);
        write(&path, program);
        let claims = claims_about(&[path], version).pop().unwrap_or_default();
        let report = self.hold(program, 99_999, version, &claims);
        findings(&report, version)
            .into_iter()
            .find(|finding| finding.kind() == kind)
    }
}

impl Finding {
    /// Which key was claimed, and whether what it says of the value is of another sort than what is there.
    pub fn kind(&self) -> String {
        let claim = self.entry["claim"].as_object();
        let key = claim
            .into_iter()
            .flatten()
            .map(|(key, _)| key.as_str())
            .find(|key| !PLACE.contains(key));
        let entry = if self.entry["claim"]["at"] == "entry" {
            " on entry"
        } else {
            ""
        };
        format!("{}{entry}", key.unwrap_or("nothing"))
    }
}

/// The keys of a claim that say where it holds.
const PLACE: [&str; 4] = ["scope", "stmt", "at", "path"];

/// Puts a program where heaplight and the oracle read it, and where it is kept if that is asked for.
fn write(path: &Path, program: &str) {
    std::fs::write(path, program).expect("a temporary file");
    if let Some(folder) = std::env::var_os("HEAPLIGHT_SOUNDNESS_KEEP").map(PathBuf::from) {
        std::fs::write(folder.join(path.file_name().unwrap_or_default()), program)
            .expect("the folder named is there");
    }
}

/// The wrong claims of a report.
pub fn findings(report: &Value, version: &'static str) -> Vec<Finding> {
    let wrong = report["wrong"].as_array().into_iter().flatten();
    wrong
        .map(|entry| Finding {
            version,
            entry: entry.clone(),
        })
        .collect()
}

/// What `heaplight facts` says of each file, as lines.
fn claims_about(paths: &[PathBuf], version: &str) -> Vec<Vec<String>> {
    let mut told = vec![Vec::new(); paths.len()];
    let done = Command::new(env!("CARGO_BIN_EXE_heaplight"))
        .args(["facts", "--target", version])
        .args(paths)
        .output()
        .expect("heaplight starts");
    let error = String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success(),
        "heaplight facts --target {version}: {}: {error}",
        done.status
    );
    for line in String::from_utf8_lossy(&done.stdout).lines() {
        let claim: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("no JSON: {error}: {line}"));
        let name = claim["file"].as_str().unwrap_or_default();
        let index = paths.iter().position(|path| path == Path::new(name));
        told[index.unwrap_or_else(|| panic!("a claim about no file that was named: {line}"))]
            .push(line.to_owned());
    }
    told
}

/// The programs of tests/mdtest, each heading one.
pub fn literate_programs() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mdtest");
    let mut paths: Vec<_> = folder
        .read_dir()
        .expect("tests/mdtest")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.retain(|path| {
        path.extension().is_some_and(|ending| ending == "md") && !path.ends_with("README.md")
    });
    paths.sort();
    let mut programs = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(path).expect("a Markdown file");
        let (mut program, mut in_code) = (String::new(), false);
        for line in text.lines() {
            match line {
                "```py" => in_code = true,
                "```" => in_code = false,
                _ if in_code => program += &format!("{}\n", without_comment(line)),
                _ if line.starts_with('#') => programs.push(std::mem::take(&mut program)),
                _ => {}
            }
        }
        programs.push(program);
    }
    programs.retain(|program| !program.is_empty());
    programs
}

/// A line of a program without the comment at its end.
fn without_comment(line: &str) -> &str {
    let mut quote = None;
    for (index, letter) in line.char_indices() {
        match (quote, letter) {
            (None, '#') => return line.get(..index).unwrap_or(line).trim_end(),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
    }
    line
}

/// A test for tests/mdtest: the program, with what CPython says at the place of the wrong claim.
pub fn as_literate_test(program: &str, finding: &Finding) -> String {
    let claim = &finding.entry["claim"];
    let line = claim["stmt"][0].as_u64().unwrap_or(1) as usize;
    let mut text = format!(
        "## Found by the generator: {}\n\n",
        expectation(&finding.entry)
    );
    text += &format!("<!-- target: {} -->\n\n```py\n", finding.version);
    for (index, code) in program.lines().enumerate() {
        text += code;
        if index + 1 == line {
            text += &format!("  # {}", expectation(&finding.entry));
        }
        text.push('\n');
    }
    text += "```\n";
    text
}

/// What holds instead of a wrong claim, in the words of the literate tests.
fn expectation(entry: &Value) -> String {
    let claim = &entry["claim"];
    let path = claim["path"].as_str().unwrap_or_default();
    let other = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let keys = claim.as_object().into_iter().flatten();
    let Some((key, value)) = keys
        .into_iter()
        .find(|(key, _)| !matches!(key.as_str(), "scope" | "stmt" | "at" | "path"))
    else {
        return String::new();
    };
    match (key.as_str(), &entry["observed"]) {
        ("size" | "deep" | "refs", Value::Number(seen)) => format!("{path}: {key} {seen}"),
        ("refs", _) => format!("{path}: no refs"),
        ("type", Value::String(seen)) => format!("{path}: {seen}"),
        ("tracked" | "interned" | "immortal" | "cycle", Value::Bool(seen)) => {
            format!("{path}: {key} {seen}")
        }
        ("same_as", _) => format!("{path} is not {}", other(&value[0])),
        ("not_same_as", _) => format!("{path} is {}", other(&value[0])),
        ("frees" | "leaks", _) => format!("{key} nothing"),
        (key, _) => format!("{path}: no {key}"),
    }
}
