//! The world, read once: variables, clock, folders, terminal, randomness. Everything else is handed what it needs.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;

use chrono::{FixedOffset, Local, Offset, Utc};

use crate::model::Instant;

/// What was found outside of the command line.
#[derive(Clone)]
pub(crate) struct World {
    /// Environment variables whose names and values are text.
    pub(crate) vars: BTreeMap<String, String>,
    /// When the run began.
    pub(crate) now: Instant,
    /// Local time's offset at that moment.
    pub(crate) offset: FixedOffset,
    /// The working folder.
    pub(crate) folder: PathBuf,
    /// The user's home folder.
    pub(crate) home: Option<PathBuf>,
    /// The user's configuration folder.
    pub(crate) user_config: Option<PathBuf>,
    /// The user's folder for state.
    pub(crate) state_dir: Option<PathBuf>,
    /// This binary, by a path that leads to it even if it is replaced while it runs; `None` where the system does not say.
    pub(crate) exe: Option<PathBuf>,
    /// This process.
    pub(crate) pid: u32,
    /// The moment of [`World::now`], on a clock that nobody sets.
    pub(crate) started: std::time::Instant,
    /// When to panic, for the chaos test; release builds have no such thing.
    #[cfg(debug_assertions)]
    pub(crate) panic_after: Option<std::time::Duration>,
    /// Whether stdin is a terminal.
    pub(crate) in_is_terminal: bool,
    /// Whether stdout is a terminal.
    pub(crate) out_is_terminal: bool,
    /// Whether stderr is a terminal.
    pub(crate) err_is_terminal: bool,
    /// Columns of the terminal; `None` where stdout is not one, or where nobody knows.
    pub(crate) width: Option<usize>,
    /// Lines of the terminal, likewise.
    pub(crate) height: Option<usize>,
    /// What was typed, the program's name left out; what is not text is left out.
    pub(crate) typed: Vec<String>,
    /// Not secret, not predictable: for token names and jitter.
    pub(crate) random: u64,
}

impl World {
    /// Reads it.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where the world is read"
    )]
    pub(crate) fn read() -> Self {
        let now = Utc::now();
        let vars: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let out_is_terminal = std::io::stdout().is_terminal();
        Self {
            width: out_is_terminal.then(|| columns(&vars)).flatten(),
            height: out_is_terminal.then(|| lines(&vars)).flatten(),
            typed: std::env::args_os()
                .skip(1)
                .filter_map(|arg| arg.into_string().ok())
                .collect(),
            now,
            offset: now.with_timezone(&Local).offset().fix(),
            folder: std::env::current_dir().unwrap_or_default(),
            home: dirs::home_dir(),
            user_config: dirs::config_dir(),
            state_dir: dirs::state_dir().or_else(dirs::data_local_dir),
            exe: exe(),
            pid: std::process::id(),
            started: std::time::Instant::now(),
            #[cfg(debug_assertions)]
            panic_after: vars
                .get("SCOUT_CHAOS_PANIC_MS")
                .and_then(|text| text.parse().ok())
                .map(std::time::Duration::from_millis),
            in_is_terminal: std::io::stdin().is_terminal(),
            out_is_terminal,
            err_is_terminal: std::io::stderr().is_terminal(),
            random: fastrand::u64(..),
            vars,
        }
    }

    /// What time it is by now; in a sandbox, by its clock.
    pub(crate) fn clock(&self) -> Instant {
        self.now + self.started.elapsed()
    }

    /// Begins a further run in this process, on a screen that may have another width by now.
    pub(crate) fn begin_anew(&mut self) {
        self.now = self.clock();
        self.started = std::time::Instant::now();
        self.random = fastrand::u64(..);
        self.width = self.out_is_terminal.then(|| columns(&self.vars)).flatten();
    }

    /// A variable that is set and not empty.
    pub(crate) fn var(&self, name: &str) -> Option<&str> {
        self.vars
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

/// This binary. Linux has a path for it that does not go through the folder, where another version may lie by now.
fn exe() -> Option<PathBuf> {
    let magic = PathBuf::from("/proc/self/exe");
    if magic.exists() {
        return Some(magic);
    }
    std::env::current_exe().ok()
}

/// Lines of the terminal: `LINES`, else what the terminal says.
fn lines(vars: &BTreeMap<String, String>) -> Option<usize> {
    let of_variable = vars.get("LINES").and_then(|text| text.parse().ok());
    let of_terminal = || {
        rustix::termios::tcgetwinsize(std::io::stdout())
            .ok()
            .map(|size| usize::from(size.ws_row))
    };
    of_variable.or_else(of_terminal).filter(|lines| *lines > 0)
}

/// Columns of the terminal: `COLUMNS`, else what the terminal says.
fn columns(vars: &BTreeMap<String, String>) -> Option<usize> {
    let of_variable = vars.get("COLUMNS").and_then(|text| text.parse().ok());
    let of_terminal = || {
        rustix::termios::tcgetwinsize(std::io::stdout())
            .ok()
            .map(|size| usize::from(size.ws_col))
    };
    of_variable
        .or_else(of_terminal)
        .filter(|columns| *columns > 0)
}
