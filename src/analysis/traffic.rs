//! How many requests does a service's log report, how many fail, and how long do they take?
//!
//! Counted in bins of 15 seconds on the axis, weighted like the lines they come from.

use super::axis::Axis;
use super::line::Line;
use super::stats::{median, quantile};

/// The width of a bin: fine enough for an onset within two minutes, wide enough to hold a few requests.
pub(crate) const BIN_MS: i64 = 15_000;

/// Durations kept for each half: quantiles of so many are exact enough.
const MOST_DURATIONS: usize = 20_000;

/// What one bin holds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bin {
    /// Requests that ended.
    pub(crate) requests: f64,
    /// Those with a status of 500 or more.
    pub(crate) failed: f64,
    /// Requests whose lines were read, unweighted.
    read: f64,
    /// Failed ones whose lines were read.
    read_failed: f64,
}

/// Requests of one service.
#[derive(Debug, Clone, Default)]
pub(crate) struct Traffic {
    /// Counts by bin, from the start of the axis.
    pub(crate) bins: Vec<Bin>,
    /// Place and milliseconds of each request with a duration.
    durations: Vec<(i64, f64)>,
}

/// Requests between two places.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Share {
    /// Requests.
    pub(crate) requests: f64,
    /// Failed ones.
    pub(crate) failed: f64,
    /// Requests whose lines were read, unweighted: what chance is judged on.
    pub(crate) read: f64,
    /// Failed ones whose lines were read.
    pub(crate) read_failed: f64,
}

impl Share {
    /// The part of the requests whose lines were read, 0 to 1; 1 for no requests.
    pub(crate) fn read_part(self) -> f64 {
        if self.requests > 0.0 && self.read > 0.0 {
            self.read / self.requests
        } else {
            1.0
        }
    }

    /// The failed share, 0 to 1; 0 for no requests.
    pub(crate) fn ratio(self) -> f64 {
        if self.requests > 0.0 {
            self.failed / self.requests
        } else {
            0.0
        }
    }
}

/// A change of request rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RateShift {
    /// Requests a second in the baseline.
    pub(crate) before: f64,
    /// Requests a second since the change.
    pub(crate) now: f64,
    /// Since when, as a place on the axis.
    pub(crate) since: i64,
}

/// A change of durations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SlowShift {
    /// Baseline's 95th percentile, milliseconds.
    pub(crate) before: f64,
    /// The 95th percentile since the change.
    pub(crate) now: f64,
    /// Since when, as a place on the axis.
    pub(crate) since: i64,
}

impl Traffic {
    /// Counts a line that reports a request.
    pub(crate) fn add(&mut self, line: &Line<'_>, place: i64, weight: f64) {
        if !line.is_request() {
            return;
        }
        let Ok(bin) = usize::try_from(place / BIN_MS) else {
            return;
        };
        if self.bins.len() <= bin {
            self.bins.resize(bin + 1, Bin::default());
        }
        let bin = &mut self.bins[bin];
        bin.requests += weight;
        bin.read += 1.0;
        if line.status.is_some_and(|status| status >= 500) {
            bin.failed += weight;
            bin.read_failed += 1.0;
        }
        if let Some(millis) = line.millis
            && self.durations.len() < 2 * MOST_DURATIONS
        {
            self.durations.push((place, millis));
        }
    }

    /// Orders what was counted.
    pub(crate) fn settle(&mut self) {
        self.durations
            .sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    }

    /// Requests between two places.
    pub(crate) fn between(&self, from: i64, to: i64) -> Share {
        let mut share = Share::default();
        for (index, bin) in self.bins.iter().enumerate() {
            let place = i64::try_from(index).unwrap_or(i64::MAX / BIN_MS) * BIN_MS;
            if place + BIN_MS > from && place < to {
                share.requests += bin.requests;
                share.failed += bin.failed;
                share.read += bin.read;
                share.read_failed += bin.read_failed;
            }
        }
        share
    }

    /// When the failed share rose, if it did: the first bin of the longest run in which it is well above the baseline's.
    pub(crate) fn failing_since(&self, axis: &Axis) -> Option<i64> {
        let usual = self.between(0, axis.split()).ratio();
        let first_failures = self.bins.iter().enumerate().filter_map(|(index, bin)| {
            let place = i64::try_from(index).unwrap_or(0) * BIN_MS;
            let bad =
                bin.failed >= 1.0 && bin.failed / bin.requests > (2.0 * usual).max(usual + 0.02);
            bad.then_some(place)
        });
        let places: Vec<i64> = first_failures.collect();
        super::stats::burst_start(&places)
    }

    /// A rise (`factor` above 1) of the request rate inside the window that lasts at least two minutes to its end or its own.
    pub(crate) fn rate_shift(&self, axis: &Axis, factor: f64) -> Option<RateShift> {
        /// Bins in a step of this search: one minute smooths over uneven arrivals.
        const STEP: usize = 4;
        /// Steps that the change must last.
        const LASTS: usize = 2;
        let split = usize::try_from(axis.split() / BIN_MS).ok()?;
        let end = usize::try_from(axis.end() / BIN_MS).ok()?;
        let sum = |bins: &[Bin]| bins.iter().map(|bin| bin.requests).sum::<f64>();
        let at = |index: usize| {
            self.bins
                .get(index..(index + STEP).min(self.bins.len()))
                .map_or(0.0, sum)
        };
        let mut usual: Vec<f64> = (0..split / STEP).map(|step| at(step * STEP)).collect();
        let before = median(&mut usual)?;
        // fewer than five requests a minute say nothing about a rate
        if before < 5.0 {
            return None;
        }
        let steps: Vec<usize> = (split..end).step_by(STEP).collect();
        let past = |index: usize| at(index) >= factor * before;
        let run = steps
            .windows(LASTS)
            .position(|pair| pair.iter().all(|index| past(*index)))?;
        let later: Vec<f64> = steps[run..]
            .iter()
            .map(|index| at(*index))
            .filter(|count| *count >= factor * before)
            .collect();
        let mut later = later;
        let now = median(&mut later)?;
        let per_second = |count: f64| count / (STEP as f64 * BIN_MS as f64 / 1000.0);
        // within the minute, the first bin past half of the way
        let halfway = f64::midpoint(before, now) / STEP as f64;
        let first = steps[run];
        let earliest = first.saturating_sub(STEP).max(split);
        let bin = (earliest..first + STEP)
            .find(|index| {
                self.bins
                    .get(*index)
                    .is_some_and(|bin| bin.requests >= halfway)
            })
            .unwrap_or(first);
        Some(RateShift {
            before: per_second(before),
            now: per_second(now),
            since: i64::try_from(bin).ok()? * BIN_MS,
        })
    }

    /// The 95th percentile of the durations between two places, in milliseconds; `None` for fewer than five.
    pub(crate) fn p95_between(&self, from: i64, to: i64) -> Option<f64> {
        let mut values: Vec<f64> = self
            .durations
            .iter()
            .filter(|(place, _)| (from..to).contains(place))
            .map(|(_, millis)| *millis)
            .collect();
        (values.len() >= 5).then(|| quantile(&mut values, 0.95))?
    }

    /// A lasting rise, inside the window, of the time that requests take.
    pub(crate) fn slow_shift(&self, axis: &Axis) -> Option<SlowShift> {
        /// Times the baseline's percentile: a wave of the day is less.
        const FACTOR: f64 = 3.0;
        /// Milliseconds that the percentile must rise by: faster than that nobody waits.
        const LEAST_RISE: f64 = 200.0;
        /// One minute a step.
        const STEP_MS: i64 = 60_000;
        let p95 = |from, to| self.p95_between(from, to);
        let before = p95(0, axis.split())?;
        let slow = |value: f64| value >= FACTOR * before && value >= before + LEAST_RISE;
        let steps: Vec<(i64, bool)> = (0..(axis.end() - axis.split()) / STEP_MS)
            .map(|step| axis.split() + step * STEP_MS)
            .map(|from| (from, p95(from, from + STEP_MS).is_some_and(slow)))
            .collect();
        let run = steps
            .windows(3)
            .position(|three| three.iter().all(|(_, slow)| *slow))?;
        let since = steps[run].0;
        let now = p95(since, axis.end())?;
        let first = self
            .durations
            .iter()
            .find(|(place, millis)| *place >= since && slow(*millis));
        Some(SlowShift {
            before,
            now,
            since: first.map_or(since, |(place, _)| *place),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Instant, Window};

    fn axis() -> Axis {
        let at = |seconds: i64| Instant::from_timestamp(1_795_255_200 + seconds, 0).unwrap();
        let window = Window::new(at(1800), at(3600)).unwrap();
        Axis {
            baseline: window.just_before(),
            window,
        }
    }

    /// One request each second, `times` as many and `times` as slow between two seconds.
    fn traffic(from: i64, to: i64, times: i64) -> Traffic {
        let mut traffic = Traffic::default();
        for second in 0..3600 {
            let busy = (from..to).contains(&second);
            let mut line = Line::default();
            line.status = Some(200);
            line.millis = Some(if busy { 100.0 * times as f64 } else { 100.0 });
            for _ in 0..if busy { times } else { 1 } {
                traffic.add(&line, second * 1000, 1.0);
            }
        }
        traffic.settle();
        traffic
    }

    #[test]
    fn a_busy_and_slow_time_in_the_baseline_is_over() {
        let over = traffic(600, 840, 4);
        assert_eq!(over.rate_shift(&axis(), 2.0), None);
        assert_eq!(over.slow_shift(&axis()), None);
        let now = traffic(2400, 3600, 4);
        assert_eq!(now.rate_shift(&axis(), 2.0).unwrap().since, 2_400_000);
        assert_eq!(now.slow_shift(&axis()).unwrap().since, 2_400_000);
    }
}
