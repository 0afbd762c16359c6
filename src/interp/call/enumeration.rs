//! Enumerations: members are made once, when the class statement ends, and live as long as the class.
//!
//! Checked under each version: a member is an instance of its class, always the same object, found by name, by value
//! and by iteration; who else holds it and its value differs between versions, and is not said.

use std::sync::Arc;

use super::super::attribute::Found;
use super::super::machine::{Machine, R};
use super::Passed;
use crate::base::Name;
use crate::domain::atoms::UNKNOWN;
use crate::domain::{B, InstObj, Kind, Makeup, ObjId, Ordered};
use crate::layout::CallKind;

const VALUE: &str = "member value";
const NAME: &str = "member name";

impl Machine<'_> {
    /// Makes members of what the body of an enumeration bound. Where the class is more than is followed its layout is
    /// given up, and with it all that is known of it.
    pub(super) fn make_members(&mut self, class_id: ObjId) -> R {
        let Kind::Class(class) = self.kind_of(class_id) else {
            return Ok(());
        };
        let special = [
            "__new__",
            "_generate_next_value_",
            "_missing_",
            "_ignore_",
            "__init_subclass__",
        ]
        .iter()
        .any(|name| {
            let name = self.names.intern(name);
            !matches!(
                self.class_attribute(class_id, name),
                Found::Nothing | Found::Builtin(_)
            )
        });
        let is_flag = class.mro.iter().any(
            |base| matches!(self.kind(*base), Kind::Type(ty) if ty.is_subclass_of(B::Flag) || *ty == B::IntFlag),
        );
        let base = class.shape.as_ref().and_then(|shape| shape.base);
        let plain_base = matches!(base, None | Some(B::Int)) && class.shape.is_some();
        if special || !plain_base || class.attrs.values().any(|value| *value == UNKNOWN) {
            self.give_up_enumeration(class_id);
            return Ok(());
        }
        let mut members: Vec<Name> = Vec::new();
        let mut last = 0;
        for (name, value) in &class.attrs {
            let text = self.names.shared(*name);
            let private = text.starts_with('_');
            let descriptor = match self.kind(*value) {
                Kind::Function(_)
                | Kind::Property(_)
                | Kind::StaticMethod(_)
                | Kind::ClassMethod(_) => true,
                // Members in some versions, or in none.
                Kind::BuiltinFunction(_)
                | Kind::BuiltinMethod(..)
                | Kind::Class(_)
                | Kind::Type(_)
                | Kind::Method(..)
                | Kind::Library(_)
                | Kind::Instance(_)
                | Kind::Unknown
                | Kind::Named(..)
                    if !private =>
                {
                    self.give_up_enumeration(class_id);
                    return Ok(());
                }
                _ => false,
            };
            if private || descriptor {
                continue;
            }
            let automatic = matches!(self.kind(*value), Kind::Opaque(B::EnumAuto, _));
            let value = if automatic {
                last = match (is_flag, last) {
                    (true, 0) => 1,
                    (true, last) => 1_i64 << (64 - (last as u64).leading_zeros()),
                    (false, last) => last + 1,
                };
                self.int64(last)
            } else {
                match self.kind(*value) {
                    Kind::Int(number) => last = (*number).max(last),
                    // What `auto` makes of another value before it is not followed.
                    _ if class
                        .attrs
                        .values()
                        .any(|value| matches!(self.kind(*value), Kind::Opaque(B::EnumAuto, _))) =>
                    {
                        self.give_up_enumeration(class_id);
                        return Ok(());
                    }
                    _ => {}
                }
                *value
            };
            // An equal value makes an alias.
            let mut same = None;
            for member in &members {
                let other = self.member(class_id, *member);
                let known = other.and_then(|other| self.member_part(other, VALUE));
                match known.map(|known| self.equal_or_same(known, value)) {
                    Some(Some(false)) => {}
                    Some(Some(true)) => same = other,
                    _ => {
                        self.give_up_enumeration(class_id);
                        return Ok(());
                    }
                }
            }
            if let Some(same) = same {
                self.set_class_attribute(class_id, *name, same);
                continue;
            }
            self.st.escape(value);
            if base == Some(B::Int) && !matches!(self.kind(value), Kind::Int(_)) {
                self.give_up_enumeration(class_id);
                return Ok(());
            }
            // It has more attributes than are followed: its `__dict__` stands for them.
            let dict = self.some(B::Dict);
            let member = self.alloc(Kind::Instance(Arc::new(InstObj {
                class: class_id,
                attrs: Ordered::default(),
                open: false,
                dict: Some(dict),
                payload: base.map(|_| value),
            })));
            self.push_new(member);
            let name_object = self.atoms.str(&text);
            for (part, object) in [(VALUE, value), (NAME, name_object)] {
                let part = self.names.intern(part);
                self.st.inc(object);
                self.change_quietly(member, |kind| {
                    if let Kind::Instance(instance) = kind {
                        Arc::make_mut(instance).attrs.insert(part, object);
                    }
                });
            }
            let init = self.names.intern("__init__");
            if let Found::Object(function, _) = self.class_attribute(class_id, init) {
                let args = match self.kind_of(value) {
                    Kind::Tuple(items) => items.to_vec(),
                    _ => vec![value],
                };
                self.push_unsteady(member);
                for arg in &args {
                    self.push_new(*arg);
                }
                let kinds = vec![CallKind::Callback; args.len() + 1];
                self.call_kinds(function, &kinds)?;
                self.consume(1);
            }
            // The class holds it in several tables.
            self.open_count(member);
            self.set_class_attribute(class_id, *name, member);
            self.consume(1);
            members.push(*name);
        }
        self.set_makeup(class_id, Makeup::Enum(members));
        Ok(())
    }

    fn give_up_enumeration(&mut self, class: ObjId) {
        self.st.escape(class);
        self.change_quietly(class, |kind| {
            if let Kind::Class(class) = kind {
                Arc::make_mut(class).shape = None;
            }
        });
        self.unknown_code();
    }

    fn member(&self, class: ObjId, name: Name) -> Option<ObjId> {
        match self.class_attribute(class, name) {
            Found::Object(member, _) if matches!(self.kind(member), Kind::Instance(_)) => {
                Some(member)
            }
            _ => None,
        }
    }

    fn member_part(&self, member: ObjId, part: &str) -> Option<ObjId> {
        let Kind::Instance(instance) = self.kind(member) else {
            return None;
        };
        let part = self.names.get(part)?;
        instance.attrs.get(&part).copied()
    }

    /// The members in order, where they are known.
    pub(in crate::interp) fn members(&self, class: ObjId) -> Option<Vec<ObjId>> {
        let Makeup::Enum(names) = self.makeup(class) else {
            return None;
        };
        names.iter().map(|name| self.member(class, *name)).collect()
    }

    /// `name` and `value` of a member, and what else it has by that.
    pub(in crate::interp) fn member_attribute(&self, member: ObjId, attr: Name) -> Option<ObjId> {
        let Kind::Instance(instance) = self.kind(member) else {
            return None;
        };
        if !self.is_enumeration(instance.class)
            || !matches!(self.class_attribute(instance.class, attr), Found::Nothing)
        {
            return None;
        }
        match self.names.text(attr) {
            "value" | "_value_" => self.member_part(member, VALUE),
            "name" | "_name_" => self.member_part(member, NAME),
            _ => None,
        }
    }

    /// `Color["RED"]`, both on the stack: whether it was done.
    pub(in crate::interp) fn member_by_name(&mut self) -> R<bool> {
        let (class, index) = (self.st.peek(1), self.st.peek(0));
        let (Makeup::Enum(_), Kind::Str(name)) = (self.makeup(class), self.kind_of(index)) else {
            return Ok(false);
        };
        let name = self.names.intern(&name);
        match self.member(class, name) {
            Some(member) => {
                self.replace(2, member);
                Ok(true)
            }
            None => Err(self.raise(B::KeyError)),
        }
    }

    /// `Color(value)`: the member.
    pub(super) fn call_enumeration(&mut self, class: ObjId, passed: &Passed) -> R {
        let n = passed.positional.len() + passed.keywords.len();
        let (args, _) = self.passed_ids(passed);
        let ([value], Some(members)) = (&args[..], self.members(class)) else {
            return self.unknown_call(n + 1);
        };
        let is_flag = match self.kind(class) {
            Kind::Class(class) => class
                .mro
                .iter()
                .any(|base| matches!(self.kind(*base), Kind::Type(B::Flag | B::IntFlag))),
            _ => true,
        };
        for member in members {
            if self.is_same(member, *value) {
                self.replace(n + 1, member);
                return Ok(());
            }
            let known = self.member_part(member, VALUE);
            match known.map(|known| self.equal_or_same(known, *value)) {
                Some(Some(true)) => {
                    self.replace(n + 1, member);
                    return Ok(());
                }
                Some(Some(false)) => {}
                _ => {
                    self.may_raise();
                    self.replace(n + 1, UNKNOWN);
                    return Ok(());
                }
            }
        }
        if is_flag {
            self.replace(n + 1, UNKNOWN);
            return Ok(());
        }
        Err(self.raise(B::ValueError))
    }
}
