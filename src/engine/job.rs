//! One running analysis a document, on workers of its own; the newest text wins.
//!
//! A [`Job`] is told of every new text. It stops the run that is under way, if any, and starts one for the newest as
//! soon as a worker is free. What a run found is kept as the start of the next, with the edits since. Whoever needs an
//! answer waits for the [`Outcome`] of the generation that they saw.
//!
//! Trees and facts are dropped on the workers: dropping the last owner of a big one takes milliseconds.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::watch;

use super::settings::Settings;
use crate::base::Cancel;
use crate::text::{ByteEdit, Text, difference};

/// Room for the recursion points, which ask for more by themselves only from a known size on.
const STACK: usize = 16 << 20;

/// Edits that nobody has parsed yet are worth keeping apart up to this number; then one that spans them all is cheaper.
const MAX_EDITS: usize = 256;

/// Texts above this size are shown without facts: at 2 µs a line they would take seconds, and data they are, not code.
const MAX_TEXT: u32 = 10 << 20;

/// Computes what is known of a text. Pure: the same input gives the same output, whoever asks.
pub trait Analyser: Send + Sync + 'static {
    /// What it finds out.
    type Output: Send + Sync + 'static;

    /// Analyses `input`, or returns `None` when `cancel` was set meanwhile.
    fn analyse(&self, input: Input<Self::Output>, cancel: &Cancel) -> Option<Arc<Self::Output>>;
}

/// What an analysis starts from.
pub struct Input<T> {
    /// The text.
    pub text: Text,
    /// What was found out of an earlier text, perhaps under other settings.
    pub previous: Option<Arc<T>>,
    /// What made `text` of that earlier text, in order; without one, empty.
    pub edits: Vec<ByteEdit>,
    /// The settings that hold for the text.
    pub settings: Arc<Settings>,
    /// What else is around it.
    pub surroundings: Arc<dyn Surroundings>,
}

/// What is around a document. Asked on workers, where it may take its time.
pub trait Surroundings: Send + Sync {
    /// The settings that hold for it.
    fn settings(&self) -> Arc<Settings>;

    /// Whether other code may import it; so it is where nobody looks.
    fn is_imported(&self) -> bool {
        true
    }
}

impl<F: Fn() -> Arc<Settings> + Send + Sync> Surroundings for F {
    fn settings(&self) -> Arc<Settings> {
        self()
    }
}

/// A text to be analysed.
pub struct Submission {
    /// Counts up with every submission of the document, from 1.
    pub generation: u64,
    /// The text.
    pub text: Text,
    /// What made it of the text submitted before, in order.
    pub edits: Vec<ByteEdit>,
    /// Where its settings come from.
    pub surroundings: Arc<dyn Surroundings>,
    /// Whether to forget what was found before.
    pub from_scratch: bool,
}

/// How the analysis of one generation ended.
pub struct Outcome<T: Send + Sync + 'static> {
    /// Which one.
    pub generation: u64,
    /// The text it speaks of.
    pub text: Text,
    /// The settings it was made with.
    pub settings: Arc<Settings>,
    result: Option<Arc<T>>,
    pool: Option<Arc<rayon::ThreadPool>>,
}

/// The workers and what they do.
pub struct Engine<A: Analyser>(Arc<Shop<A>>);

struct Shop<A> {
    pool: Arc<rayon::ThreadPool>,
    /// For what nobody waits for.
    aside: rayon::ThreadPool,
    analyser: A,
}

/// The analysis of one document. Dropping it stops the work and lets everyone who waits go.
pub struct Job<A: Analyser> {
    shop: Arc<Shop<A>>,
    desk: Arc<Desk<A::Output>>,
}

/// Called on a worker whenever there is an outcome.
type Notify<T> = Box<dyn Fn(&Arc<Outcome<T>>) + Send + Sync>;

struct Desk<T: Send + Sync + 'static> {
    state: Mutex<State<T>>,
    outcomes: watch::Sender<Arc<Outcome<T>>>,
    notify: Notify<T>,
}

struct State<T> {
    wanted: Option<Wanted>,
    running: Option<Cancel>,
    /// A worker has the document or will take it up.
    is_scheduled: bool,
    is_closed: bool,
    base: Option<Base<T>>,
    /// From `base` to the newest text; while there is none, from what is running, which may become it.
    edits: Vec<ByteEdit>,
    /// Counts the times that everything was forgotten.
    era: u64,
}

struct Wanted {
    generation: u64,
    text: Text,
    surroundings: Arc<dyn Surroundings>,
}

struct Base<T> {
    result: Arc<T>,
    text: Text,
}

impl<A: Analyser> Engine<A> {
    /// Workers for `analyser`: one less than the machine has cores, so that the editor keeps one.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn new(analyser: A) -> Result<Self, rayon::ThreadPoolBuildError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(cores.saturating_sub(1).max(1))
            .stack_size(STACK)
            .thread_name(|index| format!("analysis-{index}"))
            .panic_handler(|_| tracing::error!("a worker's task panicked"))
            .build()?;
        let aside = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .stack_size(STACK)
            .thread_name(|_| "findings".to_owned())
            .panic_handler(|_| tracing::error!("what was done aside panicked"))
            .build()?;
        Ok(Self(Arc::new(Shop {
            pool: Arc::new(pool),
            aside,
            analyser,
        })))
    }

    /// A job for a document that nothing is known of yet; `notify` is called on a worker at every outcome.
    pub fn job(&self, notify: impl Fn(&Arc<Outcome<A::Output>>) + Send + Sync + 'static) -> Job<A> {
        let nothing = Outcome {
            generation: 0,
            text: Text::default(),
            settings: Arc::default(),
            result: None,
            pool: None,
        };
        let state = State {
            wanted: None,
            running: None,
            is_scheduled: false,
            is_closed: false,
            base: None,
            edits: Vec::new(),
            era: 0,
        };
        let desk = Desk {
            state: Mutex::new(state),
            outcomes: watch::Sender::new(Arc::new(nothing)),
            notify: Box::new(notify),
        };
        Job {
            shop: Arc::clone(&self.0),
            desk: Arc::new(desk),
        }
    }

    /// Runs `task` beside the workers: nobody waits for it.
    pub fn spawn_aside(&self, task: impl FnOnce() + Send + 'static) {
        self.0.aside.spawn_fifo(task);
    }

    /// Runs `task` on a worker, after what is waiting there.
    pub fn spawn(&self, task: impl FnOnce() + Send + 'static) {
        self.0.pool.spawn_fifo(task);
    }
}

impl<A: Analyser> Clone for Engine<A> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<A: Analyser> Job<A> {
    /// Asks for the analysis of a newer text, and stops that of the one before.
    pub fn submit(&self, submission: Submission) {
        let Submission {
            generation,
            text,
            edits,
            surroundings,
            from_scratch,
        } = submission;
        let mut state = self.desk.state.lock();
        if from_scratch {
            state.forget(&self.shop.pool);
        }
        state.edits.extend(edits);
        state.wanted = Some(Wanted {
            generation,
            text,
            surroundings,
        });
        if let Some(running) = &state.running {
            running.cancel();
        }
        let starts = !std::mem::replace(&mut state.is_scheduled, true);
        drop(state);
        if starts {
            schedule(&self.shop, &self.desk);
        }
    }

    /// The newest outcome there is.
    pub fn latest(&self) -> Arc<Outcome<A::Output>> {
        Arc::clone(&self.desk.outcomes.borrow())
    }

    /// Waits until `generation`, or a newer one, is done with. Dropping the future stops nothing but the waiting.
    pub fn wait(
        &self,
        generation: u64,
    ) -> impl Future<Output = Option<Arc<Outcome<A::Output>>>> + Send + use<A> {
        let mut outcomes = self.desk.outcomes.subscribe();
        async move {
            let reached = outcomes
                .wait_for(|outcome| outcome.generation >= generation)
                .await;
            reached.ok().map(|outcome| Arc::clone(&outcome))
        }
    }
}

impl<A: Analyser> Drop for Job<A> {
    fn drop(&mut self) {
        self.close();
    }
}

impl<A: Analyser> Job<A> {
    /// Stops the work and lets everyone who waits go, for good.
    pub fn close(&self) {
        let mut state = self.desk.state.lock();
        state.is_closed = true;
        state.wanted = None;
        if let Some(running) = &state.running {
            running.cancel();
        }
        state.forget(&self.shop.pool);
        drop(state);
        self.desk.publish(Outcome {
            generation: u64::MAX,
            text: Text::default(),
            settings: Arc::default(),
            result: None,
            pool: None,
        });
    }
}

impl<T> State<T>
where
    T: Send + Sync + 'static,
{
    fn forget(&mut self, pool: &Arc<rayon::ThreadPool>) {
        self.era += 1;
        self.edits.clear();
        if let Some(base) = self.base.take() {
            pool.spawn_fifo(move || drop(base));
        }
    }
}

impl<T: Send + Sync + 'static> Desk<T> {
    /// Makes `outcome` the newest, unless a newer one is there. The one before, which whoever has time may drop.
    fn publish(&self, outcome: Outcome<T>) -> Option<Arc<Outcome<T>>> {
        let outcome = Arc::new(outcome);
        let mut before = None;
        self.outcomes.send_if_modified(|newest| {
            let is_newer = newest.generation < outcome.generation;
            if is_newer {
                before = Some(std::mem::replace(newest, outcome));
            }
            is_newer
        });
        before
    }
}

fn schedule<A: Analyser>(shop: &Arc<Shop<A>>, desk: &Arc<Desk<A::Output>>) {
    let (shop_there, desk) = (Arc::clone(shop), Arc::clone(desk));
    shop.pool.spawn_fifo(move || run(&shop_there, &desk));
}

/// Takes up what is wanted of a document, once; queues up again behind the other documents for what came meanwhile.
fn run<A: Analyser>(shop: &Arc<Shop<A>>, desk: &Arc<Desk<A::Output>>) {
    let mut state = desk.state.lock();
    let Some(wanted) = state.wanted.take() else {
        state.is_scheduled = false;
        return;
    };
    let cancel = Cancel::new();
    state.running = Some(cancel.clone());
    if state.base.is_none() || state.edits.len() > MAX_EDITS {
        state.edits = state
            .base
            .iter()
            .filter_map(|base| difference(&base.text, &wanted.text))
            .collect();
    }
    let (era, edits) = (state.era, state.edits.clone());
    let previous = state.base.as_ref().map(|base| Arc::clone(&base.result));
    drop(state);

    let covered = edits.len();
    let settings = wanted.surroundings.settings();
    let text = wanted.text;
    let input = Input {
        text: text.clone(),
        previous,
        edits,
        settings: Arc::clone(&settings),
        surroundings: wanted.surroundings,
    };
    let result = analyse(&shop.analyser, input, &cancel);

    let mut state = desk.state.lock();
    state.running = None;
    let is_current = state.era == era && !state.is_closed;
    let was_stopped = result.is_none() && cancel.is_cancelled();
    let mut outdated = None;
    if is_current && let Some(result) = &result {
        outdated = state.base.replace(Base {
            result: Arc::clone(result),
            text: text.clone(),
        });
        state.edits.drain(..covered);
    } else if is_current && !was_stopped {
        // It gave up or broke down: whatever it started from is not to be trusted again.
        outdated = state.base.take();
        state.edits.clear();
    }
    let again = state.wanted.is_some();
    state.is_scheduled = again;
    let is_closed = state.is_closed;
    drop(state);

    if again {
        schedule(shop, desk);
    }
    if !was_stopped && !is_closed {
        let generation = wanted.generation;
        let pool = Some(Arc::clone(&shop.pool));
        let before = desk.publish(Outcome {
            generation,
            text,
            settings,
            result,
            pool,
        });
        if before.is_some() {
            let newest = Arc::clone(&desk.outcomes.borrow());
            (desk.notify)(&newest);
        }
        drop(before);
    }
    // The last owner of an analysis has milliseconds of work: after those who wait have the new one.
    drop(outdated);
}

/// `None` also where the analysis broke down: that is a bug, and costs the claims, not the server.
fn analyse<A: Analyser>(
    analyser: &A,
    input: Input<A::Output>,
    cancel: &Cancel,
) -> Option<Arc<A::Output>> {
    if input.text.len() > MAX_TEXT {
        tracing::info!(
            "a text of {} bytes is too large to be analysed",
            input.text.len()
        );
        return None;
    }
    match catch_unwind(AssertUnwindSafe(|| analyser.analyse(input, cancel))) {
        Ok(result) => result,
        Err(_) => {
            tracing::error!("the analysis panicked; nothing is claimed of this text");
            None
        }
    }
}

impl<T: Send + Sync + 'static> Outcome<T> {
    /// What was found out; `None` when the analysis gave up, or the document was closed.
    pub fn result(&self) -> Option<&T> {
        self.result.as_deref()
    }
}

impl<T: Send + Sync + 'static> Drop for Outcome<T> {
    fn drop(&mut self) {
        if let (Some(result), Some(pool)) = (self.result.take(), &self.pool)
            && pool.current_thread_index().is_none()
        {
            pool.spawn_fifo(move || drop(result));
        }
    }
}

impl<T: Send + Sync + 'static> fmt::Debug for Outcome<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcome")
            .field("generation", &self.generation)
            .field("has_result", &self.result.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
