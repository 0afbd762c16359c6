//! Loads of statements, and what of them can be reached.

use super::annotation;
use super::emit::{CodeOf, Emitter, Frame, LITERAL, MADE};
use super::value::Value;
use crate::base::Name;
use crate::hir::body::{Case, Const, Expr, ExprId, PatId, Pattern, Stmt, StmtId, WithItem};
use crate::hir::unit::{UnitId, UnitKind};

impl Emitter<'_> {
    pub fn body(&mut self, body: &[StmtId]) {
        for &id in body {
            stacker::maybe_grow(128 * 1024, 1024 * 1024, || self.stmt(id));
        }
    }

    /// Compiles `emit` as what is never reached is in 3.8 and 3.9: not at all.
    fn muted(&mut self, emit: impl FnOnce(&mut Self)) {
        self.muted += 1;
        let before = self.alive;
        emit(self);
        self.alive = before;
        self.muted -= 1;
    }

    fn stmt(&mut self, id: StmtId) {
        let item = self.item;
        match item.stmt(id) {
            Stmt::Error => self.code().unsure = true,
            Stmt::Pass | Stmt::Global(_) | Stmt::Nonlocal(_) => {}
            Stmt::FunctionDef {
                unit,
                decorators,
                type_params,
                ..
            } => {
                self.exprs(decorators);
                if !type_params.is_empty() {
                    self.code().unsure = true;
                }
                self.function(*unit);
            }
            Stmt::ClassDef {
                unit,
                bases,
                keywords,
                decorators,
                type_params,
                ..
            } => {
                self.exprs(decorators);
                if !type_params.is_empty() {
                    self.code().unsure = true;
                }
                self.class(*unit, id, decorators);
                self.load_name(item.unit(*unit).name);
                self.arguments(2, bases, keywords);
            }
            Stmt::Return(value) => {
                let frames = self.frames.len();
                match value {
                    Some(value) if !self.is_constant(*value) => {
                        self.expr(*value);
                        self.unwind(frames);
                    }
                    Some(value) => {
                        self.unwind(frames);
                        self.expr(*value);
                    }
                    None => {
                        self.unwind(frames);
                        self.load(Value::None);
                    }
                }
                self.alive = false;
            }
            Stmt::Delete(targets) => {
                // What is deleted gives no attribute to the class.
                let attributes = std::mem::take(&mut self.attributes);
                targets.iter().for_each(|&target| self.target(target));
                self.attributes = attributes;
            }
            Stmt::Assign { targets, value } => {
                if !self.is_swapped(targets, *value) {
                    self.expr(*value);
                }
                targets.iter().for_each(|&target| self.target(target));
            }
            Stmt::TypeAlias { .. } => self.code().unsure = true,
            Stmt::AugAssign { target, value, .. } => {
                let attributes = std::mem::take(&mut self.attributes);
                self.target(*target);
                self.attributes = attributes;
                self.expr(*value);
            }
            Stmt::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => {
                self.annotated(*target, *annotation, *value, *simple);
            }
            Stmt::For {
                is_async,
                target,
                iter,
                body,
                orelse,
            } => {
                match is_async {
                    true => {
                        self.expr(*iter);
                        self.load(Value::None);
                    }
                    false => {
                        self.iterable(*iter);
                    }
                }
                let before = self.alive;
                self.frames.push(Frame::Loop { breaks: false });
                self.target(*target);
                self.body(body);
                let breaks = self.leave_loop();
                self.alive = before;
                self.body(orelse);
                self.alive |= breaks;
            }
            Stmt::While { test, body, orelse } => self.while_loop(*test, body, orelse),
            Stmt::If { test, body, orelse } => self.condition(*test, body, orelse),
            Stmt::With {
                is_async,
                items,
                body,
            } => self.with(*is_async, items, body),
            Stmt::Match { subject, cases } => self.match_statement(*subject, cases),
            Stmt::Raise { exc, cause } => {
                for part in [exc, cause].into_iter().flatten() {
                    self.expr(*part);
                }
                self.alive = false;
            }
            Stmt::Try { finalbody, .. } => {
                if finalbody.is_empty() {
                    self.try_except(id);
                } else {
                    self.try_finally(id);
                }
            }
            Stmt::Assert { test, msg } => {
                let before = self.alive;
                let (yes, no) = self.jump_if(*test);
                self.alive = before && no;
                if let Some(msg) = msg {
                    self.expr(*msg);
                }
                self.alive = before && yes;
            }
            Stmt::Import(aliases) => {
                for _ in aliases {
                    self.load(Value::Int(0.into()));
                    self.load(Value::None);
                }
            }
            Stmt::ImportFrom { names, level, .. } => {
                self.load(Value::Int((*level).into()));
                let names: Vec<Value> = names
                    .iter()
                    .map(|alias| Value::Str(self.names.shared(alias.path)))
                    .collect();
                self.load(Value::Tuple(names.into()));
            }
            Stmt::Expr(value) => {
                if !self.is_constant(*value) {
                    let mark = self.mark();
                    if self.expr(*value).is_some() || self.is_plain_fstring(*value) {
                        self.discard(mark);
                    }
                }
            }
            Stmt::Break => {
                let frames = self.frames_in_loop();
                self.unwind(frames);
                let alive = self.alive;
                let at = self.frames.len().wrapping_sub(frames + 1);
                if let Some(Frame::Loop { breaks }) = self.frames.get_mut(at) {
                    *breaks |= alive;
                }
                self.alive = false;
            }
            Stmt::Continue => {
                let frames = self.frames_in_loop();
                self.unwind(frames);
                self.alive = false;
            }
        }
    }

    fn is_plain_fstring(&self, id: ExprId) -> bool {
        match self.item.expr(id) {
            Expr::JoinedStr { parts } => match parts.as_slice() {
                [only] => matches!(self.item.expr(*only), Expr::Constant(_)),
                _ => false,
            },
            _ => false,
        }
    }

    /// What was loaded is popped at once.
    fn discard(&mut self, mark: super::emit::Mark) {
        if self.f.drops_unused {
            self.consume(mark);
        }
    }

    fn leave_loop(&mut self) -> bool {
        matches!(self.frames.pop(), Some(Frame::Loop { breaks: true }))
    }

    /// `a, b = 1, 2`: where the optimizer folds, two or three items are swapped on the stack instead.
    fn is_swapped(&mut self, targets: &[ExprId], value: ExprId) -> bool {
        if self.f.folds_tree {
            return false;
        }
        let item = self.item;
        let ([target], Expr::Tuple { elts }) = (targets, item.expr(value)) else {
            return false;
        };
        let (Expr::Tuple { elts: names } | Expr::List { elts: names }) = item.expr(*target) else {
            return false;
        };
        let star = |elt: &ExprId| matches!(item.expr(*elt), Expr::Starred(_));
        if names.len() != elts.len()
            || elts.len() > 3
            || elts.iter().any(star)
            || names.iter().any(star)
        {
            return false;
        }
        self.exprs(elts);
        true
    }

    fn condition(&mut self, test: ExprId, body: &[StmtId], orelse: &[StmtId]) {
        if self.f.skips_constant_branches
            && let Some(truth) = self.constant_truth(test)
        {
            match truth {
                true => {
                    self.body(body);
                    self.muted(|emitter| emitter.body(orelse));
                }
                false => {
                    self.muted(|emitter| emitter.body(body));
                    self.body(orelse);
                }
            }
            return;
        }
        let before = self.alive;
        let (yes, no) = self.jump_if(test);
        self.alive = before && yes;
        self.body(body);
        let first = self.alive;
        self.alive = before && no;
        self.body(orelse);
        self.alive |= first;
    }

    fn constant_truth(&mut self, test: ExprId) -> Option<bool> {
        if !self.is_constant(test) {
            return None;
        }
        let mark = self.mark();
        let value = self.expr(test);
        self.undo(mark);
        value.map(|value| value.is_true())
    }

    fn while_loop(&mut self, test: ExprId, body: &[StmtId], orelse: &[StmtId]) {
        let constant = match self.f.skips_constant_branches {
            true => self.constant_truth(test),
            false => None,
        };
        if constant == Some(false) {
            self.frames.push(Frame::Loop { breaks: false });
            self.muted(|emitter| emitter.body(body));
            self.frames.pop();
            return self.body(orelse);
        }
        let before = self.alive;
        let (yes, no) = match constant {
            Some(_) => (true, false),
            None => self.jump_if(test),
        };
        self.frames.push(Frame::Loop { breaks: false });
        self.alive = before && yes;
        self.body(body);
        let breaks = self.leave_loop();
        self.alive = before && no;
        self.body(orelse);
        self.alive |= breaks;
    }

    fn with(&mut self, is_async: bool, items: &[WithItem], body: &[StmtId]) {
        let Some((first, rest)) = items.split_first() else {
            return self.body(body);
        };
        let before = self.alive;
        self.expr(first.context);
        if is_async {
            self.load(Value::None);
        }
        if let Some(target) = first.target {
            self.target(target);
        }
        let loads_none = self.f.unwinding_loads_none;
        if loads_none {
            self.frames.push(Frame::LoadsNone);
        }
        self.with(is_async, rest, body);
        if loads_none {
            self.frames.pop();
            self.load(Value::None);
        }
        // `__exit__` may swallow an exception.
        self.alive = before;
        if is_async {
            self.load(Value::None);
        }
    }

    fn try_except(&mut self, id: StmtId) {
        let item = self.item;
        let Stmt::Try {
            body,
            handlers,
            orelse,
            star,
            ..
        } = item.stmt(id)
        else {
            return;
        };
        let before = self.alive;
        self.body(body);
        let mut after = false;
        // `except*` leaves the `else` for last.
        let else_first = self.f.else_before_handlers && !*star;
        if else_first {
            self.body(orelse);
        }
        if else_first || orelse.is_empty() {
            after |= self.alive;
        }
        let end_of_body = self.alive;
        for handler in handlers {
            self.alive = before;
            if let Some(exc_type) = handler.exc_type {
                self.expr(exc_type);
            }
            match handler.name {
                Some(_) => {
                    if self.f.unwinding_loads_none {
                        self.frames.push(Frame::LoadsNone);
                    }
                    self.body(&handler.body);
                    if self.f.unwinding_loads_none {
                        self.frames.pop();
                    }
                    let alive = self.alive;
                    self.load(Value::None);
                    self.alive = before;
                    self.load(Value::None);
                    self.alive = alive;
                }
                None => self.body(&handler.body),
            }
            after |= self.alive;
        }
        if !else_first && !orelse.is_empty() {
            self.alive = end_of_body;
            self.body(orelse);
            after |= self.alive;
        }
        if *star {
            after = before;
        }
        self.alive = after;
    }

    fn try_finally(&mut self, id: StmtId) {
        let item = self.item;
        let Stmt::Try {
            handlers,
            body,
            orelse,
            finalbody,
            ..
        } = item.stmt(id)
        else {
            return;
        };
        let before = self.alive;
        if self.f.finally_first {
            self.body(finalbody);
            self.alive = before;
        } else {
            self.frames.push(Frame::Finally(id));
        }
        if handlers.is_empty() {
            self.body(body);
            self.body(orelse);
        } else {
            self.try_except(id);
        }
        if self.f.finally_first {
            return;
        }
        self.frames.pop();
        self.body(finalbody);
        let after = self.alive;
        // The copy for exceptions.
        self.alive = before;
        self.body(finalbody);
        self.alive = after;
    }

    /// The copy of a `finally` on a way out.
    pub fn finally_of(&mut self, id: StmtId) {
        let item = self.item;
        if let Stmt::Try { finalbody, .. } = item.stmt(id) {
            self.body(finalbody);
        }
    }

    fn match_statement(&mut self, subject: ExprId, cases: &[Case]) {
        let mark = self.mark();
        let constant = self.expr(subject);
        let is_dropped = match cases {
            [only] => matches!(
                self.item.pattern(only.pattern),
                Pattern::As {
                    pattern: None,
                    name: None
                }
            ),
            _ => false,
        };
        if constant.is_some() && is_dropped {
            self.discard(mark);
        }
        let before = self.alive;
        let mut after = false;
        let mut falls = true;
        for (index, case) in cases.iter().enumerate() {
            self.alive = before && falls;
            self.pattern(case.pattern);
            let irrefutable = self.is_irrefutable(case.pattern) && case.guard.is_none();
            if let Some(guard) = case.guard {
                let (yes, _) = self.jump_if(guard);
                self.alive &= yes;
            }
            self.body(&case.body);
            after |= self.alive;
            falls &= !(irrefutable && index + 1 == cases.len());
        }
        self.alive = after || before && falls;
    }

    fn is_irrefutable(&self, id: PatId) -> bool {
        match self.item.pattern(id) {
            Pattern::As { pattern: None, .. } => true,
            Pattern::As {
                pattern: Some(inner),
                ..
            } => self.is_irrefutable(*inner),
            Pattern::Or(patterns) => patterns
                .last()
                .is_some_and(|&last| self.is_irrefutable(last)),
            _ => false,
        }
    }

    fn pattern(&mut self, id: PatId) {
        let item = self.item;
        let int = |value: usize| Value::Int(value.into());
        match item.pattern(id) {
            Pattern::Missing | Pattern::Star(_) => {}
            Pattern::Value(value) => {
                self.expr(*value);
            }
            Pattern::Singleton(value) => self.compared(Value::of(value)),
            Pattern::Sequence(patterns) => {
                let is_star = |&pattern: &PatId| matches!(item.pattern(pattern), Pattern::Star(_));
                let is_wild = |&pattern: &PatId| {
                    matches!(
                        item.pattern(pattern),
                        Pattern::Star(None)
                            | Pattern::As {
                                pattern: None,
                                name: None
                            }
                    )
                };
                let star = patterns.iter().position(is_star);
                match star {
                    None => self.load(int(patterns.len())),
                    Some(_) if patterns.len() > 1 => self.load(int(patterns.len() - 1)),
                    Some(_) => {}
                }
                let only_wild = patterns.iter().all(is_wild);
                if only_wild {
                    return;
                }
                let star_is_wild = star.is_some_and(|star| is_wild(&patterns[star]));
                for (index, pattern) in patterns.iter().enumerate() {
                    if star_is_wild && !is_wild(pattern) {
                        match star {
                            Some(star) if index > star => self.load(int(patterns.len() - index)),
                            _ => self.load(int(index)),
                        }
                    }
                    if !is_wild(pattern) {
                        self.pattern(*pattern);
                    }
                }
            }
            Pattern::Mapping {
                keys,
                patterns,
                rest,
            } => {
                if keys.is_empty() && rest.is_none() {
                    return;
                }
                if !keys.is_empty() {
                    self.load(int(keys.len()));
                }
                let mark = self.mark();
                let values: Vec<_> = keys.iter().map(|&key| self.expr(key)).collect();
                if let Some(values) = values.into_iter().collect::<Option<Vec<_>>>() {
                    self.fold_late(mark, Value::Tuple(values.into()));
                }
                self.compared(Value::None);
                self.subpatterns(patterns.iter());
            }
            Pattern::Class {
                class,
                patterns,
                keywords,
            } => {
                self.expr(*class);
                let names: Vec<Value> = keywords
                    .iter()
                    .map(|(name, _)| Value::Str(self.names.shared(*name)))
                    .collect();
                self.load(Value::Tuple(names.into()));
                self.compared(Value::None);
                self.subpatterns(
                    patterns
                        .iter()
                        .chain(keywords.iter().map(|(_, inner)| inner)),
                );
            }
            Pattern::As { pattern, .. } => {
                if let Some(inner) = pattern {
                    self.pattern(*inner);
                }
            }
            Pattern::Or(patterns) => patterns.iter().for_each(|&inner| self.pattern(inner)),
        }
    }

    /// A constant that a jump compares with.
    fn compared(&mut self, value: Value) {
        let decided = self.f.jumps_on_none && value == Value::None;
        let mark = self.mark();
        self.load(value);
        if decided {
            self.consume(mark);
        }
    }

    /// The parts of what was matched.
    fn subpatterns<'p>(&mut self, patterns: impl Iterator<Item = &'p PatId>) {
        for (index, pattern) in patterns.enumerate() {
            let is_wild = matches!(
                self.item.pattern(*pattern),
                Pattern::As {
                    pattern: None,
                    name: None
                }
            );
            if self.f.patterns_index && !is_wild {
                self.load(Value::Int(index.into()));
            }
            self.pattern(*pattern);
        }
    }

    fn annotated(
        &mut self,
        target: ExprId,
        annotation: ExprId,
        value: Option<ExprId>,
        simple: bool,
    ) {
        let item = self.item;
        if let Some(value) = value {
            self.expr(value);
            self.target(target);
        }
        let in_function = match self.codes[self.current].of {
            CodeOf::Module => false,
            CodeOf::Unit(unit) => item.unit(unit).kind != UnitKind::Class,
            _ => true,
        };
        match item.expr(target) {
            Expr::Name(name) if simple && !in_function => {
                if self.f.lazy_annotations && !self.future_annotations {
                    if self.codes[self.current].of == CodeOf::Module {
                        // Its number among the module's, by which the lazy code knows that it was reached.
                        self.load(Value::Int(0.into()));
                    }
                    self.annotations.push((annotation, name.name));
                    return;
                }
                self.annotation_value(annotation);
                self.load_name(name.name);
                return;
            }
            Expr::Name(_) => {}
            _ if value.is_none() => {
                // The parts of the target are evaluated and dropped.
                let parts = match item.expr(target) {
                    Expr::Attribute { value, .. } => vec![*value],
                    Expr::Subscript { value, index } => vec![*value, *index],
                    _ => Vec::new(),
                };
                for part in parts {
                    let mark = self.mark();
                    if self.expr(part).is_some() {
                        self.discard(mark);
                    }
                }
            }
            _ => {}
        }
        if !simple && !in_function && !self.future_annotations && !self.f.lazy_annotations {
            let mark = self.mark();
            if self.expr(annotation).is_some() {
                self.discard(mark);
            }
        }
    }

    /// An annotation, or its text.
    fn annotation_value(&mut self, annotation: ExprId) -> Option<Value> {
        if !self.future_annotations {
            return self.expr(annotation);
        }
        let value = match annotation::text(self.item, self.names, annotation) {
            Some(text) => Value::Str(text.into()),
            None => Value::Unknown,
        };
        self.load(value.clone());
        Some(value)
    }

    pub fn load_docstring(&mut self, (docstring, origin): (Value, u8)) {
        self.load_from(docstring, origin);
    }

    /// The docstring of `body`, and how it came about: what has no indentation is the literal itself.
    pub fn docstring(&self, body: &[StmtId]) -> Option<(Value, u8)> {
        let Stmt::Expr(value) = self.item.stmt(*body.first()?) else {
            return None;
        };
        match self.item.expr(*value) {
            Expr::Constant(Const::Str(text)) if self.f.cleans_docstrings => {
                let cleaned = super::docstring::cleaned(text);
                let origin = if *cleaned == **text { LITERAL } else { MADE };
                Some((Value::Str(cleaned.into()), origin))
            }
            Expr::Constant(value @ (Const::Str(_) | Const::Surrogates(_))) => {
                Some((Value::of(value), LITERAL))
            }
            _ => None,
        }
    }

    fn function(&mut self, unit: UnitId) {
        let item = self.item;
        let function = item.unit(unit);
        self.defaults(unit, &function.params);
        self.annotations_of(unit);
        let made = self.made.get(&(self.current, unit)).copied();
        let id = made.unwrap_or_else(|| {
            let parent = self.current;
            let before = self.enter(CodeOf::Unit(unit));
            let docstring = self.docstring(&function.body);
            match docstring {
                Some(docstring) => self.load_docstring(docstring),
                None if self.f.docstring_slot => self.load(Value::None),
                None => {}
            }
            self.body(&function.body);
            self.fall_off(&function.body);
            let id = self.leave(before);
            self.made.insert((parent, unit), id);
            id
        });
        self.load(Value::Code(id));
        self.load_qualname(unit);
    }

    /// `return None` at the end.
    fn fall_off(&mut self, body: &[StmtId]) {
        let returns = body
            .last()
            .is_some_and(|&last| matches!(self.item.stmt(last), Stmt::Return(_)));
        if !returns || self.f.always_returns_none {
            self.load(Value::None);
        }
    }

    fn annotations_of(&mut self, unit: UnitId) {
        let function = self.item.unit(unit);
        let params = &function.params;
        let annotated = params
            .args
            .iter()
            .chain(&params.posonly)
            .chain(&params.vararg)
            .chain(&params.kwonly);
        let annotated = annotated.chain(&params.kwarg);
        let mut found: Vec<(Option<Name>, ExprId)> = annotated
            .filter_map(|param| {
                param
                    .annotation
                    .map(|annotation| (Some(param.name), annotation))
            })
            .collect();
        found.extend(function.returns.map(|returns| (None, returns)));
        if found.is_empty() {
            return;
        }
        let name = |emitter: &Self, name: Option<Name>| match name {
            Some(name) => Value::Str(emitter.names.shared(name)),
            None => Value::Str("return".into()),
        };
        if self.f.lazy_annotations {
            let made = self.made_annotations(CodeOf::FunctionAnnotations(unit), |emitter| {
                for (param, annotation) in &found {
                    let name = name(emitter, *param);
                    emitter.load(name);
                    emitter.annotation_value(*annotation);
                }
            });
            return self.load(made);
        }
        if self.f.annotation_pairs {
            let mark = self.mark();
            let mut values = Vec::new();
            for (param, annotation) in &found {
                let name = name(self, *param);
                self.load(name.clone());
                values.push(Some(name));
                values.push(self.annotation_value(*annotation));
            }
            if let Some(values) = values.into_iter().collect::<Option<Vec<_>>>() {
                self.fold_late(mark, Value::Tuple(values.into()));
            }
            return;
        }
        for (_, annotation) in &found {
            self.annotation_value(*annotation);
        }
        let names: Vec<Value> = found.iter().map(|(param, _)| name(self, *param)).collect();
        self.load(Value::Tuple(names.into()));
    }

    /// A code object that evaluates annotations when asked (3.14).
    fn made_annotations(&mut self, of: CodeOf, emit: impl FnOnce(&mut Self)) -> Value {
        let before = self.enter(of);
        // Compared with the format asked for.
        self.load(Value::Int(2.into()));
        emit(self);
        Value::Code(self.leave(before))
    }

    fn class(&mut self, unit: UnitId, stmt: StmtId, decorators: &[ExprId]) {
        let item = self.item;
        let class = item.unit(unit);
        let made = self.made.get(&(self.current, unit)).copied();
        let id = made.unwrap_or_else(|| {
            let parent = self.current;
            let before = self.enter(CodeOf::Unit(unit));
            let annotations = std::mem::take(&mut self.annotations);
            self.attributes.push(Vec::new());
            self.load(Value::Str(class.qualname.clone()));
            if self.f.class_line_and_attributes {
                let from = decorators
                    .first()
                    .map_or(item.stmt_span(stmt).start, |&first| {
                        item.expr_span(first).start
                    });
                self.load(Value::Int((self.line_of)(from).into()));
            }
            if let Some(docstring) = self.docstring(&class.body) {
                self.load_docstring(docstring);
            }
            self.body(&class.body);
            let annotations = std::mem::replace(&mut self.annotations, annotations);
            if !annotations.is_empty() {
                let made = self.deferred(CodeOf::ClassAnnotations(unit), &annotations);
                self.load(made);
            }
            let attributes = self.attributes.pop().unwrap_or_default();
            if self.f.class_line_and_attributes {
                let names = attributes
                    .iter()
                    .map(|&name| Value::Str(self.unmangled(name, class.name)));
                let mut names: Vec<Value> = names.collect();
                names.sort();
                self.load(Value::Tuple(names.into()));
            }
            if !class.scope.needs_class_cell {
                self.load(Value::None);
            }
            let id = self.leave(before);
            self.made.insert((parent, unit), id);
            id
        });
        self.load(Value::Code(id));
    }

    /// An attribute's name as written in the class.
    fn unmangled(&self, name: Name, class: Name) -> std::sync::Arc<str> {
        let text = self.names.text(name);
        let prefix = format!("_{}__", self.names.text(class).trim_start_matches('_'));
        match text.strip_prefix(prefix.as_str()) {
            Some(rest) if !text.ends_with("__") => format!("__{rest}").into(),
            _ => self.names.shared(name),
        }
    }

    /// The lazy code of the annotations of a class or module body.
    pub fn deferred(&mut self, of: CodeOf, annotations: &[(ExprId, Name)]) -> Value {
        let annotations = annotations.to_vec();
        self.made_annotations(of, |emitter| {
            for (annotation, name) in annotations {
                emitter.expr(annotation);
                emitter.load_name(name);
            }
        })
    }
}
