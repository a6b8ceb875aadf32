//! Does a label value fit a matcher, and what does Prometheus say about a pattern that is none?
//!
//! Patterns are Go's RE2 and are matched with Rust's `regex`, anchored at both ends; what one accepts and the other does not
//! (`\C`, `\Q…\E` there; class intersections here) is refused or read as Rust reads it.

use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::token::T_EQL_REGEX;
use regex::Regex;

/// What a label matcher asks of a value; a missing label has the empty one.
#[derive(Debug)]
pub(super) enum Test {
    /// `=`
    Equal(String),
    /// `!=`
    NotEqual(String),
    /// `=~`
    Fits(Regex),
    /// `!~`
    FitsNot(Regex),
}

impl Test {
    /// The test of an operator and its value.
    ///
    /// # Errors
    ///
    /// Go's words for what is wrong with a pattern.
    pub(super) fn new(operator: &str, value: String) -> Result<Self, String> {
        Ok(match operator {
            "=~" => Self::Fits(anchored(&value)?),
            "!~" => Self::FitsNot(anchored(&value)?),
            "!=" => Self::NotEqual(value),
            _ => Self::Equal(value),
        })
    }

    /// Whether a value passes.
    pub(super) fn accepts(&self, value: &str) -> bool {
        match self {
            Self::Equal(wanted) => wanted == value,
            Self::NotEqual(unwanted) => unwanted != value,
            Self::Fits(pattern) => pattern.is_match(value),
            Self::FitsNot(pattern) => !pattern.is_match(value),
        }
    }
}

/// The pattern that must fit a whole value.
///
/// # Errors
///
/// Go's words for what is wrong with the pattern.
pub(super) fn anchored(pattern: &str) -> Result<Regex, String> {
    // The parser's own constructor also reads `a{` as Go does, with a literal brace.
    match Matcher::new_matcher(T_EQL_REGEX, "x".to_string(), pattern.to_string()) {
        Ok(Matcher {
            op: MatchOp::Re(regex),
            ..
        }) => Ok(regex),
        _ => Err(pattern_error(&format!("^(?:{pattern})$"))),
    }
}

/// What Go says about a pattern that Rust refuses.
pub(super) fn pattern_error(pattern: &str) -> String {
    let message = match Regex::new(pattern) {
        Ok(_) => return format!("error parsing regexp: unsupported syntax: `{pattern}`"),
        Err(error) => error.to_string(),
    };
    let reason = message.rsplit("error: ").next().unwrap_or_default().trim();
    // Rust points at the place with a caret under the pattern, both indented alike.
    let caret = message
        .lines()
        .rfind(|line| line.trim_start().starts_with('^'));
    let at = caret
        .map_or(0, |line| line.len() - line.trim_start().len())
        .saturating_sub(4);
    let from = pattern
        .char_indices()
        .nth(at)
        .map_or("", |(start, _)| &pattern[start..]);
    let (what, of) = match reason {
        "unclosed group" => ("missing closing )", pattern),
        "unopened group" => ("unexpected )", pattern),
        "unclosed character class" => ("missing closing ]", from),
        "repetition operator missing expression" => (
            "missing argument to repetition operator",
            from.get(..1).unwrap_or(from),
        ),
        other => (other, pattern),
    };
    format!("error parsing regexp: {what}: `{of}`")
}

/// The content of a quoted string that the lexer accepted.
pub(super) fn unquoted(text: &str) -> String {
    let mut chars = text.chars();
    let quote = chars.next();
    chars.next_back();
    if quote == Some('`') {
        return chars.collect();
    }
    let mut out = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(escaped(&mut chars)),
            c => out.push(c),
        }
    }
    out
}

/// The character that an escape sequence stands for; the backslash has been read.
fn escaped(chars: &mut std::str::Chars<'_>) -> char {
    let code = |text: &str, base: u32| {
        u32::from_str_radix(text, base)
            .ok()
            .and_then(char::from_u32)
            .unwrap_or('\u{fffd}')
    };
    let take =
        |chars: &mut std::str::Chars<'_>, count: usize| chars.take(count).collect::<String>();
    match chars.next() {
        Some('a') => '\u{7}',
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('v') => '\u{b}',
        Some('x') => code(&take(chars, 2), 16),
        Some('u') => code(&take(chars, 4), 16),
        Some('U') => code(&take(chars, 8), 16),
        Some(digit @ '0'..='7') => code(&format!("{digit}{}", take(chars, 2)), 8),
        Some(other) => other,
        None => '\u{fffd}',
    }
}
