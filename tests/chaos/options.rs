//! How many runs, from which seed: from the command line, else from the environment.

use std::path::PathBuf;

/// Runs where nobody says otherwise.
const RUNS: u64 = 500;

/// Runs at once: a run mostly waits, so more than there are processors.
const WORKERS: usize = 4;

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Options {
    /// Number of the first run.
    pub(crate) first: u64,
    /// Number after that of the last.
    pub(crate) last: u64,
    /// What all choices follow from.
    pub(crate) seed: u64,
    /// Runs at once.
    pub(crate) workers: usize,
    /// The binary.
    pub(crate) scout: PathBuf,
}

impl Options {
    /// Reads them; `None` where the test runner wants other tests, or a list of them.
    #[expect(
        clippy::disallowed_methods,
        reason = "a test has no cli/ to read the world in"
    )]
    pub(crate) fn read() -> Option<Self> {
        let mut options = Self {
            first: 0,
            last: number(std::env::var("SCOUT_CHAOS_RUNS").ok()).unwrap_or(RUNS),
            seed: number(std::env::var("SCOUT_CHAOS_SEED").ok())
                .unwrap_or_else(|| fastrand::u64(..)),
            workers: WORKERS,
            scout: PathBuf::from(env!("CARGO_BIN_EXE_scout")),
        };
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--runs" => options.last = number(args.next())?,
                "--seed" => options.seed = number(args.next())?,
                "--workers" => options.workers = usize::try_from(number(args.next())?).ok()?,
                "--scout" => options.scout = PathBuf::from(args.next()?),
                "--run" => {
                    options.first = number(args.next())?;
                    options.last = options.first + 1;
                    options.workers = 1;
                }
                "--list" => return None,
                filter if !filter.starts_with('-') && !"chaos".contains(filter) => return None,
                _ => {}
            }
        }
        Some(options)
    }
}

/// A number, where one is given.
fn number(text: Option<String>) -> Option<u64> {
    text?.parse().ok()
}
