//! Instants in Go's way of writing layouts, where the reference time `2006-01-02 15:04:05` stands for the fields.

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};

/// Layout elements with their `strftime` counterparts, longest first where one starts another.
const ELEMENTS: [(&str, &str); 27] = [
    ("2006", "%Y"),
    ("January", "%B"),
    ("Jan", "%b"),
    ("Monday", "%A"),
    ("Mon", "%a"),
    ("MST", "UTC"),
    ("01", "%m"),
    ("02", "%d"),
    ("03", "%I"),
    ("04", "%M"),
    ("05", "%S"),
    ("06", "%y"),
    ("002", "%j"),
    ("15", "%H"),
    ("PM", "%p"),
    ("pm", "%P"),
    ("Z07:00", "Z"),
    ("Z0700", "Z"),
    ("-07:00", "+00:00"),
    ("-0700", "+0000"),
    ("-07", "+00"),
    ("_2", "%e"),
    ("1", "%-m"),
    ("2", "%-d"),
    ("3", "%-I"),
    ("4", "%-M"),
    ("5", "%-S"),
];

/// An instant as Go prints it without a layout.
pub(super) fn default_format(at: i64) -> String {
    let instant = DateTime::from_timestamp_nanos(at);
    let fraction = format!("{:09}", instant.nanosecond());
    let fraction = fraction.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    format!(
        "{}{dot}{fraction} +0000 UTC",
        instant.format("%Y-%m-%d %H:%M:%S")
    )
}

/// An instant, in UTC, by a Go layout.
pub(super) fn format_date(layout: &str, at: i64) -> String {
    let instant = DateTime::from_timestamp_nanos(at);
    let mut out = String::new();
    let mut rest = layout;
    while let Some(first) = rest.chars().next() {
        if let Some(length) = fraction_length(rest) {
            push_fraction(&rest[..length], instant, &mut out);
            rest = &rest[length..];
        } else if let Some((element, strftime)) = element(rest) {
            match *strftime {
                // A year before 0 or after 9999 would gain a sign.
                "%Y" => out.extend([format!("{:04}", instant.year())]),
                form => out.push_str(&instant.format(form).to_string()),
            }
            rest = &rest[element.len()..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// Reads an instant by a Go layout, in UTC; `None` where it does not fit or the layout is too odd.
pub(super) fn parse_date(layout: &str, text: &str) -> Option<i64> {
    let mut strftime = String::new();
    let mut rest = layout;
    while let Some(first) = rest.chars().next() {
        if let Some(length) = fraction_length(rest) {
            strftime.push_str("%.f");
            rest = &rest[length..];
        } else if let Some((element, form)) = element(rest) {
            strftime.push_str(match *element {
                "Z07:00" | "Z0700" | "-07:00" | "-0700" | "-07" => "%#z",
                _ => form,
            });
            rest = &rest[element.len()..];
        } else {
            strftime.push_str(if first == '%' {
                "%%"
            } else {
                &rest[..first.len_utf8()]
            });
            rest = &rest[first.len_utf8()..];
        }
    }
    DateTime::parse_from_str(text, &strftime)
        .map(|at| at.with_timezone(&Utc))
        .or_else(|_| NaiveDateTime::parse_from_str(text, &strftime).map(|at| at.and_utc()))
        .ok()
        .or_else(|| {
            chrono::NaiveDate::parse_from_str(text, &strftime)
                .ok()
                .and_then(|date| date.and_hms_opt(0, 0, 0))
                .map(|at| at.and_utc())
        })?
        .timestamp_nanos_opt()
}

/// The layout element that `text` starts with.
fn element(text: &str) -> Option<&'static (&'static str, &'static str)> {
    // `002` must win over `02`'s digits, and nothing shorter may shadow it.
    if text.starts_with("002") {
        return ELEMENTS.iter().find(|(element, _)| *element == "002");
    }
    ELEMENTS
        .iter()
        .find(|(element, _)| text.starts_with(element))
}

/// `.000`, `.999`, `,000`: how long the fraction is.
fn fraction_length(text: &str) -> Option<usize> {
    let digits = text.strip_prefix(['.', ','])?;
    let digit = digits.chars().next().filter(|c| matches!(c, '0' | '9'))?;
    let length = digits.find(|c| c != digit).unwrap_or(digits.len());
    let followed = digits[length..].starts_with(|c: char| c.is_ascii_digit());
    (!followed).then_some(length + 1)
}

/// Writes the fraction of a second; nines drop trailing zeros.
fn push_fraction(form: &str, instant: DateTime<Utc>, out: &mut String) {
    let width = (form.len() - 1).min(9);
    let digits = &format!("{:09}", instant.nanosecond())[..width];
    let digits = if form.ends_with('9') {
        digits.trim_end_matches('0')
    } else {
        digits
    };
    if !digits.is_empty() {
        out.push_str(&form[..1]);
        out.push_str(digits);
    }
}
