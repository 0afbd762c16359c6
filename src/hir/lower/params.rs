//! Parameters of functions and lambdas, and type parameters.

use super::lex::T;
use super::reader::{Read, Reader};
use crate::hir::body::{TypeParam, TypeParamKind};
use crate::hir::unit::{Param, Params};

/// Where in the list of parameters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Positional,
    AfterSlash,
    KeywordOnly,
    End,
}

impl Reader<'_> {
    /// Parameters up to (not with) `close`; lambdas have no annotations.
    pub fn parameters(&mut self, close: T, annotated: bool) -> Read<Params> {
        let mut params = Params::default();
        let mut stage = Stage::Positional;
        let mut bare_star = false;
        while self.kind() != close {
            if stage == Stage::End {
                return self.fault("arguments cannot follow var-keyword argument");
            }
            match self.kind() {
                T::Slash if stage == Stage::Positional && !params.args.is_empty() => {
                    self.bump();
                    params.posonly = std::mem::take(&mut params.args);
                    stage = Stage::AfterSlash;
                }
                T::Star if stage < Stage::KeywordOnly => {
                    self.bump();
                    stage = Stage::KeywordOnly;
                    bare_star = self.kind() == T::Comma;
                    if !bare_star {
                        params.vararg = Some(self.parameter(annotated, true)?);
                    }
                }
                T::DoubleStar => {
                    self.bump();
                    params.kwarg = Some(self.parameter(annotated, false)?);
                    stage = Stage::End;
                }
                _ => {
                    let param = self.parameter(annotated, false)?;
                    let default = match self.eat(T::Assign) {
                        true => Some(self.expression()?),
                        false => None,
                    };
                    if stage == Stage::KeywordOnly {
                        params.kwonly.push(param);
                        params.kw_defaults.push(default);
                        bare_star = false;
                    } else {
                        params.args.push(param);
                        match default {
                            Some(default) => params.defaults.push(default),
                            None if !params.defaults.is_empty() => {
                                return self.fault(
                                    "parameter without a default follows parameter with a default",
                                );
                            }
                            None => {}
                        }
                    }
                }
            }
            if !self.eat(T::Comma) {
                break;
            }
        }
        if self.kind() != close {
            return self.fault("invalid syntax");
        }
        if bare_star {
            return self.fault("named arguments must follow bare *");
        }
        for (slot, param) in slots(&mut params).enumerate() {
            match u16::try_from(slot) {
                Ok(slot) => param.slot = slot,
                Err(_) => return self.fault("too many parameters"),
            }
        }
        let names: rustc_hash::FxHashSet<_> =
            params.in_slot_order().map(|param| param.name).collect();
        if names.len() < params.in_slot_order().count() {
            return self.fault("duplicate argument in function definition");
        }
        Ok(params)
    }

    fn parameter(&mut self, annotated: bool, is_vararg: bool) -> Read<Param> {
        let token = self.expect_name()?;
        let span = self.span(token.start, token.end);
        let name = self.mangled_name(token);
        let annotation = match annotated && self.eat(T::Colon) {
            true if is_vararg && self.kind() == T::Star => {
                self.needs(11);
                Some(self.star_expression()?)
            }
            true => Some(self.expression()?),
            false => None,
        };
        Ok(Param {
            name,
            slot: 0,
            annotation,
            span,
        })
    }

    /// `[T: bound = default, *Ts, **P]`, if they are there.
    pub fn type_params(&mut self) -> Read<Vec<TypeParam>> {
        let mut params = Vec::new();
        if !self.eat(T::LSqb) {
            return Ok(params);
        }
        self.needs(12);
        while self.kind() != T::RSqb {
            let kind = match self.kind() {
                T::Star => TypeParamKind::TypeVarTuple,
                T::DoubleStar => TypeParamKind::ParamSpec,
                _ => TypeParamKind::TypeVar,
            };
            if kind != TypeParamKind::TypeVar {
                self.bump();
            }
            let token = self.expect_name()?;
            let name = self.mangled_name(token);
            let bound = match kind == TypeParamKind::TypeVar && self.eat(T::Colon) {
                true => Some(self.expression()?),
                false => None,
            };
            let default = match self.eat(T::Assign) {
                true => {
                    self.needs(13);
                    Some(match kind {
                        TypeParamKind::TypeVarTuple => self.star_expression()?,
                        _ => self.expression()?,
                    })
                }
                false => None,
            };
            params.push(TypeParam {
                kind,
                name,
                bound,
                default,
            });
            if !self.eat(T::Comma) {
                break;
            }
        }
        if params.is_empty() {
            return self.fault("Type parameter list cannot be empty");
        }
        self.expect(T::RSqb)?;
        Ok(params)
    }
}

fn slots(params: &mut Params) -> impl Iterator<Item = &mut Param> {
    let Params {
        posonly,
        args,
        kwonly,
        vararg,
        kwarg,
        ..
    } = params;
    posonly
        .iter_mut()
        .chain(args)
        .chain(kwonly)
        .chain(vararg)
        .chain(kwarg)
}
