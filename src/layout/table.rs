//! The measured tables and where they are kept: one JSON file a version, written by `tests/measure/measure.py`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::Layout;
use super::features::{Features, TableRounding};
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

/// References that a call holds, pass by pass, for an argument that is a fast local of the caller and for any other.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct CallRow {
    pub local: Vec<u64>,
    pub other: Vec<u64>,
}

/// The part of a table that is read; the growth sequences in it are for the tests that hold the formulas to them.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Table {
    pub head: Head,
    pub features: Features,
    /// Kind -> the type's name in this version, size.
    pub fixed: FxHashMap<String, (String, u64)>,
    /// Exception class -> size.
    pub exceptions: FxHashMap<String, u64>,
    /// Kind of call -> references held at the callee's entry.
    pub calls: FxHashMap<String, CallRow>,
    /// Builtin base -> shape (`dict,weakref,slots`) -> bytes more than the base's own; null where there is no such class.
    pub subclass: FxHashMap<String, FxHashMap<String, Option<u64>>>,
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

/// All layouts: for each minor version the bare one, and one for each measured patch release.
static LAYOUTS: LazyLock<Vec<Layout>> = LazyLock::new(|| {
    let mut got = Vec::new();
    for (minor, text) in TEXTS {
        // The texts are part of the program, and a test reads every one.
        let table: Table = serde_json::from_str(text).expect("a built-in table is well-formed");
        let own = table
            .head
            .version
            .rsplit('.')
            .next()
            .and_then(|p| p.parse().ok())
            .unwrap_or(0);
        let others = VARIANTS.iter().filter(|v| v.minor == minor);
        let mut patches = vec![(own, table.features.dict_rounding)];
        patches.extend(others.map(|v| (v.patch, v.dict_rounding)));
        patches.sort_by_key(|&(patch, _)| patch);
        let all = patches.iter().map(|&(patch, _)| patch).collect::<Vec<_>>();
        let layout = |patch, rounding: [TableRounding; 2]| Layout {
            target: Target {
                minor,
                patch,
                free_threaded: false,
            },
            measured: all.clone(),
            rounding,
            table: table.clone(),
        };
        let least = patches.iter().any(|&(_, r)| r == TableRounding::Least);
        let or_bit = patches.iter().any(|&(_, r)| r == TableRounding::OrBitThree);
        let both = match (least, or_bit) {
            (true, true) => [TableRounding::Least, TableRounding::OrBitThree],
            (true, false) => [TableRounding::Least; 2],
            _ => [TableRounding::OrBitThree; 2],
        };
        got.push(layout(None, both));
        got.extend(
            patches
                .iter()
                .map(|&(patch, rounding)| layout(Some(patch), [rounding; 2])),
        );
    }
    got
});

/// The layout of a target: that of its patch release if it was measured, else of the bare version.
pub(super) fn of(target: Target) -> &'static Layout {
    let bare = Target {
        patch: None,
        free_threaded: false,
        ..target
    };
    let exact = Target {
        free_threaded: false,
        ..target
    };
    let find = |t: Target| LAYOUTS.iter().find(|l| l.target == t);
    // A target that nobody parsed may name a version without a table: the newest one stands in.
    find(exact)
        .or_else(|| find(bare))
        .or_else(|| find(Target::default()))
        .expect("the default target has a table")
}
