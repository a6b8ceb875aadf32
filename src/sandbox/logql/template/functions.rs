//! The functions of templates: Go's own, and those that Loki takes from sprig.
//!
//! Arguments come as Go passes them: what is piped in is the last one. A wrong number of arguments or a value that a
//! function cannot take is an error, which becomes `__error__` on the entry.

use super::Entry;
use super::date::{format_date, parse_date};
use super::encoding::{base64_decode, base64_encode, url_encode};
use super::printf::printf;
use super::value::Value;
use crate::sandbox::logql::go_regex::compile;
use crate::sandbox::logql::quantity::{SECOND, parse_bytes, parse_go_duration};

/// Bound on the length of text that a function may make, against `repeat 999999999`.
pub(super) const MAX_TEXT_BYTES: usize = 1 << 20;

/// All functions. `fromJson`, `now`, `toDateInZone` and `range`-like things are missing on purpose: refused, not guessed.
pub(super) const NAMES: [&str; 78] = [
    "__line__",
    "__timestamp__",
    "ToLower",
    "ToUpper",
    "Replace",
    "Trim",
    "TrimLeft",
    "TrimRight",
    "TrimPrefix",
    "TrimSuffix",
    "TrimSpace",
    "regexReplaceAll",
    "regexReplaceAllLiteral",
    "count",
    "urldecode",
    "urlencode",
    "bytes",
    "duration",
    "duration_seconds",
    "unixEpoch",
    "unixEpochMillis",
    "unixEpochNanos",
    "unixToTime",
    "alignLeft",
    "alignRight",
    "b64enc",
    "b64dec",
    "lower",
    "upper",
    "title",
    "trunc",
    "substr",
    "contains",
    "hasPrefix",
    "hasSuffix",
    "indent",
    "nindent",
    "replace",
    "repeat",
    "trim",
    "trimAll",
    "trimSuffix",
    "trimPrefix",
    "int",
    "float64",
    "add",
    "sub",
    "mul",
    "div",
    "mod",
    "addf",
    "subf",
    "mulf",
    "divf",
    "max",
    "min",
    "maxf",
    "minf",
    "ceil",
    "floor",
    "round",
    "date",
    "toDate",
    "default",
    "print",
    "printf",
    "println",
    "len",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "and",
    "or",
    "not",
    "urlquery",
];

/// What a function answers.
type Outcome = Result<Value, String>;

/// Calls a function of [`NAMES`].
pub(super) fn call(name: &str, arguments: &[Value], entry: &Entry<'_>) -> Outcome {
    match name {
        "__line__" => return Ok(Value::Text(entry.line.to_owned())),
        "__timestamp__" => return Ok(Value::Time(entry.at)),
        _ => {}
    }
    on_logic(name, arguments)
        .or_else(|| on_text(name, arguments))
        .or_else(|| on_regexes(name, arguments))
        .or_else(|| on_integers(name, arguments))
        .or_else(|| on_floats(name, arguments))
        .or_else(|| on_amounts(name, arguments))
        .or_else(|| on_time(name, arguments))
        .unwrap_or_else(|| Err(format!("wrong number of args: got {}", arguments.len())))
}

/// Text as a value.
#[expect(
    clippy::unnecessary_wraps,
    reason = "every arm of the tables below answers an outcome"
)]
fn text(text: impl Into<String>) -> Outcome {
    Ok(Value::Text(text.into()))
}

/// Logic, comparison, printing; `None` where name and number of arguments do not fit.
fn on_logic(name: &str, arguments: &[Value]) -> Option<Outcome> {
    Some(match (name, arguments) {
        ("default", [fallback, given]) => Ok(if given.is_empty() {
            fallback.clone()
        } else {
            given.clone()
        }),
        ("default", [fallback]) => Ok(fallback.clone()),
        ("not", [value]) => Ok(Value::Bool(value.is_empty())),
        ("and", [first, ..]) => Ok(arguments
            .iter()
            .find(|value| value.is_empty())
            .or(arguments.last())
            .unwrap_or(first)
            .clone()),
        ("or", [first, ..]) => Ok(arguments
            .iter()
            .find(|value| !value.is_empty())
            .or(arguments.last())
            .unwrap_or(first)
            .clone()),
        ("eq", [first, others @ ..]) if !others.is_empty() => {
            Ok(Value::Bool(others.iter().any(|other| first == other)))
        }
        ("ne", [left, right]) => Ok(Value::Bool(left != right)),
        ("lt" | "le" | "gt" | "ge", [left, right]) => compare(name, left, right),
        ("len", [Value::Text(given)]) => {
            Ok(Value::Int(i64::try_from(given.len()).unwrap_or(i64::MAX)))
        }
        ("print", _) => text(arguments.iter().map(Value::text).collect::<String>()),
        ("println", _) => text(
            arguments
                .iter()
                .map(Value::text)
                .collect::<Vec<_>>()
                .join(" ")
                + "\n",
        ),
        ("printf", [form, values @ ..]) => text(printf(&form.text(), values)),
        _ => return None,
    })
}

/// `lt`, `le`, `gt`, `ge` on values of one kind.
fn compare(name: &str, left: &Value, right: &Value) -> Outcome {
    let order = match (left, right) {
        (Value::Text(left), Value::Text(right)) => left.partial_cmp(right),
        (Value::Int(left), Value::Int(right)) => left.partial_cmp(right),
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(right),
        _ => return Err("incompatible types for comparison".to_owned()),
    };
    let holds = order.is_some_and(|order| match name {
        "lt" => order.is_lt(),
        "le" => order.is_le(),
        "gt" => order.is_gt(),
        _ => order.is_ge(),
    });
    Ok(Value::Bool(holds))
}

/// Functions on text.
fn on_text(name: &str, arguments: &[Value]) -> Option<Outcome> {
    let given: Vec<String> = arguments.iter().map(Value::text).collect();
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    Some(match (name, given.as_slice()) {
        ("ToLower" | "lower", [s]) => text(s.to_lowercase()),
        ("ToUpper" | "upper", [s]) => text(s.to_uppercase()),
        ("title", [s]) => text(title(s)),
        ("TrimSpace" | "trim", [s]) => text(s.trim()),
        ("Trim", [s, set]) | ("trimAll", [set, s]) => text(s.trim_matches(|c| set.contains(c))),
        ("TrimLeft", [s, set]) => text(s.trim_start_matches(|c| set.contains(c))),
        ("TrimRight", [s, set]) => text(s.trim_end_matches(|c| set.contains(c))),
        ("TrimPrefix", [s, part]) | ("trimPrefix", [part, s]) => {
            text(s.strip_prefix(part).unwrap_or(s))
        }
        ("TrimSuffix", [s, part]) | ("trimSuffix", [part, s]) => {
            text(s.strip_suffix(part).unwrap_or(s))
        }
        ("contains", [part, s]) => Ok(Value::Bool(s.contains(part))),
        ("hasPrefix", [part, s]) => Ok(Value::Bool(s.starts_with(part))),
        ("hasSuffix", [part, s]) => Ok(Value::Bool(s.ends_with(part))),
        ("Replace", [s, old, new, _]) => replace(s, old, new, arguments[3].int()),
        ("replace", [old, new, s]) => replace(s, old, new, -1),
        ("trunc", [_, s]) => text(trunc(arguments[0].int(), s)),
        ("substr", [_, _, s]) => text(substr(arguments[0].int(), arguments[1].int(), s)),
        ("alignLeft", [_, s]) => align(arguments[0].int(), s, false),
        ("alignRight", [_, s]) => align(arguments[0].int(), s, true),
        ("repeat", [_, s]) => repeat(arguments[0].int(), s),
        ("indent", [_, s]) => indent(arguments[0].int(), s),
        ("nindent", [_, s]) => {
            indent(arguments[0].int(), s).map(|value| Value::Text(format!("\n{}", value.text())))
        }
        ("urlencode" | "urlquery", [s]) => text(url_encode(s)),
        ("urldecode", [s]) => crate::sandbox::logql::percent::decode(s, true)
            .map(Value::Text)
            .ok_or_else(|| format!("invalid URL escape in {s:?}")),
        ("b64enc", [s]) => text(base64_encode(s.as_bytes())),
        ("b64dec", [s]) => {
            text(base64_decode(s).unwrap_or_else(|| "illegal base64 data".to_owned()))
        }
        _ => return None,
    })
}

/// Functions on expressions.
fn on_regexes(name: &str, arguments: &[Value]) -> Option<Outcome> {
    let [pattern, rest @ ..] = arguments else {
        return None;
    };
    let fits = matches!(
        (name, rest.len()),
        ("regexReplaceAll" | "regexReplaceAllLiteral", 2) | ("count", 1)
    );
    if !fits {
        return None;
    }
    let regex = match compile(&pattern.text()) {
        Ok(regex) => regex,
        Err(why) => return Some(Err(why)),
    };
    let subject = rest[0].text();
    Some(match name {
        "count" => Ok(Value::Int(
            i64::try_from(regex.find_iter(&subject).count()).unwrap_or(i64::MAX),
        )),
        "regexReplaceAll" => text(regex.replace_all(&subject, rest[1].text().as_str())),
        _ => text(regex.replace_all(&subject, regex::NoExpand(&rest[1].text()))),
    })
}

/// Whole-number arithmetic; values are cast as sprig casts them.
fn on_integers(name: &str, arguments: &[Value]) -> Option<Outcome> {
    let numbers: Vec<i64> = arguments.iter().map(Value::int).collect();
    let all = |fold: fn(i64, i64) -> i64| {
        numbers
            .iter()
            .copied()
            .reduce(fold)
            .map(|n| Ok(Value::Int(n)))
    };
    match (name, numbers.as_slice()) {
        ("int", [n]) => Some(Ok(Value::Int(*n))),
        ("add", _) => all(i64::wrapping_add),
        ("sub", [a, b]) => Some(Ok(Value::Int(a.wrapping_sub(*b)))),
        ("mul", _) => all(i64::wrapping_mul),
        ("div" | "mod", [_, 0]) => Some(Err("runtime error: integer divide by zero".to_owned())),
        ("div", [a, b]) => Some(Ok(Value::Int(a.wrapping_div(*b)))),
        ("mod", [a, b]) => Some(Ok(Value::Int(a.wrapping_rem(*b)))),
        ("max", _) => all(i64::max),
        ("min", _) => all(i64::min),
        _ => None,
    }
}

/// Arithmetic with fractions.
fn on_floats(name: &str, arguments: &[Value]) -> Option<Outcome> {
    let numbers: Vec<f64> = arguments.iter().map(Value::float).collect();
    let all = |fold: fn(f64, f64) -> f64| {
        numbers
            .iter()
            .copied()
            .reduce(fold)
            .map(|n| Ok(Value::Float(n)))
    };
    match (name, numbers.as_slice()) {
        ("float64", [n]) => Some(Ok(Value::Float(*n))),
        ("addf", _) => all(|a, b| a + b),
        ("subf", _) => all(|a, b| a - b),
        ("mulf", _) => all(|a, b| a * b),
        ("divf", _) => all(|a, b| a / b),
        ("maxf", _) => all(f64::max),
        ("minf", _) => all(f64::min),
        ("ceil", [n]) => Some(Ok(Value::Float(n.ceil()))),
        ("floor", [n]) => Some(Ok(Value::Float(n.floor()))),
        ("round", [n, places]) => Some(Ok(Value::Float(round(*n, *places, 0.5)))),
        ("round", [n, places, from]) => Some(Ok(Value::Float(round(*n, *places, *from)))),
        _ => None,
    }
}

/// Sizes and durations in text.
fn on_amounts(name: &str, arguments: &[Value]) -> Option<Outcome> {
    let [given] = arguments else {
        return None;
    };
    match name {
        "bytes" => Some(parse_bytes(&given.text()).map(|n| Value::Float(n as f64))),
        "duration" | "duration_seconds" => {
            Some(parse_go_duration(&given.text()).map(|n| Value::Float(n as f64 / SECOND as f64)))
        }
        _ => None,
    }
}

/// Instants.
fn on_time(name: &str, arguments: &[Value]) -> Option<Outcome> {
    Some(match (name, arguments) {
        ("unixEpoch", [Value::Time(at)]) => text(at.div_euclid(SECOND).to_string()),
        ("unixEpochMillis", [Value::Time(at)]) => text(at.div_euclid(1_000_000).to_string()),
        ("unixEpochNanos", [Value::Time(at)]) => text(at.to_string()),
        ("date", [layout, Value::Time(at)]) => text(format_date(&layout.text(), *at)),
        ("toDate", [layout, given]) => parse_date(&layout.text(), &given.text())
            .map(Value::Time)
            .ok_or_else(|| format!("cannot parse {:?} as {:?}", given.text(), layout.text())),
        ("unixToTime", [given]) => unix_to_time(&given.text()),
        _ => return None,
    })
}

/// Digits tell the unit: 5 days, 10 seconds, 13 milliseconds, 16 microseconds, 19 nanoseconds.
fn unix_to_time(digits: &str) -> Outcome {
    let unit = match digits.len() {
        5 => 86_400 * SECOND,
        10 => SECOND,
        13 => 1_000_000,
        16 => 1_000,
        19 => 1,
        _ => return Err(format!("unable to parse time '{digits}'")),
    };
    let number: i64 = digits
        .parse()
        .map_err(|_| format!("unable to parse time '{digits}'"))?;
    number
        .checked_mul(unit)
        .map(Value::Time)
        .ok_or_else(|| format!("unable to parse time '{digits}'"))
}

/// Replaces the first `count` occurrences, all where it is negative.
fn replace(s: &str, old: &str, new: &str, count: i64) -> Outcome {
    let replaced = match usize::try_from(count) {
        Ok(count) => s.replacen(old, new, count),
        Err(_) => s.replace(old, new),
    };
    bounded(replaced)
}

/// Text within the bound.
fn bounded(made: String) -> Outcome {
    if made.len() > MAX_TEXT_BYTES {
        return Err("result is too long".to_owned());
    }
    Ok(Value::Text(made))
}

/// The first letter of each word in upper case.
fn title(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    let mut starts = true;
    for c in s.chars() {
        if starts {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        starts = !(c.is_alphanumeric() || c == '_' || c == '\'');
    }
    out
}

/// The first `count` characters, or the last where it is negative.
fn trunc(count: i64, s: &str) -> String {
    let length = s.chars().count();
    let size = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    if size >= length {
        s.to_owned()
    } else if count < 0 {
        s.chars().skip(length - size).collect()
    } else {
        s.chars().take(size).collect()
    }
}

/// Characters `[start, end)`; a negative start means from the first, a negative end to the last.
fn substr(start: i64, end: i64, s: &str) -> String {
    let length = s.chars().count();
    let end = usize::try_from(end)
        .unwrap_or(if start < 0 { 0 } else { length })
        .min(length);
    let start = usize::try_from(start).unwrap_or(0).min(length);
    s.chars().take(end).skip(start).collect()
}

/// Exactly `width` characters: cut, or filled with spaces.
fn align(width: i64, s: &str, right: bool) -> Outcome {
    let Ok(width) = usize::try_from(width) else {
        return text(s);
    };
    if width > MAX_TEXT_BYTES {
        return Err("result is too long".to_owned());
    }
    let length = s.chars().count();
    if length >= width {
        let skipped = if right { length - width } else { 0 };
        return text(s.chars().skip(skipped).take(width).collect::<String>());
    }
    let filling = " ".repeat(width - length);
    text(if right {
        filling + s
    } else {
        s.to_owned() + &filling
    })
}

/// The text, `count` times.
fn repeat(count: i64, s: &str) -> Outcome {
    let count = usize::try_from(count).map_err(|_| "strings: negative Repeat count".to_owned())?;
    if count.saturating_mul(s.len()) > MAX_TEXT_BYTES {
        return Err("result is too long".to_owned());
    }
    text(s.repeat(count))
}

/// Each line behind `count` spaces.
fn indent(count: i64, s: &str) -> Outcome {
    let pad = repeat(count, " ")?.text();
    bounded(format!("{pad}{}", s.replace('\n', &format!("\n{pad}"))))
}

/// Rounds half up at a number of places, or up from another fraction.
fn round(n: f64, places: f64, from: f64) -> f64 {
    let scale = 10_f64.powf(places.trunc());
    let scaled = n * scale;
    let rounded = if scaled.fract() >= from {
        scaled.ceil()
    } else {
        scaled.floor()
    };
    rounded / scale
}
