//! `sum by (…)` and the other aggregations: many series into one for each group.

use std::collections::HashMap;
use std::sync::Arc;

use promql_parser::parser::{AggregateExpr, LabelModifier};

use super::super::metric_store::METRIC_NAME;
use super::error::QueryError;
use super::evaluator::{Evaluator, literal_text, misplaced};
use super::numbers::{go_plain, mean_stays, quantile};
use super::relabel::is_label_name;
use super::value::{Gathered, Grid, Steps, Track};
use crate::model::Labels;

mod ranking;

impl Evaluator<'_> {
    /// An aggregation.
    ///
    /// # Errors
    ///
    /// Prometheus's execution errors.
    pub(super) fn aggregate(
        &self,
        aggregate: &AggregateExpr,
        grid: Grid,
    ) -> Result<Vec<Track>, QueryError> {
        let name = aggregate.op.to_string();
        let parameter = || {
            aggregate
                .param
                .as_deref()
                .ok_or_else(|| misplaced("missing parameter"))
        };
        let modifier = aggregate.modifier.as_ref();
        // The parameter comes first, as in Prometheus: its errors win.
        match name.as_str() {
            "count_values" => {
                let label = literal_text(parameter()?)?;
                if !is_label_name(label) {
                    return Err(QueryError::execution(format_args!(
                        "invalid label name {label:?}"
                    )));
                }
                let tracks = self.vector(&aggregate.expr, grid)?;
                Ok(count_values(&tracks, label, modifier, grid))
            }
            "topk" | "bottomk" => {
                let counts = self.scalar(parameter()?, grid)?;
                let tracks = self.vector(&aggregate.expr, grid)?;
                ranking::selected(
                    &tracks,
                    &Groups::of(&tracks, modifier),
                    &counts,
                    name == "topk",
                )
            }
            "quantile" => {
                let phi = self.scalar(parameter()?, grid)?;
                let tracks = self.vector(&aggregate.expr, grid)?;
                let groups = Groups::of(&tracks, modifier);
                Ok(folded(&tracks, &groups, grid, |values, step| {
                    quantile(phi[step], values)
                }))
            }
            name => {
                let fold = fold_of(name).ok_or_else(|| misplaced(name))?;
                let tracks = self.vector(&aggregate.expr, grid)?;
                let groups = Groups::of(&tracks, modifier);
                Ok(folded(&tracks, &groups, grid, |values, _| fold(values)))
            }
        }
    }
}

/// To which group each series belongs.
struct Groups {
    /// The group of each series.
    member: Vec<usize>,
    /// The labels of each group.
    labels: Vec<Arc<Labels>>,
}

impl Groups {
    /// The groups that a modifier makes; without one, a single group.
    fn of(tracks: &[Track], modifier: Option<&LabelModifier>) -> Self {
        let mut numbers: HashMap<Labels, usize> = HashMap::new();
        let mut labels = Vec::new();
        let member = tracks.iter().map(|track| {
            let key = group_labels(&track.labels, modifier);
            *numbers.entry(key.clone()).or_insert_with(|| {
                labels.push(Arc::new(key));
                labels.len() - 1
            })
        });
        Self {
            member: member.collect(),
            labels,
        }
    }
}

/// The labels by which a series is grouped.
fn group_labels(labels: &Labels, modifier: Option<&LabelModifier>) -> Labels {
    let listed = |list: &[String], name: &str| list.iter().any(|label| label == name);
    match modifier {
        None => Labels::default(),
        Some(LabelModifier::Include(by)) => labels
            .iter()
            .filter(|(name, _)| listed(&by.labels, name))
            .collect(),
        Some(LabelModifier::Exclude(without)) => labels
            .iter()
            .filter(|(name, _)| *name != METRIC_NAME && !listed(&without.labels, name))
            .collect(),
    }
}

/// One value a group and step: what `fold` makes of the group's values, of which there is at least one.
fn folded(
    tracks: &[Track],
    groups: &Groups,
    grid: Grid,
    fold: impl Fn(&mut Vec<f64>, usize) -> f64,
) -> Vec<Track> {
    let mut gathered = Gathered::default();
    for labels in &groups.labels {
        gathered.begin(Arc::clone(labels));
    }
    let mut steps = Steps::new(tracks);
    let mut values: Vec<Vec<f64>> = vec![Vec::new(); groups.labels.len()];
    for step in 0..grid.len() {
        for (index, value) in steps.at(step) {
            values[groups.member[index]].push(value);
        }
        for (group, values) in values
            .iter_mut()
            .enumerate()
            .filter(|(_, values)| !values.is_empty())
        {
            gathered.push(group, step, fold(values, step));
            values.clear();
        }
    }
    gathered.into_tracks()
}

/// The aggregation of that name, over at least one value.
fn fold_of(name: &str) -> Option<fn(&[f64]) -> f64> {
    Some(match name {
        "sum" => |values| {
            values
                .iter()
                .skip(1)
                .fold(values[0], |sum, value| sum + value)
        },
        "avg" => average,
        "count" => |values| values.len() as f64,
        "group" => |_| 1.0,
        "min" => |values| extreme(values, |value, best| value < best),
        "max" => |values| extreme(values, |value, best| value > best),
        "stdvar" => variance,
        "stddev" => |values| variance(values).sqrt(),
        _ => return None,
    })
}

/// The mean, computed so that it does not overflow where the sum would.
fn average(values: &[f64]) -> f64 {
    let mut mean = values[0];
    for (index, value) in values.iter().enumerate().skip(1) {
        let count = (index + 1) as f64;
        if !mean_stays(mean, *value) {
            mean += value / count - mean / count;
        }
    }
    mean
}

/// The variance of a whole population. As in Prometheus 2.42, a single value has none, whatever it is.
fn variance(values: &[f64]) -> f64 {
    let (mut mean, mut squares) = (values[0], 0.0);
    for (index, value) in values.iter().enumerate().skip(1) {
        let delta = value - mean;
        mean += delta / (index + 1) as f64;
        squares += delta * (value - mean);
    }
    squares / values.len() as f64
}

/// The value that `beats` all others; NaN only where all are.
fn extreme(values: &[f64], beats: impl Fn(f64, f64) -> bool) -> f64 {
    values.iter().skip(1).fold(values[0], |best, value| {
        if beats(*value, best) || best.is_nan() {
            *value
        } else {
            best
        }
    })
}

/// How many series have each value.
fn count_values(
    tracks: &[Track],
    label: &str,
    modifier: Option<&LabelModifier>,
    grid: Grid,
) -> Vec<Track> {
    let mut gathered = Gathered::default();
    let mut places: HashMap<Labels, usize> = HashMap::new();
    let mut steps = Steps::new(tracks);
    for step in 0..grid.len() {
        let mut counts: Vec<(usize, f64)> = Vec::new();
        let mut slots: HashMap<usize, usize> = HashMap::new();
        for (index, value) in steps.at(step) {
            let mut labels = Labels::clone(&tracks[index].labels);
            labels.insert(label, go_plain(value));
            let mut key = group_labels(&labels, modifier);
            if !matches!(modifier, Some(LabelModifier::Exclude(_))) {
                key.insert(label, go_plain(value));
            }
            let place = *places
                .entry(key.clone())
                .or_insert_with(|| gathered.begin(Arc::new(key)));
            let slot = *slots.entry(place).or_insert_with(|| {
                counts.push((place, 0.0));
                counts.len() - 1
            });
            counts[slot].1 += 1.0;
        }
        for (place, count) in counts {
            gathered.push(place, step, count);
        }
    }
    gathered.into_tracks()
}
