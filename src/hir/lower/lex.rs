//! Tokens of a logical line, by CPython's rules.
//!
//! The parse tree says where statements begin and end; what they consist of is read here, since the parser's own tokens
//! are more (and in strings less) than Python's. Works on any range of a text and on any bytes in it.
//!
//! Must not know: grammar.

use super::strings::StringHead;
use crate::hir::body::BinOp;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // each bears its spelling
pub(super) enum T {
    /// The end of the range.
    End,
    /// A line's end outside brackets.
    Newline,
    /// A character that cannot stand there, or a string without an end.
    Bad,
    Name,
    Number,
    /// A whole string literal with prefix and quotes, f-strings with all their fields.
    String,
    LPar,
    RPar,
    LSqb,
    RSqb,
    LBrace,
    RBrace,
    Comma,
    Colon,
    Semi,
    Dot,
    Ellipsis,
    At,
    Arrow,
    Walrus,
    Assign,
    Excl,
    EqEq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Plus,
    Minus,
    Star,
    DoubleStar,
    Slash,
    DoubleSlash,
    Percent,
    Amp,
    Pipe,
    Caret,
    Tilde,
    LShift,
    RShift,
    /// `+=` and the like.
    Aug(BinOp),
    False,
    None,
    True,
    And,
    As,
    Assert,
    Async,
    Await,
    Break,
    Class,
    Continue,
    Def,
    Del,
    Elif,
    Else,
    Except,
    Finally,
    For,
    From,
    Global,
    If,
    Import,
    In,
    Is,
    Lambda,
    Nonlocal,
    Not,
    Or,
    Pass,
    Raise,
    Return,
    Try,
    While,
    With,
    Yield,
}

/// A token and its bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub kind: T,
    pub start: u32,
    pub end: u32,
}

/// CPython's limit of nested brackets.
const MAX_BRACKETS: usize = 200;

/// Appends the tokens of `text[start..end]`, the last one [`T::End`].
pub(super) fn tokens(text: &str, start: u32, end: u32, out: &mut Vec<Token>) {
    let mut lexer = Lexer {
        bytes: &text.as_bytes()[..end as usize],
        text,
        at: start as usize,
        brackets: 0,
    };
    loop {
        let token = lexer.next(false);
        out.push(token);
        if token.kind == T::End {
            return;
        }
    }
}

/// Appends the tokens of a replacement field's expression from `start`, up to the `}`, `:` or `!` that ends it; returns
/// where that stands. The last token is [`T::End`].
pub(super) fn field_tokens(text: &str, start: u32, end: u32, out: &mut Vec<Token>) -> u32 {
    let mut lexer = Lexer {
        bytes: &text.as_bytes()[..end as usize],
        text,
        at: start as usize,
        brackets: 0,
    };
    loop {
        let token = lexer.next(true);
        out.push(token);
        if token.kind == T::End {
            return token.start;
        }
    }
}

/// The next byte from `at` on that is no blank of the same logical line; `None` behind a stray backslash.
pub(super) fn after_blanks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | 0x0c) => at += 1,
            Some(b'\\') => at = line_break(bytes, at + 1)?,
            _ => return Some(at),
        }
    }
}

/// Whether a statement may end at `at`: the end of the line or text, a comment or a semicolon follow.
pub(super) fn ends_statement(bytes: &[u8], at: usize) -> bool {
    let next = after_blanks(bytes, at).map(|next| bytes.get(next));
    matches!(next, Some(None | Some(b'\n' | b'\r' | b'#' | b';')))
}

/// Whether a semicolon stands before `at`, blanks apart.
pub(super) fn follows_semicolon(bytes: &[u8], at: usize) -> bool {
    let before = bytes[..at]
        .iter()
        .rev()
        .find(|byte| !matches!(byte, b' ' | b'\t' | 0x0c | b'\\' | b'\n' | b'\r'));
    before == Some(&b';')
}

/// The indentation of the line that `at` lies in, if there is nothing else before it: CPython's two counts, with tabs to
/// multiples of eight and with tabs as one.
pub(super) fn indentation(bytes: &[u8], at: usize) -> Option<(u32, u32)> {
    // Looked at from behind: a line may be megabytes long and have a statement every few bytes.
    let blanks = bytes[..at]
        .iter()
        .rev()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | 0x0c))
        .count();
    let (before, blanks) = bytes[..at].split_at(at - blanks);
    let begins_line = matches!(before, [] | [.., b'\n' | b'\r']) || before == "\u{feff}".as_bytes();
    begins_line.then(|| {
        blanks.iter().fold((0, 0), |columns, byte| match byte {
            b' ' => (columns.0 + 1, columns.1 + 1),
            b'\t' => ((columns.0 / 8 + 1) * 8, columns.1 + 1),
            _ => (0, 0),
        })
    })
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    brackets: usize,
}

/// Where the line after the line break at `at` starts.
fn line_break(bytes: &[u8], at: usize) -> Option<usize> {
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => Some(at + 2),
        (Some(b'\n' | b'\r'), _) => Some(at + 1),
        _ => None,
    }
}

impl Lexer<'_> {
    fn next(&mut self, in_field: bool) -> Token {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\t' | 0x0c) => self.at += 1,
                Some(b'#') => {
                    let rest = &self.bytes[self.at..];
                    self.at += rest
                        .iter()
                        .position(|&byte| byte == b'\n' || byte == b'\r')
                        .unwrap_or(rest.len());
                }
                Some(b'\n' | b'\r') => {
                    let start = self.at;
                    self.at = line_break(self.bytes, self.at).unwrap_or(self.at + 1);
                    if self.brackets == 0 && !in_field {
                        return self.token(T::Newline, start);
                    }
                }
                Some(b'\\') => match line_break(self.bytes, self.at + 1) {
                    Some(next) => self.at = next,
                    None => {
                        self.at += 1;
                        return self.token(T::Bad, self.at - 1);
                    }
                },
                _ => break,
            }
        }
        let start = self.at;
        let Some(&byte) = self.bytes.get(start) else {
            return self.token(T::End, start);
        };
        if in_field && self.brackets == 0 && self.ends_field(byte) {
            return self.token(T::End, start);
        }
        let kind = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.word(start),
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_ascii_digit() => self.number(),
            b'\'' | b'"' => self.string(start),
            _ => self.operator(byte),
        };
        self.token(kind, start)
    }

    fn ends_field(&self, byte: u8) -> bool {
        match byte {
            b'}' | b':' => true,
            b'!' => self.peek(1) != b'=',
            _ => false,
        }
    }

    fn token(&self, kind: T, start: usize) -> Token {
        Token {
            kind,
            start: start as u32,
            end: self.at as u32,
        }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn word(&mut self, start: usize) -> T {
        let ascii = self.bytes[start..]
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        self.at = start + ascii;
        let next = self.peek(0);
        if (next == b'\'' || next == b'"')
            && ascii <= 2
            && StringHead::read(self.bytes, start).is_some()
        {
            return self.string(start);
        }
        if next >= 0x80 {
            return self.wide_word(start);
        }
        keyword(&self.bytes[start..self.at])
    }

    fn wide_word(&mut self, start: usize) -> T {
        let belongs = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_' || **byte >= 0x80;
        self.at = start + self.bytes[start..].iter().take_while(belongs).count();
        let mut chars = self.text.get(start..self.at).unwrap_or_default().chars();
        let begins = chars
            .next()
            .is_some_and(|c| c == '_' || unicode_ident::is_xid_start(c));
        match begins && chars.all(unicode_ident::is_xid_continue) {
            true => T::Name,
            false => T::Bad,
        }
    }

    /// Digits with single underscores between them.
    fn digits(&mut self, accepts: fn(&u8) -> bool) -> bool {
        loop {
            let run = self.bytes[self.at..]
                .iter()
                .take_while(|byte| accepts(byte))
                .count();
            self.at += run;
            if run == 0 || self.peek(0) != b'_' {
                return run > 0;
            }
            self.at += 1;
        }
    }

    fn number(&mut self) -> T {
        let start = self.at;
        let good = match (self.peek(0), self.peek(1) | 0x20) {
            (b'0', b'x' | b'o' | b'b') => self.radix_number(),
            _ => self.decimal_number(start),
        };
        // A keyword may follow at once (`1if x else y`), any other letter may not.
        let rest = &self.bytes[self.at..];
        let word = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_' || **byte >= 0x80)
            .count();
        let glued = match &rest[..word] {
            [] => false,
            word => !matches!(
                keyword(word),
                T::And | T::Else | T::For | T::If | T::In | T::Is | T::Or | T::Not
            ),
        };
        match good && !glued {
            true => T::Number,
            false => {
                self.at += word;
                T::Bad
            }
        }
    }

    fn radix_number(&mut self) -> bool {
        let accepts: fn(&u8) -> bool = match self.peek(1) | 0x20 {
            b'x' => u8::is_ascii_hexdigit,
            b'o' => |byte| (b'0'..=b'7').contains(byte),
            _ => |byte| (b'0'..=b'1').contains(byte),
        };
        self.at += 2;
        if self.peek(0) == b'_' {
            self.at += 1;
        }
        self.digits(accepts) && !self.peek(0).is_ascii_digit()
    }

    fn decimal_number(&mut self, start: usize) -> bool {
        let mut good = true;
        let mut is_float = false;
        if self.peek(0) != b'.' {
            good &= self.digits(u8::is_ascii_digit);
        }
        if self.peek(0) == b'.' {
            is_float = true;
            self.at += 1;
            if self.peek(0).is_ascii_digit() {
                good &= self.digits(u8::is_ascii_digit);
            }
        }
        let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
        if self.peek(0) | 0x20 == b'e' && self.peek(1 + sign).is_ascii_digit() {
            is_float = true;
            self.at += 1 + sign;
            good &= self.digits(u8::is_ascii_digit);
        }
        if self.peek(0) | 0x20 == b'j' {
            is_float = true;
            self.at += 1;
        }
        let leading_zero = self.bytes[start] == b'0'
            && self.bytes[start..self.at]
                .iter()
                .any(|byte| (b'1'..=b'9').contains(byte))
            && !is_float;
        good && !leading_zero
    }

    fn string(&mut self, start: usize) -> T {
        let end =
            StringHead::read(self.bytes, start).and_then(|head| skip_string(self.bytes, head, 0));
        match end {
            Some(end) => {
                self.at = end;
                T::String
            }
            None => {
                // Without an end the rest of the range means nothing.
                self.at = self.bytes.len();
                T::Bad
            }
        }
    }

    fn operator(&mut self, byte: u8) -> T {
        let (second, third) = (self.peek(1), self.peek(2));
        let aug = |op: BinOp, plain: T, length: usize, assigned: bool| match assigned {
            true => (T::Aug(op), length + 1),
            false => (plain, length),
        };
        let (kind, length) = match (byte, second) {
            (b'(', _) => (self.open(T::LPar), 1),
            (b'[', _) => (self.open(T::LSqb), 1),
            (b'{', _) => (self.open(T::LBrace), 1),
            (b')', _) => (self.close(T::RPar), 1),
            (b']', _) => (self.close(T::RSqb), 1),
            (b'}', _) => (self.close(T::RBrace), 1),
            (b',', _) => (T::Comma, 1),
            (b';', _) => (T::Semi, 1),
            (b':', b'=') => (T::Walrus, 2),
            (b':', _) => (T::Colon, 1),
            (b'.', b'.') if third == b'.' => (T::Ellipsis, 3),
            (b'.', _) => (T::Dot, 1),
            (b'=', b'=') => (T::EqEq, 2),
            (b'=', _) => (T::Assign, 1),
            (b'!', b'=') => (T::NotEq, 2),
            (b'!', _) => (T::Excl, 1),
            (b'-', b'>') => (T::Arrow, 2),
            (b'<', b'<') => aug(BinOp::LShift, T::LShift, 2, third == b'='),
            (b'<', b'=') => (T::LtE, 2),
            (b'<', _) => (T::Lt, 1),
            (b'>', b'>') => aug(BinOp::RShift, T::RShift, 2, third == b'='),
            (b'>', b'=') => (T::GtE, 2),
            (b'>', _) => (T::Gt, 1),
            (b'*', b'*') => aug(BinOp::Pow, T::DoubleStar, 2, third == b'='),
            (b'*', _) => aug(BinOp::Mult, T::Star, 1, second == b'='),
            (b'/', b'/') => aug(BinOp::FloorDiv, T::DoubleSlash, 2, third == b'='),
            (b'/', _) => aug(BinOp::Div, T::Slash, 1, second == b'='),
            (b'+', _) => aug(BinOp::Add, T::Plus, 1, second == b'='),
            (b'-', _) => aug(BinOp::Sub, T::Minus, 1, second == b'='),
            (b'%', _) => aug(BinOp::Mod, T::Percent, 1, second == b'='),
            (b'@', _) => aug(BinOp::MatMult, T::At, 1, second == b'='),
            (b'&', _) => aug(BinOp::BitAnd, T::Amp, 1, second == b'='),
            (b'|', _) => aug(BinOp::BitOr, T::Pipe, 1, second == b'='),
            (b'^', _) => aug(BinOp::BitXor, T::Caret, 1, second == b'='),
            (b'~', _) => (T::Tilde, 1),
            _ => (T::Bad, 1),
        };
        self.at += length;
        kind
    }

    fn open(&mut self, kind: T) -> T {
        self.brackets += 1;
        match self.brackets > MAX_BRACKETS {
            true => T::Bad,
            false => kind,
        }
    }

    fn close(&mut self, kind: T) -> T {
        self.brackets = self.brackets.saturating_sub(1);
        kind
    }
}

/// Steps over a string literal, its replacement fields included; `depth` counts f-strings within f-strings.
fn skip_string(bytes: &[u8], head: StringHead, depth: u32) -> Option<usize> {
    let mut at = head.content;
    loop {
        let byte = *bytes.get(at)?;
        match byte {
            b'\\' => {
                // A field may stand between the braces of a raw `\{`; of `\N{...}` the braces are the escape's.
                let next = *bytes.get(at + 1)?;
                if head.is_format && (next == b'{' || next == b'}') {
                    at += 1;
                } else if head.is_format
                    && !head.is_raw
                    && next == b'N'
                    && bytes.get(at + 2) == Some(&b'{')
                {
                    at += 3 + bytes[at + 3..].iter().position(|&byte| byte == b'}')?;
                } else {
                    at += if next == b'\r' && bytes.get(at + 2) == Some(&b'\n') {
                        3
                    } else {
                        2
                    };
                }
            }
            _ if byte == head.quote && head.closes_at(bytes, at) => {
                return Some(at + head.quotes());
            }
            b'\n' | b'\r' if !head.is_triple => return None,
            b'{' if head.is_format => {
                at = match bytes.get(at + 1) {
                    Some(b'{') => at + 2,
                    _ => skip_field(bytes, at + 1, head, depth)?,
                };
            }
            _ => at += 1,
        }
    }
}

/// Steps over a replacement field, from behind its `{` to behind its `}`.
fn skip_field(bytes: &[u8], start: usize, head: StringHead, depth: u32) -> Option<usize> {
    // CPython allows 150 levels of f-strings and fields.
    if depth > 150 {
        return None;
    }
    let mut at = start;
    let mut brackets = 0usize;
    loop {
        let byte = *bytes.get(at)?;
        match byte {
            b'(' | b'[' | b'{' => brackets += 1,
            b'}' if brackets == 0 => return Some(at + 1),
            b')' | b']' | b'}' => brackets = brackets.saturating_sub(1),
            b'#' => {
                at += bytes[at..]
                    .iter()
                    .position(|&byte| byte == b'\n' || byte == b'\r')?;
                continue;
            }
            b'!' if brackets == 0 && bytes.get(at + 1) == Some(&b'=') => at += 1,
            b':' if brackets == 0 => return skip_spec(bytes, at + 1, head, depth),
            b'\'' | b'"' => {
                let prefix = bytes[start..at]
                    .iter()
                    .rev()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
                let prefix = prefix.count();
                let inner =
                    StringHead::read(bytes, at - prefix).or_else(|| StringHead::read(bytes, at))?;
                at = skip_string(bytes, inner, depth + 1)?;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
}

/// Steps over a format specification, from behind its `:` to behind the field's `}`.
fn skip_spec(bytes: &[u8], start: usize, head: StringHead, depth: u32) -> Option<usize> {
    let mut at = start;
    loop {
        let byte = *bytes.get(at)?;
        match byte {
            b'}' => return Some(at + 1),
            b'{' => at = skip_field(bytes, at + 1, head, depth + 1)?,
            b'\n' | b'\r' if !head.is_triple => return None,
            _ if byte == head.quote && head.closes_at(bytes, at) => return None,
            _ => at += 1,
        }
    }
}

fn keyword(word: &[u8]) -> T {
    match word {
        b"False" => T::False,
        b"None" => T::None,
        b"True" => T::True,
        b"and" => T::And,
        b"as" => T::As,
        b"assert" => T::Assert,
        b"async" => T::Async,
        b"await" => T::Await,
        b"break" => T::Break,
        b"class" => T::Class,
        b"continue" => T::Continue,
        b"def" => T::Def,
        b"del" => T::Del,
        b"elif" => T::Elif,
        b"else" => T::Else,
        b"except" => T::Except,
        b"finally" => T::Finally,
        b"for" => T::For,
        b"from" => T::From,
        b"global" => T::Global,
        b"if" => T::If,
        b"import" => T::Import,
        b"in" => T::In,
        b"is" => T::Is,
        b"lambda" => T::Lambda,
        b"nonlocal" => T::Nonlocal,
        b"not" => T::Not,
        b"or" => T::Or,
        b"pass" => T::Pass,
        b"raise" => T::Raise,
        b"return" => T::Return,
        b"try" => T::Try,
        b"while" => T::While,
        b"with" => T::With,
        b"yield" => T::Yield,
        _ => T::Name,
    }
}
