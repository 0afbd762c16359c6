//! Imports: modules of libraries are known by name, others are anything.

use super::super::machine::Machine;
use super::super::models;
use crate::base::Name;
use crate::domain::ObjId;
use crate::domain::atoms::UNKNOWN;
use crate::hir::Alias;

impl Machine<'_> {
    pub(super) fn import(&mut self, names: &[Alias]) {
        for alias in names {
            let path = self.names.shared(alias.path);
            if &*path == "__main__" {
                self.namespace_leaks();
            }
            let whole = alias.asname.is_some();
            let bound = if whole {
                &*path
            } else {
                path.split('.').next().unwrap_or(&path)
            };
            let module = self.module(bound, &path);
            if let Some(name) = alias.binds {
                self.st.push(module);
                self.store_name(name);
            }
        }
    }

    pub(super) fn import_from(&mut self, module: Option<Name>, names: &[Alias], level: u32) {
        let path = module
            .filter(|_| level == 0)
            .map(|module| self.names.shared(module));
        if path.as_deref() == Some("__future__") {
            for alias in names {
                if let Some(name) = alias.binds {
                    self.st.push(UNKNOWN);
                    self.store_name(name);
                }
            }
            return;
        }
        if path.as_deref() == Some("__main__") {
            self.namespace_leaks();
        }
        if !path.as_deref().is_some_and(models::is_library) {
            self.foreign_import();
        }
        for alias in names {
            let Some(name) = alias.binds else { continue };
            let wanted = self.names.shared(alias.path);
            let value = match path.as_deref() {
                Some(path) if models::is_library(path) => {
                    models::module_attribute(self, path, &wanted)
                }
                _ => UNKNOWN,
            };
            self.st.push(value);
            self.store_name(name);
        }
    }

    fn module(&mut self, bound: &str, path: &str) -> ObjId {
        if models::is_library(path) && models::is_library(bound) {
            self.atoms.module(bound)
        } else {
            self.foreign_import();
            UNKNOWN
        }
    }

    /// A module that is not known runs: it can reach what escaped, but nothing of a program that it does not import.
    fn foreign_import(&mut self) {
        self.st.forget_escaped();
        self.may_raise();
    }
}
