//! Samples and series: what a metric query answers, and what any query may.

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

/// What a query answers, by the type that the server says it has.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum QueryResult {
    /// Log streams.
    Streams(Vec<super::LogStream>),
    /// Series with one sample each, of one instant.
    Vector(Vec<Series>),
    /// Series over time.
    Matrix(Vec<Series>),
    /// One number.
    Scalar(Sample),
    /// One string.
    Text(String),
}

/// A label set and its samples, oldest first. Several of them are a matrix; with one sample each, an instant vector.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    /// What identifies the series; a metric name is the label `__name__`.
    pub(crate) labels: Labels,
    /// Its samples, oldest first.
    pub(crate) samples: Vec<Sample>,
}

/// The figures of a series that people look for. NaN counts for none of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Figures {
    /// The latest value.
    pub(crate) last: f64,
    /// The least.
    pub(crate) min: f64,
    /// The greatest.
    pub(crate) max: f64,
}

impl Figures {
    /// Of samples, oldest first; `None` where there is no value among them.
    pub(crate) fn of(samples: &[Sample]) -> Option<Self> {
        let values = || {
            samples
                .iter()
                .map(|sample| sample.value)
                .filter(|value| !value.is_nan())
        };
        Some(Self {
            last: values().next_back()?,
            min: values().reduce(f64::min)?,
            max: values().reduce(f64::max)?,
        })
    }
}
