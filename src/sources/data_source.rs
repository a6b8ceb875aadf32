//! What Loki's and Mimir's answers have in common behind Cockpit: the token's header, errors, matrices, names.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Upgraded;
use serde::Deserialize;

use super::error::{Problem, SourceError, first_line, is_html};
use super::http::{Answer, Call, Http};
use super::upgrade::{self, Upgrade};
use crate::model::{Labels, QueryResult, Sample, Secret, Series};

/// The header that carries a Cockpit token.
const TOKEN_HEADER: &str = "x-token";

/// What requests to a data source show beside the question: who asks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Access {
    /// The header of the credential and its value; `None` where none is needed.
    credential: Option<(&'static str, Secret)>,
    /// The tenant, where the server has several (`X-Scope-OrgID`).
    tenant: Option<String>,
}

impl Access {
    /// With a Cockpit token.
    pub(crate) fn of_token(token: Secret) -> Self {
        Self {
            credential: Some((TOKEN_HEADER, token)),
            tenant: None,
        }
    }

    /// With what the user has for a server that is not Cockpit's: the value of `Authorization`, and a tenant.
    pub(super) fn of_user(authorization: Option<Secret>, tenant: Option<String>) -> Self {
        Self {
            credential: authorization.map(|value| ("authorization", value)),
            tenant,
        }
    }

    /// A GET that shows it.
    pub(super) fn get(&self, url: reqwest::Url, query: Vec<(String, String)>) -> Call {
        Call {
            method: reqwest::Method::GET,
            url,
            query,
            credential: self.credential.clone(),
            tenant: self.tenant.clone(),
            body: None,
        }
    }
}

/// Asks by the retry rule and turns an error status into an error with the server's own words.
///
/// # Errors
/// [`SourceError`].
pub(super) async fn fetch(
    http: &Http,
    source_name: &'static str,
    call: &Call,
) -> Result<Answer, SourceError> {
    fetch_within(http, source_name, call, usize::MAX).await
}

/// As [`fetch`], of an answer of at most `most_bytes`.
///
/// # Errors
/// [`SourceError`].
pub(super) async fn fetch_within(
    http: &Http,
    source_name: &'static str,
    call: &Call,
    most_bytes: usize,
) -> Result<Answer, SourceError> {
    let problem = match http.fetch_within(call, most_bytes).await {
        Ok(answer) if answer.is_success() => return Ok(answer),
        Ok(answer) => refusal(call, answer),
        Err(no_answer) => Problem::NoAnswer(no_answer),
    };
    Err(error(source_name, call, problem))
}

/// Asks for a websocket.
///
/// # Errors
/// [`SourceError`]: an answer of any status but 101 among them.
pub(super) async fn fetch_upgrade(
    http: &Http,
    source_name: &'static str,
    call: &Call,
    timeout: Duration,
) -> Result<Upgraded, SourceError> {
    let problem = match upgrade::fetch_upgrade(http, call, timeout).await {
        Ok(Upgrade::Open(stream)) => return Ok(stream),
        Ok(Upgrade::Refused(answer)) => refusal(call, answer),
        Ok(Upgrade::Nonsense) => Problem::BadAnswer("no websocket".to_owned()),
        Err(no_answer) => Problem::NoAnswer(no_answer),
    };
    Err(error(source_name, call, problem))
}

/// What an answer of an error status means.
fn refusal(call: &Call, answer: Answer) -> Problem {
    if matches!(answer.status, 401 | 403) {
        if !is_cockpits(call) {
            return Problem::NotLetIn {
                credential: call.credential.is_some(),
            };
        }
        return Problem::NotAuthenticated {
            reason: String::new(),
        };
    }
    Problem::Status {
        status: answer.status,
        message: server_words(&answer),
        request_id: answer.request_id,
    }
}

/// Whether a request shows a Cockpit token.
fn is_cockpits(call: &Call) -> bool {
    call.credential
        .as_ref()
        .is_some_and(|(name, _)| *name == TOKEN_HEADER)
}

/// The error of an answer that made no sense.
pub(super) fn bad_answer(
    source_name: &'static str,
    call: &Call,
    answer: &Answer,
    why: &str,
) -> SourceError {
    let why = if is_html(answer) {
        "a web page instead of JSON"
    } else {
        why
    };
    error(source_name, call, Problem::BadAnswer(why.to_owned()))
}

/// An error of a request.
fn error(source_name: &'static str, call: &Call, problem: Problem) -> SourceError {
    SourceError {
        source_name,
        url: call.url.to_string(),
        problem,
    }
}

/// What the server said: Prometheus's JSON, a gateway's JSON, or plain text as Loki sends it.
fn server_words(answer: &Answer) -> String {
    #[derive(Deserialize)]
    struct Body {
        error: Option<String>,
        message: Option<String>,
    }
    if is_html(answer) {
        return "a web page".to_owned();
    }
    match serde_json::from_slice(&answer.body) {
        Ok(
            Body {
                error: Some(text), ..
            }
            | Body {
                message: Some(text),
                ..
            },
        ) => first_line(text.as_bytes()),
        _ => first_line(&answer.body),
    }
}

/// Where a JSON body stops making sense. The library's own text may quote the body, so it is not used.
pub(super) fn position(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let what = match error.classify() {
        Category::Eof => "the body ends too early",
        Category::Syntax => "not JSON",
        Category::Data => "JSON of an unexpected form",
        Category::Io => "not readable",
    };
    format!("{what}, at line {} column {}", error.line(), error.column())
}

/// Reads a metric query's answer of any type as series: a vector gives one sample each, a scalar one series without labels.
///
/// # Errors
/// What is wrong with it, without quoting it.
pub(super) fn parse_matrix(body: &[u8]) -> Result<Vec<Series>, String> {
    #[derive(Deserialize)]
    struct Body {
        data: Data,
    }
    #[derive(Deserialize)]
    #[serde(tag = "resultType", content = "result", rename_all = "lowercase")]
    enum Data {
        Matrix(Option<Vec<Element>>),
        Vector(Option<Vec<Element>>),
        Scalar(Pair),
    }
    #[derive(Deserialize)]
    struct Element {
        #[serde(default)]
        metric: BTreeMap<String, String>,
        #[serde(default)]
        values: Vec<Pair>,
        value: Option<Pair>,
    }
    let body: Body = serde_json::from_slice(body).map_err(|error| position(&error))?;
    Ok(match body.data {
        Data::Matrix(elements) | Data::Vector(elements) => elements
            .unwrap_or_default()
            .into_iter()
            .map(|element| Series {
                labels: Labels::from(element.metric),
                samples: element
                    .values
                    .into_iter()
                    .chain(element.value)
                    .map(|pair| pair.0)
                    .collect(),
            })
            .collect(),
        Data::Scalar(pair) => vec![Series {
            labels: Labels::default(),
            samples: vec![pair.0],
        }],
    })
}

/// Reads the answer to a query of any kind, and the warnings that came with it.
///
/// # Errors
/// What is wrong with it, without quoting it.
pub(super) fn parse_result(body: &[u8]) -> Result<(QueryResult, Vec<String>), String> {
    #[derive(Deserialize)]
    struct Body {
        data: Kind,
        #[serde(default)]
        warnings: Option<Vec<String>>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Kind {
        result_type: String,
    }
    #[derive(Deserialize)]
    struct Text {
        data: TextData,
    }
    #[derive(Deserialize)]
    struct TextData {
        result: (serde::de::IgnoredAny, String),
    }
    let head: Body = serde_json::from_slice(body).map_err(|error| position(&error))?;
    let one = |series: Vec<Series>| {
        let sample = series.first().and_then(|series| series.samples.first());
        sample.copied().ok_or("a scalar without a value")
    };
    let result = match head.data.result_type.as_str() {
        "streams" => QueryResult::Streams(super::loki::parse_streams(body)?),
        "vector" => QueryResult::Vector(parse_matrix(body)?),
        "matrix" => QueryResult::Matrix(parse_matrix(body)?),
        "scalar" => QueryResult::Scalar(one(parse_matrix(body)?)?),
        "string" => {
            let text: Text = serde_json::from_slice(body).map_err(|error| position(&error))?;
            QueryResult::Text(text.data.result.1)
        }
        _ => return Err("a result of a type that scout does not know".to_owned()),
    };
    Ok((result, head.warnings.unwrap_or_default()))
}

/// Reads a list of label sets.
///
/// # Errors
/// What is wrong with it, without quoting it.
pub(super) fn parse_label_sets(body: &[u8]) -> Result<Vec<Labels>, String> {
    parse_list(body)
}

/// Reads a list of names; a success without data is an empty list.
///
/// # Errors
/// What is wrong with it, without quoting it.
pub(super) fn parse_names(body: &[u8]) -> Result<Vec<String>, String> {
    parse_list(body)
}

/// Reads a list of anything; a success without data is an empty list.
///
/// # Errors
/// What is wrong with it, without quoting it.
fn parse_list<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<Vec<T>, String> {
    #[derive(Deserialize)]
    struct Body<T> {
        data: Option<Vec<T>>,
    }
    serde_json::from_slice::<Body<T>>(body)
        .map(|body| body.data.unwrap_or_default())
        .map_err(|error| position(&error))
}

/// `[seconds, "number"]`; the number may be `NaN`, `+Inf`, `-Inf`.
struct Pair(Sample);

impl<'de> Deserialize<'de> for Pair {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (at_seconds, text): (f64, String) = Deserialize::deserialize(deserializer)?;
        let value = match text.as_str() {
            "+Inf" => f64::INFINITY,
            "-Inf" => f64::NEG_INFINITY,
            other => other
                .parse()
                .map_err(|_| serde::de::Error::custom("a value that is not a number"))?,
        };
        Ok(Self(Sample { at_seconds, value }))
    }
}
