//! A chain of evidence for a terminal.

use std::path::Path;

use super::card::inline;
use super::style::{BOLD, DIM, styled};
use crate::base::Span;
use crate::text::{Encoding, Text};

/// What is explained (`subject`), then a line for each step, with the place it speaks of.
pub fn terminal(
    text: &Text,
    name: &Path,
    subject: Span,
    steps: &[(String, Option<Span>)],
) -> String {
    let at = text.position(subject.start, Encoding::Utf32);
    let place = format!("{}:{}:{}", name.display(), at.line + 1, at.column + 1);
    let mut out = format!(
        "{} {}\n",
        styled(BOLD, text.slice(subject)),
        styled(DIM, &place)
    );
    for (said, at) in steps {
        out.push_str("  ");
        out.push_str(&inline(said));
        if let Some(at) = *at {
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
