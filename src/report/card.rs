//! A card for a terminal: the Markdown of `ide`'s cards and no more of it than they use.

use super::style::{BOLD, CYAN, DIM, RESET, styled};

/// The card as lines: the first one, the rows in two columns, the last one.
pub fn terminal(markdown: &str) -> String {
    let rows: Vec<(String, String)> = markdown.lines().filter_map(row).collect();
    let width = rows
        .iter()
        .map(|(topic, _)| topic.chars().count())
        .max()
        .unwrap_or(0);
    let mut lines = markdown
        .lines()
        .filter(|line| !line.starts_with("- *") && !line.is_empty());
    let mut out = String::new();
    if let Some(first) = lines.next() {
        out.push_str(&inline(first));
        out.push('\n');
    }
    for (topic, text) in &rows {
        let space = " ".repeat(width - topic.chars().count());
        out.push_str(&format!("  {}{space}  {text}\n", styled(DIM, topic)));
    }
    for line in lines {
        out.push_str(&format!("  {}\n", styled(DIM, &inline(line))));
    }
    out
}

fn row(line: &str) -> Option<(String, String)> {
    let (topic, text) = line.strip_prefix("- *")?.split_once(":* ")?;
    Some((plain(topic), inline(text)))
}

/// Without any marks.
fn plain(markdown: &str) -> String {
    let mut out = String::new();
    let mut chars = markdown.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '`' => {}
            c => out.push(c),
        }
    }
    out
}

/// Bold and code as a terminal shows them.
pub(super) fn inline(markdown: &str) -> String {
    let mut out = String::new();
    let mut chars = markdown.chars().peekable();
    let (mut is_bold, mut is_code) = (false, false);
    while let Some(c) = chars.next() {
        match c {
            '\\' if !is_code => out.extend(chars.next()),
            '*' if !is_code && chars.peek() == Some(&'*') => {
                chars.next();
                is_bold = !is_bold;
                out.push_str(if is_bold { BOLD } else { RESET });
            }
            '`' => {
                is_code = !is_code;
                out.push_str(if is_code { CYAN } else { RESET });
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_marks_are_gone() {
        let card = "**a\\_b** \u{b7} list of 1\n\n- *`del`:* frees `x|y`\n- *identity:* plain\n\nCPython 3.13";
        let shown = anstream::adapter::strip_str(&terminal(card)).to_string();
        assert_eq!(
            shown,
            "a_b \u{b7} list of 1\n  del       frees x|y\n  identity  plain\n  CPython 3.13\n"
        );
    }
}
