//! Ring 8: which files a folder holds. What both edges, the command line and the server, ask of the disk; what is in the
//! files they read themselves.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// The Python files below a folder, in any order, what `.gitignore` names left out. After `most` files and folders of any
/// kind comes an error, and nothing more.
pub(crate) fn python_files(
    folder: &Path,
    most: usize,
) -> impl Iterator<Item = Result<PathBuf, String>> {
    let walk = WalkBuilder::new(folder).require_git(false).build();
    let walk = walk.take(most.saturating_add(1)).enumerate();
    walk.filter_map(move |(count, entry)| match entry {
        _ if count == most => Some(Err(format!("a folder with more than {most} entries"))),
        Ok(entry) => {
            let is_python = entry
                .path()
                .extension()
                .is_some_and(|it| it == "py" || it == "pyw");
            let is_file = entry.file_type().is_some_and(|it| it.is_file());
            (is_python && is_file).then(|| Ok(entry.into_path()))
        }
        Err(error) => Some(Err(format!("cannot read a part of the folder: {error}"))),
    })
}
