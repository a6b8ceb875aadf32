//! Which requests came, and what did they get?
//!
//! In: each request as it begins and ends. Out: a JSON list in order of arrival, so that tests can count what was asked and what
//! was not. Queries are kept, headers and bodies are not: they hold secrets.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

/// The most requests that are kept; those after it are only counted. About 30 MB.
const MOST_KEPT: usize = 100_000;

/// The requests so far.
#[derive(Debug, Default)]
pub(super) struct Record(Mutex<Pages>);

/// What the record holds.
#[derive(Debug, Default)]
struct Pages {
    /// Requests in order of arrival.
    kept: Vec<Entry>,
    /// Requests being served.
    in_flight: usize,
}

/// A request.
#[derive(Debug)]
struct Entry {
    /// Method.
    method: String,
    /// Path.
    path: String,
    /// Query as it was sent.
    query: String,
    /// Whose request.
    source: &'static str,
    /// Status of the answer; `None` where none was given, or not yet.
    status: Option<u16>,
    /// Requests being served when it came, itself included.
    in_flight: usize,
}

impl Record {
    /// Writes down that a request came; the number is given back at its end.
    pub(super) fn begin(
        &self,
        source: &'static str,
        method: &str,
        path: &str,
        query: &str,
    ) -> usize {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.in_flight += 1;
        let in_flight = pages.in_flight;
        if pages.kept.len() >= MOST_KEPT {
            return usize::MAX;
        }
        pages.kept.push(Entry {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            source,
            status: None,
            in_flight,
        });
        pages.kept.len() - 1
    }

    /// Writes down how it ended; `None` for a connection that was closed without an answer.
    pub(super) fn end(&self, number: usize, status: Option<u16>) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.in_flight = pages.in_flight.saturating_sub(1);
        if let Some(entry) = pages.kept.get_mut(number) {
            entry.status = status;
        }
    }

    /// All requests, in order of arrival.
    pub(super) fn to_json(&self) -> Value {
        let pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages
            .kept
            .iter()
            .map(|entry| {
                json!({
                    "method": entry.method, "path": entry.path, "query": entry.query,
                    "source": entry.source, "status": entry.status, "in_flight": entry.in_flight,
                })
            })
            .collect()
    }
}
