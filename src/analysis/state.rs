//! What do the resources say about themselves: their status, their last change, maintenance, errors of their own.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::{Map, Value};

use super::axis::Axis;
use super::fact::{Detail, Fact, Sign};
use crate::evidence::{Evidence, StateRecord};
use crate::model::{Health, Instant, Kind, Severity};

/// How long before the window a change still counts as recent: an incident may have begun before the window did.
const RECENT: TimeDelta = TimeDelta::minutes(30);

/// States on the way to another that a service works through: deployments, backups, planned maintenance.
const ROUTINE: [&str; 6] = [
    "updating",
    "upgrading",
    "backuping",
    "snapshotting",
    "scaling",
    "migrating",
];

/// The facts of all resources of the map's services.
pub(crate) fn read_states(evidence: &Evidence, axis: &Axis) -> Vec<Fact> {
    let mut facts = Vec::new();
    for state in evidence.states() {
        let Some(service) = state.service.as_deref() else {
            continue;
        };
        facts.extend(status_fact(state, service, axis));
        facts.extend(change_fact(state, service, axis));
        facts.extend(maintenance_facts(state, service, axis));
    }
    facts
}

/// A bad status or an error of its own.
fn status_fact(state: &StateRecord, service: &str, axis: &Axis) -> Option<Fact> {
    let message = own_errors(&state.resource);
    let severity = match (state.health, &message) {
        (Health::Unhealthy, _) => Severity::Critical,
        (Health::Transitional, None) if ROUTINE.contains(&state.status.as_str()) => Severity::Info,
        (Health::Transitional, _) | (_, Some(_)) => Severity::Warning,
        _ => return None,
    };
    Some(Fact {
        sign: Sign::State,
        service: service.to_owned(),
        severity,
        since: state.changed_at.filter(|at| axis.place(*at).is_some()),
        subject: format!(
            "status={} {}",
            state.status,
            message.as_deref().unwrap_or_default()
        ),
        amount: 1.0,
        detail: detail_of(state, message),
    })
}

/// A change inside the window or shortly before it.
fn change_fact(state: &StateRecord, service: &str, axis: &Axis) -> Option<Fact> {
    let at = state.changed_at?;
    if at < axis.window.from - RECENT || at >= axis.window.to {
        return None;
    }
    Some(Fact {
        sign: Sign::Changed,
        service: service.to_owned(),
        severity: Severity::Info,
        since: Some(at),
        subject: format!(
            "{} {}",
            state.kind,
            text_of(&state.resource, &["image", "registry_image"]).unwrap_or_default()
        ),
        amount: 1.0,
        detail: detail_of(
            state,
            text_of(&state.resource, &["image", "registry_image"]),
        ),
    })
}

/// Maintenance that goes on or falls into the window.
fn maintenance_facts(state: &StateRecord, service: &str, axis: &Axis) -> Vec<Fact> {
    let list = state.resource.get("maintenances").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .filter_map(|maintenance| {
            let time = |key: &str| {
                maintenance
                    .get(key)
                    .and_then(Value::as_str)?
                    .parse::<Instant>()
                    .ok()
            };
            let starts = time("starts_at").or_else(|| time("start_date"))?;
            let ends = time("closed_at").or_else(|| time("stops_at"));
            let status = maintenance
                .get("status")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let ongoing = status == "ongoing";
            let touches =
                starts < axis.window.to && ends.is_none_or(|ends| ends > axis.window.from - RECENT);
            let real = !matches!(status, "canceled" | "pending");
            (ongoing || (touches && real && starts > axis.baseline.from)).then(|| Fact {
                sign: Sign::Maintenance,
                service: service.to_owned(),
                severity: Severity::Warning,
                since: Some(starts),
                subject: format!("maintenance {status}"),
                amount: 1.0,
                detail: detail_of(state, text_of(maintenance, &["reason"])),
            })
        })
        .collect()
}

/// The services that evict when their memory is full: a full cache that may evict is doing its work.
pub(crate) fn evicting_caches(evidence: &Evidence) -> BTreeSet<&str> {
    evidence
        .states()
        .filter(|state| state.kind == Kind::Redis && may_evict(&state.resource))
        .filter_map(|state| state.service.as_deref())
        .collect()
}

/// Whether a cluster's settings hold an eviction policy other than `noeviction`.
fn may_evict(resource: &Map<String, Value>) -> bool {
    let settings = resource.get("cluster_settings").and_then(Value::as_array);
    settings.into_iter().flatten().any(|setting| {
        let text = |key: &str| setting.get(key).and_then(Value::as_str).unwrap_or_default();
        text("name") == "maxmemory-policy"
            && (text("value").starts_with("allkeys") || text("value").starts_with("volatile"))
    })
}

/// What the report needs of a resource.
fn detail_of(state: &StateRecord, message: Option<String>) -> Detail {
    Detail::Resource {
        name: state.name.clone(),
        status: state.status.clone(),
        health: state.health,
        message,
    }
}

/// The first of some fields that holds a text.
fn text_of(object: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter()
        .filter_map(|key| object.get(*key).and_then(Value::as_str))
        .find(|text| !text.trim().is_empty())
        .map(str::to_owned)
}

/// What an API object says of its own errors: a message, or a list of them.
fn own_errors(object: &Map<String, Value>) -> Option<String> {
    let message = text_of(object, &["error_message", "build_message"]);
    let list = object
        .get("errors")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let listed: Vec<String> = list
        .filter_map(Value::as_object)
        .filter_map(|error| {
            let code = text_of(error, &["code"]).unwrap_or_default();
            let message = text_of(error, &["message"]).unwrap_or_default();
            let text = format!("{code} {message}");
            (!text.trim().is_empty()).then(|| text.trim().to_owned())
        })
        .take(5)
        .collect();
    let all: Vec<String> = message.into_iter().chain(listed).collect();
    (!all.is_empty()).then(|| all.join("; "))
}
