//! Which settings hold for which document: the editor's, the project's, and what was said by command.
//!
//! Strongest first: commands of this session, the editor's settings, `initializationOptions`, the nearest file. Folders
//! are looked through once, on a worker, until something changes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use serde_json::Value;
use tower_lsp::lsp_types::Url;

use super::files;
use super::outlet::{Event, Outlet};
use crate::base::Span;
use crate::engine::settings::{
    HintLevel, Origin, Partial, Problem, Settings, discover, for_file, from_json,
};
use crate::layout::Target;
use crate::rules;

/// The settings of all projects.
pub(super) struct Projects {
    state: Mutex<State>,
    outlet: Outlet,
}

#[derive(Default)]
struct State {
    commands: Partial,
    editor: Partial,
    initial: Partial,
    /// The first workspace folder: where documents without a file belong.
    root: Option<PathBuf>,
    by_folder: FxHashMap<Option<PathBuf>, Folder>,
    /// Counts the times that everything was forgotten.
    era: u64,
}

/// What holds in a folder, and where its globs count from.
#[derive(Clone)]
struct Folder {
    settings: Arc<Settings>,
    root: PathBuf,
}

impl Folder {
    fn for_file(&self, file: Option<&Path>) -> Arc<Settings> {
        match file {
            Some(file) => for_file(&self.settings, &self.root, file),
            None => Arc::clone(&self.settings),
        }
    }
}

impl State {
    fn forget(&mut self) {
        self.by_folder.clear();
        self.era += 1;
    }
}

impl Projects {
    pub(super) fn new(outlet: Outlet) -> Self {
        Self {
            state: Mutex::default(),
            outlet,
        }
    }

    /// Takes in what `initialize` says.
    pub(super) fn start(&self, root: Option<PathBuf>, options: Option<&Value>) {
        let (partial, problems) = options
            .map(|it| from_json(it, Origin::Editor))
            .unwrap_or_default();
        let mut state = self.state.lock();
        state.root = root;
        state.initial = partial;
        drop(state);
        self.complain(&problems);
    }

    /// Takes in the editor's settings. Whether anything is different now.
    pub(super) fn set_editor(&self, value: &Value) -> bool {
        let (partial, problems) = from_json(value, Origin::Editor);
        let mut state = self.state.lock();
        let differs = state.editor != partial;
        if differs {
            state.editor = partial;
            state.forget();
        }
        drop(state);
        if differs {
            self.complain(&problems);
        }
        differs
    }

    /// Sets the level of inlay hints for this session.
    pub(super) fn set_level(&self, level: HintLevel) {
        self.state.lock().commands.inlay_hints = Some(level);
    }

    /// The level set for this session.
    pub(super) fn level(&self) -> Option<HintLevel> {
        self.state.lock().commands.inlay_hints
    }

    /// Sets the target for this session; `None`: as the other sources have it.
    pub(super) fn set_target(&self, target: Option<Target>) {
        let mut state = self.state.lock();
        state.commands.target = target;
        state.forget();
    }

    /// Files may say something else now.
    pub(super) fn forget(&self) {
        self.state.lock().forget();
    }

    /// The settings of the document `uri`. May read files: for workers only.
    pub(super) fn settings(&self, uri: &Url) -> Arc<Settings> {
        let file = uri.to_file_path().ok();
        let state = self.state.lock();
        let folder = file.as_deref().and_then(Path::parent).map(Path::to_owned);
        let folder = folder.or_else(|| state.root.clone());
        if let Some(known) = state.by_folder.get(&folder) {
            return known.for_file(file.as_deref());
        }
        let root = state.root.clone();
        let era = state.era;
        let own = state
            .commands
            .clone()
            .or(state.editor.clone())
            .or(state.initial.clone());
        drop(state);

        let mut found = folder
            .as_deref()
            .map(|it| discover(it, &files::read))
            .unwrap_or_default();
        let partial = own.or(std::mem::take(&mut found.partial));
        if let Some(interpreter) = &partial.interpreter {
            found.consider_interpreter(Path::new(interpreter), &files::read);
        }
        let settings = Arc::new(partial.resolve(&found.clues));
        tracing::debug!("{uri}: target {}", settings.target);
        let settings_folder = found.file.as_ref().and_then(|(path, _)| path.parent());
        let root = settings_folder.map(Path::to_owned).or(root);
        let known = Folder {
            settings: Arc::clone(&settings),
            root: root.unwrap_or_default(),
        };
        if let Some((path, content)) = found.file {
            found.problems.extend(unknown_rules(&settings, &content));
            self.outlet.send(Event::Settings {
                path,
                content,
                problems: found.problems,
            });
        }

        let mut state = self.state.lock();
        if state.era == era {
            state.by_folder.insert(folder, known.clone());
        }
        known.for_file(file.as_deref())
    }

    fn complain(&self, problems: &[Problem]) {
        for problem in problems {
            let text = format!(
                "heaplight: setting {}: {}",
                problem.setting, problem.message
            );
            self.outlet.send(Event::Complaint(text));
        }
    }
}

/// The names in a file's settings that select no rule. The settings' reader does not know the rules.
fn unknown_rules(settings: &Settings, content: &str) -> Vec<Problem> {
    let per_file = settings.per_file_ignores.iter();
    let lists = [
        ("select", settings.select.as_deref().unwrap_or_default()),
        ("ignore", &settings.ignore[..]),
    ];
    let lists = lists
        .into_iter()
        .chain(per_file.map(|(_, names)| ("per-file-ignores", &names[..])));
    let names = lists.flat_map(|(list, names)| names.iter().map(move |name| (list, name)));
    let found = names.filter_map(|(list, name)| {
        let message = rules::refusal(name)?;
        let quoted = ['"', '\''].map(|quote| format!("{quote}{name}{quote}"));
        // Where the editor's settings have it, it does not stand in the file.
        let at = quoted.iter().find_map(|it| content.find(it.as_str()))?;
        Some(Problem {
            setting: list.to_owned(),
            span: Some(Span::new(at as u32, (at + name.len() + 2) as u32)),
            message,
        })
    });
    found.collect()
}
