//! Numbers, durations and sizes as Go and Loki read and print them.
//!
//! In: text from a query or a label. Out: a value, or the complaint in the words of the Go function that Loki calls
//! (they reach users in `__error_details__`). Durations are nanoseconds.

/// Nanoseconds in a second.
pub(crate) const SECOND: i64 = 1_000_000_000;

/// Units of `time.ParseDuration`, longest name first where one starts another.
const GO_UNITS: [(&str, i64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", SECOND),
    ("m", 60 * SECOND),
    ("h", 3600 * SECOND),
];

/// Units of a Prometheus duration in the only order in which they may stand.
const PROMETHEUS_UNITS: [(&str, i64); 7] = [
    ("y", 365 * 24 * 3600 * SECOND),
    ("w", 7 * 24 * 3600 * SECOND),
    ("d", 24 * 3600 * SECOND),
    ("h", 3600 * SECOND),
    ("m", 60 * SECOND),
    ("s", SECOND),
    ("ms", 1_000_000),
];

/// Size units in lower case, as `humanize.ParseBytes` knows them.
const SIZE_UNITS: [(&str, f64); 25] = [
    ("", 1.0),
    ("b", 1.0),
    ("kb", 1e3),
    ("k", 1e3),
    ("kib", 1024.0),
    ("ki", 1024.0),
    ("mb", 1e6),
    ("m", 1e6),
    ("mib", 1_048_576.0),
    ("mi", 1_048_576.0),
    ("gb", 1e9),
    ("g", 1e9),
    ("gib", 1_073_741_824.0),
    ("gi", 1_073_741_824.0),
    ("tb", 1e12),
    ("t", 1e12),
    ("tib", 1_099_511_627_776.0),
    ("ti", 1_099_511_627_776.0),
    ("pb", 1e15),
    ("p", 1e15),
    ("pib", 1_125_899_906_842_624.0),
    ("pi", 1_125_899_906_842_624.0),
    ("eb", 1e18),
    ("e", 1e18),
    ("eib", 1_152_921_504_606_846_976.0),
];

/// A number as `strconv.ParseFloat` reads it.
///
/// # Errors
/// The complaint, in Go's words.
pub(crate) fn parse_float(text: &str) -> Result<f64, String> {
    let complaint = |why: &str| format!("strconv.ParseFloat: parsing {}: {why}", go_quoted(text));
    let value: f64 = text.parse().map_err(|_| complaint("invalid syntax"))?;
    let named = text.trim_start_matches(['+', '-']).starts_with(['i', 'I']);
    if value.is_infinite() && !named {
        return Err(complaint("value out of range"));
    }
    Ok(value)
}

/// A duration as Go's `time.ParseDuration` reads it: `1h30m`, `-1.5s`, `0`.
///
/// # Errors
/// The complaint, in Go's words.
pub(crate) fn parse_go_duration(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", go_quoted(text));
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned == "0" {
        return Ok(0);
    }
    if unsigned.is_empty() {
        return Err(invalid());
    }
    let mut rest = unsigned;
    let mut total: i64 = 0;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let number = &rest[..digits];
        if number.is_empty() {
            return Err(invalid());
        }
        rest = &rest[digits..];
        let length = rest
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(rest.len());
        let (unit, after) = rest.split_at(length);
        if unit.is_empty() {
            return Err(format!(
                "time: missing unit in duration {}",
                go_quoted(text)
            ));
        }
        let Some((_, nanos)) = GO_UNITS.iter().find(|(name, _)| *name == unit) else {
            let (unit, text) = (go_quoted(unit), go_quoted(text));
            return Err(format!("time: unknown unit {unit} in duration {text}"));
        };
        total = scaled(number, *nanos)
            .and_then(|part| total.checked_add(part))
            .ok_or_else(invalid)?;
        rest = after;
    }
    Ok(if text.starts_with('-') { -total } else { total })
}

/// A duration as Prometheus writes it: `5m`, `1d12h`, units in falling order.
///
/// # Errors
/// The complaint, in the words of `model.ParseDuration`.
pub(crate) fn parse_prometheus_duration(text: &str) -> Result<i64, String> {
    match text {
        "0" => return Ok(0),
        "" => return Err("empty duration string".to_owned()),
        _ => {}
    }
    let not_valid = || format!("not a valid duration string: {}", go_quoted(text));
    let mut rest = text;
    let mut total: i64 = 0;
    let mut allowed = 0;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .ok_or_else(not_valid)?;
        let number: i64 = rest[..digits].parse().map_err(|_| not_valid())?;
        rest = &rest[digits..];
        let length = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (unit, after) = rest.split_at(length);
        let Some(rank) = PROMETHEUS_UNITS.iter().position(|(name, _)| *name == unit) else {
            return Err(format!(
                "unknown unit {} in duration {}",
                go_quoted(unit),
                go_quoted(text)
            ));
        };
        if rank < allowed {
            return Err(not_valid());
        }
        allowed = rank + 1;
        let part = number.checked_mul(PROMETHEUS_UNITS[rank].1);
        total = part
            .and_then(|part| total.checked_add(part))
            .ok_or_else(|| "duration out of range".to_owned())?;
        rest = after;
    }
    Ok(total)
}

/// A size as `humanize.ParseBytes` reads it: `1KB`, `2.5 MiB`, `300`.
///
/// # Errors
/// The complaint, in the library's words.
pub(crate) fn parse_bytes(text: &str) -> Result<u64, String> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
        .unwrap_or(text.len());
    let number = parse_float(&text[..digits].replace(',', ""))?;
    let unit = text[digits..].trim().to_lowercase();
    let Some((_, factor)) = SIZE_UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(format!("unhandled size name: {unit}"));
    };
    let bytes = number * factor;
    if bytes >= u64::MAX as f64 {
        return Err(format!("too large: {text}"));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked above; digits have no sign"
    )]
    Ok(bytes as u64)
}

/// A decimal number of units, exactly; `None` where it is no number or 64 bits do not hold it.
fn scaled(number: &str, unit: i64) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let digits = |text: &str| {
        if text.is_empty() {
            Some(0)
        } else {
            text.parse::<i64>().ok()
        }
    };
    // Digits beyond the eighteenth are worth less than a nanosecond.
    let fraction = &fraction[..fraction.len().min(18)];
    let divisor = 10_i128.pow(u32::try_from(fraction.len()).ok()?);
    let part = i128::from(digits(fraction)?) * i128::from(unit) / divisor;
    let total = i128::from(digits(whole)?) * i128::from(unit) + part;
    i64::try_from(total).ok()
}

/// A duration as Go prints it: `1464h0m0s`, `1.5s`, `250ms`.
pub(crate) fn go_duration(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let magnitude = nanos.unsigned_abs();
    let second = SECOND.unsigned_abs();
    if magnitude == 0 {
        return "0s".to_owned();
    }
    if magnitude < second {
        let (unit, size) = match magnitude {
            ..1_000 => ("ns", 1.0),
            1_000..1_000_000 => ("µs", 1e3),
            _ => ("ms", 1e6),
        };
        return format!("{sign}{}{unit}", magnitude as f64 / size);
    }
    let (minutes, rest) = (magnitude / (60 * second), magnitude % (60 * second));
    let seconds = rest as f64 / second as f64;
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{sign}{seconds}s"),
        (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
    }
}

/// A sample's value as Prometheus and Loki print it: no exponent, `NaN`, `+Inf`.
pub(crate) fn sample_text(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
    } else {
        value.to_string()
    }
}

/// Text in Go's double quotes (`%q`).
pub(crate) fn go_quoted(text: &str) -> String {
    crate::model::Matcher::equal("", text)
        .to_string()
        .trim_start_matches('=')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_durations_are_read_and_refused_in_gos_words() {
        assert_eq!(parse_go_duration("1h1m1.5s"), Ok(3_661_500_000_000));
        assert_eq!(parse_go_duration("-35ms"), Ok(-35_000_000));
        assert_eq!(
            parse_go_duration("5"),
            Err("time: missing unit in duration \"5\"".to_owned())
        );
        assert_eq!(
            parse_go_duration("5d"),
            Err("time: unknown unit \"d\" in duration \"5d\"".to_owned())
        );
        assert_eq!(
            parse_go_duration("abc"),
            Err("time: invalid duration \"abc\"".to_owned())
        );
    }

    #[test]
    fn prometheus_durations_keep_their_order() {
        assert_eq!(parse_prometheus_duration("1d12h"), Ok(129_600 * SECOND));
        assert_eq!(parse_prometheus_duration("5ms"), Ok(5_000_000));
        assert!(parse_prometheus_duration("1m1h").is_err());
        assert_eq!(
            parse_prometheus_duration("5minutes"),
            Err("unknown unit \"minutes\" in duration \"5minutes\"".to_owned())
        );
        assert!(parse_prometheus_duration("1.5h").is_err());
    }

    #[test]
    fn sizes_and_numbers_are_read() {
        assert_eq!(parse_bytes("1KB"), Ok(1000));
        assert_eq!(parse_bytes("2.5 MiB"), Ok(2_621_440));
        assert_eq!(parse_bytes("1,024"), Ok(1024));
        assert_eq!(
            parse_bytes("3 parsecs"),
            Err("unhandled size name: parsecs".to_owned())
        );
        assert_eq!(
            parse_float("abc"),
            Err("strconv.ParseFloat: parsing \"abc\": invalid syntax".to_owned())
        );
        assert!(parse_float("1e999").is_err());
        assert!(parse_float("+Inf").unwrap().is_infinite());
    }

    #[test]
    fn durations_print_as_go_prints_them() {
        assert_eq!(go_duration(1464 * 3600 * SECOND), "1464h0m0s");
        assert_eq!(go_duration(90 * SECOND), "1m30s");
        assert_eq!(go_duration(1_500_000_000), "1.5s");
        assert_eq!(go_duration(250_000_000), "250ms");
    }
}
