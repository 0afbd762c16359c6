//! Statements: each goes on, or jumps, or ends the path.

mod assign;
mod branch;
mod define;
mod handle;
mod import;
mod loops;
mod manager;
mod matching;
mod with;

use super::control::Jump;
use super::machine::{Machine, Place, R};
use crate::domain::{B, Frame, Kind, ObjId, Site, StmtKey};
use crate::hir::{Stmt, StmtId};

impl Machine<'_> {
    /// Runs statements in order.
    pub(in crate::interp) fn block(&mut self, body: &[StmtId]) -> R {
        stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || {
            for id in body {
                self.statement(*id)?;
            }
            Ok(())
        })
    }

    /// Runs one statement and shows the place after it.
    pub(in crate::interp) fn statement(&mut self, id: StmtId) -> R {
        self.around(id, |machine| {
            machine.observe_before(id);
            machine.execute(id)
        })
    }

    /// Takes up a statement in which a generator stopped.
    pub(in crate::interp) fn resume_statement(&mut self, id: StmtId) -> R {
        self.around(id, |machine| machine.resume_execute(id))
    }

    pub(in crate::interp) fn around(&mut self, id: StmtId, run: impl FnOnce(&mut Self) -> R) -> R {
        let outer = (
            self.current,
            std::mem::take(&mut self.fresh_bound),
            self.site,
        );
        self.current = id;
        self.at(Site::stmt(self.item, id));
        self.step();
        let start = self.next;
        self.st.frame_mut().statement_start = start;
        let is_simple = self.is_simple(id);
        if self.st.frames.len() == 1 && is_simple {
            self.st.freed.clear();
            self.st.leaked.clear();
        }
        let mark = (self.st.freed.len(), self.st.leaked.len());
        let done = run(self);
        if done.is_ok() {
            self.current = id;
            self.run_finalizers();
            if is_simple {
                self.find_leaks();
                self.marks = mark;
                self.observe(Place::After(id));
                self.settle_bindings((self.item, id.0));
            } else if !matches!(self.code().stmt(id), Stmt::For { .. } | Stmt::With { .. }) {
                self.marks = (self.st.freed.len(), self.st.leaked.len());
                self.observe(Place::After(id));
                self.settle_bindings((self.item, id.0));
            }
        }
        (self.current, self.fresh_bound) = (outer.0, outer.1);
        self.at(outer.2);
        done
    }

    fn is_simple(&self, id: StmtId) -> bool {
        !matches!(
            self.code().stmt(id),
            Stmt::For { .. }
                | Stmt::While { .. }
                | Stmt::If { .. }
                | Stmt::With { .. }
                | Stmt::Try { .. }
                | Stmt::Match { .. }
                | Stmt::FunctionDef { .. }
                | Stmt::ClassDef { .. }
        )
    }

    /// The bindings of the statement that just ended become its last ones.
    pub(in crate::interp) fn settle_bindings(&mut self, key: StmtKey) {
        let fresh = std::mem::take(&mut self.fresh_bound);
        let was_bound = |(other, _): &(StmtKey, ObjId)| *other == key;
        if fresh.is_empty() && !self.st.frame().bound.iter().any(was_bound) {
            return;
        }
        let frame = self.st.frame_mut();
        frame.bound.retain(|(other, _)| *other != key);
        frame.bound.extend(fresh.into_iter().map(|obj| (key, obj)));
    }

    fn execute(&mut self, id: StmtId) -> R {
        let code = self.code();
        match code.stmt(id) {
            Stmt::Error => {
                self.anything_happens();
                Ok(())
            }
            Stmt::FunctionDef {
                unit,
                name,
                decorators,
                type_params,
            } => self.function_def(*unit, *name, decorators, type_params),
            Stmt::ClassDef {
                unit,
                name,
                bases,
                keywords,
                decorators,
                type_params,
            } => self.class_def(*unit, *name, bases, keywords, decorators, type_params),
            Stmt::Return(value) => {
                match value {
                    Some(value) => self.eval(*value)?,
                    None => self.st.push(crate::domain::atoms::NONE),
                }
                Err(self.return_top())
            }
            Stmt::Delete(targets) => targets.iter().try_for_each(|target| self.delete(*target)),
            Stmt::Assign { targets, value } => self.assign(targets, *value),
            Stmt::TypeAlias { name, .. } => {
                self.st.push(crate::domain::UNKNOWN);
                self.store_name(*name);
                Ok(())
            }
            Stmt::AugAssign { target, op, value } => self.augmented(*target, *op, *value),
            Stmt::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => self.annotated(*target, *annotation, *value, *simple),
            Stmt::For {
                is_async,
                target,
                iter,
                body,
                orelse,
            } => self.for_loop(id, *is_async, *target, *iter, body, orelse),
            Stmt::While { test, body, orelse } => self.while_loop(*test, body, orelse),
            Stmt::If { test, body, orelse } => self.if_statement(*test, body, orelse),
            Stmt::With {
                is_async,
                items,
                body,
            } => self.with_statement(id, *is_async, items, body),
            Stmt::Match { subject, cases } => self.match_statement(*subject, cases),
            Stmt::Raise { exc, cause } => self.raise_statement(*exc, *cause),
            Stmt::Try {
                star,
                body,
                handlers,
                orelse,
                finalbody,
            } => self.try_statement(id, *star, body, handlers, orelse, finalbody),
            Stmt::Assert { test, msg } => self.assert_statement(*test, *msg),
            Stmt::Import(names) => {
                self.import(names);
                Ok(())
            }
            Stmt::ImportFrom {
                module,
                names,
                level,
            } => {
                self.import_from(*module, names, *level);
                Ok(())
            }
            Stmt::Global(_) | Stmt::Nonlocal(_) | Stmt::Pass => Ok(()),
            Stmt::Expr(value) => {
                if matches!(code.expr(*value), crate::hir::Expr::Constant(_)) {
                    return Ok(()); // the compiler drops it
                }
                self.eval(*value)?;
                self.consume(1);
                Ok(())
            }
            Stmt::Break => Err(self.jump(Jump::Break)),
            Stmt::Continue => Err(self.jump(Jump::Continue)),
        }
    }

    /// Nothing is known of a statement: whatever it can reach may be different afterwards, names included.
    pub(in crate::interp) fn anything_happens(&mut self) {
        let unknown = crate::domain::Slot::unknown();
        let frame = self.st.frame();
        let held: Vec<ObjId> = frame
            .locals
            .iter()
            .flatten()
            .chain(frame.namespace.values())
            .filter(|slot| !slot.lent)
            .map(|slot| slot.obj)
            .collect();
        for id in held {
            self.st.blur(id);
        }
        let unit = self.st.frame().unit;
        let n = self.unit(unit).map_or(0, |unit| unit.scope.vars.len());
        let frame: &mut Frame = self.st.frame_mut();
        frame.locals = vec![Some(unknown); n];
        for slot in frame.namespace.values_mut() {
            *slot = unknown;
        }
        let globals: Vec<(usize, ObjId)> = self
            .st
            .globals
            .iter()
            .map(|(at, slot)| (at, slot.obj))
            .collect();
        for (at, id) in globals {
            self.st.blur(id);
            self.st.globals.insert(at, unknown);
        }
        self.st.code_escaped = true;
        self.st.forget_escaped();
        self.may_raise();
    }

    fn raise_statement(
        &mut self,
        exc: Option<crate::hir::ExprId>,
        cause: Option<crate::hir::ExprId>,
    ) -> R {
        match exc {
            Some(exc) => self.eval(exc)?,
            None => self.reraise(),
        }
        let top = self.st.peek(0);
        if let Kind::Type(ty) = self.kind_of(top)
            && ty.is_exception()
        {
            let exception =
                super::models::construct(self, ty, &[], &[])?.unwrap_or(crate::domain::UNKNOWN);
            self.replace(1, exception);
        } else if matches!(self.kind(top), Kind::Class(_)) {
            self.call_stack(0, &[])?;
        }
        let raised = self.st.peek(0);
        let cause = match cause {
            Some(cause) => {
                self.eval(cause)?;
                Some(self.st.pop_owned())
            }
            None => None,
        };
        if !self.is_guarded() {
            self.st = Default::default();
            return Err(super::machine::Dead);
        }
        self.set_context(raised);
        if let Some(cause) = cause {
            // A class is called.
            if self.traces(raised) && matches!(self.kind(cause), Kind::Exception(_) | Kind::None) {
                self.trace(raised, cause);
            } else {
                self.st.blur(cause);
                self.st.escape(raised);
            }
        }
        if let Some(obj) = self.st.heap.get_mut(raised)
            && let Kind::Exception(exception) = &mut obj.kind
        {
            std::sync::Arc::make_mut(exception).raised = true;
        }
        Err(self.jump(Jump::Raise))
    }

    /// A bare `raise`: the exception that is handled, which lies on the stack below.
    fn reraise(&mut self) {
        let exception = self.handled_now().unwrap_or(crate::domain::UNKNOWN);
        self.st.inc(exception);
        self.st.push(exception);
    }

    fn assert_statement(&mut self, test: crate::hir::ExprId, msg: Option<crate::hir::ExprId>) -> R {
        let value = self.test(test)?;
        self.either(
            value,
            |_| Ok(()),
            |machine| {
                if let Some(msg) = msg {
                    machine.eval(msg)?;
                    machine.consume(1);
                }
                Err(machine.raise(B::AssertionError))
            },
        )
    }
}
