//! The classes of a file: what their instances hold, where they are made, and what else is done to them.
//!
//! What is found here is found in the text: it holds whatever runs. Whether the text is all there is, is a question of
//! the world: [`Surroundings`] tells what of it leaves the file.
//!
//! Must not know: rules, messages, fixes; sizes.

mod attributes;
mod body;
mod hazards;
mod owner;
mod skeleton;
mod surroundings;
mod walk;

use walk::Walk;

use super::objects::Bindings;
use crate::base::{Name, Names, Span};
use crate::facts::objects::Bound;
use crate::hir::{ExprId, File, Stmt, StmtId, UnitId};

/// A class that the module defines at its top level, once.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassFacts {
    /// Its item.
    pub item: u32,
    /// Its body.
    pub unit: UnitId,
    /// Its statement.
    pub stmt: StmtId,
    /// Its name.
    pub name: Name,
    /// The identifier; absolute.
    pub name_span: Span,
    /// What it extends.
    pub base: Base,
    /// How it is made a dataclass, if it is.
    pub dataclass: Option<Dataclass>,
    /// It has class keywords (a metaclass, say) or a decorator other than `dataclass`: at this place.
    pub made_otherwise: Option<Span>,
    /// The body binds `__slots__`.
    pub has_slots: bool,
    /// What its methods set on the instance, and a dataclass's fields: in the order of the text, `__init__` first.
    pub attributes: Vec<Attribute>,
    /// Where instances are made.
    pub instances: Vec<Instance>,
    /// What stands in the way of another layout.
    pub hazards: Vec<Hazard>,
    /// Classes of the file that extend it directly.
    pub subclasses: Vec<Span>,
}

/// What a class extends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// `object`, or `ABC`, which adds nothing.
    Plain,
    /// Something else.
    Other,
}

/// A class that `dataclasses.dataclass` completes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dataclass {
    /// The decorator's expression.
    pub decorator: ExprId,
    /// Some field has a default.
    pub has_defaults: bool,
    /// It says `slots=` already.
    pub says_slots: bool,
}

/// An attribute of instances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its (mangled) name.
    pub name: Name,
    /// Where it is set first; absolute. The text there is the name as written.
    pub at: Span,
    /// `__init__` sets it, or it is a field.
    pub in_init: bool,
}

/// A place where an instance is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instance {
    /// The call; absolute.
    pub at: Span,
    /// In a loop or comprehension.
    pub in_loop: bool,
}

/// Something that an instance with fixed attributes could not do, or that would then be done otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hazard {
    /// Where; absolute.
    pub at: Span,
    /// What.
    pub what: Danger,
}

/// What a [`Hazard`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Danger {
    /// The class binds the name of an attribute itself, as a value or method.
    ClassVariable(Name),
    /// `self.__dict__`, `vars(self)`
    InstanceDict,
    /// `setattr(self, ...)`, `object.__setattr__(self, name, ...)` with a name that is not known, `self.__class__ = ...`
    DynamicStore,
    /// A `cached_property`, which writes into the `__dict__`.
    CachedProperty,
    /// An attribute that no method sets is set on an instance.
    SetOutside(Name),
    /// The same on something that may be an instance.
    MaybeSetOutside(Name),
    /// The class's own attribute of that name is used.
    OnClass(Name),
    /// The class is handed on to where it is not followed.
    HandedOn,
    /// A method like `__setattr__` or `__setstate__`.
    Special(Name),
    /// A method uses `super()` or `__class__` without arguments.
    ClassCell,
    /// A subclass has `__slots__`.
    SlottedSubclass,
    /// A class extends it and another one.
    ManyBases,
}

/// What leaves the file, or reaches into it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surroundings {
    /// A module that is imported and whose code may do anything with what it gets.
    pub foreign: Option<String>,
    /// `exec`, `eval`, `globals`, `setattr`, `__dict__` and the like on something that is not known: the place and what.
    pub dynamic: Option<(Span, String)>,
    /// Weak references are in use.
    pub weakref: bool,
    /// Objects are pickled, or may be.
    pub pickle: Option<String>,
    /// Objects are measured: `getsizeof`, `tracemalloc`.
    pub measures: Option<Span>,
}

/// The classes of a file, in the order of the text, and what surrounds them.
pub fn analyse(file: &File, names: &Names, bindings: &Bindings) -> (Vec<ClassFacts>, Surroundings) {
    let mut classes = Vec::new();
    for (at, placed) in file.items.iter().enumerate() {
        if placed.item.is_broken {
            continue;
        }
        for (index, stmt) in placed.item.stmts.iter().enumerate() {
            if let Stmt::ClassDef { unit, name, .. } = stmt
                && bindings.get(name.name) == Some(&Bound::Class(at as u32, *unit))
            {
                classes.push(skeleton::read(
                    file,
                    names,
                    bindings,
                    at as u32,
                    StmtId(index as u32),
                ));
            }
        }
    }
    if classes.is_empty() {
        return (classes, Surroundings::default());
    }
    let walk = Walk::of(file);
    let cx = Cx {
        file,
        names,
        bindings,
        walk: &walk,
    };
    let surroundings = cx.surroundings();
    let all = classes.clone();
    classes.iter_mut().for_each(|class| cx.attributes(class));
    let mut known: Vec<Name> = classes
        .iter()
        .flat_map(|class| class.attributes.iter().map(|it| it.name))
        .collect();
    known.sort_unstable();
    for class in &mut classes {
        cx.hazards(class, &all, &known, surroundings.foreign.is_none());
        cx.instances(class);
        class.hazards.sort_by_key(|hazard| hazard.at.start);
    }
    classes.sort_by_key(|class| class.name_span.start);
    (classes, surroundings)
}

struct Cx<'a> {
    file: &'a File,
    names: &'a Names,
    bindings: &'a Bindings,
    walk: &'a Walk,
}
