//! Requests beyond the protocol. Everything essential goes without them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::lsp_types::{Location, Position, Range, TextDocumentIdentifier};

/// Parameters of `heaplight/facts`: all claims about a document, or about a range of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FactsParams {
    /// The document.
    pub text_document: TextDocumentIdentifier,
    /// The part that is of interest; without it, all.
    pub range: Option<Range>,
}

/// Answer to `heaplight/facts`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FactsResult {
    /// The version of the document that the claims are about.
    pub version: i32,
    /// The CPython that they are about.
    pub target: String,
    /// The claims, in the form that `heaplight facts` prints.
    pub facts: Vec<Value>,
}

/// Parameters of `heaplight/explain`: the evidence for what is claimed at a position.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplainParams {
    /// The document.
    pub text_document: TextDocumentIdentifier,
    /// The position.
    pub position: Position,
}

/// Answer to `heaplight/explain`, or null where there is nothing to explain.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplainResult {
    /// The version of the document that was explained.
    pub version: i32,
    /// What is explained.
    pub range: Range,
    /// The chain of evidence.
    pub steps: Vec<ExplainStep>,
}

/// A sentence of the chain.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ExplainStep {
    /// What it says.
    pub text: String,
    /// The place it speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}
