//! The server, driven as an editor drives it: over an in-memory pipe, with an analyser whose answers and whose pace the
//! tests decide. `process.rs` runs the real program.

mod client;
mod documents;
mod encodings;
mod features;
mod in_step;
mod lifecycle;
mod order;
mod process;
mod settings;
mod toy;
mod worlds;
