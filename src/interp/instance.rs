//! Attributes of instances: their own (in slots, inline, or in a `__dict__` that stands), and those that come by their class
//! (`_PyObject_GenericGetAttrWithDict`, `_PyObject_GenericSetAttrWithDict`).

use std::sync::Arc;

use super::attribute::Found;
use super::descriptor::{Descriptor, Method};
use super::machine::{Machine, R};
use crate::base::Name;
use crate::domain::atoms::UNKNOWN;
use crate::domain::{B, DictObj, InstObj, Key, Kind, ObjId, StackRef};
use crate::layout::CallKind;

impl Machine<'_> {
    /// An attribute that the instance itself has.
    pub fn own_attribute(&self, instance: &InstObj, name: Name) -> Option<ObjId> {
        if let Some(&value) = instance.attrs.get(&name) {
            return Some(value);
        }
        match self.kind(self.standing_dict(instance)?) {
            Kind::Dict(dict) => {
                let key = Key::Str(self.names.shared(name));
                dict.entries.get(&key).map(|(_, value)| *value)
            }
            _ => None,
        }
    }

    /// The attributes that the instance itself has, as far as they are known.
    pub fn own_attributes(&self, instance: &InstObj) -> Vec<(Name, ObjId)> {
        let mut out: Vec<(Name, ObjId)> = instance
            .attrs
            .iter()
            .map(|(name, value)| (*name, *value))
            .collect();
        if let Some(Kind::Dict(dict)) = instance.dict.map(|dict| self.kind(dict)) {
            for (key, (_, value)) in &dict.entries {
                if let Key::Str(text) = key
                    && let Some(name) = self.names.get(text)
                {
                    out.push((name, *value));
                }
            }
        }
        out
    }

    /// The `__dict__` that has its attributes. That of an enumeration's member stands for what is not followed.
    fn standing_dict(&self, instance: &InstObj) -> Option<ObjId> {
        instance
            .dict
            .filter(|_| !self.is_enumeration(instance.class))
    }

    /// Whether the instance may have other attributes, with any value.
    pub fn has_open_attributes(&self, instance: &InstObj) -> bool {
        instance.open
            || self.standing_dict(instance).is_some_and(
                |dict| !matches!(self.kind(dict), Kind::Dict(dict) if !dict.open && dict.ty == B::Dict),
            )
    }

    /// The `__dict__` of an instance was asked for: it stands from now on. `None` where there is none, or where it is not
    /// followed.
    pub(in crate::interp) fn materialise(&mut self, id: ObjId) -> Option<ObjId> {
        let Kind::Instance(instance) = self.kind_of(id) else {
            return None;
        };
        let shape = self.shape_of(instance.class)?;
        if !shape.has_dict
            || instance.open
            || self.obj(id).uncertain
            || self.is_enumeration(instance.class)
        {
            return None;
        }
        if instance.dict.is_some() {
            return instance.dict;
        }
        let slots = shape.slots.clone();
        let (mut kept, mut entries) = (
            crate::domain::Ordered::default(),
            crate::domain::Ordered::default(),
        );
        for (name, value) in &instance.attrs {
            let text = self.names.shared(*name);
            if slots.contains(name) || !text.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                // What is no name was put there for the machine itself.
                kept.insert(*name, *value);
            } else {
                let key = self.atoms.str(&text);
                entries.insert(Key::Str(text), (key, *value));
            }
        }
        // How much it holds depends on what other instances of the class did.
        let dict = self.alloc_stealing(Kind::Dict(Arc::new(DictObj {
            ty: B::Dict,
            entries,
            table: None,
            factory: None,
            open: false,
            tracked: None,
        })));
        self.st.inc(dict);
        self.change_quietly(id, |kind| {
            if let Kind::Instance(instance) = kind {
                let instance = Arc::make_mut(instance);
                instance.attrs = kept;
                instance.dict = Some(dict);
            }
        });
        self.keep_exposed(id);
        Some(dict)
    }

    /// Replaces the instance on top of the stack by its attribute.
    pub(super) fn load_instance(&mut self, attr: Name) -> R {
        let Kind::Instance(instance) = self.kind(self.st.peek(0)) else {
            return self.unknown_call(1);
        };
        let class = instance.class;
        let getattribute = self.method_of(class, "__getattribute__");
        let getattr = self.method_of(class, "__getattr__");
        match (getattribute, getattr) {
            (Method::Unknown, _) | (_, Method::Unknown) => self.unknown_call(1),
            (Method::Absent, Method::Absent) => self.load_plainly(attr),
            (Method::Function(all), Method::Absent) => self.call_getattribute(all, attr),
            (Method::Absent, Method::Function(getattr)) => {
                self.or_getattr(getattr, attr, |machine| machine.load_plainly(attr))
            }
            (Method::Function(all), Method::Function(getattr)) => {
                self.or_getattr(getattr, attr, |machine| {
                    machine.call_getattribute(all, attr)
                })
            }
        }
    }

    fn call_getattribute(&mut self, function: ObjId, attr: Name) -> R {
        let name = self.names.shared(attr);
        let name = self.atoms.str(&name);
        let object = self.st.peek(0);
        self.st.push(name);
        // How it is called differs by version, and once the call has specialised.
        self.held_loosely(object, |machine| {
            machine.as_builtin(|machine| machine.call_accessor(function, &[CallKind::Special; 2]))
        })
    }

    /// The same as `object.__getattribute__` does it.
    pub(super) fn load_plainly(&mut self, attr: Name) -> R {
        let object = self.st.peek(0);
        let Kind::Instance(instance) = self.kind_of(object) else {
            return self.unknown_call(1);
        };
        let class = instance.class;
        let found = self.class_attribute(class, attr);
        if let Some(value) = self.member_attribute(object, attr) {
            self.replace(1, value);
            return Ok(());
        }
        if found == Found::Nothing && self.named_fields(class).is_some() {
            return self.load_named(attr);
        }
        let descriptor = match found {
            Found::Object(value, _) => self.descriptor(value),
            Found::Unknown => return self.unknown_call(1),
            Found::Nothing | Found::Builtin(_) => Descriptor::Plain,
        };
        match (descriptor, found) {
            (Descriptor::Property(parts), _) => {
                let Some(get) = parts[0] else {
                    return Err(self.raise(B::AttributeError));
                };
                return self.call_accessor(get, &[CallKind::PropertySelf]);
            }
            (Descriptor::Unknown, _) => return self.unknown_call(1),
            (Descriptor::Methods { get, .. }, Found::Object(value, _)) if descriptor.is_data() => {
                match get {
                    Method::Function(get) => return self.call_get(get, value, true, class),
                    Method::Unknown => return self.unknown_call(1),
                    Method::Absent => {}
                }
            }
            _ => {}
        }
        if let Some(value) = self.own_attribute(&instance, attr) {
            self.replace(1, value);
            return Ok(());
        }
        match self.names.text(attr) {
            "__class__" => {
                self.replace(1, class);
                return Ok(());
            }
            "__dict__" if matches!(found, Found::Builtin(B::Object)) => {
                return self.load_dict();
            }
            "__doc__" | "__module__" | "__weakref__"
                if matches!(found, Found::Builtin(B::Object)) =>
            {
                return self.unknown_plain(1);
            }
            _ => {}
        }
        if self.has_open_attributes(&instance) {
            // Whatever was put there, unless it is missing.
            if matches!(descriptor, Descriptor::Methods { .. }) {
                return self.unknown_call(1);
            }
            self.may_raise();
            if let Found::Object(function, _) = found
                && matches!(self.kind(function), Kind::Function(_))
            {
                // A method, unless the instance hides it.
                self.st.escape(function);
            }
            self.replace(1, UNKNOWN);
            return Ok(());
        }
        match (found, descriptor) {
            (Found::Object(value, _), Descriptor::Methods { get, .. }) => match get {
                Method::Function(get) => self.call_get(get, value, true, class),
                Method::Unknown => self.unknown_call(1),
                Method::Absent => {
                    self.replace(1, value);
                    Ok(())
                }
            },
            (Found::Object(value, _), _) => {
                let result = self.bound(value, object, class);
                self.replace(1, result);
                Ok(())
            }
            (Found::Nothing, _) => Err(self.missing_attribute(object)),
            (Found::Builtin(_), _) => {
                let name = self.names.shared(attr);
                let method = self.alloc(Kind::BuiltinMethod(object, name));
                self.replace(1, method);
                Ok(())
            }
            (Found::Unknown, _) => self.unknown_call(1),
        }
    }

    /// An attribute of an instance of a named tuple that its class does not have: a field, or what all of them have.
    fn load_named(&mut self, attr: Name) -> R {
        let object = self.st.peek(0);
        let Kind::Instance(instance) = self.kind_of(object) else {
            return self.unknown_call(1);
        };
        let at = self
            .named_fields(instance.class)
            .and_then(|names| names.iter().position(|name| *name == attr));
        if let Some(at) = at {
            let value = match self.kind(self.content(object)) {
                Kind::Tuple(items) => items.get(at).copied(),
                _ => None,
            };
            return match value {
                Some(value) => {
                    self.replace(1, value);
                    Ok(())
                }
                None => self.unknown_plain(1),
            };
        }
        if matches!(self.names.text(attr), "_replace" | "_asdict" | "_make") {
            let name = self.names.shared(attr);
            let method = self.alloc(Kind::BuiltinMethod(object, name));
            self.replace(1, method);
            return Ok(());
        }
        if let Some(value) = self.own_attribute(&instance, attr) {
            self.replace(1, value);
            return Ok(());
        }
        if self.has_open_attributes(&instance) || self.names.text(attr).starts_with('_') {
            return self.unknown_plain(1);
        }
        Err(self.missing_attribute(object))
    }

    /// `x.__dict__`, `x` being on the stack.
    fn load_dict(&mut self) -> R {
        let object = self.st.peek(0);
        if let Some(dict) = self.materialise(object) {
            self.replace(1, dict);
            return Ok(());
        }
        if let Kind::Instance(instance) = self.kind(object)
            && self
                .shape_of(instance.class)
                .is_some_and(|shape| !shape.has_dict && shape.base.is_none())
        {
            return Err(self.missing_attribute(object));
        }
        self.st.escape(object);
        self.mutated_unknown(object);
        let dict = self.some(B::Dict);
        self.replace(1, dict);
        Ok(())
    }

    /// `object.attr = value` of an instance: the stack holds value, object.
    pub(super) fn store_in_instance(&mut self, attr: Name) -> R {
        let Kind::Instance(instance) = self.kind(self.st.peek(0)) else {
            return self.unknown_statement(2);
        };
        let class = instance.class;
        match self.method_of(class, "__setattr__") {
            Method::Unknown => self.unknown_statement(2),
            Method::Function(function) => {
                let (object, value) = (self.st.pop(), self.st.pop());
                let name = self.names.shared(attr);
                let name = self.atoms.str(&name);
                let stack = &mut self.st.frame_mut().stack;
                stack.extend([object, StackRef::owned(name), value]);
                self.call_accessor(function, &[CallKind::Special; 3])?;
                self.consume(1);
                Ok(())
            }
            Method::Absent if self.is_frozen(class) => {
                if self.freezes(class, attr) {
                    return Err(self.raise_some()); // `FrozenInstanceError`
                }
                self.unknown_statement(2)
            }
            Method::Absent => self.store_plainly(attr),
        }
    }

    /// The same as `object.__setattr__` does it.
    pub(super) fn store_plainly(&mut self, attr: Name) -> R {
        let (value, object) = (self.st.peek(1), self.st.peek(0));
        let Kind::Instance(instance) = self.kind_of(object) else {
            return self.unknown_statement(2);
        };
        let class = instance.class;
        match self.class_attribute(class, attr) {
            Found::Object(found, _) => match self.descriptor(found) {
                Descriptor::Property(parts) => {
                    let Some(set) = parts[1] else {
                        return Err(self.raise(B::AttributeError));
                    };
                    let (object, value) = (self.st.pop(), self.st.pop());
                    self.st.frame_mut().stack.extend([object, value]);
                    self.call_accessor(set, &[CallKind::Special; 2])?;
                    self.consume(1);
                    return Ok(());
                }
                Descriptor::Methods { set, delete, .. } => match (set, delete) {
                    (Method::Function(set), _) => return self.call_set(set, found),
                    (Method::Absent, Method::Absent) => {}
                    (Method::Absent, Method::Function(_)) => {
                        return Err(self.raise(B::AttributeError));
                    }
                    _ => return self.unknown_statement(2),
                },
                Descriptor::Unknown => return self.unknown_statement(2),
                Descriptor::Plain => {}
            },
            Found::Unknown => return self.unknown_statement(2),
            Found::Builtin(B::Object) => match self.names.text(attr) {
                "__class__" => return self.store_class(),
                "__dict__" => return self.store_dict(),
                "__weakref__" => return Err(self.raise(B::AttributeError)),
                _ => {}
            },
            _ => {}
        }
        if self
            .named_fields(class)
            .is_some_and(|names| names.contains(&attr))
        {
            return Err(self.raise(B::AttributeError));
        }
        let Some(shape) = self.shape_of(class) else {
            return self.unknown_statement(2);
        };
        let in_slot = shape.slots.contains(&attr);
        if !shape.has_dict && !in_slot {
            return Err(self.raise(B::AttributeError));
        }
        if self.obj(object).uncertain {
            self.st.escape(value);
            self.st.forget_escaped();
            self.consume(2);
            return Ok(());
        }
        if let Some(dict) = self.standing_dict(&instance)
            && !in_slot
        {
            let text = self.names.shared(attr);
            let key = self.atoms.str(&text);
            if matches!(self.kind(dict), Kind::Dict(_)) && !self.obj(dict).uncertain {
                self.dict_put(dict, Key::Str(text), key, value);
                self.change(object, |_| ());
            } else {
                self.st.escape(value);
                self.mutated_unknown(object);
            }
            self.note_bound(value);
            self.consume(2);
            return Ok(());
        }
        self.st.inc(value);
        let mut old = None;
        self.change(object, |kind| {
            if let Kind::Instance(instance) = kind {
                old = Arc::make_mut(instance).attrs.insert(attr, value);
            }
        });
        self.note_bound(value);
        self.keep_exposed(object);
        if let Some(old) = old {
            self.st.dec(old);
        }
        self.consume(2);
        Ok(())
    }

    /// `x.__class__ = C`: the stack holds value, object.
    fn store_class(&mut self) -> R {
        let (value, object) = (self.st.peek(1), self.st.peek(0));
        let Kind::Instance(instance) = self.kind_of(object) else {
            return self.unknown_statement(2);
        };
        let same = match (self.shape_of(instance.class), self.shape_of(value)) {
            (Some(old), Some(new)) => old == new && old.base.is_none(),
            _ => false,
        };
        let finalizers = [instance.class, value]
            .iter()
            .any(|class| matches!(self.kind(*class), Kind::Class(class) if class.has_finalizer));
        if same && !finalizers && !self.obj(object).uncertain {
            // Its `__dict__` is made for that (`object_set_class`).
            self.materialise(object);
            self.st.inc(value);
            self.change(object, |kind| {
                if let Kind::Instance(instance) = kind {
                    Arc::make_mut(instance).class = value;
                }
            });
            self.st.dec(instance.class);
            self.consume(2);
            return Ok(());
        }
        // It may be anything from now on.
        self.st.escape(object);
        self.st.escape(value);
        self.st.forget(object);
        self.st.blur(instance.class);
        self.change(object, |kind| *kind = Kind::Unknown);
        self.unknown_statement(2)
    }

    /// `x.__dict__ = d`: the stack holds value, object.
    fn store_dict(&mut self) -> R {
        let (value, object) = (self.st.peek(1), self.st.peek(0));
        let is_plain = matches!(self.kind(value), Kind::Dict(dict) if !dict.open && dict.ty == B::Dict)
            && !self.obj(value).uncertain;
        let old = self.materialise(object);
        let (true, Some(old)) = (is_plain, old) else {
            self.st.escape(value);
            self.st.escape(object);
            self.mutated_unknown(object);
            return self.unknown_statement(2);
        };
        self.st.inc(value);
        self.change(object, |kind| {
            if let Kind::Instance(instance) = kind {
                Arc::make_mut(instance).dict = Some(value);
            }
        });
        self.note_bound(value);
        self.keep_exposed(object);
        self.st.dec(old);
        self.consume(2);
        Ok(())
    }

    /// `del object.attr` of an instance: it is on the stack.
    pub(super) fn delete_from_instance(&mut self, attr: Name) -> R {
        let Kind::Instance(instance) = self.kind(self.st.peek(0)) else {
            return self.unknown_statement(1);
        };
        let class = instance.class;
        match self.method_of(class, "__delattr__") {
            Method::Unknown => self.unknown_statement(1),
            Method::Function(function) => {
                let name = self.names.shared(attr);
                let name = self.atoms.str(&name);
                self.st.push(name);
                self.call_accessor(function, &[CallKind::Special; 2])?;
                self.consume(1);
                Ok(())
            }
            Method::Absent if self.is_frozen(class) => {
                if self.freezes(class, attr) {
                    return Err(self.raise_some());
                }
                self.unknown_statement(1)
            }
            Method::Absent => self.delete_plainly(attr),
        }
    }

    /// The same as `object.__delattr__` does it.
    pub(super) fn delete_plainly(&mut self, attr: Name) -> R {
        let object = self.st.peek(0);
        let Kind::Instance(instance) = self.kind_of(object) else {
            return self.unknown_statement(1);
        };
        let found = self.class_attribute(instance.class, attr);
        match found {
            Found::Object(value, _) => match self.descriptor(value) {
                Descriptor::Property(parts) => {
                    let Some(delete) = parts[2] else {
                        return Err(self.raise(B::AttributeError));
                    };
                    self.call_accessor(delete, &[CallKind::Special])?;
                    self.consume(1);
                    return Ok(());
                }
                Descriptor::Methods { set, delete, .. } => match (set, delete) {
                    (_, Method::Function(delete)) => return self.call_delete(delete, value),
                    (Method::Absent, Method::Absent) => {}
                    (Method::Function(_), Method::Absent) => {
                        return Err(self.raise(B::AttributeError));
                    }
                    _ => return self.unknown_statement(1),
                },
                Descriptor::Unknown => return self.unknown_statement(1),
                Descriptor::Plain => {}
            },
            Found::Nothing => {}
            Found::Builtin(_) | Found::Unknown => return self.unknown_statement(1),
        }
        if self.has_open_attributes(&instance) || self.obj(object).uncertain {
            return self.unknown_statement(1);
        }
        if self.own_attribute(&instance, attr).is_none() {
            return Err(self.missing_attribute(object));
        }
        if let Some(dict) = self.standing_dict(&instance)
            && !instance.attrs.contains_key(&attr)
        {
            let key = Key::Str(self.names.shared(attr));
            self.dict_remove(dict, &key);
            self.change(object, |_| ());
            self.consume(1);
            return Ok(());
        }
        let mut old = None;
        self.change(object, |kind| {
            if let Kind::Instance(instance) = kind {
                old = Arc::make_mut(instance).attrs.shift_remove(&attr);
            }
        });
        if let Some(old) = old {
            self.st.dec(old);
        }
        self.consume(1);
        Ok(())
    }

    /// Methods that all objects have from `object`, called by name: `super().__setattr__(name, value)`.
    pub(in crate::interp) fn object_method(
        &mut self,
        object: ObjId,
        name: &str,
        args: &[ObjId],
    ) -> R<Option<ObjId>> {
        if !matches!(self.kind(object), Kind::Instance(_)) {
            return Ok(None);
        }
        let (attr, value) = match (name, args) {
            ("__setattr__", [attr, value]) => (*attr, Some(*value)),
            ("__getattribute__" | "__delattr__", [attr]) => (*attr, None),
            _ => return Ok(None),
        };
        let Kind::Str(text) = self.kind_of(attr) else {
            return Ok(None);
        };
        let attr = self.interned_name(attr, &text);
        if let Some(value) = value {
            self.st.frame_mut().stack.push(StackRef::lent(value));
        }
        self.st.frame_mut().stack.push(StackRef::lent(object));
        match name {
            "__setattr__" => self.as_builtin(|machine| machine.store_plainly(attr))?,
            "__delattr__" => self.as_builtin(|machine| machine.delete_plainly(attr))?,
            _ => {
                self.as_builtin(|machine| machine.load_plainly(attr))?;
                let result = self.st.pop_owned();
                self.hand_over(result);
                return Ok(Some(result));
            }
        }
        Ok(Some(crate::domain::atoms::NONE))
    }

    /// The name that a string is as an attribute's: storing by it interns the string.
    pub(in crate::interp) fn interned_name(&mut self, id: ObjId, text: &str) -> Name {
        if !id.is_atom()
            && let Some(obj) = self.st.heap.get_mut(id)
        {
            obj.uncertain = true;
            obj.escaped = true;
            obj.handed = true;
            obj.count = crate::domain::Count::ANY;
        }
        self.names.intern(text)
    }
}
