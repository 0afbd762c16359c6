//! The constants of lowered code are those of CPython's compiler: `co_consts` of every code object of the standard
//! library, and how many references they hold to each constant. What is run and when is as in `tests/lowering.rs`.

#[path = "compiler/pythons.rs"]
mod pythons;

use std::fmt::Write;

use heaplight::base::{Cancel, Names};
use heaplight::hir::consts::{self, CodeOf, CompilerFeatures, FileConsts, Value};
use heaplight::hir::{self, File, UnitKind};
use heaplight::syntax;
use pythons::{Python, Script};

fn main() {
    let args = libtest_mimic::Arguments::from_args();
    let trials = pythons::trials(check);
    libtest_mimic::run(&args, trials).exit();
}

fn check(python: &Python) -> Result<String, String> {
    let files = python.library();
    let mut script = Script::start(python, "tests/compiler/co_consts.py");
    let features = CompilerFeatures::of_minor(python.minor);
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
