//! How long is `1h30m`? Durations as Prometheus reads them, in queries and in the `step` parameter.

/// Why a text is not a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DurationError {
    /// Nothing is there.
    #[error("empty duration string")]
    Empty,
    /// The text has another form.
    #[error("not a valid duration string: {0:?}")]
    Malformed(String),
    /// More than the 292 years that Go's nanoseconds hold.
    #[error("duration out of range")]
    OutOfRange,
    /// Zero, where a length is needed.
    #[error("duration must be greater than 0")]
    Zero,
}

/// Units and their milliseconds, in the only order in which they may appear.
const UNITS: [(&str, i64); 7] = [
    ("y", 365 * 24 * 3_600_000),
    ("w", 7 * 24 * 3_600_000),
    ("d", 24 * 3_600_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Largest length in milliseconds: what 64 bits of nanoseconds hold.
const LONGEST_MS: i64 = i64::MAX / 1_000_000;

/// Reads a length of zero or more; in milliseconds.
///
/// # Errors
///
/// Prometheus's, see [`DurationError`].
pub(crate) fn parse_length_ms(text: &str) -> Result<i64, DurationError> {
    if text == "0" {
        return Ok(0);
    }
    if text.is_empty() {
        return Err(DurationError::Empty);
    }
    let malformed = || DurationError::Malformed(text.to_string());
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut total: i64 = 0;
    while !rest.is_empty() {
        let (amount, after) = rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count());
        let (unit, after) =
            after.split_at(after.bytes().take_while(u8::is_ascii_alphabetic).count());
        let (_, unit_ms) = units
            .find(|(name, _)| *name == unit)
            .ok_or_else(malformed)?;
        if amount.is_empty() {
            return Err(malformed());
        }
        total = amount
            .parse::<i64>()
            .ok()
            .and_then(|amount| amount.checked_mul(*unit_ms))
            .and_then(|length| total.checked_add(length))
            .filter(|total| *total <= LONGEST_MS)
            .ok_or(DurationError::OutOfRange)?;
        rest = after;
    }
    Ok(total)
}

/// Reads a length of more than zero, as ranges, offsets and steps of subqueries need it; in milliseconds.
///
/// # Errors
///
/// Prometheus's, see [`DurationError`].
pub(super) fn parse_duration_ms(text: &str) -> Result<i64, DurationError> {
    match parse_length_ms(text)? {
        0 => Err(DurationError::Zero),
        length => Ok(length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_come_in_falling_order_and_only_once() {
        assert_eq!(parse_length_ms("1h30m"), Ok(5_400_000));
        assert_eq!(
            parse_length_ms("1y2w3d4h5m6s7ms"),
            Ok(31_536_000_000 + 1_209_600_000 + 259_200_000 + 14_706_007)
        );
        assert!(matches!(
            parse_length_ms("30m1h"),
            Err(DurationError::Malformed(_))
        ));
        assert!(matches!(
            parse_length_ms("1m1m"),
            Err(DurationError::Malformed(_))
        ));
        assert!(matches!(
            parse_length_ms("1.5h"),
            Err(DurationError::Malformed(_))
        ));
        assert_eq!(parse_length_ms("293y"), Err(DurationError::OutOfRange));
        assert_eq!(
            parse_length_ms("99999999999999999999y"),
            Err(DurationError::OutOfRange)
        );
    }

    #[test]
    fn a_range_of_nothing_is_refused_and_a_step_of_nothing_is_left_to_the_caller() {
        assert_eq!(parse_length_ms("0s"), Ok(0));
        assert_eq!(parse_duration_ms("0s"), Err(DurationError::Zero));
    }
}
