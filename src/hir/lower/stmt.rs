//! Statements on one logical line.

use super::lex::T;
use super::reader::{Fault, Read, Reader};
use crate::hir::body::{Alias, Expr, ExprId, Stmt, StmtId};

impl Reader<'_> {
    /// Reads the simple statement that takes up all of `start..end`.
    pub fn simple_statement(&mut self, start: u32, end: u32) -> Read<StmtId> {
        self.load(start, end);
        let stmt = self.small_statement()?;
        let last = self.last_end();
        if self.kind() != T::End {
            return self.fault("invalid syntax");
        }
        if !self.ends_statement(end) {
            return Err(Fault {
                at: end,
                message: "invalid syntax",
            });
        }
        let id = self.stmt(stmt, start, last);
        if std::mem::take(&mut self.is_lazy) {
            self.item.lazy_imports.push(id);
        }
        Ok(id)
    }

    /// Whether what follows `at` lets a statement end there.
    pub fn ends_statement(&self, at: u32) -> bool {
        let item = &self.text.as_bytes()[..self.end as usize];
        // What follows the item is no part of its hash.
        match super::lex::after_blanks(item, at as usize) {
            Some(next) if next >= item.len() => self.ends_well,
            _ => super::lex::ends_statement(item, at as usize),
        }
    }

    fn small_statement(&mut self) -> Read<Stmt> {
        match self.kind() {
            T::Pass => self.word(Stmt::Pass),
            T::Break => self.word(Stmt::Break),
            T::Continue => self.word(Stmt::Continue),
            T::Return => {
                self.bump();
                let value = match self.begins_expression() {
                    true => Some(self.star_expressions()?),
                    false => None,
                };
                Ok(Stmt::Return(value))
            }
            T::Raise => {
                self.bump();
                let exc = match self.begins_expression() {
                    true => Some(self.expression()?),
                    false => None,
                };
                let cause = match exc.is_some() && self.eat(T::From) {
                    true => Some(self.expression()?),
                    false => None,
                };
                Ok(Stmt::Raise { exc, cause })
            }
            T::Global => Ok(Stmt::Global(self.declared()?)),
            T::Nonlocal => Ok(Stmt::Nonlocal(self.declared()?)),
            T::Del => self.delete(),
            T::Assert => {
                self.bump();
                let test = self.expression()?;
                let msg = match self.eat(T::Comma) {
                    true => Some(self.expression()?),
                    false => None,
                };
                Ok(Stmt::Assert { test, msg })
            }
            T::Import => self.import(),
            T::From => self.import_from(),
            T::Name if self.is_word("lazy") && matches!(self.kind_at(1), T::Import | T::From) => {
                self.bump();
                self.needs(15);
                let stmt = self.small_statement()?;
                self.is_lazy = true;
                Ok(stmt)
            }
            T::Name if self.is_word("type") && self.kind_at(1) == T::Name => self.type_alias(),
            _ => self.assignment_or_expression(),
        }
    }

    fn word(&mut self, stmt: Stmt) -> Read<Stmt> {
        self.bump();
        Ok(stmt)
    }

    fn declared(&mut self) -> Read<Vec<crate::base::Name>> {
        self.bump();
        let mut names = Vec::new();
        loop {
            let token = self.expect_name()?;
            names.push(self.mangled_name(token));
            if !self.eat(T::Comma) {
                return Ok(names);
            }
        }
    }

    fn delete(&mut self) -> Read<Stmt> {
        self.bump();
        let mut targets = Vec::new();
        loop {
            let start = self.start();
            let target = self.binary(0)?;
            self.check_deletable(target, start)?;
            targets.push(target);
            if !self.eat(T::Comma) || !self.begins_expression() {
                return Ok(Stmt::Delete(targets));
            }
        }
    }

    fn check_deletable(&self, target: ExprId, at: u32) -> Read<()> {
        match self.item.expr(target) {
            Expr::Name(_) | Expr::Attribute { .. } | Expr::Subscript { .. } => Ok(()),
            Expr::Tuple { elts } | Expr::List { elts } => elts
                .iter()
                .try_for_each(|&elt| self.check_deletable(elt, at)),
            _ => Err(Fault {
                at,
                message: "cannot delete expression",
            }),
        }
    }

    fn type_alias(&mut self) -> Read<Stmt> {
        self.bump();
        self.needs(12);
        let token = self.bump();
        let name = self.name_use(token);
        let type_params = self.type_params()?;
        self.expect(T::Assign)?;
        let value = self.expression()?;
        Ok(Stmt::TypeAlias {
            name,
            type_params,
            value,
        })
    }

    fn import(&mut self) -> Read<Stmt> {
        self.bump();
        let mut names = Vec::new();
        loop {
            let start = self.start();
            let first = self.expect_name()?;
            let mut path = self.identifier(first).into_owned();
            while self.eat(T::Dot) {
                let part = self.expect_name()?;
                path.push('.');
                path.push_str(&self.identifier(part));
            }
            names.push(self.alias(&path, first, start)?);
            if !self.eat(T::Comma) {
                return Ok(Stmt::Import(names));
            }
        }
    }

    /// The end of an alias, whose `path` has been read and begins with `first`.
    fn alias(&mut self, path: &str, first: super::lex::Token, start: u32) -> Read<Alias> {
        let path = self.names.intern(path);
        let (asname, binds) = match self.eat(T::As) {
            true => {
                let token = self.expect_name()?;
                (Some(self.plain_name(token)), self.name_use(token))
            }
            false => (None, self.name_use(first)),
        };
        let span = self.span(start, self.last_end());
        Ok(Alias {
            path,
            asname,
            binds: Some(binds),
            span,
        })
    }

    fn import_from(&mut self) -> Read<Stmt> {
        self.bump();
        let mut level = 0;
        loop {
            level += match self.kind() {
                T::Dot => 1,
                T::Ellipsis => 3,
                _ => break,
            };
            self.bump();
        }
        let mut module = None;
        if level == 0 || self.kind() == T::Name {
            let first = self.expect_name()?;
            let mut path = self.identifier(first).into_owned();
            while self.eat(T::Dot) {
                let part = self.expect_name()?;
                path.push('.');
                path.push_str(&self.identifier(part));
            }
            module = Some(self.names.intern(&path));
        }
        self.expect(T::Import)?;
        let start = self.start();
        if self.eat(T::Star) {
            let path = self.names.intern("*");
            let span = self.span(start, self.last_end());
            return Ok(Stmt::ImportFrom {
                module,
                names: vec![Alias {
                    path,
                    asname: None,
                    binds: None,
                    span,
                }],
                level,
            });
        }
        let bracketed = self.eat(T::LPar);
        let mut names = Vec::new();
        loop {
            let start = self.start();
            let token = self.expect_name()?;
            let path = self.identifier(token);
            names.push(self.alias(&path, token, start)?);
            if !self.eat(T::Comma) {
                break;
            }
            if bracketed && self.kind() == T::RPar {
                break;
            }
        }
        if bracketed {
            self.expect(T::RPar)?;
        }
        Ok(Stmt::ImportFrom {
            module,
            names,
            level,
        })
    }

    fn assigned_value(&mut self) -> Read<ExprId> {
        match self.kind() {
            T::Yield => self.yield_expression(),
            _ => self.star_expressions(),
        }
    }

    fn assignment_or_expression(&mut self) -> Read<Stmt> {
        let start = self.start();
        let bare_name = self.kind() == T::Name;
        let mut value = self.assigned_value()?;
        match self.kind() {
            T::Colon => {
                self.bump();
                let target = self.item.expr(value);
                let is_single = matches!(
                    target,
                    Expr::Name(_) | Expr::Attribute { .. } | Expr::Subscript { .. }
                );
                if !is_single {
                    return self.fault("only single target can be annotated");
                }
                let simple = bare_name && matches!(self.item.expr(value), Expr::Name(_));
                let annotation = self.expression()?;
                let target = value;
                let value = match self.eat(T::Assign) {
                    true => Some(self.assigned_value()?),
                    false => None,
                };
                Ok(Stmt::AnnAssign {
                    target,
                    annotation,
                    value,
                    simple,
                })
            }
            T::Aug(op) => {
                self.bump();
                match self.item.expr(value) {
                    Expr::Name(_) | Expr::Attribute { .. } | Expr::Subscript { .. } => {}
                    _ => {
                        return Err(Fault {
                            at: start,
                            message: "illegal target for augmented assignment",
                        });
                    }
                }
                let target = value;
                let value = self.assigned_value()?;
                Ok(Stmt::AugAssign { target, op, value })
            }
            T::Assign => {
                let mut targets = Vec::new();
                while self.eat(T::Assign) {
                    self.check_target(value, start)?;
                    targets.push(value);
                    value = self.assigned_value()?;
                }
                if matches!(self.item.expr(value), Expr::Starred(_)) {
                    return self.fault("can't use starred expression here");
                }
                Ok(Stmt::Assign { targets, value })
            }
            _ => Ok(Stmt::Expr(value)),
        }
    }
}
