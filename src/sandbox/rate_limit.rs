//! Does the Scaleway API still take this request?
//!
//! In: `[rate_limit]` of a scenario, and each request as it comes. Out: yes or no. As at the real gateway all requests of a client
//! count together, also those that are refused for other reasons.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::scenario::RateLimitTable;

/// So many requests in so much time.
#[derive(Debug)]
pub(super) struct RateLimit {
    /// Requests that are taken in one span.
    requests: u64,
    /// The span.
    per: Duration,
    /// The span that runs: when it began, and requests since.
    span: Mutex<Option<(Instant, u64)>>,
}

impl RateLimit {
    /// The limit of a scenario.
    pub(super) fn new(table: &RateLimitTable) -> Self {
        Self {
            requests: table.requests,
            per: table.per.0.to_std().unwrap_or_default(),
            span: Mutex::new(None),
        }
    }

    /// Whether a request that comes `at` this moment is taken.
    pub(super) fn takes(&self, at: Instant) -> bool {
        let mut span = self.span.lock().unwrap_or_else(PoisonError::into_inner);
        let (began, so_far) = match *span {
            Some((began, so_far)) if at.saturating_duration_since(began) < self.per => {
                (began, so_far)
            }
            _ => (at, 0),
        };
        *span = Some((began, so_far + 1));
        so_far < self.requests
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Scenario;

    #[test]
    fn requests_beyond_the_limit_wait_for_the_next_span() {
        let text = "schema = 1\nname = \"x\"\n[rate_limit]\nrequests = 2\nper = \"10s\"\n";
        let scenario = Scenario::parse(text, "x").unwrap();
        let limit = RateLimit::new(&scenario.rate_limit.unwrap());
        let start = Instant::now();
        let takes: Vec<bool> = [0, 1, 2, 9, 10, 11, 12]
            .map(|second| limit.takes(start + Duration::from_secs(second)))
            .to_vec();
        assert_eq!(takes, [true, true, false, false, true, true, false]);
    }
}
