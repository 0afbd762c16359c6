//! `heaplight rule`

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Args;

use crate::rules;

/// A rule's page, or the list of rules
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The rule; all are listed without
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let text = match &arguments.name {
        Some(name) => match rules::named(name) {
            Some(rule) => rules::page(rule),
            None => match rules::refusal(name) {
                Some(refusal) => bail!(refusal),
                None => bail!("`{name}` is a group of rules; `heaplight rule` lists them"),
            },
        },
        None => list(),
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
        written => written.context("cannot write to standard output")?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A line for each rule: its name, its group, and the first sentence of its page.
fn list() -> String {
    let mut rules: Vec<_> = rules::ALL.to_vec();
    rules.sort_by_key(|rule| (rule.group, rule.name));
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let groups = rules.iter().map(|rule| rule.group.len()).max().unwrap_or(0);
    let mut out = String::new();
    for rule in rules {
        let page = rules::page(rule);
        let body = page
            .split("## What it does")
            .nth(1)
            .unwrap_or_default()
            .trim();
        let paragraph = body
            .split("\n\n")
            .next()
            .unwrap_or_default()
            .replace('\n', " ");
        let end = paragraph.find([':', '.', ',']).unwrap_or(paragraph.len());
        let (name, group, what) = (rule.name, rule.group, &paragraph[..end]);
        out.push_str(&format!("{name:width$}  {group:groups$}  {what}\n"));
    }
    out
}
