//! `match`: patterns over known values are not followed yet; each case may be taken.

use super::super::machine::{Machine, R};
use crate::domain::State;
use crate::domain::atoms::UNKNOWN;
use crate::hir::{Case, ExprId, NameUse, PatId, Pattern};

impl Machine<'_> {
    pub(super) fn match_statement(&mut self, subject: ExprId, cases: &[Case]) -> R {
        self.eval(subject)?;
        let top = self.st.peek(0);
        self.st.escape(top);
        self.unknown_code();
        self.consume(1);
        let mut ends: Option<State> = None;
        let mut irrefutable = false;
        for case in cases {
            let before = self.st.clone();
            let mut names = Vec::new();
            self.captures(case.pattern, &mut names);
            for name in names {
                self.st.push(UNKNOWN);
                self.store_name(name);
            }
            let mut taken = Ok(());
            if let Some(guard) = case.guard {
                taken = self.test(guard).map(|_| ());
            }
            if taken.and_then(|()| self.block(&case.body)).is_ok() {
                let state = std::mem::take(&mut self.st);
                self.join_into(&mut ends, state);
            }
            self.st = before;
            irrefutable |= case.guard.is_none() && self.is_irrefutable(case.pattern);
        }
        let rest = (!irrefutable).then(|| std::mem::take(&mut self.st));
        self.meet(ends, rest)
    }

    fn is_irrefutable(&self, pattern: PatId) -> bool {
        match self.code().pattern(pattern) {
            Pattern::As { pattern: None, .. } => true,
            Pattern::As {
                pattern: Some(inner),
                ..
            } => self.is_irrefutable(*inner),
            Pattern::Or(patterns) => patterns.iter().any(|pattern| self.is_irrefutable(*pattern)),
            _ => false,
        }
    }

    fn captures(&self, pattern: PatId, out: &mut Vec<NameUse>) {
        match self.code().pattern(pattern) {
            Pattern::Missing | Pattern::Value(_) | Pattern::Singleton(_) => {}
            Pattern::Sequence(patterns) | Pattern::Or(patterns) => {
                patterns
                    .iter()
                    .for_each(|pattern| self.captures(*pattern, out));
            }
            Pattern::Mapping { patterns, rest, .. } => {
                patterns
                    .iter()
                    .for_each(|pattern| self.captures(*pattern, out));
                out.extend(*rest);
            }
            Pattern::Class {
                patterns, keywords, ..
            } => {
                patterns
                    .iter()
                    .for_each(|pattern| self.captures(*pattern, out));
                keywords
                    .iter()
                    .for_each(|(_, pattern)| self.captures(*pattern, out));
            }
            Pattern::Star(name) => out.extend(*name),
            Pattern::As { pattern, name } => {
                if let Some(pattern) = pattern {
                    self.captures(*pattern, out);
                }
                out.extend(*name);
            }
        }
    }
}
