//! Expressions, by precedence.

use super::lex::T;
use super::number;
use super::reader::{Read, Reader};
use crate::hir::body::{
    BinOp, BoolOp, CmpOp, CompKind, Comprehension, Const, Expr, ExprId, Keyword, UnaryOp,
};
use crate::hir::unit::UnitKind;

impl Reader<'_> {
    /// `a`, `a, *b`: what may stand as a statement, after `=`, `return`, `in`.
    pub fn star_expressions(&mut self) -> Read<ExprId> {
        self.tuple_of(Self::star_expression)
    }

    /// `*a` or an expression.
    pub fn star_expression(&mut self) -> Read<ExprId> {
        match self.kind() {
            T::Star => self.starred(),
            _ => self.expression(),
        }
    }

    /// `*a` or an expression with `:=`.
    pub fn star_named_expression(&mut self) -> Read<ExprId> {
        match self.kind() {
            T::Star => self.starred(),
            _ => self.named_expression(),
        }
    }

    /// One of what `read` reads, or a tuple of them without parentheses.
    pub fn tuple_of(&mut self, mut read: impl FnMut(&mut Self) -> Read<ExprId>) -> Read<ExprId> {
        let start = self.start();
        let first = read(self)?;
        if self.kind() != T::Comma {
            return match self.item.expr(first) {
                Expr::Starred(_) => self.fault("can't use starred expression here"),
                _ => Ok(first),
            };
        }
        let mut elts = vec![first];
        while self.eat(T::Comma) && self.begins_expression() {
            elts.push(read(self)?);
        }
        Ok(self.expr(Expr::Tuple { elts }, start))
    }

    fn starred(&mut self) -> Read<ExprId> {
        let start = self.expect(T::Star)?.start;
        let value = self.binary(0)?;
        Ok(self.expr(Expr::Starred(value), start))
    }

    /// Whether the next token can begin an expression (or `*a`).
    pub fn begins_expression(&self) -> bool {
        use T::*;
        matches!(
            self.kind(),
            Name | Number
                | String
                | LPar
                | LSqb
                | LBrace
                | Minus
                | Plus
                | Tilde
                | Star
                | Not
                | Lambda
                | Await
                | Yield
                | False
                | None
                | True
                | Ellipsis
        )
    }

    /// `a := b` or an expression.
    pub fn named_expression(&mut self) -> Read<ExprId> {
        if self.kind() == T::Name && self.kind_at(1) == T::Walrus {
            let token = self.bump();
            let target = self.name_use(token);
            let target = self.expr(Expr::Name(target), token.start);
            self.bump();
            let value = self.expression()?;
            return Ok(self.expr(Expr::Named { target, value }, token.start));
        }
        self.expression()
    }

    /// An expression: conditional, `lambda`, or what binds tighter.
    pub fn expression(&mut self) -> Read<ExprId> {
        self.nested(|reader| {
            if reader.kind() == T::Lambda {
                return reader.lambda();
            }
            let start = reader.start();
            let body = reader.disjunction()?;
            if !reader.eat(T::If) {
                return Ok(body);
            }
            let test = reader.disjunction()?;
            reader.expect(T::Else)?;
            let orelse = reader.expression()?;
            Ok(reader.expr(Expr::IfExp { test, body, orelse }, start))
        })
    }

    fn lambda(&mut self) -> Read<ExprId> {
        let start = self.expect(T::Lambda)?.start;
        let name = self.names.intern("<lambda>");
        let unit = self.unit(UnitKind::Lambda, name, start);
        let params = self.parameters(T::Colon, false)?;
        self.unit_mut(unit).params = params;
        self.expect(T::Colon)?;
        let value = self.expression()?;
        let span = self.span(start, self.last_end());
        let lambda = self.unit_mut(unit);
        lambda.value = Some(value);
        lambda.span = span;
        Ok(self.expr(Expr::Lambda(unit), start))
    }

    /// `a or b`
    pub fn disjunction(&mut self) -> Read<ExprId> {
        self.bool_op(T::Or, BoolOp::Or, Self::conjunction)
    }

    fn conjunction(&mut self) -> Read<ExprId> {
        self.bool_op(T::And, BoolOp::And, Self::inversion)
    }

    fn bool_op(
        &mut self,
        word: T,
        op: BoolOp,
        read: fn(&mut Self) -> Read<ExprId>,
    ) -> Read<ExprId> {
        let start = self.start();
        let first = read(self)?;
        if self.kind() != word {
            return Ok(first);
        }
        let mut values = vec![first];
        while self.eat(word) {
            values.push(read(self)?);
        }
        Ok(self.expr(Expr::BoolOp { op, values }, start))
    }

    fn inversion(&mut self) -> Read<ExprId> {
        if self.kind() != T::Not {
            return self.comparison();
        }
        let start = self.bump().start;
        let operand = self.nested(Self::inversion)?;
        Ok(self.expr(
            Expr::UnaryOp {
                op: UnaryOp::Not,
                operand,
            },
            start,
        ))
    }

    fn comparison(&mut self) -> Read<ExprId> {
        let start = self.start();
        let left = self.binary(0)?;
        let mut rest = Vec::new();
        while let Some((op, tokens)) = self.comparison_operator() {
            self.at += tokens;
            rest.push((op, self.binary(0)?));
        }
        match rest.is_empty() {
            true => Ok(left),
            false => Ok(self.expr(Expr::Compare { left, rest }, start)),
        }
    }

    fn comparison_operator(&self) -> Option<(CmpOp, usize)> {
        Some(match (self.kind(), self.kind_at(1)) {
            (T::EqEq, _) => (CmpOp::Eq, 1),
            (T::NotEq, _) => (CmpOp::NotEq, 1),
            (T::Lt, _) => (CmpOp::Lt, 1),
            (T::LtE, _) => (CmpOp::LtE, 1),
            (T::Gt, _) => (CmpOp::Gt, 1),
            (T::GtE, _) => (CmpOp::GtE, 1),
            (T::In, _) => (CmpOp::In, 1),
            (T::Not, T::In) => (CmpOp::NotIn, 2),
            (T::Is, T::Not) => (CmpOp::IsNot, 2),
            (T::Is, _) => (CmpOp::Is, 1),
            _ => return None,
        })
    }

    /// Binary operators that bind at least as tight as `level`: `|` is 0, `*` is 5.
    pub fn binary(&mut self, level: u8) -> Read<ExprId> {
        let start = self.start();
        let mut left = self.factor()?;
        let mut links = 0;
        while let Some((op, binds)) = self.binary_operator().filter(|(_, binds)| *binds >= level) {
            self.link(&mut links)?;
            self.bump();
            let right = self.binary(binds + 1)?;
            left = self.expr(Expr::BinOp { left, op, right }, start);
        }
        Ok(left)
    }

    fn binary_operator(&self) -> Option<(BinOp, u8)> {
        Some(match self.kind() {
            T::Pipe => (BinOp::BitOr, 0),
            T::Caret => (BinOp::BitXor, 1),
            T::Amp => (BinOp::BitAnd, 2),
            T::LShift => (BinOp::LShift, 3),
            T::RShift => (BinOp::RShift, 3),
            T::Plus => (BinOp::Add, 4),
            T::Minus => (BinOp::Sub, 4),
            T::Star => (BinOp::Mult, 5),
            T::Slash => (BinOp::Div, 5),
            T::DoubleSlash => (BinOp::FloorDiv, 5),
            T::Percent => (BinOp::Mod, 5),
            T::At => (BinOp::MatMult, 5),
            _ => return None,
        })
    }

    fn factor(&mut self) -> Read<ExprId> {
        let op = match self.kind() {
            T::Plus => UnaryOp::Plus,
            T::Minus => UnaryOp::Minus,
            T::Tilde => UnaryOp::Invert,
            _ => return self.power(),
        };
        let start = self.bump().start;
        let operand = self.nested(Self::factor)?;
        Ok(self.expr(Expr::UnaryOp { op, operand }, start))
    }

    fn power(&mut self) -> Read<ExprId> {
        let start = self.start();
        let left = self.await_primary()?;
        if !self.eat(T::DoubleStar) {
            return Ok(left);
        }
        let right = self.nested(Self::factor)?;
        Ok(self.expr(
            Expr::BinOp {
                left,
                op: BinOp::Pow,
                right,
            },
            start,
        ))
    }

    fn await_primary(&mut self) -> Read<ExprId> {
        if self.kind() != T::Await {
            return self.primary();
        }
        let start = self.bump().start;
        let value = self.primary()?;
        Ok(self.expr(Expr::Await(value), start))
    }

    /// An atom with its attributes, calls and subscripts.
    pub fn primary(&mut self) -> Read<ExprId> {
        let start = self.start();
        let mut value = self.atom()?;
        let mut links = 0;
        loop {
            value = match self.kind() {
                T::Dot => {
                    self.bump();
                    let token = self.expect_name()?;
                    let attr_span = self.span(token.start, token.end);
                    let attr = self.mangled_name(token);
                    self.expr(
                        Expr::Attribute {
                            value,
                            attr,
                            attr_span,
                        },
                        start,
                    )
                }
                T::LPar => {
                    let open = self.bump().start;
                    let (args, keywords) = self.nested(|reader| reader.arguments(open))?;
                    self.expect(T::RPar)?;
                    self.expr(
                        Expr::Call {
                            func: value,
                            args,
                            keywords,
                        },
                        start,
                    )
                }
                T::LSqb => {
                    self.bump();
                    let index = self.nested(Self::subscript)?;
                    self.expect(T::RSqb)?;
                    self.expr(Expr::Subscript { value, index }, start)
                }
                _ => return Ok(value),
            };
            self.link(&mut links)?;
        }
    }

    fn subscript(&mut self) -> Read<ExprId> {
        let start = self.start();
        let first = self.slice()?;
        let is_starred = |reader: &Self, id| matches!(reader.item.expr(id), Expr::Starred(_));
        if self.kind() != T::Comma {
            if is_starred(self, first) {
                self.needs(11);
                return Ok(self.expr(Expr::Tuple { elts: vec![first] }, start));
            }
            return Ok(first);
        }
        let mut elts = vec![first];
        while self.eat(T::Comma) && self.kind() != T::RSqb {
            elts.push(self.slice()?);
        }
        if elts.iter().any(|&elt| is_starred(self, elt)) {
            self.needs(11);
        }
        Ok(self.expr(Expr::Tuple { elts }, start))
    }

    fn slice(&mut self) -> Read<ExprId> {
        let start = self.start();
        if self.kind() == T::Star {
            return self.starred();
        }
        let lower = match self.kind() {
            T::Colon => None,
            _ => {
                let named = self.kind_at(1) == T::Walrus;
                let value = self.named_expression()?;
                if self.kind() != T::Colon {
                    if named {
                        self.needs(10);
                    }
                    return Ok(value);
                }
                Some(value)
            }
        };
        self.expect(T::Colon)?;
        let end = |reader: &Self| matches!(reader.kind(), T::Colon | T::Comma | T::RSqb);
        let upper = if end(self) {
            None
        } else {
            Some(self.expression()?)
        };
        let step = match self.eat(T::Colon) && !end(self) {
            true => Some(self.expression()?),
            false => None,
        };
        Ok(self.expr(Expr::Slice { lower, upper, step }, start))
    }

    /// The arguments of a call or the bases of a class, up to the closing parenthesis.
    pub fn arguments(&mut self, open: u32) -> Read<(Vec<ExprId>, Vec<Keyword>)> {
        let mut args = Vec::new();
        let mut keywords: Vec<Keyword> = Vec::new();
        let mut unpacked = false;
        while self.kind() != T::RPar {
            let start = self.start();
            match self.kind() {
                T::DoubleStar => {
                    self.bump();
                    let value = self.expression()?;
                    let span = self.span(start, self.last_end());
                    keywords.push(Keyword {
                        name: None,
                        value,
                        span,
                    });
                    unpacked = true;
                }
                T::Star if unpacked => {
                    return self
                        .fault("iterable argument unpacking follows keyword argument unpacking");
                }
                T::Star => {
                    self.bump();
                    let value = self.expression()?;
                    args.push(self.expr(Expr::Starred(value), start));
                }
                T::Name if self.kind_at(1) == T::Assign => {
                    let token = self.bump();
                    self.bump();
                    let name = Some(self.plain_name(token));
                    if keywords.iter().any(|keyword| keyword.name == name) {
                        return self.fault("keyword argument repeated");
                    }
                    let value = self.expression()?;
                    let span = self.span(start, self.last_end());
                    keywords.push(Keyword { name, value, span });
                }
                _ => {
                    if !keywords.is_empty() {
                        return self.fault("positional argument follows keyword argument");
                    }
                    let value = self.named_expression()?;
                    if matches!(self.kind(), T::For | T::Async) {
                        if !args.is_empty() {
                            return self.fault("Generator expression must be parenthesized");
                        }
                        let (unit, generators) = self.comprehension(CompKind::Generator, open)?;
                        if self.kind() != T::RPar {
                            return self.fault("Generator expression must be parenthesized");
                        }
                        let end = self.token().end;
                        let span = self.span(open, end);
                        self.unit_mut(unit).span = span;
                        let comp = Expr::Comp {
                            kind: CompKind::Generator,
                            unit,
                            elt: value,
                            value: None,
                            generators,
                        };
                        args.push(self.expr_at(comp, open, end));
                        return Ok((args, keywords));
                    }
                    args.push(value);
                }
            }
            if !self.eat(T::Comma) {
                break;
            }
        }
        Ok((args, keywords))
    }

    fn atom(&mut self) -> Read<ExprId> {
        let token = self.token();
        let value = match token.kind {
            T::Name => {
                self.bump();
                let name = self.name_use(token);
                return Ok(self.expr(Expr::Name(name), token.start));
            }
            T::String => return self.strings(),
            T::LPar => return self.nested(Self::parenthesised),
            T::LSqb => return self.nested(Self::list),
            T::LBrace => return self.nested(Self::braces),
            T::Number => {
                match number::value(&self.text[token.start as usize..token.end as usize]) {
                    Some(value) => value,
                    None => return self.fault("invalid number"),
                }
            }
            T::None => Const::None,
            T::True => Const::Bool(true),
            T::False => Const::Bool(false),
            T::Ellipsis => Const::Ellipsis,
            _ => return self.fault("invalid syntax"),
        };
        self.bump();
        Ok(self.constant(value, token.start))
    }

    /// A tuple, a generator expression or something in parentheses.
    fn parenthesised(&mut self) -> Read<ExprId> {
        let start = self.expect(T::LPar)?.start;
        if self.eat(T::RPar) {
            return Ok(self.expr(Expr::Tuple { elts: Vec::new() }, start));
        }
        if self.kind() == T::Yield {
            let value = self.yield_expression()?;
            self.expect(T::RPar)?;
            return Ok(value);
        }
        let first = self.star_named_expression()?;
        if matches!(self.kind(), T::For | T::Async) {
            return self.close_comprehension(CompKind::Generator, start, T::RPar, first, None);
        }
        if self.kind() == T::RPar {
            if matches!(self.item.expr(first), Expr::Starred(_)) {
                return self.fault("cannot use starred expression here");
            }
            self.bump();
            return Ok(first);
        }
        let elts = self.rest_of_display(first, T::RPar)?;
        Ok(self.expr(Expr::Tuple { elts }, start))
    }

    fn list(&mut self) -> Read<ExprId> {
        let start = self.expect(T::LSqb)?.start;
        if self.eat(T::RSqb) {
            return Ok(self.expr(Expr::List { elts: Vec::new() }, start));
        }
        let first = self.star_named_expression()?;
        if matches!(self.kind(), T::For | T::Async) {
            return self.close_comprehension(CompKind::List, start, T::RSqb, first, None);
        }
        let elts = self.rest_of_display(first, T::RSqb)?;
        Ok(self.expr(Expr::List { elts }, start))
    }

    /// A set or dict, display or comprehension.
    fn braces(&mut self) -> Read<ExprId> {
        let start = self.expect(T::LBrace)?.start;
        if self.eat(T::RBrace) {
            return Ok(self.expr(Expr::Dict { items: Vec::new() }, start));
        }
        if self.kind() != T::DoubleStar {
            let named = self.kind_at(1) == T::Walrus;
            if named {
                self.needs(10);
            }
            let first = self.star_named_expression()?;
            if matches!(self.kind(), T::For | T::Async) {
                return self.close_comprehension(CompKind::Set, start, T::RBrace, first, None);
            }
            if self.kind() != T::Colon || named {
                let elts = self.rest_of_display(first, T::RBrace)?;
                return Ok(self.expr(Expr::Set { elts }, start));
            }
            self.bump();
            let value = self.expression()?;
            if matches!(self.kind(), T::For | T::Async) {
                return self.close_comprehension(
                    CompKind::Dict,
                    start,
                    T::RBrace,
                    first,
                    Some(value),
                );
            }
            return self.dict(start, vec![(Some(first), value)]);
        }
        self.bump();
        let value = self.binary(0)?;
        self.dict(start, vec![(None, value)])
    }

    fn dict(&mut self, start: u32, mut items: Vec<(Option<ExprId>, ExprId)>) -> Read<ExprId> {
        while self.eat(T::Comma) && self.kind() != T::RBrace {
            if self.eat(T::DoubleStar) {
                items.push((None, self.binary(0)?));
                continue;
            }
            let key = self.expression()?;
            self.expect(T::Colon)?;
            items.push((Some(key), self.expression()?));
        }
        self.expect(T::RBrace)?;
        Ok(self.expr(Expr::Dict { items }, start))
    }

    fn rest_of_display(&mut self, first: ExprId, close: T) -> Read<Vec<ExprId>> {
        let mut elts = vec![first];
        while self.eat(T::Comma) && self.kind() != close {
            elts.push(self.star_named_expression()?);
        }
        self.expect(close)?;
        Ok(elts)
    }

    fn close_comprehension(
        &mut self,
        kind: CompKind,
        start: u32,
        close: T,
        elt: ExprId,
        value: Option<ExprId>,
    ) -> Read<ExprId> {
        if matches!(self.item.expr(elt), Expr::Starred(_)) {
            return self.fault("iterable unpacking cannot be used in comprehension");
        }
        let (unit, generators) = self.comprehension(kind, start)?;
        self.expect(close)?;
        let span = self.span(start, self.last_end());
        self.unit_mut(unit).span = span;
        Ok(self.expr(
            Expr::Comp {
                kind,
                unit,
                elt,
                value,
                generators,
            },
            start,
        ))
    }

    /// The clauses of a comprehension.
    fn comprehension(
        &mut self,
        kind: CompKind,
        start: u32,
    ) -> Read<(crate::hir::UnitId, Vec<Comprehension>)> {
        let name = self.names.intern(match kind {
            CompKind::List => "<listcomp>",
            CompKind::Set => "<setcomp>",
            CompKind::Dict => "<dictcomp>",
            CompKind::Generator => "<genexpr>",
        });
        let unit = self.unit(UnitKind::Comprehension(kind), name, start);
        let mut generators = Vec::new();
        while matches!(self.kind(), T::For | T::Async) {
            let is_async = self.eat(T::Async);
            self.expect(T::For)?;
            let target = self.target_list()?;
            self.expect(T::In)?;
            let iter = self.disjunction()?;
            let mut ifs = Vec::new();
            while self.eat(T::If) {
                ifs.push(self.disjunction()?);
            }
            generators.push(Comprehension {
                target,
                iter,
                ifs,
                is_async,
            });
        }
        Ok((unit, generators))
    }

    /// Targets of `for`, up to `in`.
    pub fn target_list(&mut self) -> Read<ExprId> {
        let start = self.start();
        let target = self.tuple_of(|reader| match reader.kind() {
            T::Star => reader.starred(),
            _ => reader.binary(0),
        })?;
        self.check_target(target, start)?;
        Ok(target)
    }

    /// Whether something may be assigned to.
    pub fn check_target(&self, target: ExprId, at: u32) -> Read<()> {
        match self.item.expr(target) {
            Expr::Name(_) | Expr::Attribute { .. } | Expr::Subscript { .. } => Ok(()),
            Expr::Starred(inner) => self.check_target(*inner, at),
            Expr::Tuple { elts } | Expr::List { elts } => {
                let stars = elts
                    .iter()
                    .filter(|&&elt| matches!(self.item.expr(elt), Expr::Starred(_)))
                    .count();
                if stars > 1 {
                    return Err(super::reader::Fault {
                        at,
                        message: "multiple starred expressions in assignment",
                    });
                }
                elts.iter().try_for_each(|&elt| self.check_target(elt, at))
            }
            _ => Err(super::reader::Fault {
                at,
                message: "cannot assign to expression",
            }),
        }
    }

    /// `yield`, `yield a, b`, `yield from a`
    pub fn yield_expression(&mut self) -> Read<ExprId> {
        let start = self.expect(T::Yield)?.start;
        if self.eat(T::From) {
            let value = self.expression()?;
            return Ok(self.expr(Expr::YieldFrom(value), start));
        }
        let value = match self.begins_expression() {
            true => Some(self.star_expressions()?),
            false => None,
        };
        Ok(self.expr(Expr::Yield(value), start))
    }
}
