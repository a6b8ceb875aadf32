//! Which samples does a selector see at an instant?
//!
//! An instant selector sees the last sample of the five minutes up to the instant, both ends included, unless the series was
//! marked as ended. A range sees all samples between its ends, both included, end markers left out. `@` replaces the instant,
//! `offset` moves it.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use promql_parser::label::MatchOp;
use promql_parser::parser::{AtModifier, Expr, Offset, SubqueryExpr, VectorSelector};

use super::super::metric_store::{METRIC_NAME, StoredSeries, is_stale};
use super::SeriesAnswer;
use super::error::QueryError;
use super::evaluator::{Evaluator, misplaced, unwrapped};
use super::value::{Grid, Point, Track};
use crate::model::Labels;

/// How long a sample counts without a newer one: Prometheus's `query.lookback-delta` default, five minutes.
const LOOK_BACK_MS: i64 = 300_000;

/// Step of a subquery that names none: Prometheus's default evaluation interval, one minute.
const DEFAULT_SUBQUERY_STEP_MS: i64 = 60_000;

/// Whether a selector accepts a label set.
pub(super) fn fits(selector: &VectorSelector, labels: &Labels) -> bool {
    let named = selector
        .name
        .as_ref()
        .is_none_or(|name| labels.get(METRIC_NAME) == Some(name));
    named
        && selector
            .matchers
            .matchers
            .iter()
            .all(|matcher| matcher.is_match(labels.get(&matcher.name).unwrap_or("")))
}

/// The one metric name that a selector can accept, where it says so.
fn only_name(selector: &VectorSelector) -> Option<&str> {
    selector.name.as_deref().or_else(|| {
        selector
            .matchers
            .matchers
            .iter()
            .find(|matcher| {
                matcher.name == METRIC_NAME
                    && matcher.op == MatchOp::Equal
                    && !matcher.value.is_empty()
            })
            .map(|matcher| matcher.value.as_str())
    })
}

/// How a selector moves the instant of evaluation; milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shift {
    /// The instant that `@` names.
    fixed: Option<i64>,
    /// What `offset` takes away.
    offset: i64,
}

impl Shift {
    /// The instant that is looked at when `at` is evaluated.
    pub(super) fn reference(self, at: i64) -> i64 {
        self.fixed.unwrap_or(at).saturating_sub(self.offset)
    }
}

/// The samples of one series, as far as a range selects from it.
pub(super) struct Stretch<'a> {
    /// What identifies the series.
    pub(super) labels: Arc<Labels>,
    /// Unix milliseconds, rising.
    times: Cow<'a, [i64]>,
    /// The values at those times, end markers left out.
    values: Cow<'a, [f64]>,
}

/// The samples of a stretch that a range sees at one instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window<'a> {
    /// Unix milliseconds, rising; never empty.
    pub(super) times: &'a [i64],
    /// The values at those times.
    pub(super) values: &'a [f64],
    /// First millisecond of the range.
    pub(super) from: i64,
    /// Last millisecond of the range.
    pub(super) to: i64,
    /// The instant of evaluation, which `@` and `offset` do not move.
    pub(super) at: i64,
}

/// A range vector over a grid.
pub(super) struct RangeVector<'a> {
    /// Its series.
    pub(super) stretches: Vec<Stretch<'a>>,
    /// Length of the range in milliseconds.
    range: i64,
    /// How its instants are moved.
    shift: Shift,
}

impl Stretch<'_> {
    /// The window of `range` milliseconds up to `to`; `None` where it holds no sample.
    fn window(&self, to: i64, range: i64, at: i64) -> Option<Window<'_>> {
        let from = to.saturating_sub(range);
        let first = self.times.partition_point(|time| *time < from);
        let last = first + self.times[first..].partition_point(|time| *time <= to);
        (first < last).then(|| Window {
            times: &self.times[first..last],
            values: &self.values[first..last],
            from,
            to,
            at,
        })
    }
}

impl<'a> RangeVector<'a> {
    /// The windows of one of its series that hold samples, each with its step.
    pub(super) fn windows<'w>(
        &'w self,
        stretch: &'w Stretch<'a>,
        grid: Grid,
    ) -> impl Iterator<Item = (usize, Window<'w>)> {
        grid.times().enumerate().filter_map(move |(step, at)| {
            let to = self.shift.reference(at);
            Some((step, stretch.window(to, self.range, at)?))
        })
    }

    /// The samples seen at the grid's first instant, as an answer.
    pub(super) fn contents(&self, grid: Grid) -> Vec<SeriesAnswer> {
        let answer = |stretch: &Stretch<'a>| {
            let window =
                stretch.window(self.shift.reference(grid.start), self.range, grid.start)?;
            Some(SeriesAnswer {
                labels: Arc::clone(&stretch.labels),
                points: window
                    .times
                    .iter()
                    .copied()
                    .zip(window.values.iter().copied())
                    .collect(),
            })
        };
        self.stretches.iter().filter_map(answer).collect()
    }
}

impl<'a> Evaluator<'a> {
    /// The series that a selector accepts, ordered by labels.
    fn selected(&self, selector: &VectorSelector) -> Vec<&'a StoredSeries> {
        self.store
            .select(only_name(selector), |labels| fits(selector, labels))
    }

    /// An instant vector selector.
    ///
    /// # Errors
    ///
    /// Where too much is selected.
    pub(super) fn select(
        &self,
        selector: &VectorSelector,
        grid: Grid,
    ) -> Result<Vec<Track>, QueryError> {
        self.select_by(selector, grid, |_, value| value)
    }

    /// The instants, in seconds, of the samples that an instant vector selector sees.
    ///
    /// # Errors
    ///
    /// Where too much is selected.
    pub(super) fn select_times(
        &self,
        selector: &VectorSelector,
        grid: Grid,
    ) -> Result<Vec<Track>, QueryError> {
        self.select_by(selector, grid, |time, _| time as f64 / 1000.0)
    }

    /// What `read` makes of the time and value of each sample that a selector sees.
    fn select_by(
        &self,
        selector: &VectorSelector,
        grid: Grid,
        read: impl Fn(i64, f64) -> f64,
    ) -> Result<Vec<Track>, QueryError> {
        let shift = self.shift(selector.at.as_ref(), selector.offset.as_ref());
        let mut tracks = Vec::new();
        for series in self.selected(selector) {
            let mut points = Vec::new();
            for (step, at) in grid.times().enumerate() {
                if let Some((time, value)) = series.latest(shift.reference(at), LOOK_BACK_MS) {
                    points.push(Point {
                        step,
                        value: read(time, value),
                    });
                }
            }
            self.keep(points.len())?;
            if !points.is_empty() {
                tracks.push(Track {
                    labels: Arc::clone(&series.labels),
                    points,
                });
            }
        }
        Ok(tracks)
    }

    /// A range over a selector or a subquery.
    ///
    /// # Errors
    ///
    /// Prometheus's execution errors.
    pub(super) fn range_vector(
        &self,
        expr: &Expr,
        grid: Grid,
    ) -> Result<RangeVector<'a>, QueryError> {
        match unwrapped(expr) {
            Expr::MatrixSelector(matrix) => Ok(RangeVector {
                stretches: self.selected(&matrix.vs).into_iter().map(stretch).collect(),
                range: millis(matrix.range),
                shift: self.shift(matrix.vs.at.as_ref(), matrix.vs.offset.as_ref()),
            }),
            Expr::Subquery(subquery) => self.subquery(subquery, grid),
            _ => Err(misplaced("instant vector")),
        }
    }

    /// A subquery: its expression at every multiple of its step inside the ranges of all the grid's instants.
    fn subquery(&self, subquery: &SubqueryExpr, grid: Grid) -> Result<RangeVector<'a>, QueryError> {
        let shift = self.shift(subquery.at.as_ref(), subquery.offset.as_ref());
        let range = millis(subquery.range);
        let step = subquery
            .step
            .map_or(DEFAULT_SUBQUERY_STEP_MS, millis)
            .max(1);
        let earliest = shift.reference(grid.start).saturating_sub(range);
        // Division rounds towards zero here as in Go, so that before 1970 the first multiple may be one too early.
        let multiple = step * (earliest / step);
        let inner = Grid {
            start: if multiple < earliest {
                multiple + step
            } else {
                multiple
            },
            end: shift.reference(grid.start.max(grid.end)),
            step,
        };
        self.keep(inner.len())?;
        let times: Vec<i64> = inner.times().collect();
        let stretches = self
            .vector(&subquery.expr, inner)?
            .into_iter()
            .map(|track| Stretch {
                labels: track.labels,
                times: track.points.iter().map(|point| times[point.step]).collect(),
                values: track.points.iter().map(|point| point.value).collect(),
            });
        Ok(RangeVector {
            stretches: stretches.collect(),
            range,
            shift,
        })
    }

    /// What the modifiers of a selector say.
    fn shift(&self, at: Option<&AtModifier>, offset: Option<&Offset>) -> Shift {
        Shift {
            fixed: at.map(|at| match at {
                AtModifier::Start => self.query.start,
                AtModifier::End => self.query.end,
                AtModifier::At(time) => unix_millis(*time),
            }),
            offset: match offset {
                None => 0,
                Some(Offset::Pos(length)) => millis(*length),
                Some(Offset::Neg(length)) => -millis(*length),
            },
        }
    }
}

/// The samples of a stored series without end markers.
fn stretch(series: &StoredSeries) -> Stretch<'_> {
    let labels = Arc::clone(&series.labels);
    if !series.has_markers {
        return Stretch {
            labels,
            times: Cow::Borrowed(&series.times),
            values: Cow::Borrowed(&series.values),
        };
    }
    let kept = series
        .times
        .iter()
        .zip(&series.values)
        .filter(|(_, value)| !is_stale(**value));
    let (times, values): (Vec<i64>, Vec<f64>) = kept.unzip();
    Stretch {
        labels,
        times: Cow::Owned(times),
        values: Cow::Owned(values),
    }
}

/// A length in milliseconds.
fn millis(length: std::time::Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}

/// A point in time in Unix milliseconds.
fn unix_millis(time: SystemTime) -> i64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => millis(after),
        Err(before) => -millis(before.duration()),
    }
}
