//! Holds `heaplight::layout` against CPython: every formula gives every measured row again, in the tables that are part
//! of the program and, where the interpreters are at hand, in what these say today.
//!
//! Interpreters are looked for in `$HEAPLIGHT_PYTHONS/bin` (default `$HOME/.cache/heaplight-pythons/bin`, filled by
//! `tests/pythons`), then on `PATH`. Where one is missing its re-measurement is skipped, but fails when `CI=true`.

use std::path::{Path, PathBuf};
use std::process::Command;

use heaplight::base::Interval;
use heaplight::layout::*;
use serde_json::Value;

const MINORS: std::ops::RangeInclusive<u8> = 8..=15;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn stored(minor: u8) -> Value {
    let path = root().join(format!("src/layout/tables/3.{minor}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn target(text: &str) -> Target {
    Target::parse(text).unwrap_or_else(|e| panic!("{e}"))
}

/// Collects what is wrong, so that one run shows all of it.
struct Check {
    layout: &'static Layout,
    /// The layout is that of the very patch release that was measured: intervals must be single values.
    exact: bool,
    checked: usize,
    /// Rows of which nothing is claimed.
    silent: usize,
    wrong: Vec<String>,
}

impl Check {
    fn new(target: Target) -> Check {
        Check {
            layout: Layout::of(target),
            exact: target.patch.is_some(),
            checked: 0,
            silent: 0,
            wrong: Vec::new(),
        }
    }

    fn holds(&mut self, what: &dyn Fn() -> String, claim: impl Into<Claimed>, value: u64) {
        self.checked += 1;
        let Claimed(claim) = claim.into();
        let right = match claim {
            None => {
                self.silent += 1;
                true
            }
            Some(i) if self.exact => i.exact() == Some(value),
            Some(i) => i.lo <= value && i.hi.is_none_or(|hi| value <= hi),
        };
        if !right {
            self.wrong.push(format!(
                "{} {}: claimed {claim:?}, measured {value}",
                self.layout.target(),
                what()
            ));
        }
    }

    fn sure(&mut self, what: &dyn Fn() -> String, claim: Option<Slots>, value: u64) {
        if claim.is_none() {
            self.wrong.push(format!(
                "{} {}: no claim, measured {value}",
                self.layout.target(),
                what()
            ));
        }
        self.holds(what, claim.map_or(value, Slots::count), value);
    }

    /// What is wrong, in a few lines.
    fn finish(self, what: &str) -> Vec<String> {
        let mut lines = Vec::new();
        if self.checked == 0 || self.silent * 20 > self.checked {
            lines.push(format!(
                "{what}: {} of {} rows without a claim",
                self.silent, self.checked
            ));
        }
        if !self.wrong.is_empty() {
            lines.push(format!(
                "{what}: {} of {} wrong",
                self.wrong.len(),
                self.checked
            ));
            lines.extend(self.wrong.into_iter().take(12));
        }
        lines
    }
}

/// A claim, or none.
struct Claimed(Option<Interval>);

impl From<u64> for Claimed {
    fn from(value: u64) -> Self {
        Claimed(Some(Interval::exactly(value)))
    }
}

impl From<Interval> for Claimed {
    fn from(value: Interval) -> Self {
        Claimed(Some(value))
    }
}

impl From<Option<u64>> for Claimed {
    fn from(value: Option<u64>) -> Self {
        Claimed(value.map(Interval::exactly))
    }
}

impl From<Option<Interval>> for Claimed {
    fn from(value: Option<Interval>) -> Self {
        Claimed(value)
    }
}

/// The targets that a table must hold for: its own patch release, and the bare version.
fn targets(table: &Value) -> [Target; 2] {
    let own = target(table["head"]["version"].as_str().expect("head.version"));
    [own, Target { patch: None, ..own }]
}

fn object<'a>(table: &'a Value, part: &str) -> &'a serde_json::Map<String, Value> {
    table[part]
        .as_object()
        .unwrap_or_else(|| panic!("{part} is an object"))
}

/// The values of a sequence `[[from n, value], ...]` at each n that begins or ends a step.
fn sequence(steps: &Value) -> Vec<(u64, u64)> {
    let steps = steps.as_array().expect("a sequence");
    let pair = |v: &Value| (v[0].as_u64().expect("n"), v[1].as_u64().expect("value"));
    let mut got = Vec::new();
    for (i, step) in steps.iter().enumerate() {
        let (n, value) = pair(step);
        got.push((n, value));
        if let Some(next) = steps.get(i + 1) {
            let last = pair(next).0 - 1;
            got.extend((n + 1..=last).map(|k| (k, value)));
        }
    }
    got
}

/// One step of a history: its letter or word, numbers, and what was measured after it.
struct Step<'a> {
    op: &'a str,
    args: Vec<u64>,
    value: u64,
}

fn history(text: &str) -> Vec<Step<'_>> {
    text.split_whitespace()
        .map(|step| {
            let (left, value) = step.split_once('=').expect("a value");
            let (op, args) = left.split_once(':').unwrap_or((left, ""));
            let args = args
                .split(',')
                .filter(|a| !a.is_empty())
                .map(|a| a.parse().expect("a number"))
                .collect();
            Step {
                op,
                args,
                value: value.parse().expect("a value"),
            }
        })
        .collect()
}

fn list_from(name: &str) -> ListFrom {
    match name {
        "sequence" => ListFrom::Sequence,
        "sized" => ListFrom::Sized,
        "set_or_dict" => ListFrom::SetOrDict,
        "hinted" => ListFrom::Hinted,
        "unsized" => ListFrom::Unsized,
        "genexp_argument" => ListFrom::GenexpArgument,
        other => panic!("{other}: no such source"),
    }
}

fn check_list_sequences(check: &mut Check, table: &Value) {
    for (way, steps) in object(table, "lists") {
        let words = way.split(' ').collect::<Vec<_>>();
        for (n, measured) in sequence(steps) {
            let layout = check.layout;
            let claim = match words[..] {
                ["constant_display"] => layout.list_slots(ListMade::ConstantDisplay, n),
                ["display"] => layout.list_slots(ListMade::Display, n),
                ["appended"] => layout.list_slots(ListMade::Appended, n),
                ["exact"] => layout.list_slots(ListMade::Exact, n),
                ["list_call", from] => layout.list_slots(ListMade::ListCall(list_from(from)), n),
                ["extend_empty", from] => {
                    layout.list_slots(ListMade::ExtendEmpty(list_from(from)), n)
                }
                ["star_target", from, after] => {
                    layout.list_star_target(list_from(from), n, after.parse().expect("a number"))
                }
                ["split"] => {
                    if let Some(claim) = layout.list_slots(ListMade::Split, n) {
                        check.holds(&|| format!("split of {n}"), claim.count(), measured);
                    }
                    continue;
                }
                _ => panic!("{way}: no such way"),
            };
            check.sure(&|| format!("list {way}, n = {n}"), claim, measured);
        }
    }
}

fn check_list_histories(check: &mut Check, histories: &Value) {
    for (number, text) in histories.as_array().expect("histories").iter().enumerate() {
        let layout = check.layout;
        let (mut len, mut slots) = (0u64, Slots::NONE);
        for (at, step) in history(text.as_str().expect("text")).iter().enumerate() {
            let n = step.args.first().copied().unwrap_or(0);
            match step.op {
                "exact" => (len, slots) = (n, Slots::exactly(n)),
                "append" => {
                    for _ in 0..n {
                        slots = layout.list_append(len, slots);
                        len += 1;
                    }
                }
                "pop" | "pop_at" | "del_item" => {
                    for _ in 0..n {
                        slots = match step.op {
                            "pop" => layout.list_pop(len, slots),
                            "pop_at" => layout.list_pop_at(len, slots),
                            _ => layout.list_del_item(len, slots),
                        };
                        len -= 1;
                    }
                }
                "remove" => {
                    slots = layout.list_assign_slice(len, slots, len - 1);
                    len -= 1;
                }
                "del_slice" | "assign_slice" => {
                    slots = layout.list_assign_slice(len, slots, n);
                    len = n;
                }
                "repeat" => {
                    slots = layout.list_repeat_in_place(len, slots, n);
                    len *= n;
                }
                "imul0" => (len, slots) = (0, layout.list_repeat_in_place(len, slots, 0)),
                "sort" => {}
                "clear" => (len, slots) = (0, Slots::NONE),
                other => {
                    let from = list_from(
                        other
                            .strip_prefix("extend_")
                            .unwrap_or_else(|| panic!("{other}: no such step")),
                    );
                    slots = layout
                        .list_extend(len, slots, from, n)
                        .expect("known for these sources");
                    len += n;
                }
            }
            check.holds(
                &|| format!("list history {number}, step {at} ({}): {text}", step.op),
                slots.count(),
                step.value,
            );
        }
    }
}

/// Keys of a dict as the measuring script makes them: which are exactly `str`, in order.
#[derive(Clone)]
struct Model {
    table: DictTable,
    strs: Vec<bool>,
}

fn new_keys(n: u64, exact_str: bool) -> Vec<Key> {
    vec![
        Key {
            exact_str,
            new: true
        };
        n as usize
    ]
}

fn check_dict_sequences(check: &mut Check, table: &Value) {
    let layout = check.layout;
    let by_insertion = |n, exact_str| DictTable::EMPTY.insert_many(layout, n, exact_str);
    for (way, steps) in object(table, "dicts") {
        let words = way.split(' ').collect::<Vec<_>>();
        if let ["ordereddict", keys] = words[..] {
            for (n, value) in steps.as_array().expect("sizes").iter().enumerate() {
                let t = DictTable::call(layout).insert_many(layout, n as u64, keys == "str");
                check.holds(
                    &|| format!("OrderedDict of {n} {keys}"),
                    layout.dict_size(DictKind::OrderedDict, t),
                    value.as_u64().expect("a size"),
                );
            }
            continue;
        }
        for (n, measured) in sequence(steps) {
            let count = n as usize;
            let pattern = |name: &str| -> Vec<Key> {
                (0..count)
                    .map(|i| {
                        let exact_str = match name {
                            "str" => true,
                            "other" => false,
                            "other_last" => i + 1 < count,
                            "other_first" => i > 0,
                            "other_third" => i != 2,
                            _ => panic!("{name}: no such pattern"),
                        };
                        Key {
                            exact_str,
                            new: true,
                        }
                    })
                    .collect()
            };
            let mut kind = DictKind::Dict;
            let table = match words[..] {
                ["display", name] => {
                    DictTable::display(layout, &pattern(name)).expect("no key twice")
                }
                ["insert" | "deepcopy", keys] => by_insertion(n, keys == "str"),
                ["call_pairs" | "fromkeys_list", keys] => {
                    DictTable::call(layout).insert_many(layout, n, keys == "str")
                }
                ["fromkeys_set", _] => DictTable::fromkeys_of_set(layout, n),
                ["fromkeys_dict", keys] => by_insertion(n, keys == "str").fromkeys(layout),
                ["copy", keys] => by_insertion(n, keys == "str").copied(layout),
                ["call_dict", keys] => by_insertion(n, keys == "str").call_of_dict(layout),
                ["unpack", keys] => by_insertion(n, keys == "str").unpacked(layout),
                ["call_kwargs"] | ["call_kwargs", "written"] => {
                    DictTable::call(layout).insert_many(layout, n, true)
                }
                ["parameter"] | ["parameter", "written"] => by_insertion(n, true),
                ["update_kwargs"] => by_insertion(n, true).unpacked(layout),
                ["update_kwargs", "written"] => DictTable::keywords(layout, n).unpacked(layout),
                ["defaultdict"] => {
                    kind = DictKind::DefaultDict;
                    DictTable::call(layout).insert_many(layout, n, true)
                }
                ["counter"] => {
                    kind = DictKind::Counter;
                    DictTable::call(layout).insert_many(layout, n, true)
                }
                _ => panic!("{way}: no such way"),
            };
            check.holds(
                &|| format!("dict {way}, n = {n}"),
                layout.dict_size(kind, table),
                measured,
            );
        }
    }
}

fn check_dict_histories(check: &mut Check, histories: &Value) {
    let layout = check.layout;
    'histories: for (number, text) in histories.as_array().expect("histories").iter().enumerate() {
        let mut d = Model {
            table: DictTable::EMPTY,
            strs: Vec::new(),
        };
        for (at, step) in history(text.as_str().expect("text")).iter().enumerate() {
            let n = step.args.first().copied().unwrap_or(0);
            match step.op {
                "{}" => {}
                "s" | "o" => {
                    d.table = d.table.insert_many(layout, n, step.op == "s");
                    d.strs.extend(vec![step.op == "s"; n as usize]);
                }
                "S" => {
                    d.table = d.table.insert(
                        layout,
                        Key {
                            exact_str: true,
                            new: false,
                        },
                    )
                }
                "O" => {
                    d.table = d.table.insert(
                        layout,
                        Key {
                            exact_str: false,
                            new: false,
                        },
                    )
                }
                "x" => {
                    // Which keys went does not matter to the table.
                    for _ in 0..n {
                        d.table = d.table.delete();
                    }
                }
                "p" => {
                    for _ in 0..n {
                        let Some(table) = d.table.popitem() else {
                            continue 'histories;
                        };
                        d.table = table;
                    }
                }
                "y" => d.table = d.table.copied(layout),
                "d" => d.table = d.table.call_of_dict(layout),
                "m" | "t" => d.table = d.table.unpacked(layout),
                "f" => d.table = d.table.fromkeys(layout),
                "z" => d.table = DictTable::fromkeys_of_set(layout, d.table.len()),
                "c" => d.table = d.table.clear(),
                "n" => d.table = DictTable::call(layout),
                "u" | "v" | "w" | "q" | "k" => {
                    let exact_str = "uwk".contains(step.op);
                    let other = DictTable::EMPTY.insert_many(layout, n, exact_str);
                    let start = if "wq".contains(step.op) {
                        d.table.copied(layout)
                    } else {
                        d.table
                    };
                    let by_count = start.merge(layout, other, n, exact_str);
                    let by_keys = start.merge_keys(layout, other, &new_keys(n, exact_str));
                    assert_eq!(
                        by_count, by_keys,
                        "dict history {number}, step {at}: {text}"
                    );
                    d.table = by_count;
                }
                other => panic!("{other}: no such step"),
            }
            check.holds(
                &|| format!("dict history {number}, step {at} ({}): {text}", step.op),
                d.table.size(layout),
                step.value,
            );
        }
    }
}

fn check_set_sequences(check: &mut Check, table: &Value) {
    let layout = check.layout;
    for (way, steps) in object(table, "sets") {
        for (n, measured) in sequence(steps) {
            let table = match way.as_str() {
                "add"
                | "call_list"
                | "frozenset_call_list"
                | "deepcopy"
                | "membership_constant" => SetTable::EMPTY.add_many(layout, n),
                "call_set" | "call_dict" | "frozenset_call_set" => SetTable::copied(layout, n),
                "constant_display" => SetTable::display(layout, n, n, true),
                "display" => SetTable::display(layout, n, n, false),
                _ => panic!("{way}: no such way"),
            };
            check.holds(&|| format!("set {way}, n = {n}"), table.size(), measured);
        }
    }
}

fn check_set_histories(check: &mut Check, histories: &Value) {
    let layout = check.layout;
    for (number, text) in histories.as_array().expect("histories").iter().enumerate() {
        let mut s = SetTable::EMPTY;
        for (at, step) in history(text.as_str().expect("text")).iter().enumerate() {
            let n = step.args[0];
            let m = step.args.get(1).copied().unwrap_or(0);
            s = match step.op {
                "a" => s.add_many(layout, n),
                "x" => (0..n).fold(s, |s, _| s.remove()),
                "y" => SetTable::copied(layout, s.len()),
                "u" => s.merge(layout, n, m),
                "U" => s.add_many(layout, m),
                "o" => SetTable::copied(layout, s.len()).merge(layout, n, m),
                "X" => s.symmetric_difference(layout, n, n - m),
                "i" => SetTable::intersection(layout, n),
                "d" => s.difference(layout, n, m),
                "D" => s.difference_update(m),
                "e" => s.difference_from_iterable(layout, m),
                "c" => SetTable::EMPTY,
                "g" => SetTable::EMPTY.add_many(layout, n),
                other => panic!("{other}: no such step"),
            };
            check.holds(
                &|| format!("set history {number}, step {at} ({}): {text}", step.op),
                s.size(),
                step.value,
            );
        }
    }
}

fn check_others(check: &mut Check, table: &Value) {
    let layout = check.layout;
    for (way, steps) in object(table, "others") {
        for (n, measured) in sequence(steps) {
            let size = match way.as_str() {
                "deque_call" => layout.deque_size(DequeBlocks::of_iterable(n)),
                "deque_append" => {
                    layout.deque_size((0..n).fold(DequeBlocks::EMPTY, |d, _| d.append()))
                }
                "deque_appendleft" => {
                    layout.deque_size((0..n).fold(DequeBlocks::EMPTY, |d, _| d.appendleft()))
                }
                "bytearray_append" => layout.bytearray_appended_size(n),
                "array_append" => layout.array_appended_size(n, 8),
                _ => panic!("{way}: no such way"),
            };
            check.holds(&|| format!("{way}, n = {n}"), size, measured);
        }
    }
}

fn check_deque_histories(check: &mut Check, histories: &Value) {
    for (number, text) in histories.as_array().expect("histories").iter().enumerate() {
        let mut d = DequeBlocks::EMPTY;
        for (at, step) in history(text.as_str().expect("text")).iter().enumerate() {
            let n = step.args[0];
            d = match step.op {
                "g" => DequeBlocks::of_iterable(n),
                "a" => (0..n).fold(d, |d, _| d.append()),
                "l" => (0..n).fold(d, |d, _| d.appendleft()),
                "p" => (0..n).fold(d, |d, _| d.pop()),
                "q" => (0..n).fold(d, |d, _| d.popleft()),
                "e" => d.extend(n),
                "E" => d.extendleft(n),
                "y" => d.copied(check.layout),
                "c" => d.clear(),
                other => panic!("{other}: no such step"),
            };
            let size = check.layout.deque_size(d);
            check.holds(
                &|| format!("deque history {number}, step {at} ({}): {text}", step.op),
                size,
                step.value,
            );
        }
    }
}

fn check_histories(check: &mut Check, table: &Value) {
    check_list_histories(check, &table["list_histories"]);
    check_dict_histories(check, &table["dict_histories"]);
    check_set_histories(check, &table["set_histories"]);
    check_deque_histories(check, &table["deque_histories"]);
}

/// Every formula against every row of one table.
fn check_table(table: &Value, what: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for target in targets(table) {
        let mut check = Check::new(target);
        check_list_sequences(&mut check, table);
        check_dict_sequences(&mut check, table);
        check_set_sequences(&mut check, table);
        check_others(&mut check, table);
        check_histories(&mut check, table);
        wrong.extend(check.finish(&format!("{what} as {target}")));
    }
    wrong
}

fn nothing_is(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn formulas_give_every_row_again() {
    nothing_is(
        MINORS
            .flat_map(|minor| check_table(&stored(minor), "table"))
            .collect(),
    );
}

/// The interpreter of a version, if there is one.
fn python(minor: u8) -> Option<PathBuf> {
    let name = format!("python3.{minor}");
    let home = std::env::var_os("HOME")
        .map(PathBuf::from)
        .unwrap_or_default();
    let own = std::env::var_os("HEAPLIGHT_PYTHONS")
        .map(PathBuf::from)
        .unwrap_or_else(|| home.join(".cache/heaplight-pythons"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(own.join("bin")).chain(std::env::split_paths(&path));
    let works = |exe: &PathBuf| {
        exe.is_file()
            && Command::new(exe)
                .args(["-c", ""])
                .output()
                .is_ok_and(|o| o.status.success())
    };
    folders.map(|f| f.join(&name)).find(works)
}

fn run(exe: &Path, script: &str, args: &[&str]) -> Value {
    let out = Command::new(exe)
        .arg(root().join("tests/measure").join(script))
        .args(args)
        .output()
        .unwrap_or_else(|e| panic!("{}: {e}", exe.display()));
    assert!(
        out.status.success(),
        "{} {script}: {}",
        exe.display(),
        String::from_utf8_lossy(&out.stderr)
    );
    serde_json::from_slice(&out.stdout).unwrap_or_else(|e| panic!("{script}: {e}"))
}

/// Runs `with` for each interpreter at hand; says which are missing, and fails for them where all should be there.
fn with_each_python(mut with: impl FnMut(u8, &Path)) {
    let missing = MINORS.filter(|&minor| {
        let exe = python(minor);
        if let Some(exe) = &exe {
            with(minor, exe);
        }
        exe.is_none()
    });
    let missing = missing
        .map(|m| format!("3.{m}"))
        .collect::<Vec<_>>()
        .join(", ");
    if !missing.is_empty() {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "no interpreter for {missing}: run tests/pythons first"
        );
        eprintln!("skipped: no interpreter for {missing} (tests/pythons fetches them)");
    }
}

#[test]
fn histories_that_are_in_no_table_come_out_right() {
    let mut wrong = Vec::new();
    with_each_python(|minor, exe| {
        let histories = run(exe, "traces.py", &["1000", "1150"]);
        let version = run(exe, "measure.py", &["--head"])["version"]
            .as_str()
            .expect("a version")
            .to_owned();
        for target in [target(&version), target(&format!("3.{minor}"))] {
            let mut check = Check::new(target);
            // A patch release that was not measured is held to what its bare version claims.
            check.exact &= check.layout.target() == target;
            check_histories(&mut check, &histories);
            wrong.extend(check.finish("histories"));
        }
    });
    nothing_is(wrong);
}
