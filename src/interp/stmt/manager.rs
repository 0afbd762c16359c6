//! Context managers: what entering and leaving one runs.

use super::super::attribute::Found;
use super::super::control::{Ctl, Jump};
use super::super::generator::{Advanced, Sent};
use super::super::machine::{Dead, Machine, R};
use crate::domain::atoms::{FOREIGN, NONE, UNKNOWN};
use crate::domain::{B, Kind, ObjId, State};
use crate::layout::CallKind;

/// What is known of a context manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::interp) enum Manager {
    /// Its class is the program's, with both methods.
    Program,
    /// `contextlib.contextmanager` made it of this generator.
    Generator(ObjId),
    /// Nothing.
    Unknown,
}

impl Machine<'_> {
    /// What is known of the manager.
    pub(in crate::interp) fn manager(&mut self, manager: ObjId, is_async: bool) -> Manager {
        if is_async {
            return Manager::Unknown;
        }
        if self.has_function(manager, "__enter__") && self.has_function(manager, "__exit__") {
            return Manager::Program;
        }
        match self.kind(manager) {
            Kind::Library(library) if library.role == "context" => match library.held.first() {
                Some(&generator) if matches!(self.kind(generator), Kind::Gen(_)) => {
                    Manager::Generator(generator)
                }
                _ => Manager::Unknown,
            },
            _ => Manager::Unknown,
        }
    }

    fn has_function(&mut self, object: ObjId, name: &str) -> bool {
        let Kind::Instance(instance) = self.kind(object) else {
            return false;
        };
        let class = instance.class;
        let name = self.names.intern(name);
        matches!(self.class_attribute(class, name),
            Found::Object(function, _) if matches!(self.kind(function), Kind::Function(_)))
    }

    /// `__enter__` of the manager on top of the stack: its result is pushed.
    pub(super) fn enter_manager(&mut self, of: Manager) -> R {
        let manager = self.st.peek(0);
        match of {
            Manager::Program => {
                // The pending `__exit__` holds the manager; what the call holds beyond differs.
                self.push_unsteady(manager);
                let name = self.names.intern("__enter__");
                self.call_method_of(manager, name, 1, CallKind::EnterSelf)
            }
            Manager::Generator(generator) => {
                // It forgets what it was made with, then asks for the first value.
                let mut gone = Vec::new();
                self.change_quietly(manager, |kind| {
                    if let Kind::Library(library) = kind {
                        gone = std::sync::Arc::make_mut(library).held.split_off(1);
                    }
                });
                for id in gone {
                    self.st.dec(id);
                }
                match self.advance(generator, Sent::Value(NONE))? {
                    Advanced::Item => Ok(()),
                    Advanced::Done => {
                        self.consume(1);
                        Err(self.raise(B::RuntimeError))
                    }
                    Advanced::Either(ended) => {
                        let given = std::mem::replace(&mut self.st, *ended);
                        self.consume(1);
                        self.raise(B::RuntimeError);
                        self.st = given;
                        Ok(())
                    }
                    Advanced::Unknown => {
                        self.unknown_use(manager);
                        self.st.push(UNKNOWN);
                        Ok(())
                    }
                }
            }
            Manager::Unknown if self.is_foreign(manager) => {
                self.may_raise();
                self.st.push(FOREIGN);
                Ok(())
            }
            Manager::Unknown => {
                self.st.escape(manager);
                self.unknown_code();
                self.st.push(UNKNOWN);
                Ok(())
            }
        }
    }

    pub(in crate::interp) fn call_method_of(
        &mut self,
        object: ObjId,
        name: crate::base::Name,
        n: usize,
        kind: CallKind,
    ) -> R {
        let class = match self.kind(object) {
            Kind::Instance(instance) => instance.class,
            _ => return self.unknown_call(n),
        };
        match self.class_attribute(class, name) {
            Found::Object(function, _) => self.call_with(function, n, kind),
            _ => self.unknown_call(n),
        }
    }

    /// `__exit__`: the manager lies on the stack, under what the way out carries.
    pub(in crate::interp) fn leave_with(
        &mut self,
        manager: ObjId,
        of: Manager,
        jump: Option<Jump>,
    ) -> R {
        let raised = jump == Some(Jump::Raise);
        let swallows = match of {
            Manager::Unknown => {
                self.unknown_use(manager);
                None
            }
            Manager::Generator(generator) if raised => {
                return self.throw_into(manager, generator);
            }
            Manager::Generator(generator) => {
                match self.advance(generator, Sent::Value(NONE))? {
                    Advanced::Done => self.consume(1),
                    Advanced::Item => {
                        self.consume(1);
                        return Err(self.raise(B::RuntimeError));
                    }
                    Advanced::Either(ended) => {
                        self.consume(1);
                        self.raise(B::RuntimeError);
                        self.st = *ended;
                        self.consume(1);
                    }
                    Advanced::Unknown => self.unknown_use(manager),
                }
                return Ok(());
            }
            Manager::Program => {
                self.push_unsteady(manager);
                let details = if raised { [UNKNOWN; 3] } else { [NONE; 3] };
                if raised {
                    let exception = self.st.peek(1);
                    self.st.escape(exception);
                }
                for detail in details {
                    self.st.push(detail);
                }
                let name = self.names.intern("__exit__");
                self.call_method_of(manager, name, 4, CallKind::ExitSelf)?;
                let result = self.st.peek(0);
                let swallows = self.truth(result)?;
                self.consume(1);
                swallows
            }
        };
        if raised && swallows != Some(false) {
            self.swallow();
            if swallows == Some(true) {
                return Err(Dead);
            }
        }
        Ok(())
    }

    /// The exception on top of the stack may end here.
    fn swallow(&mut self) {
        let mut swallowed = self.st.clone();
        std::mem::swap(&mut self.st, &mut swallowed);
        self.consume(1);
        std::mem::swap(&mut self.st, &mut swallowed);
        self.swallowed.push(swallowed);
    }

    /// The exception on top of the stack is raised where the generator stands: if that ends it, it is swallowed; if it
    /// comes out again, it goes on.
    fn throw_into(&mut self, manager: ObjId, generator: ObjId) -> R {
        let exception = self.st.peek(0);
        // C code holds it in between, more than once.
        self.st.escape(exception);
        let before = self.st.clone();
        let (frames, stack) = (self.st.frames.len(), self.st.frame().stack.len());
        self.ctl.push(Ctl::Try {
            frames,
            stack,
            raises: Vec::new(),
        });
        self.st.inc(exception);
        let advanced = self.advance(generator, Sent::Throw(exception));
        let raises = match self.ctl.pop() {
            Some(Ctl::Try { raises, .. }) => raises,
            _ => Vec::new(),
        };
        match advanced {
            Ok(Advanced::Done) => {
                self.consume(1);
                self.swallow();
            }
            Ok(_) => {
                // It goes on all the same, which is an error of its own, or can't be followed.
                self.st = before;
                self.unknown_use(manager);
                self.swallow();
                return Ok(());
            }
            Err(Dead) => {}
        }
        let mut again: Option<State> = None;
        for (state, _) in raises {
            // The very exception, or another: on top of it lies what came out.
            self.st = state;
            let came = self.st.pop_owned();
            if came == exception {
                self.st.dec(came);
            } else {
                let old = self.st.pop_owned();
                self.st.blur(old);
                self.st.push(came);
            }
            let state = std::mem::take(&mut self.st);
            self.join_into(&mut again, state);
        }
        match again {
            Some(state) => {
                self.st = state;
                Ok(())
            }
            None => Err(Dead),
        }
    }
}
