//! Entering a function of the program: parameters bound, frame pushed, body run, result taken.

use std::sync::Arc;

use super::super::control::Ctl;
use super::super::machine::{Machine, Place, R};
use crate::base::Name;
use crate::domain::atoms::NONE;
use crate::domain::{B, Frame, FuncObj, Kind, ObjId, Slot, StackRef, UnitRef};
use crate::hir::{Unit, UnitKind, VarKind};
use crate::layout::CallKind;
use crate::limits;

/// Arguments on their way into a function, with the references that the caller gives up for them.
#[derive(Clone, Debug, Default)]
pub(in crate::interp) struct Arguments {
    /// Positional ones and how the call holds each.
    pub positional: Vec<(StackRef, CallKind)>,
    /// Keyword ones.
    pub keywords: Vec<(Name, StackRef)>,
    /// How the call holds keyword arguments.
    pub keyword_kind: CallKind,
    /// They were spread by `*` or `**`, and reach the function through a method or a class.
    pub handed_on: bool,
}

/// More references than any C function keeps on an object that it hands to a special method, the parameter's included.
const MOST_HELD_BY_C: u32 = 6;

/// A frame in the making.
struct Binding<'u> {
    unit: &'u Unit,
    locals: Vec<Option<Slot>>,
    holds: Vec<(ObjId, u32, u32)>,
    warm: bool,
    /// Some arguments came by keyword.
    keywords: bool,
    /// See [`Arguments::handed_on`].
    handed_on: bool,
    /// The first argument comes from C code that may hold further references to it.
    unsteady: bool,
    /// Arguments that fit no parameter.
    leftover: Vec<StackRef>,
}

impl Machine<'_> {
    /// Calls a function of the program; its result is pushed.
    pub(in crate::interp) fn call_function(&mut self, function: ObjId, arguments: Arguments) -> R {
        let Kind::Function(of) = self.kind_of(function) else {
            return self.unknown_function_call(function, arguments);
        };
        let unit_ref = UnitRef {
            item: of.item,
            unit: Some(of.unit),
        };
        let Some(unit) = self.unit(unit_ref) else {
            return self.unknown_function_call(function, arguments);
        };
        let unsteady = std::mem::take(&mut self.unsteady);
        let deferred = unit.is_generator || unit.kind == UnitKind::AsyncFunction;
        if self.st.frames.len() > limits::CALL_DEPTH || !self.step() {
            self.hit("call depth");
            return self.unknown_function_call(function, arguments);
        }
        let site = self.site;
        let warm = self.pass(site) > 0;
        let keywords = !arguments.keywords.is_empty();
        let binding = Binding {
            unit,
            locals: vec![None; unit.scope.vars.len()],
            holds: Vec::new(),
            warm,
            keywords,
            handed_on: arguments.handed_on,
            unsteady,
            leftover: Vec::new(),
        };
        let mut binding = binding;
        if self.bind(&of, &mut binding, arguments).is_none() {
            // What was bound is given up again.
            for (obj, lo, hi) in binding.holds {
                self.st.sub(obj, lo, hi);
            }
            for slot in binding
                .locals
                .into_iter()
                .flatten()
                .filter(|slot| !slot.lent)
            {
                self.st.dec(slot.obj);
            }
            for reference in binding.leftover {
                self.st.release(reference);
            }
            return Err(self.raise(B::TypeError));
        }
        if deferred {
            self.make_generator(function, unit_ref, binding);
            return Ok(());
        }
        self.run(function, unit_ref, unit, binding)?;
        self.at(site);
        Ok(())
    }

    fn run(&mut self, function: ObjId, unit_ref: UnitRef, unit: &Unit, binding: Binding<'_>) -> R {
        let outer = (
            self.item,
            self.current,
            std::mem::take(&mut self.fresh_bound),
        );
        let frames = self.st.frames.len();
        self.st.frames.push(Arc::new(Frame {
            locals: binding.locals,
            holds: binding.holds,
            function: Some(function),
            ..Frame::new(unit_ref, self.next)
        }));
        self.ctl.push(Ctl::Call {
            frames,
            returns: None,
        });
        self.item = unit_ref.item;
        self.entered.insert(unit_ref);
        self.observe(Place::Entry(unit_ref.unit.expect("a function has a unit")));
        let done = match unit.value {
            Some(value) => self.eval(value),
            None => self.block(&unit.body).map(|()| self.st.push(NONE)),
        };
        if done.is_ok() {
            self.return_top();
        }
        (self.item, self.current, self.fresh_bound) = outer;
        match self.ctl.pop() {
            Some(Ctl::Call {
                returns: Some(state),
                ..
            }) => {
                self.st = state;
                self.run_finalizers();
                Ok(())
            }
            _ => Err(super::super::machine::Dead),
        }
    }

    /// Binds arguments to parameters (`initialize_locals` of `Python/ceval.c`); `None` where they do not fit.
    fn bind(
        &mut self,
        of: &FuncObj,
        binding: &mut Binding<'_>,
        arguments: Arguments,
    ) -> Option<()> {
        let params = &binding.unit.params;
        let ordered: Vec<(Name, u16)> = params
            .posonly
            .iter()
            .chain(&params.args)
            .map(|param| (param.name, param.slot))
            .collect();
        let mut positional = arguments.positional.into_iter();
        for (_, slot) in &ordered {
            let Some((reference, kind)) = positional.next() else {
                break;
            };
            self.bind_slot(binding, *slot, reference, kind);
        }
        let rest: Vec<(StackRef, CallKind)> = positional.collect();
        match &params.vararg {
            Some(param) => {
                let items = self.collected(binding, rest);
                let tuple = if items.is_empty() {
                    crate::domain::atoms::EMPTY_TUPLE
                } else {
                    self.alloc_stealing(Kind::Tuple(Arc::new(items)))
                };
                self.st.inc(tuple);
                binding.locals[param.slot as usize] = Some(Slot::owned(tuple));
            }
            None if !rest.is_empty() => {
                let rest = rest.into_iter().map(|(reference, _)| reference);
                let keywords = arguments.keywords.into_iter();
                binding
                    .leftover
                    .extend(rest.chain(keywords.map(|(_, reference)| reference)));
                return None;
            }
            None => {}
        }
        let mut extra: Vec<(Name, StackRef)> = Vec::new();
        let mut keywords = arguments.keywords.into_iter();
        while let Some((name, reference)) = keywords.next() {
            let slot = params
                .args
                .iter()
                .chain(&params.kwonly)
                .find(|param| param.name == name)
                .map(|param| param.slot);
            match slot {
                Some(slot) if binding.locals[slot as usize].is_none() => {
                    self.bind_slot(binding, slot, reference, arguments.keyword_kind);
                }
                Some(_) => {
                    binding.leftover.push(reference);
                    let others = keywords.chain(extra);
                    binding
                        .leftover
                        .extend(others.map(|(_, reference)| reference));
                    return None;
                }
                None => extra.push((name, reference)),
            }
        }
        match &params.kwarg {
            Some(param) => {
                let dict = self.keyword_dict(binding, extra, arguments.keyword_kind)?;
                self.st.inc(dict);
                binding.locals[param.slot as usize] = Some(Slot::owned(dict));
            }
            None if !extra.is_empty() => {
                let extra = extra.into_iter().map(|(_, reference)| reference);
                binding.leftover.extend(extra);
                return None;
            }
            None => {}
        }
        self.bind_defaults(of, binding, &ordered)?;
        self.bind_cells(of, binding);
        Some(())
    }

    fn bind_defaults(
        &mut self,
        of: &FuncObj,
        binding: &mut Binding<'_>,
        ordered: &[(Name, u16)],
    ) -> Option<()> {
        let params = &binding.unit.params;
        let defaults: Vec<ObjId> = match of.defaults.map(|tuple| self.kind_of(tuple)) {
            Some(Kind::Tuple(items)) => items.to_vec(),
            Some(_) => return self.bind_unknown_defaults(binding, ordered),
            None => Vec::new(),
        };
        let first = ordered.len().checked_sub(defaults.len())?;
        for (at, (_, slot)) in ordered.iter().enumerate() {
            if binding.locals[*slot as usize].is_none() {
                let value = *defaults.get(at.checked_sub(first)?)?;
                self.st.inc(value);
                binding.locals[*slot as usize] = Some(Slot::owned(value));
            }
        }
        let named: Vec<(u16, Name)> = params
            .kwonly
            .iter()
            .map(|param| (param.slot, param.name))
            .collect();
        for (slot, name) in named {
            if binding.locals[slot as usize].is_some() {
                continue;
            }
            let value = match of.kwdefaults.map(|dict| self.kind_of(dict)) {
                Some(Kind::Dict(dict)) if !dict.open => {
                    let key = crate::domain::Key::Str(self.names.shared(name));
                    dict.entries.get(&key).map(|(_, value)| *value)?
                }
                Some(_) => crate::domain::UNKNOWN,
                None => return None,
            };
            self.st.inc(value);
            binding.locals[slot as usize] = Some(Slot::owned(value));
        }
        Some(())
    }

    fn bind_unknown_defaults(
        &mut self,
        binding: &mut Binding<'_>,
        ordered: &[(Name, u16)],
    ) -> Option<()> {
        let kwonly: Vec<u16> = binding
            .unit
            .params
            .kwonly
            .iter()
            .map(|param| param.slot)
            .collect();
        for slot in ordered.iter().map(|(_, slot)| *slot).chain(kwonly) {
            binding.locals[slot as usize].get_or_insert(Slot::owned(crate::domain::UNKNOWN));
        }
        Some(())
    }

    /// Parameters that inner functions use move into cells; free variables come from the closure.
    fn bind_cells(&mut self, of: &FuncObj, binding: &mut Binding<'_>) {
        for (slot, variable) in binding.unit.scope.vars.iter().enumerate() {
            match variable.kind {
                VarKind::Cell => {
                    let inlined = self.layout().inlines_comprehensions();
                    let content = binding.locals[slot].take().map(|value| {
                        if value.lent {
                            self.st.inc(value.obj);
                            if inlined {
                                // Where only inlined comprehensions use it, it is no cell, and stays lent.
                                self.st.sub(value.obj, 1, 0);
                            }
                        }
                        value.obj
                    });
                    let cell = self.alloc_stealing(Kind::Cell(content));
                    self.st.inc(cell);
                    binding.locals[slot] = Some(Slot::owned(cell));
                }
                VarKind::Free => {
                    let cell = of
                        .closure
                        .iter()
                        .find(|(name, _)| *name == variable.name)
                        .map(|(_, cell)| *cell);
                    if let Some(cell) = cell {
                        self.st.inc(cell);
                        binding.locals[slot] = Some(Slot::owned(cell));
                    }
                }
                VarKind::Local | VarKind::GlobalExplicit | VarKind::GlobalImplicit => {}
            }
        }
    }

    /// One argument becomes a parameter, with the references that the call holds on it meanwhile.
    fn bind_slot(
        &mut self,
        binding: &mut Binding<'_>,
        slot: u16,
        reference: StackRef,
        kind: CallKind,
    ) {
        if std::mem::take(&mut binding.unsteady) {
            self.hold(binding, reference.obj, 0, MOST_HELD_BY_C);
            binding.locals[slot as usize] = Some(Slot {
                obj: reference.obj,
                lent: true,
                maybe_unbound: false,
            });
            return;
        }
        let (least, most) = self.held(reference, kind, binding);
        let lent = least == 0;
        if lent {
            if !reference.lent {
                self.st.dec(reference.obj);
            }
            self.hold(binding, reference.obj, 0, most);
        } else {
            if reference.lent {
                self.st.inc(reference.obj);
            }
            // A new object also stands on the stack while `__init__` runs, and so does what is iterated over: one of the
            // references that the tables count.
            let stands = matches!(kind, CallKind::InitSelf | CallKind::ForNextSelf);
            let counted = 1 + u32::from(stands);
            let (least, most) = match kind {
                CallKind::InitSelf if binding.keywords => {
                    let extra = self.layout().init_by_keyword_holds_self();
                    (least + extra, most + extra)
                }
                _ => (least, most),
            };
            self.hold(
                binding,
                reference.obj,
                least.saturating_sub(counted),
                most.saturating_sub(counted),
            );
        }
        binding.locals[slot as usize] = Some(Slot {
            obj: reference.obj,
            lent,
            maybe_unbound: false,
        });
    }

    fn hold(&mut self, binding: &mut Binding<'_>, obj: ObjId, lo: u32, hi: u32) {
        if hi > 0 {
            self.st.add(obj, lo, hi);
            binding.holds.push((obj, lo, hi));
        }
    }

    fn held(&self, reference: StackRef, kind: CallKind, binding: &Binding<'_>) -> (u32, u32) {
        let held = self.layout().call_holds(kind, reference.lent);
        if binding.handed_on {
            // Not every version passes them on that might (a bound method's, on 3.15).
            let most = self.layout().handed_on_call_holds(kind, reference.lent);
            return (
                held.least().min(most.least()) as u32,
                held.most().max(most.most()) as u32,
            );
        }
        if binding.warm || self.layout().specializes_at_first_pass() {
            (held.least() as u32, held.most() as u32)
        } else {
            (held.first as u32, held.first as u32)
        }
    }

    /// Arguments that `*args` takes up: the tuple's references, and what the call holds beside.
    fn collected(
        &mut self,
        binding: &mut Binding<'_>,
        rest: Vec<(StackRef, CallKind)>,
    ) -> Vec<ObjId> {
        let mut items = Vec::with_capacity(rest.len());
        for (reference, kind) in rest {
            let kind = if kind == CallKind::Plain {
                CallKind::PlainCollected
            } else {
                kind
            };
            let (least, most) = self.held(reference, kind, binding);
            if reference.lent {
                self.st.inc(reference.obj);
            }
            let (least, most) = (least.max(1), most.max(1));
            self.hold(binding, reference.obj, least - 1, most - 1);
            items.push(reference.obj);
        }
        items
    }

    fn keyword_dict(
        &mut self,
        binding: &mut Binding<'_>,
        extra: Vec<(Name, StackRef)>,
        kind: CallKind,
    ) -> Option<ObjId> {
        // What `__init__` is given by keyword goes through C code, whoever takes it up.
        let kind = if kind == CallKind::InitKeyword || binding.handed_on {
            kind
        } else {
            CallKind::PlainCollected
        };
        let table = crate::layout::DictTable::EMPTY;
        let dict = self.new_dict(B::Dict, Some(table));
        self.st.inc(dict);
        for (name, reference) in extra {
            let text = self.names.shared(name);
            let key = self.atoms.str(&text);
            let (least, most) = self.held(reference, kind, binding);
            self.hold(binding, reference.obj, least.max(1) - 1, most.max(1) - 1);
            if !reference.lent {
                self.st.inc(reference.obj);
            }
            self.dict_put(dict, crate::domain::Key::Str(text), key, reference.obj);
            if !reference.lent {
                self.st.dec(reference.obj);
                self.st.dec(reference.obj);
            }
        }
        if let Some(obj) = self.st.heap.get_mut(dict) {
            obj.count = crate::domain::Count::exactly(0);
        }
        Some(dict)
    }

    /// Code of the program runs that the machine does not follow: it may do anything that it can reach.
    pub(in crate::interp) fn unknown_function_call(
        &mut self,
        function: ObjId,
        arguments: Arguments,
    ) -> R {
        self.st.escape(function);
        let refs = arguments
            .positional
            .into_iter()
            .map(|(reference, _)| reference);
        for reference in refs.chain(
            arguments
                .keywords
                .into_iter()
                .map(|(_, reference)| reference),
        ) {
            self.st.escape(reference.obj);
            self.st.release(reference);
        }
        self.unknown_code();
        self.st.push(crate::domain::UNKNOWN);
        Ok(())
    }

    /// A generator or coroutine: its frame moves into an object, where it waits.
    fn make_generator(&mut self, function: ObjId, unit_ref: UnitRef, binding: Binding<'_>) {
        let unit = binding.unit;
        let mut locals = binding.locals;
        for slot in locals.iter_mut().flatten() {
            if std::mem::take(&mut slot.lent) {
                self.st.inc(slot.obj); // what was lent for the call is kept
            }
        }
        for (obj, lo, hi) in binding.holds {
            self.st.sub(obj, lo, hi);
        }
        let frame = Frame {
            locals,
            function: Some(function),
            ..Frame::new(unit_ref, self.next)
        };
        self.push_generator(unit, Some(function), frame);
    }
}
