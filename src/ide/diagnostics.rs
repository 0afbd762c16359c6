//! Findings, as an editor shows them.

use super::answers::{Diagnostic, Related, Severity};
use crate::engine::Analysis;
use crate::rules::{self, Finding, Selection};

/// All that the selected rules find.
pub(super) fn all(analysis: &Analysis) -> Vec<Diagnostic> {
    let found = rules::findings(analysis, &Selection::of(&analysis.settings));
    found.into_iter().map(diagnostic).collect()
}

/// The form that editors take.
pub(super) fn diagnostic(finding: Finding) -> Diagnostic {
    Diagnostic {
        span: finding.span,
        severity: match finding.severity {
            rules::Severity::Warning => Severity::Warning,
            rules::Severity::Information => Severity::Information,
            rules::Severity::Hint => Severity::Hint,
        },
        code: finding.rule.to_owned(),
        url: rules::url(finding.rule),
        message: finding.message,
        related: finding
            .related
            .into_iter()
            .map(|it| Related {
                span: it.span,
                message: it.message,
            })
            .collect(),
        data: None,
    }
}
