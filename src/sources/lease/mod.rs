//! The life of a run's Cockpit token: made once, and deleted whatever happens.
//!
//! Scaleway's tokens never expire, so deleting is the most important thing that scout does. A token is therefore not the
//! run's own: it belongs to a *keeper*, a thread with its own runtime and its own connections, that creates it, waits, and
//! deletes it when it is told to, or when the run's handle is gone:
//!
//! ```text
//!     run                                   keeper thread
//!     Lease::start ───────────────────────► POST, find out what became of it
//!     lease.secret().await ◄─────────────── secret, or why there is none
//!     … queries …
//!     lease.begin_close()   ──── Close ───► DELETE until it is gone (404 counts)
//!     … analysis …
//!     lease.close().await   ◄───────────── TokenOutcome
//!
//!     `?`, panic, signal: Drop of the Lease says Close and joins the thread; a token that could
//!                         not be deleted then goes to `LeftTokens`, where the end of the process looks
//! ```
//!
//! A clone of the run's client would not do: a pooled connection belongs to the runtime that drives it, and that runtime is
//! blocked while `Drop` runs. The keeper needs nothing of the run, so it works whatever state the run is in.
//!
//! What the keeper knows for sure decides what it does. A creation whose answer got lost, came as a 5xx or was not waited
//! for may still have made a token: it is looked up by its unique name and deleted.

mod guards;
mod keeper;

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use super::error::SourceError;
use super::scaleway::Account;
use crate::model::{Scope, Secret, TokenName, TokenOutcome, TokenStatus};
pub(crate) use guards::{LedgerWatch, Unwatched, Watch};

/// The token that a run wants.
#[derive(Debug, Clone)]
pub(crate) struct LeaseRequest {
    /// Where, for which project, by whose key.
    pub(crate) account: Account,
    /// Unique name.
    pub(crate) name: TokenName,
    /// What it may read; at least one.
    pub(crate) scopes: Vec<Scope>,
    /// Deadline of one request.
    pub(crate) timeout: Duration,
    /// How much longer the run may last.
    pub(crate) run_left: Duration,
    /// What watches over the token.
    pub(crate) watch: Watch,
    /// Who hears of a token that outlives a lease which was dropped and not closed.
    pub(crate) left: LeftTokens,
    /// Seed of the jitter between tries.
    pub(crate) seed: u64,
}

/// Tokens that could not be deleted and whose run is past telling: it panicked, or returned early. Clones are one list.
#[derive(Debug, Clone, Default)]
pub(crate) struct LeftTokens(Arc<Mutex<Vec<TokenOutcome>>>);

impl LeftTokens {
    /// All of them, in the order of their runs; the list is empty after that.
    pub(crate) fn take(&self) -> Vec<TokenOutcome> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds one.
    fn add(&self, outcome: TokenOutcome) {
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        list.push(outcome);
    }
}

/// What the run tells the keeper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Command {
    /// Delete the token.
    Close,
    /// The user is impatient: shorten the retries, but delete all the same.
    Hurry,
}

/// How far creation has come.
#[derive(Debug, Clone)]
enum Creation {
    /// Under way.
    Pending,
    /// The token works.
    Ready(Secret),
    /// There is none.
    Failed(SourceError),
}

/// Shortens the retries of a deletion; the deletion itself goes on.
#[derive(Debug, Clone)]
pub(crate) struct Hurry(mpsc::UnboundedSender<Command>);

impl Hurry {
    /// The user is impatient.
    pub(crate) fn hurry(&self) {
        // A keeper that is gone has nothing left to shorten.
        let _ = self.0.send(Command::Hurry);
    }
}

/// The end of a lease.
#[derive(Debug)]
pub(crate) struct LeaseEnd {
    /// What became of the token.
    pub(crate) outcome: TokenOutcome,
    /// What could not be set up to watch over it, each told once.
    pub(crate) gaps: Vec<Unwatched>,
}

/// A run's hold on its token. Dropping it deletes the token and waits until that is done.
#[derive(Debug)]
pub(crate) struct Lease {
    /// To the keeper.
    commands: mpsc::UnboundedSender<Command>,
    /// From the keeper: the secret.
    creation: watch::Receiver<Creation>,
    /// From the keeper: the end.
    outcome: oneshot::Receiver<TokenOutcome>,
    /// From the keeper: what could not be set up to watch over the token.
    gaps: mpsc::UnboundedReceiver<Unwatched>,
    /// The keeper; `None` once joined.
    keeper: Option<JoinHandle<()>>,
    /// For the outcome, should the keeper have died.
    request: LeaseRequest,
}

impl Lease {
    /// Starts the keeper, which creates the token at once, beside whatever the run does next.
    ///
    /// # Errors
    /// The system gives no thread. Nothing was sent then.
    pub(crate) fn start(request: LeaseRequest) -> std::io::Result<Self> {
        let (commands, inbox) = mpsc::unbounded_channel();
        let (created, creation) = watch::channel(Creation::Pending);
        let (ended, outcome) = oneshot::channel();
        let (gap, gaps) = mpsc::unbounded_channel();
        let order = request.clone();
        let keeper = std::thread::Builder::new()
            .name("token-keeper".to_owned())
            .spawn(move || {
                // Nobody listens any more where the run's handle was dropped: then the outcome has no reader.
                let _ = ended.send(keeper::run_keeper(order, inbox, created, &gap));
            })?;
        Ok(Self {
            commands,
            creation,
            outcome,
            gaps,
            keeper: Some(keeper),
            request,
        })
    }

    /// The token's secret, as soon as there is one.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) async fn secret(&self) -> Result<Secret, SourceError> {
        let mut creation = self.creation.clone();
        let state = creation
            .wait_for(|state| !matches!(state, Creation::Pending))
            .await
            .map(|state| state.clone());
        match state {
            Ok(Creation::Ready(secret)) => Ok(secret),
            Ok(Creation::Failed(error)) => Err(error),
            Ok(Creation::Pending) | Err(_) => Err(keeper::closed_before_creation(&self.request)),
        }
    }

    /// Has the keeper delete the token now, without waiting for it.
    pub(crate) fn begin_close(&self) {
        // A keeper that is gone has already deleted it.
        let _ = self.commands.send(Command::Close);
    }

    /// A way to shorten the retries of a deletion under way.
    pub(crate) fn hurry(&self) -> Hurry {
        Hurry(self.commands.clone())
    }

    /// Deletes the token and tells what became of it.
    pub(crate) async fn close(mut self) -> LeaseEnd {
        self.begin_close();
        let outcome = (&mut self.outcome).await;
        self.join();
        LeaseEnd {
            outcome: outcome.unwrap_or_else(|_| keeper::left_behind(&self.request, None, None)),
            gaps: std::iter::from_fn(|| self.gaps.try_recv().ok()).collect(),
        }
    }

    /// Waits for the keeper's end; whether that was still to be waited for.
    fn join(&mut self) -> bool {
        // A keeper that panicked has printed so; its outcome says "left behind".
        self.keeper.take().map(JoinHandle::join).is_some()
    }
}

impl Drop for Lease {
    /// Early return, `?`, panic: the token is deleted before anything else happens. A closed lease has nothing left to do.
    fn drop(&mut self) {
        self.begin_close();
        if self.join() {
            let outcome = self.outcome.try_recv();
            let outcome =
                outcome.unwrap_or_else(|_| keeper::left_behind(&self.request, None, None));
            if outcome.status == TokenStatus::LeftBehind {
                self.request.left.add(outcome);
            }
        }
    }
}

#[cfg(test)]
mod tests;
