//! What the keeper's thread does: create, find out, wait, delete.

use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::super::error::{Problem, SourceError};
use super::super::http::{Limits, NoAnswer, backoff};
use super::super::scaleway::{Api, Token};
use super::guards::{Guards, Unwatched};
use super::{Command, Creation, LeaseRequest};
use crate::evidence::FailureKind;
use crate::model::{Secret, TokenOutcome, TokenStatus};

/// Tries to create the token. Each further one comes only after it is known that the one before left nothing.
const CREATE_TRIES: u32 = 4;

/// How long an answer to the creation is still waited for once the run is over: with the answer comes the id.
const GRACE: Duration = Duration::from_secs(5);

/// The same, for a user who has interrupted twice.
const SHORT_GRACE: Duration = Duration::from_millis(500);

/// Longest wait for one answer to a deletion. A healthy API takes 0.1 s; a stuck connection must leave time for others.
const DELETE_TIMEOUT: Duration = Duration::from_secs(10);

/// Shortest wait for one answer to a deletion, whatever `--timeout` says: the flag is about queries.
const DELETE_LEAST: Duration = Duration::from_secs(2);

/// How long a deletion is retried before the run gives up and says so.
const DELETE_BUDGET: Duration = Duration::from_secs(30);

/// The same, for a user who has interrupted twice.
const SHORT_BUDGET: Duration = Duration::from_secs(3);

/// Looks for a token whose creation was not answered: the server may still be at it.
const LOOKUPS: u32 = 3;

/// Bytes of an answer: a page of a hundred tokens is about 40 kB.
const ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// Runs a keeper on this thread until its token is gone, or known to be left behind.
pub(super) fn run_keeper(
    request: LeaseRequest,
    inbox: mpsc::UnboundedReceiver<Command>,
    created: watch::Sender<Creation>,
    gaps: &mpsc::UnboundedSender<Unwatched>,
) -> TokenOutcome {
    let guards = Guards::raise(&request);
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            guards.stand_down();
            created.send_replace(Creation::Failed(unusable(&request, error.to_string())));
            return not_created(&request);
        }
    };
    let outcome = runtime.block_on(async move {
        let limits = Limits {
            timeout: request.timeout,
            answer_bytes: ANSWER_BYTES,
            parallel: 4,
            seed: request.seed,
        };
        match Api::new(request.account.clone(), limits) {
            Ok(api) => {
                let rng = fastrand::Rng::with_seed(request.seed);
                let keeper = Keeper {
                    guards,
                    doubts: 0,
                    api,
                    request,
                    inbox,
                    urgency: Urgency::None,
                    rng,
                };
                keeper.keep(created, gaps).await
            }
            Err(error) => {
                guards.stand_down();
                created.send_replace(Creation::Failed(error));
                not_created(&request)
            }
        }
    });
    // A look-up of a host name that hangs must not hold up the end.
    runtime.shutdown_background();
    outcome
}

/// How much the run is in a hurry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    /// The run goes on.
    None,
    /// The run is over.
    Close,
    /// And the user is impatient.
    Hurry,
}

/// A keeper at work.
struct Keeper {
    /// Who watches over the token should this process die.
    guards: Guards,
    /// Creations that went unanswered, less the tokens that turned out to be theirs.
    doubts: u32,
    /// The API, on connections of its own.
    api: Api,
    /// What was asked for.
    request: LeaseRequest,
    /// From the run; closed when the run's handle is gone.
    inbox: mpsc::UnboundedReceiver<Command>,
    /// What the run said last.
    urgency: Urgency,
    /// Jitter.
    rng: fastrand::Rng,
}

/// A token that exists.
struct Held {
    /// Its id.
    id: String,
    /// When it was made.
    since: Instant,
}

/// What one try to create a token led to.
enum Attempt {
    /// It exists, and this is its secret.
    Made(Held, Secret),
    /// It surely does not exist; trying again may help.
    Again(SourceError),
    /// It surely does not exist, and trying again will not help.
    Never(SourceError),
    /// It may exist.
    Unsure(SourceError),
}

impl Keeper {
    /// The whole life.
    async fn keep(
        mut self,
        created: watch::Sender<Creation>,
        gaps: &mpsc::UnboundedSender<Unwatched>,
    ) -> TokenOutcome {
        self.guards.stand_ready(&self.request, gaps);
        let held = match self.create().await {
            Ok((held, secret)) => {
                self.guards.tell_id(&held.id);
                created.send_replace(Creation::Ready(secret));
                self.guards.write_id(&held.id);
                Some(held)
            }
            Err(error) => {
                created.send_replace(Creation::Failed(error));
                None
            }
        };
        if held.is_some() {
            self.wait_for_close().await;
        }
        // Whoever waits for a secret that will not come is told now, and not after the deletion.
        drop(created);
        self.end(held).await
    }

    /// Creates the token. Counts the tries that may have left one behind whose id is not known.
    async fn create(&mut self) -> Result<(Held, Secret), SourceError> {
        let mut attempt = 1;
        loop {
            let error = match self.try_create().await {
                Attempt::Made(held, secret) => return Ok((held, secret)),
                Attempt::Never(error) => return Err(error),
                Attempt::Again(error) => error,
                Attempt::Unsure(error) => {
                    self.doubts += 1;
                    self.guards.tell_unsure();
                    if self.urgency == Urgency::None {
                        // The name is unique, so whatever bears it is ours, and without its secret it is of no use.
                        self.delete_by_name(1).await?;
                    }
                    error
                }
            };
            let timed_out = error.kind() == FailureKind::TimedOut;
            if attempt == CREATE_TRIES || timed_out || self.urgency != Urgency::None {
                return Err(error);
            }
            let wait = backoff(attempt, &mut self.rng);
            self.sleep(wait).await;
            attempt += 1;
        }
    }

    /// One POST, and what is known after it.
    async fn try_create(&mut self) -> Attempt {
        let since = Instant::now();
        let name = self.request.name.to_string();
        let timeout = self.request.timeout;
        let post = self
            .api
            .run_create_token(&name, &self.request.scopes, timeout);
        let patience = |urgency| match urgency {
            Urgency::None => timeout,
            Urgency::Close => timeout.min(GRACE),
            Urgency::Hurry => timeout.min(SHORT_GRACE),
        };
        let answer = attend(&mut self.inbox, &mut self.urgency, post, patience).await;
        judge(
            answer.unwrap_or_else(|| Err(abandoned(&self.request))),
            since,
        )
    }

    /// Waits until the run says that it is over, or is gone.
    async fn wait_for_close(&mut self) {
        while self.urgency == Urgency::None {
            self.urgency = listen(&mut self.inbox, self.urgency).await;
        }
    }

    /// Deletes what exists and tells how that went. Where a token is left, or may yet appear, the guards stay at their post; where
    /// one may yet appear and nobody is at a post, it counts as left.
    async fn end(mut self, held: Option<Held>) -> TokenOutcome {
        let deleted = match &held {
            Some(held) => self.delete(&held.id).await,
            None => Ok(()),
        };
        let lived = held.as_ref().map(|held| held.since.elapsed());
        if deleted.is_err() {
            return left_behind(&self.request, held.map(|held| held.id), lived);
        }
        if self.doubts > 0 {
            let looked = self.delete_by_name(LOOKUPS).await;
            if looked.is_err() || self.doubts > 0 && !self.guards.any() {
                return left_behind(&self.request, None, None);
            }
        }
        if self.doubts == 0 {
            self.guards.stand_down();
        }
        match held {
            Some(held) => outcome(&self.request, TokenStatus::Deleted, Some(held.id), lived),
            None => not_created(&self.request),
        }
    }

    /// Deletes one token, again and again until it is gone, the answer is final, or the time is up.
    async fn delete(&mut self, id: &str) -> Result<(), SourceError> {
        let started = Instant::now();
        let mut attempt = 1;
        loop {
            let timeout = self.delete_timeout();
            let deletion = self.api.run_delete_token(id, timeout);
            let patience = |urgency| {
                if urgency == Urgency::Hurry {
                    timeout.min(SHORT_BUDGET)
                } else {
                    timeout
                }
            };
            let answer = attend(&mut self.inbox, &mut self.urgency, deletion, patience).await;
            let error = match answer {
                Some(Ok(())) => return Ok(()),
                Some(Err(error)) => error,
                None => abandoned(&self.request),
            };
            if !error.may_pass() {
                return Err(error);
            }
            let wait = backoff(attempt, &mut self.rng);
            self.sleep(wait).await;
            if started.elapsed() >= self.delete_budget(self.urgency) {
                return Err(error);
            }
            attempt += 1;
        }
    }

    /// How long one answer to a deletion is waited for.
    fn delete_timeout(&self) -> Duration {
        self.request.timeout.clamp(DELETE_LEAST, DELETE_TIMEOUT)
    }

    /// How long a deletion may be retried, or the list of tokens be waited for.
    fn delete_budget(&self, urgency: Urgency) -> Duration {
        let budget = DELETE_BUDGET.min(self.delete_timeout() * 4);
        if urgency == Urgency::Hurry {
            budget.min(SHORT_BUDGET)
        } else {
            budget
        }
    }

    /// Deletes every token that bears the run's name, looking `lookups` times.
    async fn delete_by_name(&mut self, lookups: u32) -> Result<(), SourceError> {
        let name = self.request.name.to_string();
        for lookup in 1..=lookups {
            for token in self.fetch_named(&name).await? {
                self.delete(&token.id).await?;
                self.doubts = self.doubts.saturating_sub(1);
            }
            if lookup < lookups {
                let wait = backoff(lookup, &mut self.rng);
                self.sleep(wait).await;
            }
        }
        Ok(())
    }

    /// Tokens that bear the name. The list is not waited for longer than a deletion would be.
    async fn fetch_named(&mut self, name: &str) -> Result<Vec<Token>, SourceError> {
        let usual = self.delete_budget(Urgency::None);
        let short = self.delete_budget(Urgency::Hurry);
        let patience = |urgency| {
            if urgency == Urgency::Hurry {
                short
            } else {
                usual
            }
        };
        let list = self.api.fetch_tokens();
        let answer = attend(&mut self.inbox, &mut self.urgency, list, patience).await;
        let mut tokens = answer.unwrap_or_else(|| Err(abandoned(&self.request)))?;
        tokens.retain(|token| token.name == name);
        Ok(tokens)
    }

    /// Sleeps; what the run says meanwhile is noted, and impatience ends the sleep.
    async fn sleep(&mut self, wait: Duration) {
        let deadline = Instant::now() + wait;
        while self.urgency != Urgency::Hurry {
            tokio::select! {
                () = tokio::time::sleep_until(deadline) => return,
                heard = listen(&mut self.inbox, self.urgency) => self.urgency = heard,
            }
        }
        tokio::time::sleep_until(deadline.min(Instant::now() + Duration::from_millis(100))).await;
    }
}

/// The next thing that the run says. A handle that is gone means that the run is over; after that there is silence.
async fn listen(inbox: &mut mpsc::UnboundedReceiver<Command>, urgency: Urgency) -> Urgency {
    match inbox.recv().await {
        Some(Command::Hurry) => Urgency::Hurry,
        Some(Command::Close) => urgency.max(Urgency::Close),
        None if urgency == Urgency::None => Urgency::Close,
        None => std::future::pending().await,
    }
}

/// Waits for `work`, noting what the run says meanwhile; `None` once the patience that goes with the urgency is used up.
async fn attend<T>(
    inbox: &mut mpsc::UnboundedReceiver<Command>,
    urgency: &mut Urgency,
    work: impl Future<Output = T>,
    patience: impl Fn(Urgency) -> Duration,
) -> Option<T> {
    tokio::pin!(work);
    let mut deadline = Instant::now() + patience(*urgency);
    loop {
        tokio::select! {
            answer = &mut work => return Some(answer),
            () = tokio::time::sleep_until(deadline) => return None,
            heard = listen(inbox, *urgency) => {
                *urgency = heard;
                deadline = deadline.min(Instant::now() + patience(heard));
            }
        }
    }
}

/// What an answer to a creation, or its absence, proves.
fn judge(answer: Result<Token, SourceError>, since: Instant) -> Attempt {
    match answer {
        Ok(Token {
            id,
            secret_key: Some(secret),
            ..
        }) => Attempt::Made(Held { id, since }, secret),
        Ok(Token { id, .. }) => Attempt::Unsure(SourceError {
            source_name: "scaleway",
            url: String::new(),
            problem: Problem::BadAnswer(format!("token {id} came without its secret")),
        }),
        Err(error) => match &error.problem {
            Problem::NoAnswer(NoAnswer::NotSent(_)) | Problem::Status { status: 429, .. } => {
                Attempt::Again(error)
            }
            Problem::NoAnswer(NoAnswer::Unusable(_))
            | Problem::Address(_)
            | Problem::Refused(_)
            | Problem::NotAuthenticated { .. } => Attempt::Never(error),
            // 409: the name is taken, so an earlier try did make it.
            Problem::Status { status, .. } if *status < 500 && *status != 409 => {
                Attempt::Never(error)
            }
            _ => Attempt::Unsure(error),
        },
    }
}

/// The error of a creation that was not waited for.
fn abandoned(request: &LeaseRequest) -> SourceError {
    SourceError {
        source_name: "scaleway",
        url: request.account.api_url.clone(),
        problem: Problem::NoAnswer(NoAnswer::TimedOut(request.timeout)),
    }
}

/// The error of a run whose keeper has nothing to work with.
fn unusable(request: &LeaseRequest, why: String) -> SourceError {
    SourceError {
        problem: Problem::NoAnswer(NoAnswer::Unusable(why)),
        ..abandoned(request)
    }
}

/// The error of whoever waits for a secret that will not come.
pub(super) fn closed_before_creation(request: &LeaseRequest) -> SourceError {
    unusable(
        request,
        "the run was closed before the token was made".to_owned(),
    )
}

/// The outcome of a run that got no token, and left none.
fn not_created(request: &LeaseRequest) -> TokenOutcome {
    outcome(request, TokenStatus::NotCreated, None, None)
}

/// The outcome of a run whose token may still exist, with the command that removes it.
pub(super) fn left_behind(
    request: &LeaseRequest,
    id: Option<String>,
    lived: Option<Duration>,
) -> TokenOutcome {
    let region = &request.account.region;
    let remedy = match &id {
        Some(id) => format!("scw cockpit token delete {id} region={region}"),
        None => format!(
            "scw cockpit token list project-id={} region={region}    # then: scw cockpit token delete ID region={region}, for the one named {}",
            request.account.project_id, request.name
        ),
    };
    TokenOutcome {
        remedy: Some(remedy),
        ..outcome(request, TokenStatus::LeftBehind, id, lived)
    }
}

/// An outcome.
fn outcome(
    request: &LeaseRequest,
    status: TokenStatus,
    id: Option<String>,
    lived: Option<Duration>,
) -> TokenOutcome {
    TokenOutcome {
        status,
        id,
        name: Some(request.name.to_string()),
        scopes: request.scopes.clone(),
        lived_seconds: lived.map(|lived| (lived.as_secs_f64() * 1000.0).round() / 1000.0),
        remedy: None,
    }
}
