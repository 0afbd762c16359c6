//! Bad input as a whole, seen as a user sees it: every command on every kind of file, the real server over pipes.
//!
//! What must hold for each: one line on standard error that says what is wrong and where, or the protocol's error; no
//! panic; the other files are done; the exit status is 0, 1 or 2 as the README has it; and it does not take long.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};

/// A failure is told apart from a wait by this. No input here takes a tenth of it.
const LIMIT: Duration = Duration::from_secs(120);

const GOOD: &str = "def f(a=[]):\n    a.append(1)\n    return a\nf()\n";

/// What a command on one file is expected to do.
#[derive(Clone, Copy)]
enum Expected {
    /// Nothing is wrong with it after all.
    Fine,
    /// It has a finding like [`GOOD`], at that line and column.
    Finding(u32, u32),
    /// It cannot be parsed as a whole, from that line on; what can be said of the rest is.
    Unparsable(u32),
    /// It cannot be read as text: this is told, behind the file's name.
    Unreadable(&'static str),
}
use Expected::{Finding, Fine, Unparsable, Unreadable};

/// Name, content, and what comes of it.
fn files() -> Vec<(&'static str, Vec<u8>, Expected)> {
    let text = |text: &str| text.as_bytes().to_vec();
    let deep = |open: &str, close: &str| {
        let (open, close) = (open.repeat(3_000), close.repeat(3_000));
        text(&format!("y = [1]\nx = {open}{close}\n"))
    };
    let with_mark = |it: &str| [b"\xEF\xBB\xBF", it.as_bytes()].concat();
    vec![
        ("syntax", text("x = [1]\ny = (\nz = 3\n"), Unparsable(3)),
        ("indent", text("  x = 1\n"), Unparsable(1)),
        (
            "dedent",
            text("if 1:\n        b = 2\n\tc = 1\n"),
            Unparsable(3),
        ),
        ("cut", text("x = [1]\ny = 'abc"), Unparsable(2)),
        ("python2", text("print 'x'\n"), Unparsable(1)),
        (
            "bytes",
            b"x = [1]\ny = '\xFF\xFE'\n".to_vec(),
            Unreadable(":2 is not UTF-8"),
        ),
        (
            "latin",
            b"# coding: latin-1\nx = '\xE9'\n".to_vec(),
            Unreadable(":2 is not UTF-8"),
        ),
        (
            "utf16",
            b"\xFF\xFEx\0=\x001\0".to_vec(),
            Unreadable(":1 is not UTF-8"),
        ),
        (
            "cookie",
            text("\n# coding: latin-1\nx = '\u{e9}'\n"),
            Unparsable(2),
        ),
        ("marked", with_mark(GOOD), Finding(1, 9)),
        ("nul", text("x = [1]\n\0\ny = [2]\n"), Unparsable(2)),
        ("nul_in_comment", text("x = [1]\n# \0\n"), Unparsable(2)),
        ("nul_in_text", text("x = '\0'\n"), Unparsable(1)),
        ("crlf", text(&GOOD.replace('\n', "\r\n")), Finding(1, 9)),
        ("cr", text(&GOOD.replace('\n', "\r")), Finding(1, 9)),
        ("tabs", text(&GOOD.replace("    ", "\t")), Finding(1, 9)),
        ("no_end", text(GOOD.trim_end()), Finding(1, 9)),
        ("form_feed", text(&format!("\x0C{GOOD}")), Finding(1, 10)),
        ("end_of_file", text("x = [1]\n\x1A"), Unparsable(2)),
        ("empty", Vec::new(), Fine),
        ("only_mark", with_mark(""), Fine),
        ("deep", deep("(", ")"), Unparsable(2)),
        ("deep_list", deep("[", "]"), Unparsable(2)),
        ("never_closed", deep("[", ""), Unparsable(2)),
        (
            "one_line_text",
            text(&format!("x = '{}'\n", "a".repeat(5_000_000))),
            Fine,
        ),
        (
            "one_line_list",
            text(&format!("x = [{}]\n", "12345, ".repeat(100_000))),
            Fine,
        ),
        (
            "one_line_statements",
            text(&format!("{}\n", "x = 1; ".repeat(30_000))),
            Fine,
        ),
        (
            "one_line_comment",
            text(&format!("{GOOD}#{}\n", " word".repeat(1_000_000))),
            Finding(1, 9),
        ),
        (
            "too_large",
            text(&"x = 1\n".repeat(3_000_000)),
            Unreadable(" is larger than 16 MB"),
        ),
    ]
}

struct Done {
    status: i32,
    out: String,
    errors: String,
}

/// Runs the program in `folder`, and holds what always must hold.
fn run(folder: &Path, arguments: &[&str]) -> Done {
    run_with(folder, arguments, &[])
}

fn run_with(folder: &Path, arguments: &[&str], input: &[u8]) -> Done {
    let mut process = Command::new(env!("CARGO_BIN_EXE_heaplight"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = process.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writing = std::thread::spawn(move || {
        // The program need not read it.
        let _ = stdin.write_all(&input);
    });
    let (done, ended) = mpsc::channel();
    let waiting = std::thread::spawn(move || {
        let _ = done.send(process.wait_with_output());
    });
    let output = ended
        .recv_timeout(LIMIT)
        .unwrap_or_else(|_| panic!("{arguments:?} does not end"))
        .expect("it was started here");
    waiting.join().expect("no panic");
    writing.join().expect("no panic");
    let done = Done {
        status: output.status.code().expect("it was not killed"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        errors: String::from_utf8(output.stderr).expect("UTF-8"),
    };
    assert!(
        (0..=2).contains(&done.status),
        "{arguments:?} ends with {}: {}",
        done.status,
        done.errors
    );
    assert!(
        !done.errors.contains("panicked"),
        "{arguments:?}: {}",
        done.errors
    );
    done
}

impl Done {
    /// An error, told in one line that has these parts.
    #[track_caller]
    fn is_error(&self, parts: &[&str]) {
        self.tells(2, parts);
    }

    /// One line on standard error that names these.
    #[track_caller]
    fn tells(&self, status: i32, parts: &[&str]) {
        assert_eq!(self.status, status, "{}", self.errors);
        assert_eq!(self.errors.lines().count(), 1, "{}", self.errors);
        assert!(self.errors.starts_with("heaplight: "), "{}", self.errors);
        for part in parts {
            assert!(self.errors.contains(part), "no `{part}` in {}", self.errors);
        }
    }

    #[track_caller]
    fn is_quiet(&self, status: i32) {
        assert_eq!((self.errors.as_str(), self.status), ("", status));
    }
}

fn folder_of_files() -> (tempfile::TempDir, Vec<(String, Expected)>) {
    let folder = tempfile::tempdir().expect("a folder");
    let names = files()
        .into_iter()
        .map(|(name, content, expected)| {
            let name = format!("{name}.py");
            std::fs::write(folder.path().join(&name), content).expect("written");
            (name, expected)
        })
        .collect();
    (folder, names)
}

#[test]
fn every_command_copes_with_every_file() {
    let (folder, files) = folder_of_files();
    for (name, expected) in &files {
        let position = format!("{name}:1:1");
        let facts = run(folder.path(), &["facts", name]);
        let show = run(folder.path(), &["show", name]);
        let check = run(
            folder.path(),
            &["check", "--output-format", "concise", name],
        );
        // There may be nothing at the position.
        let explain = run(folder.path(), &["explain", &position]);
        assert!(explain.errors.lines().count() <= 1, "{}", explain.errors);
        for line in facts.out.lines() {
            serde_json::from_str::<Value>(line).expect("JSON Lines");
        }
        match *expected {
            Fine => {
                facts.is_quiet(0);
                show.is_quiet(0);
                check.is_quiet(0);
            }
            Finding(line, column) => {
                facts.is_quiet(0);
                show.is_quiet(0);
                check.is_quiet(1);
                let place = format!("{name}:{line}:{column}: ");
                assert!(check.out.starts_with(&place), "{}", check.out);
                let at = json!([line, 0]);
                let entry = facts.out.lines().find(|line| line.contains("\"entry\""));
                let entry: Value = serde_json::from_str(entry.expect("a claim")).expect("JSON");
                if name != "form_feed.py" {
                    assert_eq!(entry["stmt"], at, "{name}: columns are Python's");
                }
            }
            Unparsable(line) => {
                let place = format!("{name}:{line}: cannot be parsed: ");
                // The contract has it so: what is claimed of the rest is no error.
                facts.tells(0, &[&place]);
                for done in [&show, &check] {
                    done.is_error(&[&place]);
                }
            }
            Unreadable(why) => {
                for done in [&facts, &show, &check, &explain] {
                    done.is_error(&[&format!("{name}{why}")]);
                }
            }
        }
    }
}

#[test]
fn one_bad_file_stops_no_other() {
    let (folder, files) = folder_of_files();
    std::fs::write(folder.path().join("good.py"), GOOD).expect("written");
    let bad = files
        .iter()
        .filter(|(_, expected)| matches!(expected, Unparsable(_) | Unreadable(_)));
    let bad: Vec<&str> = bad.map(|(name, _)| name.as_str()).collect();
    let check = run(folder.path(), &["check", "--output-format", "concise"]);
    assert_eq!(check.status, 2);
    assert_eq!(check.errors.lines().count(), bad.len(), "{}", check.errors);
    for name in &bad {
        let own = format!("heaplight: {name}");
        assert!(check.errors.lines().any(|line| line.starts_with(&own)));
    }
    for (name, expected) in &files {
        if matches!(expected, Finding(..)) {
            assert!(check.out.contains(&format!("{name}:")), "{}", check.out);
        }
    }
    assert!(check.out.contains("good.py:1:9: "), "{}", check.out);

    let mut arguments = vec!["facts"];
    arguments.extend(&bad);
    arguments.extend(["missing.py", "good.py"]);
    let facts = run(folder.path(), &arguments);
    assert_eq!(facts.status, 2);
    assert_eq!(
        facts.errors.lines().count(),
        bad.len() + 1,
        "{}",
        facts.errors
    );
    assert!(facts.out.contains("\"file\":\"good.py\""));
}

#[test]
fn fixes_leave_what_is_around_them_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.py");
    for (before, after) in [
        (
            format!("\u{FEFF}{}", GOOD.replace('\n', "\r\n")),
            "\u{FEFF}",
        ),
        (GOOD.replace("    ", "\t"), "def"),
    ] {
        std::fs::write(&path, &before).expect("written");
        run(folder.path(), &["check", "--fix", "--unsafe-fixes", "a.py"]);
        let fixed = std::fs::read_to_string(&path).expect("read");
        assert_ne!(fixed, before);
        assert!(fixed.starts_with(after), "{fixed:?}");
        let bare = fixed.replace("\r\n", "");
        assert!(!bare.contains('\r'), "{fixed:?}");
        assert!(bare.contains('\n') != before.contains('\r'), "{fixed:?}");
        assert!(fixed.contains('\t') == before.contains('\t'), "{fixed:?}");
    }
}

#[test]
fn what_is_no_file_is_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    std::fs::create_dir(at.join("folder.py")).expect("made");
    std::fs::write(at.join("good.py"), GOOD).expect("written");
    for command in ["facts", "show", "check"] {
        run(at, &[command, "missing.py"]).is_error(&["cannot read missing.py"]);
        if command != "check" {
            run(at, &[command, "folder.py"]).is_error(&["folder.py is a folder"]);
        }
        run(at, &[command, "good.py", "--target", "2.7"]).is_error(&["2.7", "3.8"]);
        run(at, &[command, "good.py", "--target", "3.99"]).is_error(&["3.99", "3.15"]);
        run(at, &[command, "good.py", "--target", "3.13.x"]).is_error(&["3.13.x", "3.15"]);
        run(at, &[command, "good.py", "--targte", "3.13"]).is_error(&["--targte", "--target"]);
        run(at, &[command, "good.py", "--world", "skript"]).is_error(&["skript", "script"]);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("nowhere.py", at.join("link.py")).expect("made");
            run(at, &[command, "link.py"]).is_error(&["cannot read link.py"]);
            std::fs::remove_file(at.join("link.py")).expect("removed");
            // It has no end.
            if Path::new("/dev/zero").exists() {
                run(at, &[command, "/dev/zero"]).is_error(&["/dev/zero", "16 MB"]);
            }
        }
    }
    run(at, &["check", "folder.py"]).is_quiet(0);
    run(at, &["explain", "missing.py:1:1"]).is_error(&["cannot read missing.py"]);
    run(at, &["explain", "folder.py:1:1"]).is_error(&["folder.py is a folder"]);
    run(at, &["explain", "good.py"]).is_error(&["FILE:LINE:COL"]);
    run(at, &["explain", "good.py:99:1"]).is_error(&["good.py has no line 99"]);
    run(at, &["explain", "good.py:1:99"]).is_error(&["good.py:1 has no column 99"]);
    run(at, &["explain", "good.py:0:0"]).is_error(&["good.py has no line 0"]);
    run(at, &["show", "good.py:99999999999"]).is_error(&["cannot read"]);
    run(at, &["rule", "missing-slot"]).is_error(&["missing-slots"]);
    run(at, &["check", "--select", "missing-slot"]).is_error(&["missing-slots"]);
    run(at, &["check", "--ignore", "xyz"]).is_error(&["`xyz`"]);
    run(at, &["check", "--output-format", "xml"]).is_error(&["xml", "sarif"]);
    run(at, &["check", "-", "good.py"]).is_error(&["standard input"]);
    run(at, &["sever"]).is_error(&["sever", "server"]);
    run(at, &["facts"]).is_error(&["FILE"]);
    run(at, &["server", "extra"]).is_error(&["extra"]);
    for arguments in [&["--help"][..], &["--version"], &["check", "--help"]] {
        run(at, arguments).is_quiet(0);
    }
}

#[test]
fn standard_input_is_read_like_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let given = |arguments: &[&str], input: &[u8]| run_with(at, arguments, input);
    for (command, found) in [("facts", 0), ("show", 0), ("check", 1)] {
        given(&[command, "-"], GOOD.as_bytes()).is_quiet(found);
        given(&[command, "-"], b"x = '\xFF'\n").is_error(&[":1 is not UTF-8"]);
        let status = if command == "facts" { 0 } else { 2 };
        given(&[command, "-"], b"x = (\n").tells(status, &[":1: cannot be parsed"]);
    }
    let named = [
        "check",
        "--stdin-filename",
        "sub/it.py",
        "--output-format",
        "concise",
        "-",
    ];
    let named = given(&named, GOOD.as_bytes());
    assert!(named.out.starts_with("sub/it.py:1:9: "), "{}", named.out);
}

#[test]
fn wrong_settings_are_told_with_their_place_and_the_rest_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    std::fs::write(at.join("good.py"), GOOD).expect("written");
    let settings = "[tool.heaplight]\ntargte = '3.9'\ntarget = 3.9\nworld = 'skript'\nselect = ['mutabel-default', 'mutable-default']\nignore = 'x'\n";
    std::fs::write(at.join("pyproject.toml"), settings).expect("written");
    let check = run(at, &["check", "--output-format", "concise"]);
    assert_eq!(check.status, 1, "settings are no error: {}", check.errors);
    assert!(check.out.starts_with("good.py:1:9: "), "{}", check.out);
    let told: Vec<&str> = check.errors.lines().collect();
    let wanted = [
        ("pyproject.toml:2: ", "nearest is `target`"),
        ("pyproject.toml:3: ", "is a text, not a number"),
        ("pyproject.toml:4: ", "nearest is `script`"),
        ("pyproject.toml:6: ", "a list of texts, not a text"),
        ("pyproject.toml: ", "nearest is `mutable-default`"),
    ];
    assert_eq!(told.len(), wanted.len(), "{}", check.errors);
    for (told, (place, what)) in told.iter().zip(wanted) {
        let told = told.strip_prefix("heaplight: ").expect("our line");
        assert!(told.starts_with(place) && told.contains(what), "{told}");
    }
    std::fs::write(at.join("pyproject.toml"), "[tool.heaplight\n").expect("written");
    let broken = run(at, &["check"]);
    assert_eq!(broken.status, 1);
    assert!(
        broken.errors.contains("pyproject.toml:1: "),
        "{}",
        broken.errors
    );
}

/// The newest Python that is here, by whichever way; none is a failure in CI only.
fn python() -> Option<PathBuf> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("good.py"), GOOD).expect("written");
    let verified = run(folder.path(), &["verify", "good.py"]);
    if verified.status == 0 {
        return Some(folder.keep());
    }
    assert!(std::env::var_os("CI").is_none(), "{}", verified.errors);
    None
}

#[test]
fn verify_copes_too() {
    let Some(at) = python() else {
        return;
    };
    for (name, content, expected) in files() {
        let name = format!("{name}.py");
        // What CPython itself takes minutes or gigabytes for.
        if name.starts_with("one_line") {
            continue;
        }
        std::fs::write(at.join(&name), content).expect("written");
        let verified = run(&at, &["verify", &name]);
        match expected {
            Fine | Finding(..) => verified.is_quiet(0),
            Unparsable(_) if name == "cookie.py" => verified.is_quiet(0),
            Unparsable(_) => verified.is_error(&[&name]),
            Unreadable(why) => verified.is_error(&[&format!("{name}{why}")]),
        }
    }
    run(&at, &["verify", "missing.py"]).is_error(&["cannot read missing.py"]);
    run(&at, &["verify", "good.py", "--target", "3.13.x"]).is_error(&["3.13.x"]);
    run(&at, &["verify", "good.py", "--target", "3.99"]).is_error(&["3.99", "3.15"]);
    run(&at, &["verify", "good.py", "--target", "3.14t"]).is_error(&["free-threaded"]);
    run(&at, &["verify", "good.py", "--timeout", "nan"]).is_error(&["nan"]);
    run(&at, &["verify", "good.py", "--python", "no-such-python"]).is_error(&["no-such-python"]);
    let several = run(&at, &["verify", "syntax.py", "missing.py", "good.py"]);
    assert_eq!(several.status, 2);
    assert_eq!(several.errors.lines().count(), 2, "{}", several.errors);
    assert!(several.out.contains(" 0 wrong"), "{}", several.out);
    std::fs::remove_dir_all(at).expect("removed");
}

// The server

struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    asked: i64,
}

impl Server {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_heaplight"))
            .arg("server")
            .env_remove("HEAPLIGHT_LOG")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let input = process.stdin.take().expect("a pipe");
        let output = BufReader::new(process.stdout.take().expect("a pipe"));
        Self {
            process,
            input,
            output,
            asked: 0,
        }
    }

    fn greeted() -> Self {
        let mut server = Self::start();
        let params = json!({ "processId": std::process::id(), "capabilities": {} });
        server.ask("initialize", params).expect("it greets");
        server.notify("initialized", json!({}));
        server
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let raw = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        self.send_raw(raw.as_bytes());
    }

    fn send_raw(&mut self, raw: &[u8]) {
        self.input.write_all(raw).expect("it reads");
        self.input.flush().expect("it reads");
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert_ne!(
                self.output.read_line(&mut line).expect("a pipe"),
                0,
                "it hung up"
            );
            match line.trim_end() {
                "" => break,
                header => {
                    let digits = header.strip_prefix("Content-Length: ").expect("a header");
                    length = digits.parse().expect("a number");
                }
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("the body");
        serde_json::from_slice(&body).expect("JSON")
    }

    /// The result, or the error's code.
    fn ask(&mut self, method: &str, params: Value) -> Result<Value, i64> {
        self.asked += 1;
        let id = self.asked;
        let mut message = json!({ "jsonrpc": "2.0", "id": id, "method": method });
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(&message);
        loop {
            let answer = self.read();
            if answer["id"] == json!(id) && answer.get("method").is_none() {
                return match answer["error"]["code"].as_i64() {
                    Some(code) => Err(code),
                    None => Ok(answer["result"].clone()),
                };
            }
        }
    }

    fn open(&mut self, uri: &str, text: &str) {
        let item = json!({ "uri": uri, "languageId": "python", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": item }));
    }

    fn hover(&mut self, uri: &str, line: u32) -> Result<String, i64> {
        let position = json!({ "line": line, "character": 0 });
        let params = json!({ "textDocument": { "uri": uri }, "position": position });
        let hover = self.ask("textDocument/hover", params)?;
        Ok(hover["contents"]["value"]
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// Says goodbye. The exit status, and what was logged.
    fn end(mut self) -> (Option<i32>, String) {
        assert_eq!(self.ask("shutdown", Value::Null), Ok(Value::Null));
        self.leave()
    }

    fn leave(mut self) -> (Option<i32>, String) {
        self.send(&json!({ "jsonrpc": "2.0", "method": "exit" }));
        drop(self.input);
        let mut log = String::new();
        let mut stderr = self.process.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut log).expect("UTF-8");
        assert!(!log.contains("panicked"), "{log}");
        (self.process.wait().expect("it ends").code(), log)
    }
}

const URI: &str = "file:///w/a.py";

#[test]
fn the_server_copes_with_every_text() {
    let mut server = Server::greeted();
    for (name, content, _) in files() {
        let Ok(text) = String::from_utf8(content) else {
            continue;
        };
        if text.len() > 16 * 1024 * 1024 {
            continue;
        }
        let uri = format!("file:///w/{name}.py");
        server.open(&uri, &text);
        server.hover(&uri, 0).expect("answered");
        let document = json!({ "textDocument": { "uri": uri } });
        let all = json!({
            "textDocument": { "uri": uri },
            "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 5, "character": 0 } },
            "context": { "diagnostics": [] },
        });
        for method in ["textDocument/inlayHint", "textDocument/codeAction"] {
            server.ask(method, all.clone()).expect("answered");
        }
        server
            .ask("heaplight/facts", document.clone())
            .expect("answered");
        server.notify("textDocument/didClose", document);
    }
    // None of it has harmed it.
    server.open(URI, "x = [1]\n");
    let card = server.hover(URI, 0).expect("answered");
    assert!(card.starts_with("**x** · list of 1"), "{card}");
    assert_eq!(server.end(), (Some(0), String::new()));
}

#[test]
fn any_uri_names_a_document() {
    let mut server = Server::greeted();
    for uri in [
        "untitled:Untitled-1",
        "file:///w/%E3%81%8B%20%23%25.py",
        "file:///c%3A/Users/a%20b.py",
        "file://host/share/a.py",
        "vscode-notebook-cell:/w/n.ipynb#W0sZmlsZQ",
        "git:/w/a.py?ref=HEAD",
        "zipfile:///w/a.zip::b.py",
        "jupyter:a.py",
        "buffer:1",
    ] {
        server.open(uri, "x = [1]\n");
        let card = server.hover(uri, 0).expect("answered");
        assert!(card.starts_with("**x** · list of 1"), "{uri}: {card}");
        let params = json!({ "textDocument": { "uri": uri } });
        let facts = server.ask("heaplight/facts", params).expect("answered");
        assert_eq!(facts["facts"][0]["path"], "x", "{uri}");
    }
    assert_eq!(
        server.hover("file:///w/never-opened.py", 0),
        Ok(String::new())
    );
    assert_eq!(server.hover(":::", 0), Err(-32602), "that is none");
    assert_eq!(server.end(), (Some(0), String::new()));
}

#[test]
fn the_order_of_life_is_kept() {
    let mut server = Server::start();
    assert_eq!(server.hover(URI, 0), Err(-32002), "not greeted yet");
    // Dropped without a word, as the protocol has it.
    server.open(URI, "too_early = [1]\n");
    let greeting = json!({ "processId": null, "capabilities": {} });
    assert!(server.ask("initialize", greeting.clone()).is_ok());
    assert_eq!(
        server.ask("initialize", greeting),
        Err(-32600),
        "once is enough"
    );
    server.notify("initialized", json!({}));
    assert_eq!(server.hover(URI, 0), Ok(String::new()));
    server.open(URI, "x = [1]\n");
    assert!(
        server
            .hover(URI, 0)
            .expect("answered")
            .contains("list of 1")
    );
    assert_eq!(server.ask("shutdown", Value::Null), Ok(Value::Null));
    let document = json!({ "textDocument": { "uri": URI } });
    server.notify("textDocument/didClose", document);
    assert_eq!(server.hover(URI, 0), Err(-32600), "it is over");
    assert_eq!(server.leave(), (Some(0), String::new()));

    let (status, _) = Server::greeted().leave();
    assert_eq!(status, Some(1), "without `shutdown`");
}

#[test]
fn malformed_messages_get_their_error_and_the_next_is_read() {
    let mut server = Server::greeted();
    server.open(URI, "x = [1]\n");
    let framed = |body: &str| format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes();
    let bad = [
        (framed("{\"json\": x"), -32700),
        (framed(""), -32700),
        (framed("[]"), -32600),
        (
            framed("{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"x\"}"),
            -32600,
        ),
        (framed(&"[".repeat(100_000)), -32600),
        (b"Content-Length: 2\r\n\r\n\xFF\xFE".to_vec(), -32700),
        (b"Content-Length: none\r\n\r\n".to_vec(), -32700),
        (b"Content-Length: 99999999999999\r\n\r\n".to_vec(), -32700),
    ];
    for (bad, code) in bad {
        server.send_raw(&bad);
        let answer = loop {
            let answer = server.read();
            if answer["id"].is_null() && answer.get("error").is_some() {
                break answer;
            }
        };
        assert_eq!(answer["error"]["code"], code, "{answer}");
        assert!(
            server
                .hover(URI, 0)
                .expect("answered")
                .contains("list of 1")
        );
    }
    assert_eq!(server.ask("textDocument/hoover", json!({})), Err(-32601));
    assert_eq!(
        server.ask("textDocument/hover", json!({ "textDocument": 5 })),
        Err(-32602)
    );
    assert_eq!(server.ask("textDocument/hover", Value::Null), Err(-32602));
    assert_eq!(server.ask("heaplight/explain", json!([])), Err(-32602));
    let (status, log) = server.end();
    assert_eq!(status, Some(0));
    assert!(log.lines().all(|line| line.contains("malformed")), "{log}");
}

#[test]
fn versions_out_of_order_silence_a_document_until_its_whole_text_comes() {
    let mut server = Server::greeted();
    server.open(URI, "x = [1]\n");
    let change = |server: &mut Server, version: i32, change: Value| {
        let document = json!({ "uri": URI, "version": version });
        let params = json!({ "textDocument": document, "contentChanges": [change] });
        server.notify("textDocument/didChange", params);
        server.hover(URI, 0).expect("answered")
    };
    let start = json!({ "line": 0, "character": 0 });
    let insert = |text: &str| json!({ "range": { "start": start, "end": start }, "text": text });
    assert!(change(&mut server, 5, insert("y")).starts_with("**yx**"));
    assert_eq!(change(&mut server, 4, insert("z")), "");
    assert_eq!(change(&mut server, 6, insert("z")), "", "still out of step");
    let whole = json!({ "text": "whole = [1]\n" });
    assert!(change(&mut server, 7, whole).starts_with("**whole**"));
    let far = json!({ "line": 4_000_000_000_u32, "character": 4_000_000_000_u32 });
    let beyond = json!({ "range": { "start": far, "end": far }, "text": "b = [2]\n" });
    assert!(
        change(&mut server, 8, beyond).starts_with("**whole**"),
        "it is put at the end"
    );
    let (status, log) = server.end();
    assert_eq!(status, Some(0));
    assert_eq!(log.lines().count(), 1, "{log}");
}

/// Objects within objects without end, at whatever looks into them.
#[test]
fn deep_and_cyclic_objects_end_no_analysis() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let deep = "import copy\nx, t, d = [], (), {}\nfor i in range(1990):\n    x = [x]\n    t = (t,)\n    d = {1: d}\n";
    let cyclic = "import copy\nx, d = [], {}\nx.append(x)\nd[1] = d\nt = (x, d)\nx.append(t)\n";
    let looks = [
        "print(x, t, d)",
        "y = repr(d)",
        "y = f'{x}{t}{d!r}'",
        "y = '%s' % (d,)",
        "y = x == copy.copy(x)",
        "y = d == d.copy()",
        "y = t == t",
        "y = t < (t,)",
        "y = hash(t)",
        "y = {t: t}",
        "y = t in [t]",
        "y = copy.deepcopy((x, t, d))",
        "y = sorted([t, t])",
        "y = isinstance(1, t)",
        "x.clear()",
        "del x, t, d",
    ];
    for program in [deep, cyclic] {
        let program = format!("{program}{}\n", looks.join("\n"));
        std::fs::write(at.join("a.py"), program).expect("written");
        run(at, &["facts", "a.py"]).is_quiet(0);
    }
}
