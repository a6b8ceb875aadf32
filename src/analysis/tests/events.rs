//! Events as facts: which are told, how bad they are, and what comes before a cause.

use serde_json::{Value, json};

use super::*;
use crate::model::Window;

/// A time, in minutes from the window's end.
fn at(minutes: f64) -> Instant {
    #[expect(clippy::cast_possible_truncation, reason = "minutes of a test")]
    let millis = (minutes * 60_000.0) as i64;
    Instant::from_timestamp(1_795_255_200, 0).unwrap() + TimeDelta::milliseconds(millis)
}

/// Half an hour about an api and its database, and half an hour before it.
fn evidence(records: Vec<Value>) -> Evidence {
    let service = |kind: &str, needs: &[&str]| {
        json!({"kind": kind, "title": "", "aliases": [], "resource_name": format!("{kind}-1"),
               "depends_on": needs, "url": null, "ssh": null})
    };
    let window = Window::new(at(-30.0), at(0.0)).unwrap();
    let meta = json!({
        "schema": 1, "bundle_id": "1", "created_at": at(0.0), "tool": "scout", "environment": "prod",
        "window": window, "baseline": window.just_before(), "issue": "did nightly-report run?",
        "params": {"services": ["api"]}, "redacted": false,
        "map": {"services": {"api": service("container", &["db"]), "db": service("postgres", &[])}},
    });
    Evidence {
        meta: serde_json::from_value(meta).unwrap(),
        records: records
            .into_iter()
            .map(|record| serde_json::from_value(record).unwrap())
            .collect(),
    }
}

/// The facts of some records, where trouble was first seen at a time.
fn facts(records: Vec<Value>, trouble: Option<f64>) -> Vec<Fact> {
    let evidence = evidence(records);
    let axis = Axis {
        baseline: evidence.meta.baseline,
        window: evidence.meta.window,
    };
    let map = ServiceMap::of(&evidence);
    read_events(&evidence, &axis, &map, trouble.map(at))
}

/// What is compared of a fact.
fn told(facts: &[Fact]) -> Vec<(Sign, &str, Severity)> {
    facts
        .iter()
        .map(|fact| (fact.sign, fact.service.as_str(), fact.severity))
        .collect()
}

/// An alert of a service that has been in its state since then.
fn alert(name: &str, state: &str, severity: &str, since: Option<f64>) -> Value {
    json!({"type": "alert", "name": name, "state": state, "severity": severity, "service": "db",
           "since": since.map(at), "for_seconds": 60.0})
}

/// A run that started and ended then.
fn run(job: &str, state: &str, started: f64, ended: Option<f64>) -> Value {
    json!({"type": "state", "kind": "job-run", "name": job, "id": format!("{job}{started}"), "status": state,
           "resource": {"started_at": at(started), "terminated_at": ended.map(at), "reason": "timeout"}})
}

/// A call about a service, or about none.
fn call(method: &str, service: Option<&str>, status: u16, when: f64, body: &Value) -> Value {
    json!({"type": "state", "kind": "audit-event", "name": method, "service": service, "status": status.to_string(),
           "changed_at": at(when), "resource": {"product_name": "iam", "request_body": body}})
}

#[test]
fn an_alert_is_as_bad_as_it_says_if_it_began_lately() {
    for (state, severity, since, expected, dated) in [
        ("firing", "", Some(-10.0), Severity::Warning, true),
        ("firing", "critical", Some(-40.0), Severity::Critical, true),
        ("firing", "info", Some(-10.0), Severity::Info, true),
        // it always was so, or nobody knows since when
        ("firing", "critical", Some(-400.0), Severity::Info, false),
        ("firing", "critical", None, Severity::Info, false),
        ("pending", "critical", Some(-2.0), Severity::Info, true),
    ] {
        let facts = facts(vec![alert("DiskFull", state, severity, since)], None);
        assert_eq!(
            told(&facts),
            [(Sign::Alert, "db", expected)],
            "{state} {since:?}"
        );
        assert_eq!(facts[0].since.is_some(), dated);
        assert!(!facts[0].hurts(), "an alert makes no cause");
    }
    assert!(facts(vec![alert("DiskFull", "inactive", "", Some(-1.0))], None).is_empty());
}

#[test]
fn a_firing_alert_began_when_its_expression_began_to_hold() {
    let firing = facts(vec![alert("A", "firing", "", Some(-10.0))], None);
    assert_eq!(firing[0].since, Some(at(-11.0)));
    let pending = facts(vec![alert("A", "pending", "", Some(-1.0))], None);
    assert_eq!(pending[0].since, Some(at(-1.0)));
}

#[test]
fn an_alert_without_a_service_is_that_of_the_resource_it_selects_or_of_nobody() {
    let of = |rule: &str| {
        let record = json!({"type": "alert", "name": "A", "state": "firing", "rule": rule, "since": at(-5.0)});
        facts(vec![record], None)
    };
    assert_eq!(of("up{resource_name=\"postgres-1\"} == 0")[0].service, "db");
    assert!(of("up == 0").is_empty());
}

#[test]
fn an_alert_says_its_text_with_its_labels_filled_in() {
    let text = |summary: &str| {
        let record = json!({"type": "alert", "name": "A", "state": "firing", "service": "db", "since": at(-5.0),
                            "labels": {"node": "n1"}, "annotations": {"summary": summary}});
        match facts(vec![record], None).remove(0).detail {
            Detail::Alert { summary, .. } => summary,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        text("{{ $labels.node }} is full").as_deref(),
        Some("n1 is full")
    );
    assert_eq!(
        text("{{$labels.disk}} is full").as_deref(),
        Some("? is full")
    );
    assert_eq!(text("{{ $value | humanize }} used"), None);
    assert_eq!(text("an end {{ without").as_deref(), None);
    assert_eq!(text("A"), None, "the name again says nothing");
}

#[test]
fn a_run_that_comes_back_is_no_change() {
    let once = vec![run("import", "running", -12.0, None)];
    assert_eq!(
        told(&facts(once, None)),
        [(Sign::JobRun, "import", Severity::Info)]
    );
    let hourly = (0..3)
        .map(|hour| {
            run(
                "import",
                "succeeded",
                -12.0 - 60.0 * f64::from(hour),
                Some(-11.0),
            )
        })
        .collect();
    assert!(facts(hourly, None).is_empty());
    let daily = (0..3)
        .map(|day| {
            run(
                "import",
                "succeeded",
                -12.0 - 1440.0 * f64::from(day),
                Some(-11.0),
            )
        })
        .collect();
    assert!(facts(daily, None).is_empty());
    // now and then, by hand
    let by_hand = vec![
        run("import", "running", -12.0, None),
        run("import", "succeeded", -700.0, Some(-690.0)),
        run("import", "succeeded", -5000.0, Some(-4990.0)),
    ];
    assert_eq!(told(&facts(by_hand, None)).len(), 1);
    let long_ago = vec![run("import", "running", -300.0, None)];
    assert!(facts(long_ago, None).is_empty());
}

#[test]
fn a_job_that_fails_is_bad_where_it_was_asked_about() {
    let failed = |job: &str| told_owned(&facts(vec![run(job, "failed", -20.0, Some(-15.0))], None));
    assert!(failed("nightly-report").contains(&(Sign::JobFailed, Severity::Warning)));
    assert!(failed("nightly").contains(&(Sign::JobFailed, Severity::Info)));
    let always = vec![
        run("nightly-report", "failed", -20.0, Some(-15.0)),
        run("nightly-report", "failed", -1460.0, Some(-1455.0)),
    ];
    assert!(told_owned(&facts(always, None)).contains(&(Sign::JobFailed, Severity::Info)));
    let before = vec![run("nightly-report", "failed", -90.0, Some(-80.0))];
    assert!(facts(before, None).is_empty());
}

/// Signs and severities.
fn told_owned(facts: &[Fact]) -> Vec<(Sign, Severity)> {
    facts
        .iter()
        .map(|fact| (fact.sign, fact.severity))
        .collect()
}

#[test]
fn a_call_counts_if_it_changed_the_service_or_came_right_before_the_trouble() {
    let none = json!({});
    let own = || {
        call(
            "UpdateContainer",
            Some("api"),
            200,
            -20.0,
            &json!({"image": "x:2"}),
        )
    };
    assert_eq!(
        told(&facts(vec![own()], None)),
        [(Sign::Call, "api", Severity::Info)]
    );
    for idle in [
        call("GetContainer", Some("api"), 200, -20.0, &none),
        call("UpdateContainer", Some("api"), 403, -20.0, &none),
        call("UpdateContainer", Some("api"), 200, -90.0, &none),
        call("UpdateContainer", Some("elsewhere"), 200, -20.0, &none),
        call("", Some("api"), 200, -20.0, &none),
    ] {
        assert!(facts(vec![idle.clone()], Some(-19.0)).is_empty(), "{idle}");
    }
    let policy = || call("UpdatePolicy", None, 200, -20.0, &none);
    assert_eq!(
        told(&facts(vec![policy()], Some(-18.0))),
        [(Sign::Call, "iam", Severity::Info)]
    );
    assert!(
        facts(vec![policy()], Some(-5.0)).is_empty(),
        "long before the trouble"
    );
    assert!(facts(vec![policy()], Some(-25.0)).is_empty(), "after it");
    assert!(facts(vec![policy()], None).is_empty(), "nothing is wrong");
}

#[test]
fn a_call_that_sets_the_number_of_copies_alone_is_marked() {
    let scales = |body: Value| {
        facts(
            vec![call("UpdateContainer", Some("api"), 200, -20.0, &body)],
            None,
        )[0]
        .subject
        .ends_with(" scaling")
    };
    assert!(scales(json!({"min_scale": 0, "max_scale": 2})));
    assert!(!scales(json!({"min_scale": 0, "image": "x:2"})));
    assert!(!scales(json!({})));
}

#[test]
fn only_what_came_closely_before_is_told_with_a_cause() {
    let records = || {
        vec![
            run("import", "running", -20.0, None),
            run("tidy", "succeeded", -20.0, Some(-19.5)),
            call("UpdateContainer", Some("api"), 200, -20.0, &json!({})),
        ]
    };
    let facts = facts(records(), Some(-18.0));
    let before = |service: &str, began: f64, load: bool| -> Vec<&str> {
        events_before(&facts, service, at(began), load)
            .into_iter()
            .map(|index| facts[index].subject.split_whitespace().next().unwrap())
            .collect()
    };
    // a job that was over before the trouble began did not make it
    assert_eq!(
        before("api", -18.0, true),
        ["job=import", "call=UpdateContainer"]
    );
    assert_eq!(before("db", -18.0, true), ["job=import"]);
    assert_eq!(before("api", -18.0, false), ["call=UpdateContainer"]);
    assert_eq!(before("api", -5.0, true), [""; 0], "too long before");
    assert_eq!(before("api", -25.0, true), [""; 0], "after it began");
}

#[test]
fn records_of_any_content_are_read_without_panic() {
    let odd = vec![
        json!({"type": "alert", "name": "\u{1b}[31m", "state": "firing", "service": "db",
               "since": "0001-01-01T00:00:00Z", "for_seconds": 1e300}),
        json!({"type": "alert", "name": "A", "state": "pending", "service": "db", "for_seconds": -1e300,
               "annotations": {"summary": "{{{{ }} {{ $labels. }}"}}),
        json!({"type": "state", "kind": "job-run", "name": "", "status": "failed", "changed_at": at(-1.0)}),
        json!({"type": "state", "kind": "job-run", "name": "a", "status": "failed", "changed_at": at(-1.0),
               "resource": {"started_at": 7, "args": [1, {"a": 2}], "exit_code": "x"}}),
        json!({"type": "state", "kind": "audit-event", "name": "Do", "service": "api", "changed_at": at(-1.0),
               "resource": {"resources": "none", "request_body": [1], "principal": 3}}),
    ];
    let facts = facts(odd, Some(-1.0));
    assert!(
        facts
            .iter()
            .any(|fact| fact.sign == Sign::JobFailed && fact.service == "a")
    );
    assert!(facts.iter().any(|fact| fact.sign == Sign::Call));
}
