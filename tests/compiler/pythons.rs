//! The interpreters that tests compare with, and scripts that run in them.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use heaplight::layout::{Layout, Target};

/// An interpreter.
#[derive(Clone)]
pub struct Python {
    pub minor: u8,
    pub path: PathBuf,
}

/// Whether all is to be checked rather than a sample.
pub fn everything() -> bool {
    std::env::var_os("HEAPLIGHT_ALL").is_some()
}

fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

fn find(minor: u8) -> Option<PathBuf> {
    let name = format!("python3.{minor}");
    let cache = std::env::var_os("HEAPLIGHT_PYTHONS").map(PathBuf::from);
    let home =
        std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/heaplight-pythons"));
    let kept = cache.or(home).map(|folder| folder.join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    kept.into_iter()
        .chain(std::env::split_paths(&path))
        .map(|folder| folder.join(&name))
        .find(|file| file.is_file())
}

/// What is known of 3.`minor`.
#[allow(dead_code, reason = "not every test asks")]
pub fn layout(minor: u8) -> &'static Layout {
    Layout::of(Target {
        minor,
        ..Target::default()
    })
}

/// A test for each version.
pub fn trials(
    prefix: &'static str,
    check: fn(&Python) -> Result<String, String>,
) -> Vec<libtest_mimic::Trial> {
    (8..=15)
        .map(|minor| {
            libtest_mimic::Trial::test(format!("{prefix}3.{minor}"), move || match find(minor) {
                Some(path) => {
                    let summary = check(&Python { minor, path })?;
                    let _ = writeln!(std::io::stderr(), "3.{minor}: {summary}");
                    Ok(())
                }
                None if in_ci() => Err(format!("python3.{minor} is missing").into()),
                None => {
                    let _ = writeln!(
                        std::io::stderr(),
                        "3.{minor}: skipped, python3.{minor} is missing"
                    );
                    Ok(())
                }
            })
        })
        .collect()
}

impl Python {
    /// Paths of the standard library's files, in order; every twentieth unless all is asked for.
    pub fn library(&self) -> Vec<String> {
        let output = Command::new(&self.path)
            .args([
                "-c",
                "import sysconfig; print(sysconfig.get_paths()['stdlib'])",
            ])
            .output()
            .expect("an interpreter that was found runs");
        let root = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let mut found = Vec::new();
        collect(Path::new(&root), &mut found);
        found.sort();
        if let Ok(one) = std::env::var("HEAPLIGHT_FILE") {
            found.retain(|path| path.contains(&one));
        } else if !everything() {
            found = found.into_iter().step_by(20).collect();
        }
        found
    }
}

fn collect(folder: &Path, found: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if path
                .file_name()
                .is_some_and(|name| name != "site-packages" && name != "__pycache__")
            {
                collect(&path, found);
            }
        } else if path.is_file() && path.extension().is_some_and(|extension| extension == "py") {
            found.extend(path.to_str().map(str::to_owned));
        }
    }
}

/// A script that answers each path with blobs.
pub struct Script {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Script {
    pub fn start(python: &Python, script: &str) -> Self {
        let mut child = Command::new(&python.path)
            .args(["-X", "utf8", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("an interpreter that was found runs");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("the output is piped"));
        Self {
            child,
            input,
            output,
        }
    }

    pub fn ask<const N: usize>(&mut self, path: &str) -> [Vec<u8>; N] {
        let input = self.input.as_mut().expect("open until dropped");
        writeln!(input, "{path}")
            .and_then(|()| input.flush())
            .expect("the script reads");
        std::array::from_fn(|_| {
            let mut length = String::new();
            self.output
                .read_line(&mut length)
                .expect("the script writes");
            let length: usize = length
                .trim()
                .parse()
                .expect("the script says how long its answer is");
            let mut blob = vec![0; length];
            self.output
                .read_exact(&mut blob)
                .expect("the script writes what it announced");
            blob
        })
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
