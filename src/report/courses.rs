//! How did the quantities behind the findings go over baseline and window? In: the analysis and which finding each fact became;
//! out: [`Course`]s, each with the findings that rest on it, ready to be drawn: every figure, the scale too, is decided here.
//!
//! Log groups give lines a minute, requests their rate, failed share or durations, metrics themselves. A log of which only a part could be
//! placed in time has no course: half a line would lie.

use std::collections::BTreeMap;

use super::Finding;
use super::scale::{Scale, scale_of};
use crate::analysis::{Analysis, Axis, Detail, Fact, JudgedSeries, ServiceLogs, Sign};
use crate::evidence::{Evidence, MetricRecord};
use crate::model::messages::report as say;
use crate::model::{Breach, Direction, Instant, Lang, Sample, Threshold, Unit};

use super::wording::Wording;

/// Steps of one course at most: more than a phone has room for, few enough for a file of forty charts to stay small.
const MOST_STEPS: usize = 120;

/// The least length of a step, in milliseconds: the bins that requests are counted in.
const LEAST_STEP_MS: i64 = 15_000;

/// How one quantity went over baseline and window.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Course {
    /// Ids of the findings that rest on it, in their order.
    pub(crate) findings: Vec<String>,
    /// Service of the map.
    pub(crate) service: String,
    /// The quantity, for people.
    pub(crate) what: String,
    /// What its numbers count.
    pub(crate) unit: Unit,
    /// Values over baseline and window in equal steps, `None` in gaps; 120 at most.
    pub(crate) values: Vec<Option<f64>>,
    /// The part of the steps that is the baseline, 0 to 1.
    pub(crate) baseline_ratio: f64,
    /// The end of the scale and what stands beside it.
    pub(crate) scale: Scale,
    /// Thresholds that lie on the scale.
    pub(crate) limits: Vec<Limit>,
    /// When it left its usual course, with its place among the steps, 0 to 1.
    pub(crate) since: Option<(Instant, f64)>,
    /// The latest value.
    pub(crate) now: Option<f64>,
    /// What is usual.
    pub(crate) baseline: Option<f64>,
    /// The value furthest to the bad side in the window.
    pub(crate) extreme: Option<f64>,
}

/// A threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Limit {
    /// From which value on.
    pub(crate) value: f64,
    /// What it means to be past it.
    pub(crate) breach: Breach,
}

/// The quantity that a fact speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Quantity {
    /// A judged series, by index.
    Series(usize),
    /// Lines of a group of the service, by index.
    Group(usize),
    /// The failed share of its requests.
    Failing,
    /// Its requests a second.
    Requests,
    /// The time that its requests take.
    Durations,
    /// All its lines.
    Lines,
}

impl Quantity {
    /// The quantity of a fact; `None` where it speaks of something that has no course.
    fn of(fact: &Fact) -> Option<Self> {
        match fact.detail {
            Detail::Series(index) => Some(Self::Series(index)),
            Detail::Group(group) | Detail::AfterChange { group, .. } => Some(Self::Group(group)),
            Detail::Failing { .. } => Some(Self::Failing),
            Detail::Rate { .. } if fact.sign == Sign::TrafficUp => Some(Self::Requests),
            Detail::Rate { .. } if fact.sign == Sign::SlowRequests => Some(Self::Durations),
            Detail::Silence { .. } => Some(Self::Lines),
            _ => None,
        }
    }
}

/// The courses behind the findings, in the findings' order; `ids` says which finding each fact became or was merged into.
pub(super) fn courses(
    evidence: &Evidence,
    analysis: &Analysis,
    findings: &[Finding],
    ids: &BTreeMap<usize, String>,
    wording: &Wording<'_>,
) -> Vec<Course> {
    let mut courses: Vec<((&str, Quantity), Course)> = Vec::new();
    for finding in findings {
        let id = &finding.id;
        let Some(fact) = fact_of(finding, analysis, ids, wording) else {
            continue;
        };
        let Some(quantity) = Quantity::of(fact) else {
            continue;
        };
        let key = (fact.service.as_str(), quantity);
        if let Some((_, known)) = courses.iter_mut().find(|(of, _)| *of == key) {
            if !known.findings.contains(id) {
                known.findings.push(id.clone());
            }
            continue;
        }
        let course = match quantity {
            Quantity::Series(index) => course_of_series(index, evidence, analysis, wording),
            _ => course_of_log(fact, quantity, analysis, wording.lang),
        };
        if let Some(course) = course {
            let since = fact.since.and_then(|since| placed(since, &analysis.axis));
            let findings = vec![id.clone()];
            courses.push((
                key,
                Course {
                    findings,
                    since,
                    ..course
                },
            ));
        }
    }
    courses.into_iter().map(|(_, course)| course).collect()
}

/// The fact that a finding tells, of those that were merged into it.
fn fact_of<'a>(
    finding: &Finding,
    analysis: &'a Analysis,
    ids: &BTreeMap<usize, String>,
    wording: &Wording<'_>,
) -> Option<&'a Fact> {
    ids.iter()
        .filter(|(_, id)| **id == finding.id)
        .filter_map(|(index, _)| analysis.facts.get(*index))
        .find(|fact| wording.title(fact) == finding.title)
}

/// An instant with its place between the two ends of the axis.
fn placed(at: Instant, axis: &Axis) -> Option<(Instant, f64)> {
    let place = axis.place(at)?;
    Some((at, place as f64 / axis.end().max(1) as f64))
}

/// The course of a metric.
fn course_of_series(
    index: usize,
    evidence: &Evidence,
    analysis: &Analysis,
    wording: &Wording<'_>,
) -> Option<Course> {
    let series = analysis.series.get(index)?;
    let record = evidence
        .metrics()
        .find(|record| is_record_of(record, series))?;
    let step = record.step_seconds.max(1.0);
    #[expect(clippy::cast_possible_truncation, reason = "steps are seconds to days")]
    let step_ms = (step * 1000.0).min(1e12) as i64;
    let low_is_bad = series
        .threshold
        .as_ref()
        .is_some_and(|threshold| threshold.direction == Direction::Below);
    let worse = if low_is_bad { f64::min } else { f64::max };
    let limits: Vec<Limit> = series.threshold.iter().flat_map(limits_of).collect();
    let draft = Draft {
        service: &series.service,
        what: wording.series_name(series),
        unit: series.unit,
        values: worst_of_steps(record, step_ms, worse, &analysis.axis),
        limits,
    };
    let extreme = if low_is_bad { series.min } else { series.max };
    Some(Course {
        now: series.now,
        baseline: series.baseline,
        extreme,
        ..draft.course(&analysis.axis)?
    })
}

/// Whether a record is the one that a series was judged by.
fn is_record_of(record: &MetricRecord, series: &JudgedSeries) -> bool {
    let labels: Vec<&str> = record.labels.iter().map(|(_, value)| value).collect();
    record.service == series.service
        && record.name == series.id
        && record.expr == series.expr
        && labels.join(" ") == series.series
}

/// The values of a threshold.
fn limits_of(threshold: &Threshold) -> impl Iterator<Item = Limit> {
    [
        (threshold.warning, Breach::Warning),
        (threshold.critical, Breach::Critical),
    ]
    .into_iter()
    .filter_map(|(value, breach)| {
        Some(Limit {
            value: value?,
            breach,
        })
    })
}

/// How many steps baseline and window are cut into, each at least so long.
fn steps(axis: &Axis, least_ms: i64) -> usize {
    let steps = axis.end() / least_ms.max(1);
    usize::try_from(steps).unwrap_or(0).clamp(1, MOST_STEPS)
}

/// The step that a place on the axis falls into.
fn step_at(place: i64, steps: usize, axis: &Axis) -> usize {
    let steps_wide = i128::try_from(steps).unwrap_or(1);
    let step = i128::from(place) * steps_wide / i128::from(axis.end().max(1));
    usize::try_from(step).unwrap_or(0).min(steps - 1)
}

/// The worst value of each step, so that a short spike is seen.
fn worst_of_steps(
    record: &MetricRecord,
    step_ms: i64,
    worse: fn(f64, f64) -> f64,
    axis: &Axis,
) -> Vec<Option<f64>> {
    let mut values = vec![None; steps(axis, step_ms)];
    let count = values.len();
    for (at_seconds, number) in &record.samples {
        let sample = Sample {
            at_seconds: *at_seconds,
            value: number.0,
        };
        if !(at_seconds.is_finite() && number.0.is_finite()) {
            continue;
        }
        if let Some(place) = axis.place(sample.instant()) {
            let value = &mut values[step_at(place, count, axis)];
            *value = Some(value.map_or(number.0, |known| worse(known, number.0)));
        }
    }
    values
}

/// The course of something that a log reports.
fn course_of_log(
    fact: &Fact,
    quantity: Quantity,
    analysis: &Analysis,
    lang: Lang,
) -> Option<Course> {
    let logs = analysis.logs.get(&fact.service)?;
    let axis = &analysis.axis;
    let (what, unit, values) = match quantity {
        Quantity::Group(index) => {
            let group = logs.groups.get(index)?;
            let all_placed = group.places.len() as f64 >= group.read_now + group.read_before;
            let values = lines_a_minute(&group.places, (group.before, group.now), axis);
            let values = all_placed.then_some(values)?;
            (say::lines_a_minute(lang), Unit::Count, values)
        }
        Quantity::Lines => {
            let values = lines_a_minute(&logs.places, (logs.before, logs.now), axis);
            (say::lines_a_minute(lang), Unit::Count, values)
        }
        Quantity::Failing => (
            say::failed_share(lang),
            Unit::Ratio,
            failed_share(logs, axis),
        ),
        Quantity::Requests => (say::requests(lang), Unit::PerSecond, requests(logs, axis)),
        Quantity::Durations => (say::durations(lang), Unit::Seconds, durations(logs, axis)),
        Quantity::Series(_) => return None,
    };
    let draft = Draft {
        service: &fact.service,
        what,
        unit,
        values,
        limits: Vec::new(),
    };
    draft.course(axis)
}

/// Lines a minute in each step, weighted so that baseline and window add up to what was counted of them.
fn lines_a_minute(places: &[i64], (before, now): (f64, f64), axis: &Axis) -> Vec<Option<f64>> {
    let read_before = places.partition_point(|place| *place < axis.split());
    let read_now = places.len() - read_before;
    let mut values = vec![0.0; steps(axis, LEAST_STEP_MS)];
    let steps = values.len();
    let minutes = axis.end() as f64 / steps as f64 / 60_000.0;
    for (index, place) in places.iter().enumerate() {
        let (all, read) = if index < read_before {
            (before, read_before)
        } else {
            (now, read_now)
        };
        values[step_at(*place, steps, axis)] += all / read as f64 / minutes.max(1e-6);
    }
    values.into_iter().map(Some).collect()
}

/// Requests and failed ones of each step.
fn answers(logs: &ServiceLogs, axis: &Axis) -> Vec<(f64, f64)> {
    let mut sums = vec![(0.0, 0.0); steps(axis, LEAST_STEP_MS)];
    let steps = sums.len();
    for (index, bin) in logs.traffic.bins.iter().enumerate() {
        let place = i64::try_from(index).unwrap_or(i64::MAX / LEAST_STEP_MS) * LEAST_STEP_MS;
        let sum = &mut sums[step_at(place.min(axis.end()), steps, axis)];
        sum.0 += bin.requests;
        sum.1 += bin.failed;
    }
    sums
}

/// The failed share of each step that has requests.
fn failed_share(logs: &ServiceLogs, axis: &Axis) -> Vec<Option<f64>> {
    let share = |(requests, failed): (f64, f64)| (requests > 0.0).then(|| failed / requests);
    answers(logs, axis).into_iter().map(share).collect()
}

/// Requests a second in each step.
fn requests(logs: &ServiceLogs, axis: &Axis) -> Vec<Option<f64>> {
    let answers = answers(logs, axis);
    let seconds = axis.end() as f64 / answers.len() as f64 / 1000.0;
    let rate = |(requests, _): (f64, f64)| Some(requests / seconds.max(1e-3));
    answers.into_iter().map(rate).collect()
}

/// The 95th percentile of the time that requests take, in each minute or longer step that has enough of them.
fn durations(logs: &ServiceLogs, axis: &Axis) -> Vec<Option<f64>> {
    let steps = steps(axis, 4 * LEAST_STEP_MS);
    let place = |step: usize| {
        let share = step as f64 / steps as f64;
        #[expect(clippy::cast_possible_truncation, reason = "inside the axis")]
        let place = (share * axis.end() as f64) as i64;
        place
    };
    (0..steps)
        .map(|step| {
            let millis = logs.traffic.p95_between(place(step), place(step + 1))?;
            Some(millis / 1000.0)
        })
        .collect()
}

/// A course before its scale is known.
struct Draft<'a> {
    /// Service of the map.
    service: &'a str,
    /// The quantity.
    what: String,
    /// What it counts.
    unit: Unit,
    /// Its values.
    values: Vec<Option<f64>>,
    /// Its thresholds.
    limits: Vec<Limit>,
}

impl Draft<'_> {
    /// The course; `None` where there is nothing to draw or the values are beyond drawing.
    fn course(self, axis: &Axis) -> Option<Course> {
        let limits: Vec<f64> = self.limits.iter().map(|limit| limit.value).collect();
        let scale = scale_of(&self.values, &limits, self.unit)?;
        let baseline_ratio = axis.split() as f64 / axis.end().max(1) as f64;
        let split = step_at(axis.split(), self.values.len(), axis);
        let (before, window) = self.values.split_at(split);
        let mut usual: Vec<f64> = before.iter().flatten().copied().collect();
        usual.sort_by(f64::total_cmp);
        Some(Course {
            findings: Vec::new(),
            service: self.service.to_owned(),
            what: self.what,
            unit: self.unit,
            baseline_ratio,
            limits: self
                .limits
                .into_iter()
                .filter(|limit| scale.holds(limit.value))
                .collect(),
            scale,
            since: None,
            now: window.iter().rev().flatten().next().copied(),
            baseline: usual.get(usual.len() / 2).copied(),
            extreme: window.iter().flatten().copied().reduce(f64::max),
            values: self.values,
        })
    }
}

#[cfg(test)]
mod tests;
