//! `scout metrics`: against the sandbox, and against the real Prometheus that `bash tests/run` starts.

use std::path::Path;

use serde::Deserialize;

use crate::support::{Ran, SandboxProcess, Scout, http_get, scout, scratch};

/// The JSON form, version 1, declared here again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: u32,
    environment: String,
    window: Window,
    metrics: Vec<Metric>,
    gaps: Vec<Gap>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Gap {
    source: String,
    kind: String,
    message: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Window {
    from: String,
    to: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Metric {
    service: String,
    metric: String,
    title: String,
    unit: String,
    series: String,
    now: Option<f64>,
    baseline: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
    state: Option<String>,
    since: Option<String>,
}

/// The form of `--names`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    schema: u32,
    names: Vec<String>,
}

impl Document {
    /// The only series of a metric.
    #[track_caller]
    fn metric(&self, service: &str, id: &str) -> &Metric {
        let found: Vec<&Metric> = self
            .metrics
            .iter()
            .filter(|metric| metric.service == service && metric.metric == id)
            .collect();
        assert_eq!(found.len(), 1, "{id} of {service} in {self:#?}");
        found[0]
    }
}

// ---- the sandbox -----------------------------------------------------------------------------------------------------

#[test]
fn metrics_are_judged_against_their_thresholds() {
    let found: Document = scout([
        "--sandbox",
        "metrics",
        "postgres",
        "atlas-api",
        "-o",
        "json",
    ])
    .run()
    .exits(0)
    .silent()
    .json();
    assert_eq!((found.schema, found.environment.as_str()), (1, "staging"));
    assert!(found.window.from < found.window.to);
    let used = found.metric("postgres", "connections");
    assert_eq!(
        (used.unit.as_str(), used.state.as_deref()),
        ("ratio", Some("critical"))
    );
    assert!(
        used.now.expect("a value") > 0.9 && used.baseline.expect("a value") < 0.7,
        "{used:?}"
    );
    assert!(
        used.min.expect("a value") <= used.now.expect("a value") && used.now <= used.max,
        "{used:?}"
    );
    assert!(
        used.since
            .as_ref()
            .is_some_and(|since| *since > found.window.from && *since < found.window.to),
        "{used:?}"
    );
    assert!(used.series.is_empty() && !used.title.is_empty());
    let cpu = found.metric("postgres", "cpu");
    assert_eq!((cpu.state.as_deref(), &cpu.since), (Some("ok"), &None));
    assert!(
        found.metrics.iter().all(|metric| metric.service != "redis"),
        "a service that nobody asked for"
    );
    assert!(
        found
            .metrics
            .iter()
            .any(|metric| metric.service == "atlas-api")
    );
}

#[test]
fn people_see_the_same_with_a_trend() {
    let ran = scout(["--sandbox", "metrics", "postgres", "--utc"])
        .run()
        .exits(0)
        .silent();
    let line = ran
        .stdout
        .lines()
        .find(|line| line.contains("connections used"))
        .expect("a line");
    assert!(
        line.contains("critical since") && line.contains('%') && line.contains('█'),
        "{ran}"
    );
    let ran = scout(["--sandbox", "metrics", "postgres", "-o", "markdown"])
        .run()
        .exits(0)
        .silent();
    assert!(ran.stdout.starts_with('|'), "{ran}");
}

#[test]
fn a_healthy_world_has_no_breach() {
    let found: Document = scout(["--sandbox=healthy", "metrics", "-o", "json"])
        .run()
        .exits(0)
        .json();
    for metric in &found.metrics {
        assert!(
            matches!(metric.state.as_deref(), None | Some("ok")),
            "{metric:?}"
        );
    }
}

#[test]
fn names_of_metrics_can_be_listed_by_prefix() {
    let all: Names = scout(["--sandbox", "metrics", "--names", "-o", "json"])
        .run()
        .exits(0)
        .json();
    assert_eq!(all.schema, 1);
    assert!(all.names.is_sorted() && all.names.len() > 10, "{all:?}");
    let redis: Names = scout([
        "--sandbox",
        "metrics",
        "--names",
        "rkv_cluster_",
        "-o",
        "json",
    ])
    .run()
    .exits(0)
    .json();
    assert!(!redis.names.is_empty() && redis.names.len() < all.names.len());
    assert!(
        redis
            .names
            .iter()
            .all(|name| name.starts_with("rkv_cluster_")),
        "{redis:?}"
    );
    let ran = scout(["--sandbox", "metrics", "--names", "rkv_cluster_"])
        .run()
        .exits(0)
        .silent();
    assert_eq!(ran.stdout.lines().collect::<Vec<_>>(), redis.names);
}

#[test]
fn one_request_a_kind_asks_for_all_of_its_metrics() {
    let sandbox = SandboxProcess::builtin("healthy");
    sandbox
        .scout(["metrics", "postgres", "redis"])
        .run()
        .exits(0);
    let requests = sandbox.requests();
    let asked = requests
        .iter()
        .filter(|request| request.contains("/prometheus/"))
        .count();
    assert_eq!(asked, 2, "{requests:#?}");
    assert!(
        !requests.iter().any(|request| request.contains("/loki/")),
        "{requests:#?}"
    );
}

#[test]
fn a_failed_source_is_told_and_ends_with_5() {
    let sandbox = SandboxProcess::with(
        "healthy",
        "[[fault]]\nsource = \"prometheus\"\nstatus = 503\n",
    );
    let ran = sandbox
        .scout(["metrics", "postgres", "--timeout", "2s"])
        .run()
        .exits(5);
    ran.warns(["warning: prometheus:", "503"]);
    assert_eq!(sandbox.tokens_left(), [""; 0]);
    let ran = sandbox
        .scout(["metrics", "postgres", "--timeout", "2s", "-o", "json"])
        .run()
        .exits(5);
    let document: Document = ran.json();
    let [gap] = document.gaps.as_slice() else {
        panic!("one gap in {ran}")
    };
    assert_eq!(gap.source, "prometheus");
    assert!(!gap.kind.is_empty() && gap.message.contains("503"), "{ran}");
}

// ---- a real Prometheus -----------------------------------------------------------------------------------------------

/// The window of the recorded data.
const WINDOW: [&str; 4] = [
    "--from",
    "2026-11-21T08:00:00Z",
    "--to",
    "2026-11-21T09:00:00Z",
];

/// The real Prometheus's base address.
#[track_caller]
#[expect(
    clippy::disallowed_methods,
    reason = "tests/run tells the address in a variable"
)]
fn real_prometheus() -> String {
    std::env::var("SCOUT_TEST_PROMETHEUS").unwrap_or_else(|_| {
        panic!("SCOUT_TEST_PROMETHEUS is not set: run the tests with `bash tests/run`, which starts a real Prometheus")
    })
}

/// A run whose metrics come from the real Prometheus, its token from a sandbox.
fn against_real(sandbox: &SandboxProcess, folder: &Path, args: &[&str]) -> Scout {
    let url = real_prometheus();
    let map = format!(
        "schema = 1\n[env.staging]\nregion = \"fr-par\"\nprom_endpoint = \"{url}\"\n\
         [services.postgres]\nkind = \"postgres\"\nresource_name = \"postgres-staging\"\n\
         [services.atlas-api]\nkind = \"container\"\nresource_name = \"atlas-api-staging\"\n\
         [services.authentik]\nkind = \"instance\"\nresource_name = \"authentik-staging\"\n"
    );
    let path = folder.join("infra-map.toml");
    std::fs::write(&path, map).expect("a map");
    sandbox
        .scout(["--map", path.to_str().expect("a UTF-8 path")])
        .args(args)
        .args(&WINDOW)
}

/// Runs against the real Prometheus and asserts that the token is gone afterwards.
#[track_caller]
fn really(args: &[&str]) -> Ran {
    let sandbox = SandboxProcess::builtin("healthy");
    let folder = scratch();
    let ran = against_real(&sandbox, folder.path(), args).run();
    assert_eq!(sandbox.tokens_left(), [""; 0]);
    assert!(
        !sandbox
            .requests()
            .iter()
            .any(|request| request.contains("/prometheus/")),
        "the sandbox was asked instead"
    );
    ran
}

/// What the real Prometheus says to an instant query at the end of the window, as a number.
#[track_caller]
fn real_value(expr: &str, at: f64) -> f64 {
    let escaped = expr
        .bytes()
        .fold(String::new(), |text, byte| text + &format!("%{byte:02X}"));
    let (status, body) = http_get(
        &format!(
            "{}/prometheus/api/v1/query?query={escaped}&time={at}",
            real_prometheus()
        ),
        &[],
    );
    assert_eq!(status, 200, "{body}");
    let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    let value = body["data"]["result"][0]["value"][1]
        .as_str()
        .unwrap_or_else(|| panic!("no value for {expr}: {body}"));
    value.parse().expect("a number")
}

#[test]
fn a_real_prometheus_lists_its_names() {
    let found: Names = really(&["metrics", "--names", "-o", "json"])
        .exits(0)
        .json();
    assert_eq!(
        found.names,
        [
            "http_request_duration_seconds_bucket",
            "instance_server_agent_up",
            "rdb_instance_postgresql_pg_stat_activity_count",
            "serverless_container_memory_limit_bytes",
            "serverless_container_memory_usage_bytes",
            "serverless_container_requests_total",
        ]
    );
}

#[test]
fn a_real_prometheus_answers_the_catalogues_expressions() {
    let found: Document = really(&["metrics", "-o", "json"]).exits(0).json();
    assert_eq!(found.window.from, "2026-11-21T08:00:00Z");
    assert_eq!(found.window.to, "2026-11-21T09:00:00Z");
    let active = found.metric("postgres", "active");
    // The level of the last five minutes of the recorded data.
    let expected = real_value(
        "avg_over_time(rdb_instance_postgresql_pg_stat_activity_count{resource_name=\"postgres-staging\",state=\"active\"}[5m])",
        1_795_251_600.0,
    );
    let now = active.now.expect("a value");
    assert!((now - expected).abs() < 5.0, "{now} against {expected}");
    assert!(
        active.min.expect("a value") < 60.0 && active.max.expect("a value") > 80.0,
        "{active:?}"
    );
    let memory = found.metric("atlas-api", "memory");
    let expected = real_value(
        "serverless_container_memory_usage_bytes / serverless_container_memory_limit_bytes",
        1_795_251_599.0,
    );
    assert!(
        (memory.now.expect("a value") - expected).abs() < 0.05,
        "{memory:?} against {expected}"
    );
    assert!(memory.state.is_some(), "{memory:?}");
    // What the recorded data does not hold is not made up.
    assert!(
        found
            .metrics
            .iter()
            .all(|metric| metric.metric != "disk" || metric.now.is_none()),
        "{found:#?}"
    );
}

#[test]
fn people_read_a_real_prometheus_too() {
    let ran = really(&["metrics", "postgres", "--utc"]).exits(0);
    assert!(ran.stdout.contains("active connections"), "{ran}");
    assert!(!ran.stdout.contains("atlas-api"), "{ran}");
}

#[test]
fn investigate_reads_a_real_prometheus_and_says_that_logs_are_missing() {
    let scenario = "[[resource]]\nkind = \"data-source\"\nname = \"l\"\nstatus = \"absent\"\nfields = { type = \"logs\", origin = \"scaleway\" }\n";
    let sandbox = SandboxProcess::with("healthy", scenario);
    let folder = scratch();
    let ran = against_real(
        &sandbox,
        folder.path(),
        &["investigate", "postgres is slow", "-o", "json"],
    )
    .run();
    let report: serde_json::Value = ran.json();
    let source = |name: &str| {
        let sources = report["sources"].as_array().expect("sources");
        let found = sources.iter().find(|source| source["source"] == name);
        found
            .unwrap_or_else(|| panic!("no {name} in {ran}"))
            .clone()
    };
    assert_eq!(source("prometheus")["ok"], true, "{ran}");
    let loki = source("loki");
    assert_eq!(
        (&loki["ok"], &loki["skipped"]),
        (&false.into(), &true.into()),
        "{ran}"
    );
    let reason = loki["reason"].as_str().expect("a reason");
    assert!(reason.contains("no Cockpit data source for logs"), "{ran}");
    let gaps = report["gaps"].as_array().expect("gaps");
    assert!(
        gaps.iter()
            .any(|gap| gap["source"] == "loki" && gap["kind"] == "not-asked"),
        "{ran}"
    );
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}
