//! What does an evidence bundle hold?
//!
//! In: NDJSON, `meta` first, gzip or not (the first bytes tell), from scout, another program or a person. Out: [`Evidence`]. What
//! another writer leaves out is filled in with what it most likely meant; records of a type that is not known are passed over:
//! they may be newer. A line that is damaged is an error with its place, never a record less: an answer that rests on a part of
//! the evidence must not pass for one that rests on all of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::error::{BundleError, Fault};
use crate::evidence::lenient::{kind_of, unknown_window};
use crate::evidence::{Evidence, FailureKind, Meta, MetaMap, Number, Record, SourceOutcome};
use crate::model::{Instant, Kind, Labels, MapRule, Service, Window};

/// The longest line that is read: a series of a month at 15 s has 5 MB, a log line at most 1 MB.
const MOST_LINE_BYTES: u64 = 64 << 20;

/// The most that is read in all, unpacked: ten times the largest download that a run makes, and still within a laptop's memory.
const MOST_BYTES: u64 = 4 << 30;

/// What gzip begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Types of records that scout knows; a line of one of them that does not parse is damaged.
const TYPES: [&str; 9] = [
    "meta",
    "log",
    "log_summary",
    "metric",
    "state",
    "alert",
    "ssh",
    "probe",
    "source",
];

/// Reads a bundle; `origin` is the file's name, for messages.
///
/// # Errors
/// Where it cannot be read or unpacked, a line is no record or too long, `meta` is missing, not first or makes no sense.
pub(crate) fn read_bundle(mut source: impl BufRead, origin: &str) -> Result<Evidence, BundleError> {
    let at = |line, fault| BundleError {
        origin: origin.to_owned(),
        line,
        fault,
    };
    let start = source
        .fill_buf()
        .map_err(|error| at(1, Fault::Unreadable(error.to_string())))?;
    let mut reading = Reading::default();
    let read = if start.starts_with(&GZIP) {
        each_line(BufReader::new(MultiGzDecoder::new(source)), &mut reading)
    } else {
        each_line(source, &mut reading)
    };
    read.map_err(|(line, fault)| at(line, fault))?;
    reading.finish().ok_or_else(|| at(1, Fault::NoMeta))
}

/// Hands every line that is not blank to the reading; an error comes with its line's number, from 1.
fn each_line(mut source: impl BufRead, reading: &mut Reading) -> Result<(), (u64, Fault)> {
    let mut line = Vec::new();
    let mut total = 0;
    for number in 1.. {
        line.clear();
        let read = Read::take(&mut source, MOST_LINE_BYTES + 1)
            .read_until(b'\n', &mut line)
            .map_err(|error| (number, fault_of(&error)))? as u64;
        total += read;
        if read == 0 {
            break;
        }
        if read > MOST_LINE_BYTES {
            return Err((number, Fault::LongLine(MOST_LINE_BYTES)));
        }
        if total > MOST_BYTES {
            return Err((number, Fault::TooMuch(MOST_BYTES)));
        }
        let whole = line.ends_with(b"\n");
        let text = std::str::from_utf8(&line).map_err(|_| (number, Fault::NotText))?;
        // some editors put a byte order mark in front
        let text = text.trim_start_matches('\u{feff}').trim();
        if !text.is_empty() {
            reading.add(text, whole).map_err(|fault| (number, fault))?;
        }
    }
    Ok(())
}

/// What a failure to read means; the unpacker's are about the data, not about the file.
fn fault_of(error: &io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            Fault::Gzip(error.to_string())
        }
        _ => Fault::Unreadable(error.to_string()),
    }
}

/// What has been read so far.
#[derive(Default)]
struct Reading {
    /// The first record.
    meta: Option<WrittenMeta>,
    /// The others.
    records: Vec<Record>,
    /// Label sets of log entries: many entries share few.
    labels: BTreeSet<Arc<Labels>>,
}

/// The type of a line, where it has one.
#[derive(Deserialize)]
struct Typed {
    /// The name of the record's type.
    #[serde(rename = "type")]
    of: String,
}

/// `meta` as others may write it.
#[derive(Deserialize)]
struct WrittenMeta {
    /// Version of the format; 1 where it is left out.
    #[serde(default)]
    schema: Value,
    /// Unique to its run.
    #[serde(default)]
    bundle_id: Option<String>,
    /// When it was made; the epoch where it is left out, so that its window is taken for one of the past.
    #[serde(default)]
    created_at: Option<Instant>,
    /// What made it.
    #[serde(default)]
    tool: Option<String>,
    /// The map's environment.
    #[serde(default)]
    environment: Option<String>,
    /// The window in question.
    window: Window,
    /// What it is compared with; all that was recorded before the window where it is left out.
    #[serde(default)]
    baseline: Option<Window>,
    /// The user's words.
    #[serde(default)]
    issue: Option<String>,
    /// What was understood.
    #[serde(default)]
    params: Option<Map<String, Value>>,
    /// Whether it was masked.
    #[serde(default)]
    redacted: Option<bool>,
    /// The services relied on.
    #[serde(default)]
    map: Option<WrittenMap>,
}

/// The map as others may write it.
#[derive(Default, Deserialize)]
struct WrittenMap {
    /// Services by name; those that only records name are added.
    #[serde(default)]
    services: BTreeMap<String, WrittenService>,
    /// The map's own rules; what cannot be read as one is left out.
    #[serde(default)]
    rules: Vec<serde_json::Value>,
}

/// A service as others may write it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct WrittenService {
    /// What it is.
    kind: Option<String>,
    /// A name for people.
    title: Option<String>,
    /// Other names.
    aliases: Vec<String>,
    /// Its label.
    resource_name: Option<String>,
    /// What it needs.
    depends_on: Vec<String>,
    /// Its address.
    url: Option<String>,
    /// Its machine.
    ssh: Option<String>,
}

impl WrittenService {
    /// The service; what is left out is its name, its kind `custom`.
    fn service(self, name: &str) -> Service {
        let or_name = |text: Option<String>| text.filter(|text| !text.is_empty());
        Service {
            name: name.to_owned(),
            kind: self.kind.as_deref().map_or(Kind::Custom, kind_of),
            title: or_name(self.title).unwrap_or_else(|| name.to_owned()),
            aliases: self.aliases,
            resource_name: or_name(self.resource_name).unwrap_or_else(|| name.to_owned()),
            depends_on: self.depends_on,
            url: self.url,
            ssh: self.ssh,
        }
    }
}

impl Reading {
    /// Takes a line; `whole` says that a line feed follows it.
    fn add(&mut self, text: &str, whole: bool) -> Result<(), Fault> {
        if self.meta.is_none() {
            self.meta = Some(read_meta(text)?);
            return Ok(());
        }
        match serde_json::from_str(text) {
            Ok(Record::Meta(_)) => return Err(Fault::SecondMeta),
            Ok(record) => {
                let record = self.tidied(record);
                self.records.push(record);
            }
            Err(error) => match serde_json::from_str::<Typed>(text) {
                Ok(Typed { of }) if of == "meta" => return Err(Fault::SecondMeta),
                Ok(Typed { of }) if !TYPES.contains(&of.as_str()) => {}
                _ if error.is_eof() && !whole => return Err(Fault::CutShort),
                _ => return Err(record_fault(&error)),
            },
        }
        Ok(())
    }

    /// A record with its label set shared, and with what other writers leave out of it.
    fn tidied(&mut self, record: Record) -> Record {
        match record {
            Record::Log(mut log) => {
                match self.labels.get(&log.labels) {
                    Some(known) => log.labels = Arc::clone(known),
                    None => drop(self.labels.insert(Arc::clone(&log.labels))),
                }
                Record::Log(log)
            }
            Record::Metric(mut metric) => {
                if metric.step_seconds <= 0.0 {
                    metric.step_seconds = usual_step(&metric.samples);
                }
                Record::Metric(metric)
            }
            Record::Source(mut source) => {
                if matches!(source.outcome, SourceOutcome::Answered { ok: false }) {
                    source.outcome = SourceOutcome::failed(FailureKind::ServerError, "");
                }
                Record::Source(source)
            }
            other => other,
        }
    }

    /// The evidence; `None` where nothing was read.
    fn finish(self) -> Option<Evidence> {
        let written = self.meta?;
        let window = written.window;
        let mut records = self.records;
        for record in &mut records {
            if let Record::LogSummary(summary) = record
                && summary.window == unknown_window()
            {
                summary.window = window;
            }
        }
        let map = written.map.unwrap_or_default();
        let rules = map.rules.into_iter();
        let rules = rules.filter_map(|rule| serde_json::from_value(rule).ok());
        let rules: Vec<MapRule> = rules.collect();
        let mut services: BTreeMap<String, Service> = map
            .services
            .into_iter()
            .map(|(name, service)| (name.clone(), service.service(&name)))
            .collect();
        for name in records.iter().filter_map(service_of) {
            if !services.contains_key(name) {
                services.insert(name.to_owned(), WrittenService::default().service(name));
            }
        }
        let meta = Meta {
            schema: 1,
            bundle_id: written.bundle_id.unwrap_or_default(),
            created_at: written.created_at.unwrap_or_default(),
            tool: written.tool.unwrap_or_default(),
            environment: written.environment.unwrap_or_default(),
            window,
            baseline: written
                .baseline
                .unwrap_or_else(|| all_before(window, &records)),
            issue: written.issue.unwrap_or_default(),
            params: written.params.unwrap_or_default(),
            redacted: written.redacted.unwrap_or(false),
            map: MetaMap { services, rules },
        };
        Some(Evidence { meta, records })
    }
}

/// Reads the first record.
fn read_meta(text: &str) -> Result<WrittenMeta, Fault> {
    match serde_json::from_str::<Typed>(text) {
        Ok(Typed { of }) if of == "meta" => {}
        Ok(_) => return Err(Fault::NoMeta),
        Err(error) if error.is_data() => return Err(Fault::NoMeta),
        Err(error) => return Err(record_fault(&error)),
    }
    let meta: WrittenMeta =
        serde_json::from_str(text).map_err(|error| Fault::Meta(without_place(&error)))?;
    if !meta.schema.is_null() && meta.schema != 1 {
        return Err(Fault::Schema(meta.schema.to_string()));
    }
    let reversed = |window: Window| window.from >= window.to;
    if reversed(meta.window) {
        return Err(Fault::Reversed("window"));
    }
    if meta.baseline.is_some_and(reversed) {
        return Err(Fault::Reversed("baseline"));
    }
    Ok(meta)
}

/// A line that is no record.
fn record_fault(error: &serde_json::Error) -> Fault {
    Fault::Record(error.column(), without_place(error))
}

/// The JSON reader's words without its own place, which is always in line 1.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ")
        .map_or(text.as_str(), |(words, _)| words)
        .to_owned()
}

/// The service that a record is about.
fn service_of(record: &Record) -> Option<&str> {
    let service = match record {
        Record::Log(log) => &log.service,
        Record::LogSummary(summary) => &summary.service,
        Record::Metric(metric) => &metric.service,
        Record::Probe(probe) => &probe.service,
        Record::State(state) => state.service.as_ref()?,
        Record::Alert(alert) => alert.service.as_ref()?,
        Record::Meta(_) | Record::Ssh(_) | Record::Source(_) => return None,
    };
    (!service.is_empty()).then_some(service)
}

/// From the first entry or sample before the window to the window's start; a window's length where there is none.
fn all_before(window: Window, records: &[Record]) -> Window {
    let first = records
        .iter()
        .filter_map(|record| match record {
            Record::Log(log) => Some(log.ts),
            Record::Metric(metric) => metric
                .samples
                .iter()
                .map(|(at, _)| *at)
                .filter(|at| at.is_finite())
                .min_by(f64::total_cmp)
                .and_then(instant),
            _ => None,
        })
        .min();
    first
        .and_then(|first| Window::new(first, window.from))
        .unwrap_or_else(|| window.just_before())
}

/// The usual distance of samples in seconds, gaps apart: the lower quartile; 0 for fewer than two.
fn usual_step(samples: &[(f64, Number)]) -> f64 {
    let mut times: Vec<f64> = samples
        .iter()
        .map(|(at, _)| *at)
        .filter(|at| at.is_finite())
        .collect();
    times.sort_by(f64::total_cmp);
    let mut steps: Vec<f64> = times
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .filter(|step| *step > 0.0)
        .collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 4).copied().unwrap_or(0.0)
}

/// Unix seconds as an instant; `None` beyond what calendars hold.
fn instant(seconds: f64) -> Option<Instant> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and what is out of range is refused"
    )]
    Instant::from_timestamp_millis((seconds * 1000.0).floor() as i64)
}

#[cfg(test)]
mod tests;
