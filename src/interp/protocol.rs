//! Special methods that C code looks up in a class and calls.
//!
//! Must not know: which builtin asks, and what becomes of the answer.

use super::attribute::Found;
use super::machine::{Machine, R};
use crate::domain::{B, Kind, ObjId};
use crate::layout::CallKind;

/// More references than C code keeps on what it hands to a special method.
const MOST_HELD: u32 = 6;

/// What a type has for a special method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Special {
    /// A function of the program.
    Function(ObjId),
    /// Nothing of the program's: what a builtin type or `object` brings along.
    Missing,
    /// It is not known what.
    Unknown,
}

impl Machine<'_> {
    /// What the type of the object has for the special method.
    pub(super) fn special(&mut self, id: ObjId, name: &str) -> Special {
        let class = match self.kind(id) {
            Kind::Instance(instance) => instance.class,
            Kind::Exception(exception) if matches!(self.kind(exception.class), Kind::Class(_)) => {
                exception.class
            }
            Kind::Unknown | Kind::Named(..) | Kind::Library(_) | Kind::Deque(None) => {
                return Special::Unknown;
            }
            Kind::Class(_) if self.metaclass(id) != Some("type") => return Special::Unknown,
            Kind::Opaque(ty, _) if !ty.is_atom() && !is_plain_container(*ty) => {
                return Special::Unknown;
            }
            _ => return Special::Missing,
        };
        let name = self.names.intern(name);
        match self.class_attribute(class, name) {
            Found::Object(function, _) if matches!(self.kind(function), Kind::Function(_)) => {
                Special::Function(function)
            }
            Found::Nothing | Found::Builtin(B::Object) if self.extends_object(class) => {
                Special::Missing
            }
            _ => Special::Unknown,
        }
    }

    /// Whether no builtin base has methods of its own for what operators and comparisons ask.
    pub(super) fn extends_object(&self, class: ObjId) -> bool {
        self.shape_of(class)
            .is_some_and(|shape| shape.base.is_none_or(B::is_exception))
    }

    /// Calls a special method as C code does, which may hold some further references to the arguments meanwhile. The
    /// result is pushed.
    pub(super) fn call_from_slot(&mut self, function: ObjId, args: &[ObjId]) -> R {
        for id in args {
            self.st.add(*id, 0, MOST_HELD);
            self.push_new(*id);
        }
        self.call_with(function, args.len(), CallKind::Generator)?;
        for id in args {
            self.st.sub(*id, 0, MOST_HELD);
        }
        Ok(())
    }

    /// What the first of these methods that the type of the first argument has answers to the others, as a model's
    /// answer; `None` where it is not known.
    pub(super) fn answer_of(&mut self, args: &[ObjId], methods: &[&str]) -> R<Option<ObjId>> {
        for method in methods {
            match self.special(args[0], method) {
                Special::Function(function) => {
                    self.call_from_slot(function, args)?;
                    let result = self.st.pop_owned();
                    self.hand_over(result);
                    return Ok(Some(result));
                }
                Special::Missing => {}
                Special::Unknown => break,
            }
        }
        Ok(None)
    }

    /// Whether the object is there still: a call may have freed what only its arguments held.
    pub(super) fn is_alive(&self, id: ObjId) -> bool {
        id.is_atom() || self.st.heap.get(id).is_some_and(|obj| obj.count.hi > 0)
    }

    /// Whether `id`'s type is a proper subclass of that of `of`; `None` where that is not known.
    pub(super) fn is_of_subtype(&mut self, id: ObjId, of: ObjId) -> Option<bool> {
        let base = self.type_object(of)?;
        let Some(class) = self.type_object(id) else {
            // Whatever it is, it derives from none that nothing derives from.
            let is_base = self.classes.iter().any(|class| {
                matches!(self.kind(*class), Kind::Class(class)
                    if class.shape.is_none() || class.mro[1..].contains(&base))
            });
            let is_leaf = matches!(self.kind(base), Kind::Class(_)) && !is_base;
            return (is_leaf && !self.hooks.anything).then_some(false);
        };
        if class == base {
            return Some(false);
        }
        // The real bases count here, not what a metaclass says.
        match (self.kind(class), self.kind(base)) {
            (Kind::Class(p), _) => {
                p.shape.as_ref()?;
                Some(p.mro.contains(&base))
            }
            (Kind::Type(_), Kind::Class(_)) => Some(false),
            (Kind::Type(p), Kind::Type(q)) => Some(p.is_subclass_of(*q)),
            _ => None,
        }
    }
}

/// Types whose operators and comparisons ask the other operand's only.
fn is_plain_container(ty: B) -> bool {
    matches!(
        ty,
        B::List
            | B::Dict
            | B::Set
            | B::FrozenSet
            | B::Tuple
            | B::Str
            | B::Bytes
            | B::Int
            | B::Float
    )
}
