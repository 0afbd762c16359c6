//! Ring 6: change over time.
//!
//! [`Job`]s decide what is computed and when: one running analysis a document, stopped by the next edit. An
//! [`Analyser`] computes; it knows nothing of who asks. Requests wait for a job's [`Outcome`] and look things up in it.
//!
//! Must not know: protocol, URLs, files, terminals.

mod analysis;
mod job;
pub mod settings;

pub use analysis::{Analysis, FileAnalyser, analyse};
pub use job::{Analyser, Engine, Input, Job, Outcome, SettingsSource, Submission};
pub use settings::Settings;
