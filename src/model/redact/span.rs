//! A stretch of a text that must not leave, and what kind of value it is.

use std::ops::Range;

/// Kinds of values, each with pseudonyms of its own. Where spans overlap, the earlier kind here names the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// A private key.
    Key,
    /// A password.
    Password,
    /// A cookie's value.
    Cookie,
    /// A secret by its name, of no better known kind.
    Secret,
    /// A token or API key.
    Token,
    /// A card number.
    Card,
    /// An email address.
    Email,
    /// An IP address.
    Ip,
}

impl Class {
    /// How many there are.
    pub(super) const COUNT: usize = 8;

    /// The word in its pseudonyms.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Password => "password",
            Self::Cookie => "cookie",
            Self::Secret => "secret",
            Self::Token => "token",
            Self::Card => "card",
            Self::Email => "email",
            Self::Ip => "ip",
        }
    }

    /// All of them.
    const ALL: [Self; Self::COUNT] = [
        Self::Key,
        Self::Password,
        Self::Cookie,
        Self::Secret,
        Self::Token,
        Self::Card,
        Self::Email,
        Self::Ip,
    ];
}

/// A stretch of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    /// Its first byte.
    pub(super) start: usize,
    /// The byte after its last.
    pub(super) end: usize,
    /// What it is.
    pub(super) class: Class,
    /// The quote of the same text that must be put around the pseudonym, where a bare JSON number becomes text; else empty.
    pub(super) quote: Range<usize>,
}

impl Span {
    /// A span that needs no quotes.
    pub(super) fn new(range: Range<usize>, class: Class) -> Self {
        Self {
            start: range.start,
            end: range.end,
            class,
            quote: 0..0,
        }
    }
}

/// Sorts spans and makes one of those that overlap.
pub(super) fn merge(spans: &mut Vec<Span>) {
    spans.sort_by_key(|span| (span.start, span.end, span.class));
    spans.dedup_by(|next, kept| {
        let overlap = next.start < kept.end;
        if overlap {
            if next.end > kept.end && !(next.quote.is_empty() && next.start == kept.start) {
                kept.quote = 0..0;
            }
            kept.end = kept.end.max(next.end);
            kept.class = kept.class.min(next.class);
        }
        overlap
    });
}

/// Whether a value is nothing but a pseudonym: `<email:1>`, `<email:?>`.
pub(super) fn is_pseudonym(value: &[u8]) -> bool {
    pseudonym_length(value) == Some(value.len())
}

/// The length of the pseudonym that a text begins with.
pub(super) fn pseudonym_length(text: &[u8]) -> Option<usize> {
    let rest = text.strip_prefix(b"<")?;
    Class::ALL.into_iter().find_map(|class| {
        let rest = rest.strip_prefix(class.as_str().as_bytes())?;
        let rest = rest.strip_prefix(b":")?;
        let digits = match rest.first()? {
            b'?' => 1,
            _ => rest.iter().take_while(|byte| byte.is_ascii_digit()).count(),
        };
        if digits == 0 {
            return None;
        }
        (rest.get(digits) == Some(&b'>')).then_some(class.as_str().len() + digits + 3)
    })
}
