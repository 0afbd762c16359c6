//! Small random programs over the language that heaplight models. A program grows from seeds, one for each statement;
//! whatever the seeds are, it parses, ends, and seldom raises, for the renderer knows which names are bound to what.
//! To take a seed away or to make a number smaller leaves a program, so that proptest can minimise.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::prelude::*;

/// What one statement is made of.
#[derive(Debug, Clone)]
pub struct Seed {
    kind: u8,
    args: [u8; 8],
    body: Vec<Seed>,
    other: Vec<Seed>,
}

impl Seed {
    /// How many statements there are.
    pub fn weight(&self) -> usize {
        1 + self
            .body
            .iter()
            .chain(&self.other)
            .map(Seed::weight)
            .sum::<usize>()
    }

    /// What may stand instead: the body alone, or one statement less in it.
    pub fn smaller(&self) -> Vec<Vec<Seed>> {
        let mut all = Vec::new();
        if !self.body.is_empty() {
            all.push(self.body.clone());
        }
        if !self.other.is_empty() {
            all.push(self.other.clone());
            all.push(vec![Seed {
                other: Vec::new(),
                ..self.clone()
            }]);
        }
        for index in 0..self.body.len() {
            let mut seed = self.clone();
            if self.body.len() > 1 {
                seed.body.remove(index);
                all.push(vec![seed.clone()]);
            }
            for inner in self.body[index].smaller() {
                let mut seed = self.clone();
                seed.body.splice(index..=index, inner);
                all.push(vec![seed]);
            }
        }
        all
    }
}

/// Seeds of whole programs.
pub fn programs() -> impl Strategy<Value = Vec<Seed>> {
    let simple = (any::<u8>(), any::<[u8; 8]>()).prop_map(|(kind, args)| Seed {
        kind,
        args,
        body: Vec::new(),
        other: Vec::new(),
    });
    let statement = simple.prop_recursive(3, 20, 5, |inner| {
        (
            any::<u8>(),
            any::<[u8; 8]>(),
            vec(inner.clone(), 1..5),
            vec(inner, 0..3),
        )
            .prop_map(|(kind, args, body, other)| Seed {
                kind,
                args,
                body,
                other,
            })
    });
    vec(statement, 4..22)
}

/// The program's text.
pub fn render(seeds: &[Seed]) -> String {
    let mut writer = Writer {
        text: String::new(),
        indent: 0,
        scopes: vec![Scope::default()],
        made: 0,
        loops: 0,
    };
    writer.text.push_str("import copy\nimport gc\n\n");
    writer.block(seeds);
    writer.text
}

/// What a name is bound to, as far as the renderer cares.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    List,
    Dict,
    Set,
    Tuple,
    Str,
    Int,
    Object(usize),
    Any,
}

#[derive(Debug, Clone)]
struct Function {
    name: String,
    parameters: Vec<Kind>,
    /// How many of the last ones have a default.
    defaults: usize,
    is_generator: bool,
}

#[derive(Debug, Clone)]
struct Class {
    name: String,
    id: usize,
}

/// What can be used at a place.
#[derive(Debug, Clone, Default)]
struct Scope {
    names: Vec<(String, Kind)>,
    functions: Vec<Function>,
    classes: Vec<Class>,
    /// Names that a function or a loop relies on: not to be deleted.
    kept: Vec<String>,
    /// Names of the module that functions read: neither to be deleted nor to become something else.
    read: Vec<String>,
    /// In a function: the names that are the module's, to be read but not bound.
    outside: Vec<String>,
}

struct Writer {
    text: String,
    indent: usize,
    scopes: Vec<Scope>,
    /// How many functions and classes there are: for their names.
    made: usize,
    loops: usize,
}

/// The numbers of a seed, one after another, over and over.
struct Args<'s> {
    all: &'s [u8; 8],
    next: usize,
}

impl Args<'_> {
    fn below(&mut self, limit: usize) -> usize {
        let value = self.all[self.next % 8] as usize + self.next / 8 * 7;
        self.next += 1;
        value % limit.max(1)
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }
}

impl Writer {
    fn scope(&mut self) -> &mut Scope {
        self.scopes.last_mut().expect("the module's scope stays")
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "{:indent$}{text}", "", indent = self.indent * 4);
    }

    /// An indented block. What is bound in it only may be unbound after it.
    fn block(&mut self, seeds: &[Seed]) {
        for seed in seeds {
            let args = &mut Args {
                all: &seed.args,
                next: 0,
            };
            if seed.body.is_empty() {
                self.simple(seed.kind, args);
            } else {
                self.compound(seed, args);
            }
        }
        if seeds.is_empty() {
            self.line("pass");
        }
    }

    fn indented(&mut self, seeds: &[Seed]) {
        self.indent += 1;
        self.block(seeds);
        self.indent -= 1;
    }

    /// A block that may be skipped: afterwards only what was bound before, and still is, can be relied on.
    fn branch(&mut self, seeds: &[Seed]) {
        let before = self.scope().clone();
        self.indented(seeds);
        let after = self.scope().clone();
        let scope = self.scope();
        *scope = before;
        scope.names.retain(|name| after.names.contains(name));
    }

    // --- names and expressions

    fn of_kind(&mut self, kind: Kind) -> Vec<String> {
        let fits = |have: &Kind| {
            *have == kind || matches!((have, kind), (Kind::Object(_), Kind::Object(usize::MAX)))
        };
        self.scope()
            .names
            .iter()
            .filter(|(_, have)| fits(have))
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// A name that is bound to this kind; where there is none, one is made.
    fn name(&mut self, kind: Kind, args: &mut Args) -> String {
        let names = self.of_kind(kind);
        if !names.is_empty() {
            return args.pick(&names).clone();
        }
        let name = fresh(kind, self.first_local());
        let value = self.literal(kind, args);
        self.line(&format!("{name} = {value}"));
        self.bind(&name, kind);
        name
    }

    fn bind(&mut self, name: &str, kind: Kind) {
        let scope = self.scope();
        scope.names.retain(|(other, _)| other != name);
        scope.names.push((name.to_owned(), kind));
    }

    /// A name to bind: one of a few for each kind, so that rebinding is frequent.
    fn target(&mut self, kind: Kind, args: &mut Args) -> String {
        fresh(kind, args.below(3) + self.first_local())
    }

    /// Functions bind other names than the module, whose names they read.
    fn first_local(&self) -> usize {
        if self.scopes.len() > 1 { 5 } else { 0 }
    }

    /// The module's names, for a function's body to read; from now on they stay what they are.
    fn globals(&mut self) -> (Vec<(String, Kind)>, Vec<String>) {
        let scope = self.scope();
        let names: Vec<String> = scope.names.iter().map(|(name, _)| name.clone()).collect();
        scope.read.extend(names.iter().cloned());
        (scope.names.clone(), names)
    }

    /// Of these names, the ones that this scope may bind.
    fn own(&mut self, mut names: Vec<String>) -> Vec<String> {
        let scope = self.scope();
        names.retain(|name| !scope.outside.contains(name) && !scope.kept.contains(name));
        names
    }

    /// As `name`, but one that this scope may bind.
    fn own_name(&mut self, kind: Kind, args: &mut Args) -> String {
        let names = self.of_kind(kind);
        let names = self.own(names);
        if !names.is_empty() {
            return args.pick(&names).clone();
        }
        let name = fresh(kind, self.first_local());
        let value = self.literal(kind, args);
        self.line(&format!("{name} = {value}"));
        self.bind(&name, kind);
        name
    }

    fn assign(&mut self, kind: Kind, value: &str, args: &mut Args) {
        let target = self.target(kind, args);
        if self.scope().kept.contains(&target) {
            self.line(&format!("x9 = {value}"));
            return;
        }
        self.line(&format!("{target} = {value}"));
        self.bind(&target, kind);
    }

    fn literal(&mut self, kind: Kind, args: &mut Args) -> String {
        match kind {
            Kind::List => {
                (*args.pick(&["[]", "[1]", "[1, 2, 3]", "[[1], [2]]", "['a', 5000]"])).into()
            }
            Kind::Dict => {
                (*args.pick(&["{}", "{'a': 1}", "{'a': [1], 'b': {}}", "{1: 'one', 2: []}"])).into()
            }
            Kind::Set => {
                (*args.pick(&["set()", "{1, 2}", "{'a', 'b', 'c'}", "{1, 2, 3, 4, 5, 6}"])).into()
            }
            Kind::Tuple => (*args.pick(&["()", "(1, 2)", "(1, 'a', None)", "([1], 2)"])).into(),
            Kind::Str => {
                (*args.pick(&["''", "'a'", "'hello'", "'hello world'", "'é'", "'☃!'"])).into()
            }
            Kind::Int => (*args.pick(&[
                "0", "1", "7", "256", "257", "1000", "5000", "-300", "2 ** 40",
            ]))
            .into(),
            Kind::Object(_) | Kind::Any => (*args.pick(&[
                "None", "1.5", "True", "object()", "[]", "b'abc'", "2.0 * 3", "range(3)",
            ]))
            .into(),
        }
    }

    /// Any expression: mostly a name that is bound.
    fn value(&mut self, args: &mut Args) -> String {
        let names: Vec<String> = self
            .scope()
            .names
            .iter()
            .map(|(name, _)| name.clone())
            .collect();
        match args.below(8) {
            0 => self.literal(Kind::Int, args),
            1 => self.literal(Kind::List, args),
            2 => self.literal(Kind::Str, args),
            3 if !names.is_empty() => format!("[{}]", args.pick(&names)),
            _ if !names.is_empty() => args.pick(&names).clone(),
            _ => self.literal(Kind::Any, args),
        }
    }

    fn value_of(&mut self, kind: Kind, args: &mut Args) -> String {
        let names = self.of_kind(kind);
        if names.is_empty() || args.below(3) == 0 {
            if let (Kind::Object(_), Some(class)) = (kind, self.scope().classes.last().cloned()) {
                return format!("{}(1)", class.name);
            }
            return self.literal(kind, args);
        }
        args.pick(&names).clone()
    }

    fn hashable(&mut self, args: &mut Args) -> String {
        let kind = *args.pick(&[Kind::Int, Kind::Str]);
        self.value_of(kind, args)
    }

    fn key(&mut self, args: &mut Args) -> &'static str {
        const KEYS: [&str; 4] = ["'a'", "'b'", "1", "2"];
        let key: &&str = args.pick(&KEYS);
        key
    }

    fn condition(&mut self, args: &mut Args) -> String {
        let names: Vec<String> = self
            .scope()
            .names
            .iter()
            .map(|(name, _)| name.clone())
            .collect();
        let Some(name) = (!names.is_empty()).then(|| args.pick(&names).clone()) else {
            return "callable(len)".into();
        };
        let other = args.pick(&names).clone();
        match args.below(6) {
            0 => name,
            1 => format!("not {name}"),
            2 => format!("{name} is {other}"),
            3 => format!("isinstance({name}, list)"),
            4 => format!("{name} is not None"),
            _ => {
                let n = self.value_of(Kind::Int, args);
                format!("{n} > 3")
            }
        }
    }

    // --- simple statements

    fn simple(&mut self, kind: u8, args: &mut Args) {
        match kind % 30 {
            0 => {
                let items: Vec<_> = (0..args.below(4)).map(|_| self.value(args)).collect();
                self.assign(Kind::List, &format!("[{}]", items.join(", ")), args);
            }
            1 => {
                let items: Vec<_> = (0..args.below(4))
                    .map(|_| format!("{}: {}", self.key(args), self.value(args)))
                    .collect();
                self.assign(Kind::Dict, &format!("{{{}}}", items.join(", ")), args);
            }
            2 => {
                let items: Vec<_> = (0..1 + args.below(3))
                    .map(|_| self.hashable(args))
                    .collect();
                self.assign(Kind::Set, &format!("{{{}}}", items.join(", ")), args);
            }
            3 => {
                let items: Vec<_> = (0..1 + args.below(3)).map(|_| self.value(args)).collect();
                self.assign(Kind::Tuple, &format!("({},)", items.join(", ")), args);
            }
            4 => {
                let value = self.literal(Kind::Str, args);
                self.assign(Kind::Str, &value, args);
            }
            5 => {
                let value = self.literal(Kind::Int, args);
                self.assign(Kind::Int, &value, args);
            }
            6 => self.alias(args),
            7 => self.copy(args),
            8 | 9 => self.list_method(args),
            10 | 11 => self.dict_method(args),
            12 => self.set_method(args),
            13 => self.attribute(args),
            14 => self.item(args),
            15 => self.delete(args),
            16 | 17 => self.call(args),
            18 => self.instantiate(args),
            19 => self.method(args),
            20 => self.string(args),
            21 => self.number(args),
            22 => {
                let (left, right) = (self.value(args), self.value(args));
                let operator = args.pick(&["is", "is not"]);
                self.assign(Kind::Any, &format!("({left}) {operator} ({right})"), args);
            }
            23 => self.comprehension(args),
            24 => self.unpack(args),
            25 => {
                let value = self.value(args);
                let (one, two) = (self.target(Kind::Any, args), self.target(Kind::Any, args));
                self.line(&format!("{one} = {two} = {value}"));
                self.bind(&one, Kind::Any);
                self.bind(&two, Kind::Any);
            }
            26 => {
                let (left, right) = (self.value(args), self.value(args));
                let condition = self.condition(args);
                let value = match args.below(3) {
                    0 => format!("{left} if {condition} else {right}"),
                    1 => format!("{left} or {right}"),
                    _ => format!("{left} and {right}"),
                };
                self.assign(Kind::Any, &value, args);
            }
            27 => {
                let list = self.name(Kind::List, args);
                let function = args.pick(&[
                    "sorted",
                    "list",
                    "tuple",
                    "len",
                    "reversed",
                    "iter",
                    "enumerate",
                ]);
                let value = match *function {
                    "sorted" => format!("sorted({list}, key=id)"),
                    "reversed" => format!("list(reversed({list}))"),
                    "enumerate" => format!("list(enumerate({list}))"),
                    function => format!("{function}({list})"),
                };
                self.assign(Kind::Any, &value, args);
            }
            28 => {
                let value = self.value(args);
                self.line(&format!("q9 = lambda p: [p, {value}]"));
                let argument = self.value(args);
                self.assign(Kind::Any, &format!("q9({argument})"), args);
            }
            _ => {
                const LINES: [&str; 4] = ["gc.collect()", "pass", "x9 = None", "x9 = [[], []]"];
                let line: &&str = args.pick(&LINES);
                self.line(line);
            }
        }
    }

    fn alias(&mut self, args: &mut Args) {
        let names = self.scope().names.clone();
        if names.is_empty() {
            return self.line("pass");
        }
        let (name, kind) = args.pick(&names).clone();
        let kind = if args.below(3) == 0 { Kind::Any } else { kind };
        self.assign(kind, &name, args);
    }

    fn copy(&mut self, args: &mut Args) {
        let kind = *args.pick(&[
            Kind::List,
            Kind::Dict,
            Kind::Set,
            Kind::List,
            Kind::Object(usize::MAX),
        ]);
        if kind == Kind::Object(usize::MAX) && self.of_kind(kind).is_empty() {
            return self.line("pass");
        }
        let name = self.name(kind, args);
        let mut forms = vec!["copy.copy(@)", "copy.deepcopy(@)"];
        match kind {
            Kind::List => forms.extend([
                "@.copy()", "@[:]", "list(@)", "[*@]", "@ + []", "@ * 1", "@[1:]",
            ]),
            Kind::Dict => forms.extend(["@.copy()", "dict(@)", "{**@}"]),
            Kind::Set => forms.extend(["@.copy()", "set(@)", "@ | set()"]),
            _ => {}
        }
        let value = args.pick(&forms).replace('@', &name);
        let kind = if matches!(kind, Kind::Object(_)) {
            Kind::Any
        } else {
            kind
        };
        self.assign(kind, &value, args);
    }

    fn list_method(&mut self, args: &mut Args) {
        let name = self.name(Kind::List, args);
        let value = self.value(args);
        match args.below(13) {
            0..=2 => self.line(&format!("{name}.append({value})")),
            3 => self.line(&format!("{name}.extend([{value}, 1])")),
            4 => self.line(&format!("{name}.insert(0, {value})")),
            5 => {
                self.line(&format!("if {name}:"));
                self.line(&format!("    {name}.pop()"));
            }
            6 => self.line(&format!("{name}.clear()")),
            7 => self.line(&format!("{name}.reverse()")),
            8 => {
                let name = self.own_name(Kind::List, args);
                self.line(&format!("{name} += [{value}]"));
            }
            9 => {
                let name = self.own_name(Kind::List, args);
                self.line(&format!("{name} = {name}[:4] * 2"));
            }
            10 => {
                let index = args.pick(&["0", "-1"]);
                self.assign(
                    Kind::Any,
                    &format!("{name}.pop({index}) if {name} else None"),
                    args,
                );
            }
            11 => {
                self.line(&format!("if {value} in {name}:"));
                self.line(&format!("    {name}.remove({value})"));
            }
            _ => self.line(&format!("{name}[1:2] = [{value}]")),
        }
    }

    fn dict_method(&mut self, args: &mut Args) {
        let name = self.name(Kind::Dict, args);
        let (key, value) = (self.key(args), self.value(args));
        match args.below(10) {
            0..=2 => self.line(&format!("{name}[{key}] = {value}")),
            3 => self.assign(Kind::Any, &format!("{name}.get({key})"), args),
            4 => self.assign(
                Kind::Any,
                &format!("{name}.setdefault({key}, {value})"),
                args,
            ),
            5 => self.assign(Kind::Any, &format!("{name}.pop({key}, None)"), args),
            6 => self.line(&format!("{name}.update({{{key}: {value}}})")),
            7 => {
                self.line(&format!("if {key} in {name}:"));
                self.line(&format!("    del {name}[{key}]"));
            }
            8 => self.assign(Kind::List, &format!("list({name}.values())"), args),
            _ => self.line(&format!("{name}.clear()")),
        }
    }

    fn set_method(&mut self, args: &mut Args) {
        let name = self.name(Kind::Set, args);
        let value = self.hashable(args);
        match args.below(7) {
            0 | 1 => self.line(&format!("{name}.add({value})")),
            2 => self.line(&format!("{name}.discard({value})")),
            3 => self.line(&format!("{name}.update([{value}, 3])")),
            4 => {
                let name = self.own_name(Kind::Set, args);
                self.line(&format!("{name} |= {{{value}}}"));
            }
            5 => self.assign(Kind::Set, &format!("{name} & {{{value}, 1}}"), args),
            _ => self.assign(Kind::Any, &format!("{value} in {name}"), args),
        }
    }

    fn attribute(&mut self, args: &mut Args) {
        let objects = self.of_kind(Kind::Object(usize::MAX));
        if objects.is_empty() {
            return self.instantiate(args);
        }
        let name = args.pick(&objects).clone();
        let attribute = *args.pick(&["a", "b"]);
        match args.below(7) {
            0..=2 => {
                let value = self.value(args);
                self.line(&format!("{name}.{attribute} = {value}"));
            }
            3 => self.assign(Kind::Any, &format!("{name}.{attribute}"), args),
            4 => self.assign(Kind::List, &format!("{name}.items"), args),
            5 => {
                let value = self.value(args);
                self.line(&format!("{name}.items.append({value})"));
            }
            _ => {
                self.line(&format!("del {name}.{attribute}"));
                self.line(&format!("{name}.{attribute} = None"));
            }
        }
    }

    fn item(&mut self, args: &mut Args) {
        let name = self.name(Kind::List, args);
        let value = self.value(args);
        let index = *args.pick(&["0", "-1", "1"]);
        let guard = if index == "1" {
            format!("len({name}) > 1")
        } else {
            name.clone()
        };
        match args.below(4) {
            0 | 1 => {
                self.line(&format!("if {guard}:"));
                self.line(&format!("    {name}[{index}] = {value}"));
            }
            2 => self.assign(
                Kind::Any,
                &format!("{name}[{index}] if {guard} else None"),
                args,
            ),
            _ => {
                self.line(&format!("if {guard}:"));
                self.line(&format!("    del {name}[{index}]"));
            }
        }
    }

    fn delete(&mut self, args: &mut Args) {
        let scope = self.scope().clone();
        let free: Vec<_> = scope
            .names
            .iter()
            .map(|(name, _)| name.clone())
            .filter(|name| {
                ![&scope.kept, &scope.read, &scope.outside]
                    .iter()
                    .any(|names| names.contains(name))
            })
            .collect();
        // Within a loop the name would be missing in the next round.
        if free.is_empty() || self.loops > 0 {
            return self.line("pass");
        }
        let name = args.pick(&free).clone();
        if args.below(2) == 0 {
            self.line(&format!("del {name}"));
            self.scope().names.retain(|(other, _)| *other != name);
        } else {
            self.line(&format!("{name} = None"));
            self.bind(&name, Kind::Any);
        }
    }

    fn call(&mut self, args: &mut Args) {
        let functions = self.scope().functions.clone();
        if functions.is_empty() {
            return self.list_method(args);
        }
        let function = args.pick(&functions).clone();
        self.call_of(&function, args);
    }

    fn call_of(&mut self, function: &Function, args: &mut Args) {
        let needed = function.parameters.len() - args.below(function.defaults + 1);
        let mut passed: Vec<String> = function
            .parameters
            .iter()
            .take(needed)
            .map(|kind| self.value_of(*kind, args))
            .collect();
        if let Some(last) = passed.last_mut().filter(|_| args.below(4) == 0) {
            *last = format!("p{}={last}", needed - 1);
        }
        let call = format!("{}({})", function.name, passed.join(", "));
        match args.below(4) {
            _ if function.is_generator => self.assign(Kind::List, &format!("list({call})"), args),
            0 => self.line(&call),
            _ => self.assign(Kind::Any, &call, args),
        }
    }

    fn instantiate(&mut self, args: &mut Args) {
        let classes = self.scope().classes.clone();
        if classes.is_empty() {
            return self.alias(args);
        }
        let class = args.pick(&classes).clone();
        let (one, two) = (self.value(args), self.value(args));
        let value = match args.below(3) {
            0 => format!("{}({one})", class.name),
            1 => format!("{}({one}, {two})", class.name),
            _ => format!("{}({one}, b={two})", class.name),
        };
        self.assign(Kind::Object(class.id), &value, args);
    }

    fn method(&mut self, args: &mut Args) {
        let objects = self.of_kind(Kind::Object(usize::MAX));
        if objects.is_empty() {
            return self.instantiate(args);
        }
        let name = args.pick(&objects).clone();
        let value = self.value(args);
        match args.below(4) {
            0 => self.line(&format!("{name}.add({value})")),
            1 => self.assign(Kind::Any, &format!("{name}.add({value})"), args),
            2 => self.assign(Kind::Any, &format!("{name}.swap()"), args),
            _ => self.assign(Kind::Any, &format!("{name}.add"), args),
        }
    }

    fn string(&mut self, args: &mut Args) {
        let (one, two) = (
            self.value_of(Kind::Str, args),
            self.value_of(Kind::Str, args),
        );
        let value = match args.below(11) {
            0 => format!("{one} + {two}"),
            1 => format!("({one})[:5] * 2"),
            2 => format!("({one}).upper()"),
            3 => format!("({one})[1:3]"),
            4 => format!("', '.join([{one}, {two}])"),
            5 => format!("'%s-%s' % ({one}, {two})"),
            6 => format!("({one}).replace('l', {two})"),
            7 => format!("str({one})"),
            8 => format!("({one}).strip()"),
            9 => return self.assign(Kind::List, &format!("({one}).split()"), args),
            _ => format!("'{{}}!'.format({one})"),
        };
        self.assign(Kind::Str, &value, args);
    }

    fn number(&mut self, args: &mut Args) {
        let (one, two) = (
            self.value_of(Kind::Int, args),
            self.value_of(Kind::Int, args),
        );
        let value = match args.below(9) {
            0 => format!("{one} + {two}"),
            1 => format!("{one} - {two}"),
            2 => format!("{one} % 1000 * ({two} % 1000)"),
            3 => format!("{one} // 7"),
            4 => format!("abs({one})"),
            5 => format!("len(str({one}))"),
            6 => return self.assign(Kind::Any, &format!("{one} / 4"), args),
            7 => return self.assign(Kind::Any, &format!("{one} > {two}"), args),
            _ => {
                let name = self.own_name(Kind::Int, args);
                return self.line(&format!("{name} += 1"));
            }
        };
        self.assign(Kind::Int, &value, args);
    }

    fn comprehension(&mut self, args: &mut Args) {
        let list = self.name(Kind::List, args);
        let value = self.value(args);
        match args.below(6) {
            0 => self.assign(Kind::List, &format!("[i for i in {list}]"), args),
            1 => self.assign(
                Kind::List,
                &format!("[[i, {value}] for i in range(3)]"),
                args,
            ),
            2 => self.assign(
                Kind::List,
                &format!("[i for i in {list} if i is not None]"),
                args,
            ),
            3 => self.assign(
                Kind::Dict,
                &format!("{{i: {value} for i in range(2)}}"),
                args,
            ),
            4 => self.assign(Kind::Set, "{i % 3 for i in range(5)}", args),
            _ => self.assign(Kind::List, &format!("list([i] for i in {list})"), args),
        }
    }

    fn unpack(&mut self, args: &mut Args) {
        let (one, two) = (self.value(args), self.value(args));
        match args.below(3) {
            0 => {
                let (a, b) = (
                    fresh(Kind::Any, self.first_local()),
                    fresh(Kind::Any, self.first_local() + 1),
                );
                self.line(&format!("{a}, {b} = {one}, {two}"));
                self.bind(&a, Kind::Any);
                self.bind(&b, Kind::Any);
            }
            1 => {
                let (a, b) = (
                    fresh(Kind::Any, self.first_local() + 2),
                    fresh(Kind::List, self.first_local() + 3),
                );
                self.line(&format!("{a}, *{b} = [{one}, {two}, 1]"));
                self.bind(&a, Kind::Any);
                self.bind(&b, Kind::List);
            }
            _ => {
                let names = self.of_kind(Kind::Any);
                let names = self.own(names);
                if names.len() > 1 {
                    let (a, b) = (names[0].clone(), names[1].clone());
                    self.line(&format!("{a}, {b} = {b}, {a}"));
                } else {
                    self.line("pass");
                }
            }
        }
    }

    // --- compound statements

    fn compound(&mut self, seed: &Seed, args: &mut Args) {
        let is_module = self.indent == 0;
        match seed.kind % 12 {
            0 | 1 => {
                let condition = self.condition(args);
                self.line(&format!("if {condition}:"));
                self.branch(&seed.body);
                if !seed.other.is_empty() {
                    self.line("else:");
                    self.branch(&seed.other);
                }
            }
            2 if self.loops < 2 => {
                let counter = format!("i{}", self.loops);
                self.line(&format!("{counter} = 0"));
                let rounds = 1 + args.below(4);
                self.line(&format!("while {counter} < {rounds}:"));
                self.line(&format!("    {counter} += 1"));
                self.round(seed);
            }
            3 | 4 if self.loops < 2 => self.for_loop(seed, args),
            5 => {
                self.line("try:");
                let before = self.scope().clone();
                self.indented(&seed.body);
                if args.below(2) == 0 {
                    self.line("    raise ValueError('generated')");
                }
                let after = self.scope().clone();
                *self.scope() = before;
                self.scope().names.retain(|name| after.names.contains(name));
                self.line("except Exception as error:");
                self.branch(&seed.other);
                if args.below(3) == 0 {
                    self.line("finally:");
                    let value = self.value(args);
                    self.line(&format!("    x8 = {value}"));
                }
            }
            6..=8 if is_module => self.function(seed, args),
            9 | 10 if is_module => self.class(seed, args),
            11 if is_module => self.closure(seed, args),
            _ => {
                let value = self.condition(args);
                self.line(&format!("if {value}:"));
                self.branch(&seed.body);
            }
        }
    }

    /// The body of a loop: what it needs of the rounds before it must be there in each.
    fn round(&mut self, seed: &Seed) {
        self.loops += 1;
        self.branch(&seed.body);
        self.loops -= 1;
    }

    fn for_loop(&mut self, seed: &Seed, args: &mut Args) {
        let variable = format!("v{}", self.loops);
        let list = self.name(Kind::List, args);
        let before = self.scope().clone();
        match args.below(7) {
            0 | 1 => self.line(&format!("for {variable} in range({}):", 1 + args.below(4))),
            2 => self.line(&format!("for {variable} in {list}[:3]:")),
            3 => self.line(&format!("for k9, {variable} in enumerate({list}[:3]):")),
            4 => {
                let dict = self.name(Kind::Dict, args);
                self.line(&format!("for k9, {variable} in list({dict}.items()):"));
            }
            5 => self.line(&format!("for {variable} in [[1], [2]]:")),
            _ => {
                self.line(&format!("for {variable} in {list}:"));
                self.line(&format!("    if len({list}) > 9:"));
                self.line("        break");
                self.scope().kept.push(list);
            }
        }
        self.bind(&variable, Kind::Any);
        self.round(seed);
        let kept = before.kept;
        let scope = self.scope();
        scope.kept = kept;
        scope.names.retain(|(name, _)| *name != variable);
    }

    fn function(&mut self, seed: &Seed, args: &mut Args) {
        self.made += 1;
        let name = format!("f{}", self.made);
        let kinds = [Kind::List, Kind::Dict, Kind::Any, Kind::Int, Kind::Str];
        let parameters: Vec<Kind> = (0..args.below(4)).map(|_| *args.pick(&kinds)).collect();
        let defaults = args.below(parameters.len() + 1);
        let required = parameters.len() - defaults;
        let written: Vec<String> = parameters
            .iter()
            .enumerate()
            .map(|(index, kind)| match index < required {
                true => format!("p{index}"),
                false => format!("p{index}={}", self.literal(*kind, args)),
            })
            .collect();
        self.line(&format!("def {name}({}):", written.join(", ")));
        let outer = self.scope().clone();
        let (mut names, outside) = self.globals();
        names.extend(
            parameters
                .iter()
                .enumerate()
                .map(|(index, kind)| (format!("p{index}"), *kind)),
        );
        self.scopes.push(Scope {
            names,
            functions: outer.functions.clone(),
            classes: outer.classes.clone(),
            kept: Vec::new(),
            read: Vec::new(),
            outside,
        });
        let loops = std::mem::take(&mut self.loops);
        if let (Some((list, _)), 0) = (
            outer.names.iter().find(|(_, kind)| *kind == Kind::List),
            args.below(5),
        ) {
            self.line(&format!("    global {list}"));
            let value = *args.pick(&["[1]", "@ + [2]", "@[:2]"]);
            self.line(&format!("    {list} = {}", value.replace('@', list)));
        }
        self.indented(&seed.body);
        self.indent += 1;
        let is_generator = args.below(6) == 0;
        let result = self.value(args);
        if is_generator {
            self.line(&format!("yield {result}"));
            let result = self.value(args);
            self.line(&format!("yield {result}"));
        } else if args.below(5) > 0 {
            self.line(&format!("return {result}"));
        }
        self.indent -= 1;
        self.loops = loops;
        self.scopes.pop();
        let function = Function {
            name,
            parameters,
            defaults,
            is_generator,
        };
        // Called in more ways than one, mostly, so that what holds for all calls is put to the test.
        for _ in 0..args.below(4) {
            self.call_of(&function, args);
        }
        self.scope().functions.push(function);
    }

    fn closure(&mut self, seed: &Seed, args: &mut Args) {
        self.made += 1;
        let name = format!("f{}", self.made);
        let outer = self.scope().clone();
        self.line(&format!("def {name}(p0):"));
        self.line("    kept = [p0]");
        self.line("    def inner(p0):");
        self.line("        nonlocal kept");
        let (mut names, mut outside) = self.globals();
        names.extend([("p0".into(), Kind::Any), ("kept".into(), Kind::List)]);
        outside.push("kept".into());
        self.scopes.push(Scope {
            names,
            outside,
            ..outer.clone()
        });
        self.scope().kept.push("p0".into());
        let loops = std::mem::take(&mut self.loops);
        self.indent += 1;
        self.indented(&seed.body);
        self.indent -= 1;
        self.loops = loops;
        self.scopes.pop();
        match args.below(3) {
            0 => self.line("        kept = kept + [p0]"),
            1 => self.line("        kept.append(p0)"),
            _ => self.line("        kept = [p0]"),
        }
        self.line("        return kept");
        self.line("    return inner");
        let (one, two) = (self.value(args), self.value(args));
        self.line(&format!("g{name} = {name}({one})"));
        self.assign(Kind::Any, &format!("g{name}({two})"), args);
        let parameters = vec![Kind::Any];
        self.scope().functions.push(Function {
            name: format!("g{name}"),
            parameters,
            defaults: 0,
            is_generator: false,
        });
    }

    fn class(&mut self, seed: &Seed, args: &mut Args) {
        self.made += 1;
        let (id, name) = (self.made, format!("C{}", self.made));
        let base = self
            .scope()
            .classes
            .last()
            .cloned()
            .filter(|_| args.below(3) == 0);
        match &base {
            Some(base) => self.line(&format!("class {name}({}):", base.name)),
            None => self.line(&format!("class {name}:")),
        }
        if args.below(3) == 0 {
            self.line("    __slots__ = ('a', 'b', 'items')");
        } else if args.below(3) == 0 {
            self.line("    shared = []");
        }
        if base.is_none() || args.below(2) == 0 {
            let default = *args.pick(&["None", "[]", "{}", "5000"]);
            self.line(&format!("    def __init__(self, a, b={default}):"));
            self.line("        self.a = a");
            self.line("        self.b = b");
            self.line(&format!(
                "        self.items = {}",
                args.pick(&["[]", "[a]", "[a, b]"])
            ));
        }
        self.line("    def add(self, p0):");
        let outer = self.scope().clone();
        let (mut names, outside) = self.globals();
        names.extend([("p0".into(), Kind::Any), ("self".into(), Kind::Object(id))]);
        self.scopes.push(Scope {
            names,
            functions: outer.functions.clone(),
            classes: outer.classes.clone(),
            kept: vec!["self".into(), "p0".into()],
            read: Vec::new(),
            outside,
        });
        let loops = std::mem::take(&mut self.loops);
        self.indent += 1;
        self.indented(&seed.body);
        self.indent -= 1;
        self.loops = loops;
        self.scopes.pop();
        self.line("        self.items.append(p0)");
        self.line(&format!(
            "        return {}",
            args.pick(&["self", "self.items", "p0", "len(self.items)"])
        ));
        self.line("    def swap(self):");
        self.line("        self.a, self.b = self.b, self.a");
        self.line("        return self.a");
        self.scope().classes.push(Class { name, id });
        self.instantiate(args);
    }
}

fn fresh(kind: Kind, number: usize) -> String {
    let letter = match kind {
        Kind::List => 'l',
        Kind::Dict => 'd',
        Kind::Set => 'e',
        Kind::Tuple => 't',
        Kind::Str => 's',
        Kind::Int => 'n',
        Kind::Object(_) => 'o',
        Kind::Any => 'x',
    };
    format!("{letter}{number}")
}
