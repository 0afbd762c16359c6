//! The shapes of rules, findings and fixes.

use crate::base::{Names, Span};
use crate::engine::Analysis;
use crate::facts::FileFacts;
use crate::facts::classes::{ClassFacts, Surroundings};
use crate::hir::{File, Item};
use crate::interp::World;
use crate::layout::{Layout, Target};
use crate::text::Text;

/// A check.
pub struct Rule {
    /// Kebab-case.
    pub name: &'static str,
    /// What it is about: `defaults`, `slots`.
    pub group: &'static str,
    /// The first version of heaplight that has it.
    pub since: &'static str,
    /// How much its findings matter at most.
    pub level: Severity,
    /// Codes of the rules of ruff that find the same: a `# noqa` for them is meant for this one too.
    pub ruff: &'static [&'static str],
    /// Finds.
    pub check: fn(&RuleCx<'_>, &mut Findings),
    /// Mends a finding of its own, where that can be done.
    pub fix: fn(&RuleCx<'_>, &Finding) -> Option<Fix>,
}

/// What a rule may look at.
#[derive(Clone, Copy)]
pub struct RuleCx<'a> {
    /// The text.
    pub text: &'a Text,
    /// The lowered file.
    pub file: &'a File,
    /// Its identifiers.
    pub names: &'a Names,
    /// What is known.
    pub facts: &'a FileFacts,
    /// The CPython that is meant.
    pub target: Target,
    /// Its tables.
    pub layout: &'static Layout,
    /// Who runs the file.
    pub world: World,
}

impl<'a> RuleCx<'a> {
    /// Of an analysis.
    pub fn of(analysis: &'a Analysis) -> Self {
        RuleCx {
            text: &analysis.text,
            file: &analysis.file,
            names: &analysis.names,
            facts: &analysis.facts,
            target: analysis.target,
            layout: Layout::of(analysis.target),
            world: analysis.world,
        }
    }

    /// The classes of the module.
    pub fn classes(&self) -> &'a [ClassFacts] {
        &self.facts.classes(self.file, self.names).0
    }

    /// What leaves the file, or reaches into it.
    pub fn surroundings(&self) -> &'a Surroundings {
        &self.facts.classes(self.file, self.names).1
    }

    /// The code of an item.
    pub fn item(&self, item: u32) -> &'a Item {
        let file: &'a File = self.file;
        &file.items[item as usize].item
    }

    /// Where an item begins.
    pub fn start(&self, item: u32) -> u32 {
        self.file.items[item as usize].start
    }

    /// The line of an offset, from 1.
    pub fn line(&self, offset: u32) -> u32 {
        self.text.line(offset) + 1
    }
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A faint mark.
    Hint,
    /// Worth knowing.
    Information,
    /// Something will go wrong.
    Warning,
}

impl Severity {
    /// As in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Information => "information",
            Severity::Hint => "hint",
        }
    }
}

/// Something that a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// Where.
    pub span: Span,
    /// How much it matters.
    pub severity: Severity,
    /// What, in one line.
    pub message: String,
    /// Its witnesses.
    pub related: Vec<Related>,
}

/// A place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// What of it.
    pub message: String,
}

/// A collection of findings.
#[derive(Debug, Default)]
pub struct Findings {
    pub(super) all: Vec<Finding>,
}

impl Findings {
    /// One more.
    pub fn add(&mut self, finding: Finding) {
        self.all.push(finding);
    }
}

/// A replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

impl Edit {
    /// Puts `text` at `offset`.
    pub fn insert(offset: u32, text: impl Into<String>) -> Self {
        Edit {
            span: Span::new(offset, offset),
            text: text.into(),
        }
    }

    /// Puts `text` in place of `span`.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Edit {
            span,
            text: text.into(),
        }
    }
}

/// Whether a fix keeps what the program does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Safety {
    /// Proven.
    Safe,
    /// Not proven, for this reason.
    Unsafe(String),
}

/// A change that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does and what that saves.
    pub title: String,
    /// What it changes. Edits do not overlap.
    pub edits: Vec<Edit>,
    /// Whether the program stays what it is.
    pub safety: Safety,
}
