//! How long do requests take, by service and route, and which were the worst? Streamed, in bounded memory.

use std::collections::HashMap;

use super::latency::Timed;
use super::sketch::Sketch;
use crate::model::UnixNanos;

/// Routes that are told apart; requests of further ones are counted together. Services have tens.
const MOST_ROUTES: usize = 2_000;

/// Worst requests that are kept for each route.
const MOST_WORST: usize = 3;

/// What all routes beyond the bound are called.
pub(crate) const OTHER_ROUTES: &str = "(other)";

/// Counts requests.
#[derive(Debug)]
pub(crate) struct SlowTally {
    /// Slow is what takes longer, in seconds.
    over: f64,
    /// By service and route.
    routes: HashMap<(u16, String), RouteTimes>,
    /// Lines that tell of a duration.
    timed: u64,
}

/// Requests of one service and route.
#[derive(Debug, Clone, Default)]
pub(crate) struct RouteTimes {
    /// How long they took, in seconds.
    pub(crate) seconds: Sketch,
    /// How many took too long.
    pub(crate) over: u64,
    /// The worst, longest first.
    pub(crate) worst: Vec<Slowest>,
}

/// One of the worst requests.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Slowest {
    /// When the line was written.
    pub(crate) at: UnixNanos,
    /// What it tells.
    pub(crate) timed: Timed,
}

impl SlowTally {
    /// Counts nothing yet.
    pub(crate) fn new(over: f64) -> Self {
        Self {
            over,
            routes: HashMap::new(),
            timed: 0,
        }
    }

    /// Counts a request of a service.
    pub(crate) fn add(&mut self, service: u16, at: UnixNanos, timed: Timed) {
        self.timed += 1;
        let mut key = (service, timed.route.clone());
        if self.routes.len() >= MOST_ROUTES && !self.routes.contains_key(&key) {
            OTHER_ROUTES.clone_into(&mut key.1);
        }
        let route = self.routes.entry(key).or_default();
        route.seconds.add(timed.seconds);
        route.over += u64::from(timed.seconds > self.over);
        let place = route
            .worst
            .partition_point(|known| known.timed.seconds >= timed.seconds);
        if place < MOST_WORST {
            route.worst.insert(place, Slowest { at, timed });
            route.worst.truncate(MOST_WORST);
        }
    }

    /// Lines that told of a duration.
    pub(crate) fn timed(&self) -> u64 {
        self.timed
    }

    /// The routes, those with most slow requests first, then the slowest.
    pub(crate) fn finish(self) -> Vec<((u16, String), RouteTimes)> {
        let mut routes: Vec<((u16, String), RouteTimes)> = self.routes.into_iter().collect();
        routes.sort_by(|(a, one), (b, other)| {
            (other.over.cmp(&one.over))
                .then_with(|| other.seconds.greatest().total_cmp(&one.seconds.greatest()))
                .then_with(|| a.cmp(b))
        });
        routes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timed(route: &str, seconds: f64) -> Timed {
        Timed {
            seconds,
            route: route.to_owned(),
            trace: None,
            message: String::new(),
        }
    }

    #[test]
    fn routes_are_counted_apart_up_to_a_bound_and_the_worst_are_kept() {
        let mut tally = SlowTally::new(1.0);
        for number in 0..5_000_u32 {
            let seconds = f64::from(number) / 1000.0;
            tally.add(0, UnixNanos(number.into()), timed("GET /a", seconds));
            tally.add(1, UnixNanos(0), timed(&format!("GET /{number}"), 0.5));
        }
        assert_eq!(tally.timed(), 10_000);
        let routes = tally.finish();
        assert_eq!(routes.len(), MOST_ROUTES + 1);
        let ((service, route), times) = &routes[0];
        assert_eq!((*service, route.as_str(), times.over), (0, "GET /a", 3_999));
        let worst: Vec<i64> = times.worst.iter().map(|worst| worst.at.0).collect();
        assert_eq!(worst, [4_999, 4_998, 4_997]);
        let other = routes.iter().find(|((_, route), _)| route == OTHER_ROUTES);
        assert_eq!(other.map(|(_, times)| times.seconds.count()), Some(3_001));
    }
}
