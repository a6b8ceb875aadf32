//! What did a query answer? In: a vector, a matrix, a scalar, a string, or log entries; out: a table, a chart, CSV, JSON, lines.
//!
//! ```text
//! all series: {job="api"}                        what all share, once
//! route       status  Value                      a column for each label that tells series apart
//! ──────────────────────────
//! /v1/orders  500        12
//! ```
//!
//! A matrix is one row a series with its figures and its trend; CSV and JSON have every sample. Series stand in the server's
//! order where that means something (`topk`, `sort`): in an instant answer; in a matrix by their labels.

pub(crate) mod entries;

use std::collections::BTreeSet;
use std::io::{self, Write};

use chrono::{SecondsFormat, TimeDelta};
use serde::Serialize;
use serde_json::{Value, json};

use super::Look;
use super::chart::{Chart, number, write_chart};
use super::csv;
use super::json;
use super::style::Role;
use super::table::{Cell, Flow, Table};
use super::visible::visible;
use crate::model::messages::query as text;
use crate::model::messages::render as shared;
use crate::model::messages::words as amounts;
use crate::model::{Figures, Instant, Labels, QueryResult, Sample, Series, Unit, Window};

/// Columns of a trend.
const TREND_COLUMNS: usize = 24;
/// Labels that get a column of their own; with more, a row would be no row any more.
const LABEL_COLUMNS: usize = 5;

/// What was asked, and when.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    /// The query.
    pub(crate) query: &'a str,
    /// When: an instant, or a window with its step.
    pub(crate) when: When,
    /// What the values count; `None` where nobody said.
    pub(crate) unit: Option<Unit>,
    /// What the server said about its answer.
    pub(crate) warnings: &'a [String],
}

/// When a query was evaluated.
#[derive(Debug, Clone, Copy)]
pub(crate) enum When {
    /// Once.
    At(Instant),
    /// At each step.
    Over(Window, TimeDelta),
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A table.
    Table,
    /// A chart; a table where there is nothing over time.
    Chart,
    /// One JSON document.
    Json,
    /// Comma-separated values; made visible where the stream is a terminal.
    Csv {
        /// Whether it is one.
        sanitise: bool,
    },
}

/// Writes an answer in numbers. Log streams have no place here: they are written as [`entries`].
///
/// # Errors
/// The writer's.
pub(crate) fn write_result(
    asked: &Asked<'_>,
    result: &QueryResult,
    form: Form,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (series, over_time) = match result {
        QueryResult::Vector(series) => (series.clone(), false),
        QueryResult::Matrix(series) => {
            let mut series = series.clone();
            series.sort_by(|a, b| a.labels.cmp(&b.labels));
            (series, true)
        }
        QueryResult::Scalar(sample) => (unlabelled(*sample), false),
        QueryResult::Streams(_) | QueryResult::Text(_) => (Vec::new(), false),
    };
    match (form, result) {
        (Form::Json, _) => write_json(asked, result, &series, out),
        (Form::Csv { sanitise }, QueryResult::Text(value)) => {
            csv::write_row(["value"], sanitise, out)?;
            csv::write_row([value.as_str()], sanitise, out)
        }
        (Form::Csv { sanitise }, _) => write_csv(&series, sanitise, out),
        (Form::Table | Form::Chart, QueryResult::Text(value)) => {
            writeln!(out, "{}", visible(value))
        }
        (Form::Chart, _) if over_time && !series.is_empty() => {
            write_courses(asked, &series, look, out)
        }
        (Form::Table | Form::Chart, _) => write_table(asked, &series, over_time, look, out),
    }
}

/// A series without labels.
fn unlabelled(sample: Sample) -> Vec<Series> {
    vec![Series {
        labels: Labels::default(),
        samples: vec![sample],
    }]
}

/// The labels that all sets have with the same value; none where there is one set only, which they then tell.
pub(crate) fn common_labels<'a>(sets: impl IntoIterator<Item = &'a Labels>) -> Labels {
    let mut sets = sets.into_iter().peekable();
    let first = sets.next();
    if sets.peek().is_none() {
        return Labels::default();
    }
    Labels::common(first.into_iter().chain(sets))
}

/// The labels of a set that are not among the common ones.
pub(crate) fn without(labels: &Labels, common: &Labels) -> Labels {
    labels
        .iter()
        .filter(|(name, _)| common.get(name).is_none())
        .collect()
}

/// Writes when the query was evaluated and what all series share.
fn write_head(
    asked: &Asked<'_>,
    common: &Labels,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let offset = amounts::utc_offset(look.offset);
    let at = |at| amounts::date_time(at, look.offset);
    let when = match asked.when {
        When::At(instant) => text::evaluated_at(look.lang, &at(instant), &offset),
        When::Over(window, step) => text::evaluated_over(
            look.lang,
            &at(window.from),
            &amounts::time_near(window.to, window.from, look.offset),
            &amounts::duration(look.lang, step),
            &offset,
        ),
    };
    writeln!(out, "{}", look.style.paint(Role::Quiet, &when))?;
    if common.0.is_empty() {
        return Ok(());
    }
    let common = text::all_series(look.lang, &visible(&common.to_string()));
    writeln!(out, "{}", look.style.paint(Role::Quiet, &common))
}

/// Writes series as a table.
fn write_table(
    asked: &Asked<'_>,
    series: &[Series],
    over_time: bool,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    if series.is_empty() {
        return writeln!(out, "{}", shared::nothing(look.lang));
    }
    let common = common_labels(series.iter().map(|series| &series.labels));
    write_head(asked, &common, look, out)?;
    let names: BTreeSet<&str> = series
        .iter()
        .flat_map(|series| series.labels.iter())
        .map(|(name, _)| name)
        .filter(|name| common.get(name).is_none())
        .collect();
    let names: Vec<&str> = names.into_iter().collect();
    let apart = (1..=LABEL_COLUMNS).contains(&names.len());
    let mut columns: Vec<(&str, Flow)> = if apart {
        names.iter().map(|name| (*name, Flow::Text)).collect()
    } else {
        vec![(text::series_column(look.lang), Flow::Text)]
    };
    if over_time {
        let flows = [
            Flow::Number,
            Flow::Number,
            Flow::Number,
            Flow::Number,
            Flow::Fixed,
        ];
        columns.extend(text::figure_columns(look.lang).into_iter().zip(flows));
    } else {
        columns.push((text::value_column(look.lang), Flow::Number));
    }
    let mut table = Table::of(columns);
    for one in series {
        let mut cells: Vec<Cell> = if apart {
            let value = |name: &&str| one.labels.get(name).unwrap_or_default();
            names.iter().map(|name| Cell::new(value(name))).collect()
        } else {
            vec![Cell::new(&without(&one.labels, &common).to_string())]
        };
        cells.extend(if over_time {
            figure_cells(asked, one, look)
        } else {
            let value = one.samples.first().map(|sample| sample.value);
            vec![value_cell(value, asked.unit, look)]
        });
        table.push(cells);
    }
    table.write(look, out)
}

/// The figures of a series over time.
fn figure_cells(asked: &Asked<'_>, series: &Series, look: &Look) -> Vec<Cell> {
    let figures = Figures::of(&series.samples);
    let cell = |pick: fn(&Figures) -> f64| value_cell(figures.as_ref().map(pick), asked.unit, look);
    vec![
        Cell::new(&amounts::count(look.lang, series.samples.len() as u64)),
        cell(|figures| figures.last),
        cell(|figures| figures.min),
        cell(|figures| figures.max),
        Cell::trend(&trend(asked, &series.samples), TREND_COLUMNS, look),
    ]
}

/// The values of a series, one a step, `None` where one is missing.
fn trend(asked: &Asked<'_>, samples: &[Sample]) -> Vec<Option<f64>> {
    /// A sparkline shows the greatest of many values in each of its columns; more of them show nothing more.
    const MOST_STEPS: i64 = 20_000;
    let When::Over(window, step) = asked.when else {
        return Vec::new();
    };
    let millis = step.num_milliseconds().max(1);
    let steps = (window.length().num_milliseconds() / millis + 1).clamp(1, MOST_STEPS);
    let mut values = vec![None; usize::try_from(steps).unwrap_or(1)];
    let start = window.from.timestamp_millis();
    for sample in samples {
        let after = sample.instant().timestamp_millis() - start;
        let index = usize::try_from(after.div_euclid(millis)).unwrap_or(0);
        let last = values.len() - 1;
        values[index.min(last)] = Some(sample.value);
    }
    values
}

/// A value; a dash where there is none.
fn value_cell(value: Option<f64>, unit: Option<Unit>, look: &Look) -> Cell {
    let text = value.map(|value| number(value, unit, look));
    Cell::painted(Role::Number, text.as_deref().unwrap_or("-"))
}

/// Writes series as a chart.
fn write_courses(
    asked: &Asked<'_>,
    series: &[Series],
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let common = common_labels(series.iter().map(|series| &series.labels));
    if !common.0.is_empty() {
        let common = text::all_series(look.lang, &visible(&common.to_string()));
        writeln!(out, "{}", look.style.paint(Role::Quiet, &common))?;
    }
    let (window, step) = match asked.when {
        When::Over(window, step) => (window, step),
        When::At(_) => return Ok(()),
    };
    let chart = Chart {
        title: asked.query,
        unit: asked.unit,
        window,
        step,
        courses: series
            .iter()
            .map(|one| {
                let name = without(&one.labels, &common).to_string();
                (name, one.samples.as_slice())
            })
            .collect(),
        limits: Vec::new(),
    };
    write_chart(&chart, look, out)
}

/// Writes every sample as a row: when, what, and a column for each label that any series has.
fn write_csv(series: &[Series], sanitise: bool, out: &mut dyn Write) -> io::Result<()> {
    let names: BTreeSet<&str> = series
        .iter()
        .flat_map(|series| series.labels.iter())
        .map(|(name, _)| name)
        .collect();
    let head = ["ts", "value"].into_iter().chain(names.iter().copied());
    csv::write_row(head, sanitise, out)?;
    for one in series {
        for sample in &one.samples {
            let at = rfc3339(sample.instant());
            let value = plain(sample.value);
            let labels = names
                .iter()
                .map(|name| one.labels.get(name).unwrap_or_default());
            let row = [at.as_str(), value.as_str()].into_iter().chain(labels);
            csv::write_row(row, sanitise, out)?;
        }
    }
    Ok(())
}

/// The shortest text that reads back as the same number; NaN and the infinities as Prometheus spells them.
pub(crate) fn plain(value: f64) -> String {
    match value {
        value if value.is_nan() => "NaN".to_owned(),
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        value => format!("{value}"),
    }
}

/// An instant for programs.
pub(crate) fn rfc3339(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A value for JSON: a number, or `"NaN"`, `"+Inf"`, `"-Inf"`.
pub(crate) fn json_number(value: f64) -> Value {
    /// Whole numbers up to 2^53 are written without a fraction.
    const WHOLE: f64 = 9.007e15;
    if !value.is_finite() {
        return Value::from(plain(value));
    }
    if value.fract() == 0.0 && value.abs() < WHOLE {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        let whole = value as i64;
        return Value::from(whole);
    }
    Value::from(value)
}

/// The JSON form, version 1.
#[derive(Serialize)]
struct Document<'a> {
    /// Version of the form.
    schema: u32,
    /// The query.
    query: &'a str,
    /// `vector`, `matrix`, `scalar`, `string`.
    result_type: &'a str,
    /// When it was evaluated, where that was one instant.
    at: Option<String>,
    /// Over which window, where it was one.
    window: Option<Window>,
    /// In which steps.
    step_seconds: Option<Value>,
    /// The answer.
    result: Vec<Value>,
    /// What the server said about it.
    warnings: &'a [String],
}

/// Writes an answer as a document.
fn write_json(
    asked: &Asked<'_>,
    result: &QueryResult,
    series: &[Series],
    out: &mut dyn Write,
) -> io::Result<()> {
    let point = |series: &Series| {
        let sample = series.samples.first();
        json!({
            "labels": series.labels,
            "ts": sample.map(|sample| rfc3339(sample.instant())),
            "value": sample.map(|sample| json_number(sample.value)),
        })
    };
    let course = |series: &Series| {
        let samples: Vec<Value> = series
            .samples
            .iter()
            .map(|sample| json!([json_number(sample.at_seconds), json_number(sample.value)]))
            .collect();
        json!({ "labels": series.labels, "samples": samples })
    };
    let (result_type, result) = match result {
        QueryResult::Vector(_) => ("vector", series.iter().map(point).collect()),
        QueryResult::Matrix(_) => ("matrix", series.iter().map(course).collect()),
        QueryResult::Scalar(_) => ("scalar", series.iter().map(point).collect()),
        QueryResult::Text(value) => ("string", vec![json!({ "value": value })]),
        QueryResult::Streams(_) => ("streams", Vec::new()),
    };
    let (at, window, step) = match asked.when {
        When::At(at) => (Some(rfc3339(at)), None, None),
        When::Over(window, step) => {
            let step = json_number(step.num_milliseconds() as f64 / 1000.0);
            (None, Some(window), Some(step))
        }
    };
    let document = Document {
        schema: 1,
        query: asked.query,
        result_type,
        at,
        window,
        step_seconds: step,
        result,
        warnings: asked.warnings,
    };
    json::write_document(&document, out)
}

#[cfg(test)]
mod tests;
