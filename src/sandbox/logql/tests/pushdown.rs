//! What `scout logs` leaves to the server, asked of an engine that shares no code with it: no line may be lost that scout would show.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Expr, LogWindow, Order, S, START, parse_query, run_log_query};
use crate::analysis::{LineFields, written_line};
use crate::model::{Matcher, Selector, UnixNanos};
use crate::plan::{FieldTest, LineQuery};
use crate::sandbox::log_store::{LogStore, PushedEntry, PushedStream};

/// Whether the server keeps a line.
fn keeps(line: &str, literals: &[&str], tests: &[FieldTest]) -> bool {
    let store = LogStore::new(vec![PushedStream {
        labels: [("app", "api")].into_iter().collect(),
        entries: vec![PushedEntry {
            at: UnixNanos(START),
            line: line.to_owned(),
            metadata: None,
        }],
    }]);
    let selector = Selector(vec![Matcher::equal("app", "api")]);
    let query = LineQuery::of_streams(&selector, literals.iter().copied(), tests).text;
    let parsed = parse_query(&query).unwrap_or_else(|why| panic!("{query}: {why}"));
    let Expr::Log(log) = parsed else {
        panic!("{query} is a metric query")
    };
    let window = LogWindow {
        from: START,
        to: START + S,
        limit: 10,
        order: Order::Forward,
        interval: 0,
    };
    let found = run_log_query(&store, &log, window).unwrap_or_else(|why| panic!("{query}: {why}"));
    !found.is_empty()
}

/// Whether scout shows a line.
fn shows(line: &str, test: &FieldTest) -> bool {
    let written = written_line(line);
    test.holds(LineFields::of(&written).text(&test.name).as_deref())
}

/// Ways in which programs and platforms write the fields of one line.
fn writings(key: &str, value: &serde_json::Value) -> Vec<String> {
    let flat = serde_json::json!({ "msg": "x", key: value }).to_string();
    let pretty = serde_json::to_string_pretty(&serde_json::json!({ key: value, "z": 1 })).unwrap();
    let nested = match key.split_once('.') {
        Some((head, rest)) => serde_json::json!({ head: { rest: value } }).to_string(),
        None => flat.clone(),
    };
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    let plain = format!("level=info {key}={text} more=1");
    let quoted = format!(
        "level=info {key}=\"{}\" more=1",
        text.replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n")
    );
    let envelope = |line: &str| {
        serde_json::json!({"stream": "stderr", "resource_instance": "c-1", "message": line})
            .to_string()
    };
    let spaced = flat.replace(':', " : ");
    // As .NET and PHP write JSON inside JSON.
    let escaped = |line: &str| {
        envelope(line)
            .replace("\\\"", "\\u0022")
            .replace('/', "\\/")
            .replace('<', "\\u003C")
            .replace('\'', "\\u0027")
    };
    let ascii = |line: &str| -> String {
        let unit = |c: char| -> String {
            let units = &mut [0; 2];
            let escapes = c.encode_utf16(units).iter();
            let escapes: Vec<String> = escapes.map(|unit| format!("\\u{unit:04x}")).collect();
            escapes.concat()
        };
        line.chars()
            .map(|c| if c.is_ascii() { c.to_string() } else { unit(c) })
            .collect()
    };
    let mut lines = vec![flat, pretty, nested, plain, quoted, spaced];
    let inside: Vec<String> = lines
        .iter()
        .flat_map(|line| {
            [
                envelope(line),
                escaped(line),
                envelope(&ascii(line)),
                ascii(&envelope(line)),
            ]
        })
        .collect();
    lines.extend(inside);
    lines
}

/// Values of fields.
fn value() -> impl Strategy<Value = serde_json::Value> {
    let texts = prop::sample::select(vec![
        "500",
        "499.9999999999999999999",
        "5e2",
        "0500",
        "1.5s",
        "250ms",
        "2m",
        "1h30m",
        "900us",
        "/v1/orders",
        "a \"b\" c",
        "C:\\temp",
        "tab\tin",
        "line\nfeed",
        "é à 日本 😀",
        "<a&b='c'>",
        "",
        "x=1",
        "+500",
        " 500",
        "-3",
        "0",
        "0.5",
        ".5",
        "1000000",
        "1e400",
        "NaN",
        "inf",
    ]);
    prop_oneof![
        texts.prop_map(serde_json::Value::from),
        (0_u64..100_000).prop_map(serde_json::Value::from),
        (-1000_i64..2000).prop_map(serde_json::Value::from),
        (-10.0_f64..5000.0).prop_map(serde_json::Value::from),
        any::<f64>().prop_map(serde_json::Value::from),
        any::<bool>().prop_map(serde_json::Value::from),
        "\\PC{0,12}".prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
        Just(serde_json::json!([500])),
        Just(serde_json::json!({ "status": 500 })),
    ]
}

/// The text of a test of a field, often of one that the value passes.
fn asked(name: &'static str) -> impl Strategy<Value = String> {
    let op = prop::sample::select(vec!["=", "!=", ">", ">=", "<", "<=", "=~", "!~"]);
    let right = prop_oneof![
        prop::sample::select(vec![
            "500",
            "499",
            "0",
            "1",
            "9",
            "10",
            "99",
            "100",
            "0.5",
            "1.5",
            "-1",
            "1e3",
            "5e2",
            "1s",
            "250ms",
            "1.5s",
            "1m",
            "/v1/orders",
            "a \"b\" c",
            "C:\\\\temp",
            "é à 日本 😀",
            "<a&b='c'>",
            "",
            "true",
            "x=1",
            ".*",
            "5..",
        ])
        .prop_map(str::to_owned),
        (0_u64..100_000).prop_map(|number| number.to_string()),
        (-10.0_f64..5000.0).prop_map(|number| number.to_string()),
    ];
    (op, right).prop_map(move |(op, right)| format!("{name}{op}{right}"))
}

/// A name of a field, and a test of it.
fn name_and_test() -> impl Strategy<Value = (&'static str, String)> {
    let names = vec!["status", "duration_ms", "took_s", "http.status", "route"];
    prop::sample::select(names).prop_flat_map(|name| (Just(name), asked(name)))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn no_line_that_a_test_holds_for_is_lost((name, test) in name_and_test(), value in value()) {
        let Ok(test) = FieldTest::parse(&test) else { return Ok(()) };
        for line in writings(name, &value) {
            if shows(&line, &test) {
                prop_assert!(keeps(&line, &[], std::slice::from_ref(&test)), "{:?} loses {}", test, line);
            }
        }
    }

    #[test]
    fn no_line_that_holds_a_text_is_lost(text in "\\PC{1,12}|[\\\\\"/<>&'+=\t\n é😀a]{1,8}", before in "\\PC{0,6}") {
        let value = serde_json::Value::from(format!("{before}{text}."));
        for line in writings("msg", &value) {
            let written = written_line(&line);
            let fields = LineFields::of(&written);
            if written.contains(&text) || fields.text("msg").is_some_and(|message| message.contains(&text)) {
                prop_assert!(keeps(&line, &[text.as_str()], &[]), "{:?} loses {}", text, line);
            }
        }
    }

    #[test]
    fn any_test_makes_a_query_that_parses(name in "[^=!<>\\s]{1,8}", right in "\\PC{0,12}", others in vec("\\PC{0,8}", 0..3)) {
        if let Ok(test) = FieldTest::parse(&format!("{name}={right}")) {
            let literals: Vec<&str> = others.iter().map(String::as_str).collect();
            keeps("any line", &literals, &[test]);
        }
    }
}

#[test]
fn lines_that_a_test_cannot_hold_for_stay_with_the_server() {
    let test = |text: &str| FieldTest::parse(text).unwrap();
    let envelope = |status: u32, route: &str| {
        let inner =
            serde_json::json!({ "status": status, "route": route, "took_ms": 20 }).to_string();
        serde_json::json!({"stream": "stdout", "message": inner}).to_string()
    };
    for (asked, kept, left) in [
        ("status>=500", envelope(503, "/"), envelope(200, "/")),
        ("status>499", envelope(500, "/"), envelope(404, "/")),
        ("status=500", envelope(500, "/"), envelope(501, "/")),
        (
            "route=/v1/orders",
            envelope(200, "/v1/orders"),
            envelope(200, "/v1/users"),
        ),
        (
            "took_ms<30",
            envelope(200, "/"),
            "{\"took_ms\":2000}".to_owned(),
        ),
        (
            "took_ms>=0.01s",
            envelope(200, "/"),
            "{\"took_ms\":5}".to_owned(),
        ),
        ("none=~.+", "{\"none\":1}".to_owned(), envelope(200, "/")),
    ] {
        assert!(keeps(&kept, &[], &[test(asked)]), "{asked} loses {kept}");
        assert!(!keeps(&left, &[], &[test(asked)]), "{asked} keeps {left}");
    }
}
