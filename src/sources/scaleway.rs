//! The Scaleway API: tokens, data sources, lists of resources. The only place that sends the user's own key.

mod events;
mod lists;
mod refusal;
mod tokens;

use std::time::Duration;

use reqwest::{Method, Url};
use serde::Deserialize;

pub(super) use events::{alert_rule, job_run, recorded_call};
pub(crate) use lists::log_name;
pub(crate) use tokens::{Removal, Token};

use super::address;
use super::data_source;
use super::error::{Problem, SourceError, is_html};
use super::http::{Answer, Call, Http, Limits, NoAnswer};
use crate::model::Secret;

/// The header that carries the user's own key.
const KEY_HEADER: &str = "x-auth-token";

/// Where the API is, who asks, and for which project.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    /// Base address, `https://api.scaleway.com`.
    pub(crate) api_url: String,
    /// The user's own key.
    pub(crate) secret_key: Secret,
    /// Project.
    pub(crate) project_id: String,
    /// Region of Cockpit.
    pub(crate) region: String,
}

/// A client of the Scaleway API.
#[derive(Debug)]
pub(crate) struct Api {
    /// Connection pool.
    http: Http,
    /// Base address.
    base: Url,
    /// Who asks.
    account: Account,
}

impl Api {
    /// A client for an account.
    ///
    /// # Errors
    /// The address may not be given a key; no TLS.
    pub(crate) fn new(account: Account, limits: Limits) -> Result<Self, SourceError> {
        let failed = |problem| SourceError {
            source_name: "scaleway",
            url: account.api_url.clone(),
            problem,
        };
        let base = address::parse_base(&account.api_url)
            .map_err(|refusal| failed(Problem::Address(refusal)))?;
        let http = Http::new(limits, &base).map_err(|error| failed(Problem::NoAnswer(error)))?;
        Ok(Self {
            http,
            base,
            account,
        })
    }

    /// The base address.
    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// Its connections.
    pub(super) fn http(&self) -> &Http {
        &self.http
    }

    /// Base path of Cockpit in the account's region.
    fn cockpit_path(&self) -> String {
        format!("/cockpit/v1/regions/{}", self.account.region)
    }

    /// A request to a path below the base.
    fn call(&self, method: Method, path: &str, query: Vec<(String, String)>) -> Call {
        Call {
            method,
            url: address::join(&self.base, path),
            query,
            credential: Some((KEY_HEADER, self.account.secret_key.clone())),
            tenant: None,
            body: None,
        }
    }

    /// Asks by the retry rule and turns an error status into an error.
    async fn fetch(&self, call: &Call) -> Result<Answer, SourceError> {
        let answer = self.http.fetch(call).await;
        self.judge(call, answer)
    }

    /// Asks once, within `timeout`, and turns an error status into an error.
    async fn fetch_once(&self, call: &Call, timeout: Duration) -> Result<Answer, SourceError> {
        let deadline = tokio::time::Instant::now() + timeout;
        let answer = self.http.fetch_once(call, deadline).await;
        self.judge(call, answer)
    }

    /// A success, or the error that an answer means.
    fn judge(&self, call: &Call, answer: Result<Answer, NoAnswer>) -> Result<Answer, SourceError> {
        let problem = match answer {
            Ok(answer) if answer.is_success() => return Ok(answer),
            Ok(answer) => refusal::problem(&answer, &self.account.project_id),
            Err(no_answer) => Problem::NoAnswer(no_answer),
        };
        Err(error(call, problem))
    }

    /// Reads a JSON body.
    fn read<'a, T: Deserialize<'a>>(call: &Call, answer: &'a Answer) -> Result<T, SourceError> {
        serde_json::from_slice(&answer.body).map_err(|unread: serde_json::Error| {
            let what = if is_html(answer) {
                "a web page instead of JSON".to_owned()
            } else if answer.body.is_empty() {
                "an empty body instead of JSON".to_owned()
            } else {
                data_source::position(&unread)
            };
            error(call, Problem::BadAnswer(what))
        })
    }
}

/// An error of a request.
fn error(call: &Call, problem: Problem) -> SourceError {
    SourceError {
        source_name: "scaleway",
        url: call.url.to_string(),
        problem,
    }
}
