//! The module's names, got at in other ways than by writing them: `globals()["x"] = 1`, `exec`, a frame's `f_globals`.
//!
//! A subscript of `globals()` with a literal is as good as the name itself. Other uses read, or they leak: what happens to
//! the names from then on can't be seen.

use rustc_hash::FxHashSet;

use super::body::{CmpOp, Const, Expr, ExprId, Stmt};
use super::unit::Item;
use crate::base::{Name, Names};

/// How a top-level statement, and all in it, gets at the module's namespace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NamespaceUse {
    /// Names that it binds or deletes as `globals()["x"]`.
    pub stores: Vec<Name>,
    /// The namespace goes where changes can't be seen.
    pub leaks: bool,
    /// Names that are not written are looked up: what any of them leads to may be called.
    pub lists: bool,
}

/// Builtins that run text.
const RUNS_TEXT: &[&str] = &["exec", "eval"];
/// Builtins that give the namespace; the last two only at the module's own level.
const GIVES: &[&str] = &["globals", "vars", "locals"];
/// Attributes that are a namespace.
const IS: &[&str] = &["__globals__", "f_globals", "f_locals"];
/// `sys.modules`, in which the module itself is found.
const MODULES: &str = "modules";
/// The module's own name, as a script.
const MAIN: &str = "__main__";
/// Methods of a dict that only read it.
const METHODS_THAT_READ: &[&str] = &["get", "keys", "items", "values", "copy", "__contains__"];
/// Builtins that only read a dict.
const FUNCTIONS_THAT_READ: &[&str] = &[
    "len", "list", "sorted", "print", "dict", "set", "tuple", "repr", "str", "id", "type", "bool",
];

/// What an attribute of this name may be: a namespace, or the table of modules.
pub fn gives_namespace(attribute: &str) -> bool {
    IS.contains(&attribute) || attribute == MODULES
}

/// The builtin that a call asks for the namespace, if it is such a call.
fn asked<'n>(item: &Item, names: &'n Names, id: ExprId) -> Option<&'n str> {
    let Expr::Call {
        func,
        args,
        keywords,
    } = item.expr(id)
    else {
        return None;
    };
    let Expr::Name(name) = item.expr(*func) else {
        return None;
    };
    let text = names.text(name.name);
    (args.is_empty() && keywords.is_empty() && GIVES.contains(&text)).then_some(text)
}

/// `globals()["x"]`, given as `value[index]`: the builtin and the text of the name.
pub fn item_named<'n, 'i>(
    item: &'i Item,
    names: &'n Names,
    value: ExprId,
    index: ExprId,
) -> Option<(&'n str, &'i str)> {
    let builtin = asked(item, names, value)?;
    match item.expr(index) {
        Expr::Constant(Const::Str(text)) => Some((builtin, text)),
        _ => None,
    }
}

/// Looks through a top-level statement.
pub fn uses(item: &Item, names: &mut Names) -> NamespaceUse {
    let mut out = NamespaceUse {
        stores: Vec::new(),
        leaks: item.stmts.iter().any(|stmt| imports_main(stmt, names))
            || item.exprs.iter().any(|expr| asks_for_main(item, expr)),
        lists: false,
    };
    let sources = sources(item, names, &mut out);
    out.lists = out.leaks;
    if sources.is_empty() {
        return out;
    }
    let targets: FxHashSet<ExprId> = item.targets().into_iter().collect();
    let is_modules = |id: ExprId| matches!(item.expr(id), Expr::Attribute { attr, .. } if names.text(*attr) == MODULES);
    let mut reads: FxHashSet<ExprId> = FxHashSet::default();
    // The table of modules gives the program's own to whoever goes through it: it is only asked for others by name.
    let mut looked_up: FxHashSet<ExprId> = FxHashSet::default();
    let mut by_name: FxHashSet<ExprId> = FxHashSet::default();
    let mut stores: Vec<String> = Vec::new();
    for (at, expr) in item.exprs.iter().enumerate() {
        let is_target = targets.contains(&ExprId(at as u32));
        match expr {
            Expr::Subscript { value, index } if sources.contains(value) => {
                match item_named(item, names, *value, *index) {
                    Some((_, text)) => {
                        reads.insert(*value);
                        by_name.insert(*value);
                        if is_target {
                            stores.push(text.to_owned());
                        }
                    }
                    None if is_target => {}
                    None => {
                        reads.insert(*value);
                        if matches!(item.expr(*index), Expr::Constant(Const::Str(text)) if &**text != MAIN)
                        {
                            looked_up.insert(*value);
                        }
                    }
                }
            }
            Expr::Compare { rest, .. } => {
                let asked = rest
                    .iter()
                    .filter(|(op, _)| matches!(op, CmpOp::In | CmpOp::NotIn))
                    .map(|(_, right)| *right);
                reads.extend(asked.clone());
                by_name.extend(asked.clone());
                looked_up.extend(asked);
            }
            Expr::Attribute { value, attr, .. }
                if METHODS_THAT_READ.contains(&names.text(*attr)) =>
            {
                reads.insert(*value);
            }
            Expr::Call { func, args, .. } => {
                if let Expr::Name(name) = item.expr(*func)
                    && FUNCTIONS_THAT_READ.contains(&names.text(name.name))
                {
                    reads.extend(args);
                }
            }
            Expr::Formatted { value, .. } => {
                reads.insert(*value);
            }
            _ => {}
        }
    }
    reads.extend(item.stmts.iter().filter_map(|stmt| match stmt {
        Stmt::For { iter, .. } => Some(*iter),
        _ => None,
    }));
    out.leaks |= sources.iter().any(|source| {
        let is_read = if is_modules(*source) {
            &looked_up
        } else {
            &reads
        };
        !is_read.contains(source)
    });
    out.lists = out.leaks || sources.iter().any(|source| !by_name.contains(source));
    out.stores = stores.iter().map(|text| names.intern(text)).collect();
    out
}

/// Expressions that are a namespace.
fn sources(item: &Item, names: &Names, out: &mut NamespaceUse) -> FxHashSet<ExprId> {
    let mut sources: FxHashSet<ExprId> = FxHashSet::default();
    let known =
        |list: &[&str]| -> Vec<Name> { list.iter().filter_map(|text| names.get(text)).collect() };
    let (gives, runs, is) = (known(GIVES), known(RUNS_TEXT), known(IS));
    let modules = names.get(MODULES);
    if gives.is_empty() && runs.is_empty() && is.is_empty() && modules.is_none() {
        return sources;
    }
    let mut asked_for = 0;
    let mut named = 0;
    for (at, expr) in item.exprs.iter().enumerate() {
        let id = ExprId(at as u32);
        match expr {
            Expr::Call { .. } if asked(item, names, id).is_some() => {
                sources.insert(id);
                asked_for += 1;
            }
            // `vars(x)` asks for another's.
            Expr::Call { func, args, .. } if !args.is_empty() => {
                if let Expr::Name(name) = item.expr(*func)
                    && names.text(name.name) == "vars"
                {
                    asked_for += 1;
                }
            }
            Expr::Attribute { attr, .. } if is.contains(attr) || modules == Some(*attr) => {
                sources.insert(id);
            }
            Expr::Name(name) => {
                named += usize::from(gives.contains(&name.name));
                out.leaks |= runs.contains(&name.name);
            }
            _ => {}
        }
    }
    // The builtin goes somewhere to be called there.
    out.leaks |= named > asked_for;
    sources
}

/// Whether a statement imports the program's own module by its name.
fn imports_main(stmt: &Stmt, names: &Names) -> bool {
    match stmt {
        Stmt::Import(aliases) => aliases.iter().any(|alias| names.text(alias.path) == MAIN),
        Stmt::ImportFrom {
            module: Some(module),
            level: 0,
            ..
        } => names.text(*module) == MAIN,
        _ => false,
    }
}

/// `import_module("__main__")`, `__import__("__main__")`, or whatever else is handed the name.
fn asks_for_main(item: &Item, expr: &Expr) -> bool {
    let Expr::Call { args, .. } = expr else {
        return false;
    };
    let is_name =
        |id: &ExprId| matches!(item.expr(*id), Expr::Constant(Const::Str(text)) if &**text == MAIN);
    args.iter().any(is_name)
}
