//! `dataclasses`: what the decorator reads off the class's body, and what the `__init__` it makes does.
//!
//! Checked under each version: instances hold the arguments themselves, a factory's result is each instance's own, and
//! defaults are held by the class and its fields.

use std::sync::Arc;

use super::super::attribute::Found;
use super::super::machine::{Machine, R};
use super::Passed;
use crate::base::Name;
use crate::domain::atoms::UNKNOWN;
use crate::domain::{B, DataField, Key, Kind, Makeup, ObjId};
use crate::hir::{Expr, ExprId, Stmt};
use crate::layout::DictTable;

const DEFAULTS: &str = "data defaults";
const FACTORIES: &str = "data factories";
/// The role of a field among the objects of the library.
const FIELD: &str = "field of";

/// What `@dataclass(...)` was told.
#[derive(Clone, Copy, Debug)]
pub(in crate::interp) struct Options {
    init: bool,
    eq: bool,
    order: bool,
    frozen: bool,
    kw_only: bool,
    slots: bool,
    weakref_slot: bool,
}

impl Machine<'_> {
    /// The options among the decorator's keyword arguments; `None` where one is not known.
    pub(in crate::interp) fn data_options(
        &mut self,
        keywords: &[(Name, ObjId)],
    ) -> Option<Options> {
        let mut out = Options {
            init: true,
            eq: true,
            order: false,
            frozen: false,
            kw_only: false,
            slots: false,
            weakref_slot: false,
        };
        for (name, value) in keywords {
            let Kind::Bool(value) = self.kind(*value) else {
                return None;
            };
            let value = *value;
            match self.names.text(*name) {
                "init" => out.init = value,
                "repr" | "match_args" => {}
                "eq" => out.eq = value,
                "order" => out.order = value,
                "frozen" => out.frozen = value,
                "kw_only" => out.kw_only = value,
                "slots" => out.slots = value,
                "weakref_slot" => out.weakref_slot = value,
                _ => return None, // `unsafe_hash`
            }
        }
        Some(out)
    }

    /// `dataclass(cls)`: the class with its fields; `None` where its body is more than is followed.
    pub(in crate::interp) fn make_dataclass(
        &mut self,
        class_id: ObjId,
        options: Options,
    ) -> Option<ObjId> {
        let Kind::Class(class) = self.kind_of(class_id) else {
            return None;
        };
        let shape = class.shape.clone()?;
        if class.item != self.item || options.slots && (shape.base.is_some() || class.mro.len() > 2)
        {
            return None;
        }
        let mut fields: Vec<DataField> = Vec::new();
        let (mut defaults, mut factories) = (Vec::new(), Vec::new());
        for base in class.mro[1..].iter().rev() {
            if let Makeup::Data { fields: theirs, .. } = self.makeup(*base).clone() {
                let (known, makers) = (
                    self.kept_in_class(*base, DEFAULTS),
                    self.kept_in_class(*base, FACTORIES),
                );
                for mut field in theirs {
                    field.default = field.default.map(|at| {
                        defaults.push(known.get(at).copied().unwrap_or(UNKNOWN));
                        defaults.len() - 1
                    });
                    field.factory = field.factory.map(|at| {
                        factories.push(makers.get(at).copied().unwrap_or(UNKNOWN));
                        factories.len() - 1
                    });
                    put(&mut fields, field);
                }
            }
        }
        let code = self.code();
        let unit = code.unit(class.unit);
        let mut kw_only = options.kw_only;
        for id in &unit.body {
            let (target, annotation) = match code.stmt(*id) {
                Stmt::AnnAssign {
                    target, annotation, ..
                } => (*target, *annotation),
                Stmt::FunctionDef { .. }
                | Stmt::Expr(_)
                | Stmt::Pass
                | Stmt::Assign { .. }
                | Stmt::ClassDef { .. } => continue,
                _ => return None,
            };
            let Expr::Name(name) = code.expr(target) else {
                continue;
            };
            match self.annotation_word(annotation) {
                Some("ClassVar") => continue,
                Some("InitVar") | None => return None,
                Some("KW_ONLY") => {
                    kw_only = true;
                    continue;
                }
                Some(_) => {}
            }
            let mut field = DataField {
                name: name.name,
                default: None,
                factory: None,
                init: true,
                kw_only,
                compare: true,
            };
            let value = class.attrs.get(&name.name).copied();
            match value.map(|value| self.kind_of(value)) {
                None => {}
                Some(Kind::Library(library)) if library.role == "field" => {
                    self.read_field(&library.held, &mut field, &mut defaults, &mut factories)?;
                    // The class keeps the default, or nothing.
                    match field.default {
                        Some(at) => {
                            let default = defaults[at];
                            self.set_class_attribute(class_id, name.name, default);
                        }
                        None => {
                            let mut old = None;
                            self.change_quietly(class_id, |kind| {
                                if let Kind::Class(class) = kind {
                                    old = Arc::make_mut(class).attrs.shift_remove(&name.name);
                                }
                            });
                            if let Some(old) = old {
                                self.st.blur(old);
                            }
                        }
                    }
                }
                Some(Kind::List(_) | Kind::Dict(_) | Kind::Unknown | Kind::Property(_)) => {
                    return None;
                }
                Some(Kind::Set(set)) if !set.frozen => return None,
                Some(Kind::Library(_) | Kind::Instance(_)) => return None,
                Some(_) => {
                    defaults.extend(value);
                    field.default = Some(defaults.len() - 1);
                }
            }
            put(&mut fields, field);
        }
        // Fields, functions and the class hold the defaults in their own ways.
        for id in defaults
            .iter()
            .chain(&factories)
            .copied()
            .collect::<Vec<_>>()
        {
            if !matches!(self.kind(id), Kind::Function(_) | Kind::Class(_)) {
                self.st.escape(id);
            } else {
                self.open_count(id);
            }
        }
        for (name, items) in [(DEFAULTS, defaults), (FACTORIES, factories)] {
            if !items.is_empty() {
                let kept = self.tuple(items);
                self.keep_in_class(class_id, name, kept);
            }
        }
        let slots: Vec<Name> = fields.iter().map(|field| field.name).collect();
        let init = self.names.intern("__init__");
        let has_init = class.attrs.contains_key(&init);
        if !options.init && !has_init {
            return None;
        }
        self.set_makeup(
            class_id,
            Makeup::Data {
                fields,
                eq: options.eq,
                order: options.order,
                frozen: options.frozen,
            },
        );
        if options.slots {
            // A further class is made, and that one gets the name.
            self.change_quietly(class_id, |kind| {
                if let Kind::Class(class) = kind {
                    let class = Arc::make_mut(class);
                    for name in &slots {
                        class.attrs.shift_remove(name);
                    }
                    if let Some(shape) = &mut class.shape {
                        shape.has_dict = false;
                        shape.has_weakref = options.weakref_slot;
                        shape.slots = slots.clone();
                    }
                }
            });
        }
        Some(class_id)
    }

    /// The last word of an annotation, its subscript left out; `None` of text, which may say anything.
    fn annotation_word(&self, annotation: ExprId) -> Option<&str> {
        let code = self.code();
        match code.expr(annotation) {
            Expr::Name(name) => Some(self.names.text(name.name)),
            Expr::Attribute { attr, .. } => Some(self.names.text(*attr)),
            Expr::Subscript { value, .. } => self.annotation_word(*value),
            Expr::Constant(crate::hir::Const::Str(text)) => {
                let odd = ["ClassVar", "InitVar", "KW_ONLY"]
                    .iter()
                    .any(|word| text.contains(word));
                (!odd).then_some("text")
            }
            _ => Some("other"),
        }
    }

    /// `field(...)`: what it was told, as it was kept: names and values in turn.
    fn read_field(
        &mut self,
        held: &[ObjId],
        field: &mut DataField,
        defaults: &mut Vec<ObjId>,
        factories: &mut Vec<ObjId>,
    ) -> Option<()> {
        for pair in held.chunks(2) {
            let [name, value] = pair else { return None };
            let Kind::Str(name) = self.kind(*name) else {
                return None;
            };
            let flag = match self.kind(*value) {
                Kind::Bool(value) => Some(*value),
                _ => None,
            };
            match &**name {
                "default" => {
                    defaults.push(*value);
                    field.default = Some(defaults.len() - 1);
                }
                "default_factory" => {
                    factories.push(*value);
                    field.factory = Some(factories.len() - 1);
                }
                "init" => field.init = flag?,
                "compare" => field.compare = flag?,
                "kw_only" => field.kw_only = flag?,
                "repr" | "metadata" | "doc" => {}
                _ => return None,
            }
        }
        Some(())
    }

    /// Whether instances are made by the `__init__` of a dataclass.
    pub(super) fn is_data_class(&self, class: ObjId) -> bool {
        matches!(self.makeup(class), Makeup::Data { .. })
    }

    /// The `__init__` that `dataclass` makes. The stack holds the class, the arguments and the new object: that one is left.
    pub(super) fn init_data(&mut self, class: ObjId, object: ObjId, passed: &Passed) -> R {
        let n = passed.positional.len() + passed.keywords.len();
        let first = passed.positional.len();
        let at = |machine: &Self, index: usize| machine.st.peek(n - index);
        let positional: Vec<ObjId> = (0..first).map(|index| at(self, index)).collect();
        let keywords: Vec<(Name, ObjId)> = passed
            .keywords
            .iter()
            .enumerate()
            .map(|(index, name)| (*name, at(self, first + index)))
            .collect();
        self.fill_data(class, object, &positional, &keywords)?;
        let result = self.st.pop();
        for _ in 0..=n {
            self.st.drop_top();
        }
        self.st.frame_mut().stack.push(result);
        self.run_finalizers();
        Ok(())
    }

    /// Sets the attributes of a new instance, which the stack holds.
    fn fill_data(
        &mut self,
        class: ObjId,
        object: ObjId,
        positional: &[ObjId],
        keywords: &[(Name, ObjId)],
    ) -> R {
        let Makeup::Data { fields, .. } = self.makeup(class).clone() else {
            return Ok(());
        };
        let defaults = self.kept_in_class(class, DEFAULTS);
        let factories = self.kept_in_class(class, FACTORIES);
        let mut given = positional.iter().copied();
        let mut taken = 0;
        let mut plan: Vec<(Name, Option<ObjId>, Option<ObjId>)> = Vec::new();
        for field in &fields {
            let mut value = None;
            if field.init && !field.kw_only {
                value = given.next();
            }
            if value.is_none() && field.init {
                value = keywords
                    .iter()
                    .find(|(name, _)| *name == field.name)
                    .map(|(_, value)| *value);
                taken += usize::from(value.is_some());
            }
            let default = field.default.and_then(|at| defaults.get(at).copied());
            let factory = field.factory.and_then(|at| factories.get(at).copied());
            if value.is_none() && default.is_none() && factory.is_none() {
                if field.init {
                    return Err(self.raise(B::TypeError));
                }
                continue;
            }
            let value = value.or(if field.init { default } else { None });
            // A default that `__init__` does not take stays the class's.
            if value.is_none() && factory.is_none() {
                continue;
            }
            plan.push((field.name, value, factory));
        }
        if given.next().is_some() || taken < keywords.len() {
            return Err(self.raise(B::TypeError));
        }
        let setter = self.names.intern("__setattr__");
        let own_setter = matches!(
            self.class_attribute(class, setter),
            Found::Object(..) | Found::Unknown
        );
        for (name, value, factory) in plan {
            match (value, factory) {
                (Some(value), _) => self.push_new(value),
                (None, Some(factory)) => {
                    self.push_new(factory);
                    self.call_stack(0, &[])?;
                }
                (None, None) => continue,
            }
            self.push_new(object);
            if own_setter {
                self.store_attribute(name)?;
            } else {
                self.store_plainly(name)?;
            }
        }
        let after = self.names.intern("__post_init__");
        if let Found::Object(function, _) = self.class_attribute(class, after) {
            if !matches!(self.kind(function), Kind::Function(_)) {
                self.unknown_use(object);
                return Ok(());
            }
            for id in positional.iter().chain(keywords.iter().map(|(_, id)| id)) {
                self.st.add(*id, 0, 4);
            }
            self.push_unsteady(object);
            self.call_with(function, 1, crate::layout::CallKind::Special)?;
            self.consume(1);
            for id in positional.iter().chain(keywords.iter().map(|(_, id)| id)) {
                self.st.sub(*id, 0, 4);
            }
        }
        Ok(())
    }

    /// Whether instances of the class refuse to be changed.
    pub(in crate::interp) fn is_frozen(&self, class: ObjId) -> bool {
        matches!(self.makeup(class), Makeup::Data { frozen: true, .. })
    }

    /// Whether a frozen dataclass, or a class below one, surely refuses the attribute.
    pub(in crate::interp) fn freezes(&self, class: ObjId, attr: Name) -> bool {
        let Makeup::Data { fields, .. } = self.makeup(class) else {
            return false;
        };
        let inherits = match self.kind(class) {
            Kind::Class(of) => of.mro[1..]
                .iter()
                .any(|base| *self.makeup(*base) != Makeup::Plain),
            _ => true,
        };
        // A class below that is no dataclass itself takes what is no field.
        !inherits || fields.iter().any(|field| field.name == attr)
    }

    /// The values that a dataclass's instances are compared by; `None` where the class compares in another way.
    pub(in crate::interp) fn compared_fields(&self, id: ObjId, order: bool) -> Option<Vec<ObjId>> {
        let Kind::Instance(instance) = self.kind(id) else {
            return None;
        };
        let Makeup::Data {
            fields,
            eq,
            order: ordered,
            ..
        } = self.makeup(instance.class)
        else {
            return None;
        };
        if self.has_open_attributes(instance) || !(if order { *ordered } else { *eq }) {
            return None;
        }
        fields
            .iter()
            .filter(|field| field.compare)
            .map(|field| self.own_attribute(instance, field.name))
            .collect()
    }

    /// Whether the class is a dataclass that makes `__eq__`.
    pub(in crate::interp) fn has_data_eq(&self, id: ObjId) -> bool {
        matches!(self.kind(id), Kind::Instance(instance)
            if matches!(self.makeup(instance.class), Makeup::Data { eq: true, .. }))
    }

    /// Functions of `dataclasses` on instances.
    pub(in crate::interp) fn dataclass_function(
        &mut self,
        name: &str,
        args: &[ObjId],
        keywords: &[(Name, ObjId)],
    ) -> R<Option<ObjId>> {
        let Some(Kind::Instance(instance)) = args.first().map(|of| self.kind_of(*of)) else {
            return Ok(None);
        };
        let class = instance.class;
        let Makeup::Data { fields, .. } = self.makeup(class).clone() else {
            return Ok(None);
        };
        if self.has_open_attributes(&instance) {
            return Ok(None);
        }
        let values: Option<Vec<(Name, ObjId)>> = fields
            .iter()
            .map(|field| Some((field.name, self.own_attribute(&instance, field.name)?)))
            .collect();
        let Some(values) = values else {
            return Ok(None);
        };
        match (name, args.len()) {
            ("asdict" | "astuple", 1) if keywords.is_empty() => {
                // What it holds is copied, by code that is not followed where the file defines it.
                let copies: Option<Vec<ObjId>> = values
                    .iter()
                    .map(|(_, value)| self.data_part(*value, name, 0))
                    .collect();
                let Some(copies) = copies else {
                    let methods = [
                        "__deepcopy__",
                        "__copy__",
                        "__reduce__",
                        "__reduce_ex__",
                        "__getstate__",
                        "__setstate__",
                        "__new__",
                        "__iter__",
                    ];
                    if self.hooks_run(&methods) {
                        return Ok(None);
                    }
                    self.st.escape(args[0]);
                    self.may_raise();
                    return Ok(Some(if name == "astuple" {
                        self.some(B::Tuple)
                    } else {
                        self.new_unknown(B::Dict)
                    }));
                };
                Ok(Some(self.data_whole(name, &fields, copies)))
            }
            _ => Ok(None),
        }
    }

    /// The result of `asdict` or `astuple` from the parts, which come without references.
    fn data_whole(&mut self, name: &str, fields: &[DataField], parts: Vec<ObjId>) -> ObjId {
        if name == "astuple" {
            return self.tuple(parts);
        }
        let dict = self.new_dict(B::Dict, Some(DictTable::EMPTY));
        self.st.inc(dict);
        for (field, value) in fields.iter().zip(parts) {
            let text = self.names.shared(field.name);
            let key = self.atoms.str(&text);
            self.dict_put(dict, Key::Str(text), key, value);
        }
        self.st.uncount(dict);
        dict
    }

    /// What `asdict` or `astuple` makes of a value (`_asdict_inner` of `Lib/dataclasses.py`), without a reference; `None`
    /// where it is not followed. Containers are made anew, by ways that differ: how much room they have is not said.
    fn data_part(&mut self, value: ObjId, name: &str, depth: u32) -> Option<ObjId> {
        if depth > 8 {
            return None;
        }
        match self.kind_of(value) {
            Kind::ByteArray(_) => None,
            Kind::List(list) if !list.open => {
                let items = self.data_parts(&list.items, name, depth)?;
                Some(self.alloc(Kind::List(Arc::new(crate::domain::ListObj {
                    items,
                    slots: None,
                    open: false,
                    every: None,
                }))))
            }
            Kind::Tuple(items) => {
                let items = self.data_parts(&items, name, depth)?;
                Some(self.tuple(items))
            }
            Kind::Dict(dict) if !dict.open && dict.ty == B::Dict => {
                let mut entries = Vec::new();
                for (key, (key_object, value)) in &dict.entries {
                    if !self.is_copied_as_it_is(*key_object) {
                        return None;
                    }
                    let value = self.data_part(*value, name, depth + 1)?;
                    entries.push((key.clone(), *key_object, value));
                }
                let copy = self.new_dict(B::Dict, None);
                self.st.inc(copy);
                for (key, key_object, value) in entries {
                    self.dict_put(copy, key, key_object, value);
                }
                self.st.uncount(copy);
                Some(copy)
            }
            Kind::Instance(instance) => {
                let Makeup::Data { fields, .. } = self.makeup(instance.class).clone() else {
                    return None;
                };
                if self.has_open_attributes(&instance) {
                    return None;
                }
                let values: Option<Vec<ObjId>> = fields
                    .iter()
                    .map(|field| self.own_attribute(&instance, field.name))
                    .collect();
                let parts = self.data_parts(&values?, name, depth)?;
                Some(self.data_whole(name, &fields, parts))
            }
            _ => self.is_copied_as_it_is(value).then_some(value),
        }
    }

    fn data_parts(&mut self, values: &[ObjId], name: &str, depth: u32) -> Option<Vec<ObjId>> {
        values
            .iter()
            .map(|value| self.data_part(*value, name, depth + 1))
            .collect()
    }

    fn is_copied_as_it_is(&self, value: ObjId) -> bool {
        crate::domain::join::builtin_type(self.kind(value)).is_some_and(B::is_atom)
            && !matches!(self.kind(value), Kind::ByteArray(_))
    }

    /// `dataclasses.fields(x)`: a tuple of the class's fields; `None` where it is not known.
    pub(in crate::interp) fn data_fields(&mut self, of: ObjId) -> Option<ObjId> {
        let class = match self.kind(of) {
            Kind::Instance(instance) => instance.class,
            _ => of,
        };
        let Makeup::Data { fields, .. } = self.makeup(class).clone() else {
            return None;
        };
        let mut all = Vec::new();
        for field in fields {
            let text = self.names.shared(field.name);
            let name = self.atoms.str(&text);
            let field = self.library(B::DataField, FIELD, vec![name]);
            if let Some(obj) = self.st.heap.get_mut(field) {
                // The class has it, and gives the same one each time.
                obj.uncertain = true;
                obj.count = crate::domain::Count::ANY;
            }
            all.push(field);
        }
        Some(self.tuple(all))
    }

    /// The name of a field that `fields()` gave.
    pub(in crate::interp) fn field_name(&self, id: ObjId) -> Option<ObjId> {
        match self.kind(id) {
            Kind::Library(library) if library.role == FIELD => library.held.first().copied(),
            _ => None,
        }
    }

    /// `dataclasses.replace(x, ...)`: a new instance by the class's own `__init__`.
    pub(in crate::interp) fn data_replace(
        &mut self,
        of: ObjId,
        keywords: &[(Name, ObjId)],
    ) -> R<Option<ObjId>> {
        let Kind::Instance(instance) = self.kind_of(of) else {
            return Ok(None);
        };
        let class = instance.class;
        let Makeup::Data { fields, .. } = self.makeup(class).clone() else {
            return Ok(None);
        };
        let init = self.names.intern("__init__");
        let own_init = matches!(self.class_attribute(class, init), Found::Object(..));
        if self.has_open_attributes(&instance) || own_init || fields.iter().any(|field| !field.init)
        {
            return Ok(None);
        }
        let mut all: Vec<(Name, ObjId)> = keywords.to_vec();
        for field in &fields {
            if !all.iter().any(|(name, _)| *name == field.name) {
                match self.own_attribute(&instance, field.name) {
                    Some(value) => all.push((field.name, value)),
                    None => return Ok(None),
                }
            }
        }
        let new = self.new_instance_like(&crate::domain::InstObj {
            attrs: Default::default(),
            ..(*instance).clone()
        });
        self.push_new(new);
        self.fill_data(class, new, &[], &all)?;
        let new = self.st.pop_owned();
        self.hand_over(new);
        Ok(Some(new))
    }
}

fn put(fields: &mut Vec<DataField>, field: DataField) {
    match fields.iter_mut().find(|other| other.name == field.name) {
        Some(old) => *old = field,
        None => fields.push(field),
    }
}
