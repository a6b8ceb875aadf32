//! What can be wrong with a query, in Prometheus's words.
//!
//! These texts are data of the wire, compared with recorded answers, so they exist in English only.

use std::fmt;

/// The text is not a query of Prometheus 2.42; prints as Prometheus prints it: `1:5: parse error: …`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: parse error: {what}")]
pub(crate) struct SyntaxError {
    /// Line, from 1.
    line: usize,
    /// Byte in the line, from 1.
    column: usize,
    /// What is wrong there.
    what: String,
}

impl SyntaxError {
    /// Its line, from 1, and its byte in the line, from 1.
    pub(crate) fn place(&self) -> (usize, usize) {
        (self.line, self.column)
    }

    /// An error at byte `at` of `text`.
    pub(super) fn at(text: &str, at: usize, what: String) -> Self {
        let before = &text.as_bytes()[..at.min(text.len())];
        let line_start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |newline| newline + 1);
        Self {
            line: before.split(|byte| *byte == b'\n').count(),
            column: 1 + before.len() - line_start,
            what,
        }
    }
}

/// Why a query has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum QueryError {
    /// The text is not a query.
    #[error("{0}")]
    Syntax(SyntaxError),
    /// A range query needs a scalar or an instant vector; this is what it got.
    #[error("invalid expression type {0:?} for range query, must be Scalar or instant Vector")]
    NotForRange(&'static str),
    /// The query is sound but cannot be evaluated over this data.
    #[error("{0}")]
    Execution(String),
    /// The evaluation would take too long.
    #[error("query timed out in expression evaluation")]
    TimedOut,
}

impl From<SyntaxError> for QueryError {
    fn from(error: SyntaxError) -> Self {
        Self::Syntax(error)
    }
}

impl QueryError {
    /// An error of evaluation.
    pub(super) fn execution(what: impl fmt::Display) -> Self {
        Self::Execution(what.to_string())
    }
}
