//! Durations and routes in the forms of many programs.

use std::sync::Arc;

use super::*;
use crate::model::{Instant, Labels};

fn read(line: &str) -> Option<Timed> {
    let record = LogRecord {
        service: String::new(),
        ts: Instant::default(),
        labels: Arc::new(Labels::default()),
        line: line.to_owned(),
        metadata: None,
    };
    timed(&record, 1e-3)
}

#[test]
fn durations_are_read_from_fields_with_their_units() {
    for (line, seconds) in [
        (r#"{"msg":"done","duration_ms":12}"#, 0.012),
        (r#"{"msg":"done","durationMs":"12.5"}"#, 0.0125),
        (r#"{"msg":"done","took":"1.5s"}"#, 1.5),
        (r#"{"msg":"done","took":250}"#, 0.25),
        (r#"{"msg":"done","latency":"350µs"}"#, 0.000_35),
        (r#"{"msg":"done","elapsed_seconds":2}"#, 2.0),
        (r#"{"msg":"done","response_time":42.5}"#, 0.0425),
        (r#"{"msg":"done","request_time":0.123}"#, 0.123),
        (
            r#"{"msg":"done","request_time":"0.123","upstream_response_time":"0.100"}"#,
            0.123,
        ),
        (
            r#"{"msg":"done","upstream_response_time":"0.100, 0.020"}"#,
            0.12,
        ),
        (r#"{"msg":"done","duration":1500000000}"#, 1.5),
        (r#"{"msg":"done","event":{"duration":2000000}}"#, 0.002),
        (
            r#"{"msg":"done","http":{"request_duration_us":1500}}"#,
            0.0015,
        ),
        (
            r#"{"stream":"stdout","resource_instance":"a","message":"{\"msg\":\"x\",\"duration_ms\":7}"}"#,
            0.007,
        ),
        ("level=info msg=done took=1m2s", 62.0),
        ("level=info msg=done elapsed=350", 0.35),
    ] {
        let found = read(line).unwrap_or_else(|| panic!("none in {line}"));
        assert!(
            (found.seconds - seconds).abs() < 1e-9,
            "{line}: {}",
            found.seconds
        );
    }
}

#[test]
fn durations_are_read_from_texts() {
    for (line, seconds) in [
        ("GET /x 200 12ms", 0.012),
        ("POST /v1/orders 201 1.2 s", 1.2),
        ("report took 1.2s", 1.2),
        ("Completed 200 OK in 350ms (Views: 3.0ms)", 0.35),
        ("built index in 350 ms", 0.35),
        ("LOG:  duration: 1234.5 ms  statement: SELECT 1", 1.2345),
        (
            "10.0.0.1 - - [21/Nov/2026:09:00:00 +0000] \"GET /a HTTP/1.1\" 200 157 \"-\" \"curl/8\" 0.250",
            0.25,
        ),
        (
            "10.0.0.1 - - [21/Nov/2026:09:00:00 +0000] \"GET /a HTTP/1.1\" 200 157 \"-\" \"curl/8\" rt=0.250 urt=\"0.240\"",
            0.25,
        ),
        (
            "haproxy[1]: 10.0.0.1:3 [21/Nov/2026:09:00:00.1] fe be/s1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 \"GET /i HTTP/1.1\"",
            0.109,
        ),
        (
            "[GIN] 2026/11/21 - 09:00:00 | 200 |    1.5ms |       127.0.0.1 | GET      \"/ping\"",
            0.0015,
        ),
    ] {
        let found = read(line).unwrap_or_else(|| panic!("none in {line}"));
        assert!(
            (found.seconds - seconds).abs() < 1e-9,
            "{line}: {}",
            found.seconds
        );
    }
}

#[test]
fn what_is_no_duration_of_a_request_is_none() {
    for line in [
        "retrying in 5s",
        "1:M * 100 changes in 300 seconds. Saving...",
        "connection refused, next attempt in 10 s",
        "timeout after 30s",
        "listening on :8080",
        "GET /x 200",
        "10.0.0.1 - - [21/Nov/2026:09:00:00 +0000] \"GET /a HTTP/1.1\" 200 157 \"-\" \"curl/8.5\"",
        r#"{"msg":"x","timeout_ms":3000,"time":"2026-11-21T09:00:00Z"}"#,
        r#"{"msg":"x","duration":"soon","latency":-5,"took":1e300}"#,
        "",
    ] {
        assert_eq!(read(line), None, "{line}");
    }
}

#[test]
fn routes_are_paths_with_their_ids_masked() {
    for (line, route) in [
        ("GET /v1/orders/42?x=1 200 12ms", "GET /v1/orders/<*>"),
        (
            "GET /v2/users/550e8400-e29b-41d4-a716-446655440000/cart 200 12ms",
            "GET /v2/users/<*>/cart",
        ),
        ("GET /oauth2/token 200 12ms", "GET /oauth2/token"),
        (
            r#"{"method":"post","route":"/v1/orders/:id","took":3}"#,
            "POST /v1/orders/:id",
        ),
        (
            r#"{"msg":"x","url":"https://api.example.com/a/9f8e7d6c5b4a?k=v","took":3}"#,
            "/a/<*>",
        ),
        ("report 17 took 1.2s", "report <n> took <n>s"),
        (
            "[GIN] 2026/11/21 - 09:00:00 | 200 |    1.5ms |       127.0.0.1 | GET      \"/ping/7\"",
            "GET /ping/<*>",
        ),
    ] {
        let found = read(line).unwrap_or_else(|| panic!("none in {line}"));
        assert_eq!(found.route, route, "{line}");
    }
}

#[test]
fn the_trace_is_told_before_the_request() {
    let found = read(r#"{"request_id":"r1","trace_id":"t1","took":1}"#);
    assert_eq!(found.and_then(|found| found.trace).as_deref(), Some("t1"));
    let found = read(r#"{"trace":{"id":"t2"},"request_id":"r1","took":1}"#);
    assert_eq!(found.and_then(|found| found.trace).as_deref(), Some("t2"));
}
