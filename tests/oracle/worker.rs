//! The oracle as the tests drive it: which interpreters are here, and one process each that checks many programs.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// The versions that heaplight knows.
pub const VERSIONS: [&str; 8] = ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15"];

/// The versions to test: `HEAPLIGHT_TEST_VERSIONS` (such as `3.8,3.13`), or all.
pub fn wanted_versions() -> Vec<&'static str> {
    match std::env::var("HEAPLIGHT_TEST_VERSIONS") {
        Ok(list) if !list.trim().is_empty() => {
            let named: Vec<_> = list.split(',').map(str::trim).collect();
            for name in &named {
                assert!(
                    VERSIONS.contains(name),
                    "HEAPLIGHT_TEST_VERSIONS: {name} is none of {VERSIONS:?}"
                );
            }
            VERSIONS
                .into_iter()
                .filter(|version| named.contains(version))
                .collect()
        }
        _ => VERSIONS.to_vec(),
    }
}

/// The interpreter of a version: in `HEAPLIGHT_PYTHONS`, in the user's cache, or on the path.
pub fn interpreter(version: &str) -> Option<PathBuf> {
    let name = format!("python{version}");
    let own = std::env::var_os("HEAPLIGHT_PYTHONS").filter(|folders| !folders.is_empty());
    let cache =
        std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache/heaplight-pythons"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let roots = own
        .iter()
        .flat_map(std::env::split_paths)
        .chain(own.is_none().then_some(cache).flatten());
    let folders = roots.flat_map(|folder| [folder.join("bin"), folder]);
    let mut found = folders
        .chain(std::env::split_paths(&path))
        .map(|folder| folder.join(&name));
    found.find(|path| path.exists())
}

/// What the rules say about a version without an interpreter: skipped with a word, but never where `CI=true`.
pub fn must_have_interpreters() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

/// One interpreter that answers job after job.
pub struct Worker {
    child: Child,
    jobs: Option<ChildStdin>,
    reports: BufReader<ChildStdout>,
}

impl Worker {
    /// Starts `batch.py` under this interpreter, in a folder of its own for what programs may write.
    pub fn start(python: &Path, folder: &Path) -> Worker {
        let batch = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/batch.py");
        let mut child = Command::new(python)
            .arg("-B")
            .arg(batch)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} can't be started: {error}", python.display()));
        let jobs = child.stdin.take();
        let reports = BufReader::new(child.stdout.take().expect("its output is piped"));
        Worker {
            child,
            jobs,
            reports,
        }
    }

    /// The oracle's report on a program with these claims.
    pub fn check(&mut self, program: &Path, facts: &Path, options: &[&str]) -> Value {
        let job = json!({"program": program, "facts": facts, "options": options});
        let jobs = self.jobs.as_mut().expect("open until dropped");
        writeln!(jobs, "{job}")
            .and_then(|()| jobs.flush())
            .expect("the worker takes jobs");
        let mut line = String::new();
        self.reports
            .read_line(&mut line)
            .expect("the worker answers");
        serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("no report on {}: {line:?}", program.display()))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Without jobs it ends by itself.
        self.jobs = None;
        let _ = self.child.wait();
    }
}
