//! How do the spans of a trace lie in time? In: spans in the order of their tree; out: a bar each, below the span that it is a part of.
//!
//! ```text
//! Offset  Took    Service   Span
//!    0ms  120ms   edge      GET /v1/orders            ████████████████████
//!   12ms  100ms   api         POST /v1/orders           ████████████████
//!   40ms   60ms   postgres      INSERT        ERROR        ██████████
//! ```

use std::io::{self, Write};

use serde::Serialize;

use super::Look;
use super::style::Role;
use super::visible::{columns, fit};
use crate::model::messages::reading as words;
use crate::model::messages::words as amounts;
use crate::model::{Instant, Unit};

/// Columns of a bar.
const BAR_COLUMNS: usize = 30;

/// Columns that a span's name gets, its indentation included.
const NAME_COLUMNS: usize = 40;

/// Columns that a service's name gets.
const SERVICE_COLUMNS: usize = 20;

/// A span. Serialises as the rows of the JSON form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct SpanRow {
    /// Its id.
    pub(crate) span_id: String,
    /// The span that it is a part of; `None` for a root.
    pub(crate) parent_id: Option<String>,
    /// How deep it is in the tree.
    pub(crate) depth: u32,
    /// The service that did it, by its own name.
    pub(crate) service: String,
    /// What it was.
    pub(crate) name: String,
    /// When it began.
    pub(crate) start: Instant,
    /// How long after the first of all.
    pub(crate) offset_seconds: f64,
    /// How long it took.
    pub(crate) duration_seconds: f64,
    /// Whether it failed.
    pub(crate) error: bool,
}

/// Writes the spans of a trace that took so many seconds.
///
/// # Errors
/// The writer's.
pub(crate) fn write_waterfall(
    spans: &[SpanRow],
    whole_seconds: f64,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let names: Vec<String> = spans.iter().map(name).collect();
    let width =
        |values: &mut dyn Iterator<Item = usize>, most: usize| values.max().unwrap_or(0).min(most);
    let name_width = width(&mut names.iter().map(|name| columns(name)), NAME_COLUMNS);
    let services: Vec<String> = spans
        .iter()
        .map(|span| fit(&span.service, SERVICE_COLUMNS))
        .collect();
    let service_width = width(
        &mut services.iter().map(|service| columns(service)),
        SERVICE_COLUMNS,
    );
    for ((span, name), service) in spans.iter().zip(&names).zip(&services) {
        let pad = |text: &str, width: usize| " ".repeat(width.saturating_sub(columns(text)));
        let time = |seconds| format!("{:>8}", amounts::value(look.lang, Unit::Seconds, seconds));
        let role = if span.error { Role::Bad } else { Role::Plain };
        let error = if span.error {
            words::failed(look.lang)
        } else {
            ""
        };
        writeln!(
            out,
            "{} {}  {}{}  {}{}  {}  {}",
            look.style
                .paint(
                    Role::Quiet,
                    &format!("+{}", time(span.offset_seconds).trim_start())
                )
                .into_owned()
                + &pad(time(span.offset_seconds).trim_start(), 8),
            look.style.paint(Role::Number, &time(span.duration_seconds)),
            look.style.paint(Role::Host, service),
            pad(service, service_width),
            look.style.paint(role, name),
            pad(name, name_width),
            look.style.paint(role, &bar(span, whole_seconds, look)),
            look.style.paint(Role::Bad, error),
        )?;
    }
    Ok(())
}

/// A span's name below its parent's.
fn name(span: &SpanRow) -> String {
    let indent = usize::try_from(span.depth).unwrap_or(usize::MAX).min(12) * 2;
    fit(
        &format!("{}{}", " ".repeat(indent), span.name),
        NAME_COLUMNS,
    )
}

/// Where it lies in the whole: at least one column wide.
fn bar(span: &SpanRow, whole_seconds: f64, look: &Look) -> String {
    let column = |seconds: f64| {
        let share = if whole_seconds > 0.0 {
            seconds / whole_seconds
        } else {
            0.0
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and the columns of a bar"
        )]
        let column = (share.clamp(0.0, 1.0) * BAR_COLUMNS as f64).round() as usize;
        column
    };
    let from = column(span.offset_seconds).min(BAR_COLUMNS - 1);
    let to = column(span.offset_seconds + span.duration_seconds).clamp(from + 1, BAR_COLUMNS);
    let block = if look.ascii { "#" } else { "█" };
    format!(
        "{}{}{}",
        " ".repeat(from),
        block.repeat(to - from),
        " ".repeat(BAR_COLUMNS - to)
    )
}
