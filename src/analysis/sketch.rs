//! What are the quantiles of values that come one by one? Exact as long as they are few, then to one percent of the value.
//!
//! Beyond [`MOST_EXACT`] values they are counted in buckets whose bounds grow by two percent, so that the middle of a bucket is at most one
//! percent from any value in it: `DDSketch` (Masson, Rim, Lee 2019) with a fixed range instead of collapsing buckets, since durations
//! lie between a nanosecond and a month. The greatest value is always exact.

use std::collections::BTreeMap;

/// Values that are kept as they are: 16 kB a route.
const MOST_EXACT: usize = 2_000;

/// The bound of a bucket over the one before: (1 + 0.01) / (1 − 0.01).
const GROWTH: f64 = 1.01 / 0.99;

/// What is smaller counts as this: a nanosecond, when values are seconds.
const LEAST: f64 = 1e-9;

/// Values, or their counts by bucket.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sketch {
    /// The values, while they are few.
    exact: Vec<f64>,
    /// Counts by bucket, once they are many.
    buckets: BTreeMap<i32, u64>,
    /// How many.
    count: u64,
    /// The greatest.
    greatest: f64,
}

impl Sketch {
    /// Adds a value that is not negative.
    pub(crate) fn add(&mut self, value: f64) {
        self.count += 1;
        self.greatest = self.greatest.max(value);
        if self.buckets.is_empty() {
            self.exact.push(value);
            if self.exact.len() <= MOST_EXACT {
                return;
            }
            for value in std::mem::take(&mut self.exact) {
                *self.buckets.entry(bucket(value)).or_default() += 1;
            }
        } else {
            *self.buckets.entry(bucket(value)).or_default() += 1;
        }
    }

    /// How many values.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The greatest value; 0 where there is none.
    pub(crate) fn greatest(&self) -> f64 {
        self.greatest
    }

    /// Whether quantiles are exact.
    pub(crate) fn is_exact(&self) -> bool {
        self.buckets.is_empty()
    }

    /// The least value that at least this share of the values does not exceed (nearest rank); 0 where there is none.
    pub(crate) fn quantiles<const N: usize>(&self, shares: [f64; N]) -> [f64; N] {
        let mut sorted = self.exact.clone();
        sorted.sort_by(f64::total_cmp);
        shares.map(|share| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 1 and the number of values"
            )]
            let rank = ((share * self.count as f64).ceil() as u64).clamp(1, self.count.max(1));
            if self.is_exact() {
                let place = usize::try_from(rank - 1).unwrap_or(usize::MAX);
                return sorted.get(place).copied().unwrap_or_default();
            }
            let mut passed = 0;
            let found = self.buckets.iter().find(|(_, count)| {
                passed += **count;
                passed >= rank
            });
            found.map_or(self.greatest, |(bucket, _)| {
                middle(*bucket).min(self.greatest)
            })
        })
    }
}

/// The bucket of a value.
fn bucket(value: f64) -> i32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "logarithms of durations are below some thousands"
    )]
    let bucket = (value.max(LEAST).ln() / GROWTH.ln()).ceil() as i32;
    bucket
}

/// The value that stands for a bucket.
fn middle(bucket: i32) -> f64 {
    2.0 * GROWTH.powi(bucket) / (1.0 + GROWTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_exact() {
        let mut sketch = Sketch::default();
        for value in (1..=100).rev() {
            sketch.add(f64::from(value));
        }
        assert!(sketch.is_exact());
        assert_eq!(
            sketch.quantiles([0.5, 0.9, 0.95, 0.99, 1.0]),
            [50.0, 90.0, 95.0, 99.0, 100.0]
        );
        assert_eq!((sketch.count(), sketch.greatest()), (100, 100.0));
        assert_eq!(Sketch::default().quantiles([0.5]), [0.0]);
    }

    proptest::proptest! {
        #[test]
        fn many_values_are_within_one_percent(seed in 0_u64..1000) {
            let mut rng = fastrand::Rng::with_seed(seed);
            let mut sketch = Sketch::default();
            let mut values: Vec<f64> = (0..5_000).map(|_| (rng.f64() * 12.0 - 6.0).exp()).collect();
            for value in &values {
                sketch.add(*value);
            }
            values.sort_by(f64::total_cmp);
            let found = sketch.quantiles([0.5, 0.9, 0.99]);
            for (found, rank) in found.into_iter().zip([2_499, 4_499, 4_949]) {
                let exact = values[rank];
                proptest::prop_assert!((found - exact).abs() <= exact * 0.0101, "{found} for {exact}");
            }
        }
    }
}
