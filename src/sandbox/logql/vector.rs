//! Aggregations over the series of one instant: `sum by (a) (…)`, `topk`, `sort`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::tree::{Grouping, VectorAggregation, VectorOp};
use crate::model::Labels;

/// A value with its labels, at an instant that the caller knows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    /// The series.
    pub(super) labels: Arc<Labels>,
    /// The value.
    pub(super) value: f64,
}

/// Aggregates a vector.
pub(super) fn aggregate(aggregation: &VectorAggregation, vector: Vec<Sample>) -> Vec<Sample> {
    match aggregation.op {
        VectorOp::Sort => sorted(vector, false),
        VectorOp::SortDesc => sorted(vector, true),
        VectorOp::TopK | VectorOp::BottomK | VectorOp::ApproxTopK => select(aggregation, vector),
        op => grouped(vector, aggregation.grouping.as_ref())
            .into_iter()
            .map(|(labels, samples)| {
                let value = fold(op, samples.iter().map(|sample| sample.value));
                Sample {
                    labels: Arc::new(labels),
                    value,
                }
            })
            .collect(),
    }
}

/// One value for a group.
fn fold(op: VectorOp, values: impl Iterator<Item = f64> + Clone) -> f64 {
    match op {
        VectorOp::Avg => moments(values).0,
        VectorOp::Stdvar => moments(values).1,
        VectorOp::Stddev => moments(values).1.sqrt(),
        VectorOp::Count => values.count() as f64,
        VectorOp::Min => values.fold(f64::NAN, f64::min),
        VectorOp::Max => values.fold(f64::NAN, f64::max),
        _ => values.sum(),
    }
}

/// Mean and population variance, by Welford's method; NaN for no values.
pub(super) fn moments(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (mut count, mut mean, mut squares) = (0.0, 0.0, 0.0);
    for value in values {
        count += 1.0;
        let delta = value - mean;
        mean += delta / count;
        squares += delta * (value - mean);
    }
    if count == 0.0 {
        (f64::NAN, f64::NAN)
    } else {
        (mean, squares / count)
    }
}

/// The samples of each group, by its labels.
fn grouped(vector: Vec<Sample>, grouping: Option<&Grouping>) -> BTreeMap<Labels, Vec<Sample>> {
    let mut groups: BTreeMap<Labels, Vec<Sample>> = BTreeMap::new();
    for sample in vector {
        groups
            .entry(group_labels(&sample.labels, grouping))
            .or_default()
            .push(sample);
    }
    groups
}

/// The labels that a grouping leaves; labels without a value count as missing.
fn group_labels(labels: &Labels, grouping: Option<&Grouping>) -> Labels {
    let Some(grouping) = grouping else {
        return Labels::default();
    };
    labels
        .iter()
        .filter(|(name, value)| {
            !value.is_empty()
                && grouping.labels.iter().any(|label| label == name) != grouping.without
        })
        .collect()
}

/// `topk` and `bottomk`: the samples themselves, best first, NaN last.
fn select(aggregation: &VectorAggregation, vector: Vec<Sample>) -> Vec<Sample> {
    let largest = aggregation.op != VectorOp::BottomK;
    let k = aggregation.parameter.unwrap_or(1);
    grouped(vector, aggregation.grouping.as_ref())
        .into_values()
        .flat_map(|samples| {
            let mut samples = sorted(samples, largest);
            samples.truncate(k);
            samples
        })
        .collect()
}

/// By value; NaN last either way.
fn sorted(mut vector: Vec<Sample>, descending: bool) -> Vec<Sample> {
    vector.sort_by(|left, right| {
        let nans = left.value.is_nan().cmp(&right.value.is_nan());
        let order = left.value.total_cmp(&right.value);
        nans.then(if descending { order.reverse() } else { order })
    });
    vector
}
