//! `if`: the branch that a known test selects, or both.

use super::super::machine::{Machine, R};
use crate::hir::{ExprId, StmtId};

impl Machine<'_> {
    pub(super) fn if_statement(&mut self, test: ExprId, body: &[StmtId], orelse: &[StmtId]) -> R {
        let value = self.test(test)?;
        self.either(
            value,
            |machine| machine.block(body),
            |machine| machine.block(orelse),
        )
    }
}
