//! Which words vary by their form, and where do they end? Numbers, ids, addresses, paths, URLs, sizes, values of quoted keys.
//!
//! Forms alone decide, never a vocabulary; the exceptions are units and the names of keys that hold text for people.

use super::class::{AT, DIGIT, DOT, HEX, IN_WORD, LETTER, SLASH, SPACE, class, is};
use super::digest::{SEED, digest, mix};

/// Runs of letters in a word with digits that may still tell events apart (`part_12_b_3`); more is an id.
const MOST_RUNS: u32 = 3;

/// From this length on, a word of hexadecimal digits is an id; shorter ones may be names (`dc1`) or words (`face`).
const HEX_ID: usize = 6;

/// The same for one without any decimal digit: ordinary words of these letters are shorter.
const HEX_WORD: usize = 8;

/// What tells a word with digits from others; `None` where it is a value as a whole: no letters but hexadecimal ones, a path, or
/// a jumble. One digit stays as it is (`IPv6`, `lan0`): where it counts something, `words` sees that.
#[inline]
pub(super) fn mixed(word: &[u8], seen: u16) -> Option<u64> {
    if seen & LETTER == 0 || seen & (SLASH | AT) != 0 || is(word[0], DIGIT | DOT) {
        return None;
    }
    let (mut hash, mut runs, mut digits, mut plain) = (SEED, 0, 0, false);
    let mut parted = false;
    let mut before = 0;
    for &byte in word {
        let kind = class(byte);
        if kind & LETTER != 0 {
            runs += u32::from(before & LETTER == 0);
            plain |= kind & HEX == 0 && byte != b'_';
            hash = mix(hash, u64::from(byte) + u64::from(parted) * 0x100);
            parted = false;
        } else if kind & DIGIT != 0 {
            digits += 1;
            parted = true;
        } else if !parted {
            hash = mix(hash, u64::from(byte) + 0x200);
        }
        before = kind;
    }
    if runs > MOST_RUNS || (!plain && word.len() >= HEX_ID) {
        return None;
    }
    Some(if digits == 1 {
        digest(word)
    } else {
        mix(hash, u64::from(parted))
    })
}

/// Whether a word without digits varies by its form: a path, a mail address, an id of hexadecimal letters.
#[inline]
pub(super) fn is_value(word: &[u8], seen: u16) -> bool {
    (seen & SLASH != 0 && is_path(word, seen))
        || (seen & AT != 0 && seen & DOT != 0 && is_address(word))
        || (seen & HEX != 0 && word.len() >= HEX_WORD && word.iter().all(|byte| is(*byte, HEX)))
}

/// Whether a word with a slash and no digits is a path, and not two words (`and/or`).
fn is_path(word: &[u8], seen: u16) -> bool {
    let slashes = || word.iter().filter(|byte| is(**byte, SLASH)).count();
    word == b"/"
        || (seen & LETTER != 0
            && (is(word[0], SLASH) || slashes() > 1 || word[..word.len() - 1].contains(&b'.')))
}

/// Whether a word has an at sign inside.
fn is_address(word: &[u8]) -> bool {
    let at = word.iter().position(|byte| *byte == b'@');
    at.is_some_and(|at| at > 0 && at + 1 < word.len())
}

/// Where a value ends that goes on behind a colon: a URL, a time, an address with a port, a MAC or IPv6 address; `None` where
/// the word before the colon is a word.
#[inline]
pub(super) fn end_over_colon(line: &[u8], start: usize, end: usize, seen: u16) -> Option<usize> {
    if line.get(end) != Some(&b':') {
        return None;
    }
    let next = *line.get(end + 1)?;
    if next == b'/' && line.get(end + 2) == Some(&b'/') && seen & LETTER != 0 {
        return Some(end_of_address(line, end + 3));
    }
    let word = &line[start..end];
    if word.len() <= 4 && seen & !(DIGIT | LETTER | HEX) == 0 && is_colon_hex(&line[start..]) {
        return Some(end_of_groups(line, end));
    }
    if !is(next, DIGIT) || seen & (DIGIT | LETTER) == 0 {
        return None;
    }
    let bare = seen & (LETTER | SLASH) == 0;
    let dots = || word.iter().filter(|byte| is(**byte, DOT)).count();
    let host = (seen & DIGIT != 0 || dots() > 1)
        && word.last().is_some_and(|last| is(*last, LETTER | DIGIT))
        && is_port(&line[end + 1..]);
    (bare || host || is_timestamp(word)).then(|| end_of_groups(line, end))
}

/// Whether a word ends like the day and hour of a moment whose minutes follow: `2026-11-21T09`.
fn is_timestamp(word: &[u8]) -> bool {
    word.len() >= 11 && is(word[0], DIGIT) && super::date::is_date(word)
}

/// Whether a number of at most six digits stands here by itself: a port, or a line of a file.
fn is_port(rest: &[u8]) -> bool {
    let digits = rest.iter().take(7).take_while(|byte| is(**byte, DIGIT));
    let digits = digits.count();
    digits < 7
        && rest
            .get(digits)
            .is_none_or(|byte| !is(*byte, LETTER | DIGIT))
}

/// Whether at least three groups of up to four hexadecimal digits, parted by colons, start here.
fn is_colon_hex(rest: &[u8]) -> bool {
    let mut groups = rest.splitn(4, |byte| *byte == b':');
    let is_group =
        |group: &[u8]| group.len() <= 4 && group.iter().all(|byte| is(*byte, DIGIT | HEX));
    let first = groups.next().is_some_and(is_group);
    let second = groups.next().is_some_and(is_group);
    let third = groups.next().is_some_and(|group| {
        let digits = group.iter().take_while(|byte| is(**byte, DIGIT | HEX));
        (1..=4).contains(&digits.count()) || group.is_empty()
    });
    first && second && third
}

/// The end of groups of digits and letters that colons, dots and dashes join.
fn end_of_groups(line: &[u8], from: usize) -> usize {
    let goes_on = |at: usize| match line[at] {
        b':' => line
            .get(at + 1)
            .is_some_and(|next| is(*next, DIGIT | HEX) || *next == b':'),
        byte => is(byte, IN_WORD),
    };
    (from..line.len())
        .find(|at| !goes_on(*at))
        .unwrap_or(line.len())
}

/// The end of a URL; a colon or full stop behind it is not its own.
fn end_of_address(line: &[u8], from: usize) -> usize {
    let ends = |byte: &u8| is(*byte, SPACE) || b"\"'<>)]},;|`".contains(byte);
    let length = line[from..].iter().position(ends);
    let end = length.map_or(line.len(), |length| from + length);
    let behind = line[from..end].iter().rev();
    end - behind
        .take_while(|byte| matches!(byte, b':' | b'.'))
        .count()
}

/// The end of a value: with the query string behind a path, with the unit behind a number.
#[inline]
pub(super) fn end_with_rest(line: &[u8], end: usize, seen: u16) -> usize {
    let next = || line.get(end + 1).is_some_and(|next| is(*next, IN_WORD));
    match line.get(end) {
        Some(b'?' | b'=' | b':') if seen & SLASH != 0 && next() => end_of_address(line, end),
        Some(b' ') if seen & SLASH == 0 => end_of_unit(line, end),
        _ => end,
    }
}

/// Units of size and time that are written apart from their number.
const UNITS: [&[u8]; 25] = [
    b"B", b"KB", b"MB", b"GB", b"TB", b"PB", b"kB", b"KiB", b"MiB", b"GiB", b"TiB", b"byte",
    b"bytes", b"ns", b"us", b"ms", b"s", b"sec", b"secs", b"second", b"seconds", b"min",
    b"minutes", b"hours", b"days",
];

/// The end of a unit that stands behind a number, or the number's end.
#[inline]
fn end_of_unit(line: &[u8], end: usize) -> usize {
    let rest = &line[end + 1..];
    if !rest
        .first()
        .is_some_and(|first| b"BKMGTPkbnumshd".contains(first))
    {
        return end;
    }
    let letters = rest
        .iter()
        .take(8)
        .take_while(|byte| byte.is_ascii_alphabetic());
    let length = letters.count();
    let stops = rest
        .get(length)
        .is_none_or(|byte| !is(*byte, IN_WORD) || *byte == b'.');
    if stops && UNITS.contains(&&rest[..length]) {
        end + 1 + length
    } else {
        end
    }
}

/// Keys whose value is a text for people, in which words matter.
const TEXT_KEYS: [&[u8]; 14] = [
    b"msg",
    b"message",
    b"error",
    b"err",
    b"event",
    b"text",
    b"reason",
    b"cause",
    b"exception",
    b"detail",
    b"details",
    b"description",
    b"log",
    b"body",
];

/// Whether the value of a key is a text for people.
pub(super) fn is_text_key(name: &[u8]) -> bool {
    TEXT_KEYS.iter().any(|text| name.eq_ignore_ascii_case(text))
}

/// A quoted value that is longer is text, whatever its key.
const LONGEST_QUOTED: usize = 200;

/// The end of a quoted text that is the value of a key (`key="…"`, `"key": "…"`), unless the key says that it is text for people.
pub(super) fn end_of_quoted(line: &[u8], start: usize) -> Option<usize> {
    let before = line[..start].trim_ascii_end();
    let key = before
        .strip_suffix(b"=")
        .or_else(|| before.strip_suffix(b"\":"))?;
    let letters = key
        .iter()
        .rev()
        .take(24)
        .take_while(|byte| is(**byte, LETTER));
    let name = &key[key.len() - letters.count()..];
    if name.is_empty() || is_text_key(name) {
        return None;
    }
    let body = &line[start + 1..];
    let length = body
        .iter()
        .take(LONGEST_QUOTED)
        .position(|byte| *byte == b'"')?;
    Some(start + length + 2)
}

/// Whether a number follows that no bracket closes: `<` or `>` before it says "less than" and belongs to it.
pub(super) fn is_bound(rest: &[u8]) -> bool {
    let digits = rest.iter().take_while(|byte| is(**byte, DIGIT)).count();
    digits > 0 && rest.get(digits).is_none_or(|byte| is(*byte, SPACE))
}
