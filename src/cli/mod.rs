//! Ring 9: the command line.
#![allow(clippy::print_stdout)]

use std::process::ExitCode;

use crate::base::{Cancel, Names};
use crate::layout::Target;

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let mut target = Target::default();
    let mut world = crate::interp::World::Script;
    let mut files = Vec::new();
    let mut args = std::env::args().skip(2);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--target" => target = Target::parse(&args.next().unwrap_or_default()).unwrap_or_default(),
            "--world" => {
                if args.next().as_deref() == Some("module") {
                    world = crate::interp::World::Module;
                }
            }
            _ => files.push(arg),
        }
    }
    for path in files {
        let Ok(text) = std::fs::read_to_string(&path) else { return ExitCode::from(2) };
        let mut names = Names::new();
        let cancel = Cancel::new();
        let Some(tree) = crate::syntax::parse(&text, None, &cancel) else { return ExitCode::from(2) };
        let file = crate::hir::lower(&text, &tree, &mut names, None);
        let facts = crate::facts::analyse(&file, &names, target, world, &cancel);
        let lines: Vec<u32> =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at as u32 + 1)).collect();
        let position = |offset: u32| {
            let line = lines.partition_point(|start| *start <= offset);
            (line as u32, offset - lines[line - 1])
        };
        print!("{}", crate::facts::contract::write(&file, &facts, &path, &position));
    }
    ExitCode::SUCCESS
}
