//! The shapes of answers, and the one trait through which they are asked for.

use serde_json::Value;

use crate::base::Span;
use crate::engine::Analysis;
use crate::engine::settings::HintLevel;

/// A card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it speaks of.
    pub span: Span,
    /// What it says.
    pub markdown: String,
}

/// A note between the characters of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlayHint {
    /// Where it stands.
    pub offset: u32,
    /// What it says, in pieces that may lead somewhere.
    pub parts: Vec<HintPart>,
    /// What it says when pointed at (Markdown).
    pub tooltip: Option<String>,
}

/// A piece of an [`InlayHint`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HintPart {
    /// What it says.
    pub text: String,
    /// The place it speaks of.
    pub target: Option<Span>,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Something will go wrong.
    Warning,
    /// Worth knowing.
    Information,
    /// A faint mark.
    Hint,
}

/// A finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// Where.
    pub span: Span,
    /// How much it matters.
    pub severity: Severity,
    /// The rule's name.
    pub code: String,
    /// The rule's page, where there is one.
    pub url: Option<String>,
    /// What, in one line.
    pub message: String,
    /// Its witnesses.
    pub related: Vec<Related>,
    /// Handed back unread when its fixes are asked for.
    pub data: Option<Value>,
}

/// A place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// What of it.
    pub message: String,
}

/// What an [`Action`] is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// Mends a finding.
    QuickFix,
    /// Makes something of the code that was no finding.
    Rewrite,
}

/// Whether an [`Action`] keeps what the program does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Safety {
    /// Proven.
    Safe,
    /// Not proven, for this reason (shown to the user).
    Unsafe(String),
}

/// A replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// A change that is on offer.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// What it does and what that saves.
    pub title: String,
    /// What it is for.
    pub kind: ActionKind,
    /// What it changes. Edits do not overlap.
    pub edits: Vec<Edit>,
    /// Whether the program stays what it is.
    pub safety: Safety,
    /// The finding that it mends.
    pub diagnostic: Option<Diagnostic>,
}

/// A chain of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What it explains.
    pub span: Span,
    /// One sentence after the other.
    pub steps: Vec<Step>,
}

/// A sentence of an [`Explanation`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it says.
    pub text: String,
    /// The place it speaks of.
    pub at: Option<Span>,
}

/// What is asked of an analysis. Every answer is a look-up: microseconds, on the thread that asks.
pub trait Answers {
    /// The card at `offset`.
    fn hover(&self, offset: u32) -> Option<Hover>;

    /// The notes in `span`. Never asked for at [`HintLevel::Off`].
    fn inlay_hints(&self, span: Span, level: HintLevel) -> Vec<InlayHint>;

    /// The findings of the whole text.
    fn diagnostics(&self) -> Vec<Diagnostic>;

    /// What can be done about what `span` touches.
    fn actions(&self, span: Span) -> Vec<Action>;

    /// The claims about what stands in `span`, in the form of the contract; `file` is what they call the text.
    fn facts(&self, file: &str, span: Span) -> Vec<Value>;

    /// Why what is claimed at `offset` is claimed, and what is not is not.
    fn explain(&self, offset: u32) -> Option<Explanation>;
}

impl Answers for Analysis {
    fn hover(&self, offset: u32) -> Option<Hover> {
        super::hover::hover(self, offset)
    }

    fn inlay_hints(&self, span: Span, level: HintLevel) -> Vec<InlayHint> {
        super::inlay::hints(self, span, level)
    }

    fn diagnostics(&self) -> Vec<Diagnostic> {
        super::diagnostics::all(self)
    }

    fn actions(&self, span: Span) -> Vec<Action> {
        super::actions::touching(self, span)
    }

    fn facts(&self, file: &str, span: Span) -> Vec<Value> {
        super::facts::of(self, file, span)
    }

    fn explain(&self, offset: u32) -> Option<Explanation> {
        super::explain::explain(self, offset)
    }
}
