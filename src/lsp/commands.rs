//! `workspace/executeCommand`.
//!
//! The names begin with `heaplight.server.`, because clients register an announced command as one of their own, and an
//! editor extension has its own `heaplight.*` beside it.

use serde_json::Value;
use tower_lsp::jsonrpc::{Error, Result};

use super::outlet::Event;
use super::session::Session;
use crate::engine::Analyser;
use crate::engine::settings::HintLevel;
use crate::layout::Target;

/// `["off" | "quiet" | "full"]`
pub(super) const SET_INLAY_HINTS: &str = "heaplight.server.setInlayHints";
/// `["3.13"]`, or `[null]` for what files and settings say.
pub(super) const SET_TARGET: &str = "heaplight.server.setTarget";
/// Forgets everything that was found out, and starts anew.
pub(super) const RESTART: &str = "heaplight.server.restart";
/// The request `heaplight/facts`, for clients that can only send commands: its parameters are the one argument.
pub(super) const FACTS: &str = "heaplight.server.facts";
/// The request `heaplight/explain`, likewise.
pub(super) const EXPLAIN: &str = "heaplight.server.explain";

/// All of them.
pub(super) const COMMANDS: [&str; 5] = [SET_INLAY_HINTS, SET_TARGET, RESTART, FACTS, EXPLAIN];

/// Runs a command that needs no analysis.
pub(super) fn run<A: Analyser>(
    session: &Session<A>,
    command: &str,
    arguments: &[Value],
) -> Result<Option<Value>> {
    let argument = arguments.first().unwrap_or(&Value::Null);
    match command {
        SET_INLAY_HINTS => {
            let name = argument.as_str().unwrap_or_default();
            let level = HintLevel::named(name).ok_or_else(|| {
                let names = HintLevel::NAMES.map(|(name, _)| name).join(", ");
                Error::invalid_params(format!(
                    "the level of inlay hints is one of {names}, not {argument}"
                ))
            })?;
            session.projects.set_level(level);
            session.outlet.send(Event::HintsChanged);
            Ok(None)
        }
        SET_TARGET => {
            let target = match argument {
                Value::Null => None,
                Value::String(text) => {
                    Some(Target::parse(text).map_err(|it| Error::invalid_params(it.to_string()))?)
                }
                _ => {
                    return Err(Error::invalid_params(format!(
                        "a target is a text like \"3.13\", not {argument}"
                    )));
                }
            };
            session.projects.set_target(target);
            session.settings_changed(false);
            Ok(None)
        }
        RESTART => {
            session.projects.forget();
            session.neighbours.forget();
            session.settings_changed(true);
            Ok(None)
        }
        _ => {
            let nearest = COMMANDS
                .iter()
                .min_by_key(|known| strsim::osa_distance(known, command));
            let nearest = nearest.copied().unwrap_or_default();
            Err(Error::invalid_params(format!(
                "there is no command {command}; the nearest is {nearest}"
            )))
        }
    }
}
