//! Comprehensions and their loops.

use super::emit::Emitter;
use super::graph::{BlockId, Op};
use crate::hir::body::{CompKind, Comprehension, Expr, ExprId};
use crate::hir::unit::{UnitId, VarKind};

impl Emitter<'_> {
    pub fn comprehension(
        &mut self,
        kind: CompKind,
        unit: UnitId,
        elt: ExprId,
        value: Option<ExprId>,
        generators: &[Comprehension],
    ) {
        let Some(first) = generators.first() else {
            return self.push();
        };
        if kind == CompKind::Generator {
            let yields = |emitter: &mut Self| {
                emitter.push();
                emitter.clauses(kind, elt, value, generators, 0);
                emitter.pop();
                emitter.push();
                emitter.op(Op::Exit(1));
            };
            self.nested(Some(unit), None, yields);
            self.make_function(unit, 0);
            self.expr(first.iter);
            self.get_iter(first.is_async);
            return self.calls(2);
        }
        self.expr(first.iter);
        self.get_iter(first.is_async);
        // Its own names are put aside.
        let own: Vec<_> = {
            let vars = &self.item.unit(unit).scope.vars;
            let own = vars
                .iter()
                .filter(|var| matches!(var.kind, VarKind::Local | VarKind::Cell));
            own.map(|var| (var.name, var.kind == VarKind::Cell && var.is_captured))
                .collect()
        };
        for &(name, _) in &own {
            self.clear(name);
        }
        self.op(Op::Swap(own.len() + 1));
        self.push();
        self.op(Op::Swap(2));
        let outer = self.code.scope.replace(unit);
        self.clauses(kind, elt, value, generators, 0);
        self.code.scope = outer;
        self.op(Op::Swap(own.len() + 1));
        for &(name, is_cell) in own.iter().rev() {
            match is_cell {
                true => self.pop(),
                false => {
                    let slot = self.code.locals.insert_full(name).0 as u16;
                    self.op(Op::Restore(slot));
                }
            }
        }
    }

    pub fn get_iter(&mut self, is_async: bool) {
        match self.features.loops_keep_iterables && !is_async {
            true => self.op(Op::Keep(0)),
            false => self.calls(1),
        }
    }

    fn clauses(
        &mut self,
        kind: CompKind,
        elt: ExprId,
        value: Option<ExprId>,
        generators: &[Comprehension],
        index: usize,
    ) {
        let Some(clause) = generators.get(index) else {
            match (kind, value) {
                (CompKind::Generator, _) => {
                    self.expr(elt);
                    self.op(Op::Other(1, 1));
                    self.pop();
                }
                (_, Some(value)) => {
                    self.expr(elt);
                    self.expr(value);
                    self.op(Op::Other(2, 0));
                }
                (_, None) => {
                    self.expr(elt);
                    self.pop();
                }
            }
            return;
        };
        let item = self.item;
        if index > 0 {
            if let Expr::List { elts } | Expr::Tuple { elts } = item.expr(clause.iter)
                && let [only] = elts.as_slice()
                && !matches!(item.expr(*only), Expr::Starred(_))
                && !clause.is_async
            {
                // An assignment.
                self.expr(*only);
                self.target(clause.target);
                let skip = self.new_block();
                for &test in &clause.ifs {
                    self.jump_if(test, skip, false);
                }
                self.clauses(kind, elt, value, generators, index + 1);
                return self.place(skip);
            }
            self.expr(clause.iter);
            self.get_iter(clause.is_async);
        }
        let (again, done) = (self.new_block(), self.new_block());
        self.place(again);
        if clause.is_async {
            let handler = self.code.handler;
            let ends = self.new_block();
            self.code.handler = Some(ends);
            self.op(Op::Keep(1));
            self.send();
            self.code.handler = handler;
            self.in_clause(kind, elt, value, generators, index, again);
            self.place(ends);
            self.op(Op::Other(2, 0));
            return;
        }
        self.op(Op::ForIter(done));
        self.in_clause(kind, elt, value, generators, index, again);
        self.place(done);
        self.op(Op::Other(2, 0));
    }

    fn in_clause(
        &mut self,
        kind: CompKind,
        elt: ExprId,
        value: Option<ExprId>,
        generators: &[Comprehension],
        index: usize,
        again: BlockId,
    ) {
        let clause = &generators[index];
        self.target(clause.target);
        let next = self.new_block();
        for &test in &clause.ifs {
            self.jump_if(test, next, false);
        }
        self.clauses(kind, elt, value, generators, index + 1);
        self.place(next);
        self.op(Op::Jump(again));
    }
}
