//! Comprehensions and generator expressions.

use std::sync::Arc;

use super::super::control::Ctl;
use super::super::machine::{Machine, R};
use crate::domain::{B, Frame, IterObj, IterOver, Kind, ListObj, ObjId, SetObj, UnitRef};
use crate::hir::{CompKind, Comprehension, ExprId, Unit, UnitId, UnitKind};
use crate::layout::{ArgHold, DictTable, SetTable};
use crate::limits;

impl Machine<'_> {
    pub(super) fn comprehension(
        &mut self,
        kind: CompKind,
        unit: UnitId,
        elt: ExprId,
        value: Option<ExprId>,
        generators: &[Comprehension],
    ) -> R {
        let Some(first) = generators.first() else {
            self.st.push(crate::domain::UNKNOWN);
            return Ok(());
        };
        self.eval(first.iter)?;
        if kind == CompKind::Generator && !self.eager {
            let code = self.code();
            return self.make_generator_expression(code.unit(unit), unit, first.is_async);
        }
        let eager = std::mem::replace(&mut self.eager, false);
        let stop_at = std::mem::take(&mut self.stop_at).filter(|_| kind == CompKind::Generator);
        let stops = std::mem::replace(&mut self.stops, (stop_at, false));
        let done = self.run_comprehension(kind, unit, elt, value, generators);
        self.stops = stops;
        self.eager = eager;
        done
    }

    /// A generator expression that nobody uses up at once: the iterable on top of the stack moves into its frame.
    fn make_generator_expression(&mut self, unit: &Unit, unit_id: UnitId, is_async: bool) -> R {
        if is_async {
            self.unknown_call(1)?;
        } else {
            if self.layout().loops_keep_sequences() {
                // Whether the frame holds it twice differs.
                let source = self.st.peek(0);
                self.st.escape(source);
            }
            self.get_iter()?;
        }
        let locals = self.comprehension_locals(unit);
        let source = self.st.pop_owned();
        if matches!(self.kind(source), Kind::Instance(_)) {
            self.st.add(source, 0, 1); // twice, once it runs
        }
        let unit_ref = UnitRef {
            item: self.item,
            unit: Some(unit_id),
        };
        let frame = Frame {
            locals,
            stack: vec![crate::domain::StackRef::owned(source)],
            ..Frame::new(unit_ref, self.next)
        };
        self.push_generator(unit, None, frame);
        Ok(())
    }

    /// Variables of a comprehension's frame before its first round.
    fn comprehension_locals(&mut self, unit: &Unit) -> Vec<Option<crate::domain::Slot>> {
        let mut locals = self.inherited_cells(unit);
        for (slot, variable) in unit.scope.vars.iter().enumerate() {
            if variable.kind == crate::hir::VarKind::Cell {
                let cell = self.alloc_stealing(Kind::Cell(None));
                self.st.inc(cell);
                locals[slot] = Some(crate::domain::Slot::owned(cell));
            }
        }
        locals
    }

    /// The first iterable is on the stack; the result takes its place.
    fn run_comprehension(
        &mut self,
        kind: CompKind,
        unit_id: UnitId,
        elt: ExprId,
        value: Option<ExprId>,
        generators: &[Comprehension],
    ) -> R {
        let code = self.code();
        let unit = code.unit(unit_id);
        let result = match kind {
            CompKind::List => self.alloc(Kind::List(Arc::new(ListObj {
                items: Vec::new(),
                slots: Some(crate::layout::Slots::NONE),
                open: false,
                every: None,
            }))),
            CompKind::Generator => {
                // Items in the order they come; made a list for the consumer.
                self.alloc(Kind::Iter(Arc::new(IterObj {
                    ty: B::Generator,
                    over: IterOver::Precomputed,
                    index: 0,
                    held: Vec::new(),
                    lent: false,
                })))
            }
            CompKind::Set => self.alloc(Kind::Set(Arc::new(SetObj {
                items: Default::default(),
                table: Some(SetTable::EMPTY),
                open: false,
                frozen: false,
                tracked: Some(true),
            }))),
            CompKind::Dict => self.new_dict(B::Dict, Some(DictTable::EMPTY)),
        };
        self.push_new(result);
        let locals = self.comprehension_locals(unit);
        // The iterable moves into the comprehension's frame.
        let collected = self.st.pop();
        let source = self.st.pop();
        self.st.frame_mut().stack.push(collected);
        let frames = self.st.frames.len();
        let start = self.next;
        let unit_ref = UnitRef {
            item: self.item,
            unit: Some(unit_id),
        };
        self.st.frames.push(Arc::new(Frame {
            locals,
            stack: vec![source],
            ..Frame::new(unit_ref, start)
        }));
        let fresh = std::mem::take(&mut self.fresh_bound);
        self.ctl.push(Ctl::Call {
            frames,
            returns: None,
        });
        let done = self.comprehension_loop(result, elt, value, generators);
        self.ctl.pop();
        self.fresh_bound = fresh;
        done?;
        self.leave_frame(None);
        self.run_finalizers();
        Ok(())
    }

    /// One `for` of the comprehension: its iterable is on the stack, and goes.
    fn comprehension_loop(
        &mut self,
        result: ObjId,
        elt: ExprId,
        value: Option<ExprId>,
        generators: &[Comprehension],
    ) -> R {
        let Some((here, inner)) = generators.split_first() else {
            return self.collect(result, elt, value);
        };
        if here.is_async {
            self.unknown_call(1)?;
        } else {
            self.get_iter()?;
        }
        if self.st.frame().stack.len() == 1 {
            self.hold_iterator();
        }
        self.comprehension_level(result, elt, value, here, inner, |_| Ok(()))
    }

    /// Where the comprehension has a function's frame, its argument `.0` holds the iterator too, and so does the caller's
    /// stack, unless arguments move into the frame.
    fn hold_iterator(&mut self) {
        let layout = self.layout();
        let unit = self.unit(self.st.frame().unit);
        let kind = unit.map(|unit| unit.kind);
        let outer = self.st.frames.len() - 2;
        let in_class = self
            .unit(self.st.frames[outer].unit)
            .is_some_and(|unit| unit.kind == UnitKind::Class);
        let (lo, hi) = match kind {
            Some(UnitKind::Comprehension(CompKind::Generator))
                if layout.genexp_holds_container() > 1 =>
            {
                (0, 1)
            }
            Some(UnitKind::Comprehension(CompKind::Generator)) => (1, 1),
            // Not every version inlines those of a class body.
            _ if layout.inlines_comprehensions() => (0, u32::from(in_class)),
            _ if layout.argument_hold() == ArgHold::StackStays => (2, 2),
            _ => (1, 1),
        };
        let iterator = self.st.peek(0);
        self.st.add(iterator, lo, hi);
        self.st.frame_mut().holds.push((iterator, lo, hi));
    }

    /// One `for` of the comprehension whose iterator is on the stack; `first` is what is left of a round under way.
    pub(in crate::interp) fn comprehension_level(
        &mut self,
        result: ObjId,
        elt: ExprId,
        value: Option<ExprId>,
        here: &Comprehension,
        inner: &[Comprehension],
        first: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let (frames, stack) = (self.st.frames.len(), self.st.frame().stack.len());
        self.ctl.push(Ctl::Loop {
            frames,
            stack,
            breaks: None,
            continues: None,
        });
        let done =
            first(self).and_then(|()| self.comprehension_rounds(result, elt, value, here, inner));
        self.ctl.pop();
        done?;
        self.consume(1);
        Ok(())
    }

    fn comprehension_rounds(
        &mut self,
        result: ObjId,
        elt: ExprId,
        value: Option<ExprId>,
        here: &Comprehension,
        inner: &[Comprehension],
    ) -> R {
        use super::super::iterate::Next;
        let mut rounds = 0;
        loop {
            let iterator = self.st.peek(0);
            let next = if rounds >= limits::ROUNDS || !self.step() {
                Next::Unknown
            } else {
                self.next_of(iterator)?
            };
            let item = match next {
                Next::End => return Ok(()),
                Next::Item(item) => item,
                Next::Unknown => {
                    let item = self.any_item_of_iterator();
                    return self.settle(|machine| {
                        machine.push_any_item(&item);
                        machine.comprehension_round(result, elt, value, here, inner)
                    });
                }
            };
            self.push_new(item);
            self.comprehension_round(result, elt, value, here, inner)?;
            if self.stops.1 {
                return Ok(());
            }
            rounds += 1;
        }
    }

    fn comprehension_round(
        &mut self,
        result: ObjId,
        elt: ExprId,
        value: Option<ExprId>,
        here: &Comprehension,
        inner: &[Comprehension],
    ) -> R {
        self.store(here.target)?;
        self.filtered(&here.ifs, |machine| {
            if let Some(next) = inner.first() {
                machine.eval(next.iter)?;
            }
            machine.comprehension_loop(result, elt, value, inner)
        })
    }

    fn filtered(&mut self, ifs: &[ExprId], then: impl FnOnce(&mut Self) -> R) -> R {
        let Some((first, rest)) = ifs.split_first() else {
            return then(self);
        };
        let value = self.test(*first)?;
        self.either(
            value,
            |machine| machine.filtered_boxed(rest, Box::new(then)),
            |_| Ok(()),
        )
    }

    fn filtered_boxed(&mut self, ifs: &[ExprId], then: Box<dyn FnOnce(&mut Self) -> R + '_>) -> R {
        let Some((first, rest)) = ifs.split_first() else {
            return then(self);
        };
        let value = self.test(*first)?;
        self.either(
            value,
            |machine| machine.filtered_boxed(rest, then),
            |_| Ok(()),
        )
    }

    /// Whether the consumer asks for more is not known: neither is what happens from here on.
    fn lose_iteration(&mut self, result: ObjId) -> R {
        self.consume(1);
        self.anything_happens();
        self.change_quietly(result, |kind| *kind = Kind::Opaque(B::Generator, None));
        Ok(())
    }

    /// Adds one element to the result.
    fn collect(&mut self, result: ObjId, elt: ExprId, value: Option<ExprId>) -> R {
        self.eval(elt)?;
        match self.kind_of(result) {
            Kind::Gen(_) => Err(self.suspend(elt)),
            Kind::List(_) => {
                let item = self.st.peek(0);
                self.list_append(result, item);
                self.consume(1);
                Ok(())
            }
            Kind::Iter(_) => {
                let item = self.st.peek(0);
                if let Some(stop) = self.stops.0 {
                    match self.truth(item)? {
                        Some(truth) => self.stops.1 = truth == stop,
                        None => return self.lose_iteration(result),
                    }
                }
                let item = self.st.peek(0);
                self.st.inc(item);
                self.change_quietly(result, |kind| {
                    if let Kind::Iter(iter) = kind {
                        Arc::make_mut(iter).held.push(item);
                    }
                });
                self.consume(1);
                Ok(())
            }
            Kind::Set(_) => {
                let item = self.st.peek(0);
                self.set_add(result, item)?;
                self.consume(1);
                Ok(())
            }
            Kind::Dict(_) => {
                if let Some(value) = value {
                    self.eval(value)?;
                    return self.dict_set(result);
                }
                self.consume(1);
                Ok(())
            }
            _ => {
                let item = self.st.peek(0);
                self.st.escape(item);
                if let Some(value) = value {
                    self.eval(value)?;
                    let item = self.st.peek(0);
                    self.st.escape(item);
                    self.consume(1);
                }
                self.consume(1);
                Ok(())
            }
        }
    }
}
