//! What the terminal shows of the programs that teach the systems of memory. Each figure was held against CPython.

use expect_test::{Expect, expect};

use super::seen_in;
use crate::base::Cancel;
use crate::engine::analyse;
use crate::engine::settings::HintLevel;
use crate::ide::Answers;
use crate::interp::World;
use crate::layout::Target;
use crate::report::{annotated, card};
use crate::text::Text;

/// The file with all hints and findings, then the cards at the places that `$` marks.
fn check(source: &str, expected: Expect) {
    let mut plain = String::new();
    let mut places: Vec<u32> = Vec::new();
    for c in source.chars() {
        match c {
            '$' => places.push(plain.len() as u32),
            c => plain.push(c),
        }
    }
    let text = Text::new(plain);
    let target = Target::parse("3.13").expect("known");
    let analysis = analyse(&text, None, target, World::Script, &Cancel::new()).expect("runs");
    let (notes, remarks) = seen_in(&analysis, text.span(), HintLevel::Full);
    let mut out = annotated::file(&text, "t.py".as_ref(), text.span(), &notes, &remarks);
    for place in places {
        let hover = analysis.hover(place).expect("a card");
        out.push_str(&format!("\n{}", card::terminal(&hover.markdown)));
    }
    let out = anstream::adapter::strip_str(&out).to_string();
    expected.assert_eq(&out.replace("  CPython 3.13\n", ""));
}

#[test]
fn references_come_and_go() {
    check(
        "import sys\nwords = ['a', 'b']\nsys.getrefcount(words)\nagain = words\nsys.$getrefcount(words)\ndel again\n$words = None\n",
        expect![[r#"
            t.py
            1 │ import sys
            2 │ words = ['a', 'b'] ‹72 B · 1 ref›
            3 │ sys.getrefcount(words) ‹= 2›
            4 │ again = words ‹same object as words · 72 B · 2 refs›
            5 │ sys.getrefcount(words) ‹= 3›
            6 │ del again ‹still held by words›
            7 │ words = None ‹frees the list of line 2›

            sys.getrefcount() · answers 3
              does  counts the references, that of the call itself among them

            words · None
              frees  the list made on line 2: the last reference goes
        "#]],
    );
}

#[test]
fn what_refers_to_itself_is_left_to_the_collector() {
    check(
        "import gc\nclass Link:\n    def __init__(self):\n        self.to = None\none = Link()\ntwo = Link()\none.to = two\ntwo.to = one\ndel $one, two\ngc.$collect()\n",
        expect![[r#"
            t.py
             1 │ import gc
             2 │ class Link:
               │       ^^^^ 80 bytes per instance of `Link`, 40 with `__slots__` (in the long run, 3.13) [missing-slots]
             3 │     def __init__(self):
             4 │         self.to = None
             5 │ one = Link() ‹48 B · 1 ref›
             6 │ two = Link() ‹48 B · 1 ref›
             7 │ one.to = two ‹two: 2 refs›
             8 │ two.to = one ‹one: 2 refs · closes a cycle›
             9 │ del one, two ‹only the collector can free the Link of line 5 and the Link of line 6›
            10 │ gc.collect()

            one · Link · 48 bytes · 2 references
              del             takes the last name, not the last reference: only the collector can free it
              same object     two.to
              referenced by   one (line 5), two.to
              with its items  96 bytes in all
              cycle           refers to itself, directly or by others: when the last name goes, only the collector can free it

            gc.collect()
              does  frees what only refers to itself; the result is how many such objects it found
        "#]],
    );
}

#[test]
fn copies_share_by_level() {
    check(
        "import copy\npet = {'name': 'Rex', 'toys': ['ball', 'bone']}\nsame = pet\nsame['name'] = 'Max'\nflat = pet.copy()\nflat = {**pet}\nflat['name'] = 'Sam'\nflat['toys'].append('rope')\ndeep = copy.deepcopy(pet)\ndeep['toys'].append('sock')\nflat = pet | {}\n",
        expect![[r#"
            t.py
             1 │ import copy
             2 │ pet = {'name': 'Rex', 'toys': ['ball', 'bone']} ‹184 B · 1 ref›
             3 │ same = pet ‹same object as pet · 184 B · 2 refs›
             4 │ same['name'] = 'Max' ‹also changes pet›
             5 │ flat = pet.copy() ‹shares ["toys"] with pet · 184 B · 1 ref›
             6 │ flat = {**pet} ‹shares ["toys"] with pet · 184 B · 1 ref · frees the dict of line 5›
             7 │ flat['name'] = 'Sam'
             8 │ flat['toys'].append('rope') ‹also changes pet["toys"]›
             9 │ deep = copy.deepcopy(pet) ‹184 B · 1 ref · shares nothing that can change with pet›
            10 │ deep['toys'].append('sock')
            11 │ flat = pet | {} ‹shares ["toys"] with pet · 184 B · 1 ref · frees the dict of line 6›
        "#]],
    );
}

#[test]
fn a_default_is_one_object() {
    check(
        "def put(thing, into=[]):\n    into.append(thing)\n    return into\n$put('x')\nput('y')\n",
        expect![[r#"
            t.py
            1 │ def put(thing, into=[]):
              │                     ^^ all calls share 1 list as the default of `into`: line 2 changes it [mutable-default]
            2 │     into.append(thing)
            3 │     return into
            4 │ put('x')
            5 │ put('y')

            put()
              default  into is left out: all such calls share one list, which line 2 changes
              returns  the object in into (line 3) itself, no copy
        "#]],
    );
}

#[test]
fn equal_values_may_be_one_object() {
    check(
        "import sys\nm = 200; n = 200\nm = 300; n = 300\nk1 = 'key'; k2 = 'key'\nt1 = 'two words'; t2 = $'two words'\nz = sys.intern('key_2')\nprint(m $is n)\n",
        expect![[r#"
            t.py
            1 │ import sys
            2 │ m = 200; n = 200 ‹same object as m · cached int›
            3 │ m = 300; n = 300 ‹same object as m · constant of this file›
            4 │ k1 = 'key' ‹44 B · interned›; k2 = 'key' ‹44 B · same object as k1 · interned›
            5 │ t1 = 'two words' ‹50 B›; t2 = 'two words' ‹50 B · same object as t1 · constant of this file, not interned›
            6 │ z = sys.intern('key_2') ‹46 B · interned›
            7 │ print(m is n)

            'two words' · 50 bytes
              same object  on line 5
              identity     constant of this file, made by the compiler: one object wherever this file writes it, another in other files

            m is n · True
              why             one object · constant of this file, made by the compiler: one object wherever this file writes it, another in other files
              other versions  the same on 3.15, where 300 is cached
        "#]],
    );
}

#[test]
fn instances_with_and_without_slots() {
    check(
        "class $Plain:\n    def __init__(self, w, h):\n        self.w = w\n        self.h = h\nclass $Fixed:\n    __slots__ = ('w', 'h')\n    def __init__(self, w, h):\n        self.w = w\n        self.h = h\np, f = Plain(1, 2), Fixed(1, 2)\nmany = [Plain(i, i) for i in range(100)]\n",
        expect![[r#"
            t.py
             1 │ class Plain:
               │       ^^^^^ 88 bytes per instance of `Plain`, 48 with `__slots__` (in the long run, 3.13) [missing-slots]
             2 │     def __init__(self, w, h):
             3 │         self.w = w
             4 │         self.h = h
             5 │ class Fixed:
             6 │     __slots__ = ('w', 'h') ‹56 B›
             7 │     def __init__(self, w, h):
             8 │         self.w = w
             9 │         self.h = h
            10 │ p ‹48 B · 1 ref›, f ‹48 B · 1 ref› = Plain(1, 2), Fixed(1, 2)
            11 │ many = [Plain(i, i) ‹88 B each, 48 with slots› for i in range(100)] ‹920 B · 1 ref›

            Plain · class · 88 bytes an instance, 48 with __slots__
              attributes      w and h, set in __init__
              now             48 as sys.getsizeof says, and 40 for the row of its attributes' values
              the first ones  more: the first takes 328 bytes, those from number 28 on 88 bytes
              with __slots__  32 and 8 for each attribute; no others can be set, no weak references, no __dict__

            Fixed · class · 48 bytes an instance
              fields  w and h, in fixed slots: no dict for each instance
        "#]],
    );
}

#[test]
fn a_call_hands_over_the_object_itself() {
    check(
        "def fill($box, thing):\n    box.append(thing)\n    box = [thing]\n    return box\nmine = []\nother = $fill(mine, 'x')\n",
        expect![[r#"
            t.py
            1 │ def fill(box, thing):
            2 │     box.append(thing) ‹also changes mine›
            3 │     box = [thing] ‹64 B · 1 ref›
            4 │     return box
            5 │ mine = [] ‹56 B · 1 ref›
            6 │ other = fill(mine, 'x') ‹changes mine (line 2) · 64 B · 1 ref›

            box · list of 0 · 56 bytes · 2 references
              referenced by  mine, box
              given          mine (line 6)
              changed        the caller's object, on line 2

            fill()
              changes      mine (line 2)
              called with  box is mine of the caller
              result       list of 1, 64 bytes, made on line 3
        "#]],
    );
}
