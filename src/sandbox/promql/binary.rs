//! Operators with two operands, at least one of them a scalar; two vectors are for `matching`.

use promql_parser::parser::BinaryExpr;

use super::error::QueryError;
use super::evaluator::{Evaluator, misplaced};
use super::value::{Grid, Point, Track, Value, joined, without_name};

/// What an operator does with two numbers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Operator {
    /// Computes a third.
    Arithmetic(fn(f64, f64) -> f64),
    /// Keeps the first or not.
    Comparison(fn(&f64, &f64) -> bool),
}

impl Operator {
    /// The operator written like this.
    pub(super) fn of(text: &str) -> Option<Self> {
        Some(match text {
            "+" => Self::Arithmetic(|a, b| a + b),
            "-" => Self::Arithmetic(|a, b| a - b),
            "*" => Self::Arithmetic(|a, b| a * b),
            "/" => Self::Arithmetic(|a, b| a / b),
            "%" => Self::Arithmetic(|a, b| a % b),
            "^" => Self::Arithmetic(f64::powf),
            "atan2" => Self::Arithmetic(f64::atan2),
            "==" => Self::Comparison(f64::eq),
            "!=" => Self::Comparison(f64::ne),
            "<" => Self::Comparison(f64::lt),
            "<=" => Self::Comparison(f64::le),
            ">" => Self::Comparison(f64::gt),
            ">=" => Self::Comparison(f64::ge),
            _ => return None,
        })
    }

    /// What becomes of two numbers; `None` where a comparison fails. With `as_bool` a comparison gives 1 or 0 instead.
    pub(super) fn apply(self, a: f64, b: f64, as_bool: bool) -> Option<f64> {
        match self {
            Self::Arithmetic(compute) => Some(compute(a, b)),
            Self::Comparison(holds) if as_bool => Some(f64::from(u8::from(holds(&a, &b)))),
            Self::Comparison(holds) => holds(&a, &b).then_some(a),
        }
    }
}

/// Whether a result loses its metric name. In Prometheus 2.42 `atan2` keeps it.
pub(super) fn drops_name(text: &str, as_bool: bool) -> bool {
    as_bool || matches!(text, "+" | "-" | "*" | "/" | "%" | "^")
}

impl Evaluator<'_> {
    /// An expression with a binary operator.
    ///
    /// # Errors
    ///
    /// Prometheus's execution errors.
    pub(super) fn binary(&self, binary: &BinaryExpr, grid: Grid) -> Result<Value, QueryError> {
        let left = self.value(&binary.lhs, grid)?;
        let right = self.value(&binary.rhs, grid)?;
        let text = binary.op.to_string();
        let as_bool = binary.return_bool();
        let operator = || Operator::of(&text).ok_or_else(|| misplaced(&text));
        match (left, right) {
            (Value::Vector(left), Value::Vector(right)) => {
                self.matched(binary, &left, &right, grid).map(Value::Vector)
            }
            (Value::Scalar(left), Value::Scalar(right)) => {
                let operator = operator()?;
                let each = left
                    .iter()
                    .zip(&right)
                    .map(|(a, b)| operator.apply(*a, *b, as_bool).unwrap_or(f64::NAN));
                Ok(Value::Scalar(each.collect()))
            }
            (Value::Vector(tracks), Value::Scalar(numbers)) => {
                let operator = operator()?;
                let each = |value, step: usize| operator.apply(value, numbers[step], as_bool);
                each_value(tracks, drops_name(&text, as_bool), each).map(Value::Vector)
            }
            (Value::Scalar(numbers), Value::Vector(tracks)) => {
                let operator = operator()?;
                let each = |value, step: usize| {
                    let result = operator.apply(numbers[step], value, as_bool)?;
                    let keeps = matches!(operator, Operator::Comparison(_)) && !as_bool;
                    Some(if keeps { value } else { result })
                };
                each_value(tracks, drops_name(&text, as_bool), each).map(Value::Vector)
            }
            _ => Err(misplaced("string")),
        }
    }
}

/// Every value of every series changed by `change`, which is also told the step; `None` removes it.
///
/// # Errors
///
/// Where dropping the name leaves two values with equal labels at one step.
pub(super) fn each_value(
    tracks: Vec<Track>,
    drop_name: bool,
    change: impl Fn(f64, usize) -> Option<f64>,
) -> Result<Vec<Track>, QueryError> {
    let changed = tracks.into_iter().map(|track| Track {
        points: track
            .points
            .iter()
            .filter_map(|point| {
                let value = change(point.value, point.step)?;
                Some(Point {
                    step: point.step,
                    value,
                })
            })
            .collect(),
        labels: if drop_name {
            without_name(&track.labels)
        } else {
            track.labels
        },
    });
    joined(changed.collect())
}
