//! The values that expressions have while they are evaluated over a grid of steps.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::metric_store::METRIC_NAME;
use super::error::QueryError;
use crate::model::Labels;

/// The instants at which an expression is evaluated: `start`, `start + step`, … up to `end`; in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grid {
    /// First instant.
    pub(super) start: i64,
    /// No instant lies after it.
    pub(super) end: i64,
    /// Distance of two instants; positive.
    pub(super) step: i64,
}

impl Grid {
    /// A single instant.
    pub(super) fn instant(at: i64) -> Self {
        Self {
            start: at,
            end: at,
            step: 1,
        }
    }

    /// How many instants there are.
    pub(super) fn len(self) -> usize {
        if self.end < self.start {
            return 0;
        }
        let steps = self.end.abs_diff(self.start) / self.step.unsigned_abs();
        usize::try_from(steps).unwrap_or(usize::MAX - 1) + 1
    }

    /// The instants, in order.
    pub(super) fn times(self) -> impl Iterator<Item = i64> {
        (0..self.len())
            .map(move |index| self.start + self.step * i64::try_from(index).unwrap_or(i64::MAX))
    }
}

/// A value at one step of the grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    /// Index of the step.
    pub(super) step: usize,
    /// The value.
    pub(super) value: f64,
}

/// One series of an instant vector over the grid: at most one value a step, in order of steps.
#[derive(Debug, Clone)]
pub(super) struct Track {
    /// What identifies the series.
    pub(super) labels: Arc<Labels>,
    /// Its values; steps without one are left out.
    pub(super) points: Vec<Point>,
}

impl Track {
    /// A series with a value at every step.
    pub(super) fn dense(labels: Labels, values: Vec<f64>) -> Self {
        let points = values
            .into_iter()
            .enumerate()
            .map(|(step, value)| Point { step, value })
            .collect();
        Self {
            labels: Arc::new(labels),
            points,
        }
    }
}

/// What an expression gives over a grid.
#[derive(Debug)]
pub(super) enum Value {
    /// One number a step.
    Scalar(Vec<f64>),
    /// Series with at most one value a step. On a grid of one step their order is the answer's order.
    Vector(Vec<Track>),
    /// A string.
    Text(String),
}

/// The error for two series of one answer that cannot be told apart.
fn same_labels() -> QueryError {
    QueryError::execution("vector cannot contain metrics with the same labelset")
}

/// Joins series with equal labels that share no step, which happens where a label that told them apart was dropped.
///
/// # Errors
///
/// Where two of them have a value at the same step.
pub(super) fn joined(tracks: Vec<Track>) -> Result<Vec<Track>, QueryError> {
    let mut places: HashMap<Arc<Labels>, usize> = HashMap::with_capacity(tracks.len());
    let mut out: Vec<Track> = Vec::with_capacity(tracks.len());
    for track in tracks.into_iter().filter(|track| !track.points.is_empty()) {
        match places.get(&track.labels) {
            None => {
                places.insert(Arc::clone(&track.labels), out.len());
                out.push(track);
            }
            Some(place) => out[*place].points.extend(track.points),
        }
    }
    for track in &mut out {
        track.points.sort_by_key(|point| point.step);
        if track
            .points
            .windows(2)
            .any(|pair| pair[0].step == pair[1].step)
        {
            return Err(same_labels());
        }
    }
    Ok(out)
}

/// Leaves out series without values.
///
/// # Errors
///
/// Where two series have equal labels, at whatever steps: Prometheus checks range functions and negation over the whole range.
pub(super) fn distinct(tracks: Vec<Track>) -> Result<Vec<Track>, QueryError> {
    let mut seen = std::collections::HashSet::with_capacity(tracks.len());
    let tracks: Vec<Track> = tracks
        .into_iter()
        .filter(|track| !track.points.is_empty())
        .collect();
    if tracks
        .iter()
        .all(|track| seen.insert(Arc::clone(&track.labels)))
    {
        Ok(tracks)
    } else {
        Err(same_labels())
    }
}

/// The labels without the metric name.
pub(super) fn without_name(labels: &Arc<Labels>) -> Arc<Labels> {
    if labels.get(METRIC_NAME).is_none() {
        return Arc::clone(labels);
    }
    let mut labels = Labels::clone(labels);
    labels.0.remove(METRIC_NAME);
    Arc::new(labels)
}

/// Sets a label; an empty value removes it.
pub(super) fn set_label(labels: &mut Labels, name: &str, value: &str) {
    if value.is_empty() {
        labels.0.remove(name);
    } else {
        labels.insert(name, value);
    }
}

/// The values of several series, step by step.
pub(super) struct Steps<'a> {
    /// The series.
    tracks: &'a [Track],
    /// For each series, the next point to look at.
    cursors: Vec<usize>,
}

impl<'a> Steps<'a> {
    /// Before the first step.
    pub(super) fn new(tracks: &'a [Track]) -> Self {
        Self {
            tracks,
            cursors: vec![0; tracks.len()],
        }
    }

    /// The values at `step`, each with the index of its series. Steps must be asked for in rising order.
    pub(super) fn at(&mut self, step: usize) -> Vec<(usize, f64)> {
        let mut found = Vec::with_capacity(self.tracks.len());
        for (index, (track, cursor)) in self.tracks.iter().zip(&mut self.cursors).enumerate() {
            while track
                .points
                .get(*cursor)
                .is_some_and(|point| point.step < step)
            {
                *cursor += 1;
            }
            if let Some(point) = track.points.get(*cursor).filter(|point| point.step == step) {
                found.push((index, point.value));
            }
        }
        found
    }
}

/// Collects values into series by a key of the caller's, keeping the order of first appearance.
#[derive(Default)]
pub(super) struct Gathered {
    /// The series so far.
    tracks: Vec<Track>,
}

impl Gathered {
    /// Begins a series; its place.
    pub(super) fn begin(&mut self, labels: Arc<Labels>) -> usize {
        self.tracks.push(Track {
            labels,
            points: Vec::new(),
        });
        self.tracks.len() - 1
    }

    /// The labels of the series at `place`.
    pub(super) fn labels(&self, place: usize) -> Arc<Labels> {
        Arc::clone(&self.tracks[place].labels)
    }

    /// Adds a value to the series at `place`.
    pub(super) fn push(&mut self, place: usize, step: usize, value: f64) {
        self.tracks[place].points.push(Point { step, value });
    }

    /// The series that have values.
    pub(super) fn into_tracks(self) -> Vec<Track> {
        self.tracks
            .into_iter()
            .filter(|track| !track.points.is_empty())
            .collect()
    }
}
