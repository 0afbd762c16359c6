//! A class comes into being (`type_new` of `Objects/typeobject.c`): its ancestors and layout, then what they and its own
//! attributes do about it: `__set_name__`, `__init_subclass__`, the metaclass's `__init__`.

use std::sync::Arc;

use super::super::attribute::Found;
use super::super::control::{Ctl, Jump};
use super::super::machine::{Dead, Machine, R};
use crate::base::Name;
use crate::domain::atoms::{SOME_EXCEPTION, UNKNOWN};
use crate::domain::{B, ClassObj, Count, Kind, ObjId, Ordered};
use crate::hir::{Expr, UnitId};

/// More references than a class in the making has to what is in its namespace beside its own: the namespace's, and those
/// of a copy of it.
const HELD_BY_NAMESPACE: u32 = 2;
/// More references than C code takes on an argument that it passes on.
const MOST_HELD: u32 = 6;

/// The class of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meta {
    /// `type`, or what the builtin bases bring along.
    Type,
    /// This one.
    Of(ObjId),
    /// It is not followed.
    Unknown,
}

/// What a class is made of.
pub(super) struct Recipe<'a> {
    pub item: u32,
    pub unit: UnitId,
    pub qualname: Arc<str>,
    pub bases: &'a [ObjId],
    /// Its namespace, with the references that it holds.
    pub attrs: Ordered<Name, ObjId>,
    /// All that decides its layout is known so far.
    pub known: bool,
    pub meta: Meta,
    pub cell: Option<ObjId>,
    /// Keyword arguments of the class statement but for `metaclass`; something holds them.
    pub keywords: &'a [(Name, ObjId)],
}

impl Machine<'_> {
    /// The metaclass of a class with these bases.
    pub(super) fn metaclass_for(&mut self, named: Option<ObjId>, bases: &[ObjId]) -> Meta {
        let mut winner = match named.map(|named| (named, self.kind(named))) {
            None | Some((_, Kind::Type(B::Type))) => Meta::Type,
            Some((named, Kind::BuiltinFunction(name))) if &**name == "abc.ABCMeta" => {
                Meta::Of(named)
            }
            Some((named, Kind::Class(_))) if self.is_followed_metaclass(named) => Meta::Of(named),
            Some(_) => return Meta::Unknown,
        };
        for base in bases {
            let theirs = match self.kind(*base) {
                Kind::Class(class) if class.shape.is_none() => return Meta::Unknown,
                Kind::Class(class) => class.meta,
                _ => None,
            };
            let Some(theirs) = theirs else {
                let brings = matches!(self.kind(*base), Kind::Class(_) | Kind::Type(_))
                    && self.metaclass(*base) != Some("type");
                let is_program =
                    matches!(winner, Meta::Of(meta) if matches!(self.kind(meta), Kind::Class(_)));
                if brings && is_program {
                    return Meta::Unknown;
                }
                continue;
            };
            winner = match winner {
                Meta::Type => Meta::Of(theirs),
                Meta::Of(ours) if ours == theirs => winner,
                Meta::Of(ours) if self.is_subclass(ours, theirs) == Some(true) => winner,
                Meta::Of(ours) if self.is_subclass(theirs, ours) == Some(true) => Meta::Of(theirs),
                _ => return Meta::Unknown,
            };
        }
        winner
    }

    /// Whether a class of the program is a metaclass that changes nothing of what `type` does but by `__init__` and
    /// `__call__`.
    fn is_followed_metaclass(&self, class: ObjId) -> bool {
        let Kind::Class(of) = self.kind(class) else {
            return false;
        };
        if of.meta.is_some() || of.shape.as_ref().and_then(|shape| shape.base) != Some(B::Type) {
            return false;
        }
        of.mro.iter().all(|base| match self.kind(*base) {
            Kind::Class(class) => class.attrs.iter().all(|(name, value)| {
                let text = self.names.text(*name);
                let followed = matches!(
                    text,
                    "__init__" | "__call__" | "__module__" | "__qualname__" | "__doc__"
                );
                let plain = !matches!(self.kind(*value), Kind::Unknown | Kind::Instance(_));
                plain && text != "mro" && (followed || !text.starts_with("__"))
            }),
            Kind::Type(B::Type | B::Object) => true,
            _ => false,
        })
    }

    /// Makes the class, and has done what is done when one is made. It comes without references.
    pub(super) fn create_class(&mut self, recipe: Recipe<'_>) -> R<ObjId> {
        let mut attrs = recipe.attrs;
        for name in ["__init_subclass__", "__class_getitem__"] {
            // They are class methods without saying so.
            if let Some(name) = self.names.get(name)
                && let Some(&function) = attrs.get(&name)
                && matches!(self.kind(function), Kind::Function(_))
            {
                let method = self.alloc_stealing(Kind::ClassMethod(function));
                self.st.inc(method);
                attrs.insert(name, method);
            }
        }
        let mro = if recipe.known {
            self.mro(recipe.bases)
        } else {
            None
        };
        let shape = match &mro {
            Some(mro) if recipe.meta != Meta::Unknown && self.bases_are_known(mro) => {
                self.shape(&attrs, mro)
            }
            _ => None,
        };
        let makeup = super::made::makeup_of_bases(self, mro.as_deref());
        let finalizer = self.names.intern("__del__");
        let has_finalizer = shape.is_none()
            || attrs.contains_key(&finalizer)
            || mro.iter().flatten().any(|base| match self.kind(*base) {
                Kind::Class(class) => class.has_finalizer,
                _ => false,
            });
        let meta = match recipe.meta {
            Meta::Of(meta) => Some(meta),
            Meta::Type | Meta::Unknown => None,
        };
        for base in recipe.bases.iter().copied().chain(meta) {
            self.st.inc(base);
        }
        let class = self.alloc_stealing(Kind::Class(Arc::new(ClassObj {
            item: recipe.item,
            unit: recipe.unit,
            qualname: recipe.qualname,
            meta,
            bases: recipe.bases.to_vec(),
            mro: Vec::new(),
            attrs,
            shape,
            has_finalizer,
            instances: Count::exactly(0),
            makeup,
        })));
        self.classes.push(class);
        let full: Vec<ObjId> = std::iter::once(class)
            .chain(mro.unwrap_or_else(|| vec![UNKNOWN]))
            .collect();
        self.change_quietly(class, |kind| {
            if let Kind::Class(class) = kind {
                Arc::make_mut(class).mro = full;
            }
        });
        // A class refers to itself (its MRO, its descriptors), its bases know it: its count is no one's business.
        self.open_count(class);
        self.fill_class_cell(recipe.cell, class);
        if self.shape_of(class).is_none() {
            return Ok(class);
        }
        if !self.is_enumeration(class) {
            self.class_is_made(class, recipe.keywords)?;
        }
        Ok(class)
    }

    /// Gives methods the class that their `super()` asks for.
    pub(super) fn fill_class_cell(&mut self, cell: Option<ObjId>, class: ObjId) {
        let Some(cell) = cell else { return };
        self.st.inc(class);
        if let Some(Kind::Cell(content)) = self.st.heap.get_mut(cell).map(|obj| &mut obj.kind) {
            *content = Some(class);
        }
        self.st.dec(cell);
    }

    /// Whether the layout of all ancestors is known.
    fn bases_are_known(&self, mro: &[ObjId]) -> bool {
        mro.iter().all(|base| match self.kind(*base) {
            Kind::Class(class) => class.shape.is_some(),
            Kind::Type(_) => true,
            _ => false,
        })
    }

    /// Tells a new class's attributes their names, then its ancestors of it.
    fn class_is_made(&mut self, class: ObjId, keywords: &[(Name, ObjId)]) -> R {
        let Kind::Class(of) = self.kind_of(class) else {
            return Ok(());
        };
        let held: Vec<ObjId> = of.attrs.values().copied().collect();
        for id in &held {
            self.st.add(*id, 0, HELD_BY_NAMESPACE);
        }
        // The class itself lies on the stack meanwhile.
        self.push_new(class);
        self.cleanly(
            |machine| {
                for (name, value) in &of.attrs {
                    machine.set_name(class, *name, *value)?;
                }
                machine.init_subclass(class, keywords)?;
                machine.init_by_metaclass(class, keywords)
            },
            |machine, _| {
                for id in &held {
                    machine.st.sub(*id, 0, HELD_BY_NAMESPACE);
                }
                Ok(())
            },
        )?;
        let top = self.st.pop_owned();
        self.st.uncount(top);
        Ok(())
    }

    /// `type_new_set_names`: an attribute's `__set_name__`.
    fn set_name(&mut self, class: ObjId, name: Name, value: ObjId) -> R {
        let function = match self.kind(value) {
            Kind::Instance(instance) => {
                let own = instance.class;
                let special = self.names.intern("__set_name__");
                match self.class_attribute(own, special) {
                    Found::Nothing | Found::Builtin(_) => return Ok(()),
                    Found::Object(function, _)
                        if matches!(self.kind(function), Kind::Function(_)) =>
                    {
                        Some(function)
                    }
                    _ => None,
                }
            }
            Kind::Unknown | Kind::Named(..) if self.hooks_run(&["__set_name__"]) => None,
            _ => return Ok(()),
        };
        let Some(function) = function else {
            self.st.escape(value);
            self.unknown_use(class);
            return Ok(());
        };
        let (frames, stack) = (self.st.frames.len(), self.st.frame().stack.len());
        self.ctl.push(Ctl::Try {
            frames,
            stack,
            raises: Vec::new(),
        });
        let text = self.names.shared(name);
        let text = self.atoms.str(&text);
        let done = self.call_loosely(function, &[value, class, text], &[]);
        let raises = match self.ctl.pop() {
            Some(Ctl::Try { raises, .. }) => raises,
            _ => Vec::new(),
        };
        let done = done.is_ok().then(|| std::mem::take(&mut self.st));
        for (mut state, _) in raises {
            // Some versions raise another exception from it.
            let top = state.pop();
            state.release(top);
            state.push(SOME_EXCEPTION);
            self.deliver(Jump::Raise, state);
        }
        let Some(state) = done else { return Err(Dead) };
        self.st = state;
        self.consume(1);
        Ok(())
    }

    /// `type_new_init_subclass`: the next `__init_subclass__` after the class's own.
    fn init_subclass(&mut self, class: ObjId, keywords: &[(Name, ObjId)]) -> R {
        let name = self.names.intern("__init_subclass__");
        let function = match self.class_attribute_after(class, Some(class), name) {
            Found::Nothing | Found::Builtin(_) if keywords.is_empty() => return Ok(()),
            Found::Nothing | Found::Builtin(B::Object) => return Err(self.raise(B::TypeError)),
            Found::Object(method, _) => match self.kind(method) {
                Kind::ClassMethod(function)
                    if matches!(self.kind(*function), Kind::Function(_)) =>
                {
                    Some(*function)
                }
                _ => None,
            },
            _ => None,
        };
        match function {
            Some(function) => {
                self.call_loosely(function, &[class], keywords)?;
                self.consume(1);
            }
            None => {
                for (_, value) in keywords {
                    self.st.escape(*value);
                }
                self.unknown_use(class);
            }
        }
        Ok(())
    }

    /// The metaclass's `__init__`.
    fn init_by_metaclass(&mut self, class: ObjId, keywords: &[(Name, ObjId)]) -> R {
        let Some(meta) = self.program_metaclass(class) else {
            return Ok(());
        };
        let init = self.names.intern("__init__");
        let Found::Object(function, _) = self.class_attribute(meta, init) else {
            return Ok(());
        };
        let Kind::Class(of) = self.kind_of(class) else {
            return Ok(());
        };
        if !self.leaves_namespace_alone(function) {
            // The namespace leads to all that is in the class.
            for value in of.attrs.values() {
                self.st.escape(*value);
            }
        }
        let short = of.qualname.rsplit('.').next().unwrap_or(&of.qualname);
        let name = self.uncertain(Kind::Str(short.into()));
        let bases = self.tuple(of.bases.clone());
        let namespace = self.new_unknown(B::Dict);
        for id in [bases, namespace] {
            self.push_new(id);
        }
        self.call_loosely(function, &[class, name, bases, namespace], keywords)?;
        self.consume(3);
        Ok(())
    }

    /// Whether the function does nothing with its fourth parameter but hand it to `super()`.
    fn leaves_namespace_alone(&self, function: ObjId) -> bool {
        let Kind::Function(of) = self.kind(function) else {
            return false;
        };
        let unit = self.unit(crate::domain::UnitRef {
            item: of.item,
            unit: Some(of.unit),
        });
        let Some(param) = unit.and_then(|unit| unit.params.args.get(3)) else {
            return false;
        };
        let file = self.p.file;
        let item = &file.items[of.item as usize].item;
        let named = |id: crate::hir::ExprId| matches!(item.expr(id), Expr::Name(used) if used.name == param.name);
        let handed_on: usize = item
            .exprs
            .iter()
            .map(|expr| match expr {
                Expr::Call { func, args, .. } => match item.expr(*func) {
                    Expr::Attribute { value, attr, .. }
                        if self.names.text(*attr) == "__init__"
                            && matches!(item.expr(*value), Expr::Call { func, args, .. }
                                if args.is_empty() && matches!(item.expr(*func), Expr::Name(name)
                                    if self.names.text(name.name) == "super")) =>
                    {
                        args.iter().filter(|arg| named(**arg)).count()
                    }
                    _ => 0,
                },
                _ => 0,
            })
            .sum();
        let used = item
            .exprs
            .iter()
            .filter(|expr| matches!(expr, Expr::Name(used) if used.name == param.name))
            .count();
        used == handed_on
    }

    /// Calls a function as C code does that may hold some further references to what it hands over, none of which the
    /// stack holds for it; the result is pushed.
    pub(in crate::interp) fn call_loosely(
        &mut self,
        function: ObjId,
        args: &[ObjId],
        keywords: &[(Name, ObjId)],
    ) -> R {
        let ids: Vec<ObjId> = args
            .iter()
            .copied()
            .chain(keywords.iter().map(|(_, value)| *value))
            .collect();
        self.push_new(function);
        for id in &ids {
            self.st.add(*id, 0, MOST_HELD);
        }
        self.cleanly(
            |machine| {
                for id in &ids {
                    machine.push_new(*id);
                }
                machine.call_passed(super::Passed {
                    positional: vec![crate::layout::CallKind::Generator; args.len()],
                    keywords: keywords.iter().map(|(name, _)| *name).collect(),
                    ..super::Passed::default()
                })
            },
            |machine, _| {
                for id in &ids {
                    machine.st.sub(*id, 0, MOST_HELD);
                }
                Ok(())
            },
        )
    }

    /// `type(name, bases, namespace)`; `None` where it is not followed.
    pub(in crate::interp) fn make_type(
        &mut self,
        args: &[ObjId],
        keywords: &[(Name, ObjId)],
    ) -> R<Option<ObjId>> {
        let &[name, bases, namespace] = args else {
            return Ok(None);
        };
        let (Kind::Str(text), Kind::Tuple(bases), Kind::Dict(namespace)) = (
            self.kind_of(name),
            self.kind_of(bases),
            self.kind_of(namespace),
        ) else {
            return Ok(None);
        };
        if namespace.open {
            return Ok(None);
        }
        let meta = self.metaclass_for(None, &bases);
        let special = bases.iter().any(|base| {
            self.is_enumeration(*base)
                || matches!(self.kind(*base), Kind::Type(ty) if ty.is_subclass_of(B::Enum))
        });
        let entries: Option<Vec<(Name, ObjId)>> = namespace
            .entries
            .iter()
            .map(|(key, (_, value))| match key {
                crate::domain::Key::Str(text)
                    if !matches!(&**text, "__qualname__" | "__classcell__") =>
                {
                    Some((self.names.intern(text), *value))
                }
                _ => None,
            })
            .collect();
        let Some(entries) = entries.filter(|_| meta != Meta::Unknown && !special) else {
            return Ok(None);
        };
        for (_, value) in &entries {
            self.st.inc(*value);
        }
        let class = self.create_class(Recipe {
            item: u32::MAX,
            unit: UnitId(u32::MAX),
            qualname: text,
            bases: &bases,
            attrs: entries.into_iter().collect(),
            known: true,
            meta,
            cell: None,
            keywords,
        })?;
        if self.shape_of(class).is_none() {
            self.st.escape(class);
            self.unknown_code();
        }
        Ok(Some(class))
    }
}
