//! A small process that outlives the run only to delete its token: against SIGKILL, an OOM kill, `abort`.
//!
//! ```text
//!   keeper (this process)                        reaper (this binary again, a session of its own)
//!   Reaper::start ── order, key ───────────────► ready
//!   POST /tokens
//!   tell_id ────────────────────────────────────► remembers it
//!   DELETE /tokens/ID
//!   stand_down ─── done ────────────────────────► exits
//!
//!   the pipe closes without "done" ─────────────► deletes the token, exits
//! ```
//!
//! What the reaper needs comes over the pipe alone: never in argv, environment or a file. The write end of the pipe is closed in
//! every other child (`O_CLOEXEC`), so it closes when this process is gone, however it went.

mod child;
mod inbox;
mod order;

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

pub(crate) use child::run_reaper;
use inbox::wait_readable;
use order::Order;

use super::lease::LeaseRequest;

/// The only argument of a reaper.
pub(crate) const REAPER_WORD: &str = "__reaper";

/// How long a reaper may take to say that it is ready. It takes a few milliseconds; on a machine so busy that it takes longer,
/// the token is made without waiting on: what the reaper is told stays in the pipe until it reads it.
const READY: Duration = Duration::from_secs(1);

/// How long the end of a reaper is waited for, so that it leaves no zombie. It takes less than a millisecond.
const GONE: Duration = Duration::from_secs(1);

/// What a reaper does longer than its run may last: time for the run to delete its token itself.
const MARGIN: Duration = Duration::from_secs(60);

/// How to start a reaper.
#[derive(Debug, Clone)]
pub(crate) struct ReaperLaunch {
    /// This binary.
    pub(crate) program: PathBuf,
    /// The whole environment: what TLS and proxies need.
    pub(crate) env: Vec<(String, String)>,
}

/// A reaper at its post. Dropping it without [`Reaper::stand_down`] sets it to work.
#[derive(Debug)]
pub(super) struct Reaper {
    /// The process.
    child: Child,
    /// To it. Its end is the signal.
    pipe: ChildStdin,
    /// From it: one byte when it is ready, the end when it is gone.
    life: ChildStdout,
}

impl Reaper {
    /// Starts one and tells it what it is for.
    ///
    /// # Errors
    /// The process cannot be started.
    pub(super) fn start(
        launch: &ReaperLaunch,
        request: &LeaseRequest,
        entry: Option<PathBuf>,
    ) -> io::Result<Self> {
        let mut child = Command::new(&launch.program)
            .arg0("scout")
            .arg(REAPER_WORD)
            .env_clear()
            .envs(launch.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let (Some(pipe), Some(life)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("no pipe"));
        };
        let mut reaper = Self { child, pipe, life };
        let order = Order::new(request, request.run_left + MARGIN, entry);
        let told = serde_json::to_vec(&order)?;
        // A few hundred bytes: they fit into the pipe whether or not anyone reads.
        reaper.pipe.write_all(&told)?;
        reaper.pipe.write_all(b"\n")?;
        let key = request.account.secret_key.expose();
        reaper.pipe.write_all(key.as_bytes())?;
        reaper.pipe.write_all(b"\n")?;
        Ok(reaper)
    }

    /// Waits until it is in its own session and deaf to signals.
    ///
    /// # Errors
    /// It has ended already.
    pub(super) fn wait_ready(&mut self) -> io::Result<()> {
        if !wait_readable(&self.life, READY)? {
            return Ok(());
        }
        let mut byte = [0];
        self.life.read_exact(&mut byte)
    }

    /// Tells it the token's id.
    pub(super) fn tell_id(&mut self, id: &str) {
        self.tell(&format!("id {id}"));
    }

    /// Tells it that a creation went unanswered, so that more than one token may bear the name.
    pub(super) fn tell_unsure(&mut self) {
        self.tell("unsure");
    }

    /// Tells it that nothing is left to do, and waits for its end.
    pub(super) fn stand_down(mut self) {
        self.tell("done");
        let Self {
            mut child,
            pipe,
            life,
        } = self;
        drop(pipe);
        if wait_readable(&life, GONE).unwrap_or(true) {
            // It has closed its end, so it is gone or about to be.
            let _ = child.wait();
        }
    }

    /// One line to it. A reaper that is gone is not told; the ledger is still there.
    fn tell(&mut self, line: &str) {
        let _ = self.pipe.write_all(format!("{line}\n").as_bytes());
    }
}
