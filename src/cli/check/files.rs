//! Which files are checked, and with which settings.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::Span;
use crate::disk::python_files;
use crate::engine::settings::{Settings, discover, for_file};
use crate::rules;
use crate::text::Text;

/// A file to be checked.
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) size: u64,
    /// Its place in the order of the report.
    pub(super) index: usize,
    pub(super) settings: Arc<Settings>,
}

impl Source {
    /// What it is called in reports.
    pub(super) fn shown(&self) -> String {
        super::shown_path(&self.path)
    }

    /// Its whole path.
    pub(super) fn absolute(&self) -> String {
        let whole = if self.path.as_os_str() == "<stdin>" {
            None
        } else {
            std::path::absolute(&self.path).ok()
        };
        whole
            .as_deref()
            .unwrap_or(&self.path)
            .to_string_lossy()
            .into_owned()
    }
}

/// The files, in the order of their paths.
#[derive(Default)]
pub(super) struct Sources {
    pub(super) files: Vec<Source>,
    /// What could not be read.
    pub(super) problems: Vec<String>,
    /// What is wrong in settings.
    pub(super) notices: Vec<String>,
    folders: FxHashMap<PathBuf, Folder>,
    told: FxHashSet<PathBuf>,
}

/// What holds in a folder.
#[derive(Clone)]
struct Folder {
    settings: Arc<Settings>,
    /// Where globs count from: the folder of the settings.
    root: PathBuf,
    excluded: Arc<Gitignore>,
}

impl Sources {
    /// A file that was named, whatever it is called.
    pub(super) fn add_one(&mut self, path: PathBuf) {
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let Folder { settings, root, .. } = self.folder(&folder);
        let whole = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
        let settings = for_file(&settings, &root, &whole);
        let size = std::fs::metadata(&path).map_or(0, |it| it.len());
        let index = self.files.len();
        self.files.push(Source {
            path,
            size,
            index,
            settings,
        });
    }

    /// The files that `paths` name, and the Python files below the folders.
    pub(super) fn collect(&mut self, paths: &[PathBuf]) {
        let mut found: Vec<PathBuf> = Vec::new();
        for path in paths {
            // What is missing is told when it is read, as any file that cannot be.
            if !path.is_dir() {
                found.push(path.clone());
                continue;
            }
            for entry in python_files(path, usize::MAX) {
                match entry {
                    Ok(path) => {
                        let folder = self.folder(path.parent().unwrap_or(Path::new("")));
                        let whole = std::path::absolute(&path).unwrap_or_else(|_| path.clone());
                        // What lies outside the settings' folder cannot be matched against it.
                        let is_excluded = whole.starts_with(folder.excluded.path())
                            && folder
                                .excluded
                                .matched_path_or_any_parents(&whole, false)
                                .is_ignore();
                        if !is_excluded {
                            found.push(path);
                        }
                    }
                    Err(problem) => self.problems.push(problem),
                }
            }
        }
        found.sort();
        found.dedup();
        found.into_iter().for_each(|path| self.add_one(path));
    }

    /// Notes it once, for however many folders it holds.
    fn notice(&mut self, notice: String) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    fn folder(&mut self, folder: &Path) -> Folder {
        if let Some(known) = self.folders.get(folder) {
            return known.clone();
        }
        let whole = std::path::absolute(folder)
            .or_else(|_| std::env::current_dir())
            .unwrap_or_default();
        let read = |path: &Path| std::fs::read_to_string(path).ok();
        let mut found = discover(&whole, &read);
        let file = found.file.as_ref().map(|(path, _)| path.clone());
        let line_of = |span: Option<Span>| {
            let content = found.file.as_ref().zip(span);
            content.map_or_else(String::new, |((_, content), span)| {
                format!(":{}", Text::new(content.as_str()).line(span.start) + 1)
            })
        };
        if let Some(path) = &file
            && self.told.insert(path.clone())
        {
            for problem in &found.problems {
                self.notices.push(format!(
                    "{}{}: {}: {}",
                    super::shown_path(path),
                    line_of(problem.span),
                    problem.setting,
                    problem.message
                ));
            }
        }
        let settings = std::mem::take(&mut found.partial).resolve(&found.clues);
        for name in settings
            .select
            .iter()
            .flatten()
            .chain(&settings.ignore)
            .chain(
                settings
                    .per_file_ignores
                    .iter()
                    .flat_map(|(_, names)| names),
            )
        {
            if let Some(path) = &file
                && let Some(refusal) = rules::refusal(name)
            {
                self.notice(format!("{}: {refusal}", super::shown_path(path)));
            }
        }
        let root = file.as_deref().and_then(Path::parent).unwrap_or(&whole);
        let mut builder = GitignoreBuilder::new(root);
        for glob in &settings.exclude {
            if let Err(error) = builder.add_line(None, glob) {
                self.notice(format!(
                    "the glob `{glob}` in `exclude` cannot be read: {error}"
                ));
            }
        }
        let excluded = Arc::new(builder.build().unwrap_or_else(|_| Gitignore::empty()));
        let known = Folder {
            settings: Arc::new(settings),
            root: root.to_owned(),
            excluded,
        };
        self.folders.insert(folder.to_owned(), known.clone());
        known
    }
}
