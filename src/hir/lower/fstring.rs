//! String atoms: adjacent literals joined, replacement fields of f-strings and t-strings.

use std::sync::Arc;

use super::lex::{self, T};
use super::reader::{Fault, Read, Reader};
use super::strings::{self, Buffer, StringHead};
use crate::hir::body::{Const, Expr, ExprId};

/// Parts of an f-string under construction.
#[derive(Default)]
struct Parts {
    parts: Vec<ExprId>,
    text: Buffer,
    /// Where the text began and ends.
    from: u32,
    to: u32,
    /// What the text is depends on the patch release.
    is_unknown: bool,
}

impl Parts {
    fn reach(&mut self, from: u32, to: u32) {
        if self.text.is_empty() {
            self.from = from;
        }
        self.to = to;
    }
}

/// Fields within format specifications that are read; CPython allows two.
const MAX_SPECS: u32 = 8;

impl Reader<'_> {
    /// One or more adjacent literals.
    pub fn strings(&mut self) -> Read<ExprId> {
        let start = self.start();
        let first = self.at;
        while self.eat(T::String) {}
        let tokens: Vec<_> = self.tokens[first..self.at].to_vec();
        let bytes = self.text.as_bytes();
        let mut heads = Vec::with_capacity(tokens.len());
        for token in &tokens {
            match StringHead::read(bytes, token.start as usize) {
                Some(head) => heads.push(head),
                None => {
                    return Err(Fault {
                        at: token.start,
                        message: "invalid string prefix",
                    });
                }
            }
        }
        let same =
            |kind: fn(&StringHead) -> bool| heads.iter().all(|head| kind(head) == kind(&heads[0]));
        if !same(|head| head.is_bytes) {
            return Err(Fault {
                at: start,
                message: "cannot mix bytes and nonbytes literals",
            });
        }
        if !same(|head| head.is_template) {
            return Err(Fault {
                at: start,
                message: "cannot mix t-strings and other literals",
            });
        }
        if heads[0].is_bytes {
            let mut value = Vec::new();
            for (head, token) in heads.iter().zip(&tokens) {
                let content = &bytes[head.content..token.end as usize - head.quotes()];
                strings::decode_bytes(content, head.is_raw, &mut value).map_err(|message| {
                    Fault {
                        at: token.start,
                        message,
                    }
                })?;
            }
            let id = self.constant(Const::Bytes(value.into()), start);
            if tokens.len() > 1 {
                self.item.joined_bytes.push(id);
            }
            return Ok(id);
        }
        let mut parts = Parts::default();
        for (head, token) in heads.iter().zip(&tokens) {
            let end = token.end - head.quotes() as u32;
            match head.is_format {
                true => {
                    self.literal_and_fields(*head, head.content as u32, end, false, 0, &mut parts)?;
                }
                false => {
                    parts.reach(token.start, token.end);
                    self.decode(*head, head.content as u32, end, false, &mut parts)?;
                }
            }
        }
        let is_format = heads.iter().any(|head| head.is_format);
        if !is_format {
            let value = parts.text.take();
            return Ok(self.constant(value, start));
        }
        self.flush(&mut parts);
        if parts.is_unknown {
            return Ok(self.expr(Expr::Missing, start));
        }
        let parts = parts.parts;
        match heads[0].is_template {
            true => {
                self.needs(14);
                Ok(self.expr(Expr::TemplateStr { parts }, start))
            }
            false => Ok(self.expr(Expr::JoinedStr { parts }, start)),
        }
    }

    fn decode(
        &mut self,
        head: StringHead,
        start: u32,
        end: u32,
        doubled: bool,
        parts: &mut Parts,
    ) -> Read<()> {
        let text: &str = &self.text[start as usize..end as usize];
        strings::decode_str(text, head.is_raw, doubled, &mut parts.text)
            .map_err(|message| Fault { at: start, message })
    }

    fn flush(&mut self, parts: &mut Parts) {
        if !parts.text.is_empty() {
            let value = parts.text.take();
            let id = self.expr_at(Expr::Constant(value), parts.from, parts.to);
            parts.parts.push(id);
        }
    }

    /// Reads literal text and fields from `start`: to `end`, or (`in_spec`) to the `}` that closes the field around.
    /// Returns where that was.
    fn literal_and_fields(
        &mut self,
        head: StringHead,
        start: u32,
        end: u32,
        in_spec: bool,
        level: u32,
        parts: &mut Parts,
    ) -> Read<u32> {
        let bytes = self.text.as_bytes();
        let mut from = start;
        let mut at = start;
        loop {
            let byte = bytes[at as usize];
            let stops = at >= end || in_spec && byte == b'}';
            if stops || byte == b'{' && (in_spec || bytes.get(at as usize + 1) != Some(&b'{')) {
                if at > from {
                    parts.reach(from, at);
                    self.decode(head, from, at, !in_spec, parts)?;
                }
                if stops {
                    return match at >= end && in_spec {
                        true => Err(Fault {
                            at,
                            message: "f-string: expecting '}'",
                        }),
                        false => Ok(at),
                    };
                }
                at = self.field(head, at, end, level, parts)?;
                from = at;
                continue;
            }
            at += match byte {
                b'{' => 2,
                b'}' if bytes.get(at as usize + 1) == Some(&b'}') => 2,
                b'\\' if !head.is_raw && bytes[at as usize + 1..].starts_with(b"N{") => {
                    let name = bytes[at as usize..end as usize]
                        .iter()
                        .position(|&byte| byte == b'}');
                    name.map_or(1, |length| length as u32 + 1)
                }
                b'\\' if matches!(bytes.get(at as usize + 1), Some(b'{' | b'}')) => 1,
                b'\\' => 2,
                _ => 1,
            };
        }
    }

    /// Reads the replacement field whose `{` stands at `open`; returns the place behind its `}`.
    fn field(
        &mut self,
        head: StringHead,
        open: u32,
        end: u32,
        level: u32,
        parts: &mut Parts,
    ) -> Read<u32> {
        if level > MAX_SPECS {
            return Err(Fault {
                at: open,
                message: "f-string: expressions nested too deeply",
            });
        }
        let saved = (
            std::mem::take(&mut self.tokens),
            std::mem::replace(&mut self.at, 0),
        );
        let stop = lex::field_tokens(self.text, open + 1, end, &mut self.tokens);
        let has_comment = self.note_field_grammar(head, open + 1, stop);
        let read = self.nested(|reader| {
            let value = match reader.kind() {
                T::Yield => reader.yield_expression()?,
                _ => reader.star_expressions()?,
            };
            let is_debug = reader.eat(T::Assign);
            reader.expect(T::End)?;
            Ok((value, is_debug))
        });
        (self.tokens, self.at) = saved;
        let (value, is_debug) = read?;

        let bytes = self.text.as_bytes();
        let byte_at = |at: u32| if at < end { bytes[at as usize] } else { 0 };
        let blank = |mut at: u32| {
            while matches!(byte_at(at), b' ' | b'\t' | b'\n' | b'\r' | 0x0c) {
                at += 1;
            }
            at
        };
        let mut at = stop;
        let mut conversion = None;
        if byte_at(at) == b'!' {
            let letter = byte_at(at + 1);
            if !matches!(letter, b's' | b'r' | b'a') {
                return Err(Fault {
                    at,
                    message: "f-string: invalid conversion character",
                });
            }
            conversion = Some(char::from(letter));
            at = blank(at + 2);
        }
        let mut spec = None;
        if byte_at(at) == b':' {
            let mut inner = Parts::default();
            let from = at + 1;
            at = self.literal_and_fields(head, from, end, true, level + 1, &mut inner)?;
            self.flush(&mut inner);
            parts.is_unknown |= inner.is_unknown;
            spec = Some(self.expr_at(Expr::JoinedStr { parts: inner.parts }, from, at));
        }
        if byte_at(at) != b'}' {
            return Err(Fault {
                at,
                message: "f-string: expecting '}'",
            });
        }
        let text = &self.text[open as usize + 1..stop as usize];
        if is_debug {
            // Whether a comment in it is part of the text depends on the patch release.
            parts.is_unknown |= has_comment;
            parts.reach(open + 1, stop);
            parts.text.push_str(&with_line_feeds(text));
            if conversion.is_none() && spec.is_none() {
                conversion = Some('r');
            }
        }
        self.flush(parts);
        let expr = match head.is_template {
            true => {
                let written = text.trim_end();
                let written = if is_debug {
                    written.trim_end_matches('=').trim_end()
                } else {
                    written
                };
                let text: Arc<str> = with_line_feeds(written).as_ref().into();
                Expr::Interpolation {
                    value,
                    text,
                    conversion,
                    spec,
                }
            }
            false => Expr::Formatted {
                value,
                conversion,
                spec,
            },
        };
        let id = self.expr_at(expr, open, at + 1);
        parts.parts.push(id);
        Ok(at + 1)
    }

    /// Up to 3.11 a field could not hold the string's own quotes, a backslash or a comment. Its tokens are at hand.
    /// Whether there is a comment.
    fn note_field_grammar(&mut self, head: StringHead, start: u32, stop: u32) -> bool {
        let field = &self.text.as_bytes()[start as usize..stop as usize];
        let closes = |at: usize| head.closes_at(self.text.as_bytes(), start as usize + at);
        let begins_comment = |at: usize| {
            let at = start + at as u32;
            let strings = self.tokens.iter().filter(|token| token.kind == T::String);
            !strings
                .into_iter()
                .any(|token| token.start < at && at < token.end)
        };
        let (mut has_comment, mut is_newer) = (false, false);
        for (at, &byte) in field.iter().enumerate() {
            match byte {
                b'#' => has_comment |= begins_comment(at),
                b'\\' => is_newer = true,
                b'\n' | b'\r' => is_newer |= !head.is_triple,
                _ => is_newer |= byte == head.quote && closes(at),
            }
        }
        if is_newer || has_comment {
            self.needs(12);
        }
        has_comment
    }
}

fn with_line_feeds(text: &str) -> std::borrow::Cow<'_, str> {
    match text.contains('\r') {
        true => text.replace("\r\n", "\n").replace('\r', "\n").into(),
        false => text.into(),
    }
}
