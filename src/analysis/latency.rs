//! How long did the request take that a line tells of? From fields, with the unit of their name or value, else from the text.
//!
//! In: a log line. Out: the duration, the route it was spent on, the id of the trace; `None` where the line tells of none.
//!
//! Units: the value's own (`"1.2s"`), else the name's (`duration_ms`, `elapsedSeconds`), else seconds for nginx's `request_time` and
//! `upstream_response_time`, nanoseconds for whole numbers from 10,000,000 on (a Go `time.Duration`; as milliseconds it would be
//! three hours) and for ECS's `event.duration`, else the caller's.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::json::{Json, parse_object};
use super::line::{Line, looks_like_logfmt, open_line, parse_logfmt, take_envelope};
use super::logs::cut;
use super::signature::mask_into;
use crate::evidence::LogRecord;
use crate::model::duration::parse_duration;

/// A whole number without a unit that is this large counts nanoseconds.
const NANOS_FROM: f64 = 1e7;

/// What is looked at of a text.
const LONGEST_TEXT: usize = 4000;

/// The longest route that is told apart, in bytes.
const LONGEST_ROUTE: usize = 120;

/// Objects inside objects that are looked into.
const DEPTH: usize = 4;

/// Names of fields that hold how long something took, without case and separators, as they end. Beside these stand their forms with a
/// unit behind, and those with more in front (`http_request_duration`).
const NAMES: [&str; 13] = [
    "duration",
    "took",
    "latency",
    "elapsed",
    "elapsedtime",
    "responsetime",
    "requesttime",
    "upstreamresponsetime",
    "timetaken",
    "processingtime",
    "executiontime",
    "querytime",
    "totaltime",
];

/// Units behind a name, with their seconds.
const SUFFIXES: [(&str, f64); 16] = [
    ("milliseconds", 1e-3),
    ("millis", 1e-3),
    ("msec", 1e-3),
    ("msecs", 1e-3),
    ("ms", 1e-3),
    ("microseconds", 1e-6),
    ("micros", 1e-6),
    ("usec", 1e-6),
    ("us", 1e-6),
    ("nanoseconds", 1e-9),
    ("nanos", 1e-9),
    ("nsec", 1e-9),
    ("ns", 1e-9),
    ("seconds", 1.0),
    ("secs", 1.0),
    ("sec", 1.0),
];

/// A word that announces a duration in a text, and the duration.
static ANNOUNCED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?i)\b(?:took|taken|in|after|duration|elapsed|latency|response[_ ]time|request[_ ]time|time|rt|urt|cost|within|en|durée)"#,
        r#"["']?\s*[:=]?\s*["'(]?(\d+(?:\.\d+)?)\s*(nanoseconds?|ns|microseconds?|[uµμ]s|milliseconds?|millis|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m)\b"#
    ))
    .expect("a constant pattern")
});

/// Words in front of a time that is still to come, or that is no request's: Redis saves after "100 changes in 300 seconds".
static TO_COME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:retr\w*|again|next|expir\w*|sleep\w*|wait(?:ing)?|backoff|back off|reconnect\w*|schedul\w*|timeout|time-out|timed out|ttl|every)\b[^.;,]{0,24}$|\bchanges\s*$")
        .expect("a constant pattern")
});

/// The request of an access line, and what follows it.
static REQUEST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\b(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+"?((?:https?://|/)[^\s"]*)(?: HTTP/[\d.]+)?"?(.*)"#)
        .expect("a constant pattern")
});

/// A duration with its unit behind the request of an access line.
static WITH_UNIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[\s=(\[])(\d+(?:\.\d+)?)\s?(ns|[uµμ]s|ms|s)\b").expect("a constant pattern")
});

/// The times that nginx is often told to add at the end: `request_time`, perhaps `upstream_response_time`.
static AT_THE_END: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?:^\s*\d{3} .*|\b(?:rt|request_time)=)["']?\b(\d+\.\d{3})["']?(?:\s+["']?(?:\d+\.\d{3}|-)["']?)*\s*$"#)
        .expect("a constant pattern")
});

/// `rt=0.123` and `request_time=0.123` anywhere.
static NAMED_SECONDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\b(?:rt|request_time|urt)=["']?(\d+(?:\.\d+)?)\b"#).expect("a constant pattern")
});

/// `HAProxy`: `Tq/Tw/Tc/Tr/Tt status bytes`, in milliseconds.
static HAPROXY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r" -?\d+/-?\d+/-?\d+/-?\d+/\+?(\d+) \d{3} \d+ ").expect("a constant pattern")
});

/// gin: `| 200 | 1.2ms | 127.0.0.1 | GET "/x"`.
static GIN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\|\s*\d{3}\s*\|\s*((?:\d+(?:\.\d+)?(?:ns|[uµμ]s|ms|s|m|h))+)\s*\|")
        .expect("a constant pattern")
});

/// One request, or another piece of work that took its time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Timed {
    /// How long.
    pub(crate) seconds: f64,
    /// Method and path with ids masked; where there is no path, the text with what varies masked.
    pub(crate) route: String,
    /// The trace, request or correlation id.
    pub(crate) trace: Option<String>,
    /// The line's text.
    pub(crate) message: String,
}

/// What the fields of a line say.
#[derive(Debug, Default)]
struct Told {
    /// How long, and how sure that is, the lesser the surer.
    seconds: Option<(u8, f64)>,
    /// The method.
    method: Option<String>,
    /// The trace, request or correlation id, and how much it is one of the trace.
    trace: Option<(u8, String)>,
}

/// What a line says about a duration; `unit` is the seconds of one unit of fields that name none.
pub(crate) fn timed(record: &LogRecord, unit: f64) -> Option<Timed> {
    let mut told = Told::default();
    read_record(record, unit, &mut told);
    open_line(record, |line| {
        let text = cut(&line.message, LONGEST_TEXT);
        let seconds = told
            .seconds
            .map(|(_, seconds)| seconds)
            .or_else(|| seconds_in(text))?;
        Some(Timed {
            seconds,
            route: route_of(line, text, told.method.take()),
            trace: told.trace.take().map(|(_, id)| id),
            message: cut(text, 400).to_owned(),
        })
    })
}

/// Reads the fields of a line, in its envelope or out of it.
fn read_record(record: &LogRecord, unit: f64, told: &mut Told) {
    let written = match parse_object(&record.line).map(take_envelope) {
        Some(Ok(envelope)) => envelope.message,
        Some(Err(fields)) => {
            read_fields(&fields, "", unit, told, DEPTH);
            return;
        }
        None => Cow::Borrowed(record.line.as_str()),
    };
    let written: &str = &written;
    if let Some(fields) = parse_object(written) {
        read_fields(&fields, "", unit, told, DEPTH);
    } else if looks_like_logfmt(written) {
        for (key, value) in parse_logfmt(written) {
            told.read(key, "", &Json::Text(value), unit);
        }
    }
}

/// Reads an object.
fn read_fields(
    fields: &[(Cow<'_, str>, Json<'_>)],
    parent: &str,
    unit: f64,
    told: &mut Told,
    depth: usize,
) {
    for (key, value) in fields {
        match value {
            Json::Map(inner) if depth > 0 => read_fields(inner, key, unit, told, depth - 1),
            value => told.read(key, parent, value, unit),
        }
    }
}

impl Told {
    /// Reads one field.
    fn read(&mut self, key: &str, parent: &str, value: &Json<'_>, unit: f64) {
        if key.len() > 64 {
            return;
        }
        let name: String = key
            .chars()
            .filter(|c| !matches!(c, '_' | '-' | '.'))
            .flat_map(char::to_lowercase)
            .collect();
        if let Some((rank, scale)) = unit_of(key, &name, parent, unit)
            && let Some(seconds) = seconds_of(value, scale, rank > 0)
            && self.seconds.is_none_or(|(known, _)| rank < known)
        {
            self.seconds = Some((rank, seconds));
        }
        let Json::Text(text) = value else { return };
        let rank = match name.as_str() {
            "traceid" | "ddtraceid" | "oteltraceid" | "xtraceid" | "xb3traceid" => 0,
            "id" if parent == "trace" => 0,
            "traceparent" => 1,
            "requestid" | "xrequestid" | "reqid" | "correlationid" | "xcorrelationid" | "rid" => 2,
            "method" | "httpmethod" | "requestmethod" | "verb" | "httprequestmethod" => {
                let method = cut(text, 16).to_uppercase();
                if method.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                    self.method = Some(method);
                }
                return;
            }
            _ => return,
        };
        if !text.is_empty() && self.trace.as_ref().is_none_or(|(known, _)| rank < *known) {
            self.trace = Some((rank, cut(text, 128).to_owned()));
        }
    }
}

/// How sure it is that a field holds a duration, and the seconds of its unit; `None` for any other field.
fn unit_of(key: &str, name: &str, parent: &str, unit: f64) -> Option<(u8, f64)> {
    let is_name = |name: &str| NAMES.iter().any(|known| name.ends_with(known));
    if name == "eventduration" || (parent == "event" && name == "duration") {
        return Some((0, 1e-9));
    }
    if name.ends_with("upstreamresponsetime") {
        return Some((3, 1.0));
    }
    if name.ends_with("requesttime") {
        return Some((0, 1.0));
    }
    if name == "ms" {
        return Some((2, 1e-3));
    }
    if is_name(name) {
        return Some((1, unit));
    }
    let (rest, scale) = SUFFIXES
        .iter()
        .find_map(|(suffix, scale)| Some((name.strip_suffix(suffix)?, *scale)))
        .or_else(|| {
            (key.ends_with(['s']) && key.len() > 2 && key[..key.len() - 1].ends_with(['_', '.']))
                .then(|| (&name[..name.len() - 1], 1.0))
        })?;
    (is_name(rest) || rest == "time").then_some((0, scale))
}

/// A value in seconds. Of a list, as nginx writes one for several upstreams, the sum.
fn seconds_of(value: &Json<'_>, scale: f64, open: bool) -> Option<f64> {
    let of_number = |number: f64| {
        let nanos = open && number.fract() == 0.0 && number >= NANOS_FROM;
        number * if nanos { 1e-9 } else { scale }
    };
    let seconds = match value {
        Json::Number(number) => of_number(*number),
        Json::Text(text) => {
            let parts = text
                .split([',', ':'])
                .map(str::trim)
                .filter(|part| !part.is_empty() && *part != "-");
            let read = |part: &str| match part.parse::<f64>() {
                Ok(number) => Some(of_number(number)),
                Err(_) => with_unit(part),
            };
            let parts: Vec<f64> = parts.map(read).collect::<Option<_>>()?;
            if parts.is_empty() {
                return None;
            }
            parts.iter().sum()
        }
        Json::Other | Json::Map(_) => return None,
    };
    believable(seconds)
}

/// A duration that can be: not below nothing, not above a month.
fn believable(seconds: f64) -> Option<f64> {
    // To the nanosecond: 71 thousandths are 0.071, not what the multiplication makes of them.
    let seconds = (seconds * 1e9).round() / 1e9;
    (seconds.is_finite() && (0.0..=2_678_400.0).contains(&seconds)).then_some(seconds)
}

/// `12ms`, `1.2 s`, `1m2.5s`.
fn with_unit(text: &str) -> Option<f64> {
    if text.len() > 32 {
        return None;
    }
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if c == 'μ' { 'µ' } else { c })
        .collect();
    let length = parse_duration(&plain)?;
    Some(length.num_nanoseconds()? as f64 / 1e9)
}

/// The seconds of a unit's word.
fn unit_seconds(word: &str) -> f64 {
    let word = word.to_lowercase();
    match word.as_str() {
        "ns" | "nanosecond" | "nanoseconds" => 1e-9,
        "us" | "µs" | "μs" | "microsecond" | "microseconds" => 1e-6,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        _ => 1e-3,
    }
}

/// The duration that a text tells of.
fn seconds_in(text: &str) -> Option<f64> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number =
        |regex: &Regex, text: &str| regex.captures(text)?.get(1)?.as_str().parse::<f64>().ok();
    let found = GIN
        .captures(text)
        .and_then(|found| with_unit(found.get(1)?.as_str()))
        .or_else(|| Some(number(&HAPROXY, text)? / 1e3))
        .or_else(|| {
            let rest = REQUEST.captures(text)?.get(3)?.as_str();
            let unit = WITH_UNIT.captures(rest).and_then(|found| {
                Some(
                    found.get(1)?.as_str().parse::<f64>().ok()?
                        * unit_seconds(found.get(2)?.as_str()),
                )
            });
            unit.or_else(|| number(&NAMED_SECONDS, rest))
                .or_else(|| number(&AT_THE_END, rest))
        })
        .or_else(|| announced(text));
    found.and_then(believable)
}

/// `took 1.2s`, `in 350 ms`, `duration: 1234.5 ms`; the first that is no time to come.
fn announced(text: &str) -> Option<f64> {
    ANNOUNCED.captures_iter(text).take(8).find_map(|found| {
        let start = found.get(0)?.start();
        if TO_COME.is_match(&text[..start]) {
            return None;
        }
        let number: f64 = found.get(1)?.as_str().parse().ok()?;
        Some(number * unit_seconds(found.get(2)?.as_str()))
    })
}

/// What the time was spent on.
fn route_of(line: &Line<'_>, text: &str, method: Option<String>) -> String {
    let request = REQUEST.captures(text);
    let part = |index: usize| {
        request
            .as_ref()
            .and_then(|found| found.get(index))
            .map(|part| part.as_str())
    };
    let method = method.or_else(|| part(1).map(str::to_owned));
    if let Some(path) = line.route.as_deref().or(part(2)) {
        let path = path_template(path);
        return match method {
            Some(method) if !path.starts_with(method.as_str()) => format!("{method} {path}"),
            _ => path,
        };
    }
    let quoted = GIN.find(text).and_then(|found| {
        let rest = &text[found.end()..];
        let path = rest.split('"').nth(1)?;
        let verb = rest.split('"').next()?.split_whitespace().last()?;
        path.starts_with('/')
            .then(|| format!("{verb} {}", path_template(path)))
    });
    quoted.unwrap_or_else(|| {
        let mut masked = String::new();
        mask_into(text, &mut masked);
        cut(&masked, LONGEST_ROUTE).to_owned()
    })
}

/// A path without its query, its ids masked: `/v1/orders/<*>`.
pub(crate) fn path_template(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, rest)| {
        rest.find('/').map_or("/", |at| &rest[at..])
    });
    let masked: Vec<&str> = path
        .split('/')
        .map(|segment| if is_id(segment) { "<*>" } else { segment })
        .collect();
    cut(&masked.join("/"), LONGEST_ROUTE).to_owned()
}

/// Whether a segment of a path is an id: digits, a UUID, a hexadecimal word with digits in it, a long mixed word, or one that is half
/// digits. `v1` and `oauth2` are none.
fn is_id(segment: &str) -> bool {
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 {
        return false;
    }
    let hex = segment.len() >= 8
        && segment
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let long = segment.len() >= 16 && digits >= 4;
    let version = segment.len() <= 4 && segment.starts_with(['v', 'V']);
    (digits * 2 >= segment.len() && !version) || hex || long
}

#[cfg(test)]
mod tests;
