//! The real program, as a process.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};

/// A failure is told apart from a wait by this.
const LIMIT: Duration = Duration::from_secs(30);

struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

fn start(arguments: &[&str], client: u32) -> Server {
    let mut process = Command::new(env!("CARGO_BIN_EXE_heaplight"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    let input = process.stdin.take().expect("a pipe");
    let output = BufReader::new(process.stdout.take().expect("a pipe"));
    let mut server = Server {
        process,
        input,
        output,
    };
    let params = json!({ "processId": client, "capabilities": {} });
    server.send(json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params }));
    assert_eq!(server.read()["result"]["serverInfo"]["name"], "heaplight");
    server
}

impl Server {
    fn send(&mut self, message: Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("it reads");
        self.input.flush().expect("it reads");
    }

    fn read(&mut self) -> Value {
        let mut header = String::new();
        self.output.read_line(&mut header).expect("it writes");
        let length = header
            .trim_end()
            .strip_prefix("Content-Length: ")
            .expect("a header");
        let length: usize = length.parse().expect("a number");
        let mut body = vec![0; length + 2];
        self.output.read_exact(&mut body).expect("it writes");
        serde_json::from_slice(&body[2..]).expect("JSON")
    }

    /// The exit status, while the pipe to it stays open.
    fn status(mut self) -> Option<i32> {
        let (done, ended) = mpsc::channel();
        let id = self.process.id();
        let waiting = std::thread::spawn(move || {
            let status = self.process.wait().expect("it was started here");
            let _ = done.send(());
            (status.code(), self.input)
        });
        ended
            .recv_timeout(LIMIT)
            .unwrap_or_else(|_| panic!("process {id} does not end"));
        waiting.join().expect("no panic").0
    }
}

/// The editor's road and the command line's end in the same claims.
#[test]
fn the_server_claims_what_the_command_claims() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.py");
    let content = "import copy\na = ['é', [2]]\nb = a\nc = a.copy()\n";
    std::fs::write(&path, content).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_heaplight"))
        .args(["facts", "--target", "3.13"])
        .arg(&path)
        .output()
        .expect("it runs");
    let lines = String::from_utf8(output.stdout).expect("JSON Lines");
    let claimed = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let mut claimed = claimed.collect::<Vec<Value>>();
    assert!(claimed.len() > 3, "{lines}");

    let mut server = start(&["server"], std::process::id());
    let options = json!({ "settings": { "heaplight": { "target": "3.13", "world": "script" } } });
    let uri = format!("file://{}", path.display());
    let item = json!({ "uri": uri, "languageId": "python", "version": 1, "text": content });
    let document = json!({ "textDocument": { "uri": uri } });
    for (method, params) in [
        ("initialized", json!({})),
        ("workspace/didChangeConfiguration", options),
        ("textDocument/didOpen", json!({ "textDocument": item })),
    ] {
        server.send(json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }
    server.send(
        json!({ "jsonrpc": "2.0", "id": 2, "method": "heaplight/facts", "params": document }),
    );
    let answer = std::iter::from_fn(|| Some(server.read())).find(|message| message["id"] == 2);
    let facts = answer.expect("it answers")["result"]["facts"].clone();
    claimed
        .iter_mut()
        .for_each(|claim| claim["file"] = json!(uri));
    assert_eq!(facts, Value::Array(claimed));
}

#[test]
fn exit_ends_the_process_while_the_pipe_is_open() {
    let mut server = start(&["server", "--stdio"], std::process::id());
    server.send(json!({ "jsonrpc": "2.0", "id": 2, "method": "shutdown" }));
    server.send(json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(server.read()["id"], 2, "the last answer is written");
    assert_eq!(server.status(), Some(0));
}

#[test]
fn exit_without_shutdown_is_a_failure() {
    let mut server = start(&["server"], std::process::id());
    server.send(json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(server.status(), Some(1));
}

#[test]
fn the_end_of_the_pipe_ends_the_process() {
    let Server {
        mut process,
        input,
        output,
    } = start(&["server"], std::process::id());
    drop(input);
    drop(output);
    assert_eq!(process.wait().expect("it ends").code(), Some(1));
}

/// The pipe stays open, held by this test; the process that the server takes for its client dies.
#[cfg(unix)]
#[test]
fn a_dead_client_ends_the_process() {
    let mut client = Command::new("sleep").arg("1000").spawn().expect("sleep");
    let server = start(&["server"], client.id());
    client.kill().expect("it runs");
    client.wait().expect("it was started here");
    assert_eq!(server.status(), Some(1));
}

#[test]
fn a_wrong_command_line_is_one_status() {
    let output = Command::new(env!("CARGO_BIN_EXE_heaplight"))
        .arg("sever")
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("server"));
}
