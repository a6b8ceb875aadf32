//! How do rows look to a spreadsheet? In: fields; out: a line of comma-separated values (RFC 4180, ends in a line feed).
//!
//! A field with a comma, a quote or a line break is quoted. On a person's screen fields are made visible first.

use std::borrow::Cow;
use std::io::{self, Write};

use super::visible::visible;

/// Writes a row. `sanitise` where the stream is a terminal.
///
/// # Errors
/// The writer's.
pub(crate) fn write_row<S: AsRef<str>>(
    fields: impl IntoIterator<Item = S>,
    sanitise: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (index, text) in fields.into_iter().enumerate() {
        if index > 0 {
            out.write_all(b",")?;
        }
        let text = text.as_ref();
        let text = if sanitise {
            visible(text)
        } else {
            Cow::Borrowed(text)
        };
        if text.contains(['"', ',', '\n', '\r']) {
            write!(out, "\"{}\"", text.replace('"', "\"\""))?;
        } else {
            out.write_all(text.as_bytes())?;
        }
    }
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fields: &[&str], sanitise: bool) -> String {
        let mut out = Vec::new();
        write_row(fields.iter().copied(), sanitise, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_would_break_a_row_is_quoted() {
        assert_eq!(
            row(&["a", "b,c", "say \"hi\"", "", "two\nlines"], false),
            "a,\"b,c\",\"say \"\"hi\"\"\",,\"two\nlines\"\n"
        );
    }

    #[test]
    fn a_terminal_is_not_driven() {
        assert_eq!(row(&["\x1b[2J"], false), "\x1b[2J\n");
        assert_eq!(row(&["\x1b[2J"], true), "␛[2J\n");
    }
}
