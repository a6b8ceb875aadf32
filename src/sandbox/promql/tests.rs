//! What the engine answers where the recorded and the random comparisons do not reach: staleness, bounds, wording.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::signatures::{Extra, FUNCTIONS, ValueType};
use super::value::Grid;
use super::{Answer, Query, QueryError};
use crate::model::{Labels, Sample, Series};
use crate::sandbox::metric_store::{METRIC_NAME, MetricStore};

/// The marker that ends a series.
const STALE: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

/// A series with the samples `(seconds, value)`.
fn series(name: &str, labels: &[(&str, &str)], samples: &[(f64, f64)]) -> Series {
    let name = std::iter::once((METRIC_NAME, name));
    Series {
        labels: name.chain(labels.iter().copied()).collect(),
        samples: samples
            .iter()
            .map(|(at_seconds, value)| Sample {
                at_seconds: *at_seconds,
                value: *value,
            })
            .collect(),
    }
}

/// The values of an instant vector at a second, by label `n` where there is one, in the answer's order.
fn values(store: &MetricStore, query: &str, at: i64) -> Vec<(String, f64)> {
    match Query::parse(query).unwrap().at(store, at * 1000).unwrap() {
        Answer::Vector(series) => series
            .into_iter()
            .map(|(labels, value)| (labels.get("n").unwrap_or("").to_string(), value))
            .collect(),
        other => panic!("{query}: {other:?}"),
    }
}

/// The only value of an instant vector at a second.
fn value(store: &MetricStore, query: &str, at: i64) -> Option<f64> {
    let values = values(store, query, at);
    assert!(values.len() <= 1, "{query}: {values:?}");
    values.first().map(|(_, value)| *value)
}

#[test]
fn a_marker_ends_a_series_for_instants_and_is_no_sample_of_a_range() {
    let samples = [(0.0, 1.0), (60.0, 2.0), (120.0, STALE), (600.0, 5.0)];
    let store = MetricStore::new(vec![series("m", &[], &samples)]);
    assert_eq!(value(&store, "m", 119), Some(2.0));
    assert_eq!(value(&store, "m", 120), None);
    assert_eq!(value(&store, "m", 599), None);
    assert_eq!(value(&store, "m", 600), Some(5.0));
    assert_eq!(value(&store, "count_over_time(m[10m])", 600), Some(3.0));
    assert_eq!(value(&store, "last_over_time(m[10m])", 599), Some(2.0));
    assert_eq!(value(&store, "absent(m)", 120), Some(1.0));
    assert_eq!(
        value(&store, "count_over_time(m[4m:1m])", 180),
        Some(2.0),
        "a subquery sees instants"
    );
}

#[test]
fn a_plain_nan_is_a_value() {
    let store = MetricStore::new(vec![series("m", &[], &[(0.0, f64::NAN)])]);
    assert!(value(&store, "m", 0).unwrap().is_nan());
    assert_eq!(value(&store, "count(m)", 0), Some(1.0));
}

#[test]
fn look_back_and_ranges_include_both_ends() {
    let store = MetricStore::new(vec![series("m", &[], &[(0.0, 1.0), (300.0, 2.0)])]);
    assert_eq!(value(&store, "m", 600), Some(2.0));
    assert_eq!(value(&store, "m", 601), None);
    assert_eq!(value(&store, "count_over_time(m[5m])", 300), Some(2.0));
    assert_eq!(value(&store, "count_over_time(m[5m])", 301), Some(1.0));
}

#[test]
fn sorting_puts_nan_last_and_ranking_keeps_order() {
    let values_at = [("a", 2.0), ("b", f64::NAN), ("c", 3.0), ("d", 1.0)];
    let store = MetricStore::new(
        values_at
            .iter()
            .map(|(n, value)| series("m", &[("n", n)], &[(0.0, *value)]))
            .collect(),
    );
    let order = |query: &str| {
        values(&store, query, 0)
            .into_iter()
            .map(|(n, _)| n)
            .collect::<String>()
    };
    assert_eq!(order("sort(m)"), "dacb");
    assert_eq!(order("sort_desc(m)"), "cadb");
    assert_eq!(order("topk(2, m)"), "ca");
    assert_eq!(order("bottomk(5, m)"), "dacb");
}

#[test]
fn start_and_end_are_those_of_the_whole_query_also_inside_subqueries() {
    let samples: Vec<(f64, f64)> = (0..100)
        .map(|index| (f64::from(index) * 10.0, f64::from(index)))
        .collect();
    let store = MetricStore::new(vec![series("m", &[], &samples)]);
    let query = Query::parse("max_over_time((m @ end() - m @ start())[1m:10s])").unwrap();
    let Answer::Matrix(series) = query.over(&store, 200_000, 500_000, 100_000).unwrap() else {
        panic!("not a matrix");
    };
    let points: Vec<f64> = series[0].points.iter().map(|(_, value)| *value).collect();
    assert_eq!(points, [30.0; 4]);
}

#[test]
fn every_function_that_the_grammar_accepts_is_evaluated() {
    let store = MetricStore::new(vec![series(
        "m",
        &[("le", "1")],
        &[(0.0, 1.0), (10.0, 2.0)],
    )]);
    for function in &FUNCTIONS {
        let arguments: Vec<&str> = function
            .takes
            .iter()
            .map(|takes| match takes {
                ValueType::Scalar => "0.5",
                ValueType::Vector => "m",
                ValueType::Range => "m[1m]",
                ValueType::Text => "\"x\"",
            })
            .collect();
        let mut queries = vec![format!("{}({})", function.name, arguments.join(", "))];
        if function.extra != Extra::None {
            queries.push(format!(
                "{}({})",
                function.name,
                arguments[..arguments.len() - 1].join(", ")
            ));
        }
        for query in queries {
            let answer = Query::parse(&query).unwrap().at(&store, 10_000);
            assert!(answer.is_ok(), "{query}: {answer:?}");
        }
    }
}

#[test]
fn what_is_nested_too_deeply_is_refused_and_what_is_not_fits_a_small_stack() {
    let store = MetricStore::new(vec![series("m", &[], &[(0.0, 1.0)])]);
    let shapes: [fn(usize) -> String; 6] = [
        |n| format!("{}m{}", "(".repeat(n), ")".repeat(n)),
        |n| format!("{}m{}", "abs(".repeat(n), ")".repeat(n)),
        |n| format!("{}m{}", "sum(".repeat(n), ")".repeat(n)),
        |n| format!("{}m", "-".repeat(n)),
        |n| format!("m{}", " + m".repeat(n)),
        |n| {
            format!(
                "{}m{}",
                "last_over_time((".repeat(n / 3),
                ")[1m:10s])".repeat(n / 3)
            )
        },
    ];
    let evaluated = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || {
            for shape in shapes {
                // Names dropped again and again make the answer an error in some shapes; the stack is what counts.
                let _ = Query::parse(&shape(super::grammar::DEEPEST - 2))
                    .unwrap()
                    .at(&store, 1000);
                for deep in [super::grammar::DEEPEST * 2 + 4, 100_000] {
                    let error = Query::parse(&shape(deep)).unwrap_err().to_string();
                    assert!(error.contains("nested deeper"), "{error}");
                }
            }
        });
    evaluated.unwrap().join().unwrap();
}

#[test]
fn a_query_that_would_keep_too_much_is_refused() {
    let store = MetricStore::new(vec![series("m", &[], &[(0.0, 1.0)])]);
    for query in [
        "vector(1)[100y:1ms]",
        "count_over_time(vector(1)[10y:1ms])",
        "sum_over_time(sum_over_time(m[1y:1s])[1y:1s])",
    ] {
        let error = Query::parse(query)
            .unwrap()
            .at(&store, 1_800_000_000_000)
            .unwrap_err();
        assert!(
            matches!(&error, QueryError::Execution(what) if what.contains("too many samples")),
            "{query}: {error}"
        );
    }
}

#[test]
fn a_grid_counts_its_instants() {
    let grid = |start, end, step| Grid { start, end, step };
    assert_eq!(grid(0, 10, 5).len(), 3);
    assert_eq!(grid(0, 9, 5).len(), 2);
    assert_eq!(grid(1, 0, 5).len(), 0);
    assert_eq!(grid(0, 9, 5).times().collect::<Vec<_>>(), [0, 5]);
}

/// Words of the language and marks, to be strung together.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "m",
        "sum",
        "by",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "5m",
        "1e30",
        "NaN",
        "Inf",
        "0x",
        "1",
        "-",
        "+",
        "^",
        "=~",
        "=",
        "!=",
        "\"a\"",
        "'",
        "`",
        "rate",
        "offset",
        "@",
        "start",
        ":",
        ",",
        "on",
        "group_left",
        "bool",
        "\\",
        "é",
        "#",
        "\n",
        "and",
        "99999999999999999999y",
        "1y",
        "topk",
        "label_replace",
        "le",
        "\u{0}",
        "step",
        "fill",
        "anchored",
    ]);
    prop::collection::vec(word, 0..30).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_or_the_evaluator_panic(text in prop_oneof![any::<String>(), words()]) {
        let store = MetricStore::new(vec![series("m", &[("le", "x")], &[(0.0, 1.0)])]);
        if let Ok(query) = Query::parse(&text) {
            let _ = query.at(&store, 1000);
            let _ = query.over(&store, 0, 10_000, 1000);
        }
        let _ = super::SeriesSelector::parse(&text);
    }
}

#[test]
fn many_series_are_queried_in_order_and_completely() {
    let store = MetricStore::new(
        (0..500)
            .map(|n| {
                let samples: Vec<(f64, f64)> = (0..200)
                    .map(|index| (f64::from(index) * 15.0, f64::from(index)))
                    .collect();
                series("m", &[("n", &format!("{n:03}"))], &samples)
            })
            .collect(),
    );
    let expected: String = (0..500).fold(String::new(), |mut all, n| {
        let _ = write!(all, "{n:03}");
        all
    });
    let rates = values(&store, "rate(m[5m])", 2900);
    assert_eq!(
        rates.iter().map(|(n, _)| n.as_str()).collect::<String>(),
        expected
    );
    assert!(
        rates
            .iter()
            .all(|(_, rate)| (rate - 1.0 / 15.0).abs() < 1e-12)
    );
}

#[test]
fn labels_without_a_value_are_no_labels() {
    let store = MetricStore::new(vec![series("m", &[("n", "")], &[(0.0, 1.0)])]);
    let Answer::Vector(found) = Query::parse("m").unwrap().at(&store, 0).unwrap() else {
        panic!("not a vector");
    };
    let only_name: Labels = [(METRIC_NAME, "m")].into_iter().collect();
    assert_eq!(*found[0].0, only_name);
}
