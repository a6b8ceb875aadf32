//! The bodies of answers and errors, as Prometheus writes them.

use std::fmt::{Display, Write as _};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::super::promql::{Answer, QueryError, go_exponent, go_plain};
use crate::model::Labels;

/// What went wrong with a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// HTTP status.
    status: StatusCode,
    /// Prometheus's word for the kind.
    kind: &'static str,
    /// What it says.
    what: String,
}

impl Failure {
    /// The request is wrong.
    pub(super) fn bad_data(what: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            kind: "bad_data",
            what: what.to_string(),
        }
    }

    /// A parameter is wrong.
    pub(super) fn bad_parameter(name: &str, why: &dyn Display) -> Self {
        Self::bad_data(&format!("invalid parameter {name:?}: {why}"))
    }

    /// The query cannot be evaluated.
    pub(super) fn execution(what: &str) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            kind: "execution",
            what: what.to_string(),
        }
    }

    /// The query took too long.
    pub(super) fn timed_out(what: &str) -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            kind: "timeout",
            what: what.to_string(),
        }
    }

    /// This server failed.
    pub(super) fn internal() -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            kind: "internal",
            what: "the evaluation panicked".to_string(),
        }
    }

    /// What it says.
    pub(super) fn text(&self) -> &str {
        &self.what
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Self {
        let what = error.to_string();
        match error {
            QueryError::Syntax(_) => Self::bad_parameter("query", &what),
            QueryError::NotForRange(_) => Self::bad_data(&what),
            QueryError::Execution(_) => Self::execution(&what),
            QueryError::TimedOut => Self::timed_out(&what),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (kind, what) = (text(self.kind), text(&self.what));
        json(
            self.status,
            format!(r#"{{"status":"error","errorType":{kind},"error":{what}}}"#),
        )
    }
}

/// A response of JSON.
pub(super) fn json(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// A JSON string.
pub(super) fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A JSON list.
pub(super) fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

/// A label set.
pub(super) fn labels(labels: &Labels) -> String {
    let pairs = labels
        .iter()
        .map(|(name, value)| format!("{}:{}", text(name), text(value)));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
}

/// The `data` of a query's answer; `at` is the instant of an instant query, in Unix milliseconds.
pub(super) fn answer(answer: &Answer, at: i64) -> String {
    let (kind, result) = match answer {
        Answer::Scalar(value) => ("scalar", point(at, *value)),
        Answer::Text(value) => ("string", format!("[{},{}]", seconds(at), text(value))),
        Answer::Vector(series) => {
            let rows = series.iter().map(|(set, value)| {
                format!(
                    r#"{{"metric":{},"value":{}}}"#,
                    labels(set),
                    point(at, *value)
                )
            });
            ("vector", list(rows))
        }
        Answer::Matrix(series) => {
            let rows = series.iter().map(|one| {
                let points = one.points.iter().map(|(time, value)| point(*time, *value));
                format!(
                    r#"{{"metric":{},"values":{}}}"#,
                    labels(&one.labels),
                    list(points)
                )
            });
            ("matrix", list(rows))
        }
    };
    format!(r#"{{"resultType":"{kind}","result":{result}}}"#)
}

/// A time and a value.
fn point(time: i64, value: f64) -> String {
    format!("[{},\"{}\"]", seconds(time), number(value))
}

/// Unix milliseconds as seconds, with three decimals where they are not zero.
fn seconds(millis: i64) -> String {
    let sign = if millis < 0 { "-" } else { "" };
    let millis = millis.unsigned_abs();
    let mut out = format!("{sign}{}", millis / 1000);
    if !millis.is_multiple_of(1000) {
        let _ = write!(out, ".{:03}", millis % 1000);
    }
    out
}

/// A value: exponents only for the very small and the very large.
fn number(value: f64) -> String {
    if value != 0.0 && value.is_finite() && !(1e-6..1e21).contains(&value.abs()) {
        go_exponent(value)
    } else {
        go_plain(value)
    }
}

/// What the sandbox says it is.
pub(super) fn build_info() -> String {
    let version = text("2.42.0");
    format!(
        r#"{{"version":{version},"revision":"sandbox","branch":"sandbox","buildUser":"","buildDate":"","goVersion":""}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_values_are_written_as_prometheus_writes_them() {
        assert_eq!(seconds(1500), "1.500");
        assert_eq!(seconds(-5000), "-5");
        assert_eq!(number(1e-7), "1e-07");
        assert_eq!(number(0.1), "0.1");
        assert_eq!(number(f64::INFINITY), "+Inf");
        assert_eq!(number(-0.0), "-0");
    }
}
