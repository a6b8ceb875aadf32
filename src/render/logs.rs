//! How is a log line written? In: a log line, opened and named; out: text for people, JSON, CSV, or the stored bytes.
//!
//! ```text
//! 10:02:00.123 ERROR atlas-api  cannot reach the database  route=/v1/orders status=500
//!                               second line of the same message
//! ```
//!
//! Lines are never wrapped or cut: a terminal wraps by itself, and what is searched for must stay whole. A line feed inside a
//! message starts an indented line, so that no message can pass for another entry. Colours of the program's own are left out, since
//! they would stand as `␛[31m` in the way; any other control is made visible.

mod csv;
mod document;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Arc;

use chrono::{SecondsFormat, Timelike};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::Look;
use super::json;
use super::style::Role;
use super::visible::{columns, fit, visible};
use crate::model::messages::render as words;
use crate::model::messages::words as amounts;
use crate::model::{Instant, Labels};

pub(crate) use csv::{write_csv, write_csv_head};
pub(crate) use document::{DocumentGap, DocumentHead, DocumentTail, write_close, write_open};

/// Columns of a level: `ERROR`, `WARN `.
const LEVEL_COLUMNS: usize = 5;
/// Levels as programs write them, in five columns, with their look. Commonest first.
const LEVELS: [(&str, &str, Role); 19] = [
    ("info", "INFO ", Role::Plain),
    ("error", "ERROR", Role::Bad),
    ("warn", "WARN ", Role::Warn),
    ("warning", "WARN ", Role::Warn),
    ("debug", "DEBUG", Role::Quiet),
    ("trace", "TRACE", Role::Quiet),
    ("", "     ", Role::Plain),
    ("unknown", "     ", Role::Plain),
    ("notice", "NOTE ", Role::Plain),
    ("information", "INFO ", Role::Plain),
    ("informational", "INFO ", Role::Plain),
    ("err", "ERROR", Role::Bad),
    ("fatal", "FATAL", Role::Bad),
    ("panic", "PANIC", Role::Bad),
    ("alert", "ALERT", Role::Bad),
    ("crit", "CRIT ", Role::Bad),
    ("critical", "CRIT ", Role::Bad),
    ("emerg", "EMERG", Role::Bad),
    ("emergency", "EMERG", Role::Bad),
];

/// One log line, out of its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogLine {
    /// When, to the nanosecond.
    pub(crate) at: Instant,
    /// Service of the map; empty where the entry belongs to none.
    pub(crate) service: String,
    /// Its level in the line's own word, where it has one.
    pub(crate) level: Option<String>,
    /// What it says.
    pub(crate) message: String,
    /// What else it holds, in the line's order.
    pub(crate) fields: Vec<(String, String)>,
    /// The line as stored, envelope included.
    pub(crate) raw: String,
    /// The stream's label set.
    pub(crate) labels: Arc<Labels>,
    /// Whether it matches, or stands near a line that does; `None` where only matches are shown.
    pub(crate) matched: Option<bool>,
}

/// What a listing for people shows beside message and fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LogView {
    /// Columns of the service's name; `None` where all lines are of one service.
    pub(crate) service_columns: Option<usize>,
    /// Whether times have their date: where the window is on more than one day.
    pub(crate) dated: bool,
    /// Labels that differ from line to line and are wanted, by name.
    pub(crate) labels: Vec<String>,
}

/// Writes the head of a listing: the offset of its times, and the labels that all lines share where they are wanted.
///
/// # Errors
/// The writer's.
pub(crate) fn write_head(
    common: Option<&Labels>,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let offset = words::times_in(look.lang, &amounts::utc_offset(look.offset));
    writeln!(out, "{}", look.style.paint(Role::Quiet, &offset))?;
    match common {
        Some(labels) => {
            let labels = words::common_labels(look.lang, &visible(&labels.to_string()));
            writeln!(out, "{}", look.style.paint(Role::Quiet, &labels))
        }
        None => Ok(()),
    }
}

/// Writes a line for people.
///
/// # Errors
/// The writer's.
pub(crate) fn write_human(
    line: &LogLine,
    view: &LogView,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let time = time(line.at, view, look);
    let (role, level) = level(line.level.as_deref());
    let time = look.style.paint(Role::Quiet, &time);
    let level = look.style.paint(role, &level);
    write!(out, "{time} {level} ")?;
    if let Some(width) = view.service_columns {
        let service = fit(&line.service, width);
        let pad = " ".repeat(width - columns(&service) + 2);
        write!(out, "{}{pad}", look.style.paint(Role::Host, &service))?;
    }
    let message = without_colours(&line.message);
    let mut parts = message.trim_end_matches('\n').split('\n');
    write!(out, "{}", visible(parts.next().unwrap_or_default()))?;
    write_fields(line, view, look, out)?;
    writeln!(out)?;
    write_parts(parts, view, out)
}

/// Writes a line that goes on with the one before it: below its message, without a head.
///
/// # Errors
/// The writer's.
pub(crate) fn write_continuation(
    line: &LogLine,
    view: &LogView,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let message = without_colours(&line.message);
    let mut parts = message.trim_end_matches('\n').split('\n');
    let first = parts.next().unwrap_or_default();
    write!(out, "{}{}", " ".repeat(indent(view)), visible(first))?;
    write_fields(line, view, look, out)?;
    writeln!(out)?;
    write_parts(parts, view, out)
}

/// Writes what stands between two groups of lines that do not follow each other.
///
/// # Errors
/// The writer's.
pub(crate) fn write_separator(look: &Look, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", look.style.paint(Role::Quiet, "--"))
}

/// Writes the further lines of a message, each indented.
fn write_parts<'a>(
    mut parts: impl Iterator<Item = &'a str>,
    view: &LogView,
    out: &mut dyn Write,
) -> io::Result<()> {
    let indent = indent(view);
    parts.try_for_each(|part| writeln!(out, "{}{}", " ".repeat(indent), visible(part)))
}

/// Columns before a message.
fn indent(view: &LogView) -> usize {
    let date = if view.dated { "2026-11-21 ".len() } else { 0 };
    let service = view.service_columns.map_or(0, |width| width + 2);
    date + "10:02:00.123 ".len() + LEVEL_COLUMNS + 1 + service
}

/// A text without the colours that the program gave it: select graphic rendition, and nothing else of what a terminal obeys.
fn without_colours(text: &str) -> Cow<'_, str> {
    if !text.contains('\x1b') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        out.push_str(before);
        let end = after.find(|c: char| !(c.is_ascii_digit() || matches!(c, ';' | ':')));
        if let Some(end) = end.filter(|end| after[*end..].starts_with('m')) {
            rest = &after[end + 1..];
        } else {
            out.push_str("\x1b[");
            rest = after;
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Writes a line's fields and wanted labels, `key=value`, after two spaces.
fn write_fields(
    line: &LogLine,
    view: &LogView,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let labels = view.labels.iter().filter_map(|name| {
        let value = line.labels.get(name)?;
        Some((name.as_str(), value))
    });
    let fields = line
        .fields
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()));
    let pairs: Vec<_> = labels
        .chain(fields)
        .map(|(key, value)| pair(key, value))
        .collect();
    if pairs.is_empty() {
        return Ok(());
    }
    write!(out, "  {}", look.style.paint(Role::Quiet, &pairs.join(" ")))
}

/// `key=value`, the value quoted where it would not be read back otherwise.
fn pair(key: &str, value: &str) -> String {
    let value = without_colours(value);
    let quoted = value.is_empty() || value.contains([' ', '"', '=']);
    let value = visible(&value);
    let value = if quoted {
        format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        value.into_owned()
    };
    format!("{}={value}", visible(key))
}

/// The time of day to the millisecond, with its date where that is wanted. Digits by hand: a format string would be read
/// again for each of a million lines.
fn time(at: Instant, view: &LogView, look: &Look) -> String {
    let at = at.with_timezone(&look.offset);
    let date = if view.dated {
        format!("{} ", at.date_naive())
    } else {
        String::new()
    };
    let (hour, minute, second) = (at.hour(), at.minute(), at.second());
    let millis = at.timestamp_subsec_millis();
    format!("{date}{hour:02}:{minute:02}:{second:02}.{millis:03}")
}

/// A level in five columns and its look; spaces where the line has none. Levels that scout does not know are cut.
fn level(level: Option<&str>) -> (Role, Cow<'static, str>) {
    let level = level.unwrap_or_default();
    let known = LEVELS
        .iter()
        .find(|(name, _, _)| level.eq_ignore_ascii_case(name));
    if let Some((_, word, role)) = known {
        return (*role, Cow::Borrowed(word));
    }
    let word = fit(&level.to_uppercase(), LEVEL_COLUMNS);
    let pad = " ".repeat(LEVEL_COLUMNS - columns(&word));
    (Role::Plain, Cow::Owned(word + &pad))
}

/// Writes a line as one JSON object.
///
/// # Errors
/// The writer's.
pub(crate) fn write_ndjson(line: &LogLine, out: &mut dyn Write) -> io::Result<()> {
    let object = Object {
        ts: line.at.to_rfc3339_opts(SecondsFormat::Nanos, true),
        service: &line.service,
        level: line.level.as_deref(),
        message: &line.message,
        fields: Fields(&line.fields),
        labels: &line.labels,
        line: &line.raw,
        matched: line.matched,
    };
    json::write_line(&object, out)
}

/// Writes the stored line and a line feed. `sanitise` where the stream is a terminal: the line is then made visible, because
/// stored bytes may drive it; into a file or a pipe they go as they are.
///
/// # Errors
/// The writer's.
pub(crate) fn write_raw(line: &str, sanitise: bool, out: &mut dyn Write) -> io::Result<()> {
    let text = line.strip_suffix('\n').unwrap_or(line);
    if sanitise {
        out.write_all(visible(text).as_bytes())?;
    } else {
        out.write_all(text.as_bytes())?;
    }
    out.write_all(b"\n")
}

/// The NDJSON form of a line.
#[derive(Serialize)]
struct Object<'a> {
    /// RFC 3339, UTC, nanoseconds.
    ts: String,
    /// Service of the map.
    service: &'a str,
    /// Its level in the line's own word.
    level: Option<&'a str>,
    /// What it says.
    message: &'a str,
    /// What else it holds.
    fields: Fields<'a>,
    /// The stream's label set.
    labels: &'a Labels,
    /// The line as stored.
    line: &'a str,
    /// Whether it matches; left out where only matches are shown.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    matched: Option<bool>,
}

/// Fields as an object; of several with one key the first counts, because an object has each key once (`line` has them all).
struct Fields<'a>(&'a [(String, String)]);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seen = BTreeSet::new();
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in self.0 {
            if seen.insert(key) {
                map.serialize_entry(key, value)?;
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests;
