//! The arguments of a call, evaluated as the function needs them.

use std::sync::Arc;

use promql_parser::parser::{Call, Expr};

use super::super::binary::each_value;
use super::super::evaluator::{Evaluator, literal_text, misplaced, unwrapped};
use super::super::selection::Window;
use super::super::value::{Grid, Point, Track, distinct, without_name};
use super::Result;

/// The arguments of one call over a grid. The grammar has made sure of their number and types.
pub(super) struct Arguments<'c> {
    /// What evaluates them.
    pub(super) evaluator: &'c Evaluator<'c>,
    /// The arguments, parentheses removed.
    exprs: Vec<&'c Expr>,
    /// The instants.
    pub(super) grid: Grid,
}

impl<'c> Arguments<'c> {
    /// The arguments of `call`.
    pub(super) fn new(evaluator: &'c Evaluator<'c>, call: &'c Call, grid: Grid) -> Self {
        let exprs = call
            .args
            .args
            .iter()
            .map(|argument| unwrapped(argument))
            .collect();
        Self {
            evaluator,
            exprs,
            grid,
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.exprs.len()
    }

    /// The argument at `index`.
    pub(super) fn expr(&self, index: usize) -> Result<&'c Expr> {
        self.exprs
            .get(index)
            .copied()
            .ok_or_else(|| misplaced("missing argument"))
    }

    /// The scalar at `index`, one value a step.
    pub(super) fn scalar(&self, index: usize) -> Result<Vec<f64>> {
        self.evaluator.scalar(self.expr(index)?, self.grid)
    }

    /// The instant vector at `index`.
    pub(super) fn vector(&self, index: usize) -> Result<Vec<Track>> {
        self.evaluator.vector(self.expr(index)?, self.grid)
    }

    /// The string at `index`.
    pub(super) fn text(&self, index: usize) -> Result<&'c str> {
        literal_text(self.expr(index)?)
    }

    /// A function of each number of the first argument, which is also told the step; `None` leaves the number out.
    pub(super) fn each_number(
        &self,
        function: impl Fn(f64, usize) -> Option<f64>,
    ) -> Result<Vec<Track>> {
        each_value(self.vector(0)?, true, function)
    }

    /// A function of each window of the argument at `index`; results that cannot be told apart are an error.
    pub(super) fn each_window(
        &self,
        index: usize,
        keep_name: bool,
        function: impl Fn(&Window<'_>, usize) -> Result<Option<f64>>,
    ) -> Result<Vec<Track>> {
        let mut tracks = self.windows(index, function)?;
        for track in tracks.iter_mut().filter(|_| !keep_name) {
            track.labels = without_name(&track.labels);
        }
        distinct(tracks)
    }

    /// 1 at each step for each series of the range at `index` that has samples then.
    pub(super) fn presence(&self, index: usize) -> Result<Vec<Track>> {
        self.windows(index, |_, _| Ok(Some(1.0)))
    }

    /// A function of each window of the argument at `index`, under the labels of the series.
    fn windows(
        &self,
        index: usize,
        function: impl Fn(&Window<'_>, usize) -> Result<Option<f64>>,
    ) -> Result<Vec<Track>> {
        let range = self.evaluator.range_vector(self.expr(index)?, self.grid)?;
        let mut tracks = Vec::with_capacity(range.stretches.len());
        for stretch in &range.stretches {
            let mut points = Vec::new();
            for (step, window) in range.windows(stretch, self.grid) {
                self.evaluator.look_at(window.values.len())?;
                if let Some(value) = function(&window, step)? {
                    points.push(Point { step, value });
                }
            }
            self.evaluator.keep(points.len())?;
            tracks.push(Track {
                labels: Arc::clone(&stretch.labels),
                points,
            });
        }
        Ok(tracks)
    }
}
