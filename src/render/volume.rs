//! How much is written, by whom and when? In: rows of lines and bytes; out: a table with a chart below, JSON, CSV.
//!
//! ```text
//! Service    Lines   Bytes  Errors  Error share  Trend
//! ──────────────────────────
//! atlas-api  1,312  240 kB      40         3.0%  ▁▂▇
//! total      1,312  240 kB      40         3.0%
//!
//! lines every 30s                       the chart, a line for each row
//! ```

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::TimeDelta;
use serde::Serialize;
use serde_json::Value;

use super::Look;
use super::chart::{Chart, write_chart};
use super::csv;
use super::json;
use super::result::{json_number, plain};
use super::style::Role;
use super::table::{Cell, Flow, Table};
use crate::model::messages::query as text;
use crate::model::messages::render as shared;
use crate::model::messages::words as amounts;
use crate::model::{Sample, Unit, Window};

/// Columns of a trend.
const TREND_COLUMNS: usize = 16;

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VolumeLine {
    /// Whose lines they are; empty for those that bear no such label.
    pub(crate) name: String,
    /// Lines.
    pub(crate) lines: u64,
    /// Bytes.
    pub(crate) bytes: u64,
    /// Lines that are errors; `None` where no line has a level.
    pub(crate) errors: Option<u64>,
    /// Lines by level.
    pub(crate) levels: BTreeMap<String, u64>,
    /// Lines of each step.
    pub(crate) samples: Vec<Sample>,
}

/// The rows, and what was asked.
#[derive(Debug)]
pub(crate) struct VolumeSheet<'a> {
    /// The map's environment.
    pub(crate) environment: &'a str,
    /// The window.
    pub(crate) window: Window,
    /// What a row is: `service`, `level`, or a label.
    pub(crate) by: &'a str,
    /// The stream selector.
    pub(crate) query: &'a str,
    /// Length of a step.
    pub(crate) step: TimeDelta,
    /// The label that told levels; `None` where none did.
    pub(crate) level_label: Option<&'a str>,
    /// Days that the server keeps, where that is known.
    pub(crate) retention_days: Option<u32>,
    /// The rows, the one with the most lines first.
    pub(crate) rows: &'a [VolumeLine],
    /// All rows together, without their course.
    pub(crate) total: &'a VolumeLine,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VolumeForm {
    /// A table and a chart.
    Human,
    /// One JSON document.
    Json,
    /// Comma-separated values; made visible where the stream is a terminal.
    Csv {
        /// Whether it is one.
        sanitise: bool,
    },
}

/// Writes the rows.
///
/// # Errors
/// The writer's.
pub(crate) fn write_volume(
    sheet: &VolumeSheet<'_>,
    form: VolumeForm,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    match form {
        VolumeForm::Human => write_human(sheet, look, out),
        VolumeForm::Json => json::write_document(&Document::from(sheet), out),
        VolumeForm::Csv { sanitise } => write_csv(sheet, sanitise, out),
    }
}

/// Writes the table, and the chart where there is anything to draw.
fn write_human(sheet: &VolumeSheet<'_>, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    if sheet.rows.is_empty() {
        return writeln!(out, "{}", shared::nothing(look.lang));
    }
    let by_level = sheet.by == "level";
    let mut columns = vec![(text::volume_row_column(look.lang, sheet.by), Flow::Text)];
    let [lines, bytes, share, errors, error_share, trend] = text::volume_columns(look.lang);
    columns.extend([lines, bytes].map(|title| (title.to_owned(), Flow::Number)));
    let rest = if by_level {
        vec![share]
    } else {
        vec![errors, error_share]
    };
    columns.extend(
        rest.into_iter()
            .map(|title| (title.to_owned(), Flow::Number)),
    );
    columns.push((trend.to_owned(), Flow::Fixed));
    let titles = columns.iter().map(|(title, flow)| (title.as_str(), *flow));
    let mut table = Table::of(titles);
    for row in sheet.rows {
        table.push(cells(row, sheet, by_level, look));
    }
    if sheet.rows.len() > 1 {
        table.push(cells(sheet.total, sheet, by_level, look));
    }
    table.write(look, out)?;
    let drawn: Vec<(String, &[Sample])> = sheet
        .rows
        .iter()
        .filter(|row| row.lines > 0 && !row.samples.is_empty())
        .map(|row| (name(row, look), row.samples.as_slice()))
        .collect();
    if drawn.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let title = text::lines_every(look.lang, sheet.step);
    let chart = Chart {
        title: &title,
        unit: Some(Unit::Count),
        window: sheet.window,
        step: sheet.step,
        courses: drawn,
        limits: Vec::new(),
    };
    write_chart(&chart, look, out)
}

/// A row's name; a dash for lines without the label.
fn name(row: &VolumeLine, look: &Look) -> String {
    if row.name.is_empty() {
        text::without_label(look.lang).to_owned()
    } else {
        row.name.clone()
    }
}

/// A row of the table.
fn cells(row: &VolumeLine, sheet: &VolumeSheet<'_>, by_level: bool, look: &Look) -> Vec<Cell> {
    let count = |n: u64| amounts::count(look.lang, n);
    let percent = |part: u64, whole: u64| match whole {
        0 => "-".to_owned(),
        whole => amounts::percent(look.lang, part as f64 / whole as f64),
    };
    let mut cells = vec![
        Cell::painted(Role::Host, &name(row, look)),
        Cell::painted(Role::Number, &count(row.lines)),
        Cell::new(&amounts::bytes(look.lang, row.bytes as f64)),
    ];
    if by_level {
        cells.push(Cell::new(&percent(row.lines, sheet.total.lines)));
    } else {
        let role = if row.errors.is_some_and(|errors| errors > 0) {
            Role::Bad
        } else {
            Role::Plain
        };
        let errors = row.errors.map_or_else(|| "-".to_owned(), count);
        let share = row
            .errors
            .map_or_else(|| "-".to_owned(), |errors| percent(errors, row.lines));
        cells.extend([Cell::painted(role, &errors), Cell::painted(role, &share)]);
    }
    let values: Vec<Option<f64>> = row.samples.iter().map(|s| Some(s.value)).collect();
    cells.push(Cell::trend(&values, TREND_COLUMNS, look));
    cells
}

/// Writes a row for each row.
fn write_csv(sheet: &VolumeSheet<'_>, sanitise: bool, out: &mut dyn Write) -> io::Result<()> {
    let head = [sheet.by, "lines", "bytes", "errors", "error_ratio"];
    csv::write_row(head, sanitise, out)?;
    for row in sheet.rows {
        let errors = row.errors.map(|errors| errors.to_string());
        let ratio = ratio(row.errors, row.lines).map(plain);
        let (lines, bytes) = (row.lines.to_string(), row.bytes.to_string());
        let fields = [
            row.name.as_str(),
            &lines,
            &bytes,
            errors.as_deref().unwrap_or_default(),
            ratio.as_deref().unwrap_or_default(),
        ];
        csv::write_row(fields, sanitise, out)?;
    }
    Ok(())
}

/// The share of errors; `None` where levels are not known or there is no line.
fn ratio(errors: Option<u64>, lines: u64) -> Option<f64> {
    errors
        .filter(|_| lines > 0)
        .map(|errors| errors as f64 / lines as f64)
}

/// The JSON form, version 1.
#[derive(Serialize)]
struct Document<'a> {
    /// Version of the form.
    schema: u32,
    /// The map's environment.
    environment: &'a str,
    /// The window.
    window: Window,
    /// What a row is.
    by: &'a str,
    /// The stream selector.
    query: &'a str,
    /// Length of a step.
    step_seconds: Value,
    /// The label that told levels.
    level_label: Option<&'a str>,
    /// Days that the server keeps.
    retention_days: Option<u32>,
    /// Lines, as the server counted them.
    lines: u64,
    /// Bytes, as the server counted them.
    bytes: u64,
    /// Errors among the lines.
    errors: Option<u64>,
    /// Their share.
    error_ratio: Option<f64>,
    /// The rows.
    rows: Vec<Row<'a>>,
}

/// One row.
#[derive(Serialize)]
struct Row<'a> {
    /// Whose lines they are.
    name: &'a str,
    /// Lines.
    lines: u64,
    /// Bytes.
    bytes: u64,
    /// Errors among the lines.
    errors: Option<u64>,
    /// Their share.
    error_ratio: Option<f64>,
    /// Lines by level.
    levels: &'a BTreeMap<String, u64>,
    /// Lines of each step, by its end in Unix seconds.
    samples: Vec<[Value; 2]>,
}

impl<'a> From<&'a VolumeSheet<'a>> for Document<'a> {
    fn from(sheet: &'a VolumeSheet<'a>) -> Self {
        let row = |row: &'a VolumeLine| Row {
            name: &row.name,
            lines: row.lines,
            bytes: row.bytes,
            errors: row.errors,
            error_ratio: ratio(row.errors, row.lines),
            levels: &row.levels,
            samples: row
                .samples
                .iter()
                .map(|sample| [json_number(sample.at_seconds), json_number(sample.value)])
                .collect(),
        };
        Self {
            schema: 1,
            environment: sheet.environment,
            window: sheet.window,
            by: sheet.by,
            query: sheet.query,
            step_seconds: json_number(sheet.step.num_milliseconds() as f64 / 1000.0),
            level_label: sheet.level_label,
            retention_days: sheet.retention_days,
            lines: sheet.total.lines,
            bytes: sheet.total.bytes,
            errors: sheet.total.errors,
            error_ratio: ratio(sheet.total.errors, sheet.total.lines),
            rows: sheet.rows.iter().map(row).collect(),
        }
    }
}
