//! Units of metrics and the thresholds that they are held against.

use serde::{Deserialize, Serialize};

/// What a metric's numbers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Unit {
    /// 0 to 1.
    Ratio,
    /// 0 to 100.
    Percent,
    /// Bytes.
    Bytes,
    /// Seconds.
    Seconds,
    /// Things: connections, keys, instances.
    Count,
    /// Things a second.
    PerSecond,
    /// 0 or 1.
    Flag,
}

/// Which way is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    /// High values are bad.
    Above,
    /// Low values are bad.
    Below,
}

/// How far a value is past its threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Breach {
    /// Inside.
    Ok,
    /// Past the warning value.
    Warning,
    /// Past the critical value.
    Critical,
}

/// When a metric is too high or too low.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Threshold {
    /// Which way is bad.
    pub(crate) direction: Direction,
    /// From here on it is a warning; left out, there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) warning: Option<f64>,
    /// From here on it is critical; left out, there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) critical: Option<f64>,
    /// How long it must last to count, in seconds.
    pub(crate) lasts_seconds: u32,
}

impl Threshold {
    /// Judges one value, without regard to how long it lasts. A value that is not a number is [`Breach::Ok`].
    pub(crate) fn judge(&self, value: f64) -> Breach {
        let past = |limit: Option<f64>| {
            limit.is_some_and(|limit| match self.direction {
                Direction::Above => value > limit,
                Direction::Below => value < limit,
            })
        };
        if past(self.critical) {
            Breach::Critical
        } else if past(self.warning) {
            Breach::Warning
        } else {
            Breach::Ok
        }
    }
}
