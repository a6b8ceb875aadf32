//! What happened shortly before: alert rules, runs of jobs, calls that the Audit Trail recorded.
//!
//! The lists go out at time zero. An entry of the list of alerts is a rule and no series: which resource a rule fires for is
//! known once its expression has been evaluated, which needs the token. That is done for the rules that fire or wait, beside the
//! queries of the plan, and only where the list is there before they have ended: the token does not wait for it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Map, Value};
use tokio::sync::oneshot;
use tokio::time::Instant as Clock;

use super::error::{Problem, SourceError};
use super::gather::Job;
use super::prometheus::Prometheus;
use super::scaleway::{alert_rule, job_run, recorded_call};
use crate::evidence::{AlertRecord, Record, SourceOutcome, StateRecord};
use crate::model::{Instant, Kind, Labels, Series, Service, Window, messages};
use crate::plan::{EventsRequest, Request, Topic};

/// Rules that are evaluated: more at once is a storm, of which the first few tell enough.
const MOST_RULES: usize = 8;

/// Series kept of one rule.
const MOST_SERIES: usize = 20;

/// Runs kept of one job: enough to see how often it runs.
const MOST_RUNS: usize = 20;

/// How long after the window's end a rule that fires now says something about the window.
const RECENT: TimeDelta = TimeDelta::minutes(5);

/// The rules that fire or wait, with the time over which they are to be evaluated.
#[derive(Debug)]
pub(super) struct Firing {
    /// The rules.
    rules: Vec<AlertRecord>,
    /// The time.
    window: Window,
    /// Distance between samples.
    step: TimeDelta,
}

/// All lists of the plan. Rules that fire are handed to `firing` as soon as they are known.
pub(super) async fn gather_events(job: &Job<'_>, firing: oneshot::Sender<Firing>) -> Vec<Record> {
    let mut firing = Some(firing);
    let mut lists = Vec::new();
    for request in &job.plan.requests {
        if let Request::Events(events) = request {
            let told = (events.topic == Topic::Alerts)
                .then(|| firing.take())
                .flatten();
            lists.push(fetch_list(job, request, events, told));
        }
    }
    drop(firing);
    let mut records = Vec::new();
    let (mut definitions, mut runs) = (Vec::new(), Vec::new());
    for (topic, items, noted) in join_all(lists).await {
        records.extend(noted);
        match topic {
            Topic::Alerts => records.extend(items.iter().map(alert_rule).map(Record::Alert)),
            Topic::JobDefinitions => definitions = items,
            Topic::JobRuns => runs = items,
            Topic::AuditEvents => {
                records.extend(items.iter().map(recorded_call).map(Record::State));
            }
        }
    }
    records.extend(newest_runs(runs, &definitions).map(Record::State));
    records
}

/// One list, and how asking went. Where the account has no Audit Trail or no jobs, or the key may not read them, that is no failure
/// of the run: no service of the map needs them.
async fn fetch_list(
    job: &Job<'_>,
    request: &Request,
    events: &EventsRequest,
    firing: Option<oneshot::Sender<Firing>>,
) -> (Topic, Vec<Map<String, Value>>, Vec<Record>) {
    let started = Clock::now();
    let result = job.api.fetch_events(events).await;
    let outcome = match &result {
        Err(error) if is_not_there(error) && events.topic != Topic::Alerts => {
            SourceOutcome::skipped(match events.topic {
                Topic::AuditEvents => messages::sources::no_audit_trail(job.lang),
                _ => messages::sources::no_jobs(job.lang),
            })
        }
        result => job.outcome(result),
    };
    let mut records = vec![job.note(request, None, outcome, started.elapsed())];
    let read = result.unwrap_or_default();
    if read.cut {
        let reason = messages::sources::more_events(job.lang, read.items.len() as u64);
        let outcome = SourceOutcome::skipped(reason);
        records.push(job.note_text(
            "scaleway",
            &events.path,
            None,
            outcome,
            std::time::Duration::ZERO,
        ));
    }
    if let Some(firing) = firing {
        let rules = read.items.iter().map(alert_rule).filter(is_active);
        // Nobody listens where no token for metrics is made.
        let _ = firing.send(Firing {
            rules: rules.collect(),
            window: events.window,
            step: events.step,
        });
    }
    (events.topic, read.items, records)
}

/// Whether an answer says that the account has no such product, or that it is not for this key.
fn is_not_there(error: &SourceError) -> bool {
    matches!(
        error.problem,
        Problem::Refused(_)
            | Problem::Status {
                status: 400..=404 | 405 | 410 | 412 | 501,
                ..
            }
    )
}

/// Whether a rule fires or waits.
fn is_active(rule: &AlertRecord) -> bool {
    matches!(rule.state.as_str(), "firing" | "pending")
}

/// The newest runs of each job.
fn newest_runs(
    runs: Vec<Map<String, Value>>,
    definitions: &[Map<String, Value>],
) -> impl Iterator<Item = StateRecord> {
    let mut kept: BTreeMap<String, usize> = BTreeMap::new();
    runs.into_iter()
        .map(|run| job_run(run, definitions))
        .filter(move |run| {
            let count = kept.entry(run.name.clone()).or_default();
            *count += 1;
            *count <= MOST_RUNS
        })
}

/// Evaluates the rules that fire or wait: a record for each series, or for the rule where none could be had.
pub(super) async fn evaluate_rules(
    job: &Job<'_>,
    prometheus: &Prometheus<'_>,
    firing: Firing,
) -> Vec<Record> {
    let evaluations = firing.rules.iter().enumerate().map(async |(index, rule)| {
        if index >= MOST_RULES || rule.rule.is_empty() {
            return vec![Record::Alert(rule.clone())];
        }
        let started = Clock::now();
        let result = prometheus
            .fetch_range(&rule.rule, firing.window, firing.step)
            .await;
        let outcome = job.outcome(&result);
        let mut records =
            vec![job.note_text("prometheus", &rule.rule, None, outcome, started.elapsed())];
        let alerts = match result {
            Ok(series) => firing_series(rule, &series, &firing, job.now),
            Err(_) => vec![rule.clone()],
        };
        records.extend(alerts.into_iter().map(Record::Alert));
        records
    });
    join_all(evaluations).await.into_iter().flatten().collect()
}

/// Takes the rules out of their list that were evaluated: what came of it says more.
pub(super) fn drop_evaluated(listed: &mut Vec<Record>, evaluated: &[Record]) {
    let done: BTreeSet<(&str, &str)> = evaluated
        .iter()
        .filter_map(|record| match record {
            Record::Alert(alert) => Some((alert.name.as_str(), alert.rule.as_str())),
            _ => None,
        })
        .collect();
    listed.retain(|record| match record {
        Record::Alert(alert) => !done.contains(&(alert.name.as_str(), alert.rule.as_str())),
        _ => true,
    });
}

/// A record for each series that holds at the end of the window. Where none does, the rule itself: as the API says where the
/// window ends now, at rest where it ended before.
fn firing_series(
    rule: &AlertRecord,
    series: &[Series],
    firing: &Firing,
    now: Instant,
) -> Vec<AlertRecord> {
    let mut alerts: Vec<AlertRecord> = series
        .iter()
        .filter_map(|series| alert_of(rule, series, firing))
        .collect();
    alerts.sort_by(|a, b| a.labels.cmp(&b.labels));
    alerts.truncate(MOST_SERIES);
    if alerts.is_empty() {
        let state = if now - firing.window.to <= RECENT {
            rule.state.clone()
        } else {
            "inactive".to_owned()
        };
        alerts.push(AlertRecord {
            state,
            ..rule.clone()
        });
    }
    alerts
}

/// The alert of one series; `None` where it does not hold at the window's end. One that has held since before the window that
/// was evaluated has no beginning.
fn alert_of(rule: &AlertRecord, series: &Series, firing: &Firing) -> Option<AlertRecord> {
    let gap = firing.step.as_seconds_f64() * 2.5;
    let last = series.samples.last()?.at_seconds;
    let end = seconds(firing.window.to);
    if end - last > gap {
        return None;
    }
    let mut began = last;
    for sample in series.samples.iter().rev() {
        if began - sample.at_seconds > gap {
            break;
        }
        began = sample.at_seconds;
    }
    let known = began - seconds(firing.window.from) > gap;
    let fires = !known || end - began >= rule.for_seconds;
    let since = if fires {
        began + rule.for_seconds
    } else {
        began
    };
    let mut labels = Labels::default();
    for (name, value) in series.labels.iter().filter(|(name, _)| *name != "__name__") {
        labels.insert(name, value);
    }
    Some(AlertRecord {
        state: if fires { "firing" } else { "pending" }.to_owned(),
        severity: labels.get("severity").unwrap_or(&rule.severity).to_owned(),
        since: known.then(|| instant(since)).flatten(),
        labels,
        ..rule.clone()
    })
}

/// Unix seconds.
fn seconds(at: Instant) -> f64 {
    at.timestamp_millis() as f64 / 1000.0
}

/// Unix seconds as an instant; `None` beyond the calendar.
fn instant(seconds: f64) -> Option<Instant> {
    #[expect(clippy::cast_possible_truncation, reason = "saturates, and is refused")]
    Instant::from_timestamp_millis((seconds * 1000.0) as i64)
}

/// Says of each alert, run and call which service it is about: by the id or name of a resource, by labels, by the job's name.
pub(super) fn assign_services(records: &mut [Record], services: &[Service]) {
    let resources: Vec<StateRecord> = records
        .iter()
        .filter_map(|record| match record {
            Record::State(state) if state.service.is_some() => Some(state.clone()),
            _ => None,
        })
        .collect();
    let by_id = |id: &str| {
        resources
            .iter()
            .find(|state| !id.is_empty() && state.id == id)
    };
    let by_name = |name: &str| {
        resources
            .iter()
            .find(|state| !name.is_empty() && state.name == name)
    };
    let of = |state: Option<&StateRecord>| state.and_then(|state| state.service.clone());
    let labelled = |name: &str| {
        let mut services = services.iter();
        services
            .find(|service| service.resource_name == name)
            .map(|service| service.name.clone())
    };
    for record in records {
        match record {
            Record::Alert(alert) => {
                let label = |name: &str| alert.labels.get(name).unwrap_or_default();
                let name = label("resource_name");
                alert.service = of(by_id(label("resource_id")))
                    .or_else(|| labelled(name))
                    .or_else(|| of(by_name(name)))
                    .or_else(|| own_label(&alert.labels, services));
            }
            Record::State(state) if state.kind == Kind::JobRun => {
                let mut services = services.iter();
                state.service = services
                    .find(|service| {
                        service.kind == Kind::Custom && service.resource_name == state.name
                    })
                    .map(|service| service.name.clone());
            }
            Record::State(state) if state.kind == Kind::AuditEvent => {
                let service = touched(state).find_map(|(id, name)| {
                    of(by_id(id))
                        .or_else(|| of(in_namespace(id, &resources)))
                        .or_else(|| of(by_name(name)))
                        .or_else(|| labelled(name))
                });
                state.service = service;
            }
            _ => {}
        }
    }
}

/// Ids and names of the resources that a call touched.
fn touched(state: &StateRecord) -> impl Iterator<Item = (&str, &str)> {
    let resources = state.resource.get("resources").and_then(Value::as_array);
    resources.into_iter().flatten().map(|resource| {
        let text = |field: &str| resource[field].as_str().unwrap_or_default();
        (text("id"), text("name"))
    })
}

/// The only resource of a namespace: what is changed there is changed for it.
fn in_namespace<'a>(id: &str, resources: &'a [StateRecord]) -> Option<&'a StateRecord> {
    let within = |state: &&StateRecord| {
        let namespace = state.resource.get("namespace_id").and_then(Value::as_str);
        namespace == Some(id)
    };
    let mut found = resources.iter().filter(within);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The service that a rule of somebody's own names in a label, as programs outside Scaleway's products label their metrics.
fn own_label(labels: &Labels, services: &[Service]) -> Option<String> {
    let values: Vec<&str> = ["service", "service_name", "app", "container", "job"]
        .iter()
        .filter_map(|name| labels.get(name))
        .collect();
    let mut services = services.iter();
    let named = |service: &&Service| {
        let own = [&service.name, &service.resource_name].into_iter();
        let mut names = own.chain(&service.aliases);
        names.any(|name| values.contains(&name.as_str()))
    };
    services.find(named).map(|service| service.name.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Sample;

    /// The end of every window, in Unix seconds.
    const END: i64 = 1_795_255_200;

    fn ago(seconds: i64) -> Instant {
        Instant::from_timestamp(END - seconds, 0).unwrap()
    }

    /// A rule that waits for a minute, evaluated over an hour in steps of 15 s.
    fn firing() -> Firing {
        let rule = json!({"name": "A", "state": "firing", "rule": "x > 1", "for_seconds": 60.0});
        Firing {
            rules: vec![serde_json::from_value(rule).unwrap()],
            window: Window::new(ago(3600), ago(0)).unwrap(),
            step: TimeDelta::seconds(15),
        }
    }

    /// A series that has samples in these stretches, given in seconds before the end.
    fn series(stretches: &[(i64, i64)]) -> Series {
        let mut labels = Labels::default();
        labels.insert("__name__", "x");
        labels.insert("resource_name", "db-1");
        let times = stretches
            .iter()
            .flat_map(|(from, to)| (*to..=*from).rev().step_by(15));
        let samples = times.map(|before| Sample {
            at_seconds: seconds(ago(before)),
            value: 1.0,
        });
        Series {
            labels,
            samples: samples.collect(),
        }
    }

    /// State and beginning of the one alert of a series.
    fn judged(stretches: &[(i64, i64)]) -> (String, Option<Instant>) {
        let firing = firing();
        let alerts = firing_series(&firing.rules[0], &[series(stretches)], &firing, ago(0));
        assert_eq!(alerts.len(), 1);
        (alerts[0].state.clone(), alerts[0].since)
    }

    #[test]
    fn a_rule_fires_once_its_expression_has_held_for_long_enough() {
        assert_eq!(judged(&[(600, 15)]), ("firing".to_owned(), Some(ago(540))));
        assert_eq!(judged(&[(45, 15)]), ("pending".to_owned(), Some(ago(45))));
        // only the last unbroken stretch counts
        assert_eq!(
            judged(&[(2000, 1500), (600, 15)]),
            ("firing".to_owned(), Some(ago(540)))
        );
        // it held when the evaluation began: nobody knows since when
        assert_eq!(judged(&[(3600, 15)]), ("firing".to_owned(), None));
    }

    #[test]
    fn a_rule_that_holds_for_nothing_is_what_the_api_says_of_now() {
        let firing = firing();
        let of = |stretches: &[(i64, i64)], now| {
            let alerts = firing_series(&firing.rules[0], &[series(stretches)], &firing, now);
            (alerts[0].state.clone(), alerts[0].labels.iter().count())
        };
        assert_eq!(of(&[(2000, 1500)], ago(0)), ("firing".to_owned(), 0));
        assert_eq!(of(&[], ago(0)), ("firing".to_owned(), 0));
        // a window of this morning: what fires now says nothing of it
        assert_eq!(of(&[], ago(-7200)), ("inactive".to_owned(), 0));
    }

    #[test]
    fn events_belong_to_the_service_that_their_ids_names_or_labels_say() {
        let service = |name: &str, kind: &str, resource: &str| -> Service {
            let text = json!({"name": name, "kind": kind, "title": "", "aliases": [], "resource_name": resource,
                              "depends_on": [], "url": null, "ssh": null});
            let mut service: Service = serde_json::from_value(text).unwrap();
            service.name = name.to_owned();
            service
        };
        let services = [
            service("api", "container", "shop-api"),
            service("report", "custom", "nightly-report"),
        ];
        let records = [
            json!({"type": "state", "service": "api", "kind": "container", "id": "c1", "name": "api",
                   "resource": {"namespace_id": "n1"}}),
            json!({"type": "alert", "name": "a", "labels": {"resource_id": "c1"}}),
            json!({"type": "alert", "name": "b", "labels": {"resource_name": "shop-api"}}),
            json!({"type": "alert", "name": "c", "labels": {"resource_name": "other", "app": "api"}}),
            json!({"type": "alert", "name": "d", "labels": {"resource_name": "other"}}),
            json!({"type": "state", "kind": "job-run", "name": "nightly-report"}),
            json!({"type": "state", "kind": "job-run", "name": "api"}),
            json!({"type": "state", "kind": "audit-event", "name": "U", "resource": {"resources": [{"id": "c1"}]}}),
            json!({"type": "state", "kind": "audit-event", "name": "U", "resource": {"resources": [{"id": "n1"}]}}),
            json!({"type": "state", "kind": "audit-event", "name": "U", "resource": {"resources": [{"name": "api"}]}}),
            json!({"type": "state", "kind": "audit-event", "name": "U", "resource": {"resources": [{"name": "b"}]}}),
        ];
        let mut records: Vec<Record> = records
            .into_iter()
            .map(|record| serde_json::from_value(record).unwrap())
            .collect();
        assign_services(&mut records, &services);
        let owners: Vec<&str> = records
            .iter()
            .map(|record| match record {
                Record::Alert(alert) => alert.service.as_deref(),
                Record::State(state) => state.service.as_deref(),
                _ => None,
            })
            .map(|owner| owner.unwrap_or("-"))
            .collect();
        assert_eq!(
            owners,
            [
                "api", "api", "api", "api", "-", "report", "-", "api", "api", "api", "-"
            ]
        );
    }
}
