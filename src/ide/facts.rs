//! The claims about a part of a file, in the form of the contract.

use serde_json::Value;

use crate::base::Span;
use crate::engine::Analysis;
use crate::facts::{FileFacts, contract};
use crate::text::Encoding;

/// The claims of the statements that begin in `span`; `name` is what they call the file.
pub(super) fn of(analysis: &Analysis, name: &str, span: Span) -> Vec<Value> {
    let places = &analysis.facts.places;
    let wanted = places.iter().filter(|place| span.touches(place.start));
    let part = FileFacts {
        places: wanted.cloned().collect(),
        names: analysis.facts.names.clone(),
        ..FileFacts::default()
    };
    let position = |offset| {
        let at = analysis.text.position(offset, Encoding::Utf8);
        (at.line + 1, at.column)
    };
    let lines = contract::write(&analysis.file, &part, name, &position);
    lines
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Cancel;
    use crate::engine::analyse;
    use crate::interp::World;
    use crate::layout::Target;
    use crate::text::Text;

    #[test]
    fn a_part_has_the_claims_of_its_statements() {
        let text = Text::new("a = [1]\nb = a\n");
        let target = Target::parse("3.13").expect("known");
        let analysis = analyse(&text, None, target, World::Script, &Cancel::new()).expect("runs");
        let facts = of(&analysis, "t.py", Span::new(8, 9));
        assert!(!facts.is_empty());
        assert!(facts.iter().all(|fact| fact["stmt"][0] == 2), "{facts:?}");
        assert!(of(&analysis, "t.py", text.span()).len() > facts.len());
    }
}
