//! # missing-slots
//!
//! ## What it does
//!
//! Finds classes whose instances keep a fixed set of attributes in a `__dict__`, and tells what `__slots__` would save:
//! for the CPython that is targeted, in bytes per instance.
//!
//! ## Why it matters in memory
//!
//! An instance without slots can take any attribute at any time, and pays for that: it has a dict, or since 3.11 an array
//! of values that can become one, and places for weak references and the collector's use of both. A class with
//! `__slots__` lays its attributes out in the instance itself. On 3.13 an instance with two attributes takes 88 bytes
//! without and 48 with slots. The figure is what an instance takes in the long run: the first thirty of a class take
//! more, because their attributes' places are not yet settled.
//!
//! One instance more or less is nothing. It matters where there are many, so the finding is a hint, and information
//! where the file itself makes instances in a loop or comprehension.
//!
//! ## Known problems
//!
//! Only classes at the top level of the module that extend nothing (or `ABC`) are looked at: a base without slots
//! keeps the dict alive, and then slots save nothing. Attributes are those that the methods set on `self`, and the
//! fields of a dataclass.
//!
//! Nothing is said of a class that cannot have slots, or whose instances could not do with them what they do now: a
//! class variable has the name of an attribute; attributes are set from outside, by `setattr`, or through
//! `self.__dict__`; a `cached_property` needs the dict; the class has a metaclass or a decorator that is not known; a
//! subclass has further bases or slots of its own. Where such a class is instantiated in a loop, the finding tells the
//! reason instead of offering a fix.
//!
//! ## Example
//!
//! ```python
//! class Point:
//!     def __init__(self, x, y):
//!         self.x = x
//!         self.y = y
//! ```
//!
//! ## Use instead
//!
//! ```python
//! class Point:
//!     __slots__ = ("x", "y")
//!
//!     def __init__(self, x, y):
//!         self.x = x
//!         self.y = y
//! ```
//!
//! ## Fix safety
//!
//! The fix is safe where the file is a program of its own (`python FILE`), imports nothing whose code could set further
//! attributes, and everything that it does with the class is seen. A class that other modules can import is never safe
//! to change: they may set attributes that it does not have. The reason is told with the fix. Where the file uses weak
//! references, a place for them is kept.

use super::rule::{Edit, Finding, Findings, Fix, Related, Rule, RuleCx, Safety, Severity};
use super::source::{self, Top};
use crate::base::Span;
use crate::facts::classes::{Base, ClassFacts, Danger, Hazard};
use crate::hir::{Expr, UnitId};
use crate::interp::World;

pub(super) static RULE: Rule = Rule {
    name: "missing-slots",
    group: "slots",
    since: "0.1",
    level: Severity::Information,
    ruff: &[],
    check,
    fix,
};

/// Columns that a line of names may fill.
const WIDTH: usize = 88;

fn check(cx: &RuleCx<'_>, out: &mut Findings) {
    if !cx.target.claims_sizes_and_counts() {
        return;
    }
    for class in cx.classes() {
        out.all.extend(finding(cx, class));
    }
}

fn fix(cx: &RuleCx<'_>, finding: &Finding) -> Option<Fix> {
    let class = cx.classes().iter()
        .find(|class| class.name_span == finding.span)?;
    if blocker(cx, class).is_some() {
        return None;
    }
    let (now, then) = bytes(cx, class)?;
    let how = if by_decorator(cx, class) {
        "`slots=True`"
    } else {
        "`__slots__`"
    };
    let title = format!(
        "Add {how}: {now} → {then} bytes per instance in the long run ({})",
        cx.target
    );
    let edit = if by_decorator(cx, class) {
        in_decorator(cx, class)?
    } else {
        in_body(cx, class)?
    };
    Some(Fix {
        title,
        edits: vec![edit],
        safety: safety(cx, class),
    })
}

/// Why a class of the module could not have slots as it is, or only perhaps; `None` where it can, or is none that the rule
/// looks at.
pub(super) fn obstacle(cx: &RuleCx<'_>, item: u32, unit: UnitId) -> Option<String> {
    let mut classes = cx.classes().iter();
    let class = classes.find(|class| class.item == item && class.unit == unit)?;
    if let Some(hazard) = blocker(cx, class) {
        return Some(format!(
            "not without changes: {} (line {})",
            reason(cx, &hazard.what),
            cx.line(hazard.at.start)
        ));
    }
    match safety(cx, class) {
        Safety::Safe => None,
        Safety::Unsafe(reason) => Some(format!("not proven safe: {reason}")),
    }
}

fn finding(cx: &RuleCx<'_>, class: &ClassFacts) -> Option<Finding> {
    // A class that cannot gain: its instances have a dict from elsewhere, no attributes, or slots already.
    let says_slots = class.has_slots || class.dataclass.is_some_and(|it| it.says_slots);
    if class.base != Base::Plain
        || says_slots
        || class.attributes.is_empty()
        || class.made_otherwise.is_some()
    {
        return None;
    }
    let (now, then) = bytes(cx, class).filter(|(now, then)| then < now)?;
    let in_loop = class.instances.iter().find(|it| it.in_loop);
    let blocker = blocker(cx, class);
    if blocker.is_some() && in_loop.is_none() {
        return None;
    }
    let mut related = Vec::new();
    if let Some(instance) = in_loop {
        related.push(Related {
            span: instance.at,
            message: "instances are made in a loop here".to_owned(),
        });
    }
    let name = cx.names.text(class.name);
    let mut message = format!(
        "{now} bytes per instance of `{name}`, {then} with `__slots__` (in the long run, {})",
        cx.target
    );
    if let Some(hazard) = blocker {
        let reason = reason(cx, &hazard.what);
        message.push_str(&format!(
            "; not without changes: {reason} (line {})",
            cx.line(hazard.at.start)
        ));
        related.push(Related {
            span: hazard.at,
            message: reason,
        });
    }
    let severity = if in_loop.is_some() {
        Severity::Information
    } else {
        Severity::Hint
    };
    Some(Finding {
        rule: RULE.name,
        span: class.name_span,
        severity,
        message,
        related,
    })
}

/// Bytes per instance in the long run, as it is and with slots.
fn bytes(cx: &RuleCx<'_>, class: &ClassFacts) -> Option<(u64, u64)> {
    let count = class.attributes.len() as u64;
    let now = cx.layout.real_instance_bytes(count, None)?;
    let weakref = if keeps_weakref(cx, class) {
        cx.layout.weakref_slot_bytes()
    } else {
        0
    };
    Some((now, cx.layout.real_slotted_bytes(count) + weakref))
}

/// Whether the instances go on taking weak references.
fn keeps_weakref(cx: &RuleCx<'_>, class: &ClassFacts) -> bool {
    cx.surroundings().weakref
        && (!by_decorator(cx, class) || cx.layout.dataclasses_take_weakref_slot())
}

/// Whether `dataclass` can make the slots.
fn by_decorator(cx: &RuleCx<'_>, class: &ClassFacts) -> bool {
    class.dataclass.is_some() && cx.layout.dataclasses_take_slots()
}

/// What rules slots out.
fn blocker<'a>(cx: &RuleCx<'_>, class: &'a ClassFacts) -> Option<&'a Hazard> {
    class.hazards.iter().find(|hazard| match hazard.what {
        Danger::ClassVariable(_)
        | Danger::InstanceDict
        | Danger::DynamicStore
        | Danger::CachedProperty
        | Danger::SetOutside(_)
        | Danger::OnClass(_)
        | Danger::SlottedSubclass
        | Danger::ManyBases => true,
        // A slotted dataclass is a second class; the first one is what the methods' cell refers to.
        Danger::ClassCell => {
            by_decorator(cx, class) && !cx.layout.slotted_dataclasses_keep_class_cell()
        }
        Danger::MaybeSetOutside(_) | Danger::HandedOn | Danger::Special(_) => false,
    })
}

fn reason(cx: &RuleCx<'_>, danger: &Danger) -> String {
    let text = |name: crate::base::Name| cx.names.text(name);
    match danger {
        Danger::ClassVariable(name) => format!("`{}` is bound in a class body too", text(*name)),
        Danger::InstanceDict => "the instance's `__dict__` is used".to_owned(),
        Danger::DynamicStore => "attributes are set by names that only a run knows".to_owned(),
        Danger::CachedProperty => {
            "a `cached_property` keeps its value in the `__dict__`".to_owned()
        }
        Danger::SetOutside(name) => format!("`{}` is set too", text(*name)),
        Danger::MaybeSetOutside(name) => format!("`.{}` may be set on an instance", text(*name)),
        Danger::OnClass(name) => format!("`{}` is used on the class itself", text(*name)),
        Danger::HandedOn => "the class is handed on".to_owned(),
        Danger::Special(name) => format!("it has a `{}` of its own", text(*name)),
        Danger::ClassCell => "`super()` in a dataclass with slots".to_owned(),
        Danger::SlottedSubclass => "a subclass has slots of its own".to_owned(),
        Danger::ManyBases => "a class extends it and another one".to_owned(),
    }
}

fn safety(cx: &RuleCx<'_>, class: &ClassFacts) -> Safety {
    let name = cx.names.text(class.name);
    if cx.world == World::Module {
        return Safety::Unsafe(format!(
            "other modules may set further attributes on `{name}`, or look into its `__dict__`"
        ));
    }
    let around = cx.surroundings();
    if let Some(module) = &around.foreign {
        return Safety::Unsafe(format!("what `{module}` does with instances is not known"));
    }
    if let Some((at, what)) = &around.dynamic {
        return Safety::Unsafe(format!(
            "`{what}` on line {} may reach instances",
            cx.line(at.start)
        ));
    }
    if let Some(module) = &around.pickle {
        return Safety::Unsafe(format!(
            "`{module}` writes instances with slots in another form"
        ));
    }
    if around.measures.is_some() {
        return Safety::Unsafe(
            "this file measures objects, and instances get another size".to_owned(),
        );
    }
    if cx.surroundings().weakref && !keeps_weakref(cx, class) {
        return Safety::Unsafe("instances take no weak references then".to_owned());
    }
    let danger = class
        .hazards
        .iter()
        .find(|hazard| hazard.what != Danger::ClassCell);
    if let Some(hazard) = danger {
        return Safety::Unsafe(format!(
            "{} (line {})",
            reason(cx, &hazard.what),
            cx.line(hazard.at.start)
        ));
    }
    if let Some(late) = class.attributes.iter().find(|it| !it.in_init) {
        return Safety::Unsafe(format!(
            "`{}` is not set by `__init__`: reading it too early fails in other words",
            cx.text.slice(late.at)
        ));
    }
    if !cx.file.problems.is_empty() {
        return Safety::Unsafe("a part of the file cannot be read".to_owned());
    }
    Safety::Safe
}

/// `__slots__ = (...)` at the top of the body.
fn in_body(cx: &RuleCx<'_>, class: &ClassFacts) -> Option<Edit> {
    if class.dataclass.is_some_and(|it| it.has_defaults) {
        return None; // a default is a class variable, which a slot of that name cannot stand beside
    }
    let Top::Line {
        offset,
        indent,
        step,
        needs_newline: false,
    } = source::top(cx, class.item, class.unit)?
    else {
        return None;
    };
    let newline = source::newline(cx);
    let mut names: Vec<String> = class
        .attributes
        .iter()
        .map(|it| format!("\"{}\"", cx.text.slice(it.at)))
        .collect();
    if keeps_weakref(cx, class) {
        names.push("\"__weakref__\"".to_owned());
    }
    let line = match &names[..] {
        [only] => format!("{indent}__slots__ = ({only},)"),
        _ => format!("{indent}__slots__ = ({})", names.join(", ")),
    };
    let mut text = if line.len() <= WIDTH {
        format!("{line}{newline}")
    } else {
        let rows: String = names
            .iter()
            .map(|name| format!("{indent}{step}{name},{newline}"))
            .collect();
        format!("{indent}__slots__ = ({newline}{rows}{indent}){newline}")
    };
    let code = cx.item(class.item);
    if code.unit(class.unit).has_docstring {
        text.insert_str(0, newline);
    }
    let next = cx
        .text
        .line_span(cx.text.line(offset))
        .map(|line| cx.text.slice(line).trim())
        .unwrap_or_default();
    let is_definition = ["def ", "async ", "class ", "@", "#"]
        .iter()
        .any(|start| next.starts_with(start));
    if is_definition && offset < cx.text.len() {
        text.push_str(newline);
    }
    Some(Edit::insert(offset, text))
}

/// `slots=True` in the decorator.
fn in_decorator(cx: &RuleCx<'_>, class: &ClassFacts) -> Option<Edit> {
    let code = cx.item(class.item);
    let decorator = class.dataclass?.decorator;
    let span = code.expr_span(decorator).shifted(cx.start(class.item));
    let says = if keeps_weakref(cx, class) {
        "slots=True, weakref_slot=True"
    } else {
        "slots=True"
    };
    match code.expr(decorator) {
        Expr::Call { args, keywords, .. } => {
            let close = span.end - 1;
            let last = keywords
                .iter()
                .map(|it| it.span.end)
                .chain(args.iter().map(|it| code.expr_span(*it).end))
                .max()
                .map(|end| end + cx.start(class.item));
            match last {
                None => {
                    let open = cx.text.slice(span).rfind('(')? as u32 + span.start + 1;
                    let is_empty = cx.text.slice(Span::new(open, close)).trim().is_empty();
                    is_empty.then(|| Edit::replace(Span::new(open, close), says))
                }
                Some(last) => Some(Edit::insert(last, format!(", {says}"))),
            }
        }
        _ => Some(Edit::insert(span.end, format!("({says})"))),
    }
}
