//! How far a check is: a line on a terminal's standard error, where it takes longer than a second.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Counts the files that are done.
pub(super) struct Progress {
    begun: Instant,
    all: usize,
    is_shown: bool,
    done: AtomicUsize,
    told: AtomicUsize,
}

impl Progress {
    const PATIENCE: Duration = Duration::from_secs(1);
    /// Between two updates, in milliseconds.
    const PAUSE: usize = 100;

    /// For so many files.
    pub(super) fn new(all: usize) -> Self {
        Progress {
            begun: Instant::now(),
            all,
            is_shown: std::io::stderr().is_terminal(),
            done: AtomicUsize::new(0),
            told: AtomicUsize::new(0),
        }
    }

    /// One more is done.
    pub(super) fn tell(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if !self.is_shown || self.begun.elapsed() < Self::PATIENCE {
            return;
        }
        let now = self.begun.elapsed().as_millis() as usize;
        if now >= self.told.load(Ordering::Relaxed) + Self::PAUSE {
            self.told.store(now, Ordering::Relaxed);
            let width = 30 * done / self.all.max(1);
            eprint!("\r[{:-<30}] {done}/{}", "=".repeat(width), self.all);
        }
    }

    /// Takes the line away.
    pub(super) fn end(&self) {
        if self.told.load(Ordering::Relaxed) > 0 {
            eprint!("\r{:60}\r", "");
        }
    }
}
