//! Whether something around a document imports it: the Python files of its workspace folder, open ones as the editor
//! shows them.
//!
//! A folder is looked through once, on a worker, when a document in it first asks; then only what is said to have changed
//! is read again. The reader's task notes changes and never waits for a look at the disk: the lock of [`State`] is held
//! for moments, that of a folder by workers alone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use tower_lsp::lsp_types::Url;

use super::files;
use crate::disk::python_files;
use crate::engine::Imports;
use crate::text::Text;

/// A folder with more than this in it is not looked through: a first card would wait for seconds. What is in it counts as
/// imported then.
const MAX_ENTRIES: usize = 50_000;
const MAX_FILES: usize = 5_000;
const MAX_BYTES: usize = 128 << 20;

/// When more files than this changed at once, as when a branch is checked out, the folder is looked through again.
const MAX_CHANGED: usize = 500;

/// What all documents ask.
#[derive(Default)]
pub(super) struct Neighbours {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    roots: Vec<PathBuf>,
    open: FxHashMap<PathBuf, Text>,
    folders: FxHashMap<PathBuf, Folder>,
    /// What was last answered to the documents that asked.
    answers: FxHashMap<Url, bool>,
}

#[derive(Default)]
struct Folder {
    /// Files that have to be read again.
    changed: Vec<PathBuf>,
    index: Arc<Mutex<Index>>,
}

#[derive(Default)]
struct Index {
    imports: Imports,
    is_filled: bool,
    /// Nothing was left out.
    is_whole: bool,
    /// The open documents whose text it has.
    shown: FxHashMap<PathBuf, Text>,
}

impl Neighbours {
    /// Takes in the workspace's folders.
    pub(super) fn start(&self, roots: Vec<PathBuf>) {
        self.state.lock().roots = roots;
    }

    /// The document `uri` is open, or has changed: this is what it says.
    pub(super) fn show(&self, uri: &Url, text: &Text) {
        if let Ok(path) = uri.to_file_path() {
            self.state.lock().open.insert(path, text.clone());
        }
    }

    /// The document `uri` was closed: the disk counts again.
    pub(super) fn close(&self, uri: &Url) {
        let mut state = self.state.lock();
        state.answers.remove(uri);
        if let Ok(path) = uri.to_file_path() {
            state.open.remove(&path);
        }
    }

    /// These files are others than before, or gone.
    pub(super) fn touch(&self, paths: Vec<PathBuf>) {
        let mut state = self.state.lock();
        for (root, folder) in &mut state.folders {
            let inside = paths.iter().filter(|path| path.starts_with(root));
            folder.changed.extend(inside.cloned());
        }
        // Looked through anew when somebody asks.
        state
            .folders
            .retain(|_, folder| folder.changed.len() <= MAX_CHANGED);
    }

    /// Forgets what was read.
    pub(super) fn forget(&self) {
        self.state.lock().folders.clear();
    }

    /// Whether another file may import the document `uri`. Reads files: for workers only.
    pub(super) fn import(&self, uri: &Url) -> bool {
        // Without a file it has no name that an import could say.
        let Ok(path) = uri.to_file_path() else {
            return false;
        };
        let answer = self.look(&path);
        self.state.lock().answers.insert(uri.clone(), answer);
        answer
    }

    /// The documents to which another answer would be given now than the last. For workers only.
    pub(super) fn differing(&self) -> Vec<Url> {
        let asked = self.state.lock().answers.clone();
        let mut asked: Vec<(Url, bool)> = asked.into_iter().collect();
        asked.sort_unstable();
        asked.retain(|(uri, answer)| self.import(uri) != *answer);
        asked.into_iter().map(|(uri, _)| uri).collect()
    }

    fn look(&self, path: &Path) -> bool {
        let (root, index) = {
            let mut state = self.state.lock();
            let root = state.root_of(path);
            let folder = state.folders.entry(root.clone()).or_default();
            (root, Arc::clone(&folder.index))
        };
        let mut index = index.lock();
        // Taken under the folder's lock: whoever comes next finds done what was noted before.
        let (changed, open) = {
            let mut state = self.state.lock();
            let changed = state.folders.get_mut(&root);
            let changed = changed.map(|folder| std::mem::take(&mut folder.changed));
            (changed.unwrap_or_default(), state.open.clone())
        };
        index.refresh(&root, changed, &open, path);
        !index.is_whole || index.imports.is_imported(path)
    }
}

impl State {
    /// The innermost folder of the workspace that holds `path`; where none does, its own.
    fn root_of(&self, path: &Path) -> PathBuf {
        let holding = self.roots.iter().filter(|root| path.starts_with(root));
        let root = holding.max_by_key(|root| root.as_os_str().len());
        let root = root.map(PathBuf::as_path).or_else(|| path.parent());
        root.unwrap_or(path).to_owned()
    }
}

impl Index {
    /// Reads what is not known yet. `asking` is the one document whose imports do not matter now.
    fn refresh(
        &mut self,
        root: &Path,
        mut changed: Vec<PathBuf>,
        open: &FxHashMap<PathBuf, Text>,
        asking: &Path,
    ) {
        if !std::mem::replace(&mut self.is_filled, true) {
            changed.clear();
            self.fill(root);
        }
        self.shown.retain(|path, _| {
            let stays = open.contains_key(path);
            if !stays {
                changed.push(path.clone());
            }
            stays
        });
        for path in changed {
            if !self.shown.contains_key(&path) {
                self.imports.set(&path, files::source(&path).as_deref());
            }
        }
        for (path, text) in open {
            let is_known = self.shown.get(path) == Some(text);
            if path != asking && !is_known && path.starts_with(root) {
                self.imports.set(path, Some(text.as_str()));
                self.shown.insert(path.clone(), text.clone());
            }
        }
    }

    fn fill(&mut self, root: &Path) {
        let (mut count, mut bytes) = (0, 0);
        for found in python_files(root, MAX_ENTRIES) {
            let Ok(path) = found else { return };
            let content = files::source(&path);
            count += 1;
            bytes += content.as_ref().map_or(0, String::len);
            if count > MAX_FILES || bytes > MAX_BYTES {
                tracing::info!("{} holds too much to be looked through", root.display());
                return;
            }
            self.imports.set(&path, content.as_deref());
        }
        self.is_whole = true;
    }
}
