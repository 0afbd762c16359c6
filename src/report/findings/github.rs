//! Findings as workflow commands of GitHub's, which it shows beside the changed lines.

use super::{Found, Shown, position};
use crate::rules::Severity;

/// A command for each finding of a file.
pub(super) fn render(file: &Found) -> String {
    let commands = file.shown.iter().map(|Shown { finding, .. }| {
        let (line, column) = position(&file.text, finding.span.start);
        let (end_line, end_column) = position(&file.text, finding.span.end);
        let command = match finding.severity {
            Severity::Warning => "warning",
            Severity::Information | Severity::Hint => "notice",
        };
        // Columns are shown only where the finding is within a line.
        let columns = match line == end_line {
            true => format!(",col={column},endColumn={end_column}"),
            false => String::new(),
        };
        let title = property(&format!("heaplight ({})", finding.rule));
        let path = property(&file.path);
        let message = format!("{}:{line}:{column}: {}", file.path, finding.message);
        format!(
            "::{command} title={title},file={path},line={line},endLine={end_line}{columns}::{}\n",
            data(&message)
        )
    });
    commands.collect()
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(property("a,b: 100%\r\n"), "a%2Cb%3A 100%25%0D%0A");
        assert_eq!(data("a,b: 100%\n"), "a,b: 100%25%0A");
    }
}
