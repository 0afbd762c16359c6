//! The normal form of lowered code; `tests/compiler/normal_form.py` prints the same of CPython's tree.

use std::collections::BTreeMap;
use std::fmt::Write;

use heaplight::base::{Name, Names, Span};
use heaplight::hir::*;

pub struct Dump<'a> {
    names: &'a Names,
    minor: u8,
    item: &'a Item,
    start: u32,
    in_fstring: u32,
    out: String,
}

/// The statements of `file`, a line each.
pub fn tree(file: &File, names: &Names, minor: u8) -> String {
    let mut out = String::new();
    for placed in &file.items {
        let mut dump = Dump {
            names,
            minor,
            item: &placed.item,
            start: placed.start,
            in_fstring: 0,
            out,
        };
        placed.item.body.iter().for_each(|&stmt| dump.stmt(stmt));
        out = dump.out;
    }
    out.truncate(out.trim_end().len());
    out
}

fn join<T>(items: &[T], mut one: impl FnMut(&T) -> String) -> String {
    let mut text = "[".to_owned();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&one(item));
    }
    text + "]"
}

impl Dump<'_> {
    fn name(&self, name: Name) -> String {
        self.names.text(name).to_owned()
    }

    fn used(&self, name: &Option<NameUse>) -> String {
        name.map_or("-".to_owned(), |name| self.name(name.name))
    }

    fn span(&self, span: Span) -> String {
        if self.in_fstring > 0 && self.minor < 12 {
            return "?".to_owned();
        }
        format!("{}-{}", span.start + self.start, span.end + self.start)
    }

    fn line(&mut self, id: StmtId, text: String) {
        let mut span = self.span(self.item.stmt_span(id));
        if self.minor == 8 {
            // A semicolon behind a block, or none.
            span.truncate(span.find('-').unwrap_or(span.len()));
        }
        let _ = writeln!(self.out, "{span} {text}");
    }

    fn block(&mut self, body: &[StmtId]) {
        self.out.push_str("{\n");
        body.iter().for_each(|&stmt| self.stmt(stmt));
        self.out.push_str("}\n");
    }

    fn exprs(&mut self, ids: &[ExprId]) -> String {
        join(ids, |&id| self.expr(id))
    }

    fn maybe(&mut self, id: Option<ExprId>) -> String {
        id.map_or("-".to_owned(), |id| self.expr(id))
    }

    fn type_params(&mut self, params: &[TypeParam]) -> String {
        join(params, |param| {
            format!(
                "{:?} {}:{}={}",
                param.kind,
                self.name(param.name),
                self.maybe(param.bound),
                self.maybe(param.default)
            )
        })
    }

    fn keywords(&mut self, keywords: &[Keyword]) -> String {
        join(keywords, |keyword| {
            let span = if self.minor >= 9 {
                self.span(keyword.span)
            } else {
                "?".to_owned()
            };
            let name = keyword.name.map_or("**".to_owned(), |name| self.name(name));
            format!("{span} {name}={}", self.expr(keyword.value))
        })
    }

    fn aliases(&mut self, aliases: &[Alias]) -> String {
        join(aliases, |alias| {
            let span = if self.minor >= 10 {
                self.span(alias.span)
            } else {
                "?".to_owned()
            };
            let asname = alias.asname.map_or("-".to_owned(), |name| self.name(name));
            format!("{span} {} as {asname}", self.name(alias.path))
        })
    }

    fn params(&mut self, params: &Params) -> String {
        let one = |dump: &mut Self, param: &Param| {
            format!("{}:{}", dump.name(param.name), dump.maybe(param.annotation))
        };
        let maybe = |dump: &mut Self, param: &Option<Param>| match param {
            Some(param) => one(dump, param),
            None => "-".to_owned(),
        };
        let (posonly, args) = (
            join(&params.posonly, |param| one(self, param)),
            join(&params.args, |param| one(self, param)),
        );
        let (vararg, kwonly) = (
            maybe(self, &params.vararg),
            join(&params.kwonly, |param| one(self, param)),
        );
        let kwarg = maybe(self, &params.kwarg);
        let (defaults, kw_defaults) = (
            self.exprs(&params.defaults),
            join(&params.kw_defaults, |&default| self.maybe(default)),
        );
        format!("{posonly}/{args}*{vararg},{kwonly}**{kwarg}={defaults},{kw_defaults}")
    }

    fn stmt(&mut self, id: StmtId) {
        match self.item.stmt(id) {
            Stmt::Error => self.line(id, "ERROR".to_owned()),
            Stmt::FunctionDef {
                unit,
                name,
                decorators,
                type_params,
            } => {
                let unit = self.item.unit(*unit);
                let word = if unit.kind == UnitKind::AsyncFunction {
                    "async def"
                } else {
                    "def"
                };
                let (decorators, type_params) =
                    (self.exprs(decorators), self.type_params(type_params));
                let (params, returns) = (self.params(&unit.params), self.maybe(unit.returns));
                self.line(
                    id,
                    format!(
                        "{word} {} {decorators} {type_params} {params} {returns}",
                        self.name(name.name)
                    ),
                );
                self.block(&unit.body);
            }
            Stmt::ClassDef {
                unit,
                name,
                bases,
                keywords,
                decorators,
                type_params,
            } => {
                let unit = self.item.unit(*unit);
                let (decorators, type_params) =
                    (self.exprs(decorators), self.type_params(type_params));
                let (bases, keywords) = (self.exprs(bases), self.keywords(keywords));
                self.line(
                    id,
                    format!(
                        "class {} {decorators} {type_params} {bases} {keywords}",
                        self.name(name.name)
                    ),
                );
                self.block(&unit.body);
            }
            Stmt::Return(value) => {
                let value = self.maybe(*value);
                self.line(id, format!("return {value}"));
            }
            Stmt::Delete(targets) => {
                let targets = self.exprs(targets);
                self.line(id, format!("del {targets}"));
            }
            Stmt::Assign { targets, value } => {
                let (targets, value) = (self.exprs(targets), self.expr(*value));
                self.line(id, format!("assign {targets} {value}"));
            }
            Stmt::TypeAlias {
                name,
                type_params,
                value,
            } => {
                let (type_params, value) = (self.type_params(type_params), self.expr(*value));
                self.line(
                    id,
                    format!("type {} {type_params} {value}", self.name(name.name)),
                );
            }
            Stmt::AugAssign { target, op, value } => {
                let (target, value) = (self.expr(*target), self.expr(*value));
                self.line(id, format!("augassign {target} {op:?} {value}"));
            }
            Stmt::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => {
                let (target, annotation, value) = (
                    self.expr(*target),
                    self.expr(*annotation),
                    self.maybe(*value),
                );
                self.line(
                    id,
                    format!(
                        "annassign {target} {annotation} {value} {}",
                        u8::from(*simple)
                    ),
                );
            }
            Stmt::For {
                is_async,
                target,
                iter,
                body,
                orelse,
            } => {
                let (target, iter) = (self.expr(*target), self.expr(*iter));
                self.line(
                    id,
                    format!(
                        "{}for {target} {iter}",
                        if *is_async { "async " } else { "" }
                    ),
                );
                self.block(body);
                self.block(orelse);
            }
            Stmt::While { test, body, orelse } => {
                let test = self.expr(*test);
                self.line(id, format!("while {test}"));
                self.block(body);
                self.block(orelse);
            }
            Stmt::If { test, body, orelse } => {
                let test = self.expr(*test);
                self.line(id, format!("if {test}"));
                self.block(body);
                self.block(orelse);
            }
            Stmt::With {
                is_async,
                items,
                body,
            } => {
                let items = join(items, |item| {
                    format!("{} as {}", self.expr(item.context), self.maybe(item.target))
                });
                self.line(
                    id,
                    format!("{}with {items}", if *is_async { "async " } else { "" }),
                );
                self.block(body);
            }
            Stmt::Match { subject, cases } => {
                let subject = self.expr(*subject);
                self.line(id, format!("match {subject}"));
                self.out.push_str("{\n");
                for case in cases {
                    let (pattern, guard) = (self.pattern(case.pattern), self.maybe(case.guard));
                    let _ = writeln!(self.out, "case {pattern} if {guard}");
                    self.block(&case.body);
                }
                self.out.push_str("}\n");
            }
            Stmt::Raise { exc, cause } => {
                let (exc, cause) = (self.maybe(*exc), self.maybe(*cause));
                self.line(id, format!("raise {exc} {cause}"));
            }
            Stmt::Try {
                star,
                body,
                handlers,
                orelse,
                finalbody,
            } => {
                self.line(id, format!("try{}", if *star { "*" } else { "" }));
                self.block(body);
                for handler in handlers {
                    let (exc_type, mut span) =
                        (self.maybe(handler.exc_type), self.span(handler.span));
                    if self.minor == 8 {
                        span.truncate(span.find('-').unwrap_or(span.len()));
                    }
                    let name = self.used(&handler.name);
                    let _ = writeln!(self.out, "{span} except {exc_type} {name}");
                    self.block(&handler.body);
                }
                self.block(orelse);
                self.block(finalbody);
            }
            Stmt::Assert { test, msg } => {
                let (test, msg) = (self.expr(*test), self.maybe(*msg));
                self.line(id, format!("assert {test} {msg}"));
            }
            Stmt::Import(aliases) => {
                let aliases = self.aliases(aliases);
                self.line(id, format!("{}import {aliases}", self.lazy(id)));
            }
            Stmt::ImportFrom {
                module,
                names,
                level,
            } => {
                let aliases = self.aliases(names);
                let module = module.map_or("-".to_owned(), |module| self.name(module));
                self.line(
                    id,
                    format!("{}from {module} {level} {aliases}", self.lazy(id)),
                );
            }
            Stmt::Global(names) => self.declaration(id, "global", names),
            Stmt::Nonlocal(names) => self.declaration(id, "nonlocal", names),
            Stmt::Expr(value) => {
                let value = self.expr(*value);
                self.line(id, format!("expr {value}"));
            }
            Stmt::Pass => self.line(id, "pass".to_owned()),
            Stmt::Break => self.line(id, "break".to_owned()),
            Stmt::Continue => self.line(id, "continue".to_owned()),
        }
    }

    fn lazy(&self, id: StmtId) -> &'static str {
        if self.item.lazy_imports.contains(&id) {
            "lazy "
        } else {
            ""
        }
    }

    fn declaration(&mut self, id: StmtId, word: &str, names: &[Name]) {
        let names: Vec<_> = names.iter().map(|&name| self.name(name)).collect();
        self.line(id, format!("{word} {}", names.join(",")));
    }

    fn parts(&mut self, parts: &[ExprId]) -> String {
        self.in_fstring += 1;
        let text = join(parts, |&part| match self.item.expr(part) {
            Expr::Constant(value) => format!("? ={}", constant(value)),
            _ => self.expr(part),
        });
        self.in_fstring -= 1;
        text
    }

    fn spec(&mut self, spec: Option<ExprId>) -> String {
        match spec.map(|spec| self.item.expr(spec)) {
            Some(Expr::JoinedStr { parts }) => self.parts(parts),
            Some(_) => "not a joined string".to_owned(),
            None => "-".to_owned(),
        }
    }

    fn generators(&mut self, generators: &[Comprehension]) -> String {
        join(generators, |clause| {
            let (target, iter, ifs) = (
                self.expr(clause.target),
                self.expr(clause.iter),
                self.exprs(&clause.ifs),
            );
            format!("{} {target} {iter} {ifs}", u8::from(clause.is_async))
        })
    }

    fn subscript(&mut self, id: ExprId) -> String {
        // 3.8 has no position for a slice, nor for a tuple that holds one.
        match self.item.expr(id) {
            Expr::Tuple { elts } if self.minor == 8 => {
                let slices = elts
                    .iter()
                    .any(|&elt| matches!(self.item.expr(elt), Expr::Slice { .. }));
                let elts = join(elts, |&elt| match slices {
                    true => self.subscript(elt),
                    false => self.expr(elt),
                });
                format!("? Tuple({elts})")
            }
            _ => self.expr(id),
        }
    }

    fn expr(&mut self, id: ExprId) -> String {
        let span = self.span(self.item.expr_span(id));
        let body = match self.item.expr(id) {
            Expr::Missing => "MISSING".to_owned(),
            Expr::Constant(value) => format!("={}", constant(value)),
            Expr::Name(name) => self.name(name.name),
            Expr::BoolOp { op, values } => format!("{op:?}({})", self.exprs(values)),
            Expr::Named { target, value } => {
                format!("Named({},{})", self.expr(*target), self.expr(*value))
            }
            Expr::BinOp { left, op, right } => format!(
                "{}({},{})",
                operator(*op),
                self.expr(*left),
                self.expr(*right)
            ),
            Expr::UnaryOp { op, operand } => {
                let op = match op {
                    UnaryOp::Invert => "Invert",
                    UnaryOp::Not => "Not",
                    UnaryOp::Plus => "UAdd",
                    UnaryOp::Minus => "USub",
                };
                format!("{op}({})", self.expr(*operand))
            }
            Expr::Lambda(unit) => {
                let unit = self.item.unit(*unit);
                format!(
                    "Lambda({},{})",
                    self.params(&unit.params),
                    self.maybe(unit.value)
                )
            }
            Expr::IfExp { test, body, orelse } => {
                format!(
                    "IfExp({},{},{})",
                    self.expr(*test),
                    self.expr(*body),
                    self.expr(*orelse)
                )
            }
            Expr::Dict { items } => {
                let items = join(items, |(key, value)| {
                    let key = key.map_or("**".to_owned(), |key| self.expr(key));
                    format!("{key}:{}", self.expr(*value))
                });
                format!("Dict({items})")
            }
            Expr::Set { elts } => format!("Set({})", self.exprs(elts)),
            Expr::Comp {
                kind,
                elt,
                value,
                generators,
                ..
            } => {
                let kind = match kind {
                    CompKind::List => "ListComp",
                    CompKind::Set => "SetComp",
                    CompKind::Dict => "DictComp",
                    CompKind::Generator => "GeneratorExp",
                };
                format!(
                    "{kind}({},{},{})",
                    self.expr(*elt),
                    self.maybe(*value),
                    self.generators(generators)
                )
            }
            Expr::Await(value) => format!("Await({})", self.expr(*value)),
            Expr::Yield(value) => format!("Yield({})", self.maybe(*value)),
            Expr::YieldFrom(value) => format!("YieldFrom({})", self.expr(*value)),
            Expr::Compare { left, rest } => {
                let left = self.expr(*left);
                let rest: Vec<_> = rest
                    .iter()
                    .map(|(op, right)| format!("{op:?} {}", self.expr(*right)))
                    .collect();
                format!("Compare({left},{})", rest.join(","))
            }
            Expr::Call {
                func,
                args,
                keywords,
            } => {
                format!(
                    "Call({},{},{})",
                    self.expr(*func),
                    self.exprs(args),
                    self.keywords(keywords)
                )
            }
            Expr::JoinedStr { parts } => format!("JoinedStr({})", self.parts(parts)),
            Expr::TemplateStr { parts } => format!("TemplateStr({})", self.parts(parts)),
            Expr::Formatted {
                value,
                conversion,
                spec,
            } => {
                let conversion = conversion.unwrap_or('-');
                format!(
                    "Formatted({},{conversion},{})",
                    self.expr(*value),
                    self.spec(*spec)
                )
            }
            Expr::Interpolation {
                value,
                text,
                conversion,
                spec,
            } => {
                let conversion = conversion.unwrap_or('-');
                let text = constant(&Const::Str(text.clone()));
                format!(
                    "Interpolation({},{text},{conversion},{})",
                    self.expr(*value),
                    self.spec(*spec)
                )
            }
            Expr::Attribute { value, attr, .. } => {
                format!("Attribute({},{})", self.expr(*value), self.name(*attr))
            }
            Expr::Subscript { value, index } => format!(
                "Subscript({},{})",
                self.expr(*value),
                self.subscript(*index)
            ),
            Expr::Starred(value) if self.minor == 8 => {
                return format!("? Starred({})", self.expr(*value));
            }
            Expr::Starred(value) => format!("Starred({})", self.expr(*value)),
            Expr::List { elts } => format!("List({})", self.exprs(elts)),
            Expr::Tuple { elts } => format!("Tuple({})", self.exprs(elts)),
            Expr::Slice { lower, upper, step } => {
                let text = format!(
                    "Slice({},{},{})",
                    self.maybe(*lower),
                    self.maybe(*upper),
                    self.maybe(*step)
                );
                return if self.minor == 8 {
                    format!("? {text}")
                } else {
                    format!("{span} {text}")
                };
            }
        };
        format!("{span} {body}")
    }

    fn pattern(&mut self, id: PatId) -> String {
        let span = self.span(self.item.pattern_spans[id.0 as usize]);
        let body = match self.item.pattern(id) {
            Pattern::Missing => "MISSING".to_owned(),
            Pattern::Value(value) => format!("Value({})", self.expr(*value)),
            Pattern::Singleton(value) => format!("Singleton({})", constant(value)),
            Pattern::Sequence(patterns) => format!("Sequence({})", self.patterns(patterns)),
            Pattern::Mapping {
                keys,
                patterns,
                rest,
            } => {
                format!(
                    "Mapping({},{},{})",
                    self.exprs(keys),
                    self.patterns(patterns),
                    self.used(rest)
                )
            }
            Pattern::Class {
                class,
                patterns,
                keywords,
            } => {
                let (class, patterns) = (self.expr(*class), self.patterns(patterns));
                let keywords = join(keywords, |(name, inner)| {
                    format!("{}={}", self.name(*name), self.pattern(*inner))
                });
                format!("Class({class},{patterns},{keywords})")
            }
            Pattern::Star(name) => format!("Star({})", self.used(name)),
            Pattern::As { pattern, name } => {
                let pattern = pattern.map_or("-".to_owned(), |pattern| self.pattern(pattern));
                format!("As({pattern},{})", self.used(name))
            }
            Pattern::Or(patterns) => format!("Or({})", self.patterns(patterns)),
        };
        format!("{span} {body}")
    }

    fn patterns(&mut self, ids: &[PatId]) -> String {
        join(ids, |&id| self.pattern(id))
    }
}

fn operator(op: BinOp) -> String {
    match op {
        BinOp::MatMult => "MatMult".to_owned(),
        other => format!("{other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn constant(value: &Const) -> String {
    match value {
        Const::None => "None".to_owned(),
        Const::Bool(true) => "True".to_owned(),
        Const::Bool(false) => "False".to_owned(),
        Const::Ellipsis => "...".to_owned(),
        Const::Int(value) => format!("i{value:x}"),
        Const::Float(bits) => format!("f{bits:016x}"),
        Const::Imaginary(bits) => format!("j{bits:016x}"),
        Const::Str(text) => format!("s{}", hex(text.as_bytes())),
        Const::Surrogates(codes) => {
            let mut bytes = Vec::new();
            for &code in codes.iter() {
                match char::from_u32(code) {
                    Some(c) => bytes.extend(c.to_string().bytes()),
                    None => bytes.extend([
                        0xe0 | (code >> 12) as u8,
                        0x80 | (code >> 6 & 63) as u8,
                        0x80 | (code & 63) as u8,
                    ]),
                }
            }
            format!("s{}", hex(&bytes))
        }
        Const::Bytes(bytes) => format!("b{}", hex(bytes)),
    }
}

/// The scopes of `file`, in the form of `tests/compiler/normal_form.py`.
pub fn scopes(file: &File, names: &Names, minor: u8) -> String {
    let mut blocks: Vec<Vec<String>> = Vec::new();
    for placed in &file.items {
        let mut children = vec![Vec::new(); placed.item.units.len()];
        let mut top = Vec::new();
        for (index, unit) in placed.item.units.iter().enumerate() {
            match unit.parent {
                Some(parent) => children[parent.0 as usize].push(index),
                None => top.push(index),
            }
        }
        let future = file.future_annotations && minor >= 10;
        let scopes = Scopes {
            item: &placed.item,
            names,
            children,
            unread_annotations: future || minor >= 14,
            lazy_annotations: !future && minor >= 14,
            inlines: minor >= 12,
            counts_inlined_reads: minor >= 14,
        };
        top.iter().for_each(|&unit| scopes.add(unit, &mut blocks));
    }
    blocks.sort();
    blocks.concat().join("\n")
}

struct Scopes<'a> {
    item: &'a Item,
    names: &'a Names,
    children: Vec<Vec<usize>>,
    /// What an annotation mentions does not count where it stands.
    unread_annotations: bool,
    /// It makes cells.
    lazy_annotations: bool,
    /// Comprehensions are part of the code around them.
    inlines: bool,
    /// What an inlined comprehension reads, the code around it reads.
    counts_inlined_reads: bool,
}

/// A name as `symtable` has it: kind, bound, referenced, parameter, annotated.
type Symbol = (&'static str, [bool; 4]);

impl Scopes<'_> {
    fn is_inlined(&self, index: usize) -> bool {
        let kind = self.item.units[index].kind;
        self.inlines && matches!(kind, UnitKind::Comprehension(kind) if kind != CompKind::Generator)
    }

    fn symbols(&self, index: usize) -> BTreeMap<String, Symbol> {
        let unit = &self.item.units[index];
        let mut found = BTreeMap::new();
        for var in &unit.scope.vars {
            let is_read = var.is_referenced || var.in_annotation && !self.unread_annotations;
            let lazily = self.lazy_annotations && var.in_annotation && unit.kind != UnitKind::Class;
            let kind = match var.kind {
                VarKind::Local if lazily => "cell",
                VarKind::Local => "local",
                VarKind::Cell if self.inlines && !var.is_captured && !lazily => "local",
                VarKind::Cell => "cell",
                VarKind::Free => "free",
                VarKind::GlobalExplicit => "explicit",
                VarKind::GlobalImplicit if !is_read && var.in_annotation => continue,
                VarKind::GlobalImplicit => "global",
            };
            let flags = [var.is_assigned, is_read, var.is_parameter, var.is_annotated];
            found.insert(self.names.text(var.name).to_owned(), (kind, flags));
        }
        for &child in &self.children[index] {
            if self.is_inlined(child) {
                for (name, symbol) in self.symbols(child) {
                    let outer = found.entry(name).or_insert(symbol);
                    // Only passed through, so far.
                    if *outer == ("free", [false; 4]) {
                        *outer = symbol;
                    }
                    if self.counts_inlined_reads && !matches!(symbol.0, "local" | "cell") {
                        outer.1[1] |= symbol.1[1];
                    }
                }
            }
        }
        found
    }

    /// The scopes in `index`, what is inlined left out but for what is in it.
    fn inner(&self, index: usize, blocks: &mut Vec<Vec<String>>) {
        for &child in &self.children[index] {
            self.add(child, blocks);
        }
    }

    fn add(&self, index: usize, blocks: &mut Vec<Vec<String>>) {
        let unit = &self.item.units[index];
        let kind = match unit.kind {
            UnitKind::TypeParams | UnitKind::TypeParam(_) | UnitKind::TypeAlias => {
                return self.inner(index, blocks);
            }
            _ if self.is_inlined(index) => return self.inner(index, blocks),
            UnitKind::Class => "class",
            UnitKind::Function
            | UnitKind::AsyncFunction
            | UnitKind::Lambda
            | UnitKind::Comprehension(_) => "function",
        };
        let mut inner = Vec::new();
        self.inner(index, &mut inner);
        inner.sort();
        let name = self.names.text(unit.name).trim_matches(['<', '>']);
        let mut rows = vec![format!("{kind} {name}")];
        for (name, (kind, flags)) in self.symbols(index) {
            let flags: String = "brpa"
                .chars()
                .zip(flags)
                .filter_map(|(letter, on)| on.then_some(letter))
                .collect();
            rows.push(format!(" {name} {kind} {flags}"));
        }
        rows.extend(inner.into_iter().flatten().map(|row| format!(" {row}")));
        blocks.push(rows);
    }
}
