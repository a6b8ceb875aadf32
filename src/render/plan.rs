//! What would be asked? In: the rows of a plan; out: what `--dry-run` prints, as a table or JSON.

use std::io::{self, Write};

use chrono::TimeDelta;
use serde::{Serialize, Serializer};

use super::style::Role;
use super::table::{Cell, Flow, Table};
use super::visible::{fit, visible, wrap};
use super::{Format, Look, write_rows};
use crate::model::messages::render as words;
use crate::model::messages::words as amounts;
use crate::model::{Scope, Window};

/// Columns of a request in the table: a joined metric query takes thousands. JSON has it whole.
const REQUEST_COLUMNS: usize = 96;

/// A request that would be sent. Serialises as the rows of the JSON form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PlanRow {
    /// `loki`, `prometheus`, `scaleway`, `ssh`, `probe`.
    pub(crate) source: String,
    /// HTTP method; `None` for what is not HTTP.
    pub(crate) method: Option<String>,
    /// Host that it goes to; empty where it is only found out during the run.
    pub(crate) host: String,
    /// Path, query or command, without secrets.
    pub(crate) request: String,
    /// The time that it asks about.
    pub(crate) window: Option<Window>,
    /// Entries, points or items at most.
    pub(crate) limit: Option<u64>,
    /// How long it may take.
    #[serde(rename = "deadline_seconds", serialize_with = "seconds")]
    pub(crate) deadline: TimeDelta,
    /// The scope that it needs of the token; `None` where it needs no token.
    pub(crate) scope: Option<Scope>,
}

/// A length of time in seconds.
fn seconds<S: Serializer>(length: &TimeDelta, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(length.as_seconds_f64())
}

/// A source that would not be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PlanSkip {
    /// `loki`, `ssh`, …
    pub(crate) source: String,
    /// Why not.
    pub(crate) reason: String,
}

/// A plan, ready to print. Serialises as the JSON form, version 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PlanSheet {
    /// Version of the form: 1.
    pub(crate) schema: u32,
    /// The map's environment.
    pub(crate) environment: String,
    /// Scopes of the token that would be made; empty where none would be.
    pub(crate) scopes: Vec<Scope>,
    /// The requests.
    pub(crate) requests: Vec<PlanRow>,
    /// The sources left out.
    pub(crate) skipped: Vec<PlanSkip>,
}

/// Writes a plan.
///
/// # Errors
/// The writer's.
pub(crate) fn plan(
    sheet: &PlanSheet,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let table = table(&sheet.requests, look);
    write_rows(
        (&table, words::nothing(look.lang)),
        sheet,
        format,
        look,
        out,
    )?;
    match format {
        Format::Json => Ok(()),
        Format::Human | Format::Html => write_notes(sheet, look, out),
        Format::Markdown => write_markdown_notes(sheet, look, out),
    }
}

/// Writes what the token could read, what is left out, and the offset of the times.
fn write_notes(sheet: &PlanSheet, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    for note in notes(sheet, look) {
        for line in wrap(&visible(&note), look.width) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// The same as a list of Markdown.
fn write_markdown_notes(sheet: &PlanSheet, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    for note in notes(sheet, look) {
        writeln!(out, "- {}", super::markdown::escaped(&note))?;
    }
    Ok(())
}

/// The notes under the table, one a line.
fn notes(sheet: &PlanSheet, look: &Look) -> Vec<String> {
    let scopes: Vec<_> = sheet.scopes.iter().map(|scope| scope.as_str()).collect();
    let token = if scopes.is_empty() {
        words::plan_no_token(look.lang).to_owned()
    } else {
        words::plan_scopes(look.lang, &scopes.join(", "))
    };
    let skipped = |skip: &PlanSkip| words::plan_skips(look.lang, &skip.source, &skip.reason);
    let offset = words::times_in(look.lang, &amounts::utc_offset(look.offset));
    std::iter::once(token)
        .chain(sheet.skipped.iter().map(skipped))
        .chain(std::iter::once(offset))
        .collect()
}

/// The requests as a table.
fn table(rows: &[PlanRow], look: &Look) -> Table {
    let flows = [
        Flow::Fixed,
        Flow::Text,
        Flow::Text,
        Flow::Text,
        Flow::Number,
        Flow::Number,
        Flow::Fixed,
    ];
    let mut table = Table::new(words::plan_columns(look.lang), flows);
    for row in rows {
        let method = row.method.as_ref().map(|method| format!("{method} "));
        let limit = row.limit.map(|limit| amounts::count(look.lang, limit));
        table.row([
            Cell::painted(Role::Host, &row.source),
            Cell::new(&row.host),
            Cell::new(&fit(
                &format!("{}{}", method.unwrap_or_default(), row.request),
                REQUEST_COLUMNS,
            )),
            Cell::new(&window(row.window, look)),
            Cell::new(limit.as_deref().unwrap_or("-")),
            Cell::new(&amounts::duration(look.lang, row.deadline)),
            Cell::new(row.scope.map_or("-", Scope::as_str)),
        ]);
    }
    table
}

/// A window, with the date of its end where it differs from that of its start.
fn window(window: Option<Window>, look: &Look) -> String {
    window.map_or_else(
        || "-".to_owned(),
        |window| {
            let from = amounts::date_time(window.from, look.offset);
            let to = amounts::time_near(window.to, window.from, look.offset);
            format!("{from} - {to}")
        },
    )
}
