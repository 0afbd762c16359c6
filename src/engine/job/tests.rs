use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use futures::executor::block_on;

use super::*;
use crate::text::{Change, Encoding, Position, apply};

/// Upper-cases; does what the text says on the way.
struct Shout {
    started: mpsc::Sender<String>,
    stopped: Arc<AtomicUsize>,
    may_end: Arc<AtomicBool>,
    dropped_on: mpsc::Sender<String>,
}

struct Heard {
    text: Text,
    had_previous: bool,
    dropped_on: mpsc::Sender<String>,
}

impl Drop for Heard {
    fn drop(&mut self) {
        let name = thread::current().name().unwrap_or_default().to_owned();
        let _ = self.dropped_on.send(name);
    }
}

impl Analyser for Shout {
    type Output = Heard;

    fn analyse(&self, input: Input<Heard>, cancel: &Cancel) -> Option<Arc<Heard>> {
        let _ = self.started.send(input.text.as_str().to_owned());
        let old = input
            .previous
            .as_ref()
            .map_or(0, |previous| previous.text.len());
        let grown = input
            .edits
            .iter()
            .fold(old, |len, edit| len - edit.old_end + edit.new_end);
        assert!(
            input.previous.is_none() || grown == input.text.len(),
            "edits lead to the text"
        );
        assert!(
            input.previous.is_some() || input.edits.is_empty(),
            "edits start from something"
        );
        if input.text.as_str().contains("panic") {
            panic!("as the text says");
        }
        while input.text.as_str().contains("forever") {
            if cancel.is_cancelled() {
                self.stopped.fetch_add(1, Ordering::SeqCst);
                return None;
            }
            thread::yield_now();
        }
        while input.text.as_str().contains("stubborn") && !self.may_end.load(Ordering::SeqCst) {
            thread::yield_now();
        }
        Some(Arc::new(Heard {
            text: input.text,
            had_previous: input.previous.is_some(),
            dropped_on: self.dropped_on.clone(),
        }))
    }
}

struct Bench {
    engine: Engine<Shout>,
    started: mpsc::Receiver<String>,
    stopped: Arc<AtomicUsize>,
    may_end: Arc<AtomicBool>,
    dropped_on: mpsc::Receiver<String>,
}

fn bench() -> Bench {
    let (started, starts) = mpsc::channel();
    let (dropped, dropped_on) = mpsc::channel();
    let stopped = Arc::<AtomicUsize>::default();
    let may_end = Arc::<AtomicBool>::default();
    let shout = Shout {
        started,
        stopped: Arc::clone(&stopped),
        may_end: Arc::clone(&may_end),
        dropped_on: dropped,
    };
    let engine = Engine::new(shout).expect("threads");
    Bench {
        engine,
        started: starts,
        stopped,
        may_end,
        dropped_on,
    }
}

fn submission(generation: u64, text: &str) -> Submission {
    Submission {
        generation,
        text: Text::new(text),
        edits: Vec::new(),
        surroundings: Arc::new(Arc::default),
        from_scratch: false,
    }
}

fn heard<A: Analyser<Output = Heard>>(job: &Job<A>, generation: u64) -> Option<String> {
    let outcome = block_on(job.wait(generation)).expect("the job is open");
    outcome.result().map(|heard| heard.text.as_str().to_owned())
}

#[test]
fn the_newest_text_wins() {
    let bench = bench();
    let job = bench.engine.job(|_| {});
    job.submit(submission(1, "forever"));
    assert_eq!(bench.started.recv().expect("alive"), "forever");
    job.submit(Submission {
        from_scratch: true,
        ..submission(2, "b")
    });
    assert_eq!(
        heard(&job, 1).as_deref(),
        Some("b"),
        "who waits for the old one gets the new one"
    );
    assert_eq!(bench.stopped.load(Ordering::SeqCst), 1);
}

#[test]
fn a_panic_costs_one_outcome() {
    let bench = bench();
    let (told, outcomes) = mpsc::channel();
    let job = bench
        .engine
        .job(move |outcome| told.send(outcome.generation).expect("listens"));
    job.submit(submission(1, "a"));
    assert_eq!(heard(&job, 1).as_deref(), Some("a"));
    job.submit(Submission {
        from_scratch: true,
        ..submission(2, "panic")
    });
    assert_eq!(heard(&job, 2), None);
    job.submit(submission(3, "c"));
    assert_eq!(heard(&job, 3).as_deref(), Some("c"));
    assert!(!job.latest().result().expect("it was heard").had_previous);
    assert_eq!(outcomes.iter().take(3).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn closing_lets_everyone_go() {
    let bench = bench();
    let job = bench.engine.job(|_| {});
    job.submit(submission(1, "forever"));
    bench.started.recv().expect("alive");
    let waiting = job.wait(1);
    drop(job);
    assert!(
        block_on(waiting)
            .expect("a last outcome")
            .result()
            .is_none()
    );
}

#[test]
fn results_are_dropped_on_workers() {
    let bench = bench();
    let job = bench.engine.job(|_| {});
    for generation in 1..=3 {
        job.submit(Submission {
            from_scratch: true,
            ..submission(generation, "a")
        });
        heard(&job, generation);
    }
    drop(job);
    for _ in 1..=3 {
        let on = bench.dropped_on.recv().expect("all are dropped");
        assert!(on.starts_with("analysis-"), "{on}");
    }
}

#[test]
fn a_first_run_that_ends_late_is_the_base_of_the_next() {
    let bench = bench();
    let job = bench.engine.job(|_| {});
    job.submit(submission(1, "stubborn"));
    bench.started.recv().expect("alive");
    let at = Position { line: 0, column: 0 };
    let change = Change {
        range: Some((at, at)),
        text: "more ".to_owned(),
    };
    let (text, edits) = apply(&Text::new("stubborn"), &[change], Encoding::Utf8);
    job.submit(Submission {
        edits,
        ..submission(2, text.as_str())
    });
    bench.may_end.store(true, Ordering::SeqCst);
    assert_eq!(heard(&job, 2).as_deref(), Some("more stubborn"));
    assert!(job.latest().result().expect("it was heard").had_previous);
}

/// However runs and edits interleave, a run is told exactly how its text came of the one before; the analyser asserts
/// it, and a panic there would show as a missing result.
#[test]
fn edits_add_up_under_load() {
    let bench = bench();
    let job = bench.engine.job(|_| {});
    let mut text = Text::new("x = 1\n");
    let mut generation = 1;
    job.submit(submission(generation, text.as_str()));
    for round in 0..2000u32 {
        let slow = if round % 3 == 0 { "forever" } else { "quick" };
        let at = Position {
            line: round % 5,
            column: 0,
        };
        let range = (round % 7 != 0).then_some((
            at,
            Position {
                line: at.line,
                column: 9,
            },
        ));
        let change = Change {
            range,
            text: format!("{slow} {round}\n"),
        };
        let (new, edits) = apply(&text, &[change], Encoding::Utf16);
        text = new;
        generation += 1;
        let from_scratch = round % 11 == 0;
        job.submit(Submission {
            edits,
            from_scratch,
            ..submission(generation, text.as_str())
        });
        if round % 13 == 0 && !text.as_str().contains("forever") {
            assert_eq!(heard(&job, generation).as_deref(), Some(text.as_str()));
        }
    }
    let whole = Change {
        range: None,
        text: "end\n".to_owned(),
    };
    let (text, edits) = apply(&text, &[whole], Encoding::Utf16);
    job.submit(Submission {
        edits,
        ..submission(generation + 1, text.as_str())
    });
    assert_eq!(heard(&job, generation + 1).as_deref(), Some("end\n"));
}
