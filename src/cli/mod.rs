//! Ring 9: the command line. One file a command; walking the disk and running CPython happen nowhere else.

mod check;
mod explain;
mod facts;
mod place;
mod rule;
mod server;
mod show;

use std::process::ExitCode;

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
        Err(error) => {
            // Help and version come as errors too; whether they can be printed changes nothing any more.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(ERROR));
        }
    };
    let status = match arguments.command {
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Rule(arguments) => rule::run(&arguments),
        Command::Facts(arguments) => facts::run(&arguments),
        Command::Server(arguments) => server::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments, &|path, source, target| {
            // The target comes from the interpreter or was parsed before.
            let target = target.parse().unwrap_or_default();
            facts::claims_of(path, source.to_owned(), target, World::Script).unwrap_or_default()
        }),
        Command::Show(arguments) => show::run(&arguments),
    };
    status.unwrap_or_else(|error| {
        eprintln!("heaplight: {error:#}");
        ExitCode::from(ERROR)
    })
}

mod verify;
