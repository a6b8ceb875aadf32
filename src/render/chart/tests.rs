//! Charts as they look, and what no input may do to them.

use chrono::TimeDelta;

use super::*;
use crate::model::Lang;
use crate::render::sample::{at, look};
use crate::render::style::Style;

/// Half an hour from 09:00 UTC, 10:00 where the look is.
fn window() -> Window {
    Window::new(at(9, 0), at(9, 30)).unwrap()
}

/// Samples every 30 seconds.
fn samples(value: impl Fn(f64) -> f64) -> Vec<Sample> {
    (0..=60_u32)
        .map(|index| Sample {
            at_seconds: window().from.timestamp() as f64 + f64::from(index) * 30.0,
            value: value(f64::from(index)),
        })
        .filter(|sample| sample.value != -999.0)
        .collect()
}

/// A chart, as written.
fn drawn(
    courses: &[(&str, Vec<Sample>)],
    unit: Option<Unit>,
    limits: &[(Breach, f64)],
    look: &Look,
) -> String {
    let chart = Chart {
        title: "p95 of atlas-api",
        unit,
        window: window(),
        step: TimeDelta::seconds(30),
        courses: courses
            .iter()
            .map(|(name, samples)| ((*name).to_owned(), samples.as_slice()))
            .collect(),
        limits: limits.to_vec(),
    };
    let mut out = Vec::new();
    write_chart(&chart, look, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A look of so many columns.
fn wide(columns: usize) -> Look {
    Look {
        width: Some(columns),
        ..look()
    }
}

/// The same in ASCII.
fn ascii(columns: usize) -> Look {
    Look {
        ascii: true,
        ..wide(columns)
    }
}

/// A step up at two thirds, a gap before it.
fn step_up(index: f64) -> f64 {
    match index {
        index if (20.0..28.0).contains(&index) => -999.0,
        index if index < 40.0 => 0.4 + index * 0.005,
        index => (0.6 + (index - 40.0) * 0.6).min(2.4),
    }
}

#[test]
fn one_line_with_a_gap_and_thresholds() {
    let courses = [("atlas-api", samples(step_up))];
    let limits = [(Breach::Warning, 1.5), (Breach::Critical, 2.0)];
    let all = [
        drawn(&courses, Some(Unit::Seconds), &limits, &wide(72)),
        drawn(&courses, Some(Unit::Seconds), &limits, &ascii(72)),
    ];
    insta::assert_snapshot!(all.join("\n=====\n"));
}

#[test]
fn several_lines_carry_letters_and_a_legend() {
    let courses = [
        (
            "{route=\"/v1/orders\"}",
            samples(|index| 40.0 + (index / 6.0).sin() * 20.0),
        ),
        ("{route=\"/v1/users\"}", samples(|index| 90.0 - index)),
        ("\u{1b}[2J{evil=\"\u{202e}\"}", samples(|_| 10.0)),
    ];
    let french = Look {
        lang: Lang::Fr,
        ..wide(60)
    };
    let all = [
        drawn(&courses, Some(Unit::PerSecond), &[], &french),
        drawn(&courses, Some(Unit::PerSecond), &[], &ascii(60)),
    ];
    insta::assert_snapshot!(all.join("\n=====\n"));
}

#[test]
fn what_is_no_number_is_a_gap_or_an_arrow() {
    let course = |index: f64| match index {
        10.0 | 11.0 => f64::INFINITY,
        30.0 => f64::NEG_INFINITY,
        index if (40.0..50.0).contains(&index) => f64::NAN,
        index => index,
    };
    insta::assert_snapshot!(drawn(&[("x", samples(course))], None, &[], &wide(60)));
}

#[test]
fn without_a_value_nothing_is_drawn_and_that_is_said() {
    for course in [
        samples(|_| f64::NAN),
        Vec::new(),
        samples(|_| f64::INFINITY),
    ] {
        let text = drawn(&[("x", course)], None, &[], &wide(60));
        assert!(text.contains("no value to draw"), "{text}");
    }
}

#[test]
fn a_spike_shorter_than_a_column_is_drawn() {
    let from = window().from.timestamp() as f64;
    let samples: Vec<Sample> = (0..18_000_u32)
        .map(|index| Sample {
            at_seconds: from + f64::from(index) / 10.0,
            value: if index == 9_001 { 100.0 } else { 1.0 },
        })
        .collect();
    let text = drawn(&[("x", samples)], None, &[], &ascii(60));
    let top = text.lines().nth(1).unwrap();
    assert!(top.contains("100 +") && top.contains('*'), "{text}");
}

#[test]
fn of_many_lines_the_greatest_are_drawn_and_the_rest_is_counted() {
    let courses: Vec<(String, Vec<Sample>)> = (0..20)
        .map(|index| (format!("line-{index}"), samples(|_| f64::from(index))))
        .collect();
    let courses: Vec<(&str, Vec<Sample>)> = courses
        .iter()
        .map(|(name, samples)| (name.as_str(), samples.clone()))
        .collect();
    let text = drawn(&courses, None, &[], &wide(80));
    assert!(
        text.contains("line-19") && text.contains("line-12"),
        "{text}"
    );
    assert!(!text.contains("line-11"), "{text}");
    assert!(text.contains("and 12 series with smaller values"), "{text}");
}

#[test]
fn colours_change_no_character() {
    let courses = [
        ("a", samples(|index| index)),
        ("b", samples(|index| 60.0 - index)),
    ];
    let limits = [(Breach::Critical, 30.0)];
    let sgr = regex::Regex::new("\x1b\\[[0-9;]*m").unwrap();
    let coloured = Look {
        style: Style::new(true),
        ..wide(60)
    };
    let text = drawn(&courses, None, &limits, &coloured);
    assert!(text.contains('\x1b'));
    assert_eq!(
        sgr.replace_all(&text, ""),
        drawn(&courses, None, &limits, &wide(60))
    );
}

proptest::proptest! {
    #[test]
    fn no_values_make_it_panic_or_run_over(values in proptest::collection::vec(proptest::num::f64::ANY, 0..40), columns in 30_usize..160, limit in proptest::num::f64::ANY, ascii in proptest::bool::ANY) {
        let from = window().from.timestamp() as f64;
        let samples: Vec<Sample> = values
            .iter()
            .enumerate()
            .map(|(index, value)| Sample { at_seconds: from + index as f64 * 45.0, value: *value })
            .collect();
        let look = Look { ascii, ..wide(columns) };
        let text = drawn(&[("x", samples)], None, &[(Breach::Warning, limit)], &look);
        let drawing = text.lines().take_while(|line| !line.starts_with(['•', '*']));
        for line in drawing {
            proptest::prop_assert!(super::columns(line) <= columns.max(48), "{}", text);
        }
    }
}
