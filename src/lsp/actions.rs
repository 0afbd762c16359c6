//! Fixes as the protocol has them.

use std::iter::once;

use tower_lsp::lsp_types as proto;
use tower_lsp::lsp_types::{
    AnnotatedTextEdit, ChangeAnnotation, CodeAction, CodeActionKind, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, WorkspaceEdit,
};

use super::capabilities::FIX_ALL;
use super::convert::Page;
use super::session::ClientTraits;
use crate::base::Span;
use crate::ide::{self, Action, ActionKind, Answers, Safety};

/// The changes on offer for what `span` touches, as far as the client asked for their kind.
pub(super) fn offered(
    answers: &impl Answers,
    page: &Page<'_>,
    version: i32,
    span: Span,
    only: Option<&[CodeActionKind]>,
    client: ClientTraits,
) -> Vec<CodeAction> {
    let edit_of = |edits, safety: &Safety, title: &str| {
        let annotation = match safety {
            Safety::Safe => None,
            Safety::Unsafe(reason) => Some(annotation(title, reason)),
        };
        workspace_edit(page, version, edits, annotation, client)
    };
    let mut offered = Vec::new();
    for action in answers.actions(span) {
        let Action {
            title,
            kind,
            edits,
            safety,
            diagnostic,
        } = action;
        let kind = match kind {
            ActionKind::QuickFix => CodeActionKind::QUICKFIX,
            ActionKind::Rewrite => CodeActionKind::REFACTOR_REWRITE,
        };
        if !is_wanted(&kind, only) {
            continue;
        }
        // Who cannot ask for confirmation is told in the title.
        let title = match &safety {
            Safety::Unsafe(reason) if !client.has_annotations => {
                format!("{title} (unsafe: {reason})")
            }
            _ => title,
        };
        offered.push(CodeAction {
            edit: Some(edit_of(edits, &safety, &title)),
            kind: Some(kind),
            diagnostics: diagnostic.map(|finding| vec![page.diagnostic(finding)]),
            is_preferred: (safety == Safety::Safe).then_some(true),
            title,
            ..Default::default()
        });
    }
    // Offered to who asks for it (on save, by command), not in every menu.
    if only.is_some() && is_wanted(&FIX_ALL, only) {
        let edits = ide::fix_all(&answers.actions(page.text.span()));
        if !edits.is_empty() {
            let title = "Apply all safe fixes of heaplight".to_owned();
            offered.push(CodeAction {
                edit: Some(edit_of(edits, &Safety::Safe, &title)),
                kind: Some(FIX_ALL),
                title,
                ..Default::default()
            });
        }
    }
    offered
}

/// A kind stands for all below it: who asks for `source` gets `source.fixAll.heaplight`.
fn is_wanted(kind: &CodeActionKind, only: Option<&[CodeActionKind]>) -> bool {
    let covers = |asked: &CodeActionKind| {
        let rest = kind.as_str().strip_prefix(asked.as_str());
        asked.as_str().is_empty()
            || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    only.is_none_or(|only| only.iter().any(covers))
}

fn annotation(title: &str, reason: &str) -> ChangeAnnotation {
    ChangeAnnotation {
        label: title.to_owned(),
        needs_confirmation: Some(true),
        description: Some(reason.to_owned()),
    }
}

fn workspace_edit(
    page: &Page<'_>,
    version: i32,
    edits: Vec<ide::Edit>,
    annotation: Option<ChangeAnnotation>,
    client: ClientTraits,
) -> WorkspaceEdit {
    const ID: &str = "unsafe";
    let edits = edits.into_iter().map(|edit| page.text_edit(edit));
    if !client.has_document_changes {
        let changes = once((page.uri.clone(), edits.collect())).collect();
        return WorkspaceEdit {
            changes: Some(changes),
            ..Default::default()
        };
    }
    let annotation = annotation.filter(|_| client.has_annotations);
    let annotated = |text_edit: proto::TextEdit| match annotation {
        Some(_) => OneOf::Right(AnnotatedTextEdit {
            text_edit,
            annotation_id: ID.to_owned(),
        }),
        None => OneOf::Left(text_edit),
    };
    let change = TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier {
            uri: page.uri.clone(),
            version: Some(version),
        },
        edits: edits.map(annotated).collect(),
    };
    WorkspaceEdit {
        document_changes: Some(DocumentChanges::Edits(vec![change])),
        change_annotations: annotation.map(|it| once((ID.to_owned(), it)).collect()),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_stands_for_those_below_it() {
        let only = |kinds: &[&'static str]| {
            kinds
                .iter()
                .map(|&kind| CodeActionKind::new(kind))
                .collect::<Vec<_>>()
        };
        assert!(is_wanted(&FIX_ALL, Some(&only(&["source"]))));
        assert!(is_wanted(
            &FIX_ALL,
            Some(&only(&["quickfix", "source.fixAll"]))
        ));
        assert!(is_wanted(&FIX_ALL, Some(&only(&[""]))));
        assert!(!is_wanted(
            &FIX_ALL,
            Some(&only(&["source.fixAll.ruff", "source.fix"]))
        ));
        assert!(!is_wanted(&CodeActionKind::QUICKFIX, Some(&only(&[]))));
        assert!(is_wanted(&CodeActionKind::QUICKFIX, None));
    }
}
