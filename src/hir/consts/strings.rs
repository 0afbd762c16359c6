//! Strings that are put together: f-strings, templates, `%`.

use super::display::STACK_USE_GUIDELINE;
use super::emit::{Emitter, FOLDED};
use super::value::Value;
use crate::hir::body::{Const, Expr, ExprId};

impl Emitter<'_> {
    pub fn joined(&mut self, id: ExprId, parts: &[ExprId]) -> Option<Value> {
        if self.f.builds_large_in_steps && parts.len() > STACK_USE_GUIDELINE {
            self.load_text("");
        }
        if let [only] = parts
            && matches!(self.item.expr(*only), Expr::Constant(_))
        {
            let value = self.expr(*only)?;
            self.code().exprs.push((id, value.clone()));
            // In the tree it is no constant.
            return (!self.f.folds_tree).then_some(value);
        }
        self.exprs(parts);
        None
    }

    /// An empty text behind a specification that ends with a field (3.12), or in an empty one (3.13).
    pub fn end_of_spec(&mut self, spec: ExprId) {
        let Expr::JoinedStr { parts } = self.item.expr(spec) else {
            return;
        };
        let has_text = match parts.last() {
            None => self.f.empty_specs_are_text,
            Some(&last) => {
                self.f.ends_specs_with_text && !matches!(self.item.expr(last), Expr::Constant(_))
            }
        };
        if has_text {
            self.load_text("");
        }
    }

    pub fn template(&mut self, parts: &[ExprId]) {
        let item = self.item;
        let mut texts = vec![Value::Str("".into())];
        for &part in parts {
            match item.expr(part) {
                Expr::Constant(text) => {
                    if let Some(last) = texts.last_mut() {
                        *last = Value::of(text);
                    }
                }
                _ => texts.push(Value::Str("".into())),
            }
        }
        let mark = self.mark();
        texts.iter().for_each(|text| self.load(text.clone()));
        self.fold_late(mark, Value::Tuple(texts.into()));
        if !parts
            .iter()
            .any(|&part| matches!(item.expr(part), Expr::Interpolation { .. }))
        {
            let mark = self.mark();
            self.fold_late(mark, Value::Tuple([].into()));
        }
        for &part in parts {
            if let Expr::Interpolation {
                value, text, spec, ..
            } = item.expr(part)
            {
                self.expr(*value);
                self.load(Value::Str(text.clone()));
                if let Some(spec) = spec {
                    self.expr(*spec);
                }
            }
        }
    }

    /// `'%s and %r' % (a, b)` becomes an f-string; whether it did.
    pub fn format(&mut self, id: ExprId, left: ExprId, right: ExprId) -> bool {
        let item = self.item;
        let Expr::Tuple { elts } = item.expr(right) else {
            return false;
        };
        let text = match item.expr(left) {
            Expr::Constant(Const::Str(text)) => text.clone(),
            _ if self.f.folds_tree && self.is_constant(left) => {
                let mark = self.mark();
                let value = self.expr(left);
                self.undo(mark);
                match value {
                    Some(Value::Str(text)) => text,
                    _ => return false,
                }
            }
            _ => return false,
        };
        if self.has_star(elts) || self.is_constant(right) {
            return false;
        }
        let Some(pieces) = super::format::pieces(&text) else {
            return false;
        };
        let fields = pieces
            .iter()
            .filter(|piece| matches!(piece, super::format::Piece::Field(_)))
            .count();
        if fields != elts.len() {
            return false;
        }
        if self.f.builds_large_in_steps && pieces.len() > STACK_USE_GUIDELINE {
            self.load_text("");
        }
        // A text without fields is left as one constant.
        if let [super::format::Piece::Text(text)] = &pieces[..] {
            self.load_expr(id, Value::Str(text.as_str().into()), FOLDED);
            return true;
        }
        let mut elts = elts.iter();
        for piece in &pieces {
            match piece {
                super::format::Piece::Text(text) => {
                    self.load_from(Value::Str(text.as_str().into()), FOLDED)
                }
                super::format::Piece::Field(spec) => {
                    if let Some(&elt) = elts.next() {
                        self.expr(elt);
                    }
                    if !spec.is_empty() {
                        self.load_text(spec);
                    }
                }
            }
        }
        true
    }
}
