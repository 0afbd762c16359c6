//! `heaplight server`

use std::process::ExitCode;

use clap::Args;
use tracing_subscriber::EnvFilter;

use crate::engine::FileAnalyser;
use crate::lsp::{Options, serve_stdio};

/// The variable that says what is logged: `debug`, `heaplight::lsp=trace`, ...
const LOG: &str = "HEAPLIGHT_LOG";

/// The language server, on standard input and output
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Accepted because editors pass it; changes nothing
    #[arg(long)]
    stdio: bool,
}

pub(super) fn run(_: &Arguments) -> anyhow::Result<ExitCode> {
    log_to_stderr();
    let status = serve_stdio(FileAnalyser, Options::default())?;
    Ok(ExitCode::from(status))
}

/// Standard output belongs to the protocol.
fn log_to_stderr() {
    // tower-lsp tells of every handler that a server has not, and repeats what the gate says.
    let quiet = || EnvFilter::new("warn,tower_lsp=error");
    let filter = EnvFilter::try_from_env(LOG).unwrap_or_else(|_| quiet());
    let format = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false);
    // Only where another subscriber was set before, as in a test.
    if format.with_env_filter(filter).try_init().is_err() {
        tracing::debug!("logging was set up already");
    }
}
