//! String and bytes literals: prefixes, quotes, escapes.
//!
//! Must not know: grammar; what stands in replacement fields (see `fstring`).

use std::sync::Arc;

use crate::hir::body::Const;

/// Prefix and opening quote of a literal.
#[derive(Clone, Copy, Debug)]
pub(super) struct StringHead {
    pub quote: u8,
    pub is_triple: bool,
    pub is_raw: bool,
    pub is_bytes: bool,
    /// An f-string or t-string: has replacement fields.
    pub is_format: bool,
    pub is_template: bool,
    /// Offset of the first byte behind the opening quote.
    pub content: usize,
}

impl StringHead {
    /// Reads the head of the literal at `start`, if there is one.
    pub fn read(bytes: &[u8], start: usize) -> Option<Self> {
        let mut head = StringHead {
            quote: 0,
            is_triple: false,
            is_raw: false,
            is_bytes: false,
            is_format: false,
            is_template: false,
            content: 0,
        };
        let mut is_unicode = false;
        let mut at = start;
        loop {
            let flag = match bytes.get(at)? {
                b'r' | b'R' => &mut head.is_raw,
                b'b' | b'B' => &mut head.is_bytes,
                b'f' | b'F' => &mut head.is_format,
                b't' | b'T' => &mut head.is_template,
                b'u' | b'U' => &mut is_unicode,
                b'\'' | b'"' => break,
                _ => return None,
            };
            if std::mem::replace(flag, true) {
                return None;
            }
            at += 1;
        }
        let kinds = [head.is_bytes, head.is_format, head.is_template, is_unicode];
        if kinds.iter().filter(|kind| **kind).count() > 1 || is_unicode && head.is_raw {
            return None;
        }
        head.is_format |= head.is_template;
        head.quote = bytes[at];
        head.is_triple =
            bytes.get(at + 1) == Some(&head.quote) && bytes.get(at + 2) == Some(&head.quote);
        head.content = at + head.quotes();
        Some(head)
    }

    /// How many quotes open and close it.
    pub fn quotes(&self) -> usize {
        if self.is_triple { 3 } else { 1 }
    }

    /// Whether the closing quotes stand at `at`.
    pub fn closes_at(&self, bytes: &[u8], at: usize) -> bool {
        let quotes = bytes.get(at..at + self.quotes());
        quotes.is_some_and(|quotes| quotes.iter().all(|&byte| byte == self.quote))
    }
}

/// Text under construction; lone surrogates may come up.
#[derive(Clone, Debug, Default)]
pub(super) struct Buffer {
    plain: String,
    /// All code points, once a surrogate has come up.
    wide: Option<Vec<u32>>,
}

impl Buffer {
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.wide.is_none()
    }

    pub fn push_str(&mut self, text: &str) {
        match &mut self.wide {
            Some(wide) => wide.extend(text.chars().map(u32::from)),
            None => self.plain.push_str(text),
        }
    }

    fn push_code(&mut self, code: u32) {
        match (&mut self.wide, char::from_u32(code)) {
            (Some(wide), _) => wide.push(code),
            (None, Some(c)) => self.plain.push(c),
            (None, None) => {
                let mut wide: Vec<u32> = self.plain.chars().map(u32::from).collect();
                wide.push(code);
                self.wide = Some(wide);
                self.plain.clear();
            }
        }
    }

    /// What was gathered, leaving nothing.
    pub fn take(&mut self) -> Const {
        let plain = std::mem::take(&mut self.plain);
        match self.wide.take() {
            Some(wide) => Const::Surrogates(wide.into()),
            None => Const::Str(Arc::from(plain)),
        }
    }
}

/// Decodes a stretch of a str literal that has no replacement fields. In an f-string (`doubled`) braces stand double.
pub(super) fn decode_str(
    text: &str,
    is_raw: bool,
    doubled: bool,
    out: &mut Buffer,
) -> Result<(), &'static str> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        let special =
            |byte: &u8| matches!(byte, b'\\' | b'\r') || doubled && matches!(byte, b'{' | b'}');
        let run = bytes[at..]
            .iter()
            .position(special)
            .unwrap_or(bytes.len() - at);
        out.push_str(&text[at..at + run]);
        at += run;
        match bytes.get(at) {
            None => return Ok(()),
            Some(b'\r') => {
                out.push_str("\n");
                at += if bytes.get(at + 1) == Some(&b'\n') {
                    2
                } else {
                    1
                };
            }
            Some(b'\\') if is_raw => {
                out.push_str("\\");
                at += 1;
            }
            Some(b'\\') => at = escape(text, at, out)?,
            Some(_) if bytes.get(at + 1) == bytes.get(at) => {
                out.push_str(&text[at..at + 1]);
                at += 2;
            }
            Some(_) => return Err("f-string: single '}' is not allowed"),
        }
    }
}

/// Decodes the escape at `at`; returns where the text goes on.
fn escape(text: &str, at: usize, out: &mut Buffer) -> Result<usize, &'static str> {
    let bytes = text.as_bytes();
    let Some(&kind) = bytes.get(at + 1) else {
        // Before a brace of an f-string.
        out.push_str("\\");
        return Ok(at + 1);
    };
    let after = at + 2;
    if let Some(code) = simple_escape(kind) {
        out.push_code(u32::from(code));
        return Ok(after);
    }
    match kind {
        b'\n' => Ok(after),
        b'\r' => Ok(if bytes.get(after) == Some(&b'\n') {
            after + 1
        } else {
            after
        }),
        b'0'..=b'7' => {
            let (code, length) = octal(&bytes[at + 1..]);
            out.push_code(code);
            Ok(at + 1 + length)
        }
        b'x' => hex(text, after, 2, "truncated \\xXX escape", out),
        b'u' => hex(text, after, 4, "truncated \\uXXXX escape", out),
        b'U' => hex(text, after, 8, "truncated \\UXXXXXXXX escape", out),
        b'N' => {
            let rest = text
                .get(after..)
                .and_then(|rest| rest.strip_prefix('{'))
                .ok_or("malformed \\N character escape")?;
            let end = rest.find('}').ok_or("malformed \\N character escape")?;
            let found =
                unicode_names2::character(&rest[..end]).ok_or("unknown Unicode character name")?;
            out.push_code(u32::from(found));
            Ok(after + end + 2)
        }
        _ => {
            out.push_str("\\");
            Ok(at + 1)
        }
    }
}

fn simple_escape(kind: u8) -> Option<u8> {
    Some(match kind {
        b'\\' | b'\'' | b'"' => kind,
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        _ => return None,
    })
}

fn octal(bytes: &[u8]) -> (u32, usize) {
    let digits = bytes
        .iter()
        .take(3)
        .take_while(|byte| (b'0'..=b'7').contains(byte));
    digits.fold((0, 0), |(code, length), digit| {
        (code * 8 + u32::from(digit - b'0'), length + 1)
    })
}

fn hex(
    text: &str,
    at: usize,
    digits: usize,
    fault: &'static str,
    out: &mut Buffer,
) -> Result<usize, &'static str> {
    let written = text
        .get(at..at + digits)
        .filter(|written| written.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let code = u32::from_str_radix(written.ok_or(fault)?, 16).map_err(|_| fault)?;
    if code > 0x10_ffff {
        return Err("illegal Unicode character");
    }
    out.push_code(code);
    Ok(at + digits)
}

/// Decodes the content of a bytes literal.
pub(super) fn decode_bytes(
    content: &[u8],
    is_raw: bool,
    out: &mut Vec<u8>,
) -> Result<(), &'static str> {
    let mut at = 0;
    while let Some(&byte) = content.get(at) {
        at += 1;
        match byte {
            0x80.. => return Err("bytes can only contain ASCII literal characters"),
            b'\r' => {
                out.push(b'\n');
                at += usize::from(content.get(at) == Some(&b'\n'));
            }
            b'\\' if !is_raw => {
                let kind = content.get(at).copied().unwrap_or(b'\\');
                match kind {
                    b'\n' => at += 1,
                    b'\r' => {
                        at += if content.get(at + 1) == Some(&b'\n') {
                            2
                        } else {
                            1
                        }
                    }
                    b'0'..=b'7' => {
                        let (code, length) = octal(&content[at..]);
                        out.push(code as u8);
                        at += length;
                    }
                    b'x' => {
                        let digits = content
                            .get(at + 1..at + 3)
                            .and_then(|digits| std::str::from_utf8(digits).ok());
                        let digits = digits
                            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
                        let code = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
                        out.push(code.ok_or("invalid \\x escape")?);
                        at += 3;
                    }
                    _ => match simple_escape(kind) {
                        Some(code) => {
                            out.push(code);
                            at += 1;
                        }
                        None => out.push(b'\\'),
                    },
                }
            }
            _ => out.push(byte),
        }
    }
    Ok(())
}
