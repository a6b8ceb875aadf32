//! `errors`, `patterns SERVICE`, `slow`: what all lines of services add up to, and what is said about those that were not read.

use serde::Deserialize;

use crate::support::{SandboxProcess, scout};

/// What was looked at, declared here again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Coverage {
    from: String,
    to: String,
    matched: Option<u64>,
    looked_at: u64,
    sampled: bool,
    complete: bool,
    gaps: Vec<Gap>,
    crowded: Vec<String>,
    no_streams: Vec<String>,
    kept_since: Option<String>,
}

/// A stretch without lines.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Gap {
    from: String,
    to: String,
    message: String,
}

/// The JSON form of `errors` and `patterns`, declared here again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    schema: u32,
    environment: String,
    services: Vec<String>,
    level: Option<String>,
    window: Coverage,
    baseline: Coverage,
    count: u64,
    estimated: bool,
    before: Option<u64>,
    unlisted: u64,
    total_signatures: u64,
    signatures: Vec<Signature>,
}

/// One signature.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    id: String,
    signature: String,
    exception: Option<String>,
    level: String,
    count: u64,
    lines: u64,
    estimated: bool,
    share_ratio: f64,
    before: Option<u64>,
    change: String,
    times: Option<f64>,
    first: String,
    last: String,
    trend: Vec<u64>,
    services: Vec<ServiceCount>,
    sample: String,
}

/// Events of one service.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct ServiceCount {
    service: String,
    count: u64,
}

/// The JSON form of `slow`, declared here again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Slow {
    schema: u32,
    environment: String,
    services: Vec<String>,
    over_seconds: f64,
    window: Coverage,
    timed: u64,
    slow: u64,
    total_routes: u64,
    routes: Vec<Route>,
}

/// One route.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Route {
    service: String,
    route: String,
    count: u64,
    over: u64,
    p50_seconds: f64,
    p90_seconds: f64,
    p95_seconds: f64,
    p99_seconds: f64,
    max_seconds: f64,
    exact: bool,
    worst: Vec<Worst>,
}

/// One of the worst requests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Worst {
    ts: String,
    seconds: f64,
    trace_id: Option<String>,
    message: String,
}

/// A world of two services with these tables.
fn world(tables: &str) -> SandboxProcess {
    SandboxProcess::of(&format!(
        "schema = 1\nname = \"reading\"\n\
         [map.services.api]\nkind = \"container\"\nresource_name = \"api-1\"\n\
         [map.services.db]\nkind = \"postgres\"\nresource_name = \"db-1\"\n{tables}"
    ))
}

/// A `[[log]]` table of single events.
fn events(resource: &str, at: &[String], rest: &str) -> String {
    format!("[[log]]\nlabels = {{ resource_name = \"{resource}\" }}\nat = {at:?}\n{rest}\n")
}

/// Times: `count` of them, a step apart, the newest so many seconds ago.
fn every(seconds: u64, count: u64, newest: u64) -> Vec<String> {
    (0..count)
        .map(|number| format!("-{}s", newest + number * seconds))
        .collect()
}

/// The sheet of a run.
#[track_caller]
fn sheet(sandbox: &SandboxProcess, args: &[&str]) -> Sheet {
    sandbox
        .scout([])
        .args(args)
        .args(&["-o", "json"])
        .run()
        .exits(0)
        .json()
}

/// A world where errors are new, surge, go on and are gone.
fn changing() -> SandboxProcess {
    let error = "format = \"json\"\nenvelope = \"copy-1\"\nlevel = \"error\"\n";
    let vars = "vars = { n = { int = [1, 250] } }";
    world(
        &[
            // Half an hour is the window, the one before the baseline.
            events(
                "api-1",
                &every(10, 20, 60),
                &format!("{error}message = \"cannot reach 10.0.0.{{n}}:5432\"\n{vars}"),
            ),
            events(
                "api-1",
                &every(12, 120, 60),
                &format!("{error}message = \"queue is full\""),
            ),
            events(
                "api-1",
                &every(100, 10, 1900),
                &format!("{error}message = \"queue is full\""),
            ),
            events(
                "db-1",
                &every(120, 30, 30),
                "message = \"ERROR:  deadlock detected\"",
            ),
            events(
                "db-1",
                &every(60, 5, 2000),
                "message = \"FATAL:  the database system is starting up\"",
            ),
            events(
                "db-1",
                &every(5, 300, 10),
                "message = \"LOG:  checkpoint complete\"",
            ),
            events(
                "api-1",
                &every(60, 10, 30),
                "format = \"json\"\nlevel = \"warn\"\nmessage = \"pool is low\"",
            ),
        ]
        .concat(),
    )
}

#[test]
fn errors_are_counted_and_compared_with_the_time_before() {
    let sandbox = changing();
    let found = sheet(&sandbox, &["errors"]);
    assert_eq!((found.schema, found.environment.is_empty()), (1, false));
    assert_eq!(found.services, ["api", "db"]);
    assert_eq!(found.level.as_deref(), Some("error"));
    let told: Vec<(&str, &str, u64, Option<u64>)> = found
        .signatures
        .iter()
        .map(|row| {
            (
                row.signature.as_str(),
                row.change.as_str(),
                row.count,
                row.before,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("cannot reach <*>", "new", 20, Some(0)),
            ("queue is full", "surged", 120, Some(10)),
            ("ERROR:  deadlock detected", "known", 15, Some(15)),
            (
                "FATAL:  the database system is starting up",
                "gone",
                0,
                Some(5)
            ),
        ]
    );
    let [reach, queue, dead, gone] = &found.signatures[..] else {
        panic!("{found:?}")
    };
    assert_eq!(queue.times, Some(12.0));
    assert_eq!(
        (dead.level.as_str(), gone.level.as_str()),
        ("error", "fatal")
    );
    assert_eq!(
        reach.services,
        [ServiceCount {
            service: "api".to_owned(),
            count: 20
        }]
    );
    assert_eq!(
        (
            reach.trend.iter().sum::<u64>(),
            reach.lines,
            reach.estimated
        ),
        (20, 20, false)
    );
    assert!((reach.share_ratio - 20.0 / 155.0).abs() < 1e-9 && reach.first < reach.last);
    assert!(reach.sample.starts_with("cannot reach 10.0.0.") && reach.exception.is_none());
    assert_eq!(
        (
            found.count,
            found.before,
            found.unlisted,
            found.total_signatures
        ),
        (155, Some(30), 0, 4)
    );
    assert!(!found.estimated);
    let Coverage {
        matched,
        looked_at,
        sampled,
        complete,
        gaps,
        crowded,
        no_streams,
        kept_since,
        from,
        to,
    } = &found.window;
    assert_eq!(
        (*matched, *looked_at, *sampled, *complete),
        (Some(20 + 120 + 15 + 300 + 10), 465, false, true)
    );
    assert!(gaps.is_empty() && crowded.is_empty() && kept_since.is_none());
    assert_eq!(no_streams, &[""; 0]);
    assert_eq!((from, found.baseline.complete), (&found.baseline.to, true));
    assert!(from < to && found.baseline.from < *from);
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn people_see_changes_counts_and_what_was_looked_at() {
    let sandbox = changing();
    let ran = sandbox.scout(["errors"]).run().exits(0);
    let ran = ran.says([
        "155 errors, 4 signatures",
        "new",
        "×12",
        "known",
        "gone",
        "api",
        "465 lines counted by the server, 465 looked at",
    ]);
    let first = ran.stdout.lines().nth(3).expect("a row");
    assert!(first.contains("cannot reach <*>"), "{ran}");
    sandbox
        .scout(["errors", "--lang", "fr"])
        .run()
        .exits(0)
        .says([
            "155 erreurs, 4 signatures",
            "nouveau",
            "disparu",
            "selon le serveur",
        ]);
    sandbox
        .scout(["errors", "-n", "1"])
        .run()
        .exits(0)
        .warns(["1 of 4 shown", "--show N"]);
    sandbox
        .scout(["errors", "-o", "markdown"])
        .run()
        .exits(0)
        .says(["| new |", "155 errors"]);
    let csv = sandbox
        .scout(["errors", "-o", "csv"])
        .run()
        .exits(0)
        .silent()
        .stdout;
    let lines: Vec<&str> = csv.split('\n').collect();
    assert!(
        lines[0].starts_with("id,level,count,") && lines.len() == 6,
        "{csv}"
    );
    assert!(
        lines[1].ends_with("cannot reach <*>,cannot reach 10.0.0.")
            || lines[1].contains(",cannot reach <*>,"),
        "{csv}"
    );
    // One service, a wider level, a single row.
    let warn = sheet(&sandbox, &["errors", "api", "--level", "warn+", "-n", "1"]);
    assert_eq!(
        (warn.count, warn.total_signatures, warn.signatures.len()),
        (150, 3, 1)
    );
    let far = sheet(&sandbox, &["errors", "db", "--baseline", "24h"]);
    assert!(
        far.signatures.iter().all(|row| row.change == "new"),
        "{far:?}"
    );
}

#[test]
fn no_errors_means_none_only_where_every_line_was_looked_at() {
    let quiet = events("api-1", &every(10, 50, 10), "message = \"all is well\"");
    let sandbox = world(&quiet);
    sandbox
        .scout(["errors"])
        .run()
        .exits(0)
        .says([
            "0 errors, 0 signatures",
            "50 lines counted by the server, 50 looked at",
        ])
        .silent();
    // A server that counts but does not serve, that does not answer at all, and that serves only a part of a crowded instant.
    let fault = "[[fault]]\nsource = \"loki\"\npath = \"/loki/api/v1/query_range\"\nstatus = 400\n";
    let refused = world(&format!("{quiet}{fault}"));
    refused.scout(["errors"]).run().exits(5).warns(["error:"]);
    assert_eq!(refused.tokens_left(), [""; 0]);
    let crowd = vec!["-5m".to_owned(); 6_000];
    let crowded = world(&events(
        "api-1",
        &crowd,
        "message = \"all is well {n}\"\nvars = { n = { hex = 12 } }",
    ));
    let ran = crowded.scout(["errors", "-o", "json"]).run().exits(5);
    let found: Sheet = ran.json();
    assert_eq!(
        (
            found.count,
            found.window.complete,
            found.window.crowded.len()
        ),
        (0, false, 1)
    );
    assert!(found.window.looked_at < found.window.matched.expect("a count"));
    crowded.scout(["errors"]).run().exits(5).says([
        "at least 0 errors",
        "6,000 lines counted by the server",
        "bear the same time",
    ]);
}

#[test]
fn where_the_server_does_not_count_the_lines_are_looked_at_all_the_same() {
    let fault = "[[fault]]\nsource = \"loki\"\npath = \"/loki/api/v1/query\"\nstatus = 400\n";
    let logs = events("api-1", &every(10, 50, 10), "message = \"ERROR no luck\"");
    let sandbox = world(&format!("{logs}{fault}"));
    let found = sheet(&sandbox, &["errors"]);
    assert_eq!(
        (found.count, found.window.matched, found.window.complete),
        (50, None, true)
    );
    sandbox
        .scout(["errors"])
        .run()
        .exits(0)
        .says(["the server did not count them"]);
    // More than may be looked at: what lies behind is missing, and said.
    let ran = sandbox
        .scout(["errors", "--sample", "20", "-o", "json"])
        .run()
        .exits(5);
    let found: Sheet = ran.json();
    assert_eq!((found.window.looked_at, found.window.gaps.len()), (20, 1));
    let Gap { from, to, message } = &found.window.gaps[0];
    assert!(from < to && message.contains("did not count"), "{message}");
}

#[test]
fn what_the_server_no_longer_keeps_is_said() {
    let sandbox = world(&events(
        "api-1",
        &every(10, 5, 10),
        "message = \"ERROR no luck\"",
    ));
    let map = std::fs::read_to_string(sandbox.map()).expect("the map");
    let without: Vec<&str> = map
        .lines()
        .filter(|line| !line.contains("_endpoint"))
        .collect();
    let without = without.join("\n");
    std::fs::write(sandbox.map(), without).expect("a map");
    let path = sandbox.map();
    let path = path.to_str().expect("a UTF-8 path");
    sandbox.scout(["errors", "--map", path]).run().exits(0);
    let ran = sandbox
        .scout(["errors", "--map", path, "--since", "20d", "-o", "json"])
        .run()
        .exits(5);
    let found: Sheet = ran.json();
    assert!(found.window.kept_since.is_some() && !found.window.complete);
    assert_eq!(
        (
            found.count,
            found.signatures[0].change.as_str(),
            found.before
        ),
        (5, "unknown", None)
    );
    sandbox
        .scout(["errors", "--map", path, "--since", "20d"])
        .run()
        .exits(5)
        .says(["keeps lines since"]);
}

#[test]
fn a_stack_trace_is_one_event_named_by_its_exception() {
    let java = r#"lines = ["java.lang.IllegalStateException: pool {n} is closed", "\tat shop.Pool.take(Pool.java:7)", "\tat shop.Orders.place(Orders.java:21)", "Caused by: java.io.IOException: gone", "\t... 3 more"]"#;
    let python = r#"lines = ["Traceback (most recent call last):", "  File \"/app/main.py\", line 3, in run", "    load()", "app.errors.LoadError: no file"]"#;
    let sandbox = world(
        &[
            events(
                "api-1",
                &every(20, 30, 60),
                &format!("envelope = \"copy-1\"\n{java}\nvars = {{ n = {{ int = [1, 900] }} }}"),
            ),
            events("db-1", &every(50, 10, 60), python),
        ]
        .concat(),
    );
    let found = sheet(&sandbox, &["errors"]);
    let told: Vec<(Option<&str>, u64, u64)> = found
        .signatures
        .iter()
        .map(|row| (row.exception.as_deref(), row.count, row.lines))
        .collect();
    assert_eq!(
        told,
        [
            (Some("java.lang.IllegalStateException"), 30, 150),
            (Some("app.errors.LoadError"), 10, 40)
        ]
    );
    assert_eq!(
        found.signatures[0].signature,
        "java.lang.IllegalStateException: pool <*> is closed"
    );
    assert_eq!(
        found.signatures[1].signature,
        "app.errors.LoadError: no file"
    );
    let ran = sandbox
        .scout(["errors", "--show", "2", "-n", "0"])
        .run()
        .exits(0);
    assert_eq!(
        ran.stdout
            .lines()
            .filter(|line| line.contains("Traceback"))
            .count(),
        10,
        "{ran}"
    );
    assert!(!ran.stdout.contains("IllegalState"), "{ran}");
    let ran = sandbox
        .scout([
            "errors",
            "--show",
            &found.signatures[0].id,
            "-o",
            "ndjson",
            "-n",
            "0",
        ])
        .run()
        .exits(0);
    assert_eq!(ran.stdout.lines().count(), 150, "{ran}");
}

#[test]
fn the_lines_of_a_signature_are_shown_newest_last() {
    let sandbox = changing();
    let ran = sandbox
        .scout(["errors", "--show", "1", "-n", "3", "--utc"])
        .run()
        .exits(0)
        .warns(["the newest 3 lines"]);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!((lines[0], lines.len()), ("times in UTC", 4), "{ran}");
    assert!(
        lines[1..]
            .iter()
            .all(|line| line.contains("cannot reach 10.0.0."))
            && lines[1..].is_sorted(),
        "{ran}"
    );
    let raw = sandbox
        .scout(["errors", "db", "--show", "#1", "-o", "raw"])
        .run()
        .exits(0);
    assert_eq!(
        raw.stdout
            .lines()
            .filter(|line| *line == "ERROR:  deadlock detected")
            .count(),
        15,
        "{raw}"
    );
    for wanted in ["9", "0", "-", "0123456789ab"] {
        sandbox
            .scout(["errors", "--show", wanted])
            .run()
            .exits(2)
            .warns(["no such signature", "hint:"]);
    }
    sandbox
        .scout(["errors", "--show", "1", "-o", "json"])
        .run()
        .exits(2)
        .warns(["human, ndjson, raw"]);
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn a_sample_is_spread_over_the_window_and_said() {
    let busy = events(
        "api-1",
        &every(1, 1700, 20),
        "message = \"request {n} served\"\nvars = { n = { int = [1, 9000] } }",
    );
    let errors = events("api-1", &every(2, 850, 20), "message = \"ERROR no luck\"");
    let sandbox = world(&format!("{busy}{errors}"));
    let ran = sandbox
        .scout(["errors", "--sample", "500", "-o", "json"])
        .run()
        .exits(5);
    let found: Sheet = ran.json();
    let Coverage {
        matched,
        looked_at,
        sampled,
        complete,
        ..
    } = found.window;
    assert_eq!(
        (matched, sampled, complete, found.estimated),
        (Some(2550), true, false, true)
    );
    assert!((400..=500).contains(&looked_at), "{looked_at}");
    assert!((700..1000).contains(&found.count), "{}", found.count);
    // The shown signature is told by its text alone: the server counts it.
    assert_eq!(
        (found.signatures[0].count, found.signatures[0].estimated),
        (850, false)
    );
    let ran = sandbox
        .scout(["patterns", "--sample", "500", "-o", "json"])
        .run()
        .exits(0);
    let patterns: Sheet = ran.json();
    let counts: Vec<(u64, bool)> = patterns
        .signatures
        .iter()
        .map(|row| (row.count, row.estimated))
        .collect();
    assert_eq!(counts, [(1700, false), (850, false)]);
    assert!(
        found.signatures[0]
            .trend
            .iter()
            .filter(|count| **count > 0)
            .count()
            >= 20,
        "{found:?}"
    );
    let ran = sandbox
        .scout(["patterns", "--sample", "500"])
        .run()
        .exits(0);
    ran.says(["≈", "from a sample of", "of 2,550 lines"]);
    // All of them.
    let found = sheet(&sandbox, &["errors", "--sample", "0"]);
    assert_eq!(
        (found.count, found.window.looked_at, found.estimated),
        (850, 2550, false)
    );
}

#[test]
fn patterns_of_services_have_every_level() {
    let sandbox = changing();
    let found = sheet(&sandbox, &["patterns"]);
    assert_eq!(
        (found.level.as_deref(), found.count, found.total_signatures),
        (None, 465, 6)
    );
    let counts: Vec<u64> = found.signatures.iter().map(|row| row.count).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
    assert_eq!(found.signatures[0].signature, "LOG:  checkpoint complete");
    sandbox
        .scout(["patterns", "db", "--show", "1", "-n", "2", "-o", "raw"])
        .run()
        .exits(0)
        .says(["LOG:  checkpoint complete"]);
    for args in [
        &["db", "--file", "x.log"][..],
        &["--file", "x.log", "--since", "1h"],
        &["--file", "x.log", "--show", "1"],
        &["db", "--assign"],
    ] {
        sandbox.scout(["patterns"]).args(args).run().exits(2);
    }
}

#[test]
fn what_is_asked_wrongly_is_told_before_a_token_is_made() {
    let sandbox = changing();
    for args in [
        &["errors", "nobody"][..],
        &["errors", "--baseline", "soon"],
        &["errors", "-o", "ndjson"],
        &["errors", "--since", "yesterday"],
        &["slow", "--over", "fast"],
        &["slow", "-o", "markdown"],
        &["slow", "--unit", "parsec"],
        &["trace", ""],
        &["trace", "a\nb"],
        &["trace", "x", "-o", "csv"],
    ] {
        sandbox.scout([]).args(args).run().exits(2);
    }
    for args in [
        &["errors", "--dry-run"][..],
        &["slow", "--dry-run"],
        &["trace", "abc", "--dry-run"],
        &["patterns", "db", "--dry-run"],
    ] {
        sandbox
            .scout([])
            .args(args)
            .run()
            .exits(0)
            .says(["read_only_logs", "count_over_time"]);
    }
    assert_eq!(sandbox.requests(), [""; 0]);
}

#[test]
fn secrets_and_control_characters_do_not_come_through() {
    let sandbox = world(&events(
        "api-1",
        &every(10, 3, 10),
        "message = \"ERROR login of ann@example.com with password=hunter2hunter2 failed \\u001b[2J\"",
    ));
    for args in [
        &["errors"][..],
        &["errors", "-o", "csv"],
        &["errors", "-o", "json"],
        &["errors", "--show", "1"],
        &["patterns"],
    ] {
        let ran = sandbox.scout([]).args(args).run().exits(0);
        assert!(
            !ran.stdout.contains("hunter2")
                && !ran.stdout.contains("ann@")
                && !ran.stdout.contains('\x1b'),
            "{ran}"
        );
    }
}

#[test]
fn percentiles_are_exact_by_route_and_service() {
    let lines: Vec<String> = (1..=100)
        .map(|ms| format!("GET /v1/orders/{ms} 200 {ms}ms"))
        .collect();
    let sandbox = world(&[
        events("api-1", &["-5m".to_owned()], &format!("lines = {lines:?}")),
        events("api-1", &["-4m".to_owned()], "format = \"json\"\nenvelope = \"c\"\nmessage = \"done\"\nfields = { method = \"post\", route = \"/v1/pay\", took = \"2.5s\", trace_id = \"4bf92f3577b34da6a3ce929d0e0e4736\" }"),
        events("db-1", &["-3m".to_owned()], "message = \"LOG:  duration: 1500.5 ms  statement: SELECT 1\""),
        events("db-1", &["-2m".to_owned()], "message = \"LOG:  checkpoint complete\""),
    ].concat());
    let ran = sandbox.scout(["slow", "-o", "json"]).run().exits(0);
    let found: Slow = ran.json();
    assert_eq!(
        (
            found.schema,
            found.over_seconds,
            found.timed,
            found.slow,
            found.total_routes
        ),
        (1, 1.0, 102, 2, 3)
    );
    assert!(
        found.window.complete && found.services == ["api", "db"] && !found.environment.is_empty()
    );
    let [pay, select, orders] = &found.routes[..] else {
        panic!("{found:?}")
    };
    assert_eq!(
        (
            pay.service.as_str(),
            pay.route.as_str(),
            pay.over,
            pay.max_seconds
        ),
        ("api", "POST /v1/pay", 1, 2.5)
    );
    assert_eq!(
        pay.worst[0].trace_id.as_deref(),
        Some("4bf92f3577b34da6a3ce929d0e0e4736")
    );
    assert_eq!(
        (select.service.as_str(), select.max_seconds),
        ("db", 1.5005)
    );
    assert_eq!(
        (
            orders.route.as_str(),
            orders.count,
            orders.over,
            orders.exact
        ),
        ("GET /v1/orders/<*>", 100, 0, true)
    );
    let percentiles = [
        orders.p50_seconds,
        orders.p90_seconds,
        orders.p95_seconds,
        orders.p99_seconds,
        orders.max_seconds,
    ];
    assert_eq!(percentiles, [0.05, 0.09, 0.095, 0.099, 0.1]);
    let worst = &orders.worst[0];
    assert_eq!(
        (worst.seconds, worst.message.as_str(), worst.ts.is_empty()),
        (0.1, "GET /v1/orders/100 200 100ms", false)
    );
    let ran = sandbox
        .scout(["slow", "api", "--over", "95ms"])
        .run()
        .exits(0);
    ran.says([
        "6 over 95ms",
        "GET /v1/orders/<*>",
        "POST /v1/pay",
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "Slowest",
    ]);
    sandbox
        .scout(["slow", "--lang", "fr"])
        .run()
        .exits(0)
        .says(["2 au-delà de 1s", "Les plus lentes"]);
    let csv = sandbox
        .scout(["slow", "api", "-o", "csv"])
        .run()
        .exits(0)
        .stdout;
    assert!(
        csv.contains("api,GET /v1/orders/<*>,100,0,0.05,0.09,0.095,0.099,0.1,true\n"),
        "{csv}"
    );
    sandbox
        .scout(["slow", "-n", "1"])
        .run()
        .exits(0)
        .warns(["1 of 3 shown"]);
}

#[test]
fn the_new_commands_explain_themselves() {
    for command in ["errors", "patterns", "trace", "slow"] {
        let help = scout([command, "--help"]).run().exits(0).stdout;
        let example = help
            .lines()
            .find_map(|line| line.strip_prefix("Example:  scout "))
            .expect("an example");
        scout([])
            .run_in_shell(&format!("\"$@\" --sandbox {example}"))
            .exits(0);
    }
}

#[test]
fn a_service_without_a_log_stream_is_never_said_to_have_no_errors() {
    let sandbox = world(&events("api-1", &every(10, 5, 10), "message = \"served\""));
    // Named, it may have another name in Loki: nothing is known of it.
    for command in ["errors", "patterns", "slow"] {
        let ran = sandbox.scout([command, "db"]).run().exits(5);
        ran.warns(["Loki has no stream with resource_name=\"db-1\""]);
    }
    let ran = sandbox.scout(["errors", "api", "db", "-o", "json"]).run();
    let found: Sheet = ran.exits(5).json();
    assert_eq!(
        (found.window.complete, found.window.no_streams),
        (false, vec!["db".to_owned()])
    );
    // Among all of the environment's, it is told and is no failure: many products write no logs.
    let ran = sandbox.scout(["errors"]).run().exits(0);
    ran.says(["no log stream in this window, so nothing was looked at: db"]);
}

#[test]
fn a_sample_is_no_larger_than_asked_and_its_total_is_the_sum_of_its_rows() {
    let sandbox = world(
        &[
            events("api-1", &every(1, 900, 5), "level = \"error\"\nmessage = \"cannot reach {n}\"\nvars = { n = { int = [1, 250] } }"),
            events("api-1", &every(2, 400, 5), "level = \"error\"\nmessage = \"no luck with {n}\"\nvars = { n = { int = [1, 250] } }"),
        ]
        .concat(),
    );
    for most in [10, 100, 700] {
        let ran = sandbox
            .scout(["errors", "--sample", &most.to_string(), "-o", "json"])
            .run();
        let found: Sheet = ran.exits(5).json();
        assert!(
            (1..=most).contains(&found.window.looked_at),
            "{} of {most}",
            found.window.looked_at
        );
        let sum: u64 = found.signatures.iter().map(|row| row.count).sum();
        assert_eq!((found.count, found.window.matched), (sum, Some(1300)));
        let shares: f64 = found.signatures.iter().map(|row| row.share_ratio).sum();
        assert!((shares - 1.0).abs() < 1e-9, "{shares}");
    }
}
