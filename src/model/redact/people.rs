//! Data about people and machines that is told by its form: email addresses, card numbers, IP addresses.

use std::net::IpAddr;
use std::ops::Range;

use super::scan::is_word;
use super::span::{Class, Span};

/// The longest part before the `@` (RFC 5321, 4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;

/// The longest domain (RFC 1035).
const LONGEST_DOMAIN: usize = 253;

/// Ends of names that look like a domain's and are a file's: `logo@2x.png`.
const FILE_ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "gif", "svg", "webp"];

/// The email address around the `@` at `at`, not beginning before `floor`.
pub(super) fn email(text: &[u8], floor: usize, at: usize) -> Option<Range<usize>> {
    let is_local = |byte: u8| {
        is_word(byte) || byte >= 0x80 || matches!(byte, b'.' | b'+' | b'-' | b'\'' | b'*' | b'~')
    };
    let lowest = floor.max(at.saturating_sub(LONGEST_LOCAL));
    let mut start = at;
    while start > lowest && is_local(text[start - 1]) {
        start -= 1;
    }
    while start < at && (!is_word(text[start]) && text[start] < 0x80 || text[start] & 0xc0 == 0x80)
    {
        start += 1;
    }
    let rest = &text[at + 1..];
    let length = rest
        .iter()
        .take(LONGEST_DOMAIN)
        .take_while(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-') || **byte >= 0x80
        })
        .count();
    let domain = rest[..length].trim_ascii();
    let mut end = domain.len();
    while end > 0 && matches!(domain[end - 1], b'.' | b'-') {
        end -= 1;
    }
    let domain = &domain[..end];
    let top = domain.rsplit(|byte| *byte == b'.').next()?;
    let is_domain = top.len() < domain.len()
        && top.len() >= 2
        && domain.first() != Some(&b'.')
        && top
            .iter()
            .all(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80)
        && !FILE_ENDINGS
            .iter()
            .any(|ending| top.eq_ignore_ascii_case(ending.as_bytes()));
    // `git@host` is how repositories are addressed, and nobody's.
    let is_person = start < at && &text[start..at] != b"git";
    (is_person && is_domain).then(|| start..at + 1 + end)
}

/// The card number that begins with the digits from `start` to `end`, alone or as the first of several groups.
pub(super) fn card(text: &[u8], start: usize, end: usize) -> Option<Span> {
    let first = text[start];
    let length = end - start;
    if !(b'2'..=b'6').contains(&first) || !(length == 4 || (13..=19).contains(&length)) {
        return None;
    }
    if start > 0 && matches!(text[start - 1], b'.' | b'-' | b'+' | b'/') && text[start - 1] != b'/'
    {
        return None;
    }
    let mut digits = [0; 19];
    let mut count = 0;
    let mut last = start;
    let separator = text
        .get(end)
        .copied()
        .filter(|byte| length == 4 && matches!(byte, b' ' | b'-'));
    let mut at = start;
    while let Some(&byte) = text.get(at) {
        if byte.is_ascii_digit() {
            if count == digits.len() {
                return None;
            }
            digits[count] = byte - b'0';
            count += 1;
            last = at + 1;
        } else if Some(byte) != separator
            || !text.get(at + 1).is_some_and(u8::is_ascii_digit)
            || count >= 16
        {
            break;
        }
        at += 1;
    }
    let digits = &digits[..count];
    let ends = text.get(last).is_none_or(|byte| {
        !is_word(*byte) && (*byte != b'.' || !text.get(last + 1).is_some_and(u8::is_ascii_digit))
    });
    if !ends || !is_issued(digits) || !passes_luhn(digits) {
        return None;
    }
    let mut span = Span::new(start..last, Class::Card);
    span.quote = number_quote(text, start);
    Some(span)
}

/// The quote that a bare JSON number before which `"name":` stands must get where it becomes text.
fn number_quote(text: &[u8], start: usize) -> Range<usize> {
    let before = text[..start].trim_ascii_end();
    let Some(name) = before.strip_suffix(b":") else {
        return 0..0;
    };
    let Some(rest) = name.strip_suffix(b"\"") else {
        return 0..0;
    };
    let slashes = rest.iter().rev().take_while(|byte| **byte == b'\\').count();
    rest.len() - slashes..name.len()
}

/// Whether issuers give out numbers that begin so and are this long (ISO/IEC 7812 as published by the networks).
fn is_issued(digits: &[u8]) -> bool {
    let begin = |count: usize| {
        digits
            .iter()
            .take(count)
            .fold(0_u32, |sum, digit| sum * 10 + u32::from(*digit))
    };
    match digits.len() {
        13 => begin(1) == 4,
        14 => matches!(begin(3), 300..=305) || matches!(begin(2), 36 | 38 | 39),
        15 => matches!(begin(2), 34 | 37),
        16 => {
            begin(1) == 4
                || matches!(begin(2), 51..=55 | 62 | 65)
                || matches!(begin(4), 2221..=2720 | 3528..=3589 | 6011)
                || matches!(begin(3), 644..=649)
                || matches!(begin(2), 50 | 56..=58 | 63 | 67)
        }
        17 | 18 => matches!(begin(2), 62),
        19 => begin(1) == 4 || matches!(begin(2), 62),
        _ => false,
    }
}

/// Luhn's check (ISO/IEC 7812-1, annex B).
fn passes_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| {
            let value = u32::from(*digit) << (index % 2);
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// All IP addresses but those that say nothing: loopback, unspecified.
pub(super) fn ips(text: &[u8], spans: &mut Vec<Span>) {
    let is_part = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':');
    let mut at = 0;
    while at < text.len() {
        if !is_part(text[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while at < text.len() && is_part(text[at]) {
            at += 1;
        }
        // A word that goes on before or after is no address: `face.book`, `std::fee`.
        let inside =
            (start > 0 && is_word(text[start - 1])) || text.get(at).copied().is_some_and(is_word);
        let run = &text[start..at];
        if !inside
            && run.len() >= 3
            && let Some(length) = address_length(run)
        {
            spans.push(Span::new(start..start + length, Class::Ip));
        }
    }
}

/// The length of the address that a run begins with, without a port or a full stop behind it.
fn address_length(run: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(run).ok()?;
    let whole = text.trim_end_matches(['.', ':']);
    let before_port = whole.rsplit_once(':').map_or(whole, |(before, _)| before);
    let address = [whole, before_port].into_iter().find_map(|text| {
        let address: IpAddr = text.parse().ok()?;
        Some((address, text.len()))
    });
    let (address, length) = address?;
    (!address.is_loopback() && !address.is_unspecified()).then_some(length)
}
