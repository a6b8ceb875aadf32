//! `--since`, `--from` and `--to` into a window.

use std::time::Duration;

use chrono::{
    DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};

use super::args::WindowArgs;
use super::exit::Failure;
use crate::model::duration::parse_duration;
use crate::model::messages::tokens;
use crate::model::{Instant, Lang, Window, messages::cli as text};

/// The window where nothing is said: long enough to hold the start of what woke somebody up.
const DEFAULT_SINCE: TimeDelta = TimeDelta::minutes(30);

/// Formats of local dates, longest first.
const DATE_TIMES: [&str; 4] = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
];

/// The window that the flags mean, seen from `now`; dates without an offset are read with `offset`.
///
/// # Errors
/// A time or duration that cannot be read; a window that is empty or ends before it starts, or lies ahead.
pub(crate) fn window(
    args: &WindowArgs,
    now: Instant,
    offset: FixedOffset,
    lang: Lang,
) -> Result<Window, Failure> {
    let to = match &args.to {
        Some(text) => time("--to", text, now, offset, lang)?,
        None => now,
    };
    let from = match (&args.from, &args.since) {
        (Some(text), _) => time("--from", text, now, offset, lang)?,
        // `-1h` is what other tools call the last hour.
        (None, Some(text)) => to - length("--since", text.strip_prefix('-').unwrap_or(text), lang)?,
        (None, None) => to - DEFAULT_SINCE,
    };
    if from >= now {
        return Err(Failure::usage(
            text::window_ahead(lang),
            Some(text::window_ahead_hint(lang)),
        ));
    }
    Window::new(from, to).ok_or_else(|| {
        Failure::usage(
            text::window_reversed(lang),
            Some(text::window_reversed_hint(lang)),
        )
    })
}

/// A duration of a flag; longer than nothing.
///
/// # Errors
/// It cannot be read, or is zero.
pub(crate) fn length(flag: &str, text: &str, lang: Lang) -> Result<TimeDelta, Failure> {
    parse_duration(text)
        .filter(|length| *length > TimeDelta::zero() && *length < TimeDelta::days(36_500))
        .ok_or_else(|| {
            Failure::usage(
                text::bad_duration(lang, flag, text),
                Some(text::bad_duration_hint(lang)),
            )
        })
}

/// The same as the standard library counts it.
///
/// # Errors
/// As [`length`].
pub(crate) fn timeout(flag: &str, text: &str, lang: Lang) -> Result<Duration, Failure> {
    Ok(length(flag, text, lang)?.to_std().unwrap_or(Duration::MAX))
}

/// The longest that a run may last: at most a day, since its token's name says when it must be gone.
///
/// # Errors
/// As [`length`], and where it is longer.
pub(crate) fn max_run(text: &str, lang: Lang) -> Result<Duration, Failure> {
    let length = length("--max-run", text, lang)?;
    if length > TimeDelta::days(1) {
        return Err(Failure::usage(
            tokens::max_run_bounds(lang),
            Some(text::bad_duration_hint(lang)),
        ));
    }
    Ok(length.to_std().unwrap_or_default())
}

/// A point in time of a flag.
fn time(
    flag: &str,
    text: &str,
    now: Instant,
    offset: FixedOffset,
    lang: Lang,
) -> Result<Instant, Failure> {
    parse_time(text.trim(), now, offset).ok_or_else(|| {
        Failure::usage(
            text::bad_time(lang, flag, text),
            Some(text::bad_time_hint(lang)),
        )
    })
}

/// A point in time that a flag names.
///
/// # Errors
/// It cannot be read.
pub(crate) fn instant(
    flag: &str,
    text: &str,
    now: Instant,
    offset: FixedOffset,
    lang: Lang,
) -> Result<Instant, Failure> {
    time(flag, text, now, offset, lang)
}

/// Whether a text is a time in any form that flags take.
pub(crate) fn is_time(text: &str, now: Instant, offset: FixedOffset) -> bool {
    parse_time(text.trim(), now, offset).is_some()
}

/// Reads `now`, RFC 3339, a local date and time, a local date, a local time of today, Unix seconds, milliseconds or
/// nanoseconds, or a duration ago: `1h`, `-1h`, `now-1h`, `1h ago`.
fn parse_time(text: &str, now: Instant, offset: FixedOffset) -> Option<Instant> {
    if text == "now" {
        return Some(now);
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.with_timezone(&Utc));
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return unix_time(text);
    }
    let ago = text.strip_prefix("now").unwrap_or(text);
    let ago = ago.strip_prefix('-').unwrap_or(ago);
    let ago = ago.strip_suffix("ago").map_or(ago, str::trim_end);
    if let Some(ago) = parse_duration(ago) {
        return now.checked_sub_signed(ago);
    }
    let today = now.with_timezone(&offset).date_naive();
    let local = DATE_TIMES
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .or_else(|| {
            NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .ok()?
                .and_hms_opt(0, 0, 0)
        })
        .or_else(|| Some(today.and_time(NaiveTime::parse_from_str(text, "%H:%M").ok()?)))
        .or_else(|| Some(today.and_time(NaiveTime::parse_from_str(text, "%H:%M:%S").ok()?)))?;
    offset
        .from_local_datetime(&local)
        .single()
        .map(|at| at.with_timezone(&Utc))
}

/// A Unix time; how many digits it has tells its unit.
fn unix_time(digits: &str) -> Option<Instant> {
    let number: i64 = digits.parse().ok()?;
    match digits.len() {
        9..=11 => Instant::from_timestamp(number, 0),
        12..=14 => Instant::from_timestamp_millis(number),
        18..=19 => Some(Instant::from_timestamp_nanos(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Instant {
        "2026-11-21T09:00:00Z".parse().unwrap()
    }

    fn paris() -> FixedOffset {
        FixedOffset::east_opt(3600).unwrap()
    }

    #[test]
    fn times_are_read_in_every_documented_form() {
        for (text, expected) in [
            ("now", "2026-11-21T09:00:00Z"),
            ("2026-11-21T08:30:00Z", "2026-11-21T08:30:00Z"),
            ("2026-11-21T09:30:00+01:00", "2026-11-21T08:30:00Z"),
            ("2026-11-21 09:30", "2026-11-21T08:30:00Z"),
            ("2026-11-20", "2026-11-19T23:00:00Z"),
            ("09:30", "2026-11-21T08:30:00Z"),
            ("1795249800", "2026-11-21T08:30:00Z"),
            ("1795249800000", "2026-11-21T08:30:00Z"),
            ("1795249800000000001", "2026-11-21T08:30:00.000000001Z"),
            ("30m", "2026-11-21T08:30:00Z"),
            ("-30m", "2026-11-21T08:30:00Z"),
            ("now-30m", "2026-11-21T08:30:00Z"),
            ("30m ago", "2026-11-21T08:30:00Z"),
        ] {
            assert_eq!(
                parse_time(text, now(), paris()),
                Some(expected.parse().unwrap()),
                "{text}"
            );
        }
        for text in [
            "",
            "yesterday",
            "2026-13-01",
            "12",
            "--5m",
            "99:99",
            "now+5m",
            "ago",
        ] {
            assert_eq!(parse_time(text, now(), paris()), None, "{text}");
        }
    }

    #[test]
    fn reversed_and_future_windows_are_refused() {
        let args = |from: &str, to: &str| WindowArgs {
            since: None,
            from: Some(from.to_owned()),
            to: Some(to.to_owned()),
        };
        assert!(window(&args("10m", "20m"), now(), paris(), Lang::En).is_err());
        assert!(window(&args("2030-01-01", "2030-01-02"), now(), paris(), Lang::En).is_err());
        assert!(window(&args("20m", "10m"), now(), paris(), Lang::En).is_ok());
    }

    #[test]
    fn the_default_is_the_last_half_hour() {
        let args = WindowArgs {
            since: None,
            from: None,
            to: None,
        };
        let found = window(&args, now(), paris(), Lang::En).unwrap();
        assert_eq!((found.to, found.length()), (now(), DEFAULT_SINCE));
    }
}
