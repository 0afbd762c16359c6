//! Aliases of generic classes, `Stack[int]`: how they are made, and what calling one does (`_GenericAlias.__call__` of
//! `Lib/typing.py`, `ga_call` of `Objects/genericaliasobject.c`).

use super::super::attribute::Found;
use super::super::descriptor::Method;
use super::super::machine::{Machine, R};
use super::Passed;
use crate::domain::{B, Count, Kind, ObjId, StackRef};

/// The role of an alias among the objects of the library: it holds what it is an alias of, and its arguments.
const ALIAS: &str = "alias";

impl Machine<'_> {
    /// The class that an alias stands for.
    pub fn alias_origin(&self, id: ObjId) -> Option<ObjId> {
        match self.kind(id) {
            Kind::Library(library) if library.role == ALIAS => library.held.first().copied(),
            _ => None,
        }
    }

    /// An alias of a class. The library may have it at hand, and so may others: which one it is is not known.
    pub(in crate::interp) fn alias(&mut self, ty: B, class: ObjId, index: ObjId) -> ObjId {
        self.names_types(index);
        let alias = self.library(ty, ALIAS, vec![class, index]);
        if let Some(obj) = self.st.heap.get_mut(alias) {
            obj.uncertain = true;
            obj.count = Count::ANY;
        }
        alias
    }

    /// The library keeps the arguments of an alias: classes are all it asks for their names.
    pub(in crate::interp) fn names_types(&mut self, index: ObjId) {
        let is_type = |machine: &Self, id: ObjId| {
            matches!(
                machine.kind(id),
                Kind::Class(_)
                    | Kind::Type(_)
                    | Kind::None
                    | Kind::BuiltinFunction(_)
                    | Kind::Opaque(B::TypingAlias | B::GenericAlias | B::TypeVar, _)
            ) || machine.alias_origin(id).is_some()
        };
        let plain = match self.kind(index) {
            Kind::Tuple(items) => items.iter().all(|item| is_type(self, *item)),
            _ => is_type(self, index),
        };
        if plain {
            self.open_count(index);
        } else {
            self.st.escape(index);
        }
    }

    /// `C[T]` by the class's `__class_getitem__`, or by what its bases make of it. The stack holds class and index.
    pub(in crate::interp) fn subscript_program_class(&mut self, class: ObjId, index: ObjId) -> R {
        let name = self.names.intern("__class_getitem__");
        match self.class_attribute(class, name) {
            Found::Object(method, _) => {
                let Kind::ClassMethod(function) = self.kind_of(method) else {
                    return self.unknown_call(2);
                };
                if !matches!(self.kind(function), Kind::Function(_)) {
                    return self.unknown_call(2);
                }
                self.call_loosely(function, &[class, index], &[])?;
                let result = self.st.peek(0);
                self.replace(3, result);
                return Ok(());
            }
            Found::Unknown => return self.unknown_call(2),
            Found::Nothing | Found::Builtin(_) => {}
        }
        let Kind::Class(of) = self.kind_of(class) else {
            return self.unknown_call(2);
        };
        let ty = of.mro.iter().find_map(|base| match self.kind(*base) {
            Kind::Type(B::Generic) => Some(B::TypingAlias),
            Kind::Type(
                B::List
                | B::Dict
                | B::Set
                | B::FrozenSet
                | B::Tuple
                | B::Deque
                | B::DefaultDict
                | B::OrderedDict
                | B::Counter,
            ) if self.layout().has_dict_union() => Some(B::GenericAlias), // both since 3.9
            _ => None,
        });
        let Some(ty) = ty.filter(|_| of.shape.is_some() && !self.is_enumeration(class)) else {
            return self.unknown_call(2);
        };
        self.may_raise();
        let alias = self.alias(ty, class, index);
        self.replace(2, alias);
        Ok(())
    }

    /// Calls an alias of a class: the new instance is told of it.
    pub(super) fn call_alias(&mut self, alias: ObjId, origin: ObjId, passed: &Passed) -> R {
        let n = passed.positional.len() + passed.keywords.len();
        let (args, keywords) = self.passed_ids(passed);
        self.call_loosely(origin, &args, &keywords)?;
        let result = self.st.peek(0);
        let class = match self.kind(result) {
            Kind::Instance(instance) => Some(instance.class),
            _ => None,
        };
        let plain = match class {
            Some(class) => {
                self.method_of(class, "__setattr__") == Method::Absent
                    && self.shape_of(class).is_some()
            }
            None => false,
        };
        let name = self.names.intern("__orig_class__");
        match class {
            // It refuses, and nobody hears of it.
            Some(class)
                if plain
                    && (self.freezes(class, name)
                        || self.shape_of(class).is_some_and(|shape| !shape.has_dict)) => {}
            Some(_) if plain => {
                for id in [alias, result] {
                    self.st.frame_mut().stack.push(StackRef::lent(id));
                }
                self.as_builtin(|machine| machine.store_plainly(name))?;
            }
            _ => self.unknown_use(result),
        }
        self.replace(n + 2, result);
        Ok(())
    }
}
