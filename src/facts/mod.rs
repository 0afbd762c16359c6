//! Ring 5: what is published of what the machine saw.
//!
//! A [`Recorder`] watches the machine and joins, for each place, what was true at every pass; [`contract`] writes it in
//! the form that others can check. Doubt becomes absence in [`publish`], and nowhere else.
//!
//! Must not know: how statements are executed, editors, files.

pub mod classes;
pub mod contract;
pub mod detail;
mod gone;
mod graph;
mod identity;
mod join;
mod memory;
mod mentions;
pub mod objects;
mod others;
mod part;
mod places;
pub mod publish;
mod record;
mod trace;

use std::sync::{Arc, OnceLock};

pub use detail::{Detail, Holder, Identity};
pub use memory::Memory;
pub use mentions::{Mentions, TextSteps, children};
pub use places::Places;
pub use record::Recorder;
pub use trace::{Change, Loss};

use self::memory::Recall;
use self::part::Ground;
use crate::base::{Cancel, Interval, Name, Names, Span};
use crate::domain::UnitRef;
use crate::hir::{ExprId, File};
use crate::interp::{self, Constants, Outcome, Place, Program, World};
use crate::layout::{Layout, Target};

/// A step of an access path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// `.name`
    Attr(Name),
    /// `[3]`
    Int(i64),
    /// `["key"]`
    Str(Arc<str>),
}

/// A name, and steps from it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    /// The name.
    pub root: Name,
    /// The steps.
    pub steps: Vec<Step>,
}

/// How an object came from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CopyKind {
    /// The same object.
    Alias,
    /// One level.
    Shallow,
    /// All levels.
    Deep,
}

/// What is claimed of a path at a place; an absent part claims nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims {
    /// `type`
    pub ty: Option<Arc<str>>,
    /// `size`, in bytes.
    pub size: Option<Interval>,
    /// `deep`, in bytes.
    pub deep: Option<Interval>,
    /// `refs`
    pub refs: Option<Interval>,
    /// `immortal`
    pub immortal: Option<bool>,
    /// `interned`
    pub interned: Option<bool>,
    /// `tracked`
    pub tracked: Option<bool>,
    /// `same_as`
    pub same_as: Vec<Path>,
    /// `not_same_as`
    pub not_same_as: Vec<Path>,
    /// `copy`
    pub copy: Option<(CopyKind, Path)>,
    /// `shares`
    pub shares: Vec<(Path, Path)>,
    /// `cycle`
    pub cycle: Option<bool>,
}

/// An object that a statement frees or leaks: its type, and the statement that bound it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Its type's contract name.
    pub ty: Arc<str>,
    /// Byte offset of the statement that bound it last.
    pub bound_at: u32,
}

/// What is claimed at one place.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceFacts {
    /// The item.
    pub item: u32,
    /// The place in it.
    pub place: Place,
    /// The code object.
    pub unit: UnitRef,
    /// Byte offset of the statement.
    pub start: u32,
    /// The paths, in the order in which the statement mentions their names.
    pub paths: Vec<(Path, Claims)>,
    /// What cards tell of them beside.
    pub details: Vec<(Path, Detail)>,
    /// `frees`
    pub frees: Vec<Gone>,
    /// `leaks`
    pub leaks: Vec<Gone>,
    /// What was there before the statement and went with it, whichever statement bound it.
    pub lost: Vec<Loss>,
}

/// What `is` answers at each pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The item.
    pub item: u32,
    /// The comparison.
    pub expr: ExprId,
    /// Which of its operators.
    pub at: u32,
    /// Whether both sides are one object.
    pub same: bool,
    /// What each side is.
    pub sides: [Option<Identity>; 2],
    /// The integer that both sides are.
    pub int: Option<i64>,
}

/// A parameter whose object a function changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The function.
    pub unit: UnitRef,
    /// The parameter.
    pub param: Name,
    /// What changes it.
    pub by: Option<Span>,
}

/// All that is claimed of a file.
#[derive(Clone, Debug, Default)]
pub struct FileFacts {
    /// Places in source order.
    pub places: Places,
    /// What holds when each statement begins, for the names that it reads: the state at the end of whatever ran before.
    /// No claims of the contract, which knows places after statements only.
    pub before: Places,
    /// Comparisons by identity whose answer is known.
    pub answers: Vec<Answer>,
    /// What functions do to their parameters' objects, with a witness.
    pub effects: Vec<Effect>,
    /// What statements change by the functions that they call.
    pub changes: Vec<Change>,
    /// Names, for the paths.
    pub names: Names,
    /// What the compiler makes of the file's constants.
    pub constants: Arc<Constants>,
    /// What the analysis says of itself.
    pub outcome: Outcome,
    /// What the module's names mean.
    pub bindings: objects::Bindings,
    /// Mutable defaults, and what becomes of them.
    pub defaults: Vec<objects::DefaultFacts>,
    /// Classes and what is done to their instances, and what leaves the file, or reaches into it: found out when somebody
    /// asks. Only rules do.
    pub of_classes: OnceLock<(Vec<classes::ClassFacts>, classes::Surroundings)>,
    /// What the next analysis of the document starts from.
    pub memory: Memory,
}

impl FileFacts {
    /// The classes, and what surrounds them. `file` and `names` are those of the analysis.
    pub fn classes(
        &self,
        file: &File,
        names: &Names,
    ) -> &(Vec<classes::ClassFacts>, classes::Surroundings) {
        self.of_classes
            .get_or_init(|| classes::analyse(file, names, &self.bindings))
    }
}

/// Analyses a lowered file.
///
/// `line_of` gives the line, from 1, of a byte offset in the text; `old`, the facts of an earlier state of the file for
/// the same target and world, spares work on what is the same.
pub fn analyse(
    file: &File,
    names: &Names,
    target: Target,
    world: World,
    line_of: &dyn Fn(u32) -> u32,
    old: Option<&FileFacts>,
    cancel: &Cancel,
) -> FileFacts {
    let layout = Layout::of(target);
    let memory = old.map(|old| old.memory.clone()).unwrap_or_default();
    let old = old.map(|old| &*old.constants);
    let constants = Constants::of(file, names, layout, world, line_of, old);
    let constants = Arc::new(constants);
    let rebindable = mentions::rebindable(file);
    let stored_attributes = mentions::stored_attributes(file);
    let program = Program {
        file,
        constants: &constants,
        layout,
        world,
        rebindable: &rebindable,
        stored_attributes: &stored_attributes,
    };
    let bindings = objects::Bindings::of(file, names);
    let mut defaults = objects::analyse(file, names, &bindings);
    let (ground, memory) = match Ground::of(file, Some(&memory.ground)) {
        Some(ground) => (ground, memory),
        None => (
            Ground::of(file, None).unwrap_or_default(),
            Memory::default(),
        ),
    };
    let ground = Arc::new(ground);
    let steps = Arc::new(TextSteps::of(file));
    let recall = Recall::new(memory, &ground, &constants, &steps, &defaults);
    let on_ground = ground.file(file);
    let counts = target.claims_sizes_and_counts();
    let mut recorder = Recorder::new(
        &on_ground,
        &ground,
        steps,
        recall,
        counts,
        names.len() as u32,
    );
    recorder.watch(&defaults);
    let outcome = interp::run(program, names.clone(), &mut recorder, cancel.clone());
    recorder.witnesses(file, &mut defaults);
    let found = recorder.finish(names, outcome);
    FileFacts {
        constants,
        bindings,
        defaults,
        ..found
    }
}
