//! Calls: what is called, with which arguments, and who runs it.

mod alias;
mod class;
mod create;
mod dataclass;
mod enter;
mod enumeration;
mod function;
mod made;
mod named;

pub(in crate::interp) use enter::Arguments;

use super::machine::{Machine, R};
use crate::base::Name;
use crate::domain::{Kind, ObjId, Site, Slot, StackRef};
use crate::hir::borrow::Lending;
use crate::hir::{Expr, ExprId, Keyword};
use crate::layout::CallKind;

/// How many arguments stand on the stack, and how they came.
#[derive(Clone, Debug, Default)]
pub(in crate::interp) struct Passed {
    /// Positional ones, each with the kind of its hold.
    pub positional: Vec<CallKind>,
    /// Keyword ones after them, by name.
    pub keywords: Vec<Name>,
    /// A `*` or `**` had unknown items: what is on the stack is all that is known.
    pub unknown: bool,
    /// The call has a `*` or `**`: a bound method is made, and stays on the stack.
    pub spread: bool,
}

impl Passed {
    fn len(&self) -> usize {
        self.positional.len() + self.keywords.len()
    }
}

impl Machine<'_> {
    pub(in crate::interp) fn call_expr(
        &mut self,
        id: ExprId,
        func: ExprId,
        args: &[ExprId],
        keywords: &[Keyword],
    ) -> R {
        let code = self.code();
        let mut method: Option<std::sync::Arc<str>> = None;
        let spread = keywords.iter().any(|keyword| keyword.name.is_none())
            || args
                .iter()
                .any(|arg| matches!(code.expr(*arg), Expr::Starred(_)));
        let mut passed = Passed {
            spread,
            ..Passed::default()
        };
        if let Expr::Attribute { value, attr, .. } = code.expr(func) {
            self.eval(*value)?;
            let object = self.st.peek(0);
            let direct = self.direct_method(object, *attr).filter(|_| !spread);
            if let Some((function, owner)) = direct {
                let reference = self.st.pop();
                self.st.inc(function);
                self.st.push(function);
                if owner == reference.obj {
                    self.st.frame_mut().stack.push(reference);
                } else {
                    match self.super_lending(id, reference.obj) {
                        Lending::Lent => {
                            self.st.frame_mut().stack.push(StackRef::lent(owner));
                        }
                        lending => {
                            self.st.add(owner, u32::from(lending == Lending::Owned), 1);
                            self.st.push(owner);
                        }
                    }
                    self.st.release(reference);
                }
                passed.positional.push(CallKind::Plain);
            } else if let Some(name) = self.builtin_method_name(object, *attr) {
                method = Some(name);
            } else {
                self.load_attribute(*attr)?;
            }
        } else {
            self.eval(func)?;
        }
        // A generator expression that a builtin uses up at once runs right there.
        let consumer = match method.as_deref() {
            Some(name) => name == "join" || name == "extend" || name == "update",
            None => {
                let callable = self.st.peek(passed.positional.len());
                matches!(self.kind(callable), Kind::Type(_))
                    || matches!(self.kind(callable), Kind::BuiltinFunction(name)
                        if matches!(&**name, "builtins.sum" | "builtins.sorted" | "builtins.any" | "builtins.all"
                            | "builtins.min" | "builtins.max"))
            }
        };
        self.stop_at = match self.kind(
            self.st
                .peek(passed.positional.len().min(self.st.frame().stack.len() - 1)),
        ) {
            Kind::BuiltinFunction(name) if method.is_none() && &**name == "builtins.any" => {
                Some(true)
            }
            Kind::BuiltinFunction(name) if method.is_none() && &**name == "builtins.all" => {
                Some(false)
            }
            _ => None,
        };
        let runs_now = consumer && args.len() == 1 && self.is_genexp(args[0]);
        let eager = std::mem::replace(&mut self.eager, runs_now);
        let evaluated = self.eval_arguments(args, keywords, &mut passed);
        self.eager = eager;
        evaluated?;
        self.at(self.at_expr(id));
        match method {
            Some(name) => self.call_builtin_method(&name, &passed),
            None => self.call_passed(passed),
        }
    }

    /// `super().m()`, from its second pass on, makes no object for `super()`, and its method gets the caller's local lent
    /// (`LOAD_SUPER_ATTR_METHOD`, where locals are lent).
    fn super_lending(&mut self, call: ExprId, found_on: ObjId) -> Lending {
        if !matches!(self.kind(found_on), Kind::Super(..)) || !self.layout().locals_are_lent() {
            return Lending::Owned;
        }
        let site = self.at_expr(call);
        let is_first = !self.passes.contains_key(&site);
        if is_first && self.quiet > 0 {
            // What is shown later stands for this pass too.
            self.mixed_supers.insert(site);
        }
        let is_cell = |slot: Option<Slot>| {
            slot.is_none_or(|slot| matches!(self.kind(slot.obj), Kind::Cell(_)))
        };
        match self.st.frame().locals.first().copied() {
            _ if self.is_open || self.mixed_supers.contains(&site) => Lending::Unsure,
            Some(slot) if !is_first && !is_cell(slot) => Lending::Lent,
            Some(slot) if !is_first && is_cell(slot) => Lending::Unsure,
            _ => Lending::Owned,
        }
    }

    fn is_genexp(&self, id: ExprId) -> bool {
        matches!(
            self.code().expr(id),
            Expr::Comp {
                kind: crate::hir::CompKind::Generator,
                ..
            }
        )
    }

    /// The name of a builtin type's method that a call finds on the object without making a bound one.
    fn builtin_method_name(&self, object: ObjId, attr: Name) -> Option<std::sync::Arc<str>> {
        let kind = self.kind(object);
        if matches!(
            kind,
            Kind::Class(_)
                | Kind::Module(_)
                | Kind::Exception(_)
                | Kind::Function(_)
                | Kind::Super(..)
        ) {
            return None;
        }
        let ty = crate::domain::join::builtin_type(kind)?;
        let name = self.names.shared(attr);
        super::models::has_method(ty, &name).then_some(name)
    }

    fn eval_arguments(&mut self, args: &[ExprId], keywords: &[Keyword], passed: &mut Passed) -> R {
        let code = self.code();
        let starred = args
            .iter()
            .any(|arg| matches!(code.expr(*arg), Expr::Starred(_)));
        let alone = args.len() == 1;
        for arg in args {
            let Expr::Starred(inner) = code.expr(*arg) else {
                self.eval(*arg)?;
                passed.positional.push(if starred {
                    CallKind::StarMade
                } else {
                    CallKind::Plain
                });
                continue;
            };
            self.eval(*inner)?;
            let source = self.st.peek(0);
            let kind = if alone && matches!(self.kind(source), Kind::Tuple(_)) {
                CallKind::StarTuple
            } else {
                CallKind::StarMade
            };
            match self.listed_items(source)? {
                Some(items) => {
                    let source = self.st.pop();
                    for item in &items {
                        self.st.push(*item);
                        passed.positional.push(kind);
                    }
                    self.st.release(source);
                }
                None => {
                    self.unknown_use(source);
                    passed.positional.push(CallKind::Plain);
                    passed.unknown = true;
                }
            }
        }
        for keyword in keywords {
            self.eval(keyword.value)?;
            match keyword.name {
                Some(name) => passed.keywords.push(name),
                None => self.spread_keywords(passed),
            }
        }
        if !passed.keywords.is_empty() || passed.unknown {
            // With keywords the items of the tuple are copied into an array (`_PyStack_UnpackDict`).
            for kind in &mut passed.positional {
                if *kind == CallKind::StarTuple {
                    *kind = CallKind::StarMade;
                }
            }
        }
        Ok(())
    }

    /// `**value`, on the stack: its entries become keyword arguments.
    fn spread_keywords(&mut self, passed: &mut Passed) {
        let source = self.st.peek(0);
        let known = match self.kind_of(source) {
            Kind::Dict(dict) if !dict.open => dict
                .entries
                .iter()
                .map(|(key, (_, value))| match key {
                    crate::domain::Key::Str(text) => Some((self.names.intern(text), *value)),
                    _ => None,
                })
                .collect::<Option<Vec<_>>>(),
            _ => None,
        };
        match known {
            Some(entries) => {
                for (_, value) in &entries {
                    self.st.inc(*value);
                }
                let source = self.st.pop();
                for (name, value) in entries {
                    self.st.push(value);
                    passed.keywords.push(name);
                }
                self.st.release(source);
            }
            None => {
                self.unknown_use(source);
                let name = self.names.intern("**");
                passed.keywords.push(name);
                passed.unknown = true;
            }
        }
    }

    /// Calls what lies below the `n` plain positional arguments and the keyword arguments on the stack.
    pub(in crate::interp) fn call_stack(&mut self, n: usize, keywords: &[Name]) -> R {
        self.call_passed(Passed {
            positional: vec![CallKind::Plain; n],
            keywords: keywords.to_vec(),
            ..Passed::default()
        })
    }

    /// The stack holds the callable and its arguments; the result takes their place.
    pub(in crate::interp) fn call_passed(&mut self, mut passed: Passed) -> R {
        let n = passed.len();
        let callable = self.st.peek(n);
        if passed.unknown {
            return self.unknown_call(n + 1);
        }
        match self.kind_of(callable) {
            Kind::Function(_) => {
                let arguments = self.take_arguments(&passed);
                self.call_function(callable, arguments)?;
                self.drop_below();
                Ok(())
            }
            Kind::Method(function, owner)
                if (passed.spread
                    || self.layout().argument_hold() == crate::layout::ArgHold::StackStays)
                    && matches!(self.kind(function), Kind::Function(_)) =>
            {
                // `method_vectorcall` lends its object to the call, and stays on the stack; so may a tuple of arguments.
                let (args, named) = self.passed_ids(&passed);
                let most = if passed.spread { 3 } else { 0 };
                let held: Vec<ObjId> = args
                    .into_iter()
                    .chain(named.into_iter().map(|(_, value)| value))
                    .filter(|_| most > 0)
                    .collect();
                for id in &held {
                    self.st.add(*id, 0, most);
                }
                let mut arguments = self.take_arguments(&passed);
                arguments.handed_on = passed.spread;
                self.st.inc(owner);
                let own = StackRef::owned(owner);
                arguments.positional.insert(0, (own, CallKind::Generator));
                self.call_function(function, arguments)?;
                for id in held {
                    self.st.sub(id, 0, most);
                }
                self.drop_below();
                Ok(())
            }
            Kind::Method(function, owner) => {
                // The bound method unpacks itself: the function and its first argument take its place.
                let refs: Vec<StackRef> = (0..n).map(|_| self.st.pop()).collect();
                let bound = self.st.pop();
                for id in [function, owner] {
                    self.st.inc(id);
                    self.st.push(id);
                }
                self.st.frame_mut().stack.extend(refs.into_iter().rev());
                self.st.release(bound);
                passed.positional.insert(0, CallKind::Plain);
                self.call_passed(passed)
            }
            Kind::Class(_) => self.call_class(callable, passed),
            Kind::Type(ty) => {
                let (args, keywords) = self.passed_ids(&passed);
                let result = super::models::construct(self, ty, &args, &keywords)?;
                self.finish_model(n + 1, result)
            }
            Kind::BuiltinFunction(name) => {
                let (args, keywords) = self.passed_ids(&passed);
                let result = super::models::call(self, &name, &args, &keywords)?;
                self.finish_model(n + 1, result)
            }
            Kind::BuiltinMethod(owner, name) => {
                let (args, keywords) = self.passed_ids(&passed);
                let result = super::models::call_method(self, owner, &name, &args, &keywords)?;
                self.finish_model(n + 1, result)
            }
            Kind::Library(library) if self.alias_origin(callable).is_some() => {
                self.call_alias(callable, library.held[0], &passed)
            }
            Kind::Library(library) => {
                let (args, keywords) = self.passed_ids(&passed);
                let result =
                    super::models::call_object(self, callable, &library, &args, &keywords)?;
                self.finish_model(n + 1, result)
            }
            Kind::Instance(instance) => self.call_instance(instance.class, passed),
            Kind::None
            | Kind::Int(_)
            | Kind::Str(_)
            | Kind::List(_)
            | Kind::Dict(_)
            | Kind::Tuple(_) => Err(self.raise(crate::domain::B::TypeError)),
            _ => self.unknown_call(n + 1),
        }
    }

    fn call_instance(&mut self, class: ObjId, passed: Passed) -> R {
        let n = passed.len();
        let name = self.names.intern("__call__");
        if passed.keywords.is_empty()
            && let super::attribute::Found::Object(function, _) = self.class_attribute(class, name)
            && matches!(self.kind(function), Kind::Function(_))
        {
            if passed.spread {
                let mut arguments = self.take_arguments(&passed);
                arguments.handed_on = true;
                // How C code holds the object itself meanwhile differs.
                let own = self.st.pop();
                if !own.lent {
                    self.st.uncount(own.obj);
                }
                let own = StackRef::lent(own.obj);
                arguments.positional.insert(0, (own, CallKind::CallSelf));
                self.unsteady = true;
                return self.call_function(function, arguments);
            }
            let mut kinds = vec![CallKind::CallSelf];
            kinds.extend(vec![CallKind::CallArgument; n]);
            return self.call_kinds(function, &kinds);
        }
        self.unknown_call(n + 1)
    }

    /// The receiver and its arguments are on the stack.
    fn call_builtin_method(&mut self, name: &str, passed: &Passed) -> R {
        let n = passed.len();
        if passed.unknown {
            return self.unknown_call(n + 1);
        }
        let owner = self.st.peek(n);
        let (args, keywords) = self.passed_ids(passed);
        let result = super::models::call_method(self, owner, name, &args, &keywords)?;
        self.finish_model(n + 1, result)
    }

    /// The result of a model takes the place of `n` references; where there is no model, unknown code ran.
    fn finish_model(&mut self, n: usize, result: Option<ObjId>) -> R {
        match result {
            Some(result) => {
                self.replace(n, result);
                Ok(())
            }
            None => self.unknown_call(n),
        }
    }

    fn passed_ids(&self, passed: &Passed) -> (Vec<ObjId>, Vec<(Name, ObjId)>) {
        let n = passed.len();
        let first = passed.positional.len();
        let positional = (0..first).map(|at| self.st.peek(n - 1 - at)).collect();
        let keywords = passed
            .keywords
            .iter()
            .enumerate()
            .map(|(at, name)| (*name, self.st.peek(n - 1 - first - at)))
            .collect();
        (positional, keywords)
    }

    /// Takes the arguments off the stack.
    pub(super) fn take_arguments(&mut self, passed: &Passed) -> Arguments {
        let mut refs: Vec<StackRef> = (0..passed.len()).map(|_| self.st.pop()).collect();
        refs.reverse();
        let keywords = refs.split_off(passed.positional.len());
        Arguments {
            positional: refs
                .into_iter()
                .zip(passed.positional.iter().copied())
                .collect(),
            keywords: passed.keywords.iter().copied().zip(keywords).collect(),
            keyword_kind: if passed.spread {
                CallKind::StarStar
            } else {
                CallKind::Plain
            },
            handed_on: false,
        }
    }

    /// Drops what lies right below the top of the stack: the callable under the result.
    pub(super) fn drop_below(&mut self) {
        let result = self.st.pop();
        self.st.drop_top();
        self.st.frame_mut().stack.push(result);
        self.run_finalizers();
    }

    /// Calls a function with the `n` objects on top of the stack; the result takes their place.
    pub(in crate::interp) fn call_with(&mut self, function: ObjId, n: usize, kind: CallKind) -> R {
        self.call_kinds(function, &vec![kind; n])
    }

    /// As [`Machine::call_with`] for a special method that C code calls.
    pub(in crate::interp) fn call_special(&mut self, function: ObjId, n: usize) -> R {
        self.call_with(function, n, CallKind::Special)
    }

    pub(in crate::interp) fn call_kinds(&mut self, function: ObjId, kinds: &[CallKind]) -> R {
        if !matches!(self.kind(function), Kind::Function(_)) {
            return self.unknown_call(kinds.len());
        }
        let mut refs: Vec<StackRef> = kinds.iter().map(|_| self.st.pop()).collect();
        refs.reverse();
        let arguments = Arguments {
            positional: refs.into_iter().zip(kinds.iter().copied()).collect(),
            keywords: Vec::new(),
            keyword_kind: CallKind::Plain,
            handed_on: false,
        };
        self.call_function(function, arguments)
    }

    /// Calls what lies below `n` arguments as C code does that holds them in an array.
    pub(in crate::interp) fn call_callback(&mut self, n: usize) -> R {
        if n > 0 {
            // What it is called with is held by who asked; how many more references C code takes differs.
            let at = self.st.frame().stack.len() - n;
            let first = self.st.frame().stack[at];
            if !first.lent {
                self.st.dec(first.obj);
            }
            self.st.frame_mut().stack[at] = StackRef::lent(first.obj);
            self.unsteady = matches!(self.kind(self.st.peek(n)), Kind::Function(_));
        }
        self.call_passed(Passed {
            positional: vec![CallKind::Callback; n],
            ..Passed::default()
        })
    }

    /// Calls what lies below `n` arguments and the keyword arguments on the stack, all held by C code.
    pub(in crate::interp) fn call_held(&mut self, n: usize, keywords: &[(Name, ObjId)]) -> R {
        self.call_passed(Passed {
            positional: vec![CallKind::Callback; n],
            keywords: keywords.iter().map(|(name, _)| *name).collect(),
            ..Passed::default()
        })
    }

    /// How often this call was passed before, and once more now.
    pub(in crate::interp) fn pass(&mut self, site: Site) -> u32 {
        if self.is_open {
            return 1; // nobody knows how often unknown code called the function around
        }
        let passes = self.passes.entry(site).or_insert(0);
        *passes += 1;
        *passes - 1
    }
}
