//! Loops: executed round by round while what they do is known, then joined and widened until they settle.

use super::super::control::Ctl;
use super::super::generator::Advanced;
use super::super::iterate::Next;
use super::super::machine::{Dead, Machine, Place, R};
use crate::domain::atoms::UNKNOWN;
use crate::domain::{ObjId, State};
use crate::hir::{ExprId, StmtId};
use crate::limits;

/// How a round over such an iterator ended.
enum Round {
    /// Another one follows.
    Next,
    /// There was nothing more.
    Ended,
    /// By a jump.
    Left,
}

impl Machine<'_> {
    pub(super) fn for_loop(
        &mut self,
        id: StmtId,
        is_async: bool,
        target: ExprId,
        iter: ExprId,
        body: &[StmtId],
        orelse: &[StmtId],
    ) -> R {
        self.eval(iter)?;
        if is_async {
            self.unknown_call(1)?;
        } else {
            self.get_iter()?;
        }
        self.enter_loop();
        self.for_rounds(id, target, body, orelse)
    }

    /// Takes up a loop inside whose body a generator stopped; its iterator is on the stack.
    pub(in crate::interp) fn resume_for(
        &mut self,
        id: StmtId,
        target: ExprId,
        body: &[StmtId],
        orelse: &[StmtId],
    ) -> R {
        self.enter_loop();
        let round = self.resume_block(body);
        if self.round_end(round).is_err() {
            return self.leave_loop(None, true, orelse);
        }
        self.for_rounds(id, target, body, orelse)
    }

    fn for_rounds(&mut self, id: StmtId, target: ExprId, body: &[StmtId], orelse: &[StmtId]) -> R {
        let mut rounds = 0;
        let ended = loop {
            let iterator = self.st.peek(0);
            if self.is_driven(iterator) {
                match self.driven_round(id, target, body, rounds) {
                    Ok(Round::Next) => rounds += 1,
                    Ok(Round::Ended) => break true,
                    Ok(Round::Left) | Err(Dead) => break false,
                }
                continue;
            }
            let next = if rounds >= limits::ROUNDS || !self.step() {
                Next::Unknown
            } else {
                match self.next_of(iterator) {
                    Ok(next) => next,
                    Err(Dead) => break false,
                }
            };
            match next {
                Next::Item(item) => {
                    self.push_new(item);
                    let round = self.bind_round(id, target).and_then(|()| self.block(body));
                    if self.round_end(round).is_err() {
                        break false;
                    }
                    rounds += 1;
                }
                Next::End => break true,
                Next::Unknown => {
                    if rounds >= limits::ROUNDS {
                        self.hit("loop rounds");
                    }
                    break self.settle_for(id, target, body).is_ok();
                }
            }
        };
        let exhausted = ended.then(|| std::mem::take(&mut self.st));
        self.leave_loop(exhausted, true, orelse)
    }

    /// One round over an iterator that runs code of the program: what can't be told apart settles.
    fn driven_round(
        &mut self,
        id: StmtId,
        target: ExprId,
        body: &[StmtId],
        rounds: u32,
    ) -> R<Round> {
        let iterator = self.st.peek(0);
        let before = self.st.clone();
        if rounds < limits::ROUNDS && self.step() {
            match self.drive(iterator)? {
                Advanced::Item => {
                    let round = self.bind_round(id, target).and_then(|()| self.block(body));
                    return Ok(match self.round_end(round) {
                        Ok(()) => Round::Next,
                        Err(_) => Round::Left,
                    });
                }
                Advanced::Done => {
                    self.consume(1);
                    return Ok(Round::Ended);
                }
                Advanced::Either(_) | Advanced::Unknown => {}
            }
        } else {
            self.hit("loop rounds");
        }
        self.st = before;
        self.ended.push(None);
        let settled = self.settle(|machine| {
            if let Some(ended) = machine.ended.last_mut() {
                *ended = None;
            }
            let iterator = machine.st.peek(0);
            match machine.drive(iterator)? {
                Advanced::Item => {}
                Advanced::Done => {
                    machine.consume(1);
                    machine.add_end();
                    return Err(Dead);
                }
                Advanced::Either(ended) => {
                    let given = std::mem::replace(&mut machine.st, *ended);
                    machine.consume(1);
                    machine.add_end();
                    machine.st = given;
                }
                Advanced::Unknown => {
                    machine.st.escape(iterator);
                    machine.unknown_code();
                    let here = machine.st.clone();
                    machine.add_end();
                    machine.st = here;
                    machine.st.push(UNKNOWN);
                }
            }
            machine.bind_round(id, target)?;
            machine.block(body)
        });
        let ended = self.ended.pop().flatten();
        settled?;
        match ended {
            Some(state) => {
                self.st = state;
                Ok(Round::Ended)
            }
            None => Ok(Round::Left),
        }
    }

    /// What the innermost settling loop goes over ended here.
    fn add_end(&mut self) {
        let state = std::mem::take(&mut self.st);
        let mut slot = self.ended.pop().flatten();
        self.join_into(&mut slot, state);
        self.ended.push(slot);
    }

    fn enter_loop(&mut self) {
        let (frames, stack) = (self.st.frames.len(), self.st.frame().stack.len());
        self.ctl.push(Ctl::Loop {
            frames,
            stack,
            breaks: None,
            continues: None,
        });
    }

    /// Binds the target to the item on top of the stack, and shows the start of the iteration.
    fn bind_round(&mut self, id: StmtId, target: ExprId) -> R {
        let start = self.next;
        self.st.frame_mut().statement_start = start;
        let mark = (self.st.freed.len(), self.st.leaked.len());
        self.fresh_bound.clear();
        self.current = id;
        self.store(target)?;
        self.find_leaks();
        self.marks = mark;
        self.observe(Place::After(id));
        self.settle_bindings((self.item, id.0));
        Ok(())
    }

    /// A round is over: what ended it normally and what continued go on together.
    fn round_end(&mut self, round: R) -> R {
        let continues = match self.ctl.last_mut() {
            Some(Ctl::Loop { continues, .. }) => continues.take(),
            _ => None,
        };
        let normal = round.is_ok().then(|| std::mem::take(&mut self.st));
        self.meet(normal, continues)
    }

    /// Goes on after a loop: what ran out goes through `else`, what broke out joins. `holds`: the iterator is on the
    /// stack.
    fn leave_loop(&mut self, exhausted: Option<State>, holds: bool, orelse: &[StmtId]) -> R {
        let breaks = match self.ctl.pop() {
            Some(Ctl::Loop { breaks, .. }) => breaks,
            _ => None,
        };
        let finish = |machine: &mut Self, state: State| {
            machine.st = state;
            if holds {
                machine.st.drop_top();
                machine.run_finalizers();
            }
        };
        let normal = match exhausted {
            Some(state) => {
                finish(self, state);
                self.block(orelse)
                    .is_ok()
                    .then(|| std::mem::take(&mut self.st))
            }
            None => None,
        };
        let broken = breaks.map(|state| {
            finish(self, state);
            std::mem::take(&mut self.st)
        });
        self.meet(normal, broken)
    }

    /// Runs rounds of an iteration that is not known until nothing new comes of them; then once more, to be seen. The
    /// state is the one in which the iterator may have run out.
    fn settle_for(&mut self, id: StmtId, target: ExprId, body: &[StmtId]) -> R {
        let item = self.any_item_of_iterator();
        self.settle(|machine| {
            machine.push_any_item(&item);
            machine.bind_round(id, target)?;
            machine.block(body)
        })
    }

    /// Rounds until the state at the head of the loop says no less than the one before; then one that is seen.
    pub(in crate::interp) fn settle(&mut self, round: impl Fn(&mut Self) -> R) -> R {
        self.quiet += 1;
        let mut settled = false;
        for n in 0..limits::SETTLING_ROUNDS {
            let head = self.st.clone();
            let breaks = self.take_breaks();
            let done = round(self);
            let back = self
                .round_end(done)
                .is_ok()
                .then(|| std::mem::take(&mut self.st));
            self.put_breaks(breaks);
            let Some(back) = back else {
                self.st = head;
                settled = true;
                break;
            };
            let (joined, changed) = self.joined(&head, &back, n >= 2);
            self.st = joined;
            if !changed {
                settled = true;
                break;
            }
        }
        if !settled {
            self.hit("settling rounds");
            self.anything_happens();
        }
        self.quiet -= 1;
        let head = self.st.clone();
        let done = round(self);
        let _ = self.round_end(done);
        self.st = head;
        Ok(())
    }

    fn take_breaks(&mut self) -> Option<State> {
        match self.ctl.last_mut() {
            Some(Ctl::Loop { breaks, .. }) => breaks.take(),
            _ => None,
        }
    }

    fn put_breaks(&mut self, before: Option<State>) {
        if let Some(Ctl::Loop { breaks, .. }) = self.ctl.last_mut() {
            *breaks = before;
        }
    }

    /// Takes up a loop inside whose body a generator stopped.
    pub(in crate::interp) fn resume_while(
        &mut self,
        test: ExprId,
        body: &[StmtId],
        orelse: &[StmtId],
    ) -> R {
        if self.resumes_in(orelse) {
            return self.resume_block(orelse);
        }
        self.enter_loop();
        let round = self.resume_block(body);
        if self.round_end(round).is_err() {
            return self.leave_loop(None, false, orelse);
        }
        self.while_rounds(test, body, orelse)
    }

    pub(super) fn while_loop(&mut self, test: ExprId, body: &[StmtId], orelse: &[StmtId]) -> R {
        self.enter_loop();
        self.while_rounds(test, body, orelse)
    }

    fn while_rounds(&mut self, test: ExprId, body: &[StmtId], orelse: &[StmtId]) -> R {
        let mut rounds = 0;
        let exhausted = loop {
            if rounds >= limits::ROUNDS || !self.step() {
                self.hit("loop rounds");
                break self.settle_while(test, body);
            }
            let before = self.st.clone();
            let Ok(value) = self.test(test) else {
                break None;
            };
            match value {
                Some(false) => break Some(std::mem::take(&mut self.st)),
                Some(true) => {
                    let round = self.block(body);
                    if self.round_end(round).is_err() {
                        break None;
                    }
                    rounds += 1;
                }
                None => {
                    self.st = before;
                    break self.settle_while(test, body);
                }
            }
        };
        self.leave_loop(exhausted, false, orelse)
    }

    /// The state in which the test was false at last, if it can be.
    fn settle_while(&mut self, test: ExprId, body: &[StmtId]) -> Option<State> {
        self.settle(|machine| match machine.test(test)? {
            Some(false) => Err(Dead),
            _ => machine.block(body),
        })
        .ok()?;
        match self.test(test) {
            Ok(Some(true)) | Err(_) => None,
            _ => Some(std::mem::take(&mut self.st)),
        }
    }

    /// What a loop over `source` would bind, for models that call a function for each item.
    pub(in crate::interp) fn known_items(&mut self, source: ObjId) -> R<Option<Vec<ObjId>>> {
        self.items_of(source)
    }
}
