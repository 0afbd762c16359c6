//! Instructions of statements. Each leaves the stack as it was.

use super::emit::{Emitter, Frame};
use super::graph::Op;
use crate::hir::body::{Case, Expr, ExprId, NameUse, PatId, Pattern, Stmt, StmtId, WithItem};
use crate::hir::unit::UnitId;

impl Emitter<'_> {
    pub fn body(&mut self, body: &[StmtId]) {
        for &id in body {
            stacker::maybe_grow(128 * 1024, 1024 * 1024, || self.stmt(id));
        }
    }

    fn stmt(&mut self, id: StmtId) {
        let item = self.item;
        self.at(item.stmt_span(id).start);
        match item.stmt(id) {
            Stmt::Error => self.code.is_unsure = true,
            Stmt::Pass | Stmt::Global(_) | Stmt::Nonlocal(_) => {}
            Stmt::FunctionDef {
                unit,
                name,
                decorators,
                type_params,
            } => {
                self.code.is_unsure |= !type_params.is_empty();
                self.exprs(decorators);
                self.function(*unit);
                decorators.iter().for_each(|_| self.calls(2));
                self.store(name.name);
            }
            Stmt::ClassDef {
                unit,
                name,
                bases,
                keywords,
                decorators,
                type_params,
            } => {
                self.code.is_unsure |= !type_params.is_empty();
                self.exprs(decorators);
                self.push();
                self.push();
                self.nested(Some(*unit), None, |emitter| {
                    emitter.body(&item.unit(*unit).body);
                    emitter.push();
                    emitter.op(Op::Exit(1));
                });
                self.make_function(*unit, 0);
                self.push();
                self.arguments_after(2, bases, keywords);
                decorators.iter().for_each(|_| self.calls(2));
                self.store(name.name);
            }
            Stmt::Return(value) => {
                match value {
                    Some(value) if matches!(item.expr(*value), Expr::Constant(_)) => {
                        self.unwind(self.code.frames.len(), false);
                        self.push();
                    }
                    Some(value) => {
                        self.expr(*value);
                        self.unwind(self.code.frames.len(), true);
                    }
                    None => {
                        self.unwind(self.code.frames.len(), false);
                        self.push();
                    }
                }
                self.op(Op::Exit(1));
            }
            Stmt::Delete(targets) => targets
                .iter()
                .for_each(|&target| self.delete_target(target)),
            Stmt::Assign { targets, value } => self.assign(targets, *value),
            Stmt::TypeAlias { name, .. } => {
                self.code.is_unsure = true;
                self.push();
                self.store(name.name);
            }
            Stmt::AugAssign { target, value, .. } => self.augment(*target, *value),
            Stmt::AnnAssign { target, value, .. } => {
                if let Some(value) = value {
                    self.expr(*value);
                    self.target(*target);
                    return;
                }
                match item.expr(*target) {
                    Expr::Attribute { value, .. } => {
                        self.expr(*value);
                        self.pop();
                    }
                    Expr::Subscript { value, index } => {
                        self.expr(*value);
                        self.pop();
                        let parts = self.index(*index);
                        self.op(Op::Other(parts as u16, 0));
                    }
                    _ => {}
                }
            }
            Stmt::For {
                is_async,
                target,
                iter,
                body,
                orelse,
            } => self.for_loop(*is_async, *target, *iter, body, orelse),
            Stmt::While { test, body, orelse } => {
                let (again, anchor, done) = (self.new_block(), self.new_block(), self.new_block());
                self.place(again);
                self.code.frames.push(Frame::Loop {
                    again,
                    done,
                    iterates: false,
                });
                self.jump_if(*test, anchor, false);
                self.body(body);
                self.op(Op::Jump(again));
                self.code.frames.pop();
                self.place(anchor);
                self.body(orelse);
                self.place(done);
            }
            Stmt::If { test, body, orelse } => {
                let (next, end) = (self.new_block(), self.new_block());
                self.jump_if(*test, next, false);
                self.body(body);
                if !orelse.is_empty() {
                    self.op(Op::Jump(end));
                }
                self.place(next);
                self.body(orelse);
                self.place(end);
            }
            Stmt::With {
                is_async,
                items,
                body,
            } => self.with(*is_async, items, body),
            Stmt::Match { subject, cases } => self.match_statement(*subject, cases),
            Stmt::Raise { exc, cause } => {
                let parts: Vec<ExprId> = [exc, cause].into_iter().flatten().copied().collect();
                self.exprs(&parts);
                self.op(Op::Exit(parts.len() as u16));
            }
            Stmt::Try { finalbody, .. } => match finalbody.is_empty() {
                true => self.try_except(id),
                false => self.try_finally(id),
            },
            Stmt::Assert { test, msg } => {
                let end = self.new_block();
                self.jump_if(*test, end, true);
                self.push();
                if let Some(msg) = msg {
                    self.expr(*msg);
                    self.calls(2);
                }
                self.op(Op::Exit(1));
                self.place(end);
            }
            Stmt::Import(aliases) => {
                for alias in aliases {
                    self.push();
                    if let Some(name) = alias.binds {
                        self.store(name.name);
                    }
                }
            }
            Stmt::ImportFrom { names, .. } => {
                self.push();
                for alias in names {
                    if let Some(name) = alias.binds {
                        self.op(Op::Keep(1));
                        self.store(name.name);
                    }
                }
                self.pop();
            }
            Stmt::Expr(value) => {
                if !matches!(item.expr(*value), Expr::Constant(_)) {
                    self.expr(*value);
                    self.pop();
                }
            }
            Stmt::Break => self.leave_loop(true),
            Stmt::Continue => self.leave_loop(false),
        }
    }

    fn function(&mut self, unit: UnitId) {
        let item = self.item;
        let function = item.unit(unit);
        let mut attributes = self.defaults(&function.params);
        let annotated = function
            .params
            .in_slot_order()
            .any(|param| param.annotation.is_some());
        if annotated || function.returns.is_some() {
            // A function of its own evaluates them.
            self.push();
            attributes += 1;
        }
        self.nested(Some(unit), Some(&function.params), |emitter| {
            emitter.body(&function.body);
            emitter.push();
            emitter.op(Op::Exit(1));
        });
        self.make_function(unit, attributes);
    }

    fn assign(&mut self, targets: &[ExprId], value: ExprId) {
        let item = self.item;
        if let ([target], Expr::Tuple { elts }) = (targets, item.expr(value))
            && let Expr::Tuple { elts: names } | Expr::List { elts: names } = item.expr(*target)
            && names.len() == elts.len()
            && (2..=3).contains(&elts.len())
            && !elts
                .iter()
                .chain(names)
                .any(|&elt| matches!(item.expr(elt), Expr::Starred(_)))
        {
            // Swapped on the stack, or, where all are names, by the order of the stores.
            self.exprs(elts);
            self.op(Op::Swap(elts.len()));
            self.at(item.expr_span(*target).start);
            self.swapped(names);
            return;
        }
        self.expr(value);
        for (index, &target) in targets.iter().enumerate() {
            if index + 1 < targets.len() {
                self.op(Op::Copy(1));
            }
            self.target(target);
        }
    }

    /// Stores to `names`, the items for which are on the stack in reverse.
    fn swapped(&mut self, names: &[ExprId]) {
        names.iter().for_each(|&name| self.target(name));
    }

    fn delete_target(&mut self, id: ExprId) {
        let item = self.item;
        match item.expr(id) {
            Expr::Name(name) => self.delete(name.name),
            Expr::Attribute { value, .. } => {
                self.expr(*value);
                self.pop();
            }
            Expr::Subscript { value, index } => {
                self.expr(*value);
                if self.index(*index) == 2 {
                    self.calls(2);
                }
                self.op(Op::Other(2, 0));
            }
            Expr::Tuple { elts } | Expr::List { elts } => {
                elts.iter().for_each(|&elt| self.delete_target(elt))
            }
            _ => {}
        }
    }

    fn augment(&mut self, target: ExprId, value: ExprId) {
        let item = self.item;
        match item.expr(target) {
            Expr::Attribute { value: object, .. } => {
                self.expr(*object);
                self.op(Op::Copy(1));
                self.op(Op::Attr { method: false });
                self.expr(value);
                self.calls(2);
                self.op(Op::Swap(2));
                self.op(Op::Other(2, 0));
            }
            Expr::Subscript {
                value: object,
                index,
            } => {
                self.expr(*object);
                let parts = self.index(*index);
                if parts == 2 {
                    (0..3).for_each(|_| self.op(Op::Copy(3)));
                    self.calls(3);
                } else {
                    (0..2).for_each(|_| self.op(Op::Copy(2)));
                    self.calls(2);
                }
                self.expr(value);
                self.calls(2);
                self.op(Op::Other(2 + parts as u16, 0));
            }
            Expr::Name(name) => {
                let line = self.line;
                self.at(item.expr_span(target).start);
                self.load(name.name, Some(target));
                self.line = line;
                self.expr(value);
                self.calls(2);
                self.target(target);
            }
            _ => self.code.is_unsure = true,
        }
    }

    fn for_loop(
        &mut self,
        is_async: bool,
        target: ExprId,
        iter: ExprId,
        body: &[StmtId],
        orelse: &[StmtId],
    ) {
        self.expr(iter);
        self.get_iter(is_async);
        if !is_async && self.features.loops_keep_iterables {
            self.push();
        }
        let (again, cleanup, done) = (self.new_block(), self.new_block(), self.new_block());
        self.place(again);
        self.code.frames.push(Frame::Loop {
            again,
            done,
            iterates: true,
        });
        if is_async {
            let handler = self.code.handler.replace(cleanup);
            self.op(Op::Keep(1));
            self.send();
            self.code.handler = handler;
        } else {
            self.op(Op::ForIter(cleanup));
        }
        self.target(target);
        self.body(body);
        self.op(Op::Jump(again));
        self.code.frames.pop();
        self.place(cleanup);
        self.op(Op::Other(2, 0));
        if !is_async && self.features.loops_keep_iterables {
            self.pop();
        }
        self.body(orelse);
        self.place(done);
    }

    fn leave_loop(&mut self, is_break: bool) {
        let inner = self
            .code
            .frames
            .iter()
            .rev()
            .take_while(|frame| !matches!(frame, Frame::Loop { .. }))
            .count();
        let at = self.code.frames.len().checked_sub(inner + 1);
        let Some(Frame::Loop {
            again,
            done,
            iterates,
        }) = at.map(|at| self.code.frames[at])
        else {
            self.code.is_unsure = true;
            return;
        };
        self.unwind(inner, false);
        if is_break && iterates {
            self.pop();
            if self.features.loops_keep_iterables {
                self.pop();
            }
        }
        self.op(Op::Jump(if is_break { done } else { again }));
    }

    /// Leaves the innermost `count` frames, with a value on top of the stack to keep or not.
    fn unwind(&mut self, count: usize, keeps: bool) {
        let mut left = Vec::new();
        let handler = self.code.handler;
        for _ in 0..count {
            let Some(frame) = self.code.frames.pop() else {
                break;
            };
            left.push(frame);
            match frame {
                Frame::Loop { iterates, .. } => {
                    for _ in 0..usize::from(iterates)
                        * if self.features.loops_keep_iterables {
                            2
                        } else {
                            1
                        }
                    {
                        if keeps {
                            self.op(Op::Swap(2));
                        }
                        self.pop();
                    }
                }
                Frame::Handler => {}
                Frame::Finally(stmt) => {
                    if let Stmt::Try { finalbody, .. } = self.item.stmt(stmt) {
                        let line = self.line;
                        self.body(finalbody);
                        self.line = line;
                    }
                }
                Frame::With { is_async } => {
                    if keeps {
                        self.op(Op::Swap(3));
                        self.op(Op::Swap(2));
                    }
                    self.call_exit(is_async);
                }
                Frame::Except(name) => {
                    if keeps {
                        self.op(Op::Swap(2));
                    }
                    self.pop();
                    self.unbind(name);
                }
            }
        }
        self.code.handler = handler;
        self.code.frames.extend(left.into_iter().rev());
    }

    fn unbind(&mut self, name: Option<NameUse>) {
        if let Some(name) = name {
            self.push();
            self.store(name.name);
            self.delete(name.name);
        }
    }

    fn call_exit(&mut self, is_async: bool) {
        (0..3).for_each(|_| self.push());
        self.calls(5);
        if is_async {
            self.calls(1);
            self.send();
        }
        self.pop();
    }

    fn with(&mut self, is_async: bool, items: &[WithItem], body: &[StmtId]) {
        let Some((first, rest)) = items.split_first() else {
            return self.body(body);
        };
        let line = self.line;
        let (handler, done) = (self.new_block(), self.new_block());
        self.expr(first.context);
        self.at(self.item.expr_span(first.context).start);
        self.op(Op::Copy(1));
        self.op(Op::Special);
        self.op(Op::Swap(2));
        self.op(Op::Swap(3));
        self.op(Op::Special);
        self.calls(2);
        if is_async {
            self.calls(1);
            self.send();
        }
        let outer = self.code.handler.replace(handler);
        match first.target {
            Some(target) => self.target(target),
            None => self.pop(),
        }
        self.code.frames.push(Frame::With { is_async });
        self.line = line;
        self.with(is_async, rest, body);
        self.code.frames.pop();
        self.code.handler = outer;
        self.line = line;
        self.call_exit(is_async);
        self.op(Op::SoftJump(done));
        self.place(handler);
        self.op(Op::Other(0, 1));
        let raise = self.new_block();
        self.op(Op::Branch(1, raise));
        self.op(Op::Jump(done));
        self.place(raise);
        self.op(Op::Exit(0));
        self.place(done);
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
        let (catch, end) = (self.new_block(), self.new_block());
        let outer = self.code.handler.replace(catch);
        self.code.frames.push(Frame::Handler);
        self.op(Op::Other(0, 0));
        self.body(body);
        self.code.frames.pop();
        self.line = 0;
        self.op(Op::Nop);
        self.code.handler = outer;
        let late_else = self.new_block();
        match *star {
            true => self.op(Op::SoftJump(late_else)),
            false => {
                self.body(orelse);
                self.line = 0;
                self.op(Op::SoftJump(end));
            }
        }
        self.place(catch);
        self.push();
        for handler in handlers {
            let next = self.new_block();
            self.at(handler.span.start);
            if let Some(exc_type) = handler.exc_type {
                self.expr(exc_type);
                self.calls(1);
                self.op(Op::Branch(1, next));
            }
            match handler.name {
                Some(name) => {
                    self.store(name.name);
                    let cleanup = self.new_block();
                    let around = self.code.handler.replace(cleanup);
                    self.code.frames.push(Frame::Except(Some(name)));
                    self.body(&handler.body);
                    self.code.frames.pop();
                    self.code.handler = around;
                    self.line = 0;
                    self.pop();
                    self.unbind(Some(name));
                    self.op(Op::Jump(end));
                    self.place(cleanup);
                    self.unbind(Some(name));
                    self.op(Op::Exit(0));
                }
                None => {
                    self.code.frames.push(Frame::Except(None));
                    self.body(&handler.body);
                    self.code.frames.pop();
                    self.line = 0;
                    self.pop();
                    self.op(Op::Jump(end));
                }
            }
            self.place(next);
        }
        self.op(Op::Exit(0));
        self.place(late_else);
        if *star {
            self.body(orelse);
        }
        self.place(end);
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
        let (catch, end) = (self.new_block(), self.new_block());
        let outer = self.code.handler.replace(catch);
        self.code.frames.push(Frame::Finally(id));
        self.op(Op::Other(0, 0));
        if handlers.is_empty() {
            self.body(body);
            self.body(orelse);
        } else {
            self.try_except(id);
        }
        self.code.frames.pop();
        self.line = 0;
        self.op(Op::Nop);
        self.code.handler = outer;
        self.body(finalbody);
        self.line = 0;
        self.op(Op::SoftJump(end));
        self.place(catch);
        self.push();
        self.code.frames.push(Frame::Except(None));
        self.body(finalbody);
        self.code.frames.pop();
        self.op(Op::Exit(0));
        self.place(end);
    }

    fn match_statement(&mut self, subject: ExprId, cases: &[Case]) {
        let end = self.new_block();
        self.expr(subject);
        let is_wild = |case: &Case| {
            matches!(
                self.item.pattern(case.pattern),
                Pattern::As {
                    pattern: None,
                    name: None
                }
            )
        };
        let has_default = cases.len() > 1 && cases.last().is_some_and(is_wild);
        let tested = cases.len() - usize::from(has_default);
        for (index, case) in cases.iter().enumerate() {
            let next = self.new_block();
            if index == tested {
                // `case _`, with the subject gone.
                if let Some(guard) = case.guard {
                    self.jump_if(guard, end, false);
                }
                self.body(&case.body);
                break;
            }
            let is_last = index + 1 == tested;
            self.at(self.item.pattern_spans[case.pattern.0 as usize].start);
            if !is_last {
                self.op(Op::Copy(1));
            }
            self.pattern(case.pattern, next);
            if let Some(guard) = case.guard {
                self.jump_if(guard, next, false);
            }
            if !is_last {
                self.pop();
            }
            self.body(&case.body);
            self.op(Op::Jump(end));
            self.place(next);
        }
        self.place(end);
    }

    /// Matches the top of the stack and takes it away; where it does not match, goes to `fail`.
    fn pattern(&mut self, id: PatId, fail: usize) {
        let item = self.item;
        let line = self.line;
        self.at(item.pattern_spans[id.0 as usize].start);
        match item.pattern(id) {
            Pattern::Missing => self.code.is_unsure = true,
            Pattern::Value(value) => {
                self.expr(*value);
                self.calls(2);
                self.op(Op::Branch(1, fail));
            }
            Pattern::Singleton(_) => {
                self.push();
                self.calls(2);
                self.op(Op::Branch(1, fail));
            }
            Pattern::Sequence(patterns) => {
                self.op(Op::Keep(1));
                self.op(Op::Branch(1, fail));
                self.op(Op::Other(1, patterns.len() as u16));
                patterns.iter().for_each(|&inner| self.pattern(inner, fail));
            }
            Pattern::Mapping {
                keys,
                patterns,
                rest,
            } => {
                self.op(Op::Keep(1));
                self.op(Op::Branch(1, fail));
                self.exprs(keys);
                self.calls(keys.len());
                self.op(Op::Keep(1));
                self.op(Op::Branch(0, fail));
                self.op(Op::Other(3, patterns.len() as u16));
                patterns.iter().for_each(|&inner| self.pattern(inner, fail));
                if let Some(name) = rest {
                    self.push();
                    self.store(name.name);
                }
            }
            Pattern::Class {
                class,
                patterns,
                keywords,
            } => {
                self.expr(*class);
                self.push();
                self.calls(3);
                self.op(Op::Branch(0, fail));
                self.op(Op::Other(1, (patterns.len() + keywords.len()) as u16));
                let all = patterns
                    .iter()
                    .chain(keywords.iter().map(|(_, inner)| inner));
                all.for_each(|&inner| self.pattern(inner, fail));
            }
            Pattern::Star(name) => match name {
                Some(name) => self.store(name.name),
                None => self.pop(),
            },
            Pattern::As { pattern, name } => {
                if let Some(inner) = pattern {
                    self.op(Op::Copy(1));
                    self.pattern(*inner, fail);
                }
                match name {
                    Some(name) => self.store(name.name),
                    None => self.pop(),
                }
            }
            Pattern::Or(patterns) => {
                let end = self.new_block();
                for &inner in patterns {
                    let next = self.new_block();
                    self.op(Op::Copy(1));
                    self.pattern(inner, next);
                    self.op(Op::Jump(end));
                    self.place(next);
                }
                self.op(Op::Jump(fail));
                self.place(end);
                self.pop();
            }
        }
        self.line = line;
    }
}
