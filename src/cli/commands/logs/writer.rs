//! How does the answer reach stdout while it is still downloaded? By a thread that picks, masks, renders and writes, fed by a queue
//! that is bounded in bytes.
//!
//! ```text
//! download ─► offer(batch) ─► queue (≤ ROOM bytes) ─► thread: pick, mask, render ─► stdout, or the screen and its pager
//! ```
//!
//! * Answers that fit into the queue are downloaded whole however slowly somebody reads, so that the token goes at once. A longer
//!   answer into a pipe waits for its reader, and the token with it, for as long as `--max-run` allows.
//! * On a screen nobody waits for a person: what is offered beyond the queue is not taken, and the download ends there.
//! * What is written is whole lines. The thread notes up to where it has written, for who wants to go on from there.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::super::super::pager::Screen;
use super::super::super::terminal::Terminal;
use super::picker::{Kept, Picker};
use super::shape::Shape;
use crate::model::{Labels, UnixNanos};
use crate::render::logs::DocumentTail;
use crate::sources::download::{Order, Page};

/// Bytes that wait to be written: what a slow reader may leave behind before it holds the token up, and an eighth of the memory that a
/// download may take.
const ROOM: u32 = 8 << 20;

/// Bytes that a screen takes: more than anybody pages through.
const SCREEN_ROOM: u32 = 32 << 20;

/// Bytes that are written at once.
const CHUNK: usize = 64 << 10;

/// How long an interrupted run waits for what is being written.
const LAST_WRITE: Duration = Duration::from_secs(1);

/// What is to be written.
pub(super) enum Batch {
    /// A page, of which the thread picks.
    Page(Page),
    /// Lines that were picked, and labels that all of them share where all of the answer is here.
    Lines(Vec<Kept>, Option<Arc<Labels>>),
}

/// What the thread is told.
enum Message {
    /// Write this.
    Batch(Batch, OwnedSemaphorePermit),
    /// That was all.
    End(DocumentTail),
}

/// What the thread tells.
enum News {
    /// A person pages through the answer.
    Paging,
    /// It has ended.
    Ended(io::Result<()>),
}

/// What both sides know.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Nobody reads any more.
    closed: AtomicBool,
    /// The run was interrupted: what waits is not written any more.
    stopped: AtomicBool,
    /// Lines written.
    shown: AtomicU64,
    /// Where what is written ends; what follows is not written.
    until: Mutex<Option<UnixNanos>>,
}

impl Shared {
    /// Lines written.
    pub(super) fn shown(&self) -> u64 {
        self.shown.load(Ordering::Relaxed)
    }

    /// Whether nobody reads any more.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Where what is written ends, in the order of the download: the first instant that is not written, or, newest first, the
    /// last that is.
    pub(super) fn until(&self) -> Option<UnixNanos> {
        *self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The queue's near end.
pub(super) struct Writer {
    /// To the thread.
    messages: mpsc::Sender<Message>,
    /// From the thread.
    news: mpsc::Receiver<News>,
    /// Room in the queue.
    room: Arc<Semaphore>,
    /// Bytes that a screen still takes; `None` where the answer goes elsewhere.
    left: Option<u32>,
    /// What both sides know.
    pub(super) shared: Arc<Shared>,
}

/// Whether an offer was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// It will be written.
    Yes,
    /// Nobody reads any more.
    Closed,
    /// The screen takes no more.
    Full,
}

/// Where the answer goes.
pub(super) enum Sink {
    /// A file or a pipe.
    Plain,
    /// A screen.
    Screen(Box<Screen>),
}

impl Writer {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn start(
        shape: Shape,
        picker: Picker,
        order: Order,
        sink: Sink,
    ) -> io::Result<Self> {
        let (messages, inbox) = mpsc::channel();
        let (outbox, news) = mpsc::channel();
        let shared = Arc::new(Shared::default());
        let left = match &sink {
            Sink::Screen(screen) if screen.may_page() => Some(SCREEN_ROOM),
            _ => None,
        };
        let mut work = Work {
            shape,
            picker,
            order,
            sink,
            shared: shared.clone(),
            out: Vec::with_capacity(CHUNK * 2),
            outbox: Some(outbox.clone()),
        };
        std::thread::Builder::new()
            .name("answer".to_owned())
            .spawn(move || {
                let mut written = work.run(&inbox);
                if written.is_ok() {
                    // A few lines more than fit start it only now.
                    work.tell_paging();
                    written = work.sink.finish();
                }
                work.shared
                    .closed
                    .store(written.is_err(), Ordering::Relaxed);
                // What still waits is let go of, so that nobody waits for room.
                drop(inbox);
                let _ = outbox.send(News::Ended(written));
            })?;
        Ok(Self {
            messages,
            news,
            room: Arc::new(Semaphore::new(left.unwrap_or(ROOM) as usize)),
            left,
            shared,
        })
    }

    /// Offers a part of the answer; waits for room where a pipe is slow.
    pub(super) async fn offer(&mut self, batch: Batch) -> Taken {
        let bytes = u32::try_from(batch.bytes()).unwrap_or(u32::MAX);
        if let Some(left) = &mut self.left {
            // The first part is taken whatever its size.
            if bytes > *left && *left < SCREEN_ROOM {
                return Taken::Full;
            }
            *left = left.saturating_sub(bytes.max(1));
        }
        let bytes = bytes.min(ROOM);
        let Ok(permit) = self.room.clone().acquire_many_owned(bytes).await else {
            return Taken::Closed;
        };
        if self.shared.is_closed() || self.messages.send(Message::Batch(batch, permit)).is_err() {
            return Taken::Closed;
        }
        Taken::Yes
    }

    /// Ends the answer and waits until it is written, and read where a pager shows it; `paging` is called when one does, and what
    /// it gives is dropped afterwards.
    ///
    /// # Errors
    /// The stream's, a closed pipe included.
    pub(super) fn finish<G>(
        self,
        tail: DocumentTail,
        paging: impl FnOnce() -> G,
    ) -> io::Result<()> {
        // A thread that has ended says so below.
        let _ = self.messages.send(Message::End(tail));
        drop(self.messages);
        match self.news.recv() {
            Ok(News::Ended(written)) => written,
            Ok(News::Paging) => {
                let _until_then = paging();
                match self.news.recv() {
                    Ok(News::Ended(written)) => written,
                    _ => Ok(()),
                }
            }
            Err(_) => Ok(()),
        }
    }

    /// Ends the answer of an interrupted run after the lines that are being written. Where a pager shows it, it ends when the person
    /// leaves that, as `paging` allows for: a pager handles Ctrl-C by itself, and must not be left alone on the terminal.
    pub(super) fn stop<G>(self, tail: DocumentTail, paging: impl FnOnce() -> G) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        let _ = self.messages.send(Message::End(tail));
        drop(self.messages);
        if let Ok(News::Paging) = self.news.recv_timeout(LAST_WRITE) {
            let _until_then = paging();
            let _ = self.news.recv();
        }
    }
}

impl Batch {
    /// Bytes that it takes, about.
    fn bytes(&self) -> usize {
        /// What a page keeps beside an entry's line.
        const ROW: usize = 48;
        match self {
            Self::Page(page) => page.line_bytes() + page.len() * ROW,
            Self::Lines(lines, _) => lines.iter().map(Kept::bytes).sum(),
        }
    }
}

impl Sink {
    /// Whether a pager runs.
    fn is_paged(&self) -> bool {
        matches!(self, Self::Screen(screen) if screen.is_paged())
    }

    /// Writes whole lines.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain => Terminal::write_part(bytes),
            Self::Screen(screen) => screen.write(bytes),
        }
    }

    /// Ends the answer.
    fn finish(self) -> io::Result<()> {
        match self {
            Self::Plain => Ok(()),
            Self::Screen(screen) => screen.finish(),
        }
    }
}

/// What the thread has at hand.
struct Work {
    /// Writes lines.
    shape: Shape,
    /// Picks lines of pages.
    picker: Picker,
    /// The order of pages.
    order: Order,
    /// Where it goes.
    sink: Sink,
    /// What both sides know.
    shared: Arc<Shared>,
    /// What is written next.
    out: Vec<u8>,
    /// Where it is told that a pager runs; `None` once it has been.
    outbox: Option<mpsc::Sender<News>>,
}

impl Work {
    /// Tells, once, that a pager runs: from then on the answer ends when a person leaves it.
    fn tell_paging(&mut self) {
        if self.sink.is_paged()
            && let Some(outbox) = self.outbox.take()
        {
            // Nobody may wait for it any more.
            let _ = outbox.send(News::Paging);
        }
    }

    /// Writes what comes, to the end.
    fn run(&mut self, inbox: &mpsc::Receiver<Message>) -> io::Result<()> {
        for message in inbox {
            match message {
                Message::Batch(..) if self.is_stopped() => {}
                Message::Batch(Batch::Page(page), _permit) => self.write_page(&page)?,
                Message::Batch(Batch::Lines(lines, common), _permit) => {
                    self.write_lines(&lines, common.as_ref())?;
                }
                Message::End(tail) => {
                    let tail = DocumentTail {
                        shown: self.shape.shown,
                        fetched: tail.fetched.max(self.shape.shown),
                        ..tail
                    };
                    self.shape.end(&tail, &mut self.out)?;
                    return self.flush(None);
                }
            }
        }
        Ok(())
    }

    /// Whether the run was interrupted.
    fn is_stopped(&self) -> bool {
        self.shared.stopped.load(Ordering::Relaxed)
    }

    /// Writes what is picked of a page.
    fn write_page(&mut self, page: &Page) -> io::Result<()> {
        let mut entries = page.entries().peekable();
        while let Some(entry) = entries.next() {
            let mut written = Ok(());
            let looked = self.picker.look(entry, |pick| {
                if written.is_ok() {
                    written = self.shape.write(&pick, None, &mut self.out);
                }
            });
            written?;
            let next = entries.peek().map(|next| next.at);
            if looked.is_break() {
                break;
            }
            // Between two instants only: whoever goes on from there repeats nothing.
            if self.out.len() >= CHUNK
                && let Some(next) = next.filter(|next| *next != entry.at)
            {
                let until = match self.order {
                    Order::OldestFirst => next,
                    Order::NewestFirst => entry.at,
                };
                self.flush(Some(until))?;
                if self.is_stopped() {
                    return Ok(());
                }
            }
        }
        let until = match self.order {
            Order::OldestFirst => page.covers.to,
            Order::NewestFirst => page.covers.from,
        };
        self.flush(Some(until.into()))
    }

    /// Writes lines that were picked.
    fn write_lines(&mut self, lines: &[Kept], common: Option<&Arc<Labels>>) -> io::Result<()> {
        for kept in lines {
            self.shape.write(&kept.pick(), common, &mut self.out)?;
            if self.out.len() >= CHUNK {
                self.flush(None)?;
            }
        }
        self.flush(None)
    }

    /// Writes what is rendered, and notes up to where.
    fn flush(&mut self, until: Option<UnixNanos>) -> io::Result<()> {
        if !self.out.is_empty() {
            self.sink.write(&self.out)?;
            self.out.clear();
            self.tell_paging();
        }
        self.shared.shown.store(self.shape.shown, Ordering::Relaxed);
        if until.is_some() {
            let known = self.shared.until.lock();
            *known.unwrap_or_else(PoisonError::into_inner) = until;
        }
        Ok(())
    }
}
