//! Docstrings as the compiler stores them from 3.13 on: without the indentation of their lines.

/// The docstring without common indentation; tabs go to the next multiple of eight.
pub(super) fn cleaned(text: &str) -> String {
    let expanded = expand_tabs(text);
    let mut lines = expanded.split('\n');
    let first = lines.next().unwrap_or_default();
    let rest: Vec<&str> = lines.collect();
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let margin = rest
        .iter()
        .filter(|line| indent(line) < line.len())
        .map(indent)
        .min()
        .unwrap_or(usize::MAX);
    let mut out = first.trim_start_matches(' ').to_owned();
    for line in rest {
        out.push('\n');
        let cut = if margin == usize::MAX {
            0
        } else {
            margin.min(indent(&line))
        };
        out.push_str(&line[cut..]);
    }
    out
}

fn expand_tabs(text: &str) -> String {
    if !text.contains('\t') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut column = 0usize;
    for c in text.chars() {
        match c {
            '\t' => {
                let width = 8 - column % 8;
                out.extend(std::iter::repeat_n(' ', width));
                column += width;
            }
            '\n' | '\r' => {
                out.push(c);
                column = 0;
            }
            _ => {
                out.push(c);
                column += 1;
            }
        }
    }
    out
}
