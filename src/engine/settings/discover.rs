//! Finds the settings that hold in a folder: the nearest file that says something, upwards.

use std::path::{Path, PathBuf};

use super::Partial;
use super::read::{Origin, Problem, from_toml, pyproject_says};
use super::target::{Clues, target_of_pyvenv, target_of_requires_python, target_of_version_file};

/// The names of the files that settings, or clues to the target, are read from.
pub const CONFIG_FILES: [&str; 4] = [
    "heaplight.toml",
    "pyproject.toml",
    ".python-version",
    "pyvenv.cfg",
];

/// Where a project's own environment usually is.
const ENVIRONMENTS: [&str; 3] = [".venv", "venv", "env"];

/// What the files in and above a folder say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// The file with settings, and its content.
    pub file: Option<(PathBuf, String)>,
    /// What it sets.
    pub partial: Partial,
    /// What is wrong in it.
    pub problems: Vec<Problem>,
    /// What the files say about the target.
    pub clues: Clues,
}

/// Looks through `folder` and those above it. `read` gives a file's content, or `None` where there is no such file.
///
/// As other Python tools do, the nearest file with settings counts alone; in one folder `heaplight.toml` comes before
/// `pyproject.toml`.
pub fn discover(folder: &Path, read: &dyn Fn(&Path) -> Option<String>) -> Discovery {
    let mut found = Discovery::default();
    let mut requires_is_known = false;
    for folder in folder.ancestors() {
        let pyproject = read(&folder.join("pyproject.toml"));
        let (is_ours, requires) = pyproject.as_deref().map(pyproject_says).unwrap_or_default();
        if found.file.is_none() {
            if let Some(content) = read(&folder.join("heaplight.toml")) {
                found.take(folder.join("heaplight.toml"), content, Origin::Heaplight);
            } else if let Some(content) = pyproject.filter(|_| is_ours) {
                found.take(folder.join("pyproject.toml"), content, Origin::Pyproject);
            }
        }
        let clues = &mut found.clues;
        if !requires_is_known && let Some(requires) = requires {
            requires_is_known = true;
            clues.requires_python = target_of_requires_python(&requires);
        }
        if clues.version_file.is_none() {
            let content = read(&folder.join(".python-version"));
            clues.version_file = content.as_deref().and_then(target_of_version_file);
        }
        if clues.environment.is_none() {
            let configs = ENVIRONMENTS
                .iter()
                .map(|name| folder.join(name).join("pyvenv.cfg"));
            clues.environment = configs
                .filter_map(|path| read(&path))
                .find_map(|text| target_of_pyvenv(&text));
        }
    }
    found
}

impl Discovery {
    fn take(&mut self, path: PathBuf, content: String, origin: Origin) {
        (self.partial, self.problems) = from_toml(&content, origin);
        self.file = Some((path, content));
    }

    /// Adds what the surroundings of the interpreter at `path` say. The interpreter is not run.
    pub fn consider_interpreter(&mut self, path: &Path, read: &dyn Fn(&Path) -> Option<String>) {
        // `env/bin/python` or `env\Scripts\python.exe`, `env/python`, or `env` itself.
        let folders = path.ancestors().take(3);
        let configs = folders.filter_map(|folder| read(&folder.join("pyvenv.cfg")));
        let in_environment = configs.map(|text| target_of_pyvenv(&text)).next().flatten();
        let by_name = || {
            let name = path
                .file_stem()
                .filter(|_| path.extension().is_none_or(|e| e == "exe"));
            let name = name.or_else(|| path.file_name())?.to_str()?;
            target_of_version_file(name.strip_prefix("python").unwrap_or_default())
        };
        self.clues.interpreter = in_environment.or_else(by_name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::settings::HintLevel;

    fn disk(files: &'static [(&'static str, &'static str)]) -> impl Fn(&Path) -> Option<String> {
        move |path| {
            let found = files.iter().find(|(name, _)| Path::new(name) == path);
            found.map(|(_, content)| (*content).to_owned())
        }
    }

    fn target(found: Discovery) -> String {
        found.partial.resolve(&found.clues).target.to_string()
    }

    #[test]
    fn the_nearest_file_that_says_something_counts() {
        let read = disk(&[
            (
                "/w/a/b/pyproject.toml",
                "[project]\nname = 'b'\nrequires-python = '>=3.9,<3.12'\n",
            ),
            (
                "/w/a/pyproject.toml",
                "[tool.heaplight]\ninlay-hints = 'off'\n",
            ),
            ("/w/a/heaplight.toml", "inlay-hints = 'full'\nworld = 'x'\n"),
            ("/w/heaplight.toml", "target = '3.8'\n"),
        ]);
        let found = discover(Path::new("/w/a/b"), &read);
        assert_eq!(
            found.file.as_ref().map(|(path, _)| path.as_path()),
            Some(Path::new("/w/a/heaplight.toml"))
        );
        assert_eq!(found.partial.inlay_hints, Some(HintLevel::Full));
        assert_eq!(found.problems.len(), 1);
        assert_eq!(target(found), "3.11");
    }

    #[test]
    fn the_strongest_clue_names_the_target() {
        let read = disk(&[
            ("/w/.venv/pyvenv.cfg", "version = 3.13.2"),
            ("/w/.python-version", "3.12"),
            ("/env/pyvenv.cfg", "version = 3.10.4"),
        ]);
        let mut found = discover(Path::new("/w/src"), &read);
        assert_eq!(target(found.clone()), "3.13.2");
        found.consider_interpreter(Path::new("/env/bin/python3.11"), &read);
        assert_eq!(target(found.clone()), "3.10.4");
        found.consider_interpreter(Path::new("/usr/bin/python3.11"), &read);
        assert_eq!(target(found.clone()), "3.11");
        found.consider_interpreter(Path::new("/usr/bin/python"), &read);
        assert_eq!(target(found), "3.13.2");
    }
}
