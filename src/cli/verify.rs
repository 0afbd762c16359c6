//! `heaplight verify`: runs a program under a real CPython, because its user asked for it, and holds every claim
//! against what is there. The judge is `tests/oracle/oracle.py`, carried inside this binary.
//!
//! Must not know how claims come about: it gets them as JSON Lines from a function that it is handed, and it must not
//! judge a claim itself.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::source;
use crate::layout::Target;

/// The oracle: standard library only, so that one file is all that any CPython needs.
const ORACLE: &str = include_str!("../../tests/oracle/oracle.py");

/// How many lines of wrong claims are printed; their number is always told.
const SHOWN_WRONG: usize = 100;

/// What `heaplight verify` is asked.
#[derive(Debug, Clone, clap::Args)]
pub struct VerifyArgs {
    /// The programs to run.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The CPython to run them under: a path, or a command.
    #[arg(long, value_name = "PY")]
    pub python: Option<PathBuf>,
    /// The version to claim for, such as 3.13; without it, that of the Python that is found.
    #[arg(long, value_name = "VERSION")]
    pub target: Option<Target>,
    /// End each program after so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 20.0, value_parser = seconds)]
    pub timeout: f64,
    /// Arguments for the programs.
    #[arg(last = true, value_name = "ARGS")]
    pub arguments: Vec<OsString>,
}

/// Makes the claims about a file: path as given, its text, the target; JSON Lines as `heaplight facts` prints them.
pub type Claims<'a> = dyn Fn(&Path, &str, Target) -> Result<String> + 'a;

/// A time that can pass.
fn seconds(text: &str) -> Result<f64, String> {
    let seconds: f64 = text.parse().map_err(|_| "it is no number".to_owned())?;
    if seconds > 0.0 && seconds.is_finite() {
        Ok(seconds)
    } else {
        Err("it must be more than 0 and have an end".to_owned())
    }
}

/// A Python to run programs under.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Python {
    command: PathBuf,
    version: Target,
}

/// What is added up over all files.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    checked: u64,
    wrong: u64,
    not_reached: u64,
    uncheckable: u64,
}

/// Runs each file and tells what was found: exit status 0 when no claim is wrong, 1 when some are, 2 when some file or
/// the Python could not be used (the other files are done all the same).
pub fn run(args: &VerifyArgs, claims: &Claims) -> Result<ExitCode> {
    let python = match find_python(args) {
        Ok(python) => python,
        Err(error) => {
            complain(&error);
            return Ok(ExitCode::from(2));
        }
    };
    let target = args.target.unwrap_or(python.version);
    let folder = tempfile::tempdir().context("no folder for temporary files can be made")?;
    let oracle = folder.path().join("oracle.py");
    std::fs::write(&oracle, ORACLE).context("the oracle can't be written to a temporary folder")?;

    let (mut tally, mut failed) = (Tally::default(), false);
    let mut text = String::new();
    for file in &args.files {
        let facts = folder.path().join("facts.jsonl");
        match examine(file, target, &python, &oracle, &facts, args, claims) {
            Ok(report) => tell(file, &report, &mut tally, &mut text),
            Err(error) => {
                complain(&error);
                failed = true;
            }
        }
        print(&mut text)?;
    }
    summarize(&tally, target, &mut text);
    print(&mut text)?;
    Ok(match (failed, tally.wrong) {
        (true, _) => ExitCode::from(2),
        (false, 0) => ExitCode::SUCCESS,
        (false, _) => ExitCode::from(1),
    })
}

/// The oracle's report on one file.
fn examine(
    file: &Path,
    target: Target,
    python: &Python,
    oracle: &Path,
    facts: &Path,
    args: &VerifyArgs,
    claims: &Claims,
) -> Result<Value> {
    let name = file.display();
    let source = source::read(file, &name.to_string())?.content;
    let claims = claims(file, &source, target)?;
    std::fs::write(facts, claims)
        .with_context(|| format!("{name}: its claims can't be written to a temporary folder"))?;
    let done = Command::new(&python.command)
        .arg(oracle)
        .arg(file)
        .arg(facts)
        .args(["--json", "--wrong-limit", "1000000", "--timeout"])
        .arg(args.timeout.to_string())
        .arg("--")
        .args(&args.arguments)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{} can't be started", python.command.display()))?;
    let report: Value = serde_json::from_slice(&done.stdout).with_context(|| {
        let told = String::from_utf8_lossy(&done.stderr);
        format!(
            "{name}: the oracle gave no report: {}",
            told.trim().lines().next_back().unwrap_or("it said nothing")
        )
    })?;
    match report["error"].as_str() {
        Some(error) => bail!(
            "{name}: can't be run under {}: {error}",
            python.command.display()
        ),
        None => Ok(report),
    }
}

/// Adds a report to the tally, and writes what went wrong with it.
fn tell(file: &Path, report: &Value, tally: &mut Tally, text: &mut String) {
    let count = |value: &Value| value.as_u64().unwrap_or(0);
    for row in report["claims"]
        .as_object()
        .into_iter()
        .flat_map(|rows| rows.values())
    {
        tally.checked += count(&row["checked_sites"]);
        tally.uncheckable += count(&row["uncheckable"]);
    }
    tally.wrong += count(&report["wrong_total"]);
    tally.not_reached += count(&report["not_executed_claims"]);
    let wrong = report["wrong"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    for entry in wrong.iter().take(SHOWN_WRONG) {
        let place = &entry["claim"]["stmt"];
        // `write!` to a String can't fail.
        let _ = writeln!(
            text,
            "{}:{}:{}: {}\n    {}",
            file.display(),
            count(&place[0]),
            count(&place[1]) + 1,
            contradiction(entry),
            entry["line"].as_str().unwrap_or_default(),
        );
    }
    if wrong.len() > SHOWN_WRONG {
        let _ = writeln!(
            text,
            "{}: and {} more",
            file.display(),
            wrong.len() - SHOWN_WRONG
        );
    }
    match report["exit"].as_str().unwrap_or("ok") {
        "ok" | "SystemExit 0" | "SystemExit " => {}
        "timeout" => {
            let _ = writeln!(
                text,
                "{}: ended by --timeout; what it did until then was checked",
                file.display()
            );
        }
        exit => {
            let _ = writeln!(text, "{}: the program ended with {exit}", file.display());
        }
    }
}

/// One wrong claim in a line: what was claimed where, and what CPython says.
fn contradiction(entry: &Value) -> String {
    let claim = &entry["claim"];
    let mut text = String::new();
    for (key, value) in claim.as_object().into_iter().flatten() {
        if !matches!(key.as_str(), "scope" | "stmt" | "at" | "path") {
            let _ = write!(text, "{key} {value}");
        }
    }
    if let Some(path) = claim["path"].as_str() {
        let _ = write!(text, " claimed of `{path}`");
    } else {
        text.push_str(" claimed");
    }
    if let Some(scope) = claim["scope"].as_str().filter(|scope| *scope != "<module>") {
        let _ = write!(text, " in {scope}");
    }
    if claim["at"] == "entry" {
        text.push_str(" on entry");
    }
    let _ = match &entry["observed"] {
        Value::String(observed) => write!(text, ", CPython says {observed}"),
        observed => write!(text, ", CPython says {observed}"),
    };
    text
}

fn summarize(tally: &Tally, target: Target, text: &mut String) {
    let _ = write!(
        text,
        "{} claims checked, {} wrong",
        grouped(tally.checked),
        grouped(tally.wrong)
    );
    if tally.not_reached > 0 {
        let _ = write!(text, ", {} not reached", grouped(tally.not_reached));
    }
    if tally.uncheckable > 0 {
        let _ = write!(
            text,
            ", {} that can't be checked",
            grouped(tally.uncheckable)
        );
    }
    let _ = writeln!(text, " (CPython {target})");
}

/// 1204 as `1,204`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The Python that was named, or the one of the target's version, or whichever is at hand.
fn find_python(args: &VerifyArgs) -> Result<Python> {
    if args.target.is_some_and(|wanted| wanted.free_threaded) {
        bail!("claims of a free-threaded build can't be verified: leave the `t` of --target out");
    }
    let wanted = args.target.map(Target::without_patch);
    if let Some(command) = &args.python {
        let python = ask_version(command)?;
        if let Some(wanted) = wanted.filter(|wanted| *wanted != python.version) {
            bail!(
                "{} is CPython {}, which can't judge claims for {wanted}: leave --target out, or name another --python",
                command.display(),
                python.version,
            );
        }
        return Ok(python);
    }
    let mut tried = Vec::new();
    for candidate in candidates(wanted) {
        match ask_version(&candidate) {
            Ok(python) if wanted.is_none_or(|wanted| wanted == python.version) => {
                return Ok(python);
            }
            Ok(python) => tried.push(format!("{} is {}", candidate.display(), python.version)),
            Err(_) => {}
        }
    }
    let name = match wanted {
        Some(wanted) => format!("CPython {wanted}"),
        None => "CPython that is known".to_owned(),
    };
    let tried = if tried.is_empty() {
        String::new()
    } else {
        format!(" ({})", tried.join(", "))
    };
    bail!(
        "no {name} found{tried}: name one with --python, or put its folder into HEAPLIGHT_PYTHONS"
    )
}

/// What to try, in this order: the project's own collections of interpreters, then whatever is on the path.
fn candidates(wanted: Option<Target>) -> Vec<PathBuf> {
    let names = match wanted {
        Some(wanted) => vec![format!("python{wanted}"), "python3".into(), "python".into()],
        None => vec!["python3".into(), "python".into()],
    };
    let mut found = Vec::new();
    let own: Vec<PathBuf> =
        match std::env::var_os("HEAPLIGHT_PYTHONS").filter(|folders| !folders.is_empty()) {
            Some(folders) => std::env::split_paths(&folders)
                .flat_map(|folder| [folder.join("bin"), folder])
                .collect(),
            None => home()
                .map(|home| home.join(".cache/heaplight-pythons/bin"))
                .into_iter()
                .collect(),
        };
    if let Some(wanted) = wanted {
        found.extend(
            own.iter()
                .map(|folder| folder.join(format!("python{wanted}")))
                .filter(|path| path.exists()),
        );
    }
    found.extend(names.into_iter().map(PathBuf::from));
    if wanted.is_none() {
        let every = Target::ALL
            .iter()
            .rev()
            .map(|version| format!("python{version}"));
        found.extend(
            every
                .flat_map(|name| own.iter().map(move |folder| folder.join(&name)))
                .filter(|path| path.exists()),
        );
    }
    found
}

fn home() -> Option<PathBuf> {
    std::env::var_os("HOME")
        .or_else(|| std::env::var_os("USERPROFILE"))
        .map(PathBuf::from)
}

fn ask_version(command: &Path) -> Result<Python> {
    let question = "import sys; print(sys.implementation.name, *sys.version_info[:2])";
    let done = Command::new(command)
        .args(["-c", question])
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{} can't be started", command.display()))?;
    let told = String::from_utf8_lossy(&done.stdout);
    match told.split_whitespace().collect::<Vec<_>>()[..] {
        ["cpython", major, minor] => Ok(Python {
            command: command.to_owned(),
            version: Target::parse(&format!("{major}.{minor}"))
                .with_context(|| format!("{} can't be used", command.display()))?,
        }),
        [other, ..] => bail!("{} is {other}: claims are about CPython", command.display()),
        [] => bail!("{} is no Python", command.display()),
    }
}

fn complain(error: &anyhow::Error) {
    // A closed standard error leaves nobody to tell.
    let _ = writeln!(std::io::stderr(), "heaplight: {error:#}");
}

/// Prints what has been gathered. A reader who has gone away ends the run with an error, not with a panic.
fn print(text: &mut String) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .context("standard output is closed")?;
    text.clear();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(files: Vec<PathBuf>) -> VerifyArgs {
        VerifyArgs {
            files,
            python: None,
            target: None,
            timeout: 20.0,
            arguments: Vec::new(),
        }
    }

    /// What the whole of a check gives: the report's text and tally, under whichever Python is at hand.
    fn verify(source: &str, facts: &str) -> Option<(String, Tally)> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("program.py");
        std::fs::write(&file, source).expect("a temporary file");
        let args = arguments(vec![file.clone()]);
        let Ok(python) = find_python(&args) else {
            assert!(std::env::var_os("CI").is_none(), "no Python to verify with");
            return None;
        };
        let (oracle, path) = (
            folder.path().join("oracle.py"),
            folder.path().join("facts.jsonl"),
        );
        std::fs::write(&oracle, ORACLE).expect("a temporary file");
        let claims = |_: &Path, text: &str, _: Target| {
            assert_eq!(text, source);
            Ok(facts.to_owned())
        };
        let report = examine(
            &file,
            python.version,
            &python,
            &oracle,
            &path,
            &args,
            &claims,
        )
        .expect("a report");
        let (mut tally, mut text) = (Tally::default(), String::new());
        tell(Path::new("program.py"), &report, &mut tally, &mut text);
        Some((text, tally))
    }

    #[test]
    fn right_claims_pass() {
        let facts = r#"{"scope":"<module>","stmt":[2,0],"at":"after","path":"b","type":"list","refs":2,"same_as":["a"]}"#;
        if let Some((text, tally)) = verify("a = [1]\nb = a\n", facts) {
            assert_eq!(text, "");
            assert_eq!(
                tally,
                Tally {
                    checked: 3,
                    ..Tally::default()
                }
            );
        }
    }

    #[test]
    fn wrong_claims_are_told_with_their_place() {
        let facts = r#"{"scope":"<module>","stmt":[2,0],"at":"after","path":"b","refs":1}"#;
        if let Some((text, tally)) = verify("a = [1]\nb = a\nraise KeyError(1)\n", facts) {
            assert_eq!(
                text,
                "program.py:2:1: refs 1 claimed of `b`, CPython says 2\n    b = a\n\
                 program.py: the program ended with exception KeyError: 1\n"
            );
            assert_eq!(
                tally,
                Tally {
                    checked: 1,
                    wrong: 1,
                    ..Tally::default()
                }
            );
        }
    }

    #[test]
    fn unreadable_files_are_errors_and_stop_nobody() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let good = folder.path().join("good.py");
        std::fs::write(&good, "x = 1\n").expect("a temporary file");
        let args = arguments(vec![folder.path().join("none.py"), good]);
        if find_python(&args).is_ok() {
            let asked = std::cell::Cell::new(0);
            let claims = |_: &Path, _: &str, _: Target| {
                asked.set(asked.get() + 1);
                Ok(String::new())
            };
            let status = run(&args, &claims).expect("standard output is open");
            assert_eq!(format!("{status:?}"), format!("{:?}", ExitCode::from(2)));
            assert_eq!(asked.get(), 1);
        }
    }

    #[test]
    fn a_python_that_is_none_is_one_clear_line() {
        let mut args = arguments(vec!["x.py".into()]);
        args.python = Some("/no/such/python".into());
        assert_eq!(
            format!("{:#}", find_python(&args).unwrap_err())
                .lines()
                .count(),
            1
        );
        args.python = None;
        args.target = Target::parse("3.14t").ok();
        assert!(
            find_python(&args)
                .unwrap_err()
                .to_string()
                .contains("free-threaded")
        );
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(
            [0, 12, 123, 1204, 1234567].map(grouped),
            ["0", "12", "123", "1,204", "1,234,567"]
        );
    }
}
