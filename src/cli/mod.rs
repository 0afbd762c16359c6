//! Ring 9: the command line. One file a command; walking the disk and running CPython happen nowhere else.

mod check;
mod facts;
mod rule;
mod server;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

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
    Check(check::Arguments),
    Facts(facts::Arguments),
    Rule(rule::Arguments),
    Server(server::Arguments),
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
        Command::Check(arguments) => check::run(&arguments),
        Command::Rule(arguments) => rule::run(&arguments),
        Command::Facts(arguments) => facts::run(&arguments),
        Command::Server(arguments) => server::run(&arguments),
    };
    status.unwrap_or_else(|error| {
        eprintln!("heaplight: {error:#}");
        ExitCode::from(ERROR)
    })
}

pub mod verify;
