//! Tests of how log lines are opened.

use super::*;
use crate::model::{Instant, Labels};

fn record(line: &str) -> LogRecord {
    LogRecord {
        service: "api".into(),
        ts: Instant::from_timestamp(1_795_255_200, 0).unwrap(),
        labels: Labels::default().into(),
        line: line.into(),
        metadata: None,
    }
}

#[test]
fn json_in_an_envelope_is_opened_twice() {
    let line = r#"{"stream":"stdout","resource_instance":"api-b2","message":"{\"level\":\"error\",\"msg\":\"db query failed\",\"status\":\"500\",\"code\":\"53300\",\"duration_ms\":12}"}"#;
    open_line(&record(line), |line| {
        assert_eq!(line.level(), Level::Error);
        assert_eq!(line.message, "db query failed");
        assert_eq!(line.copy.as_deref(), Some("api-b2"));
        assert_eq!(line.status, Some(500));
        assert_eq!(line.code.as_deref(), Some("53300"));
        assert_eq!(line.millis, Some(12.0));
    });
}

#[test]
fn levels_come_from_fields_numbers_status_or_words() {
    for (text, level) in [
        (r#"{"level":50,"msg":"x"}"#, Level::Error),
        (r#"{"severity":"WARNING","message":"x"}"#, Level::Warn),
        (
            r#"{"level":"info","msg":"GET /a 503","status":503}"#,
            Level::Error,
        ),
        (r#"{"msg":"payment failed"}"#, Level::Error),
        (
            r#"{"msg":"tick","error":{"message":"connection refused","code":"ECONNREFUSED"}}"#,
            Level::Error,
        ),
        (r#"{"level":"info","msg":"done, 0 errors"}"#, Level::Info),
        (
            "level=error msg=\"dial tcp: lookup db: no such host\" status=502",
            Level::Error,
        ),
        ("level=info msg=ok", Level::Info),
        (
            r#"10.0.0.1 - - [21/Nov/2026:09:00:00 +0000] "GET /x HTTP/1.1" 502 157 "-" "curl/8""#,
            Level::Error,
        ),
        ("GET /v1/error-pages 200 4ms", Level::Info),
        ("{not json at all", Level::Info),
    ] {
        open_line(&record(text), |line| {
            assert_eq!(line.level(), level, "{text}");
        });
    }
}

#[test]
fn an_error_object_gives_text_and_code() {
    let text = r#"{"msg":"tick","err":{"type":"Error","message":"connect ECONNREFUSED 10.0.0.1:6379","code":"ECONNREFUSED"}}"#;
    open_line(&record(text), |line| {
        assert_eq!(
            line.error.as_deref(),
            Some("connect ECONNREFUSED 10.0.0.1:6379")
        );
        assert_eq!(line.code.as_deref(), Some("ECONNREFUSED"));
    });
}

#[test]
fn logfmt_keeps_spaces_in_quotes() {
    open_line(
        &record(r#"ts=1 level=warn msg="a \"b\" c" path=/v1/x status=404"#),
        |line| {
            assert_eq!(line.message, "a \"b\" c");
            assert_eq!(line.route.as_deref(), Some("/v1/x"));
            assert_eq!(line.status, Some(404));
            assert_eq!(line.level(), Level::Warn);
        },
    );
}
