//! Ring 1: CPython as measured data. What objects weigh, how containers grow, what is cached, interned, immortal and
//! tracked, and how many references a call, a loop or a literal holds, by version.
//!
//! Knows no syntax and no values: it is asked in numbers and small enums. It is the only place that knows of version
//! differences: **nothing outside compares versions**, and the code in here asks the blocks of answers in the measured
//! table instead. A figure comes either straight from a row of `tables/3.N.json` or from a formula that a test holds
//! against every such row.
//!
//! Units: sizes are bytes as `sys.getsizeof` gives them; *slots* are places for one pointer in a list; a table of a
//! dict or set has 2^k places.
//!
//! | file | what it answers |
//! | --- | --- |
//! | `target` | which CPython is meant |
//! | `features`, `table` | the measured data |
//! | `compiler` | how the compiler goes about constants and loads |
//! | `capability` | what the language and the library have |
//! | `scalars` | sizes of single objects |
//! | `lists` | slots of lists by way of making and by change |
//! | `dicts`, `sets` | tables of dicts and sets, step by step |
//! | `deques`, `arrays` | the same for deque, bytearray, array |
//! | `instances` | instances of classes, their `__dict__`, their real bytes; instances of builtins' subclasses |
//! | `identity` | small ints, interning, immortality, same or new object |
//! | `counts` | hidden references |
//! | `tracking` | the collector |

mod arrays;
mod capability;
mod compiler;
mod counts;
mod deques;
mod dicts;
mod features;
mod identity;
mod instances;
mod lists;
mod scalars;
mod sets;
mod table;
mod target;
mod tracking;

pub use compiler::{CompilerFeatures, LendingFeatures};
pub use counts::{ArgHold, CallKind, Held, LiteralKind, LoopOver};
pub use deques::DequeBlocks;
pub use dicts::{DictKind, DictTable, Key};
pub use identity::{Answer, CopyOf, Immortal};
pub use instances::{Builtin, InstanceDict, Shape};
pub use lists::{ListFrom, ListMade, Slots};
pub use scalars::GeneratorSize;
pub use sets::SetTable;
pub use table::Head;
pub use target::{Target, TargetError};
pub use tracking::Tracked;

use std::sync::Arc;

use features::{Features, TableRounding};

/// What is known of one CPython version (or of one patch release of it). See the module.
#[derive(Debug)]
pub struct Layout {
    target: Target,
    measured: Arc<[u8]>,
    /// The ways of rounding that the patch releases meant by the target have; equal when they do not differ.
    rounding: [TableRounding; 2],
    table: Arc<table::Table>,
    /// By [`CallKind`].
    calls: Arc<[table::CallRow]>,
    /// By [`Builtin`].
    shapes: Arc<[table::ShapeRow]>,
}

impl Layout {
    /// The layout for a target. Cheap: tables are read once.
    pub fn of(target: Target) -> &'static Layout {
        table::of(target)
    }

    /// The target that this layout was measured for: without a patch release unless that very one was measured.
    pub fn target(&self) -> Target {
        self.target
    }

    /// Patch releases of this version that were measured.
    pub fn measured_patches(&self) -> &[u8] {
        &self.measured
    }

    /// Provenance of the table.
    pub fn head(&self) -> &Head {
        &self.table.head
    }

    fn features(&self) -> &Features {
        &self.table.features
    }

    fn table(&self) -> &table::Table {
        &self.table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_has_its_table() {
        for target in Target::ALL {
            let layout = Layout::of(target);
            assert_eq!(layout.target(), target);
            assert!(layout.head().version.starts_with(&format!("{target}.")));
        }
    }

    #[test]
    fn the_version_of_the_research_example() {
        let layout = Layout::of(Target::parse("3.13").expect("known"));
        let table =
            DictTable::display(layout, &[Key::NEW_STR, Key::NEW_STR]).expect("no key twice");
        assert_eq!(layout.dict_size(DictKind::Dict, table).exact(), Some(184));
        let mixed = table.insert(layout, Key::NEW_OTHER);
        assert_eq!(mixed.size(layout), crate::base::Interval::between(224, 352));
        let slots = layout.list_slots(ListMade::ConstantDisplay, 3);
        assert_eq!(slots.map(|s| layout.list_size(s)), Some(88));
    }
}
