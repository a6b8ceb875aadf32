//! One walk over the bytes of a text: words, and the few other bytes that a secret can be told by.

use super::OpenKey;
use super::address;
use super::announced;
use super::forms;
use super::names;
use super::people;
use super::span::{Class, Span, pseudonym_length};
use super::value;

/// A letter of either case.
pub(super) const LETTER: u8 = 1;

/// A digit.
pub(super) const DIGIT: u8 = 2;

/// What words are made of.
const WORD: u8 = LETTER | DIGIT | 4;

/// What each byte is; `_` is of words without being letter or digit.
static KIND: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let as_byte = byte as u8;
        table[byte] = if as_byte.is_ascii_alphabetic() {
            LETTER
        } else if as_byte.is_ascii_digit() {
            DIGIT
        } else if as_byte == b'_' {
            4
        } else {
            0
        };
        byte += 1;
    }
    table
};

/// Whether a byte is part of words.
pub(super) fn is_word(byte: u8) -> bool {
    KIND[usize::from(byte)] & WORD != 0
}

/// Finds what must not leave.
pub(super) fn scan(text: &[u8], ips: bool, spans: &mut Vec<Span>) -> Scanned {
    if ips {
        people::ips(text, spans);
    }
    let mut walk = Walk {
        text,
        spans,
        floor: 0,
        run: 0,
        served: usize::MAX,
        scanned: Scanned {
            open: OpenKey::No,
            escapes: false,
        },
    };
    walk.run();
    walk.scanned
}

/// What a walk tells beside what it found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scanned {
    /// Whether a private key begins and does not end.
    pub(super) open: OpenKey,
    /// Whether there may be escapes to undo.
    pub(super) escapes: bool,
}

/// A walk under way.
struct Walk<'a> {
    /// The text.
    text: &'a [u8],
    /// What was found.
    spans: &'a mut Vec<Span>,
    /// Names and addresses that end further on do not begin before here.
    floor: usize,
    /// Where the current run of base64's characters began.
    run: usize,
    /// The `@` of an address whose password was found.
    served: usize,
    /// What is told beside what was found.
    scanned: Scanned,
}

impl Walk<'_> {
    /// Walks to the end.
    fn run(&mut self) {
        let text = self.text;
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            if KIND[usize::from(byte)] == 0 {
                at = self.mark(at, byte);
                continue;
            }
            let start = at;
            let mut seen = 0;
            while let Some(&byte) = text.get(at) {
                let kind = KIND[usize::from(byte)];
                if kind == 0 {
                    break;
                }
                seen |= kind;
                at += 1;
            }
            at = self.word(start, at, seen);
        }
    }

    /// Notes a span and gives the place to go on from.
    fn found(&mut self, span: Span) -> usize {
        let end = span.end;
        self.spans.push(span);
        self.floor = end;
        self.run = end;
        end
    }

    /// Looks at a word and gives the place to go on from.
    fn word(&mut self, start: usize, end: usize, seen: u8) -> usize {
        let text = self.text;
        let next = text.get(end).copied().unwrap_or(b' ');
        let length = end - start;
        if seen == DIGIT {
            if let Some(span) = people::card(text, start, end) {
                return self.found(span);
            }
        } else if length >= forms::SHORTEST || matches!(next, b'-' | b'.') {
            if let Some(range) = forms::known(text, start) {
                return self.found(Span::new(range, Class::Token));
            }
        } else if matches!(next, b' ' | b'+')
            && let Some(span) = announced::after_word(text, start, end)
        {
            return self.found(span);
        }
        if end - self.run >= forms::LONG_RUN
            && !matches!(next, b'-' | b'+' | b'/' | b'=')
            && forms::looks_random(&text[self.run..end])
        {
            return self.found(Span::new(self.run..end, Class::Token));
        }
        end
    }

    /// Looks at a byte that is not part of a word and gives the place to go on from.
    fn mark(&mut self, at: usize, byte: u8) -> usize {
        match byte {
            b'-' => return self.dash(at),
            b'+' | b'/' => return at + 1,
            b'@' => {
                if let Some(end) = self.at_sign(at) {
                    return end;
                }
            }
            b':' => {
                if let Some((range, sign)) = address::password(self.text, at) {
                    self.served = sign;
                    // The user's name may be an email address.
                    let user = self.text[at..range.start]
                        .iter()
                        .position(|byte| *byte == b'@');
                    let email = user.and_then(|sign| people::email(self.text, at, at + sign));
                    self.spans
                        .extend(email.map(|range| Span::new(range, Class::Email)));
                    return self.found(Span::new(range, Class::Password));
                }
                return self.separator(at);
            }
            b'=' => return self.separator(at),
            b'<' => {
                if let Some(length) = pseudonym_length(&self.text[at..]) {
                    self.floor = at + length;
                    self.run = at + length;
                    return at + length;
                }
            }
            b'>' => {
                if let Some(span) = announced::of_element(self.text, at) {
                    return self.found(span);
                }
            }
            b'\\' => {
                let end = escape_end(self.text, at);
                let next = self.text.get(end).copied();
                self.scanned.escapes |=
                    matches!(next, Some(b'/' | b'x')) || self.text[end - 1] != b'\\';
                self.floor = self
                    .floor
                    .max(if self.text[end - 1] == b'\\' { 0 } else { end });
                self.run = end;
                return end;
            }
            b'%' | b'&' => self.scanned.escapes = true,
            _ => {}
        }
        self.run = at + 1;
        at + 1
    }

    /// A dash: perhaps the beginning of a private key, or of a flag.
    fn dash(&mut self, at: usize) -> usize {
        let rest = &self.text[at..];
        if !rest.starts_with(b"--") {
            return at + 1;
        }
        if let Some(key) = forms::private_key(self.text, at) {
            self.scanned.open = if key.open { OpenKey::Yes } else { OpenKey::No };
            return match key.body {
                Some(body) => self.found(Span::new(body, Class::Key)),
                None => key.header_end,
            };
        }
        match announced::after_flag(self.text, at) {
            Some(span) => self.found(span),
            None => at + 2,
        }
    }

    /// An `@`: of an address with a password, or of an email address.
    fn at_sign(&mut self, at: usize) -> Option<usize> {
        if at == self.served {
            return None;
        }
        let floor = self.floor;
        if let Some(range) = address::bare_password(self.text, floor, at) {
            self.spans.push(Span::new(range, Class::Password));
            return None;
        }
        let range = people::email(self.text, floor, at)?;
        Some(self.found(Span::new(range, Class::Email)))
    }

    /// A `:` or `=`: perhaps between a secret's name and its value.
    fn separator(&mut self, at: usize) -> usize {
        self.run = at + 1;
        let Some(name) = value::name_before(self.text, self.floor, at) else {
            return at + 1;
        };
        let Some(sensitive) = names::class_of(&self.text[name.range.clone()]) else {
            return at + 1;
        };
        let first = self.spans.len();
        let end = value::after_name(self.text, at, &name, sensitive, self.spans);
        if self.spans.len() > first {
            self.floor = end;
            self.run = end;
        }
        end
    }
}

/// Where an escape ends that begins with the backslash at `at`: after `\n`, `\u0040` and their like, else after its backslashes.
fn escape_end(text: &[u8], at: usize) -> usize {
    let slashes = text[at..].iter().take_while(|byte| **byte == b'\\').count();
    let end = at + slashes;
    match text.get(end) {
        Some(b'n' | b'r' | b't' | b'b' | b'f') => end + 1,
        Some(b'u')
            if text
                .get(end + 1..end + 5)
                .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) =>
        {
            end + 5
        }
        _ => end,
    }
}
