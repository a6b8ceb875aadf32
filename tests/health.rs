//! `scout health`: one line a service; and probes, which it shares with `investigate`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde::Deserialize;
use serde_json::Value;

use crate::support::{Canned, SandboxProcess, closed_port, scout, scratch};
use crate::token::signal;

/// The JSON form, version 1, declared here again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: u32,
    environment: String,
    window: Window,
    at: String,
    verdict: String,
    services: Vec<Service>,
    gaps: Vec<Gap>,
    token: Value,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Window {
    from: String,
    to: String,
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
struct Service {
    service: String,
    kind: String,
    verdict: String,
    states: Vec<State>,
    metrics: Vec<Metric>,
    errors: Option<Errors>,
    probe: Option<Probe>,
    cause: Option<String>,
    why: Option<String>,
    since: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    status: String,
    health: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Metric {
    service: String,
    metric: String,
    title: String,
    unit: String,
    #[serde(rename = "series")]
    _series: String,
    now: Option<f64>,
    #[serde(rename = "baseline")]
    _baseline: Option<f64>,
    #[serde(rename = "min")]
    _min: Option<f64>,
    #[serde(rename = "max")]
    _max: Option<f64>,
    state: String,
    #[serde(rename = "since")]
    _since: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Errors {
    count: u64,
    baseline_count: u64,
    estimated: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Probe {
    url: String,
    ok: bool,
    status: Option<u16>,
    problem: Option<String>,
    error: Option<String>,
    ttfb_seconds: Option<f64>,
    cert_expires_at: Option<String>,
    cert_days_left: Option<i64>,
    cert: Option<String>,
    redirect: Option<String>,
}

impl Document {
    /// One service.
    #[track_caller]
    fn service(&self, name: &str) -> &Service {
        let mut all = self.services.iter();
        all.find(|service| service.service == name)
            .unwrap_or_else(|| panic!("no {name} in {self:#?}"))
    }
}

#[test]
fn the_service_where_it_begins_and_the_one_that_suffers_come_before_the_rest() {
    let found: Document = scout(["--sandbox=postgres-connections", "health", "-o", "json"])
        .run()
        .exits(0)
        .json();
    assert_eq!((found.schema, found.environment.as_str()), (1, "staging"));
    assert!(found.window.from < found.window.to && found.window.to <= found.at);
    assert!(found.gaps.is_empty(), "{:?}", found.gaps);
    assert_eq!(found.token["status"], "deleted");
    let bad: Vec<&str> = found.services[..2]
        .iter()
        .map(|service| service.service.as_str())
        .collect();
    assert!(
        bad.contains(&"postgres") && bad.contains(&"atlas-api"),
        "{bad:?}"
    );
    assert!(
        found.services[2..]
            .iter()
            .all(|service| service.verdict == "healthy" && service.why.is_none()),
        "{found:#?}"
    );
    let postgres = found.service("postgres");
    assert_eq!(postgres.kind, "postgres");
    assert_eq!(
        postgres.cause.as_deref(),
        Some("postgres-connections-exhausted")
    );
    assert!(postgres.why.is_some() && postgres.since.is_some());
    assert_eq!(postgres.states[0].status, "ready");
    assert_eq!(postgres.states[0].health, "healthy");
    let worst = &postgres.metrics[0];
    assert_eq!(
        (worst.metric.as_str(), worst.state.as_str()),
        ("connections", "critical")
    );
    assert_eq!(
        (worst.service.as_str(), worst.unit.as_str()),
        ("postgres", "ratio")
    );
    assert!(worst.now > Some(0.9) && !worst.title.is_empty());
    let errors = found.service("atlas-api").errors.as_ref().expect("a log");
    assert!(errors.count > 100 && errors.baseline_count < errors.count);
    assert!(!errors.estimated);
}

#[test]
fn people_get_a_table_with_sparklines_and_each_language_its_words() {
    scout(["--sandbox=postgres-connections", "health"])
        .run()
        .exits(0)
        .says([
            "Service",
            "Verdict",
            "Probe",
            "degraded",
            "98%",
            "█",
            "no free connection",
        ]);
    scout(["--sandbox=postgres-connections", "health", "--lang", "fr"])
        .run()
        .exits(0)
        .says([
            "État",
            "Sonde",
            "Pourquoi",
            "dégradé",
            "critique",
            "plus de connexion libre",
        ]);
    scout(["--sandbox", "health", "-o", "markdown"])
        .run()
        .exits(0)
        .says(["| Service | Verdict |"]);
}

#[test]
fn exit_code_tells_the_worst_service() {
    scout(["--sandbox=postgres-connections", "health", "--exit-code"])
        .run()
        .exits(1);
    scout([
        "--sandbox=postgres-connections",
        "health",
        "redis",
        "--exit-code",
    ])
    .run()
    .exits(0);
    scout(["--sandbox=no-data", "health", "--exit-code"])
        .run()
        .exits(5);
    scout(["--sandbox", "health", "rediss"])
        .run()
        .exits(2)
        .warns(["redis"]);
}

#[test]
fn a_log_without_a_line_has_no_count_of_errors_and_a_failed_source_makes_nobody_healthy() {
    let found: Document = scout(["--sandbox=no-data", "health", "-o", "json"])
        .run()
        .exits(0)
        .json();
    assert!(
        found
            .services
            .iter()
            .all(|service| service.errors.is_none())
    );
    assert_eq!(found.verdict, "unknown");
    let sandbox = SandboxProcess::with(
        "healthy",
        "[[fault]]\nsource = \"loki\"\nstatus = 403\n[[fault]]\nsource = \"prometheus\"\nstatus = 403\n",
    );
    let found: Document = sandbox
        .scout(["health", "atlas-api", "-o", "json"])
        .run()
        .exits(4)
        .json();
    let api = found.service("atlas-api");
    assert_eq!(api.verdict, "unknown");
    assert!(api.errors.is_none());
    assert!(
        found.gaps.iter().any(|gap| gap.source == "loki"
            && gap.kind == "not-authenticated"
            && !gap.message.is_empty()),
        "{:?}",
        found.gaps
    );
}

/// A world of so many containers and as many databases; half of the containers write errors.
fn crowd(count: usize) -> String {
    let mut text = String::from(
        "schema = 1\nname = \"crowd\"\ntitle = \"Many services of two kinds\"\nseed = 3\nissue = \"is everything fine\"\n\
         [truth]\nverdict = \"healthy\"\ncause = \"healthy\"\n",
    );
    for index in 0..count {
        let level = if index % 2 == 0 { "error" } else { "info" };
        text.push_str(&format!(
            "[map.services.api-{index}]\nkind = \"container\"\nresource_name = \"ns-api-{index}\"\ndepends_on = [\"db-{index}\"]\n\
             [map.services.db-{index}]\nkind = \"postgres\"\nresource_name = \"db-{index}\"\n\
             [[resource]]\nkind = \"container\"\nname = \"api-{index}\"\nresource_name = \"ns-api-{index}\"\nstatus = \"ready\"\n\
             [[resource]]\nkind = \"postgres\"\nname = \"db-{index}\"\nstatus = \"ready\"\n\
             [[metric]]\nname = \"serverless_container_cpu_usage_ratio\"\nlabels = {{ resource_name = \"ns-api-{index}\" }}\nstep = \"30s\"\nshape = [ {{ from = \"-3h\", value = 20, noise = 2 }} ]\n\
             [[log]]\nlabels = {{ resource_type = \"serverless_container\", resource_name = \"ns-api-{index}\" }}\nfrom = \"-3h\"\nto = \"0s\"\nper_minute = 4\nformat = \"plain\"\nlevel = \"{level}\"\nmessage = \"{level}: a line like every other\"\n"
        ));
    }
    text
}

#[test]
fn requests_grow_with_kinds_and_not_with_services() {
    let asked = |count: usize| {
        let sandbox = SandboxProcess::of(&crowd(count));
        let found: Document = sandbox
            .scout(["health", "-o", "json"])
            .run()
            .exits(0)
            .json();
        assert_eq!(found.services.len(), 2 * count);
        let errors = found.service("api-0").errors.as_ref().expect("a log");
        assert!((100..140).contains(&errors.count), "{errors:?}");
        assert_eq!(
            found.service("api-1").errors.as_ref().map(|e| e.count),
            Some(0)
        );
        assert_eq!(
            found.service("api-0").verdict,
            "healthy",
            "as ever is no trouble"
        );
        let mut requests = sandbox.requests();
        requests.sort();
        requests
    };
    let few = asked(3);
    assert_eq!(asked(30), few, "and no other requests either");
    let of = |part: &str| few.iter().filter(|request| request.contains(part)).count();
    // One for each of the two kinds.
    assert_eq!(of("/prometheus/api/v1/query_range"), 2, "{few:#?}");
    // All lines, lines that look like errors, and the lines of those that have any in window and baseline.
    assert_eq!(of("/loki/api/v1/query_range"), 4, "{few:#?}");
}

#[test]
fn a_dry_run_lists_counts_lines_and_probes_and_sends_nothing() {
    let sheet: Value = scout(["--sandbox", "health", "--dry-run", "-o", "json"])
        .run()
        .exits(0)
        .json();
    let requests = sheet["requests"].as_array().expect("requests");
    let holds = |text: &str| {
        requests.iter().any(|row| {
            row["request"]
                .as_str()
                .is_some_and(|request| request.contains(text))
        })
    };
    assert!(holds("count_over_time") && holds("/rdb/v1/"), "{sheet:#}");
}

#[test]
fn watching_in_a_pipe_gives_a_block_a_round_and_ends_with_the_signal_and_no_token() {
    let sandbox = SandboxProcess::builtin("healthy");
    let mut child = sandbox
        .scout(["health", "--watch", "2s"])
        .spawn(Stdio::piped(), Stdio::null());
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let rounds = lines
        .map_while(Result::ok)
        .filter(|line| line.starts_with("--- 2"))
        .take(2);
    assert_eq!(rounds.count(), 2, "a second round follows");
    signal(&child, "INT");
    let ended = child.wait().expect("it ends");
    assert!(matches!(ended.code(), Some(130 | 0)), "{ended}");
    assert!(sandbox.tokens_left().is_empty());
}

#[test]
fn watching_as_json_is_a_document_a_line_and_too_short_a_pause_is_refused() {
    let mut child = scout([
        "--sandbox=healthy",
        "health",
        "redis",
        "--watch",
        "2s",
        "-o",
        "json",
    ])
    .spawn(Stdio::piped(), Stdio::null());
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let first = lines.next().expect("a round").expect("text");
    let found: Document = serde_json::from_str(&first).expect("one document");
    assert_eq!(found.services.len(), 1);
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
    scout(["--sandbox", "health", "--watch", "100ms"])
        .run()
        .exits(2)
        .warns(["--watch", "2 s"]);
}

/// The catalogue, as far as it is looked at here: metrics by kind.
#[derive(Debug, Deserialize)]
struct CatalogKind {
    #[serde(default)]
    metrics: Vec<CatalogMetric>,
}

#[derive(Debug, Deserialize)]
struct CatalogMetric {
    id: String,
}

#[test]
fn every_metric_of_the_catalogue_has_data_in_some_scenario() {
    let text = include_str!("../src/config/catalog.toml");
    let catalog: BTreeMap<String, CatalogKind> = toml::from_str(text).expect("the catalogue");
    let wanted: BTreeSet<(String, String)> = catalog
        .into_iter()
        .flat_map(|(kind, entry)| {
            let ids = entry.metrics.into_iter();
            ids.map(move |metric| (kind.clone(), metric.id))
        })
        .collect();
    let listed = scout(["sandbox", "--list"]).run().exits(0);
    let scenarios = listed
        .stdout
        .lines()
        .filter_map(|line| line.split(' ').next());
    let mut seen = BTreeSet::new();
    for scenario in scenarios {
        let world = format!("--sandbox={scenario}");
        let found: Document = scout([&world, "health", "-q", "-o", "json"]).run().json();
        for service in found.services {
            let measured = service
                .metrics
                .into_iter()
                .filter(|metric| metric.now.is_some());
            seen.extend(measured.map(|metric| (service.kind.clone(), metric.metric)));
        }
    }
    let missing: Vec<_> = wanted.difference(&seen).collect();
    assert!(missing.is_empty(), "no scenario has {missing:?}");
}

// ---- probes -----------------------------------------------------------------------------------------------------------

/// A sandbox whose only service has this address.
fn world_with(url: &str) -> String {
    format!(
        "schema = 1\nname = \"probed\"\ntitle = \"One service with an address\"\nseed = 3\nissue = \"api is down\"\n\
         [truth]\nverdict = \"healthy\"\ncause = \"healthy\"\n\
         [map.services.api]\nkind = \"container\"\nresource_name = \"ns-api\"\nurl = \"{url}\"\n\
         [[resource]]\nkind = \"container\"\nname = \"api\"\nresource_name = \"ns-api\"\nstatus = \"ready\"\n\
         [[log]]\nlabels = {{ resource_type = \"serverless_container\", resource_name = \"ns-api\" }}\nfrom = \"-3h\"\nto = \"0s\"\nper_minute = 4\nformat = \"plain\"\nlevel = \"info\"\nmessage = \"tick\"\n"
    )
}

/// What `health` says of it.
fn probed(url: &str) -> Document {
    let sandbox = SandboxProcess::of(&world_with(url));
    sandbox
        .scout(["health", "-o", "json"])
        .run()
        .exits(0)
        .json()
}

#[test]
fn an_address_is_asked_as_a_user_would_and_what_it_answers_is_told() {
    let server =
        Canned::answering("HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n");
    let found = probed(server.url());
    let api = found.service("api");
    let probe = api.probe.as_ref().expect("a probe");
    assert!(probe.ok && probe.ttfb_seconds.is_some(), "{probe:?}");
    assert_eq!(
        (probe.status, probe.url.as_str()),
        (Some(302), server.url())
    );
    assert_eq!(
        probe.redirect.as_deref(),
        Some(format!("{}/login", server.url()).as_str())
    );
    assert_eq!(server.requests(), 1, "and not followed");
    assert_eq!((api.verdict.as_str(), &api.why), ("healthy", &None));
    assert!(
        probe.cert_expires_at.is_none() && probe.cert_days_left.is_none() && probe.cert.is_none()
    );
}

#[test]
fn an_outage_speaks_against_a_service_and_a_guard_does_not() {
    let broken = Canned::answering("HTTP/1.1 503 Service Unavailable\r\n\r\nno upstream");
    let guarded = Canned::answering("HTTP/1.1 403 Forbidden\r\ncf-mitigated: challenge\r\n\r\n");
    for (url, problem, verdict) in [
        (broken.url(), "server-error", "down"),
        (&closed_port(), "unreachable", "down"),
        (guarded.url(), "bot-challenge", "healthy"),
    ] {
        let found = probed(url);
        let api = found.service("api");
        let probe = api.probe.as_ref().expect("a probe");
        assert_eq!(probe.problem.as_deref(), Some(problem));
        assert!(!probe.ok && probe.error.is_some());
        assert_eq!(api.verdict, verdict, "{api:#?}");
    }
}

#[test]
fn investigate_probes_lists_it_in_the_plan_and_replays_it() {
    let broken = Canned::answering("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    let sandbox = SandboxProcess::of(&world_with(broken.url()));
    let plan: Value = sandbox
        .scout(["investigate", "api is down", "--dry-run", "-o", "json"])
        .run()
        .exits(0)
        .json();
    let rows = plan["requests"].as_array().expect("requests");
    let row = rows
        .iter()
        .find(|row| row["source"] == "probe")
        .expect("a probe");
    assert_eq!(
        (row["host"].as_str(), row["scope"].is_null()),
        (Some(broken.url()), true)
    );
    assert_eq!(broken.requests(), 0, "nothing is sent");
    let folder = scratch();
    let bundle = folder.path().join("kept.ndjson");
    let bundle = bundle.to_str().expect("a UTF-8 path");
    let live: Value = sandbox
        .scout([
            "investigate",
            "api is down",
            "-o",
            "json",
            "--bundle",
            bundle,
        ])
        .run()
        .exits(0)
        .json();
    let findings = live["findings"].as_array().expect("findings");
    let finding = findings
        .iter()
        .find(|finding| finding["kind"] == "probe")
        .expect("a finding");
    assert_eq!(
        (finding["service"].as_str(), finding["severity"].as_str()),
        (Some("api"), Some("critical"))
    );
    assert!(finding["title"].as_str().expect("a title").contains("502"));
    let again: Value = scout(["investigate", "--from", bundle, "-o", "json"])
        .run()
        .exits(0)
        .json();
    assert_eq!(again["findings"], live["findings"]);
    assert_eq!(again["verdict"], live["verdict"]);
    assert_eq!(broken.requests(), 1, "a bundle is read, not asked again");
}

#[test]
fn the_hosts_of_a_sandbox_are_not_asked_for() {
    let folder = scratch();
    let path = folder.path().join("world.toml");
    std::fs::write(&path, world_with("https://api.example.com/ready")).expect("a scenario file");
    let path = path.to_str().expect("a UTF-8 path");
    let inside: Document = scout([&format!("--sandbox={path}"), "health", "-o", "json"])
        .run()
        .exits(0)
        .json();
    assert!(inside.service("api").probe.is_none());
    assert!(
        inside
            .gaps
            .iter()
            .any(|gap| gap.source == "probe" && gap.kind == "not-asked")
    );
    // Nor where the sandbox is a process of its own: names that are kept for examples are nobody's.
    let outside = probed("https://api.example.com/ready");
    assert!(outside.service("api").probe.is_none());
}
