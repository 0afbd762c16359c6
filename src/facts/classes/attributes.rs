//! What the methods of a class set on its instances.

use super::body::binds_value;
use super::owner::Owner;
use super::walk::Access;
use super::{Attribute, ClassFacts, Cx, Danger, Hazard};
use crate::base::Name;
use crate::hir::{Const, Expr, ExprId, Item, Stmt, UnitId};

impl<'a> Cx<'a> {
    /// Fills in what the methods set, and a dataclass's fields.
    pub(super) fn attributes(&self, class: &mut ClassFacts) {
        let code = self.item(class.item);
        let start = self.file.items[class.item as usize].start;
        if class.dataclass.is_some() {
            for id in &code.unit(class.unit).body {
                if let Stmt::AnnAssign {
                    target,
                    annotation,
                    simple: true,
                    ..
                } = code.stmt(*id)
                    && let Expr::Name(name) = code.expr(*target)
                    && !self.is_no_field(code, *annotation)
                {
                    let at = code.expr_span(*target).shifted(start);
                    class.attributes.push(Attribute {
                        name: name.name,
                        at,
                        in_init: true,
                    });
                }
            }
        }
        let init = self.names.get("__init__");
        let mut set: Vec<Attribute> = Vec::new();
        for used in &self.walk.attrs {
            if used.access != Access::Store
                || self.owner(used) != Owner::Instance(class.item, class.unit)
            {
                continue;
            }
            let in_init = used.at.unit.is_some_and(|unit| {
                Some(code.unit(unit).name) == init && code.unit(unit).parent == Some(class.unit)
            });
            match set.iter_mut().find(|it| it.name == used.attr) {
                Some(known) => {
                    if in_init && !known.in_init {
                        *known = Attribute {
                            name: used.attr,
                            at: used.span,
                            in_init,
                        };
                    }
                }
                None => set.push(Attribute {
                    name: used.attr,
                    at: used.span,
                    in_init,
                }),
            }
        }
        set.sort_by_key(|it| (!it.in_init, it.at.start));
        for attribute in set {
            let is_known = class.attributes.iter().any(|it| it.name == attribute.name);
            // What a property's setter takes is not kept under that name.
            if is_known || self.is_property(code, class.unit, attribute.name) {
                continue;
            }
            if class.dataclass.is_some() {
                class.hazards.push(Hazard {
                    at: attribute.at,
                    what: Danger::SetOutside(attribute.name),
                });
                continue;
            }
            if binds_value(code, class.unit, attribute.name) {
                class.hazards.push(Hazard {
                    at: attribute.at,
                    what: Danger::ClassVariable(attribute.name),
                });
            }
            class.attributes.push(attribute);
        }
    }

    /// `ClassVar[...]`, `InitVar[...]`, or a string, which is not looked into.
    fn is_no_field(&self, code: &Item, annotation: ExprId) -> bool {
        match code.expr(annotation) {
            Expr::Subscript { value, .. } => self.is_no_field(code, *value),
            Expr::Name(name) => matches!(
                self.names.text(name.name),
                "ClassVar" | "InitVar" | "KW_ONLY"
            ),
            Expr::Attribute { attr, .. } => {
                matches!(self.names.text(*attr), "ClassVar" | "InitVar" | "KW_ONLY")
            }
            Expr::Constant(Const::Str(text)) => {
                text.contains("ClassVar") || text.contains("InitVar")
            }
            _ => false,
        }
    }

    pub(super) fn is_property(&self, code: &Item, class: UnitId, name: Name) -> bool {
        code.stmts.iter().any(|stmt| match stmt {
            Stmt::FunctionDef { unit, name: own, decorators, .. } => {
                code.unit(*unit).parent == Some(class)
                    && own.name == name
                    && decorators.iter().any(|decorator| {
                        self.bindings.path(code, *decorator, self.names).as_deref() == Some("builtins.property")
                            || matches!(code.expr(*decorator), Expr::Attribute { attr, .. }
                                if matches!(self.names.text(*attr), "setter" | "getter" | "deleter"))
                    })
            }
            _ => false,
        })
    }
}
