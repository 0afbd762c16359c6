//! How often each rule found something.

use std::fmt::Write as _;

use serde::Serialize;

use super::{Format, Found, pretty};
use crate::rules::Safety;

#[derive(Serialize)]
struct Count {
    code: &'static str,
    count: usize,
    /// So many of them are mended by `--fix`.
    fixable: usize,
}

/// The most frequent first: a line each, or JSON where the format is for programs.
pub fn statistics(format: Format, files: &[Found]) -> String {
    let counts = counts(files);
    match format {
        Format::Jsonl => counts.iter().map(line).collect(),
        format if format.is_text() => table(&counts),
        _ => pretty(&counts),
    }
}

fn counts(files: &[Found]) -> Vec<Count> {
    let mut counts: Vec<Count> = Vec::new();
    for shown in files.iter().flat_map(|file| &file.shown) {
        let code = shown.finding.rule;
        let at = counts.iter().position(|it| it.code == code);
        let at = at.unwrap_or_else(|| {
            counts.push(Count {
                code,
                count: 0,
                fixable: 0,
            });
            counts.len() - 1
        });
        let is_fixable = shown
            .fix
            .as_ref()
            .is_some_and(|fix| matches!(fix.safety, Safety::Safe));
        counts[at].count += 1;
        counts[at].fixable += usize::from(is_fixable);
    }
    counts.sort_by(|a, b| b.count.cmp(&a.count).then(a.code.cmp(b.code)));
    counts
}

fn line(count: &Count) -> String {
    serde_json::to_string(count).expect("texts and numbers") + "\n"
}

fn table(counts: &[Count]) -> String {
    let width = counts.first().map_or(0, |it| it.count.to_string().len());
    let mut out = String::new();
    for Count {
        code,
        count,
        fixable,
    } in counts
    {
        let _ = match fixable {
            0 => writeln!(out, "{count:>width$}  {code}"),
            _ => writeln!(
                out,
                "{count:>width$}  {code}  [*] {fixable} fixable with `--fix`"
            ),
        };
    }
    out
}
