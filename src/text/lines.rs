//! Where lines start, kept right over edits.

/// Offsets at which lines start; the first is always 0.
///
/// An offset is a start when the byte before it is LF, or is a CR that no LF follows. That depends on two bytes only,
/// which is why [`splice`] can mend the list after an edit by looking at the inserted text alone.
pub(super) fn starts(content: &str) -> Vec<u32> {
    let bytes = content.as_bytes();
    let mut starts = vec![0];
    starts
        .extend(memchr::memchr2_iter(b'\n', b'\r', bytes).filter_map(|at| start_after(bytes, at)));
    starts
}

/// Mends `starts` after `content[start..old_end]` became `content[start..new_end]`; `content` is the new one.
pub(super) fn splice(starts: &mut Vec<u32>, content: &str, start: u32, old_end: u32, new_end: u32) {
    let bytes = content.as_bytes();
    // A start depends on the byte before it and the byte at it: those before `start` keep both, those behind
    // `old_end` have both moved.
    let from = starts.partition_point(|&at| at < start.max(1));
    let to = starts.partition_point(|&at| at <= old_end).max(from);
    let window = start.saturating_sub(1) as usize..new_end as usize;
    let mended = memchr::memchr2_iter(b'\n', b'\r', &bytes[window.clone()])
        .filter_map(|at| start_after(bytes, at + window.start))
        .filter(|&at| at >= start.max(1))
        .collect::<Vec<_>>();
    let behind = from + mended.len();
    starts.splice(from..to, mended);
    for at in &mut starts[behind..] {
        *at = *at - old_end + new_end;
    }
}

/// The start that follows the LF or CR at `at`, if one does.
fn start_after(bytes: &[u8], at: usize) -> Option<u32> {
    let ends_line = bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
    ends_line.then_some(at as u32 + 1)
}

/// Length of `line` without the LF, CR LF or CR at its end.
pub(super) fn length_without_end(line: &str) -> usize {
    let bytes = line.as_bytes();
    match bytes {
        [.., b'\r', b'\n'] => bytes.len() - 2,
        [.., b'\r' | b'\n'] => bytes.len() - 1,
        _ => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_three_line_ends_count() {
        assert_eq!(starts(""), [0]);
        assert_eq!(starts("a\nb\r\nc\rd"), [0, 2, 5, 7]);
        assert_eq!(starts("\r\r\n\n\r"), [0, 1, 3, 4, 5]);
        assert_eq!(starts("form\u{c}feed \u{85}\u{2028}"), [0]);
    }

    proptest! {
        #[test]
        fn mending_equals_scanning(
            before in "[a\r\n]{0,12}", removed in "[a\r\n]{0,6}", inserted in "[a\r\n]{0,6}", after in "[a\r\n]{0,12}"
        ) {
            let mut mended = starts(&format!("{before}{removed}{after}"));
            let content = format!("{before}{inserted}{after}");
            let start = before.len() as u32;
            splice(&mut mended, &content, start, start + removed.len() as u32, start + inserted.len() as u32);
            prop_assert_eq!(mended, starts(&content));
        }
    }
}
