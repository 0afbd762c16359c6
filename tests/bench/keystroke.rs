//! How long an answer takes on a file of 10,000 lines, as multiples of parsing it once: `cargo bench`.
//!
//! Everything is measured in one run of one build; seconds are told and never judged. `HEAPLIGHT_PYTHON` names the
//! interpreter whose library is the text.

#![allow(clippy::print_stdout, reason = "a benchmark tells what it measured")]
#![allow(missing_docs, reason = "nobody links against a benchmark")]

mod client;
mod corpus;

use std::fs;
use std::time::{Duration, Instant};

use client::Client;
use heaplight::base::Cancel;
use heaplight::engine::analyse;
use heaplight::interp::World;
use heaplight::layout::Target;
use heaplight::syntax;
use heaplight::text::Text;

/// Lines that are typed, one character after another.
const TYPED: [&str; 4] = [
    "hl_value = [1, 2, 3]",
    "hl_table = {'a': hl_value}",
    "hl_copy = list(hl_value)",
    "hl_text = str(hl_table) + 'x'",
];

fn main() {
    let (source, from) = corpus::corpus();
    println!("{} lines of {from}", source.lines().count());
    let text = Text::new(source.clone());
    let parse = median(9, || {
        let tree = syntax::parse(text.as_str(), None, &Cancel::new());
        assert!(tree.is_some(), "nobody cancels");
    });
    println!("{:<44}{:>10.2} ms", "parse alone (CPU)", ms(parse));
    let ratio = |label: &str, taken: Duration, bar: &str| {
        let ratio = taken.as_secs_f64() / parse.as_secs_f64();
        println!("{label:<44}{:>10.2} ms{ratio:>9.3}x  {bar}", ms(taken));
    };
    for (world, label) in [
        (World::Module, "parse and analysis, module (CPU)"),
        (World::Script, "parse and analysis, script (CPU)"),
    ] {
        let whole = median(5, || {
            let analysis = analyse(&text, None, Target::default(), world, &Cancel::new());
            assert!(analysis.is_some(), "nobody cancels");
        });
        ratio(label, whole, "bar: 4 (the parse and 3 of analysis)");
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime can be had");
    let mut taken = runtime.block_on(edits(&source));
    for (label, times, bar) in [
        ("edit to hover, module level", &mut taken.module, 0.5),
        ("edit to hover, in a function", &mut taken.function, 0.5),
        ("hover alone", &mut taken.hover, 0.1),
    ] {
        times.sort_unstable();
        for (name, share) in [("p50", 0.50), ("p95", 0.95), ("max", 1.0)] {
            let at = ((times.len() - 1) as f64 * share).round() as usize;
            let bar = match name {
                "p95" => format!("bar: {bar}"),
                _ => String::new(),
            };
            ratio(
                &format!("{label}, {name} of {}", times.len()),
                times[at],
                &bar,
            );
        }
    }
    println!("{:<44}{:>10}", "hovers with an answer", taken.answered);
    if let Some(peak) = peak_memory() {
        println!("{:<44}{:>10} MiB", "peak memory", peak >> 10);
    }
}

#[derive(Default)]
struct Taken {
    module: Vec<Duration>,
    function: Vec<Duration>,
    hover: Vec<Duration>,
    answered: usize,
}

async fn edits(source: &str) -> Taken {
    let lines: Vec<&str> = source.lines().collect();
    let mut taken = Taken::default();
    let mut client = Client::open(source).await;
    client.hover((0, 0)).await;
    let mut inserted = Vec::new();
    let shifted = |inserted: &[usize], line: usize| {
        line + inserted.iter().filter(|other| **other <= line).count()
    };
    for part in [0.3, 0.7] {
        let first = (lines.len() as f64 * part) as usize;
        let sites = [
            (statement(&lines, first), ""),
            (body(&lines, first), "        "),
        ];
        for (site, indent) in sites {
            let Some(site) = site else { continue };
            for typed in TYPED {
                let line = shifted(&inserted, site) as u32;
                let new_line = format!("{indent}{}", &typed[..1]);
                let mut at = (line, 0);
                let hovered = (line, indent.len() as u32);
                // A new line with its first character, then one character after another.
                let (_, _) = client.edit(at, &format!("{new_line}\n"), hovered).await;
                inserted.push(site);
                for (column, _) in typed.char_indices().skip(1) {
                    at.1 = (indent.len() + column) as u32;
                    let (time, answer) = client.edit(at, &typed[column..=column], hovered).await;
                    let times = match indent {
                        "" => &mut taken.module,
                        _ => &mut taken.function,
                    };
                    times.push(time);
                    taken.answered += usize::from(!answer.is_null());
                }
            }
        }
    }
    for (line, text) in lines.iter().enumerate().step_by(23) {
        if let Some(column) = text.find(|it: char| it.is_ascii_lowercase()) {
            let at = (shifted(&inserted, line) as u32, column as u32);
            let (time, answer) = client.hover(at).await;
            taken.hover.push(time);
            taken.answered += usize::from(!answer.is_null());
        }
    }
    taken
}

/// The first line from `from` on that begins a function or class at module level behind a blank one.
fn statement(lines: &[&str], from: usize) -> Option<usize> {
    (from.max(1)..lines.len()).find(|&at| {
        let starts = ["def ", "class ", "import ", "@"];
        lines[at - 1].is_empty() && starts.iter().any(|start| lines[at].starts_with(start))
    })
}

/// A line from `from` on between statements of a method's body.
fn body(lines: &[&str], from: usize) -> Option<usize> {
    let is_statement = |line: &str| {
        line.strip_prefix("        ").is_some_and(|rest| {
            rest.starts_with("self.") || rest.starts_with("return ") || rest.starts_with("if ")
        })
    };
    (from..lines.len().saturating_sub(1))
        .find(|&at| {
            let begins = |line: &str| line.starts_with("    def ") && line.ends_with("):");
            begins(lines[at]) && is_statement(lines[at + 1])
        })
        .map(|at| at + 1)
}

/// The median of `count` runs.
fn median(count: usize, mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..count)
        .map(|_| {
            let clock = Clock::start();
            run();
            clock.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[count / 2]
}

/// Processor time of this thread where the system tells it, else time.
struct Clock(Option<u64>, Instant);

impl Clock {
    fn start() -> Self {
        Clock(Self::used(), Instant::now())
    }

    fn elapsed(&self) -> Duration {
        match (self.0, Self::used()) {
            (Some(before), Some(now)) => Duration::from_nanos(now - before),
            _ => self.1.elapsed(),
        }
    }

    fn used() -> Option<u64> {
        let told = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        told.split_whitespace().next()?.parse().ok()
    }
}

/// The most memory this process had at once, in KiB.
fn peak_memory() -> Option<u64> {
    let told = fs::read_to_string("/proc/self/status").ok()?;
    let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
