//! Hints as they are shown: in the source, in brackets. Each figure was held against CPython 3.13.

use expect_test::{Expect, expect};

use super::hints;
use crate::base::Cancel;
use crate::engine::analyse;
use crate::engine::settings::HintLevel;
use crate::interp::World;
use crate::layout::Target;
use crate::text::Text;

fn shown(source: &str, level: HintLevel) -> String {
    let text = Text::new(source);
    let target = Target::parse("3.13").expect("known");
    let analysis =
        analyse(&text, None, target, World::Script, &Cancel::new()).expect("nobody stops it");
    let mut out = source.to_owned();
    for hint in hints(&analysis, text.span(), level).iter().rev() {
        let label: String = hint.parts.iter().map(|part| part.text.as_str()).collect();
        out.insert_str(hint.offset as usize, &format!(" <{label}>"));
    }
    out
}

fn quiet(source: &str, expected: Expect) {
    expected.assert_eq(&shown(source, HintLevel::Quiet));
}

#[test]
fn names_of_one_object() {
    quiet(
        "a = [1]\nb = a\nc = 5\nd = c\n",
        expect![[r#"
            a = [1]
            b = a <same object as a>
            c = 5
            d = c
        "#]],
    );
}

#[test]
fn copies() {
    quiet(
        "d = {'n': 1, 'scores': [1]}\ns = d.copy()\nt = dict(n=1)\n",
        expect![[r#"
        d = {'n': 1, 'scores': [1]}
        s = d.copy() <shares ["scores"] with d>
        t = dict(n=1)
    "#]],
    );
}

#[test]
fn writes_that_others_see() {
    quiet(
        "a = [1]\nb = a\nb.append(2)\nb[0] = 3\nb += [4]\nb.count(3)\nc = [5]\nc.append(6)\n",
        expect![[r#"
            a = [1]
            b = a <same object as a>
            b.append(2) <also changes a>
            b[0] = 3 <also changes a>
            b += [4] <also changes a>
            b.count(3)
            c = [5]
            c.append(6)
        "#]],
    );
    quiet(
        "d = {'k': [1]}\ne = d.copy()\ne['k'].append(2)\n",
        expect![[r#"
        d = {'k': [1]}
        e = d.copy() <shares ["k"] with d>
        e['k'].append(2) <also changes d["k"]>
    "#]],
    );
    quiet(
        "def f(p):\n    p.append(1)\nx = []\nf(x)\n",
        expect![[r#"
            def f(p):
                p.append(1) <also changes x>
            x = []
            f(x) <changes x (line 2)>
        "#]],
    );
}

#[test]
fn del_that_frees_nothing() {
    quiet(
        "a = [1]\ncache = {'k': a}\ndel a\nb = [2]\ndel b\n",
        expect![[r#"
        a = [1]
        cache = {'k': a}
        del a <still held by cache["k"]>
        b = [2]
        del b
    "#]],
    );
}

#[test]
fn cycles() {
    quiet(
        "class F:\n    def __init__(self):\n        self.me = self\nx = F()\ndel x\n",
        expect![[r#"
            class F:
                def __init__(self):
                    self.me = self
            x = F()
            del x <left to the collector: the F of line 4>
        "#]],
    );
}

#[test]
fn instances_in_loops() {
    let class = "class P:\n    def __init__(self, x, y):\n        self.x, self.y = x, y\n";
    quiet(
        &format!("{class}ps = [P(n, n) for n in range(9)]\none = P(1, 2)\n"),
        expect![[r#"
        class P:
            def __init__(self, x, y):
                self.x, self.y = x, y
        ps = [P(n, n) <88 B each, 48 with slots> for n in range(9)]
        one = P(1, 2)
    "#]],
    );
    quiet(
        &format!("{class}ps = []\nfor n in range(9):\n    ps.append(P(n, n))\n"),
        expect![[r#"
        class P:
            def __init__(self, x, y):
                self.x, self.y = x, y
        ps = []
        for n in range(9):
            ps.append(P(n, n) <88 B each, 48 with slots>)
    "#]],
    );
    quiet(
        &format!("{class}P = print\nps = [P(n, n) for n in range(9)]\n"),
        expect![[r#"
        class P:
            def __init__(self, x, y):
                self.x, self.y = x, y
        P = print
        ps = [P(n, n) for n in range(9)]
    "#]],
    );
}

#[test]
fn everything() {
    expect![[r#"
        a = [1] <64 B · 1 ref>
        b <64 B · 2 refs>, c <64 B · 1 ref> = a, {}
        n = 1
        for x <64 B · 2 refs> in ([1], [2]):
            pass
    "#]]
    .assert_eq(&shown(
        "a = [1]\nb, c = a, {}\nn = 1\nfor x in ([1], [2]):\n    pass\n",
        HintLevel::Full,
    ));
    expect!["a = [1]\nb = a\n"].assert_eq(&shown("a = [1]\nb = a\n", HintLevel::Off));
}
