//! Finishes what dead runs left: deletes the tokens of ledger entries that nobody holds, beside the run's own work.
//!
//! Two runs that find the same entry do no harm: the lock lets one of them at it, and a token that is already gone counts as
//! deleted. Entries of other APIs and projects are left to a run with the right credentials.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use chrono::TimeDelta;

use super::error::SourceError;
use super::http::Limits;
use super::ledger::{Abandoned, Ledger};
use super::scaleway::{Account, Api, Removal};
use crate::model::Instant;

/// How long a token whose id was never learnt may yet appear: its creation may still be under way on the server.
const MAY_APPEAR: TimeDelta = TimeDelta::minutes(2);

/// What was found.
#[derive(Debug)]
pub(crate) enum Finding {
    /// A token was deleted.
    Removed {
        /// Its name.
        name: String,
    },
    /// A token could not be deleted; a later run tries again.
    Kept {
        /// Its name.
        name: String,
        /// Why.
        error: SourceError,
    },
    /// A file that could not be read was set aside.
    Damaged {
        /// Where it is now.
        path: PathBuf,
    },
}

/// A recovery under way, on a thread of its own.
#[derive(Debug)]
pub(crate) struct Recovery(Receiver<Vec<Finding>>);

impl Recovery {
    /// Starts one. Where no dead run left anything, nothing is sent.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn start(
        ledger: Ledger,
        account: Account,
        limits: Limits,
        now: Instant,
    ) -> io::Result<Self> {
        let (found, findings) = channel();
        std::thread::Builder::new()
            .name("token-recovery".to_owned())
            .spawn(move || {
                // Nobody listens any more where the run has ended meanwhile.
                let _ = found.send(run_recovery(&ledger, &account, limits, now));
            })?;
        Ok(Self(findings))
    }

    /// What it found, if it ends in time. One that does not ends with the process; its entries stay for the next.
    pub(crate) fn wait(self, bound: Duration) -> Vec<Finding> {
        self.0.recv_timeout(bound).unwrap_or_default()
    }
}

/// Finishes every entry that this account can.
fn run_recovery(ledger: &Ledger, account: &Account, limits: Limits, now: Instant) -> Vec<Finding> {
    let scan = ledger.scan(now);
    let damaged = scan.damaged.into_iter();
    let mut findings: Vec<Finding> = damaged.map(|path| Finding::Damaged { path }).collect();
    let mine: Vec<(Account, Abandoned)> = scan
        .abandoned
        .into_iter()
        .filter_map(|found| Some((found.entry.account(account)?, found)))
        .collect();
    if mine.is_empty() {
        return findings;
    }
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        return findings;
    };
    runtime.block_on(async {
        for (account, found) in mine {
            findings.extend(finish(account, found, limits, now).await);
        }
    });
    findings
}

/// Finishes one entry.
async fn finish(
    account: Account,
    found: Abandoned,
    limits: Limits,
    now: Instant,
) -> Option<Finding> {
    let name = found.entry.name().to_owned();
    match remove(account, &found, limits).await {
        Ok(Removal::Deleted) => {
            found.remove();
            Some(Finding::Removed { name })
        }
        Ok(Removal::Absent) => {
            if found.entry.id().is_some() || now - found.entry.started_at() > MAY_APPEAR {
                found.remove();
            }
            None
        }
        Err(error) => Some(Finding::Kept { name, error }),
    }
}

/// Deletes an entry's token by its id, and whatever else bears its name.
async fn remove(
    account: Account,
    found: &Abandoned,
    limits: Limits,
) -> Result<Removal, SourceError> {
    let api = Api::new(account, limits)?;
    let mut removal = match found.entry.id() {
        Some(id) => api.run_remove_token(id).await?,
        None => Removal::Absent,
    };
    for token in api.fetch_tokens().await? {
        if token.name == found.entry.name() {
            api.run_remove_token(&token.id).await?;
            removal = Removal::Deleted;
        }
    }
    Ok(removal)
}
