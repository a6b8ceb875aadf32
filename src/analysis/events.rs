//! What happened shortly before: alerts that began, runs of jobs, calls that changed something.
//!
//! In: the records of events, the services in question, and when trouble was first seen. Out: facts. An alert is somebody's
//! conclusion and no evidence of a cause; a run that comes back as it always did is no change; a call that only reads, or that was
//! refused, changed nothing. What happened elsewhere in the project is told only where it came shortly before the trouble.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use serde_json::Value;

use super::axis::Axis;
use super::fact::{Detail, Fact, Sign};
use super::map::ServiceMap;
use crate::evidence::{AlertRecord, Evidence, StateRecord};
use crate::model::{Instant, Kind, Severity};

/// How long before the trouble a change or a run may lie and still be behind it: a pool fills and copies are replaced within minutes.
const BEFORE: TimeDelta = TimeDelta::minutes(10);

/// How much later than the first trouble it may have been noted: clocks, scrapes and bins.
const AFTER: TimeDelta = TimeDelta::minutes(1);

/// How long before the window a change still counts as recent.
const RECENT: TimeDelta = TimeDelta::minutes(30);

/// A job that ran within this time before runs as it usually does.
const USUAL: TimeDelta = TimeDelta::hours(2);

/// Alerts told of one service, runs, and calls: the first ones; more is a list and no finding.
const MOST: usize = 10;

/// Calls that touched no service of the question: what came closest before the trouble.
const MOST_ELSEWHERE: usize = 3;

/// Verbs of methods that change nothing.
const READS: [&str; 12] = [
    "Get", "List", "Access", "Check", "Validate", "Search", "Describe", "Download", "Export",
    "Estimate", "Count", "Read",
];

/// Settings that say how many copies there are, and nothing of what they run.
const SCALING: [&str; 6] = [
    "min_scale",
    "max_scale",
    "size",
    "min_size",
    "max_size",
    "cluster_size",
];

/// The facts of all events. `trouble` is when anything that hurts was first seen.
pub(crate) fn read_events(
    evidence: &Evidence,
    axis: &Axis,
    map: &ServiceMap,
    trouble: Option<Instant>,
) -> Vec<Fact> {
    let witnesses = map.witnesses(&evidence.meta.asked_services());
    let known = |name: &str| map.service(name).is_some() && !witnesses.contains(name);
    let mut facts = alert_facts(evidence, axis, map, &known);
    facts.extend(run_facts(evidence, axis, &known));
    facts.extend(call_facts(evidence, axis, trouble, &known));
    facts
}

/// The service that an alert is about: as its record says, else the one whose resource its expression selects.
pub(crate) fn service_of_alert<'a>(alert: &'a AlertRecord, map: &'a ServiceMap) -> Option<&'a str> {
    alert.service.as_deref().or_else(|| {
        map.names().find(|name| {
            let service = map.service(name);
            service.is_some_and(|service| {
                alert
                    .rule
                    .contains(&format!("\"{}\"", service.resource_name))
            })
        })
    })
}

/// Alerts that fire or wait, by service.
fn alert_facts(
    evidence: &Evidence,
    axis: &Axis,
    map: &ServiceMap,
    known: &dyn Fn(&str) -> bool,
) -> Vec<Fact> {
    let mut facts: Vec<Fact> = evidence
        .alerts()
        .filter(|alert| matches!(alert.state.as_str(), "firing" | "pending"))
        .filter_map(|alert| {
            let service = service_of_alert(alert, map).filter(|name| known(name))?;
            Some(alert_fact(alert, service, axis))
        })
        .collect();
    facts.sort_by(|a, b| {
        (&a.service, b.severity, &a.subject, a.since)
            .cmp(&(&b.service, a.severity, &b.subject, b.since))
    });
    facts.dedup_by(|a, b| a.service == b.service && a.subject == b.subject);
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    facts.retain(|fact| {
        let count = told.entry(fact.service.clone()).or_default();
        *count += 1;
        *count <= MOST
    });
    facts
}

/// One alert. What was true before the baseline began is the usual state of this platform, whatever it says.
fn alert_fact(alert: &AlertRecord, service: &str, axis: &Axis) -> Fact {
    let fires = alert.state == "firing";
    #[expect(
        clippy::cast_possible_truncation,
        reason = "saturates; a bundle may say anything"
    )]
    let waited = TimeDelta::try_milliseconds((alert.for_seconds * 1000.0) as i64);
    let began = alert.since.and_then(|since| {
        let waited = waited.filter(|_| fires).unwrap_or_default();
        since.checked_sub_signed(waited)
    });
    // What is true from the first samples on was true before them: where a metric begins, no rule began to hold.
    let known_from = axis.baseline.from + axis.baseline.length() / 10;
    let recent = began.is_some_and(|at| at >= known_from && at < axis.window.to);
    let severity = if fires && recent {
        severity_of(&alert.severity)
    } else {
        Severity::Info
    };
    Fact {
        sign: Sign::Alert,
        service: service.to_owned(),
        severity,
        since: began.filter(|_| recent),
        subject: format!("alert={} {}", alert.name, alert.state),
        amount: 1.0,
        detail: Detail::Alert {
            name: alert.name.clone(),
            fires,
            summary: summary_of(alert),
            rule: alert.rule.clone(),
            labels: told_labels(alert),
        },
    }
}

/// How bad an alert is by its own word.
fn severity_of(word: &str) -> Severity {
    match word.to_lowercase().as_str() {
        "critical" | "crit" | "page" | "fatal" | "emergency" | "error" | "high" | "p1" => {
            Severity::Critical
        }
        "info" | "information" | "notice" | "none" | "low" | "debug" => Severity::Info,
        _ => Severity::Warning,
    }
}

/// What an alert says for people, with its labels filled in; `None` where something else would have to be filled in too.
fn summary_of(alert: &AlertRecord) -> Option<String> {
    let texts = ["description", "summary", "display_name"]
        .into_iter()
        .filter_map(|name| alert.annotations.get(name));
    texts
        .map(|text| filled(text, alert))
        .find(|text| !text.trim().is_empty() && !text.contains("{{") && *text != alert.name)
}

/// A text with `{{ $labels.NAME }}` replaced by the label's value.
fn filled(text: &str, alert: &AlertRecord) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, after)) = inside.split_once("}}") else {
            out.push_str("{{");
            rest = inside;
            continue;
        };
        if let Some(label) = name.trim().strip_prefix("$labels.") {
            out.push_str(alert.labels.get(label.trim()).unwrap_or("?"));
        } else {
            out.push_str("{{");
            out.push_str(name);
            out.push_str("}}");
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The labels that say where: ids of project and resource tell people nothing.
fn told_labels(alert: &AlertRecord) -> String {
    const MANY: usize = 6;
    alert
        .labels
        .iter()
        .filter(|(name, _)| !matches!(*name, "project_id" | "resource_id" | "region"))
        .take(MANY)
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// One run of a job.
#[derive(Debug)]
struct Run<'a> {
    /// What the API lists.
    state: &'a StateRecord,
    /// The job's name.
    job: &'a str,
    /// When it started.
    started: Instant,
    /// When it ended; `None` while it goes on.
    ended: Option<Instant>,
}

impl<'a> Run<'a> {
    /// A run; `None` where nobody knows whose it was, or when.
    fn of(state: &'a StateRecord) -> Option<Self> {
        if state.name.is_empty() {
            return None;
        }
        let time = |field: &str| state.resource.get(field)?.as_str()?.parse().ok();
        let started = time("started_at")
            .or_else(|| time("created_at"))
            .or(state.changed_at)?;
        let over = matches!(
            state.status.as_str(),
            "succeeded" | "failed" | "interrupted" | "canceled" | "internal_error"
        );
        Some(Self {
            state,
            job: &state.name,
            started,
            ended: time("terminated_at").or(state.changed_at.filter(|_| over)),
        })
    }

    /// Whether it did not do its work.
    fn failed(&self) -> bool {
        matches!(
            self.state.status.as_str(),
            "failed" | "interrupted" | "internal_error"
        )
    }

    /// What the API says of its end.
    fn reason(&self) -> &str {
        let reason = self.state.resource.get("reason").and_then(Value::as_str);
        reason.unwrap_or_default()
    }

    /// Whether the job runs like this all the time: shortly before, or again and again after the same time.
    fn is_routine(&self, runs: &[Run<'_>]) -> bool {
        let mut earlier: Vec<Instant> = runs
            .iter()
            .filter(|run| run.job == self.job && run.started < self.started)
            .map(|run| run.started)
            .collect();
        earlier.sort_unstable_by(|a, b| b.cmp(a));
        let (Some(last), before) = (earlier.first(), earlier.get(1)) else {
            return false;
        };
        let gap = self.started - *last;
        let regular = before.is_some_and(|before| {
            let usual = *last - *before;
            (usual - gap).abs() * 5 <= usual
        });
        gap <= USUAL || regular
    }

    /// Whether it failed in the same way before.
    fn fails_always(&self, runs: &[Run<'_>]) -> bool {
        let mut before = runs
            .iter()
            .filter(|run| run.job == self.job && run.started < self.started);
        before.any(|run| run.failed() && run.reason() == self.reason())
    }

    /// What the report needs.
    fn detail(&self) -> Detail {
        let resource = &self.state.resource;
        let words = |field: &str| {
            let list = resource.get(field).and_then(Value::as_array);
            list.into_iter().flatten().filter_map(Value::as_str)
        };
        let text = |field: &str| resource.get(field).and_then(Value::as_str);
        let command: Vec<&str> = words("startup_command")
            .chain(text("command").filter(|command| !command.is_empty()))
            .chain(words("args"))
            .take(20)
            .collect();
        Detail::Run {
            job: self.job.to_owned(),
            state: self.state.status.clone(),
            reason: self.reason().to_owned(),
            message: text("error_message").unwrap_or_default().to_owned(),
            exit_code: resource.get("exit_code").and_then(Value::as_i64),
            command: command.join(" "),
            lasted: self.ended.map(|ended| ended - self.started),
        }
    }
}

/// Runs that started in the window or shortly before it and are not the usual ones, and runs that failed in it.
fn run_facts(evidence: &Evidence, axis: &Axis, known: &dyn Fn(&str) -> bool) -> Vec<Fact> {
    let mut runs: Vec<Run<'_>> = evidence.events(Kind::JobRun).filter_map(Run::of).collect();
    runs.sort_by(|a, b| (b.started, a.job, &a.state.id).cmp(&(a.started, b.job, &b.state.id)));
    let issue = evidence.meta.issue.to_lowercase();
    let mut facts = Vec::new();
    let mut failed: BTreeSet<&str> = BTreeSet::new();
    for run in &runs {
        let own = run.state.service.as_deref().filter(|name| known(name));
        let fact = |sign, severity, since| Fact {
            sign,
            service: own.unwrap_or(run.job).to_owned(),
            severity,
            since: Some(since),
            subject: format!("job={} {} {}", run.job, run.state.status, run.reason()),
            amount: 1.0,
            detail: run.detail(),
        };
        let starts = run.started >= axis.window.from - BEFORE && run.started < axis.window.to;
        if starts && !run.is_routine(&runs) {
            facts.push(fact(Sign::JobRun, Severity::Info, run.started));
        }
        let ended = run
            .ended
            .filter(|at| run.failed() && axis.window.contains(*at));
        // the newest failure of a job tells of the others
        if let Some(ended) = ended.filter(|_| failed.insert(run.job)) {
            let asked = own.is_some() || is_word_of(&issue, run.job);
            let severity = if asked && !run.fails_always(&runs) {
                Severity::Warning
            } else {
                Severity::Info
            };
            facts.push(fact(Sign::JobFailed, severity, ended));
        }
    }
    facts.truncate(MOST);
    facts
}

/// Whether a question speaks of a job by its name.
fn is_word_of(issue: &str, job: &str) -> bool {
    let job = job.to_lowercase();
    issue.match_indices(&job).any(|(at, _)| {
        let whole = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '-');
        job.len() >= 3
            && whole(issue[..at].chars().next_back())
            && whole(issue[at + job.len()..].chars().next())
    })
}

/// Calls that changed a service shortly before or in the window, and those that changed something else right before the trouble.
fn call_facts(
    evidence: &Evidence,
    axis: &Axis,
    trouble: Option<Instant>,
    known: &dyn Fn(&str) -> bool,
) -> Vec<Fact> {
    let mut calls: Vec<(Instant, &StateRecord)> = evidence
        .events(Kind::AuditEvent)
        .filter_map(|call| Some((call.changed_at?, call)))
        .filter(|(at, call)| {
            *at >= axis.window.from - RECENT && *at < axis.window.to && changes_something(call)
        })
        .collect();
    calls.sort_by(|(a, one), (b, other)| (b, &one.name, &one.id).cmp(&(a, &other.name, &other.id)));
    let (own, elsewhere): (Vec<_>, Vec<_>) = calls
        .into_iter()
        .partition(|(_, call)| call.service.as_deref().is_some_and(known));
    let close = |at: Instant| {
        trouble.is_some_and(|trouble| at >= trouble - BEFORE && at <= trouble + AFTER)
    };
    let near = elsewhere
        .into_iter()
        .filter(|(at, call)| close(*at) && call.service.is_none());
    own.into_iter()
        .take(MOST)
        .chain(near.take(MOST_ELSEWHERE))
        .map(|(at, call)| call_fact(at, call))
        .collect()
}

/// Whether a call did something: it was answered, its method is none that reads, and it is none of the tokens that looking takes.
fn changes_something(call: &StateRecord) -> bool {
    let refused = call.status.parse::<u16>().is_ok_and(|code| code >= 400);
    let reads = READS.iter().any(|verb| call.name.starts_with(verb));
    let product = text_of(call, "product_name");
    let token = call.name.contains("Token")
        && (product.contains("cockpit") || product.contains("observability"));
    !refused && !reads && !token && !call.name.is_empty()
}

/// A text of what is kept of a call.
fn text_of<'a>(call: &'a StateRecord, field: &str) -> &'a str {
    let text = call.resource.get(field).and_then(Value::as_str);
    text.unwrap_or_default()
}

/// One call.
fn call_fact(at: Instant, call: &StateRecord) -> Fact {
    let settings: Vec<(String, String)> = call
        .resource
        .get("request_body")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .take(MOST)
        .map(|(name, value)| {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            (name.clone(), value)
        })
        .collect();
    let scales = !settings.is_empty()
        && settings
            .iter()
            .all(|(name, _)| SCALING.contains(&name.as_str()));
    let resource = call.resource.get("resources").and_then(|list| list.get(0));
    let name = resource.and_then(|resource| {
        let text = |field: &str| resource.get(field)?.as_str();
        text("name").or_else(|| text("type"))
    });
    let principal = call.resource.get("principal");
    let who = principal.and_then(|who| {
        let text = |field: &str| who.get(field)?.as_str();
        text("email").or_else(|| text("id"))
    });
    let product = match text_of(call, "product_name") {
        "" => "project",
        product => product,
    };
    Fact {
        sign: Sign::Call,
        service: call.service.as_deref().unwrap_or(product).to_owned(),
        severity: Severity::Info,
        since: Some(at),
        subject: format!("call={}{}", call.name, if scales { " scaling" } else { "" }),
        amount: 1.0,
        detail: Detail::Call {
            method: call.name.clone(),
            resource: name.unwrap_or_default().to_owned(),
            who: who.unwrap_or_default().to_owned(),
            program: text_of(call, "user_agent").to_owned(),
            settings,
        },
    }
}

/// The events that may be behind trouble of a service that began at a time: calls that changed it, and, where more work can make
/// such trouble, runs of jobs that went on when it began.
pub(crate) fn events_before(
    facts: &[Fact],
    service: &str,
    began: Instant,
    under_load: bool,
) -> Vec<usize> {
    let close = |at: Instant| at >= began - BEFORE && at <= began + AFTER;
    facts
        .iter()
        .enumerate()
        .filter(|(_, fact)| fact.since.is_some_and(close))
        .filter(|(_, fact)| match &fact.detail {
            Detail::Call { .. } => fact.service == service,
            Detail::Run { lasted, .. } => {
                let ran_until = lasted.and_then(|lasted| Some(fact.since? + lasted));
                under_load
                    && fact.sign == Sign::JobRun
                    && ran_until.is_none_or(|until| until >= began - AFTER)
            }
            _ => false,
        })
        .map(|(index, _)| index)
        .collect()
}

#[cfg(test)]
#[path = "tests/events.rs"]
mod tests;
