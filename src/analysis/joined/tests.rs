//! Traces of many languages, line by line and in one entry.

use std::sync::Arc;

use super::super::line::open_line;
use super::*;
use crate::evidence::LogRecord;
use crate::model::{Instant, Labels};

/// The events of lines of one copy, each so many nanoseconds after the one before.
fn events(lines: &[(i64, &str)]) -> Vec<Event<usize>> {
    let mut events = Events::default();
    let mut found = Vec::new();
    let mut at = 0;
    for (number, (after, text)) in lines.iter().enumerate() {
        at += after;
        let record = LogRecord {
            service: String::new(),
            ts: Instant::from_timestamp_nanos(at),
            labels: Arc::new(Labels::default()),
            line: (*text).to_owned(),
            metadata: None,
        };
        open_line(&record, |line| {
            events.add("copy", line, at, number, &mut |event| found.push(event));
        });
    }
    events.finish(&mut |event| found.push(event));
    found
}

/// Text, exception and number of lines of each event.
fn told(found: &[Event<usize>]) -> Vec<(&str, Option<&str>, usize)> {
    found
        .iter()
        .map(|event| {
            (
                event.text.as_str(),
                event.exception.as_deref(),
                event.lines.len(),
            )
        })
        .collect()
}

const US: i64 = 1_000;

#[test]
fn traces_written_line_by_line_are_one_event_each() {
    let node = events(&[
        (0, "TypeError: x is not a function"),
        (US, "    at f (/app/a.js:1:2)"),
        (US, "    at g (/app/b.js:3:4)"),
        (1_000_000_000, "GET / 200 3ms"),
    ]);
    assert_eq!(
        told(&node),
        [
            ("TypeError: x is not a function", Some("TypeError"), 3),
            ("GET / 200 3ms", None, 1)
        ]
    );
    let python = events(&[
        (0, "Traceback (most recent call last):"),
        (US, "  File \"/app/main.py\", line 3, in <module>"),
        (US, "    run()"),
        (US, "KeyError: 'a'"),
        (US, ""),
        (
            US,
            "During handling of the above exception, another exception occurred:",
        ),
        (US, ""),
        (US, "Traceback (most recent call last):"),
        (US, "  File \"/app/main.py\", line 5, in <module>"),
        (US, "app.errors.OrderError: no order"),
    ]);
    assert_eq!(
        told(&python),
        [(
            "app.errors.OrderError: no order",
            Some("app.errors.OrderError"),
            10
        )]
    );
    let java = events(&[
        (
            0,
            "2026-11-21 09:00:00 ERROR [main] shop.Orders: cannot place",
        ),
        (US, "java.lang.IllegalStateException: closed"),
        (US, "\tat shop.Orders.place(Orders.java:7)"),
        (US, "Caused by: java.io.IOException: gone"),
        (US, "\t... 3 more"),
    ]);
    assert_eq!(java.len(), 1, "{java:?}");
    assert_eq!(
        java[0].exception.as_deref(),
        Some("java.lang.IllegalStateException")
    );
    assert!(java[0].text.contains("cannot place") && java[0].text.contains("closed"));
    let rust = events(&[
        (0, "thread 'main' panicked at src/main.rs:4:5:"),
        (US, "index out of bounds: the len is 3 but the index is 5"),
        (
            US,
            "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
        ),
    ]);
    assert_eq!(rust.len(), 1, "{rust:?}");
    assert!(rust[0].text.contains("index out of bounds"), "{rust:?}");
    let go = events(&[
        (
            0,
            "panic: runtime error: index out of range [5] with length 3",
        ),
        (US, ""),
        (US, "goroutine 1 [running]:"),
        (US, "main.main()"),
        (US, "\t/app/main.go:8 +0x1d"),
    ]);
    assert_eq!(go.len(), 1, "{go:?}");
    assert_eq!(go[0].exception.as_deref(), Some("panic"));
}

#[test]
fn a_trace_inside_one_entry_names_it() {
    let line = serde_json::json!({
        "level": "error", "msg": "request failed", "stack": "RangeError: too big\n    at f (a.js:1:1)"
    });
    let found = events(&[(0, &line.to_string())]);
    assert_eq!(
        told(&found),
        [("request failed: RangeError: too big", Some("RangeError"), 1)]
    );
}

#[test]
fn exceptions_of_one_instant_stay_apart_and_so_do_late_frames() {
    let same = events(&[
        (0, "TypeError: a"),
        (0, "TypeError: b"),
        (0, "TypeError: c"),
    ]);
    assert_eq!(same.len(), 3, "{same:?}");
    let late = events(&[(0, "TypeError: a"), (2_000_000_000, "    at f (a.js:1:1)")]);
    assert_eq!(late.len(), 2, "{late:?}");
    let apart = events(&[(0, "ERROR one"), (US, "ERROR two")]);
    assert_eq!(
        told(&apart),
        [("ERROR one", None, 1), ("ERROR two", None, 1)]
    );
}

#[test]
fn a_bare_error_is_a_name_only_above_a_trace() {
    assert_eq!(
        told(&events(&[(0, "Error: no luck")])),
        [("Error: no luck", None, 1)]
    );
    let traced = events(&[(0, "Error: no luck"), (US, "    at f (a.js:1:1)")]);
    assert_eq!(told(&traced), [("Error: no luck", Some("Error"), 2)]);
}
