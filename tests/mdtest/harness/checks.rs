//! Tests of the harness itself: an expectation that is false is found so by CPython, and one that heaplight does not
//! meet is found so by the comparison. Without these, a test that can't fail would look like one that passes.

use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};

use super::{judge, parse, worker};

/// False expectations of every kind, each with the truth beside it.
const FALSE: &str = r#"
## false
```py
class Node:
    pass
a = [[1], 2]        # a: tuple; a: size 80; a: refs 2; a: deep 1; a: tracked false; a: cycle true
b = a.copy()        # b is a; b[0] is not a[0]; b: copy deep of a; b: copy alias of a; b: shares b.x with a.x
                    # b: not same as b; a: size 73..; nowhere: list; b[7]: list
c = "text"          # c: interned false; c: same as a
del b               # frees dict line 4; leaks list line 4
n = Node()          # n: Nod
n.me = n            # n: cycle false
n = None            # frees Node line 8
if c:
    pass
else:
    d = 1           # d: int
```
"#;

/// True of the claims below, one of each kind.
const TOLD: &str = r#"
## told
```py
a = [[1], 2]        # a: list, size 72, refs 1, tracked true; a: refs 1..3; a: immortal false
b = a.copy()        # b is not a; b[0] is a[0]; a[0] is b[0]; b: copy shallow of a, shares [0]; a: no refs
del b               # frees list line 2; leaks nothing
c = b = a           # c is b; b is c; c[0] is b[0]; c: copy alias of b
x = a[0]            # a: nothing
```
"#;

/// What a heaplight would say of that program.
fn claims() -> Vec<Value> {
    let at = |stmt: [usize; 2], more: Value| {
        let mut line = json!({"scope": "<module>", "stmt": stmt, "at": "after"});
        for (key, value) in more.as_object().into_iter().flatten() {
            line[key] = value.clone();
        }
        line
    };
    vec![
        at(
            [1, 0],
            json!({"path": "a", "type": "list", "size": 72, "refs": 1, "tracked": true}),
        ),
        at(
            [2, 0],
            json!({"path": "b", "copy": {"kind": "shallow", "of": "a"}, "shares": [["b[0]", "a[0]"]]}),
        ),
        at([3, 0], json!({"frees": [{"type": "list", "stmt": [2, 0]}]})),
        at([4, 0], json!({"path": "c", "same_as": ["a"]})),
        at(
            [4, 0],
            json!({"path": "a", "copy": {"kind": "alias", "of": "b"}}),
        ),
    ]
}

/// The harness' own tests.
pub fn trials() -> Vec<Trial> {
    vec![
        Trial::test(
            "harness: what is false is found so (cpython)",
            false_is_found,
        ),
        Trial::test(
            "harness: what is claimed is found, what is not is missed (heaplight)",
            told_is_found,
        ),
        Trial::test("harness: mistakes in a test are told", mistakes_are_told),
    ]
}

fn false_is_found() -> Result<(), Failed> {
    let Some(python) = worker::wanted_versions()
        .into_iter()
        .rev()
        .find_map(worker::interpreter)
    else {
        return if worker::must_have_interpreters() {
            Err("no CPython is here".into())
        } else {
            Ok(())
        };
    };
    let tests = parse::read("false.md", FALSE);
    let [test] = &tests[..] else {
        return Err("one test".into());
    };
    if !test.mistakes.is_empty() {
        return Err(test.mistakes.join("\n").into());
    }
    let folder = tempfile::tempdir()?;
    let program = folder.path().join("program.py");
    std::fs::write(&program, &test.program)?;
    let facts = folder.path().join("facts.jsonl");
    let mut worker = worker::Worker::start(&python, folder.path());
    let objections = super::hold(test, &program, &facts, 13, &mut worker);
    let passed: Vec<_> = test
        .expectations
        .iter()
        .filter(|expectation| judge::as_claim(expectation, 13).is_some())
        .filter(|expectation| {
            !objections.iter().any(|(line, text, ..)| {
                *line == expectation.line && text.starts_with(&expectation.text)
            })
        })
        .map(|expectation| expectation.text.clone())
        .collect();
    if passed.is_empty() {
        Ok(())
    } else {
        Err(format!("passed as true: {passed:?}").into())
    }
}

fn told_is_found() -> Result<(), Failed> {
    let tests = parse::read("told.md", TOLD);
    let [test] = &tests[..] else {
        return Err("one test".into());
    };
    let mut text = test.mistakes.join("\n");
    for expectation in &test.expectations {
        let with = judge::objection(expectation, 13, &claims());
        let without = judge::objection(expectation, 13, &[]);
        let wants_silence = matches!(
            expectation.what,
            parse::What::No { .. } | parse::What::NoFate { .. }
        );
        if let Some(objection) = with {
            text += &format!("{}: {objection}\n", expectation.text);
        }
        if wants_silence == without.is_some() {
            text += &format!("{}: with no claims at all: {without:?}\n", expectation.text);
        }
    }
    let loud: Vec<Value> = claims();
    for clause in [
        "a: no size",
        "a: size 80",
        "a: tuple",
        "a: refs 2..3",
        "a: nothing",
        "a is b",
        "a: tracked false",
    ] {
        let source = format!("## loud\n```py\na = [[1], 2]   # {clause}\n```\n");
        let tests = parse::read("loud.md", &source);
        if !tests[0]
            .expectations
            .iter()
            .any(|one| judge::objection(one, 13, &loud).is_some())
        {
            text += &format!("{clause}: no objection\n");
        }
    }
    if text.is_empty() {
        Ok(())
    } else {
        Err(text.into())
    }
}

fn mistakes_are_told() -> Result<(), Failed> {
    let wrong = [
        "x = 1   # just prose",
        "x = 1   # x: sice 5",
        "x = 1   # x: size five",
        "x = 1   # x['k']: list",
        "x = 1   # x: size 5 if 4.0",
        "x = 1   # frees list",
        "x = 1   # frees list line 99",
        "x = 1   # x: copy clone of y",
        "x = 1   # x: shares [0]",
        "# x: list",
        "if 1:   # x: list\n    x = []",
        "x = 1",
    ];
    let silent: Vec<_> = wrong
        .iter()
        .filter(|program| {
            let tests = parse::read("wrong.md", &format!("## wrong\n```py\n{program}\n```\n"));
            tests.iter().all(|test| test.mistakes.is_empty())
        })
        .collect();
    let twice = parse::read(
        "twice.md",
        "## a\n```py\nx = 1  # x: int\n```\n## a\n```py\nx = 1  # x: int\n```\n",
    );
    let has_twice = twice.iter().any(|test| !test.mistakes.is_empty());
    let unknown = parse::read(
        "unknown.md",
        "## a\n<!-- targets: 3.8 -->\n```py\nx = 1  # x: int\n```\n",
    );
    let has_unknown = unknown.iter().any(|test| !test.mistakes.is_empty());
    if silent.is_empty() && has_twice && has_unknown {
        return Ok(());
    }
    Err(format!("not told: {silent:?}, twice {has_twice}, unknown {has_unknown}").into())
}
