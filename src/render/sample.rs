//! One canonical report and look for the tests of this room: a test states only what differs.

use chrono::{FixedOffset, TimeDelta};

use super::Look;
use super::style::Style;
use crate::model::{Breach, Instant, Lang, Scope, TokenOutcome, TokenStatus, Unit, Window};
use crate::report::{
    Cause, Checked, Course, ErrorGroup, Event, Finding, Gap, Limit, MetricLine, NextStep, Report,
    Scale, Severity, Signal, SourceLine, Suspect, Understanding, Verdict,
};

/// An hour east of UTC, 100 columns, English, no colour.
pub(crate) fn look() -> Look {
    Look {
        style: Style::new(false),
        lang: Lang::En,
        width: Some(100),
        offset: FixedOffset::east_opt(3600).unwrap(),
        ascii: false,
        brief: false,
    }
}

/// An instant of the sample's day by its UTC clock.
pub(crate) fn at(hour: i64, minute: i64) -> Instant {
    Instant::from_timestamp(1_795_219_200, 0).unwrap() + TimeDelta::minutes(hour * 60 + minute)
}

/// Half an hour from 09:00 UTC.
pub(crate) fn window() -> Window {
    Window::new(at(9, 0), at(9, 30)).unwrap()
}

/// An API that fails because Postgres has no connection left.
pub(crate) fn report() -> Report {
    Report {
        schema: 1,
        issue: "atlas-api is returning 500s".to_owned(),
        environment: "staging".to_owned(),
        services: vec!["atlas-api".to_owned()],
        understood: Some(Understanding {
            services: vec!["atlas-api".to_owned()],
            symptom: "errors".to_owned(),
            ..Understanding::default()
        }),
        window: window(),
        verdict: Verdict::Down,
        onset: Some(at(9, 12)),
        ended_at: None,
        spells: None,
        sources: sources(),
        findings: findings(),
        diagnosis: diagnosis(),
        suspects: suspects(),
        timeline: timeline(),
        gaps: vec![Gap {
            source: "prometheus".to_owned(),
            kind: "timed-out".to_owned(),
            message: "no metrics of redis: whether it is full is not known".to_owned(),
        }],
        token: token(TokenStatus::Deleted),
        tool: "scout 0.1.0".to_owned(),
        generated_at: at(9, 30),
        checked: vec![Checked {
            service: "redis".to_owned(),
            what: "state ready; no error line".to_owned(),
        }],
        baseline: window().just_before(),
        courses: vec![course()],
        metrics: metrics(),
        errors: errors(),
    }
}

/// Connections that jump to their limit, with a gap, behind the first finding.
pub(crate) fn course() -> Course {
    let values = |step: u32| match step {
        0..=41 => Some(42.0 + f64::from(step % 5)),
        50..=52 => None,
        _ => Some(100.0),
    };
    Course {
        findings: vec!["f1".to_owned()],
        service: "postgres".to_owned(),
        what: "Connections".to_owned(),
        unit: Unit::Count,
        values: (0..60).map(values).collect(),
        baseline_ratio: 0.5,
        scale: Scale {
            low: 0.0,
            high: 100.0,
            ticks: vec![0.0, 50.0, 100.0],
        },
        limits: vec![Limit {
            value: 90.0,
            breach: Breach::Critical,
        }],
        since: Some((at(9, 12), 0.7)),
        now: Some(100.0),
        baseline: Some(44.0),
        extreme: Some(100.0),
    }
}

/// The sample with every text replaced by one, as if servers, logs and users had written it all.
pub(crate) fn hostile(text: &str) -> Report {
    let mut report = report();
    let mut put = |field: &mut String| text.clone_into(field);
    put(&mut report.issue);
    put(&mut report.environment);
    report.services.iter_mut().for_each(&mut put);
    if let Some(understood) = &mut report.understood {
        understood.services.iter_mut().for_each(&mut put);
        understood.time = Some(text.to_owned());
    }
    for source in &mut report.sources {
        put(&mut source.source);
        source.reason = Some(text.to_owned());
    }
    for finding in &mut report.findings {
        put(&mut finding.id);
        put(&mut finding.service);
        put(&mut finding.title);
        finding.evidence.iter_mut().for_each(&mut put);
    }
    for cause in &mut report.diagnosis {
        put(&mut cause.cause);
        put(&mut cause.statement);
        cause.because.iter_mut().for_each(&mut put);
        for step in &mut cause.next {
            put(&mut step.why);
            put(&mut step.command);
        }
    }
    for suspect in &mut report.suspects {
        put(&mut suspect.service);
        suspect
            .signals
            .iter_mut()
            .for_each(|signal| put(&mut signal.metric));
    }
    for event in &mut report.timeline {
        put(&mut event.service);
        put(&mut event.what);
    }
    for gap in &mut report.gaps {
        put(&mut gap.source);
        put(&mut gap.kind);
        put(&mut gap.message);
    }
    for course in &mut report.courses {
        put(&mut course.service);
        put(&mut course.what);
        course.findings.iter_mut().for_each(&mut put);
    }
    for checked in &mut report.checked {
        put(&mut checked.service);
        put(&mut checked.what);
    }
    for metric in &mut report.metrics {
        put(&mut metric.service);
        put(&mut metric.title);
        put(&mut metric.series);
    }
    for group in &mut report.errors {
        put(&mut group.service);
        put(&mut group.signature);
        put(&mut group.sample);
    }
    report.token = token(TokenStatus::LeftBehind);
    report.token.id = Some(text.to_owned());
    report.token.remedy = Some(text.to_owned());
    report
}

/// The token of the sample, ended in one of three ways.
pub(crate) fn token(status: TokenStatus) -> TokenOutcome {
    if status == TokenStatus::NotNeeded {
        return TokenOutcome::not_needed();
    }
    let id = "22222222-2222-2222-2222-222222222222";
    TokenOutcome {
        status,
        name: Some("scout-1795255200-0000007f3a9c".to_owned()),
        id: Some(id.to_owned()),
        scopes: vec![Scope::Logs, Scope::Metrics],
        lived_seconds: Some(1.2),
        remedy: (status == TokenStatus::LeftBehind)
            .then(|| "scout token sweep --all --env staging".to_owned()),
    }
}

/// One of each outcome.
fn sources() -> Vec<SourceLine> {
    let line =
        |source: &str, ok, skipped, reason: Option<&str>, elapsed_seconds, requests| SourceLine {
            source: source.to_owned(),
            ok,
            skipped,
            reason: reason.map(str::to_owned),
            elapsed_seconds,
            requests,
        };
    vec![
        line("loki", true, false, None, 0.41, 4),
        line("prometheus", false, false, Some("timed out"), 30.0, 6),
        line("scaleway", true, false, None, 0.22, 3),
        line("ssh", true, true, Some("no target in the map"), 0.0, 0),
    ]
}

/// One of each severity.
fn findings() -> Vec<Finding> {
    let finding =
        |id: &str, severity, service: &str, kind: &str, title: &str, since, evidence: &[&str]| {
            Finding {
                id: id.to_owned(),
                severity,
                service: service.to_owned(),
                kind: kind.to_owned(),
                title: title.to_owned(),
                since,
                evidence: evidence.iter().map(|text| (*text).to_owned()).collect(),
            }
        };
    vec![
        finding(
            "f1",
            Severity::Critical,
            "postgres",
            "threshold",
            "connections at 100% of the limit for 18m",
            Some(at(9, 12)),
            &[
                "rdb_instance_postgresql_pg_stat_activity_count{resource_name=\"postgres-staging\"} = 100",
            ],
        ),
        finding(
            "f2",
            Severity::Warning,
            "atlas-api",
            "new-errors",
            "312 lines of a new error: remaining connection slots are reserved",
            Some(at(9, 13)),
            &[
                "{resource_name=\"staging33333333-atlas-api\"} |= \"FATAL\": 312 lines",
                "FATAL: remaining connection slots are reserved for roles with SUPERUSER",
            ],
        ),
        finding(
            "f3",
            Severity::Info,
            "atlas-api",
            "state",
            "deployed yesterday",
            Some(at(-10, 0)),
            &[],
        ),
    ]
}

/// Two causes, the first with a next step.
fn diagnosis() -> Vec<Cause> {
    vec![
        Cause {
            cause: "postgres-connections-exhausted".to_owned(),
            service: Some("postgres".to_owned()),
            confidence: 0.92,
            statement: "postgres has no connection left, so atlas-api cannot answer".to_owned(),
            because: vec!["f1".to_owned(), "f2".to_owned()],
            next: vec![NextStep {
                why: "see who holds the connections".to_owned(),
                command: "scout promql 'sum by (state) (rdb_instance_postgresql_pg_stat_activity_count)' --since 30m".to_owned(),
            }],
        },
        Cause {
            cause: "bad-deploy".to_owned(),
            service: Some("atlas-api".to_owned()),
            confidence: 0.085,
            statement: "the last deployment of atlas-api opens more connections".to_owned(),
            because: vec!["f3".to_owned()],
            next: Vec::new(),
        },
    ]
}

/// One suspect with a signal.
fn suspects() -> Vec<Suspect> {
    vec![Suspect {
        service: "postgres".to_owned(),
        score: 0.93,
        signals: vec![Signal {
            metric: "connections".to_owned(),
            shift: 18.2,
            since: Some(at(9, 12)),
        }],
    }]
}

/// Two events.
fn timeline() -> Vec<Event> {
    let event = |ts, service: &str, what: &str| Event {
        ts,
        service: service.to_owned(),
        what: what.to_owned(),
        evidence: vec!["f1".to_owned()],
    };
    vec![
        event(at(9, 12), "postgres", "connections leave their baseline"),
        event(at(9, 13), "atlas-api", "first line of the new error"),
    ]
}

/// Past its threshold, inside it, without one, and without data.
pub(crate) fn metrics() -> Vec<MetricLine> {
    let line = |service: &str, id: &str, title: &str, unit, now, breach| MetricLine {
        service: service.to_owned(),
        id: id.to_owned(),
        title: title.to_owned(),
        series: String::new(),
        unit,
        now,
        baseline: now.map(|now| now / 2.0),
        min: now.map(|now| now / 2.0),
        max: now,
        breach,
        breach_since: (breach > Some(Breach::Ok)).then(|| at(9, 12)),
        breach_lasts: (breach > Some(Breach::Ok)).then(|| TimeDelta::minutes(18)),
        trend: (0..40)
            .map(|step| {
                now.filter(|_| step % 10 != 9)
                    .map(|now| now * f64::from(step) / 40.0)
            })
            .collect(),
    };
    vec![
        line(
            "postgres",
            "connections",
            "Connections",
            Unit::Count,
            Some(100.0),
            Some(Breach::Critical),
        ),
        line(
            "postgres",
            "cpu",
            "CPU",
            Unit::Percent,
            Some(72.0),
            Some(Breach::Ok),
        ),
        line(
            "atlas-api",
            "memory",
            "Memory",
            Unit::Bytes,
            Some(2.56e8),
            None,
        ),
        line("redis", "memory", "Memory used", Unit::Ratio, None, None),
    ]
}

/// An estimated and an exact count.
pub(crate) fn errors() -> Vec<ErrorGroup> {
    let group = |signature: &str, count, estimated, sample: &str| ErrorGroup {
        service: "atlas-api".to_owned(),
        signature: signature.to_owned(),
        count,
        estimated,
        baseline_count: 0,
        first: at(9, 13),
        last: at(9, 29),
        sample: sample.to_owned(),
    };
    vec![
        group(
            "FATAL: remaining connection slots are reserved for roles with <*>",
            1312,
            true,
            "FATAL: remaining connection slots are reserved for roles with SUPERUSER",
        ),
        group("request failed", 2, false, "request failed"),
    ]
}
