//! What is the φ-quantile of a histogram whose buckets are series with a label `le`?

use std::collections::HashMap;
use std::sync::Arc;

use super::super::metric_store::METRIC_NAME;
use super::value::{Gathered, Grid, Steps, Track};
use crate::model::Labels;

/// The label that holds a bucket's upper bound.
const UPPER_BOUND: &str = "le";

/// One bucket of a cumulative histogram.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// Its upper bound.
    bound: f64,
    /// Observations up to the bound.
    count: f64,
}

/// The quantile of every histogram among the series, at every step; series without a bound that is a number are left out.
pub(super) fn quantiles(phi: &[f64], tracks: &[Track], grid: Grid) -> Vec<Track> {
    let mut places: HashMap<Labels, usize> = HashMap::new();
    let mut gathered = Gathered::default();
    // The name tells histograms apart, although the result does not have it.
    let members: Vec<Option<(usize, f64)>> = tracks
        .iter()
        .map(|track| {
            let bound = parse_bound(track.labels.get(UPPER_BOUND)?)?;
            let mut key = Labels::clone(&track.labels);
            key.0.remove(UPPER_BOUND);
            let place = *places.entry(key.clone()).or_insert_with(|| {
                key.0.remove(METRIC_NAME);
                gathered.begin(Arc::new(key))
            });
            Some((place, bound))
        })
        .collect();
    let mut steps = Steps::new(tracks);
    for (step, phi) in phi.iter().enumerate().take(grid.len()) {
        let mut histograms: Vec<Vec<Bucket>> = vec![Vec::new(); places.len()];
        let mut order = Vec::new();
        for (index, count) in steps.at(step) {
            let Some((place, bound)) = members[index] else {
                continue;
            };
            if histograms[place].is_empty() {
                order.push(place);
            }
            histograms[place].push(Bucket { bound, count });
        }
        for place in order {
            gathered.push(place, step, quantile(*phi, &mut histograms[place]));
        }
    }
    gathered.into_tracks()
}

/// The number that a bound's text stands for, as Go reads it.
fn parse_bound(text: &str) -> Option<f64> {
    text.parse().ok()
}

/// The φ-quantile of one histogram, observations taken as spread evenly over their bucket.
fn quantile(phi: f64, buckets: &mut Vec<Bucket>) -> f64 {
    if phi.is_nan() {
        return f64::NAN;
    }
    if phi < 0.0 {
        return f64::NEG_INFINITY;
    }
    if phi > 1.0 {
        return f64::INFINITY;
    }
    buckets.sort_by(|a, b| a.bound.total_cmp(&b.bound));
    if buckets
        .last()
        .is_none_or(|last| last.bound != f64::INFINITY)
    {
        return f64::NAN;
    }
    merge_equal_bounds(buckets);
    never_falling(buckets);
    let (Some(all), true) = (buckets.last().map(|last| last.count), buckets.len() >= 2) else {
        return f64::NAN;
    };
    if all == 0.0 {
        return f64::NAN;
    }
    let rank = phi * all;
    let last = buckets.len() - 1;
    // Counts that are not numbers reach no rank, as in Go's binary search.
    let reaches = |bucket: &Bucket| bucket.count >= rank;
    let found = buckets[..last].partition_point(|bucket| !reaches(bucket));
    if found == last {
        return buckets[last - 1].bound;
    }
    let end = buckets[found];
    if found == 0 {
        return if end.bound <= 0.0 {
            end.bound
        } else {
            end.bound * (rank / end.count)
        };
    }
    let start = buckets[found - 1];
    start.bound + (end.bound - start.bound) * ((rank - start.count) / (end.count - start.count))
}

/// Adds up buckets with equal bounds.
fn merge_equal_bounds(buckets: &mut Vec<Bucket>) {
    buckets.dedup_by(|next, kept| {
        #[expect(
            clippy::float_cmp,
            reason = "bounds are equal or different, as Prometheus compares them"
        )]
        let equal = next.bound == kept.bound;
        if equal {
            kept.count += next.count;
        }
        equal
    });
}

/// Raises counts that fall below an earlier bucket's, which happens where buckets were scraped or rated apart.
fn never_falling(buckets: &mut [Bucket]) {
    let mut most = buckets.first().map_or(0.0, |first| first.count);
    for bucket in buckets {
        if bucket.count > most {
            most = bucket.count;
        } else if bucket.count < most {
            bucket.count = most;
        }
    }
}
