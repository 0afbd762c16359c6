//! An analyser that a test can hold up, with answers that are easy to foretell.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use heaplight::base::{Cancel, Span};
use heaplight::engine::settings::HintLevel;
use heaplight::engine::{Analyser, Input, Settings};
use heaplight::ide::{
    Action, ActionKind, Answers, Diagnostic, Edit, Explanation, HintPart, Hover, InlayHint,
    Related, Safety, Severity, Step,
};
use heaplight::text::Text;
use parking_lot::{Condvar, Mutex};
use serde_json::{Value, json};

/// Analyses at the pace of its [`Pace`].
#[derive(Clone, Default)]
pub struct Toy(pub Arc<Pace>);

/// Holds analyses up, and counts them.
#[derive(Default)]
pub struct Pace {
    held: Mutex<bool>,
    let_go: Condvar,
    pub started: AtomicUsize,
    pub stopped: AtomicUsize,
}

impl Pace {
    /// No analysis ends from now on, unless it is stopped.
    pub fn hold(&self) {
        *self.held.lock() = true;
    }

    /// They go on.
    pub fn release(&self) {
        *self.held.lock() = false;
        self.let_go.notify_all();
    }
}

/// What the toy finds out: nothing. Its answers read the text.
pub struct Read {
    text: Text,
    settings: Arc<Settings>,
}

impl Analyser for Toy {
    type Output = Read;

    fn analyse(&self, input: Input<Read>, cancel: &Cancel) -> Option<Arc<Read>> {
        self.0.started.fetch_add(1, Ordering::SeqCst);
        assert!(
            !input.text.as_str().contains("break the analysis"),
            "as the text says"
        );
        let mut held = self.0.held.lock();
        while *held && !cancel.is_cancelled() {
            // Nobody notifies of a cancellation.
            self.0
                .let_go
                .wait_for(&mut held, std::time::Duration::from_millis(1));
        }
        drop(held);
        if cancel.is_cancelled() {
            self.0.stopped.fetch_add(1, Ordering::SeqCst);
            return None;
        }
        Some(Arc::new(Read {
            text: input.text,
            settings: input.settings,
        }))
    }
}

impl Read {
    fn word(&self, offset: u32) -> Option<Span> {
        let (text, at) = (self.text.as_str(), offset as usize);
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let start = text[..at]
            .char_indices()
            .rev()
            .take_while(|(_, c)| is_word(*c))
            .last();
        let start = start.map_or(at, |(index, _)| index);
        let end = at + text[at..].find(|c| !is_word(c)).unwrap_or(text.len() - at);
        (start < end).then(|| Span::new(start as u32, end as u32))
    }

    fn all(&self, word: &str) -> Vec<Span> {
        let found = self.text.as_str().match_indices(word);
        found
            .map(|(at, _)| Span::new(at as u32, (at + word.len()) as u32))
            .collect()
    }
}

impl Answers for Read {
    fn hover(&self, offset: u32) -> Option<Hover> {
        let span = self.word(offset)?;
        let word = self.text.slice(span);
        assert_ne!(word, "panic", "as the word says");
        let target = self.settings.target;
        Some(Hover {
            span,
            markdown: format!("**{word}** in {} bytes, {target}", self.text.len()),
        })
    }

    fn inlay_hints(&self, span: Span, level: HintLevel) -> Vec<InlayHint> {
        let equals = self.all(" = ").into_iter().map(|found| found.start);
        let seen = equals.filter(|&offset| span.touches(offset));
        let hints = seen.map(|offset| InlayHint {
            offset,
            parts: vec![
                HintPart {
                    text: format!("{}: see ", level.name()),
                    target: None,
                },
                HintPart {
                    text: "start".to_owned(),
                    target: Some(Span::new(0, 1)),
                },
            ],
            tooltip: Some(format!("tooltip at {offset}")),
        });
        hints.collect()
    }

    fn diagnostics(&self) -> Vec<Diagnostic> {
        assert!(
            !self.text.as_str().contains("break the findings"),
            "as the text says"
        );
        let found = self.all("bad").into_iter().map(|span| Diagnostic {
            span,
            severity: Severity::Warning,
            code: "bad-word".to_owned(),
            url: None,
            message: format!("{} bytes of bad", span.len()),
            related: vec![Related {
                span: Span::new(0, 1),
                message: "the text begins here".to_owned(),
            }],
            data: Some(json!({ "start": span.start })),
        });
        found.collect()
    }

    fn actions(&self, span: Span) -> Vec<Action> {
        let action = |found: Span, text: &str, safety: Safety| Action {
            title: format!("Say {text}"),
            kind: ActionKind::QuickFix,
            edits: vec![Edit {
                span: found,
                text: text.to_owned(),
            }],
            safety,
            diagnostic: self
                .diagnostics()
                .into_iter()
                .find(|finding| finding.span == found),
        };
        let near = |found: &Span| span.touches(found.start) || found.touches(span.start);
        let safe = self
            .all("bad")
            .into_iter()
            .filter(near)
            .map(|found| action(found, "good", Safety::Safe));
        let reason = || Safety::Unsafe("it may be liked".to_owned());
        let risky = self
            .all("ugly")
            .into_iter()
            .filter(near)
            .map(|found| action(found, "fair", reason()));
        safe.chain(risky).collect()
    }

    fn facts(&self, file: &str, span: Span) -> Vec<Value> {
        vec![json!({ "file": file, "text": self.text.slice(span) })]
    }

    fn explain(&self, offset: u32) -> Option<Explanation> {
        let span = self.word(offset)?;
        let step = |text: &str, at| Step {
            text: text.to_owned(),
            at,
        };
        Some(Explanation {
            span,
            steps: vec![step("it is a word", Some(span)), step("so it is", None)],
        })
    }
}
