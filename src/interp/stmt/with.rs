//! `with`: entering, the body, and leaving on every way out.

use super::super::machine::{Machine, Place, R};
use crate::domain::atoms::{NONE, UNKNOWN};
use crate::domain::{Kind, ObjId};
use crate::hir::{StmtId, WithItem};
use crate::layout::CallKind;

impl Machine<'_> {
    pub(super) fn with_statement(
        &mut self,
        id: StmtId,
        is_async: bool,
        items: &[WithItem],
        body: &[StmtId],
    ) -> R {
        self.with_items(id, is_async, items, body)
    }

    fn with_items(&mut self, id: StmtId, is_async: bool, items: &[WithItem], body: &[StmtId]) -> R {
        let Some((item, rest)) = items.split_first() else {
            self.current = id;
            self.marks = (self.st.freed.len(), self.st.leaked.len());
            self.observe(Place::After(id));
            self.settle_bindings((self.item, id.0));
            return self.block(body);
        };
        self.eval(item.context)?;
        let manager = self.st.peek(0);
        let known = !is_async && self.is_known_manager(manager);
        if known {
            // The pending `__exit__` holds the manager; what the call holds beyond differs.
            self.push_unsteady(manager);
            self.call_enter()?;
        } else {
            self.st.escape(manager);
            self.unknown_code();
            self.st.push(UNKNOWN);
        }
        match item.target {
            Some(target) => self.store(target)?,
            None => self.consume(1),
        }
        self.cleanly(
            |machine| machine.with_items(id, is_async, rest, body),
            |machine, jump| machine.leave_with(manager, known, jump),
        )?;
        self.consume(1);
        Ok(())
    }

    /// Whether entering and leaving run functions of the program.
    pub(in crate::interp) fn is_known_manager(&mut self, manager: ObjId) -> bool {
        self.has_function(manager, "__enter__") && self.has_function(manager, "__exit__")
    }

    fn has_function(&mut self, object: ObjId, name: &str) -> bool {
        let Kind::Instance(instance) = self.kind(object) else {
            return false;
        };
        let class = instance.class;
        let name = self.names.intern(name);
        matches!(self.class_attribute(class, name),
            super::super::attribute::Found::Object(function, _) if matches!(self.kind(function), Kind::Function(_)))
    }

    fn call_enter(&mut self) -> R {
        let manager = self.st.peek(0);
        let name = self.names.intern("__enter__");
        let class = match self.kind(manager) {
            Kind::Instance(instance) => instance.class,
            _ => return self.unknown_call(1),
        };
        match self.class_attribute(class, name) {
            super::super::attribute::Found::Object(function, _) => {
                self.call_with(function, 1, CallKind::EnterSelf)
            }
            _ => self.unknown_call(1),
        }
    }

    /// `__exit__`: the manager lies on the stack, under what the way out carries.
    pub(in crate::interp) fn leave_with(
        &mut self,
        manager: ObjId,
        known: bool,
        jump: Option<super::super::control::Jump>,
    ) -> R {
        use super::super::control::Jump;
        let raised = jump == Some(Jump::Raise);
        if !known {
            self.st.escape(manager);
            self.unknown_code();
            if raised {
                // It may have swallowed the exception.
                let mut swallowed = self.st.clone();
                std::mem::swap(&mut self.st, &mut swallowed);
                self.consume(1);
                std::mem::swap(&mut self.st, &mut swallowed);
                self.swallowed.push(swallowed);
            }
            return Ok(());
        }
        self.push_unsteady(manager);
        let details = if raised { [UNKNOWN; 3] } else { [NONE; 3] };
        if raised {
            let exception = self.st.peek(1);
            self.st.escape(exception);
        }
        for detail in details {
            self.st.push(detail);
        }
        let class = match self.kind(manager) {
            Kind::Instance(instance) => instance.class,
            _ => return self.unknown_statement(4),
        };
        let name = self.names.intern("__exit__");
        match self.class_attribute(class, name) {
            super::super::attribute::Found::Object(function, _) => {
                self.call_with(function, 4, CallKind::ExitSelf)?
            }
            _ => self.unknown_call(4)?,
        }
        let result = self.st.peek(0);
        let swallows = self.truth(result)?;
        self.consume(1);
        if raised && swallows != Some(false) {
            let mut swallowed = self.st.clone();
            std::mem::swap(&mut self.st, &mut swallowed);
            self.consume(1);
            std::mem::swap(&mut self.st, &mut swallowed);
            self.swallowed.push(swallowed);
            if swallows == Some(true) {
                return Err(super::super::machine::Dead);
            }
        }
        Ok(())
    }
}
