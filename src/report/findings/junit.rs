//! Findings as failed tests, in the XML of JUnit: a suite for each file.

use std::fmt::Write as _;

use super::{Found, Shown, position};

/// The whole document. Without findings it has one test, which passes.
pub(super) fn render(files: &[Found]) -> String {
    let failures: usize = files.iter().map(|file| file.shown.len()).sum();
    let tests = failures.max(1);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<testsuites name=\"heaplight\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">"
    );
    if failures == 0 {
        out.push_str(
            "  <testsuite name=\"heaplight\" tests=\"1\" failures=\"0\" errors=\"0\">\n    <testcase name=\"nothing-found\" classname=\"heaplight\"/>\n  </testsuite>\n",
        );
    }
    for file in files.iter().filter(|file| !file.shown.is_empty()) {
        suite(file, &mut out);
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite(file: &Found, out: &mut String) {
    let (path, count) = (escaped(&file.path), file.shown.len());
    let _ = writeln!(
        out,
        "  <testsuite name=\"{path}\" tests=\"{count}\" failures=\"{count}\" errors=\"0\">"
    );
    for Shown { finding, .. } in &file.shown {
        let (line, column) = position(&file.text, finding.span.start);
        let (rule, message) = (escaped(finding.rule), escaped(&finding.message));
        let _ = writeln!(
            out,
            "    <testcase name=\"{rule}\" classname=\"{path}\" line=\"{line}\" column=\"{column}\">\n      <failure type=\"{}\" message=\"{message}\">{path}:{line}:{column}: {message}</failure>\n    </testcase>",
            finding.severity.name()
        );
    }
    out.push_str("  </testsuite>\n");
}

/// As text or attribute; what XML has no way to write is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' | '\t' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c if c < ' ' || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_reads_otherwise_is_escaped() {
        assert_eq!(
            escaped("<a & \"b\">\n\0é"),
            "&lt;a &amp; &quot;b&quot;&gt;&#10;é"
        );
    }
}
