//! Which code of the program the protocols of the language may run.
//!
//! Printing, comparing or adding objects runs a method of the program only where some class defines it. Of an object that
//! is not known it is the file that says so: the world is closed, and what the standard library brings along reaches the
//! program's objects through the same methods.

use rustc_hash::FxHashSet;

use super::super::attribute::Found;
use super::super::machine::{Machine, World};
use crate::base::{Name, Names};
use crate::domain::{B, IterOver, Kind, ObjId};
use crate::hir::{Expr, ExprId, File, Item, Stmt, UnitKind};

/// `str()`, `repr()`, `format()`.
pub(in crate::interp) const TEXT: &[&str] = &["__str__", "__repr__", "__format__"];
/// Comparisons and hashes.
pub(in crate::interp) const COMPARE: &[&str] = &[
    "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__bool__", "__len__",
];
/// Truth and length.
pub(in crate::interp) const TRUTH: &[&str] = &["__bool__", "__len__"];
/// Numbers: conversions and arithmetic.
pub(in crate::interp) const NUMBER: &[&str] = &[
    "__index__",
    "__int__",
    "__float__",
    "__complex__",
    "__trunc__",
    "__floor__",
    "__ceil__",
    "__round__",
    "__abs__",
    "__neg__",
    "__pos__",
    "__invert__",
    "__divmod__",
    "__rdivmod__",
    "__add__",
    "__radd__",
    "__iadd__",
    "__sub__",
    "__rsub__",
    "__isub__",
    "__mul__",
    "__rmul__",
    "__imul__",
    "__truediv__",
    "__rtruediv__",
    "__floordiv__",
    "__rfloordiv__",
    "__mod__",
    "__rmod__",
    "__pow__",
    "__rpow__",
    "__and__",
    "__rand__",
    "__or__",
    "__ror__",
    "__xor__",
    "__rxor__",
    "__lshift__",
    "__rshift__",
    "__matmul__",
    "__rmatmul__",
];
/// Iteration, subscripts and membership; `yield` stands for generators.
pub(in crate::interp) const ITERATE: &[&str] = &[
    "__iter__",
    "__next__",
    "__getitem__",
    "__len__",
    "__length_hint__",
    "__contains__",
    "__missing__",
    "keys",
    "yield",
];
/// All of them, and the rest that functions of the library ask objects for.
pub(in crate::interp) const ALL: &[&[&str]] = &[
    TEXT,
    COMPARE,
    NUMBER,
    ITERATE,
    &[
        "__fspath__",
        "__enter__",
        "__exit__",
        "__call__",
        "__get__",
        "__set__",
        "__getattr__",
        "__getattribute__",
        "__setattr__",
        "__delattr__",
        "__dir__",
        "__reduce__",
        "__reduce_ex__",
        "__getstate__",
        "__setstate__",
        "__copy__",
        "__deepcopy__",
        "__sizeof__",
        "__bytes__",
        "__buffer__",
        "__reversed__",
        "__instancecheck__",
        "__subclasscheck__",
        "__subclasshook__",
        "write",
        "read",
        "default",
    ],
];

/// Attributes that lead to objects which nobody handed over.
const FINDS_CODE: &[&str] = &[
    "__globals__",
    "__subclasses__",
    "_getframe",
    "currentframe",
    "f_back",
    "f_globals",
    "f_locals",
    "get_objects",
    "get_referrers",
    "gi_frame",
    "modules",
    "settrace",
    "setprofile",
    "tb_frame",
];
/// Modules of the standard library that run, or look through, what a module defines.
const RUNS_MODULES: &[&str] = &[
    "__main__",
    "cProfile",
    "code",
    "doctest",
    "importlib",
    "inspect",
    "pdb",
    "profile",
    "pydoc",
    "runpy",
    "timeit",
    "trace",
    "unittest",
];

/// Methods that the file defines, as far as protocols ask for them.
#[derive(Clone, Debug, Default)]
pub(in crate::interp) struct Hooks {
    names: FxHashSet<Name>,
    /// Names in class bodies that may be bound to descriptors.
    computed: FxHashSet<Name>,
    /// Some iterator may run code of the program: there are generators, or functions of the library that make iterators
    /// of functions.
    lazy: bool,
    /// Reading an item of a dict may make it: `defaultdict` is named.
    factories: bool,
    /// Abstract base classes may take classes for subclasses that do not derive from them.
    pub registers: bool,
    /// The file knows of threads or tasks, which may change what it holds while it waits.
    pub threads: bool,
    /// Functions of the program may be found by other ways than their names: by frames, by the collector's lists, or by
    /// a library that runs what a module defines.
    pub introspects: bool,
    /// The module's namespace goes where its changes can't be seen.
    pub leaks: bool,
    /// Modules that are not known are imported, or text of the file is broken: anything may be defined.
    pub anything: bool,
}

impl Hooks {
    /// Those of a file. In the open world objects come from elsewhere, whose classes may define anything.
    pub(in crate::interp) fn of(file: &File, names: &Names, world: World) -> Hooks {
        let leaks = file.items.iter().any(|placed| placed.item.namespace.leaks);
        if world == World::Module {
            return Hooks {
                lazy: true,
                factories: true,
                registers: true,
                threads: true,
                introspects: true,
                leaks,
                anything: true,
                ..Hooks::default()
            };
        }
        let mut out = Hooks {
            leaks,
            ..Hooks::default()
        };
        for placed in &file.items {
            let item = &placed.item;
            out.anything |= item.is_broken;
            out.introspects |= item.namespace.lists;
            for unit in &item.units {
                out.names.insert(unit.name);
                out.registers |= names.text(unit.name).starts_with("__subclass");
                out.lazy |= unit.is_generator || unit.kind == UnitKind::AsyncFunction;
                if unit.kind != UnitKind::Class {
                    continue;
                }
                for id in &unit.body {
                    match item.stmt(*id) {
                        Stmt::FunctionDef {
                            name, decorators, ..
                        } => {
                            if !decorators.is_empty() {
                                out.computed.insert(name.name);
                            }
                        }
                        Stmt::Assign { targets, value } => {
                            for target in targets {
                                out.class_target(item, *target, *value);
                            }
                        }
                        Stmt::AnnAssign { target, value, .. } => {
                            if let Some(value) = value {
                                out.class_target(item, *target, *value);
                            }
                        }
                        Stmt::Expr(_) | Stmt::Pass => {}
                        _ => {
                            // Whatever else a class body does may bind any of the names in its scope.
                            let bound = unit.scope.vars.iter().filter(|var| var.is_assigned);
                            out.computed.extend(bound.map(|var| var.name));
                        }
                    }
                }
                let bound = unit.scope.vars.iter().filter(|var| var.is_assigned);
                out.names.extend(bound.map(|var| var.name));
            }
            for expr in &item.exprs {
                match expr {
                    // `C.__eq__ = f`, `setattr(C, name, f)`, `type(name, bases, namespace)`
                    Expr::Attribute { attr, .. } => {
                        let text = names.text(*attr);
                        if text.starts_with("__") {
                            out.names.insert(*attr);
                        }
                        out.introspects |= FINDS_CODE.contains(&text);
                        out.factories |= text == "defaultdict";
                        out.registers |= text == "register";
                    }
                    Expr::Name(name) => match names.text(name.name) {
                        "setattr" => out.anything = true,
                        "exec" | "eval" => {
                            out.anything = true;
                            out.introspects = true;
                        }
                        "__import__" => out.introspects = true,
                        "map" | "filter" | "iter" => out.lazy = true,
                        _ => {}
                    },
                    Expr::Call { func, args, .. } if args.len() == 3 => {
                        out.anything |= matches!(item.expr(*func), Expr::Name(name) if names.text(name.name) == "type");
                    }
                    _ => {}
                }
            }
            for stmt in &item.stmts {
                match stmt {
                    Stmt::Import(aliases) => {
                        for alias in aliases {
                            out.imports(names.text(alias.path));
                        }
                    }
                    Stmt::ImportFrom {
                        module,
                        level,
                        names: aliases,
                    } => {
                        out.imports(match module {
                            Some(module) if *level == 0 => names.text(*module),
                            _ => "",
                        });
                        out.factories |= aliases
                            .iter()
                            .any(|alias| matches!(names.text(alias.path), "defaultdict" | "*"));
                    }
                    Stmt::Error => out.anything = true,
                    _ => {}
                }
            }
        }
        out
    }

    fn imports(&mut self, module: &str) {
        self.anything |= !super::is_library(module);
        let first = module.split('.').next().unwrap_or(module);
        self.introspects |= RUNS_MODULES.contains(&first);
        self.lazy |= matches!(
            first,
            "itertools" | "functools" | "multiprocessing" | "concurrent"
        );
        self.threads |= matches!(
            first,
            "threading"
                | "concurrent"
                | "multiprocessing"
                | "asyncio"
                | "_thread"
                | "signal"
                | "sched"
        );
    }

    /// A class body assigns: a constant is no descriptor.
    fn class_target(&mut self, item: &Item, target: ExprId, value: ExprId) {
        match item.expr(target) {
            Expr::Name(_) if matches!(item.expr(value), Expr::Constant(_)) => {}
            Expr::Name(name) => {
                self.computed.insert(name.name);
            }
            Expr::Tuple { elts } | Expr::List { elts } => {
                for elt in elts {
                    self.class_target(item, *elt, value);
                }
            }
            _ => {}
        }
    }

    fn defines(&self, names: &Names, method: &str) -> bool {
        if method == "yield" {
            return self.lazy;
        }
        names
            .get(method)
            .is_some_and(|name| self.names.contains(&name) || self.computed.contains(&name))
    }
}

impl Machine<'_> {
    /// Whether an object that is not known may run code of the program when one of these methods is asked for.
    pub(in crate::interp) fn hooks_run(&self, methods: &[&str]) -> bool {
        self.hooks.anything
            || methods
                .iter()
                .any(|method| self.hooks.defines(&self.names, method))
    }

    /// Whether an item of an object that is not known may be made by reading it.
    pub(in crate::interp) fn subscript_runs(&self) -> bool {
        self.hooks.factories
            || self.hooks_run(&[
                "__getitem__",
                "__missing__",
                "__class_getitem__",
                "__index__",
            ])
            || self.hooks_run(COMPARE)
    }

    /// Whether reading some attribute, of whatever name, of an object that is not known may run code of the program.
    pub(in crate::interp) fn any_attribute_runs(&self) -> bool {
        self.hooks.anything
            || !self.hooks.computed.is_empty()
            || self.hooks_run(&["__getattr__", "__getattribute__", "__get__"])
    }

    /// For each of the objects, which something unseen holds from now on, what is known of it whichever it is.
    pub(in crate::interp) fn one_of_each(&mut self, items: &[ObjId]) -> Vec<ObjId> {
        let mut types = items
            .iter()
            .map(|item| crate::domain::join::builtin_type(self.kind(*item)));
        let first = types.next().flatten();
        let common = first.filter(|ty| ty.is_atom() && types.all(|other| other == first));
        for item in items {
            self.st.inc(*item);
            self.st.blur(*item);
        }
        let some = match common {
            Some(ty) => self.some(ty),
            None => crate::domain::UNKNOWN,
        };
        vec![some; items.len()]
    }

    /// CPython's own code looks through an object that is not known: an iterator among what escaped may move on.
    pub(in crate::interp) fn quiet_iteration(&mut self) {
        let iterators: Vec<ObjId> = self
            .st
            .exposed
            .iter()
            .copied()
            .filter(|id| matches!(self.kind(*id), Kind::Iter(_)))
            .collect();
        for id in iterators {
            self.st.forget(id);
        }
        self.may_raise();
    }

    /// The same for reading an attribute of it.
    pub(in crate::interp) fn attribute_runs(&self, attr: Name) -> bool {
        self.hooks.anything
            || self.hooks.computed.contains(&attr)
            || self.hooks_run(&["__getattr__", "__getattribute__", "__get__"])
    }

    /// Whether a protocol that asks an object, and what it contains, for these methods may run code of the program.
    pub(in crate::interp) fn may_run(&self, id: ObjId, methods: &[&str]) -> bool {
        let mut todo = vec![id];
        let mut seen: FxHashSet<ObjId> = FxHashSet::default();
        while let Some(id) = todo.pop() {
            if !seen.insert(id) {
                continue;
            }
            if seen.len() > 2_000 {
                return true;
            }
            match self.kind(id) {
                Kind::Unknown if self.is_foreign(id) => {}
                Kind::Unknown | Kind::Named(..) | Kind::Deque(None) if self.hooks_run(methods) => {
                    return true;
                }
                Kind::Instance(instance) => {
                    if self.class_defines(instance.class, methods) {
                        return true;
                    }
                    // A dataclass compares and prints its attributes.
                    if self.hooks_run(methods) {
                        todo.extend(instance.attrs.values().copied());
                        todo.extend(instance.dict);
                        if instance.open {
                            return true;
                        }
                    }
                }
                Kind::Exception(exception) => {
                    if matches!(self.kind(exception.class), Kind::Class(_))
                        && self.class_defines(exception.class, methods)
                    {
                        return true;
                    }
                    todo.extend(exception.args.iter().copied());
                }
                Kind::List(list) => {
                    if list.open && self.hooks_run(methods) {
                        return true;
                    }
                    todo.extend(list.items.iter().copied());
                }
                Kind::Dict(dict) => {
                    if dict.open && self.hooks_run(methods) {
                        return true;
                    }
                    todo.extend(
                        dict.entries
                            .values()
                            .flat_map(|(key, value)| [*key, *value]),
                    );
                }
                Kind::Set(set) => {
                    if set.open && self.hooks_run(methods) {
                        return true;
                    }
                    todo.extend(set.items.values().copied());
                }
                Kind::Gen(_) if methods.contains(&"__next__") => return true,
                Kind::Tuple(items) => todo.extend(items.iter().copied()),
                Kind::Deque(Some(deque)) => todo.extend(deque.items.iter().copied()),
                Kind::View(_, inner) => todo.push(*inner),
                Kind::Iter(iter) => {
                    let by_method = methods.contains(&"__next__");
                    if by_method && matches!(iter.over, IterOver::GetItem { .. })
                        || matches!(iter.over, IterOver::Map | IterOver::Filter)
                            && self.hooks_run(methods)
                    {
                        return true;
                    }
                    todo.extend(iter.held.iter().copied());
                }
                Kind::Library(library) => todo.extend(library.held.iter().copied()),
                Kind::Opaque(ty, _)
                    if !ty.is_atom() && !self.holds_nothing(*ty) && self.hooks_run(methods) =>
                {
                    return true;
                }
                _ => {}
            }
        }
        false
    }

    /// Whether the class has one of the methods from the program, or may have.
    fn class_defines(&self, class: ObjId, methods: &[&str]) -> bool {
        methods.iter().any(|method| {
            let Some(name) = self.names.get(method) else {
                return self.shape_of(class).is_none();
            };
            match self.class_attribute(class, name) {
                Found::Object(..) | Found::Unknown => true,
                Found::Nothing => false,
                // What a builtin base brings along looks at what is in the object.
                Found::Builtin(ty) => ty != B::Object && self.hooks_run(methods),
            }
        })
    }

    /// Whether the instances of the type hold nothing of the program that a protocol could ask.
    fn holds_nothing(&self, ty: B) -> bool {
        matches!(
            ty,
            B::Range
                | B::Date
                | B::Time
                | B::DateTime
                | B::TimeDelta
                | B::TimeZone
                | B::Decimal
                | B::Fraction
                | B::PosixPath
                | B::PurePosixPath
                | B::Uuid
                | B::Match
                | B::Pattern
                | B::StructTime
                | B::Hash
                | B::Random
                | B::Lock
                | B::RLock
                | B::MemoryView
                | B::BytesIO
                | B::StringIO
                | B::Array
                | B::Code
                | B::Module
                | B::Function
                | B::BuiltinFunction
        )
    }
}
