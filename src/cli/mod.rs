//! Ring 9: the command line. One file a command; walking the disk and running CPython happen nowhere else.

mod check;
mod explain;
mod facts;
mod place;
mod rule;
mod server;
mod show;
mod source;
mod verify;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use crate::interp::World;

/// The status of a run that went wrong.
const ERROR: u8 = 2;

/// Shows what Python objects are on CPython's heap, read off the source: never runs the code.
#[derive(Debug, Parser)]
#[command(name = "heaplight", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Explain(explain::Arguments),
    Check(check::Arguments),
    Facts(facts::Arguments),
    Rule(rule::Arguments),
    Server(server::Arguments),
    /// Runs files under a real CPython and holds every claim about them against it
    Verify(verify::VerifyArgs),
    Show(show::Arguments),
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // Help and version come as errors too; whether they can be printed changes nothing any more.
        Err(error)
            if !error.use_stderr()
                || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand =>
        {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(ERROR));
        }
        Err(error) => {
            eprintln!("heaplight: {}", one_line(&error.to_string()));
            return ExitCode::from(ERROR);
        }
    };
    let status = match arguments.command {
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Rule(arguments) => rule::run(&arguments),
        Command::Facts(arguments) => facts::run(&arguments),
        Command::Server(arguments) => server::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments, &|path, source, target| {
            facts::claims_of(path, source.to_owned(), target, World::Script)
                .map(|claims| claims.lines)
        }),
        Command::Show(arguments) => show::run(&arguments),
    };
    status.unwrap_or_else(|error| {
        eprintln!("heaplight: {error:#}");
        ExitCode::from(ERROR)
    })
}

/// What is wrong with a command line, without the way it is written and the hint at `--help`.
fn one_line(error: &str) -> String {
    let told = error.strip_prefix("error: ").unwrap_or(error);
    let told = told.split("\n\nUsage:").next().unwrap_or(told);
    let told = told.split("\n\nFor more").next().unwrap_or(told);
    let parts: Vec<&str> = told.split_whitespace().collect();
    parts.join(" ").replace(" tip: ", "; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_command_line_is_one_line() {
        let told = |arguments: &[&str]| {
            let arguments = [&["heaplight"], arguments].concat();
            let error = Arguments::try_parse_from(arguments).expect_err("wrong");
            one_line(&error.to_string())
        };
        assert_eq!(
            told(&["sever"]),
            "unrecognized subcommand 'sever'; a similar subcommand exists: 'server'"
        );
        assert_eq!(
            told(&["facts"]),
            "the following required arguments were not provided: <FILE>..."
        );
        assert_eq!(
            told(&["show", "--hints", "x", "a.py"]),
            "invalid value 'x' for '--hints <HINTS>' [possible values: off, quiet, full]"
        );
    }
}
