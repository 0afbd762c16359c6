//! `match`: each pattern matches, does not, or may; then both ways are gone.
//!
//! The subject stays on the operand stack until a case is taken. What a pattern captures is bound when all of it matched.

use std::sync::Arc;

use super::super::machine::{Dead, Machine, R};
use crate::domain::atoms::UNKNOWN;
use crate::domain::{B, Key, Kind, ListObj, ObjId, State};
use crate::hir::{Case, CmpOp, Const, ExprId, NameUse, PatId, Pattern};

/// What the names of a pattern will be bound to, each with a reference.
type Captures = Vec<(NameUse, ObjId)>;

impl Machine<'_> {
    pub(super) fn match_statement(&mut self, subject: ExprId, cases: &[Case]) -> R {
        self.eval(subject)?;
        let mut ends: Option<State> = None;
        let mut rest: Option<State> = Some(std::mem::take(&mut self.st));
        for case in cases {
            let Some(state) = rest.take() else {
                break;
            };
            self.st = state;
            let failed = self.case(case, &mut ends);
            rest = failed;
        }
        if let Some(state) = rest {
            self.st = state;
            self.consume(1);
            rest = Some(std::mem::take(&mut self.st));
        }
        self.meet(ends, rest)
    }

    /// Tries a case: the state in which it was not taken, if it may not be.
    fn case(&mut self, case: &Case, ends: &mut Option<State>) -> Option<State> {
        let mut captures = Captures::new();
        let subject = self.st.peek(0);
        let Ok(matched) = self.matches(case.pattern, subject, &mut captures) else {
            return None;
        };
        let mut failed: Option<State> = None;
        if matched != Some(true) {
            let here = self.st.clone();
            self.give_up(&captures);
            failed = Some(std::mem::replace(&mut self.st, here));
        }
        if matched == Some(false) {
            return failed;
        }
        for (name, value) in captures {
            self.st.push(value);
            self.store_name(name);
        }
        self.run_finalizers();
        if let Some(guard) = case.guard {
            let Ok(holds) = self.test(guard) else {
                return failed;
            };
            if holds != Some(true) {
                let refused = self.st.clone();
                self.join_into(&mut failed, refused);
            }
            if holds == Some(false) {
                return failed;
            }
        }
        self.consume(1);
        if self.block(&case.body).is_ok() {
            let state = std::mem::take(&mut self.st);
            self.join_into(ends, state);
        }
        failed
    }

    fn give_up(&mut self, captures: &Captures) {
        for (_, value) in captures {
            self.st.dec(*value);
        }
    }

    fn capture(&mut self, name: NameUse, value: ObjId, captures: &mut Captures) {
        self.st.inc(value);
        captures.push((name, value));
    }

    /// Whether the pattern matches `value`, which somebody holds. Where that is not known, `captures` is what it would
    /// bind if it did.
    fn matches(
        &mut self,
        pattern: PatId,
        value: ObjId,
        captures: &mut Captures,
    ) -> R<Option<bool>> {
        let code = self.code();
        match code.pattern(pattern) {
            Pattern::Missing => {
                self.unknown_code();
                Ok(None)
            }
            Pattern::Value(expr) => {
                self.push_new(value);
                self.eval(*expr)?;
                self.compare_top(CmpOp::Eq)?;
                let result = self.st.peek(0);
                let answer = self.truth(result)?;
                self.consume(1);
                Ok(answer)
            }
            Pattern::Singleton(constant) => {
                let wanted = match constant {
                    Const::Bool(truth) => self.atoms.bool(*truth),
                    _ => crate::domain::atoms::NONE,
                };
                Ok(self.identity(value, wanted))
            }
            Pattern::Star(_) => Ok(Some(true)),
            Pattern::As { pattern, name } => {
                let answer = match pattern {
                    Some(pattern) => self.matches(*pattern, value, captures)?,
                    None => Some(true),
                };
                if let Some(name) = name {
                    self.capture(*name, value, captures);
                }
                Ok(answer)
            }
            Pattern::Or(patterns) => self.any_of(patterns, value, captures),
            Pattern::Sequence(patterns) => self.sequence(patterns, value, captures),
            Pattern::Mapping {
                keys,
                patterns,
                rest,
            } => self.mapping(keys, patterns, *rest, value, captures),
            Pattern::Class {
                class,
                patterns,
                keywords,
            } => {
                self.eval(*class)?;
                let answer = self.class_pattern(patterns, keywords, value, captures);
                if answer.is_ok() {
                    self.consume(1);
                }
                answer
            }
        }
    }

    /// All of `patterns`, each on its value.
    fn all_of(
        &mut self,
        pairs: impl IntoIterator<Item = (PatId, ObjId)>,
        captures: &mut Captures,
    ) -> R<Option<bool>> {
        let mut answer = Some(true);
        for (pattern, value) in pairs {
            match self.matches(pattern, value, captures)? {
                Some(false) => return Ok(Some(false)),
                Some(true) => {}
                None => answer = None,
            }
        }
        Ok(answer)
    }

    fn any_of(
        &mut self,
        patterns: &[PatId],
        value: ObjId,
        captures: &mut Captures,
    ) -> R<Option<bool>> {
        let mut answer = Some(false);
        for pattern in patterns {
            let before = captures.len();
            match self.matches(*pattern, value, captures)? {
                Some(true) if answer == Some(false) => return Ok(Some(true)),
                Some(false) => {}
                certain => {
                    // Which alternative it is, and so what the names get, is not known.
                    answer = if certain == Some(true) || answer == Some(true) {
                        Some(true)
                    } else {
                        None
                    };
                }
            }
            let dropped = captures.split_off(before);
            for (_, value) in dropped {
                self.st.blur(value);
            }
            if answer == Some(true) {
                break;
            }
        }
        if answer != Some(false) {
            self.capture_unknown(patterns, captures);
        }
        Ok(answer)
    }

    /// The names of the patterns get values that are not known.
    fn capture_unknown(&mut self, patterns: &[PatId], captures: &mut Captures) {
        let mut names = Vec::new();
        for pattern in patterns {
            self.names_of(*pattern, &mut names);
        }
        let mut seen: Vec<crate::base::Name> = Vec::new();
        for name in names {
            if !seen.contains(&name.name) {
                seen.push(name.name);
                captures.push((name, UNKNOWN));
            }
        }
    }

    fn sequence(
        &mut self,
        patterns: &[PatId],
        value: ObjId,
        captures: &mut Captures,
    ) -> R<Option<bool>> {
        let known = match self.kind_of(value) {
            Kind::List(list) if !list.open => Some(list.items.clone()),
            Kind::Tuple(items) => Some(items.to_vec()),
            _ => match self.is_sequence(value) {
                Some(false) => return Ok(Some(false)),
                Some(true) => None,
                None => {
                    self.unknown_use(value);
                    None
                }
            },
        };
        let Some(items) = known else {
            self.st.escape(value);
            self.capture_unknown(patterns, captures);
            return Ok(None);
        };
        let code = self.code();
        let star = patterns
            .iter()
            .position(|pattern| matches!(code.pattern(*pattern), Pattern::Star(_)));
        let n = patterns.len();
        let Some(star) = star else {
            if items.len() != n {
                return Ok(Some(false));
            }
            return self.all_of(patterns.iter().copied().zip(items), captures);
        };
        if items.len() + 1 < n {
            return Ok(Some(false));
        }
        let rest = items.len() + 1 - n;
        let ends: Vec<(PatId, ObjId)> = patterns[..star]
            .iter()
            .copied()
            .zip(items[..star].iter().copied())
            .chain(
                patterns[star + 1..]
                    .iter()
                    .copied()
                    .zip(items[star + rest..].iter().copied()),
            )
            .collect();
        let answer = self.all_of(ends, captures)?;
        if answer != Some(false)
            && let Pattern::Star(Some(name)) = code.pattern(patterns[star])
        {
            let slots = self.layout().list_star_target(
                self.list_source(value),
                rest as u64,
                (n - 1 - star) as u64,
            );
            let middle = items[star..star + rest].to_vec();
            let list = self.alloc(Kind::List(Arc::new(ListObj {
                items: middle,
                slots,
                open: false,
                every: None,
            })));
            self.st.inc(list);
            captures.push((*name, list));
        }
        Ok(answer)
    }

    fn mapping(
        &mut self,
        keys: &[ExprId],
        patterns: &[PatId],
        rest: Option<NameUse>,
        value: ObjId,
        captures: &mut Captures,
    ) -> R<Option<bool>> {
        let dict = match self.kind_of(value) {
            Kind::Dict(dict) if !dict.open => Some(dict),
            _ => match self.is_mapping(value) {
                Some(false) => return Ok(Some(false)),
                Some(true) => None,
                None => {
                    self.unknown_use(value);
                    None
                }
            },
        };
        let mut wanted: Vec<Option<Key>> = Vec::new();
        for key in keys {
            self.eval(*key)?;
            let key = self.st.peek(0);
            let found = self.key_in(value, key)?;
            wanted.push(found);
            self.consume(1);
        }
        let (Some(dict), Some(wanted)) = (dict, wanted.into_iter().collect::<Option<Vec<_>>>())
        else {
            self.st.escape(value);
            self.capture_unknown(patterns, captures);
            if let Some(rest) = rest {
                captures.push((rest, UNKNOWN));
            }
            return Ok(None);
        };
        let mut pairs = Vec::new();
        for (key, pattern) in wanted.iter().zip(patterns) {
            match dict.entries.get(key) {
                Some((_, value)) => pairs.push((*pattern, *value)),
                None => return Ok(Some(false)),
            }
        }
        let answer = self.all_of(pairs, captures)?;
        if let Some(rest) = rest
            && answer != Some(false)
        {
            let copy = self.new_dict(B::Dict, None);
            self.st.inc(copy);
            for (key, (key_object, value)) in &dict.entries {
                if !wanted.contains(key) {
                    self.dict_put(copy, key.clone(), *key_object, *value);
                }
            }
            // All was copied, then what matched taken out again: that leaves it tracked.
            self.change_quietly(copy, |kind| {
                if let Kind::Dict(copy) = kind {
                    Arc::make_mut(copy).tracked = dict.tracked;
                }
            });
            captures.push((rest, copy));
        }
        Ok(answer)
    }

    /// The class is on the stack.
    fn class_pattern(
        &mut self,
        patterns: &[PatId],
        keywords: &[(crate::base::Name, PatId)],
        value: ObjId,
        captures: &mut Captures,
    ) -> R<Option<bool>> {
        let class = self.st.peek(0);
        let all: Vec<PatId> = patterns
            .iter()
            .copied()
            .chain(keywords.iter().map(|(_, pattern)| *pattern))
            .collect();
        let mut answer = self.is_instance(value, class);
        match answer {
            Some(false) => return Ok(Some(false)),
            Some(true) => {}
            None => {
                if self.type_object(value).is_none() || !matches!(self.kind(class), Kind::Type(_)) {
                    self.unknown_use(value);
                    self.capture_unknown(&all, captures);
                    return Ok(None);
                }
            }
        }
        let mut rest = patterns;
        if let (Kind::Type(ty), [first, others @ ..]) = (self.kind(class), patterns)
            && matches_itself(*ty)
        {
            match self.matches(*first, value, captures)? {
                Some(false) => return Ok(Some(false)),
                Some(true) => {}
                None => answer = None,
            }
            rest = others;
        }
        let mut named: Vec<(crate::base::Name, PatId)> = Vec::new();
        if !rest.is_empty() {
            let Some(names) = self.match_args(class) else {
                self.unknown_use(value);
                self.capture_unknown(&all, captures);
                return Ok(None);
            };
            if names.len() < rest.len() {
                return Err(self.raise(B::TypeError));
            }
            named.extend(names.into_iter().zip(rest.iter().copied()));
        }
        named.extend(keywords.iter().copied());
        for (name, pattern) in named {
            let Some(attribute) = self.attribute_or_none(value, name)? else {
                return Ok(Some(false));
            };
            let matched = self.matches(pattern, attribute, captures);
            if matched.is_ok() {
                self.consume(1);
            }
            match matched? {
                Some(false) => return Ok(Some(false)),
                Some(true) => {}
                None => answer = None,
            }
        }
        Ok(answer)
    }

    /// The names of a class's `__match_args__`.
    fn match_args(&mut self, class: ObjId) -> Option<Vec<crate::base::Name>> {
        let name = self.names.intern("__match_args__");
        let super::super::attribute::Found::Object(tuple, _) = self.class_attribute(class, name)
        else {
            return None;
        };
        let Kind::Tuple(items) = self.kind_of(tuple) else {
            return None;
        };
        items
            .iter()
            .map(|item| match self.kind_of(*item) {
                Kind::Str(text) => Some(self.names.intern(&text)),
                _ => None,
            })
            .collect()
    }

    /// Pushes an attribute; where it is missing, nothing is pushed and `None` returned. Where that is not known, both may
    /// be, and it is not followed.
    fn attribute_or_none(&mut self, value: ObjId, name: crate::base::Name) -> R<Option<ObjId>> {
        if let Kind::Instance(instance) = self.kind(value)
            && !self.has_open_attributes(instance)
            && self.own_attribute(instance, name).is_none()
            && !self.has_special(value, "__getattr__")
            && !self.has_special(value, "__getattribute__")
        {
            let Kind::Instance(instance) = self.kind(value) else {
                return Err(Dead);
            };
            let class = instance.class;
            if matches!(
                self.class_attribute(class, name),
                super::super::attribute::Found::Nothing
            ) {
                return Ok(None);
            }
        }
        self.push_new(value);
        self.load_attribute(name)?;
        Ok(Some(self.st.peek(0)))
    }

    /// The builtin type that the object's class extends, or is; `Ok(None)` of plain classes, `Err` where it is not known.
    fn builtin_base(&self, value: ObjId) -> Result<Option<B>, ()> {
        match self.kind(value) {
            Kind::Instance(instance) => match self.kind(instance.class) {
                Kind::Class(class) => class.shape.as_ref().map(|shape| shape.base).ok_or(()),
                _ => Err(()),
            },
            Kind::Exception(_) => Ok(None),
            kind => crate::domain::join::builtin_type(kind).map(Some).ok_or(()),
        }
    }

    /// Whether a sequence pattern may match (`Py_TPFLAGS_SEQUENCE`).
    fn is_sequence(&self, value: ObjId) -> Option<bool> {
        let base = self.builtin_base(value).ok()?;
        Some(matches!(
            base,
            Some(B::List | B::Tuple | B::Deque | B::Range | B::MemoryView)
        ))
    }

    /// Whether a mapping pattern may match (`Py_TPFLAGS_MAPPING`).
    fn is_mapping(&self, value: ObjId) -> Option<bool> {
        let base = self.builtin_base(value).ok()?;
        Some(base.is_some_and(|ty| ty.is_subclass_of(B::Dict) || ty == B::MappingProxy))
    }

    fn names_of(&self, pattern: PatId, out: &mut Vec<NameUse>) {
        match self.code().pattern(pattern) {
            Pattern::Missing | Pattern::Value(_) | Pattern::Singleton(_) => {}
            Pattern::Sequence(patterns) | Pattern::Or(patterns) => {
                patterns
                    .iter()
                    .for_each(|pattern| self.names_of(*pattern, out));
            }
            Pattern::Mapping { patterns, rest, .. } => {
                patterns
                    .iter()
                    .for_each(|pattern| self.names_of(*pattern, out));
                out.extend(*rest);
            }
            Pattern::Class {
                patterns, keywords, ..
            } => {
                patterns
                    .iter()
                    .for_each(|pattern| self.names_of(*pattern, out));
                keywords
                    .iter()
                    .for_each(|(_, pattern)| self.names_of(*pattern, out));
            }
            Pattern::Star(name) => out.extend(*name),
            Pattern::As { pattern, name } => {
                if let Some(pattern) = pattern {
                    self.names_of(*pattern, out);
                }
                out.extend(*name);
            }
        }
    }
}

/// Builtin types whose only positional pattern is the object itself (`_Py_TPFLAGS_MATCH_SELF`).
fn matches_itself(ty: B) -> bool {
    matches!(
        ty,
        B::Bool
            | B::ByteArray
            | B::Bytes
            | B::Dict
            | B::Float
            | B::FrozenSet
            | B::Int
            | B::List
            | B::Set
            | B::Str
            | B::Tuple
    )
}
