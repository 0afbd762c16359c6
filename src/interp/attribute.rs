//! Attributes: looked up in instances, classes, modules and builtin objects; stored and deleted.

use std::sync::Arc;

use super::descriptor::Method;
use super::machine::{Machine, R};
use crate::base::Name;
use crate::domain::atoms::UNKNOWN;
use crate::domain::{B, Kind, ObjId};
use crate::layout::CallKind;

/// What a class has under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing.
    Nothing,
    /// An object of the program, and the class whose namespace it is in.
    Object(ObjId, ObjId),
    /// Something that a builtin base brings along.
    Builtin(B),
    /// A base is not known: anything.
    Unknown,
}

/// What `object` brings along.
const OBJECT_ATTRIBUTES: &[&str] = &[
    "__class__",
    "__delattr__",
    "__dir__",
    "__doc__",
    "__eq__",
    "__format__",
    "__ge__",
    "__getattribute__",
    "__getstate__",
    "__gt__",
    "__hash__",
    "__init__",
    "__init_subclass__",
    "__le__",
    "__lt__",
    "__ne__",
    "__new__",
    "__reduce__",
    "__reduce_ex__",
    "__repr__",
    "__setattr__",
    "__sizeof__",
    "__str__",
    "__subclasshook__",
    "__module__",
    "__dict__",
    "__weakref__",
];

impl Machine<'_> {
    /// What the class or one of its bases has under `name`.
    pub(super) fn class_attribute(&self, class: ObjId, name: Name) -> Found {
        self.class_attribute_after(class, None, name)
    }

    /// The same among the successors of `after` in the class's MRO (`super`).
    pub(super) fn class_attribute_after(
        &self,
        class: ObjId,
        after: Option<ObjId>,
        name: Name,
    ) -> Found {
        let Kind::Class(of) = self.kind(class) else {
            return Found::Unknown;
        };
        let mut skipping = after.is_some();
        for &base in &of.mro {
            if skipping {
                skipping = after != Some(base);
                continue;
            }
            match self.kind(base) {
                Kind::Class(here) => {
                    if here.shape.is_none() {
                        return Found::Unknown; // a metaclass may have made anything of it
                    }
                    if let Some(&value) = here.attrs.get(&name) {
                        return if value == UNKNOWN {
                            Found::Unknown
                        } else {
                            Found::Object(value, base)
                        };
                    }
                }
                Kind::Type(B::Object) => {
                    let text = self.names.text(name);
                    return if OBJECT_ATTRIBUTES.contains(&text) {
                        Found::Builtin(B::Object)
                    } else {
                        Found::Nothing
                    };
                }
                Kind::Type(ty) => {
                    if super::models::has_method(*ty, self.names.text(name)) {
                        return Found::Builtin(*ty);
                    }
                }
                _ => return Found::Unknown,
            }
        }
        Found::Nothing
    }

    /// Whether the object is an instance whose class defines the special method, or may.
    pub(super) fn has_special(&mut self, id: ObjId, name: &str) -> bool {
        let Kind::Instance(instance) = self.kind(id) else {
            return false;
        };
        let class = instance.class;
        let name = self.names.intern(name);
        match self.class_attribute(class, name) {
            Found::Object(..) | Found::Unknown => true,
            Found::Builtin(ty) => ty != B::Object,
            Found::Nothing => false,
        }
    }

    /// Calls the special method of the lowest of the `n` objects on top of the stack with the others; the result takes
    /// their place.
    pub(super) fn special_or_unknown(&mut self, name: &str, n: usize) -> R {
        let object = self.st.peek(n - 1);
        let Kind::Instance(instance) = self.kind(object) else {
            return self.unknown_call(n);
        };
        let class = instance.class;
        let name = self.names.intern(name);
        match self.class_attribute(class, name) {
            Found::Object(function, _) if matches!(self.kind(function), Kind::Function(_)) => {
                let kind = match self.names.text(name) {
                    "__getitem__" => CallKind::GetItem,
                    "__iter__" => CallKind::IterSelf,
                    _ => CallKind::Special,
                };
                self.call_with(function, n, kind)
            }
            found => {
                self.unsteady = false;
                match found {
                    Found::Nothing => Err(self.raise(B::TypeError)),
                    _ => self.unknown_call(n),
                }
            }
        }
    }

    /// Replaces the object on top of the stack by its attribute.
    pub(super) fn load_attribute(&mut self, attr: Name) -> R {
        let object = self.st.peek(0);
        match self.kind_of(object) {
            Kind::Instance(_) => self.load_instance(attr),
            Kind::Class(class) => match self.class_attribute(object, attr) {
                _ if self.computed_by_metaclass(object, attr).is_some() => {
                    let getter = self.computed_by_metaclass(object, attr);
                    match getter.flatten() {
                        Some(get) => self.call_accessor(get, &[CallKind::PropertySelf]),
                        None => self.unknown_call(1),
                    }
                }
                Found::Object(value, _) => {
                    let result = match self.kind_of(value) {
                        Kind::StaticMethod(function) => function,
                        Kind::ClassMethod(function) => self.alloc(Kind::Method(function, object)),
                        Kind::Instance(instance) => {
                            match self.method_of(instance.class, "__get__") {
                                Method::Absent => value,
                                Method::Function(get) => {
                                    return self.call_get(get, value, false, object);
                                }
                                Method::Unknown => return self.unknown_call(1),
                            }
                        }
                        Kind::Unknown => return self.unknown_call(1),
                        _ => value,
                    };
                    self.replace(1, result);
                    Ok(())
                }
                Found::Nothing if self.found_in_metaclass(object, attr).is_some() => {
                    let (value, meta) = self
                        .found_in_metaclass(object, attr)
                        .expect("found a moment ago");
                    let result = self.bound(value, object, meta);
                    self.replace(1, result);
                    Ok(())
                }
                Found::Nothing => {
                    let ty = match self.names.text(attr) {
                        "__name__" | "__qualname__" => {
                            let text = class.qualname.clone();
                            let short = text.rsplit('.').next().unwrap_or(&text).to_string();
                            let name = if self.names.text(attr) == "__name__" {
                                short
                            } else {
                                text.to_string()
                            };
                            let result = self.uncertain(Kind::Str(name.into()));
                            self.replace(1, result);
                            return Ok(());
                        }
                        "__mro__" | "__bases__" => B::Tuple,
                        text if text.starts_with("__") || text == "mro" => {
                            return self.unknown_plain(1);
                        }
                        _ if class
                            .meta
                            .is_none_or(|meta| matches!(self.kind(meta), Kind::Class(_)))
                            && class
                                .shape
                                .as_ref()
                                .is_some_and(|shape| shape.base.is_none()) =>
                        {
                            return Err(self.raise(B::AttributeError));
                        }
                        _ => return self.unknown_call(1),
                    };
                    let result = self.some(ty);
                    self.replace(1, result);
                    Ok(())
                }
                _ => self.unknown_plain(1),
            },
            Kind::Module(module) => {
                let result = self.module_attribute(&module, attr);
                self.replace(1, result);
                Ok(())
            }
            Kind::Function(function) => {
                if let Some(&value) = function.attrs.get(&attr) {
                    self.replace(1, value);
                    return Ok(());
                }
                let result = match self.names.text(attr) {
                    "__name__" | "__qualname__" => {
                        let wrapped = self
                            .names
                            .get("__wrapped__")
                            .is_some_and(|name| function.attrs.contains_key(&name));
                        let unit = self.unit(crate::domain::UnitRef {
                            item: function.item,
                            unit: Some(function.unit),
                        });
                        match unit {
                            Some(unit) if !wrapped => {
                                let text = if self.names.text(attr) == "__name__" {
                                    self.names.shared(unit.name)
                                } else {
                                    unit.qualname.clone()
                                };
                                self.uncertain(Kind::Str(text))
                            }
                            _ => self.some(B::Str),
                        }
                    }
                    "__module__" => self.some(B::Str),
                    "__doc__" => UNKNOWN,
                    "__defaults__" => function.defaults.unwrap_or(crate::domain::atoms::NONE),
                    _ => return self.unknown_plain(1),
                };
                self.replace(1, result);
                Ok(())
            }
            Kind::Super(class, of) => {
                let of_class = match self.kind(of) {
                    Kind::Class(of) if !of.mro.contains(&class) => match of.meta {
                        Some(meta) => meta,
                        None => return self.unknown_call(1),
                    },
                    Kind::Instance(instance) => instance.class,
                    Kind::Exception(exception) => exception.class,
                    Kind::Class(_) => of,
                    _ => return self.unknown_call(1),
                };
                match self.class_attribute_after(of_class, Some(class), attr) {
                    Found::Object(value, _) => {
                        let result = self.bound(value, of, of_class);
                        self.replace(1, result);
                        Ok(())
                    }
                    Found::Nothing
                        if self.names.text(attr) == "__call__"
                            && self.program_metaclass(of) == Some(of_class) =>
                    {
                        let name = self.names.shared(attr);
                        let method = self.alloc(Kind::BuiltinMethod(of, name));
                        self.replace(1, method);
                        Ok(())
                    }
                    Found::Builtin(_) => {
                        let name = self.names.shared(attr);
                        let method = self.alloc(Kind::BuiltinMethod(of, name));
                        self.replace(1, method);
                        Ok(())
                    }
                    Found::Nothing if self.content(of) != of => {
                        // Special methods of the builtin base, by name.
                        let name = self.names.shared(attr);
                        let method = self.alloc(Kind::BuiltinMethod(of, name));
                        self.replace(1, method);
                        Ok(())
                    }
                    Found::Nothing
                        if self
                            .shape_of(of_class)
                            .is_some_and(|shape| shape.base.is_some()) =>
                    {
                        self.unknown_call(1)
                    }
                    Found::Nothing => Err(self.raise(B::AttributeError)),
                    Found::Unknown => self.unknown_call(1),
                }
            }
            Kind::Type(ty) => {
                let name = self.names.shared(attr);
                let is_object_method = ty == B::Object
                    && matches!(&*name, "__setattr__" | "__delattr__" | "__getattribute__");
                if super::models::has_method(ty, &name)
                    || super::models::is_item_method(&name)
                    || is_object_method
                {
                    let method = self
                        .atoms
                        .function(&format!("unbound:{}.{name}", ty.name()));
                    self.replace(1, method);
                    return Ok(());
                }
                self.unknown_plain(1)
            }
            Kind::Library(_)
                if self.field_name(object).is_some() && self.names.text(attr) == "name" =>
            {
                let name = self.field_name(object).expect("asked a moment ago");
                self.replace(1, name);
                Ok(())
            }
            Kind::Library(_)
                if self.alias_origin(object).is_some()
                    && !self.names.text(attr).starts_with("__") =>
            {
                // An alias hands the question on.
                let origin = self.alias_origin(object).expect("asked a moment ago");
                self.replace(1, origin);
                self.load_attribute(attr)
            }
            Kind::Slice(parts) => {
                let at = match self.names.text(attr) {
                    "start" => 0,
                    "stop" => 1,
                    "step" => 2,
                    _ => return self.unknown_plain(1),
                };
                self.replace(1, parts[at]);
                Ok(())
            }
            Kind::Exception(_) => self.exception_attribute(attr),
            Kind::Unknown | Kind::Named(..) if self.attribute_runs(attr) => self.unknown_call(1),
            Kind::Unknown | Kind::Named(..) => self.unknown_plain(1),
            kind => {
                let name = self.names.shared(attr);
                let ty = crate::domain::join::builtin_type(&kind);
                if &*name == "__class__"
                    && let Some(ty) = ty
                {
                    let ty = self.atoms.ty(ty);
                    self.replace(1, ty);
                    return Ok(());
                }
                if let Some(value) =
                    ty.and_then(|ty| super::models::object_attribute(self, ty, &name))
                {
                    self.replace(1, value);
                    return Ok(());
                }
                if ty.is_some_and(|ty| super::models::has_method(ty, &name)) {
                    let method = self.alloc(Kind::BuiltinMethod(object, name));
                    self.replace(1, method);
                    return Ok(());
                }
                self.unknown_plain(1)
            }
        }
    }

    /// What the metaclass has under a name that the class itself has not, and the metaclass.
    fn found_in_metaclass(&self, class: ObjId, attr: Name) -> Option<(ObjId, ObjId)> {
        let meta = self.program_metaclass(class)?;
        match self.class_attribute(meta, attr) {
            Found::Object(value, _) => Some((value, meta)),
            _ => None,
        }
    }

    /// A property of the metaclass, which goes before what the class has: its getter.
    fn computed_by_metaclass(&self, class: ObjId, attr: Name) -> Option<Option<ObjId>> {
        let (value, _) = self.found_in_metaclass(class, attr)?;
        match self.kind(value) {
            Kind::Property(parts) => Some(parts[0]),
            _ => None,
        }
    }

    /// AttributeError; from 3.10 on it holds the object that lacks the attribute.
    pub(super) fn missing_attribute(&mut self, object: ObjId) -> super::machine::Dead {
        if self.layout().attribute_error_holds_object() {
            self.raise_holding(B::AttributeError, &[object])
        } else {
            self.raise(B::AttributeError)
        }
    }

    /// What reading a class's attribute through an instance gives.
    pub(super) fn bound(&mut self, value: ObjId, object: ObjId, class: ObjId) -> ObjId {
        match self.kind_of(value) {
            Kind::Function(_) => self.alloc(Kind::Method(value, object)),
            Kind::StaticMethod(function) => function,
            Kind::ClassMethod(function) => self.alloc(Kind::Method(function, class)),
            Kind::Library(library) => match library.ty {
                B::Function | B::LruCacheWrapper => self.alloc(Kind::Method(value, object)),
                // A descriptor in some versions.
                B::Partial => {
                    self.st.escape(object);
                    UNKNOWN
                }
                _ => value,
            },
            _ => value,
        }
    }

    /// The function that a call `object.attr(...)` runs with the object as its first argument, where the bytecode finds it
    /// without a bound method (`LOAD_METHOD`); and that first argument.
    pub(super) fn direct_method(&mut self, object: ObjId, attr: Name) -> Option<(ObjId, ObjId)> {
        let (class, owner, after) = match self.kind(object) {
            Kind::Instance(instance)
                if !self.has_open_attributes(instance)
                    && self.own_attribute(instance, attr).is_none() =>
            {
                (instance.class, object, None)
            }
            Kind::Exception(exception)
                if !exception.open
                    && !exception.attrs.contains_key(&attr)
                    && matches!(self.kind(exception.class), Kind::Class(_)) =>
            {
                (exception.class, object, None)
            }
            Kind::Super(class, of) => match self.kind(*of) {
                Kind::Instance(instance) => (instance.class, *of, Some(*class)),
                Kind::Exception(exception) => (exception.class, *of, Some(*class)),
                _ => return None,
            },
            _ => return None,
        };
        let getter = self.names.get("__getattribute__");
        if getter.is_some_and(|getter| {
            matches!(
                self.class_attribute(class, getter),
                Found::Object(..) | Found::Unknown
            )
        }) {
            return None;
        }
        match self.class_attribute_after(class, after, attr) {
            Found::Object(function, _) if matches!(self.kind(function), Kind::Function(_)) => {
                Some((function, owner))
            }
            _ => None,
        }
    }

    /// `object.attr = value`: the stack holds value, object.
    pub(super) fn store_attribute(&mut self, attr: Name) -> R {
        let (value, object) = (self.st.peek(1), self.st.peek(0));
        match self.kind_of(object) {
            Kind::Instance(_) => self.store_in_instance(attr),
            Kind::Class(_) if self.computed_by_metaclass(object, attr).is_some() => {
                self.unknown_statement(2)
            }
            Kind::Class(_) => {
                self.st.inc(value);
                let finalizer = self.names.text(attr) == "__del__";
                let mut old = None;
                self.change(object, |kind| {
                    if let Kind::Class(class) = kind {
                        let class = Arc::make_mut(class);
                        old = class.attrs.insert(attr, value);
                        class.has_finalizer |= finalizer;
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
            Kind::Function(_) if self.names.text(attr).starts_with("__") => {
                // Defaults, code or closure may be others from now on.
                self.st.escape(value);
                self.st.escape(object); // while it is known which code it runs
                self.change(object, |kind| *kind = Kind::Opaque(B::Function, None));
                self.consume(2);
                Ok(())
            }
            Kind::Function(_) => {
                self.st.inc(value);
                let mut old = None;
                self.change(object, |kind| {
                    if let Kind::Function(function) = kind {
                        old = Arc::make_mut(function).attrs.insert(attr, value);
                    }
                });
                self.keep_exposed(object);
                if let Some(old) = old {
                    self.st.dec(old);
                }
                self.consume(2);
                Ok(())
            }
            Kind::Int(_)
            | Kind::Str(_)
            | Kind::List(_)
            | Kind::Tuple(_)
            | Kind::None
            | Kind::Dict(_) => Err(self.raise(B::AttributeError)),
            Kind::Exception(_) if self.store_exception_attribute(attr) => Ok(()),
            _ => self.unknown_statement(2),
        }
    }

    /// `del object.attr`: the object is on the stack.
    pub(super) fn delete_attribute(&mut self, attr: Name) -> R {
        let object = self.st.peek(0);
        match self.kind(object) {
            Kind::Instance(_) => self.delete_from_instance(attr),
            _ => self.unknown_statement(1),
        }
    }

    /// An attribute of a module of a library.
    fn module_attribute(&mut self, module: &str, attr: Name) -> ObjId {
        let name = self.names.shared(attr);
        super::models::module_attribute(self, module, &name)
    }
}
