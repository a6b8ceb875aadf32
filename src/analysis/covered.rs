//! Which part of baseline and window does the telemetry cover?
//!
//! Where all lines and samples begin late though the services are older, what came before was not kept or not collected yet.
//! Held against that emptiness everything would be new, so the comparison begins where the telemetry does; where too little
//! of the baseline is left, the covered time is halved, and what is new must be new within it.

use serde_json::Value;

use super::axis::Axis;
use crate::evidence::{Evidence, Number, StateRecord};
use crate::model::{Instant, Window};

/// Baseline and window as asked, but for a baseline that the telemetry does not reach back to.
pub(crate) fn covered_axis(evidence: &Evidence) -> Axis {
    let asked = Axis {
        baseline: evidence.meta.baseline,
        window: evidence.meta.window,
    };
    let slack = asked.baseline.length() / 10;
    let Some(start) = telemetry_start(evidence) else {
        return asked;
    };
    if start <= asked.baseline.from + slack || !existed_before(evidence, asked.baseline.from) {
        return asked;
    }
    let left = Window {
        from: start.min(asked.baseline.to),
        to: asked.baseline.to,
    };
    if left.length() * 2 >= asked.window.length() {
        return Axis {
            baseline: left,
            ..asked
        };
    }
    let touching = asked.baseline.to == asked.window.from;
    let from = if touching {
        start
    } else {
        start.max(asked.window.from)
    };
    halved(Window {
        from: from.min(asked.window.to),
        to: asked.window.to,
    })
}

/// A time of which the first half is the baseline of the second.
fn halved(whole: Window) -> Axis {
    let middle = whole.from + whole.length() / 2;
    Axis {
        baseline: Window {
            from: whole.from,
            to: middle,
        },
        window: Window {
            from: middle,
            to: whole.to,
        },
    }
}

/// When the first line or sample of any service was written; `None` where no series says that something is looked at all the
/// time: a log may be silent by itself.
fn telemetry_start(evidence: &Evidence) -> Option<Instant> {
    let first_of = |samples: &[(f64, Number)]| {
        let (seconds, _) = samples.iter().find(|(_, number)| number.0.is_finite())?;
        instant(*seconds)
    };
    let series = evidence.metrics();
    let first_sample = series.filter_map(|one| first_of(&one.samples)).min()?;
    let lines = evidence.logs().map(|record| record.ts);
    lines.chain([first_sample]).min()
}

/// Unix seconds as an instant; `None` beyond the calendar.
fn instant(seconds: f64) -> Option<Instant> {
    #[expect(clippy::cast_possible_truncation, reason = "saturates, and is refused")]
    Instant::from_timestamp_millis((seconds * 1000.0) as i64)
}

/// Whether a service of the map is older than a time: a world that began within it is new indeed.
fn existed_before(evidence: &Evidence, at: Instant) -> bool {
    let created = |state: &StateRecord| {
        let text = state.resource.get("created_at").and_then(Value::as_str)?;
        text.parse::<Instant>().ok()
    };
    evidence
        .states()
        .filter(|state| state.service.is_some())
        .any(|state| {
            let oldest = created(state).into_iter().chain(state.changed_at).min();
            oldest.is_some_and(|oldest| oldest < at)
        })
}

#[cfg(test)]
#[path = "tests/covered.rs"]
mod tests;
