//! The only place of the server that reads files: settings, clues to the target, and what imports what. Nothing is ever
//! written.

use std::path::Path;

/// A settings file is small; what is larger is something else by that name.
const MAX_SIZE: u64 = 4 << 20;

/// The content of the file at `path`; `None` where there is no such file, or no text in it.
pub(super) fn read(path: &Path) -> Option<String> {
    let size = std::fs::metadata(path)
        .ok()
        .filter(std::fs::Metadata::is_file)?
        .len();
    if size > MAX_SIZE {
        tracing::warn!("{} is too large to be read as settings", path.display());
        return None;
    }
    let bytes = std::fs::read(path).ok()?;
    let text = String::from_utf8(bytes);
    if text.is_err() {
        tracing::warn!("{} is not UTF-8", path.display());
    }
    text.ok().map(|text| {
        text.strip_prefix('\u{FEFF}')
            .map(str::to_owned)
            .unwrap_or(text)
    })
}

/// The source at `path`; `None` where there is none. Bytes that are no UTF-8 cost themselves alone.
pub(super) fn source(path: &Path) -> Option<String> {
    let bytes = std::fs::read(path).ok()?;
    Some(
        String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()),
    )
}
