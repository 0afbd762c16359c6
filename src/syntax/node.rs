//! Nodes, as far as lowering asks for them.

use std::sync::OnceLock;

use crate::base::Span;

/// A node of a [`Tree`](super::Tree).
#[derive(Clone, Copy, Debug)]
pub struct Node<'tree>(tree_sitter::Node<'tree>);

macro_rules! kinds {
    ($($name:ident = $text:literal),+ $(,)?) => {
        /// What kind of node: those that make up the nesting of statements.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs)] // they bear the grammar's names
        pub enum Kind { $($name,)+
            /// A statement on one logical line.
            Simple,
            /// What the parser could not make sense of.
            Error,
            /// Tokens, expressions and all else within a statement.
            Other,
        }

        fn kind_of(text: &str) -> Kind {
            match text {
                $($text => Kind::$name,)+
                "future_import_statement" | "import_statement" | "import_from_statement" | "print_statement"
                | "assert_statement" | "expression_statement" | "return_statement" | "delete_statement"
                | "raise_statement" | "pass_statement" | "break_statement" | "continue_statement" | "global_statement"
                | "nonlocal_statement" | "exec_statement" | "type_alias_statement" => Kind::Simple,
                _ => Kind::Other,
            }
        }
    };
}

kinds! {
    Module = "module",
    Block = "block",
    Comment = "comment",
    LineContinuation = "line_continuation",
    If = "if_statement",
    Elif = "elif_clause",
    Else = "else_clause",
    For = "for_statement",
    While = "while_statement",
    Try = "try_statement",
    Except = "except_clause",
    Finally = "finally_clause",
    With = "with_statement",
    FunctionDef = "function_definition",
    ClassDef = "class_definition",
    Decorated = "decorated_definition",
    Decorator = "decorator",
    Match = "match_statement",
    Case = "case_clause",
}

impl Kind {
    /// Whether a node of this kind is a statement as a whole.
    pub fn is_statement(self) -> bool {
        matches!(
            self,
            Kind::Simple
                | Kind::If
                | Kind::For
                | Kind::While
                | Kind::Try
                | Kind::With
                | Kind::FunctionDef
                | Kind::ClassDef
                | Kind::Decorated
                | Kind::Match
        )
    }
}

static KINDS: OnceLock<Vec<Kind>> = OnceLock::new();

impl<'tree> Node<'tree> {
    pub(super) fn new(node: tree_sitter::Node<'tree>) -> Self {
        Self(node)
    }

    pub(super) fn inner(self) -> tree_sitter::Node<'tree> {
        self.0
    }

    /// Its kind.
    pub fn kind(self) -> Kind {
        let kinds = KINDS.get_or_init(|| {
            let language: tree_sitter::Language = tree_sitter_python::LANGUAGE.into();
            (0..language.node_kind_count())
                .map(|id| {
                    match (
                        language.node_kind_is_named(id as u16),
                        language.node_kind_for_id(id as u16),
                    ) {
                        (true, Some(text)) => kind_of(text),
                        _ => Kind::Other,
                    }
                })
                .collect()
        });
        match self.0.is_error() {
            true => Kind::Error,
            false => kinds
                .get(self.0.kind_id() as usize)
                .copied()
                .unwrap_or(Kind::Other),
        }
    }

    /// Its first byte.
    pub fn start(self) -> u32 {
        u32::try_from(self.0.start_byte()).unwrap_or(u32::MAX)
    }

    /// One past its last byte.
    pub fn end(self) -> u32 {
        u32::try_from(self.0.end_byte()).unwrap_or(u32::MAX)
    }

    /// Its bytes.
    pub fn span(self) -> Span {
        Span {
            start: self.start(),
            end: self.end(),
        }
    }

    /// Whether the parser failed in it, or made something up.
    pub fn has_error(self) -> bool {
        self.0.has_error()
    }

    /// Its structure as text, to look at.
    pub fn sexp(self) -> String {
        self.0.to_sexp()
    }

    /// Its children in order, tokens among them.
    pub fn children(self) -> Vec<Node<'tree>> {
        let mut cursor = self.0.walk();
        self.0.children(&mut cursor).map(Node).collect()
    }

    /// Its children other than tokens.
    pub fn named_children(self) -> Vec<Node<'tree>> {
        let mut cursor = self.0.walk();
        let mut found = Vec::with_capacity(self.0.named_child_count());
        if cursor.goto_first_child() {
            loop {
                if cursor.node().is_named() {
                    found.push(Node(cursor.node()));
                }
                if !cursor.goto_next_sibling() {
                    break;
                }
            }
        }
        found
    }
}
