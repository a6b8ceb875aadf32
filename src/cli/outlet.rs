//! How does a long answer reach stdout from inside a run that holds a token? Through a thread: whoever reads slowly slows the download
//! down, and neither signals nor `--max-run` wait for them.

use std::io;
use std::thread::JoinHandle;

use tokio::sync::mpsc;

use super::terminal::Terminal;

/// Parts that wait: a page each, some megabytes in all.
const WAITING: usize = 4;

/// The near end of stdout.
pub(super) struct Outlet {
    /// To the thread.
    parts: mpsc::Sender<Vec<u8>>,
    /// The thread; it gives how writing went.
    thread: JoinHandle<io::Result<()>>,
}

impl Outlet {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn start() -> io::Result<Self> {
        let (parts, mut inbox) = mpsc::channel::<Vec<u8>>(WAITING);
        let thread = std::thread::Builder::new()
            .name("answer".to_owned())
            .spawn(move || {
                while let Some(part) = inbox.blocking_recv() {
                    Terminal::write_part(&part)?;
                }
                Ok(())
            })?;
        Ok(Self { parts, thread })
    }

    /// Offers whole lines; waits for room. `false` where nobody reads any more.
    pub(super) async fn offer(&self, part: Vec<u8>) -> bool {
        self.parts.send(part).await.is_ok()
    }

    /// Waits until all is written.
    ///
    /// # Errors
    /// The stream's, a closed pipe included.
    pub(super) fn finish(self) -> io::Result<()> {
        drop(self.parts);
        self.thread
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the thread that writes the answer ended")))
    }
}
