//! What a real Loki 3 answered, asked again of the look-alike over HTTP on loopback.
//!
//! `tests/wire/loki` holds the pushed lines and the recorded exchanges. Series are compared as sets, values as numbers.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::DateTime;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::routes;
use crate::model::{Labels, UnixNanos};
use crate::sandbox::log_store::{LogStore, PushedEntry, PushedStream};

/// Endpoints that a Loki has and Cockpit does not let through.
const CLOSED: [&str; 6] = [
    "/loki/api/v1/index/stats",
    "/loki/api/v1/index/volume",
    "/loki/api/v1/index/volume_range",
    "/loki/api/v1/detected_fields",
    "/loki/api/v1/patterns",
    "/loki/api/v1/format_query",
];

/// The recorded world.
fn recorded_store() -> LogStore {
    let mut streams: BTreeMap<Labels, Vec<PushedEntry>> = BTreeMap::new();
    for line in include_str!("../../../tests/wire/loki/dataset.ndjson").lines() {
        let pushed: Value = serde_json::from_str(line).unwrap();
        let labels: Labels = serde_json::from_value(pushed["labels"].clone()).unwrap();
        streams.entry(labels).or_default().push(PushedEntry {
            at: UnixNanos(pushed["ts_ns"].as_i64().unwrap()),
            line: pushed["line"].as_str().unwrap().to_owned(),
            metadata: None,
        });
    }
    LogStore::new(
        streams
            .into_iter()
            .map(|(labels, entries)| PushedStream { labels, entries })
            .collect(),
    )
}

/// A server on loopback.
async fn serve(store: LogStore) -> std::net::SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let now = DateTime::from_timestamp(1_795_251_600, 0).unwrap();
    let app = routes(Arc::new(store), Arc::new(move || now));
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// An answer: status, content type, body.
type Answered = (u16, String, String);

/// Sends one request, by hand so that no client library has a say.
async fn ask(server: std::net::SocketAddr, method: &str, path: &str, form: &str) -> Answered {
    let (target, body) = match method {
        "GET" if form.is_empty() => (path.to_owned(), ""),
        "GET" => (format!("{path}?{form}"), ""),
        _ => (path.to_owned(), form),
    };
    let request = format!(
        "{method} {target} HTTP/1.1\r\nHost: loki\r\nConnection: close\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}",
        body.len()
    );
    let mut socket = tokio::net::TcpStream::connect(server).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let content_type = head
        .lines()
        .find_map(|line| line.strip_prefix("content-type: "))
        .unwrap_or_default();
    (status, content_type.to_owned(), body.to_owned())
}

/// Parameters as a form.
fn form(pairs: &[(&str, &str)]) -> String {
    let encode = |text: &str| {
        let escapes: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        escapes.concat()
    };
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

/// A body without what is no promise: statistics, shards, the order of series.
fn promised(mut body: Value) -> Value {
    if let Some(data) = body["data"].as_object_mut() {
        data.remove("stats");
    }
    let list = if body["data"].is_array() {
        &mut body["data"]
    } else {
        &mut body["data"]["result"]
    };
    if let Some(items) = list
        .as_array_mut()
        .filter(|items| items.iter().all(Value::is_object))
    {
        for item in items.iter_mut() {
            if let Some(stream) = item.get_mut("stream").and_then(Value::as_object_mut) {
                stream.remove("__stream_shard__");
            }
        }
        items.sort_by_key(|item| {
            [
                item["stream"].to_string(),
                item["metric"].to_string(),
                item.to_string(),
            ]
        });
    }
    body
}

/// Whether two bodies are equal, numbers in text to a relative 1e-9 (but not labels or lines).
fn alike(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| alike(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, left)| {
                    right.get(name).is_some_and(|right| match name.as_str() {
                        "metric" | "stream" => left == right,
                        _ => alike(left, right),
                    })
                })
        }
        (Value::String(left_text), Value::String(right_text)) => {
            match (left_text.parse::<f64>(), right_text.parse::<f64>()) {
                (Ok(left), Ok(right)) if left.is_finite() && right.is_finite() => {
                    (left - right).abs() <= 1e-9 * left.abs().max(right.abs())
                }
                _ => left_text == right_text,
            }
        }
        _ => left == right,
    }
}

#[tokio::test]
async fn recorded_requests_get_the_recorded_answers() {
    assert_recorded_answers(recorded_store()).await;
}

/// Asks every recorded request of a Loki that holds `store`.
pub(in crate::sandbox) async fn assert_recorded_answers(store: LogStore) {
    let server = serve(store).await;
    let mut wrong = Vec::new();
    for line in include_str!("../../../tests/wire/loki/cases.ndjson").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let path = case["path"].as_str().unwrap();
        let pairs: Vec<(&str, &str)> = case["params"]
            .as_array()
            .unwrap()
            .iter()
            .map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()))
            .collect();
        for method in ["GET", "POST"] {
            let answered = ask(server, method, path, &form(&pairs)).await;
            if let Err(why) = compare(&case, path, &answered) {
                wrong.push(format!("{} {}: {why}", method, case["name"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Compares an answer with what was recorded.
fn compare(case: &Value, path: &str, answered: &Answered) -> Result<(), String> {
    let (status, content_type, body) = answered;
    if CLOSED.contains(&path) {
        let refused = *status == 404 && body == "404 page not found\n";
        return if refused {
            Ok(())
        } else {
            Err(format!("is not closed: {answered:?}"))
        };
    }
    let expected = &case["body"];
    let same = match expected {
        Value::String(text) => text == body,
        _ => serde_json::from_str(body)
            .map(|body: Value| (promised(body), promised(expected.clone())))
            .is_ok_and(|(body, expected)| {
                let exact = expected["data"]["resultType"] == "streams";
                body == expected || (!exact && alike(&body, &expected))
            }),
    };
    if same && case["status"] == *status && case["content_type"] == *content_type {
        return Ok(());
    }
    Err(format!(
        "expected {case}\nanswered {status} {content_type} {body}"
    ))
}

/// Asks over the recorded world; the answer must be the expected text.
#[track_caller]
fn assert_body(answered: &Answered, status: u16, body: &str) {
    assert_eq!((answered.0, answered.2.as_str()), (status, body));
}

/// The recorded hour.
const HOUR: [(&str, &str); 2] = [("start", "1795248000"), ("end", "1795251600")];

/// `query_range` over the recorded hour.
async fn range(server: std::net::SocketAddr, pairs: &[(&str, &str)]) -> Answered {
    let pairs = [HOUR.as_slice(), pairs].concat();
    ask(server, "GET", "/loki/api/v1/query_range", &form(&pairs)).await
}

/// The times of the points of the only series.
fn times(body: &str) -> Vec<f64> {
    let body: Value = serde_json::from_str(body).unwrap();
    let points = body["data"]["result"][0]["values"]
        .as_array()
        .unwrap()
        .clone();
    points
        .iter()
        .map(|point| point[0].as_f64().unwrap())
        .collect()
}

/// How many entries an answer holds.
fn entries(body: &str) -> usize {
    let body: Value = serde_json::from_str(body).unwrap();
    let streams = body["data"]["result"].as_array().unwrap().clone();
    streams
        .iter()
        .map(|stream| stream["values"].as_array().unwrap().len())
        .sum()
}

#[tokio::test]
async fn times_come_in_seconds_nanoseconds_and_rfc_3339() {
    let server = serve(recorded_store()).await;
    for (start, end) in [
        ("1795248000", "1795251600"),
        ("1795248000.5", "1795251600.0"),
        ("1795248000000000000", "1795251600000000000"),
        (
            "2026-11-21T08:00:00Z",
            "2026-11-21T10:00:00.000000000+01:00",
        ),
    ] {
        let pairs = [
            ("query", r#"{resource_name="redis-staging"}"#),
            ("start", start),
            ("end", end),
            ("limit", "5000"),
        ];
        let answered = ask(server, "GET", "/loki/api/v1/query_range", &form(&pairs)).await;
        assert_eq!((answered.0, entries(&answered.2)), (200, 120), "{start}");
    }
}

#[tokio::test]
async fn what_is_not_given_has_lokis_defaults() {
    let server = serve(recorded_store()).await;
    let query = [("query", r#"{resource_name="atlas-api-staging"}"#)];
    let answered = ask(server, "GET", "/loki/api/v1/query_range", &form(&query)).await;
    assert_eq!(
        entries(&answered.2),
        100,
        "the last hundred of the last hour"
    );
    assert!(answered.2.contains("1795251598802245632"));
    let since = [query[0], ("since", "1m"), ("limit", "5000")];
    let answered = ask(server, "GET", "/loki/api/v1/query_range", &form(&since)).await;
    assert_eq!(entries(&answered.2), 29);
    let rate = [("query", "sum(rate({resource_name=\"redis-staging\"}[1h]))")];
    let answered = ask(server, "GET", "/loki/api/v1/query_range", &form(&rate)).await;
    let times = times(&answered.2);
    assert!(
        (times[1] - times[0] - 14.0).abs() < 1e-9,
        "an hour in 250 steps, whole seconds"
    );
    let answered = ask(
        server,
        "GET",
        "/loki/api/v1/query",
        &form(&[("query", "1 + 1")]),
    )
    .await;
    assert!(answered.2.starts_with(
        r#"{"status":"success","data":{"resultType":"scalar","result":[1795251600,"2"],"#
    ));
}

#[tokio::test]
async fn metric_windows_are_moved_to_multiples_of_the_step() {
    let server = serve(recorded_store()).await;
    let query = (
        "query",
        "sum(count_over_time({resource_name=\"redis-staging\"}[5m]))",
    );
    let pairs = [
        query,
        ("start", "1795248100"),
        ("end", "1795249100"),
        ("step", "5m"),
    ];
    let answered = ask(server, "GET", "/loki/api/v1/query_range", &form(&pairs)).await;
    let expected = [
        1_795_248_300.0,
        1_795_248_600.0,
        1_795_248_900.0,
        1_795_249_200.0,
    ];
    assert_eq!(times(&answered.2), expected);
}

#[tokio::test]
async fn wrong_parameters_are_refused_in_lokis_words() {
    let server = serve(recorded_store()).await;
    let logs = ("query", r#"{resource_name="redis-staging"}"#);
    for (pairs, text) in [
        (
            vec![logs, ("since", "x")],
            "could not parse 'since' parameter: not a valid duration string: \"x\"",
        ),
        (vec![logs, ("limit", "0")], "limit must be a positive value"),
        (
            vec![logs, ("limit", "-1")],
            "limit must be a positive value",
        ),
        (
            vec![logs, ("limit", "1.5")],
            "strconv.Atoi: parsing \"1.5\": invalid syntax",
        ),
        (vec![logs, ("direction", "up")], "invalid direction 'up'"),
        (
            vec![logs, ("step", "x")],
            "cannot parse \"x\" to a valid duration",
        ),
        (
            vec![logs, ("step", "0")],
            "zero or negative query resolution step widths are not accepted. Try a positive integer",
        ),
        (
            vec![logs, ("step", "0.1")],
            "exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step \
             parameter",
        ),
        (vec![], "parse error : syntax error: unexpected $end"),
    ] {
        assert_body(&range(server, &pairs).await, 400, text);
    }
    let long = [logs, ("start", "1790000000"), ("end", "1795270400")];
    let answered = ask(server, "GET", "/loki/api/v1/query_range", &form(&long)).await;
    let text = "the query time range exceeds the limit (query length: 1464h0m0s, limit: 721h0m0s)";
    assert_body(&answered, 400, text);
    let many = [(
        "query",
        "count_over_time({resource_name=\"atlas-api-staging\"} | json [1h])",
    )];
    let answered = range(server, &many).await;
    assert_eq!(answered.0, 400);
    assert!(
        answered
            .2
            .starts_with("maximum number of series (500) reached for a single query")
    );
}

#[tokio::test]
async fn labels_and_series_look_only_at_the_window() {
    let server = serve(recorded_store()).await;
    let path = "/loki/api/v1/label/resource_type/values";
    let narrow = form(&[("start", "1795248001"), ("end", "1795248011")]);
    let answered = ask(server, "GET", path, &narrow).await;
    assert_body(
        &answered,
        200,
        r#"{"status":"success","data":["serverless_container"]}"#,
    );
    let query = form(&[("query", r#"{resource_name=~"redis.*"}"#)]);
    let answered = ask(server, "POST", path, &query).await;
    assert_body(
        &answered,
        200,
        r#"{"status":"success","data":["redis_cluster"]}"#,
    );
    let before = form(&[("start", "1795000000"), ("end", "1795000001")]);
    assert_body(
        &ask(server, "GET", "/loki/api/v1/labels", &before).await,
        200,
        r#"{"status":"success"}"#,
    );
    let answered = ask(server, "GET", "/loki/api/v1/series", &form(&HOUR)).await;
    let series: Value = serde_json::from_str(&answered.2).unwrap();
    assert_eq!(
        series["data"].as_array().unwrap().len(),
        3,
        "no selector means all"
    );
    let selectors = [
        ("match[]", r#"{resource_name="absent"}"#),
        ("match[]", r#"{resource_name="redis-staging"}"#),
    ];
    let answered = ask(server, "GET", "/loki/api/v1/series", &form(&selectors)).await;
    let series: Value = serde_json::from_str(&answered.2).unwrap();
    assert_eq!(series["data"].as_array().unwrap().len(), 1);
}
