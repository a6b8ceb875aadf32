//! The lines, from Loki to the writer: all of them as they come, or as many as are wanted; beside them, how many there are.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::super::super::cockpit;
use super::super::super::exit::Failure;
use super::super::super::run::Leased;
use super::super::super::session::Session;
use super::Asked;
use super::picker::{Kept, Picker};
use super::writer::{Batch, Taken, Writer};
use crate::model::messages::logs as words;
use crate::model::{Instant, Labels};
use crate::sources::Wanted;
use crate::sources::download::{Downloaded, Order, Page, Wish, download};
use crate::sources::loki::Loki;

/// How long a count may take once the lines are there: they are what somebody waits for.
const COUNT_LATE: Duration = Duration::from_secs(2);

/// How often progress is shown.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// What came of the work.
#[derive(Debug, Default)]
pub(super) struct Fetched {
    /// How the download ended.
    pub(super) done: Downloaded,
    /// Entries that there are, where the server was asked and said.
    pub(super) matched: Option<u64>,
    /// Whether a limit left lines out.
    pub(super) limited: bool,
    /// Whether the screen took no more.
    pub(super) full: bool,
    /// Where nothing was found: the values that the services' label has, if it says.
    pub(super) known: Option<Vec<String>>,
    /// Days that logs are kept, where the API was asked.
    pub(super) retention_days: Option<u32>,
}

/// Fetches, and hands over to the writer.
///
/// # Errors
/// Loki cannot be asked at all.
pub(super) async fn fetch(
    session: &Session,
    leased: &Leased<'_>,
    asked: &Asked,
    writer: &mut Writer,
) -> Result<Fetched, Failure> {
    let source = cockpit::open_for(session, leased, Wanted::Logs, asked.parallel).await?;
    let loki = source.loki();
    let mut fetched = {
        let lines = fetch_lines(session, asked, &loki, writer);
        let count = fetch_count(&loki, asked);
        tokio::pin!(lines);
        tokio::pin!(count);
        let mut counted = None;
        let mut fetched = loop {
            tokio::select! {
                fetched = &mut lines => break fetched,
                matched = &mut count, if counted.is_none() => counted = Some(matched),
            }
        };
        fetched.matched = match counted {
            Some(matched) => matched,
            None => timeout(COUNT_LATE, count).await.ok().flatten(),
        };
        fetched
    };
    if let (Some(matched), true) = (fetched.matched, fetched.limited) {
        fetched.limited = matched > fetched.done.entries.min(asked.limit.unwrap_or(u64::MAX));
    }
    fetched.retention_days = source.retention_days();
    if fetched.done.entries == 0 && fetched.done.gaps.is_empty() && !asked.is_raw {
        // Nothing at all may mean a name that Loki does not know: worth one more request.
        let known = loki.fetch_label_values(&session.service_label, asked.window);
        fetched.known = known.await.ok();
    }
    Ok(fetched)
}

/// Counts what the query selects, where that is what is wanted and somebody is told.
async fn fetch_count(loki: &Loki<'_>, asked: &Asked) -> Option<u64> {
    if !asked.counts {
        return None;
    }
    loki.fetch_count(&asked.query.text, asked.window).await.ok()
}

/// Fetches the lines.
async fn fetch_lines(
    session: &Session,
    asked: &Asked,
    loki: &Loki<'_>,
    writer: &mut Writer,
) -> Fetched {
    let wish = asked.wish();
    let progress = Progress::new(session, asked, wish.order);
    match asked.limit {
        None => stream(loki, &wish, progress, writer).await,
        Some(limit) => pick(loki, &wish, progress, asked, limit, writer).await,
    }
}

/// Hands every page to the writer, who picks.
async fn stream(
    loki: &Loki<'_>,
    wish: &Wish,
    mut progress: Progress<'_>,
    writer: &mut Writer,
) -> Fetched {
    let mut full = false;
    let done = download(loki, wish, async |page| {
        progress.add(&page);
        let taken = writer.offer(Batch::Page(page)).await;
        full |= taken == Taken::Full;
        match taken {
            Taken::Yes => ControlFlow::Continue(()),
            Taken::Closed | Taken::Full => ControlFlow::Break(()),
        }
    })
    .await;
    Fetched {
        done,
        full,
        ..Fetched::default()
    }
}

/// Picks the newest lines that are wanted. Newest first, they go on at once; else they wait for the oldest of them.
async fn pick(
    loki: &Loki<'_>,
    wish: &Wish,
    mut progress: Progress<'_>,
    asked: &Asked,
    limit: u64,
    writer: &mut Writer,
) -> Fetched {
    let mut picker = Picker::new(
        asked.filter.clone(),
        asked.context_of(wish.order),
        Some(limit),
    )
    .by(progress.label());
    let mut kept = Vec::new();
    let mut full = false;
    let done = download(loki, wish, async |page| {
        progress.add(&page);
        for entry in page.entries() {
            let looked = picker.look(entry, |pick| kept.push(Kept::of(pick)));
            if looked.is_break() {
                break;
            }
        }
        if asked.order == Order::NewestFirst && !kept.is_empty() {
            let taken = writer
                .offer(Batch::Lines(std::mem::take(&mut kept), None))
                .await;
            full |= taken == Taken::Full;
            if taken != Taken::Yes {
                return ControlFlow::Break(());
            }
        }
        if picker.is_full() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })
    .await;
    if !kept.is_empty() {
        kept.reverse();
        let common = Labels::common(kept.iter().map(|kept| kept.labels.as_ref()));
        full |= writer
            .offer(Batch::Lines(kept, Some(Arc::new(common))))
            .await
            == Taken::Full;
    }
    Fetched {
        limited: picker.is_full() && (picker.more || done.broken_off),
        done,
        full,
        ..Fetched::default()
    }
}

/// How far a download is, shown now and then.
struct Progress<'a> {
    /// Where it is shown, and what is asked.
    session: &'a Session,
    /// What is asked.
    asked: &'a Asked,
    /// From which end.
    order: Order,
    /// Whether it may be shown: not where the lines themselves go to the screen.
    shown: bool,
    /// When the download began, since the program did.
    began: Duration,
    /// When it was last shown.
    last: Duration,
    /// Lines so far.
    lines: u64,
    /// Their bytes.
    bytes: u64,
}

impl<'a> Progress<'a> {
    /// Of a download that begins.
    fn new(session: &'a Session, asked: &'a Asked, order: Order) -> Self {
        let began = session.world.started.elapsed();
        Self {
            session,
            asked,
            order,
            shown: !session.terminal.shows_screen
                || (asked.limit.is_some() && asked.order == Order::OldestFirst),
            began,
            last: began,
            lines: 0,
            bytes: 0,
        }
    }

    /// The label that tells services apart.
    fn label(&self) -> &'a str {
        &self.session.service_label
    }

    /// Counts a page, and shows how far that is.
    fn add(&mut self, page: &Page) {
        self.lines += page.len() as u64;
        self.bytes += page.line_bytes() as u64;
        let now = self.session.world.started.elapsed();
        if !self.shown || now.saturating_sub(self.last) < PROGRESS_EVERY {
            return;
        }
        self.last = now;
        let seconds = now.saturating_sub(self.began).as_secs_f64().max(0.001);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rate for people"
        )]
        let lines_per_second = (self.lines as f64 / seconds) as u64;
        let terminal = &self.session.terminal;
        terminal.progress_line(&words::progress(
            terminal.lang(),
            words::Progress {
                lines: self.lines,
                bytes: self.bytes,
                share: self.share(page),
                lines_per_second,
            },
        ));
    }

    /// The part of the window that lies behind.
    fn share(&self, page: &Page) -> f64 {
        let window = self.asked.window;
        let seconds = |a: Instant, b: Instant| (b - a).as_seconds_f64();
        let done = match self.order {
            Order::OldestFirst => seconds(window.from, page.covers.to),
            Order::NewestFirst => seconds(page.covers.from, window.to),
        };
        (done / seconds(window.from, window.to)).clamp(0.0, 1.0)
    }
}
