//! Why a query is refused, with the status and the words that Loki answers.
//!
//! The texts are part of the imitated protocol, so they exist in English only and are not in the message catalogue.

use super::quantity::go_quoted;
use crate::model::Labels;

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub(crate) struct QueryError {
    /// HTTP status.
    pub(crate) status: u16,
    /// Plain text of the body.
    pub(crate) text: String,
}

impl QueryError {
    /// The caller's mistake: 400.
    pub(crate) fn bad_request(text: impl Into<String>) -> Self {
        Self {
            status: 400,
            text: text.into(),
        }
    }

    /// A failure while the query runs, which Loki answers with 500 (vector matching).
    pub(crate) fn execution(text: impl Into<String>) -> Self {
        Self {
            status: 500,
            text: text.into(),
        }
    }

    /// A query that reads but makes no sense; Loki gives no place for these.
    pub(crate) fn invalid(what: impl std::fmt::Display) -> Self {
        Self::bad_request(format!("parse error : {what}"))
    }

    /// A mistake at a place in the query. Line 0 and column 0 together mean no place.
    pub(crate) fn parse(line: usize, column: usize, what: impl std::fmt::Display) -> Self {
        if line == 0 && column == 0 {
            return Self::invalid(what);
        }
        Self::bad_request(format!("parse error at line {line}, col {column}: {what}"))
    }

    /// A valid construct that the sandbox does not evaluate. Never a wrong answer instead.
    pub(crate) fn unsupported(construct: &str) -> Self {
        Self::invalid(format!("{construct} is not supported by the sandbox"))
    }

    /// A metric query over entries whose pipeline failed.
    pub(crate) fn pipeline(error: &str, series: &Labels) -> Self {
        let labels: Vec<String> = series
            .iter()
            .map(|(name, value)| format!("{name}={}", go_quoted(value)))
            .collect();
        let series = format!("{{{}}}", labels.join(", "));
        Self::bad_request(format!(
            "pipeline error: '{error}' for series: '{series}'.\n\
             Use a label filter to intentionally skip this error. (e.g | __error__!=\"{error}\").\n\
             To skip all potential errors you can match empty errors.(e.g __error__=\"\")\n\
             The label filter can also be specified after unwrap. (e.g | unwrap latency | __error__=\"\" )\n"
        ))
    }
}
