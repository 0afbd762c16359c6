//! What a statement speaks of: the names that it itself binds, changes or reads; and the steps that the text has.

use rustc_hash::FxHashSet;
use std::sync::Arc;

use super::Step;
use crate::base::Name;
use crate::hir::{Const, Expr, ExprId, File, Item, NameUse, Stmt, StmtId};

/// Names that a statement mentions, in order, each once.
#[derive(Clone, Debug, Default)]
pub struct Mentions {
    /// What it binds.
    pub bound: Vec<NameUse>,
    /// All, the bound ones first.
    pub names: Vec<NameUse>,
    /// Names of what it calls.
    pub called: Vec<Name>,
}

impl Mentions {
    /// Of a statement itself; what nested statements mention is theirs.
    pub fn of(item: &Item, id: StmtId) -> Mentions {
        let mut out = Mentions::default();
        match item.stmt(id) {
            Stmt::FunctionDef { name, .. }
            | Stmt::ClassDef { name, .. }
            | Stmt::TypeAlias { name, .. } => {
                out.bind(*name);
            }
            Stmt::Return(_) | Stmt::Raise { .. } | Stmt::Break | Stmt::Continue | Stmt::Error => {}
            Stmt::Delete(targets) => targets.iter().for_each(|target| out.expr(item, *target)),
            Stmt::Assign { targets, value } => {
                targets.iter().for_each(|target| out.target(item, *target));
                out.expr(item, *value);
            }
            Stmt::AugAssign { target, value, .. } => {
                out.target(item, *target);
                out.expr(item, *value);
            }
            Stmt::AnnAssign { target, value, .. } => {
                if let Some(value) = value {
                    out.target(item, *target);
                    out.expr(item, *value);
                }
            }
            Stmt::For { target, iter, .. } => {
                out.target(item, *target);
                out.expr(item, *iter);
            }
            Stmt::With { items, .. } => {
                for with in items {
                    if let Some(target) = with.target {
                        out.target(item, target);
                    }
                    out.expr(item, with.context);
                }
            }
            Stmt::Assert { test, msg } => {
                out.expr(item, *test);
                msg.iter().for_each(|msg| out.expr(item, *msg));
            }
            Stmt::Expr(value) => out.expr(item, *value),
            Stmt::Import(_)
            | Stmt::ImportFrom { .. }
            | Stmt::While { .. }
            | Stmt::If { .. }
            | Stmt::Match { .. }
            | Stmt::Try { .. }
            | Stmt::Global(_)
            | Stmt::Nonlocal(_)
            | Stmt::Pass => {}
        }
        out
    }

    /// What a statement reads before any statement inside it runs. Nothing of `while`, whose test runs again.
    pub fn read_by(item: &Item, id: StmtId) -> Mentions {
        let mut out = Mentions::default();
        match item.stmt(id) {
            Stmt::FunctionDef { .. }
            | Stmt::ClassDef { .. }
            | Stmt::TypeAlias { .. }
            | Stmt::While { .. } => {}
            Stmt::Assign { targets, value } => {
                targets
                    .iter()
                    .for_each(|target| out.read_in_target(item, *target));
                out.expr(item, *value);
            }
            Stmt::AugAssign { target, value, .. } => {
                out.expr(item, *target);
                out.expr(item, *value);
            }
            Stmt::AnnAssign { target, value, .. } => {
                out.read_in_target(item, *target);
                value.iter().for_each(|value| out.expr(item, *value));
            }
            Stmt::For { iter, .. } => out.expr(item, *iter),
            Stmt::With { items, .. } => items.iter().for_each(|with| out.expr(item, with.context)),
            Stmt::If { test, .. } => out.expr(item, *test),
            Stmt::Match { subject, .. } => out.expr(item, *subject),
            Stmt::Return(value) => value.iter().for_each(|value| out.expr(item, *value)),
            Stmt::Raise { exc, cause } => exc
                .iter()
                .chain(cause)
                .for_each(|value| out.expr(item, *value)),
            Stmt::Delete(targets) => targets.iter().for_each(|target| out.expr(item, *target)),
            Stmt::Assert { test, msg } => {
                out.expr(item, *test);
                msg.iter().for_each(|msg| out.expr(item, *msg));
            }
            Stmt::Expr(value) => out.expr(item, *value),
            _ => {}
        }
        out
    }

    fn read_in_target(&mut self, item: &Item, target: ExprId) {
        match item.expr(target) {
            Expr::Name(_) => {}
            Expr::Tuple { elts } | Expr::List { elts } => {
                elts.iter().for_each(|elt| self.read_in_target(item, *elt))
            }
            Expr::Starred(inner) => self.read_in_target(item, *inner),
            _ => self.expr(item, target),
        }
    }

    fn bind(&mut self, name: NameUse) {
        if !self.bound.contains(&name) {
            self.bound.push(name);
        }
        self.read(name);
    }

    fn read(&mut self, name: NameUse) {
        if !self.names.contains(&name) {
            self.names.push(name);
        }
    }

    fn target(&mut self, item: &Item, target: ExprId) {
        match item.expr(target) {
            Expr::Name(name) => self.bind(*name),
            Expr::Tuple { elts } | Expr::List { elts } => {
                elts.iter().for_each(|elt| self.target(item, *elt))
            }
            Expr::Starred(inner) => self.target(item, *inner),
            _ => self.expr(item, target),
        }
    }

    fn expr(&mut self, item: &Item, id: ExprId) {
        match item.expr(id) {
            Expr::Name(name) => self.read(*name),
            Expr::Named { target, value } => {
                self.target(item, *target);
                self.expr(item, *value);
            }
            Expr::Call { func, .. } => {
                let called = match item.expr(*func) {
                    Expr::Name(name) => Some(name.name),
                    Expr::Attribute { attr, .. } => Some(*attr),
                    _ => None,
                };
                self.called.extend(called);
                children(item.expr(id), &mut |child| self.expr(item, child));
            }
            // A comprehension's own names are its own; of it only the first iterable belongs to the statement.
            Expr::Comp { generators, .. } => {
                if let Some(first) = generators.first() {
                    self.expr(item, first.iter);
                }
            }
            Expr::Lambda(_) => {}
            other => children(other, &mut |child| self.expr(item, child)),
        }
    }
}

/// Calls `with` for each direct part of an expression.
pub fn children(expr: &Expr, with: &mut dyn FnMut(ExprId)) {
    match expr {
        Expr::Missing | Expr::Constant(_) | Expr::Name(_) | Expr::Lambda(_) => {}
        Expr::BoolOp { values, .. } => values.iter().for_each(|id| with(*id)),
        Expr::Named { target, value } => {
            with(*target);
            with(*value);
        }
        Expr::BinOp { left, right, .. } => {
            with(*left);
            with(*right);
        }
        Expr::UnaryOp { operand, .. } => with(*operand),
        Expr::IfExp { test, body, orelse } => {
            with(*test);
            with(*body);
            with(*orelse);
        }
        Expr::Dict { items } => {
            for (key, value) in items {
                key.iter().for_each(|id| with(*id));
                with(*value);
            }
        }
        Expr::Set { elts } | Expr::List { elts } | Expr::Tuple { elts } => {
            elts.iter().for_each(|id| with(*id))
        }
        Expr::Comp {
            elt,
            value,
            generators,
            ..
        } => {
            with(*elt);
            value.iter().for_each(|id| with(*id));
            for generator in generators {
                with(generator.target);
                with(generator.iter);
                generator.ifs.iter().for_each(|id| with(*id));
            }
        }
        Expr::Await(value) | Expr::YieldFrom(value) | Expr::Starred(value) => with(*value),
        Expr::Yield(value) => value.iter().for_each(|id| with(*id)),
        Expr::Compare { left, rest } => {
            with(*left);
            rest.iter().for_each(|(_, id)| with(*id));
        }
        Expr::Call {
            func,
            args,
            keywords,
        } => {
            with(*func);
            args.iter().for_each(|id| with(*id));
            keywords.iter().for_each(|keyword| with(keyword.value));
        }
        Expr::JoinedStr { parts } | Expr::TemplateStr { parts } => {
            parts.iter().for_each(|id| with(*id))
        }
        Expr::Formatted { value, spec, .. } | Expr::Interpolation { value, spec, .. } => {
            with(*value);
            spec.iter().for_each(|id| with(*id));
        }
        Expr::Attribute { value, .. } => with(*value),
        Expr::Subscript { value, index } => {
            with(*value);
            with(*index);
        }
        Expr::Slice { lower, upper, step } => {
            for part in [lower, upper, step] {
                part.iter().for_each(|id| with(*id));
            }
        }
    }
}

/// Steps that the program's text has somewhere: only along these are paths followed.
#[derive(Clone, Debug, Default)]
pub struct TextSteps {
    /// Attributes.
    pub attrs: FxHashSet<Name>,
    /// Integer subscripts.
    pub ints: FxHashSet<i64>,
    /// String subscripts, and keys of displays.
    pub strs: FxHashSet<Arc<str>>,
}

impl TextSteps {
    /// Of a file.
    pub fn of(file: &File) -> TextSteps {
        let mut out = TextSteps::default();
        for placed in &file.items {
            let item = &placed.item;
            for expr in &item.exprs {
                match expr {
                    Expr::Attribute { attr, .. } => {
                        out.attrs.insert(*attr);
                    }
                    Expr::Subscript { index, .. } => out.key(item, *index),
                    Expr::Dict { items } => items
                        .iter()
                        .filter_map(|(key, _)| *key)
                        .for_each(|key| out.key(item, key)),
                    _ => {}
                }
            }
        }
        out
    }

    /// Steps that only one of two texts has.
    pub(super) fn differing(&self, other: &TextSteps) -> Vec<Step> {
        let attrs = self.attrs.symmetric_difference(&other.attrs);
        let ints = self.ints.symmetric_difference(&other.ints);
        let strs = self.strs.symmetric_difference(&other.strs);
        attrs
            .map(|name| Step::Attr(*name))
            .chain(ints.map(|at| Step::Int(*at)))
            .chain(strs.map(|text| Step::Str(Arc::clone(text))))
            .collect()
    }

    fn key(&mut self, item: &Item, index: ExprId) {
        match item.expr(index) {
            Expr::Constant(Const::Int(value)) => {
                self.ints.extend(i64::try_from(value).ok());
            }
            Expr::UnaryOp {
                op: crate::hir::UnaryOp::Minus,
                operand,
            } => {
                if let Expr::Constant(Const::Int(value)) = item.expr(*operand) {
                    self.ints
                        .extend(i64::try_from(value).ok().map(|value| -value));
                }
            }
            Expr::Constant(Const::Str(text)) => {
                self.strs.insert(text.clone());
            }
            _ => {}
        }
    }
}

/// Names that some function or class declares `global`, or binds through `globals()`, sorted: they may be bound while it
/// runs.
pub(super) fn rebindable(file: &File) -> Vec<Name> {
    let mut out: Vec<Name> = Vec::new();
    for placed in &file.items {
        for stmt in &placed.item.stmts {
            if let Stmt::Global(names) = stmt {
                out.extend(names);
            }
        }
        out.extend(&placed.item.namespace.stores);
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// Attributes that some statement stores or deletes, sorted: a class's may change while functions run.
pub(super) fn stored_attributes(file: &File) -> Vec<Name> {
    let mut out: Vec<Name> = Vec::new();
    for placed in &file.items {
        let item = &placed.item;
        let stored = item.targets().into_iter();
        out.extend(stored.filter_map(|target| match item.expr(target) {
            Expr::Attribute { attr, .. } => Some(*attr),
            _ => None,
        }));
    }
    out.sort_unstable();
    out.dedup();
    out
}
