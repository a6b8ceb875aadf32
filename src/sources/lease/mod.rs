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
//!     `?`, panic, signal: Drop of the Lease says Close and joins the thread
//! ```
//!
//! A clone of the run's client would not do: a pooled connection belongs to the runtime that drives it, and that runtime is
//! blocked while `Drop` runs. The keeper needs nothing of the run, so it works whatever state the run is in.
//!
//! What the keeper knows for sure decides what it does. A creation whose answer got lost, came as a 5xx or was not waited
//! for may still have made a token: it is looked up by its unique name and deleted.

mod guards;
mod keeper;

use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use super::error::SourceError;
use super::scaleway::Account;
use crate::model::{Scope, Secret, TokenName, TokenOutcome};
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
    /// Seed of the jitter between tries.
    pub(crate) seed: u64,
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

    /// Deletes the token and tells what became of it. May be called again after it was cancelled; once it has answered,
    /// further calls say that the token was left behind, so do not.
    pub(crate) async fn close(&mut self) -> TokenOutcome {
        self.begin_close();
        let outcome = (&mut self.outcome).await;
        self.join();
        outcome.unwrap_or_else(|_| keeper::left_behind(&self.request, None, None))
    }

    /// What could not be set up to watch over the token, each told once; complete after [`Lease::close`].
    pub(crate) fn gaps(&mut self) -> Vec<Unwatched> {
        std::iter::from_fn(|| self.gaps.try_recv().ok()).collect()
    }

    /// Waits for the keeper's end.
    fn join(&mut self) {
        if let Some(keeper) = self.keeper.take() {
            // A keeper that panicked has printed so; its outcome says "left behind".
            let _ = keeper.join();
        }
    }
}

impl Drop for Lease {
    /// Early return, `?`, panic: the token is deleted before anything else happens.
    fn drop(&mut self) {
        self.begin_close();
        self.join();
    }
}

#[cfg(test)]
mod tests;
