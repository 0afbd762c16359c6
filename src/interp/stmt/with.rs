//! `with`: entering, the body, and leaving on every way out.

use super::super::machine::{Machine, Place, R};
use crate::hir::{StmtId, WithItem};

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
        let of = self.manager(manager, is_async);
        self.enter_manager(of)?;
        match item.target {
            Some(target) => self.store(target)?,
            None => self.consume(1),
        }
        self.cleanly(
            |machine| machine.with_items(id, is_async, rest, body),
            |machine, jump| machine.leave_with(manager, of, jump),
        )?;
        self.consume(1);
        Ok(())
    }
}
