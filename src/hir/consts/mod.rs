//! What the compiler makes of constants: the only part of lowering that depends on the version.
//!
//! CPython folds constant expressions, keeps each code object's constants in a tuple (`co_consts`), makes equal ones of
//! a file one object, and interns strings that look like names. [`compile`] follows it item by item, which is done anew
//! only for items that changed, and merges the file.
//!
//! Must not know: values at run time; what holds references besides code objects, constants and the parser.

mod annotation;
mod call;
mod comprehension;
mod display;
mod docstring;
mod emit;
mod expr;
mod fold;
mod format;
mod function;
mod jump;
mod stmt;
mod strings;
mod value;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use self::emit::{Code, Emitter, FOLDED, JOINED, LITERAL, Load, MADE};
use super::body::{ExprId, Stmt};
use super::unit::{Item, PlacedItem, UnitId};
use crate::base::Names;
use crate::layout::CompilerFeatures;

pub use self::emit::CodeOf;
pub use self::value::{CodeId, Value};

/// A constant of a file: equal ones are one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConstId(pub u32);

/// The constants of one item's code objects.
#[derive(Debug)]
struct ItemConsts {
    item: Arc<Item>,
    /// What it was compiled with, besides the item.
    key: Key,
    /// The first is the module's share.
    codes: Vec<Code>,
    /// Finished `co_consts`, but for the module's.
    lists: Vec<Vec<Value>>,
    /// See [`FileConsts::unsettled`].
    unsettled: Vec<Value>,
    origins: FxHashMap<Value, u8>,
    /// The statement can be left at its end.
    falls_through: bool,
    /// The code with this item's share of the module's lazy annotations.
    annotations: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    features: CompilerFeatures,
    future_annotations: bool,
    is_first: bool,
    /// Line of its first byte, where a code object holds a line.
    line: u32,
}

/// What is known of a constant.
#[derive(Clone, Debug)]
struct Constant {
    value: Value,
    items: Vec<ConstId>,
    origin: u8,
    holders: u32,
    unsure: bool,
}

/// The constants of a file.
#[derive(Clone, Debug, Default)]
pub struct FileConsts {
    items: Vec<Arc<ItemConsts>>,
    constants: Vec<Constant>,
    ids: FxHashMap<Value, ConstId>,
    exprs: Vec<FxHashMap<ExprId, ConstId>>,
    defaults: Vec<FxHashMap<UnitId, ConstId>>,
    /// `co_consts` of the module, and of the code objects by item.
    module: Vec<Value>,
    /// Of the module: see [`FileConsts::unsettled`].
    unsettled: Vec<Value>,
    /// `co_consts` of the module's lazy annotations, if it has any.
    annotations: Option<Vec<Value>>,
    features: Option<CompilerFeatures>,
    unsure: bool,
    has_twins: bool,
}

/// Compiles the constants of a file. `line_of` gives the line, from 1, of a byte offset in the text; what `old` knows
/// of items that are the same is taken over.
pub fn compile(
    items: &[PlacedItem],
    names: &Names,
    features: CompilerFeatures,
    future_annotations: bool,
    line_of: &dyn Fn(u32) -> u32,
    old: Option<&FileConsts>,
) -> FileConsts {
    let known: FxHashMap<*const Item, &Arc<ItemConsts>> = old
        .into_iter()
        .flat_map(|old| &old.items)
        .map(|item| (Arc::as_ptr(&item.item), item))
        .collect();
    let mut compiled = Vec::with_capacity(items.len());
    for (index, placed) in items.iter().enumerate() {
        let holds_lines = features.class_line_and_attributes
            && placed
                .item
                .stmts
                .iter()
                .any(|stmt| matches!(stmt, Stmt::ClassDef { .. }));
        let key = Key {
            features,
            future_annotations,
            is_first: index == 0,
            line: if holds_lines {
                line_of(placed.start)
            } else {
                0
            },
        };
        let reusable = known
            .get(&Arc::as_ptr(&placed.item))
            .filter(|known| known.key == key);
        compiled.push(match reusable {
            Some(known) => Arc::clone(known),
            None => Arc::new(compile_item(placed, names, key, line_of)),
        });
    }
    merge(compiled, features)
}

fn compile_item(
    placed: &PlacedItem,
    names: &Names,
    key: Key,
    line_of: &dyn Fn(u32) -> u32,
) -> ItemConsts {
    let item = &placed.item;
    let line = |offset: u32| line_of(placed.start + offset);
    let mut emitter = Emitter {
        item,
        names,
        f: key.features,
        future_annotations: key.future_annotations,
        line_of: &line,
        codes: vec![Code::new(CodeOf::Module)],
        current: 0,
        alive: true,
        muted: 0,
        frames: Vec::new(),
        made: FxHashMap::default(),
        attributes: Vec::new(),
        annotations: Vec::new(),
        unmerged: 0,
        unfolded: 0,
        origins: FxHashMap::default(),
    };
    let docstring = if key.is_first {
        emitter.docstring(&item.body)
    } else {
        None
    };
    match docstring {
        Some(docstring) => emitter.load_docstring(docstring),
        None => emitter.body(&item.body),
    }
    let falls_through = emitter.alive;
    let annotations = std::mem::take(&mut emitter.annotations);
    let annotations = (!annotations.is_empty()).then(|| {
        let before = emitter.enter(CodeOf::ModuleAnnotations);
        for (annotation, name) in annotations {
            emitter.expr(annotation);
            emitter.load_name(name);
        }
        emitter.leave(before).code as usize
    });
    let Emitter { codes, origins, .. } = emitter;
    let mut unsettled = Vec::new();
    let lists = codes
        .iter()
        .enumerate()
        .map(|(index, code)| match index {
            0 => Vec::new(),
            _ => co_consts(&code.loads, &code.late, &key.features, &mut unsettled),
        })
        .collect();
    ItemConsts {
        item: Arc::clone(item),
        key,
        codes,
        lists,
        unsettled,
        origins,
        falls_through,
        annotations,
    }
}

/// Whether loading it needs no constant.
fn is_inline(value: &Value, f: &CompilerFeatures) -> bool {
    match value {
        Value::Int(value) => {
            f.small_ints_inline && small_int(value).is_some_and(|value| (0..256).contains(&value))
                || f.common_constants && small_int(value) == Some(-1)
        }
        Value::None | Value::Bool(_) => f.common_constants,
        Value::Str(text) => f.common_constants && text.is_empty(),
        _ => false,
    }
}

fn small_int(value: &num_bigint::BigInt) -> Option<i64> {
    num_traits::ToPrimitive::to_i64(value)
}

/// The tuple of constants that comes of these loads; and constants that no instruction uses, which the tuple has or lacks
/// for no other reason than where they stand in it.
fn co_consts(
    loads: &[Load],
    late: &[Load],
    f: &CompilerFeatures,
    unsettled: &mut Vec<Value>,
) -> Vec<Value> {
    let mut list: indexmap::IndexMap<&Value, bool, rustc_hash::FxBuildHasher> =
        indexmap::IndexMap::default();
    for load in loads.iter().chain(late.iter().filter(|load| load.alive)) {
        let used = load.alive && load.used && !is_inline(&load.value, f);
        *list.entry(&load.value).or_insert(false) |= used;
    }
    if f.drops_unused {
        if let Some((first, false)) = list.first() {
            unsettled.push((*first).clone());
        }
        let mut first = true;
        list.retain(|_, used| std::mem::replace(&mut first, false) || *used);
    } else if f.trims_unused {
        let last = list.values().rposition(|used| *used).unwrap_or(0);
        let dropped = list.keys().skip(last + 1);
        unsettled.extend(dropped.map(|value| (*value).clone()));
        list.truncate(last + 1);
    }
    list.into_keys().cloned().collect()
}

/// The code object of the module's lazy annotations.
const MODULE_ANNOTATIONS: CodeId = CodeId {
    item: u32::MAX,
    code: 0,
};

/// A constant of the item `index` as one of the file.
fn placed(value: &Value, index: usize) -> Value {
    match value {
        Value::Code(id) => Value::Code(CodeId {
            item: index as u32,
            code: id.code,
        }),
        Value::Unmerged(items, number) => Value::Unmerged(
            Arc::clone(items),
            (index as u64) << 32 | number & 0xffff_ffff,
        ),
        other => other.clone(),
    }
}

/// A `co_consts` as it is compared with others: what is merged with nothing is equal to others all the same.
fn comparable(list: &[Value]) -> Vec<Value> {
    let plain = |value: &Value| match value {
        Value::Unmerged(items, _) => Value::Tuple(Arc::clone(items)),
        other => other.clone(),
    };
    list.iter().map(plain).collect()
}

fn merge(items: Vec<Arc<ItemConsts>>, features: CompilerFeatures) -> FileConsts {
    let mut file = FileConsts {
        features: Some(features),
        ..FileConsts::default()
    };
    let (mut loads, mut late) = (Vec::new(), Vec::new());
    let mut alive = true;
    for (index, item) in items.iter().enumerate() {
        let code = &item.codes[0];
        file.unsure |= code.unsure;
        file.has_twins |= code.has_twins;
        for (from, to) in [(&code.loads, &mut loads), (&code.late, &mut late)] {
            to.extend(from.iter().map(|load| Load {
                value: placed(&load.value, index),
                alive: load.alive && alive,
                used: load.used,
            }));
        }
        alive &= item.falls_through;
    }
    let mut lazy = (
        vec![Load {
            value: Value::Int(2.into()),
            alive: true,
            used: true,
        }],
        Vec::new(),
    );
    for (index, item) in items.iter().enumerate() {
        let Some(code) = item.annotations.map(|code| &item.codes[code]) else {
            continue;
        };
        file.unsure |= code.unsure;
        for (from, to) in [(&code.loads, &mut lazy.0), (&code.late, &mut lazy.1)] {
            to.extend(from.iter().map(|load| Load {
                value: placed(&load.value, index),
                ..*load
            }));
        }
    }
    if lazy.0.len() > 1 || items.iter().any(|item| item.annotations.is_some()) {
        loads.push(Load {
            value: Value::Code(MODULE_ANNOTATIONS),
            alive,
            used: true,
        });
        let list = co_consts(&lazy.0, &lazy.1, &features, &mut file.unsettled);
        file.annotations = Some(list);
    }
    loads.push(Load {
        value: Value::None,
        alive,
        used: true,
    });
    file.module = co_consts(&loads, &late, &features, &mut file.unsettled);
    file.items = items;
    count(&mut file);
    file
}

/// A frozenset of strings that are interned is made anew for each code object, unless nobody interned them before.
fn is_remade(value: &Value) -> bool {
    match value {
        Value::FrozenSet(items) => items
            .iter()
            .any(|item| item.is_name_like() || is_remade(item) || has_name(item)),
        Value::Tuple(items) => items.iter().any(is_remade),
        _ => false,
    }
}

fn has_name(value: &Value) -> bool {
    value.is_name_like() || value.items().iter().any(has_name)
}

fn codes_in(list: &[Value]) -> Vec<CodeId> {
    let codes = list.iter().filter_map(|value| match value {
        Value::Code(id) => Some(*id),
        _ => None,
    });
    codes.collect()
}

/// Gives every constant its number and counts what holds it.
fn count(file: &mut FileConsts) {
    let items = file.items.clone();
    // Code objects whose constants are all equal share the tuple.
    let mut tuples: FxHashMap<Vec<Value>, Vec<Value>> = FxHashMap::default();
    tuples.insert(comparable(&file.module), file.module.clone());
    let mut unsure_values: FxHashSet<Value> = FxHashSet::default();
    let mut reached: FxHashSet<CodeId> = FxHashSet::default();
    let mut todo = codes_in(&file.module);
    if let Some(list) = &file.annotations {
        todo.extend(codes_in(list));
        tuples.insert(comparable(list), list.clone());
    }
    while let Some(id) = todo.pop() {
        let Some(item) = items.get(id.item as usize) else {
            continue;
        };
        if !reached.insert(id) {
            continue;
        }
        let own: Vec<Value> = item.lists[id.code as usize]
            .iter()
            .map(|value| placed(value, id.item as usize))
            .collect();
        todo.extend(codes_in(&own));
        if item.codes[id.code as usize].unsure {
            unsure_values.extend(own.iter().cloned());
        }
        tuples.entry(comparable(&own)).or_insert(own);
    }
    let mut held: FxHashMap<Value, u32> = FxHashMap::default();
    let mut containers: FxHashSet<Value> = FxHashSet::default();
    let mut todo: Vec<Value> = Vec::new();
    for tuple in tuples.values() {
        for value in tuple {
            *held.entry(value.clone()).or_insert(0) += 1;
            todo.push(value.clone());
        }
    }
    while let Some(value) = todo.pop() {
        if value.items().is_empty() || !containers.insert(value.clone()) {
            continue;
        }
        for inner in value.items() {
            *held.entry(inner.clone()).or_insert(0) += 1;
            todo.push(inner.clone());
        }
    }
    let mut values: Vec<(Value, u32)> = held
        .into_iter()
        .filter(|(value, _)| !matches!(value, Value::Code(_)))
        .collect();
    values.sort();
    let mut origins: FxHashMap<&Value, u8> = FxHashMap::default();
    for (value, bits) in items.iter().flat_map(|item| &item.origins) {
        *origins.entry(value).or_insert(0) |= bits;
    }
    for (value, holders) in values {
        let origin = origins.get(&value).copied().unwrap_or(0);
        let unsure = file.unsure || unsure_values.contains(&value) || is_remade(&value);
        let id = ConstId(file.constants.len() as u32);
        file.ids.insert(value.clone(), id);
        file.constants.push(Constant {
            value,
            items: Vec::new(),
            origin,
            holders,
            unsure,
        });
    }
    for index in 0..file.constants.len() {
        let inner = file.constants[index]
            .value
            .items()
            .iter()
            .filter_map(|item| file.ids.get(item).copied())
            .collect();
        file.constants[index].items = inner;
    }
    for item in &items {
        let (mut exprs, mut defaults) = (FxHashMap::default(), FxHashMap::default());
        for code in &item.codes {
            for (expr, value) in &code.exprs {
                if let Some(&id) = file.ids.get(value) {
                    exprs.insert(*expr, id);
                }
            }
            for (unit, value) in &code.defaults {
                if let Some(&id) = file.ids.get(value) {
                    defaults.insert(*unit, id);
                }
            }
        }
        file.exprs.push(exprs);
        file.defaults.push(defaults);
    }
}

impl FileConsts {
    /// The constant that an expression of the item `item` loads: a literal, what the compiler folds, and of a display
    /// of constants the hidden tuple or frozenset that it is built from.
    pub fn of_expr(&self, item: usize, expr: ExprId) -> Option<ConstId> {
        self.exprs.get(item)?.get(&expr).copied()
    }

    /// The constant that is a function's `__defaults__`, where all positional defaults are constants.
    pub fn defaults(&self, item: usize, unit: UnitId) -> Option<ConstId> {
        self.defaults.get(item)?.get(&unit).copied()
    }

    /// Whether the code of an item, the same in two files, loads the same constants, as `is_alike` says of their numbers.
    pub fn loads_alike(
        &self,
        item: usize,
        other: &Self,
        other_item: usize,
        is_alike: &dyn Fn(u32, u32) -> bool,
    ) -> bool {
        fn same<K: Eq + std::hash::Hash>(
            ours: Option<&FxHashMap<K, ConstId>>,
            theirs: Option<&FxHashMap<K, ConstId>>,
            is_alike: &dyn Fn(u32, u32) -> bool,
        ) -> bool {
            let (Some(ours), Some(theirs)) = (ours, theirs) else {
                return false;
            };
            let alike =
                |key: &K, id: ConstId| theirs.get(key).is_some_and(|other| is_alike(id.0, other.0));
            ours.len() == theirs.len() && ours.iter().all(|(key, id)| alike(key, *id))
        }
        same(self.exprs.get(item), other.exprs.get(other_item), is_alike)
            && same(
                self.defaults.get(item),
                other.defaults.get(other_item),
                is_alike,
            )
    }

    /// The constant with this value.
    pub fn id(&self, value: &Value) -> Option<ConstId> {
        self.ids.get(value).copied()
    }

    /// All constants that code objects or other constants hold, in order of value.
    pub fn all(&self) -> impl Iterator<Item = ConstId> {
        (0..self.constants.len() as u32).map(ConstId)
    }

    /// Its value.
    pub fn value(&self, id: ConstId) -> &Value {
        &self.constants[id.0 as usize].value
    }

    /// The items of a constant tuple, frozenset or slice: constants too.
    pub fn items(&self, id: ConstId) -> &[ConstId] {
        &self.constants[id.0 as usize].items
    }

    /// Whether the compiler interns it (a `str` only).
    pub fn is_interned(&self, id: ConstId) -> bool {
        let value = self.value(id);
        let one = self
            .features
            .is_some_and(|features| features.interns_characters);
        value.is_name_like()
            || one
                && matches!(value, Value::Str(text) if text.chars().count() == 1 && &**text <= "\u{ff}")
    }

    /// References from the constants of distinct code objects, and from constant tuples, frozensets and slices. `None`
    /// where some code object's constants are not known for sure.
    pub fn holders(&self, id: ConstId) -> Option<u32> {
        let constant = &self.constants[id.0 as usize];
        (!constant.unsure).then_some(constant.holders)
    }

    /// References that the parser's tree keeps while a file runs as a script. `None` where that depends on which of
    /// several equal constants came first.
    pub fn parser_references(&self, id: ConstId) -> Option<u32> {
        let features = self.features?;
        let constant = &self.constants[id.0 as usize];
        // A set that is folded is made anew when it is merged: the parser's is another.
        if matches!(constant.value, Value::FrozenSet(_)) {
            return Some(0);
        }
        match constant.origin {
            LITERAL
                if matches!(constant.value, Value::Bytes(_))
                    && features.parser_keeps_bytes_twice =>
            {
                Some(2)
            }
            LITERAL | JOINED | FOLDED => Some(1),
            MADE => Some(0),
            bits if bits == LITERAL | FOLDED && !matches!(constant.value, Value::Bytes(_)) => {
                Some(1)
            }
            _ => None,
        }
    }

    /// Constants that some code object has, or lacks, for no other reason than where they stand among its constants: no
    /// instruction uses them, and CPython leaves out such ones at the end, or all but the first. Anything that is added
    /// to the code object (as a debugger or a checker does) changes it.
    pub fn unsettled(&self) -> impl Iterator<Item = &Value> {
        self.items
            .iter()
            .flat_map(|item| &item.unsettled)
            .chain(&self.unsettled)
    }

    /// `co_consts` of every code object that the file keeps, in the order in which they are met going down from the
    /// module, with what they belong to and whether they are known for sure. Code objects stand as [`Value::Code`].
    pub fn code_objects(&self) -> Vec<CodeConsts<'_>> {
        let mut found = vec![CodeConsts {
            item: None,
            of: CodeOf::Module,
            consts: &self.module,
            is_sure: !self.unsure && !self.has_twins,
        }];
        for id in codes_in(&self.module) {
            self.code_objects_in(id, &mut found);
        }
        found
    }

    fn code_objects_in<'a>(&'a self, id: CodeId, found: &mut Vec<CodeConsts<'a>>) {
        if id == MODULE_ANNOTATIONS {
            let consts = self.annotations.as_deref().unwrap_or_default();
            let of = CodeOf::ModuleAnnotations;
            found.push(CodeConsts {
                item: None,
                of,
                consts,
                is_sure: !self.unsure,
            });
            codes_in(consts)
                .into_iter()
                .for_each(|inner| self.code_objects_in(inner, found));
            return;
        }
        let item = &self.items[id.item as usize];
        let (code, consts) = (&item.codes[id.code as usize], &item.lists[id.code as usize]);
        found.push(CodeConsts {
            item: Some(id.item as usize),
            of: code.of,
            consts,
            is_sure: !code.unsure && !code.has_twins,
        });
        for inner in codes_in(consts) {
            self.code_objects_in(
                CodeId {
                    item: id.item,
                    code: inner.code,
                },
                found,
            );
        }
    }
}

/// The pieces of a `%` format that the compiler turns into an f-string: `None` for text, else whether it converts and
/// has a specification. `None` for others.
pub(crate) fn format_fields(text: &str) -> Option<Vec<Option<(bool, bool)>>> {
    let pieces = format::pieces(text)?;
    let field = |piece: &format::Piece| match piece {
        format::Piece::Text(_) => None,
        format::Piece::Field(spec) => Some((true, !spec.is_empty())),
    };
    Some(pieces.iter().map(field).collect())
}

/// The constants of one code object.
#[derive(Clone, Copy, Debug)]
pub struct CodeConsts<'a> {
    /// Index of the item it is in; `None`: the module's.
    pub item: Option<usize>,
    /// What it belongs to.
    pub of: CodeOf,
    /// Its `co_consts`.
    pub consts: &'a [Value],
    /// Nothing in it was beyond what is followed.
    pub is_sure: bool,
}
