//! Places in the text where fixes put something.

use super::rule::RuleCx;
use crate::base::Span;
use crate::hir::{Item, Stmt, StmtId, UnitId};

/// Where statements can be put at the top of a body, after its docstring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Top {
    /// At the start of a line.
    Line {
        offset: u32,
        /// Of the body's statements.
        indent: String,
        /// One level.
        step: String,
        /// The text before `offset` does not end with a line end: one is needed first.
        needs_newline: bool,
    },
    /// The body stands on the line of its header: `gap` is between the colon and the first statement, and gives way to
    /// a line end.
    Gap {
        gap: Span,
        indent: String,
        step: String,
    },
}

/// The line end of the text.
pub(super) fn newline(cx: &RuleCx<'_>) -> &'static str {
    if cx.text.as_str().contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    }
}

/// What stands before `offset` on its line.
pub(super) fn before<'a>(cx: &RuleCx<'a>, offset: u32) -> &'a str {
    let start = cx
        .text
        .line_span(cx.text.line(offset))
        .map_or(offset, |line| line.start);
    cx.text.slice(Span::new(start, offset))
}

/// Start of the line after that of `offset`; `None`: it is the last.
pub(super) fn next_line(cx: &RuleCx<'_>, offset: u32) -> Option<u32> {
    cx.text
        .line_span(cx.text.line(offset) + 1)
        .map(|line| line.start)
}

/// Where a statement begins in the text, its decorators included; absolute.
pub(super) fn statement_start(cx: &RuleCx<'_>, item: u32, id: StmtId) -> u32 {
    let code = cx.item(item);
    let own = code.stmt_span(id).start;
    let first = match code.stmt(id) {
        Stmt::FunctionDef { decorators, .. } | Stmt::ClassDef { decorators, .. } => decorators
            .first()
            .map_or(own, |it| code.expr_span(*it).start),
        _ => own,
    };
    cx.start(item) + own.min(first)
}

/// The top of the body of `unit`, behind its docstring.
pub(super) fn top(cx: &RuleCx<'_>, item: u32, unit: UnitId) -> Option<Top> {
    let code = cx.item(item);
    let function = code.unit(unit);
    let first = *function.body.first()?;
    let header = function.span.start + cx.start(item);
    let outer = before(cx, header);
    if !outer.trim().is_empty() {
        return None;
    }
    let start = statement_start(cx, item, first);
    let indent = before(cx, start);
    // A decorator's `@` stands before its expression.
    let indent = indent.trim_end_matches('@');
    if !indent.trim().is_empty() {
        let head = cx.text.slice(Span::new(header, start));
        let gap = head.len() - head.trim_end_matches([' ', '\t']).len();
        let gap = Span::new(start - gap as u32, start);
        let ends_in_colon = cx.text.slice(Span::new(header, gap.start)).ends_with(':');
        let step = guess_step(cx, outer);
        let is_plain = !function.has_docstring && ends_in_colon;
        return is_plain.then(|| Top::Gap {
            gap,
            indent: format!("{outer}{step}"),
            step,
        });
    }
    let step = indent
        .strip_prefix(outer)
        .filter(|step| !step.is_empty())
        .map_or_else(|| guess_step(cx, outer), str::to_owned);
    let indent = indent.to_owned();
    let line = |offset: Option<u32>| match offset {
        Some(offset) => Top::Line {
            offset,
            indent: indent.clone(),
            step: step.clone(),
            needs_newline: false,
        },
        None => {
            let end = cx.text.len();
            Top::Line {
                offset: end,
                indent: indent.clone(),
                step: step.clone(),
                needs_newline: true,
            }
        }
    };
    if function.has_docstring {
        return after(cx, cx.start(item) + code.stmt_span(first).end).map(line);
    }
    // Comments before the first statement stay with it.
    let mut at = cx.text.line(start);
    while at > 0 {
        let above = cx
            .text
            .line_span(at - 1)
            .map(|span| cx.text.slice(span).trim())
            .unwrap_or_default();
        if above.is_empty() || above.starts_with('#') {
            at -= 1;
        } else {
            break;
        }
    }
    let offset = cx.text.line_span(at)?.start;
    (offset > header).then(|| line(Some(offset)))
}

/// The start of the line after `end`, where nothing but a comment follows on its own; the inner `None`: the text ends.
pub(super) fn after(cx: &RuleCx<'_>, end: u32) -> Option<Option<u32>> {
    let line = cx.text.line_span(cx.text.line(end))?;
    let rest = cx.text.slice(Span::new(end, line.end)).trim();
    (rest.is_empty() || rest.starts_with('#')).then(|| next_line(cx, end))
}

/// One level of indentation, as the rest of the text has it.
fn guess_step(cx: &RuleCx<'_>, outer: &str) -> String {
    if outer.contains('\t') {
        return "\t".to_owned();
    }
    for at in 0..cx.text.line_count() {
        let line = cx
            .text
            .line_span(at)
            .map(|span| cx.text.slice(span))
            .unwrap_or_default();
        let blank = &line[..line.len() - line.trim_start().len()];
        if !blank.is_empty() && blank.len() < line.len() {
            return if blank.starts_with('\t') {
                "\t".to_owned()
            } else {
                " ".repeat(blank.len().min(8))
            };
        }
    }
    "    ".to_owned()
}

/// Where a statement can be put before a whole item, above the comments that belong to it; `None`: it does not begin a
/// line.
pub(super) fn before_item(cx: &RuleCx<'_>, item: u32) -> Option<u32> {
    let start = cx.start(item);
    if !before(cx, start).is_empty() {
        return None;
    }
    let mut at = cx.text.line(start);
    while at > 0 {
        let above = cx
            .text
            .line_span(at - 1)
            .map(|span| cx.text.slice(span))
            .unwrap_or_default();
        if above.starts_with('#') {
            at -= 1;
        } else {
            break;
        }
    }
    // Comments at the head of the file are the file's.
    let at = if at == 0 { cx.text.line(start) } else { at };
    cx.text.line_span(at).map(|line| line.start)
}

/// A name that the file does not have: `wanted`, or with a number behind it.
pub(super) fn fresh_name(cx: &RuleCx<'_>, wanted: &str) -> String {
    if cx.names.get(wanted).is_none() {
        return wanted.to_owned();
    }
    let mut number = 2u32;
    loop {
        let name = format!("{wanted}_{number}");
        if cx.names.get(&name).is_none() {
            return name;
        }
        number += 1;
    }
}

/// Whether the code object stands by itself at the top of the module, or in a class that does: then what is put before
/// its item runs once, just before it is made.
pub(super) fn runs_once(code: &Item, unit: UnitId) -> bool {
    let [only] = code.body[..] else { return false };
    match code.stmt(only) {
        Stmt::FunctionDef { unit: own, .. } => *own == unit,
        Stmt::ClassDef { unit: own, .. } => {
            let is_own = |id: &StmtId| matches!(code.stmt(*id), Stmt::FunctionDef { unit: inner, .. } if *inner == unit);
            code.unit(*own).body.iter().any(is_own)
        }
        Stmt::Assign { .. } | Stmt::AnnAssign { .. } | Stmt::Expr(_) => {
            code.unit(unit).parent.is_none()
        }
        _ => false,
    }
}
