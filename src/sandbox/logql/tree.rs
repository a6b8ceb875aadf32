//! What is a `LogQL` query made of? The nouns that the parser produces and that everything else reads.
//!
//! Durations are nanoseconds. A tree says what was written, checked only as far as the grammar goes.

use crate::model::{Matcher, Selector};

/// A whole query.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
    /// Selects entries.
    Log(LogExpr),
    /// Computes samples.
    Metric(Metric),
}

/// A stream selector with its pipeline.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LogExpr {
    /// Which streams.
    pub(crate) selector: Selector,
    /// What happens to their lines, in order.
    pub(crate) stages: Vec<Stage>,
}

/// A pipeline stage.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Stage {
    /// `|= "x" or "y"`
    LineFilter(LineFilter),
    /// `| json`, `| json a="b.c"`
    Json(Vec<Extraction>),
    /// `| logfmt --strict --keep-empty a="b"`
    Logfmt {
        /// Stop at the first fault and report it.
        strict: bool,
        /// Keep keys without a value.
        keep_empty: bool,
        /// The only keys wanted; empty means all.
        wanted: Vec<Extraction>,
    },
    /// `| pattern "<a> <b>"`
    Pattern(String),
    /// `| regexp "(?P<a>…)"`
    Regexp(String),
    /// `| unpack`
    Unpack,
    /// `| decolorize`
    Decolorize,
    /// `| a="b" and c>1`
    LabelFilter(LabelFilter),
    /// `| line_format "{{.a}}"`
    LineFormat(String),
    /// `| label_format a=b, c="{{.d}}"`
    LabelFormat(Vec<LabelFormat>),
    /// `| drop a, b="c"`
    Drop(Vec<NamedMatcher>),
    /// `| keep a, b="c"`
    Keep(Vec<NamedMatcher>),
}

/// A line filter and its alternatives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LineFilter {
    /// How it compares.
    pub(crate) op: LineOp,
    /// At least one; any of them counts.
    pub(crate) needles: Vec<Needle>,
}

/// What a line filter looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Needle {
    /// Written as `ip("…")`.
    pub(crate) ip: bool,
    /// Text, expression, pattern, or address range.
    pub(crate) text: String,
}

/// How a line filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LineOp {
    /// `|=`
    Contains,
    /// `!=`
    NotContains,
    /// `|~`
    Matches,
    /// `!~`
    NotMatches,
    /// `|>`
    Pattern,
    /// `!>`
    NotPattern,
}

impl LineOp {
    /// As written.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Contains => "|=",
            Self::NotContains => "!=",
            Self::Matches => "|~",
            Self::NotMatches => "!~",
            Self::Pattern => "|>",
            Self::NotPattern => "!>",
        }
    }

    /// Whether lines that match are dropped.
    pub(crate) fn is_negative(self) -> bool {
        matches!(
            self,
            Self::NotContains | Self::NotMatches | Self::NotPattern
        )
    }
}

/// One label that a parser stage is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Extraction {
    /// The label.
    pub(crate) label: String,
    /// Where it comes from; the label's own name where nothing was written.
    pub(crate) source: String,
}

/// One assignment of `label_format`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LabelFormat {
    /// `to=from`
    Rename {
        /// New name.
        to: String,
        /// Old name.
        from: String,
    },
    /// `to="template"`
    Template {
        /// Label.
        to: String,
        /// Its template.
        template: String,
    },
}

/// A label of `drop` or `keep`, perhaps only where its value matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NamedMatcher {
    /// By name.
    Name(String),
    /// By name and value.
    Matcher(Matcher),
}

/// A condition on labels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum LabelFilter {
    /// `a="b"`
    Text(Matcher),
    /// `a=ip("…")`, `a!=ip("…")`
    Ip {
        /// Label.
        name: String,
        /// `false` for `!=`.
        equal: bool,
        /// Address, range or network.
        range: String,
    },
    /// `a>1.5`
    Number(String, Comparison, f64),
    /// `a>1s`, nanoseconds
    Duration(String, Comparison, i64),
    /// `a>1KB`, bytes
    Bytes(String, Comparison, u64),
    /// Both.
    And(Box<LabelFilter>, Box<LabelFilter>),
    /// Either.
    Or(Box<LabelFilter>, Box<LabelFilter>),
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
}

impl Comparison {
    /// As written.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
        }
    }

    /// Whether `left op right` holds.
    pub(crate) fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
        }
    }
}

/// An expression that computes samples.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Metric {
    /// `rate({…}[5m])`
    Range(RangeAggregation),
    /// `sum by (a) (…)`
    Vector(VectorAggregation),
    /// `a / b`
    Binary(Box<Binary>),
    /// `1.5`
    Literal(f64),
    /// `vector(1)`
    VectorOf(f64),
    /// `label_replace(v, "dst", "$1", "src", "(.*)")`
    LabelReplace {
        /// What is relabelled.
        inner: Box<Metric>,
        /// Label to set.
        target: String,
        /// Its value, with `$1`.
        replacement: String,
        /// Label to read.
        source: String,
        /// Anchored expression over its value.
        regex: String,
    },
}

/// An aggregation over time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RangeAggregation {
    /// Which.
    pub(crate) op: RangeOp,
    /// The quantile of `quantile_over_time`.
    pub(crate) parameter: Option<f64>,
    /// Which entries.
    pub(crate) log: LogExpr,
    /// Window length.
    pub(crate) range: i64,
    /// How far back the window lies.
    pub(crate) offset: i64,
    /// Which label holds the value.
    pub(crate) unwrap: Option<Unwrap>,
    /// `by` or `without`.
    pub(crate) grouping: Option<Grouping>,
}

/// `| unwrap duration(took) | __error__=""`
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unwrap {
    /// The label.
    pub(crate) label: String,
    /// How its text is read.
    pub(crate) conversion: Conversion,
    /// Filters after the value was read.
    pub(crate) filters: Vec<LabelFilter>,
}

/// How an unwrapped label's text becomes a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conversion {
    /// As a number.
    Number,
    /// `bytes(…)`
    Bytes,
    /// `duration(…)`, seconds
    Duration,
    /// `duration_seconds(…)`, the same
    DurationSeconds,
}

/// `by (a, b)` or `without (a, b)`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Grouping {
    /// `without`.
    pub(crate) without: bool,
    /// Label names as written.
    pub(crate) labels: Vec<String>,
}

/// Declares an operator enum with its words, so that lexer, printer and messages cannot disagree.
macro_rules! operators {
    ($(#[$meta:meta])* $name:ident { $($variant:ident => $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name { $($variant),+ }

        impl $name {
            /// All of them.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// As written.
            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

operators! {
    /// An aggregation over time.
    RangeOp {
        Count => "count_over_time", Rate => "rate", RateCounter => "rate_counter", Bytes => "bytes_over_time",
        BytesRate => "bytes_rate", Avg => "avg_over_time", Sum => "sum_over_time", Min => "min_over_time",
        Max => "max_over_time", Stdvar => "stdvar_over_time", Stddev => "stddev_over_time",
        Quantile => "quantile_over_time", First => "first_over_time", Last => "last_over_time",
        Absent => "absent_over_time",
    }
}

operators! {
    /// An aggregation over series.
    VectorOp {
        Sum => "sum", Avg => "avg", Max => "max", Min => "min", Count => "count", Stddev => "stddev",
        Stdvar => "stdvar", BottomK => "bottomk", TopK => "topk", Sort => "sort", SortDesc => "sort_desc",
        ApproxTopK => "approx_topk",
    }
}

operators! {
    /// An operator between two expressions.
    BinaryOp {
        Or => "or", And => "and", Unless => "unless", Equal => "==", NotEqual => "!=", Less => "<",
        LessOrEqual => "<=", Greater => ">", GreaterOrEqual => ">=", Add => "+", Sub => "-", Mul => "*",
        Div => "/", Mod => "%", Pow => "^",
    }
}

impl BinaryOp {
    /// Binds tighter the higher it is.
    pub(crate) fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And | Self::Unless => 2,
            Self::Add | Self::Sub => 4,
            Self::Mul | Self::Div | Self::Mod => 5,
            Self::Pow => 6,
            _ => 3,
        }
    }

    /// `and`, `or`, `unless`.
    pub(crate) fn is_set(self) -> bool {
        matches!(self, Self::Or | Self::And | Self::Unless)
    }

    /// The comparison that it makes, if it makes one.
    pub(crate) fn comparison(self) -> Option<Comparison> {
        Some(match self {
            Self::Equal => Comparison::Equal,
            Self::NotEqual => Comparison::NotEqual,
            Self::Less => Comparison::Less,
            Self::LessOrEqual => Comparison::LessOrEqual,
            Self::Greater => Comparison::Greater,
            Self::GreaterOrEqual => Comparison::GreaterOrEqual,
            _ => return None,
        })
    }
}

/// An aggregation over series.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VectorAggregation {
    /// Which.
    pub(crate) op: VectorOp,
    /// The `k` of `topk` and `bottomk`.
    pub(crate) parameter: Option<usize>,
    /// `by` or `without`.
    pub(crate) grouping: Option<Grouping>,
    /// What is aggregated.
    pub(crate) inner: Box<Metric>,
}

/// Two expressions and an operator.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Binary {
    /// Left leg.
    pub(crate) left: Metric,
    /// Operator.
    pub(crate) op: BinaryOp,
    /// Right leg.
    pub(crate) right: Metric,
    /// `bool`: a comparison answers 0 or 1 and drops nothing.
    pub(crate) returns_bool: bool,
    /// Which series belong together.
    pub(crate) matching: Matching,
}

/// Which series of two vectors belong together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Matching {
    /// `on` rather than `ignoring`.
    pub(crate) on: bool,
    /// The labels named there.
    pub(crate) labels: Vec<String>,
    /// `group_left` or `group_right`.
    pub(crate) cardinality: Cardinality,
    /// Labels copied from the one side.
    pub(crate) include: Vec<String>,
}

/// How many series of each side may share a match.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Cardinality {
    /// One each.
    #[default]
    OneToOne,
    /// `group_left`
    ManyToOne,
    /// `group_right`
    OneToMany,
}
