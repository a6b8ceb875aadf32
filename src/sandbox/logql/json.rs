//! Reads JSON lines the way Loki does: member by member, leniently, complaining in the words of its parser library.
//!
//! In: a line. Out: its members in document order, values as raw text; or why it cannot be read. Loki's parser is not
//! strict: text after the closing brace is ignored, and a value is only measured, not checked. A strict parser would
//! give other labels and other `__error_details__`.

use std::borrow::Cow;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `"…"`, raw without its quotes.
    String,
    /// `-1.5e3`
    Number,
    /// `true`, `false`
    Bool,
    /// `null`
    Null,
    /// `{…}`
    Object,
    /// `[…]`
    Array,
}

/// A value as it stands in the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Value<'a> {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its text; of a string without quotes, escapes not yet undone.
    pub(crate) raw: &'a str,
}

impl<'a> Value<'a> {
    /// The text that becomes a label: strings unescaped, null empty, the rest as written.
    pub(crate) fn text(&self) -> Cow<'a, str> {
        match self.kind {
            Kind::String => without_replacement(unescape(self.raw).unwrap_or_default()),
            Kind::Null => Cow::Borrowed(""),
            _ => Cow::Borrowed(self.raw),
        }
    }
}

/// Why a line is not a JSON object, in the words of Loki's parser library (`__error_details__`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    /// Not an object, or not closed.
    #[error("Value looks like object, but can't find closing '}}' symbol")]
    Object,
    /// An array that is not closed.
    #[error("Value is array, but can't find closing ']' symbol")]
    Array,
    /// A string that is not closed.
    #[error("Value is string, but can't find closing '\"' symbol")]
    String,
    /// Punctuation is missing.
    #[error("Malformed JSON error")]
    Json,
    /// A bare word that is no value.
    #[error("Unknown value type")]
    Value,
}

/// Calls `visit` with each member of the object in `text`, until it answers `false`.
///
/// # Errors
/// [`Malformed`] where the object cannot be read on; members before that place have been visited.
pub(crate) fn each_member<'a>(
    text: &'a str,
    visit: &mut dyn FnMut(&str, Value<'a>) -> bool,
) -> Result<(), Malformed> {
    let mut at = skip_space(text, 0).ok_or(Malformed::Object)?;
    if byte(text, at) != b'{' {
        return Err(Malformed::Object);
    }
    at = skip_space(text, at + 1).ok_or(Malformed::Json)?;
    loop {
        match byte(text, at) {
            b'}' => return Ok(()),
            b'"' => {}
            _ => return Err(Malformed::Object),
        }
        let end = string_end(text, at + 1).ok_or(Malformed::String)?;
        let key = unescape(&text[at + 1..end]).ok_or(Malformed::String)?;
        at = skip_space(text, end + 1).ok_or(Malformed::Json)?;
        if byte(text, at) != b':' {
            return Err(Malformed::Json);
        }
        let (value, after) = value_at(text, at + 1)?;
        if !visit(&key, value) {
            return Ok(());
        }
        at = skip_space(text, after).ok_or(Malformed::Array)?;
        match byte(text, at) {
            b'}' => return Ok(()),
            b',' => at = skip_space(text, at + 1).ok_or(Malformed::Object)?,
            _ => return Err(Malformed::Object),
        }
    }
}

/// The elements of the array in `text` up to the wanted one; `None` where there is none.
pub(crate) fn element(text: &str, wanted: usize) -> Option<Value<'_>> {
    let mut at = skip_space(text, 0)?;
    if byte(text, at) != b'[' {
        return None;
    }
    at += 1;
    for index in 0..=wanted {
        at = skip_space(text, at)?;
        if byte(text, at) == b']' {
            return None;
        }
        let (value, after) = value_at(text, at).ok()?;
        if index == wanted {
            return Some(value);
        }
        at = skip_space(text, after)?;
        if byte(text, at) != b',' {
            return None;
        }
        at += 1;
    }
    None
}

/// The value of a member of the object in `text`; `None` where it is missing or not reachable.
pub(crate) fn member<'a>(text: &'a str, wanted: &str) -> Option<Value<'a>> {
    let mut found = None;
    let _ = each_member(text, &mut |key, value| {
        if key == wanted {
            found = Some(value);
        }
        found.is_none()
    });
    found
}

/// The value that starts at or after `at`, and where it ends.
fn value_at(text: &str, at: usize) -> Result<(Value<'_>, usize), Malformed> {
    let start = skip_space(text, at).ok_or(Malformed::Json)?;
    let whole = |kind, end| {
        (
            Value {
                kind,
                raw: &text[start..end],
            },
            end,
        )
    };
    match byte(text, start) {
        b'"' => {
            let end = string_end(text, start + 1).ok_or(Malformed::String)?;
            let value = Value {
                kind: Kind::String,
                raw: &text[start + 1..end],
            };
            Ok((value, end + 1))
        }
        b'{' => block_end(text, start, b'{', b'}')
            .map(|end| whole(Kind::Object, end))
            .ok_or(Malformed::Object),
        b'[' => block_end(text, start, b'[', b']')
            .map(|end| whole(Kind::Array, end))
            .ok_or(Malformed::Array),
        first => {
            let end = text[start..]
                .find([' ', '\n', '\r', '\t', ',', '}', ']'])
                .map_or(text.len(), |length| start + length);
            let kind = match (&text[start..end], first) {
                ("true" | "false", _) => Kind::Bool,
                ("null", _) => Kind::Null,
                (_, b'-' | b'0'..=b'9') => Kind::Number,
                _ => return Err(Malformed::Value),
            };
            Ok(whole(kind, end))
        }
    }
}

/// The byte at a place inside the text.
fn byte(text: &str, at: usize) -> u8 {
    text.as_bytes()[at]
}

/// The first place at or after `at` that is not white space.
fn skip_space(text: &str, at: usize) -> Option<usize> {
    text.as_bytes()[at..]
        .iter()
        .position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t'))
        .map(|offset| at + offset)
}

/// Where the string whose first character is at `at` has its closing quote.
fn string_end(text: &str, at: usize) -> Option<usize> {
    let mut escaped = false;
    for (offset, byte) in text.as_bytes()[at..].iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + offset),
            _ => {}
        }
    }
    None
}

/// Just after the bracket that closes the one at `start`, strings skipped.
fn block_end(text: &str, start: usize, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    while at < text.len() {
        match byte(text, at) {
            b'"' => at = string_end(text, at + 1)?,
            found if found == open => depth += 1,
            found if found == close => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Undoes JSON's escapes; `None` for an escape that JSON does not have.
pub(crate) fn unescape(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.contains('\\') {
        return Some(Cow::Borrowed(raw));
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let (character, used) = escape(&rest[at + 1..])?;
        out.push(character);
        rest = &rest[at + 1 + used..];
    }
    out.push_str(rest);
    Some(Cow::Owned(out))
}

/// The character of an escape, given what follows the backslash, and how many bytes that took.
fn escape(after: &str) -> Option<(char, usize)> {
    let character = match after.as_bytes().first()? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode_escape(after),
        _ => return None,
    };
    Some((character, 1))
}

/// `uXXXX`, or a pair of surrogates; a lone surrogate becomes the replacement character.
fn unicode_escape(after: &str) -> Option<(char, usize)> {
    let unit = |text: &str| u32::from_str_radix(text, 16).ok();
    let high = unit(after.get(1..5)?)?;
    if let Some(character) = char::from_u32(high) {
        return Some((character, 5));
    }
    let low = after
        .get(5..7)
        .filter(|next| *next == "\\u")
        .and_then(|_| after.get(7..11))
        .and_then(unit)
        .filter(|low| (0xDC00..0xE000).contains(low));
    match low {
        Some(low) if high < 0xDC00 => {
            let joined = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            Some((char::from_u32(joined).unwrap_or('\u{FFFD}'), 11))
        }
        _ => Some(('\u{FFFD}', 5)),
    }
}

/// Loki puts a space where text has the replacement character, which label values may not have.
pub(crate) fn without_replacement(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\u{FFFD}') {
        Cow::Owned(text.replace('\u{FFFD}', " "))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(text: &str) -> (Vec<(String, String)>, Result<(), Malformed>) {
        let mut seen = Vec::new();
        let outcome = each_member(text, &mut |key, value| {
            seen.push((key.to_owned(), value.text().into_owned()));
            true
        });
        (seen, outcome)
    }

    #[test]
    fn members_come_in_order_with_escapes_undone() {
        let (seen, outcome) = members(
            r#" {"a" : "x\"y\u00e9\ud83d\ude00", "b":-1.5e3,"c":true,"d":null,"e":{"f":1},"g":[1,2]} tail"#,
        );
        assert_eq!(outcome, Ok(()));
        let values: Vec<&str> = seen.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(
            values,
            ["x\"yé😀", "-1.5e3", "true", "", r#"{"f":1}"#, "[1,2]"]
        );
    }

    #[test]
    fn what_is_broken_is_named_as_loki_names_it() {
        for (text, expected) in [
            ("plain", Malformed::Object),
            ("", Malformed::Object),
            ("{", Malformed::Json),
            (r#"{"a"#, Malformed::String),
            (r#"{"a" 1}"#, Malformed::Json),
            (r#"{"a":"b"#, Malformed::String),
            (r#"{"a":1"#, Malformed::Array),
            (r#"{"a":{"b":1}"#, Malformed::Array),
            (r#"{"a":[1}"#, Malformed::Array),
            (r#"{"a":yes}"#, Malformed::Value),
            (r#"{"a":1,2}"#, Malformed::Object),
        ] {
            assert_eq!(members(text).1, Err(expected), "{text}");
        }
    }

    #[test]
    fn elements_are_found_by_index() {
        assert_eq!(
            element(r#"[1, {"a":2}, "x"]"#, 1).unwrap().raw,
            r#"{"a":2}"#
        );
        assert_eq!(element("[1]", 1), None);
        assert_eq!(element("{}", 0), None);
    }
}
