//! An editor of a hundred lines.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use heaplight::engine::{Analyser, Engine, FileAnalyser};
use heaplight::ide::Answers;
use heaplight::lsp::{Options, serve};
use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf,
};
use tokio::task::JoinHandle;

use crate::toy::{Pace, Toy};

/// A failure is told apart from a wait by this. Nothing waits that long when all is well.
const LIMIT: Duration = Duration::from_secs(30);

pub const URI: &str = "file:///w/a.py";

/// What a change replaces, from and to, and by what.
pub type Replaced<'a> = ((u32, u32), (u32, u32), &'a str);

pub struct Client {
    input: BufReader<ReadHalf<DuplexStream>>,
    output: Option<WriteHalf<DuplexStream>>,
    /// Read while something else was waited for.
    seen: VecDeque<Value>,
    next_id: i64,
    pub pace: Arc<Pace>,
    pub server: JoinHandle<u8>,
    /// The answer to `initialize`.
    pub announced: Value,
}

impl Client {
    /// A client of a server that has not been greeted yet.
    pub fn stranger(options: Options) -> Self {
        let toy = Toy::default();
        let pace = Arc::clone(&toy.0);
        Self::of(toy, pace, options)
    }

    fn of<A>(analyser: A, pace: Arc<Pace>, options: Options) -> Self
    where
        A: Analyser,
        A::Output: Answers,
    {
        let engine = Engine::new(analyser).expect("threads");
        let (here, there) = tokio::io::duplex(1 << 16);
        let (read, write) = tokio::io::split(there);
        let server = tokio::spawn(serve(engine, read, write, options));
        let (input, output) = tokio::io::split(here);
        Self {
            input: BufReader::new(input),
            output: Some(output),
            seen: VecDeque::new(),
            next_id: 0,
            pace,
            server,
            announced: Value::Null,
        }
    }

    /// A client that can do little and has said hello.
    pub async fn new() -> Self {
        Self::with(json!({})).await
    }

    /// A client with these capabilities that has said hello.
    pub async fn with(capabilities: Value) -> Self {
        Self::greeting(Options::default(), json!({ "capabilities": capabilities })).await
    }

    pub async fn greeting(options: Options, params: Value) -> Self {
        Self::stranger(options).greets(params).await
    }

    /// A client of a server with the real analyser, that has said hello.
    pub async fn in_earnest(params: Value) -> Self {
        let client = Self::of(FileAnalyser, Arc::default(), Options::default());
        client.greets(params).await
    }

    async fn greets(mut self, params: Value) -> Self {
        self.announced = self
            .request("initialize", params)
            .await
            .expect("initialize is answered");
        self.notify("initialized", json!({})).await;
        self
    }

    pub async fn send_raw(&mut self, bytes: &[u8]) {
        let output = self.output.as_mut().expect("the pipe was not hung up");
        tokio::time::timeout(LIMIT, output.write_all(bytes))
            .await
            .expect("the server reads")
            .expect("it is there");
    }

    pub async fn send(&mut self, message: Value) {
        let body = message.to_string();
        self.send_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())
            .await;
    }

    pub async fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({ "jsonrpc": "2.0", "method": method, "params": params }))
            .await;
    }

    /// Sends a request; its answer is still to come.
    pub async fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        let mut message = json!({ "jsonrpc": "2.0", "id": id, "method": method });
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(message).await;
        id
    }

    pub async fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.ask(method, params).await;
        self.answer(id).await
    }

    /// The answer to the request `id`: its result or its error.
    pub async fn answer(&mut self, id: i64) -> Result<Value, Value> {
        let answer = self
            .wait_for(|message| message.get("method").is_none() && message["id"] == id)
            .await;
        match answer.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(answer["result"].clone()),
        }
    }

    /// The next notification or request of the server called `method`.
    pub async fn told(&mut self, method: &str) -> Value {
        self.wait_for(|message| message["method"] == method).await
    }

    /// Answers a request of the server.
    pub async fn reply(&mut self, request: &Value, result: Value) {
        self.send(json!({ "jsonrpc": "2.0", "id": request["id"], "result": result }))
            .await;
    }

    /// The next message that is `wanted`, out of turn; the others are kept.
    pub async fn wait_for(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.seen.iter().position(&wanted) {
            return self.seen.remove(at).expect("it was found there");
        }
        loop {
            let message = self.read().await.expect("the server is there");
            if wanted(&message) {
                return message;
            }
            self.seen.push_back(message);
        }
    }

    /// The next message in the order of arrival; `None` once the server has hung up.
    pub async fn read(&mut self) -> Option<Value> {
        tokio::time::timeout(LIMIT, read_message(&mut self.input))
            .await
            .expect("the server says something")
    }

    /// Hangs up.
    pub fn hang_up(&mut self) {
        self.output = None;
        let (_, unread) = (std::mem::take(&mut self.seen), &mut self.input);
        let (other, _) = tokio::io::duplex(1);
        *unread = BufReader::new(tokio::io::split(other).0);
    }

    /// The exit status, once the server has ended.
    pub async fn status(&mut self) -> u8 {
        tokio::time::timeout(LIMIT, &mut self.server)
            .await
            .expect("the server ends")
            .expect("in peace")
    }

    pub async fn open(&mut self, uri: &str, text: &str) {
        let item = json!({ "uri": uri, "languageId": "python", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": item }))
            .await;
    }

    pub async fn change(&mut self, version: i32, changes: &[Replaced<'_>]) {
        let changes = changes
            .iter()
            .map(|&(start, end, text)| json!({ "range": range(start, end), "text": text }));
        self.change_raw(version, changes.collect()).await;
    }

    pub async fn change_raw(&mut self, version: i32, changes: Value) {
        let document = json!({ "uri": URI, "version": version });
        let params = json!({ "textDocument": document, "contentChanges": changes });
        self.notify("textDocument/didChange", params).await;
    }

    pub async fn ask_hover(&mut self, line: u32, column: u32) -> i64 {
        self.ask("textDocument/hover", place(line, column)).await
    }

    /// The hover's text; empty where there is none.
    pub async fn hover(&mut self, line: u32, column: u32) -> String {
        let id = self.ask_hover(line, column).await;
        text_of(&self.answer(id).await.expect("a hover is answered"))
    }

    /// Waits until `count` analyses have been started in all.
    pub async fn started(&self, count: usize) {
        let waiting = async {
            while self.pace.started.load(Ordering::SeqCst) < count {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(LIMIT, waiting)
            .await
            .expect("analyses are started");
    }
}

pub fn text_of(hover: &Value) -> String {
    hover["contents"]["value"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

pub fn place(line: u32, column: u32) -> Value {
    json!({ "textDocument": { "uri": URI }, "position": { "line": line, "character": column } })
}

pub fn range(start: (u32, u32), end: (u32, u32)) -> Value {
    let at = |(line, column): (u32, u32)| json!({ "line": line, "character": column });
    json!({ "start": at(start), "end": at(end) })
}

async fn read_message(input: &mut BufReader<ReadHalf<DuplexStream>>) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if input.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            header => length = header.strip_prefix("Content-Length: ")?.parse().ok()?,
        }
    }
    let mut body = vec![0; length];
    input.read_exact(&mut body).await.ok()?;
    Some(serde_json::from_slice(&body).expect("the server writes JSON"))
}
