//! The promise, tried: whatever happens to a run at whatever moment, its token is gone two seconds later.
//!
//! Each run of the real binary meets one [`Mishap`], chosen and timed by a seed. Only a killed process group or an API that
//! cannot be reached may leave a token, and then the next sweep must remove it. The last line counts; the exit code judges.
//!
//! ```text
//! cargo test --test chaos -- --runs 10000 [--seed N] [--run I] [--workers W] [--scout BINARY]
//! ```

mod arena;
#[path = "../support/exports.rs"]
mod exports;
#[path = "../support/http.rs"]
mod http;
mod mishap;
mod options;
mod proxy;
mod trial;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use arena::Arena;
use mishap::Plan;
use options::Options;
use trial::{Verdict, run_trial};

/// What came of all runs.
#[derive(Debug, Default)]
struct Tally {
    /// Runs by mishap.
    kinds: BTreeMap<&'static str, u64>,
    /// Tokens that the sandboxes made.
    created: u64,
    /// Tokens that were left when two seconds had passed, where that may be, and that a sweep then removed.
    swept: u64,
    /// Tokens that no sweep removed.
    left: u64,
    /// Runs that broke the promise.
    broken: u64,
}

fn main() -> ExitCode {
    let Some(options) = Options::read() else {
        return ExitCode::SUCCESS;
    };
    let next = AtomicU64::new(options.first);
    let tally = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for _ in 0..options.workers {
            scope.spawn(|| work(&options, &next, &tally));
        }
    });
    let tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    let kinds: Vec<String> = tally
        .kinds
        .iter()
        .map(|(kind, runs)| format!("{kind} {runs}"))
        .collect();
    let runs: u64 = tally.kinds.values().sum();
    say(&format!(
        "chaos: {runs} runs ({}); tokens: {} created, {} left, {} swept; broken {}; seed {}",
        kinds.join(", "),
        tally.created,
        tally.left,
        tally.swept,
        tally.broken,
        options.seed,
    ));
    // A worker that panicked has run too little.
    let complete = runs == options.last - options.first;
    if complete && tally.broken == 0 && tally.left == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Runs trials, one after the other, in an arena of its own.
fn work(options: &Options, next: &AtomicU64, tally: &Mutex<Tally>) {
    let arena = Arena::start(&options.scout);
    let usual = arena.measure_run();
    loop {
        let number = next.fetch_add(1, Ordering::SeqCst);
        if number >= options.last {
            break;
        }
        let plan = Plan::of(options.seed, number, usual);
        let verdict = run_trial(&arena, &plan);
        let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.count(&plan, &verdict);
        if let Some(story) = &verdict.broken {
            say(&format!(
                "BROKEN: --seed {} --run {number}: {plan:?}\n{story}",
                options.seed
            ));
        }
        let runs: u64 = tally.kinds.values().sum();
        if runs.is_multiple_of(500) {
            say(&format!(
                "{runs} runs, {} left, {} swept",
                tally.left, tally.swept
            ));
        }
    }
    let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
    tally.created += arena.tokens_created();
}

impl Tally {
    /// Adds a run.
    fn count(&mut self, plan: &Plan, verdict: &Verdict) {
        *self.kinds.entry(plan.mishap.name()).or_default() += 1;
        self.swept += verdict.swept;
        self.left += verdict.left;
        self.broken += u64::from(verdict.broken.is_some());
    }
}

/// Prints a line.
fn say(line: &str) {
    // Where nobody reads, the exit code still judges.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
