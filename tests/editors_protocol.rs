//! The examples in `editors/PROTOCOL.md` are what the server answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// The document that the examples speak of.
const URI: &str = "file:///project/example.py";

/// What stands in an example for further items of a list.
const MORE: &str = "...";

/// The fenced blocks of a page: what stands behind the fence, and what is in it.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut is_inside = false;
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(_) if is_inside => is_inside = false,
            Some(label) => {
                is_inside = true;
                found.push((label.to_owned(), String::new()));
            }
            None if is_inside => {
                let (_, content) = found.last_mut().expect("a block was opened");
                content.push_str(line);
                content.push('\n');
            }
            None => {}
        }
    }
    found
}

struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    asked: u64,
}

impl Server {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_heaplight"))
            .arg("server")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        Self {
            input: process.stdin.take().expect("a pipe"),
            output: BufReader::new(process.stdout.take().expect("a pipe")),
            process,
            asked: 0,
        }
    }

    fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = json!("2.0");
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("it reads");
        self.input.flush().expect("it reads");
    }

    /// The whole answer to a request; what else the server says meanwhile is passed over.
    fn ask(&mut self, mut request: Value) -> Value {
        self.asked += 1;
        request["id"] = json!(self.asked);
        self.send(request);
        loop {
            let message = self.read();
            if message["id"] == self.asked && message.get("method").is_none() {
                return message;
            }
        }
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            let read = self.output.read_line(&mut line).expect("it writes");
            assert!(read > 0, "the server has ended");
            match line.trim_end().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().expect("a number"),
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("it writes");
        serde_json::from_slice(&body).expect("JSON")
    }
}

/// Where `answer` lacks something that `example` shows, or has something else.
fn differs(example: &Value, answer: &Value, at: &str) -> Option<String> {
    match (example, answer) {
        (Value::Object(shown), Value::Object(there)) => shown.iter().find_map(|(key, value)| {
            let at = format!("{at}/{key}");
            match there.get(key) {
                Some(found) => differs(value, found, &at),
                None => Some(format!("{at} is not there")),
            }
        }),
        (Value::Array(shown), Value::Array(there)) => {
            let (shown, is_whole) = match shown.split_last() {
                Some((last, rest)) if *last == MORE => (rest, false),
                _ => (&shown[..], true),
            };
            if shown.len() > there.len() || (is_whole && shown.len() < there.len()) {
                return Some(format!("{at} has {} items", there.len()));
            }
            let mut pairs = shown.iter().zip(there).enumerate();
            pairs.find_map(|(nth, (value, found))| differs(value, found, &format!("{at}/{nth}")))
        }
        _ if example == answer => None,
        _ => Some(format!("{at} is {answer}, and not {example}")),
    }
}

#[test]
fn the_examples_are_what_the_server_answers() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("editors/PROTOCOL.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    let blocks = blocks(&page);
    let (_, text) = blocks
        .iter()
        .find(|(label, _)| label == "python")
        .expect("the page has a text to speak of");

    let mut server = Server::start();
    let mut checked = 0;
    for pair in blocks.windows(2) {
        let [(label, request), (answer_label, example)] = pair else {
            unreachable!("windows of two")
        };
        if label != "json request" {
            continue;
        }
        let request: Value = serde_json::from_str(request).expect("JSON");
        let example: Value = serde_json::from_str(example).expect("JSON");
        let answer = server.ask(request.clone());
        let part = match answer_label.as_str() {
            "json response" => "result",
            "json error" => "error",
            other => panic!("a request is followed by an answer, not by `{other}`: {request}"),
        };
        let found = answer
            .get(part)
            .unwrap_or_else(|| panic!("no {part} to {request}: {answer}"));
        if let Some(why) = differs(&example, found, part) {
            panic!("{request}\n{why}\nthe answer: {answer:#}");
        }
        checked += 1;
        if request["method"] == "initialize" {
            server.send(json!({ "method": "initialized", "params": {} }));
            let item = json!({ "uri": URI, "languageId": "python", "version": 1, "text": text });
            server.send(
                json!({ "method": "textDocument/didOpen", "params": { "textDocument": item } }),
            );
        }
    }
    assert!(checked >= 10, "{checked} examples");
    drop(server.input);
    server.process.wait().expect("it ends");
}

/// A command or request that the server has and the page does not name is not described.
#[test]
fn the_page_names_every_command() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("editors/PROTOCOL.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    let mut server = Server::start();
    let params = json!({ "capabilities": {} });
    let answer = server.ask(json!({ "method": "initialize", "params": params }));
    let commands = &answer["result"]["capabilities"]["executeCommandProvider"]["commands"];
    let commands = commands.as_array().expect("there are commands");
    assert!(!commands.is_empty());
    for command in commands {
        let name = command.as_str().expect("a name");
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
    drop(server.input);
    server.process.wait().expect("it ends");
}
