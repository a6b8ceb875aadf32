//! Values that are told by their own form: keys whose makers gave them a published prefix, JWTs, private keys, long random runs.

use std::ops::Range;

use super::scan::is_word;
use super::span::{Class, Span, pseudonym_length};

/// The shortest word that is looked at for a form, unless a dash or dot follows it: an AWS or Scaleway access key has 20.
pub(super) const SHORTEST: usize = 14;

/// From this length on a random run of base64 is a token: a line of a private key and a Cockpit token have 64 characters. Hashes
/// are shorter, or hexadecimal.
pub(super) const LONG_RUN: usize = 64;

/// Letters that a form's rest is made of.
#[derive(Debug, Clone, Copy)]
enum Alphabet {
    /// A-Z and 0-9.
    Upper,
    /// Letters and digits.
    Alnum,
    /// Letters, digits, `_`, `-`.
    Url,
    /// These and `.`.
    Dotted,
}

impl Alphabet {
    /// Whether it has a byte.
    fn has(self, byte: u8) -> bool {
        match self {
            Self::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::Alnum => byte.is_ascii_alphanumeric(),
            Self::Url => is_word(byte) || byte == b'-',
            Self::Dotted => is_word(byte) || matches!(byte, b'-' | b'.'),
        }
    }

    /// The same as a class of an expression.
    fn class(self) -> &'static str {
        match self {
            Self::Upper => "[A-Z0-9]",
            Self::Alnum => "[A-Za-z0-9]",
            Self::Url => r"[\w-]",
            Self::Dotted => r"[\w.-]",
        }
    }
}

/// A published form: prefix, alphabet of the rest, its least and greatest length.
type Form = (&'static [u8], Alphabet, usize, usize);

/// No greatest length.
const ANY: usize = usize::MAX;

/// The published forms.
const FORMS: [Form; 41] = [
    (b"SCW", Alphabet::Upper, 17, 17),
    (b"AKIA", Alphabet::Upper, 16, 16),
    (b"ASIA", Alphabet::Upper, 16, 16),
    (b"AIza", Alphabet::Url, 35, 35),
    (b"ya29.", Alphabet::Dotted, 20, ANY),
    (b"GOCSPX-", Alphabet::Url, 20, ANY),
    (b"ghp_", Alphabet::Alnum, 30, ANY),
    (b"gho_", Alphabet::Alnum, 30, ANY),
    (b"ghu_", Alphabet::Alnum, 30, ANY),
    (b"ghs_", Alphabet::Alnum, 30, ANY),
    (b"ghr_", Alphabet::Alnum, 30, ANY),
    (b"github_pat_", Alphabet::Url, 20, ANY),
    (b"glpat-", Alphabet::Dotted, 16, ANY),
    (b"gldt-", Alphabet::Url, 16, ANY),
    (b"glrt-", Alphabet::Url, 16, ANY),
    (b"xoxb-", Alphabet::Url, 10, ANY),
    (b"xoxp-", Alphabet::Url, 10, ANY),
    (b"xoxa-", Alphabet::Url, 10, ANY),
    (b"xoxr-", Alphabet::Url, 10, ANY),
    (b"xoxs-", Alphabet::Url, 10, ANY),
    (b"xoxe-", Alphabet::Url, 10, ANY),
    (b"xapp-", Alphabet::Url, 10, ANY),
    (b"sk_live_", Alphabet::Alnum, 10, ANY),
    (b"sk_test_", Alphabet::Alnum, 10, ANY),
    (b"rk_live_", Alphabet::Alnum, 10, ANY),
    (b"rk_test_", Alphabet::Alnum, 10, ANY),
    (b"whsec_", Alphabet::Alnum, 16, ANY),
    (b"sk-proj-", Alphabet::Url, 20, ANY),
    (b"sk-ant-", Alphabet::Url, 20, ANY),
    (b"sk-", Alphabet::Alnum, 32, ANY),
    (b"SG.", Alphabet::Dotted, 32, ANY),
    (b"npm_", Alphabet::Alnum, 30, ANY),
    (b"pypi-", Alphabet::Url, 50, ANY),
    (b"hf_", Alphabet::Alnum, 30, ANY),
    (b"hvs.", Alphabet::Url, 20, ANY),
    (b"hvb.", Alphabet::Url, 20, ANY),
    (b"dop_v1_", Alphabet::Alnum, 40, ANY),
    (b"dckr_pat_", Alphabet::Url, 16, ANY),
    (b"shpat_", Alphabet::Alnum, 20, ANY),
    (b"shpss_", Alphabet::Alnum, 20, ANY),
    (b"AGE-SECRET-KEY-1", Alphabet::Upper, 40, ANY),
];

/// How much of a form's rest a sign of it asks for: enough that words such as `task-runner` are none.
const SIGN_LENGTH: usize = 8;

/// How each published form and each JWT begins, as an expression: see `sign`.
pub(super) fn sign() -> String {
    let forms = FORMS.iter().map(|(prefix, alphabet, least, _)| {
        let prefix: String = prefix.iter().map(|byte| char::from(*byte)).collect();
        let (prefix, class) = (regex::escape(&prefix), alphabet.class());
        format!("{prefix}{class}{{{}}}", SIGN_LENGTH.min(*least))
    });
    let all: Vec<String> = forms.collect();
    format!(r"eyJ[\w-]{{{SIGN_LENGTH}}}|{}", all.join("|"))
}

/// A value of a published form that begins at `start`, or a JWT.
pub(super) fn known(text: &[u8], start: usize) -> Option<Range<usize>> {
    let rest = &text[start..];
    if rest.starts_with(b"eyJ") {
        return jwt(rest).map(|length| start..start + length);
    }
    let &(prefix, alphabet, least, most) = FORMS
        .iter()
        .find(|(prefix, ..)| rest.first() == prefix.first() && rest.starts_with(prefix))?;
    let tail = &rest[prefix.len()..];
    let length = tail.iter().take_while(|byte| alphabet.has(**byte)).count();
    let mut end = start + prefix.len() + length;
    while text[end - 1] == b'.' {
        end -= 1;
    }
    if (least..=most).contains(&length) {
        return Some(start..after_access_key(text, start, end));
    }
    None
}

/// The end of an access key together with the secret key (a UUID) that is written next to it.
fn after_access_key(text: &[u8], start: usize, end: usize) -> usize {
    if !text[start..].starts_with(b"SCW")
        || !matches!(text.get(end), Some(b':' | b'/' | b',' | b' '))
    {
        return end;
    }
    let is_uuid = text.get(end + 1..end + 37).is_some_and(|uuid| {
        uuid.iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    });
    if is_uuid { end + 37 } else { end }
}

/// The length of a JWT, whole or cut off, or of any JSON object in base64.
fn jwt(rest: &[u8]) -> Option<usize> {
    let part = |rest: &[u8]| {
        rest.iter()
            .take_while(|byte| Alphabet::Url.has(**byte))
            .count()
    };
    let mut length = part(rest);
    if length < 16 {
        return None;
    }
    while rest.get(length) == Some(&b'.') {
        match part(&rest[length + 1..]) {
            0 => break,
            more => length += 1 + more,
        }
    }
    length += rest[length..]
        .iter()
        .take_while(|byte| matches!(byte, b'=' | b'+' | b'/'))
        .count();
    Some(length)
}

/// Whether a run of base64's characters is random: all kinds of characters, and changing from one kind to another as often as
/// chance does, which names and paths do not.
pub(super) fn looks_random(run: &[u8]) -> bool {
    let mut counts = [0_usize; 4];
    let mut changes = 0;
    let mut before = usize::MAX;
    for byte in run {
        let kind = match byte {
            b'a'..=b'z' => 0,
            b'A'..=b'Z' => 1,
            b'0'..=b'9' => 2,
            _ => 3,
        };
        counts[kind] += 1;
        changes += usize::from(kind != before);
        before = kind;
    }
    let [lower, upper, digits, marks] = counts;
    let length = run.len();
    lower >= length / 8
        && upper >= length / 8
        && digits >= 3
        && marks <= length / 8
        && changes * 5 >= length * 2
}

/// Whether a text in base64 holds a user and a password.
pub(super) fn holds_user_and_password(text: &[u8]) -> bool {
    let mut bits = 0_u32;
    let mut held = 0;
    let mut colon = false;
    for byte in text.iter().filter(|byte| **byte != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return false,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            colon |= (bits >> held) & 0xff == u32::from(b':');
        }
    }
    colon
}

/// A private key in PEM form.
#[derive(Debug)]
pub(super) struct PrivateKey {
    /// Where its first line ends.
    pub(super) header_end: usize,
    /// What stands between its first line and its last; `None` where that is nothing, or masked.
    pub(super) body: Option<Range<usize>>,
    /// Whether its last line is missing.
    pub(super) open: bool,
}

/// The longest first line of a private key: `-----BEGIN ENCRYPTED PRIVATE KEY-----` has 37.
const LONGEST_HEADER: usize = 60;

/// A private key that begins at `at`.
pub(super) fn private_key(text: &[u8], at: usize) -> Option<PrivateKey> {
    let rest = &text[at..];
    let begin = rest.iter().take_while(|byte| **byte == b'-').count();
    let label = rest.get(begin..)?.strip_prefix(b"BEGIN ")?;
    let label_length = label
        .iter()
        .take(LONGEST_HEADER)
        .position(|byte| *byte == b'-')?;
    let is_private = label[..label_length]
        .windows(11)
        .any(|part| part == b"PRIVATE KEY");
    if !is_private {
        return None;
    }
    let dashes = label[label_length..]
        .iter()
        .take_while(|byte| **byte == b'-')
        .count();
    let header_end = at + begin + 6 + label_length + dashes;
    let first = without_line_ends(
        text,
        header_end,
        text.len().min(header_end + LONGEST_HEADER),
    )
    .0;
    if let Some(length) = pseudonym_length(&text[first..]) {
        // Masked before.
        let after = &text[first + length..text.len().min(first + length + LONGEST_HEADER)];
        return Some(PrivateKey {
            header_end,
            body: None,
            open: !after.windows(9).any(|part| part == b"-----END "),
        });
    }
    let length = text[header_end..]
        .iter()
        .take_while(|byte| in_key(**byte))
        .count();
    let mut end = header_end + length;
    let last = text[header_end..end]
        .windows(9)
        .position(|part| part == b"-----END ");
    let open = last.is_none();
    if let Some(length) = last {
        end = header_end + length;
    }
    let (start, end) = without_line_ends(text, header_end, end);
    let holds = start < end;
    Some(PrivateKey {
        header_end,
        body: holds.then_some(start..end),
        open,
    })
}

/// A stretch without the line ends around it, be they written out or escaped.
fn without_line_ends(text: &[u8], mut start: usize, mut end: usize) -> (usize, usize) {
    let is_escaped = |at: usize| at > 0 && text[at - 1] == b'\\' && matches!(text[at], b'n' | b'r');
    let is_space =
        |at: usize| text[at].is_ascii_whitespace() || text[at] == b'\\' || is_escaped(at);
    while start < end && is_space(start) {
        start += 1;
    }
    while end > start && is_space(end - 1) {
        end -= 1;
    }
    (start, end)
}

/// Whether a byte may stand between the first and the last line of a private key.
fn in_key(byte: u8) -> bool {
    is_word(byte)
        || byte.is_ascii_whitespace()
        || matches!(
            byte,
            b'+' | b'/' | b'=' | b'-' | b'\\' | b':' | b',' | b'.' | b'%'
        )
}

/// What may be a piece of a private key's body, in a line that follows its first one.
pub(super) fn key_body(text: &[u8], spans: &mut Vec<Span>) {
    let mut at = 0;
    while at < text.len() {
        let is_part =
            |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'+' | b'/' | b'=');
        let length = text[at..].iter().take_while(is_part).count();
        let run = &text[at..at + length];
        let whole = length == text.trim_ascii().len() && !run.iter().all(u8::is_ascii_lowercase);
        let has = |test: fn(&u8) -> bool| run.iter().any(test);
        let mixed =
            has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
        let ends_so = run.ends_with(b"=") && length >= 2 && text.get(at + length) != Some(&b'"');
        let quoted_end = run.ends_with(b"=") && length >= 2;
        if whole || length >= 24 || (mixed && length >= 4) || ends_so || quoted_end {
            spans.push(Span::new(at..at + length, Class::Key));
        }
        at += length.max(1);
    }
}
