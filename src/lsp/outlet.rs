//! Everything that the server says unasked, from one task of its own.
//!
//! Handlers and workers only drop an [`Event`] here; they never wait for the client. A send blocks while the client
//! does not read, and a reply comes through the reader, which must stay free.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep_until, timeout};
use tower_lsp::Client;
use tower_lsp::lsp_types::{
    ConfigurationItem, Diagnostic, DiagnosticSeverity, MessageType, Registration, Url,
};

use super::convert::Page;
use super::session::Session;
use crate::engine::Analyser;
use crate::engine::settings::{CONFIG_FILES, Problem};
use crate::ide::{Answers, Diagnostic as Found};
use crate::text::Text;

/// Many documents are analysed anew at once when a setting changes; one refresh is enough for all.
const REFRESH_AFTER: Duration = Duration::from_millis(50);

/// While somebody types, the rules wait until nothing came for as long.
const QUIET: Duration = Duration::from_millis(100);

/// No client needs longer to answer; one that never does must not leave a task behind for each question.
const PATIENCE: Duration = Duration::from_secs(10);

/// Something to be said.
#[derive(Debug)]
pub(super) enum Event {
    /// The protocol's `initialized` came.
    Started,
    /// There is an outcome for this document.
    Analysed(Url),
    /// The findings of this generation of a document.
    Found(Url, u64, Vec<Found>),
    /// What is around this document has changed: it is to be analysed again.
    Surrounded(Url),
    /// Nothing is known of this document any more.
    Silenced(Url),
    /// Inlay hints are different now although no text is.
    HintsChanged,
    /// The editor's settings may be different now.
    AskForSettings,
    /// A file with settings was read; `problems` are what is wrong in it.
    Settings {
        path: PathBuf,
        content: String,
        problems: Vec<Problem>,
    },
    /// Something for the user to read.
    Complaint(String),
}

/// The way in. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Outlet(UnboundedSender<Event>);

impl Outlet {
    /// An outlet, and what [`run`] takes the events from.
    pub(super) fn new() -> (Self, UnboundedReceiver<Event>) {
        let (sender, receiver) = unbounded_channel();
        (Self(sender), receiver)
    }

    /// Has `event` said. Never waits; once the server ends, nothing is said any more.
    pub(super) fn send(&self, event: Event) {
        let _ = self.0.send(event);
    }
}

/// Says what comes, until nothing more can.
pub(super) async fn run<A>(
    session: Arc<Session<A>>,
    client: Client,
    mut events: UnboundedReceiver<Event>,
) where
    A: Analyser,
    A::Output: Answers,
{
    let mut refresh_at: Option<Instant> = None;
    let mut marked = FxHashSet::default();
    let mut analysed: FxHashMap<Url, Instant> = FxHashMap::default();
    let mut unseen: FxHashSet<Url> = FxHashSet::default();
    let mut look_at: Option<Instant> = None;
    loop {
        let at = |at: Option<Instant>| async move {
            match at {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let event = tokio::select! {
            event = events.recv() => event,
            () = at(look_at) => {
                look_at = None;
                unseen.drain().for_each(|uri| session.look_for_findings(uri));
                continue;
            }
            () = at(refresh_at) => {
                refresh_at = None;
                refresh_hints(&session, &client);
                continue;
            }
        };
        let Some(event) = event else { return };
        match event {
            Event::Started => {
                ask_for_settings(&session, &client);
                watch_files(&session, &client);
            }
            Event::AskForSettings => ask_for_settings(&session, &client),
            Event::Analysed(uri) => {
                let is_typed = analysed
                    .insert(uri.clone(), Instant::now())
                    .is_some_and(|last| last.elapsed() < QUIET);
                if is_typed {
                    look_at = Some(Instant::now() + QUIET);
                    unseen.insert(uri);
                } else {
                    session.look_for_findings(uri);
                }
            }
            Event::Found(uri, generation, found) => {
                publish(&session, &client, uri, generation, found).await;
            }
            Event::Surrounded(uri) => {
                session.documents.resubmit(&uri);
                refresh_at = Some(Instant::now() + REFRESH_AFTER);
            }
            Event::Silenced(uri) => {
                analysed.remove(&uri);
                client.publish_diagnostics(uri, Vec::new(), None).await;
            }
            Event::HintsChanged => refresh_at = Some(Instant::now() + REFRESH_AFTER),
            Event::Settings {
                path,
                content,
                problems,
            } => {
                let Ok(uri) = Url::from_file_path(&path) else {
                    continue;
                };
                let had_problems = marked.remove(&uri);
                if !problems.is_empty() || had_problems {
                    if !problems.is_empty() {
                        marked.insert(uri.clone());
                    }
                    let found = mark(&session, &uri, content, problems);
                    client.publish_diagnostics(uri, found, None).await;
                }
            }
            Event::Complaint(text) => {
                tracing::warn!("{text}");
                client.show_message(MessageType::WARNING, text).await;
            }
        }
    }
}

/// The findings of the newest text, unless a newer one is on its way.
async fn publish<A>(
    session: &Session<A>,
    client: &Client,
    uri: Url,
    generation: u64,
    found: Vec<Found>,
) where
    A: Analyser,
    A::Output: Answers,
{
    let Some(document) = session
        .documents
        .get(&uri)
        .filter(|document| !document.is_stale)
    else {
        return;
    };
    let outcome = document.job.latest();
    if outcome.generation != document.generation || outcome.generation != generation {
        return;
    }
    let page = Page {
        uri: &uri,
        text: &outcome.text,
        encoding: session.encoding(),
    };
    let findings = found.into_iter().map(|it| page.diagnostic(it)).collect();
    client
        .publish_diagnostics(uri.clone(), findings, Some(document.version))
        .await;
}

/// What is wrong with the settings in a file, as marks in that file.
fn mark<A: Analyser>(
    session: &Session<A>,
    uri: &Url,
    content: String,
    problems: Vec<Problem>,
) -> Vec<Diagnostic> {
    let text = Text::new(content);
    let page = Page {
        uri,
        text: &text,
        encoding: session.encoding(),
    };
    let marks = problems.into_iter().map(|problem| {
        tracing::warn!("{uri}: {} {}", problem.setting, problem.message);
        Diagnostic {
            range: page.range(problem.span.unwrap_or_default()),
            severity: Some(DiagnosticSeverity::WARNING),
            source: Some("heaplight".to_owned()),
            message: problem.message,
            ..Default::default()
        }
    });
    marks.collect()
}

fn refresh_hints<A: Analyser>(session: &Session<A>, client: &Client) {
    if !session.client().refreshes_hints {
        return;
    }
    let client = client.clone();
    tokio::spawn(async move {
        if !matches!(
            timeout(PATIENCE, client.inlay_hint_refresh()).await,
            Ok(Ok(()))
        ) {
            tracing::debug!("the client did not refresh its inlay hints");
        }
    });
}

fn ask_for_settings<A>(session: &Arc<Session<A>>, client: &Client)
where
    A: Analyser,
    A::Output: Answers,
{
    if !session.client().has_configuration {
        return;
    }
    let (session, client) = (Arc::clone(session), client.clone());
    tokio::spawn(async move {
        let item = ConfigurationItem {
            scope_uri: None,
            section: Some("heaplight".to_owned()),
        };
        match timeout(PATIENCE, client.configuration(vec![item])).await {
            Ok(Ok(values)) => session.take_settings(values.first().unwrap_or(&Value::Null)),
            Ok(Err(error)) => tracing::warn!("the client has no settings for us: {error}"),
            Err(_) => tracing::warn!("the client does not answer what its settings are"),
        }
    });
}

fn watch_files<A: Analyser>(session: &Session<A>, client: &Client) {
    if !session.client().can_watch_files {
        return;
    }
    let globs = CONFIG_FILES.into_iter().chain(["*.py", "*.pyw"]);
    let globs = globs.map(|name| json!({ "globPattern": format!("**/{name}") }));
    let globs: Vec<Value> = globs.collect();
    let registration = Registration {
        id: "heaplight-files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: Some(json!({ "watchers": globs })),
    };
    let client = client.clone();
    tokio::spawn(async move {
        let asked = timeout(PATIENCE, client.register_capability(vec![registration])).await;
        if !matches!(asked, Ok(Ok(()))) {
            tracing::warn!(
                "the client does not watch files; restart after changing settings there"
            );
        }
    });
}
