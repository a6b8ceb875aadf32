//! Samples and series: what a metric query answers.

use super::{Instant, Labels};

/// One value at one instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sample {
    /// Unix seconds.
    pub(crate) at_seconds: f64,
    /// The value; may be NaN or infinite.
    pub(crate) value: f64,
}

impl Sample {
    /// The instant, to the millisecond that Prometheus keeps.
    pub(crate) fn instant(&self) -> Instant {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "milliseconds of a date fit 64 bits"
        )]
        let millis = (self.at_seconds * 1000.0).round() as i64;
        Instant::from_timestamp_millis(millis).unwrap_or_default()
    }
}

/// A label set and its samples, oldest first. Several of them are a matrix; with one sample each, an instant vector.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    /// What identifies the series; a metric name is the label `__name__`.
    pub(crate) labels: Labels,
    /// Its samples, oldest first.
    pub(crate) samples: Vec<Sample>,
}
