//! What users can set, and how several sources of settings become one.
//!
//! The names are the same everywhere: `pyproject.toml`'s `[tool.heaplight]`, `heaplight.toml`, the editor's
//! `heaplight.*` and its `initializationOptions`. Reading files is the edges' affair; what is in them is read here, as
//! pure functions.

mod discover;
mod per_file;
mod read;
mod target;

pub use discover::{CONFIG_FILES, Discovery, discover};
pub use per_file::for_file;
pub use read::{Origin, Problem, from_json, from_toml};
pub use target::Clues;

use crate::layout::Target;

/// Who runs a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum WorldChoice {
    /// Decided for each file.
    #[default]
    Auto,
    /// `python FILE` runs it.
    Script,
    /// It is imported, and anyone may call it.
    Module,
}

/// How much inlay hints say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HintLevel {
    /// Nothing.
    Off,
    /// What surprises.
    #[default]
    Quiet,
    /// Size and count behind every binding as well.
    Full,
}

/// The settings that hold for a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The CPython that claims are about.
    pub target: Target,
    /// Who runs the file.
    pub world: WorldChoice,
    /// How much inlay hints say.
    pub inlay_hints: HintLevel,
    /// The rules that look; `None`: those that do by default.
    pub select: Option<Vec<String>>,
    /// The rules that do not.
    pub ignore: Vec<String>,
    /// The rules that do not look in the files that a glob means.
    pub per_file_ignores: Vec<(String, Vec<String>)>,
    /// What `check` leaves out (globs).
    pub exclude: Vec<String>,
}

/// What one source sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Partial {
    /// See [`Settings::target`].
    pub target: Option<Target>,
    /// See [`Settings::world`].
    pub world: Option<WorldChoice>,
    /// See [`Settings::inlay_hints`].
    pub inlay_hints: Option<HintLevel>,
    /// See [`Settings::select`].
    pub select: Option<Vec<String>>,
    /// See [`Settings::ignore`].
    pub ignore: Option<Vec<String>>,
    /// See [`Settings::per_file_ignores`].
    pub per_file_ignores: Option<Vec<(String, Vec<String>)>>,
    /// See [`Settings::exclude`].
    pub exclude: Option<Vec<String>>,
    /// The interpreter that the editor has chosen: a path. It is never run; the environment around it is read.
    pub interpreter: Option<String>,
}

impl Partial {
    /// What this source sets, and `weaker` where it sets nothing.
    #[must_use]
    pub fn or(self, weaker: Self) -> Self {
        Self {
            target: self.target.or(weaker.target),
            world: self.world.or(weaker.world),
            inlay_hints: self.inlay_hints.or(weaker.inlay_hints),
            select: self.select.or(weaker.select),
            ignore: self.ignore.or(weaker.ignore),
            per_file_ignores: self.per_file_ignores.or(weaker.per_file_ignores),
            exclude: self.exclude.or(weaker.exclude),
            interpreter: self.interpreter.or(weaker.interpreter),
        }
    }

    /// The settings, with `clues` to the target where none is set.
    pub fn resolve(self, clues: &Clues) -> Settings {
        Settings {
            target: self.target.or_else(|| clues.target()).unwrap_or_default(),
            world: self.world.unwrap_or_default(),
            inlay_hints: self.inlay_hints.unwrap_or_default(),
            select: self.select,
            ignore: self.ignore.unwrap_or_default(),
            per_file_ignores: self.per_file_ignores.unwrap_or_default(),
            exclude: self.exclude.unwrap_or_default(),
        }
    }
}

impl WorldChoice {
    /// All, by name.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("auto", Self::Auto),
        ("script", Self::Script),
        ("module", Self::Module),
    ];
}

impl HintLevel {
    /// All, by name.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("off", Self::Off),
        ("quiet", Self::Quiet),
        ("full", Self::Full),
    ];

    /// The level called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(known, _)| *known == name)
            .map(|&(_, level)| level)
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Quiet => "quiet",
            Self::Full => "full",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stronger_source_wins_setting_by_setting() {
        let (editor, _) = from_json(&serde_json::json!({ "inlayHints": "full" }), Origin::Editor);
        let (file, _) = from_toml("inlay-hints = 'off'\ntarget = '3.12'\n", Origin::Heaplight);
        let settings = editor.or(file).resolve(&Clues::default());
        assert_eq!(settings.inlay_hints, HintLevel::Full);
        assert_eq!(settings.target, Target::parse("3.12").expect("known"));
        assert_eq!(settings.world, WorldChoice::Auto);
    }
}
