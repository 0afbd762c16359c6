//! The constants of lowered code are those of CPython's compiler: `co_consts` of every code object of the standard
//! library, and how many references they hold to each constant. What is run and when is as in `tests/lowering.rs`.

#[path = "compiler/pythons.rs"]
mod pythons;

use std::fmt::Write;

use heaplight::base::{Cancel, Names};
use heaplight::hir::consts::{self, CodeOf, FileConsts, Value};
use heaplight::hir::{self, File, UnitKind};
use heaplight::syntax;
use pythons::{Python, Script};

fn main() {
    let args = libtest_mimic::Arguments::from_args();
    let mut trials = pythons::trials("", check);
    trials.extend(pythons::trials("references ", check_references));
    trials.extend(pythons::trials("held ", check_held));
    libtest_mimic::run(&args, trials).exit();
}

fn check(python: &Python) -> Result<String, String> {
    let files = python.library();
    let mut script = Script::start(python, "tests/compiler/co_consts.py");
    let features = pythons::layout(python.minor).compiler();
    let (mut compared, mut codes, mut unsure, mut broken) = (0, 0, 0, 0);
    let (mut wrong_codes, mut wrong_counts) = (0, 0);
    let mut wrong = Vec::new();
    for path in files {
        let [source, rows, counts] = script.ask(&path);
        if source.is_empty() && rows.is_empty() {
            continue;
        }
        let source = String::from_utf8(source).expect("the script answers in UTF-8");
        let parsed = syntax::parse(&source, None, &Cancel::new()).expect("nobody cancels");
        let mut names = Names::new();
        let file = hir::lower(&source, &parsed, &mut names, None);
        if !file.problems.is_empty() {
            broken += 1;
            continue;
        }
        let starts = line_starts(&source);
        let line_of = |offset: u32| starts.partition_point(|&start| start <= offset) as u32;
        let found = consts::compile(
            &file.items,
            &names,
            features,
            file.future_annotations,
            &line_of,
            None,
        );
        compared += 1;
        let (ours, sure) = rows_of(&found, &file, &names);
        let theirs = String::from_utf8_lossy(&rows);
        let theirs: Vec<&str> = theirs.lines().collect();
        codes += theirs.len();
        unsure += sure.iter().filter(|sure| !**sure).count();
        let mut faults = 0;
        let all_sure = sure.iter().all(|sure| *sure);
        if ours.len() != theirs.len() && !all_sure {
            // Type parameters make code objects of their own.
            continue;
        }
        if ours.len() != theirs.len() {
            faults += 1;
            let at = ours
                .iter()
                .zip(&theirs)
                .position(|(a, b)| a.split(' ').next() != b.split(' ').next());
            let at = at.unwrap_or(0);
            wrong.push(format!(
                "{path}: {} code objects, {} by our count; from {:?} {:?}",
                theirs.len(),
                ours.len(),
                theirs.get(at),
                ours.get(at)
            ));
        } else {
            for ((a, b), sure) in ours.iter().zip(&theirs).zip(&sure) {
                if a != b && *sure && !is_unknown(a) {
                    faults += 1;
                    let (a, b) = (readable(a), readable(b));
                    let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
                    let skip = if same > 200 { same - 150 } else { 0 };
                    let cut = |text: &str| text.chars().skip(skip).take(300).collect::<String>();
                    let name = a.split(' ').next().unwrap_or_default();
                    wrong.push(format!(
                        "{path}: {name}\n   ours   {}\n   theirs {}",
                        cut(&a),
                        cut(&b)
                    ));
                }
            }
        }
        wrong_codes += faults;
        if faults == 0 && all_sure && !ours.iter().any(|row| is_unknown(row)) {
            let ours = counts_of(&found, python.minor);
            let theirs = String::from_utf8_lossy(&counts).into_owned();
            if ours != theirs {
                wrong_counts += 1;
                let (a, b) = ours
                    .lines()
                    .zip(theirs.lines())
                    .find(|(a, b)| a != b)
                    .unwrap_or(("end", "end"));
                wrong.push(format!(
                    "{path}: held\n   ours   {}\n   theirs {}",
                    readable(a),
                    readable(b)
                ));
            }
        }
    }
    let summary = format!(
        "{codes} code objects of {compared} files compared, {unsure} of them unsure, {wrong_codes} wrong, {wrong_counts} files with wrong counts; {broken} files not lowered"
    );
    match wrong.is_empty() {
        true => Ok(summary),
        false => Err(format!(
            "{summary}\n{}",
            wrong[..wrong.len().min(60)].join("\n")
        )),
    }
}

fn is_unknown(row: &str) -> bool {
    row.contains("unknown")
}

fn line_starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    for (at, &byte) in bytes.iter().enumerate() {
        let ends = byte == b'\n' || byte == b'\r' && bytes.get(at + 1) != Some(&b'\n');
        if ends {
            starts.push(at as u32 + 1);
        }
    }
    starts
}

fn rows_of(found: &FileConsts, file: &File, names: &Names) -> (Vec<String>, Vec<bool>) {
    let mut rows = Vec::new();
    let mut sure = Vec::new();
    for code in found.code_objects() {
        let name = match (code.item, code.of) {
            (Some(item), CodeOf::Unit(unit)) => {
                let unit = file.items[item].item.unit(unit);
                match unit.kind {
                    UnitKind::Lambda => "<lambda>".to_owned(),
                    _ => names.text(unit.name).to_owned(),
                }
            }
            (_, CodeOf::Module) => "<module>".to_owned(),
            _ => "__annotate__".to_owned(),
        };
        let consts: Vec<String> = code.consts.iter().map(text).collect();
        rows.push(format!("{name} {}", consts.join(" ")));
        sure.push(code.is_sure);
    }
    (rows, sure)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn joined(items: &[Value]) -> String {
    items.iter().map(text).collect::<Vec<_>>().join(",")
}

fn sorted(items: &[Value]) -> String {
    let mut items: Vec<String> = items.iter().map(text).collect();
    items.sort();
    items.join(",")
}

fn text(value: &Value) -> String {
    match value {
        Value::None => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Ellipsis => "...".to_owned(),
        Value::Int(value) if value.sign() == num_bigint::Sign::Minus => {
            format!("i-{:x}", value.magnitude())
        }
        Value::Int(value) => format!("i{value:x}"),
        Value::Float(bits) => format!("f{bits:016x}"),
        Value::Complex(re, im) => format!("j{re:016x}{im:016x}"),
        Value::Str(text) => format!("s{}", hex(text.as_bytes())),
        Value::Surrogates(codes) => {
            let mut bytes = Vec::new();
            for &code in codes.iter() {
                match char::from_u32(code) {
                    Some(c) => bytes.extend(c.to_string().bytes()),
                    None => bytes.extend([
                        0xe0 | (code >> 12) as u8,
                        0x80 | (code >> 6 & 63) as u8,
                        0x80 | (code & 63) as u8,
                    ]),
                }
            }
            format!("s{}", hex(&bytes))
        }
        Value::Bytes(bytes) => format!("b{}", hex(bytes)),
        Value::Tuple(items) | Value::Unmerged(items, _) => format!("({})", joined(items)),
        Value::FrozenSet(items) => format!("{{{}}}", sorted(items)),
        Value::Slice(parts) => format!("slice({})", joined(&parts[..])),
        Value::Code(_) => "<code>".to_owned(),
        Value::Unknown => "unknown".to_owned(),
    }
}

/// The constants as Python writes them, for the report.
fn readable(row: &str) -> String {
    let mut out = String::new();
    for token in row.split_inclusive([' ', ',', '(', ')', '{', '}', '[', ']']) {
        let end = token
            .trim_end_matches([' ', ',', '(', ')', '{', '}', '[', ']'])
            .len();
        let (body, rest) = token.split_at(end);
        let decoded = match body
            .strip_prefix('s')
            .filter(|hex| hex.len() % 2 == 0 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
        {
            Some(hex) => {
                let bytes: Vec<u8> = (0..hex.len())
                    .step_by(2)
                    .filter_map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok())
                    .collect();
                let text: String = String::from_utf8_lossy(&bytes).chars().take(30).collect();
                format!("{text:?}")
            }
            None => body.to_owned(),
        };
        out.push_str(&decoded);
        out.push_str(rest);
    }
    out
}

fn counts_of(found: &FileConsts, minor: u8) -> String {
    let mut rows: Vec<String> = found
        .all()
        .filter(|&id| is_counted(found.value(id), minor))
        .map(|id| {
            format!(
                "{} {}",
                text(found.value(id)),
                found
                    .holders(id)
                    .map_or("?".to_owned(), |count| count.to_string())
            )
        })
        .collect();
    rows.sort();
    rows.join("\n")
}

/// Sets of strings are made anew for each code object.
fn has_text(value: &Value) -> bool {
    matches!(value, Value::Str(_) | Value::Surrogates(_)) || value.items().iter().any(has_text)
}

fn holds_set(value: &Value) -> bool {
    matches!(value, Value::FrozenSet(items) if items.iter().any(has_text))
        || value.items().iter().any(holds_set)
}

fn is_counted(value: &Value, minor: u8) -> bool {
    match value {
        Value::None | Value::Bool(_) | Value::Ellipsis | Value::Code(_) | Value::Unknown => false,
        Value::Int(_) => !value
            .as_i64()
            .is_some_and(|value| (-5..=if minor >= 15 { 1024 } else { 256 }).contains(&value)),
        Value::Str(text) => {
            let one = text.chars().count() == 1 && **text <= *"\u{ff}";
            !text.is_empty() && !value.is_name_like() && !one
        }
        Value::Bytes(bytes) => bytes.len() > 1,
        Value::Tuple(items) => !items.is_empty() && !items.iter().any(holds_set),
        Value::FrozenSet(items) => !items.iter().any(has_text),
        _ => true,
    }
}

/// Statements with constants that occur nowhere else in the program, `@` being a number of their own.
const HELD: &[&str] = &[
    "x = 70@01",
    "x = (70@02, 'a b@')",
    "x = (70@03, (3.5@, 'c d@'))",
    "x = (70@04, y)",
    "x = (70@05, [])",
    "x = -70@06, 'e f@'",
    "x = (-70@07, -3.5@)",
    "x = (70@08 + 1, 2)",
    "x = 'g h@' * 2",
    "x = ('g i@' * 2, 1)",
    "x = (1, 2, 70@09)[2]",
    "x = [70@10, 'j k@', 3.5@]",
    "x = {70@11, 3.5@, 2}",
    "x = {70@12: 'l m@', 3.5@: 1}",
    "x = {'n o@': 70@13}",
    "x = y in (70@14, 'p q@')",
    "x = y in [70@15, 'p r@']",
    "x = y in {70@16, 3.5@}",
    "for x in [70@17, 'p s@']: pass",
    "for x in (70@18, 'p t@'): pass",
    "x, y = 70@19, 'p u@'",
    "x, y, z = 70@20, 'p v@', 3.5@",
    "x = y[70@21:70@22]",
    "x = y[70@23, 1]",
    "x = f(70@24, 'p w@')",
    "x = f(a@=70@25, b@='p x@')",
    "x = f(*(70@26, 'p y@'))",
    "x = f(**{'a@': 70@27})",
    "def g@(a=70@28, b='q a@'): return a",
    "def g@(a=(70@29, 'q b@')): return a",
    "def g@(*, a=70@30, b='q c@'): return a",
    "def g@(): return 70@31, 'q d@'",
    "def g@(): return (70@32, 'q e@'), y",
    "def g@(): return 70@33\ndef h@(): return 70@33",
    "def g@(): return (70@34, 'q f@')\ndef h@(): return (70@34, 'q f@')",
    "x = (70@35, 'q g@')\nx = (70@35, 'q g@')",
    "x = (70@36, 'q h@')\ndef g@(): return (70@36, 'q h@')",
    "def g@(a=70@37, b=1): pass\ndef h@(a=70@37, b=1): pass",
    "x = 70@38, 'q i@'\nx = 70@38",
    "x = lambda: (70@39, 'q j@')",
    "x = lambda a=70@40, b='q k@': a",
    "class C@:\n    a = (70@41, 'q l@')\n    def m(self):\n        self.x@ = 70@42\n        self.y@ = 'q m@'",
    "x = ('r@', 's@')",
    "x = ('r@', 's@', 't@'), 70@43",
    "def g@(): return 'r@', 's@'",
    "x = '%s r b@' % y",
    "x = 'r c@ %s %d' % (y, 70@44)",
    "x = f'r d@ {y} r e@'",
    "x = b'r f@'; y = b'r f@'",
    "x = (b'r g@', 1)",
    "x = b'r h@' b' i'",
    "x = (b'r j@' b' k', 'r l@' ' m')",
    "x = 'r n@' ' o'",
    "x = not 70@45",
    "x = 70@46 if y else 'r p@'",
    "x = y and 70@47 or 'r q@'",
    "assert y, 'r r@'",
    "x = (70@48,) + (70@49,)",
    "x = (70@50,) * 2",
    "x = 70@51 < y < 70@52",
    "x: 'r s@' = 70@53",
    "def g@(a: 'r t@') -> (70@54, 'r u@'): pass",
    "x = [70@55 for a in (70@56, 'r v@')]",
    "x = {a: (70@57, 'r w@') for a in y}",
    "del y[70@58, 'r x@']",
    "global z@\nz@ = 70@59, 'r y@'",
    "raise y(70@60, 'r z@')",
    "with y(70@61): x = (70@62, 's a@')",
    "try: x = 70@63\nexcept (A, B): x = 70@63, 's b@'\nfinally: x = 70@64, 's c@'",
    "while 70@65: x = 's d@'",
    "x = 3.5@j, -3.5@j",
    "x = (None, True, ..., 70@66)",
    "x = ((), 70@67)",
    "x = ((1, 2), 70@68)",
    "x = ('a', 70@69), 'b'",
    "x = 'é', 70@70",
    "x = ('Ж', 70@71)",
    "def g@(a):\n    's e@'\n    return a, 's e@'",
];

/// Whether holders and the parser's references are all that hold the constants of a script that runs: module's code
/// and functions', none of it executed. Left out are those that other things of code objects hold as well: tuples of
/// names (`co_names`, `co_varnames`), and texts that are names or qualified names.
fn check_held(python: &Python) -> Result<String, String> {
    let mut text = String::from("import sys\nf = y = A = B = None\n");
    let mut place = 10;
    for head in ["if y:\n", "def outer():\n    global f, A, B\n"] {
        for statement in HELD {
            place += 1;
            let statement = statement.replace('@', &format!("{place:03}"));
            let statement = statement.replace('\n', "\n    ");
            text.push_str(&format!("{head}    y = f\n    {statement}\n"));
        }
    }
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compiler");
    text.push_str(&format!(
        "sys.path.insert(0, {:?})\n",
        folder.display().to_string()
    ));
    text.push_str("import held\nheld.held(sys._getframe().f_code)\n");
    let script = tempfile::Builder::new()
        .suffix(".py")
        .tempfile()
        .map_err(|error| error.to_string())?;
    std::fs::write(script.path(), &text).map_err(|error| error.to_string())?;
    let output = std::process::Command::new(&python.path)
        .args(["-B", "-W", "ignore"])
        .arg(script.path())
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let parsed = syntax::parse(&text, None, &Cancel::new()).expect("nobody cancels");
    let mut names = Names::new();
    let file = hir::lower(&text, &parsed, &mut names, None);
    if let Some(problem) = file.problems.first() {
        return Err(problem.message.clone());
    }
    let starts = line_starts(&text);
    let line_of = |offset: u32| starts.partition_point(|&start| start <= offset) as u32;
    let features = pythons::layout(python.minor).compiler();
    let found = consts::compile(&file.items, &names, features, false, &line_of, None);
    let mut theirs: std::collections::BTreeMap<String, Vec<u64>> = Default::default();
    for row in String::from_utf8_lossy(&output.stdout).lines() {
        if let Some((value, count)) = row.rsplit_once(' ') {
            theirs
                .entry(value.to_owned())
                .or_default()
                .push(count.parse().unwrap_or(0));
        }
    }
    let mut ours: std::collections::BTreeMap<String, Vec<Option<u64>>> = Default::default();
    for id in found
        .all()
        .filter(|&id| is_counted(found.value(id), python.minor))
    {
        let held = found.holders(id).zip(found.parser_references(id));
        let held = held.map(|(code, parser)| u64::from(code) + u64::from(parser));
        ours.entry(self::text(found.value(id)))
            .or_default()
            .push(held);
    }
    let (mut right, mut unsaid) = (0, 0);
    let mut wrong = Vec::new();
    for id in found.all() {
        let is_named = match found.value(id) {
            Value::Tuple(items) | Value::Unmerged(items, _) => {
                items.iter().all(Value::is_name_like)
            }
            Value::Str(text) => text.contains("<") || text.contains('/'),
            _ => false,
        };
        if is_named {
            theirs.remove(&self::text(found.value(id)));
        }
    }
    for (value, mut counts) in theirs {
        let mut claims = ours.get(&value).cloned().unwrap_or_default();
        unsaid += claims.iter().filter(|claim| claim.is_none()).count();
        if claims.contains(&None) {
            continue;
        }
        claims.sort();
        counts.sort();
        if claims.iter().copied().flatten().eq(counts.iter().copied()) {
            right += counts.len();
        } else {
            wrong.push(format!("{}: {counts:?}, not {claims:?}", readable(&value)));
        }
    }
    let summary = format!(
        "{right} constants of a script held as said, {unsaid} unsaid, {} wrong",
        wrong.len()
    );
    match wrong.is_empty() {
        true => Ok(summary),
        false => Err(format!("{summary}\n{}", wrong.join("\n"))),
    }
}

/// Statements that bind `x` to a constant that occurs nowhere else in the program, in different ways.
const BINDINGS: &[&str] = &[
    "x = 70@01",
    "x = 7@.25",
    "x = 'q@ zz'",
    "x = b'q@ z'",
    "x = 3@.5j",
    "x = -80@01",
    "x = -8@.5",
    "x = 90@000 + 1",
    "x = 'p@ q' * 3",
    "x = 'r@ s' ' t'",
    "x = b'r@ s' b' t'",
    "x = 'v@ ' + 'w'",
    "x = f'u@ v'",
    "x = (70@02, 3)",
    "x = (70@03, [])[0]",
    "y = (70@04, 3.5@); x = y[0]",
    "y = ((70@05, 'a b@'), 3); x = y[0]",
    "y = (('c d@', 8), 3); x = y[0][0]",
    "y = [70@06, None, 5]; x = y[0]",
    "y = [70@07, None]; x = y[0]",
    "x = 70@08; y = 70@08",
    "x = 'n@ m'\ndef f@():\n    return 'n@ m'",
    "x = 'n@ k'\ndef f@():\n    return 'n@ k'\ndef g@():\n    return 'n@ k'",
    "x = 'n@ l'\ndef f@():\n    return 'n@ l', f@\ndef g@():\n    return g@, 'n@ l', 1",
    "class C@:\n    y = 70@09\nx = C@.y",
    "def f@(a=70@10): return a\nx = f@()",
    "def f@(a=70@11, *, b=1): return a\nx = f@()",
    "def f@(*, a=70@12, b=1): return a\nx = f@()",
    "def f@(a): return a in {70@13, 70@14}\nx = 70@13",
    "y = {'k@ l': 70@15}; x = y['k@ l']",
    "y = {'k@ l': 70@16, 'm@ n': 1}; x = list(y)[0]",
    "for x in [70@17, 70@18]: break",
    "x = 'o@ p'; y = 'o@ p', 1",
    "x = b'o@ p'; y = b'o@ p', 1",
    "y = lambda: 70@19\nx = y()",
    "x = [70@20 for _ in '1'][0]",
    "x = 1 if 0 else 70@21",
    "x = 70@22 if y is None else 70@22",
    "if 0:\n    y = 70@23\nx = 70@23",
    "def f@():\n    'doc of@ f'\nx = f@.__doc__",
    "x = (1, (70@24,))[1]",
    "x = ~70@25",
    "x = 70@26, -70@26\nx = x[1]",
    "x = 'a@ %s' % 'b' and 'a@ %s'",
    "x, y = 70@27, 70@28",
    "x = y = 70@29",
    "x = 70@30; del x; x = 70@30",
];

/// Whether names, holders and the parser's references add up to what `sys.getrefcount` says of a script's constants.
fn check_references(python: &Python) -> Result<String, String> {
    let features = pythons::layout(python.minor).compiler();
    let mut wrong = Vec::new();
    let mut text = String::from("import sys\nrc = sys.getrefcount\ny = None\n");
    let mut probes = Vec::new();
    for (index, binding) in BINDINGS.iter().enumerate() {
        let binding = binding.replace('@', &format!("{:02}", index + 10));
        let count = text.lines().count();
        text.push_str(&binding);
        text.push_str("\nprint(rc(x))\nx = y = None\n");
        probes.push((binding, count));
    }
    let path = std::env::temp_dir().join(format!(
        "heaplight-constants-{}-{}.py",
        std::process::id(),
        python.minor
    ));
    std::fs::write(&path, &text).map_err(|error| error.to_string())?;
    let output = std::process::Command::new(&python.path)
        .args(["-W", "ignore"])
        .arg(&path)
        .output();
    let _ = std::fs::remove_file(&path);
    let output = output.map_err(|error| error.to_string())?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let printed: Vec<u64> = printed
        .lines()
        .filter_map(|line| line.parse().ok())
        .collect();
    if printed.len() != probes.len() {
        return Err(format!(
            "the program failed: {}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    let parsed = syntax::parse(&text, None, &Cancel::new()).expect("nobody cancels");
    let mut names = Names::new();
    let file = hir::lower(&text, &parsed, &mut names, None);
    let starts = line_starts(&text);
    let line_of = |offset: u32| starts.partition_point(|&start| start <= offset) as u32;
    let found = consts::compile(&file.items, &names, features, false, &line_of, None);
    let mut unsaid = 0;
    for ((binding, _), printed) in probes.iter().zip(printed) {
        let Some((value, others)) = expected_value(binding, python.minor) else {
            continue;
        };
        let Some(id) = found.id(&value) else {
            wrong.push(format!("{binding:?}: no constant {value:?}"));
            continue;
        };
        let (Some(holders), Some(parser)) = (found.holders(id), found.parser_references(id)) else {
            unsaid += 1;
            continue;
        };
        // The call's own, the name, and what the binding keeps besides.
        let sum = 1 + 1 + others + u64::from(holders) + u64::from(parser);
        if sum != printed {
            wrong.push(format!("{binding:?}: {holders} holders, {parser} of the parser, {others} others: {sum}, not {printed}"));
        }
    }
    let summary = format!(
        "{} constants of a script counted, {unsaid} of them unsaid",
        probes.len()
    );
    match wrong.is_empty() {
        true => Ok(summary),
        false => Err(format!("{summary}\n{}", wrong.join("\n"))),
    }
}

/// The constant that `x` is bound to, and the references besides those of `x`, the code and the parser.
fn expected_value(binding: &str, minor: u8) -> Option<(Value, u64)> {
    let value = |start: &str| -> Option<Value> {
        let parsed = syntax::parse(start, None, &Cancel::new())?;
        let mut names = Names::new();
        let file = hir::lower(start, &parsed, &mut names, None);
        let found = consts::compile(
            &file.items,
            &names,
            pythons::layout(8).compiler(),
            false,
            &|_| 1,
            None,
        );
        let item = &file.items[0].item;
        let hir::Stmt::Assign { value, .. } = item.stmt(item.body[0]) else {
            return None;
        };
        found.of_expr(0, *value).map(|id| found.value(id).clone())
    };
    let number = |prefix: &str| -> Option<String> {
        let at = binding.find(prefix)?;
        Some(
            binding[at..]
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '.')
                .collect(),
        )
    };
    let _ = minor;
    let (literal, others) = if binding.contains("x = y[0][0]") {
        (
            binding
                .split("(('")
                .nth(1)?
                .split('\'')
                .next()
                .map(|text| format!("'{text}'"))?,
            0,
        )
    } else if binding.starts_with("y = ((") {
        (
            binding
                .split("((")
                .nth(1)?
                .split(')')
                .next()
                .map(|text| format!("({text})"))?,
            0,
        )
    } else if binding.starts_with("y = [") || binding.starts_with("y = (") {
        // The list, not the constant tuple, is a holder that the compiler does not know.
        (number("70")?, u64::from(binding.starts_with("y = [")))
    } else if binding.starts_with("class") {
        (number("70")?, 1)
    } else if binding.starts_with("y = {") {
        match binding.contains("list(") {
            true => (binding.split('{').nth(1)?.split(':').next()?.to_owned(), 1),
            false => (number("70")?, 1),
        }
    } else if binding.starts_with("def f") && binding.contains("__doc__") {
        let text = binding.split('\'').nth(1)?;
        (format!("'{text}'"), 1)
    } else if binding.starts_with("def f") && binding.contains("(*, ") {
        (number("70")?, 1)
    } else if binding.starts_with("def f")
        || binding.starts_with("y = lambda")
        || binding.starts_with("for x in")
        || binding.starts_with("if 0")
        || binding.starts_with("x = [")
        || binding.starts_with("x = 1 if")
    {
        (number("70")?, 0)
    } else if binding.starts_with("x = (1, (") {
        (format!("({},)", number("70")?), 0)
    } else if binding.contains("[0]") || binding.contains("if y is None") {
        (number("70")?, 0)
    } else if binding.contains("x[1]") {
        (format!("-{}", number("70")?), 0)
    } else if binding.starts_with("x, y") {
        (number("70")?, 0)
    } else if binding.starts_with("x = y = ") {
        (number("70")?, 1)
    } else if binding.starts_with("x = 'a") {
        (binding.split(" and ").nth(1)?.to_owned(), 0)
    } else {
        let rest = binding.strip_prefix("x = ")?;
        let literal = rest.split(';').next()?.split('\n').next()?;
        (literal.to_owned(), u64::from(binding.contains("; y = 70")))
    };
    let value = match literal.starts_with("f'") {
        true => value(&format!("x = {}", &literal[1..]))?,
        false => value(&format!("x = {literal}"))?,
    };
    Some((value, others))
}
