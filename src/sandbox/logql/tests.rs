//! `LogQL` from text to answer, over a world of a few lines.

mod properties;
mod pushdown;

use super::{
    Answer, Expr, LogWindow, Order, QueryError, Steps, parse_query, run_log_query, run_metric_query,
};
use crate::model::{Labels, UnixNanos};
use crate::sandbox::log_store::{LogStore, PushedEntry, PushedStream};

/// One second.
const S: i64 = 1_000_000_000;

/// When the world begins.
const START: i64 = 1_795_248_000 * S;

/// Entries of `{app="api"}`, ten seconds apart from second ten on.
const API: [&str; 6] = [
    r#"{"level":"info","route":"/v1/users","ms":120,"size":"2KB","took":"1.5s","tags":["a","b"],"http":{"status":200,"peer.ip":"10.0.3.5"}}"#,
    r#"{"level":"error","route":"/v1/orders","ms":"2500","app":"inner","ok":false,"none":null,"empty":"","1st":"x"}"#,
    "not json at all 10.0.3.9:5432",
    "level=warn msg=\"slow query\" ms=900 broken\"x took=90ms",
    "\u{1b}[31mred\u{1b}[0m alert",
    r#"{"_entry":"GET /x","pod":"p1","n":5}"#,
];

/// Entries of `{app="db"}`, at the same times.
const DB: [&str; 3] = [
    "311 [LOG] checkpoint complete: wrote 46 buffers",
    "412 [FATAL] too many connections",
    "413 [FATAL] too many connections",
];

/// The world.
fn world() -> LogStore {
    let stream = |app: &str, lines: &[&str]| PushedStream {
        labels: [("app", app), ("env", "test")].into_iter().collect(),
        entries: lines
            .iter()
            .zip(1..)
            .map(|(line, number)| PushedEntry {
                at: UnixNanos(START + number * 10 * S),
                line: (*line).to_owned(),
                metadata: None,
            })
            .collect(),
    };
    LogStore::new(vec![stream("api", &API), stream("db", &DB)])
}

/// What a log query finds, oldest first: final labels beyond those of the stream, and the line.
fn found(query: &str) -> Result<Vec<(String, String)>, QueryError> {
    let store = world();
    let Expr::Log(log) = parse_query(query)? else {
        panic!("{query} is a metric query")
    };
    let window = LogWindow {
        from: START,
        to: START + 3600 * S,
        limit: 100,
        order: Order::Forward,
        interval: 0,
    };
    let mut out = Vec::new();
    for stream in run_log_query(&store, &log, window)? {
        let mut labels = stream.labels;
        for known in ["app", "env", "service_name", "detected_level"] {
            labels.0.remove(known);
        }
        for (at, line) in stream.entries {
            out.push((at, labels.to_string(), line.into_owned()));
        }
    }
    out.sort_by_key(|(at, ..)| *at);
    Ok(out
        .into_iter()
        .map(|(_, labels, line)| (labels, line))
        .collect())
}

/// The lines that a log query finds.
fn lines(query: &str) -> Vec<String> {
    found(query)
        .unwrap_or_else(|why| panic!("{query}: {why}"))
        .into_iter()
        .map(|(_, line)| line)
        .collect()
}

/// The labels of what a log query finds.
fn labels(query: &str) -> Vec<String> {
    found(query)
        .unwrap_or_else(|why| panic!("{query}: {why}"))
        .into_iter()
        .map(|(labels, _)| labels)
        .collect()
}

/// A metric query at second 60: `labels value` for each series, sorted.
fn vector(query: &str) -> Result<Vec<String>, QueryError> {
    let Expr::Metric(metric) = parse_query(query)? else {
        panic!("{query} is a log query")
    };
    let steps = Steps {
        first: START + 60 * S,
        last: START + 60 * S,
        step: None,
    };
    let mut out: Vec<String> = match run_metric_query(&world(), &metric, steps)? {
        Answer::Scalar(value) => vec![format!("scalar {value}")],
        Answer::Vector(vector) => vector
            .iter()
            .map(|(labels, value)| format!("{labels} {value}"))
            .collect(),
        Answer::Matrix(_) => panic!("{query} at one instant is no matrix"),
    };
    out.sort();
    Ok(out)
}

/// Asserts a vector.
#[track_caller]
fn assert_vector(query: &str, expected: &[&str]) {
    assert_eq!(
        vector(query).unwrap_or_else(|why| panic!("{query}: {why}")),
        expected,
        "{query}"
    );
}

/// The refusal of a query.
fn refusal(query: &str) -> String {
    let outcome = match parse_query(query) {
        Ok(Expr::Log(_)) => found(query).map(drop),
        Ok(Expr::Metric(_)) => vector(query).map(drop),
        Err(why) => Err(why),
    };
    match outcome {
        Ok(()) => panic!("{query} was answered"),
        Err(why) => why.text,
    }
}

#[test]
fn selectors_know_all_four_matchers_over_whole_values() {
    assert_eq!(lines(r#"{app="db"}"#).len(), 3);
    assert_eq!(lines(r#"{app!="db", env="test"}"#).len(), 6);
    assert_eq!(lines(r#"{app=~"d.|x"}"#).len(), 3);
    assert_eq!(
        lines(r#"{app=~"d", env="test"}"#).len(),
        0,
        "a matcher covers the whole value"
    );
    assert_eq!(lines(r#"{app!~"a.*", env=~".+"}"#).len(), 3);
    assert_eq!(
        lines(r#"{app="db", nothing=""}"#).len(),
        3,
        "a missing label is empty"
    );
    assert_eq!(
        lines(r#"{service_name="db"}"#).len(),
        3,
        "added by the store"
    );
}

#[test]
fn line_filters_chain_and_take_alternatives() {
    for (query, count) in [
        (r#"{app="db"} |= "FATAL""#, 2),
        (r#"{app="db"} |= "checkpoint" or "413""#, 2),
        (r#"{app="db"} != "checkpoint" or "413""#, 1),
        (r#"{app="db"} |~ "4[0-9]{2}""#, 2),
        (r#"{app="db"} |~ `(?i)fatal` !~ "412""#, 1),
        (r#"{app="db"} |> "<_> [LOG] <_>""#, 1),
        (r#"{app="db"} !> "<_> [LOG] <_>""#, 2),
        (r#"{app="api"} |= ip("10.0.3.0/24")"#, 2),
        (r#"{app="api"} != ip("10.0.3.9")"#, 5),
        (r#"{app="db"} |= """#, 3),
    ] {
        assert_eq!(lines(query).len(), count, "{query}");
    }
}

#[test]
fn json_makes_labels_of_everything_but_arrays_and_null() {
    let found = labels(r#"{app="api"} | json"#);
    assert_eq!(
        found[0],
        r#"{http_peer_ip="10.0.3.5", http_status="200", level="info", ms="120", route="/v1/users", size="2KB", took="1.5s"}"#
    );
    assert_eq!(
        found[1],
        r#"{_1st="x", app_extracted="inner", empty="", level="error", ms="2500", ok="false", route="/v1/orders"}"#
    );
    assert_eq!(
        found[2],
        r#"{__error__="JSONParserErr", __error_details__="Value looks like object, but can't find closing '}' symbol"}"#
    );
}

#[test]
fn json_paths_lead_to_members_and_elements() {
    let query = r#"{app="api"} |= "tags" | json s="http.status", first="tags[0]", all="tags", peer="http[\"peer.ip\"]", h="http", gone="a.b""#;
    assert_eq!(
        labels(query),
        [
            r#"{all="[\"a\",\"b\"]", first="a", gone="", h="{\"status\":200,\"peer.ip\":\"10.0.3.5\"}", peer="10.0.3.5", s="200"}"#
        ]
    );
    assert_eq!(
        labels(r#"{app="api"} |= "not json" | json a"#),
        [r#"{__error__="JSONParserErr"}"#]
    );
}

#[test]
fn logfmt_reads_past_faults_unless_strict() {
    let only = r#"{app="api"} |= "level=warn" "#;
    assert_eq!(
        labels(&format!("{only}| logfmt")),
        [r#"{level="warn", ms="900", msg="slow query", took="90ms"}"#]
    );
    assert_eq!(
        labels(&format!("{only}| logfmt --strict")),
        [
            r#"{__error__="LogfmtParserErr", __error_details__="logfmt syntax error at pos 42 : unexpected '\"'", level="warn", ms="900", msg="slow query"}"#
        ]
    );
    assert_eq!(
        labels(&format!("{only}| logfmt m=\"ms\", gone")),
        [r#"{gone="", m="900"}"#]
    );
    assert_eq!(
        labels(r#"{app="db"} |= "LOG" | logfmt --keep-empty"#),
        [r#"{_311="", _46="", _LOG_="", buffers="", checkpoint="", complete_="", wrote=""}"#]
    );
    assert_eq!(labels(r#"{app="db"} |= "LOG" | logfmt"#), ["{}"]);
}

#[test]
fn patterns_expressions_and_unpack_make_labels() {
    assert_eq!(
        labels(r#"{app="db"} | pattern "<pid> [<sev>] <_>" | sev="LOG""#),
        [r#"{pid="311", sev="LOG"}"#]
    );
    assert_eq!(
        labels(r#"{app="db"} | regexp `^(?P<pid>\d+) \[(?P<sev>\w+)\]` | pid>412"#),
        [r#"{pid="413", sev="FATAL"}"#]
    );
    assert_eq!(
        found(r#"{app="api"} |= "_entry" | unpack"#).unwrap(),
        [(r#"{pod="p1"}"#.to_owned(), "GET /x".to_owned())]
    );
    assert_eq!(
        lines(r#"{app="api"} |= "alert" | decolorize"#),
        ["red alert"]
    );
}

#[test]
fn label_filters_compare_text_numbers_durations_sizes_and_addresses() {
    let count = |filter: &str| {
        lines(&format!(
            r#"{{app="api"}} | json | __error__="" | {filter}"#
        ))
        .len()
    };
    for (filter, expected) in [
        (r#"level="error""#, 1),
        (r#"level!="error""#, 2),
        (r#"level=~"err.*""#, 1),
        ("ms > 200", 1),
        ("ms>=120", 2),
        ("ms == 120", 1),
        ("ms = 120", 1),
        ("ms != 120", 1),
        ("took > 1s", 1),
        ("took < 1500ms", 0),
        ("size >= 2KB", 1),
        ("size > 1KiB and ms<200", 1),
        (r#"http_peer_ip=ip("10.0.0.0/8")"#, 1),
        (r#"level="info" or level="error""#, 2),
        (r#"level="error" or level="info" and ms > 1000"#, 1),
        (r#"(level="error" or level="info") and ms > 1000"#, 1),
        (r#"level="info", ms>100 or ms>1"#, 1),
        (r#"level="info" ms>1000"#, 0),
        (r#"detected_level="error""#, 1),
    ] {
        assert_eq!(count(filter), expected, "{filter}");
    }
}

#[test]
fn an_amount_that_cannot_be_read_passes_with_an_error() {
    assert_eq!(
        labels(r#"{app="db"} |= "LOG" | pattern "<pid> [<sev>] <_>" | sev > 5"#),
        [
            r#"{__error__="LabelFilterErr", __error_details__="strconv.ParseFloat: parsing \"LOG\": invalid syntax", pid="311", sev="LOG"}"#
        ]
    );
    assert_eq!(
        lines(r#"{app="db"} | sev > 5"#).len(),
        0,
        "a missing label does not pass"
    );
}

#[test]
fn format_drop_and_keep_change_labels_and_lines() {
    let only = r#"{app="db"} |= "LOG" | pattern "<pid> [<sev>] <msg>" "#;
    assert_eq!(
        lines(&format!(
            "{only}| line_format \"{{{{.sev}}}}:{{{{.pid}}}}\""
        )),
        ["LOG:311"]
    );
    assert_eq!(
        labels(&format!(
            "{only}| label_format severity=sev, id=\"<{{{{.pid}}}}>\" | drop msg"
        )),
        [r#"{id="<311>", pid="311", severity="LOG"}"#]
    );
    assert_eq!(labels(&format!("{only}| keep sev")), [r#"{sev="LOG"}"#]);
    assert_eq!(
        labels(&format!("{only}| drop sev=\"LOG\", pid=\"1\", msg")),
        [r#"{pid="311"}"#]
    );
    assert_eq!(
        labels(r#"{app="api"} |= "not json" | json | drop __error__, __error_details__"#),
        ["{}"]
    );
    assert!(labels(r#"{app="api"} |= "not json" | json | keep x"#)[0].contains("__error__"));
    assert_eq!(
        labels(r#"{app="db"} |= "LOG" | line_format "{{ div 1 0 }}""#),
        [
            r#"{__error__="TemplateFormatErr", __error_details__="error calling div: runtime error: integer divide by zero"}"#
        ]
    );
}

#[test]
fn range_aggregations_count_and_compute() {
    assert_vector(
        r#"count_over_time({app="db"}[1m])"#,
        &[
            r#"{app="db", detected_level="fatal", env="test", service_name="db"} 2"#,
            r#"{app="db", detected_level="unknown", env="test", service_name="db"} 1"#,
        ],
    );
    assert_vector(r#"sum(count_over_time({app="db"}[31s]))"#, &["{} 1"]);
    assert_vector(r#"sum(count_over_time({app="db"}[30s]))"#, &[]);
    assert_vector(
        r#"sum(count_over_time({app="db"}[10s] offset 40s))"#,
        &["{} 1"],
    );
    assert_vector(r#"sum(rate({app="db"}[1m]))"#, &["{} 0.05"]);
    assert_vector(
        r#"sum(bytes_over_time({app="db"} |= "LOG" [1m]))"#,
        &["{} 47"],
    );
    assert_vector(
        r#"sum(bytes_rate({app="db"} |= "LOG" [47s] offset 10s))"#,
        &["{} 1"],
    );
    let unwrapped = r#"({app="api"} | json | __error__="" | unwrap ms [1m])"#;
    for (op, value) in [
        ("sum_over_time", "2620"),
        ("avg_over_time", "1310"),
        ("min_over_time", "120"),
        ("max_over_time", "2500"),
        ("first_over_time", "120"),
        ("last_over_time", "2500"),
        ("stdvar_over_time", "1416100"),
        ("stddev_over_time", "1190"),
    ] {
        let by = if op == "sum_over_time" { "" } else { " by ()" };
        assert_vector(
            &format!("sum({op}{unwrapped}{by})"),
            &[&format!("{{}} {value}")],
        );
    }
    assert_vector(
        r#"quantile_over_time(0.5, {app="api"} | json | __error__="" | unwrap ms [1m]) by (env)"#,
        &[r#"{env="test"} 1310"#],
    );
    assert_vector(
        r#"sum_over_time({app="api"} | json | __error__="" | unwrap duration(took) | level="info" [1m])"#,
        &[
            r#"{app="api", detected_level="info", env="test", http_peer_ip="10.0.3.5", http_status="200", level="info", ms="120", route="/v1/users", service_name="api", size="2KB"} 1.5"#,
        ],
    );
    assert_vector(
        r#"max_over_time({app="api"} | json | __error__="" | unwrap bytes(size) [1m]) by (app)"#,
        &[r#"{app="api"} 2000"#],
    );
    assert_vector(
        r#"absent_over_time({app="gone", env=~".+"}[1m])"#,
        &[r#"{app="gone"} 1"#],
    );
    assert_vector(r#"absent_over_time({app="db"}[1m])"#, &[]);
    assert_vector(
        r#"sum(rate_counter({app="db"} | pattern "<pid> [<_>" | unwrap pid [1m]))"#,
        &["{} 0.016666766666666666"],
    );
}

#[test]
fn pipeline_errors_fail_metric_queries_unless_nobody_parses_or_they_are_filtered() {
    let refused = refusal(r#"count_over_time({app="api"} | json [1m])"#);
    assert!(
        refused.starts_with(
            "pipeline error: 'JSONParserErr' for series: '{__error__=\"JSONParserErr\", "
        ),
        "{refused}"
    );
    assert!(refused.contains("Use a label filter to intentionally skip this error. (e.g | __error__!=\"JSONParserErr\").\n"));
    assert_vector(
        r#"sum(count_over_time({app="api"} | json [1m]))"#,
        &["{} 6"],
    );
    assert!(
        refusal(r#"sum by (level) (count_over_time({app="api"} | json [1m]))"#)
            .starts_with("pipeline error")
    );
    assert_vector(
        r#"sum by (level) (count_over_time({app="api"} | json | __error__="" [1m]))"#,
        &[r#"{level="error"} 1"#, r#"{level="info"} 1"#, "{} 1"],
    );
    assert_vector(
        r#"sum by (__error__) (count_over_time({app="api"} | json [1m]))"#,
        &[r#"{__error__="JSONParserErr"} 3"#, "{} 3"],
    );
    assert!(
        refusal(r#"sum_over_time({app="api"} | json | unwrap level [1m])"#)
            .contains("SampleExtractionErr")
    );
}

#[test]
fn vector_aggregations_group_select_and_sort() {
    let by_app = "sum by (app) (count_over_time({env=\"test\"}[1m]))";
    assert_vector(by_app, &[r#"{app="api"} 6"#, r#"{app="db"} 3"#]);
    for (query, expected) in [
        (format!("avg({by_app})"), "{} 4.5"),
        (format!("min({by_app})"), "{} 3"),
        (format!("max({by_app})"), "{} 6"),
        (format!("count({by_app})"), "{} 2"),
        (format!("stddev({by_app})"), "{} 1.5"),
        (format!("stdvar({by_app})"), "{} 2.25"),
        (format!("topk(1, {by_app})"), r#"{app="api"} 6"#),
        (format!("bottomk(1, {by_app})"), r#"{app="db"} 3"#),
        (format!("{by_app} > 3"), r#"{app="api"} 6"#),
        (format!("3 < {by_app}"), r#"{app="api"} 6"#),
    ] {
        assert_vector(&query, &[expected]);
    }
    assert_vector(
        r#"sum without (detected_level, service_name) (count_over_time({app="db"}[1m]))"#,
        &[r#"{app="db", env="test"} 3"#],
    );
    let order = |query: &str| {
        let Expr::Metric(metric) = parse_query(query).unwrap() else {
            unreachable!()
        };
        let steps = Steps {
            first: START + 60 * S,
            last: START + 60 * S,
            step: None,
        };
        let Answer::Vector(vector) = run_metric_query(&world(), &metric, steps).unwrap() else {
            unreachable!()
        };
        vector
            .into_iter()
            .map(|(_, value)| value)
            .collect::<Vec<_>>()
    };
    assert_eq!(order(&format!("sort({by_app})")), [3.0, 6.0]);
    assert_eq!(order(&format!("sort_desc({by_app})")), [6.0, 3.0]);
}

#[test]
fn operators_join_scalars_and_vectors() {
    let app =
        |matcher: &str| format!("sum by (app) (count_over_time({{{matcher}, env=\"test\"}}[1m]))");
    let (api, db, all) = (app("app=\"api\""), app("app=\"db\""), app("app=~\".+\""));
    assert_vector("1 + 2 * 3 ^ 2 ^ 1", &["scalar 19"]);
    assert_vector("(1 + 2) * 3 % 4", &["scalar 1"]);
    assert_vector("2 > 1", &["scalar 1"]);
    assert_vector("vector(3) / 2", &["{} 1.5"]);
    assert_vector("vector(3) / 0", &["{} NaN"]);
    assert_vector(
        &format!("{all} >= bool 6"),
        &[r#"{app="api"} 1"#, r#"{app="db"} 0"#],
    );
    assert_vector(&format!("{all} / {api}"), &[r#"{app="api"} 1"#]);
    assert_vector(&format!("{all} and {db}"), &[r#"{app="db"} 3"#]);
    assert_vector(&format!("{all} unless {db}"), &[r#"{app="api"} 6"#]);
    assert_vector(
        &format!("{db} or {all}"),
        &[r#"{app="api"} 6"#, r#"{app="db"} 3"#],
    );
    assert_vector(&format!("{api} - on () {db}"), &["{} 3"]);
    assert_vector(&format!("{api} - ignoring (app) {db}"), &["{} 3"]);
    assert_vector(
        &format!("{api} * on () group_left (app) {db}"),
        &[r#"{app="db"} 18"#],
    );
    let level = r#"sum by (app, detected_level) (count_over_time({app="db"}[1m]))"#;
    assert_vector(
        &format!("{level} / on (app) group_left () {db}"),
        &[
            r#"{app="db", detected_level="fatal"} 0.6666666666666666"#,
            r#"{app="db", detected_level="unknown"} 0.3333333333333333"#,
        ],
    );
    assert_vector(
        &format!("{db} * on (app) group_right () {level}"),
        &[
            r#"{app="db", detected_level="fatal"} 6"#,
            r#"{app="db", detected_level="unknown"} 3"#,
        ],
    );
    assert_eq!(
        refusal(&format!("{level} / on (app) {db}")),
        "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
    );
    assert!(
        refusal(&format!("{db} / on (app) {level}"))
            .starts_with("found duplicate series on the right hand-side;")
    );
}

#[test]
fn label_replace_sets_keeps_and_removes() {
    let db = r#"sum by (app) (count_over_time({app="db"}[1m]))"#;
    assert_vector(
        &format!(r#"label_replace({db}, "x", "<$1>", "app", "(.).*")"#),
        &[r#"{app="db", x="<d>"} 3"#],
    );
    assert_vector(
        &format!(r#"label_replace({db}, "x", "y", "app", "d")"#),
        &[r#"{app="db"} 3"#],
    );
    assert_vector(
        &format!(r#"label_replace({db}, "app", "", "app", ".*")"#),
        &["{} 3"],
    );
}

#[test]
fn a_matrix_leaves_out_steps_without_entries() {
    let Expr::Metric(metric) = parse_query(r#"sum(count_over_time({app="db"}[10s]))"#).unwrap()
    else {
        unreachable!()
    };
    let steps = Steps {
        first: START,
        last: START + 60 * S,
        step: Some(20 * S),
    };
    let answer = run_metric_query(&world(), &metric, steps).unwrap();
    assert_eq!(
        answer,
        Answer::Matrix(vec![(Labels::default(), vec![(START + 20 * S, 1.0)])])
    );
}

/// Queries with mistakes and what a real Loki says of them.
const MISTAKES: &[(&str, &str)] = &[
    ("", "parse error : syntax error: unexpected $end"),
    (
        "{",
        "parse error at line 1, col 2: syntax error: unexpected $end, expecting IDENTIFIER or }",
    ),
    (
        r#"{a="b""#,
        "parse error at line 1, col 7: syntax error: unexpected $end, expecting } or ,",
    ),
    (
        r#"{a="b","#,
        "parse error at line 1, col 8: syntax error: unexpected $end, expecting IDENTIFIER",
    ),
    (
        "{a}",
        "parse error at line 1, col 3: syntax error: unexpected }, expecting = or =~ or !~ or !=",
    ),
    (
        "{a=b}",
        "parse error at line 1, col 4: syntax error: unexpected IDENTIFIER, expecting STRING",
    ),
    (
        r#"{a="b"#,
        "parse error at line 1, col 4: literal not terminated",
    ),
    (
        r#"{a="\d"}"#,
        "parse error at line 1, col 4: invalid char escape",
    ),
    (
        r#"{a="b"} foo"#,
        "parse error at line 1, col 9: syntax error: unexpected IDENTIFIER",
    ),
    (
        r#"{a="b"} |= foo"#,
        "parse error at line 1, col 12: syntax error: unexpected IDENTIFIER, expecting STRING or ip",
    ),
    (
        r#"{a="b"} |"#,
        "parse error at line 1, col 10: syntax error: unexpected $end",
    ),
    (
        r#"{a="b"} | unwrap x"#,
        "parse error at line 1, col 11: syntax error: unexpected unwrap",
    ),
    (
        r#"rate({a="b"})"#,
        "parse error at line 1, col 13: syntax error: unexpected )",
    ),
    (
        r#"rate({a="b"}[5m]"#,
        "parse error at line 1, col 17: syntax error: unexpected $end, expecting )",
    ),
    (
        r#"rate({ foo = "bar" }[5)"#,
        "parse error at line 0, col 21: missing closing ']' in duration",
    ),
    (
        r#"rate({ foo = "bar" }[5minutes])"#,
        "parse error at line 0, col 21: unknown unit \"minutes\" in duration \"5minutes\"",
    ),
    (
        r#"min({ foo = "bar" }[5m])"#,
        "parse error at line 0, col 20: syntax error: unexpected RANGE",
    ),
    (
        r#"unk({ foo = "bar" }[5m])"#,
        "parse error at line 1, col 1: syntax error: unexpected IDENTIFIER",
    ),
    (
        r#"label_replace(rate({ foo = "bar" }[5m]),"")"#,
        "parse error at line 1, col 43: syntax error: unexpected ), expecting ,",
    ),
    (
        r#"{ foo = "bar" }|logfmt|addr>=ip("1.2.3.4")"#,
        "parse error at line 1, col 30: syntax error: unexpected ip",
    ),
    (
        r#"sum by (a b) (rate({a="b"}[1m]))"#,
        "parse error at line 1, col 11: syntax error: unexpected IDENTIFIER, expecting , or )",
    ),
    (
        r#"absent_over_time({a="b"}[5h]) by (a)"#,
        "parse error : grouping not allowed for absent_over_time aggregation",
    ),
    (
        r#"sum_over_time({a="b"}[5m])"#,
        "parse error : invalid aggregation sum_over_time without unwrap",
    ),
    (
        r#"count_over_time({a="b"} | unwrap x [5m])"#,
        "parse error : invalid aggregation count_over_time with unwrap",
    ),
    (
        r#"topk(rate({a="b"}[5m]))"#,
        "parse error : parameter required for operation topk",
    ),
    (
        r#"topk(0, rate({a="b"}[5m]))"#,
        "parse error : invalid parameter (must be greater than 0) topk(0",
    ),
    (
        r#"sum(3, rate({a="b"}[5m]))"#,
        "parse error : unsupported parameter for operation sum(3,",
    ),
    (
        r#"{a="b"} + {a="b"}"#,
        "parse error : unexpected type for left leg of binary operation (+): *syntax.MatchersExpr",
    ),
    (
        r#"rate({a="b"}[1m]) or 1"#,
        "parse error : unexpected literal for right leg of logical/set binary operation (or): 1.000000",
    ),
    (
        r#"{a="b"} |~ "(""#,
        "parse error : error parsing regexp: missing closing ): `(`",
    ),
    (
        r#"{a="b"} | regexp "x""#,
        "parse error : at least one named capture must be supplied",
    ),
    (
        r#"{a="b"} | line_format "{{ nope }}""#,
        "parse error : invalid line template: template: line:1: function \"nope\" not defined",
    ),
    (
        r#"{a="b"} | label_format a=b, a=c"#,
        "parse error : multiple label name 'a' not allowed in a single format operation",
    ),
    (
        r#"approx_topk(1, rate({a="b"}[1m]))"#,
        "parse error : approx_topk is not supported by the sandbox",
    ),
];

#[test]
fn mistakes_are_named_with_lokis_words_and_places() {
    for (query, expected) in MISTAKES {
        assert_eq!(refusal(query), *expected, "{query}");
    }
    assert!(refusal(r#"{a=~".*"}"#).starts_with("parse error : queries require at least one"));
    assert!(
        refusal(r#"sum(rate({a!="b"}[1m]))"#)
            .starts_with("parse error : queries require at least one")
    );
}

#[test]
fn words_are_functions_only_where_they_are_called() {
    assert_eq!(
        lines(r#"{app="api"} | logfmt | rate="" | ip="" | count="""#).len(),
        6
    );
    assert_vector(
        r#"SUM BY (app) (Count_Over_Time({app="db"}[1m])) # comment"#,
        &[r#"{app="db"} 3"#],
    );
    assert_eq!(lines("{app=\"db\"} // all\n |= `LOG` /* here */").len(), 1);
}
