//! Which samples does a `[[metric]]` table stand for?
//!
//! In: the table, the world's seed, now. Out: samples from the start of its shape to now, oldest first. A counter accumulates its
//! shape as a rate and never falls. A gauge whose shape is never negative is not pushed below zero by its noise.

use chrono::TimeDelta;

use super::dice::Dice;
use super::scenario::{MetricTable, Segment, Wave};
use crate::model::{Instant, Sample};

/// From sample to sample where the table does not say: Prometheus's usual scrape interval.
const DEFAULT_STEP: TimeDelta = TimeDelta::seconds(15);

/// Digits kept behind the point: a counter of rare events moves by less than a thousandth a step.
const DECIMALS: f64 = 1e6;

/// From here on, digits behind the point are dropped: such numbers count bytes or keys.
const WHOLE_FROM: f64 = 1e9;

/// An upper bound on the samples of a table.
pub(super) fn sample_count(table: &MetricTable) -> u64 {
    let step = nanos(step(table)).max(1);
    let start = table.shape.first().map_or(0, |part| nanos(part.from.0));
    (start.min(0).unsigned_abs() / step.unsigned_abs()).saturating_add(1)
}

/// The samples of a table, oldest first; `index` tells tables with equal content apart.
pub(super) fn expand(table: &MetricTable, seed: u64, index: usize, now: Instant) -> Vec<Sample> {
    let mut dice = Dice::named(seed, &format!("metric {index}"));
    let step = step(table);
    let whole = is_whole(table);
    let mut course = Course::new(&table.shape, table.wave.as_ref());
    let mut total = 0.0;
    let mut samples = Vec::new();
    let mut at = table
        .shape
        .first()
        .map_or(TimeDelta::zero(), |part| part.from.0);
    while at <= TimeDelta::zero() {
        if let Some((value, noise)) = course.at(at) {
            let noisy = value + noise * dice.bell();
            let held = if value >= 0.0 { noisy.max(0.0) } else { noisy };
            total += noisy.max(0.0) * seconds(step);
            let shown = if table.counter { total } else { held };
            samples.push(Sample {
                at_seconds: unix_seconds(now + at),
                value: rounded(shown, whole),
            });
        }
        at += step;
    }
    samples
}

/// From sample to sample.
fn step(table: &MetricTable) -> TimeDelta {
    table.step.map_or(DEFAULT_STEP, |length| length.0)
}

/// Whether a gauge counts things: every number of its shape is whole, and so is its noise, which is not zero throughout.
fn is_whole(table: &MetricTable) -> bool {
    let mut noisy = false;
    let whole = table.shape.iter().all(|part| {
        noisy |= part.noise > 0.0;
        let numbers = [part.value, part.to_value, Some(part.noise)];
        numbers.into_iter().flatten().all(|n| n.fract() == 0.0)
    });
    whole && noisy && !table.counter && table.wave.is_none()
}

/// A value with as many digits as make sense.
fn rounded(value: f64, whole: bool) -> f64 {
    if whole || value.abs() >= WHOLE_FROM {
        value.round()
    } else {
        (value * DECIMALS).round() / DECIMALS
    }
}

/// Unix seconds, to the millisecond that Prometheus keeps.
fn unix_seconds(at: Instant) -> f64 {
    at.timestamp_millis() as f64 / 1000.0
}

/// A length of time in seconds.
fn seconds(length: TimeDelta) -> f64 {
    nanos(length) as f64 / 1e9
}

/// A length of time in nanoseconds; ten years fit easily.
fn nanos(length: TimeDelta) -> i64 {
    length.num_nanoseconds().unwrap_or_default()
}

/// A walk along a shape. Asked for instants in order of time.
struct Course<'a> {
    /// The parts of the shape.
    parts: &'a [Segment],
    /// The wave on top.
    wave: Option<&'a Wave>,
    /// Index of the part at hand.
    current: usize,
    /// Value at the start of the part at hand.
    start: f64,
}

impl<'a> Course<'a> {
    /// A walk that begins with the first part.
    fn new(parts: &'a [Segment], wave: Option<&'a Wave>) -> Self {
        let first = parts.first();
        let start = first.and_then(|part| part.value.or(part.to_value));
        Self {
            parts,
            wave,
            current: 0,
            start: start.unwrap_or_default(),
        }
    }

    /// Value and noise at an instant; `None` where the series has no sample.
    fn at(&mut self, at: TimeDelta) -> Option<(f64, f64)> {
        while let Some(next) = self
            .parts
            .get(self.current + 1)
            .filter(|next| next.from.0 <= at)
        {
            let reached = self.level(next.from.0);
            self.start = next.value.unwrap_or(reached);
            self.current += 1;
        }
        let part = self.parts.get(self.current)?;
        if part.absent {
            return None;
        }
        let wave = self.wave.map_or(0.0, |wave| {
            let turns = seconds(at) / seconds(wave.period.0);
            wave.amplitude * (turns * std::f64::consts::TAU).sin()
        });
        Some((self.level(at) + wave, part.noise))
    }

    /// The value of the part at hand at an instant, without wave and noise.
    fn level(&self, at: TimeDelta) -> f64 {
        let Some(part) = self.parts.get(self.current) else {
            return self.start;
        };
        let Some(target) = part.to_value else {
            return self.start;
        };
        let done = part.over.map_or(1.0, |over| {
            (seconds(at - part.from.0) / seconds(over.0)).clamp(0.0, 1.0)
        });
        self.start + (target - self.start) * done
    }
}

#[cfg(test)]
mod tests;
