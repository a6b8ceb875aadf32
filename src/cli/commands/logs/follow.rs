//! `scout logs --follow`: the newest lines, then each one as it comes in, until somebody ends it.
//!
//! ```text
//! history ─► Follower ─► pick ─► writer          one run after the other, each with a token of its own
//! ```
//!
//! A token lives no longer than `--max-run`; following goes on for days. So it is cut into runs: shortly before a token's time is
//! over the run ends, its token is deleted, and the next one begins where it ended. The [`Follower`] remembers what was shown, so
//! nothing is lost or repeated between them.

use std::ops::ControlFlow;
use std::time::Duration;

use tokio::time::Instant as Clock;

use super::super::super::cockpit;
use super::super::super::exit::{Exit, Failure};
use super::super::super::run::{Leased, run_leased};
use super::super::super::session::Session;
use super::Asked;
use super::ending::say_gaps;
use super::picker::{Kept, Picker};
use super::writer::{Batch, Taken, Writer};
use crate::evidence::FailureKind;
use crate::model::messages::logs as words;
use crate::model::{Instant, Scope};
use crate::render::logs::DocumentTail;
use crate::sources::Wanted;
use crate::sources::download::{Downloaded, Order, PageEntry, download};
use crate::sources::follow::{End, Event, Follower, Pace};
use crate::sources::loki::Loki;

/// The part of a token's life after which the next one is made: the rest is for its deletion.
const RENEWED_AFTER: f64 = 0.9;

/// A token that is refused sooner than this was not good to begin with; a new one would not be either.
const WORTH_RENEWING: Duration = Duration::from_secs(10);

/// How one run of several ended.
enum Part {
    /// A new token is needed.
    Renew,
    /// Nobody reads any more.
    Left,
}

/// Shows the newest lines and follows.
///
/// # Errors
/// No credentials, Loki's refusal, or stdout's.
pub(super) fn run(
    session: &mut Session,
    asked: &Asked,
    mut writer: Writer,
) -> Result<Exit, Failure> {
    let mut follower = None;
    let mut picker = Picker::new(
        asked.filter.clone(),
        asked.context_of(Order::OldestFirst),
        None,
    )
    .by(&session.service_label);
    loop {
        let ended = run_leased(
            session,
            &[Scope::Logs],
            1,
            async |leased: &Leased<'_>| {
                follow(
                    session,
                    leased,
                    asked,
                    &mut follower,
                    &mut picker,
                    &mut writer,
                )
                .await
            },
            |part: Result<Part, Failure>| part,
        )?;
        let exit = match &ended.value {
            Some(Ok(Part::Renew)) => {
                let exit = ended.settle(session, Exit::Done);
                if exit == Exit::Done {
                    session.world.begin_anew();
                    continue;
                }
                exit
            }
            Some(Ok(Part::Left)) | None => ended.settle(session, Exit::Done),
            Some(Err(failure)) => {
                writer.stop(DocumentTail::default(), || ());
                return ended.finish(session, |_| Err(failure.clone()));
            }
        };
        writer.stop(DocumentTail::default(), || ());
        return Ok(exit);
    }
}

/// One run: the history where there was none yet, then what comes in.
async fn follow(
    session: &Session,
    leased: &Leased<'_>,
    asked: &Asked,
    follower: &mut Option<Follower>,
    picker: &mut Picker,
    writer: &mut Writer,
) -> Result<Part, Failure> {
    let deadline = Clock::now() + session.max_run.mul_f64(RENEWED_AFTER);
    let source = cockpit::open(session, leased, Wanted::Logs).await?;
    let loki = source.loki();
    let follower = if let Some(follower) = follower {
        follower
    } else {
        let history = show_history(session, asked, &loki, writer).await?;
        if history.left {
            return Ok(Part::Left);
        }
        follower.insert(history.follower)
    };
    let mut left = false;
    let began = Clock::now();
    let end = follower
        .follow(
            &loki,
            session.timeout,
            deadline,
            || session.world.clock(),
            async |event| {
                let Event::Entries(entries) = event else {
                    say(session, &event);
                    return ControlFlow::Continue(());
                };
                let mut kept = Vec::new();
                for entry in &entries {
                    let entry = PageEntry {
                        at: entry.at,
                        labels: &entry.labels,
                        line: &entry.line,
                    };
                    // Nothing that comes is one too many.
                    let _ = picker.look(entry, |pick| kept.push(Kept::of(pick)));
                }
                left =
                    !kept.is_empty() && writer.offer(Batch::Lines(kept, None)).await != Taken::Yes;
                if left {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            },
        )
        .await;
    match end {
        End::BrokenOff => Ok(Part::Left),
        End::Deadline => Ok(Part::Renew),
        End::Refused(error)
            if error.kind() == FailureKind::NotAuthenticated
                && began.elapsed() > WORTH_RENEWING =>
        {
            Ok(Part::Renew)
        }
        End::Refused(error) => Err(Failure::of_source(&error, session.lang())),
    }
}

/// What came of the history.
struct History {
    /// Goes on from there.
    follower: Follower,
    /// Nobody reads any more.
    left: bool,
}

/// Shows the window's lines: the newest that are wanted, or all.
async fn show_history(
    session: &Session,
    asked: &Asked,
    loki: &Loki<'_>,
    writer: &mut Writer,
) -> Result<History, Failure> {
    let wish = asked.wish();
    let new = |floor: Instant| {
        let (query, page) = (wish.query.clone(), wish.page_entries);
        Follower::new(query, page, Pace::default(), floor, asked.window.to)
    };
    let mut follower = new(asked.window.from);
    let mut left = false;
    let done = if let Some(limit) = asked.limit {
        let context = asked.context_of(Order::NewestFirst);
        let mut picker =
            Picker::new(asked.filter.clone(), context, Some(limit)).by(&session.service_label);
        let mut kept = Vec::new();
        let done = download(loki, &wish, async |page| {
            for entry in page.entries() {
                if picker
                    .look(entry, |pick| kept.push(Kept::of(pick)))
                    .is_break()
                {
                    break;
                }
            }
            if picker.is_full() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .await;
        kept.reverse();
        if picker.is_full()
            && let Some(oldest) = kept.first()
        {
            follower = new(oldest.pick().at.instant());
        }
        for kept in &kept {
            let pick = kept.pick();
            follower.note(&PageEntry {
                at: pick.at,
                labels: pick.labels,
                line: pick.line,
            });
        }
        if !kept.is_empty() {
            left = writer.offer(Batch::Lines(kept, None)).await != Taken::Yes;
        }
        done
    } else {
        download(loki, &wish, async |page| {
            for entry in page.entries() {
                follower.note(&entry);
            }
            left = writer.offer(Batch::Page(page)).await != Taken::Yes;
            if left {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .await
    };
    judge_history(session, &done)?;
    Ok(History { follower, left })
}

/// Says what of the history is missing. A history that could not be had at all is no reason to wait for what comes.
///
/// # Errors
/// The first gap's, where nothing came.
fn judge_history(session: &Session, done: &Downloaded) -> Result<(), Failure> {
    match done.gaps.first() {
        Some(gap) if done.entries == 0 => Err(Failure::of_source(&gap.error, session.lang())),
        _ => {
            for at in done.crowded.iter().copied() {
                say(session, &Event::Crowded(at));
            }
            say_gaps(session, &done.gaps);
            Ok(())
        }
    }
}

/// Says what is not a line.
fn say(session: &Session, event: &Event) {
    let lang = session.lang();
    match event {
        Event::Entries(_) => {}
        Event::Polling(error) => session
            .terminal
            .note(&words::polling(lang, &error.say(lang))),
        Event::Lost(error) => session.terminal.warn(&words::lost(lang, &error.say(lang))),
        Event::Back => session.terminal.note(&words::back(lang)),
        Event::Crowded(at) => {
            let at = at.to_rfc3339();
            session
                .terminal
                .warn(&crate::model::messages::cli::crowded_instant(lang, &at));
        }
    }
}
