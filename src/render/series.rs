//! Which log streams are there? In: label sets, perhaps with their lines; out: one set a line, ready to be a selector; a table of
//! counts or of labels; JSON, NDJSON, CSV.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::Serialize;

use super::Look;
use super::csv;
use super::json;
use super::style::Role;
use super::table::{Cell, Flow, Table};
use super::visible::visible;
use crate::model::messages::query as text;
use crate::model::messages::words as amounts;
use crate::model::{Labels, Window};

/// One stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct StreamRow {
    /// What identifies it.
    pub(crate) labels: Labels,
    /// Its lines in the window; `None` where nobody counted.
    pub(crate) lines: Option<u64>,
}

/// The streams, and what was asked.
#[derive(Debug)]
pub(crate) struct SeriesSheet<'a> {
    /// The selectors.
    pub(crate) selectors: &'a [String],
    /// In which window they have entries.
    pub(crate) window: Window,
    /// The streams, by their labels.
    pub(crate) rows: &'a [StreamRow],
    /// Whether lines were counted.
    pub(crate) counted: bool,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SeriesForm {
    /// For people.
    Human,
    /// One JSON document.
    Json,
    /// One JSON object a stream.
    Ndjson,
    /// Comma-separated values; made visible where the stream is a terminal.
    Csv {
        /// Whether it is one.
        sanitise: bool,
    },
}

/// One label of the streams.
#[derive(Debug, Serialize)]
struct LabelRow<'a> {
    /// Its name.
    name: &'a str,
    /// Its different values.
    unique_values: usize,
    /// Streams that bear it.
    streams: usize,
}

/// The JSON form of streams, version 1.
#[derive(Serialize)]
struct StreamsDocument<'a> {
    /// Version of the form.
    schema: u32,
    /// The selectors.
    selectors: &'a [String],
    /// The window.
    window: Window,
    /// The streams.
    series: &'a [StreamRow],
}

/// The JSON form of their labels, version 1.
#[derive(Serialize)]
struct LabelsDocument<'a> {
    /// Version of the form.
    schema: u32,
    /// The selectors.
    selectors: &'a [String],
    /// The window.
    window: Window,
    /// How many streams there are.
    streams: usize,
    /// Their labels.
    labels: Vec<LabelRow<'a>>,
}

/// Writes the streams; their labels where `analyse` says so.
///
/// # Errors
/// The writer's.
pub(crate) fn write_series(
    sheet: &SeriesSheet<'_>,
    analyse: bool,
    form: SeriesForm,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    if analyse {
        return write_labels(sheet, form, look, out);
    }
    match form {
        SeriesForm::Human if sheet.counted => table(sheet, look).write(look, out),
        SeriesForm::Human => sheet
            .rows
            .iter()
            .try_for_each(|row| writeln!(out, "{}", visible(&row.labels.to_string()))),
        SeriesForm::Json => {
            let document = StreamsDocument {
                schema: 1,
                selectors: sheet.selectors,
                window: sheet.window,
                series: sheet.rows,
            };
            json::write_document(&document, out)
        }
        SeriesForm::Ndjson => sheet
            .rows
            .iter()
            .try_for_each(|row| json::write_line(row, out)),
        SeriesForm::Csv { sanitise } => write_csv(sheet, sanitise, out),
    }
}

/// The streams with their lines.
fn table(sheet: &SeriesSheet<'_>, look: &Look) -> Table {
    let [lines, series] = text::stream_columns(look.lang);
    let mut table = Table::new([lines, series], [Flow::Number, Flow::Text]);
    for row in sheet.rows {
        let lines = amounts::count(look.lang, row.lines.unwrap_or(0));
        table.row([
            Cell::painted(Role::Number, &lines),
            Cell::new(&row.labels.to_string()),
        ]);
    }
    table
}

/// Writes a column for each label.
fn write_csv(sheet: &SeriesSheet<'_>, sanitise: bool, out: &mut dyn Write) -> io::Result<()> {
    let names: BTreeSet<&str> = sheet
        .rows
        .iter()
        .flat_map(|row| row.labels.iter())
        .map(|(name, _)| name)
        .collect();
    let head = names
        .iter()
        .copied()
        .chain(sheet.counted.then_some("lines"));
    csv::write_row(head, sanitise, out)?;
    for row in sheet.rows {
        let lines = row.lines.map(|lines| lines.to_string());
        let labels = names
            .iter()
            .map(|name| row.labels.get(name).unwrap_or_default());
        csv::write_row(labels.chain(lines.as_deref()), sanitise, out)?;
    }
    Ok(())
}

/// Writes the labels of the streams, the one with the most values first: what makes streams many.
fn write_labels(
    sheet: &SeriesSheet<'_>,
    form: SeriesForm,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let labels = labels(sheet);
    match form {
        SeriesForm::Json | SeriesForm::Ndjson => {
            let document = LabelsDocument {
                schema: 1,
                selectors: sheet.selectors,
                window: sheet.window,
                streams: sheet.rows.len(),
                labels,
            };
            json::write_document(&document, out)
        }
        SeriesForm::Csv { sanitise } => {
            csv::write_row(["name", "unique_values", "streams"], sanitise, out)?;
            labels.iter().try_for_each(|row| {
                let (values, streams) = (row.unique_values.to_string(), row.streams.to_string());
                csv::write_row([row.name, &values, &streams], sanitise, out)
            })
        }
        SeriesForm::Human => {
            let flows = [Flow::Text, Flow::Number, Flow::Number];
            let mut table = Table::new(text::label_columns(look.lang), flows);
            for row in labels {
                table.row([
                    Cell::new(row.name),
                    Cell::new(&amounts::count(look.lang, row.unique_values as u64)),
                    Cell::new(&amounts::count(look.lang, row.streams as u64)),
                ]);
            }
            table.write(look, out)
        }
    }
}

/// The labels of the streams.
fn labels<'a>(sheet: &SeriesSheet<'a>) -> Vec<LabelRow<'a>> {
    let mut found: BTreeMap<&str, (BTreeSet<&str>, usize)> = BTreeMap::new();
    for (name, value) in sheet.rows.iter().flat_map(|row| row.labels.iter()) {
        let (values, streams) = found.entry(name).or_default();
        values.insert(value);
        *streams += 1;
    }
    let mut rows: Vec<LabelRow<'a>> = found
        .into_iter()
        .map(|(name, (values, streams))| LabelRow {
            name,
            unique_values: values.len(),
            streams,
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.unique_values));
    rows
}
