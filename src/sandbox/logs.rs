//! Which lines does a `[[log]]` table stand for?
//!
//! In: the table, the world's seed, now. Out: entries in order of time. Events are spread evenly: the window is cut into as many
//! slots as there are events, and each event falls somewhere inside its slot, so that any stretch of time holds the rate that
//! was asked for. Variables are drawn once for each event, so a message and its fields agree. It must not search or compile
//! anything per line: a million lines take about a second.

use std::fmt::Write as _;

use chrono::TimeDelta;

use super::dice::Dice;
use super::log_store::PushedEntry;
use super::scenario::{FieldSpec, Format, LogTable, VarSpec};
use super::template::Template;
use crate::model::{Instant, UnixNanos};

/// Nanoseconds from one line of an event to the next, as containers send multi-line traces.
const LINE_GAP_NANOS: i64 = 1_000;

/// Nanoseconds in a minute.
const MINUTE_NANOS: f64 = 60e9;

/// How many events a table stands for.
pub(super) fn event_count(table: &LogTable) -> u64 {
    if !table.at.is_empty() {
        return table.at.len() as u64;
    }
    let (from, to) = window(table);
    let events = (to - from) as f64 / MINUTE_NANOS * table.per_minute.unwrap_or_default();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates, and a count is not negative"
    )]
    let count = events.round().max(0.0) as u64;
    count
}

/// The entries of a table, in order of time; `index` tells tables with equal content apart.
pub(super) fn expand(table: &LogTable, seed: u64, index: usize, now: Instant) -> Vec<PushedEntry> {
    let mut dice = Dice::named(seed, &format!("log {index}"));
    let mut writer = LineWriter::new(table);
    let now = UnixNanos::from(now).0;
    let times = event_times(table, &mut dice);
    let mut entries = Vec::with_capacity(times.len() * writer.messages.len());
    for time in times {
        let at = now.saturating_add(time);
        writer.draw(&mut dice);
        for line in 0..writer.messages.len() {
            let offset = i64::try_from(line).unwrap_or_default() * LINE_GAP_NANOS;
            entries.push(PushedEntry {
                at: UnixNanos(at.saturating_add(offset)),
                line: writer.line(line),
                metadata: None,
            });
        }
    }
    entries
}

/// First and end of a table's window, in nanoseconds from now.
fn window(table: &LogTable) -> (i64, i64) {
    let nanos = |offset: TimeDelta| offset.num_nanoseconds().unwrap_or_default();
    let from = table.from.map_or(0, |offset| nanos(offset.0));
    let to = table.to.map_or(0, |offset| nanos(offset.0));
    (from, to)
}

/// When the events of a table happen, in nanoseconds from now.
fn event_times(table: &LogTable, dice: &mut Dice) -> Vec<i64> {
    if !table.at.is_empty() {
        let offsets = table.at.iter().filter_map(|at| at.0.num_nanoseconds());
        let mut times: Vec<i64> = offsets.collect();
        times.sort_unstable();
        return times;
    }
    let (from, to) = window(table);
    let count = i64::try_from(event_count(table)).unwrap_or_default();
    let extra = i64::try_from(table.lines.len().saturating_sub(1)).unwrap_or_default();
    // the last line of an event stays inside its slot, and so inside the window
    let tail = extra * LINE_GAP_NANOS;
    let edge = |slot: i64| from + scale(to - from, slot, count);
    (0..count)
        .map(|slot| {
            let (start, end) = (edge(slot), edge(slot + 1));
            dice.between(start, (end - tail - 1).max(start))
        })
        .collect()
}

/// `length * part / whole` without overflow; `whole` is above zero.
fn scale(length: i64, part: i64, whole: i64) -> i64 {
    let exact = i128::from(length) * i128::from(part) / i128::from(whole);
    i64::try_from(exact).expect("part is at most whole")
}

/// A field of a structured line, ready to be written.
enum Field {
    /// A text with placeholders.
    Text(Template),
    /// A number or truth value, as JSON writes it.
    Literal(String),
}

/// Writes the lines of one table.
struct LineWriter<'a> {
    /// The table.
    table: &'a LogTable,
    /// One template for each line of an event.
    messages: Vec<Template>,
    /// Names and values of fields.
    fields: Vec<(&'a str, Field)>,
    /// Values of the variables in the event at hand.
    values: Vec<String>,
    /// The start of the envelope, up to the message.
    envelope: Option<String>,
    /// Reused for texts and for the inner line.
    scratch: (String, String),
}

impl<'a> LineWriter<'a> {
    /// Compiles the templates of a table.
    fn new(table: &'a LogTable) -> Self {
        let names = table.vars.0.iter().map(|(name, _)| name.as_str());
        let messages = table.message.iter().chain(&table.lines);
        Self {
            table,
            messages: messages.map(|text| Template::parse(text, &names)).collect(),
            fields: table
                .fields
                .0
                .iter()
                .map(|(name, spec)| {
                    let field = match spec {
                        FieldSpec::Text(text) => Field::Text(Template::parse(text, &names)),
                        FieldSpec::Value(value) => Field::Literal(value.to_string()),
                    };
                    (name.as_str(), field)
                })
                .collect(),
            values: vec![String::new(); table.vars.0.len()],
            envelope: table
                .envelope
                .as_deref()
                .map(|copy| envelope_start(copy, table.level.as_deref())),
            scratch: (String::new(), String::new()),
        }
    }

    /// Draws the variables of the next event.
    fn draw(&mut self, dice: &mut Dice) {
        for ((_, spec), value) in self.table.vars.0.iter().zip(&mut self.values) {
            value.clear();
            draw_value(spec, dice, value);
        }
    }

    /// The line with this index of the event at hand, as it is stored.
    fn line(&mut self, index: usize) -> String {
        let (mut text, mut inner) = std::mem::take(&mut self.scratch);
        text.clear();
        inner.clear();
        self.messages[index].write(&self.values, &mut text);
        match self.table.format {
            Format::Plain => inner.push_str(&text),
            Format::Json => self.write_json(&text, &mut inner),
            Format::Logfmt => self.write_logfmt(&text, &mut inner),
        }
        let line = match &self.envelope {
            None => inner.clone(),
            Some(start) => {
                let mut line = String::with_capacity(start.len() + inner.len() * 5 / 4 + 8);
                line.push_str(start);
                push_json_string(&mut line, &inner);
                line.push('}');
                line
            }
        };
        self.scratch = (text, inner);
        line
    }

    /// `{"level":…,"message":…,fields}`
    fn write_json(&self, message: &str, out: &mut String) {
        out.push('{');
        if let Some(level) = &self.table.level {
            out.push_str("\"level\":");
            push_json_string(out, level);
            out.push(',');
        }
        out.push_str("\"message\":");
        push_json_string(out, message);
        let mut value = String::new();
        for (name, field) in &self.fields {
            out.push(',');
            push_json_string(out, name);
            out.push(':');
            match field {
                Field::Literal(literal) => out.push_str(literal),
                Field::Text(template) => {
                    value.clear();
                    template.write(&self.values, &mut value);
                    push_json_string(out, &value);
                }
            }
        }
        out.push('}');
    }

    /// `level=… msg="…" fields`
    fn write_logfmt(&self, message: &str, out: &mut String) {
        if let Some(level) = &self.table.level {
            out.push_str("level=");
            push_logfmt_value(out, level);
            out.push(' ');
        }
        out.push_str("msg=");
        push_logfmt_value(out, message);
        let mut value = String::new();
        for (name, field) in &self.fields {
            out.push(' ');
            out.push_str(name);
            out.push('=');
            match field {
                Field::Literal(literal) => out.push_str(literal),
                Field::Text(template) => {
                    value.clear();
                    template.write(&self.values, &mut value);
                    push_logfmt_value(out, &value);
                }
            }
        }
    }
}

/// The envelope of a serverless container up to its `message`. Errors are what programs write to stderr.
fn envelope_start(copy: &str, level: Option<&str>) -> String {
    const LOUD: [&str; 7] = [
        "error",
        "err",
        "fatal",
        "critical",
        "crit",
        "panic",
        "emergency",
    ];
    let loud = level.is_some_and(|level| LOUD.iter().any(|word| level.eq_ignore_ascii_case(word)));
    let stream = if loud { "stderr" } else { "stdout" };
    let mut out = format!("{{\"stream\":\"{stream}\",\"resource_instance\":");
    push_json_string(&mut out, copy);
    out.push_str(",\"message\":");
    out
}

/// Appends a value of a variable.
fn draw_value(spec: &VarSpec, dice: &mut Dice, out: &mut String) {
    match spec {
        VarSpec::List(choices) => out.push_str(&choices[dice.index(choices.len())]),
        VarSpec::Int(low, high) => {
            write!(out, "{}", dice.between(*low, *high)).expect("a string takes all");
        }
        VarSpec::Float(low, high) => {
            let value = low + (high - low) * dice.unit();
            write!(out, "{}", (value * 1000.0).round() / 1000.0).expect("a string takes all");
        }
        VarSpec::Hex(digits) => dice.write_hex(*digits, out),
        VarSpec::Uuid => dice.write_uuid(out),
    }
}

/// Appends a JSON string. Runs that need no escape are copied whole.
fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    let mut copied = 0;
    for (position, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..=0x1f => "",
            _ => continue,
        };
        out.push_str(&text[copied..position]);
        copied = position + 1;
        if escape.is_empty() {
            write!(out, "\\u{byte:04x}").expect("a string takes all");
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(&text[copied..]);
    out.push('"');
}

/// Appends a logfmt value: bare where that can be read back, else quoted.
fn push_logfmt_value(out: &mut String, text: &str) {
    let bare = !text.is_empty()
        && text
            .chars()
            .all(|c| c > ' ' && !matches!(c, '"' | '=' | '\\' | '\u{7f}'));
    if bare {
        out.push_str(text);
    } else {
        push_json_string(out, text);
    }
}

#[cfg(test)]
mod tests;
