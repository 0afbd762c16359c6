//! The evidence as it is told, for each kind of it. Each figure was held against CPython 3.13.

use expect_test::{Expect, expect};

use super::explain;
use crate::base::Cancel;
use crate::engine::analyse;
use crate::interp::World;
use crate::layout::Target;
use crate::text::Text;

fn check_in(source: &str, world: World, expected: Expect) {
    let offset = source.find("$0").expect("a cursor");
    let text = Text::new(source.replacen("$0", "", 1));
    let target = Target::parse("3.13").expect("known");
    let analysis = analyse(&text, None, target, world, &Cancel::new()).expect("nobody stops it");
    let told = explain(&analysis, offset as u32).expect("something is claimed");
    let lines = told.steps.into_iter().map(|step| match step.at {
        Some(at) => format!("{} [{}]\n", step.text, analysis.text.line(at.start) + 1),
        None => format!("{}\n", step.text),
    });
    expected.assert_eq(&lines.collect::<String>());
}

fn check(source: &str, expected: Expect) {
    check_in(source, World::Script, expected);
}

#[test]
fn who_holds_it_since_when() {
    check(
        "stops = [1, 2]\ntrip = {}\ntrip['stops'] = stops\n$0stops.append(3)\n",
        expect![[r#"
            what holds when the statement of line 4 begins, whenever it is reached [4]
            type: list of 2, made by `[1, 2]` on line 1 [1]
            size: 72 bytes, by the table of CPython 3.13 (`lists`) [1]
              56 for the list, and 8 for each of 2 items
            with all that it leads to: 128 bytes, each object counted once
            references: 2
              one is `stops` (line 1) [1]
              one is `trip["stops"]`, since line 3, `trip['stops'] = stops` [3]
            immortal: no
            tracked by the collector: yes
            part of a cycle: no
            same object: `trip["stops"]` [2]
            how it came to that: what is seen of it at the lines that mention it, in the order of the text
              line 1, `stops = [1, 2]`: made, 72 bytes, 1 reference [1]
              line 3, `trip['stops'] = stops`: 2 references instead of 1 [3]
        "#]],
    );
}

#[test]
fn a_reference_goes_at_a_line_that_does_not_mention_it() {
    check(
        "a = [1]\nd = {'k': a}\nprint(len(a))\nd.clear()\nprint(2)\n$0a.append(2)\n",
        expect![[r#"
            what holds when the statement of line 6 begins, whenever it is reached [6]
            type: list of 1, made by `[1]` on line 1 [1]
            size: 64 bytes, by the table of CPython 3.13 (`lists`) [1]
              56 for the list, and 8 for each of 1 items
            with all that it leads to: 92 bytes, each object counted once
            references: 1
              one is `a` (line 1) [1]
            immortal: no
            tracked by the collector: yes
            part of a cycle: no
            how it came to that: what is seen of it at the lines that mention it, in the order of the text
              line 1, `a = [1]`: made, 64 bytes, 1 reference [1]
              line 2, `d = {'k': a}`: 2 references instead of 1 [2]
              line 4, `d.clear()`: `d["k"]` no longer leads to it; 1 reference instead of 2 [4]
        "#]],
    );
}

#[test]
fn code_that_is_not_followed_got_hold_of_it() {
    check(
        "import other\na = [1]\nb = [a]\nother.send(b)\nprint(1)\n$0a.append(2)\n",
        expect![[r#"
            what holds when the statement of line 6 begins, whenever it is reached [6]
            type: list, made by `[1]` on line 2 [2]
            immortal: no
            tracked by the collector: yes
            no size: its contents are not known
              line 4, `other.send(b)`: from here on code that is not followed may hold it [4]
            no count of references: code that is not followed may hold it
            how it came to that: what is seen of it at the lines that mention it, in the order of the text
              line 2, `a = [1]`: made, 64 bytes, 1 reference [2]
              line 3, `b = [a]`: 2 references instead of 1 [3]
              as line 6 begins: its size is not known from here on, its references are not known from here on
        "#]],
    );
}

#[test]
fn paths_meet_that_differ() {
    check(
        "import sys\na = [1]\nif len(sys.argv) > 1:\n    a.append(2)\n$0a\n",
        expect![[r#"
            what holds when the statement of line 5 begins, whenever it is reached [5]
            type: list, made by `[1]` on line 2 [2]
            references: 1
              one is `a` (line 2) [2]
            immortal: no
            tracked by the collector: yes
            no size: its contents are not known
              line 3, `if len(sys.argv) > 1:…`: paths meet here that differ in it [3]
            whether it is part of a cycle is not known
            how it came to that: what is seen of it at the lines that mention it, in the order of the text
              line 2, `a = [1]`: made, 64 bytes, 1 reference [2]
              line 4, `a.append(2)`: 120 bytes instead of 64 bytes (`lists`, `appended`) [4]
              as line 5 begins: its size is not known from here on
        "#]],
    );
    check(
        "import sys\na = [1]\nb = []\nif len(sys.argv) > 1:\n    b.append(a)\n$0a.append(1)\n",
        expect![[r#"
            what holds when the statement of line 6 begins, whenever it is reached [6]
            type: list of 1, made by `[1]` on line 2 [2]
            size: 64 bytes, by the table of CPython 3.13 (`lists`) [2]
              56 for the list, and 8 for each of 1 items
            with all that it leads to: 92 bytes, each object counted once
            immortal: no
            tracked by the collector: yes
            part of a cycle: no
            no count of references: who holds it is not the same on all ways that lead here
              line 4, `if len(sys.argv) > 1:…`: paths meet here that differ in it [4]
            how it came to that: what is seen of it at the lines that mention it, in the order of the text
              line 2, `a = [1]`: made, 64 bytes, 1 reference [2]
              line 5, `b.append(a)`: 2 references instead of 1 [5]
              as line 6 begins: its references are not known from here on
        "#]],
    );
}

#[test]
fn one_of_several() {
    check(
        "import sys\nif len(sys.argv) > 1:\n    a = [1]\nelse:\n    a = {}\n$0a\n",
        expect![[r#"
            nothing is claimed: the statement is not reached, or the name may be unbound or anything when it is
              it may have been bound by any of these
                line 3, `a = [1]` [3]
                line 5, `a = {}` [5]
        "#]],
    );
    check(
        "import other\na = [1]\na = other.load()\n$0a.append(1)\n",
        expect![[r#"
            nothing is claimed: the statement is not reached, or the name may be unbound or anything when it is
              bound on line 3, `a = other.load()`: `other.load()` is not in this file [3]
        "#]],
    );
    check(
        "import other\nx = 0\nfor i in other.load():\n    $0x += 1\n    x = other.step(x)\n",
        expect![[r#"
            what holds when the statement of line 4 is done, whenever it completes [4]
            no type: what object it is, is not known
            no size: what object it is, is not known
            no count of references: what object it is, is not known
              bound on line 4, `x += 1` [4]
              it may have been bound by any of these
                line 2, `x = 0` [2]
                line 5, `x = other.step(x)` [5]
        "#]],
    );
}

#[test]
fn evidence_is_not_made_up() {
    // The list was lost sight of where the paths met; what is stored in it later, nobody is known to have got hold of.
    check(
        "import sys\na = [1]\nb = [2]\nif len(sys.argv) > 1:\n    b = a\na.append([3])\n$0a.append(4)\n",
        expect![[r#"
            what holds when the statement of line 7 begins, whenever it is reached [7]
            type: list of 2, made by `[1]` on line 2 [2]
            size: 120 bytes, by the table of CPython 3.13 (`lists`, `appended`); last changed on line 6, by `a.append([3])` [6]
              56 for the list, and 8 for each of 8 places, of which 2 are in use: room is made ahead of need
            with all that it leads to: 240 bytes, each object counted once
            immortal: no
            tracked by the collector: yes
            part of a cycle: no
            no count of references: who holds it is not the same on all ways that lead here
              line 4, `if len(sys.argv) > 1:…`: paths meet here that differ in it [4]
            how it came to that: what is seen of it at the lines that mention it, in the order of the text
              line 2, `a = [1]`: made, 64 bytes, 1 reference [2]
              line 5, `b = a`: 2 references instead of 1 [5]
              line 6, `a.append([3])`: 120 bytes instead of 64 bytes (`lists`, `appended`), its references are not known from here on [6]
        "#]],
    );
    // Another name for the dict: the item is held as before.
    check(
        "a = [1]\nd = {'k': a}\nprint(len(a))\nb = d\nd['z'] = 1\n$0a.append(2)\n",
        expect![[r#"
            what holds when the statement of line 6 begins, whenever it is reached [6]
            type: list of 1, made by `[1]` on line 1 [1]
            size: 64 bytes, by the table of CPython 3.13 (`lists`) [1]
              56 for the list, and 8 for each of 1 items
            with all that it leads to: 92 bytes, each object counted once
            references: 2
              one is `a` (line 1) [1]
              one is `d["k"]`, since line 2, `d = {'k': a}` [2]
            immortal: no
            tracked by the collector: yes
            part of a cycle: no
            same object: `b["k"]` [4]
            same object: `d["k"]` [2]
            how it came to that: what is seen of it at the lines that mention it, in the order of the text
              line 1, `a = [1]`: made, 64 bytes, 1 reference [1]
              line 2, `d = {'k': a}`: 2 references instead of 1 [2]
        "#]],
    );
}

#[test]
fn a_size_grows_step_by_step() {
    check(
        "a = [1, 2]\na.append(3)\na.append(4)\na.append(5)\n$0a.append(6)\n",
        expect![[r#"
            what holds when the statement of line 5 begins, whenever it is reached [5]
            type: list of 5, made by `[1, 2]` on line 1 [1]
            size: 120 bytes, by the table of CPython 3.13 (`lists`, `appended`); last changed on line 4, by `a.append(5)` [4]
              56 for the list, and 8 for each of 8 places, of which 5 are in use: room is made ahead of need
            with all that it leads to: 260 bytes, each object counted once
            references: 1
              one is `a` (line 1) [1]
            immortal: no
            tracked by the collector: yes
            part of a cycle: no
            how it came to that: what is seen of it at the lines that mention it, in the order of the text
              line 1, `a = [1, 2]`: made, 72 bytes, 1 reference [1]
              line 2, `a.append(3)`: 120 bytes instead of 72 bytes (`lists`, `appended`) [2]
        "#]],
    );
    check(
        "a = [1, 2]\ndef f():\n    a.append(3)\nf()\n$0a.append(4)\n",
        expect![[r#"
            what holds when the statement of line 5 begins, whenever it is reached [5]
            type: list of 3, made by `[1, 2]` on line 1 [1]
            size: 120 bytes, by the table of CPython 3.13 (`lists`, `appended`); last changed on line 3, by `a.append(3)` [3]
              56 for the list, and 8 for each of 8 places, of which 3 are in use: room is made ahead of need
            with all that it leads to: 204 bytes, each object counted once
            references: 1
              one is `a` (line 1) [1]
            immortal: no
            tracked by the collector: yes
            part of a cycle: no
            how it came to that: what is seen of it at the lines that mention it, in the order of the text
              line 1, `a = [1, 2]`: made, 72 bytes, 1 reference [1]
              line 4, `f()`: changed on line 3, `a.append(3)` [4]
              as line 5 begins: 120 bytes instead of 72 bytes (`lists`, `appended`)
        "#]],
    );
}

#[test]
fn what_a_parameter_is_given() {
    check(
        "def f($0p, q=1):\n    return p\nf([1])\nf({})\n",
        expect![[r#"
            what holds when the function of line 1 is entered, by any call [1]
            size: 64 bytes, by the table of CPython 3.13
            with all that it leads to: 64 to 92 bytes, each object counted once
            references: 1
              one is `p`
            immortal: no
            part of a cycle: no
            no type: what object it is, is not known
              not the same at all calls, or called by code that is not followed
              given `[1]` (line 3) [3]
              given `{}` (line 4) [4]
        "#]],
    );
    check_in(
        "def f(p, $0q=1):\n    return p\nf([1])\nf({}, 2)\n",
        World::Module,
        expect![[r#"
            what holds when the function of line 1 is entered, by any call [1]
            no type: what object it is, is not known
            no size: what object it is, is not known
            no count of references: what object it is, is not known
              code outside this file may call it
              given its default (line 3) [3]
              given `2` (line 4) [4]
        "#]],
    );
}
