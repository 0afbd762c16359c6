//! Ring 0: what everything stands on and that knows nothing of Python, files or editors.

pub mod cancel;
pub mod interval;
pub mod name;
pub mod span;

pub use cancel::Cancel;
pub use interval::Interval;
pub use name::{Name, Names};
pub use span::Span;
