//! Instructions of expressions. Each leaves one more item on the stack.

use super::emit::Emitter;
use super::graph::{BlockId, Op};
use crate::hir::body::{
    BoolOp, CmpOp, CompKind, Comprehension, Const, Expr, ExprId, Keyword, UnaryOp,
};
use crate::hir::unit::{Params, UnitId, UnitKind, VarKind};

/// More parts than this are put together in steps.
const STACK_USE_GUIDELINE: usize = 30;

impl Emitter<'_> {
    pub fn exprs(&mut self, ids: &[ExprId]) {
        ids.iter().for_each(|&id| self.expr(id));
    }

    pub fn expr(&mut self, id: ExprId) {
        let item = self.item;
        let line = self.line;
        self.at(item.expr_span(id).start);
        match item.expr(id) {
            Expr::Constant(_) => self.push(),
            Expr::Name(name) => self.load(name.name, Some(id)),
            other => stacker::maybe_grow(128 * 1024, 1024 * 1024, || self.compound(id, other)),
        }
        self.line = line;
    }

    fn compound(&mut self, id: ExprId, expr: &Expr) {
        let item = self.item;
        let line = self.line;
        match expr {
            Expr::Constant(_) | Expr::Name(_) => {}
            Expr::Missing | Expr::TemplateStr { .. } | Expr::Interpolation { .. } => {
                self.code.is_unsure = true;
                self.push();
            }
            Expr::BoolOp { values, op } => {
                let end = self.new_block();
                let Some((&last, rest)) = values.split_last() else {
                    return self.push();
                };
                for &value in rest {
                    self.expr(value);
                    if let Expr::Constant(value) = item.expr(value) {
                        // Decided by the compiler.
                        if truth(value) == (*op == BoolOp::And) {
                            self.pop();
                        } else {
                            self.op(Op::Jump(end));
                            self.push();
                            self.pop();
                        }
                        continue;
                    }
                    self.op(Op::Copy(1));
                    self.op(Op::Other(1, 1));
                    self.op(Op::Branch(1, end));
                    self.pop();
                }
                self.expr(last);
                self.place(end);
            }
            Expr::Named { target, value } => {
                self.expr(*value);
                self.op(Op::Copy(1));
                self.line = line;
                self.target(*target);
            }
            Expr::BinOp { left, right, .. } => {
                if self.is_constant(id) {
                    return self.push();
                }
                if self.format(*left, *right) {
                    return;
                }
                self.expr(*left);
                self.expr(*right);
                self.calls(2);
            }
            Expr::UnaryOp { op, operand } => {
                if self.is_constant(id) {
                    return self.push();
                }
                self.expr(*operand);
                if *op == UnaryOp::Not {
                    self.op(Op::Other(1, 1));
                }
                self.calls(1);
            }
            Expr::Lambda(unit) => self.lambda(*unit),
            Expr::IfExp { test, body, orelse } => {
                let (end, next) = (self.new_block(), self.new_block());
                self.jump_if(*test, next, false);
                self.expr(*body);
                self.op(Op::Jump(end));
                self.place(next);
                self.expr(*orelse);
                self.place(end);
            }
            Expr::Dict { items } => self.dict(items),
            Expr::Set { elts } | Expr::List { elts } | Expr::Tuple { elts } => self.display(elts),
            Expr::Comp {
                kind,
                unit,
                elt,
                value,
                generators,
            } => {
                self.comprehension(*kind, *unit, *elt, *value, generators);
            }
            Expr::Await(value) => {
                self.expr(*value);
                self.calls(1);
                self.send();
            }
            Expr::YieldFrom(value) => {
                self.expr(*value);
                self.op(Op::Keep(0));
                self.send();
            }
            Expr::Yield(value) => {
                match value {
                    Some(value) => self.expr(*value),
                    None => self.push(),
                }
                let is_async = self
                    .code
                    .scope
                    .is_some_and(|unit| item.unit(unit).kind == UnitKind::AsyncFunction);
                if is_async {
                    self.calls(1);
                }
                self.op(Op::Other(1, 1));
            }
            Expr::Compare { left, rest } => self.compare(*left, rest),
            Expr::Call {
                func,
                args,
                keywords,
            } => self.call(*func, args, keywords),
            Expr::JoinedStr { parts } => self.joined(parts),
            Expr::Formatted {
                value,
                conversion,
                spec,
            } => {
                self.expr(*value);
                if conversion.is_some() {
                    self.calls(1);
                }
                match spec {
                    Some(spec) => {
                        self.expr(*spec);
                        self.calls(2);
                    }
                    None => self.op(Op::Keep(0)),
                }
            }
            Expr::Attribute { value, .. } => {
                if self.super_call(*value) {
                    return self.op(Op::SuperAttr { method: false });
                }
                self.expr(*value);
                self.op(Op::Attr { method: false });
            }
            Expr::Subscript { value, index } => {
                if self.is_constant(id) {
                    return self.push();
                }
                self.expr(*value);
                let parts = self.index(*index);
                self.calls(1 + parts);
            }
            Expr::Starred(value) => self.expr(*value),
            Expr::Slice { .. } => {
                let parts = self.index(id);
                if parts == 2 {
                    self.calls(2);
                }
            }
        }
    }

    /// Whether the compiler computes it.
    fn is_constant(&self, id: ExprId) -> bool {
        let item = self.item;
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || match item.expr(id) {
            Expr::Constant(_) => true,
            Expr::UnaryOp { operand, .. } => self.is_constant(*operand),
            Expr::BinOp { left, right, .. } => self.is_constant(*left) && self.is_constant(*right),
            Expr::Tuple { elts } => elts.iter().all(|&elt| self.is_constant(elt)),
            Expr::Subscript { value, index } => {
                self.is_constant(*value) && self.is_constant(*index)
            }
            _ => false,
        })
    }

    /// An index, and how many items it takes: two for a plain slice.
    pub fn index(&mut self, id: ExprId) -> usize {
        let Expr::Slice { lower, upper, step } = self.item.expr(id) else {
            self.expr(id);
            return 1;
        };
        let plain = |part: &Option<ExprId>| {
            part.is_none_or(|part| matches!(self.item.expr(part), Expr::Constant(_)))
        };
        if plain(lower) && plain(upper) && plain(step) {
            self.push();
            return 1;
        }
        for part in [lower, upper] {
            match part {
                Some(part) => self.expr(*part),
                None => self.push(),
            }
        }
        match step {
            Some(step) => {
                self.expr(*step);
                self.calls(3);
                1
            }
            None => 2,
        }
    }

    fn has_star(&self, elts: &[ExprId]) -> bool {
        elts.iter()
            .any(|&elt| matches!(self.item.expr(elt), Expr::Starred(_)))
    }

    fn display(&mut self, elts: &[ExprId]) {
        if elts.len() > STACK_USE_GUIDELINE || self.has_star(elts) {
            return self.display_in_steps(elts, 0);
        }
        self.exprs(elts);
        self.calls(elts.len());
    }

    /// A list that grows item by item, with `pushed` items of it on the stack.
    fn display_in_steps(&mut self, elts: &[ExprId], pushed: usize) {
        let large = elts.len() + pushed > STACK_USE_GUIDELINE;
        let mut built = large;
        if built {
            self.calls(pushed);
        }
        for (index, &elt) in elts.iter().enumerate() {
            if let Expr::Starred(value) = self.item.expr(elt) {
                if !built {
                    self.calls(pushed + index);
                    built = true;
                }
                self.expr(*value);
                self.pop();
            } else {
                self.expr(elt);
                if built {
                    self.pop();
                }
            }
        }
        if !built {
            self.calls(pushed + elts.len());
        }
    }

    fn dict(&mut self, items: &[(Option<ExprId>, ExprId)]) {
        let mut have = false;
        let mut from = 0;
        for (index, (key, value)) in items.iter().enumerate() {
            if key.is_none() {
                self.dict_run(&items[from..index], &mut have);
                if !have {
                    self.push();
                    have = true;
                }
                self.expr(*value);
                self.pop();
                from = index + 1;
            } else if (index - from) * 2 > STACK_USE_GUIDELINE {
                self.dict_run(&items[from..=index], &mut have);
                from = index + 1;
            }
        }
        self.dict_run(&items[from..], &mut have);
        if !have {
            self.push();
        }
    }

    fn dict_run(&mut self, items: &[(Option<ExprId>, ExprId)], have: &mut bool) {
        if items.is_empty() {
            return;
        }
        let large = items.len() * 2 > STACK_USE_GUIDELINE;
        if large {
            self.push();
        }
        for (key, value) in items {
            if let Some(key) = key {
                self.expr(*key);
            }
            self.expr(*value);
            if large {
                self.op(Op::Other(2, 0));
            }
        }
        if !large {
            self.calls(items.len() * 2);
        }
        if std::mem::replace(have, true) {
            self.pop();
        }
    }

    /// `'%s' % (x,)`, which becomes an f-string; whether it did.
    fn format(&mut self, left: ExprId, right: ExprId) -> bool {
        let (Expr::Constant(Const::Str(text)), Expr::Tuple { elts }) =
            (self.item.expr(left), self.item.expr(right))
        else {
            return false;
        };
        if self.has_star(elts) {
            return false;
        }
        let Some(fields) = crate::hir::consts::format_fields(text) else {
            return false;
        };
        if fields.iter().filter(|field| field.is_some()).count() != elts.len()
            || fields.len() > STACK_USE_GUIDELINE
        {
            return false;
        }
        let mut elts = elts.iter();
        for field in &fields {
            match field {
                None => self.push(),
                Some((converts, has_spec)) => {
                    if let Some(&elt) = elts.next() {
                        self.expr(elt);
                    }
                    if *converts {
                        self.calls(1);
                    }
                    match has_spec {
                        true => {
                            self.push();
                            self.calls(2);
                        }
                        false => self.op(Op::Keep(0)),
                    }
                }
            }
        }
        if fields.len() != 1 {
            self.calls(fields.len());
        }
        true
    }

    fn joined(&mut self, parts: &[ExprId]) {
        if parts.len() > STACK_USE_GUIDELINE {
            self.push();
            self.op(Op::Attr { method: true });
            self.push();
            for &part in parts {
                self.expr(part);
                self.pop();
            }
            return self.calls(3);
        }
        self.exprs(parts);
        if parts.len() != 1 {
            self.calls(parts.len());
        }
    }

    fn compare(&mut self, left: ExprId, rest: &[(CmpOp, ExprId)]) {
        self.expr(left);
        let Some((&(_, last), inner)) = rest.split_last() else {
            return;
        };
        if inner.is_empty() {
            self.iterable(last);
            return self.calls(2);
        }
        let (cleanup, end) = (self.new_block(), self.new_block());
        for &(_, right) in inner {
            self.expr(right);
            self.op(Op::Swap(2));
            self.op(Op::Copy(2));
            self.calls(2);
            self.op(Op::Copy(1));
            self.op(Op::Other(1, 1));
            self.op(Op::Branch(1, cleanup));
            self.pop();
        }
        self.iterable(last);
        self.calls(2);
        self.op(Op::Jump(end));
        self.place(cleanup);
        self.op(Op::Swap(2));
        self.pop();
        self.place(end);
    }

    fn iterable(&mut self, id: ExprId) {
        self.expr(id);
    }

    /// `super().m`: pushes what the attribute is looked up with; whether it is one.
    fn super_call(&mut self, id: ExprId) -> bool {
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

    fn call(&mut self, func: ExprId, args: &[ExprId], keywords: &[Keyword]) {
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

    fn lambda(&mut self, unit: UnitId) {
        let item = self.item;
        let lambda = item.unit(unit);
        let attributes = self.defaults(&lambda.params);
        self.nested(Some(unit), Some(&lambda.params), |emitter| {
            if let Some(value) = lambda.value {
                emitter.expr(value);
                emitter.op(Op::Exit(1));
            }
        });
        self.make_function(unit, attributes);
    }

    /// Defaults of a function; how many attributes they make.
    pub fn defaults(&mut self, params: &Params) -> usize {
        let mut attributes = 0;
        if !params.defaults.is_empty() {
            self.exprs(&params.defaults);
            self.calls(params.defaults.len());
            attributes += 1;
        }
        let given: Vec<ExprId> = params.kw_defaults.iter().flatten().copied().collect();
        if !given.is_empty() {
            for &default in &given {
                self.push();
                self.expr(default);
            }
            self.calls(given.len() * 2);
            attributes += 1;
        }
        attributes
    }

    /// The function object, with this many attributes on the stack.
    pub fn make_function(&mut self, unit: UnitId, mut attributes: usize) {
        let free = self
            .item
            .unit(unit)
            .scope
            .vars
            .iter()
            .filter(|var| var.kind == VarKind::Free)
            .count();
        if free > 0 {
            (0..free).for_each(|_| self.push());
            self.calls(free);
            attributes += 1;
        }
        self.push();
        self.calls(1);
        (0..attributes).for_each(|_| self.op(Op::DropUnder));
    }

    fn comprehension(
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

    /// Jumps to `to` where the truth of `id` is `when`.
    pub fn jump_if(&mut self, id: ExprId, to: BlockId, when: bool) {
        let item = self.item;
        match item.expr(id) {
            Expr::UnaryOp {
                op: UnaryOp::Not,
                operand,
            } if !self.is_constant(id) => self.jump_if(*operand, to, !when),
            Expr::BoolOp { op, values } => {
                let Some((&last, rest)) = values.split_last() else {
                    return;
                };
                let early = *op == BoolOp::Or;
                if early == when {
                    rest.iter().for_each(|&value| self.jump_if(value, to, when));
                    self.jump_if(last, to, when);
                } else {
                    let end = self.new_block();
                    rest.iter()
                        .for_each(|&value| self.jump_if(value, end, early));
                    self.jump_if(last, to, when);
                    self.place(end);
                }
            }
            Expr::IfExp { test, body, orelse } => {
                let (end, next) = (self.new_block(), self.new_block());
                self.jump_if(*test, next, false);
                self.jump_if(*body, to, when);
                self.op(Op::Jump(end));
                self.place(next);
                self.jump_if(*orelse, to, when);
                self.place(end);
            }
            Expr::Compare { left, rest } if rest.len() > 1 => {
                let (cleanup, end) = (self.new_block(), self.new_block());
                self.expr(*left);
                let Some((&(_, last), inner)) = rest.split_last() else {
                    return;
                };
                for &(_, right) in inner {
                    self.expr(right);
                    self.op(Op::Swap(2));
                    self.op(Op::Copy(2));
                    self.calls(2);
                    self.op(Op::Other(1, 1));
                    self.op(Op::Branch(1, cleanup));
                }
                self.expr(last);
                self.calls(2);
                self.op(Op::Other(1, 1));
                self.op(Op::Branch(1, to));
                self.op(Op::Jump(end));
                self.place(cleanup);
                self.pop();
                if !when {
                    self.op(Op::Jump(to));
                }
                self.place(end);
            }
            Expr::Constant(value) => {
                let value = truth(value);
                self.decided(value, to, when);
            }
            Expr::Name(name) if self.names.text(name.name) == "__debug__" => {
                self.decided(true, to, when)
            }
            _ => {
                self.expr(id);
                self.op(Op::Other(1, 1));
                self.op(Op::Branch(1, to));
            }
        }
    }

    /// A condition that the compiler decides: nothing of it stays, but it ends its block.
    fn decided(&mut self, value: bool, to: BlockId, when: bool) {
        self.op(Op::Nop);
        if value == when {
            self.op(Op::Jump(to));
        } else {
            let next = self.new_block();
            self.place(next);
        }
    }

    /// Assigns the top of the stack.
    pub fn target(&mut self, id: ExprId) {
        let item = self.item;
        let line = self.line;
        self.at(item.expr_span(id).start);
        match item.expr(id) {
            Expr::Name(name) => self.store(name.name),
            Expr::Attribute { value, .. } => {
                self.expr(*value);
                self.op(Op::Other(2, 0));
            }
            Expr::Subscript { value, index } => {
                self.expr(*value);
                let parts = self.index(*index);
                self.op(Op::Other(2 + parts as u16, 0));
            }
            Expr::Tuple { elts } | Expr::List { elts } => {
                self.op(Op::Other(1, elts.len() as u16));
                elts.iter().for_each(|&elt| self.target(elt));
            }
            Expr::Starred(value) => self.target(*value),
            _ => self.pop(),
        }
        self.line = line;
    }
}

pub(super) fn truth(value: &Const) -> bool {
    crate::hir::consts::Value::of(value).is_true()
}
