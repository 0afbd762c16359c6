//! The walk through statements, in `symtable`'s order: what each scope does with its names.

use super::{
    ANNOTATED, BOUND, Block, COMP_TARGET, GLOBAL, IN_ANNOTATION, NONLOCAL, Owner, PARAM, Site,
    Table, USED, Walk,
};
use crate::base::{Name, Span};
use crate::hir::body::{Expr, ExprId, Handler, NameUse, Stmt, StmtId, TypeParam};
use crate::hir::unit::{Params, Problem, UnitId, UnitKind};

impl Walk<'_> {
    pub(super) fn table(&mut self) -> &mut Table {
        &mut self.tables[self.current]
    }

    pub(super) fn problem(&mut self, span: Span, message: &str) {
        self.problems.push(Problem {
            span,
            message: message.to_owned(),
        });
    }

    pub(super) fn enter(&mut self, block: Block, unit: Option<UnitId>, owner: Owner) -> usize {
        let before = self.current;
        let mut table = Table::new(Some(before), block, unit);
        table.owner = owner;
        self.tables.push(table);
        self.current = self.tables.len() - 1;
        before
    }

    fn lazily(&mut self, kind: UnitKind, name: Name, span: Span) -> usize {
        let before = self.enter(Block::Lazy, None, Owner::None);
        self.table().made_up = Some((kind, name, span));
        before
    }

    pub(super) fn add(&mut self, name: Name, flags: u16) -> u16 {
        self.table().add(name, flags)
    }

    pub(super) fn mention(&mut self, site: Site, name: Name, flags: u16) {
        let slot = self.add(name, flags);
        self.table()
            .uses
            .push((site, slot, flags & (USED | IN_ANNOTATION) != 0));
    }

    pub(super) fn bind(&mut self, site: Site, name: NameUse) {
        let flags = match self.tables[self.current].block {
            Block::Comprehension => BOUND | COMP_TARGET,
            _ => BOUND,
        };
        self.mention(site, name.name, flags);
    }

    pub(super) fn body(&mut self, body: &[StmtId]) {
        for &id in body {
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.stmt(id));
        }
    }

    fn stmt(&mut self, id: StmtId) {
        let item = self.item;
        match item.stmt(id) {
            Stmt::Error | Stmt::Pass | Stmt::Break | Stmt::Continue => {}
            Stmt::FunctionDef {
                unit,
                name,
                decorators,
                type_params,
            } => {
                self.function(id, *unit, *name, decorators, type_params);
            }
            Stmt::ClassDef {
                unit,
                name,
                bases,
                keywords,
                decorators,
                type_params,
            } => {
                self.bind(Site::Stmt(id), *name);
                self.exprs(decorators);
                let around = self.open_type_params(type_params, item.stmt_span(id));
                self.exprs(bases);
                self.keywords(keywords);
                let before = self.enter(Block::Class, Some(*unit), Owner::Stmt(id));
                self.body(&item.unit(*unit).body);
                self.current = around.unwrap_or(before);
            }
            Stmt::Return(value) => {
                if !matches!(self.tables[self.current].block, Block::Function) {
                    self.problem(item.stmt_span(id), "'return' outside function");
                }
                self.exprs(value.as_slice());
            }
            Stmt::Delete(targets) => targets.iter().for_each(|&target| self.target(target)),
            Stmt::Assign { targets, value } => {
                targets.iter().for_each(|&target| self.target(target));
                self.expr(*value);
            }
            Stmt::TypeAlias {
                name,
                type_params,
                value,
            } => {
                self.bind(Site::Stmt(id), *name);
                let span = item.stmt_span(id);
                let around = self.open_type_params(type_params, span);
                let before = self.lazily(UnitKind::TypeAlias, name.name, span);
                self.expr(*value);
                self.current = around.unwrap_or(before);
            }
            Stmt::AugAssign { target, value, .. } => {
                self.target(*target);
                self.expr(*value);
            }
            Stmt::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => {
                match item.expr(*target) {
                    Expr::Name(name) => {
                        let bound = if *simple || value.is_some() { BOUND } else { 0 };
                        let annotated = if *simple { ANNOTATED } else { 0 };
                        self.mention(Site::Expr(*target), name.name, bound | annotated);
                    }
                    _ => self.target(*target),
                }
                self.annotation(*annotation);
                self.exprs(value.as_slice());
            }
            Stmt::For {
                target,
                iter,
                body,
                orelse,
                ..
            } => {
                self.target(*target);
                self.expr(*iter);
                self.body(body);
                self.body(orelse);
            }
            Stmt::While { test, body, orelse } | Stmt::If { test, body, orelse } => {
                self.expr(*test);
                self.body(body);
                self.body(orelse);
            }
            Stmt::With { items, body, .. } => {
                for with in items {
                    self.expr(with.context);
                    if let Some(target) = with.target {
                        self.target(target);
                    }
                }
                self.body(body);
            }
            Stmt::Match { subject, cases } => {
                self.expr(*subject);
                for case in cases {
                    self.pattern(case.pattern);
                    self.exprs(case.guard.as_slice());
                    self.body(&case.body);
                }
            }
            Stmt::Raise { exc, cause } => {
                self.exprs(exc.as_slice());
                self.exprs(cause.as_slice());
            }
            Stmt::Try {
                body,
                handlers,
                orelse,
                finalbody,
                ..
            } => {
                self.body(body);
                self.body_of_handlers(id, handlers);
                self.body(orelse);
                self.body(finalbody);
            }
            Stmt::Assert { test, msg } => {
                self.expr(*test);
                self.exprs(msg.as_slice());
            }
            Stmt::Import(aliases) | Stmt::ImportFrom { names: aliases, .. } => {
                for (index, alias) in aliases.iter().enumerate() {
                    match alias.binds {
                        Some(name) => self.bind(Site::Alias(id, index as u32), name),
                        None if self.tables[self.current].block != Block::Module => {
                            self.problem(alias.span, "import * only allowed at module level");
                        }
                        None => {}
                    }
                }
            }
            Stmt::Global(names) => self.declare(id, names, GLOBAL, "global"),
            Stmt::Nonlocal(names) => {
                if self.tables[self.current].block == Block::Module {
                    self.problem(
                        item.stmt_span(id),
                        "nonlocal declaration not allowed at module level",
                    );
                }
                self.declare(id, names, NONLOCAL, "nonlocal");
            }
            Stmt::Expr(value) => self.expr(*value),
        }
    }

    fn declare(&mut self, id: StmtId, names: &[Name], flag: u16, word: &str) {
        for &name in names {
            let before = self.table().get(name).map_or(0, |entry| entry.flags);
            let other = (GLOBAL | NONLOCAL) & !flag;
            if before & (PARAM | BOUND | USED | ANNOTATED | IN_ANNOTATION | other) != 0 {
                self.problem(
                    self.item.stmt_span(id),
                    &format!("name is used prior to {word} declaration"),
                );
            }
            self.add(name, flag);
        }
    }

    fn body_of_handlers(&mut self, id: StmtId, handlers: &[Handler]) {
        for (index, handler) in handlers.iter().enumerate() {
            self.exprs(handler.exc_type.as_slice());
            if let Some(name) = handler.name {
                self.bind(Site::Handler(id, index as u32), name);
            }
            self.body(&handler.body);
        }
    }

    fn function(
        &mut self,
        id: StmtId,
        unit: UnitId,
        name: NameUse,
        decorators: &[ExprId],
        type_params: &[TypeParam],
    ) {
        let item = self.item;
        self.bind(Site::Stmt(id), name);
        let function = item.unit(unit);
        self.exprs(&function.params.defaults);
        function
            .params
            .kw_defaults
            .iter()
            .for_each(|default| self.exprs(default.as_slice()));
        self.exprs(decorators);
        let around = self.open_type_params(type_params, item.stmt_span(id));
        for param in function.params.in_slot_order() {
            param
                .annotation
                .iter()
                .for_each(|&annotation| self.annotation(annotation));
        }
        function
            .returns
            .iter()
            .for_each(|&returns| self.annotation(returns));
        let before = self.enter(Block::Function, Some(unit), Owner::Stmt(id));
        self.table().is_async = function.kind == UnitKind::AsyncFunction;
        self.params(&function.params);
        self.body(&function.body);
        self.current = around.unwrap_or(before);
    }

    pub(super) fn params(&mut self, params: &Params) {
        for param in params.in_slot_order() {
            self.add(param.name, PARAM);
        }
    }

    /// Opens the scope of type parameters, if there are any; returns the one around it.
    fn open_type_params(&mut self, params: &[TypeParam], span: Span) -> Option<usize> {
        if params.is_empty() {
            return None;
        }
        let around = self.lazily(UnitKind::TypeParams, self.known.type_params, span);
        for param in params {
            self.add(param.name, BOUND);
            for lazy in param.bound.iter().chain(&param.default) {
                let before = self.lazily(
                    UnitKind::TypeParam(param.kind),
                    param.name,
                    self.item.expr_span(*lazy),
                );
                self.expr(*lazy);
                self.current = before;
            }
        }
        Some(around)
    }

    fn annotation(&mut self, id: ExprId) {
        let before = self.annotated.replace(self.current);
        self.expr(id);
        self.annotated = before;
    }
}
