//! How many lines and bytes there are, as `LogQL`: counted by the server over a whole window, and step by step.

use chrono::TimeDelta;

use super::logql::duration_literal;
use crate::model::Window;

/// The label that Loki puts beside those of a stream: the level that it detected in the line.
pub(crate) const DETECTED_LEVEL: &str = "detected_level";

/// The label that a sender may have put there itself.
pub(crate) const SENT_LEVEL: &str = "level";

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Lines.
    Lines,
    /// Bytes of lines.
    Bytes,
}

impl Measure {
    /// The range aggregation.
    fn function(self) -> &'static str {
        match self {
            Self::Lines => "count_over_time",
            Self::Bytes => "bytes_over_time",
        }
    }
}

/// The total of a window by label and level; to be evaluated at [`last_instant`].
pub(crate) fn total(selector: &str, label: &str, measure: Measure, window: Window) -> String {
    over(selector, label, measure, window.length())
}

/// The course of a window by label and level, in steps that do not overlap.
pub(crate) fn course(selector: &str, label: &str, measure: Measure, step: TimeDelta) -> String {
    over(selector, label, measure, step)
}

/// One aggregation.
fn over(selector: &str, label: &str, measure: Measure, length: TimeDelta) -> String {
    let mut labels = vec![label, DETECTED_LEVEL, SENT_LEVEL];
    labels.dedup();
    if label == DETECTED_LEVEL || label == SENT_LEVEL {
        labels = vec![DETECTED_LEVEL, SENT_LEVEL];
    }
    let (labels, function) = (labels.join(", "), measure.function());
    format!(
        "sum by ({labels}) ({function}({selector}[{}]))",
        duration_literal(length)
    )
}

/// The lines of each stream of a selector over a window; to be evaluated at [`last_instant`].
pub(crate) fn lines_of_streams(selector: &str, window: Window) -> String {
    let length = duration_literal(window.length());
    format!("{}({selector}[{length}])", Measure::Lines.function())
}

/// When a total is evaluated: a range aggregation looks at `(t − range, t]`, a window is `[from, to)`.
pub(crate) fn last_instant(window: Window) -> crate::model::Instant {
    window.to - TimeDelta::nanoseconds(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_covers_the_window_and_nothing_else() {
        let to: crate::model::Instant = "2026-11-21T09:00:00Z".parse().unwrap();
        let window = Window::new(to - TimeDelta::minutes(30), to).unwrap();
        assert_eq!(
            total("{a=\"b\"}", "resource_name", Measure::Bytes, window),
            "sum by (resource_name, detected_level, level) (bytes_over_time({a=\"b\"}[1800s]))"
        );
        assert_eq!(
            course("{a=\"b\"}", "level", Measure::Lines, TimeDelta::seconds(30)),
            "sum by (detected_level, level) (count_over_time({a=\"b\"}[30s]))"
        );
        assert!(window.contains(last_instant(window)));
        assert!(!window.contains(last_instant(window) + TimeDelta::nanoseconds(1)));
    }
}
