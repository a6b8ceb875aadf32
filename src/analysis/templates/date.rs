//! Does a word read as a date or a time? By form alone: digits in groups, and the names that every C library prints.

use super::class::{DIGIT, is};

/// The short English names of the months.
const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// The short English names of the days.
const DAYS: [&[u8; 3]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];

/// Bytes of a value in which a time of day is looked for: an ISO date and one letter stand before it.
const CLOCK_WITHIN: usize = 24;

/// Whether a value with colons reads as a time of day, with or without a date before it: `16:13`, `2026-11-21T16:13:38Z`.
pub(super) fn is_clock(value: &[u8]) -> bool {
    // More colons make an address.
    if value.split(|byte| *byte == b':').count() > 4 {
        return false;
    }
    let digit = |at: usize| value.get(at).is_some_and(u8::is_ascii_digit);
    let two_before = |at: usize| digit(at - 1) && digit(at - 2) && (at < 3 || !digit(at - 3));
    let two_behind = |at: usize| digit(at + 1) && digit(at + 2) && !digit(at + 3);
    (2..value.len().min(CLOCK_WITHIN))
        .any(|at| value[at] == b':' && two_before(at) && two_behind(at))
}

/// Whether a word that begins with a digit reads as a date: three groups of digits parted by the same of `-`, `/` and `.`, the
/// month in letters or digits; or as seconds since 1970, ten digits from 2001 to 2033.
pub(super) fn is_date(word: &[u8]) -> bool {
    let digits = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 10 {
        return word[0] == b'1' && matches!(word.get(10), None | Some(b'.'));
    }
    let (Some(parting @ (b'-' | b'/' | b'.')), 2 | 4) = (word.get(digits), digits) else {
        return false;
    };
    let mut groups = word[digits + 1..].splitn(2, |byte| byte == parting);
    let (Some(month), Some(rest)) = (groups.next(), groups.next()) else {
        return false;
    };
    let named = month.len() == 3 && is_name(month, &MONTHS);
    let day = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    // Numbers with dots may be an address or a version: only a whole date counts.
    let whole = *parting != b'.' || (digits == 4 && rest.len() == day);
    whole && matches!(day, 2 | 4) && (named || (month.len() == 2 && is_number(month)))
}

/// Whether the three letters at `start..end` name a month or a day, and the rest of a date follows.
#[inline]
pub(super) fn is_date_name(line: &[u8], start: usize, end: usize) -> bool {
    if end - start != 3 || !line[start].is_ascii_uppercase() {
        return false;
    }
    let month = is_name(&line[start..end], &MONTHS);
    if !month && !is_name(&line[start..end], &DAYS) {
        return false;
    }
    let rest = &line[end..];
    let gap = rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b','))
        .count();
    let rest = &rest[gap..];
    let digit = rest.first().is_some_and(|byte| is(*byte, DIGIT));
    gap > 0 && (digit || (!month && rest.len() > 3 && is_name(&rest[..3], &MONTHS)))
}

/// Whether a word is one of these names.
fn is_name(word: &[u8], names: &[&[u8; 3]]) -> bool {
    names.iter().any(|name| word == *name)
}

/// Whether a word is all digits.
fn is_number(word: &[u8]) -> bool {
    word.iter().all(u8::is_ascii_digit)
}
