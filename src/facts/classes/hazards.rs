//! What stands in the way of fixed attributes.

use super::body::binds_value;
use super::owner::Owner;
use super::walk::Access;
use super::{ClassFacts, Cx, Danger, Hazard, Instance};
use crate::base::{Name, Span};
use crate::hir::{Const, Expr, ExprId, Stmt, UnitId, Var};

/// Methods that decide how attributes are set or how an instance is written down.
const SPECIAL: [&str; 10] = [
    "__setattr__",
    "__delattr__",
    "__getattribute__",
    "__getattr__",
    "__getstate__",
    "__setstate__",
    "__reduce__",
    "__reduce_ex__",
    "__init_subclass__",
    "__set_name__",
];

impl<'a> Cx<'a> {
    /// `known` are the attributes of all classes of the file, sorted; `closed`: no object comes from code that is not known.
    pub(super) fn hazards(
        &self,
        class: &mut ClassFacts,
        all: &[ClassFacts],
        known: &[Name],
        closed: bool,
    ) {
        let code = self.item(class.item);
        let start = self.file.items[class.item as usize].start;
        let has =
            |class: &ClassFacts, name: Name| class.attributes.iter().any(|it| it.name == name);
        let mut found: Vec<Hazard> = Vec::new();
        let mut add = |at: Span, what: Danger| found.push(Hazard { at, what });
        for (index, unit) in code.units.iter().enumerate() {
            if unit.parent != Some(class.unit) {
                continue;
            }
            let name = self.names.text(unit.name);
            if SPECIAL.contains(&name) {
                add(unit.name_span.shifted(start), Danger::Special(unit.name));
            }
            if unit.scope.needs_class_cell {
                add(unit.name_span.shifted(start), Danger::ClassCell);
            }
            let _ = index;
        }
        for stmt in &code.stmts {
            if let Stmt::FunctionDef {
                unit, decorators, ..
            } = stmt
                && code.unit(*unit).parent == Some(class.unit)
            {
                for decorator in decorators {
                    let is_cached = match code.expr(*decorator) {
                        Expr::Name(name) => self.names.text(name.name).contains("cached_property"),
                        Expr::Attribute { attr, .. } => {
                            self.names.text(*attr).contains("cached_property")
                        }
                        _ => false,
                    };
                    if is_cached {
                        add(
                            code.expr_span(*decorator).shifted(start),
                            Danger::CachedProperty,
                        );
                    }
                }
            }
        }
        let family = self.family(class, all);
        for used in &self.walk.attrs {
            let owner = self.owner(used);
            let attr = self.names.text(used.attr);
            let is_ours = owner == Owner::Instance(class.item, class.unit);
            if attr == "__dict__" && is_ours {
                add(used.span, Danger::InstanceDict);
            }
            if attr == "__class__" && is_ours && used.access != Access::Load {
                add(used.span, Danger::DynamicStore);
            }
            match owner {
                Owner::Class(item, unit)
                    if ((item, unit) == (class.item, class.unit)
                        || family.contains(&(item, unit)))
                        && has(class, used.attr) =>
                {
                    add(used.span, Danger::OnClass(used.attr));
                }
                Owner::Global(name)
                    if name == class.name && (has(class, used.attr) || attr == "__dict__") =>
                {
                    add(used.span, Danger::OnClass(used.attr));
                }
                Owner::MadeBy(name)
                    if name == class.name
                        && used.access != Access::Load
                        && !has(class, used.attr)
                        && !self.is_property(code, class.unit, used.attr) =>
                {
                    add(used.span, Danger::SetOutside(used.attr));
                }
                Owner::Unknown
                    if used.access != Access::Load
                        && !has(class, used.attr)
                        && !self.is_property(code, class.unit, used.attr) =>
                {
                    // What no class of the file sets itself is set on one of them all the same.
                    let is_likely = closed && known.binary_search(&used.attr).is_err();
                    let what = if is_likely {
                        Danger::SetOutside
                    } else {
                        Danger::MaybeSetOutside
                    };
                    add(used.span, what(used.attr));
                }
                _ => {}
            }
        }
        for call in &self.walk.calls {
            let code = self.item(call.at.item);
            let Expr::Call { func, args, .. } = code.expr(call.call) else {
                continue;
            };
            let on_self = |arg: ExprId| match code.expr(arg) {
                Expr::Name(name) => self
                    .method_of(call.at.item, call.at.unit, name.name)
                    .is_some_and(|method| {
                        call.at.item == class.item && code.unit(method).parent == Some(class.unit)
                    }),
                _ => false,
            };
            let Some(first) = args.first().copied().filter(|first| on_self(*first)) else {
                continue;
            };
            match self.bindings.path(code, *func, self.names).as_deref() {
                Some("builtins.vars") => add(call.span, Danger::InstanceDict),
                Some("builtins.setattr" | "builtins.delattr") => {
                    add(call.span, Danger::DynamicStore)
                }
                _ => {}
            }
            if let Expr::Attribute { attr, .. } = code.expr(*func)
                && matches!(self.names.text(*attr), "__setattr__" | "__delattr__")
            {
                let known = args.get(1).and_then(|arg| match code.expr(*arg) {
                    Expr::Constant(Const::Str(text)) => self.names.get(text),
                    _ => None,
                });
                if !known.is_some_and(|name| has(class, name)) {
                    add(call.span, Danger::DynamicStore);
                }
            }
            let _ = first;
        }
        for bare in self.walk.bare.iter().filter(|bare| bare.name == class.name) {
            if !self.is_class_test(bare.span) {
                add(bare.span, Danger::HandedOn);
            }
        }
        self.subclasses(class, all, &mut |at, what| found.push(Hazard { at, what }));
        class.hazards.extend(found);
    }

    /// The bodies of the classes of the file that extend `class`, directly or not.
    fn family(&self, class: &ClassFacts, all: &[ClassFacts]) -> Vec<(u32, UnitId)> {
        let mut out: Vec<&ClassFacts> = Vec::new();
        let mut names = vec![class.name];
        while let Some(name) = names.pop() {
            for other in all {
                if self.extends(other, name) && !out.iter().any(|it| it.name == other.name) {
                    out.push(other);
                    names.push(other.name);
                }
            }
        }
        out.into_iter().map(|it| (it.item, it.unit)).collect()
    }

    pub(super) fn extends(&self, class: &ClassFacts, base: Name) -> bool {
        let code = self.item(class.item);
        match code.stmt(class.stmt) {
            Stmt::ClassDef { bases, .. } => bases
                .iter()
                .any(|it| matches!(code.expr(*it), Expr::Name(name) if name.name == base)),
            _ => false,
        }
    }

    pub(super) fn subclasses(
        &self,
        class: &mut ClassFacts,
        all: &[ClassFacts],
        add: &mut dyn FnMut(Span, Danger),
    ) {
        // Those inside functions and other classes count too.
        for placed in &self.file.items {
            let code = &*placed.item;
            for stmt in &code.stmts {
                let Stmt::ClassDef { unit, bases, .. } = stmt else {
                    continue;
                };
                let extends = |base: &ExprId| matches!(code.expr(*base), Expr::Name(name) if name.name == class.name);
                if !bases.iter().any(extends) {
                    continue;
                }
                let at = code.unit(*unit).name_span.shifted(placed.start);
                class.subclasses.push(at);
                if bases.len() > 1 {
                    add(at, Danger::ManyBases);
                }
            }
        }
        let family = self.family(class, all);
        for other in all
            .iter()
            .filter(|other| family.contains(&(other.item, other.unit)))
        {
            if other.has_slots {
                add(other.name_span, Danger::SlottedSubclass);
            }
            let code = self.item(other.item);
            for attribute in &class.attributes {
                if binds_value(code, other.unit, attribute.name) {
                    add(other.name_span, Danger::ClassVariable(attribute.name));
                }
            }
        }
    }

    /// Whether the name at `span` stands in `isinstance(x, C)` or the like.
    fn is_class_test(&self, span: Span) -> bool {
        self.walk.calls.iter().any(|call| {
            let code = self.item(call.at.item);
            let start = self.file.items[call.at.item as usize].start;
            let Expr::Call { func, args, .. } = code.expr(call.call) else {
                return false;
            };
            let is_test = matches!(
                self.bindings.path(code, *func, self.names).as_deref(),
                Some("builtins.isinstance" | "builtins.issubclass")
            );
            is_test
                && args
                    .get(1)
                    .is_some_and(|arg| code.expr_span(*arg).shifted(start).contains(span))
        })
    }

    pub(super) fn instances(&self, class: &mut ClassFacts) {
        for call in &self.walk.calls {
            let code = self.item(call.at.item);
            if let Expr::Call { func, .. } = code.expr(call.call)
                && let Expr::Name(name) = code.expr(*func)
                && name.name == class.name
                && matches!(name.var, Var::Global | Var::Namespace)
            {
                class.instances.push(Instance {
                    at: call.span,
                    in_loop: call.at.in_loop,
                });
            }
        }
    }
}
