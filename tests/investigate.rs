//! `scout investigate`: the report's shape, its verdicts, its exit codes. The types of the JSON are declared again here, unknown
//! fields refused, so that a renamed field fails a test.

use serde::Deserialize;

use crate::support::{SandboxProcess, Scenario, scenarios, scout, told};

/// The report's JSON form, version 1.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for its shape")]
struct Report {
    schema: u32,
    issue: String,
    environment: String,
    services: Vec<String>,
    understood: Option<serde_json::Value>,
    window: Window,
    verdict: String,
    onset: Option<String>,
    ended_at: Option<String>,
    spells: Option<u64>,
    sources: Vec<Source>,
    findings: Vec<Finding>,
    diagnosis: Vec<Cause>,
    suspects: Vec<Suspect>,
    timeline: Vec<Event>,
    gaps: Vec<Gap>,
    token: Token,
    tool: String,
    generated_at: String,
    checked: Vec<Checked>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for its shape")]
struct Checked {
    service: String,
    what: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for its shape")]
struct Window {
    from: String,
    to: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for its shape")]
struct Source {
    source: String,
    ok: bool,
    #[serde(default)]
    skipped: bool,
    #[serde(default)]
    reason: Option<String>,
    elapsed_seconds: f64,
    requests: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for its shape")]
struct Finding {
    id: String,
    severity: String,
    service: String,
    kind: String,
    title: String,
    since: Option<String>,
    evidence: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for its shape")]
struct Cause {
    cause: String,
    service: Option<String>,
    confidence: f64,
    statement: String,
    because: Vec<String>,
    next: Vec<NextStep>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for its shape")]
struct NextStep {
    why: String,
    command: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for its shape")]
struct Suspect {
    service: String,
    score: f64,
    signals: Vec<Signal>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for its shape")]
struct Signal {
    metric: String,
    shift: f64,
    since: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for its shape")]
struct Event {
    ts: String,
    service: String,
    what: String,
    evidence: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for its shape")]
struct Gap {
    source: String,
    kind: String,
    message: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read for its shape")]
struct Token {
    status: String,
    id: Option<String>,
    scopes: Vec<String>,
    lived_seconds: Option<f64>,
    #[serde(default)]
    remedy: Option<String>,
}

#[test]
fn the_default_scenario_is_named_and_proven() {
    let ran = scout([
        "--sandbox",
        "investigate",
        "atlas-api is returning 500s",
        "-o",
        "json",
    ])
    .run()
    .exits(0);
    let report: Report = ran.json();
    assert_eq!(report.schema, 1);
    assert_eq!(report.verdict, "down", "{ran}");
    assert_eq!(report.services, ["atlas-api"]);
    let cause = &report.diagnosis[0];
    assert_eq!(
        (cause.cause.as_str(), cause.service.as_deref()),
        ("postgres-connections-exhausted", Some("postgres")),
        "{ran}"
    );
    for id in &cause.because {
        assert!(
            report.findings.iter().any(|finding| finding.id == *id),
            "no finding {id} in {ran}"
        );
    }
    assert!(
        report.findings.iter().any(|finding| finding
            .evidence
            .iter()
            .any(|line| line.contains("remaining connection slots"))
            || finding.title.contains("remaining connection slots")),
        "{ran}"
    );
    assert!(
        !report.findings.is_empty() && !report.timeline.is_empty() && !report.suspects.is_empty()
    );
    assert_eq!(report.token.status, "deleted");
    assert_eq!(report.token.scopes, ["read_only_logs", "read_only_metrics"]);
    assert!(report.gaps.is_empty(), "{ran}");
}

#[test]
fn a_healthy_world_is_healthy_and_nobody_is_blamed() {
    let ran = scout([
        "--sandbox=healthy",
        "investigate",
        "is atlas-api ok?",
        "-o",
        "json",
        "--exit-code",
    ])
    .run()
    .exits(0);
    let report: Report = ran.json();
    assert_eq!(report.verdict, "healthy", "{ran}");
    assert_eq!(report.onset, None);
    assert_eq!(report.diagnosis.len(), 1);
    assert_eq!(
        (
            report.diagnosis[0].cause.as_str(),
            report.diagnosis[0].service.as_deref()
        ),
        ("healthy", None),
        "{ran}"
    );
    assert!(!report.checked.is_empty(), "{ran}");
}

/// Minutes and seconds of an offset such as `-17m48s`, in seconds.
fn seconds(offset: &str) -> i64 {
    let mut total = 0;
    let mut number = String::new();
    for c in offset.trim_start_matches('-').chars() {
        match c {
            'h' => total += number.parse::<i64>().expect("hours") * 3600,
            'm' => total += number.parse::<i64>().expect("minutes") * 60,
            's' => total += number.parse::<i64>().expect("seconds"),
            digit => {
                number.push(digit);
                continue;
            }
        }
        number.clear();
    }
    -total
}

#[test]
fn every_scenario_is_told_as_its_truth_has_it() {
    for (
        Scenario {
            name, truth, text, ..
        },
        ran,
    ) in scenarios().iter().zip(told())
    {
        // A machine that cannot be reached is a source that failed.
        let code = if text.contains("exit_code = 255") {
            5
        } else {
            0
        };
        assert_eq!(ran.code, Some(code), "{name}: {ran}");
        let report: Report = ran.json();
        assert_eq!(report.verdict, truth.verdict, "{name}: {ran}");
        let first = &report.diagnosis[0];
        assert_eq!(
            (&first.cause, &first.service),
            (&truth.cause, &truth.service),
            "{name}: {ran}"
        );
        for cause in &truth.also {
            assert!(
                report.diagnosis.iter().any(|named| named.cause == *cause),
                "{name}: no {cause} in {ran}"
            );
        }
        for cause in &truth.never {
            assert!(
                report.diagnosis.iter().all(|named| named.cause != *cause),
                "{name}: {cause} in {ran}"
            );
        }
        let findings = format!("{:?}", report.findings);
        for text in &truth.mention {
            assert!(
                findings.to_lowercase().contains(&text.to_lowercase()),
                "{name}: no {text:?} in {ran}"
            );
        }
        if let Some(since) = &truth.since {
            let at = |text: &str| {
                text.parse::<chrono::DateTime<chrono::Utc>>()
                    .expect("a time")
            };
            let onset = at(report
                .onset
                .as_deref()
                .unwrap_or_else(|| panic!("{name}: no onset in {ran}")));
            let expected = at(&report.generated_at) + chrono::TimeDelta::seconds(seconds(since));
            assert!(
                (onset - expected).num_seconds().abs() <= 120,
                "{name}: {onset} is not {expected} in {ran}"
            );
        }
    }
}

#[test]
fn people_read_the_head_first_and_the_token_last() {
    let ran = scout(["--sandbox", "investigate", "atlas-api is returning 500s"])
        .run()
        .exits(0);
    let head: Vec<&str> = ran.stdout.lines().take(6).collect();
    assert_eq!(head[0], "stack-golem:observe-platform report");
    for (line, label) in
        head[1..]
            .iter()
            .zip(["Issue:", "Source:", "Findings:", "Diagnosis:", "Token:"])
    {
        assert!(line.starts_with(label), "{line:?} in {ran}");
    }
    assert!(ran.stdout.ends_with("Token: deleted ✓\n"), "{ran}");
}

#[test]
fn a_french_question_gets_a_french_report() {
    let ran = scout([
        "--sandbox",
        "investigate",
        "atlas-api est tombé depuis 20 minutes",
    ])
    .run()
    .exits(0);
    assert!(ran.stdout.contains("Diagnostic"), "{ran}");
    let ran = scout([
        "--sandbox",
        "--lang",
        "en",
        "investigate",
        "atlas-api est tombé",
    ])
    .run()
    .exits(0);
    assert!(ran.stdout.contains("Diagnosis:"), "{ran}");
}

#[test]
fn exit_code_tells_trouble_only_when_asked() {
    scout(["--sandbox", "investigate", "atlas-api", "--exit-code"])
        .run()
        .exits(1);
    scout(["--sandbox", "investigate", "atlas-api"])
        .run()
        .exits(0);
}

#[test]
fn a_failed_source_is_a_gap_and_the_rest_stands() {
    for (source, path) in [
        ("loki", "/loki/api/v1/query_range"),
        ("prometheus", "/prometheus/api/v1/query_range"),
    ] {
        let fault = format!("[[fault]]\nsource = \"{source}\"\npath = \"{path}\"\nstatus = 503\n");
        let sandbox = SandboxProcess::with("postgres-connections", &fault);
        let ran = sandbox
            .scout(["investigate", "atlas-api is returning 500s", "-o", "json"])
            .run()
            .exits(5);
        let report: Report = ran.json();
        assert!(report.gaps.iter().any(|gap| gap.source == source), "{ran}");
        assert_ne!(report.verdict, "healthy", "{ran}");
        assert_eq!(report.token.status, "deleted");
    }
}

#[test]
fn nothing_reachable_is_unknown_and_not_healthy() {
    let faults = "[[fault]]\nsource = \"loki\"\nstatus = 500\n[[fault]]\nsource = \"prometheus\"\nstatus = 500\n\
                  [[fault]]\nsource = \"scaleway\"\npath = \"/containers/*\"\nstatus = 500\n\
                  [[fault]]\nsource = \"scaleway\"\npath = \"/rdb/*\"\nstatus = 500\n\
                  [[fault]]\nsource = \"scaleway\"\npath = \"/redis/*\"\nstatus = 500\n";
    let sandbox = SandboxProcess::with("healthy", faults);
    let ran = sandbox
        .scout(["investigate", "atlas-api", "-o", "json"])
        .run()
        .exits(5);
    let report: Report = ran.json();
    assert_eq!(
        (report.verdict.as_str(), report.diagnosis[0].cause.as_str()),
        ("unknown", "unknown"),
        "{ran}"
    );
}

#[test]
fn without_a_map_the_accounts_resources_are_the_services() {
    let sandbox = SandboxProcess::builtin("postgres-connections");
    let ran = sandbox
        .scout(["investigate", "atlas-api is returning 500s", "-o", "json"])
        .env("SCOUT_INFRA_MAP", "")
        .run()
        .exits(0);
    let report: Report = ran.json();
    assert_eq!(report.services, ["atlas-api"]);
    assert_eq!(report.verdict, "down", "{ran}");
}

#[test]
fn a_baseline_that_lies_apart_is_asked_for_apart_and_as_finely() {
    let sandbox = SandboxProcess::builtin("postgres-connections");
    let ran = sandbox
        .scout(["investigate", "atlas-api is returning 500s", "-o", "json"])
        .args(&["--baseline", "24h"])
        .run()
        .exits(0);
    let requests = sandbox.requests();
    let series: Vec<&String> = requests
        .iter()
        .filter(|request| request.contains("/prometheus/api/v1/query_range"))
        .collect();
    assert_eq!(series.len(), 6, "{requests:#?}");
    let report: Report = ran.json();
    // The day before, this world had not begun.
    assert_eq!(report.diagnosis[0].cause, "postgres-connections-exhausted");
}

#[test]
fn requests_grow_with_kinds_and_slices_not_with_metrics() {
    let sandbox = SandboxProcess::builtin("postgres-connections");
    sandbox
        .scout(["investigate", "atlas-api is returning 500s"])
        .run()
        .exits(0);
    let requests = sandbox.requests();
    let count = |text: &str| {
        requests
            .iter()
            .filter(|request| request.contains(text))
            .count()
    };
    // Own logs in two slices and a baseline, a window and a baseline for each of two dependencies, one count.
    assert_eq!(count("/loki/api/v1/query_range"), 8, "{requests:#?}");
    assert_eq!(count("/prometheus/api/v1/query_range"), 3, "{requests:#?}");
}
