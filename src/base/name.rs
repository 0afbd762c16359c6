//! Identifiers as small numbers.
//!
//! One [`Names`] belongs to one document and only ever grows, so that a [`Name`] in a lowered item stays valid over
//! edits. Numbers follow the order of first use: never let a result depend on their order.

use std::sync::Arc;

use rustc_hash::FxBuildHasher;

/// An identifier (NFKC-folded) or attribute name, as an index into the document's [`Names`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(pub u32);

/// The interner of a document.
#[derive(Clone, Debug, Default)]
pub struct Names {
    set: indexmap::IndexSet<Arc<str>, FxBuildHasher>,
}

impl Names {
    /// An interner without names.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of `text`, given now if it has none.
    pub fn intern(&mut self, text: &str) -> Name {
        if let Some(index) = self.set.get_index_of(text) {
            return Name(index as u32);
        }
        Name(self.set.insert_full(Arc::from(text)).0 as u32)
    }

    /// The number of `text`, if it has one.
    pub fn get(&self, text: &str) -> Option<Name> {
        self.set.get_index_of(text).map(|index| Name(index as u32))
    }

    /// The text of `name`.
    pub fn text(&self, name: Name) -> &str {
        self.set.get_index(name.0 as usize).map_or("", |text| text)
    }

    /// The text of `name`, shared.
    pub fn shared(&self, name: Name) -> Arc<str> {
        self.set
            .get_index(name.0 as usize)
            .cloned()
            .unwrap_or_default()
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.set.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }
}
