//! How does each series stand: against its threshold for as long as it must last, and against its own baseline?
//!
//! In: metric records and the catalogue. Out: one [`JudgedSeries`] each. Short spikes, gaps and flat baselines are taken for
//! what they are: a spike that does not last breaches nothing, a gap proves nothing, a flat line has a least spread.

use chrono::TimeDelta;

use super::axis::Axis;
use super::loss::Harm;
use super::meaning::{Meaning, meaning_of};
use super::shift::{Shift, find_shift, find_unlisted_shift};
use super::stats::median;
use crate::evidence::{Evidence, MetricRecord};
use crate::model::duration::parse_duration;
use crate::model::{
    Bilingual, Breach, Direction, Instant, Kind, MapRule, MetricSpec, Sample, Threshold, Unit,
};

/// Samples that may be missing or fine inside a breach without ending it: a scrape now and then is lost or lucky.
const TOLERATED_SAMPLES: f64 = 2.0;

/// Points of a trend: as many as a sparkline has room for.
const TREND_POINTS: usize = 40;

/// A series, judged.
#[derive(Debug, Clone)]
pub(crate) struct JudgedSeries {
    /// Service of the map.
    pub(crate) service: String,
    /// The catalogue's id, or the metric's name.
    pub(crate) id: String,
    /// Its name for people.
    pub(crate) title: Bilingual,
    /// What tells it from others of its metric.
    pub(crate) series: String,
    /// The query.
    pub(crate) expr: String,
    /// What the numbers count.
    pub(crate) unit: Unit,
    /// Its threshold, where it has one.
    pub(crate) threshold: Option<Threshold>,
    /// The latest value in the window.
    pub(crate) now: Option<f64>,
    /// The baseline's median.
    pub(crate) baseline: Option<f64>,
    /// The least value in the window.
    pub(crate) min: Option<f64>,
    /// The greatest value in the window.
    pub(crate) max: Option<f64>,
    /// The latest breach in the window that lasted.
    pub(crate) breach: Option<LastingBreach>,
    /// A level shift against the baseline.
    pub(crate) shift: Option<Shift>,
    /// When it first came near the end of its range in the window, where it had not in the baseline.
    pub(crate) peak: Option<Instant>,
    /// Since when there is no more data, where there was until then.
    pub(crate) vanished: Option<Instant>,
    /// Whether no data is a finding.
    pub(crate) always_present: bool,
    /// What its name tells, where no catalogue knows it.
    pub(crate) unlisted: Option<Meaning>,
    /// Values over baseline and window in equal steps.
    pub(crate) trend: Vec<Option<f64>>,
}

/// A breach that lasted as long as it must.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LastingBreach {
    /// How far past the threshold.
    pub(crate) breach: Breach,
    /// Its first sample.
    pub(crate) since: Instant,
    /// From its first sample to its last, one step included.
    pub(crate) lasts: TimeDelta,
    /// Whether it holds at the end of the series.
    pub(crate) ongoing: bool,
    /// Whether it was there when the baseline began: nothing new.
    pub(crate) chronic: bool,
}

/// Judges every series of the evidence; ordered by service, metric and labels. `complaints` are what people say is wrong: there
/// less is believed to be chance.
pub(crate) fn judge_series(
    evidence: &Evidence,
    specs: &[MetricSpec],
    axis: &Axis,
    complaints: &[(&str, Harm)],
) -> Vec<JudgedSeries> {
    let mut judged: Vec<JudgedSeries> = evidence
        .metrics()
        .map(|record| {
            let kind = evidence
                .meta
                .map
                .services
                .get(&record.service)
                .map(|service| service.kind);
            judge_one(record, spec_of(record, kind, specs), axis, complaints)
        })
        .collect();
    judged.sort_by(|a, b| {
        (&a.service, &a.id, &a.series, &a.expr).cmp(&(&b.service, &b.id, &b.series, &b.expr))
    });
    judged
}

/// The catalogue's entries, with the thresholds that the map has of its own.
pub(crate) fn with_own_limits(specs: &[MetricSpec], map: &[MapRule]) -> Vec<MetricSpec> {
    let mut specs = specs.to_vec();
    for rule in map {
        let MapRule::Limit(limit) = rule else {
            continue;
        };
        let same = |spec: &&mut MetricSpec| spec.kind == limit.kind && spec.id == limit.metric;
        for spec in specs.iter_mut().filter(same) {
            spec.threshold = Some(limit.threshold.clone());
        }
    }
    specs
}

/// The catalogue's entry for a record.
fn spec_of<'a>(
    record: &MetricRecord,
    kind: Option<Kind>,
    specs: &'a [MetricSpec],
) -> Option<&'a MetricSpec> {
    specs
        .iter()
        .find(|spec| Some(spec.kind) == kind && spec.id == record.name)
}

/// Judges one series.
fn judge_one(
    record: &MetricRecord,
    spec: Option<&MetricSpec>,
    axis: &Axis,
    complaints: &[(&str, Harm)],
) -> JudgedSeries {
    let samples = without_tail(samples_of(record, axis), record, axis);
    let (before, now): (Vec<Sample>, Vec<Sample>) = samples
        .iter()
        .partition(|sample| sample.instant() < axis.window.from);
    let values = |samples: &[Sample]| {
        samples
            .iter()
            .map(|sample| sample.value)
            .collect::<Vec<f64>>()
    };
    let window = values(&now);
    let step = record.step_seconds.max(1.0);
    let threshold = spec.and_then(|spec| spec.threshold.clone());
    let unlisted = spec
        .is_none()
        .then(|| meaning_of(&record.name, record.unit == Unit::Seconds));
    let vanished = vanished_since(&before, &now, step, axis);
    JudgedSeries {
        service: record.service.clone(),
        id: record.name.clone(),
        title: spec.map_or_else(
            || Bilingual {
                en: record.name.clone(),
                fr: record.name.clone(),
            },
            |spec| spec.title.clone(),
        ),
        series: record
            .labels
            .iter()
            .map(|(_, value)| value)
            .collect::<Vec<_>>()
            .join(" "),
        expr: record.expr.clone(),
        unit: spec.map_or(record.unit, |spec| spec.unit),
        now: window.last().copied(),
        baseline: median(&mut values(&before)),
        min: window.iter().copied().min_by(f64::total_cmp),
        max: window.iter().copied().max_by(f64::total_cmp),
        breach: threshold
            .as_ref()
            .and_then(|threshold| find_breach(&samples, threshold, step, axis)),
        shift: match unlisted {
            Some(meaning) => {
                let complained = Harm::of(meaning)
                    .is_some_and(|harm| complaints.contains(&(record.service.as_str(), harm)));
                find_unlisted_shift(&before, &now, (meaning, record.unit), step, complained)
            }
            None => find_shift(&before, &now, record.unit, step),
        },
        peak: find_peak(&before, &now, record.unit, threshold.as_ref())
            .filter(|_| unlisted != Some(Meaning::Success)),
        unlisted,
        vanished,
        always_present: spec.is_some_and(|spec| spec.always_present),
        threshold,
        trend: trend_of(&samples, axis),
    }
}

/// The samples without those of the last range of a rate that came to its end: as old samples leave the range and no new ones
/// come, a rate falls towards nothing, and what is computed from it moves though nothing moved.
fn without_tail(mut samples: Vec<Sample>, record: &MetricRecord, axis: &Axis) -> Vec<Sample> {
    let Some(range) = longest_range(&record.expr) else {
        return samples;
    };
    let Some(last) = samples.last().map(Sample::instant) else {
        return samples;
    };
    let step = record.step_seconds.max(1.0);
    if axis.window.to - last > seconds(2.0 * step) {
        samples.retain(|sample| sample.instant() <= last - range);
    }
    samples
}

/// The longest range that a query looks back over: five minutes for `rate(x[5m])`.
fn longest_range(expr: &str) -> Option<TimeDelta> {
    let ranges = expr
        .split('[')
        .skip(1)
        .filter_map(|rest| rest.split([']', ':']).next());
    ranges.filter_map(parse_duration).max()
}

/// The finite samples inside baseline or window, oldest first.
pub(super) fn samples_of(record: &MetricRecord, axis: &Axis) -> Vec<Sample> {
    let mut samples: Vec<Sample> = record
        .samples
        .iter()
        .map(|(at_seconds, number)| Sample {
            at_seconds: *at_seconds,
            value: number.0,
        })
        .filter(|sample| sample.at_seconds.is_finite() && sample.value.is_finite())
        .filter(|sample| axis.place(sample.instant()).is_some())
        .collect();
    samples.sort_by(|a, b| {
        a.at_seconds
            .total_cmp(&b.at_seconds)
            .then(a.value.total_cmp(&b.value))
    });
    samples
}

/// The latest breach that touches the window and lasted: a critical one if there is one, else a warning.
fn find_breach(
    samples: &[Sample],
    threshold: &Threshold,
    step: f64,
    axis: &Axis,
) -> Option<LastingBreach> {
    [Breach::Critical, Breach::Warning]
        .into_iter()
        .find_map(|level| {
            runs(samples, threshold, level, step)
                .into_iter()
                .rev()
                .map(|(first, last)| lasting(samples, level, (first, last), step, axis))
                .find(|breach| {
                    breach.lasts >= TimeDelta::seconds(i64::from(threshold.lasts_seconds))
                        && breach.since + breach.lasts > axis.window.from
                })
        })
}

/// First and last index of each run of samples at least at `level`, with short interruptions bridged.
fn runs(
    samples: &[Sample],
    threshold: &Threshold,
    level: Breach,
    step: f64,
) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (index, sample) in samples.iter().enumerate() {
        if threshold.judge(sample.value) < level {
            continue;
        }
        match runs.last_mut() {
            Some((_, last))
                if sample.at_seconds - samples[*last].at_seconds
                    <= (TOLERATED_SAMPLES + 0.5) * step =>
            {
                *last = index;
            }
            _ => runs.push((index, index)),
        }
    }
    runs
}

/// A run with its times.
fn lasting(
    samples: &[Sample],
    breach: Breach,
    (first, last): (usize, usize),
    step: f64,
    axis: &Axis,
) -> LastingBreach {
    let since = samples[first].instant();
    let lasts = samples[last].instant() - since + seconds(step);
    let end = samples.last().map_or(since, Sample::instant);
    LastingBreach {
        breach,
        since,
        lasts,
        ongoing: end - samples[last].instant() <= seconds(step)
            && axis.window.to - end <= seconds(4.0 * step),
        chronic: since - axis.baseline.from <= seconds(2.0 * step),
    }
}

/// Seconds as a length of time.
pub(crate) fn seconds(seconds: f64) -> TimeDelta {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "steps and lengths of windows are far below 2^63 ms"
    )]
    let millis = (seconds * 1000.0) as i64;
    TimeDelta::milliseconds(millis)
}

/// When a ratio came within five hundredths of its end, in the window but never in the baseline.
fn find_peak(
    before: &[Sample],
    now: &[Sample],
    unit: Unit,
    threshold: Option<&Threshold>,
) -> Option<Instant> {
    /// Nine tenths: what people call nearly full, and where memory seldom stands for long before something gives.
    const NEAR_END: f64 = 0.9;
    let end = match unit {
        Unit::Ratio => 1.0,
        Unit::Percent => 100.0,
        _ => return None,
    };
    if threshold.is_some_and(|threshold| threshold.direction == Direction::Below) {
        return None;
    }
    let near = |sample: &&Sample| sample.value >= NEAR_END * end;
    let highest = now.iter().map(|sample| sample.value).fold(0.0, f64::max);
    if before.iter().any(|sample| near(&sample)) || highest < 0.95 * end {
        return None;
    }
    now.iter().find(near).map(Sample::instant)
}

/// Since when a series that was there for most of the baseline has no more samples.
fn vanished_since(before: &[Sample], now: &[Sample], step: f64, axis: &Axis) -> Option<Instant> {
    /// Silence of fewer steps, or of less than three minutes, is a late scrape. Beyond Prometheus's own five minutes of looking
    /// back no allowance is needed: the samples seen already hold it.
    const LEAST_STEPS: f64 = 4.0;
    const LEAST_SECONDS: f64 = 180.0;
    let expected = axis.baseline.length().num_milliseconds() as f64 / 1000.0 / step;
    if (before.len() as f64) < 0.5 * expected {
        return None;
    }
    let last = now.last().or(before.last())?.instant();
    let silent = axis.window.to - last;
    (silent > seconds((LEAST_STEPS * step).max(LEAST_SECONDS))).then_some(last + seconds(step))
}

/// Means over equal steps of the axis, `None` in gaps.
fn trend_of(samples: &[Sample], axis: &Axis) -> Vec<Option<f64>> {
    let mut sums = [(0.0, 0_u32); TREND_POINTS];
    let end = axis.end().max(1);
    for sample in samples {
        let Some(place) = axis.place(sample.instant()) else {
            continue;
        };
        let point = place * i64::try_from(TREND_POINTS).unwrap_or(1) / end;
        if let Some((sum, count)) = usize::try_from(point)
            .ok()
            .and_then(|point| sums.get_mut(point))
        {
            *sum += sample.value;
            *count += 1;
        }
    }
    sums.iter()
        .map(|(sum, count)| (*count > 0).then(|| sum / f64::from(*count)))
        .collect()
}

#[cfg(test)]
#[path = "tests/series.rs"]
mod tests;
