//! Classes that are more than their body says: what their bases, decorators and factories made of them, and the contents
//! of instances of builtin subclasses.

use std::sync::Arc;

use super::super::attribute::Found;
use super::super::machine::{Machine, R};
use super::Passed;
use crate::base::Name;
use crate::domain::{B, Count, Kind, Makeup, ObjId};
use crate::hir::{Expr, ExprId};
use crate::layout::{DictTable, ListMade, SetTable};

/// What a class inherits beside its layout.
pub(super) fn makeup_of_bases(m: &Machine<'_>, mro: Option<&[ObjId]>) -> Makeup {
    mro.into_iter()
        .flatten()
        .find_map(|base| match m.kind(*base) {
            Kind::Class(class) if class.makeup != Makeup::Plain => match &class.makeup {
                // Fields are inherited by those that are decorated themselves, and by those that are not.
                Makeup::Enum(_) => None,
                makeup => Some(makeup.clone()),
            },
            _ => None,
        })
        .unwrap_or_default()
}

impl Machine<'_> {
    /// The classes that bases with a subscript stand for (`__mro_entries__`): `Generic[T]` for `Generic`.
    pub(super) fn origins(&mut self, bases: &[ExprId], ids: Vec<ObjId>) -> R<Vec<ObjId>> {
        let code = self.code();
        let mut out = Vec::with_capacity(ids.len());
        for (at, (base, id)) in bases.iter().zip(ids.iter().copied()).enumerate() {
            if let Some(origin) = self.alias_origin(id) {
                out.push(origin);
                continue;
            }
            let is_alias = matches!(
                self.kind(id),
                Kind::Opaque(B::TypingAlias | B::GenericAlias, _) | Kind::Unknown
            );
            match code.expr(*base) {
                Expr::Subscript { value, .. }
                    if is_alias
                        && matches!(code.expr(*value), Expr::Name(_) | Expr::Attribute { .. }) =>
                {
                    // It was evaluated a moment ago, and is read once more.
                    self.eval(*value)?;
                    let origin = self.st.peek(0);
                    self.consume(1);
                    let builtin = match self.kind(origin) {
                        Kind::BuiltinFunction(name) => match &**name {
                            "typing.List" => Some(B::List),
                            "typing.Dict" => Some(B::Dict),
                            "typing.Set" => Some(B::Set),
                            "typing.Tuple" => Some(B::Tuple),
                            _ => None,
                        },
                        _ => None,
                    };
                    match builtin {
                        Some(ty) => {
                            out.push(self.atoms.ty(ty));
                            // It is generic, unless a base behind it is.
                            let generic = self.atoms.ty(B::Generic);
                            let later = ids[at + 1..].iter().any(|id| match self.kind(*id) {
                                Kind::Class(class) => class.mro.contains(&generic),
                                Kind::Type(ty) => matches!(ty, B::Generic | B::Protocol),
                                _ => true,
                            });
                            if !later {
                                out.push(generic);
                            }
                        }
                        None => out.push(origin),
                    }
                }
                _ => out.push(id),
            }
        }
        Ok(out)
    }

    /// What the class is beside its body.
    pub(in crate::interp) fn makeup(&self, class: ObjId) -> &Makeup {
        const PLAIN: &Makeup = &Makeup::Plain;
        match self.kind(class) {
            Kind::Class(class) => &class.makeup,
            _ => PLAIN,
        }
    }

    /// Whether it is an enumeration.
    pub fn is_enumeration(&self, class: ObjId) -> bool {
        match self.kind(class) {
            Kind::Class(class) => class.mro.iter().any(
                |base| matches!(self.kind(*base), Kind::Type(ty) if ty.is_subclass_of(B::Enum)),
            ),
            _ => false,
        }
    }

    /// Whether `x[i]` of an instance is the builtin base's.
    pub fn subscripts_plainly(&self, class: ObjId) -> bool {
        ["__getitem__", "__missing__", "__class_getitem__"]
            .iter()
            .all(|name| {
                self.names.get(name).is_none_or(|name| {
                    !matches!(
                        self.class_attribute(class, name),
                        Found::Object(..) | Found::Unknown
                    )
                })
            })
    }

    /// The object that has the contents: of an instance of a builtin subclass its payload, else itself.
    pub(in crate::interp) fn content(&self, id: ObjId) -> ObjId {
        match self.kind(id) {
            Kind::Instance(instance) => instance.payload.unwrap_or(id),
            _ => id,
        }
    }

    /// The same, where the class leaves these methods to the builtin base.
    pub(in crate::interp) fn content_for(&mut self, id: ObjId, methods: &[&str]) -> ObjId {
        let Kind::Instance(instance) = self.kind(id) else {
            return id;
        };
        let (class, Some(payload)) = (instance.class, instance.payload) else {
            return id;
        };
        for method in methods {
            let name = self.names.intern(method);
            if matches!(
                self.class_attribute(class, name),
                Found::Object(..) | Found::Unknown
            ) {
                return id;
            }
        }
        payload
    }

    /// Whether the class has methods that are abstract still: it can't be called.
    pub(super) fn has_abstract_methods(&self, class: ObjId) -> bool {
        if self.metaclass(class) == Some("type") {
            return false;
        }
        let Some(mark) = self.names.get("__isabstractmethod__") else {
            return false;
        };
        let is_abstract = |id: ObjId| {
            let function = match self.kind(id) {
                Kind::Property(parts) => parts[0],
                Kind::StaticMethod(inner) | Kind::ClassMethod(inner) => Some(*inner),
                _ => Some(id),
            };
            function.is_some_and(
                |id| matches!(self.kind(id), Kind::Function(function) if function.attrs.contains_key(&mark)),
            )
        };
        let Kind::Class(of) = self.kind(class) else {
            return false;
        };
        let names: Vec<Name> = of
            .mro
            .iter()
            .filter_map(|base| match self.kind(*base) {
                Kind::Class(class) => Some(class.attrs.keys().copied()),
                _ => None,
            })
            .flatten()
            .collect();
        names.into_iter().any(|name| {
            matches!(self.class_attribute(class, name), Found::Object(value, _) if is_abstract(value))
        })
    }

    /// The contents of a new instance of a builtin subclass, without a reference; `None` where they are not followed.
    pub(super) fn payload_of(
        &mut self,
        class: ObjId,
        base: B,
        passed: &Passed,
    ) -> R<Option<ObjId>> {
        if passed.unknown {
            return Ok(None);
        }
        let (args, keywords) = self.passed_ids(passed);
        if let Makeup::Named(_) = self.makeup(class) {
            return Ok(self.named_payload(class, &args, &keywords));
        }
        let init = self.names.intern("__init__");
        let own_init = matches!(
            self.class_attribute(class, init),
            Found::Object(..) | Found::Unknown
        );
        let mutable = base.is_mutable();
        if own_init && mutable {
            // The base's `__new__` looks at no arguments.
            return Ok(match base {
                B::List => Some(self.new_list(Vec::new(), ListMade::Exact)),
                B::Dict => {
                    let table = DictTable::call(self.layout());
                    Some(self.new_dict(base, Some(table)))
                }
                B::Set => Some(self.new_set(Default::default(), Some(SetTable::EMPTY), false)),
                _ => None,
            });
        }
        if !keywords.is_empty() && base != B::Dict || own_init {
            return Ok(None);
        }
        if !matches!(
            base,
            B::List | B::Dict | B::Set | B::OrderedDict | B::DefaultDict | B::Deque
        ) {
            return Ok(None);
        }
        super::super::models::construct(self, base, &args, &keywords)
    }

    /// Puts a name into the class, held by it: what is no identifier is out of the program's reach.
    pub(super) fn keep_in_class(&mut self, class: ObjId, name: &str, value: ObjId) {
        let name = self.names.intern(name);
        self.set_class_attribute(class, name, value);
    }

    /// What the class holds under such a name: the items of a tuple.
    pub(super) fn kept_in_class(&self, class: ObjId, name: &str) -> Vec<ObjId> {
        let found = self
            .names
            .get(name)
            .map(|name| self.class_attribute(class, name));
        match found {
            Some(Found::Object(tuple, _)) => match self.kind(tuple) {
                Kind::Tuple(items) => items.to_vec(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    pub(super) fn set_makeup(&mut self, class: ObjId, makeup: Makeup) {
        self.change_quietly(class, |kind| {
            if let Kind::Class(class) = kind {
                Arc::make_mut(class).makeup = makeup;
            }
        });
    }

    /// A class that a function of the library made: the references to it are nobody's business.
    pub(in crate::interp) fn open_count(&mut self, id: ObjId) {
        if let Some(obj) = self.st.heap.get_mut(id) {
            obj.count = Count {
                lo: 1,
                hi: Count::OPEN,
            };
        }
    }
}
