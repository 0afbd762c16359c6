//! Where a name of which it is not known what it leads to may have been bound: the statements, among which is the one.
//!
//! Bindings that another one on every way to the place replaces are left out; where the text does not show all that may
//! bind the name, nothing is said.

use super::{at_line, step};
use crate::base::Name;
use crate::engine::Analysis;
use crate::facts::objects::blocks;
use crate::facts::{Path, PlaceFacts};
use crate::hir::{Item, Stmt, StmtId, UnitId, VarKind};
use crate::ide::answers::Step;
use crate::ide::cursor::{self, Found, When};
use crate::ide::hover::{entered_from, given, result_of};

/// Bindings that are told, at most.
const TOLD: usize = 6;

/// A statement in its place: the item, and the blocks around it, from outside: whose, and which of them.
#[derive(Clone, Debug)]
struct Placed {
    item: u32,
    stmt: StmtId,
    around: Vec<(StmtId, usize)>,
}

/// What bound the name that `path` begins with, for a place of which something is claimed.
pub(super) fn of(
    analysis: &Analysis,
    found: &Found,
    facts: &PlaceFacts,
    path: &Path,
    when: When,
    steps: &mut Vec<Step>,
) {
    match when {
        When::Entry(unit) => passed(analysis, found.item, unit, path.root, steps),
        When::After(stmt) | When::Before(stmt) | When::Deleted(stmt) => {
            let unit = facts.unit.unit;
            let is_after = matches!(when, When::After(_));
            bindings(analysis, found.item, stmt, unit, path.root, is_after, steps);
        }
        When::Caught(..) => {}
    }
}

/// The same for a place of which nothing is.
pub(super) fn nothing(
    analysis: &Analysis,
    found: &Found,
    path: &Path,
    when: When,
    steps: &mut Vec<Step>,
) {
    match when {
        When::Entry(unit) => passed(analysis, found.item, unit, path.root, steps),
        When::After(stmt) | When::Before(stmt) | When::Deleted(stmt) => {
            let item = &analysis.file.items[found.item as usize].item;
            let unit = unit_of(item, stmt);
            let is_after = matches!(when, When::After(_));
            bindings(analysis, found.item, stmt, unit, path.root, is_after, steps);
        }
        When::Caught(..) => {}
    }
}

/// What calls of the file pass for a parameter.
pub(super) fn passed(
    analysis: &Analysis,
    item: u32,
    unit: UnitId,
    name: Name,
    steps: &mut Vec<Step>,
) {
    let why = entered_from(analysis).trim_start_matches("unknown: ");
    steps.push(step(format!("  {why}"), None));
    for (text, at) in given(analysis, item, unit, name) {
        steps.push(step(format!("  given {text}"), Some(at)));
    }
}

fn bindings(
    analysis: &Analysis,
    item: u32,
    stmt: StmtId,
    unit: Option<UnitId>,
    name: Name,
    is_after: bool,
    steps: &mut Vec<Step>,
) {
    if !is_plain(analysis, item, unit, name) {
        return;
    }
    let Some(all) = placed(analysis, item, unit) else {
        return;
    };
    let Some(here) = all.iter().find(|it| it.item == item && it.stmt == stmt) else {
        return;
    };
    let code = |placed: &Placed| &*analysis.file.items[placed.item as usize].item;
    if is_after && binds(code(here), stmt, name) {
        tell(analysis, here, steps);
        if !matches!(code(here).stmt(stmt), Stmt::AugAssign { .. }) {
            return;
        }
    }
    let order = |it: &Placed| {
        let start = code(it).stmt_span(it.stmt).start;
        (it.item, start)
    };
    let mut reaching: Vec<&Placed> = Vec::new();
    let mut is_parameter = unit.is_some_and(|unit| {
        let unit = analysis.file.items[item as usize].item.unit(unit);
        unit.scope
            .slot(name)
            .is_some_and(|slot| unit.scope.vars[slot as usize].is_parameter)
    });
    let mut passed_always: Vec<&Placed> = Vec::new();
    for it in &all {
        if !binds(code(it), it.stmt, name) {
            continue;
        }
        let is_before = order(it) < order(here);
        if is_before && is_on_every_way(it, here) && !is_compound(code(it), it.stmt) {
            reaching.clear();
            is_parameter = false;
            reaching.push(it);
            passed_always.push(it);
            continue;
        }
        let shares_item = it.item == here.item;
        // A loop around both brings what is bound below to what stands above, unless it is bound anew on the way.
        let around = shares_item
            .then(|| loop_around(code(it), it, here))
            .flatten();
        let comes_round = around.is_some_and(|around| {
            let mut anew = passed_always.iter();
            !anew.any(|other| other.around.contains(&around))
                && !is_bound_below(code(it), &all, it, around, name)
        });
        let comes_down = is_before && !(shares_item && excludes(code(it), it, here));
        if comes_down || comes_round {
            reaching.push(it);
        }
    }
    if is_parameter {
        let Some(unit) = unit else { return };
        let may_be = if reaching.is_empty() { "is" } else { "may be" };
        steps.push(step(
            format!("  it {may_be} what the function is given"),
            None,
        ));
        passed(analysis, item, unit, name, steps);
    }
    match &reaching[..] {
        [] => {}
        [one] if !is_parameter => tell(analysis, one, steps),
        several => {
            steps.push(step("  it may have been bound by any of these", None));
            for one in several.iter().take(TOLD) {
                let span = span(analysis, one);
                steps.push(step(format!("    {}", at_line(analysis, span)), Some(span)));
            }
            if several.len() > TOLD {
                steps.push(step(format!("    {} more", several.len() - TOLD), None));
            }
        }
    }
}

/// The one binding, and what is not known of its value.
fn tell(analysis: &Analysis, one: &Placed, steps: &mut Vec<Step>) {
    let span = span(analysis, one);
    let item = &analysis.file.items[one.item as usize].item;
    let why = match result_of(analysis, one.item, item, one.stmt) {
        Some(why) => format!(": {}", why.trim_start_matches("unknown: ")),
        None => String::new(),
    };
    let text = format!("  bound on {}{why}", at_line(analysis, span));
    steps.push(step(text, Some(span)));
}

fn span(analysis: &Analysis, placed: &Placed) -> crate::base::Span {
    let at = &analysis.file.items[placed.item as usize];
    at.item.stmt_span(placed.stmt).shifted(at.start)
}

/// Whether only the code object's own statements bind the name.
fn is_plain(analysis: &Analysis, item: u32, unit: Option<UnitId>, name: Name) -> bool {
    let items = analysis.file.items.iter();
    let mut units = items.flat_map(|placed| placed.item.units.iter());
    match unit {
        None => !units.any(|unit| {
            unit.scope.vars.iter().any(|var| {
                var.name == name && var.kind == VarKind::GlobalExplicit && var.is_assigned
            })
        }),
        Some(unit) => {
            let item = &analysis.file.items[item as usize].item;
            let scope = &item.unit(unit).scope;
            scope
                .vars
                .iter()
                .any(|var| var.name == name && matches!(var.kind, VarKind::Local | VarKind::Cell))
                && !item.units.iter().any(|inner| {
                    inner
                        .scope
                        .vars
                        .iter()
                        .any(|var| var.name == name && var.kind == VarKind::Free && var.is_assigned)
                })
        }
    }
}

/// The statements of the code object; `None` where some bind names that cannot be told.
fn placed(analysis: &Analysis, item: u32, unit: Option<UnitId>) -> Option<Vec<Placed>> {
    let mut out = Vec::new();
    match unit {
        Some(id) => {
            let code = &analysis.file.items[item as usize].item;
            add(code, item, &code.unit(id).body, &mut Vec::new(), &mut out);
        }
        None => {
            for (at, placed) in analysis.file.items.iter().enumerate() {
                let body = &placed.item.body;
                add(&placed.item, at as u32, body, &mut Vec::new(), &mut out);
            }
        }
    }
    let is_clear = |it: &Placed| {
        let code = &analysis.file.items[it.item as usize].item;
        match code.stmt(it.stmt) {
            Stmt::Error | Stmt::Match { .. } => false,
            Stmt::ImportFrom { names, .. } => names.iter().all(|alias| alias.binds.is_some()),
            _ => true,
        }
    };
    out.iter().all(is_clear).then_some(out)
}

fn add(
    code: &Item,
    item: u32,
    body: &[StmtId],
    around: &mut Vec<(StmtId, usize)>,
    out: &mut Vec<Placed>,
) {
    for &stmt in body {
        out.push(Placed {
            item,
            stmt,
            around: around.clone(),
        });
        let mut nth = 0;
        blocks(code.stmt(stmt), &mut |block| {
            around.push((stmt, nth));
            add(code, item, block, around, out);
            around.pop();
            nth += 1;
        });
    }
}

/// The unit that a statement belongs to.
fn unit_of(item: &Item, stmt: StmtId) -> Option<UnitId> {
    (0..item.units.len() as u32).map(UnitId).find(|unit| {
        let mut found = Vec::new();
        add(item, 0, &item.unit(*unit).body, &mut Vec::new(), &mut found);
        found.iter().any(|placed| placed.stmt == stmt)
    })
}

fn binds(item: &Item, stmt: StmtId, name: Name) -> bool {
    let by_itself = match item.stmt(stmt) {
        Stmt::FunctionDef { name: bound, .. } | Stmt::ClassDef { name: bound, .. } => {
            bound.name == name
        }
        Stmt::Import(names) | Stmt::ImportFrom { names, .. } => {
            let mut bound = names.iter().filter_map(|alias| alias.binds);
            bound.any(|bound| bound.name == name)
        }
        Stmt::Try { handlers, .. } => handlers
            .iter()
            .any(|handler| handler.name.is_some_and(|bound| bound.name == name)),
        _ => false,
    };
    let bound = cursor::bound_names(item, stmt);
    by_itself || bound.iter().any(|(other, _)| *other == name)
}

/// Whether a statement that binds need not do so whenever it is passed.
fn is_compound(item: &Item, stmt: StmtId) -> bool {
    let mut any = false;
    blocks(item.stmt(stmt), &mut |_| any = true);
    any && !matches!(item.stmt(stmt), Stmt::With { .. })
}

/// Whether who comes to `here` from above has passed `it`: it stands in a block around.
fn is_on_every_way(it: &Placed, here: &Placed) -> bool {
    match it.item == here.item {
        true => here.around.starts_with(&it.around),
        false => it.around.is_empty(),
    }
}

/// Whether the two stand in branches of one `if`, of which only one is taken.
fn excludes(item: &Item, it: &Placed, here: &Placed) -> bool {
    let mut both = it.around.iter().zip(&here.around);
    let parted = both.find(|(a, b)| a != b);
    parted.is_some_and(|(a, b)| a.0 == b.0 && matches!(item.stmt(a.0), Stmt::If { .. }))
}

/// Whether a round of the loop always binds the name again below `it`.
fn is_bound_below(
    item: &Item,
    all: &[Placed],
    it: &Placed,
    around: (StmtId, usize),
    name: Name,
) -> bool {
    let start = |placed: &Placed| item.stmt_span(placed.stmt).start;
    let mut inside = all
        .iter()
        .filter(|other| other.item == it.item && other.around.contains(&around));
    let continues = |other: &Placed| matches!(item.stmt(other.stmt), Stmt::Continue);
    if inside.clone().any(continues) {
        return false;
    }
    inside.any(|other| {
        start(other) > start(it)
            && other.around.last() == Some(&around)
            && !is_compound(item, other.stmt)
            && binds(item, other.stmt, name)
    })
}

/// The innermost loop around both.
fn loop_around(item: &Item, it: &Placed, here: &Placed) -> Option<(StmtId, usize)> {
    let both = it.around.iter().zip(&here.around);
    let shared = both.take_while(|(a, b)| a == b).map(|(a, _)| *a);
    shared
        .filter(|(stmt, block)| {
            *block == 0 && matches!(item.stmt(*stmt), Stmt::For { .. } | Stmt::While { .. })
        })
        .last()
}
