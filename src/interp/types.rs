//! What `type()`, `isinstance()` and `issubclass()` answer, where that is known.

use super::machine::Machine;
use crate::domain::{Kind, ObjId};

/// The metaclass of abstract base classes.
pub(super) const ABC_META: &str = "abc.ABCMeta";

impl Machine<'_> {
    /// The metaclass of a class, if it is one of the program's.
    pub fn program_metaclass(&self, class: ObjId) -> Option<ObjId> {
        match self.kind(class) {
            Kind::Class(of) => of
                .meta
                .filter(|meta| matches!(self.kind(*meta), Kind::Class(_))),
            _ => None,
        }
    }

    /// The type of a class; `None` where it is not known.
    pub fn metaclass(&self, class: ObjId) -> Option<&'static str> {
        let other = match self.kind(class) {
            Kind::Class(of) => {
                of.shape.as_ref()?;
                if let Some(meta) = of.meta {
                    // A metaclass of the program has a name of its own.
                    return matches!(self.kind(meta), Kind::BuiltinFunction(_)).then_some(ABC_META);
                }
                of.mro.iter().find_map(|base| match self.kind(*base) {
                    Kind::Type(ty) => ty.metaclass(),
                    _ => None,
                })
            }
            Kind::Type(ty) => ty.metaclass(),
            _ => return None,
        };
        match other {
            Some("") => None, // it has several names over the versions
            Some(name) => Some(name),
            None => Some("type"),
        }
    }

    /// The layout of a class's instances, where it is known.
    pub fn shape_of(&self, class: ObjId) -> Option<&crate::domain::Shape> {
        match self.kind(class) {
            Kind::Class(class) => class.shape.as_ref(),
            _ => None,
        }
    }

    /// `type(x)`, where it is known.
    pub(super) fn type_object(&mut self, id: ObjId) -> Option<ObjId> {
        match self.kind(id) {
            Kind::Instance(instance) => Some(instance.class),
            Kind::Exception(exception) => Some(exception.class),
            Kind::Unknown | Kind::Named(..) => None,
            Kind::Class(class) if class.shape.is_some() && self.program_metaclass(id).is_some() => {
                self.program_metaclass(id)
            }
            Kind::Class(_) if self.metaclass(id) != Some("type") => None,
            kind => {
                let ty = crate::domain::join::builtin_type(kind)?;
                Some(self.atoms.ty(ty))
            }
        }
    }

    /// `issubclass(class, of)`, where it is known.
    pub(super) fn is_subclass(&self, class: ObjId, of: ObjId) -> Option<bool> {
        match (self.kind(class), self.kind(of)) {
            (Kind::Type(p), Kind::Type(q)) => Some(p.is_subclass_of(*q)),
            (Kind::Class(p), Kind::Class(_)) => {
                p.shape.as_ref()?;
                if p.mro.contains(&of) {
                    return Some(true);
                }
                self.lists_its_subclasses(of).then_some(false)
            }
            (Kind::Class(p), Kind::Type(q)) => {
                p.shape.as_ref()?;
                Some(p.mro.iter().any(
                    |base| matches!(self.kind(*base), Kind::Type(ty) if ty.is_subclass_of(*q)),
                ))
            }
            (Kind::Type(_), Kind::Class(_)) => self.lists_its_subclasses(of).then_some(false),
            _ => None,
        }
    }

    /// Whether only what derives from the class counts as its subclass: no abstract base class that others register with.
    fn lists_its_subclasses(&self, class: ObjId) -> bool {
        self.metaclass(class) == Some("type")
            || self.program_metaclass(class).is_some()
            || self.metaclass(class) == Some(ABC_META) && !self.hooks.registers
    }

    /// `isinstance(x, of)` for a class or tuple of classes, where it is known.
    pub(super) fn is_instance(&mut self, id: ObjId, of: ObjId) -> Option<bool> {
        if let Kind::Tuple(classes) = self.kind_of(of) {
            let mut answer = Some(false);
            for class in classes.iter() {
                match self.is_instance(id, *class) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => answer = None,
                }
            }
            return answer;
        }
        let class = self.type_object(id)?;
        self.is_subclass(class, of)
    }
}
