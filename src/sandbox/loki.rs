//! The part of Loki's HTTP interface that Cockpit lets through: which request gets which answer?
//!
//! In: GET and POST under `/loki/api/v1`. Out: status, content type and text as a real Loki 3 answers. The JSON is
//! written here, not by types shared with the client, so that the client is tested against the protocol and not against
//! itself. Tokens and faults are the sandbox's business, not this file's.

mod answer;
mod parameters;
mod tail;
#[cfg(test)]
pub(in crate::sandbox) mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use self::answer::{metric_body, status_body, streams_body};
use self::parameters::{Parameters, check_length, range_request};
use super::log_store::{LogStore, StoredStream};
use super::logql::percent::parse_pairs;
use super::logql::{
    Expr, LogExpr, LogWindow, QueryError, Steps, StreamTest, parse_query, run_log_query,
    run_metric_query,
};
use crate::model::{Instant, Labels, UnixNanos};

/// Loki's bound on `limit` (`max_entries_limit_per_query`, at its default, which is Cockpit's too).
const MAX_LIMIT: usize = 5000;

/// What a route needs.
#[derive(Clone)]
struct Loki {
    /// What was pushed.
    store: Arc<LogStore>,
    /// The clock.
    now: Arc<dyn Fn() -> Instant + Send + Sync>,
}

/// The routes of a Loki that holds `store`; anything else is Go's 404.
pub(crate) fn routes(store: Arc<LogStore>, now: Arc<dyn Fn() -> Instant + Send + Sync>) -> Router {
    Router::new()
        .route(
            "/loki/api/v1/query_range",
            get(query_range).post(query_range),
        )
        .route("/loki/api/v1/query", get(query).post(query))
        .route("/loki/api/v1/labels", get(labels).post(labels))
        .route("/loki/api/v1/label", get(labels).post(labels))
        .route(
            "/loki/api/v1/label/{name}/values",
            get(label_values).post(label_values),
        )
        .route("/loki/api/v1/series", get(series).post(series))
        .route("/loki/api/v1/tail", get(tail::tail))
        .fallback(not_found)
        .with_state(Loki { store, now })
}

/// Go's answer to a path that it does not know.
async fn not_found() -> Response {
    plain(StatusCode::NOT_FOUND, "404 page not found\n".to_owned())
}

/// A text body.
fn plain(status: StatusCode, text: String) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
        text,
    )
        .into_response()
}

/// A JSON body, or the refusal.
fn respond(outcome: Result<Vec<u8>, QueryError>) -> Response {
    match outcome {
        Ok(body) => (
            [(header::CONTENT_TYPE, "application/json; charset=UTF-8")],
            body,
        )
            .into_response(),
        Err(QueryError { status, text }) => plain(
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            text,
        ),
    }
}

impl Loki {
    /// The parameters of a request: those of the URL, then those of a form body.
    fn parameters(&self, url: Option<String>, body: &str) -> Parameters {
        let mut pairs = parse_pairs(&url.unwrap_or_default());
        pairs.extend(parse_pairs(body));
        Parameters::new(pairs, UnixNanos::from((self.now)()).0)
    }

    /// `query_range`
    fn range(&self, given: &Parameters) -> Result<Vec<u8>, QueryError> {
        let request = range_request(given)?;
        match parse_query(given.query())? {
            Expr::Log(log) => {
                if request.limit > MAX_LIMIT {
                    return Err(QueryError::bad_request(format!(
                        "max entries limit per query exceeded, limit > max_entries_limit_per_query ({} > {MAX_LIMIT})",
                        request.limit
                    )));
                }
                check_length(request.start, request.end)?;
                let window = LogWindow {
                    from: request.start,
                    to: request.end,
                    limit: request.limit,
                    order: request.order,
                    interval: request.interval,
                };
                run_log_query(&self.store, &log, window).map(|streams| streams_body(&streams))
            }
            Expr::Metric(metric) => {
                check_length(request.start, request.end)?;
                let steps = aligned(request.start, request.end, request.step);
                run_metric_query(&self.store, &metric, steps)
                    .map(|answer| metric_body(&answer, steps.first))
            }
        }
    }

    /// `query`
    fn instant(&self, given: &Parameters) -> Result<Vec<u8>, QueryError> {
        given.limit()?;
        let at = given
            .time("time", given.now)
            .map_err(QueryError::bad_request)?;
        given.order()?;
        match parse_query(given.query())? {
            Expr::Log(_) => Err(QueryError::bad_request(
                "log queries are not supported as an instant query type, please change your query to a range query \
                 type",
            )),
            Expr::Metric(metric) => {
                let steps = Steps {
                    first: at,
                    last: at,
                    step: None,
                };
                run_metric_query(&self.store, &metric, steps).map(|answer| metric_body(&answer, at))
            }
        }
    }

    /// The streams that have entries in the window and match the `query` parameter, if there is one.
    fn streams_in_window(&self, given: &Parameters) -> Result<Vec<&StoredStream>, QueryError> {
        let (start, end) = given.window()?;
        check_length(start, end)?;
        let test = match given.query() {
            "" => None,
            text => Some(selector(text)?),
        };
        let streams = self.store.streams().iter();
        Ok(streams
            .filter(|stream| {
                test.as_ref()
                    .is_none_or(|test| test.selects(&stream.labels))
            })
            // The index knows whole chunks, so Loki counts the end in.
            .filter(|stream| !stream.window(start, end.saturating_add(1)).is_empty())
            .collect())
    }

    /// `labels` and `label`
    fn label_names(&self, given: &Parameters) -> Result<Vec<u8>, QueryError> {
        let streams = self.streams_in_window(given)?;
        let names: BTreeSet<&str> = streams
            .iter()
            .flat_map(|stream| stream.labels.iter())
            .map(|(name, _)| name)
            .collect();
        Ok(status_body(&names))
    }

    /// `label/{name}/values`
    fn label_values(&self, name: &str, given: &Parameters) -> Result<Vec<u8>, QueryError> {
        let streams = self.streams_in_window(given)?;
        let values: BTreeSet<&str> = streams
            .iter()
            .filter_map(|stream| stream.labels.get(name))
            .collect();
        Ok(status_body(&values))
    }

    /// `series`
    fn series(&self, given: &Parameters) -> Result<Vec<u8>, QueryError> {
        let matches = given.all(&["match[]", "match"]);
        let tests = matches
            .into_iter()
            .map(selector)
            .collect::<Result<Vec<_>, _>>()?;
        let streams = self.streams_in_window(given)?;
        let found: Vec<&Labels> = streams
            .into_iter()
            .map(|stream| &stream.labels)
            .filter(|labels| tests.is_empty() || tests.iter().any(|test| test.selects(labels)))
            .collect();
        Ok(answer::series_body(&found))
    }
}

/// A stream selector on its own.
fn selector(text: &str) -> Result<StreamTest, QueryError> {
    match parse_query(text)? {
        Expr::Log(LogExpr { selector, stages }) if stages.is_empty() => {
            StreamTest::allowing_all(&selector)
        }
        _ => Err(QueryError::bad_request("only label matchers are supported")),
    }
}

/// Loki's frontend moves the start of a metric query down and its end up to multiples of the step.
fn aligned(start: i64, end: i64, step: i64) -> Steps {
    let first = start - start.rem_euclid(step);
    let over = end.rem_euclid(step);
    let last = if over == 0 {
        end
    } else {
        end.saturating_add(step - over)
    };
    Steps {
        first,
        last,
        step: Some(step),
    }
}

/// `query_range`
async fn query_range(State(loki): State<Loki>, RawQuery(url): RawQuery, body: String) -> Response {
    respond(loki.range(&loki.parameters(url, &body)))
}

/// `query`
async fn query(State(loki): State<Loki>, RawQuery(url): RawQuery, body: String) -> Response {
    respond(loki.instant(&loki.parameters(url, &body)))
}

/// `labels`, `label`
async fn labels(State(loki): State<Loki>, RawQuery(url): RawQuery, body: String) -> Response {
    respond(loki.label_names(&loki.parameters(url, &body)))
}

/// `label/{name}/values`
async fn label_values(
    State(loki): State<Loki>,
    Path(name): Path<String>,
    RawQuery(url): RawQuery,
    body: String,
) -> Response {
    respond(loki.label_values(&name, &loki.parameters(url, &body)))
}

/// `series`
async fn series(State(loki): State<Loki>, RawQuery(url): RawQuery, body: String) -> Response {
    respond(loki.series(&loki.parameters(url, &body)))
}
