//! Signals that end a run: they end the work, then the token is deleted, then the process ends.
//!
//! ```text
//!                     ┌─ a run listens ──► its channel: the run closes its lease and ends with 128 + n
//! signal ─► the desk ─┤
//!                     └─ nobody listens ─► the process ends with 128 + n: there is no token, and what is left, such as
//!                                          an answer that waits for a pipe that nobody reads, may be cut off
//! ```
//!
//! The desk is a thread of its own. Once these signals are listened for they no longer end a process by themselves, for as long
//! as it lives; so whoever listens first must go on answering them.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A signal that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Caught {
    /// Its number.
    pub(super) number: u8,
    /// Its name.
    pub(super) name: &'static str,
}

/// Where signals go: to the run that listens, else to the end of the process.
#[derive(Debug, Clone)]
pub(super) struct SignalDesk {
    /// The run that listens now.
    listener: Arc<Mutex<Option<UnboundedSender<Caught>>>>,
}

/// A run that listens. Dropping it leaves signals to the desk again.
pub(super) struct Signals {
    /// What arrived.
    caught: UnboundedReceiver<Caught>,
    /// The desk.
    desk: SignalDesk,
}

impl SignalDesk {
    /// Starts the desk. From here on these signals no longer end the process by themselves.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn open() -> io::Result<Self> {
        let desk = Self {
            listener: Arc::default(),
        };
        let (open, opened) = std::sync::mpsc::channel();
        let served = desk.clone();
        std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || served.serve(&open))?;
        opened
            .recv()
            .map_err(|_| io::Error::other("the thread that waits for signals ended"))??;
        Ok(desk)
    }

    /// Sends signals to the caller from here on.
    pub(super) fn listen(&self) -> Signals {
        let (sender, caught) = unbounded_channel();
        self.set_listener(Some(sender));
        Signals {
            caught,
            desk: self.clone(),
        }
    }

    /// Waits for signals for as long as the process lives; tells `open` when it has begun.
    fn serve(&self, open: &std::sync::mpsc::Sender<io::Result<()>>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let served = runtime.and_then(|runtime| {
            runtime.block_on(async {
                let mut streams = Streams::listen()?;
                // Whoever opened the desk waits for this; it is there.
                let _ = open.send(Ok(()));
                loop {
                    self.hand_on(streams.next().await);
                }
            })
        });
        // Only reached where nothing was opened.
        let _ = open.send(served);
    }

    /// To the run that listens, or to the end of the process.
    #[expect(
        clippy::disallowed_methods,
        reason = "only a run that listens holds a token, and the main thread may be waiting for a pipe for ever"
    )]
    fn hand_on(&self, caught: Caught) {
        let listener = self.listener.lock();
        let listener = listener.unwrap_or_else(PoisonError::into_inner);
        let heard = listener
            .as_ref()
            .is_some_and(|run| run.send(caught).is_ok());
        if !heard {
            std::process::exit(128 + i32::from(caught.number));
        }
    }

    /// Changes who listens.
    fn set_listener(&self, listener: Option<UnboundedSender<Caught>>) {
        *self.listener.lock().unwrap_or_else(PoisonError::into_inner) = listener;
    }
}

impl Signals {
    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Caught {
        match self.caught.recv().await {
            Some(caught) => caught,
            // The desk lets go of a listener only when another one comes.
            None => std::future::pending().await,
        }
    }

    /// Stops listening. One that arrived and was not yet read is handed over: it must not get lost.
    pub(super) fn end(mut self) -> Option<Caught> {
        self.desk.set_listener(None);
        self.caught.try_recv().ok()
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.desk.set_listener(None);
    }
}

/// One stream for each signal that ends a run.
struct Streams([(Caught, Signal); 4]);

impl Streams {
    /// Starts listening.
    ///
    /// # Errors
    /// The system's.
    fn listen() -> io::Result<Self> {
        let stream =
            |number, name, kind| signal(kind).map(|stream| (Caught { number, name }, stream));
        Ok(Self([
            stream(2, "SIGINT", SignalKind::interrupt())?,
            stream(15, "SIGTERM", SignalKind::terminate())?,
            stream(1, "SIGHUP", SignalKind::hangup())?,
            stream(3, "SIGQUIT", SignalKind::quit())?,
        ]))
    }

    /// Waits for the next one.
    async fn next(&mut self) -> Caught {
        let [interrupt, terminate, hangup, quit] = &mut self.0;
        tokio::select! {
            _ = interrupt.1.recv() => interrupt.0,
            _ = terminate.1.recv() => terminate.0,
            _ = hangup.1.recv() => hangup.0,
            _ = quit.1.recv() => quit.0,
        }
    }
}
