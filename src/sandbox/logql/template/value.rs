//! What a template computes with.

use super::date::default_format;

/// A value of a template.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// An instant, nanoseconds since 1970.
    Time(i64),
    /// No value; as the dot, the labels themselves.
    Nothing,
}

impl Value {
    /// As it is printed.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) => float_text(*number),
            Self::Bool(truth) => truth.to_string(),
            Self::Time(at) => default_format(*at),
            Self::Nothing => String::new(),
        }
    }

    /// Whether `if` and `default` take it for nothing.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Int(number) => *number == 0,
            Self::Float(number) => *number == 0.0,
            Self::Bool(truth) => !truth,
            Self::Time(_) => false,
            Self::Nothing => true,
        }
    }

    /// As a whole number, as sprig casts: text that is none counts as zero.
    pub(super) fn int(&self) -> i64 {
        match self {
            Self::Int(number) => *number,
            #[expect(
                clippy::cast_possible_truncation,
                reason = "Go's conversion truncates too"
            )]
            Self::Float(number) => *number as i64,
            Self::Bool(truth) => i64::from(*truth),
            Self::Text(text) => {
                let whole = text
                    .split_once('.')
                    .map_or(text.as_str(), |(whole, fraction)| {
                        if fraction.bytes().all(|byte| byte == b'0') {
                            whole
                        } else {
                            text
                        }
                    });
                whole.parse().unwrap_or(0)
            }
            Self::Time(_) | Self::Nothing => 0,
        }
    }

    /// As a number, as sprig casts.
    pub(super) fn float(&self) -> f64 {
        match self {
            Self::Float(number) => *number,
            Self::Text(text) => text.parse().unwrap_or(0.0),
            other => other.int() as f64,
        }
    }

    /// The name of its Go type.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::Int(_) => "int64",
            Self::Float(_) => "float64",
            Self::Bool(_) => "bool",
            Self::Time(_) => "time.Time",
            Self::Nothing => "map[string]string",
        }
    }
}

/// A float as Go's `%v` prints it: shortest, with an exponent below 1e-4 and from 1e21.
pub(super) fn float_text(number: f64) -> String {
    if number.is_nan() || number.is_infinite() {
        return crate::sandbox::logql::quantity::sample_text(number);
    }
    let magnitude = number.abs();
    if magnitude != 0.0 && !(1e-4..1e21).contains(&magnitude) {
        let text = format!("{number:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    number.to_string()
}
