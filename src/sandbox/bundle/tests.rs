//! Recorded worlds: what was kept is served again, at its own time.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::sandbox::log_store::LogStore;
use crate::sandbox::loki::tests::assert_recorded_answers;
use crate::sandbox::metric_store::MetricStore;
use crate::sandbox::promql::differential::{compare::difference, openmetrics};
use crate::sandbox::{Sandbox, prometheus};

/// The first line of a bundle about one hour.
fn meta() -> Value {
    json!({
        "type": "meta", "schema": 1, "bundle_id": "b1", "created_at": "2026-11-21T09:00:00Z", "tool": "scout 0.1.0",
        "environment": "staging", "issue": "api is slow", "params": {}, "redacted": false,
        "window": {"from": "2026-11-21T08:00:00Z", "to": "2026-11-21T09:00:00Z"},
        "baseline": {"from": "2026-11-21T07:00:00Z", "to": "2026-11-21T08:00:00Z"},
        "map": {"services": {
            "api": {"kind": "container", "title": "API", "resource_name": "staging-api", "depends_on": ["db", "cache"], "ssh": "vm"},
            "db": {"kind": "postgres", "title": "DB", "resource_name": "pg"},
        }},
    })
}

/// A bundle of these records behind its meta.
fn bundle(records: impl IntoIterator<Item = Value>) -> String {
    let lines = std::iter::once(meta()).chain(records);
    let lines: Vec<String> = lines.map(|record| record.to_string()).collect();
    lines.join("\n") + "\n"
}

/// The recorded dataset of both servers as a bundle.
fn dataset() -> String {
    let logs = include_str!("../../../tests/wire/loki/dataset.ndjson").lines();
    let logs = logs.map(|line| {
        let pushed: Value = serde_json::from_str(line).unwrap();
        let ts = chrono::DateTime::from_timestamp_nanos(pushed["ts_ns"].as_i64().unwrap());
        json!({"type": "log", "service": "", "ts": ts, "labels": pushed["labels"], "line": pushed["line"]})
    });
    let series = openmetrics::parse(include_str!("../../../tests/wire/prometheus/dataset.om"));
    let metrics = series.into_iter().map(|series| {
        let mut labels = series.labels;
        let name = labels.0.remove(METRIC_NAME).unwrap();
        let samples: Vec<Value> = series
            .samples
            .iter()
            .map(|sample| json!([sample.at_seconds, number(sample.value)]))
            .collect();
        json!({
            "type": "metric", "service": "", "name": name, "expr": name, "unit": "count", "labels": labels, "step_seconds": 15,
            "samples": samples,
        })
    });
    bundle(logs.chain(metrics))
}

/// A value as the evidence format writes it.
fn number(value: f64) -> Value {
    if value.is_nan() {
        json!("NaN")
    } else if value.is_infinite() {
        json!(if value > 0.0 { "+Inf" } else { "-Inf" })
    } else {
        json!(value)
    }
}

fn read(text: &str) -> Result<Scenario, ScenarioError> {
    Scenario::read(text.as_bytes(), "case.ndjson")
}

fn start(scenario: Scenario) -> Sandbox {
    let later = "2027-03-01T00:00:00Z".parse().unwrap();
    Sandbox::start(scenario, SocketAddr::from(([127, 0, 0, 1], 0)), later).unwrap()
}

#[tokio::test]
async fn a_bundle_of_what_was_pushed_to_loki_answers_as_loki_did() {
    let recorded = read(&dataset()).unwrap().recorded;
    assert_recorded_answers(LogStore::new(recorded.streams)).await;
}

#[tokio::test]
async fn a_bundle_of_what_was_scraped_answers_as_prometheus_did() {
    let recorded = read(&dataset()).unwrap().recorded;
    assert!(recorded.answers.is_empty());
    let now = recorded.now.unwrap();
    let store = Arc::new(MetricStore::new(recorded.series));
    let router = prometheus::routes(store, Arc::new(move || now));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let client = reqwest::Client::new();
    let mut count = 0;
    for line in include_str!("../../../tests/wire/prometheus/cases.ndjson").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        if case["method"] != "GET" {
            continue;
        }
        let pairs: Vec<(String, String)> = serde_json::from_value(case["params"].clone()).unwrap();
        let url = format!("{base}{}", case["path"].as_str().unwrap());
        let response = client.get(url).query(&pairs).send().await.unwrap();
        assert_eq!(case["status"], response.status().as_u16(), "{case}");
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        assert_eq!(difference(&case["body"], &body), None, "{}", case["name"]);
        count += 1;
    }
    assert!(count > 10, "{count} cases were read");
}

#[tokio::test]
async fn a_compressed_bundle_is_served_at_its_own_time_with_its_map_its_states_and_its_answers() {
    let expr = r#"max by (resource_name) (a{resource_name="pg"}) / max by (resource_name) (b{resource_name="pg"})"#;
    let text = bundle([
        json!({"type": "log", "service": "api", "ts": "2026-11-21T08:59:00.000000001Z", "line": "slow",
               "labels": {"resource_name": "staging-api", "detected_level": "error"}, "metadata": {"trace": "t1"}}),
        json!({"type": "metric", "service": "db", "name": "connections", "expr": expr, "unit": "ratio", "labels": {},
               "step_seconds": 15.0, "samples": [[1_795_251_540.0, 0.5], [1_795_251_555.0, "+Inf"], [1_795_251_570.0, 0.97]]}),
        json!({"type": "state", "service": "db", "kind": "postgres", "id": "88888888-8888-8888-8888-888888888801", "name": "pg",
               "status": "ready", "health": "healthy", "changed_at": null,
               "resource": {"id": "88888888-8888-8888-8888-888888888801", "name": "pg", "status": "ready", "region": "nl-ams",
                            "engine": "PostgreSQL-17", "endpoint": null, "volume": {"size": 7}}}),
        json!({"type": "from_the_future", "what": 1}),
    ]);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    let scenario = Scenario::read(packed.finish().unwrap().as_slice(), "case.ndjson.gz").unwrap();
    let sandbox = start(scenario);
    assert_eq!(sandbox.began().to_rfc3339(), "2026-11-21T09:00:00+00:00");
    assert!(sandbox.map_toml().contains("staging-api") && !sandbox.map_toml().contains("cache"));
    assert_eq!(sandbox.keys().region, "nl-ams");
    let client = reqwest::Client::new();
    let token = sandbox.keys().reader_token.expose().to_owned();
    let ask = async |path: &str, pairs: &[(&str, &str)]| -> Value {
        let request = client.get(format!("{}{path}", sandbox.url()));
        let response = request.query(pairs).header("x-token", &token).send().await;
        response.unwrap().json().await.unwrap()
    };
    let lines = ask(
        "/loki/api/v1/query_range",
        &[("query", r#"{resource_name="staging-api"}"#)],
    )
    .await;
    let stream = &lines["data"]["result"][0];
    assert_eq!(stream["values"][0][1], "slow", "{lines}");
    assert_eq!(stream["stream"]["trace"], "t1");
    let joined = format!(r#"label_replace({expr}, "scout_metric", "connections", "", "")"#);
    let answer = ask(
        "/prometheus/api/v1/query",
        &[("query", &joined), ("time", "1795251570")],
    )
    .await;
    assert_eq!(
        answer["data"]["result"],
        json!([{"metric": {"resource_name": "pg", "scout_metric": "connections"}, "value": [1_795_251_570, "0.97"]}]),
    );
    let key = sandbox.keys().secret_key.expose().to_owned();
    let listed = client
        .get(format!("{}/rdb/v1/regions/nl-ams/instances", sandbox.url()))
        .header("x-auth-token", key);
    let listed: Value = listed.send().await.unwrap().json().await.unwrap();
    assert_eq!(listed["instances"][0]["volume"], json!({"size": 7}));
    assert_eq!(listed["total_count"], 1);
}

#[test]
fn a_bad_line_is_named_and_a_bundle_begins_with_meta() {
    let after = |line: &str| read(&format!("{}{line}\n", bundle([]))).unwrap_err();
    let error = after("\n{\"type\":\"log\",\"line\":3}");
    assert_eq!(error.line(), Some(3));
    assert!(
        error
            .to_string()
            .starts_with("case.ndjson, line 3: not a record of evidence: "),
        "{error}"
    );
    assert!(after("not json").to_string().contains("line 2"));
    let error =
        read("{\"type\":\"log\",\"ts\":\"2026-11-21T08:59:00Z\",\"line\":\"x\"}\n").unwrap_err();
    assert!(error.to_string().contains("`meta`"), "{error}");
    let newer = meta().to_string().replace("\"schema\":1", "\"schema\":2");
    assert!(read(&newer).unwrap_err().to_string().contains('2'));
    let garbage = Scenario::read([b'{', 0xff, 0xfe].as_slice(), "x").unwrap_err();
    assert_eq!(garbage.line(), Some(1));
    let cut = Scenario::read([0x1f, 0x8b, 8, 0].as_slice(), "x.gz").unwrap_err();
    assert_eq!(cut.line(), None);
}
