//! What do the log lines add up to? Groups of like lines with counts in window and baseline, and the totals of each service.
//!
//! In: log records in any order, the servers' own counts. Out: [`ServiceLogs`] by service. Lines of a part that a limit cut are
//! weighted by what the server counted, and whatever rests on them says that it is an estimate.

use std::collections::{BTreeMap, HashMap};

use super::axis::Axis;
use super::copies::Copies;
use super::level::Level;
use super::line::{Line, open_line};
use super::signature::mask_into;
use super::stats::{burst_start, surprise};
use super::trace::{SAME_WRITE, causes_of, is_continuation, keep_frame};
use super::traffic::Traffic;
use crate::evidence::{Evidence, LogRecord, LogSummary};

/// Groups that one service may have of each sort; lines of further ones count for the service alone. Real services have tens; a
/// stream of lines that never repeat must not fill the memory. Errors and other lines, first seen in the window or before,
/// are four sorts, so that none takes the room of another.
const MOST_GROUPS: usize = 1000;

/// Places that one group keeps: enough to find a burst, bounded for a group that is all of the log.
const MOST_PLACES: usize = 50_000;

/// Lines of a trace that a group keeps beside its sample.
const MOST_FRAMES: usize = 4;

/// The longest line of a trace that is kept, in bytes.
const LONGEST_FRAME: usize = 300;

/// The longest sample that is kept, in bytes: what is shown is far shorter, but rules look at the whole.
const LONGEST_SAMPLE: usize = 2000;

/// How a group's count compares with the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Change {
    /// Not in the baseline, and too often now for chance.
    New,
    /// Much more often than in the baseline.
    Surged,
    /// As before, or too few to tell.
    Steady,
    /// In the baseline and no longer.
    Gone,
    /// There is no baseline to compare with.
    Unjudged,
}

/// Lines of one signature and level.
#[derive(Debug, Clone)]
pub(crate) struct LogGroup {
    /// How bad they say they are.
    pub(crate) level: Level,
    /// The common form.
    pub(crate) signature: String,
    /// One of the lines, out of its envelope: the earliest in the window, else in the baseline.
    pub(crate) sample: String,
    /// The first frames of the trace behind the sample.
    pub(crate) frames: Vec<String>,
    /// Lines in the window, weighted.
    pub(crate) now: f64,
    /// Lines in the baseline, weighted.
    pub(crate) before: f64,
    /// Lines of the window that were read, unweighted: what chance is judged on.
    pub(crate) read_now: f64,
    /// Lines of the baseline that were read.
    pub(crate) read_before: f64,
    /// Whether a limit cut what the counts rest on.
    pub(crate) estimated: bool,
    /// Where on the axis they are, sorted, at most [`MOST_PLACES`].
    pub(crate) places: Vec<i64>,
    /// The 4xx or 503 that the service says it answered itself.
    pub(crate) answer: Option<u16>,
    /// Routes of the requests, with counts in the window.
    pub(crate) routes: BTreeMap<String, u64>,
    /// How the counts compare.
    pub(crate) change: Change,
}

impl LogGroup {
    /// The first line in the window.
    pub(crate) fn first_now(&self, axis: &Axis) -> Option<i64> {
        self.places
            .iter()
            .copied()
            .find(|place| *place >= axis.split())
    }

    /// When it began or surged.
    pub(crate) fn since(&self) -> Option<i64> {
        burst_start(&self.places)
    }

    /// Sample and signature together: what rules look at.
    pub(crate) fn subject(&self) -> String {
        let mut subject = self.sample.clone();
        for frame in &self.frames {
            subject.push('\n');
            subject.push_str(frame);
        }
        subject.push('\n');
        subject.push_str(&self.signature);
        if let Some(answer) = self.answer {
            subject.push_str("\nanswer=");
            subject.push_str(&answer.to_string());
        }
        subject
    }

    /// Whether it began within the baseline and has gone on since at a rate that would surely have shown before. `service` are the
    /// places of all lines of its log.
    fn began_in_baseline(&self, service: &[i64], axis: &Axis) -> bool {
        /// Lines from which a rate can be told.
        const LEAST_LINES: usize = 8;
        /// Lines that were due before and did not come: the chance is e^-5.
        const DUE: f64 = 5.0;
        /// Lines of the log before it: without these nothing says that there was a log.
        const LOG_BEFORE: usize = 20;
        let (Some(&first), Some(&last)) = (self.places.first(), self.places.last()) else {
            return false;
        };
        let lasts = (axis.end() - first).max(1);
        let due = self.places.len() as f64 / lasts as f64 * first as f64;
        let goes_on = (axis.end() - last) * 4 <= lasts;
        let rate_before = self.read_before / (axis.split() - first).max(1) as f64;
        let rate_now = self.read_now / (axis.end() - axis.split()).max(1) as f64;
        first < axis.split()
            && self.places.len() >= LEAST_LINES
            && due >= DUE
            && goes_on
            && rate_now * 2.0 >= rate_before
            && service.partition_point(|place| *place < first) >= LOG_BEFORE
    }

    /// Judges the counts against a baseline that was read, `None` where there is none to compare with.
    fn judge(&mut self, baseline: Option<Exposure>, fresh: bool) {
        let Some(exposure) = baseline else {
            self.change = Change::Unjudged;
            return;
        };
        let chance = surprise(self.read_now, self.read_before, exposure.read);
        self.change = if self.now <= 0.0 {
            Change::Gone
        } else if self.before <= 0.0 && (!exposure.cut || chance >= LEAST_SURPRISE_OF_NEW) {
            Change::New
        } else if self.before > 0.0
            && self.now >= SURGE * self.before * exposure.time
            && chance >= LEAST_SURPRISE_OF_SURGE
        {
            Change::Surged
        } else if fresh && !exposure.cut {
            Change::New
        } else {
            Change::Steady
        };
    }
}

/// How much more of the window than of the baseline was looked at.
#[derive(Clone, Copy)]
struct Exposure {
    /// The window's length over the baseline's.
    time: f64,
    /// The same, times the part of each one's lines that was read.
    read: f64,
    /// Whether a limit cut the baseline: what was not read of it may still have been there.
    cut: bool,
}

/// Times the baseline's rate that make a surge: it keeps busy groups, where a little more is already beyond chance, from
/// alarming.
const SURGE: f64 = 2.5;

/// Minus the decimal logarithm of the chance that makes a surge: thousands of groups are judged in a run.
const LEAST_SURPRISE_OF_SURGE: f64 = 5.0;

/// The same for lines that a cut baseline does not show: below 1 in 200.
const LEAST_SURPRISE_OF_NEW: f64 = 2.3;

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
pub(crate) fn mine_logs(evidence: &Evidence, axis: &Axis) -> BTreeMap<String, ServiceLogs> {
    let weights = Weights::new(evidence);
    let mut by_service: BTreeMap<&str, Vec<(i64, &LogRecord)>> = BTreeMap::new();
    for record in evidence.logs() {
        if let Some(place) = axis.place(record.ts) {
            by_service
                .entry(&record.service)
                .or_default()
                .push((place, record));
        }
    }
    let mut sums = BTreeMap::new();
    for (service, mut records) in by_service {
        records.sort_unstable_by(|(_, a), (_, b)| {
            a.ts.cmp(&b.ts)
                .then_with(|| a.line.cmp(&b.line))
                .then_with(|| a.labels.cmp(&b.labels))
        });
        let mut miner = Miner::default();
        for (place, record) in records {
            let weight = weights.of(record);
            let at = When {
                place,
                nanos: record.ts.timestamp_nanos_opt().unwrap_or_default(),
            };
            open_line(record, |line| miner.add(line, at, weight, axis));
        }
        sums.insert(service.to_owned(), miner.finish(axis));
    }
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
    for logs in sums.values_mut() {
        logs.has_baseline |= logs.before > 0.0;
        let exposure = logs.exposure(axis);
        for group in &mut logs.groups {
            let fresh = group.began_in_baseline(&logs.places, axis);
            group.judge(exposure, fresh);
        }
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

/// When a line was written.
#[derive(Clone, Copy)]
struct When {
    /// On the axis.
    place: i64,
    /// In full.
    nanos: i64,
}

/// Adds up the lines of one service, given in order of time.
#[derive(Default)]
struct Miner {
    /// What there is so far.
    logs: ServiceLogs,
    /// Level and signature to the group's index.
    index: HashMap<String, usize>,
    /// Copy to its last error: the group, and when its last line was written.
    last: HashMap<String, (usize, i64)>,
    /// The key of the line at hand.
    key: String,
    /// Groups made so far: errors or not, first seen in the window or before.
    taken: [[usize; 2]; 2],
}

impl Miner {
    /// Adds a line.
    fn add(&mut self, line: &Line<'_>, at: When, (weight, estimated): (f64, bool), axis: &Axis) {
        let message: &str = &line.message;
        let place = at.place;
        let in_window = place >= axis.split();
        let copy = line.copy.as_deref().unwrap_or_default();
        self.logs.places.push(place);
        self.logs.copies.add(line, place, in_window);
        if in_window {
            self.logs.now += weight;
            self.logs.fetched += 1;
            self.logs.estimated |= estimated;
        } else {
            self.logs.before += weight;
            self.logs.fetched_before += 1;
        }
        if message.trim().is_empty() && line.error.is_none() && !line.is_request() {
            return;
        }
        if !line.is_request() && (is_continuation(message) || self.goes_on(line, copy, at)) {
            self.add_frame(copy, message, at);
            return;
        }
        self.logs.traffic.add(line, place, weight);
        let Some(index) = self.group_of(line, in_window) else {
            return;
        };
        let group = &mut self.logs.groups[index];
        let first_now = in_window && group.now <= 0.0;
        if first_now || (group.now <= 0.0 && group.before <= 0.0) {
            group.sample = sample_of(line);
            group.frames = frames_of(line);
        }
        if in_window {
            group.now += weight;
            group.read_now += 1.0;
        } else {
            group.before += weight;
            group.read_before += 1.0;
        }
        group.estimated |= estimated;
        if group.places.len() < MOST_PLACES {
            group.places.push(place);
        }
        if let (true, Some(route)) = (
            in_window && line.level() >= Level::Error,
            line.route.as_deref(),
        ) {
            add_route(&mut group.routes, route);
        }
        if line.level() >= Level::Error {
            remember(&mut self.last, copy, (index, at.nanos));
        }
    }

    /// The index of a line's group, made where there is none yet; `None` where there are too many.
    fn group_of(&mut self, line: &Line<'_>, in_window: bool) -> Option<usize> {
        let level = line.level();
        self.key.clear();
        self.key.push(match level {
            Level::Debug => 'd',
            Level::Info => 'i',
            Level::Warn => 'w',
            Level::Error => 'e',
            Level::Fatal => 'f',
        });
        mask_into(&line.message, &mut self.key);
        append_facts(line, &mut self.key, true);
        if let Some(index) = self.index.get(&self.key) {
            return Some(*index);
        }
        let room = &mut self.taken[usize::from(level >= Level::Error)][usize::from(in_window)];
        if *room >= MOST_GROUPS {
            return None;
        }
        *room += 1;
        let index = self.logs.groups.len();
        self.index.insert(self.key.clone(), index);
        self.logs.groups.push(LogGroup {
            level,
            signature: self.key[1..].to_owned(),
            sample: String::new(),
            frames: Vec::new(),
            now: 0.0,
            before: 0.0,
            read_now: 0.0,
            read_before: 0.0,
            estimated: false,
            places: Vec::new(),
            answer: line.own_refusal(),
            routes: BTreeMap::new(),
            change: Change::Unjudged,
        });
        Some(index)
    }

    /// Whether a line without a head of its own was written together with its copy's last error.
    fn goes_on(&self, line: &Line<'_>, copy: &str, at: When) -> bool {
        let last = self.last.get(copy).filter(|_| line.headless);
        last.is_some_and(|(_, nanos)| at.nanos - nanos <= SAME_WRITE)
    }

    /// Adds a stack frame to the sample that it follows, if it is the group's first.
    fn add_frame(&mut self, copy: &str, frame: &str, at: When) {
        if let Some((index, nanos)) = self.last.get_mut(copy) {
            *nanos = at.nanos;
            let group = &mut self.logs.groups[*index];
            if group.places.len() <= 1 {
                keep_frame(&mut group.frames, cut(frame, LONGEST_FRAME), MOST_FRAMES);
            }
        }
    }

    /// The sum.
    fn finish(mut self, axis: &Axis) -> ServiceLogs {
        self.logs.copies.settle(axis);
        self.logs.traffic.settle();
        self.logs
            .groups
            .sort_by(|a, b| a.signature.cmp(&b.signature).then(a.level.cmp(&b.level)));
        self.logs
    }
}

/// Remembers a copy's last error without a new key for a copy that is known.
fn remember(last: &mut HashMap<String, (usize, i64)>, copy: &str, error: (usize, i64)) {
    match last.get_mut(copy) {
        Some(known) => *known = error,
        None => {
            last.insert(copy.to_owned(), error);
        }
    }
}

/// What a line's own trace says beside its frames; the root, which comes last, is never left out.
fn frames_of(line: &Line<'_>) -> Vec<String> {
    let Some(trace) = line.trace.as_deref() else {
        return Vec::new();
    };
    let mut frames: Vec<&str> = causes_of(trace).collect();
    if frames.len() > MOST_FRAMES {
        frames.drain(1..=frames.len() - MOST_FRAMES);
    }
    frames
        .iter()
        .map(|frame| cut(frame, LONGEST_FRAME).to_owned())
        .collect()
}

/// Counts a route, without its query; at most 50 routes, for a log may hold any number.
fn add_route(routes: &mut BTreeMap<String, u64>, route: &str) {
    const MOST_ROUTES: usize = 50;
    let route = cut(route.split(['?', '#']).next().unwrap_or_default(), 80);
    if let Some(count) = routes.get_mut(route) {
        *count += 1;
    } else if routes.len() < MOST_ROUTES {
        routes.insert(route.to_owned(), 1);
    }
}

/// Appends what fields say beside the message: the error's text, a failed status, a code. These tell groups apart, so the
/// codes are not masked.
fn append_facts(line: &Line<'_>, out: &mut String, mask: bool) {
    if let Some(error) = line.error.as_deref()
        && !line.message.contains(error)
    {
        out.push_str(": ");
        if mask {
            mask_into(error, out);
        } else {
            out.push_str(error);
        }
    }
    let mut number = |name: &str, status: Option<u16>| {
        if let Some(status) = status.filter(|status| *status >= 400) {
            for part in [" ", name, "=", &status.to_string()] {
                out.push_str(part);
            }
        }
    };
    number("status", line.status);
    number("origin_status", line.origin_status);
    if let Some(code) = line.code.as_deref() {
        out.push_str(" code=");
        out.push_str(code);
    }
}

/// A line as it is shown: message, error, status, code and route.
fn sample_of(line: &Line<'_>) -> String {
    let mut sample = cut(&line.message, LONGEST_SAMPLE).to_owned();
    append_facts(line, &mut sample, false);
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
