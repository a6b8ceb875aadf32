//! What does `--where 'status>=500'` ask of a line? In: the text of the flag. Out: a [`FieldTest`] that judges a field's value,
//! and the line filter with which a server may leave out lines that the test would.
//!
//! A field that a line does not have counts as an empty one, as in `LogQL`. So `route!=/health` holds for lines without a route,
//! and `route!=` for those that have one.
//!
//! **The filter is a superset, whatever the format.** It is a regular expression over the stored line: the field's name, what
//! may stand between name and value in JSON, JSON in JSON and logfmt, and a value that could hold. It matches where any such
//! place in the line does, so it needs no sample, adds no label and changes no line; the caller judges again what comes. It
//! rests on one assumption, as [`contains_filter`](super::contains_filter) does: no program writes `\u0073` for a plain letter or digit.
//! Rejected: `| json | status >= 500`, which reads a line differently from scout where keys repeat, numbers are long or
//! envelopes are mixed, and needs the line to be rewritten and restored to look into an envelope.

use regex::Regex;

use super::logql::escaped_pattern;
use crate::model::duration::parse_duration;
use crate::model::quoted;

/// What a field must be like.
#[derive(Debug, Clone)]
pub(crate) struct FieldTest {
    /// Its name; a dot may lead into an object.
    pub(crate) name: String,
    /// What is asked of it.
    check: Check,
}

/// What is asked of a field's value.
#[derive(Debug, Clone)]
enum Check {
    /// It is, or is not, this text or number.
    Is {
        /// The text.
        text: String,
        /// Whether it must be.
        wanted: bool,
    },
    /// It matches, or does not match, this expression as a whole.
    Like {
        /// The expression, anchored.
        pattern: Regex,
        /// Whether it must match.
        wanted: bool,
    },
    /// It is a number on this side of a bound.
    Beyond(Bound),
}

/// A side of a number.
#[derive(Debug, Clone, Copy)]
struct Bound {
    /// The number; milliseconds for a duration.
    number: f64,
    /// Whether it was written as a duration.
    timed: bool,
    /// Whether values above it hold, or those below.
    above: bool,
    /// Whether it holds itself.
    itself: bool,
}

/// Why a text is no test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldTestFault {
    /// There is no name, or no operator behind it.
    Form,
    /// An order was asked for, of something that is neither a number nor a duration.
    NoNumber(String),
    /// The expression is none, in the parser's words.
    Pattern(String),
}

/// Between a name and a value: the end of quotes however deep, white space or its escapes, a colon or an equals sign.
const BETWEEN: &str = concat!(
    r#"(?:\\*"|\\+u0022)?(?:\s|\\+[nrtf])*"#,
    r#"(?::|=|\\+u003[dD])(?:\s|\\+[nrtf])*(?:\\*"|\\+u0022)?"#
);

/// Operators, the longer before those that they begin with.
const OPERATORS: [&str; 9] = [">=", "<=", "!=", "=~", "!~", "==", "=", ">", "<"];

/// Units that the end of a field's name gives its numbers, in milliseconds. A number of any other name counts as milliseconds.
const UNIT_SUFFIXES: [(&str, f64); 9] = [
    ("_ms", 1.0),
    ("_millis", 1.0),
    ("_us", 1e-3),
    ("_micros", 1e-3),
    ("_ns", 1e-6),
    ("_nanos", 1e-6),
    ("_seconds", 1000.0),
    ("_secs", 1000.0),
    ("_s", 1000.0),
];

impl FieldTest {
    /// Reads `name OP value`, spaces around the operator or not, the value in quotes or not.
    ///
    /// # Errors
    /// [`FieldTestFault`].
    pub(crate) fn parse(text: &str) -> Result<Self, FieldTestFault> {
        let at = text
            .find(['=', '!', '<', '>'])
            .ok_or(FieldTestFault::Form)?;
        let (name, rest) = text.split_at(at);
        let name = name.trim();
        let op = OPERATORS.iter().find(|op| rest.starts_with(**op));
        let op = op
            .filter(|_| !name.is_empty() && !name.contains(char::is_whitespace))
            .ok_or(FieldTestFault::Form)?;
        let value = unquoted(rest[op.len()..].trim());
        Ok(Self {
            name: name.to_owned(),
            check: Check::parse(op, value)?,
        })
    }

    /// Whether a value holds; `None` where the line has no such field.
    pub(crate) fn holds(&self, value: Option<&str>) -> bool {
        let value = value.unwrap_or_default();
        match &self.check {
            Check::Is { text, wanted } => (is(value, text)) == *wanted,
            Check::Like { pattern, wanted } => pattern.is_match(value) == *wanted,
            Check::Beyond(bound) => bound.holds(self.number(value, bound.timed)),
        }
    }

    /// A line filter that keeps every line for which the test can hold; `None` where it can for a line that does not name the
    /// field.
    pub(crate) fn line_filter(&self) -> Option<String> {
        if self.holds(None) {
            return None;
        }
        let name = self.name.rsplit('.').next().unwrap_or(&self.name);
        let value = match &self.check {
            Check::Is { text, wanted: true } => equal_pattern(text),
            Check::Beyond(bound) => self.bound_pattern(*bound),
            Check::Is { .. } | Check::Like { .. } => String::new(),
        };
        let pattern = format!("{}{BETWEEN}{value}", escaped_pattern(name));
        Some(format!(" |~ {}", quoted(&pattern)))
    }

    /// A value as a number, in milliseconds for a bound that is a duration.
    fn number(&self, value: &str, timed: bool) -> Option<f64> {
        match (plain_number(value), timed) {
            (Some(number), true) => Some(number * self.unit()),
            (Some(number), false) => Some(number),
            (None, true) if value.starts_with(|c: char| c.is_ascii_digit()) => {
                let nanos = parse_duration(value)?.num_nanoseconds()?;
                Some(nanos as f64 / 1e6)
            }
            (None, _) => None,
        }
    }

    /// Milliseconds of one of the field's numbers.
    fn unit(&self) -> f64 {
        let name = self.name.to_ascii_lowercase();
        UNIT_SUFFIXES
            .iter()
            .find(|(suffix, _)| name.ends_with(suffix))
            .map_or(1.0, |(_, millis)| *millis)
    }

    /// What the start of a value on the right side of a bound looks like.
    fn bound_pattern(&self, bound: Bound) -> String {
        let unit = if bound.timed { self.unit() } else { 1.0 };
        let numbers = if bound.above {
            at_least_pattern(bound.number / unit)
        } else {
            at_most_pattern(bound.number / unit)
        };
        if bound.timed {
            // A number with a unit behind it; in the text, anything that is no end of a number.
            format!(r#"(?:{numbers}|[0-9.]+[^0-9.,}}"\]\s])"#)
        } else {
            numbers
        }
    }
}

impl Check {
    /// An operator and its right side.
    fn parse(op: &str, value: &str) -> Result<Self, FieldTestFault> {
        let wanted = !op.starts_with('!');
        match op {
            "=" | "==" | "!=" => Ok(Self::Is {
                text: value.to_owned(),
                wanted,
            }),
            "=~" | "!~" => {
                let pattern = Regex::new(&format!("^(?s:{value})$"))
                    .map_err(|error| FieldTestFault::Pattern(error.to_string()))?;
                Ok(Self::Like { pattern, wanted })
            }
            _ => {
                let number = plain_number(value);
                let timed = number.is_none();
                let millis = || {
                    let nanos = parse_duration(value)?.num_nanoseconds()?;
                    Some(nanos as f64 / 1e6)
                };
                let number = number
                    .or_else(millis)
                    .ok_or_else(|| FieldTestFault::NoNumber(value.to_owned()))?;
                Ok(Self::Beyond(Bound {
                    number,
                    timed,
                    above: op.starts_with('>'),
                    itself: op.ends_with('='),
                }))
            }
        }
    }
}

impl Bound {
    /// Whether a number is on the right side.
    fn holds(self, number: Option<f64>) -> bool {
        number.is_some_and(|number| {
            let beyond = if self.above {
                number > self.number
            } else {
                number < self.number
            };
            beyond || (self.itself && number == self.number)
        })
    }
}

/// Whether a value is the text, letter by letter or as a number.
fn is(value: &str, text: &str) -> bool {
    value == text || plain_number(text).is_some_and(|number| plain_number(value) == Some(number))
}

/// A number as programs write it: digits, perhaps a minus, a point, an exponent; no space, no plus before it, no `inf`.
fn plain_number(text: &str) -> Option<f64> {
    let digits = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    if text.starts_with('+') || !text.as_bytes().iter().all(digits) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A text without the quotes around it.
fn unquoted(text: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|&quote| text.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(text)
}

/// Numbers whose size their digits do not tell at a glance: with an exponent, or so long that rounding decides.
const ODD_NUMBERS: &str = r"[0-9.]+[eE]|[0-9.]{15,}";

/// The start of a value that is `text`.
fn equal_pattern(text: &str) -> String {
    match plain_number(text).map(whole_part) {
        Some(Some(whole)) if whole > 0 => format!(
            "(?:{}|0*{whole}(?:[^0-9]|$)|{ODD_NUMBERS})",
            escaped_pattern(text)
        ),
        Some(_) => String::new(),
        None => escaped_pattern(text),
    }
}

/// The start of a number of `least` or more.
fn at_least_pattern(least: f64) -> String {
    let Some(whole) = whole_part(least).filter(|whole| *whole > 0) else {
        return "[-.0-9]".to_owned();
    };
    let digits = whole.to_string();
    let mut kinds = vec![format!("[0-9]{{{},}}", digits.len() + 1), digits.clone()];
    for (at, digit) in digits.bytes().enumerate() {
        if digit < b'9' {
            let rest = digits.len() - at - 1;
            let next = char::from(digit + 1);
            kinds.push(format!("{}[{next}-9][0-9]{{{rest}}}", &digits[..at]));
        }
    }
    format!("(?:{}|{ODD_NUMBERS})", kinds.join("|"))
}

/// The start of a number of `most` or less: anything with a sign, or no more digits than it has.
fn at_most_pattern(most: f64) -> String {
    let digits = whole_part(most).map_or(1, |whole| whole.to_string().len());
    format!("(?:[-.]|0*[0-9]{{1,{digits}}}(?:[^0-9]|$)|{ODD_NUMBERS})")
}

/// The whole part of a number that is not negative and that 64 bits hold.
fn whole_part(number: f64) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "just checked"
    )]
    (0.0..1e15).contains(&number).then_some(number as u64)
}

#[cfg(test)]
mod tests;
