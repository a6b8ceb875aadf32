//! What did each service lose, and when: how much longer did its requests take than usual, how many more of them failed?
//!
//! In: series whose names tell time or failure. Out: a [`Loss`] for each service and [`Harm`]: the excess over its usual level by
//! moment, and, where the number of requests is known, multiplied by it. So the losses of a caller and of what it calls are in
//! one coin, seconds or requests, and can be held against each other. Better than usual is no loss, and what the baseline's
//! own spread explains is none either.

use std::collections::{BTreeMap, BTreeSet};

use super::axis::Axis;
use super::meaning::{Meaning, meaning_of, rank_statistic};
use super::series::samples_of;
use super::stats::{Usual, median, usual, usual_level};
use crate::evidence::{Evidence, MetricRecord};
use crate::model::{Sample, Unit};

/// Spreads of the baseline that an excess must exceed once to be a loss; the fainter moments beside it belong to it.
const GATE: f64 = 3.0;

/// The same for what people complain of, and for the moments beside a clear one.
const FAINT: f64 = 1.0;

/// Deviations that are many: from here on more of them say little.
const MUCH: f64 = 5.0;

/// Moments between a clear excess and a fainter one that belongs to it.
const BESIDE: i64 = 3;

/// The finest moments, in seconds: scrapes of several series do not fall together.
const LEAST_MOMENT: f64 = 15.0;

/// How a service harms those who call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Harm {
    /// It takes longer.
    Slow,
    /// It fails more often.
    Failing,
}

impl Harm {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Slow, Self::Failing];

    /// The harm that a metric tells of, where it tells of one.
    pub(crate) fn of(meaning: Meaning) -> Option<Self> {
        match meaning {
            Meaning::Latency => Some(Self::Slow),
            Meaning::Failure | Meaning::Success => Some(Self::Failing),
            _ => None,
        }
    }
}

/// What a service lost.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Loss {
    /// By moment, what exceeds the usual level by more than the baseline explains; nothing where nothing does.
    pub(crate) excess: BTreeMap<i64, f64>,
    /// The same times the requests of that moment; `None` where nobody counts them.
    pub(crate) weighted: Option<BTreeMap<i64, f64>>,
    /// The moments of which anything is known.
    pub(crate) seen: BTreeSet<i64>,
    /// What the numbers are: losses of one measure can be held against each other.
    pub(crate) measure: String,
    /// The greatest excess in spreads of the baseline.
    pub(crate) deviations: f64,
}

impl Loss {
    /// Whether anything was lost.
    pub(crate) fn is_real(&self) -> bool {
        !self.excess.is_empty()
    }

    /// How sure it is that it is no chance: 0 to 1.
    pub(crate) fn certainty(&self) -> f64 {
        1.0 - (-self.deviations.max(0.0) / MUCH).exp()
    }

    /// How far it is from usual: 0 to 1, and never quite 1, so that two that are both beyond doubt still differ.
    pub(crate) fn extremity(&self) -> f64 {
        self.deviations / (self.deviations + MUCH)
    }

    /// All of it, in requests' seconds or failed requests where requests are counted.
    pub(crate) fn total(&self) -> f64 {
        self.weighted
            .as_ref()
            .unwrap_or(&self.excess)
            .values()
            .sum()
    }
}

/// The losses of all services in the window, by service and harm. A service that is measured and lost nothing has an empty one.
///
/// What people complain of is believed: there (`complaints`) an excess that the baseline would explain is a loss too, where there is no other.
pub(crate) fn find_losses(
    evidence: &Evidence,
    axis: &Axis,
    complaints: &[(&str, Harm)],
) -> BTreeMap<(String, Harm), Loss> {
    let mut measured: BTreeMap<(&str, Harm), Vec<&MetricRecord>> = BTreeMap::new();
    let mut traffic: BTreeMap<&str, Vec<&MetricRecord>> = BTreeMap::new();
    for record in evidence
        .metrics()
        .filter(|record| !record.service.is_empty())
    {
        let meaning = meaning_of(&record.name, record.unit == Unit::Seconds);
        match Harm::of(meaning) {
            Some(harm) => measured
                .entry((&record.service, harm))
                .or_default()
                .push(record),
            None if meaning == Meaning::Traffic => {
                traffic.entry(&record.service).or_default().push(record);
            }
            None => {}
        }
    }
    let moment = moment_of(measured.values().flatten().copied());
    measured
        .into_iter()
        .filter_map(|((service, harm), records)| {
            let requests = traffic.get(service).map(Vec::as_slice).unwrap_or_default();
            let gates = if complaints.contains(&(service, harm)) {
                &[GATE, FAINT, 0.0][..]
            } else {
                &[GATE]
            };
            let (records, requests) = (best(&records), best(requests));
            let mut losses = gates
                .iter()
                .map_while(|gate| loss_of(&records, &requests, axis, (moment, *gate)));
            let first = losses.next()?;
            let loss = if first.is_real() {
                first
            } else {
                losses.find(Loss::is_real).unwrap_or(first)
            };
            Some(((service.to_owned(), harm), loss))
        })
        .collect()
}

/// The length of a moment: the usual step, so that most series have a sample in each.
fn moment_of<'a>(records: impl Iterator<Item = &'a MetricRecord>) -> f64 {
    let mut steps: Vec<f64> = records
        .map(|record| record.step_seconds)
        .filter(|step| step.is_finite())
        .collect();
    median(&mut steps).unwrap_or_default().max(LEAST_MOMENT)
}

/// Those of a service's series that measure best: of the same statistic and name, so that they can be added up.
fn best<'a>(records: &[&'a MetricRecord]) -> Vec<&'a MetricRecord> {
    let key = |record: &MetricRecord| {
        (
            rank_statistic(&record.name, &record.labels),
            record.name.clone(),
        )
    };
    let Some(first) = records.iter().map(|record| key(record)).min() else {
        return Vec::new();
    };
    records
        .iter()
        .copied()
        .filter(|record| key(record) == first)
        .collect()
}

/// The loss that some series of one measure tell together; `None` where none has a baseline to be held against.
fn loss_of(
    records: &[&MetricRecord],
    requests: &[&MetricRecord],
    axis: &Axis,
    (moment, gate): (f64, f64),
) -> Option<Loss> {
    let mut excess: BTreeMap<i64, f64> = BTreeMap::new();
    let mut deviations: f64 = 0.0;
    let mut seen = BTreeSet::new();
    let mut judged = 0_u32;
    for record in records {
        let (before, now) = split(record, axis);
        let good_up = meaning_of(&record.name, record.unit == Unit::Seconds) == Meaning::Success;
        let sign = if good_up { -1.0 } else { 1.0 };
        let Some(usual) = usual_of(&before, &now, record) else {
            continue;
        };
        judged += 1;
        let values = by_moment(&now, axis, moment);
        seen.extend(values.keys());
        let over = values
            .into_iter()
            .map(|(at, value)| (at, sign * (value - usual.centre) / usual.spread));
        let over: Vec<(i64, f64)> = over.filter(|(_, far)| *far > gate.min(FAINT)).collect();
        let farthest = over.iter().map(|(_, far)| *far).fold(0.0, f64::max);
        deviations = deviations.max(farthest);
        let clear: Vec<i64> = over
            .iter()
            .filter(|(_, far)| *far > gate)
            .map(|(at, _)| *at)
            .collect();
        for (at, far) in over {
            if is_beside(&clear, at) {
                *excess.entry(at).or_insert(0.0) += far * usual.spread;
            }
        }
    }
    let record = records.first().filter(|_| judged > 0)?;
    let weighted = weights(requests, axis, moment).map(|(by_moment, usual)| {
        excess
            .iter()
            .map(|(at, over)| (*at, over * by_moment.get(at).copied().unwrap_or(usual)))
            .collect()
    });
    Some(Loss {
        excess,
        weighted,
        seen,
        measure: format!("{} {:?}", record.name, record.unit),
        deviations,
    })
}

/// Whether one of some moments in order is the same as another one or close by.
fn is_beside(clear: &[i64], at: i64) -> bool {
    let next = clear.partition_point(|clear| *clear < at - BESIDE);
    clear.get(next).is_some_and(|clear| *clear <= at + BESIDE)
}

/// The usual level of a series and the least that counts as leaving it.
fn usual_of(before: &[Sample], now: &[Sample], record: &MetricRecord) -> Option<Usual> {
    let values =
        |samples: &[Sample]| -> Vec<f64> { samples.iter().map(|sample| sample.value).collect() };
    let mut usual = usual_level(&values(before), &values(now))?;
    let meaning = meaning_of(&record.name, record.unit == Unit::Seconds);
    let least = meaning.least_spread(record.unit, usual.centre);
    usual.spread = usual.spread.max(least);
    Some(usual)
}

/// Requests by moment, and their usual number; `None` where they are not counted.
fn weights(
    requests: &[&MetricRecord],
    axis: &Axis,
    moment: f64,
) -> Option<(BTreeMap<i64, f64>, f64)> {
    let mut sums: BTreeMap<i64, f64> = BTreeMap::new();
    let mut typical = 0.0;
    for record in requests {
        let (before, now) = split(record, axis);
        let values: Vec<f64> = before
            .iter()
            .chain(&now)
            .map(|sample| sample.value)
            .collect();
        typical += usual(&values).map_or(0.0, |usual| usual.centre);
        for (at, value) in by_moment(&now, axis, moment) {
            *sums.entry(at).or_insert(0.0) += value.max(0.0);
        }
    }
    (!sums.is_empty()).then_some((sums, typical))
}

/// The finite samples of baseline and window.
fn split(record: &MetricRecord, axis: &Axis) -> (Vec<Sample>, Vec<Sample>) {
    samples_of(record, axis)
        .into_iter()
        .partition(|sample| sample.instant() < axis.window.from)
}

/// The mean of the samples of each moment of the window.
fn by_moment(samples: &[Sample], axis: &Axis, moment: f64) -> BTreeMap<i64, f64> {
    let from = axis.window.from.timestamp_millis() as f64 / 1000.0;
    let mut sums: BTreeMap<i64, (f64, f64)> = BTreeMap::new();
    for sample in samples {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a number of moments inside the window"
        )]
        let at = ((sample.at_seconds - from) / moment).floor() as i64;
        let (sum, count) = sums.entry(at).or_insert((0.0, 0.0));
        *sum += sample.value;
        *count += 1.0;
    }
    sums.into_iter()
        .map(|(at, (sum, count))| (at, sum / count))
        .collect()
}

/// The services that are measured at all.
pub(crate) fn measured(losses: &BTreeMap<(String, Harm), Loss>) -> BTreeSet<&str> {
    losses.keys().map(|(service, _)| service.as_str()).collect()
}
