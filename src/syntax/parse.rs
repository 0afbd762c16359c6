//! Parsing: from scratch, incrementally, cancellably.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::ControlFlow;

use super::{Edit, Node};
use crate::base::{Cancel, Span};

/// How a text nests. Cheap to clone; dropping the last clone of a big one takes milliseconds.
#[derive(Clone, Debug)]
pub struct Tree(tree_sitter::Tree);

thread_local! {
    static PARSER: RefCell<Option<tree_sitter::Parser>> = const { RefCell::new(None) };
}

/// Parses `text`. With an `old` tree that was told of all edits since ([`Tree::edit`]) only what changed is parsed.
/// `None` when `cancel` was set meanwhile.
pub fn parse(text: &str, old: Option<&Tree>, cancel: &Cancel) -> Option<Tree> {
    let source = with_known_newlines(text);
    let bytes: &[u8] = &source;
    PARSER.with_borrow_mut(|slot| {
        let parser = slot.get_or_insert_with(|| {
            let mut parser = tree_sitter::Parser::new();
            let language = tree_sitter_python::LANGUAGE.into();
            parser
                .set_language(&language)
                .expect("the grammar and the parser are of one generation");
            parser
        });
        let mut progress = |_: &tree_sitter::ParseState| match cancel.is_cancelled() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let options = tree_sitter::ParseOptions::new().progress_callback(&mut progress);
        let mut read =
            |offset: usize, _: tree_sitter::Point| bytes.get(offset..).unwrap_or_default();
        let tree = parser.parse_with_options(&mut read, old.map(|tree| &tree.0), Some(options));
        // A parse that was stopped would be taken up again by the next call, whatever its text.
        parser.reset();
        tree.map(Tree)
    })
}

/// CPython ends a line at a lone carriage return too; the parser does not. A line feed is as long.
fn with_known_newlines(text: &str) -> Cow<'_, [u8]> {
    let bytes = text.as_bytes();
    let mut fixed: Option<Vec<u8>> = None;
    let mut from = 0;
    while let Some(at) = text[from..].find('\r').map(|found| from + found) {
        from = at + 1;
        if bytes.get(from) != Some(&b'\n') {
            fixed.get_or_insert_with(|| bytes.to_vec())[at] = b'\n';
        }
    }
    fixed.map_or(Cow::Borrowed(bytes), Cow::Owned)
}

impl Tree {
    /// Moves the nodes to where they are after `edit`, and marks those it touched. To be called once for each edit, in
    /// order, before the next [`parse`].
    pub fn edit(&mut self, edit: &Edit) {
        self.0.edit(&edit.to_parser());
    }

    /// The node of the whole text.
    pub fn root(&self) -> Node<'_> {
        Node::new(self.0.root_node())
    }

    /// Where the nesting differs between this tree (after [`Tree::edit`]) and `new`.
    pub fn changed_ranges(&self, new: &Tree) -> Vec<Span> {
        let clamp = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        self.0
            .changed_ranges(&new.0)
            .map(|range| Span {
                start: clamp(range.start_byte),
                end: clamp(range.end_byte),
            })
            .collect()
    }
}
