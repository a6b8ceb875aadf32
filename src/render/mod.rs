//! Claims into bytes. In: reports and plain rows; out: text for people, Markdown for tickets, JSON for scripts.
//!
//! Nothing here computes a fact or leaves one out; it chooses words, order and columns. Everything is written to a
//! `&mut dyn Write`, nothing prints by itself, and width, colour, language and offset come in as a [`Look`]. Text that came
//! from a server or a log goes through [`visible`] in every human format, so that it cannot drive a terminal.
//!
//! | file | writes |
//! |---|---|
//! | [`text`] | a report for people |
//! | [`markdown`] | a report for tickets and chat |
//! | [`html`] | a report for a browser: one file |
//! | [`json`] | the machine form of anything |
//! | [`logs`] | log lines: for people, NDJSON, raw |
//! | [`health`], [`metrics`], [`volume`], [`series`], [`groups`], [`patterns`], [`state`], [`tokens`], [`sweep`], [`map`], [`plan`] | the answers of the other commands: tables and JSON |
//! | [`result`] | what a query of any kind answered: streams, vectors, matrices |
//! | [`chart`] | lines over time in a terminal |
//! | [`signatures`], [`slow`], [`timeline`], [`coverage`] | what all lines of services add up to, and how much of them was looked at: tables, JSON, CSV |
//! | [`error`] | an error on stderr |
//! | [`head`], [`tables`] | what the forms of the report share |
//! | [`style`], [`table`], [`csv`], [`sparkline`], [`visible`] | the means to it |

pub(crate) mod chart;
pub(crate) mod coverage;
pub(crate) mod csv;
pub(crate) mod error;
pub(crate) mod groups;
mod head;
pub(crate) mod health;
pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod logs;
pub(crate) mod map;
pub(crate) mod markdown;
pub(crate) mod metrics;
pub(crate) mod patterns;
pub(crate) mod plan;
pub(crate) mod result;
#[cfg(test)]
pub(crate) mod sample;
pub(crate) mod series;
pub(crate) mod signatures;
pub(crate) mod slow;
pub(crate) mod sparkline;
pub(crate) mod state;
pub(crate) mod style;
pub(crate) mod sweep;
pub(crate) mod table;
mod tables;
pub(crate) mod text;
pub(crate) mod timeline;
pub(crate) mod tokens;
pub(crate) mod visible;
pub(crate) mod volume;
pub(crate) mod waterfall;

use std::io::{self, Write};

use chrono::FixedOffset;
use serde::Serialize;

use crate::model::Lang;
use crate::report::Report;
use style::Style;
use table::Table;

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// A person at a terminal, or a file for one.
    Human,
    /// A script or an agent.
    Json,
    /// A ticket or a chat.
    Markdown,
    /// A person at a browser: the report alone has this form.
    Html,
}

/// How text for people looks: resolved once per stream, by the caller.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// Colour or none.
    pub(crate) style: Style,
    /// Language of headings and words.
    pub(crate) lang: Lang,
    /// Columns of the terminal; `None` where there is none, and nothing is wrapped.
    pub(crate) width: Option<usize>,
    /// Offset that times are shown in; said once in each answer.
    pub(crate) offset: FixedOffset,
    /// Rules, marks and sparklines in ASCII, for a terminal that is not UTF-8. Words keep their accents.
    pub(crate) ascii: bool,
    /// The head of a report alone. It counts what could not be checked.
    pub(crate) brief: bool,
}

/// Writes a report.
///
/// # Errors
/// The writer's.
pub(crate) fn report(
    report: &Report,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Human => text::report(report, look, out),
        Format::Json => json::report(report, out),
        Format::Markdown => markdown::report(report, look, out),
        Format::Html => html::report(report, look, out),
    }
}

/// Writes the answer of a command that is one table: `table` for people and tickets, or a line that says that it is empty;
/// `document` for scripts.
fn write_rows<T: Serialize>(
    (table, nothing): (&Table, &str),
    document: &T,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Json => json::write_document(document, out),
        _ if table.is_empty() => writeln!(out, "{nothing}"),
        // Only the report is a page; a table stays a table.
        Format::Human | Format::Html => table.write(look, out),
        Format::Markdown => table.write_markdown(out),
    }
}

#[cfg(test)]
mod tests;
