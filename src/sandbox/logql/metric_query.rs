//! Answers a metric query at one instant or at many.
//!
//! The samples that the whole answer needs are taken out of the store once; then each step is evaluated by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::Regex;

use super::binary::{constant, with_scalar, with_vector};
use super::error::QueryError;
use super::go_regex::compile_anchored;
use super::range::RangeData;
use super::tree::{Binary, Grouping, Metric, RangeOp, VectorAggregation, VectorOp};
use super::vector::{Sample, aggregate};
use crate::model::Labels;
use crate::sandbox::log_store::LogStore;

/// Loki's bound on the series of an answer (`max_query_series`, at its default).
const MAX_SERIES: usize = 500;

/// The instants of an answer, nanoseconds, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Steps {
    /// First.
    pub(crate) first: i64,
    /// None later than this.
    pub(crate) last: i64,
    /// Distance; `None` for a single instant.
    pub(crate) step: Option<i64>,
}

impl Steps {
    /// Each instant.
    fn iter(self) -> impl Iterator<Item = i64> {
        let step = self.step.filter(|step| *step > 0);
        std::iter::successors(Some(self.first), move |at| at.checked_add(step?))
            .take_while(move |at| *at <= self.last)
    }
}

/// The answer to a metric query.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    /// A number, where the query has no series and asks about one instant.
    Scalar(f64),
    /// One value a series.
    Vector(Vec<(Arc<Labels>, f64)>),
    /// Nanoseconds and values of each series, by labels.
    Matrix(Vec<(Labels, Vec<(i64, f64)>)>),
}

/// Evaluates a metric query.
///
/// # Errors
/// What Loki refuses, or fails at.
pub(crate) fn run_metric_query(
    store: &LogStore,
    metric: &Metric,
    steps: Steps,
) -> Result<Answer, QueryError> {
    let node = Node::prepare(store, metric, steps)?;
    if steps.step.is_none() {
        if let Node::Constant(value) = node {
            return Ok(Answer::Scalar(value));
        }
        let vector = node.at(steps.first)?;
        check_series(vector.len())?;
        return Ok(Answer::Vector(
            vector
                .into_iter()
                .map(|sample| (sample.labels, sample.value))
                .collect(),
        ));
    }
    let mut matrix: BTreeMap<Arc<Labels>, Vec<(i64, f64)>> = BTreeMap::new();
    for at in steps.iter() {
        for sample in node.at(at)? {
            matrix
                .entry(sample.labels)
                .or_default()
                .push((at, sample.value));
        }
        check_series(matrix.len())?;
    }
    Ok(Answer::Matrix(
        matrix
            .into_iter()
            .map(|(labels, points)| (Arc::unwrap_or_clone(labels), points))
            .collect(),
    ))
}

/// Refuses answers of too many series.
fn check_series(count: usize) -> Result<(), QueryError> {
    if count <= MAX_SERIES {
        return Ok(());
    }
    Err(QueryError::bad_request(format!(
        "maximum number of series ({MAX_SERIES}) reached for a single query; consider reducing query cardinality by \
         adding more specific stream selectors, reducing the time range, or aggregating results with functions like \
         sum(), count() or topk()"
    )))
}

/// A metric expression with its samples at hand.
enum Node<'q> {
    /// A number.
    Constant(f64),
    /// `vector(1)`
    VectorOf(f64),
    /// A range aggregation.
    Range(RangeData),
    /// A vector aggregation.
    Vector(&'q VectorAggregation, Box<Node<'q>>),
    /// An operator.
    Binary(&'q Binary, Box<Node<'q>>, Box<Node<'q>>),
    /// `label_replace`: inner, target, replacement, source, expression.
    LabelReplace(Box<Node<'q>>, &'q str, &'q str, &'q str, Box<Regex>),
}

impl<'q> Node<'q> {
    /// Takes the samples that the expression needs for all steps.
    fn prepare(store: &LogStore, metric: &'q Metric, steps: Steps) -> Result<Self, QueryError> {
        if let Some(value) = constant(metric) {
            return Ok(Self::Constant(value));
        }
        let span = (steps.first, steps.last);
        Ok(match metric {
            Metric::Literal(value) => Self::Constant(*value),
            Metric::VectorOf(value) => Self::VectorOf(*value),
            Metric::Range(range) => Self::Range(RangeData::load(store, range, None, span)?),
            Metric::Vector(aggregation) => {
                let inner = match (&*aggregation.inner, pushed_grouping(aggregation)) {
                    (Metric::Range(range), Some(grouping)) => {
                        Self::Range(RangeData::load(store, range, Some(&grouping), span)?)
                    }
                    (inner, _) => Self::prepare(store, inner, steps)?,
                };
                Self::Vector(aggregation, Box::new(inner))
            }
            Metric::Binary(binary) => {
                let left = Self::prepare(store, &binary.left, steps)?;
                let right = Self::prepare(store, &binary.right, steps)?;
                Self::Binary(binary, Box::new(left), Box::new(right))
            }
            Metric::LabelReplace {
                inner,
                target,
                replacement,
                source,
                regex,
            } => {
                let regex = compile_anchored(regex).map_err(QueryError::invalid)?;
                let inner = Self::prepare(store, inner, steps)?;
                Self::LabelReplace(
                    Box::new(inner),
                    target,
                    replacement,
                    source,
                    Box::new(regex),
                )
            }
        })
    }

    /// The vector at an instant; a number counts as a series without labels.
    fn at(&self, at: i64) -> Result<Vec<Sample>, QueryError> {
        match self {
            Self::Constant(value) | Self::VectorOf(value) => Ok(vec![Sample {
                labels: Arc::default(),
                value: *value,
            }]),
            Self::Range(data) => data.at(at),
            Self::Vector(aggregation, inner) => Ok(aggregate(aggregation, inner.at(at)?)),
            Self::Binary(binary, left, right) => match (&**left, &**right) {
                (Self::Constant(scalar), vector) => {
                    Ok(with_scalar(binary, vector.at(at)?, *scalar, true))
                }
                (vector, Self::Constant(scalar)) => {
                    Ok(with_scalar(binary, vector.at(at)?, *scalar, false))
                }
                (left, right) => with_vector(binary, left.at(at)?, right.at(at)?),
            },
            Self::LabelReplace(inner, target, replacement, source, regex) => {
                let vector = inner.at(at)?;
                Ok(vector
                    .into_iter()
                    .map(|sample| relabel(sample, target, replacement, source, regex))
                    .collect())
            }
        }
    }
}

/// The grouping that Loki moves from a `sum` into the aggregation right below it.
fn pushed_grouping(aggregation: &VectorAggregation) -> Option<Grouping> {
    let Metric::Range(range) = &*aggregation.inner else {
        return None;
    };
    let movable = matches!(
        range.op,
        RangeOp::Bytes | RangeOp::BytesRate | RangeOp::Sum | RangeOp::Rate | RangeOp::Count
    );
    (aggregation.op == VectorOp::Sum && movable && range.grouping.is_none())
        .then(|| aggregation.grouping.clone().unwrap_or_default())
}

/// `label_replace` on one sample: unchanged where the expression does not match, without the label where it is emptied.
fn relabel(sample: Sample, target: &str, replacement: &str, source: &str, regex: &Regex) -> Sample {
    let value = sample.labels.get(source).unwrap_or_default();
    let Some(captures) = regex.captures(value) else {
        return sample;
    };
    let mut text = String::new();
    captures.expand(replacement, &mut text);
    let mut labels = (*sample.labels).clone();
    if text.is_empty() {
        labels.0.remove(target);
    } else {
        labels.insert(target, text);
    }
    Sample {
        labels: Arc::new(labels),
        value: sample.value,
    }
}
