//! Which log questions show, for many services at once, who has errors and what they say?
//!
//! ```text
//! all lines by service, in steps ─┐
//!                                 ├─► who has errors ─► batches() ─► their lines, everything in at most 8 requests
//! lines that look like errors ────┘
//! ```
//!
//! The requests grow with neither services nor lines: two counts for all, then at most [`MOST_BATCHES`] pairs of log queries.
//! Whole logs are read, not the lines that look like errors alone: shares, silence and restarts show only in all lines. Quiet
//! services share a batch that no limit cuts, so that one that floods its log does not hide them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::{Budget, CountRequest, Question, Request, Span, duration_literal, logql};
use crate::model::{Matcher, Selector, Window, quoted};

/// Batches of services whose lines are read together. Each is asked for window and baseline, and eight requests are in flight at
/// once: more would be another round trip.
const MOST_BATCHES: usize = 4;

/// What lines look like that may be errors: the words of levels and failures, statuses of 500 and above, in whatever envelope. It
/// only decides whose lines are read; what is an error is decided line by line then. `\b` keeps `terrors` out, and the
/// `[^a-z]` of JSON keys lets `"level":"error"` in.
const LOOKS_LIKE_ERROR: &str = r"(?i)(\b(error|errors|err|fatal|panic|panicked|crit|critical|alert|emerg|emergency|exception|traceback|segfault|oom|killed|fail|failed|failure|refused|denied|timeout|unreachable|unavailable)\b|[a-z](error|exception)\b|\b5[0-9][0-9]\b|\b[EF][0-9]{4} )";

/// Counts, and the lines of those services that have errors.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ErrorsRequest {
    /// All lines of all services.
    pub(crate) count: CountRequest,
    /// The `LogQL` metric query that counts the lines that may be errors, labelled by `resource_name`.
    pub(crate) query: String,
    /// The window that it counts in.
    pub(crate) window: Window,
    /// In steps of this length: two, since servers refuse a range that has no length.
    pub(crate) step: TimeDelta,
    /// The parts of time whose lines are read, each with the window it belongs to.
    pub(crate) slices: Vec<(Window, Span)>,
    /// Most entries of one log query.
    pub(crate) limit: u32,
}

/// Services whose lines are read together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Batch {
    /// The `LogQL` log query.
    pub(crate) query: String,
    /// Values of the label `resource_name`.
    pub(crate) resources: BTreeSet<String>,
}

/// Plans the question after errors; nothing for no services.
pub(super) fn plan_errors(question: &Question, budget: &Budget) -> Option<Request> {
    let relevant = question.relevant();
    if relevant.is_empty() {
        return None;
    }
    let count = logql::plan_count(question, &relevant, question.whole());
    let selector = selector(count.services.keys().map(String::as_str));
    let step = (question.window.length() / 2).max(TimeDelta::seconds(1));
    let baseline = question.baseline.map(|window| (window, Span::Baseline));
    Some(Request::Errors(ErrorsRequest {
        query: format!(
            "sum by (resource_name) (count_over_time({selector} |~ {} [{}]))",
            quoted(LOOKS_LIKE_ERROR),
            duration_literal(step)
        ),
        step,
        window: question.window,
        slices: std::iter::once((question.window, Span::Window))
            .chain(baseline)
            .collect(),
        limit: budget.page_entries,
        count,
    }))
}

impl ErrorsRequest {
    /// Shares out the services that have errors, given how many lines each wrote. Those that fit under the limit together come
    /// first, in one batch; the busier ones share what is left.
    pub(crate) fn batches(&self, lines: &BTreeMap<&str, u64>) -> Vec<Batch> {
        let mut quiet_first: Vec<(&str, u64)> = lines.iter().map(|(a, b)| (*a, *b)).collect();
        quiet_first.sort_by_key(|(name, lines)| (*lines, *name));
        let mut sum = 0_u64;
        let fits = quiet_first.iter().take_while(|(_, lines)| {
            sum = sum.saturating_add(*lines);
            sum < u64::from(self.limit)
        });
        let quiet = fits.count();
        let (quiet, busy) = quiet_first.split_at(quiet);
        let batches = MOST_BATCHES - usize::from(!quiet.is_empty());
        let busy = busy.chunks(busy.len().div_ceil(batches).max(1));
        std::iter::once(quiet)
            .chain(busy)
            .filter(|members| !members.is_empty())
            .map(|members| Batch::of(members.iter().map(|(name, _)| (*name).to_owned()).collect()))
            .collect()
    }
}

impl Batch {
    /// The lines of these resources.
    pub(crate) fn of(resources: BTreeSet<String>) -> Self {
        Self {
            query: selector(resources.iter().map(String::as_str)).to_string(),
            resources,
        }
    }
}

/// The streams of some resources.
fn selector<'a>(names: impl IntoIterator<Item = &'a str>) -> Selector {
    Selector(vec![Matcher::any_of("resource_name", names)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Instant;

    fn request() -> ErrorsRequest {
        let at = |minute: i64| Instant::from_timestamp(1_795_255_200 + minute * 60, 0).unwrap();
        let window = Window::new(at(30), at(60)).unwrap();
        ErrorsRequest {
            count: CountRequest {
                query: String::new(),
                services: BTreeMap::new(),
                window,
                step: chrono::TimeDelta::minutes(1),
            },
            query: String::new(),
            window,
            step: chrono::TimeDelta::minutes(15),
            slices: Vec::new(),
            limit: 5_000,
        }
    }

    #[test]
    fn what_looks_like_an_error_is_found_in_any_envelope() {
        let pattern = regex::Regex::new(LOOKS_LIKE_ERROR).unwrap();
        for line in [
            r#"{"stream":"stderr","message":"{\"level\":\"error\",\"msg\":\"db\"}"}"#,
            "level=ERROR msg=x",
            "2026-11-21 FATAL: remaining connection slots",
            "java.lang.NullPointerException: x",
            "TypeError: undefined",
            "GET /v1 502 31ms",
            "thread 'main' panicked at src/main.rs",
            "E1121 09:00:00.123456 1 loop.go:1] Broken",
            "connect ECONNREFUSED: connection refused",
        ] {
            assert!(pattern.is_match(line), "{line}");
        }
        for line in [
            "GET /v1/users 200 12ms",
            "the terrors of the deep",
            "took 1502 us",
        ] {
            assert!(!pattern.is_match(line), "{line}");
        }
    }

    #[test]
    fn quiet_services_are_read_whole_and_batches_do_not_grow_with_services() {
        let names: Vec<String> = (0..30).map(|i| format!("service-{i:02}")).collect();
        let lines = |each: u64| -> BTreeMap<&str, u64> {
            names
                .iter()
                .enumerate()
                .map(|(i, name)| (name.as_str(), if i < 10 { 20 } else { each }))
                .collect()
        };
        assert_eq!(request().batches(&lines(20)).len(), 1, "all fit into one");
        let batches = request().batches(&lines(90_000));
        assert_eq!(batches.len(), MOST_BATCHES);
        assert_eq!(batches[0].resources.len(), 10);
        let all: usize = batches.iter().map(|batch| batch.resources.len()).sum();
        assert_eq!(all, 30);
        let busy: BTreeMap<&str, u64> = names.iter().map(|name| (name.as_str(), 90_000)).collect();
        assert_eq!(request().batches(&busy).len(), MOST_BATCHES);
        assert!(request().batches(&BTreeMap::new()).is_empty());
    }
}
