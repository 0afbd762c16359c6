//! A write through one name that another sees: `also changes a`.

use super::{Context, text};
use crate::base::{Name, Span};
use crate::domain::B;
use crate::facts::{Claims, Detail, Holder, Path};
use crate::hir::{Expr, ExprId, Item, NameUse, Stmt, Var};
use crate::ide::answers::{HintPart, InlayHint};
use crate::ide::hover::is_receiver;
use crate::ide::{cursor, look};

/// Others that are named, at most.
const TOLD: usize = 3;

pub(super) fn hints(cx: &Context<'_>, out: &mut Vec<InlayHint>) {
    let Some((written, root)) =
        written(cx).and_then(|expr| Some((cursor::path_of(cx.item, expr)?, root(cx.item, expr)?)))
    else {
        return;
    };
    let (Some(claims), Some(detail)) = (
        look::claims(cx.facts, &written),
        look::detail(cx.facts, &written),
    ) else {
        return;
    };
    // The statement did change it, at each pass.
    let changed = detail.changed.is_some_and(|span| cx.span().contains(span));
    if !changed {
        return;
    }
    let others = others(cx, &written, root, claims, detail);
    if others.is_empty() {
        return;
    }
    let mut others = others;
    let more = others.len().saturating_sub(TOLD);
    others.truncate(TOLD);
    let mut parts = vec![text("also changes ")];
    for (at, other) in others.into_iter().enumerate() {
        if at > 0 {
            parts.push(text(", "));
        }
        parts.push(other);
    }
    if more > 0 {
        parts.push(text(format!(" and {more} more")));
    }
    let name = look::text(cx.analysis, &written);
    out.push(InlayHint {
        offset: cx.span().end,
        parts,
        tooltip: Some(format!(
            "{} is the same object there.",
            crate::ide::words::code(&name)
        )),
    });
}

/// By which other ways the written object is reached.
fn others(
    cx: &Context<'_>,
    written: &Path,
    root: NameUse,
    claims: &Claims,
    detail: &Detail,
) -> Vec<HintPart> {
    let mut others: Vec<HintPart> = Vec::new();
    let mut add = |part: HintPart| {
        if !others.iter().any(|other| other.text == part.text) {
            others.push(part);
        }
    };
    for path in claims
        .same_as
        .iter()
        .filter(|path| path.steps.is_empty() && path.root != written.root)
    {
        add(cx.path(path));
    }
    let receiver = cx
        .facts
        .unit
        .unit
        .is_some_and(|unit| is_receiver(cx.item, unit, root.name));
    // That a method changes its own object, whoever calls it knows.
    if receiver && written.steps.is_empty() {
        return others;
    }
    // Objects refer to each other all the time; lists and dicts that several hold are the ones that surprise.
    let is_container = claims
        .ty
        .as_deref()
        .is_some_and(|ty| B::named(ty).is_some());
    let own_names = match receiver {
        true => names_of(cx, root.name),
        false => Vec::new(),
    };
    let is_told = |path: &Path| {
        let is_own = receiver && path.steps == written.steps || own_names.contains(&path.root);
        is_container && path.root != written.root && !is_own
    };
    let is_global = matches!(root.var, Var::Global) || cx.facts.unit.unit.is_none();
    for holder in &detail.holders {
        match holder {
            Holder::Global(name)
                if is_global && written.steps.is_empty() && *name == written.root => {}
            Holder::Global(name) if cx.facts.unit.unit.is_some() => {
                let mut part = cx.variable(crate::domain::UnitRef::MODULE, *name);
                if *name == written.root {
                    part.text.insert_str(0, "the module's ");
                }
                add(part);
            }
            Holder::Local(name) if written.steps.is_empty() && *name == written.root => {}
            Holder::Global(name) | Holder::Local(name) => add(cx.variable(cx.facts.unit, *name)),
            Holder::Part(path) if is_told(path) => add(cx.path(path)),
            Holder::Outer(name, unit) => {
                let mut part = cx.variable(*unit, *name);
                if *name == written.root {
                    part.text.insert_str(0, "the caller's ");
                }
                add(part);
            }
            _ => {}
        }
    }
    for path in claims
        .same_as
        .iter()
        .filter(|path| path.steps.len() == 1 && is_told(path))
    {
        add(cx.path(path));
    }
    others
}

/// The names of callers and of the module for what a variable holds.
fn names_of(cx: &Context<'_>, name: Name) -> Vec<Name> {
    let path = Path {
        root: name,
        steps: Vec::new(),
    };
    let Some(detail) = look::detail(cx.facts, &path) else {
        return Vec::new();
    };
    detail
        .holders
        .iter()
        .filter_map(|holder| match holder {
            Holder::Global(name) | Holder::Local(name) | Holder::Outer(name, _) => Some(*name),
            _ => None,
        })
        .collect()
}

/// The variable that a path begins with.
fn root(item: &Item, expr: ExprId) -> Option<NameUse> {
    match item.expr(expr) {
        Expr::Name(name) => Some(*name),
        Expr::Attribute { value, .. } | Expr::Subscript { value, .. } => root(item, *value),
        _ => None,
    }
}

/// A call that changes what it is given: `changes coffee (line 32)`.
pub(super) fn by_calls(cx: &Context<'_>, out: &mut Vec<InlayHint>) {
    let given = given(cx);
    let mut told: Vec<(Name, Span)> = Vec::new();
    for change in look::changes(cx.analysis, cx.at, cx.stmt) {
        let (root, by) = (change.path.root, change.by);
        // A function that calls itself goes on with what it was given.
        let is_recursive = cx.facts.unit.unit.is_some_and(|unit| {
            let function = cx.item.unit(unit).span.shifted(cx.start);
            function.contains(by)
        });
        if !change.path.steps.is_empty()
            || is_recursive
            || !given.contains(&root)
            || told.iter().any(|(name, _)| *name == root)
        {
            continue;
        }
        // It is so at each pass: what the name led to before, it leads to now, and that line is what changed it last.
        let is_sure = look::detail(cx.facts, &change.path)
            .is_some_and(|detail| detail.changed == Some(by) && detail.mutable);
        if is_sure
            && !cursor::bound_names(cx.item, cx.stmt)
                .iter()
                .any(|(name, _)| *name == root)
        {
            told.push((root, by));
        }
    }
    if told.is_empty() {
        return;
    }
    let mut parts = vec![text("changes ")];
    for (at, (name, by)) in told.into_iter().enumerate() {
        if at > 0 {
            parts.push(text(", "));
        }
        parts.push(HintPart {
            text: format!(
                "{} (line {})",
                cx.analysis.facts.names.text(name),
                look::line(cx.analysis, by.start)
            ),
            target: Some(by),
        });
    }
    out.push(InlayHint {
        offset: cx.span().end,
        parts,
        tooltip: Some("The function gets the object itself, not a copy.".to_owned()),
    });
}

/// The names that the statement's calls are given as arguments.
fn given(cx: &Context<'_>) -> Vec<Name> {
    let mut out = Vec::new();
    let mut todo = cursor::roots(cx.item, cx.stmt);
    while let Some(id) = todo.pop() {
        if let Expr::Call { args, keywords, .. } = cx.item.expr(id) {
            let values = args
                .iter()
                .copied()
                .chain(keywords.iter().map(|it| it.value));
            out.extend(values.filter_map(|arg| match cx.item.expr(arg) {
                Expr::Name(name) => Some(name.name),
                _ => None,
            }));
        }
        todo.extend(cursor::parts(cx.item, id));
    }
    out
}

/// What the statement writes into.
fn written(cx: &Context<'_>) -> Option<ExprId> {
    let base = |target: ExprId| match cx.item.expr(target) {
        Expr::Attribute { value, .. } | Expr::Subscript { value, .. } => Some(*value),
        _ => None,
    };
    match cx.item.stmt(cx.stmt) {
        Stmt::Expr(value) => match cx.item.expr(*value) {
            Expr::Call { func, .. } => {
                base(*func).filter(|_| matches!(cx.item.expr(*func), Expr::Attribute { .. }))
            }
            _ => None,
        },
        Stmt::Assign { targets, .. } | Stmt::Delete(targets) => match targets[..] {
            [target] => base(target),
            _ => None,
        },
        // `x += [1]` changes a list in place.
        Stmt::AugAssign { target, .. } => match cx.item.expr(*target) {
            Expr::Name(_) => Some(*target),
            _ => base(*target),
        },
        _ => None,
    }
}
