//! `trace`: one request through every service, in order, and its spans.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::support::{Canned, Ran, SandboxProcess};

/// The JSON form, declared here again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Timeline {
    schema: u32,
    id: String,
    forms: Vec<String>,
    environment: String,
    window: serde_json::Value,
    total_lines: u64,
    duration_seconds: f64,
    errors: u64,
    services: Vec<ServiceLines>,
    lines: Vec<Line>,
    spans: Spans,
}

/// Lines of one service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceLines {
    service: String,
    lines: u64,
}

/// One line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    ts: String,
    offset_seconds: f64,
    gap_seconds: f64,
    long_gap: bool,
    service: String,
    level: String,
    error: bool,
    message: String,
    duration_seconds: Option<f64>,
    fields: BTreeMap<String, String>,
}

/// The spans.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Spans {
    status: String,
    message: Option<String>,
    duration_seconds: f64,
    spans: Vec<Span>,
}

/// One span.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Span {
    span_id: String,
    parent_id: Option<String>,
    depth: u32,
    service: String,
    name: String,
    start: String,
    offset_seconds: f64,
    duration_seconds: f64,
    error: bool,
}

const HEX: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const UUID: &str = "4bf92f35-77b3-4da6-a3ce-929d0e0e4736";

/// Three services, two of which one request went through: in an envelope, in plain text as a UUID, in capitals; beside others.
fn world() -> SandboxProcess {
    let log = |resource: &str, at: &str, rest: &str| {
        format!("[[log]]\nlabels = {{ resource_name = \"{resource}\" }}\nat = [\"{at}\"]\n{rest}\n")
    };
    let json = |level: &str, message: &str, field: &str| {
        format!(
            "format = \"json\"\nenvelope = \"copy-1\"\nlevel = \"{level}\"\nmessage = \"{message}\"\nfields = {{ {field} }}"
        )
    };
    SandboxProcess::of(&format!(
        "schema = 1\nname = \"trace\"\n\
         [map.services.api]\nkind = \"container\"\nresource_name = \"api-1\"\n\
         [map.services.db]\nkind = \"postgres\"\nresource_name = \"db-1\"\n\
         [map.services.cache]\nkind = \"redis\"\nresource_name = \"cache-1\"\n{}",
        [
            log(
                "api-1",
                "-300s",
                &json(
                    "info",
                    "order received",
                    &format!("trace_id = \"{HEX}\", user = \"u1\"")
                )
            ),
            log(
                "db-1",
                "-298s",
                &format!("message = \"LOG:  statement of {UUID} took 1.5s\"")
            ),
            log(
                "api-1",
                "-297s",
                &json(
                    "error",
                    "cannot place order",
                    &format!(
                        "traceparent = \"00-{}-00f067aa0ba902b7-01\"",
                        HEX.to_uppercase()
                    )
                )
            ),
            log(
                "api-1",
                "-297s",
                &json("info", "another order", &format!("trace_id = \"{HEX}0\""))
            ),
            log(
                "cache-1",
                "-297s",
                "message = \"request req/7 \\\"x\\\" done\""
            ),
        ]
        .concat()
    ))
}

/// The answer of a run.
#[track_caller]
fn traced(ran: &Ran) -> Timeline {
    ran.json()
}

#[test]
fn a_request_is_followed_through_every_service_in_order() {
    let sandbox = world();
    for id in [
        HEX,
        UUID,
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ] {
        let found = traced(&sandbox.scout(["trace", id, "-o", "json"]).run().exits(0));
        assert_eq!(
            (
                found.schema,
                found.id.as_str(),
                found.total_lines,
                found.errors
            ),
            (1, id, 3, 1)
        );
        assert!(found.forms.contains(&HEX.to_owned()) && found.forms.contains(&UUID.to_owned()));
        let told: Vec<(&str, &str, &str)> = found
            .lines
            .iter()
            .map(|line| {
                (
                    line.service.as_str(),
                    line.level.as_str(),
                    line.message.as_str(),
                )
            })
            .collect();
        let statement = format!("LOG:  statement of {UUID} took 1.5s");
        assert_eq!(
            told,
            [
                ("api", "info", "order received"),
                ("db", "info", statement.as_str()),
                ("api", "error", "cannot place order")
            ]
        );
        let services: Vec<(&str, u64)> = found
            .services
            .iter()
            .map(|of| (of.service.as_str(), of.lines))
            .collect();
        assert_eq!(services, [("api", 2), ("cache", 0), ("db", 1)]);
        assert_eq!(
            (found.spans.status.as_str(), found.spans.message),
            ("no-source", None)
        );
        assert!((found.duration_seconds - 3.0).abs() < 0.01 && found.spans.duration_seconds == 0.0);
        let [first, second, third] = &found.lines[..] else {
            panic!()
        };
        assert!(
            (second.offset_seconds - 2.0).abs() < 0.01 && (third.gap_seconds - 1.0).abs() < 0.01
        );
        assert_eq!(
            (first.long_gap, second.long_gap, third.error),
            (false, true, true)
        );
        assert_eq!(
            (second.duration_seconds, first.fields["user"].as_str()),
            (Some(1.5), "u1")
        );
        assert!(
            first.ts < third.ts
                && !found.environment.is_empty()
                && found.window["complete"] == true
        );
    }
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn people_see_times_gaps_errors_and_where_nothing_was_found() {
    let sandbox = world();
    let ran = sandbox.scout(["trace", HEX, "--utc"]).run().exits(0);
    ran.says([
        "3 lines of 2 services in 3s, 1 error",
        "nothing for 2s",
        "+2s INFO  db",
        "(1.5s)",
        "ERROR api",
        "searched, nothing found: cache",
        "no traces source in this environment",
        "counted by the server",
    ])
    .silent();
    sandbox
        .scout(["trace", HEX, "--lang", "fr"])
        .run()
        .exits(0)
        .says([
            "3 lignes de 2 services",
            "cherché sans rien trouver : cache",
        ]);
    sandbox
        .scout(["trace", HEX, "-n", "2"])
        .run()
        .exits(0)
        .warns(["2 of 3 shown"]);
    let ran = sandbox.scout(["trace", "req/7 \"x\""]).run().exits(0);
    ran.says(["1 line of 1 service", "searched, nothing found: api, db"]);
    let ran = sandbox.scout(["trace", "not-there"]).run().exits(0);
    ran.says([
        "no line holds it",
        "searched, nothing found: api, cache, db",
    ])
    .warns(["--since 24h"]);
}

#[test]
fn lines_that_cannot_be_had_make_it_incomplete() {
    let sandbox = SandboxProcess::with(
        "postgres-connections",
        "[[fault]]\nsource = \"loki\"\npath = \"/loki/api/v1/query_range\"\nstatus = 400\n",
    );
    sandbox
        .scout(["trace", "abcdef"])
        .run()
        .exits(5)
        .warns(["error:"]);
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

/// A run with a traces data source at an address.
fn with_tempo(sandbox: &SandboxProcess, url: &str, args: &[&str]) -> Ran {
    let map = std::fs::read_to_string(sandbox.map()).expect("the map");
    let tempo = format!("tempo_endpoint = \"{url}\"\nloki_endpoint");
    let path = sandbox.map().with_file_name("with-tempo.toml");
    assert!(map.contains("loki_endpoint"), "{map}");
    std::fs::write(&path, map.replacen("loki_endpoint", &tempo, 1)).expect("a map");
    let path = path.to_str().expect("a UTF-8 path").to_owned();
    sandbox
        .scout(["trace", HEX, "--map", &path])
        .args(args)
        .run()
}

/// An answer of HTTP.
fn answer(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[test]
fn spans_are_drawn_below_the_lines() {
    let span = |id: &str, parent: &str, name: &str, from: u64, to: u64, status: &str| {
        format!(
            r#"{{"traceId":"{HEX}","spanId":"{id}","parentSpanId":"{parent}","name":"{name}","startTimeUnixNano":"{}","endTimeUnixNano":"{}","status":{status}}}"#,
            1_795_255_200_000_000_000_u64 + from * 1_000_000,
            1_795_255_200_000_000_000_u64 + to * 1_000_000
        )
    };
    let batch = |service: &str, spans: &[String]| {
        format!(
            r#"{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"{service}"}}}}]}},"scopeSpans":[{{"spans":[{}]}}]}}"#,
            spans.join(",")
        )
    };
    let body = format!(
        "{{\"batches\":[{},{}]}}",
        batch(
            "db",
            &[span(
                "cccccccccccccccc",
                "bbbbbbbbbbbbbbbb",
                "INSERT \\u001b[31m",
                40,
                100,
                "{\"code\":\"STATUS_CODE_ERROR\"}"
            )]
        ),
        batch(
            "api",
            &[
                span(
                    "bbbbbbbbbbbbbbbb",
                    "aaaaaaaaaaaaaaaa",
                    "place",
                    20,
                    110,
                    "{}"
                ),
                span("aaaaaaaaaaaaaaaa", "", "POST /v1/orders", 0, 120, "{}")
            ]
        ),
    );
    let (sandbox, tempo) = (world(), Canned::answering(&answer("200 OK", &body)));
    let ran = with_tempo(&sandbox, tempo.url(), &["-o", "json"]).exits(0);
    let found = traced(&ran);
    assert_eq!(
        (
            found.spans.status.as_str(),
            found.total_lines,
            tempo.requests()
        ),
        ("found", 3, 1)
    );
    let told: Vec<(&str, &str, u32, bool)> = found
        .spans
        .spans
        .iter()
        .map(|span| {
            (
                span.span_id.as_str(),
                span.service.as_str(),
                span.depth,
                span.error,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("aaaaaaaaaaaaaaaa", "api", 0, false),
            ("bbbbbbbbbbbbbbbb", "api", 1, false),
            ("cccccccccccccccc", "db", 2, true)
        ]
    );
    let insert = &found.spans.spans[2];
    assert_eq!(
        (
            insert.offset_seconds,
            insert.duration_seconds,
            found.spans.duration_seconds
        ),
        (0.04, 0.06, 0.12)
    );
    assert_eq!(
        (insert.parent_id.as_deref(), insert.name.as_str()),
        (Some("bbbbbbbbbbbbbbbb"), "INSERT \u{1b}[31m")
    );
    assert!(insert.start.starts_with("2026-11-21T"));
    let ran = with_tempo(&sandbox, tempo.url(), &[]).exits(0).says([
        "3 spans in 120ms",
        "POST /v1/orders",
        "██████",
        "INSERT",
        "ERROR",
        "+40ms",
    ]);
    assert!(!ran.stdout.contains('\x1b'), "{ran}");
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn without_spans_the_lines_are_shown_and_the_reason_is_said() {
    let sandbox = world();
    let missing = Canned::answering(&answer("404 Not Found", "{}"));
    with_tempo(&sandbox, missing.url(), &[])
        .exits(0)
        .says(["3 lines", "has no such trace"]);
    let refusing = Canned::answering(&answer("403 Forbidden", "{\"message\":\"no\"}"));
    with_tempo(&sandbox, refusing.url(), &[])
        .exits(4)
        .says(["3 lines", "could not be asked"]);
    let odd = Canned::answering(&answer("200 OK", "<html>"));
    let ran = with_tempo(&sandbox, odd.url(), &["-o", "json"]).exits(5);
    let found = traced(&ran);
    assert_eq!(
        (found.spans.status.as_str(), found.total_lines),
        ("failed", 3)
    );
    assert!(found.spans.message.is_some() && found.spans.spans.is_empty());
    // An id that can be none of a trace needs no scope for traces.
    let asked = Canned::answering(&answer("404 Not Found", "{}"));
    let ran = with_tempo(&sandbox, asked.url(), &["--lang", "fr"]).exits(0);
    assert!(ran.stdout.contains("n'a pas cette trace"), "{ran}");
}
