//! Which Cockpit tokens exist now?
//!
//! In: creations and deletions. Out: tokens as the API shows them, without their secrets, and what a secret may read. A token
//! works from the moment of its creation to that of its deletion. Secrets follow from the world's seed and a running number.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::templates::zulu;
use crate::model::{Instant, Secret};
use crate::sandbox::identity::Identity;

/// Scopes that a token may have.
pub(super) const SCOPES: [&str; 9] = [
    "read_only_metrics",
    "write_only_metrics",
    "full_access_metrics_rules",
    "read_only_logs",
    "write_only_logs",
    "full_access_logs_rules",
    "full_access_alert_manager",
    "read_only_traces",
    "write_only_traces",
];

/// The most tokens that exist at once, so that a client that never deletes is told so instead of filling the memory.
pub(super) const QUOTA: usize = 1_000;

/// A token.
#[derive(Debug, Clone)]
struct Token {
    /// Id.
    id: String,
    /// Name.
    name: String,
    /// Project.
    project_id: String,
    /// Region.
    region: String,
    /// What it may do.
    scopes: Vec<String>,
    /// Creation.
    created_at: Instant,
    /// What opens the data sources.
    secret: Secret,
}

impl Token {
    /// The token as the API shows it; the secret only at creation.
    fn shown(&self, with_secret: bool) -> Value {
        let secret = with_secret.then(|| self.secret.expose());
        json!({
            "id": self.id, "project_id": self.project_id, "name": self.name, "region": self.region,
            "created_at": zulu(self.created_at), "updated_at": zulu(self.created_at),
            "scopes": self.scopes, "secret_key": secret,
        })
    }
}

/// A token to be made.
#[derive(Debug)]
pub(in crate::sandbox) struct NewToken<'a> {
    /// Name.
    pub(in crate::sandbox) name: &'a str,
    /// Project.
    pub(in crate::sandbox) project_id: &'a str,
    /// Region.
    pub(in crate::sandbox) region: &'a str,
    /// What it may do.
    pub(in crate::sandbox) scopes: Vec<String>,
}

/// What a secret may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum Access {
    /// No token has this secret.
    Unknown,
    /// A token has it, but not the scope.
    OutOfScope,
    /// Yes.
    Granted,
}

/// The tokens that exist.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct TokenBook(Mutex<Pages>);

/// What the book holds.
#[derive(Debug, Default)]
struct Pages {
    /// Tokens in order of creation.
    tokens: Vec<Token>,
    /// How many were ever made.
    made: u64,
}

impl TokenBook {
    /// The pages. A panic elsewhere leaves them whole: each change is one push or one removal.
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a token and shows it with its secret; `None` where the quota is used up.
    pub(in crate::sandbox) fn create(
        &self,
        identity: &Identity,
        new: NewToken<'_>,
        now: Instant,
    ) -> Option<Value> {
        let mut pages = self.pages();
        if pages.tokens.len() >= QUOTA {
            return None;
        }
        pages.made += 1;
        let number = pages.made;
        let secret = identity.token_secret(&format!("{number}"));
        let token = Token {
            id: identity.id(&format!("token {number}")),
            name: new.name.to_owned(),
            project_id: new.project_id.to_owned(),
            region: new.region.to_owned(),
            scopes: new.scopes,
            created_at: now,
            secret,
        };
        let shown = token.shown(true);
        pages.tokens.push(token);
        Some(shown)
    }

    /// Adds the token whose secret is handed to people for other tools.
    pub(in crate::sandbox) fn add_reader(&self, identity: &Identity, now: Instant) {
        let home = identity.home();
        self.pages().tokens.push(Token {
            id: identity.id("reader token"),
            name: "sandbox-reader".to_owned(),
            project_id: home.project_id.clone(),
            region: home.region.clone(),
            scopes: ["read_only_logs", "read_only_metrics", "read_only_traces"]
                .map(str::to_owned)
                .into(),
            created_at: now,
            secret: identity.keys.reader_token.clone(),
        });
    }

    /// The tokens of a region, without secrets.
    pub(super) fn in_region(&self, region: &str) -> Vec<Value> {
        let pages = self.pages();
        let tokens = pages.tokens.iter().filter(|token| token.region == region);
        tokens.map(|token| token.shown(false)).collect()
    }

    /// One token of a region, without its secret.
    pub(super) fn find(&self, region: &str, id: &str) -> Option<Value> {
        let pages = self.pages();
        let mut tokens = pages.tokens.iter();
        let token = tokens.find(|token| token.region == region && token.id == id)?;
        Some(token.shown(false))
    }

    /// Deletes a token; `false` where there is none.
    pub(super) fn delete(&self, region: &str, id: &str) -> bool {
        let mut pages = self.pages();
        let before = pages.tokens.len();
        pages
            .tokens
            .retain(|token| token.region != region || token.id != id);
        pages.tokens.len() < before
    }

    /// What a secret may do, where one of `scopes` is needed.
    pub(in crate::sandbox) fn access(&self, secret: &str, scopes: &[&str]) -> Access {
        let pages = self.pages();
        let mut tokens = pages.tokens.iter();
        match tokens.find(|token| token.secret.expose() == secret) {
            None => Access::Unknown,
            Some(token)
                if token
                    .scopes
                    .iter()
                    .any(|own| scopes.contains(&own.as_str())) =>
            {
                Access::Granted
            }
            Some(_) => Access::OutOfScope,
        }
    }

    /// Every token that exists, for tests: id, name, scopes.
    pub(in crate::sandbox) fn summary(&self) -> Value {
        let pages = self.pages();
        let tokens = pages.tokens.iter();
        tokens
            .map(|token| json!({"id": token.id, "name": token.name, "scopes": token.scopes}))
            .collect()
    }
}
