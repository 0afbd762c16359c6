//! What the handlers of one server share.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::Value;
use tower_lsp::lsp_types::{ClientCapabilities, Url};

use super::documents::{Document, Documents};
use super::gate::Heard;
use super::neighbours::Neighbours;
use super::outlet::{Event, Outlet};
use super::projects::Projects;
use crate::engine::{Analyser, Engine, Job, Outcome, Settings, Surroundings};
use crate::ide::{Answers, Diagnostic};
use crate::text::{Encoding, Text};

/// What can be set about a server from outside the protocol.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How long a hover waits for the analysis before it says that this is under way.
    pub patience: Duration,
}

impl Default for Options {
    /// Longer than the analysis of any file people edit; shorter than it takes to wonder whether anything happens.
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(2),
        }
    }
}

/// Shared by all handlers.
pub(super) struct Session<A: Analyser> {
    pub(super) documents: Documents<A>,
    pub(super) projects: Arc<Projects>,
    pub(super) neighbours: Arc<Neighbours>,
    pub(super) outlet: Outlet,
    pub(super) heard: Heard,
    pub(super) options: Options,
    engine: Engine<A>,
    agreed: OnceLock<Agreed>,
}

/// What is around the document `uri`.
struct Around {
    uri: Url,
    projects: Arc<Projects>,
    neighbours: Arc<Neighbours>,
}

impl Surroundings for Around {
    fn settings(&self) -> Arc<Settings> {
        self.projects.settings(&self.uri)
    }

    fn is_imported(&self) -> bool {
        self.neighbours.import(&self.uri)
    }
}

/// What `initialize` settled.
#[derive(Debug, Default)]
struct Agreed {
    encoding: Encoding,
    client: ClientTraits,
}

/// What the client can do, as far as it matters.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ClientTraits {
    pub(super) has_configuration: bool,
    pub(super) refreshes_hints: bool,
    pub(super) resolves_tooltips: bool,
    pub(super) can_watch_files: bool,
    pub(super) has_document_changes: bool,
    pub(super) has_annotations: bool,
}

/// A question about a document: the text it was asked of, and the outcome to wait for.
pub(super) struct Question<A: Analyser> {
    pub(super) uri: Url,
    pub(super) version: i32,
    pub(super) text: Text,
    pub(super) encoding: Encoding,
    document: Arc<Document<A>>,
}

/// How waiting for an outcome ended.
pub(super) enum Reply<T: Send + Sync + 'static> {
    /// The outcome of the very text that the question was asked of.
    Known(Arc<Outcome<T>>),
    /// The text is another one by now.
    Outdated,
    /// The document was closed.
    Gone,
}

impl<A: Analyser> Session<A> {
    pub(super) fn new(engine: Engine<A>, outlet: Outlet, options: Options) -> Self {
        Self {
            documents: Documents::new(),
            projects: Arc::new(Projects::new(outlet.clone())),
            neighbours: Arc::default(),
            outlet,
            heard: Heard::default(),
            options,
            engine,
            agreed: OnceLock::new(),
        }
    }

    /// Takes in what the client can do. The first `initialize` counts; tower-lsp refuses another.
    pub(super) fn agree(&self, encoding: Encoding, capabilities: &ClientCapabilities) {
        let client = ClientTraits::of(capabilities);
        let _ = self.agreed.set(Agreed { encoding, client });
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.agreed
            .get()
            .map(|agreed| agreed.encoding)
            .unwrap_or_default()
    }

    pub(super) fn client(&self) -> ClientTraits {
        self.agreed
            .get()
            .map(|agreed| agreed.client)
            .unwrap_or_default()
    }

    /// Has the rules look at a document as it is. They look at the whole file, on a thread of their own: whoever waits for a
    /// card does not wait for them.
    pub(super) fn look_for_findings(&self, uri: Url)
    where
        A::Output: Answers,
    {
        let Some(document) = self.documents.get(&uri) else {
            return;
        };
        let (outcome, outlet) = (document.job.latest(), self.outlet.clone());
        if outcome.generation == document.generation {
            self.engine.spawn_aside(move || {
                let found = findings(&outcome, &uri);
                outlet.send(Event::Found(uri, outcome.generation, found));
            });
        }
    }

    /// What a document's analysis needs: the job, and what is around the document.
    pub(super) fn employ(&self, uri: &Url) -> (Job<A>, Arc<dyn Surroundings>) {
        let (outlet, name) = (self.outlet.clone(), uri.clone());
        let job = self
            .engine
            .job(move |_| outlet.send(Event::Analysed(name.clone())));
        let around = Around {
            uri: uri.clone(),
            projects: Arc::clone(&self.projects),
            neighbours: Arc::clone(&self.neighbours),
        };
        (job, Arc::new(around))
    }

    /// Has it looked up, on a worker, which documents are imported now and were not, or the other way round.
    pub(super) fn look_at_neighbours(&self) {
        let (neighbours, outlet) = (Arc::clone(&self.neighbours), self.outlet.clone());
        self.engine.spawn(move || {
            for uri in neighbours.differing() {
                outlet.send(Event::Surrounded(uri));
            }
        });
    }

    /// A question about the document as it is now; `None` where nothing can be said of it. To be asked before a
    /// handler's first await.
    pub(super) fn ask(&self, uri: &Url) -> Option<Question<A>> {
        let document = self
            .documents
            .get(uri)
            .filter(|document| !document.is_stale)?;
        Some(Question {
            uri: document.uri.clone(),
            version: document.version,
            text: document.text.clone(),
            encoding: self.encoding(),
            document,
        })
    }

    /// Takes in the editor's settings.
    pub(super) fn take_settings(&self, value: &Value) {
        if self.projects.set_editor(value) {
            self.settings_changed(false);
        }
    }

    /// Analyses everything anew.
    pub(super) fn settings_changed(&self, from_scratch: bool) {
        self.documents.resubmit_all(from_scratch);
        self.outlet.send(Event::HintsChanged);
    }

    /// The editor and we disagree on what a document says, from a change that was lost on.
    pub(super) fn lose_step(&self, uri: Option<&Url>) {
        for document in self.documents.lose_step(uri) {
            tracing::warn!(
                "{}: nothing is said until its whole text comes",
                document.uri
            );
            self.outlet.send(Event::Silenced(document.uri.clone()));
        }
    }
}

impl<A: Analyser> Question<A> {
    /// Waits for the outcome.
    pub(super) fn reply(&self) -> impl Future<Output = Reply<A::Output>> + Send + use<A> {
        let waiting = self.document.job.wait(self.document.generation);
        let text = self.text.clone();
        async move {
            match waiting.await {
                None => Reply::Gone,
                Some(outcome) if outcome.generation == u64::MAX => Reply::Gone,
                // A changed setting makes another generation of the same text.
                Some(outcome) if outcome.text == text => Reply::Known(outcome),
                Some(_) => Reply::Outdated,
            }
        }
    }
}

impl ClientTraits {
    fn of(capabilities: &ClientCapabilities) -> Self {
        let workspace = capabilities.workspace.as_ref();
        let hints = capabilities
            .text_document
            .as_ref()
            .and_then(|it| it.inlay_hint.as_ref());
        let resolved = hints.and_then(|hints| hints.resolve_support.as_ref());
        let edits = workspace.and_then(|it| it.workspace_edit.as_ref());
        let refresh = workspace.and_then(|it| it.inlay_hint.as_ref());
        let watch = workspace.and_then(|it| it.did_change_watched_files.as_ref());
        Self {
            has_configuration: workspace.and_then(|it| it.configuration).unwrap_or(false),
            refreshes_hints: refresh.and_then(|it| it.refresh_support).unwrap_or(false),
            resolves_tooltips: resolved
                .is_some_and(|it| it.properties.iter().any(|name| name == "tooltip")),
            can_watch_files: watch
                .and_then(|it| it.dynamic_registration)
                .unwrap_or(false),
            has_document_changes: edits.and_then(|it| it.document_changes).unwrap_or(false),
            has_annotations: edits.is_some_and(|it| it.change_annotation_support.is_some()),
        }
    }
}

/// The findings of an outcome; none where a rule breaks down, which is a bug and costs the findings, not the server.
fn findings<T: Answers + Send + Sync>(outcome: &Outcome<T>, uri: &Url) -> Vec<Diagnostic> {
    let found = catch_unwind(AssertUnwindSafe(|| {
        outcome.result().map(Answers::diagnostics)
    }));
    let found = found.unwrap_or_else(|_| {
        tracing::error!("{uri}: the findings cannot be told, something panicked");
        None
    });
    found.unwrap_or_default()
}
