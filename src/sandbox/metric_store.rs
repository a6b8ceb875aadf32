//! Which series exist, and what are their samples?
//!
//! In come the scenario's series, out come indexed ones in milliseconds, as Prometheus keeps them. Read-only after it is made;
//! evaluation is in [`super::promql`], HTTP in [`super::prometheus`].

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Labels, Series};

/// The label that holds a metric's name.
pub(crate) const METRIC_NAME: &str = "__name__";

/// A NaN with these bits says that the series ended; every other NaN is a value.
const STALE_MARKER: u64 = 0x7ff0_0000_0000_0002;

/// Length of a block of Prometheus's storage; label look-ups see whole blocks.
const BLOCK_MS: i64 = 2 * 3_600_000;

/// Whether a value is the marker that ends a series.
pub(crate) fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE_MARKER
}

/// One series, its samples in two columns of equal length.
#[derive(Debug)]
pub(crate) struct StoredSeries {
    /// What identifies it, metric name included.
    pub(crate) labels: Arc<Labels>,
    /// Unix milliseconds, strictly rising.
    pub(crate) times: Vec<i64>,
    /// The values at those times, end markers included.
    pub(crate) values: Vec<f64>,
    /// Whether there is an end marker among the values.
    pub(crate) has_markers: bool,
}

impl StoredSeries {
    /// A series from samples in any order; of two at one millisecond the later in the list counts.
    fn new(series: Series) -> Self {
        let mut by_time = BTreeMap::new();
        for sample in &series.samples {
            by_time.insert(sample.instant().timestamp_millis(), sample.value);
        }
        let (times, values): (Vec<i64>, Vec<f64>) = by_time.into_iter().unzip();
        Self {
            labels: Arc::new(series.labels),
            has_markers: values.iter().copied().any(is_stale),
            times,
            values,
        }
    }

    /// The last sample at or before `at` and not before `at - look_back`; `None` where there is none or the series had ended.
    pub(crate) fn latest(&self, at: i64, look_back: i64) -> Option<(i64, f64)> {
        let index = self
            .times
            .partition_point(|time| *time <= at)
            .checked_sub(1)?;
        let (time, value) = (self.times[index], self.values[index]);
        (time >= at.saturating_sub(look_back) && !is_stale(value)).then_some((time, value))
    }

    /// Whether some block's stretch of this series meets `[from, to]`, gaps inside a block not counted.
    fn meets(&self, from: i64, to: i64) -> bool {
        let mut start = 0;
        while let Some(first) = self.times.get(start) {
            let end =
                start + self.times[start..].partition_point(|time| block(*time) == block(*first));
            if *first <= to && self.times[end - 1] >= from {
                return true;
            }
            start = end;
        }
        false
    }
}

/// The block that a time falls into.
fn block(time: i64) -> i64 {
    time.div_euclid(BLOCK_MS)
}

/// All series of a world, ordered by labels and indexed by metric name.
#[derive(Debug, Default)]
pub(crate) struct MetricStore {
    /// Every series, ordered by labels.
    series: Vec<StoredSeries>,
    /// Metric names to indices of `series`.
    by_name: BTreeMap<String, Vec<usize>>,
    /// For each block: the first and the last millisecond with a sample, and the series that have some.
    blocks: BTreeMap<i64, Block>,
}

/// What one block of storage holds.
#[derive(Debug)]
struct Block {
    /// Its first millisecond with a sample.
    first: i64,
    /// Its last millisecond with a sample.
    last: i64,
    /// The series with samples in it.
    series: Vec<usize>,
}

impl MetricStore {
    /// A store of these series. Series with equal labels become one; series without samples are left out.
    pub(crate) fn new(series: Vec<Series>) -> Self {
        let mut merged: BTreeMap<Labels, Series> = BTreeMap::new();
        for one in series {
            // An empty label is no label.
            let labels: Labels = one
                .labels
                .iter()
                .filter(|(_, value)| !value.is_empty())
                .collect();
            let into = merged.entry(labels.clone()).or_insert_with(|| Series {
                labels,
                samples: Vec::new(),
            });
            into.samples.extend(one.samples);
        }
        let series: Vec<StoredSeries> = merged
            .into_values()
            .filter(|one| !one.samples.is_empty())
            .map(StoredSeries::new)
            .collect();
        let mut store = Self {
            by_name: BTreeMap::new(),
            blocks: BTreeMap::new(),
            series,
        };
        store.index();
        store
    }

    /// Fills the indices.
    fn index(&mut self) {
        for (index, series) in self.series.iter().enumerate() {
            if let Some(name) = series.labels.get(METRIC_NAME) {
                self.by_name
                    .entry(name.to_string())
                    .or_default()
                    .push(index);
            }
            let mut start = 0;
            while let Some(&first) = series.times.get(start) {
                let number = block(first);
                start += series.times[start..].partition_point(|time| block(*time) == number);
                let last = series.times[start - 1];
                let entry = self.blocks.entry(number).or_insert_with(|| Block {
                    first,
                    last,
                    series: Vec::new(),
                });
                entry.first = entry.first.min(first);
                entry.last = entry.last.max(last);
                entry.series.push(index);
            }
        }
    }

    /// The series that `fits` accepts, ordered by labels; only those called `name` are looked at where one is given.
    pub(crate) fn select(
        &self,
        name: Option<&str>,
        fits: impl Fn(&Labels) -> bool,
    ) -> Vec<&StoredSeries> {
        let fit = |series: &&StoredSeries| fits(&series.labels);
        match name {
            Some(name) => {
                let indices = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
                indices
                    .iter()
                    .map(|index| &self.series[*index])
                    .filter(fit)
                    .collect()
            }
            None => self.series.iter().filter(fit).collect(),
        }
    }

    /// The label sets that have data in `[from, to]` (milliseconds) and that `fits` accepts, ordered.
    pub(crate) fn label_sets(
        &self,
        from: i64,
        to: i64,
        fits: impl Fn(&Labels) -> bool,
    ) -> Vec<&Labels> {
        self.series
            .iter()
            .filter(|series| fits(&series.labels) && series.meets(from, to))
            .map(|series| &*series.labels)
            .collect()
    }

    /// The label sets of the blocks that meet `[from, to]` (milliseconds), as label look-ups see them: whole blocks, unordered
    /// repetitions left in.
    pub(crate) fn label_sets_of_blocks(&self, from: i64, to: i64) -> impl Iterator<Item = &Labels> {
        self.blocks
            .values()
            .filter(move |block| block.first <= to && from <= block.last.saturating_add(1))
            .flat_map(|block| &block.series)
            .map(|index| &*self.series[*index].labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Sample;

    fn series(name: &str, samples: &[(f64, f64)]) -> Series {
        Series {
            labels: [(METRIC_NAME, name)].into_iter().collect(),
            samples: samples
                .iter()
                .map(|(at_seconds, value)| Sample {
                    at_seconds: *at_seconds,
                    value: *value,
                })
                .collect(),
        }
    }

    #[test]
    fn samples_are_sorted_rounded_and_the_last_of_two_counts() {
        let store = MetricStore::new(vec![series("a", &[(2.0004, 1.0), (1.0, 5.0), (2.0, 3.0)])]);
        let one = store.select(Some("a"), |_| true)[0];
        assert_eq!(
            (one.times.as_slice(), one.values.as_slice()),
            ([1000, 2000].as_slice(), [5.0, 3.0].as_slice())
        );
    }

    #[test]
    fn a_sample_counts_for_exactly_the_look_back_and_not_after_an_end_marker() {
        let stale = f64::from_bits(STALE_MARKER);
        let store = MetricStore::new(vec![series("a", &[(1.0, 5.0), (2.0, stale)])]);
        let one = store.select(Some("a"), |_| true)[0];
        assert_eq!(one.latest(1500, 500), Some((1000, 5.0)));
        assert_eq!(one.latest(1501, 500), None);
        assert_eq!(one.latest(2000, 5000), None);
        assert_eq!(one.latest(999, 5000), None);
    }

    #[test]
    fn series_with_equal_labels_are_one() {
        let store = MetricStore::new(vec![
            series("a", &[(1.0, 1.0)]),
            series("a", &[(2.0, 2.0)]),
            series("b", &[]),
        ]);
        assert_eq!(store.select(None, |_| true).len(), 1);
        assert_eq!(
            store.label_sets(1500, 1600, |_| true).len(),
            1,
            "a gap inside a block does not hide a series"
        );
        assert_eq!(store.label_sets(2001, 9999, |_| true).len(), 0);
    }
}
