//! Calls and their arguments.

use super::display::STACK_USE_GUIDELINE;
use super::emit::Emitter;
use super::graph::Op;
use crate::hir::body::{CompKind, Expr, ExprId, Keyword};
use crate::hir::unit::{UnitKind, VarKind};

impl Emitter<'_> {
    /// `super().m`: pushes what the attribute is looked up with; whether it is one.
    pub fn super_call(&mut self, id: ExprId) -> bool {
        let item = self.item;
        let Expr::Call {
            func,
            args,
            keywords,
        } = item.expr(id)
        else {
            return false;
        };
        let Expr::Name(name) = item.expr(*func) else {
            return false;
        };
        let unit = self.code.scope.map(|unit| item.unit(unit));
        let in_method = unit.is_some_and(|unit| {
            let has_class =
                unit.scope.vars.iter().any(|var| {
                    self.names.text(var.name) == "__class__" && var.kind == VarKind::Free
                });
            has_class && !matches!(unit.kind, UnitKind::Class)
        });
        let free_name = unit.is_some_and(|unit| {
            let var = unit.scope.vars.iter().find(|var| var.name == name.name);
            var.is_none_or(|var| var.kind == VarKind::GlobalImplicit)
        });
        if self.names.text(name.name) != "super"
            || !keywords.is_empty()
            || self.has_star(args)
            || !free_name
        {
            return false;
        }
        match args.as_slice() {
            [] => {
                let Some(first) = self.code.first_parameter.filter(|_| in_method) else {
                    return false;
                };
                self.push();
                self.push();
                self.load(first, None);
                true
            }
            [class, object] => {
                self.push();
                self.expr(*class);
                self.expr(*object);
                true
            }
            _ => false,
        }
    }

    pub fn call(&mut self, func: ExprId, args: &[ExprId], keywords: &[Keyword]) {
        let item = self.item;
        let unpacks = self.has_star(args) || keywords.iter().any(|keyword| keyword.name.is_none());
        let few =
            args.len() + keywords.len() + usize::from(!keywords.is_empty()) < STACK_USE_GUIDELINE;
        if let Expr::Attribute { value, .. } = item.expr(func)
            && !unpacks
            && few
            && !matches!(item.expr(*value), Expr::Name(name) if (self.imported)(name.name))
        {
            let line = self.line;
            self.at(item.expr_span(func).start);
            if self.super_call(*value) {
                self.op(Op::SuperAttr { method: true });
            } else {
                self.expr(*value);
                self.op(Op::Attr { method: true });
            }
            self.line = line;
            return self.plain_arguments(args, keywords);
        }
        self.expr(func);
        if let (Expr::Name(name), [arg], []) = (item.expr(func), args, keywords)
            && let Expr::Comp {
                kind: CompKind::Generator,
                generators,
                ..
            } = item.expr(*arg)
            && !generators.iter().any(|clause| clause.is_async)
        {
            let known: &[&str] = match self.features.loops_keep_iterables {
                true => &["all", "any", "tuple", "list", "set", "frozenset"],
                false => &["all", "any", "tuple"],
            };
            if known.contains(&self.names.text(name.name)) {
                return self.inlined_call(*arg);
            }
        }
        self.push();
        self.arguments(args, keywords);
    }

    /// `all(... for ...)`: a loop, and the call for where `all` is another.
    fn inlined_call(&mut self, generator: ExprId) {
        let (skip, end, again, done) = (
            self.new_block(),
            self.new_block(),
            self.new_block(),
            self.new_block(),
        );
        self.op(Op::Copy(1));
        self.push();
        self.calls(2);
        self.op(Op::Branch(1, skip));
        self.pop();
        self.expr(generator);
        self.place(again);
        self.op(Op::ForIter(done));
        self.pop();
        self.op(Op::Jump(again));
        self.place(done);
        self.op(Op::Other(2, 0));
        self.push();
        self.op(Op::Jump(end));
        self.place(skip);
        self.push();
        self.expr(generator);
        self.calls(3);
        self.place(end);
    }

    fn plain_arguments(&mut self, args: &[ExprId], keywords: &[Keyword]) {
        self.exprs(args);
        keywords.iter().for_each(|keyword| self.expr(keyword.value));
        let names = usize::from(!keywords.is_empty());
        if names > 0 {
            self.push();
        }
        self.calls(2 + args.len() + keywords.len() + names);
    }

    /// The arguments of a call whose function and receiver are on the stack, and the call.
    pub fn arguments(&mut self, args: &[ExprId], keywords: &[Keyword]) {
        self.arguments_after(0, args, keywords);
    }

    /// With `pushed` arguments there already.
    pub fn arguments_after(&mut self, pushed: usize, args: &[ExprId], keywords: &[Keyword]) {
        let unpacks = self.has_star(args) || keywords.iter().any(|keyword| keyword.name.is_none());
        if !unpacks && args.len() + 2 * keywords.len() <= STACK_USE_GUIDELINE {
            self.exprs(args);
            keywords.iter().for_each(|keyword| self.expr(keyword.value));
            let names = usize::from(!keywords.is_empty());
            if names > 0 {
                self.push();
            }
            return self.calls(2 + pushed + args.len() + keywords.len() + names);
        }
        match args {
            [only] if pushed == 0 && self.has_star(args) => self.expr(*only),
            _ if self.has_star(args) || args.len() + pushed > STACK_USE_GUIDELINE => {
                self.display_in_steps(args, pushed);
                self.calls(1);
            }
            _ => {
                self.exprs(args);
                self.calls(pushed + args.len());
            }
        }
        if keywords.is_empty() {
            self.push();
        } else {
            let mut have = false;
            for run in keywords.split_inclusive(|keyword| keyword.name.is_none()) {
                let (unpacked, named) = match run.split_last() {
                    Some((last, named)) if last.name.is_none() => (Some(last), named),
                    _ => (None, run),
                };
                if !named.is_empty() {
                    let large = named.len() * 2 > STACK_USE_GUIDELINE;
                    if large {
                        self.push();
                    }
                    for keyword in named {
                        self.push();
                        self.expr(keyword.value);
                        if large {
                            self.op(Op::Other(2, 0));
                        }
                    }
                    if !large {
                        self.calls(named.len() * 2);
                    }
                    if std::mem::replace(&mut have, true) {
                        self.pop();
                    }
                }
                if let Some(keyword) = unpacked {
                    if !have {
                        self.push();
                        have = true;
                    }
                    self.expr(keyword.value);
                    self.pop();
                }
            }
        }
        self.calls(4);
    }

    /// Waits for what is on the stack.
    pub fn send(&mut self) {
        let (again, done) = (self.new_block(), self.new_block());
        self.push();
        self.place(again);
        self.op(Op::Send(done));
        self.op(Op::Other(1, 1));
        self.op(Op::Jump(again));
        self.place(done);
        self.op(Op::DropUnder);
    }
}
