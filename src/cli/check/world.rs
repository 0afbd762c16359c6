//! What the workspaces of the files that are checked import.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rustc_hash::FxHashMap;

use crate::disk::python_files;
use crate::engine::Imports;

/// What each workspace imports, once something has asked.
#[derive(Default)]
pub(super) struct Worlds {
    imported: Mutex<FxHashMap<PathBuf, Arc<Imports>>>,
}

impl Worlds {
    /// Whether another file of its workspace may import the one at `path`: the current folder where it lies in it, else
    /// its own folder.
    pub(super) fn is_imported(&self, path: &Path) -> bool {
        let Ok(whole) = std::path::absolute(path) else {
            return true;
        };
        let here = std::env::current_dir().unwrap_or_default();
        let folder = whole.parent().map(Path::to_owned).unwrap_or_default();
        let workspace = if !here.as_os_str().is_empty() && whole.starts_with(&here) {
            here
        } else {
            folder
        };
        let imports = {
            let Ok(mut known) = self.imported.lock() else {
                return true;
            };
            let imports = known.entry(workspace);
            let imports =
                imports.or_insert_with_key(|workspace| Arc::new(imports_below(workspace)));
            Arc::clone(imports)
        };
        imports.is_imported(&whole)
    }
}

fn imports_below(folder: &Path) -> Imports {
    let mut out = Imports::default();
    for path in python_files(folder, usize::MAX).flatten() {
        if let Ok(content) = std::fs::read_to_string(&path) {
            out.set(&path, Some(&content));
        }
    }
    out
}
