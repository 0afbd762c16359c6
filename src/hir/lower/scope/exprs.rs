//! The walk through expressions and patterns.

use super::{BOUND, Block, COMP_TARGET, GLOBAL, IN_ANNOTATION, NONLOCAL, Owner, Site, USED, Walk};
use crate::hir::body::{CompKind, Comprehension, Expr, ExprId, Keyword, PatId, Pattern};
use crate::hir::unit::{UnitId, UnitKind};

impl Walk<'_> {
    pub(super) fn exprs(&mut self, ids: &[ExprId]) {
        ids.iter().for_each(|&id| self.expr(id));
    }

    pub(super) fn keywords(&mut self, keywords: &[Keyword]) {
        keywords.iter().for_each(|keyword| self.expr(keyword.value));
    }

    /// Something assigned to or deleted.
    pub(super) fn target(&mut self, id: ExprId) {
        match self.item.expr(id) {
            Expr::Name(name) => self.bind(Site::Expr(id), *name),
            Expr::Tuple { elts } | Expr::List { elts } => {
                stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                    elts.iter().for_each(|&elt| self.target(elt))
                });
            }
            Expr::Starred(value) => self.target(*value),
            _ => self.expr(id),
        }
    }

    pub(super) fn expr(&mut self, id: ExprId) {
        let item = self.item;
        // The leaves are most of it.
        match item.expr(id) {
            Expr::Missing | Expr::Constant(_) => {}
            Expr::Name(name) => {
                if name.name == self.known.super_
                    && matches!(self.table().block, Block::Function | Block::Comprehension)
                {
                    self.add(self.known.class, USED);
                }
                let in_annotation = self.annotated == Some(self.current);
                self.mention(
                    Site::Expr(id),
                    name.name,
                    if in_annotation { IN_ANNOTATION } else { USED },
                );
            }
            inner => stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.compound_expr(id, inner)),
        }
    }

    fn compound_expr(&mut self, id: ExprId, expr: &Expr) {
        let item = self.item;
        match expr {
            Expr::Missing | Expr::Constant(_) | Expr::Name(_) => {}
            Expr::BoolOp { values, .. } => self.exprs(values),
            Expr::Named { target, value } => {
                self.expr(*value);
                self.named_target(*target);
            }
            Expr::BinOp { left, right, .. } => {
                self.expr(*left);
                self.expr(*right);
            }
            Expr::UnaryOp { operand: value, .. } | Expr::Starred(value) => self.expr(*value),
            Expr::Attribute { value, .. } => self.expr(*value),
            Expr::Lambda(unit) => {
                let lambda = item.unit(*unit);
                self.exprs(&lambda.params.defaults);
                lambda
                    .params
                    .kw_defaults
                    .iter()
                    .for_each(|default| self.exprs(default.as_slice()));
                let before = self.enter(Block::Function, Some(*unit), Owner::Expr(id));
                self.params(&lambda.params);
                self.exprs(lambda.value.as_slice());
                self.current = before;
            }
            Expr::IfExp { test, body, orelse } => {
                self.expr(*test);
                self.expr(*body);
                self.expr(*orelse);
            }
            Expr::Dict { items } => {
                for (key, value) in items {
                    self.exprs(key.as_slice());
                    self.expr(*value);
                }
            }
            Expr::Set { elts } | Expr::List { elts } | Expr::Tuple { elts } => self.exprs(elts),
            Expr::Comp {
                unit,
                elt,
                value,
                generators,
                ..
            } => {
                self.comprehension(id, *unit, *elt, *value, generators);
            }
            Expr::Await(value) => self.expr(*value),
            Expr::Yield(value) => {
                self.note_yield(id);
                self.exprs(value.as_slice());
            }
            Expr::YieldFrom(value) => {
                self.note_yield(id);
                self.expr(*value);
            }
            Expr::Compare { left, rest } => {
                self.expr(*left);
                rest.iter().for_each(|(_, right)| self.expr(*right));
            }
            Expr::Call {
                func,
                args,
                keywords,
            } => {
                self.expr(*func);
                self.exprs(args);
                self.keywords(keywords);
            }
            Expr::JoinedStr { parts } | Expr::TemplateStr { parts } => self.exprs(parts),
            Expr::Formatted { value, spec, .. } | Expr::Interpolation { value, spec, .. } => {
                self.expr(*value);
                self.exprs(spec.as_slice());
            }
            Expr::Subscript { value, index } => {
                self.expr(*value);
                self.expr(*index);
            }
            Expr::Slice { lower, upper, step } => {
                [lower, upper, step]
                    .into_iter()
                    .for_each(|bound| self.exprs(bound.as_slice()));
            }
        }
    }

    fn note_yield(&mut self, id: ExprId) {
        match self.tables[self.current].block {
            Block::Function => self.table().is_generator = true,
            Block::Comprehension => {
                self.problem(self.item.expr_span(id), "'yield' inside comprehension")
            }
            _ => self.problem(self.item.expr_span(id), "'yield' outside function"),
        }
    }

    fn comprehension(
        &mut self,
        id: ExprId,
        unit: UnitId,
        elt: ExprId,
        value: Option<ExprId>,
        generators: &[Comprehension],
    ) {
        let Some((first, rest)) = generators.split_first() else {
            return;
        };
        self.expr(first.iter);
        let before = self.enter(Block::Comprehension, Some(unit), Owner::Expr(id));
        self.table().is_generator =
            self.item.unit(unit).kind == UnitKind::Comprehension(CompKind::Generator);
        self.target(first.target);
        self.exprs(&first.ifs);
        for clause in rest {
            self.target(clause.target);
            self.expr(clause.iter);
            self.exprs(&clause.ifs);
        }
        self.exprs(value.as_slice());
        self.expr(elt);
        self.current = before;
    }

    /// In a comprehension `:=` binds in the function or module around it.
    fn named_target(&mut self, target: ExprId) {
        let Expr::Name(name) = self.item.expr(target) else {
            return;
        };
        if self.tables[self.current].block != Block::Comprehension {
            return self.bind(Site::Expr(target), *name);
        }
        let span = self.item.expr_span(target);
        let mut outer = self.current;
        while let (Block::Comprehension, Some(parent)) =
            (self.tables[outer].block, self.tables[outer].parent)
        {
            if self.tables[outer]
                .get(name.name)
                .is_some_and(|entry| entry.flags & COMP_TARGET != 0)
            {
                return self.problem(
                    span,
                    "assignment expression cannot rebind comprehension iteration variable",
                );
            }
            outer = parent;
        }
        let flag = match self.tables[outer].block {
            Block::Module => GLOBAL,
            Block::Function => {
                let is_global = self.tables[outer]
                    .get(name.name)
                    .is_some_and(|entry| entry.flags & GLOBAL != 0);
                self.tables[outer].add(name.name, BOUND);
                if is_global { GLOBAL } else { NONLOCAL }
            }
            Block::Class | Block::Comprehension | Block::Lazy => {
                return self.problem(
                    span,
                    "assignment expression within a comprehension cannot be used here",
                );
            }
        };
        self.add(name.name, flag);
        self.mention(Site::Expr(target), name.name, BOUND);
    }

    pub(super) fn pattern(&mut self, id: PatId) {
        let item = self.item;
        match item.pattern(id) {
            Pattern::Missing | Pattern::Singleton(_) => {}
            Pattern::Value(value) => self.expr(*value),
            Pattern::Sequence(patterns) | Pattern::Or(patterns) => {
                stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                    patterns.iter().for_each(|&inner| self.pattern(inner))
                });
            }
            Pattern::Mapping {
                keys,
                patterns,
                rest,
            } => {
                self.exprs(keys);
                patterns.iter().for_each(|&inner| self.pattern(inner));
                if let Some(name) = rest {
                    self.bind(Site::Pattern(id), *name);
                }
            }
            Pattern::Class {
                class,
                patterns,
                keywords,
            } => {
                self.expr(*class);
                patterns.iter().for_each(|&inner| self.pattern(inner));
                keywords.iter().for_each(|(_, inner)| self.pattern(*inner));
            }
            Pattern::Star(name) => {
                if let Some(name) = name {
                    self.bind(Site::Pattern(id), *name);
                }
            }
            Pattern::As { pattern, name } => {
                if let Some(inner) = pattern {
                    self.pattern(*inner);
                }
                if let Some(name) = name {
                    self.bind(Site::Pattern(id), *name);
                }
            }
        }
    }
}
