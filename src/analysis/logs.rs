//! What do the log lines add up to? Groups of like lines with counts in window and baseline, and the totals of each service.
//!
//! In: log records in any order, the servers' own counts. Out: [`ServiceLogs`] by service. Lines of a part that a limit cut are
//! weighted by what the server counted, and whatever rests on them says that it is an estimate.

use std::collections::{BTreeMap, HashMap};

use super::axis::Axis;
use super::copies::Copies;
use super::group::{Exposure, LogGroup};
use super::grouping::{Grouping, LONGEST_SAMPLE, Reader, append_codes};
use super::level::Level;
use super::line::{Line, open_line};
use super::map::ServiceMap;
use super::trace::{SAME_MOMENT, SAME_WRITE, begins_trace, is_continuation};
use super::traffic::Traffic;
use crate::evidence::{Evidence, LogRecord, LogSummary};

/// What one service's log adds up to.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent marks of what was read, no states"
)]
#[derive(Debug, Clone, Default)]
pub(crate) struct ServiceLogs {
    /// Groups, ordered by signature.
    pub(crate) groups: Vec<LogGroup>,
    /// Lines in the window, weighted.
    pub(crate) now: f64,
    /// Lines in the baseline, weighted.
    pub(crate) before: f64,
    /// Lines fetched for the window.
    pub(crate) fetched: u64,
    /// Whether a limit cut the window's lines.
    pub(crate) estimated: bool,
    /// Whether the baseline was asked for and answered.
    pub(crate) has_baseline: bool,
    /// Lines fetched for the baseline.
    fetched_before: u64,
    /// Whether a limit cut the baseline's lines.
    cut_before: bool,
    /// Whether it did and the server did not count them: nothing can be compared with what is left.
    uncounted_before: bool,
    /// Requests and how they ended.
    pub(crate) traffic: Traffic,
    /// Running copies.
    pub(crate) copies: Copies,
    /// Places of all lines, sorted: for silence.
    pub(crate) places: Vec<i64>,
}

impl ServiceLogs {
    /// How many lines were read from a place on.
    pub(crate) fn read_since(&self, place: Option<i64>) -> usize {
        let from = place.unwrap_or_default();
        self.places.len() - self.places.partition_point(|at| *at < from)
    }

    /// What the window's counts may be held against; `None` where the baseline is missing, or cut and not counted, or cut to
    /// nothing.
    fn exposure(&self, axis: &Axis) -> Option<Exposure> {
        let part = |read: u64, all: f64| {
            if read > 0 && all > 0.0 {
                read as f64 / all
            } else {
                1.0
            }
        };
        let parts = part(self.fetched, self.now) / part(self.fetched_before, self.before);
        let unread = self.cut_before && self.fetched_before == 0;
        (self.has_baseline && !self.uncounted_before && !unread).then_some(Exposure {
            time: axis.ratio(),
            read: axis.ratio() * parts,
            cut: self.cut_before,
        })
    }
}

/// Adds up all log lines, by service.
pub(crate) fn mine_logs(
    evidence: &Evidence,
    axis: &Axis,
    map: &ServiceMap,
) -> BTreeMap<String, ServiceLogs> {
    let mut sums = asked_logs(evidence, axis);
    let weights = Weights::new(evidence);
    let mut by_service: BTreeMap<&str, Vec<&LogRecord>> = BTreeMap::new();
    for record in evidence.logs() {
        if axis.place(record.ts).is_some() {
            by_service.entry(&record.service).or_default().push(record);
        }
    }
    for (service, mut records) in by_service {
        records.sort_unstable_by(|a, b| {
            a.ts.cmp(&b.ts)
                .then_with(|| a.line.cmp(&b.line))
                .then_with(|| a.labels.cmp(&b.labels))
        });
        let asked = sums.remove(service).unwrap_or_default();
        let mut adder = Adder::new(asked);
        for (number, record) in records.iter().enumerate() {
            let at = When {
                number,
                place: axis.place(record.ts).unwrap_or_default(),
                nanos: record.ts.timestamp_nanos_opt().unwrap_or_default(),
            };
            let weight = weights.of(record);
            open_line(record, |line| adder.add(line, at, weight, axis));
        }
        let names = |text: &str| {
            let named = |name: &&str| map.is_named(name, text);
            map.needs(service).filter(named).collect()
        };
        let sample = |number: usize| open_line(records[number], sample_of);
        sums.insert(service.to_owned(), adder.finish(axis, &names, &sample));
    }
    sums
}

/// What is known of each service's log before any line is read: which of the questions about it were cut.
fn asked_logs(evidence: &Evidence, axis: &Axis) -> BTreeMap<String, ServiceLogs> {
    let mut sums: BTreeMap<String, ServiceLogs> = BTreeMap::new();
    for summary in evidence.log_summaries() {
        let logs = sums.entry(summary.service.clone()).or_default();
        let before = overlaps(summary, axis);
        logs.has_baseline |= before;
        logs.cut_before |= before && summary.limited;
        logs.uncounted_before |= before && summary.limited && summary.matched.is_none();
        logs.estimated |= summary.limited
            && summary.window.from < axis.window.to
            && axis.window.from < summary.window.to;
    }
    sums
}

/// Whether a log question covered a part of the baseline.
fn overlaps(summary: &LogSummary, axis: &Axis) -> bool {
    summary.window.from < axis.baseline.to && axis.baseline.from < summary.window.to
}

/// How many lines each fetched line stands for.
struct Weights<'a> {
    /// By service, the questions asked.
    summaries: BTreeMap<&'a str, Vec<&'a LogSummary>>,
}

impl<'a> Weights<'a> {
    /// Of all the summaries in the evidence.
    fn new(evidence: &'a Evidence) -> Self {
        let mut summaries: BTreeMap<&str, Vec<&LogSummary>> = BTreeMap::new();
        for summary in evidence.log_summaries() {
            summaries.entry(&summary.service).or_default().push(summary);
        }
        Self { summaries }
    }

    /// A line's weight, and whether it is an estimate: 1 unless every question that covers it was cut, then what the server
    /// counted over what was fetched, for the question that was cut least.
    fn of(&self, record: &LogRecord) -> (f64, bool) {
        let covering = self
            .summaries
            .get(record.service.as_str())
            .into_iter()
            .flatten()
            .filter(|summary| summary.window.contains(record.ts));
        let mut least: Option<f64> = None;
        for summary in covering {
            if !summary.limited {
                return (1.0, false);
            }
            let matched = summary.matched.unwrap_or(summary.returned) as f64;
            let weight = (matched / (summary.returned.max(1) as f64)).max(1.0);
            least = Some(least.map_or(weight, |other| other.min(weight)));
        }
        least.map_or((1.0, false), |weight| (weight, true))
    }
}

/// Which line, and when it was written.
#[derive(Clone, Copy)]
struct When {
    /// Its number among those of its service.
    number: usize,
    /// On the axis.
    place: i64,
    /// In full.
    nanos: i64,
}

/// The last error or warning that a copy wrote.
#[derive(Clone, Copy)]
struct LastError {
    /// Its shape.
    shape: usize,
    /// Its number.
    number: usize,
    /// When its last line was written.
    nanos: i64,
}

/// Adds up the lines of one service, given in order of time.
struct Adder {
    /// What there is so far.
    logs: ServiceLogs,
    /// The lines by what they say.
    grouping: Grouping,
    /// By copy.
    last: HashMap<String, LastError>,
}

impl Adder {
    /// Adds to what is known of the log before its lines.
    fn new(logs: ServiceLogs) -> Self {
        Self {
            logs,
            grouping: Grouping::new(),
            last: HashMap::new(),
        }
    }

    /// Adds a line.
    fn add(&mut self, line: &Line<'_>, at: When, weight: (f64, bool), axis: &Axis) {
        let message: &str = &line.message;
        let in_window = at.place >= axis.split();
        let copy = line.copy.as_deref().unwrap_or_default();
        self.logs.places.push(at.place);
        self.logs.copies.add(line, at.place, in_window);
        if in_window {
            self.logs.now += weight.0;
            self.logs.fetched += 1;
            self.logs.estimated |= weight.1;
        } else {
            self.logs.before += weight.0;
            self.logs.fetched_before += 1;
        }
        if message.trim().is_empty() && line.error.is_none() && !line.is_request() {
            return;
        }
        if begins_trace(message) {
            self.forget_old(copy, at);
        }
        if !line.is_request() && (is_continuation(message) || self.goes_on(line, copy, at)) {
            self.add_frame(copy, message, at);
            return;
        }
        self.logs.traffic.add(line, at.place, weight.0);
        let shape = self
            .grouping
            .add(line, at.number, at.place, weight, in_window);
        if let (Some(shape), true) = (shape, line.level() >= Level::Warn) {
            let error = LastError {
                shape,
                number: at.number,
                nanos: at.nanos,
            };
            remember(&mut self.last, copy, error);
        }
    }

    /// Forgets a copy's last error where what begins now cannot be its trace.
    fn forget_old(&mut self, copy: &str, at: When) {
        let old = |last: &LastError| at.nanos - last.nanos > SAME_MOMENT;
        if self.last.get(copy).is_some_and(old) {
            self.last.remove(copy);
        }
    }

    /// Whether a line without a head of its own was written together with its copy's last error or warning.
    fn goes_on(&self, line: &Line<'_>, copy: &str, at: When) -> bool {
        let last = self.last.get(copy).filter(|_| line.headless);
        last.is_some_and(|last| at.nanos - last.nanos <= SAME_WRITE)
    }

    /// Adds a stack frame to the error that it follows.
    fn add_frame(&mut self, copy: &str, frame: &str, at: When) {
        if let Some(last) = self.last.get_mut(copy) {
            last.nanos = at.nanos;
            self.grouping.add_frame(last.shape, last.number, frame);
        }
    }

    /// The sum. `names` are the services that a text names, `sample` is the line of a number.
    fn finish<'a>(
        self,
        axis: &Axis,
        names: &'a dyn Fn(&str) -> Vec<&'a str>,
        sample: &'a dyn Fn(usize) -> String,
    ) -> ServiceLogs {
        let mut logs = self.logs;
        logs.copies.settle(axis);
        logs.traffic.settle();
        logs.has_baseline |= logs.before > 0.0;
        let exposure = logs.exposure(axis);
        let reader = Reader {
            sample,
            names,
            exposure,
        };
        logs.groups = self.grouping.finish(&reader, axis.split());
        for group in &mut logs.groups {
            let fresh = group.began_in_baseline(&logs.places, axis);
            group.judge(exposure, fresh);
        }
        logs
    }
}

/// Remembers a copy's last error without a new key for a copy that is known.
fn remember(last: &mut HashMap<String, LastError>, copy: &str, error: LastError) {
    match last.get_mut(copy) {
        Some(known) => *known = error,
        None => {
            last.insert(copy.to_owned(), error);
        }
    }
}

/// A line as it is shown: message, error, status, code and route.
fn sample_of(line: &Line<'_>) -> String {
    let mut sample = cut(&line.message, LONGEST_SAMPLE).to_owned();
    let error = line.error.as_deref();
    if let Some(error) = error.filter(|error| !line.message.contains(error)) {
        sample.push_str(": ");
        sample.push_str(error);
    }
    let code = line.code.as_deref();
    append_codes(line.status, line.origin_status, code, &mut sample);
    if let (Some(route), true) = (line.route.as_deref(), line.level() >= Level::Error)
        && !sample.contains(route)
    {
        sample.push_str(" route=");
        sample.push_str(cut(route, 120));
    }
    cut(&sample, LONGEST_SAMPLE).to_owned()
}

/// The start of a text, at most so many bytes, never within a character.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
