//! One word of a query: what it is and how Prometheus shows it in messages.

/// One word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Token<'a> {
    /// What it is.
    pub(in super::super) kind: Kind,
    /// Byte position of its first character.
    pub(in super::super) at: usize,
    /// The text as written.
    pub(in super::super) text: &'a str,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Kind {
    /// End of input.
    End,
    /// The text cannot be read from here on; why.
    Broken(String),
    /// A name without colons.
    Identifier,
    /// A name with colons.
    MetricIdentifier,
    /// A number.
    Number,
    /// A duration.
    Duration,
    /// A quoted string, quotes included.
    Text,
    /// An arithmetic, comparison or set operator, `@`, `=~` or `!~`; its lower-case spelling.
    Operator(&'static str),
    /// An aggregation such as `sum`; its lower-case spelling.
    Aggregator(&'static str),
    /// `by`, `without`, `on`, `ignoring`, `group_left`, `group_right`, `offset` or `bool`; its lower-case spelling.
    Keyword(&'static str),
    /// `start` or `end`.
    Preprocessor,
    /// One of `( ) { } [ ] , : =`.
    Mark(char),
}

/// Names that are operators outside braces.
pub(super) const WORD_OPERATORS: [&str; 4] = ["and", "or", "unless", "atan2"];
/// The aggregations of Prometheus 2.42.
pub(super) const AGGREGATORS: [&str; 12] = [
    "sum",
    "avg",
    "count",
    "min",
    "max",
    "group",
    "stddev",
    "stdvar",
    "topk",
    "bottomk",
    "count_values",
    "quantile",
];
/// Names that are keywords outside braces.
pub(super) const KEYWORDS: [&str; 8] = [
    "offset",
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "bool",
];

impl Token<'_> {
    /// The token as Prometheus names it after "unexpected".
    pub(in super::super) fn describe(&self) -> String {
        match &self.kind {
            Kind::End => "end of input".to_string(),
            Kind::Broken(why) => why.clone(),
            Kind::Identifier => format!("identifier {}", go_quoted(self.text)),
            Kind::MetricIdentifier => format!("metric identifier {}", go_quoted(self.text)),
            Kind::Number => format!("number {}", self.quoted_start()),
            Kind::Duration => format!("duration {}", self.quoted_start()),
            Kind::Text => format!("string {}", self.quoted_start()),
            // Prometheus 2.42 has no name for this token and shows its number.
            Kind::Operator("@") => "\"<Item 57385>\" <op:@>".to_string(),
            Kind::Operator(_) => format!("<op:{}>", self.text),
            Kind::Aggregator(_) => format!("<aggr:{}>", self.text),
            Kind::Keyword(_) => format!("<{}>", self.text),
            Kind::Preprocessor | Kind::Mark(_) => self.quoted_start(),
        }
    }

    /// The text in quotes, cut after ten characters.
    fn quoted_start(&self) -> String {
        if self.text.len() > 10 {
            let start: String = self.text.chars().take(10).collect();
            format!("{}...", go_quoted(&start))
        } else {
            go_quoted(self.text)
        }
    }
}

/// A string as Go's `%q` writes it.
pub(in super::super) fn go_quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            other => push_go_char(&mut out, other),
        }
    }
    out.push('"');
    out
}

/// A character as Go's `%q` writes it; `None` is Go's end-of-file value, which it cannot print.
pub(super) fn go_quoted_char(c: Option<char>) -> String {
    let mut out = String::from("'");
    match c {
        Some('\'') => out.push_str("\\'"),
        Some(other) => push_go_char(&mut out, other),
        None => out.push('\u{fffd}'),
    }
    out.push('\'');
    out
}

/// Appends one character with Go's escapes for what does not print.
fn push_go_char(out: &mut String, c: char) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{b}' => out.push_str("\\v"),
        c if u32::from(c) < 0x80 && c.is_control() => {
            out.extend(format!("\\x{:02x}", u32::from(c)).chars());
        }
        c if c.is_control() => out.extend(format!("\\u{:04x}", u32::from(c)).chars()),
        c => out.push(c),
    }
}
