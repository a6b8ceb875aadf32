//! What happened to one request? In: its lines in order of time and its spans; out: a timeline with a waterfall, or JSON.
//!
//! ```text
//! 4bf9…: 7 lines of 3 services in 1.2s, 1 error  (times in UTC)
//! 09:00:00.123      +0ms INFO  edge      GET /v1/orders 500 1200ms  (1.2s)
//!                        ⋮     nothing for 880ms
//! 09:00:01.003    +880ms ERROR postgres  remaining connection slots are reserved
//! ```

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::Timelike;
use serde::Serialize;

use super::coverage::{Coverage, write_coverage};
use super::style::Role;
use super::visible::{columns, visible};
use super::waterfall::{SpanRow, write_waterfall};
use super::{Look, json};
use crate::model::messages::reading as words;
use crate::model::messages::words as amounts;
use crate::model::{Instant, Unit};

/// A line. Serialises as the rows of the JSON form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct TimelineRow {
    /// When it was written.
    pub(crate) ts: Instant,
    /// How long after the first.
    pub(crate) offset_seconds: f64,
    /// How long after the one before.
    pub(crate) gap_seconds: f64,
    /// Whether that is long for this request.
    pub(crate) long_gap: bool,
    /// Service of the map.
    pub(crate) service: String,
    /// Its level.
    pub(crate) level: String,
    /// Whether that is an error or worse.
    pub(crate) error: bool,
    /// What it says.
    pub(crate) message: String,
    /// How long something took, where it says so.
    pub(crate) duration_seconds: Option<f64>,
    /// What else it holds.
    pub(crate) fields: BTreeMap<String, String>,
}

/// Lines of one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ServiceLines {
    /// Service of the map.
    pub(crate) service: String,
    /// How many lines of it hold the id.
    pub(crate) lines: u64,
}

/// What the traces data source said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SpansStatus {
    /// It has the trace.
    Found,
    /// It has no such trace.
    NotFound,
    /// The project keeps no traces.
    NoSource,
    /// The id is not one of a trace.
    NotATraceId,
    /// It could not be asked.
    Failed,
}

/// The spans.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SpansSheet {
    /// What the data source said.
    pub(crate) status: SpansStatus,
    /// Why it could not be asked.
    pub(crate) message: Option<String>,
    /// From the start of the first to the end of the last.
    pub(crate) duration_seconds: f64,
    /// In the order of the tree.
    pub(crate) spans: Vec<SpanRow>,
}

/// The answer. Serialises as the JSON form, version 1.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Timeline {
    /// Version of the form.
    pub(crate) schema: u32,
    /// The id as it was typed.
    pub(crate) id: String,
    /// The forms that were looked for.
    pub(crate) forms: Vec<String>,
    /// The map's environment.
    pub(crate) environment: String,
    /// What was looked at.
    pub(crate) window: Coverage,
    /// Lines that hold the id, those beyond the limit too.
    pub(crate) total_lines: u64,
    /// From the first line that is shown to the last.
    pub(crate) duration_seconds: f64,
    /// Error lines among those shown.
    pub(crate) errors: u64,
    /// Every service that was searched, with what was found.
    pub(crate) services: Vec<ServiceLines>,
    /// The lines, oldest first.
    pub(crate) lines: Vec<TimelineRow>,
    /// The spans.
    pub(crate) spans: SpansSheet,
}

/// Writes it as JSON.
///
/// # Errors
/// The writer's.
pub(crate) fn write_json(timeline: &Timeline, out: &mut dyn Write) -> io::Result<()> {
    json::write_document(timeline, out)
}

/// Writes it for people.
///
/// # Errors
/// The writer's.
pub(crate) fn write_timeline(
    timeline: &Timeline,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_head(timeline, look, out)?;
    let names = timeline.services.iter().filter(|service| service.lines > 0);
    let width = names
        .map(|service| columns(&service.service))
        .max()
        .unwrap_or(0);
    for row in &timeline.lines {
        write_row(row, width, look, out)?;
    }
    write_spans(&timeline.spans, look, out)?;
    if !timeline.lines.is_empty() || !timeline.spans.spans.is_empty() {
        writeln!(out)?;
    }
    let nothing: Vec<&str> = timeline
        .services
        .iter()
        .filter(|service| service.lines == 0)
        .map(|service| service.service.as_str())
        .collect();
    if !nothing.is_empty() {
        let text = words::found_nothing(look.lang, &visible(&nothing.join(", ")));
        writeln!(out, "{}", look.style.paint(Role::Quiet, &text))?;
    }
    write_coverage(&timeline.window, look, out)
}

/// Writes the line above.
fn write_head(timeline: &Timeline, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let services = timeline
        .services
        .iter()
        .filter(|service| service.lines > 0)
        .count();
    let length = amounts::value(look.lang, Unit::Seconds, timeline.duration_seconds);
    let summary = words::timeline(
        look.lang,
        &visible(&timeline.id),
        (timeline.total_lines, services as u64),
        &length,
        timeline.errors,
    );
    let offset = words::times_in(look.lang, &amounts::utc_offset(look.offset));
    writeln!(
        out,
        "{}  {}",
        look.style.paint(Role::Title, &summary),
        look.style.paint(Role::Quiet, &offset)
    )
}

/// Writes a line, above it the gap where that is long.
fn write_row(row: &TimelineRow, width: usize, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let at = row.ts.with_timezone(&look.offset);
    let time = format!(
        "{:02}:{:02}:{:02}.{:03}",
        at.hour(),
        at.minute(),
        at.second(),
        at.timestamp_subsec_millis()
    );
    let seconds = |value| amounts::value(look.lang, Unit::Seconds, value);
    let after = format!("{:>9}", format!("+{}", seconds(row.offset_seconds)));
    if row.long_gap {
        let dots = if look.ascii { ":" } else { "⋮" };
        let text = words::nothing_for(look.lang, &seconds(row.gap_seconds));
        let pad = " ".repeat(columns(&time) + 1 + columns(&after));
        writeln!(
            out,
            "{pad} {}",
            look.style.paint(Role::Warn, &format!("{dots}     {text}"))
        )?;
    }
    let role = match row.level.as_str() {
        "error" | "fatal" => Role::Bad,
        "warn" => Role::Warn,
        "debug" => Role::Quiet,
        _ => Role::Plain,
    };
    let level = format!("{:<5}", row.level.to_uppercase());
    let pad = " ".repeat(width.saturating_sub(columns(&row.service)));
    let mut parts = row.message.trim_end().split('\n');
    write!(
        out,
        "{} {} {} {}{pad}  {}",
        look.style.paint(Role::Quiet, &time),
        look.style.paint(Role::Number, &after),
        look.style.paint(role, &level),
        look.style.paint(Role::Host, &visible(&row.service)),
        visible(parts.next().unwrap_or_default()),
    )?;
    if let Some(took) = row.duration_seconds {
        let took = format!("  ({})", seconds(took));
        write!(out, "{}", look.style.paint(Role::Number, &took))?;
    }
    writeln!(out)?;
    let indent = " ".repeat(columns(&time) + 1 + columns(&after) + 7 + width + 2);
    parts.try_for_each(|part| writeln!(out, "{indent}{}", visible(part)))
}

/// Writes the spans, or why there are none.
fn write_spans(spans: &SpansSheet, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let (role, text) = match spans.status {
        SpansStatus::NotATraceId => return Ok(()),
        SpansStatus::Found => {
            let length = amounts::value(look.lang, Unit::Seconds, spans.duration_seconds);
            (
                Role::Title,
                words::spans(look.lang, spans.spans.len() as u64, &length),
            )
        }
        SpansStatus::NotFound => (Role::Quiet, words::no_such_trace(look.lang).to_owned()),
        SpansStatus::NoSource => (Role::Quiet, words::no_traces_source(look.lang).to_owned()),
        SpansStatus::Failed => {
            let why = spans.message.as_deref().unwrap_or_default();
            (Role::Bad, words::spans_failed(look.lang, &visible(why)))
        }
    };
    writeln!(out, "\n{}", look.style.paint(role, &text))?;
    write_waterfall(&spans.spans, spans.duration_seconds, look, out)
}
