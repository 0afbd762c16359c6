//! Escape sequences.

pub(super) const RESET: &str = "\u{1b}[0m";
pub(super) const BOLD: &str = "\u{1b}[1m";
pub(super) const DIM: &str = "\u{1b}[2m";
pub(super) const CYAN: &str = "\u{1b}[36m";
pub(super) const YELLOW: &str = "\u{1b}[33m";

/// `text` in a style.
pub(super) fn styled(style: &str, text: &str) -> String {
    format!("{style}{text}{RESET}")
}
