//! A card as it grows, and its Markdown.
//!
//! The rows are a list, not a table: Neovim and Emacs show the pipes of a table as they stand, and a table without heads
//! leaves an empty line at its top in VS Code.

use crate::ide::words;

/// Rows of a card, at most.
const ROWS: usize = 8;

/// See the module.
pub(in crate::ide) struct Card {
    title: String,
    head: Vec<String>,
    rows: Vec<(&'static str, String)>,
    has_figure: bool,
}

impl Card {
    /// About something that the program writes so.
    pub(super) fn new(title: String) -> Self {
        Card {
            title,
            head: Vec::new(),
            rows: Vec::new(),
            has_figure: false,
        }
    }

    /// Adds to the first line what is no figure.
    pub(super) fn say(&mut self, part: Option<String>) {
        self.head.extend(part.map(|part| words::plain(&part)));
    }

    /// Adds a figure to the first line.
    pub(super) fn figure(&mut self, part: String) {
        self.head.push(part);
        self.has_figure = true;
    }

    /// Adds a row; `text` is Markdown.
    pub(super) fn row(&mut self, topic: &'static str, text: String) {
        if self.rows.len() < ROWS {
            self.rows.push((topic, text));
        }
    }

    /// The first line without what it speaks of.
    pub(in crate::ide) fn headline(&self) -> String {
        self.head.join(" \u{b7} ")
    }

    /// Adds a row, if there is one.
    pub(super) fn row_if(&mut self, topic: &'static str, text: Option<String>) {
        if let Some(text) = text {
            self.row(topic, text);
        }
    }

    /// The rows: topic, and text in Markdown.
    pub(in crate::ide) fn rows(&self) -> &[(&'static str, String)] {
        &self.rows
    }

    /// The card, if it says something.
    pub(super) fn worth_showing(self) -> Option<Card> {
        (self.has_figure || !self.rows.is_empty()).then_some(self)
    }

    /// Its text; `foot` is the last line.
    pub(super) fn markdown(&self, foot: &str) -> String {
        let mut out = format!("**{}**", title(&self.title));
        for part in &self.head {
            out.push_str(" \u{b7} ");
            out.push_str(part);
        }
        out.push('\n');
        if !self.rows.is_empty() {
            out.push('\n');
            for (topic, text) in &self.rows {
                out.push_str(&format!("- *{topic}:* {text}\n"));
            }
        }
        out.push('\n');
        out.push_str(foot);
        out
    }
}

/// A title that reads as it is written: underscores within a word mean nothing to Markdown, and editors that show escapes
/// as they are would show them.
fn title(text: &str) -> String {
    let at_an_edge = text.starts_with('_') || text.ends_with('_');
    if text.chars().all(|c| c.is_alphanumeric() || c == '_') && !at_an_edge {
        text.to_owned()
    } else if at_an_edge {
        words::code(text)
    } else {
        words::plain(text)
    }
}
