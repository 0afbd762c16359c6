//! Rules that are ignored in some files alone: `per-file-ignores`, as ruff has it.

use std::path::Path;
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::Settings;

/// The settings that hold for `file`, with what is ignored there; globs count from `root`, the folder of the settings.
pub fn for_file(settings: &Arc<Settings>, root: &Path, file: &Path) -> Arc<Settings> {
    let here = settings
        .per_file_ignores
        .iter()
        .filter(|(glob, _)| matches(glob, root, file))
        .flat_map(|(_, rules)| rules.iter().cloned());
    let here: Vec<String> = here.collect();
    if here.is_empty() {
        return Arc::clone(settings);
    }
    let mut settings = Settings::clone(settings);
    settings.ignore.extend(here);
    Arc::new(settings)
}

/// A glob that begins with `!` means all other files. One that cannot be read means none: it is reported elsewhere.
fn matches(glob: &str, root: &Path, file: &Path) -> bool {
    let (is_wanted, glob) = match glob.strip_prefix('!') {
        Some(rest) => (false, rest),
        None => (true, glob),
    };
    let Some(matcher) = matcher(glob, root) else {
        return false;
    };
    let is_inside = file.starts_with(root);
    let is_matched = is_inside && matcher.matched_path_or_any_parents(file, false).is_ignore();
    is_matched == is_wanted
}

fn matcher(glob: &str, root: &Path) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new(root);
    builder.add_line(None, glob).ok()?;
    builder.build().ok()
}

/// Why a glob cannot be read.
pub(super) fn refusal(glob: &str) -> Option<String> {
    let glob = glob.strip_prefix('!').unwrap_or(glob);
    let mut builder = GitignoreBuilder::new("");
    let error = builder.add_line(None, glob).err()?;
    Some(format!("the glob `{glob}` cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_say_where_rules_are_ignored() {
        let lists = [
            ("tests/*.py", "a"),
            ("__init__.py", "b"),
            ("!src/**", "c"),
            ("{a", "d"),
        ];
        let settings = Arc::new(Settings {
            ignore: vec!["e".to_owned()],
            per_file_ignores: lists
                .map(|(glob, rule)| (glob.to_owned(), vec![rule.to_owned()]))
                .to_vec(),
            ..Settings::default()
        });
        let ignored = |file: &str| {
            let settings = for_file(&settings, Path::new("/w"), Path::new(file));
            settings.ignore.join("")
        };
        assert_eq!(ignored("/w/src/a.py"), "e");
        assert_eq!(ignored("/w/tests/a.py"), "eac");
        assert_eq!(ignored("/w/src/p/__init__.py"), "eb");
        assert_eq!(ignored("/elsewhere/tests/a.py"), "ec");
        assert!(refusal("{a").is_some() && refusal("!a/**").is_none());
    }
}
