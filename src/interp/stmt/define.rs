//! `def` and `class` with their decorators.

use super::super::machine::{Machine, R};
use crate::domain::Kind;
use crate::hir::{ExprId, Keyword, NameUse, TypeParam, UnitId};

impl Machine<'_> {
    pub(super) fn function_def(
        &mut self,
        unit: UnitId,
        name: NameUse,
        decorators: &[ExprId],
        type_params: &[TypeParam],
    ) -> R {
        self.eval_decorators(decorators)?;
        self.generic = type_params.iter().map(|param| param.name).collect();
        self.make_function(unit)?;
        if !type_params.is_empty() {
            let top = self.st.peek(0);
            self.open_count(top);
        }
        self.apply_decorators(decorators.len())?;
        self.store_name(name);
        self.run_finalizers();
        Ok(())
    }

    pub(super) fn class_def(
        &mut self,
        unit: UnitId,
        name: NameUse,
        bases: &[ExprId],
        keywords: &[Keyword],
        decorators: &[ExprId],
        type_params: &[TypeParam],
    ) -> R {
        self.eval_decorators(decorators)?;
        self.generic = type_params.iter().map(|param| param.name).collect();
        self.make_class(unit, bases, keywords)?;
        if !type_params.is_empty() {
            // It derives from `Generic`, behind all that it names.
            let top = self.st.peek(0);
            self.open_count(top);
            let generic = self.atoms.ty(crate::domain::B::Generic);
            self.change_quietly(top, |kind| {
                if let Kind::Class(class) = kind {
                    let mro = &mut std::sync::Arc::make_mut(class).mro;
                    let at = mro.len().saturating_sub(1);
                    if !mro.contains(&generic) {
                        mro.insert(at, generic);
                    }
                }
            });
        }
        self.apply_decorators(decorators.len())?;
        self.store_name(name);
        self.run_finalizers();
        Ok(())
    }

    fn eval_decorators(&mut self, decorators: &[ExprId]) -> R {
        decorators
            .iter()
            .try_for_each(|decorator| self.eval(*decorator))
    }

    /// The decorators lie below the object, the innermost on top.
    fn apply_decorators(&mut self, n: usize) -> R {
        for _ in 0..n {
            self.call_stack(1, &[])?;
        }
        Ok(())
    }
}
