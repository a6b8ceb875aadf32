//! Label sets, label matchers and stream selectors, as `LogQL` and `PromQL` both write them.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use serde::{Deserialize, Serialize};

/// A label set: names and values, ordered by name, so that equal sets print and hash alike.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Labels(pub(crate) BTreeMap<String, String>);

impl Labels {
    /// The value of a label; `None` where the set does not have it.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Sets a label.
    pub(crate) fn insert(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    /// Removes a label and gives its value.
    pub(crate) fn remove(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// The labels that all of some sets have with one value; none of no sets.
    pub(crate) fn common<'a>(sets: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sets = sets.into_iter();
        let Some(first) = sets.next() else {
            return Self::default();
        };
        let mut common = first.clone();
        let mut last = first;
        for set in sets {
            // Entries of one log stream follow each other.
            if !std::ptr::eq(last, set) {
                last = set;
                common.0.retain(|name, value| set.get(name) == Some(value));
            }
        }
        common
    }

    /// All labels, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl From<BTreeMap<String, String>> for Labels {
    fn from(pairs: BTreeMap<String, String>) -> Self {
        Self(pairs)
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Labels {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let pairs: BTreeMap<String, String> = pairs
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        Self::from(pairs)
    }
}

impl fmt::Display for Labels {
    /// `{a="1", b="2"}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (index, (name, value)) in self.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{name}={}", quoted(value))?;
        }
        f.write_str("}")
    }
}

/// How a label matcher compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum MatchOp {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`, a regular expression over the whole value
    Regex,
    /// `!~`
    NotRegex,
}

impl MatchOp {
    /// The operator as both query languages write it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Regex => "=~",
            Self::NotRegex => "!~",
        }
    }
}

/// A label matcher, `name op "value"`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Matcher {
    /// Label name.
    pub(crate) name: String,
    /// Comparison.
    pub(crate) op: MatchOp,
    /// Literal value or regular expression, unquoted.
    pub(crate) value: String,
}

impl Matcher {
    /// `name="value"`.
    pub(crate) fn equal(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            op: MatchOp::Equal,
            value: value.into(),
        }
    }

    /// A matcher for any of `values`, taken literally: `=` for one, an escaped `=~` for more.
    pub(crate) fn any_of<'a>(
        name: impl Into<String>,
        values: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let values: Vec<&str> = values.into_iter().collect();
        match values.as_slice() {
            [one] => Self::equal(name, *one),
            many => Self {
                name: name.into(),
                op: MatchOp::Regex,
                value: many
                    .iter()
                    .map(|value| regex::escape(value))
                    .collect::<Vec<_>>()
                    .join("|"),
            },
        }
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{}{}",
            self.name,
            self.op.as_str(),
            quoted(&self.value)
        )
    }
}

/// A stream selector, `{matcher, matcher}`; in `PromQL` the braces of a vector selector.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Selector(pub(crate) Vec<Matcher>);

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (index, matcher) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{matcher}")?;
        }
        f.write_str("}")
    }
}

/// A double-quoted string literal that both query languages read back as `text`.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_leave_its_quotes() {
        let matcher = Matcher::equal("app", "x\"} or {y=\"\\\n");
        assert_eq!(matcher.to_string(), r#"app="x\"} or {y=\"\\\n""#);
    }

    #[test]
    fn several_values_become_one_escaped_regex() {
        let matcher = Matcher::any_of("resource_name", ["a.b", "c"]);
        assert_eq!(matcher.to_string(), r#"resource_name=~"a\\.b|c""#);
        assert_eq!(Matcher::any_of("n", ["a.b"]).to_string(), r#"n="a.b""#);
    }
}
