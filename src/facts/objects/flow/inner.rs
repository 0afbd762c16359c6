//! Code inside code: closures, lambdas and classes that get hold of the defaults.

use super::{DEPTH, Env, Flow, Key};
use crate::base::Span;
use crate::facts::objects::What;
use crate::facts::objects::bindings::is_rebound;
use crate::hir::{Item, UnitId, UnitKind, VarKind};

impl<'a> Flow<'a> {
    /// An inner function or lambda: it is called by whoever gets it, with what its free names hold.
    pub(super) fn inner(&mut self, unit: UnitId, span: Span, env: &Env) {
        let code = self.item();
        let mut held = Env::default();
        for var in &code.unit(unit).scope.vars {
            let key = Key::Local(var.name);
            if var.kind != VarKind::Free {
                continue;
            }
            let mask = env.get(&key).copied().unwrap_or(0);
            let is_rebound = is_rebound(code, self.unit, var.name);
            let later = self.bound.get(&key).copied().unwrap_or(0);
            if mask == 0 && is_rebound {
                // It may be bound to a default by the time the inner function is called.
                self.record(later, span, What::Captured, None);
            }
            if mask != 0 {
                held.insert(key, mask);
                if is_rebound {
                    self.record(mask, span, What::Captured, None);
                }
            }
        }
        for (key, mask) in env {
            if matches!(key, Key::Attr(_)) {
                held.insert(*key, *mask);
            }
        }
        if held.values().all(|mask| *mask == 0) || self.stack.contains(&(self.at, unit)) {
            return;
        }
        let all = held.values().fold(0, |all, mask| all | mask);
        let body_is_class = code.unit(unit).kind == UnitKind::Class;
        if body_is_class || self.stack.len() > DEPTH {
            self.record(all, span, What::Captured, None);
            return;
        }
        self.enter(self.at, unit, held, false);
    }

    /// Whether the class body `unit`, or a function in it, uses a name that holds a default.
    pub(super) fn class(&mut self, unit: UnitId, span: Span, env: &Env) {
        let code = self.item();
        let held = code
            .units
            .iter()
            .enumerate()
            .filter(|(index, _)| is_within(code, UnitId(*index as u32), unit));
        let free =
            held.flat_map(|(_, it)| it.scope.vars.iter().filter(|var| var.kind == VarKind::Free));
        let mask = free.fold(0, |all, var| {
            all | env.get(&Key::Local(var.name)).copied().unwrap_or(0)
        });
        self.record(mask, span, What::Captured, None);
    }
}

/// Whether `unit` is `outer` or stands somewhere inside it.
fn is_within(code: &Item, mut unit: UnitId, outer: UnitId) -> bool {
    loop {
        if unit == outer {
            return true;
        }
        match code.unit(unit).parent {
            Some(parent) => unit = parent,
            None => return false,
        }
    }
}
