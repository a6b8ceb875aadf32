//! `absent` and `absent_over_time`: a series that says that there is none.

use std::sync::Arc;

use promql_parser::label::MatchOp;
use promql_parser::parser::{Expr, VectorSelector};

use super::super::super::metric_store::METRIC_NAME;
use super::super::value::{Grid, Point, Track, set_label};
use crate::model::Labels;

/// 1 at every step without a value, under the labels that the expression asks for.
pub(super) fn absent(tracks: &[Track], expr: &Expr, grid: Grid) -> Vec<Track> {
    let mut present = vec![false; grid.len()];
    for point in tracks.iter().flat_map(|track| &track.points) {
        present[point.step] = true;
    }
    let missing = present.iter().enumerate().filter(|(_, present)| !**present);
    let points: Vec<Point> = missing
        .map(|(step, _)| Point { step, value: 1.0 })
        .collect();
    if points.is_empty() {
        return Vec::new();
    }
    let labels = match expr {
        Expr::VectorSelector(selector) => asked_labels(selector),
        Expr::MatrixSelector(matrix) => asked_labels(&matrix.vs),
        _ => Labels::default(),
    };
    vec![Track {
        labels: Arc::new(labels),
        points,
    }]
}

/// The labels that a selector asks for by `=`, each only where nothing else is asked of it.
fn asked_labels(selector: &VectorSelector) -> Labels {
    let mut labels = Labels::default();
    let mut seen = Vec::new();
    let matchers = selector.matchers.matchers.iter();
    for matcher in matchers.filter(|matcher| matcher.name != METRIC_NAME) {
        if matcher.op == MatchOp::Equal && !seen.contains(&&matcher.name) {
            set_label(&mut labels, &matcher.name, &matcher.value);
            seen.push(&matcher.name);
        } else {
            labels.0.remove(&matcher.name);
        }
    }
    labels
}
