//! f-strings, formatting, and the text of objects.

use super::super::machine::{Machine, R};
use super::super::protocol::Special;
use super::super::value::as_int;
use std::sync::Arc;

use crate::domain::{B, ExcObj, Kind, ObjId};
use crate::hir::ExprId;

impl Machine<'_> {
    pub(super) fn joined_str(&mut self, parts: &[ExprId]) -> R {
        for part in parts {
            self.eval(*part)?;
        }
        let n = parts.len();
        if n == 1 {
            // `BUILD_STRING` of one is left out: the formatted object itself.
            return Ok(());
        }
        let mut text = Some(String::new());
        let mut least = 0;
        for depth in (0..n).rev() {
            let id = self.st.peek(depth);
            if let Kind::Str(part) = self.kind(id) {
                least += part.chars().take(2).count();
            }
            match (self.kind(id), &mut text) {
                (Kind::Str(part), Some(all)) => all.push_str(part),
                _ => text = None,
            }
        }
        let result = match text {
            Some(text) => self.composed(&text),
            // Longer than any string that is cached.
            None if least >= 2 => self.fresh(B::Str),
            None => self.fresh_text(),
        };
        self.replace(n, result);
        Ok(())
    }

    /// A string that was computed and is not known: it may be one of the cached ones.
    pub(in crate::interp) fn fresh_text(&mut self) -> ObjId {
        self.some(B::Str)
    }

    pub(super) fn formatted(
        &mut self,
        value: ExprId,
        conversion: Option<char>,
        spec: Option<ExprId>,
    ) -> R {
        self.eval(value)?;
        let top = self.st.peek(0);
        if conversion.is_none() && self.formats_itself(top) {
            match spec {
                Some(spec) => self.eval(spec)?,
                None => {
                    let spec = self.atoms.str("");
                    self.push_new(spec);
                }
            }
            let spec = self.st.peek(0);
            let text = match self.format_object(top, spec)? {
                Some(text) => {
                    self.hand_over(text);
                    text
                }
                None => self.fresh_text(),
            };
            self.replace(2, text);
            return Ok(());
        }
        if spec.is_none() && matches!(conversion, None | Some('s')) {
            let hidden = conversion.is_none() && self.has_special(top, "__format__");
            if hidden {
                self.unknown_use(top);
                let text = self.fresh_text();
                self.replace(1, text);
                return Ok(());
            }
            if let Some(text) = self.text_object(top)? {
                self.hand_over(text);
                self.replace(1, text);
                return Ok(());
            }
        }
        if spec.is_none() && conversion == Some('r') && self.has_special(top, "__repr__") {
            // The very object that the method gives.
            self.push_unsteady(top);
            self.special_or_unknown("__repr__", 1)?;
            let text = self.st.pop_owned();
            self.hand_over(text);
            self.replace(1, text);
            return Ok(());
        }
        let text = match conversion {
            None | Some('s') => self.str_of(top)?,
            Some('r') => self.repr_of(top)?,
            _ => {
                self.unknown_use(top);
                None
            }
        };
        let has_spec = spec.is_some();
        let known_spec = match spec {
            Some(spec) => {
                self.eval(spec)?;
                let top = self.st.peek(0);
                let text = match self.kind(top) {
                    Kind::Str(text) => Some(text.clone()),
                    _ => None,
                };
                self.consume(1);
                text
            }
            None => None,
        };
        let top = self.st.peek(0);
        if has_spec {
            let result = match (self.kind_of(top), known_spec) {
                (kind, Some(spec)) if conversion.is_none() => match format_with(&kind, &spec) {
                    Some(text) => self.composed(&text),
                    None => self.fresh_text(),
                },
                _ => self.fresh_text(),
            };
            self.may_raise();
            self.replace(1, result);
            return Ok(());
        }
        if matches!(self.kind(top), Kind::Str(_)) && conversion != Some('r') {
            return Ok(()); // an exact str is its own text
        }
        let result = match text {
            Some(text) => self.composed(&text),
            None => self.fresh_text(),
        };
        self.replace(1, result);
        Ok(())
    }

    /// Whether the object is an instance whose class has a `__format__`, or leaves it to `object`.
    pub(in crate::interp) fn formats_itself(&mut self, id: ObjId) -> bool {
        matches!(self.kind(id), Kind::Instance(_))
            && match self.special(id, "__format__") {
                Special::Function(_) => true,
                Special::Missing => {
                    let texts = ["__str__", "__repr__"];
                    texts.iter().any(|name| self.has_special(id, name))
                }
                Special::Unknown => false,
            }
    }

    /// `format(x, spec)` of such an instance: the text's object, with a reference of its own.
    pub(in crate::interp) fn format_object(&mut self, id: ObjId, spec: ObjId) -> R<Option<ObjId>> {
        match self.special(id, "__format__") {
            Special::Function(function) => {
                self.call_from_slot(function, &[id, spec])?;
                Ok(Some(self.st.pop_owned()))
            }
            Special::Missing => match self.kind(spec) {
                Kind::Str(spec) if spec.is_empty() => self.text_object(id),
                Kind::Str(_) => Err(self.raise(B::TypeError)),
                _ => {
                    self.unknown_use(id);
                    Ok(None)
                }
            },
            Special::Unknown => {
                self.unknown_use(id);
                Ok(None)
            }
        }
    }

    /// `format(x, spec)` as text, where it is known.
    pub(in crate::interp) fn format_of(&mut self, id: ObjId, spec: ObjId) -> R<Option<String>> {
        if self.formats_itself(id) {
            let Some(object) = self.format_object(id, spec)? else {
                return Ok(None);
            };
            self.st.push(object);
            // Text that is made of this alone may be the same object.
            self.st.escape(object);
            let text = match self.kind(object) {
                Kind::Str(text) => Some(text.to_string()),
                _ => None,
            };
            self.consume(1);
            return Ok(text);
        }
        let spec = match self.kind(spec) {
            Kind::Str(spec) => spec.clone(),
            _ => {
                self.unknown_use(id);
                return Ok(None);
            }
        };
        if matches!(self.kind(id), Kind::Instance(_)) {
            if self.may_run(id, super::super::models::TEXT) {
                self.unknown_use(id);
            }
            self.may_raise();
            return Ok(None);
        }
        if spec.is_empty() {
            return self.str_of(id);
        }
        let kind = self.kind_of(id);
        let text = format_with(&kind, &spec);
        if text.is_none() {
            self.may_raise();
        }
        Ok(text)
    }

    /// `str(x)`, where it is known; what may run code of the program is forgotten about.
    pub(in crate::interp) fn str_of(&mut self, id: ObjId) -> R<Option<String>> {
        match self.kind(id) {
            Kind::Str(text) => Ok(Some(text.to_string())),
            Kind::Instance(_) => {
                for name in ["__str__", "__repr__"] {
                    if self.has_special(id, name) {
                        return self.text_method(id, name);
                    }
                }
                Ok(None)
            }
            Kind::Exception(exception) => {
                let exception = Arc::clone(exception);
                self.text_of_exception(id, &exception)
            }
            _ => self.repr_of(id),
        }
    }

    /// The object that is `str(x)` and was there before: what `__str__` gives, the text that an exception was made of. It
    /// comes with a reference of its own; `None` where the text is made anew.
    pub(in crate::interp) fn text_object(&mut self, id: ObjId) -> R<Option<ObjId>> {
        match self.kind_of(id) {
            Kind::Instance(_) => {
                for name in ["__str__", "__repr__"] {
                    if self.has_special(id, name) {
                        self.push_unsteady(id);
                        self.special_or_unknown(name, 1)?;
                        return Ok(Some(self.st.pop_owned()));
                    }
                }
                Ok(None)
            }
            Kind::Exception(exception) => match exception.args[..] {
                [only]
                    if matches!(self.kind(only), Kind::Str(_))
                        && self.text_of_exception(id, &exception)?.is_some() =>
                {
                    self.st.inc(only);
                    Ok(Some(only))
                }
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// `BaseException.__str__`: the text of the one argument.
    fn text_of_exception(&mut self, id: ObjId, exception: &ExcObj) -> R<Option<String>> {
        let ours = matches!(self.kind(exception.class), Kind::Class(_));
        let methods = super::super::models::TEXT;
        if ours && self.may_run(id, methods) {
            self.unknown_use(id);
            return Ok(None);
        }
        let plain = super::super::models::keeps_only_args(self, exception.class)
            && !matches!(self.kind(exception.class), Kind::Type(B::KeyError))
            && self
                .shape_of(exception.class)
                .is_none_or(|shape| shape.base != Some(B::KeyError))
            && !exception.open;
        match exception.args[..] {
            [only] if plain => self.str_of(only),
            [] if plain && !exception.raised => Ok(Some(String::new())),
            _ => Ok(None),
        }
    }

    fn text_method(&mut self, id: ObjId, name: &str) -> R<Option<String>> {
        // How many references C code holds meanwhile depends on who asked.
        self.push_unsteady(id);
        self.special_or_unknown(name, 1)?;
        let result = self.st.peek(0);
        let text = match self.kind(result) {
            Kind::Str(text) => Some(text.to_string()),
            _ => None,
        };
        self.consume(1);
        Ok(text)
    }

    /// `repr(x)`, where it is known.
    pub(in crate::interp) fn repr_of(&mut self, id: ObjId) -> R<Option<String>> {
        let kind = self.kind_of(id);
        if let Some(value) = as_int(&kind) {
            return Ok(Some(match kind {
                Kind::Bool(true) => "True".to_string(),
                Kind::Bool(false) => "False".to_string(),
                _ => value.to_string(),
            }));
        }
        Ok(match &kind {
            Kind::None => Some("None".into()),
            Kind::Float(bits) => Some(float_repr(f64::from_bits(*bits))),
            Kind::Str(text) => str_repr(text),
            Kind::List(list) if !list.open => self.joined_repr("[", &list.items, "]")?,
            Kind::Tuple(items) if items.len() == 1 => self.joined_repr("(", items, ",)")?,
            Kind::Tuple(items) => self.joined_repr("(", items, ")")?,
            Kind::Instance(_) if self.has_special(id, "__repr__") => {
                return self.text_method(id, "__repr__");
            }
            Kind::Instance(_)
            | Kind::Function(_)
            | Kind::Class(_)
            | Kind::Module(_)
            | Kind::Type(_) => None,
            Kind::Dict(dict) if !dict.open => {
                for (key, value) in dict.entries.values() {
                    self.inner_repr(*key)?;
                    self.inner_repr(*value)?;
                }
                None
            }
            Kind::Set(set) if !set.open => {
                for item in set.items.values() {
                    self.inner_repr(*item)?;
                }
                None
            }
            kind if crate::domain::join::builtin_type(kind).is_some_and(B::is_atom) => None,
            _ => {
                if self.may_run(id, super::super::models::TEXT) {
                    self.unknown_use(id);
                }
                None
            }
        })
    }

    /// `repr` of something within another.
    fn inner_repr(&mut self, id: ObjId) -> R<Option<String>> {
        if self.repr_stack.contains(&id) {
            return Ok(None); // `[...]`
        }
        if self.repr_stack.len() > 40 {
            self.unknown_use(id); // too deep to follow
            return Ok(None);
        }
        self.repr_stack.push(id);
        let text = self.repr_of(id);
        self.repr_stack.pop();
        text
    }

    fn joined_repr(&mut self, open: &str, items: &[ObjId], close: &str) -> R<Option<String>> {
        let mut out = Some(open.to_string());
        for (at, item) in items.iter().enumerate() {
            match (&mut out, self.inner_repr(*item)?) {
                (Some(all), Some(text)) => {
                    if at > 0 {
                        all.push_str(", ");
                    }
                    all.push_str(&text);
                }
                _ => out = None,
            }
        }
        Ok(out.map(|out| out + close))
    }

    /// `format % values`, where it is simple.
    pub(super) fn percent_format(&mut self, format: &str, right: ObjId) -> R<Option<ObjId>> {
        let values: Vec<ObjId> = match self.kind(right) {
            Kind::Tuple(items) => items.to_vec(),
            Kind::Dict(_) => return Ok(None),
            _ => vec![right],
        };
        let Some(parts) = percent_parts(format) else {
            return Ok(None);
        };
        let is_whole = format.len() <= 2;
        // What is asked for its text by a method of the program has to be followed to the end.
        let wanted = parts.iter().filter_map(|(_, conversion)| *conversion);
        let mut runs = false;
        for (conversion, value) in wanted.clone().zip(&values) {
            let is_text = matches!(conversion, 's' | 'r');
            if self.may_run(*value, super::super::models::TEXT) {
                // The text may be the very object that a method gives.
                if !is_text || is_whole || !self.is_followed(*value) {
                    return Ok(None);
                }
                runs = true;
            } else if matches!(self.kind(*value), Kind::Instance(_)) {
                return Ok(None);
            }
        }
        if wanted.count() != values.len() {
            return Ok(None);
        }
        let mut out = Some(String::new());
        let mut values = values.into_iter();
        for (text, conversion) in parts {
            let piece = match conversion {
                None => Some(String::new()),
                Some(conversion) => {
                    let value = values.next().expect("as many as conversions");
                    match conversion {
                        's' => self.str_of(value)?,
                        'r' => self.repr_of(value)?,
                        'd' => as_int(self.kind(value)).map(|value| value.to_string()),
                        _ => None,
                    }
                }
            };
            out = out.zip(piece).map(|(out, piece)| out + &text + &piece);
        }
        Ok(match out {
            Some(_) if format == "%s" && matches!(self.kind(right), Kind::Str(_)) => Some(right),
            Some(out) if runs => Some(self.uncertain(Kind::Str(out.as_str().into()))),
            Some(out) => Some(self.composed(&out)),
            None if runs => {
                self.may_raise();
                Some(self.formatted_text(&Kind::Str(format.into())))
            }
            None => None,
        })
    }

    /// Whether the methods that give the text of an object are those of known objects.
    fn is_followed(&self, id: ObjId) -> bool {
        match self.kind(id) {
            Kind::Instance(_) => true,
            Kind::List(list) => !list.open && list.items.iter().all(|item| self.is_followed(*item)),
            Kind::Tuple(items) => items.iter().all(|item| self.is_followed(*item)),
            _ => !self.may_run(id, super::super::models::TEXT),
        }
    }
}

/// The plain text before each conversion, and the conversion's letter; the rest has none. `None` where a conversion has
/// flags or a name.
fn percent_parts(format: &str) -> Option<Vec<(String, Option<char>)>> {
    let mut out = Vec::new();
    let mut text = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        match chars.next()? {
            '%' => text.push('%'),
            conversion @ ('s' | 'd' | 'r') => {
                out.push((std::mem::take(&mut text), Some(conversion)));
            }
            _ => return None,
        }
    }
    out.push((text, None));
    Some(out)
}

/// Characters of a format that stand outside of its conversions, at least.
pub(super) fn plain_characters(format: &str) -> usize {
    let mut chars = format.chars();
    let mut plain = 0;
    while let Some(c) = chars.next() {
        if c != '%' {
            plain += 1;
            continue;
        }
        for c in chars.by_ref() {
            if c == '(' {
                return 0;
            }
            if c.is_ascii_alphabetic() && !matches!(c, 'h' | 'l' | 'L') || c == '%' {
                break;
            }
        }
    }
    plain
}

/// `float.__repr__`: shortest digits that read back the same, as `repr` style of `PyOS_double_to_string`.
pub(in crate::interp) fn float_repr(value: f64) -> String {
    if value.is_nan() {
        return "nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 {
            "inf".into()
        } else {
            "-inf".into()
        };
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let plain = format!("{value}");
        if plain.contains('.') {
            plain
        } else {
            plain + ".0"
        }
    } else {
        format!(
            "{mantissa}e{}{:02}",
            if exponent < 0 { '-' } else { '+' },
            exponent.abs()
        )
    }
}

/// `str.__repr__` of text whose characters all print as they are; `None` for others.
fn str_repr(text: &str) -> Option<String> {
    if !text
        .chars()
        .all(|c| c == '\n' || c == '\t' || c == '\r' || (' '..='~').contains(&c))
    {
        return None;
    }
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\\' => out.push_str("\\\\"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    Some(out)
}

/// `format(value, spec)` for the simplest specs: a width with alignment, and decimals of a float.
fn format_with(kind: &Kind, spec: &str) -> Option<String> {
    let (text, default) = match kind {
        Kind::Str(text) => (text.to_string(), '<'),
        Kind::Int(value) => (value.to_string(), '>'),
        Kind::Float(bits) => {
            let (width, decimals) = spec.strip_suffix('f')?.split_once('.')?;
            if !width.is_empty() {
                return None;
            }
            let decimals: usize = decimals.parse().ok().filter(|n| *n <= 15)?;
            return Some(format!("{:.decimals$}", f64::from_bits(*bits)));
        }
        _ => return None,
    };
    if spec.is_empty() {
        return Some(text);
    }
    let (align, width) = match spec.chars().next()? {
        align @ ('<' | '>' | '^') => (align, &spec[1..]),
        _ => (default, spec),
    };
    let zero = width.starts_with('0');
    let width: usize = width.parse().ok().filter(|width| *width < 10_000)?;
    if zero {
        return None;
    }
    let missing = width.saturating_sub(text.chars().count());
    let (before, after) = match align {
        '<' => (0, missing),
        '>' => (missing, 0),
        _ => (missing / 2, missing - missing / 2),
    };
    Some(format!("{}{text}{}", " ".repeat(before), " ".repeat(after)))
}
