//! What the names of a module mean, as far as its text fixes it.

use rustc_hash::FxHashMap;

use crate::base::{Name, Names};
use crate::hir::{Expr, ExprId, File, Item, Stmt, StmtId, UnitId, UnitKind, Var, VarKind};

/// What a name of the module is bound to, where it is bound once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// A function without decorators.
    Function(u32, UnitId),
    /// A class.
    Class(u32, UnitId),
    /// A module, or a name in one: `heapq`, `heapq.heappush`.
    Import(String),
    /// Something else.
    Other,
}

/// What the names of a module mean.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    bound: FxHashMap<Name, Bound>,
    /// `from m import *`, or text that could not be read: any name may mean anything.
    pub anything: bool,
    /// The modules that the file imports from, by their dotted names; relative ones begin with a dot.
    pub imports: Vec<String>,
}

impl Bindings {
    /// Of a file.
    pub fn of(file: &File, names: &Names) -> Bindings {
        let mut out = Bindings::default();
        for (at, placed) in file.items.iter().enumerate() {
            let item = &*placed.item;
            out.anything |= item.is_broken || item.namespace.leaks;
            let mut at_module_level = Vec::new();
            collect(item, &item.body, &mut at_module_level);
            for (index, stmt) in item.stmts.iter().enumerate() {
                let id = StmtId(index as u32);
                let is_module_level = at_module_level.contains(&id);
                out.statement(item, at as u32, stmt, is_module_level, names);
            }
            for expr in &item.exprs {
                if let Expr::Named { target, .. } = expr {
                    out.target(item, *target);
                }
            }
            for pattern in &item.patterns {
                if let crate::hir::Pattern::As {
                    name: Some(name), ..
                }
                | crate::hir::Pattern::Star(Some(name))
                | crate::hir::Pattern::Mapping {
                    rest: Some(name), ..
                } = pattern
                {
                    out.bind(name.name, name.var, Bound::Other);
                }
            }
        }
        out.imports.sort();
        out.imports.dedup();
        out
    }

    /// What a name of the module is bound to, where it is bound exactly once.
    pub fn get(&self, name: Name) -> Option<&Bound> {
        self.bound.get(&name)
    }

    /// Whether `name`, read as `var` in `item`, is the builtin of that name.
    pub fn is_builtin(&self, name: Name, var: Var) -> bool {
        !self.anything
            && matches!(var, Var::Global | Var::Namespace)
            && !self.bound.contains_key(&name)
    }

    /// Whether `name` is the builtin of that name throughout the module.
    pub fn is_builtin_named(&self, name: &str, names: &Names) -> bool {
        !self.anything
            && names
                .get(name)
                .is_none_or(|name| !self.bound.contains_key(&name))
    }

    /// How the text can call `name` of the module `module`: by itself, or through the module.
    pub fn spelling(&self, module: &str, name: &str, names: &Names) -> Option<String> {
        let is = |text: &str, path: &str| {
            let bound = names.get(text).and_then(|name| self.get(name));
            bound == Some(&Bound::Import(path.to_owned()))
        };
        if is(name, &format!("{module}.{name}")) {
            return Some(name.to_owned());
        }
        is(module, module).then(|| format!("{module}.{name}"))
    }

    /// The dotted path that an expression names: `heapq.heappush`, or `builtins.len`.
    pub fn path(&self, item: &Item, id: ExprId, names: &Names) -> Option<String> {
        match item.expr(id) {
            Expr::Name(name) if self.is_builtin(name.name, name.var) => {
                Some(format!("builtins.{}", names.text(name.name)))
            }
            Expr::Name(name)
                if matches!(name.var, Var::Global | Var::Namespace) && !self.anything =>
            {
                match self.get(name.name)? {
                    Bound::Import(path) => Some(path.clone()),
                    _ => None,
                }
            }
            Expr::Attribute { value, attr, .. } => match self.path(item, *value, names)? {
                path if path.starts_with("builtins.") => None,
                path => Some(format!("{path}.{}", names.text(*attr))),
            },
            _ => None,
        }
    }

    fn bind(&mut self, name: Name, var: Var, what: Bound) {
        // Within a class body a name is the class's; that makes it no builtin there either, and no more is asked of it.
        if matches!(var, Var::Global | Var::Namespace) {
            self.bound
                .entry(name)
                .and_modify(|bound| *bound = Bound::Other)
                .or_insert(what);
        }
    }

    fn target(&mut self, item: &Item, target: ExprId) {
        match item.expr(target) {
            Expr::Name(name) => self.bind(name.name, name.var, Bound::Other),
            Expr::Tuple { elts } | Expr::List { elts } => {
                elts.iter().for_each(|elt| self.target(item, *elt))
            }
            Expr::Starred(inner) => self.target(item, *inner),
            _ => {}
        }
    }

    fn statement(
        &mut self,
        item: &Item,
        at: u32,
        stmt: &Stmt,
        is_module_level: bool,
        names: &Names,
    ) {
        match stmt {
            Stmt::FunctionDef {
                unit,
                name,
                decorators,
                ..
            } => {
                let what = match is_module_level && decorators.is_empty() {
                    true => Bound::Function(at, *unit),
                    false => Bound::Other,
                };
                self.bind(name.name, name.var, what);
            }
            Stmt::ClassDef { unit, name, .. } => {
                let what = if is_module_level {
                    Bound::Class(at, *unit)
                } else {
                    Bound::Other
                };
                self.bind(name.name, name.var, what);
            }
            Stmt::TypeAlias { name, .. } => self.bind(name.name, name.var, Bound::Other),
            Stmt::Assign { targets, .. } | Stmt::Delete(targets) => {
                targets.iter().for_each(|target| self.target(item, *target));
            }
            Stmt::AugAssign { target, .. } => self.target(item, *target),
            Stmt::AnnAssign {
                target,
                value: Some(_),
                ..
            } => self.target(item, *target),
            Stmt::For { target, .. } => self.target(item, *target),
            Stmt::With { items, .. } => {
                items
                    .iter()
                    .filter_map(|with| with.target)
                    .for_each(|target| self.target(item, target));
            }
            Stmt::Try { handlers, .. } => {
                for name in handlers.iter().filter_map(|handler| handler.name) {
                    self.bind(name.name, name.var, Bound::Other);
                }
            }
            Stmt::Import(aliases) => {
                for alias in aliases {
                    let path = names.text(alias.path);
                    self.imports.push(path.to_owned());
                    let whole = match alias.asname {
                        Some(_) => path,
                        None => path.split('.').next().unwrap_or(path),
                    };
                    if let Some(name) = alias.binds {
                        let what = if is_module_level {
                            Bound::Import(whole.to_owned())
                        } else {
                            Bound::Other
                        };
                        // `import a.b` and `import a.c` bind the same.
                        if self.bound.get(&name.name) != Some(&what) {
                            self.bind(name.name, name.var, what);
                        }
                    }
                }
            }
            Stmt::ImportFrom {
                module,
                names: aliases,
                level,
            } => {
                let module = module.map(|module| names.text(module)).unwrap_or_default();
                let module = format!("{}{module}", ".".repeat(*level as usize));
                for alias in aliases {
                    match alias.binds {
                        Some(name) => {
                            let what = match is_module_level {
                                true => {
                                    Bound::Import(format!("{module}.{}", names.text(alias.path)))
                                }
                                false => Bound::Other,
                            };
                            self.bind(name.name, name.var, what);
                        }
                        None => self.anything = true,
                    }
                }
                self.imports.push(module);
            }
            Stmt::Error => self.anything = true,
            _ => {}
        }
    }
}

/// The statements that run as the module's own code, nested blocks included.
fn collect(item: &Item, body: &[StmtId], out: &mut Vec<StmtId>) {
    for id in body {
        out.push(*id);
        blocks(item.stmt(*id), &mut |block| collect(item, block, out));
    }
}

/// Calls `with` for each block of a statement that belongs to the same code object.
pub fn blocks(stmt: &Stmt, with: &mut dyn FnMut(&[StmtId])) {
    match stmt {
        Stmt::For { body, orelse, .. }
        | Stmt::While { body, orelse, .. }
        | Stmt::If { body, orelse, .. } => {
            with(body);
            with(orelse);
        }
        Stmt::With { body, .. } => with(body),
        Stmt::Match { cases, .. } => cases.iter().for_each(|case| with(&case.body)),
        Stmt::Try {
            body,
            handlers,
            orelse,
            finalbody,
            ..
        } => {
            with(body);
            handlers.iter().for_each(|handler| with(&handler.body));
            with(orelse);
            with(finalbody);
        }
        _ => {}
    }
}

/// Whether a function's own scope binds `name` otherwise than as a parameter, or an inner one rebinds it.
pub fn is_rebound(item: &Item, unit: UnitId, name: Name) -> bool {
    let own = item
        .unit(unit)
        .scope
        .vars
        .iter()
        .any(|var| var.name == name && var.is_assigned);
    own || item.units.iter().any(|inner| {
        inner.kind != UnitKind::Class
            && inner
                .scope
                .vars
                .iter()
                .any(|var| var.name == name && var.kind == VarKind::Free && var.is_assigned)
    })
}
