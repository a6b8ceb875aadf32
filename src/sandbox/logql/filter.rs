//! Conditions, compiled: which lines and which label values pass?

use regex::Regex;

use super::address::AddressRange;
use super::error::QueryError;
use super::go_regex::{compile, compile_anchored};
use super::line_labels::LineLabels;
use super::pattern::Pattern;
use super::quantity::{parse_bytes, parse_float, parse_go_duration};
use super::tree::{Comparison, LabelFilter, LineFilter, LineOp, Needle};
use crate::model::{Labels, MatchOp, Matcher, Selector};

/// `__error__` of a condition that could not read a label's value.
const LABEL_FILTER_ERROR: &str = "LabelFilterErr";

/// A line filter.
#[derive(Debug)]
pub(super) struct LineTest {
    /// Any of them counts.
    needles: Vec<LineNeedle>,
    /// Lines that match are dropped.
    negative: bool,
}

/// What a line filter looks for.
#[derive(Debug)]
enum LineNeedle {
    /// This text.
    Text(String),
    /// This expression.
    Regex(Regex),
    /// This pattern.
    Pattern(Pattern),
    /// An address.
    Address(AddressRange),
}

impl LineTest {
    /// Compiles a line filter.
    ///
    /// # Errors
    /// An expression, pattern or address that cannot be read.
    pub(super) fn new(filter: &LineFilter) -> Result<Self, QueryError> {
        let needles = filter
            .needles
            .iter()
            .map(|needle| line_needle(filter.op, needle));
        Ok(Self {
            needles: needles.collect::<Result<_, _>>()?,
            negative: filter.op.is_negative(),
        })
    }

    /// Whether the line passes.
    pub(super) fn passes(&self, line: &str) -> bool {
        let found = self.needles.iter().any(|needle| match needle {
            LineNeedle::Text(text) => line.contains(text.as_str()),
            LineNeedle::Regex(regex) => regex.is_match(line),
            LineNeedle::Pattern(pattern) => pattern.matches(line),
            LineNeedle::Address(range) => range.occurs_in(line),
        });
        found != self.negative
    }
}

/// Compiles one alternative.
fn line_needle(op: LineOp, needle: &Needle) -> Result<LineNeedle, QueryError> {
    let compiled = match op {
        LineOp::Contains | LineOp::NotContains if needle.ip => {
            AddressRange::parse(&needle.text).map(LineNeedle::Address)
        }
        _ if needle.ip => Err(format!("ip: filter is not allowed with {}", op.as_str())),
        LineOp::Contains | LineOp::NotContains => Ok(LineNeedle::Text(needle.text.clone())),
        LineOp::Matches | LineOp::NotMatches => compile(&needle.text).map(LineNeedle::Regex),
        LineOp::Pattern | LineOp::NotPattern => {
            Pattern::for_filter(&needle.text).map(LineNeedle::Pattern)
        }
    };
    compiled.map_err(QueryError::invalid)
}

/// A matcher.
#[derive(Debug)]
pub(super) struct TextTest {
    /// The label.
    pub(super) name: String,
    /// What its value is compared with.
    test: ValueTest,
    /// Values that match do not pass.
    negative: bool,
}

/// What a value is compared with.
#[derive(Debug)]
enum ValueTest {
    /// This text.
    Equal(String),
    /// This expression, over the whole value.
    Regex(Regex),
}

impl TextTest {
    /// Compiles a matcher.
    ///
    /// # Errors
    /// An expression that cannot be read.
    pub(super) fn new(matcher: &Matcher) -> Result<Self, QueryError> {
        let test = match matcher.op {
            MatchOp::Equal | MatchOp::NotEqual => ValueTest::Equal(matcher.value.clone()),
            MatchOp::Regex | MatchOp::NotRegex => {
                ValueTest::Regex(compile_anchored(&matcher.value).map_err(QueryError::invalid)?)
            }
        };
        let negative = matches!(matcher.op, MatchOp::NotEqual | MatchOp::NotRegex);
        Ok(Self {
            name: matcher.name.clone(),
            test,
            negative,
        })
    }

    /// Whether a value passes.
    pub(super) fn passes(&self, value: &str) -> bool {
        let equal = match &self.test {
            ValueTest::Equal(text) => value == text,
            ValueTest::Regex(regex) => regex.is_match(value),
        };
        equal != self.negative
    }
}

/// A stream selector.
#[derive(Debug)]
pub(crate) struct StreamTest(Vec<TextTest>);

impl StreamTest {
    /// Compiles a selector. Loki wants at least one matcher that an empty value does not satisfy.
    ///
    /// # Errors
    /// A selector that could select everything; an expression that cannot be read.
    pub(crate) fn new(selector: &Selector) -> Result<Self, QueryError> {
        let test = Self::allowing_all(selector)?;
        if test.0.iter().all(|matcher| matcher.passes("")) {
            return Err(QueryError::invalid(
                "queries require at least one regexp or equality matcher that does not have an empty-compatible \
                 value. For instance, app=~\".*\" does not meet this requirement, but app=~\".+\" will",
            ));
        }
        Ok(test)
    }

    /// Compiles a selector that may select everything.
    ///
    /// # Errors
    /// An expression that cannot be read.
    pub(crate) fn allowing_all(selector: &Selector) -> Result<Self, QueryError> {
        selector
            .0
            .iter()
            .map(TextTest::new)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether a stream is selected.
    pub(crate) fn selects(&self, labels: &Labels) -> bool {
        self.0
            .iter()
            .all(|test| test.passes(labels.get(&test.name).unwrap_or_default()))
    }
}

/// A condition on labels.
#[derive(Debug)]
pub(super) enum LabelTest {
    /// On text.
    Text(TextTest),
    /// On an address.
    Ip(String, AddressRange, bool),
    /// On a number.
    Number(String, Comparison, f64),
    /// On a duration.
    Duration(String, Comparison, i64),
    /// On a size.
    Bytes(String, Comparison, u64),
    /// Both.
    And(Box<LabelTest>, Box<LabelTest>),
    /// Either.
    Or(Box<LabelTest>, Box<LabelTest>),
}

impl LabelTest {
    /// Compiles a condition.
    ///
    /// # Errors
    /// An expression or address that cannot be read.
    pub(super) fn new(filter: &LabelFilter) -> Result<Self, QueryError> {
        let both = |left: &LabelFilter, right: &LabelFilter| {
            Ok::<_, QueryError>((Box::new(Self::new(left)?), Box::new(Self::new(right)?)))
        };
        Ok(match filter {
            LabelFilter::Text(matcher) => Self::Text(TextTest::new(matcher)?),
            LabelFilter::Ip { name, equal, range } => Self::Ip(
                name.clone(),
                AddressRange::parse(range).map_err(QueryError::invalid)?,
                *equal,
            ),
            LabelFilter::Number(name, op, value) => Self::Number(name.clone(), *op, *value),
            LabelFilter::Duration(name, op, nanos) => Self::Duration(name.clone(), *op, *nanos),
            LabelFilter::Bytes(name, op, bytes) => Self::Bytes(name.clone(), *op, *bytes),
            LabelFilter::And(left, right) => {
                let (left, right) = both(left, right)?;
                Self::And(left, right)
            }
            LabelFilter::Or(left, right) => {
                let (left, right) = both(left, right)?;
                Self::Or(left, right)
            }
        })
    }

    /// Whether the entry passes. A value that cannot be read passes and leaves an error.
    pub(super) fn passes(&self, labels: &mut LineLabels<'_>) -> bool {
        match self {
            Self::Text(test) => test.passes(labels.value(&test.name)),
            Self::Ip(name, range, equal) => labels
                .get(name)
                .is_some_and(|value| range.occurs_in(value) == *equal),
            Self::Number(name, op, wanted) => compare(labels, name, parse_float, *op, wanted),
            Self::Duration(name, op, wanted) => {
                compare(labels, name, parse_go_duration, *op, wanted)
            }
            Self::Bytes(name, op, wanted) => compare(labels, name, parse_bytes, *op, wanted),
            Self::And(left, right) => {
                // Both are asked, as in Loki: the right one may leave an error too.
                let passed = left.passes(labels);
                right.passes(labels) && passed
            }
            Self::Or(left, right) => left.passes(labels) || right.passes(labels),
        }
    }

    /// The labels that it looks at.
    pub(super) fn names(&self, out: &mut Vec<String>) {
        match self {
            Self::Text(test) => out.push(test.name.clone()),
            Self::Ip(name, ..)
            | Self::Number(name, ..)
            | Self::Duration(name, ..)
            | Self::Bytes(name, ..) => {
                out.push(name.clone());
            }
            Self::And(left, right) | Self::Or(left, right) => {
                left.names(out);
                right.names(out);
            }
        }
    }
}

/// Compares an amount; a missing label never passes.
fn compare<T: PartialOrd>(
    labels: &mut LineLabels<'_>,
    name: &str,
    parse: fn(&str) -> Result<T, String>,
    op: Comparison,
    wanted: &T,
) -> bool {
    let Some(text) = labels.get(name) else {
        return false;
    };
    match parse(text) {
        Ok(value) => op.holds(&value, wanted),
        Err(why) => {
            // An earlier error says more.
            if labels.error().is_empty() {
                labels.set_error(LABEL_FILTER_ERROR, Some(why));
            }
            true
        }
    }
}
