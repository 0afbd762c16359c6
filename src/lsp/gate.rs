//! What every message passes before tower-lsp sees it.
//!
//! tower-lsp 0.20 turns each message into a lazy future, polls a few at a time, and lets a panic end the server. The
//! gate makes of that:
//!
//! - **Arrival order is effect order.** Each future is polled once at arrival. A handler changes state and takes its
//!   snapshot before its first await, so a hover sees every change sent before it and none sent after.
//! - **A panic costs one answer**, which is an internal error.
//! - **Nothing is lost in silence.** tower-lsp drops notifications whose parameters it cannot read; the gate notices
//!   that no handler was reached.
//! - `shutdown` and `exit` decide the exit status.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use futures::FutureExt;
use serde_json::Value;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_service::Service;

use super::inlet::MALFORMED;

/// Counts the notifications that reached their handler.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard(Arc<AtomicU64>);

impl Heard {
    /// To be called by every handler of a notification, before anything else.
    pub(super) fn note(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How far the server's life has gone.
#[derive(Clone, Debug, Default)]
pub(super) struct Lifecycle(Arc<AtomicU8>);

impl Lifecycle {
    const GREETED: u8 = 1;
    const OVER: u8 = 2;

    fn reach(&self, stage: u8) {
        self.0.fetch_max(stage, Ordering::Relaxed);
    }

    /// Between `initialize` and `shutdown`. Whatever is notified before or behind is dropped, as the protocol has it: a
    /// client that closes its documents behind `shutdown` does nothing wrong.
    fn is_running(&self) -> bool {
        self.0.load(Ordering::Relaxed) == Self::GREETED
    }

    /// The status that the protocol asks for: success only after a `shutdown`.
    pub(super) fn exit_status(&self) -> u8 {
        u8::from(self.0.load(Ordering::Relaxed) != Self::OVER)
    }
}

/// Told of a notification that reached no handler, or a message that could not be read: its method and the document
/// it is about, as far as they are known.
pub(super) type OnUnheard = Box<dyn Fn(&str, Option<&str>) + Send>;

/// The middleware.
pub(super) struct Gate<S> {
    inner: S,
    heard: Heard,
    lifecycle: Lifecycle,
    on_unheard: OnUnheard,
}

impl<S> Gate<S> {
    /// A gate before `inner`.
    pub(super) fn new(inner: S, heard: Heard, lifecycle: Lifecycle, on_unheard: OnUnheard) -> Self {
        Self {
            inner,
            heard,
            lifecycle,
            on_unheard,
        }
    }
}

type Answer<E> = Pin<Box<dyn Future<Output = Result<Option<Response>, E>> + Send>>;

impl<S> Service<Request> for Gate<S>
where
    S: Service<Request, Response = Option<Response>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
{
    type Response = Option<Response>;
    type Error = S::Error;
    type Future = Answer<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let id = request.id().cloned();
        let method = request.method().to_owned();
        match method.as_str() {
            MALFORMED => {
                let lost = request.params().and_then(|params| params.get("lost"));
                (self.on_unheard)(lost.and_then(Value::as_str).unwrap_or_default(), None);
                return ready(Ok(Some(refused(request.params()))));
            }
            "initialize" => self.lifecycle.reach(Lifecycle::GREETED),
            "shutdown" => self.lifecycle.reach(Lifecycle::OVER),
            _ => {}
        }
        let is_watched = id.is_none() && !method.starts_with("$/") && method != "exit";
        let watched = is_watched && self.lifecycle.is_running();
        let document = request.params().filter(|_| watched);
        let document = document.and_then(|params| params.pointer("/textDocument/uri")?.as_str());
        let document = document.map(str::to_owned);
        let heard = self.heard.count();

        let called = catch_unwind(AssertUnwindSafe(|| self.inner.call(request)));
        let mut answer: Answer<S::Error> = match called {
            Ok(future) => {
                let (id, method) = (id, method.clone());
                let guarded = AssertUnwindSafe(future).catch_unwind();
                Box::pin(
                    guarded.map(move |ended| ended.unwrap_or_else(|_| Ok(broken(id, &method)))),
                )
            }
            Err(_) => ready(Ok(broken(id, &method))),
        };
        // Whoever polls next leaves their own waker; until then there is nothing to wake.
        let first = answer.poll_unpin(&mut Context::from_waker(Waker::noop()));
        if watched && self.heard.count() == heard {
            tracing::warn!(
                "the notification `{method}` is unknown or its parameters are not as specified"
            );
            (self.on_unheard)(&method, document.as_deref());
        }
        match first {
            Poll::Ready(answer) => ready(answer),
            Poll::Pending => answer,
        }
    }
}

fn ready<E: Send + 'static>(answer: Result<Option<Response>, E>) -> Answer<E> {
    Box::pin(std::future::ready(answer))
}

/// The answer to a request whose handler panicked.
fn broken(id: Option<Id>, method: &str) -> Option<Response> {
    tracing::error!("the handler of `{method}` panicked");
    id.map(|id| Response::from_error(id, Error::internal_error()))
}

/// The answer to a message that was none. Its sender cannot be told which one: it has no id that could be read.
fn refused(params: Option<&Value>) -> Response {
    let get = |name: &str| params.and_then(|params| params.get(name));
    let code = get("code").and_then(Value::as_i64).unwrap_or(-32600);
    let reason = get("reason").and_then(Value::as_str).unwrap_or_default();
    tracing::warn!("a message is malformed: {reason}");
    let code = ErrorCode::from(code);
    let message = format!("{}: {reason}", code.description());
    Response::from_error(
        Id::Null,
        Error {
            code,
            message: message.into(),
            data: None,
        },
    )
}
