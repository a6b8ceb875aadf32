//! Properties of the parser: it never panics, and what it prints it reads back.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::model::{MatchOp, Matcher, Selector};
use crate::sandbox::logql::parse_query;
use crate::sandbox::logql::tree::{
    Binary, BinaryOp, Cardinality, Comparison, Conversion, Expr, Extraction, Grouping, LabelFilter,
    LabelFormat, LineFilter, LineOp, LogExpr, Matching, Metric, NamedMatcher, Needle,
    RangeAggregation, RangeOp, Stage, Unwrap, VectorAggregation, VectorOp,
};

/// Pieces of queries, to be thrown together.
const PIECES: [&str; 44] = [
    "{",
    "}",
    "(",
    ")",
    "[5m]",
    "[",
    "]",
    "a",
    "=",
    "\"b\"",
    "=~",
    "!=",
    "!~",
    "|",
    "|=",
    "|~",
    "json",
    "logfmt",
    "--strict",
    "unwrap",
    "duration",
    "rate",
    "sum",
    "by",
    "without",
    "on",
    "group_left",
    ",",
    "1",
    "1.5",
    "5m",
    "5KB",
    "-",
    "+",
    "/",
    "and",
    "or",
    "offset",
    "label_format",
    "line_format",
    "ip",
    "`",
    "\"",
    "\n",
];

proptest! {
    // A failure is shown in full and becomes a test of its own; no file of seeds is kept.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_parsed_or_refused(text in any::<String>()) {
        let _ = parse_query(&text);
    }

    #[test]
    fn any_heap_of_pieces_is_parsed_or_refused(pieces in vec(prop::sample::select(&PIECES[..]), 0..40)) {
        let _ = parse_query(&pieces.concat());
        let _ = parse_query(&pieces.join(" "));
    }

    #[test]
    fn what_is_printed_parses_to_the_same_tree(expr in expr()) {
        let text = expr.to_string();
        let read = parse_query(&text);
        prop_assert_eq!(read.as_ref(), Ok(&expr), "{}", text);
    }
}

#[test]
fn what_fuzzing_found_parses_to_the_same_tree_when_it_is_printed() {
    let sum = "1 - 2 + ".repeat(60) + "3";
    for text in [
        "- 00",
        "vector(1) - -0.0",
        "2 ^ 3 ^ 2 - 4 * 5",
        "(2 ^ 3) ^ (2 - 4) * 5",
        &sum,
    ] {
        let expr = parse_query(text).expect(text);
        let printed = expr.to_string();
        assert_eq!(parse_query(&printed).as_ref(), Ok(&expr), "{printed}");
    }
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow() {
    for text in [
        "(".repeat(100_000),
        "{a=\"b\"} | (".to_owned() + &"(".repeat(100_000),
        "rate(".to_owned() + &"(".repeat(100_000),
    ] {
        assert!(parse_query(&text).is_err());
    }
    assert!(parse_query(&"1+".repeat(50_000)).is_err());
    assert!(parse_query(&("1".to_owned() + &"^1".repeat(50_000))).is_err());
}

/// A label name that is no keyword.
fn name() -> impl Strategy<Value = String> {
    "l_[a-zA-Z0-9_]{0,4}"
}

/// A matcher.
fn matcher() -> impl Strategy<Value = Matcher> {
    let op = prop::sample::select(vec![
        MatchOp::Equal,
        MatchOp::NotEqual,
        MatchOp::Regex,
        MatchOp::NotRegex,
    ]);
    (name(), op, any::<String>()).prop_map(|(name, op, value)| Matcher { name, op, value })
}

/// A log expression.
fn log() -> impl Strategy<Value = LogExpr> {
    (vec(matcher(), 0..3).prop_map(Selector), vec(stage(), 0..4)).prop_map(|(selector, stages)| {
        let mut kept: Vec<Stage> = Vec::new();
        for stage in stages {
            if !kept.last().is_some_and(|before| swallows(before, &stage)) {
                kept.push(stage);
            }
        }
        LogExpr {
            selector,
            stages: kept,
        }
    })
}

/// Whether the text of `stage` would be read as part of the stage before: `| keep a != "b"` is one stage.
fn swallows(before: &Stage, stage: &Stage) -> bool {
    let (Stage::Drop(names) | Stage::Keep(names)) = before else {
        return false;
    };
    matches!(names.last(), Some(NamedMatcher::Name(_)))
        && matches!(stage, Stage::LineFilter(filter) if matches!(filter.op, LineOp::NotContains | LineOp::NotMatches))
}

/// A stage.
fn stage() -> impl Strategy<Value = Stage> {
    let extraction =
        || (name(), any::<String>()).prop_map(|(label, source)| Extraction { label, source });
    let named = || {
        prop_oneof![
            name().prop_map(NamedMatcher::Name),
            matcher().prop_map(NamedMatcher::Matcher)
        ]
    };
    let format = prop_oneof![
        (name(), name()).prop_map(|(to, from)| LabelFormat::Rename { to, from }),
        (name(), any::<String>()).prop_map(|(to, template)| LabelFormat::Template { to, template }),
    ];
    prop_oneof![
        line_filter().prop_map(Stage::LineFilter),
        vec(extraction(), 0..3).prop_map(Stage::Json),
        (any::<bool>(), any::<bool>(), vec(extraction(), 0..3)).prop_map(
            |(strict, keep_empty, wanted)| Stage::Logfmt {
                strict,
                keep_empty,
                wanted
            }
        ),
        any::<String>().prop_map(Stage::Pattern),
        any::<String>().prop_map(Stage::Regexp),
        Just(Stage::Unpack),
        Just(Stage::Decolorize),
        label_filter().prop_map(Stage::LabelFilter),
        any::<String>().prop_map(Stage::LineFormat),
        vec(format, 1..3).prop_map(Stage::LabelFormat),
        vec(named(), 1..3).prop_map(Stage::Drop),
        vec(named(), 1..3).prop_map(Stage::Keep),
    ]
}

/// A line filter.
fn line_filter() -> impl Strategy<Value = LineFilter> {
    let op = prop::sample::select(vec![
        LineOp::Contains,
        LineOp::NotContains,
        LineOp::Matches,
        LineOp::NotMatches,
        LineOp::Pattern,
        LineOp::NotPattern,
    ]);
    let needle = (any::<bool>(), any::<String>()).prop_map(|(ip, text)| Needle { ip, text });
    (op, vec(needle, 1..3)).prop_map(|(op, needles)| LineFilter { op, needles })
}

/// A condition on labels.
fn label_filter() -> impl Strategy<Value = LabelFilter> {
    let op = || {
        prop::sample::select(vec![
            Comparison::Equal,
            Comparison::NotEqual,
            Comparison::Greater,
            Comparison::GreaterOrEqual,
            Comparison::Less,
            Comparison::LessOrEqual,
        ])
    };
    let leaf =
        prop_oneof![
            matcher().prop_map(LabelFilter::Text),
            (name(), any::<bool>(), any::<String>())
                .prop_map(|(name, equal, range)| LabelFilter::Ip { name, equal, range }),
            (name(), op(), -1e12_f64..1e12)
                .prop_map(|(name, op, value)| LabelFilter::Number(name, op, value)),
            (name(), op(), any::<i64>().prop_map(|nanos| nanos / 2))
                .prop_map(|(name, op, nanos)| LabelFilter::Duration(name, op, nanos)),
            (name(), op(), 0..1_u64 << 50)
                .prop_map(|(name, op, bytes)| LabelFilter::Bytes(name, op, bytes)),
        ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        (inner.clone(), inner, any::<bool>()).prop_map(|(left, right, and)| {
            let (left, right) = (Box::new(left), Box::new(right));
            if and {
                LabelFilter::And(left, right)
            } else {
                LabelFilter::Or(left, right)
            }
        })
    })
}

/// `by` or `without`.
fn grouping() -> impl Strategy<Value = Grouping> {
    (any::<bool>(), vec(name(), 0..3)).prop_map(|(without, labels)| Grouping { without, labels })
}

/// A range aggregation that Loki allows.
fn range() -> impl Strategy<Value = Metric> {
    let counts = prop::sample::select(vec![
        RangeOp::Count,
        RangeOp::Rate,
        RangeOp::Bytes,
        RangeOp::BytesRate,
        RangeOp::Absent,
    ]);
    let values = prop::sample::select(vec![
        RangeOp::Avg,
        RangeOp::Max,
        RangeOp::Stddev,
        RangeOp::Quantile,
        RangeOp::Last,
    ]);
    let conversion = prop::sample::select(vec![
        Conversion::Number,
        Conversion::Bytes,
        Conversion::Duration,
        Conversion::DurationSeconds,
    ]);
    let unwrap =
        (name(), conversion, vec(label_filter(), 0..2)).prop_map(|(label, conversion, filters)| {
            Unwrap {
                label,
                conversion,
                filters,
            }
        });
    let what = prop_oneof![
        counts.prop_map(|op| (op, None, None)),
        (values, unwrap, prop::option::of(grouping())).prop_map(|(op, unwrap, grouping)| (
            op,
            Some(unwrap),
            grouping
        )),
    ];
    (what, log(), 0..10_000_000_i64, any::<i32>(), 0.0..1.0_f64).prop_map(
        |((op, unwrap, grouping), log, millis, offset, quantile)| {
            Metric::Range(RangeAggregation {
                op,
                parameter: (op == RangeOp::Quantile).then_some(quantile),
                log,
                range: millis * 1_000_000,
                offset: i64::from(offset),
                unwrap,
                grouping,
            })
        },
    )
}

/// A metric expression.
fn metric() -> impl Strategy<Value = Metric> {
    let leaf = prop_oneof![
        4 => range(),
        1 => (-1e9..1e9_f64).prop_map(Metric::Literal),
        1 => (0.0..1e9_f64).prop_map(Metric::VectorOf),
    ];
    leaf.prop_recursive(3, 10, 2, |inner| {
        prop_oneof![
            vector(inner.clone()),
            binary(inner.clone()),
            (inner, name(), any::<String>(), any::<String>()).prop_map(
                |(inner, target, replacement, source)| {
                    Metric::LabelReplace {
                        inner: Box::new(inner),
                        target,
                        replacement,
                        source,
                        regex: "(.*)".to_owned(),
                    }
                }
            ),
        ]
    })
}

/// A vector aggregation.
fn vector(inner: impl Strategy<Value = Metric>) -> impl Strategy<Value = Metric> {
    let op = prop::sample::select(vec![
        VectorOp::Sum,
        VectorOp::Avg,
        VectorOp::TopK,
        VectorOp::Count,
        VectorOp::Sort,
    ]);
    (op, inner, prop::option::of(grouping()), 1..100_usize).prop_map(|(op, inner, grouping, k)| {
        Metric::Vector(VectorAggregation {
            op,
            parameter: (op == VectorOp::TopK).then_some(k),
            grouping: grouping.filter(|_| op != VectorOp::Sort),
            inner: Box::new(inner),
        })
    })
}

/// Two expressions and an operator; set operators only between vectors.
fn binary(inner: impl Strategy<Value = Metric> + Clone) -> impl Strategy<Value = Metric> {
    let op = prop::sample::select(BinaryOp::ALL);
    let cardinality = prop::sample::select(vec![
        Cardinality::OneToOne,
        Cardinality::ManyToOne,
        Cardinality::OneToMany,
    ]);
    let matching = (
        any::<bool>(),
        vec(name(), 0..2),
        cardinality,
        vec(name(), 0..2),
    )
        .prop_map(|(on, labels, cardinality, include)| {
            let include = if cardinality == Cardinality::OneToOne {
                Vec::new()
            } else {
                include
            };
            Matching {
                on,
                labels,
                cardinality,
                include,
            }
        });
    (inner.clone(), op, inner, any::<bool>(), matching).prop_map(
        |(left, op, right, returns_bool, matching)| {
            let vector = |leg: Metric| match leg {
                Metric::Binary(_) | Metric::Literal(_) if op.is_set() => Metric::VectorOf(1.0),
                leg => leg,
            };
            Metric::Binary(Box::new(Binary {
                left: vector(left),
                op,
                right: vector(right),
                returns_bool,
                matching,
            }))
        },
    )
}

/// A whole query.
fn expr() -> impl Strategy<Value = Expr> {
    prop_oneof![log().prop_map(Expr::Log), metric().prop_map(Expr::Metric)]
}
