//! Which signatures do lines have, and what changed? In: counted signatures and what was looked at; out: a table for people and
//! tickets, JSON, CSV.

use std::io::{self, Write};

use serde::Serialize;

use super::coverage::{Coverage, write_coverage};
use super::csv::write_row;
use super::style::Role;
use super::table::{Cell, Flow, Table};
use super::{Look, json};
use crate::model::Instant;
use crate::model::messages::reading as words;
use crate::model::messages::words as amounts;

/// Columns of a trend.
const TREND_COLUMNS: usize = 12;

/// Forms of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignatureForm {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
    /// For tickets.
    Markdown,
}

/// Lines of one signature. Serialises as the rows of the JSON form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct SignatureRow {
    /// The same for the same text.
    pub(crate) id: String,
    /// The text that they share, `<*>` for what varies.
    pub(crate) signature: String,
    /// The type of the exception behind them.
    pub(crate) exception: Option<String>,
    /// The worst level.
    pub(crate) level: &'static str,
    /// Events in the window.
    pub(crate) count: u64,
    /// Lines of those.
    pub(crate) lines: u64,
    /// Whether count and lines are reckoned from a sample.
    pub(crate) estimated: bool,
    /// Events over all events listed.
    pub(crate) share_ratio: f64,
    /// Events in the baseline; `None` where that could not be read.
    pub(crate) before: Option<u64>,
    /// Against the baseline.
    pub(crate) change: Changed,
    /// Times the baseline's rate, where both have it.
    pub(crate) times: Option<f64>,
    /// The first in the window; of what is gone, in the baseline.
    pub(crate) first: Instant,
    /// The last.
    pub(crate) last: Instant,
    /// Events looked at in each of the equal steps of the window.
    pub(crate) trend: Vec<u64>,
    /// By service, most first.
    pub(crate) services: Vec<ServiceCount>,
    /// One of the events.
    pub(crate) sample: String,
}

/// Events of one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ServiceCount {
    /// Service of the map.
    pub(crate) service: String,
    /// Events looked at in the window.
    pub(crate) count: u64,
}

/// Against the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Changed {
    /// Not there.
    New,
    /// Far more often.
    Surged,
    /// There too.
    Known,
    /// There, and no more.
    Gone,
    /// The baseline does not tell.
    Unknown,
}

/// The answer. Serialises as the JSON form, version 1.
#[derive(Debug, Serialize)]
pub(crate) struct SignatureSheet {
    /// Version of the form.
    pub(crate) schema: u32,
    /// The map's environment.
    pub(crate) environment: String,
    /// The services that were asked about.
    pub(crate) services: Vec<String>,
    /// The least level that is listed; `None` for all.
    pub(crate) level: Option<&'static str>,
    /// What was looked at of the window.
    pub(crate) window: Coverage,
    /// What was looked at of the baseline.
    pub(crate) baseline: Coverage,
    /// Events of that level in the window.
    pub(crate) count: u64,
    /// Whether that is reckoned from a sample.
    pub(crate) estimated: bool,
    /// Events of that level in the baseline; `None` where that could not be read.
    pub(crate) before: Option<u64>,
    /// Those that no signature counts, since there are too many.
    pub(crate) unlisted: u64,
    /// How many signatures there are.
    pub(crate) total_signatures: u64,
    /// One object a signature.
    pub(crate) signatures: Vec<SignatureRow>,
}

/// Writes the answer.
///
/// # Errors
/// The writer's.
pub(crate) fn write_signatures(
    sheet: &SignatureSheet,
    form: SignatureForm,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    match form {
        SignatureForm::Json => json::write_document(sheet, out),
        SignatureForm::Csv => write_csv(sheet, out),
        SignatureForm::Human => {
            write_head(sheet, look, out)?;
            let table = table(sheet, look);
            table.write(look, out)?;
            if !table.is_empty() {
                writeln!(out)?;
            }
            write_rest(sheet, look, out)
        }
        SignatureForm::Markdown => {
            writeln!(out, "{}\n", summary(sheet, look))?;
            full_table(sheet, look).write_markdown(out)?;
            writeln!(out)?;
            write_rest(sheet, look, out)
        }
    }
}

/// How many there are of what.
fn summary(sheet: &SignatureSheet, look: &Look) -> String {
    let amount = amount(sheet.count, sheet.estimated, look);
    let amount = if sheet.window.complete || sheet.estimated {
        amount
    } else {
        words::at_least(look.lang, &amount)
    };
    words::events(
        look.lang,
        sheet.level,
        &amount,
        sheet.count,
        sheet.total_signatures,
    )
}

/// Writes the line above the table.
fn write_head(sheet: &SignatureSheet, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let role = if sheet.count == 0 && sheet.window.complete {
        Role::Good
    } else {
        Role::Title
    };
    let offset = words::times_in(look.lang, &amounts::utc_offset(look.offset));
    writeln!(
        out,
        "{}  {}",
        look.style.paint(role, &summary(sheet, look)),
        look.style.paint(Role::Quiet, &offset)
    )
}

/// Writes what was looked at, and what is not listed.
fn write_rest(sheet: &SignatureSheet, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    write_coverage(&sheet.window, look, out)?;
    if sheet.unlisted > 0 {
        writeln!(out, "{}", words::unlisted(look.lang, sheet.unlisted))?;
    }
    if !sheet.baseline.complete {
        writeln!(out, "{}", words::baseline(look.lang))?;
        write_coverage(&sheet.baseline, look, out)?;
    }
    Ok(())
}

/// A count, with a sign before it where it is an estimate.
fn amount(count: u64, estimated: bool, look: &Look) -> String {
    let sign = match (estimated, look.ascii) {
        (false, _) => "",
        (true, false) => "≈",
        (true, true) => "~",
    };
    format!("{sign}{}", amounts::count(look.lang, count))
}

/// The table that fits: without ids, times and services where room is short.
fn table(sheet: &SignatureSheet, look: &Look) -> Table {
    let full = full_table(sheet, look);
    if full.has_rows(look) {
        return full;
    }
    let short = short_table(sheet, look);
    if short.has_rows(look) { short } else { full }
}

/// The table with everything.
fn full_table(sheet: &SignatureSheet, look: &Look) -> Table {
    use Flow::{Fixed, Number, Text};
    let flows = [
        Number, Fixed, Number, Number, Fixed, Fixed, Fixed, Fixed, Text, Text,
    ];
    let mut table = Table::new(words::signature_columns(look.lang), flows);
    let day = sheet.window.window.to;
    for (number, row) in (1_u64..).zip(&sheet.signatures) {
        let time = |at| amounts::time_near(at, day, look.offset);
        let services: Vec<&str> = row.services.iter().map(|of| of.service.as_str()).collect();
        table.row([
            Cell::painted(Role::Quiet, &number.to_string()),
            Cell::painted(Role::Quiet, &row.id),
            Cell::painted(Role::Number, &amount(row.count, row.estimated, look)),
            Cell::new(&amounts::percent(look.lang, row.share_ratio)),
            change_cell(row, look),
            Cell::new(&time(row.first)),
            Cell::new(&time(row.last)),
            trend_cell(row, look),
            Cell::painted(Role::Host, &services.join(", ")),
            text_cell(row, look),
        ]);
    }
    table
}

/// The table without ids, times and services.
fn short_table(sheet: &SignatureSheet, look: &Look) -> Table {
    use Flow::{Fixed, Number, Text};
    let [number, _, count, _, change, _, last, trend, _, signature] =
        words::signature_columns(look.lang);
    let titles = [number, count, change, last, trend, signature];
    let mut table = Table::new(titles, [Number, Number, Fixed, Fixed, Fixed, Text]);
    let day = sheet.window.window.to;
    for (number, row) in (1_u64..).zip(&sheet.signatures) {
        table.row([
            Cell::painted(Role::Quiet, &number.to_string()),
            Cell::painted(Role::Number, &amount(row.count, row.estimated, look)),
            change_cell(row, look),
            Cell::new(&amounts::time_near(row.last, day, look.offset)),
            trend_cell(row, look),
            text_cell(row, look),
        ]);
    }
    table
}

/// How it went over the window.
fn trend_cell(row: &SignatureRow, look: &Look) -> Cell {
    let values: Vec<Option<f64>> = row.trend.iter().map(|count| Some(*count as f64)).collect();
    Cell::trend(&values, TREND_COLUMNS, look)
}

/// `new`, `×12`, `gone`, `known`.
fn change_cell(row: &SignatureRow, look: &Look) -> Cell {
    let word = words::change(look.lang, row.change.word());
    match (row.change, row.times) {
        (Changed::New, _) => Cell::painted(Role::Bad, word),
        (Changed::Surged, Some(times)) => {
            let sign = if look.ascii { 'x' } else { '×' };
            let decimals = usize::from(times < 9.95);
            Cell::painted(
                Role::Warn,
                &format!("{sign}{}", amounts::decimal(look.lang, times, decimals)),
            )
        }
        (Changed::Gone, _) => Cell::painted(Role::Good, word),
        _ => Cell::painted(Role::Quiet, word),
    }
}

/// The signature, below it one of the events where that says more.
fn text_cell(row: &SignatureRow, look: &Look) -> Cell {
    let cell = Cell::new(&row.signature);
    if row.sample == row.signature {
        return cell;
    }
    cell.below(&words::for_example(look.lang, &row.sample))
}

impl Changed {
    /// Its word in machine forms.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Surged => "surged",
            Self::Known => "known",
            Self::Gone => "gone",
            Self::Unknown => "unknown",
        }
    }
}

/// Writes rows for spreadsheets.
fn write_csv(sheet: &SignatureSheet, out: &mut dyn Write) -> io::Result<()> {
    let titles = [
        "id",
        "level",
        "count",
        "estimated",
        "share_ratio",
        "before",
        "change",
        "times",
        "first",
        "last",
        "services",
        "exception",
        "signature",
        "sample",
    ];
    write_row(titles, true, out)?;
    for row in &sheet.signatures {
        let number = |value: Option<String>| value.unwrap_or_default();
        let services: Vec<&str> = row.services.iter().map(|of| of.service.as_str()).collect();
        let time = |at: Instant| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
        let fields = [
            row.id.clone(),
            row.level.to_owned(),
            row.count.to_string(),
            row.estimated.to_string(),
            row.share_ratio.to_string(),
            number(row.before.map(|before| before.to_string())),
            row.change.word().to_owned(),
            number(row.times.map(|times| times.to_string())),
            time(row.first),
            time(row.last),
            services.join(" "),
            row.exception.clone().unwrap_or_default(),
            row.signature.clone(),
            row.sample.clone(),
        ];
        write_row(fields, true, out)?;
    }
    Ok(())
}
