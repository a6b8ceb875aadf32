//! Cockpit tokens: create, find by name, list, delete. Only `sources::lease` creates and deletes them during a run.

use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use zeroize::Zeroize;

use super::super::error::SourceError;
use super::super::http::Call;
use super::Api;
use crate::evidence::FailureKind;
use crate::model::{Instant, Scope, Secret};

/// A Cockpit token as the API shows it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Token {
    /// Id.
    pub(crate) id: String,
    /// Name.
    #[serde(default)]
    pub(crate) name: String,
    /// When it was made.
    #[serde(default)]
    pub(crate) created_at: Option<Instant>,
    /// What it may do, in the API's words.
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
    /// The secret: only in the answer to its creation.
    #[serde(default)]
    pub(crate) secret_key: Option<Secret>,
}

/// What a deletion found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Removal {
    /// The token was there, and is not any more.
    Deleted,
    /// There was none: somebody else has deleted it.
    Absent,
}

/// What the answer to a deletion means.
fn judge_deletion(answer: Result<(), SourceError>) -> Result<Removal, SourceError> {
    match answer {
        Ok(()) => Ok(Removal::Deleted),
        Err(error) if error.kind() == FailureKind::NotFound => Ok(Removal::Absent),
        Err(error) => Err(error),
    }
}

impl Api {
    /// Creates a token, once, without any retry: the caller must know what an error leaves behind.
    ///
    /// # Errors
    /// Any [`SourceError`]; whether a token may exist in spite of it is for the caller to judge.
    pub(crate) async fn run_create_token(
        &self,
        name: &str,
        scopes: &[Scope],
        timeout: Duration,
    ) -> Result<Token, SourceError> {
        let mut call = self.call(
            Method::POST,
            &format!("{}/tokens", self.cockpit_path()),
            Vec::new(),
        );
        let scopes: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
        call.body = Some(
            json!({ "project_id": self.account.project_id, "name": name, "token_scopes": scopes }),
        );
        let mut answer = self.fetch_once(&call, timeout).await?;
        let token = Self::read(&call, &answer);
        // It holds the secret.
        answer.body.zeroize();
        token
    }

    /// Deletes a token, once. A token that is not there counts as deleted.
    ///
    /// # Errors
    /// Any [`SourceError`] but 404.
    pub(crate) async fn run_delete_token(
        &self,
        id: &str,
        timeout: Duration,
    ) -> Result<(), SourceError> {
        let answer = self.fetch_once(&self.deletion(id), timeout).await;
        judge_deletion(answer.map(drop)).map(drop)
    }

    /// Deletes a token, trying again by the retry rule, and tells whether it was there.
    ///
    /// # Errors
    /// Any [`SourceError`] but 404.
    pub(crate) async fn run_remove_token(&self, id: &str) -> Result<Removal, SourceError> {
        judge_deletion(self.fetch(&self.deletion(id)).await.map(drop))
    }

    /// The request that deletes a token.
    fn deletion(&self, id: &str) -> Call {
        let path = format!("{}/tokens/{id}", self.cockpit_path());
        self.call(Method::DELETE, &path, Vec::new())
    }

    /// All tokens of the project, newest first.
    ///
    /// # Errors
    /// [`SourceError`] of the first page that failed.
    pub(crate) async fn fetch_tokens(&self) -> Result<Vec<Token>, SourceError> {
        let query = vec![
            ("project_id".to_owned(), self.account.project_id.clone()),
            ("order_by".to_owned(), "created_at_desc".to_owned()),
        ];
        self.fetch_list(&format!("{}/tokens", self.cockpit_path()), "tokens", query)
            .await
    }
}
