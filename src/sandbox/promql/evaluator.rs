//! What does each kind of expression give over a grid of instants?
//!
//! As in Prometheus, an expression is evaluated for all its instants at once: series are selected and labels made once, values
//! once an instant. Subqueries are evaluated over one grid that serves all the instants of the expression around them. What is
//! kept and how much is looked at have limits, so that no query can take the memory or the time of the process.

use std::cell::Cell;

use promql_parser::parser::{Expr, UnaryExpr};

use super::super::metric_store::MetricStore;
use super::error::QueryError;
use super::value::{Grid, Track, Value, distinct, without_name};

/// Values that one query may keep, as Prometheus's `query.max-samples` default: about 800 MB here.
const MOST_KEPT: u64 = 50_000_000;

/// Samples that the range functions of one query may look at. Prometheus stops after two minutes of any work; a count gives the
/// same answer on every machine, and this one is tens of seconds.
const MOST_LOOKED_AT: u64 = 10_000_000_000;

/// One evaluation of one query.
pub(super) struct Evaluator<'a> {
    /// The samples.
    pub(super) store: &'a MetricStore,
    /// The instants of the whole query, which `start()` and `end()` mean.
    pub(super) query: Grid,
    /// How many values may still be kept.
    kept: Cell<u64>,
    /// How many samples may still be looked at.
    looked_at: Cell<u64>,
}

impl<'a> Evaluator<'a> {
    /// An evaluation over `query`.
    pub(super) fn new(store: &'a MetricStore, query: Grid) -> Self {
        Self {
            store,
            query,
            kept: Cell::new(MOST_KEPT),
            looked_at: Cell::new(MOST_LOOKED_AT),
        }
    }

    /// Notes that `count` more values are kept.
    ///
    /// # Errors
    ///
    /// Where that is too many.
    pub(super) fn keep(&self, count: usize) -> Result<(), QueryError> {
        let left = self.kept.get().checked_sub(count as u64);
        self.kept.set(left.ok_or_else(|| {
            QueryError::execution(
                "query processing would load too many samples into memory in query execution",
            )
        })?);
        Ok(())
    }

    /// Notes that `count` more samples are looked at.
    ///
    /// # Errors
    ///
    /// Where that is too many.
    pub(super) fn look_at(&self, count: usize) -> Result<(), QueryError> {
        let left = self.looked_at.get().checked_sub(count as u64);
        self.looked_at.set(left.ok_or(QueryError::TimedOut)?);
        Ok(())
    }

    /// The value of any expression but a range vector.
    ///
    /// # Errors
    ///
    /// Prometheus's execution errors.
    pub(super) fn value(&self, expr: &Expr, grid: Grid) -> Result<Value, QueryError> {
        match expr {
            Expr::NumberLiteral(number) => {
                self.keep(grid.len())?;
                Ok(Value::Scalar(vec![number.val; grid.len()]))
            }
            Expr::StringLiteral(text) => Ok(Value::Text(text.val.clone())),
            Expr::Paren(paren) => self.value(&paren.expr, grid),
            Expr::Unary(unary) => self.negated(unary, grid),
            Expr::VectorSelector(selector) => self.select(selector, grid).map(Value::Vector),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate, grid).map(Value::Vector),
            Expr::Binary(binary) => self.binary(binary, grid),
            Expr::Call(call) => self.call(call, grid),
            Expr::MatrixSelector(_) | Expr::Subquery(_) => Err(misplaced("range vector")),
            Expr::Extension(extension) => Err(misplaced(extension.expr.name())),
        }
    }

    /// The value of an expression that the grammar holds to be an instant vector.
    ///
    /// # Errors
    ///
    /// Prometheus's execution errors.
    pub(super) fn vector(&self, expr: &Expr, grid: Grid) -> Result<Vec<Track>, QueryError> {
        match self.value(expr, grid)? {
            Value::Vector(tracks) => Ok(tracks),
            Value::Scalar(_) => Err(misplaced("scalar")),
            Value::Text(_) => Err(misplaced("string")),
        }
    }

    /// The values, one a step, of an expression that the grammar holds to be a scalar.
    ///
    /// # Errors
    ///
    /// Prometheus's execution errors.
    pub(super) fn scalar(&self, expr: &Expr, grid: Grid) -> Result<Vec<f64>, QueryError> {
        match self.value(expr, grid)? {
            Value::Scalar(values) => Ok(values),
            Value::Vector(_) => Err(misplaced("instant vector")),
            Value::Text(_) => Err(misplaced("string")),
        }
    }

    /// A negated scalar or vector; the parser drops unary plus.
    fn negated(&self, unary: &UnaryExpr, grid: Grid) -> Result<Value, QueryError> {
        match self.value(&unary.expr, grid)? {
            Value::Scalar(values) => Ok(Value::Scalar(
                values.into_iter().map(|value| -value).collect(),
            )),
            Value::Vector(tracks) => {
                let negated = tracks.into_iter().map(|mut track| {
                    track.labels = without_name(&track.labels);
                    for point in &mut track.points {
                        point.value = -point.value;
                    }
                    track
                });
                distinct(negated.collect()).map(Value::Vector)
            }
            Value::Text(_) => Err(misplaced("string")),
        }
    }
}

/// The text of an expression that the grammar holds to be a string literal.
///
/// # Errors
///
/// Where it is none.
pub(super) fn literal_text(expr: &Expr) -> Result<&str, QueryError> {
    match expr {
        Expr::StringLiteral(text) => Ok(&text.val),
        Expr::Paren(paren) => literal_text(&paren.expr),
        _ => Err(misplaced("expression")),
    }
}

/// The expression inside any parentheses.
pub(super) fn unwrapped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(paren) => unwrapped(&paren.expr),
        other => other,
    }
}

/// An expression of that kind stands where the grammar allows none: a bug here, reported rather than guessed around.
pub(super) fn misplaced(kind: &str) -> QueryError {
    QueryError::execution(format_args!(
        "unexpected error: this server cannot evaluate a {kind} here"
    ))
}
