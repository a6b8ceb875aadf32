//! One run with a token: make it, work, give it back, whatever happens in between.
//!
//! ```text
//! signals listen ─► lease starts ─► work ──┬─ done ────────► begin_close ─► think ─► close
//!                                          └─ a signal ────► close (a second signal shortens its retries)
//!
//! A lease that is dropped on the way, by a panic or an early return, deletes its token too; if it cannot, the end of the
//! process finds it in `Session::left` and says so.
//! ```

use std::time::Duration;

use anyhow::Context;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use super::exit::{Exit, Failure};
use super::foreign;
use super::session::Session;
use super::signals::{Caught, Signals};
use super::watch;
use crate::evidence::{Record, SourceRecord};
use crate::model::messages::cli as text;
use crate::model::messages::tokens;
use crate::model::{Scope, TokenName, TokenOutcome, TokenStatus};
use crate::plan::Plan;
use crate::sources::{Api, Job, Lease, LeaseRequest, Limits, gather};

/// Threads for work that blocks: reading large answers, looking up names.
const BLOCKING_THREADS: usize = 3;

/// What ended a run before its work was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// A signal.
    Signal(Caught),
    /// The longest time that a run may last has passed.
    Overdue,
}

/// How a run ended.
pub(super) struct Ended<T> {
    /// What came of it; `None` where it was interrupted before that.
    pub(super) value: Option<T>,
    /// What became of the token.
    pub(super) token: TokenOutcome,
    /// What ended it before that.
    stopped: Option<Stop>,
}

/// What the work of a run has at hand.
pub(super) struct Leased<'a> {
    /// The Scaleway API; `None` where a Loki of the user's own is asked, and nothing else.
    pub(super) api: Option<&'a Api>,
    /// The token; `None` where no scope was asked for.
    pub(super) lease: Option<&'a Lease>,
    /// Told of each request.
    pub(super) progress: UnboundedSender<SourceRecord>,
}

impl<'a> Leased<'a> {
    /// The Scaleway API.
    ///
    /// # Errors
    /// A Loki of the user's own is asked, and nothing else.
    pub(super) fn ensure_api(&self, session: &Session) -> Result<&'a Api, Failure> {
        self.api
            .ok_or_else(|| foreign::needs_cockpit(session.lang()))
    }
}

/// Runs a plan, and `think`s about what it brought while the token is being deleted.
///
/// # Errors
/// No credentials, or nothing to run with; sources that fail are records, not errors.
pub(super) fn run_plan<T>(
    session: &Session,
    plan: &Plan,
    think: impl FnOnce(Vec<Record>) -> T,
) -> Result<Ended<T>, Failure> {
    session.ensure_cockpit()?;
    let known = session.known_endpoints();
    let machines = session.machines();
    let work = async |leased: &Leased<'_>| {
        let Some(api) = leased.api else {
            return Vec::new();
        };
        let job = Job {
            plan,
            services: &session.services,
            catalog: session.catalog,
            api,
            endpoints: known,
            machines: &machines,
            probes: session.probes(),
            lease: leased.lease,
            lang: session.lang(),
            now: session.world.now,
            seed: session.world.random,
            progress: leased.progress.clone(),
        };
        gather(&job).await
    };
    run_leased(session, &plan.scopes(), plan.requests.len(), work, think)
}

/// Runs `work` with a token of `scopes` (none: without a token), then `think`s while the token is being deleted.
///
/// # Errors
/// No credentials, or nothing to run with.
pub(super) fn run_leased<G, T>(
    session: &Session,
    scopes: &[Scope],
    planned: usize,
    work: impl AsyncFnOnce(&Leased<'_>) -> G,
    think: impl FnOnce(G) -> T,
) -> Result<Ended<T>, Failure> {
    // A Loki of the user's own needs neither account nor token.
    let account = match session.foreign_loki() {
        Some(_) => None,
        None => Some(session.account()?),
    };
    let failed = |error: anyhow::Error| Failure::of_system(&error, session.lang());
    let runtime = tokio::runtime::Builder::new_current_thread()
        // Each thread that reads answers keeps memory of its own; more of them than cores read no faster.
        .max_blocking_threads(BLOCKING_THREADS)
        .enable_all()
        .build()
        .context("starting the event loop")
        .map_err(failed)?;
    runtime.block_on(async {
        // Before the lease, so that it outlives it: without a listener a signal ends the process.
        let mut signals = session
            .listen_for_signals()
            .context("listening for signals")
            .map_err(failed)?;
        // First: its thread makes the token while this one sets up its own connections.
        let lease = match account {
            Some(_) => start_lease(session, scopes)?,
            None => None,
        };
        let api = account
            .map(|account| Api::new(account, limits(session)))
            .transpose()
            .map_err(|error| Failure::of_source(&error, session.lang()))?;
        let recovery = match api {
            Some(_) => watch::start_recovery(session, limits(session)),
            None => None,
        };
        let (progress, mut events) = mpsc::unbounded_channel();
        let leased = Leased {
            api: api.as_ref(),
            lease: lease.as_ref(),
            progress,
        };
        let (gathered, stopped) = tokio::select! {
            gathered = work(&leased) => (Some(gathered), None),
            caught = signals.next() => (None, Some(Stop::Signal(caught))),
            () = tokio::time::sleep(run_left(session)) => (None, Some(Stop::Overdue)),
            () = show_progress(session, &mut events, planned) => (None, None),
            () = panic_for_chaos(session) => (None, None),
        };
        drop(leased);
        show_rest(session, &mut events, planned);
        session.terminal.clear_progress();
        if let Some(lease) = &lease {
            lease.begin_close();
        }
        let value = gathered.map(think);
        let mut ended = Ended {
            value,
            token: TokenOutcome::not_needed(),
            stopped,
        };
        if let Some(lease) = lease {
            close(session, lease, &mut signals, &mut ended).await;
        }
        if let (Some(caught), None) = (signals.end(), ended.stopped) {
            ended.stopped = Some(Stop::Signal(caught));
        }
        session.terminal.token(&ended.token);
        if let Some(recovery) = recovery {
            watch::finish_recovery(session, recovery, ended.stopped.is_some());
        }
        Ok(ended)
    })
}

/// Waits until the token is gone. A signal does not end that; a second one shortens its retries.
async fn close<T>(session: &Session, lease: Lease, signals: &mut Signals, ended: &mut Ended<T>) {
    let hurry = lease.hurry();
    let closing = lease.close();
    tokio::pin!(closing);
    match ended.stopped {
        Some(Stop::Signal(caught)) => session
            .terminal
            .note(&text::closing_after_signal(session.lang(), caught.name)),
        Some(Stop::Overdue) => session.terminal.note(tokens::overdue(session.lang())),
        None => {}
    }
    let end = loop {
        tokio::select! {
            end = &mut closing => break end,
            caught = signals.next() => {
                if ended.stopped.is_some() {
                    session.terminal.note(text::hurrying(session.lang()));
                    hurry.hurry();
                } else {
                    session.terminal.note(&text::closing_after_signal(session.lang(), caught.name));
                    ended.stopped = Some(Stop::Signal(caught));
                }
            }
        }
    };
    watch::say_gaps(session, &end.gaps);
    ended.token = end.outcome;
}

/// How much longer the run may last.
fn run_left(session: &Session) -> Duration {
    session
        .max_run
        .saturating_sub(session.world.started.elapsed())
}

/// Panics when the chaos test wants it. Never ends otherwise.
#[cfg(debug_assertions)]
async fn panic_for_chaos(session: &Session) {
    match session.world.panic_after {
        Some(after) => tokio::time::sleep(after).await,
        None => std::future::pending().await,
    }
    panic!("as the chaos test wants it");
}

/// Never ends: release builds have no such panic.
#[cfg(not(debug_assertions))]
async fn panic_for_chaos(_: &Session) {
    std::future::pending().await
}

/// Starts the token's keeper where a scope is asked for.
fn start_lease(session: &Session, scopes: &[Scope]) -> Result<Option<Lease>, Failure> {
    if scopes.is_empty() {
        return Ok(None);
    }
    let request = LeaseRequest {
        account: session.account()?,
        name: TokenName::new(session.world.now + session.max_run, session.world.random),
        scopes: scopes.to_vec(),
        timeout: session.timeout,
        run_left: run_left(session),
        watch: session.watch.clone(),
        left: session.left.clone(),
        seed: session.world.random,
    };
    Lease::start(request)
        .map(Some)
        .context("starting the thread that keeps the token")
        .map_err(|error| Failure::of_system(&error, session.lang()))
}

/// Limits for the connections to the API.
fn limits(session: &Session) -> Limits {
    Limits {
        timeout: session.timeout,
        answer_bytes: 64 * 1024 * 1024,
        parallel: 8,
        seed: session.world.random,
    }
}

/// Shows requests as they end. Never ends by itself.
async fn show_progress(
    session: &Session,
    events: &mut UnboundedReceiver<SourceRecord>,
    planned: usize,
) {
    let mut answered = 0;
    while let Some(record) = events.recv().await {
        answered += 1;
        session
            .terminal
            .progress(&record, answered, planned.max(answered));
    }
    std::future::pending::<()>().await;
}

/// Shows the requests that ended together with the work.
fn show_rest(session: &Session, events: &mut UnboundedReceiver<SourceRecord>, planned: usize) {
    while let Ok(record) = events.try_recv() {
        session.terminal.progress(&record, planned, planned);
    }
}

impl<T> Ended<T> {
    /// Ends a command whose `answer` writes what came of the run. What must be said about a token that was left behind, or
    /// about an interruption, is said whatever the answer does, and outweighs how it ends.
    ///
    /// # Errors
    /// The answer's own, where nothing outweighs it.
    pub(super) fn finish(
        &self,
        session: &Session,
        answer: impl FnOnce(&T) -> Result<Exit, Failure>,
    ) -> Result<Exit, Failure> {
        let Some(value) = &self.value else {
            return Ok(self.settle(session, Exit::Done));
        };
        let answered = answer(value);
        let own = answered
            .as_ref()
            .map_or_else(|failure| failure.exit, |exit| *exit);
        let exit = self.settle(session, own);
        match answered {
            Err(failure) if exit != own => {
                session.terminal.fail(&failure);
                Ok(exit)
            }
            Err(failure) => Err(failure),
            Ok(_) => Ok(exit),
        }
    }

    /// How the process ends, where the run's own answer would end it with `exit`. Says what must be said about a token
    /// that was left behind, or about an interruption.
    pub(super) fn settle(&self, session: &Session, exit: Exit) -> Exit {
        let lang = session.lang();
        if self.token.status == TokenStatus::LeftBehind {
            session
                .terminal
                .fail(&Failure::token_left(&self.token, lang));
            return Exit::TokenLeft;
        }
        match self.stopped {
            Some(Stop::Signal(caught)) => {
                if self.value.is_none() {
                    session.terminal.fail(&Failure::new(
                        Exit::Signal(caught.number),
                        text::interrupted(lang, caught.name, self.token.status),
                        None,
                    ));
                }
                Exit::Signal(caught.number)
            }
            Some(Stop::Overdue) => {
                session.terminal.fail(&Failure::new(
                    Exit::Incomplete,
                    tokens::ran_too_long(lang),
                    Some(tokens::ran_too_long_hint(lang).to_owned()),
                ));
                Exit::Incomplete
            }
            None => exit,
        }
    }
}
