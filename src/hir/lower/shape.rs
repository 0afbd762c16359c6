//! How statements nest: as the parser has it, and where it is known to fail, put right.

use crate::base::Span;
use crate::syntax::{Kind, Node};

/// A statement, clause or block by its place in the text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape<'tree> {
    /// As parsed.
    Parsed(Node<'tree>),
    /// A simple statement that the parser does not know as one.
    Line(Span),
    /// A block whose first statement begins earlier, here.
    Led(u32, Node<'tree>),
}

impl<'tree> Shape<'tree> {
    pub fn kind(self) -> Kind {
        match self {
            Shape::Parsed(node) => node.kind(),
            Shape::Line(_) => Kind::Simple,
            Shape::Led(_, node) => node.kind(),
        }
    }

    pub fn span(self) -> Span {
        match self {
            Shape::Parsed(node) => node.span(),
            Shape::Line(span) => span,
            Shape::Led(start, node) => Span {
                start,
                end: node.end(),
            },
        }
    }

    pub fn start(self) -> u32 {
        self.span().start
    }

    pub fn end(self) -> u32 {
        self.span().end
    }

    /// Whether the parser recovered from an error in it.
    pub fn has_error(self) -> bool {
        match self {
            Shape::Parsed(node) | Shape::Led(_, node) => node.has_error(),
            Shape::Line(_) => false,
        }
    }

    /// What it consists of, tokens and comments left out.
    pub fn parts(self, text: &str) -> Vec<Shape<'tree>> {
        match self {
            Shape::Parsed(node) => put_right(node.named_children(), text),
            Shape::Line(_) => Vec::new(),
            Shape::Led(start, node) => {
                let mut parts = put_right(node.named_children(), text);
                if let Some(first) = parts.first_mut() {
                    let end = first.end();
                    *first = Shape::Line(Span { start, end });
                }
                parts
            }
        }
    }
}

/// The shapes of `nodes`, comments left out, with what the parser does not know put together.
pub(super) fn put_right<'tree>(nodes: Vec<Node<'tree>>, text: &str) -> Vec<Shape<'tree>> {
    let mut shapes: Vec<Shape<'tree>> = Vec::with_capacity(nodes.len());
    for node in nodes {
        if matches!(node.kind(), Kind::Comment | Kind::LineContinuation) {
            continue;
        }
        let text_of = |span: Span| {
            text.get(span.start as usize..span.end as usize)
                .unwrap_or_default()
        };
        // `lazy import a` (3.15) is parsed as an error and an import.
        if let Some(last) = shapes.last_mut()
            && last.kind() == Kind::Error
            && matches!(node.kind(), Kind::Simple | Kind::Block)
            && text_of(last.span()) == "lazy"
            && !text_of(Span {
                start: last.end(),
                end: node.start(),
            })
            .contains(['\n', '\r'])
        {
            *last = match node.kind() {
                Kind::Block => Shape::Led(last.start(), node),
                _ => Shape::Line(Span {
                    start: last.start(),
                    end: node.end(),
                }),
            };
            continue;
        }
        shapes.push(Shape::Parsed(node));
    }
    shapes
}
