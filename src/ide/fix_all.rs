//! All safe fixes of a file as one change.

use super::answers::{Action, ActionKind, Edit, Safety};

/// The edits of all safe quick-fixes among `actions` that can be made together, in the order of the text. Of two that
/// touch the same place the first in `actions` wins, whole: the other is still on offer afterwards.
pub fn fix_all(actions: &[Action]) -> Vec<Edit> {
    let mut taken: Vec<Edit> = Vec::new();
    for action in actions {
        if action.kind != ActionKind::QuickFix || action.safety != Safety::Safe {
            continue;
        }
        let is_new = |edit: &&Edit| !taken.contains(edit);
        let edits = action
            .edits
            .iter()
            .filter(is_new)
            .cloned()
            .collect::<Vec<_>>();
        if !edits
            .iter()
            .any(|edit| taken.iter().any(|other| collide(edit, other)))
        {
            taken.extend(edits);
        }
    }
    taken.sort_by_key(|edit| (edit.span.start, edit.span.end));
    taken
}

/// Whether the outcome of both depends on their order. Two insertions at one place do.
fn collide(a: &Edit, b: &Edit) -> bool {
    let overlap = a.span.start < b.span.end && b.span.start < a.span.end;
    overlap || (a.span.start == b.span.start && (a.span.is_empty() || b.span.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;

    fn action(safety: Safety, edits: &[(u32, u32, &str)]) -> Action {
        let edits = edits
            .iter()
            .map(|&(start, end, text)| Edit {
                span: Span::new(start, end),
                text: text.to_owned(),
            })
            .collect();
        Action {
            title: String::new(),
            kind: ActionKind::QuickFix,
            edits,
            safety,
            diagnostic: None,
        }
    }

    #[test]
    fn collisions_and_unsafe_ones_are_left() {
        let actions = [
            action(Safety::Safe, &[(10, 12, "a"), (0, 0, "import x\n")]),
            action(Safety::Unsafe("why".to_owned()), &[(20, 21, "b")]),
            action(Safety::Safe, &[(30, 31, "c"), (11, 13, "d")]),
            action(Safety::Safe, &[(12, 14, "e"), (0, 0, "import x\n")]),
            action(Safety::Safe, &[(0, 0, "import y\n")]),
        ];
        let all = fix_all(&actions);
        assert_eq!(
            all.iter()
                .map(|edit| edit.text.as_str())
                .collect::<Vec<_>>(),
            ["import x\n", "a", "e"]
        );
    }
}
