//! How does the world answer over HTTP?
//!
//! In: a world, its faults, a listener. Out: one service for everything: the Scaleway API at the root, Loki under `/loki/`,
//! Prometheus under `/prometheus/`, and the sandbox's own pages under `/sandbox/`. Each request is written down, meets its faults,
//! shows its token where it asks a data source, and is then acted on. A delayed or dropped answer comes after the action unless
//! the fault says before: what a client never hears of has happened all the same.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use serde_json::{Value, json};

use super::faults::{FaultAnswer, Faults, Strike};
use super::log_store::LogStore;
use super::machines::Machines;
use super::metric_store::MetricStore;
use super::rate_limit::RateLimit;
use super::record::Record;
use super::recorded::RecordedAnswers;
use super::scaleway::{Access, Answer, Api, Call, errors};
use super::scenario::FaultSource;
use super::shown_token::shown_token;
use super::truncate::cut_body;
use super::wire::Cord;
use super::world::World;
use super::{loki, prometheus, recorded};

/// The largest request body: a query may be long, but not longer.
const MOST_BODY_BYTES: usize = 1 << 20;

/// What every request needs.
pub(super) struct Shared {
    /// The Scaleway API.
    api: Api,
    /// What commands on machines answer.
    machines: Machines,
    /// What goes wrong.
    faults: Faults,
    /// How many requests the Scaleway API takes.
    limit: Option<RateLimit>,
    /// What came.
    record: Record,
}

/// The service of a world.
pub(super) fn router(
    world: World,
    machines: Machines,
    faults: Faults,
    limit: Option<RateLimit>,
    answers: RecordedAnswers,
) -> Router {
    let now = Arc::clone(&world.api.now);
    let logs = loki::routes(Arc::new(LogStore::new(world.streams)), Arc::clone(&now));
    let metrics = prometheus::routes(Arc::new(MetricStore::new(world.series)), now);
    let metrics = if answers.is_empty() {
        metrics
    } else {
        metrics.layer(from_fn_with_state(Arc::new(answers), recorded::put_in))
    };
    let shared = Arc::new(Shared {
        api: world.api,
        machines,
        faults,
        limit,
        record: Record::default(),
    });
    Router::new()
        .fallback(everything_else)
        .with_state(Arc::clone(&shared))
        .merge(logs.reset_fallback())
        .merge(metrics.reset_fallback())
        .layer(from_fn_with_state(shared, guard))
}

/// Whose request a path is; `None` for the sandbox's own pages.
fn source_of(path: &str) -> Option<FaultSource> {
    let starts = |prefix: &str| path.starts_with(prefix);
    if starts("/sandbox/") {
        None
    } else if starts("/loki/") || starts("/api/prom/") {
        Some(FaultSource::Loki)
    } else if starts("/prometheus/") || path == "/federate" {
        Some(FaultSource::Prometheus)
    } else if starts("/api/") {
        Some(FaultSource::Tempo)
    } else {
        Some(FaultSource::Scaleway)
    }
}

/// Writes a request down, lays its faults over it, and has it acted on.
async fn guard(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(cord): ConnectInfo<Cord>,
    request: Request,
    next: Next,
) -> Response {
    let uri = request.uri();
    let Some(source) = source_of(uri.path()) else {
        return next.run(request).await;
    };
    let (method, path) = (request.method().as_str(), uri.path());
    let query = uri.query().unwrap_or_default();
    let open = OpenRequest::begin(&shared, source, method, path, query);
    let mut strike = shared.faults.strike(source, method, path);
    let is_too_much =
        |limit: &RateLimit| source == FaultSource::Scaleway && !limit.takes(Instant::now());
    if shared.limit.as_ref().is_some_and(is_too_much) {
        strike.answer = Some(FaultAnswer::too_many_requests());
    }
    let response = struck(&shared, source, strike, &cord, request, next).await;
    open.end(response.as_ref().map(|response| response.status().as_u16()));
    response.unwrap_or_else(|| {
        cord.pull();
        Response::new(Body::empty())
    })
}

/// A request that has begun. A client that goes away drops it, and it ends without a status.
struct OpenRequest {
    /// Where it is written down.
    shared: Arc<Shared>,
    /// Its number there.
    number: usize,
    /// Status of its answer.
    status: Option<u16>,
}

impl OpenRequest {
    /// Writes down that it came.
    fn begin(
        shared: &Arc<Shared>,
        source: FaultSource,
        method: &str,
        path: &str,
        query: &str,
    ) -> Self {
        let number = shared.record.begin(source.as_str(), method, path, query);
        Self {
            shared: Arc::clone(shared),
            number,
            status: None,
        }
    }

    /// Writes down how it ended.
    fn end(mut self, status: Option<u16>) {
        self.status = status;
    }
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        self.shared.record.end(self.number, self.status);
    }
}

/// Acts on a request under its faults; `None` where the connection is to be closed without an answer.
async fn struck(
    shared: &Arc<Shared>,
    source: FaultSource,
    strike: Strike,
    cord: &Cord,
    request: Request,
    next: Next,
) -> Option<Response> {
    tokio::time::sleep(strike.delay_before).await;
    if strike.drop_before {
        return None;
    }
    let response = match &strike.answer {
        Some(answer) => {
            let mut response = replaced(source, answer);
            if source == FaultSource::Scaleway {
                dress(&shared.api, &mut response);
            }
            response
        }
        None => match refusal(&shared.api, source, request.uri().path(), request.headers()) {
            Some(refusal) => refusal,
            None => acted_on(source, request, next).await?,
        },
    };
    tokio::time::sleep(strike.delay_after).await;
    if strike.drop_after {
        return None;
    }
    match strike.truncate_at {
        Some(bytes) => cut_body(response, bytes, cord.clone()).await,
        None => Some(response),
    }
}

/// Acts on a request in a task of its own: what was asked for happens even if the client does not wait. Queries compute, so they
/// run where they hold up nobody else. `None` where acting on it failed.
async fn acted_on(source: FaultSource, request: Request, next: Next) -> Option<Response> {
    let acting = next.run(request);
    let task = match source {
        FaultSource::Loki | FaultSource::Prometheus => {
            let runtime = tokio::runtime::Handle::current();
            tokio::task::spawn_blocking(move || runtime.block_on(acting))
        }
        FaultSource::Scaleway | FaultSource::Tempo => tokio::spawn(acting),
    };
    task.await.ok()
}

/// Why a data source does not answer this request; `None` where it does, or where it is none.
fn refusal(api: &Api, source: FaultSource, path: &str, headers: &HeaderMap) -> Option<Response> {
    let rules = ["/api/v1/rules", "/config/v1/rules", "/api/prom/rules"]
        .iter()
        .any(|rules| path.contains(rules))
        || path.ends_with("/api/v1/alerts");
    let scopes: &[&str] = match (source, rules) {
        (FaultSource::Scaleway, _) => return None,
        (FaultSource::Loki, false) => &["read_only_logs"],
        (FaultSource::Prometheus, false) => &["read_only_metrics"],
        (FaultSource::Tempo, _) => &["read_only_traces"],
        (FaultSource::Loki | FaultSource::Prometheus, true) => {
            &["full_access_metrics_rules", "full_access_logs_rules"]
        }
    };
    let refuse = |status, text| Some(json_response(status, &json!({"message": text})));
    match api
        .tokens
        .access(&shown_token(headers).unwrap_or_default(), scopes)
    {
        Access::Granted => None,
        Access::OutOfScope => refuse(403, "token does not have the required scope"),
        Access::Unknown => refuse(401, "unauthorized"),
    }
}

/// What no route of a data source answers: the Scaleway API, the sandbox's own pages, and 404 for the rest.
async fn everything_else(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    match source_of(path) {
        None => own_page(&shared, &parts.method, &parts.uri),
        Some(FaultSource::Scaleway) => {
            let body = to_bytes(body, MOST_BODY_BYTES).await.unwrap_or_default();
            let key = parts.headers.get("x-auth-token");
            let key = key.and_then(|key| key.to_str().ok());
            let query = parts.uri.query().unwrap_or_default();
            let call = Call::new(parts.method.as_str(), path, query, &body, key);
            scaleway_response(&shared.api, shared.api.answer(&call))
        }
        Some(FaultSource::Loki | FaultSource::Prometheus | FaultSource::Tempo) => response(
            404,
            Some("text/plain; charset=utf-8"),
            "404 page not found\n".to_owned(),
        ),
    }
}

/// The record of requests, the tokens that exist, and the machines.
fn own_page(shared: &Shared, method: &Method, uri: &Uri) -> Response {
    match (method, uri.path()) {
        (&Method::GET, "/sandbox/ssh") => match look(&shared.machines, uri) {
            Some(answer) => json_response(200, &answer),
            None => json_response(404, &json!({"message": "no such machine"})),
        },
        (&Method::GET, "/sandbox/requests") => json_response(200, &shared.record.to_json()),
        (&Method::GET, "/sandbox/tokens") => json_response(200, &shared.api.tokens.summary()),
        _ => json_response(404, &json!({"message": "not found"})),
    }
}

/// What `?target=…&command=…` answers; `None` where the world has no such machine.
fn look(machines: &Machines, uri: &Uri) -> Option<Value> {
    let query: Query<BTreeMap<String, String>> = Query::try_from_uri(uri).ok()?;
    let command = query.get("command").map_or("", String::as_str);
    machines.answer(query.get("target")?, command)
}

/// Dresses an answer of the Scaleway API in HTTP.
fn scaleway_response(api: &Api, answer: Answer) -> Response {
    let body = answer.body.map(|body| body.to_string()).unwrap_or_default();
    let mut response = response(answer.status, Some("application/json"), body);
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    dress(api, &mut response);
    response
}

/// Adds the headers that every answer of the Scaleway API has.
fn dress(api: &Api, response: &mut Response) {
    let gateway = HeaderValue::from_static("Scaleway API Gateway (fr-par-1;edge01)");
    response.headers_mut().insert(header::SERVER, gateway);
    let id = api.next_request_id();
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("X-Request-Id", id);
    }
}

/// The answer of a fault.
fn replaced(source: FaultSource, answer: &FaultAnswer) -> Response {
    let (content_type, usual) = usual_error(source, answer.status);
    let body = answer.body.clone().unwrap_or(usual);
    let content_type = answer.content_type.as_deref().or(content_type);
    let mut response = response(answer.status, content_type, body);
    if answer.status == 429 {
        let limited = HeaderValue::from_static("true");
        response
            .headers_mut()
            .insert("X-Envoy-Ratelimited", limited);
    }
    response
}

/// What a source usually says with a status: content type and body.
fn usual_error(source: FaultSource, status: u16) -> (Option<&'static str>, String) {
    const JSON: &str = "application/json";
    if status == 429 || status == 204 || status == 304 {
        return (None, String::new());
    }
    let reason = StatusCode::from_u16(status).ok();
    let reason = reason
        .and_then(|status| status.canonical_reason())
        .unwrap_or("error");
    let reason = reason.to_lowercase();
    match (source, status) {
        (FaultSource::Scaleway, 401) => (Some(JSON), body_of(errors::denied(true))),
        (FaultSource::Scaleway, 403) => (Some(JSON), body_of(errors::forbidden("read", "cockpit"))),
        (FaultSource::Scaleway, 404) => (Some(JSON), body_of(errors::not_found("resource", ""))),
        (FaultSource::Scaleway, 500) => {
            (Some(JSON), body_of(errors::message(500, "internal error")))
        }
        (FaultSource::Scaleway, _) => (Some(JSON), body_of(errors::message(status, &reason))),
        (FaultSource::Prometheus, _) => {
            let kind = match status {
                400 => "bad_data",
                422 => "execution",
                503 | 504 => "timeout",
                _ => "internal",
            };
            let body = json!({"status": "error", "errorType": kind, "error": reason});
            (Some(JSON), body.to_string())
        }
        (FaultSource::Loki | FaultSource::Tempo, _) => {
            (Some("text/plain; charset=utf-8"), format!("{reason}\n"))
        }
    }
}

/// The body of an error as text.
fn body_of(answer: Answer) -> String {
    answer.body.map(|body| body.to_string()).unwrap_or_default()
}

/// A response with a JSON body.
fn json_response(status: u16, body: &Value) -> Response {
    response(status, Some("application/json"), body.to_string())
}

/// A response; an odd status becomes 500, an odd content type is left out.
fn response(status: u16, content_type: Option<&str>, body: String) -> Response {
    let mut response = Response::new(Body::from(Bytes::from(body)));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(value) = content_type.and_then(|text| HeaderValue::from_str(text).ok()) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response
}
