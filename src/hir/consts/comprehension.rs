//! Comprehensions, in code objects of their own or in the code around.

use super::emit::{CodeOf, Emitter, Frame};
use super::value::Value;
use crate::hir::body::{CompKind, Comprehension, Expr, ExprId};
use crate::hir::unit::UnitId;

impl Emitter<'_> {
    pub fn comprehension(
        &mut self,
        kind: CompKind,
        unit: UnitId,
        elt: ExprId,
        value: Option<ExprId>,
        generators: &[Comprehension],
    ) {
        let Some(first) = generators.first() else {
            return;
        };
        let is_async = self.f.awaits_comprehensions && self.comp_is_async(elt, value, generators);
        if self.f.inlines_comprehensions && kind != CompKind::Generator {
            self.iterable(first.iter);
            let before = self.alive;
            let frames = std::mem::take(&mut self.frames);
            self.clauses(elt, value, generators, 0);
            self.frames = frames;
            self.alive = before;
            return;
        }
        let made = self.made.get(&(self.current, unit)).copied();
        let id = made.unwrap_or_else(|| {
            let parent = self.current;
            let before = self.enter(CodeOf::Unit(unit));
            self.clauses(elt, value, generators, 0);
            self.alive = true;
            if kind == CompKind::Generator {
                self.load(Value::None);
            }
            let id = self.leave(before);
            self.made.insert((parent, unit), id);
            id
        });
        self.note_twin(unit);
        self.load(Value::Code(id));
        self.load_qualname(unit);
        self.iterable(first.iter);
        if is_async && kind != CompKind::Generator {
            self.load(Value::None);
        }
    }

    /// Whether a comprehension awaits something itself.
    fn comp_is_async(
        &self,
        elt: ExprId,
        value: Option<ExprId>,
        generators: &[Comprehension],
    ) -> bool {
        let within = generators.iter().skip(1).map(|clause| clause.iter);
        let within = within.chain(
            generators
                .iter()
                .flat_map(|clause| clause.ifs.iter().copied()),
        );
        generators.iter().any(|clause| clause.is_async)
            || within
                .chain([elt])
                .chain(value)
                .any(|inner| self.awaits(inner))
    }

    fn awaits(&self, id: ExprId) -> bool {
        let item = self.item;
        let any = |ids: &[ExprId]| ids.iter().any(|&id| self.awaits(id));
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || match item.expr(id) {
            Expr::Await(_) => true,
            Expr::Comp {
                kind: CompKind::Generator,
                generators,
                ..
            } => any(&[generators[0].iter]),
            Expr::Comp {
                elt,
                value,
                generators,
                ..
            } => self.comp_is_async(*elt, *value, generators) || any(&[generators[0].iter]),
            Expr::Missing
            | Expr::Constant(_)
            | Expr::Name(_)
            | Expr::Lambda(_)
            | Expr::Yield(_)
            | Expr::YieldFrom(_) => false,
            Expr::BoolOp { values, .. } => any(values),
            Expr::Named { value, .. } => self.awaits(*value),
            Expr::BinOp { left, right, .. } => any(&[*left, *right]),
            Expr::UnaryOp { operand, .. } => self.awaits(*operand),
            Expr::IfExp { test, body, orelse } => any(&[*test, *body, *orelse]),
            Expr::Dict { items } => items
                .iter()
                .any(|(key, value)| key.is_some_and(|key| self.awaits(key)) || self.awaits(*value)),
            Expr::Set { elts } | Expr::List { elts } | Expr::Tuple { elts } => any(elts),
            Expr::Compare { left, rest } => {
                self.awaits(*left) || rest.iter().any(|(_, right)| self.awaits(*right))
            }
            Expr::Call {
                func,
                args,
                keywords,
            } => {
                self.awaits(*func)
                    || any(args)
                    || keywords.iter().any(|keyword| self.awaits(keyword.value))
            }
            Expr::JoinedStr { parts } | Expr::TemplateStr { parts } => any(parts),
            Expr::Formatted { value, spec, .. } | Expr::Interpolation { value, spec, .. } => {
                self.awaits(*value) || spec.is_some_and(|spec| self.awaits(spec))
            }
            Expr::Attribute { value, .. } | Expr::Starred(value) => self.awaits(*value),
            Expr::Subscript { value, index } => any(&[*value, *index]),
            Expr::Slice { lower, upper, step } => [lower, upper, step]
                .into_iter()
                .flatten()
                .any(|&part| self.awaits(part)),
        })
    }

    fn clauses(
        &mut self,
        elt: ExprId,
        value: Option<ExprId>,
        generators: &[Comprehension],
        index: usize,
    ) {
        let Some(clause) = generators.get(index) else {
            self.expr(elt);
            if let Some(value) = value {
                self.expr(value);
            }
            return;
        };
        if index > 0 {
            let single = match self.item.expr(clause.iter) {
                Expr::List { elts } | Expr::Tuple { elts }
                    if self.f.unwraps_single_iterables && !clause.is_async =>
                {
                    match elts.as_slice() {
                        [only] if !matches!(self.item.expr(*only), Expr::Starred(_)) => Some(*only),
                        _ => None,
                    }
                }
                _ => None,
            };
            match single {
                Some(only) if !self.is_constant(only) || !self.f.folds_tree => {
                    self.expr(only);
                }
                _ => {
                    self.iterable(clause.iter);
                }
            }
        }
        if clause.is_async {
            self.load(Value::None);
        }
        self.target(clause.target);
        let before = self.alive;
        for &test in &clause.ifs {
            let (yes, _) = self.jump_if(test);
            self.alive &= yes;
        }
        self.frames.push(Frame::Loop { breaks: false });
        self.clauses(elt, value, generators, index + 1);
        self.frames.pop();
        self.alive = before;
    }
}
