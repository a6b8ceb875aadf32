//! Loki's query API: log queries, counts, labels.
//!
//! A window is `[from, to)` here as in scout: Loki's `start` is inside, its `end` is not. Range aggregations look back
//! from each step, `(t − range, t]`.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::{Upgraded, Url};
use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};

use super::address;
use super::data_source;
use super::error::SourceError;
use super::http::{Call, Http};
use crate::model::{Entry, Labels, LogStream, Secret, Series, UnixNanos, Window};
use crate::plan::duration_literal;

/// From which end of its window a log query is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From the oldest entry on.
    Forward,
    /// From the newest entry back.
    Backward,
}

impl Direction {
    /// Loki's word.
    fn as_str(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Backward => "backward",
        }
    }
}

/// Stored entries that a `tail` begins with. What came in before it is asked for by query.
const TAIL_LIMIT: u32 = 100;

/// A client of one Loki data source.
#[derive(Debug)]
pub(crate) struct Loki<'a> {
    /// Connection pool.
    pub(crate) http: &'a Http,
    /// Base address.
    pub(crate) base: Url,
    /// The Cockpit token's secret.
    pub(crate) token: Secret,
}

impl Loki<'_> {
    /// One page of a log query: the first entries of `[from, to)` in a direction, at most `limit` of them.
    ///
    /// # Errors
    /// [`SourceError`]; a query that Loki does not accept carries Loki's own words.
    pub(crate) async fn fetch_entries(
        &self,
        query: &str,
        window: Window,
        limit: u32,
        direction: Direction,
    ) -> Result<Vec<LogStream>, SourceError> {
        let mut parameters = range(
            query,
            UnixNanos::from(window.from),
            UnixNanos::from(window.to),
        );
        parameters.push(("limit".to_owned(), limit.to_string()));
        parameters.push(("direction".to_owned(), direction.as_str().to_owned()));
        let call = self.call("/loki/api/v1/query_range", parameters);
        let answer = data_source::fetch(self.http, "loki", &call).await?;
        parse_streams(&answer.body)
            .map_err(|why| data_source::bad_answer("loki", &call, &answer, &why))
    }

    /// Opens a `tail`: a websocket that tells entries from `start` on.
    ///
    /// # Errors
    /// As [`Loki::fetch_entries`]; a server that does not offer it answers with a status.
    pub(crate) async fn fetch_tail(
        &self,
        query: &str,
        start: UnixNanos,
        timeout: Duration,
    ) -> Result<Upgraded, SourceError> {
        let parameters = vec![
            ("query".to_owned(), query.to_owned()),
            nanos("start", start),
            ("limit".to_owned(), TAIL_LIMIT.to_string()),
        ];
        let call = self.call("/loki/api/v1/tail", parameters);
        data_source::fetch_upgrade(self.http, "loki", &call, timeout).await
    }

    /// A metric query over logs, evaluated at the end of each of the window's steps.
    ///
    /// # Errors
    /// As [`Loki::fetch_entries`].
    pub(crate) async fn fetch_steps(
        &self,
        query: &str,
        window: Window,
        step: chrono::TimeDelta,
    ) -> Result<Vec<Series>, SourceError> {
        let mut parameters = range(
            query,
            UnixNanos::from(window.from + step),
            UnixNanos::from(window.to),
        );
        parameters.push(("step".to_owned(), duration_literal(step)));
        let call = self.call("/loki/api/v1/query_range", parameters);
        let answer = data_source::fetch(self.http, "loki", &call).await?;
        data_source::parse_matrix(&answer.body)
            .map_err(|why| data_source::bad_answer("loki", &call, &answer, &why))
    }

    /// Label names in use inside a window.
    ///
    /// # Errors
    /// As [`Loki::fetch_entries`].
    pub(crate) async fn fetch_labels(&self, window: Window) -> Result<Vec<String>, SourceError> {
        self.fetch_names("/loki/api/v1/labels", window).await
    }

    /// Values of a label in use inside a window.
    ///
    /// # Errors
    /// As [`Loki::fetch_entries`].
    pub(crate) async fn fetch_label_values(
        &self,
        label: &str,
        window: Window,
    ) -> Result<Vec<String>, SourceError> {
        self.fetch_names(&format!("/loki/api/v1/label/{label}/values"), window)
            .await
    }

    /// A list of names.
    async fn fetch_names(&self, path: &str, window: Window) -> Result<Vec<String>, SourceError> {
        let parameters = vec![
            nanos("start", window.from.into()),
            nanos("end", window.to.into()),
        ];
        let call = self.call(path, parameters);
        let answer = data_source::fetch(self.http, "loki", &call).await?;
        data_source::parse_names(&answer.body)
            .map_err(|why| data_source::bad_answer("loki", &call, &answer, &why))
    }

    /// A request with the token.
    fn call(&self, path: &str, parameters: Vec<(String, String)>) -> Call {
        let credential = (data_source::TOKEN_HEADER, self.token.clone());
        Call::get(address::join(&self.base, path), parameters, credential)
    }
}

/// The parameters that all range queries share.
fn range(query: &str, start: UnixNanos, end: UnixNanos) -> Vec<(String, String)> {
    vec![
        ("query".to_owned(), query.to_owned()),
        nanos("start", start),
        nanos("end", end),
    ]
}

/// A parameter in nanoseconds.
fn nanos(name: &str, at: UnixNanos) -> (String, String) {
    (name.to_owned(), at.0.to_string())
}

/// Reads the answer to a log query.
///
/// # Errors
/// What is wrong with it, without quoting it: it may hold anything.
pub(crate) fn parse_streams(body: &[u8]) -> Result<Vec<LogStream>, String> {
    #[derive(Deserialize)]
    struct Body {
        data: Data,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Data {
        result_type: String,
        result: Option<Vec<Stream>>,
    }
    #[derive(Deserialize)]
    struct Stream {
        #[serde(default)]
        stream: BTreeMap<String, String>,
        #[serde(default)]
        values: Vec<Value>,
    }
    let body: Body = serde_json::from_slice(body).map_err(|error| data_source::position(&error))?;
    if body.data.result_type != "streams" {
        return Err(format!(
            "a result of another type than log streams: {:?}",
            body.data.result_type
        ));
    }
    Ok(body
        .data
        .result
        .unwrap_or_default()
        .into_iter()
        .map(|stream| LogStream {
            labels: Labels::from(stream.stream),
            entries: stream.values.into_iter().map(|value| value.0).collect(),
        })
        .collect())
}

/// `["<nanoseconds>", "<line>"]`, perhaps with structured metadata behind.
struct Value(Entry);

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pair;
        impl<'de> Visitor<'de> for Pair {
            type Value = Value;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a timestamp and a line")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
                let at: &str = seq
                    .next_element()?
                    .ok_or_else(|| de::Error::invalid_length(0, &self))?;
                let line: String = seq
                    .next_element()?
                    .ok_or_else(|| de::Error::invalid_length(1, &self))?;
                while seq.next_element::<de::IgnoredAny>()?.is_some() {}
                let at = at
                    .parse()
                    .map_err(|_| de::Error::custom("a timestamp that is not a number"))?;
                Ok(Value(Entry {
                    at: UnixNanos(at),
                    line,
                }))
            }
        }
        deserializer.deserialize_seq(Pair)
    }
}
