//! Where does the value after a name begin and end, and is it a secret?
//!
//! Names and values stand in JSON, in JSON inside a JSON string (quotes behind backslashes), in logfmt, headers, query strings,
//! command lines, SQL, YAML, XML and dumps of structures. In doubt more is masked, not less, but a word such as `expired` after
//! `token:` is no secret.

use std::ops::Range;

use super::names::{Sensitive, Shape};
use super::scan::is_word;
use super::span::{Class, Span, is_pseudonym, pseudonym_length};

/// The longest name that is looked at.
pub(super) const LONGEST_NAME: usize = 80;

/// Words that stand after a secret's name without being one.
const ORDINARY: [&str; 72] = [
    "null",
    "nil",
    "none",
    "undefined",
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "empty",
    "missing",
    "invalid",
    "expired",
    "required",
    "incorrect",
    "wrong",
    "rejected",
    "denied",
    "failed",
    "failure",
    "error",
    "unauthorized",
    "forbidden",
    "revoked",
    "unknown",
    "unset",
    "set",
    "not",
    "must",
    "is",
    "was",
    "has",
    "the",
    "a",
    "an",
    "to",
    "for",
    "from",
    "of",
    "in",
    "cannot",
    "could",
    "should",
    "too",
    "mismatch",
    "malformed",
    "ok",
    "success",
    "valid",
    "disabled",
    "enabled",
    "deleted",
    "created",
    "refreshed",
    "updated",
    "changed",
    "default",
    "string",
    "bytes",
    "object",
    "supplied",
    "provided",
    "absent",
    "optional",
    "authentication",
    "authenticated",
    "does",
    "permission",
    "access",
    "signature",
    "unable",
];

/// Words before a password's name in a sentence about it.
const COMPLAINTS: [&str; 10] = [
    "invalid",
    "wrong",
    "incorrect",
    "bad",
    "missing",
    "unknown",
    "expired",
    "empty",
    "no",
    "failed",
];

/// Schemes of an authorization header.
const SCHEMES: [&str; 16] = [
    "bearer",
    "basic",
    "token",
    "apikey",
    "api-key",
    "digest",
    "negotiate",
    "ntlm",
    "aws4-hmac-sha256",
    "hmac",
    "key",
    "oauth",
    "signature",
    "bot",
    "jwt",
    "splunk",
];

/// A name before a separator.
#[derive(Debug, Clone)]
pub(super) struct Name {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// Its opening quote with the backslashes before it; empty where it has none.
    quote: Range<usize>,
}

/// The name before a separator; not further back than `floor`.
pub(super) fn name_before(text: &[u8], floor: usize, at: usize) -> Option<Name> {
    let mut end = at;
    while end > floor && at - end < 4 && matches!(text[end - 1], b' ' | b':') {
        end -= 1;
    }
    if end > floor && text[end - 1] == b']' {
        end -= 1;
    }
    let mut quoted = false;
    if end > floor && matches!(text[end - 1], b'"' | b'\'' | b'`') {
        quoted = true;
        end -= 1;
        while end > floor && text[end - 1] == b'\\' {
            end -= 1;
        }
    }
    let is_part = |byte: u8| is_word(byte) || matches!(byte, b'-' | b'.');
    if end <= floor || !is_word(text[end - 1]) {
        return None;
    }
    let lowest = floor.max(end.saturating_sub(LONGEST_NAME));
    let mut start = end;
    while start > lowest && is_part(text[start - 1]) {
        start -= 1;
    }
    if text[start..end].eq_ignore_ascii_case(b"key") && start > lowest && text[start - 1] == b' ' {
        // "api key: …"
        start -= 1;
        while start > lowest && is_part(text[start - 1]) {
            start -= 1;
        }
    }
    let mut quote = start..start;
    if quoted && start > floor && matches!(text[start - 1], b'"' | b'\'' | b'`') {
        quote.start -= 1;
        while quote.start > floor && text[quote.start - 1] == b'\\' {
            quote.start -= 1;
        }
    }
    Some(Name {
        range: start..end,
        quote,
    })
}

/// Finds the value behind the separator at `at`, and gives the place to go on from.
pub(super) fn after_name(
    text: &[u8],
    at: usize,
    name: &Name,
    sensitive: Sensitive,
    spans: &mut Vec<Span>,
) -> usize {
    let mut start = at + 1;
    while matches!(text.get(start), Some(b'=' | b'>')) {
        start += 1;
    }
    if text.get(start) == Some(&b':') {
        return start + 1;
    }
    let tight = start;
    while matches!(text.get(start), Some(b' ' | b'\t')) {
        start += 1;
    }
    let spaced = start > tight;
    let assigned = text[at] == b'=';
    if spaced
        && assigned
        && at > name.range.end
        && text[at - 1] != b' '
        && start - tight > 0
        && name.quote.is_empty()
    {
        return tight;
    }
    if spaced && assigned && at == name.range.end && quote_at(text, start).is_none() {
        // `password= user=x`: nothing is assigned.
        return tight;
    }
    if text.get(start) == Some(&b'[') {
        return in_brackets(text, start + 1, sensitive, spans);
    }
    if matches!(text.get(start), Some(b'u' | b'b' | b'r'))
        && matches!(text.get(start + 1), Some(b'\'' | b'"'))
    {
        start += 1;
    }
    if let Some(quote) = quote_at(text, start) {
        return quoted(text, start, quote, sensitive, spans);
    }
    let json = !name.quote.is_empty();
    let range = bare(text, start, json, sensitive);
    let value = &text[range.clone()];
    let result = &text[name.range.clone()] == b"PASS";
    let prose = spaced && !assigned && (result || is_prose(text, &name.range, value, sensitive));
    if prose || !is_secret(value, sensitive) || matches!(value[0], b'{' | b'<' if json) {
        return start;
    }
    let mut span = Span::new(range, sensitive.class);
    if json {
        span.quote = name.quote.clone();
    }
    let end = span.end;
    spans.push(span);
    end
}

/// Whether `token: rejected by …` is a sentence and not an assignment.
fn is_prose(text: &[u8], name: &Range<usize>, value: &[u8], sensitive: Sensitive) -> bool {
    if !value.iter().all(u8::is_ascii_lowercase) {
        return false;
    }
    if sensitive.class != Class::Password {
        return value.len() < 16;
    }
    let before = text[..name.start].trim_ascii_end();
    let word = before
        .rsplit(|byte| !byte.is_ascii_alphabetic())
        .next()
        .unwrap_or_default();
    COMPLAINTS
        .iter()
        .any(|complaint| word.eq_ignore_ascii_case(complaint.as_bytes()))
}

/// Masks a quoted value.
pub(super) fn quoted(
    text: &[u8],
    start: usize,
    quote: Quote,
    sensitive: Sensitive,
    spans: &mut Vec<Span>,
) -> usize {
    let first = start + quote.slashes + 1;
    let (end, after) = closing(text, first, quote);
    let inner = &text[first..end];
    if !is_secret(inner, sensitive) {
        return first;
    }
    let range = named(inner, sensitive);
    if is_pseudonym(&inner[range.clone()]) {
        return after;
    }
    spans.push(Span::new(
        first + range.start..first + range.end,
        sensitive.class,
    ));
    after
}

/// Masks the values between brackets: strings in quotes, or all up to the closing one.
fn in_brackets(text: &[u8], start: usize, sensitive: Sensitive, spans: &mut Vec<Span>) -> usize {
    let mut at = start;
    loop {
        while matches!(text.get(at), Some(b' ' | b',' | b'\n' | b'\t')) {
            at += 1;
        }
        match quote_at(text, at) {
            Some(quote) => at = quoted(text, at, quote, sensitive, spans).max(at + 1),
            None if at == start => {
                let end = text[at..]
                    .iter()
                    .position(|byte| matches!(byte, b']' | b'"' | b'\n'))
                    .map_or(text.len(), |length| at + length);
                let value = &text[at..end];
                if !value.starts_with(b"{") && is_secret(value, sensitive) {
                    let range = named(value, sensitive);
                    if !is_pseudonym(&value[range.clone()]) {
                        spans.push(Span::new(at + range.start..at + range.end, sensitive.class));
                    }
                    return end;
                }
                return at;
            }
            None => return at,
        }
    }
}

/// A quote and the backslashes before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quote {
    /// How many backslashes.
    pub(super) slashes: usize,
    /// `"`, `'` or a backtick.
    pub(super) byte: u8,
}

/// The quote at a place.
pub(super) fn quote_at(text: &[u8], at: usize) -> Option<Quote> {
    let rest = text.get(at..)?;
    let slashes = rest.iter().take_while(|byte| **byte == b'\\').count();
    match rest.get(slashes) {
        Some(&byte @ (b'"' | b'\'' | b'`')) => Some(Quote { slashes, byte }),
        _ => None,
    }
}

/// Where a quoted value ends, and where what follows its closing quote begins. A quote inside the value has more backslashes
/// before it; one with fewer ends the string around it.
fn closing(text: &[u8], first: usize, quote: Quote) -> (usize, usize) {
    let Quote { slashes, byte } = quote;
    let mut run = 0;
    for (at, &seen) in text.iter().enumerate().skip(first) {
        if seen == b'\\' {
            run += 1;
            continue;
        }
        if seen == byte {
            if run < slashes {
                return (at - run, at);
            }
            if ((run - slashes) / (slashes + 1)).is_multiple_of(2) {
                return (at - slashes, at + 1);
            }
        }
        run = 0;
    }
    // Not closed: cut off, or an apostrophe.
    let end = if byte == b'"' {
        text.len()
    } else {
        text[first..]
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\\'))
            .map_or(text.len(), |length| first + length)
    };
    (end, end)
}

/// The part of a value that is the secret: without the scheme of an authorization.
pub(super) fn named(value: &[u8], sensitive: Sensitive) -> Range<usize> {
    match sensitive.shape {
        Shape::Authorization => scheme_end(value)..value.len(),
        _ => 0..value.len(),
    }
}

/// Where the credentials of an authorization begin: after its scheme, if that is known.
fn scheme_end(value: &[u8]) -> usize {
    let length = value
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-')
        .count();
    let spaces = value[length..]
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'+'))
        .count();
    let known = SCHEMES
        .iter()
        .any(|scheme| value[..length].eq_ignore_ascii_case(scheme.as_bytes()));
    if known && spaces > 0 && length + spaces < value.len() {
        length + spaces
    } else {
        0
    }
}

/// Where a value without quotes stands.
pub(super) fn bare(text: &[u8], start: usize, json: bool, sensitive: Sensitive) -> Range<usize> {
    match sensitive.shape {
        Shape::Cookie => start..listed_end(text, start, b';'),
        Shape::Authorization => {
            let rest = &text[start..];
            let line = rest.len().min(64);
            let skipped = scheme_end(&rest[..line]);
            if skipped == 0 {
                start..bare_end(text, start, json)
            } else if pseudonym_length(&text[start + skipped..]).is_some() {
                let first = start + skipped;
                first..first + pseudonym_length(&text[first..]).unwrap_or_default()
            } else {
                start + skipped..listed_end(text, start + skipped, b',')
            }
        }
        _ => start..bare_end(text, start, json),
    }
}

/// The end of words of which each but the last ends with `mark`: `a=b; c=d`.
fn listed_end(text: &[u8], start: usize, mark: u8) -> usize {
    let mut end = start;
    loop {
        while end < text.len() && !ends_word(text, end) {
            end += 1;
        }
        let goes_on = end > start
            && text[end - 1] == mark
            && text.get(end) == Some(&b' ')
            && text
                .get(end + 1)
                .is_some_and(|byte| *byte > b' ' && *byte != b'"');
        if !goes_on {
            return trimmed(text, start, end);
        }
        end += 1;
    }
}

/// Whether a value without quotes ends here whatever follows.
fn ends_word(text: &[u8], at: usize) -> bool {
    match text[at] {
        0..=b' ' | 0x7f | b'"' | b'`' => true,
        b'\'' => !text.get(at + 1).copied().is_some_and(is_word),
        b'\\' => quote_at(text, at).is_some(),
        b'<' => text.get(at + 1) == Some(&b'/'),
        _ => false,
    }
}

/// The end of one value without quotes: punctuation inside it counts as its part unless another name follows.
fn bare_end(text: &[u8], start: usize, json: bool) -> usize {
    if let Some(length) = pseudonym_length(&text[start..]) {
        let after = start + length;
        if text.get(after).is_none_or(|byte| !is_word(*byte)) {
            return after;
        }
    }
    let mut end = start;
    while end < text.len() && !ends_word(text, end) {
        let stops = match text[end] {
            b',' | b'}' | b']' => json || (text[end] == b',' && name_follows(text, end + 1)),
            b'&' | b';' | b'|' => name_follows(text, end + 1),
            b'\\' => {
                let slashes = text[end..]
                    .iter()
                    .take_while(|byte| **byte == b'\\')
                    .count();
                let after = end + slashes;
                let newline = matches!(text.get(after), Some(b'n' | b'r'));
                if !newline {
                    // Anything else behind backslashes is part of the value.
                    end = after - 1;
                }
                newline && (after + 1 >= text.len() || name_follows(text, after + 1))
            }
            _ => false,
        };
        if stops {
            break;
        }
        end += 1;
    }
    trimmed(text, start, end)
}

/// Whether a name and its separator begin here, or a closing quote.
fn name_follows(text: &[u8], at: usize) -> bool {
    let rest = &text[at.min(text.len())..];
    let skipped = rest
        .iter()
        .take(8)
        .take_while(|byte| matches!(byte, b'"' | b'\'' | b'\\' | b' '))
        .count();
    let rest = &rest[skipped..];
    let length = rest
        .iter()
        .take(LONGEST_NAME)
        .take_while(|byte| is_word(**byte) || matches!(byte, b'-' | b'.'))
        .count();
    length > 0 && matches!(rest.get(length), Some(b'=' | b':' | b'"' | b'\\'))
}

/// Takes closing punctuation off the end of a value.
fn trimmed(text: &[u8], start: usize, mut end: usize) -> usize {
    while end > start {
        let value = &text[start..end];
        let opener = match value[value.len() - 1] {
            b',' | b';' | b'.' | b'\\' => None,
            b')' => Some(b'('),
            b']' => Some(b'['),
            b'}' => Some(b'{'),
            b'>' => Some(b'<'),
            _ => break,
        };
        if opener.is_some_and(|opener| value.contains(&opener)) {
            break;
        }
        end -= 1;
    }
    end
}

/// Whether a value that stands under a secret's name is one.
pub(super) fn is_secret(value: &[u8], sensitive: Sensitive) -> bool {
    let fits = match sensitive.shape {
        Shape::NoCount => {
            value.len() >= 6
                || !value
                    .iter()
                    .all(|byte| byte.is_ascii_digit() || *byte == b'.')
        }
        Shape::Long => value.len() >= 16,
        Shape::NoPath => !matches!(value.first(), Some(b'/' | b'~' | b'.')),
        Shape::Anything | Shape::Authorization | Shape::Cookie => true,
    };
    fits && !value.is_empty()
        && !is_pseudonym(value)
        && !is_placeholder(value)
        && !is_ordinary(value)
}

/// Whether a value is a word that says something about a secret.
pub(super) fn is_ordinary(value: &[u8]) -> bool {
    let word = value
        .strip_suffix(b":")
        .or_else(|| value.strip_suffix(b"!"))
        .unwrap_or(value);
    ORDINARY
        .iter()
        .any(|ordinary| word.eq_ignore_ascii_case(ordinary.as_bytes()))
}

/// Whether a value stands for another: `***`, `[FILTERED]`, `$VARIABLE`, `${variable}`, `$1`, `?`, `%s`, `{{ value }}`.
fn is_placeholder(value: &[u8]) -> bool {
    let all_of = |marks: &[u8]| value.iter().all(|byte| marks.contains(byte));
    if all_of(b"*.?-_#(){}[]") || (value.len() > 2 && all_of(b"xX*-")) {
        return true;
    }
    if matches!(value, b"%s" | b"%v" | b"%d" | b"%q" | b"%r")
        || (value.starts_with(b"{{") && value.ends_with(b"}}"))
    {
        return true;
    }
    if let Some(name) = value.strip_prefix(b"$") {
        let name = name
            .strip_prefix(b"{")
            .and_then(|name| name.strip_suffix(b"}"))
            .unwrap_or(name);
        let upper = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
        return !name.is_empty()
            && name.iter().all(upper)
            && (name.len() < 3 || !name[0].is_ascii_digit());
    }
    if value.len() > 24
        || !matches!(
            value.first(),
            Some(b'[' | b'<' | b'(' | b'*' | b'R' | b'r' | b'F' | b'f' | b'M' | b'm' | b'H' | b'h')
        )
    {
        return false;
    }
    let word: Vec<u8> = value
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic())
        .map(u8::to_ascii_lowercase)
        .collect();
    matches!(
        word.as_slice(),
        b"redacted" | b"filtered" | b"masked" | b"hidden" | b"removed"
    )
}
