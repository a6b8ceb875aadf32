//! What does a query of Prometheus 2.42 answer over the samples of a [`MetricStore`]?
//!
//! In come a query's text and the instants to evaluate it at, out comes an [`Answer`] or the error that Prometheus gives, word
//! for word. `promql-parser` reads the text into a tree; what it accepts beyond 2.42, what would make it panic, and every message
//! and position are settled before by [`grammar`]. The rules of evaluation (look-back, extrapolation, compensated sums, matching,
//! ties) are those of Prometheus 2.42, held to a real server by `differential`. Nothing here knows HTTP.
//!
//! | file | question |
//! |---|---|
//! | [`lexer`], [`grammar`], [`signatures`] | is it a query? |
//! | [`evaluator`] | what does each kind of expression give? |
//! | [`selection`] | which samples does a selector see at an instant? |
//! | [`aggregation`], [`binary`], [`matching`], [`calls`] | operators and functions |
//! | [`windows`], [`histogram`], [`relabel`], [`calendar`], [`numbers`] | the arithmetic behind the functions |
//!
//! Four mistakes of 2.42 are not repeated: `predict_linear`, `quantile_over_time` and `holt_winters` over a range with `@` lose
//! steps of a range query where another argument changes with time; `timestamp` of a selector with `@` and `offset` misses
//! samples; a subquery over what never changes gives a point outside its range; a string in parentheses is an internal error.
//!
//! Refused with a message although 2.42 has it: metrics named by a keyword of later versions (`anchored`, `smoothed`), nesting
//! beyond [`grammar::DEEPEST`]. Patterns are Rust's, so that a few that Go refuses (`x**`) are read.

use std::sync::{Arc, OnceLock};

use promql_parser::parser::{
    Expr, Function, parse, register_extra_functions, value::ValueType as ParserType,
};

use super::metric_store::{METRIC_NAME, MetricStore};
use crate::model::Labels;
use evaluator::Evaluator;
use matcher::Test;
use signatures::ValueType;
use value::{Grid, Value};

mod aggregation;
mod binary;
mod calendar;
mod calls;
mod duration;
mod error;
mod evaluator;
mod grammar;
mod heap;
mod histogram;
mod lexer;
mod matcher;
mod matching;
mod numbers;
mod relabel;
mod selection;
mod signatures;
mod value;
mod windows;

pub(super) use duration::parse_length_ms;
pub(super) use error::QueryError;
pub(crate) use error::SyntaxError;
pub(super) use numbers::{go_exponent, go_plain};
pub(super) use relabel::is_label_name;

#[cfg(test)]
pub(super) mod differential;
#[cfg(test)]
mod tests;

/// What a query gives.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    /// One number.
    Scalar(f64),
    /// A string.
    Text(String),
    /// Series with one value each, in the order of the answer.
    Vector(Vec<(Arc<Labels>, f64)>),
    /// Series with values at Unix milliseconds, ordered by labels.
    Matrix(Vec<SeriesAnswer>),
}

/// One series of a matrix.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SeriesAnswer {
    /// What identifies it.
    pub(super) labels: Arc<Labels>,
    /// Unix milliseconds and values, oldest first.
    pub(super) points: Vec<(i64, f64)>,
}

/// A query that was read and checked.
#[derive(Debug)]
pub(super) struct Query {
    /// Its tree.
    tree: Expr,
    /// Its type.
    value_type: ValueType,
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    ///
    /// The first error that Prometheus 2.42 reports for the text; or, for the little that `promql-parser` cannot read although
    /// Prometheus can, that parser's message.
    pub(super) fn parse(text: &str) -> Result<Self, SyntaxError> {
        register_old_names();
        let value_type = grammar::check_query(text)?;
        let tree = parse(text).map_err(|why| {
            SyntaxError::at(
                text,
                0,
                format!("this server cannot read the expression: {why}"),
            )
        })?;
        Ok(Self { tree, value_type })
    }

    /// Evaluates at one instant (Unix milliseconds).
    ///
    /// # Errors
    ///
    /// What Prometheus reports as an execution error.
    pub(super) fn at(&self, store: &MetricStore, at: i64) -> Result<Answer, QueryError> {
        let grid = Grid::instant(at);
        let evaluator = Evaluator::new(store, grid);
        if self.value_type == ValueType::Range {
            return Ok(Answer::Matrix(
                evaluator.range_vector(&self.tree, grid)?.contents(grid),
            ));
        }
        Ok(match evaluator.value(&self.tree, grid)? {
            Value::Scalar(values) => Answer::Scalar(values.first().copied().unwrap_or(f64::NAN)),
            Value::Text(text) => Answer::Text(text),
            Value::Vector(tracks) => Answer::Vector(
                tracks
                    .into_iter()
                    .filter_map(|track| Some((track.labels, track.points.first()?.value)))
                    .collect(),
            ),
        })
    }

    /// Evaluates at `start`, `start + step`, … up to `end` (Unix milliseconds; `step` positive).
    ///
    /// # Errors
    ///
    /// What Prometheus reports as an execution error, or a query that gives neither a scalar nor an instant vector.
    pub(super) fn over(
        &self,
        store: &MetricStore,
        start: i64,
        end: i64,
        step: i64,
    ) -> Result<Answer, QueryError> {
        if matches!(self.value_type, ValueType::Range | ValueType::Text) {
            return Err(QueryError::NotForRange(self.value_type.documented()));
        }
        let grid = Grid { start, end, step };
        let tracks = match Evaluator::new(store, grid).value(&self.tree, grid)? {
            Value::Scalar(values) => vec![value::Track::dense(Labels::default(), values)],
            Value::Vector(tracks) => tracks,
            Value::Text(_) => Vec::new(),
        };
        let times: Vec<i64> = grid.times().collect();
        let mut series: Vec<SeriesAnswer> = tracks
            .into_iter()
            .filter(|track| !track.points.is_empty())
            .map(|track| SeriesAnswer {
                points: track
                    .points
                    .iter()
                    .map(|point| (times[point.step], point.value))
                    .collect(),
                labels: track.labels,
            })
            .collect();
        series.sort_by(|a, b| a.labels.cmp(&b.labels));
        Ok(Answer::Matrix(series))
    }
}

/// What a sound query gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gives {
    /// One value a series and step.
    Values,
    /// Samples over a range, which only an instant query can ask for.
    Ranges,
    /// A string, likewise.
    Text,
}

/// Whether a text is a query, without asking a server: of Prometheus 2.42, else of the later grammar that `promql-parser` knows.
///
/// # Errors
///
/// The first error that Prometheus 2.42 reports for the text, with its place.
pub(crate) fn check_syntax(text: &str) -> Result<Gives, SyntaxError> {
    /// Longer texts are not given to the parser, which takes stack for each level and each operator of a chain.
    const MOST_BYTES: usize = 2_000;
    let flaw = match grammar::check_query(text) {
        Ok(ValueType::Range) => return Ok(Gives::Ranges),
        Ok(ValueType::Text) => return Ok(Gives::Text),
        Ok(_) => return Ok(Gives::Values),
        Err(flaw) => flaw,
    };
    if text.len() > MOST_BYTES {
        return Err(flaw);
    }
    match std::panic::catch_unwind(|| parse(text).map(|tree| tree.value_type())) {
        Ok(Ok(ParserType::Matrix)) => Ok(Gives::Ranges),
        Ok(Ok(ParserType::String)) => Ok(Gives::Text),
        Ok(Ok(_)) => Ok(Gives::Values),
        Ok(Err(_)) | Err(_) => Err(flaw),
    }
}

/// Which series a `match[]` parameter means.
pub(super) struct SeriesSelector {
    /// Labels and what is asked of each.
    tests: Vec<(String, Test)>,
}

impl SeriesSelector {
    /// Reads a bare selector.
    ///
    /// # Errors
    ///
    /// The first error that Prometheus 2.42 reports for the text.
    pub(super) fn parse(text: &str) -> Result<Self, SelectorError> {
        let (name, matchers) = grammar::read_selector(text).map_err(SelectorError::Syntax)?;
        let name = name.map(|name| (METRIC_NAME.to_string(), Test::Equal(name)));
        let matchers = matchers
            .into_iter()
            .map(|matcher| (matcher.name, matcher.test));
        let tests: Vec<(String, Test)> = name.into_iter().chain(matchers).collect();
        if tests.iter().all(|(_, test)| test.accepts("")) {
            return Err(SelectorError::Empty);
        }
        Ok(Self { tests })
    }

    /// Whether it accepts a label set.
    pub(super) fn fits(&self, labels: &Labels) -> bool {
        self.tests
            .iter()
            .all(|(name, test)| test.accepts(labels.get(name).unwrap_or("")))
    }
}

/// Why a `match[]` parameter cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum SelectorError {
    /// It is no selector.
    #[error("{0}")]
    Syntax(SyntaxError),
    /// It would select everything.
    #[error("match[] must contain at least one non-empty matcher")]
    Empty,
}

/// Tells the parser of what Prometheus 2.42 called by a name that later versions dropped. Done once a process.
fn register_old_names() {
    static DONE: OnceLock<bool> = OnceLock::new();
    DONE.get_or_init(|| {
        let takes = vec![ParserType::Matrix, ParserType::Scalar, ParserType::Scalar];
        let holt_winters = Function::new("holt_winters", takes, 0, ParserType::Vector, false);
        register_extra_functions(vec![holt_winters]).is_ok()
    });
}
