//! What a reaper is told: the order in one line of JSON, the key in a line of its own, then words as the run goes on.
//!
//! The key is not part of the JSON: it goes from one zeroised type into another and is never held by a JSON tree.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::super::lease::LeaseRequest;
use super::super::scaleway::Account;
use crate::model::Secret;

/// Longest wait for one answer: a healthy API takes 0.1 s, and a stuck connection must leave time for another.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// What a token needs to be deleted, but for the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Order {
    /// Base address of the API.
    api_url: String,
    /// Project.
    project_id: String,
    /// Region.
    region: String,
    /// The token's name.
    pub(super) name: String,
    /// The reaper takes the run for dead after this time, pipe or not.
    pub(super) life: Duration,
    /// Deadline of one request.
    pub(super) request_timeout: Duration,
    /// Seed of the jitter between tries.
    pub(super) seed: u64,
    /// The ledger's entry, to be removed with the token.
    pub(super) entry: Option<PathBuf>,
}

impl Order {
    /// The order for a run's token.
    pub(super) fn new(request: &LeaseRequest, life: Duration, entry: Option<PathBuf>) -> Self {
        Self {
            api_url: request.account.api_url.clone(),
            project_id: request.account.project_id.clone(),
            region: request.account.region.clone(),
            name: request.name.to_string(),
            life,
            request_timeout: request.timeout.min(REQUEST_TIMEOUT),
            seed: request.seed,
            entry,
        }
    }

    /// Where the token is, and by whose key it goes.
    pub(super) fn account(&self, secret_key: Secret) -> Account {
        Account {
            api_url: self.api_url.clone(),
            secret_key,
            project_id: self.project_id.clone(),
            region: self.region.clone(),
        }
    }
}

/// What a reaper knows besides its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct News {
    /// The token's id.
    pub(super) id: Option<String>,
    /// A creation went unanswered: more than one token may bear the name.
    pub(super) unsure: bool,
    /// The run has deleted the token.
    pub(super) done: bool,
}

impl News {
    /// Takes in one line. A word from a later version means nothing to this one.
    pub(super) fn hear(&mut self, line: &str) {
        match line.split_once(' ').unwrap_or((line, "")) {
            ("id", id) => self.id = Some(id.to_owned()),
            ("unsure", _) => self.unsure = true,
            ("done", _) => self.done = true,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_add_up_and_unknown_words_are_nothing() {
        let mut news = News::default();
        for line in ["unsure", "id 1-2", "", "idle", "hello id"] {
            news.hear(line);
        }
        let expected = News {
            id: Some("1-2".to_owned()),
            unsure: true,
            done: false,
        };
        assert_eq!(news, expected);
        news.hear("done");
        assert!(news.done);
    }
}
