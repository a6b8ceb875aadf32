//! Tests of the whole way from evidence to report, on small worlds built by hand.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::*;
use crate::analysis::analyse;
use crate::evidence::{
    Evidence, FailureKind, LogRecord, LogSummary, Meta, MetricRecord, Number, Record,
    SourceOutcome, SourceRecord, StateRecord,
};
use crate::model::{
    Bilingual, Direction, Health, Kind, Labels, Lang, MetricSpec, Service, Threshold,
};

/// When every world ends, in Unix seconds.
const END: i64 = 1_795_255_200;

fn ago(seconds: i64) -> Instant {
    Instant::from_timestamp(END - seconds, 0).unwrap()
}

/// A world: half an hour of window, half an hour of baseline, an api that needs a database and a cache.
struct World {
    evidence: Evidence,
}

impl World {
    fn new() -> Self {
        let services = [
            ("api", Kind::Container, vec!["postgres", "redis"]),
            ("postgres", Kind::Postgres, vec![]),
            ("redis", Kind::Redis, vec![]),
        ];
        let window = Window::new(ago(1800), ago(0)).unwrap();
        let meta = Meta {
            schema: 1,
            bundle_id: "b".into(),
            created_at: ago(0),
            tool: "scout 0.1.0".into(),
            environment: "staging".into(),
            window,
            baseline: window.just_before(),
            issue: "api is broken".into(),
            params: serde_json::from_value(json!({ "services": ["api"] })).unwrap(),
            redacted: false,
            map: serde_json::from_value(json!({ "services": {} })).unwrap(),
        };
        let world = Self {
            evidence: Evidence {
                meta,
                records: Vec::new(),
            },
        };
        services
            .into_iter()
            .fold(world, |world, (name, kind, needs)| {
                world.with(service(name, kind, &needs))
            })
    }

    fn with(mut self, added: Service) -> Self {
        self.evidence
            .meta
            .map
            .services
            .insert(added.name.clone(), added);
        self
    }

    /// `count` lines at even distances between two times ago; `{n}` in the line is their number.
    fn lines(mut self, service: &str, from: i64, to: i64, count: i64, line: &str) -> Self {
        for n in 0..count {
            let millis = (from - to) * 1000 * n / count;
            self.evidence.records.push(Record::Log(LogRecord {
                service: service.into(),
                ts: ago(from) + TimeDelta::milliseconds(millis),
                labels: Labels::default().into(),
                line: line.replace("{n}", &n.to_string()),
                metadata: None,
            }));
        }
        self
    }

    /// Ordinary traffic of the api, until a time ago.
    fn traffic(self, to: i64) -> Self {
        self.lines(
            "api",
            3600,
            to,
            (3600 - to) / 2,
            r#"{"level":"info","msg":"GET /v1/users/{n} 200 12ms","status":200,"duration_ms":12}"#,
        )
    }

    /// A series with a sample each 30 seconds; the value by seconds ago.
    fn series(
        mut self,
        service: &str,
        name: &str,
        unit: Unit,
        value: impl Fn(i64) -> Option<f64>,
    ) -> Self {
        let samples = (1..=120)
            .rev()
            .map(|n| n * 30)
            .filter_map(|seconds| Some(((END - seconds) as f64, Number(value(seconds)?))))
            .collect();
        self.evidence.records.push(Record::Metric(MetricRecord {
            service: service.into(),
            name: name.into(),
            expr: format!("query_of_{name}"),
            unit,
            labels: Labels::default(),
            step_seconds: 30.0,
            samples,
        }));
        self
    }

    fn state(
        mut self,
        service: &str,
        kind: Kind,
        status: &str,
        health: Health,
        changed: Option<i64>,
        resource: Value,
    ) -> Self {
        self.evidence.records.push(Record::State(StateRecord {
            service: Some(service.into()),
            kind,
            id: format!("id-{service}"),
            name: service.into(),
            status: status.into(),
            health,
            changed_at: changed.map(ago),
            resource: serde_json::from_value(resource).unwrap(),
        }));
        self
    }

    fn failed(mut self, source: &str, kind: FailureKind) -> Self {
        self.evidence.records.push(Record::Source(SourceRecord {
            source: source.into(),
            request: "a question".into(),
            service: None,
            outcome: SourceOutcome::failed(kind, "it broke"),
            elapsed_seconds: 0.5,
        }));
        self
    }

    fn summary(
        mut self,
        service: &str,
        from: i64,
        to: i64,
        matched: Option<u64>,
        returned: u64,
    ) -> Self {
        self.evidence.records.push(Record::LogSummary(LogSummary {
            service: service.into(),
            query: format!("{{resource_name=\"{service}\"}}"),
            window: Window::new(ago(from), ago(to)).unwrap(),
            matched,
            returned,
            limited: matched.is_some_and(|matched| matched > returned),
            bytes: 0,
            levels: BTreeMap::new(),
        }));
        self
    }

    fn report(&self) -> Report {
        self.report_in(Lang::En)
    }

    fn report_in(&self, lang: Lang) -> Report {
        let specs = specs();
        let analysis = analyse(&self.evidence, &specs);
        let about = About {
            lang,
            tool: "scout 0.1.0".into(),
            generated_at: ago(0),
            flags: String::new(),
        };
        report(&self.evidence, &analysis, &specs, &about)
    }
}

fn service(name: &str, kind: Kind, needs: &[&str]) -> Service {
    Service {
        name: name.into(),
        kind,
        title: name.into(),
        aliases: vec![],
        resource_name: format!("{name}-staging"),
        depends_on: needs.iter().map(|need| (*need).to_owned()).collect(),
        url: None,
        ssh: None,
    }
}

fn specs() -> Vec<MetricSpec> {
    let spec = |kind, id: &str, unit, critical, lasts_seconds| MetricSpec {
        kind,
        id: id.into(),
        title: Bilingual {
            en: id.into(),
            fr: id.into(),
        },
        expr: String::new(),
        unit,
        threshold: Some(Threshold {
            direction: Direction::Above,
            warning: None,
            critical: Some(critical),
            lasts_seconds,
        }),
        always_present: true,
    };
    vec![
        spec(Kind::Container, "cpu", Unit::Percent, 90.0, 300),
        spec(Kind::Container, "memory", Unit::Ratio, 0.95, 300),
        spec(Kind::Redis, "memory", Unit::Ratio, 0.9, 60),
        spec(Kind::Postgres, "connections", Unit::Ratio, 0.9, 120),
    ]
}

fn cause(report: &Report) -> (&str, Option<&str>) {
    let first = &report.diagnosis[0];
    (&first.cause, first.service.as_deref())
}

fn near(at: Option<Instant>, seconds_ago: i64) -> bool {
    at.is_some_and(|at| (at - ago(seconds_ago)).abs() <= TimeDelta::minutes(2))
}

#[test]
fn steady_noise_is_healthy_and_says_what_was_checked() {
    let report = World::new()
        .traffic(0)
        .lines(
            "api",
            3600,
            0,
            24,
            r#"{"level":"error","msg":"mail preview failed for template {n}: font not found"}"#,
        )
        .lines(
            "api",
            3600,
            0,
            200,
            r#"{"level":"warn","msg":"header X is deprecated"}"#,
        )
        .lines(
            "postgres",
            3600,
            0,
            60,
            "LOG:  duration: 61{n}.2 ms  execute <unnamed>: SELECT 1",
        )
        .series("api", "cpu", Unit::Percent, |s| Some(26.0 + (s % 7) as f64))
        .state(
            "api",
            Kind::Container,
            "ready",
            Health::Healthy,
            Some(600_000),
            json!({}),
        )
        .report();
    assert_eq!(report.verdict, Verdict::Healthy);
    assert_eq!(cause(&report), ("healthy", None));
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
    assert_eq!(report.onset, None);
    assert!(
        report
            .checked
            .iter()
            .any(|checked| checked.what.starts_with("log:"))
    );
    assert!(
        report
            .checked
            .iter()
            .any(|checked| checked.what.contains("cpu"))
    );
}

#[test]
fn new_errors_without_a_rule_are_degraded_and_unknown() {
    let report = World::new()
        .traffic(0)
        .lines(
            "api",
            700,
            0,
            120,
            r#"{"level":"error","msg":"basket {n} has a bad checksum","status":500}"#,
        )
        .report();
    assert_eq!(report.verdict, Verdict::Degraded);
    assert_eq!(cause(&report), ("unknown", Some("api")));
    assert!(near(report.onset, 700));
    assert!(
        report.findings[0]
            .evidence
            .iter()
            .any(|line| line.starts_with("120 lines, 0 in the baseline"))
    );
    assert!(!report.diagnosis[0].because.is_empty());
    assert!(
        report.diagnosis[0]
            .next
            .iter()
            .any(|step| step.command == "scout logs api --level error --since 30m -e staging")
    );
}

#[test]
fn a_service_whose_requests_nearly_all_fail_is_down() {
    let failing = r#"{"level":"error","msg":"no","status":500}"#;
    let down = World::new()
        .traffic(600)
        .lines("api", 600, 0, 300, failing)
        .report();
    assert_eq!(down.verdict, Verdict::Down);
    let degraded = World::new()
        .traffic(0)
        .lines("api", 600, 0, 100, failing)
        .report();
    assert_eq!(degraded.verdict, Verdict::Degraded);
}

#[test]
fn a_dependency_that_the_lines_accuse_outranks_its_caller() {
    let report = World::new()
        .traffic(900)
        .lines("api", 900, 0, 500, r#"{"level":"error","msg":"db: remaining connection slots are reserved","status":500,"code":"53300"}"#)
        .lines("postgres", 3600, 0, 60, "LOG:  checkpoint complete")
        .report();
    assert_eq!(
        cause(&report),
        ("postgres-connections-exhausted", Some("postgres"))
    );
    assert_eq!(report.suspects[0].service, "postgres");
    assert!(near(report.onset, 900));
}

#[test]
fn a_threshold_counts_once_it_lasts_and_a_spike_does_not() {
    let lasting = World::new()
        .traffic(0)
        .series("api", "cpu", Unit::Percent, |s| {
            Some(if s <= 900 { 97.0 } else { 30.0 })
        });
    let lasting = lasting.report();
    assert_eq!(cause(&lasting), ("container-cpu-saturated", Some("api")));
    assert!(near(lasting.onset, 900));
    let line = &lasting.metrics[0];
    assert_eq!(
        (line.breach, line.now),
        (Some(Breach::Critical), Some(97.0))
    );
    let spike = World::new()
        .traffic(0)
        .series("api", "cpu", Unit::Percent, |s| {
            Some(if (840..900).contains(&s) { 99.0 } else { 30.0 })
        })
        .report();
    assert_eq!(spike.verdict, Verdict::Healthy);
}

#[test]
fn lines_of_a_cut_slice_stand_for_what_the_server_counted() {
    let report = World::new()
        .traffic(1800)
        .lines(
            "api",
            1800,
            0,
            100,
            r#"{"level":"error","msg":"boom","status":500}"#,
        )
        .summary("api", 3600, 1800, Some(900), 900)
        .summary("api", 1800, 900, Some(5000), 50)
        .summary("api", 900, 0, Some(5000), 50)
        .report();
    let group = &report.errors[0];
    assert_eq!((group.count, group.estimated), (10_000, true));
    assert!(
        report.findings[0]
            .evidence
            .iter()
            .any(|line| line.starts_with("about 10,000 lines")),
        "{:?}",
        report.findings[0]
    );
    assert!(
        report
            .gaps
            .iter()
            .any(|gap| gap.kind == "limited" && gap.message.contains("1,000 of 10,900")),
        "{:?}",
        report.gaps
    );
}

#[test]
fn failed_sources_are_gaps_and_no_evidence_is_no_good_news() {
    let report = World::new()
        .failed("loki", FailureKind::TimedOut)
        .failed("prometheus", FailureKind::Refused)
        .state(
            "api",
            Kind::Container,
            "ready",
            Health::Healthy,
            None,
            json!({}),
        )
        .report();
    assert_eq!(report.verdict, Verdict::Unknown);
    assert_eq!(cause(&report).0, "unknown");
    let kinds: Vec<&str> = report.gaps.iter().map(|gap| gap.kind.as_str()).collect();
    assert_eq!(kinds, ["timed-out", "refused"]);
    assert!(
        report
            .sources
            .iter()
            .all(|source| !source.ok && source.reason.is_some())
    );
    assert!(
        report.diagnosis[0].next[0]
            .command
            .starts_with("scout state")
    );
}

#[test]
fn no_data_at_all_is_unknown_and_a_gap() {
    let report = World::new().summary("api", 1800, 0, Some(0), 0).report();
    assert_eq!(report.verdict, Verdict::Unknown);
    assert!(
        report
            .gaps
            .iter()
            .any(|gap| gap.kind == "no-data" && gap.message.starts_with("api:"))
    );
}

#[test]
fn errors_right_behind_a_change_are_a_bad_deploy() {
    let report = World::new()
        .traffic(0)
        .lines("api", 890, 0, 200, r#"{"level":"error","msg":"TypeError: cannot read 'vatRate'","status":500,"route":"/v1/orders"}"#)
        .state("api", Kind::Container, "ready", Health::Healthy, Some(900), json!({ "image": "api:2" }))
        .report();
    assert_eq!(cause(&report), ("bad-deploy", Some("api")));
    assert!(near(report.onset, 890));
    let text = serde_json::to_string(&report.findings).unwrap();
    assert!(text.contains("vatRate") && text.contains("/v1/orders"));
}

#[test]
fn a_change_is_not_blamed_for_errors_that_a_dependency_explains() {
    let report = World::new()
        .traffic(0)
        .lines("api", 890, 0, 200, r#"{"level":"error","msg":"ReplyError: OOM command not allowed when used memory > 'maxmemory'.","status":500}"#)
        .state("api", Kind::Container, "ready", Health::Healthy, Some(900), json!({}))
        .report();
    assert_eq!(cause(&report), ("redis-memory-full", Some("redis")));
    assert!(
        report
            .diagnosis
            .iter()
            .all(|cause| cause.cause != "bad-deploy")
    );
}

#[test]
fn a_copy_that_fills_its_memory_and_is_replaced_was_killed() {
    let wrap = |copy: &str, text: &str| {
        json!({ "stream": "stdout", "resource_instance": copy, "message": text }).to_string()
    };
    let request = r#"{"level":"info","msg":"GET /v1/users 200 9ms"}"#;
    let report = World::new()
        .lines("api", 3600, 700, 1400, &wrap("api-a", request))
        .lines(
            "api",
            660,
            660 - 1,
            1,
            &wrap("api-b", "starting api 1.42.0 (node v22)"),
        )
        .lines("api", 655, 400, 120, &wrap("api-b", request))
        .lines(
            "api",
            360,
            360 - 1,
            1,
            &wrap("api-c", "starting api 1.42.0 (node v22)"),
        )
        .lines("api", 355, 0, 170, &wrap("api-c", request))
        .series("api", "memory", Unit::Ratio, |s| match s {
            700..=780 | 400..=450 => Some(0.99),
            _ => Some(0.34),
        })
        .report();
    assert_eq!(cause(&report), ("container-oom-killed", Some("api")));
    assert!(near(report.onset, 780), "{:?}", report.onset);
    assert!(
        serde_json::to_string(&report.findings)
            .unwrap()
            .contains("starting api 1.42.0")
    );
    assert_eq!(report.verdict, Verdict::Degraded);
}

#[test]
fn the_order_of_records_does_not_matter() {
    let mut world = World::new()
        .traffic(0)
        .lines(
            "api",
            700,
            0,
            150,
            r#"{"level":"error","msg":"redis: connect ECONNREFUSED 10.0.0.7:6379","status":500}"#,
        )
        .lines(
            "api",
            700,
            0,
            150,
            "Error: connect ECONNREFUSED 10.0.0.7:6379",
        )
        .series("api", "cpu", Unit::Percent, |s| Some((s % 11) as f64))
        .state(
            "redis",
            Kind::Redis,
            "error",
            Health::Unhealthy,
            Some(700),
            json!({}),
        );
    let first = serde_json::to_string(&world.report()).unwrap();
    world.evidence.records.reverse();
    assert_eq!(serde_json::to_string(&world.report()).unwrap(), first);
    let middle = world.evidence.records.len() / 3;
    world.evidence.records.rotate_left(middle);
    assert_eq!(serde_json::to_string(&world.report()).unwrap(), first);
    assert!(first.contains("redis-unavailable"));
}

#[test]
fn the_json_has_every_key_of_the_format_and_no_other() {
    let report = World::new()
        .traffic(0)
        .lines("api", 700, 0, 120, "FATAL: boom {n}")
        .report();
    let Value::Object(json) = serde_json::to_value(&report).unwrap() else {
        panic!("not an object")
    };
    let keys: Vec<&str> = json.keys().map(String::as_str).collect();
    let mut expected = [
        "schema",
        "issue",
        "environment",
        "services",
        "window",
        "verdict",
        "onset",
        "sources",
        "findings",
        "diagnosis",
        "suspects",
        "timeline",
        "gaps",
        "token",
        "tool",
        "generated_at",
        "checked",
    ];
    expected.sort_unstable();
    let mut keys = keys;
    keys.sort_unstable();
    assert_eq!(keys, expected);
}

#[test]
fn french_reports_say_the_same_in_french() {
    let world = World::new().traffic(0).lines(
        "api",
        700,
        0,
        120,
        r#"{"level":"error","msg":"boom","status":500}"#,
    );
    let (english, french) = (world.report(), world.report_in(Lang::Fr));
    assert_eq!(english.verdict, french.verdict);
    assert_eq!(english.findings.len(), french.findings.len());
    assert!(
        french.findings[0].title.starts_with("nouvelle erreur"),
        "{}",
        french.findings[0].title
    );
    assert!(
        french.findings[0]
            .evidence
            .iter()
            .any(|line| line.contains("dans la référence"))
    );
}

#[test]
fn control_characters_never_leave_a_log_line() {
    let report = World::new()
        .traffic(0)
        .lines(
            "api",
            700,
            0,
            60,
            r#"{"level":"error","msg":"bad \u001b[2J\u202e \u0007 name","status":500}"#,
        )
        .report();
    for finding in &report.findings {
        for text in finding.evidence.iter().chain([&finding.title]) {
            assert!(
                text.chars().all(|c| !c.is_control() && c != '\u{202e}'),
                "{text:?}"
            );
        }
    }
}

/// A line, and the cause and service that it must lead to.
const WORDINGS: &[(&str, &str, &str)] = &[
    (
        "FATAL: sorry, too many clients already",
        "postgres-connections-exhausted",
        "postgres",
    ),
    (
        "OperationalError: FATAL: remaining connection slots are reserved for non-replication superuser connections",
        "postgres-connections-exhausted",
        "postgres",
    ),
    (
        "ERROR: could not extend file \\\"base/1/2\\\": No space left on device",
        "postgres-disk-full",
        "postgres",
    ),
    (
        "psycopg.OperationalError: connection to server at 10.0.0.5, port 5432 failed: Connection refused",
        "postgres-unavailable",
        "postgres",
    ),
    (
        "PrismaClientInitializationError: Can't reach database server at db:5432",
        "postgres-unavailable",
        "postgres",
    ),
    (
        "pq: the database system is shutting down",
        "postgres-unavailable",
        "postgres",
    ),
    (
        "ERROR: deadlock detected (SQLSTATE 40P01)",
        "postgres-deadlocks",
        "postgres",
    ),
    (
        "ERROR: canceling statement due to statement timeout",
        "postgres-slow-queries",
        "postgres",
    ),
    (
        "redis.exceptions.ConnectionError: Error 111 connecting to 10.0.0.7:6379. Connection refused.",
        "redis-unavailable",
        "redis",
    ),
    (
        "RedisConnectionException: Unable to connect to redis",
        "redis-unavailable",
        "redis",
    ),
    (
        "MaxRetriesPerRequestError: Reached the max retries per request limit",
        "redis-unavailable",
        "redis",
    ),
    (
        "redis.exceptions.OutOfMemoryError: OOM command not allowed when used memory > 'maxmemory'",
        "redis-memory-full",
        "redis",
    ),
    (
        "dial tcp: lookup pay.example.net: no such host",
        "dns-failure",
        "api",
    ),
    (
        "getaddrinfo ENOTFOUND pay.example.net",
        "dns-failure",
        "api",
    ),
    (
        "SSLError: certificate verify failed: certificate has expired",
        "tls-certificate-expired",
        "api",
    ),
    (
        "x509: certificate has expired or is not yet valid",
        "tls-certificate-expired",
        "api",
    ),
    (
        "geocoder answered 429 Too Many Requests",
        "upstream-rate-limited",
        "api",
    ),
    (
        "panic: runtime error: invalid memory address or nil pointer dereference",
        "app-panic",
        "api",
    ),
    (
        "thread 'main' panicked at src/main.rs:10:5",
        "app-panic",
        "api",
    ),
    (
        "password authentication failed for user atlas",
        "credentials-rejected",
        "api",
    ),
    (
        "WRONGPASS invalid username-password pair or user is disabled.",
        "credentials-rejected",
        "api",
    ),
    (
        "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
        "container-oom-killed",
        "api",
    ),
];

#[test]
fn many_vendors_wordings_name_the_same_cause() {
    for &(line, expected, service) in WORDINGS {
        let line = format!(r#"{{"level":"error","msg":"{line}","status":500}}"#);
        let report = World::new()
            .traffic(0)
            .lines("api", 700, 0, 120, &line)
            .report();
        assert_eq!(cause(&report), (expected, Some(service)), "{line}");
        assert!(near(report.onset, 700), "{line}");
        assert!(report.diagnosis[0].confidence <= 0.97);
        assert!(
            report.diagnosis[0].because.contains(&"f1".to_owned()),
            "{line}"
        );
    }
}

#[test]
fn resources_speak_for_themselves() {
    let vm = |world: World| world.with(service("vm", Kind::Instance, &[])).traffic(0);
    let stopped = vm(World::new())
        .state(
            "vm",
            Kind::Instance,
            "stopped",
            Health::Unhealthy,
            Some(600),
            json!({}),
        )
        .report();
    assert_eq!(cause(&stopped), ("vm-down", Some("vm")));
    assert!(near(stopped.onset, 600));
    let edge = World::new()
        .with(service("edge", Kind::Edge, &["api"]))
        .traffic(0)
        .state(
            "edge",
            Kind::Edge,
            "warning",
            Health::Unhealthy,
            Some(600),
            json!({ "errors": [{ "code": "tls_cert_expired", "message": "expired" }] }),
        )
        .report();
    assert_eq!(cause(&edge), ("tls-certificate-expired", Some("edge")));
    let pulling = World::new()
        .traffic(0)
        .state(
            "api",
            Kind::Container,
            "error",
            Health::Unhealthy,
            Some(600),
            json!({ "error_message": "failed to pull image rg/api:9: manifest unknown" }),
        )
        .report();
    assert_eq!(
        cause(&pulling),
        ("container-image-pull-failed", Some("api"))
    );
    assert_eq!(
        pulling.verdict,
        Verdict::Degraded,
        "the old copy still answers"
    );
}

#[test]
fn a_backup_a_full_cache_and_a_quiet_deployment_are_no_incident() {
    let policy =
        json!({ "cluster_settings": [{ "name": "maxmemory-policy", "value": "allkeys-lru" }] });
    let report = World::new()
        .traffic(0)
        .state(
            "postgres",
            Kind::Postgres,
            "backuping",
            Health::Transitional,
            None,
            json!({}),
        )
        .state("redis", Kind::Redis, "ready", Health::Healthy, None, policy)
        .state(
            "api",
            Kind::Container,
            "ready",
            Health::Healthy,
            Some(900),
            json!({ "image": "api:2" }),
        )
        .series("redis", "memory", Unit::Ratio, |_| Some(0.98))
        .report();
    assert_eq!(report.verdict, Verdict::Healthy);
    assert!(
        report
            .findings
            .iter()
            .all(|finding| finding.severity == Severity::Info)
    );
}

#[test]
fn an_unreachable_service_of_any_kind_is_found_by_its_name() {
    let report = World::new()
        .with(service("billing", Kind::Container, &[]))
        .with(service("api", Kind::Container, &["postgres", "redis", "billing"]))
        .traffic(0)
        .lines("api", 700, 0, 120, r#"{"level":"error","msg":"POST http://billing/charge: connect ECONNREFUSED 10.0.0.9:8080","status":502}"#)
        .report();
    assert_eq!(cause(&report), ("dependency-unreachable", Some("billing")));
}

#[test]
fn moving_the_world_in_time_moves_the_report_and_nothing_else() {
    let world = World::new().traffic(0).lines(
        "api",
        700,
        0,
        120,
        r#"{"level":"error","msg":"boom","status":500}"#,
    );
    let first = world.report();
    let mut moved = world;
    let by = TimeDelta::days(3);
    moved.evidence.meta.window = moved.evidence.meta.window.shifted_back(by);
    moved.evidence.meta.baseline = moved.evidence.meta.baseline.shifted_back(by);
    for record in &mut moved.evidence.records {
        if let Record::Log(log) = record {
            log.ts -= by;
        }
    }
    let second = moved.report();
    assert_eq!(first.onset.map(|at| at - by), second.onset);
    assert_eq!(
        (first.verdict, cause(&first)),
        (second.verdict, cause(&second))
    );
    assert_eq!(first.findings.len(), second.findings.len());
}

/// Lines that say something of a service's own work, its users or an outside host, and the cause that they must not lead to.
const MISLEADING: &[(&str, &str)] = &[
    (
        r#""msg":"ModuleNotFoundError: No module named 'orjson'","status":500"#,
        "dns-failure",
    ),
    (
        r#""msg":"java.io.FileNotFoundException: /srv/a.csv","status":500"#,
        "dns-failure",
    ),
    (
        r#""msg":"write /tmp/export.csv: no space left on device","status":500"#,
        "postgres-disk-full",
    ),
    (
        r#""msg":"too many requests","status":429,"route":"/v1/orders""#,
        "upstream-rate-limited",
    ),
    (r#""msg":"GET /v1/orders 429 3ms""#, "upstream-rate-limited"),
    (
        r#""msg":"invalid password for user bob""#,
        "credentials-rejected",
    ),
    (
        r#""msg":"POST /v1/login 401 Unauthorized""#,
        "credentials-rejected",
    ),
    (
        r#""msg":"image of product 7 not found","status":500"#,
        "container-image-pull-failed",
    ),
    (
        r#""msg":"job process exited with code 0","status":500"#,
        "container-crash-loop",
    ),
];

#[test]
fn a_caller_is_named_where_nobody_knows_whom_it_cannot_reach() {
    let line = r#"{"level":"error","msg":"POST https://api.stripe.com/v1/charges failed: ECONNREFUSED","status":502}"#;
    let report = World::new()
        .traffic(0)
        .lines("api", 700, 0, 120, line)
        .report();
    assert_eq!(cause(&report), ("dependency-unreachable", Some("api")));
    assert!(
        report.diagnosis[0].statement.contains("cannot reach"),
        "{:?}",
        report.diagnosis
    );
}

#[test]
fn lines_about_something_else_do_not_name_a_cause() {
    for (fields, wrong) in MISLEADING {
        let report = World::new()
            .with(service("api", Kind::Container, &["postgres"]))
            .traffic(0)
            .lines(
                "api",
                700,
                0,
                120,
                &format!(r#"{{"level":"error",{fields}}}"#),
            )
            .report();
        let named: Vec<&str> = report
            .diagnosis
            .iter()
            .map(|cause| cause.cause.as_str())
            .collect();
        assert!(!named.contains(wrong), "{fields}: {named:?}");
    }
}

#[test]
fn a_loop_of_starts_is_told_by_banners_and_not_by_jobs() {
    let world = |line: &str| {
        World::new()
            .traffic(0)
            .lines("api", 700, 0, 6, line)
            .report()
    };
    let jobs = world(r#"{"level":"info","msg":"import job started"}"#);
    assert_eq!(jobs.verdict, Verdict::Healthy, "{:?}", jobs.diagnosis);
    let starts = world(r#"{"level":"info","msg":"listening on 0.0.0.0:8080"}"#);
    assert_eq!(cause(&starts), ("container-crash-loop", Some("api")));
}

#[test]
fn errors_well_before_a_change_are_not_its_doing() {
    let report = World::new()
        .traffic(0)
        .lines(
            "api",
            1100,
            0,
            200,
            r#"{"level":"error","msg":"boom","status":500}"#,
        )
        .state(
            "api",
            Kind::Container,
            "ready",
            Health::Healthy,
            Some(900),
            json!({ "image": "api:2" }),
        )
        .report();
    assert!(
        report
            .diagnosis
            .iter()
            .all(|cause| cause.cause != "bad-deploy")
    );
}

#[test]
fn a_cause_elsewhere_explains_nothing_here() {
    let report = World::new()
        .with(service("shop", Kind::Container, &[]))
        .traffic(0)
        .lines(
            "shop",
            700,
            0,
            120,
            r#"{"level":"error","msg":"getaddrinfo ENOTFOUND pay.example.net","status":500}"#,
        )
        .lines(
            "api",
            890,
            0,
            200,
            r#"{"level":"error","msg":"TypeError: cannot read 'vatRate'","status":500}"#,
        )
        .state(
            "api",
            Kind::Container,
            "ready",
            Health::Healthy,
            Some(900),
            json!({ "image": "api:2" }),
        )
        .report();
    let named: Vec<&str> = report
        .diagnosis
        .iter()
        .map(|cause| cause.cause.as_str())
        .collect();
    assert!(
        named.contains(&"dns-failure") && named.contains(&"bad-deploy"),
        "{named:?}"
    );
}

#[test]
fn one_line_of_a_cut_slice_is_one_line_for_chance() {
    let report = World::new()
        .traffic(0)
        .lines("api", 600, 598, 2, r#"{"level":"error","msg":"boom"}"#)
        .summary("api", 3600, 1800, Some(900), 900)
        .summary("api", 1800, 0, Some(90_200), 902)
        .report();
    assert_eq!(report.verdict, Verdict::Healthy, "{:?}", report.findings);
}

#[test]
fn a_cut_baseline_that_was_not_counted_makes_nothing_new() {
    let mut world = World::new()
        .traffic(0)
        .lines("api", 700, 0, 120, r#"{"level":"error","msg":"boom"}"#)
        .summary("api", 3600, 1800, None, 900)
        .summary("api", 1800, 0, Some(1020), 1020);
    for record in &mut world.evidence.records {
        if let Record::LogSummary(summary) = record {
            summary.limited = summary.matched.is_none();
        }
    }
    let report = world.report();
    assert!(
        report
            .findings
            .iter()
            .all(|finding| finding.kind != "new-errors"),
        "{:?}",
        report.findings
    );
}

#[test]
fn infos_of_the_baseline_do_not_take_the_room_of_errors() {
    let mut world = World::new();
    for n in 0..4200_u32 {
        let word: String = n
            .to_string()
            .bytes()
            .map(|b| char::from(b - b'0' + b'g'))
            .collect();
        world = world.lines(
            "api",
            3500,
            3499,
            1,
            &format!(r#"{{"level":"info","msg":"kind {word} done"}}"#),
        );
    }
    let report = world
        .lines(
            "api",
            700,
            0,
            120,
            r#"{"level":"error","msg":"boom","status":500}"#,
        )
        .report();
    assert_eq!(report.errors[0].count, 120);
}

#[test]
fn a_healthy_statement_speaks_of_what_was_seen() {
    let mut world = World::new().traffic(0);
    world.evidence.meta.params =
        serde_json::from_value(json!({ "services": ["api", "redis"] })).unwrap();
    let report = world.report();
    let first = &report.diagnosis[0];
    assert_eq!(report.verdict, Verdict::Healthy);
    assert!(first.statement.contains("api") && !first.statement.contains("redis"));
    assert!(first.confidence > 0.8);
    // One question of several failed: the rest was seen.
    let report = world.failed("loki", FailureKind::TimedOut).report();
    let first = &report.diagnosis[0];
    assert_eq!(report.verdict, Verdict::Healthy);
    assert!(first.statement.contains("could not be checked") && first.confidence <= 0.6);
}

#[test]
fn a_source_that_failed_altogether_leaves_no_healthy_verdict() {
    let report = World::new()
        .traffic(0)
        .failed("prometheus", FailureKind::TimedOut)
        .report();
    assert_eq!(report.verdict, Verdict::Unknown);
    assert_eq!(report.diagnosis[0].cause, "unknown");
}

#[test]
fn the_quantities_behind_findings_are_ready_to_be_drawn() {
    let full = |s: i64| Some(if s < 1080 { 0.98 } else { 0.4 });
    let report = World::new()
        .traffic(0)
        .series("postgres", "cpu", Unit::Ratio, full)
        .lines("api", 700, 0, 120, r#"{"level":"error","msg":"boom"}"#)
        .report();
    assert!(report.courses.len() >= 2, "{:#?}", report.findings);
    for course in &report.courses {
        assert!((1..=120).contains(&course.values.len()));
        assert_eq!(
            course
                .findings
                .iter()
                .filter(|id| report.findings.iter().any(|f| f.id == **id))
                .count(),
            course.findings.len()
        );
        let drawn = course.values.iter().flatten();
        assert!(
            drawn.clone().all(|value| course.scale.holds(*value)),
            "{course:#?}"
        );
        assert!((course.baseline_ratio - 0.5).abs() < 1e-9);
        let (_, place) = course.since.expect("an onset");
        assert!((0.5..1.0).contains(&place), "{place}");
        let before = course.values.len() / 2;
        let mean =
            |values: &[Option<f64>]| values.iter().flatten().sum::<f64>() / values.len() as f64;
        assert!(mean(&course.values[..before]) < mean(&course.values[before..]));
    }
    for finding in &report.findings {
        let course = report.course_of(&finding.id);
        assert!(course.is_some(), "no course behind {}", finding.title);
    }
}
