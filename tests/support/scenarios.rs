//! Scenarios with a known truth, what scout says of them, and several runs at a time.
//!
//! The built-in ones, and those of `tests/scenarios/`, which are test data only: the binary does not hold them.

use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Deserialize;

use super::run::{Ran, scout};

/// `[truth]` of a scenario.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Truth {
    /// The verdict.
    pub(crate) verdict: String,
    /// The cause's id.
    pub(crate) cause: String,
    /// The service at fault.
    pub(crate) service: Option<String>,
    /// When it began, as an offset from now.
    pub(crate) since: Option<String>,
    /// Further causes that are true.
    #[serde(default)]
    pub(crate) also: Vec<String>,
    /// What must appear in the findings.
    #[serde(default)]
    pub(crate) mention: Vec<String>,
    /// Causes that must not be named.
    #[serde(default)]
    pub(crate) never: Vec<String>,
}

/// What a test needs of a scenario's text.
#[derive(Debug, Clone, Deserialize)]
struct Head {
    /// Its name.
    name: String,
    /// What a person types.
    #[serde(default)]
    issue: String,
    /// What is so.
    truth: Truth,
}

/// A scenario.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    /// Its name.
    pub(crate) name: String,
    /// What a person types.
    pub(crate) issue: String,
    /// What is so.
    pub(crate) truth: Truth,
    /// The whole file.
    pub(crate) text: String,
}

impl Scenario {
    /// Reads one.
    #[track_caller]
    pub(crate) fn parse(text: String) -> Self {
        let Head { name, issue, truth } =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
        Self {
            name,
            issue,
            truth,
            text,
        }
    }

    /// Whether nothing is wrong in it.
    pub(crate) fn is_healthy(&self) -> bool {
        self.truth.cause == "healthy"
    }

    /// Asks its question of it.
    pub(crate) fn investigate(&self) -> Ran {
        self.investigate_with(&[])
    }

    /// Asks its question of it, with flags.
    pub(crate) fn investigate_with(&self, flags: &[&str]) -> Ran {
        let folder = super::scratch();
        let path = folder.path().join("scenario.toml");
        std::fs::write(&path, &self.text).expect("a scenario file");
        let sandbox = format!("--sandbox={}", path.display());
        let mut run = scout([sandbox.as_str(), "investigate", "-o", "json"]);
        if !self.issue.is_empty() {
            run = run.arg(&self.issue);
        }
        run.args(flags).run()
    }
}

/// Every scenario with a truth, ordered by folder and name.
pub(crate) fn scenarios() -> &'static [Scenario] {
    static ALL: LazyLock<Vec<Scenario>> = LazyLock::new(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let read = |path| std::fs::read_to_string(path).expect("a scenario");
        ["src/sandbox/scenarios", "tests/scenarios"]
            .iter()
            .flat_map(|folder| files_of(&root.join(folder)))
            .map(|path| Scenario::parse(read(path)))
            .collect()
    });
    &ALL
}

/// The files of a folder, by name.
fn files_of(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the scenarios");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
}

/// What scout says of each of [`scenarios`], in their order; run once for all tests.
pub(crate) fn told() -> &'static [Ran] {
    static TOLD: LazyLock<Vec<Ran>> =
        LazyLock::new(|| in_parallel(scenarios(), Scenario::investigate));
    &TOLD
}

/// What a test needs of a report.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Told {
    /// The verdict.
    pub(crate) verdict: String,
    /// Causes, likeliest first.
    pub(crate) diagnosis: Vec<ToldCause>,
}

/// A cause in a report.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ToldCause {
    /// Its id.
    pub(crate) cause: String,
    /// The service at fault.
    pub(crate) service: Option<String>,
    /// How sure scout is.
    pub(crate) confidence: f64,
}

impl Told {
    /// The likeliest cause, and whose.
    pub(crate) fn first(&self) -> (&str, Option<&str>) {
        let first = &self.diagnosis[0];
        (&first.cause, first.service.as_deref())
    }
}

/// Does something with each item, two at a time, as many as the smallest machine that tests run on has cores; answers in the
/// items' order.
pub(crate) fn in_parallel<T: Sync, U: Send>(items: &[T], work: impl Fn(&T) -> U + Sync) -> Vec<U> {
    const THREADS: usize = 2;
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else {
                return done;
            };
            done.push((index, work(item)));
        }
    };
    let mut done: Vec<(usize, U)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS).map(|_| scope.spawn(worker)).collect();
        let join = |worker: std::thread::ScopedJoinHandle<'_, _>| match worker.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        workers.into_iter().flat_map(join).collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, answer)| answer).collect()
}
