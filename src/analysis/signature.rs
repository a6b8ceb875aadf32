//! Which lines are the same line with other numbers? A line's signature: its text with everything that varies masked.
//!
//! Masks are general, of no vendor: runs of digits, long hexadecimal or mixed ids, paths, quoted texts with spaces. One pass
//! over the bytes into a buffer of the caller's, so that the usual line allocates nothing.

/// What a signature keeps of a line: the rest seldom tells lines apart, and hostile lines may be megabytes.
const LONGEST: usize = 400;

/// From this length on, a word of hexadecimal digits with a digit among them is an id: shorter ones may be words (`beef`).
const HEX_ID: usize = 8;

/// From this length on, a word that mixes letters and at least four digits is an id or a token.
const MIXED_ID: usize = 16;

/// Appends the signature of a text to `out`.
pub(crate) fn mask_into(text: &str, out: &mut String) {
    let start = out.len();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        if out.len() - start > LONGEST {
            return;
        }
        if let Some(after) = quoted_phrase(rest, first) {
            out.push_str("<text>");
            rest = after;
            continue;
        }
        if !is_word(first) {
            out.push(if first.is_control() { ' ' } else { first });
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        mask_word(&rest[..end], out);
        rest = &rest[end..];
    }
}

/// Whether a character may be part of a word that is masked as one.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@' | '%' | '+' | '~' | '$')
}

/// Masks one word.
fn mask_word(word: &str, out: &mut String) {
    let bytes = word.as_bytes();
    if is_path(bytes) {
        out.push_str("<path>");
        return;
    }
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    if digits == 0 {
        out.push_str(word);
        return;
    }
    if is_id(bytes, digits) {
        out.push_str("<id>");
        return;
    }
    let mut in_digits = false;
    for c in word.chars() {
        let digit = c.is_ascii_digit() || (in_digits && c == '.');
        if digit && !in_digits {
            out.push_str("<n>");
        } else if !digit {
            out.push(c);
        }
        in_digits = digit;
    }
}

/// A word with a slash at its start, or with two slashes: a path or what is left of an address.
fn is_path(bytes: &[u8]) -> bool {
    bytes.len() > 1 && (bytes[0] == b'/' || bytes.split(|b| *b == b'/').count() > 2)
}

/// A UUID, a hexadecimal id, or a long word full of digits.
fn is_id(bytes: &[u8], digits: usize) -> bool {
    let body = bytes.iter().filter(|b| **b != b'-');
    let hex =
        bytes.len() >= HEX_ID && body.clone().all(u8::is_ascii_hexdigit) && digits < bytes.len();
    hex || (bytes.len() >= MIXED_ID && digits >= 4 && body.clone().any(u8::is_ascii_alphabetic))
}

/// What comes after a quoted text that holds a space; `None` where there is none at the start. Quoted names are kept: they
/// often tell two errors apart.
fn quoted_phrase(text: &str, quote: char) -> Option<&str> {
    /// A longer quotation is not looked for: an apostrophe must not swallow the line.
    const FARTHEST: usize = 300;
    if !matches!(quote, '"' | '`') {
        return None;
    }
    let body = &text[1..];
    let end = body
        .bytes()
        .take(FARTHEST)
        .position(|b| char::from(b) == quote)?;
    body[..end].contains(' ').then(|| &body[end + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(text: &str) -> String {
        let mut out = String::new();
        mask_into(text, &mut out);
        out
    }

    #[test]
    fn what_varies_is_masked_and_the_rest_is_kept() {
        for (text, expected) in [
            ("GET /v1/users/42 200 12ms", "GET <path> <n> <n>ms"),
            (
                "connect ECONNREFUSED 10.0.0.5:5432",
                "connect ECONNREFUSED <n>:<n>",
            ),
            (
                "export 3f2a9c1de45b6a70 started tenant=acme rows=4810",
                "export <id> started tenant=acme rows=<n>",
            ),
            (
                "trace 5f1c2d3e-4a5b-6c7d-8e9f-001122334455 lost",
                "trace <id> lost",
            ),
            (
                "ERROR: relation \"users\" does not exist",
                "ERROR: relation \"users\" does not exist",
            ),
            ("cannot read \"a b c\" now", "cannot read <text> now"),
            ("it can't read '5'", "it can't read '<n>'"),
            ("write=12.5 s, sync=0.004 s", "write=<n> s, sync=<n> s"),
        ] {
            assert_eq!(signature(text), expected, "{text}");
        }
    }

    #[test]
    fn a_signature_is_bounded() {
        assert!(signature(&"word ".repeat(100_000)).len() < 2 * LONGEST);
        assert!(signature(&"é\u{7}\"".repeat(10_000)).len() < 2 * LONGEST);
    }
}
