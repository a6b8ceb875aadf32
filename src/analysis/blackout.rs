//! Did the telemetry stop, and not the services?
//!
//! Where the last line and the last sample of every service lie in the same few minutes and nothing has come since, what collects
//! them is the likelier culprit: services fail one by one. Nothing can be told of the time after it.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::axis::Axis;
use super::fact::{Detail, Fact, Sign};
use super::logs::ServiceLogs;
use super::series::JudgedSeries;
use crate::model::{Instant, Severity};

/// Services that must have sent something: two may well fail together.
const LEAST_SERVICES: usize = 3;

/// Samples outlive their series by the five minutes that Prometheus looks back, and by a step.
const LOOK_BACK: TimeDelta = TimeDelta::minutes(6);

/// How long nothing must have come.
const LEAST_SILENCE: TimeDelta = TimeDelta::minutes(3);

/// When all of it stopped; `None` where something still comes, or too little came before.
pub(crate) fn find_blackout(
    logs: &BTreeMap<String, ServiceLogs>,
    series: &[JudgedSeries],
    axis: &Axis,
) -> Option<Instant> {
    let mut ends: BTreeMap<&str, Instant> = BTreeMap::new();
    let mut note = |service, at: Instant| {
        let end = ends.entry(service).or_insert(at);
        *end = at.max(*end);
    };
    for (service, logs) in logs {
        if let Some(last) = logs.places.last() {
            note(service.as_str(), axis.instant(*last));
        }
    }
    for one in series.iter().filter(|one| one.baseline.is_some()) {
        if one.trend.last().is_some_and(Option::is_some) {
            return None;
        }
        if let Some(end) = one.vanished {
            note(one.service.as_str(), end);
        }
    }
    let last = *ends.values().max()?;
    let together = |end: &&Instant| last - **end <= LOOK_BACK;
    let all_at_once = ends.values().filter(together).count();
    // A service of few lines may have been silent by itself for longer.
    let stopped = all_at_once >= LEAST_SERVICES && all_at_once * 3 >= ends.len() * 2;
    let first = ends.values().filter(together).min()?;
    (stopped && axis.window.to - last > LEAST_SILENCE).then_some(*first)
}

/// Whether a fact may be nothing but the end of the telemetry.
pub(crate) fn is_artefact(fact: &Fact, blackout: Instant) -> bool {
    if fact.sign == Sign::LogSilence {
        // How long it lasted before nothing came of anybody cannot be told from how long it lasted in all.
        return true;
    }
    let by_end = matches!(
        fact.sign,
        Sign::NoData
            | Sign::ShiftUp
            | Sign::ShiftDown
            | Sign::Threshold
            | Sign::Peak
            | Sign::AtLimit
    );
    let after = fact.since.is_none_or(|since| since + LOOK_BACK >= blackout);
    let resource = matches!(fact.detail, Detail::Resource { .. });
    after && !resource && (by_end || fact.severity < Severity::Warning)
}
