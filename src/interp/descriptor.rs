//! Special methods that attribute access goes through: descriptors (`__get__`, `__set__`, `__delete__`), `__getattr__` and
//! its like, `__set_name__`, and the errors that they turn into something else.

use super::attribute::Found;
use super::control::{Ctl, Jump};
use super::machine::{Dead, Machine, R};
use crate::base::Name;
use crate::domain::{B, Kind, ObjId, State};
use crate::layout::CallKind;

/// More references than any C function takes on an object that it hands to a special method.
const MOST_HELD_BY_C: u32 = 6;

/// A special method of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// It has none: what `object` does.
    Absent,
    /// A function of the program.
    Function(ObjId),
    /// It may have one.
    Unknown,
}

/// What an object does that stands in a class and is reached through an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Descriptor {
    /// A value, or one that binds without running code of the program (a function).
    Plain,
    /// A property: getter, setter, deleter.
    Property([Option<ObjId>; 3]),
    /// An instance of a class of the program that has some of the methods.
    Methods {
        get: Method,
        set: Method,
        delete: Method,
    },
    /// It may be a descriptor.
    Unknown,
}

impl Descriptor {
    /// Whether it goes before what the instance itself has (`PyDescr_IsData`).
    pub(super) fn is_data(self) -> bool {
        match self {
            Descriptor::Plain => false,
            Descriptor::Property(_) | Descriptor::Unknown => true,
            Descriptor::Methods { set, delete, .. } => {
                set != Method::Absent || delete != Method::Absent
            }
        }
    }
}

/// How something ended that may raise an AttributeError.
#[derive(Default)]
pub(super) struct Attempt {
    /// With its result on the stack.
    pub(super) done: Option<State>,
    /// With an AttributeError, which is gone.
    pub(super) missing: Option<State>,
}

impl Machine<'_> {
    /// The special method of a class.
    pub(super) fn method_of(&mut self, class: ObjId, name: &str) -> Method {
        let name = self.names.intern(name);
        match self.class_attribute(class, name) {
            Found::Nothing | Found::Builtin(B::Object) => Method::Absent,
            Found::Object(function, _) if matches!(self.kind(function), Kind::Function(_)) => {
                Method::Function(function)
            }
            _ => Method::Unknown,
        }
    }

    /// What the object does as an attribute of a class.
    pub(super) fn descriptor(&mut self, value: ObjId) -> Descriptor {
        match self.kind(value) {
            Kind::Property(parts) => Descriptor::Property(**parts),
            Kind::Instance(instance) => {
                let class = instance.class;
                let [get, set, delete] =
                    ["__get__", "__set__", "__delete__"].map(|name| self.method_of(class, name));
                if get == Method::Absent && set == Method::Absent && delete == Method::Absent {
                    Descriptor::Plain
                } else {
                    Descriptor::Methods { get, set, delete }
                }
            }
            Kind::Opaque(ty, _) if ty.is_atom() || is_container(*ty) => Descriptor::Plain,
            Kind::Unknown | Kind::Named(..) | Kind::Opaque(..) => Descriptor::Unknown,
            _ => Descriptor::Plain,
        }
    }

    /// Calls a function that attribute access runs, with what is on top of the stack.
    pub(super) fn call_accessor(&mut self, function: ObjId, kinds: &[CallKind]) -> R {
        if !self.loosely {
            return self.call_kinds(function, kinds);
        }
        // A builtin asks for the attribute: its arguments lie on the caller's stack, and the call has its own references.
        self.loosely = false;
        let n = kinds.len();
        let ids: Vec<ObjId> = (0..n).map(|depth| self.st.peek(depth)).collect();
        for id in &ids {
            self.st.add(*id, 0, MOST_HELD_BY_C);
        }
        let done = self.cleanly(
            |machine| machine.call_kinds(function, &vec![CallKind::Generator; n]),
            |machine, _| {
                for id in &ids {
                    machine.st.sub(*id, 0, MOST_HELD_BY_C);
                }
                Ok(())
            },
        );
        self.loosely = true;
        done
    }

    /// Does something to attributes as a builtin function does it that was called with the objects.
    pub(super) fn as_builtin<T>(&mut self, run: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        let outer = std::mem::replace(&mut self.loosely, true);
        let done = run(self);
        self.loosely = outer;
        done
    }

    /// The descriptor's `__get__` with the instance on top of the stack, or without one; the result takes its place.
    pub(super) fn call_get(
        &mut self,
        get: ObjId,
        descriptor: ObjId,
        instance: bool,
        class: ObjId,
    ) -> R {
        let object = self.st.pop();
        self.push_new(descriptor);
        if instance {
            self.st.frame_mut().stack.push(object);
        } else {
            self.st.push(crate::domain::atoms::NONE);
        }
        self.push_new(class);
        let done = self.held_loosely(descriptor, |machine| {
            machine.call_accessor(get, &[CallKind::Special; 3])
        });
        if !instance && done.is_ok() {
            self.st.release(object);
        }
        done
    }

    /// The descriptor's `__set__`: the stack holds value, instance.
    pub(super) fn call_set(&mut self, set: ObjId, descriptor: ObjId) -> R {
        let (object, value) = (self.st.pop(), self.st.pop());
        self.push_new(descriptor);
        let frame = self.st.frame_mut();
        frame.stack.push(object);
        frame.stack.push(value);
        self.held_loosely(descriptor, |machine| {
            machine.call_accessor(set, &[CallKind::Special; 3])
        })?;
        self.consume(1);
        Ok(())
    }

    /// The descriptor's `__delete__`: the instance is on the stack.
    pub(super) fn call_delete(&mut self, delete: ObjId, descriptor: ObjId) -> R {
        let object = self.st.pop();
        self.push_new(descriptor);
        self.st.frame_mut().stack.push(object);
        self.held_loosely(descriptor, |machine| {
            machine.call_accessor(delete, &[CallKind::Special; 2])
        })?;
        self.consume(1);
        Ok(())
    }

    /// Runs something during which C code may have further references to the object.
    pub(super) fn held_loosely(&mut self, id: ObjId, run: impl FnOnce(&mut Self) -> R) -> R {
        self.st.add(id, 0, MOST_HELD_BY_C);
        self.cleanly(run, |machine, _| {
            machine.st.sub(id, 0, MOST_HELD_BY_C);
            Ok(())
        })
    }

    /// Runs something that leaves one more reference on the stack, or raises; an AttributeError is caught.
    pub(super) fn attempt(&mut self, run: impl FnOnce(&mut Self) -> R) -> Attempt {
        let (frames, stack) = (self.st.frames.len(), self.st.frame().stack.len());
        self.ctl.push(Ctl::Try {
            frames,
            stack,
            raises: Vec::new(),
        });
        let done = run(self);
        let raises = match self.ctl.pop() {
            Some(Ctl::Try { raises, .. }) => raises,
            _ => Vec::new(),
        };
        let mut out = Attempt {
            done: done.is_ok().then(|| std::mem::take(&mut self.st)),
            missing: None,
        };
        let wanted = self.atoms.ty(B::AttributeError);
        for (state, class) in raises {
            let is_missing = self.is_subclass(class, wanted);
            if is_missing != Some(true) {
                self.deliver(Jump::Raise, state.clone());
            }
            if is_missing != Some(false) {
                self.st = state;
                self.st.drop_top();
                self.run_finalizers();
                let state = std::mem::take(&mut self.st);
                self.join_into(&mut out.missing, state);
            }
        }
        out
    }

    /// Runs something that replaces the object on top of the stack by its attribute; where that raises an AttributeError,
    /// the class's `__getattr__` is asked (`slot_tp_getattr_hook`).
    pub(super) fn or_getattr(
        &mut self,
        getattr: ObjId,
        attr: Name,
        run: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let object = self.st.peek(0);
        let loosely = self.loosely;
        let attempt = self.attempt(|machine| {
            // The object stays on the stack for the second question.
            machine
                .st
                .frame_mut()
                .stack
                .push(crate::domain::StackRef::lent(object));
            machine.as_builtin(run)
        });
        self.loosely = loosely;
        let mut done = None;
        if let Some(state) = attempt.done {
            self.st = state;
            self.drop_below();
            done = Some(std::mem::take(&mut self.st));
        }
        let mut asked = None;
        if let Some(state) = attempt.missing {
            self.st = state;
            let name = self.names.shared(attr);
            let name = self.atoms.str(&name);
            self.st.push(name);
            let kinds = [CallKind::GetattrSelf, CallKind::Special];
            if self.call_accessor(getattr, &kinds).is_ok() {
                asked = Some(std::mem::take(&mut self.st));
            }
        }
        match (done, asked) {
            (None, None) => Err(Dead),
            (done, asked) => self.meet(done, asked),
        }
    }
}

/// Builtin containers: none of them is a descriptor.
fn is_container(ty: B) -> bool {
    matches!(
        ty,
        B::List
            | B::Dict
            | B::Set
            | B::FrozenSet
            | B::Tuple
            | B::Deque
            | B::DefaultDict
            | B::OrderedDict
            | B::Counter
            | B::ByteArray
            | B::Range
    )
}
