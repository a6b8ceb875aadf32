//! Which placeholders does a text hold? `{env}` is the only one; anything else in braces is a mistake.

use std::ops::Range;

/// What is wrong with the braces of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PlaceholderFault {
    /// `{…}` with another name inside, which is given without braces.
    Unknown(String),
    /// A brace without its other half.
    Lone,
}

/// The first fault in the braces of a text and the bytes it covers; `None` where each pair of braces is `{env}`.
pub(super) fn find_fault(text: &str) -> Option<(PlaceholderFault, Range<usize>)> {
    let mut from = 0;
    while let Some(found) = text[from..].find(['{', '}']) {
        let open = from + found;
        let inside = text[open..].strip_prefix('{');
        let Some(length) = inside.and_then(name_length) else {
            return Some((PlaceholderFault::Lone, open..open + 1));
        };
        let close = open + 1 + length;
        let name = &text[open + 1..close];
        if name != "env" {
            return Some((PlaceholderFault::Unknown(name.to_owned()), open..close + 1));
        }
        from = close + 1;
    }
    None
}

/// The bytes up to the closing brace; `None` where there is none, or another opens before it.
fn name_length(inside: &str) -> Option<usize> {
    let end = inside.find(['{', '}'])?;
    inside[end..].starts_with('}').then_some(end)
}

/// The text with the environment's name in place of `{env}`.
pub(super) fn fill(text: &str, environment: &str) -> String {
    text.replace("{env}", environment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_env_may_stand_in_braces() {
        let unknown = |name: &str| PlaceholderFault::Unknown(name.to_owned());
        for (text, fault) in [
            ("api", None),
            ("api-{env}-{env}", None),
            ("{region}", Some((unknown("region"), 0..8))),
            ("{env}-{Env}", Some((unknown("Env"), 6..11))),
            ("é{}", Some((unknown(""), 2..4))),
            ("{ env }", Some((unknown(" env "), 0..7))),
            ("api-{env", Some((PlaceholderFault::Lone, 4..5))),
            ("api-env}", Some((PlaceholderFault::Lone, 7..8))),
            ("{{env}}", Some((PlaceholderFault::Lone, 0..1))),
        ] {
            assert_eq!(find_fault(text), fault, "{text}");
        }
    }

    #[test]
    fn every_env_is_filled_in() {
        assert_eq!(fill("{env}.api.{env}", "prod"), "prod.api.prod");
    }
}
