//! Patterns of `match`.

use super::lex::T;
use super::reader::{Read, Reader};
use crate::hir::body::{BinOp, Const, Expr, ExprId, PatId, Pattern, UnaryOp};

impl Reader<'_> {
    /// What stands after `case`: one pattern, or several without brackets.
    pub fn case_pattern(&mut self) -> Read<PatId> {
        let start = self.start();
        let first = self.star_pattern()?;
        if self.kind() != T::Comma {
            return match self.is_star(first) {
                true => self.fault("invalid syntax"),
                false => Ok(first),
            };
        }
        let mut patterns = vec![first];
        while self.eat(T::Comma) && !matches!(self.kind(), T::Colon | T::If) {
            patterns.push(self.star_pattern()?);
        }
        Ok(self.pattern(Pattern::Sequence(patterns), start))
    }

    fn is_star(&self, id: PatId) -> bool {
        matches!(self.item.pattern(id), Pattern::Star(_))
    }

    fn star_pattern(&mut self) -> Read<PatId> {
        if self.kind() != T::Star {
            return self.as_pattern();
        }
        let start = self.bump().start;
        let wild = self.is_word("_");
        let token = self.expect_name()?;
        let name = if wild {
            None
        } else {
            Some(self.name_use(token))
        };
        Ok(self.pattern(Pattern::Star(name), start))
    }

    fn as_pattern(&mut self) -> Read<PatId> {
        self.nested(|reader| {
            let start = reader.start();
            let pattern = reader.or_pattern()?;
            if !reader.eat(T::As) {
                return Ok(pattern);
            }
            if reader.is_word("_") {
                return reader.fault("cannot use '_' as a target");
            }
            let token = reader.expect_name()?;
            let name = Some(reader.name_use(token));
            Ok(reader.pattern(
                Pattern::As {
                    pattern: Some(pattern),
                    name,
                },
                start,
            ))
        })
    }

    fn or_pattern(&mut self) -> Read<PatId> {
        let start = self.start();
        let first = self.closed_pattern()?;
        if self.kind() != T::Pipe {
            return Ok(first);
        }
        let mut patterns = vec![first];
        while self.eat(T::Pipe) {
            patterns.push(self.closed_pattern()?);
        }
        Ok(self.pattern(Pattern::Or(patterns), start))
    }

    fn closed_pattern(&mut self) -> Read<PatId> {
        let start = self.start();
        let singleton = match self.kind() {
            T::None => Const::None,
            T::True => Const::Bool(true),
            T::False => Const::Bool(false),
            T::Number | T::Minus => {
                let value = self.number_pattern()?;
                return Ok(self.pattern(Pattern::Value(value), start));
            }
            T::String => {
                let value = self.strings()?;
                if !matches!(self.item.expr(value), Expr::Constant(_)) {
                    return self.fault("patterns may only match literals and attribute lookups");
                }
                return Ok(self.pattern(Pattern::Value(value), start));
            }
            T::LPar => return self.sequence_pattern(T::RPar),
            T::LSqb => return self.sequence_pattern(T::RSqb),
            T::LBrace => return self.nested(Self::mapping_pattern),
            T::Name => return self.name_pattern(),
            _ => return self.fault("invalid syntax"),
        };
        self.bump();
        Ok(self.pattern(Pattern::Singleton(singleton), start))
    }

    /// `1`, `-1`, `1 + 2j`
    fn number_pattern(&mut self) -> Read<ExprId> {
        let start = self.start();
        let left = self.signed_number()?;
        let op = match self.kind() {
            T::Plus => BinOp::Add,
            T::Minus => BinOp::Sub,
            _ => return Ok(left),
        };
        self.bump();
        let right_start = self.start();
        let token = self.expect(T::Number)?;
        let Some(value @ Const::Imaginary(_)) =
            super::number::value(&self.text[token.start as usize..token.end as usize])
        else {
            return self.fault("imaginary number required in complex literal");
        };
        let right = self.constant(value, right_start);
        Ok(self.expr(Expr::BinOp { left, op, right }, start))
    }

    fn signed_number(&mut self) -> Read<ExprId> {
        let start = self.start();
        let negative = self.eat(T::Minus);
        let token = self.expect(T::Number)?;
        let Some(value) =
            super::number::value(&self.text[token.start as usize..token.end as usize])
        else {
            return self.fault("invalid number");
        };
        let operand = self.constant(value, token.start);
        match negative {
            true => Ok(self.expr(
                Expr::UnaryOp {
                    op: UnaryOp::Minus,
                    operand,
                },
                start,
            )),
            false => Ok(operand),
        }
    }

    fn sequence_pattern(&mut self, close: T) -> Read<PatId> {
        self.nested(|reader| {
            let start = reader.bump().start;
            let mut patterns = Vec::new();
            let mut is_group = false;
            while reader.kind() != close {
                patterns.push(reader.star_pattern()?);
                is_group = close == T::RPar && patterns.len() == 1 && !reader.is_star(patterns[0]);
                if !reader.eat(T::Comma) {
                    break;
                }
                is_group = false;
            }
            reader.expect(close)?;
            match is_group {
                true => Ok(patterns[0]),
                false => Ok(reader.pattern(Pattern::Sequence(patterns), start)),
            }
        })
    }

    fn mapping_pattern(&mut self) -> Read<PatId> {
        let start = self.expect(T::LBrace)?.start;
        let (mut keys, mut patterns, mut rest) = (Vec::new(), Vec::new(), None);
        while self.kind() != T::RBrace {
            if rest.is_some() {
                return self.fault("double star pattern must be the last");
            }
            if self.eat(T::DoubleStar) {
                if self.is_word("_") {
                    return self.fault("invalid syntax");
                }
                let token = self.expect_name()?;
                rest = Some(self.name_use(token));
            } else {
                keys.push(self.mapping_key()?);
                self.expect(T::Colon)?;
                patterns.push(self.as_pattern()?);
            }
            if !self.eat(T::Comma) {
                break;
            }
        }
        self.expect(T::RBrace)?;
        Ok(self.pattern(
            Pattern::Mapping {
                keys,
                patterns,
                rest,
            },
            start,
        ))
    }

    fn mapping_key(&mut self) -> Read<ExprId> {
        let start = self.start();
        let value = match self.kind() {
            T::Number | T::Minus => return self.number_pattern(),
            T::String => {
                let value = self.strings()?;
                return match self.item.expr(value) {
                    Expr::Constant(_) => Ok(value),
                    _ => self.fault("patterns may only match literals and attribute lookups"),
                };
            }
            T::None => Const::None,
            T::True => Const::Bool(true),
            T::False => Const::Bool(false),
            _ => {
                let key = self.dotted_name()?;
                return match self.item.expr(key) {
                    Expr::Attribute { .. } => Ok(key),
                    _ => self.fault("invalid syntax"),
                };
            }
        };
        self.bump();
        Ok(self.constant(value, start))
    }

    fn dotted_name(&mut self) -> Read<ExprId> {
        let token = self.expect_name()?;
        let name = self.name_use(token);
        let mut value = self.expr(Expr::Name(name), token.start);
        let mut links = 0;
        while self.eat(T::Dot) {
            self.link(&mut links)?;
            let part = self.expect_name()?;
            let attr_span = self.span(part.start, part.end);
            let attr = self.mangled_name(part);
            value = self.expr(
                Expr::Attribute {
                    value,
                    attr,
                    attr_span,
                },
                token.start,
            );
        }
        Ok(value)
    }

    /// A capture, the wildcard, a dotted value or a class.
    fn name_pattern(&mut self) -> Read<PatId> {
        let start = self.start();
        if !matches!(self.kind_at(1), T::Dot | T::LPar) {
            let wild = self.is_word("_");
            let token = self.bump();
            let name = if wild {
                None
            } else {
                Some(self.name_use(token))
            };
            return Ok(self.pattern(
                Pattern::As {
                    pattern: None,
                    name,
                },
                start,
            ));
        }
        let value = self.dotted_name()?;
        if !self.eat(T::LPar) {
            return Ok(self.pattern(Pattern::Value(value), start));
        }
        self.nested(|reader| {
            let (mut patterns, mut keywords) = (Vec::new(), Vec::new());
            while reader.kind() != T::RPar {
                if reader.kind() == T::Name && reader.kind_at(1) == T::Assign {
                    let token = reader.bump();
                    reader.bump();
                    let name = reader.plain_name(token);
                    keywords.push((name, reader.as_pattern()?));
                } else if keywords.is_empty() {
                    patterns.push(reader.as_pattern()?);
                } else {
                    return reader.fault("positional patterns follow keyword patterns");
                }
                if !reader.eat(T::Comma) {
                    break;
                }
            }
            reader.expect(T::RPar)?;
            Ok(reader.pattern(
                Pattern::Class {
                    class: value,
                    patterns,
                    keywords,
                },
                start,
            ))
        })
    }
}
