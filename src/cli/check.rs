//! `heaplight check`

mod files;
mod output;
mod progress;
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use self::files::{Source, Sources};
use self::progress::Progress;
use self::world::Worlds;
use super::source;
use crate::base::Cancel;
use crate::engine::settings::{Settings, WorldChoice};
use crate::engine::{self, Analysis};
use crate::layout::Target;
use crate::report::Shown;
use crate::rules::{self, Selection};
use crate::text::Text;

/// Rounds of fixing, at most: a fix may make room for another.
const ROUNDS: usize = 20;

/// Findings of files and folders
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Files and folders; `-` is standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// Apply the fixes that are proven to keep behaviour
    #[arg(long)]
    fix: bool,
    /// With `--fix` or `--diff`: the other fixes too
    #[arg(long)]
    unsafe_fixes: bool,
    /// Show what `--fix` would change, and change nothing
    #[arg(long)]
    diff: bool,
    /// Only these rules or groups; hints, which are left out else, are shown of them
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Option<Vec<String>>,
    /// Not these rules or groups
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Count findings by rule instead of showing them
    #[arg(long)]
    statistics: bool,
    /// Exit with 0 even where something is found
    #[arg(long)]
    exit_zero: bool,
    /// The CPython that is meant: 3.13, 3.13.2
    #[arg(long)]
    target: Option<Target>,
    /// Who runs the files
    #[arg(long, value_enum)]
    world: Option<World>,
    /// How findings are shown
    #[arg(long, value_enum, default_value_t = Format::Full)]
    output_format: Format,
    /// What standard input is called
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum World {
    /// A script where it runs something and nothing imports it, else a module
    Auto,
    /// `python FILE` runs it
    Script,
    /// It is imported, and anyone may call it
    Module,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With the source around them
    Full,
    /// A line each
    Concise,
    /// One array, in ruff's form
    Json,
    /// An object on each line
    Jsonl,
    /// The Static Analysis Results Interchange Format
    Sarif,
    /// Annotations of a workflow of GitHub's
    Github,
    /// A code quality report of GitLab's
    Gitlab,
    /// Test results in XML
    Junit,
}

/// What became of a file.
struct Outcome {
    /// The text, as it is now.
    text: Text,
    shown: Vec<Shown>,
    /// The text before, where fixes changed it.
    before: Option<String>,
    fixed: usize,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    for name in arguments.select.iter().flatten().chain(&arguments.ignore) {
        if let Some(refusal) = rules::refusal(name) {
            bail!(refusal);
        }
    }
    let mut sources = Sources::default();
    let reads_stdin = arguments.paths.iter().any(|path| path.as_os_str() == "-");
    if reads_stdin && arguments.paths.len() > 1 {
        bail!("standard input (`-`) can only be checked alone");
    }
    let mut stdin = None;
    if reads_stdin {
        let name = arguments
            .stdin_filename
            .clone()
            .unwrap_or_else(|| PathBuf::from("<stdin>"));
        stdin = Some(source::standard_input(&name.to_string_lossy())?);
        sources.add_one(name);
    } else {
        sources.collect(&arguments.paths);
    }
    let worlds = Worlds::default();
    let progress = Progress::new(sources.files.len());
    // Largest first, one file a task: the last to end is a small one.
    let mut order: Vec<&Source> = sources.files.iter().collect();
    order.sort_by_key(|source| (std::cmp::Reverse(source.size), source.index));
    let mut results: Vec<(usize, anyhow::Result<Outcome>)> = order
        .par_iter()
        .map(|source| {
            let outcome = check(source, stdin.as_ref(), arguments, &worlds);
            progress.tell();
            (source.index, outcome)
        })
        .collect();
    progress.end();
    results.sort_by_key(|(index, _)| *index);
    output::tell(arguments, &sources, results, stdin.is_some())
}

/// One file, with the settings that hold for it.
fn check(
    source: &Source,
    stdin: Option<&source::Source>,
    arguments: &Arguments,
    worlds: &Worlds,
) -> anyhow::Result<Outcome> {
    let name = source.shown();
    let read = match stdin {
        Some(given) => given.clone(),
        None => source::read(&source.path, &name)?,
    };
    let (mut content, has_mark) = (read.content, read.has_mark);
    let settings = with_arguments(&source.settings, arguments);
    let selection = Selection::of(&settings);
    let mut analysis = analyse(&content, source, &settings, worlds)?;
    let (file, text) = (&analysis.file, &analysis.text);
    if let Some(problem) = source::problem(file, text, &name, settings.target) {
        bail!(problem);
    }
    let before = content.clone();
    let mut fixed = 0;
    if arguments.fix || arguments.diff {
        for _ in 0..ROUNDS {
            let shown = shown(&analysis, &selection);
            let fixes = shown.iter().filter_map(|it| it.fix.as_ref());
            let (edits, count) = rules::chosen(fixes, arguments.unsafe_fixes);
            if edits.is_empty() {
                break;
            }
            let next = rules::apply(&content, &edits);
            let again = analyse(&next, source, &settings, worlds)?;
            if !again.file.problems.is_empty() {
                bail!(
                    "{}: a fix would leave text that cannot be parsed; nothing is changed",
                    source.shown()
                );
            }
            (content, analysis) = (next, again);
            fixed += count;
        }
    }
    let changed = fixed > 0 && content != before;
    if changed && arguments.fix && !arguments.diff && stdin.is_none() {
        let mark = if has_mark { "\u{FEFF}" } else { "" };
        std::fs::write(&source.path, format!("{mark}{content}"))
            .with_context(|| format!("cannot write {}", source.shown()))?;
    }
    Ok(Outcome {
        shown: shown(&analysis, &selection),
        text: analysis.text,
        before: changed.then_some(before),
        fixed,
    })
}

fn shown(analysis: &Analysis, selection: &Selection) -> Vec<Shown> {
    let found = rules::findings(analysis, selection);
    // A hint is a faint mark in an editor; who asks for its rule gets it here too.
    let is_asked_for = selection.select.is_some();
    found
        .into_iter()
        .filter(|finding| is_asked_for || finding.severity != rules::Severity::Hint)
        .map(|finding| Shown {
            fix: rules::fix_of(analysis, &finding),
            finding,
        })
        .collect()
}

fn with_arguments(settings: &Settings, arguments: &Arguments) -> Settings {
    let mut settings = settings.clone();
    if let Some(target) = arguments.target {
        settings.target = target;
    }
    match arguments.world {
        Some(World::Auto) => settings.world = WorldChoice::Auto,
        Some(World::Script) => settings.world = WorldChoice::Script,
        Some(World::Module) => settings.world = WorldChoice::Module,
        None => {}
    }
    if let Some(select) = &arguments.select {
        settings.select = Some(select.clone());
    }
    settings.ignore.extend(arguments.ignore.iter().cloned());
    settings
}

fn analyse(
    content: &str,
    source: &Source,
    settings: &Settings,
    worlds: &Worlds,
) -> anyhow::Result<Analysis> {
    let text = Text::new(content);
    let is_imported = || worlds.is_imported(&source.path);
    let (target, choice) = (settings.target, settings.world);
    engine::analyse_as(&text, None, target, choice, &is_imported, &Cancel::new())
        .context("the analysis was stopped")
}

/// How a path is told: from the current folder where it lies in it.
fn shown_path(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let plain = path.strip_prefix(".").unwrap_or(path);
    let plain = match plain.strip_prefix(&here) {
        Ok(inside) if !here.as_os_str().is_empty() => inside,
        _ => plain,
    };
    plain.to_string_lossy().into_owned()
}
