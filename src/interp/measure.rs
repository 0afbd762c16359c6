//! Sizes of objects whose class decides them.

use super::machine::Machine;
use crate::base::Interval;
use crate::domain::size::own_size;
use crate::domain::{B, Kind, ObjId, Shape};
use crate::layout::{Builtin, Shape as Layout};

impl Machine<'_> {
    /// `sys.getsizeof(x)`, as far as it is known.
    pub fn size_of(&self, id: ObjId) -> Option<Interval> {
        let layout = self.layout();
        match self.kind(id) {
            Kind::Instance(instance) => {
                let shape = self.shape_of(instance.class)?;
                if self.overrides_sizeof(instance.class) {
                    return None;
                }
                if let Some(base) = shape.base {
                    let own = own_size(layout, self.kind(instance.payload?))?;
                    let shape = as_layout(shape, builtin_layout(base)?);
                    return Some(Interval {
                        lo: layout.instance_size(shape, own.lo)?,
                        hi: match own.hi {
                            Some(hi) => Some(layout.instance_size(shape, hi)?),
                            None => None,
                        },
                    });
                }
                layout
                    .instance_size(as_layout(shape, Builtin::Object), 0)
                    .map(Interval::exactly)
            }
            Kind::Exception(exception) => match self.kind(exception.class) {
                Kind::Type(ty) => layout.exception_size(ty.name()).map(Interval::exactly),
                Kind::Class(_) => {
                    let shape = self.shape_of(exception.class)?;
                    let base = layout.exception_size(shape.base?.name())?;
                    if self.overrides_sizeof(exception.class) {
                        return None;
                    }
                    layout
                        .instance_size(as_layout(shape, Builtin::Exception), base)
                        .map(Interval::exactly)
                }
                _ => None,
            },
            Kind::BuiltinFunction(name)
                if !matches!(
                    name.split('.').next(),
                    Some("builtins" | "math" | "sys" | "gc")
                ) =>
            {
                None
            }
            Kind::Opaque(ty, None) if ty.is_exception() => {
                layout.exception_size(ty.name()).map(Interval::exactly)
            }
            kind => own_size(layout, kind),
        }
    }

    /// Whether reading the attribute of an instance of the class runs no code of the program.
    pub fn reads_plainly(&self, class: ObjId, name: crate::base::Name) -> bool {
        use super::attribute::Found;
        let plain = |found: Found| matches!(found, Found::Nothing | Found::Builtin(B::Object));
        let getter = self.names.get("__getattribute__");
        let hidden = match self.class_attribute(class, name) {
            Found::Object(value, _) => {
                matches!(
                    self.kind(value),
                    Kind::Property(_)
                        | Kind::Instance(_)
                        | Kind::Unknown
                        | Kind::Named(..)
                        | Kind::Opaque(..)
                )
            }
            Found::Unknown => true,
            _ => false,
        };
        !hidden && getter.is_none_or(|getter| plain(self.class_attribute(class, getter)))
    }

    fn overrides_sizeof(&self, class: ObjId) -> bool {
        self.names.get("__sizeof__").is_some_and(|name| {
            !matches!(
                self.class_attribute(class, name),
                super::attribute::Found::Nothing | super::attribute::Found::Builtin(B::Object)
            )
        })
    }
}

/// The builtin at the bottom, as the tables name it.
fn builtin_layout(base: B) -> Option<Builtin> {
    Some(match base {
        B::Int => Builtin::Int,
        B::List => Builtin::List,
        B::Dict => Builtin::Dict,
        B::Set => Builtin::Set,
        B::FrozenSet => Builtin::Frozenset,
        B::Tuple => Builtin::Tuple,
        B::Deque => Builtin::Deque,
        B::OrderedDict => Builtin::OrderedDict,
        B::DefaultDict => Builtin::DefaultDict,
        _ => return None,
    })
}

/// The shape as the tables ask for it.
pub fn as_layout(shape: &Shape, base: Builtin) -> Layout {
    // An exception has a `__dict__` of its own: only a class statement without slots adds another's overhead.
    let has_dict = if base == Builtin::Exception {
        shape.has_weakref
    } else {
        shape.has_dict
    };
    Layout {
        base,
        has_dict,
        has_weakref: shape.has_weakref,
        slots: shape.slots.len() as u64,
    }
}
