//! What stands at an offset: the subject of a card, found in the lowered code.

use crate::base::{Name, Span};
use crate::engine::Analysis;
use crate::facts::{Path, Step, children};
use crate::hir::{CmpOp, Const, Expr, ExprId, Item, Param, Stmt, StmtId, UnaryOp, UnitId};

/// At which moment a subject is spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// When the statement begins.
    Before(StmtId),
    /// The same, and the statement deletes it.
    Deleted(StmtId),
    /// When the statement is done.
    After(StmtId),
    /// When the function is entered.
    Entry(UnitId),
    /// When a handler of a `try` begins.
    Caught(StmtId, u32),
}

/// What a card can be about.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Subject {
    /// An object by its path.
    Path(Path, When),
    /// The `at`th operator of a comparison.
    Is(ExprId, u32),
    /// A literal.
    Literal(ExprId),
    /// A call, at its brackets.
    Call(ExprId, StmtId),
    /// A call, at what is called.
    Called(ExprId, StmtId, Path),
    /// The name of a `def`.
    Function(UnitId),
    /// The name of a `class`.
    Class(UnitId),
}

/// A subject at its place.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The item.
    pub item: u32,
    /// What.
    pub subject: Subject,
    /// Where, in the text.
    pub span: Span,
}

/// The subject at `offset`.
pub(super) fn find(analysis: &Analysis, offset: u32) -> Option<Found> {
    let items = &analysis.file.items;
    let at = items
        .partition_point(|placed| placed.start <= offset)
        .checked_sub(1)?;
    let placed = &items[at];
    let item = &*placed.item;
    if item.is_broken {
        return None;
    }
    let here = offset - placed.start;
    let (subject, span) = in_item(item, here, &analysis.text.as_str()[placed.start as usize..])?;
    Some(Found {
        item: at as u32,
        subject,
        span: span.shifted(placed.start),
    })
}

fn in_item(item: &Item, here: u32, text: &str) -> Option<(Subject, Span)> {
    for (index, unit) in item.units.iter().enumerate() {
        let id = UnitId(index as u32);
        if unit.name_span.touches(here) && !unit.name_span.is_empty() {
            let subject = match unit.kind {
                crate::hir::UnitKind::Class => Subject::Class(id),
                _ => Subject::Function(id),
            };
            return Some((subject, unit.name_span));
        }
        if let Some(param) = unit
            .params
            .in_slot_order()
            .find(|param| param.span.touches(here))
        {
            return Some((entry(param, id), param.span));
        }
    }
    if let Some(caught) = caught(item, here, text) {
        return Some(caught);
    }
    let stmt = innermost(&item.stmt_spans, here).map(|at| StmtId(at as u32))?;
    let expr = expr_at(item, stmt, here)?;
    if let Expr::Compare { left, rest } = item.expr(expr) {
        let mut before = *left;
        for (at, (op, after)) in rest.iter().enumerate() {
            let gap = Span::new(
                item.expr_span(before).end,
                item.expr_span(*after).start.max(item.expr_span(before).end),
            );
            if gap.touches(here) && matches!(op, CmpOp::Is | CmpOp::IsNot) {
                let word = text
                    .get(gap.start as usize..gap.end as usize)
                    .and_then(|gap| gap.find("is"))?;
                let start = gap.start + word as u32;
                let length = if *op == CmpOp::IsNot {
                    gap.end.saturating_sub(start).saturating_sub(1).max(2)
                } else {
                    2
                };
                return Some((
                    Subject::Is(expr, at as u32),
                    Span::new(start, start + length),
                ));
            }
            before = *after;
        }
        return None;
    }
    // In `d["k"]` the key stands for the item.
    let expr = subscript_of(item, stmt, expr).unwrap_or(expr);
    let span = item.expr_span(expr);
    match item.expr(expr) {
        Expr::Constant(_) => return Some((Subject::Literal(expr), span)),
        Expr::Call { func, .. } => {
            let brackets = Span::new(item.expr_span(*func).end, span.end);
            return Some((Subject::Call(expr, stmt), brackets));
        }
        _ => {}
    }
    if let Some(call) = call_of(item, stmt, expr) {
        let name = match item.expr(expr) {
            Expr::Attribute { attr_span, .. } => *attr_span,
            _ => span,
        };
        if !name.touches(here) {
            return None;
        }
        return Some(match path_of(item, expr) {
            Some(path) => (Subject::Called(call, stmt, path), span),
            None => (Subject::Call(call, stmt), name),
        });
    }
    let path = path_of(item, expr)?;
    let when = when(item, stmt, expr)?;
    let span = match item.expr(expr) {
        Expr::Attribute { attr_span, .. } if !attr_span.touches(here) => return None,
        _ => span,
    };
    Some((Subject::Path(path, when), span))
}

/// The name in `except E as name`.
fn caught(item: &Item, here: u32, text: &str) -> Option<(Subject, Span)> {
    for (index, stmt) in item.stmts.iter().enumerate() {
        let Stmt::Try { handlers, .. } = stmt else {
            continue;
        };
        for (at, handler) in handlers.iter().enumerate() {
            let (Some(name), Some(class)) = (handler.name, handler.exc_type) else {
                continue;
            };
            let from = item.expr_span(class).end;
            if !(from <= here && handler.span.contains(Span::new(here, here))) {
                continue;
            }
            // Behind the class comes `as`, then the name.
            let rest = text.get(from as usize..)?;
            let word = rest.find(" as ")? + 4;
            let start = from + (word + rest[word..].len() - rest[word..].trim_start().len()) as u32;
            let length =
                text.get(start as usize..)?
                    .find(|c: char| !(c.is_alphanumeric() || c == '_'))? as u32;
            let span = Span::new(start, start + length);
            if span.touches(here) {
                let path = Path {
                    root: name.name,
                    steps: Vec::new(),
                };
                let when = When::Caught(StmtId(index as u32), at as u32);
                return Some((Subject::Path(path, when), span));
            }
        }
    }
    None
}

fn entry(param: &Param, unit: UnitId) -> Subject {
    Subject::Path(
        Path {
            root: param.name,
            steps: Vec::new(),
        },
        When::Entry(unit),
    )
}

/// Index of the shortest span that `here` lies in; of the shortest that it touches from behind, where it lies in none.
fn innermost(spans: &[Span], here: u32) -> Option<usize> {
    let inside = |span: &Span| span.start <= here && here < span.end;
    let shortest = |test: &dyn Fn(&Span) -> bool| {
        spans
            .iter()
            .enumerate()
            .filter(|(_, span)| test(span))
            .min_by_key(|(_, span)| span.len())
            .map(|(at, _)| at)
    };
    shortest(&inside).or_else(|| shortest(&|span| span.end == here && !span.is_empty()))
}

/// The smallest expression at `here` that the statement itself evaluates: none of comprehensions and lambdas in it.
fn expr_at(item: &Item, stmt: StmtId, here: u32) -> Option<ExprId> {
    let mut best: Option<ExprId> = None;
    let mut todo = roots(item, stmt);
    while let Some(id) = todo.pop() {
        let span = item.expr_span(id);
        if !span.touches(here) {
            continue;
        }
        // Of two that touch, the one that begins here.
        let better = best.is_none_or(|best| {
            let old = item.expr_span(best);
            old.contains(span) || old.end == here && span.start <= here && here < span.end
        });
        if better {
            best = Some(id);
        }
        todo.extend(parts(item, id));
    }
    best
}

/// What an expression evaluates in the code object of its statement.
pub(super) fn parts(item: &Item, id: ExprId) -> Vec<ExprId> {
    let mut out = Vec::new();
    match item.expr(id) {
        Expr::Comp { generators, .. } => out.extend(generators.first().map(|first| first.iter)),
        expr => children(expr, &mut |child| out.push(child)),
    }
    out
}

/// The expressions that a statement itself has; those of statements inside it are theirs.
pub(super) fn roots(item: &Item, stmt: StmtId) -> Vec<ExprId> {
    match item.stmt(stmt) {
        Stmt::Return(value) => value.iter().copied().collect(),
        Stmt::Delete(targets) => targets.clone(),
        Stmt::Assign { targets, value } => targets.iter().chain([value]).copied().collect(),
        Stmt::AugAssign { target, value, .. } => vec![*target, *value],
        Stmt::AnnAssign { target, value, .. } => [*target].into_iter().chain(*value).collect(),
        Stmt::For { target, iter, .. } => vec![*target, *iter],
        Stmt::While { test, .. } | Stmt::If { test, .. } => vec![*test],
        Stmt::With { items, .. } => items
            .iter()
            .flat_map(|with| [with.context].into_iter().chain(with.target))
            .collect(),
        Stmt::Match { subject, .. } => vec![*subject],
        Stmt::Raise { exc, cause } => exc.iter().chain(cause).copied().collect(),
        Stmt::Assert { test, msg } => [*test].into_iter().chain(*msg).collect(),
        Stmt::Expr(value) => vec![*value],
        _ => Vec::new(),
    }
}

/// The path that an expression spells.
pub(super) fn path_of(item: &Item, expr: ExprId) -> Option<Path> {
    let mut steps = Vec::new();
    let mut at = expr;
    loop {
        match item.expr(at) {
            Expr::Name(name) => {
                steps.reverse();
                return Some(Path {
                    root: name.name,
                    steps,
                });
            }
            Expr::Attribute { value, attr, .. } => {
                steps.push(Step::Attr(*attr));
                at = *value;
            }
            Expr::Subscript { value, index } => {
                steps.push(step(item, *index)?);
                at = *value;
            }
            _ => return None,
        }
    }
}

fn step(item: &Item, index: ExprId) -> Option<Step> {
    match item.expr(index) {
        Expr::Constant(Const::Int(value)) => i64::try_from(value).ok().map(Step::Int),
        Expr::Constant(Const::Str(text)) => Some(Step::Str(text.clone())),
        Expr::UnaryOp {
            op: UnaryOp::Minus,
            operand,
        } => match item.expr(*operand) {
            Expr::Constant(Const::Int(value)) => {
                i64::try_from(value).ok().map(|value| Step::Int(-value))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether the statement binds the expression, deletes it, or reads it.
fn when(item: &Item, stmt: StmtId, expr: ExprId) -> Option<When> {
    let is_target = targets(item, stmt).contains(&expr);
    match item.stmt(stmt) {
        Stmt::Delete(_) if is_target => Some(When::Deleted(stmt)),
        _ if is_target => Some(When::After(stmt)),
        // Its test runs again each round.
        Stmt::While { .. } => None,
        _ => Some(When::Before(stmt)),
    }
}

/// What a statement binds, stores to or deletes.
pub(super) fn targets(item: &Item, stmt: StmtId) -> Vec<ExprId> {
    let mut todo: Vec<ExprId> = match item.stmt(stmt) {
        Stmt::Delete(targets) | Stmt::Assign { targets, .. } => targets.clone(),
        Stmt::AugAssign { target, .. } | Stmt::For { target, .. } => vec![*target],
        Stmt::AnnAssign {
            target,
            value: Some(_),
            ..
        } => vec![*target],
        Stmt::With { items, .. } => items.iter().filter_map(|with| with.target).collect(),
        _ => Vec::new(),
    };
    let mut walruses = roots(item, stmt);
    while let Some(id) = walruses.pop() {
        if let Expr::Named { target, .. } = item.expr(id) {
            todo.push(*target);
        }
        walruses.extend(parts(item, id));
    }
    let mut out = Vec::new();
    while let Some(id) = todo.pop() {
        match item.expr(id) {
            Expr::Tuple { elts } | Expr::List { elts } => todo.extend(elts.iter().rev()),
            Expr::Starred(inner) => todo.push(*inner),
            _ => out.push(id),
        }
    }
    out
}

/// The names that a statement binds, with the expressions that bind them, in the order of the text.
pub(super) fn bound_names(item: &Item, stmt: StmtId) -> Vec<(Name, ExprId)> {
    if matches!(item.stmt(stmt), Stmt::Delete(_)) {
        return Vec::new();
    }
    let name = |id: ExprId| match item.expr(id) {
        Expr::Name(name) => Some((name.name, id)),
        _ => None,
    };
    let mut out: Vec<(Name, ExprId)> = targets(item, stmt).into_iter().filter_map(name).collect();
    out.sort_by_key(|(_, id)| item.expr_span(*id));
    out
}

fn subscript_of(item: &Item, stmt: StmtId, key: ExprId) -> Option<ExprId> {
    if !matches!(item.expr(key), Expr::Constant(_) | Expr::UnaryOp { .. }) {
        return None;
    }
    let mut todo = roots(item, stmt);
    while let Some(id) = todo.pop() {
        match item.expr(id) {
            Expr::Subscript { index, .. } if *index == key => return Some(id),
            _ => todo.extend(parts(item, id)),
        }
    }
    None
}

/// The call of a statement that calls the expression.
fn call_of(item: &Item, stmt: StmtId, func: ExprId) -> Option<ExprId> {
    if !matches!(item.expr(func), Expr::Name(_) | Expr::Attribute { .. }) {
        return None;
    }
    let mut todo = roots(item, stmt);
    while let Some(id) = todo.pop() {
        match item.expr(id) {
            Expr::Call { func: of, .. } if *of == func => return Some(id),
            _ => todo.extend(parts(item, id)),
        }
    }
    None
}

/// The comparison by identity that the expression is a side of: which operator, and whether it is the right side.
pub(super) fn identity_test(item: &Item, side: ExprId) -> Option<(ExprId, u32, bool)> {
    item.exprs.iter().enumerate().find_map(|(index, expr)| {
        let Expr::Compare { left, rest } = expr else {
            return None;
        };
        let mut before = *left;
        for (at, (op, after)) in rest.iter().enumerate() {
            if matches!(op, CmpOp::Is | CmpOp::IsNot) && (before == side || *after == side) {
                return Some((ExprId(index as u32), at as u32, *after == side));
            }
            before = *after;
        }
        None
    })
}
