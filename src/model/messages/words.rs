//! Plurals, durations and amounts, in both languages.

use chrono::{FixedOffset, TimeDelta};

use crate::model::{Instant, Lang, Unit};

/// `1 line`, `2 lines`; in French zero and one are singular. The number is grouped by thousands.
pub(crate) fn counted(lang: Lang, n: u64, one: (&str, &str), many: (&str, &str)) -> String {
    let singular = match lang {
        Lang::En => n == 1,
        Lang::Fr => n < 2,
    };
    let noun = if singular { one } else { many };
    format!("{} {}", count(lang, n), lang.pick(noun.0, noun.1))
}

/// A whole number grouped by thousands: `12,345`; in French `12 345` with a narrow no-break space.
pub(crate) fn count(lang: Lang, n: u64) -> String {
    let digits = n.to_string();
    let separator = lang.pick(",", "\u{202f}");
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push_str(separator);
        }
        out.push(digit);
    }
    out
}

/// A number with at most `decimals` places, trailing zeros dropped; a comma in French.
pub(crate) fn decimal(lang: Lang, value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    let text = if text == "-0" { "0" } else { text };
    match lang {
        Lang::En => text.to_owned(),
        Lang::Fr => text.replace('.', ","),
    }
}

/// A share of one as a percentage: `92 %`, one decimal below ten.
pub(crate) fn percent(lang: Lang, ratio: f64) -> String {
    let value = ratio * 100.0;
    let decimals = usize::from(value.abs() < 10.0);
    format!(
        "{}{}",
        decimal(lang, value, decimals),
        lang.pick("%", "\u{a0}%")
    )
}

/// Bytes in decimal units: `1.3 GB`; in French `1,3 Go`.
pub(crate) fn bytes(lang: Lang, n: f64) -> String {
    let units = lang.pick(
        ["B", "kB", "MB", "GB", "TB", "PB"],
        ["o", "ko", "Mo", "Go", "To", "Po"],
    );
    let mut value = n;
    let mut unit = 0;
    while value.abs() >= 999.5 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    let decimals = usize::from(unit > 0 && value.abs() < 99.95);
    format!("{} {}", decimal(lang, value, decimals), units[unit])
}

/// A length of time in its two largest units: `1h 5m`, `42s`, `350ms`; the same in both languages (`d` is `j` in French).
pub(crate) fn duration(lang: Lang, length: TimeDelta) -> String {
    let millis = length.num_milliseconds().abs();
    if millis < 1000 {
        return format!("{millis}ms");
    }
    if millis < 10_000 && millis % 1000 != 0 {
        return format!("{}s", decimal(lang, millis as f64 / 1000.0, 1));
    }
    let seconds = (millis + 500) / 1000;
    let parts = [
        (seconds / 86_400, lang.pick("d", "j")),
        (seconds / 3600 % 24, "h"),
        (seconds / 60 % 60, "m"),
        (seconds % 60, "s"),
    ];
    let first = parts
        .iter()
        .position(|(n, _)| *n > 0)
        .unwrap_or(parts.len() - 1);
    parts[first..]
        .iter()
        .take(2)
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n}{unit}"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A metric's value in its unit: `92%`, `1.3 GB`, `350ms`, `1,204`, `12.5/s`, `yes`; `NaN` and the infinities as Prometheus spells them.
pub(crate) fn value(lang: Lang, unit: Unit, value: f64) -> String {
    if let Some(name) = not_a_number(value) {
        return name.to_owned();
    }
    match unit {
        Unit::Ratio => percent(lang, value),
        Unit::Percent => percent(lang, value / 100.0),
        Unit::Bytes => bytes(lang, value),
        Unit::Seconds => seconds(lang, value),
        Unit::PerSecond => format!("{}/s", plain(lang, value)),
        Unit::Flag if value == 0.0 => lang.pick("no", "non").to_owned(),
        Unit::Flag if (value - 1.0).abs() < f64::EPSILON => lang.pick("yes", "oui").to_owned(),
        Unit::Count | Unit::Flag => plain(lang, value),
    }
}

/// What Prometheus writes for a value that is no finite number.
fn not_a_number(value: f64) -> Option<&'static str> {
    match value {
        value if value.is_nan() => Some("NaN"),
        f64::INFINITY => Some("+Inf"),
        f64::NEG_INFINITY => Some("-Inf"),
        _ => None,
    }
}

/// A number without a unit: whole and grouped from 100 on, three significant places or so below.
fn plain(lang: Lang, value: f64) -> String {
    match value.abs() {
        // 2^53: beyond it neighbouring numbers are more than one apart, and grouping would show digits that mean nothing.
        size if size >= 9.0e15 => format!("{value:.3e}"),
        size if size >= 99.95 => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "positive and below 2^53"
            )]
            let whole = size.round() as u64;
            let sign = if value < 0.0 { "-" } else { "" };
            format!("{sign}{}", count(lang, whole))
        }
        size if size >= 9.995 => decimal(lang, value, 1),
        size if size >= 0.0995 || size == 0.0 => decimal(lang, value, 2),
        size if size >= 0.000_1 => decimal(lang, value, 4),
        _ => format!("{value:.1e}"),
    }
}

/// Seconds as a length of time, with decimals of milliseconds below one.
fn seconds(lang: Lang, value: f64) -> String {
    let millis = value * 1000.0;
    let sign = if value < 0.0 { "-" } else { "" };
    if millis.abs() < 10.0 && millis != 0.0 {
        return format!("{}ms", plain(lang, millis));
    }
    // A hundred thousand years of milliseconds: a length that no metric means.
    if millis.abs() > 3.2e15 {
        return format!("{value:.1e}s");
    }
    #[expect(clippy::cast_possible_truncation, reason = "just checked")]
    let length = TimeDelta::milliseconds(millis.abs().round() as i64);
    format!("{sign}{}", duration(lang, length))
}

/// How long ago: `5m ago`, `il y a 5m`.
pub(crate) fn ago(lang: Lang, length: TimeDelta) -> String {
    let length = duration(lang, length);
    match lang {
        Lang::En => format!("{length} ago"),
        Lang::Fr => format!("il y a {length}"),
    }
}

/// The time of day: `09:14:03`. The same in both languages.
pub(crate) fn time_of_day(at: Instant, offset: FixedOffset) -> String {
    at.with_timezone(&offset).format("%H:%M:%S").to_string()
}

/// Date and time: `2026-11-21 09:14:03`. The same in both languages.
pub(crate) fn date_time(at: Instant, offset: FixedOffset) -> String {
    at.with_timezone(&offset)
        .format("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// The time of day where that says enough: where `at` is on the same day as `day`; date and time elsewhere.
pub(crate) fn time_near(at: Instant, day: Instant, offset: FixedOffset) -> String {
    let date = |at: Instant| at.with_timezone(&offset).date_naive();
    if date(at) == date(day) {
        time_of_day(at, offset)
    } else {
        date_time(at, offset)
    }
}

/// The offset that times are shown in, said once: `UTC`, `UTC+01:00`.
pub(crate) fn utc_offset(offset: FixedOffset) -> String {
    if offset.local_minus_utc() == 0 {
        "UTC".to_owned()
    } else {
        format!("UTC{offset}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_follow_the_language() {
        let lines = |lang, n| counted(lang, n, ("line", "ligne"), ("lines", "lignes"));
        assert_eq!(lines(Lang::En, 0), "0 lines");
        assert_eq!(lines(Lang::En, 1), "1 line");
        assert_eq!(lines(Lang::Fr, 0), "0 ligne");
        assert_eq!(lines(Lang::Fr, 12_345), "12\u{202f}345 lignes");
    }

    #[test]
    fn amounts_are_short_and_true() {
        assert_eq!(bytes(Lang::En, 999.6), "1 kB");
        assert_eq!(bytes(Lang::Fr, 1_300_000_000.0), "1,3 Go");
        assert_eq!(percent(Lang::En, 0.923), "92%");
        assert_eq!(percent(Lang::En, 0.0412), "4.1%");
        assert_eq!(duration(Lang::En, TimeDelta::seconds(3900)), "1h 5m");
        assert_eq!(duration(Lang::Fr, TimeDelta::hours(49)), "2j 1h");
        assert_eq!(duration(Lang::En, TimeDelta::milliseconds(1260)), "1.3s");
    }

    #[test]
    fn a_value_is_written_in_its_unit() {
        for (unit, number, english, french) in [
            (Unit::Ratio, 0.92, "92%", "92\u{a0}%"),
            (Unit::Percent, 4.12, "4.1%", "4,1\u{a0}%"),
            (Unit::Bytes, 1.3e9, "1.3 GB", "1,3 Go"),
            (Unit::Seconds, 0.35, "350ms", "350ms"),
            (Unit::Seconds, 0.000_42, "0.42ms", "0,42ms"),
            (Unit::Seconds, 172_800.0, "2d", "2j"),
            (Unit::Count, 1204.0, "1,204", "1\u{202f}204"),
            (Unit::Count, 0.0, "0", "0"),
            (Unit::PerSecond, 12.53, "12.5/s", "12,5/s"),
            (Unit::Flag, 1.0, "yes", "oui"),
            (Unit::Count, f64::NAN, "NaN", "NaN"),
            (Unit::Seconds, f64::INFINITY, "+Inf", "+Inf"),
            (Unit::Seconds, 1e300, "1.0e300s", "1.0e300s"),
        ] {
            assert_eq!(value(Lang::En, unit, number), english);
            assert_eq!(value(Lang::Fr, unit, number), french);
        }
    }

    #[test]
    fn times_show_in_the_offset_that_is_named() {
        let at = Instant::from_timestamp(1_795_251_600, 0).unwrap();
        let paris = FixedOffset::east_opt(3600).unwrap();
        assert_eq!(date_time(at, paris), "2026-11-21 10:00:00");
        assert_eq!(
            time_of_day(at, FixedOffset::east_opt(0).unwrap()),
            "09:00:00"
        );
        assert_eq!(utc_offset(paris), "UTC+01:00");
        assert_eq!(utc_offset(FixedOffset::east_opt(0).unwrap()), "UTC");
        let midnight = Instant::from_timestamp(1_795_215_600, 0).unwrap();
        assert_eq!(time_near(midnight, at, paris), "00:00:00");
        assert_eq!(
            time_near(midnight - TimeDelta::seconds(1), at, paris),
            "2026-11-20 23:59:59"
        );
        assert_eq!(ago(Lang::Fr, TimeDelta::minutes(5)), "il y a 5m");
    }
}
