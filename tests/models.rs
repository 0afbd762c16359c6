//! The table of the library (`src/interp/models/library.tbl`) against CPython: `tests/models/check.py` calls each function
//! with sample arguments under every version, and compares the type of the result, whether it is new, and what became of
//! the arguments.
//!
//! Interpreters are looked for in `$HEAPLIGHT_PYTHONS` (default `$HOME/.cache/heaplight-pythons`), then on `PATH`. One
//! that is missing is skipped, but is a failure when `CI=true`.

use std::path::{Path, PathBuf};
use std::process::Command;

fn python(minor: u8) -> Option<PathBuf> {
    let name = format!("python3.{minor}");
    let home =
        std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/heaplight-pythons"));
    let own = std::env::var_os("HEAPLIGHT_PYTHONS").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    own.clone()
        .into_iter()
        .chain(own.or(home).map(|folder| folder.join("bin")))
        .chain(std::env::split_paths(&path))
        .map(|folder| folder.join(&name))
        .find(|file| file.is_file())
}

#[test]
fn the_table_says_what_the_library_does() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for minor in 8..=15 {
        let Some(exe) = python(minor) else {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "python3.{minor} is missing"
            );
            eprintln!("3.{minor}: skipped, python3.{minor} is missing");
            continue;
        };
        let out = Command::new(exe)
            .args(["-W", "ignore"])
            .arg(root.join("tests/models/check.py"))
            .arg(root.join("src/interp/models/library.tbl"))
            .output()
            .expect("an interpreter that was found runs");
        let said = String::from_utf8_lossy(&out.stdout);
        if !out.status.success() || !said.contains("calls checked") {
            let errors = String::from_utf8_lossy(&out.stderr);
            wrong.push(format!("3.{minor}: {said}{errors}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
