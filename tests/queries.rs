//! `scout logql`, `promql`, `series`, `volume`, `labels`: what they answer, in which form, and how a query that does not hold is
//! shown.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::support::{Canned, SandboxProcess, scout};

/// Numbers as programs read them, declared here again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbers {
    schema: u32,
    query: String,
    result_type: String,
    at: Option<String>,
    window: Option<Between>,
    step_seconds: Option<f64>,
    result: Vec<Value>,
    warnings: Vec<String>,
}

/// A window.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Between {
    from: String,
    to: String,
}

/// One value.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Point {
    labels: BTreeMap<String, String>,
    ts: String,
    value: Value,
}

/// Values over time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Course {
    labels: BTreeMap<String, String>,
    samples: Vec<(f64, Value)>,
}

/// Lines.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lines {
    schema: u32,
    query: String,
    result_type: String,
    window: Between,
    entries: Vec<Entry>,
    complete: bool,
    limit_reached: bool,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    ts: String,
    labels: BTreeMap<String, String>,
    line: String,
}

/// Volumes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Volumes {
    schema: u32,
    environment: String,
    window: Between,
    by: String,
    query: String,
    step_seconds: f64,
    level_label: Option<String>,
    retention_days: Option<u32>,
    lines: u64,
    bytes: u64,
    errors: Option<u64>,
    error_ratio: Option<f64>,
    rows: Vec<VolumeRow>,
}

/// A row of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VolumeRow {
    name: String,
    lines: u64,
    bytes: u64,
    errors: Option<u64>,
    error_ratio: Option<f64>,
    levels: BTreeMap<String, u64>,
    samples: Vec<(f64, f64)>,
}

/// Streams.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Streams {
    schema: u32,
    selectors: Vec<String>,
    window: Between,
    series: Vec<Stream>,
}

/// One stream.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stream {
    labels: BTreeMap<String, String>,
    lines: Option<u64>,
}

/// A world with three kinds of lines.
fn world() -> SandboxProcess {
    let logs = |resource: &str, at: &str, level: &str, message: &str| {
        format!(
            "[[log]]\nlabels = {{ resource_name = \"{resource}\" }}\nat = {at}\nformat = \"json\"\nlevel = \"{level}\"\nmessage = \"{message}\"\n"
        )
    };
    SandboxProcess::of(&format!(
        "schema = 1\nname = \"queries\"\n\
         [map.services.api]\nkind = \"container\"\nresource_name = \"api-1\"\n\
         [map.services.db]\nkind = \"postgres\"\nresource_name = \"db-1\"\n\
         [map.services.idle]\nkind = \"redis\"\nresource_name = \"idle-1\"\n{}{}{}\
         [[metric]]\nname = \"load\"\nlabels = {{ resource_name = \"api-1\", core = \"a\" }}\nstep = \"15s\"\nshape = [ {{ from = \"-2h\", value = 2 }} ]\n\
         [[metric]]\nname = \"load\"\nlabels = {{ resource_name = \"api-1\", core = \"b\" }}\nstep = \"15s\"\nshape = [ {{ from = \"-2h\", value = 5 }} ]\n",
        logs(
            "api-1",
            "[\"-20m\", \"-15m\", \"-10m\", \"-5m\"]",
            "info",
            "served é"
        ),
        logs("api-1", "[\"-12m\"]", "error", "broke"),
        logs("db-1", "[\"-3m\", \"-2m\"]", "warn", "slow"),
    ))
}

/// The lines of a query.
#[track_caller]
fn lines(sandbox: &SandboxProcess, args: &[&str]) -> Lines {
    let ran = sandbox
        .scout(["logql", "-o", "json"])
        .args(args)
        .run()
        .exits(0);
    let lines: Lines = ran.json();
    assert_eq!((lines.schema, lines.result_type.as_str()), (1, "streams"));
    assert!(lines.window.from < lines.window.to);
    lines
}

/// The numbers of a command.
#[track_caller]
fn numbers(sandbox: &SandboxProcess, args: &[&str]) -> Numbers {
    let ran = sandbox.scout(["-o", "json"]).args(args).run().exits(0);
    let numbers: Numbers = ran.json();
    assert_eq!(numbers.schema, 1);
    assert_eq!(numbers.warnings, [""; 0]);
    assert_eq!(numbers.window.is_some(), numbers.step_seconds.is_some());
    assert_ne!(numbers.window.is_some(), numbers.at.is_some());
    if let Some(Between { from, to }) = &numbers.window {
        assert!(from < to);
    }
    numbers
}

/// Elements of a result.
fn of<T: serde::de::DeserializeOwned>(numbers: Numbers) -> Vec<T> {
    let read = |value| serde_json::from_value(value).expect("the form that is documented");
    numbers.result.into_iter().map(read).collect()
}

#[test]
fn a_log_query_gives_lines_in_order_and_says_what_it_left_out() {
    let sandbox = world();
    let query = "{resource_name=~\"api-1|db-1\"}";
    let all = lines(&sandbox, &[query]);
    assert_eq!((all.query.as_str(), all.entries.len()), (query, 7));
    assert!(all.complete && !all.limit_reached);
    assert!(all.entries.is_sorted_by_key(|entry| &entry.ts));
    assert!(
        all.entries
            .iter()
            .all(|entry| entry.labels.contains_key("resource_name"))
    );
    let newest = lines(&sandbox, &[query, "--limit", "2"]);
    assert_eq!(newest.entries, all.entries[5..]);
    assert!(newest.limit_reached && !newest.complete);
    let oldest = lines(&sandbox, &[query, "--limit", "2", "--forward"]);
    assert_eq!(oldest.entries, all.entries[..2]);
    assert!(oldest.limit_reached);
    let streamed = lines(&sandbox, &[query, "--limit", "0"]);
    assert_eq!(streamed.entries, all.entries);
    assert!(
        lines(&sandbox, &["{resource_name=\"idle-1\"}"])
            .entries
            .is_empty()
    );
    let errors = format!("({query} |= \"broke\")");
    assert_eq!(lines(&sandbox, &[&errors]).entries.len(), 1);
    let raw = sandbox.scout(["logql", query, "-o", "raw"]).run().exits(0);
    let kept: Vec<&str> = all
        .entries
        .iter()
        .map(|entry| entry.line.as_str())
        .collect();
    assert_eq!(raw.stdout.lines().collect::<Vec<_>>(), kept);
    let ndjson = sandbox
        .scout(["logql", query, "-o", "ndjson"])
        .run()
        .exits(0);
    let read = |line| serde_json::from_str::<Entry>(line).expect("an entry");
    assert_eq!(
        ndjson.stdout.lines().map(read).collect::<Vec<_>>(),
        all.entries
    );
    let csv = sandbox.scout(["logql", query, "-o", "csv"]).run().exits(0);
    assert_eq!(csv.stdout.lines().count(), 8);
    let human = sandbox.scout(["logql", query, "-n", "3"]).run().exits(0);
    human
        .says([
            "times in UTC\n",
            "all lines: {",
            "{detected_level=\"warn\", ",
        ])
        .warns(["the newest 3 lines; there are more"]);
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn all_lines_come_however_many_pages_there_are() {
    let at: Vec<String> = (0..260)
        .map(|number| format!("-{}s", 60 + number))
        .collect();
    let many: Vec<String> = (0..42).map(|number| format!("line {number}")).collect();
    let sandbox = SandboxProcess::of(&format!(
        "schema = 1\nname = \"many\"\n[map.services.api]\nkind = \"container\"\nresource_name = \"api-1\"\n\
         [[log]]\nlabels = {{ resource_name = \"api-1\" }}\nat = {at:?}\nlines = {many:?}\n"
    ));
    let query = "{resource_name=\"api-1\"}";
    let all = lines(&sandbox, &[query, "-n", "0"]);
    assert_eq!(all.entries.len(), 260 * 42);
    assert!(all.entries.is_sorted_by_key(|entry| &entry.ts));
    assert!(all.complete);
    let raw = sandbox
        .scout(["logql", query, "-n", "0", "-o", "raw"])
        .run()
        .exits(0);
    assert_eq!(raw.stdout.lines().count(), 260 * 42);
    let newest = lines(&sandbox, &[query, "-n", "6000"]);
    assert_eq!(newest.entries, all.entries[260 * 42 - 6000..]);
}

#[test]
fn a_metric_query_gives_numbers_once_or_in_steps() {
    let sandbox = world();
    let query = "sum by (resource_name) (count_over_time({resource_name=~\".+\"}[1h]))";
    let once = numbers(&sandbox, &["logql", query, "--instant"]);
    assert_eq!(
        (once.result_type.as_str(), once.query.as_str()),
        ("vector", query)
    );
    let mut points: Vec<Point> = of(once);
    points.sort_by(|a, b| a.labels.cmp(&b.labels));
    let told: Vec<(&str, &Value)> = points
        .iter()
        .map(|point| (point.labels["resource_name"].as_str(), &point.value))
        .collect();
    assert_eq!(
        told,
        [("api-1", &Value::from(5)), ("db-1", &Value::from(2))]
    );
    assert!(points[0].ts.ends_with('Z'));
    let before = numbers(&sandbox, &["logql", query, "--at", "14m"]);
    let before: Vec<Point> = of(before);
    assert_eq!((before.len(), &before[0].value), (1, &Value::from(2)));
    let steps = numbers(&sandbox, &["logql", query, "--step", "5m"]);
    assert_eq!(
        (steps.result_type.as_str(), steps.step_seconds),
        ("matrix", Some(300.0))
    );
    let courses: Vec<Course> = of(steps);
    assert_eq!(courses.len(), 2);
    let times: Vec<f64> = courses[0].samples.iter().map(|sample| sample.0).collect();
    assert!(
        times.windows(2).all(|pair| pair[1] - pair[0] == 300.0),
        "{times:?}"
    );
    assert_eq!(courses[0].labels["resource_name"], "api-1");
    assert!(courses[0].samples.iter().all(|(_, value)| value.is_u64()));
    let automatic = numbers(&sandbox, &["logql", query, "--since", "2h"]);
    assert_eq!(automatic.step_seconds, Some(30.0));
    let scalar = numbers(&sandbox, &["logql", "1 / 4", "--instant"]);
    assert_eq!(scalar.result_type, "scalar");
    assert_eq!(of::<Point>(scalar)[0].value, Value::from(0.25));
}

#[test]
fn numbers_are_a_table_a_chart_or_csv() {
    let sandbox = world();
    let query = "sum by (core) (load)";
    sandbox
        .scout(["promql", query])
        .run()
        .exits(0)
        .silent()
        .says(["core  Value\n", "\na         2\n", "\nb         5\n", "UTC"]);
    sandbox
        .scout(["promql", query, "--range", "--step", "60"])
        .run()
        .exits(0)
        .says([
            "every 1m",
            "Samples",
            "Trend",
            "\na          30     2    2    2",
        ]);
    let chart = sandbox
        .scout(["promql", query, "--chart", "--unit", "percent"])
        .run()
        .exits(0);
    chart.says([
        "sum by (core) (load)",
        "┤",
        "└",
        "┬",
        "b {core=\"b\"}  last 5%  min 5%  max 5%",
    ]);
    let csv = sandbox
        .scout(["promql", query, "-o", "csv", "--range", "--step", "10m"])
        .run()
        .exits(0);
    let rows: Vec<&str> = csv.stdout.lines().collect();
    assert_eq!(rows[0], "ts,value,core");
    assert_eq!(rows.len(), 1 + 2 * 3, "{csv}");
    assert!(rows[1].ends_with("Z,2,a"), "{csv}");
    let numbers = numbers(&sandbox, &["promql", "load / 0"]);
    assert!(
        of::<Point>(numbers)
            .iter()
            .all(|point| point.value == "+Inf")
    );
    sandbox
        .scout(["--lang", "fr", "promql", query, "--range"])
        .run()
        .exits(0)
        .says(["Dernière", "Évolution", "toutes les 15s"]);
}

#[test]
fn promql_finds_what_is_wrong_before_anything_is_sent() {
    for (query, line, carets) in [
        (
            "sum(rate(up[5m])",
            "  1 | sum(rate(up[5m])",
            "    |                 ^",
        ),
        ("up{job=}", "  1 | up{job=}", "    |        ^"),
        ("é + up", "  1 | é + up", "    | ^"),
        (
            "sum by (a) up",
            "  1 | sum by (a) up",
            "    |            ^^",
        ),
        ("rate(up)", "  1 | rate(up)", "    |      ^^"),
        (
            "nonsense_over_time(up[5m])",
            "  1 | nonsense_over_time(up[5m])",
            "    | ^^^^^^^^^^^^^^^^^^",
        ),
    ] {
        let ran = scout(["--sandbox", "promql", query]).run().exits(2);
        let lines: Vec<&str> = ran.stderr.lines().collect();
        let at = lines
            .iter()
            .position(|shown| shown.trim_end().ends_with(line.trim_start()));
        let at = at.unwrap_or_else(|| panic!("the query is not shown: {ran}"));
        let column = |text: &str| text.find('|').map(|bar| text[bar..].trim_end().to_owned());
        assert_eq!(column(lines[at + 1]), column(carets), "{ran}");
    }
    let json = scout(["--sandbox", "-o", "json", "promql", "sum("])
        .run()
        .exits(2);
    let error: Value = serde_json::from_str(&json.stderr).expect("an error for programs");
    assert_eq!(error["error"]["kind"], "usage");
    scout(["--sandbox", "promql", "up[5m]", "--range"])
        .run()
        .exits(2)
        .warns(["range vector", "hint: put a function around it"]);
    scout(["--sandbox", "promql", " "])
        .run()
        .exits(2)
        .warns(["is empty"]);
    scout(["--sandbox", "--lang", "fr", "promql", "sum("])
        .run()
        .exits(2)
        .warns(["ce n'est pas une requête PromQL", "conseil"]);
}

#[test]
fn explain_asks_nothing() {
    let ran = scout(["--sandbox", "promql", "up", "--explain", "--since", "1h"])
        .run()
        .exits(0);
    ran.says(["prometheus", "read_only_metrics", "up"])
        .warns(["a range query: one value a series every 15s"]);
    scout(["--sandbox", "promql", "up", "--explain"])
        .run()
        .exits(0)
        .warns(["an instant query"]);
}

#[test]
fn a_log_query_that_does_not_hold_is_shown_with_carets() {
    let sandbox = world();
    for (query, shown, carets) in [
        (
            "{resource_name=\"a\"} nope",
            "{resource_name=\"a\"} nope",
            "                    ^^^^",
        ),
        ("{resource_name=}", "{resource_name=}", "               ^"),
        (
            "{resource_name=\"a\"",
            "{resource_name=\"a\"",
            "                  ^",
        ),
        ("{a=\"é\"} |= |", "{a=\"é\"} |= |", "           ^"),
        ("{a=\"b\"}\n| json\n|| x", "|| x", " ^"),
    ] {
        let ran = sandbox.scout(["logql", query]).run().exits(2);
        let lines: Vec<&str> = ran.stderr.lines().collect();
        let at = lines
            .iter()
            .position(|line| line.ends_with(&format!(" | {shown}")));
        let at = at.unwrap_or_else(|| panic!("the query is not shown: {ran}"));
        let (_, under) = lines[at + 1].split_once("| ").expect("a gutter");
        assert_eq!(under, carets, "{ran}");
        assert!(ran.stderr.contains("parse error at line"), "{ran}");
    }
    let ran = sandbox
        .scout(["logql", "sum(count_over_time({a=\"b\"}[5m])) by"])
        .run();
    ran.exits(2).warns(["^", "hint: "]);
}

#[test]
fn what_is_too_much_comes_with_what_to_do() {
    let sandbox = world();
    let rate = "rate({resource_name=\"api-1\"}[5m])";
    for (args, said) in [
        (
            &[rate, "--since", "60d"][..],
            "hint: ask for a shorter window",
        ),
        (
            &[rate, "--since", "20d", "--step", "1s"],
            "hint: a longer --step",
        ),
    ] {
        let ran = sandbox.scout(["logql"]).args(args).run();
        assert!(matches!(ran.code, Some(2 | 5)), "{ran}");
        ran.warns([said]);
    }
    // Lines are downloaded in slices that the server allows, however long the window is.
    let lines = "{resource_name=\"api-1\"}";
    let ran = sandbox.scout(["logql", lines, "--since", "60d"]).run();
    ran.exits(0).says(["broke"]);
}

#[test]
fn flags_of_the_other_kind_of_query_are_refused() {
    let (lines, numbers) = ("{a=\"b\"}", "vector(1)");
    for args in [
        &[lines, "--instant"][..],
        &[lines, "--at", "5m"],
        &[lines, "--step", "5m"],
        &[lines, "--chart"],
        &[numbers, "--limit", "5"],
        &[numbers, "--forward"],
        &[numbers, "-o", "raw"],
        &[numbers, "-o", "ndjson"],
        &[numbers, "-o", "html"],
        &[lines, "-o", "markdown"],
        &[numbers, "--step", "0s"],
        &[numbers, "--step", "soon"],
        &["", "--instant"],
    ] {
        scout(["--sandbox", "logql"]).args(args).run().exits(2);
    }
}

#[test]
fn series_are_label_sets_that_can_be_selectors() {
    let sandbox = world();
    let run = |args: &[&str]| sandbox.scout(["series"]).args(args).run();
    let human = run(&["{resource_name=~\".+\"}"]).exits(0).silent();
    assert_eq!(human.stdout.lines().count(), 2);
    for line in human.stdout.lines() {
        assert!(!lines(&sandbox, &[line]).entries.is_empty(), "{line}");
    }
    let both = ["{resource_name=~\".+\"}", "{resource_name=\"db-1\"}"];
    let streams: Streams = run(&["-o", "json", "--count", both[0], both[1]])
        .exits(0)
        .json();
    assert_eq!(
        (streams.schema, streams.selectors.as_slice()),
        (1, &both.map(str::to_owned)[..])
    );
    assert!(streams.window.from < streams.window.to);
    let told: Vec<(&str, Option<u64>)> = streams
        .series
        .iter()
        .map(|stream| (stream.labels["resource_name"].as_str(), stream.lines))
        .collect();
    assert_eq!(told.len(), 2);
    assert!(
        told.contains(&("api-1", Some(5))) && told.contains(&("db-1", Some(2))),
        "{told:?}"
    );
    let ndjson = run(&["-o", "ndjson", both[0]]).exits(0);
    for line in ndjson.stdout.lines() {
        let stream: Stream = serde_json::from_str(line).expect("a stream");
        assert_eq!(stream.lines, None);
    }
    let csv = run(&["-o", "csv", "--count", both[1]]).exits(0);
    let head = csv.stdout.lines().next().expect("a head");
    assert!(
        head.ends_with(",lines") && head.contains("resource_name"),
        "{csv}"
    );
    run(&["--analyze-labels", both[0]])
        .exits(0)
        .says(["Label", "resource_name"])
        .warns(["2 streams"]);
    run(&["{resource_name=}"]).exits(2).warns(["^"]);
    run(&["{resource_name=\"no\"}"])
        .exits(0)
        .warns(["no stream has entries"]);
    run(&[]).exits(2);
}

#[test]
fn volume_counts_lines_bytes_and_errors_and_agrees_with_the_lines() {
    let sandbox = world();
    let volume = |args: &[&str]| -> Volumes {
        sandbox
            .scout(["volume", "-o", "json"])
            .args(args)
            .run()
            .exits(0)
            .json()
    };
    let all = lines(&sandbox, &["{resource_name=~\".+\"}", "-n", "0"]);
    let bytes: usize = all.entries.iter().map(|entry| entry.line.len()).sum();
    let by_service = volume(&[]);
    assert_eq!((by_service.schema, by_service.by.as_str()), (1, "service"));
    assert!(!by_service.environment.is_empty());
    assert_eq!((by_service.lines, by_service.bytes), (7, bytes as u64));
    assert_eq!(
        (by_service.errors, by_service.level_label.as_deref()),
        (Some(1), Some("detected_level"))
    );
    assert_eq!(by_service.error_ratio, Some(1.0 / 7.0));
    assert_eq!(
        (by_service.step_seconds, by_service.retention_days),
        (30.0, None)
    );
    assert!(by_service.query.contains("resource_name=~"));
    assert!(by_service.window.from < by_service.window.to);
    let names: Vec<(&str, u64)> = by_service
        .rows
        .iter()
        .map(|row| (row.name.as_str(), row.lines))
        .collect();
    assert_eq!(names, [("api", 5), ("db", 2), ("idle", 0)]);
    let api = &by_service.rows[0];
    assert_eq!((api.errors, api.error_ratio), (Some(1), Some(0.2)));
    assert_eq!(
        api.levels,
        BTreeMap::from([("error".to_owned(), 1), ("info".to_owned(), 4)])
    );
    let over_time: f64 = api.samples.iter().map(|(_, lines)| lines).sum();
    assert_eq!(over_time, 5.0);
    let times: Vec<f64> = api.samples.iter().map(|sample| sample.0).collect();
    assert!(times.is_sorted());
    assert_eq!(by_service.rows[2].bytes, 0);
    assert_eq!(by_service.rows[2].error_ratio, None);
    let one = volume(&["db"]);
    assert_eq!((one.lines, one.rows.len()), (2, 1));
    let by_level = volume(&["--by", "level"]);
    let names: Vec<(&str, u64)> = by_level
        .rows
        .iter()
        .map(|row| (row.name.as_str(), row.lines))
        .collect();
    assert_eq!(names, [("info", 4), ("warn", 2), ("error", 1)]);
    let by_label = volume(&["--by", "region", "--query", "{resource_name=~\".+\"}"]);
    assert_eq!((by_label.rows.len(), by_label.lines), (1, 7));
    let nobodys = volume(&["--by", "no_such_label"]);
    assert_eq!((nobodys.rows[0].name.as_str(), nobodys.lines), ("", 7));
}

#[test]
fn volume_is_a_table_with_a_chart() {
    let sandbox = world();
    let run = |args: &[&str]| sandbox.scout(["volume"]).args(args).run();
    run(&[])
        .exits(0)
        .says([
            "Service",
            "Error share",
            "total",
            "lines every 30s",
            "┤",
            "20%",
        ])
        .warns(["the server counted 7 lines; their level is that of detected_level"]);
    run(&["--by", "level", "--lang", "fr"])
        .exits(0)
        .says(["Niveau", "Lignes", "Octets", "Part", "total"])
        .warns(["le serveur a compté 7 lignes"]);
    let csv = run(&["-o", "csv"]).exits(0);
    assert_eq!(
        csv.stdout.lines().next(),
        Some("service,lines,bytes,errors,error_ratio")
    );
    assert!(csv.stdout.contains("\nidle,0,0,0,\n"), "{csv}");
    run(&["--by", "not-a-label"])
        .exits(2)
        .warns(["is not the name of a label"]);
    run(&["nobody"]).exits(2);
    run(&["--query", "{"]).exits(2);
    run(&["api", "--query", "{a=\"b\"}"]).exits(2);
    run(&["-o", "raw"]).exits(2);
    run(&["--dry-run"])
        .exits(0)
        .says(["read_only_logs", "count_over_time"]);
}

#[test]
fn labels_have_every_form() {
    let sandbox = world();
    let run = |args: &[&str]| sandbox.scout(["labels"]).args(args).run();
    run(&["resource_name", "-o", "csv"])
        .exits(0)
        .silent()
        .says(["resource_name\napi-1\ndb-1\n"]);
    run(&["-o", "csv"])
        .exits(0)
        .says(["label\n", "\nresource_name\n"]);
    run(&["-o", "raw"]).exits(2);
}

#[test]
fn what_the_server_warns_of_is_said() {
    let body = r#"{"status":"success","warnings":["a store is away"],"data":{"resultType":"vector","result":[]}}"#;
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";
    let server = Canned::answering(&format!(
        "{head}Content-Length: {}\r\n\r\n{body}",
        body.len()
    ));
    scout([
        "logql",
        "vector(1)",
        "--instant",
        "--loki-url",
        server.url(),
    ])
    .run()
    .exits(0)
    .says(["nothing to show"])
    .warns(["the server says: a store is away"]);
}
