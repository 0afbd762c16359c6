//! A chain of evidence for a terminal.

use std::path::Path;

use super::card::inline;
use super::style::{BOLD, DIM, styled};
use crate::ide::Explanation;
use crate::text::{Encoding, Text};

/// What is explained, then a line for each step, with the place it speaks of.
pub fn terminal(text: &Text, name: &Path, found: &Explanation) -> String {
    let at = text.position(found.span.start, Encoding::Utf32);
    let place = format!("{}:{}:{}", name.display(), at.line + 1, at.column + 1);
    let mut out = format!(
        "{} {}\n",
        styled(BOLD, text.slice(found.span)),
        styled(DIM, &place)
    );
    for step in &found.steps {
        out.push_str("  ");
        out.push_str(&inline(&step.text));
        if let Some(at) = step.at {
            let at = text.position(at.start, Encoding::Utf32);
            out.push_str(&styled(
                DIM,
                &format!("  [{}:{}]", at.line + 1, at.column + 1),
            ));
        }
        out.push('\n');
    }
    out
}
