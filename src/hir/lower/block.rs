//! Compound statements: the parse tree's nesting, held against the text.
//!
//! The tree says which statements there are and where their blocks begin. Each header and simple statement is then read
//! from the text and must take up exactly the place that the tree gives it; indentation is checked by CPython's rules.
//! What does not fit becomes [`Stmt::Error`], and the rest goes on.

use super::lex::{self, T};
use super::reader::{Fault, Read, Reader};
use super::shape::Shape;
use crate::base::Name;
use crate::hir::body::{Case, Expr, ExprId, Handler, Stmt, StmtId, WithItem};
use crate::hir::unit::{Problem, UnitKind};
use crate::syntax::Kind;

/// CPython's limit of nested blocks.
const MAX_BLOCKS: u32 = 100;
/// `elif`s of one `if` that are read: each is nested in the one before.
const MAX_ELIFS: usize = 2_500;

impl Reader<'_> {
    /// Reads a statement; one that CPython would refuse becomes [`Stmt::Error`].
    pub fn statement(&mut self, node: Shape<'_>) -> StmtId {
        let marks = self.marks();
        let read = stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.sound_statement(node));
        read.unwrap_or_else(|fault| {
            self.roll_back(marks);
            self.refuse(node, fault)
        })
    }

    /// Notes a problem and stands in an error for the node.
    pub fn refuse(&mut self, node: Shape<'_>, fault: Fault) -> StmtId {
        let start = fault.at.clamp(node.start(), node.end().max(node.start()));
        let span = self.span(start, node.end());
        self.item.problems.push(Problem {
            span,
            message: fault.message.to_owned(),
        });
        self.item.is_broken = true;
        self.stmt(Stmt::Error, node.start(), node.end())
    }

    fn sound_statement(&mut self, node: Shape<'_>) -> Read<StmtId> {
        match node.kind() {
            Kind::Simple => self.simple_statement(node.start(), node.end()),
            // The parser fails at things that are fine: then the text alone decides.
            Kind::Error => self.simple_statement(node.start(), node.end()),
            Kind::If => self.if_statement(node),
            Kind::For => self.for_statement(node),
            Kind::While => self.while_statement(node),
            Kind::Try => self.try_statement(node),
            Kind::With => self.with_statement(node),
            Kind::Match => self.match_statement(node),
            Kind::FunctionDef => self.function(node, Vec::new()),
            Kind::ClassDef => self.class(node, Vec::new()),
            Kind::Decorated => self.decorated(node),
            _ => Err(Fault {
                at: node.start(),
                message: "invalid syntax",
            }),
        }
    }

    /// Takes up the tokens before the block of `node`, and returns the block.
    fn header<'t>(&mut self, node: Shape<'t>, parts: &[Shape<'t>]) -> Read<Shape<'t>> {
        let Some(block) = parts.iter().find(|part| part.kind() == Kind::Block) else {
            return Err(Fault {
                at: node.start(),
                message: "expected ':'",
            });
        };
        self.load(node.start(), block.start());
        Ok(*block)
    }

    /// Reads the `:` that ends a header, and the block behind it.
    fn body(&mut self, block: Shape<'_>) -> Read<Vec<StmtId>> {
        self.end_of_header()?;
        let statements = block.parts(self.text);
        self.check_layout(block, &statements)?;
        self.blocks += 1;
        let read = statements
            .into_iter()
            .map(|node| self.statement(node))
            .collect();
        self.blocks -= 1;
        Ok(read)
    }

    fn end_of_header(&mut self) -> Read<()> {
        self.expect(T::Colon)?;
        while self.eat(T::Newline) {}
        match self.kind() {
            T::End => Ok(()),
            _ => self.fault("invalid syntax"),
        }
    }

    /// Whether the statements of a block stand where CPython would have them.
    fn check_layout(&mut self, block: Shape<'_>, statements: &[Shape<'_>]) -> Read<()> {
        let bytes = self.text.as_bytes();
        let Some(first) = statements.first() else {
            return Err(Fault {
                at: block.start(),
                message: "expected an indented block",
            });
        };
        if self.blocks >= MAX_BLOCKS {
            return Err(Fault {
                at: block.start(),
                message: "too many levels of indentation",
            });
        }
        let around = self.indents.last().copied().unwrap_or_default();
        let level = lex::indentation(bytes, first.start() as usize);
        if let Some(level) = level
            && (level.0 <= around.0 || level.1 <= around.1)
        {
            return Err(Fault {
                at: first.start(),
                message: "expected an indented block",
            });
        }
        for (index, statement) in statements.iter().enumerate() {
            let at = statement.start() as usize;
            let fits = match lex::indentation(bytes, at) {
                Some(here) => Some(here) == level || index > 0 && lex::follows_semicolon(bytes, at),
                None if statement.kind() != Kind::Simple && statement.kind() != Kind::Error => {
                    false
                }
                None => index == 0 || lex::follows_semicolon(bytes, at),
            };
            if !fits {
                return Err(Fault {
                    at: statement.start(),
                    message: "unindent does not match any outer indentation level",
                });
            }
        }
        Ok(())
    }

    /// Reads the block of `node`, whose header has been read up to the `:`, with its level of indentation.
    fn indented(&mut self, node: Shape<'_>, block: Shape<'_>) -> Read<Vec<StmtId>> {
        let Some(level) = lex::indentation(self.text.as_bytes(), node.start() as usize) else {
            return Err(Fault {
                at: node.start(),
                message: "invalid syntax",
            });
        };
        self.indents.push(level);
        let body = self.body(block);
        self.indents.pop();
        body
    }

    /// The nodes behind the first block: clauses; anything else is an error, noted and left out.
    fn clauses<'t>(
        &mut self,
        node: Shape<'t>,
        parts: &[Shape<'t>],
        accepts: &[Kind],
    ) -> Read<Vec<Shape<'t>>> {
        let level = lex::indentation(self.text.as_bytes(), node.start() as usize);
        let from = parts
            .iter()
            .position(|part| part.kind() == Kind::Block)
            .map_or(parts.len(), |at| at + 1);
        let mut clauses = Vec::new();
        for part in &parts[from..] {
            if !accepts.contains(&part.kind()) {
                return Err(Fault {
                    at: part.start(),
                    message: "invalid syntax",
                });
            }
            if lex::indentation(self.text.as_bytes(), part.start() as usize) != level {
                return Err(Fault {
                    at: part.start(),
                    message: "unindent does not match any outer indentation level",
                });
            }
            clauses.push(*part);
        }
        Ok(clauses)
    }

    /// Where a block ends: with its last statement, or the semicolon behind that.
    fn end_of(&self, body: &[StmtId]) -> u32 {
        let Some(&last) = body.last() else {
            return self.base;
        };
        let end = self.item.stmt_span(last).end + self.base;
        let bytes = &self.text.as_bytes()[..self.end as usize];
        match lex::after_blanks(bytes, end as usize) {
            Some(at) if bytes.get(at) == Some(&b';') => at as u32 + 1,
            _ => end,
        }
    }

    fn else_body(&mut self, clause: Shape<'_>) -> Read<Vec<StmtId>> {
        let parts = clause.parts(self.text);
        let block = self.header(clause, &parts)?;
        let word = if clause.kind() == Kind::Finally {
            T::Finally
        } else {
            T::Else
        };
        self.expect(word)?;
        let body = self.indented(clause, block)?;
        self.clauses(clause, &parts, &[])?;
        Ok(body)
    }

    fn if_statement(&mut self, node: Shape<'_>) -> Read<StmtId> {
        let of_if = node.parts(self.text);
        let block = self.header(node, &of_if)?;
        self.expect(T::If)?;
        let test = self.named_expression()?;
        let mut branches = vec![(node.start(), test, self.indented(node, block)?)];
        let mut orelse = Vec::new();
        let clauses = self.clauses(node, &of_if, &[Kind::Elif, Kind::Else])?;
        if clauses.len() > MAX_ELIFS {
            return Err(Fault {
                at: node.start(),
                message: "too many elif clauses",
            });
        }
        for (index, clause) in clauses.iter().enumerate() {
            if clause.kind() == Kind::Else {
                if index + 1 < clauses.len() {
                    return Err(Fault {
                        at: clauses[index + 1].start(),
                        message: "invalid syntax",
                    });
                }
                orelse = self.else_body(*clause)?;
                continue;
            }
            let of_elif = clause.parts(self.text);
            let block = self.header(*clause, &of_elif)?;
            self.expect(T::Elif)?;
            let test = self.named_expression()?;
            branches.push((clause.start(), test, self.indented(*clause, block)?));
            self.clauses(*clause, &of_elif, &[])?;
        }
        let mut end = self.end_of(&orelse);
        while let Some((start, test, body)) = branches.pop() {
            end = end.max(self.end_of(&body));
            orelse = vec![self.stmt(Stmt::If { test, body, orelse }, start, end)];
        }
        orelse.pop().ok_or(Fault {
            at: node.start(),
            message: "invalid syntax",
        })
    }

    fn for_statement(&mut self, node: Shape<'_>) -> Read<StmtId> {
        let parts = node.parts(self.text);
        let block = self.header(node, &parts)?;
        let is_async = self.eat(T::Async);
        self.expect(T::For)?;
        let target = self.target_list()?;
        self.expect(T::In)?;
        let iter = self.star_expressions()?;
        if let Expr::Tuple { elts } = self.item.expr(iter)
            && elts
                .iter()
                .any(|&elt| matches!(self.item.expr(elt), Expr::Starred(_)))
            && self.tokens[self.at - 1].kind != T::RPar
        {
            self.needs(9);
        }
        let body = self.indented(node, block)?;
        let orelse = self.loop_else(node, &parts)?;
        let end = self.end_of(&body).max(self.end_of(&orelse));
        Ok(self.stmt(
            Stmt::For {
                is_async,
                target,
                iter,
                body,
                orelse,
            },
            node.start(),
            end,
        ))
    }

    fn while_statement(&mut self, node: Shape<'_>) -> Read<StmtId> {
        let parts = node.parts(self.text);
        let block = self.header(node, &parts)?;
        self.expect(T::While)?;
        let test = self.named_expression()?;
        let body = self.indented(node, block)?;
        let orelse = self.loop_else(node, &parts)?;
        let end = self.end_of(&body).max(self.end_of(&orelse));
        Ok(self.stmt(Stmt::While { test, body, orelse }, node.start(), end))
    }

    fn loop_else<'t>(&mut self, node: Shape<'t>, parts: &[Shape<'t>]) -> Read<Vec<StmtId>> {
        match self.clauses(node, parts, &[Kind::Else])?.as_slice() {
            [] => Ok(Vec::new()),
            [clause] => self.else_body(*clause),
            [_, second, ..] => Err(Fault {
                at: second.start(),
                message: "invalid syntax",
            }),
        }
    }

    fn try_statement(&mut self, node: Shape<'_>) -> Read<StmtId> {
        let of_try = node.parts(self.text);
        let block = self.header(node, &of_try)?;
        self.expect(T::Try)?;
        let body = self.indented(node, block)?;
        let mut handlers: Vec<Handler> = Vec::new();
        let mut stars = 0;
        let (mut orelse, mut finalbody) = (Vec::new(), Vec::new());
        let mut end = node.start();
        let mut last = Kind::Try;
        for clause in self.clauses(node, &of_try, &[Kind::Except, Kind::Else, Kind::Finally])? {
            let kind = clause.kind();
            let fits = match kind {
                Kind::Except => matches!(last, Kind::Try | Kind::Except),
                Kind::Else => last == Kind::Except,
                _ => last != Kind::Finally,
            };
            if !fits {
                return Err(Fault {
                    at: clause.start(),
                    message: "invalid syntax",
                });
            }
            last = kind;
            match kind {
                Kind::Except => {
                    let (handler, star) = self.handler(clause)?;
                    stars += usize::from(star);
                    end = end.max(self.end_of(&handler.body));
                    handlers.push(handler);
                }
                Kind::Else => orelse = self.else_body(clause)?,
                _ => finalbody = self.else_body(clause)?,
            }
        }
        if last == Kind::Try {
            return Err(Fault {
                at: node.start(),
                message: "expected 'except' or 'finally' block",
            });
        }
        if stars > 0 && stars < handlers.len() {
            return Err(Fault {
                at: node.start(),
                message: "cannot have both 'except' and 'except*' on the same 'try'",
            });
        }
        end = end.max(self.end_of(&orelse)).max(self.end_of(&finalbody));
        let stmt = Stmt::Try {
            star: stars > 0,
            body,
            handlers,
            orelse,
            finalbody,
        };
        Ok(self.stmt(stmt, node.start(), end))
    }

    fn handler(&mut self, clause: Shape<'_>) -> Read<(Handler, bool)> {
        let of_except = clause.parts(self.text);
        let block = self.header(clause, &of_except)?;
        self.expect(T::Except)?;
        let star = self.eat(T::Star);
        let (mut exc_type, mut name) = (None, None);
        if star {
            self.needs(11);
        }
        if star || self.kind() != T::Colon {
            let start = self.start();
            let mut value = self.expression()?;
            if self.kind() == T::Comma {
                self.needs(14);
                let mut elts = vec![value];
                while self.eat(T::Comma) && self.kind() != T::Colon {
                    elts.push(self.expression()?);
                }
                value = self.expr(Expr::Tuple { elts }, start);
                if self.kind() == T::As {
                    return self
                        .fault("multiple exception types must be parenthesized when using 'as'");
                }
            }
            exc_type = Some(value);
            if self.eat(T::As) {
                let token = self.expect_name()?;
                name = Some(self.name_use(token));
            }
        }
        let body = self.indented(clause, block)?;
        self.clauses(clause, &of_except, &[])?;
        let span = self.span(clause.start(), self.end_of(&body));
        Ok((
            Handler {
                span,
                exc_type,
                name,
                body,
            },
            star,
        ))
    }

    fn with_statement(&mut self, node: Shape<'_>) -> Read<StmtId> {
        let parts = node.parts(self.text);
        let block = self.header(node, &parts)?;
        let is_async = self.eat(T::Async);
        self.expect(T::With)?;
        let items = match self.kind() {
            T::LPar => {
                let (at, marks) = (self.at, self.marks());
                match self.bracketed_with_items() {
                    Ok(items) => items,
                    Err(_) => {
                        self.at = at;
                        self.roll_back(marks);
                        self.with_items(T::Colon)?
                    }
                }
            }
            _ => self.with_items(T::Colon)?,
        };
        let body = self.indented(node, block)?;
        self.clauses(node, &parts, &[])?;
        let end = self.end_of(&body);
        Ok(self.stmt(
            Stmt::With {
                is_async,
                items,
                body,
            },
            node.start(),
            end,
        ))
    }

    fn bracketed_with_items(&mut self) -> Read<Vec<WithItem>> {
        self.expect(T::LPar)?;
        let items = self.with_items(T::RPar)?;
        self.expect(T::RPar)?;
        if self.kind() != T::Colon || items.is_empty() {
            return self.fault("invalid syntax");
        }
        // A tuple, to 3.8.
        if items.len() > 1 || items.iter().any(|item| item.target.is_some()) {
            self.needs(9);
        }
        Ok(items)
    }

    fn with_items(&mut self, close: T) -> Read<Vec<WithItem>> {
        let mut items = Vec::new();
        loop {
            let context = self.expression()?;
            let target = match self.eat(T::As) {
                true => {
                    let start = self.start();
                    let target = match self.kind() {
                        T::Star => return self.fault("invalid syntax"),
                        _ => self.primary()?,
                    };
                    self.check_target(target, start)?;
                    Some(target)
                }
                false => None,
            };
            items.push(WithItem { context, target });
            if !self.eat(T::Comma) || close == T::RPar && self.kind() == T::RPar {
                return Ok(items);
            }
        }
    }

    fn match_statement(&mut self, node: Shape<'_>) -> Read<StmtId> {
        self.needs(10);
        let of_match = node.parts(self.text);
        let block = self.header(node, &of_match)?;
        if !self.is_word("match") {
            return self.fault("invalid syntax");
        }
        self.bump();
        let subject = self.tuple_of(Self::star_named_expression)?;
        self.end_of_header()?;
        self.clauses(node, &of_match, &[])?;
        let clauses = block.parts(self.text);
        let level =
            lex::indentation(self.text.as_bytes(), node.start() as usize).unwrap_or_default();
        self.indents.push(level);
        let read = self.check_layout(block, &clauses).and_then(|()| {
            self.blocks += 1;
            let cases: Read<Vec<Case>> = clauses.iter().map(|clause| self.case(*clause)).collect();
            self.blocks -= 1;
            cases
        });
        self.indents.pop();
        let cases = read?;
        let end = cases
            .last()
            .map_or(node.end(), |case| self.end_of(&case.body));
        Ok(self.stmt(Stmt::Match { subject, cases }, node.start(), end))
    }

    fn case(&mut self, clause: Shape<'_>) -> Read<Case> {
        if clause.kind() != Kind::Case {
            return Err(Fault {
                at: clause.start(),
                message: "invalid syntax",
            });
        }
        let of_case = clause.parts(self.text);
        let block = self.header(clause, &of_case)?;
        if !self.is_word("case") {
            return self.fault("invalid syntax");
        }
        self.bump();
        let pattern = self.case_pattern()?;
        let guard = match self.eat(T::If) {
            true => Some(self.named_expression()?),
            false => None,
        };
        let body = self.indented(clause, block)?;
        self.clauses(clause, &of_case, &[])?;
        Ok(Case {
            pattern,
            guard,
            body,
        })
    }

    fn decorated(&mut self, node: Shape<'_>) -> Read<StmtId> {
        let level = lex::indentation(self.text.as_bytes(), node.start() as usize);
        let mut decorators = Vec::new();
        for part in node.parts(self.text) {
            if lex::indentation(self.text.as_bytes(), part.start() as usize) != level {
                return Err(Fault {
                    at: part.start(),
                    message: "invalid syntax",
                });
            }
            match part.kind() {
                Kind::Decorator => decorators.push(self.decorator(part)?),
                Kind::FunctionDef => return self.function(part, decorators),
                Kind::ClassDef => return self.class(part, decorators),
                _ => break,
            }
        }
        Err(Fault {
            at: node.end(),
            message: "invalid syntax",
        })
    }

    fn decorator(&mut self, node: Shape<'_>) -> Read<ExprId> {
        self.load(node.start(), node.end());
        self.expect(T::At)?;
        let value = self.named_expression()?;
        while self.eat(T::Newline) {}
        if self.kind() != T::End || !self.ends_statement(self.last_end()) {
            return self.fault("invalid syntax");
        }
        let callee = match self.item.expr(value) {
            Expr::Call { func, .. } => *func,
            _ => value,
        };
        if !self.is_dotted(callee) {
            self.needs(9);
        }
        Ok(value)
    }

    fn is_dotted(&self, mut value: ExprId) -> bool {
        loop {
            match self.item.expr(value) {
                Expr::Attribute { value: inner, .. } => value = *inner,
                other => return matches!(other, Expr::Name(_)),
            }
        }
    }

    fn function(&mut self, node: Shape<'_>, decorators: Vec<ExprId>) -> Read<StmtId> {
        let parts = node.parts(self.text);
        let block = self.header(node, &parts)?;
        let is_async = self.eat(T::Async);
        self.expect(T::Def)?;
        let token = self.expect_name()?;
        let name = self.name_use(token);
        let kind = if is_async {
            UnitKind::AsyncFunction
        } else {
            UnitKind::Function
        };
        let co_name = self.plain_name(token);
        let unit = self.unit(kind, co_name, node.start());
        let name_span = self.span(token.start, token.end);
        let type_params = self.type_params()?;
        self.expect(T::LPar)?;
        let params = self.parameters(T::RPar, true)?;
        self.expect(T::RPar)?;
        let returns = match self.eat(T::Arrow) {
            true => Some(self.expression()?),
            false => None,
        };
        let body = self.indented(node, block)?;
        self.clauses(node, &parts, &[])?;
        let end = self.end_of(&body);
        let has_docstring = self.has_docstring(&body);
        let span = self.span(node.start(), end);
        let function = self.unit_mut(unit);
        (function.params, function.returns, function.body) = (params, returns, body);
        (function.span, function.name_span, function.has_docstring) =
            (span, name_span, has_docstring);
        Ok(self.stmt(
            Stmt::FunctionDef {
                unit,
                name,
                decorators,
                type_params,
            },
            node.start(),
            end,
        ))
    }

    fn class(&mut self, node: Shape<'_>, decorators: Vec<ExprId>) -> Read<StmtId> {
        let parts = node.parts(self.text);
        let block = self.header(node, &parts)?;
        self.expect(T::Class)?;
        let token = self.expect_name()?;
        let name = self.name_use(token);
        let co_name: Name = self.plain_name(token);
        let unit = self.unit(UnitKind::Class, co_name, node.start());
        let name_span = self.span(token.start, token.end);
        let private = self.identifier(token).trim_start_matches('_').to_owned();
        let outer = self.class.replace(private.clone());
        let type_params = self.type_params();
        self.class = outer;
        let type_params = type_params?;
        let (mut bases, mut keywords) = (Vec::new(), Vec::new());
        if self.kind() == T::LPar {
            let open = self.bump().start;
            (bases, keywords) = self.arguments(open)?;
            self.expect(T::RPar)?;
        }
        let outer = self.class.replace(private);
        let body = self.indented(node, block);
        self.class = outer;
        let body = body?;
        self.clauses(node, &parts, &[])?;
        let end = self.end_of(&body);
        let has_docstring = self.has_docstring(&body);
        let span = self.span(node.start(), end);
        let class = self.unit_mut(unit);
        (class.body, class.span, class.name_span, class.has_docstring) =
            (body, span, name_span, has_docstring);
        let stmt = Stmt::ClassDef {
            unit,
            name,
            bases,
            keywords,
            decorators,
            type_params,
        };
        Ok(self.stmt(stmt, node.start(), end))
    }

    /// Whether the first of `body` is a string alone.
    pub fn has_docstring(&self, body: &[StmtId]) -> bool {
        let Some(&first) = body.first() else {
            return false;
        };
        match self.item.stmt(first) {
            Stmt::Expr(value) => self.item.expr(*value).is_str(),
            _ => false,
        }
    }
}
