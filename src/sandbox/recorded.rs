//! What did an expression answer when a bundle was made?
//!
//! A bundle holds the answers to the expressions that were asked, not the series that they were computed from. So each answer is
//! kept as series of one reserved name, and wherever a query contains an expression that was recorded, word for word, a selector of
//! those series takes its place. The rest of the query is evaluated as ever; an expression that was not recorded finds nothing.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use super::logql::percent::parse_pairs;
use super::metric_store::METRIC_NAME;
use crate::model::{Labels, Sample, Series};

/// The name of series that are answers.
const NAME: &str = "recorded_answer";

/// The label that says which expression they answer.
const LABEL: &str = "recorded_expression";

/// Prometheus's marker of a series that ends: without it an answer would hold for five minutes after its last sample.
const END: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

/// The largest form body: as everywhere in the sandbox.
const MOST_BODY_BYTES: usize = 1 << 20;

/// Expressions whose answers were recorded, in order of their numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct RecordedAnswers(Vec<String>);

impl RecordedAnswers {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Remembers an expression; the series to serve for one of its answers.
    pub(super) fn add(
        &mut self,
        expr: String,
        mut labels: Labels,
        samples: Vec<Sample>,
        step: f64,
    ) -> Series {
        let number = self.0.iter().position(|known| *known == expr);
        let number = number.unwrap_or_else(|| {
            self.0.push(expr);
            self.0.len() - 1
        });
        labels.insert(METRIC_NAME, NAME);
        labels.insert(LABEL, number.to_string());
        Series {
            labels,
            samples: with_ends(samples, step),
        }
    }

    /// A query with every recorded expression in it replaced by a selector of its answers, the longest first.
    pub(super) fn put_into(&self, query: &str) -> String {
        let mut rest = query;
        let mut out = String::with_capacity(query.len());
        while let Some((at, number)) = self.first_in(rest) {
            let (before, after) = rest.split_at(at);
            out.push_str(before);
            out.push_str(&format!(
                "max without ({LABEL}) ({NAME}{{{LABEL}=\"{number}\"}})"
            ));
            rest = &after[self.0[number].len()..];
        }
        out.push_str(rest);
        out
    }

    /// Where the first recorded expression stands, and its number; of several at one place, the longest.
    fn first_in(&self, text: &str) -> Option<(usize, usize)> {
        self.0
            .iter()
            .enumerate()
            .filter(|(_, expr)| !expr.is_empty())
            .filter_map(|(number, expr)| Some((text.find(expr.as_str())?, number)))
            .min_by_key(|(at, number)| (*at, std::cmp::Reverse(self.0[*number].len())))
    }

    /// The same for the pairs of a query string or form; `None` where nothing changes.
    fn put_into_pairs(&self, pairs: &str) -> Option<String> {
        let mut changed = false;
        let pairs: Vec<String> = parse_pairs(pairs)
            .into_iter()
            .map(|(name, value)| {
                let value = if name == "query" {
                    let new = self.put_into(&value);
                    changed |= new != value;
                    new
                } else {
                    value
                };
                format!("{}={}", escaped(&name), escaped(&value))
            })
            .collect();
        changed.then(|| pairs.join("&"))
    }
}

/// Marks where samples end in the middle: where the next is more than a step and a half away.
fn with_ends(samples: Vec<Sample>, step: f64) -> Vec<Sample> {
    let mut out: Vec<Sample> = Vec::with_capacity(samples.len());
    for sample in samples {
        if let Some(last) = out.last().filter(|_| step > 0.0)
            && sample.at_seconds - last.at_seconds > 1.5 * step
        {
            let at_seconds = last.at_seconds + step;
            out.push(Sample {
                at_seconds,
                value: END,
            });
        }
        out.push(sample);
    }
    out
}

/// A text that may stand in a query string.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// Puts recorded answers into the query of a request before it is evaluated.
pub(super) async fn put_in(
    State(answers): State<Arc<RecordedAnswers>>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    if let Some(query) = parts
        .uri
        .query()
        .and_then(|query| answers.put_into_pairs(query))
        && let Ok(uri) = format!("{}?{query}", parts.uri.path()).parse::<Uri>()
    {
        parts.uri = uri;
    }
    let body = if parts.method == Method::POST {
        let form = to_bytes(body, MOST_BODY_BYTES).await.unwrap_or_default();
        let text = String::from_utf8_lossy(&form);
        let form = answers
            .put_into_pairs(&text)
            .map_or_else(|| form.clone(), Bytes::from);
        parts.headers.remove(header::CONTENT_LENGTH);
        Body::from(form)
    } else {
        body
    };
    next.run(Request::from_parts(parts, body)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_recorded_expression_gives_way_to_its_answers() {
        let mut answers = RecordedAnswers::default();
        for expr in ["max(a)", "max(a) / max(b)"] {
            answers.add(expr.to_owned(), Labels::default(), Vec::new(), 15.0);
        }
        let selector = |number: usize| {
            format!(
                "max without (recorded_expression) (recorded_answer{{recorded_expression=\"{number}\"}})"
            )
        };
        assert_eq!(
            answers.put_into("1 + max(a) / max(b) or max(a)"),
            format!("1 + {} or {}", selector(1), selector(0))
        );
        assert_eq!(answers.put_into("max(c)"), "max(c)");
        assert_eq!(
            answers.put_into_pairs("query=max%28c%29&time=3"),
            None,
            "what was not recorded stays as it is"
        );
    }

    #[test]
    fn a_gap_ends_a_series_and_its_last_sample_does_not() {
        let at = |seconds: f64| Sample {
            at_seconds: seconds,
            value: 1.0,
        };
        let times: Vec<f64> = with_ends(vec![at(0.0), at(15.0), at(90.0)], 15.0)
            .iter()
            .map(|sample| sample.at_seconds)
            .collect();
        assert_eq!(times, [0.0, 15.0, 30.0, 90.0]);
    }
}
