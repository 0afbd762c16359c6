//! The queries of `queries/`, compiled once.

use std::sync::OnceLock;

use tree_sitter::{Query, QueryCursor, StreamingIterator};

use super::Tree;
use crate::base::Span;

static SUPPRESSIONS: OnceLock<Query> = OnceLock::new();

/// The comments that may ask for silence and stand in `within`, at least in part; in order. Only that part of the tree
/// is looked at.
pub fn suppressions(tree: &Tree, text: &str, within: Span) -> Vec<Span> {
    let query =
        SUPPRESSIONS.get_or_init(|| compiled(include_str!("../../queries/suppressions.scm")));
    let mut cursor = QueryCursor::new();
    cursor.set_byte_range(within.start as usize..within.end as usize);
    let mut found = Vec::new();
    let mut matches = cursor.matches(query, tree.root().inner(), text.as_bytes());
    while let Some(one) = matches.next() {
        found.extend(one.captures.iter().map(|capture| {
            let (start, end) = (capture.node.start_byte(), capture.node.end_byte());
            // Texts are shorter than 4 GB.
            Span::new(start as u32, end as u32)
        }));
    }
    found
}

fn compiled(source: &str) -> Query {
    let language = tree_sitter_python::LANGUAGE.into();
    Query::new(&language, source).expect("the queries are tested")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Cancel;
    use crate::syntax;

    #[test]
    fn comments_are_found_and_texts_are_not() {
        let text = "x = '# noqa'\ny = 1  # type: ignore # NoQA\n\"\"\"\n# heaplight: ignore\n\"\"\"\nif x:\n    # heaplight:ignore[a]\n    z = 1 # other\n";
        let tree = syntax::parse(text, None, &Cancel::new()).expect("nobody cancels");
        let whole = Span::new(0, text.len() as u32);
        let found = |within| {
            let spans = suppressions(&tree, text, within).into_iter();
            spans
                .map(|span| &text[span.start as usize..span.end as usize])
                .collect::<Vec<_>>()
        };
        assert_eq!(
            found(whole),
            ["# type: ignore # NoQA", "# heaplight:ignore[a]"]
        );
        let at = text.find("# NoQA").expect("it is there") as u32;
        assert_eq!(found(Span::new(at, at + 1)), ["# type: ignore # NoQA"]);
        assert_eq!(found(Span::new(0, 12)), [""; 0]);
    }
}
