//! Operators between scalars and vectors.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::error::QueryError;
use super::tree::{Binary, BinaryOp, Cardinality, Matching, Metric};
use super::vector::Sample;
use crate::model::Labels;

/// The value of an expression that is made of literals only.
pub(super) fn constant(metric: &Metric) -> Option<f64> {
    match metric {
        Metric::Literal(value) => Some(*value),
        Metric::Binary(binary) => {
            let (left, right) = (constant(&binary.left)?, constant(&binary.right)?);
            // Between literals a comparison answers 0 or 1, `bool` or not.
            Some(compute(binary.op, left, right))
        }
        _ => None,
    }
}

/// The result of an operator; comparisons answer 0 or 1. Division by zero is NaN in Loki, not infinite.
fn compute(op: BinaryOp, left: f64, right: f64) -> f64 {
    if let Some(comparison) = op.comparison() {
        return f64::from(u8::from(comparison.holds(&left, &right)));
    }
    match op {
        BinaryOp::Add => left + right,
        BinaryOp::Sub => left - right,
        BinaryOp::Mul => left * right,
        BinaryOp::Div | BinaryOp::Mod if right == 0.0 => f64::NAN,
        BinaryOp::Div => left / right,
        BinaryOp::Mod => left % right,
        BinaryOp::Pow => left.powf(right),
        _ => f64::NAN,
    }
}

/// The result for two values, `kept` being the one that a filtering comparison passes on; `None` where it filters.
fn merge(binary: &Binary, left: f64, right: f64, kept: f64) -> Option<f64> {
    let value = compute(binary.op, left, right);
    match binary.op.comparison() {
        Some(_) if !binary.returns_bool => (value != 0.0).then_some(kept),
        _ => Some(value),
    }
}

/// A vector and a scalar, which stands on the left or on the right.
pub(super) fn with_scalar(
    binary: &Binary,
    vector: Vec<Sample>,
    scalar: f64,
    scalar_left: bool,
) -> Vec<Sample> {
    vector
        .into_iter()
        .filter_map(|sample| {
            let (left, right) = if scalar_left {
                (scalar, sample.value)
            } else {
                (sample.value, scalar)
            };
            let value = merge(binary, left, right, sample.value)?;
            Some(Sample {
                labels: sample.labels,
                value,
            })
        })
        .collect()
}

/// Two vectors.
///
/// # Errors
/// Series that cannot be told apart by the labels that match them; Loki answers 500.
pub(super) fn with_vector(
    binary: &Binary,
    left: Vec<Sample>,
    right: Vec<Sample>,
) -> Result<Vec<Sample>, QueryError> {
    let matching = &binary.matching;
    match binary.op {
        BinaryOp::And => Ok(keep(left, &signatures(&right, matching), matching, true)),
        BinaryOp::Unless => Ok(keep(left, &signatures(&right, matching), matching, false)),
        BinaryOp::Or => {
            let known = signatures(&left, matching);
            let mut joined = left;
            joined.extend(keep(right, &known, matching, false));
            Ok(joined)
        }
        _ => join(binary, left, right),
    }
}

/// The labels by which a series is matched.
fn signature(labels: &Labels, matching: &Matching) -> Labels {
    labels
        .iter()
        .filter(|(name, _)| matching.labels.iter().any(|label| label == name) == matching.on)
        .collect()
}

/// All signatures of a vector.
fn signatures(vector: &[Sample], matching: &Matching) -> BTreeSet<Labels> {
    vector
        .iter()
        .map(|sample| signature(&sample.labels, matching))
        .collect()
}

/// The samples whose signature is known, or is not.
fn keep(
    vector: Vec<Sample>,
    known: &BTreeSet<Labels>,
    matching: &Matching,
    wanted: bool,
) -> Vec<Sample> {
    vector
        .into_iter()
        .filter(|sample| known.contains(&signature(&sample.labels, matching)) == wanted)
        .collect()
}

/// Arithmetic and comparisons between matching series.
fn join(binary: &Binary, left: Vec<Sample>, right: Vec<Sample>) -> Result<Vec<Sample>, QueryError> {
    let matching = &binary.matching;
    let swapped = matching.cardinality == Cardinality::OneToMany;
    let (many, one) = if swapped {
        (right, left)
    } else {
        (left, right)
    };
    let mut ones: BTreeMap<Labels, Sample> = BTreeMap::new();
    for sample in one {
        if ones
            .insert(signature(&sample.labels, matching), sample)
            .is_some()
        {
            let side = if swapped { "left" } else { "right" };
            return Err(QueryError::execution(format!(
                "found duplicate series on the {side} hand-side;many-to-many matching not allowed: matching labels \
                 must be unique on one side"
            )));
        }
    }
    let mut seen: BTreeSet<(Labels, Option<Labels>)> = BTreeSet::new();
    let mut out = Vec::new();
    for sample in many {
        let key = signature(&sample.labels, matching);
        let Some(partner) = ones.get(&key) else {
            continue;
        };
        let labels = result_labels(&sample.labels, &partner.labels, matching);
        let one_to_one = matching.cardinality == Cardinality::OneToOne;
        if !seen.insert((key, (!one_to_one).then(|| labels.clone()))) {
            return Err(QueryError::execution(if one_to_one {
                "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
            } else {
                "multiple matches for labels: grouping labels must ensure unique matches"
            }));
        }
        let (left, right) = if swapped {
            (partner.value, sample.value)
        } else {
            (sample.value, partner.value)
        };
        if let Some(value) = merge(binary, left, right, left) {
            out.push(Sample {
                labels: Arc::new(labels),
                value,
            });
        }
    }
    Ok(out)
}

/// The labels of a result: those that matched, or those of the many side with what was asked for from the one side.
fn result_labels(many: &Labels, one: &Labels, matching: &Matching) -> Labels {
    if matching.cardinality == Cardinality::OneToOne {
        return signature(many, matching);
    }
    let mut labels = many.clone();
    for name in &matching.include {
        match one.get(name).filter(|value| !value.is_empty()) {
            Some(value) => labels.insert(name, value),
            None => {
                labels.0.remove(name);
            }
        }
    }
    labels
}
