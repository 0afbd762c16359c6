//! Who runs a file: a script, where it does something by itself and nothing around imports it; else a module.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rustc_hash::{FxHashMap, FxHashSet};

use super::files::{Source, python_files};
use crate::engine::Analysis;
use crate::engine::settings::WorldChoice;
use crate::facts::objects::blocks;
use crate::hir::{Expr, File, Item, Stmt, StmtId};
use crate::interp::World;

/// What each workspace imports: for each word of an import statement, how many files have it (at most two are told
/// apart) and the first of them.
#[derive(Default)]
pub(super) struct Worlds {
    imported: Mutex<FxHashMap<PathBuf, Arc<Imports>>>,
}

type Imports = FxHashMap<String, (PathBuf, bool)>;

/// Analyses in the world that holds. `run` analyses.
pub(super) fn decide(
    choice: WorldChoice,
    source: &Source,
    content: &str,
    worlds: &Worlds,
    run: &dyn Fn(World) -> anyhow::Result<Analysis>,
) -> anyhow::Result<Analysis> {
    match choice {
        WorldChoice::Script => return run(World::Script),
        WorldChoice::Module => return run(World::Module),
        WorldChoice::Auto => {}
    }
    // Cheap first: most files are modules.
    let may_be_script = content.lines().any(|line| {
        let name = line.len()
            - line
                .trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '.')
                .len();
        line.starts_with("if ") && line.contains("__name__")
            || name > 0 && line[name..].starts_with('(')
    });
    if !may_be_script || worlds.is_imported(&source.path) {
        return run(World::Module);
    }
    let analysis = run(World::Script)?;
    match runs_something(&analysis.file, &analysis) {
        true => Ok(analysis),
        false => run(World::Module),
    }
}

/// A call as a statement at the top level, or a guard of `__name__`.
fn runs_something(file: &File, analysis: &Analysis) -> bool {
    fn calls(item: &Item, body: &[StmtId], analysis: &Analysis) -> bool {
        body.iter().any(|id| match item.stmt(*id) {
            Stmt::Expr(value) => matches!(item.expr(*value), Expr::Call { .. }),
            Stmt::If { test, .. } if is_guard(item, *test, analysis) => true,
            stmt => {
                let mut found = false;
                blocks(stmt, &mut |block| found |= calls(item, block, analysis));
                found
            }
        })
    }
    file.items
        .iter()
        .any(|placed| calls(&placed.item, &placed.item.body, analysis))
}

fn is_guard(item: &Item, test: crate::hir::ExprId, analysis: &Analysis) -> bool {
    match item.expr(test) {
        Expr::Compare { left, .. } => {
            matches!(item.expr(*left), Expr::Name(name) if analysis.names.text(name.name) == "__name__")
        }
        _ => false,
    }
}

impl Worlds {
    /// Whether another file of the workspace may import the one at `path`: some import statement has its name in it.
    fn is_imported(&self, path: &Path) -> bool {
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
            Arc::clone(
                known
                    .entry(workspace.clone())
                    .or_insert_with(|| Arc::new(imports_below(&workspace))),
            )
        };
        let stem = whole
            .file_stem()
            .map(|it| it.to_string_lossy().into_owned())
            .unwrap_or_default();
        let name = match stem.as_str() {
            "__init__" | "__main__" => {
                let folder = whole.parent().and_then(Path::file_name);
                folder
                    .map(|it| it.to_string_lossy().into_owned())
                    .unwrap_or_default()
            }
            _ => stem,
        };
        imports
            .get(&name)
            .is_some_and(|(first, is_more)| *is_more || *first != whole)
    }
}

fn imports_below(folder: &Path) -> Imports {
    let mut out = Imports::default();
    for path in python_files(folder).flatten() {
        let Ok(content) = std::fs::read_to_string(&path) else {
            continue;
        };
        let path = std::path::absolute(&path).unwrap_or(path);
        let mut seen = FxHashSet::default();
        for word in import_words(&content) {
            if seen.insert(word) {
                match out.get_mut(word) {
                    Some((_, is_more)) => *is_more = true,
                    None => {
                        out.insert(word.to_owned(), (path.clone(), false));
                    }
                }
            }
        }
    }
    out
}

/// The words of import statements: too many rather than too few.
fn import_words(content: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut goes_on = false;
    for line in content.lines() {
        let text = line.trim_start();
        let begins = text.starts_with("import ")
            || text.starts_with("from ")
            || text.contains("import_module(");
        if begins || goes_on {
            out.extend(
                text.split(|c: char| !c.is_alphanumeric() && c != '_')
                    .filter(|word| !word.is_empty()),
            );
            let open = (goes_on || text.contains('(')) && !text.contains(')');
            goes_on = open || text.ends_with('\\');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_imports_go_over_lines() {
        let words = import_words(
            "import a.b\nx = 1\nfrom . import (c,\n  d,\n)\ne = 2\nfrom f import g, \\\n  h\n",
        );
        for word in ["a", "b", "c", "d", "f", "g", "h"] {
            assert!(words.contains(&word), "{word}");
        }
        assert!(!words.contains(&"e") && !words.contains(&"x"));
    }
}
