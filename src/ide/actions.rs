//! What can be done about findings.

use super::answers::{Action, ActionKind, Edit, Safety};
use super::diagnostics::diagnostic;
use crate::base::Span;
use crate::engine::Analysis;
use crate::rules::{self, Fix, Selection};

/// The fixes of the findings that `span` touches, in the order of the text.
pub(super) fn touching(analysis: &Analysis, span: Span) -> Vec<Action> {
    let found = rules::findings(analysis, &Selection::of(&analysis.settings));
    let touched = found
        .into_iter()
        .filter(|it| it.span.start <= span.end && span.start <= it.span.end);
    touched
        .filter_map(|finding| {
            let Fix {
                title,
                edits,
                safety,
            } = rules::fix_of(analysis, &finding)?;
            Some(Action {
                title,
                kind: ActionKind::QuickFix,
                edits: edits
                    .into_iter()
                    .map(|it| Edit {
                        span: it.span,
                        text: it.text,
                    })
                    .collect(),
                safety: match safety {
                    rules::Safety::Safe => Safety::Safe,
                    rules::Safety::Unsafe(reason) => Safety::Unsafe(reason),
                },
                diagnostic: Some(diagnostic(finding)),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::base::Cancel;
    use crate::engine::analyse;
    use crate::ide::{Answers, Safety, fix_all};
    use crate::interp::World;
    use crate::layout::Target;
    use crate::text::Text;

    #[test]
    fn an_editor_gets_findings_and_their_fixes() {
        let source = "def f(a=[]):\n    a.append(1)\ndef g(a=[]):\n    return len(a)\n";
        let text = Text::new(source);
        let analysis = analyse(
            &text,
            None,
            Target::default(),
            World::Module,
            &Cancel::new(),
        )
        .expect("runs");
        let found = analysis.diagnostics();
        assert_eq!(found.len(), 2);
        assert!(
            found[0].message.contains("line 2 changes it"),
            "{}",
            found[0].message
        );
        let here = analysis.actions(found[0].span);
        assert_eq!(here.len(), 1);
        assert!(matches!(here[0].safety, Safety::Unsafe(_)));
        // On save only what keeps behaviour is done.
        let all = fix_all(&analysis.actions(text.span()));
        let mut fixed = source.to_owned();
        for edit in all.iter().rev() {
            fixed.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        }
        assert_eq!(
            fixed,
            "def f(a=[]):\n    a.append(1)\ndef g(a=()):\n    return len(a)\n"
        );
    }
}
