//! Entries as they come in, for as long as the caller wants: none lost, none twice, through broken connections and restarts.
//!
//! ```text
//!              ┌─► socket (prompt, may drop, may die silently) ──┐
//! Follower ────┤                                                 ├─► seen? ─► new entries
//!              └─► queries over the latest past (complete) ──────┘
//! ```
//!
//! **The socket is for promptness, the query for completeness.** Loki's `tail` drops entries for a slow listener and its
//! connection may die without a word; entries also reach Loki late. So the latest past is asked again by query: after every
//! connection, where the server says that it dropped something, and now and then. Entries that were handed over are known by
//! label set, time and line ([`Seen`]). Where the server offers no `tail`, the queries alone do it.
//!
//! What comes in later than [`Pace::late`] after its own time is lost; nothing else is.

mod seen;
mod socket;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::{Instant as Clock, sleep, sleep_until};

use self::seen::Seen;
use self::socket::{Socket, Told};
use super::download::{Order, PageEntry, Wish, download};
use super::error::{Problem, SourceError};
use super::loki::Loki;
use crate::evidence::FailureKind;
use crate::model::{Instant, Labels, UnixNanos, Window};

/// How often, and how far back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// Between two queries where there is no socket. A second feels live, and is one small request.
    pub(crate) poll: Duration,
    /// How far back such a query looks: most entries reach Loki within a few seconds of their own time.
    pub(crate) recent: TimeDelta,
    /// Between two looks at all of the latest past, socket or not.
    pub(crate) check: Duration,
    /// How far back these look. Twice what is new in that time is read again: the price of a line that came late.
    pub(crate) late: TimeDelta,
    /// Wait before the second try to reach a server; doubled up to [`LONGEST_WAIT`] for each further one.
    pub(crate) first_wait: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(1),
            recent: TimeDelta::seconds(5),
            check: Duration::from_secs(30),
            late: TimeDelta::seconds(30),
            first_wait: Duration::from_millis(500),
        }
    }
}

/// Longest wait between tries to reach a server that is away: a restart takes seconds, and a person looks on.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Sockets that may end one after the other without having told anything, before the queries do it alone.
const SILENT_SOCKETS: u32 = 3;

/// An entry that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Followed {
    /// When it was written, to the nanosecond.
    pub(crate) at: UnixNanos,
    /// What identifies its log stream.
    pub(crate) labels: Arc<Labels>,
    /// The line as stored, control characters included: never print it unescaped.
    pub(crate) line: String,
}

/// What a follower tells.
#[derive(Debug)]
pub(crate) enum Event {
    /// New entries, by time, then by label set. Later events may hold earlier entries: those that came late.
    Entries(Vec<Followed>),
    /// The server offers no `tail`, and says why: queries do it alone from now on.
    Polling(SourceError),
    /// The server cannot be reached or does not answer; it is asked again until it does.
    Lost(SourceError),
    /// It answers again.
    Back,
    /// More entries of one nanosecond than the server can give.
    Crowded(Instant),
}

/// What is followed, and how far.
#[derive(Debug)]
pub(crate) struct Follower {
    /// A log query.
    query: String,
    /// Entries of one request.
    page_entries: u32,
    /// How often, and how far back.
    pace: Pace,
    /// Nothing older is handed over.
    floor: UnixNanos,
    /// What has been handed over.
    seen: Seen,
    /// Up to here the latest past has been asked for.
    asked_to: UnixNanos,
    /// Up to here it has been looked at as far back as [`Pace::late`].
    checked_to: UnixNanos,
    /// Whether the server refused `tail`.
    polls: bool,
    /// Whether the caller knows that the server is away.
    lost: bool,
    /// Sockets in a row that ended without a message.
    silent: u32,
}

/// Why following ended.
#[derive(Debug)]
pub(crate) enum End {
    /// The caller broke off.
    BrokenOff,
    /// The time is over.
    Deadline,
    /// The server will not answer this question, however often it is asked: a refusal, a query that it does not accept.
    Refused(SourceError),
}

/// What a step of following came to, where it did not go on.
enum Step {
    /// The end.
    End(End),
    /// The server is away for now.
    Away(SourceError),
}

impl Follower {
    /// Follows from `asked_to` on: the end of what was asked for already. `floor` is the oldest entry of that which was handed
    /// over, or `asked_to` where none was: what is older was not wanted.
    pub(crate) fn new(
        query: String,
        page_entries: u32,
        pace: Pace,
        floor: Instant,
        asked_to: Instant,
    ) -> Self {
        Self {
            query,
            page_entries,
            pace,
            floor: floor.into(),
            seen: Seen::default(),
            asked_to: asked_to.into(),
            checked_to: asked_to.into(),
            polls: false,
            lost: false,
            silent: 0,
        }
    }

    /// Tells that an entry was handed over before following began.
    pub(crate) fn note(&mut self, entry: &PageEntry<'_>) {
        if entry.at >= self.horizon() {
            self.seen.note(entry.at, entry.labels, entry.line);
        }
    }

    /// Follows until the caller breaks off, the server refuses, or `deadline`. What was handed over stays known: a further call,
    /// with another token, goes on where this one ended. To be let run to its end, not dropped: entries that are being handed
    /// over count as handed over.
    pub(crate) async fn follow(
        &mut self,
        loki: &Loki<'_>,
        timeout: Duration,
        deadline: Clock,
        now: impl Fn() -> Instant,
        mut take: impl AsyncFnMut(Event) -> ControlFlow<()>,
    ) -> End {
        let mut wait = self.pace.first_wait;
        loop {
            let step = self.listen(loki, timeout, deadline, &now, &mut take).await;
            let error = match step {
                // A connection ended. One that told something was worth having again at once, but not in a loop.
                Ok(()) => {
                    if self.silent == 0 {
                        wait = self.pace.first_wait;
                    }
                    if Clock::now() + wait >= deadline {
                        return End::Deadline;
                    }
                    sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                    continue;
                }
                Err(Step::End(end)) => return end,
                Err(Step::Away(error)) => error,
            };
            if !self.lost {
                self.lost = true;
                wait = self.pace.first_wait;
                if take(Event::Lost(error)).await.is_break() {
                    return End::BrokenOff;
                }
            }
            if Clock::now() + wait >= deadline {
                return End::Deadline;
            }
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Connects, asks for what came in meanwhile, and listens until the connection ends or something fails.
    async fn listen(
        &mut self,
        loki: &Loki<'_>,
        timeout: Duration,
        deadline: Clock,
        now: &impl Fn() -> Instant,
        take: &mut impl AsyncFnMut(Event) -> ControlFlow<()>,
    ) -> Result<(), Step> {
        let mut socket = self.open(loki, timeout, take).await?;
        // After the connection, so that nothing comes in between unheard.
        self.catch_up(loki, self.pace.late, now, take).await?;
        let mut check = Clock::now() + self.pace.check;
        let mut told_any = false;
        loop {
            let next = match &socket {
                Some(_) => check,
                None => check.min(Clock::now() + self.pace.poll),
            };
            tokio::select! {
                told = hear(&mut socket) => match told {
                    Told::Entries(entries, dropped) => {
                        // What is known already, as a connection begins with it, is no sign of life.
                        if self.hand_over(entries, take).await? {
                            told_any = true;
                            self.silent = 0;
                        }
                        if dropped {
                            self.catch_up(loki, self.pace.late, now, take).await?;
                        }
                    }
                    Told::Nonsense | Told::End => {
                        self.silent = if told_any { 0 } else { self.silent + 1 };
                        return Ok(());
                    }
                },
                () = sleep_until(deadline) => return Err(Step::End(End::Deadline)),
                () = sleep_until(next) => {
                    let back = if Clock::now() >= check {
                        check = Clock::now() + self.pace.check;
                        self.pace.late
                    } else {
                        self.pace.recent
                    };
                    self.catch_up(loki, back, now, take).await?;
                }
            }
        }
    }

    /// Opens the socket; `None` where the server offers none.
    async fn open(
        &mut self,
        loki: &Loki<'_>,
        timeout: Duration,
        take: &mut impl AsyncFnMut(Event) -> ControlFlow<()>,
    ) -> Result<Option<Socket>, Step> {
        if self.polls || self.silent >= SILENT_SOCKETS {
            return Ok(None);
        }
        // Not from now on: the server's clock may be behind, and it refuses what begins later than that.
        match Socket::open(loki, &self.query, self.horizon(), timeout).await {
            Ok(socket) => Ok(Some(socket)),
            Err(error) if offers_no_tail(&error) => {
                self.polls = true;
                tell(Event::Polling(error), take).await?;
                Ok(None)
            }
            Err(error) => Err(judge(error)),
        }
    }

    /// Asks for the latest past, from `back` before what was asked for last.
    async fn catch_up(
        &mut self,
        loki: &Loki<'_>,
        back: TimeDelta,
        now: &impl Fn() -> Instant,
        take: &mut impl AsyncFnMut(Event) -> ControlFlow<()>,
    ) -> Result<(), Step> {
        let to = now();
        let thorough = back >= self.pace.late;
        let since = if thorough {
            self.checked_to
        } else {
            self.asked_to
        };
        let from = (since.instant() - back).max(self.floor.instant());
        let Some(window) = Window::new(from, to) else {
            return Ok(());
        };
        let wish = Wish {
            query: self.query.clone(),
            window,
            order: Order::OldestFirst,
            enough: None,
            page_entries: self.page_entries,
            parallel: 1,
        };
        let mut handed = Ok(false);
        let done = download(loki, &wish, async |page| {
            let entries = page.entries().map(|entry| Followed {
                at: entry.at,
                labels: entry.labels.clone(),
                line: entry.line.to_owned(),
            });
            handed = self.hand_over(entries.collect(), take).await;
            match handed {
                Ok(_) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        })
        .await;
        handed?;
        if let Some(gap) = done.gaps.into_iter().next() {
            return Err(judge(gap.error));
        }
        for at in done.crowded {
            tell(Event::Crowded(at), take).await?;
        }
        self.asked_to = to.into();
        if thorough {
            self.checked_to = to.into();
            self.seen.forget_before(self.horizon());
        }
        if std::mem::take(&mut self.lost) {
            tell(Event::Back, take).await?;
        }
        Ok(())
    }

    /// Hands over what is new among entries; whether anything was.
    async fn hand_over(
        &mut self,
        mut entries: Vec<Followed>,
        take: &mut impl AsyncFnMut(Event) -> ControlFlow<()>,
    ) -> Result<bool, Step> {
        let floor = self.floor.max(self.horizon());
        entries.retain(|entry| {
            entry.at >= floor && self.seen.note(entry.at, &entry.labels, &entry.line)
        });
        if entries.is_empty() {
            return Ok(false);
        }
        entries.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.labels.cmp(&b.labels)));
        tell(Event::Entries(entries), take).await.map(|()| true)
    }

    /// Nothing older is asked for again, so nothing older need be remembered.
    fn horizon(&self) -> UnixNanos {
        let horizon = self.checked_to.instant() - self.pace.late;
        UnixNanos::from(horizon).max(self.floor)
    }
}

/// Waits for what a socket tells; for ever where there is none.
async fn hear(socket: &mut Option<Socket>) -> Told {
    match socket {
        Some(socket) => socket.next().await,
        None => std::future::pending().await,
    }
}

/// Tells the caller something.
async fn tell(
    event: Event,
    take: &mut impl AsyncFnMut(Event) -> ControlFlow<()>,
) -> Result<(), Step> {
    match take(event).await {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Step::End(End::BrokenOff)),
    }
}

/// What a failed request means for following.
fn judge(error: SourceError) -> Step {
    if error.may_pass() {
        Step::Away(error)
    } else {
        Step::End(End::Refused(error))
    }
}

/// Whether a server's answer to `tail` means that it has none: everything but a refusal of the credential, of the query itself,
/// which the queries will be told too, and trouble that passes.
fn offers_no_tail(error: &SourceError) -> bool {
    match (&error.problem, error.kind()) {
        (_, FailureKind::NotAuthenticated) => false,
        (Problem::Status { status, .. }, _) => !matches!(status, 408 | 429 | 500 | 502..=504),
        (Problem::BadAnswer(_) | Problem::Refused(_), _) => true,
        _ => false,
    }
}
