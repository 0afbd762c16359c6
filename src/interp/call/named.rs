//! Named tuples: `collections.namedtuple` and classes that derive from `typing.NamedTuple`.
//!
//! Checked under each version: an instance weighs what the tuple does, and holds its items and its class.

use std::sync::Arc;

use super::super::machine::Machine;
use crate::base::Name;
use crate::domain::{B, ClassObj, Count, Kind, Makeup, ObjId, Ordered, Shape};
use crate::hir::{Expr, Stmt, UnitId};

const DEFAULTS: &str = "named defaults";

impl Machine<'_> {
    /// `namedtuple(name, fields, defaults=...)`: the class, without a reference; `None` where it is not known.
    pub(in crate::interp) fn namedtuple(
        &mut self,
        args: &[ObjId],
        keywords: &[(Name, ObjId)],
    ) -> Option<ObjId> {
        let (Kind::Str(name), fields) = (self.kind_of(*args.first()?), *args.get(1)?) else {
            return None;
        };
        if args.len() > 2 {
            return None;
        }
        let mut defaults = Vec::new();
        for (keyword, value) in keywords {
            match (self.names.text(*keyword), self.kind_of(*value)) {
                ("defaults", Kind::Tuple(items)) => defaults = items.to_vec(),
                ("defaults", Kind::List(list)) if !list.open => defaults = list.items.clone(),
                _ => return None,
            }
        }
        let texts: Vec<Arc<str>> = match self.kind_of(fields) {
            Kind::Str(text) => text
                .replace(',', " ")
                .split_whitespace()
                .map(Arc::from)
                .collect(),
            Kind::List(list) if !list.open => self.texts(&list.items)?,
            Kind::Tuple(items) => self.texts(&items)?,
            _ => return None,
        };
        let names: Vec<Name> = texts.iter().map(|text| self.names.intern(text)).collect();
        Some(self.named_class(
            &name,
            u32::MAX,
            UnitId(u32::MAX),
            names,
            defaults,
            Ordered::default(),
        ))
    }

    fn texts(&self, items: &[ObjId]) -> Option<Vec<Arc<str>>> {
        items
            .iter()
            .map(|item| match self.kind(*item) {
                Kind::Str(text) => Some(text.clone()),
                _ => None,
            })
            .collect()
    }

    fn named_class(
        &mut self,
        qualname: &str,
        item: u32,
        unit: UnitId,
        fields: Vec<Name>,
        defaults: Vec<ObjId>,
        attrs: Ordered<Name, ObjId>,
    ) -> ObjId {
        let tuple = self.atoms.ty(B::Tuple);
        let object = self.atoms.ty(B::Object);
        let class = self.alloc_stealing(Kind::Class(Arc::new(ClassObj {
            item,
            unit,
            qualname: Arc::from(qualname),
            meta: None,
            bases: vec![tuple],
            mro: Vec::new(),
            attrs,
            shape: Some(Shape {
                has_dict: false,
                has_weakref: false,
                slots: Vec::new(),
                base: Some(B::Tuple),
            }),
            has_finalizer: false,
            instances: Count::exactly(0),
            makeup: Makeup::Named(fields),
        })));
        self.change_quietly(class, |kind| {
            if let Kind::Class(of) = kind {
                Arc::make_mut(of).mro = vec![class, tuple, object];
            }
        });
        self.open_count(class);
        self.classes.push(class);
        if !defaults.is_empty() {
            let kept = self.tuple(defaults);
            self.keep_in_class(class, DEFAULTS, kept);
        }
        class
    }

    /// A class statement below `NamedTuple`: the names that its body annotates are its fields. The class takes over the
    /// references of the namespace.
    pub(super) fn named_class_of(
        &mut self,
        unit_id: UnitId,
        mut attrs: Ordered<Name, ObjId>,
    ) -> Option<ObjId> {
        let code = self.code();
        let unit = code.unit(unit_id);
        let mut fields = Vec::new();
        let mut defaults = Vec::new();
        for id in &unit.body {
            match code.stmt(*id) {
                Stmt::AnnAssign { target, value, .. } => {
                    let Expr::Name(name) = code.expr(*target) else {
                        continue;
                    };
                    fields.push(name.name);
                    match value {
                        Some(_) => defaults.push(*attrs.get(&name.name)?),
                        None if defaults.is_empty() => {}
                        None => return None, // an error
                    }
                }
                Stmt::FunctionDef { .. } | Stmt::Expr(_) | Stmt::Pass | Stmt::Assign { .. } => {}
                _ => return None,
            }
        }
        for name in ["__new__", "__init__", "__getattribute__", "__slots__"] {
            let name = self.names.intern(name);
            if attrs.contains_key(&name) {
                return None;
            }
        }
        // The class holds descriptors under these names; what they were bound to is a default.
        for field in &fields {
            if let Some(default) = attrs.shift_remove(field) {
                self.st.escape(default);
                self.st.blur(default);
            }
        }
        let qualname = unit.qualname.clone();
        let class = self.named_class(&qualname, self.item, unit_id, fields, defaults, attrs);
        Some(class)
    }

    /// The names of an instance's items.
    pub(in crate::interp) fn named_fields(&self, class: ObjId) -> Option<&[Name]> {
        match self.makeup(class) {
            Makeup::Named(names) => Some(names),
            _ => None,
        }
    }

    /// The tuple of a new instance; `None` where the arguments do not fit.
    pub(super) fn named_payload(
        &mut self,
        class: ObjId,
        args: &[ObjId],
        keywords: &[(Name, ObjId)],
    ) -> Option<ObjId> {
        let names = self.named_fields(class)?.to_vec();
        let defaults = self.kept_in_class(class, DEFAULTS);
        let first = names.len().checked_sub(defaults.len())?;
        if args.len() > names.len() {
            return None;
        }
        let mut items = args.to_vec();
        for (at, name) in names.iter().enumerate().skip(args.len()) {
            let given = keywords
                .iter()
                .find(|(keyword, _)| keyword == name)
                .map(|(_, value)| *value);
            let default = at.checked_sub(first).map(|at| defaults[at]);
            items.push(given.or(default)?);
        }
        if keywords.len() + args.len() > names.len()
            || keywords.iter().any(|(name, _)| !names.contains(name))
        {
            return None;
        }
        Some(self.tuple(items))
    }

    /// `_replace`, `_asdict`, `_make` of a named tuple; `None` where it is another method, or not known.
    pub(in crate::interp) fn named_method(
        &mut self,
        owner: ObjId,
        name: &str,
        args: &[ObjId],
        keywords: &[(Name, ObjId)],
    ) -> Option<ObjId> {
        let Kind::Instance(instance) = self.kind_of(owner) else {
            return None;
        };
        let names = self.named_fields(instance.class)?.to_vec();
        let Kind::Tuple(items) = self.kind_of(instance.payload?) else {
            return None;
        };
        match (name, args) {
            ("_replace", []) => {
                if keywords.iter().any(|(name, _)| !names.contains(name)) {
                    return None;
                }
                let new: Vec<ObjId> = names
                    .iter()
                    .zip(items.iter())
                    .map(|(name, item)| {
                        keywords
                            .iter()
                            .find(|(keyword, _)| keyword == name)
                            .map_or(*item, |(_, value)| *value)
                    })
                    .collect();
                let payload = self.tuple(new);
                Some(self.named_instance(instance.class, payload))
            }
            ("_asdict", []) => {
                let dict = self.new_dict(B::Dict, Some(crate::layout::DictTable::EMPTY));
                self.st.inc(dict);
                for (name, item) in names.iter().zip(items.iter()) {
                    let text = self.names.shared(*name);
                    let key = self.atoms.str(&text);
                    self.dict_put(dict, crate::domain::Key::Str(text), key, *item);
                }
                self.st.uncount(dict);
                Some(dict)
            }
            _ => None,
        }
    }

    /// An instance that holds this tuple.
    pub(super) fn named_instance(&mut self, class: ObjId, payload: ObjId) -> ObjId {
        self.alloc(Kind::Instance(Arc::new(crate::domain::InstObj {
            class,
            attrs: Ordered::default(),
            open: false,
            dict: None,
            payload: Some(payload),
        })))
    }
}
