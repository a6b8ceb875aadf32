//! Secrets that a word, a flag or a tag announces, with no `=` or `:` between: `Bearer …`, `--password …`, `<password>…`.

use std::ops::Range;

use super::forms;
use super::names::{self, Sensitive, Shape};
use super::scan::is_word;
use super::span::{Class, Span};
use super::value::{LONGEST_NAME, bare, is_ordinary, is_secret, quote_at, quoted};

/// The secret after a word that announces one: `Bearer …`, `Basic …`, `PASSWORD '…'`, `IDENTIFIED BY '…'`.
pub(super) fn after_word(text: &[u8], start: usize, end: usize) -> Option<Span> {
    let word = &text[start..end];
    let is = |wanted: &[u8]| word.eq_ignore_ascii_case(wanted);
    match word.len() {
        2 if is(b"by")
            && text[start.saturating_sub(11)..start].eq_ignore_ascii_case(b"identified ") =>
        {
            after_space_quoted(text, end)
        }
        8 if is(b"password") => after_space_quoted(text, end),
        6 if is(b"bearer") => {
            let (range, value) = token_after(text, end)?;
            let plain = value.iter().all(u8::is_ascii_lowercase) && value.len() < 20;
            let is_other = plain
                || value.len() < 6
                || value.ends_with(b"=") && text.get(range.end) == Some(&b'"');
            (!is_other && !is_ordinary(value)).then(|| Span::new(range, Class::Token))
        }
        5 if is(b"basic") => {
            let (range, value) = token_after(text, end)?;
            forms::holds_user_and_password(value).then(|| Span::new(range, Class::Token))
        }
        _ => None,
    }
}

/// A quoted password after spaces.
fn after_space_quoted(text: &[u8], end: usize) -> Option<Span> {
    let start = end + text[end..].iter().take_while(|byte| **byte == b' ').count();
    let quote = quote_at(text, start)?;
    let sensitive = Sensitive {
        class: Class::Password,
        shape: Shape::Anything,
    };
    let mut spans = Vec::new();
    quoted(text, start, quote, sensitive, &mut spans);
    spans.pop()
}

/// A run of token characters after spaces.
fn token_after(text: &[u8], end: usize) -> Option<(Range<usize>, &[u8])> {
    let spaces = text[end..]
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'+'))
        .count();
    let start = end + spaces;
    let length = text[start..]
        .iter()
        .take_while(|byte| {
            is_word(**byte) || matches!(byte, b'-' | b'.' | b'~' | b'+' | b'/' | b'=')
        })
        .count();
    let mut range = start..start + length;
    while range.end > range.start && text[range.end - 1] == b'.' {
        range.end -= 1;
    }
    (!range.is_empty()).then(|| (range.clone(), &text[range]))
}

/// The secret after a flag that names one, with a space between: `--password hunter2`.
pub(super) fn after_flag(text: &[u8], at: usize) -> Option<Span> {
    let start = at + 2;
    let length = text[start..]
        .iter()
        .take(LONGEST_NAME)
        .take_while(|byte| is_word(**byte) || **byte == b'-')
        .count();
    let end = start + length;
    if text.get(end) != Some(&b' ') {
        return None;
    }
    let sensitive = names::class_of(&text[start..end])?;
    let first = end + 1;
    if matches!(text.get(first), None | Some(b'-' | b' ')) {
        return None;
    }
    if let Some(quote) =
        quote_at(text, first).filter(|quote| quote.byte == b'\'' || quote.slashes > 0)
    {
        let mut spans = Vec::new();
        quoted(text, first, quote, sensitive, &mut spans);
        return spans.pop();
    }
    let range = bare(text, first, false, sensitive);
    is_secret(&text[range.clone()], sensitive).then(|| Span::new(range, sensitive.class))
}

/// The secret inside an XML element whose name says so; `at` is the `>` of its opening tag.
pub(super) fn of_element(text: &[u8], at: usize) -> Option<Span> {
    let length = text[..at]
        .iter()
        .rev()
        .take(LONGEST_NAME)
        .take_while(|byte| is_word(**byte) || matches!(byte, b'-' | b'.' | b':'))
        .count();
    let start = at - length;
    if length == 0 || start == 0 || text[start - 1] != b'<' {
        return None;
    }
    let sensitive = names::class_of(&text[start..at])?;
    let first = at + 1;
    let value_length = text[first..].iter().position(|byte| *byte == b'<')?;
    let range = first..first + value_length;
    is_secret(&text[range.clone()], sensitive).then(|| Span::new(range, sensitive.class))
}
