//! Passwords in addresses: `postgres://user:password@host`, `user:password@tcp(host:3306)/name`.

use std::ops::Range;

use super::scan::is_word;
use super::span::pseudonym_length;

/// The longest user and password that are looked for.
const LONGEST: usize = 512;

/// The password, or the token in a user's place, in the address whose `://` begins at `at`; and where the `@` after it is.
pub(super) fn password(text: &[u8], at: usize) -> Option<(Range<usize>, usize)> {
    let slashes = text.get(at + 1..)?;
    let start = at
        + 1
        + [&b"//"[..], b"\\/\\/", b"\\\\/\\\\/"]
            .into_iter()
            .find(|form| slashes.starts_with(form))?
            .len();
    if at == 0 || !is_word(text[at - 1]) {
        return None;
    }
    let rest = &text[start..];
    let mut sign = None;
    let mut colon = None;
    let mut later = None;
    let mut index = 0;
    while let Some(byte) = rest[..rest.len().min(LONGEST)].get(index) {
        match byte {
            b'<' => match pseudonym_length(&rest[index..]) {
                Some(length) => index += length - 1,
                None => break,
            },
            b'@' => {
                sign = Some(index);
                // A user's name may be an email address.
                colon = colon.or(later);
            }
            b':' if sign.is_none() => colon = colon.or(Some(index)),
            b':' => later = Some(index),
            // A host and port, or a user: what comes after a slash is a path. A password may hold one.
            b'/' | b'?' | b'#'
                if sign.is_some() || colon.is_none_or(|colon| is_port(&rest[colon + 1..index])) =>
            {
                break;
            }
            0..=b' ' | b'"' | b'`' | b'|' => break,
            _ => {}
        }
        index += 1;
    }
    let sign = sign?;
    let secret = match colon {
        Some(colon) if colon < sign => colon + 1..sign,
        _ if looks_like_token(&rest[..sign]) => 0..sign,
        _ => return None,
    };
    let value = &rest[secret.clone()];
    if value.is_empty() || pseudonym_length(value) == Some(value.len()) {
        return None;
    }
    Some((start + secret.start..start + secret.end, start + sign))
}

/// Whether a text is a port.
fn is_port(text: &[u8]) -> bool {
    text.len() <= 5 && text.iter().all(u8::is_ascii_digit)
}

/// Whether a user's name is a token.
fn looks_like_token(text: &[u8]) -> bool {
    text.len() >= 16
        && text.iter().any(u8::is_ascii_digit)
        && text.iter().all(|byte| is_word(*byte) || *byte == b'-')
}

/// The password before the `@` at `at` of an address without a scheme, whose host has a port or stands in `tcp(…)`.
pub(super) fn bare_password(text: &[u8], floor: usize, at: usize) -> Option<Range<usize>> {
    let host = &text[at + 1..];
    let name = host
        .iter()
        .take(255)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        .count();
    let named = match host.get(name) {
        Some(b'(') => matches!(&host[..name], b"tcp" | b"tcp4" | b"tcp6" | b"udp" | b"unix"),
        Some(b':') => name > 0 && host.get(name + 1).is_some_and(u8::is_ascii_digit),
        _ => false,
    };
    if !named {
        return None;
    }
    let lowest = floor.max(at.saturating_sub(LONGEST));
    let before = &text[lowest..at];
    let from = before
        .iter()
        .rposition(|byte| matches!(byte, 0..=b' ' | b'"' | b'\'' | b'`' | b'=' | b'(' | b','))
        .map_or(0, |index| index + 1);
    let pair = &before[from..];
    let colon = pair.iter().position(|byte| *byte == b':')?;
    let secret = lowest + from + colon + 1..at;
    let is_user = colon > 0
        && pair[..colon]
            .iter()
            .all(|byte| is_word(*byte) || matches!(byte, b'-' | b'.'));
    let value = &text[secret.clone()];
    (is_user && !value.is_empty() && pseudonym_length(value) != Some(value.len())).then_some(secret)
}
