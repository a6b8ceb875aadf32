//! Signals that end a run: they end the work, then the token is deleted, then the process ends.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that end a run.
pub(super) struct Signals {
    /// One stream each, with the signal's number and name.
    streams: [(u8, &'static str, Signal); 4],
}

/// A signal that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Caught {
    /// Its number.
    pub(super) number: u8,
    /// Its name.
    pub(super) name: &'static str,
}

impl Signals {
    /// Starts listening. From here on these signals no longer end the process by themselves.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            streams: [
                (2, "SIGINT", signal(SignalKind::interrupt())?),
                (15, "SIGTERM", signal(SignalKind::terminate())?),
                (1, "SIGHUP", signal(SignalKind::hangup())?),
                (3, "SIGQUIT", signal(SignalKind::quit())?),
            ],
        })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Caught {
        let [interrupt, terminate, hangup, quit] = &mut self.streams;
        let caught = |stream: &(u8, &'static str, Signal)| Caught {
            number: stream.0,
            name: stream.1,
        };
        tokio::select! {
            _ = interrupt.2.recv() => caught(interrupt),
            _ = terminate.2.recv() => caught(terminate),
            _ = hangup.2.recv() => caught(hangup),
            _ = quit.2.recv() => caught(quit),
        }
    }
}
