//! How do log entries look that a query of the user's own brought? In: entries in order, page by page; out: lines with the labels
//! that differ, stored lines, NDJSON, CSV, or one JSON document. Memory does not grow with their number.
//!
//! ```text
//! times in UTC+01:00
//! all lines: {resource_name="atlas-api"}        what the first page shares
//! 10:02:00.123 {detected_level="error"} cannot reach the database
//! ```
//!
//! A later line that does not have one of the shared labels shows it: with its own value, or empty where it has none.

use std::collections::BTreeMap;
use std::io::{self, Write};

use chrono::SecondsFormat;
use serde::Serialize;

use super::super::Look;
use super::super::csv;
use super::super::json;
use super::super::style::Role;
use super::super::visible::visible;
use super::{common_labels, without};
use crate::model::messages::render as words;
use crate::model::messages::words as amounts;
use crate::model::{Instant, Labels, Window};

/// Forms of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryForm {
    /// For people.
    Human,
    /// Lines as stored.
    Raw,
    /// One JSON object a line.
    Ndjson,
    /// One JSON document.
    Json,
    /// Comma-separated values.
    Csv,
}

/// One entry, masked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EntryView<'a> {
    /// When, to the nanosecond.
    pub(crate) at: Instant,
    /// What identifies its stream.
    pub(crate) labels: &'a Labels,
    /// The line as stored.
    pub(crate) line: &'a str,
}

/// Writes entries as they come.
#[derive(Debug)]
pub(crate) struct EntryWriter<'a> {
    /// The form.
    form: EntryForm,
    /// How it looks.
    look: &'a Look,
    /// Whether stdout is a person's screen, where stored lines must not reach it as they are.
    screen: bool,
    /// Whether times have their date.
    dated: bool,
    /// Labels that the first page shares; `None` before it.
    common: Option<Labels>,
    /// Entries written.
    written: u64,
}

/// What the end of a JSON document says about its entries.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct EntriesEnd {
    /// Whether there are more than were asked for.
    pub(crate) limit_reached: bool,
    /// Whether all of the window could be read.
    pub(crate) complete: bool,
}

/// What a JSON document of entries begins with.
#[derive(Serialize)]
struct Head<'a> {
    /// Version of the form.
    schema: u32,
    /// The query.
    query: &'a str,
    /// Always `streams`.
    result_type: &'a str,
    /// Of which window.
    window: Window,
}

/// The NDJSON form of an entry.
#[derive(Serialize)]
struct Object<'a> {
    /// RFC 3339, UTC, nanoseconds.
    ts: String,
    /// What identifies its stream.
    labels: &'a Labels,
    /// The line as stored.
    line: &'a str,
}

impl<'a> EntryWriter<'a> {
    /// A writer of entries of a window.
    pub(crate) fn new(form: EntryForm, window: Window, screen: bool, look: &'a Look) -> Self {
        let days = [window.from, window.to].map(|at| at.with_timezone(&look.offset).date_naive());
        Self {
            form,
            look,
            screen,
            dated: days[0] != days[1],
            common: None,
            written: 0,
        }
    }

    /// Writes what stands before all entries.
    ///
    /// # Errors
    /// The writer's.
    pub(crate) fn begin(&self, query: &str, window: Window, out: &mut dyn Write) -> io::Result<()> {
        match self.form {
            EntryForm::Csv => csv::write_row(["ts", "labels", "line"], self.screen, out),
            EntryForm::Json => {
                let mut head = Vec::new();
                let fields = Head {
                    schema: 1,
                    query,
                    result_type: "streams",
                    window,
                };
                json::write_line(&fields, &mut head)?;
                // The object stays open: the entries follow.
                head.truncate(head.len().saturating_sub(2));
                out.write_all(&head)?;
                out.write_all(b",\"entries\":[")
            }
            EntryForm::Human | EntryForm::Raw | EntryForm::Ndjson => Ok(()),
        }
    }

    /// Writes a page of entries.
    ///
    /// # Errors
    /// The writer's.
    pub(crate) fn page(
        &mut self,
        entries: &[EntryView<'_>],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if self.common.is_none() && !entries.is_empty() {
            let common = common_labels(entries.iter().map(|entry| entry.labels));
            if self.form == EntryForm::Human {
                self.head(&common, out)?;
            }
            self.common = Some(common);
        }
        for entry in entries {
            self.entry(*entry, out)?;
            self.written += 1;
        }
        Ok(())
    }

    /// Writes the offset of times and the shared labels.
    fn head(&self, common: &Labels, out: &mut dyn Write) -> io::Result<()> {
        let offset = amounts::utc_offset(self.look.offset);
        let offset = words::times_in(self.look.lang, &offset);
        writeln!(out, "{}", self.look.style.paint(Role::Quiet, &offset))?;
        if common.0.is_empty() {
            return Ok(());
        }
        let common = words::common_labels(self.look.lang, &visible(&common.to_string()));
        writeln!(out, "{}", self.look.style.paint(Role::Quiet, &common))
    }

    /// Writes one entry.
    fn entry(&self, entry: EntryView<'_>, out: &mut dyn Write) -> io::Result<()> {
        let object = || Object {
            ts: entry.at.to_rfc3339_opts(SecondsFormat::Nanos, true),
            labels: entry.labels,
            line: entry.line,
        };
        match self.form {
            EntryForm::Human => self.human(entry, out),
            EntryForm::Raw => {
                let line = entry.line.strip_suffix('\n').unwrap_or(entry.line);
                if self.screen {
                    writeln!(out, "{}", visible(line))
                } else {
                    writeln!(out, "{line}")
                }
            }
            EntryForm::Ndjson => json::write_line(&object(), out),
            EntryForm::Json => {
                out.write_all(if self.written == 0 { b"\n" } else { b",\n" })?;
                let mut line = Vec::new();
                json::write_line(&object(), &mut line)?;
                line.pop();
                out.write_all(&line)
            }
            EntryForm::Csv => {
                let Object { ts, .. } = object();
                let labels = entry.labels.to_string();
                csv::write_row([ts.as_str(), &labels, entry.line], self.screen, out)
            }
        }
    }

    /// Writes an entry for people. A line feed inside starts an indented line, so that no line can pass for another entry.
    fn human(&self, entry: EntryView<'_>, out: &mut dyn Write) -> io::Result<()> {
        let local = entry.at.with_timezone(&self.look.offset);
        let form = if self.dated {
            "%Y-%m-%d %H:%M:%S%.3f"
        } else {
            "%H:%M:%S%.3f"
        };
        let time = local.format(form).to_string();
        let own = self.own_labels(entry.labels);
        write!(out, "{} ", self.look.style.paint(Role::Quiet, &time))?;
        if !own.0.is_empty() {
            let own = visible(&own.to_string()).into_owned();
            write!(out, "{} ", self.look.style.paint(Role::Host, &own))?;
        }
        let mut parts = entry.line.trim_end_matches('\n').split('\n');
        writeln!(out, "{}", visible(parts.next().unwrap_or_default()))?;
        let indent = " ".repeat(time.len() + 1);
        parts.try_for_each(|part| writeln!(out, "{indent}{}", visible(part)))
    }

    /// The labels that are not those of all: a shared one that this entry lacks is shown empty.
    fn own_labels(&self, labels: &Labels) -> Labels {
        let Some(common) = &self.common else {
            return labels.clone();
        };
        let mut own = without(labels, common);
        for (name, value) in common.iter() {
            let has = labels.get(name).unwrap_or_default();
            if has != value {
                own.insert(name, has);
            }
        }
        own
    }

    /// Writes what stands behind all entries.
    ///
    /// # Errors
    /// The writer's.
    pub(crate) fn end(&self, end: EntriesEnd, out: &mut dyn Write) -> io::Result<()> {
        if self.form != EntryForm::Json {
            return Ok(());
        }
        let fields: BTreeMap<&str, bool> = [
            ("complete", end.complete),
            ("limit_reached", end.limit_reached),
        ]
        .into();
        let mut tail = Vec::new();
        json::write_line(&fields, &mut tail)?;
        let tail = String::from_utf8_lossy(&tail);
        let brace = if self.written == 0 { "" } else { "\n" };
        write!(out, "{brace}],{}", tail.trim_start_matches('{'))
    }

    /// Entries written.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }
}
