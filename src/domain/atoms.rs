//! Atoms: objects whose references nobody counts, one of each, the same in all states.
//!
//! Singletons, cached small integers, interned strings, empty immutables, builtin types, functions and modules of
//! libraries; and [`UNKNOWN`], which stands for any object at all.

use std::sync::Arc;

use num_bigint::BigInt;
use rustc_hash::FxHashMap;

use super::heap::ObjId;
use super::obj::{Count, Kind, Obj};
use super::site::Site;
use super::types::B;

/// Any object: nothing is known of it.
pub const UNKNOWN: ObjId = ObjId::atom(0);
/// `None`
pub const NONE: ObjId = ObjId::atom(1);
/// `True`
pub const TRUE: ObjId = ObjId::atom(2);
/// `False`
pub const FALSE: ObjId = ObjId::atom(3);
/// `...`
pub const ELLIPSIS: ObjId = ObjId::atom(4);
/// `NotImplemented`
pub const NOT_IMPLEMENTED: ObjId = ObjId::atom(5);
/// `()`
pub const EMPTY_TUPLE: ObjId = ObjId::atom(6);
/// `b''`
pub const EMPTY_BYTES: ObjId = ObjId::atom(7);
/// An exception that CPython itself raised just now, of some class: nobody else holds it.
pub const SOME_EXCEPTION: ObjId = ObjId::atom(8);
/// Some object that a library made, of which nothing is known but that neither it nor anything it leads to is the
/// program's: using it with plain values runs none of the program's code, and gives such objects.
pub const FOREIGN: ObjId = ObjId::atom(9);
const FIRST_TYPE: usize = 10;

/// The table of atoms.
#[derive(Clone, Debug)]
pub struct Atoms {
    objs: Vec<Obj>,
    ints: FxHashMap<i64, ObjId>,
    strs: FxHashMap<Arc<str>, ObjId>,
    bytes: FxHashMap<u8, ObjId>,
    functions: FxHashMap<Arc<str>, ObjId>,
    modules: FxHashMap<Arc<str>, ObjId>,
    opaque: FxHashMap<B, ObjId>,
}

impl Default for Atoms {
    fn default() -> Self {
        let mut atoms = Atoms {
            objs: Vec::new(),
            ints: FxHashMap::default(),
            strs: FxHashMap::default(),
            bytes: FxHashMap::default(),
            functions: FxHashMap::default(),
            modules: FxHashMap::default(),
            opaque: FxHashMap::default(),
        };
        for kind in [
            Kind::Unknown,
            Kind::None,
            Kind::Bool(true),
            Kind::Bool(false),
            Kind::Ellipsis,
            Kind::NotImplemented,
            Kind::Tuple(Arc::new(Vec::new())),
            Kind::Bytes(Arc::from(&b""[..])),
            Kind::Named(Arc::from("an exception"), None),
            Kind::Unknown,
        ] {
            let uncertain = matches!(kind, Kind::Unknown | Kind::Named(..));
            let id = atoms.add(kind);
            atoms.objs[id.atom_index()].uncertain = uncertain;
        }
        for &ty in B::ALL {
            atoms.add(Kind::Type(ty));
        }
        atoms
    }
}

impl Atoms {
    fn add(&mut self, kind: Kind) -> ObjId {
        let mut obj = Obj::new(kind, Site::NONE);
        obj.count = Count::ANY;
        obj.escaped = true;
        obj.handed = true;
        self.objs.push(obj);
        ObjId::atom(self.objs.len() - 1)
    }

    /// The atom.
    pub fn get(&self, id: ObjId) -> &Obj {
        &self.objs[id.atom_index()]
    }

    /// A builtin type.
    pub fn ty(&self, ty: B) -> ObjId {
        ObjId::atom(FIRST_TYPE + ty as usize)
    }

    /// `True` or `False`.
    pub fn bool(&self, value: bool) -> ObjId {
        if value { TRUE } else { FALSE }
    }

    /// A cached integer; the caller knows that it is cached.
    pub fn int(&mut self, value: i64) -> ObjId {
        if let Some(&id) = self.ints.get(&value) {
            return id;
        }
        let id = self.add(Kind::Int(value));
        self.ints.insert(value, id);
        id
    }

    /// An interned string; the caller knows that it is interned.
    pub fn str(&mut self, text: &str) -> ObjId {
        if let Some(&id) = self.strs.get(text) {
            return id;
        }
        let text: Arc<str> = Arc::from(text);
        let id = self.add(Kind::Str(text.clone()));
        self.strs.insert(text, id);
        id
    }

    /// A one-byte `bytes`.
    pub fn byte(&mut self, byte: u8) -> ObjId {
        if let Some(&id) = self.bytes.get(&byte) {
            return id;
        }
        let id = self.add(Kind::Bytes(Arc::from(&[byte][..])));
        self.bytes.insert(byte, id);
        id
    }

    /// A function of a library, by its dotted name.
    pub fn function(&mut self, name: &str) -> ObjId {
        if let Some(&id) = self.functions.get(name) {
            return id;
        }
        let name: Arc<str> = Arc::from(name);
        let id = self.add(Kind::BuiltinFunction(name.clone()));
        self.functions.insert(name, id);
        id
    }

    /// A module of a library.
    pub fn module(&mut self, name: &str) -> ObjId {
        if let Some(&id) = self.modules.get(name) {
            return id;
        }
        let name: Arc<str> = Arc::from(name);
        let id = self.add(Kind::Module(name.clone()));
        self.modules.insert(name, id);
        id
    }

    /// Some object of a builtin type of which nothing else is known, not even which one it is.
    pub fn some(&mut self, ty: B) -> ObjId {
        if let Some(&id) = self.opaque.get(&ty) {
            return id;
        }
        let id = self.add(Kind::Opaque(ty, None));
        self.objs[id.atom_index()].uncertain = true;
        self.opaque.insert(ty, id);
        id
    }
}

/// An integer object's kind.
pub fn int_kind(value: &BigInt) -> Kind {
    match i64::try_from(value) {
        Ok(small) => Kind::Int(small),
        Err(_) => Kind::BigInt(Arc::new(value.clone())),
    }
}
