//! `printf` of templates, with Go's verbs and its complaints about values that do not fit.

use super::functions::MAX_TEXT_BYTES;
use super::value::{Value, float_text};
use crate::sandbox::logql::quantity::go_quoted;

/// `printf` with the verbs that people use: `%s %d %v %q %f %g %x %t %%`, width, precision, `-`, `0`, `+`.
pub(super) fn printf(form: &str, values: &[Value]) -> String {
    let mut out = String::new();
    let mut values = values.iter();
    let mut rest = form;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let spec = &rest[at + 1..];
        let length = spec
            .find(|c: char| !"+-# 0123456789.".contains(c))
            .unwrap_or(spec.len());
        let (flags, tail) = spec.split_at(length);
        let Some(verb) = tail.chars().next() else {
            out.push_str("%!(NOVERB)");
            return out;
        };
        rest = &tail[verb.len_utf8()..];
        if verb == '%' {
            out.push('%');
            continue;
        }
        match values.next() {
            None => out.extend(["%!".to_owned(), format!("{verb}(MISSING)")]),
            Some(value) => out.push_str(&verb_text(verb, flags, value)),
        }
        if out.len() > MAX_TEXT_BYTES {
            return out;
        }
    }
    out.push_str(rest);
    let extra: Vec<String> = values
        .map(|value| format!("{}={}", value.type_name(), value.text()))
        .collect();
    if !extra.is_empty() {
        out.extend(["%!(EXTRA ", &extra.join(", "), ")"]);
    }
    out
}

/// One verb of `printf`.
fn verb_text(verb: char, flags: &str, value: &Value) -> String {
    let sizes = flags.trim_start_matches(['+', '-', '#', ' ', '0']);
    let signs = &flags[..flags.len() - sizes.len()];
    let (width, precision) = sizes
        .split_once('.')
        .map_or((sizes, None), |(w, p)| (w, Some(p)));
    let width: usize = width.parse().unwrap_or(0).min(1000);
    let precision: Option<usize> = precision.map(|p| p.parse().unwrap_or(0).min(100));
    let body = match (verb, value) {
        ('s', Value::Text(s)) => {
            precision.map_or_else(|| s.clone(), |p| s.chars().take(p).collect())
        }
        ('v', _) | ('t', Value::Bool(_)) => value.text(),
        ('q', Value::Text(s)) => go_quoted(s),
        ('d', Value::Int(n)) => n.to_string(),
        ('x', Value::Int(n)) => format!("{n:x}"),
        ('x', Value::Text(s)) => s.bytes().flat_map(hex).collect(),
        ('f', Value::Float(n)) => format!("{n:.*}", precision.unwrap_or(6)),
        ('g', Value::Float(n)) => float_text(*n),
        _ => format!("%!{verb}({}={})", value.type_name(), value.text()),
    };
    let positive =
        matches!(value, Value::Int(0..)) || matches!(value, Value::Float(n) if *n >= 0.0);
    let body = if signs.contains('+') && positive {
        format!("+{body}")
    } else {
        body
    };
    let missing = width.saturating_sub(body.chars().count());
    let numeric = matches!(value, Value::Int(_) | Value::Float(_));
    match body.strip_prefix(['-', '+']) {
        _ if signs.contains('-') => body + &" ".repeat(missing),
        Some(digits) if signs.contains('0') && numeric => {
            format!("{}{}{digits}", &body[..1], "0".repeat(missing))
        }
        None if signs.contains('0') && numeric => "0".repeat(missing) + &body,
        _ => " ".repeat(missing) + &body,
    }
}

/// A byte as two digits.
fn hex(byte: u8) -> [char; 2] {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    [digit(byte >> 4), digit(byte & 15)]
}
