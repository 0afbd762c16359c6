//! An editor that times what it asks.

use std::time::{Duration, Instant};

use heaplight::engine::{Engine, FileAnalyser};
use heaplight::lsp::{Options, serve};
use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf,
};

const URI: &str = "file:///bench/big.py";

pub struct Client {
    input: BufReader<ReadHalf<DuplexStream>>,
    output: WriteHalf<DuplexStream>,
    next_id: i64,
    version: i32,
}

impl Client {
    /// An editor that has opened `text`.
    pub async fn open(text: &str) -> Self {
        let engine = Engine::new(FileAnalyser).expect("there are threads");
        let (here, there) = tokio::io::duplex(1 << 20);
        let (read, write) = tokio::io::split(there);
        let options = Options {
            patience: Duration::from_secs(60),
        };
        tokio::spawn(serve(engine, read, write, options));
        let (input, output) = tokio::io::split(here);
        let mut client = Client {
            input: BufReader::new(input),
            output,
            next_id: 0,
            version: 1,
        };
        let can = json!({ "general": { "positionEncodings": ["utf-8"] } });
        // Big files are modules; of a folder that is not there nothing would say so.
        let options = json!({ "world": "module" });
        let hello = json!({ "capabilities": can, "initializationOptions": options });
        let id = client.ask("initialize", hello).await;
        client.answer(id).await;
        client.notify("initialized", json!({})).await;
        let item = json!({ "uri": URI, "languageId": "python", "version": 1, "text": text });
        client
            .notify("textDocument/didOpen", json!({ "textDocument": item }))
            .await;
        client
    }

    /// Inserts `text`, and asks what is at `column` of `line` then. How long it took until that was answered.
    pub async fn edit(
        &mut self,
        at: (u32, u32),
        text: &str,
        asked: (u32, u32),
    ) -> (Duration, Value) {
        let start = Instant::now();
        self.version += 1;
        let place = json!({ "line": at.0, "character": at.1 });
        let change = json!({ "range": { "start": place, "end": place }, "text": text });
        let document = json!({ "uri": URI, "version": self.version });
        let params = json!({ "textDocument": document, "contentChanges": [change] });
        self.notify("textDocument/didChange", params).await;
        let answer = self.ask_hover(asked).await;
        (start.elapsed(), answer)
    }

    /// What is at a place, and how long it took to say so.
    pub async fn hover(&mut self, asked: (u32, u32)) -> (Duration, Value) {
        let start = Instant::now();
        let answer = self.ask_hover(asked).await;
        (start.elapsed(), answer)
    }

    async fn ask_hover(&mut self, (line, character): (u32, u32)) -> Value {
        let position = json!({ "line": line, "character": character });
        let params = json!({ "textDocument": { "uri": URI }, "position": position });
        let id = self.ask("textDocument/hover", params).await;
        self.answer(id).await
    }

    async fn send(&mut self, message: Value) {
        let body = message.to_string();
        let whole = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let sent = self.output.write_all(whole.as_bytes()).await;
        sent.expect("the server reads");
    }

    async fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({ "jsonrpc": "2.0", "method": method, "params": params }))
            .await;
    }

    async fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))
            .await;
        id
    }

    async fn answer(&mut self, id: i64) -> Value {
        loop {
            let message = self.read().await;
            if message.get("method").is_none() && message["id"] == id {
                return message["result"].clone();
            }
        }
    }

    async fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            let read = self.input.read_line(&mut line).await;
            assert_ne!(read.expect("the server writes"), 0, "the server hung up");
            match line.trim_end() {
                "" => break,
                header => {
                    if let Some(told) = header.strip_prefix("Content-Length: ") {
                        length = told.parse().expect("a length is a number");
                    }
                }
            }
        }
        let mut body = vec![0; length];
        let read = self.input.read_exact(&mut body).await;
        read.expect("the server writes");
        serde_json::from_slice(&body).expect("the server writes JSON")
    }
}
