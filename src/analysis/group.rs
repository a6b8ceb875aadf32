//! What is a group of like lines, and how does its count compare with the baseline?

use std::collections::BTreeMap;

use super::axis::Axis;
use super::level::Level;
use super::stats::{burst_start, surprise};

/// Places that one group keeps: enough to find a burst, bounded for a group that is all of the log.
const MOST_PLACES: usize = 50_000;

/// Routes that one group counts: a log may hold any number.
const MOST_ROUTES: usize = 50;

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

/// Lines of one template and level.
#[derive(Debug, Clone)]
pub(crate) struct LogGroup {
    /// How bad they say they are.
    pub(crate) level: Level,
    /// The common form: the template, and what fields say beside the message.
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
    /// No lines yet.
    pub(super) fn new(level: Level, answer: Option<u16>) -> Self {
        Self {
            level,
            signature: String::new(),
            sample: String::new(),
            frames: Vec::new(),
            now: 0.0,
            before: 0.0,
            read_now: 0.0,
            read_before: 0.0,
            estimated: false,
            places: Vec::new(),
            answer,
            routes: BTreeMap::new(),
            change: Change::Unjudged,
        }
    }

    /// Counts a line, given in order of time.
    pub(super) fn count(&mut self, place: i64, (weight, estimated): (f64, bool), in_window: bool) {
        if in_window {
            self.now += weight;
            self.read_now += 1.0;
        } else {
            self.before += weight;
            self.read_before += 1.0;
        }
        self.estimated |= estimated;
        if self.places.len() < MOST_PLACES {
            self.places.push(place);
        }
    }

    /// Counts a route, without its query.
    pub(super) fn count_route(&mut self, route: &str, times: u64) {
        if let Some(count) = self.routes.get_mut(route) {
            *count += times;
        } else if self.routes.len() < MOST_ROUTES {
            self.routes.insert(route.to_owned(), times);
        }
    }

    /// Takes the counts of other groups; their samples, frames and answers are not looked at.
    pub(super) fn absorb<'a>(&mut self, others: impl Iterator<Item = &'a Self>) {
        for other in others {
            self.now += other.now;
            self.before += other.before;
            self.read_now += other.read_now;
            self.read_before += other.read_before;
            self.estimated |= other.estimated;
            self.places.extend(&other.places);
            for (route, times) in &other.routes {
                self.count_route(route, *times);
            }
        }
        self.places.sort_unstable();
        self.places.truncate(MOST_PLACES);
    }

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
    pub(super) fn began_in_baseline(&self, service: &[i64], axis: &Axis) -> bool {
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
    pub(super) fn judge(&mut self, baseline: Option<Exposure>, fresh: bool) {
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
#[derive(Debug, Clone, Copy)]
pub(super) struct Exposure {
    /// The window's length over the baseline's.
    pub(super) time: f64,
    /// The same, times the part of each one's lines that was read.
    pub(super) read: f64,
    /// Whether a limit cut the baseline: what was not read of it may still have been there.
    pub(super) cut: bool,
}

/// Times the baseline's rate that make a surge: it keeps busy groups, where a little more is already beyond chance, from
/// alarming.
const SURGE: f64 = 2.5;

/// Minus the decimal logarithm of the chance that makes a surge: thousands of groups are judged in a run.
const LEAST_SURPRISE_OF_SURGE: f64 = 5.0;

/// The same for lines that a cut baseline does not show: below 1 in 200.
const LEAST_SURPRISE_OF_NEW: f64 = 2.3;
