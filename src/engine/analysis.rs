//! What is known of a file at one moment.

use std::sync::Arc;

use super::job::{Analyser, Input};
use crate::base::Cancel;
use crate::text::Text;

/// Everything that was found out about one text. Immutable.
#[derive(Debug)]
pub struct Analysis {
    /// The text it speaks of.
    pub text: Text,
}

/// Analyses files.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileAnalyser;

impl Analyser for FileAnalyser {
    type Output = Analysis;

    fn analyse(&self, input: Input<Analysis>, cancel: &Cancel) -> Option<Arc<Analysis>> {
        (!cancel.is_cancelled()).then(|| Arc::new(Analysis { text: input.text }))
    }
}
