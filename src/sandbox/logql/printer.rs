//! Writes a query tree back as text that parses to the same tree.

use std::fmt::{self, Display, Formatter, Write};

use super::quantity::{SECOND, go_duration, go_quoted};
use super::tree::{
    Binary, BinaryOp, Cardinality, Conversion, Expr, Extraction, Grouping, LabelFilter,
    LabelFormat, LineFilter, LogExpr, Metric, NamedMatcher, Needle, RangeAggregation, Stage,
    Unwrap, VectorAggregation,
};

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(log) => log.fmt(f),
            Self::Metric(metric) => metric.fmt(f),
        }
    }
}

impl Display for LogExpr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.selector.fmt(f)?;
        for stage in &self.stages {
            write!(f, " {stage}")?;
        }
        Ok(())
    }
}

impl Display for Stage {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::LineFilter(filter) => filter.fmt(f),
            Self::Json(wanted) => {
                f.write_str("| json")?;
                spaced_list(f, wanted)
            }
            Self::Logfmt {
                strict,
                keep_empty,
                wanted,
            } => {
                f.write_str("| logfmt")?;
                f.write_str(if *strict { " --strict" } else { "" })?;
                f.write_str(if *keep_empty { " --keep-empty" } else { "" })?;
                spaced_list(f, wanted)
            }
            Self::Pattern(text) => write!(f, "| pattern {}", go_quoted(text)),
            Self::Regexp(text) => write!(f, "| regexp {}", go_quoted(text)),
            Self::Unpack => f.write_str("| unpack"),
            Self::Decolorize => f.write_str("| decolorize"),
            Self::LabelFilter(filter) => write!(f, "| {filter}"),
            Self::LineFormat(text) => write!(f, "| line_format {}", go_quoted(text)),
            Self::LabelFormat(formats) => {
                f.write_str("| label_format")?;
                spaced_list(f, formats)
            }
            Self::Drop(names) => {
                f.write_str("| drop")?;
                spaced_list(f, names)
            }
            Self::Keep(names) => {
                f.write_str("| keep")?;
                spaced_list(f, names)
            }
        }
    }
}

/// A space and the items with commas; nothing where there are none.
fn spaced_list<T: Display>(f: &mut Formatter<'_>, items: &[T]) -> fmt::Result {
    if items.is_empty() {
        return Ok(());
    }
    f.write_char(' ')?;
    list(f, items)
}

/// Items with commas.
fn list<T: Display>(f: &mut Formatter<'_>, items: &[T]) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        f.write_str(if index == 0 { "" } else { ", " })?;
        item.fmt(f)?;
    }
    Ok(())
}

impl Display for LineFilter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.op.as_str())?;
        for (index, needle) in self.needles.iter().enumerate() {
            f.write_str(if index == 0 { " " } else { " or " })?;
            needle.fmt(f)?;
        }
        Ok(())
    }
}

impl Display for Needle {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let text = go_quoted(&self.text);
        if self.ip {
            write!(f, "ip({text})")
        } else {
            f.write_str(&text)
        }
    }
}

impl Display for Extraction {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.label, go_quoted(&self.source))
    }
}

impl Display for LabelFormat {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rename { to, from } => write!(f, "{to}={from}"),
            Self::Template { to, template } => write!(f, "{to}={}", go_quoted(template)),
        }
    }
}

impl Display for NamedMatcher {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Matcher(matcher) => matcher.fmt(f),
        }
    }
}

impl Display for LabelFilter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(matcher) => matcher.fmt(f),
            Self::Ip { name, equal, range } => {
                let op = if *equal { "=" } else { "!=" };
                write!(f, "{name}{op}ip({})", go_quoted(range))
            }
            Self::Number(name, op, value) => write!(f, "{name}{}{value}", op.as_str()),
            Self::Duration(name, op, nanos) => {
                write!(f, "{name}{}{}", op.as_str(), go_duration(*nanos))
            }
            Self::Bytes(name, op, bytes) => write!(f, "{name}{}{bytes}B", op.as_str()),
            Self::And(left, right) => write!(f, "({left} and {right})"),
            Self::Or(left, right) => write!(f, "({left} or {right})"),
        }
    }
}

impl Display for Metric {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range(range) => range.fmt(f),
            Self::Vector(vector) => vector.fmt(f),
            Self::Binary(binary) => binary.fmt(f),
            // Without the space it would read as a duration of nothing.
            Self::Literal(value) if *value == 0.0 && value.is_sign_negative() => f.write_str("- 0"),
            Self::Literal(value) => value.fmt(f),
            Self::VectorOf(value) => write!(f, "vector({value})"),
            Self::LabelReplace {
                inner,
                target,
                replacement,
                source,
                regex,
            } => {
                let [target, replacement, source, regex] =
                    [target, replacement, source, regex].map(|text| go_quoted(text));
                write!(
                    f,
                    "label_replace({inner}, {target}, {replacement}, {source}, {regex})"
                )
            }
        }
    }
}

impl Display for RangeAggregation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.op.as_str())?;
        if let Some(parameter) = self.parameter {
            write!(f, "{parameter}, ")?;
        }
        self.log.fmt(f)?;
        if let Some(unwrap) = &self.unwrap {
            write!(f, " {unwrap}")?;
        }
        write!(f, " [{}]", prometheus_duration(self.range))?;
        if self.offset != 0 {
            write!(f, " offset {}", go_duration(self.offset))?;
        }
        f.write_char(')')?;
        match &self.grouping {
            Some(grouping) => write!(f, " {grouping}"),
            None => Ok(()),
        }
    }
}

impl Display for Unwrap {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("| unwrap ")?;
        let label = &self.label;
        match self.conversion {
            Conversion::Number => f.write_str(label)?,
            Conversion::Bytes => write!(f, "bytes({label})")?,
            Conversion::Duration => write!(f, "duration({label})")?,
            Conversion::DurationSeconds => write!(f, "duration_seconds({label})")?,
        }
        for filter in &self.filters {
            write!(f, " | {filter}")?;
        }
        Ok(())
    }
}

impl Display for Grouping {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(if self.without { "without (" } else { "by (" })?;
        list(f, &self.labels)?;
        f.write_char(')')
    }
}

impl Display for VectorAggregation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.op.as_str())?;
        if let Some(grouping) = &self.grouping {
            write!(f, " {grouping} ")?;
        }
        f.write_char('(')?;
        if let Some(parameter) = self.parameter {
            write!(f, "{parameter}, ")?;
        }
        write!(f, "{})", self.inner)
    }
}

impl Display for Binary {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        leg(f, &self.left, |inner| {
            let (inner, own) = (inner.precedence(), self.op.precedence());
            inner > own || inner == own && self.op != BinaryOp::Pow
        })?;
        write!(f, " {}", self.op.as_str())?;
        f.write_str(if self.returns_bool { " bool" } else { "" })?;
        let matching = &self.matching;
        if matching.on
            || !matching.labels.is_empty()
            || matching.cardinality != Cardinality::OneToOne
        {
            f.write_str(if matching.on { " on (" } else { " ignoring (" })?;
            list(f, &matching.labels)?;
            f.write_char(')')?;
        }
        let side = match matching.cardinality {
            Cardinality::OneToOne => None,
            Cardinality::ManyToOne => Some("group_left"),
            Cardinality::OneToMany => Some("group_right"),
        };
        if let Some(side) = side {
            write!(f, " {side} (")?;
            list(f, &matching.include)?;
            f.write_char(')')?;
        }
        f.write_char(' ')?;
        leg(f, &self.right, |inner| {
            let (inner, own) = (inner.precedence(), self.op.precedence());
            inner > own || inner == own && self.op == BinaryOp::Pow
        })
    }
}

/// A leg of a binary operation, in parentheses unless its own operator `groups` there without them. Parentheses that are not
/// needed would nest a long sum more deeply than may be read.
fn leg(f: &mut Formatter<'_>, leg: &Metric, groups: impl Fn(BinaryOp) -> bool) -> fmt::Result {
    match leg {
        Metric::Binary(binary) if !groups(binary.op) => write!(f, "({leg})"),
        _ => leg.fmt(f),
    }
}

/// A range in Prometheus's units, which know no fractions.
fn prometheus_duration(nanos: i64) -> String {
    let parts = [
        (nanos / (3600 * SECOND), "h"),
        (nanos / (60 * SECOND) % 60, "m"),
        (nanos / SECOND % 60, "s"),
        (nanos / 1_000_000 % 1000, "ms"),
    ];
    let mut text = String::new();
    for (number, unit) in parts.iter().filter(|(number, _)| *number != 0) {
        text.extend([&number.to_string(), *unit]);
    }
    if text.is_empty() {
        "0s".to_owned()
    } else {
        text
    }
}
