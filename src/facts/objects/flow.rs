//! Follows a function's mutable defaults through its text.
//!
//! Each name may hold some of the defaults: a set, joined where paths meet. A test drops what cannot pass it: an empty
//! default is not true, none is `None`. (That holds until the default is changed, and then the change is a use of its own.)
//! What is found is what can happen on some path; nothing is said to happen on every path.

use rustc_hash::{FxHashMap, FxHashSet};

use super::bindings::{Bindings, Bound};
use super::tables::{self, Function, Method};
use super::{DefaultFacts, DefaultKind, Use, What};
use crate::base::{Name, Names, Span};
use crate::facts::mentions::children;
use crate::hir::{
    BoolOp, CmpOp, Const, Expr, ExprId, File, Item, NameUse, PatId, Pattern, Stmt, StmtId, UnaryOp,
    UnitId, UnitKind, Var, VarKind,
};

/// Functions of the file that are entered one in the other, at most.
const DEPTH: usize = 4;

/// Functions that are entered for one function's defaults, at most.
const CALLS: u32 = 200;

/// Rounds until results of recursive calls and loops have settled; the sets only grow, so few are needed.
const ROUNDS: usize = 8;

/// A set of defaults.
type Mask = u64;

/// What a name, or an attribute of `self`, may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    Local(Name),
    Attr(Name),
}

type Env = FxHashMap<Key, Mask>;

fn join(into: &mut Option<Env>, other: Env) {
    match into {
        None => *into = Some(other),
        Some(env) => {
            for (key, mask) in other {
                *env.entry(key).or_insert(0) |= mask;
            }
        }
    }
}

/// Fills in the uses of the defaults of one function.
pub(super) fn follow(
    file: &File,
    names: &Names,
    bindings: &Bindings,
    defaults: &mut [DefaultFacts],
) {
    let Some(first) = defaults.first() else {
        return;
    };
    let (item, unit) = (first.item, first.unit);
    // More than a set can hold: none is spoken of.
    if defaults.len() > Mask::BITS as usize {
        return;
    }
    let uses = {
        let mut flow = Flow {
            file,
            names,
            bindings,
            defaults,
            at: item,
            unit,
            stack: Vec::new(),
            is_called: false,
            self_name: None,
            loops: Vec::new(),
            tries: Vec::new(),
            exits: Vec::new(),
            results: FxHashMap::default(),
            memo: FxHashSet::default(),
            calls: CALLS,
            uses: FxHashMap::default(),
        };
        flow.run(item, unit);
        flow.uses
    };
    for ((index, what, at), through) in uses {
        defaults[index].uses.push(Use { at, what, through });
    }
    for default in defaults {
        default
            .uses
            .sort_by(|a, b| (a.at.start, a.at.end, &a.what).cmp(&(b.at.start, b.at.end, &b.what)));
    }
}

#[derive(Default)]
struct Loop {
    breaks: Option<Env>,
    continues: Option<Env>,
}

/// A function that was gone through, with what each name stood for.
type Walked = (u32, UnitId, Vec<(Name, Mask)>);

struct Flow<'a> {
    file: &'a File,
    names: &'a Names,
    bindings: &'a Bindings,
    defaults: &'a [DefaultFacts],
    /// The running item and unit.
    at: u32,
    unit: UnitId,
    /// The functions entered, with what each was entered with.
    stack: Vec<(u32, UnitId)>,
    /// The running function was entered by a call that is followed, not as a closure or method that others call.
    is_called: bool,
    /// The instance's name in the running method.
    self_name: Option<Name>,
    loops: Vec<Loop>,
    /// What each enclosing `try` may be left with.
    tries: Vec<Option<Env>>,
    /// What each running function ends with.
    exits: Vec<Option<Env>>,
    results: FxHashMap<(u32, UnitId), Mask>,
    memo: FxHashSet<Walked>,
    calls: u32,
    uses: FxHashMap<(usize, What, Span), Option<String>>,
}

impl<'a> Flow<'a> {
    fn item(&self) -> &'a Item {
        let file: &'a File = self.file;
        &file.items[self.at as usize].item
    }

    fn run(&mut self, item: u32, unit: UnitId) {
        let env: Env = self
            .defaults
            .iter()
            .enumerate()
            .map(|(at, it)| (Key::Local(it.name), 1 << at))
            .collect();
        let mut exit = None;
        for _ in 0..ROUNDS {
            let before = self.results.clone();
            self.memo.clear();
            exit = self.enter(item, unit, env.clone(), false).1;
            if self.results == before {
                break;
            }
        }
        // What stays in attributes of the instance is met again by its other methods.
        let kept: Env = exit
            .unwrap_or_default()
            .into_iter()
            .filter(|(key, mask)| matches!(key, Key::Attr(_)) && *mask != 0)
            .collect();
        if kept.is_empty() {
            return;
        }
        let item_code: &'a Item = &self.file.items[item as usize].item;
        let Some(class) = item_code
            .unit(unit)
            .parent
            .filter(|parent| item_code.unit(*parent).kind == UnitKind::Class)
        else {
            return;
        };
        let class_scope = &item_code.unit(class).scope;
        let kept: Env = kept
            .into_iter()
            .filter(|(key, _)| match key {
                // A property or descriptor of that name takes the value elsewhere.
                Key::Attr(name) => class_scope.slot(*name).is_none(),
                Key::Local(_) => false,
            })
            .collect();
        let special = ["__setattr__", "__getattribute__", "__getattr__"];
        if special.iter().any(|name| {
            self.names
                .get(name)
                .is_some_and(|name| class_scope.slot(name).is_some())
        }) {
            return;
        }
        for (index, other) in item_code.units.iter().enumerate() {
            let other_id = UnitId(index as u32);
            let is_method = matches!(other.kind, UnitKind::Function | UnitKind::AsyncFunction);
            if is_method && other.parent == Some(class) && other_id != unit {
                self.enter(item, other_id, kept.clone(), false);
            }
        }
    }

    /// Runs a function of the file: what it may return, and what it ends with.
    fn enter(
        &mut self,
        item: u32,
        unit: UnitId,
        mut env: Env,
        is_called: bool,
    ) -> (Mask, Option<Env>) {
        let file: &'a File = self.file;
        let code: &'a Item = &file.items[item as usize].item;
        let function = code.unit(unit);
        let outer = (self.at, self.unit, self.self_name, self.is_called);
        self.is_called = is_called;
        let (loops, tries) = (
            std::mem::take(&mut self.loops),
            std::mem::take(&mut self.tries),
        );
        (self.at, self.unit) = (item, unit);
        self.stack.push((item, unit));
        self.exits.push(None);
        let in_class = function
            .parent
            .is_some_and(|parent| code.unit(parent).kind == UnitKind::Class);
        if function.kind != UnitKind::Lambda && in_class {
            self.self_name = function
                .params
                .posonly
                .first()
                .or(function.params.args.first())
                .map(|param| param.name);
        } else if function.parent.is_none()
            || self.self_name.is_some_and(|name| {
                function
                    .params
                    .in_slot_order()
                    .any(|param| param.name == name)
            })
        {
            self.self_name = None;
        }
        if self.self_name.is_none() {
            env.retain(|key, _| matches!(key, Key::Local(_)));
        }
        match function.value {
            Some(value) => {
                let mask = self.eval(value, &mut env);
                self.give_back(mask, code.expr_span(value));
                self.leave(env);
            }
            None => {
                if let Some(env) = self.block(&function.body, Some(env)) {
                    self.leave(env);
                }
            }
        }
        let exit = self.exits.pop().flatten();
        self.stack.pop();
        (self.at, self.unit, self.self_name, self.is_called) = outer;
        (self.loops, self.tries) = (loops, tries);
        (self.results.get(&(item, unit)).copied().unwrap_or(0), exit)
    }

    fn leave(&mut self, env: Env) {
        if let Some(exit) = self.exits.last_mut() {
            join(exit, env);
        }
    }

    /// `mask` is the result of the running function.
    fn give_back(&mut self, mask: Mask, span: Span) {
        let running = (self.at, self.unit);
        *self.results.entry(running).or_insert(0) |= mask;
        let is_plain = {
            let unit = self.item().unit(self.unit);
            !unit.is_generator && unit.kind != UnitKind::AsyncFunction
        };
        // The result of a function that this one has called comes back to where it was called.
        if !(is_plain && self.is_called) {
            self.record(mask, span, What::Returned, None);
        }
    }

    fn record(&mut self, mask: Mask, span: Span, what: What, through: Option<String>) {
        if mask == 0 {
            return;
        }
        let at = span.shifted(self.file.items[self.at as usize].start);
        for index in 0..self.defaults.len() {
            if mask & (1 << index) != 0 {
                let entry = self
                    .uses
                    .entry((index, what.clone(), at))
                    .or_insert_with(|| through.clone());
                if entry.as_ref() > through.as_ref() {
                    entry.clone_from(&through);
                }
            }
        }
    }

    /// The name by which `id` reaches the defaults, where it is not their own parameter.
    fn through(&self, id: ExprId, mask: Mask) -> Option<String> {
        let code = self.item();
        let own = |name: Name| {
            let first = &self.defaults[mask.trailing_zeros() as usize % self.defaults.len()];
            self.at == first.item && !self.is_called && first.name == name
        };
        match code.expr(id) {
            Expr::Name(name) if own(name.name) => None,
            Expr::Name(name) => Some(self.names.text(name.name).to_owned()),
            Expr::Attribute { value, attr, .. } => match code.expr(*value) {
                Expr::Name(name) => Some(format!(
                    "{}.{}",
                    self.names.text(name.name),
                    self.names.text(*attr)
                )),
                _ => Some(format!(".{}", self.names.text(*attr))),
            },
            _ => None,
        }
    }

    fn touch(&mut self, id: ExprId, mask: Mask, what: What) {
        self.touch_at(id, id, mask, what);
    }

    /// `what` happens at the expression `at` to what `id` reaches.
    fn touch_at(&mut self, at: ExprId, id: ExprId, mask: Mask, what: What) {
        if mask != 0 {
            let through = self.through(id, mask);
            self.record(mask, self.item().expr_span(at), what, through);
        }
    }

    fn kinds(&self, mask: Mask) -> impl Iterator<Item = (Mask, DefaultKind)> + use<> {
        let kinds: Vec<DefaultKind> = self.defaults.iter().map(|it| it.kind).collect();
        kinds
            .into_iter()
            .enumerate()
            .map(|(at, kind)| (1 << at, kind))
            .filter(move |(bit, _)| mask & bit != 0)
    }

    /// Those of `mask` that are true, or not, while nothing has changed them.
    fn with_truth(&self, mask: Mask, truth: bool) -> Mask {
        let passes = |(at, it): (usize, &DefaultFacts)| (it.is_empty != truth).then_some(1 << at);
        // A comprehension's result may be empty or not.
        let is_open = |it: &DefaultFacts| !it.is_empty && (it.holds_objects || !it.is_display);
        let open = |(at, it): (usize, &DefaultFacts)| is_open(it).then_some(1 << at);
        let defaults = || self.defaults.iter().enumerate();
        mask & defaults()
            .filter_map(passes)
            .chain(defaults().filter_map(open))
            .fold(0, |a, b: Mask| a | b)
    }

    // --- names -------------------------------------------------------------------------------------------------------

    fn key(&self, id: ExprId) -> Option<Key> {
        match self.item().expr(id) {
            Expr::Name(NameUse {
                name,
                var: Var::Fast(_) | Var::Deref(_) | Var::ClassDeref(_),
            }) => Some(Key::Local(*name)),
            Expr::Attribute { value, attr, .. } => match self.item().expr(*value) {
                Expr::Name(name) if Some(name.name) == self.self_name => Some(Key::Attr(*attr)),
                _ => None,
            },
            Expr::Named { target, .. } => self.key(*target),
            _ => None,
        }
    }

    /// Whether a name belongs to the running function, so that what is bound to it goes with the call.
    fn is_own(&self, name: NameUse) -> bool {
        match name.var {
            Var::Fast(_) => true,
            Var::Deref(_) => {
                let scope = &self.item().unit(self.unit).scope;
                // A name of a comprehension is looked up in the function around it; it goes with the call as well.
                scope
                    .vars
                    .iter()
                    .find(|var| var.name == name.name)
                    .is_none_or(|var| var.kind != VarKind::Free)
            }
            _ => false,
        }
    }

    fn bind(&mut self, target: ExprId, mask: Mask, value: Option<ExprId>, env: &mut Env) {
        let code = self.item();
        match code.expr(target) {
            Expr::Name(name) if self.is_own(*name) => {
                env.insert(Key::Local(name.name), mask);
            }
            Expr::Name(_) => self.touch_at(target, value.unwrap_or(target), mask, What::Stored),
            Expr::Attribute { value: object, .. } => {
                let on = self.eval(*object, env);
                self.touch(*object, on, What::Other);
                if let Some(key) = self.key(target) {
                    env.insert(key, mask);
                }
                self.touch_at(target, value.unwrap_or(target), mask, What::Stored);
            }
            Expr::Subscript {
                value: object,
                index,
            } => {
                self.store_item(target, *object, *index, false, env);
                self.touch_at(target, value.unwrap_or(target), mask, What::Stored);
            }
            Expr::Tuple { elts } | Expr::List { elts } => {
                let parts = value.and_then(|value| match code.expr(value) {
                    Expr::Tuple { elts: values } | Expr::List { elts: values }
                        if values.len() == elts.len() =>
                    {
                        let plain = |ids: &[ExprId]| {
                            !ids.iter()
                                .any(|id| matches!(code.expr(*id), Expr::Starred(_)))
                        };
                        (plain(elts) && plain(values)).then_some(values)
                    }
                    _ => None,
                });
                match parts {
                    Some(values) => {
                        let masks: Vec<Mask> =
                            values.iter().map(|value| self.eval(*value, env)).collect();
                        for ((target, value), mask) in elts.iter().zip(values).zip(masks) {
                            self.bind(*target, mask, Some(*value), env);
                        }
                    }
                    None => {
                        if let Some(value) = value {
                            self.go_through(value, mask);
                        }
                        elts.iter()
                            .for_each(|target| self.bind(*target, 0, None, env));
                    }
                }
            }
            Expr::Starred(inner) => self.bind(*inner, 0, None, env),
            _ => {
                self.eval(target, env);
            }
        }
    }

    /// `object[index] = ...`, or `del object[index]` and the like, where nothing can come into an empty one.
    fn store_item(
        &mut self,
        at: ExprId,
        object: ExprId,
        index: ExprId,
        only_existing: bool,
        env: &mut Env,
    ) {
        let mask = self.eval(object, env);
        let key = self.eval(index, env);
        self.touch(index, key, What::Other);
        let is_slice = matches!(self.item().expr(index), Expr::Slice { .. });
        for (bit, kind) in self.kinds(mask) {
            let by_key = kind.is_mapping();
            let grows = !only_existing && (by_key || is_slice);
            self.touch_at(
                at,
                object,
                bit,
                What::Mutated {
                    grows,
                    by_key: by_key && !only_existing,
                },
            );
        }
    }

    /// Each of its items is taken.
    fn go_through(&mut self, id: ExprId, mask: Mask) {
        self.touch(id, mask, What::Read);
        self.take_items(id, mask);
    }

    fn take_items(&mut self, id: ExprId, mask: Mask) {
        let holds = self
            .defaults
            .iter()
            .enumerate()
            .filter(|(_, it)| it.holds_objects);
        let holds = holds.fold(0, |all, (at, _)| all | 1 << at);
        self.touch(id, mask & holds, What::ItemTaken);
    }

    // --- expressions -------------------------------------------------------------------------------------------------

    /// Evaluates: which defaults the value may be.
    fn eval(&mut self, id: ExprId, env: &mut Env) -> Mask {
        let code = self.item();
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || match code.expr(id) {
            Expr::Name(_) => self
                .key(id)
                .and_then(|key| env.get(&key))
                .copied()
                .unwrap_or(0),
            Expr::Named { target, value } => {
                let mask = self.eval(*value, env);
                self.bind(*target, mask, Some(*value), env);
                mask
            }
            Expr::BoolOp { op, values } => {
                let truth = *op == BoolOp::And;
                let mut result = 0;
                // The chain may end after each operand.
                let mut after = None;
                for (at, value) in values.iter().enumerate() {
                    let mask = self.eval(*value, env);
                    join(&mut after, env.clone());
                    if at + 1 == values.len() {
                        result |= mask;
                    } else {
                        self.touch(*value, mask, What::Read);
                        // What ends the chain here is true in `or`, false in `and`.
                        result |= self.with_truth(mask, !truth);
                        self.refine(*value, truth, env);
                    }
                }
                *env = after.unwrap_or_default();
                result
            }
            Expr::IfExp { test, body, orelse } => {
                self.test(*test, env);
                let (mut yes, mut no) = (env.clone(), env.clone());
                self.refine(*test, true, &mut yes);
                self.refine(*test, false, &mut no);
                let mask = self.eval(*body, &mut yes) | self.eval(*orelse, &mut no);
                let mut both = Some(yes);
                join(&mut both, no);
                *env = both.unwrap_or_default();
                mask
            }
            Expr::UnaryOp { op, operand } => {
                let mask = self.eval(*operand, env);
                let what = if *op == UnaryOp::Not {
                    What::Read
                } else {
                    What::Other
                };
                self.touch(*operand, mask, what);
                0
            }
            Expr::Compare { left, rest } => {
                let mut before = (*left, self.eval(*left, env));
                for (op, right) in rest {
                    let mask = self.eval(*right, env);
                    let is_none = |id: ExprId| matches!(code.expr(id), Expr::Constant(Const::None));
                    match op {
                        CmpOp::Is | CmpOp::IsNot | CmpOp::Eq | CmpOp::NotEq if is_none(*right) => {
                            self.touch(before.0, before.1, What::ComparedToNone);
                        }
                        CmpOp::Is | CmpOp::IsNot | CmpOp::Eq | CmpOp::NotEq
                            if is_none(before.0) =>
                        {
                            self.touch(*right, mask, What::ComparedToNone);
                        }
                        CmpOp::In | CmpOp::NotIn => {
                            self.touch(before.0, before.1, What::Other);
                            self.touch_at(id, *right, mask, What::Asked);
                        }
                        _ => {
                            self.touch(before.0, before.1, What::Other);
                            self.touch(*right, mask, What::Other);
                        }
                    }
                    before = (*right, mask);
                }
                0
            }
            Expr::List { elts } | Expr::Tuple { elts } | Expr::Set { elts } => {
                for elt in elts {
                    self.keep(*elt, env);
                }
                0
            }
            Expr::Dict { items } => {
                for (key, value) in items {
                    match key {
                        Some(key) => {
                            self.keep(*key, env);
                            self.keep(*value, env);
                        }
                        None => {
                            let mask = self.eval(*value, env);
                            self.touch(*value, mask, What::Other);
                            self.take_items(*value, mask);
                        }
                    }
                }
                0
            }
            Expr::Starred(inner) => {
                let mask = self.eval(*inner, env);
                self.go_through(*inner, mask);
                0
            }
            Expr::Subscript { value, index } => {
                let mask = self.eval(*value, env);
                let key = self.eval(*index, env);
                self.touch(*index, key, What::Other);
                for (bit, kind) in self.kinds(mask) {
                    let what = match code.expr(*index) {
                        _ if kind.fills_on_look_up() => What::Mutated {
                            grows: true,
                            by_key: true,
                        },
                        Expr::Slice { .. } => What::Other,
                        index => What::LookedUp {
                            tuple_too: matches!(index, Expr::Constant(Const::Int(_))),
                        },
                    };
                    self.touch_at(id, *value, bit, what);
                }
                self.take_items(*value, mask);
                0
            }
            Expr::Attribute { value, .. } => {
                let mask = self.eval(*value, env);
                self.touch_at(id, *value, mask, What::Captured);
                self.key(id)
                    .and_then(|key| env.get(&key))
                    .copied()
                    .unwrap_or(0)
            }
            Expr::Call {
                func,
                args,
                keywords,
            } => {
                let args: Vec<(Option<Name>, ExprId)> = args
                    .iter()
                    .map(|arg| (None, *arg))
                    .chain(keywords.iter().map(|keyword| (keyword.name, keyword.value)))
                    .collect();
                self.call(
                    id,
                    *func,
                    &args,
                    keywords.iter().any(|keyword| keyword.name.is_none()),
                    env,
                )
            }
            Expr::Lambda(unit) => {
                self.inner(*unit, self.item().expr_span(id), env);
                0
            }
            Expr::Comp {
                elt,
                value,
                generators,
                ..
            } => {
                let mut inside = env.clone();
                for generator in generators {
                    let mask = self.eval(generator.iter, &mut inside);
                    self.go_through(generator.iter, mask);
                    self.bind_inner(generator.target, &mut inside);
                    for test in &generator.ifs {
                        self.test(*test, &mut inside);
                        self.refine(*test, true, &mut inside);
                    }
                }
                self.keep(*elt, &mut inside);
                if let Some(value) = value {
                    self.keep(*value, &mut inside);
                }
                0
            }
            Expr::Yield(value) => {
                if let Some(value) = value {
                    let mask = self.eval(*value, env);
                    self.touch(*value, mask, What::Yielded);
                }
                0
            }
            Expr::YieldFrom(value) => {
                let mask = self.eval(*value, env);
                self.touch(*value, mask, What::Other);
                self.take_items(*value, mask);
                0
            }
            Expr::Await(value) => {
                let mask = self.eval(*value, env);
                self.touch(*value, mask, What::Other);
                0
            }
            other => {
                children(other, &mut |child| {
                    let mask = self.eval(child, env);
                    self.touch(child, mask, What::Other);
                });
                0
            }
        })
    }

    /// A comprehension's own names hold items.
    fn bind_inner(&mut self, target: ExprId, env: &mut Env) {
        match self.item().expr(target) {
            Expr::Name(name) => {
                env.insert(Key::Local(name.name), 0);
            }
            Expr::Tuple { elts } | Expr::List { elts } => {
                elts.iter().for_each(|elt| self.bind_inner(*elt, env))
            }
            Expr::Starred(inner) => self.bind_inner(*inner, env),
            _ => self.bind(target, 0, None, env),
        }
    }

    /// The value goes into a container.
    fn keep(&mut self, id: ExprId, env: &mut Env) {
        let mask = self.eval(id, env);
        self.touch(id, mask, What::Stored);
    }

    fn test(&mut self, id: ExprId, env: &mut Env) {
        let mask = self.eval(id, env);
        self.touch(id, mask, What::Read);
    }

    /// Rules out of `env` what cannot be there when `test` came out as `truth`.
    fn refine(&mut self, test: ExprId, truth: bool, env: &mut Env) {
        let code = self.item();
        let is_none = |id: ExprId| matches!(code.expr(id), Expr::Constant(Const::None));
        match code.expr(test) {
            Expr::UnaryOp {
                op: UnaryOp::Not,
                operand,
            } => self.refine(*operand, !truth, env),
            Expr::BoolOp { op, values } if (*op == BoolOp::And) == truth => {
                values
                    .iter()
                    .for_each(|value| self.refine(*value, truth, env));
            }
            Expr::Compare { left, rest } if rest.len() == 1 => {
                let (op, right) = rest[0];
                let (key, other) = if is_none(*left) {
                    (right, *left)
                } else {
                    (*left, right)
                };
                if is_none(other)
                    && matches!(op, CmpOp::Is | CmpOp::IsNot | CmpOp::Eq | CmpOp::NotEq)
                {
                    let says_none = matches!(op, CmpOp::Is | CmpOp::Eq) == truth;
                    if says_none && let Some(key) = self.key(key) {
                        env.insert(key, 0);
                    }
                } else if let Some(key) = self.length_of(*left) {
                    // `len(x) == 0`, `len(x) > 0` and the like, written the usual way round.
                    let zero =
                        matches!(code.expr(right), Expr::Constant(Const::Int(n)) if *n == 0.into());
                    let says_empty = match op {
                        CmpOp::Eq | CmpOp::LtE if zero => Some(truth),
                        CmpOp::NotEq | CmpOp::Gt if zero => Some(!truth),
                        _ => None,
                    };
                    if let Some(says_empty) = says_empty {
                        let mask = env.get(&key).copied().unwrap_or(0);
                        env.insert(key, self.with_truth(mask, !says_empty));
                    }
                }
            }
            Expr::Call { func, args, .. } => {
                if let Some("builtins.isinstance") =
                    self.bindings.path(code, *func, self.names).as_deref()
                    && let [object, class] = args[..]
                    && let Some(key) = self.key(object)
                {
                    let mask = env.get(&key).copied().unwrap_or(0);
                    let mut left = mask;
                    for (bit, kind) in self.kinds(mask) {
                        if self.is_instance(kind, class).is_some_and(|is| is != truth) {
                            left &= !bit;
                        }
                    }
                    env.insert(key, left);
                } else if let Some(key) = self.length_of(test) {
                    let mask = env.get(&key).copied().unwrap_or(0);
                    env.insert(key, self.with_truth(mask, truth));
                }
            }
            _ => {
                if let Some(key) = self.key(test) {
                    let mask = env.get(&key).copied().unwrap_or(0);
                    env.insert(key, self.with_truth(mask, truth));
                }
            }
        }
    }

    fn length_of(&self, id: ExprId) -> Option<Key> {
        let Expr::Call { func, args, .. } = self.item().expr(id) else {
            return None;
        };
        let path = self.bindings.path(self.item(), *func, self.names)?;
        match args[..] {
            [arg] if path == "builtins.len" || path == "builtins.bool" => self.key(arg),
            _ => None,
        }
    }

    fn is_instance(&self, kind: DefaultKind, class: ExprId) -> Option<bool> {
        match self.item().expr(class) {
            Expr::Tuple { elts } => {
                let each: Option<Vec<bool>> = elts
                    .iter()
                    .map(|elt| self.is_instance(kind, *elt))
                    .collect();
                each.map(|each| each.contains(&true))
            }
            _ => {
                let path = self.bindings.path(self.item(), class, self.names)?;
                kind.is_instance_of(path.strip_prefix("builtins.")?)
            }
        }
    }

    // --- calls -------------------------------------------------------------------------------------------------------

    fn call(
        &mut self,
        id: ExprId,
        func: ExprId,
        args: &[(Option<Name>, ExprId)],
        has_double_star: bool,
        env: &mut Env,
    ) -> Mask {
        let code = self.item();
        if let Expr::Attribute { value, attr, .. } = code.expr(func) {
            let on = self.eval(*value, env);
            if on != 0 {
                let masks = self.arguments(args, env);
                self.method(id, *value, on, *attr);
                // What is handed to a method of a collection goes into it, or is gone through.
                for (arg, mask) in masks {
                    let takes_all = matches!(self.names.text(*attr), "extend" | "update" | "union");
                    let what = if takes_all { What::Read } else { What::Stored };
                    self.touch(arg, mask, what);
                    self.take_items(arg, if takes_all { mask } else { 0 });
                }
                return 0;
            }
        }
        let path = self.bindings.path(code, func, self.names);
        if let Some(path) = &path {
            if matches!(
                path.as_str(),
                "builtins.locals" | "builtins.vars" | "builtins.eval" | "builtins.exec"
            ) {
                let all = env.values().fold(0, |all, mask| all | mask);
                self.record(all, code.expr_span(id), What::Passed, None);
            }
            if let Some(known) = tables::function(path) {
                let masks = self.arguments(args, env);
                for (at, (arg, mask)) in masks.into_iter().enumerate() {
                    match known {
                        Function::Mutates(grows) if at == 0 => {
                            self.touch_at(
                                id,
                                arg,
                                mask,
                                What::Mutated {
                                    grows,
                                    by_key: false,
                                },
                            );
                        }
                        Function::Mutates(_) => self.touch(arg, mask, What::Stored),
                        Function::Reads => self.go_through(arg, mask),
                        Function::Depends => {
                            self.touch(arg, mask, What::Other);
                            self.take_items(arg, mask);
                            if mask != 0 && tables::is_lazy(path) {
                                self.hold_by_iterator(id, arg, mask);
                            }
                        }
                    }
                }
                return 0;
            }
        }
        if let Expr::Name(name) = code.expr(func)
            && matches!(name.var, Var::Global | Var::Namespace)
            && !self.bindings.anything
            && let Some(Bound::Function(item, unit)) = self.bindings.get(name.name)
            && let Some(mask) = self.known_call((*item, *unit), args, has_double_star, env)
        {
            return mask;
        }
        let on = self.eval(func, env);
        self.touch(func, on, What::Other);
        // `", ".join(x)` only goes through it.
        let joins = match code.expr(func) {
            Expr::Attribute { value, attr, .. } => {
                self.names.text(*attr) == "join"
                    && matches!(
                        code.expr(*value),
                        Expr::Constant(Const::Str(_) | Const::Bytes(_))
                    )
            }
            _ => false,
        };
        for (arg, mask) in self.arguments(args, env) {
            self.touch(arg, mask, if joins { What::Read } else { What::Passed });
        }
        0
    }

    /// An iterator over `arg` holds it: where the iterator goes, the default goes, unless it is used up at once.
    fn hold_by_iterator(&mut self, id: ExprId, arg: ExprId, mask: Mask) {
        let code = self.item();
        let uses_up = |func: ExprId| {
            let path = self.bindings.path(code, func, self.names);
            path.and_then(|path| tables::function(&path)) == Some(Function::Reads)
        };
        let is_head = code
            .stmts
            .iter()
            .any(|stmt| matches!(stmt, Stmt::For { iter, .. } if *iter == id))
            || code.exprs.iter().any(|expr| match expr {
                Expr::Comp { generators, .. } => {
                    generators.iter().any(|generator| generator.iter == id)
                }
                Expr::Call { func, args, .. } => args.contains(&id) && uses_up(*func),
                _ => false,
            });
        if !is_head {
            self.touch_at(id, arg, mask, What::Captured);
        }
    }

    fn arguments(&mut self, args: &[(Option<Name>, ExprId)], env: &mut Env) -> Vec<(ExprId, Mask)> {
        args.iter()
            .map(|(_, arg)| (*arg, self.eval(*arg, env)))
            .collect()
    }

    fn method(&mut self, at: ExprId, object: ExprId, mask: Mask, name: Name) {
        let name = self.names.text(name).to_owned();
        for (bit, kind) in self.kinds(mask) {
            let (what, takes) = match tables::method(kind, &name) {
                Some(Method::Mutates(grows)) => (
                    What::Mutated {
                        grows,
                        by_key: false,
                    },
                    !grows,
                ),
                Some(Method::SetsByKey) => (
                    What::Mutated {
                        grows: true,
                        by_key: true,
                    },
                    true,
                ),
                Some(Method::LooksUp(tuple_too)) => (What::LookedUp { tuple_too }, !tuple_too),
                Some(Method::Reads) => (What::Read, false),
                Some(Method::Depends) => (What::Other, true),
                None => (What::Other, false),
            };
            self.touch_at(at, object, bit, what);
            if takes {
                self.take_items(object, bit);
            }
        }
    }

    /// A call of a function of the file; `None`: which argument goes where is not known.
    fn known_call(
        &mut self,
        callee: (u32, UnitId),
        args: &[(Option<Name>, ExprId)],
        has_double_star: bool,
        env: &mut Env,
    ) -> Option<Mask> {
        let file: &'a File = self.file;
        let function = file.items[callee.0 as usize].item.unit(callee.1);
        let code = self.item();
        let is_starred = args
            .iter()
            .any(|(_, arg)| matches!(code.expr(*arg), Expr::Starred(_)));
        if has_double_star || is_starred || function.kind != UnitKind::Function {
            return None;
        }
        let masks = self.arguments(args, env);
        if masks.iter().all(|(_, mask)| *mask == 0) {
            return Some(0);
        }
        let positional: Vec<Name> = function
            .params
            .posonly
            .iter()
            .chain(&function.params.args)
            .map(|param| param.name)
            .collect();
        let mut inside: Vec<(Name, Mask)> = Vec::new();
        for (at, ((keyword, arg), (_, mask))) in args.iter().zip(&masks).enumerate() {
            let name = match keyword {
                Some(keyword) => function
                    .params
                    .in_slot_order()
                    .map(|param| param.name)
                    .find(|name| name == keyword),
                None => positional.get(at).copied(),
            };
            match name {
                Some(name) => inside.push((name, *mask)),
                None => self.touch(*arg, *mask, What::Passed),
            }
        }
        inside.retain(|(_, mask)| *mask != 0);
        inside.sort_unstable();
        let all = masks.iter().fold(0, |all, (_, mask)| all | mask);
        if self.stack.contains(&callee)
            && inside
                .iter()
                .all(|(name, mask)| self.own_param(callee, *name, *mask))
        {
            // The same again: what it returns is known from the round before.
            return Some(self.results.get(&callee).copied().unwrap_or(0) & all);
        }
        if self.stack.len() > DEPTH || self.stack.contains(&callee) || self.calls == 0 {
            for (arg, mask) in masks {
                self.touch(arg, mask, What::Passed);
            }
            return Some(0);
        }
        if self.memo.insert((callee.0, callee.1, inside.clone())) {
            self.calls -= 1;
            let env = inside
                .into_iter()
                .map(|(name, mask)| (Key::Local(name), mask))
                .collect();
            self.enter(callee.0, callee.1, env, true);
        }
        let is_generator = function.is_generator;
        if is_generator {
            for (arg, mask) in masks {
                self.touch(arg, mask, What::Captured);
            }
            return Some(0);
        }
        Some(self.results.get(&callee).copied().unwrap_or(0) & all)
    }

    /// Whether `mask` is what the parameter `name` of `callee` was entered with: its own default.
    fn own_param(&self, callee: (u32, UnitId), name: Name, mask: Mask) -> bool {
        let mut own = self
            .defaults
            .iter()
            .enumerate()
            .filter(|(_, it)| (it.item, it.unit) == callee && it.name == name);
        own.any(|(at, _)| mask == 1 << at)
    }

    // --- code inside code --------------------------------------------------------------------------------------------

    /// An inner function or lambda: it is called by whoever gets it, with what its free names hold.
    fn inner(&mut self, unit: UnitId, span: Span, env: &Env) {
        let code = self.item();
        let mut held = Env::default();
        for var in &code.unit(unit).scope.vars {
            let key = Key::Local(var.name);
            if var.kind != VarKind::Free {
                continue;
            }
            let mask = env.get(&key).copied().unwrap_or(0);
            let is_rebound = super::bindings::is_rebound(code, self.unit, var.name);
            let anywhere = env.values().fold(0, |all, mask| all | mask);
            if mask == 0 && is_rebound && anywhere != 0 {
                // It may be bound to a default again by the time the inner function is called.
                self.record(anywhere, span, What::Captured, None);
            }
            if mask != 0 {
                held.insert(key, mask);
                if is_rebound {
                    self.record(mask, span, What::Captured, None);
                }
            }
        }
        for (key, mask) in env {
            if matches!(key, Key::Attr(_)) {
                held.insert(*key, *mask);
            }
        }
        if held.values().all(|mask| *mask == 0) || self.stack.contains(&(self.at, unit)) {
            return;
        }
        let all = held.values().fold(0, |all, mask| all | mask);
        let body_is_class = code.unit(unit).kind == UnitKind::Class;
        if body_is_class || self.stack.len() > DEPTH {
            self.record(all, span, What::Captured, None);
            return;
        }
        self.enter(self.at, unit, held, false);
    }

    /// Whether the class body `unit`, or a function in it, uses a name that holds a default.
    fn class(&mut self, unit: UnitId, span: Span, env: &Env) {
        let code = self.item();
        let held = code
            .units
            .iter()
            .enumerate()
            .filter(|(index, _)| is_within(code, UnitId(*index as u32), unit));
        let free =
            held.flat_map(|(_, it)| it.scope.vars.iter().filter(|var| var.kind == VarKind::Free));
        let mask = free.fold(0, |all, var| {
            all | env.get(&Key::Local(var.name)).copied().unwrap_or(0)
        });
        self.record(mask, span, What::Captured, None);
    }

    // --- statements --------------------------------------------------------------------------------------------------

    fn block(&mut self, body: &[StmtId], mut env: Option<Env>) -> Option<Env> {
        for id in body {
            let now = env?;
            env = self.statement(*id, now);
        }
        env
    }

    fn may_raise(&mut self, env: &Env) {
        if let Some(entry) = self.tries.last_mut() {
            join(entry, env.clone());
        }
    }

    fn statement(&mut self, id: StmtId, mut env: Env) -> Option<Env> {
        let code = self.item();
        let span = code.stmt_span(id);
        self.may_raise(&env);
        match code.stmt(id) {
            Stmt::Expr(value) => {
                self.eval(*value, &mut env);
            }
            Stmt::Assign { targets, value } => {
                let is_pair = targets.len() == 1
                    && matches!(
                        code.expr(targets[0]),
                        Expr::Tuple { .. } | Expr::List { .. }
                    )
                    && matches!(code.expr(*value), Expr::Tuple { .. } | Expr::List { .. });
                let mask = if is_pair {
                    0
                } else {
                    self.eval(*value, &mut env)
                };
                for target in targets {
                    self.bind(*target, mask, Some(*value), &mut env);
                }
            }
            Stmt::AnnAssign {
                target,
                value: Some(value),
                ..
            } => {
                let mask = self.eval(*value, &mut env);
                self.bind(*target, mask, Some(*value), &mut env);
            }
            Stmt::AugAssign { target, op, value } => {
                let given = self.eval(*value, &mut env);
                self.touch(*value, given, What::Other);
                self.take_items(*value, given);
                if let Expr::Subscript {
                    value: object,
                    index,
                } = code.expr(*target)
                {
                    let mask = self.eval(*object, &mut env);
                    // The item is read first: what is not there cannot come in, except where a look-up puts it in.
                    for (bit, kind) in self.kinds(mask) {
                        let fills = kind.fills_on_look_up() || kind == DefaultKind::Counter;
                        if fills {
                            self.touch_at(
                                *target,
                                *object,
                                bit,
                                What::Mutated {
                                    grows: true,
                                    by_key: true,
                                },
                            );
                        }
                    }
                    self.store_item(*target, *object, *index, true, &mut env);
                } else {
                    let mask = self.eval(*target, &mut env);
                    let mut left = 0;
                    for (bit, kind) in self.kinds(mask) {
                        if let Some(grows) = tables::in_place(kind, *op) {
                            left |= bit;
                            let through = self.through(*target, bit);
                            self.record(
                                bit,
                                span,
                                What::Mutated {
                                    grows,
                                    by_key: false,
                                },
                                through,
                            );
                        } else {
                            self.touch(*target, bit, What::Other);
                        }
                    }
                    self.bind(*target, left, Some(*target), &mut env);
                }
            }
            Stmt::Return(value) => {
                if let Some(value) = value {
                    let mask = self.eval(*value, &mut env);
                    self.give_back(mask, code.expr_span(*value));
                }
                self.may_raise(&env);
                self.leave(env);
                return None;
            }
            Stmt::Raise { exc, cause } => {
                for part in [exc, cause].into_iter().flatten() {
                    let mask = self.eval(*part, &mut env);
                    self.touch(*part, mask, What::Other);
                }
                self.may_raise(&env);
                return None;
            }
            Stmt::Delete(targets) => {
                for target in targets {
                    match code.expr(*target) {
                        Expr::Subscript { value, index } => {
                            self.store_item(*target, *value, *index, true, &mut env)
                        }
                        _ => match self.key(*target) {
                            Some(key) => {
                                env.insert(key, 0);
                            }
                            None => {
                                self.eval(*target, &mut env);
                            }
                        },
                    }
                }
            }
            Stmt::Assert { test, msg } => {
                self.test(*test, &mut env);
                if let Some(msg) = msg {
                    let mut failed = env.clone();
                    self.refine(*test, false, &mut failed);
                    let mask = self.eval(*msg, &mut failed);
                    self.touch(*msg, mask, What::Other);
                }
                // `-O` leaves assertions out: they rule nothing out.
            }
            Stmt::If { test, body, orelse } => {
                self.test(*test, &mut env);
                let (mut yes, mut no) = (env.clone(), env);
                self.refine(*test, true, &mut yes);
                self.refine(*test, false, &mut no);
                let is = |value: bool| matches!(code.expr(*test), Expr::Constant(Const::Bool(it)) if *it == value);
                let mut after = if is(false) {
                    None
                } else {
                    self.block(body, Some(yes))
                };
                let other = if is(true) {
                    None
                } else {
                    self.block(orelse, Some(no))
                };
                if let Some(other) = other {
                    join(&mut after, other);
                }
                self.may_raise_opt(&after);
                return after;
            }
            Stmt::While { test, body, orelse } => {
                return self.cycle(env, None, Some(*test), body, orelse);
            }
            Stmt::For {
                target,
                iter,
                body,
                orelse,
                ..
            } => {
                let mask = self.eval(*iter, &mut env);
                self.go_through(*iter, mask);
                return self.cycle(env, Some(*target), None, body, orelse);
            }
            Stmt::With { items, body, .. } => {
                for with in items {
                    let mask = self.eval(with.context, &mut env);
                    self.touch(with.context, mask, What::Passed);
                    if let Some(target) = with.target {
                        self.bind(target, 0, None, &mut env);
                    }
                }
                // `__exit__` may swallow what the body raises: then what comes after meets any state of the body.
                let swallows = items.iter().any(|with| self.swallows(with.context));
                self.tries.push(Some(env.clone()));
                let mut after = self.block(body, Some(env));
                if let Some(raised) = self.tries.pop().flatten() {
                    self.may_raise(&raised);
                    if swallows {
                        join(&mut after, raised);
                    }
                }
                return after;
            }
            Stmt::Match { subject, cases } => {
                let mask = self.eval(*subject, &mut env);
                self.touch(*subject, mask, What::Other);
                let mut after = None;
                for case in cases {
                    let mut inside = env.clone();
                    self.pattern(case.pattern, mask, &mut inside);
                    if let Some(guard) = case.guard {
                        self.test(guard, &mut inside);
                        self.refine(guard, true, &mut inside);
                    }
                    if let Some(end) = self.block(&case.body, Some(inside)) {
                        join(&mut after, end);
                    }
                }
                join(&mut after, env);
                return after;
            }
            Stmt::Try {
                body,
                handlers,
                orelse,
                finalbody,
                ..
            } => {
                return self.handle(env, body, handlers, orelse, finalbody);
            }
            Stmt::FunctionDef {
                unit,
                name,
                decorators,
                ..
            } => {
                let inner = code.unit(*unit);
                for decorator in decorators {
                    self.eval(*decorator, &mut env);
                }
                let defaults = inner
                    .params
                    .defaults
                    .iter()
                    .chain(inner.params.kw_defaults.iter().flatten());
                for default in defaults {
                    let mask = self.eval(*default, &mut env);
                    self.touch(*default, mask, What::Stored);
                }
                self.inner(*unit, span, &env);
                env.insert(Key::Local(name.name), 0);
            }
            Stmt::ClassDef {
                unit,
                name,
                bases,
                keywords,
                ..
            } => {
                for base in bases
                    .iter()
                    .copied()
                    .chain(keywords.iter().map(|keyword| keyword.value))
                {
                    let mask = self.eval(base, &mut env);
                    self.touch(base, mask, What::Passed);
                }
                self.class(*unit, span, &env);
                env.insert(Key::Local(name.name), 0);
            }
            Stmt::Import(aliases) | Stmt::ImportFrom { names: aliases, .. } => {
                for name in aliases.iter().filter_map(|alias| alias.binds) {
                    env.insert(Key::Local(name.name), 0);
                }
            }
            Stmt::Break | Stmt::Continue => {
                if let Some(inner) = self.loops.last_mut() {
                    let slot = if *code.stmt(id) == Stmt::Break {
                        &mut inner.breaks
                    } else {
                        &mut inner.continues
                    };
                    join(slot, env);
                }
                return None;
            }
            Stmt::Error => {
                let all = env.values().fold(0, |all, mask| all | mask);
                self.record(all, span, What::Passed, None);
            }
            Stmt::AnnAssign { value: None, .. }
            | Stmt::TypeAlias { .. }
            | Stmt::Global(_)
            | Stmt::Nonlocal(_)
            | Stmt::Pass => {}
        }
        self.may_raise(&env);
        Some(env)
    }

    /// Whether a context manager is made to swallow exceptions.
    fn swallows(&self, context: ExprId) -> bool {
        let Expr::Call { func, .. } = self.item().expr(context) else {
            return false;
        };
        match self.item().expr(*func) {
            Expr::Name(name) => matches!(self.names.text(name.name), "suppress" | "raises"),
            Expr::Attribute { attr, .. } => matches!(
                self.names.text(*attr),
                "suppress" | "raises" | "assertRaises"
            ),
            _ => false,
        }
    }

    fn may_raise_opt(&mut self, env: &Option<Env>) {
        if let Some(env) = env {
            self.may_raise(env);
        }
    }

    fn cycle(
        &mut self,
        mut env: Env,
        target: Option<ExprId>,
        test: Option<ExprId>,
        body: &[StmtId],
        orelse: &[StmtId],
    ) -> Option<Env> {
        let code = self.item();
        let forever = test.is_some_and(|test| match code.expr(test) {
            Expr::Constant(Const::Bool(value)) => *value,
            Expr::Constant(Const::Int(value)) => *value != 0.into(),
            _ => false,
        });
        let mut breaks = None;
        for _ in 0..ROUNDS {
            let before = env.clone();
            let mut inside = env.clone();
            if let Some(test) = test {
                self.test(test, &mut inside);
                self.refine(test, true, &mut inside);
            }
            if let Some(target) = target {
                self.bind(target, 0, None, &mut inside);
            }
            self.loops.push(Loop::default());
            let end = self.block(body, Some(inside));
            let left = self.loops.pop().unwrap_or_default();
            breaks = left.breaks;
            let mut next = Some(env);
            for again in [end, left.continues].into_iter().flatten() {
                join(&mut next, again);
            }
            env = next.unwrap_or_default();
            if env == before {
                break;
            }
        }
        if let Some(test) = test {
            self.refine(test, false, &mut env);
        }
        let mut after = if forever {
            None
        } else {
            self.block(orelse, Some(env))
        };
        if let Some(breaks) = breaks {
            join(&mut after, breaks);
        }
        after
    }

    fn handle(
        &mut self,
        env: Env,
        body: &[StmtId],
        handlers: &[crate::hir::Handler],
        orelse: &[StmtId],
        finalbody: &[StmtId],
    ) -> Option<Env> {
        self.tries.push(Some(env.clone()));
        let mut after = self.block(body, Some(env));
        let mut raised = self.tries.pop().flatten();
        self.tries.push(raised.clone());
        after = self.block(orelse, after);
        for handler in handlers {
            let mut inside = raised.clone().unwrap_or_default();
            if let Some(class) = handler.exc_type {
                self.eval(class, &mut inside);
            }
            if let Some(name) = handler.name {
                inside.insert(Key::Local(name.name), 0);
            }
            if let Some(end) = self.block(&handler.body, Some(inside)) {
                join(&mut after, end);
            }
        }
        if let Some(more) = self.tries.pop().flatten() {
            join(&mut raised, more);
        }
        if !finalbody.is_empty()
            && let Some(raised) = raised.clone()
        {
            self.block(finalbody, Some(raised));
        }
        if let Some(raised) = raised {
            self.may_raise(&raised);
        }
        self.block(finalbody, after)
    }

    fn pattern(&mut self, id: PatId, mask: Mask, env: &mut Env) {
        let code = self.item();
        match code.pattern(id) {
            Pattern::As { pattern, name } => {
                if let Some(pattern) = pattern {
                    self.pattern(*pattern, mask, env);
                }
                if let Some(name) = name {
                    env.insert(Key::Local(name.name), mask);
                }
            }
            Pattern::Or(patterns) => patterns
                .iter()
                .for_each(|pattern| self.pattern(*pattern, mask, env)),
            Pattern::Sequence(patterns) => patterns
                .iter()
                .for_each(|pattern| self.pattern(*pattern, 0, env)),
            Pattern::Mapping { patterns, rest, .. } => {
                patterns
                    .iter()
                    .for_each(|pattern| self.pattern(*pattern, 0, env));
                if let Some(name) = rest {
                    env.insert(Key::Local(name.name), 0);
                }
            }
            Pattern::Class {
                patterns, keywords, ..
            } => {
                patterns
                    .iter()
                    .for_each(|pattern| self.pattern(*pattern, mask, env));
                keywords
                    .iter()
                    .for_each(|(_, pattern)| self.pattern(*pattern, 0, env));
            }
            Pattern::Star(Some(name)) => {
                env.insert(Key::Local(name.name), 0);
            }
            Pattern::Star(None) | Pattern::Missing | Pattern::Value(_) | Pattern::Singleton(_) => {}
        }
    }
}

/// Whether `unit` is `outer` or stands somewhere inside it.
fn is_within(code: &Item, mut unit: UnitId, outer: UnitId) -> bool {
    loop {
        if unit == outer {
            return true;
        }
        match code.unit(unit).parent {
            Some(parent) => unit = parent,
            None => return false,
        }
    }
}
