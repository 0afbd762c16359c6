//! What `heaplight check` writes, in every format, held against what the formats ask for.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// A warning in a file whose name has to be escaped, an unsafe fix with it, characters that are wider in bytes than in
/// UTF-16 and wider there than in characters.
const NAME: &str = "sub/a b&<ä>,:%.py";
const SOURCE: &str = "def f(é='😀', a=[]):\n    a.append(1)\n    return a\nf()\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("sub")).expect("made");
    std::fs::write(folder.path().join(NAME), SOURCE).expect("written");
    std::fs::write(folder.path().join("clean.py"), "x = 1\n").expect("written");
    folder
}

fn check(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_heaplight"))
        .arg("check")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("it runs");
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let out = String::from_utf8(output.stdout).expect("UTF-8");
    (output.status.code().expect("it ends"), out)
}

fn format(folder: &Path, format: &str) -> String {
    let (status, out) = check(folder, &["--output-format", format]);
    assert_eq!(status, 1);
    out
}

fn parsed(out: &str) -> Value {
    serde_json::from_str(out).expect("JSON")
}

#[test]
fn texts_have_a_line_or_the_source_and_a_summary() {
    let folder = folder();
    let concise = format(folder.path(), "concise");
    let lines: Vec<&str> = concise.lines().collect();
    let place = format!("{NAME}:1:16: warning[mutable-default]");
    assert!(lines[0].starts_with(&place), "{concise}");
    assert!(lines[1].starts_with("1 finding in 2 files"), "{concise}");
    let full = format(folder.path(), "full");
    assert!(full.contains("warning[mutable-default]") && full.contains("def f(é='😀', a=[]):"));
}

#[test]
fn json_is_ruff_s() {
    let folder = folder();
    let all = parsed(&format(folder.path(), "json"));
    let one = &all[0];
    assert_eq!(all.as_array().map(Vec::len), Some(1));
    let filename = one["filename"].as_str().expect("a path");
    assert!(Path::new(filename).is_absolute() && filename.ends_with(NAME));
    assert_eq!(one["code"], "mutable-default");
    assert_eq!(one["severity"], "warning");
    assert_eq!(one["location"], json!({ "row": 1, "column": 16 }));
    assert_eq!(one["end_location"], json!({ "row": 1, "column": 18 }));
    assert_eq!(one["fix"]["applicability"], "unsafe");
    assert!(one["fix"]["edits"][0]["location"]["row"].is_u64());
    assert!(one.get("url").is_some());
    let lines = format(folder.path(), "jsonl");
    assert_eq!(lines.lines().count(), 1);
    assert_eq!(parsed(&lines), *one);
}

/// What the schema of SARIF 2.1.0 requires, of each object that is there.
#[test]
fn sarif_has_what_its_schema_requires() {
    let folder = folder();
    let log = parsed(&format(folder.path(), "sarif"));
    assert_eq!(log["version"], "2.1.0");
    assert!(
        log["$schema"]
            .as_str()
            .is_some_and(|it| it.contains("sarif-2.1.0"))
    );
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "heaplight");
    assert_eq!(driver["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let levels = ["none", "note", "warning", "error"];
    let is_level = |value: &Value| value.as_str().is_some_and(|it| levels.contains(&it));
    let rules = driver["rules"].as_array().expect("the rules");
    for rule in rules {
        assert!(rule["id"].is_string());
        assert!(
            !rule["fullDescription"]["text"]
                .as_str()
                .expect("a text")
                .is_empty()
        );
        assert!(rule["help"]["text"].is_string() && rule["help"]["markdown"].is_string());
        assert!(is_level(&rule["defaultConfiguration"]["level"]));
    }
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 1);
    let result = &results[0];
    assert!(is_level(&result["level"]));
    assert!(
        result["message"]["text"]
            .as_str()
            .expect("a text")
            .contains("default")
    );
    let index = result["ruleIndex"].as_u64().expect("an index") as usize;
    assert_eq!(rules[index]["id"], result["ruleId"]);
    let related = result["relatedLocations"].as_array().expect("there is one");
    let places = result["locations"]
        .as_array()
        .expect("one")
        .iter()
        .chain(related);
    for place in places {
        let place = &place["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().expect("a URI");
        assert_eq!(uri, "sub/a%20b%26%3C%C3%A4%3E%2C%3A%25.py");
        region_is_sound(&place["region"]);
    }
    let at = &result["locations"][0]["physicalLocation"]["region"];
    assert_eq!(
        (&at["startLine"], &at["startColumn"]),
        (&json!(1), &json!(16))
    );
    for change in result["fixes"][0]["artifactChanges"]
        .as_array()
        .expect("changes")
    {
        assert!(change["artifactLocation"]["uri"].is_string());
        let replacements = change["replacements"].as_array().expect("replacements");
        assert!(!replacements.is_empty());
        for replacement in replacements {
            region_is_sound(&replacement["deletedRegion"]);
            assert!(replacement["insertedContent"]["text"].is_string());
        }
    }
    assert!(result["fixes"][0]["description"]["text"].is_string());
}

fn region_is_sound(region: &Value) {
    let number = |name: &str| region[name].as_u64().expect("a number");
    let start = (number("startLine"), number("startColumn"));
    let end = (number("endLine"), number("endColumn"));
    assert!(start.0 >= 1 && start.1 >= 1 && start <= end, "{region}");
}

#[test]
fn github_reads_a_command_a_line() {
    let folder = folder();
    let out = format(folder.path(), "github");
    let (head, message) = out.trim_end().rsplit_once("::").expect("a command");
    assert_eq!(
        head,
        "::warning title=heaplight (mutable-default),file=sub/a b&<ä>%2C%3A%25.py,line=1,endLine=1,col=16,endColumn=18"
    );
    assert!(
        message.starts_with("sub/a b&<ä>,:%25.py:1:16: "),
        "{message}"
    );
    assert_eq!(out.lines().count(), 1);
}

#[test]
fn gitlab_tells_findings_apart_and_knows_them_again() {
    let folder = folder();
    let twice = format!("{SOURCE}{}", SOURCE.replace("def f", "def g"));
    std::fs::write(folder.path().join(NAME), &twice).expect("written");
    let before = parsed(&format(folder.path(), "gitlab"));
    let issues = before.as_array().expect("an array");
    assert_eq!(issues.len(), 2);
    for issue in issues {
        for name in ["description", "check_name", "fingerprint"] {
            assert!(!issue[name].as_str().expect("a text").is_empty());
        }
        let severities = ["info", "minor", "major", "critical", "blocker"];
        assert!(severities.contains(&issue["severity"].as_str().expect("a text")));
        assert_eq!(issue["location"]["path"], NAME);
        let begin = &issue["location"]["positions"]["begin"];
        assert!(begin["line"].is_u64() && begin["column"].is_u64());
    }
    assert_ne!(issues[0]["fingerprint"], issues[1]["fingerprint"]);
    std::fs::write(folder.path().join(NAME), format!("# moved\n{SOURCE}")).expect("written");
    let after = parsed(&format(folder.path(), "gitlab"));
    assert_eq!(after[0]["location"]["positions"]["begin"]["line"], 2);
    assert!(after[0]["fingerprint"].is_string());
}

#[test]
fn junit_is_xml_with_a_failure_for_each() {
    let folder = folder();
    let out = format(folder.path(), "junit");
    assert!(out.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "));
    let name = "sub/a b&amp;&lt;ä&gt;,:%.py";
    for part in [
        "tests=\"1\" failures=\"1\"".to_owned(),
        format!("<testsuite name=\"{name}\""),
        format!(
            "<testcase name=\"mutable-default\" classname=\"{name}\" line=\"1\" column=\"16\">"
        ),
        "<failure type=\"warning\"".to_owned(),
        "</testsuites>\n".to_owned(),
    ] {
        assert!(out.contains(&part), "{part} in {out}");
    }
    std::fs::remove_dir_all(folder.path().join("sub")).expect("removed");
    let (status, out) = check(folder.path(), &["--output-format", "junit"]);
    assert_eq!(status, 0);
    assert!(
        out.contains("failures=\"0\"") && out.contains("<testcase "),
        "{out}"
    );
}

#[test]
fn nothing_found_is_well_formed_everywhere() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("clean.py"), "x = 1\n").expect("written");
    for format in ["json", "gitlab"] {
        let (status, out) = check(folder.path(), &["--output-format", format]);
        assert_eq!((status, parsed(&out)), (0, json!([])));
    }
    let (_, out) = check(folder.path(), &["--output-format", "sarif"]);
    assert_eq!(parsed(&out)["runs"][0]["results"], json!([]));
    for format in ["jsonl", "github"] {
        let (status, out) = check(folder.path(), &["--output-format", format]);
        assert_eq!((status, out.as_str()), (0, ""));
    }
}

#[test]
fn statistics_count_by_rule() {
    let folder = folder();
    let (status, out) = check(folder.path(), &["--statistics"]);
    assert_eq!((status, out.as_str()), (1, "1  mutable-default\n"));
    let (_, out) = check(folder.path(), &["--statistics", "--output-format", "json"]);
    let wanted = json!([{ "code": "mutable-default", "count": 1, "fixable": 0 }]);
    assert_eq!(parsed(&out), wanted);
    let (status, _) = check(folder.path(), &["--statistics", "--exit-zero"]);
    assert_eq!(status, 0);
}

#[test]
fn rules_are_ignored_by_file() {
    let folder = folder();
    let settings = "[per-file-ignores]\n'sub/**' = ['mutable-default']\n";
    std::fs::write(folder.path().join("heaplight.toml"), settings).expect("written");
    assert_eq!(check(folder.path(), &[]).0, 0);
    let settings = "[per-file-ignores]\n'!sub/**' = ['defaults']\n";
    std::fs::write(folder.path().join("heaplight.toml"), settings).expect("written");
    assert_eq!(check(folder.path(), &[]).0, 1);
}
