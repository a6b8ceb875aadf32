//! Does the look-alike answer as a real Prometheus did? The recorded data is loaded and every recorded question asked again.

use std::sync::Arc;

use chrono::DateTime;
use serde_json::Value;

use super::routes;
use crate::sandbox::metric_store::MetricStore;
use crate::sandbox::promql::differential::{compare::difference, openmetrics};

/// The time that `time` defaults to.
const NOW: i64 = 1_795_251_600;

/// Serves the recorded world; its address.
async fn serve() -> String {
    let series = openmetrics::parse(include_str!("../../../tests/wire/prometheus/dataset.om"));
    let now = Arc::new(|| DateTime::from_timestamp(NOW, 0).unwrap());
    let router = routes(Arc::new(MetricStore::new(series)), now);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}")
}

/// Status, media type and body of an answer.
async fn answer(request: reqwest::RequestBuilder) -> (u16, String, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let media = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_string();
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    (status, media, body)
}

/// The request with `pairs` as its form.
fn form(request: reqwest::RequestBuilder, pairs: &[(String, String)]) -> reqwest::RequestBuilder {
    let url = reqwest::Url::parse_with_params("http://127.0.0.1/", pairs).unwrap();
    request
        .header("content-type", "application/x-www-form-urlencoded")
        .body(url.query().unwrap_or_default().to_string())
}

/// The pairs of a recorded request.
fn pairs(case: &Value) -> Vec<(String, String)> {
    serde_json::from_value(case["params"].clone()).unwrap()
}

#[tokio::test]
async fn every_recorded_answer_of_a_real_server_is_given_again() {
    let base = serve().await;
    let client = reqwest::Client::new();
    let cases = [
        include_str!("../../../tests/wire/prometheus/cases.ndjson"),
        include_str!("../../../tests/wire/prometheus/more_cases.ndjson"),
    ];
    let mut count = 0;
    let mut failures = Vec::new();
    for line in cases.iter().flat_map(|text| text.lines()) {
        let case: Value = serde_json::from_str(line).unwrap();
        let url = format!("{base}{}", case["path"].as_str().unwrap());
        let method = case["method"].as_str().unwrap().parse().unwrap();
        let request = client.request(method, url);
        let request = if case["method"] == "POST" {
            form(request, &pairs(&case))
        } else {
            request.query(&pairs(&case))
        };
        let (status, media, body) = answer(request).await;
        let wrong = difference(&case["status"], &Value::from(status))
            .or_else(|| difference(&case["content_type"], &Value::from(media)))
            .or_else(|| difference(&case["body"], &body));
        if let Some(wrong) = wrong {
            failures.push(format!("{} {}: {wrong}", case["name"], case["params"]));
        }
        count += 1;
    }
    assert!(count >= 700, "{count} cases were read");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
