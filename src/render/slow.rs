//! How long do requests take? In: percentiles by route, the worst requests, what was looked at; out: tables, JSON, CSV.

use std::io::{self, Write};

use serde::Serialize;

use super::coverage::{Coverage, write_coverage};
use super::csv::write_row;
use super::style::Role;
use super::table::{Cell, Flow, Table};
use super::{Look, json};
use crate::model::messages::reading as words;
use crate::model::messages::words as amounts;
use crate::model::{Instant, Unit};

/// Worst requests that people are shown.
const WORST_SHOWN: usize = 10;

/// Forms of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SlowForm {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

/// Requests of one service and route. Serialises as the rows of the JSON form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct RouteRow {
    /// Service of the map.
    pub(crate) service: String,
    /// Method and path with ids masked, or the text with what varies masked.
    pub(crate) route: String,
    /// Requests that were looked at.
    pub(crate) count: u64,
    /// Those that took too long.
    pub(crate) over: u64,
    /// Half of them took no longer.
    pub(crate) p50_seconds: f64,
    /// Nine tenths.
    pub(crate) p90_seconds: f64,
    /// Nineteen twentieths.
    pub(crate) p95_seconds: f64,
    /// Ninety-nine hundredths.
    pub(crate) p99_seconds: f64,
    /// The longest.
    pub(crate) max_seconds: f64,
    /// Whether the percentiles are exact, or within one percent.
    pub(crate) exact: bool,
    /// The longest ones.
    pub(crate) worst: Vec<WorstRow>,
}

/// One of the worst requests.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct WorstRow {
    /// When the line was written.
    pub(crate) ts: Instant,
    /// How long it took.
    pub(crate) seconds: f64,
    /// The trace, request or correlation id.
    pub(crate) trace_id: Option<String>,
    /// What the line says.
    pub(crate) message: String,
}

/// The answer. Serialises as the JSON form, version 1.
#[derive(Debug, Serialize)]
pub(crate) struct SlowSheet {
    /// Version of the form.
    pub(crate) schema: u32,
    /// The map's environment.
    pub(crate) environment: String,
    /// The services that were asked about.
    pub(crate) services: Vec<String>,
    /// Slow is what takes longer.
    pub(crate) over_seconds: f64,
    /// What was looked at.
    pub(crate) window: Coverage,
    /// Lines that tell of a duration.
    pub(crate) timed: u64,
    /// Requests that took too long.
    pub(crate) slow: u64,
    /// How many routes there are.
    pub(crate) total_routes: u64,
    /// One object a route, those with most slow requests first.
    pub(crate) routes: Vec<RouteRow>,
}

/// Writes the answer.
///
/// # Errors
/// The writer's.
pub(crate) fn write_slow(
    sheet: &SlowSheet,
    form: SlowForm,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    match form {
        SlowForm::Json => json::write_document(sheet, out),
        SlowForm::Csv => write_csv(sheet, out),
        SlowForm::Human => write_human(sheet, look, out),
    }
}

/// Writes tables for people.
fn write_human(sheet: &SlowSheet, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let over = seconds(sheet.over_seconds, look);
    let summary = words::slow(look.lang, sheet.slow, sheet.timed, &over);
    let offset = words::times_in(look.lang, &amounts::utc_offset(look.offset));
    let role = if sheet.slow == 0 {
        Role::Good
    } else {
        Role::Title
    };
    writeln!(
        out,
        "{}  {}",
        look.style.paint(role, &summary),
        look.style.paint(Role::Quiet, &offset)
    )?;
    routes(sheet, look).write(look, out)?;
    let worst = worst(sheet, look);
    if !worst.is_empty() {
        writeln!(
            out,
            "\n{}",
            look.style.paint(Role::Title, words::worst(look.lang))
        )?;
        worst.write(look, out)?;
    }
    writeln!(out)?;
    write_coverage(&sheet.window, look, out)
}

/// A length of time.
fn seconds(value: f64, look: &Look) -> String {
    amounts::value(look.lang, Unit::Seconds, value)
}

/// The routes.
fn routes(sheet: &SlowSheet, look: &Look) -> Table {
    use Flow::{Fixed, Number, Text};
    let flows = [
        Fixed, Text, Number, Number, Number, Number, Number, Number, Number,
    ];
    let mut table = Table::new(words::route_columns(look.lang), flows);
    for row in &sheet.routes {
        let about = match (row.exact, look.ascii) {
            (true, _) => "",
            (false, false) => "≈",
            (false, true) => "~",
        };
        let figure = |value| Cell::new(&format!("{about}{}", seconds(value, look)));
        let role = if row.over > 0 { Role::Bad } else { Role::Plain };
        table.row([
            Cell::painted(Role::Host, &row.service),
            Cell::new(&row.route),
            Cell::painted(Role::Number, &amounts::count(look.lang, row.count)),
            Cell::painted(role, &amounts::count(look.lang, row.over)),
            figure(row.p50_seconds),
            figure(row.p90_seconds),
            figure(row.p95_seconds),
            figure(row.p99_seconds),
            Cell::new(&seconds(row.max_seconds, look)),
        ]);
    }
    table
}

/// The worst requests of all routes that took too long.
fn worst(sheet: &SlowSheet, look: &Look) -> Table {
    let mut all: Vec<(&RouteRow, &WorstRow)> = sheet
        .routes
        .iter()
        .flat_map(|route| route.worst.iter().map(move |worst| (route, worst)))
        .filter(|(_, worst)| worst.seconds > sheet.over_seconds)
        .collect();
    all.sort_by(|(_, a), (_, b)| b.seconds.total_cmp(&a.seconds));
    let flows = [
        Flow::Fixed,
        Flow::Number,
        Flow::Fixed,
        Flow::Fixed,
        Flow::Text,
    ];
    let mut table = Table::new(words::worst_columns(look.lang), flows);
    for (route, row) in all.into_iter().take(WORST_SHOWN) {
        table.row([
            Cell::new(&amounts::time_near(
                row.ts,
                sheet.window.window.to,
                look.offset,
            )),
            Cell::painted(Role::Bad, &seconds(row.seconds, look)),
            Cell::painted(Role::Host, &route.service),
            Cell::new(row.trace_id.as_deref().unwrap_or("-")),
            Cell::new(&row.message),
        ]);
    }
    table
}

/// Writes rows for spreadsheets.
fn write_csv(sheet: &SlowSheet, out: &mut dyn Write) -> io::Result<()> {
    let titles = [
        "service",
        "route",
        "count",
        "over",
        "p50_seconds",
        "p90_seconds",
        "p95_seconds",
        "p99_seconds",
        "max_seconds",
        "exact",
    ];
    write_row(titles, true, out)?;
    for row in &sheet.routes {
        let fields = [
            row.service.clone(),
            row.route.clone(),
            row.count.to_string(),
            row.over.to_string(),
            row.p50_seconds.to_string(),
            row.p90_seconds.to_string(),
            row.p95_seconds.to_string(),
            row.p99_seconds.to_string(),
            row.max_seconds.to_string(),
            row.exact.to_string(),
        ];
        write_row(fields, true, out)?;
    }
    Ok(())
}
