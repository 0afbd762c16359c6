//! The classes of a file: what their instances hold, where they are made, and what else is done to them.
//!
//! What is found here is found in the text: it holds whatever runs. Whether the text is all there is, is a question of
//! the world: [`Surroundings`] tells what of it leaves the file.
//!
//! Must not know: rules, messages, fixes; sizes.

mod walk;

use walk::{Access, AttrUse, Walk};

use super::objects::Bindings;
use crate::base::{Name, Names, Span};
use crate::facts::objects::{Bound, blocks};
use crate::hir::{Const, Expr, ExprId, File, Item, Stmt, StmtId, UnitId, UnitKind, Var};

/// A class that the module defines at its top level, once.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassFacts {
    /// Its item.
    pub item: u32,
    /// Its body.
    pub unit: UnitId,
    /// Its statement.
    pub stmt: StmtId,
    /// Its name.
    pub name: Name,
    /// The identifier; absolute.
    pub name_span: Span,
    /// What it extends.
    pub base: Base,
    /// How it is made a dataclass, if it is.
    pub dataclass: Option<Dataclass>,
    /// It has class keywords (a metaclass, say) or a decorator other than `dataclass`: at this place.
    pub made_otherwise: Option<Span>,
    /// The body binds `__slots__`.
    pub has_slots: bool,
    /// What its methods set on the instance, and a dataclass's fields: in the order of the text, `__init__` first.
    pub attributes: Vec<Attribute>,
    /// Where instances are made.
    pub instances: Vec<Instance>,
    /// What stands in the way of another layout.
    pub hazards: Vec<Hazard>,
    /// Classes of the file that extend it directly.
    pub subclasses: Vec<Span>,
}

/// What a class extends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// `object`, or `ABC`, which adds nothing.
    Plain,
    /// Something else.
    Other,
}

/// A class that `dataclasses.dataclass` completes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dataclass {
    /// The decorator's expression.
    pub decorator: ExprId,
    /// Some field has a default.
    pub has_defaults: bool,
    /// It says `slots=` already.
    pub says_slots: bool,
}

/// An attribute of instances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its (mangled) name.
    pub name: Name,
    /// Where it is set first; absolute. The text there is the name as written.
    pub at: Span,
    /// `__init__` sets it, or it is a field.
    pub in_init: bool,
}

/// A place where an instance is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instance {
    /// The call; absolute.
    pub at: Span,
    /// In a loop or comprehension.
    pub in_loop: bool,
}

/// Something that an instance with fixed attributes could not do, or that would then be done otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hazard {
    /// Where; absolute.
    pub at: Span,
    /// What.
    pub what: Danger,
}

/// What a [`Hazard`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Danger {
    /// The class binds the name of an attribute itself, as a value or method.
    ClassVariable(Name),
    /// `self.__dict__`, `vars(self)`
    InstanceDict,
    /// `setattr(self, ...)`, `object.__setattr__(self, name, ...)` with a name that is not known, `self.__class__ = ...`
    DynamicStore,
    /// A `cached_property`, which writes into the `__dict__`.
    CachedProperty,
    /// An attribute that no method sets is set on an instance.
    SetOutside(Name),
    /// The same on something that may be an instance.
    MaybeSetOutside(Name),
    /// The class's own attribute of that name is used.
    OnClass(Name),
    /// The class is handed on to where it is not followed.
    HandedOn,
    /// A method like `__setattr__` or `__setstate__`.
    Special(Name),
    /// A method uses `super()` or `__class__` without arguments.
    ClassCell,
    /// A subclass has `__slots__`.
    SlottedSubclass,
    /// A class extends it and another one.
    ManyBases,
}

/// What leaves the file, or reaches into it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surroundings {
    /// A module that is imported and whose code may do anything with what it gets.
    pub foreign: Option<String>,
    /// `exec`, `eval`, `globals`, `setattr`, `__dict__` and the like on something that is not known: the place and what.
    pub dynamic: Option<(Span, String)>,
    /// Weak references are in use.
    pub weakref: bool,
    /// Objects are pickled, or may be.
    pub pickle: Option<String>,
    /// Objects are measured: `getsizeof`, `tracemalloc`.
    pub measures: Option<Span>,
}

/// Modules of the standard library that set no attributes on the objects they are given, and look into no `__dict__`.
const HARMLESS: [&str; 45] = [
    "__future__",
    "abc",
    "argparse",
    "array",
    "asyncio",
    "bisect",
    "calendar",
    "cmath",
    "collections",
    "collections.abc",
    "concurrent.futures",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "gc",
    "hashlib",
    "heapq",
    "io",
    "itertools",
    "json",
    "keyword",
    "math",
    "numbers",
    "operator",
    "os",
    "os.path",
    "pathlib",
    "random",
    "re",
    "secrets",
    "statistics",
    "string",
    "struct",
    "sys",
    "textwrap",
    "threading",
    "time",
    "typing",
    "weakref",
];

/// Modules that write down an object's state.
const PICKLING: [&str; 5] = ["pickle", "shelve", "copyreg", "multiprocessing", "marshal"];

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

/// The classes of a file, in the order of the text, and what surrounds them.
pub fn analyse(file: &File, names: &Names, bindings: &Bindings) -> (Vec<ClassFacts>, Surroundings) {
    let mut classes = Vec::new();
    for (at, placed) in file.items.iter().enumerate() {
        if placed.item.is_broken {
            continue;
        }
        for (index, stmt) in placed.item.stmts.iter().enumerate() {
            if let Stmt::ClassDef { unit, name, .. } = stmt
                && bindings.get(name.name) == Some(&Bound::Class(at as u32, *unit))
            {
                classes.push(skeleton(
                    file,
                    names,
                    bindings,
                    at as u32,
                    StmtId(index as u32),
                ));
            }
        }
    }
    if classes.is_empty() {
        return (classes, Surroundings::default());
    }
    let walk = Walk::of(file);
    let cx = Cx {
        file,
        names,
        bindings,
        walk: &walk,
    };
    let surroundings = cx.surroundings();
    let all = classes.clone();
    classes.iter_mut().for_each(|class| cx.attributes(class));
    let mut known: Vec<Name> = classes
        .iter()
        .flat_map(|class| class.attributes.iter().map(|it| it.name))
        .collect();
    known.sort_unstable();
    for class in &mut classes {
        cx.hazards(class, &all, &known, surroundings.foreign.is_none());
        cx.instances(class);
        class.hazards.sort_by_key(|hazard| hazard.at.start);
    }
    classes.sort_by_key(|class| class.name_span.start);
    (classes, surroundings)
}

fn skeleton(
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

fn binds(code: &Item, class: UnitId, name: Name) -> bool {
    code.unit(class)
        .scope
        .vars
        .iter()
        .any(|var| var.name == name && (var.is_assigned || var.is_annotated))
}

struct Cx<'a> {
    file: &'a File,
    names: &'a Names,
    bindings: &'a Bindings,
    walk: &'a Walk,
}

/// Whose attribute an attribute is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    /// An instance of the class with that body, through a method's first parameter.
    Instance(u32, UnitId),
    /// The class with that body, through a class method's first parameter or `type(self)`.
    Class(u32, UnitId),
    /// What a name of the module is bound to once.
    Global(Name),
    /// A name bound in its scope by nothing but calls of a class of the module.
    MadeBy(Name),
    Unknown,
}

impl<'a> Cx<'a> {
    fn item(&self, item: u32) -> &'a Item {
        &self.file.items[item as usize].item
    }

    /// The method, if any, whose first parameter `name` is in `unit`.
    fn method_of(&self, item: u32, unit: Option<UnitId>, name: Name) -> Option<UnitId> {
        let code = self.item(item);
        let mut at = unit?;
        loop {
            let here = code.unit(at);
            let slot = here.scope.vars.iter().find(|var| var.name == name);
            if here.params.in_slot_order().any(|param| param.name == name) {
                let first = here.params.posonly.first().or(here.params.args.first());
                let is_method = here
                    .parent
                    .is_some_and(|parent| code.unit(parent).kind == UnitKind::Class);
                let is_function = matches!(here.kind, UnitKind::Function | UnitKind::AsyncFunction);
                let rebound = slot.is_some_and(|var| var.is_assigned);
                return (is_method
                    && is_function
                    && !rebound
                    && first.is_some_and(|it| it.name == name))
                .then_some(at);
            }
            if slot.is_some_and(|var| var.is_assigned) {
                return None;
            }
            at = here.parent?;
        }
    }

    fn owner(&self, used: &AttrUse) -> Owner {
        let code = self.item(used.at.item);
        self.owner_of(used, code, used.object)
    }

    fn owner_of(&self, used: &AttrUse, code: &Item, object: ExprId) -> Owner {
        match code.expr(object) {
            Expr::Name(name) => {
                if let Some(method) = self.method_of(used.at.item, used.at.unit, name.name) {
                    let Some(class) = code.unit(method).parent else {
                        return Owner::Unknown;
                    };
                    return match self.decorated(code, method) {
                        Some("builtins.staticmethod") => Owner::Unknown,
                        Some("builtins.classmethod") => Owner::Class(used.at.item, class),
                        _ if matches!(
                            self.names.text(code.unit(method).name),
                            "__new__" | "__init_subclass__"
                        ) =>
                        {
                            Owner::Class(used.at.item, class)
                        }
                        _ => Owner::Instance(used.at.item, class),
                    };
                }
                if matches!(name.var, Var::Global | Var::Namespace)
                    && let Some(Bound::Class(..) | Bound::Function(..) | Bound::Import(_)) =
                        self.bindings.get(name.name)
                {
                    return Owner::Global(name.name);
                }
                self.made_by(used.at.item, used.at.unit, name.name, name.var)
                    .map_or(Owner::Unknown, Owner::MadeBy)
            }
            Expr::Call { func, args, .. } => {
                let is_type =
                    self.bindings.path(code, *func, self.names).as_deref() == Some("builtins.type");
                match args[..] {
                    [object] if is_type => match self.owner_of(used, code, object) {
                        Owner::Instance(item, class) => Owner::Class(item, class),
                        _ => Owner::Unknown,
                    },
                    _ => Owner::Unknown,
                }
            }
            Expr::Attribute { value, attr, .. } if self.names.text(*attr) == "__class__" => {
                match self.owner_of(used, code, *value) {
                    Owner::Instance(item, class) => Owner::Class(item, class),
                    _ => Owner::Unknown,
                }
            }
            Expr::Constant(_) => Owner::Unknown,
            _ => Owner::Unknown,
        }
    }

    /// `staticmethod` or `classmethod`, where a method is that.
    fn decorated(&self, code: &Item, method: UnitId) -> Option<&'static str> {
        let decorators = code.stmts.iter().find_map(|stmt| match stmt {
            Stmt::FunctionDef {
                unit, decorators, ..
            } if *unit == method => Some(decorators),
            _ => None,
        })?;
        decorators.iter().find_map(|decorator| {
            match self.bindings.path(code, *decorator, self.names)?.as_str() {
                "builtins.staticmethod" => Some("builtins.staticmethod"),
                "builtins.classmethod" => Some("builtins.classmethod"),
                _ => None,
            }
        })
    }

    /// The class of the module whose calls alone bind `name` in its scope: then it holds an instance.
    fn made_by(&self, item: u32, unit: Option<UnitId>, name: Name, var: Var) -> Option<Name> {
        let mut found: Option<Name> = None;
        let mut seen = 0;
        let mut look = |code: &Item, stmt: &Stmt| {
            let mut made = |target: ExprId, value: Option<ExprId>| {
                if !mentions(code, target, name) {
                    return;
                }
                let class = match (code.expr(target), value.map(|value| code.expr(value))) {
                    (Expr::Name(_), Some(Expr::Call { func, .. })) => match code.expr(*func) {
                        Expr::Name(class) => match self.bindings.get(class.name) {
                            Some(Bound::Class(..)) => Some(class.name),
                            _ => None,
                        },
                        _ => None,
                    },
                    _ => None,
                };
                seen += 1;
                found = if seen == 1 {
                    class
                } else {
                    found.filter(|it| Some(*it) == class)
                };
            };
            match stmt {
                Stmt::Assign { targets, value } => {
                    targets.iter().for_each(|it| made(*it, Some(*value)))
                }
                Stmt::AnnAssign { target, value, .. } => made(*target, *value),
                Stmt::AugAssign { target, .. } | Stmt::For { target, .. } => made(*target, None),
                Stmt::With { items, .. } => items
                    .iter()
                    .filter_map(|it| it.target)
                    .for_each(|it| made(it, None)),
                _ => {}
            }
        };
        match (var, unit) {
            (Var::Fast(_) | Var::Deref(_), Some(unit)) => {
                let code = self.item(item);
                if code
                    .unit(unit)
                    .params
                    .in_slot_order()
                    .any(|param| param.name == name)
                {
                    return None;
                }
                own_statements(code, &code.unit(unit).body, &mut |stmt| look(code, stmt));
            }
            (Var::Namespace | Var::Global, _) => {
                for placed in &self.file.items {
                    own_statements(&placed.item, &placed.item.body, &mut |stmt| {
                        look(&placed.item, stmt)
                    });
                }
            }
            _ => return None,
        }
        found
    }

    // --- a class -----------------------------------------------------------------------------------------------------

    fn attributes(&self, class: &mut ClassFacts) {
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

    fn is_property(&self, code: &Item, class: UnitId, name: Name) -> bool {
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

    /// `known` are the attributes of all classes of the file, sorted; `closed`: no object comes from code that is not known.
    fn hazards(&self, class: &mut ClassFacts, all: &[ClassFacts], known: &[Name], closed: bool) {
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

    fn extends(&self, class: &ClassFacts, base: Name) -> bool {
        let code = self.item(class.item);
        match code.stmt(class.stmt) {
            Stmt::ClassDef { bases, .. } => bases
                .iter()
                .any(|it| matches!(code.expr(*it), Expr::Name(name) if name.name == base)),
            _ => false,
        }
    }

    fn subclasses(
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

    fn instances(&self, class: &mut ClassFacts) {
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

    // --- what surrounds them -----------------------------------------------------------------------------------------

    fn surroundings(&self) -> Surroundings {
        let mut out = Surroundings::default();
        for module in &self.bindings.imports {
            match module.as_str() {
                "weakref" => out.weakref = true,
                "tracemalloc" | "resource" => out.measures = out.measures.or(Some(Span::default())),
                _ => {}
            }
            if PICKLING.contains(&module.as_str()) {
                out.pickle.get_or_insert_with(|| module.clone());
            } else if !HARMLESS.contains(&module.as_str())
                && module != "tracemalloc"
                && module != "resource"
            {
                out.foreign.get_or_insert_with(|| module.clone());
            }
        }
        if self.bindings.anything {
            out.foreign.get_or_insert_with(|| "*".to_owned());
        }
        let mut dynamic = |at: Span, what: &str| {
            if out
                .dynamic
                .as_ref()
                .is_none_or(|(first, _)| at.start < first.start)
            {
                out.dynamic = Some((at, what.to_owned()));
            }
        };
        for used in &self.walk.attrs {
            match self.names.text(used.attr) {
                "__dict__" | "__class__" if used.access != Access::Load => {
                    dynamic(used.span, self.names.text(used.attr))
                }
                "__dict__" => dynamic(used.span, "__dict__"),
                "__setattr__" | "__delattr__" => {
                    // On an instance in one of its own methods: looked at there.
                }
                "getsizeof" => out.measures = out.measures.or(Some(used.span)),
                _ => {}
            }
        }
        let risky = [
            "exec",
            "eval",
            "globals",
            "locals",
            "vars",
            "setattr",
            "delattr",
            "__import__",
            "compile",
            "dir",
        ];
        for call in &self.walk.calls {
            let code = self.item(call.at.item);
            let Expr::Call { func, .. } = code.expr(call.call) else {
                continue;
            };
            if let Some(path) = self.bindings.path(code, *func, self.names) {
                if let Some(name) = path
                    .strip_prefix("builtins.")
                    .filter(|name| risky.contains(name))
                {
                    dynamic(call.span, name);
                }
                if path == "sys.getsizeof" {
                    out.measures = out.measures.or(Some(call.span));
                }
            }
        }
        for bare in &self.walk.bare {
            let name = self.names.text(bare.name);
            if risky.contains(&name) && self.bindings.get(bare.name).is_none() {
                dynamic(bare.span, name);
            }
        }
        out
    }
}

/// Whether the class body gives `name` a value: an annotation alone does not.
fn binds_value(code: &Item, class: UnitId, name: Name) -> bool {
    code.unit(class)
        .scope
        .vars
        .iter()
        .any(|var| var.name == name && var.is_assigned)
        && !only_annotated(code, class, name)
}

fn only_annotated(code: &Item, class: UnitId, name: Name) -> bool {
    let mut gives = false;
    own_statements(code, &code.unit(class).body, &mut |stmt| {
        gives |= match stmt {
            Stmt::AnnAssign { value: None, .. } => false,
            Stmt::AnnAssign { target, .. }
            | Stmt::AugAssign { target, .. }
            | Stmt::For { target, .. } => mentions(code, *target, name),
            Stmt::Assign { targets, .. } => {
                targets.iter().any(|target| mentions(code, *target, name))
            }
            Stmt::FunctionDef { name: own, .. } | Stmt::ClassDef { name: own, .. } => {
                own.name == name
            }
            Stmt::Import(aliases) | Stmt::ImportFrom { names: aliases, .. } => aliases
                .iter()
                .any(|alias| alias.binds.is_none_or(|it| it.name == name)),
            Stmt::With { items, .. } => items
                .iter()
                .any(|it| it.target.is_some_and(|target| mentions(code, target, name))),
            _ => false,
        };
    });
    !gives
}

/// Whether an assignment to `target` binds `name`.
fn mentions(code: &Item, target: ExprId, name: Name) -> bool {
    match code.expr(target) {
        Expr::Name(own) => own.name == name,
        Expr::Tuple { elts } | Expr::List { elts } => {
            elts.iter().any(|elt| mentions(code, *elt, name))
        }
        Expr::Starred(inner) => mentions(code, *inner, name),
        _ => false,
    }
}

/// Calls `with` for each statement of a block and of those in it that belong to the same code object.
fn own_statements(code: &Item, body: &[StmtId], with: &mut dyn FnMut(&Stmt)) {
    for id in body {
        with(code.stmt(*id));
        blocks(code.stmt(*id), &mut |block| {
            own_statements(code, block, with)
        });
    }
}
