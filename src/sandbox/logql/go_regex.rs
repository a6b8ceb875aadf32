//! Compiles a pattern written for Go's regular expressions.
//!
//! In: a pattern as `LogQL` holds it. Out: a compiled expression with Go's meaning. Both engines descend from RE2, but
//! `\d \w \s \b` are ASCII in Go, a brace that starts no repetition is a literal there, and `[` `&` `~` inside a class
//! are literals; those are rewritten. `\Q…\E` is spelt out.

use regex::{Regex, RegexBuilder};

/// Memory that one compiled pattern may take: enough for long alternations, little enough for hostile repetitions.
const SIZE_LIMIT_BYTES: usize = 4 << 20;

/// Compiles a pattern that may match anywhere.
///
/// # Errors
/// `error parsing regexp: …`, as Go begins it.
pub(crate) fn compile(pattern: &str) -> Result<Regex, String> {
    build(&translate(pattern), pattern)
}

/// Compiles a pattern that must match the whole text, as label matchers do.
///
/// # Errors
/// As [`compile`].
pub(crate) fn compile_anchored(pattern: &str) -> Result<Regex, String> {
    // The group must close by itself, or `a)(b` would compile once wrapped.
    build(&translate(pattern), pattern)?;
    build(&format!("^(?s:{})$", translate(pattern)), pattern)
}

/// Builds, within the size limit.
fn build(translated: &str, original: &str) -> Result<Regex, String> {
    RegexBuilder::new(translated)
        .size_limit(SIZE_LIMIT_BYTES)
        .build()
        .map_err(|error| complaint(&error, original))
}

/// The complaint in Go's words where the cause is plain: what is wrong, and the part of the pattern that is.
fn complaint(error: &regex::Error, pattern: &str) -> String {
    let text = error.to_string();
    let marked = marked_part(&text);
    let cause = text.rsplit("error: ").next().unwrap_or_default();
    let (what, part) = match cause {
        why if why.starts_with("unclosed group") => ("missing closing )", None),
        why if why.starts_with("unopened group") => ("unexpected )", None),
        why if why.starts_with("unclosed character class") => {
            let class = marked.and_then(|class| pattern.rfind(class));
            ("missing closing ]", class.map(|at| &pattern[at..]))
        }
        why if why.starts_with("repetition operator missing") => {
            ("missing argument to repetition operator", marked)
        }
        why if why.starts_with("unrecognized escape") => ("invalid escape sequence", marked),
        why => (why.lines().next().unwrap_or("invalid pattern"), None),
    };
    format!(
        "error parsing regexp: {what}: `{}`",
        part.unwrap_or(pattern)
    )
}

/// The part that the `regex` crate underlines in its message: a line of the pattern, then a line of carets.
fn marked_part(message: &str) -> Option<&str> {
    let mut lines = message.lines().skip(1);
    let (pattern, carets) = (lines.next()?, lines.next()?);
    let from = carets.find('^')?;
    let length = carets[from..]
        .bytes()
        .take_while(|byte| *byte == b'^')
        .count();
    // Carets count characters, not bytes.
    let mut places = pattern
        .char_indices()
        .map(|(at, _)| at)
        .chain([pattern.len()]);
    let start = places.nth(from)?;
    let end = places
        .nth(length.saturating_sub(1))
        .unwrap_or(pattern.len());
    pattern.get(start..end)
}

/// Rewrites Go's pattern for the `regex` crate.
fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut class = ClassState::Outside;
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix('\\') {
            rest = escape(after, class != ClassState::Outside, &mut out);
            class = class.moved_on();
            continue;
        }
        rest = &rest[c.len_utf8()..];
        class = character(c, rest, class, &mut out);
    }
    out
}

/// Where in a character class the walk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClassState {
    /// Not in a class.
    Outside,
    /// Just after `[` or `[^`, where `]` is a literal.
    Opened,
    /// Further in.
    Inside,
}

impl ClassState {
    /// The state after a member of the class.
    fn moved_on(self) -> Self {
        match self {
            Self::Outside => Self::Outside,
            Self::Opened | Self::Inside => Self::Inside,
        }
    }
}

/// Writes one character that is not an escape; `rest` is what follows it.
fn character(c: char, rest: &str, class: ClassState, out: &mut String) -> ClassState {
    match (class, c) {
        (ClassState::Outside, '[') => {
            out.push('[');
            return ClassState::Opened;
        }
        (ClassState::Outside, '{') if !starts_repetition(rest) => out.push_str("\\{"),
        (ClassState::Outside, _) => out.push(c),
        (ClassState::Opened, '^') if out.ends_with('[') => {
            out.push('^');
            return ClassState::Opened;
        }
        (ClassState::Inside, ']') if posix_open(out) => out.push(']'),
        (ClassState::Inside, ']') => {
            out.push(']');
            return ClassState::Outside;
        }
        (_, '[') if rest.starts_with(':') && rest.contains(":]") => out.push('['),
        (_, '[' | ']' | '&' | '~') => {
            out.push('\\');
            out.push(c);
        }
        (_, _) => out.push(c),
    }
    class.moved_on()
}

/// Whether the text so far ends inside `[:name:`, so that the next `]` closes that and not the class.
fn posix_open(out: &str) -> bool {
    out.ends_with(':')
        && out.rfind("[:").is_some_and(|at| {
            at + 2 < out.len()
                && out[at + 2..out.len() - 1]
                    .chars()
                    .all(|c| c.is_ascii_alphabetic() || c == '^')
        })
}

/// Whether what follows a brace makes it a repetition: `3}`, `3,}`, `3,5}`.
fn starts_repetition(rest: &str) -> bool {
    rest.split_once('}').is_some_and(|(inside, _)| {
        let (low, high) = inside.split_once(',').unwrap_or((inside, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        !low.is_empty() && digits(low) && digits(high)
    })
}

/// Writes what a backslash stands for; returns what follows it.
fn escape<'a>(after: &'a str, in_class: bool, out: &mut String) -> &'a str {
    let Some(c) = after.chars().next() else {
        out.push('\\');
        return after;
    };
    let rest = &after[c.len_utf8()..];
    match c {
        'd' => out.push_str(if in_class { "0-9" } else { "[0-9]" }),
        'D' => out.push_str("[^0-9]"),
        'w' => out.push_str(if in_class {
            "0-9A-Za-z_"
        } else {
            "[0-9A-Za-z_]"
        }),
        'W' => out.push_str("[^0-9A-Za-z_]"),
        's' => out.push_str(if in_class {
            "\\t\\n\\f\\r\\x20"
        } else {
            "[\\t\\n\\f\\r\\x20]"
        }),
        'S' => out.push_str("[^\\t\\n\\f\\r\\x20]"),
        'b' if !in_class => out.push_str("(?-u:\\b)"),
        'Q' if !in_class => {
            let (literal, rest) = rest.split_once("\\E").unwrap_or((rest, ""));
            out.push_str(&regex::escape(literal));
            return rest;
        }
        _ => {
            out.push('\\');
            out.push(c);
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gos_literals_and_ascii_classes_keep_their_meaning() {
        for (pattern, text, expected) in [
            (r#"{"level""#, r#"{"level":1}"#, true),
            ("a{2}", "aa", true),
            ("a{,2}", "a{,2}", true),
            (r"^\d+$", "٣", false),
            (r"[\w.]+@[\w.]+", "me@x.org", true),
            ("[[]", "[", true),
            ("[a&&b]", "&", true),
            ("[]a]", "]", true),
            ("[^]a]", "]", false),
            ("[[:alpha:]]+", "abc", true),
            (r"\Qa.b\E+", "a.b", true),
            (r"\Qa.b\E+", "axb", false),
            (r"\bfail\b", "x fail y", true),
        ] {
            assert_eq!(
                compile(pattern).unwrap().is_match(text),
                expected,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn anchoring_covers_the_whole_alternation_and_new_lines() {
        let regex = compile_anchored("a|b.c").unwrap();
        assert!(regex.is_match("a") && regex.is_match("b\nc"));
        assert!(!regex.is_match("ab"));
        assert!(compile_anchored("a)(b").is_err());
    }

    #[test]
    fn complaints_name_the_part_as_go_does() {
        for (pattern, expected) in [
            ("(", "missing closing ): `(`"),
            ("a)", "unexpected ): `a)`"),
            ("x*[a", "missing closing ]: `[a`"),
            ("*x", "missing argument to repetition operator: `*`"),
            (r"é\q", r"invalid escape sequence: `\q`"),
        ] {
            let expected = format!("error parsing regexp: {expected}");
            assert_eq!(compile(pattern).unwrap_err(), expected);
        }
    }
}
