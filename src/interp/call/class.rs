//! Classes are made and called.

use std::sync::Arc;

use super::super::attribute::Found;
use super::super::control::Ctl;
use super::super::machine::{Machine, R};
use super::Passed;
use super::create::{Meta, Recipe};
use crate::base::Name;
use crate::domain::atoms::{NONE, UNKNOWN};
use crate::domain::{
    B, ExcObj, Frame, InstObj, Kind, ObjId, Ordered, Shape, Slot, StackRef, UnitRef,
};
use crate::hir::{ExprId, Keyword, UnitId};
use crate::layout::CallKind;

/// More references than C code takes on an argument that it passes on.
const MOST_HELD: u32 = 6;

impl Machine<'_> {
    /// Runs a class statement up to its decorators: the class is pushed.
    pub(in crate::interp) fn make_class(
        &mut self,
        unit_id: UnitId,
        bases: &[ExprId],
        keywords: &[Keyword],
    ) -> R {
        let code = self.code();
        let unit = code.unit(unit_id);
        let plain_bases = !bases
            .iter()
            .any(|base| matches!(code.expr(*base), crate::hir::Expr::Starred(_)));
        let mut named = None;
        let mut arguments: Vec<(Name, ObjId)> = Vec::new();
        let mut spread = false;
        let generic = std::mem::take(&mut self.generic);
        let base_ids = self.within_type_params(generic, |machine| {
            for base in bases {
                machine.eval(*base)?;
            }
            let base_ids: Vec<ObjId> = (0..bases.len())
                .rev()
                .map(|depth| machine.st.peek(depth))
                .collect();
            for keyword in keywords {
                machine.eval(keyword.value)?;
                let value = machine.st.peek(0);
                match keyword.name {
                    Some(name) if machine.names.text(name) == "metaclass" => named = Some(value),
                    Some(name) => arguments.push((name, value)),
                    None => spread = true,
                }
            }
            machine.origins(bases, base_ids)
        })?;
        let meta = if spread {
            Meta::Unknown
        } else {
            self.metaclass_for(named, &base_ids)
        };
        let is_named = keywords.is_empty()
            && matches!(&base_ids[..], [only] if matches!(self.kind(*only), Kind::BuiltinFunction(name) if &**name == "typing.NamedTuple"));
        // A metaclass that is not known may have made the namespace, and see what goes into it.
        let foreign = meta == Meta::Unknown
            || !is_named
                && base_ids.iter().any(|base| match self.kind(*base) {
                    Kind::Class(class) => class.shape.is_none(),
                    Kind::Type(ty) => ty.is_subclass_of(B::Enum),
                    _ => true,
                })
            || base_ids.iter().any(|base| self.is_enumeration(*base));
        if foreign {
            for depth in 0..keywords.len() {
                let value = self.st.peek(depth);
                self.st.escape(value);
            }
        }
        let (namespace, cell) = self.class_body(unit_id, foreign)?;
        let known = plain_bases && !spread && code.unit(unit_id).scope.vars.len() < 10_000;
        let attrs: Ordered<Name, ObjId> = namespace
            .iter()
            .map(|(name, slot)| (*name, slot.obj))
            .collect();
        let uncertain = namespace.values().any(|slot| slot.maybe_unbound);
        let named_tuple = if is_named && !uncertain {
            self.named_class_of(unit_id, attrs.clone())
        } else {
            None
        };
        let class = match named_tuple {
            Some(class) => {
                self.open_count(class);
                self.fill_class_cell(cell, class);
                class
            }
            None => self.create_class(Recipe {
                item: self.item,
                unit: unit_id,
                qualname: unit.qualname.clone(),
                bases: &base_ids,
                attrs,
                known: known && !uncertain,
                meta,
                cell,
                keywords: &arguments,
            })?,
        };
        self.consume(keywords.len() + bases.len());
        if self.shape_of(class).is_some() && self.is_enumeration(class) {
            self.make_members(class)?;
        }
        if self.shape_of(class).is_none() {
            // A metaclass that is not known may have run, and may keep the class.
            for (_, value) in &arguments {
                self.st.escape(*value);
            }
            self.st.escape(class);
            self.unknown_code();
        }
        self.push_new(class);
        Ok(())
    }

    /// Runs the body; the namespace with its references, and the cell of `__class__`.
    fn class_body(
        &mut self,
        unit_id: UnitId,
        foreign: bool,
    ) -> R<(Ordered<Name, Slot>, Option<ObjId>)> {
        let code = self.code();
        let unit = code.unit(unit_id);
        let locals = self.inherited_cells(unit);
        let outer = (self.current, std::mem::take(&mut self.fresh_bound));
        let frames = self.st.frames.len();
        let unit_ref = UnitRef {
            item: self.item,
            unit: Some(unit_id),
        };
        self.st.frames.push(Arc::new(Frame {
            locals,
            handed: foreign,
            ..Frame::new(unit_ref, self.next)
        }));
        self.ctl.push(Ctl::Call {
            frames,
            returns: None,
        });
        let done = self.block(&unit.body);
        (self.current, self.fresh_bound) = outer;
        self.ctl.pop();
        done?;
        let frame = self.st.frame_mut();
        let namespace = std::mem::take(&mut frame.namespace);
        let cell = frame.class_cell.take();
        self.leave_frame(None);
        Ok((namespace, cell))
    }

    /// The C3 linearisation of the bases, `object` last; `None` where a base is not known or there is none.
    pub(super) fn mro(&self, bases: &[ObjId]) -> Option<Vec<ObjId>> {
        let object = self.atoms.ty(B::Object);
        if bases.is_empty() {
            return Some(vec![object]);
        }
        let mut lists: Vec<Vec<ObjId>> = Vec::new();
        for &base in bases {
            lists.push(match self.kind(base) {
                Kind::Class(class) => class.mro.clone(),
                Kind::Type(ty) => {
                    let mut list = Vec::new();
                    let mut here = Some(*ty);
                    while let Some(ty) = here {
                        list.push(self.atoms.ty(ty));
                        here = ty.base();
                    }
                    list
                }
                _ => return None,
            });
        }
        lists.push(bases.to_vec());
        let mut out = Vec::new();
        loop {
            lists.retain(|list| !list.is_empty());
            if lists.is_empty() {
                return (!out.contains(&UNKNOWN)).then_some(out);
            }
            let next = lists
                .iter()
                .map(|list| list[0])
                .find(|head| !lists.iter().any(|list| list[1..].contains(head)))?;
            out.push(next);
            for list in &mut lists {
                if list[0] == next {
                    list.remove(0);
                }
            }
        }
    }

    /// The layout of the instances of a class with this namespace and these ancestors.
    pub(super) fn shape(&self, attrs: &Ordered<Name, ObjId>, mro: &[ObjId]) -> Option<Shape> {
        let mut shape = Shape {
            has_dict: false,
            has_weakref: false,
            slots: Vec::new(),
            base: None,
        };
        for base in mro.iter().rev() {
            match self.kind(*base) {
                Kind::Class(class) => {
                    let theirs = class.shape.as_ref()?;
                    shape.has_dict |= theirs.has_dict;
                    shape.has_weakref |= theirs.has_weakref;
                    shape.base = shape.base.or(theirs.base);
                }
                Kind::Type(B::Object | B::Abc | B::Generic | B::Protocol | B::Enum | B::Flag) => {}
                Kind::Type(B::IntEnum | B::IntFlag) => shape.base = Some(B::Int),
                Kind::Type(B::StrEnum) => shape.base = Some(B::Str),
                Kind::Type(ty) => {
                    if shape.base.is_none_or(|base| ty.is_subclass_of(base)) {
                        shape.base = Some(*ty);
                    }
                    // Instances of exceptions have a `__dict__` of their own.
                    shape.has_dict |= ty.is_exception();
                }
                _ => return None,
            }
        }
        // Slots come from the one base that has them; two that add some cannot be combined.
        let inherited: Vec<&Vec<Name>> = mro
            .iter()
            .filter_map(|base| match self.kind(*base) {
                Kind::Class(class) => class.shape.as_ref().map(|shape| &shape.slots),
                _ => None,
            })
            .collect();
        if let Some(longest) = inherited.into_iter().max_by_key(|slots| slots.len()) {
            shape.slots = longest.clone();
        }
        let own = self
            .names
            .get("__slots__")
            .and_then(|name| attrs.get(&name));
        let Some(&own) = own else {
            shape.has_dict = true;
            shape.has_weakref |= !matches!(shape.base, Some(B::Int | B::Bytes | B::Tuple));
            return Some(shape);
        };
        for name in self.slot_names(own)? {
            match &*name {
                "__dict__" => shape.has_dict = true,
                "__weakref__" => shape.has_weakref = true,
                name => shape.slots.push(self.names.get(name)?),
            }
        }
        Some(shape)
    }

    fn slot_names(&self, slots: ObjId) -> Option<Vec<Arc<str>>> {
        let text = |id: &ObjId| match self.kind(*id) {
            Kind::Str(text)
                if !text.starts_with("__") || matches!(&**text, "__dict__" | "__weakref__") =>
            {
                Some(text.clone())
            }
            _ => None,
        };
        let mut names: Vec<Arc<str>> = match self.kind(slots) {
            Kind::Str(_) => vec![text(&slots)?],
            Kind::Tuple(items) => items.iter().map(text).collect::<Option<_>>()?,
            Kind::List(list) if !list.open => list.items.iter().map(text).collect::<Option<_>>()?,
            _ => return None,
        };
        let mut seen = Vec::new();
        names.retain(|name| {
            let new = !seen.contains(name);
            seen.push(name.clone());
            new
        });
        Some(names)
    }

    /// Calls a class of the program: the class and the arguments on the stack give way to the new object.
    pub(super) fn call_class(&mut self, class: ObjId, passed: Passed) -> R {
        let call = self.names.intern("__call__");
        let own = match self.program_metaclass(class) {
            Some(meta) => self.class_attribute(meta, call),
            None => Found::Nothing,
        };
        match own {
            Found::Nothing | Found::Builtin(_) => self.instantiate(class, passed),
            Found::Object(function, _) if matches!(self.kind(function), Kind::Function(_)) => {
                let n = passed.positional.len() + passed.keywords.len();
                let (args, keywords) = self.passed_ids(&passed);
                let args: Vec<ObjId> = std::iter::once(class).chain(args).collect();
                self.call_loosely(function, &args, &keywords)?;
                let result = self.st.peek(0);
                self.replace(n + 2, result);
                Ok(())
            }
            _ => {
                let n = passed.positional.len() + passed.keywords.len();
                self.unknown_call(n + 1)
            }
        }
    }

    /// `super().__call__(...)` in a metaclass: what `type` does when a class is called.
    pub(in crate::interp) fn call_as_type(
        &mut self,
        class: ObjId,
        args: &[ObjId],
        keywords: &[(Name, ObjId)],
    ) -> R<ObjId> {
        self.push_new(class);
        for id in args.iter().chain(keywords.iter().map(|(_, id)| id)) {
            self.st.add(*id, 0, MOST_HELD);
            self.push_new(*id);
        }
        let done = self.instantiate(
            class,
            Passed {
                positional: vec![CallKind::Generator; args.len()],
                keywords: keywords.iter().map(|(name, _)| *name).collect(),
                ..Passed::default()
            },
        );
        for id in args.iter().chain(keywords.iter().map(|(_, id)| id)) {
            self.st.sub(*id, 0, MOST_HELD);
        }
        done?;
        let result = self.st.pop_owned();
        self.hand_over(result);
        Ok(result)
    }

    /// The same as `type.__call__` does it.
    pub(super) fn instantiate(&mut self, class_id: ObjId, passed: Passed) -> R {
        let n = passed.positional.len() + passed.keywords.len();
        let Kind::Class(class) = self.kind_of(class_id) else {
            return self.unknown_call(n + 1);
        };
        let (Some(shape), new) = (class.shape.clone(), self.names.intern("__new__")) else {
            return self.unknown_call(n + 1);
        };
        if matches!(
            self.class_attribute(class_id, new),
            Found::Object(..) | Found::Unknown
        ) {
            return self.unknown_call(n + 1);
        }
        let is_exception = shape.base.is_some_and(B::is_exception);
        if self.is_enumeration(class_id) {
            return self.call_enumeration(class_id, &passed);
        }
        if self.has_abstract_methods(class_id) {
            return Err(self.raise(B::TypeError));
        }
        let payload = match shape.base {
            Some(base) if !is_exception => match self.payload_of(class_id, base, &passed)? {
                Some(payload) => Some(payload),
                None => return self.instantiate_builtin(class_id, n),
            },
            _ => None,
        };
        self.change_quietly(class_id, |kind| {
            if let Kind::Class(class) = kind {
                let made = &mut Arc::make_mut(class).instances;
                made.lo = made.lo.saturating_add(1);
                made.hi = made.hi.saturating_add(1);
            }
        });
        let (ids, _) = self.passed_ids(&passed);
        let exception_args = if is_exception {
            ids.clone()
        } else {
            Vec::new()
        };
        let object = if is_exception {
            if !super::super::models::keeps_only_args(self, class_id) {
                ids.iter().for_each(|id| self.st.escape(*id));
            }
            self.alloc(Kind::Exception(Arc::new(ExcObj {
                class: class_id,
                args: ids,
                held: Vec::new(),
                raised: false,
                trace: Vec::new(),
                attrs: Ordered::default(),
                open: false,
            })))
        } else {
            self.alloc(Kind::Instance(Arc::new(InstObj {
                class: class_id,
                attrs: Ordered::default(),
                open: false,
                dict: None,
                payload,
            })))
        };
        if self.is_data_class(class_id) {
            let init = self.names.intern("__init__");
            if !matches!(self.class_attribute(class_id, init), Found::Object(..)) {
                self.push_new(object);
                return self.init_data(class_id, object, &passed);
            }
        }
        let init = self.names.intern("__init__");
        match self.class_attribute(class_id, init) {
            Found::Object(function, _) if matches!(self.kind(function), Kind::Function(_)) => {
                let mut arguments = self.take_arguments(&passed);
                let kind = if self.metaclass(class_id) != Some("type") {
                    CallKind::InitSlow
                } else if shape.has_dict {
                    CallKind::Init
                } else {
                    CallKind::InitSlots
                };
                for (_, held) in &mut arguments.positional {
                    *held = if *held == CallKind::Plain {
                        kind
                    } else {
                        *held
                    };
                }
                arguments.handed_on = passed.spread;
                if !passed.spread {
                    arguments.keyword_kind = CallKind::InitKeyword;
                }
                self.push_new(object);
                self.st.inc(object);
                let own = StackRef::owned(object);
                arguments.positional.insert(0, (own, CallKind::InitSelf));
                // The tuple that the call makes of the arguments is the exception's `args`: it may be counted twice.
                for id in &exception_args {
                    self.st.sub(*id, 1, 0);
                }
                // Beside keyword arguments the positional ones are collected first, and may be held so meanwhile.
                let collected: Vec<ObjId> = if passed.keywords.is_empty() {
                    Vec::new()
                } else {
                    arguments.positional[1..]
                        .iter()
                        .map(|(reference, _)| reference.obj)
                        .collect()
                };
                for id in &collected {
                    self.st.add(*id, 0, 1);
                }
                self.call_function(function, arguments)?;
                for id in collected {
                    self.st.sub(id, 0, 1);
                }
                for id in &exception_args {
                    self.st.add(*id, 1, 0);
                }
                // Stack: class, [object], None.
                let result = self.st.peek(0);
                if self.kind(result) != &Kind::None && self.kind(result) != &Kind::Unknown {
                    return Err(self.raise(B::TypeError));
                }
                self.consume(1);
                self.drop_below();
                Ok(())
            }
            Found::Builtin(_) | Found::Nothing => {
                if n > 0 && !is_exception && payload.is_none() {
                    return Err(self.raise(B::TypeError));
                }
                self.replace(n + 1, object);
                Ok(())
            }
            _ => {
                self.st.escape(object);
                self.push_new(object);
                self.unknown_call(n + 2)
            }
        }
    }

    fn instantiate_builtin(&mut self, class: ObjId, n: usize) -> R {
        for depth in 0..n {
            let id = self.st.peek(depth);
            self.st.escape(id);
        }
        self.unknown_code();
        let object = self.alloc(Kind::Instance(Arc::new(InstObj {
            class,
            attrs: Ordered::default(),
            open: true,
            dict: None,
            payload: None,
        })));
        self.st.escape(object);
        self.replace(n + 1, object);
        Ok(())
    }

    /// Changes what an object is where that is no change that the program sees.
    pub(in crate::interp) fn change_quietly(&mut self, id: ObjId, change: impl FnOnce(&mut Kind)) {
        if let Some(obj) = self.st.heap.get_mut(id) {
            change(&mut obj.kind);
        }
    }

    /// `super()` in a method: the class around it and the first argument. Where either is not known, the argument goes
    /// to whoever answers.
    pub(in crate::interp) fn bare_super(&mut self) -> Option<ObjId> {
        let unit_ref = self.st.frame().unit;
        let unit = self.unit(unit_ref)?;
        let first = unit.params.posonly.first().or(unit.params.args.first())?;
        let slot = self
            .st
            .frame()
            .locals
            .get(first.slot as usize)
            .copied()
            .flatten()?;
        let object = match self.kind(slot.obj) {
            Kind::Cell(Some(content)) => *content,
            Kind::Cell(None) => return None,
            _ => slot.obj,
        };
        let class = self.class_around(unit_ref);
        match class {
            Some(class) if object != NONE => Some(self.alloc(Kind::Super(class, object))),
            _ => {
                self.st.escape(object);
                None
            }
        }
    }

    /// The class in whose body the running function was defined, if only one was made of it.
    fn class_around(&self, unit_ref: UnitRef) -> Option<ObjId> {
        let name = self.names.get("__class__")?;
        let unit = self.unit(unit_ref)?;
        let cell = unit
            .scope
            .slot(name)
            .and_then(|slot| self.st.frame().locals.get(slot as usize).copied().flatten());
        if let Some(Kind::Cell(Some(class))) = cell.map(|cell| self.kind(cell.obj))
            && matches!(self.kind(*class), Kind::Class(_))
        {
            return Some(*class);
        }
        let mut made = self.st.heap.iter().filter(|(_, obj)| {
            matches!(&obj.kind, Kind::Class(class) if class.item == unit_ref.item && Some(class.unit) == unit.parent)
        });
        let class = made.next()?.0;
        made.next().is_none().then_some(class)
    }
}
