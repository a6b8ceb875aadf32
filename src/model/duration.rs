//! Durations as people and servers type them: `90s 15m 2h 3d 1w`, also `1h30m` and `500ms`.

use chrono::TimeDelta;

/// Nanoseconds in each unit, longest unit first.
const UNITS: [(&str, i64); 9] = [
    ("w", 604_800_000_000_000),
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("µs", 1_000),
    ("ns", 1),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
];

/// Reads a duration such as `30m`, `1h30m` or `1.5h`; `None` for anything else, a bare number included.
pub(crate) fn parse_duration(text: &str) -> Option<TimeDelta> {
    let mut rest = text.trim();
    let mut total: i64 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        let (unit, nanos) = UNITS
            .iter()
            .find(|(unit, _)| rest[digits..].starts_with(unit))?;
        let nanos = (number * *nanos as f64).round();
        if nanos >= i64::MAX as f64 {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "just checked")]
        let part = nanos as i64;
        total = total.checked_add(part)?;
        rest = &rest[digits + unit.len()..];
    }
    Some(TimeDelta::nanoseconds(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_add_up_and_a_bare_number_is_refused() {
        for (text, seconds) in [
            ("90s", 90),
            ("15m", 900),
            ("2h", 7200),
            ("3d", 259_200),
            ("1w", 604_800),
            ("1h30m", 5400),
            ("1.5h", 5400),
        ] {
            assert_eq!(
                parse_duration(text),
                Some(TimeDelta::seconds(seconds)),
                "{text}"
            );
        }
        assert_eq!(parse_duration("500ms"), Some(TimeDelta::milliseconds(500)));
        for text in ["", "30", "m", "-5m", "5x", "1h 30m x", "99999999999w"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }
}
