//! What is the machine form? In: anything that serialises; out: one JSON document, or one line of JSON.
//!
//! The keys are a promise (`"schema": 1`, additive only) and always English. A document is pretty-printed with two spaces
//! and ends with a line feed. Characters that a terminal would act on or that cannot be seen are written as `\u` escapes,
//! beyond what JSON demands: the value stays the same, and `-o json` on a terminal cannot be driven by a log line either.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use super::visible::is_unseen;
use crate::report::Report;

/// Writes the report exactly as it serialises.
///
/// # Errors
/// The writer's.
pub(crate) fn report(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write_document(report, out)
}

/// Writes a value as a document.
///
/// # Errors
/// The writer's.
pub(crate) fn write_document<T: Serialize>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::from)?;
    write_escaped(&text, out)
}

/// Writes a value on one line.
///
/// # Errors
/// The writer's.
pub(crate) fn write_line<T: Serialize>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string(value).map_err(io::Error::from)?;
    write_escaped(&text, out)
}

/// Writes the JSON and a line feed. Most lines of a log are plain ASCII and go out as they are.
fn write_escaped(json: &str, out: &mut dyn Write) -> io::Result<()> {
    if json.bytes().all(|b| b < 0x7f) {
        out.write_all(json.as_bytes())?;
    } else {
        out.write_all(escaped(json).as_bytes())?;
    }
    out.write_all(b"\n")
}

/// The JSON with unseen characters escaped. They can only stand inside strings, where an escape means the same.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\x7f' || is_unseen(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}").expect("writing to a string cannot fail");
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unseen_characters_are_escaped_and_read_back_the_same() {
        let text = "\x1b[2J \u{9b}31m \u{202e} \u{e0041} \x7f \0 é \u{2028}";
        let mut out = Vec::new();
        write_line(&text, &mut out).unwrap();
        let line = String::from_utf8(out).unwrap();
        assert!(
            line.trim_end()
                .chars()
                .all(|c| c == 'é' || (' '..='~').contains(&c)),
            "{line}"
        );
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
    }
}
