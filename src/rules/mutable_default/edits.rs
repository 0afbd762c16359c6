//! The fixes: which one for which verdict, and what it changes in the text.

use super::{Verdict, decorators};
use crate::base::Span;
use crate::facts::objects::{DefaultFacts, DefaultKind, What};
use crate::hir::{CmpOp, Const, Expr, ExprId, Stmt, StmtId, UnitKind, Var};
use crate::rules::rule::{Edit, Fix, RuleCx, Safety};
use crate::rules::source::{self, Top};

pub(super) fn fix(cx: &RuleCx<'_>, default: &DefaultFacts, verdict: Verdict) -> Option<Fix> {
    match verdict {
        Verdict::Cache => named_cache(cx, default),
        Verdict::NeverChanged => immutable(cx, default).or_else(|| guard(cx, default, verdict)),
        Verdict::Changed | Verdict::ChangedElsewhere | Verdict::Escapes => {
            guard(cx, default, verdict)
        }
    }
}

// --- a tuple or frozenset instead ------------------------------------------------------------------------------------

fn immutable(cx: &RuleCx<'_>, default: &DefaultFacts) -> Option<Fix> {
    let is_list = default.kind == DefaultKind::List;
    let is_alike = |what: &What| match what {
        What::Read | What::Asked | What::ComparedToNone => true,
        What::LookedUp { tuple_too } => is_list && *tuple_too,
        _ => false,
    };
    let code = cx.item(default.item);
    if !default.uses.iter().all(|it| is_alike(&it.what)) || !annotation_allows(cx, default) {
        return None;
    }
    let text = cx.text.slice(default.span);
    let (new, edits) = match (default.kind, code.expr(default.value)) {
        (DefaultKind::List, Expr::Call { .. }) if default.is_empty => {
            ("()", vec![Edit::replace(default.span, "()")])
        }
        (DefaultKind::Set, Expr::Call { .. }) if default.is_empty => {
            if !cx.facts.bindings.is_builtin_named("frozenset", cx.names) {
                return None;
            }
            (
                "frozenset()",
                vec![Edit::replace(default.span, "frozenset()")],
            )
        }
        (DefaultKind::List, Expr::List { elts }) => {
            if elts
                .iter()
                .any(|elt| matches!(code.expr(*elt), Expr::Starred(_) | Expr::Named { .. }))
            {
                return None;
            }
            let (start, end) = (default.span.start, default.span.end);
            let mut edits = vec![Edit::replace(Span::new(start, start + 1), "(")];
            if let [only] = elts[..] {
                let last = code.expr_span(only).end + cx.start(default.item);
                // The item may stand in parentheses of its own, and may have its comma: then the text says more.
                let tail = cx.text.slice(Span::new(last, end - 1));
                if tail.contains(['#', ')']) {
                    return None;
                }
                if !tail.contains(',') {
                    edits.push(Edit::insert(last, ","));
                }
            }
            edits.push(Edit::replace(Span::new(end - 1, end), ")"));
            ("a tuple", edits)
        }
        _ => return None,
    };
    let name = cx.text.slice(default.param);
    let safety = immutable_safety(cx, default);
    let title = if text.len() <= 20 && !text.contains('\n') && new != "a tuple" {
        format!("Make the default of `{name}` immutable: `{text}` → `{new}`")
    } else {
        format!(
            "Make the default of `{name}` immutable: {} instead of a {}",
            new,
            default.kind.name()
        )
    };
    Some(Fix {
        title,
        edits,
        safety,
    })
}

/// Whether the annotation is one that an immutable collection fits too.
fn annotation_allows(cx: &RuleCx<'_>, default: &DefaultFacts) -> bool {
    let Some(annotation) = default.annotation else {
        return true;
    };
    let code = cx.item(default.item);
    let root = match code.expr(annotation) {
        Expr::Subscript { value, .. } => *value,
        _ => annotation,
    };
    let name = match code.expr(root) {
        Expr::Name(name) => cx.names.text(name.name),
        Expr::Attribute { attr, .. } => cx.names.text(*attr),
        _ => return false,
    };
    match default.kind {
        DefaultKind::List => {
            matches!(
                name,
                "Sequence" | "Collection" | "Iterable" | "Container" | "Sized" | "Reversible"
            )
        }
        _ => matches!(
            name,
            "AbstractSet" | "Collection" | "Iterable" | "Container" | "Sized"
        ),
    }
}

fn immutable_safety(cx: &RuleCx<'_>, default: &DefaultFacts) -> Safety {
    let code = cx.item(default.item);
    if decorators(code, default.unit).is_some_and(|it| !it.is_empty()) {
        return Safety::Unsafe("the function's decorator may look at its defaults".to_owned());
    }
    let looks = [
        "__defaults__",
        "__kwdefaults__",
        "signature",
        "getfullargspec",
        "getsource",
    ];
    if let Some(name) = looks.iter().find(|name| cx.names.get(name).is_some()) {
        return Safety::Unsafe(format!(
            "this file uses `{name}`, which may show the default"
        ));
    }
    // An index that is out of range says of what.
    if default.is_empty
        && default
            .uses
            .iter()
            .any(|it| matches!(it.what, What::LookedUp { .. }))
    {
        return Safety::Unsafe("looking up an item raises an error that names the type".to_owned());
    }
    Safety::Safe
}

// --- a cache of its own name -----------------------------------------------------------------------------------------

fn named_cache(cx: &RuleCx<'_>, default: &DefaultFacts) -> Option<Fix> {
    let code = cx.item(default.item);
    if !source::runs_once(code, default.unit) {
        return None;
    }
    let unit = code.unit(default.unit);
    let in_class = unit.parent.is_some();
    if in_class && reads_names(cx, default, &|_| true) || has_effects(cx, default) {
        return None;
    }
    let offset = source::before_item(cx, default.item)?;
    let function = match unit.kind {
        UnitKind::Lambda => "lambda",
        _ => cx.names.text(unit.name).trim_matches('_'),
    };
    let param = cx.text.slice(default.param).trim_matches('_');
    let name = source::fresh_name(cx, &format!("_{function}_{param}"));
    let newline = source::newline(cx);
    let text = cx.text.slice(default.span);
    let edits = vec![
        Edit::insert(
            offset,
            format!("{name} = {text}{newline}{newline}{newline}"),
        ),
        Edit::replace(default.span, name.clone()),
    ];
    Some(Fix {
        title: format!("Name the cache: `{name}`"),
        edits,
        safety: Safety::Safe,
    })
}

/// Whether the default reads a name that `wanted` picks.
fn reads_names(cx: &RuleCx<'_>, default: &DefaultFacts, wanted: &dyn Fn(ExprId) -> bool) -> bool {
    let code = cx.item(default.item);
    // The name of the type that a call makes is no name that could be another elsewhere, unless the text binds it.
    let func = match code.expr(default.value) {
        Expr::Call { func, .. } => Some(*func),
        _ => None,
    };
    let span = code.expr_span(default.value);
    code.exprs.iter().enumerate().any(|(index, expr)| {
        let id = ExprId(index as u32);
        matches!(expr, Expr::Name(_))
            && Some(id) != func
            && span.contains(code.expr_span(id))
            && wanted(id)
    })
}

/// Whether the default has something in it that cannot be moved.
fn has_effects(cx: &RuleCx<'_>, default: &DefaultFacts) -> bool {
    let code = cx.item(default.item);
    let span = code.expr_span(default.value);
    code.exprs.iter().enumerate().any(|(index, expr)| {
        matches!(
            expr,
            Expr::Named { .. }
                | Expr::Await(_)
                | Expr::Yield(_)
                | Expr::YieldFrom(_)
                | Expr::Lambda(_)
        ) && span.contains(code.expr_span(ExprId(index as u32)))
    })
}

// --- None and a guard ------------------------------------------------------------------------------------------------

fn guard(cx: &RuleCx<'_>, default: &DefaultFacts, verdict: Verdict) -> Option<Fix> {
    let code = cx.item(default.item);
    let unit = code.unit(default.unit);
    if unit.kind == UnitKind::Lambda || has_effects(cx, default) || !can_move(cx, default) {
        return None;
    }
    let name = cx.text.slice(default.param);
    let kind = default.kind.name();
    let newline = source::newline(cx);
    let (placeholder, mut edits) = placeholder(cx, default)?;
    edits.push(Edit::replace(default.span, placeholder.clone()));
    if placeholder == "None" {
        edits.extend(widened(cx, default));
    }
    let text = cx.text.slice(default.span);
    if !is_guarded(cx, default) && !is_empty_body(cx, default) {
        let body = |indent: &str, step: &str| {
            format!(
                "{indent}if {name} is {placeholder}:{newline}{indent}{step}{name} = {text}{newline}"
            )
        };
        match source::top(cx, default.item, default.unit)? {
            Top::Gap { gap, indent, step } => {
                edits.push(Edit::replace(
                    gap,
                    format!("{newline}{}{indent}", body(&indent, &step)),
                ));
            }
            Top::Line {
                offset,
                indent,
                step,
                needs_newline,
            } => {
                let (offset, needs_newline) = behind_guards(cx, default, offset, needs_newline)?;
                let guard = body(&indent, &step);
                let guard = if needs_newline {
                    format!("{newline}{}", guard.trim_end())
                } else {
                    guard
                };
                edits.push(Edit::insert(offset, guard));
            }
        }
    }
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let title = match placeholder.as_str() {
        "None" => format!("Make a new {kind} for each call: `{name}=None` and a guard"),
        _ => format!("Make a new {kind} for each call: `{name}={placeholder}` and a guard"),
    };
    let reason = match verdict {
        Verdict::Escapes => format!(
            "each call gets a {kind} of its own: code that counts on getting the same one sees the difference"
        ),
        Verdict::NeverChanged => {
            format!("a caller that passes `{placeholder}` then gets a new {kind}")
        }
        _ => format!(
            "each call gets a {kind} of its own: what earlier calls put in is not there any more"
        ),
    };
    Some(Fix {
        title,
        edits,
        safety: Safety::Unsafe(reason),
    })
}

/// Whether the text of the default means the same in the function's body.
fn can_move(cx: &RuleCx<'_>, default: &DefaultFacts) -> bool {
    let code = cx.item(default.item);
    let unit = code.unit(default.unit);
    let text = cx.text.slice(default.span);
    // A line break before the first bracket would end the statement.
    let head = text.split(['[', '(', '{']).next().unwrap_or_default();
    if head.contains('\n') {
        return false;
    }
    let in_class = unit
        .parent
        .is_some_and(|parent| code.unit(parent).kind == UnitKind::Class);
    let is_other = |id: ExprId| {
        let Expr::Name(name) = code.expr(id) else {
            return false;
        };
        let is_local = unit.scope.slot(name.name).is_some_and(|slot| {
            let kind = unit.scope.vars[slot as usize].kind;
            matches!(kind, crate::hir::VarKind::Local | crate::hir::VarKind::Cell)
        });
        is_local || in_class && name.var == Var::Namespace
    };
    let called = match code.expr(default.value) {
        Expr::Call { func, .. } => match code.expr(*func) {
            Expr::Name(name) => unit.scope.slot(name.name).is_some_and(|slot| {
                let kind = unit.scope.vars[slot as usize].kind;
                matches!(kind, crate::hir::VarKind::Local | crate::hir::VarKind::Cell)
            }),
            _ => false,
        },
        _ => false,
    };
    !called && !reads_names(cx, default, &is_other)
}

/// What stands for "no argument": `None`, or an object made for it where `None` already means something.
fn placeholder(cx: &RuleCx<'_>, default: &DefaultFacts) -> Option<(String, Vec<Edit>)> {
    let takes_none = default
        .uses
        .iter()
        .any(|it| it.what == What::ComparedToNone)
        || default
            .annotation
            .is_some_and(|id| mentions_none(cx, default, id));
    if !takes_none || is_guarded(cx, default) {
        return Some(("None".to_owned(), Vec::new()));
    }
    const SENTINEL: &str = "_MISSING";
    // One that an earlier fix has made does for this one too.
    let made = cx
        .file
        .items
        .iter()
        .take(default.item as usize)
        .any(|placed| {
            let text = cx.text.slice(Span::new(
                placed.start,
                placed.start + SENTINEL.len() as u32 + 11,
            ));
            text == format!("{SENTINEL} = object()")
        });
    if made {
        return Some((SENTINEL.to_owned(), Vec::new()));
    }
    let name = source::fresh_name(cx, SENTINEL);
    let offset = source::before_item(cx, default.item)?;
    let newline = source::newline(cx);
    let edit = Edit::insert(
        offset,
        format!("{name} = object(){newline}{newline}{newline}"),
    );
    Some((name, vec![edit]))
}

fn mentions_none(cx: &RuleCx<'_>, default: &DefaultFacts, id: ExprId) -> bool {
    let code = cx.item(default.item);
    let text = cx
        .text
        .slice(code.expr_span(id).shifted(cx.start(default.item)));
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words
        .into_iter()
        .any(|word| matches!(word, "None" | "Optional"))
}

/// Whether the body already begins with `if x is None: x = <the same>`.
fn is_guarded(cx: &RuleCx<'_>, default: &DefaultFacts) -> bool {
    let code = cx.item(default.item);
    let body = &code.unit(default.unit).body;
    let at = usize::from(code.unit(default.unit).has_docstring);
    let same = |value: ExprId| {
        cx.text
            .slice(code.expr_span(value).shifted(cx.start(default.item)))
            == cx.text.slice(default.span)
    };
    body.iter()
        .skip(at)
        .map_while(|id| guarded(cx, default, *id))
        .any(|(name, value)| name == default.name && same(value))
}

/// `if p is ...: p = value`: the parameter and the value.
fn guarded(
    cx: &RuleCx<'_>,
    default: &DefaultFacts,
    id: StmtId,
) -> Option<(crate::base::Name, ExprId)> {
    let code = cx.item(default.item);
    let Stmt::If { test, body, orelse } = code.stmt(id) else {
        return None;
    };
    let ([only], []) = (&body[..], &orelse[..]) else {
        return None;
    };
    let Expr::Compare { left, rest } = code.expr(*test) else {
        return None;
    };
    let [(CmpOp::Is, other)] = rest[..] else {
        return None;
    };
    let is_marker = match code.expr(other) {
        Expr::Constant(Const::None) => true,
        Expr::Name(name) => cx.names.text(name.name).starts_with("_MISSING"),
        _ => false,
    };
    let Stmt::Assign { targets, value } = code.stmt(*only) else {
        return None;
    };
    let (Expr::Name(tested), [target]) = (code.expr(*left), &targets[..]) else {
        return None;
    };
    match code.expr(*target) {
        Expr::Name(name) if is_marker && name.name == tested.name => Some((name.name, *value)),
        _ => None,
    }
}

/// Behind the guards of parameters that come before this one.
fn behind_guards(
    cx: &RuleCx<'_>,
    default: &DefaultFacts,
    offset: u32,
    needs_newline: bool,
) -> Option<(u32, bool)> {
    let code = cx.item(default.item);
    let unit = code.unit(default.unit);
    let before = |name| {
        let own = unit.params.in_slot_order().find(|param| param.name == name);
        own.is_some_and(|param| param.span.start + cx.start(default.item) < default.param.start)
    };
    let mut place = (offset, needs_newline);
    for id in unit.body.iter().skip(usize::from(unit.has_docstring)) {
        match guarded(cx, default, *id) {
            Some((name, _)) if before(name) => {
                let end = code.stmt_span(*id).end + cx.start(default.item);
                place = match source::after(cx, end)? {
                    Some(next) => (next, false),
                    None => (cx.text.len(), true),
                };
            }
            _ => break,
        }
    }
    Some(place)
}

/// Nothing but `...`, `pass` and a docstring: there is nothing to guard.
fn is_empty_body(cx: &RuleCx<'_>, default: &DefaultFacts) -> bool {
    let code = cx.item(default.item);
    code.unit(default.unit)
        .body
        .iter()
        .all(|id| match code.stmt(*id) {
            Stmt::Pass => true,
            Stmt::Expr(value) => matches!(
                code.expr(*value),
                Expr::Constant(Const::Ellipsis | Const::Str(_))
            ),
            _ => false,
        })
}

/// The annotation with `None` let in.
fn widened(cx: &RuleCx<'_>, default: &DefaultFacts) -> Option<Edit> {
    let code = cx.item(default.item);
    let id = default.annotation?;
    if mentions_none(cx, default, id) {
        return None;
    }
    let start = cx.start(default.item);
    let span = code.expr_span(id).shifted(start);
    let text = cx.text.slice(span);
    let root = text.split(['[', '.', ' ']).next().unwrap_or_default();
    if matches!(text, "Any" | "object" | "typing.Any") {
        return None;
    }
    if let Expr::Constant(Const::Str(inner)) = code.expr(id) {
        // `"X"` becomes `"X | None"`; other spellings of strings are left as they are.
        let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let is_simple = text.len() == inner.len() + 2 && text.ends_with(quote);
        return is_simple.then(|| Edit::insert(span.end - 1, " | None"));
    }
    if text.contains(['\n', '#']) {
        return None;
    }
    let is_type = !matches!(root, "any" | "callable") && !text.contains(['"', '\'']);
    let has_unions = cx.layout.has_type_unions() || cx.file.future_annotations;
    if has_unions && (is_type || cx.file.future_annotations) {
        let needs_parens = matches!(
            code.expr(id),
            Expr::Lambda(_) | Expr::IfExp { .. } | Expr::BoolOp { .. }
        );
        return (!needs_parens).then(|| Edit::insert(span.end, " | None"));
    }
    if let Some(optional) = cx.facts.bindings.spelling("typing", "Optional", cx.names) {
        return Some(Edit::replace(span, format!("{optional}[{text}]")));
    }
    match text.contains(['"', '\'', '\\']) {
        true => None,
        false => Some(Edit::replace(span, format!("\"{text} | None\""))),
    }
}
