//! Byte spans to protocol ranges and back: the only place where the negotiated encoding matters.

use tower_lsp::lsp_types::{self as proto, NumberOrString, PositionEncodingKind, Url};

use crate::base::Span;
use crate::ide;
use crate::text::{Change, Encoding, Position, Text};

/// The encoding to speak: the first of the client's own list that we know. Where it has none, UTF-16.
pub(super) fn negotiate(capabilities: &proto::ClientCapabilities) -> Encoding {
    let offered = capabilities
        .general
        .as_ref()
        .and_then(|it| it.position_encodings.as_deref());
    let known = offered
        .unwrap_or_default()
        .iter()
        .find_map(|kind| match kind.as_str() {
            "utf-8" => Some(Encoding::Utf8),
            "utf-16" => Some(Encoding::Utf16),
            _ => None,
        });
    known.unwrap_or_default()
}

/// The protocol's name of `encoding`.
pub(super) fn encoding_to_proto(encoding: Encoding) -> PositionEncodingKind {
    match encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
        Encoding::Utf32 => PositionEncodingKind::UTF32,
    }
}

/// A text as a client sees it.
pub(super) struct Page<'a> {
    /// Its name.
    pub(super) uri: &'a Url,
    /// What it says.
    pub(super) text: &'a Text,
    /// What columns count.
    pub(super) encoding: Encoding,
}

impl Page<'_> {
    pub(super) fn offset(&self, position: proto::Position) -> u32 {
        self.text
            .offset(position_from_proto(position), self.encoding)
    }

    /// A range the wrong way round is turned.
    pub(super) fn span(&self, range: proto::Range) -> Span {
        let (start, end) = (self.offset(range.start), self.offset(range.end));
        Span::new(start.min(end), start.max(end))
    }

    pub(super) fn position(&self, offset: u32) -> proto::Position {
        let Position { line, column } = self.text.position(offset, self.encoding);
        proto::Position::new(line, column)
    }

    pub(super) fn range(&self, span: Span) -> proto::Range {
        proto::Range::new(self.position(span.start), self.position(span.end))
    }

    pub(super) fn location(&self, span: Span) -> proto::Location {
        proto::Location::new(self.uri.clone(), self.range(span))
    }

    pub(super) fn hover(&self, hover: ide::Hover) -> proto::Hover {
        let contents = proto::HoverContents::Markup(markdown(hover.markdown));
        proto::Hover {
            contents,
            range: Some(self.range(hover.span)),
        }
    }

    /// `tooltip_is_lazy`: the client will ask for it by `inlayHint/resolve`, with `data`.
    pub(super) fn inlay_hint(
        &self,
        hint: ide::InlayHint,
        tooltip_is_lazy: bool,
        data: serde_json::Value,
    ) -> proto::InlayHint {
        let has_tooltip = hint.tooltip.is_some();
        let tooltip = hint.tooltip.filter(|_| !tooltip_is_lazy);
        let parts = hint
            .parts
            .into_iter()
            .map(|part| proto::InlayHintLabelPart {
                value: part.text,
                location: part.target.map(|target| self.location(target)),
                ..Default::default()
            });
        proto::InlayHint {
            position: self.position(hint.offset),
            label: proto::InlayHintLabel::LabelParts(parts.collect()),
            kind: None,
            text_edits: None,
            tooltip: tooltip.map(|text| proto::InlayHintTooltip::MarkupContent(markdown(text))),
            padding_left: Some(true),
            padding_right: None,
            data: (has_tooltip && tooltip_is_lazy).then_some(data),
        }
    }

    pub(super) fn diagnostic(&self, finding: ide::Diagnostic) -> proto::Diagnostic {
        let related =
            finding
                .related
                .into_iter()
                .map(|related| proto::DiagnosticRelatedInformation {
                    location: self.location(related.span),
                    message: related.message,
                });
        let related = related.collect::<Vec<_>>();
        let page = finding.url.and_then(|url| Url::parse(&url).ok());
        proto::Diagnostic {
            range: self.range(finding.span),
            severity: Some(match finding.severity {
                ide::Severity::Warning => proto::DiagnosticSeverity::WARNING,
                ide::Severity::Information => proto::DiagnosticSeverity::INFORMATION,
                ide::Severity::Hint => proto::DiagnosticSeverity::HINT,
            }),
            code: Some(NumberOrString::String(finding.code)),
            code_description: page.map(|href| proto::CodeDescription { href }),
            source: Some("heaplight".to_owned()),
            message: finding.message,
            related_information: (!related.is_empty()).then_some(related),
            tags: None,
            data: finding.data,
        }
    }

    pub(super) fn text_edit(&self, edit: ide::Edit) -> proto::TextEdit {
        proto::TextEdit::new(self.range(edit.span), edit.text)
    }
}

pub(super) fn markdown(value: String) -> proto::MarkupContent {
    proto::MarkupContent {
        kind: proto::MarkupKind::Markdown,
        value,
    }
}

fn position_from_proto(position: proto::Position) -> Position {
    Position {
        line: position.line,
        column: position.character,
    }
}

/// A change as the text ring has it.
pub(super) fn change_from_proto(change: proto::TextDocumentContentChangeEvent) -> Change {
    let range = change.range.map(|range| {
        (
            position_from_proto(range.start),
            position_from_proto(range.end),
        )
    });
    Change {
        range,
        text: change.text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_s_first_known_encoding_is_spoken() {
        let negotiated = |kinds: Option<&[&'static str]>| {
            let kinds = kinds.map(|kinds| {
                kinds
                    .iter()
                    .map(|&kind| PositionEncodingKind::new(kind))
                    .collect()
            });
            let general = proto::GeneralClientCapabilities {
                position_encodings: kinds,
                ..Default::default()
            };
            negotiate(&proto::ClientCapabilities {
                general: Some(general),
                ..Default::default()
            })
        };
        assert_eq!(
            negotiated(Some(&["utf-32", "utf-8", "utf-16"])),
            Encoding::Utf8
        );
        assert_eq!(negotiated(Some(&["utf-16", "utf-8"])), Encoding::Utf16);
        assert_eq!(negotiated(Some(&["utf-32"])), Encoding::Utf16);
        assert_eq!(negotiated(None), Encoding::Utf16);
        assert_eq!(
            negotiate(&proto::ClientCapabilities::default()),
            Encoding::Utf16
        );
    }
}
