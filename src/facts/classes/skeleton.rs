//! What the statement of a class says of it.

use super::body::binds;
use super::{Base, ClassFacts, Dataclass};
use crate::base::Names;
use crate::facts::objects::Bindings;
use crate::hir::{Expr, ExprId, File, Item, Stmt, StmtId};

/// A class without what its methods and its uses tell.
pub(super) fn read(
    file: &File,
    names: &Names,
    bindings: &Bindings,
    item: u32,
    stmt: StmtId,
) -> ClassFacts {
    let placed = &file.items[item as usize];
    let code = &*placed.item;
    let Stmt::ClassDef {
        unit,
        name,
        bases,
        keywords,
        decorators,
        type_params,
    } = code.stmt(stmt)
    else {
        unreachable!("only class statements are asked for");
    };
    let body = code.unit(*unit);
    // A generic class marks instances of `C[int]` with an attribute of its own.
    let is_plain = type_params.is_empty()
        && bases.iter().all(|base| {
            matches!(
                bindings.path(code, *base, names).as_deref(),
                Some("builtins.object" | "abc.ABC")
            )
        });
    let mut dataclass = None;
    let mut made_otherwise = keywords
        .first()
        .map(|keyword| keyword.span.shifted(placed.start));
    for decorator in decorators {
        match dataclass_of(code, *decorator, names, bindings) {
            Some(says_slots) if decorators.len() == 1 => {
                let has_defaults = body
                    .body
                    .iter()
                    .any(|id| matches!(code.stmt(*id), Stmt::AnnAssign { value: Some(_), .. }));
                dataclass = Some(Dataclass {
                    decorator: *decorator,
                    has_defaults,
                    says_slots,
                });
            }
            _ => made_otherwise = Some(code.expr_span(*decorator).shifted(placed.start)),
        }
    }
    let slots = names.get("__slots__");
    ClassFacts {
        item,
        unit: *unit,
        stmt,
        name: name.name,
        name_span: body.name_span.shifted(placed.start),
        base: if is_plain { Base::Plain } else { Base::Other },
        dataclass,
        made_otherwise,
        has_slots: slots.is_some_and(|slots| binds(code, *unit, slots)),
        attributes: Vec::new(),
        instances: Vec::new(),
        hazards: Vec::new(),
        subclasses: Vec::new(),
    }
}

/// Whether a decorator is `dataclass`, and then whether it says `slots=`.
fn dataclass_of(
    code: &Item,
    decorator: ExprId,
    names: &Names,
    bindings: &Bindings,
) -> Option<bool> {
    let (func, keywords) = match code.expr(decorator) {
        Expr::Call {
            func,
            args,
            keywords,
        } if args.is_empty() => (*func, keywords.as_slice()),
        _ => (decorator, &[][..]),
    };
    if bindings.path(code, func, names)? != "dataclasses.dataclass" {
        return None;
    }
    let says = |name: &str| {
        keywords
            .iter()
            .any(|keyword| keyword.name.is_none_or(|it| names.text(it) == name))
    };
    Some(says("slots"))
}
