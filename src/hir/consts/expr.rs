//! Loads of expressions. Each function returns the constant that is then on the stack, if there is one.

use super::emit::{CodeOf, Emitter, FOLDED, Frame, JOINED, LITERAL, MADE};
use super::fold;
use super::value::Value;
use crate::hir::body::{
    BinOp, BoolOp, CmpOp, CompKind, Comprehension, Const, Expr, ExprId, Keyword, UnaryOp,
};
use crate::hir::unit::{Params, UnitId};

/// More parts than this are put together in steps.
const STACK_USE_GUIDELINE: usize = 30;
/// From so many constants on a display is built from a hidden constant.
const MIN_CONST_SEQUENCE: usize = 3;

impl Emitter<'_> {
    pub fn exprs(&mut self, ids: &[ExprId]) {
        ids.iter().for_each(|&id| {
            self.expr(id);
        });
    }

    /// The constants of `ids` if all are some; all are emitted.
    fn all(&mut self, ids: &[ExprId]) -> Option<Vec<Value>> {
        let values: Vec<_> = ids.iter().map(|&id| self.expr(id)).collect();
        values.into_iter().collect()
    }

    pub fn expr(&mut self, id: ExprId) -> Option<Value> {
        let item = self.item;
        match item.expr(id) {
            Expr::Constant(value) => {
                let value = Value::of(value);
                let is_joined = matches!(value, Value::Bytes(_)) && item.joined_bytes.contains(&id);
                self.load_expr(id, value.clone(), if is_joined { JOINED } else { LITERAL });
                Some(value)
            }
            Expr::Name(name) => {
                if self.names.text(name.name) != "__debug__" {
                    return None;
                }
                self.load_expr(id, Value::Bool(true), LITERAL);
                Some(Value::Bool(true))
            }
            other => stacker::maybe_grow(128 * 1024, 1024 * 1024, || self.compound(id, other)),
        }
    }

    fn compound(&mut self, id: ExprId, expr: &Expr) -> Option<Value> {
        match expr {
            Expr::Missing => {
                self.code().unsure = true;
                None
            }
            Expr::Constant(_) | Expr::Name(_) => None,
            Expr::BoolOp { op, values } => self.bool_op(*op, values),
            Expr::Named { value, .. } => {
                let skips = self.f.skips_named_values;
                self.unfolded += u32::from(skips);
                self.expr(*value);
                self.unfolded -= u32::from(skips);
                None
            }
            Expr::BinOp { left, op, right } => self.bin_op(id, *left, *op, *right),
            Expr::UnaryOp { op, operand } => {
                let mark = self.mark();
                let operand = self.expr(*operand)?;
                let value = fold::unary(*op, &operand)?;
                if value == operand {
                    self.entangle(&value);
                }
                self.fold(mark, id, value)
            }
            Expr::Lambda(unit) => {
                self.lambda(*unit);
                None
            }
            Expr::IfExp { test, body, orelse } => {
                let before = self.alive;
                let (yes, no) = self.jump_if(*test);
                self.alive = before && yes;
                self.expr(*body);
                let first = self.alive;
                self.alive = before && no;
                self.expr(*orelse);
                self.alive |= first;
                None
            }
            Expr::Dict { items } => {
                self.dict(items);
                None
            }
            Expr::Set { elts } => self.display(id, elts, false),
            Expr::List { elts } => self.display(id, elts, true),
            Expr::Tuple { elts } => {
                let mark = self.mark();
                if self.has_star(elts) {
                    self.starred(elts, true);
                    return None;
                }
                let items = self.all(elts)?;
                if self.unfolded > 0 {
                    // Left to the compiler, and the peephole optimizer.
                    if items.len() >= MIN_CONST_SEQUENCE && self.f.displays_from_constants {
                        self.undo(mark);
                        self.load_expr(id, Value::Tuple(items.into()), MADE);
                    } else if !items.is_empty() {
                        let value = self.late_tuple(items);
                        self.fold_late(mark, value);
                    }
                    return None;
                }
                self.fold(mark, id, Value::Tuple(items.into()))
            }
            Expr::Comp {
                kind,
                unit,
                elt,
                value,
                generators,
            } => {
                self.comprehension(*kind, *unit, *elt, *value, generators);
                None
            }
            Expr::Await(value) | Expr::YieldFrom(value) => {
                self.expr(*value);
                self.load(Value::None);
                None
            }
            Expr::Yield(value) => {
                match value {
                    Some(value) => {
                        self.expr(*value);
                    }
                    None => self.load(Value::None),
                }
                None
            }
            Expr::Compare { left, rest } => {
                self.expr(*left);
                for (index, (op, right)) in rest.iter().enumerate() {
                    match op {
                        CmpOp::In | CmpOp::NotIn if index + 1 == rest.len() => {
                            self.iterable(*right);
                        }
                        _ => {
                            self.expr(*right);
                        }
                    }
                }
                None
            }
            Expr::Call {
                func,
                args,
                keywords,
            } => {
                self.expr(*func);
                self.arguments(0, args, keywords);
                self.inlined_result(*func, args, keywords);
                None
            }
            Expr::JoinedStr { parts } => self.joined(id, parts),
            Expr::Formatted { value, spec, .. } => {
                self.expr(*value);
                if let Some(spec) = spec {
                    self.expr(*spec);
                    self.end_of_spec(*spec);
                }
                None
            }
            Expr::TemplateStr { parts } => {
                self.template(parts);
                None
            }
            Expr::Interpolation { .. } => None,
            Expr::Attribute { value, .. } => {
                self.expr(*value);
                None
            }
            Expr::Subscript { value, index } => {
                let mark = self.mark();
                let value = self.expr(*value);
                let index = self.expr(*index);
                let whole = value?;
                let value = fold::subscript(&whole, &index?)?;
                self.entangle(&whole);
                self.fold(mark, id, value)
            }
            Expr::Starred(value) => {
                self.expr(*value);
                None
            }
            Expr::Slice { lower, upper, step } => self.slice(*lower, *upper, *step),
        }
    }

    fn has_star(&self, elts: &[ExprId]) -> bool {
        elts.iter()
            .any(|&elt| matches!(self.item.expr(elt), Expr::Starred(_)))
    }

    /// Items with `*` among them.
    fn starred(&mut self, elts: &[ExprId], is_list: bool) {
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

    fn bool_op(&mut self, op: BoolOp, values: &[ExprId]) -> Option<Value> {
        let before = self.alive;
        let (&last, rest) = values.split_last()?;
        for &value in rest {
            let mark = self.mark();
            let constant = self.expr(value);
            if let Some(constant) = constant
                && self.f.drops_unused
            {
                if constant.is_true() == (op == BoolOp::And) {
                    self.consume(mark);
                } else {
                    // It is the result, and the rest is never reached.
                    self.alive = false;
                }
            }
        }
        self.expr(last);
        self.alive = before;
        None
    }

    fn bin_op(&mut self, id: ExprId, left: ExprId, op: BinOp, right: ExprId) -> Option<Value> {
        if op == BinOp::Mod && self.f.folds_formats && self.format(id, left, right) {
            return None;
        }
        let mark = self.mark();
        let left = self.expr(left);
        let right = self.expr(right);
        let (left, right) = (left?, right?);
        let value = fold::binary(&left, op, &right)?;
        for operand in [&left, &right] {
            if value == *operand || !operand.items().is_empty() {
                self.entangle(operand);
            }
        }
        self.fold(mark, id, value)
    }

    /// A list or set display.
    fn display(&mut self, id: ExprId, elts: &[ExprId], is_list: bool) -> Option<Value> {
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

    fn dict(&mut self, items: &[(Option<ExprId>, ExprId)]) {
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
    fn inlined_result(&mut self, func: ExprId, args: &[ExprId], keywords: &[Keyword]) {
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

    fn joined(&mut self, id: ExprId, parts: &[ExprId]) -> Option<Value> {
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
    fn end_of_spec(&mut self, spec: ExprId) {
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

    fn template(&mut self, parts: &[ExprId]) {
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
    fn format(&mut self, id: ExprId, left: ExprId, right: ExprId) -> bool {
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

    fn slice(
        &mut self,
        lower: Option<ExprId>,
        upper: Option<ExprId>,
        step: Option<ExprId>,
    ) -> Option<Value> {
        if self.f.folds_slices {
            let constant = |part: Option<ExprId>| match part.map(|part| self.item.expr(part)) {
                None => Some(Value::None),
                Some(Expr::Constant(value)) => Some(Value::of(value)),
                Some(_) => None,
            };
            if let (Some(lower), Some(upper), Some(step)) =
                (constant(lower), constant(upper), constant(step))
            {
                let value = Value::Slice([lower, upper, step].into());
                self.load(value.clone());
                return Some(value);
            }
        }
        for part in [lower, upper] {
            match part {
                Some(part) => {
                    self.expr(part);
                }
                None => self.load(Value::None),
            }
        }
        if let Some(step) = step {
            self.expr(step);
        }
        None
    }

    /// A condition; whether it may come out true, and false.
    pub fn jump_if(&mut self, id: ExprId) -> (bool, bool) {
        let item = self.item;
        match item.expr(id) {
            Expr::UnaryOp {
                op: UnaryOp::Not,
                operand,
            } if !self.is_constant(*operand) => {
                let (yes, no) = self.jump_if(*operand);
                (no, yes)
            }
            Expr::BoolOp { op, values } => {
                let before = self.alive;
                let and = *op == BoolOp::And;
                let (mut yes, mut no) = (and, !and);
                for &value in values {
                    let (t, f) = self.jump_if(value);
                    if and {
                        no |= f && self.alive;
                        self.alive &= t;
                        yes = self.alive;
                    } else {
                        yes |= t && self.alive;
                        self.alive &= f;
                        no = self.alive;
                    }
                }
                if and {
                    yes = self.alive;
                } else {
                    no = self.alive;
                }
                self.alive = before;
                (yes, no)
            }
            Expr::IfExp { test, body, orelse } => {
                let before = self.alive;
                let (t, f) = self.jump_if(*test);
                self.alive = before && t;
                let first = self.jump_if(*body);
                self.alive = before && f;
                let second = self.jump_if(*orelse);
                self.alive = before;
                (t && first.0 || f && second.0, t && first.1 || f && second.1)
            }
            Expr::Compare { rest, .. }
                if self.f.jumps_on_none
                    && rest.last().is_some_and(|(op, right)| {
                        matches!(op, CmpOp::Is | CmpOp::IsNot)
                            && matches!(item.expr(*right), Expr::Constant(Const::None))
                    }) =>
            {
                self.expr(id);
                if let Some(load) = self.code().loads.last_mut() {
                    load.used = false;
                }
                (true, true)
            }
            _ => {
                let mark = self.mark();
                match self.expr(id) {
                    Some(value) if self.f.trims_unused => {
                        self.consume(mark);
                        (value.is_true(), !value.is_true())
                    }
                    _ => (true, true),
                }
            }
        }
    }

    /// Whether it is a constant to the compiler's tree.
    pub fn is_constant(&mut self, id: ExprId) -> bool {
        if !self.f.folds_tree {
            return matches!(self.item.expr(id), Expr::Constant(_));
        }
        if !self.may_be_constant(id) {
            return false;
        }
        let mark = self.mark();
        let found = self.expr(id).is_some();
        self.undo(mark);
        found
    }

    /// Whether it is made of nothing but what can be folded, so that emitting it makes loads only.
    fn may_be_constant(&self, id: ExprId) -> bool {
        let item = self.item;
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || match item.expr(id) {
            Expr::Constant(_) => true,
            Expr::Name(name) => self.names.text(name.name) == "__debug__",
            Expr::UnaryOp { operand, .. } => self.may_be_constant(*operand),
            Expr::BinOp { left, right, .. } => {
                self.may_be_constant(*left) && self.may_be_constant(*right)
            }
            Expr::Tuple { elts } => elts.iter().all(|&elt| self.may_be_constant(elt)),
            Expr::Subscript { value, index } => {
                self.may_be_constant(*value) && self.may_be_constant(*index)
            }
            _ => false,
        })
    }

    fn lambda(&mut self, unit: UnitId) {
        let item = self.item;
        self.defaults(unit, &item.unit(unit).params);
        let made = self.made.get(&(self.current, unit)).copied();
        let id = made.unwrap_or_else(|| {
            let parent = self.current;
            let before = self.enter(CodeOf::Unit(unit));
            if self.f.docstring_slot {
                self.load(Value::None);
            }
            if let Some(value) = item.unit(unit).value {
                self.expr(value);
            }
            if !self.f.docstring_slot {
                // Never reached, but where it is the first it stays.
                self.alive = false;
                self.load(Value::None);
            }
            let id = self.leave(before);
            self.made.insert((parent, unit), id);
            id
        });
        self.note_twin(unit);
        self.load(Value::Code(id));
        self.load_qualname(unit);
    }

    /// Two code objects of one name on a line may be equal, and then they are one (to 3.10).
    fn note_twin(&mut self, unit: UnitId) {
        let unit = self.item.unit(unit);
        let place = ((self.line_of)(unit.span.start), unit.name);
        if self.f.merges_code {
            let code = self.code();
            code.has_twins |= code.lines.contains(&place);
            code.lines.push(place);
        }
    }

    pub fn load_qualname(&mut self, unit: UnitId) {
        if self.f.qualname_constants {
            let qualname = self.item.unit(unit).qualname.clone();
            self.load(Value::Str(qualname));
        }
    }

    /// Defaults of a function or lambda.
    pub fn defaults(&mut self, unit: UnitId, params: &Params) {
        if !params.defaults.is_empty() {
            let mark = self.mark();
            if let Some(items) = self.all(&params.defaults) {
                // The loads go, but a default is still the constant that the tuple holds.
                let held: Vec<_> = params
                    .defaults
                    .iter()
                    .copied()
                    .zip(items.iter().cloned())
                    .collect();
                let value = self.late_tuple(items);
                self.code().defaults.push((unit, value.clone()));
                self.fold_late(mark, value);
                self.code().exprs.extend(held);
            }
        }
        let mut names = Vec::new();
        for (param, default) in params.kwonly.iter().zip(&params.kw_defaults) {
            let Some(default) = default else { continue };
            if !self.f.key_tuples {
                self.load_name(param.name);
            }
            self.expr(*default);
            names.push(Value::Str(self.names.shared(param.name)));
        }
        if !names.is_empty() && self.f.key_tuples {
            self.load(Value::Tuple(names.into()));
        }
    }

    fn comprehension(
        &mut self,
        kind: CompKind,
        unit: UnitId,
        elt: ExprId,
        value: Option<ExprId>,
        generators: &[Comprehension],
    ) {
        let Some(first) = generators.first() else {
            return;
        };
        let is_async = self.f.awaits_comprehensions && self.comp_is_async(elt, value, generators);
        if self.f.inlines_comprehensions && kind != CompKind::Generator {
            self.iterable(first.iter);
            let before = self.alive;
            let frames = std::mem::take(&mut self.frames);
            self.clauses(elt, value, generators, 0);
            self.frames = frames;
            self.alive = before;
            return;
        }
        let made = self.made.get(&(self.current, unit)).copied();
        let id = made.unwrap_or_else(|| {
            let parent = self.current;
            let before = self.enter(CodeOf::Unit(unit));
            self.clauses(elt, value, generators, 0);
            self.alive = true;
            if kind == CompKind::Generator {
                self.load(Value::None);
            }
            let id = self.leave(before);
            self.made.insert((parent, unit), id);
            id
        });
        self.note_twin(unit);
        self.load(Value::Code(id));
        self.load_qualname(unit);
        self.iterable(first.iter);
        if is_async && kind != CompKind::Generator {
            self.load(Value::None);
        }
    }

    /// Whether a comprehension awaits something itself.
    fn comp_is_async(
        &self,
        elt: ExprId,
        value: Option<ExprId>,
        generators: &[Comprehension],
    ) -> bool {
        let within = generators.iter().skip(1).map(|clause| clause.iter);
        let within = within.chain(
            generators
                .iter()
                .flat_map(|clause| clause.ifs.iter().copied()),
        );
        generators.iter().any(|clause| clause.is_async)
            || within
                .chain([elt])
                .chain(value)
                .any(|inner| self.awaits(inner))
    }

    fn awaits(&self, id: ExprId) -> bool {
        let item = self.item;
        let any = |ids: &[ExprId]| ids.iter().any(|&id| self.awaits(id));
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || match item.expr(id) {
            Expr::Await(_) => true,
            Expr::Comp {
                kind: CompKind::Generator,
                generators,
                ..
            } => any(&[generators[0].iter]),
            Expr::Comp {
                elt,
                value,
                generators,
                ..
            } => self.comp_is_async(*elt, *value, generators) || any(&[generators[0].iter]),
            Expr::Missing
            | Expr::Constant(_)
            | Expr::Name(_)
            | Expr::Lambda(_)
            | Expr::Yield(_)
            | Expr::YieldFrom(_) => false,
            Expr::BoolOp { values, .. } => any(values),
            Expr::Named { value, .. } => self.awaits(*value),
            Expr::BinOp { left, right, .. } => any(&[*left, *right]),
            Expr::UnaryOp { operand, .. } => self.awaits(*operand),
            Expr::IfExp { test, body, orelse } => any(&[*test, *body, *orelse]),
            Expr::Dict { items } => items
                .iter()
                .any(|(key, value)| key.is_some_and(|key| self.awaits(key)) || self.awaits(*value)),
            Expr::Set { elts } | Expr::List { elts } | Expr::Tuple { elts } => any(elts),
            Expr::Compare { left, rest } => {
                self.awaits(*left) || rest.iter().any(|(_, right)| self.awaits(*right))
            }
            Expr::Call {
                func,
                args,
                keywords,
            } => {
                self.awaits(*func)
                    || any(args)
                    || keywords.iter().any(|keyword| self.awaits(keyword.value))
            }
            Expr::JoinedStr { parts } | Expr::TemplateStr { parts } => any(parts),
            Expr::Formatted { value, spec, .. } | Expr::Interpolation { value, spec, .. } => {
                self.awaits(*value) || spec.is_some_and(|spec| self.awaits(spec))
            }
            Expr::Attribute { value, .. } | Expr::Starred(value) => self.awaits(*value),
            Expr::Subscript { value, index } => any(&[*value, *index]),
            Expr::Slice { lower, upper, step } => [lower, upper, step]
                .into_iter()
                .flatten()
                .any(|&part| self.awaits(part)),
        })
    }

    fn clauses(
        &mut self,
        elt: ExprId,
        value: Option<ExprId>,
        generators: &[Comprehension],
        index: usize,
    ) {
        let Some(clause) = generators.get(index) else {
            self.expr(elt);
            if let Some(value) = value {
                self.expr(value);
            }
            return;
        };
        if index > 0 {
            let single = match self.item.expr(clause.iter) {
                Expr::List { elts } | Expr::Tuple { elts }
                    if self.f.unwraps_single_iterables && !clause.is_async =>
                {
                    match elts.as_slice() {
                        [only] if !matches!(self.item.expr(*only), Expr::Starred(_)) => Some(*only),
                        _ => None,
                    }
                }
                _ => None,
            };
            match single {
                Some(only) if !self.is_constant(only) || !self.f.folds_tree => {
                    self.expr(only);
                }
                _ => {
                    self.iterable(clause.iter);
                }
            }
        }
        if clause.is_async {
            self.load(Value::None);
        }
        self.target(clause.target);
        let before = self.alive;
        for &test in &clause.ifs {
            let (yes, _) = self.jump_if(test);
            self.alive &= yes;
        }
        self.frames.push(Frame::Loop { breaks: false });
        self.clauses(elt, value, generators, index + 1);
        self.frames.pop();
        self.alive = before;
    }

    /// What assigning to something loads.
    pub fn target(&mut self, id: ExprId) {
        let item = self.item;
        match item.expr(id) {
            Expr::Attribute { value, attr, .. } => {
                if let Expr::Name(name) = item.expr(*value)
                    && self.names.text(name.name) == "self"
                    && let Some(attributes) = self.attributes.last_mut()
                    && !attributes.contains(attr)
                {
                    attributes.push(*attr);
                }
                self.expr(*value);
            }
            Expr::Subscript { value, index } => {
                self.expr(*value);
                self.expr(*index);
            }
            Expr::Tuple { elts } | Expr::List { elts } => {
                elts.iter().for_each(|&elt| self.target(elt))
            }
            Expr::Starred(value) => self.target(*value),
            _ => {}
        }
    }
}
