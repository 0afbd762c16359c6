//! What is known of a file at one moment, and how it is found out.

use std::sync::Arc;

use super::job::{Analyser, Input};
use super::settings::{Settings, WorldChoice};
use super::world::decide;
use crate::base::{Cancel, Names};
use crate::facts::{self, FileFacts};
use crate::hir::{self, File};
use crate::interp::World;
use crate::layout::Target;
use crate::text::Text;

/// Everything that was found out about one text. Immutable.
#[derive(Debug)]
pub struct Analysis {
    /// The text it speaks of.
    pub text: Text,
    /// Its identifiers.
    pub names: Names,
    /// As CPython's compiler sees it.
    pub file: File,
    /// The claims.
    pub facts: FileFacts,
    /// The CPython that they are about.
    pub target: Target,
    /// Who is assumed to run the file.
    pub world: World,
    /// What else was set when it was made: which rules look, for one.
    pub settings: Arc<Settings>,
}

/// Finds out everything about `text`; `None` when `cancel` was set meanwhile. What is as it was in an earlier text is taken
/// from `previous`, its analysis.
pub fn analyse(
    text: &Text,
    previous: Option<&Analysis>,
    target: Target,
    world: World,
    cancel: &Cancel,
) -> Option<Analysis> {
    analyse_where(text, previous, target, &|_, _| world, cancel)
}

/// As [`analyse`], in the world that `choice` means for the text. `is_imported` tells whether other code may import it; it
/// is asked only where that decides.
pub fn analyse_as(
    text: &Text,
    previous: Option<&Analysis>,
    target: Target,
    choice: WorldChoice,
    is_imported: &dyn Fn() -> bool,
    cancel: &Cancel,
) -> Option<Analysis> {
    let world = |file: &File, names: &Names| decide(choice, file, names, is_imported);
    analyse_where(text, previous, target, &world, cancel)
}

fn analyse_where(
    text: &Text,
    previous: Option<&Analysis>,
    target: Target,
    world: &dyn Fn(&File, &Names) -> World,
    cancel: &Cancel,
) -> Option<Analysis> {
    let mut names = previous
        .map(|previous| previous.names.clone())
        .unwrap_or_default();
    let old = previous.map(|previous| &previous.file);
    let file = hir::lower_text(text.as_str(), &mut names, old, cancel)?;
    let world = world(&file, &names);
    let line_of = |offset: u32| text.line(offset) + 1;
    let old = previous
        .filter(|previous| previous.target == target && previous.world == world)
        .map(|previous| &previous.facts);
    let facts = facts::analyse(&file, &names, target, world, &line_of, old, cancel);
    if cancel.is_cancelled() {
        return None;
    }
    Some(Analysis {
        text: text.clone(),
        names,
        file,
        facts,
        target,
        world,
        settings: Arc::default(),
    })
}

/// Analyses the documents of an editor.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileAnalyser;

impl Analyser for FileAnalyser {
    type Output = Analysis;

    fn analyse(&self, input: Input<Analysis>, cancel: &Cancel) -> Option<Arc<Analysis>> {
        let analysis = analyse_as(
            &input.text,
            input.previous.as_deref(),
            input.settings.target,
            input.settings.world,
            &|| input.surroundings.is_imported(),
            cancel,
        )?;
        Some(Arc::new(Analysis {
            settings: input.settings,
            ..analysis
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Settings;
    use crate::text::{ByteEdit, Change, Encoding, Position, apply};

    /// What can be seen of an analysis: everything the contract tells.
    fn told(analysis: &Analysis) -> String {
        let position = |offset| {
            let at = analysis.text.position(offset, Encoding::Utf8);
            (at.line + 1, at.column)
        };
        facts::contract::write(&analysis.file, &analysis.facts, "t.py", &position)
    }

    fn run(text: &Text, previous: Option<Arc<Analysis>>, edits: Vec<ByteEdit>) -> Arc<Analysis> {
        let settings = Arc::new(Settings {
            world: WorldChoice::Script,
            ..Settings::default()
        });
        let input = Input {
            text: text.clone(),
            previous,
            edits,
            surroundings: Arc::new(Arc::default),
            settings,
        };
        FileAnalyser
            .analyse(input, &Cancel::new())
            .expect("nobody stops it")
    }

    #[test]
    fn edited_equals_from_scratch() {
        let mut text = Text::new("a = [1, 2]\r\nb = a\rc = {'k': b}\n");
        let mut analysis = run(&text, None, Vec::new());
        assert!(
            told(&analysis).contains("\"same_as\""),
            "something is claimed: {}",
            told(&analysis)
        );
        let at = |line, column| Position { line, column };
        for (start, end, inserted) in [
            (at(1, 5), at(1, 5), ".copy()"),
            (at(0, 0), at(0, 0), "x = (\n"),
            (at(0, 4), at(0, 5), ""),
            (at(1, 0), at(2, 0), "\r"),
            (
                at(3, 0),
                at(9, 0),
                "def f(p):\n    return [p, a]\nd = f(b)\n",
            ),
            (at(0, 0), at(9, 0), "'''"),
            (at(0, 0), at(0, 3), "e = '\u{1F600}'; g = e\n"),
        ] {
            let change = Change {
                range: Some((start, end)),
                text: inserted.to_owned(),
            };
            let (new, edits) = apply(&text, &[change], Encoding::Utf16);
            text = new;
            analysis = run(&text, Some(analysis), edits);
            assert_eq!(
                told(&analysis),
                told(&run(&text, None, Vec::new())),
                "{:?}",
                text.as_str()
            );
        }
    }

    #[test]
    fn a_stopped_analysis_is_none() {
        let cancel = Cancel::new();
        cancel.cancel();
        let text = Text::new("a = [1]\n");
        assert!(analyse(&text, None, Target::default(), World::Script, &cancel).is_none());
    }
}
