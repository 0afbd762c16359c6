//! `try`: handlers, `else`, `finally`.

use super::super::control::{Ctl, Jump};
use super::super::machine::{Dead, Machine, Place, R};
use crate::domain::atoms::{SOME_EXCEPTION, UNKNOWN};
use crate::domain::{Kind, ObjId, State};
use crate::hir::{Handler, StmtId};

impl Machine<'_> {
    pub(super) fn try_statement(
        &mut self,
        id: StmtId,
        star: bool,
        body: &[StmtId],
        handlers: &[Handler],
        orelse: &[StmtId],
        finalbody: &[StmtId],
    ) -> R {
        if finalbody.is_empty() {
            return self.guarded(id, star, body, handlers, orelse);
        }
        self.cleanly(
            |machine| machine.guarded(id, star, body, handlers, orelse),
            |machine, _| machine.block(finalbody),
        )
    }

    /// Takes up a `try` inside which a generator stopped.
    pub(in crate::interp) fn resume_try(
        &mut self,
        id: StmtId,
        star: bool,
        body: &[StmtId],
        handlers: &[Handler],
        orelse: &[StmtId],
        finalbody: &[StmtId],
    ) -> R {
        let inside = |machine: &mut Self| {
            if machine.resumes_in(body) {
                return machine.guarded_by(id, star, handlers, orelse, |machine| {
                    machine.resume_block(body)
                });
            }
            let handler = handlers
                .iter()
                .find(|handler| machine.resumes_in(&handler.body));
            match handler {
                Some(handler) => {
                    machine.restore_exception()?;
                    machine.handled(handler, |machine| machine.resume_block(&handler.body))
                }
                None => machine.resume_block(orelse),
            }
        };
        if finalbody.is_empty() {
            return inside(self);
        }
        self.cleanly(inside, |machine, _| machine.block(finalbody))
    }

    /// Runs `body`, then `cleanup` on every way out of it; each way goes on as it would have.
    pub(in crate::interp) fn cleanly(
        &mut self,
        body: impl FnOnce(&mut Self) -> R,
        cleanup: impl Fn(&mut Self, Option<Jump>) -> R,
    ) -> R {
        let (frames, stack) = (self.st.frames.len(), self.st.frame().stack.len());
        self.ctl.push(Ctl::Cleanup {
            frames,
            stack,
            left: Vec::new(),
        });
        let done = body(self);
        let left = match self.ctl.pop() {
            Some(Ctl::Cleanup { left, .. }) => left,
            _ => Vec::new(),
        };
        let mut normal: Option<State> = None;
        if done.is_ok() && cleanup(self, None).is_ok() {
            normal = Some(std::mem::take(&mut self.st));
        }
        for (jump, state) in left {
            self.st = state;
            let handled = self.handling.len();
            if jump == Jump::Raise {
                self.handles_top();
            }
            let done = cleanup(self, Some(jump));
            self.handling.truncate(handled);
            if done.is_ok() {
                let state = std::mem::take(&mut self.st);
                self.deliver(jump, state);
            }
            for state in std::mem::take(&mut self.swallowed) {
                self.join_into(&mut normal, state);
            }
        }
        match normal {
            Some(state) => {
                self.st = state;
                Ok(())
            }
            None => Err(Dead),
        }
    }

    fn guarded(
        &mut self,
        id: StmtId,
        star: bool,
        body: &[StmtId],
        handlers: &[Handler],
        orelse: &[StmtId],
    ) -> R {
        self.guarded_by(id, star, handlers, orelse, |machine| machine.block(body))
    }

    fn guarded_by(
        &mut self,
        id: StmtId,
        star: bool,
        handlers: &[Handler],
        orelse: &[StmtId],
        body: impl FnOnce(&mut Self) -> R,
    ) -> R {
        if handlers.is_empty() {
            body(self)?;
            return self.block(orelse);
        }
        let (frames, stack) = (self.st.frames.len(), self.st.frame().stack.len());
        self.ctl.push(Ctl::Try {
            frames,
            stack,
            raises: Vec::new(),
        });
        let done = body(self);
        let raises = match self.ctl.pop() {
            Some(Ctl::Try { raises, .. }) => raises,
            _ => Vec::new(),
        };
        let mut end: Option<State> = None;
        if done.and_then(|()| self.block(orelse)).is_ok() {
            end = Some(std::mem::take(&mut self.st));
        }
        for (state, class) in raises {
            self.st = state;
            if star {
                self.handle_groups(id, handlers, &mut end);
                continue;
            }
            self.handle(id, star, class, handlers, 0, &mut end)?;
        }
        match end {
            Some(state) => {
                self.st = state;
                Ok(())
            }
            None => Err(Dead),
        }
    }

    /// An exception group may go to several handlers, one after the other, and what is left goes on.
    fn handle_groups(&mut self, id: StmtId, handlers: &[Handler], end: &mut Option<State>) {
        let exception = self.st.peek(0);
        self.st.escape(exception);
        for (at, handler) in handlers.iter().enumerate() {
            let skipped = self.st.clone();
            self.st.push(UNKNOWN);
            let taken = self
                .handler_body(id, true, at, handler)
                .is_ok()
                .then(|| std::mem::take(&mut self.st));
            if self.meet(taken, Some(skipped)).is_err() {
                return;
            }
        }
        let handled = self.st.clone();
        self.jump(Jump::Raise);
        self.st = handled;
        self.consume(1);
        let state = std::mem::take(&mut self.st);
        self.join_into(end, state);
    }

    /// An exception is on top of the stack: the handlers from `at` on are asked.
    fn handle(
        &mut self,
        id: StmtId,
        star: bool,
        class: ObjId,
        handlers: &[Handler],
        at: usize,
        end: &mut Option<State>,
    ) -> R {
        let Some(handler) = handlers.get(at) else {
            self.jump(Jump::Raise);
            return Ok(());
        };
        let matches = match handler.exc_type {
            None => Some(true),
            Some(exc_type) => {
                if self.eval(exc_type).is_err() {
                    return Ok(());
                }
                let wanted = self.st.peek(0);
                let answer = if star || class == UNKNOWN {
                    None
                } else {
                    self.catches(class, wanted)
                };
                self.consume(1);
                answer
            }
        };
        if matches != Some(true) {
            let here = self.st.clone();
            self.handle(id, star, class, handlers, at + 1, end)?;
            self.st = here;
        }
        if matches == Some(false) {
            return Ok(());
        }
        let done = self.handler_body(id, star, at, handler);
        if done.is_ok() {
            let state = std::mem::take(&mut self.st);
            self.join_into(end, state);
        }
        Ok(())
    }

    fn catches(&self, class: ObjId, wanted: ObjId) -> Option<bool> {
        if let Kind::Tuple(classes) = self.kind(wanted) {
            let mut answer = Some(false);
            for wanted in classes.iter() {
                match self.is_subclass(class, *wanted) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => answer = None,
                }
            }
            return answer;
        }
        self.is_subclass(class, wanted)
    }

    fn handler_body(&mut self, id: StmtId, star: bool, at: usize, handler: &Handler) -> R {
        // The exception stays on the stack while it is handled.
        let exception = self.st.peek(0);
        if let Some(name) = handler.name {
            let value = if star { UNKNOWN } else { exception };
            self.push_new(value);
            self.fresh_bound.clear();
            self.store_name(name);
            self.fresh_bound.clear();
        }
        self.marks = (self.st.freed.len(), self.st.leaked.len());
        self.observe(Place::Handler(id, at as u32));
        self.handled(handler, |machine| machine.block(&handler.body))
    }

    /// The exception on top of the stack is handled from now on.
    fn handles_top(&mut self) {
        let at = self.st.frame().stack.len() - 1;
        self.handling.push((self.st.frames.len(), at));
    }

    /// Runs a handler's body; the exception is on the stack.
    fn handled(&mut self, handler: &Handler, body: impl FnOnce(&mut Self) -> R) -> R {
        let exception = self.st.peek(0);
        let frames_before = self.st.frames.len();
        let handled = self.handling.len();
        self.handles_top();
        let done = self.cleanly(body, |machine, left| {
            if let Some(name) = handler.name
                && machine.look_up(name).is_some()
            {
                machine.delete_name(name)?;
                machine.run_finalizers();
            }
            // An exception on its way out keeps the frame as long as it keeps this one.
            let raised = (left == Some(Jump::Raise)).then(|| machine.st.peek(0));
            if left.is_some() && machine.lives_on(exception, handler, raised) {
                machine.st.frame_mut().traced = true;
            }
            Ok(())
        });
        self.handling.truncate(handled);
        done?;
        debug_assert_eq!(frames_before, self.st.frames.len());
        // Where it lives on, its traceback keeps the frame, and the frame what it holds.
        if self.lives_on(exception, handler, None) {
            self.st.frame_mut().traced = true;
        }
        self.consume(1);
        Ok(())
    }

    /// Whether somebody may have an exception beside the handler that is about to let go of it, and the exception that is
    /// `raised` there.
    fn lives_on(&self, exception: ObjId, handler: &Handler, raised: Option<ObjId>) -> bool {
        let by_raised = raised.map_or(0, |raised| match self.kind(raised) {
            _ if raised == exception => 1,
            Kind::Exception(new) => new.trace.iter().filter(|held| **held == exception).count(),
            _ => 0,
        });
        match self.st.heap.get(exception) {
            Some(obj) => obj.count.hi > 1 + by_raised as u32,
            None if exception == SOME_EXCEPTION => handler.name.is_some(),
            None => true,
        }
    }
}
