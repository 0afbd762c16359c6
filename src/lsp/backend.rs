//! The handlers, one thin method each.
//!
//! A handler changes state and takes its snapshot before its first await; then it waits for an outcome and looks the
//! answer up. It never awaits the client, and never computes.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::timeout;
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::lsp_types::{self as proto, Url};

use super::actions;
use super::capabilities::announced;
use super::commands;
use super::convert::{Page, change_from_proto, markdown, negotiate};
use super::ext::{ExplainParams, ExplainResult, ExplainStep, FactsParams, FactsResult};
use super::outlet::Event;
use super::session::{Question, Reply, Session};
use crate::base::Span;
use crate::engine::settings::HintLevel;
use crate::engine::{Analyser, Outcome};
use crate::ide::Answers;

/// A card in place of one that would come too late. It has no figures: those of an older text would be false.
const UNDER_WAY: &str = "*heaplight: the analysis of this file is under way*";

/// The server, as tower-lsp calls it.
pub(super) struct Backend<A: Analyser> {
    session: Arc<Session<A>>,
    /// The client's process, once it has said which.
    client_process: watch::Sender<Option<u32>>,
}

impl<A> Backend<A>
where
    A: Analyser,
    A::Output: Answers,
{
    pub(super) fn new(
        session: Arc<Session<A>>,
        client_process: watch::Sender<Option<u32>>,
    ) -> Self {
        Self {
            session,
            client_process,
        }
    }

    /// `heaplight/facts`
    pub(super) async fn facts(&self, params: FactsParams) -> Result<FactsResult> {
        let uri = params.text_document.uri;
        let question = self.session.ask(&uri).ok_or_else(|| unknown(&uri))?;
        let span = params
            .range
            .map_or(question.text.span(), |range| question.page().span(range));
        let outcome = known(question.reply().await)?.ok_or_else(|| unknown(&uri))?;
        let facts = outcome
            .result()
            .map(|answers| answers.facts(uri.as_str(), span));
        Ok(FactsResult {
            version: question.version,
            target: outcome.settings.target.to_string(),
            facts: facts.unwrap_or_default(),
        })
    }

    /// `heaplight/explain`
    pub(super) async fn explain(&self, params: ExplainParams) -> Result<Option<ExplainResult>> {
        let uri = params.text_document.uri;
        let question = self.session.ask(&uri).ok_or_else(|| unknown(&uri))?;
        let page = question.page();
        let offset = page.offset(params.position);
        let Some(outcome) = known(question.reply().await)? else {
            return Ok(None);
        };
        let Some(found) = outcome.result().and_then(|it| it.explain(offset)) else {
            return Ok(None);
        };
        let steps = found.steps.into_iter().map(|step| ExplainStep {
            text: step.text,
            location: step.at.map(|span| page.location(span)),
        });
        let (version, range) = (question.version, page.range(found.span));
        Ok(Some(ExplainResult {
            version,
            range,
            steps: steps.collect(),
        }))
    }

    fn level(&self, outcome: &Outcome<A::Output>) -> HintLevel {
        self.session
            .projects
            .level()
            .unwrap_or(outcome.settings.inlay_hints)
    }
}

impl<A: Analyser> Question<A> {
    fn page(&self) -> Page<'_> {
        Page {
            uri: &self.uri,
            text: &self.text,
            encoding: self.encoding,
        }
    }
}

/// The outcome; `None` when there is nothing to be said any more.
fn known<T: Send + Sync + 'static>(reply: Reply<T>) -> Result<Option<Arc<Outcome<T>>>> {
    match reply {
        Reply::Known(outcome) => Ok(Some(outcome)),
        Reply::Gone => Ok(None),
        Reply::Outdated => Err(Error {
            code: ErrorCode::ContentModified,
            message: "the text has changed since".into(),
            data: None,
        }),
    }
}

fn unknown(uri: &Url) -> Error {
    Error::invalid_params(format!(
        "{uri} is not open, not Python, or out of step with the editor"
    ))
}

#[tower_lsp::async_trait]
impl<A> LanguageServer for Backend<A>
where
    A: Analyser,
    A::Output: Answers,
{
    async fn initialize(&self, params: proto::InitializeParams) -> Result<proto::InitializeResult> {
        let encoding = negotiate(&params.capabilities);
        self.session.agree(encoding, &params.capabilities);
        let folders = params.workspace_folders.unwrap_or_default();
        let folders = folders.into_iter().map(|folder| folder.uri);
        #[allow(deprecated, reason = "older clients name a root only")]
        let roots = folders
            .chain(params.root_uri)
            .filter_map(|uri| uri.to_file_path().ok());
        let roots: Vec<PathBuf> = roots.collect();
        let options = params.initialization_options.as_ref();
        self.session.projects.start(roots.first().cloned(), options);
        self.session.neighbours.start(roots);
        self.client_process.send_replace(params.process_id);
        Ok(announced(encoding))
    }

    async fn initialized(&self, _: proto::InitializedParams) {
        self.session.heard.note();
        self.session.outlet.send(Event::Started);
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: proto::DidOpenTextDocumentParams) {
        self.session.heard.note();
        let (job, around) = self.session.employ(&params.text_document.uri);
        let documents = &self.session.documents;
        if let Some(document) = documents.open(params.text_document, job, around) {
            self.session.neighbours.show(&document.uri, &document.text);
        }
    }

    async fn did_change(&self, params: proto::DidChangeTextDocumentParams) {
        self.session.heard.note();
        let uri = params.text_document.uri;
        let changes = params
            .content_changes
            .into_iter()
            .map(change_from_proto)
            .collect();
        let (version, encoding) = (params.text_document.version, self.session.encoding());
        let document = self
            .session
            .documents
            .change(&uri, version, changes, encoding);
        let Some(document) = document else { return };
        if document.is_stale {
            self.session.outlet.send(Event::Silenced(uri));
        } else {
            self.session.neighbours.show(&uri, &document.text);
        }
    }

    async fn did_close(&self, params: proto::DidCloseTextDocumentParams) {
        self.session.heard.note();
        let uri = params.text_document.uri;
        if self.session.documents.close(&uri) {
            self.session.neighbours.close(&uri);
            self.session.look_at_neighbours();
            self.session.outlet.send(Event::Silenced(uri));
        }
    }

    async fn will_save(&self, _: proto::WillSaveTextDocumentParams) {
        self.session.heard.note();
    }

    async fn did_save(&self, params: proto::DidSaveTextDocumentParams) {
        self.session.heard.note();
        let saved = params.text_document.uri.to_file_path();
        self.session.neighbours.touch(saved.into_iter().collect());
        self.session.look_at_neighbours();
    }

    async fn did_change_configuration(&self, params: proto::DidChangeConfigurationParams) {
        self.session.heard.note();
        if self.session.client().has_configuration {
            self.session.outlet.send(Event::AskForSettings);
        } else if !params.settings.is_null() {
            self.session
                .take_settings(params.settings.get("heaplight").unwrap_or(&json!({})));
        }
    }

    async fn did_change_workspace_folders(&self, _: proto::DidChangeWorkspaceFoldersParams) {
        self.session.heard.note();
    }

    async fn did_change_watched_files(&self, params: proto::DidChangeWatchedFilesParams) {
        self.session.heard.note();
        let (sources, others): (Vec<_>, Vec<_>) = params
            .changes
            .into_iter()
            .map(|change| change.uri)
            .partition(|uri| uri.path().ends_with(".py") || uri.path().ends_with(".pyw"));
        if !sources.is_empty() {
            let paths = sources.iter().filter_map(|uri| uri.to_file_path().ok());
            self.session.neighbours.touch(paths.collect());
            self.session.look_at_neighbours();
        }
        if !others.is_empty() {
            self.session.projects.forget();
            self.session.settings_changed(false);
        }
    }

    async fn hover(&self, params: proto::HoverParams) -> Result<Option<proto::Hover>> {
        let at = params.text_document_position_params;
        let Some(question) = self.session.ask(&at.text_document.uri) else {
            return Ok(None);
        };
        let page = question.page();
        let offset = page.offset(at.position);
        let Ok(reply) = timeout(self.session.options.patience, question.reply()).await else {
            let contents = proto::HoverContents::Markup(markdown(UNDER_WAY.to_owned()));
            return Ok(Some(proto::Hover {
                contents,
                range: None,
            }));
        };
        let outcome = known(reply)?;
        let hover = outcome.as_ref().and_then(|it| it.result()?.hover(offset));
        Ok(hover.map(|hover| page.hover(hover)))
    }

    async fn inlay_hint(
        &self,
        params: proto::InlayHintParams,
    ) -> Result<Option<Vec<proto::InlayHint>>> {
        let Some(question) = self.session.ask(&params.text_document.uri) else {
            return Ok(None);
        };
        let page = question.page();
        let span = page.span(params.range);
        let Some(outcome) = known(question.reply().await)? else {
            return Ok(None);
        };
        let level = self.level(&outcome);
        let answers = outcome.result().filter(|_| level != HintLevel::Off);
        let Some(answers) = answers else {
            return Ok(Some(Vec::new()));
        };
        let is_lazy = self.session.client().resolves_tooltips;
        let hints = answers.inlay_hints(span, level).into_iter().map(|hint| {
            let data =
                json!({ "uri": page.uri, "version": question.version, "offset": hint.offset });
            page.inlay_hint(hint, is_lazy, data)
        });
        Ok(Some(hints.collect()))
    }

    async fn inlay_hint_resolve(&self, mut hint: proto::InlayHint) -> Result<proto::InlayHint> {
        let data = hint.data.as_ref().unwrap_or(&Value::Null);
        let field = |name| data.get(name).and_then(Value::as_i64);
        let uri = data
            .get("uri")
            .and_then(Value::as_str)
            .and_then(|uri| Url::parse(uri).ok());
        let offset = field("offset").and_then(|offset| u32::try_from(offset).ok());
        let (Some(uri), Some(offset)) = (uri, offset) else {
            return Ok(hint);
        };
        let version = field("version");
        let question = self
            .session
            .ask(&uri)
            .filter(|it| Some(i64::from(it.version)) == version);
        let Some(question) = question else {
            return Ok(hint);
        };
        let Some(outcome) = known(question.reply().await)? else {
            return Ok(hint);
        };
        let level = self.level(&outcome);
        let hints = outcome
            .result()
            .map(|it| it.inlay_hints(Span::new(offset, offset), level));
        let label = label(&hint.label);
        let same = hints.into_iter().flatten().find(|known| {
            known.offset == offset
                && known
                    .parts
                    .iter()
                    .map(|part| part.text.as_str())
                    .eq(label.iter().copied())
        });
        if let Some(text) = same.and_then(|known| known.tooltip) {
            hint.tooltip = Some(proto::InlayHintTooltip::MarkupContent(markdown(text)));
        }
        Ok(hint)
    }

    async fn code_action(
        &self,
        params: proto::CodeActionParams,
    ) -> Result<Option<proto::CodeActionResponse>> {
        let Some(question) = self.session.ask(&params.text_document.uri) else {
            return Ok(None);
        };
        let page = question.page();
        let span = page.span(params.range);
        let Some(outcome) = known(question.reply().await)? else {
            return Ok(None);
        };
        let Some(answers) = outcome.result() else {
            return Ok(None);
        };
        let only = params.context.only.as_deref();
        let client = self.session.client();
        let offered = actions::offered(answers, &page, question.version, span, only, client);
        Ok(Some(
            offered
                .into_iter()
                .map(proto::CodeActionOrCommand::CodeAction)
                .collect(),
        ))
    }

    async fn execute_command(&self, params: proto::ExecuteCommandParams) -> Result<Option<Value>> {
        let argument = || params.arguments.first().cloned().unwrap_or_default();
        let invalid = |error: serde_json::Error| Error::invalid_params(error.to_string());
        let answer = match params.command.as_str() {
            commands::FACTS => {
                let params = serde_json::from_value(argument()).map_err(invalid)?;
                serde_json::to_value(self.facts(params).await?)
            }
            commands::EXPLAIN => {
                let params = serde_json::from_value(argument()).map_err(invalid)?;
                serde_json::to_value(self.explain(params).await?)
            }
            other => return commands::run(&self.session, other, &params.arguments),
        };
        answer.map(Some).map_err(|_| Error::internal_error())
    }
}

fn label(label: &proto::InlayHintLabel) -> Vec<&str> {
    match label {
        proto::InlayHintLabel::String(text) => vec![text],
        proto::InlayHintLabel::LabelParts(parts) => {
            parts.iter().map(|part| part.value.as_str()).collect()
        }
    }
}
