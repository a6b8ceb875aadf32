//! Answers in every form.

use super::entries::{EntriesEnd, EntryForm, EntryView, EntryWriter};
use super::*;
use crate::render::sample::{at, look};

/// A series with these labels and values a minute apart.
fn series(labels: &[(&str, &str)], values: &[f64]) -> Series {
    let from = at(9, 0).timestamp() as f64;
    Series {
        labels: labels.iter().copied().collect(),
        samples: values
            .iter()
            .enumerate()
            .map(|(index, value)| Sample {
                at_seconds: from + index as f64 * 60.0,
                value: *value,
            })
            .collect(),
    }
}

/// An answer as written.
fn written(result: &QueryResult, form: Form) -> String {
    let over = matches!(result, QueryResult::Matrix(_));
    let warnings = ["a part is missing".to_owned()];
    let asked = Asked {
        query: "sum by (route) (rate(http_requests_total[5m]))",
        when: if over {
            let window = Window::new(at(9, 0), at(9, 30)).unwrap();
            When::Over(window, TimeDelta::minutes(1))
        } else {
            When::At(at(9, 30))
        },
        unit: None,
        warnings: &warnings,
    };
    let mut out = Vec::new();
    write_result(&asked, result, form, &look(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_type_of_answer_in_every_form() {
    let common = [("job", "api"), ("route", "/v1/orders, \"x\"")];
    let vector = QueryResult::Vector(vec![
        series(&common, &[1_234_567.0]),
        series(&[("job", "api"), ("route", "\u{1b}[2J")], &[0.1 + 0.2]),
        series(&[("job", "api"), ("status", "500")], &[f64::NAN]),
    ]);
    let matrix = QueryResult::Matrix(vec![
        series(&[("job", "b")], &[1.0, f64::INFINITY, 3.0]),
        series(&[("job", "a")], &[1e-9, 2.5, -4.0]),
    ]);
    let scalar = QueryResult::Scalar(Sample {
        at_seconds: at(9, 30).timestamp() as f64 + 0.5,
        value: f64::NEG_INFINITY,
    });
    let text = QueryResult::Text("a \u{202e}string".to_owned());
    let mut all = String::new();
    for result in [
        vector,
        matrix,
        scalar,
        text,
        QueryResult::Vector(Vec::new()),
    ] {
        for form in [Form::Table, Form::Csv { sanitise: false }, Form::Json] {
            all.push_str(&written(&result, form));
            all.push_str("=====\n");
        }
    }
    insta::assert_snapshot!(all);
}

#[test]
fn a_number_is_as_exact_as_people_read_it() {
    for (value, expected) in [
        (0.0, "0"),
        (-0.5, "-0.5"),
        (1_234_567.0, "1,234,567"),
        (1_234.567_8, "1234.57"),
        (0.1 + 0.2, "0.3"),
        (0.000_123_456_7, "0.000123457"),
        (1e-9, "1.00000e-9"),
        (1e300, "1.00000e300"),
    ] {
        assert_eq!(text::exact(crate::model::Lang::En, value), expected);
    }
}

/// Entries as written, in two pages.
fn entries(form: EntryForm, screen: bool) -> String {
    let labels = |pairs: &[(&str, &str)]| pairs.iter().copied().collect::<Labels>();
    let (error, info, other) = (
        labels(&[("app", "a"), ("detected_level", "error"), ("env", "x")]),
        labels(&[("app", "a"), ("detected_level", "info"), ("env", "x")]),
        labels(&[("app", "b"), ("pod", "p")]),
    );
    let entry = |minute, labels, line| EntryView {
        at: at(9, minute),
        labels,
        line,
    };
    let look = look();
    let window = Window::new(at(9, 0), at(9, 30)).unwrap();
    let mut writer = EntryWriter::new(form, window, screen, &look);
    let mut out = Vec::new();
    writer.begin("{app=\"a\"}", window, &mut out).unwrap();
    let first = [
        entry(1, &info, "fine"),
        entry(2, &error, "two\nlines\u{1b}[31m\n"),
    ];
    writer.page(&first, &mut out).unwrap();
    let second = [entry(3, &other, "another, \"app\"")];
    writer.page(&second, &mut out).unwrap();
    let end = EntriesEnd {
        limit_reached: true,
        complete: false,
    };
    writer.end(end, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn entries_in_every_form() {
    let forms = [
        EntryForm::Human,
        EntryForm::Ndjson,
        EntryForm::Json,
        EntryForm::Csv,
        EntryForm::Raw,
    ];
    let all: Vec<String> = forms.into_iter().map(|form| entries(form, true)).collect();
    insta::assert_snapshot!(all.join("=====\n"));
    assert!(entries(EntryForm::Raw, false).contains("\u{1b}[31m"));
}

#[test]
fn a_document_of_entries_is_json_with_and_without_them() {
    let look = look();
    let window = Window::new(at(9, 0), at(9, 30)).unwrap();
    let empty = {
        let writer = EntryWriter::new(EntryForm::Json, window, false, &look);
        let mut out = Vec::new();
        writer.begin("{a=\"b\"}", window, &mut out).unwrap();
        writer.end(EntriesEnd::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    for (text, count) in [(empty, 0), (entries(EntryForm::Json, false), 3)] {
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["entries"].as_array().unwrap().len(), count);
        assert_eq!(document["schema"], 1);
    }
}
