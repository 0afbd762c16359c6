//! Walking down to the `yield` at which a body stopped, and on from there.
//!
//! Each construct on the way is entered as if it had been running: it takes its part of the saved operand stack back
//! (a `for` its iterator, a `with` its manager, a handler its exception), and waits for jumps as before.

use super::super::control::Jump;
use super::super::machine::{Dead, Machine, R};
use super::{GenObj, Resumption, Sent};
use crate::domain::{StackRef, Stand, UnitRef};
use crate::hir::{Comprehension, Expr, ExprId, Item, Stmt, StmtId, UnitKind, WithItem};

impl Machine<'_> {
    /// Whether the way down to where the generator stands leads through constructs that can be entered again.
    pub(super) fn can_take_up(&self, generator: &GenObj) -> bool {
        let at = match generator.at {
            Stand::New => return true,
            Stand::At(at) => at,
            Stand::Running | Stand::Done | Stand::Lost => return false,
        };
        let Some(unit) = self.unit(generator.unit) else {
            return false;
        };
        if matches!(unit.kind, UnitKind::Comprehension(_)) {
            return true;
        }
        let item = &self.p.file.items[generator.unit.item as usize].item;
        leads(item, &unit.body, at)
    }

    fn resumes_at(&self) -> Option<ExprId> {
        self.resumption.as_ref().map(|resumption| resumption.at)
    }

    /// Puts back the outermost reference of the saved operand stack that is still missing.
    fn restore_one(&mut self) -> R {
        let saved = self
            .resumption
            .as_mut()
            .map(|resumption| &mut resumption.saved);
        let reference = saved
            .filter(|saved| !saved.is_empty())
            .map(|saved| saved.remove(0));
        match reference {
            Some(reference) => {
                self.st.frame_mut().stack.push(reference);
                Ok(())
            }
            None => Err(Dead),
        }
    }

    /// Takes up the statement of the block that holds the `yield`, then runs those after it.
    pub(in crate::interp) fn resume_block(&mut self, body: &[StmtId]) -> R {
        let code = self.code();
        let Some(at) = self.resumes_at() else {
            return Err(Dead);
        };
        let Some(first) = body.iter().position(|id| has(code, *id, at)) else {
            return Err(Dead);
        };
        self.resume_statement(body[first])?;
        self.block(&body[first + 1..])
    }

    /// Whether the block holds the `yield`.
    pub(in crate::interp) fn resumes_in(&self, body: &[StmtId]) -> bool {
        let code = self.code();
        self.resumes_at()
            .is_some_and(|at| body.iter().any(|id| has(code, *id, at)))
    }

    pub(in crate::interp) fn resume_execute(&mut self, id: StmtId) -> R {
        let code = self.code();
        match code.stmt(id) {
            Stmt::Expr(value) => {
                self.resume_value(*value)?;
                self.consume(1);
                Ok(())
            }
            Stmt::Assign { targets, value } => {
                self.resume_value(*value)?;
                self.assign_top(targets)
            }
            Stmt::AnnAssign {
                target,
                value: Some(value),
                ..
            } => {
                self.resume_value(*value)?;
                self.store(*target)
            }
            Stmt::Return(Some(value)) => {
                self.resume_value(*value)?;
                Err(self.return_top())
            }
            Stmt::If { body, orelse, .. } => {
                if self.resumes_in(body) {
                    self.resume_block(body)
                } else {
                    self.resume_block(orelse)
                }
            }
            Stmt::While { test, body, orelse } => self.resume_while(*test, body, orelse),
            Stmt::For {
                target,
                body,
                orelse,
                ..
            } => {
                if self.resumes_in(orelse) {
                    return self.resume_block(orelse);
                }
                self.restore_one()?;
                self.resume_for(id, *target, body, orelse)
            }
            Stmt::With { items, body, .. } => self.resume_with(items, body),
            Stmt::Try {
                star,
                body,
                handlers,
                orelse,
                finalbody,
            } => self.resume_try(id, *star, body, handlers, orelse, finalbody),
            Stmt::Match { cases, .. } => {
                let case = cases.iter().find(|case| self.resumes_in(&case.body));
                case.map_or(Err(Dead), |case| self.resume_block(&case.body))
            }
            _ => Err(Dead),
        }
    }

    fn resume_with(&mut self, items: &[WithItem], body: &[StmtId]) -> R {
        if items.is_empty() {
            return self.resume_block(body);
        }
        self.restore_one()?;
        let manager = self.st.peek(0);
        let of = self.manager(manager, false);
        self.cleanly(
            |machine| machine.resume_with(&items[1..], body),
            |machine, jump| machine.leave_with(manager, of, jump),
        )?;
        self.consume(1);
        Ok(())
    }

    /// The exception that is handled where the `yield` stands goes back onto the stack.
    pub(in crate::interp) fn restore_exception(&mut self) -> R {
        self.restore_one()
    }

    /// The `yield` itself: what was sent is its value.
    fn resume_value(&mut self, value: ExprId) -> R {
        let Some(Resumption { at, sent, .. }) = self.resumption.as_ref() else {
            return Err(Dead);
        };
        let (at, sent) = (*at, *sent);
        if value != at {
            return Err(Dead);
        }
        let delegates = matches!(self.code().expr(at), Expr::YieldFrom(_));
        if delegates {
            self.restore_one()?;
        }
        self.resumption = None;
        match sent {
            Sent::Throw(exception) => {
                self.st.push(exception);
                Err(self.jump(Jump::Raise))
            }
            Sent::Value(value) if delegates => {
                if value != crate::domain::atoms::NONE {
                    let iterator = self.st.peek(0);
                    self.st.escape(value);
                    self.st.forget(iterator);
                }
                self.delegate(at)
            }
            Sent::Value(value) => {
                self.push_new(value);
                Ok(())
            }
        }
    }

    /// Runs a generator expression from its start (`at` is none) or from the element that it gave last.
    pub(super) fn resume_comprehension(
        &mut self,
        unit: UnitRef,
        at: Option<ExprId>,
        saved: Vec<StackRef>,
        sent: Sent,
    ) -> R {
        let code = self.code();
        let found = code.exprs.iter().find_map(|expr| match expr {
            Expr::Comp {
                unit: of,
                elt,
                generators,
                ..
            } if Some(*of) == unit.unit => Some((*elt, generators)),
            _ => None,
        });
        let (Some((elt, generators)), Some(id)) = (found, self.st.frame().generator) else {
            return Err(Dead);
        };
        let given = at.unwrap_or(elt);
        let outer = self.resumption.replace(Resumption {
            at: given,
            saved,
            sent,
        });
        let done = self.resume_level(id, elt, generators, at.is_some());
        self.resumption = outer;
        done
    }

    fn resume_level(
        &mut self,
        generator: crate::domain::ObjId,
        elt: ExprId,
        generators: &[Comprehension],
        is_under_way: bool,
    ) -> R {
        let Some((here, inner)) = generators.split_first() else {
            let sent = self.resumption.take().map(|resumption| resumption.sent);
            if let Some(Sent::Throw(exception)) = sent {
                self.st.push(exception);
                return Err(self.jump(Jump::Raise));
            }
            return Ok(());
        };
        self.restore_one()?;
        self.comprehension_level(generator, elt, None, here, inner, |machine| {
            if is_under_way {
                machine.resume_level(generator, elt, inner, true)
            } else {
                Ok(())
            }
        })
    }
}

/// Whether the statement contains the expression.
fn has(code: &Item, id: StmtId, at: ExprId) -> bool {
    let (outer, inner) = (code.stmt_span(id), code.expr_span(at));
    outer.start <= inner.start && inner.end <= outer.end
}

/// Whether the way down leads through bodies only: never through a `finally`, which is on its way to somewhere else.
fn leads(code: &Item, body: &[StmtId], at: ExprId) -> bool {
    let Some(id) = body.iter().find(|id| has(code, **id, at)) else {
        return false;
    };
    match code.stmt(*id) {
        Stmt::Expr(value) | Stmt::Assign { value, .. } | Stmt::Return(Some(value)) => *value == at,
        Stmt::AnnAssign { value, .. } => *value == Some(at),
        Stmt::If { body, orelse, .. }
        | Stmt::While { body, orelse, .. }
        | Stmt::For { body, orelse, .. } => leads(code, body, at) || leads(code, orelse, at),
        Stmt::With { is_async, body, .. } => !is_async && leads(code, body, at),
        Stmt::Match { cases, .. } => cases.iter().any(|case| leads(code, &case.body, at)),
        Stmt::Try {
            star,
            body,
            handlers,
            orelse,
            ..
        } => {
            leads(code, body, at)
                || leads(code, orelse, at)
                || !star
                    && handlers
                        .iter()
                        .any(|handler| leads(code, &handler.body, at))
        }
        _ => false,
    }
}
