//! An analysis that started from an earlier one equals one from scratch: over random edits of whole programs, in both
//! worlds, and while a program is typed.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use heaplight::base::Cancel;
use heaplight::engine::{Analysis, analyse};
use heaplight::facts::contract;
use heaplight::interp::World;
use heaplight::layout::Target;
use heaplight::text::{ByteEdit, Change, Encoding, Position, Text, apply};

/// Pseudo-random numbers, the same ones every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

fn programs() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
    let files = fs::read_dir(folder).expect("there are programs");
    let files = files.map(|file| file.expect("it can be read").path());
    let sources = files.filter(|path| path.extension().is_some_and(|it| it == "py"));
    let mut programs = sources
        .map(|path| {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            (name, fs::read_to_string(&path).expect("programs are UTF-8"))
        })
        .collect::<Vec<_>>();
    programs.sort();
    programs
}

fn run(text: &Text, previous: Option<(&Analysis, &[ByteEdit])>, world: World) -> Analysis {
    let guarded =
        AssertUnwindSafe(|| analyse(text, previous, Target::default(), world, &Cancel::new()));
    match catch_unwind(guarded) {
        Ok(analysis) => analysis.expect("nobody stops it"),
        Err(_) => panic!("{world:?}: the analysis panics on\n{}", text.as_str()),
    }
}

/// All that can be seen of an analysis.
fn told(analysis: &Analysis) -> String {
    let position = |offset| {
        let at = analysis.text.position(offset, Encoding::Utf8);
        (at.line + 1, at.column)
    };
    let claims = contract::write(&analysis.file, &analysis.facts, "t.py", &position);
    format!("{claims}{:?}", analysis.file.problems)
}

/// The first line in which two texts differ, of each.
fn difference<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    let (mut a, mut b) = (a.lines(), b.lines());
    loop {
        match (a.next(), b.next()) {
            (Some(x), Some(y)) if x == y => {}
            (x, y) => return (x.unwrap_or_default(), y.unwrap_or_default()),
        }
    }
}

/// An edit as people make them, and as they do not.
fn edit(dice: &mut Dice, text: &Text) -> Change {
    const PIECES: [&str; 20] = [
        "x",
        " ",
        "\n",
        "\n    ",
        "(",
        ")",
        "[",
        "'",
        "'''",
        "#",
        ":",
        "\\\n",
        "\r",
        "é",
        "a = b\n",
        "del a\n",
        "def f(x):\n    return x\n",
        "class C:\n    x = []\n",
        "if True:\n    a = 1\n",
        "lambda: 0",
    ];
    let line = dice.roll(text.line_count() as usize) as u32;
    let span = text.line_span(line).unwrap_or_default();
    let at = |column: usize| Position {
        line,
        column: column as u32,
    };
    let column = dice.roll(span.len() as usize + 1);
    let whole_line = (
        at(0),
        Position {
            line: line + 1,
            column: 0,
        },
    );
    let (range, text) = match dice.roll(6) {
        // A few characters go.
        0 => ((at(column), at(column + 1 + dice.roll(5))), String::new()),
        // A line goes.
        1 => (whole_line, String::new()),
        // A line comes twice.
        2 => ((at(0), at(0)), format!("{}\n", text.slice(span))),
        // Several lines go.
        3 => (
            (
                at(column),
                Position {
                    line: line + dice.roll(6) as u32,
                    column: 0,
                },
            ),
            String::new(),
        ),
        // Something comes.
        _ => ((at(column), at(column)), dice.pick(&PIECES).to_owned()),
    };
    Change {
        range: Some(range),
        text,
    }
}

fn check(name: &str, world: World, text: &Text, analysis: &Analysis) {
    let scratch = run(text, None, world);
    let (incremental, scratch) = (told(analysis), told(&scratch));
    if incremental != scratch {
        let (a, b) = difference(&incremental, &scratch);
        panic!(
            "{name}, {world:?}: edited\n{a}\nfrom scratch\n{b}\nin\n{}",
            text.as_str()
        );
    }
}

/// `HEAPLIGHT_ROUNDS` asks for more rounds than one; each has other edits.
#[test]
fn random_edits() {
    let rounds = std::env::var("HEAPLIGHT_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok());
    for round in 0..rounds.unwrap_or(1) {
        for (index, (name, source)) in programs().into_iter().enumerate() {
            let dice = Dice(round * 1000 + index as u64);
            let world = if index % 2 == 0 {
                World::Script
            } else {
                World::Module
            };
            edit_at_random(dice, &name, world, source);
        }
    }
}

fn edit_at_random(mut dice: Dice, name: &str, world: World, source: String) {
    let mut text = Text::new(source);
    let mut analysis = run(&text, None, world);
    for _ in 0..5 {
        let changes = (0..=dice.roll(2))
            .map(|_| edit(&mut dice, &text))
            .collect::<Vec<_>>();
        let (new, edits) = apply(&text, &changes, Encoding::Utf8);
        analysis = run(&new, Some((&analysis, &edits)), world);
        check(name, world, &new, &analysis);
        // Half of what breaks a program is taken back.
        if dice.roll(2) == 0 {
            let whole = Change {
                range: None,
                text: text.as_str().to_owned(),
            };
            let (back, edits) = apply(&new, &[whole], Encoding::Utf8);
            analysis = run(&back, Some((&analysis, &edits)), world);
            check(name, world, &back, &analysis);
            text = back;
        } else {
            text = new;
        }
    }
}

#[test]
fn typing() {
    for (name, source) in programs().into_iter().step_by(17) {
        let (mut text, mut analysis) =
            (Text::default(), run(&Text::default(), None, World::Script));
        let typed = source.char_indices().take(600);
        for (count, (at, char)) in typed.enumerate() {
            let end = text.position(at as u32, Encoding::Utf16);
            let change = Change {
                range: Some((end, end)),
                text: char.to_string(),
            };
            let (new, edits) = apply(&text, &[change], Encoding::Utf16);
            analysis = run(&new, Some((&analysis, &edits)), World::Script);
            text = new;
            if count % 5 == 0 {
                check(&name, World::Script, &text, &analysis);
            }
        }
    }
}
