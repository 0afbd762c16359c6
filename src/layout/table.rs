//! The measured tables and where they are kept: one JSON file a version, written by `tests/measure/measure.py`.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::Layout;
use super::capability::Library;
use super::compiler::{CompilerFeatures, LendingFeatures};
use super::counts::CallKind;
use super::features::{Features, TableRounding};
use super::instances::Builtin;
use super::target::Target;

/// Where a table comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Head {
    /// `3.13.0`
    pub version: String,
    /// `linux-x86_64`
    pub platform: String,
    /// Day of the measurement, `2026-01-31`.
    pub date: String,
    /// Version of the measuring scripts.
    pub script: u32,
    /// Width of a pointer.
    pub pointer_bits: u32,
    /// Bits in a digit of an `int`.
    pub digit_bits: u32,
    /// A build without the GIL.
    pub free_threaded: bool,
    /// A debug build, whose objects are larger.
    pub debug: bool,
}

/// References that a call holds on the first pass and once it is warm, for an argument that is a fast local of the caller
/// and for any other.
#[derive(Clone, Copy, Debug)]
pub(super) struct CallRow {
    pub local: [u64; 2],
    pub other: [u64; 2],
}

/// Bytes that a class statement adds to a builtin's own, by `__dict__` or not, `__weakref__` or not, and no or one slot.
pub(super) type ShapeRow = [[[Option<u64>; 2]; 2]; 2];

/// The part of a table that is read; the growth sequences in it are for the tests that hold the formulas to them.
#[derive(Debug, Deserialize)]
pub(super) struct Table {
    pub head: Head,
    pub features: Features,
    pub compiler: CompilerFeatures,
    pub lending: Option<LendingFeatures>,
    pub library: Library,
    /// Kind -> the type's name in this version, size.
    pub fixed: FxHashMap<String, (String, u64)>,
    /// Exception class -> size.
    pub exceptions: FxHashMap<String, u64>,
    /// Kind of call -> `local`, `other` -> references held at the callee's entry, pass by pass.
    calls: FxHashMap<String, FxHashMap<String, Vec<u64>>>,
    /// Builtin base -> shape (`dict,weakref,slots`) -> bytes more than the base's own; null where there is no such class.
    subclass: FxHashMap<String, FxHashMap<String, Option<u64>>>,
}

/// The text of the tables, oldest version first.
pub(super) const TEXTS: [(u8, &str); 8] = [
    (8, include_str!("tables/3.8.json")),
    (9, include_str!("tables/3.9.json")),
    (10, include_str!("tables/3.10.json")),
    (11, include_str!("tables/3.11.json")),
    (12, include_str!("tables/3.12.json")),
    (13, include_str!("tables/3.13.json")),
    (14, include_str!("tables/3.14.json")),
    (15, include_str!("tables/3.15.json")),
];

/// What is known of a patch release that has no table of its own: it differs from the table in the listed things.
pub(super) struct Variant {
    pub minor: u8,
    pub patch: u8,
    pub dict_rounding: TableRounding,
}

/// Patch releases measured elsewhere. 3.13.18: the whole set of scripts was run under a distribution's build; it rounds
/// dict tables as 3.14 does, and is otherwise as 3.13.0.
/// 3.11.2: the same, with nothing that differs from 3.11.7.
pub(super) const VARIANTS: [Variant; 2] = [
    Variant {
        minor: 11,
        patch: 2,
        dict_rounding: TableRounding::OrBitThree,
    },
    Variant {
        minor: 13,
        patch: 18,
        dict_rounding: TableRounding::Least,
    },
];

impl Table {
    fn call_row(&self, kind: CallKind) -> Option<CallRow> {
        let row = self.calls.get(kind.row())?;
        let ends = |origin: &str| {
            row.get(origin)
                .and_then(|v| Some([*v.first()?, *v.last()?]))
        };
        Some(CallRow {
            local: ends("local")?,
            other: ends("other")?,
        })
    }

    fn shape_row(&self, base: Builtin) -> Option<ShapeRow> {
        let rows = self.subclass.get(base.row())?;
        let size = |dict: usize, weakref: usize, slots: usize| {
            rows.get(&format!("{dict},{weakref},{slots}"))
                .copied()
                .flatten()
        };
        Some(
            [0, 1].map(|dict| [0, 1].map(|weakref| [0, 1].map(|slots| size(dict, weakref, slots)))),
        )
    }
}

/// The layouts of one minor version, the bare one first, then one for each measured patch release.
fn read(minor: u8, text: &str) -> Vec<Layout> {
    // The texts are part of the program, and tests read every one.
    let table: Table = serde_json::from_str(text).expect("a built-in table is well-formed");
    let calls = CallKind::ALL
        .iter()
        .map(|&kind| table.call_row(kind))
        .collect::<Option<Vec<_>>>();
    let calls: Arc<[CallRow]> = calls
        .expect("a built-in table has all kinds of calls")
        .into();
    let shapes = Builtin::ALL
        .iter()
        .map(|&base| table.shape_row(base))
        .collect::<Option<Vec<_>>>();
    let shapes: Arc<[ShapeRow]> = shapes
        .expect("a built-in table has all builtin bases")
        .into();
    let own = table
        .head
        .version
        .rsplit('.')
        .next()
        .and_then(|p| p.parse().ok())
        .unwrap_or(0);
    let table = Arc::new(table);

    let mut patches = vec![(own, table.features.dict_rounding)];
    patches.extend(
        VARIANTS
            .iter()
            .filter(|v| v.minor == minor)
            .map(|v| (v.patch, v.dict_rounding)),
    );
    patches.sort_by_key(|&(patch, _)| patch);
    let measured: Arc<[u8]> = patches.iter().map(|&(patch, _)| patch).collect();
    let layout = |patch, rounding: [TableRounding; 2]| Layout {
        target: Target {
            minor,
            patch,
            free_threaded: false,
        },
        measured: measured.clone(),
        rounding,
        table: table.clone(),
        calls: calls.clone(),
        shapes: shapes.clone(),
    };
    let first = patches[0].1;
    let other = patches
        .iter()
        .map(|&(_, r)| r)
        .find(|&r| r != first)
        .unwrap_or(first);
    let mut got = vec![layout(None, [first, other])];
    got.extend(
        patches
            .iter()
            .map(|&(patch, rounding)| layout(Some(patch), [rounding; 2])),
    );
    got
}

/// By minor version, in the order of [`TEXTS`]; each is read when it is first asked for.
static LAYOUTS: [OnceLock<Vec<Layout>>; TEXTS.len()] = [const { OnceLock::new() }; TEXTS.len()];

/// The layout of a target: that of its patch release if it was measured, else of the bare version.
pub(super) fn of(target: Target) -> &'static Layout {
    // A target that nobody parsed may name a version without a table: the newest one stands in.
    let place = TEXTS
        .iter()
        .position(|&(minor, _)| minor == target.minor)
        .unwrap_or(TEXTS.len() - 1);
    let (minor, text) = TEXTS[place];
    let layouts = LAYOUTS[place].get_or_init(|| read(minor, text));
    layouts
        .iter()
        .find(|l| l.target.patch == target.patch)
        .unwrap_or(&layouts[0])
}
