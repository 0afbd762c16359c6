//! An analysis that started from an earlier one equals one from scratch: over random edits of whole programs, in both
//! worlds, and while a program is typed.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use heaplight::base::{Cancel, Name, Span};
use heaplight::engine::{Analysis, analyse};
use heaplight::facts::contract;
use heaplight::interp::World;
use heaplight::layout::Target;
use heaplight::rules::{Selection, findings};
use heaplight::text::{Change, Encoding, Position, Text, apply};

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

fn run(text: &Text, previous: Option<&Analysis>, world: World) -> Analysis {
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
    let mut all = contract::write(&analysis.file, &analysis.facts, "t.py", &position);
    let facts = &analysis.facts;
    for places in [&facts.places, &facts.before] {
        for place in places {
            let (of, places) = (place.place, [place.start, place.item]);
            all.push_str(&named(
                &format!("{of:?} {places:?} {:?}\n", place.unit),
                analysis,
            ));
            for known in place.paths.iter().zip(&place.details) {
                all.push_str(&named(&format!("  {known:?}\n"), analysis));
            }
            all.push_str(&format!("  {:?} {:?}\n", place.frees, place.leaks));
        }
    }
    for answer in &facts.answers {
        all.push_str(&format!("{answer:?}\n"));
    }
    let mut effects: Vec<String> = facts
        .effects
        .iter()
        .map(|effect| named(&format!("{effect:?}\n"), analysis))
        .collect();
    effects.sort();
    all.push_str(&effects.concat());
    for default in &facts.defaults {
        all.push_str(&named(&format!("{default:?}\n"), analysis));
    }
    for finding in findings(analysis, &Selection::default()) {
        all.push_str(&format!("{finding:?}\n"));
    }
    all.push_str(&format!("{:?}", analysis.file.problems));
    all
}

/// A text with the names that numbers in it stand for: numbers follow the order in which names were met.
fn named(text: &str, analysis: &Analysis) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("Name(") {
        let (number, after) = after.split_once(')').expect("it was opened");
        out.push_str(before);
        match number.parse() {
            Ok(number) => out.push_str(analysis.names.text(Name(number))),
            Err(_) => out.push_str(number),
        }
        rest = after;
    }
    out + rest
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
    const STATEMENTS: [&str; 14] = [
        "import os",
        "pass",
        "global_list = [1, 2]",
        "def added(x, y=[]):\n        y.append(x)\n        return global_list",
        "def later(): return added(1)",
        "class Added:\n        shared = {}",
        "x.attribute = global_list",
        "text = 'some words that are long'",
        "number = 123456789",
        "pair = (123456789, 'some words that are long')",
        "global_list = global_list + [3]",
        "a = b = {'key': 1}",
        "a['key'] = [1]",
        "print(a.x, a[3], a['key'])",
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
    let whole_line_twice = || ((at(0), at(0)), format!("{}\n", text.slice(span)));
    let (range, text) = match dice.roll(9) {
        // A few characters go.
        0 => ((at(column), at(column + 1 + dice.roll(5))), String::new()),
        // A line goes.
        1 => (whole_line, String::new()),
        // A line comes twice.
        2 => whole_line_twice(),
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
        // A word becomes another of the text, or a new one.
        4 => match word(text, span, column) {
            Some((from, to)) => {
                let other = dice.roll(text.line_count() as usize) as u32;
                let other = text.line_span(other).unwrap_or_default();
                let new = match word(text, other, dice.roll(other.len() as usize + 1)) {
                    Some((from, to)) if dice.roll(3) > 0 => &text.slice(other)[from..to],
                    _ => dice.pick(&["zz", "_a", "x1", "[]", "7", "'s'"]),
                };
                ((at(from), at(to)), new.to_owned())
            }
            None => whole_line_twice(),
        },
        // Whole lines move elsewhere: here they come, and where they came from stays.
        5 => {
            let from = dice.roll(text.line_count() as usize) as u32;
            let to = from + 1 + dice.roll(12) as u32;
            let lines = (from..to).filter_map(|line| text.line_span(line));
            let lines: Vec<&str> = lines.map(|span| text.slice(span)).collect();
            ((at(0), at(0)), format!("{}\n", lines.join("\n")))
        }
        // Statements that make sense.
        6 => {
            let indent: String = text.slice(span).chars().take_while(|c| *c == ' ').collect();
            (
                (at(0), at(0)),
                format!("{indent}{}\n", dice.pick(&STATEMENTS)),
            )
        }
        // Something comes.
        _ => ((at(column), at(column)), dice.pick(&PIECES).to_owned()),
    };
    Change {
        range: Some(range),
        text,
    }
}

/// The identifier around a column of a line, from and to.
fn word(text: &Text, line: Span, column: usize) -> Option<(usize, usize)> {
    let line = text.slice(line);
    let is_word = |c: char| c == '_' || c.is_ascii_alphanumeric();
    let before = line.get(..column)?;
    let from = before.trim_end_matches(is_word).len();
    let to = line.len() - line[column..].trim_start_matches(is_word).len();
    (from < to).then_some((from, to))
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
        let (new, _) = apply(&text, &changes, Encoding::Utf8);
        analysis = run(&new, Some(&analysis), world);
        check(name, world, &new, &analysis);
        // Half of what breaks a program is taken back.
        if dice.roll(2) == 0 {
            let whole = Change {
                range: None,
                text: text.as_str().to_owned(),
            };
            let (back, _) = apply(&new, &[whole], Encoding::Utf8);
            analysis = run(&back, Some(&analysis), world);
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
            let (new, _) = apply(&text, &[change], Encoding::Utf16);
            analysis = run(&new, Some(&analysis), World::Script);
            text = new;
            if count % 5 == 0 {
                check(&name, World::Script, &text, &analysis);
            }
        }
    }
}
