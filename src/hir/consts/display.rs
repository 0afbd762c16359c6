//! Displays: what is built from a hidden constant, and what in steps.

use super::emit::{Emitter, MADE};
use super::value::Value;
use crate::hir::body::{Expr, ExprId};

/// More parts than this are put together in steps.
pub(super) const STACK_USE_GUIDELINE: usize = 30;

/// From so many constants on a display is built from a hidden constant.
pub(super) const MIN_CONST_SEQUENCE: usize = 3;

impl Emitter<'_> {
    pub fn has_star(&self, elts: &[ExprId]) -> bool {
        elts.iter()
            .any(|&elt| matches!(self.item.expr(elt), Expr::Starred(_)))
    }

    /// Items with `*` among them.
    pub fn starred(&mut self, elts: &[ExprId], is_list: bool) {
        if self.f.starred_runs_are_tuples {
            return self.starred_runs(elts);
        }
        let item = self.item;
        let first = elts
            .iter()
            .position(|&elt| matches!(item.expr(elt), Expr::Starred(_)))
            .unwrap_or(0);
        let mark = self.mark();
        let items = self.all(&elts[..first]);
        // What is built before the first `*` is a display of its own to the optimizer.
        if let Some(items) = items
            && !self.f.folds_tree
            && first >= MIN_CONST_SEQUENCE
            && elts.len() <= STACK_USE_GUIDELINE
        {
            let value = if is_list {
                Value::Tuple(items.into())
            } else {
                Value::frozenset(items)
            };
            self.fold_late(mark, value);
        }
        self.exprs(&elts[first..]);
    }

    /// In 3.8 the items between two `*` become a tuple.
    fn starred_runs(&mut self, elts: &[ExprId]) {
        let item = self.item;
        for run in elts.split_inclusive(|&elt| matches!(item.expr(elt), Expr::Starred(_))) {
            let (star, plain) = match run.split_last() {
                Some((&last, plain)) if matches!(item.expr(last), Expr::Starred(_)) => {
                    (Some(last), plain)
                }
                _ => (None, run),
            };
            let mark = self.mark();
            if let Some(items) = self.all(plain)
                && !items.is_empty()
            {
                let value = self.late_tuple(items);
                self.fold_late(mark, value);
            }
            if let Some(star) = star {
                self.expr(star);
            }
        }
    }

    /// A list or set display.
    pub fn display(&mut self, id: ExprId, elts: &[ExprId], is_list: bool) -> Option<Value> {
        if self.has_star(elts) {
            self.starred(elts, is_list);
            return None;
        }
        let mark = self.mark();
        let items = self.all(elts)?;
        let large = !self.f.folds_tree && elts.len() > STACK_USE_GUIDELINE;
        if elts.len() >= MIN_CONST_SEQUENCE && self.f.displays_from_constants && !large {
            let value = if is_list {
                Value::Tuple(items.into())
            } else {
                Value::frozenset(items)
            };
            match self.f.folds_tree {
                // The compiler makes it, not the tree's optimizer.
                true => {
                    self.undo(mark);
                    self.load_expr(id, value, MADE);
                }
                false => {
                    self.fold(mark, id, value);
                }
            }
        }
        None
    }

    /// What is iterated or searched: a display of constants is a constant there.
    pub fn iterable(&mut self, id: ExprId) -> Option<Value> {
        let (elts, is_list) = match self.item.expr(id) {
            Expr::List { elts } => (elts, true),
            Expr::Set { elts } => (elts, false),
            _ => return self.expr(id),
        };
        if self.has_star(elts) || !self.f.folds_tree && elts.len() > STACK_USE_GUIDELINE {
            return self.expr(id);
        }
        let mark = self.mark();
        let Some(items) = self.all(elts) else {
            // As a set it is built as ever; as a list it becomes a tuple.
            return None;
        };
        let value = if is_list {
            Value::Tuple(items.into())
        } else {
            // The tree keeps another set of the same items.
            items.iter().for_each(|item| self.entangle(item));
            Value::frozenset(items)
        };
        self.fold(mark, id, value)
    }

    pub fn dict(&mut self, items: &[(Option<ExprId>, ExprId)]) {
        if !self.f.key_tuples {
            for (key, value) in items {
                if let Some(key) = key {
                    self.expr(*key);
                }
                self.expr(*value);
            }
            return;
        }
        let mut from = 0;
        for (index, (key, value)) in items.iter().enumerate() {
            if key.is_none() {
                self.dict_run(&items[from..index]);
                self.expr(*value);
                from = index + 1;
                continue;
            }
            let elements = index - from;
            if self.f.builds_large_in_steps && elements * 2 > STACK_USE_GUIDELINE {
                self.dict_run(&items[from..=index]);
                from = index + 1;
            }
        }
        self.dict_run(&items[from..]);
    }

    /// Items of a dict without `**`: where all keys are constants they are a hidden tuple.
    fn dict_run(&mut self, items: &[(Option<ExprId>, ExprId)]) {
        let large = self.f.builds_large_in_steps && items.len() * 2 > STACK_USE_GUIDELINE;
        if items.len() > 1 && !large {
            let mark = self.mark();
            let keys: Vec<ExprId> = items.iter().filter_map(|(key, _)| *key).collect();
            let constants = self.all(&keys);
            self.undo(mark);
            if let Some(keys) = constants {
                items.iter().for_each(|(_, value)| {
                    self.expr(*value);
                });
                return self.load(Value::Tuple(keys.into()));
            }
        }
        for (key, value) in items {
            if let Some(key) = key {
                self.expr(*key);
            }
            self.expr(*value);
        }
    }
}
