//! Arguments of calls.

use super::display::MIN_CONST_SEQUENCE;
use super::display::STACK_USE_GUIDELINE;
use super::emit::Emitter;
use super::value::Value;
use crate::hir::body::{CompKind, Expr, ExprId, Keyword};

impl Emitter<'_> {
    /// Arguments of a call, with `pushed` others on the stack already.
    pub fn arguments(&mut self, pushed: usize, args: &[ExprId], keywords: &[Keyword]) {
        let unpacks = self.has_star(args) || keywords.iter().any(|keyword| keyword.name.is_none());
        let large =
            self.f.builds_large_in_steps && args.len() + 2 * keywords.len() > STACK_USE_GUIDELINE;
        if !unpacks && !large {
            self.exprs(args);
            keywords.iter().for_each(|keyword| {
                self.expr(keyword.value);
            });
            if !keywords.is_empty() {
                let names = keywords.iter().filter_map(|keyword| keyword.name);
                let names: Vec<Value> = names
                    .map(|name| Value::Str(self.names.shared(name)))
                    .collect();
                self.load(Value::Tuple(names.into()));
            }
            return;
        }
        let alone = match args {
            [only] if pushed == 0 => matches!(self.item.expr(*only), Expr::Starred(_)),
            _ => false,
        };
        if alone {
            self.exprs(args);
        } else if self.has_star(args) {
            match pushed {
                0 => self.starred(args, true),
                _ => self.exprs(args),
            }
        } else {
            let mark = self.mark();
            if let Some(items) = self.all(args) {
                if items.len() >= MIN_CONST_SEQUENCE
                    && self.f.displays_from_constants
                    && self.f.folds_tree
                {
                    self.undo(mark);
                    self.load(Value::Tuple(items.into()));
                } else if pushed == 0 && (!items.is_empty() || self.f.folds_empty_tuple) {
                    let value = self.late_tuple(items);
                    self.fold_late(mark, value);
                }
            }
        }
        for run in keywords.split_inclusive(|keyword| keyword.name.is_none()) {
            let (unpacked, named) = match run.split_last() {
                Some((last, named)) if last.name.is_none() => (Some(last), named),
                _ => (None, run),
            };
            self.keyword_run(named);
            if let Some(keyword) = unpacked {
                self.expr(keyword.value);
            }
        }
    }

    /// `all(... for ...)`: the results that its loop loads.
    pub fn inlined_result(&mut self, func: ExprId, args: &[ExprId], keywords: &[Keyword]) {
        let ([arg], []) = (args, keywords) else {
            return;
        };
        let (
            Expr::Name(name),
            Expr::Comp {
                kind: CompKind::Generator,
                generators,
                ..
            },
        ) = (self.item.expr(func), self.item.expr(*arg))
        else {
            return;
        };
        let first = match self.names.text(name.name) {
            "all" => false,
            "any" => true,
            _ => return,
        };
        if self.f.inlines_all_and_any && !generators.iter().any(|clause| clause.is_async) {
            self.load(Value::Bool(first));
            self.load(Value::Bool(!first));
        }
    }

    fn keyword_run(&mut self, keywords: &[Keyword]) {
        let large = self.f.builds_large_in_steps && keywords.len() * 2 > STACK_USE_GUIDELINE;
        if keywords.len() > 1 && self.f.key_tuples && !large {
            keywords.iter().for_each(|keyword| {
                self.expr(keyword.value);
            });
            let names = keywords.iter().filter_map(|keyword| keyword.name);
            let names: Vec<Value> = names
                .map(|name| Value::Str(self.names.shared(name)))
                .collect();
            return self.load(Value::Tuple(names.into()));
        }
        for keyword in keywords {
            if let Some(name) = keyword.name {
                self.load_name(name);
            }
            self.expr(keyword.value);
        }
    }
}
