//! Displays of lists, sets, tuples and dicts.

use super::emit::Emitter;
use super::graph::Op;
use crate::hir::body::{Expr, ExprId};

/// More parts than this are put together in steps.
pub(super) const STACK_USE_GUIDELINE: usize = 30;

impl Emitter<'_> {
    pub fn has_star(&self, elts: &[ExprId]) -> bool {
        elts.iter()
            .any(|&elt| matches!(self.item.expr(elt), Expr::Starred(_)))
    }

    pub fn display(&mut self, elts: &[ExprId]) {
        if elts.len() > STACK_USE_GUIDELINE || self.has_star(elts) {
            return self.display_in_steps(elts, 0);
        }
        self.exprs(elts);
        self.calls(elts.len());
    }

    /// A list that grows item by item, with `pushed` items of it on the stack.
    pub fn display_in_steps(&mut self, elts: &[ExprId], pushed: usize) {
        let large = elts.len() + pushed > STACK_USE_GUIDELINE;
        let mut built = large;
        if built {
            self.calls(pushed);
        }
        for (index, &elt) in elts.iter().enumerate() {
            if let Expr::Starred(value) = self.item.expr(elt) {
                if !built {
                    self.calls(pushed + index);
                    built = true;
                }
                self.expr(*value);
                self.pop();
            } else {
                self.expr(elt);
                if built {
                    self.pop();
                }
            }
        }
        if !built {
            self.calls(pushed + elts.len());
        }
    }

    pub fn dict(&mut self, items: &[(Option<ExprId>, ExprId)]) {
        let mut have = false;
        let mut from = 0;
        for (index, (key, value)) in items.iter().enumerate() {
            if key.is_none() {
                self.dict_run(&items[from..index], &mut have);
                if !have {
                    self.push();
                    have = true;
                }
                self.expr(*value);
                self.pop();
                from = index + 1;
            } else if (index - from) * 2 > STACK_USE_GUIDELINE {
                self.dict_run(&items[from..=index], &mut have);
                from = index + 1;
            }
        }
        self.dict_run(&items[from..], &mut have);
        if !have {
            self.push();
        }
    }

    fn dict_run(&mut self, items: &[(Option<ExprId>, ExprId)], have: &mut bool) {
        if items.is_empty() {
            return;
        }
        let large = items.len() * 2 > STACK_USE_GUIDELINE;
        if large {
            self.push();
        }
        for (key, value) in items {
            if let Some(key) = key {
                self.expr(*key);
            }
            self.expr(*value);
            if large {
                self.op(Op::Other(2, 0));
            }
        }
        if !large {
            self.calls(items.len() * 2);
        }
        if std::mem::replace(have, true) {
            self.pop();
        }
    }
}
