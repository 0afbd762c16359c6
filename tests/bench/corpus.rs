//! What is measured: ordinary modules, one after another.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Lines of the file that is measured.
pub const LINES: usize = 10_000;

/// Longer modules than this are no ordinary ones.
const LONGEST: usize = 1_500;

/// A file of about [`LINES`] lines, and where it comes from.
pub fn corpus() -> (String, String) {
    match library() {
        Some(folder) => {
            let glued = glue(&modules(&folder));
            (glued, folder.display().to_string())
        }
        None => {
            let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
            let mut sources = modules(&programs);
            while !sources.is_empty() && lines(&sources) < LINES {
                sources.extend_from_within(..);
            }
            (glue(&sources), programs.display().to_string())
        }
    }
}

/// The library of the interpreter named by `HEAPLIGHT_PYTHON`, else of the one on the path.
fn library() -> Option<PathBuf> {
    let python = std::env::var_os("HEAPLIGHT_PYTHON").unwrap_or_else(|| "python3".into());
    let asked = "import sysconfig; print(sysconfig.get_paths()['stdlib'])";
    let told = Command::new(python).args(["-c", asked]).output().ok()?;
    let folder = PathBuf::from(String::from_utf8(told.stdout).ok()?.trim());
    folder.join("dataclasses.py").is_file().then_some(folder)
}

/// The modules of a folder in alphabetical order, private ones and very long ones left out.
fn modules(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    let is_private = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().starts_with('_')
    };
    paths.retain(|path| path.extension().is_some_and(|it| it == "py") && !is_private(path));
    paths.sort();
    paths
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok())
        .filter(|source| source.lines().count() <= LONGEST)
        .collect()
}

fn lines(sources: &[String]) -> usize {
    sources.iter().map(|source| source.lines().count()).sum()
}

/// Modules one after another until there are enough lines; imports from `__future__`, which may only stand at the top,
/// left out.
fn glue(sources: &[String]) -> String {
    let mut glued = String::new();
    let mut count = 0;
    for source in sources {
        if count >= LINES {
            break;
        }
        for line in source.lines() {
            if !line.starts_with("from __future__") {
                glued.push_str(line);
                glued.push('\n');
                count += 1;
            }
        }
    }
    glued
}
