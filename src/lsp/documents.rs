//! The open documents, as the editor sees them.
//!
//! All changes come from the reader, one after another; look-ups come from handlers. A [`Document`] never changes: a
//! change puts another in its place. Nobody keeps a guard of the map, only the `Arc` in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dashmap::DashMap;
use tower_lsp::lsp_types::{TextDocumentItem, Url};

use crate::engine::{Analyser, Job, Submission, Surroundings};
use crate::text::{Change, Encoding, Text, apply};

/// A document at one moment.
pub(super) struct Document<A: Analyser> {
    pub(super) uri: Url,
    /// The editor's count.
    pub(super) version: i32,
    /// Ours; unlike versions it also counts changed settings, and never comes twice.
    pub(super) generation: u64,
    pub(super) text: Text,
    /// A change was missed: what the editor shows is not known until it sends the whole text.
    pub(super) is_stale: bool,
    pub(super) job: Arc<Job<A>>,
    surroundings: Arc<dyn Surroundings>,
}

/// All open documents.
pub(super) struct Documents<A: Analyser> {
    map: DashMap<Url, Arc<Document<A>>>,
    generations: AtomicU64,
}

impl<A: Analyser> Documents<A> {
    pub(super) fn new() -> Self {
        Self {
            map: DashMap::new(),
            generations: AtomicU64::new(1),
        }
    }

    /// The document called `uri`, if it is open and Python.
    pub(super) fn get(&self, uri: &Url) -> Option<Arc<Document<A>>> {
        self.map.get(uri).map(|document| Arc::clone(&document))
    }

    /// All open documents.
    pub(super) fn all(&self) -> Vec<Arc<Document<A>>> {
        self.map
            .iter()
            .map(|document| Arc::clone(&document))
            .collect()
    }

    /// Takes a document in and starts its analysis, if it is Python. As it is now.
    pub(super) fn open(
        &self,
        item: TextDocumentItem,
        job: Job<A>,
        surroundings: Arc<dyn Surroundings>,
    ) -> Option<Arc<Document<A>>> {
        if !is_python(&item) {
            return None;
        }
        let document = Document {
            uri: item.uri,
            version: item.version,
            generation: self.next_generation(),
            text: Text::new(item.text),
            is_stale: false,
            job: Arc::new(job),
            surroundings,
        };
        document.submit(Vec::new(), true);
        let document = Arc::new(document);
        let uri = document.uri.clone();
        if let Some(old) = self.map.insert(uri, Arc::clone(&document)) {
            tracing::warn!("{} was opened twice", old.uri);
            old.job.close();
        }
        Some(document)
    }

    /// Applies an edit. `None`: the document is not open here. Otherwise the document as it is now.
    pub(super) fn change(
        &self,
        uri: &Url,
        version: i32,
        changes: Vec<Change>,
        encoding: Encoding,
    ) -> Option<Arc<Document<A>>> {
        let old = self.get(uri)?;
        let is_out_of_order = version <= old.version;
        if is_out_of_order {
            tracing::warn!("{uri}: version {version} came after {}", old.version);
        }
        // Only what comes after a whole text is known to be right then.
        let whole = changes.iter().rposition(|change| change.range.is_none());
        if (is_out_of_order || old.is_stale) && whole.is_none() {
            return Some(self.replace(&old, |new| {
                new.version = version.max(old.version);
                new.is_stale = true;
            }));
        }
        let (text, edits) = apply(&old.text, &changes[whole.unwrap_or(0)..], encoding);
        let new = self.replace(&old, |new| {
            new.version = version;
            new.is_stale = false;
            new.text = text;
        });
        new.submit(edits, false);
        Some(new)
    }

    /// A change of `uri`, or of nobody knows which document, was lost. The documents that are out of step now.
    pub(super) fn lose_step(&self, uri: Option<&Url>) -> Vec<Arc<Document<A>>> {
        let hit = self
            .all()
            .into_iter()
            .filter(|document| uri.is_none_or(|uri| *uri == document.uri));
        hit.map(|old| self.replace(&old, |new| new.is_stale = true))
            .collect()
    }

    /// Analyses every document again, under settings that may have changed.
    pub(super) fn resubmit_all(&self, from_scratch: bool) {
        for old in self.all() {
            let new = self.replace(&old, |_| {});
            if !new.is_stale {
                new.submit(Vec::new(), from_scratch);
            }
        }
    }

    /// Analyses one document again: what is around it has changed.
    pub(super) fn resubmit(&self, uri: &Url) {
        let Some(old) = self.get(uri).filter(|old| !old.is_stale) else {
            return;
        };
        self.replace(&old, |_| {}).submit(Vec::new(), false);
    }

    /// Lets a document go. Whether it was open.
    pub(super) fn close(&self, uri: &Url) -> bool {
        let Some((_, document)) = self.map.remove(uri) else {
            return false;
        };
        document.job.close();
        true
    }

    fn replace(
        &self,
        old: &Document<A>,
        change: impl FnOnce(&mut Document<A>),
    ) -> Arc<Document<A>> {
        let mut new = Document {
            uri: old.uri.clone(),
            version: old.version,
            generation: self.next_generation(),
            text: old.text.clone(),
            is_stale: old.is_stale,
            job: Arc::clone(&old.job),
            surroundings: Arc::clone(&old.surroundings),
        };
        change(&mut new);
        let new = Arc::new(new);
        self.map.insert(new.uri.clone(), Arc::clone(&new));
        new
    }

    fn next_generation(&self) -> u64 {
        self.generations.fetch_add(1, Ordering::Relaxed)
    }
}

impl<A: Analyser> Document<A> {
    fn submit(&self, edits: Vec<crate::text::ByteEdit>, from_scratch: bool) {
        self.job.submit(Submission {
            generation: self.generation,
            text: self.text.clone(),
            edits,
            surroundings: Arc::clone(&self.surroundings),
            from_scratch,
        });
    }
}

/// Some clients send the files of other languages too, some a language of their own for stubs.
fn is_python(item: &TextDocumentItem) -> bool {
    const ENDINGS: [&str; 3] = [".py", ".pyi", ".pyw"];
    item.language_id.eq_ignore_ascii_case("python")
        || ENDINGS
            .iter()
            .any(|ending| item.uri.path().ends_with(ending))
}
