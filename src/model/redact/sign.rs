//! Can a text hold anything that must not leave? Most lines can not, and one quick look says so.
//!
//! [`SIGNS`] is one expression, matched in linear time, for what each kind of value needs: a form's prefix, a secret's name with a
//! separator behind it, an `@` behind something, an escape that can be undone. It may see a sign where nothing is, and the exact
//! walk then finds nothing; it must see one wherever that walk finds something. The tests compare the two.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::forms::{self, LONG_RUN};
use super::names;
use super::scan::is_word;

/// What stands between a name and its value: closing quotes and brackets, `:`, `=`, or the end of a tag.
const SEPARATOR: &str = r#"[\]"'`\\ :]*[:=>]"#;

/// Words that announce a secret without a separator.
const ANNOUNCED: &str = concat!(
    r#"(?i:password +[\\"'`]|identified by +[\\"'`]|bearer[ +]+[\w~./=+-]|basic[ +]+[\w/=+-]{2})"#,
    "|-BEGIN "
);

/// An `@` of an address with something before it.
const AT_SIGN: &str = r#"[^\x00-\x20"`|]@"#;

/// At least thirteen digits, as cards have, alone or in groups of which the first has four; perhaps right behind an escape.
const CARD: &str = r"(?:^|[^0-9]|\\u[0-9A-Fa-f]{4})[2-6][0-9]{3}(?:(?: ?[0-9]){9}|(?:-?[0-9]){9})";

/// Escapes that a view undoes.
const ESCAPE: &str = concat!(
    r"%[0-9A-Fa-f]{2}|\\(?:/|u00[0-7][0-9A-Fa-f]|x[0-7][0-9A-Fa-f])",
    "|&(?:quot|#34|#39|#x27|#64|#x40|#61|amp);"
);

/// Everything but long runs, which an expression would have to count.
static SIGNS: LazyLock<Regex> = LazyLock::new(|| {
    let name = names::SIGN;
    let signs = [
        format!("(?:{name}){SEPARATOR}"),
        format!(r"--[\w-]*(?:{name}) "),
        forms::sign(),
        ANNOUNCED.to_owned(),
        AT_SIGN.to_owned(),
        CARD.to_owned(),
        ESCAPE.to_owned(),
    ];
    Regex::new(&format!("(?-u){}", signs.join("|"))).expect("a constant pattern")
});

/// Whether a text may hold anything that must not leave, IP addresses apart.
pub(super) fn may_hold(text: &[u8]) -> bool {
    SIGNS.is_match(text) || holds_long_run(text)
}

/// Whether a text holds a run of base64's characters that is long enough for a token. Such a run covers one byte in
/// [`LONG_RUN`], so only those are looked at, and what is around those that fit.
fn holds_long_run(text: &[u8]) -> bool {
    let is_part = |byte: &&u8| is_word(**byte) || matches!(**byte, b'+' | b'/' | b'-');
    let mut at = LONG_RUN - 1;
    while at < text.len() {
        let after = text[at..].iter().take_while(is_part).count();
        if after > 0 {
            let before = text[..at].iter().rev().take_while(is_part).count();
            if before + after >= LONG_RUN {
                return true;
            }
        }
        at += after + LONG_RUN;
    }
    false
}

#[cfg(test)]
mod tests;
