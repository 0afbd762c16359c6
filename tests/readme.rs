//! What the README shows is so: its commands, its example, its settings.

use std::path::Path;
use std::process::Command;

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    std::fs::read_to_string(path).expect("the README")
}

/// The first block of this language.
fn block(language: &str) -> String {
    let text = readme();
    let start = format!("```{language}\n");
    let rest = text.split(&start).nth(1).expect("there is one");
    rest.split("```").next().unwrap_or_default().to_owned()
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_heaplight"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (
        output.status.code().expect("it ends"),
        text(output.stdout),
        text(output.stderr),
    )
}

fn example() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.py"), block("python")).expect("written");
    folder
}

/// The comments of the example are what its cards and hints say.
#[test]
fn the_example_is_told_as_it_says() {
    let folder = example();
    let (status, shown, errors) = run(folder.path(), &["show", "a.py"]);
    assert_eq!((status, errors.as_str()), (0, ""));
    for part in ["184 B", "also changes original", "shares [\"tags\"]"] {
        assert!(shown.contains(part), "{part} in\n{shown}");
    }
    let (_, card, _) = run(folder.path(), &["show", "a.py:1:1"]);
    assert!(
        card.contains("dict") && card.contains("184 bytes") && card.contains("1 reference"),
        "{card}"
    );
    let (status, found, _) = run(folder.path(), &["check", "--output-format", "concise"]);
    assert_eq!(status, 1);
    assert!(
        found.contains("a.py:5:") && found.contains("mutable-default"),
        "{found}"
    );
}

/// Every command of the table, with the arguments that it shows.
#[test]
fn the_commands_do_what_the_table_says() {
    let folder = example();
    let at = folder.path();
    let text = readme();
    let rows = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `heaplight "));
    let commands = rows.filter_map(|row| row.split([' ', '`']).next());
    let mut tried = Vec::new();
    for command in commands {
        let (status, out, errors) = match command {
            "show" => run(at, &["show", "a.py:2:1"]),
            "check" => run(at, &["check", "a.py"]),
            "facts" => run(at, &["facts", "a.py"]),
            "explain" => run(at, &["explain", "a.py:2:1"]),
            "rule" => run(at, &["rule"]),
            "verify" => run(at, &["verify", "a.py"]),
            "server" => run(at, &["server", "--help"]),
            other => panic!("`heaplight {other}` is in the README and not tried here"),
        };
        match command {
            "check" => assert_eq!(status, 1, "{errors}"),
            // Without a Python.
            "verify" if status == 2 && std::env::var_os("CI").is_none() => {}
            _ => assert_eq!(status, 0, "{command}: {errors}"),
        }
        match command {
            "show" => assert!(out.contains("of original (line 1)"), "{out}"),
            "facts" => assert!(out.lines().all(|line| line.starts_with('{')), "{out}"),
            "rule" => assert!(out.contains("mutable-default") && out.contains("missing-slots")),
            "verify" => assert!(status == 2 || out.contains(" 0 wrong"), "{out}"),
            _ => assert!(!out.is_empty(), "{command}"),
        }
        tried.push(command);
    }
    assert!(tried.len() >= 7, "{tried:?}");
    let row = text
        .lines()
        .find(|line| line.contains("`--output-format`"))
        .expect("the row");
    let formats = row.split("`--output-format`").nth(1).unwrap_or_default();
    let formats: Vec<&str> = formats.split('`').skip(1).step_by(2).collect();
    assert!(formats.len() >= 8, "{formats:?}");
    for format in formats {
        let (status, _, errors) = run(at, &["check", "--output-format", format, "a.py"]);
        assert_eq!((status, errors.as_str()), (1, ""), "{format}");
    }
}

#[test]
fn the_settings_are_known() {
    let folder = example();
    std::fs::write(folder.path().join("pyproject.toml"), block("toml")).expect("written");
    let (status, _, errors) = run(folder.path(), &["check"]);
    assert_eq!((status, errors.as_str()), (1, ""));
}
