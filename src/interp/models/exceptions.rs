//! Methods that exceptions have from CPython (`Objects/exceptions.c`).

use std::sync::Arc;

use super::super::attribute::Found;
use super::super::machine::{Machine, R};
use super::{Answer, Keywords};
use crate::base::Name;
use crate::domain::atoms::{NONE, UNKNOWN};
use crate::domain::{B, Kind, ObjId};

/// Their names.
pub(super) const METHODS: &[&str] = &["__init__", "add_note", "with_traceback"];

pub(super) fn call(
    m: &mut Machine<'_>,
    id: ObjId,
    name: &str,
    args: &[ObjId],
    keywords: Keywords<'_>,
) -> Answer {
    let Kind::Exception(exception) = m.kind_of(id) else {
        return Ok(None);
    };
    match name {
        // `super().__init__(...)`: `args` are these from now on.
        "__init__" if keywords.is_empty() && keeps_only_args(m, exception.class) => {
            for arg in args {
                m.st.inc(*arg);
            }
            let mut old = Vec::new();
            m.change_quietly(id, |kind| {
                if let Kind::Exception(exception) = kind {
                    old = std::mem::replace(&mut Arc::make_mut(exception).args, args.to_vec());
                }
            });
            m.keep_exposed(id);
            for arg in old {
                m.st.dec(arg);
            }
            Ok(Some(NONE))
        }
        "add_note" => {
            for arg in args {
                m.st.escape(*arg);
            }
            m.may_raise();
            Ok(Some(NONE))
        }
        "with_traceback" => Ok(Some(id)),
        _ => Ok(None),
    }
}

/// Whether instances of the class hold nothing but their `args` by what CPython's own code does.
pub(in crate::interp) fn keeps_only_args(m: &Machine<'_>, class: ObjId) -> bool {
    let base = match m.kind(class) {
        Kind::Type(ty) => Some(*ty),
        Kind::Class(_) => m.shape_of(class).and_then(|shape| shape.base),
        _ => None,
    };
    base.is_some_and(|base| {
        ![
            B::StopIteration,
            B::SystemExit,
            B::ImportError,
            B::OsError,
            B::SyntaxError,
            B::UnicodeError,
        ]
        .iter()
        .any(|special| base.is_subclass_of(*special))
    })
}

/// What an exception of a builtin class holds beside its `args` when it is made of them; `None` where that is not known.
pub(super) fn also_held(m: &mut Machine<'_>, class: ObjId, args: &[ObjId]) -> Option<Vec<ObjId>> {
    if keeps_only_args(m, class) {
        return Some(Vec::new());
    }
    let Kind::Type(ty) = m.kind(class) else {
        return None;
    };
    match (*ty, args) {
        // `value`, `code`, `msg`
        (B::StopIteration, [first, ..]) => Some(vec![*first]),
        (B::SystemExit | B::ImportError | B::ModuleNotFoundError, [only]) => Some(vec![*only]),
        (ty, []) if ty != B::UnicodeError => Some(Vec::new()),
        (ty, [_]) if ty.is_subclass_of(B::OsError) => Some(Vec::new()),
        (B::UnicodeError, _) => Some(Vec::new()),
        _ => None,
    }
}

impl Machine<'_> {
    /// An attribute of an exception object, on top of the stack: its place is taken by the value.
    pub(in crate::interp) fn exception_attribute(&mut self, attr: Name) -> R {
        let object = self.st.peek(0);
        let Kind::Exception(exception) = self.kind_of(object) else {
            return self.unknown_call(1);
        };
        let class = exception.class;
        let ours = matches!(self.kind(class), Kind::Class(_));
        let found = if ours {
            self.class_attribute(class, attr)
        } else {
            Found::Nothing
        };
        match found {
            Found::Object(value, _) => match self.kind_of(value) {
                Kind::Property(parts) => {
                    let Some(get) = parts[0] else {
                        return Err(self.raise(B::AttributeError));
                    };
                    return self.call_with(get, 1, crate::layout::CallKind::PropertySelf);
                }
                Kind::Instance(_) | Kind::Unknown | Kind::Named(..) | Kind::Library(_) => {
                    return self.unknown_call(1);
                }
                _ => {
                    let value = match exception.attrs.get(&attr) {
                        Some(value) => *value,
                        None => self.bound(value, object, class),
                    };
                    self.replace(1, value);
                    return Ok(());
                }
            },
            Found::Unknown => return self.unknown_call(1),
            Found::Builtin(_) | Found::Nothing => {}
        }
        if let Some(&value) = exception.attrs.get(&attr) {
            self.replace(1, value);
            return Ok(());
        }
        let name = self.names.shared(attr);
        let result = match &*name {
            "args" if !exception.raised || !exception.args.is_empty() => {
                let tuple = self.tuple(exception.args.clone());
                // The exception holds it too, as long as it lives.
                self.st.inc(tuple);
                self.st.blur(tuple);
                tuple
            }
            "args" => self.some(B::Tuple),
            "value" if exception.held.len() == 1 && !exception.raised => exception.held[0],
            "__class__" => class,
            name if METHODS.contains(&name) => {
                let name = self.names.shared(attr);
                self.alloc(Kind::BuiltinMethod(object, name))
            }
            "__cause__" | "__context__" | "__notes__" | "__doc__" | "__suppress_context__" => {
                self.st.escape(object);
                self.may_raise();
                UNKNOWN
            }
            // A traceback leads to frames, and these to all that the program holds.
            name if name.starts_with("__") => return self.unknown_call(1),
            _ if self.has_getattr(class) => return self.unknown_call(1),
            _ => {
                // What a builtin class has of its own, or what somebody else put there.
                self.st.escape(object);
                self.may_raise();
                UNKNOWN
            }
        };
        self.replace(1, result);
        Ok(())
    }

    fn has_getattr(&mut self, class: ObjId) -> bool {
        ["__getattr__", "__getattribute__"].iter().any(|name| {
            let name = self.names.intern(name);
            matches!(self.class_attribute(class, name), Found::Object(..))
        })
    }

    /// `exception.attr = value`, where the class is the program's: the stack holds value, exception. Whether that was all.
    pub(in crate::interp) fn store_exception_attribute(&mut self, attr: Name) -> bool {
        let (value, object) = (self.st.peek(1), self.st.peek(0));
        let Kind::Exception(exception) = self.kind_of(object) else {
            return false;
        };
        if !matches!(self.kind(exception.class), Kind::Class(_))
            || self.shape_of(exception.class).is_none()
            || self.obj(object).uncertain
        {
            return false;
        }
        let setter = self.names.intern("__setattr__");
        let special = matches!(
            self.class_attribute(exception.class, setter),
            Found::Object(..) | Found::Unknown
        );
        let name = self.names.text(attr);
        let theirs = name.starts_with("__")
            || matches!(
                name,
                "args"
                    | "value"
                    | "code"
                    | "msg"
                    | "name"
                    | "path"
                    | "errno"
                    | "strerror"
                    | "filename"
                    | "obj"
                    | "lineno"
                    | "offset"
                    | "text"
                    | "encoding"
                    | "object"
                    | "start"
                    | "end"
                    | "reason"
                    | "name_from"
            ) && (name == "args"
                || !keeps_only_args(self, exception.class)
                || named_fields(self, exception.class));
        let plain = match self.class_attribute(exception.class, attr) {
            Found::Nothing => true,
            Found::Object(found, _) => !matches!(
                self.kind(found),
                Kind::Property(_) | Kind::Instance(_) | Kind::Unknown | Kind::Named(..)
            ),
            _ => false,
        };
        if special || theirs || !plain {
            return false;
        }
        self.st.inc(value);
        let mut old = None;
        self.change(object, |kind| {
            if let Kind::Exception(exception) = kind {
                old = Arc::make_mut(exception).attrs.insert(attr, value);
            }
        });
        self.note_bound(value);
        self.keep_exposed(object);
        if let Some(old) = old {
            self.st.dec(old);
        }
        self.consume(2);
        true
    }
}

/// Classes whose instances have members called `name` and `obj` from some version on.
fn named_fields(m: &Machine<'_>, class: ObjId) -> bool {
    let base = m.shape_of(class).and_then(|shape| shape.base);
    base.is_some_and(|base| {
        base.is_subclass_of(B::NameError) || base.is_subclass_of(B::AttributeError)
    })
}
