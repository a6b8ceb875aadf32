//! The parameters of a request: query string and form, times, durations.

use std::borrow::Cow;

use chrono::DateTime;

use super::super::promql::parse_length_ms;
use super::body::Failure;

/// Earliest and latest time of a window whose ends are not given; further away than any sample, near enough to compute with.
const ALL_TIME: (i64, i64) = (i64::MIN / 4, i64::MAX / 4);

/// Names and values in order; those of the form come first, as in Go.
pub(super) struct Params(Vec<(String, String)>);

/// The distance of two steps.
pub(super) struct Step {
    /// In milliseconds; positive.
    pub(super) millis: f64,
}

impl Step {
    /// In whole milliseconds.
    ///
    /// # Errors
    ///
    /// Below a millisecond, where Prometheus 2.42 divides by zero and says so.
    pub(super) fn whole(&self) -> Result<i64, Failure> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "parsed from 64 bits of nanoseconds"
        )]
        let whole = self.millis as i64;
        if whole > 0 {
            Ok(whole)
        } else {
            Err(Failure::execution(
                "unexpected error: runtime error: integer divide by zero",
            ))
        }
    }
}

impl Params {
    /// The parameters of a query string and, where the media type says that it is one, of a form.
    pub(super) fn read(query: Option<&str>, content_type: &str, body: &[u8]) -> Self {
        let form = content_type
            .to_ascii_lowercase()
            .starts_with("application/x-www-form-urlencoded");
        let body = if form {
            String::from_utf8_lossy(body)
        } else {
            Cow::Borrowed("")
        };
        let texts = [&*body, query.unwrap_or("")];
        let pairs = texts
            .into_iter()
            .flat_map(|text| text.split('&'))
            .filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decoded(name), decoded(value))
                })
                .collect(),
        )
    }

    /// The first value of a parameter; empty where it is not given.
    pub(super) fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or("")
    }

    /// All values of a parameter.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// A time that may be left out, in Unix milliseconds.
    pub(super) fn time(&self, name: &str) -> Result<Option<i64>, Failure> {
        let text = self.get(name);
        if text.is_empty() {
            return Ok(None);
        }
        match parse_time_ms(text) {
            Some(time) => Ok(Some(time)),
            None => Err(Failure::bad_parameter(
                name,
                &format!(
                    "Invalid time value for '{name}': cannot parse {text:?} to a valid timestamp"
                ),
            )),
        }
    }

    /// A time that must be given, in Unix milliseconds.
    pub(super) fn required_time(&self, name: &str) -> Result<i64, Failure> {
        let text = self.get(name);
        parse_time_ms(text).ok_or_else(|| {
            Failure::bad_parameter(name, &format!("cannot parse {text:?} to a valid timestamp"))
        })
    }

    /// `start` and `end`, all time where left out; Unix milliseconds.
    pub(super) fn window(&self) -> Result<(i64, i64), Failure> {
        let start = self.time("start")?.unwrap_or(ALL_TIME.0);
        let end = self.time("end")?.unwrap_or(ALL_TIME.1);
        Ok((start, end))
    }

    /// `step`, which must be given and positive.
    pub(super) fn step(&self) -> Result<Step, Failure> {
        let millis = Self::duration_ms("step", self.get("step"))?;
        if millis <= 0.0 {
            return Err(Failure::bad_parameter(
                "step",
                &"zero or negative query resolution step widths are not accepted. Try a positive integer",
            ));
        }
        Ok(Step { millis })
    }

    /// Checks `timeout`: zero and less have run out before anything is computed.
    pub(super) fn timeout(&self) -> Result<(), Failure> {
        let text = self.get("timeout");
        if text.is_empty() {
            return Ok(());
        }
        let millis = Self::duration_ms("timeout", text)?;
        if millis > 0.0 {
            return Ok(());
        }
        let stage = if millis < 0.0 { "execution" } else { "queue" };
        Err(Failure::timed_out(&format!(
            "query timed out in query {stage}"
        )))
    }

    /// A duration: seconds, or units as in queries; in milliseconds.
    fn duration_ms(name: &str, text: &str) -> Result<f64, Failure> {
        let wrong = |more: &str| {
            Failure::bad_parameter(
                name,
                &format!("cannot parse {text:?} to a valid duration{more}"),
            )
        };
        if let Some(seconds) = go_float(text) {
            let nanoseconds = seconds * 1e9;
            if nanoseconds > i64::MAX as f64 || nanoseconds < i64::MIN as f64 {
                return Err(wrong(". It overflows int64"));
            }
            return Ok(nanoseconds.trunc() / 1e6);
        }
        parse_length_ms(text)
            .map(|millis| millis as f64)
            .map_err(|_| wrong(""))
    }
}

/// A time: seconds since 1970 with decimals, or RFC 3339; in Unix milliseconds.
fn parse_time_ms(text: &str) -> Option<i64> {
    if let Some(seconds) = go_float(text) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "what does not fit saturates, far from any sample"
        )]
        let whole = seconds.trunc() as i64;
        #[expect(clippy::cast_possible_truncation, reason = "at most a thousand")]
        let fraction = (seconds.fract() * 1000.0).round() as i64;
        let (least, most) = (ALL_TIME.0 / 1000, ALL_TIME.1 / 1000);
        return Some(whole.clamp(least, most) * 1000 + fraction);
    }
    // Go takes neither a space for the T nor lower case.
    if text.contains([' ', 't', 'z', '_']) {
        return None;
    }
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|time| time.timestamp_millis())
}

/// A number as Go's `ParseFloat` reads it, of which Rust's reading is the decimal part; out of range is no number.
fn go_float(text: &str) -> Option<f64> {
    let value: f64 = text.parse().ok()?;
    let written_out = text.bytes().any(|byte| byte.is_ascii_digit());
    (value.is_finite() || !written_out).then_some(value)
}

/// A form's text: `+` is a space, `%XX` a byte; what is malformed stays as it is.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(byte) = bytes.get(index) {
        let escaped = bytes.get(index + 1..index + 3).and_then(|digits| {
            let digits = std::str::from_utf8(digits)
                .ok()
                .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
            u8::from_str_radix(digits, 16).ok()
        });
        match (byte, escaped) {
            (b'%', Some(value)) => {
                out.push(value);
                index += 3;
                continue;
            }
            (b'+', _) => out.push(b' '),
            (other, _) => out.push(*other),
        }
        index += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_or_rfc_3339_rounded_to_milliseconds() {
        assert_eq!(parse_time_ms("1.0006"), Some(1001));
        assert_eq!(parse_time_ms("-5"), Some(-5000));
        assert_eq!(parse_time_ms("1e3"), Some(1_000_000));
        assert_eq!(
            parse_time_ms("2026-11-21T09:00:00+01:00"),
            Some(1_795_248_000_000)
        );
        assert_eq!(
            parse_time_ms("2026-11-21T09:00:00.1234567Z"),
            Some(1_795_251_600_123)
        );
        for wrong in [
            "",
            "x",
            "1e400",
            "0x10",
            "2026-11-21",
            "2026-11-21 09:00:00Z",
        ] {
            assert_eq!(parse_time_ms(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_form_comes_before_the_query_string() {
        let params = Params::read(
            Some("a=1&b=x%20y+z%zz"),
            "application/x-www-form-urlencoded; charset=utf-8",
            b"a=2",
        );
        assert_eq!(params.all("a").collect::<Vec<_>>(), ["2", "1"]);
        assert_eq!(params.get("b"), "x y z%zz");
        assert_eq!(Params::read(None, "application/json", b"a=2").get("a"), "");
    }
}
