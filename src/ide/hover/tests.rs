//! Cards as they are shown. Each figure was held against CPython 3.13.

use expect_test::{Expect, expect};

use super::hover;
use crate::base::Cancel;
use crate::engine::{Analysis, analyse};
use crate::interp::World;
use crate::layout::Target;
use crate::text::Text;

fn analysed(source: &str, target: &str, world: World) -> (Analysis, u32) {
    let offset = source.find("$0").expect("a cursor");
    let text = Text::new(source.replacen("$0", "", 1));
    let target = Target::parse(target).expect("known");
    let analysis = analyse(&text, None, target, world, &Cancel::new()).expect("nobody stops it");
    (analysis, offset as u32)
}

fn check_in(source: &str, target: &str, world: World, expected: Expect) {
    let (analysis, offset) = analysed(source, target, world);
    let card = hover(&analysis, offset)
        .map(|hover| format!("[{}] {}", analysis.text.slice(hover.span), hover.markdown));
    expected.assert_eq(&card.unwrap_or_else(|| "no card".to_owned()));
}

fn check(source: &str, expected: Expect) {
    check_in(source, "3.13", World::Script, expected);
}

#[test]
fn a_second_name() {
    check(
        "x = [1, 2, 3]\n$0b = x\ndel x\nb = None\n",
        expect![[r#"
            [b] **b** · list of 3 · 88 bytes · 2 references

            - *same object:* `x` (line 1): `=` makes a name, not a copy
            - *referenced by:* `x` (line 1), `b` (line 2) · `sys.getrefcount(b)` prints 3
            - *with its items:* 172 bytes in all · the items are cached or interned
            - *freed:* line 4, by `b = None`

            CPython 3.13"#]],
    );
}

#[test]
fn what_a_traceback_keeps() {
    check(
        "def fail(x):\n    raise ValueError(1)\na = [1]\ntry:\n    fail(a)\nexcept ValueError:\n    b = $0a\n",
        expect![[r#"
            [a] **a** · list of 1 · 64 bytes · 2 references

            - *referenced by:* `a` (line 3), a traceback · `sys.getrefcount(a)` prints 3
            - *with its items:* 92 bytes in all · the items are cached or interned

            CPython 3.13"#]],
    );
}

#[test]
fn a_name_that_is_read_is_as_before() {
    check(
        "a = []\n$0a.append(1)\n",
        expect![[r#"
        [a] **a** · list of 0 · 56 bytes · 1 reference

        CPython 3.13"#]],
    );
    check(
        "a = []\nif a:\n    a = {}\nelse:\n    print($0a)\n",
        expect![[r#"
        [a] **a** · list of 0 · 56 bytes · 1 reference

        CPython 3.13"#]],
    );
}

#[test]
fn what_a_shallow_copy_shares() {
    check(
        "d = {'n': 1, 'scores': [1]}\n$0s = d.copy()\n",
        expect![[r#"
            [s] **s** · dict of 2 · 184 bytes · 1 reference

            - *copy:* of `d` (line 1), one level deep · still shared: `["scores"]`
            - *with its items:* 365 bytes in all

            CPython 3.13"#]],
    );
}

#[test]
fn del_of_one_of_several() {
    check(
        "a = [1]\ncache = {'k': a}\ndel $0a\n",
        expect![[r#"
            [a] **a** · list of 1 · 64 bytes · 2 references

            - *del:* takes a name, frees nothing: still held by `cache["k"]`
            - *referenced by:* `a` (line 1), `cache["k"]`
            - *with its items:* 92 bytes in all · the items are cached or interned

            CPython 3.13"#]],
    );
    check(
        "a = [1]\ndel $0a\n",
        expect![[r#"
            [a] **a** · list of 1 · 64 bytes · 1 reference

            - *del:* takes the last reference: the object is freed here
            - *with its items:* 92 bytes in all · the items are cached or interned

            CPython 3.13"#]],
    );
}

#[test]
fn a_default_that_all_calls_share() {
    check(
        "def note(text, pad=[]):\n    pad.append(text)\n    return pad\nm = note('a b')\n$0t = note('c d')\n",
        expect![[r#"
            [t] **t** · list of 2 · 88 bytes · 3 references

            - *same object:* `m` (line 4)
            - *referenced by:* `m` (line 4), `t` (line 5), a default of `note()` · `sys.getrefcount(t)` prints 4
            - *with its items:* 176 bytes in all

            CPython 3.13"#]],
    );
    check(
        "def $0note(text, pad=[]):\n    pad.append(text)\n    return pad\nm = note('a b')\n",
        expect![[r#"
            [note] **note()**

            - *changes:* what it is given as `pad` (line 2)
            - *default:* of `pad`: made once, with the function, and shared by all calls
            - *returns:* the object in `pad` (line 3) itself, no copy

            CPython 3.13"#]],
    );
}

#[test]
fn a_cycle() {
    check(
        "a = []\na.append(a)\nb = $0a\n",
        expect![[r#"
            [a] **a** · list of 1 · 88 bytes · 2 references

            - *referenced by:* `a` (line 1), `a[0]` · `sys.getrefcount(a)` prints 3
            - *cycle:* refers to itself, directly or by others: when the last name goes, only the collector can free it

            CPython 3.13"#]],
    );
}

#[test]
fn identity_by_version() {
    let source = "a = 500\nb = int('500')\nprint(a $0is b)\n";
    check_in(
        source,
        "3.13",
        World::Script,
        expect![[r#"
            [is] **a is b** · False

            - *why:* two objects · `a` is a constant of this file, `b` is made at run time
            - *other versions:* True on 3.15, where 500 is cached

            CPython 3.13"#]],
    );
    check_in(
        source,
        "3.15",
        World::Script,
        expect![[r#"
            [is] **a is b** · True

            - *why:* one object · cached: each int from -5 to 1,024 is one object
            - *other versions:* 3.8 to 3.14 cache no 500: there it depends on how each was made

            CPython 3.15"#]],
    );
    check(
        "a = 'x y'\nprint(a is $0'x y')\n",
        expect![[r#"
            ['x y'] **'x y'**

            - *identity:* constant of this file, made by the compiler: one object wherever this file writes it, another in other files

            CPython 3.13"#]],
    );
    check(
        "a = [1]\nb = [1]\nprint(a $0is not b)\n",
        expect![[r#"
            [is not] **a is not b** · True

            - *why:* two objects

            CPython 3.13"#]],
    );
}

#[test]
fn a_class_with_and_without_slots() {
    check(
        "class $0P:\n    def __init__(self, x, y):\n        self.x, self.y = x, y\n",
        expect![[r#"
            [P] **P** · class · 88 bytes an instance, 48 with `__slots__`

            - *attributes:* `x` and `y`, set in `__init__`
            - *now:* 48 as `sys.getsizeof` says, and 40 for the row of its attributes' values
            - *the first ones:* more: the first takes 328 bytes, those from number 28 on 88 bytes
            - *with `__slots__`:* 32 and 8 for each attribute; no others can be set, no weak references, no `__dict__`

            CPython 3.13"#]],
    );
    check(
        "class $0P:\n    __slots__ = ('x', 'y')\n",
        expect![[r#"
            [P] **P** · class · 48 bytes an instance

            - *fields:* `x` and `y`, in fixed slots: no dict for each instance

            CPython 3.13"#]],
    );
    check(
        "class $0P(Base):\n    def __init__(self, x):\n        self.x = x\n",
        expect!["no card"],
    );
    check(
        "class $0P:\n    def __init__(self, x):\n        if x:\n            self.x = x\n",
        expect!["no card"],
    );
}

#[test]
fn what_a_method_does_to_its_own_object_is_no_news() {
    check(
        "class C:\n    def $0f(self, xs):\n        self.n = 1\n        xs.append(1)\nC().f([])\n",
        expect![[r#"
            [f] **C.f()**

            - *changes:* what it is given as `xs` (line 4)

            CPython 3.13"#]],
    );
    check(
        "def $0make(cls):\n    return cls()\nclass C: pass\nmake(C)\n",
        expect!["no card"],
    );
}

#[test]
fn attributes_and_items() {
    check(
        "d = {'k': [1]}\ne = d['k']\nprint(d[$0'k'])\n",
        expect![[r#"
            [d['k']] **d\["k"\]** · list of 1 · 64 bytes · 2 references

            - *same object:* `e` (line 2)
            - *referenced by:* `e` (line 2), `d["k"]`
            - *with its items:* 92 bytes in all · the items are cached or interned

            CPython 3.13"#]],
    );
    check(
        "class C: pass\nc = C()\nl = [1]\nc.l = l\nprint(c.$0l)\n",
        expect![[r#"
            [c.l] **c.l** · list of 1 · 64 bytes · 2 references

            - *same object:* `l` (line 3)
            - *referenced by:* `l` (line 3), `c.l`
            - *with its items:* 92 bytes in all · the items are cached or interned

            CPython 3.13"#]],
    );
}

#[test]
fn parameters() {
    check(
        "def f($0p):\n    p.append(1)\nx = []\nf(x)\n",
        expect![[r#"
            [p] **p** · list of 0 · 56 bytes · 2 references

            - *referenced by:* `x`, `p`
            - *given:* `x` (line 4)
            - *changed:* the caller's object, on line 2

            CPython 3.13"#]],
    );
    check_in(
        "def f($0p):\n    return p\n",
        "3.13",
        World::Module,
        expect!["no card"],
    );
    check_in(
        "class C:\n    def f($0self):\n        return 1\n",
        "3.13",
        World::Module,
        expect!["no card"],
    );
}

#[test]
fn nothing_where_there_is_nothing_to_say() {
    for source in [
        "import $0gc\n",
        "x = $0'abc'\n",
        "x = 1\nprint(l$0en)\n",
        "$0if 1: pass\n",
        "x = None\nprint($0x)\n",
        "x = $0(\n",
        "$0",
        "# co$0mment\n",
    ] {
        check(source, expect!["no card"]);
    }
}

#[test]
fn a_variable_of_a_comprehension_is_not_the_one_outside() {
    check("x = [1]\ny = [$0x for x in [x]]\n", expect!["no card"]);
    check(
        "x = [1]\ny = [x for x in [$0x]]\n",
        expect![[r#"
            [x] **x** · list of 1 · 64 bytes · 1 reference

            - *with its items:* 92 bytes in all · the items are cached or interned

            CPython 3.13"#]],
    );
}

#[test]
fn no_figures_without_the_lock() {
    check_in(
        "a = [1]\n$0b = a\n",
        "3.14t",
        World::Script,
        expect![[r#"
            [b] **b** · list of 1

            - *same object:* `a` (line 1): `=` makes a name, not a copy
            - *figures:* not measured for builds without the GIL

            CPython 3.14t"#]],
    );
}

/// Between two statements in a row nothing runs: what holds after the first holds before the second.
#[test]
fn before_a_statement_is_after_the_one_in_front() {
    let source = include_str!("../../../tests/tour.py");
    let text = Text::new(source);
    let analysis = analyse(
        &text,
        None,
        Target::parse("3.13").expect("known"),
        World::Script,
        &Cancel::new(),
    )
    .expect("runs");
    let places: Vec<_> = analysis
        .facts
        .places
        .iter()
        .filter(|facts| facts.unit.unit.is_none())
        .collect();
    let mut compared = 0;
    for before in analysis
        .facts
        .before
        .iter()
        .filter(|facts| facts.unit.unit.is_none())
    {
        let Some(after) = places.iter().rev().find(|facts| facts.start < before.start) else {
            continue;
        };
        let next = after.item + 1 == before.item;
        for (path, claims) in before
            .paths
            .iter()
            .filter(|(path, _)| next && path.steps.is_empty())
        {
            let Some((_, other)) = after.paths.iter().find(|(other, _)| other == path) else {
                continue;
            };
            assert_eq!(
                (claims.size, claims.refs, &claims.ty),
                (other.size, other.refs, &other.ty),
                "{path:?} at {}",
                before.start
            );
            compared += 1;
        }
    }
    assert!(compared > 5, "{compared}");
}
