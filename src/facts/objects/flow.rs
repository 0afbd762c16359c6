//! Follows a function's mutable defaults through its text.
//!
//! Each name may hold some of the defaults: a set, joined where paths meet. A test drops what cannot pass it: an empty
//! default is not true, none is `None`. (That holds until the default is changed, and then the change is a use of its own.)
//! What is found is what can happen on some path; nothing is said to happen on every path.

mod call;
mod control;
mod expr;
mod inner;
mod names;
mod stmt;
mod truth;

use rustc_hash::{FxHashMap, FxHashSet};

use super::bindings::Bindings;
use super::{DefaultFacts, DefaultKind, Use, What};
use crate::base::{Name, Names, Span};
use crate::hir::{Expr, ExprId, File, Item, UnitId, UnitKind};

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
            bound: FxHashMap::default(),
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
    /// What each name of any function entered was bound to by some statement.
    bound: FxHashMap<Key, Mask>,
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
            let before = (self.results.clone(), self.bound.clone());
            self.memo.clear();
            exit = self.enter(item, unit, env.clone(), false).1;
            if (&self.results, &self.bound) == (&before.0, &before.1) {
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
}
