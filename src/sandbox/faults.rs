//! What goes wrong with this request?
//!
//! In: the `[[fault]]` tables and each request as it comes. Out: one [`Strike`], all faults that meet the request laid together.
//! Faults count the requests that they match, so `nth` and `times` work across connections. Nothing is delayed or dropped here;
//! that is the server's part.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::scenario::{FaultSource, FaultTable};

/// What happens to one request.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Strike {
    /// Wait before it is acted on.
    pub(super) delay_before: Duration,
    /// Wait before it is answered.
    pub(super) delay_after: Duration,
    /// Close the connection without acting on it.
    pub(super) drop_before: bool,
    /// Act on it, then close the connection without an answer.
    pub(super) drop_after: bool,
    /// Answer this instead of acting on it.
    pub(super) answer: Option<FaultAnswer>,
    /// Close the connection after this many bytes of the body.
    pub(super) truncate_at: Option<usize>,
}

/// An answer that replaces the real one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FaultAnswer {
    /// Status.
    pub(super) status: u16,
    /// Body; left out, what the source usually says.
    pub(super) body: Option<String>,
    /// Content type; left out, what the source usually sends.
    pub(super) content_type: Option<String>,
}

impl FaultAnswer {
    /// 429 as the gateway in front of the API gives it.
    pub(super) fn too_many_requests() -> Self {
        Self {
            status: 429,
            body: None,
            content_type: None,
        }
    }
}

/// The faults of a world.
#[derive(Debug)]
pub(super) struct Faults(Mutex<Vec<Armed>>);

/// A fault and how many requests it has matched.
#[derive(Debug)]
struct Armed {
    /// The fault.
    table: FaultTable,
    /// Requests matched so far.
    matched: u64,
}

impl Faults {
    /// Arms these faults.
    pub(super) fn new(tables: impl IntoIterator<Item = FaultTable>) -> Self {
        let armed = tables.into_iter().map(|table| Armed { table, matched: 0 });
        Self(Mutex::new(armed.collect()))
    }

    /// What happens to a request. Delays add up; of several answers the first in the scenario is given.
    pub(super) fn strike(&self, source: FaultSource, method: &str, path: &str) -> Strike {
        let mut armed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut strike = Strike::default();
        for fault in armed.iter_mut() {
            if fault.meets(source, method, path) {
                fault.table.add_to(&mut strike);
            }
        }
        strike
    }
}

impl Armed {
    /// Counts a request that matches, and says whether it is one of those that the fault meets.
    fn meets(&mut self, source: FaultSource, method: &str, path: &str) -> bool {
        let table = &self.table;
        let matches = table.source == source
            && table
                .method
                .as_deref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && table
                .path
                .as_deref()
                .is_none_or(|pattern| fits(pattern, path));
        if !matches {
            return false;
        }
        self.matched += 1;
        let first = table.nth.unwrap_or(1).max(1);
        let met = self.matched.checked_sub(first);
        met.is_some_and(|met| table.times.is_none_or(|times| met < times))
    }
}

impl FaultTable {
    /// Adds this fault to what happens.
    fn add_to(&self, strike: &mut Strike) {
        let delay = self
            .delay
            .and_then(|length| length.0.to_std().ok())
            .unwrap_or_default();
        if self.before {
            strike.delay_before += delay;
        } else {
            strike.delay_after += delay;
        }
        strike.drop_before |= self.drop && self.before;
        strike.drop_after |= self.drop && !self.before;
        if strike.answer.is_none() && (self.status.is_some() || self.body.is_some()) {
            strike.answer = Some(FaultAnswer {
                status: self.status.unwrap_or(200),
                body: self.body.clone(),
                content_type: self.content_type.clone(),
            });
        }
        strike.truncate_at = strike.truncate_at.or(self.truncate_at);
    }
}

/// Whether a path fits a pattern in which each `*` stands for any text.
fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::scenario::Scenario;

    fn faults(tables: &str) -> Faults {
        let text = format!("schema = 1\nname = \"x\"\n{tables}");
        let scenario = Scenario::parse(&text, "test").unwrap();
        Faults::new(scenario.faults.into_iter().map(toml::Spanned::into_inner))
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, path, expected) in [
            ("/a", "/a", true),
            ("/a", "/ab", false),
            ("/a*", "/ab/c", true),
            ("/a/*/tokens/*", "/a/fr-par/tokens/1", true),
            ("/a/*/tokens/*", "/a/fr-par/tokens", false),
            ("*", "", true),
            ("/a*a", "/a", false),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn nth_and_times_count_matching_requests_only() {
        let faults = faults(
            "[[fault]]\nsource = \"loki\"\npath = \"/x*\"\nmethod = \"post\"\nstatus = 503\nnth = 2\ntimes = 2\n",
        );
        let struck = |method, path| {
            let strike = faults.strike(FaultSource::Loki, method, path);
            strike.answer.map(|answer| answer.status)
        };
        assert_eq!(struck("GET", "/x"), None);
        assert_eq!(struck("POST", "/y"), None);
        assert_eq!(struck("POST", "/x1"), None);
        assert_eq!(struck("POST", "/x2"), Some(503));
        assert_eq!(struck("POST", "/x3"), Some(503));
        assert_eq!(struck("POST", "/x4"), None);
    }

    #[test]
    fn faults_on_one_request_are_laid_together() {
        let faults = faults(
            "[[fault]]\nsource = \"tempo\"\ndelay = \"1s\"\n[[fault]]\nsource = \"tempo\"\ndelay = \"2s\"\nstatus = 500\nbefore = true\n[[fault]]\nsource = \"tempo\"\ndrop = true\nstatus = 502\n",
        );
        let strike = faults.strike(FaultSource::Tempo, "GET", "/api/search");
        assert_eq!(strike.delay_after, Duration::from_secs(1));
        assert_eq!(strike.delay_before, Duration::from_secs(2));
        assert!(strike.drop_after && !strike.drop_before);
        assert_eq!(strike.answer.unwrap().status, 500);
        assert_eq!(
            faults.strike(FaultSource::Loki, "GET", "/"),
            Strike::default()
        );
    }
}
