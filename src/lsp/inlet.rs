//! What the server reads: whole messages that are JSON-RPC, and an end after `exit`.
//!
//! tower-lsp 0.20 stops reading for good at the first message that it cannot decode (its decoder reports an error, and
//! tokio-util ends a stream there), and goes on reading after `exit` until the client hangs up, which some never do.
//! So the inlet takes the stream apart first. A message that is no JSON-RPC is replaced by a notification
//! [`MALFORMED`], which the gate answers; behind `exit` the stream ends.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::Notify;
use tower_lsp::jsonrpc::{Request, Response};

/// The notification that stands for a malformed message. Parameters: `code`, `reason`, and in `lost` the method that it
/// may have had, where that matters.
pub(super) const MALFORMED: &str = "heaplight/malformed";

/// No client sends such a message; whoever claims to is not believed, so that it costs no memory.
const MAX_MESSAGE: usize = 1 << 30;

/// A header of this size is none.
const MAX_HEADER: usize = 1 << 16;

/// A reader of well-formed messages on top of `input`.
pub(super) struct Inlet<R> {
    input: R,
    /// Read and not yet taken apart.
    raw: Vec<u8>,
    /// Taken apart and not yet handed on; the first `given` bytes are.
    out: Vec<u8>,
    given: usize,
    ended: Option<Arc<Notify>>,
}

impl<R> Inlet<R> {
    /// Notifies `ended` when the stream ends, by `exit` or by itself.
    pub(super) fn new(input: R, ended: Arc<Notify>) -> Self {
        Self {
            input,
            raw: Vec::new(),
            out: Vec::new(),
            given: 0,
            ended: Some(ended),
        }
    }

    fn end(&mut self) {
        if let Some(ended) = self.ended.take() {
            ended.notify_one();
        }
    }

    /// Hands on what `raw` has of whole messages.
    fn take_apart(&mut self) {
        let mut taken = 0;
        while self.ended.is_some() {
            match next(&self.raw[taken..]) {
                Step::Incomplete => break,
                Step::Malformed {
                    length,
                    code,
                    reason,
                } => {
                    taken += length;
                    let lost = lost_method(&self.raw[taken - length..taken]);
                    let params =
                        serde_json::json!({ "code": code, "reason": reason, "lost": lost });
                    let stand_in = Request::build(MALFORMED).params(params).finish();
                    push(&mut self.out, stand_in.to_string().as_bytes());
                }
                Step::Message { header, length } => {
                    let body = &self.raw[taken + header..taken + header + length];
                    push(&mut self.out, body);
                    let is_exit = method(body).as_deref() == Some("exit");
                    taken += header + length;
                    if is_exit {
                        self.end();
                    }
                }
                Step::Mended { length, body } => {
                    taken += length;
                    push(&mut self.out, body.as_bytes());
                }
            }
        }
        self.raw.drain(..taken);
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Inlet<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            if self.given < self.out.len() {
                let rest = &self.out[self.given..];
                let part = rest.len().min(buf.remaining());
                buf.put_slice(&rest[..part]);
                self.given += part;
                return Poll::Ready(Ok(()));
            }
            self.out.clear();
            self.given = 0;
            if self.ended.is_none() {
                return Poll::Ready(Ok(()));
            }
            let mut chunk = [0; 1 << 14];
            let mut chunk = ReadBuf::new(&mut chunk);
            let read = ready!(Pin::new(&mut self.input).poll_read(cx, &mut chunk));
            if let Err(error) = &read {
                tracing::warn!("the client can no longer be read: {error}");
            }
            if read.is_err() || chunk.filled().is_empty() {
                self.end();
                continue;
            }
            self.raw.extend_from_slice(chunk.filled());
            self.take_apart();
        }
    }
}

fn push(out: &mut Vec<u8>, body: &[u8]) {
    out.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    out.extend_from_slice(body);
}

#[derive(Debug, PartialEq, Eq)]
enum Step {
    Incomplete,
    Message {
        header: usize,
        length: usize,
    },
    Mended {
        length: usize,
        body: String,
    },
    Malformed {
        length: usize,
        code: i64,
        reason: String,
    },
}

const PARSE_ERROR: i64 = -32700;
const INVALID_REQUEST: i64 = -32600;

/// What `raw` begins with.
fn next(raw: &[u8]) -> Step {
    let malformed = |length, code, reason: &str| Step::Malformed {
        length,
        code,
        reason: reason.to_owned(),
    };
    let Some(end) = memchr::memmem::find(raw, b"\r\n\r\n") else {
        if raw.len() > MAX_HEADER {
            return malformed(raw.len(), PARSE_ERROR, "a header without an end");
        }
        return Step::Incomplete;
    };
    let header = end + 4;
    let Some(length) = content_length(&raw[..end]).filter(|&length| length <= MAX_MESSAGE) else {
        return malformed(
            header,
            PARSE_ERROR,
            "a header without a usable Content-Length",
        );
    };
    let Some(body) = raw.get(header..header + length) else {
        return Step::Incomplete;
    };
    match check(body) {
        Ok(()) => Step::Message { header, length },
        Err((code, reason)) => match mended(body).filter(|body| check(body.as_bytes()).is_ok()) {
            Some(body) => Step::Mended {
                length: header + length,
                body,
            },
            None => Step::Malformed {
                length: header + length,
                code,
                reason,
            },
        },
    }
}

/// `body` with U+FFFD for every escape of half a surrogate pair. JavaScript's strings may end in the middle of an emoji,
/// Rust's may not. Both are one UTF-16 unit, so columns stay.
fn mended(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let is_high = |unit: u16| unit & 0xFC00 == 0xD800;
    let is_low = |unit: u16| unit & 0xFC00 == 0xDC00;
    let mut out = String::with_capacity(text.len());
    let (mut from, mut at) = (0, 0);
    while let Some(found) = text[at..].find('\\') {
        at += found;
        match unit(at) {
            Some(first) if is_high(first) && unit(at + 6).is_some_and(is_low) => at += 12,
            Some(half) if is_high(half) || is_low(half) => {
                out.push_str(&text[from..at]);
                out.push('\u{FFFD}');
                at += 6;
                from = at;
            }
            // The backslash and what it escapes.
            _ => at = text.ceil_char_boundary(at + 2),
        }
    }
    out.push_str(&text[from..]);
    (from > 0).then_some(out)
}

/// The notification about a document that a malformed message may have been: losing one puts documents out of step.
fn lost_method(message: &[u8]) -> Option<&'static str> {
    const METHOD: &str = "textDocument/didChange";
    memchr::memmem::find(message, METHOD.as_bytes()).map(|_| METHOD)
}

/// The length that a header names. What stands before the name on its line is the rest of something that was cut.
fn content_length(header: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length:";
    header.split(|&byte| byte == b'\n').find_map(|line| {
        let line = line.to_ascii_lowercase();
        let at = memchr::memmem::find(&line, NAME)?;
        std::str::from_utf8(&line[at + NAME.len()..])
            .ok()?
            .trim()
            .parse()
            .ok()
    })
}

/// Whether tower-lsp will be able to decode `body`: the very same types, tried beforehand.
fn check(body: &[u8]) -> Result<(), (i64, String)> {
    let text = std::str::from_utf8(body).map_err(|error| (PARSE_ERROR, error.to_string()))?;
    let Err(error) = serde_json::from_str::<Request>(text) else {
        return Ok(());
    };
    if serde_json::from_str::<Response>(text).is_ok() {
        return Ok(());
    }
    let code = if error.is_data() {
        INVALID_REQUEST
    } else {
        PARSE_ERROR
    };
    Err((code, error.to_string()))
}

fn method(body: &[u8]) -> Option<String> {
    // A message that short is cheap to read twice, and `exit` is.
    let small = body
        .get(..body.len().min(256))
        .filter(|small| small.len() == body.len())?;
    serde_json::from_slice::<Request>(small)
        .ok()
        .map(|request| request.method().to_owned())
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    async fn pass(input: &[u8]) -> String {
        let mut inlet = Inlet::new(input, Arc::new(Notify::new()));
        let mut out = String::new();
        inlet
            .read_to_string(&mut out)
            .await
            .expect("the inlet does not fail");
        out
    }

    #[tokio::test]
    async fn good_messages_pass_and_headers_are_made_plain() {
        let body = r#"{"jsonrpc":"2.0","id":1,"method":"x","params":{"s":"か"}}"#;
        let header = "Content-Type: application/vscode-jsonrpc\r\ncontent-length: ";
        let input = format!("{header}{}\r\n\r\n{body}", body.len());
        assert_eq!(pass(input.as_bytes()).await, framed(body));
    }

    #[tokio::test]
    async fn bad_messages_are_named_and_the_next_is_found() {
        let good = framed(r#"{"jsonrpc":"2.0","method":"good"}"#);
        let deep = "[".repeat(100_000);
        let bad = [
            framed("{"),
            framed(""),
            framed("[1, 2]"),
            framed(r#"{"jsonrpc":"1.0","method":"x"}"#),
            framed(r#"{"jsonrpc":"2.0","id":1.5,"method":"x"}"#),
            framed(&format!(
                r#"{{"jsonrpc":"2.0","method":"x","params":{deep}"#
            )),
            "Content-Length: many\r\n\r\n".to_owned(),
            "Content-Length: 99999999999999999999\r\n\r\n".to_owned(),
            "Content-Length: 9999999999\r\n\r\n".to_owned(),
            "no header\r\n\r\n".to_owned(),
        ];
        for bad in bad {
            let out = pass(format!("{bad}{good}").as_bytes()).await;
            assert!(out.contains(MALFORMED), "{bad:.80} gives {out}");
            assert!(out.ends_with(&good), "{bad:.80} gives {out}");
        }
        let mut invalid = b"Content-Length: 2\r\n\r\n\xff\xfe".to_vec();
        invalid.extend_from_slice(good.as_bytes());
        assert!(pass(&invalid).await.ends_with(&good));
    }

    #[tokio::test]
    async fn half_an_emoji_is_replaced() {
        let message = |strings: &str| {
            framed(&format!(
                r#"{{"jsonrpc":"2.0","method":"x","params":[{strings}]}}"#
            ))
        };
        let sent = message(r#""\ud83d","\ud83d\ude00","\\\ude00","\\ud83d","\ud83d\ud83d\ude00""#);
        let passed = message(
            "\"\u{FFFD}\",\"\\ud83d\\ude00\",\"\\\\\u{FFFD}\",\"\\\\ud83d\",\"\u{FFFD}\\ud83d\\ude00\"",
        );
        assert_eq!(pass(sent.as_bytes()).await, passed);
        let cut = framed(r#"{"jsonrpc":"2.0","method":"textDocument/didChange","params":"\"#);
        assert!(
            pass(cut.as_bytes())
                .await
                .contains(r#""lost":"textDocument/didChange""#)
        );
    }

    #[tokio::test]
    async fn garbage_between_messages_costs_no_message() {
        let good = framed(r#"{"jsonrpc":"2.0","method":"good"}"#);
        assert_eq!(pass(format!("garbage{good}").as_bytes()).await, good);
    }

    #[tokio::test]
    async fn nothing_is_read_behind_exit() {
        let exit = framed(r#"{"jsonrpc":"2.0","method":"exit"}"#);
        let ended = Arc::new(Notify::new());
        let (mut client, server) = tokio::io::duplex(1 << 10);
        let mut inlet = Inlet::new(server, Arc::clone(&ended));
        tokio::io::AsyncWriteExt::write_all(&mut client, format!("{exit}{exit}").as_bytes())
            .await
            .expect("room");
        let mut out = String::new();
        inlet
            .read_to_string(&mut out)
            .await
            .expect("ends, although the client holds the pipe open");
        assert_eq!(out, exit);
        ended.notified().await;
    }
}
