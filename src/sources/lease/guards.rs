//! What watches over a token while its run cannot: the reaper and the ledger.
//!
//! Both are at their post before the token exists. Where one cannot be, the run goes on with the other and says so.

use std::io;
use std::path::PathBuf;
use std::thread::JoinHandle;

use tokio::sync::mpsc::UnboundedSender;

use super::super::ledger::{HeldEntry, Ledger, LedgerEntry};
use super::super::reaper::{Reaper, ReaperLaunch};
use super::LeaseRequest;
use crate::model::Instant;

/// What a run wants to be watched by; `None` for what it does without.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch {
    /// Against a run that is killed.
    pub(crate) reaper: Option<ReaperLaunch>,
    /// Against a machine that dies.
    pub(crate) ledger: Option<LedgerWatch>,
}

/// What the ledger is told.
#[derive(Debug, Clone)]
pub(crate) struct LedgerWatch {
    /// The ledger.
    pub(crate) ledger: Ledger,
    /// The run's process.
    pub(crate) pid: u32,
    /// When the run began.
    pub(crate) started_at: Instant,
}

/// A watch that could not be set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unwatched {
    /// No reaper.
    Reaper {
        /// The system's reason.
        why: String,
    },
    /// No entry.
    Ledger {
        /// Where it would be.
        folder: PathBuf,
        /// The system's reason.
        why: String,
    },
}

/// The watch over one token. Dropping it leaves the watch to whoever outlives the run.
pub(super) struct Guards {
    /// The reaper.
    reaper: Option<io::Result<Reaper>>,
    /// Writes the ledger's entry.
    writer: Option<io::Result<JoinHandle<io::Result<HeldEntry>>>>,
    /// The ledger's entry, once it is written.
    entry: Option<HeldEntry>,
}

impl Guards {
    /// Begins to set the watch up: the entry is written while the reaper starts, and neither is waited for.
    pub(super) fn raise(request: &LeaseRequest) -> Self {
        let watch = &request.watch;
        let written = watch.ledger.as_ref().map(|watch| {
            let (name, account) = (&request.name, &request.account);
            let entry = LedgerEntry::new(account, name, watch.pid, watch.started_at);
            (watch.ledger.path_of(&entry), watch.ledger.clone(), entry)
        });
        let path = written.as_ref().map(|(path, ..)| path.clone());
        let writer = written.map(|(_, ledger, entry)| {
            std::thread::Builder::new().spawn(move || ledger.write(entry))
        });
        let launch = watch.reaper.as_ref();
        Self {
            reaper: launch.map(|launch| Reaper::start(launch, request, path)),
            writer,
            entry: None,
        }
    }

    /// Waits until both are at their post, and reports the one that will not be.
    pub(super) fn stand_ready(
        &mut self,
        request: &LeaseRequest,
        gaps: &UnboundedSender<Unwatched>,
    ) {
        let written = self.writer.take().map(join_writer);
        self.entry = written.and_then(|written| {
            let watch = request.watch.ledger.as_ref();
            let folder = watch.map(|watch| watch.ledger.folder().to_owned());
            let reported = |error: io::Error| Unwatched::Ledger {
                folder: folder.unwrap_or_default(),
                why: error.to_string(),
            };
            report(gaps, written.map_err(reported))
        });
        self.reaper = self.reaper.take().and_then(|started| {
            let ready = started.and_then(|mut reaper| reaper.wait_ready().map(|()| reaper));
            let reported = |error: io::Error| Unwatched::Reaper {
                why: error.to_string(),
            };
            report(gaps, ready.map_err(reported)).map(Ok)
        });
    }

    /// Whether anybody is at a post and will look for the token once this run is gone.
    pub(super) fn any(&self) -> bool {
        self.entry.is_some() || matches!(self.reaper, Some(Ok(_)))
    }

    /// The token exists.
    pub(super) fn tell_id(&mut self, id: &str) {
        if let Some(Ok(reaper)) = &mut self.reaper {
            reaper.tell_id(id);
        }
    }

    /// The token exists, for the ledger: may wait for the disk.
    pub(super) fn write_id(&mut self, id: &str) {
        if let Some(entry) = &mut self.entry {
            // Without the id the token can still be found by its name.
            let _ = entry.write_id(id);
        }
    }

    /// A creation went unanswered.
    pub(super) fn tell_unsure(&mut self) {
        if let Some(Ok(reaper)) = &mut self.reaper {
            reaper.tell_unsure();
        }
    }

    /// There is no token any more, and there will be none.
    pub(super) fn stand_down(mut self) {
        let unread = self.writer.take().map(join_writer).and_then(Result::ok);
        if let Some(entry) = self.entry.or(unread) {
            entry.remove();
        }
        if let Some(Ok(reaper)) = self.reaper {
            reaper.stand_down();
        }
    }
}

/// The end of the thread that writes the entry.
fn join_writer(writer: io::Result<JoinHandle<io::Result<HeldEntry>>>) -> io::Result<HeldEntry> {
    writer?
        .join()
        .unwrap_or_else(|_| Err(io::Error::other("the writer panicked")))
}

/// What is at its post; what is not is reported.
fn report<T>(gaps: &UnboundedSender<Unwatched>, result: Result<T, Unwatched>) -> Option<T> {
    // Nobody listens any more where the run's handle was dropped.
    result.map_err(|gap| drop(gaps.send(gap))).ok()
}
