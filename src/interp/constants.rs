//! Constants as the machine meets them: which object an expression loads, and how many references the code holds to it.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::machine::{Machine, World};
use crate::base::{Name, Names};
use crate::domain::atoms::{self, Atoms};
use crate::domain::{B, Count, Heap, Kind, Obj, ObjId, Site};
use crate::hir::borrow::{self, Lending, Loads};
use crate::hir::consts::{self, ConstId, FileConsts, Value};
use crate::hir::{Expr, ExprId, File, Item, Stmt, UnitId};
use crate::layout::Layout;

/// What the compiler made of the file's constants.
#[derive(Clone, Debug, Default)]
pub struct Constants {
    file: Arc<FileConsts>,
    /// What became of the loads of locals, by item.
    loads: Vec<(Arc<Item>, Arc<Loads>)>,
    /// Names that the module imports, which loads depend on.
    imports: FxHashSet<Name>,
    world: World,
    /// Items of tuples that are merged with no other.
    inside_unmerged: FxHashSet<ConstId>,
    /// See [`Constants::merged_consts`].
    merged: FxHashSet<ConstId>,
    star_import: bool,
    evaluates_annotations: bool,
}

impl Constants {
    /// The constants of a file for a version and world. `line_of` gives the line, from 1, of a byte offset; `old`, those
    /// of an earlier state of the file, spares work on what is the same.
    pub fn of(
        file: &File,
        names: &Names,
        layout: &Layout,
        world: World,
        line_of: &dyn Fn(u32) -> u32,
        old: Option<&Constants>,
    ) -> Constants {
        let features = layout.compiler();
        let imports = borrow::imports(file);
        let old_file = old.map(|old| &*old.file);
        let compiled = consts::compile(
            &file.items,
            names,
            features,
            file.future_annotations,
            line_of,
            old_file,
        );
        let mut out = Constants {
            file: Arc::new(compiled),
            loads: all_loads(
                file,
                names,
                layout,
                line_of,
                old.filter(|old| old.imports == imports),
                &imports,
            ),
            imports: imports.clone(),
            world,
            evaluates_annotations: !file.future_annotations && !layout.defers_annotations(),
            ..Constants::default()
        };
        for id in out.file.all() {
            if matches!(out.file.value(id), Value::Unmerged(..)) {
                out.inside_unmerged.extend(out.file.items(id));
            }
        }
        out.merged = out.merged_consts();
        for placed in &file.items {
            let item = &placed.item;
            out.star_import |= item.stmts.iter().any(|stmt| {
                matches!(stmt, Stmt::ImportFrom { names: aliases, .. }
                    if aliases.iter().any(|alias| names.text(alias.path) == "*"))
            });
        }
        out
    }

    /// Constants of whose holders it is not said how many they are: what stands in `co_consts` that equal another code
    /// object's, which the compiler merges unless anything is added to one of them (as a debugger or a checker does that
    /// compiles more into it), or that equal a constant tuple; such tuples; and
    /// what [`FileConsts::unsettled`] says.
    fn merged_consts(&self) -> FxHashSet<ConstId> {
        let mut found = FxHashSet::default();
        let codes = self.file.code_objects();
        let mut lists: Vec<&[Value]> = codes
            .iter()
            .map(|code| code.consts)
            .filter(|consts| !consts.is_empty())
            .collect();
        lists.sort_unstable();
        let mut merged: Vec<&[Value]> = lists
            .windows(2)
            .filter(|pair| pair[0] == pair[1])
            .map(|pair| pair[0])
            .collect();
        merged.dedup();
        let len = |id: ConstId| match self.file.value(id) {
            Value::Tuple(items) | Value::Unmerged(items, _) => Some(items.len()),
            _ => None,
        };
        let lengths: FxHashSet<usize> = self.file.all().filter_map(len).collect();
        for consts in lists.iter().filter(|list| lengths.contains(&list.len())) {
            if let Some(id) = self.file.id(&Value::Tuple(consts.to_vec().into())) {
                found.insert(id);
                merged.push(consts);
            }
        }
        for value in merged.into_iter().flatten().chain(self.file.unsettled()) {
            found.extend(self.file.id(value));
        }
        found
    }

    /// How many there are: their objects have the first numbers.
    pub fn len(&self) -> usize {
        self.file.all().count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The constant that an expression loads instead of being evaluated.
    pub(super) fn loads(&self, code: &Item, item: u32, id: ExprId) -> Option<ConstId> {
        let expr = code.expr(id);
        if is_display(expr) {
            return None; // made anew from the hidden constant
        }
        // A part of a hidden constant (a key of a dict display) is not loaded by itself, but is one all the same.
        self.file
            .of_expr(item as usize, id)
            .or_else(|| self.file.id(&value_of(code, expr)?))
    }

    /// The constant that a literal loads by itself, and whether it is interned: literals with the same one load the same
    /// object.
    pub fn literal(&self, item: u32, id: ExprId) -> Option<(ConstId, bool)> {
        let constant = self.file.of_expr(item as usize, id)?;
        Some((constant, self.file.is_interned(constant)))
    }

    /// The constant that is a function's `__defaults__`.
    pub(super) fn defaults(&self, item: u32, unit: UnitId) -> Option<ConstId> {
        self.file.defaults(item as usize, unit)
    }

    /// The items of the hidden tuple or frozenset that a display of constants is made from.
    pub(super) fn display_items(&self, item: u32, id: ExprId) -> Option<&[ConstId]> {
        self.file
            .of_expr(item as usize, id)
            .map(|hidden| self.file.items(hidden))
    }

    /// Whether all elements of a display are constants.
    pub fn is_constant_display(&self, code: &Item, item: u32, id: ExprId) -> bool {
        let (Expr::List { elts } | Expr::Set { elts }) = code.expr(id) else {
            return false;
        };
        let is_constant = |elt: &ExprId| matches!(code.expr(*elt), Expr::Constant(_));
        let is_hidden = || self.file.of_expr(item as usize, id).is_some();
        !elts.is_empty() && (elts.iter().all(is_constant) || is_hidden())
    }

    /// Whether a load of a local is lent to the instruction that uses it, on versions that do so.
    pub fn lending(&self, item: u32, id: ExprId) -> Lending {
        self.loads
            .get(item as usize)
            .and_then(|(_, loads)| loads.exprs.get(&id))
            .copied()
            .unwrap_or(Lending::Owned)
    }

    /// Whether what holds for all of a file is the same of two.
    pub fn is_alike_file_wide(&self, other: &Constants) -> bool {
        self.star_import == other.star_import
            && self.evaluates_annotations == other.evaluates_annotations
            && self.imports == other.imports
    }

    /// For each constant, the one of the same value in another file; and the values that only one of the two has.
    pub fn pairs<'a>(&'a self, other: &'a Constants) -> (Vec<Option<u32>>, Vec<&'a Value>) {
        let (mut here, mut there) = (self.file.all().peekable(), other.file.all().peekable());
        let (mut pairs, mut alone) = (Vec::with_capacity(self.len()), Vec::new());
        loop {
            let (x, y) = (here.peek().copied(), there.peek().copied());
            let values = (
                x.map(|id| self.file.value(id)),
                y.map(|id| other.file.value(id)),
            );
            let order = match values {
                (Some(a), Some(b)) => a.cmp(b),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (None, None) => return (pairs, alone),
            };
            if order.is_le() {
                here.next();
                pairs.push(y.filter(|_| order.is_eq()).map(|id| id.0));
            }
            if order.is_ge() {
                there.next();
            }
            match order {
                std::cmp::Ordering::Less => alone.extend(values.0),
                std::cmp::Ordering::Greater => alone.extend(values.1),
                std::cmp::Ordering::Equal => {}
            }
        }
    }

    /// Whether the code of an item, the same in two files, loads the same constants (as `is_alike` says of their numbers)
    /// and lends the same references.
    pub fn runs_alike(
        &self,
        item: u32,
        other: &Constants,
        other_item: u32,
        is_alike: &dyn Fn(u32, u32) -> bool,
    ) -> bool {
        let (at, there) = (item as usize, other_item as usize);
        let lends = match (self.loads.get(at), other.loads.get(there)) {
            (Some((_, x)), Some((_, y))) => Arc::ptr_eq(x, y) || x.exprs == y.exprs,
            (None, None) => true,
            _ => false,
        };
        lends && self.file.loads_alike(at, &other.file, there, is_alike)
    }

    /// Somewhere `from m import *` may bring any name.
    pub fn has_star_import(&self) -> bool {
        self.star_import
    }

    /// Annotations are evaluated where they stand.
    pub fn evaluates_annotations(&self) -> bool {
        self.evaluates_annotations
    }

    /// Puts the objects of all constants into a heap, as the code holds them before anything ran; the object of each.
    pub(super) fn put_into(
        &self,
        heap: &mut Heap,
        atoms: &mut Atoms,
        layout: &Layout,
    ) -> Vec<ObjId> {
        let mut ids: Vec<Option<ObjId>> = vec![None; self.len()];
        for id in self.file.all() {
            self.put(id, &mut ids, heap, atoms, layout);
        }
        ids.into_iter()
            .map(|id| id.unwrap_or(atoms::UNKNOWN))
            .collect()
    }

    fn put(
        &self,
        id: ConstId,
        ids: &mut [Option<ObjId>],
        heap: &mut Heap,
        atoms: &mut Atoms,
        layout: &Layout,
    ) -> ObjId {
        if let Some(known) = ids[id.0 as usize] {
            return known;
        }
        let kind = match self.file.value(id) {
            Value::None => Ok(atoms::NONE),
            Value::Bool(value) => Ok(atoms.bool(*value)),
            Value::Ellipsis => Ok(atoms::ELLIPSIS),
            Value::Int(value) => match i64::try_from(value) {
                Ok(small) if layout.is_small_int(small) => Ok(atoms.int(small)),
                _ => Err(atoms::int_kind(value)),
            },
            Value::Float(bits) => Err(Kind::Float(*bits)),
            Value::Complex(re, im) => Err(Kind::Complex(*re, *im)),
            Value::Str(text) if text.is_empty() || self.file.is_interned(id) => Ok(atoms.str(text)),
            Value::Str(text) => Err(Kind::Str(text.clone())),
            Value::Surrogates(_) => Ok(atoms.some(B::Str)),
            Value::Bytes(content) => match content[..] {
                [] => Ok(atoms::EMPTY_BYTES),
                [byte] => Ok(atoms.byte(byte)),
                _ => Err(Kind::Bytes(content.clone())),
            },
            Value::Tuple(items) | Value::Unmerged(items, _) if items.is_empty() => {
                Ok(atoms::EMPTY_TUPLE)
            }
            Value::Tuple(_) | Value::Unmerged(..) => {
                let items = self
                    .file
                    .items(id)
                    .iter()
                    .map(|item| self.put(*item, ids, heap, atoms, layout))
                    .collect();
                Err(Kind::Tuple(Arc::new(items)))
            }
            Value::FrozenSet(_) => Err(Kind::Opaque(B::FrozenSet, None)),
            Value::Slice(_) => Err(Kind::Opaque(B::Slice, None)),
            Value::Code(_) => Err(Kind::Opaque(B::Code, None)),
            Value::Unknown => Ok(atoms::UNKNOWN),
        };
        let obj = match kind {
            Ok(atom) => atom,
            Err(kind) => {
                let number = ObjId(id.0);
                let mut obj = Obj::new(kind, Site::NONE);
                // A module's code, and with it its constants, goes when the module has run, unless a function keeps it.
                let held = match self.world {
                    World::Script => self
                        .file
                        .holders(id)
                        .zip(self.file.parser_references(id))
                        .map(|(a, b)| a + b),
                    World::Module => None,
                };
                // The names of a code object (`co_names`, `co_varnames`, those of `self`'s attributes) may be an equal
                // tuple, which is merged with it.
                let names = matches!(self.file.value(id), Value::Tuple(items) | Value::Unmerged(items, _)
                    if items.iter().all(Value::is_name_like));
                let held = held.filter(|_| !names);
                // A tuple that the peephole optimizer made (before 3.10) and what it holds: a function's defaults may be
                // taken for a tuple of their own.
                let is_unmerged = matches!(self.file.value(id), Value::Unmerged(..));
                let held = held.filter(|_| !is_unmerged && !self.inside_unmerged.contains(&id));
                let held = held.filter(|_| !self.merged.contains(&id));
                // A single character may be the one that all share.
                let cached = matches!(&obj.kind, Kind::Str(text)
                    if text.chars().nth(1).is_none() && **text <= *"\u{ff}");
                match held.filter(|_| !cached) {
                    Some(held) => obj.count = Count::exactly(held),
                    None => {
                        obj.count = Count {
                            lo: 1,
                            hi: Count::OPEN,
                        };
                        obj.escaped = true;
                        obj.handed = true;
                    }
                }
                heap.insert(number, obj);
                number
            }
        };
        ids[id.0 as usize] = Some(obj);
        obj
    }
}

/// The loads of all items; those that are as before are taken over.
fn all_loads(
    file: &File,
    names: &Names,
    layout: &Layout,
    line_of: &dyn Fn(u32) -> u32,
    old: Option<&Constants>,
    imports: &FxHashSet<Name>,
) -> Vec<(Arc<Item>, Arc<Loads>)> {
    let Some(features) = layout.lending() else {
        return Vec::new();
    };
    let imported = |name| imports.contains(&name);
    let known: FxHashMap<*const Item, &Arc<Loads>> = old
        .into_iter()
        .flat_map(|old| &old.loads)
        .map(|(item, loads)| (Arc::as_ptr(item), loads))
        .collect();
    file.items
        .iter()
        .map(|placed| {
            let loads = match known.get(&Arc::as_ptr(&placed.item)) {
                Some(loads) => Arc::clone(loads),
                None => {
                    let line = |offset: u32| line_of(placed.start + offset);
                    let future = file.future_annotations;
                    Arc::new(borrow::loads_beside(
                        &placed.item,
                        names,
                        features,
                        future,
                        &line,
                        &imported,
                    ))
                }
            };
            (Arc::clone(&placed.item), loads)
        })
        .collect()
}

/// The value of a literal, a signed one, or a tuple of such.
fn value_of(code: &Item, expr: &Expr) -> Option<Value> {
    match expr {
        Expr::Constant(literal) => Some(Value::of(literal)),
        Expr::Tuple { elts } => {
            let items: Option<Vec<Value>> = elts
                .iter()
                .map(|elt| value_of(code, code.expr(*elt)))
                .collect();
            Some(Value::Tuple(items?.into()))
        }
        Expr::UnaryOp {
            op: crate::hir::UnaryOp::Minus,
            operand,
        } => match value_of(code, code.expr(*operand))? {
            Value::Int(value) => Some(Value::Int(-value)),
            Value::Float(bits) => Some(Value::Float((-f64::from_bits(bits)).to_bits())),
            _ => None,
        },
        _ => None,
    }
}

/// The literals of an item, as constants are looked up by them.
pub mod literals {
    use std::hash::{Hash, Hasher};

    use super::value_of;
    use crate::hir::Item;
    use crate::hir::consts::Value;

    /// Calls `with` for the value of each literal, signed one, and tuple of such.
    pub fn each(item: &Item, with: &mut dyn FnMut(&Value)) {
        let values = item.exprs.iter().filter_map(|expr| value_of(item, expr));
        values.for_each(|value| with(&value));
    }

    /// A hash of a value.
    pub fn hash<H: Hasher + Default>(value: &Value) -> u64 {
        let mut hasher = H::default();
        value.hash(&mut hasher);
        hasher.finish()
    }
}

/// Displays are made anew each time, whatever the compiler makes of their elements.
fn is_display(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::List { .. } | Expr::Set { .. } | Expr::Dict { .. }
    )
}

impl Machine<'_> {
    /// The object that a constant expression loads.
    pub fn loaded(&self, item: u32, id: crate::hir::ExprId) -> Option<ObjId> {
        let code = &self.p.file.items.get(item as usize)?.item;
        self.p
            .constants
            .loads(code, item, id)
            .map(|id| self.constant(id))
    }

    /// The objects of all constants of the file.
    pub fn constant_objects(&self) -> &[ObjId] {
        &self.constants
    }

    /// The object of a constant of the file.
    pub(super) fn constant(&self, id: ConstId) -> ObjId {
        self.constants
            .get(id.0 as usize)
            .copied()
            .unwrap_or(atoms::UNKNOWN)
    }
}
