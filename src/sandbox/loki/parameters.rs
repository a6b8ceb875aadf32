//! Reads request parameters with Loki's defaults, and complains in its words.

use chrono::DateTime;

use crate::sandbox::logql::quantity::{
    SECOND, go_duration, go_quoted, parse_float, parse_go_duration, parse_prometheus_duration,
};
use crate::sandbox::logql::{Order, QueryError};

/// Entries where no `limit` is given.
const DEFAULT_LIMIT: usize = 100;

/// How far back a window starts where no `start` is given.
const DEFAULT_SINCE: i64 = 3600 * SECOND;

/// Points that a series may have.
const MAX_POINTS: i64 = 11_000;

/// How long a window may be (`max_query_length`: 30 days and an hour, at its default).
const MAX_LENGTH: i64 = 721 * 3600 * SECOND;

/// The parameters of a request.
pub(super) struct Parameters {
    /// As given, in order.
    pairs: Vec<(String, String)>,
    /// The clock, nanoseconds since 1970.
    pub(super) now: i64,
}

/// What `query_range` was asked, times in nanoseconds.
pub(super) struct RangeRequest {
    /// Start of the window.
    pub(super) start: i64,
    /// Its end.
    pub(super) end: i64,
    /// Entries wanted.
    pub(super) limit: usize,
    /// From which end.
    pub(super) order: Order,
    /// Distance of the points of a metric.
    pub(super) step: i64,
    /// Least distance of entries.
    pub(super) interval: i64,
}

/// Reads the parameters of `query_range`.
///
/// # Errors
/// The first that Loki would refuse.
pub(super) fn range_request(given: &Parameters) -> Result<RangeRequest, QueryError> {
    let (start, end) = given.window()?;
    if end <= start {
        return Err(QueryError::bad_request(
            "end timestamp must not be before or equal to start time",
        ));
    }
    let (limit, order) = (given.limit()?, given.order()?);
    let default_step = ((end - start) / SECOND / 250).max(1) * SECOND;
    let step = given.seconds("step", default_step)?;
    if step <= 0 {
        return Err(QueryError::bad_request(
            "zero or negative query resolution step widths are not accepted. Try a positive integer",
        ));
    }
    if (end - start) / step > MAX_POINTS {
        return Err(QueryError::bad_request(
            "exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step \
             parameter",
        ));
    }
    let interval = given.seconds("interval", 0)?;
    if interval < 0 {
        return Err(QueryError::bad_request("interval must be >= 0"));
    }
    Ok(RangeRequest {
        start,
        end,
        limit,
        order,
        step,
        interval,
    })
}

/// Refuses windows that are too long.
///
/// # Errors
/// With both lengths.
pub(super) fn check_length(start: i64, end: i64) -> Result<(), QueryError> {
    let length = end.saturating_sub(start);
    if length <= MAX_LENGTH {
        return Ok(());
    }
    Err(QueryError::bad_request(format!(
        "the query time range exceeds the limit (query length: {}, limit: {})",
        go_duration(length),
        go_duration(MAX_LENGTH)
    )))
}

impl Parameters {
    /// The pairs of a request that came in at `now`.
    pub(super) fn new(pairs: Vec<(String, String)>, now: i64) -> Self {
        Self { pairs, now }
    }

    /// The first value of a parameter; empty where there is none.
    fn first(&self, name: &str) -> &str {
        self.pairs
            .iter()
            .find(|(given, _)| given == name)
            .map_or("", |(_, value)| value)
    }

    /// All values of the parameters of these names.
    pub(super) fn all(&self, names: &[&str]) -> Vec<&str> {
        let wanted = self
            .pairs
            .iter()
            .filter(|(given, _)| names.contains(&given.as_str()));
        wanted.map(|(_, value)| value.as_str()).collect()
    }

    /// The query.
    pub(super) fn query(&self) -> &str {
        self.first("query")
    }

    /// Start and end of the window.
    ///
    /// # Errors
    /// A time that cannot be read.
    pub(super) fn window(&self) -> Result<(i64, i64), QueryError> {
        let since = match self.first("since") {
            "" => DEFAULT_SINCE,
            text => {
                parse_prometheus_duration(text).map_err(|why| could_not_parse("since", &why))?
            }
        };
        let time = |name, default| {
            self.time(name, default)
                .map_err(|why| could_not_parse(name, &why))
        };
        let end = time("end", self.now)?;
        let start = time("start", end.min(self.now).saturating_sub(since))?;
        Ok((start, end))
    }

    /// A time: nanoseconds, seconds (up to ten digits, or with a fraction), or RFC 3339.
    ///
    /// # Errors
    /// Why it is none of these, in Go's words.
    pub(super) fn time(&self, name: &str, default: i64) -> Result<i64, String> {
        let text = self.first(name);
        if text.is_empty() {
            return Ok(default);
        }
        if text.contains('.')
            && let Ok(seconds) = parse_float(text)
        {
            return to_nanos(seconds).ok_or_else(|| format!("{text} is out of range"));
        }
        if let Ok(number) = text.parse::<i64>() {
            return Ok(if text.len() <= 10 {
                number * SECOND
            } else {
                number
            });
        }
        let instant = DateTime::parse_from_rfc3339(text).ok();
        instant
            .and_then(|at| at.timestamp_nanos_opt())
            .ok_or_else(|| not_rfc_3339(text))
    }

    /// How many entries are wanted.
    ///
    /// # Errors
    /// Where it is no number, or none above zero.
    pub(super) fn limit(&self) -> Result<usize, QueryError> {
        let text = self.first("limit");
        if text.is_empty() {
            return Ok(DEFAULT_LIMIT);
        }
        let limit: i64 = text.parse().map_err(|_| {
            let number = text.strip_prefix(['-', '+']).unwrap_or(text);
            let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            let why = if digits {
                "value out of range"
            } else {
                "invalid syntax"
            };
            QueryError::bad_request(format!("strconv.Atoi: parsing {}: {why}", go_quoted(text)))
        })?;
        match usize::try_from(limit) {
            Ok(limit @ 1..) => Ok(limit),
            _ => Err(QueryError::bad_request("limit must be a positive value")),
        }
    }

    /// Seconds that `tail` stays behind the clock.
    ///
    /// # Errors
    /// Where it is no number.
    pub(super) fn delay(&self) -> Result<i64, QueryError> {
        let text = self.first("delay_for");
        if text.is_empty() {
            return Ok(0);
        }
        text.parse().map_err(|_| {
            let text = go_quoted(text);
            QueryError::bad_request(format!("strconv.Atoi: parsing {text}: invalid syntax"))
        })
    }

    /// From which end entries are taken.
    ///
    /// # Errors
    /// Where it is neither end.
    pub(super) fn order(&self) -> Result<Order, QueryError> {
        match self.first("direction").to_ascii_uppercase().as_str() {
            "" | "BACKWARD" => Ok(Order::Backward),
            "FORWARD" => Ok(Order::Forward),
            _ => Err(QueryError::bad_request(format!(
                "invalid direction '{}'",
                self.first("direction")
            ))),
        }
    }

    /// A duration, in seconds or with units; nanoseconds.
    ///
    /// # Errors
    /// Where it is neither.
    fn seconds(&self, name: &str, default: i64) -> Result<i64, QueryError> {
        let text = self.first(name);
        if text.is_empty() {
            return Ok(default);
        }
        if let Ok(seconds) = parse_float(text) {
            return to_nanos(seconds).ok_or_else(|| {
                QueryError::bad_request(format!(
                    "cannot parse {} to a valid duration. It overflows int64",
                    go_quoted(text)
                ))
            });
        }
        parse_prometheus_duration(text)
            .or_else(|_| parse_go_duration(text))
            .map_err(|_| {
                QueryError::bad_request(format!(
                    "cannot parse {} to a valid duration",
                    go_quoted(text)
                ))
            })
    }
}

/// Go's complaint about a time that does not follow RFC 3339; the year is what it trips over first.
fn not_rfc_3339(text: &str) -> String {
    let text = go_quoted(text);
    format!(
        "parsing time {text} as \"2006-01-02T15:04:05.999999999Z07:00\": cannot parse {text} as \"2006\""
    )
}

/// The complaint about a bound of the window.
fn could_not_parse(name: &str, why: &str) -> QueryError {
    QueryError::bad_request(format!("could not parse '{name}' parameter: {why}"))
}

/// Seconds as nanoseconds, to the millisecond where there is a fraction, as Loki reads them.
fn to_nanos(seconds: f64) -> Option<i64> {
    let millis = (seconds * 1e3).round();
    // 2^63 nanoseconds in milliseconds; NaN fails the comparison too.
    if millis.abs() < 9.223_372_036_854e15 / 1e3 {
        #[expect(clippy::cast_possible_truncation, reason = "just checked")]
        return Some(millis as i64 * 1_000_000);
    }
    None
}
