//! The encoding that a file declares in a comment on its first or second line (PEP 263).
//!
//! What is analysed is text; CPython decodes the file's bytes itself. Both see the same characters only if the file is
//! UTF-8 and says so or nothing, or if it has no character that the encodings write differently.

use crate::base::Span;

/// Encodings in which ASCII text is what it is in ASCII, by how their names begin (as [`normal`] writes them).
const ASCII_BASED: [&str; 15] = [
    "ascii",
    "us-ascii",
    "latin",
    "l1",
    "iso-8859",
    "iso8859",
    "cp125",
    "windows-125",
    "cp437",
    "cp85",
    "koi8",
    "mac-",
    "gb",
    "big5",
    "euc",
];

/// The declaration of an encoding in which CPython would read other characters than `text` has: its place, and its name.
pub(super) fn foreign(text: &str) -> Option<(Span, &str)> {
    let (span, name) = declared(text)?;
    let normal = normal(name);
    let has_mark = text.starts_with('\u{FEFF}');
    let is_utf_8 = matches!(normal.as_str(), "utf-8" | "utf8") || normal.starts_with("utf-8-");
    let is_harmless = is_utf_8
        || !has_mark && text.is_ascii() && ASCII_BASED.iter().any(|it| normal.starts_with(it));
    (!is_harmless).then_some((span, name))
}

/// The declaration, as CPython's tokenizer looks for it (`check_coding_spec`).
fn declared(text: &str) -> Option<(Span, &str)> {
    let mut start = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
    for _ in 0..2 {
        let rest = &text[start..];
        let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
        let trimmed = line.trim_start_matches([' ', '\t', '\x0c']);
        if let Some(comment) = trimmed.strip_prefix('#')
            && let Some((at, name)) = spec(comment)
        {
            let from = start + (line.len() - comment.len()) + at;
            return Some((Span::new(from as u32, (from + name.len()) as u32), name));
        }
        if !(trimmed.is_empty() || trimmed.starts_with('#')) {
            return None;
        }
        let end = &rest[line.len()..];
        start += line.len()
            + if end.starts_with("\r\n") {
                2
            } else {
                end.len().min(1)
            };
    }
    None
}

/// The name behind `coding:` or `coding=`, and where it begins.
fn spec(comment: &str) -> Option<(usize, &str)> {
    let mut from = 0;
    while let Some(found) = comment[from..].find("coding") {
        from += found + "coding".len();
        let Some(rest) = comment[from..].strip_prefix([':', '=']) else {
            continue;
        };
        let name = rest.trim_start_matches([' ', '\t']);
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let length = name.find(|c| !is_part(c)).unwrap_or(name.len());
        if length > 0 {
            return Some((comment.len() - name.len(), &name[..length]));
        }
    }
    None
}

/// How names of encodings are compared.
fn normal(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<&str> {
        let (span, name) = declared(text)?;
        assert_eq!(&text[span.start as usize..span.end as usize], name);
        Some(name)
    }

    #[test]
    fn declarations_are_found_where_python_finds_them() {
        assert_eq!(name("# -*- coding: latin-1 -*-\n"), Some("latin-1"));
        assert_eq!(
            name("#!/usr/bin/python\r\n# vim: set fileencoding=cp1252 :\r\n"),
            Some("cp1252")
        );
        assert_eq!(name("\u{feff}# coding:utf-8"), Some("utf-8"));
        assert_eq!(name("\n\t# coding=a coding=b\n"), Some("a"));
        assert_eq!(name("# encoding is not coding : x, coding=y\n"), Some("y"));
        assert_eq!(name("\n\n# coding: latin-1\n"), None);
        assert_eq!(name("x = 1\n# coding: latin-1\n"), None);
        assert_eq!(name("x = 1  # coding: latin-1\n"), None);
        assert_eq!(name("# coding: \n"), None);
        assert_eq!(name(""), None);
    }

    #[test]
    fn only_what_reads_differently_is_foreign() {
        for harmless in [
            "# coding: UTF_8\nx = 'é'\n",
            "# coding: utf-8-sig\nx = 'é'\n",
            "# coding: latin-1\nx = 'e'\n",
            "# coding: Windows-1252\n",
            "x = 'é'\n",
        ] {
            assert_eq!(foreign(harmless), None, "{harmless}");
        }
        for other in [
            "# coding: latin-1\nx = 'é'\n",
            "# coding: utf-7\nx = '+AGE-'\n",
            "# coding: unheard-of\n",
            "\u{feff}# coding: latin-1\n",
        ] {
            assert!(foreign(other).is_some(), "{other}");
        }
    }
}
