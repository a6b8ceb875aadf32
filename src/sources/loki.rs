//! Loki's query API: log queries, counts, labels.
//!
//! A window is `[from, to)` here as in scout: Loki's `start` is inside, its `end` is not. Range aggregations look back
//! from each step, `(t − range, t]`.

use std::time::Duration;

use reqwest::{Upgraded, Url};

use super::address;
use super::data_source::{self, Access};
use super::error::SourceError;
use super::http::{Answer, Call, Http};
pub(crate) use super::streams::parse_streams;
use crate::model::{LogStream, Series, UnixNanos, Window};
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
    /// Who asks.
    pub(crate) access: Access,
}

/// What a log query asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The query.
    pub(super) query: &'a str,
    /// Of this window.
    pub(super) window: Window,
    /// Most entries.
    pub(super) limit: u32,
    /// From this end of the window.
    pub(super) direction: Direction,
    /// Most bytes of the answer.
    pub(super) most_bytes: usize,
}

/// An answer that has been read.
#[derive(Debug)]
pub(super) struct Read<T> {
    /// What was read of it.
    pub(super) value: T,
    /// Bytes of its body.
    pub(super) body_bytes: usize,
    /// Whether the server had said in between that it is asked too much.
    pub(super) throttled: bool,
}

/// Bodies up to this many bytes are read where they arrive: that takes a tenth of a millisecond, as does waking a thread.
const SMALL_BODY: usize = 64 * 1024;

impl Loki<'_> {
    /// The answer to a log query, read by `read` on a thread of its own where it is large, so that the network goes on meanwhile.
    ///
    /// # Errors
    /// As [`Loki::fetch_entries`].
    pub(super) async fn fetch_read<T: Send + 'static>(
        &self,
        asked: Asked<'_>,
        read: impl FnOnce(&[u8]) -> Result<T, String> + Send + 'static,
    ) -> Result<Read<T>, SourceError> {
        let call = self.range_call(asked);
        let answer = data_source::fetch_within(self.http, "loki", &call, asked.most_bytes).await?;
        let (body_bytes, throttled) = (answer.body.len(), answer.throttled);
        // The body is dropped where it was read; it is kept only to say what is wrong with it.
        let read = move || read(&answer.body).map_err(|why| Box::new((answer, why)));
        let value: Result<T, Box<(Answer, String)>> = if body_bytes <= SMALL_BODY {
            read()
        } else {
            tokio::task::spawn_blocking(read)
                .await
                .expect("reading an answer does not panic")
        };
        value
            .map(|value| Read {
                value,
                body_bytes,
                throttled,
            })
            .map_err(|bad| data_source::bad_answer("loki", &call, &bad.0, &bad.1))
    }

    /// The request of a log query.
    fn range_call(&self, asked: Asked<'_>) -> Call {
        let mut parameters = range(
            asked.query,
            UnixNanos::from(asked.window.from),
            UnixNanos::from(asked.window.to),
        );
        parameters.push(("limit".to_owned(), asked.limit.to_string()));
        parameters.push(("direction".to_owned(), asked.direction.as_str().to_owned()));
        self.call("/loki/api/v1/query_range", parameters)
    }

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
        let call = self.range_call(Asked {
            query,
            window,
            limit,
            direction,
            most_bytes: usize::MAX,
        });
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

    /// A request that says who asks.
    pub(super) fn call(&self, path: &str, parameters: Vec<(String, String)>) -> Call {
        self.access.get(address::join(&self.base, path), parameters)
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
pub(super) fn nanos(name: &str, at: UnixNanos) -> (String, String) {
    (name.to_owned(), at.0.to_string())
}
