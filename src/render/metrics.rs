//! How do metrics stand? In: metrics judged; out: a table with trends, or JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::style::Role;
use super::table::{Cell, Flow, Table};
use super::{Format, Look, write_rows};
use crate::model::messages::render as words;
use crate::model::messages::words as amounts;
use crate::model::{Breach, Instant, Unit, Window};
use crate::report::{Gap, MetricLine};

/// Columns of a sparkline: twice the default half hour at two minutes a column, and the table still fits 100 columns.
const TREND_COLUMNS: usize = 16;
/// The same where room is short: with it, and without the extremes, the table fits a terminal of 80 columns.
const SHORT_TREND_COLUMNS: usize = 8;

/// Writes metrics.
///
/// # Errors
/// The writer's.
pub(crate) fn metrics(
    (environment, window, gaps): (&str, Window, &[Gap]),
    lines: &[MetricLine],
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let document = Document {
        schema: 1,
        environment,
        window,
        metrics: lines.iter().map(Metric::from).collect(),
        gaps,
    };
    let table = table(lines, window.to, look);
    let rows = (&table, words::nothing(look.lang));
    write_rows(rows, &document, format, look, out)
}

/// The metrics as a table; times get their date where they are not on the day of `day`. Where that would no longer be rows,
/// the extremes are left out and the trend is shorter; where even that would not be, each row is a card with everything.
pub(crate) fn table(lines: &[MetricLine], day: Instant, look: &Look) -> Table {
    let full = full_table(lines, day, look);
    if full.has_rows(look) {
        return full;
    }
    let short = short_table(lines, day, look);
    if short.has_rows(look) { short } else { full }
}

/// The table without extremes, with a short trend.
fn short_table(lines: &[MetricLine], day: Instant, look: &Look) -> Table {
    let [service, metric, now, baseline, _, _, trend, state] = words::metric_columns(look.lang);
    let mut table = Table::new(
        [service, metric, now, baseline, trend, state],
        [
            Flow::Fixed,
            Flow::Text,
            Flow::Number,
            Flow::Number,
            Flow::Fixed,
            Flow::Text,
        ],
    );
    for line in lines {
        table.row([
            Cell::painted(Role::Host, &line.service),
            Cell::new(&name(line)),
            value_cell(line, line.now, look),
            value_cell(line, line.baseline, look),
            Cell::trend(&line.trend, SHORT_TREND_COLUMNS, look),
            state_cell(line, day, look),
        ]);
    }
    table
}

/// The table with everything.
fn full_table(lines: &[MetricLine], day: Instant, look: &Look) -> Table {
    let mut table = Table::new(
        words::metric_columns(look.lang),
        [
            Flow::Fixed,
            Flow::Text,
            Flow::Number,
            Flow::Number,
            Flow::Number,
            Flow::Number,
            Flow::Fixed,
            Flow::Text,
        ],
    );
    for line in lines {
        table.row([
            Cell::painted(Role::Host, &line.service),
            Cell::new(&name(line)),
            value_cell(line, line.now, look),
            value_cell(line, line.baseline, look),
            value_cell(line, line.min, look),
            value_cell(line, line.max, look),
            Cell::trend(&line.trend, TREND_COLUMNS, look),
            state_cell(line, day, look),
        ]);
    }
    table
}

/// A value in the metric's unit; a dash where there is none.
fn value_cell(line: &MetricLine, value: Option<f64>, look: &Look) -> Cell {
    let text = value.map(|value| amounts::value(look.lang, line.unit, value));
    Cell::new(text.as_deref().unwrap_or("-"))
}

/// The metric's title, with what tells its series from others.
fn name(line: &MetricLine) -> String {
    if line.series.is_empty() {
        line.title.clone()
    } else {
        format!("{} {}", line.title, line.series)
    }
}

/// The state in a word, and since when where it is bad. A metric without a threshold is not judged, and says so by a dash.
fn state_cell(line: &MetricLine, day: Instant, look: &Look) -> Cell {
    let (role, state) = match (line.now, line.breach) {
        (None, _) => (Role::Warn, words::no_data(look.lang)),
        (_, None) => (Role::Plain, "-"),
        (_, Some(Breach::Ok)) => (Role::Good, words::breach(look.lang, Breach::Ok)),
        (_, Some(Breach::Warning)) => (Role::Warn, words::breach(look.lang, Breach::Warning)),
        (_, Some(Breach::Critical)) => (Role::Bad, words::breach(look.lang, Breach::Critical)),
    };
    match line.breach_since {
        Some(at) if line.breach > Some(Breach::Ok) => {
            let since = words::since(look.lang, &amounts::time_near(at, day, look.offset));
            Cell::painted(role, &format!("{state} {since}"))
        }
        _ => Cell::painted(role, state),
    }
}

/// The JSON form, version 1.
#[derive(Serialize)]
struct Document<'a> {
    /// Version of the form.
    schema: u32,
    /// The map's environment.
    environment: &'a str,
    /// The window in question.
    window: Window,
    /// One object a series.
    metrics: Vec<Metric<'a>>,
    /// Questions without an answer.
    gaps: &'a [Gap],
}

/// One series. A value that is not a finite number is `null`.
#[derive(Serialize)]
pub(super) struct Metric<'a> {
    /// Service of the map.
    service: &'a str,
    /// The catalogue's id.
    #[serde(rename = "metric")]
    id: &'a str,
    /// Its name for people.
    title: &'a str,
    /// What the numbers count.
    unit: Unit,
    /// What tells this series from others of the metric.
    series: &'a str,
    /// Latest value.
    now: Option<f64>,
    /// Median of the baseline.
    baseline: Option<f64>,
    /// Least value.
    min: Option<f64>,
    /// Greatest value.
    max: Option<f64>,
    /// Against its threshold.
    state: State,
    /// Since when it is past its threshold.
    since: Option<Instant>,
}

/// How a metric stands.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    /// Not past a threshold; also where it has none.
    Ok,
    /// Past its warning value.
    Warning,
    /// Past its critical value.
    Critical,
    /// No value in the window.
    NoData,
}

impl<'a> From<&'a MetricLine> for Metric<'a> {
    fn from(line: &'a MetricLine) -> Self {
        let state = match (line.now, line.breach) {
            (None, _) => State::NoData,
            (_, None | Some(Breach::Ok)) => State::Ok,
            (_, Some(Breach::Warning)) => State::Warning,
            (_, Some(Breach::Critical)) => State::Critical,
        };
        Self {
            service: &line.service,
            id: &line.id,
            title: &line.title,
            unit: line.unit,
            series: &line.series,
            now: line.now,
            baseline: line.baseline,
            min: line.min,
            max: line.max,
            state,
            since: line.breach_since,
        }
    }
}
