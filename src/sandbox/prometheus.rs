//! What would Prometheus's query API answer? The routes under `/prometheus/api/v1` that Cockpit lets through.
//!
//! In come HTTP requests, out go the statuses, bodies and error texts of Prometheus 2.42, written by hand so that nothing is
//! shared with the client that reads them. Queries are evaluated by [`super::promql`] over a [`MetricStore`]. Scopes and faults
//! are not decided here.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};

use super::metric_store::MetricStore;
use super::promql::{Query, SeriesSelector};
use crate::model::{Instant, Labels};
use body::Failure;
use params::Params;

mod body;
mod params;

/// Most points a series that a range query may ask for.
const MOST_POINTS: i64 = 11_000;

/// Where the clock is read.
type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// What every route needs.
#[derive(Clone)]
struct Served {
    /// The samples.
    store: Arc<MetricStore>,
    /// The default of `time`.
    now: Clock,
}

/// What a route answers: the JSON of `data`, or what went wrong.
type Answered = Result<String, Failure>;

/// The routes, with their full paths.
pub(crate) fn routes(store: Arc<MetricStore>, now: Clock) -> Router {
    let v1 = |path: &str| format!("/prometheus/api/v1/{path}");
    Router::new()
        .route(&v1("query"), get_or_post(query))
        .route(&v1("query_range"), get_or_post(query_range))
        .route(&v1("series"), get_or_post(series))
        .route(&v1("labels"), get_or_post(labels))
        .route(&v1("label/{name}/values"), get(label_values))
        .route(&v1("metadata"), get(metadata))
        .route(&v1("alerts"), get(async || success(r#"{"alerts":[]}"#)))
        .route(&v1("rules"), get(rules))
        .route(
            &v1("status/buildinfo"),
            get(async || success(&body::build_info())),
        )
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(Served { store, now })
}

/// A route for GET and POST that computes on a thread of its own, so that a long query does not hold up the others.
fn get_or_post(answer: fn(&Served, &Params) -> Answered) -> MethodRouter<Served> {
    let handler = move |State(served): State<Served>,
                        RawQuery(query): RawQuery,
                        headers: HeaderMap,
                        body: Bytes| async move {
        let params = Params::read(query.as_deref(), content_type(&headers), &body);
        let answered = tokio::task::spawn_blocking(move || answer(&served, &params)).await;
        answered.map_or_else(|_| Failure::internal().into_response(), respond)
    };
    get(handler).post(handler)
}

/// The media type of a request's body.
fn content_type(headers: &HeaderMap) -> &str {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("")
}

/// What a route answers, as a response.
fn respond(answered: Answered) -> Response {
    match answered {
        Ok(data) => success(&data),
        Err(failure) => failure.into_response(),
    }
}

/// A successful response.
fn success(data: &str) -> Response {
    body::json(
        StatusCode::OK,
        format!(r#"{{"status":"success","data":{data}}}"#),
    )
}

/// `404 page not found`.
async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "404 page not found\n").into_response()
}

/// `405 Method Not Allowed`.
async fn method_not_allowed() -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed\n").into_response()
}

/// `query`: an instant query.
fn query(served: &Served, params: &Params) -> Answered {
    let at = params
        .time("time")?
        .unwrap_or_else(|| (served.now)().timestamp_millis());
    params.timeout()?;
    let query = Query::parse(params.get("query"))
        .map_err(|error| Failure::bad_parameter("query", &error))?;
    let answer = query.at(&served.store, at)?;
    Ok(body::answer(&answer, at))
}

/// `query_range`: a range query.
fn query_range(served: &Served, params: &Params) -> Answered {
    let start = params.required_time("start")?;
    let end = params.required_time("end")?;
    if end < start {
        return Err(Failure::bad_parameter(
            "end",
            &"end timestamp must not be before start time",
        ));
    }
    let step = params.step()?;
    if ((end - start) as f64 / step.millis).trunc() > MOST_POINTS as f64 {
        return Err(Failure::bad_data(
            "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
        ));
    }
    params.timeout()?;
    // Unlike an instant query's, this error names no parameter.
    let query =
        Query::parse(params.get("query")).map_err(|error| Failure::bad_data(&error.to_string()))?;
    let answer = query.over(&served.store, start, end, step.whole()?)?;
    Ok(body::answer(&answer, start))
}

/// `series`: the label sets that match.
fn series(served: &Served, params: &Params) -> Answered {
    if params.all("match[]").next().is_none() {
        return Err(Failure::bad_data("no match[] parameter provided"));
    }
    let (from, to) = params.window()?;
    let selectors =
        selectors(params).map_err(|error| Failure::bad_parameter("match[]", &error.text()))?;
    let found = served.store.label_sets(from, to, |labels| {
        selectors.iter().any(|selector| selector.fits(labels))
    });
    Ok(body::list(found.into_iter().map(body::labels)))
}

/// The selectors of `match[]`.
fn selectors(params: &Params) -> Result<Vec<SeriesSelector>, Failure> {
    params
        .all("match[]")
        .map(|text| {
            SeriesSelector::parse(text).map_err(|error| Failure::bad_data(&error.to_string()))
        })
        .collect()
}

/// `labels`: the names of labels.
fn labels(served: &Served, params: &Params) -> Answered {
    let (from, to) = params.window()?;
    let names = collected(served, params, (from, to), |labels, names| {
        names.extend(labels.iter().map(|(name, _)| name.to_string()));
    })?;
    Ok(names)
}

/// `label/{name}/values`: the values of one label.
async fn label_values(
    State(served): State<Served>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let params = Params::read(query.as_deref(), "", &[]);
    respond(values_of(&served, &params, &name))
}

/// The values of one label.
fn values_of(served: &Served, params: &Params, name: &str) -> Answered {
    if !super::promql::is_label_name(name) {
        return Err(Failure::bad_data(&format!("invalid label name: {name:?}")));
    }
    let window = params.window()?;
    collected(served, params, window, |labels, values| {
        values.extend(labels.get(name).map(str::to_string));
    })
}

/// A sorted list of what `collect` takes from the label sets of the window's blocks, those of `match[]` where there are some.
fn collected(
    served: &Served,
    params: &Params,
    (from, to): (i64, i64),
    collect: impl Fn(&Labels, &mut BTreeSet<String>),
) -> Answered {
    let selectors = selectors(params)?;
    let mut found = BTreeSet::new();
    for labels in served.store.label_sets_of_blocks(from, to) {
        if selectors.is_empty() || selectors.iter().any(|selector| selector.fits(labels)) {
            collect(labels, &mut found);
        }
    }
    Ok(body::list(found.iter().map(|text| body::text(text))))
}

/// `metadata`: none, since nothing is scraped.
async fn metadata(RawQuery(query): RawQuery) -> Response {
    let params = Params::read(query.as_deref(), "", &[]);
    let limit = params.get("limit");
    if !limit.is_empty() && limit.parse::<i64>().is_err() {
        return Failure::bad_data("limit must be a number").into_response();
    }
    success("{}")
}

/// `rules`: none.
async fn rules(RawQuery(query): RawQuery) -> Response {
    let params = Params::read(query.as_deref(), "", &[]);
    match params.get("type").to_lowercase().as_str() {
        "" | "alert" | "record" => success(r#"{"groups":[]}"#),
        other => Failure::bad_parameter("type", &format!("not supported value {other:?}"))
            .into_response(),
    }
}

#[cfg(test)]
mod tests;
