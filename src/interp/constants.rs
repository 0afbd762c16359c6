//! Constants as the machine meets them: which object an expression loads, and how many references the code holds to it.

use rustc_hash::FxHashMap;

use super::machine::Machine;
use crate::base::Names;
use crate::domain::{Count, Kind, Obj, ObjId, Site};
use crate::hir::{Const, Expr, ExprId, File, Stmt};
use crate::layout::Layout;

/// What the compiler made of the file's constants.
#[derive(Clone, Debug, Default)]
pub struct Constants {
    table: Vec<Constant>,
    loads: FxHashMap<(u32, ExprId), u32>,
    displays: rustc_hash::FxHashSet<(u32, ExprId)>,
    star_import: bool,
    annotations: bool,
}

#[derive(Clone, Debug)]
struct Constant {
    kind: Kind,
    /// One of the objects that are the same in all files: small ints, interned strings, singletons.
    is_atom: bool,
    /// References that code and parser hold, where known.
    held: Option<u32>,
}

impl Constants {
    /// The constants of a file for a version.
    pub fn of(file: &File, names: &Names, layout: &Layout) -> Constants {
        let mut out = Constants { annotations: !file.future_annotations && !layout.defers_annotations(), ..Constants::default() };
        let mut known: FxHashMap<Const, u32> = FxHashMap::default();
        for (at, placed) in file.items.iter().enumerate() {
            let item = &placed.item;
            for (index, expr) in item.exprs.iter().enumerate() {
                let id = ExprId(index as u32);
                match expr {
                    Expr::Constant(value) => {
                        if let Some(&constant) = known.get(value) {
                            out.loads.insert((at as u32, id), constant);
                        } else if let Some(constant) = constant(value, layout) {
                            out.table.push(constant);
                            let number = out.table.len() as u32 - 1;
                            known.insert(value.clone(), number);
                            out.loads.insert((at as u32, id), number);
                        }
                    }
                    Expr::List { elts } | Expr::Set { elts } if elts.len() >= 3 => {
                        if elts.iter().all(|elt| matches!(item.expr(*elt), Expr::Constant(_))) {
                            out.displays.insert((at as u32, id));
                        }
                    }
                    _ => {}
                }
            }
            out.star_import |= item.stmts.iter().any(|stmt| {
                matches!(stmt, Stmt::ImportFrom { names: aliases, .. }
                    if aliases.iter().any(|alias| names.text(alias.path) == "*"))
            });
        }
        out
    }

    /// How many there are: their objects have the first numbers.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// The objects of all constants that are counted, as the code holds them before anything ran.
    pub(super) fn put_into(&self, heap: &mut crate::domain::Heap) {
        for (number, constant) in self.table.iter().enumerate() {
            if constant.is_atom {
                continue;
            }
            let mut obj = Obj::new(constant.kind.clone(), Site::NONE);
            match constant.held {
                Some(held) => obj.count = Count::exactly(held),
                None => {
                    obj.count = Count { lo: 1, hi: Count::OPEN };
                    obj.escaped = true;
                }
            }
            heap.insert(ObjId(number as u32), obj);
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The constant that the expression loads.
    pub fn loads(&self, item: u32, id: ExprId) -> Option<u32> {
        self.loads.get(&(item, id)).copied()
    }

    /// Whether all elements of a display are constants.
    pub fn is_constant_display(&self, item: u32, id: ExprId) -> bool {
        self.displays.contains(&(item, id))
    }

    /// Whether a load of a local is lent to the instruction that uses it, on versions that do so.
    pub fn is_lent(&self, _item: u32, _id: ExprId) -> bool {
        true
    }

    /// Somewhere `from m import *` may bring any name.
    pub fn has_star_import(&self) -> bool {
        self.star_import
    }

    /// Annotations are evaluated where they stand.
    pub fn evaluates_annotations(&self) -> bool {
        self.annotations
    }
}

fn constant(value: &Const, layout: &Layout) -> Option<Constant> {
    let (kind, is_atom) = match value {
        Const::None | Const::Bool(_) | Const::Ellipsis | Const::Surrogates(_) => return None,
        Const::Int(value) => {
            let kind = crate::domain::atoms::int_kind(value);
            let small = matches!(kind, Kind::Int(value) if layout.is_small_int(value));
            (kind, small)
        }
        Const::Float(bits) => (Kind::Float(*bits), false),
        Const::Imaginary(bits) => (Kind::Complex(0, *bits), false),
        Const::Str(text) => {
            let identifier = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let one = text.chars().count() == 1 && text.chars().all(|c| (c as u32) < 256);
            (Kind::Str(text.clone()), identifier || one && layout.one_char_strings_interned())
        }
        Const::Bytes(content) => (Kind::Bytes(content.clone()), content.len() < 2),
    };
    Some(Constant { kind, is_atom, held: None })
}

impl Machine<'_> {
    /// The object of a constant of the file.
    pub(super) fn constant(&mut self, number: u32) -> ObjId {
        let constants = self.p.constants;
        let constant = &constants.table[number as usize];
        if constant.is_atom {
            return match &constant.kind {
                Kind::Int(value) => self.atoms.int(*value),
                Kind::Str(text) => self.atoms.str(text),
                Kind::Bytes(content) => match content[..] {
                    [byte] => self.atoms.byte(byte),
                    _ => crate::domain::atoms::EMPTY_BYTES,
                },
                _ => crate::domain::atoms::NONE,
            };
        }
        ObjId(number)
    }
}
