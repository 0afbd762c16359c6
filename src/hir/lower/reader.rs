//! The state of lowering one item: tokens at hand, arenas being filled.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::lex::{self, T, Token};
use crate::base::{Name, Names, Span};
use crate::hir::body::{Const, Expr, ExprId, NameUse, PatId, Pattern, Stmt, StmtId, Var};
use crate::hir::unit::{Item, Scope, Unit, UnitId, UnitKind};

/// A syntax error: where (absolute) and what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    pub at: u32,
    pub message: &'static str,
}

/// What reading something gives.
pub(super) type Read<T> = Result<T, Fault>;

/// Nesting of expressions that is read; CPython gives up at about as much.
const MAX_DEPTH: u32 = 1_500;
/// Links of one chain of operators, calls or attributes that are read.
const MAX_CHAIN: u32 = 2_500;

/// Reads one item.
pub(super) struct Reader<'a> {
    pub text: &'a str,
    pub names: &'a mut Names,
    /// Tokens of the current logical line.
    pub tokens: Vec<Token>,
    /// Index of the next one.
    pub at: usize,
    /// Start of the item in the text: spans are relative to it.
    pub base: u32,
    /// End of the item, and whether what follows there lets a statement end.
    pub end: u32,
    pub ends_well: bool,
    /// The name of the class around, without leading underscores: private names are mangled with it.
    pub class: Option<String>,
    pub item: Item,
    /// The statement being read began with `lazy`.
    pub is_lazy: bool,
    pub depth: u32,
    /// Blocks around.
    pub blocks: u32,
    /// Indentation of the headers of these blocks.
    pub indents: Vec<(u32, u32)>,
}

/// How far the arenas were filled.
#[derive(Clone, Copy)]
pub(super) struct Marks {
    stmts: usize,
    exprs: usize,
    patterns: usize,
    units: usize,
    blocks: u32,
    indents: usize,
    depth: u32,
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a str, names: &'a mut Names, span: Span, ends_well: bool) -> Self {
        Self {
            text,
            names,
            tokens: Vec::new(),
            at: 0,
            base: span.start,
            end: span.end,
            ends_well,
            class: None,
            item: Item {
                min_minor: super::OLDEST_MINOR,
                ..Item::default()
            },
            is_lazy: false,
            depth: 0,
            blocks: 0,
            indents: Vec::new(),
        }
    }

    // Going back

    pub fn marks(&self) -> Marks {
        Marks {
            stmts: self.item.stmts.len(),
            exprs: self.item.exprs.len(),
            patterns: self.item.patterns.len(),
            units: self.item.units.len(),
            blocks: self.blocks,
            indents: self.indents.len(),
            depth: self.depth,
        }
    }

    /// Forgets what was put into the arenas since.
    pub fn roll_back(&mut self, marks: Marks) {
        self.item.stmts.truncate(marks.stmts);
        self.item.stmt_spans.truncate(marks.stmts);
        self.item.exprs.truncate(marks.exprs);
        self.item.expr_spans.truncate(marks.exprs);
        self.item.patterns.truncate(marks.patterns);
        self.item.pattern_spans.truncate(marks.patterns);
        self.item.units.truncate(marks.units);
        self.indents.truncate(marks.indents);
        (self.blocks, self.depth) = (marks.blocks, marks.depth);
    }

    // Tokens

    /// Takes up the tokens of a range of the text.
    pub fn load(&mut self, start: u32, end: u32) {
        self.tokens.clear();
        self.at = 0;
        lex::tokens(self.text, start, end, &mut self.tokens);
    }

    pub fn token(&self) -> Token {
        self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    pub fn kind(&self) -> T {
        self.token().kind
    }

    /// The kind of the token `ahead` of the next one.
    pub fn kind_at(&self, ahead: usize) -> T {
        self.tokens
            .get(self.at + ahead)
            .map_or(T::End, |token| token.kind)
    }

    pub fn start(&self) -> u32 {
        self.token().start
    }

    /// End of the token read last.
    pub fn last_end(&self) -> u32 {
        match self.at {
            0 => self.start(),
            at => self.tokens[at - 1].end,
        }
    }

    pub fn bump(&mut self) -> Token {
        let token = self.token();
        if token.kind != T::End {
            self.at += 1;
        }
        token
    }

    pub fn eat(&mut self, kind: T) -> bool {
        let found = self.kind() == kind;
        if found {
            self.bump();
        }
        found
    }

    pub fn expect(&mut self, kind: T) -> Read<Token> {
        match self.kind() == kind {
            true => Ok(self.bump()),
            false => self.fault("invalid syntax"),
        }
    }

    pub fn fault<R>(&self, message: &'static str) -> Read<R> {
        Err(Fault {
            at: self.start(),
            message,
        })
    }

    /// Whether the next token is the identifier `word`.
    pub fn is_word(&self, word: &str) -> bool {
        let token = self.token();
        token.kind == T::Name && &self.text[token.start as usize..token.end as usize] == word
    }

    /// Notes that what was read needs a grammar of Python 3.`minor`.
    pub fn needs(&mut self, minor: u8) {
        self.item.min_minor = self.item.min_minor.max(minor);
    }

    // Depth

    /// Reads something nested, with room on the stack.
    pub fn nested<R>(&mut self, read: impl FnOnce(&mut Self) -> Read<R>) -> Read<R> {
        if self.depth >= MAX_DEPTH {
            return self.fault("too deeply nested");
        }
        self.depth += 1;
        let result = stacker::maybe_grow(64 * 1024, 1024 * 1024, || read(self));
        self.depth -= 1;
        result
    }

    /// Counts a link of a chain.
    pub fn link(&self, links: &mut u32) -> Read<()> {
        *links += 1;
        match *links > MAX_CHAIN {
            true => self.fault("too many operators in a row"),
            false => Ok(()),
        }
    }

    // Arenas

    pub fn span(&self, start: u32, end: u32) -> Span {
        let start = start.saturating_sub(self.base);
        Span {
            start,
            end: end.saturating_sub(self.base).max(start),
        }
    }

    /// An expression from `start` to the end of the token read last.
    pub fn expr(&mut self, expr: Expr, start: u32) -> ExprId {
        let end = self.last_end();
        self.expr_at(expr, start, end)
    }

    pub fn expr_at(&mut self, expr: Expr, start: u32, end: u32) -> ExprId {
        let span = self.span(start, end);
        self.item.exprs.push(expr);
        self.item.expr_spans.push(span);
        ExprId(self.item.exprs.len() as u32 - 1)
    }

    pub fn constant(&mut self, value: Const, start: u32) -> ExprId {
        self.expr(Expr::Constant(value), start)
    }

    pub fn stmt(&mut self, stmt: Stmt, start: u32, end: u32) -> StmtId {
        let span = self.span(start, end);
        self.item.stmts.push(stmt);
        self.item.stmt_spans.push(span);
        StmtId(self.item.stmts.len() as u32 - 1)
    }

    pub fn pattern(&mut self, pattern: Pattern, start: u32) -> PatId {
        let span = self.span(start, self.last_end());
        self.item.patterns.push(pattern);
        self.item.pattern_spans.push(span);
        PatId(self.item.patterns.len() as u32 - 1)
    }

    /// A code object, of which the scope is found out later.
    pub fn unit(&mut self, kind: UnitKind, name: Name, start: u32) -> UnitId {
        let span = self.span(start, start);
        self.item.units.push(Unit {
            kind,
            name,
            qualname: "".into(),
            parent: None,
            params: Default::default(),
            returns: None,
            scope: Scope::default(),
            body: Vec::new(),
            value: None,
            is_generator: false,
            has_docstring: false,
            span,
            name_span: span,
        });
        UnitId(self.item.units.len() as u32 - 1)
    }

    pub fn unit_mut(&mut self, id: UnitId) -> &mut Unit {
        &mut self.item.units[id.0 as usize]
    }

    // Names

    /// An identifier's text as the compiler has it, before mangling.
    pub fn identifier(&self, token: Token) -> std::borrow::Cow<'a, str> {
        let text: &'a str = &self.text[token.start as usize..token.end as usize];
        match text.is_ascii() || is_nfkc_quick(text.chars()) == IsNormalized::Yes {
            true => text.into(),
            false => text.nfkc().collect::<String>().into(),
        }
    }

    /// An identifier as a name that is not mangled.
    pub fn plain_name(&mut self, token: Token) -> Name {
        let text = self.identifier(token);
        self.names.intern(&text)
    }

    /// An identifier as a name, mangled within a class.
    pub fn mangled_name(&mut self, token: Token) -> Name {
        let text = self.identifier(token);
        match &self.class {
            Some(class) if text.starts_with("__") && !text.ends_with("__") && !class.is_empty() => {
                let mangled = format!("_{class}{text}");
                self.names.intern(&mangled)
            }
            _ => self.names.intern(&text),
        }
    }

    /// The use of a name; how it is reached is found out later.
    pub fn name_use(&mut self, token: Token) -> NameUse {
        NameUse {
            name: self.mangled_name(token),
            var: Var::Global,
        }
    }

    pub fn expect_name(&mut self) -> Read<Token> {
        self.expect(T::Name)
    }
}
