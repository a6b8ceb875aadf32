//! What does a metric tell, going by its name alone: how long requests take, how many fail, how many there are?
//!
//! In: names and labels of metrics that no catalogue knows. Out: a [`Meaning`], and which statistic of it a series holds. The
//! words are those of many vendors and of none in particular. It must not decide where the words are silent: such a metric may
//! move either way.

use crate::model::{Direction, Labels, Unit};

/// What a metric tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Meaning {
    /// Things that go wrong: more is worse.
    Failure,
    /// Things that go right, or whether a thing is there: less is worse.
    Success,
    /// How much of a resource is taken, or what waits: more is worse.
    Pressure,
    /// How long things take: more is worse.
    Latency,
    /// How much is asked: neither is worse.
    Traffic,
    /// Nothing that its name gives away.
    Unknown,
}

impl Meaning {
    /// Which way is worse; `None` where neither is.
    pub(crate) fn worse(self) -> Option<Direction> {
        match self {
            Self::Failure | Self::Pressure | Self::Latency => Some(Direction::Above),
            Self::Success => Some(Direction::Below),
            Self::Traffic | Self::Unknown => None,
        }
    }

    /// Whether those who call a service feel it: pressure is felt only once it makes slow or makes fail.
    pub(crate) fn is_felt(self) -> bool {
        matches!(self, Self::Failure | Self::Success | Self::Latency)
    }

    /// The spread that a flat baseline around `centre` is given, so that a MAD of 0 does not make every sample infinitely far: a
    /// twentieth of a level; of what succeeds or fails a two-hundredth of the whole.
    pub(crate) fn least_spread(self, unit: Unit, centre: f64) -> f64 {
        let spread = match (self, unit) {
            (Self::Success | Self::Failure, Unit::Percent) => 0.5,
            (Self::Success | Self::Failure, Unit::Ratio) => 0.005,
            (Self::Success, _) => 0.005 * centre.abs(),
            (Self::Failure, _) => 0.1 * centre.abs().max(1.0),
            _ => 0.05 * centre.abs(),
        };
        spread.max(f64::MIN_POSITIVE)
    }

    /// The least change worth a word, whatever the spread.
    pub(crate) fn least_change(self, unit: Unit, centre: f64) -> f64 {
        match self {
            Self::Success | Self::Failure => 2.0 * self.least_spread(unit, centre),
            Self::Latency | Self::Unknown => 0.2 * centre.abs(),
            // what is asked follows the day, and what is taken follows what is asked
            Self::Traffic | Self::Pressure => 0.5 * centre.abs(),
        }
    }
}

/// Beginnings of words by meaning; the first meaning with a word of the name is taken, since `failed_requests` are failures and
/// `request_duration` is a latency.
const WORDS: [(Meaning, &[&str]); 5] = [
    (
        Meaning::Failure,
        &[
            "error",
            "err",
            "fail",
            "fault",
            "exception",
            "5xx",
            "4xx",
            "timeout",
            "timedout",
            "reject",
            "refus",
            "drop",
            "abort",
            "crash",
            "restart",
            "oom",
            "retry",
            "retries",
            "lost",
            "loss",
            "deadlock",
            "panic",
            "unhealthy",
            "unavailab",
            "throttl",
            "denied",
            "invalid",
            "miss",
            "evict",
            "burn",
        ],
    ),
    (
        Meaning::Success,
        &[
            "availab", "success", "uptime", "up", "healthy", "ready", "alive", "reachab", "hit",
            "apdex", "slo", "ok", "2xx",
        ],
    ),
    (
        Meaning::Pressure,
        &[
            "cpu",
            "mem",
            "memory",
            "heap",
            "disk",
            "queue",
            "lag",
            "backlog",
            "pending",
            "wait",
            "utiliz",
            "utilis",
            "usage",
            "used",
            "load",
            "satur",
            "pressure",
            "inflight",
            "connections",
            "gc",
        ],
    ),
    (
        Meaning::Latency,
        &[
            "latenc",
            "duration",
            "elapsed",
            "rtt",
            "ttfb",
            "delay",
            "time",
            "responsetime",
            "roundtrip",
            "ms",
            "millis",
            "milliseconds",
            "seconds",
            "p50",
            "p75",
            "p90",
            "p95",
            "p99",
            "p999",
        ],
    ),
    (
        Meaning::Traffic,
        &[
            "request",
            "req",
            "rps",
            "qps",
            "call",
            "invocation",
            "throughput",
            "rate",
            "traffic",
            "hits",
            "count",
            "total",
            "messages",
            "events",
            "bytes",
            "ops",
            "queries",
            "transactions",
            "tps",
        ],
    ),
];

/// Words that stand for themselves and begin others: `up` is no `upload`.
const WHOLE: [&str; 11] = [
    "up", "ok", "ms", "err", "hit", "gc", "slo", "mem", "load", "time", "rate",
];

/// Words of statistics, best first: a mean adds up over requests, a high quantile is moved by few of them.
const STATISTICS: [&[&str]; 5] = [
    &["mean", "average", "avg", "sum"],
    &["p50", "median", "q50", "0.5"],
    &["p75", "p90", "p95", "q90", "q95", "0.9", "0.95"],
    &["p99", "p999", "q99", "0.99", "0.999"],
    &["max", "maximum", "min", "minimum"],
];

/// What a metric tells; `unit_is_time` says that its numbers are seconds, which decides where its words do not.
pub(crate) fn meaning_of(name: &str, unit_is_time: bool) -> Meaning {
    let words = words_of(name);
    let told = WORDS
        .iter()
        .find(|(_, stems)| {
            words
                .iter()
                .any(|word| stems.iter().any(|stem| begins(word, stem)))
        })
        .map_or(Meaning::Unknown, |(meaning, _)| *meaning);
    if unit_is_time && matches!(told, Meaning::Unknown | Meaning::Traffic) {
        Meaning::Latency
    } else {
        told
    }
}

/// Whether a word is meant by a stem.
fn begins(word: &str, stem: &str) -> bool {
    if WHOLE.contains(&stem) {
        word == stem
    } else {
        word.starts_with(stem)
    }
}

/// How well a series serves as the measure of its metric: 0 is best. One that names no statistic comes right behind a mean.
pub(crate) fn rank_statistic(name: &str, labels: &Labels) -> usize {
    let mut words = words_of(name);
    words.extend(labels.iter().map(|(_, value)| value.to_lowercase()));
    let place = |named: &[&str]| words.iter().any(|word| named.contains(&word.as_str()));
    match STATISTICS.iter().position(|named| place(named)) {
        Some(0) => 0,
        Some(rank) => rank + 1,
        None => 1,
    }
}

/// The words of a name, lowercase: cut at signs and where small letters turn to capitals.
pub(crate) fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && small) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        small = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_vendors_give_their_meaning_away() {
        for (name, expected) in [
            ("latency", Meaning::Latency),
            ("http_request_duration_seconds", Meaning::Latency),
            ("TargetResponseTime", Meaning::Latency),
            ("shop.orders.p99", Meaning::Latency),
            ("availability", Meaning::Success),
            ("successRate", Meaning::Success),
            ("up", Meaning::Success),
            ("http_requests_errors_total", Meaning::Failure),
            ("HTTPCode_5xx", Meaning::Failure),
            ("upstream_timeouts", Meaning::Failure),
            ("failed_requests", Meaning::Failure),
            ("requests", Meaning::Traffic),
            ("Invocations", Meaning::Traffic),
            ("uploads_total", Meaning::Traffic),
            ("cpu_seconds_total", Meaning::Pressure),
            ("queue_depth", Meaning::Pressure),
            ("memory_used_bytes", Meaning::Pressure),
            ("frobnication", Meaning::Unknown),
        ] {
            assert_eq!(meaning_of(name, false), expected, "{name}");
        }
        assert_eq!(meaning_of("checkout", true), Meaning::Latency);
    }

    #[test]
    fn a_mean_measures_better_than_a_quantile_and_that_better_than_an_extreme() {
        let bare = Labels::default();
        let of = |value: &str| Labels::from_iter([("stat", value)]);
        let ranks = [
            rank_statistic("latency", &of("Average")),
            rank_statistic("latency", &bare),
            rank_statistic("latency_p50", &bare),
            rank_statistic("latency", &of("p99")),
            rank_statistic("latency_max", &bare),
        ];
        assert!(
            ranks.is_sorted() && ranks[0] < ranks[1] && ranks[1] < ranks[2],
            "{ranks:?}"
        );
    }
}
