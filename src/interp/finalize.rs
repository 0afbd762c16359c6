//! `__del__`: run when the last reference goes.

use super::attribute::Found;
use super::machine::Machine;
use crate::domain::Kind;
use crate::layout::CallKind;

impl Machine<'_> {
    /// Calls `__del__` of what just died.
    pub(super) fn run_finalizers(&mut self) {
        while let Some(id) = self.st.dying.pop() {
            let class = match self.kind(id) {
                Kind::Instance(instance) => instance.class,
                Kind::Gen(_) => {
                    self.close_dead(id);
                    continue;
                }
                _ => continue,
            };
            let name = self.names.intern("__del__");
            self.st.push(id);
            let before = self.st.clone();
            let (frames, stack) = (self.st.frames.len(), self.st.frame().stack.len());
            self.ctl.push(super::control::Ctl::Try {
                frames,
                stack,
                raises: Vec::new(),
            });
            let done = match self.class_attribute(class, name) {
                Found::Object(function, _)
                    if matches!(self.kind(function), Kind::Function(_)) && self.step() =>
                {
                    self.st.inc(id);
                    self.st.push(id);
                    self.call_with(function, 1, CallKind::Special)
                        .map(|()| self.st.drop_top())
                }
                _ => {
                    self.unknown_use(id);
                    Ok(())
                }
            };
            // An exception in a finalizer is told of and forgotten.
            let raises = match self.ctl.pop() {
                Some(super::control::Ctl::Try { raises, .. }) => raises,
                _ => Vec::new(),
            };
            let mut after = done.is_ok().then(|| std::mem::take(&mut self.st));
            for (state, _) in raises {
                self.st = state;
                self.st.drop_top();
                let state = std::mem::take(&mut self.st);
                self.join_into(&mut after, state);
            }
            let Some(after) = after else {
                // It never comes back, as far as the machine sees: then it may do anything.
                self.st = before;
                self.unknown_use(id);
                let top = self.st.pop();
                self.st.blur(top.obj);
                continue;
            };
            self.st = after;
            // The finalizer ran once; it does not run again.
            let top = self.st.pop();
            if let Some(obj) = self.st.heap.get(top.obj) {
                if obj.count == crate::domain::Count::exactly(1) {
                    let (held, born) = (obj.kind.referents(), obj.born);
                    self.st.heap.remove(top.obj);
                    let ty = crate::domain::TypeOf::Class(class);
                    self.st.freed.push(crate::domain::Freed {
                        id: top.obj,
                        ty,
                        born,
                        frames: self.st.frames.len(),
                        holds_others: !held.is_empty(),
                    });
                    for referent in held {
                        self.st.dec(referent);
                    }
                } else {
                    // It was resurrected, or may have been.
                    self.st.blur(top.obj);
                }
            }
        }
    }
}
