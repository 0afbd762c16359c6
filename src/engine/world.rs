//! Who runs a file: a script, where it calls something by itself and nothing around imports it; else a module. What
//! imports it is told by the [`Imports`] of the workspace, which the edges fill: nothing is read here.

use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use super::settings::WorldChoice;
use crate::base::Names;
use crate::hir::{Expr, ExprId, File, Item, Stmt, StmtId};
use crate::interp::World;

/// The world that `choice` means for `file`. `is_imported` is asked only where the text leaves it open.
pub(super) fn decide(
    choice: WorldChoice,
    file: &File,
    names: &Names,
    is_imported: &dyn Fn() -> bool,
) -> World {
    match choice {
        WorldChoice::Script => World::Script,
        WorldChoice::Module => World::Module,
        // Nothing that is shown may rest on a closed world that nobody checked.
        WorldChoice::Auto if calls_something(file, names) && !is_imported() => World::Script,
        WorldChoice::Auto => World::Module,
    }
}

/// A call as a statement at the top level, in a loop or a `with` there, or a guard of `__name__`. Calls that a condition
/// or a handler guards are what modules do as well.
fn calls_something(file: &File, names: &Names) -> bool {
    fn calls(item: &Item, body: &[StmtId], names: &Names) -> bool {
        body.iter().any(|id| match item.stmt(*id) {
            Stmt::Expr(value) => matches!(item.expr(*value), Expr::Call { .. }),
            Stmt::If { test, .. } => is_guard(item, *test, names),
            Stmt::For { body, .. } | Stmt::While { body, .. } | Stmt::With { body, .. } => {
                calls(item, body, names)
            }
            _ => false,
        })
    }
    let mut items = file.items.iter();
    items.any(|placed| calls(&placed.item, &placed.item.body, names))
}

fn is_guard(item: &Item, test: ExprId, names: &Names) -> bool {
    match item.expr(test) {
        Expr::Compare { left, .. } => {
            matches!(item.expr(*left), Expr::Name(name) if names.text(name.name) == "__name__")
        }
        _ => false,
    }
}

/// What the files of a workspace import: the words of their import statements.
#[derive(Debug, Default)]
pub struct Imports {
    by_file: FxHashMap<PathBuf, FxHashSet<String>>,
    /// How many files have the word.
    counts: FxHashMap<String, usize>,
}

impl Imports {
    /// Takes in what the file at `path` says now; `None`: it is no longer there.
    pub fn set(&mut self, path: &Path, content: Option<&str>) {
        for word in self.by_file.remove(path).into_iter().flatten() {
            if let Some(count) = self.counts.get_mut(&word) {
                *count -= 1;
            }
        }
        let Some(content) = content else { return };
        let words: FxHashSet<String> = import_words(content).map(str::to_owned).collect();
        for word in &words {
            match self.counts.get_mut(word) {
                Some(count) => *count += 1,
                None => {
                    self.counts.insert(word.clone(), 1);
                }
            }
        }
        self.by_file.insert(path.to_owned(), words);
    }

    /// Whether another file may import the one at `path`: some import statement has its name in it.
    pub fn is_imported(&self, path: &Path) -> bool {
        let named = match path.file_stem().and_then(|stem| stem.to_str()) {
            Some("__init__" | "__main__") => path.parent().and_then(Path::file_name),
            _ => path.file_stem(),
        };
        let Some(name) = named.and_then(|name| name.to_str()) else {
            return false; // no import statement can say it
        };
        let own = self.by_file.get(path);
        let own = usize::from(own.is_some_and(|words| words.contains(name)));
        self.counts.get(name).is_some_and(|count| *count > own)
    }
}

/// The words of import statements: too many rather than too few.
fn import_words(content: &str) -> impl Iterator<Item = &str> {
    let mut goes_on = false;
    let lines = content.lines().filter(move |line| {
        let text = line.trim_start();
        let begins = text.starts_with("import ")
            || text.starts_with("from ")
            || text.contains("import_module(");
        let belongs = begins || goes_on;
        if belongs {
            let open = (goes_on || text.contains('(')) && !text.contains(')');
            goes_on = open || text.ends_with('\\');
        }
        belongs
    });
    lines.flat_map(|line| {
        line.split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Cancel;
    use crate::engine::analyse_as;
    use crate::layout::Target;
    use crate::text::Text;

    fn world(text: &str, is_imported: bool) -> World {
        let target = Target::default();
        let (auto, asked) = (WorldChoice::Auto, || is_imported);
        let found = analyse_as(&Text::new(text), None, target, auto, &asked, &Cancel::new());
        found.expect("nobody stops it").world
    }

    #[test]
    fn what_calls_something_by_itself_is_a_script() {
        for script in [
            "def f(): pass\nf()\n",
            "print (1)\n",
            "if __name__ == '__main__':\n    x = 1\n",
            "for i in range(3):\n    print(i)\n",
            "with open('a') as file:\n    while True:\n        file.read()\n",
        ] {
            assert_eq!(world(script, false), World::Script, "{script}");
            assert_eq!(world(script, true), World::Module, "{script}");
        }
        for module in [
            "",
            "def f():\n    print(1)\n",
            "x = f()\n",
            "if x:\n    f()\n",
            "try:\n    import a\nexcept ImportError:\n    warn()\n",
            "'''\nf()\n'''\n",
            "if x == __name__: pass\n",
        ] {
            assert_eq!(world(module, false), World::Module, "{module}");
        }
    }

    #[test]
    fn words_of_imports_go_over_lines() {
        let content =
            "import a.b\nx = 1\nfrom . import (c,\n  d,\n)\ne = 2\nfrom f import g, \\\n  h\n";
        let words: Vec<&str> = import_words(content).collect();
        for word in ["a", "b", "c", "d", "f", "g", "h"] {
            assert!(words.contains(&word), "{word}");
        }
        assert!(!words.contains(&"e") && !words.contains(&"x"));
    }

    #[test]
    fn a_file_does_not_import_itself() {
        let (a, b, main) = (
            Path::new("/w/a.py"),
            Path::new("/w/b.py"),
            Path::new("/w/p/__main__.py"),
        );
        let mut imports = Imports::default();
        imports.set(a, Some("import a, p.q\n"));
        assert!(!imports.is_imported(a) && !imports.is_imported(b));
        assert!(imports.is_imported(main), "as its folder is called");
        imports.set(b, Some("from a import c\n"));
        assert!(imports.is_imported(a));
        imports.set(b, Some("from c import b\n"));
        assert!(!imports.is_imported(a) && !imports.is_imported(b));
        imports.set(a, None);
        assert!(!imports.is_imported(main));
    }
}
