//! Ring 6: change over time.
//!
//! [`Job`]s decide what is computed and when: one running analysis a document, stopped by the next edit. An
//! [`Analyser`] computes; it knows nothing of who asks. Requests wait for a job's [`Outcome`] and look things up in it.
//!
//! Must not know: protocol, URLs, files, terminals.

mod analysis;
mod job;
pub mod settings;
mod world;

pub use analysis::{Analysis, FileAnalyser, analyse, analyse_as};
pub use job::{Analyser, Engine, Input, Job, Outcome, Submission, Surroundings};
pub use settings::Settings;
pub use world::Imports;
