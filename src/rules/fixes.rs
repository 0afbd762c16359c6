//! Several fixes as one change.

use super::rule::{Edit, Fix, Safety};

/// The edits of those fixes that can be made together, in the order of the text. Of two that touch the same place the
/// first wins, whole: the other is still on offer afterwards. Unsafe ones only where asked for.
pub fn chosen<'a>(
    fixes: impl IntoIterator<Item = &'a Fix>,
    with_unsafe: bool,
) -> (Vec<Edit>, usize) {
    let mut taken: Vec<Edit> = Vec::new();
    let mut count = 0;
    for fix in fixes {
        if !with_unsafe && fix.safety != Safety::Safe {
            continue;
        }
        if fix
            .edits
            .iter()
            .any(|edit| taken.iter().any(|other| collide(edit, other)))
        {
            continue;
        }
        count += 1;
        taken.extend(fix.edits.iter().cloned());
    }
    taken.sort_by_key(|edit| (edit.span.start, edit.span.end));
    (taken, count)
}

/// Whether the outcome of both depends on their order. Two insertions at one place do.
fn collide(a: &Edit, b: &Edit) -> bool {
    let overlap = a.span.start < b.span.end && b.span.start < a.span.end;
    overlap || (a.span.start == b.span.start && (a.span.is_empty() || b.span.is_empty()))
}

/// The text after `edits`, which are in its order and do not overlap.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        out.push_str(text.get(at..start).unwrap_or_default());
        out.push_str(&edit.text);
        at = end.max(at);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
