//! What does a text say once its escapes are undone?
//!
//! Percent-encoding, `\u0040`, and the character references that HTML needs. A [`View`] knows where each of its bytes stood, so
//! that what is found in it can be masked where it is. Escapes inside escapes are undone up to [`DEEPEST`] times.

use super::span::{Class, Span};

/// How often escapes are undone: an address in an address in an address.
const DEEPEST: usize = 3;

/// The most that undoing the escapes of one character takes away: `\\\\\\\u0040`.
const LONGEST_ESCAPE: usize = 16;

/// A text with its escapes undone.
#[derive(Debug)]
pub(super) struct View {
    /// The text.
    pub(super) bytes: Vec<u8>,
    /// Where each byte began, and where the original ends.
    origin: Vec<usize>,
}

impl View {
    /// Moves a span from the view to the original.
    pub(super) fn locate(&self, span: &mut Span) {
        span.start = self.origin[span.start];
        span.end = self.origin[span.end];
        span.quote = if span.quote.is_empty() {
            0..0
        } else {
            self.origin[span.quote.start]..self.origin[span.quote.end]
        };
    }
}

/// A text's views; none where it has no escapes.
pub(super) fn views(text: &[u8]) -> Vec<View> {
    let mut views: Vec<View> = Vec::new();
    for _ in 0..DEEPEST {
        let seen = views.last().map_or(text, |view| view.bytes.as_slice());
        let Some(mut next) = undo(seen) else { break };
        if let Some(last) = views.last() {
            for at in &mut next.origin {
                *at = last.origin[*at];
            }
        }
        views.push(next);
    }
    views
}

/// Undoes a text's escapes once; `None` where it has none.
fn undo(text: &[u8]) -> Option<View> {
    let first = (0..text.len())
        .find(|&at| matches!(text[at], b'%' | b'\\' | b'&') && escape(&text[at..]).is_some())?;
    let mut view = View {
        bytes: Vec::with_capacity(text.len()),
        origin: Vec::with_capacity(text.len() + 1),
    };
    view.bytes.extend_from_slice(&text[..first]);
    view.origin.extend(0..first);
    let mut at = first;
    while at < text.len() {
        let found = match text[at] {
            b'%' | b'\\' | b'&' => escape(&text[at..]),
            _ => None,
        };
        let (byte, length) = found.unwrap_or((text[at], 1));
        view.bytes.push(byte);
        view.origin.push(at);
        at += length;
    }
    view.origin.push(text.len());
    Some(view)
}

/// The byte that an escape at the beginning of a text stands for, and the escape's length.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    match text[0] {
        b'%' => Some((hex(text.get(1..3)?)?, 3)),
        b'\\' => {
            let slashes = text
                .iter()
                .take(LONGEST_ESCAPE)
                .take_while(|byte| **byte == b'\\')
                .count();
            let rest = &text[slashes..];
            if rest.first() == Some(&b'/') {
                return Some((b'/', slashes + 1));
            }
            let digits = match rest {
                [b'u', b'0', b'0', digits @ ..] => (digits.get(..2)?, 5),
                [b'x', digits @ ..] => (digits.get(..2)?, 3),
                _ => return None,
            };
            let byte = hex(digits.0)?;
            byte.is_ascii().then_some((byte, slashes + digits.1))
        }
        _ => [
            (&b"&quot;"[..], b'"'),
            (b"&#34;", b'"'),
            (b"&#39;", b'\''),
            (b"&#x27;", b'\''),
            (b"&#64;", b'@'),
            (b"&#x40;", b'@'),
            (b"&#61;", b'='),
            (b"&amp;", b'&'),
        ]
        .into_iter()
        .find(|(name, _)| text.starts_with(name))
        .map(|(name, byte)| (byte, name.len())),
    }
}

/// Two hexadecimal digits.
fn hex(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let value = digit(digits[0])? * 16 + digit(digits[1])?;
    u8::try_from(value).ok()
}

/// Whether a byte is one of base64's.
fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// A value without escapes and in the one form in which it is compared with others.
pub(super) fn plain(value: &[u8], class: Class) -> Vec<u8> {
    let mut plain = views(value)
        .pop()
        .map_or_else(|| value.to_vec(), |view| view.bytes);
    match class {
        Class::Card => plain.retain(u8::is_ascii_digit),
        Class::Email => plain.make_ascii_lowercase(),
        Class::Key => {
            let escaped = |at: usize| at > 0 && plain[at - 1] == b'\\';
            plain = (0..plain.len())
                .filter(|at| is_base64(plain[*at]) && !escaped(*at))
                .map(|at| plain[at])
                .collect();
        }
        _ => {
            let mut bytes = plain.iter().copied().peekable();
            let mut kept = Vec::with_capacity(plain.len());
            while let Some(byte) = bytes.next() {
                // A quote or newline inside a value is written with ever more backslashes the deeper it is nested.
                let escapes = byte == b'\\'
                    && bytes
                        .peek()
                        .is_some_and(|next| matches!(next, b'\\' | b'"' | b'\'' | b'n' | b'r'));
                if !escapes {
                    kept.push(byte);
                }
            }
            plain = kept;
        }
    }
    plain
}
