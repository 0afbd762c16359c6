//! Ring 9: the language server. The only place that names tower-lsp and its types.
//!
//! The way of a message: [`inlet`] (whole, well-formed messages) → tower-lsp's reader → [`gate`] (polled at once, panics
//! caught) → [`backend`] (one thin handler each) → [`documents`] and a job's outcome → [`convert`] → the client. What
//! the server says unasked comes from [`outlet`] alone.
//!
//! Everything here runs on one thread; nothing slower than a look-up may. Work is the engine's, on its own threads.

mod actions;
mod backend;
mod capabilities;
mod client_process;
mod commands;
mod convert;
mod documents;
mod ext;
mod files;
mod gate;
mod inlet;
mod neighbours;
mod outlet;
mod projects;
mod session;

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, watch};
use tower_lsp::lsp_types::Url;
use tower_lsp::{LspService, Server};

use crate::engine::{Analyser, Engine};
use crate::ide::Answers;

pub use ext::{ExplainParams, ExplainResult, ExplainStep, FactsParams, FactsResult};
pub use session::Options;

/// The processor is shared out by the workers, not by how many requests wait.
const CONCURRENCY: usize = 256;

/// How long answers that are due may take to be written after the client has said goodbye.
const FAREWELL: Duration = Duration::from_secs(2);

/// Serves one client over standard input and output, until it leaves. The exit status that the protocol asks for.
///
/// # Errors
/// When the system gives no threads.
pub fn serve_stdio<A>(analyser: A, options: Options) -> anyhow::Result<u8>
where
    A: Analyser,
    A::Output: Answers,
{
    let engine = Engine::new(analyser)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let served = serve(engine, tokio::io::stdin(), tokio::io::stdout(), options);
    let status = runtime.block_on(served);
    // A read of standard input cannot be called off: the process has to end around it.
    runtime.shutdown_background();
    Ok(status)
}

/// Serves one client over any pair of pipes, until it leaves. The exit status that the protocol asks for.
pub async fn serve<A, I, O>(engine: Engine<A>, input: I, output: O, options: Options) -> u8
where
    A: Analyser,
    A::Output: Answers,
    I: AsyncRead + Unpin,
    O: AsyncWrite,
{
    let (outlet, events) = outlet::Outlet::new();
    let session = Arc::new(session::Session::new(engine, outlet, options));
    let (process, client_process) = watch::channel(None);
    let mut client = None;
    let (service, socket) = LspService::build(|it| {
        client = Some(it);
        backend::Backend::new(Arc::clone(&session), process)
    })
    .custom_method("heaplight/facts", backend::Backend::facts)
    .custom_method("heaplight/explain", backend::Backend::explain)
    .finish();

    let lifecycle = gate::Lifecycle::default();
    let on_unheard = {
        let session = Arc::clone(&session);
        Box::new(move |method: &str, document: Option<&str>| {
            if method == "textDocument/didChange" {
                session.lose_step(document.and_then(|uri| Url::parse(uri).ok()).as_ref());
            }
        })
    };
    let gate = gate::Gate::new(
        service,
        session.heard.clone(),
        lifecycle.clone(),
        on_unheard,
    );
    let ended = Arc::new(Notify::new());
    let inlet = inlet::Inlet::new(input, Arc::clone(&ended));
    let server = Server::new(inlet, output, socket)
        .concurrency_level(CONCURRENCY)
        .serve(gate);
    let said = async {
        match client {
            Some(client) => outlet::run(Arc::clone(&session), client, events).await,
            None => std::future::pending().await,
        }
    };
    let farewell = async {
        ended.notified().await;
        tokio::time::sleep(FAREWELL).await;
    };
    tokio::select! {
        () = server => {}
        () = farewell => tracing::warn!("the client has gone without taking its answers"),
        () = client_process::gone(client_process) => {}
        () = async { said.await; std::future::pending().await } => {}
    }
    for document in session.documents.all() {
        document.job.close();
    }
    lifecycle.exit_status()
}
