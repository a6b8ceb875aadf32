//! Queries as a user types them, to Loki and to Prometheus: the answer may be of any type, and comes with the server's warnings.
//!
//! In: an expression, and when it is asked about. Out: a [`Told`]. What is known beforehand to be log lines comes better through
//! [`download`](super::download), page by page.

use chrono::TimeDelta;

use super::data_source;
use super::error::SourceError;
use super::http::Call;
use super::loki::{Loki, nanos};
use super::prometheus::{Prometheus, seconds};
use crate::model::{Instant, Labels, QueryResult, UnixNanos, Window};
use crate::plan::duration_literal;

/// When a query is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Once.
    At(Instant),
    /// At each step of a window.
    Over(Window, TimeDelta),
}

/// An answer, and what the server says about it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    /// The answer.
    pub(crate) result: QueryResult,
    /// The server's own words: a part that could not be read, a counter that is none.
    pub(crate) warnings: Vec<String>,
}

impl Loki<'_> {
    /// Asks any query. Over a window Loki evaluates at the multiples of the step around it, the ends included.
    ///
    /// # Errors
    /// [`SourceError`]; a query that Loki does not accept carries Loki's own words.
    pub(crate) async fn fetch_query(
        &self,
        query: &str,
        moment: Moment,
    ) -> Result<Told, SourceError> {
        let mut parameters = vec![("query".to_owned(), query.to_owned())];
        let path = match moment {
            Moment::At(at) => {
                parameters.push(nanos("time", UnixNanos::from(at)));
                "/loki/api/v1/query"
            }
            Moment::Over(window, step) => {
                parameters.push(nanos("start", UnixNanos::from(window.from)));
                parameters.push(nanos("end", UnixNanos::from(window.to)));
                parameters.push(("step".to_owned(), duration_literal(step)));
                "/loki/api/v1/query_range"
            }
        };
        let call = self.call(path, parameters);
        fetch_told(self.http, "loki", &call).await
    }

    /// Label sets of the streams that a selector means and that have entries in a window.
    ///
    /// # Errors
    /// As [`Loki::fetch_query`].
    pub(crate) async fn fetch_label_sets(
        &self,
        selector: &str,
        window: Window,
    ) -> Result<Vec<Labels>, SourceError> {
        let parameters = vec![
            ("match[]".to_owned(), selector.to_owned()),
            nanos("start", UnixNanos::from(window.from)),
            nanos("end", UnixNanos::from(window.to)),
        ];
        let call = self.call("/loki/api/v1/series", parameters);
        let answer = data_source::fetch(self.http, "loki", &call).await?;
        data_source::parse_label_sets(&answer.body)
            .map_err(|why| data_source::bad_answer("loki", &call, &answer, &why))
    }
}

impl Prometheus<'_> {
    /// Asks any query. Over a window Prometheus evaluates from its start on, in steps, and not at its end.
    ///
    /// # Errors
    /// [`SourceError`]; an expression that Prometheus does not accept carries its own words.
    pub(crate) async fn fetch_query(
        &self,
        expr: &str,
        moment: Moment,
    ) -> Result<Told, SourceError> {
        let mut parameters = vec![("query".to_owned(), expr.to_owned())];
        let path = match moment {
            Moment::At(at) => {
                parameters.push(("time".to_owned(), seconds(at)));
                "/prometheus/api/v1/query"
            }
            Moment::Over(window, step) => {
                let last = window.to - TimeDelta::milliseconds(1);
                parameters.push(("start".to_owned(), seconds(window.from)));
                parameters.push(("end".to_owned(), seconds(last)));
                parameters.push(("step".to_owned(), format!("{}", step.as_seconds_f64())));
                "/prometheus/api/v1/query_range"
            }
        };
        let call = self.call(path, parameters);
        fetch_told(self.http, "prometheus", &call).await
    }
}

/// Asks, and reads the answer whatever its type.
async fn fetch_told(
    http: &super::http::Http,
    source_name: &'static str,
    call: &Call,
) -> Result<Told, SourceError> {
    let answer = data_source::fetch(http, source_name, call).await?;
    let (result, warnings) = data_source::parse_result(&answer.body)
        .map_err(|why| data_source::bad_answer(source_name, call, &answer, &why))?;
    Ok(Told { result, warnings })
}
