//! `heaplight check`

mod files;
mod world;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use similar::TextDiff;

use self::files::{Source, Sources};
use self::world::Worlds;
use super::source;
use crate::base::Cancel;
use crate::engine::settings::{Settings, WorldChoice};
use crate::engine::{self, Analysis};
use crate::layout::Target;
use crate::report::{self, Shown};
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
    let done = AtomicUsize::new(0);
    let progress = Progress::new(sources.files.len());
    // Largest first, one file a task: the last to end is a small one.
    let mut order: Vec<&Source> = sources.files.iter().collect();
    order.sort_by_key(|source| (std::cmp::Reverse(source.size), source.index));
    let mut results: Vec<(usize, anyhow::Result<Outcome>)> = order
        .par_iter()
        .map(|source| {
            let outcome = check(source, stdin.as_ref(), arguments, &worlds);
            progress.tell(done.fetch_add(1, Ordering::Relaxed) + 1);
            (source.index, outcome)
        })
        .collect();
    progress.end();
    results.sort_by_key(|(index, _)| *index);
    report(arguments, &sources, results, stdin.is_some())
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
    let run = |world| {
        engine::analyse(&text, None, settings.target, world, &Cancel::new())
            .context("the analysis was stopped")
    };
    world::decide(settings.world, source, content, worlds, &run)
}

/// Shows everything in the order of the files.
fn report(
    arguments: &Arguments,
    sources: &Sources,
    results: Vec<(usize, anyhow::Result<Outcome>)>,
    is_stdin: bool,
) -> anyhow::Result<ExitCode> {
    let mut out = String::new();
    let mut objects = Vec::new();
    let (mut found, mut fixed, mut fixable, mut hidden) = (0, 0, 0, 0);
    let mut counted = Vec::new();
    let mut failed = !sources.problems.is_empty();
    let mut differs = false;
    for problem in &sources.problems {
        eprintln!("heaplight: {problem}");
    }
    for notice in &sources.notices {
        eprintln!("heaplight: {notice}");
    }
    for (index, result) in results {
        let source = &sources.files[index];
        let outcome = match result {
            Ok(outcome) => outcome,
            Err(error) => {
                eprintln!("heaplight: {error:#}");
                failed = true;
                continue;
            }
        };
        fixed += outcome.fixed;
        if arguments.diff {
            if let Some(before) = &outcome.before {
                differs = true;
                let name = source.shown();
                let diff = TextDiff::from_lines(before.as_str(), outcome.text.as_str());
                out.push_str(&diff.unified_diff().header(&name, &name).to_string());
            }
            continue;
        }
        if is_stdin && arguments.fix {
            out.push_str(outcome.text.as_str());
        }
        found += outcome.shown.len();
        for it in &outcome.shown {
            match it.fix.as_ref().map(|fix| &fix.safety) {
                Some(rules::Safety::Safe) => fixable += 1,
                Some(rules::Safety::Unsafe(_)) => hidden += 1,
                None => {}
            }
        }
        let text = &outcome.text;
        if is_stdin && arguments.fix {
            eprint!("{}", report::concise(&source.shown(), text, &outcome.shown));
        } else if arguments.statistics {
            counted.extend(outcome.shown.into_iter().map(|it| it.finding));
        } else {
            match arguments.output_format {
                Format::Full => out.push_str(&report::full(&source.shown(), text, &outcome.shown)),
                Format::Concise => {
                    out.push_str(&report::concise(&source.shown(), text, &outcome.shown))
                }
                Format::Json | Format::Jsonl => {
                    objects.extend(report::json(&source.absolute(), text, &outcome.shown));
                }
            }
        }
    }
    let prints_the_source = is_stdin && arguments.fix;
    if !arguments.diff && !prints_the_source {
        if arguments.statistics {
            out.push_str(&report::statistics(&mut counted.iter()));
        } else {
            match arguments.output_format {
                Format::Json => {
                    out.push_str(
                        &serde_json::to_string_pretty(&objects)
                            .context("findings are plain JSON")?,
                    );
                    out.push('\n');
                }
                Format::Jsonl => objects
                    .iter()
                    .for_each(|it| out.push_str(&format!("{it}\n"))),
                Format::Full | Format::Concise => {
                    out.push_str(&summary(found, fixed, fixable, hidden, sources.files.len()))
                }
            }
        }
    }
    let mut stdout = anstream::stdout().lock();
    match stdout
        .write_all(out.as_bytes())
        .and_then(|()| stdout.flush())
    {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
        written => written.context("cannot write to standard output")?,
    }
    Ok(match (failed, found > 0 || differs) {
        (true, _) => ExitCode::from(super::ERROR),
        (false, true) if !arguments.exit_zero => ExitCode::from(1),
        _ => ExitCode::SUCCESS,
    })
}

fn summary(found: usize, fixed: usize, fixable: usize, hidden: usize, files: usize) -> String {
    let count = |n: usize, one: &str| {
        if n == 1 {
            format!("1 {one}")
        } else {
            format!("{n} {one}s")
        }
    };
    let mut parts = vec![match found {
        0 => format!("Nothing found in {}", count(files, "file")),
        _ => format!("{} in {}", count(found, "finding"), count(files, "file")),
    }];
    if fixed > 0 {
        parts.push(format!("{fixed} fixed"));
    }
    if fixable > 0 {
        parts.push(format!("{fixable} fixable with `--fix`"));
    }
    if hidden > 0 {
        parts.push(format!("{hidden} more with `--unsafe-fixes`"));
    }
    format!("{}\n", parts.join("; "))
}

/// A line on a terminal's standard error, where it takes longer than a second.
struct Progress {
    begun: Instant,
    all: usize,
    is_shown: bool,
    told: AtomicUsize,
}

impl Progress {
    const PATIENCE: Duration = Duration::from_secs(1);
    /// Between two updates, in milliseconds.
    const PAUSE: usize = 100;

    fn new(all: usize) -> Self {
        Progress {
            begun: Instant::now(),
            all,
            is_shown: std::io::stderr().is_terminal(),
            told: AtomicUsize::new(0),
        }
    }

    fn tell(&self, done: usize) {
        if !self.is_shown || self.begun.elapsed() < Self::PATIENCE {
            return;
        }
        let now = self.begun.elapsed().as_millis() as usize;
        if now >= self.told.load(Ordering::Relaxed) + Self::PAUSE {
            self.told.store(now, Ordering::Relaxed);
            let width = 30 * done / self.all.max(1);
            eprint!("\r[{:-<30}] {done}/{}", "=".repeat(width), self.all);
        }
    }

    fn end(&self) {
        if self.told.load(Ordering::Relaxed) > 0 {
            eprint!("\r{:60}\r", "");
        }
    }
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
